"""Where each frame lies: by arithmetic in native pixel data, by walking items where it is
encapsulated (PS3.5 §8 and A.4)."""

from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

from konsil.imaging.scanner import BreaksOff, Unusual

Span = tuple[int, int]
MOST_FRAMES = 200_000
_STEP = 1024 * 1024
_ITEM = Struct("<HHL")
_BEGINNINGS = (b"\xff\xd8", b"\xff\x4f", b"\xff\x0a", b"\x00\x00\x00\x0c")


def native_frames(offset: int, frame_length: int, frames: int, available: int) -> list[Span]:
    """The frames of uncompressed pixel data, of `frame_length` bytes each.

    `available` is what both the element and the file can give; raises `BreaksOff` if it is less.
    """
    if frames > MOST_FRAMES:
        raise Unusual("more frames than any image has")
    if frame_length * frames > available:
        raise BreaksOff
    return [(offset + n * frame_length, frame_length) for n in range(frames)]


def bit_frames(offset: int, pixels: int, frames: int, available: int) -> list[Span]:
    """The bytes that cover each frame of single bits, which share bytes (PS3.5 §8.1.1)."""
    if frames > MOST_FRAMES:
        raise Unusual("more frames than any image has")
    if pixels * frames > available * 8:
        raise BreaksOff
    spans = []
    for n in range(frames):
        begin, end = n * pixels // 8, ((n + 1) * pixels + 7) // 8
        spans.append((offset + begin, end - begin))
    return spans


def encapsulated_frames(file: BinaryIO, offset: int, size: int, frames: int) -> list[list[Span]]:
    """The fragments of each frame, from the items that begin at `offset` (PS3.5 A.4).

    Raises `BreaksOff` when a fragment or a frame is missing.
    """
    fragments = list(_items(file, offset, size))
    if not fragments:
        raise BreaksOff
    table, fragments = fragments[0], fragments[1:]
    if len(fragments) < frames:
        raise BreaksOff
    if frames == 1:
        return [fragments]
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    return _by_table(file, table, fragments, frames) or _by_beginning(file, fragments, frames)


def _items(file: BinaryIO, at: int, size: int) -> Iterator[Span]:
    count = 0
    while at + 8 <= size:
        file.seek(at)
        group, number, length = _ITEM.unpack(file.read(8))
        at += 8
        if (group, number) != (0xFFFE, 0xE000):
            if (group, number) == (0xFFFE, 0xE0DD):
                return
            raise BreaksOff
        if at + length > size:
            raise BreaksOff
        yield at, length
        at += length
        count += 1
        if count > MOST_FRAMES:
            raise Unusual("more fragments than any image has")


def _by_table(
    file: BinaryIO, table: Span, fragments: list[Span], frames: int
) -> list[list[Span]] | None:
    """Group by the basic offset table, if it is there and says what is true."""
    offset, length = table
    if length != 4 * frames:
        return None
    file.seek(offset)
    starts = set(Struct(f"<{frames}L").unpack(file.read(length)))
    first = offset + length
    return _grouped(fragments, [at - 8 - first in starts for at, _ in fragments], frames)


def _by_beginning(file: BinaryIO, fragments: list[Span], frames: int) -> list[list[Span]]:
    """Without a table, a frame begins where a fragment begins like a compressed image."""
    begins = []
    for at, _ in fragments:
        file.seek(at)
        begins.append(file.read(4).startswith(_BEGINNINGS))
    grouped = _grouped(fragments, begins, frames)
    if grouped is None:
        raise Unusual("fragments that cannot be told apart into frames")
    return grouped


def _grouped(fragments: list[Span], begins: list[bool], frames: int) -> list[list[Span]] | None:
    if sum(begins) != frames or not begins[0]:
        return None
    grouped: list[list[Span]] = []
    for fragment, begin in zip(fragments, begins, strict=True):
        if begin:
            grouped.append([])
        grouped[-1].append(fragment)
    return grouped


def copy_span(file: BinaryIO, span: Span, sink: BinaryIO) -> None:
    """Copy one piece of `file` in small steps, so that memory does not grow with it."""
    offset, left = span
    file.seek(offset)
    while left > 0 and (piece := file.read(min(left, _STEP))):
        sink.write(piece)
        left -= len(piece)
