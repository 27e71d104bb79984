"""The people of the demo hospital; all are invented, and their sign-ins are public."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from konsil.people.roles import Role

if TYPE_CHECKING:
    from konsil.people.models import Institution, User

PASSWORD = "konsil demo hospital"  # noqa: S105 printed at every start of the demo


@dataclass(frozen=True)
class Person:
    """Somebody who signs in with the demo's one password."""

    email: str
    name: str
    says: str
    roles: tuple[Role, ...]
    child: bool = False
    credentials: str = ""
    npi: str = ""
    background: dict[str, Any] = field(default_factory=dict)


PEOPLE = (
    Person(
        "ada@northgate.example",
        "Ada Lindqvist",
        "coordinator and nurse navigator",
        (Role.COORDINATOR, Role.NURSE),
    ),
    Person(
        "okoye@northgate.example",
        "Dr. Chidi Okoye",
        "reviewing physician, lungs",
        (Role.REVIEWER,),
        credentials="MD, PhD",
        npi="1999999984",
        background={
            "specialty": "Thoracic oncology",
            "training": ["Residency in radiology, Northgate Hospital", "Fellowship, chest imaging"],
            "board": "Board certified in diagnostic radiology",
            "licences": ["Oregon MD-104411", "Washington MD-60-8812"],
        },
    ),
    Person(
        "ferreira@northgate.example",
        "Dr. Marta Ferreira",
        "reviewing physician, brain",
        (Role.REVIEWER,),
        credentials="MD",
        npi="1999999976",
        background={
            "specialty": "Neuro-oncology",
            "training": ["Residency in neurology", "Fellowship in neuro-oncology"],
            "board": "Board certified in neurology",
            "licences": ["Oregon MD-118020"],
        },
    ),
    Person("mona@northgate.example", "Dr. Mona Reyes", "medical director", (Role.DIRECTOR,)),
    Person("berta@northgate.example", "Berta Lund", "billing", (Role.BILLING,)),
    Person("pia@northgate.example", "Pia Voss", "privacy officer", (Role.PRIVACY,)),
    Person("ivo@northgate.example", "Ivo Stein", "system administrator", (Role.ADMIN,)),
    Person(
        "brid@stbrigids.example",
        "Brid Kelly",
        "refers patients at St Brigid’s",
        (Role.REFERRER, Role.CHILD_ADMIN),
        child=True,
    ),
)


def enroll(person: Person, hospital: "Institution", child: "Institution") -> "User":
    """A user who can sign in at once, at her desks."""
    from allauth.account.models import EmailAddress

    from konsil.demo import codes
    from konsil.people.models import Membership, User

    user = User.objects.create_user(
        person.email,
        PASSWORD,
        name=person.name,
        credentials=person.credentials,
        npi=person.npi,
        background=person.background,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for role in person.roles:
        Membership.objects.create(
            user=user, institution=child if person.child else hospital, role=role
        )
    codes.enroll(user)
    return user


def sign_ins() -> list[str]:
    """The lines printed at a start of the demo."""
    wide = max(len(person.email) for person in PEOPLE)
    lines = [f"  {person.email:<{wide}}  {person.name}, {person.says}" for person in PEOPLE]
    return [
        f"Sign in with the password “{PASSWORD}” as",
        *lines,
        "and then with the code that the next page shows. Staff need a second proof; in this demo",
        "the page stands in for the app on their phone.",
        "Patients sign in with a code sent by mail, for example rosa@example.org.",
        "The demo’s mail is at /demo/mail/.",
    ]
