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


def write_rows(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    columns: list[dict[str, Any]],
    out: Path,
    format: str,
    on_progress: Callable[[dict[str, Any]], None] | None,
) -> int:
    """Write rows to a CSV or Parquet file, a batch at a time; how many."""
    kept = [column["key"] for column in columns]
    schema = pa.schema([schema.field(key) for key in kept])
    rows = 0
    writer = (
        DelimitedWriter(out, [column["label"] for column in columns], schema)
        if format == "csv"
        else pq.ParquetWriter(out, schema, compression="zstd")
    )
    with writer:
        for batch in batches:
            writer.write_batch(batch.select(kept))
            rows += batch.num_rows
            if on_progress is not None:
                on_progress({"stage": "write", "done": rows, "total": None, "unit": "rows"})
    return rows


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
