"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "konsil.cases"
    label = "cases"

    def ready(self) -> None:
        """Load the guards that this room itself answers, and its clock."""
        from konsil.cases import actions, checking, following, jobs  # noqa: F401
