"""The report on paper, made from plain data."""
