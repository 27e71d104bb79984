"""How a test sends files through the upload door, and lets the background work run."""

import base64
from pathlib import Path
from typing import Any

from django.test import Client

from konsil.cases.models import Case
from konsil.parcels.jobs import read_parcel
from konsil.parcels.models import Parcel


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def open_upload_page(client: Client, case: Case) -> Parcel:
    """What a person does first; the page makes the parcel."""
    response = client.get(f"/cases/{case.pk}/upload/")
    assert response.status_code == 200
    parcel: Parcel = Parcel.objects.filter(case=case).latest("created_at")
    return parcel


def send(client: Client, case: Case, parcel: Parcel, name: str, data: bytes, **extra: Any) -> Any:
    """One file, created and sent in one request (tus creation-with-upload)."""
    return client.post(
        f"/cases/{case.pk}/uploads/",
        data=data,
        content_type="application/offset+octet-stream",
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": f"relativePath {b64(name)},parcel {b64(str(parcel.pk))}",
            **extra,
        },
    )


def finish(client: Client, case: Case, parcel: Parcel) -> None:
    """“That is all”; then the background reads and files."""
    client.post(f"/cases/{case.pk}/parcels/{parcel.pk}/", {"done": "1"})
    read_now(parcel)


def read_now(parcel: Parcel) -> None:
    """Run the reading job here and now."""
    read_parcel.func(parcel_id=str(parcel.pk), tenant_id=str(parcel.tenant_id))


def send_all(client: Client, case: Case, files: dict[str, Path | bytes]) -> Parcel:
    """Send a folder as one parcel, and let it be filed."""
    parcel = open_upload_page(client, case)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.read_bytes()
        assert send(client, case, parcel, name, data).status_code == 201
    finish(client, case, parcel)
    parcel.refresh_from_db()
    return parcel
