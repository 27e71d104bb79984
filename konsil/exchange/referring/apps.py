"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class ReferringConfig(AppConfig):
    name = "konsil.exchange.referring"
    label = "referring"
