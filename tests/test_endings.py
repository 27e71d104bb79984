"""How a case ends, comes back, and goes on after its report: in one act, with its reason."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from konsil.billing import actions as billing
from konsil.cases import checking, following, jobs
from konsil.cases.actions import answer_offer, offer
from konsil.cases.life import ENDED, ImpossibleMove, Stage
from konsil.cases.models import (
    Case,
    LicenceRule,
    Seat,
    ServiceLine,
    Verdict,
)
from konsil.cases.verbs import Verb
from konsil.core.prose.schema import paragraphs
from konsil.opinions import signing
from konsil.opinions.models import Version
from konsil.opinions.tests.desk import BACKEND, write_all
from konsil.people.actors import SYSTEM, Actor
from konsil.people.roles import Role
from konsil.records.tests.giving import now, opened
from tests.cast import MONDAY, Cast, give_to_reviewer, put_at, why

ENDS_BY = {
    Verb.WITHDRAWN: "rosa",
    Verb.CANCELLED: "mona",
    Verb.EXPIRED: "system",
}


def who(cast: Cast, name: str) -> Actor:
    return SYSTEM if name == "system" else Actor.of(getattr(cast, name))


def paid(case: Case) -> None:
    billing.waive(case, reason="Hardship", by=SYSTEM, at=MONDAY)


@pytest.mark.parametrize("verb", list(ENDS_BY))
def test_an_ending_shuts_every_link_in_the_same_act(cast: Cast, verb: Verb) -> None:
    """C4: no job has to run first; the browser that has the link open is told at its next click."""
    browser, request = opened(cast)
    page = f"/cases/{cast.case.pk}/sending/{request.pk}/"
    assert browser.get(page).status_code == 200

    cast.case.move(verb, by=who(cast, ENDS_BY[verb]), at=now(), **why(verb))

    assert request.held is not None
    request.held.refresh_from_db()
    assert not request.held.open_at(now())
    assert browser.get(page).status_code in {302, 404, 410}
    assert not Seat.objects.in_force().filter(case=cast.case, role=Role.PROVIDER).exists()


def test_after_an_ending_the_patient_sends_nothing_more(client: Client, cast: Cast) -> None:
    """What arrived is kept; a file more is refused in words, and in a stage that takes it, not."""
    client.force_login(cast.rosa, backend=BACKEND)
    page = f"/cases/{cast.case.pk}/upload/"
    assert client.get(page).status_code == 200
    cast.case.move(Verb.WITHDRAWN, by=Actor.of(cast.rosa), at=now(), reason="elsewhere")

    assert client.get(page).status_code == 302
    answer = client.post(f"/cases/{cast.case.pk}/uploads/", headers={"Upload-Length": "3"})
    assert answer.status_code == 403
    assert "Nothing more can be sent" in answer.content.decode()


def test_a_service_that_asks_a_second_look_is_signed_after_it(cast: Cast) -> None:
    """DRAFTED: not by the reviewer herself, and anew when the draft was returned."""
    ServiceLine.objects.filter(pk=cast.line.pk).update(quality_check=True)
    Case.objects.filter(pk=cast.case.pk).update(began_with=None)
    give_to_reviewer(cast)
    case = Case.objects.get(pk=cast.case.pk)
    cast.case = case
    write_all(cast)
    okoye, ada = Actor.of(cast.okoye), Actor.of(cast.ada)
    with pytest.raises(ImpossibleMove, match="second look"):
        signing.sign(case, method="password", by=okoye, at=MONDAY)

    case.move(Verb.DRAFTED, by=okoye, at=MONDAY)
    for by in (okoye, Actor.of(cast.berta)):
        with pytest.raises(ImpossibleMove, match="Somebody else"):
            checking.pass_draft(case, by=by, at=MONDAY)
    with pytest.raises(ImpossibleMove, match="being checked"):
        signing.sign(case, method="password", by=okoye, at=MONDAY)
    case.move(Verb.RETURNED, by=ada, at=MONDAY, reason="unclear")
    case.move(Verb.DRAFTED, by=okoye, at=MONDAY)
    checking.pass_draft(case, by=ada, at=MONDAY)
    assert case.ball == Role.REVIEWER

    signing.sign(case, method="password", by=okoye, at=MONDAY)
    assert case.stage == Stage.RELEASED


@pytest.mark.parametrize(
    ("stage", "days", "reason"),
    [
        (Stage.DRAFT, 30, "not_sent"),
        (Stage.NEEDS_INFO, 21, "no_answer"),
        (Stage.GATHERING, 60, "idle"),
    ],
)
def test_what_is_left_lying_lapses(cast: Cast, stage: Stage, days: int, reason: str) -> None:
    """EXPIRED: by the job, on the day and not before, with its reason."""
    put_at(cast.case, stage)
    for late, ended in ((-1, False), (1, True)):
        with time_machine.travel(MONDAY + timedelta(days=days, hours=late), tick=False):
            jobs.let_lapse.func(timestamp=0)
        cast.case.refresh_from_db()
        assert (cast.case.stage == Stage.EXPIRED) == ended
    assert cast.case.ended_reason == reason


def test_a_word_from_anybody_keeps_a_case_alive(cast: Cast) -> None:
    """EXPIRED: sixty days idle are sixty days in which nothing at all happened."""
    put_at(cast.case, Stage.GATHERING)
    cast.case.tell(Verb.MESSAGE_SENT, by=Actor.of(cast.rosa), at=MONDAY + timedelta(days=40))
    with time_machine.travel(MONDAY + timedelta(days=61), tick=False):
        jobs.let_lapse.func(timestamp=0)
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.GATHERING


def test_a_place_that_the_law_blocks_is_declined_by_itself(cast: Cast) -> None:
    """F2.1: with the reason, and nothing is charged."""
    event = cast.case.tell(Verb.SUBMITTED, by=Actor.of(cast.rosa), at=MONDAY)
    told = {"event_id": str(event.pk), "tenant_id": str(cast.northgate.pk)}
    following.decline_what_the_law_forbids.func(**told)
    cast.case.refresh_from_db()
    assert cast.case.stage == Stage.SCREENING

    LicenceRule.objects.filter(place="US-OR").update(verdict=Verdict.BLOCK)
    following.decline_what_the_law_forbids.func(**told)
    cast.case.refresh_from_db()
    assert (cast.case.stage, cast.case.ended_reason) == (Stage.DECLINED, "place")


@pytest.mark.parametrize("days", [90, 91])
def test_what_ended_without_an_opinion_is_reopened_within_ninety_days(
    cast: Cast, days: int
) -> None:
    """REOPENED: it is checked anew, and nobody who read it before reads on."""
    Case.objects.filter(pk=cast.case.pk).update(submitted_at=MONDAY)
    give_to_reviewer(cast)
    cast.case.move(Verb.WITHDRAWN, by=Actor.of(cast.rosa), at=MONDAY, reason="too_long")
    at, ada = MONDAY + timedelta(days=days), Actor.of(cast.ada)
    if days > 90:
        with pytest.raises(ImpossibleMove, match="for 90 days"):
            cast.case.move(Verb.REOPENED, by=ada, at=at, reason="goes_on")
        return
    cast.case.move(Verb.REOPENED, by=ada, at=at, reason="goes_on")
    assert (cast.case.stage, cast.case.ended_reason) == (Stage.SCREENING, "")
    assert not cast.case.roles_of(Actor.of(cast.okoye))


def test_who_was_asked_a_question_answers_by_writing(cast: Cast) -> None:
    """F4.8: no separate click; a word of the desk is no answer."""
    cast.case.move(Verb.INFO_ASKED, by=Actor.of(cast.ada), at=MONDAY)
    for name, stage in (("ada", Stage.NEEDS_INFO), ("rosa", Stage.SCREENING)):
        event = cast.case.tell(Verb.MESSAGE_SENT, by=who(cast, name), at=MONDAY)
        following.take_the_answer.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))
        cast.case.refresh_from_db()
        assert cast.case.stage == stage


def test_a_retracted_opinion_is_read_by_nobody_outside(cast: Cast) -> None:
    """RETRACTED: the director's act; the house keeps what was signed."""
    give_to_reviewer(cast)
    write_all(cast)
    signing.sign(cast.case, method="password", by=Actor.of(cast.okoye), at=MONDAY)
    rosa, ada = Actor.of(cast.rosa), Actor.of(cast.ada)
    assert Version.objects.visible_to(rosa).exists()
    with pytest.raises(ImpossibleMove, match="Only the medical director"):
        cast.case.move(Verb.RETRACTED, by=ada, at=MONDAY, reason="error")
    cast.case.move(Verb.RETRACTED, by=Actor.of(cast.mona), at=MONDAY, reason="error")
    assert not Version.objects.visible_to(rosa).exists()
    assert Version.objects.visible_to(ada).exists()
    assert Stage(cast.case.stage) in ENDED


