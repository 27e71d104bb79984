"""Only a clear answer makes a file clean (F1.7, D8): silence, garbage and limits do not."""

import io
import shutil
import socketserver
import struct
import subprocess
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konsil.parcels.scanning import Clamd, Scan, _verdict, scanner

# in two pieces, so that no scanner takes this file for the test virus
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Handler(socketserver.StreamRequestHandler):
    """clamd as its manual describes it, with a few bad moods."""

    def handle(self):
        self.server.mood(self, self._command())

    def _command(self):
        said = b""
        while not said.endswith(b"\0"):
            said += self.rfile.read(1)
        return said

    def stream(self, limit=1024 * 1024):
        data = b""
        while size := struct.unpack(">L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > limit:
                return None
        return data


def honest(handler, command):
    if command == b"zVERSION\0":
        handler.wfile.write(b"ClamAV 1.4.6/27500/Tue Nov 24\0")
        return
    assert command == b"zINSTREAM\0"
    data = handler.stream()
    if data is None:
        handler.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
    elif EICAR in data:
        handler.wfile.write(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
    else:
        handler.wfile.write(b"stream: OK\0")


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


class TcpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


@pytest.fixture
def daemon(tmp_path):
    started = []

    def start(mood, kind=UnixServer):
        where = str(tmp_path / "clamd") if kind is UnixServer else ("127.0.0.1", 0)
        server = kind(where, Handler)
        server.mood = mood
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        started.append(server)
        return where if kind is UnixServer else f"127.0.0.1:{server.server_address[1]}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("kind", [UnixServer, TcpServer])
def test_a_clean_file_is_clean_and_an_infected_one_is_named(daemon, tmp_path, kind):
    clamd = Clamd(daemon(honest, kind))
    (file := tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7" + bytes(600_000))

    assert clamd.scan(file) == Scan("clean")
    assert clamd.scan(io.BytesIO(b"")) == Scan("clean")
    assert clamd.scan(io.BytesIO(b"x" + EICAR)) == Scan("infected", "Win.Test.EICAR_HDB-1")
    assert clamd.version().startswith("ClamAV 1.4.6")


def test_a_file_larger_than_the_scanner_takes_is_not_clean(daemon):
    scan = Clamd(daemon(honest)).scan(io.BytesIO(bytes(64 * 1024 * 1024)))

    assert scan.state == "failed"
    assert scan.name


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OKAY\0",
        b"stream: OK stream: Virus FOUND and more\0",
        b"stream:  FOUND\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
        b"stream: Heuristics.Encrypted.Zip FOUND\0",
        b"\xff\xfe\0",
        bytes([65]) * 10_000,
    ],
)
def test_garbage_is_not_clean(daemon, answer):
    def mood(handler, _command):
        handler.stream()
        handler.wfile.write(answer)

    assert Clamd(daemon(mood)).scan(io.BytesIO(b"data")).state == "failed"


def test_a_scanner_that_hangs_or_hangs_up_or_is_away_is_not_clean(daemon, tmp_path):
    hangs = Clamd(daemon(lambda *_: time.sleep(2)), patience=0.3)
    hangs_up = Clamd(daemon(lambda handler, _: handler.connection.close(), TcpServer))

    assert hangs.scan(io.BytesIO(b"data")).state == "failed"
    assert hangs_up.scan(io.BytesIO(bytes(4_000_000))).state == "failed"
    assert Clamd(str(tmp_path / "nowhere")).scan(io.BytesIO(b"data")).state == "failed"
    assert Clamd("127.0.0.1:1").scan(io.BytesIO(b"data")).state == "failed"
    assert Clamd("nonsense").scan(io.BytesIO(b"data")).state == "failed"


def test_where_there_is_no_scanner_nothing_is_called_clean():
    assert scanner("").scan(io.BytesIO(EICAR)) == Scan("not_scanned")


@given(st.text(max_size=60))
def test_only_one_answer_in_the_world_means_clean(said):
    assert (_verdict(said).state == "clean") == (said == "stream: OK")


@pytest.mark.peers
def test_the_real_clamd_finds_the_test_virus(tmp_path):
    program = shutil.which("clamd")
    assert program, "Install clamav-daemon to run this test"
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "local.ndb").write_text(f"Local.Eicar:0:*:{EICAR.hex()}\n")
    (config := tmp_path / "clamd.conf").write_text(
        f"LocalSocket {tmp_path}/socket\nDatabaseDirectory {tmp_path}/db\nForeground yes\n"
        "StreamMaxLength 1M\nMaxFileSize 1M\nMaxScanSize 1M\nAlertExceedsMax yes\nUser root\n"
    )
    daemon = subprocess.Popen([program, "-c", config], stdout=subprocess.DEVNULL)
    try:
        clamd = Clamd(str(tmp_path / "socket"))
        for _ in range(100):
            try:
                clamd.version()
                break
            except OSError:
                time.sleep(0.2)

        assert clamd.scan(io.BytesIO(b"harmless")) == Scan("clean")
        assert clamd.scan(io.BytesIO(EICAR)).state == "infected"
        assert clamd.scan(io.BytesIO(bytes(3_000_000))).state == "failed"
    finally:
        daemon.terminate()
        daemon.wait(20)
