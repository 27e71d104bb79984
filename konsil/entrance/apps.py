"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "konsil.entrance"
    label = "entrance"
