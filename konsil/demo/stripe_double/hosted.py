"""The pages a person sees at the double: the card, the bank's question, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlencode

from konsil.demo.stripe_double import cards, checkout, payments
from konsil.demo.stripe_double.bank import Bank
from konsil.demo.stripe_double.objects import Thing
from konsil.demo.stripe_double.problems import Problem
from konsil.demo.stripe_double.reply import Reply, page, redirect

#: Where in the form a refusal belongs, and the words for it.
REFUSALS = {
    "expired_card": ("expiry", "The bank says that this card has expired. Try another card"),
    "incorrect_cvc": ("code", "The bank has another security code. Compare it with the card"),
    "insufficient_funds": (
        "number",
        "The card was refused: there is not enough money on it. Nothing was taken. "
        "Try another card",
    ),
    "processing_error": (
        "number",
        "The bank did not answer. Nothing was taken. Try once more in a minute",
    ),
}
REFUSED = ("number", "The card was refused. Nothing was taken. Try another card")
NOT_CONFIRMED = ("number", "You did not confirm this to your bank. The card was not saved")
_ORDER = ("number", "expiry", "code", "name")


def show(bank: Bank, name: str) -> Reply:
    """The card page, or, when it is over, where to go instead."""
    session = checkout.get(bank, name)
    if session["status"] != "open":
        return _over(session)
    intent = bank.book.get("setup_intent", session["setup_intent"])
    failed = (intent["last_setup_error"] or {}).get("code", "")
    if failed == "setup_intent_authentication_failure":
        return _card_page(session, {}, dict([NOT_CONFIRMED]))
    return _card_page(session, {}, {})


def leave(bank: Bank, name: str, typed: Mapping[str, str]) -> Reply:
    """A person pressed Save card."""
    session = checkout.get(bank, name)
    if session["status"] != "open":
        return _over(session)
    errors = _errors(typed, datetime.fromtimestamp(bank.now, UTC).date())
    card = cards.find(typed.get("number", ""))
    expiry = cards.read_expiry(typed.get("expiry", ""))
    if errors or card is None or expiry is None:
        return _card_page(session, typed, errors)
    decline = checkout.leave_card(bank, session, card, expiry, typed["name"].strip())
    if decline is not None:
        return _card_page(session, typed, dict([REFUSALS.get(decline, REFUSED)]))
    if session["status"] == "open":
        return redirect(f"/pay/{session['id']}/bank")
    return redirect(_onward(session))


def ask_for_setup(bank: Bank, name: str, answer: str | None) -> Reply:
    """The bank's question while a card is being saved; `answer` is None to show it."""
    session = checkout.get(bank, name)
    if session["status"] != "open":
        return _over(session)
    intent = bank.book.get("setup_intent", session["setup_intent"])
    if intent["status"] != "requires_action":
        return redirect(f"/pay/{session['id']}")
    if answer is None:
        method = bank.book.get("payment_method", intent["payment_method"])
        return _bank_page(method, f"/pay/{session['id']}/bank", "Nothing is taken now.")
    checkout.bank_answers(bank, session, yes=answer == "yes")
    return redirect(_onward(session) if answer == "yes" else f"/pay/{session['id']}")


def ask_for_payment(bank: Bank, name: str, answer: str | None) -> Reply:
    """The bank's question about one payment."""
    intent = bank.book.get("payment_intent", name)
    if intent["status"] != "requires_action":
        words = "There is nothing to confirm here. You can close this page."
        return _said("This question was answered", words, "")
    method = bank.book.get("payment_method", intent["payment_method"])
    if answer is None:
        money = f"{intent['amount'] / 100:,.2f} {intent['currency'].upper()}"
        return _bank_page(method, f"/bank/{name}", f"It is about {money} to the hospital.")
    back = intent["next_action"]["redirect_to_url"]["return_url"]
    payments.bank_answers(bank, intent, yes=answer == "yes")
    facts = {
        "payment_intent": name,
        "payment_intent_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if answer == "yes" else "failed",
    }
    return redirect(back + ("&" if "?" in back else "?") + urlencode(facts))


