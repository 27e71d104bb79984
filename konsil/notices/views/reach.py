"""How a person wants to be reached, and a hospital's own rule for it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.cases.doorway import DoorRequest, door
from konsil.core import sms
from konsil.core.delivery import NotSent
from konsil.notices.forms import CodeForm, PracticeForm, ReachForm
from konsil.notices.models import PracticeNotices, Reach
from konsil.notices.views.bell import INSIDE
from konsil.people.models import Institution, Membership, Pass
from konsil.people.roles import Role

RULING = {Role.DIRECTOR, Role.ADMIN}


def promise(hospital: Institution) -> str:
    """What she agrees to, kept as she read it."""
    return _(
        "%(hospital)s may send me text messages, at most one a day. They say that something "
        "waits, never what. I can end them at any time: reply STOP."
    ) % {"hospital": hospital.name}


def ruled_by(request: DoorRequest) -> Institution:
    """The hospital whose rules this person sets, or 403."""
    desks = Membership.objects.in_force().filter(
        user=request.actor.user, role__in=RULING, institution__parent=None
    )
    first = desks.select_related("institution").first()
    if first is None:
        raise PermissionDenied("The hospital’s administrator sets this.")
    found: Institution = first.institution
    return found


def sent_by(request: DoorRequest) -> QueryDict | None:
    """What was sent, even if it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


@door("GET", "POST")
def settings(request: DoorRequest) -> HttpResponse:
    """Time zone, quiet hours, and text messages with her yes and a code (F1.6)."""
    user = request.actor.user
    if user is None:
        raise Http404  # the holder of a link has no settings
    reach = Reach.of(user)
    words = promise(Institution.front())
    form, code = _first(reach, words), CodeForm()
    if request.method == "POST" and "code" in request.POST:
        code = CodeForm(request.POST)
        if code.is_valid() and reach.prove(code.cleaned_data["code"], at=timezone.now()):
            messages.success(request, _("Text messages go to this number from now on."))
            return redirect("notices_out:settings")
        if code.is_valid():
            code.add_error("code", _("These are not the figures that we sent. Look again."))
    elif request.method == "POST":
        form = ReachForm(request.POST, promise=words)
        if form.is_valid() and _keep(request, reach, form, words):
            return redirect("notices_out:settings")
    wrong = bool(form.errors or code.errors)
    inside = bool(user.roles & INSIDE)
    context = {
        "form": form,
        "code": code if reach.code_hash else None,
        "reach": reach,
        "base": "desk.html" if inside else "calm.html",
        "sends_sms": sms.gateway() is not None,
    }
    return render(request, "notices/settings.html", context, status=422 if wrong else 200)


def _first(reach: Reach, words: str) -> ReachForm:
    initial = {
        "zone": reach.zone,
        "quiet_from": reach.quiet_from,
        "quiet_until": reach.quiet_until,
        "phone": reach.phone,
        "agrees": bool(reach.agreed_at),
    }
    return ReachForm(initial=initial, promise=words)


def _keep(request: DoorRequest, reach: Reach, form: ReachForm, words: str) -> bool:
    said, now = form.cleaned_data, timezone.now()
    reach.zone, reach.quiet_from = said["zone"], said["quiet_from"]
    reach.quiet_until = said["quiet_until"]
    asks = said["phone"] and (said["phone"] != reach.phone or not reach.by_sms)
    if not said["phone"]:
        reach.phone, reach.agreed_at, reach.phone_proven_at = "", None, None
    reach.save()
    if asks and not _send_code(reach, said["phone"], words, form, at=now):
        return False
    messages.success(request, _("Saved."))
    return True


def _send_code(reach: Reach, phone: str, words: str, form: ReachForm, *, at: datetime) -> bool:
    """Her yes, and a code to the number: without it anybody could enter somebody else's."""
    asked_lately = reach.code_until and reach.code_until > at + timedelta(minutes=14)
    if asked_lately:
        form.add_error("phone", _("We have just sent a code. Wait a minute for another."))
        return False
    figures = f"{secrets.randbelow(1_000_000):06}"
    reach.phone, reach.phone_proven_at, reach.misses = phone, None, 0
    reach.agreed_at, reach.agreed_words, reach.stopped_at = at, words, None
    reach.code_hash = Pass.hash_of(f"{reach.pk}:{figures}")
    reach.code_until = at + timedelta(minutes=Reach.CODE_LASTS_MINUTES)
    reach.save()
    text = _("%(figures)s is your code to receive text messages.") % {"figures": figures}
    try:
        sms.send(to=phone, text=text, key=f"code-{reach.pk.hex}-{int(at.timestamp())}")
    except NotSent as trouble:
        form.add_error("phone", str(trouble))
        return False
    return True


@door("GET", "POST")
def practice(request: DoorRequest) -> HttpResponse:
    """The hospital's quiet hours, and the named person who is told when nobody moves."""
    tenant = ruled_by(request)
    rule = PracticeNotices.of(tenant)
    first: dict[str, Any] = {
        "quiet_from": rule.quiet_from,
        "quiet_until": rule.quiet_until,
        "escalate_to": rule.escalate_to,
    }
    form = PracticeForm(sent_by(request), initial=first, tenant=tenant)
    if request.method == "POST" and form.is_valid():
        PracticeNotices.objects.update_or_create(tenant=tenant, defaults=form.cleaned_data)
        messages.success(request, "Saved. It holds from the next letter on.")
        return redirect("notices_out:practice")
    status = 422 if form.errors else 200
    return render(request, "notices/practice.html", {"form": form, "tenant": tenant}, status=status)
