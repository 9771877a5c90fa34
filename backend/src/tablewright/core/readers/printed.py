"""A load as one JSON document for other programs: every table with its columns and rows, and what is doubtful."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.profiles.profile import plain
from tablewright.core.tables.arrow import batch_rows, leave_pandas_out

leave_pandas_out()

BATCH_ROWS = 10_000
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")


def document(loaded: Mapping[str, Any], *, rows: bool = True, files: bool = False) -> Iterator[str]:
    """The text of `{format, problems, tables: [{name, columns, …, rows}]}`, piece by piece.

    With `files` each table names its Parquet file, which somebody keeps. `columns` are the names; `rows` hold exact
    values: whole numbers beyond 2^53 and long decimals as text.
    """
    head = {key: value for key, value in loaded.items() if key != "tables"}
    head["problems"] = problems(loaded)
    yield json.dumps(head, ensure_ascii=False, default=str)[:-1] + ', "tables": ['
    for number, table in enumerate(loaded["tables"]):
        told = {**table, "columns": [column["name"] for column in table["schema"]]}
        if not files:
            told.pop("file", None)
        yield (", " if number else "") + json.dumps(told, ensure_ascii=False, default=str)[:-1]
        if rows:
            yield ', "rows": ['
            first = True
            for row in rows_of(Path(table["file"]), zones_of(table)):
                yield ("" if first else ",\n") + json.dumps(row, ensure_ascii=False)
                first = False
            yield "]"
        yield "}"
    yield "]}\n"


def zones_of(table: Mapping[str, Any]) -> dict[str, tzinfo]:
    """The columns of points in time that were all written in one zone: one offset, or one place."""
    found: dict[str, tzinfo] = {}
    for decision in table["receipt"]["decisions"]:
        if decision["what"].startswith("zone of ") and decision["column"]:
            zone = decision["value"]
            if _OFFSET.fullmatch(zone):
                apart = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
                found[decision["column"]] = timezone(-apart if zone[0] == "-" else apart)
            elif zone in available_timezones():
                found[decision["column"]] = ZoneInfo(zone)
    return found


def rows_of(file: Path, zones: Mapping[str, tzinfo] | None = None) -> Iterator[list[Any]]:
    """The rows of a loaded table with values as JSON has them; points in time in the zone they were written in."""
    with pq.ParquetFile(file, pre_buffer=False) as parquet:
        for batch in parquet.iter_batches(batch_rows(parquet.metadata, BATCH_ROWS)):
            named = zip(batch.schema.names, batch.columns, strict=True)
            columns = [_values(column, (zones or {}).get(name)) for name, column in named]
            yield from (list(row) for row in zip(*columns, strict=True))


def _values(column: pa.Array, zone: tzinfo | None) -> list[Any]:
    if column.null_count == len(column):
        return [None] * len(column)
    values = column.to_pylist()
    if zone is not None:
        values = [value and value.astimezone(zone) for value in values]
    return values if pa.types.is_string(column.type) else [plain(value) for value in values]


def problems(loaded: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everything that a person should look at: rows set aside, warnings, and decisions the file does not settle."""
    found: list[dict[str, Any]] = []
    for table in loaded["tables"]:
        receipt = table["receipt"]
        name = table["name"]
        found += [{"table": name, "kind": "quarantined", **row} for row in receipt["quarantine"]]
        found += [{"table": name, "kind": "warning", **row} for row in receipt["warnings"]]
        found += [
            {"table": name, "kind": "assumed", "reason": f"{d['what']}: {d['value']} ({d['evidence']})"}
            for d in receipt["decisions"]
            if d["confidence"] == "assumed"
        ]
    return found
