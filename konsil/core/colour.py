"""A hospital's own colour: is it readable, is it not the yellow of “your turn”, what goes with it.

Contrast by WCAG 2.2 (relative luminance). A hospital sets one value; the two that go with it are
computed, so that nobody has to choose them.
"""

import colorsys
import re
from dataclasses import dataclass

READABLE = 4.5
"""Contrast on white that text and buttons need (WCAG 2.2, 1.4.3)."""
YELLOW = (40 / 360, 70 / 360)
"""Hues that would be taken for the ball."""
_HEX = re.compile(r"#([0-9a-fA-F]{6})").fullmatch


class NotAColour(ValueError):
    """The colour cannot be used; the words say why, and which one would do."""


@dataclass(frozen=True)
class Brand:
    """The three values that a hospital's colour replaces."""

    act: str
    deep: str
    wash: str

    def sheet(self) -> str:
        """The style sheet; the reading room keeps its own colours, for the eye's sake."""
        return (
            ":root{--act:%s;--act-deep:%s;--act-wash:%s}" % (self.act, self.deep, self.wash)  # noqa: UP031
        )


def contrast(one: str, other: str = "#FFFFFF") -> float:
    """The contrast of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def brand_of(act: str) -> Brand:
    """The colour with its darker and its pale companion. Raises NotAColour in words."""
    found = _HEX(act.strip())
    if not found:
        raise NotAColour("Write the colour as # and six figures, like #11496F.")
    act = f"#{found[1].upper()}"
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(act))
    if YELLOW[0] <= hue <= YELLOW[1] and saturation > 0.35:
        raise NotAColour("Yellow means “your turn” on every page. Choose another colour.")
    if contrast(act) < READABLE:
        raise NotAColour(f"White writing on this colour is hard to read. {darker(act)} would do.")
    return Brand(act, _shade(act, 0.68), _tint(act, 0.88))


def darker(act: str) -> str:
    """The nearest darker colour of the same hue that can be read on white."""
    share = 1.0
    while contrast(found := _shade(act, share)) < READABLE:
        share -= 0.02
    return found


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(max(0, min(1, part)) * 255):02X}" for part in parts)


def _shade(colour: str, share: float) -> str:
    red, green, blue = _parts(colour)
    return _hex((red * share, green * share, blue * share))


def _tint(colour: str, white: float) -> str:
    red, green, blue = (part + (1 - part) * white for part in _parts(colour))
    return _hex((red, green, blue))


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
