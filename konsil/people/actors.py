"""Who acts: a user, the holder of a pass, a machine, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from konsil.people.models import Institution, Pass, User


class ActorKind(StrEnum):
    USER = "user"
    PASS = "pass"  # noqa: S105 a word, not a secret
    MACHINE = "machine"
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Actor:
    """Everything that is done is done `by=` one of these; the timeline prints its `name`."""

    kind: ActorKind
    user: User | None = None
    held: Pass | None = None
    name: str = ""
    address: str = ""
    """The network address it came from, for the audit trail."""
    clinic: Institution | None = None
    """For which institution a machine acts: it sits where that one's referrers sit."""

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user else None

    @property
    def pass_id(self) -> UUID | None:
        return self.held.pk if self.held else None

    @property
    def on_behalf_of(self) -> User | None:
        """The user in whose name the holder of a pass acts."""
        return self.held.user if self.held else None

    @classmethod
    def of(cls, user: User, *, address: str = "") -> "Actor":
        return cls(ActorKind.USER, user=user, name=str(user), address=address)

    @classmethod
    def holding(cls, held: Pass, *, address: str = "") -> "Actor":
        return cls(ActorKind.PASS, held=held, name=held.label, address=address)

    @classmethod
    def machine(cls, name: str, *, clinic: Institution, address: str = "") -> "Actor":
        """The software of an institution, known by its token."""
        return cls(ActorKind.MACHINE, name=name, address=address, clinic=clinic)


SYSTEM = Actor(ActorKind.SYSTEM, name="Konsil")
NOBODY = Actor(ActorKind.NOBODY, name="Somebody")
