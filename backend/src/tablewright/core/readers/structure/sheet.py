"""A grid with the kinds of its cells, a part of it, and what was found there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tablewright.core.readers.structure.cells import DATE, EMPTY, NUMBER, YEAR, text_of
from tablewright.core.readers.structure.model import Cell


@dataclass(frozen=True)
class Area:
    """A part of a grid: its rows and columns from first up to, but without, end."""

    first: int
    end: int
    left: int
    right: int
    body: int | None = None
    """The first row that may belong to the table, when what stands above is told apart already."""


@dataclass
class Shape:
    """What was found in an area. Rows are those of the grid."""

    area: Area
    header: tuple[int, ...] = ()
    data: tuple[int, ...] = ()
    """First and last row of data; empty when there are none."""
    columns: list[int] = field(default_factory=list)
    """The type of every column of the area: NUMBER, YEAR, DATE, TEXT or EMPTY."""
    spread: tuple[int, int] = (0, -1)
    """First and last column that header or data fill."""
    why: str = ""
    sure: bool = True
    limits: tuple[int, ...] = ()
    """Rows between the names and the data that say how much there can be in a column."""
    typical: int = 0
    """How many cells a row of data usually fills."""

    @property
    def typed(self) -> list[int]:
        """The columns, counted within the area, that hold numbers or dates."""
        return [i for i, kind in enumerate(self.columns) if kind in (NUMBER, YEAR, DATE)]


@dataclass(frozen=True)
class Sheet:
    """A grid and the kinds of its cells."""

    grid: Sequence[Sequence[Cell]]
    kinds: list[bytes]

    def cell(self, row: int, column: int) -> Cell:
        cells = self.grid[row]
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        return text_of(self.cell(row, column))

    def row(self, row: int, area: Area) -> bytes:
        return self.kinds[row][area.left : area.right]


def filled(kinds: bytes) -> int:
    """How many cells are not empty."""
    return len(kinds) - kinds.count(EMPTY)


def first_filled(kinds: bytes) -> int:
    """The first cell that is not empty, or the width."""
    return len(kinds) - len(kinds.lstrip(b"\0"))
