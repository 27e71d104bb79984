"""The vessels of both lungs, as dots along branches that fork."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
_THINNEST = 0.62


class Ball(NamedTuple):
    """A dot of a vessel."""

    x: float
    y: float
    z: float
    radius: float


class Twig(NamedTuple):
    """A piece between two forks."""

    start: Point
    heading: Point
    radius: float
    length: float


def tree(rng: np.random.Generator) -> list[Ball]:
    """Vessels that fork from each hilum to the edge of the lung."""
    balls: list[Ball] = []
    growing: list[Twig] = []
    for side in (-1, 1):
        for _ in range(20):
            start = np.array([side * 34.0, 4.0, 150.0]) + rng.normal(0, 6, 3)
            aim = np.array(
                [side * rng.uniform(20, 82), rng.uniform(-66, 66), rng.uniform(-115, 95)]
            )
            growing.append(Twig(start, aim / np.linalg.norm(aim), 4.2, 27.0))
    while growing:
        twig = growing.pop()
        end = _grow(balls, rng, twig)
        if end is not None and twig.radius >= _THINNEST:
            growing.extend(_forks(rng, end))
    return balls


def _grow(balls: list[Ball], rng: np.random.Generator, twig: Twig) -> Twig | None:
    """Add the twig's dots; gives the twig at its far end, or None if it left the lung."""
    steps = max(2, int(twig.length / max(0.6, twig.radius * 0.55)))
    bends = np.cumsum(rng.normal(0, 0.035, (steps, 3)), axis=0)
    headings = twig.heading + bends
    headings /= np.linalg.norm(headings, axis=1)[:, None]
    way = twig.start + np.cumsum(headings, axis=0) * (twig.length / steps)
    for step, (x, y, z) in enumerate(way.tolist()):
        if not _in_lung(x, y, z):
            return None
        balls.append(Ball(x, y, z, twig.radius * (1 - 0.18 * step / steps)))
    return Twig(way[-1], headings[-1], twig.radius, twig.length)


def _forks(rng: np.random.Generator, end: Twig) -> list[Twig]:
    across = np.cross(end.heading, rng.normal(0, 1, 3))
    across /= np.linalg.norm(across)
    forks = []
    for turn in (-1, 1):
        aside = end.heading + turn * rng.normal(0.42, 0.16) * across
        thinner = end.radius * float(rng.uniform(0.68, 0.84))
        forks.append(Twig(end.start, aside / np.linalg.norm(aside), thinner, end.length * 0.84))
    return forks


def _in_lung(x: float, y: float, z: float) -> bool:
    opening = max(0.0, min(1.0, (z - 8) / 95)) ** 0.55
    wide, deep = 32 + 84 * opening, 26 + 46 * opening
    return (x / wide) ** 2 + ((y - 4) / deep) ** 2 < 0.92 and abs(x) > 16
