"""The room's entry in Django's list of applications."""

from django.apps import AppConfig

from konsil.core.words import use_our_words


class CoreConfig(AppConfig):
    name = "konsil.core"
    label = "core"

    def ready(self) -> None:
        """Forms speak our words from the first page on."""
        use_our_words()
