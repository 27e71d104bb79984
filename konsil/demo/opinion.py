"""The opinions of the demo: one half written, one signed and delivered."""

from datetime import datetime
from pathlib import Path
from typing import Any

from konsil.cases.models import Case
from konsil.core.prose.schema import paragraphs
from konsil.imaging.models import Instance
from konsil.opinions.drafting import answer_question, write_section
from konsil.opinions.identity import BY_PASSWORD
from konsil.opinions.pictures import take_key_image
from konsil.opinions.signing import sign
from konsil.people.actors import Actor
from konsil.people.models import User

ROSAS = {
    "history": "A spot in the right upper lobe was seen in June and has grown since. "
    "She smoked until 2009 and is otherwise well.",
    "imaging": "I read both CT scans again and compared them side by side.",
}
LEILAS = {
    "summary": "This is a small, benign growth of the lining of the brain. It does no harm now. "
    "I would not operate. I would look again in one year.",
    "imaging": "I read the MRI of all series again. There is one small mass with a smooth edge. "
    "There is no swelling around it.",
    "assessment": "The look is that of a meningioma, grade 1. I agree with the first reading.",
    "advice": "No operation now. An MRI with contrast in one year, then every second year if it "
    "stays the same. See a doctor at once for a seizure or new weakness.",
}
ANSWERS = (
    "No. It is small, it grows slowly if at all, and it presses on nothing.",
    "In one year. If it has not grown, every second year is enough.",
)


def write_rosas(case: Case, reviewer: User, *, at: datetime) -> None:
    """Begun: two sections, no answers yet."""
    by = Actor.of(reviewer)
    for key, text in ROSAS.items():
        write_section(case, key, body=paragraphs(text), by=by, at=at)


def write_leilas(case: Case, reviewer: User, image: Path, *, at: datetime) -> None:
    """Written, with one key image, signed and delivered."""
    by = Actor.of(reviewer)
    picture = _key_image(case, image, by=by, at=at)
    for key, text in LEILAS.items():
        body: dict[str, Any] = dict(paragraphs(text))
        if key == "imaging":
            body["content"] = [*body["content"], picture]
        write_section(case, key, body=body, by=by, at=at)
    for number, text in enumerate(ANSWERS, start=1):
        answer_question(case, number, body=paragraphs(text), by=by, at=at)
    sign(case, method=BY_PASSWORD, by=by, at=at)


def _key_image(case: Case, image: Path, *, by: Actor, at: datetime) -> dict[str, Any]:
    """A key image node; the pixels are drawn from the very file that was filed."""
    from konsil.imaging.reading import read
    from konsil.imaging.showing import render

    finding = read(image, image.parent)
    facts = finding["facts"] if finding else {}
    row = Instance.objects.select_related("series__study").get(case=case, uid=facts["sop_uid"])
    alt = "A slice of the MRI with a small round mass at the edge of the brain"
    kept = take_key_image(
        case,
        png=render(image, facts, 1, size=512),
        source={
            "study": row.series.study.uid,
            "series": row.series.uid,
            "instance": row.uid,
            "frame": 1,
        },
        alt=alt,
        caption="The growth, with a smooth edge",
        by=by,
        at=at,
    )
    attributes = {"id": str(kept.pk), "caption": "The growth, with a smooth edge", "alt": alt}
    return {"type": "key_image", "attrs": attributes}
