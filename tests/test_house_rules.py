"""The rules of the house that a machine keeps."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from konsil.cases.guards import registered
from konsil.cases.life import ENDED, GUARDS, MILESTONES, MOVES, TURNS, Stage
from konsil.cases.models import Case, CaseOwned, Seat

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = ("account/",)
"""Routes of libraries; django-allauth guards its own."""


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def test_every_address_leads_through_a_doorway() -> None:
    """F1.3: a new route without a rule does not get in."""
    around = [
        route
        for route, view in routes()
        if not route.startswith(NOT_OURS) and not getattr(view, "is_door", False)
    ]

    assert around == []


def test_every_address_under_a_case_asks_for_an_action() -> None:
    loose = [
        route for route, view in routes() if "case_id" in route and not hasattr(view, "action")
    ]

    assert loose == []


def test_everything_that_belongs_to_a_case_is_scoped_to_it() -> None:
    loose = [
        model.__name__
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and getattr(field, "related_model", None) is Case
        if model is not Seat and not issubclass(model, CaseOwned)
    ]

    assert loose == []


def test_every_table_with_a_tenant_is_behind_the_second_wall(db: None) -> None:
    """F12.1: row-level security is on and forced, and the application's role cannot pass it."""
    public = {"cases_serviceline", "cases_licencerule", "people_pass"}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN information_schema.columns k
              ON k.table_name = c.relname AND k.column_name = 'tenant_id'
            WHERE n.nspname = 'public' AND c.relkind = 'r'
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
            """
        )
        open_tables = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        role = cursor.fetchone()

    assert open_tables == public
    assert role == (False, False)


def test_each_guard_has_exactly_one_test() -> None:
    assert registered() == GUARDS


def test_every_stage_can_be_left_and_says_whose_turn_it_is() -> None:
    """F4.1, F4.2: no dead end, no stage without a ball, every milestone has its stages."""
    starts = {stage for move in MOVES for stage in move.starts}

    assert starts | set(ENDED) == set(Stage)
    assert set(TURNS) | set(ENDED) == set(Stage)
    assert len(MILESTONES) == 8


def source_files(*endings: str) -> Iterator[Path]:
    for folder in ("konsil", "islands", "tests"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in endings and "node_modules" not in file.parts:
                yield file


def test_no_file_is_longer_than_300_lines() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {lines}"
        for file in source_files(".py", ".ts")
        if "migrations" not in file.parts and (lines := file.read_text().count("\n")) > 300
    ]

    assert long == []


def test_pages_carry_no_inline_style_or_script() -> None:
    """The content policy would drop them without a word."""
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)[^>]*>(?!\s*\{)", re.I)
    loose = [
        f"{file.relative_to(ROOT)}: {found.group(0)}"
        for file in source_files(".html")
        if (found := inline.search(file.read_text()))
    ]

    assert loose == []


@pytest.mark.parametrize("word", ["eval(", "mark_safe("])
def test_nothing_makes_code_or_markup_from_text(word: str) -> None:
    allowed = {"test_house_rules.py", "html.py"}  # prose/html.py joins parts that are safe already
    loose = [
        str(file.relative_to(ROOT))
        for file in source_files(".py", ".typ")
        if file.name not in allowed and word in file.read_text()
    ]

    assert loose == []
