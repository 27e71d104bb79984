"""Programs that we did not write speak to the running stack: tuspy and pydicom."""

import io
import re
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path

import pytest
import requests
from pydicom import dcmread
from tusclient import client as tus

from konsil.demo.cast import PASSWORD
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


def signed_in(stack: Stack, email: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{stack.url}/account/login/", timeout=30)
    found = TOKEN.search(page.text)
    assert found
    session.headers.update({"X-CSRFToken": found.group(1), "Referer": stack.url})
    typed = {"login": email, "password": PASSWORD}
    asked = session.post(f"{stack.url}/account/login/", typed, timeout=30)
    code = re.search(r'data-demo-code="([0-9]+)"', asked.text)
    assert code
    session.headers["X-CSRFToken"] = str(TOKEN.search(asked.text).group(1))  # type: ignore[union-attr]
    session.post(asked.url, {"code": code.group(1)}, timeout=30)
    fresh = TOKEN.search(session.get(f"{stack.url}/cases/", timeout=30).text)
    assert fresh
    session.headers["X-CSRFToken"] = fresh.group(1)
    return session


def case_of(session: requests.Session, stack: Stack, name: str) -> str:
    page = session.get(f"{stack.url}/cases/list/?q={name}", timeout=30).text
    found = re.search(r'href="(/cases/[0-9a-f-]{36}/)"', page)
    assert found, name
    return stack.url + found.group(1)


def test_tuspy_sends_a_file_in_parts_and_goes_on_where_it_stopped(
    stack: Stack, tmp_path: Path
) -> None:
    """F3.6: the protocol as another client speaks it (tus 1.0)."""
    session = signed_in(stack, "ada@northgate.example")
    case = case_of(session, stack, "Grace")
    page = session.get(f"{case}upload/", timeout=30).text
    parcel = re.search(r'parcel="([0-9a-f-]{36})"', page)
    assert parcel
    file = tmp_path / "letter.txt"
    file.write_text("A letter in many lines.\n" * 20_000)
    cookies = "; ".join(f"{name}={value}" for name, value in session.cookies.items())
    headers = {
        "Cookie": cookies,
        "X-CSRFToken": str(session.headers["X-CSRFToken"]),
        "Referer": stack.url,
    }
    about = {"relativePath": "letter.txt", "parcel": parcel.group(1)}

    first = tus.TusClient(f"{case}uploads/", headers=headers).uploader(
        str(file), chunk_size=100_000, metadata=about
    )
    first.upload_chunk()
    second = tus.TusClient(f"{case}uploads/", headers=headers).uploader(
        str(file), url=first.url, chunk_size=100_000
    )
    second.upload()

    assert second.offset == file.stat().st_size
    manifest = session.get(f"{case}parcels/{parcel.group(1)}/manifest/", timeout=30).json()
    sizes = {one["path"]: one["size"] for one in manifest["files"]}
    assert sizes["letter.txt"] == file.stat().st_size


def test_what_dicomweb_gives_back_is_read_by_pydicom(stack: Stack) -> None:
    """F3.8, F6.1: a whole instance over WADO-RS, UIDs unchanged, pixels there."""
    session = signed_in(stack, "okoye@northgate.example")
    case = case_of(session, stack, "Rosa")
    root = f"{case}dicomweb/studies"
    studies = session.get(root, timeout=30).json()
    uid = next(one for one in studies if one["00201208"]["Value"][0] > 50)["0020000D"]["Value"][0]
    image = session.get(f"{root}/{uid}/instances", timeout=30).json()[0]
    series, sop = image["0020000E"]["Value"][0], image["00080018"]["Value"][0]

    answer = session.get(f"{root}/{uid}/series/{series}/instances/{sop}", timeout=30)

    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    (part,) = message_from_bytes(head + answer.content, policy=HTTP).iter_parts()
    read = dcmread(io.BytesIO(part.get_payload(decode=True)))
    assert (read.StudyInstanceUID, read.SOPInstanceUID) == (uid, sop)
    assert read.pixel_array.shape == (512, 512)
