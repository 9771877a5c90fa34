"""What a number format says about the numbers under it: moments, times, elapsed times, shares, money, units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tablewright.core.readers.excel.cells import CLOCK, MOMENT, NUMBER, SPAN, Array
from tablewright.core.readers.excel.shown import contradicts, is_partial

_BUILT_IN = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys(range(32, 36), "h:mm:ss"),
}
LONGEST_CODE = 255
"""More characters than this no program writes or takes."""
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"')
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|General', re.IGNORECASE)
_MONEY_TAG = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
_SIGNS = re.compile(r"[$€£¥₹₽₩₺₴₪฿₫]")
_FILLED = re.compile(r"0{2,18}")
_UNIT = re.compile(r"[^\W\d_][\w./²³°]{0,9}|°[CF]?")


@dataclass(frozen=True)
class NumberFormat:
    """A number format by what it means."""

    kind: int = NUMBER
    code: str = ""
    unit: str | None = None
    is_share: bool = False
    """Shown as a percentage: the stored 0.12 is read 12 %."""

    @property
    def least_digits(self) -> int:
        """How many digits a whole number is filled up to with zeros, as identifiers are: 5 of `00000`, else 0."""
        return len(self.code) if _FILLED.fullmatch(self.code) else 0


GENERAL = NumberFormat()


def meaning(number: int, code: str | None) -> NumberFormat:
    """The meaning of a format by its number and, for custom formats, its code."""
    if code is None:
        code = _BUILT_IN.get(number, "")
    code = code[:LONGEST_CODE]
    first = code.split(";", 1)[0]
    bare = _SILENT.sub("", first).lower()
    if _SPAN.search(_LITERAL.sub("", first)):
        return NumberFormat(SPAN, code)
    if re.search(r"[ydmhsge]", bare.replace("e+", "").replace("e-", "")) and not re.search(r"[#?]", bare):
        has_day = re.search(r"[ydge]", bare) is not None
        has_clock = re.search(r"[hs]", bare) is not None
        return NumberFormat(CLOCK if has_clock and not has_day else MOMENT, code)
    if "%" in bare:
        return NumberFormat(NUMBER, code, is_share=True)
    return NumberFormat(NUMBER, code, unit=_unit(first))


def telling(formats: Sequence[NumberFormat]) -> Array:
    """The styles under which a cell may show something else than its value."""
    found = [i for i, one in enumerate(formats) if one.code and (contradicts(one.code) or is_partial(one.code))]
    return np.array(found, np.int64)


def with_units(formats: Sequence[NumberFormat]) -> Array:
    """The styles that say a unit, or that numbers are shares."""
    return np.array([i for i, one in enumerate(formats) if one.unit or one.is_share], np.int64)


def _unit(code: str) -> str | None:
    """A currency or a unit written into the format."""
    if found := _MONEY_TAG.search(code):
        return found[1].strip().strip('"') or None
    if found := _SIGNS.search(code):
        return found[0]
    words = [word.strip() for word in _LITERAL.findall(code) if word.strip()]
    if len(words) == 1 and _UNIT.fullmatch(words[0]):
        return str(words[0])
    return None
