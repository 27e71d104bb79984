"""The provider's link: opens by a birth date, puts, never looks, and dies when it should."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from konsil.cases.life import Stage
from konsil.cases.models import Event, Exhibit, Seat, Task
from konsil.cases.verbs import Verb
from konsil.parcels.models import Parcel
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import Pass
from konsil.records import asking, following
from konsil.records.life import State
from konsil.records.models import RecordRequest
from konsil.records.tests.giving import BORN, WRONG, ask, come_in, now, opened, send, sign, token_in
from tests import sending
from tests.cast import Cast, put_at

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


def test_accepting_sends_one_link_for_each_signed_form(cast: Cast) -> None:
    """F3.4: the listener may run twice; an unsigned form sends nothing; the mail has no health."""
    signed, unsigned = ask(cast), ask(cast, name="Valley Imaging", email="cd@valley.example")
    sign(cast, signed)
    put_at(cast.case, Stage.GATHERING)
    event = cast.case.tell(Verb.ACCEPTED, by=Actor.of(cast.ada), at=now())

    for _ in range(2):
        following.send_links.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))

    signed.refresh_from_db()
    unsigned.refresh_from_db()
    assert (signed.state, unsigned.state) == (State.SENT, State.AWAIT_SIGNATURE)
    assert [message.to for message in mail.outbox] == [["records@lakesidelung.example"]]
    letter = mail.outbox[0]
    words = f"{letter.subject} {letter.body}"
    assert not any(word in words.lower() for word in ("lung", "rosa", "delgado", "1971", "spot"))
    assert "/records/" in letter.body
    seat = Seat.objects.get(case=cast.case, held=signed.held)
    assert (seat.role, seat.scope, seat.scope_id) == ("provider", "put", signed.pk)
    waiting = Task.objects.get(key=f"request-{signed.pk}", done_at=None)
    assert (waiting.role, waiting.who) == ("provider", "Lakeside Lung Clinic")


def test_the_token_is_kept_nowhere(cast: Cast) -> None:
    """C1: 256 bits, only its hash in the database, not in events or jobs."""
    request, token = send(cast)

    assert len(token) >= 43
    assert request.held is not None
    assert request.held.token_hash == Pass.hash_of(token)
    assert token not in str(list(Event.objects.values_list("facts", flat=True)))


def test_mail_scanners_change_nothing(cast: Cast) -> None:
    """C3: twenty looks by machines, then the person's own press still works."""
    request, token = send(cast)
    robot = Client()

    for _ in range(20):
        page = robot.get(f"/records/{token}/")
        robot.head(f"/records/{token}/")
    request.refresh_from_db()

    assert page.status_code == 200
    assert "Rosa" not in page.content.decode()
    assert request.state == State.SENT
    assert not Event.objects.filter(verb=Verb.LINK_OPENED).exists()
    assert Client().post(f"/records/{token}/", BORN).status_code == 302


def test_the_right_birth_date_opens_the_request(cast: Cast) -> None:
    """F3.4: whom and what it concerns, the form, by when, and a number to verify."""
    client, request = opened(cast)

    page = client.get(f"/cases/{cast.case.pk}/sending/{request.pk}/").content.decode()
    form = client.get(f"/cases/{cast.case.pk}/sending/{request.pk}/form.pdf")

    assert request.state == State.OPENED
    for words in ("Rosa Delgado", "March 14, 1971", "Lung function tests", "K-", "+1 503 555 0100"):
        assert words in page
    assert b"".join(form.streaming_content).startswith(b"%PDF")


def test_five_wrong_birth_dates_close_the_link(cast: Cast) -> None:
    """C4: after five misses even the right date opens nothing; the desk can be asked."""
    request, token = send(cast)
    client = Client()

    answers = [client.post(f"/records/{token}/", WRONG).status_code for _ in range(5)]
    right = client.post(f"/records/{token}/", BORN)

    assert answers == [422, 422, 422, 422, 410]
    assert right.status_code == 410
    assert "call us" in right.content.decode().lower()
    client.post(f"/records/{token}/", {"new_link": "1"})
    assert Task.objects.filter(key=f"link-{request.pk}", role="coordinator").exists()


