"""One parent for all processes: starts them, prefixes what they say, and leaves none behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from konsil.core.children import dies_with_us

PATIENCE = 8  # seconds a child has to finish what it is doing
LONGEST_LINE = 8192


class Failed(Exception):
    """A step that had to succeed did not; the message names it."""


@dataclass(frozen=True)
class Program:
    """What to start: a short name for the margin, the words of the command, what its world adds."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    patience: float = PATIENCE


@dataclass
class _Child:
    program: Program
    process: asyncio.subprocess.Process
    reading: "asyncio.Task[None]"


Story = Callable[["Supervisor"], Awaitable[None]]


class Supervisor:
    """Runs a story (steps and lasting programs) until somebody asks for the end or one dies.

    Every child has a session of its own, so Ctrl-C reaches us alone and we end them in order.
    A kill -9 of us ends them as well (Linux). Must be used from the main thread.
    """

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._children: list[_Child] = []
        self._watching: set[asyncio.Task[None]] = set()
        self._over: asyncio.Future[str | None]

    async def run(self, story: Story) -> int:
        """The exit code: 0 when asked to stop, 1 when a step or a program failed."""
        loop = asyncio.get_running_loop()
        self._over = loop.create_future()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._end_because, None)
        telling = asyncio.ensure_future(story(self))
        telling.add_done_callback(self._told)
        try:
            reason = await self._over
        finally:
            telling.cancel()
            await self._end_all()
        if reason is not None:
            self.say(reason)
        return 0 if reason is None else 1

    def say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()

    async def start(self, program: Program) -> None:
        """Start a program that is meant to stay; when it ends, everything ends."""
        child = await self._spawn(program)
        self._watch(self._mourn(child))

    async def step(self, program: Program, *, fine: frozenset[int] = frozenset({0})) -> int:
        """Run a program to its end and give its exit code; Failed when that is not `fine`."""
        child = await self._spawn(program)
        code = await child.process.wait()
        await child.reading
        self._children.remove(child)
        if code not in fine:
            raise Failed(f"{program.name} failed ({_how(code)}). Its own words are above.")
        return code

    def watch(self, name: str, process: "subprocess.Popen[bytes]") -> None:
        """Watch a process that somebody else started and will end."""

        async def look() -> None:
            while process.poll() is None:
                await asyncio.sleep(0.5)
            self._end_because(f"{name} ended ({_how(process.returncode)}), so everything stops.")

        self._watch(look())

    async def answers(self, host: str, port: int, *, path: str = "/", within: float = 60) -> int:
        """Wait until a web server answers at all, and give the status of its answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while (status := await _status(host, port, path)) is None:
                    await asyncio.sleep(0.1)
                return status
        raise Failed(f"http://{host}:{port}{path} did not answer in {within:g} s.")

    async def _spawn(self, program: Program) -> _Child:
        # A pipe of our own: asyncio's would make wait() last until grandchildren close it too.
        reading_end, writing_end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *program.command,
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=writing_end,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_us(program.stop),
            )
        except OSError as problem:
            os.close(reading_end)
            raise Failed(f"{program.name} could not be started: {problem}.") from problem
        finally:
            os.close(writing_end)
        reading = asyncio.ensure_future(self._relay(program.name, reading_end))
        child = _Child(program, process, reading)
        self._children.append(child)
        return child

    async def _relay(self, name: str, pipe: int) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", 0)
        )
        rest = b""
        while chunk := await reader.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._relay_line(name, line)
        if rest:
            self._relay_line(name, rest)

    def _relay_line(self, name: str, line: bytes) -> None:
        self.say(f"{name:8} | {line.decode(errors='replace').rstrip()}")

    def _watch(self, what: Awaitable[None]) -> None:
        task = asyncio.ensure_future(what)
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)

    async def _mourn(self, child: _Child) -> None:
        code = await child.process.wait()
        self._end_because(f"{child.program.name} ended ({_how(code)}), so everything stops.")

    def _told(self, telling: "asyncio.Future[None]") -> None:
        if telling.cancelled() or (error := telling.exception()) is None:
            return
        if isinstance(error, Failed):
            self._end_because(str(error))
        elif not self._over.done():
            self._over.set_exception(error)

    def _end_because(self, reason: str | None) -> None:
        if not self._over.done():
            self._over.set_result(reason)

    async def _end_all(self) -> None:
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*(self._end(child) for child in self._children))

    async def _end(self, child: _Child) -> None:
        process = child.process
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(child.program.stop)
            try:
                await asyncio.wait_for(process.wait(), child.program.patience)
            except TimeoutError:
                process.kill()
                await process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # workers that a killed web server leaves
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.reading, 1)


async def _status(host: str, port: int, path: str) -> int | None:
    writer = None
    try:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        words = (await reader.readline()).split()
    except OSError:
        return None
    finally:
        if writer is not None:
            writer.close()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None


def _how(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
