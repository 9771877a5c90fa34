"""A dashboard as one picture: its tiles on their grid, set by Typst and written as PNG without a browser.

As on paper, the template is constant and everything of a user's is data. What a tile has no room for is counted in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tablewright.core.dashboards.model import COLUMNS, Place
from tablewright.core.exports.context import Reporter
from tablewright.core.layouts import glyphs
from tablewright.core.layouts.document import Part, Picture, Table, Text, Title
from tablewright.core.layouts.pdf import (
    DocumentNotPrintable,
    Paper,
    chart_item,
    compiled,
    picture_item,
    table_item,
    text_items,
)
from tablewright.core.layouts.wording import ENGLISH

TEMPLATE = Path(__file__).parent / "board.typ"
ROW, GAP, MARGIN, INSET = 44, 16, 28, 14
"""Sizes of the grid in CSS pixels, the same as on the screen; a pixel is a point here."""
HEAD = 34
_MOST_DOTS = 40_000_000
_MOST_ROWS = 60
Line = Annotated[str, Field(max_length=2000)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pane(_Value):
    """One tile: where it stands, and a text, chart or table in it."""

    place: Place
    title: Title = ""
    why: Title | None = None
    part: Part


class Sheet(_Value):
    """One tab."""

    title: Title = ""
    panes: tuple[Pane, ...] = ()


class Board(_Value):
    title: Title
    workspace: Title = ""
    generated_at: Title = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    """The filters in force, in words."""
    sheets: tuple[Sheet, ...]
    width: Annotated[int, Field(ge=300, le=4000)] = 1280
    height: Annotated[int, Field(ge=100, le=4000)] | None = None
    """Without it the picture is as high as what it shows; with it, it ends there."""
    bare: bool = False
    """Only the tile, without a head: for one tile alone."""


def inner(place: Place, width: int = 1280) -> tuple[int, int]:
    """The width and height in pixels that a tile's picture has, below its title."""
    column = (width - 2 * MARGIN + GAP) / COLUMNS
    return int(place.w * column - GAP - 2 * INSET), place.h * (ROW + GAP) - GAP - 2 * INSET - HEAD


def run(params: dict[str, Any], context: Reporter) -> dict[str, Any]:
    """The task `board.png`: `{board, out_path}` becomes the file and `{byte_count}`."""
    try:
        board = Board.model_validate(params["board"])
    except ValidationError as error:
        raise DocumentNotPrintable(f"The picture does not fit its description: {error.errors()[0]['msg']}.") from error
    context.progress(stage="picture")
    content = render(board)
    Path(params["out_path"]).write_bytes(content)
    return {"byte_count": len(content)}


def render(board: Board) -> bytes:
    """The picture as PNG, with two dots a pixel where that is not too large."""
    page = prepare(board)
    scale = min(2.0, (_MOST_DOTS / (page["width"] * page["likely-height"])) ** 0.5)
    if board.height is not None:
        scale = 1.0  # previews have the size that is asked for
    return compiled(TEMPLATE, page, format="png", ppi=72 * scale)[0]


def prepare(board: Board) -> dict[str, Any]:
    """Everything that the template shows, as texts and sizes."""
    column = (board.width - 2 * MARGIN + GAP) / COLUMNS
    sheets: list[dict[str, Any]] = []
    for sheet in board.sheets:
        panes = settled(sheet.panes)
        rows = max((pane.place.y + pane.place.h for pane in panes), default=0)
        height = max(0, rows * (ROW + GAP) - GAP)
        sheets.append({"title": _line(sheet.title), "panes": [_pane(pane, column) for pane in panes], "height": height})
    return {
        "width": board.width,
        "height": board.height,
        "likely-height": max(400.0, 200 + sum(sheet["height"] + 60 for sheet in sheets)),
        "margin": MARGIN,
        "inset": INSET,
        "bare": board.bare,
        "title": _line(board.title) or "–",
        "facts": " · ".join(filter(None, (_line(board.workspace), _line(board.generated_at)))),
        "note": _line(board.note),
        "fonts": list(glyphs.FAMILIES),
        "sheets": sheets,
        "rows-words": re.split(r"\{\w+\}", ENGLISH.rows_shown),
        "goes-on": "The text goes on.",
    }


def settled(panes: tuple[Pane, ...]) -> list[Pane]:
    """Every tile as high as it can stand without touching another, in reading order, as on the screen."""
    done: list[Pane] = []
    for pane in sorted(panes, key=lambda each: (each.place.y, each.place.x)):
        place = pane.place
        y = 0
        for other in done:
            beside = place.x < other.place.x + other.place.w and other.place.x < place.x + place.w
            y = max(y, other.place.y + other.place.h) if beside else y
        done.append(pane.model_copy(update={"place": place.model_copy(update={"y": y})}))
    return done


def _line(text: str) -> str:
    return glyphs.printable(text).replace("\n", " ").strip()


def _pane(pane: Pane, column: float) -> dict[str, Any]:
    place = pane.place
    width = place.w * column - GAP
    body: list[dict[str, Any]]
    match pane.part:
        case Table():
            body = [_rows(pane.part, width - 2 * INSET)]
        case Text():
            body = text_items(pane.part, Paper("a4", "en", ENGLISH, width, width))
        case Picture():
            body = [picture_item(pane.part, Paper("a4", "en", ENGLISH, width, width))]
        case chart:
            body = [{**chart_item(chart, Paper("a4", "en", ENGLISH, width, width), 1), "heading": None}]
    return {
        "x": place.x * column,
        "y": place.y * (ROW + GAP),
        "width": width,
        "height": place.h * (ROW + GAP) - GAP,
        "title": _line(pane.title),
        "why": _line(pane.why or ""),
        "is-text": isinstance(pane.part, Text),
        "is-bare": isinstance(pane.part, Text | Picture),
        "items": body,
    }


def _rows(table: Table, room: float) -> dict[str, Any]:
    """The columns that have room side by side; how many rows do is measured by the template."""
    item = table_item(table, Paper("a4", "en", ENGLISH, room, room), 1, _MOST_ROWS)[1]
    group, count = item["groups"][0], len(item["groups"])
    given = len(next(iter(table.data.values()))) if table.data else 0
    left_out = len(table.columns) - len(group["widths"])
    return {
        "kind": "rows",
        "group": {**group, "caption": None},
        "size": item["size"],
        "total": (total := max(table.total_count or 0, given)),
        "total-words": f"{total:,}",
        "columns": f"{left_out} more columns; the Excel export holds all." if count > 1 else None,
    }
