"""What in a grid of cells is title, header, data, total and note, and which rectangles of it are tables.

`structure` takes a grid (of text, or of typed cells) and gives a block for every table. `needs_structure` is the
cheap question before it, for a text file: whether there is anything but a header and rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tablewright.core.readers.structure.areas import tables_of
from tablewright.core.readers.structure.blocks import block_of, plain_block
from tablewright.core.readers.structure.cells import kinds_of
from tablewright.core.readers.structure.doubts import warn_of_doubts
from tablewright.core.readers.structure.gate import needs_structure
from tablewright.core.readers.structure.model import LOADED, Block, Cell, Line, LineClass, Rectangle
from tablewright.core.readers.structure.shape import shape_of
from tablewright.core.readers.structure.sheet import Area, Sheet
from tablewright.core.readers.structure.totals import decide_totals

__all__ = [
    "LOADED",
    "Block",
    "Cell",
    "Line",
    "LineClass",
    "Rectangle",
    "decide_totals",
    "needs_structure",
    "structure",
    "warn_of_doubts",
]


def structure(
    grid: Sequence[Sequence[Cell]],
    *,
    merged: Sequence[Rectangle] = (),
    several: bool | None = None,
    header_rows: int | None = None,
    leave_out_totals: bool | None = None,
) -> list[Block]:
    """The tables of a grid, in reading order; none only when every cell is empty.

    `merged`: ranges of merged cells, which hold their value at the top left. `several`: told whether the grid may
    hold several tables; None and True look for them, False gives one. `header_rows`: told, 0 for no header.
    `leave_out_totals`: told, whether rows that look like totals are left out; None leaves out those whose label stands
    in a column of dates or numbers.
    Every row of the grid belongs to a block, and to one only unless blocks stand beside one another.
    """
    width = max(map(len, grid), default=0)
    sheet = Sheet(grid, kinds_of(grid, width))
    if not any(any(kinds) for kinds in sheet.kinds):
        return []
    whole = Area(0, len(grid), 0, width)
    areas = [whole] if several is False else tables_of(sheet, whole)
    blocks: list[Block] = []
    for area in areas:
        shape = shape_of(sheet, area, header_rows)
        if shape.data:
            inside = [m for m in merged if m.first_row < area.end and m.last_row >= area.first]
            blocks.append(block_of(sheet, area, shape, inside, leave_out_totals=leave_out_totals))
        else:
            blocks.append(plain_block(sheet, replace(shape, area=area)))
    return blocks
