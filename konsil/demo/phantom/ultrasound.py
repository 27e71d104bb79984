"""A moving ultrasound of a liver: sector, speckle, breathing, and a vessel's flow in colour."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from konsil.demo.phantom.canvas import Grid, ellipse_distance, texture

ROWS, COLUMNS = 480, 640
MM_PER_PIXEL = 0.36
_DEPTH = 150.0
_HALF_ANGLE = 0.62
_NEAR = 42.0


def frames(seed: int, count: int) -> Iterator[NDArray[np.uint8]]:
    """`count` frames of ROWS x COLUMNS x 3 that make one breath and several heart beats."""
    rng = np.random.default_rng(seed)
    scene = _Scene(rng)
    for n in range(count):
        phase = n / max(1, count)
        yield scene.frame(phase, beat=(phase * 4) % 1.0, rng=rng)


class _Scene:
    """What the probe sees; coordinates in mm from the middle of its face, depth downwards."""

    def __init__(self, rng: np.random.Generator) -> None:
        y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
        self.x = (x - COLUMNS / 2) * np.float32(MM_PER_PIXEL)
        self.depth = (y - 14) * np.float32(MM_PER_PIXEL)
        radius = np.hypot(self.x, self.depth + _NEAR)
        angle = np.arctan2(self.x, self.depth + _NEAR)
        self.sector = (np.abs(angle) < _HALF_ANGLE) & (radius > _NEAR) & (radius < _NEAR + _DEPTH)
        self._along = np.clip(((radius - _NEAR) * 3.2).astype(np.int32), 0, 511)
        self._across = np.clip(((angle / _HALF_ANGLE + 1) * 190).astype(np.int32), 0, 511)
        self._speckle = np.hypot(texture(rng, 512, 0.0, 0.16), texture(rng, 512, 0.0, 0.16))
        self._coarse = texture(rng, 512, 0.005, 0.03)

    def frame(self, phase: float, *, beat: float, rng: np.random.Generator) -> NDArray[np.uint8]:
        breath = 5.0 * np.sin(2 * np.pi * phase)
        pulse = 1 + 0.14 * np.exp(-(((beat - 0.25) / 0.16) ** 2))
        echo, vessel = self._anatomy(float(breath), float(pulse))
        shift = int(breath * 3.2)
        speckle = self._speckle[(self._along - shift) % 512, self._across]
        grain = self._coarse[(self._along - shift) % 512, self._across]
        signal = 0.34 * echo * (0.06 + 0.7 * speckle) * (1 + 0.16 * grain)
        signal = signal * np.exp(-self.depth / 190) + 0.003 * np.abs(
            rng.standard_normal(signal.shape)
        )
        grey = np.clip(50 * np.log2(1 + 18 * np.maximum(signal, 0)) + 4, 0, 255)
        picture = np.repeat(np.where(self.sector, grey, 0)[..., None], 3, axis=2)
        self._flow(picture, vessel, beat, grain)
        return _annotated(picture.astype(np.uint8))

    def _anatomy(self, breath: float, pulse: float) -> tuple[Grid, Grid]:
        x, y = self.x, self.depth - np.float32(breath)
        echo = (0.4 + 0.1 * np.tanh((x + 10) / 50)).astype(np.float32)
        for depth, bright in ((4, 1.2), (9, 0.5), (14, 1.0), (19, 0.45)):
            line = np.abs(self.depth + x * x / 900 - depth)
            echo = np.where(line < 1.2, bright, echo)
        wall = 118 - (x - 12) ** 2 / 130 - y
        echo = np.where(np.abs(wall) < 1.3, 2.4, echo)
        echo = np.where(wall < -1.3, 0.1, echo)
        echo = self._hole(echo, ((-34, 56), (15, 10), 12), 0.012, 0.9)
        echo = self._hole(echo, ((34, 44), (6, 3.4), -30), 0.02, 0.55)
        echo = self._hole(echo, ((-6, 96), (11, 3.6), 24), 0.02, 0.4)
        echo = self._hole(echo, ((-38, 88), (12, 10), 0), 0.75, 0.25)
        centre = (14.0, 70.0)
        course = 0.2 * (x - centre[0]) + 5 * np.sin((x + 8) / 19)
        bore = np.clip((x + 16) / 26, 0, 1) ** 0.5 * (4.2 + x / 26) * pulse
        vessel = (np.abs(y - centre[1] - course) * 0.92 - bore).astype(np.float32)
        twig = np.abs(y - 66 + 0.9 * (x - 24)) * 0.74 - np.clip((44 - x) / 9, 0, 2.6)
        vessel = np.where(x > 22, np.minimum(vessel, twig), vessel).astype(np.float32)
        echo = np.where((np.abs(vessel) < 0.6) & (bore > 0.8), 1.0, echo)
        echo = np.where(vessel < -0.6, 0.012, echo)
        behind = (np.abs(x + 36) < 12) & (y > 66) & (wall > 0)
        return np.where(behind, echo * 1.6, echo).astype(np.float32), vessel

    def _hole(
        self,
        echo: Grid,
        ellipse: tuple[tuple[float, float], tuple[float, float], float],
        inside: float,
        rim: float,
    ) -> Grid:
        centre, radii, angle = ellipse
        distance = ellipse_distance((self.x, self.depth), centre, radii, angle=angle)
        echo = np.where(np.abs(distance) < 0.9, rim, echo)
        return np.where(distance < -0.9, inside, echo).astype(np.float32)

    def _flow(self, picture: NDArray[np.float32], vessel: Grid, beat: float, grain: Grid) -> None:
        """Red towards the probe, blue away, faster in the middle of the vessel."""
        box = (np.abs(self.x - 10) < 30) & (np.abs(self.depth - 68) < 24)
        speed = np.clip(-vessel / 4.5, 0, 1) ** 0.5
        speed = speed * (0.55 + 0.6 * np.exp(-(((beat - 0.3) / 0.18) ** 2)))
        towards = np.sign(np.sin(self.x / 30 + 0.4) + 0.15 * grain)
        flowing = box & (vessel < -0.8) & (speed > 0.25)
        level = np.clip(speed * (0.9 + 0.12 * grain), 0, 1)
        red = np.stack((140 + 115 * level, 160 * level**2, 20 * level), axis=-1)
        blue = np.stack((20 * level, 170 * level**2, 140 + 115 * level), axis=-1)
        colour = np.where((towards > 0)[..., None], red, blue)
        picture[flowing] = colour[flowing]
        edge = box & ~((np.abs(self.x - 10) < 29.6) & (np.abs(self.depth - 68) < 23.6))
        picture[edge] = 150


def _annotated(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Depth marks at the side and the colour scale; no name, no date."""
    for step in range(0, int(_DEPTH) + 1, 10):
        row = int(14 + step / MM_PER_PIXEL)
        if row < ROWS:
            picture[row : row + 2, COLUMNS - 18 : COLUMNS - (4 if step % 50 == 0 else 10)] = 190
    scale = np.linspace(1, -1, 120)[:, None]
    picture[40:160, 14:26, 0] = (255 * np.clip(scale, 0, 1)).astype(np.uint8)
    picture[40:160, 14:26, 1] = (90 * np.abs(scale) ** 2).astype(np.uint8)
    picture[40:160, 14:26, 2] = (255 * np.clip(-scale, 0, 1)).astype(np.uint8)
    return picture
