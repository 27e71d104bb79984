"""The addresses of this room."""

from django.urls import path

from konsil.messaging import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.threads, name="threads"),
    path("messages/latest/", views.latest, name="latest"),
]
outside = [path("messages/", views.inbox, name="inbox")]
