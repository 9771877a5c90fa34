"""CSV that opens safely in a spreadsheet: headers are the display labels, no cell is a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from tablewright.core.exports.safe_text import NUMBER, RISKY, escape_cell

_OPTIONS = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


def inert_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with every text behind an apostrophe that a spreadsheet would run. Numbers stay numbers."""
    columns: list[pa.Array] = []
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            # The rule of `escape_cell`, by column: what would be run, but not a number that only has a sign.
            is_number = pc.match_substring_regex(column, NUMBER)
            risky = pc.and_(pc.match_substring_regex(column, RISKY), pc.invert(is_number))
            if pc.any(risky).as_py():
                apostrophe = pa.scalar("'", column.type)
                empty = pa.scalar("", column.type)
                column = pc.binary_join_element_wise(apostrophe, column, empty)
                columns.append(pc.if_else(risky, column, batch.column(len(columns))))
                continue
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


class DelimitedWriter:
    """Writes batches to a CSV file (UTF-8, comma, quotes around text), in constant memory.

    No value is an empty cell, empty text is `""`. Dates and times are ISO 8601.
    """

    def __init__(self, out: Path, labels: list[str], schema: pa.Schema) -> None:
        self._file = out.open("wb")
        head = io.StringIO()
        csv.writer(head, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(map(escape_cell, labels))
        self._file.write(head.getvalue().encode())
        self._writer = pa_csv.CSVWriter(self._file, schema, write_options=_OPTIONS)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(inert_batch(batch))

    def __enter__(self) -> DelimitedWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.close()
        self._file.close()
