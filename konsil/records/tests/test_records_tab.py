"""The records tab: doubts first, the list that ticks itself, who was asked, and each one's own."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case, Event, Exhibit, RecordHolder
from konsil.cases.verbs import Verb
from konsil.parcels.models import Filing, Holding, IdentityDecision, Parcel
from konsil.people.actors import Actor
from konsil.records.checklist import checklist, fits, mark_line
from konsil.records.life import STEPS, State, after
from konsil.records.models import ChecklistMark, RecordRequest
from konsil.records.tests.giving import ask, come_in, now, send
from tests.cast import Cast, give_to_reviewer


def exhibit(case: Case, title: str, **about: object) -> Exhibit:
    made: Exhibit = Exhibit.objects.create(
        case=case, title=title, object_id=case.pk, **{"sort": "paper", "source": "Rosa", **about}
    )
    return made


def in_doubt(cast: Cast) -> Exhibit:
    """A study of somebody with nearly her name."""
    made = exhibit(cast.case, "X-ray: CHEST PA/LAT", sort="study", modality="DX", state="set_aside")
    holding = Holding.objects.create(
        tenant=cast.northgate,
        sha256="a" * 64,
        size=1,
        media_type="application/dicom",
        found="dicom",
        identity={
            "name": "DELGADO^ROSARIO",
            "birth_date": "1944-09-02",
            "sex": "F",
            "patient_id": "VI-331940",
            "issuer": "",
        },
    )
    parcel = Parcel.objects.create(case=cast.case, door="page", sender="Rosa’s own CD")
    Filing.objects.create(
        case=cast.case,
        parcel=parcel,
        holding=holding,
        exhibit=made,
        path="IM1",
        sha256="a" * 64,
        found="dicom",
        state="set_aside",
        verdict="conflict",
        differences=[
            ["name", "DELGADO^ROSA", "DELGADO^ROSARIO"],
            ["birth_date", "1971-03-14", "1944-09-02"],
        ],
    )
    return made


def tab(cast: Cast) -> str:
    return f"/cases/{cast.case.pk}/records/"


def test_a_doubt_is_shown_side_by_side_and_decided_with_a_reason(
    client: Client, cast: Cast
) -> None:
    """F3.9: what differs is worded, pictures are hidden; a decision can be undone."""
    doubt = in_doubt(cast)
    come_in(client, cast.ada)

    page = client.get(tab(cast)).content.decode()

    assert "DELGADO, Rosa" in page
    assert "DELGADO, ROSARIO" in page
    assert page.count("(differs)") == 2
    assert "not shown before you decide" in page
    assert "/thumb/" not in page
    url = f"/cases/{cast.case.pk}/identity/{doubt.pk}/"
    client.post(url, {"answer": "not_hers", "reason": "Her aunt", "next": tab(cast)})
    page = client.get(tab(cast)).content.decode()
    decision = IdentityDecision.objects.get(case=cast.case)
    assert "(differs)" not in page
    assert f"/identity/decisions/{decision.pk}/" in page
    client.post(f"/cases/{cast.case.pk}/identity/decisions/{decision.pk}/")
    assert "(differs)" in client.get(tab(cast)).content.decode()


def test_the_list_ticks_itself(cast: Cast) -> None:
    """F3.15: a CT and a pathology report settle their lines; one record settles one line."""
    exhibit(cast.case, "CT: chest", sort="study", modality="CT")
    exhibit(cast.case, "Pathology of the biopsy")

    lines = checklist(cast.case, Exhibit.objects.filter(case=cast.case))

    assert [(line.key, line.state) for line in lines] == [("ct", "here"), ("path", "here")]


def test_what_is_set_aside_ticks_nothing(cast: Cast) -> None:
    """F3.9: a record in doubt is no record yet."""
    exhibit(cast.case, "CT: chest", sort="study", modality="CT", state="set_aside")

    assert not any(line.settled for line in checklist(cast.case, Exhibit.objects.all()))


def test_one_record_does_not_settle_two_lines(cast: Cast) -> None:
    cast.line.checklist = [
        {"key": "new", "name": "CT, newest", "kind": "study", "modality": "CT"},
        {"key": "old", "name": "CT, earlier", "kind": "study", "modality": "CT"},
    ]
    cast.line.save()
    case = Case.objects.get(pk=cast.case.pk)
    exhibit(case, "CT: chest", sort="study", modality="CT")

    lines = checklist(case, Exhibit.objects.filter(case=case))

    assert [line.state for line in lines] == ["here", "missing"]


def test_a_record_is_left_out_only_with_a_reason(client: Client, cast: Cast) -> None:
    """F3.15: not needed or impossible, said by the desk, seen by all, and taken back again."""
    come_in(client, cast.ada)
    url = f"/cases/{cast.case.pk}/records/checklist/path/"

    client.post(url, {"mark": "not_there", "reason": ""})
    assert not ChecklistMark.objects.exists()
    client.post(url, {"mark": "not_there", "reason": "No biopsy so far"})
    page = client.get(tab(cast)).content.decode()

    assert "Does not exist" in page
    assert "No biopsy so far" in page
    assert Event.objects.filter(case=cast.case, verb=Verb.CHECKLIST_CHANGED).count() == 1
    client.post(url, {"mark": "open"})
    lines = checklist(cast.case, [])
    assert [line.state for line in lines] == ["missing", "missing"]
    with pytest.raises(ImpossibleMove):
        mark_line(cast.case, "x", "open", reason="", by=Actor.of(cast.ada), at=now())
    for who, status in (("rosa", 403), ("petra", 404), ("zoe", 404)):
        come_in(client, getattr(cast, who))
        assert client.post(url, {"mark": "open"}).status_code == status


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("rosa", 200, "Your records"),
        ("ada", 200, "Who was asked"),
        ("mona", 200, "Who was asked"),
        ("okoye", 200, "by date of care"),
        ("berta", 403, ""),
        ("petra", 404, ""),
        ("brid", 404, ""),
        ("zoe", 404, ""),
    ],
)
def test_each_part_reads_its_own_page(
    client: Client, cast: Cast, name: str, status: int, words: str
) -> None:
    """F1.3: the same address, each in their own hand; strangers learn nothing."""
    send(cast)
    give_to_reviewer(cast)
    come_in(client, getattr(cast, name))

    answer = client.get(tab(cast))

    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_referrer_sees_what_is_here_and_missing_of_her_own_patient(
    client: Client, cast: Cast
) -> None:
    """F12: Brid reads Petra's records page, and no release form of hers to sign."""
    ask(cast, cast.petras_case)
    come_in(client, cast.brid)

    page = client.get(f"/cases/{cast.petras_case.pk}/records/").content.decode()

    assert "Still missing" in page
    assert "/releases/" not in page


