"""What the mails say. None of them says anything about health, a specialty or a file (F1.6)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A subject, a sentence, and what the link does."""

    subject: str
    words: str
    verb: str
    below: str = ""
    """Where the link leads, below the case's own address."""


TEXTS = {
    "received": Text(
        "We have your request",
        "We have your request and are checking it. If we need something, it stands on your page.",
        "See where it stands",
    ),
    "accepted": Text(
        "Your request was accepted",
        "Your request was accepted. We begin to collect what is needed.",
        "See what happens next",
    ),
    "declined": Text(
        "About your request",
        "We could not take your request. Nothing was charged. The reason stands on your page.",
        "Read why",
    ),
    "complete": Text(
        "Your file is complete",
        "We have everything that is needed. Next, an expert reads it.",
        "See where it stands",
    ),
    "reading": Text(
        "An expert has begun",
        "An expert has taken your case and begins to read.",
        "See where it stands",
    ),
    "report": Text(
        "There is something new for you",
        "Something new is waiting for you. Sign in to read it.",
        "Sign in and read",
        "report/",
    ),
    "task": Text(
        "There is one thing for you to do",
        "We need one thing from you to go on. It stands on your page.",
        "See what it is",
    ),
    "card": Text(
        "The card was refused",
        "The card was refused. Nothing was taken. You can use another card or call us.",
        "Use another card",
        "payment/",
    ),
    "message": Text(
        "You have a message",
        "Somebody wrote to you. Sign in to read it.",
        "Read the message",
        "messages/",
    ),
    "offer": Text(
        "A case is offered to you",
        "A case is offered to you. Look at it and say whether you take it.",
        "Look at the case",
    ),
}
