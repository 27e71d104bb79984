"""A radiograph of the chest: its density summed along the rays."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from konsil.demo.phantom.canvas import Canvas, Grid
from konsil.demo.phantom.thorax import AIR, FIELD, HEIGHT, Thorax


def shadow(thorax: Thorax, rows: int = 352, columns: int = 480) -> Grid:
    """What is left of the rays behind the chest, with the contrast that a film would give."""
    sums = []
    for depth in np.linspace(1, HEIGHT, rows):
        canvas = Canvas(64, columns, FIELD, 270, AIR)
        canvas.edge = canvas.pixel_x * 1.5
        units = thorax.paint(canvas, float(depth))
        sums.append(np.maximum(units + 1000, 0).sum(axis=0) * np.float32(canvas.pixel_y * 2.1e-5))
    thickness = np.stack(sums).astype(np.float32)
    broad = enlarged(enlarged(thickness, rows // 40, columns // 40), rows, columns)
    low, high = np.percentile(thickness, (8, 99.5))
    film = (thickness - low) / (high - low) + 0.55 * (thickness - broad) / (high - low)
    lit: Grid = np.clip(film, 0, 1.15).astype(np.float32)
    return lit ** np.float32(1.15) * 3300 + 120


def enlarged(picture: Grid, rows: int, columns: int) -> NDArray[np.float32]:
    """The picture at another size, smoothly."""
    larger = Image.fromarray(picture).resize((columns, rows), Image.Resampling.BICUBIC)
    result: NDArray[np.float32] = np.asarray(larger, np.float32)
    return result
