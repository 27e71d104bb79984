"""From a signed version to what the page shows: texts as HTML, dates in words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from konsil.cases.models import Case
from konsil.core.prose.html import render
from konsil.core.prose.letter import day, moment
from konsil.core.prose.numbering import Numbering
from konsil.core.prose.schema import Doc
from konsil.opinions.models import Answer, Section, Version
from konsil.opinions.pictures import source_words
from konsil.opinions.printing import check_code, parts
from konsil.people.actors import Actor


def shown(version: Version) -> dict[str, Any]:
    """The context of the report's pages; only what was signed is asked."""
    content = version.content
    screen = _Screen(version, content)
    summary, sections = parts(content)
    signer = content["signatures"][0]["name"]
    return {
        "summary": screen.text(summary["body"]) if summary else "",
        "questions": [screen.question(each) for each in content["questions"]],
        "sections": [screen.section(each) for each in sections],
        "addenda": [screen.addendum(each) for each in content["addenda"]],
        "authors": content["authors"],
        "signer": content["authors"][0],
        "last_name": signer.rsplit(maxsplit=1)[-1],
        "reviewed": content["reviewed"],
        "not_available": content["not_available"],
        "limits": content["limits"],
        "signed_day": screen.day(content["signatures"][0]["at"]),
        "lines": [
            {**line, "moment": screen.moment(line["at"]), "kind": Version.Sort(line["sort"]).label}
            for line in content["versions"]
        ],
        "signatures": [
            {**each, "moment": screen.moment(each["at"])} for each in content["signatures"]
        ],
        "check_code": check_code(version),
    }


def drafted(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """(title, HTML) of each text of a draft, for whoever may read it before it is signed."""

    def picture(attributes: dict[str, Any]) -> str:
        return reverse("opinions:key_image", args=[case.pk, attributes["id"]])

    answers = Answer.objects.visible_to(actor).filter(case=case).select_related("question")
    sections = Section.objects.visible_to(actor).filter(case=case)
    told = [(str(each.question), each.body, each.cannot_because) for each in answers]
    told += [(each.title, each.body, "") for each in sections if not each.is_blank]
    return [
        (title, why or render(Doc(body), key_image_url=picture, heading_level=3))
        for title, body, why in told
    ]


class _Screen:
    """One showing of a version: pictures are numbered through, times are the hospital's."""

    def __init__(self, version: Version, content: dict[str, Any]) -> None:
        self.case_id = version.case_id
        self.zone = ZoneInfo(content["house"]["time_zone"])
        self.numbering = Numbering()
        self.sources = {each["id"]: source_words(each["source"]) for each in content["key_images"]}

    def text(self, body: dict[str, Any], *, level: int = 3) -> str:
        """The text as HTML; each key image says where it is from."""
        told = Doc(_with_sources(body, self.sources))
        return render(
            told,
            key_image_url=self._url,
            evidence_url=self._paper,
            heading_level=level,
            numbering=self.numbering,
        )

    def question(self, each: dict[str, Any]) -> dict[str, Any]:
        answer = self.text(each["answer"], level=4) if each["answer"] else ""
        return {**each, "html": answer}

    def section(self, each: dict[str, Any]) -> dict[str, Any]:
        return {**each, "html": self.text(each["body"]), "day": self.day(each["at"])}

    def addendum(self, each: dict[str, Any]) -> dict[str, Any]:
        label = Version.Sort(each["sort"]).label
        return {**each, "html": self.text(each["body"]), "day": self.day(each["at"]), "kind": label}

    def day(self, written: str) -> str:
        return day(self._at(written))

    def moment(self, written: str) -> str:
        return moment(self._at(written))

    def _at(self, written: str) -> datetime:
        return datetime.fromisoformat(written).astimezone(self.zone)

    def _paper(self, attributes: dict[str, Any]) -> str:
        """The paper that a source names; the doorway there asks for the reader's rights."""
        if attributes["kind"] != "paper":
            return ""
        return f"/cases/{self.case_id}/documents/{attributes['id']}/preview"

    def _url(self, attributes: dict[str, Any]) -> str:
        return reverse("opinions:key_image", args=[self.case_id, attributes["id"]])


def _with_sources(node: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    """The same tree, with the source after the caption of each key image."""
    if node["type"] == "key_image":
        attributes = node["attrs"]
        words = [attributes["caption"].rstrip(". "), sources.get(attributes["id"], "")]
        caption = ". ".join(word for word in words if word)
        return {**node, "attrs": {**attributes, "caption": caption and f"{caption}."}}
    if "content" not in node:
        return node
    return {**node, "content": list(_each(node["content"], sources))}


def _each(nodes: list[dict[str, Any]], sources: dict[str, str]) -> Iterator[dict[str, Any]]:
    return (_with_sources(node, sources) for node in nodes)
