"""The release form as plain data: each element of 45 CFR 164.508(c) and 42 CFR 2.31 a field."""

from dataclasses import dataclass
from datetime import date, datetime

from konsil.core.prose.letter import House

TEMPLATE_VERSION = "release-2026-11"
AT_MY_REQUEST = "I ask for this myself, for a second opinion about my health."
REVOCATION = (
    "I can stop this at any time. I do so in writing: with the stop button on my case page, or by "
    "letter to {where}. The stop counts from the time {provider} gets it. What was sent before "
    "that cannot be called back."
)
CONDITIONS = (
    "I do not have to sign. No one may refuse me care, ask me to pay more, or keep me out of a "
    "health plan if I say no."
)
REDISCLOSURE = (
    "Once the records are sent, those who get them could share them with others. Then the "
    "federal privacy law may not guard them any more."
)
PART_2 = (
    "Federal law (42 CFR Part 2) guards records of care for drug or alcohol use. I name them here "
    "on purpose. They may be used only as this form says. A copy of this form goes with them. My "
    "care does not change if I say no."
)
COPY = "I get a copy of this form as soon as I sign it."
ON_SCREEN = (
    "I agree to sign on a screen. I may sign on paper if I like that more. It costs nothing."
)

SENSITIVE = {
    "psychotherapy": "the private notes of a therapist",
    "substance_use": "care for drug or alcohol use",
    "hiv": "HIV tests or care",
    "mental_health": "mental health care",
    "genetic": "genetic tests",
    "reproductive": "care about pregnancy and birth control",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """One sensitive kind the patient said yes to, with initials ("" on a paper form)."""

    kind: str
    initials: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """Who signs for the patient, and by what right (164.508(c)(1)(vi))."""

    name: str
    relation: str
    authority: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The act of signing: a typed name or drawn strokes (PNG), and the server's time."""

    typed: str = ""
    drawn: bytes = b""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseForm:
    """One form for one provider (spec: release form field list, rows 1 to 16).

    `house` receives the records. The fixed statements have defaults; "{where}" and "{provider}"
    in `revocation` are filled in. `combined_with` names what else the page asks to sign, and must
    stay empty (164.508(b)(3)).
    """

    house: House
    form_id: str
    patient_name: str
    birth_date: date | None
    phone: str
    kinds: tuple[str, ...]
    subject: str
    provider_name: str
    provider_address: str
    former_names: tuple[str, ...] = ()
    record_number: str = ""
    account_name: str = ""
    account_birth_date: date | None = None
    from_date: date | None = None
    to_date: date | None = None
    all_dates: bool = False
    sensitive: tuple[Sensitive, ...] = ()
    provider_department: str = ""
    provider_fax: str = ""
    provider_email: str = ""
    link_host: str = ""
    purpose: str = AT_MY_REQUEST
    expires: date | None = None
    expiry_event: str = ""
    revoke_where: str = ""
    revocation: str = REVOCATION
    conditions: str = CONDITIONS
    redisclosure: str = REDISCLOSURE
    part_2: str = PART_2
    copy: str = COPY
    on_screen: str = ON_SCREEN
    representative: Representative | None = None
    signature: Signature | None = None
    combined_with: tuple[str, ...] = ()
    fees: str = ""
    delivery: str = ""
    wanted_by: date | None = None
    contact: str = ""
    language: str = "en"
    template_version: str = TEMPLATE_VERSION
    paper: str = "us-letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningEvidence:
    """What is known of one signing; every field is printed on the evidence page."""

    text_sha256: str
    shown_at: datetime
    scrolled_to_end: bool
    signed_at: datetime
    signer_account: str
    signer_role: str
    authentication: str
    identity_check: str
    intent: str
    button: str
    ip: str
    user_agent: str
    locale: str = "en"
    consent_version: str = ""
    clock: str = ""
    pdf_sha256_before: str = ""
    check_code: str = ""
    check_address: str = ""
