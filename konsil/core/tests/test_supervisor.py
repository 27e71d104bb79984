"""The supervisor leaves no process behind, whoever dies first."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STORY = """
import asyncio, signal, sys
from konsil.core.supervisor import Program, Supervisor, Failed

async def story(supervisor):
    await supervisor.step(Program("first", (sys.executable, "-c", "print('step done')")))
    await supervisor.start(Program("web", (sys.executable, "-u", "-c", {web!r}), patience=1))
    await supervisor.start(Program("worker", (sys.executable, "-u", "-c", {worker!r}), patience=1))
    {more}
    supervisor.say("ready")

sys.exit(asyncio.run(Supervisor().run(story)))
"""
SLEEPER = "import os, time; print('pid', os.getpid()); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER
WITH_GRANDCHILD = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]);" + (SLEEPER)
)


class Running:
    """A supervisor in a process of its own, the lines it said and the children it named."""

    def __init__(self, web: str = SLEEPER, worker: str = SLEEPER, more: str = "", pids: int = 2):
        story = STORY.format(web=web, worker=worker, more=more)
        self.process = subprocess.Popen(
            [sys.executable, "-c", story],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        while len(self.pids) < pids or "ready" not in self.lines:
            line = self.process.stdout.readline()
            if not line:
                break
            self.lines.append(line.strip())

    @property
    def pids(self) -> list[int]:
        return [int(line.split()[-1]) for line in self.lines if "| pid " in line]

    def end(self) -> int:
        code = self.process.wait(10)
        self.lines += self.process.stdout.read().splitlines()
        return code


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(pids: list[int], within: float = 3) -> bool:
    until = time.monotonic() + within
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(alive, pids))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_ends_all_children_and_reports_success(number):
    running = Running()

    running.process.send_signal(number)

    assert running.end() == 0
    assert len(running.pids) == 2
    assert all_gone(running.pids)


def test_a_child_that_does_not_listen_is_killed_after_its_patience():
    running = Running(web=STUBBORN)

    running.process.send_signal(signal.SIGTERM)

    assert running.end() == 0
    assert all_gone(running.pids)


def test_when_one_child_dies_the_others_are_stopped_and_the_failure_is_told():
    running = Running()

    os.kill(running.pids[0], signal.SIGKILL)

    assert running.end() == 1
    assert all_gone(running.pids)
    assert "web ended (SIGKILL), so everything stops." in running.lines


def test_what_a_killed_child_left_behind_is_ended_too():
    running = Running(web=WITH_GRANDCHILD, pids=3)
    assert len(running.pids) == 3

    web = next(line for line in running.lines if line.startswith("web "))
    os.kill(int(web.split()[-1]), signal.SIGKILL)

    assert running.end() == 1
    assert all_gone(running.pids)


def test_nothing_stays_when_the_supervisor_itself_is_killed():
    running = Running()

    running.process.kill()

    assert running.end() == -signal.SIGKILL
    assert all_gone(running.pids)


def test_a_failed_step_stops_the_start_and_names_itself():
    step = (
        "await supervisor.step(Program('migrate', (sys.executable, '-c', 'raise SystemExit(3)')))"
    )
    running = Running(more=step)

    assert running.end() == 1
    assert "ready" not in running.lines
    assert "migrate failed (exit code 3). Its own words are above." in running.lines
    assert all_gone(running.pids)


def test_children_speak_with_their_name_in_the_margin_even_without_a_line_end():
    running = Running(web="print('x' * 20000, end=''); " + SLEEPER, pids=1)
    running.process.terminate()
    running.end()

    assert "first    | step done" in running.lines
    assert sum(line.count("x") for line in running.lines if line.startswith("web ")) >= 20000
