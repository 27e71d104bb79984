"""The addresses of what comes in, all under a case."""

from django.urls import path

from konsil.parcels import tus, views

app_name = "parcels"
urlpatterns = [
    path("upload/", views.upload_page, name="page"),
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", tus.upload, name="upload"),
    path("parcels/<uuid:parcel_id>/", views.parcel, name="parcel"),
    path("parcels/<uuid:parcel_id>/manifest/", views.manifest, name="manifest"),
    path("parcels/<uuid:parcel_id>/state/", views.state, name="state"),
    path("identity/<uuid:exhibit_id>/", views.identity, name="identity"),
    path("identity/decisions/<uuid:decision_id>/", views.decision, name="decision"),
]
