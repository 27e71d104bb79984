"""Every public sample file, through the same pipeline as the upload door."""

import hashlib
from pathlib import Path

import pytest

from konsil.parcels.importing import read_into
from konsil.parcels.keeping import store
from konsil.parcels.models import Filing, Parcel
from tests.cast import Cast

pytestmark = pytest.mark.peers
GONE = {Filing.State.LEFT_OUT}


def test_every_sample_is_filed_or_kept_aside_with_a_reason_and_none_is_lost(
    cast: Cast, samples: Path
) -> None:
    """F3.6, F6.1, F6.2, F6.4: counts and SHA-256 agree; what cannot be shown says why."""
    files = [file for file in samples.rglob("*") if file.is_file()]
    parcel = Parcel.objects.create(case=cast.case, door=Parcel.Door.IMPORT, sender="Samples")

    outcomes = list(read_into(parcel, samples, at=cast.now))

    assert len(outcomes) == len(files)
    wordless = [one.path for one in outcomes if one.where is None and not one.why_aside]
    assert wordless == []
    kept = {one.sha256 for one in outcomes if one.sha256}
    for file in files[:: max(1, len(files) // 200)]:
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        if sha256 in kept:
            assert store().check(sha256) == file.stat().st_size
    left = Filing.objects.filter(parcel=parcel, state__in=GONE).count()
    print(f"{len(files)} files: {len(outcomes) - left} kept, {left} not needed")  # noqa: T201
    assert left < len(files) / 4
