"""This room's tests use the cast of the house (tests/cast.py)."""
