"""Where readers land that make rows of text themselves (XML, YAML, SQL dumps, nested JSON …).

Rows are collected as columns of text in a scratch file; then the same typing as for delimited text decides the
types on all values, and the table is written, counted and profiled.
"""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.profiles.profile import profile
from tablewright.core.readers.engine import literal, locked
from tablewright.core.readers.errors import CountsDisagree, TooManyColumns
from tablewright.core.readers.kinds import EMPTY, TEXT, Kind, proposed
from tablewright.core.readers.model import Link, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.typed import Typing, record_types
from tablewright.core.tables import Column, Schema

BATCH_ROWS = 20_000
BATCH_BYTES = 16 << 20
SAMPLE = 1000
LineOf = Callable[[int], int | None]


class Landing:
    """Rows of text on their way to a table; constant memory.

    `names` may be given at the end (`table`), because formats like JSON and XML show their columns only row by row:
    a row shorter than the widest is filled with NULL.
    """

    def __init__(self, source: Source, number: int) -> None:
        self.source, self.number = source, number
        self.count = 0
        self._batch: list[Sequence[str | None]] = []
        self._bytes = 0
        self._parts: list[tuple[Path, int]] = []
        self._writer: pq.ParquetWriter | None = None
        self._width = 0

    def add(self, row: Sequence[str | None]) -> None:
        """One row; None where there is no value."""
        self._batch.append(row)
        self._bytes += sum(map(len, filter(None, row)))
        self.count += 1
        if len(self._batch) >= BATCH_ROWS or self._bytes > BATCH_BYTES:
            self._flush()

    def extend(self, rows: Iterable[Sequence[str | None]]) -> None:
        for row in rows:
            self.add(row)

    def add_columns(self, columns: Sequence[pa.Array | Sequence[str | None]]) -> None:
        """Many rows at once, as equally long columns of text: the quick way."""
        self._flush()
        arrays = [pa.array(column, pa.string()) for column in columns]
        if arrays and len(arrays[0]):
            self.count += len(arrays[0])
            self._write(arrays)

    def _flush(self) -> None:
        if not self._batch:
            return
        width = max(self._width, max(map(len, self._batch)))
        rows = self._batch
        if any(len(row) != width for row in rows):
            rows = [[*row, *[None] * (width - len(row))] for row in rows]
        arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        self._batch, self._bytes = [], 0
        self._write(arrays)

    def _write(self, arrays: list[pa.Array]) -> None:
        if len(arrays) > self.source.max_columns:
            raise TooManyColumns(len(arrays), self.source.max_columns)
        # A wider row begins another part: Parquet files have one width.
        if self._writer is None or len(arrays) > self._width:
            self._close()
            self._width = len(arrays)
            path = self.source.context.scratch / f"landing{self.number}-{len(self._parts) + 1}.parquet"
            schema = pa.schema([(f"c{i + 1}", pa.string()) for i in range(self._width)])
            self._writer = pq.ParquetWriter(
                path, schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
            self._parts.append((path, self._width))
        while len(arrays) < self._width:
            arrays.append(pa.nulls(len(arrays[0]), pa.string()))
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._writer.schema))

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def discard(self) -> None:
        """Forget what was collected."""
        self._batch = []
        self._close()
        for path, _ in self._parts:
            path.unlink(missing_ok=True)

    def table(
        self,
        name: str,
        names: Sequence[str],
        receipt: Receipt,
        *,
        declared: Mapping[int, Kind] | None = None,
        line_of: LineOf | None = None,
        only_dates: frozenset[int] = frozenset(),
        primary_key: tuple[str, ...] = (),
        links: tuple[Link, ...] = (),
        hidden: bool = False,
    ) -> Table:
        """Type, write and profile the rows as table number `number`.

        `declared` are kinds, by column from 0, that the file itself states (TEXT keeps a column text);
        `line_of` gives the line of the nth row, from 1. Raises CountsDisagree when a row went missing.
        """
        self._flush()
        self._close()
        names = repaired(names, receipt)
        target = self.source.out_dir / f"t{self.number}.parquet"
        relation = self._relation(len(names))
        paths = [path for path, _ in self._parts]
        self.source.context.progress(stage="write", done=0, total=self.count, unit="rows")
        with locked(self.source, readable=paths) as con:
            if not self.count:
                kinds: list[Kind] = [(declared or {}).get(i, TEXT) for i in range(len(names))]
            else:
                sample = con.execute(f"SELECT * FROM {relation} LIMIT {SAMPLE}").fetchall()
                columns = list(zip(*sample, strict=True))
                kinds = [
                    (declared or {}).get(i) or proposed([v for v in columns[i] if v is not None]) or EMPTY
                    for i in range(len(names))
                ]
            typing = Typing(con, relation, names, kinds, {}, line_of or (lambda _: None), only_dates=only_dates)
            typing.settle_orders()
            rows = typing.write(target)
            if rows != self.count:
                raise CountsDisagree(self.count, rows)
            schema = Schema(
                columns=tuple(
                    Column(id=f"c{i + 1}", name=each, type=kind.type, physical=kind.physical)
                    for i, (each, kind) in enumerate(zip(names, typing.kinds, strict=True))
                )
            )
            receipt.rows_loaded = rows
            described = profile(con, target, schema, rows)
            emptied = typing.null_words()
        nulls = [int(column["null_count"]) for column in described]
        record_types(receipt, names, typing.kinds, typing.evidence, emptied, nulls, rows)
        if not receipt.balanced:
            raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
        for path in paths:
            path.unlink(missing_ok=True)
        return Table(name, target, rows, schema, described, receipt, primary_key, links, hidden)

    def _relation(self, width: int) -> str:
        if not self._parts:
            nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS c{i + 1}" for i in range(width))
            return f"(SELECT {nothing} WHERE false)"
        parts = []
        for path, own in self._parts:
            chosen = ", ".join(f"c{i + 1}" if i < own else f"CAST(NULL AS VARCHAR) AS c{i + 1}" for i in range(width))
            parts.append(f"SELECT {chosen} FROM read_parquet({literal(path)})")
        return f"({' UNION ALL '.join(parts)})"

    def __enter__(self) -> Landing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
