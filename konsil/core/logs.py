"""What may stand in the log: ids, places in the code, kinds of errors. No token, no health data.

The path of a link holds its secret, and the words of an error can hold what somebody typed (a
database names the row that it refuses), so neither is written out.
"""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

SECRET_PATHS = re.compile(r"(/(?:records|continue|begin|live|key|confirm-email)/)([^/\s?]{6,})")
SPEAKABLE = (OSError, ImportError, SystemError)
"""Errors about machines, not people: their words help whoever runs the hospital's server."""

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class WithoutSecrets(logging.Formatter):
    """Formats a line without the secrets of links, and an error as its kind and its places."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET_PATHS.sub(r"\1…", super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 the library's name
        """Innermost last, as ever; each error of the chain by its class and where it was raised."""
        error: BaseException | None = ei[1]
        parts: list[str] = []
        while error is not None and len(parts) < 10:
            parts.append(_told(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich followed from this:\n".join(parts)


def _told(error: BaseException) -> str:
    places = [
        f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    words = f": {error}" if isinstance(error, SPEAKABLE) else ""
    return "\n".join([*places, kind + words])
