"""The design keeps its promises in every room: contrast, one yellow, no inline style, our words."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import LazySettings
from django.conf import settings as live
from django.template.loader import render_to_string
from hypothesis import given, strategies

from konsil.core.fields import ThreeBoxDateField

KONSIL = live.BASE / "konsil"
STATIC = KONSIL / "core" / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(KONSIL.glob("*/templates/**/*.html"))
LETTERS = sorted(KONSIL.glob("*/templates/**/*.txt"))


@pytest.fixture(autouse=True)
def plain_static(settings: LazySettings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def tokens() -> dict[str, dict[str, str]]:
    """The colours by day and in the reading room, as tokens.css says them."""
    text = (STATIC / "css" / "tokens.css").read_text()
    day, room = text.split(":root {")[1].split(".room {")
    find = re.compile(r"--([a-z0-9-]+): (#[0-9A-F]{6});")
    light = dict(find.findall(day))
    return {"day": light, "room": {**light, **dict(find.findall(room))}}


def luminance(colour: str) -> float:
    """WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "act") for ground in ("sheet", "ground")),
    ("ink-2", "wash"),
    ("act", "act-wash"),
    ("on-act", "act"),
    ("on-ball", "ball"),
    *((word, f"{word}-wash") for word in ("ok", "soon", "late")),
    ("late", "sheet"),
]


@pytest.mark.parametrize("hour", ["day", "room"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_every_ground(hour: str, ink: str, ground: str) -> None:
    """WCAG 1.4.3: 4.5 to 1 at least."""
    colours = tokens()[hour]

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("hour", ["day", "room"])
@pytest.mark.parametrize("ground", ["sheet", "ground"])
def test_the_edge_of_a_control_can_be_seen(hour: str, ground: str) -> None:
    """WCAG 1.4.11: 3 to 1 at least."""
    colours = tokens()[hour]

    assert contrast(colours["edge"], colours[ground]) >= 3


def rules() -> list[tuple[str, str]]:
    """Selector and declarations of every rule of every style sheet under konsil/."""
    found = []
    for sheet in KONSIL.glob("*/static/**/*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        found += re.findall(r"([^{}]+)\{([^{}]*)\}", text)
    return [(selector.strip(), body) for selector, body in found]


YELLOW = re.compile(
    r"skip|focus|yours|ball-you|turn-head|mine|\[aria-current|\[aria-pressed|swatch-ball"
)


def test_yellow_means_you_are_here_or_your_turn_and_nothing_else() -> None:
    used = [selector for selector, body in rules() if "var(--ball)" in body]

    assert used
    assert [selector for selector in used if not YELLOW.search(selector)] == []


def test_no_text_is_smaller_than_thirteen_pixels() -> None:
    sizes = [
        float(size)
        for _, body in rules()
        for size in re.findall(r"font(?:-size)?:[^;]*?(\d*\.\d+|\d+)rem", body)
    ]

    assert sizes
    assert min(sizes) * 16 >= 13


def test_every_file_a_style_sheet_asks_for_is_there() -> None:
    wanted = [
        (sheet.parent / path).resolve()
        for sheet in SHEETS
        for path in re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    ]

    assert wanted
    assert [path.name for path in wanted if not path.exists()] == []


INLINE = re.compile(
    r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:"
    r"|<script(?![^>]*\b(?:src=|type=\"application/json\"))",
    re.I,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(KONSIL)))
def test_no_page_needs_what_the_content_policy_forbids(page: Path) -> None:
    """ASVS 3.4.3: style-src and script-src know only our own files."""
    assert INLINE.findall(page.read_text()) == []


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r'(?:\{% icon |icon_name=)"([^"]+)"', page.read_text())
    }

    assert named
    assert [pair for pair in named if pair[1] not in sprite] == []


UNWANTED = re.compile(r"\b(unfortunately|oops|simply|submit|please)\b|\w!(?=\s|<|$)", re.I)


