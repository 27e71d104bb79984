"""A release form and its evidence as JSON, and back: what is signed stays as it was."""

import json
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from konsil.core.prose.letter import House
from konsil.records.paper.form import (
    ReleaseForm,
    Representative,
    Sensitive,
    Signature,
    SigningEvidence,
)

_DATES = ("birth_date", "account_birth_date", "from_date", "to_date", "expires", "wanted_by")


def frozen(form: ReleaseForm) -> dict[str, Any]:
    """The form as JSON; of a drawn signature only that there is one (its bytes are kept aside)."""
    data = asdict(form)
    data["house"].pop("logo")
    for name in _DATES:
        data[name] = data[name].isoformat() if data[name] else None
    if form.signature:
        at = form.signature.at
        data["signature"] = {"typed": form.signature.typed, "at": at.isoformat() if at else None}
    loaded: dict[str, Any] = json.loads(json.dumps(data))
    return loaded


def thawed(data: dict[str, Any], *, drawn: bytes = b"") -> ReleaseForm:
    """The form as it was frozen; raises TypeError or KeyError where it was tampered with."""
    given = dict(data)
    house = dict(given.pop("house"))
    signature, who = given.pop("signature"), given.pop("representative")
    for name in _DATES:
        given[name] = date.fromisoformat(given[name]) if given[name] else None
    for name in ("kinds", "former_names", "combined_with"):
        given[name] = tuple(given[name])
    given["sensitive"] = tuple(Sensitive(**each) for each in given["sensitive"])
    return ReleaseForm(
        house=House(**{**house, "lines": tuple(house["lines"])}),
        representative=Representative(**who) if who else None,
        signature=_signature(signature, drawn),
        **given,
    )


def _signature(data: dict[str, Any] | None, drawn: bytes) -> Signature | None:
    if data is None:
        return None
    at = datetime.fromisoformat(data["at"]) if data["at"] else None
    return Signature(typed=data["typed"], drawn=drawn, at=at)


def frozen_evidence(evidence: SigningEvidence) -> dict[str, Any]:
    """The evidence as JSON."""
    data = asdict(evidence)
    data["shown_at"] = evidence.shown_at.isoformat()
    data["signed_at"] = evidence.signed_at.isoformat()
    return data


def thawed_evidence(data: dict[str, Any]) -> SigningEvidence:
    """The evidence as it was frozen; what was noted beside it is left out."""
    known = {field.name for field in fields(SigningEvidence)}
    given = {name: value for name, value in data.items() if name in known}
    given["shown_at"] = datetime.fromisoformat(given["shown_at"])
    given["signed_at"] = datetime.fromisoformat(given["signed_at"])
    return SigningEvidence(**given)
