"""What goes into the zip of a case: reports, papers, images as on a disc, an index, a manifest.

Built from one scoped query a kind, so that it holds what its reader may see and nothing else.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.template.loader import render_to_string

from konsil.cases.models import Case, Exhibit
from konsil.core.zipnames import Names
from konsil.core.zipstream import Entry
from konsil.imaging.media import medium
from konsil.imaging.models import Instance
from konsil.opinions.models import Version
from konsil.opinions.printing import pdf_of
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing
from konsil.people.actors import Actor

MANIFEST = "MANIFEST-SHA256.txt"


@dataclass(frozen=True)
class Item:
    """One file of the zip, with the hash that the manifest tells."""

    name: str
    sha256: str
    size: int
    open: Callable[[], BinaryIO]
    title: str = ""
    group: str = ""


def entries(case: Case, *, by: Actor, at: datetime) -> list[Entry]:
    """The zip's entries in their order; index and manifest come last, when all is known."""
    names = Names()  # as the zip itself will take them, so that the manifest names what is there
    found = [*_reports(case, by=by, at=at), *_papers(case, by=by), *_images(case, by=by)]
    items = [replace(item, name=names.take(item.name)) for item in found]
    items.append(_index(case, items, at=at))
    items.append(_manifest(items))
    return [Entry(name=item.name, open=item.open, size=item.size, modified=at) for item in items]


def _made(name: str, data: bytes, *, title: str = "", group: str = "") -> Item:
    return Item(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        open=lambda: io.BytesIO(data),
        title=title,
        group=group,
    )


def _kept(name: str, sha256: str, size: int, *, title: str = "", group: str = "") -> Item:
    return Item(
        name=name,
        sha256=sha256,
        size=size,
        open=lambda: store().open(sha256),
        title=title,
        group=group,
    )


def _reports(case: Case, *, by: Actor, at: datetime) -> list[Item]:
    versions = Version.objects.visible_to(by).filter(case=case).order_by("number")
    return [
        _made(
            f"Report/{case.number}-version-{version.number}.pdf",
            pdf_of(version, at=at),
            title=f"Report, version {version.number}",
            group="The opinion",
        )
        for version in versions
    ]


def _papers(case: Case, *, by: Actor) -> list[Item]:
    shown = Exhibit.objects.visible_to(by).filter(case=case, state=Exhibit.State.SHOWN)
    filings = (
        Filing.objects.filter(exhibit__in=shown.exclude(sort=Exhibit.Sort.STUDY))
        .filter(state=Filing.State.FILED, holding__isnull=False)
        .exclude(holding__scan__in=["infected", "failed"])
        .select_related("holding", "exhibit")
        .order_by("exhibit__care_date", "path")
    )
    found = []
    for filing in filings:
        if filing.holding is None or filing.exhibit is None:
            continue
        date = filing.exhibit.care_date
        name = f"{date} {filing.name}" if date else filing.name
        found.append(
            _kept(
                f"Papers/{name}",
                filing.holding.sha256,
                filing.holding.size,
                title=filing.exhibit.title,
                group="Papers and photographs",
            )
        )
    return found


def _images(case: Case, *, by: Actor) -> list[Item]:
    """The images as on a disc (PS3.10 §8): DICOMDIR at the root, files named in order."""
    rows: dict[Path, Any] = {}
    facts = []
    images = (
        Instance.objects.visible_to(by)
        .filter(case=case, series__study__exhibit__state=Exhibit.State.SHOWN)
        .select_related("holding", "series__study")
    )
    for image in images.iterator(chunk_size=200):
        key = Path(image.holding.sha256)
        rows[key] = image
        facts.append((image.holding.facts, key))
    if not facts:
        return []
    disc = medium(facts)
    found = [_made("DICOMDIR", disc.dicomdir)]
    for file in disc.files:
        image = rows[file.path]
        found.append(
            _kept(
                file.file_id,
                image.holding.sha256,
                image.holding.size,
                title=str(image.series.study),
                group="Images",
            )
        )
    return found


def _index(case: Case, items: list[Item], *, at: datetime) -> Item:
    studies: dict[str, int] = {}
    for item in items:
        if item.group == "Images":
            studies[item.title] = studies.get(item.title, 0) + 1
    context = {
        "case": case,
        "at": at,
        "reports": [item for item in items if item.group == "The opinion"],
        "papers": [item for item in items if item.group == "Papers and photographs"],
        "studies": sorted(studies.items()),
        "manifest": MANIFEST,
    }
    return _made("index.html", render_to_string("package/index.html", context).encode())


def _manifest(items: list[Item]) -> Item:
    """One line a file, as `sha256sum --check` reads it."""
    lines = "".join(f"{item.sha256}  {item.name}\n" for item in items)
    return _made(MANIFEST, lines.encode())
