"""The scanner finds exactly what pydicom finds, and refuses what cannot be right (F6.1, F6.4)."""

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from konsil.imaging.dicomjson import attributes
from konsil.imaging.scanner import (
    BULK,
    DEEPEST,
    PIXEL_DATA,
    BreaksOff,
    Elements,
    Scan,
    TooDeep,
    Unusual,
    scan,
    scan_items,
)

WORDS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789", max_size=40).map(str.strip)
NUMBERS = st.integers(0, 65535)
PLAIN = {
    "StudyDescription": WORDS,
    "SeriesDescription": WORDS,
    "InstitutionName": WORDS,
    "PatientComments": WORDS,
    "AcquisitionComments": st.text(alphabet="abc ", max_size=900).map(str.strip),
    "Rows": NUMBERS,
    "Columns": NUMBERS,
    "InstanceNumber": st.integers(-9999, 9999),
    "SliceLocation": st.floats(-900, 900).map(lambda value: round(value, 3)),
    "ImagePositionPatient": st.lists(st.integers(-500, 500), min_size=3, max_size=3),
    "ImageType": st.lists(st.sampled_from(["ORIGINAL", "PRIMARY", "AXIAL"]), min_size=1),
    "FrameOfReferenceUID": st.just("1.2.840.1"),
    "RecommendedDisplayFrameRateInFloat": st.floats(0, 100, width=32),
    "DopplerCorrectionAngle": st.floats(-90, 90),
    "SelectorATValue": st.just([0x00100010, 0x00280010]),
}


@st.composite
def data_sets(draw: st.DrawFn, depth: int = 2) -> Dataset:
    data_set = Dataset()
    names = draw(st.lists(st.sampled_from(sorted(PLAIN)), unique=True, max_size=8))
    for name in names:
        setattr(data_set, name, draw(PLAIN[name]))
    if draw(st.booleans()):
        data_set.add_new(0x00091001, "OB", draw(st.binary(max_size=40).map(_even)))
    if depth:
        items = draw(st.lists(data_sets(depth - 1), max_size=3))
        sequence = Sequence(items)
        sequence.is_undefined_length = draw(st.booleans())
        for item in items:
            item.is_undefined_length_sequence_item = draw(st.booleans())
        data_set.ContentSequence = sequence
    return data_set


def _even(value: bytes) -> bytes:
    return value if len(value) % 2 == 0 else value + b"\0"


def _written(data_set: Dataset, *, implicit: bool) -> bytes:
    sink = DicomBytesIO()
    sink.is_little_endian, sink.is_implicit_VR = True, implicit
    write_dataset(sink, data_set)
    return sink.getvalue()


def _scanned(data: bytes, *, implicit: bool = False) -> Scan:
    return scan(io.BytesIO(data), len(data), 0, implicit=implicit)


@settings(max_examples=150, deadline=None)
@given(data_sets(), st.booleans())
def test_every_value_is_the_one_that_pydicom_wrote(data_set: Dataset, implicit: bool) -> None:
    """F6.1: explicit and implicit VR, sequences and items of defined and undefined length."""
    data = _written(data_set, implicit=implicit)

    found = attributes(_scanned(data, implicit=implicit).elements, implicit=implicit)

    assert _without_private(found) == _comparable(data_set)


def _without_private(found: dict) -> dict:
    kept = {tag: entry for tag, entry in found.items() if tag != "00091001"}
    for entry in kept.values():
        if entry["vr"] == "SQ" and "Value" in entry:
            entry["Value"] = [_without_private(item) for item in entry["Value"]]
    return kept


def _comparable(data_set: Dataset) -> dict:
    """pydicom's own DICOM JSON, where an empty attribute has no Value either."""
    return {
        tag: _comparable_entry(data_set, tag, entry)
        for tag, entry in data_set.to_json_dict().items()
        if tag != "00091001"
    }


def _comparable_entry(data_set: Dataset, tag: str, entry: dict) -> dict:
    if entry["vr"] == "SQ":
        items = [_comparable(item) for item in data_set[tag].value]
        return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
    return {"vr": entry["vr"]} if entry.get("Value") in ([""], [], [None], None) else entry


@settings(max_examples=60, deadline=None)
@given(data_sets(), st.data())
def test_a_data_set_cut_anywhere_breaks_off_and_keeps_what_came_before(
    data_set: Dataset, chance: st.DataObject
) -> None:
    data = _written(data_set, implicit=False)
    cut = chance.draw(st.integers(0, len(data)))
    kept: Elements = {}

    with contextlib.suppress(BreaksOff):
        scan(io.BytesIO(data[:cut]), cut, 0, implicit=False, into=kept)

    whole = _scanned(data).elements
    assert all(whole[tag] == element for tag, element in kept.items())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_it_fail_in_another_way(data: bytes, implicit: bool) -> None:
    try:
        found = _scanned(data, implicit=implicit)
        attributes(found.elements, implicit=implicit)
    except (BreaksOff, TooDeep, Unusual):
        return
    assert all(element.offset <= len(data) for element in found.elements.values())


def test_it_stops_at_the_pixels_without_reading_them() -> None:
    data_set = Dataset()
    data_set.Rows = 4
    data_set.add_new(PIXEL_DATA, "OW", bytes(200))
    data = _written(data_set, implicit=False)

    found = _scanned(data)

    assert found.pixels is not None
    assert (found.pixels.vr, found.pixels.length, found.pixels.value) == ("OW", 200, b"")
    assert data[found.pixels.offset :] == bytes(200)
    assert PIXEL_DATA not in found.elements


def test_a_large_value_is_stepped_over_and_what_follows_is_found() -> None:
    data_set = Dataset()
    data_set.add_new(0x00091001, "OB", bytes(BULK * 3))
    data_set.Rows = 7

    found = _scanned(_written(data_set, implicit=False)).elements

    assert found[0x00091001].value == b""
    assert found[0x00091001].length == BULK * 3
    assert found[0x00280010].value == b"\7\0"


def test_a_long_sequence_of_undefined_length_is_read_through_wider_windows() -> None:
    data_set = Dataset()
    items = [Dataset() for _ in range(3000)]
    for item in items:
        item.CodeMeaning = "a finding that takes some room in the file"
    data_set.ContentSequence = Sequence(items)
    data_set.ContentSequence.is_undefined_length = True

    found = _scanned(_written(data_set, implicit=False)).elements

    assert len(scan_items(found[0x0040A730].value, implicit=False)) == 3000


def test_a_declared_length_beyond_the_file_allocates_nothing_and_breaks_off() -> None:
    """D4: 0 bytes are allocated from declared sizes."""
    data = b"\x08\x00\x16\x00UI\x08\x001.2.840.\x09\x00\x01\x10OB\0\0\xf0\xff\xff\xff" + bytes(8)

    with pytest.raises(BreaksOff):
        _scanned(data)


@pytest.mark.parametrize("levels", [DEEPEST + 1, 5000])
def test_sequences_nested_deeper_than_any_image_are_refused(levels: int) -> None:
    """The case of pydicom #2330: no recursion without end."""
    begin = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"

    with pytest.raises(TooDeep):
        _scanned(begin * levels)
