"""What makes up a service line, one decision a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from konsil.cases.models import Programme
from konsil.people.models import Institution
from konsil.practice.forms import needed
from konsil.practice.telling import WORDS

MOST_LINES = 40


class LinesField(forms.CharField):
    """One entry a line; the value is a list of them, without empty or double ones."""

    widget = forms.Textarea({"rows": 6})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        found = list(dict.fromkeys(line.strip() for line in str(words or "").splitlines()))
        return [line[:200] for line in found if line][:MOST_LINES]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class DollarsField(forms.DecimalField):
    """An amount in dollars; the value is in cents."""

    def __init__(self, **options: Any) -> None:
        wrong = {"invalid": "Write an amount like 850 or 850.00"}
        widget = forms.TextInput({"class": "w8", "inputmode": "decimal"})
        options["error_messages"] = wrong | options.get("error_messages", {})
        super().__init__(
            max_digits=8, decimal_places=2, min_value=0, localize=False, widget=widget, **options
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        found = super().clean(str(value or "").strip().removeprefix("$").replace(",", ""))
        return None if found is None else int(found * 100)


class ProgrammeForm(forms.Form):
    """A group of service lines."""

    name = forms.CharField(label="Name", max_length=80, error_messages=needed("Write a name"))
    about = forms.CharField(label="In a sentence", max_length=300, required=False)


class BeginLineForm(forms.Form):
    """A service line from a template."""

    ready = forms.ChoiceField(
        label="Begin with",
        widget=forms.RadioSelect,
        error_messages=needed("Choose what to begin with"),
    )
    name = forms.CharField(
        label="Name, as patients read it",
        max_length=120,
        required=False,
        help_text="Left empty: the template's",
    )
    price = DollarsField(
        label="Price in dollars", error_messages=needed("Write the price, like 850")
    )


class AboutForm(forms.Form):
    """What the service line is."""

    name = forms.CharField(
        label="Name, as patients read it", max_length=120, error_messages=needed("Write a name")
    )
    about = forms.CharField(label="In a sentence", required=False, max_length=300)
    specialty = forms.CharField(
        label="Specialty",
        max_length=60,
        help_text="Cases are offered first to physicians of this specialty",
        error_messages=needed("Write the specialty"),
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="Programme", required=False, empty_label="None"
    )

    def __init__(self, data: Any, *, hospital: Institution, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["programme"]
        field.queryset = Programme.objects.filter(tenant=hospital)


class ConditionsForm(forms.Form):
    conditions = LinesField(
        label="Illnesses, one a line",
        help_text="As patients say it: “a spot on the lung”. They choose from these.",
        error_messages=needed("Name at least one illness"),
    )


class QuestionsForm(forms.Form):
    questions = LinesField(
        label="Questions, one a line",
        required=False,
        help_text="Offered to whoever does not know what to ask. They can be changed freely.",
    )


class IncludedForm(forms.Form):
    included = LinesField(
        label="What it includes, one a line",
        help_text="Stands beside the price before anybody signs up",
        error_messages=needed("Name at least one thing that the price includes"),
    )


class TimeForm(forms.Form):
    """How long it takes from the request to the report."""

    days_low = forms.IntegerField(
        label="From, days", min_value=1, max_value=180, widget=forms.NumberInput({"class": "w4"})
    )
    days_high = forms.IntegerField(
        label="Until, days", min_value=1, max_value=180, widget=forms.NumberInput({"class": "w4"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("days_low"), cleaned.get("days_high")
        if low and high and high < low:
            self.add_error("days_high", "The later day comes before the earlier one")
        return cleaned


class DeliveryForm(forms.Form):
    """What happens between the physician's signature and the patient."""

    release = forms.ChoiceField(
        label="When does the patient read the report?",
        choices=[(key, words) for key, words in WORDS["release"].items()],
        widget=forms.RadioSelect,
    )
    quality_check = forms.ChoiceField(
        label="Does a second physician read it first?",
        choices=[("", "No"), ("1", "Yes, before it is signed")],
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_quality_check(self) -> bool:
        return bool(self.cleaned_data["quality_check"])


class ChecklistRow(forms.Form):
    """One record that the case needs."""

    KINDS = (("study", "Images"), ("paper", "Paper"), ("slide", "Slides"), ("data", "Data"))
    name = forms.CharField(label="Record", max_length=120, required=False)
    kind = forms.ChoiceField(label="Kind", choices=KINDS, required=False)
    modality = forms.CharField(
        label="Modality",
        max_length=16,
        required=False,
        widget=forms.TextInput({"class": "w4"}),
    )
    words = forms.CharField(label="Found by the words", max_length=120, required=False)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def rows(checklist: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A checklist as the rows of the form."""
        return [{**each, "words": ", ".join(each.get("words", []))} for each in checklist]

    def entry(self) -> dict[str, Any]:
        """The row as a checklist keeps it; {} for an empty one."""
        given = self.cleaned_data
        if not given.get("name"):
            return {}
        entry = {"key": given["key"] or slugify(given["name"])[:30], "name": given["name"]}
        entry["kind"] = given.get("kind") or "paper"
        if given.get("modality"):
            entry["modality"] = given["modality"].upper()
        words = [word.strip() for word in given.get("words", "").split(",") if word.strip()]
        return entry | ({"words": words} if words else {})


class SectionRow(forms.Form):
    """One section of the report."""

    title = forms.CharField(label="Section", max_length=120, required=False)
    required = forms.BooleanField(label="Must be written", required=False)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def rows(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return list(sections)

    def entry(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("title"):
            return {}
        key = given["key"] or slugify(given["title"])[:30].replace("-", "_")
        return {"key": key, "title": given["title"], "required": bool(given.get("required"))}


Checklist = forms.formset_factory(ChecklistRow, extra=3, max_num=MOST_LINES)
Sections = forms.formset_factory(SectionRow, extra=2, max_num=MOST_LINES)
