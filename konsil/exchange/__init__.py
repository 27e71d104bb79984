"""Ports at the edge: each protocol translates, and decides nothing."""
