"""Who hears that a case was opened by emergency access: at once, and without a word about it."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from konsil.cases.listeners import on
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.core.mail import send
from konsil.entrance.glass import OVERSEE
from konsil.entrance.models import EmergencyAccess
from konsil.people.models import Membership, User
from konsil.people.roles import Role


@on(Verb.GLASS_BROKEN)
def tell_of_emergency(event: Event) -> None:
    """The privacy officers and directors of the patient's hospital, but for who did it (A8)."""
    rows = EmergencyAccess.objects.select_for_update(of=("self",))
    access = rows.filter(pk=event.facts.get("access"), told_at=None).first()
    if access is None:
        return
    access.told_at = timezone.now()
    access.save(update_fields=["told_at"])
    for person in _overseers(event, *OVERSEE) or _overseers(event, Role.ADMIN):
        context = {
            "name": person.name,
            "words": f"{event.actor_name} opened a case by emergency access. See who, when and "
            "why, and ask if it was needed.",
            "verb": "See it",
            "link": f"{settings.PUBLIC_URL}/emergency-access/",
            "hospital": event.tenant,
        }
        body = render_to_string("mail/frame.txt", context)
        send(to=person.email, subject="A case was opened by emergency access", body=body)


def _overseers(event: Event, *roles: Role) -> list[User]:
    desks = Membership.objects.in_force().filter(institution=event.tenant_id, role__in=roles)
    people = User.objects.filter(pk__in=desks.values("user"), is_active=True)
    others = people.exclude(pk=event.actor_user_id) if event.actor_user_id else people
    return list(others.order_by("email"))
