"""A rich case: Rosa's, with everything that a case can hold, and Petra's beside it, half written.

Every text and file carries a canary (tests/canary.py), so that whatever comes back to somebody
tells whose it was. Built once a module: what a test does to it is rolled back.
"""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core import mail
from django.db import transaction
from django.utils import timezone

from konsil.cases.life import Stage
from konsil.cases.models import Case, Exhibit, Question, RecordHolder
from konsil.core.prose.schema import paragraphs
from konsil.imaging.models import Instance, Marks
from konsil.imaging.tests.specimens import small_image, write
from konsil.messaging.models import Audience, Thread
from konsil.opinions import drafting, pictures, signing
from konsil.opinions.printing import pdf_of
from konsil.parcels.deciding import decide_identity
from konsil.parcels.importing import read_into
from konsil.parcels.keeping import store
from konsil.parcels.models import Holding, Parcel, Upload
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import User
from konsil.people.roles import Role
from konsil.records import asking
from konsil.records.signing import screen_of, sign_release
from konsil.referrals.models import Referral
from tests.canary import Canaries
from tests.cast import Cast, assemble, put_at, user
from tests.moving_in import set_up
from tests.reminding import remind
from tests.rich_money import pay


@dataclass
class Rich:
    """The cast, the ids of what the case holds, the tokens, and a browser for everybody."""

    cast: Cast
    sings: Canaries
    ids: dict[str, Any] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.cast.case

    @property
    def petras(self) -> Case:
        return self.cast.petras_case


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> Rich:
    """Everything; the caller holds the transaction and throws it away."""
    rich = Rich(assemble(), Canaries())
    cast = rich.cast
    cast.extra["clare"] = user("Clare Boyle", (cast.brigids, Role.CHILD_ADMIN))
    _name(rich)
    _file(rich, cast.case, "rosa", cast.rosa)
    _file(rich, cast.petras_case, "petra", cast.petra)
    _ask(rich)
    _write(rich)
    _talk(rich)
    pay(rich)
    _refer(rich)
    rich.ids |= remind(rich.cast)
    rich.ids |= set_up(rich.cast)
    rich.mails = [f"{letter.to} {letter.subject} {letter.body}" for letter in mail.outbox]
    return rich


def _name(rich: Rich) -> None:
    """The names, the request in their own words, the questions."""
    cast, sing = rich.cast, rich.sings.sing
    cast.line.name = f"Lung opinion {sing('northgate', 'illness')}"
    cast.line.save()
    cast.northgate.address = "1 Harbor Street\nNorthgate"
    cast.northgate.save()
    for owner, case in (("rosa", cast.case), ("petra", cast.petras_case)):
        case.patient.family_name = sing(owner, "name")
        case.patient.phone = sing(owner, "name")
        case.patient.save()
        case.diagnosis = f"A spot {sing(owner, 'clinical')}"
        case.submitted_at = cast.now
        case.save()
    Question.objects.filter(case=cast.case, number=1).update(text=sing("rosa", "clinical"))
    Question.objects.create(case=cast.petras_case, number=1, text=sing("petra", "clinical"))


def _file(rich: Rich, case: Case, owner: str, who: User) -> None:
    """A CT, a paper and a note through the whole pipeline; and a study under another name."""
    sing = rich.sings.sing
    parcel = Parcel.objects.create(case=case, door="page", sender=str(who), by_user=who)
    with tempfile.TemporaryDirectory() as folder:
        disc = Path(folder, sing(owner, "clinical"))
        disc.mkdir()
        root = f"2.25.{1 if owner == 'rosa' else 2}"
        tags: dict[str, Any] = {
            "PatientName": case.patient.dicom_name,
            "PatientBirthDate": "19710314",
            "StudyDescription": sing(owner, "clinical"),
            "SeriesDescription": sing(owner, "clinical"),
            "StudyInstanceUID": f"{root}.1",
            "SeriesInstanceUID": f"{root}.1.1",
            "SOPInstanceUID": f"{root}.1.1.1",
            "Modality": "CT",
        }
        write(small_image(**tags), disc / "IM1")
        aside = {
            "PatientName": f"Strange^{sing(owner, 'aside')}",
            "PatientBirthDate": "19440902",
            "StudyDescription": sing(owner, "aside"),
            "StudyInstanceUID": f"{root}.9",
            "SeriesInstanceUID": f"{root}.9.1",
            "SOPInstanceUID": f"{root}.9.1.1",
        }
        write(small_image(**aside), disc / "IM2")
        (disc / f"{sing(owner, 'clinical')}.txt").write_text(f"Letter {sing(owner, 'clinical')}")
        _paper(disc / "report.pdf", sing(owner, "clinical"))
        list(read_into(parcel, disc, at=timezone.now()))
    _small_picture(case)
    Upload.objects.create(case=case, parcel=parcel, path=sing(owner, "clinical"), size=9)
    rich.ids[f"{owner}_parcel"] = parcel.pk


def _small_picture(case: Case) -> None:
    """As the background job leaves it."""
    from konsil.opinions.tests.desk import png

    kept = {"thumb": {"sha256": store().put(io.BytesIO(png()), kind="copies").sha256}}
    Holding.objects.filter(instances__case=case).update(copies=kept)


def _paper(path: Path, words: str) -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    paper = Canvas(out)
    paper.drawString(72, 700, words)
    paper.save()
    path.write_bytes(out.getvalue())


