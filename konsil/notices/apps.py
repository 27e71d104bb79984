"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "konsil.notices"
    label = "notices"

    def ready(self) -> None:
        """Begin to listen."""
        from konsil.notices import jobs  # noqa: F401
