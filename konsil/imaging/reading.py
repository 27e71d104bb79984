"""Read one file that may be DICOM and say what it is, whom it is about and where its frames lie.

Runs in the sandboxed child only.
"""

import warnings
from pathlib import Path
from typing import Any

from konsil.core.finding import Copy, Finding, Kind
from konsil.imaging import normalise, syntaxes
from konsil.imaging.dicomjson import Attributes, attributes
from konsil.imaging.facts import (
    DICOMDIR,
    ENCAPSULATED_PDF,
    header_facts,
    identity,
    lossy,
    number,
    referenced_files,
    report_text,
)
from konsil.imaging.fragments import (
    Span,
    bit_frames,
    copy_span,
    encapsulated_frames,
    native_frames,
)
from konsil.imaging.header import Header, NotDicom, open_header
from konsil.imaging.pixels import CannotDecode, Image, image_of
from konsil.imaging.scanner import UNDEFINED, BreaksOff, TooDeep, Unusual

MEDIA_TYPE = "application/dicom"
BREAKS_OFF = "breaks off in the middle. Copy it again from the disc, or ask the clinic for it"
TOO_DEEP = "is built in a way that no image is. We keep it, but do not open it"
UNREADABLE = "cannot be read as an image. Copy it again from the disc, or ask the clinic for it"
HOMELESS = "does not say which study it belongs to. We keep it, but cannot show it"
CANNOT_SHOW = "We keep this image and pass it on, but cannot show it"


def read(path: Path, out: Path) -> Finding | None:
    """The finding about `path`, with copies written into the folder `out`; None if not DICOM.

    Never raises for what a file may hold. A `reason` follows the file's name in a sentence
    ("IM000417 breaks off …"). Facts of an image, beside those named after their attribute:
    `frame_index` gives [offset, length] of each frame in the file that `frames_in` names
    ("original" or "frames"), in `transfer_syntax` with `frame_media_type`; `metadata` is the
    DICOM JSON Model of the header, true of the served frames; `text` is a report in words.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's warnings quote values, which may be names
        return _read(path, out)


def _read(path: Path, out: Path) -> Finding | None:
    try:
        header = open_header(path, out)
    except NotDicom:
        return None
    except (BreaksOff, TooDeep, Unusual, RecursionError) as trouble:
        return _broken(_reason(trouble)) if _is_marked(path) else None
    try:
        metadata = attributes(header.elements, implicit=header.implicit)
    except (BreaksOff, TooDeep, Unusual, RecursionError) as trouble:
        return _broken(_reason(trouble))
    return _finding(header, metadata, out)


def _reason(trouble: Exception) -> str:
    if isinstance(trouble, TooDeep | RecursionError):
        return TOO_DEEP
    return BREAKS_OFF if isinstance(trouble, BreaksOff) else UNREADABLE


def _is_marked(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def _broken(reason: str) -> Finding:
    return Finding(
        kind="broken", media_type=MEDIA_TYPE, reason=reason, identity=None, facts={}, copies=[]
    )


def _finding(header: Header, metadata: Attributes, out: Path) -> Finding:
    facts = header_facts(metadata)
    copies: list[Copy] = []
    kind: Kind = "dicom"
    reason = ""
    facts |= {
        "original_transfer_syntax": header.syntax,
        "transfer_syntax": header.syntax,
        "preamble": header.preamble,
        "has_pixels": False,
        "frame_index": [],
        "frames_in": "original",
        "frame_media_type": None,
        "lossy": lossy(metadata, header.syntax),
    }
    if "00041220" in metadata or facts["sop_class"] == DICOMDIR:
        kind, facts["files"] = "dicomdir", referenced_files(metadata)
    elif header.cut:
        kind, reason = "broken", BREAKS_OFF
    elif header.pixels is not None and syntaxes.is_video(header.syntax):
        kind, reason = _add_video(header, facts, copies, out)
    elif header.pixels is not None:
        kind, reason = _add_pixels(header, facts, copies, out)
    else:
        _add_contents(header, facts, copies, out)
    if kind == "dicom" and not (facts["study_uid"] and facts["series_uid"] and facts["sop_uid"]):
        kind, reason = "broken", HOMELESS
    (out / "inflated").unlink(missing_ok=True)
    return Finding(
        kind=kind,
        media_type=MEDIA_TYPE,
        reason=reason,
        identity=identity(metadata),
        facts=facts,
        copies=copies,
    )


def _add_pixels(
    header: Header, facts: dict[str, Any], copies: list[Copy], out: Path
) -> tuple[Kind, str]:
    """Add the frames' whereabouts to `facts`; says what kind the file turned out to be."""
    metadata: Attributes = facts["metadata"]
    assert header.pixels is not None
    try:
        image = image_of(metadata, header.syntax)
        if header.pixels.vr in ("OF", "OD"):
            raise CannotDecode("holds a map of decimal numbers")
        spans = _spans(header, image)
        with header.path.open("rb") as file:
            served = normalise.serve(file, image, spans, out, vr=header.pixels.vr)
        if syntaxes.frame_media_type(served.image.syntax) is None:
            raise CannotDecode("is compressed in a way that browsers do not know")
    except BreaksOff:
        return "broken", BREAKS_OFF
    except (CannotDecode, Unusual):
        (out / normalise.FRAMES).unlink(missing_ok=True)
        facts["cannot_show"] = CANNOT_SHOW
        return "dicom", ""
    syntax = served.image.syntax
    facts |= {
        "has_pixels": True,
        "transfer_syntax": syntax,
        "frame_media_type": syntaxes.frame_media_type(syntax),
        "frame_index": [list(span) for span in served.spans],
        "frames_in": normalise.FRAMES if served.copied else "original",
        "metadata": normalise.corrected(metadata, served.image, syntax=syntax),
    }
    if served.copied:
        copies.append(Copy(role="frames", name=normalise.FRAMES, media_type=syntaxes.RAW))
    return "dicom", ""


