"""Where gateways and post offices tell us what became of a message."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from konsil.cases.doorway import door
from konsil.notices import hearing

LONGEST = 64 * 1024


@csrf_exempt
@door("POST", public=True)
def heard(request: HttpRequest) -> HttpResponse:
    """Signed JSON (README): a message failed or arrived, or somebody answered by text."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return HttpResponse("Too long", status=413, content_type="text/plain")
    now = timezone.now()
    signature = request.headers.get("X-Konsil-Signature", "")
    if not hearing.is_signed(request.body, signature, at=now):
        return HttpResponse("Not believed", status=400, content_type="text/plain")
    try:
        news = json.loads(request.body)
    except ValueError:
        news = None
    if not isinstance(news, dict) or not hearing.heed(news, at=now):
        return HttpResponse("Not understood", status=422, content_type="text/plain")
    return HttpResponse("Noted", content_type="text/plain")
