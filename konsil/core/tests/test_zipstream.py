"""A patient's whole file as one zip (F11.6): any size, any names, length known before."""

import io
import shutil
import struct
import subprocess
import tracemalloc
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsil.core.zipnames import Names, safe_path
from konsil.core.zipstream import PIECE, Entry, LengthUnknown, Mismatch, length, stream

GIB = 1024**3


def entry(name, data, *, size=True, crc=True):
    return Entry(
        name,
        lambda: io.BytesIO(data),
        size=len(data) if size else None,
        crc32=zlib.crc32(data) if crc else None,
        modified=datetime(2026, 11, 24, 8, 51, 30, tzinfo=UTC),
    )


def zipped(*entries):
    return b"".join(stream(entries))


class Zeros:
    """A file of `size` zero bytes that lies nowhere."""

    def __init__(self, size):
        self.left, self.piece = size, bytes(PIECE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, size):
        piece = self.piece[: min(self.left, size)]
        self.left -= len(piece)
        return piece


class Sparse(io.RawIOBase):
    """What `stream` yields as a seekable file that remembers only what is not zero."""

    def __init__(self, pieces):
        self.parts, self.size, self.at = [], 0, 0
        for piece in pieces:
            if len(piece) < PIECE:
                self.parts.append((self.size, piece))
            self.size += len(piece)

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, offset, whence=0):
        self.at = offset + [0, self.at, self.size][whence]
        return self.at

    def read(self, size=-1):
        size = self.size - self.at if size is None or size < 0 else min(size, self.size - self.at)
        out = bytearray(size)
        for start, piece in self.parts:
            low, high = max(start, self.at), min(start + len(piece), self.at + size)
            if low < high:
                out[low - self.at : high - self.at] = piece[low - start : high - start]
        self.at += size
        return bytes(out)


contents = st.lists(
    st.tuples(st.text(max_size=30), st.binary(max_size=300), st.booleans(), st.booleans()),
    max_size=12,
)


@given(contents)
@settings(max_examples=80, deadline=None)
def test_every_file_comes_out_as_it_went_in_and_the_length_was_true(files):
    entries = [entry(name, data, size=size, crc=crc) for name, data, size, crc in files]

    made = zipped(*entries)

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert [archive.read(info) for info in archive.infolist()] == [each[1] for each in files]
        assert len({name.casefold() for name in archive.namelist()}) == len(files)
    if all(size for _, _, size, _ in files):
        assert length(entries) == len(made)
    else:
        with pytest.raises(LengthUnknown):
            length(entries)


@pytest.mark.parametrize(("size", "crc"), [(True, True), (True, False), (False, False)])
def test_a_foreign_unzip_finds_no_fault(tmp_path, size, crc):
    unzip = shutil.which("unzip")
    assert unzip, "Install unzip to run this test"
    file = tmp_path / "case.zip"
    names = ["report.pdf", "DICOM/IM000001", "Befunde/Müller 田.txt", "empty"]
    data = [b"%PDF-1.7", bytes(70_000), "Größe".encode(), b""]
    made = [entry(n, d, size=size, crc=crc) for n, d in zip(names, data, strict=True)]
    file.write_bytes(zipped(*made))

    done = subprocess.run([unzip, "-t", file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "No errors detected" in done.stdout


def test_the_time_of_a_file_is_kept():
    with zipfile.ZipFile(io.BytesIO(zipped(entry("a", b"")))) as archive:
        assert archive.infolist()[0].date_time == (2026, 11, 24, 8, 51, 30)


@pytest.mark.parametrize("known", [True, False])
def test_a_file_beyond_four_gib_and_what_follows_it_are_found(known):
    # 4 GiB + 1 piece; the CRC of zeros is counted by the stream itself
    size = 4 * GIB + PIECE
    large = Entry("large.svs", lambda: Zeros(size), size=size if known else None)
    after = entry("after.txt", b"after the large one")

    made = Sparse(stream([large, after]))

    with zipfile.ZipFile(made) as archive:
        first, second = archive.infolist()
        assert (first.filename, first.file_size) == ("large.svs", size)
        assert second.header_offset > 4 * GIB
        assert archive.read(second) == b"after the large one"
    if known:
        assert length([large, after]) == made.size


def test_more_than_65535_files_are_counted_right():
    entries = [entry(f"IM{number}", b"") for number in range(65_537)]

    made = zipped(*entries)

    assert length(entries) == len(made)
    assert struct.unpack("<H", made[-12:-10]) == (0xFFFF,)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert len(archive.namelist()) == 65_537


@pytest.mark.parametrize(
    "wrong",
    [
        Entry("a", lambda: io.BytesIO(b"longer"), size=3),
        Entry("a", lambda: io.BytesIO(b"short"), size=9),
        Entry("a", lambda: io.BytesIO(b"other"), size=5, crc32=1),
    ],
)
def test_a_file_that_changed_meanwhile_breaks_the_zip_off(wrong):
    with pytest.raises(Mismatch):
        zipped(wrong)


def test_a_long_zip_takes_little_memory():
    tracemalloc.start()
    sent = sum(len(piece) for piece in stream([Entry("a", lambda: Zeros(GIB // 4))]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sent > GIB // 4
    assert peak < 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("..\\..\\Windows\\win.ini", "Windows/win.ini"),
        ("/absolute", "absolute"),
        ("C:\\scan.dcm", "C_/scan.dcm"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("report. ", "report"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("", "file"),
        ("....", "file"),
        ("a//b", "a/b"),
        ("DICOM/IM000001", "DICOM/IM000001"),
    ],
)
def test_names_that_would_do_harm_are_made_safe(given_name, safe):
    assert safe_path(given_name) == safe


def test_twins_are_told_apart_also_where_case_does_not_count():
    names = Names()

    taken = [names.take(name) for name in ["a.pdf", "A.pdf", "a.pdf", "b", "b/c", "B", ".x", ".x"]]

    assert taken == ["a.pdf", "A (2).pdf", "a (3).pdf", "b", "b_/c", "B (2)", ".x", ".x (2)"]


@given(st.lists(st.text(max_size=300), max_size=30))
def test_no_name_leads_out_or_meets_another(given_names):
    names = Names()

    taken = [names.take(name) for name in given_names]

    files = {name.casefold() for name in taken}
    assert len(files) == len(taken)
    for name in taken:
        parts = name.split("/")
        assert all(part and part not in (".", "..") for part in parts)
        assert all(len(part.encode()) <= 255 for part in parts)
        assert "\\" not in name
        assert ":" not in name
        for depth in range(1, len(parts)):
            assert "/".join(parts[:depth]).casefold() not in files
