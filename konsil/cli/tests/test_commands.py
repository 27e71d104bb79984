"""The commands say what is wrong and what to do, and their exit codes can be relied on."""

import json
import socket
from dataclasses import dataclass

import pytest

from konsil.cli import demo, doctor, import_files, main, serve
from konsil.cli.serve import Address


@pytest.fixture
def production(monkeypatch):
    monkeypatch.setenv("KONSIL_ENV", "production")
    for name in serve.MUST_BE_SET:
        monkeypatch.setenv(name, "set")


def test_help_names_every_command_that_is_installed(capsys):
    with pytest.raises(SystemExit) as end:
        main.main(["--help"])

    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(name in text for name in ("serve", "doctor", "migrate", "manage"))


def test_an_unknown_word_is_a_mistake_of_usage():
    with pytest.raises(SystemExit) as end:
        main.main(["sevre"])

    assert end.value.code == 2


def test_the_demo_does_not_listen_to_other_computers():
    assert "this computer only" in serve.why_not(Address("0.0.0.0", 9000))


def test_a_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        assert f"Port {port} is taken" in serve.why_not(Address("127.0.0.1", port))


@pytest.mark.parametrize("name", serve.MUST_BE_SET)
def test_production_refuses_to_start_without_what_protects_patients(production, monkeypatch, name):
    assert serve.why_not(Address("127.0.0.1", 0)) is None

    monkeypatch.delenv(name)

    refusal = serve.why_not(Address("127.0.0.1", 0))
    assert name in refusal
    assert all(other not in refusal for other in serve.MUST_BE_SET if other != name)


def test_production_has_no_payment_double(production):
    names = [program.name for program in serve.programs(Address("127.0.0.1", 9000))]

    assert "web" in names
    assert "payments" not in names


def test_the_demo_hospital_never_comes_into_production(production):
    assert "not loaded in production" in demo.why_not()


def test_the_demo_hospital_is_not_loaded_behind_a_public_address(monkeypatch):
    monkeypatch.setenv("KONSIL_PUBLIC_URL", "https://second.hospital.example")
    assert "this computer only" in demo.why_not()

    monkeypatch.setenv("KONSIL_PUBLIC_URL", "http://127.0.0.1:8000")
    assert demo.why_not() is None


@dataclass
class Became:
    path: str = "disc/IM1"
    sha256: str = "ab" * 32
    what: str = "CT image"
    where: str | None = "series 3 of the CT of 2 March"
    why_aside: str | None = None


def test_an_import_says_for_each_file_where_it_went_or_why_not(capsys):
    aside = Became(where=None, why_aside="the name on it is another patient's")

    import_files.show([Became(), aside], as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    import_files.show([aside], as_json=False)

    assert lines[0]["where"] == "series 3 of the CT of 2 March"
    assert lines[1]["why_aside"] == "the name on it is another patient's"
    assert "kept aside: the name on it" in capsys.readouterr().out


def test_the_doctor_fails_only_for_what_is_needed_and_tells_what_mends_it(monkeypatch, capsys):
    wish = doctor.Finding("Chromium", False, "not found", "apt-get install chromium", needed=False)
    need = doctor.Finding("Islands", False, "not built", "npm run build")

    monkeypatch.setattr(doctor, "CHECKS", (lambda: iter([wish]),))
    assert doctor.run(None) == 0
    monkeypatch.setattr(doctor, "CHECKS", (lambda: iter([wish, need]),))
    assert doctor.run(None) == 1

    assert "mend with: npm run build" in capsys.readouterr().out


def test_the_doctor_asks_for_a_scanner_in_production_only(production, monkeypatch):
    monkeypatch.delenv("KONSIL_CLAMD")
    (finding,) = doctor.scanner()
    assert finding.needed
    assert not finding.well

    monkeypatch.setenv("KONSIL_ENV", "demo")
    (finding,) = doctor.scanner()
    assert not finding.needed
