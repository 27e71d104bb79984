"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "konsil.opinions"
    label = "opinions"

    def ready(self) -> None:
        """Load the guards that this room answers, and its jobs."""
        from konsil.opinions import drafting, jobs  # noqa: F401
