"""The step before the first page, as the tables' owner: migrate, gather the static files.

Run as a process of its own. Exit codes: 0 ready, 10 ready and nobody has an account yet.
"""

import contextlib
import hashlib
import sys
from pathlib import Path

NEW = 10


def main() -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    gather_static_files()

    from django.contrib.auth import get_user_model

    return 0 if get_user_model()._default_manager.exists() else NEW


def gather_static_files() -> None:
    """Hash and compress the static files, unless nothing changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    target = Path(settings.STATIC_ROOT)
    note = target / ".gathered"
    now = _fingerprint()
    with contextlib.suppress(FileNotFoundError):
        if note.read_text() == now:
            return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    target.mkdir(parents=True, exist_ok=True)
    note.write_text(now)


def _fingerprint() -> str:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
