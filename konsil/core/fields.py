"""A date of birth or of care, asked as day, month and year, as people say it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS


class DateBoxes(forms.MultiWidget):
    """Three boxes with names; what was typed stays in them, right or wrong."""

    template_name = "django/forms/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(self, *, birth: bool = False) -> None:
        months = [("", ""), *((str(number), str(name)) for number, name in MONTHS.items())]
        part = "bday-{}".format if birth else lambda _name: "off"
        figures = {"inputmode": "numeric"}
        super().__init__(
            {
                "day": forms.TextInput({"class": "w2", "autocomplete": part("day"), **figures}),
                "month": forms.Select({"class": "w8", "autocomplete": part("month")}, months),
                "year": forms.TextInput({"class": "w4", "autocomplete": part("year"), **figures}),
            }
        )

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The boxes with their names, for the template."""
        context = super().get_context(name, value, attrs)
        context["boxes"] = zip(
            ("Day", "Month", "Year"), context["widget"]["subwidgets"], strict=True
        )
        return context

    def decompress(self, value: date | None) -> list[str]:
        """A stored date as the words in the three boxes."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def id_for_label(self, id_: str) -> str:
        """Where the error summary leads: the first box."""
        return f"{id_}_0"


class ThreeBoxDateField(forms.MultiValueField):
    """A date from day, month and year.

    Errors (fit for the screen): a missing part, a year without four figures, a day that the
    month does not have.
    """

    def __init__(self, *, birth: bool = False, **options: Any) -> None:
        parts = [forms.CharField(required=False, max_length=4) for _ in range(3)]
        super().__init__(
            fields=parts, widget=DateBoxes(birth=birth), require_all_fields=False, **options
        )

    def compress(self, data_list: Sequence[str]) -> date | None:
        """The date, or None when an optional one was left empty."""
        if not any(str(text).strip() for text in data_list):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        for name, text in zip(("day", "month", "year"), data_list, strict=True):
            if not str(text).strip():
                raise ValidationError(f"The {name} is still empty")
        day, month, year = (str(text).strip() for text in data_list)
        if not (year.isdecimal() and len(year) == 4):
            raise ValidationError("The year needs four figures, like 1971")
        if not day.isdecimal():
            raise ValidationError("The day needs to be a number from 1 to 31")
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise ValidationError("This day does not exist in that month") from None