def test_a_birth_date_that_is_none_is_explained_and_costs_no_try(cast: Cast) -> None:
    request, token = send(cast)

    response = Client().post(f"/records/{token}/", {**BORN, "birth_date_year": "71"})

    assert response.status_code == 422
    assert "four figures" in response.content.decode()
    request.held.refresh_from_db()
    assert request.held.misses == 0


@pytest.mark.parametrize("how", ["expired", "revoked", "closed", "withdrawn"])
def test_dead_means_dead_also_for_whoever_is_inside(cast: Cast, how: str) -> None:
    """C4: expired, ended by the desk, case closed, form withdrawn: 410 outside, nothing inside."""
    client, request = opened(cast)
    token = token_in(mail.outbox[-1].body)
    inside = f"/cases/{cast.case.pk}/sending/{request.pk}/"
    assert client.get(inside).status_code == 200

    if how == "expired":
        Pass.objects.filter(pk=request.held_id).update(expires_at=now() - timedelta(minutes=1))
    elif how == "revoked":
        asking.revoke_link(request, by=Actor.of(cast.ada), at=now())
    elif how == "withdrawn":
        from konsil.records.signing import revoke_release

        revoke_release(request.release, by=Actor.of(cast.rosa), at=now())
    else:
        put_at(cast.case, Stage.CLOSED)
        event = cast.case.tell(Verb.CLOSED, by=SYSTEM, at=now())
        following.end_links.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))

    assert Client().get(f"/records/{token}/").status_code == 410
    assert client.get(inside).status_code in {302, 404}
    parcel = Parcel.objects.filter(request_id=request.pk).latest("created_at")
    refused = sending.send(client, cast.case, parcel, "late.pdf", PDF)
    assert refused.status_code in {404, 410}
    assert Client().get("/records/never-was/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("", "records/", "history/", "messages/", "payment/", "report/", "report.pdf"),
        *("case.zip", "request/", "team/", "offers/", "dicomweb/studies", "viewer/x/"),
    ],
)
def test_a_provider_never_looks(cast: Cast, path: str) -> None:
    """C2: of the whole case only its own pages; all else is refused."""
    client, _request = opened(cast)

    assert client.get(f"/cases/{cast.case.pk}/{path}").status_code in {403, 404}


def test_a_provider_reaches_no_other_request_form_or_document(cast: Cast) -> None:
    """C2, C9: another provider's request, her release page, a record: none by changing an id."""
    client, request = opened(cast)
    other = ask(cast, name="Valley Imaging", email="cd@valley.example")
    exhibit = Exhibit.objects.create(
        case=cast.case, sort="paper", title="A letter", object_id=cast.case.pk
    )
    base = f"/cases/{cast.case.pk}"

    for path in (
        f"{base}/sending/{other.pk}/",
        f"{base}/sending/{other.pk}/form.pdf",
        f"{base}/releases/{request.release_id}/",
        f"{base}/releases/{request.release_id}/form.pdf",
        f"{base}/documents/{exhibit.pk}/",
        f"{base}/documents/{exhibit.pk}/original",
        f"/cases/{cast.petras_case.pk}/sending/{request.pk}/",
    ):
        assert client.get(path).status_code in {403, 404}, path


def test_what_is_sent_through_the_link_lands_in_her_case(cast: Cast) -> None:
    """F3.8, F3.12: filed to Rosa's case, told in the timeline, with a receipt in figures."""
    client, request = opened(cast)
    client.get(f"/cases/{cast.case.pk}/sending/{request.pk}/")
    parcel = Parcel.objects.get(request_id=request.pk)

    sent = sending.send(client, cast.case, parcel, "Lung_function-2025.pdf", PDF)
    sending.finish(client, cast.case, parcel)

    assert sent.status_code == 201
    exhibit = Exhibit.objects.get(case=cast.case)
    assert (exhibit.title, exhibit.source) == ("Lung function 2025", "Lakeside Lung Clinic")
    event = Event.objects.get(case=cast.case, verb=Verb.PARCEL_ARRIVED)
    for _ in range(2):
        following.note_arrival.func(event_id=str(event.pk), tenant_id=str(cast.northgate.pk))
    request.refresh_from_db()
    assert request.state == State.RECEIVED
    assert not Task.objects.filter(key=f"request-{request.pk}", done_at=None).exists()
    assert Task.objects.filter(key=f"check-{request.pk}", done_at=None).count() == 1
    receipt = client.get(f"/cases/{cast.case.pk}/sending/{request.pk}/receipt/")
    assert 'class="num">1<' in receipt.content.decode()


