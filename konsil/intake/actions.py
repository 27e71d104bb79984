"""The acts of a request: beginning it, agreeing, proving the mailbox, sending it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from konsil.cases.actions import open_case, set_task
from konsil.cases.life import Stage
from konsil.cases.models import Case, Event, Seat, ServiceLine
from konsil.cases.verbs import Verb
from konsil.intake.agreement import TOPICS, VERSION
from konsil.intake.checking import request_of
from konsil.intake.letters import send_go_on
from konsil.intake.models import Consent, ForWhom, Request
from konsil.people.actors import Actor
from konsil.people.models import Pass, Patient, User
from konsil.people.roles import Role

ASKING = (Role.PATIENT, Role.PROXY)
BROWSER_TERM = timedelta(days=14)
LINK_TERM = timedelta(days=30)
LINKS_A_DAY = 5
SAME_WITHIN = timedelta(days=90)
PAID = (Verb.CARD_SAVED, Verb.WAIVED, Verb.INSTITUTION_BILLED)


class TooOften(Exception):
    """So many links went to one mailbox today that no more goes; the words are for the screen."""


@dataclass(frozen=True)
class Started:
    """A request that began: the case, and the pass that its browser holds (None: signed in)."""

    case: Case
    held: Pass | None


@transaction.atomic
def start_request(
    *,
    email: str,
    name: str,
    service_line: ServiceLine,
    at: datetime,
    given: Mapping[str, str] | None = None,
    signed_in: User | None = None,
    start_key: UUID | None = None,
    address: str = "",
    quietly: bool = False,
) -> Started:
    """Begin a request for whoever reads `email`; nobody is signed in by this (F2.4).

    `given` are the answers of “Can we help you?” (who, place, age, diagnosed). The same
    `start_key` twice makes one request; `quietly` sends no link (a past that is made up). Raises
    `TooOften`.
    """
    try:
        with transaction.atomic():
            started = _start(
                email, name, service_line, at, given or {}, signed_in, start_key, address
            )
            if not quietly:
                owner = signed_in or _account(email, name)
                send_go_on_link(started.case, user=owner, at=at)
            return started
    except IntegrityError:
        paper = Request.objects.select_related("case").filter(start_key=start_key).first()
        if start_key is None or paper is None:
            raise
        return started_before(paper, at=at)


def started_before(paper: Request, *, at: datetime) -> Started:
    """The request that this very form began a moment ago."""
    held = paper.first_pass
    return Started(paper.case, held if held and held.open_at(at) else None)


def _start(
    email: str,
    name: str,
    line: ServiceLine,
    at: datetime,
    given: Mapping[str, str],
    signed_in: User | None,
    start_key: UUID | None,
    address: str,
) -> Started:
    user = signed_in or _account(email, name)
    if signed_in is None and links_today(user, at=at) >= LINKS_A_DAY:
        raise TooOften("We sent many links to this address today. Use the newest one, or call us.")
    held = None
    if signed_in is None:
        held, _token = Pass.issue(
            tenant=line.tenant, label=name[:120], expires_at=at + BROWSER_TERM, user=user
        )
    actor = Actor.holding(held, address=address) if held else Actor.of(user, address=address)
    case = _open(user, given, line, by=actor, at=at, known=signed_in is not None)
    paper = Request.objects.create(
        case=case,
        for_whom=given.get("who", ""),
        age_band=given.get("age", ""),
        diagnosed=given.get("diagnosed", ""),
        answered=[step for step in ("who", "place") if given.get(step)],
        start_key=start_key,
        first_pass=held,
        proven_at=at if signed_in else None,
    )
    role = Role.PROXY if paper.by_proxy else Role.PATIENT
    _seat(case, role, by=actor, at=at, user=user)
    if held:
        _seat(case, role, by=actor, at=at, held=held)
    return Started(case, held)


def _account(email: str, name: str) -> User:
    """The account of that address; a new one has no password and signs in by a mailed code."""
    found = User.objects.filter(email__iexact=email).first()
    return found or User.objects.create_user(email, name=name)


def _open(
    user: User, given: Mapping[str, str], line: ServiceLine, *, by: Actor, at: datetime, known: bool
) -> Case:
    """A new patient's row, empty: what we know of an account is shown to no unproven browser."""
    mine = given.get("who") == ForWhom.ME
    old = Patient.objects.filter(tenant=line.tenant, user=user).first() if mine and known else None
    patient = old or Patient(tenant=line.tenant, email=user.email)
    patient.place = given.get("place", patient.place)
    if mine and known:
        patient.user = user
    patient.save()
    return open_case(patient=patient, service_line=line, by=by, at=at)


def _seat(case: Case, role: Role, *, by: Actor, at: datetime, **holder: Any) -> Seat:
    behalf = {"on_behalf_of": case.patient} if role == Role.PROXY else {}
    return case.seat(role, by=by, at=at, quietly=True, **behalf, **holder)


def links_today(user: User, *, at: datetime) -> int:
    """How many links went to the user's mailbox in the last 24 hours."""
    return Pass.objects.filter(
        user=user, label__startswith="Link", created_at__gt=at - timedelta(days=1)
    ).count()


