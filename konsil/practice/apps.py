"""The room of the hospital's own settings."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "konsil.practice"
    label = "practice"

    def ready(self) -> None:
        from konsil.practice import jobs  # noqa: F401  registers the jobs
