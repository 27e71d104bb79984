"""The HL7 door over HTTP: an ORM^O01 in, an ACK out."""

from django.http import HttpResponse
from django.utils import timezone

from konsil.exchange.referring.door import MachineRequest, machine_door
from konsil.exchange.referring.hl7_orders import ack, answer
from konsil.exchange.referring.order import Wrong

TYPE = "application/hl7-v2; charset=utf-8"


def say(status: int, code: str, words: str) -> HttpResponse:
    """No, as an ACK that rejects."""
    wrong = [Wrong("type", words, code)] if status != 401 else []
    text = ack(None, "AR", words, wrong, at=timezone.now())
    return HttpResponse(text, content_type=TYPE, status=status)


@machine_door("POST", say=say)
def orders(request: MachineRequest) -> HttpResponse:
    """200 with AA, AE or AR: what became of the order stands in the acknowledgement."""
    now = timezone.now()
    text = answer(
        request.body, request.token, by=request.actor, at=now, today=timezone.localdate(now)
    )
    return HttpResponse(text, content_type=TYPE)
