"""What follows in this room from what happens to a case."""

from konsil.cases.listeners import on
from konsil.cases.models import Event
from konsil.cases.verbs import Verb
from konsil.referrals.doctors import join_after_consent


@on(Verb.SUBMITTED)
def let_the_doctor_in(event: Event) -> None:
    """The patient agreed: the doctor who began it alone sees more than the status from now on."""
    join_after_consent(event.case, at=event.at)
