"""Loads bytes the way an upload is loaded, and reads back what came of it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.readers.glance import preview
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet


@dataclass(frozen=True)
class Loaded:
    """One table with its rows in file order."""

    name: str
    names: list[str]
    types: list[str]
    physical: list[str]
    rows: list[tuple[Any, ...]]
    receipt: dict[str, Any]
    profile: list[dict[str, Any]]
    quarantined: str
    """What is in the quarantine file; empty without one."""
    schema: list[dict[str, Any]] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Seen, loaded, quarantined, skipped."""
        r = self.receipt
        return r["rows_seen"], r["rows_loaded"], r["rows_quarantined"], r["rows_skipped"]

    def decided(self, what: str) -> dict[str, str]:
        return next(one for one in self.receipt["decisions"] if one["what"] == what)


def load(data: bytes | str | Path, filename: str = "table", **params: Any) -> list[Loaded]:
    """Every table of a file, checked for the promises that hold for any file."""
    with tempfile.TemporaryDirectory() as folder:
        path = data if isinstance(data, Path) else Path(folder) / "upload"
        if not isinstance(data, Path):
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        scratch, out = Path(folder) / "scratch", Path(folder) / "out"
        scratch.mkdir()
        result = run({"path": str(path), "filename": filename, "out_dir": str(out), **params}, Quiet(scratch))
        return [_loaded(table, out) for table in result["tables"]]


def _loaded(table: dict[str, Any], out: Path) -> Loaded:
    receipt, schema = table["receipt"], table["schema"]
    parts = receipt["rows_loaded"], receipt["rows_quarantined"], receipt["rows_skipped"]
    assert receipt["rows_seen"] == sum(parts)
    assert [column["id"] for column in schema] == [f"c{i + 1}" for i in range(len(schema))]
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        stored = con.execute(f"DESCRIBE FROM read_parquet('{table['file']}')").fetchall()
        assert [(row[0], row[1]) for row in stored] == [(column["id"], column["physical"]) for column in schema]
        # Instants come back as UTC without a zone: DuckDB's own conversion wants a library that is not needed else.
        bare = [f"CAST({c} AS TIMESTAMP)" if kind.endswith("ZONE") else c for c, kind, *_ in stored]
        rows = con.execute(f"SELECT {', '.join(bare)} FROM read_parquet('{table['file']}')").fetchall()
    assert len(rows) == table["row_count"] == receipt["rows_loaded"]
    set_aside = out / receipt["quarantine_file"] if receipt["quarantine_file"] else None
    return Loaded(
        name=table["name"],
        names=[column["name"] for column in schema],
        types=[column["type"] for column in schema],
        physical=[column["physical"] for column in schema],
        rows=rows,
        receipt=receipt,
        profile=table["profile"],
        quarantined=set_aside.read_text() if set_aside else "",
        schema=schema,
    )


def load_one(data: bytes | str | Path, filename: str = "table", **params: Any) -> Loaded:
    (table,) = load(data, filename, **params)
    return table


def preview_of(data: bytes | str, filename: str = "table", **params: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        return preview({"path": str(path), "filename": filename, **params}, Quiet(scratch))
