"""What the clinic's software reads back: its own request, how far it is, and what was wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from konsil.cases.life import Stage
from konsil.cases.models import Case
from konsil.exchange.referring.fhir import PLACES, Json
from konsil.exchange.referring.order import Wrong
from konsil.referrals.models import Referral
from konsil.referrals.worklist import in_words

TASK = {
    Stage.DRAFT: "requested",
    Stage.SCREENING: "received",
    Stage.NEEDS_INFO: "on-hold",
    Stage.DECLINED: "rejected",
    Stage.EXPIRED: "cancelled",
    Stage.CANCELLED: "cancelled",
    Stage.WITHDRAWN: "cancelled",
    Stage.RETRACTED: "entered-in-error",
    Stage.RELEASED: "completed",
    Stage.CONSULT: "completed",
    Stage.FOLLOW_UP: "completed",
    Stage.ADDENDUM: "completed",
    Stage.CLOSED: "completed",
}
"""Task.status (FHIR R4, task-status); every stage between is in progress."""
REVOKED = {Stage.DECLINED, Stage.EXPIRED, Stage.CANCELLED, Stage.WITHDRAWN}


def service_request(case: Case, referral: Referral) -> Json:
    """The request as we keep it: numbers, whom it is about, where it stands; nothing clinical."""
    shown: Json = {
        "resourceType": "ServiceRequest",
        "id": str(case.pk),
        "meta": {"lastUpdated": _instant(case.stage_since)},
        "identifier": _identifiers(case, referral),
        "status": _status(case),
        "intent": "order",
        "code": {"text": case.service_line.name},
        "subject": {"display": str(case.patient)},
        "authoredOn": _instant(referral.referred_at),
        "requester": {"display": referral.physician},
    }
    if referral.needed_by:
        shown["occurrenceDateTime"] = referral.needed_by.isoformat()
    return shown


def task(case: Case, referral: Referral) -> Json:
    """How far it is: Task.status, and in Task.businessStatus the words of the clinic's page."""
    return {
        "resourceType": "Task",
        "id": str(case.pk),
        "meta": {"lastUpdated": _instant(case.stage_since)},
        "identifier": _identifiers(case, referral),
        "status": TASK.get(Stage(case.stage), "in-progress"),
        "businessStatus": {"text": in_words(case)},
        "intent": "order",
        "focus": {"reference": f"ServiceRequest/{case.pk}"},
        "for": {"display": str(case.patient)},
        "authoredOn": _instant(referral.referred_at),
        "lastModified": _instant(case.stage_since),
        "requester": {"display": referral.physician},
        "owner": {"display": case.tenant.name},
    }


def _status(case: Case) -> str:
    stage = Stage(case.stage)
    if stage in REVOKED:
        return "revoked"
    return "completed" if TASK.get(stage) == "completed" else "active"


def _identifiers(case: Case, referral: Referral) -> list[Json]:
    """The placer's number as it was sent, and our own (v2 table 0203)."""
    system, bar, value = referral.order_number.rpartition("|")
    placer: Json = {"type": _kind("PLAC"), "value": value}
    if bar and system:
        placer["system"] = system
    ours = {"type": _kind("FILL"), "value": case.number}
    return [placer, ours] if value else [ours]


def _kind(code: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/v2-0203"
    return {"coding": [{"system": system, "code": code}]}


def outcome(issues: Iterable[tuple[str, str, str]]) -> Json:
    """An OperationOutcome of (code, words, FHIRPath); the words are fit for people."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": code,
                "diagnostics": words,
                **({"expression": [where]} if where else {}),
            }
            for code, words, where in issues
        ],
    }


CODES = {"too-many": "business-rule", "duplicate": "duplicate", "conflict": "conflict"}


def refusal(wrong: Iterable[Wrong]) -> Json:
    """The OperationOutcome for everything that is wrong with an order."""
    return outcome(
        (CODES.get(each.code, each.code), each.words, PLACES.get(each.name, "")) for each in wrong
    )


def bundle(kind: str, entries: list[Json], **more: Any) -> Json:
    """A bundle; `entry` is left out when there is none (FHIR has no empty lists)."""
    return {
        "resourceType": "Bundle",
        "type": kind,
        **more,
        **({"entry": entries} if entries else {}),
    }


def capability(url: str, *, version: str, on: str) -> Json:
    """What this door can do (CapabilityStatement)."""
    bearer = {"text": "A token made by the hospital: Authorization: Bearer …"}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": on,
        "kind": "instance",
        "software": {"name": "Konsil", "version": version},
        "implementation": {"description": "Referrals from clinics", "url": url},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"service": [bearer]},
                "resource": [
                    {
                        "type": "ServiceRequest",
                        "interaction": [
                            {"code": each} for each in ("create", "read", "search-type")
                        ],
                        "conditionalCreate": False,
                        "searchParam": [{"name": "identifier", "type": "token"}],
                    },
                    {"type": "Task", "interaction": [{"code": "read"}]},
                ],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
