"""What the pixels of one image look like in memory, and how one frame becomes an array."""

import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from konsil.imaging import syntaxes
from konsil.imaging.dicomjson import Attributes
from konsil.imaging.facts import number, text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_FRAME = 192 * 1024 * 1024


class Image(NamedTuple):
    """The Image Pixel module (PS3.3 C.7.6.3) as far as decoding asks for it."""

    syntax: str
    rows: int
    columns: int
    samples: int
    allocated: int
    stored: int
    representation: int
    photometric: str
    planar: int
    frames: int

    @property
    def frame_length(self) -> int:
        """Bytes of one uncompressed frame, as the file holds it (bits fill up the last byte)."""
        values = self.rows * self.columns * self.samples
        if self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
            values = values // 3 * 2
        return (values * self.allocated + 7) // 8

    @property
    def decoded_length(self) -> int:
        """Bytes of one frame as an array."""
        return self.rows * self.columns * self.samples * max(1, self.allocated // 8)


class CannotDecode(Exception):
    """These pixels cannot be turned into an array here."""


def image_of(metadata: Attributes, syntax: str) -> Image:
    """The image's shape; raises `CannotDecode` when the header does not give one."""
    allocated = number(metadata, "00280100") or 0
    image = Image(
        syntax=syntax,
        rows=number(metadata, "00280010") or 0,
        columns=number(metadata, "00280011") or 0,
        samples=number(metadata, "00280002") or 1,
        allocated=allocated,
        stored=number(metadata, "00280101") or allocated,
        representation=number(metadata, "00280103") or 0,
        photometric=text(metadata, "00280004") or "MONOCHROME2",
        planar=number(metadata, "00280006") or 0,
        frames=max(1, number(metadata, "00280008") or 1),
    )
    if image.rows <= 0 or image.columns <= 0 or image.allocated not in (1, 8, 16, 32, 64):
        raise CannotDecode("has pixels of a shape that we do not know")
    if image.samples not in (1, 3, 4):
        raise CannotDecode("has pixels of a shape that we do not know")
    return image


def decode(frame: bytes, image: Image, *, raw: bool = False) -> "tuple[NDArray[Any], Image]":
    """One frame as an array (rows, columns[, 3]), and the image as it is after decoding.

    Colour comes out as RGB unless `raw`. Raises `CannotDecode`.
    """
    if image.decoded_length > LARGEST_FRAME:
        raise CannotDecode("is larger than we decode")
    if image.syntax == syntaxes.DEFLATED_FRAMES:
        frame = zlib.decompressobj(-zlib.MAX_WBITS).decompress(frame, image.frame_length + 1)
        image = image._replace(syntax=syntaxes.EXPLICIT)
    if image.allocated == 1 and image.syntax in syntaxes.NATIVE:
        return _bits(frame, image)
    if _is_for_turbo(image):
        return _turbo(frame, image)
    return _by_pydicom(frame, image, raw=raw)


def _is_for_turbo(image: Image) -> bool:
    twelve = image.syntax == syntaxes.JPEG_EXTENDED and image.stored > 8
    return twelve or image.syntax in syntaxes.JPEG_RETIRED


def _by_pydicom(frame: bytes, image: Image, *, raw: bool) -> "tuple[NDArray[Any], Image]":
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder

    source = frame if image.syntax in syntaxes.NATIVE else encapsulate([frame], has_bot=False)
    options: Any = {
        "rows": image.rows,
        "columns": image.columns,
        "samples_per_pixel": image.samples,
        "bits_allocated": image.allocated,
        "bits_stored": image.stored,
        "pixel_representation": image.representation,
        "photometric_interpretation": image.photometric,
        "planar_configuration": image.planar,
        "number_of_frames": 1,
        "pixel_keyword": "PixelData",
    }
    syntax = syntaxes.EXPLICIT if image.syntax == syntaxes.DEFLATED else image.syntax
    try:
        array, after = get_decoder(syntax).as_array(source, raw=raw, **options)
    except MemoryError:
        raise CannotDecode("is larger than we decode") from None
    except Exception as trouble:  # the codecs fail in as many ways as there are broken streams
        raise CannotDecode("holds pixels that cannot be decoded") from trouble
    return array, _after(image, array, str(after["photometric_interpretation"]))


def _after(image: Image, array: "NDArray[Any]", photometric: str) -> Image:
    bits = array.dtype.itemsize * 8
    return image._replace(
        syntax=syntaxes.EXPLICIT,
        allocated=bits,
        stored=min(image.stored, bits),
        photometric=photometric,
        planar=0,
        frames=1,
    )


def _turbo(frame: bytes, image: Image) -> "tuple[NDArray[Any], Image]":
    """pydicom has no plugin for JPEG of 12 bits or retired processes; libjpeg-turbo reads them."""
    from imagecodecs import jpeg8_decode

    try:
        array: NDArray[Any] = jpeg8_decode(frame)
    except (RuntimeError, ValueError, MemoryError) as trouble:
        raise CannotDecode("holds pixels that cannot be decoded") from trouble
    if array.shape[:2] != (image.rows, image.columns):
        raise CannotDecode("holds another size of pixels than it announces")
    return array, _after(image, array, image.photometric)


def _bits(frame: bytes, image: Image) -> "tuple[NDArray[np.uint8], Image]":
    """Bit 0 of each byte is the leftmost pixel (PS3.5 §8.1.1)."""
    import numpy as np

    count = image.rows * image.columns * image.samples
    flat = np.unpackbits(np.frombuffer(frame, np.uint8), bitorder="little")[:count]
    if flat.size < count:
        raise CannotDecode("holds fewer pixels than it announces")
    array = flat.reshape(image.rows, image.columns)
    return array, image._replace(syntax=syntaxes.EXPLICIT, allocated=8, stored=1, frames=1)
