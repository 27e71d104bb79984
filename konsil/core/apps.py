"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "konsil.core"
    label = "core"

    def ready(self) -> None:
        """Forms speak our words from the first page on, and the house keeps itself in order."""
        from konsil.core import upkeep  # noqa: F401
        from konsil.core.words import use_our_words  # it asks for models, which are there now

        use_our_words()
