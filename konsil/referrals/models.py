"""A referral: which institution sent the patient, by whom, under which reference of its own."""

from typing import ClassVar

from django.db import models

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.people.models import Institution, User


class Referral(CaseOwned):
    """The logistics of a referral. Why she is referred stands on the case, where it is guarded."""

    kind = Kind.LOGISTICS

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    physician = models.CharField(max_length=120, help_text="The physician who takes part")
    own_reference = models.CharField(max_length=60, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    referred_at = models.DateTimeField()
    form_key = models.UUIDField(null=True, unique=True, help_text="Makes a double press one")
    link_sent_at = models.DateTimeField(null=True, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], name="one_referral_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.physician}, {self.institution}"
