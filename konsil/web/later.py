"""A later question of the patient: a message, and the reviewer's turn to add to the report."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ImpossibleMove
from konsil.cases.models import Case
from konsil.cases.verbs import Verb
from konsil.messaging.models import Audience, NotSent, Thread


@case_view(Action.PATIENT_THREAD, "POST")
def later(request: CaseRequest, case: Case) -> HttpResponse:
    """Both happen or neither: the question is written, and the case goes to the reviewer."""
    now = timezone.now()
    try:
        with transaction.atomic():
            case.move(Verb.ADDENDUM_ASKED, by=request.actor, at=now)
            Thread.of(case, Audience.PATIENT).write(
                request.POST.get("text", ""), by=request.actor, at=now
            )
    except (ImpossibleMove, NotSent) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your question is with the expert."))
    return redirect("web:case", case.pk)
