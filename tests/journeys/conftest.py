"""What the journeys share: the running stack, a browser, and files that people bring."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys import stack as stacks
from tests.journeys.stack import Stack

FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole of Konsil; KONSIL_JOURNEY_URL and _HOME name one that runs already."""
    if url := os.environ.get("KONSIL_JOURNEY_URL"):
        yield Stack(url, Path(os.environ["KONSIL_JOURNEY_HOME"]))
        return
    home = tmp_path_factory.mktemp("home")
    for folder in (home, *home.parents[:3]):
        if folder.owner() == home.owner():
            folder.chmod(0o711)  # the database's own account has to pass
    running = stacks.start(home)
    yield running
    stacks.stop(running)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's journeys; each person has a context of their own.

    Playwright keeps an event loop running in this thread, in which Django refuses to touch the
    database: it has to end before the worker goes on to tests of another module.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=stacks.chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What people bring: an imaging CD, a report as PDF, a photograph, another clinic's images."""
    from PIL import Image

    from konsil.demo import phantoms
    from konsil.demo.papers import letter

    folder = tmp_path_factory.mktemp("brought")
    rosa: phantoms.Whose = {
        "name": "Delgado^Rosa",
        "birth_date": date(1971, 3, 14),
        "sex": "F",
        "patient_id": "VI-558102",
        "study_date": date(2026, 11, 12),
    }
    phantoms.cd_folder(folder / "CD", slices=12, size=256, radiograph=False, **rosa)
    other: phantoms.Whose = {**rosa, "patient_id": "LL-7781", "study_date": date(2026, 10, 2)}
    (folder / "clinic").mkdir()
    phantoms.mr_brain(folder / "clinic", slices=4, size=128, **other)
    pdf = letter(
        clinic="Valley Imaging",
        town="Salem, Oregon",
        day="November 12, 2026",
        about="Rosa Delgado, born March 14, 1971",
        title="CT of the chest",
        text=["A nodule of 14 mm in the right upper lobe."],
    )
    (folder / "Radiology report.pdf").write_bytes(pdf)
    Image.new("RGB", (900, 1200), "white").save(folder / "photo.jpg")
    return folder
