"""What the administrator's pages show: a version of a line, and a table of running cases."""

from typing import Any

from konsil.people.actors import Actor
from konsil.practice.models import CaseImport
from tests.cast import Cast


def set_up(cast: Cast) -> dict[str, Any]:
    """The keys of a version and of an import that Ada has not taken over yet."""
    version = cast.line.keep_version(by=Actor.of(cast.mona), at=cast.now)
    table = CaseImport.objects.create(
        tenant=cast.northgate, by_user=cast.ada, at=cast.now, name="running.csv"
    )
    return {"version": version.pk, "import": table.pk}
