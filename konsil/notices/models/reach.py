"""How people want to be reached: their night, zone and telephone; and a hospital's own rule."""

from datetime import datetime, time
from typing import Any, ClassVar

from django.db import models

from konsil.core.models import Record
from konsil.people.models import Institution, Pass, User

NIGHT_FROM, NIGHT_UNTIL = time(21), time(8)


class PracticeNotices(Record):
    """The hospital's own quiet hours, and who is told when nobody else moves."""

    tenant = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="+")
    quiet_from = models.TimeField(default=NIGHT_FROM)
    quiet_until = models.TimeField(default=NIGHT_UNTIL)
    escalate_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    @classmethod
    def of(cls, tenant: Institution) -> "PracticeNotices":
        """The hospital's settings; the usual ones where nobody has chosen."""
        return cls.objects.filter(tenant=tenant).first() or cls(tenant=tenant)


class Reach(Record):
    """One person's choices. They are hers and follow her to every hospital: no tenant."""

    CODE_LASTS_MINUTES = 15
    TRIES = 5

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    zone = models.CharField(max_length=40, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164")
    phone_proven_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_words = models.TextField(blank=True, help_text="What she agreed to, as she read it")
    stopped_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    misses = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["phone"])]

    @classmethod
    def of(cls, user: User) -> "Reach":
        """A person's choices; the usual ones where she has made none."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    @property
    def by_sms(self) -> bool:
        """Whether text messages go to her: a proven number, her yes, and no STOP since."""
        return bool(self.phone and self.phone_proven_at and self.agreed_at and not self.stopped_at)

    def prove(self, code: str, *, at: datetime) -> bool:
        """Whether this is the code that was sent to the number; five tries."""
        if not self.code_hash or self.code_until is None or self.code_until < at:
            return False
        if self.misses >= self.TRIES:
            return False
        if Pass.hash_of(f"{self.pk}:{code.strip()}") != self.code_hash:
            self.misses += 1
            self.save(update_fields=["misses"])
            return False
        self.phone_proven_at, self.code_hash, self.misses = at, "", 0
        self.save()
        return True
