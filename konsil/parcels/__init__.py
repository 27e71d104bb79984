"""Everything that comes in, by any door."""
