"""Render one frame for people: a thumbnail, or a key image where no browser drew one."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from konsil.imaging.dicomjson import Attributes
from konsil.imaging.facts import first, items, text
from konsil.imaging.frames import frame_bytes
from konsil.imaging.pixels import CannotDecode, Image, decode, image_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

THUMB_SIDE = 256
_PALETTE_TAGS = (
    *(f"0028{number}" for number in ("1101", "1102", "1103", "1104", "1201", "1202", "1203")),
    *("00281204", "00281221", "00281222", "00281223"),
)

Window = tuple[float, float]


def thumb(path: Path, facts: Mapping[str, Any], out: Path) -> bytes | None:
    """A JPEG of at most 256 px of the middle frame; None when there is nothing to show.

    `path` is the original, `out` the folder that holds the copies made of it.
    """
    if not facts.get("has_pixels") or not facts["frame_index"]:
        return None
    source = out / facts["frames_in"] if facts["frames_in"] != "original" else path
    middle = (len(facts["frame_index"]) + 1) // 2
    try:
        picture = _picture(source, facts, middle, None)
    except (CannotDecode, EOFError):
        return None
    picture.thumbnail((THUMB_SIDE, THUMB_SIDE))
    sink = io.BytesIO()
    picture.save(sink, "JPEG", quality=80)
    return sink.getvalue()


def render(
    path: Path,
    facts: Mapping[str, Any],
    frame: int,
    window: Window | None = None,
    size: int | None = None,
) -> bytes:
    """Frame `frame` (counted from 1) as PNG, windowed by (centre, width), `size` px at most.

    `path` is the file that `facts["frames_in"]` names. Raises `pixels.CannotDecode`, `IndexError`
    or `EOFError`.
    """
    picture = _picture(path, facts, frame, window)
    if size is not None:
        picture.thumbnail((size, size))
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return sink.getvalue()


def _picture(path: Path, facts: Mapping[str, Any], frame: int, window: Window | None) -> "Picture":
    from PIL.Image import fromarray

    metadata: Attributes = facts["metadata"]
    image = image_of(metadata, facts["transfer_syntax"])
    with path.open("rb") as file:
        pixels = frame_bytes(file, facts, frame)
    array, after = decode(pixels, image)
    if after.photometric == "PALETTE COLOR":
        return fromarray(_through_palette(array, metadata))
    if array.ndim == 3:
        return fromarray(_eight_bits(array)[..., :3])
    return fromarray(_windowed(array, after, metadata, frame, window))


def _windowed(
    array: "NDArray[Any]",
    image: Image,
    metadata: Attributes,
    frame: int,
    window: Window | None,
) -> "NDArray[np.uint8]":
    """The linear VOI function of PS3.3 C.11.2.1.2 over the modality's values, as grey."""
    import numpy as np

    groups = _groups(metadata, frame)
    slope = _number(groups, "00281053", 1.0)
    values = array.astype(np.float32) * np.float32(slope or 1.0)
    values += np.float32(_number(groups, "00281052", 0.0))
    centre, width = window or _own_window(groups) or _full_range(values)
    width = max(width, 1.0)
    low = centre - 0.5 - (width - 1) / 2
    grey = np.clip((values - low) * (255.0 / max(width - 1, 1e-3)), 0, 255).astype(np.uint8)
    inverted = image.photometric == "MONOCHROME1" or text(metadata, "20500020") == "INVERSE"
    shown: NDArray[np.uint8] = 255 - grey if inverted else grey
    return shown


def _groups(metadata: Attributes, frame: int) -> list[Attributes]:
    """Where a value may stand: on top, or in this frame's or the shared functional groups."""
    places = [metadata]
    per_frame = items(metadata, "52009230")[frame - 1 : frame]
    for group in (*per_frame, *items(metadata, "52009229")):
        for macro in ("00289132", "00289145"):
            places.extend(items(group, macro))
    return places


def _number(places: list[Attributes], tag: str, default: float) -> float:
    for place in places:
        value = first(place, tag)
        if isinstance(value, int | float):
            return float(value)
    return default


def _own_window(places: list[Attributes]) -> Window | None:
    width = _number(places, "00281051", 0.0)
    return (_number(places, "00281050", 0.0), width) if width >= 1 else None


def _full_range(values: "NDArray[Any]") -> Window:
    import numpy as np

    low, high = (float(edge) for edge in np.percentile(values[::2, ::2], (0.5, 99.5)))
    return (low + high) / 2, high - low


def _eight_bits(array: "NDArray[Any]") -> "NDArray[np.uint8]":
    import numpy as np

    if array.dtype == np.uint8:
        return array
    return (array >> (8 * (array.dtype.itemsize - 1))).astype(np.uint8)


def _through_palette(array: "NDArray[Any]", metadata: Attributes) -> "NDArray[np.uint8]":
    from pydicom import Dataset
    from pydicom.pixels.processing import apply_color_lut

    tables = {tag: metadata[tag] for tag in _PALETTE_TAGS if tag in metadata}
    try:
        coloured = apply_color_lut(array, Dataset.from_json(tables))
    except (AttributeError, KeyError, ValueError, IndexError) as trouble:
        raise CannotDecode("has a palette that cannot be read") from trouble
    return _eight_bits(coloured)[..., :3]
