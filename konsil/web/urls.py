"""Every address of Konsil. Each leads through a doorway (konsil.cases.doorway)."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]

handler404 = "konsil.core.errors.not_found"
handler403 = "konsil.core.errors.forbidden"
handler500 = "konsil.core.errors.broken"
