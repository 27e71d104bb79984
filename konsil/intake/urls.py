"""The addresses of this room. None of them holds an answer that somebody gave."""

from django.urls import path

from konsil.intake import doors, fit_views, views

app_name = "intake"
urlpatterns = [
    path("request/", views.request_page, name="request"),
    path("request/check/", views.check, name="check"),
    path("request/sent/", views.sent, name="sent"),
    path("request/same/", views.same, name="same"),
    path("request/<slug:key>/", views.step, name="step"),
]

outside = [
    path("", fit_views.landing, name="landing"),
    path("can-you-help/", fit_views.can_you_help, name="can_you_help"),
    path("can-you-help/<int:number>/", fit_views.ask, name="ask"),
    path("can-you-help/answer/", fit_views.answer, name="answer"),
    path("request/", doors.start, name="start"),
    path("continue/<str:token>/", doors.go_on, name="continue"),
    path("continue/<str:token>/again/", doors.again, name="again"),
]
