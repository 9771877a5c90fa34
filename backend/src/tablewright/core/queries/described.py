"""What an engine gives becomes the table of an answer: the same columns and types, whichever engine ran."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.queries.delimited import DelimitedWriter
from tablewright.core.queries.kinds import KIND, kinds


def write_rows(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    columns: list[dict[str, Any]],
    out: Path,
    format: str,
    on_progress: Callable[[dict[str, Any]], None] | None,
) -> int:
    """Write rows to a CSV or Parquet file, a batch at a time; how many. The last of the columns may be KIND."""
    has_kinds = columns[-1]["key"] == KIND.key
    kept = [column["key"] for column in columns[: len(columns) - has_kinds]]
    fields = [schema.field(key) for key in kept]
    schema = pa.schema([*fields, pa.field(KIND.key, pa.string())] if has_kinds else fields)
    rows = 0
    writer = (
        DelimitedWriter(out, [column["label"] for column in columns], schema)
        if format == "csv"
        else pq.ParquetWriter(out, schema, compression="zstd")
    )
    with writer:
        for batch in batches:
            shown = batch.select(kept)
            writer.write_batch(_with_kinds(shown, batch, columns) if has_kinds else shown)
            rows += batch.num_rows
            if on_progress is not None:
                on_progress({"stage": "write", "done": rows, "total": None, "unit": "rows"})
    return rows


def _with_kinds(shown: pa.RecordBatch, batch: pa.RecordBatch, columns: list[dict[str, Any]]) -> pa.RecordBatch:
    labels = [column["label"] for column in columns if column["role"] == "dimension"]
    level, other = (
        batch.column(mark).to_pylist() if mark in batch.schema.names else [0] * batch.num_rows
        for mark in ("level", "other")
    )
    return shown.append_column(KIND.key, pa.array(kinds(labels, level, other), pa.string()))


def described(table: pa.Table, columns: list[dict[str, Any]], widths: list[str], marks: list[str]) -> pa.Table:
    """The columns of the answer and its marks; whole numbers in 64 bits when they fit; words in the schema."""
    found = {key: table.column(f"{key}_width").combine_chunks().drop_null() for key in widths}
    told = {
        "columns": columns,
        "bin_width": {key: float(values[0].as_py()) for key, values in found.items() if len(values)},
    }
    chosen = {}
    for column in columns:
        values = table.column(column["key"])
        if column["type"] == "integer" and pa.types.is_decimal(values.type):
            with suppress(pa.ArrowInvalid):  # A sum beyond 64 bits stays an exact decimal.
                values = values.cast(pa.int64())
        chosen[column["key"]] = values
    chosen |= {mark: table.column(mark) for mark in marks}
    return pa.table(chosen).replace_schema_metadata({"tablewright": json.dumps(told)})
