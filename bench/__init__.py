"""How fast Konsil is: starts the whole of it on a fresh home, measures, and prints one table."""
