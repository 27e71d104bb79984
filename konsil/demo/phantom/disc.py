"""A folder like the imaging CD that a clinic hands out, with all that nobody needs on it."""

import shutil
import tempfile
from pathlib import Path

from konsil.imaging.media import Medium, medium
from konsil.imaging.reading import read

AUTORUN = "[autorun]\r\nopen=VIEWER\\viewer.exe\r\nicon=VIEWER\\viewer.ico\r\nlabel=IMAGES\r\n"
README = (
    "This disc holds medical images.\r\n"
    "To look at them, start VIEWER\\viewer.exe.\r\n"
    "The images are in the folder DICOM.\r\n"
)


def lay_out(out: Path, paths: list[Path]) -> Medium:
    """Move the images at `paths` onto a disc at `out`, with a DICOMDIR and a viewer program."""
    out.mkdir(parents=True, exist_ok=True)
    instances = []
    with tempfile.TemporaryDirectory() as aside:
        for path in paths:
            finding = read(path, Path(aside))
            assert finding is not None
            instances.append((finding["facts"], path))
    laid = medium(instances, label="IMAGES")
    for file in laid.files:
        target = out / file.file_id
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file.path, target)
    (out / "DICOMDIR").write_bytes(laid.dicomdir)
    _add_the_rest(out)
    return laid


def _add_the_rest(out: Path) -> None:
    viewer = out / "VIEWER"
    (viewer / "HELP").mkdir(parents=True, exist_ok=True)
    (viewer / "viewer.exe").write_bytes(_program(180_000))
    (viewer / "viewer.ico").write_bytes(b"\0\0\1\0\1\0" + bytes(1000))
    (viewer / "imaging.dll").write_bytes(_program(90_000))
    (viewer / "HELP" / "index.htm").write_text("<html><body>Help</body></html>")
    (out / "AUTORUN.INF").write_bytes(AUTORUN.encode("ascii"))
    (out / "README.TXT").write_bytes(README.encode("ascii"))


def _program(size: int) -> bytes:
    """The head of a Windows program, and nothing that could run."""
    head = b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0"
    return head + bytes(size - len(head))
