"""Orders that need Konsil's own inside, each a process of its own; the answer is JSON.

`python -m bench.inside ORDER …` on the home named by KONSIL_HOME, beside a running server.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from konsil.cli.ground import OWNER, with_django


def fill(count: str) -> dict[str, Any]:
    """Write so many cases; how many rows that were."""
    from django.utils import timezone

    from bench.filling import fill as write

    return {"rows": write(int(count), at=timezone.now())}


def tidy() -> dict[str, Any]:
    """What the database does by itself within a minute: count its rows for its plans."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {}


def visits() -> Any:
    """Pages and sessions, with the number of SQL statements of each."""
    from django.utils import timezone

    from bench import visits as who

    pages: list[dict[str, Any]] = list(who.visits(at=timezone.now()))
    counts = who.queries(pages)
    return [page | {"queries": counts[page["kind"]]} for page in pages]


def sender(folder: str, slices: str) -> dict[str, Any]:
    """A case that waits for records and got none, its patient's session, and a CT of hers."""
    from bench.visits import cookie_of
    from konsil.cases.life import Stage
    from konsil.cases.models import Case
    from konsil.cases.scope import scope
    from konsil.demo.phantoms import ct_chest
    from konsil.parcels.models import Parcel
    from konsil.people.models import Institution

    with scope([Institution.front().pk]):
        rows = Case.objects.select_related("patient__user").order_by("number")
        waits = rows.filter(stage=Stage.GATHERING, number__startswith="K-B")
        case = waits.exclude(pk__in=Parcel.objects.values("case"))[0]
    patient, out = case.patient, Path(folder)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    files = ct_chest(
        out,
        slices=int(slices),
        compress=False,
        name=patient.dicom_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        patient_id=case.number,
        study_date=date.today() - timedelta(days=9),  # noqa: DTZ011 -- any day will do
        seed=int(case.number.removeprefix("K-B")),
    )
    size = sum(file.stat().st_size for file in files)
    cookie = cookie_of(patient.user.email)
    return {"case": str(case.pk), "cookie": cookie, "bytes": size, "files": len(files)}


def arrived(case: str) -> dict[str, Any]:
    """What became of the newest parcel of a case, and when it was sent and read."""
    from konsil.cases.scope import scope
    from konsil.imaging.models import Instance
    from konsil.parcels.models import Filing, Parcel
    from konsil.people.models import Institution

    with scope([Institution.front().pk]):
        parcel = Parcel.objects.filter(case_id=UUID(case)).order_by("-created_at")[0]
        images = Instance.objects.filter(case_id=UUID(case), series__study__aside=False).count()
        filings = parcel.filings.count()
        filed = parcel.filings.filter(state=Filing.State.FILED).count()
    return {
        "parcel": str(parcel.pk),
        "sent": parcel.sent_at and parcel.sent_at.timestamp(),
        "read": parcel.read_at and parcel.read_at.timestamp(),
        "images": images,
        "filings": filings,
        "filed": filed,
    }


def largest() -> dict[str, Any]:
    """The case with the most images, and the session of its patient."""
    from django.db.models import Count

    from bench.visits import cookie_of
    from konsil.cases.models import Case
    from konsil.cases.scope import scope
    from konsil.imaging.models import Instance
    from konsil.people.models import Institution

    with scope([Institution.front().pk]):
        counted = Instance.objects.order_by().values("case").annotate(n=Count("pk"))
        most = counted.order_by("-n")[0]["case"]
        email = Case.objects.select_related("patient__user").get(pk=most).patient.user.email
    return {"case": str(most), "cookie": cookie_of(email)}


def reading() -> dict[str, Any]:
    """The reviewer's session and the hundred-slice study that she opens."""
    from bench.visits import READ, case_of, cookie_of
    from konsil.cases.models import Exhibit
    from konsil.cases.scope import scope
    from konsil.imaging.models import Instance
    from konsil.people.models import Institution

    with scope([Institution.front().pk]):
        case = case_of(READ)
        exhibit = Exhibit.objects.filter(case=case, sort=Exhibit.Sort.STUDY).by_date_of_care()[0]
        images = Instance.objects.filter(series__study__exhibit=exhibit).select_related(
            "series__study"
        )
        study, count = images[0].series.study.uid, images.count()
    cookie = cookie_of("okoye@northgate.example")
    where = {"case": str(case.pk), "exhibit": str(exhibit.pk), "study": study}
    return where | {"images": count, "cookie": cookie}


def paper() -> dict[str, Any]:
    """The demo's signed report: drawn in a fresh process, drawn again, and read from the store."""
    from django.utils import timezone

    from bench.visits import SIGNED, case_of
    from konsil.cases.scope import scope
    from konsil.opinions.models import Version
    from konsil.opinions.paper.draw import report_pdf
    from konsil.opinions.printing import paper_of, pdf_of
    from konsil.people.models import Institution

    with scope([Institution.front().pk]):
        version = (
            Version.objects.select_related("case").filter(case=case_of(SIGNED)).latest("number")
        )
        first, pdf = _timed(lambda: report_pdf(paper_of(version)))
        again = min(_timed(lambda: report_pdf(paper_of(version)))[0] for _ in range(3))
        pdf_of(version, at=timezone.now())
        kept = min(_timed(lambda: pdf_of(version, at=timezone.now()))[0] for _ in range(3))
    return {"first": first, "again": again, "kept": kept, "bytes": len(pdf)}


def timers() -> dict[str, Any]:
    """A million timers beside the cases, and what a sweep costs then."""
    from django.utils import timezone

    from bench.timers import fill_and_sweep

    return fill_and_sweep(at=timezone.now())


def ledger(count: str) -> dict[str, Any]:
    """So many random deeds on the books, and whether they sum to zero then."""
    from django.utils import timezone

    from bench.ledger import reckon

    return reckon(int(count), at=timezone.now())


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


ORDERS: dict[str, Callable[..., Any]] = {
    "fill": fill,
    "tidy": tidy,
    "visits": visits,
    "sender": sender,
    "arrived": arrived,
    "largest": largest,
    "reading": reading,
    "paper": paper,
    "timers": timers,
    "ledger": ledger,
}
AS_OWNER = {"tidy"}


def main() -> int:
    name, *words = sys.argv[1:]
    with with_django(**({"user": OWNER} if name in AS_OWNER else {})):
        said = ORDERS[name](*words)
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
