"""Beginning a request, and opening the link that goes on with it; no account is needed (F2.4)."""

from dataclasses import replace
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.cases.doorway import DoorRequest, actors, address_of, door, hold_pass
from konsil.cases.models import Case, Seat
from konsil.cases.scope import scope
from konsil.intake import visits
from konsil.intake.actions import (
    ASKING,
    Started,
    TooOften,
    browser_pass,
    open_requests,
    prove_mailbox,
    same_requests,
    send_go_on_link,
    start_request,
    started_before,
)
from konsil.intake.fit_views import may_start
from konsil.intake.forms import BirthForm, StartForm
from konsil.intake.letters import masked
from konsil.intake.models import Request
from konsil.people.actors import Actor
from konsil.people.models import Institution, Membership, Pass, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@door("GET", "POST", public=True, tenant=Institution.front)
def start(request: DoorRequest) -> HttpResponse:
    """Who asks, and where the link goes; then straight to the first question."""
    given, now = visits.given(request), timezone.now()
    key = visits.form_key(request.POST.get("key", ""))
    if before := _begun_before(request, key):
        return _enter(request, started_before(before, at=now))
    line = may_start(given)
    if line is None:
        return redirect("intake_out:can_you_help")
    known = patient_account(request)
    first = {"email": known.email, "name": known.name} if known else {}
    form = StartForm(request.POST if request.method == "POST" else None, initial=first)
    context: dict[str, Any] = {"form": form, "key": key, "line": line, "known": known}
    if request.method != "POST" or not form.is_valid():
        return render(request, "intake/start.html", context, status=422 if form.errors else 200)
    if not ratelimit.consume(request, action="start_request"):
        form.add_error(None, _("Many requests came from your network. Wait an hour, or call us."))
        return render(request, "intake/start.html", context, status=429)
    same = _open_here(request, line, form.cleaned_data["email"])
    if same and not request.POST.get("another"):
        return render(request, "intake/same_start.html", {**context, "same": same[0]})
    try:
        started = start_request(
            email=known.email if known else form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            service_line=line,
            at=now,
            given=given,
            signed_in=known,
            start_key=key,
            address=address_of(request),
        )
    except TooOften as refusal:
        form.add_error("email", str(refusal))
        return render(request, "intake/start.html", context, status=429)
    visits.forget(request)
    words = _("Your request has begun. We sent a link to %(where)s, to go on later.")
    messages.success(request, words % {"where": masked(form.cleaned_data["email"])})
    return _enter(request, started)


def patient_account(request: HttpRequest) -> User | None:
    """The signed-in user, if she may ask as a patient in her own account."""
    user = request.user
    return user if isinstance(user, User) and only_patient(user) else None


def only_patient(user: User) -> bool:
    """A link may sign in only somebody without a desk anywhere and without a second factor."""
    from allauth.mfa.models import Authenticator

    desks = Membership.objects.filter(user=user).exists()
    return user.is_active and not desks and not Authenticator.objects.filter(user=user).exists()


def _begun_before(request: DoorRequest, key: object) -> Request | None:
    """The request that this very form already began (a double click, the back button)."""
    if request.method != "POST":
        return None
    found: Request | None = (
        Request.objects.select_related("case", "first_pass").filter(start_key=key).first()
    )
    return found


def _open_here(request: DoorRequest, line: Any, email: str) -> list[Case]:
    """Open requests that this browser may see anyway; nobody learns of another person’s (F2.9)."""
    mine = []
    for actor in actors(request):
        owner = actor.user or actor.on_behalf_of
        if owner and owner.email.casefold() == email.casefold():
            mine.append(actor)
    return open_requests(mine, line, at=timezone.now())


def _enter(request: DoorRequest, started: Started) -> HttpResponseRedirect:
    if started.held:
        hold_pass(request, started.held)
    return redirect("intake:request", started.case.pk)


