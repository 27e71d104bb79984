"""A hospital loses everything and has it back: backup, restore, upgrade, on a home of their own."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from konsil.cli.tests.test_serve import free_ports, said
from konsil.core import backups

A_CASE = """
from django.utils import timezone
from konsil.cases.actions import open_case
from konsil.cases.models import ServiceLine
from konsil.cases.scope import scope
from konsil.people.actors import SYSTEM
from konsil.people.models import Institution, Patient, User
from konsil.people.roles import Role
now = timezone.now()
place = Institution.objects.create(name="Northgate Hospital")
with scope([place.pk]):
    line = ServiceLine.objects.create(
        tenant=place, slug="lung", name="Lung", specialty="Lung", price_cents=1
    )
    rosa = User.objects.create_user("rosa@example.org", "a long phrase for tests", name="Rosa")
    patient = Patient.objects.create(
        tenant=place, user=rosa, given_name="Rosa", family_name="Delgado"
    )
    case = open_case(patient=patient, service_line=line, by=SYSTEM, at=now)
    case.seat(Role.PATIENT, by=SYSTEM, at=now, quietly=True, user=rosa)
print("number", case.number)
"""
A_SESSION = """
import time
from django.conf import settings
from django.test import Client
from konsil.cases.models import Exhibit
from konsil.cases.scope import scope
from konsil.people import lock
from konsil.people.models import Institution, User
rosa = User.objects.get(email="rosa@example.org")
browser = Client()
browser.force_login(rosa, backend=settings.AUTHENTICATION_BACKENDS[0])
session = browser.session
session[lock.SINCE] = session[lock.USED] = time.time()
session.save()
with scope([Institution.objects.get().pk]):
    paper = Exhibit.objects.get()
print("cookie", session.session_key)
print("path", f"/cases/{paper.case_id}/documents/{paper.pk}/original")
"""


@pytest.fixture
def place(monkeypatch):
    """A folder that the database's own account can reach, and nothing set from outside."""
    folder = Path(tempfile.mkdtemp(prefix="konsil-"))
    folder.chmod(0o711)
    for name in ("KONSIL_DB_SOCKET", "KONSIL_DB_USER", "DATABASE_URL", "KONSIL_STORE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KONSIL_HOME", str(folder / "home"))
    yield folder
    shutil.rmtree(folder)


