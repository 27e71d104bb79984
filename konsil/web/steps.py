"""The steps of a case's life that staff and patients take by a button, and offers to reviewers."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases import reasons, showing
from konsil.cases.access import Action
from konsil.cases.actions import answer_offer, offer, recall_offer
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import THROUGH_A_HOLD, ImpossibleMove, Stage
from konsil.cases.models import Case, Seat, Verdict, rule_for
from konsil.cases.verbs import Verb
from konsil.people.models import Membership, User
from konsil.people.places import name_of
from konsil.people.roles import Role


@dataclass(frozen=True)
class Step:
    """A button: what it says, and what follows. Reasons come from `reasons.LISTS` (F4.10)."""

    verb: Verb
    label: str
    follows: str = ""
    first: bool = False

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """(code, words) to choose from; empty where the step needs no reason."""
        return list(reasons.LISTS.get(self.verb, {}).items())


HOUSE = {Role.COORDINATOR, Role.NURSE, Role.DIRECTOR, Role.REVIEWER}
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
    Step(Verb.DECLINED, "Decline", "Nothing is charged."),
    Step(Verb.INFO_ASKED, "Wait for the patient’s answer", "Ask in Messages; her answer goes on."),
    Step(Verb.INFO_GIVEN, "Go on without an answer"),
    Step(Verb.FILE_COMPLETED, "Declare the file complete", "Then you can offer it.", first=True),
    Step(Verb.FILE_REOPENED, "Go back to collecting"),
    Step(Verb.RELEASED, "Release the report", "The patient is told at once.", first=True),
    Step(Verb.MORE_ASKED, "Ask for more records", "The clock of your review stands still."),
    Step(Verb.REVIEW_RESUMED, "Hand it back to the reviewer", first=True),
    Step(Verb.BOARD_ASKED, "Bring it before the board", "The clock of the review stands still."),
    Step(Verb.BOARD_ANSWERED, "Bring it back from the board", first=True),
    Step(Verb.DRAFTED, "Declare the draft ready", "A second person reads it before you sign."),
    Step(Verb.RETURNED, "Return the draft", "The reviewer writes on."),
    Step(Verb.REVIEW_TAKEN_BACK, "Take it back from the reviewer", "The draft is kept."),
    Step(Verb.VISIT_ENDED, "The visit is over", first=True),
    Step(Verb.FOLLOWED_UP, "Begin the follow-up"),
    Step(Verb.ADDENDUM_ASKED, "Ask for an addendum", "It is the reviewer’s turn."),
    Step(Verb.ADDENDUM_SPARED, "Go on without an addendum"),
    Step(Verb.CLOSED, "Close the case", "The report stays with the patient."),
    Step(Verb.REOPENED, "Reopen the case"),
    Step(Verb.WITHDRAWN, "Withdraw", "All links end."),
    Step(Verb.CANCELLED, "Cancel the case", "All links end, and the whole price goes back."),
    Step(Verb.RETRACTED, "Retract the opinion", "Nobody outside reads it any more."),
)
BY_VERB = {step.verb: step for step in STEPS}


def open_to(request: CaseRequest, case: Case) -> list[Step]:
    """The buttons that this actor has here and now, the main one first."""
    if case.held_until:
        return [step for step in STEPS if step.verb in _through_a_hold(request, case)]
    verbs = {move.verb for move in case.moves_for(request.actor)}
    found = [step for step in STEPS if step.verb in verbs]
    return sorted(found, key=lambda step: not step.first)


def _through_a_hold(request: CaseRequest, case: Case) -> set[Verb]:
    return {move.verb for move in case.moves_for(request.actor)} & THROUGH_A_HOLD


@case_view(Action.SEE_CASE, "GET", "POST")
def take(request: CaseRequest, case: Case) -> HttpResponse:
    """Take one step; a refusal comes back in words, and nothing has changed.

    As a page: what else somebody can do who works elsewhere (in the reading room).
    """
    if request.method != "POST":
        return _page(request, case)
    step = BY_VERB.get(Verb(request.POST["verb"])) if request.POST.get("verb") in Verb else None
    if step is None:
        messages.error(request, "This step does not exist. Reload the page.")
        return redirect("web:case", case.pk)
    reason = request.POST.get("reason", "") if step.reasons else ""  # events hold no free text
    if not reasons.fits(step.verb, reason):
        messages.error(request, f"Choose a reason for “{step.label.lower()}”.")
        return redirect("web:case", case.pk)
    try:
        case.move(
            step.verb, by=request.actor, at=timezone.now(), **({"reason": reason} if reason else {})
        )
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("web:case", case.pk)


def _page(request: CaseRequest, case: Case) -> HttpResponse:
    if not request.roles & HOUSE:
        return redirect("web:case", case.pk)
    banner = showing.banner(case.patient, case)
    context = {"case": case, "banner": banner, "steps_open": open_to(request, case)}
    return render(request, "web/steps.html", context)


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
        may, law = _law(case, user)
        rows.append(
            {
                "user": user,
                "load": load,
                "specialty": specialty,
                "fits": fits,
                "may": may,
                "law": law,
            }
        )
    return sorted(
        rows, key=lambda row: (not row["may"], not row["fits"], row["load"], str(row["user"]))
    )


def _law(case: Case, user: User) -> tuple[bool, str]:
    """Whether this physician may answer the patient where she is, and why, in words (F.2)."""
    rule = rule_for(case.tenant, case.place, reviewer=user)
    where = name_of(case.place) or "the patient’s place"
    if rule.verdict == Verdict.BLOCK:
        return False, f"{where}: not allowed"
    if rule.licensed:
        return True, f"licensed in {where}"
    if rule.verdict == Verdict.ALLOW:
        return True, f"{where} allows it directly"
    if case.local_physician:
        return True, f"{where}: with the local physician"
    return False, f"{where} needs a local physician, or a licence there"


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
