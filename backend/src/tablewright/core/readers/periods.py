"""Months, quarters and weeks: they stay text, and are the first day of each where somebody says that they are dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tablewright.core.readers.calendar_names import MONTHS, plain_word
from tablewright.core.readers.moments import Moments
from tablewright.core.readers.worded import PERIODS

_IN_NUMBERS = {
    "%Y-%m": r"(?P<y>\d{4})-(?P<n>\d{1,2})",
    "%Y/%m": r"(?P<y>\d{4})/(?P<n>\d{1,2})",
    "%Y.%m": r"(?P<y>\d{4})\.(?P<n>\d{1,2})",
    "%YM%m": r"(?P<y>\d{4})M(?P<n>\d{1,2})",
    "%Y%m": r"(?P<y>\d{4})(?P<n>\d{2})",
    "%m-%Y": r"(?P<n>\d{1,2})-(?P<y>\d{4})",
    "%m/%Y": r"(?P<n>\d{1,2})/(?P<y>\d{4})",
    "%m.%Y": r"(?P<n>\d{1,2})\.(?P<y>\d{4})",
    "%Y年%m月": r"(?P<y>\d{4})年(?P<n>\d{1,2})月",
    "%Y년 %m월": r"(?P<y>\d{4})년 (?P<n>\d{1,2})월",
}
_SHAPES = {name: re.compile(shape, re.ASCII) for name, shape in _IN_NUMBERS.items()} | {
    name: re.compile(shape) for name, shape in PERIODS.items()
}
_YEARS = range(1800, 2200)


def written(values: Sequence[str]) -> Moments | None:
    """How all of these months, quarters or weeks are written; None when they are none, or not in one way."""
    for name, shape in _SHAPES.items():
        found = [match for value in values if (match := shape.fullmatch(value)) and _is_period(match)]
        if len(found) < len(values) or len({len(match["y"]) for match in found}) != 1:
            continue
        of = "quarters" if "q" in shape.groupindex else "weeks" if "w" in shape.groupindex else "months"
        if name in _IN_NUMBERS:
            return Moments((name,), first_of=of, example=values[0])
        year = "%y" if len(found[0]["y"]) == 2 else "%Y"
        format = "%G-W%V-%u" if of == "weeks" else f"{year}-%m-%d"
        return Moments((format,), named=name, first_of=of, example=values[0])
    return None


def may_be_days(values: Sequence[str]) -> bool:
    """Whether months with short years may be days of a year that is not said: Jan-24."""
    found = [_SHAPES["month of a year"].fullmatch(value) for value in values]
    return all(match is not None and len(match["y"]) == 2 and 1 <= int(match["y"]) <= 31 for match in found)


def _is_period(found: re.Match[str]) -> bool:
    parts = found.groupdict()
    if len(parts["y"]) == 4 and int(parts["y"]) not in _YEARS:
        return False
    if "m" in parts:
        return plain_word(parts["m"]) in MONTHS
    return "q" in parts or (1 <= int(parts["w"]) <= 53 if "w" in parts else 1 <= int(parts["n"]) <= 12)
