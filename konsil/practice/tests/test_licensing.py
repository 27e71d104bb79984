"""Licensure as a table (facts.md F.2): 56 jurisdictions, three ways of answering, one function."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from konsil.cases import guards
from konsil.cases.actions import licence_allows, offer
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Licence, LicenceRule, Mode, Verdict, Version, rule_for
from konsil.people.actors import Actor
from konsil.people.places import STATES
from konsil.people.roles import Role
from konsil.practice.licensing import set_licence, set_rule, warn_of_ends
from konsil.practice.models import OfficeTask
from tests.cast import MONDAY, Cast, put_at, user

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
COUNSEL = {"source": "Counsel's memo", "checked_on": date(2026, 9, 1), "owner": "Legal"}
DIRECT = ["OR", "WA", "ID", "AK", "MT", "WY", "ND", "SD", "NE", "KS", "OK", "IA", "MN", "WI", "HI"]
CLOSED = ["AR", "AL", "MS", "PR"]
TOLD = [
    "CA",
    "NV",
    "AZ",
    "UT",
    "CO",
    "NM",
    "TX",
    "MO",
    "IL",
    "IN",
    "OH",
    "MI",
    "KY",
    "TN",
    "GA",
    "FL",
    "NC",
    "SC",
    "VA",
    "PA",
    "NY",
]
"""As a hospital might keep it, in the proportions of the field; the rest it does not know."""


def fill(cast: Cast) -> None:
    rows = [(DIRECT, Verdict.ALLOW), (CLOSED, Verdict.BLOCK), (TOLD, Verdict.LOCAL_PHYSICIAN)]
    for states, verdict in rows:
        for state in states:
            given = {"verdict": verdict, **COUNSEL}
            set_rule(
                cast.northgate,
                f"US-{state}",
                Mode.WRITTEN,
                given=given,
                by=Actor.of(cast.mona),
                at=MONDAY,
            )


def licensed(cast: Cast, place: str, until: date) -> Licence:
    given = {"place": place, "number": "MD-1", "until": until, "source": "", "checked_on": None}
    return set_licence(cast.northgate, cast.okoye, given=given, by=Actor.of(cast.mona), at=MONDAY)


def far() -> date:
    return timezone.now().date() + timedelta(days=400)


@pytest.mark.parametrize("code", [code for code, _name in STATES])
def test_each_of_the_56_jurisdictions_is_answered_by_the_table(code: str, cast: Cast) -> None:
    """F.2: what the table does not know needs a local physician; what it says, holds."""
    fill(cast)
    state = code.removeprefix("US-")
    wanted = (
        Verdict.ALLOW
        if state in DIRECT
        else Verdict.BLOCK
        if state in CLOSED
        else Verdict.LOCAL_PHYSICIAN
    )

    rule = rule_for(cast.northgate, code)

    assert rule.verdict == wanted
    assert rule.known == (state in {*DIRECT, *CLOSED, *TOLD})
    assert rule_for(cast.other_hospital, code).known is False
    cast.case.place, cast.case.local_physician = code, ""
    without = licence_allows(cast.case)
    cast.case.local_physician = "Dr. Home"
    with_one = licence_allows(cast.case)
    assert (bool(without), bool(with_one)) == {
        Verdict.ALLOW: (False, False),
        Verdict.LOCAL_PHYSICIAN: (True, False),
        Verdict.BLOCK: (True, True),
    }[wanted]


def test_there_are_56() -> None:
    assert len(STATES) == 56


def test_a_way_of_answering_that_is_not_known_is_never_freer_than_it_may_be(cast: Cast) -> None:
    """Unknown means local physician needed, and nothing where written opinions are closed."""
    fill(cast)

    assert rule_for(cast.northgate, "US-OR", Mode.VIDEO).verdict == Verdict.LOCAL_PHYSICIAN
    assert rule_for(cast.northgate, "US-AR", Mode.VIDEO).verdict == Verdict.BLOCK
    given = {"verdict": Verdict.ALLOW, **COUNSEL}
    by = Actor.of(cast.mona)
    set_rule(cast.northgate, "US-OR", Mode.VIDEO, given=given, by=by, at=MONDAY)
    assert rule_for(cast.northgate, "US-OR", Mode.VIDEO).verdict == Verdict.ALLOW
    assert rule_for(cast.northgate, "US-OR", Mode.PRESCRIPTION).verdict == Verdict.LOCAL_PHYSICIAN


def test_her_own_licence_stands_in_for_a_local_physician_and_lifts_no_block(cast: Cast) -> None:
    """Leap 4: rules per place and the physician's own licence; another's does not help."""
    fill(cast)
    licensed(cast, "US-CA", far())
    licensed(cast, "US-AR", far())

    own = rule_for(cast.northgate, "US-CA", reviewer=cast.okoye)
    assert (own.verdict, own.licensed) == (Verdict.ALLOW, True)
    other = rule_for(cast.northgate, "US-CA", reviewer=cast.ferreira)
    assert other.verdict == Verdict.LOCAL_PHYSICIAN
    assert rule_for(cast.northgate, "US-AR", reviewer=cast.okoye).verdict == Verdict.BLOCK


def test_a_case_goes_to_whoever_is_licensed_there_and_to_nobody_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leap 4: the offer asks whose licence; refusal beside success."""
    fill(cast)
    licensed(cast, "US-CA", far())
    case = put_at(cast.case, Stage.FILE_COMPLETE)
    case.place, case.local_physician = "US-CA", ""
    case.save()
    monkeypatch.setitem(guards._guards, "payment_settled", lambda case: "")
    ada = Actor.of(cast.ada)

    with pytest.raises(ImpossibleMove, match="licensed there"):
        offer(case, cast.ferreira, by=ada, at=MONDAY)
    assert not case.seats.in_force().filter(role=Role.ASKED).exists()
    offer(case, cast.okoye, by=ada, at=MONDAY)

    case.refresh_from_db()
    assert case.stage == Stage.OFFERED


