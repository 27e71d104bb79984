"""Which form belongs to which page, and the forms before a request has a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from konsil.core.fields import ThreeBoxDateField
from konsil.intake import about, lists, telling
from konsil.intake.fit import Ask
from konsil.intake.steps import StepForm

BY_STEP: dict[str, type[StepForm]] = {
    "who": about.WhoForm,
    "authority": about.AuthorityForm,
    "name": about.NameForm,
    "born": about.BornForm,
    "sex": about.SexForm,
    "place": about.PlaceForm,
    "phone": about.PhoneForm,
    "language": about.LanguageForm,
    "illness": telling.IllnessForm,
    "questions": lists.QuestionsForm,
    "holders": lists.HoldersForm,
    "records": telling.RecordsForm,
    "doctor": telling.DoctorForm,
    "consent": telling.ConsentForm,
}


class AskForm(forms.Form):
    """One of the six questions: its title is the label of its only field."""

    def __init__(self, data: Any = None, *, ask: Ask, choices: list[Any], given: str = "") -> None:
        super().__init__(data, initial={"answer": given})
        few = ask.key != "place"
        words = _("Choose one of the answers") if few else _("Choose a state or a country")
        self.fields["answer"] = forms.ChoiceField(
            label=ask.title,
            help_text=ask.why,
            choices=choices,
            widget=forms.RadioSelect if few else forms.Select,
            error_messages={"required": words, "invalid_choice": words},
        )


class StartForm(forms.Form):
    """Who asks, and where the link goes."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Write your name")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send you a link to go on later, and tell you when something happens."),
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address")},
    )


class BirthForm(forms.Form):
    """What somebody who opens a mailed link has to know."""

    birth_date = ThreeBoxDateField(
        birth=True,
        label=_("When was the patient born?"),
        help_text=_("So that nobody else goes on with this request."),
        error_messages={"required": _("Give day, month and year of birth")},
    )
