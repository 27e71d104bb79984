"""Key images: one view of an image, its pixels kept and hashed, its source remembered (F5.3)."""

import hashlib
import json
from datetime import datetime
from io import BytesIO
from typing import Any, cast

from django.db import transaction

from konsil.cases.models import Case, Exhibit
from konsil.cases.verbs import Verb
from konsil.core.prose.schema import NotProse, clean, clean_words
from konsil.opinions.drafting import WRITABLE, NotWritable
from konsil.opinions.models import KeyImage
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing
from konsil.people.actors import Actor

MOST_BYTES = 24 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_SOURCE = 200_000


class NotAPicture(ValueError):
    """What came is no key image of this case; the message says what to do."""


@transaction.atomic
def take_key_image(
    case: Case,
    *,
    png: bytes,
    source: object,
    alt: str,
    by: Actor,
    at: datetime,
    caption: str = "",
) -> KeyImage:
    """Keep a view of a study of this case: the pixels by their hash, and where they are from.

    `source` is what the viewer tells: {study, series, instance, frame, window, ...}. The study
    must be in the record that `by` may see; one that was set aside is refused.
    """
    if case.stage not in WRITABLE:
        raise NotWritable("This case is not in review now, so no image can be taken.")
    if by.user is None:
        raise NotAPicture("Sign in to take an image into the report.")
    said = read_source(source)
    exhibit = exhibit_of(case, said, by=by)
    pixels, width, height = clean_png(png)
    sha256 = hashlib.sha256(pixels).hexdigest()
    store().put(BytesIO(pixels))
    words = " ".join(clean_words(alt).split())[:2000]
    made: KeyImage = KeyImage.objects.create(
        case=case,
        sha256=sha256,
        width=width,
        height=height,
        caption=" ".join(clean_words(caption).split())[:600],
        alt=words or source_words(said) or exhibit.title,
        source=said,
        exhibit=exhibit,
        taken_by=by.user,
        taken_at=at,
    )
    case.tell(Verb.KEY_IMAGE_TAKEN, by=by, at=at, key_image=str(made.pk), exhibit=str(exhibit.pk))
    return made


def read_source(source: object) -> dict[str, Any]:
    """The source as plain data, or `NotAPicture`."""
    names = ("study", "series", "instance")
    if not isinstance(source, dict) or not all(
        isinstance(source.get(name), str) and source[name] for name in names
    ):
        raise NotAPicture("The image does not say which study it is from. Take it again.")
    try:
        written = json.dumps(source, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise NotAPicture("The marks on this image cannot be kept. Take it again.") from error
    if len(written) > MOST_SOURCE:
        raise NotAPicture("There are too many marks on this image. Hide them and take it again.")
    try:
        return cast(dict[str, Any], clean(json.loads(written)))
    except NotProse as error:
        raise NotAPicture("The marks on this image cannot be kept. Take it again.") from error


def exhibit_of(case: Case, source: dict[str, Any], *, by: Actor) -> Exhibit:
    """The study in the record that the instance was filed to."""
    seen = Exhibit.objects.visible_to(by).filter(case=case, state=Exhibit.State.SHOWN)
    found = (
        Filing.objects.filter(
            case=case,
            state=Filing.State.FILED,
            exhibit__in=seen,
            holding__facts__study_uid=source["study"],
            holding__facts__sop_uid=source["instance"],
        ).select_related("exhibit")[:1]  # not first(): any will do, and sorting reads all
    )
    filing = next(iter(found), None)
    if filing is None:
        raise NotAPicture("This study is not in the record of this case.")
    exhibit: Exhibit = filing.exhibit
    return exhibit


def clean_png(png: bytes) -> tuple[bytes, int, int]:
    """The pixels written anew (nothing but pixels is kept), with width and height."""
    from PIL import Image

    if len(png) > MOST_BYTES:
        raise NotAPicture("The image is too large. Make the window smaller and take it again.")
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as given:
            width, height = given.size
            if not 0 < width * height <= MOST_PIXELS:
                raise NotAPicture("The image is too large. Make the window smaller.")
            plain = Image.new("RGB", given.size)
            plain.paste(given.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, NotAPicture):
            raise
        raise NotAPicture("The image did not arrive whole. Take it again.") from error
    out = BytesIO()
    plain.save(out, "PNG")
    return out.getvalue(), width, height


def source_words(source: dict[str, Any]) -> str:
    """CT Nov 12, 2026, series 3 Lung, image 143, W 1500 L −600."""
    number, words = source.get("seriesNumber"), str(source.get("seriesDescription") or "")
    series = f"series {number} {words}".strip() if isinstance(number, int) else words
    image = source.get("imageNumber")
    parts = [
        f"{source.get('modality') or ''} {_day(source.get('studyDate'))}".strip(),
        series,
        f"image {image}" if isinstance(image, int) else "",
        _window(source.get("window")),
    ]
    return clean_words(", ".join(part for part in parts if part))[:600]


def _day(written: object) -> str:
    try:
        when = datetime.strptime(str(written), "%Y%m%d")  # noqa: DTZ007 a day, not a moment
    except ValueError:
        return ""
    return f"{when:%b} {when.day}, {when.year}"


def _window(window: object) -> str:
    if not isinstance(window, dict):
        return ""
    width, centre = window.get("width"), window.get("center")
    if not isinstance(width, int | float) or not isinstance(centre, int | float):
        return ""
    return f"W {round(width)} L {str(round(centre)).replace('-', '−')}"


def millimetres(image: KeyImage) -> float | None:
    """The width of what is pictured, where the scanner measured in the patient's body."""
    place = image.source.get("place")
    if image.source.get("modality") not in {"CT", "MR", "PT", "NM"} or not isinstance(place, dict):
        return None
    high = place.get("height")
    if not isinstance(high, int | float) or high <= 0:
        return None
    return round(high * image.width / image.height, 1)
