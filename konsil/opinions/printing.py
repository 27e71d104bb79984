"""From a signed version to its PDF: the same bytes every time, kept by their hash."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from konsil.core.prose.letter import House
from konsil.core.prose.schema import Doc
from konsil.opinions.models import KeyImage, Printed, Version, blank
from konsil.opinions.pictures import millimetres, source_words
from konsil.parcels.keeping import store

if TYPE_CHECKING:
    from konsil.opinions.paper.report import PaperReport

KINDS = {"signed": "first"}
LETTER = ("US-", "CA-", "MX-")


def pdf_of(version: Version, *, at: datetime) -> bytes:
    """The PDF of a version, drawn on first asking and then read from the store."""
    printed = Printed.objects.filter(version=version).first()
    if printed is None:
        printed = draw(version, at=at)
    with store().open(printed.pdf_sha256) as pdf:
        return pdf.read()


@transaction.atomic
def draw(version: Version, *, at: datetime) -> Printed:
    """Draw the PDF and keep it; drawn twice at once it is kept once."""
    from konsil.opinions.paper.draw import report_pdf

    kept = store().put(BytesIO(report_pdf(paper_of(version))))
    printed: Printed
    printed, _new = Printed.objects.get_or_create(
        version=version,
        defaults={
            "case": version.case,
            "pdf_sha256": kept.sha256,
            "size": kept.size,
            "at": at,
        },
    )
    return printed


def paper_of(version: Version) -> "PaperReport":
    """The version as the paper wants it; everything comes from what was signed."""
    from konsil.opinions.paper import report as on

    content, clock = version.content, _Clock(version.content["house"]["time_zone"])
    summary, sections = parts(content)
    return on.PaperReport(
        house=_house(content["house"]),
        title="Second opinion",
        case_number=content["case"]["number"],
        patient_name=f"{content['patient']['given_name']} {content['patient']['family_name']}",
        birth_date=date.fromisoformat(content["patient"]["birth_date"] or "1900-01-01"),
        sex=content["patient"]["sex"].lower(),
        service=content["case"]["service"],
        summary=Doc(summary["body"] if summary else blank()),
        limits=content["limits"],
        version=version.number,
        requested=clock.day(content["case"]["requested"]),
        complete=clock.day(content["case"]["complete"]),
        signed=clock.time(content["versions"][-1]["at"]),
        questions=tuple(_question(each) for each in content["questions"]),
        sections=tuple(_section(each, clock) for each in sections),
        key_images=_key_images(content),
        reviewed=tuple(content["reviewed"]),
        not_available=tuple(content["not_available"]),
        authors=tuple(_author(each) for each in content["authors"]),
        signatures=tuple(_signature(each, clock) for each in content["signatures"]),
        versions=tuple(_version(each, clock) for each in content["versions"]),
        addenda=tuple(_addendum(each, clock) for each in content["addenda"]),
        sha256=version.sha256,
        paper="us-letter" if version.case.place.startswith(LETTER) else "a4",
    )


def parts(content: dict[str, Any]) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The section that says it in short, and the others."""
    sections: list[dict[str, Any]] = content["sections"]
    summary = next((each for each in sections if each["key"] == "summary"), None)
    return summary, [each for each in sections if each is not summary]


def check_code(version: Version) -> str:
    """The first figures of the hash, short enough to read out on the telephone."""
    start = version.sha256[:12].upper()
    return "-".join(start[place : place + 4] for place in range(0, 12, 4))


@dataclass(frozen=True)
class _Clock:
    """Printed times are the hospital's."""

    zone: str

    def time(self, written: str) -> datetime:
        return datetime.fromisoformat(written).astimezone(ZoneInfo(self.zone))

    def day(self, written: str | None) -> date | None:
        return date.fromisoformat(written) if written else None


def _house(house: dict[str, Any]) -> House:
    lines = (*house["lines"], *([house["phone"]] if house["phone"] else []))
    return House(name=house["name"], office="Second opinions", lines=tuple(lines))


def _question(each: dict[str, Any]) -> Any:
    from konsil.opinions.paper.report import Question

    return Question(
        text=each["text"],
        answer=Doc(each["answer"]) if each["answer"] else None,
        cannot_because=each["cannot_because"],
    )


def _section(each: dict[str, Any], clock: _Clock) -> Any:
    from konsil.opinions.paper.report import Section

    return Section(
        title=each["title"],
        text=Doc(each["body"]),
        author=each["author"],
        credentials=each["credentials"],
        at=clock.time(each["at"]),
    )


def _key_images(content: dict[str, Any]) -> tuple[Any, ...]:
    from konsil.opinions.paper.report import KeyImage as OnPaper

    rows = KeyImage.objects.in_bulk([each["id"] for each in content["key_images"]])
    known = {str(key): row for key, row in rows.items()}
    made = []
    for each in content["key_images"]:
        with store().open(each["sha256"]) as png:
            pixels = png.read()
        row = known.get(each["id"])
        made.append(
            OnPaper(
                id=each["id"],
                png=pixels,
                caption=each["caption"],
                alt=each["alt"],
                source=source_words(each["source"]),
                millimetres=millimetres(row) if row else None,
            )
        )
    return tuple(made)


def _author(each: dict[str, Any]) -> Any:
    from konsil.opinions.paper.report import Author

    return Author(
        name=each["name"],
        credentials=each["credentials"],
        role=each["specialty"],
        training=each["training"],
        board=each["board"],
        licences=tuple(each["licences"]),
    )


def _signature(each: dict[str, Any], clock: _Clock) -> Any:
    from konsil.opinions.paper.report import Signature

    return Signature(
        name=each["name"],
        credentials=each["credentials"],
        at=clock.time(each["at"]),
        method=each["method"],
    )


def _version(each: dict[str, Any], clock: _Clock) -> Any:
    from konsil.opinions.paper.report import Version as Line

    return Line(
        number=each["number"],
        kind=KINDS.get(each["sort"], each["sort"]),
        at=clock.time(each["at"]),
        reason=each["reason"],
    )


def _addendum(each: dict[str, Any], clock: _Clock) -> Any:
    from konsil.opinions.paper.report import Addendum

    return Addendum(
        text=Doc(each["body"]),
        author=each["author"],
        credentials=each["credentials"],
        at=clock.time(each["at"]),
        reason=each["reason"],
    )
