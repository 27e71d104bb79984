"""Signing: from here on the text never changes; what is added later makes a new version (F13.6)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from konsil.cases.access import Action
from konsil.cases.life import DELIVERED, ImpossibleMove, Stage
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.core.jobs import defer
from konsil.core.prose.schema import Doc, check, clean, empty
from konsil.opinions import frozen
from konsil.opinions.drafting import open_report
from konsil.opinions.jobs import print_version
from konsil.opinions.models import KeyImage, Version
from konsil.people.actors import SYSTEM, Actor
from konsil.people.models import User

ADDABLE = (Stage.SIGNED, *DELIVERED)


@transaction.atomic
def sign(
    case: Case,
    *,
    method: str,
    by: Actor,
    at: datetime,
    not_available: Sequence[str] | None = None,
) -> Version:
    """Sign the opinion as version 1, and release it at once where the service line says so.

    `method` says how the signer's identity was confirmed. `not_available`: what the reviewer
    misses in the record (None: what the checklist misses). Raises `ImpossibleMove` in words.
    """
    signer = _person(by)
    open_report(case)
    version_id = uuid4()
    case.move(Verb.SIGNED, by=by, at=at, version=str(version_id), number=1)
    lacks = frozen.not_there(case) if not_available is None else not_available
    content = frozen.first_content(case, signer=signer, method=method, at=at, not_available=lacks)
    version = _keep(case, content, signer=signer, method=method, at=at, pk=version_id)
    if case.terms.release == "at_once":
        with suppress(ImpossibleMove):  # the opinion is signed all the same; the desk releases it
            case.move(Verb.RELEASED, by=SYSTEM, at=at)
    return version


@transaction.atomic
def add(
    case: Case,
    *,
    body: object,
    reason: str,
    method: str,
    by: Actor,
    at: datetime,
    sort: Version.Sort = Version.Sort.ADDENDUM,
) -> Version:
    """Sign an addendum or a correction: a new version that holds the former one unchanged.

    Raises `ImpossibleMove` or `NotProse` in words. Everybody who got the earlier version is told.
    """
    signer = _person(by)
    if not case.allows(by, Action.SIGN_REPORT):
        raise ImpossibleMove("Only the reviewing physician can add to a signed opinion.")
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    case.refresh_from_db()
    last = Version.objects.filter(case=case).order_by("-number").first()
    if last is None or case.stage not in ADDABLE:
        raise ImpossibleMove("There is no signed opinion yet to add something to.")
    text, why = _said(body, reason)
    content = _added(last, text, why, sort=sort, signer=signer, method=method, at=at)
    version = _keep(case, content, signer=signer, method=method, at=at, sort=sort, reason=why)
    facts = {"version": str(version.pk), "number": version.number}
    if case.stage == Stage.ADDENDUM:
        case.move(Verb.ADDED_TO, by=by, at=at, **facts)
    else:
        case.tell(Verb.ADDED_TO, by=by, at=at, **facts)
    return version


def _person(by: Actor) -> User:
    if by.user is None:
        raise ImpossibleMove("Only a person who is signed in can sign.")
    return by.user


def _said(body: object, reason: str) -> tuple[Doc, str]:
    text, why = check(clean(body)), " ".join(reason.split())[:300]
    if empty(text):
        raise ImpossibleMove("Write what you want to add.")
    if not why:
        raise ImpossibleMove("Say in a few words why you add something. It stands on the report.")
    return text, why


def _added(
    last: Version,
    text: Doc,
    reason: str,
    *,
    sort: Version.Sort,
    signer: User,
    method: str,
    at: datetime,
) -> dict[str, Any]:
    content, number = last.content, last.number + 1
    addendum = {
        "version": number,
        "sort": sort.value,
        "body": text,
        "author": str(signer),
        "credentials": signer.credentials,
        "at": at.isoformat(),
        "reason": reason,
    }
    content["addenda"].append(addendum)
    content["versions"].append(frozen.version_line(number, sort.value, at, reason))
    content["signatures"].append(frozen.signature(signer, method, at))
    content["previous"] = last.sha256
    if all(author["name"] != str(signer) for author in content["authors"]):
        content["authors"].append(frozen.background(signer))
    return content


def _keep(
    case: Case,
    content: dict[str, Any],
    *,
    signer: User,
    method: str,
    at: datetime,
    sort: Version.Sort = Version.Sort.SIGNED,
    reason: str = "",
    pk: object = None,
) -> Version:
    written = frozen.canonical(content)
    version: Version = Version.objects.create(
        **({"pk": pk} if pk else {}),
        case=case,
        number=content["versions"][-1]["number"],
        sort=sort,
        written=written,
        sha256=frozen.digest(written),
        signed_by=signer,
        signer=frozen.background(signer),
        method=method,
        signed_at=at,
        reason=reason,
    )
    shown = [image["id"] for image in content["key_images"]]
    KeyImage.objects.filter(case=case, pk__in=shown, version=None).update(version=version)
    defer(print_version, version_id=str(version.pk), tenant_id=str(case.tenant_id))
    return version
