"""Who is who: users, the institutions they work for, patients (who need no account), and passes."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from konsil.core.models import Record
from konsil.people.roles import Role


class Institution(Record):
    """A hospital (a parent, and thereby a tenant) or an institution that refers to it (a child)."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    place = models.CharField(max_length=10, blank=True, help_text="ISO 3166-2, like US-OR")
    time_zone = models.CharField(max_length=40, default="America/Los_Angeles")
    brand = models.CharField(max_length=16, blank=True, help_text="Names the sheet of its colours")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="institution_is_not_its_own_parent"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tenant(self) -> "Institution":
        """The hospital whose rows these are: itself for a parent, the parent for a child."""
        return self.parent or self

    @property
    def tenant_pk(self) -> Any:
        """The tenant's key, without a query."""
        return self.parent_id or self.pk

    @classmethod
    def front(cls) -> "Institution":
        """The hospital whose public pages these are (the oldest parent)."""
        return cls.objects.filter(parent=None).order_by("created_at").first() or cls(
            name="This hospital"
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user known by e-mail; without a password she signs in by a code sent there."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, Record):
    """Somebody who can sign in: staff, referrers, patients, proxies."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    credentials = models.CharField(max_length=120, blank=True, help_text="As printed: MD, PhD")
    npi = models.CharField(max_length=10, blank=True)
    background = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> set[Role]:
        """The desks at which the user works today, in any institution; asked once a request."""
        now_valid = Membership.objects.in_force().filter(user=self)
        return {Role(role) for role in now_valid.values_list("role", flat=True)}


class TermQuerySet(models.QuerySet[Any]):
    """Rows that hold from a time until a time, by the database's clock."""

    def in_force(self) -> Self:
        now = models.functions.Now()
        return self.filter(Q(until=None) | Q(until__gt=now), since__lte=now)


class Membership(Record):
    """A user's desk in an institution."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField(db_default=models.functions.Now())
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar = TermQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "role"])]


class Patient(Record):
    """The person whom a case is about; she need not have an account."""

    class Sex(models.TextChoices):
        FEMALE = "F", "Female"
        MALE = "M", "Male"
        OTHER = "O", "Other"
        UNKNOWN = "", "Not said"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="patients")
    family_name = models.CharField(max_length=80, blank=True)
    given_name = models.CharField(max_length=80, blank=True)
    former_names = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=10, blank=True, help_text="Where she is now: US-OR")
    language = models.CharField(max_length=10, default="en")
    interpreter = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or "New patient"

    @property
    def dicom_name(self) -> str:
        """The name as DICOM writes it (PS3.5 6.2.1): FAMILY^Given."""
        return f"{self.family_name}^{self.given_name}"


class Pass(Record):
    """A link that opens one thing for somebody without an account. Only its hash is kept (F1.8)."""

    MISSES_ALLOWED = 5

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120, help_text="Who holds it, as the timeline says it")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="passes")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveSmallIntegerField(default=0)

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(
        cls,
        *,
        tenant: Institution,
        label: str,
        expires_at: datetime,
        user: User | None = None,
    ) -> tuple["Pass", str]:
        """A new pass and its token (256 bits); the token is told once and never stored."""
        token = secrets.token_urlsafe(32)
        made = cls.objects.create(
            tenant=tenant,
            token_hash=cls.hash_of(token),
            label=label,
            expires_at=expires_at,
            user=user,
        )
        return made, token

    @classmethod
    def find(cls, token: str) -> "Pass | None":
        """The pass of a token, dead or alive; None for a token that never was."""
        return cls.objects.filter(token_hash=cls.hash_of(token)).first()

    def for_a_try(self) -> "Pass":
        """The same row, locked for this transaction: guesses sent at once count one by one."""
        return Pass.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def miss(self) -> int:
        """Count a wrong answer; how many tries are left."""
        self.misses += 1
        self.save(update_fields=["misses"])
        return max(0, self.MISSES_ALLOWED - self.misses)

    def open_at(self, now: datetime) -> bool:
        """Whether the pass still opens anything at `now`."""
        alive = self.revoked_at is None and now < self.expires_at
        return alive and self.misses < self.MISSES_ALLOWED


class Invitation(Record):
    """An invitation to desks of one institution, for whoever reads one mailbox; used once."""

    held = models.OneToOneField(Pass, on_delete=models.PROTECT, related_name="invitation")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = models.JSONField(help_text="Values of Role")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["institution", "email"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.institution}"

    @property
    def parts(self) -> str:
        """The parts that it gives, in words."""
        return ", ".join(Role(role).label for role in self.roles)