def lost(_: Problem) -> Reply:
    words = "There is no such page for you. If you followed a link, ask whoever sent it."
    return _said("There is no such page", words, "", status=404)


def _errors(typed: Mapping[str, str], today: date) -> dict[str, str]:
    found = {
        "number": cards.number_error(typed.get("number", "")),
        "expiry": cards.expiry_error(typed.get("expiry", ""), today),
        "code": cards.code_error(typed.get("code", "")),
        "name": cards.name_error(typed.get("name", "")),
    }
    return {field: words for field, words in found.items() if words is not None}


def _card_page(session: Thing, typed: Mapping[str, str], errors: Mapping[str, str]) -> Reply:
    """Keeps what was typed, but for the security code, which no page may hand back."""
    fill = {"session": session["id"], "summary": _summary(errors), "cards": _other_cards()}
    fill["again"] = " It is never kept, so type it again." if typed else ""
    for field in _ORDER:
        fill.update(_field(field, errors.get(field), typed.get(field, "")))
    title = ("Error: " if errors else "") + "Which card may we keep?"
    back = _back(session["cancel_url"])
    return _framed(title, back, _template("card.html").substitute(fill), 200)


def _field(field: str, error: str | None, value: str) -> dict[str, str]:
    shown = f'<p class="error" id="{field}-error"><span class="hidden-word">Error: </span>'
    described = f' aria-describedby="{field}-error"'
    return {
        field: escape(value),
        f"{field}_bad": " field-bad" if error else "",
        f"{field}_error": f"{shown}{escape(error)}</p>" if error else "",
        f"{field}_tie": f" {field}-error" if error else "",
        f"{field}_describe": described if error else "",
        f"{field}_flag": ' aria-invalid="true"' if error else "",
    }


def _summary(errors: Mapping[str, str]) -> str:
    if not errors:
        return ""
    lines = [f'<li><a href="#{f}">{escape(errors[f])}</a></li>' for f in _ORDER if f in errors]
    count = "one thing" if len(lines) == 1 else f"{len(lines)} things"
    return (
        '<div class="error-list" role="alert" tabindex="-1" autofocus>'
        f"<h2>Look at {count}</h2><ul>{''.join(lines)}</ul></div>"
    )


def _other_cards() -> str:
    row = "<div><dt>{0}</dt><dd>{1}</dd></div>"
    return "".join(row.format(card.spaced, escape(card.does)) for card in cards.CARDS)


def _bank_page(method: Thing, action: str, purpose: str) -> Reply:
    main = _template("bank.html").substitute(
        last4=escape(method["card"]["last4"]), action=escape(action), purpose=escape(purpose)
    )
    return _framed("Is this you?", "", main, 200)


def _over(session: Thing) -> Reply:
    if session["status"] == "complete":
        onward = _link(_onward(session), "Go on")
        return _said("This card is saved", "Nothing more is needed here.", onward)
    words = "It was open for a day. Nothing was saved and nothing was taken. Start again there."
    return _said("This page has ended", words, _link(session["cancel_url"], "Go back"))


def _said(heading: str, words: str, onward: str, status: int = 200) -> Reply:
    main = _template("said.html").substitute(
        heading=escape(heading), words=escape(words), onward=onward
    )
    return _framed(heading, "", main, status)


def _framed(title: str, back: str, main: str, status: int) -> Reply:
    full = f"{title} \u2013 Demo card page"
    return page(
        _template("frame.html").substitute(title=escape(full), back=back, main=main), status
    )


def _onward(session: Thing) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _back(url: str | None) -> str:
    if not url:
        return ""
    link = f'<a class="back" href="{escape(url)}">Back, without saving a card</a>'
    return f'<nav aria-label="Back">{link}</nav>'


def _link(url: str | None, words: str) -> str:
    return f'<p><a class="onward" href="{escape(url)}">{words}</a></p>' if url else ""


@cache
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("pages", name).read_text("utf-8"))
