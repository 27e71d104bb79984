"""The questions about people: for whom it is, who asks, and who the patient is."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from konsil.cases.models import LicenceRule, Representative, Verdict
from konsil.core.fields import ThreeBoxDateField
from konsil.intake.actions import take_part_as
from konsil.intake.models import ForWhom
from konsil.intake.steps import PatientForm, StepForm, refuse_wrong_age
from konsil.intake.words import LANGUAGES, Voiced
from konsil.people.actors import Actor
from konsil.people.models import Patient
from konsil.people.places import grouped

OLDEST = 120
UNSAID = "unsaid"


class WhoForm(StepForm):
    title = _("Who needs the second opinion?")
    why = _("A parent can ask for a child, and you can ask for somebody you care for.")
    single = "who"

    who = forms.ChoiceField(
        choices=[
            (ForWhom.ME, _("I do")),
            (ForWhom.CHILD, _("My child\nUnder 18")),
            (ForWhom.OTHER, _("Someone I care for\nWith their consent, or as their guardian")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who needs the opinion")},
    )

    def kept(self) -> dict[str, Any]:
        return {"who": self.paper.for_whom}

    def clean_who(self) -> str:
        """The answer must fit the date of birth, if it is there."""
        who = str(self.cleaned_data["who"])
        if born := self.case.patient.birth_date:
            refuse_wrong_age(born, who, self.today)
        return who

    def keep(self, *, by: Actor, at: datetime) -> None:
        take_part_as(self.case, self.cleaned_data["who"], by=by, at=at)
        self.paper.for_whom = self.cleaned_data["who"]


class AuthorityForm(StepForm):
    title: ClassVar[Voiced] = {
        "child": _("Who are you to the child?"),
        "other": _("Who are you to the patient?"),
    }
    why = _("You will sign forms in the patient’s place, so we have to know by what right.")

    name = forms.CharField(label=_("Your own name"), max_length=120)
    relation = forms.CharField(
        label=_("You are the patient’s"), help_text=_("Mother, son, partner, friend"), max_length=80
    )
    authority = forms.ChoiceField(
        label=_("You may ask because"),
        choices=[
            ("parent", _("I am a parent\nThe patient is under 18")),
            ("guardian", _("I am the legal guardian\nBy a court or by law")),
            ("agent", _("I am the health care agent\nBy a power of attorney")),
            ("consent", _("The patient agrees\nAnd can say so if you call")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose by what right you ask")},
    )
    evidence_promised = forms.BooleanField(
        label=_("I have a paper that shows it"),
        help_text=_("You can send it with the records, as a photo or a file."),
        required=False,
    )

    def kept(self) -> dict[str, Any]:
        known = Representative.objects.filter(case=self.case).first()
        if known is None:
            first = "parent" if self.paper.for_whom == ForWhom.CHILD else ""
            return {"name": self.asker, "authority": first}
        return {name: getattr(known, name) for name in self.base_fields}

    def clean_authority(self) -> str:
        """A parent’s right ends when the child is of age."""
        authority = str(self.cleaned_data["authority"])
        if authority == "parent" and self.paper.for_whom == ForWhom.OTHER:
            raise ValidationError(
                _("A parent asks for a child under 18. For an adult, choose another answer.")
            )
        if authority == "consent" and self.paper.for_whom == ForWhom.CHILD:
            raise ValidationError(_("For a child, a parent or guardian has to ask."))
        return authority

    def keep(self, *, by: Actor, at: datetime) -> None:
        user = by.user or by.on_behalf_of
        Representative.objects.update_or_create(
            case=self.case, defaults={**self.cleaned_data, "user": user}
        )


class NameForm(PatientForm):
    title: ClassVar[Voiced] = {
        "me": _("What is your name?"),
        "child": _("What is your child’s name?"),
        "other": _("What is the patient’s name?"),
    }
    why = _("As it stands on most records, so that we know which belong together.")

    given_name = forms.CharField(label=_("First and middle names"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    former_names = forms.CharField(
        label=_("Other names on records"),
        help_text=_("A name before marriage, or another spelling"),
        max_length=120,
        required=False,
    )

    def kept(self) -> dict[str, Any]:
        known = super().kept()
        named = self.asker and "@" not in self.asker
        if self.paper.for_whom == ForWhom.ME and named and not any(known.values()):
            known["given_name"], _space, known["family_name"] = self.asker.rpartition(" ")
        return known


class BornForm(PatientForm):
    title: ClassVar[Voiced] = {
        "me": _("When were you born?"),
        "child": _("When was your child born?"),
        "other": _("When was the patient born?"),
    }
    why: ClassVar[Voiced] = {
        "me": _("We use it to make sure that the records belong to you."),
        "other": _("We use it to make sure that the records belong to the patient."),
    }
    single = "birth_date"

    birth_date = ThreeBoxDateField(
        birth=True, error_messages={"required": _("Give day, month and year of birth")}
    )

    def clean_birth_date(self) -> date:
        """A day that was, of a person who lives; and an age that fits who asks."""
        born: date = self.cleaned_data["birth_date"]
        if born > self.today:
            raise ValidationError(_("This day is still to come. Check the year"))
        if self.today.year - born.year > OLDEST:
            raise ValidationError(_("This is more than 120 years ago. Check the year"))
        refuse_wrong_age(born, self.paper.for_whom, self.today)
        return born


class SexForm(PatientForm):
    title: ClassVar[Voiced] = {
        "me": _("Which sex is on your records?"),
        "child": _("Which sex is on your child’s records?"),
        "other": _("Which sex is on the patient’s records?"),
    }
    why = _("Scans and blood values are read by it.")
    single = "sex"

    sex = forms.ChoiceField(
        choices=[
            (Patient.Sex.FEMALE, _("Female")),
            (Patient.Sex.MALE, _("Male")),
            (Patient.Sex.OTHER, _("Another")),
            (UNSAID, _("I would rather not say")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def kept(self) -> dict[str, Any]:
        """Nothing is chosen for her before she was asked."""
        known = self.case.patient.sex
        return {"sex": known or (UNSAID if "sex" in self.paper.answered else None)}

    def clean_sex(self) -> str:
        """Not saying it is an answer."""
        return str(self.cleaned_data["sex"]).replace(UNSAID, "")


class PlaceForm(PatientForm):
    title: ClassVar[Voiced] = {
        "me": _("Where are you now?"),
        "child": _("Where is your child now?"),
        "other": _("Where is the patient now?"),
    }
    why = _(
        "The law of this place decides whether a doctor from elsewhere may advise. "
        "A visit counts: say where it is today."
    )
    single = "place"

    place = forms.ChoiceField(
        choices=grouped, error_messages={"required": _("Choose a state or a country")}
    )

    def clean_place(self) -> str:
        """A place that the hospital’s licence table blocks ends here, before anything is paid."""
        place = str(self.cleaned_data["place"])
        if LicenceRule.verdict_for(self.case.tenant, place) == Verdict.BLOCK:
            raise ValidationError(
                _(
                    "The law there does not let us give an opinion. Call us: we can say who "
                    "may, and you pay nothing"
                )
            )
        return place

    def keep(self, *, by: Actor, at: datetime) -> None:
        super().keep(by=by, at=at)
        self.case.place = self.cleaned_data["place"]
        self.case.save(update_fields=["place"])


class PhoneForm(PatientForm):
    title = _("On which number can we call you?")
    why = _(
        "For a question that is quicker to talk about. Leave it empty if you like e-mail better."
    )
    single = "phone"

    phone = forms.CharField(
        max_length=40,
        required=False,
        widget=forms.TextInput({"class": "w16", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        """Any common way of writing it, with spaces, dots, dashes or brackets (F2.5)."""
        phone = str(self.cleaned_data["phone"]).strip()
        figures = sum(sign.isdigit() for sign in phone)
        strange = [sign for sign in phone if not (sign.isdigit() or sign in " +-./()x")]
        if phone and (strange or figures < 7):
            raise ValidationError(
                _("A phone number has at least 7 figures and no letters, like +1 503 555 0100")
            )
        return phone


class LanguageForm(PatientForm):
    title: ClassVar[Voiced] = {
        "me": _("Which language do you like best?"),
        "other": _("Which language does the family like best?"),
    }
    why = _("Everybody who works on the case sees it. You are not asked again.")

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    interpreter = forms.BooleanField(label=_("For talks, an interpreter is needed"), required=False)
