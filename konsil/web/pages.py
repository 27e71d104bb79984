"""The addresses of the top floor: the board, the case page, and the steps of a case's life."""

from django.urls import path

from konsil.web import board, start

outside = [
    path("start/", start.start, name="start"),
    path("cases/", board.board, name="board"),
    path("cases/list/", board.case_list, name="list"),
]
