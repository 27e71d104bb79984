"""Draw a small picture of an image. Runs in the sandboxed child only."""

from pathlib import Path

from konsil.core.finding import Finding
from konsil.imaging.reading import read as read_image
from konsil.imaging.showing import thumb


def read(path: Path, out: Path) -> Finding | None:
    """The reader's finding, with a copy "thumb" (JPEG, at most 256 px) where there are pixels."""
    finding = read_image(path, out)
    if finding is None:
        return None
    picture = thumb(path, finding["facts"], out)
    if picture is not None:
        (out / "thumb.jpg").write_bytes(picture)
        finding["copies"].append({"role": "thumb", "name": "thumb.jpg", "media_type": "image/jpeg"})
    return finding
