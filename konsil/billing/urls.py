"""The addresses of this room."""

from django.urls import path

from konsil.billing import deciding, doors, views

app_name = "billing"
urlpatterns = [
    path("payment/", views.payment, name="payment"),
    path("payment/card/", views.card, name="card"),
    path("payment/card/back/", views.card_back, name="card_back"),
    path("payment/confirm/", views.confirm, name="confirm"),
    path("payment/confirm/back/", views.confirm_back, name="confirm_back"),
    path("payment/receipt/", views.receipt, name="receipt"),
    path("payment/decide/", deciding.decide, name="decide"),
]
outside = [
    path("billing/webhook/", doors.webhook, name="webhook"),
    path("payments/", doors.payments, name="payments"),
]
