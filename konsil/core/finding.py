"""What the sandboxed readers say about one file, in a shape that survives JSON and a process."""

from typing import Any, Literal, NotRequired, TypedDict

Kind = Literal[
    "dicom", "dicomdir", "broken", "document", "picture", "text", "viewer", "unknown", "empty"
]


class Identity(TypedDict):
    """Whom the file says it is about, as its source wrote it (never corrected).

    `name` keeps DICOM's caret form (``DELGADO^ROSA``) where the source uses it, because the caret
    tells family and given name apart. `birth_date` is ISO 8601 or None.
    """

    name: str
    birth_date: str | None
    sex: str
    patient_id: str
    issuer: str


class Copy(TypedDict):
    """A file that the reader wrote into its output folder; it can be made again at any time."""

    role: str
    name: str
    media_type: str


class Finding(TypedDict):
    """One file's report. `reason` is a sentence fit for the sender, empty when all is well."""

    kind: Kind
    media_type: str
    reason: str
    identity: Identity | None
    facts: dict[str, Any]
    copies: list[Copy]
    polyglot: NotRequired[bool]
