"""The one address of this room."""

from django.urls import path

from konsil.exchange.package import views

app_name = "package"
urlpatterns = [path("case.zip", views.download, name="zip")]
