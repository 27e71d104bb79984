"""The addresses of this room."""

from django.urls import path

from konsil.billing import deciding, doors, figure_views, paper_views, settings_views, views

urlpatterns = [
    path("payment/", views.payment, name="payment"),
    path("payment/card/", views.card, name="card"),
    path("payment/card/back/", views.card_back, name="card_back"),
    path("payment/confirm/", views.confirm, name="confirm"),
    path("payment/confirm/back/", views.confirm_back, name="confirm_back"),
    path("payment/receipt/", views.receipt, name="receipt"),
    path("payment/receipt.pdf", paper_views.receipt, name="receipt_pdf"),
    path("payment/estimate.pdf", paper_views.estimate, name="estimate"),
    path("payment/refunds/<uuid:paper_id>.pdf", paper_views.refund_receipt, name="refund_receipt"),
    path("payment/agree/", paper_views.agree, name="agree"),
    path("payment/code/", paper_views.code, name="code"),
    path("payment/decide/", deciding.decide, name="decide"),
]
outside = [
    path("billing/webhook/", doors.webhook, name="webhook"),
    path("payments/", doors.payments, name="payments"),
    path("payments/prices/", settings_views.prices, name="prices"),
    path("payments/rules/", settings_views.rules, name="rules"),
    path("payments/codes/", settings_views.codes, name="codes"),
    path("payments/invoices/", figure_views.invoices, name="invoices"),
    path("payments/invoices/<uuid:invoice_id>.pdf", figure_views.invoice_pdf, name="invoice_pdf"),
    path("payments/pay/", figure_views.pay, name="pay"),
    path("payments/figures/", figure_views.figures, name="figures"),
]
