"""What people fill in here: until when reminders wait, how to be reached, a hospital's words."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from konsil.core import sms
from konsil.notices.texts import TEXTS
from konsil.notices.wording import refusal
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

ZONES = sorted(
    zone
    for zone in available_timezones()
    if zone.startswith(("America/", "Europe/", "Pacific/", "Asia/", "Africa/", "Australia/"))
)
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SnoozeForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Choose the day on which the reminders go on",
            "invalid": "Choose a day from the calendar",
        },
    )
    reason = forms.CharField(
        label="Why?",
        max_length=200,
        error_messages={"required": "Say in a few words why. It stands beside the date"},
    )

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day.year > 2200:
            raise forms.ValidationError("Choose a day from the calendar")
        return day


class ReachForm(forms.Form):
    """When and by which way somebody wants to be written to."""

    zone = forms.ChoiceField(
        label=_("Your time zone"), required=False, choices=[("", _("As the hospital’s"))]
    )
    quiet_from = forms.TimeField(label=_("Nothing after"), widget=CLOCK, required=False)
    quiet_until = forms.TimeField(label=_("and nothing before"), widget=CLOCK, required=False)
    phone = forms.CharField(
        label=_("Mobile number for text messages"),
        help_text=_("Leave it empty to be written to by e-mail."),
        max_length=30,
        required=False,
    )
    agrees = forms.BooleanField(required=False)

    def __init__(self, *args: Any, promise: str, **options: Any) -> None:
        super().__init__(*args, **options)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        named = [(name, name.replace("_", " ").replace("/", ": ")) for name in ZONES]
        zone.choices = [("", _("As the hospital’s")), *named]
        self.fields["agrees"].label = promise

    def clean_phone(self) -> str:
        said: str = self.cleaned_data["phone"]
        if said and not sms.number(said):
            raise forms.ValidationError(
                _("Write the number with its area code, like (503) 555-0100 or +49 30 1234567")
            )
        return sms.number(said)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("phone") and not said.get("agrees"):
            self.add_error("agrees", _("Tick this so that we may send text messages"))
        if bool(said.get("quiet_from")) != bool(said.get("quiet_until")):
            empty = "quiet_until" if said.get("quiet_from") else "quiet_from"
            self.add_error(empty, _("Give both times, or neither"))
        return said


class CodeForm(forms.Form):
    """The figures that were sent to the number."""

    code = forms.CharField(
        label=_("The six figures that we sent"),
        max_length=12,
        error_messages={"required": _("Type the six figures from the text message")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class TextForm(forms.Form):
    """A hospital's own words for one notice."""

    subject = forms.CharField(
        label="Subject", max_length=80, error_messages={"required": "Write a subject"}
    )
    words = forms.CharField(
        label="What it says",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what it says"},
    )
    verb = forms.CharField(
        label="What the link does", max_length=60, error_messages={"required": "Name the link"}
    )

    def __init__(self, *args: Any, tenant: Institution, key: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tenant, self.text = tenant, TEXTS[key]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in ("subject", "words", "verb"):
            if name in said and (words := refusal(said[name], tenant=self.tenant)):
                self.add_error(name, words)
        return said


class PracticeForm(forms.Form):
    """The hospital's night, and who is told when nobody moves."""

    quiet_from = forms.TimeField(label="Nothing after", widget=CLOCK)
    quiet_until = forms.TimeField(label="and nothing before", widget=CLOCK)
    escalate_to = forms.ModelChoiceField(
        User.objects.none(),
        label="Who is told when a case is late and nobody moves?",
        empty_label="A medical director",
        required=False,
    )

    def __init__(self, *args: Any, tenant: Institution, **options: Any) -> None:
        super().__init__(*args, **options)
        person = self.fields["escalate_to"]
        assert isinstance(person, forms.ModelChoiceField)
        desks = Membership.objects.in_force().filter(
            institution=tenant, role__in=[Role.DIRECTOR, Role.COORDINATOR, Role.NURSE]
        )
        person.queryset = User.objects.filter(pk__in=desks.values("user"), is_active=True)
