"""What a reading child says is taken only in a shape that our tables can keep."""

import json
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from konsil.parcels.answers import Unbelievable, accept

SAID = {
    "kind": "text",
    "media_type": "text/plain",
    "reason": "",
    "identity": None,
    "copies": [],
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(st.characters(codec=None, exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=())), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ANYTHING)
def test_whatever_a_child_read_can_be_kept(said: object) -> None:
    """K6: a NUL, half a sign or no number in a header must not stop the parcel."""
    found = accept({**SAID, "facts": {"of": said}}, out=Path("/nowhere"), folder="1")

    written = json.dumps(found["facts"], allow_nan=False)

    assert "\\u0000" not in written
    written.encode("utf-8")
    assert json.dumps(found["facts"], ensure_ascii=False).encode("utf-8")


@pytest.mark.django_db
def test_the_database_keeps_it() -> None:
    """The same, asked of PostgreSQL itself."""
    facts = {"a\0": ["b\0", float("nan"), {"c": "\ud800", "d": float("inf")}]}
    found = accept({**SAID, "facts": facts}, out=Path("/nowhere"), folder="1")

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [json.dumps(found["facts"])])
        assert cursor.fetchone()


def test_a_tangle_without_end_is_not_believed() -> None:
    """E.: depth is bounded before anything walks through it."""
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]

    with pytest.raises(Unbelievable):
        accept({**SAID, "facts": {"of": deep}}, out=Path("/nowhere"), folder="1")
