"""What the billing desk decides by a form: a waiver, an invoice, a refund; each with a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms

from konsil.billing.card_numbers import refuse_card_number
from konsil.billing.models import HandMove, Payment
from konsil.billing.models.prices import ADD_ONS
from konsil.billing.money import MixedCurrencies, Money, NotAnAmount


class ReasonForm(forms.Form):
    """A decision and why; the reason stands in the file of the payment, not in the timeline."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        validators=[refuse_card_number],
        error_messages={"required": "Say in a few words why"},
    )


class HandForm(forms.Form):
    """Money that came by cheque or transfer: the whole of what is owed."""

    how = forms.ChoiceField(label="How", choices=HandMove.How.choices, widget=forms.RadioSelect)
    reference = forms.CharField(
        label="Number of the cheque or transfer",
        max_length=80,
        validators=[refuse_card_number],
        error_messages={"required": "Type the number, so that it can be found again"},
    )


class AddOnForm(forms.Form):
    """An add-on of the price list."""

    item = forms.ChoiceField(label="Add-on", choices=[(i.value, i.label) for i in ADD_ONS])


class RefundForm(ReasonForm):
    """How much goes back: by the table, all that is left, or an amount."""

    HOW = (
        ("rule", "By the refund table"),
        ("all", "Everything that is left"),
        ("amount", "Another amount"),
    )
    how = forms.ChoiceField(
        label="How much",
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how much goes back"},
    )
    amount = forms.CharField(
        label="Amount", required=False, max_length=20, widget=forms.TextInput({"class": "w8"})
    )
    field_order = ("how", "amount", "reason")

    def __init__(
        self, data: Mapping[str, Any] | None, *, payment: Payment, by_rule: Money, left: Money
    ) -> None:
        super().__init__(data, prefix="refund")
        self.payment, self.by_rule, self.left = payment, by_rule, left
        words = {"rule": f": {by_rule}", "all": f": {left}", "amount": ""}
        how = self.fields["how"]
        how.choices = [(key, label + words[key]) for key, label in self.HOW]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`money` is what goes back."""
        cleaned = super().clean() or {}
        how = cleaned.get("how")
        fixed = {"rule": self.by_rule, "all": self.left}
        if how in fixed:
            cleaned["money"] = fixed[how]
        elif how == "amount":
            cleaned["money"] = self._typed(cleaned.get("amount", ""))
        return cleaned

    def _typed(self, words: str) -> Money | None:
        try:
            typed = Money.read(words, self.payment.currency)
            if typed <= Money.zero(self.payment.currency):
                self.add_error("amount", "Type an amount above zero")
            elif typed > self.left:
                self.add_error("amount", f"Only {self.left} can be given back")
        except (NotAnAmount, MixedCurrencies) as error:
            self.add_error("amount", str(error))
            return None
        return typed