def send_go_on_link(case: Case, *, user: User, at: datetime) -> None:
    """Mail a link that goes on with this request; only its hash is kept. Raises `TooOften`."""
    if links_today(user, at=at) >= LINKS_A_DAY:
        raise TooOften("We sent many links to this address today. Use the newest one, or call us.")
    link, token = Pass.issue(
        tenant=case.tenant, label=f"Link for {case}", expires_at=at + LINK_TERM, user=user
    )
    role = _asking_role(case)
    _seat(case, role, by=Actor.holding(link), at=at, held=link)
    transaction.on_commit(
        partial(send_go_on, to=user.email, token=token, until=link.expires_at, case=case),
        robust=True,
    )


def _asking_role(case: Case) -> Role:
    return Role.PROXY if request_of(case).by_proxy else Role.PATIENT


@transaction.atomic
def prove_mailbox(case: Case, *, user: User, by: Actor, at: datetime) -> None:
    """Somebody read the mail: from now on the browser that began unproven is let out.

    Otherwise a stranger could begin a request in her name and read what she writes into it.
    """
    paper = request_of(case)
    if paper.proven_at is None:
        paper.proven_at = at
        paper.save(update_fields=["proven_at"])
    first = paper.first_pass
    if first is not None and first.revoked_at is None:
        first.revoked_at = at
        first.save(update_fields=["revoked_at"])
        case.unseat(_asking_role(case), by=by, at=at, held=first)
    if paper.for_whom == ForWhom.ME and case.patient.user_id is None:
        case.patient.user = user
        case.patient.save(update_fields=["user"])
    if not Seat.objects.in_force().filter(case=case, user=user, role__in=ASKING).exists():
        _seat(case, _asking_role(case), by=by, at=at, user=user)


@transaction.atomic
def browser_pass(case: Case, *, link: Pass, at: datetime) -> Pass:
    """A fresh pass for the browser that opened the link."""
    name = link.user.name if link.user else ""
    held, _token = Pass.issue(
        tenant=case.tenant,
        label=(name or str(case.patient))[:120],
        expires_at=at + BROWSER_TERM,
        user=link.user,
    )
    _seat(case, _asking_role(case), by=Actor.holding(link), at=at, held=held)
    return held


def take_part_as(case: Case, for_whom: str, *, by: Actor, at: datetime) -> None:
    """Say for whom it is; the asker's seats become a patient's or a proxy's."""
    paper = request_of(case)
    paper.for_whom = for_whom
    paper.save(update_fields=["for_whom"])
    role, behalf = (Role.PROXY, case.patient) if paper.by_proxy else (Role.PATIENT, None)
    case.seats.in_force().filter(role__in=ASKING).update(role=role, on_behalf_of=behalf)


def same_requests(case: Case, actor: Actor, *, at: datetime) -> list[Case]:
    """Open requests of the same line within 90 days at which this actor sits too (F2.9)."""
    return open_requests([actor], case.service_line, at=at, but=case)


def open_requests(
    actors: Iterable[Actor], line: ServiceLine, *, at: datetime, but: Case | None = None
) -> list[Case]:
    """The actors' own open requests of `line` of the last 90 days, newest first (F2.9)."""
    found: dict[UUID, Case] = {}
    for actor in actors:
        seats = Seat.objects.held_by(actor).filter(role__in=ASKING)
        cases = Case.objects.open().filter(
            pk__in=seats.values("case"), service_line=line, created_at__gt=at - SAME_WITHIN
        )
        found |= {case.pk: case for case in cases.order_by("-created_at")}
    if but is not None:
        found.pop(but.pk, None)
    return list(found.values())


@transaction.atomic
def give_consent(
    case: Case, topics: Iterable[str], *, by: Actor, at: datetime, name: str = ""
) -> None:
    """Keep an agreement to today's words of each topic, once; a proxy agrees as representative."""
    paper = request_of(case)
    wanted = set(topics)
    known = set(Consent.objects.filter(case=case, version=VERSION).values_list("topic", flat=True))
    for topic in TOPICS:
        if topic.key not in wanted or topic.key in known:
            continue
        Consent.objects.create(
            case=case,
            topic=topic.key,
            version=VERSION,
            words=str(topic.words),
            sha256=topic.sha256,
            given_at=at,
            given_by=(name or by.name)[:120],
            user=by.user,
            held=by.held,
            as_representative=paper.by_proxy,
            address=by.address or None,
        )
    if wanted - known:
        case.tell(Verb.CONSENTED, by=by, at=at, version=VERSION)


@transaction.atomic
def submit(case: Case, *, by: Actor, at: datetime) -> Case:
    """Send the request, once. Raises `ImpossibleMove` with what is missing."""
    locked: Case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if locked.stage != Stage.DRAFT and locked.submitted_at:
        return locked
    case.move(Verb.SUBMITTED, by=by, at=at)
    if not Event.objects.filter(case=case, verb__in=PAID).exists():
        set_task(
            case,
            role=_asking_role(case),
            what="Save a card; nothing is charged now",
            key="card",
            where="payment/card/",
            by=by,
            at=at,
        )
    return case
