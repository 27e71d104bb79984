"""Many patients from one list: reading a CSV file row by row, with errors in words (F2.8).

Reading changes nothing. What it returns is shown as a preview and read again when it is confirmed.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from konsil.cases.models import ServiceLine
from konsil.people.models import Institution, User
from konsil.people.places import NAMES
from konsil.referrals.actions import Letter, open_here
from konsil.referrals.forms import ReferralForm

MOST = 200
LONGEST = 1_000_000
COLUMNS: dict[str, tuple[str, ...]] = {
    "given_name": ("given name", "first name", "first names", "given names"),
    "family_name": ("family name", "last name", "surname"),
    "birth_date": ("birth date", "date of birth", "dob", "born"),
    "sex": ("sex", "gender"),
    "place": ("place", "state", "where the patient is now", "country"),
    "email": ("email", "e-mail", "email address", "e-mail address"),
    "phone": ("phone", "telephone", "phone number"),
    "service_line": ("service line", "which opinion", "opinion"),
    "reason": ("reason", "diagnosis", "diagnosis and reason"),
    "question_1": ("question", "question 1", "first question"),
    "question_2": ("question 2", "second question"),
    "question_3": ("question 3", "third question"),
    "physician": ("physician", "referring physician", "doctor"),
    "own_reference": ("own reference", "reference", "your reference", "mrn"),
    "needed_by": ("needed by",),
}
NEEDED = ("given_name", "family_name", "birth_date", "reason", "question_1")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEXES = {"f": "F", "female": "F", "m": "M", "male": "M", "o": "O", "other": "O", "another": "O"}


class Unreadable(Exception):
    """The file is no list that we can read; the words say what to do."""


@dataclass
class Row:
    """One line of the list: what it says, and what is wrong with it."""

    line: int
    name: str
    born: str
    letter: Letter | None = None
    wrong: list[str] = field(default_factory=list)


def decoded(raw: bytes) -> str:
    """The text of the file, in the encodings that spreadsheets write. Raises `Unreadable`."""
    if len(raw) > LONGEST:
        raise Unreadable(_("The file is larger than 1 MB. Split the list."))
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("This is not a text file. Save the list as CSV and choose that file."))


def read_list(text: str, *, clinic: Institution, user: User, today: date) -> list[Row]:
    """Every row of the list, checked as the page checks a single patient. Raises `Unreadable`."""
    lines, names = _table(text)
    rows: list[Row] = []
    seen: set[Any] = set()
    offered = {
        name.casefold(): str(line.pk)
        for line in ServiceLine.objects.filter(tenant=clinic.tenant_pk, active=True)
        for name in (line.name, line.slug)
    }
    for number, cells in lines:
        if len(rows) == MOST:
            raise Unreadable(
                _("A list holds at most %(most)s patients. Split it.") % {"most": MOST}
            )
        row = _row(number, dict(zip(names, cells, strict=False)), offered, clinic, user, today)
        key = (row.name.casefold(), row.born)
        if row.letter and key in seen:
            row.letter = None
            row.wrong.append(_("This patient stands in the list twice"))
        seen.add(key)
        rows.append(row)
    if not rows:
        raise Unreadable(_("The list has a head but no patient below it."))
    return rows


def _table(text: str) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The rows with their line numbers, and the names of the columns."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
        table = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as torn:
        words = _("Line %(line)s cannot be read: a quotation mark is not closed.")
        raise Unreadable(words % {"line": reader.line_num}) from torn
    if not table:
        raise Unreadable(_("The file is empty."))
    known = {label: name for name, labels in COLUMNS.items() for label in (name, *labels)}
    names = [known.get(" ".join(cell.split()).casefold(), "") for cell in table[0][1]]
    missing = [COLUMNS[name][0] for name in NEEDED if name not in names]
    if missing:
        words = _("The first line must name the columns. Missing: %(missing)s.")
        raise Unreadable(words % {"missing": ", ".join(missing)})
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        words = _("Two columns mean the same: %(twice)s. Keep one.")
        raise Unreadable(words % {"twice": ", ".join(COLUMNS[name][0] for name in sorted(twice))})
    return iter(table[1:]), names


def _row(
    number: int,
    cells: dict[str, str],
    offered: dict[str, str],
    clinic: Institution,
    user: User,
    today: date,
) -> Row:
    told = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS}
    row = Row(number, f"{told['given_name']} {told['family_name']}".strip(), told["birth_date"])
    sent, wrong = _as_sent(told, offered, clinic, user)
    form = ReferralForm(sent, user=user, institutions=[clinic], today=today)
    if form.is_valid() and not wrong:
        row.letter = form.letter()
        if same := open_here(form.cleaned_data, clinic):
            row.letter = None
            row.wrong = [_("Has an open case of yours already: %(number)s") % {"number": same}]
        return row
    taken = {name.partition(":")[0] for name in wrong}
    row.wrong = [words.partition(":")[2] for words in wrong] + [
        str(error) for name, errors in form.errors.items() if name not in taken for error in errors
    ]
    return row


def _as_sent(
    told: dict[str, str], offered: dict[str, str], clinic: Institution, user: User
) -> tuple[QueryDict, list[str]]:
    """The row as the page's form would send it, and what cannot be, as “field:words”."""
    sent, wrong = QueryDict(mutable=True), []
    plain = ("given_name", "family_name", "email", "phone", "reason", "own_reference")
    for name in (*plain, "question_1", "question_2", "question_3"):
        sent[name] = told[name]
    sent["physician"] = told["physician"] or str(user)
    sent["sex"] = SEXES.get(told["sex"].casefold(), "")
    if told["sex"] and not sent["sex"]:
        wrong.append("sex:" + _("Sex: write F, M or O, or leave it empty"))
    sent["place"] = _place(told["place"]) or ("" if told["place"] else _home(clinic))
    if told["place"] and not sent["place"]:
        wrong.append("place:" + _("Place: write a state like OR or Oregon, or a country"))
    sent["service_line"] = offered.get(told["service_line"].casefold(), "")
    if not told["service_line"] and len(set(offered.values())) == 1:
        sent["service_line"] = next(iter(offered.values()))
    wrong += [words for name in ("birth_date", "needed_by") if (words := _day(name, told, sent))]
    return sent, wrong


