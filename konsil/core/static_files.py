"""Static files for the demo: named by their content and gzipped, without the slow brotli."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A newcomer waits for the first page; brotli would take half a minute of it for nothing."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)
