"""Make a picture safe to show: decoded and encoded anew, upright, in sRGB, without hidden data."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from konsil.core.finding import Copy, Finding
from konsil.parcels.sniffing import Sniffed

if TYPE_CHECKING:
    from PIL import Image

SIDE = 4096
THUMB = 256
MOST_PIXELS = 120_000_000
MOST_PAGES = 30
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF")
_PAGED = frozenset(("TIFF",))
_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132

DAMAGED = "This picture is damaged or breaks off in the middle. Send it again"
TOO_LARGE = "We keep this picture and pass it on, but it is too large to show ({width} x {height})"


class _TooLarge(Exception):
    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(TOO_LARGE.format(width=size[0], height=size[1]))


def read_picture(path: Path, out: Path, seen: Sniffed) -> Finding:
    """A "preview" and a "thumb" in JPEG, more pages of a TIFF as "page"; or why there is none."""
    import warnings

    import pillow_heif
    from PIL import Image

    Image.init()  # before `formats` can choose among the plug-ins
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and comes with a sentence
    finding: Finding = {
        "kind": "picture",
        "media_type": seen.media_type,
        "reason": "",
        "identity": None,
        "facts": {},
        "copies": [],
    }
    try:
        with warnings.catch_warnings(), Image.open(path, formats=_FORMATS) as image:
            warnings.simplefilter("ignore")  # about odd metadata, which goes anyway
            finding["facts"] = {"width": image.width, "height": image.height}
            _judge(image)
            finding["facts"] |= _taken(image)
            finding["copies"] = list(_copies(image, out))
            finding["facts"]["pages"] = _pages(image)
    except _TooLarge as large:
        finding["reason"] = str(large)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        finding["kind"], finding["reason"], finding["copies"] = "broken", DAMAGED, []
    return finding


def _pages(image: "Image.Image") -> int:
    return int(getattr(image, "n_frames", 1)) if image.format in _PAGED else 1


def _judge(image: "Image.Image") -> None:
    """Refuse a size by what is declared, before anything is decoded (reading EXIF may decode)."""
    declared = image.size
    image.draft(None, (SIDE, SIDE))  # a large JPEG is decoded smaller, which costs little
    if image.width * image.height > MOST_PIXELS:
        raise _TooLarge(declared)


def _taken(image: "Image.Image") -> dict[str, str]:
    """When the camera says it took the picture: a hint for the date of care. Nothing of where."""
    try:
        exif = image.getexif()
        written = str(exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED) or "")
        day = datetime.strptime(written[:10], "%Y:%m:%d").date().isoformat()  # noqa: DTZ007
    except (ValueError, TypeError, OSError, SyntaxError, KeyError):
        return {}
    return {"taken": day, "taken_from": "the camera's clock", "taken_confidence": "low"}


def _copies(image: "Image.Image", out: Path) -> Iterator[Copy]:
    for number in range(1, min(_pages(image), MOST_PAGES) + 1):
        if number > 1:
            image.seek(number - 1)
            _judge(image)
        shown = _decoded(image)
        if number == 1:
            yield _save(shown, out, "preview", "preview.jpg")
            shown.thumbnail((THUMB, THUMB))
            yield _save(shown, out, "thumb", "thumb.jpg")
        else:
            yield _save(shown, out, "page", f"page-{number:04}.jpg")


def _save(image: "Image.Image", out: Path, role: str, name: str) -> Copy:
    image.info.clear()
    image.save(out / name, "JPEG", quality=88, optimize=False)
    return {"role": role, "name": name, "media_type": "image/jpeg"}


def _decoded(image: "Image.Image") -> "Image.Image":
    """Upright, at most `SIDE` px, RGB or grey."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    if image.width > SIDE or image.height > SIDE:
        image.load()
        shown = image.copy()
        shown.thumbnail((SIDE, SIDE), reducing_gap=2.0)
    else:
        shown = image.copy()
    return ImageOps.exif_transpose(_in_srgb(_eight_bit(shown), profile))


def _eight_bit(image: "Image.Image") -> "Image.Image":
    """Grey or RGB in eight bits; transparent parts on white; deeper greys stretched to be seen."""
    from PIL import Image

    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode.startswith(("I", "F")):
        return _stretched(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        over = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, over).convert("RGB")
    return image.convert("L" if image.mode == "1" else "RGB")


def _stretched(image: "Image.Image") -> "Image.Image":
    deep = image.convert("F")
    low, high = deep.getextrema()
    span = max(float(high) - float(low), 1e-6)  # type: ignore[arg-type]
    scale = 255 / span
    return deep.point(lambda value: value * scale - float(low) * scale).convert("L")  # type: ignore[arg-type]


def _in_srgb(image: "Image.Image", profile: Any) -> "Image.Image":
    """Colours as the camera meant them; an odd profile is left out rather than refused."""
    import io

    from PIL import ImageCms

    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            if turned is not None:
                turned.info = image.info
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image
