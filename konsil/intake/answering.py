"""Answering a question without a page: the same forms and checks, for the demo and for tests."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from konsil.cases.models import Case
from konsil.intake.checking import request_of
from konsil.intake.forms import BY_STEP
from konsil.people.actors import Actor


def answer(case: Case, key: str, words: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Answer the page `key` with its fields as they are posted: {"given_name": "Rosa", ...}.

    Raises `ValidationError` with the words of the page when the answer is not accepted.
    """
    paper = request_of(case)
    today = timezone.localdate(at)
    form = BY_STEP[key](dict(words), case=case, paper=paper, name=by.name, today=today)
    if not form.is_valid():
        raise ValidationError({name: list(said) for name, said in form.errors.items()})
    form.keep(by=by, at=at)
    mark_answered(case, key)


def mark_answered(case: Case, key: str) -> None:
    """The page counts as answered: going on starts behind it."""
    paper = request_of(case)
    if key not in paper.answered:
        paper.answered = [*paper.answered, key]
        paper.save(update_fields=["answered"])
