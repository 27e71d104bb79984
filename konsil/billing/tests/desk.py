"""Rosa and the practice at the payment desk, the queue worked off by hand."""

import json
from dataclasses import dataclass, field
from typing import Any

import requests
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from konsil.billing.models import Payment
from konsil.billing.tests.running_double import (
    GOOD_CARD,
    KEY,
    SECRET,
    Inbox,
    RunningDouble,
)
from konsil.cases.actions import offer
from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.people.models import User
from tests.cast import Cast, put_at, why
from tests.test_who_sees_a_case import BACKEND


@dataclass
class Desk:
    cast: Cast
    client: Any
    double: RunningDouble
    settings: Any
    inbox: Inbox
    done: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.settings.STRIPE = {
            "api_key": KEY,
            "webhook_secret": SECRET,
            "api_base": self.double.base,
        }

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.cast.case.pk)

    @property
    def payment(self) -> Payment:
        return Payment.objects.get(case=self.cast.case)

    def address(self, below: str) -> str:
        return below if below.startswith("/") else f"/cases/{self.cast.case.pk}/{below}"

    def get(self, name: str, below: str) -> Any:
        self.client.force_login(getattr(self.cast, name), backend=BACKEND)
        return self.client.get(self.address(below), follow=True)

    def read(self, name: str, below: str) -> str:
        answer = self.get(name, below)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def post(self, name: str, below: str, **typed: str) -> Any:
        self.client.force_login(getattr(self.cast, name), backend=BACKEND)
        return self.client.post(self.address(below), typed)

    def save_card(self, number: str = GOOD_CARD, **typed: str) -> str:
        """Rosa goes to the card page, fills it in, and comes back; the page she then reads."""
        sent = self.post("rosa", "payment/card/", **typed)
        assert sent.status_code == 303
        reply = self.double.fill_in(sent["Location"], number)
        if reply.headers["Location"].endswith("/bank"):
            reply = self.double.press(reply.headers["Location"], answer="yes")
        back = reply.headers["Location"].partition("/cases/")[2]
        assert back, reply.headers["Location"]
        return self.read("rosa", f"/cases/{back}")

    def move(self, verb: Verb, who: User) -> None:
        self.case.move(verb, by=Actor.of(who), at=timezone.now(), **why(verb))

    def accept(self) -> None:
        self.move(Verb.ACCEPTED, self.cast.ada)

    def offer(self) -> None:
        put_at(self.cast.case, Stage.FILE_COMPLETE)
        offer(self.case, self.cast.okoye, by=Actor.of(self.cast.ada), at=timezone.now())

    def work(self, times: int = 1) -> list[str]:
        """Run what this room has queued, each job `times`, until nothing new; names of failures.

        A job that fails stays in the queue, as it does in life.
        """
        failed: list[str] = []
        while queued := self._queued(failed):
            for row in queued:
                try:
                    for _again in range(times):
                        app.tasks[row.task_name].func(**row.args)
                    self.done.add(row.pk)
                except Exception as error:
                    if type(error).__name__ not in {"ProviderAway", "MovedMeanwhile"}:
                        raise
                    failed.append(type(error).__name__)
        return failed

    def _queued(self, failed: list[str]) -> list[Any]:
        rows = ProcrastinateJob.objects.filter(task_name__startswith="billing.")
        fresh = [row for row in rows.order_by("pk") if row.pk not in self.done]
        return [] if failed else fresh

    def hear_everything(self, *, backwards: bool = False) -> list[int]:
        """Every message that the provider has sent so far comes to our door; the answers."""
        letters = self.inbox.letters[::-1] if backwards else list(self.inbox.letters)
        answers = [
            self.client.post(
                "/billing/webhook/",
                body,
                content_type="application/json",
                headers={"Stripe-Signature": signature},
            )
            for body, signature in letters
        ]
        return [answer.status_code for answer in answers]

    def taken_at_provider(self) -> list[int]:
        return [pi["amount"] for pi in self._list("payment_intents") if pi["status"] == "succeeded"]

    def refunded_at_provider(self) -> list[int]:
        back = [pi.get("latest_charge") for pi in self._list("payment_intents")]
        return [one["amount_refunded"] for one in back if one and one["amount_refunded"]]

    def _list(self, what: str) -> list[Any]:
        reply = requests.get(
            f"{self.double.base}/v1/{what}?limit=100&expand[]=data.latest_charge",
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=5,
        )
        return json.loads(reply.text)["data"]
