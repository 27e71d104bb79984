"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "konsil.core"
    label = "core"
