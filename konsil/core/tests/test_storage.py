"""What came is what is kept (D3, F1.9): once, sealed, and any change to it is noticed."""

import hashlib
import io
import os
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konsil.core.sealing import HEADER, SEGMENT, TAG
from konsil.core.storage import Absent, Damaged, KeyMissing, Store

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
EDGES = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 7]
sizes = st.one_of(st.sampled_from(EDGES), st.integers(0, 4 * SEGMENT))


def noise(size: int) -> bytes:
    return hashlib.shake_128(b"konsil%d" % size).digest(size)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files", KEY)


def sealed_file(store: Store) -> Path:
    return next((store.root / "originals").glob("??/??/*"))


@given(size=sizes, key=st.sampled_from([KEY, None]))
@settings(max_examples=40, deadline=None)
def test_any_bytes_come_back_as_they_were(size, key):
    data = noise(size)
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), key)

        stored = store.put(io.BytesIO(data))

        assert stored == (hashlib.sha256(data).hexdigest(), size)
        with store.open(stored.sha256) as stream:
            assert stream.read() == data
        assert store.check(stored.sha256) == store.size(stored.sha256) == size


@given(
    size=sizes,
    seeks=st.lists(st.tuples(st.integers(0, 5 * SEGMENT), st.integers(0, 2 * SEGMENT)), max_size=8),
)
@settings(max_examples=40, deadline=None)
def test_a_reader_may_jump_about_in_a_sealed_file(size, seeks):
    data = noise(size)
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), KEY)
        name = store.put(io.BytesIO(data)).sha256
        with store.open(name) as stream:
            for start, length in seeks:
                stream.seek(start)
                assert stream.read(length) == data[start : start + length]
                assert store.read_range(name, start, length) == data[start : start + length]
            assert stream.seek(-min(5, size), os.SEEK_END) == size - min(5, size)
            assert stream.read() == data[size - min(5, size) :]


@given(size=sizes, where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_one_flipped_bit_anywhere_is_noticed(size, where, bit):
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), KEY)
        name = store.put(io.BytesIO(noise(size))).sha256
        file = sealed_file(store)
        sealed = bytearray(file.read_bytes())
        sealed[int(where * len(sealed))] ^= 1 << bit
        file.write_bytes(sealed)

        with pytest.raises((Damaged, KeyMissing)):
            store.check(name)


@pytest.mark.parametrize("cut", [1, TAG, SEGMENT + TAG, SEGMENT, 3 * SEGMENT, None])
def test_a_file_that_was_cut_short_is_not_opened(store, cut):
    name = store.put(io.BytesIO(noise(3 * SEGMENT))).sha256
    file = sealed_file(store)
    file.write_bytes(file.read_bytes()[: -cut if cut else HEADER.size - 3])

    with pytest.raises(Damaged):
        store.open(name)


def test_swapped_segments_and_swapped_names_are_noticed(store):
    name = store.put(io.BytesIO(noise(3 * SEGMENT))).sha256
    file, piece = sealed_file(store), SEGMENT + TAG
    head, body = file.read_bytes()[: HEADER.size], file.read_bytes()[HEADER.size :]
    file.write_bytes(head + body[piece : 2 * piece] + body[:piece] + body[2 * piece :])
    with pytest.raises(Damaged):
        store.check(name)

    file.write_bytes(head + body)
    other = hashlib.sha256(b"another patient").hexdigest()
    liar = store.root / "originals" / other[:2] / other[2:4] / f"{other}.sealed"
    liar.parent.mkdir(parents=True)
    liar.write_bytes(file.read_bytes())
    with pytest.raises(Damaged):
        store.open(other)
    assert store.check(name)


def test_originals_lie_sealed_and_private_and_copies_lie_plain(store):
    secret = b"CNRY-a-b-1 " * 20

    original = store.put(io.BytesIO(secret))
    copy = store.put(io.BytesIO(secret + b"!"), kind="copies")

    assert b"CNRY" not in sealed_file(store).read_bytes()
    assert sealed_file(store).stat().st_mode & 0o077 == 0
    assert store.path(copy.sha256).read_bytes() == secret + b"!"
    with pytest.raises(Absent):
        store.path(original.sha256)


def test_the_same_bytes_are_kept_once_and_never_written_again(store):
    first = store.put(io.BytesIO(b"same"))
    before = sealed_file(store).read_bytes()

    second = store.put(io.BytesIO(b"same"))

    assert first == second
    assert sealed_file(store).read_bytes() == before
    assert list(store.hashes()) == [first.sha256]
    assert list((store.root / "arriving").iterdir()) == []


def test_a_source_that_fails_leaves_nothing_behind(store):
    class Breaks(io.BytesIO):
        def read(self, size=-1):
            raise OSError("the cable was pulled")

    with pytest.raises(OSError, match="cable"):
        store.put(Breaks())

    assert list(store.hashes()) == []
    assert list((store.root / "arriving").iterdir()) == []


def test_keys_can_be_renewed_without_sealing_the_content_again(store, tmp_path):
    name = store.put(io.BytesIO(noise(2 * SEGMENT))).sha256
    body = sealed_file(store).read_bytes()[HEADER.size :]
    renewed = Store(store.root, OTHER, retired=[KEY])
    with pytest.raises(KeyMissing):
        Store(store.root, OTHER).open(name)

    assert renewed.rewrap(name) is True
    assert renewed.rewrap(name) is False

    assert Store(store.root, OTHER).check(name) == 2 * SEGMENT
    assert sealed_file(store).read_bytes()[HEADER.size :] == body
    with pytest.raises(KeyMissing):
        store.open(name)


def test_a_store_that_gets_a_key_later_still_opens_its_plain_originals(tmp_path):
    name = Store(tmp_path, None).put(io.BytesIO(b"KONSIL\x00\x01 looks sealed")).sha256

    with Store(tmp_path, KEY).open(name) as stream:
        assert stream.read() == b"KONSIL\x00\x01 looks sealed"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
def test_a_name_that_is_no_hash_opens_nothing(store, name):
    with pytest.raises(Absent):
        store.open(name)
    assert not store.exists(name)


def test_a_wrong_key_is_refused_in_words(tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        Store(tmp_path, b"short")


def test_a_large_file_is_never_in_memory(store, tmp_path):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(48 * 1024 * 1024)

    tracemalloc.start()
    name = store.put(large).sha256
    assert store.check(name) == 48 * 1024 * 1024
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 8 * 1024 * 1024
