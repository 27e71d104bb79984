"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "konsil.parcels"
    label = "parcels"

    def ready(self) -> None:
        """Load the guard that this room answers, and its jobs."""
        from konsil.parcels import deciding, jobs  # noqa: F401
