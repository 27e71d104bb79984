"""Stripe's API as far as it is used here: who may ask, under which key, and what comes back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from hmac import compare_digest

from konsil.demo.stripe_double import API_VERSION, checkout, objects, payments
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.expand import expand
from konsil.demo.stripe_double.forms import Params, only, read, whole
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import (
    Problem,
    bad_key,
    invalid,
    key_used_otherwise,
    no_such_url,
    other_version,
)
from konsil.demo.stripe_double.reply import Reply, answer

Act = Callable[[Bank, str, Params], Thing]


@dataclass(frozen=True)
class Call:
    """One request as it came in; `form` is the body of a POST or the query of a GET."""

    method: str
    path: str
    form: str
    bearer: str
    key: str = ""
    version: str = API_VERSION


def respond(bank: Bank, secret: str, call: Call) -> Reply:
    """Answers under the book's lock: wholly, once for each idempotency key, and saved."""
    request_id = objects.new_id("req", 14)
    with bank.book.lock:
        bank.request = {"id": request_id, "idempotency_key": call.key or None}
        status, body, replayed = _once(bank, secret, call)
        note = {"method": call.method, "path": call.path, "status": status, "key": call.key}
        bank.book.note_call({**note, "params": read(call.form), "at": bank.now})
        bank.nobody_asks()
        bank.book.save()
    extra = {"Idempotent-Replayed": "true"} if replayed else {}
    if call.key:
        extra["Idempotency-Key"] = call.key
    return answer(
        body, status, **{"Request-Id": request_id, "Stripe-Version": API_VERSION, **extra}
    )


def _once(bank: Bank, secret: str, call: Call) -> tuple[int, Thing, bool]:
    try:
        if not compare_digest(call.bearer, secret):
            raise bad_key(call.bearer)
        if call.version != API_VERSION:
            raise other_version(call.version)
        if call.method != "POST" or not call.key:
            return 200, _do(bank, call), False
        print_ = hashlib.sha256(json.dumps(read(call.form), sort_keys=True).encode()).hexdigest()
        if (kept := bank.book.remembered(call.key, bank.now)) is not None:
            if (kept["path"], kept["print"]) != (call.path, print_):
                raise key_used_otherwise(call.key, kept["path"], call.path)
            return kept["status"], kept["body"], True
    except Problem as problem:
        return problem.status, problem.body, False
    return _do_and_remember(bank, call, print_)


def _do_and_remember(bank: Bank, call: Call, print_: str) -> tuple[int, Thing, bool]:
    status, body = 200, {}
    try:
        body = _do(bank, call)
    except Problem as problem:
        if not problem.was_carried_out:
            return problem.status, problem.body, False
        status, body = problem.status, problem.body
    kept = {"path": call.path, "print": print_, "status": status, "body": body, "at": bank.now}
    bank.book.remember(call.key, kept)
    return status, deepcopy(body), False


def _do(bank: Bank, call: Call) -> Thing:
    params = read(call.form)
    for method, pattern, act in _ROUTES:
        found = re.fullmatch(pattern, call.path)
        if found and method == call.method:
            thing = deepcopy(act(bank, found.groupdict().get("id", ""), params))
            return expand(bank.book, thing, list(params.get("expand", [])))
    raise no_such_url(call.method, call.path)


def _get(kind: str, param: str = "id") -> Act:
    def act(bank: Bank, name: str, params: Params) -> Thing:
        only(params)
        return bank.book.get(kind, name, param)

    return act


def _list(kind: str, url: str, *filters: str) -> Act:
    def act(bank: Bank, name: str, params: Params) -> Thing:
        only(params, "limit", "starting_after", *filters)
        wanted = {field: params[field] for field in filters if field in params}
        limit = whole(params, "limit") if "limit" in params else 10
        if not 1 <= limit <= 100:
            raise invalid("limit", "Invalid limit", "parameter_invalid_integer")
        found = [t for t in bank.book.all(kind) if wanted.items() <= t.items()]
        if after := params.get("starting_after"):
            names = [t["id"] for t in found]
            found = found[names.index(after) + 1 :] if after in names else []
        more = len(found) > limit
        return {"object": "list", "url": url, "has_more": more, "data": found[:limit]}

    return act


def _customer(bank: Bank, name: str, params: Params) -> Thing:
    only(params, "email", "name", "description", "metadata")
    made = bank.book.put(objects.customer(bank.now, **params))
    bank.tell("customer.created", made)
    return made


def _session(bank: Bank, name: str, params: Params) -> Thing:
    only(params)
    return checkout.get(bank, name)


def _expire(bank: Bank, name: str, params: Params) -> Thing:
    only(params)
    return checkout.expire(bank, name)


def _detach(bank: Bank, name: str, params: Params) -> Thing:
    only(params)
    method = bank.book.get("payment_method", name, "payment_method")
    method["customer"] = None
    bank.tell("payment_method.detached", method)
    return method


_ID = "/(?P<id>[A-Za-z0-9_]+)"
_ROUTES: tuple[tuple[str, str, Act], ...] = (
    ("POST", "/v1/customers", _customer),
    ("GET", "/v1/customers" + _ID, _get("customer")),
    ("POST", "/v1/checkout/sessions", lambda bank, _, params: checkout.create(bank, params)),
    ("GET", "/v1/checkout/sessions" + _ID, _session),
    ("POST", "/v1/checkout/sessions" + _ID + "/expire", _expire),
    (
        "GET",
        "/v1/checkout/sessions",
        _list("checkout.session", "/v1/checkout/sessions", "customer", "status"),
    ),
    ("GET", "/v1/setup_intents" + _ID, _get("setup_intent", "intent")),
    ("GET", "/v1/payment_methods" + _ID, _get("payment_method", "payment_method")),
    ("POST", "/v1/payment_methods" + _ID + "/detach", _detach),
    ("POST", "/v1/payment_intents", lambda bank, _, params: payments.create(bank, params)),
    (
        "GET",
        "/v1/payment_intents",
        _list("payment_intent", "/v1/payment_intents", "customer"),
    ),
    ("GET", "/v1/payment_intents" + _ID, _get("payment_intent", "intent")),
    ("POST", "/v1/payment_intents" + _ID + "/confirm", payments.confirm),
    ("POST", "/v1/payment_intents" + _ID + "/cancel", payments.cancel),
    ("POST", "/v1/refunds", lambda bank, _, params: payments.refund(bank, params)),
    ("GET", "/v1/refunds", _list("refund", "/v1/refunds", "payment_intent", "charge")),
    ("GET", "/v1/refunds" + _ID, _get("refund")),
    ("GET", "/v1/disputes", _list("dispute", "/v1/disputes", "payment_intent", "charge")),
    ("GET", "/v1/disputes" + _ID, _get("dispute")),
    ("GET", "/v1/charges" + _ID, _get("charge")),
    ("GET", "/v1/events", _list("event", "/v1/events", "type")),
    ("GET", "/v1/events" + _ID, _get("event")),
)
