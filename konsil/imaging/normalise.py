"""Turn what browsers show wrongly into what they show rightly, as a copy beside the original.

The cases were found by comparing what a browser viewer shows with pydicom's values: big endian,
deflated, uncompressed YBR_FULL_422, RLE of 32 bits, single bits, JPEG that is RGB without saying
so, 12-bit JPEG, and JPEG 2000 whose sign contradicts the header.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from konsil.imaging import syntaxes
from konsil.imaging.dicomjson import Attributes
from konsil.imaging.fragments import Span
from konsil.imaging.pixels import Image, decode

FRAMES = "frames"
_ADOBE_RGB = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
_REPLACED = {
    "00280002": "samples",
    "00280006": "planar",
    "00280100": "allocated",
    "00280101": "stored",
}


class Served(NamedTuple):
    """The frames as we serve them: which image, where each frame lies, in which file."""

    image: Image
    spans: list[Span]
    copied: bool


Source = Callable[[int], bytes]


def serve(
    file: BinaryIO, image: Image, spans: list[list[Span]], out: Path, *, vr: str = "OW"
) -> Served:
    """Leave good frames where they lie, or write all of them anew to `out`/frames.

    `spans` are the fragments of each frame, `vr` that of the pixel data. Raises
    `pixels.CannotDecode`.
    """
    source = _source(file, image, spans, vr)

    beginning = _cut(file, (spans[0][0][0], min(spans[0][0][1], 65536)))
    if must_decode(image, beginning):
        return _decoded(image, source, len(spans), out)
    if is_undeclared_rgb(image, beginning):
        return _rewritten(image, (declare_rgb(source(n)) for n in range(len(spans))), out)
    if image.syntax == syntaxes.DEFLATED or any(len(pieces) != 1 for pieces in spans):
        return _rewritten(image, (source(n) for n in range(len(spans))), out)
    return Served(_as_served(image), [pieces[0] for pieces in spans], False)


def _source(file: BinaryIO, image: Image, spans: list[list[Span]], vr: str) -> Source:
    """How to come by the bytes of frame n, which may not lie on their own byte boundaries."""
    native = image.syntax in syntaxes.NATIVE
    if native and image.allocated == 1:
        pixels = image.rows * image.columns * image.samples
        return lambda n: _aligned(_cut(file, spans[n][0]), n * pixels % 8, pixels)
    if image.syntax == syntaxes.BIG_ENDIAN and image.allocated == 8 and vr == "OW":
        return lambda n: _unswapped(file, spans[n][0], spans[0][0][0])
    return lambda n: b"".join(_cut(file, span) for span in spans[n])


def must_decode(image: Image, beginning: bytes) -> bool:
    """Whether a browser cannot show these frames as they are."""
    syntax = image.syntax
    if syntax in syntaxes.NATIVE:
        return (
            syntax == syntaxes.BIG_ENDIAN
            or image.allocated == 1
            or image.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")
        )
    if syntax == syntaxes.RLE:
        return image.allocated not in (8, 16)
    if syntax in syntaxes.JPEG_RETIRED or syntax == syntaxes.DEFLATED_FRAMES:
        return True
    if syntax == syntaxes.JPEG_EXTENDED:
        return _jpeg_precision(beginning) > 8
    if syntax in (syntaxes.JPEG_2000_LOSSLESS, syntaxes.JPEG_2000):
        return _sign_contradicts(image, beginning)
    return False


def is_undeclared_rgb(image: Image, beginning: bytes) -> bool:
    """JPEG that the header calls RGB while the stream does not say so by an Adobe marker."""
    return (
        image.syntax in (syntaxes.JPEG_BASELINE, syntaxes.JPEG_EXTENDED)
        and image.photometric == "RGB"
        and image.samples == 3
        and not any(code == 0xEE and body[:5] == b"Adobe" for code, body in _segments(beginning))
    )


def declare_rgb(frame: bytes) -> bytes:
    """Say in the stream that it is RGB: drop JFIF, which implies YCbCr, and add Adobe's marker.

    Not one coefficient changes (T.872 §6.5.3).
    """
    at = 2
    while frame[at : at + 2] == b"\xff\xe0":
        at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return frame[:2] + _ADOBE_RGB + frame[at:]


def corrected(metadata: Attributes, image: Image, *, syntax: str) -> Attributes:
    """The header as it is true of the served frames; Available Transfer Syntax UID says which."""
    changed = dict(metadata)
    changed["00083002"] = {"vr": "UI", "Value": [syntax]}
    if "00280010" not in metadata:
        return changed
    for tag, field in _REPLACED.items():
        changed[tag] = {"vr": "US", "Value": [getattr(image, field)]}
    changed["00280102"] = {"vr": "US", "Value": [image.stored - 1]}
    changed["00280004"] = {"vr": "CS", "Value": [image.photometric]}
    if image.samples == 1:
        changed.pop("00280006", None)
    return changed


def _as_served(image: Image) -> Image:
    """Frames of implicit and explicit little endian are the same bytes."""
    native = image.syntax in syntaxes.NATIVE
    return image._replace(syntax=syntaxes.EXPLICIT) if native else image


def _decoded(image: Image, source: Source, frames: int, out: Path) -> Served:
    after = image

    def each() -> Iterator[bytes]:
        nonlocal after
        for n in range(frames):
            array, after = decode(source(n), image)
            yield array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()

    index = _write(each(), out)
    return Served(after._replace(frames=image.frames), index, True)


def _rewritten(image: Image, frames: Iterator[bytes], out: Path) -> Served:
    return Served(_as_served(image), _write(frames, out), True)


def _write(frames: Iterator[bytes], out: Path) -> list[Span]:
    index: list[Span] = []
    at = 0
    with (out / FRAMES).open("wb") as sink:
        for frame in frames:
            sink.write(frame)
            index.append((at, len(frame)))
            at += len(frame)
    return index


def _cut(file: BinaryIO, span: Span) -> bytes:
    file.seek(span[0])
    return file.read(span[1])


def _aligned(covering: bytes, lead: int, pixels: int) -> bytes:
    """One frame of single bits, which follow each other without gap from frame to frame."""
    if lead == 0:
        return covering
    shifted = int.from_bytes(covering, "little") >> lead
    return (shifted & ((1 << pixels) - 1)).to_bytes((pixels + 7) // 8, "little")


def _unswapped(file: BinaryIO, span: Span, origin: int) -> bytes:
    """Bytes out of big-endian words, whose pairs may straddle two frames of odd length."""
    offset, length = span
    odd = (offset - origin) % 2
    words = bytearray(_cut(file, (offset - odd, length + odd + (length + odd) % 2)))
    words[::2], words[1::2] = words[1::2], words[::2]
    return bytes(words[odd : odd + length])


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The marker segments of a JPEG stream up to its scan (T.81 B.1.1.4)."""
    at = 2
    while at + 4 <= len(stream) and stream[at] == 0xFF and stream[at + 1] != 0xDA:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        yield stream[at + 1], stream[at + 4 : at + 2 + length]
        at += 2 + max(2, length)


def _jpeg_precision(stream: bytes) -> int:
    for code, body in _segments(stream):
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC) and body:
            return body[0]
    return 8


def _sign_contradicts(image: Image, stream: bytes) -> bool:
    """Whether SIZ (T.800 A.5.1) says another sign than Pixel Representation."""
    at = stream.find(b"\xff\x51")
    component = at + 40
    if at < 0 or component >= len(stream):
        return False
    return bool(stream[component] & 0x80) != bool(image.representation)
