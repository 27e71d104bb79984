"""Versions: what the hospital set, who changed it and when. Written once, never changed."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction

from konsil.core.models import Record
from konsil.people.actors import Actor
from konsil.people.models import Institution, User


class Version(Record):
    """One state of something that the hospital sets: all its values as they then were.

    A running case points to the version of its service line under which it began.
    """

    class About(models.TextChoices):
        INSTITUTION = "institution", "Institution"
        PROGRAMME = "programme", "Programme"
        SERVICE_LINE = "service_line", "Service line"
        LICENCE_RULE = "licence_rule", "Licence rule"
        LICENCE = "licence", "Licence of a physician"
        HOURS = "hours", "Opening hours and holidays"
        MAIL = "mail", "E-mail settings"
        STAFF = "staff", "Staff"

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=20, choices=About)
    subject = models.CharField(max_length=60, help_text="The key of what was set")
    title = models.CharField(max_length=160, help_text="What was set, in words")
    number = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_by_name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "about", "subject", "number"], name="one_number_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def before(self) -> "Version | None":
        """The version that this one replaced."""
        return Version.latest(self.tenant, self.about, self.subject, below=self.number)

    @classmethod
    def latest(
        cls, tenant: Institution, about: str, subject: Any, *, below: int | None = None
    ) -> "Version | None":
        """The newest version of a subject, or the newest under a number."""
        rows = cls.objects.filter(tenant=tenant, about=about, subject=str(subject))
        if below is not None:
            rows = rows.filter(number__lt=below)
        return rows.order_by("-number").first()

    @classmethod
    @transaction.atomic
    def keep(
        cls,
        *,
        tenant: Institution,
        about: "Version.About",
        subject: Any,
        title: str,
        values: dict[str, Any],
        by: Actor,
        at: datetime,
        note: str = "",
    ) -> "Version":
        """The version with these values: the latest if nothing changed, else a new one."""
        last = cls.latest(tenant, about, subject)
        if last is not None and last.values == values:
            return last
        Institution.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        last = cls.latest(tenant, about, subject)
        return cls.objects.create(
            tenant=tenant,
            about=about,
            subject=str(subject),
            title=title[:160],
            number=last.number + 1 if last else 1,
            values=values,
            at=at,
            changed_by=by.user,
            changed_by_name=by.name or "Konsil",
            note=note,
        )