@pytest.mark.parametrize("page", [*PAGES, *LETTERS], ids=lambda page: str(page.relative_to(KONSIL)))
def test_pages_and_letters_speak_calmly(page: Path) -> None:
    """interface.md §5: no exclamation marks, no "please", no "unfortunately"."""
    words = re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", " ", page.read_text(), flags=re.S)

    assert UNWANTED.findall(words) == []


def test_the_page_for_our_own_failure_needs_neither_database_nor_session() -> None:
    page = render_to_string("errors/broken.html")

    assert "Something broke on our side" in page


def test_a_letter_says_where_to_go_and_holds_nothing_but_that() -> None:
    """F1.6: mail names no illness; it only says that something waits."""
    letter = render_to_string(
        "mail/frame.txt",
        {
            "name": "Rosa",
            "words": "Something waits for you.",
            "link": "https://x.example/a?b=1&c=2",
        },
    )

    assert letter.startswith("Hello Rosa,\n\nSomething waits for you.")
    assert "https://x.example/a?b=1&c=2" in letter
    assert "We never write about your health in e-mails" in letter


class Request(forms.Form):
    year = forms.IntegerField(label="Year", help_text="Four figures", widget=forms.TextInput)
    feels = forms.ChoiceField(
        label="How is it?",
        choices=[("a", "Better\nSince Monday"), ("b", "Worse")],
        widget=forms.RadioSelect,
    )
    born = ThreeBoxDateField(label="When were you born?", birth=True)


def shown(**typed: Any) -> str:
    """The form as people get it back."""
    return str(Request(typed))


def test_an_error_stands_between_hint_and_box_and_is_tied_to_the_box() -> None:
    page = shown(year="seventy", feels="a", born_day="14", born_month="3", born_year="1971")

    field = page[page.index("Year") : page.index("How is it?")]
    assert field.index("Four figures") < field.index("This needs to be a number")
    assert field.index("This needs to be a number") < field.index("<input")
    assert 'aria-describedby="id_year_helptext id_year_error"' in field
    assert 'id="id_year_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'value="seventy"' in field


def test_an_answer_carries_its_consequence_in_small_type_and_the_whole_box_is_the_target() -> None:
    page = shown(feels="b")

    assert "<span>Better<small>Since Monday</small></span>" in page
    assert '<label class="choice" for="id_feels_1">' in page


def test_what_people_write_is_never_markup() -> None:
    page = shown(year="<script>alert(1)</script>")

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_year_of_two_figures_is_refused_in_words_and_kept() -> None:
    """F2.5: the error says how to fix it, and the page does not lose what was typed."""
    form = Request({"born_day": "14", "born_month": "3", "born_year": "71"})

    assert form.errors["born"] == ["The year needs four figures, like 1971"]
    assert 'value="71"' in str(form)


@pytest.mark.parametrize(
    ("day", "month", "year", "words"),
    [
        ("", "3", "1971", "The day is still empty"),
        ("14", "", "1971", "The month is still empty"),
        ("31", "2", "1971", "This day does not exist in that month"),
        ("xx", "3", "1971", "The day needs to be a number from 1 to 31"),
        ("", "", "", "This is still empty"),
    ],
)
def test_a_date_that_is_none_says_which_part(day: str, month: str, year: str, words: str) -> None:
    form = Request({"born_day": day, "born_month": month, "born_year": year})

    assert form.errors["born"] == [words]


@given(strategies.dates(min_value=date(1000, 1, 1), max_value=date(9999, 12, 31)))
def test_every_date_goes_through_the_three_boxes_unchanged(day: date) -> None:
    field = ThreeBoxDateField()

    assert field.clean(field.widget.decompress(day)) == day


@given(strategies.lists(strategies.text(max_size=4), min_size=3, max_size=3))
def test_whatever_is_typed_gives_a_date_or_words(boxes: list[str]) -> None:
    field = ThreeBoxDateField()

    try:
        assert isinstance(field.clean(boxes), date)
    except forms.ValidationError as error:
        assert error.messages
