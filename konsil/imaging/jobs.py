"""Small pictures of new studies, drawn in the sandbox after filing."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from konsil.cases.scope import scope
from konsil.core.jobs import defer, job
from konsil.imaging.models import Instance, Study
from konsil.parcels.answers import open_copy
from konsil.parcels.keeping import store, workroom
from konsil.parcels.sandbox import read_batch


def picture_soon(study: Study) -> None:
    """Queue the drawing, once at a time."""
    defer(
        draw_thumb,
        once=f"thumb-{study.pk}",
        study_id=str(study.pk),
        tenant_id=str(study.tenant_id),
    )


@job(queue="reading")
def draw_thumb(study_id: str, tenant_id: str) -> None:
    """Draw the middle image of the study; twice draws the same."""
    with scope([UUID(tenant_id)]):
        images = Instance.objects.filter(series__study=UUID(study_id), frames__gt=0)
        count = images.count()
        if not count:
            return
        image = images.select_related("holding").order_by("series__number", "number")[count // 2]
        if "thumb" in image.holding.copies:
            return
    with tempfile.TemporaryDirectory(prefix="thumb-", dir=workroom()) as folder:
        original, out = Path(folder) / "original", Path(folder) / "out"
        out.mkdir()
        with store().open(image.holding.sha256) as source, original.open("wb") as target:
            shutil.copyfileobj(source, target)
        for _path, finding in read_batch([original], ["konsil.imaging.thumbs:read"], out):
            made = [copy for copy in finding["copies"] if copy["role"] == "thumb"]
            if not made:
                return
            with open_copy(out, made[0]["name"]) as picture:
                kept = store().put(picture, kind="copies")
    with scope([UUID(tenant_id)]):
        holding = image.holding
        holding.refresh_from_db()
        holding.copies["thumb"] = {"sha256": kept.sha256, "media_type": "image/jpeg"}
        holding.save(update_fields=["copies"])


def thumb_of(study: Study) -> str:
    """The hash of the study's small picture, or ""."""
    found = (
        Instance.objects.filter(series__study=study, holding__copies__has_key="thumb")
        .values_list("holding__copies__thumb__sha256", flat=True)
        .first()
    )
    return found or ""