def _day(name: str, told: dict[str, str], sent: QueryDict) -> str:
    """Put a date into its three boxes; what is wrong with it, or ""."""
    if not told[name]:
        return ""
    day = day_of(told[name])
    if day is None:
        return f"{name}:" + _("Write a date like 1971-03-14 or 14 Mar 1971")
    for part in ("day", "month", "year"):
        sent[f"{name}_{part}"] = str(getattr(day, part))
    return ""


def _home(clinic: Institution) -> str:
    return str(clinic.place or clinic.tenant.place)


def _place(written: str) -> str:
    """ISO 3166 for a code or a name; "" for what we do not know."""
    by_name = {name.casefold(): code for code, name in NAMES.items()}
    for code in (written.upper(), f"US-{written.upper()}"):
        if code in NAMES:
            return code
    return by_name.get(written.casefold(), "")


def day_of(written: str) -> date | None:
    """A date with the year first, or with the month as a word. 3/4/1971 is two days: None."""
    text = written.replace(",", " ").replace(".", " ")
    try:
        if text[:4].isdigit() and text.isascii():
            return date.fromisoformat("-".join(text.replace("/", "-").replace(" ", "-").split("-")))
        parts = text.replace("-", " ").split()
        if len(parts) != 3:
            return None
        month = next(part for part in parts[:2] if part[:3].casefold() in MONTHS)
        day = parts[1] if parts[0] == month else parts[0]
        return date(int(parts[2]), MONTHS.index(month[:3].casefold()) + 1, int(day))
    except (ValueError, StopIteration):
        return None
