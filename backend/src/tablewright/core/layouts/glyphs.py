"""Which characters the shipped fonts can print, how wide they are, and what becomes of the others.

A tagged, archivable PDF must not hold a character without a glyph, so each text is looked through first: what
no font holds is spelled out as its code point (`‹U+1F9A6›`), as are control characters and direction overrides.
Only what is drawn as nothing is left out, and nothing a text holds can make a document fail.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tablewright.core import fonts

FALLBACK_FOLDER = Path(__file__).parent / "fonts"
FOLDERS = (fonts.FOLDER, FALLBACK_FOLDER)
FILES = (
    fonts.REGULAR,
    FALLBACK_FOLDER / "DejaVuSans.ttf",
    FALLBACK_FOLDER / "DroidSansFallback.ttf",
    FALLBACK_FOLDER / "HangulFallback.ttf",
)
FAMILIES = (fonts.FAMILY, "DejaVu Sans", "Droid Sans Fallback", "Hangul Fallback")
"""In the order in which a character looks for its glyph; the same order as FILES."""

_PLAIN = re.compile(r"[\n -~\u00a1-\u00ac\u00ae-\u017f\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f–—‘’“”„…€]*")
"""Held by the first font for certain: most texts need no second look."""

_SPACES = str.maketrans(
    {"\t": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
)
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SILENT = frozenset("\u200b\u2060\u00ad\u200c\u200d\ufe0e\ufe0f")
"""Drawn as nothing: break opportunities, joiners and picture selectors."""


_SPLIT = "\u0eb3"
"""Set as two glyphs although it is one character."""


@dataclass(frozen=True)
class Font:
    """The characters of one font file, with their widths in parts of an em."""

    widths: dict[int, float] = field(repr=False)

    def holds(self, cluster: str) -> bool:
        return all(ord(character) in self.widths for character in cluster)


@cache
def shipped() -> tuple[Font, ...]:
    return tuple(_read(path) for path in FILES)


def printable(text: str, *, picture: bool = False) -> str:
    """The text with everything spelled out that the shipped fonts cannot print or that would reorder its line.

    In a picture a character with marks that is not one character (as pointed Hebrew) is spelled out too: pictures
    lose which text such a glyph stands for, which a tagged file must know.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_SPACES))
    return "".join(_cluster(part, picture) for part in _clusters(text))


def _clusters(text: str) -> list[str]:
    """The text in pieces that must come from one font: a character with the marks that sit on it."""
    pieces: list[str] = []
    for character in text:
        if pieces and unicodedata.category(character) in ("Mn", "Me", "Mc") and not pieces[-1].isspace():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cluster(cluster: str, picture: bool) -> str:
    if cluster == "\n":
        return cluster
    cluster = "".join(character for character in cluster if character not in _SILENT)
    if not cluster:
        return ""
    if _is_sound(cluster) and not (picture and (len(cluster) > 1 or cluster in _SPLIT)):
        return cluster
    if len(cluster) == 1:
        return f"‹U+{ord(cluster):04X}›"
    return "".join(_cluster(character, picture) for character in cluster)


def _is_sound(cluster: str) -> bool:
    """Whether it is text, and the first font that holds the character holds its marks as well.

    A later font is not asked for both: the setter of pictures takes each character from the first font that has it.
    """
    if unicodedata.category(cluster[0])[0] == "M":
        return False
    if any(c in _DIRECTION or unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in cluster):
        return False
    first = next((font for font in shipped() if font.holds(cluster[0])), None)
    return first is not None and first.holds(cluster)


def width(text: str) -> float:
    """The width of the longest line in em, without kerning."""
    return max((sum(map(_advance, line)) for line in text.split("\n")), default=0.0)


_DIGIT = 0.648
"""Of Inter, when all digits are given the same width, as they are in tables."""


@cache
def _advance(character: str) -> float:
    code = ord(character)
    if character in "0123456789+−-–=<>":
        return _DIGIT
    return next((font.widths[code] for font in shipped() if code in font.widths), 1.0)


def _read(path: Path) -> Font:
    data = path.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    long_count = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    advances = [struct.unpack_from(">H", data, tables[b"hmtx"] + 4 * index)[0] / em for index in range(long_count)]
    return Font({code: advances[min(glyph, long_count - 1)] for code, glyph in _characters(data, tables[b"cmap"])})


def _characters(data: bytes, cmap: int) -> list[tuple[int, int]]:
    """Pairs of code point and glyph, from the subtable that covers most."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    places = {cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * index)[0] for index in range(count)}
    formats = {struct.unpack_from(">H", data, place)[0]: place for place in places}
    return _segmented(data, formats[12]) if 12 in formats else _sixteen_bit(data, formats[4])


def _segmented(data: bytes, place: int) -> list[tuple[int, int]]:
    groups = struct.unpack_from(">I", data, place + 12)[0]
    found: list[tuple[int, int]] = []
    for index in range(groups):
        first, last, glyph = struct.unpack_from(">III", data, place + 16 + 12 * index)
        found += [(code, glyph + code - first) for code in range(first, last + 1)]
    return found


def _sixteen_bit(data: bytes, place: int) -> list[tuple[int, int]]:
    count = struct.unpack_from(">H", data, place + 6)[0] // 2
    ends, starts = place + 14, place + 16 + 2 * count
    deltas, offsets = starts + 2 * count, starts + 4 * count
    found: list[tuple[int, int]] = []
    for index in range(count):
        start, end, delta, offset = (
            struct.unpack_from(">H", data, table + 2 * index)[0] for table in (starts, ends, deltas, offsets)
        )
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", data, offsets + 2 * index + offset + 2 * (code - start))[0]
            if glyph or not offset:
                found.append((code, (glyph + delta) & 0xFFFF))
    return [(code, glyph) for code, glyph in found if glyph]
