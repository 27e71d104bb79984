"""The one page on which a clinic refers a patient (F2.8)."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from konsil.cases.models import LicenceRule, ServiceLine, Verdict
from konsil.core.fields import ThreeBoxDateField
from konsil.people.models import Institution, Membership, User
from konsil.people.places import grouped
from konsil.referrals.actions import Letter

OLDEST = 120
PHONE_SIGNS = " +-./()x"


def _text(label: str, missing: str = "", *, hint: str = "", most: int, **attrs: str) -> forms.Field:
    """One line; required when there are words for its absence."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(missing),
        widget=forms.TextInput({"autocomplete": "off", **attrs}),
        error_messages={"required": missing},
    )


def _asks(label: str, missing: str = "") -> forms.Field:
    return forms.CharField(
        label=label,
        max_length=600,
        required=bool(missing),
        widget=forms.Textarea({"rows": 2, "class": "input-voice"}),
        error_messages={"required": missing},
    )


class ReferralForm(forms.Form):
    """The patient, what is asked, and the clinic's own side of it."""

    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label="Referred from",
        error_messages={"required": "Choose from which clinic you refer"},
    )
    given_name = _text("First and middle names", "Write the patient’s first name", most=80)
    family_name = _text("Family name", "Write the patient’s family name", most=80)
    birth_date = ThreeBoxDateField(
        label="Born", error_messages={"required": "Give day, month and year of birth"}
    )
    sex = forms.ChoiceField(
        label="Sex on the records",
        choices=[("F", "Female"), ("M", "Male"), ("O", "Another"), ("", "Not said")],
        widget=forms.RadioSelect,
        required=False,
    )
    place = forms.ChoiceField(
        label="Where the patient is now",
        help_text="The law of this place decides whether we may advise.",
        choices=grouped,
        error_messages={"required": "Choose a state or a country"},
    )
    email = forms.EmailField(
        label="E-mail address of the patient",
        help_text="The patient’s own: the link to confirm and agree goes there.",
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    phone = _text(
        "Phone of the patient",
        hint="Without an e-mail address, we call.",
        most=40,
        inputmode="tel",
    )
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(),
        label="Which opinion",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose which opinion you ask for",
            "invalid_choice": "Choose one of the opinions in the list",
        },
    )
    reason = forms.CharField(
        label="Diagnosis and reason",
        help_text="A few lines. The records follow on the next page.",
        max_length=4000,
        widget=forms.Textarea({"rows": 4, "class": "input-voice"}),
        error_messages={"required": "Write in a few lines why you refer the patient"},
    )
    question_1 = _asks("First question to the specialist", "Write at least one question")
    question_2 = _asks("A second question, if there is one")
    question_3 = _asks("And a third")
    physician = _text(
        "Referring physician",
        "Name the physician who takes part",
        hint="Receives the report, and treats the patient there.",
        most=120,
    )
    own_reference = _text("Your own reference", most=60)
    needed_by = ThreeBoxDateField(
        label="Needed by",
        help_text="Only if a date is fixed, such as an operation.",
        required=False,
    )

    def __init__(
        self, data: Any = None, *, user: User, institutions: list[Institution], today: date
    ) -> None:
        first = institutions[0]
        name = f"{user.name}, {user.credentials}".rstrip(", ") if user.credentials else user.name
        super().__init__(
            data,
            initial={"physician": name, "place": first.place or first.tenant.place, "sex": ""},
        )
        self.today, self.hospital, self.clinics = today, first.tenant, institutions
        self._offer(institutions)

    def _offer(self, institutions: list[Institution]) -> None:
        """The clinics for which the user refers, and what the hospital offers."""
        mine = Institution.objects.filter(pk__in=[each.pk for each in institutions])
        clinics: Any = self.fields["institution"]
        clinics.queryset = mine.order_by("name")
        if len(institutions) < 2:
            del self.fields["institution"]
        lines = ServiceLine.objects.filter(tenant=self.hospital, active=True)
        offered: Any = self.fields["service_line"]
        offered.queryset = lines
        if len(lines) == 1:
            self.initial["service_line"] = lines[0].pk

    def clean_birth_date(self) -> date:
        """A day that was, of a person who lives."""
        born: date = self.cleaned_data["birth_date"]
        if born > self.today:
            raise ValidationError("This day is still to come. Check the year")
        if self.today.year - born.year > OLDEST:
            raise ValidationError("This is more than 120 years ago. Check the year")
        return born

    def clean_needed_by(self) -> date | None:
        """A day to come."""
        day: date | None = self.cleaned_data["needed_by"]
        if day and day < self.today:
            raise ValidationError("This day has passed. Check the month and the year")
        return day

    def clean_place(self) -> str:
        """A place that the hospital's licence table blocks ends here, before anybody is asked."""
        place = str(self.cleaned_data["place"])
        if LicenceRule.verdict_for(self.hospital, place) == Verdict.BLOCK:
            raise ValidationError("The law there does not let us give an opinion. Call us first")
        return place

    def clean_phone(self) -> str:
        """Any common way of writing it, with spaces, dots, dashes or brackets (F2.5)."""
        phone = str(self.cleaned_data["phone"]).strip()
        figures = sum(sign.isdigit() for sign in phone)
        strange = any(not (sign.isdigit() or sign in PHONE_SIGNS) for sign in phone)
        if phone and (strange or figures < 7):
            raise ValidationError("A phone number looks like +1 503 555 0100, without letters")
        return phone

    def clean_email(self) -> str:
        """The patient's own mailbox: nobody at the clinic agrees in her place."""
        email = str(self.cleaned_data["email"])
        if not email:
            return ""
        desks = Membership.objects.in_force().filter(user__email__iexact=email)
        if desks.filter(institution__in=self.clinics).exists() or email in self.shared_boxes():
            raise ValidationError(
                "This address is your clinic’s. The patient has to agree by a mailbox of their own"
            )
        return email

    def shared_boxes(self) -> set[str]:
        """The clinics' own addresses."""
        return {clinic.email for clinic in self.clinics if clinic.email}

    def clean(self) -> dict[str, Any]:
        """One way to reach the patient is enough, none is not."""
        given: dict[str, Any] = super().clean() or {}
        known = {"email", "phone"} - set(self.errors)
        if len(known) == 2 and not (given.get("email") or given.get("phone")):
            self.add_error("email", "Give an e-mail address, or a phone number below")
        return given

    def letter(self) -> Letter:
        """What was written, for `refer`."""
        given = self.cleaned_data
        asked = [given[f"question_{number}"] for number in (1, 2, 3)]
        plain = ("given_name", "family_name", "birth_date", "sex", "place", "email", "phone")
        own = ("service_line", "reason", "physician", "own_reference", "needed_by")
        return Letter(
            questions=[text for text in asked if text],
            **{name: given[name] for name in (*plain, *own)},
        )
