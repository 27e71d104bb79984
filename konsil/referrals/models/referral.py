"""A referral: which institution sent the patient, by whom, under which reference of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from konsil.cases.access import Kind
from konsil.cases.models import CaseOwned
from konsil.core.models import Record
from konsil.people.models import Institution, User
from konsil.referrals.models.doctors import Doctor


class Batch(Record):
    """Patients referred from one list (CSV); undone as one while nobody has touched them."""

    tenant = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    form_key = models.UUIDField(unique=True, help_text="Makes a double press one")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the links went out")
    undone_at = models.DateTimeField(null=True, blank=True)


class Referral(CaseOwned):
    """The logistics of a referral. Why she is referred stands on the case, where it is guarded."""

    class Way(models.TextChoices):
        PAGE = "page", "on the page"
        LIST = "list", "from a list"
        NUMBER = "number", "by a reference number"
        DOCTOR = "doctor", "by a doctor without an account"
        FHIR = "fhir", "by the clinic's software (FHIR)"
        HL7 = "hl7", "by the clinic's software (HL7)"

    kind = Kind.LOGISTICS

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    physician = models.CharField(max_length=120, help_text="The physician who takes part")
    own_reference = models.CharField(max_length=60, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    referred_at = models.DateTimeField()
    form_key = models.UUIDField(null=True, unique=True, help_text="Makes a double press one")
    link_sent_at = models.DateTimeField(null=True, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=10, choices=Way, default=Way.PAGE)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="referrals")
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, null=True, related_name="referrals"
    )
    order_number = models.CharField(
        max_length=80, blank=True, help_text="The placer's, of the clinic's software"
    )
    withheld = models.BooleanField(
        default=False, help_text="The patient does not let the clinic read the report"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], name="one_referral_a_case"),
            models.UniqueConstraint(
                fields=["institution", "order_number"],
                condition=~Q(order_number=""),
                name="one_referral_an_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.physician}, {self.institution or self.doctor}"
