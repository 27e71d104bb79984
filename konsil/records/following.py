"""What follows in this room when something happens to a case. May run late and twice."""

from django.utils import timezone

from konsil.cases.life import ImpossibleMove
from konsil.cases.listeners import on
from konsil.cases.models import Event, RecordHolder
from konsil.cases.verbs import Verb
from konsil.parcels.filing import sender_of
from konsil.parcels.models import Parcel
from konsil.people.actors import SYSTEM
from konsil.records import asking
from konsil.records.life import State
from konsil.records.models import RecordRequest


@on(Verb.SUBMITTED)
def prepare_forms(event: Event) -> None:
    """The request is sent: a form to sign for each holder of records she named (F3.1)."""
    for holder in RecordHolder.objects.filter(case=event.case):
        asking.ask_holder(event.case, holder, by=SYSTEM, at=timezone.now())


@on(Verb.ACCEPTED, Verb.RELEASE_SIGNED, Verb.INFO_GIVEN)
def send_links(event: Event) -> None:
    """Whatever is signed and may go out goes out, once."""
    waiting = RecordRequest.objects.filter(case=event.case, state=State.READY)
    for request in waiting.select_related("case", "holder", "release"):
        now = timezone.now()
        if not asking.why_not_send(request, at=now):
            asking.send_request(request, by=SYSTEM, at=now)
        elif not request.holder.email and event.verb == Verb.ACCEPTED:
            asking.ask_for_new_link(request, by=SYSTEM, at=now)


@on(Verb.RELEASE_REVOKED)
def tell_provider(event: Event) -> None:
    """Whoever was asked hears that the permission is withdrawn."""
    request = RecordRequest.objects.filter(
        case=event.case, release=event.facts.get("release")
    ).first()
    if request is not None:
        asking.tell_provider_to_stop(request)


@on(Verb.PARCEL_ARRIVED)
def note_arrival(event: Event) -> None:
    """Files came: if they answer a request, it is settled but for a look."""
    parcel = Parcel.objects.filter(case=event.case, pk=event.facts.get("parcel")).first()
    if parcel is None or parcel.request_id is None:
        return
    request = RecordRequest.objects.filter(case=event.case, pk=parcel.request_id).first()
    if request is not None and request.state != State.CHECKED:
        asking.records_came(
            request, by=sender_of(parcel), at=event.at, filed=event.facts.get("filed", 0)
        )


@on(Verb.DECLINED, Verb.WITHDRAWN, Verb.EXPIRED, Verb.CLOSED, Verb.CANCELLED, Verb.RETRACTED)
def end_links(event: Event) -> None:
    """The case has ended, and every link with it."""
    try:
        asking.end_all(event.case, by=SYSTEM, at=timezone.now())
    except ImpossibleMove:
        return
