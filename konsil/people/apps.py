"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "konsil.people"
    label = "people"

    def ready(self) -> None:
        """The clocks of a session start with a sign-in; setting up a factor shows it."""
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        from konsil.people import lock, proof

        user_logged_in.connect(lock.began, dispatch_uid="konsil.people.lock")
        authentication_step_completed.connect(lock.proved, dispatch_uid="konsil.people.proved")
        authenticator_added.connect(proof.was_set_up, dispatch_uid="konsil.people.proof")
