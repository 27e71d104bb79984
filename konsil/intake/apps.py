"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "konsil.intake"
    label = "intake"

    def ready(self) -> None:
        """Load the guard that this room answers."""
        from konsil.intake import checking  # noqa: F401
