"""What this room keeps: documents, release forms, requests for records, and the checklist."""

from konsil.records.models.checklist import ChecklistMark
from konsil.records.models.documents import Document
from konsil.records.models.releases import Release
from konsil.records.models.requests import RecordRequest

__all__ = ["ChecklistMark", "Document", "RecordRequest", "Release"]
