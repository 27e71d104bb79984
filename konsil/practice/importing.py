"""Running cases from a CSV: read, judged row by row in words, taken over, and taken back again.

A hospital moves in with cases under way. Each row becomes a case at one of three stages; what
needs a signature of ours (a report, an agreement) cannot be taken over.
"""

import csv
import io
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from konsil.cases.actions import open_case
from konsil.cases.life import ENDED, ImpossibleMove, Stage
from konsil.cases.models import Case, Event, Exhibit, Question, ServiceLine
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor, ActorKind
from konsil.people.models import Institution, Patient
from konsil.people.places import NAMES
from konsil.practice.models import CaseImport, ImportedCase

COLUMNS = (
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "email",
    "phone",
    "place",
    "service",
    "stage",
    "requested_on",
    "local_physician",
    "diagnosis",
    "question_1",
    "question_2",
    "question_3",
)
NEEDED = ("given_name", "family_name", "birth_date", "place", "service", "stage")
STAGES = {
    "to be checked": Stage.SCREENING,
    "collecting records": Stage.GATHERING,
    "file complete": Stage.FILE_COMPLETE,
}
LARGEST = 2 * 1024 * 1024
MOST = 2000
LENGTHS = {
    "given_name": 80,
    "family_name": 80,
    "phone": 40,
    "local_physician": 160,
    "diagnosis": 2000,
    "question_1": 600,
    "question_2": 600,
    "question_3": 600,
}
BORN = "The birth date is no past day. Write it as 1971-03-14."
ASKED = "The day of the request is no past day. Write it as 2026-11-02."


class NotATable(Exception):
    """The file cannot be read as a table; the words say what to change."""


@dataclass
class Row:
    """One line of the file: what it says, and what is wrong with it."""

    line: int
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)

    def as_kept(self) -> dict[str, Any]:
        """The row as JSON."""
        return asdict(self)


def read(data: bytes, *, hospital: Institution, today: date) -> list[Row]:
    """The rows with their errors. Raises NotATable when there is nothing to judge."""
    rows = _rows(data)
    lines = _lines(hospital)
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        row.errors += _errors(row.values, lines, today)
        who = _who(row.values)
        if who in seen:
            row.errors.append(f"The same person and service stand in line {seen[who]} already.")
        seen.setdefault(who, row.line)
        if not row.errors and (number := _known(row.values, hospital, lines)):
            row.errors.append(f"This person has an open case already: {number}.")
    return rows


def _rows(data: bytes) -> list[Row]:
    if len(data) > LARGEST:
        raise NotATable("The file is larger than 2 MB. Send it in parts.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable(
            "The file is not UTF-8. Save it as “CSV UTF-8” and send it again."
        ) from None
    if "\x00" in text:
        raise NotATable("This is no CSV file. Save the table as “CSV UTF-8”.")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    try:
        heads = [(head or "").strip().lower().replace(" ", "_") for head in reader.fieldnames or []]
        if lacking := [name for name in NEEDED if name not in heads]:
            raise NotATable(f"The first line must name the columns. Missing: {', '.join(lacking)}.")
        reader.fieldnames = heads
        rows = [
            Row(reader.line_num, {name: (each.get(name) or "").strip() for name in COLUMNS})
            for each in reader
            if any((value or "") and str(value).strip() for value in each.values())
        ]
    except csv.Error as wrong:
        raise NotATable(f"The table breaks in line {reader.line_num}: {wrong}.") from None
    if not rows:
        raise NotATable("The file has no rows below its first line.")
    if len(rows) > MOST:
        raise NotATable(f"{len(rows)} rows are too many; {MOST} are taken at once.")
    return rows


def _errors(values: dict[str, str], lines: dict[str, ServiceLine], today: date) -> list[str]:
    """What is wrong with one row, a sentence each."""
    wrong = [f"“{name}” is empty." for name in NEEDED if not values[name]]
    wrong += [
        f"“{name}” is longer than {most} letters."
        for name, most in LENGTHS.items()
        if len(values[name]) > most
    ]
    born, asked = day_of(values["birth_date"]), day_of(values["requested_on"])
    checks = (
        ("birth_date", born and born.year >= 1890 and born <= today, BORN),
        ("requested_on", asked and asked <= today, ASKED),
        ("place", _place(values["place"]), "The place is not known. Write Oregon, or OR."),
        ("service", values["service"].lower() in lines, "There is no service line of this name."),
        ("stage", values["stage"].lower() in STAGES, f"The stage is one of: {', '.join(STAGES)}."),
        ("sex", values["sex"].upper()[:1] in Patient.Sex.values, "Sex is F, M, O, or empty."),
        ("email", _is_email(values["email"]), "The e-mail address is not one."),
    )
    return wrong + [words for name, well, words in checks if values[name] and not well]


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def day_of(text: str) -> date | None:
    """A day as 1971-03-14 or, as Americans write it, 03/14/1971."""
    for pattern in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _place(text: str) -> str | None:
    """The code of a place by its code, its two letters or its name."""
    for code, name in NAMES.items():
        if text.lower() in {code.lower(), str(name).lower()} or f"US-{text.upper()}" == code:
            return code
    return None


