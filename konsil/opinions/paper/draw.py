"""Draws a report on paper: from plain data to a PDF with the same data attached."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from konsil.core.prose.letter import day, grouped, house_data, moment
from konsil.core.prose.sheets import Picture, Sheets, png_ratio
from konsil.core.prose.typst import Paper, set_paper
from konsil.opinions.paper.report import (
    Addendum,
    Author,
    KeyImage,
    PaperReport,
    Question,
    Section,
    Signature,
    Version,
)

TEMPLATE = Path(__file__).parent / "report.typ"
KINDS = {
    "first": "First version",
    "addendum": "Addendum",
    "correction": "Correction",
    "retraction": "Retraction",
}


def report_pdf(report: PaperReport) -> bytes:
    """The report as PDF/A-3a and PDF/UA-1 with `report.json` attached, see `report_paper`."""
    return report_paper(report).pdf


def report_paper(report: PaperReport) -> Paper:
    """The PDF and which characters no font of ours has; raises `NotPaper` (see there)."""
    files = {"report.json": attached(report)}
    sheets = Sheets(pictures=_pictures(report.key_images, files))
    return set_paper(TEMPLATE, _data(report, sheets, files), files)


def attached(report: PaperReport) -> bytes:
    """The report as JSON: dates in ISO form, pictures as their SHA-256."""
    return json.dumps(
        asdict(report), default=_plain, sort_keys=True, ensure_ascii=True, indent=1
    ).encode()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"sha256:{hashlib.sha256(value).hexdigest()}" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _pictures(images: tuple[KeyImage, ...], files: dict[str, bytes]) -> dict[str, Picture]:
    pictures = {}
    for number, image in enumerate(images, start=1):
        files[f"key-{number}.png"] = image.png
        pictures[image.id] = Picture(
            file=f"key-{number}.png",
            caption=image.caption,
            alt=image.alt,
            source=image.source,
            millimetres=image.millimetres,
            ratio=png_ratio(image.png),
        )
    return pictures


def _data(report: PaperReport, sheets: Sheets, files: dict[str, bytes]) -> dict[str, Any]:
    data = {
        "house": house_data(report.house, files),
        "title": report.title,
        "paper": report.paper,
        "lang": report.language,
        **_running(report),
        "facts": _facts(report),
        "notice": _notice(report),
        "summary": sheets.blocks(report.summary, level=3),
        "questions": [_question(question, sheets) for question in report.questions],
        "sections": [_section(section, sheets) for section in report.sections],
    }
    data |= {
        "addenda": [_addendum(addendum, sheets) for addendum in report.addenda],
        "left": sheets.left(),
        "reviewed": list(report.reviewed),
        "not_available": list(report.not_available),
        "references": list(report.references),
        "limits": report.limits,
        "authors": [_author(author, files) for author in report.authors],
        "wrote": _wrote(report),
        "signatures": [_signature(signature, files) for signature in report.signatures],
        "check": {
            "code": report.check_code,
            "address": report.check_address,
            "digest": grouped(report.sha256),
        },
        "versions": [_version(version) for version in report.versions],
    }
    return data


def _running(report: PaperReport) -> dict[str, Any]:
    """Head, foot and document properties; the date is the signature's, never the clock's."""
    when = report.signed or report.complete or report.requested or report.birth_date
    names = [signature.name for signature in report.signatures] or [
        author.name for author in report.authors
    ]
    return {
        "author": names or [report.house.name],
        "date": [when.year, when.month, when.day],
        "running": report.title,
        "identity": f"{report.patient_name} · {day(report.birth_date)} · {report.case_number}",
        "version": f"Version {report.version}" if report.signed else "Draft, not signed",
        "watermark": "" if report.signed else "Draft",
    }


def _facts(report: PaperReport) -> list[tuple[str, str]]:
    signed = f"{day(report.signed)}, version {report.version}" if report.signed else "Not yet"
    facts = [
        ("Patient", report.patient_name),
        ("Born", ", ".join(filter(None, [day(report.birth_date), report.sex]))),
        ("Case", report.case_number),
        ("Signed", signed),
        ("Service", report.service),
        ("Requested", day(report.requested)),
        ("Records complete", day(report.complete)),
    ]
    return [(word, value) for word, value in facts if value]


def _notice(report: PaperReport) -> str:
    """What a reader of an earlier version must know first."""
    last = max(report.versions, key=lambda version: version.number, default=None)
    if report.version < 2 or last is None:
        return ""
    named = KINDS.get(last.kind, last.kind)
    return (
        f"{named} of {day(last.at)}: {last.reason or 'no reason was given'}. "
        f"This is version {report.version} and replaces version {report.version - 1}."
    )


def _question(question: Question, sheets: Sheets) -> dict[str, Any]:
    return {
        "text": question.text,
        "answer": sheets.blocks(question.answer, level=4) if question.answer else [],
        "cannot": question.cannot_because,
    }


def _section(section: Section, sheets: Sheets) -> dict[str, Any]:
    return {
        "title": section.title,
        "blocks": sheets.blocks(section.text),
        "author": _named(section.author, section.credentials),
        "day": day(section.at),
    }


def _addendum(addendum: Addendum, sheets: Sheets) -> dict[str, Any]:
    return {
        "blocks": sheets.blocks(addendum.text, level=4),
        "author": _named(addendum.author, addendum.credentials),
        "moment": moment(addendum.at),
        "day": day(addendum.at),
        "reason": addendum.reason,
    }


def _author(author: Author, files: dict[str, bytes]) -> dict[str, Any]:
    photo = ""
    if author.photo:
        photo = f"author-{len(files)}.png"
        files[photo] = author.photo
    return {
        "name": author.name,
        "credentials": author.credentials,
        "role": author.role,
        "lines": [
            (word, value)
            for word, value in (
                ("Training", author.training),
                ("Board", author.board),
                ("Licences", ", ".join(author.licences)),
            )
            if value
        ],
        "photo": photo,
    }


def _wrote(report: PaperReport) -> list[tuple[str, str]]:
    """Who wrote which parts, in the order of the report."""
    parts: dict[str, list[str]] = {}
    for section in report.sections:
        parts.setdefault(_named(section.author, section.credentials), []).append(section.title)
    return [(name, ", ".join(f"“{title}”" for title in titles)) for name, titles in parts.items()]


def _signature(signature: Signature, files: dict[str, bytes]) -> dict[str, Any]:
    drawn = ""
    if signature.png:
        drawn = f"signature-{len(files)}.png"
        files[drawn] = signature.png
    return {
        "name": signature.name,
        "named": _named(signature.name, signature.credentials),
        "moment": moment(signature.at),
        "method": signature.method,
        "file": drawn,
    }


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind": KINDS.get(version.kind, version.kind),
        "moment": moment(version.at),
        "reason": version.reason,
    }


def _named(name: str, credentials: str) -> str:
    return f"{name}, {credentials}" if credentials else name
