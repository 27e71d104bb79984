"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "konsil.messaging"
    label = "messaging"
