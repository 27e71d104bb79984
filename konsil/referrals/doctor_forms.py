"""The public page on which a doctor without an account refers (F2.12), and naming a physician."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from konsil.core.fields import ThreeBoxDateField
from konsil.people.models import Institution
from konsil.referrals.actions import Letter
from konsil.referrals.doctors import npi_is_sound
from konsil.referrals.forms import ReferralForm


def _line(label: Any, missing: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, error_messages={"required": missing}, **more
    )


class PublicReferralForm(ReferralForm):
    """The clinic's form with the doctor's own lines in place of the clinic's."""

    doctor_name = _line(_("Your name and credentials"), _("Write your name"), 120)
    practice = _line(_("Practice and town"), _("Write where you practise"), 120)
    doctor_email = forms.EmailField(
        label=_("Your e-mail address at work"),
        help_text=_("We write there; the link shows you where the referral stands."),
        error_messages={"required": _("Write an address at which you read mail")},
    )
    doctor_phone = _line(
        _("Your phone"),
        _("Write a number at which the practice is reached"),
        40,
        help_text=_("We call it to check who refers."),
    )
    npi = forms.CharField(
        label=_("NPI"),
        max_length=14,
        required=False,
        help_text=_("In the United States. It shortens the check."),
    )

    def __init__(self, data: Any = None, *, tenant: Institution, today: date) -> None:
        forms.Form.__init__(self, data, initial={"place": tenant.place, "sex": ""})
        self.today, self.hospital, self.clinics = today, tenant, []
        self._offer([])
        for name in ("physician", "own_reference"):
            del self.fields[name]

    def clean_npi(self) -> str:
        """Spaces and dashes are taken; a number that cannot be one is refused."""
        npi = "".join(sign for sign in str(self.cleaned_data["npi"]) if sign not in " -")
        if npi and not npi_is_sound(npi):
            raise ValidationError(_("An NPI has ten figures, and this is none. Check it"))
        return npi

    def clean(self) -> dict[str, Any]:
        """Patient and doctor read different mail: the doctor does not agree in her place."""
        given = super().clean()
        own, hers = str(given.get("doctor_email", "")), str(given.get("email", ""))
        if own and own.casefold() == hers.casefold():
            self.add_error("email", _("The patient has to agree by a mailbox of their own"))
        return given

    def letter(self) -> Letter:
        """What was written about the patient."""
        self.cleaned_data |= {"physician": self.cleaned_data["doctor_name"], "own_reference": ""}
        return super().letter()

    def doctor(self) -> dict[str, str]:
        """Who wrote it."""
        given = self.cleaned_data
        return {
            "name": given["doctor_name"],
            "practice": given["practice"],
            "email": given["doctor_email"],
            "phone": given["doctor_phone"],
            "npi": given["npi"],
        }


class PhysicianForm(forms.Form):
    """Whom to send the link to the report."""

    name = _line(_("Name of the physician"), _("Write the physician’s name"), 120)
    practice = forms.CharField(label=_("Practice and town"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The link goes there. It opens with the patient’s date of birth."),
        error_messages={"required": _("Write the physician’s address")},
    )


class FindingForm(forms.Form):
    """What was found later."""

    text = forms.CharField(
        label=_("What you found"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4, "class": "input-voice"}),
        error_messages={"required": _("Write in a few lines what you found")},
    )
    found_on = ThreeBoxDateField(label=_("On which day"), required=False)


class BornForm(forms.Form):
    """What whoever opens a doctor's link has to know."""

    birth_date = ThreeBoxDateField(
        label=_("When was the patient born?"),
        error_messages={"required": _("Give day, month and year of birth")},
    )
