"""What a referral keeps: whose it is, its numbers, the doctors without an account, the terms."""

from konsil.referrals.models.doctors import Doctor, Finding, Treating
from konsil.referrals.models.numbers import ReferenceNumber
from konsil.referrals.models.referral import Batch, Referral
from konsil.referrals.models.terms import ClinicTerms

__all__ = [
    "Batch",
    "ClinicTerms",
    "Doctor",
    "Finding",
    "ReferenceNumber",
    "Referral",
    "Treating",
]
