"""The DICOMweb root of a case: /cases/<id>/dicomweb (PS3.18 Table 10.1-1)."""

from django.urls import path

from konsil.exchange.dicomweb import views

app_name = "dicomweb"
STUDY = "dicomweb/studies/<str:study>/"
SERIES = f"{STUDY}series/<str:series>/"
INSTANCE = f"{SERIES}instances/<str:instance>"

urlpatterns = [
    path("dicomweb/studies", views.studies, name="studies"),
    path(f"{STUDY}series", views.series_of_study, name="series"),
    path(f"{STUDY}instances", views.instances, name="study_instances"),
    path(f"{STUDY}metadata", views.metadata, name="study_metadata"),
    path(f"{SERIES}instances", views.instances, name="instances"),
    path(f"{SERIES}metadata", views.metadata, name="metadata"),
    path(INSTANCE, views.original, name="instance"),
    path(f"{INSTANCE}/metadata", views.metadata, name="instance_metadata"),
    path(f"{INSTANCE}/frames/<int:frame>", views.frames, name="frames"),
]
