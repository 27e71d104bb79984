"""Quotes, payments, receipts: what a second opinion costs, what was taken, what went back."""
