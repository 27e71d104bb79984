"""Asking a holder of records: the form to sign, the link to send, the answer, the end of it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from konsil.cases.actions import finish_task, set_task
from konsil.cases.life import ENDED, ImpossibleMove, Stage
from konsil.cases.models import Case, RecordHolder, SeatScope
from konsil.cases.verbs import Verb
from konsil.core.delivery import Fate, NotSent
from konsil.people.actors import Actor
from konsil.people.models import Pass
from konsil.people.roles import Role
from konsil.records.drafting import first_choices
from konsil.records.letters import send_link, send_stop
from konsil.records.life import ASKED, LINK_LIFE, PATIENCE, Answer, State, after
from konsil.records.models import RecordRequest, Release

BEFORE_ACCEPTANCE = {Stage.DRAFT, Stage.SCREENING}
LIVING = [Release.State.AWAIT_SIGNATURE, Release.State.SIGNED]


def move(request: RecordRequest, step: str, *, quietly: bool = False) -> None:
    """Take one step of the request's life; `quietly` leaves it where the step does not apply."""
    try:
        request.state = after(step, request.state)
    except ImpossibleMove:
        if not quietly:
            raise
    request.save()


def locked(request: RecordRequest) -> RecordRequest:
    """The same row, so that two people or a job at once do not both send."""
    rows = RecordRequest.objects.select_for_update(no_key=True, of=("self",))
    found: RecordRequest = rows.select_related(
        "case__patient", "case__tenant", "holder", "release", "held"
    ).get(pk=request.pk)
    return found


@transaction.atomic
def ask_holder(
    case: Case, holder: RecordHolder, *, by: Actor, at: datetime, private_notes: bool = False
) -> RecordRequest:
    """A form to sign and a request to go with it; asked twice it is the same one (F3.1)."""
    found: RecordRequest | None = RecordRequest.objects.filter(
        case=case,
        holder=holder,
        release__private_notes=private_notes,
        release__state__in=LIVING,
    ).first()
    if found:
        return found
    last = Release.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    release: Release = Release.objects.create(
        case=case,
        holder=holder,
        number=last + 1,
        private_notes=private_notes,
        choices=first_choices(case, holder, private_notes=private_notes),
    )
    request: RecordRequest = RecordRequest.objects.create(case=case, holder=holder, release=release)
    set_task(
        case,
        role=Role.PATIENT,
        what=f"Sign a form for {holder.name}"[:160],
        key=f"release-{release.pk}",
        where=f"releases/{release.pk}/",
        by=by,
        at=at,
    )
    return request


def why_not_send(request: RecordRequest, *, at: datetime) -> str:
    """ "" when a link may go out, else what is missing and what to do: no form, no link."""
    case = request.case
    if Stage(case.stage) in ENDED:
        return "This case has ended. Nothing more goes out."
    if Stage(case.stage) in BEFORE_ACCEPTANCE or (
        case.stage == Stage.NEEDS_INFO and case.former_stage in BEFORE_ACCEPTANCE
    ):
        return "It goes out when the case is accepted."
    if not request.release.in_force(at):
        return f"There is no signed form in force for {request.holder}. It must be signed first."
    if not request.holder.email:
        return f"There is no e-mail address of {request.holder}. Call them and write it here."
    return ""


@transaction.atomic
def send_request(
    request: RecordRequest, *, by: Actor, at: datetime, again: bool = False
) -> RecordRequest:
    """Mail a new link for 30 days; an earlier one dies. Without `again`, once is enough.

    Raises `ImpossibleMove` with the reason when nothing may go out (guards of case-life).
    """
    request = locked(request)
    if request.state != State.READY and not again:
        return request
    if words := why_not_send(request, at=at):
        raise ImpossibleMove(words)
    end_link(request, by=by, at=at)
    case, ends = request.case, at + LINK_LIFE
    held, token = Pass.issue(tenant=case.tenant, label=request.holder.name, expires_at=ends)
    case.seat(
        Role.PROVIDER,
        by=by,
        at=at,
        quietly=True,
        held=held,
        scope=SeatScope.PUT,
        scope_id=request.pk,
    )
    request.held, request.sent_at = held, at
    request.due_on = timezone.localdate(at + PATIENCE)
    request.answer, request.promised_on, request.reminders = "", None, True
    move(request, "sent")
    _wait_for(request, by=by, at=at)
    case.tell(Verb.RECORDS_ASKED, by=by, at=at, request=str(request.pk))
    try:
        send_link(request, token=token, until=ends)
    except NotSent as trouble:
        if trouble.fate != Fate.REFUSED:
            raise  # the post office is away: nothing of this happened, and it is tried again
        came_back(request, by=by, at=at)
    return request


