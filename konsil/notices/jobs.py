"""Who hears of which event. A listener may run twice; a notice is unique, so is the mail."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from konsil.cases.listeners import on
from konsil.cases.models import Case, Event, Seat, Task
from konsil.cases.verbs import Verb
from konsil.core.mail import send
from konsil.notices.models import Notice
from konsil.notices.texts import TEXTS
from konsil.people.models import Membership, User
from konsil.people.roles import Role

MILESTONES = {
    Verb.SUBMITTED: "received",
    Verb.ACCEPTED: "accepted",
    Verb.DECLINED: "declined",
    Verb.FILE_COMPLETED: "complete",
    Verb.OFFER_ACCEPTED: "reading",
    Verb.RELEASED: "report",
    Verb.ADDED_TO: "report",
    Verb.CHARGE_REFUSED: "card",
}
FOR_REFERRERS = {Verb.ACCEPTED, Verb.DECLINED, Verb.RELEASED, Verb.ADDED_TO}
PATIENT = (Role.PATIENT, Role.PROXY)
TOLD_OTHERWISE = ("pay",)
"""Tasks whose cause is a letter of its own: the card was refused."""
A_WHILE = timedelta(minutes=30)
"""Several tasks at once (a card, two forms) are one letter: her page names them all."""


def tell(event: Event, people: Iterable[User], words: str) -> None:
    """Mail each of `people` once about `event`; whoever did it is not told of it."""
    for person in people:
        if not person.is_active or person.pk == event.actor_user_id:
            continue
        with transaction.atomic():
            _notice, new = Notice.objects.get_or_create(
                event=event,
                email=person.email,
                defaults={"case": event.case, "words": words, "sent_at": timezone.now()},
            )
            if new:
                _mail(event.case, person, words)


def _mail(case: Case, person: User, words: str) -> None:
    text = TEXTS[words]
    body = render_to_string(
        "mail/frame.txt",
        {
            "name": person.name,
            "words": text.words,
            "verb": text.verb,
            "link": f"{settings.PUBLIC_URL}/cases/{case.pk}/{text.below}",
            "hospital": case.tenant,
        },
    )
    send(to=person.email, subject=text.subject, body=body)


def seated(case: Case, *roles: Role) -> list[User]:
    """The users who sit at the case in these parts, themselves or at an institution's desk."""
    seats = Seat.objects.in_force().filter(case=case, role__in=roles)
    own = seats.exclude(user=None).values("user")
    desks = Membership.objects.in_force().filter(
        institution__in=seats.exclude(institution=None).values("institution"), role__in=roles
    )
    return list(User.objects.filter(pk__in=own) | User.objects.filter(pk__in=desks.values("user")))


@on(*MILESTONES)
def tell_of_milestone(event: Event) -> None:
    """Patient and referrer hear of each milestone, in their words (F4.11)."""
    words = MILESTONES[Verb(event.verb)]
    tell(event, seated(event.case, *PATIENT), words)
    if event.verb in FOR_REFERRERS:
        tell(event, seated(event.case, Role.REFERRER), words)


@on(Verb.OFFERED)
def tell_the_reviewer(event: Event) -> None:
    """The reviewer who is asked hears of it at once."""
    tell(event, seated(event.case, Role.ASKED), "offer")


@on(Verb.TASK_SET)
def tell_of_task(event: Event) -> None:
    """The patient hears of a task that is still open when the mail goes; once for several."""
    task = Task.objects.filter(pk=event.facts.get("task"), done_at=None).first()
    if task is None or task.role not in PATIENT or task.key.startswith(TOLD_OTHERWISE):
        return
    lately = timezone.now() - A_WHILE
    told = Notice.objects.filter(case=event.case, words="task", sent_at__gt=lately)
    if not told.exclude(event=event).exists():
        tell(event, seated(event.case, *PATIENT), "task")


@on(Verb.MESSAGE_SENT)
def tell_of_message(event: Event) -> None:
    """Whoever is across the table hears that there is a message; never what it says."""
    if event.facts.get("outside"):
        return  # the practice has its inbox
    across = {
        "patient": PATIENT,
        "referrer": (Role.REFERRER,),
        "internal": (Role.REVIEWER, Role.COLLEAGUE),
    }
    tell(event, seated(event.case, *across.get(event.facts.get("audience", ""), ())), "message")
