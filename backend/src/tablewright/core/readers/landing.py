"""Where readers land that make rows of text themselves (XML, YAML, SQL dumps, nested JSON …).

Rows are collected as columns of text in a scratch file; then the same typing as for delimited text decides the
types on all values, and the table is written, counted and profiled.
"""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.readers.engine import is_small, literal, locked, rows_told
from tablewright.core.readers.errors import CountsDisagree, TooManyColumns
from tablewright.core.readers.kinds import EMPTY, TEXT, Kind, proposed
from tablewright.core.readers.model import Link, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.typed import TRIED_CHARACTERS, Typing, record_types
from tablewright.core.tables import Schema

BATCH_ROWS = 20_000
BATCH_BYTES = 16 << 20
PLACE_BYTES = 8
"""What a value takes in a row, beside its characters."""
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
        self._bytes = self._written_bytes = 0
        self._parts: list[tuple[Path, int]] = []
        self._writer: pq.ParquetWriter | None = None
        self._width = 0

    def add(self, row: Sequence[str | None]) -> None:
        """One row; None where there is no value."""
        if len(row) > self.source.max_columns:
            raise TooManyColumns(len(row), self.source.max_columns)
        self._batch.append(row)
        self._bytes += sum(map(len, filter(None, row))) + len(row) * PLACE_BYTES
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
            name = f"landing-{self.source.out_dir.name}-{self.number}-{len(self._parts) + 1}.parquet"
            path = self.source.context.scratch / name  # a connection remembers what it read under a name
            schema = pa.schema([(f"c{i + 1}", pa.string()) for i in range(self._width)])
            self._writer = pq.ParquetWriter(
                path, schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
            self._parts.append((path, self._width))
        self._written_bytes += sum(array.nbytes for array in arrays)
        self.source.tally.rows += len(arrays[0])
        while len(arrays) < self._width:
            arrays.append(pa.nulls(len(arrays[0]), pa.string()))
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._writer.schema))

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def batches(self) -> Iterator[list[pa.Array]]:
        """What was collected, in order, as columns of text; nothing may be added any more."""
        self._flush()
        self._close()
        for path, _ in self._parts:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(BATCH_ROWS):
                    yield list(batch.columns)

    def discard(self) -> None:
        """Forget what was collected."""
        self.source.tally.rows -= self.count - len(self._batch)
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
        chosen: Sequence[int] | None = None,
        whole: bool = False,
        free_commas: bool = False,
        aside: Quarantine | None = None,
        units: Sequence[str] = (),
        numbers: frozenset[int] = frozenset(),
        exact: bool = False,
    ) -> Table:
        """Type, write and profile the rows as table number `number`.

        `declared` are kinds, by column from 0, that the file itself states (TEXT keeps a column text);
        `line_of` gives the line of the nth row, from 1. `chosen` are the collected columns to keep, in their order in
        the table; all of them when it is left out. With `whole` no row is set aside for its values.
        `aside` takes those that are. `free_commas`: no commas separated the values. `units`: of columns, "" for none.
        `numbers` are columns that the format tells from texts. `exact`: the format tells a missing value from a word.
        Raises CountsDisagree when a row went missing.
        """
        self._flush()
        self._close()
        pa.default_memory_pool().release_unused()  # what collecting took is not needed while DuckDB writes
        names = repaired(names, receipt)
        target = self.source.out_dir / f"t{self.number}.parquet"
        relation = self._relation(range(len(names)) if chosen is None else chosen)
        paths = [path for path, _ in self._parts]
        tell = rows_told(self.source.context, "write", self.count)
        # With one thread no finished row groups wait for those before them: 230 MiB at the peak of 10 M rows instead of
        # 344, and no slower.
        small = is_small(self.count, self._written_bytes, len(names))
        with locked(self.source, columns=len(names), threads=1, small=small) as con:
            if not self.count:
                kinds: list[Kind] = [(declared or {}).get(i, TEXT) for i in range(len(names))]
            else:
                begins = ", ".join(f"left(c{i + 1}, {TRIED_CHARACTERS})" for i in range(len(names)))
                sample = con.execute(f"SELECT {begins} FROM {relation} LIMIT {SAMPLE}").fetchall()
                columns = list(zip(*sample, strict=True))
                kinds = [
                    (declared or {}).get(i) or proposed([v for v in columns[i] if v is not None]) or EMPTY
                    for i in range(len(names))
                ]
                if exact:
                    kinds = [replace(kind, nulls=()) for kind in kinds]
            # A row that others point to stays: a column with an odd value is then text.
            linked = whole or (bool(links or primary_key) and not self.source.options.columns)
            aside = aside or Quarantine(receipt, self.source.out_dir / f"t{self.number}.quarantine.jsonl")
            typing = Typing(
                con,
                relation,
                names,
                kinds,
                {},
                line_of or (lambda _: None),
                only_dates=only_dates,
                options=self.source.options,
                row_bytes=self._written_bytes / max(self.count, 1),
                free_commas=free_commas,
                quarantine=None if linked else aside,
                stated=(numbers | (declared or {}).keys()) - only_dates,
                exact=exact,
            )
            rows = typing.write(target, expected=self.count, tell=None if small else tell)
            aside.close()
            made = zip(names, typing.kinds, strict=True)
            typed = [kind.column(f"c{i}", each) for i, (each, kind) in enumerate(made, start=1)]
            for i, unit in enumerate(units):
                if unit and typed[i].unit is None:
                    typed[i] = typed[i].model_copy(update={"unit": unit})
            schema = Schema(columns=tuple(typed))
            receipt.rows_loaded = rows
            keys = {*primary_key, *(column for link in links for column in link.columns)}
            schema, described = profiled(con, self.source.context, target, schema, rows, keys=keys)
            emptied, zones = typing.null_words(), typing.zones()
        nulls = [int(column["null_count"]) for column in described]
        record_types(receipt, names, typing.kinds, typing.evidence, emptied, nulls, rows, typing.findings, zones)
        if not receipt.balanced:
            raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
        for path in paths:
            path.unlink(missing_ok=True)
        return Table(name, target, rows, schema, described, receipt, primary_key, links, hidden)

    def _relation(self, chosen: Sequence[int]) -> str:
        nothing = "CAST(NULL AS VARCHAR)"
        if not self._parts:
            return f"(SELECT {', '.join(f'{nothing} AS c{i + 1}' for i in range(len(chosen)))} WHERE false)"
        widest = max(own for _, own in self._parts)
        columns = (f"{f'c{of + 1}' if of < widest else nothing} AS c{i + 1}" for i, of in enumerate(chosen))
        files = ", ".join(literal(path) for path, _ in self._parts)
        union = ", union_by_name = true" if len(self._parts) > 1 else ""
        return f"(SELECT {', '.join(columns)} FROM read_parquet([{files}]{union}))"

    def __enter__(self) -> Landing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
