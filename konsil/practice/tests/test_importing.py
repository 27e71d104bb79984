"""Running cases from a table: a preview, faults in words, and the way back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konsil.cases.life import Stage
from konsil.cases.models import Case, Question
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.practice.importing import COLUMNS, NotATable, read
from konsil.practice.models import CaseImport
from tests.cast import MONDAY, Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HEAD = "given_name,family_name,birth_date,place,service,stage,question_1\n"
GOOD = "Ines,Martín,1980-02-03,Oregon,lung,collecting records,Is it cancer?\n"
ALSO = "Leo,Brandt,04/05/1966,WA,Lung cancer second opinion,to be checked,\n"
FAULTY = "Eva,,2031-01-01,Atlantis,knees,delivered,\n"


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada, backend=BACKEND)
    return client


def sent(ada: Client, text: str) -> CaseImport:
    table = SimpleUploadedFile("running.csv", text.encode(), "text/csv")
    answer = ada.post("/practice/imports/", {"table": table})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return CaseImport.objects.get()


def test_every_fault_of_a_row_is_said_in_words_and_nothing_is_made_yet(
    cast: Cast, ada: Client
) -> None:
    """Moving in: a preview with per-row errors."""
    before = Case.objects.count()
    made = sent(ada, HEAD + GOOD + FAULTY + GOOD)

    page = ada.get(f"/practice/imports/{made.pk}/").content.decode()

    for words in (
        "“family_name” is empty.",
        "The birth date is no past day.",
        "The place is not known.",
        "There is no service line of this name.",
        "The stage is one of",
        "The same person and service stand in line 2 already.",
    ):
        assert words in page
    assert "1 row can be taken over" in page
    assert Case.objects.count() == before


def test_taken_over_cases_stand_where_they_stood_and_pressing_twice_makes_no_more(
    cast: Cast, ada: Client, mailoutbox
) -> None:
    made = sent(ada, HEAD + GOOD + ALSO)
    page = f"/practice/imports/{made.pk}/"

    ada.post(page, {"act": "take"})
    ada.post(page, {"act": "take"})

    ines, leo = (Case.objects.get(patient__given_name=name) for name in ("Ines", "Leo"))
    assert (ines.stage, leo.stage) == (Stage.GATHERING, Stage.SCREENING)
    assert (ines.place, leo.place) == ("US-OR", "US-WA")
    assert Question.objects.get(case=ines).text == "Is it cancer?"
    assert ines.due_at is not None
    assert ada.get(f"/cases/{ines.pk}/").status_code == 200
    made.refresh_from_db()
    assert made.rows == []
    assert mailoutbox == []
    again = read((HEAD + GOOD).encode(), hospital=cast.northgate, today=MONDAY.date())
    assert again[0].errors == [f"This person has an open case already: {ines.number}."]


def test_an_import_is_taken_back_but_for_what_somebody_worked_on(cast: Cast, ada: Client) -> None:
    """Moving in: reversible while untouched."""
    made = sent(ada, HEAD + GOOD + ALSO)
    page = f"/practice/imports/{made.pk}/"
    ada.post(page, {"act": "take"})
    ines, leo = (Case.objects.get(patient__given_name=name) for name in ("Ines", "Leo"))
    leo.move(Verb.ACCEPTED, by=Actor.of(cast.ada), at=MONDAY)

    answer = ada.post(page, {"act": "back"}, follow=True).content.decode()

    ines.refresh_from_db()
    leo.refresh_from_db()
    assert (ines.stage, leo.stage) == (Stage.CANCELLED, Stage.GATHERING)
    assert leo.number in answer
    assert "Worked on, stays" in answer


def test_an_administrator_and_another_hospital_see_no_table(cast: Cast, ada: Client) -> None:
    """Least privilege: patients are in it."""
    from konsil.people.roles import Role
    from tests.cast import user

    made = sent(ada, HEAD + GOOD)
    for person in (user("Sam Osei", (cast.northgate, Role.ADMIN)), cast.okoye, cast.berta):
        client = Client()
        client.force_login(person, backend=BACKEND)
        assert client.get(f"/practice/imports/{made.pk}/").status_code == 403
    zoe = Client()
    zoe.force_login(cast.zoe, backend=BACKEND)
    assert zoe.get(f"/practice/imports/{made.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Missing: given_name"),
        (b"a,b\n1,2\n", "Missing: given_name"),
        (HEAD.encode(), "no rows"),
        ("naïve".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04\x00", "no CSV"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_change(
    cast: Cast, data: bytes, words: str
) -> None:
    with pytest.raises(NotATable, match=words):
        read(data, hospital=cast.northgate, today=MONDAY.date())


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=18), min_size=1, max_size=4)
)
def test_no_text_whatever_breaks_the_reading(cast: Cast, rows: list[list[str]]) -> None:
    import csv
    import io

    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows(rows)

    try:
        found = read(
            out.getvalue().encode("utf-8", "surrogatepass"),
            hospital=cast.northgate,
            today=MONDAY.date(),
        )
    except NotATable:
        return

    assert all(row.errors for row in found)
