"""A stand-in for the card provider, true to Stripe's published API where we use it."""

#: The version of Stripe's API whose shapes the double answers with.
API_VERSION = "2026-10-28.endive"
