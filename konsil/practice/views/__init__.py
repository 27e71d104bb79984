"""The pages of the hospital's own settings."""
