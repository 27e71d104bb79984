"""The numbers of sources and pictures, counted once over all texts of one document."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Numbering:
    """Gives each source and each picture its number when it is first met, and keeps it."""

    sources: dict[tuple[str, str, str], int] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)

    def source(self, attributes: dict[str, Any]) -> int:
        """The number of a source; the same kind, id and target is the same source."""
        key = (attributes["kind"], attributes["id"], attributes["target"])
        return self.sources.setdefault(key, len(self.sources) + 1)

    def picture(self, identifier: str) -> int:
        """The number of a picture; shown twice it keeps its number."""
        return self.pictures.setdefault(identifier, len(self.pictures) + 1)
