"""The release form on paper and on the screen, made from plain data."""
