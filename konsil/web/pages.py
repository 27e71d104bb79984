"""The addresses of the top floor: the board, the case page, and the steps of a case's life."""

from django.conf import settings
from django.urls import path

from konsil.cases.doorway import door
from konsil.core import legal
from konsil.core.styleguide import styleguide
from konsil.web import (
    begin,
    board,
    case,
    clinic_looks,
    holding,
    invited,
    later,
    reading,
    start,
    steps,
    treating,
)

urlpatterns = [
    path("", case.case_page, name="case"),
    path("steps/", steps.take, name="steps"),
    path("hold/", holding.hold, name="hold"),
    path("quality/", holding.quality, name="quality"),
    path("later/", later.later, name="later"),
    path("offers/", steps.offers, name="offers"),
    path("offers/answer/", steps.offer_answer, name="offer_answer"),
    path("treating/", treating.page, name="treating"),
    path("team/", case.team, name="team"),
    path("history/", case.history, name="history"),
    path("reading/", reading.room, name="reading"),
    path("reading/<uuid:exhibit_id>/", reading.item, name="reading_item"),
]

outside = [
    path("start/", start.start, name="start"),
    path("begin/<str:token>/", begin.begin, name="begin"),
    path("invitation/<str:token>/", invited.invitation, name="invitation"),
    path("referrals/looks/", clinic_looks.looks, name="clinic_looks"),
    path("cases/", board.board, name="board"),
    path("cases/list/", board.case_list, name="list"),
    path("privacy/", door(public=True)(legal.privacy), name="privacy"),
    path("terms/", door(public=True)(legal.terms), name="terms"),
    path("emergencies/", door(public=True)(legal.emergencies), name="emergencies"),
]

if settings.DEMO:
    outside.append(path("styleguide/", door(public=True)(styleguide), name="styleguide"))
