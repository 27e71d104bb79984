"""The zip of a case, streamed while it is made: it begins at once, whatever its size."""

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.core.zipstream import length, stream
from konsil.exchange.package.contents import entries


@case_view(Action.DOWNLOAD_CASE)
def download(request: CaseRequest, case: Case) -> HttpResponseBase:
    """Everything of the case that this actor may read; the download is told in the timeline."""
    now = timezone.now()
    found = entries(case, by=request.actor, at=now)
    case.tell(Verb.EXPORTED, by=request.actor, at=now, files=len(found))
    response = StreamingHttpResponse(stream(found), content_type="application/zip")
    response.headers["Content-Length"] = str(length(found))
    response.headers["Content-Disposition"] = f'attachment; filename="{case.number}.zip"'
    return response
