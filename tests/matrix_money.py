# ruff: noqa: E501 the rows of a table stay on one line
"""The doors of money in the hand-written matrix; columns as in tests/matrix.py (A1)."""

ROSAS_MONEY = """
billing:payment GET                 302   200   404   200   403   404   404   404   200   200   404   403   403
billing:card GET                    302   200   404   403   403   404   404   404   403   403   404   403   403
billing:card POST                   302   302   404   403   403   404   404   404   403   403   404   403   403
billing:card_back GET               302   302   404   403   403   404   404   404   403   403   404   403   403
billing:confirm GET                 302   200   404   403   403   404   404   404   403   403   404   403   403
billing:confirm POST                302   302   404   403   403   404   404   404   403   403   404   403   403
billing:confirm_back GET            302   503   404   403   403   404   404   404   403   403   404   403   403
billing:receipt GET                 302   200   404   200   403   404   404   404   200   200   404   403   403
billing:receipt_pdf GET             302   200   404   200   403   404   404   404   200   200   404   403   403
billing:estimate GET                302   200   404   200   403   404   404   404   200   200   404   403   403
billing:refund_receipt GET          302   200   404   200   403   404   404   404   200   200   404   403   403
billing:agree POST                  302   302   404   403   403   404   404   404   403   403   404   403   403
billing:code POST                   302   302   404   403   403   404   404   404   403   403   404   403   403
billing:decide POST                 302   403   404   403   403   404   404   404   302   302   404   403   403
billing_out:webhook POST            400   400   400   400   400   400   400   400   400   400   400   400   400
billing_out:payments GET            302   403   403   200   403   403   403   403   200   200   200   403   403
billing_out:prices GET              302   403   403   403   403   403   403   403   200   200   403   403   403
billing_out:prices POST             302   403   403   403   403   403   403   403   422   422   403   403   403
billing_out:rules GET               302   403   403   403   403   403   403   403   200   200   403   403   403
billing_out:rules POST              302   403   403   403   403   403   403   403   422   422   403   403   403
billing_out:codes GET               302   403   403   403   403   403   403   403   200   200   403   403   403
billing_out:codes POST              302   403   403   403   403   403   403   403   422   422   403   403   403
billing_out:invoices GET            302   403   403   403   403   403   403   403   200   200   403   403   403
billing_out:invoices POST           302   403   403   403   403   403   403   403   302   302   403   403   403
billing_out:invoice_pdf GET         302   404   404   404   404   404   404   404   200   200   404   404   404
billing_out:pay GET                 302   403   403   403   403   403   403   403   200   200   403   403   403
billing_out:pay POST                302   403   403   403   403   403   403   403   422   422   403   403   403
billing_out:figures GET             302   403   403   403   403   403   403   403   200   200   403   403   403
"""

PETRAS_MONEY = """
billing:payment GET                 200   403   403   403   200   403
billing:card GET                    200   403   403   403   403   403
billing:card POST                   302   403   403   403   403   403
billing:card_back GET               302   403   403   403   403   403
billing:confirm GET                 200   403   403   403   403   403
billing:confirm POST                302   403   403   403   403   403
billing:confirm_back GET            302   403   403   403   403   403
billing:receipt GET                 302   403   403   403   302   403
billing:receipt_pdf GET             404   403   403   403   404   403
billing:estimate GET                200   403   403   403   200   403
billing:refund_receipt GET          200   403   403   403   200   403
billing:agree POST                  302   403   403   403   403   403
billing:code POST                   302   403   403   403   403   403
billing:decide POST                 403   403   403   403   302   403
"""
