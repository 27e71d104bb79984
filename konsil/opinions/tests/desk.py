"""What the tests of the opinion need: texts, pictures, and a study in the record."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.test import Client

from konsil.cases.models import Case, Exhibit
from konsil.opinions import drafting, signing
from konsil.opinions.models import Version
from konsil.parcels.models import Filing, Holding, Parcel
from konsil.people.actors import Actor
from konsil.people.models import User
from tests.cast import MONDAY, Cast, give_to_reviewer

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STUDY, SERIES, INSTANCE = "1.2.3", "1.2.3.4", "1.2.3.4.5"


def text(words: str) -> dict[str, Any]:
    content = [{"type": "text", "text": words}] if words else []
    return {"type": "doc", "content": [{"type": "paragraph", "content": content}]}


def with_picture(name: str, words: str = "See the image.") -> dict[str, Any]:
    picture = {"type": "key_image", "attrs": {"id": name, "caption": "The spot", "alt": "A spot"}}
    return {"type": "doc", "content": [*text(words)["content"], picture]}


def enter(client: Client, who: User) -> None:
    client.force_login(who, backend=BACKEND)


def file_study(case: Case, *, state: str = Exhibit.State.SHOWN, **uids: str) -> Exhibit:
    """A study of one image in the record (or set aside)."""
    exhibit: Exhibit = Exhibit.objects.create(
        case=case,
        sort=Exhibit.Sort.STUDY,
        title="CT of the chest",
        amount="1 image",
        care_date=MONDAY.date(),
        modality="CT",
        source="Valley Imaging",
        state=state,
        object_id=uuid4(),
    )
    facts = {"study_uid": STUDY, "series_uid": SERIES, "sop_uid": INSTANCE} | uids
    holding = Holding.objects.create(
        tenant=case.tenant,
        sha256=uuid4().hex * 2,
        size=1,
        media_type="application/dicom",
        found="dicom",
        facts=facts,
    )
    parcel = Parcel.objects.create(case=case, door=Parcel.Door.PAGE, sender="Rosa")
    aside = state != Exhibit.State.SHOWN
    Filing.objects.create(
        case=case,
        parcel=parcel,
        holding=holding,
        exhibit=exhibit,
        path="IM1",
        found="dicom",
        state=Filing.State.SET_ASIDE if aside else Filing.State.FILED,
    )
    return exhibit


def png(wide: int = 40, high: int = 30) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (wide, high), (120, 10, 10)).save(out, "PNG")
    return out.getvalue()


def source(**more: Any) -> dict[str, Any]:
    return {
        "study": STUDY,
        "series": SERIES,
        "instance": INSTANCE,
        "frame": 1,
        "window": {"width": 1500, "center": -600},
        "modality": "CT",
        "studyDate": "20261112",
        "seriesNumber": 3,
        "seriesDescription": "Lung",
        "imageNumber": 143,
        "annotations": [],
        **more,
    }


def write_all(cast: Cast, **bodies: dict[str, Any]) -> None:
    """Everything that signing asks for, in Dr. Okoye's name."""
    okoye = Actor.of(cast.okoye)
    for key, words in {"summary": "It is small.", "imaging": "A spot of 18 mm."}.items():
        body = bodies.get(key, text(words))
        drafting.write_section(cast.case, key, body=body, by=okoye, at=MONDAY)
    drafting.answer_question(cast.case, 1, body=text("Very likely."), by=okoye, at=MONDAY)
    because = "the tissue is not examined yet"
    drafting.cannot_answer(cast.case, 2, because=because, by=okoye, at=MONDAY)


def signed(cast: Cast, **bodies: dict[str, Any]) -> Version:
    """Rosa's case, written and signed by Dr. Okoye."""
    give_to_reviewer(cast)
    write_all(cast, **bodies)
    return signing.sign(cast.case, method="password", by=Actor.of(cast.okoye), at=MONDAY)
