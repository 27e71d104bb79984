"""The room's jobs: a signed version becomes a PDF."""

from uuid import UUID

from django.utils import timezone

from konsil.cases.scope import scope
from konsil.core.jobs import job


@job()
def print_version(version_id: str, tenant_id: str) -> None:
    """Draw the PDF of a version; a second run finds it drawn."""
    from konsil.opinions.models import Version
    from konsil.opinions.printing import draw

    with scope([UUID(tenant_id)]):
        version = Version.objects.select_related("case").get(pk=version_id)
        if not hasattr(version, "printed"):
            draw(version, at=timezone.now())
