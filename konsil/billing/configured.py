"""The card provider that this house uses: Stripe, or in the demo its double."""

from django.conf import settings

from konsil.billing.provider import CardProvider
from konsil.billing.stripe_provider import StripeProvider


def provider() -> CardProvider:
    """The provider as the settings say; made anew, because it holds no connection of worth."""
    known = settings.STRIPE
    return StripeProvider(
        api_key=known["api_key"],
        webhook_secret=known["webhook_secret"],
        api_base=known["api_base"],
    )
