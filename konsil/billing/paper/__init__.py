"""Estimates, receipts and invoices on paper, made from plain frozen data."""
