"""The rows of a printed table: no more of them than paper and memory bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq

from tablewright.core.errors import Invalid
from tablewright.core.layouts.document import Table
from tablewright.core.queries.model import AnswerColumn
from tablewright.core.tables.arrow import batch_rows

MOST_ROWS = 2000
MOST_COLUMNS = 200
MOST_CELLS = 24_000
"""Of all tables of a document together. Setting a cell takes about 16 kB, since all pages are laid out before the
first is written: this many stay below 550 MB. What is not printed is counted under its table.
"""


class TableColumnMissing(Invalid):
    def __init__(self, label: str) -> None:
        super().__init__(f'The rows of a table do not hold its column "{label}". Render the report again.')


def most_rows(tables: Sequence[Table]) -> int:
    """How many rows each table may print, so that all of them together stay within MOST_CELLS."""
    wanted = sorted((_given(table), min(len(table.columns), MOST_COLUMNS)) for table in tables)
    cells = MOST_CELLS
    columns = sum(count for _, count in wanted)
    for rows, count in wanted:
        share = max(1, min(MOST_ROWS, cells // columns))
        if rows > share:
            return share
        # A small table is printed whole; what it leaves is shared by the larger ones.
        cells -= rows * count
        columns -= count
    return MOST_ROWS


def _given(table: Table) -> int:
    if table.data is not None:
        return len(table.data[table.columns[0].key])
    with pq.ParquetFile(table.parquet) as file:
        return int(file.metadata.num_rows)


def rows_of(table: Table, columns: Sequence[AnswerColumn], limit: int) -> tuple[list[list[Any]], int]:
    """The first rows as one list for each column, and how many rows were given."""
    if table.data is not None:
        return [table.data[column.key][:limit] for column in columns], _given(table)
    values: list[list[Any]] = [[] for _ in columns]
    with pq.ParquetFile(table.parquet) as file:
        held = set(file.schema_arrow.names)
        for column in columns:
            if column.key not in held:
                raise TableColumnMissing(column.label)
        for batch in file.iter_batches(batch_rows(file.metadata, 1000), columns=[column.key for column in columns]):
            room = limit - len(values[0])
            for column, found in zip(columns, values, strict=True):
                found += batch.column(column.key)[:room].to_pylist()
            if len(values[0]) >= limit:
                break
        return values, int(file.metadata.num_rows)
