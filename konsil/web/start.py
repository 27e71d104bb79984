"""Where a sign-in leads: each to the list of their own work."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import Case
from konsil.people.roles import STAFF, Role


@door()
def start(request: DoorRequest) -> HttpResponse:
    """Staff to the cases, referrers to their patients, a patient to her case."""
    roles = request.actor.user.roles if request.actor.user else set()
    if roles and roles <= {Role.ADMIN, Role.IT} and Role.ADMIN in roles:
        return redirect("practice_out:front")
    if roles & STAFF:
        return redirect("web_out:board")
    if roles & {Role.REFERRER, Role.CHILD_ADMIN}:
        return redirect("/referrals/")
    cases = list(Case.objects.visible_to(request.actor).front().order_by("-created_at")[:20])
    if len(cases) == 1:
        return redirect("web:case", cases[0].pk)
    return render(request, "web/my_cases.html", {"cases": cases})
