"""A chest in millimetres and Hounsfield units, sliced at any height.

z is 0 above the lungs' tips and grows towards the feet to 320 in the upper belly; x grows to the
patient's left, y to the back.
"""

from typing import Any, NamedTuple

import numpy as np

from konsil.demo.phantom.canvas import Canvas, Grid, ellipse_distance, texture
from konsil.demo.phantom.vessels import tree

HEIGHT = 320.0
FIELD = 380.0
AIR, LUNG, FAT, MUSCLE, BLOOD, MARROW, CORTEX = -1000, -865, -105, 52, 175, 190, 900
_CARINA = 118.0
_RIB_STEP = 25.0


class Nodule(NamedTuple):
    """A finding in the right upper lobe."""

    x: float = -72.0
    y: float = -8.0
    z: float = 96.0
    radius: float = 8.5


class Thorax:
    """One person's chest; the same seed gives the same person."""

    def __init__(self, seed: int, nodule: Nodule | None = None) -> None:
        self._rng = np.random.default_rng(seed)
        self.nodule = nodule
        self.vessels = sorted(tree(self._rng), key=lambda ball: ball.z)
        self._heights = np.array([ball.z for ball in self.vessels])
        self._grain = texture(self._rng, 512, 0.01, 0.06)
        self._build = float(self._rng.uniform(-4, 4))

    def paint(self, canvas: Canvas, z: float) -> Grid:
        """The slice at height `z`, without noise."""
        self._wall(canvas, z)
        cavity = self._cavity(canvas, z)
        if z > 45:
            canvas.paint(np.abs(cavity - 14) - 1.4, FAT + 40)
        self._ribs(canvas, z, cavity)
        self._lungs(canvas, z, cavity)
        self._belly(canvas, z, cavity)
        self._mediastinum(canvas, z)
        self._heart(canvas, z)
        self._vessels(canvas, z)
        self._spine(canvas, z)
        self._sternum(canvas, z)
        self._finding(canvas, z)
        return canvas.image

    def _grain_for(self, canvas: Canvas) -> Grid:
        rows, columns = canvas.image.shape
        return self._grain[:rows, :columns]

    def _wall(self, canvas: Canvas, z: float) -> None:
        shoulder = np.exp(-(((z - 5) / 45) ** 2))
        a = 163 + self._build + 14 * shoulder + 4 * np.sin(z / 60)
        b = 112 + self._build / 2 - 14 * shoulder + 6 * np.sin(z / 90)
        outline = ellipse_distance((canvas.x, canvas.y), (0, 4), (a, b), power=2.3)
        outline = outline - 3 * np.cos(3 * np.arctan2(canvas.y, canvas.x))
        canvas.paint(outline, 20)
        canvas.paint(outline + 2, FAT)
        fat = 11 + 3 * np.cos(2 * np.arctan2(canvas.y, canvas.x) + 0.4)
        grain = self._grain_for(canvas) * 6
        canvas.paint(outline + fat + 2, MUSCLE + grain)
        self._muscles(canvas, z, shoulder)

    def _muscles(self, canvas: Canvas, z: float, shoulder: float) -> None:
        """Planes of fat between the muscles of the back and the breast, and the shoulder blades."""
        for side in (-1, 1):
            canvas.ellipse((side * 118, 40), (36, 3), FAT, angle=side * 62)
            canvas.ellipse((side * 62, 92), (46, 2.2), FAT, angle=side * -12)
            canvas.ellipse((side * 84, -78), (44, 2.5), FAT, angle=side * 24)
            if z < 150:
                reach = 40 - 22 * z / 150
                blade = (side * (112 + 6 * np.sin(z / 30)), 62 - z / 12)
                canvas.ellipse(blade, (reach, 5.5), CORTEX * 0.75, angle=side * -52)
                canvas.ellipse(blade, (reach - 3, 2.2), MARROW, angle=side * -52)
            if z < 42:
                canvas.ellipse((side * (150 - z / 2), 2 + z / 4), (20, 21), CORTEX * 0.8)
                canvas.ellipse((side * (150 - z / 2), 2 + z / 4), (17, 18), MARROW)
            if shoulder > 0.6:
                canvas.ellipse((side * 66, -52), (38, 5.5), CORTEX * 0.7, angle=side * -24)
                canvas.ellipse((side * 66, -52), (35, 2.8), MARROW, angle=side * -24)

    def _cavity(self, canvas: Canvas, z: float) -> Grid:
        """Distance to the inside of the rib cage, which is narrow at the top."""
        opening = float(np.clip((z - 8) / 95, 0, 1)) ** 0.55
        a = 34 + (88 + self._build) * opening
        b = 28 + 50 * opening
        inside = ellipse_distance((canvas.x, canvas.y), (0, 4), (a, b), power=2.3)
        result: Grid = np.asarray(inside, dtype=np.float32)
        return result

    def _ribs(self, canvas: Canvas, z: float, cavity: Grid) -> None:
        """Twelve hoops that run downwards from the spine to the front."""
        angle = np.abs(np.arctan2(canvas.x, canvas.y + np.float32(4)))
        drop = 104 * (angle / np.pi) ** 1.1
        along = (z - drop + 12) / _RIB_STEP
        off = (along - np.round(along)) * _RIB_STEP
        number = np.round(along)
        thick = np.hypot(off / 6.0, (cavity - 6.5) / 4.6) - 1
        there = (number >= 0) & (number < 13) & (angle < 2.75) & (angle > 0.16)
        distance = np.where(there, thick * 4.5, 20)
        canvas.paint(distance, np.where(angle > 2.45, 130, CORTEX))
        canvas.paint(distance + 2.2, np.where(angle > 2.45, 110, MARROW + 60))

    def _lungs(self, canvas: Canvas, z: float, cavity: Grid) -> None:
        grain = self._grain_for(canvas)
        tissue = LUNG + 0.42 * (canvas.y + 60) + 14 * grain
        tips = np.maximum(0, 26 - z) * 2.2
        for side in (-1, 1):
            border = self._inner_border(canvas.y, z, side)
            inward = border - side * canvas.x
            dome = self._dome(canvas, side)
            below = (z - dome) * np.float32(0.8)
            tip: Any = -99.0
            if z < 60:
                reach = float(np.clip(z - 12, 0.5, 48)) * 1.4
                tip = ellipse_distance((canvas.x, canvas.y), (side * 42, 14), (reach, reach + 4))
            distance = np.maximum(np.maximum(cavity + 2 + tips, inward), np.maximum(below, tip))
            canvas.paint(distance, tissue)

    def _inner_border(self, y: Grid, z: float, side: int) -> Grid:
        """How far from the middle a lung begins: the hilum, the heart's room, the spine."""
        heart = np.exp(-(((z - 205) / 62) ** 2))
        width = 16 + 10 * np.exp(-(((z - 128) / 26) ** 2)) + (34 if side > 0 else 14) * heart
        front = np.exp(-(((y + 62) / 30) ** 2)) * (10 - 6 * heart)
        back = np.exp(-(((y - 58) / 20) ** 2)) * 12
        waist = np.exp(-(((y + 12) / 44) ** 2))
        border: Grid = (8 + (width - 2) * waist + back - front).astype(np.float32)
        return border

    def _dome(self, canvas: Canvas, side: int) -> Grid:
        """The height at which the diaphragm ends the lung; the right one stands higher."""
        top, centre = (218.0, (-62.0, -8.0)) if side < 0 else (228.0, (64.0, -2.0))
        away = ((canvas.x - centre[0]) / 78) ** 2 + ((canvas.y - centre[1]) / 84) ** 2
        dome: Grid = (top + 74 * away).astype(np.float32)
        return dome

    def _belly(self, canvas: Canvas, z: float, cavity: Grid) -> None:
        """Liver, stomach with its bubble of air, and spleen, under the domes."""
        grain = self._grain_for(canvas)
        right = np.maximum(self._dome(canvas, -1) + 4 - z, cavity + 5)
        liver = np.maximum(right, canvas.x - 34 + 0.35 * canvas.y)
        canvas.paint(liver * 0.8, 108 + 7 * grain)
        left = np.maximum(self._dome(canvas, 1) + 4 - z, cavity + 6)
        canvas.paint(np.maximum(left, 22 - canvas.x) * 0.8, FAT + 12)
        spleen = ellipse_distance((canvas.x, canvas.y), (96, 44), (34, 24), angle=58)
        canvas.paint(np.maximum(left * 0.8, spleen), 122 + 6 * grain)
        stomach = ellipse_distance((canvas.x, canvas.y), (60, -18), (36, 28), angle=-18)
        canvas.paint(np.maximum(left * 0.8, stomach), 38)
        canvas.paint(np.maximum(np.maximum(left * 0.8, stomach + 4), canvas.y + 28), AIR)

    def _mediastinum(self, canvas: Canvas, z: float) -> None:
        if z < 175:
            canvas.ellipse((0, -14), (17, 34), FAT + 25 if z > 45 else 10)
        canvas.ellipse((7, 34), (8, 6), 40)
        if z > 90:
            canvas.ellipse((22, 44), (12.5, 12.5), BLOOD)
        if z < _CARINA:
            canvas.ellipse((0, 14), (11, 10), 45)
            canvas.ellipse((0, 14), (9, 8), AIR)
        else:
            self._bronchi(canvas, z)
        self._great_vessels(canvas, z)

    def _great_vessels(self, canvas: Canvas, z: float) -> None:
        """The arch, the branches above it, and below it both trunks and the upper vein."""
        if abs(z - 98) < 17:
            round_off = float(np.sqrt(1 - ((z - 98) / 17) ** 2))
            canvas.ellipse((9, 8), (15 * round_off, 38 * round_off**0.5), BLOOD, angle=-24)
        if z <= 96:
            for x, y, r in ((-12, -14, 6), (6, -12, 4.5), (17, -2, 5), (-27, -14, 8), (22, -20, 7)):
                canvas.ellipse((x, y), (r, r), BLOOD)
        elif z < 182:
            canvas.ellipse((-11, -22), (16, 16), BLOOD)
            canvas.ellipse((-29, -12), (9, 8), BLOOD + 30)
            if z < 160:
                canvas.ellipse((20, -26), (14, 13), BLOOD + 12)
                canvas.ellipse((-8, 0), (30, 8), BLOOD + 12, angle=8)

    def _bronchi(self, canvas: Canvas, z: float) -> None:
        down = z - _CARINA
        if down > 62:
            return
        for side, steep in ((-1, 0.62), (1, 0.8)):
            centre = (side * (6 + steep * down), 12 + 0.14 * down)
            radius = 7 - 0.06 * down
            canvas.ellipse(centre, (radius + 2, radius + 1.5), 40)
            canvas.ellipse(centre, (radius, radius - 0.5), AIR)

    def _heart(self, canvas: Canvas, z: float) -> None:
        """A muscle round two lit chambers, wrapped in a little fat, tilted to the left."""
        height = (z - 205) / 52
        if abs(height) >= 1:
            return
        size = float(np.sqrt(1 - height * height))
        centre = (16 + 10 * height, -18 - 5 * height)
        canvas.ellipse(centre, (64 * size + 4, 46 * size + 4), FAT, angle=28)
        canvas.ellipse(centre, (64 * size, 46 * size), 118, angle=28)
        left = (centre[0] + 26 * size, centre[1] + 9)
        right = (centre[0] - 10, centre[1] - 19 * size)
        canvas.ellipse(left, (27 * size, 17 * size), BLOOD + 12, angle=34)
        canvas.ellipse(right, (34 * size, 14 * size), BLOOD - 8, angle=20)
        atrium = (centre[0] - 36 * size, centre[1] + 4)
        canvas.ellipse(atrium, (18 * size, 22 * size), BLOOD - 4)
        if height < 0.2:
            canvas.ellipse(
                (centre[0] - 6, centre[1] + 36 * size), (26 * size, 12 * size), BLOOD + 8
            )

    def _vessels(self, canvas: Canvas, z: float) -> None:
        reach = 7.0
        first, last = np.searchsorted(self._heights, (z - reach, z + reach))
        for ball in self.vessels[first:last]:
            across = ball.radius**2 - (ball.z - z) ** 2
            if across > 0.05:
                radius = float(np.sqrt(across))
                self._dot(canvas, (ball.x, ball.y), radius, z)

    def _dot(self, canvas: Canvas, centre: tuple[float, float], radius: float, z: float) -> None:
        """Only in the lung: what is denser there already stays as it is."""
        where = canvas.around(centre, radius + 2 * canvas.edge)
        patch = canvas.image[where]
        if not patch.size:
            return
        distance = np.hypot(canvas.x[:, where[1]] - centre[0], canvas.y[where[0]] - centre[1])
        cover = np.clip(0.5 - (distance - radius) / canvas.edge, 0, 1)
        fits = np.clip((-300 - patch) / 200, 0, 1)
        patch += (60 - patch) * cover * fits

    def _spine(self, canvas: Canvas, z: float) -> None:
        phase = z % 24.0
        disc = phase < 4.5
        centre = (0.0, 62.0 + 4 * float(np.sin(z / 110)))
        grain = 30 * self._grain_for(canvas)
        where = canvas.around(centre, 26)
        if disc:
            canvas.ellipse(centre, (18.5, 15), 85)
        else:
            canvas.ellipse(centre, (19, 15.5), CORTEX * 0.62, power=2.3)
            body = ellipse_distance(
                (canvas.x[:, where[1]], canvas.y[where[0]]), centre, (17, 13.5), power=2.3
            )
            canvas.paint(body, MARROW + grain[where], where)
        self._arch(canvas, centre, disc)

    def _arch(self, canvas: Canvas, centre: tuple[float, float], disc: bool) -> None:
        x, y = centre
        for side in (-1, 1):
            canvas.ellipse((x + side * 14, y + 20), (5, 9), CORTEX * 0.72, angle=side * 18)
            canvas.ellipse((x + side * 8, y + 31), (11, 3.6), CORTEX * 0.8, angle=side * -32)
            if not disc:
                canvas.ellipse((x + side * 28, y + 24), (15, 4.6), CORTEX * 0.7, angle=side * 18)
                canvas.ellipse((x + side * 28, y + 24), (12, 2.4), MARROW, angle=side * 18)
        canvas.ellipse((x, y + 40), (3.6, 11), CORTEX * 0.75)
        canvas.ellipse((x, y + 40), (1.6, 8), MARROW)
        canvas.ellipse((x, y + 22), (10.5, 8.5), -10)
        canvas.ellipse((x, y + 22), (8, 6.5), 32)

    def _sternum(self, canvas: Canvas, z: float) -> None:
        if not 62 < z < 232:
            return
        wide = 22 - 8 * (z - 62) / 170
        y = -58 - 26 * float(np.clip((z - 62) / 60, 0, 1))
        canvas.ellipse((0, y), (wide, 6.5), CORTEX * 0.6, power=2.6)
        canvas.ellipse((0, y), (wide - 2, 4.5), MARROW - 40, power=2.6)

    def couch(self, canvas: Canvas) -> None:
        """The scanner's table under the back."""
        bend = canvas.y - 132 + (canvas.x / 46) ** 2
        shell = np.minimum(np.abs(bend) - 1.2, np.abs(bend - 16) - 1.0)
        canvas.paint(np.maximum(shell, np.abs(canvas.x) - 178), -420)

    def _finding(self, canvas: Canvas, z: float) -> None:
        """A round shadow with short spicules."""
        found = self.nodule
        if found is None or abs(z - found.z) > found.radius * 1.5:
            return
        where = canvas.around((found.x, found.y), found.radius * 2.5)
        dx, dy = canvas.x[:, where[1]] - found.x, canvas.y[where[0]] - found.y
        angle = np.arctan2(dy, dx)
        wobble = 0.1 * np.sin(3 * angle + 1) + 0.22 * np.maximum(0, np.sin(9 * angle)) ** 3
        radius = np.sqrt(dx * dx + dy * dy + (z - found.z) ** 2)
        canvas.paint((radius - found.radius * (1 + wobble)) * 0.55, 42, where)
