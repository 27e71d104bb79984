"""The first administrator: a one-time link, a name, a password, nothing else."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.doorway import DoorRequest, door
from konsil.people.first_start import LABEL
from konsil.people.models import Institution, Membership, Pass, User
from konsil.people.roles import Role

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class BeginForm(forms.Form):
    hospital = forms.CharField(label="Name of the hospital", max_length=120)
    name = forms.CharField(label="Your name", max_length=120)
    email = forms.EmailField(label="Your e-mail address")
    password = forms.CharField(
        label="A password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Twelve characters or more. A short sentence is good.",
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@door("GET", "POST", public=True)
def begin(request: DoorRequest, token: str) -> HttpResponse:
    """Opening the page changes nothing; sending it uses the link up."""
    held = Pass.find(token)
    if held is None or held.label != LABEL or not held.open_at(timezone.now()):
        raise Http404
    if User.objects.exists():
        raise Http404
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, _administrator(held, form.cleaned_data), backend=BACKEND)
        return redirect("web_out:start")
    return render(request, "web/begin.html", {"form": form})


def _administrator(held: Pass, given: dict[str, Any]) -> User:
    hospital = Institution.objects.get(pk=held.tenant_id)
    hospital.name = given["hospital"]
    hospital.save(update_fields=["name"])
    user = User.objects.create_user(given["email"], given["password"], name=given["name"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Membership.objects.create(user=user, institution=hospital, role=Role.ADMIN)
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    return user
