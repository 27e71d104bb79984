"""The board and the list of all cases: same filters, same counts (F4.1)."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case as When_
from django.db.models import Count, F, IntegerField, Prefetch, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from konsil.cases import showing
from konsil.cases.doorway import DoorRequest, door
from konsil.cases.life import ENDED, Stage
from konsil.cases.models import Case, Seat
from konsil.people.models import Institution
from konsil.people.roles import Role

LANES: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("New", (Stage.SCREENING, Stage.NEEDS_INFO)),
    ("Records", (Stage.GATHERING,)),
    ("Complete", (Stage.FILE_COMPLETE, Stage.OFFERED)),
    ("In review", (Stage.IN_REVIEW, Stage.MORE_INFO, Stage.AT_BOARD, Stage.DRAFTED)),
    ("Signed", (Stage.SIGNED,)),
    ("Delivered", (Stage.RELEASED, Stage.CONSULT, Stage.FOLLOW_UP, Stage.ADDENDUM)),
)
A_LANE = 12
A_PAGE = 40
NO_ILLNESS = {Role.BILLING, Role.CHILD_ADMIN}
"""Who counts money or people only is not told what a case is about."""
SHOWN = [stage for _name, stages in LANES for stage in stages]


def _rows(request: DoorRequest) -> Any:
    return Case.objects.visible_to(request.actor).filter(stage__in=SHOWN)


def _mine(roles: set[Role]) -> Q:
    balls = set(roles)
    if balls & showing.DESK_ROLES:
        balls |= showing.DESK_ROLES
    if Role.REVIEWER in balls:
        balls.add(Role.ASKED)
    return Q(ball__in=balls)


def _filters(request: DoorRequest, now: datetime) -> tuple[Any, list[dict[str, Any]], str]:
    """The rows the filter leaves, the filters with their counts, and the one chosen."""
    roles = request.actor.user.roles if request.actor.user else set()
    rows = _rows(request)
    mine, late = _mine(roles), Q(due_at__lt=now)
    free = Q(stage__in=[Stage.FILE_COMPLETE])
    named = {
        "": ("All open", Q()),
        "mine": ("My turn", mine),
        "late": ("Late", late),
        "free": ("Unassigned", free),
    }
    for child in Institution.objects.filter(
        pk__in=rows.exclude(referred_by=None).values("referred_by")
    ).order_by("name"):
        named[str(child.pk)] = (child.name, Q(referred_by=child))
    counts = rows.aggregate(
        **{
            f"n{at}": Count("pk", filter=where or None)
            for at, (_, where) in enumerate(named.values())
        }
    )
    chosen = request.GET.get("show", "")
    if chosen not in named:
        chosen = ""
    picks = [
        {"key": key, "label": label, "count": counts[f"n{at}"], "on": key == chosen}
        for at, (key, (label, _)) in enumerate(named.items())
    ]
    return rows.filter(named[chosen][1]), picks, chosen


def _with_reviewer(rows: Any) -> Any:
    seats = Seat.objects.in_force().filter(role__in=[Role.REVIEWER, Role.ASKED])
    return rows.front().prefetch_related(
        Prefetch("seats", queryset=seats.select_related("user"), to_attr="reviewers")
    )


def line(case: Any, roles: set[Role], now: datetime) -> dict[str, Any]:
    """What a card or a row shows of one case."""
    seat = case.reviewers[0] if case.reviewers else None
    reviewer = str(seat.user) if seat and seat.user else ""
    turn = showing.whose_turn(case, roles, reviewer=reviewer)
    kind, words = showing.due_words(case.due_at, now)
    sender = f" · {case.referred_by.name}" if case.referred_by else ""
    blind = bool(roles) and roles <= NO_ILLNESS
    return {
        "url": f"/cases/{case.pk}/",
        "name": str(case.patient),
        "number": case.number,
        "service": "" if blind else case.service_line.name.partition(":")[0],
        "of": sender.removeprefix(" · ") if blind else f"{case.service_line.specialty}{sender}",
        "from": case.referred_by.name if case.referred_by else "—",
        "stage": "On hold" if case.held_until else Stage(case.stage).label,
        "who": turn.who,
        "you": turn.you,
        "why": turn.what.capitalize(),
        "due_kind": kind,
        "due_words": words,
        "in_stage": showing.due_words(case.stage_since, now)[1].removesuffix(" late"),
    }


@door()
def board(request: DoorRequest) -> HttpResponse:
    """All open cases by stage; each lane shows its most urgent and how many more there are."""
    now = timezone.now()
    rows, picks, chosen = _filters(request, now)
    roles = request.actor.user.roles if request.actor.user else set()
    lane_of = When_(
        *[When(stage__in=stages, then=Value(at)) for at, (_, stages) in enumerate(LANES)],
        output_field=IntegerField(),
    )
    counts = dict(
        rows.annotate(lane=lane_of).values_list("lane").annotate(n=Count("pk")).order_by("lane")
    )
    ranked = rows.annotate(lane=lane_of).annotate(
        rank=Window(RowNumber(), partition_by=F("lane"), order_by=F("due_at").asc(nulls_last=True))
    )
    lanes: list[dict[str, Any]] = [
        {"name": name, "count": counts.get(at, 0), "cards": []}
        for at, (name, _) in enumerate(LANES)
    ]
    for case in _with_reviewer(ranked.filter(rank__lte=A_LANE).order_by("lane", "rank")):
        lanes[case.lane]["cards"].append(line(case, roles, now))
    for lane in lanes:
        lane["more"] = lane["count"] - len(lane["cards"])
    context = {"lanes": lanes, "picks": picks, "chosen": chosen, "page": "board"}
    template = "web/board.html#lanes" if getattr(request, "htmx", False) else "web/board.html"
    return render(request, template, context)


@door()
def case_list(request: DoorRequest) -> HttpResponse:
    """The same cases as a table, most urgent first; `q` finds by number or name."""
    now = timezone.now()
    rows, picks, chosen = _filters(request, now)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = _rows_named(Case.objects.visible_to(request.actor), words)
    roles = request.actor.user.roles if request.actor.user else set()
    pages = Paginator(
        _with_reviewer(rows.order_by(F("due_at").asc(nulls_last=True), "number")), A_PAGE
    )
    page = pages.get_page(request.GET.get("page"))
    context = {
        "lines": [line(case, roles, now) for case in page],
        "pages": page,
        "picks": picks,
        "chosen": chosen,
        "words": words,
        "page": "list",
    }
    return render(request, "web/list.html", context)


def _rows_named(rows: Any, words: str) -> Any:
    found = rows
    for word in words.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(patient__family_name__icontains=word)
            | Q(patient__given_name__icontains=word)
        )
    return (
        found.exclude(stage__in=[Stage.DRAFT, *ENDED])
        if not words.upper().startswith("K-")
        else found
    )