@transaction.atomic
def came_back(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """Nobody is at that address: the link ends, and the desk looks for another way the same day."""
    end_link(request, by=by, at=at)
    move(request, "bounced", quietly=True)
    ask_for_new_link(request, by=by, at=at)


def _wait_for(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    set_task(
        request.case,
        role=Role.PROVIDER,
        what="send the records",
        key=f"request-{request.pk}",
        where="records/",
        who=request.holder.name,
        due_at=at + PATIENCE,
        by=by,
        at=at,
    )
    finish_task(request.case, key=f"link-{request.pk}", by=by, at=at)


def end_link(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """The link opens nothing from now on, nor those of reminders; its holder has left the case."""
    if request.held is None:
        return
    request.links().filter(revoked_at=None).update(revoked_at=at)
    request.held.revoked_at = request.held.revoked_at or at
    request.case.unseat(Role.PROVIDER, by=by, at=at, scope_id=request.pk)
    finish_task(request.case, key=f"request-{request.pk}", by=by, at=at)


@transaction.atomic
def revoke_link(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """The desk ends the link; the form stays, so that another link can go out (F3.13)."""
    request = locked(request)
    end_link(request, by=by, at=at)
    move(request, "expired", quietly=True)


@transaction.atomic
def extend_link(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """Thirty more days for the link that is out."""
    request = locked(request)
    if request.held is None or request.held.revoked_at:
        raise ImpossibleMove("This link was ended. Send a new one.")
    request.held.expires_at = at + LINK_LIFE
    request.links().filter(revoked_at=None).update(expires_at=at + LINK_LIFE)
    if request.state == State.EXPIRED:
        move(request, "sent")
        _wait_for(request, by=by, at=at)


@transaction.atomic
def open_link(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """Somebody proved to know the patient and looks at what is asked."""
    request = locked(request)
    request.opened_at = request.opened_at or at
    move(request, "opened", quietly=True)
    request.case.tell(Verb.LINK_OPENED, by=by, at=at, request=str(request.pk))


@transaction.atomic
def answer_request(
    request: RecordRequest,
    answer: Answer,
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
    note: str = "",
) -> None:
    """The provider says what comes instead of files; reminders stop with it (F3.4, F3.5)."""
    request = locked(request)
    request.answer, request.answered_at, request.note = answer, at, note[:300]
    request.reminders = False
    request.promised_on = until if answer in {Answer.LATER, Answer.MAIL} else None
    step = {Answer.NONE: "none", Answer.WRONG: "wrong"}.get(answer)
    if step:
        move(request, step)
        finish_task(request.case, key=f"request-{request.pk}", by=by, at=at)
        _tell_desk(request, f"{request.holder}: {answer.label.lower()}", by=by, at=at)
    else:
        request.due_on = until or request.due_on
        request.save()
    request.case.tell(
        Verb.PROVIDER_ANSWERED, by=by, at=at, request=str(request.pk), answer=answer.value
    )


def _tell_desk(request: RecordRequest, what: str, *, by: Actor, at: datetime) -> None:
    set_task(
        request.case,
        role=Role.COORDINATOR,
        what=what[:160],
        key=f"check-{request.pk}",
        where="records/",
        by=by,
        at=at,
    )


@transaction.atomic
def records_came(request: RecordRequest, *, by: Actor, at: datetime, filed: int) -> None:
    """Files arrived through the link: they wait to be checked (twice changes nothing)."""
    request = locked(request)
    request.received_at, request.reminders = request.received_at or at, False
    move(request, "received" if filed else "some", quietly=True)
    if filed:
        finish_task(request.case, key=f"request-{request.pk}", by=by, at=at)
        _tell_desk(request, f"Check what {request.holder} sent", by=by, at=at)


@transaction.atomic
def settle(request: RecordRequest, step: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """The desk says how it ends: "checked", "waived", "refused" or "bounced"."""
    request = locked(request)
    if step != "checked" and not note.strip():
        raise ImpossibleMove("Say in a few words why. It stays with the request.")
    request.note = note.strip()[:300] or request.note
    if step in {"waived", "bounced"}:
        end_link(request, by=by, at=at)
    move(request, step)
    finish_task(request.case, key=f"check-{request.pk}", by=by, at=at)
    finish_task(request.case, key=f"request-{request.pk}", by=by, at=at)
    if step == "waived":
        finish_task(request.case, key=f"release-{request.release_id}", by=by, at=at)


@transaction.atomic
def ask_for_new_link(request: RecordRequest, *, by: Actor, at: datetime) -> None:
    """Somebody stands before a dead link and wants another: the desk decides."""
    set_task(
        request.case,
        role=Role.COORDINATOR,
        what=f"Send a new link to {request.holder}"[:160],
        key=f"link-{request.pk}",
        where="records/",
        by=by,
        at=at,
    )


@transaction.atomic
def end_all(case: Case, *, by: Actor, at: datetime) -> None:
    """The case has ended: every link of it dies (C4)."""
    for request in RecordRequest.objects.filter(case=case).select_related("held", "case"):
        end_link(request, by=by, at=at)
        if request.state in ASKED:
            move(request, "expired")
        finish_task(case, key=f"release-{request.release_id}", by=by, at=at)


def tell_provider_to_stop(request: RecordRequest) -> None:
    """Word to whoever was asked that the permission is withdrawn (C8)."""
    if request.sent_at is not None and request.holder.email:
        send_stop(request)
