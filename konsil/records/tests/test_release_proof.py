"""What is signed stays as it was: the database refuses a change, and any other is found out."""

import pytest
from django.db import ProgrammingError, connection, transaction

from konsil.parcels.keeping import store
from konsil.records.drafting import draft
from konsil.records.freezing import frozen, thawed
from konsil.records.models import RecordRequest, Release
from konsil.records.signing import verify_release
from konsil.records.tests.giving import ask, now, sign
from tests.cast import Cast


def test_every_change_after_signing_is_found_out(cast: Cast) -> None:
    """C6: the database refuses a change of what is signed; what gets past it is detected."""
    request = ask(cast)
    release = sign(cast, request)
    for name, value in [
        ("form", {}),
        ("evidence", {}),
        ("text_sha256", "0" * 64),
        ("pdf_sha256", "0" * 64),
        ("typed", "Somebody"),
        ("seal", "0" * 64),
        ("number", 9),
        ("holder_id", ask_other(cast).holder_id),
    ]:
        with pytest.raises(ProgrammingError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**{name: value})
        tampered = Release.objects.get(pk=release.pk)
        setattr(tampered, name, value)
        assert verify_release(tampered) != []
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_release WHERE id = %s", [release.pk])


def ask_other(cast: Cast) -> RecordRequest:
    return RecordRequest.objects.filter(holder__name="Other").first() or ask(cast, name="Other")


def test_a_flipped_byte_of_the_paper_is_found_out(cast: Cast) -> None:
    """C6: each flip of the stored PDF is detected."""
    release = sign(cast, ask(cast))
    place = next(
        path for path in store().root.rglob("*") if path.name.startswith(release.pdf_sha256)
    )
    whole = place.read_bytes()
    place.chmod(0o600)
    try:
        for at in range(0, len(whole), max(1, len(whole) // 25)):
            place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert verify_release(release) != [], f"byte {at}"
    finally:
        place.write_bytes(whole)
    assert verify_release(release) == []


def test_a_form_survives_freezing(cast: Cast) -> None:
    """C7: what is kept as data draws the very same paper again."""
    form = draft(Release.objects.get(pk=ask(cast).release_id), at=now())

    assert thawed(frozen(form)) == form
