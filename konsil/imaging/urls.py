"""The addresses of this room, all under a case."""

from django.urls import path

from konsil.imaging import views

app_name = "imaging"
urlpatterns = [
    path("studies/<uuid:study_id>/thumb/", views.thumb, name="thumb"),
    path("viewer/<uuid:study_id>/", views.viewer, name="viewer"),
    path("marks/<str:study_uid>/", views.marks, name="marks"),
]
