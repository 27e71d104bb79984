"""The steps of a case's life that staff and patients take by a button, and offers to reviewers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.actions import answer_offer, offer, recall_offer
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Case, Seat
from konsil.cases.verbs import Verb
from konsil.people.models import Membership, User
from konsil.people.roles import Role


@dataclass(frozen=True)
class Step:
    """A button: what it says, what follows, and the reasons to choose from (F4.10)."""

    verb: Verb
    label: str
    follows: str = ""
    reasons: tuple[str, ...] = ()
    first: bool = False


DECLINES = (
    "We do not treat this illness",
    "The law of the place does not allow it",
    "This is an emergency: another door is right",
    "The records cannot be had",
    "The same question was answered already",
)
OFFER_DECLINES = (
    "I have no time in the next days",
    "It is not my field",
    "I know the patient or have another conflict",
    "The file is not enough for an opinion",
    "I am not licensed where the patient is",
)
STEPS = (
    Step(
        Verb.ACCEPTED,
        "Accept the case",
        "The card is charged and the clinics are asked.",
        first=True,
    ),
    Step(Verb.DECLINED, "Decline", "Nothing is charged.", DECLINES),
    Step(Verb.FILE_COMPLETED, "Declare the file complete", "Then you can offer it.", first=True),
    Step(Verb.FILE_REOPENED, "Go back to collecting"),
    Step(Verb.RELEASED, "Release the report", "The patient is told at once.", first=True),
    Step(Verb.REVIEW_RESUMED, "Hand it back to the reviewer", first=True),
    Step(Verb.FOLLOWED_UP, "Begin the follow-up"),
    Step(
        Verb.CLOSED,
        "Close the case",
        "",
        (
            "All questions are answered",
            "The patient says it is done",
            "The time for questions is over",
        ),
    ),
    Step(
        Verb.WITHDRAWN,
        "Withdraw",
        "All links end.",
        (
            "The patient changed her mind",
            "The patient is treated elsewhere",
            "The patient has died",
            "It takes too long",
        ),
    ),
)
BY_VERB = {step.verb: step for step in STEPS}


def open_to(request: CaseRequest, case: Case) -> list[Step]:
    """The buttons that this actor has here and now, the main one first."""
    verbs = {move.verb for move in case.moves_for(request.actor)}
    found = [step for step in STEPS if step.verb in verbs]
    return sorted(found, key=lambda step: not step.first)


@case_view(Action.SEE_CASE, "POST")
def take(request: CaseRequest, case: Case) -> HttpResponse:
    """Take one step; a refusal comes back in words, and nothing has changed."""
    step = BY_VERB.get(Verb(request.POST["verb"])) if request.POST.get("verb") in Verb else None
    if step is None:
        messages.error(request, "This step does not exist. Reload the page.")
        return redirect("web:case", case.pk)
    reason = request.POST.get("reason", "") if step.reasons else ""  # events hold no free text
    if step.reasons and reason not in step.reasons:
        messages.error(request, f"Choose a reason for “{step.label.lower()}”.")
        return redirect("web:case", case.pk)
    try:
        case.move(
            step.verb, by=request.actor, at=timezone.now(), **({"reason": reason} if reason else {})
        )
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("web:case", case.pk)


@case_view(Action.ASSIGN, "GET", "POST")
def offers(request: CaseRequest, case: Case) -> HttpResponse:
    """Choose a reviewer and offer her the case; take an offer back."""
    if request.method == "POST":
        try:
            _offer_or_recall(request, case)
        except ImpossibleMove as refusal:
            messages.error(request, str(refusal))
            return redirect("web:offers", case.pk)
        return redirect("web:case", case.pk)
    return render(request, "web/offers.html", {"case": case, "reviewers": eligible(case)})


def _offer_or_recall(request: CaseRequest, case: Case) -> None:
    now = timezone.now()
    if request.POST.get("recall"):
        recall_offer(case, by=request.actor, at=now)
        return
    chosen = request.POST.get("reviewer", "")
    known = {str(row["user"].pk): row["user"] for row in eligible(case)}
    if chosen not in known:
        raise ImpossibleMove("Choose a reviewer first.")
    offer(case, known[chosen], by=request.actor, at=now)


def eligible(case: Case) -> list[dict[str, Any]]:
    """The practice's reviewers: specialty first, then who has least to read."""
    desks = Membership.objects.in_force().filter(institution=case.tenant, role=Role.REVIEWER)
    rows = []
    for user in User.objects.filter(pk__in=desks.values("user"), is_active=True):
        load = (
            Seat.objects.in_force()
            .filter(
                user=user,
                role__in=[Role.REVIEWER, Role.ASKED],
                case__stage__in=[Stage.OFFERED, Stage.IN_REVIEW, Stage.MORE_INFO],
            )
            .count()
        )
        specialty = str(user.background.get("specialty", ""))
        fits = specialty.lower() == case.service_line.specialty.lower()
        rows.append({"user": user, "load": load, "specialty": specialty, "fits": fits})
    return sorted(rows, key=lambda row: (not row["fits"], row["load"], str(row["user"])))


@case_view(Action.ANSWER_OFFER, "POST")
def offer_answer(request: CaseRequest, case: Case) -> HttpResponse:
    """The reviewer who was asked takes the case or declines."""
    takes = request.POST.get("answer") == "take"
    reason = request.POST.get("reason", "")
    if not takes and reason not in OFFER_DECLINES:
        messages.error(request, "Choose why you decline, so that the next offer fits better.")
        return redirect("web:case", case.pk)
    try:
        answer_offer(
            case,
            takes=takes,
            reason=reason,
            by=request.actor,
            at=timezone.now(),
        )
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
        return redirect("web:case", case.pk)
    return redirect("web:reading", case.pk) if takes else redirect("web_out:board")
