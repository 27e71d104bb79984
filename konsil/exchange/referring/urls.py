"""The addresses of clinics' software; none lies below a case."""

from django.urls import path

from konsil.exchange.referring import hl7_views, views

app_name = "referring"
outside = [
    path("fhir/", views.transaction, name="transaction"),
    path("fhir/metadata", views.metadata, name="metadata"),
    path("fhir/ServiceRequest", views.requests, name="requests"),
    path("fhir/ServiceRequest/<uuid:request_id>", views.one_request, name="request"),
    path("fhir/Task/<uuid:request_id>", views.one_task, name="task"),
    path("hl7/", hl7_views.orders, name="hl7"),
]
