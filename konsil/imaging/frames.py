"""Give one frame's bytes, alone or in the envelope that DICOMweb wants (PS3.18 §8.7)."""

from collections.abc import Mapping
from typing import Any, BinaryIO

BOUNDARY = "konsil-frame-boundary-9f2c41d7e8a3b650-"
"""Long and unusual: some readers look for its bytes without the line break before it."""


def frame_bytes(file: BinaryIO, facts: Mapping[str, Any], n: int) -> bytes:
    """Frame `n`, counted from 1 as DICOM does, from the file that `facts["frames_in"]` names.

    Raises `IndexError` when there is no such frame, `EOFError` when the file is shorter than it
    was when it was read.
    """
    index = facts["frame_index"]
    if not 1 <= n <= len(index):
        raise IndexError(f"This image has {len(index)} frames; there is no frame {n}.")
    offset, length = index[n - 1]
    file.seek(offset)
    frame = file.read(length)
    if len(frame) != length:
        raise EOFError("The stored image is shorter than when it arrived.")
    return frame


def multipart(frame: bytes, media_type: str, transfer_syntax: str) -> tuple[str, bytes]:
    """One frame as multipart/related: the Content-Type of the answer, and its body.

    The boundary is chosen so that it does not occur in the frame (RFC 2046 §5.1.1).
    """
    n = 0
    while f"{BOUNDARY}{n}".encode("ascii") in frame:
        n += 1
    boundary = f"{BOUNDARY}{n}"
    head = (
        f"--{boundary}\r\n"
        f"Content-Type: {media_type}; transfer-syntax={transfer_syntax}\r\n"
        f"Content-Length: {len(frame)}\r\n\r\n"
    )
    body = b"".join((head.encode("ascii"), frame, f"\r\n--{boundary}--\r\n".encode("ascii")))
    content_type = (
        f'multipart/related; type="{media_type}"; boundary={boundary}; '
        f"transfer-syntax={transfer_syntax}"
    )
    return content_type, body
