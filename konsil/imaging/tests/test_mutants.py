"""Damaged images never make the reader fall (F6.4, D2)."""

import json
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konsil.imaging.reading import read
from konsil.imaging.tests.specimens import SHIPPED

SEEDS = (
    "CT_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "JPEG2000.dcm",
    "image_dfl.dcm",
    "liver_1frame.dcm",
    "test-SR.dcm",
    "rtplan.dcm",
    "UN_sequence.dcm",
    "dicomdirtests/DICOMDIR",
)


def _flip(data: bytearray, at: int, byte: int) -> None:
    data[at % len(data)] = byte


def _drop(data: bytearray, at: int, byte: int) -> None:
    del data[at % len(data) : at % len(data) + byte + 1]


def _repeat(data: bytearray, at: int, byte: int) -> None:
    at %= len(data)
    data[at:at] = data[at : at + byte + 1]


def _cut(data: bytearray, at: int, byte: int) -> None:
    del data[at % len(data) :]


def _huge(data: bytearray, at: int, byte: int) -> None:
    at %= len(data)
    data[at : at + 4] = b"\xff\xff\xff" + bytes([byte])


MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from([_flip, _flip, _flip, _drop, _repeat, _cut, _huge]),
        st.integers(0, 9000),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(SEEDS), MUTATIONS)
def test_no_mutation_of_an_image_makes_the_reader_fall(
    tmp_path: Path, seed: str, mutations: list[tuple[Callable[..., None], int, int]]
) -> None:
    """F6.4, D2: every mutant is a finding or is left to others."""
    data = bytearray((SHIPPED / seed).read_bytes())
    for mutate, at, byte in mutations:
        if data:
            mutate(data, at, byte)
    path = tmp_path / "mutant"
    path.write_bytes(data)

    finding = read(path, tmp_path)

    if finding is not None:
        json.dumps(finding, allow_nan=False)
        assert finding["kind"] in {"dicom", "dicomdir", "broken"}
    for copy in tmp_path.iterdir():
        copy.unlink()