def _add_video(
    header: Header, facts: dict[str, Any], copies: list[Copy], out: Path
) -> tuple[Kind, str]:
    """All fragments together are one film (PS3.5 A.4.5), which a browser plays as a file."""
    assert header.pixels is not None
    try:
        with header.path.open("rb") as file, (out / "video").open("wb") as sink:
            for span in encapsulated_frames(file, header.pixels.offset, header.size, 1)[0]:
                copy_span(file, span, sink)
    except (BreaksOff, Unusual):
        (out / "video").unlink(missing_ok=True)
        return "broken", BREAKS_OFF
    media_type = syntaxes.frame_media_type(header.syntax) or syntaxes.RAW
    facts["frame_media_type"] = media_type
    copies.append(Copy(role="video", name="video", media_type=media_type))
    return "dicom", ""


def _spans(header: Header, image: Image) -> list[list[Span]]:
    pixels = header.pixels
    assert pixels is not None
    if pixels.length == UNDEFINED:
        with header.path.open("rb") as file:
            return encapsulated_frames(file, pixels.offset, header.size, image.frames)
    if header.syntax not in syntaxes.NATIVE:
        raise Unusual("compressed pixels that are not in fragments")
    available = min(pixels.length, header.size - pixels.offset)
    if image.allocated == 1:
        values = image.rows * image.columns * image.samples
        spans = bit_frames(pixels.offset, values, image.frames, available)
    else:
        spans = native_frames(pixels.offset, image.frame_length, image.frames, available)
    return [[span] for span in spans]


def _add_contents(header: Header, facts: dict[str, Any], copies: list[Copy], out: Path) -> None:
    """What an object without pixels has to show: a document, or words."""
    document = header.elements.get(0x00420011)
    if facts["sop_class"] == ENCAPSULATED_PDF and document is not None:
        stated = number(facts["metadata"], "00420015") or document.length
        length = min(document.length, stated, header.size - document.offset)
        with header.path.open("rb") as file, (out / "document.pdf").open("wb") as sink:
            copy_span(file, (document.offset, length), sink)
        copies.append(Copy(role="pdf", name="document.pdf", media_type="application/pdf"))
    if facts["modality"] in ("SR", "KO"):
        facts["text"] = report_text(facts["metadata"])
