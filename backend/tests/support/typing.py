"""Columns of text landed and typed, and read back."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import Quiet, Receipt, Source
from tablewright.core.readers.options import LoadOptions
from tablewright.core.tables import Column


@dataclass(frozen=True)
class Typed:
    """What became of columns of text."""

    columns: tuple[Column, ...]
    values: list[list[Any]]
    """By column, in order."""
    receipt: Receipt

    @property
    def types(self) -> list[str]:
        return [str(column.type) for column in self.columns]

    def decided(self, what: str) -> Any:
        """The decision about something, for instance `type of day`."""
        return next(one for one in self.receipt.decisions if one.what == what)


def typed(columns: Mapping[str, Sequence[str | None]], options: Mapping[str, Any] | None = None) -> Typed:
    """Land equally long columns of text; the row number is given as the line."""
    with tempfile.TemporaryDirectory() as folder:
        out, scratch, path = Path(folder) / "out", Path(folder) / "scratch", Path(folder) / "upload"
        out.mkdir()
        scratch.mkdir()
        path.touch()
        source = Source(path, "upload", out, Quiet(scratch), options=LoadOptions.model_validate(options or {}))
        landing = Landing(source, 1)
        landing.add_columns([list(values) for values in columns.values()])
        receipt = Receipt(rows_seen=landing.count)
        table = landing.table("table", list(columns), receipt, line_of=lambda number: number)
        assert receipt.balanced
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            bare = [f"CAST({c.id} AS TIMESTAMP)" if c.physical.endswith("ZONE") else c.id for c in table.schema.columns]
            rows = con.execute(f"SELECT {', '.join(bare)} FROM read_parquet('{table.file}')").fetchall()
    values = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    return Typed(table.schema.columns, values, receipt)


def one(values: Sequence[str | None], **options: Any) -> Typed:
    """A single column, `x`, and what was told about it."""
    return typed({"x": values}, {"columns": {"x": options}} if options else None)
