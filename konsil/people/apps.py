"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "konsil.people"
    label = "people"
