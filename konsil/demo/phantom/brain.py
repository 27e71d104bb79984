"""A head in millimetres, sliced at any height, in the greys of T1 or T2 weighting.

z is 0 at the vertex and grows towards the feet to 150 below the cerebellum; x grows to the
patient's left, y to the back.
"""

from typing import Literal

import numpy as np

from konsil.demo.phantom.canvas import Canvas, Grid, ellipse_distance, texture

Weighting = Literal["T1", "T2"]
HEIGHT = 150.0
_CENTRE = 72.0

TISSUE: dict[Weighting, dict[str, float]] = {
    "T1": {
        "air": 6,
        "skin": 420,
        "fat": 900,
        "bone": 60,
        "marrow": 330,
        "fluid": 110,
        "grey": 470,
        "white": 660,
        "deep": 545,
        "vessel": 90,
        "eye": 120,
        "muscle": 380,
        "lesion": 400,
        "oedema": 505,
    },
    "T2": {
        "air": 6,
        "skin": 260,
        "fat": 560,
        "bone": 40,
        "marrow": 260,
        "fluid": 1020,
        "grey": 520,
        "white": 365,
        "deep": 430,
        "vessel": 30,
        "eye": 1060,
        "muscle": 210,
        "lesion": 640,
        "oedema": 820,
    },
}


