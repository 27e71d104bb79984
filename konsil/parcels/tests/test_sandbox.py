"""A hostile file harms itself only (D1): the batch goes on, nothing gets out, nothing is lost."""

import contextlib
import os
import socket
import time
from dataclasses import replace

import psutil
import pytest

from konsil.parcels.answers import Unbelievable, accept
from konsil.parcels.isolation import Isolation
from konsil.parcels.sandbox import CannotStart, Limits, isolation, open_copy, read_batch

HONEST, OBEY = "konsil.parcels.tests.readers:honest", "konsil.parcels.tests.readers:obey"
SHORT = Limits(memory=1024**3, cpu=2, wall=2, written=16 * 1024**2)
WALLS = [isolation(), Isolation("limits", "as without bubblewrap")]
EVERY_WALL = pytest.mark.parametrize("walls", WALLS, ids=[wall.kind for wall in WALLS])


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def lay(tmp_path):
    def _lay(*words):
        files = [tmp_path / f"{number:02}.order" for number in range(len(words))]
        for file, word in zip(files, words, strict=True):
            file.write_text(word)
        return files

    return _lay


def read(files, out, *, limits=SHORT, walls=None):
    found = list(read_batch(files, [HONEST, OBEY], out, limits, walls=walls))
    assert [file for file, _ in found] == list(files)
    return [finding for _, finding in found]


def descendants():
    """Reading children of this process, bubblewrap included."""
    alive = []
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "konsil.parcels.child" in " ".join(each.cmdline()):
                alive.append(each)
    return alive


@EVERY_WALL
def test_files_are_read_and_their_copies_can_be_fetched(tmp_path, out, walls):
    files = [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.xyz", tmp_path / "d"]
    for file, text in zip(files, ["one", "two", "?", ""], strict=True):
        file.write_text(text)

    one, two, odd, empty = read(files, out, walls=walls)

    assert (one["facts"]["text"], two["facts"]["text"]) == ("one", "two")
    assert one["facts"]["reader"] == two["facts"]["reader"], "one child serves the batch"
    with open_copy(out, two["copies"][0]["name"]) as copy:
        assert copy.read() == b"TWO"
    assert odd["kind"] == "unknown"
    assert odd["reason"] == "We keep this file and pass it on, but cannot show it (.xyz)"
    assert empty["kind"] == "empty"
    assert empty["reason"] == "This file is empty (0 bytes). Copy it again from the CD"
    assert files[0].read_text() == "one"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".reading")] == []


@EVERY_WALL
@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("hang", "too long"),
        ("burn", "too long"),
        ("die", "could not read it"),
        ("kill-all", "could not read it"),
        ("leave", "could not read it"),
        ("eat", "too large"),
        ("raise", "damaged"),
        ("nest", "tangled"),
        ("write-much", "too large|damaged"),
        ("odd-kind", "could not read it"),
        ("odd-shape", "could not read it"),
        ("odd-date", "could not read it"),
        ("odd-role", "could not read it"),
        ("link-out", "could not read it"),
        ("climb-out", "could not read it"),
        ("pipe", "could not read it"),
        ("page", "could not read it"),
    ],
)
def test_a_file_that_harms_its_reader_is_marked_and_the_next_is_read(
    lay, tmp_path, out, word, sentence, walls
):
    (good := tmp_path / "good.txt").write_text("still read")

    bad, fine = read([*lay(word), good], out, walls=walls)

    assert bad["kind"] == "broken"
    assert any(part in bad["reason"] for part in sentence.split("|")), bad["reason"]
    assert bad["copies"] == []
    assert "CNRY" not in str(bad), "what a decoder says may quote the file"
    assert fine["facts"]["text"] == "still read"
    assert descendants() == []


def test_a_reader_that_dies_once_gets_a_second_chance(lay, out):
    [finding] = read(lay("die-once"), out)

    assert finding["facts"] == {"second": True}


