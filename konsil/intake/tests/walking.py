"""Steps that several stories share: a visitor's answers, and filling a whole request."""

import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import Client

from konsil.cases.models import Case, Seat
from konsil.people.models import Pass

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FITTING = {
    "who": "me",
    "urgent": "no",
    "illness": "lung",
    "diagnosed": "paper",
    "place": "US-OR",
    "age": "adult",
}
WHOLE = {
    "name": {"given_name": "Nora", "family_name": "Quist"},
    "born": {"birth_date_day": "14", "birth_date_month": "3", "birth_date_year": "1971"},
    "sex": {"sex": "F"},
    "phone": {"phone": "+1 (503) 555 0199"},
    "language": {"language": "es", "interpreter": "on"},
    "illness": {"diagnosis": "A spot on my lung, found in May."},
    "questions": {"question_1": "Do I need surgery?"},
    "holders": {"name": "Valley Imaging", "address": "Salem"},
    "records": {"when": "later"},
    "consent": {"terms": "on", "privacy": "on", "emergency": "on"},
}


def answer_six(client: Client, **changes: str) -> Any:
    """Answer “can we help you?” and return the page that says what we can do."""
    given = FITTING | changes
    for number, key in enumerate(FITTING, start=1):
        client.post(f"/can-you-help/{number}/", {"answer": given[key]})
    return client.get("/can-you-help/answer/")


def begin(client: Client, email: str = "nora@example.net", name: str = "Nora Quist") -> Case:
    """Begin a request in this browser, and return its draft."""
    answer_six(client)
    page = client.post("/request/", {"name": name, "email": email})
    assert page.status_code == 302, page.content.decode()
    return Case.objects.get(pk=page["Location"].split("/")[2])


def fill(client: Client, case: Case, *but: str) -> None:
    """Answer every question except those named."""
    for key, words in WHOLE.items():
        if key not in but:
            page = client.post(f"/cases/{case.pk}/request/{key}/", words)
            assert page.status_code == 302, (key, page.content.decode())


def link_for(case: Case, *, at: Any, term: timedelta = timedelta(days=30)) -> str:
    """A go-on link as it is mailed, with a known token."""
    seat = Seat.objects.filter(case=case, user__isnull=False).get()
    link, token = Pass.issue(
        tenant=case.tenant, label=f"Link for {case}", expires_at=at + term, user=seat.user
    )
    case.seats.create(tenant_id=case.tenant_id, role=seat.role, held=link)
    return f"/continue/{token}/"


def mailed_link() -> str:
    """The path of the link in the newest letter."""
    found = re.search(r"https?://[^/]+(/continue/\S+/)", mail.outbox[-1].body)
    assert found is not None
    return found.group(1)
