"""The addresses of this room."""

from django.urls import path

from konsil.notices.views import bell, heard, reach, reminders, texts

app_name = "notices"
urlpatterns = [
    path("reminders/", reminders.page, name="reminders"),
    path("reminders/next/", reminders.soon, name="soon"),
    path("reminders/<uuid:timer_id>/", reminders.timer, name="timer"),
]
outside = [
    path("notices/", bell.page, name="page"),
    path("notices/bell/", bell.bell, name="bell"),
    path("notices/settings/", reach.settings, name="settings"),
    path("notices/practice/", reach.practice, name="practice"),
    path("notices/texts/", texts.index, name="texts"),
    path("notices/texts/<slug:named>/<slug:language>/", texts.text, name="text"),
    path("notices/heard/", heard.heard, name="heard"),
]
