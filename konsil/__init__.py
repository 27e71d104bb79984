"""Konsil: the platform on which a hospital runs a remote and second-opinion practice."""
