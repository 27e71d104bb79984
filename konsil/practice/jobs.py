"""What the office is reminded of: licences that end."""

from datetime import UTC, datetime

from konsil.cases.scope import scope
from konsil.core.jobs import every, job
from konsil.people.models import Institution
from konsil.practice.licensing import warn_of_ends


@every("17 5 * * *")
@job()
def licences_that_end(timestamp: int) -> None:
    """Each morning: a task and a letter before a physician's licence ends."""
    now = datetime.fromtimestamp(timestamp, UTC)
    for hospital in Institution.objects.filter(parent=None):
        with scope([hospital.pk]):
            warn_of_ends(hospital, at=now)
