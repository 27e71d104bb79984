"""Rows of the licence table, and physicians' licences."""

from collections.abc import Mapping
from typing import Any

from django import forms

from konsil.cases.models import Mode, Verdict
from konsil.core.fields import ThreeBoxDateField
from konsil.people.models import User
from konsil.people.places import grouped
from konsil.practice.forms import needed


class RuleForm(forms.Form):
    """One row of the licence table."""

    verdict = forms.ChoiceField(
        label="May we answer a patient there?",
        choices=[*Verdict.choices, ("", "Not known: a local physician is needed")],
        required=False,
        widget=forms.RadioSelect,
    )
    source = forms.CharField(label="Source", max_length=200, required=False)
    checked_on = ThreeBoxDateField(label="Checked on", required=False)
    owner = forms.CharField(label="Who answers for it", max_length=120, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, mode: Mode, **options: Any) -> None:
        super().__init__(data, prefix=mode.value, **options)
        self.mode = mode

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict"):
            asks = {
                "source": "Name the law or the advice that says so",
                "checked_on": "Write the day on which it was checked",
                "owner": "Name who answers for it",
            }
            for name, words in asks.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return cleaned

    def given(self) -> dict[str, Any] | None:
        """The row to write, or None for one that is not known."""
        return dict(self.cleaned_data) if self.cleaned_data.get("verdict") else None


class LicenceForm(forms.Form):
    """A physician's licence."""

    physician = forms.ModelChoiceField(
        User.objects.none(), label="Physician", error_messages=needed("Choose the physician")
    )
    place = forms.ChoiceField(
        label="State or country", choices=grouped, error_messages=needed("Choose the place")
    )
    number = forms.CharField(
        label="Number",
        max_length=40,
        widget=forms.TextInput({"class": "w16"}),
        error_messages=needed("Write the number of the licence"),
    )
    until = ThreeBoxDateField(
        label="Valid until", error_messages=needed("Write the last day on which it is valid")
    )
    source = forms.CharField(
        label="Looked up at", max_length=200, required=False, help_text="The board's own page"
    )

    def __init__(self, data: Any, *, physicians: list[User], **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["physician"]
        field.queryset = User.objects.filter(pk__in=[user.pk for user in physicians])