def _ask(rich: Rich) -> None:
    """A form signed and sent, its link opened; a second one that still waits for a signature."""
    cast, sing, now = rich.cast, rich.sings.sing, timezone.now()
    for owner, case in (("rosa", cast.case), ("petra", cast.petras_case)):
        holder = RecordHolder.objects.create(
            case=case,
            name=f"Clinic {sing(owner, 'holder')}",
            email=f"records@{owner}.example",
            address=f"{sing(owner, 'form')} Road",
            what=f"Visit notes {sing(owner, 'form')}",
        )
        request = asking.ask_holder(case, holder, by=SYSTEM, at=now)
        sign_release(
            request.release,
            typed=str(case.patient),
            by=Actor.of(case.patient.user),
            at=now,
            screen=screen_of(request.release, at=now),
        )
        put_at(case, Stage.GATHERING)
        asking.send_request(request, by=SYSTEM, at=now)
        rich.ids[f"{owner}_token"] = str(mail.outbox[-1].body).partition("/records/")[2][:43]
        rich.ids[f"{owner}_request"] = request.pk
    other = RecordHolder.objects.create(case=cast.case, name=f"Dr {sing('rosa', 'holder')}")
    waiting = asking.ask_holder(cast.case, other, by=SYSTEM, at=now)
    rich.ids["rosa_waiting"] = waiting.release_id
    other = RecordHolder.objects.create(case=cast.petras_case, name=f"Dr {sing('petra', 'holder')}")
    waiting = asking.ask_holder(cast.petras_case, other, by=SYSTEM, at=now)
    rich.ids["petra_waiting"] = waiting.release_id


def _write(rich: Rich) -> None:
    """Rosa's opinion, signed and delivered, with a key image; Petra's half written."""
    cast, sing = rich.cast, rich.sings.sing
    okoye, at = Actor.of(cast.okoye), cast.now
    for owner, case in (("rosa", cast.case), ("petra", cast.petras_case)):
        about = "report" if owner == "rosa" else "draft"
        case.seat(Role.REVIEWER, by=SYSTEM, at=at, quietly=True, user=cast.okoye)
        put_at(case, Stage.IN_REVIEW)
        picture = _picture(rich, case, owner, about)
        for key in ("summary", "imaging"):
            body: dict[str, Any] = dict(paragraphs(sing(owner, about)))
            if key == "imaging":
                body["content"] = [*body["content"], picture]
            drafting.write_section(case, key, body=body, by=okoye, at=at)
        drafting.answer_question(case, 1, body=paragraphs(sing(owner, about)), by=okoye, at=at)
    drafting.cannot_answer(cast.case, 2, because=sing("rosa", "report"), by=okoye, at=at)
    aside = Exhibit.objects.filter(case=cast.case, state=Exhibit.State.SET_ASIDE).get()
    decide_identity(
        cast.case,
        aside,
        is_patient=False,
        reason=sing("rosa", "internal"),
        by=Actor.of(cast.ada),
        at=at,
    )
    signed = signing.sign(cast.case, method="password", by=okoye, at=timezone.now())
    pdf_of(signed, at=timezone.now())
    cast.case.refresh_from_db()
    cast.case.seat(Role.ASKED, by=SYSTEM, at=at, quietly=True, user=cast.ferreira)


def _picture(rich: Rich, case: Case, owner: str, about: str) -> dict[str, Any]:
    from konsil.opinions.tests.desk import png

    sing = rich.sings.sing
    shown = Instance.objects.get(case=case, series__study__exhibit__state=Exhibit.State.SHOWN)
    source = {
        "study": shown.series.study.uid,
        "series": shown.series.uid,
        "instance": shown.uid,
        "frame": 1,
    }
    alt = sing(owner, about)
    kept = pictures.take_key_image(
        case, png=png(), source=source, alt=alt, by=Actor.of(rich.cast.okoye), at=rich.cast.now
    )
    Marks.objects.create(
        case=case,
        study_uid=shown.series.study.uid,
        author=rich.cast.okoye,
        annotations=[{"id": "1", "label": sing(owner, "draft")}],
        saved_at=rich.cast.now,
    )
    caption = sing(owner, about)
    return {"type": "key_image", "attrs": {"id": str(kept.pk), "caption": caption, "alt": alt}}


def _talk(rich: Rich) -> None:
    """A message in each thread, each way."""
    cast, at = rich.cast, rich.cast.now
    ada = Actor.of(cast.ada)
    for owner, case in (("rosa", cast.case), ("petra", cast.petras_case)):
        for audience in Audience:
            if audience == Audience.REFERRER and case.referred_by is None:
                continue
            words = rich.sings.sing(owner, f"{audience.value}thread")
            Thread.of(case, audience).write(words, by=ada, at=at)
    words = rich.sings.sing("petra", "referrerthread")
    Thread.of(cast.petras_case, Audience.REFERRER).write(words, by=Actor.of(cast.brid), at=at)


def _refer(rich: Rich) -> None:
    cast = rich.cast
    Referral.objects.create(
        case=cast.petras_case,
        institution=cast.brigids,
        by_user=cast.brid,
        physician=f"Dr {rich.sings.sing('petra', 'referral')}",
        own_reference=rich.sings.sing("petra", "referral"),
        referred_at=cast.now,
    )
