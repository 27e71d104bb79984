"""What an administrator types; each form is one decision."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from konsil.core.colour import NotAColour, brand_of
from konsil.core.fields import ThreeBoxDateField
from konsil.people.places import grouped

ZONES = (
    ("America/New_York", "Eastern, New York"),
    ("America/Chicago", "Central, Chicago"),
    ("America/Denver", "Mountain, Denver"),
    ("America/Phoenix", "Mountain without summer time, Phoenix"),
    ("America/Los_Angeles", "Pacific, Los Angeles"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic, Puerto Rico"),
)


def needed(words: str) -> dict[str, str]:
    """The sentence for an empty box."""
    return {"required": words}


class InstitutionForm(forms.Form):
    """Who the hospital is, as patients read it."""

    name = forms.CharField(
        label="Name of the hospital", max_length=120, error_messages=needed("Write the name")
    )
    address = forms.CharField(
        label="Address",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages=needed("Write the address; it stands on forms and letters"),
    )
    phone = forms.CharField(
        label="Telephone for patients",
        max_length=40,
        error_messages=needed("Write the number that patients can call"),
    )
    email = forms.EmailField(label="E-mail for patients", required=False)
    place = forms.ChoiceField(
        label="State or country",
        choices=grouped,
        error_messages=needed("Choose where the hospital is"),
    )
    time_zone = forms.ChoiceField(
        label="Time zone", help_text="Hours and due dates are counted in it"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {zone for zone, _name in ZONES}
        others = [(zone, zone) for zone in sorted(available_timezones() - known) if "/" in zone]
        zones: Any = self.fields["time_zone"]
        zones.choices = [("In the United States", ZONES), ("Elsewhere", others)]


class BrandForm(forms.Form):
    """The hospital's colour and its mark."""

    act = forms.CharField(
        label="Colour of buttons and links",
        max_length=9,
        widget=forms.TextInput({"class": "w8"}),
        help_text="As # and six figures. It must be readable on white, and not yellow.",
        error_messages=needed("Write a colour, like #11496F"),
    )
    logo = forms.FileField(
        label="Mark",
        required=False,
        help_text="PNG or JPEG, up to 2 MB. It is drawn anew, so that only its picture is kept.",
    )

    def clean_act(self) -> str:
        try:
            return brand_of(self.cleaned_data["act"]).act
        except NotAColour as words:
            raise ValidationError(str(words)) from None


class HoursForm(forms.Form):
    """When the practice works. Targets and reminders are counted by it."""

    WEEK = tuple(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")))
    days = forms.TypedMultipleChoiceField(
        label="Days",
        choices=[*WEEK, (6, "Sunday")],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages=needed("Choose at least one day"),
    )
    opens = forms.TimeField(label="Opens", widget=forms.TimeInput({"class": "w8"}, format="%H:%M"))
    closes = forms.TimeField(
        label="Closes", widget=forms.TimeInput({"class": "w8"}, format="%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "It closes before it opens")
        return cleaned


class HolidayForm(forms.Form):
    day = ThreeBoxDateField(label="Day", error_messages=needed("Write the day"))
    name = forms.CharField(label="Name", max_length=80, error_messages=needed("Name the holiday"))


class MailForm(forms.Form):
    """The post office for the hospital's letters."""

    host = forms.CharField(
        label="Server", max_length=200, error_messages=needed("Write the name of the server")
    )
    port = forms.IntegerField(
        label="Port", min_value=1, max_value=65535, widget=forms.NumberInput({"class": "w8"})
    )
    tls = forms.BooleanField(label="Encrypt the line (STARTTLS)", required=False)
    user = forms.CharField(label="User name", max_length=200, required=False)
    password = forms.CharField(
        label="Password",
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="Left empty: the present one stays",
    )
    sender = forms.EmailField(
        label="Letters come from", error_messages=needed("Write the sender's address")
    )


class InviteForm(forms.Form):
    """An invitation to a desk."""

    name = forms.CharField(
        label="Name", max_length=120, error_messages=needed("Write the person’s name")
    )
    email = forms.EmailField(
        label="E-mail address", error_messages=needed("Write the person’s address")
    )
    roles = forms.MultipleChoiceField(
        label="Part",
        widget=forms.CheckboxSelectMultiple,
        error_messages=needed("Choose at least one part"),
    )

    def __init__(self, data: Any, *, roles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["roles"]
        field.choices = roles