def test_an_ended_licence_counts_no_more(cast: Cast) -> None:
    fill(cast)
    licensed(cast, "US-CA", timezone.now().date() - timedelta(days=1))

    rule = rule_for(cast.northgate, "US-CA", reviewer=cast.okoye)
    assert rule.verdict == Verdict.LOCAL_PHYSICIAN


def test_licences_that_end_are_spoken_of_60_30_and_7_days_before(
    cast: Cast, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    """Leap 4: the physician and the administrator get a task at each step, once."""
    user("Sam Osei", (cast.northgate, Role.ADMIN))
    licensed(cast, "US-CA", date(2027, 3, 1))
    last = datetime(2027, 3, 1, 6, tzinfo=UTC)
    said = []

    with django_capture_on_commit_callbacks(execute=True):
        for left in range(90, -2, -1):
            for _twice in range(2):
                if warn_of_ends(cast.northgate, at=last - timedelta(days=left)):
                    said.append(left)

    assert said == [60, 30, 7]
    still = OfficeTask.objects.filter(done_at=None)
    assert {(task.role, task.user) for task in still} == {
        (Role.REVIEWER, cast.okoye),
        (Role.ADMIN, None),
    }
    to = sorted(letter.to[0] for letter in mailoutbox)
    assert to == sorted(["okoye@example.org", "osei@example.org"] * 3)

    licensed(cast, "US-CA", date(2029, 3, 1))

    assert not OfficeTask.objects.filter(done_at=None).exists()


def test_counsel_s_page_asks_for_source_date_and_owner_and_keeps_each_change(cast: Cast) -> None:
    """F2.1: the table decides at the front door, and its change is kept."""
    mona = Client()
    mona.force_login(cast.mona, backend=BACKEND)
    empty = mona.post("/practice/licences/US-CA/", {"written-verdict": "block"})
    given = {
        "written-verdict": "block",
        "written-source": "Bus. and Prof. Code 2060",
        "written-checked_on_day": "1",
        "written-checked_on_month": "9",
        "written-checked_on_year": "2026",
        "written-owner": "Legal",
    }
    full = mona.post("/practice/licences/US-CA/", given)

    assert empty.status_code == 422
    assert "Name the law or the advice" in empty.content.decode()
    assert full.status_code == 302
    assert LicenceRule.objects.get(place="US-CA").verdict == Verdict.BLOCK
    first = Version.objects.filter(subject="US-CA/written").order_by("number").first()
    assert first.values["verdict"] == ""

    mona.post(f"/practice/changes/{first.pk}/")

    assert not LicenceRule.objects.filter(place="US-CA").exists()


def test_a_physician_reads_her_own_licences_and_changes_none(cast: Cast) -> None:
    """Permissions: licences: reviewer own, coordinator reads, administrator and director write."""
    licensed(cast, "US-CA", far())
    okoye, ada = Client(), Client()
    okoye.force_login(cast.okoye, backend=BACKEND)
    ada.force_login(cast.ada, backend=BACKEND)

    assert "California" in okoye.get("/practice/my-licences/").content.decode()
    assert okoye.get("/practice/physicians/").status_code == 403
    assert ada.get("/practice/physicians/").status_code == 200
    assert ada.post("/practice/physicians/", {"act": "enter"}).status_code == 403