def test_a_flood_of_small_files_is_stopped_while_it_runs(lay, out):
    [finding] = read(lay("write-many"), out, limits=replace(SHORT, wall=20, cpu=20))

    assert finding["kind"] == "broken"
    assert "too large" in finding["reason"]
    assert not any(out.rglob("*")), "what it wrote is gone"


def test_no_reader_reaches_the_network(lay, out):
    if isolation().kind == "limits":
        pytest.skip(f"This machine allows no walls. {isolation().words}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)

        [finding] = read(lay(f"call-home {listener.getsockname()[1]}"), out)

        assert finding["kind"] == "broken"
        assert finding["facts"]["error"] in {"OSError", "ConnectionRefusedError"}
        with pytest.raises(TimeoutError):
            listener.accept()


def test_without_bubblewrap_the_network_is_cut_by_namespaces(lay, out):
    if isolation().kind == "limits":
        pytest.skip(f"This machine allows no walls. {isolation().words}")
    walls = Isolation("namespaces", "as without bubblewrap")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)

        [finding] = read(lay(f"call-home {listener.getsockname()[1]}"), out, walls=walls)

        assert finding["kind"] == "broken"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_reader_sees_only_its_own_file_and_cannot_change_it(lay, out, monkeypatch):
    if isolation().kind != "bubblewrap":
        pytest.skip(f"This machine allows no bubblewrap. {isolation().words}")
    monkeypatch.setenv("KONSIL_STORE_KEY", "CNRY-key")
    files = lay("change-input", f"look-around {os.path.abspath('pyproject.toml')}", "change-input")

    first, around, _ = read(files, out)

    assert first["facts"] == {"changed": False}
    assert files[0].read_text() == "change-input"
    seen = around["facts"]
    assert "CNRY" not in str(seen["environment"])
    assert seen["uid"] == 65534
    assert seen["neighbours"] == ["/in/2", "/in/2/01.order"]
    assert seen["settings"] is False
    assert len(seen["processes"]) <= 4


@EVERY_WALL
def test_no_original_is_changed_by_its_reader(lay, out, walls):
    [file] = lay("change-input")

    read([file], out, walls=walls)

    assert file.read_text() == "change-input"


def test_nothing_that_a_file_started_lives_on(lay, out):
    [_] = read(lay("leave-child"), out)

    time.sleep(0.2)
    assert descendants() == []


def test_a_library_that_prints_does_not_disturb_the_talk(lay, out):
    [finding] = read(lay("print"), out)

    assert finding["facts"] == {"spoke": True}


def test_a_caller_who_stops_early_leaves_no_process(lay, out):
    batch = read_batch(lay("print", "hang"), [OBEY], out, SHORT)
    next(batch)
    assert descendants() != []

    batch.close()

    assert descendants() == []


def test_a_reader_that_does_not_exist_is_our_fault_and_not_the_file_s(lay, out):
    with pytest.raises(CannotStart, match="konsil doctor"):
        list(read_batch(lay("die"), ["konsil.nowhere:read"], out, SHORT))


def test_doctor_is_told_in_words_which_walls_stand():
    assert isolation().kind in {"bubblewrap", "namespaces", "limits"}
    assert "Files are read" in isolation().words


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../secret", "a/../../secret", "link/secret"])
def test_no_copy_is_opened_outside_the_output_folder(tmp_path, out, name):
    (tmp_path / "secret").write_text("CNRY")
    (out / "link").symlink_to(tmp_path)

    with pytest.raises(Unbelievable):
        open_copy(out, name)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": None},
        {"media_type": "text/html; charset=x"},
        {"reason": 3},
        {"facts": []},
        {"copies": None},
        {"copies": [{"role": "preview"}]},
        {"identity": "ANON"},
        {"identity": {"name": 1}},
    ],
)
def test_an_answer_of_another_shape_is_not_believed(out, change):
    said = {
        "kind": "text",
        "media_type": "text/plain",
        "reason": "",
        "identity": None,
        "facts": {},
        "copies": [],
    }
    assert accept(said, out=out, folder="1")["kind"] == "text"

    with pytest.raises(Unbelievable):
        accept(said | change, out=out, folder="1")
