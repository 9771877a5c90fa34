"""Make the fallback fonts: run by hand when one changes; the results are committed.

    python scripts/fallback_fonts.py DroidSansFallbackFull.ttf DejaVuSans.ttf NanumBarunGothic.ttf

They come from Debian's packages fonts-droid-fallback, fonts-dejavu-core and fonts-nanum. Needs fontTools, a
development dependency. Hints and private-use glyphs are left out; glyphs are unchanged. The Hangul subset is
renamed, as its licence asks of every changed copy.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parents[1] / "backend/src/tablewright/core/layouts/fonts"
HANGUL = {*range(0x1100, 0x1200), *range(0x3130, 0x3190), *range(0xAC00, 0xD7B0)}


def make(source: str, target: str, family: str | None, wanted: set[int] | None) -> None:
    font = TTFont(source)
    options = subset.Options()
    options.hinting = False
    options.glyph_names = False
    options.layout_features = ["*"]
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["FFTM"]
    cut = subset.Subsetter(options)
    held = [code for code in font.getBestCmap() if not 0xE000 <= code < 0xF900]
    cut.populate(unicodes=[code for code in held if wanted is None or code in wanted])
    cut.subset(font)
    if family:
        names = font["name"]
        names.names = [record for record in names.names if record.nameID in (0, 5, 13, 14)]
        words = {1: family, 2: "Regular", 3: family, 4: family, 6: family.replace(" ", "")}
        for name_id, text in words.items():
            names.setName(text, name_id, 3, 1, 0x409)
    font.save(FOLDER / target)


if __name__ == "__main__":
    droid, dejavu, nanum = sys.argv[1:]
    make(droid, "DroidSansFallback.ttf", None, None)
    make(dejavu, "DejaVuSans.ttf", None, None)
    make(nanum, "HangulFallback.ttf", "Hangul Fallback", HANGUL)