def test_three_later_questions_belong_to_an_opinion(cast: Cast) -> None:
    """ADDENDUM: the reviewer's turn; a fourth question is a new request."""
    give_to_reviewer(cast)
    write_all(cast)
    okoye, rosa = Actor.of(cast.okoye), Actor.of(cast.rosa)
    signing.sign(cast.case, method="password", by=okoye, at=MONDAY)
    for number in range(2, 5):
        cast.case.move(Verb.ADDENDUM_ASKED, by=rosa, at=MONDAY)
        assert cast.case.ball == Role.REVIEWER
        signing.add(
            cast.case,
            body=paragraphs("It can wait."),
            reason="A question",
            method="password",
            by=okoye,
            at=MONDAY,
        )
        assert cast.case.stage == Stage.RELEASED
        assert Version.objects.filter(case=cast.case).count() == number
    with pytest.raises(ImpossibleMove, match="Three later questions"):
        cast.case.move(Verb.ADDENDUM_ASKED, by=rosa, at=MONDAY)


def test_an_offer_that_was_taken_back_from_a_reviewer_can_go_to_another(cast: Cast) -> None:
    """F8.1: her access ends with the task, her draft stays."""
    give_to_reviewer(cast)
    write_all(cast)
    cast.case.move(Verb.REVIEW_TAKEN_BACK, by=Actor.of(cast.mona), at=MONDAY, reason="away")
    assert not cast.case.roles_of(Actor.of(cast.okoye))
    paid(cast.case)
    offer(cast.case, cast.ferreira, by=Actor.of(cast.ada), at=MONDAY)
    answer_offer(cast.case, takes=True, reason="", by=Actor.of(cast.ferreira), at=MONDAY)
    assert cast.case.stage == Stage.IN_REVIEW
    assert cast.case.report_set.get().sections.exclude(author=None).count() == 2
