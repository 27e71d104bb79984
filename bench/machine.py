"""What the figures were measured on; without it they say nothing."""

import os
import platform
import re
import shutil
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("django", "granian", "psycopg", "pydicom", "numpy", "playwright")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def describe(load: str) -> list[str]:
    """One line a fact. `load` is the load average at the start of the run."""
    return [
        f"Date: {time.strftime('%Y-%m-%d %H:%M %Z')}",
        f"Processor: {_cpu()}, {os.cpu_count()} cores; memory: {_memory()}",
        f"System: {_system()}, Linux {platform.release()}, Python {platform.python_version()}",
        "Versions: " + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        f"Browser: {_words_of(chromium() or 'chromium', '--version')}, headless, no graphics card",
        f"Konsil: {_words_of('git', 'describe', '--always', '--dirty')}",
        f"Load average at the start and at the end: {load}; {load_average()} (1, 5, 15 minutes)",
    ]


def load_average() -> str:
    return ", ".join(f"{figure:.1f}" for figure in os.getloadavg())


def chromium() -> str | None:
    """The system's own browser."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _cpu() -> str:
    found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _memory() -> str:
    found = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return f"{int(found[1]) / 2**20:.0f} GiB" if found else "not known"


def _system() -> str:
    found = re.search(r'PRETTY_NAME="(.+)"', Path("/etc/os-release").read_text())
    return found[1] if found else platform.system()


def _words_of(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not found"
    return done.stdout.strip() or "not known"
