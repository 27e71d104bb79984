"""`konsil manage returned_mail < message`: a returned letter, piped in by the post office."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from konsil.notices.hearing import came_back, read_return

LARGEST = 2 * 1024 * 1024


class Command(BaseCommand):
    help = "Read one delivery report (RFC 3464) from standard input and heed it."

    def handle(self, *args: Any, **options: Any) -> None:
        found = read_return(sys.stdin.buffer.read(LARGEST))
        if found is None or not came_back(*found, at=timezone.now()):
            self.stdout.write("This is no report about a letter of ours. Nothing was changed.")
            return
        self.stdout.write("Noted. The desk has a task.")
