"""The report as plain data, frozen: everything that is printed and nothing else (facts F.4)."""

from dataclasses import dataclass
from datetime import date, datetime

from konsil.core.prose.letter import House
from konsil.core.prose.schema import Doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in the asker's own words, with the answer or why there is none."""

    text: str
    answer: Doc | None = None
    cannot_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part with its author, whose credentials are those of the day it was written."""

    title: str
    text: Doc
    author: str
    credentials: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyImage:
    """A picture as PNG; `source` says study, series, image and window.

    `millimetres` is the width of the pictured field, when it is calibrated.
    """

    id: str
    png: bytes
    caption: str
    alt: str
    source: str = ""
    millimetres: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The background of an author as frozen at signing; `photo` is PNG bytes or empty."""

    name: str
    credentials: str = ""
    role: str = ""
    training: str = ""
    board: str = ""
    licences: tuple[str, ...] = ()
    photo: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature; `method` says how the identity was confirmed, `png` is a drawn one."""

    name: str
    credentials: str = ""
    at: datetime
    method: str
    png: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One line of the history; `kind` is first, addendum, correction or retraction."""

    number: int
    kind: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """What was added after signing; the signed text above it stays as it was."""

    text: Doc
    author: str
    credentials: str = ""
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReport:
    """A whole report. `signed` is None for a draft. `paper` is "a4" or "us-letter"."""

    house: House
    title: str
    case_number: str
    patient_name: str
    birth_date: date
    sex: str
    service: str
    summary: Doc
    limits: str
    version: int = 1
    requested: date | None = None
    complete: date | None = None
    signed: datetime | None = None
    questions: tuple[Question, ...] = ()
    sections: tuple[Section, ...] = ()
    key_images: tuple[KeyImage, ...] = ()
    reviewed: tuple[str, ...] = ()
    not_available: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    signatures: tuple[Signature, ...] = ()
    versions: tuple[Version, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    check_code: str = ""
    check_address: str = ""
    sha256: str = ""
    language: str = "en"
    paper: str = "a4"