@door("GET", "POST", public=True)
def go_on(request: DoorRequest, token: str) -> HttpResponse:
    """GET shows whose link it is and changes nothing; POST opens it (F1.8)."""
    link, now = Pass.find(token), timezone.now()
    if link is None:
        return render(request, "intake/no_link.html", status=404)
    with scope([link.tenant_id]):
        case = _case_of(link)
        if case is None:
            return render(request, "intake/no_link.html", status=404)
        context = _context(link, case, token)
        if not (link.open_at(now) and case.is_open):
            return render(request, "intake/link_ended.html", context, status=410)
        if request.method != "POST":
            context["form"] = BirthForm() if case.patient.birth_date else None
            return render(request, "intake/go_on.html", context)
        return _open(request, link, case, context)


def _case_of(link: Pass) -> Case | None:
    seat = (
        Seat.objects.filter(held=link, role__in=ASKING)
        .select_related("case__patient", "case__tenant", "case__service_line")
        .first()
    )
    return seat.case if seat else None


def _context(link: Pass, case: Case, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "link": link,
        "where": masked(mailbox(link, case)),
        "locked": link.misses >= Pass.MISSES_ALLOWED,
        "closed": not case.is_open,
    }


def mailbox(link: Pass, case: Case) -> str:
    """Where the link was sent."""
    return link.user.email if link.user else str(case.patient.email)


def _open(request: DoorRequest, link: Pass, case: Case, context: dict[str, Any]) -> HttpResponse:
    """The mail was read. Once a birth date was given, it has to be known too (5 tries)."""
    now = timezone.now()
    link = link.for_a_try()
    if not link.open_at(now):
        context = _context(link, case, context["token"])
        return render(request, "intake/link_ended.html", context, status=410)
    if case.patient.birth_date:
        form = BirthForm(request.POST)
        context["form"] = form
        if not form.is_valid():
            return render(request, "intake/go_on.html", context, status=422)
        if form.cleaned_data["birth_date"] != case.patient.birth_date:
            return _missed(request, link, form, context)
    user = link.user or _account_of(case)
    name = str(user or case.patient)
    by = replace(Actor.holding(link, address=address_of(request)), name=name)
    if user is not None:
        prove_mailbox(case, user=user, by=by, at=now)
    if user is not None and only_patient(user):
        login(request, user, backend=BACKEND)
        actor = Actor.of(user)
    else:
        held = browser_pass(case, link=link, at=now)
        hold_pass(request, held)
        actor = Actor.holding(held)
    paper = Request.objects.filter(case=case).first()
    if same_requests(case, actor, at=now) and not (paper and paper.another):
        return redirect("intake:same", case.pk)
    return redirect("intake:request", case.pk)


def _account_of(case: Case) -> User | None:
    """The account of a referred patient, made when she shows that the mailbox is hers."""
    email = case.patient.email
    if not email:
        return None
    found = User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(email, name=str(case.patient))


def _missed(
    request: DoorRequest, link: Pass, form: BirthForm, context: dict[str, Any]
) -> HttpResponse:
    left = link.miss()
    if not left:
        return render(request, "intake/link_ended.html", {**context, "locked": True}, status=410)
    words = _("This is not the date that was given. %(left)s tries are left") % {"left": left}
    form.add_error("birth_date", words)
    return render(request, "intake/go_on.html", context, status=422)


@door("POST", public=True)
def again(request: DoorRequest, token: str) -> HttpResponse:
    """Send a new link to the same mailbox; the old one stays dead."""
    link = Pass.find(token)
    if link is None or link.user is None:
        return render(request, "intake/no_link.html", status=404)
    with scope([link.tenant_id]):
        case = _case_of(link)
        if case is None or not case.is_open:
            return render(request, "intake/no_link.html", status=404)
        context = {"where": masked(link.user.email), "refusal": ""}
        try:
            send_go_on_link(case, user=link.user, at=timezone.now())
        except TooOften as refusal:
            context["refusal"] = str(refusal)
    return render(request, "intake/sent_again.html", context)
