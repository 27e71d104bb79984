"""The questions about the illness, the records at hand, the local doctor, and the agreement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from konsil.cases.models import Representative
from konsil.intake.actions import give_consent
from konsil.intake.agreement import TOPICS
from konsil.intake.checking import agreed
from konsil.intake.steps import StepForm
from konsil.intake.words import Voiced
from konsil.people.actors import Actor


class IllnessForm(StepForm):
    title: ClassVar[Voiced] = {
        "me": _("What is it about, in your own words?"),
        "other": _("What is it about, in your words?"),
    }
    why = _("What doctors have found, what was done, what comes next. A few sentences are enough.")
    single = "diagnosis"
    autosaved = True

    diagnosis = forms.CharField(
        max_length=6000,
        widget=forms.Textarea({"class": "input-voice", "rows": 8}),
        error_messages={"required": _("Write a sentence or two about the illness")},
    )

    def kept(self) -> dict[str, Any]:
        return {"diagnosis": self.case.diagnosis}

    def keep(self, *, by: Actor, at: datetime) -> None:
        self.case.diagnosis = self.cleaned_data["diagnosis"]
        self.case.save(update_fields=["diagnosis"])


class RecordsForm(StepForm):
    title = _("Do you have records at hand?")
    why = _("A CD with images, papers, photos of papers. Nothing is lost if you send them later.")
    single = "when"

    when = forms.ChoiceField(
        choices=[
            ("now", _("Yes, I send them now\nYou come back here afterwards")),
            ("later", _("I send them later\nThe button is on your case page")),
            ("none", _("I have none\nWe ask the places that you named")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when you send them")},
    )

    def kept(self) -> dict[str, Any]:
        answered = "records" in self.paper.answered
        return {"when": "later" if answered and self.paper.records_later else None}

    def keep(self, *, by: Actor, at: datetime) -> None:
        self.paper.records_later = self.cleaned_data["when"] == "later"
        self.paper.save(update_fields=["records_later"])


class DoctorForm(StepForm):
    title = _("Which doctor takes part?")
    why = _(
        "Where the patient is, the law asks that a doctor who treats the patient is part of it. "
        "We write to the doctor; you need not."
    )

    name = forms.CharField(label=_("The doctor’s name"), max_length=80)
    practice = forms.CharField(label=_("Practice and town"), max_length=70)

    def kept(self) -> dict[str, Any]:
        name, _comma, practice = self.case.local_physician.partition(", ")
        return {"name": name, "practice": practice}

    def keep(self, *, by: Actor, at: datetime) -> None:
        words: Mapping[str, str] = self.cleaned_data
        self.case.local_physician = f"{words['name']}, {words['practice']}"
        self.case.save(update_fields=["local_physician"])


class ConsentForm(StepForm):
    title = _("Do you agree?")
    why = _("Three separate things. Without them we may not begin.")
    template = "intake/consent.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in TOPICS:
            self.fields[topic.key] = forms.BooleanField(
                label=topic.words,
                initial=agreed(self.case),
                error_messages={"required": _("We need this tick to go on")},
            )

    def keep(self, *, by: Actor, at: datetime) -> None:
        signer = Representative.objects.filter(case=self.case).first()
        name = signer.name if signer and self.paper.by_proxy else str(self.case.patient)
        give_consent(self.case, [topic.key for topic in TOPICS], by=by, at=at, name=name)
