"""What the structure of a grid is made of: blocks, and one class for every row of a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tablewright.core.readers.model import Confidence

Cell = Any
"""A text, None, or a typed value of a workbook: int, float, Decimal, bool, date, time, datetime, timedelta."""

LineClass = Literal["blank", "title", "metadata", "header", "units", "group", "data", "total", "left out", "note"]
"""`title`: one cell above the table; `metadata`: several cells above it that are not its header; `group`: a label
alone on its line among the data; `total`: data that is the sum or mean of other rows; `left out`: a total that is not
wanted; `note`: below the data."""

LOADED: frozenset[str] = frozenset({"data", "total", "group"})
"""The classes whose rows belong into the loaded table. A group label is loaded too: dropping it would lose what
the rows under it are about."""


@dataclass(frozen=True)
class Rectangle:
    """A range of cells; both ends belong to it, counted from 0."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Line:
    """What one row of the grid is, and why."""

    row: int
    kind: LineClass
    reason: str = ""


@dataclass(frozen=True)
class Block:
    """One table of the grid with the titles above and the notes below it.

    `lines` holds every row from `first_row` to `last_row` once. Blocks below one another share no row; blocks
    beside one another hold the same rows but share no column.
    """

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    lines: tuple[Line, ...]
    header: tuple[int, ...]
    """The header's rows; empty when the table has none."""
    names: tuple[str, ...]
    """One for every column, "" where the header says nothing; empty without a header."""
    units: tuple[str, ...]
    """One for every column where the header has a row of units; else empty."""
    confidence: Confidence
    evidence: str
    doubts: tuple[str, ...] = ()
    """What may have been meant otherwise, in words."""

    @property
    def width(self) -> int:
        return self.last_column - self.first_column + 1

    @property
    def loaded(self) -> tuple[int, ...]:
        """The rows that belong into the table, in order."""
        return tuple(line.row for line in self.lines if line.kind in LOADED)

    @property
    def skipped(self) -> tuple[Line, ...]:
        """The rows that do not: titles, header, notes and blank lines."""
        return tuple(line for line in self.lines if line.kind not in LOADED)

    def rows(self, *kinds: LineClass) -> tuple[int, ...]:
        """The rows of these classes."""
        return tuple(line.row for line in self.lines if line.kind in kinds)
