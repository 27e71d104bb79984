"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "konsil.billing"
    label = "billing"

    def ready(self) -> None:
        """Answer for the guard of this room, and follow what happens to a case."""
        from konsil.billing import following, guarding, jobs, pricing  # noqa: F401
