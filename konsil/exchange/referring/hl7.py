"""HL7 v2 messages as text: segments, fields, components, and the escapes of HL7 v2.5.1 §2.7.

A message is read with the delimiters that its own MSH names. Nothing here knows what an order is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_SEGMENTS = 500
START, END = b"\x0b", b"\x1c\r"
"""How MLLP frames a message (HL7 v2 Transport: MLLP, release 1)."""


class NotHl7(ValueError):
    """The text is no HL7 v2 message; the words say why."""


@dataclass(frozen=True)
class Marks:
    """The delimiters of one message."""

    part: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"

    @property
    def names(self) -> dict[str, str]:
        """What the escapes stand for."""
        return {
            "F": self.part,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.sub,
        }


@dataclass(frozen=True)
class Segment:
    """One line: its name and its fields, counted as HL7 counts them (MSH-1 is the delimiter)."""

    name: str
    parts: list[str]
    marks: Marks

    def raw(self, number: int) -> str:
        """Field `number` as it stands, "" where there is none."""
        at = number - 1 if self.name == "MSH" else number
        return self.parts[at] if 0 < at < len(self.parts) else ""

    def repeats(self, number: int) -> list[str]:
        """The repetitions of a field, as they stand."""
        return self.raw(number).split(self.marks.repetition)

    def text(self, number: int, component: int = 1, repetition: int = 0) -> str:
        """One component, read; "" where there is none or it was sent as "" (deleted)."""
        rows = self.repeats(number)
        if repetition >= len(rows):
            return ""
        parts = rows[repetition].split(self.marks.component)
        found = parts[component - 1] if component <= len(parts) else ""
        first = found.split(self.marks.sub)[0]
        return "" if first == '""' else unescaped(first, self.marks).strip()

    def whole(self, number: int) -> str:
        """A text field with all its repetitions, each on a line."""
        return "\n".join(unescaped(each, self.marks) for each in self.repeats(number)).strip()


@dataclass(frozen=True)
class Message:
    """The segments in their order."""

    segments: list[Segment]

    def first(self, name: str) -> Segment:
        """The first segment of that name; an empty one where there is none."""
        head = self.segments[0]
        return next(self.all(name), Segment(name, [name], head.marks))

    def all(self, name: str) -> Iterator[Segment]:
        """Every segment of that name."""
        return (each for each in self.segments if each.name == name)


def read(text: str) -> Message:
    """The message in `text`. Raises `NotHl7`."""
    lines = [line for line in re.split(r"[\r\n]+", text.strip("\r\n \x0b\x1c")) if line.strip()]
    if not lines or not lines[0].startswith("MSH") or len(lines[0]) < 8:
        raise NotHl7("An HL7 message begins with MSH and its five delimiters.")
    signs = lines[0][3:8]
    if len(set(signs)) != 5 or any(sign.isalnum() or sign.isspace() for sign in signs):
        raise NotHl7("The delimiters after MSH must be five different signs, like |^~\\&.")
    if len(lines) > MOST_SEGMENTS:
        raise NotHl7(f"A message has at most {MOST_SEGMENTS} segments.")
    marks = Marks(*signs)
    return Message([Segment(line[:3], line.split(marks.part), marks) for line in lines])


def unescaped(text: str, marks: Marks) -> str:
    """A text with its escapes resolved: delimiters, line breaks, bytes in hex (§2.7)."""
    sign = re.escape(marks.escape)

    def meant(found: re.Match[str]) -> str:
        code = found[1]
        if code in marks.names:
            return marks.names[code]
        if code.startswith((".br", ".sp")):
            return "\n"
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", code):
            return bytes.fromhex(code[1:]).decode("utf-8", "replace")
        return ""  # highlighting and the like say nothing to us

    return re.sub(f"{sign}([^{sign}]*){sign}", meant, text)


def escaped(text: str, marks: Marks) -> str:
    """A text that is safe within one component."""
    signs = {sign: f"{marks.escape}{name}{marks.escape}" for name, sign in marks.names.items()}
    signs |= {"\n": f"{marks.escape}.br{marks.escape}", "\r": " "}
    return "".join(signs.get(sign, sign) for sign in text)


def decoded(raw: bytes) -> str:
    """The bytes as text: UTF-8, else as most old senders write (Windows-1252)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
