"""The post office: its settings, and a letter to oneself as a trial."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from konsil.core.mail import send
from konsil.practice.forms import MailForm
from konsil.practice.models import MailSettings
from konsil.practice.offices import OfficeRequest, office
from konsil.practice.post import set_mail
from konsil.practice.views.front import back_to


@office("GET", "POST")
def mail(request: OfficeRequest) -> HttpResponse:
    """Set the post office, and try it."""
    row = MailSettings.objects.filter(tenant=request.hospital).first()
    now = {
        "host": row.host if row else settings.EMAIL_HOST,
        "port": row.port if row else settings.EMAIL_PORT,
        "tls": row.tls if row else settings.EMAIL_USE_TLS,
        "user": row.user if row else settings.EMAIL_HOST_USER,
        "sender": row.sender if row else "",
    }
    act = request.POST.get("act", "")
    form = MailForm(request.POST if act == "save" else None, initial=now)
    if act == "try":
        _try(request, row)
        return back_to(request, "mail", "practice_out:mail")
    if request.method == "POST" and form.is_valid():
        set_mail(request.hospital, form.cleaned_data, by=request.actor, at=timezone.now())
        messages.success(request, "Saved. Now send yourself a letter.")
        return redirect("practice_out:mail")
    context = {"form": form, "row": row, "to": request.person, "demo": settings.DEMO}
    return render(request, "practice/mail.html", context, status=422 if form.errors else 200)


def _try(request: OfficeRequest, row: MailSettings | None) -> None:
    to = request.person.email
    try:
        send(
            to=to,
            subject="A trial letter from Konsil",
            body=f"This letter came through the post office that {request.hospital} has set.",
        )
    except OSError as trouble:
        messages.error(request, f"It did not go out. {trouble}")
        return
    if row is not None:
        row.tested_at = timezone.now()
        row.save(update_fields=["tested_at"])
    messages.success(request, f"A letter is on its way to {to}. Look whether it arrives.")
