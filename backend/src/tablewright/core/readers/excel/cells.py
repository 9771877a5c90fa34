"""Cells of a sheet on their way to tables: collected in batches of rows, dense by column, spilled when many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.errors import SheetTooLarge

EMPTY, TEXT, SHARED, NUMBER, MOMENT, CLOCK, SPAN, BOOLEAN, ERROR, PENDING = range(10)
"""Kinds of cells. TEXT and SHARED carry the place of their text (of the batch, of the workbook); MOMENT is a date with
or without time, CLOCK a time of day, SPAN elapsed time, all three in days; PENDING is a formula without a result."""
KIND_COUNT = 10
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
ERROR_CODES = {text: code for code, text in ERRORS.items()} | {"#GETTING_DATA": 43, "#SPILL!": 44, "#CALC!": 45}
MOST_CELLS = 400_000_000
"""Of the rectangle that the filled rows and the filled columns span."""
LONG_TEXT = 4000
MOST_AGAIN = 128 << 20
"""What shared texts of over LONG_TEXT bytes may become in the cells of a sheet, beside what the workbook holds."""
HELD_BYTES = 48 << 20
DENSE_CELLS = 4_000_000
LISTED_PLACES = 5
MOST_OTHERWISE = 2000
MOST_UNIT_RUNS = 2000
"""Of a column; where units change more often, numbers are counted with others of the same style."""
BATCH_CELLS = 200_000
FLUSH_CELLS = 100_000
FLUSH_CHARACTERS = 16 << 20

Array = npt.NDArray[Any]
MOST_EXACT = 2**53
"""Not every whole number above it is a float."""
_LONG = re.compile(r"-?[0-9]{16,255}")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass
class Batch:
    """Some rows, in order. Column numbers count from 0, lines from 1; rows and columns without a value are left out."""

    lines: Array
    columns: Array
    kinds: list[Array]
    values: list[Array]
    texts: pa.Array

    def of(self, column: int) -> tuple[Array, Array] | None:
        """Kinds and values of one column; None where it is empty."""
        place = int(np.searchsorted(self.columns, column))
        if place == len(self.columns) or self.columns[place] != column:
            return None
        return self.kinds[place], self.values[place]


@dataclass
class UnitRun:
    """Numbers of one style in a column; others without a unit may stand between them."""

    style: int
    first: int
    last: int
    count: int


@dataclass
class Store:
    """The filled cells of one sheet."""

    scratch: Path
    name: str
    """Of the sheet, for messages."""
    key: str
    """For file names."""
    shared: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    shared_bytes: Array = field(init=False)
    """How long each shared text is."""
    long_bytes: int = 0
    rows: int = 0
    last_line: int = 0
    columns: set[int] = field(default_factory=set)
    styles: dict[int, dict[int, int]] = field(default_factory=dict)
    """By column: how many numbers have which style."""
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """The first places (line, column) of errors and of formulas without a result."""
    counts: dict[int, int] = field(default_factory=dict)
    telling: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    """The styles under which a number may be shown as something else."""
    unit_styles: Array | None = None
    """The styles that say a unit; None where every style does."""
    units: dict[int, list[UnitRun]] = field(default_factory=dict)
    """By column, in order: the numbers one below the other whose style says the same unit."""
    seen_otherwise: list[tuple[int, int, int, float]] = field(default_factory=list)
    """The first numbers of those styles: line, column, style, value."""
    _batches: list[Batch | tuple[Path, Path]] = field(default_factory=list)
    _held: int = 0
    _pending: list[tuple[Array, Array, Array, Array, Array, pa.Array]] = field(default_factory=list)
    _pending_cells: int = 0
    _rows: list[int] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _kinds: list[int] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)
    _styles: list[int] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _characters: int = 0

    def __post_init__(self) -> None:
        self.shared_bytes = pc.fill_null(pc.binary_length(self.shared), 0).to_numpy(zero_copy_only=False)

    def add(self, line: int, column: int, kind: int, value: float | str, style: int = 0) -> None:
        """One cell; texts as such. For formats that are read cell by cell."""
        if kind == TEXT and not str(value).strip():
            return
        full = len(self._rows) >= FLUSH_CELLS or self._characters > FLUSH_CHARACTERS
        if full and line != self._rows[-1]:
            self.flush()
        if kind == TEXT:
            text = str(value)
            self._characters += len(text)
            value = len(self._texts)
            self._texts.append(text)
        self._rows.append(line)
        self._columns.append(column)
        self._kinds.append(kind)
        self._values.append(float(value))
        self._styles.append(style)

    def flush(self) -> None:
        """Take over what `add` and `append` collected."""
        if not self._rows:
            self._settle()
            return
        texts = pa.array([storable(text) for text in self._texts], pa.string())
        self.append(
            np.array(self._rows, np.int64),
            np.array(self._columns, np.int64),
            np.array(self._kinds, np.uint8),
            np.array(self._values, np.float64),
            np.array(self._styles, np.int64),
            texts,
        )
        self._rows, self._columns, self._kinds, self._values, self._styles, self._texts = [], [], [], [], [], []
        self._characters = 0
        self._settle()

    def append(self, lines: Array, columns: Array, kinds: Array, values: Array, styles: Array, texts: pa.Array) -> None:
        """Many cells at once, whole rows; the later of two cells in the same place counts."""
        if not len(lines):
            return
        self.last_line = max(self.last_line, int(lines[-1]))
        before = sum(len(one[5]) for one in self._pending)
        if before and len(texts):
            values = np.where(kinds == TEXT, values + before, values)
        self._pending.append((lines, columns, kinds, values, styles, texts))
        self._pending_cells += len(lines)
        if self._pending_cells >= BATCH_CELLS:
            self._settle()

    def _settle(self) -> None:
        """Make batches of what was appended."""
        if not self._pending:
            return
        parts = list(zip(*self._pending, strict=True))
        self._pending, self._pending_cells = [], 0
        lines, columns, kinds, values, styles = (np.concatenate(part) for part in parts[:5])
        texts = pa.concat_arrays(parts[5])
        kept = kinds != EMPTY
        if not kept.all():
            lines, columns, kinds, values, styles = (one[kept] for one in (lines, columns, kinds, values, styles))
        if not len(lines):
            return
        if (np.diff(lines) < 0).any():
            order = np.argsort(lines, kind="stable")
            lines, columns, kinds, values, styles = (one[order] for one in (lines, columns, kinds, values, styles))
        self._refuse_copies(kinds, values)
        self._note(lines, columns, kinds, styles, values)
        begins = np.concatenate(([True], lines[1:] != lines[:-1]))
        ordinals = np.cumsum(begins) - 1
        present = np.flatnonzero(np.bincount(columns))
        places = np.zeros(int(present[-1]) + 1, np.int64)
        places[present] = np.arange(len(present))
        self.columns.update(present.tolist())
        distinct = lines[begins]
        self.rows += len(distinct)
        self.last_line = max(self.last_line, int(distinct[-1]))
        if self.rows * len(self.columns) > MOST_CELLS:
            raise SheetTooLarge(
                f'The sheet "{self.name}" spans more than {MOST_CELLS:,} cells ({self.rows:,} rows and '
                f"{len(self.columns):,} columns so far). Save it as several sheets, or as CSV.",
                sheet=self.name,
            )
        step = max(1, DENSE_CELLS // len(present))
        for first in range(0, len(distinct), step):
            low, high = np.searchsorted(ordinals, (first, first + step))
            own = distinct[first : first + step]
            flat = (places[columns[low:high]] * len(own)) + ordinals[low:high] - first
            dense_kinds = np.zeros(len(own) * len(present), np.uint8)
            dense_values = np.zeros(len(own) * len(present), np.float64)
            dense_kinds[flat] = kinds[low:high]
            dense_values[flat] = values[low:high]
            self._keep(
                Batch(
                    own,
                    present,
                    np.split(dense_kinds, len(present)),
                    np.split(dense_values, len(present)),
                    texts,
                )
            )

    def _refuse_copies(self, kinds: Array, values: Array) -> None:
        """Raises SheetTooLarge for a few long texts in very many cells: a small file that becomes gigabytes."""
        sizes = self.shared_bytes[values[kinds == SHARED].astype(np.int64)]
        self.long_bytes += int(sizes[sizes > LONG_TEXT].sum())
        if self.long_bytes > MOST_AGAIN + self.shared.nbytes:
            raise SheetTooLarge(
                f'The sheet "{self.name}" repeats long texts in so many cells that they become more than '
                f"{MOST_AGAIN >> 20} MiB. Keep each long text once, in a sheet of its own.",
                sheet=self.name,
            )

    def _note(self, lines: Array, columns: Array, kinds: Array, styles: Array, values: Array) -> None:
        for kind in (ERROR, PENDING):
            found = np.flatnonzero(kinds == kind)
            if len(found):
                self.counts[kind] = self.counts.get(kind, 0) + len(found)
                listed = self.places.setdefault(kind, [])
                for place in found[: LISTED_PLACES - len(listed)]:
                    listed.append((int(lines[place]), int(columns[place])))
        numbers = (kinds >= NUMBER) & (kinds <= SPAN) & (styles > 0)
        if len(self.seen_otherwise) < MOST_OTHERWISE:
            odd = (kinds == CLOCK) & (values >= 1)  # a time of day that hides a date
            if len(self.telling):
                odd |= np.isin(styles, self.telling)
            found = np.flatnonzero(numbers & odd)
            found = found[: MOST_OTHERWISE - len(self.seen_otherwise)]
            parts = (part[found].tolist() for part in (lines, columns, styles, values))
            self.seen_otherwise += zip(*parts, strict=True)
        self._note_units(numbers & (kinds == NUMBER), lines, columns, styles)
        if numbers.any():
            pairs = pa.array(columns[numbers] * 65536 + np.minimum(styles[numbers], 65535)).value_counts()
            for pair, count in zip(*(part.to_pylist() for part in pairs.flatten()), strict=True):
                known = self.styles.setdefault(pair // 65536, {})
                known[pair % 65536] = known.get(pair % 65536, 0) + count

    def _note_units(self, numbers: Array, lines: Array, columns: Array, styles: Array) -> None:
        if self.unit_styles is not None:
            if not len(self.unit_styles):
                return
            numbers = numbers & np.isin(styles, self.unit_styles)
        if not numbers.any():
            return
        lines, columns, styles = lines[numbers], columns[numbers], styles[numbers]
        order = np.lexsort((lines, columns))
        lines, columns, styles = lines[order], columns[order], styles[order]
        begins = np.flatnonzero((np.diff(columns, prepend=-1) != 0) | (np.diff(styles, prepend=-1) != 0))
        ends = np.append(begins[1:], len(lines))
        parts = (columns[begins], styles[begins], lines[begins], lines[ends - 1], ends - begins)
        for column, style, first, last, count in zip(*(part.tolist() for part in parts), strict=True):
            runs = self.units.setdefault(column, [])
            known = runs[-1] if runs and runs[-1].style == style else None
            if known is None and len(runs) >= MOST_UNIT_RUNS:
                known = next((run for run in reversed(runs) if run.style == style), None)
            if known is None:
                runs.append(UnitRun(style, first, last, count))
            else:
                known.last, known.count = last, known.count + count

    def _keep(self, batch: Batch) -> None:
        size = sum(kinds.nbytes + values.nbytes for kinds, values in zip(batch.kinds, batch.values, strict=True))
        size += batch.texts.nbytes
        if self._held + size <= HELD_BYTES:
            self._held += size
            self._batches.append(batch)
            return
        stem = self.scratch / f"cells-{self.key}-{len(self._batches)}"
        paths = stem.with_suffix(".cells"), stem.with_suffix(".texts")
        arrays = [pa.array(batch.lines), *map(pa.array, batch.kinds), *map(pa.array, batch.values)]
        names = ["line"] + [f"{mark}{column}" for mark in "kv" for column in batch.columns.tolist()]
        _spill(paths[0], pa.RecordBatch.from_arrays(arrays, names=names))
        if len(batch.texts):
            _spill(paths[1], pa.RecordBatch.from_arrays([batch.texts], names=["text"]))
        self._batches.append(paths)

    def batches(self) -> Iterator[Batch]:
        """All rows again, from the first."""
        for batch in self._batches:
            yield batch if isinstance(batch, Batch) else _back(*batch)

    def discard(self) -> None:
        """Forget everything, also on disk."""
        for batch in self._batches:
            if not isinstance(batch, Batch):
                for path in batch:
                    path.unlink(missing_ok=True)
        self._batches = []


def _spill(path: Path, batch: pa.RecordBatch) -> None:
    with pa.OSFile(str(path), "wb") as sink:
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(sink, batch.schema, options=options) as writer:
            writer.write_batch(batch)


def _back(cells: Path, texts: Path) -> Batch:
    with pa.OSFile(str(cells)) as file:
        batch = pa.ipc.open_file(file).get_batch(0)
    pool = pa.array([], pa.string())
    if texts.exists():
        with pa.OSFile(str(texts)) as file:
            pool = pa.ipc.open_file(file).get_batch(0).column(0)
    count = (batch.num_columns - 1) // 2
    arrays = [column.to_numpy() for column in batch.columns]
    columns = np.array([int(name[1:]) for name in batch.schema.names[1 : count + 1]], np.int64)
    return Batch(arrays[0], columns, arrays[1 : count + 1], arrays[count + 1 :], pool)


def storable(text: str) -> str:
    """A cell's text with the escapes of OOXML undone (`_x000D_` is a carriage return); no NUL, no lone surrogate."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_long(text: str) -> bool:
    """Whether this is a whole number, in digits, of which a float would not keep each: 2 ** 53 + 1 becomes 2 ** 53.

    Spreadsheet programs write such numbers with an exponent; programs that write them in digits mean identifiers.
    """
    return _LONG.fullmatch(text) is not None and abs(int(text)) > MOST_EXACT


def blank(texts: pa.Array) -> Array:
    """For each text whether it says nothing."""
    found: Array = pc.equal(pc.utf8_trim_whitespace(texts), "").to_numpy(zero_copy_only=False)
    return found


@dataclass
class Sheet:
    """One sheet as read from the file."""

    name: str
    store: Store
    formats: Sequence[Any] = ()
    """What the numbers of each style are: NumberFormat by style."""
    hidden: str = ""
    """"", "hidden" or "very hidden"."""
    merged: Sequence[tuple[int, int, int, int]] = ()
    """First line, first column, last line, last column; lines from 1, columns from 0."""
    from_1904: bool = False
    hidden_rows: int = 0
    broken: str = ""
    """Why the sheet could be read in part only."""
