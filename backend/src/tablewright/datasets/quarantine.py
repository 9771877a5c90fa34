"""Rows that were set aside, read from their object a line at a time."""

from __future__ import annotations

import csv
import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tablewright.core.exports.safe_text import escape_cell
from tablewright.core.versions.edits import split
from tablewright.infra.paging import CursorInvalid
from tablewright.infra.storage import objects

SCANNED_LINES = 200_000
"""How many lines one page looks at; the cursor goes on behind them."""
SHOWN_CHARACTERS = 20_000
REASONS = 50


@dataclass(frozen=True)
class Wanted:
    """Which rows to list: all that is given must hold."""

    reason: str = ""
    column: str = ""
    search: str = ""

    def takes(self, row: dict[str, Any]) -> bool:
        if self.reason and row.get("reason") != self.reason:
            return False
        if self.column and row.get("column") != self.column:
            return False
        if not self.search:
            return True
        word = self.search.casefold()
        return word in str(row.get("raw", "")).casefold() or word in str(row.get("reason", "")).casefold()


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str
    width: int
    is_text: bool
    """Whether the file is delimited text, so that raw rows can be split."""

    def values(self, row: dict[str, Any]) -> list[str | None] | None:
        """The values of a row for the form in which it is edited, as many as the file has columns."""
        values = row.get("values")
        if values is None and self.is_text:
            values = split(str(row.get("raw", "")), self.delimiter, self.quote)
        if values is None:
            return None
        return [*values, *[None] * (self.width - len(values))] if len(values) < self.width else list(values)


@dataclass(frozen=True)
class Listed:
    items: list[dict[str, Any]]
    next_cursor: str | None


def page(key: str, wanted: Wanted, dialect: Dialect, *, cursor: str | None, limit: int) -> Listed:
    """Rows in the order of the file, from where the cursor points. Raises CursorInvalid."""
    offset, index = _read(cursor)
    path = objects().local_path(key)
    if offset > path.stat().st_size:
        raise CursorInvalid
    items: list[dict[str, Any]] = []
    with path.open("rb") as lines:
        lines.seek(offset)
        for _ in range(SCANNED_LINES):
            if len(items) == limit:
                break
            line = lines.readline()
            if not line:
                return Listed(items, None)
            try:
                row = json.loads(line)
            except ValueError as error:  # a cursor that points into a line is not one of ours
                raise CursorInvalid from error
            if wanted.takes(row):
                items.append(_shown(row, index, dialect))
            index += 1
        more = lines.read(1)
        return Listed(items, _write(lines.tell() - 1, index) if more else None)


def _shown(row: dict[str, Any], index: int, dialect: Dialect) -> dict[str, Any]:
    """A row for a page. One that is too long for a form is cut, and offers no values that would lose its rest."""
    raw = str(row.get("raw") or "")
    is_long = len(raw) > SHOWN_CHARACTERS
    values = None if is_long else dialect.values(row)
    return {**row, "index": index, "raw": raw[:SHOWN_CHARACTERS], "values": values}


def reasons(key: str) -> list[dict[str, Any]]:
    """The most frequent reasons, with how often each was found."""
    counted: Counter[str] = Counter()
    with objects().local_path(key).open("rb") as lines:
        for number, line in enumerate(lines):
            if number >= SCANNED_LINES:
                break
            counted[str(json.loads(line).get("reason"))] += 1
    return [{"reason": reason, "count": count} for reason, count in counted.most_common(REASONS)]


def as_csv(key: str) -> Iterator[bytes]:
    """All rows as CSV that a spreadsheet opens safely: line, column, reason, raw text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["line", "row", "column", "reason", "raw"])
    with objects().local_path(key).open("rb") as lines:
        for line in lines:
            row = json.loads(line)
            cells = (row.get(name) for name in ("line", "row", "column", "reason", "raw"))
            writer.writerow("" if cell is None else escape_cell(str(cell)) for cell in cells)
            if out.tell() > 1 << 16:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
    yield out.getvalue().encode()


def _write(offset: int, index: int) -> str:
    return urlsafe_b64encode(f"{offset}:{index}".encode()).decode()


def _read(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    try:
        offset, _, index = urlsafe_b64decode(cursor).decode().partition(":")
        if not (offset.isdecimal() and index.isdecimal() and len(cursor) < 100):
            raise CursorInvalid
        return int(offset), int(index)
    except ValueError as error:
        raise CursorInvalid from error
