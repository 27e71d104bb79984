"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "konsil.entrance"
    label = "entrance"

    def ready(self) -> None:
        """Begin to listen."""
        from konsil.entrance import jobs  # noqa: F401
