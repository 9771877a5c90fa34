"""Make the shipped fonts and the glyph widths from Inter's variable font.

Run by hand when Inter changes; the results are committed:

    pip download --no-deps fontpkg-inter==4.1.post1 && unzip fontpkg_inter-*.whl
    python charts/fonts/build.py "fontpkg_inter/files/Inter[opsz,wght].ttf"

Needs fontTools (a development dependency of the backend). The subset covers Latin, Latin Extended,
Greek, Cyrillic, Vietnamese, punctuation, currency signs, arrows, mathematics and simple shapes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "backend/src/tablewright/core/fonts"
METRICS = ROOT / "charts/src/metrics.json"
FAMILY = "Inter"
WEIGHTS = {400: "Regular", 700: "Bold"}
RANGES = [
    (0x20, 0x3FF),
    (0x400, 0x52F),
    (0x1E00, 0x1FFF),
    (0x2000, 0x20CF),
    (0x2100, 0x22FF),
    (0x25A0, 0x27BF),
    (0xFFFD, 0xFFFD),
]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum", "case", "frac"]


def make(source: Path, weight: int, style: str) -> TTFont:
    font = instantiateVariableFont(TTFont(source), {"wght": weight, "opsz": 14})
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cut.subset(font)
    name = font["name"]
    name.names = [record for record in name.names if record.nameID in (0, 5, 13, 14)]
    words = {1: FAMILY, 2: style, 3: f"{FAMILY}-{style}", 4: f"{FAMILY} {style}", 6: f"{FAMILY}-{style}"}
    for name_id, text in words.items():
        name.setName(text, name_id, 3, 1, 0x409)
    bold = weight >= 700
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x20 if bold else 0x40)
    font["head"].macStyle = 1 if bold else 0
    if "STAT" in font:
        del font["STAT"]
    return font


def widths(font: TTFont) -> list[list[int | list[int]]]:
    """Advances in thousandths of an em, as runs of neighbouring code points: [first, [width, ...]]."""
    unit = font["head"].unitsPerEm
    runs: list[list[int | list[int]]] = []
    last = -2
    for code, glyph in sorted(font.getBestCmap().items()):
        width = round(font["hmtx"][glyph][0] * 1000 / unit)
        if code == last + 1:
            runs[-1][1].append(width)  # type: ignore[union-attr]
        else:
            runs.append([code, [width]])
        last = code
    return runs


def main() -> None:
    source = Path(sys.argv[1])
    table = {"family": FAMILY}
    for weight, style in WEIGHTS.items():
        font = make(source, weight, style)
        font.save(FONTS / f"{FAMILY}-{style}.ttf")
        table[style.lower()] = widths(font)
    METRICS.write_text(json.dumps(table, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
