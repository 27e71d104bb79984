"""Writing the opinion: opening the draft, saving its texts, and what is missing before signing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from konsil.cases.guards import guard
from konsil.cases.life import Stage
from konsil.cases.models import Case, Exhibit, Question
from konsil.core.prose.schema import Doc, check, clean, key_images
from konsil.opinions.models import Answer, KeyImage, Report, Section, Version, Written
from konsil.people.actors import Actor

WRITABLE = (Stage.IN_REVIEW, Stage.MORE_INFO, Stage.AT_BOARD)
SIGNABLE = (Stage.IN_REVIEW, Stage.MORE_INFO, Stage.DRAFTED)


class NotWritable(Exception):
    """The draft takes no more text; the message says why and what to do."""


class NotYours(ValueError):
    """The text shows something that does not belong to this case; the message says what."""


class SavedMeanwhile(Exception):
    """Somebody saved the same text since this page was loaded; `now` is how it stands."""

    def __init__(self, now: Written) -> None:
        super().__init__("Somebody saved this text meanwhile.")
        self.now = now


@transaction.atomic
def open_report(case: Case) -> Report:
    """The case's draft; made on the first opening, with the service line's sections (F13.1)."""
    report: Report
    report, new = Report.objects.get_or_create(case=case)
    if new:
        Section.objects.bulk_create(
            Section(
                case=case,
                report=report,
                key=wanted["key"],
                title=wanted["title"],
                position=place,
                required=bool(wanted.get("required")),
            )
            for place, wanted in enumerate(case.terms.sections)
        )
    questions = Question.objects.filter(case=case)
    for question in questions.exclude(pk__in=report.answers.values("question")):
        Answer.objects.get_or_create(question=question, defaults={"case": case, "report": report})
    return report


def write_section(
    case: Case, key: str, *, body: object, by: Actor, at: datetime, revision: int | None = None
) -> Section:
    """Save a section on top of `revision` (None: whatever it is). See `write` for the refusals."""
    section: Section = Section.objects.get(report=open_report(case), key=key)
    return _saved(section, body=body, by=by, at=at, revision=revision)


def answer_question(
    case: Case, number: int, *, body: object, by: Actor, at: datetime, revision: int | None = None
) -> Answer:
    """Save the answer to question `number` on top of `revision`."""
    answer: Answer = Answer.objects.get(report=open_report(case), question__number=number)
    return _saved(answer, body=body, by=by, at=at, revision=revision)


@transaction.atomic
def cannot_answer(case: Case, number: int, *, because: str, by: Actor, at: datetime) -> Answer:
    """Say why a question cannot be answered; an empty `because` takes that back (F13.2)."""
    _still_writable(case)
    answer: Answer = Answer.objects.get(report=open_report(case), question__number=number)
    answer.cannot_because = " ".join(because.split())[:600]
    answer.author, answer.updated_at = by.user, at
    answer.save(update_fields=["cannot_because", "author", "updated_at"])
    return answer


W = TypeVar("W", bound=Written)


@transaction.atomic
def _saved(written: W, *, body: object, by: Actor, at: datetime, revision: int | None) -> W:
    """Raises `NotProse`, `NotYours`, `NotWritable` or, with the text of now, `SavedMeanwhile`."""
    case: Case = written.case
    checked = check(clean(body))
    _pictures_belong(case, checked)
    _still_writable(case)
    base = written.revision if revision is None else revision
    changed = type(written).objects.filter(pk=written.pk, revision=base)
    saved = changed.update(body=checked, revision=base + 1, author=by.user, updated_at=at)
    written.refresh_from_db()
    if not saved:
        raise SavedMeanwhile(written)
    return written


def _still_writable(case: Case) -> None:
    """Holds the case until the text is saved, so that nobody signs in between."""
    held = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if Version.objects.filter(case=case).exists():
        raise NotWritable("This opinion is signed and cannot change. Sign an addendum instead.")
    if held.stage not in WRITABLE:
        raise NotWritable("This case is not in review now, so nothing can be written.")


def _pictures_belong(case: Case, doc: Doc) -> None:
    wanted = set(key_images(doc))
    known = {str(key) for key in KeyImage.objects.filter(case=case).values_list("pk", flat=True)}
    if wanted - known:
        raise NotYours("This text holds a key image of another case. Take it out.")


def texts(case: Case) -> list[Written]:
    """Every text of the draft, in the order of the page: answers first, then sections."""
    answers = Answer.objects.filter(case=case).select_related("question", "author")
    sections = Section.objects.filter(case=case).select_related("author")
    return [*answers, *sections]


def pictures_in(written: Iterable[Written]) -> list[str]:
    """The ids of the key images that the texts show, each once, in order."""
    found = [name for text in written for name in key_images(Doc(text.body))]
    return list(dict.fromkeys(found))


@guard("questions_answered")
def questions_answered(case: Case) -> str:
    """Every question has an answer, or a reason why there is none (F13.2)."""
    given = {answer.question_id for answer in Answer.objects.filter(case=case) if answer.is_given}
    open_ = [
        str(question.number)
        for question in Question.objects.filter(case=case)
        if question.pk not in given
    ]
    if not open_:
        return ""
    if len(open_) == 1:
        return f"Question {open_[0]} has no answer yet."
    return f"Questions {', '.join(open_[:-1])} and {open_[-1]} have no answer yet."


@guard("sections_written")
def sections_written(case: Case) -> str:
    """Every section that the service line requires is written, on evidence that still stands."""
    written = list(Section.objects.filter(case=case))
    required = {each["key"]: each["title"] for each in case.terms.sections if each.get("required")}
    titles = {section.key: section.title for section in written if section.required} or required
    full = {section.key for section in written if not section.is_blank}
    if empty := [f"“{title}”" for key, title in titles.items() if key not in full]:
        return f"Still empty: {', '.join(empty)}."
    if _stands_on_sand(case):
        return "A key image comes from a study that was set aside. Take it out of the text."
    return ""


def _stands_on_sand(case: Case) -> bool:
    shown = pictures_in(texts(case))
    sound = KeyImage.objects.filter(pk__in=shown, exhibit__state=Exhibit.State.SHOWN).count()
    return sound != len(shown)


def missing(case: Case) -> list[str]:
    """What forbids signing, in words."""
    return [words for test in (questions_answered, sections_written) if (words := test(case))]


def standing(written: Written) -> dict[str, Any]:
    """A text as the editor asks for it after somebody else saved."""
    return {
        "revision": written.revision,
        "body": written.body,
        "by": str(written.author or ""),
        "at": written.updated_at.isoformat() if written.updated_at else "",
    }
