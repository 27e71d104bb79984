"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "konsil.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Offer this room's reader, before the others, and its shelf."""
        from konsil.imaging import shelving  # noqa: F401
        from konsil.parcels.shelves import reads_with

        reads_with("konsil.imaging.reading:read", first=True)
