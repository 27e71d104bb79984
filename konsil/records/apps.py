"""The room's entry in Django's list of applications."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "konsil.records"
    label = "records"

    def ready(self) -> None:
        """Offer this room's reader and shelf, and follow what happens to a case."""
        from konsil.parcels.shelves import reads_with
        from konsil.records import following, jobs, reaching, shelving  # noqa: F401

        reads_with("konsil.records.reading:read")
