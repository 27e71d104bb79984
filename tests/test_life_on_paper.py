"""The steps of a case against a table written by hand: all actors, legal or not (A7, F4.1).

No database: so many steps are tried that each step meets each stage and each role. What belongs to
a step besides (seats, money, links, clocks) is lived through in tests/test_life.py.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from konsil.cases import guards
from konsil.cases.life import (
    ENDED,
    GUARDS,
    MOVES,
    THROUGH_A_HOLD,
    ImpossibleMove,
    Move,
    Stage,
    find_move,
)
from konsil.cases.models import stepping
from konsil.cases.reasons import LISTS
from konsil.cases.verbs import Verb
from konsil.people.roles import Role
from tests.cast import MONDAY

TABLE = """
submitted draft screening patient/proxy/referrer request_complete
accepted screening gathering nurse/director
declined screening/needs_info declined nurse/director/system reason
info_asked screening/gathering needs_info coordinator/nurse
info_given needs_info former patient/proxy/referrer/coordinator/nurse/system
file_completed gathering file_complete coordinator/nurse identity_settled
file_reopened file_complete/more_info gathering coordinator/nurse
offered file_complete offered coordinator/nurse/director payment_settled/licence_allows/identity_settled
offer_accepted offered in_review asked
offer_declined offered file_complete asked
offer_recalled offered file_complete coordinator/nurse/system
more_asked in_review more_info reviewer
review_resumed more_info in_review reviewer/coordinator/nurse/patient/proxy/referrer
review_taken_back in_review/more_info file_complete coordinator/director reason
board_asked in_review at_board reviewer/coordinator
board_answered at_board in_review reviewer/coordinator
drafted in_review drafted reviewer questions_answered/sections_written/identity_settled
returned drafted in_review nurse/director/reviewer reason
signed in_review/more_info/drafted signed reviewer questions_answered/sections_written/identity_settled/licence_allows/quality_checked
released signed released coordinator/nurse/director/reviewer/system consent_given
visit_booked released/follow_up consult patient/proxy/coordinator/nurse visits_open
visit_ended consult follow_up reviewer/coordinator/nurse/system
followed_up released follow_up patient/proxy/referrer/coordinator/nurse/system
addendum_asked released/follow_up addendum patient/proxy questions_left/14
addendum_asked released/follow_up addendum coordinator/nurse/director/reviewer
added_to addendum released reviewer
addendum_spared addendum follow_up reviewer/coordinator/nurse
closed released/follow_up closed patient/proxy/referrer/coordinator/nurse/system reason
withdrawn draft/screening/needs_info/gathering/file_complete/offered/in_review/more_info/at_board/drafted withdrawn patient/proxy/referrer/coordinator/nurse reason/held
cancelled screening/needs_info/gathering/file_complete/offered/in_review/more_info/at_board/drafted cancelled coordinator/director reason/held
expired draft/needs_info/gathering expired system reason
retracted signed/released/consult/follow_up/addendum/closed retracted director reason/held
reopened closed addendum coordinator/director reason
reopened declined/withdrawn/expired/cancelled again coordinator/director reason/90
"""  # noqa: E501 the rows of a table stay on one line
ROWS = [
    tuple(part.split("/") for part in f"{line} -".split()[:5]) for line in TABLE.split("\n")[1:-1]
]
ENDS = {"closed", "declined", "withdrawn", "expired", "cancelled", "retracted"}


class OnPaper(RuleBasedStateMachine):
    """A case of which nothing is known but where it stands, and guards that say what we like."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY
        self.shut: set[str] = set()
        self.case = SimpleNamespace(
            stage=Stage.DRAFT,
            former_stage="",
            stage_since=MONDAY,
            held_until=None,
            submitted_at=None,
            ended_at=None,
            ended_reason="",
        )
        guards._guards = {
            name: lambda case, name=name: "Not yet." if name in self.shut else "" for name in GUARDS
        }

    @rule(shut=st.sets(st.sampled_from(sorted(GUARDS)), max_size=2), days=st.integers(0, 60))
    def days_pass(self, shut: set[str], days: int) -> None:
        self.shut, self.now = shut, self.now + timedelta(days=days)

    @rule(until=st.sampled_from([None, MONDAY]))
    def rest(self, until: datetime | None) -> None:
        if self.case.stage not in {*ENDS, "draft"}:
            self.case.held_until = until

    @rule(
        verb=st.sampled_from(sorted({move.verb for move in MOVES})),
        roles=st.sets(st.sampled_from(sorted(Role)), min_size=1, max_size=3),
        reason=st.sampled_from(["right", "right", "right", "", "because"]),
    )
    def act(self, verb: Verb, roles: set[Role], reason: str) -> None:
        given = next(iter(LISTS.get(verb, {"": ""}))) if reason == "right" else reason
        wanted = self.by_hand(verb.name.lower(), roles, given, verb)
        assert self.take(verb, roles, given) == wanted

    @rule(pick=st.integers(0, 999))
    def go_on(self, pick: int) -> None:
        """A step that is open here, so that long lives are lived."""
        here = sorted(
            (move.verb, sorted(move.roles)[pick % len(move.roles)])
            for move in MOVES
            if self.case.stage in move.starts
        )
        if here:
            verb, role = here[pick % len(here)]
            self.act(verb=verb, roles={role}, reason="right")

    def by_hand(self, name: str, roles: set[Role], reason: str, verb: Verb) -> str:
        """Whither the table lets it go; "" where it forbids the step."""
        for names, starts, ends, whose, holds in ROWS:
            if name not in names or self.case.stage not in starts or not roles & set(whose):
                continue
            held = self.case.held_until and "held" not in holds
            unreasoned = "reason" in holds and reason not in LISTS[verb]
            late = any(
                part.isdigit() and self.now > self.case.stage_since + timedelta(days=int(part))
                for part in holds
            )
            if held or unreasoned or late or self.shut & set(holds):
                return ""
            again = "screening" if self.case.submitted_at else "draft"
            return {"former": self.case.former_stage, "again": again}.get(ends[0], ends[0])
        return ""

    def take(self, verb: Verb, roles: set[Role], reason: str) -> str:
        """As `Case.move` takes it; the stage it leads to, or ""."""
        case, before = self.case, dict(vars(self.case))
        try:
            step = find_move(verb, Stage(case.stage), roles)
            stepping.ask(case, step, at=self.now, reason=reason)
        except ImpossibleMove as refusal:
            assert str(refusal).endswith(".")
            assert vars(case) == before
            return ""
        end = stepping.end_of(case, step)
        case.former_stage, case.stage, case.stage_since = case.stage, end, self.now
        case.held_until = None
        case.submitted_at = self.now if verb == Verb.SUBMITTED else case.submitted_at
        stepping.arrive(case, end, at=self.now, reason=reason)
        return end.value

    @invariant()
    def an_end_has_its_day_and_its_reason(self) -> None:
        ended = self.case.stage in ENDS
        assert ended == (self.case.stage in ENDED) == bool(self.case.ended_at)
        assert bool(self.case.ended_reason) == ended

    @invariant()
    def nothing_is_checked_that_was_never_sent(self) -> None:
        assert self.case.submitted_at or self.case.stage in {"draft", "withdrawn", "expired"}


