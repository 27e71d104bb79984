"""What we say when we write. None of it says anything about health, a specialty or a file (F1.6).

A hospital may write its own (`wording.py`); these are the words until it does.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class For(StrEnum):
    """Who reads it."""

    PATIENT = "Patients"
    CLINIC = "Referring institutions"
    STAFF = "The practice"
    OUTSIDE = "Providers of earlier records"


@dataclass(frozen=True)
class Text:
    """A subject, a sentence, and what the link does."""

    subject: Any
    words: Any
    verb: Any
    below: str = ""
    """Where the link leads, below the case's own address."""
    reader: For = For.PATIENT
    urgent: bool = False
    """Answers what the reader has just asked for, or runs by a clock of hours: goes at once."""
    overtakes: tuple[str, ...] = ()
    """Older news that this one makes needless while they still wait."""


_STANDS = _("See where it stands")

TEXTS: dict[str, Text] = {
    "received": Text(
        _("We have your request"),
        _("We have your request and check it. If we need something, it stands on your page."),
        _STANDS,
    ),
    "accepted": Text(
        _("Your request was accepted"),
        _("Your request was accepted. We begin to collect what is needed."),
        _("See what happens next"),
        overtakes=("received",),
    ),
    "declined": Text(
        _("About your request"),
        _("We could not take your request. Nothing was charged. The reason stands on your page."),
        _("Read why"),
        overtakes=("received",),
    ),
    "question": Text(
        _("We have a question"),
        _("We have a question before we go on. It stands on your page."),
        _("Answer it"),
    ),
    "complete": Text(
        _("Your file is complete"),
        _("We have everything that is needed. Next, an expert reads it."),
        _STANDS,
        overtakes=("accepted",),
    ),
    "reading": Text(
        _("An expert has begun"),
        _("An expert has taken your case and begins to read."),
        _STANDS,
        overtakes=("complete",),
    ),
    "written": Text(
        _("Your expert has written"),
        _("Your expert has finished writing. We look it over and then hand it to you."),
        _STANDS,
        overtakes=("reading", "complete"),
    ),
    "report": Text(
        _("There is something new for you"),
        _("Something new is waiting for you. Sign in to read it."),
        _("Sign in and read"),
        "report/",
        overtakes=("written", "reading", "complete"),
    ),
    "later": Text(
        _("You can still ask"),
        _("If something is still open, you can ask now. It stands on your page how."),
        _("Ask"),
    ),
    "closed": Text(
        _("Your case is closed"),
        _("Your case is closed. What is yours stays on your page."),
        _("Open your page"),
    ),
    "ended": Text(
        _("Your request has ended"),
        _("Nobody works on your request any more. The reason stands on your page."),
        _("Read why"),
        overtakes=("received", "accepted", "complete"),
    ),
    "hold": Text(
        _("Your case waits"),
        _("Your case waits for a while. Why, and until when, stands on your page."),
        _STANDS,
    ),
    "task": Text(
        _("There is one thing for you to do"),
        _("We need one thing from you to go on. It stands on your page."),
        _("See what it is"),
    ),
    "remind": Text(
        _("One thing is still open"),
        _("Something still waits for you. It stands on your page, and we can help by telephone."),
        _("See what it is"),
        overtakes=("task",),
    ),
    "ask_too": Text(
        _("You may ask, too"),
        _("Somebody whom we asked for you has not answered. You may ask them, too."),
        _("See who it is"),
    ),
    "card": Text(
        _("The card was refused"),
        _("The card was refused. Nothing was taken. You can use another card or call us."),
        _("Use another card"),
        "payment/",
    ),
    "estimate": Text(
        _("Your estimate is ready"),
        _("What it is expected to cost stands on your page, line by line."),
        _("See the estimate"),
        "payment/",
    ),
    "unpaid": Text(
        _("A payment is still open"),
        _("A payment is still open, and your request waits for it. You can pay or call us."),
        _("See the payment"),
        "payment/",
    ),
    "message": Text(
        _("You have a message"),
        _("Somebody wrote to you. Sign in to read it."),
        _("Read the message"),
        "messages/",
    ),
    "clinic_step": Text(
        _("News of a patient of yours"),
        _("The case of a patient of yours has gone a step on."),
        _STANDS,
        reader=For.CLINIC,
    ),
    "clinic_declined": Text(
        _("News of a patient of yours"),
        _("We could not take the case of a patient of yours. The reason stands on the page."),
        _("Read why"),
        reader=For.CLINIC,
        overtakes=("clinic_step",),
    ),
    "clinic_report": Text(
        _("There is something new for you"),
        _("Something new about a patient of yours is waiting. Sign in to read it."),
        _("Sign in and read"),
        "report/",
        reader=For.CLINIC,
        overtakes=("clinic_step",),
    ),
    "clinic_remind": Text(
        _("One thing is still open"),
        _("Something about a patient of yours still waits for you."),
        _("See what it is"),
        reader=For.CLINIC,
    ),
    "offer": Text(
        "A case is offered to you",
        "A case is offered to you. Look at it and say whether you take it.",
        "Look at the case",
        reader=For.STAFF,
        urgent=True,
    ),
    "desk": Text(
        "A case waits for you",
        "A case waits for you.",
        "Open the case",
        reader=For.STAFF,
    ),
    "escalated": Text(
        "A case is late",
        "A case is late and nobody has moved. You are asked to see to it.",
        "Open the case",
        reader=For.STAFF,
        overtakes=("desk",),
    ),
    "provider": Text(
        _("A patient still waits for records"),
        _(
            "Some days ago a patient asked you to send records, with a signed form. They have not "
            "come yet. If you have none or send them later, say so with one click."
        ),
        _("Open the request"),
        reader=For.OUTSIDE,
    ),
}

DIGEST_SUBJECT = _("There is news for you")
"""Of a letter that carries more than one thing."""
