"""Referring many patients from a CSV file: choose, look over, refer, then send or undo (F2.8)."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import Case
from konsil.people.models import Institution, User
from konsil.people.roles import Role
from konsil.referrals import batches
from konsil.referrals.desks import clinics_of
from konsil.referrals.lists import COLUMNS, NEEDED, Unreadable, decoded, read_list
from konsil.referrals.models import Batch
from konsil.referrals.worklist import own_patients


@never_cache
@door("GET", "POST")
def many(request: DoorRequest) -> HttpResponse:
    """Nothing is kept before the second press: the preview carries the list back and forth."""
    clinics = clinics_of(request.actor, Role.REFERRER)
    context: dict[str, Any] = {
        "clinics": clinics,
        "needed": [COLUMNS[name][0] for name in NEEDED],
        "others": [labels[0] for name, labels in COLUMNS.items() if name not in NEEDED],
        "batches": batches.own_batches(clinics, request.actor),
    }
    if request.method != "POST":
        return render(request, "referrals/many.html", context)
    clinic = _clinic(clinics, request.POST.get("institution", ""))
    try:
        text, name = _text(request)
        assert isinstance(request.actor.user, User)
        rows = read_list(text, clinic=clinic, user=request.actor.user, today=timezone.localdate())
    except Unreadable as refusal:
        context["refusal"] = str(refusal)
        return render(request, "referrals/many.html", context, status=422)
    good = [row.letter for row in rows if row.letter is not None]
    if request.POST.get("act") == "refer" and good:
        batch = batches.refer_list(
            good,
            institution=clinic,
            file_name=name,
            form_key=_key(request.POST.get("key", "")),
            by=request.actor,
            at=timezone.now(),
        )
        return redirect("referrals_out:batch", batch.pk)
    more = {"rows": rows, "good": len(good), "bad": len(rows) - len(good), "clinic": clinic}
    more |= {"text": text, "name": name, "key": uuid4()}
    return render(request, "referrals/many_preview.html", context | more)


def _clinic(clinics: list[Institution], key: str) -> Institution:
    """The clinic that was chosen; the only one without a choice."""
    found = next((each for each in clinics if str(each.pk) == key), None)
    if found is None and (key or len(clinics) > 1):
        raise Http404
    return found or clinics[0]


def _text(request: DoorRequest) -> tuple[str, str]:
    """The list and its name: from the chosen file, or as the preview sent it back."""
    if file := request.FILES.get("file"):
        return decoded(file.read()), str(file.name)
    if "text" in request.POST:
        text = request.POST["text"]
        return decoded(text.encode()), request.POST.get("name", "")
    raise Unreadable(_("Choose the file with your list."))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as nonsense:
        raise Http404 from nonsense


@never_cache
@door("GET", "POST")
def batch(request: DoorRequest, batch_id: UUID) -> HttpResponse:
    """One list: who is in it, what nobody has touched, and the two ways on: send, or undo."""
    clinics = clinics_of(request.actor, Role.REFERRER)
    found = Batch.objects.filter(pk=batch_id, institution__in=clinics).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        _act(request, found)
        return redirect("referrals_out:batch", found.pk)
    cases: Any = own_patients(request.actor).front().filter(referral__batch=found)
    context = {
        "batch": found,
        "cases": cases.order_by("number"),
        "free": {case.pk for case in batches.untouched(found)},
    }
    return render(request, "referrals/batch.html", context)


def _act(request: DoorRequest, found: Batch) -> None:
    act, by, at = request.POST.get("act"), request.actor, timezone.now()
    if act == "undo":
        gone = batches.undo(found, by=by, at=at)
        left = Case.objects.visible_to(by).filter(referral__batch=found).count()
        words = _("%(gone)s drafts are gone. %(left)s were touched already and stay.")
        messages.success(request, words % {"gone": gone, "left": left})
    elif act == "send":
        sent, failed = batches.send_links(found, by=by, at=at)
        words = _("%(sent)s patients get a link or a call.") % {"sent": sent}
        if failed:
            words += " " + _("%(failed)s could not be reached today.") % {"failed": failed}
        messages.success(request, words)
    else:
        raise Http404