def konsil(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "konsil.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def well(*words: str) -> str:
    done = konsil(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def told(text: str, word: str) -> str:
    return next(line.split(" ", 1)[1] for line in text.splitlines() if line.startswith(word))


def opened_over_http() -> bytes:
    """Rosa opens her paper, through a running Konsil."""
    script = well("manage", "shell", "-v", "0", "-c", A_SESSION)
    port = free_ports()
    words = [sys.executable, "-m", "konsil.cli.main", "serve", "--port", str(port)]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said(running, "Konsil is ready")
        page = http.client.HTTPConnection("127.0.0.1", port)
        cookie = {"Cookie": f"konsil_session={told(script, 'cookie')}"}
        page.request("GET", told(script, "path"), headers=cookie)
        answer = page.getresponse()
        assert answer.status == 200
        return answer.read()
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=40)


def a_hospital(place: Path) -> bytes:
    """Rosa's case with one paper in it; the paper's bytes."""
    from konsil.demo.papers import letter

    paper = letter(
        clinic="Valley Imaging",
        town="Salem, Oregon",
        day="November 12, 2026",
        about="Rosa Delgado",
        title="CT of the chest",
        text=["A nodule of 14 mm."],
    )
    (place / "Report.pdf").write_bytes(paper)
    well("migrate")
    number = told(well("manage", "shell", "-v", "0", "-c", A_CASE), "number")
    well("import", str(place / "Report.pdf"), "--case", number)
    return paper


def test_everything_is_lost_and_comes_back(place):
    """Leap: the drill. Rows and hashes agree, and Rosa opens her paper again."""
    paper = a_hospital(place)
    kept = place / "kept"

    said_first = well("backup", str(kept))
    well("backup", str(kept))
    first, second = backups.backups_in(kept)
    before = backups.Manifest.read(second)

    assert "The keys are not in it" in said_first
    assert not list(kept.rglob(backups.KEYS))
    sealed = next(entry for entry in before.files if entry.path.endswith(".sealed"))
    assert (first / sealed.path).samefile(second / sealed.path)
    assert before.missing == []
    assert before.rows["cases_case"] == before.rows["people_patient"] == 1

    assert "never writes over anything" in konsil("restore", str(kept)).stderr
    keys = {name: (place / "home" / name).read_text() for name in ("store_key", "secret_key")}
    shutil.rmtree(place / "home")

    refused = konsil("restore", str(kept))
    assert refused.returncode == 1
    assert "KONSIL_STORE_KEY" in refused.stderr
    shutil.rmtree(place / "home")

    (place / "home").mkdir(mode=0o711)
    for name, key in keys.items():
        (place / "home" / name).write_text(key)
    well("restore", str(kept))

    well("backup", str(place / "again"))
    after = backups.Manifest.read(backups.the_backup(place / "again"))
    moving = {"django_session", "procrastinate_workers", "procrastinate_periodic_defers"}
    assert {k: v for k, v in after.rows.items() if k not in moving} == {
        k: v for k, v in before.rows.items() if k not in moving
    }
    assert {(e.path, e.sha256) for e in after.files} == {(e.path, e.sha256) for e in before.files}
    assert opened_over_http() == paper


GO_BACK = """
import sys
from pathlib import Path
from django.conf import settings
from konsil.cli import backup, upgrade
from konsil.cli.ground import OWNER, with_django
from konsil.core.dumps import connected, connection_of, figures

def half_a_migration():
    with connected(where) as connection:
        connection.execute("DROP TABLE cases_look CASCADE")
        connection.execute("DELETE FROM cases_task")
    return "A migration failed: out of ideas"

with with_django(user=OWNER):
    where = connection_of(settings.DATABASES["default"])
    before = figures(where)
    kept = backup.make(Path(sys.argv[1]))
    code = upgrade.upgrade(where, kept, steps=(half_a_migration,))
    print("code", code, "same", figures(where) == before)
"""


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(place):
    well("migrate")

    words = [sys.executable, "-c", GO_BACK, str(place / "kept")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert "code 1 same True" in done.stdout, done.stdout + done.stderr
    assert "The database is as it was before" in done.stderr


def test_an_upgrade_that_goes_well_says_so_and_keeps_a_backup(place):
    well("migrate")

    assert "Up to date" in well("upgrade", "--backups", str(place / "kept"))
    assert len(backups.backups_in(place / "kept")) == 1


def a_store(folder: Path) -> Path:
    for name, text in (("originals/ab/cd/abcd.sealed", "one"), ("copies/ef/01/ef01", "two")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    (folder / "work").mkdir()
    (folder / "work" / "half").write_text("half done")
    return folder


def a_backup(place: Path, store: Path) -> Path:
    from datetime import UTC, datetime

    last = (backups.backups_in(place) or [None])[-1]
    folder = backups.begin(place, at=datetime(2026, 11, 16, 9, tzinfo=UTC))
    (folder / backups.DUMP).write_bytes(b"rows")
    manifest = backups.Manifest(
        made_at="2026-11-16",
        version="1",
        server="18",
        key_id="",
        dump_sha256=backups.sha256_of(folder / backups.DUMP),
        rows={},
        migrations=[],
        objects=0,
        files=list(backups.copy_files(store, folder, last=last)),
    )
    manifest.write(folder)
    return backups.finish(folder)


def test_a_changed_byte_and_a_lost_file_are_noticed(tmp_path):
    made = a_backup(tmp_path / "kept", a_store(tmp_path / "store"))
    manifest = backups.Manifest.read(made)
    assert list(backups.wrong_in(made, manifest)) == []

    (made / manifest.files[0].path).write_text("oNe")
    (made / manifest.files[1].path).unlink()

    wrong = list(backups.wrong_in(made, manifest))
    assert len(wrong) == 2
    assert "is not what was written" in wrong[0]
    assert "is missing" in wrong[1]


def test_what_is_rewritten_in_place_is_copied_and_the_earlier_backup_stays_as_it_was(tmp_path):
    """A key is wrapped anew in the file itself: a link to it would change with it."""
    store = a_store(tmp_path / "store")
    first = a_backup(tmp_path / "kept", store)
    original = store / "originals/ab/cd/abcd.sealed"
    original.write_text("new")
    os.utime(original, ns=(1, 1))

    second = a_backup(tmp_path / "kept", store)

    path = "files/originals/ab/cd/abcd.sealed"
    assert (first / path).read_text() == "one"
    assert (second / path).read_text() == "new"
    assert (first / "files/copies/ef/01/ef01").samefile(second / "files/copies/ef/01/ef01")
    assert not (second / "files" / "work").exists()


def test_a_backup_that_broke_off_is_none(tmp_path):
    made = a_backup(tmp_path / "kept", a_store(tmp_path / "store"))
    (tmp_path / "kept" / f"2026-12-01{backups.UNFINISHED}").mkdir()

    assert backups.the_backup(tmp_path / "kept") == made
    with pytest.raises(backups.NotABackup, match="no backup"):
        backups.the_backup(tmp_path / "elsewhere")


def test_a_backup_of_a_later_konsil_is_refused(tmp_path):
    made = a_backup(tmp_path / "kept", a_store(tmp_path / "store"))
    text = json.loads((made / backups.MANIFEST).read_text())
    (made / backups.MANIFEST).write_text(json.dumps(text | {"format": 99}))

    with pytest.raises(backups.NotABackup, match="another version"):
        backups.Manifest.read(made)
