"""Laying a case to rest and taking it up, the quality check of a draft, and the steps as a page."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.cases import checking, resting
from konsil.cases.access import Action
from konsil.cases.doorway import CaseRequest, case_view
from konsil.cases.life import ENDED, ImpossibleMove, Stage
from konsil.cases.models import Case, Hold, HoldReason
from konsil.people.models import User
from konsil.people.roles import Role


class HoldForm(forms.Form):
    """Why, until which day, and who looks after it meanwhile."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=HoldReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why the case rests."},
    )
    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose the day on which it goes on."},
    )
    person = forms.ModelChoiceField(
        label="Who looks after it",
        queryset=User.objects.none(),
        error_messages={"required": "Choose who looks after it meanwhile."},
    )

    def __init__(self, case: Case, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [each.pk for each in resting.minders(case)]
        self.fields["person"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=people
        ).order_by("name")
        self.zone, self.at = ZoneInfo(case.tenant.time_zone), at

    def clean_until(self) -> datetime:
        """The morning of that day, by the hospital’s wall."""
        day = self.cleaned_data["until"]
        morning = datetime.combine(day, time(8), self.zone)
        if not self.at < morning <= self.at + resting.LONGEST:
            raise forms.ValidationError("Choose a day after today and within 180 days.")
        return morning


@case_view(Action.RUN_CASE, "GET", "POST")
def hold(request: CaseRequest, case: Case) -> HttpResponse:
    """Lay the case to rest with a reason, a day and a person; or take it up again."""
    now = timezone.now()
    given = request.POST if request.method == "POST" else None
    start = {"until": timezone.localdate(now) + timedelta(days=14), "person": request.user.pk}
    form = HoldForm(case, given, at=now, initial=start)
    try:
        if given is not None and given.get("act") == "take_up":
            resting.take_up(case, by=request.actor, at=now)
            messages.success(request, "The case goes on where it stood.")
            return redirect("web:case", case.pk)
        if given is not None and form.is_valid():
            resting.hold(case, by=request.actor, at=now, **form.cleaned_data)
            messages.success(request, "The case is on hold. Its clock stands still.")
            return redirect("web:case", case.pk)
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
        return redirect("web:case", case.pk)
    status = 422 if given is not None else 200
    return render(request, "web/hold.html", {"case": case, "form": form}, status=status)


def rest_of(request: CaseRequest, case: Case) -> dict[str, Any]:
    """What the case page says about a hold, and whether this actor may lay one on or lift it."""
    may = resting.may_hold(case, request.actor)
    stage = Stage(case.stage)
    return {
        "rest": Hold.objects.filter(case=case, ended_at=None).select_related("person").first(),
        "may_hold": may and stage not in ENDED and stage != Stage.DRAFT and not case.held_until,
        "may_take_up": may and bool(case.held_until),
        "may_pass": stage == Stage.DRAFTED
        and bool(request.roles & checking.CHECKERS)
        and Role.REVIEWER not in request.roles
        and not checking.is_passed(case),
    }


@case_view(Action.TRIAGE, "POST")
def quality(request: CaseRequest, case: Case) -> HttpResponse:
    """A second person has read the draft and finds it ready to sign."""
    try:
        checking.pass_draft(case, by=request.actor, at=timezone.now())
        messages.success(request, "The reviewer can sign it now.")
    except ImpossibleMove as refusal:
        messages.error(request, str(refusal))
    return redirect("web:case", case.pk)
