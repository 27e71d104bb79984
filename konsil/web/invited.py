"""Accepting an invitation: the page behind the mailed link. Opening it changes nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from konsil.cases.doorway import DoorRequest, door
from konsil.people import invitations
from konsil.people.models import Invitation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AcceptForm(forms.Form):
    """A name and a password; the address is the one that was invited."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name as colleagues know it")},
    )
    password = forms.CharField(
        label=gettext_lazy("A password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("Twelve characters or more. A short sentence is good."),
        error_messages={"required": gettext_lazy("Choose a password")},
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@never_cache
@door("GET", "POST", public=True)
def invitation(request: DoorRequest, token: str) -> HttpResponse:
    """Who invites to what; a new account, or the signed-in one that has this address."""
    made = invitations.find(token, at=timezone.now())
    if made is None:
        return render(request, "web/invitation_ended.html", status=404)
    known = invitations.account_of(made)
    user = request.user if isinstance(request.user, User) else None
    context: dict[str, Any] = {"made": made, "known": known, "mine": known and user == known}
    if known is None:
        context["form"] = AcceptForm(request.POST or None, initial={"name": made.name})
    if request.method != "POST":
        return render(request, "web/invitation.html", context)
    return _accept(request, made, user, context)


def _accept(
    request: DoorRequest, made: Invitation, user: User | None, context: dict[str, Any]
) -> HttpResponse:
    form: AcceptForm | None = context.get("form")
    if form is not None and not form.is_valid():
        return render(request, "web/invitation.html", context, status=422)
    try:
        if form is not None:
            now = timezone.now()
            login(request, invitations.accept_new(made, at=now, **form.cleaned_data), BACKEND)
        elif user is not None:
            invitations.accept_as(made, user, at=timezone.now())
        else:
            return render(request, "web/invitation.html", context, status=403)
    except invitations.NotInvited as refusal:
        context["refusal"] = str(refusal)
        return render(request, "web/invitation.html", context, status=409)
    messages.success(
        request, _("Welcome. You work for %(place)s now.") % {"place": made.institution}
    )
    return redirect("web_out:start")
