"""A dashboard as pages and as a picture: what the screen shows, asked through the gate and set without a browser."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tablewright.core.dashboards.model import ImageTile, Place, QuestionTile, TextTile
from tablewright.core.errors import Problem
from tablewright.core.layouts import board
from tablewright.core.layouts.document import Chart, Document, Part, Picture, Table, Text
from tablewright.dashboards import images
from tablewright.dashboards.showing import Pane, Spread
from tablewright.infra.admission import is_refusal
from tablewright.infra.compute import document_children
from tablewright.infra.limits import Cancelled
from tablewright.queries import service as queries
from tablewright.reports.rendering import chart_of, table_of

GaveUp = Callable[[], bool]
Progress = Callable[..., None]
_PREVIEW = (1200, 630)
"""What messengers show of a link, in pixels."""
_ALONE = Place(x=0, y=0, w=12, h=9)


def pages(spread: Spread, file: Path, *, at: datetime, progress: Progress, cancelled: GaveUp) -> int:
    """Write the dashboard as PDF, tab by tab in reading order; returns the number of pages."""
    parts: list[Part] = [Text(text=f"Only rows where {spread.filters}.")] if spread.filters else []
    total = sum(1 for _ in spread.panes())
    for sheet in spread.sheets:
        if len(spread.sheets) > 1:
            parts.append(Text(text=f"# {sheet.title}"))
        for pane in sorted(sheet.panes, key=lambda each: (each.tile.place.y, each.tile.place.x)):
            progress(stage="sections", done=len(parts), total=total + len(parts), unit="tiles")
            part = _part(pane, cancelled, None)
            parts.append(_explained(part, pane.tile.why) if isinstance(pane.tile, QuestionTile) else part)
    progress(stage="pages")
    document = Document(
        title=spread.title,
        workspace=spread.workspace_name,
        generated_at=_told(at),
        created_at=at,
        sections=tuple(parts),
    )
    reply = _written("report.pdf", {"document": document.model_dump(mode="json")}, file, cancelled)
    return int(reply["pages"])


def picture(
    spread: Spread,
    file: Path,
    *,
    at: datetime,
    progress: Progress,
    cancelled: GaveUp | None = None,
    alone: bool = False,
    preview: bool = False,
    named: bool = True,
) -> None:
    """Write the dashboard as PNG; `alone` one tile without a head, `preview` in the size that messengers show.

    Without `named`, the workspace is not told.
    """
    width = _PREVIEW[0] if preview else 800 if alone else 1280
    total = sum(1 for _ in spread.panes())
    sheets: list[board.Sheet] = []
    done = 0
    for sheet in spread.sheets[:1] if preview else spread.sheets:
        panes = []
        for pane in sheet.panes:
            progress(stage="sections", done=done, total=total, unit="tiles")
            done += 1
            place = _ALONE if alone else pane.tile.place
            if preview and board.ROW * place.y > _PREVIEW[1]:
                continue  # below the edge of the picture
            part = _part(pane, cancelled, board.inner(place, width))
            why = pane.tile.why if isinstance(pane.tile, QuestionTile) else None
            panes.append(board.Pane(place=place, title=pane.title, why=why, part=part))
        sheets.append(board.Sheet(title=sheet.title, panes=tuple(panes)))
    drawn = board.Board(
        title=spread.title,
        workspace=spread.workspace_name if named else "",
        generated_at=_told(at),
        note=f"Only rows where {spread.filters}." if spread.filters else "",
        sheets=tuple(sheets),
        width=width,
        height=_PREVIEW[1] if preview else None,
        bare=alone,
    )
    _written("board.png", {"board": drawn.model_dump(mode="json")}, file, cancelled)


def _told(at: datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC".lstrip("0")


def _written(task: str, params: dict[str, Any], file: Path, cancelled: GaveUp | None) -> dict[str, Any]:
    reply: dict[str, Any] = (
        document_children()
        .call(task, {**params, "out_path": str(file)}, cancelled=cancelled, only_write=[file.parent])
        .value
    )
    return reply


def _part(pane: Pane, cancelled: GaveUp | None, size: tuple[int, int] | None) -> Part:
    """What a tile shows: its text, table or chart, or why it shows nothing."""
    if isinstance(pane.tile, TextTile):
        return Text(text=pane.tile.text)
    if isinstance(pane.tile, ImageTile):
        found = pane.picture
        assert found is not None  # it shows one
        png = b64encode(images.read(found.workspace_id, found.image_id)).decode()
        return Picture(png=png, width=found.width, height=found.height, alt=pane.tile.alt)
    title = pane.title if size is None else ""
    try:
        if isinstance(pane.asked, Problem):
            raise pane.asked
        assert pane.asked is not None  # only a text asks nothing
        answer = queries.answer(pane.asked, cancelled=cancelled)
        if answer.row_count == 0:
            return _words(title, "Nothing is left under these filters.")
        if pane.chart is None:
            return table_of(title, pane.asked, answer, pane.formats, cancelled)
        if size is None:
            return chart_of(title, pane.asked, answer, pane.chart, cancelled)
        width, height = (max(least, each) for least, each in zip((120, 90), size, strict=True))
        return chart_of(title, pane.asked, answer, pane.chart, cancelled, width=width, height=height)
    except Problem as problem:
        if isinstance(problem, Cancelled) or is_refusal(problem):
            raise
        # One tile that fails does not take the page with it, and says why.
        return _words(title, f"This could not be answered. {problem.detail}")


def _explained(part: Part, why: str | None) -> Part:
    """The part with the reason why it is there, below its picture or rows."""
    if why is None or isinstance(part, Text):
        return part
    if isinstance(part, Table):
        return part.model_copy(update={"note": why})
    assert isinstance(part, Chart)  # the one kind left that a question becomes
    return part.model_copy(update={"caption": " · ".join(filter(None, (why, part.caption)))[:2000]})


def _words(title: str, told: str) -> Text:
    return Text(text=f"# {title}\n\n{told}" if title else told)
