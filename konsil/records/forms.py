"""What people fill in here: the choices of a release form, an answer, a mark, a holder."""

import base64
import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from konsil.core.fields import ThreeBoxDateField
from konsil.records.drafting import KINDS
from konsil.records.life import Answer
from konsil.records.models import ChecklistMark
from konsil.records.paper.form import SENSITIVE

OWN_YES = {kind: words for kind, words in SENSITIVE.items() if kind != "psychotherapy"}
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_DRAWING = 600_000

FIELD_OF = {
    "the phone of the patient": "phone",
    "which kinds of records": "kinds",
    "kinds of records by name": "other",
    "what the records are about": "subject",
    "the dates of the records": "from_date",
    "a last date after": "to_date",
    "the address of who sends": "provider_address",
    "a proof of the right": "proof",
}
"""Which field a missing element belongs beside; the rest is said above the form."""


class ChoicesForm(forms.Form):
    """What a release form lets go: kinds, dates, and what needs its own yes."""

    kinds = forms.MultipleChoiceField(
        label="What may they send?",
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other = forms.CharField(label="Something else, in your words", max_length=200, required=False)
    subject = forms.CharField(
        label="What are they about?",
        help_text="A part of the body or an illness, so that they send what belongs to it.",
        max_length=200,
        error_messages={"required": "Still missing: what the records are about"},
    )
    span = forms.ChoiceField(
        label="From when?",
        choices=[("all", "All dates"), ("range", "Only from certain dates")],
        widget=forms.RadioSelect,
        initial="all",
    )
    from_date = ThreeBoxDateField(label="From", required=False)
    to_date = ThreeBoxDateField(label="To", required=False)
    phone = forms.CharField(
        label="Your phone",
        help_text="They may call to check it.",
        max_length=40,
        error_messages={"required": "Still missing: the phone of the patient"},
    )
    provider_address = forms.CharField(
        label="Their address",
        help_text="Street and town.",
        max_length=200,
        error_messages={"required": "Still missing: the address of who sends the records"},
    )
    proof = forms.CharField(
        label="What shows your right to sign?",
        help_text="A birth certificate, a court paper, a power of attorney. Add a photo of it.",
        max_length=200,
        error_messages={"required": "Still missing: a proof of the right to sign for the patient"},
    )

    def __init__(self, *args: Any, private_notes: bool, by_proxy: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.private_notes = private_notes
        if private_notes:
            for name in ("kinds", "other"):
                del self.fields[name]
        else:
            for kind, words in OWN_YES.items():
                self.fields[f"yes_{kind}"] = forms.BooleanField(label=_first(words), required=False)
                self.fields[f"initials_{kind}"] = forms.CharField(
                    label=f"Your initials for {words}", max_length=6, required=False
                )
        if private_notes:
            self.fields["initials_psychotherapy"] = forms.CharField(
                label="Your initials for the private notes of a therapist",
                max_length=6,
                required=False,
            )
        if not by_proxy:
            del self.fields["proof"]

    @classmethod
    def initial_of(cls, choices: dict[str, Any]) -> dict[str, Any]:
        """The fields as they stand in a release's choices."""
        first = dict(choices)
        for kind, initials in choices.get("sensitive", {}).items():
            first |= {f"yes_{kind}": True, f"initials_{kind}": initials}
        from datetime import date

        for name in ("from_date", "to_date"):
            first[name] = date.fromisoformat(first[name]) if first.get(name) else None
        return first

    def choices(self, before: dict[str, Any]) -> dict[str, Any]:
        """What was chosen, as the release keeps it; a field with an error keeps what it had."""
        data = self.cleaned_data
        chosen = dict(before)
        for name in ("kinds", "other", "subject", "span", "phone", "provider_address", "proof"):
            if name in data:
                chosen[name] = data[name]
        for name in ("from_date", "to_date"):
            if name in data:
                chosen[name] = data[name].isoformat() if data[name] else None
        if self.private_notes:
            chosen["sensitive"] = {"psychotherapy": data.get("initials_psychotherapy", "").strip()}
        else:
            chosen["sensitive"] = {
                kind: data.get(f"initials_{kind}", "").strip()
                for kind in OWN_YES
                if data.get(f"yes_{kind}")
            }
        return chosen

    def say_missing(self, gaps: list[str]) -> list[str]:
        """Put each missing element beside its field; the ones of the signature are returned."""
        signature = []
        for words in gaps:
            name = _field_for(words)
            if words.startswith("the signature"):
                signature.append(f"Still missing: {words}")
            elif name in self.fields:
                self.add_error(name, f"Still missing: {words}")
            else:
                self.add_error(None, f"Still missing: {words}. Call us, we mend it.")
        return signature


def _field_for(words: str) -> str:
    if words.startswith("your initials beside"):
        kind = next((kind for kind, said in SENSITIVE.items() if words.endswith(said)), "")
        return f"initials_{kind}"
    return next((name for start, name in FIELD_OF.items() if words.startswith(start)), "")


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


class SignatureForm(forms.Form):
    """What `<signature-pad name="signature">` sends; typing works without scripts."""

    signature_way = forms.ChoiceField(
        choices=[("drawn", ""), ("typed", ""), ("paper", "")], required=False
    )
    signature_typed = forms.CharField(max_length=200, required=False)
    signature_strokes = forms.CharField(max_length=2_000_000, required=False)
    shown = forms.CharField(max_length=300, required=False)

    def clean_signature_strokes(self) -> bytes:
        """The drawing as PNG bytes, or nothing."""
        text = self.cleaned_data["signature_strokes"]
        if not text:
            return b""
        try:
            data = json.loads(text)
            head, _, body = str(data["png"]).partition(",")
            picture = base64.b64decode(body, validate=True)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ValidationError("The drawing could not be read. Draw it again.") from None
        small = len(picture) <= LARGEST_DRAWING
        if head != "data:image/png;base64" or not picture.startswith(PNG) or not small:
            raise ValidationError("The drawing could not be read. Draw it again.")
        return picture


class BirthDateForm(forms.Form):
    """What somebody who holds the records knows: the second factor of the link."""

    birth_date = ThreeBoxDateField(
        label="When was the patient born?",
        help_text="It stands in your records. So we know that the link reached the right place.",
    )


class AnswerForm(forms.Form):
    """What a provider says instead of sending."""

    answer = forms.ChoiceField(choices=Answer)
    until = ThreeBoxDateField(label="By when?", required=False)
    note = forms.CharField(max_length=300, required=False)


class MarkForm(forms.Form):
    """A line of the checklist, as the desk sees it."""

    mark = forms.ChoiceField(choices=ChecklistMark.Mark)
    reason = forms.CharField(max_length=200, required=False)


class HolderForm(forms.Form):
    """Somebody else who holds records."""

    name = forms.CharField(label="Who has them?", max_length=120)
    email = forms.EmailField(label="Their e-mail", required=False)
    phone = forms.CharField(label="Their phone", max_length=40, required=False)
    address = forms.CharField(label="Their address", max_length=200, required=False)
    what = forms.CharField(label="What they have", max_length=200, required=False)
