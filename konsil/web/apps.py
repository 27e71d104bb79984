"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "konsil.web"
    label = "web"
