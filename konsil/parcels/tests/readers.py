"""Readers as hostile files would make them: they hang, die, flood, lie and call home."""

import os
import signal
import socket
import sys
import time
from pathlib import Path


def finding(**more):
    plain = {
        "kind": "text",
        "media_type": "text/plain",
        "reason": "",
        "identity": None,
        "facts": {},
        "copies": [],
    }
    return plain | more


def honest(path, out):
    if path.suffix != ".txt":
        return None
    text = path.read_text()
    (out / "preview.txt").write_text(text.upper())
    copies = [{"role": "preview", "name": "preview.txt", "media_type": "text/plain"}]
    return finding(facts={"text": text, "reader": os.getpid()}, copies=copies)


def obey(path, out):
    """Do what the file says."""
    word = path.read_text().partition(" ")[0]
    return _ACTS[word](path, out) if word in _ACTS else None


def _hang(path, out):
    time.sleep(3600)


def _burn(path, out):
    while True:
        pass


def _die(path, out):
    os.kill(os.getpid(), signal.SIGSEGV)


def _die_once(path, out):
    """Only the first worker dies: the second finds the mark of the first."""
    mark = out.parent / "was-here"
    if mark.exists():
        return finding(facts={"second": True})
    mark.touch()
    return _die(path, out)


def _kill_all(path, out):
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _leave(path, out):
    os._exit(0)


def _eat(path, out):
    return finding(facts={"size": len(bytearray(3 * 1024**3))})


def _raise(path, out):
    raise ValueError("CNRY-secret text of the file")


def _nest(path, out):
    return _nest(path, out)


def _write_much(path, out):
    with (out / "large").open("wb") as file:
        for _ in range(64):
            file.write(bytes(1024 * 1024))


def _write_many(path, out):
    for number in range(400):
        (out / str(number)).write_bytes(bytes(1024 * 1024))
        time.sleep(0.02)


def _call_home(path, out):
    number = int(path.read_text().split()[1])
    with socket.create_connection(("127.0.0.1", number), timeout=3):
        return finding(facts={"reached": True})


def _change_input(path, out):
    try:
        path.write_text("forged")
    except OSError:
        return finding(facts={"changed": False})
    return finding(facts={"changed": True})


def _look_around(path, out):
    seen = {
        "environment": dict(os.environ),
        "uid": os.getuid(),
        "neighbours": [str(each) for each in path.parent.parent.rglob("*")],
        "settings": Path(path.read_text().split(maxsplit=1)[1]).exists(),
        "processes": [each for each in os.listdir("/proc") if each.isdigit()],
    }
    return finding(facts=seen)


def _leave_child(path, out):
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
    return finding()


def _link_out(path, out):
    (out / "preview.txt").symlink_to("/etc/passwd")
    return _with_copy("preview.txt")


def _climb_out(path, out):
    (out.parent / "up.txt").write_text("up")
    return _with_copy("../up.txt")


def _pipe(path, out):
    os.mkfifo(out / "pipe")
    return _with_copy("pipe")


def _page(path, out):
    (out / "a").write_text("<script>alert(1)</script>")
    return finding(copies=[{"role": "preview", "name": "a", "media_type": "text/html"}])


def _with_copy(name):
    return finding(copies=[{"role": "preview", "name": name, "media_type": "text/plain"}])


def _print(path, out):
    sys.stdout.write("a library that talks\n")
    sys.stdout.flush()
    os.write(1, b'{"ticket": 1, "finding": null}\n')
    return finding(facts={"spoke": True})


_ACTS = {
    "hang": _hang,
    "burn": _burn,
    "die": _die,
    "die-once": _die_once,
    "kill-all": _kill_all,
    "leave": _leave,
    "eat": _eat,
    "raise": _raise,
    "nest": _nest,
    "write-much": _write_much,
    "write-many": _write_many,
    "call-home": _call_home,
    "change-input": _change_input,
    "look-around": _look_around,
    "leave-child": _leave_child,
    "link-out": _link_out,
    "climb-out": _climb_out,
    "pipe": _pipe,
    "page": _page,
    "print": _print,
    "odd-kind": lambda path, out: finding(kind="virus"),
    "odd-shape": lambda path, out: ["not", "a", "finding"],
    "odd-date": lambda path, out: finding(
        identity={"name": "A", "birth_date": "soon", "sex": "", "patient_id": "", "issuer": ""}
    ),
    "odd-role": lambda path, out: finding(
        copies=[{"role": "../x", "name": "a", "media_type": "text/plain"}]
    ),
}
