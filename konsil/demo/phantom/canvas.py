"""Paint soft-edged shapes in millimetres onto one slice, and texture it as scanners do."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]


class Canvas:
    """A slice of `rows` x `columns` pixels over `width` x `height` mm, centred on (0, 0).

    x grows to the patient's left, y to the back, as in an axial image. Shapes are painted with
    an edge one pixel wide, which is what partial volume makes of a sharp border.
    """

    def __init__(self, rows: int, columns: int, width: float, height: float, value: float) -> None:
        self.pixel_x, self.pixel_y = width / columns, height / rows
        self.x = ((np.arange(columns, dtype=np.float32) + 0.5) * self.pixel_x - width / 2)[None, :]
        self.y = ((np.arange(rows, dtype=np.float32) + 0.5) * self.pixel_y - height / 2)[:, None]
        self.edge = max(self.pixel_x, self.pixel_y)
        self.image: Grid = np.full((rows, columns), value, np.float32)

    def paint(self, distance: Any, value: Any, where: tuple[slice, slice] | None = None) -> None:
        """Blend `value` in where `distance` (mm, negative inside) says so."""
        cover = np.clip(0.5 - distance / self.edge, 0, 1)
        patch = self.image if where is None else self.image[where]
        patch += (value - patch) * cover

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        value: Any,
        *,
        angle: float = 0.0,
        power: float = 2.0,
    ) -> None:
        """An ellipse, or with `power` above 2 a rounder box; `angle` in degrees."""
        where = self.around(centre, max(radii) + 2 * self.edge)
        distance = ellipse_distance(
            (self.x[:, where[1]], self.y[where[0]]), centre, radii, angle=angle, power=power
        )
        if distance.size:
            self.paint(distance, value, where)

    def around(self, centre: tuple[float, float], reach: float) -> tuple[slice, slice]:
        """The part of the slice within `reach` mm of `centre`."""
        rows, columns = self.image.shape
        left = int((centre[0] - reach) / self.pixel_x + columns / 2)
        right = int((centre[0] + reach) / self.pixel_x + columns / 2) + 2
        top = int((centre[1] - reach) / self.pixel_y + rows / 2)
        bottom = int((centre[1] + reach) / self.pixel_y + rows / 2) + 2
        return (
            slice(max(0, min(top, rows)), max(0, min(bottom, rows))),
            slice(max(0, min(left, columns)), max(0, min(right, columns))),
        )


def ellipse_distance(
    at: tuple[Any, Any],
    centre: tuple[float, float],
    radii: tuple[float, float],
    *,
    angle: float = 0.0,
    power: float = 2.0,
) -> Any:
    """About the signed distance in mm to an ellipse's border, negative inside."""
    x, y = at[0] - np.float32(centre[0]), at[1] - np.float32(centre[1])
    if angle:
        c, s = np.float32(np.cos(np.radians(angle))), np.float32(np.sin(np.radians(angle)))
        x, y = x * c + y * s, y * c - x * s
    u, v = np.abs(x / np.float32(radii[0])), np.abs(y / np.float32(radii[1]))
    if power == 2.0:
        ratio = np.sqrt(u * u + v * v)
    else:
        ratio = (u**power + v**power) ** np.float32(1 / power)
    return (ratio - 1) * np.float32(min(radii))


def texture(rng: np.random.Generator, size: int, low: float, high: float) -> Grid:
    """Noise of unit deviation whose grain lies between `low` and `high` cycles per pixel."""
    spectrum = np.fft.rfft2(rng.standard_normal((size, size)))
    radius = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    spectrum *= np.exp(-((radius / high) ** 2)) * (1 - np.exp(-((radius / max(low, 1e-6)) ** 2)))
    field = np.fft.irfft2(spectrum, s=(size, size))
    grain: Grid = (field / field.std()).astype(np.float32)
    return grain


def rolled(rng: np.random.Generator, field: Grid, shape: tuple[int, int]) -> Grid:
    """Another piece of the same texture."""
    rows, columns = (int(n) for n in rng.integers(0, field.shape[0], 2))
    moved = np.roll(field, (rows, columns), (0, 1))
    piece: Grid = moved[: shape[0], : shape[1]]
    return piece


def softened(image: Grid) -> Grid:
    """Blur by one pixel, as the kernel of a scanner does."""
    padded = np.pad(image, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    blurred: Grid = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / np.float32(16)
    return blurred
