"""Signing a release form on the screen: complete, exactly what was shown, provable, revocable."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from konsil.cases.life import ImpossibleMove, Stage
from konsil.cases.models import Event, Task
from konsil.cases.verbs import Verb
from konsil.people.actors import Actor
from konsil.records import following, signing
from konsil.records.asking import ask_holder, send_request
from konsil.records.drafting import draft
from konsil.records.life import State
from konsil.records.models import RecordRequest, Release
from konsil.records.paper.validity import NotSignable
from konsil.records.signing import TextHasChanged, screen_of, sign_release, verify_release
from konsil.records.tests.giving import ask, come_in, now, send, sign
from tests.cast import Cast, put_at


def page_of(request: RecordRequest) -> str:
    return f"/cases/{request.case_id}/releases/{request.release_id}/"


def filled(client: Client, url: str) -> dict[str, Any]:
    """What a browser without scripts would send back, unchanged, with a typed name."""
    html = client.get(url).content.decode()
    shown = re.search(r'name="shown" value="([^"]+)"', html)
    assert shown
    return {
        "kinds": re.findall(r'name="kinds" value="(\w+)"[^>]*checked', html),
        "other": "Lung function tests and visit notes",
        "subject": "A spot in my right lung",
        "span": "range",
        "from_date_day": "1",
        "from_date_month": "1",
        "from_date_year": "2024",
        "phone": "+1 503 555 0188",
        "provider_address": "40 Shore Road, Lakeside",
        "signature_way": "typed",
        "signature_typed": "Rosa Delgado",
        "shown": shown.group(1),
    }


def test_a_form_waits_for_her_for_each_holder_once_the_request_is_sent(cast: Cast) -> None:
    """F3.1: one form a holder, and a task that leads to it; the listener may run twice."""
    request = ask(cast)
    RecordRequest.objects.all().delete()
    Release.objects.all().delete()
    Task.objects.all().delete()
    event = cast.case.tell(Verb.SUBMITTED, by=Actor.of(cast.rosa), at=now())

    for _ in range(2):
        following.prepare_forms.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))

    made = RecordRequest.objects.get(holder=request.holder)
    task = Task.objects.get(case=cast.case, key=f"release-{made.release_id}")
    assert (task.role, task.what) == ("patient", "Sign a form for Lakeside Lung Clinic")
    assert task.where == f"releases/{made.release_id}/"


def test_she_signs_what_stands_on_the_page(client: Client, cast: Cast) -> None:
    """F3.2: the text shown is the text signed; evidence and PDF are kept; she has a copy."""
    request = ask(cast)
    come_in(client, cast.rosa)
    data = filled(client, page_of(request))

    response = client.post(page_of(request), data, REMOTE_ADDR="203.0.113.7")

    assert response.status_code == 302
    release = Release.objects.get(pk=request.release_id)
    assert release.state == Release.State.SIGNED
    evidence = release.evidence
    empty = [name for name, value in evidence.items() if value in ("", None)]
    assert set(empty) <= {"user_agent", "check_address"}
    assert evidence["ip"] == "203.0.113.7"
    assert evidence["text_sha256"] == release.text_sha256
    assert evidence["shown_at"] <= evidence["signed_at"]
    assert verify_release(release) == []
    copy = client.get(f"{page_of(request)}form.pdf")
    assert b"".join(copy.streaming_content).startswith(b"%PDF")
    assert not Task.objects.filter(key=f"release-{release.pk}", done_at=None).exists()
    assert Event.objects.filter(case=cast.case, verb=Verb.RELEASE_SIGNED).count() == 1


def test_a_second_press_signs_nothing_twice(client: Client, cast: Cast) -> None:
    """Double submit and the back button change nothing."""
    request = ask(cast)
    come_in(client, cast.rosa)
    data = filled(client, page_of(request))
    client.post(page_of(request), data)
    before = Release.objects.get(pk=request.release_id).seal

    again = client.post(page_of(request), data)

    assert again.status_code == 200
    assert Release.objects.get(pk=request.release_id).seal == before


FROM = ("from_date_day", "from_date_month", "from_date_year")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": ""}, "the phone of the patient"),
        ({"kinds": [], "other": ""}, "which kinds of records"),
        ({"other": "everything"}, "“everything” is not enough"),
        ({"subject": ""}, "what the records are about"),
        (dict.fromkeys(FROM, ""), "the dates of the records"),
        ({"provider_address": ""}, "the address of who sends"),
        ({"yes_hiv": "on"}, "your initials beside HIV tests or care"),
        ({"signature_typed": ""}, "the signature"),
        ({"signature_typed": "Petra Novak"}, "the signature with the name Rosa Delgado"),
    ],
)
def test_an_incomplete_form_is_refused_beside_the_field(
    client: Client, cast: Cast, change: dict[str, Any], words: str
) -> None:
    """F3.1, C5: each element removed in turn; nothing is signed and nothing typed is lost."""
    request = ask(cast)
    come_in(client, cast.rosa)
    data = filled(client, page_of(request)) | change
    client.post(f"{page_of(request)}text/", data)  # the text with that choice, shown anew
    data["shown"] = filled(client, page_of(request))["shown"]

    response = client.post(page_of(request), data)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Release.objects.get(pk=request.release_id).state == "await_signature"


FIELDS = [
    {"patient_name": ""},
    {"birth_date": None},
    {"phone": ""},
    {"kinds": (), "sensitive": ()},
    {"subject": ""},
    {"provider_name": ""},
    {"purpose": ""},
    {"expires": None, "expiry_event": ""},
    {"revocation": ""},
    {"conditions": ""},
    {"redisclosure": ""},
    {"copy": ""},
    {"combined_with": ("terms",)},
]


@pytest.mark.parametrize("removed", FIELDS, ids=lambda each: next(iter(each)))
def test_no_form_without_each_element_of_the_law_can_be_signed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, removed: dict[str, Any]
) -> None:
    """F3.1, C5: also where the page itself would not let it be removed."""
    request = ask(cast)
    release = Release.objects.get(pk=request.release_id)
    short = replace(draft(release, at=now()), **removed)
    monkeypatch.setattr(signing, "draft", lambda *_args, **_kwargs: short)

    with pytest.raises(NotSignable):
        sign_release(
            release,
            typed="Rosa Delgado",
            by=Actor.of(cast.rosa),
            at=now(),
            screen=screen_of(release, at=now()),
        )


def test_another_text_than_the_one_shown_cannot_be_signed(client: Client, cast: Cast) -> None:
    """F3.2: the choices changed after the text was shown, or somebody made the seal up."""
    request = ask(cast)
    come_in(client, cast.rosa)
    data = filled(client, page_of(request))

    changed = client.post(page_of(request), data | {"subject": "Something else"})
    forged = client.post(page_of(request), data | {"shown": "made-up"})

    assert changed.status_code == forged.status_code == 422
    assert "The text has changed" in changed.content.decode()
    release = Release.objects.get(pk=request.release_id)
    shown = screen_of(release, at=now())
    release.choices |= {"subject": "And again"}
    release.save()
    with pytest.raises(TextHasChanged):
        sign_release(release, typed="Rosa Delgado", by=Actor.of(cast.rosa), at=now(), screen=shown)


def test_sensitive_kinds_are_off_and_private_notes_get_a_form_of_their_own(
    client: Client, cast: Cast
) -> None:
    """F3.3: separate ticks, none of them on; psychotherapy notes stand alone."""
    request = ask(cast)
    come_in(client, cast.rosa)
    html = client.get(page_of(request)).content.decode()

    ticks = re.findall(r'<input type="checkbox" name="yes_\w+"[^>]*>', html)
    assert len(ticks) == 5
    assert not any("checked" in tick for tick in ticks)
    assert "yes_psychotherapy" not in html
    response = client.post(f"{page_of(request)}private-notes/")
    own = Release.objects.get(private_notes=True)
    assert response.url.endswith(f"/releases/{own.pk}/")
    form = draft(own, at=now())
    assert [item.kind for item in form.sensitive] == ["psychotherapy"]
    assert form.kinds == ()


def test_stop_kills_the_link_at_once_and_says_so(client: Client, cast: Cast) -> None:
    """F3.13, C4, C8: withdrawn on her page, dead for the provider, nothing new goes out."""
    request, token = send(cast)
    come_in(client, cast.rosa)

    client.post(f"{page_of(request)}stop/")

    request.refresh_from_db()
    assert request.state == State.REVOKED
    dead = Client().get(f"/records/{token}/")
    assert dead.status_code == 410
    assert "withdrawn the permission" in dead.content.decode()
    with pytest.raises(ImpossibleMove):
        send_request(request, by=Actor.of(cast.ada), at=now(), again=True)
    event = Event.objects.get(case=cast.case, verb=Verb.RELEASE_REVOKED)
    following.tell_provider.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))
    from django.core import mail

    assert "withdrawn" in mail.outbox[-1].body
    assert "Rosa" not in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("name", "status"),
    [("rosa", 200), ("petra", 404), ("ada", 403), ("okoye", 404), ("brid", 404), ("zoe", 404)],
)
def test_only_she_signs(client: Client, cast: Cast, name: str, status: int) -> None:
    """F1.3: nobody signs for her, and strangers learn nothing."""
    request = ask(cast)
    come_in(client, getattr(cast, name))

    assert client.get(page_of(request)).status_code == status
    assert client.post(page_of(request), {}).status_code in {status, 422}


def test_another_patients_form_is_not_reached_through_ones_own_case(
    client: Client, cast: Cast
) -> None:
    """F1.3: the id of somebody else's form under one's own case leads nowhere."""
    hers = ask(cast, cast.petras_case)
    come_in(client, cast.rosa)

    url = f"/cases/{cast.case.pk}/releases/{hers.release_id}/"

    assert client.get(url).status_code == 404
    assert client.get(f"{url}form.pdf").status_code == 404


def test_nothing_goes_out_before_the_case_is_accepted(cast: Cast) -> None:
    """Release forms are signed with the request and sent on acceptance."""
    request = ask(cast)
    sign(cast, request)
    put_at(cast.case, Stage.SCREENING)
    request.refresh_from_db()

    with pytest.raises(ImpossibleMove, match="accepted"):
        send_request(request, by=Actor.of(cast.ada), at=now())
    put_at(cast.case, Stage.GATHERING)
    unsigned = ask_holder(
        cast.case, request.holder, by=Actor.of(cast.rosa), at=now(), private_notes=True
    )
    with pytest.raises(ImpossibleMove, match="signed"):
        send_request(unsigned, by=Actor.of(cast.ada), at=now(), again=True)