class Brain:
    """One person's head; the same seed gives the same folds."""

    def __init__(self, seed: int, *, lesion: bool = True) -> None:
        rng = np.random.default_rng(seed)
        self._folds = [texture(rng, 256, 0.02, 0.042) for _ in range(4)]
        self._fine = texture(rng, 256, 0.06, 0.2)
        self._lesion = lesion

    def paint(self, canvas: Canvas, z: float, weighting: Weighting) -> Grid:
        """The slice at height `z`, without noise."""
        grey = TISSUE[weighting]
        size = self._size(z)
        outer = self._outline(canvas, z, size)
        self._shell(canvas, z, outer, grey)
        inner = outer + 13.5
        if z < 106:
            self._cerebrum(canvas, z, inner, grey)
            self._deep(canvas, z, grey)
            self._finding(canvas, z, inner, grey)
        else:
            self._base(canvas, z, inner, grey)
        if z > 96:
            self._face(canvas, z, grey)
        return canvas.image

    def _size(self, z: float) -> float:
        up = (z - _CENTRE) / (_CENTRE + 4)
        return float(np.sqrt(max(0.02, 1 - up * up))) if z < _CENTRE else 1.0

    def _outline(self, canvas: Canvas, z: float, size: float) -> Grid:
        narrow = 1 - 0.14 * float(np.clip((z - 100) / 50, 0, 1))
        radii = (78 * size * narrow, 96 * size)
        distance = ellipse_distance((canvas.x, canvas.y), (0, 2), radii, power=2.15)
        lean = 2.5 * np.cos(2 * np.arctan2(canvas.x, canvas.y) + 0.3)
        outline: Grid = (distance + lean * size).astype(np.float32)
        return outline

    def _shell(self, canvas: Canvas, z: float, outer: Grid, grey: dict[str, float]) -> None:
        canvas.paint(outer, grey["skin"])
        canvas.paint(outer + 1.6, grey["fat"])
        canvas.paint(outer + 5.2, grey["bone"])
        canvas.paint(np.abs(outer + 8.8) - 1.1, grey["marrow"])
        canvas.paint(outer + 12, grey["fluid"])
        if z > 60:
            for side in (-1, 1):
                canvas.ellipse((side * 70, -24), (4.5, 26), grey["muscle"], angle=side * 6)

    def _field(self, canvas: Canvas, z: float) -> Grid:
        """Folds that change slowly from slice to slice."""
        at = z / 26.0
        first, part = int(at) % 4, at - int(at)
        one, two = self._folds[first], self._folds[(first + 1) % 4]
        mixed = one * np.cos(part * np.pi / 2) + two * np.sin(part * np.pi / 2)
        rows, columns = canvas.image.shape
        field: Grid = mixed[:rows, :columns].astype(np.float32)
        return field

    def _cerebrum(self, canvas: Canvas, z: float, inner: Grid, grey: dict[str, float]) -> None:
        """Grey ribbon over white matter, folded; fluid in the furrows and the midline cleft."""
        field = self._field(canvas, z)
        line = canvas.x + 1.2 * np.sin(canvas.y / 17)
        cleft = 1.0 + 1.6 * np.exp(-(((np.abs(canvas.y) - 66) / 20) ** 2)) - np.abs(line)
        middle = np.where(np.abs(canvas.y - 2) < (0 if z < 42 else 40), -9, cleft)
        clefts = np.maximum(middle, self._sylvian(canvas, z))
        fine = self._fine_for(canvas)
        canvas.paint(inner + 1.2, grey["grey"] + 12 * fine)
        canvas.paint(np.maximum(inner + 5.2, clefts + 4.6), grey["white"] + 9 * fine)
        for level, depth in ((0.35, 24), (-0.75, 15)):
            furrow = self._contour(field, level, canvas) + np.maximum(0, -(inner + depth)) * 0.8
            canvas.paint(np.maximum(furrow - 3.4, inner + 1.2), grey["grey"] + 12 * fine)
            shore = 0.5 * np.maximum(0, inner + depth * 0.8) / depth
            canvas.paint(np.maximum(furrow - 0.35 - shore, inner), grey["fluid"])
        canvas.paint(np.maximum(-clefts, inner), grey["fluid"])
        falx = np.maximum(np.abs(line) - 0.45, inner)
        canvas.paint(np.maximum(falx, 46 - np.abs(canvas.y)), grey["grey"] * 0.9)

    def _contour(self, field: Grid, level: float, canvas: Canvas) -> Grid:
        """Distance in mm to the line on which the field has this level."""
        down, along = np.gradient(field)
        steep = np.hypot(down / canvas.pixel_y, along / canvas.pixel_x)
        distance: Grid = np.abs(field - np.float32(level)) / np.maximum(steep, 0.035)
        return distance

    def _fine_for(self, canvas: Canvas) -> Grid:
        rows, columns = canvas.image.shape
        return self._fine[:rows, :columns]

    def _sylvian(self, canvas: Canvas, z: float) -> Grid:
        if not 58 < z < 96:
            return np.full(canvas.image.shape, -9, np.float32)
        bend = canvas.y + 14 - 0.55 * (np.abs(canvas.x) - 44)
        reach = np.minimum(np.abs(canvas.x) - 37, 66 - np.abs(canvas.x))
        gap: Grid = np.minimum(1.3 - np.abs(bend), reach).astype(np.float32)
        return gap

    def _deep(self, canvas: Canvas, z: float, grey: dict[str, float]) -> None:
        """Ventricles, the grey nuclei beside them, and the midbrain below."""
        if 44 < z < 92:
            self._nuclei(canvas, z, grey)
        if 38 < z < 76:
            self._ventricles(canvas, z, grey)
        if 60 < z < 88:
            canvas.ellipse((0, 4), (2.3, 13), grey["fluid"])
        if z > 84:
            canvas.ellipse((0, 16), (17, 15), grey["deep"])
            canvas.ellipse((0, 27), (1.8, 1.8), grey["fluid"])
            for side in (-1, 1):
                canvas.ellipse((side * 11, 2), (7, 9), grey["white"], angle=side * 30)
            canvas.ellipse((0, -8), (13, 7), grey["fluid"])
            canvas.ellipse((0, 46), (20, 14), grey["deep"])

    def _ventricles(self, canvas: Canvas, z: float, grey: dict[str, float]) -> None:
        open_by = 1 - abs(z - 56) / 20
        for side in (-1, 1):
            canvas.ellipse(
                (side * (11 + 2 * open_by), -16),
                (5.5, 20 * max(0.25, open_by)),
                grey["fluid"],
                angle=side * 16,
            )
            canvas.ellipse(
                (side * (17 + 4 * open_by), 22),
                (6, 22 * max(0.25, open_by)),
                grey["fluid"],
                angle=side * -22,
            )
        if z < 54:
            canvas.ellipse((0, -2), (17, 32), grey["white"] * 1.04, power=2.4)
            for side in (-1, 1):
                canvas.ellipse((side * 9, 0), (4.5, 30), grey["fluid"], angle=side * 5)
        canvas.ellipse((0, -2), (1.2, 20), grey["white"])

    def _nuclei(self, canvas: Canvas, z: float, grey: dict[str, float]) -> None:
        for side in (-1, 1):
            canvas.ellipse((side * 16, -20), (5.5, 11), grey["grey"], angle=side * 14)
            if z > 54:
                canvas.ellipse((side * 27, -4), (6.5, 17), grey["grey"], angle=side * -12)
                canvas.ellipse((side * 21, -2), (3.2, 9), grey["deep"], angle=side * -12)
                canvas.ellipse((side * 11, 12), (9, 14), grey["deep"], angle=side * -18)
                canvas.ellipse((side * 38, -4), (1.6, 16), grey["grey"], angle=side * -8)

    def _finding(self, canvas: Canvas, z: float, inner: Grid, grey: dict[str, float]) -> None:
        """A lesion of the left parietal lobe with swelling round it."""
        if not self._lesion or abs(z - 46) > 24:
            return
        size = float(np.sqrt(1 - ((z - 46) / 24) ** 2))
        wobble = 4 * self._field(canvas, z)
        swelling = ellipse_distance((canvas.x, canvas.y), (36, 30), (24 * size, 20 * size))
        canvas.paint(np.maximum((swelling + wobble) * 0.6, inner + 6), grey["oedema"])
        if size > 0.5:
            canvas.ellipse((38, 32), (13 * size, 11 * size), grey["lesion"], angle=20)
            canvas.ellipse((38, 32), (7 * size, 5 * size), grey["fluid"] * 0.8, angle=20)

    def _base(self, canvas: Canvas, z: float, inner: Grid, grey: dict[str, float]) -> None:
        """Temporal lobes in front, cerebellum with its fine leaves behind, brain stem between."""
        fine = self._fine_for(canvas)
        canvas.paint(inner, grey["bone"] + 60)
        down = (z - 106) / 44
        field = self._field(canvas, z)
        for side in (-1, 1):
            lobe = (
                ellipse_distance(
                    (canvas.x, canvas.y),
                    (side * 40, -18 - 6 * down),
                    (28 * (1 - 0.6 * down), 36 * (1 - 0.6 * down)),
                )
                if down < 0.85
                else np.full(canvas.image.shape, 9, np.float32)
            )
            canvas.paint(lobe, grey["grey"] + 10 * fine)
            canvas.paint(lobe + 5, grey["white"])
            furrow = self._contour(field, 0.1, canvas)
            canvas.paint(np.maximum(furrow - 3.2, lobe), grey["grey"] + 10 * fine)
            canvas.paint(np.maximum(furrow - 0.4, lobe), grey["fluid"])
        wide = 50 - 16 * down
        lobe = ellipse_distance((canvas.x, canvas.y), (0, 46), (wide, 33 - 7 * down), power=2.2)
        leaves = 36 * np.sin(np.hypot(canvas.x * 0.7, canvas.y - 8) * 1.5 + 0.8 * field)
        canvas.paint(lobe - 2.2, grey["fluid"])
        canvas.paint(lobe, grey["grey"] + leaves)
        canvas.paint(lobe + 13 + 4 * field, grey["white"] - 20)
        canvas.ellipse((0, 58), (7, 20), grey["grey"] + 20)
        canvas.ellipse((0, 8), (19 - 5 * down, 16 - 4 * down), grey["fluid"])
        canvas.ellipse((0, 8), (15 - 5 * down, 13 - 3 * down), grey["deep"] + 30)
        canvas.ellipse((0, 24), (8 - 4 * down, 5), grey["fluid"])
        for side in (-1, 1):
            canvas.ellipse((side * 17, -6), (2.6, 2.6), grey["vessel"])
        canvas.ellipse((0, -8), (2, 2), grey["vessel"])

    def _face(self, canvas: Canvas, z: float, grey: dict[str, float]) -> None:
        """Eyes in their fat, the air of nose and sinuses, and the ears' bone."""
        for side in (-1, 1):
            if z < 132:
                canvas.ellipse((side * 32, -62), (16, 24), grey["fat"] * 0.8, angle=side * -22)
                canvas.ellipse((side * 24, -60), (2.4, 20), grey["muscle"], angle=side * -20)
                canvas.ellipse((side * 42, -58), (2.4, 18), grey["muscle"], angle=side * -24)
                if 104 < z < 128:
                    radius = float(np.sqrt(max(0.1, 144 - (z - 116) ** 2)))
                    canvas.ellipse((side * 33, -74), (radius, radius), grey["eye"])
                    canvas.ellipse((side * 33, -84), (3.8, 2), grey["grey"])
            canvas.ellipse((side * 58, 22), (16, 8), grey["bone"] + 20, angle=side * 24)
            canvas.ellipse((side * 56, 26), (5, 4), grey["air"])
        canvas.ellipse((0, -66), (11, 26), grey["bone"] + 90)
        for side in (-1, 1):
            canvas.ellipse((side * 6, -64), (3.6, 20), grey["air"])
        if z > 112:
            canvas.ellipse((0, -34), (13, 9), grey["air"])


def bias(canvas: Canvas) -> Grid:
    """A receive coil is nearer to some places than to others."""
    field: Grid = (
        1
        + 0.12 * np.exp(-(((canvas.y + 70) / 80) ** 2))
        + 0.08 * np.exp(-(((canvas.x - 60) / 90) ** 2))
        - 0.05 * (canvas.y / 100)
    ).astype(np.float32)
    return field
