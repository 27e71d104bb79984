"""The zip that Rosa takes home."""

import hashlib
import io
import zipfile
from pathlib import Path

from django.test import Client
from pydicom import dcmread
from pydicom.fileset import FileSet

from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.parcels.tests.test_sending import hers
from tests.cast import Cast
from tests.sending import send_all
from tests.test_who_sees_a_case import BACKEND


def fetch(client: Client, cast: Cast) -> zipfile.ZipFile:
    response = client.get(f"/cases/{cast.case.pk}/case.zip")
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert len(body) == int(response["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(body))


def test_she_takes_everything_home_and_can_check_it(
    client: Client, cast: Cast, tmp_path: Path
) -> None:
    """F11.6: originals byte for byte, a disc any program reads, an index, a manifest that holds."""
    client.force_login(cast.rosa, backend=BACKEND)
    file = hers(tmp_path)
    send_all(client, cast.case, {"CD/IM1": file})

    taken = fetch(client, cast)

    assert taken.testzip() is None
    for line in taken.read("MANIFEST-SHA256.txt").decode().splitlines():
        sha256, name = line.split("  ", 1)
        assert hashlib.sha256(taken.read(name)).hexdigest() == sha256
    taken.extractall(tmp_path / "home")
    disc = FileSet(dcmread(tmp_path / "home" / "DICOMDIR"))
    assert [one.SOPInstanceUID for one in disc] == [dcmread(file).SOPInstanceUID]
    assert Path(next(iter(disc)).path).read_bytes() == file.read_bytes()
    assert b"Rosa Delgado" in taken.read("index.html")
    assert Event.objects.filter(case=cast.case, verb=Verb.EXPORTED).exists()


def test_strange_and_equal_names_are_safe_and_the_manifest_names_what_is_there(
    client: Client, cast: Cast
) -> None:
    """F11.6, J1: names come from strangers; none leads out of the folder, none hides another."""
    client.force_login(cast.rosa, backend=BACKEND)
    letters = {
        "a/letter.txt": b"The first letter of a clinic.\n" * 9,
        "b/letter.txt": b"The second letter of a clinic.\n" * 9,
        "..\\..\\evil:one.txt": b"The third letter of a clinic.\n" * 9,
        "x/two\nlines #1 50%.txt": b"The fourth letter of a clinic.\n" * 9,
    }
    send_all(client, cast.case, letters)

    taken = fetch(client, cast)

    names = taken.namelist()
    assert len(names) == len(set(names))
    assert not [name for name in names if ".." in name.split("/") or "\\" in name]
    lines = taken.read("MANIFEST-SHA256.txt").decode().splitlines()
    assert len(lines) == len(names) - 1
    for line in lines:
        sha256, name = line.split("  ", 1)
        assert hashlib.sha256(taken.read(name)).hexdigest() == sha256
    assert b"%231%2050%25.txt" in taken.read("index.html")


def test_what_was_set_aside_is_not_given_away(client: Client, cast: Cast, tmp_path: Path) -> None:
    """F3.9: another person's study does not leave with Rosa's case."""
    client.force_login(cast.rosa, backend=BACKEND)
    send_all(client, cast.case, {"x": hers(tmp_path, "SMITH^JOHN", "19440902")})

    names = fetch(client, cast).namelist()

    assert not [name for name in names if name.startswith("DICOM")]


def test_others_cannot_download_her_case(client: Client, cast: Cast) -> None:
    """F1.3: a stranger 404, a clerk of the desk without the right 403."""
    client.force_login(cast.petra, backend=BACKEND)
    assert client.get(f"/cases/{cast.case.pk}/case.zip").status_code == 404
    client.force_login(cast.berta, backend=BACKEND)
    assert client.get(f"/cases/{cast.case.pk}/case.zip").status_code == 403
