"""What is asked before somebody is let in another way."""

from typing import Any

from django import forms

from konsil.core.fields import ThreeBoxDateField
from konsil.entrance.lost import Why
from konsil.entrance.models import EmergencyAccess, FactorReset

FEW_WORDS = 10


class ResetForm(forms.Form):
    email = forms.EmailField(label="E-mail address of your colleague")
    checked = forms.ChoiceField(
        label="How do you know who asks?",
        choices=FactorReset.Checked.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What did you see or hear?",
        help_text="Stays on record with your name",
        max_length=300,
        min_length=FEW_WORDS,
        error_messages={"min_length": "Write a few words more, so that others can follow it"},
    )


class AddressForm(forms.Form):
    born = ThreeBoxDateField(label="Birth date, as the caller says it")
    email = forms.EmailField(label="New e-mail address")
    why = forms.ChoiceField(label="Why?", choices=Why.choices, widget=forms.RadioSelect)


class EmergencyForm(forms.Form):
    number = forms.CharField(label="Number of the case", help_text="Like K-2041", max_length=12)
    reason = forms.ChoiceField(
        label="Why?", choices=EmergencyAccess.Reason.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="In a few words",
        help_text="Read by the privacy officers and the medical director. No findings here",
        max_length=500,
        min_length=FEW_WORDS,
        error_messages={"min_length": "Write a few words more, so that others can follow it"},
    )
    minutes = forms.TypedChoiceField(
        label="For how long?",
        choices=[("15", "15 minutes"), ("30", "30 minutes"), ("60", "An hour")],
        coerce=int,
        initial="30",
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip().upper()
        return number

    @property
    def given(self) -> dict[str, Any]:
        return self.cleaned_data
