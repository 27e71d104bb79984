"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "konsil.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Listen to what patients do."""
        from konsil.referrals import following  # noqa: F401
