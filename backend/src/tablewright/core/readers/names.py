"""Column names: kept as written where possible, repaired and recorded where not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tablewright.core.readers.model import Receipt

SHOWN_CHARACTERS = 60
NAME_CHARACTERS = 300
_GUARDED = re.compile(r'\s*="([^"]*)"\s*')
"""A text written as a formula, so that spreadsheets take it for no number."""


def repaired(names: Sequence[str], receipt: Receipt) -> list[str]:
    """Unique, non-empty names in the same order; what was changed is recorded as a decision."""
    result: list[str] = []
    names = [_GUARDED.sub(r"\1", name) if _GUARDED.fullmatch(name) else name for name in names]
    taken = {name.strip().casefold() for name in names if name.strip()}
    used: set[str] = set()
    invented: list[str] = []
    renamed: list[str] = []
    tidied: list[str] = []
    for position, original in enumerate(names, start=1):
        wanted = " ".join(original.replace("\x00", "").split())[:NAME_CHARACTERS].rstrip()
        if wanted != original.strip():
            tidied.append(f'"{_shown(original)}" in column {position} became "{_shown(wanted)}"')
        blank = not wanted
        if blank:
            wanted = f"Column {position}"
        name, number = wanted, 2
        while name.casefold() in used or (blank and name.casefold() in taken):
            name, number = f"{wanted} ({number})", number + 1
        if blank:
            invented.append(name)
        elif name != wanted:
            renamed.append(f'"{wanted}" in column {position} became "{name}"')
        used.add(name.casefold())
        result.append(name)
    if invented:
        listed = ", ".join(invented[:10])
        count = "1 column has" if len(invented) == 1 else f"{len(invented)} columns have"
        receipt.decide("column names", "invented", f"{count} no name: {listed}")
    if tidied:
        said = f"blanks and line breaks made one, {NAME_CHARACTERS} characters kept: {'; '.join(tidied[:10])}"
        receipt.decide("column names", "tidied", said)
    if renamed:
        receipt.decide("column names", "made unique", "; ".join(renamed[:10]))
    return result


def _shown(name: str) -> str:
    return name.strip() if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}… ({len(name):,} characters)"
