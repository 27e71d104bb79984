"""What all questions of the request share: a heading, a reason, a place for the answer."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from konsil.cases.models import Case
from konsil.intake.models import ForWhom, Request
from konsil.intake.words import Voiced, pick
from konsil.people.actors import Actor

OF_AGE = 18


class StepForm(forms.Form):
    """A page of the request. `single` names the field whose label is the heading."""

    title: ClassVar[Voiced] = ""
    why: ClassVar[Voiced] = ""
    single: ClassVar[str] = ""
    autosaved: ClassVar[bool] = False
    template: ClassVar[str] = "intake/step.html"

    def __init__(
        self, data: Any = None, *, case: Case, paper: Request, name: str = "", today: date
    ) -> None:
        self.case, self.paper, self.asker, self.today = case, paper, name, today
        super().__init__(data, initial=self.kept())
        self.heading = pick(self.title, paper)
        self.reason = pick(self.why, paper)
        if self.single:
            self.fields[self.single].label = self.heading
            self.fields[self.single].help_text = self.reason

    def kept(self) -> dict[str, Any]:
        """What was answered before."""
        return {}

    def keep(self, *, by: Actor, at: datetime) -> None:
        """Keep the answer; called only with a valid form."""
        raise NotImplementedError

    def act(self, name: str, *, by: Actor, at: datetime) -> bool:
        """A button besides “continue”; True when the page should be shown again."""
        return False


class PatientForm(StepForm):
    """A page whose fields are columns of the patient."""

    def kept(self) -> dict[str, Any]:
        """The columns of the same names."""
        return {name: getattr(self.case.patient, name, None) for name in self.base_fields}

    def keep(self, *, by: Actor, at: datetime) -> None:
        """Write the columns."""
        patient = self.case.patient
        for name in self.base_fields:
            setattr(patient, name, self.cleaned_data[name])
        patient.save(update_fields=list(self.base_fields))


def refuse_wrong_age(born: date, who: str, today: date) -> None:
    """A child does not ask alone, and a parent does not ask alone for somebody of age (F2.7)."""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < OF_AGE and who == ForWhom.ME:
        raise ValidationError(
            _(
                "Under 18, a parent or guardian has to ask. "
                "Go back to “Who needs the second opinion?” and choose “My child”"
            )
        )
    if age >= OF_AGE and who == ForWhom.CHILD:
        raise ValidationError(
            _(
                "From 18 on, a parent cannot ask alone. "
                "Go back to “Who needs the second opinion?” and choose “Someone I care for”"
            )
        )
