"""The two questions whose answer is a list: questions to the specialist, and who has records."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from konsil.cases.models import Case, Question, RecordHolder
from konsil.intake.steps import StepForm
from konsil.intake.words import Voiced
from konsil.people.actors import Actor

LONGEST = 600


def questions_of(case: Case) -> list[str]:
    """The questions in their order."""
    return [str(text) for text in Question.objects.filter(case=case).values_list("text", flat=True)]


@transaction.atomic
def write_questions(case: Case, texts: list[str]) -> None:
    """Make `texts` the questions, numbered from 1; empty ones fall out. At most 10."""
    wanted = [text.strip() for text in texts if text.strip()][: Question.MOST]
    known = {each.number: each for each in Question.objects.filter(case=case)}
    for number, text in enumerate(wanted, start=1):
        row = known.pop(number, None) or Question(case=case, number=number)
        if row.text != text:
            row.text = text
            row.save()
    Question.objects.filter(pk__in=[row.pk for row in known.values()]).delete()


class QuestionsForm(StepForm):
    """Up to ten boxes; one more than there are questions."""

    title: ClassVar[Voiced] = {
        "me": _("What do you want to ask the specialist?"),
        "other": _("What should the specialist answer?"),
    }
    why = _("Up to 10 questions, in your words. Each one gets its own answer.")
    template = "intake/questions.html"
    autosaved = True

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        kept = questions_of(self.case)
        sent = sum(1 for name in data or () if name.startswith("question_"))
        self.room = len(kept) < Question.MOST
        for number in range(1, max(min(len(kept) + 1, Question.MOST), sent) + 1):
            self.fields[f"question_{number}"] = forms.CharField(
                label=_("Question %(number)s") % {"number": number},
                required=False,
                initial=kept[number - 1] if number <= len(kept) else "",
                max_length=LONGEST,
                widget=forms.Textarea({"class": "input-voice", "rows": 3}),
                error_messages={
                    "max_length": _("This is longer than 600 signs. Make two questions of it")
                },
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each box, with whether it can be moved or taken out."""
        there = len(questions_of(self.case))
        fields = [self[name] for name in self.fields]
        return [
            {"field": field, "number": number, "there": number <= there, "first": number == 1}
            for number, field in enumerate(fields, start=1)
        ]

    def clean(self) -> dict[str, Any]:
        """At least one question, unless a button only adds, moves or takes out."""
        self.texts = [str(self.cleaned_data.get(name, "")).strip() for name in self.fields]
        if not any(self.texts) and not self.data.get("act") and not self.errors:
            self.add_error(
                "question_1",
                _("Write at least one question. It can be short, like: Do I need surgery?"),
            )
        return self.cleaned_data

    def keep(self, *, by: Actor, at: datetime) -> None:
        write_questions(self.case, self.texts)

    def act(self, name: str, *, by: Actor, at: datetime) -> bool:
        """“add”, “remove-3”, “up-3”; what was typed is kept first."""
        verb, _dash, figure = name.partition("-")
        place = int(figure) - 1 if figure.isdecimal() else -1
        texts = list(self.texts)
        if verb == "remove" and 0 <= place < len(texts):
            del texts[place]
        if verb == "up" and 0 < place < len(texts):
            texts[place - 1], texts[place] = texts[place], texts[place - 1]
        write_questions(self.case, texts)
        return verb in {"add", "remove", "up"}


class HoldersForm(StepForm):
    """Places that hold records, added one by one; the list may also be empty."""

    title: ClassVar[Voiced] = {
        "me": _("Who has records about you?"),
        "child": _("Who has records about your child?"),
        "other": _("Who has records about the patient?"),
    }
    why = _(
        "Clinics, hospitals and laboratories. With a form that you sign, we ask them for the "
        "records. The name is enough; we look up the rest."
    )
    template = "intake/holders.html"

    name = forms.CharField(label=_("Name of the place"), max_length=120, required=False)
    what = forms.CharField(
        label=_("What they have"),
        help_text=_("Like: scans of this year, the report of a biopsy"),
        max_length=200,
        required=False,
    )
    address = forms.CharField(label=_("Town"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    fax = forms.CharField(label=_("Fax"), max_length=40, required=False)
    nobody = forms.BooleanField(label=_("Nobody else: I have everything myself"), required=False)

    def kept(self) -> dict[str, Any]:
        """The tick, if the list was said to be whole without any place on it."""
        return {"nobody": self.paper.holders_listed and not self.holders}

    @property
    def holders(self) -> list[RecordHolder]:
        """The places named so far."""
        return list(RecordHolder.objects.filter(case=self.case))

    def clean(self) -> dict[str, Any]:
        """A place needs a name; no place at all needs the tick."""
        words = self.cleaned_data
        self.typed = any(words.get(name) for name in ("name", "what", "address", "email", "fax"))
        act = str(self.data.get("act", ""))
        if act.startswith("remove"):
            return words
        if (self.typed or act == "add") and not words.get("name"):
            self.add_error("name", _("Write the name of the place"))
        elif not (self.typed or self.holders or words.get("nobody")) and not self.errors:
            raise ValidationError(
                _("Name a place that has records, or tick that you have everything yourself")
            )
        return words

    def keep(self, *, by: Actor, at: datetime) -> None:
        """Add what was typed, if anything was; the list is whole now."""
        self._add()
        self.paper.holders_listed = True
        self.paper.save(update_fields=["holders_listed"])

    def act(self, name: str, *, by: Actor, at: datetime) -> bool:
        """“add”, or “remove-<id>”."""
        verb, _dash, which = name.partition("-")
        if verb == "add":
            self._add()
        if verb == "remove":
            for holder in self.holders:
                if str(holder.pk) == which:
                    holder.delete()
        return verb in {"add", "remove"}

    def _add(self) -> None:
        if self.typed:
            words = {key: value for key, value in self.cleaned_data.items() if key != "nobody"}
            RecordHolder.objects.get_or_create(case=self.case, **words)
