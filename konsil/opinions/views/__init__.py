"""The pages of the opinion: its draft, its signature, and the report that people read."""
