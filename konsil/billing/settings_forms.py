"""The forms of the price list, the rules of money, discount codes, and reviewers' rates."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms

from konsil.billing.models import Discount, Item, MoneyRules, Price
from konsil.billing.models.prices import ADD_ONS
from konsil.billing.money import Money, NotAnAmount
from konsil.billing.rules import ChargePoint
from konsil.cases.models import ServiceLine
from konsil.people.models import Institution, Membership, User
from konsil.people.roles import Role

NO_DAY = "Type a day, like 2027-01-31"


class DayField(forms.DateField):
    """A day by the browser's own calendar, or typed like 2027-01-31."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("widget", forms.DateInput({"type": "date", "class": "w12"}, "%Y-%m-%d"))
        errors = {"invalid": NO_DAY, "required": NO_DAY}
        super().__init__(input_formats=["%Y-%m-%d"], error_messages=errors, **given)


class MoneyField(forms.CharField):
    """An amount as people type it, kept as minor units of `currency`."""

    def __init__(self, *, currency: str = "USD", **given: Any) -> None:
        self.currency = currency
        given.setdefault("widget", forms.TextInput({"class": "w8", "inputmode": "decimal"}))
        given.setdefault("error_messages", {"required": "Type the amount in figures, like 850.00"})
        super().__init__(max_length=20, **given)

    def clean(self, value: Any) -> int | None:
        words = super().clean(value)
        if not words:
            return None
        try:
            amount = Money.read(words, self.currency)
        except NotAnAmount as error:
            raise forms.ValidationError(str(error)) from error
        if amount.minor < 0:
            raise forms.ValidationError("Type an amount that is not below zero")
        return amount.minor


class PriceForm(forms.Form):
    """One price; what is left empty means any."""

    item = forms.ChoiceField(label="What")
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), label="Service", required=False, empty_label="Every service"
    )
    place = forms.RegexField(
        r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$",
        label="Place",
        required=False,
        help_text="Where the patient is, like US-OR. Empty: everywhere.",
        error_messages={"invalid": "Type the place like US-OR, or leave it empty"},
        widget=forms.TextInput({"class": "w8"}),
    )
    institution = forms.ModelChoiceField(
        Institution.objects.none(), label="Contract with", required=False, empty_label="Everybody"
    )
    amount = MoneyField(label="Price")
    gathering = MoneyField(
        label="Of it, for collecting records",
        required=False,
        help_text="What we keep when a patient stops before a reviewer begins.",
    )
    code = forms.CharField(label="Service code", max_length=20, required=False)
    starts = DayField(label="From")
    ends = DayField(label="Until", required=False, help_text="The last day. Empty: until further.")

    def __init__(self, data: Mapping[str, Any] | None, *, hospital: Institution) -> None:
        super().__init__(data)
        self.hospital = hospital
        items = (Item.OPINION, *ADD_ONS)
        self.fields["item"].choices = [(i.value, i.label) for i in items]  # type: ignore[attr-defined]
        lines = ServiceLine.objects.filter(tenant=hospital)
        clinics = Institution.objects.filter(parent=hospital).order_by("name")
        self.fields["service_line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["institution"].queryset = clinics  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day is before the first")
        if (cleaned.get("gathering") or 0) > (cleaned.get("amount") or 0):
            self.add_error("gathering", "This is more than the price")
        return cleaned

    def price(self) -> Price:
        """The row as typed, not saved."""
        given = self.cleaned_data
        return Price(
            tenant=self.hospital,
            item=given["item"],
            service_line=given["service_line"],
            place=given["place"],
            institution=given["institution"],
            code=given["code"],
            minor=given["amount"],
            gathering_minor=given["gathering"] or 0,
            starts=given["starts"],
            ends=given["ends"],
        )


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules of money; saving makes a new version."""

    reviewer = MoneyField(label="A reviewer gets for a signed opinion", required=False)

    class Meta:
        model = MoneyRules
        fields: ClassVar = [
            "charge_point",
            "late_percent",
            "by_hand",
            "invoice_later",
            "npi",
            "tax_number",
            "estimate_words",
            "invoice_words",
            "invoice_days",
        ]
        labels: ClassVar = {
            "charge_point": "When the price is taken",
            "late_percent": "Percent that goes back after a reviewer has begun",
            "by_hand": "We take cheques and bank transfers",
            "invoice_later": "Patients may pay later, by invoice",
            "npi": "National provider number (NPI) of the hospital",
            "tax_number": "Tax number",
            "estimate_words": "What estimates say to patients",
            "invoice_words": "How an invoice is paid",
            "invoice_days": "Days until an invoice is due",
        }
        widgets: ClassVar = {"charge_point": forms.RadioSelect(choices=ChargePoint.choices)}
        help_texts: ClassVar = {
            "estimate_words": "A paragraph a line. Ask counsel before you change it.",
            "invoice_words": "Name of the account, its number, where cheques go.",
            "by_hand": "",
            "invoice_later": "",
            "npi": "Ten figures; it stands on estimates and receipts.",
        }

    def clean_late_percent(self) -> int:
        share = int(self.cleaned_data["late_percent"])
        if share > 100:
            raise forms.ValidationError("Type a number from 0 to 100")
        return share

    def clean_npi(self) -> str:
        npi = str(self.cleaned_data["npi"])
        if npi and not (len(npi) == 10 and npi.isdigit() and npi.isascii()):
            raise forms.ValidationError("An NPI has ten figures")
        return npi


class DiscountForm(forms.Form):
    """A discount code: how much off, when, how often."""

    code = forms.RegexField(
        r"^[A-Za-z0-9-]{6,24}$",
        label="Code",
        help_text="6 to 24 letters and figures.",
        error_messages={"invalid": "Use 6 to 24 letters, figures or hyphens"},
    )
    percent = forms.IntegerField(label="Percent off", required=False, min_value=1, max_value=100)
    amount = MoneyField(label="Or an amount off", required=False)
    starts = DayField(label="From")
    ends = DayField(label="Until", required=False)
    most_uses = forms.IntegerField(label="For how many cases", required=False, min_value=1)

    def __init__(self, data: Mapping[str, Any] | None, *, hospital: Institution) -> None:
        super().__init__(data)
        self.hospital = hospital

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if Discount.objects.filter(tenant=self.hospital, code=code).exists():
            raise forms.ValidationError("This code exists already. Choose another")
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("percent")) == bool(cleaned.get("amount")):
            self.add_error("percent", "Type either a percentage or an amount")
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day is before the first")
        return cleaned


class PeriodForm(forms.Form):
    """From which day to which."""

    first = DayField(label="From")
    last = DayField(label="Until")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "The last day is before the first")
        if last and last >= date.max:
            self.add_error("last", NO_DAY)
        return cleaned


class RateForm(forms.Form):
    """What one reviewer gets from a day on."""

    reviewer = forms.ModelChoiceField(User.objects.none(), label="Reviewer")
    amount = MoneyField(label="For a signed opinion")
    starts = DayField(label="From")

    def __init__(self, data: Mapping[str, Any] | None, *, hospital: Institution) -> None:
        super().__init__(data)
        desks = Membership.objects.in_force().filter(institution=hospital, role=Role.REVIEWER)
        people = User.objects.filter(pk__in=desks.values("user")).order_by("name")
        self.fields["reviewer"].queryset = people  # type: ignore[attr-defined]
