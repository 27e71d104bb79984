"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "konsil.demo"
    label = "demo"
