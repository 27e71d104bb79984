"""Who the hospital is: its name and address, its colours, its hours."""

import hashlib
from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control

from konsil.cases.doorway import DoorRequest, door
from konsil.cases.models import Holiday, PracticeCalendar
from konsil.cases.scope import scope
from konsil.core.colour import Brand as Colours
from konsil.core.colour import brand_of
from konsil.people.models import Institution
from konsil.practice.changing import INSTITUTION, change, keep_hours
from konsil.practice.forms import BrandForm, HolidayForm, HoursForm, InstitutionForm
from konsil.practice.models import Brand
from konsil.practice.offices import OfficeRequest, office, sent
from konsil.practice.views.front import back_to

OURS = "#11496F"
LARGEST = 2 * 1024 * 1024
MARK = (480, 160)
A_YEAR = 31_536_000


@office("GET", "POST")
def institution(request: OfficeRequest) -> HttpResponse:
    """Name, address, telephone, place and time zone."""
    now = {name: getattr(request.hospital, name) for name in INSTITUTION}
    form = InstitutionForm(sent(request), initial=now)
    if request.method == "POST" and form.is_valid():
        change(request.hospital, form.cleaned_data, by=request.actor, at=timezone.now())
        messages.success(request, "Saved. It holds on all pages from now on.")
        return back_to(request, "institution", "practice_out:institution")
    context = {"form": form, "title": "The hospital", "step": "institution"}
    status = 422 if form.errors else 200
    return render(request, "practice/form.html", context, status=status)


@office("GET", "POST")
def brand(request: OfficeRequest) -> HttpResponse:
    """The colour, checked for reading, and the mark, drawn anew."""
    row = Brand.objects.filter(tenant=request.hospital).first()
    form = BrandForm(
        sent(request), request.FILES or None, initial={"act": row.act if row else OURS}
    )
    if request.method == "POST" and form.is_valid() and _save_brand(request, form, row):
        return redirect("practice_out:brand")
    status = 422 if form.errors else 200
    return render(request, "practice/brand.html", {"form": form, "row": row}, status=status)


def _save_brand(request: OfficeRequest, form: BrandForm, row: Brand | None) -> bool:
    colours = brand_of(form.cleaned_data["act"])
    row = row or Brand(tenant=request.hospital)
    row.act, row.deep, row.wash = colours.act, colours.deep, colours.wash
    if picture := form.cleaned_data["logo"]:
        drawn = _drawn_anew(picture.read()) if picture.size <= LARGEST else None
        if drawn is None:
            form.add_error("logo", "This is no PNG or JPEG of up to 2 MB. Choose another picture.")
            return False
        row.logo = drawn
    if request.POST.get("no_logo"):
        row.logo = None
    row.save()
    seen = colours.sheet().encode() + bytes(row.logo or b"")
    name = hashlib.sha256(seen).hexdigest()[:16]
    change(request.hospital, {"brand": name}, by=request.actor, at=timezone.now())
    messages.success(request, "Saved. The next page that anybody opens has the colour.")
    return True


def _drawn_anew(data: bytes) -> bytes | None:
    """Only pixels are kept: no profile, no comment, nothing hidden behind the picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > 40_000_000:
                return None
            clean = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    clean.thumbnail(MARK)
    canvas = Image.new("RGBA", clean.size)
    canvas.paste(clean)
    out = BytesIO()
    canvas.save(out, "PNG")
    return out.getvalue()


def _brand_of(name: str) -> Brand:
    """The brand under that name; a name changes with the colours, so a browser may keep it."""
    hospital = Institution.objects.filter(parent=None, brand=name).exclude(brand="").first()
    if hospital is None:
        raise Http404
    with scope([hospital.pk]):
        row = Brand.objects.filter(tenant=hospital).first()
    if row is None:
        raise Http404
    return row


@cache_control(public=True, max_age=A_YEAR, immutable=True)
@door(public=True)
def sheet(request: DoorRequest, name: str) -> HttpResponse:
    """The colours as a style sheet of its own: the content policy allows no other way."""
    row = _brand_of(name)
    text = Colours(row.act, row.deep, row.wash).sheet()
    return HttpResponse(text, content_type="text/css; charset=utf-8")


@cache_control(public=True, max_age=A_YEAR, immutable=True)
@door(public=True)
def mark(request: DoorRequest, name: str) -> HttpResponse:
    """The hospital's mark."""
    row = _brand_of(name)
    if not row.logo:
        raise Http404
    return HttpResponse(bytes(row.logo), content_type="image/png")


@office("GET", "POST")
def hours(request: OfficeRequest) -> HttpResponse:
    """Days, hours and holidays."""
    act = request.POST.get("act", "")
    row = PracticeCalendar.objects.filter(institution=request.hospital).first()
    row = row or PracticeCalendar(institution=request.hospital)
    now = {"days": row.days, "opens": row.opens, "closes": row.closes}
    form = HoursForm(request.POST if act == "hours" else None, initial=now)
    holiday = HolidayForm(request.POST if act == "holiday" else None)
    if request.method == "POST" and _save_hours(request, act, row, form, holiday):
        return redirect("practice_out:hours")
    days = Holiday.objects.filter(institution=request.hospital)
    context = {"form": form, "holiday": holiday, "days": days}
    context["wrong"] = form if form.errors else holiday if holiday.errors else None
    status = 422 if context["wrong"] else 200
    return render(request, "practice/hours.html", context, status=status)


def _save_hours(
    request: OfficeRequest, act: str, row: PracticeCalendar, form: HoursForm, holiday: HolidayForm
) -> bool:
    now = timezone.now()
    keep_hours(request.hospital, by=request.actor, at=now)
    if act == "hours" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(row, name, value)
        row.save()
    elif act == "holiday" and holiday.is_valid():
        given = holiday.cleaned_data
        Holiday.objects.update_or_create(
            institution=request.hospital, day=given["day"], defaults={"name": given["name"]}
        )
    elif act == "remove":
        Holiday.objects.filter(
            institution=request.hospital, pk__in=request.POST.getlist("holiday_id")[:1]
        ).delete()
    else:
        return False
    keep_hours(request.hospital, by=request.actor, at=now, note="Changed")
    messages.success(request, "Saved. Due dates from now on are counted by it.")
    return True