def test_another_providers_parcel_stays_closed(cast: Cast) -> None:
    """C2: two providers at one case know nothing of each other's files."""
    client, request = opened(cast)
    client.get(f"/cases/{cast.case.pk}/sending/{request.pk}/")
    parcel = Parcel.objects.get(request_id=request.pk)
    other, _second = opened(cast, ask(cast, name="Valley Imaging", email="cd@valley.example"))

    state = other.get(f"/cases/{cast.case.pk}/parcels/{parcel.pk}/state/")
    put = sending.send(other, cast.case, parcel, "x.pdf", PDF)

    assert state.status_code == put.status_code == 404


@pytest.mark.parametrize(
    ("answer", "state"),
    [("none", State.NO_RECORDS), ("wrong", State.WRONG_PROVIDER), ("mail", State.OPENED)],
)
def test_an_answer_is_one_press_and_stops_the_reminders(
    cast: Cast, answer: str, state: State
) -> None:
    """F3.5: each answer moves the request's own state."""
    client, request = opened(cast)

    response = client.post(
        f"/cases/{cast.case.pk}/sending/{request.pk}/answer/", {"answer": answer}
    )

    request.refresh_from_db()
    assert response.status_code == 302
    assert (request.state, request.reminders, request.answer) == (state, False, answer)
    assert Event.objects.filter(case=cast.case, verb=Verb.PROVIDER_ANSWERED).count() == 1
    assert client.get(response.url).status_code == 200


def later(day: date) -> dict[str, object]:
    boxes = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    return {"answer": "later", **boxes}


def test_sending_later_needs_a_day_to_come(cast: Cast) -> None:
    """F3.4: a day in the past is explained beside the field; a day to come is kept."""
    client, request = opened(cast)
    url = f"/cases/{cast.case.pk}/sending/{request.pk}/answer/"
    day = (now() + timedelta(days=5)).date()

    past = client.post(url, later(date(2020, 1, 1)))
    good = client.post(url, later(day))

    request.refresh_from_db()
    assert past.status_code == 422
    assert "from tomorrow on" in past.content.decode()
    assert good.status_code == 302
    assert request.promised_on == day


def test_the_desk_sends_again_extends_and_ends_in_one_click(client: Client, cast: Cast) -> None:
    """F3.13: a new link kills the old one; only the desk may."""
    request, old = send(cast)
    come_in(client, cast.ada)
    url = f"/cases/{cast.case.pk}/records/requests/{request.pk}/"

    client.post(url, {"act": "send"})
    new = token_in(mail.outbox[-1].body)
    assert new != old
    assert Client().get(f"/records/{old}/").status_code == 410
    assert Client().get(f"/records/{new}/").status_code == 200
    client.post(url, {"act": "extend"})
    request.refresh_from_db()
    assert request.held.expires_at > now() + timedelta(days=29)
    client.post(url, {"act": "end"})
    assert Client().get(f"/records/{new}/").status_code == 410
    for who, status in (("rosa", 403), ("petra", 404), ("mona", 403), ("zoe", 404)):
        other = Client()
        come_in(other, getattr(cast, who))
        assert other.post(url, {"act": "send"}).status_code == status


def test_whoever_is_signed_in_is_signed_out_by_opening_a_link(client: Client, cast: Cast) -> None:
    """One browser plays one part: staff do not put records in a provider's name."""
    request, token = send(cast)
    come_in(client, cast.ada)
    assert "signs you out" in client.get(f"/records/{token}/").content.decode()

    response = client.post(f"/records/{token}/", BORN)

    assert client.get(response.url).status_code == 200
    assert client.get(f"/cases/{cast.case.pk}/").status_code == 403
    assert RecordRequest.objects.get(pk=request.pk).state == State.OPENED
