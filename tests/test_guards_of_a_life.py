"""The guards of a case's life, each by its name in case-life.md, refusal beside success."""

import pytest

from konsil.billing import actions as billing
from konsil.billing import following as money
from konsil.billing.models import ChargeTry
from konsil.cases.actions import offer, open_case
from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import (
    Case,
    Event,
    Exhibit,
    LicenceRule,
    Question,
    Seat,
    Verdict,
)
from konsil.cases.verbs import Verb
from konsil.core.prose.schema import paragraphs
from konsil.opinions import signing
from konsil.opinions.models import Version
from konsil.opinions.tests.desk import file_study, write_all
from konsil.parcels.deciding import decide_identity
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from konsil.records import asking
from konsil.records.tests.giving import ask, now, sign
from tests.cast import MONDAY, Cast, agree, give_to_reviewer, put_at


def paid(case: Case) -> None:
    billing.waive(case, reason="Hardship", by=SYSTEM, at=MONDAY)


def test_no_complete_file_with_an_open_conflict_of_identity(cast: Cast) -> None:
    """F3.9: somebody decides first whose record it is."""
    put_at(cast.case, Stage.GATHERING)
    exhibit = file_study(cast.case, state=Exhibit.State.SET_ASIDE)
    ada = Actor.of(cast.ada)
    with pytest.raises(ImpossibleMove, match="another name"):
        cast.case.move(Verb.FILE_COMPLETED, by=ada, at=MONDAY)

    decide_identity(cast.case, exhibit, is_patient=True, reason="Maiden name", by=ada, at=MONDAY)
    cast.case.move(Verb.FILE_COMPLETED, by=ada, at=MONDAY)
    assert cast.case.stage == Stage.FILE_COMPLETE


@pytest.mark.parametrize(
    ("verdict", "doctor", "goes"),
    [
        (Verdict.ALLOW, "", True),
        (Verdict.LOCAL_PHYSICIAN, "", False),
        (Verdict.LOCAL_PHYSICIAN, "Dr. Gray", True),
        (Verdict.BLOCK, "Dr. Gray", False),
    ],
)
def test_no_offer_without_the_law_or_a_local_physician(
    cast: Cast, verdict: str, doctor: str, goes: bool
) -> None:
    """F.2: the licence table and the local physician decide."""
    LicenceRule.objects.filter(place="US-OR").update(verdict=verdict)
    Case.objects.filter(pk=cast.case.pk).update(local_physician=doctor)
    paid(put_at(cast.case, Stage.FILE_COMPLETE))
    if goes:
        offer(cast.case, cast.okoye, by=Actor.of(cast.ada), at=MONDAY)
        assert cast.case.stage == Stage.OFFERED
    else:
        with pytest.raises(ImpossibleMove):
            offer(cast.case, cast.okoye, by=Actor.of(cast.ada), at=MONDAY)
        assert not Seat.objects.filter(case=cast.case, role=Role.ASKED).exists()


def test_no_reviewer_sees_what_is_set_aside(cast: Cast) -> None:
    """F3.9, D6: in review, what bears another name is for the desk alone."""
    give_to_reviewer(cast)
    aside = file_study(cast.case, state=Exhibit.State.SET_ASIDE)
    shown = file_study(cast.case, study_uid="1.9", sop_uid="1.9.1")
    rows = Exhibit.objects.visible_to(Actor.of(cast.okoye))
    assert set(rows) == {shown}
    assert set(Exhibit.objects.visible_to(Actor.of(cast.ada))) == {shown, aside}


@pytest.mark.parametrize("lacks", ["an answer", "a section", "a decision", ""])
def test_no_signature_on_what_is_not_finished(cast: Cast, lacks: str) -> None:
    """F13.2: no question without an answer, no section empty, no record of unknown owner."""
    give_to_reviewer(cast)
    write_all(cast)
    if lacks == "an answer":
        Question.objects.create(case=cast.case, number=3, text="And then?")
    if lacks == "a section":
        cast.case.report_set.get().sections.filter(key="summary").update(body=paragraphs(""))
    if lacks == "a decision":
        file_study(cast.case, state=Exhibit.State.SET_ASIDE)
    okoye = Actor.of(cast.okoye)
    if lacks:
        with pytest.raises(ImpossibleMove):
            signing.sign(cast.case, method="password", by=okoye, at=MONDAY)
        assert not Version.objects.filter(case=cast.case).exists()
    else:
        signing.sign(cast.case, method="password", by=okoye, at=MONDAY)
        assert cast.case.stage == Stage.RELEASED


def test_no_release_without_the_consent_of_the_patient(cast: Cast) -> None:
    """RELEASED: the opinion is signed all the same, and waits at the desk until she agrees."""
    case = open_case(patient=cast.patient, service_line=cast.line, by=SYSTEM, at=MONDAY)
    for number in (1, 2):
        Question.objects.create(case=case, number=number, text="What is it?")
    cast.case = case
    give_to_reviewer(cast)
    write_all(cast)
    signing.sign(case, method="password", by=Actor.of(cast.okoye), at=MONDAY)
    assert (case.stage, case.ball) == (Stage.SIGNED, Role.COORDINATOR)
    with pytest.raises(ImpossibleMove, match="has not agreed"):
        case.move(Verb.RELEASED, by=Actor.of(cast.ada), at=MONDAY)

    agree(case)
    case.move(Verb.RELEASED, by=Actor.of(cast.ada), at=MONDAY)
    assert case.stage == Stage.RELEASED


def test_no_link_to_a_provider_without_a_signed_form(cast: Cast) -> None:
    """F3.1, C5: accepted or not, nothing goes out before she has signed."""
    request = ask(cast)
    put_at(cast.case, Stage.GATHERING)
    request.refresh_from_db()
    assert "no signed form" in asking.why_not_send(request, at=now())
    with pytest.raises(ImpossibleMove, match="no signed form"):
        asking.send_request(request, by=SYSTEM, at=now(), again=True)

    sign(cast, request)
    request.refresh_from_db()
    assert asking.why_not_send(request, at=now()) == ""


def test_nothing_is_charged_when_a_case_is_declined(cast: Cast) -> None:
    """F10.5: neither a try that waits nor one that went through."""
    cast.case.move(Verb.DECLINED, by=Actor.of(cast.ada), at=MONDAY, reason="not_treated")
    told = Event.objects.get(case=cast.case, verb=Verb.DECLINED)
    money.settle_the_end.func(event_id=str(told.pk), tenant_id=str(cast.northgate.pk))
    assert not ChargeTry.objects.filter(case=cast.case).exists()