def _lines(hospital: Institution) -> dict[str, ServiceLine]:
    found = {}
    for line in ServiceLine.objects.filter(tenant=hospital).select_related("tenant", "programme"):
        found[line.slug.lower()] = found[line.name.lower()] = line
    return found


def _who(values: dict[str, str]) -> tuple[str, ...]:
    names = ("given_name", "family_name", "birth_date", "service")
    return tuple(values[name].casefold() for name in names)


def _known(values: dict[str, str], hospital: Institution, lines: dict[str, ServiceLine]) -> str:
    """The number of an open case of the same person and service, or ""."""
    case = (
        Case.objects.filter(
            tenant=hospital,
            service_line=lines[values["service"].lower()],
            patient__family_name__iexact=values["family_name"],
            patient__given_name__iexact=values["given_name"],
            patient__birth_date=day_of(values["birth_date"]),
        )
        .exclude(stage__in=ENDED)
        .first()
    )
    return case.number if case else ""


@transaction.atomic
def take_over(made: CaseImport, *, by: Actor, at: datetime) -> int:
    """Begin a case for each row without an error; how many. Taking over twice changes nothing.

    The rows are forgotten afterwards: what they told stands in the cases.
    """
    made = CaseImport.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.state != CaseImport.State.PREVIEW:
        return 0
    lines = _lines(made.tenant)
    good = [each for each in made.rows if not each["errors"]]
    for each in good:
        case = _begin(each["values"], made.tenant, lines, by=by, at=at)
        ImportedCase.objects.create(case=case, source=made, line=each["line"])
    made.state, made.rows = CaseImport.State.DONE, []
    made.save(update_fields=["state", "rows"])
    return len(good)


def _begin(
    values: dict[str, str],
    hospital: Institution,
    lines: dict[str, ServiceLine],
    *,
    by: Actor,
    at: datetime,
) -> Case:
    patient = Patient.objects.create(
        tenant=hospital,
        given_name=values["given_name"],
        family_name=values["family_name"],
        birth_date=day_of(values["birth_date"]),
        sex=values["sex"].upper()[:1],
        email=values["email"],
        phone=values["phone"],
        place=_place(values["place"]) or "",
    )
    asked = day_of(values["requested_on"])
    case = open_case(
        patient=patient,
        service_line=lines[values["service"].lower()],
        by=by,
        at=at,
        stage=STAGES[values["stage"].lower()],
        submitted_at=datetime.combine(asked, time(12), UTC) if asked else at,
        diagnosis=values["diagnosis"],
        local_physician=values["local_physician"],
    )
    questions = [values[f"question_{number}"] for number in (1, 2, 3)]
    for number, text in enumerate(filter(None, questions), start=1):
        Question.objects.create(case=case, number=number, text=text)
    return case


@transaction.atomic
def take_back(made: CaseImport, *, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Cancel the cases of an import that nobody has touched; the numbers of those that stay."""
    rows = ImportedCase.objects.filter(source=made, taken_back_at=None).select_related("case")
    done, stay = 0, []
    for row in rows:
        if touched(row.case):
            stay.append(row.case.number)
            continue
        try:
            row.case.move(Verb.CANCELLED, by=by, at=at, reason="mistake")
        except ImpossibleMove:
            stay.append(row.case.number)
            continue
        row.taken_back_at = at
        row.save(update_fields=["taken_back_at"])
        done += 1
    if not stay:
        made.state = CaseImport.State.UNDONE
        made.save(update_fields=["state"])
    return done, stay


def touched(case: Case) -> bool:
    """Whether somebody did anything at the case since it was taken over."""
    if case.stage in ENDED or Exhibit.objects.filter(case=case).exists():
        return True
    acts = Event.objects.filter(case=case).exclude(verb=Verb.OPENED)
    return bool(acts.exclude(actor_kind=ActorKind.SYSTEM).exists())
