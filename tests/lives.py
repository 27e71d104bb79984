"""Lives of a case for tests/test_life.py: every verb by everybody at every stage (A7)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.billing import actions as billing
from konsil.billing.cards import save_card
from konsil.billing.charging import locked_try, note
from konsil.billing.life import SETTLED
from konsil.billing.models import ChargeTry, Payment, Refund
from konsil.billing.money import Money
from konsil.billing.provider import Charge, ChargeStatus, SavedCard
from konsil.cases.actions import answer_offer, offer, recall_offer
from konsil.cases.life import MOVES, ImpossibleMove
from konsil.cases.models import Case, Event, RecordHolder, Seat
from konsil.cases.verbs import Verb
from konsil.core.prose.schema import paragraphs
from konsil.opinions import drafting, signing
from konsil.opinions.models import Version
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Pass
from konsil.people.roles import Role
from konsil.records import asking
from konsil.records.models import RecordRequest, Release
from tests.cast import MONDAY, Cast, why

WAYS = {
    "draft": "screening withdrawn expired",
    "screening": "gathering declined needs_info withdrawn cancelled",
    "needs_info": "screening gathering declined withdrawn expired cancelled",
    "gathering": "file_complete needs_info withdrawn expired cancelled",
    "file_complete": "offered gathering withdrawn cancelled",
    "offered": "in_review file_complete withdrawn cancelled",
    "in_review": "more_info at_board drafted signed file_complete withdrawn cancelled",
    "more_info": "in_review gathering file_complete signed withdrawn cancelled",
    "at_board": "in_review withdrawn cancelled",
    "drafted": "in_review signed withdrawn cancelled",
    "signed": "released retracted",
    "released": "follow_up addendum closed retracted",
    "consult": "follow_up retracted",
    "follow_up": "addendum closed retracted",
    "addendum": "released follow_up retracted",
    "closed": "addendum retracted",
    "declined": "screening",
    "withdrawn": "screening draft",
    "expired": "screening draft",
    "cancelled": "screening",
    "retracted": "",
}
"""Whither a case may go from each stage: copied by hand from the specification."""
ENDED = {"closed", "declined", "withdrawn", "expired", "cancelled", "retracted"}
STAFF = ("ada", "okoye", "ferreira", "wells", "berta", "mona", "system")
PEOPLE = (*STAFF, "rosa", "petra", "brid", "hal", "zoe")
VERBS = sorted({move.verb for move in MOVES})
CARD = SavedCard(customer="c", payment_method="pm", brand="visa", last4="4242", exp=(9, 2031))


SIGNED_OR_LATER = {"signed", "released", "consult", "follow_up", "addendum", "retracted", "closed"}


class Life(RuleBasedStateMachine):
    """Rosa's case and everybody with a finger on it; what follows from an event follows at once."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = MONDAY
        Case.objects.filter(pk=self.cast.case.pk).update(submitted_at=MONDAY)
        self.case = Case.objects.get(pk=self.cast.case.pk)
        self.heard = ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first()
        self.stage = self.case.stage

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def who(self, name: str) -> Actor:
        return SYSTEM if name == "system" else Actor.of(getattr(self.cast, name))

    def row(self) -> dict[str, Any]:
        return Case.objects.filter(pk=self.case.pk).values().get()

    def trail(self) -> tuple[int, int, int]:
        jobs = ProcrastinateJob.objects.count()
        return Event.objects.filter(case=self.case).count(), jobs, Seat.objects.count()

    def listen(self) -> None:
        """Run what follows; the card service is asked only when a rule says so."""
        while rows := list(ProcrastinateJob.objects.filter(pk__gt=self.heard or 0).order_by("pk")):
            self.heard = rows[-1].pk
            for row in rows:
                if ".following." in row.task_name or row.task_name.startswith("notices."):
                    app.tasks[row.task_name].func(**row.args)
        self.case.refresh_from_db()

    def attempt(self, act: Callable[[], object], verb: Verb) -> None:
        """One step: it happens whole and is told once, or it is refused and nothing changed."""
        self.at += timedelta(minutes=1)
        before, row = self.trail(), self.row()
        told = Event.objects.filter(case=self.case, verb=verb).count()
        try:
            with transaction.atomic():
                act()
        except ImpossibleMove as refusal:
            assert str(refusal).endswith(".")
            assert (self.trail(), self.row()) == (before, row)
            return
        now = self.row()
        assert Event.objects.filter(case=self.case, verb=verb).count() == told + 1
        assert now["stage"] in WAYS[row["stage"]].split()
        assert now["stage_since"] == self.at
        self.stage = now["stage"]
        self.listen()

    @rule(verb=st.sampled_from(VERBS), name=st.sampled_from(PEOPLE))
    def move(self, verb: Verb, name: str) -> None:
        by = self.who(name)
        roles = self.case.roles_of(by)
        self.attempt(lambda: self.case.move(verb, by=by, at=self.at, **why(verb)), verb)
        news = Event.objects.filter(case=self.case, verb=verb, at=self.at).first()
        if news is not None:
            step = next(
                each for each in MOVES if each.verb == verb and news.facts["start"] in each.starts
            )
            assert step.roles & roles

    @rule(picks=st.lists(st.integers(0, 99), min_size=1, max_size=9))
    def live_on(self, picks: list[int]) -> None:
        """Some of the steps that are open, one after the other, so that long lives are lived."""
        for pick in picks:
            ways = {
                step.verb: name
                for name in ("system", "rosa", "ferreira", "okoye", "ada")
                for step in self.case.moves_for(self.who(name))
            }
            if len(ways) > 1 and pick % 9:
                ways.pop(Verb.WITHDRAWN, None)  # else most lives would be short
            if not ways:
                return
            verb = sorted(ways)[pick % len(ways)]
            self.take(verb, ways[verb])

    def take(self, verb: Verb, name: str) -> None:
        """A step with what goes with it."""
        if verb == Verb.OFFERED:
            self.save_card()
            self.bank_answers(good=True)
            self.offer(name="okoye")
        elif verb in {Verb.OFFER_ACCEPTED, Verb.OFFER_DECLINED}:
            self.answer(name="okoye", takes=verb == Verb.OFFER_ACCEPTED)
        elif verb == Verb.OFFER_RECALLED:
            self.recall()
        elif verb == Verb.SIGNED:
            self.write()
            self.sign(name="okoye")
        else:
            self.move(verb=verb, name=name)

    @rule(name=st.sampled_from(["okoye", "ferreira", "petra"]))
    def offer(self, name: str) -> None:
        to = getattr(self.cast, name)
        ada = self.who("ada")
        self.attempt(lambda: offer(self.case, to, by=ada, at=self.at), Verb.OFFERED)

    @rule(name=st.sampled_from(["okoye", "ferreira", "wells"]), takes=st.booleans())
    def answer(self, name: str, takes: bool) -> None:
        verb = Verb.OFFER_ACCEPTED if takes else Verb.OFFER_DECLINED
        by = self.who(name)
        self.attempt(
            lambda: answer_offer(self.case, takes=takes, reason="away", by=by, at=self.at), verb
        )

    @rule()
    def recall(self) -> None:
        ada = self.who("ada")
        self.attempt(lambda: recall_offer(self.case, by=ada, at=self.at), Verb.OFFER_RECALLED)

    @rule()
    def save_card(self) -> None:
        save_card(self.case, CARD, by=self.who("rosa"), at=self.at)
        self.listen()

    @rule(good=st.booleans())
    def bank_answers(self, good: bool) -> None:
        """Late perhaps: for a try that was dropped meanwhile as well."""
        states = [ChargeTry.State.WAITING, ChargeTry.State.DROPPED]
        attempt = ChargeTry.objects.filter(case=self.case, state__in=states).last()
        if attempt is None:
            return
        answer = Charge(
            id=f"pi_{attempt.pk}",
            status=ChargeStatus.CAPTURED if good else ChargeStatus.REFUSED,
            reason="" if good else "The card was refused.",
            amount=attempt.amount,
            refunded=Money.zero("USD"),
            case_ref="",
        )
        note(locked_try(attempt.pk), answer, at=self.at)
        self.listen()

    @rule()
    def waive(self) -> None:
        with suppress(ImpossibleMove):
            billing.waive(self.case, reason="Hardship", by=self.who("berta"), at=self.at)
        self.listen()

    @rule()
    def ask_a_provider(self) -> None:
        """A form, signed, and a link where one may go out."""
        holder = RecordHolder.objects.create(case=self.case, name="Valley", email="v@example.org")
        asked = asking.ask_holder(self.case, holder, by=SYSTEM, at=self.at)
        signed = {"state": Release.State.SIGNED, "signed_at": self.at, "typed": "Rosa Delgado"}
        Release.objects.filter(pk=asked.release_id).update(**signed)
        asking.move(RecordRequest.objects.get(pk=asked.pk), "signed")
        self.case.tell(Verb.RELEASE_SIGNED, by=self.who("rosa"), at=self.at)
        self.listen()

    @rule()
    def write(self) -> None:
        with suppress(drafting.NotWritable):
            for key in ("summary", "imaging"):
                text = paragraphs("It is small.")
                drafting.write_section(self.case, key, body=text, by=self.who("okoye"), at=self.at)
            for number in (1, 2):
                drafting.cannot_answer(
                    self.case, number, because="Too early", by=self.who("okoye"), at=self.at
                )

    @rule(name=st.sampled_from(["okoye", "ferreira", "ada", "mona"]))
    def sign(self, name: str) -> None:
        """Signing moves twice, as the line releases at once: to the patient in the same act."""
        by, row, before = self.who(name), self.row(), self.trail()
        self.at += timedelta(minutes=1)
        try:
            with transaction.atomic():
                signing.sign(self.case, method="password", by=by, at=self.at)
        except ImpossibleMove:
            assert (self.trail(), self.row()) == (before, row)
            return
        assert Role.REVIEWER in self.case.roles_of(by)
        assert row["stage"] in {"in_review", "more_info", "drafted"}
        assert self.row()["stage"] == "released"
        self.stage = "released"
        self.listen()

    @invariant()
    def the_stage_changes_by_moves_only(self) -> None:
        assert self.row()["stage"] == self.stage

    @invariant()
    def what_has_ended_opens_nothing(self) -> None:
        """C4, F8.1: no link of a provider, no offer that waits for an answer, nobody's turn."""
        if self.stage not in ENDED:
            return
        at_case = Seat.objects.in_force().filter(case=self.case)
        assert not at_case.filter(role__in=[Role.PROVIDER, Role.ASKED]).exists()
        held = RecordRequest.objects.filter(case=self.case, held__isnull=False).values("held")
        assert not any(link.open_at(self.at) for link in Pass.objects.filter(pk__in=held))
        assert self.row()["due_at"] is None

    @invariant()
    def only_an_offered_case_waits_for_an_answer(self) -> None:
        asked = Seat.objects.in_force().filter(case=self.case, role=Role.ASKED)
        assert asked.exists() <= (self.stage == "offered")

    @invariant()
    def nothing_is_kept_of_a_declined_case(self) -> None:
        """F10.5: no try waits, and whatever was taken is on its way back."""
        if self.stage != "declined":
            return
        tries = ChargeTry.objects.filter(case=self.case)
        assert not tries.filter(state=ChargeTry.State.WAITING).exists()
        taken = sum(each.minor for each in tries.filter(state=ChargeTry.State.CAPTURED))
        assert sum(each.minor for each in Refund.objects.filter(case=self.case)) == taken

    @invariant()
    def nobody_reads_before_the_money_is_settled(self) -> None:
        """Story 4: no offer unless captured, waived or billed."""
        if self.stage == "offered":
            assert Payment.objects.get(case=self.case).state in SETTLED

    @invariant()
    def signed_is_signed(self) -> None:
        """F13.2: a case is past its signature exactly when there is a version."""
        past = self.stage in SIGNED_OR_LATER
        signed = Event.objects.filter(case=self.case, verb=Verb.SIGNED).count()
        assert past == bool(signed)
        assert Version.objects.filter(case=self.case).count() <= signed
