"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "konsil.cases"
    label = "cases"
