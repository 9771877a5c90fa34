"""Names of Excel sheets: at most 31 characters, none of seven signs, no two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tablewright.core.exports.cell_text import clean, utf16_length

LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffd]+")


class SheetNames:
    """The names that one workbook has given out."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.casefold() for name in taken} | {"history"}  # Excel keeps "History" to itself

    def take(self, wish: str) -> str:
        """A valid name as near to the wish as may be; the second of two alike ends in ` (2)`."""
        base = " ".join(_FORBIDDEN.sub(" ", clean(wish)[0]).split()).strip("' ") or "Sheet"
        name, number = _cut(base, LONGEST), 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{_cut(base, LONGEST - len(f' ({number})'))} ({number})"
        self._taken.add(name.casefold())
        return name


def _cut(name: str, length: int) -> str:
    while utf16_length(name) > length:
        name = name[:-1]
    return name.strip("' ") or "Sheet"
