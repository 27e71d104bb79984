"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class PackageConfig(AppConfig):
    name = "konsil.exchange.package"
    label = "package"