def test_only_the_desk_has_the_buttons(client: Client, cast: Cast) -> None:
    """F1.3: a reviewer reads the list and changes nothing in it."""
    in_doubt(cast)
    send(cast)
    give_to_reviewer(cast)
    come_in(client, cast.okoye)

    page = client.get(tab(cast)).content.decode()

    assert 'name="act"' not in page
    assert "(differs)" not in page
    assert "Leave it out" not in page


def test_the_desk_asks_somebody_else(client: Client, cast: Cast) -> None:
    """F3.1: a holder that the patient forgot: the form goes to her first."""
    ask(cast)
    come_in(client, cast.ada)
    url = f"/cases/{cast.case.pk}/records/holders/"

    wrong = client.post(url, {"name": "Valley Imaging", "email": "not an address"})
    client.post(url, {"name": "Valley Imaging", "email": "cd@valley.example"})

    assert wrong.status_code == 422
    assert "not an address" in wrong.content.decode()
    made = RecordRequest.objects.get(holder=RecordHolder.objects.get(name="Valley Imaging"))
    assert made.state == State.AWAIT_SIGNATURE


@given(st.sampled_from(sorted(STEPS)), st.sampled_from(list(State)))
def test_a_step_leads_where_the_table_says_or_is_refused_in_words(step: str, state: State) -> None:
    """Record request: no state outside the diagram."""
    try:
        end = after(step, state)
    except ImpossibleMove as refusal:
        assert state not in STEPS[step].starts
        assert str(refusal).endswith("Reload the page.")
    else:
        assert state in STEPS[step].starts
        assert end in State


def test_a_scan_of_a_letter_is_no_ct(cast: Cast) -> None:
    paper = exhibit(cast.case, "CT report")

    assert not fits({"kind": "study", "modality": "CT", "name": "CT"}, paper)
    assert fits(
        {"kind": "paper", "name": "Letter of the oncologist"},
        exhibit(cast.case, "Oncology summary"),
    )