@pytest.fixture
def free_guards() -> Iterator[None]:
    kept = guards._guards
    yield
    guards._guards = kept


def test_a_case_moves_as_the_table_has_it_and_no_other_way(free_guards: None) -> None:
    """A7: 200 lives of 50 steps in CI, 20,000 of 100 before a release."""
    long = settings.default.max_examples > 1000
    run_state_machine_as_test(
        OnPaper,
        settings=settings(
            max_examples=20_000 if long else 200,
            stateful_step_count=100 if long else 50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_the_table_and_the_code_know_the_same_ways(stage: Stage) -> None:
    """F4.1: no way more, no way less, at each stage for every role and condition."""
    told = {
        (names[0], ends[0], role, *sorted(set(holds) - {"-", "reason", "held"}))
        for names, starts, ends, whose, holds in ROWS
        if stage.value in starts
        for role in whose
    }
    lived = {
        (move.verb.name.lower(), str(move.end), role.value, *sorted(_conditions(move)))
        for move in MOVES
        if stage in move.starts
        for role in move.roles
    }
    assert told == lived


def _conditions(move: Move) -> set[str]:
    return {*move.guards, *([str(move.within.days)] if move.within else [])}


def test_the_table_names_the_steps_that_need_a_reason_and_those_that_end_a_hold() -> None:
    """F4.10: each ending, each return, each taking back."""
    reasoned = {names[0] for names, _, _, _, holds in ROWS if "reason" in holds}
    assert reasoned == {verb.name.lower() for verb in LISTS}
    through = {names[0] for names, _, _, _, holds in ROWS if "held" in holds}
    assert through == {verb.name.lower() for verb in THROUGH_A_HOLD}
