"""From the cells of a sheet to tables: structure, types decided on all values, Parquet, profile, account."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tablewright.core.readers.engine import ROW_GROUP_BYTES, ROW_GROUP_ROWS, is_small, literal, locked
from tablewright.core.readers.errors import CountsDisagree, TooManyColumns
from tablewright.core.readers.excel.cells import (
    BOOLEAN,
    CLOCK,
    EMPTY,
    ERROR,
    KIND_COUNT,
    MOMENT,
    NUMBER,
    PENDING,
    SHARED,
    SPAN,
    TEXT,
    Array,
    Batch,
    Sheet,
)
from tablewright.core.readers.excel.formats import GENERAL, NumberFormat
from tablewright.core.readers.excel.serials import EXACT_WHOLE, faithful, milliseconds, value_of
from tablewright.core.readers.excel.shown import contradicts, shown
from tablewright.core.readers.excel.units import say_units, units_of
from tablewright.core.readers.kinds import EMPTY as EMPTY_KIND
from tablewright.core.readers.kinds import TEXT as TEXT_KIND
from tablewright.core.readers.kinds import Kind, proposed
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import LISTED_ROWS, Odd, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.options import ColumnOptions, told_of
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.structure import LOADED, Block, Rectangle, decide_totals, structure, warn_of_doubts
from tablewright.core.readers.typed import Finding, Typing, record_types
from tablewright.core.readers.words import NULL_WORDS
from tablewright.core.tables import Column, ColumnType, Schema

WHOLE_ROWS = 5000
"""A sheet of up to so many rows is looked at whole; of a longer one the first and the last rows."""
HEAD_ROWS, TAIL_ROWS = 1000, 100
LOOKED_CELLS = 400_000
MOST_WAITING = 4 * ROW_GROUP_BYTES
"""So much is held at most before it is written, unless a few rows are more."""
MOST_AROUND = 100_000
FIRST_TEXTS = 300
"""So many rows suggest what a column of texts holds."""
ONE_FORMAT = 0.9
"""So much of a column's numbers under one format make it the format of the column."""
TOLD_ABOVE, TOLD_BELOW = "stands above the line you gave", "is one of the last lines you left out"
MOST_PAIRS = 20
"""A form has no more names and values than this."""
GAP = 3
"""Blank lines and columns in a row beyond so many say no more."""
ROW_WORDS = {
    "title": "a title above the table",
    "metadata": "stands above the table",
    "header": "repeats the header",
    "units": "the units of the columns",
    "note": "a note below the table",
    "blank": "the row is empty",
}
_ARROW = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DATE: pa.date32(),
    ColumnType.TIMESTAMP: pa.timestamp("us"),
    ColumnType.TIME: pa.time64("us"),
    ColumnType.TEXT: pa.string(),
}
_KINDS = {
    "number": Kind(ColumnType.FLOAT, "DOUBLE"),
    "whole": Kind(ColumnType.INTEGER, "BIGINT"),
    "boolean": Kind(ColumnType.BOOLEAN, "BOOLEAN"),
    "date": Kind(ColumnType.DATE, "DATE"),
    "timestamp": Kind(ColumnType.TIMESTAMP, "TIMESTAMP"),
    "time": Kind(ColumnType.TIME, "TIME"),
}
_WORDS = {
    "whole": "whole numbers",
    "number": "numbers",
    "text": "texts",
    "boolean": "true or false",
    "time": "times of day",
    "span": "times of more than a day",
}
_DAY_MS = 86_400_000


@dataclass
class Figures:
    """What all values of a column are."""

    counts: Array = field(default_factory=lambda: np.zeros(KIND_COUNT, np.int64))
    fractions: int = 0
    """Numbers that are not whole, or too large to be exact."""
    clocks: int = 0
    """Moments that are not midnight."""
    late: int = 0
    """Cells shown as a time of day that hold a date as well."""
    wrong: int = 0
    wrong_places: list[tuple[int, float]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """The texts of a column that holds other values as well; many are not collected."""

    @property
    def texts(self) -> int:
        return int(self.counts[TEXT] + self.counts[SHARED])

    def classes(self) -> dict[str, int]:
        """How many values of which class, the empty ones left out."""
        numbers, moments = int(self.counts[NUMBER]), int(self.counts[MOMENT]) + self.late
        found = {
            "number" if self.fractions else "whole": numbers,
            "timestamp" if self.clocks or self.late else "date": moments,
            "time": int(self.counts[CLOCK]) - self.late,
            "span": int(self.counts[SPAN]),
            "boolean": int(self.counts[BOOLEAN]),
            "text": self.texts,
        }
        return {name: count for name, count in found.items() if count}


@dataclass
class View:
    """The part of a sheet that is looked at to find its structure: rows and columns of a grid and where they stand."""

    grid: list[list[Any]]
    lines: list[int]
    columns: list[int]
    cut: int | None
    """The first row of the grid behind rows that were not looked at."""
    left_out: list[int]
    """Lines that the user said are no part of a table."""


@dataclass
class Plan:
    """One table of a sheet: which lines and columns belong to it."""

    first: int
    last: int
    columns: list[int]
    named: list[int]
    """The columns that the structure gave the table."""
    names: list[str]
    units: list[str]
    header: list[int]
    skipped: list[tuple[int, str]]
    title: str
    block: Block
    totals: list[tuple[int, str]]
    """Lines that look like totals, with what speaks for it."""
    shown: set[tuple[int, int]] = field(default_factory=set)
    """Places (line, column) in the header whose text is the column's name, letter by letter."""
    digits: dict[int, int] = field(default_factory=dict)
    """The columns, by their place, whose whole numbers are identifiers filled up with zeros to so many digits."""


class SheetTables:
    """Makes the tables of one sheet."""

    def __init__(self, source: Source, sheet: Sheet) -> None:
        self.source, self.sheet, self.store = source, sheet, sheet.store

    def tables(self, number: int) -> Iterator[Table]:
        """Every table, numbered from `number`; last, where there are any, the texts around the tables and the cells
        that show something else than their value."""
        if not self.store.rows:
            return
        view = self._view()
        plans = self._plans(view)
        for position, plan in enumerate(plans):
            yield self._table(plan, number, self._name(plan, len(plans), position), first=position == 0)
            number += 1
        if around := self._around(plans):
            name, why = "texts around the tables", "titles, notes and headers of the sheet, cell by cell"
            yield self._listed(number, name, why, "What", around)
            number += 1
        if otherwise := self._otherwise():
            name, why = "cells shown otherwise", "cells whose number format shows something else than their value"
            yield self._listed(number, name, why, "Value", otherwise)

    # -- structure

    def _view(self) -> View:
        store, options = self.store, self.source.options
        present = sorted(store.columns)
        columns: list[int] = []
        for column in present:
            before = columns[-1] if columns else column - 1
            columns += range(max(before + 1, column - GAP), column + 1)
        first = options.first_line or 1
        begin = sum(int((batch.lines < first).sum()) for batch in store.batches()) if first > 1 else 0
        end = max(begin, store.rows - (options.footer_rows or 0))
        most = max(20, LOOKED_CELLS // max(1, len(columns)))
        whole = end - begin <= min(WHOLE_ROWS, most)
        head = end if whole else begin + min(HEAD_ROWS, most)
        tail = end if whole else end - min(TAIL_ROWS, most // 5)
        place = {column: i for i, column in enumerate(columns)}
        grid: list[list[Any]] = []
        lines: list[int] = []
        left_out: list[int] = []
        cut = None
        seen = 0
        for batch in store.batches():
            count = len(batch.lines)
            numbers = np.arange(seen, seen + count)
            seen += count
            left_out += batch.lines[(numbers < begin) | (numbers >= end)].tolist()
            wanted = ((numbers < head) | (numbers >= tail)) & (numbers >= begin) & (numbers < end)
            for row in np.flatnonzero(wanted).tolist():
                line = int(batch.lines[row])
                if lines and int(numbers[row]) == tail and not whole:
                    cut = len(lines)
                elif lines:
                    for blank in range(max(lines[-1] + 1, line - GAP), line):
                        grid.append([None] * len(columns))
                        lines.append(blank)
                cells: list[Any] = [None] * len(columns)
                for i, column in enumerate(batch.columns.tolist()):
                    if batch.kinds[i][row] != EMPTY:
                        cells[place[column]] = self._value(batch, i, row)
                grid.append(cells)
                lines.append(line)
        return View(grid, lines, columns, cut, left_out)

    def _value(self, batch: Batch, i: int, row: int) -> Any:
        """A cell as a Python value."""
        kind, value = int(batch.kinds[i][row]), float(batch.values[i][row])
        if kind == TEXT:
            return batch.texts[int(value)].as_py()
        if kind == SHARED:
            return self.store.shared[int(value)].as_py()
        if kind in (ERROR, PENDING):
            return "#N/A"
        return value_of(kind, value, self.sheet.from_1904)

    def _plans(self, view: View) -> list[Plan]:
        options = self.source.options
        rows = {line: row for row, line in enumerate(view.lines)}
        places = {column: i for i, column in enumerate(view.columns)}
        merged = [
            Rectangle(rows[top], places[left], rows.get(bottom, rows[top]), places.get(right, places[left]))
            for top, left, bottom, right in self.sheet.merged
            if top in rows and left in places
        ]
        several = {None: None, "one": False, "several": True}[options.tables]
        blocks = structure(
            view.grid,
            merged=merged,
            several=several,
            header_rows=options.header_rows,
            leave_out_totals=options.leave_out_totals,
        )
        plans = [self._plan(block, blocks, view) for block in blocks]
        if plans and view.left_out:
            # They are accounted for with the first table and with the last.
            first, last = plans[0], plans[-1]
            above = [(line, TOLD_ABOVE) for line in view.left_out if line < first.first]
            below = [(line, TOLD_BELOW) for line in view.left_out if line > last.last]
            first.skipped = [*above, *first.skipped]
            last.skipped = [*last.skipped, *below]
        return plans

    def _plan(self, block: Block, blocks: Sequence[Block], view: View) -> Plan:
        named = view.columns[block.first_column : block.last_column + 1]
        beside = {
            column
            for other in blocks
            if other is not block and other.first_row <= block.last_row and block.first_row <= other.last_row
            for column in view.columns[other.first_column : other.last_column + 1]
        }
        left = max((c for c in beside if c < named[0]), default=-1)
        right = min((c for c in beside if c > named[-1]), default=1 << 30)
        if beside:
            columns = [c for c in sorted(self.store.columns | set(named)) if named[0] <= c <= named[-1] or c in named]
            columns = [c for c in columns if left < c < right]
        else:
            columns = sorted(self.store.columns | set(named))
        given = dict(zip(named, block.names, strict=True)) if block.names else {}
        units = dict(zip(named, block.units, strict=True)) if block.units else {}
        skipped = [
            (view.lines[line.row], ROW_WORDS.get(line.kind, line.reason))
            for line in block.lines
            if line.kind not in LOADED
            and line.kind != "blank"
            and line.row not in block.header
            # A row that fills every column is data, whatever its values look like.
            and not (line.kind == "note" and block.width > 1 and _is_full(view.grid[line.row], block))
        ]
        if view.cut is not None and (view.lines[view.cut], ROW_WORDS["note"]) in skipped:
            # Notes are few: when all that was looked at of the end seems to be notes, the rows are of another kind.
            skipped = [one for one in skipped if one[0] < view.lines[view.cut]]
        last = view.lines[block.last_row]
        if view.cut is not None and block.first_row < view.cut <= block.last_row + 1:
            following = view.lines[view.cut] - 1
            last = max(last, following)
        title = next((line.row for line in block.lines if line.kind == "title"), None)
        said = next((c for c in view.grid[title] if isinstance(c, str) and c.strip()), "") if title is not None else ""
        return Plan(
            view.lines[block.first_row],
            last,
            columns,
            list(named),
            [given.get(column, "") for column in columns],
            [units.get(column, "") for column in columns],
            [view.lines[row] for row in block.header],
            skipped,
            " ".join(said.split())[:80],
            block,
            [(view.lines[line.row], line.reason) for line in block.lines if line.kind == "total"],
        )

    def _name(self, plan: Plan, count: int, position: int) -> str:
        if count == 1:
            return self.sheet.name
        return f"{self.sheet.name}: {plan.title}" if plan.title else f"{self.sheet.name} {position + 1}"

    # -- one table

    def _table(self, plan: Plan, number: int, name: str, *, first: bool) -> Table:
        receipt = Receipt()
        sheet = self.sheet
        quarantine = Quarantine(receipt, self.source.out_dir / f"t{number}.quarantine.jsonl")
        figures = self._figures(plan)
        self._trim(plan, figures)
        if len(plan.columns) > self.source.max_columns:
            raise TooManyColumns(len(plan.columns), self.source.max_columns, sheet=sheet.name)
        loaded, skipped = self._account(plan, quarantine)
        if sheet.hidden:
            receipt.decide("visibility", sheet.hidden, f'the sheet "{sheet.name}" is {sheet.hidden}')
        self._decide_header(plan, receipt)
        self._decide_merged(plan, receipt)
        decide_totals(receipt, plan.block, told=self.source.options.leave_out_totals)
        for line, reason in plan.totals[:LISTED_ROWS]:
            raw = self._raw(line, plan.columns)[:200]
            receipt.warn(f"looks like a total and was kept: {reason}", sheet=sheet.name, line=line, raw=raw)
        warn_of_doubts(receipt, plan.block)
        if first:
            self._note_sheet(receipt)
        invented = [f"Column {i + 1}" for i in range(len(plan.columns))] if not plan.header else plan.names
        names = repaired(invented, receipt)
        plan.shown = self._shown(plan, names)
        formats = [self._format(column) for column in plan.columns]
        kinds, evidence = self._kinds(plan, names, figures, receipt)
        target = self.source.out_dir / f"t{number}.parquet"
        told = self._told(names)
        receipt.rows_seen = loaded + skipped
        seeming = self._seeming(plan, kinds, names)
        days = {i: kind for i, kind in seeming.items() if kind.type in (ColumnType.DATE, ColumnType.TIMESTAMP)}
        anew = told | days.keys()
        typing = self._typed(plan, kinds, names, told, days, target, quarantine, loaded) if anew else None
        if typing is None:
            written = self._write(plan, kinds, target)
            if written != loaded:
                raise CountsDisagree(loaded, written)
        else:
            kinds, loaded = typing.kinds, loaded - typing.set_aside
            evidence = {i: said for i, said in evidence.items() if i not in anew} | typing.evidence
        quarantine.close()
        receipt.rows_loaded = loaded
        columns = []
        for i, (each, kind, format) in enumerate(zip(names, kinds, formats, strict=True)):
            if i in anew and (i in told or kind.type != ColumnType.TEXT):
                columns.append(kind.column(f"c{i + 1}", each))
                continue
            runs = self.store.units.get(plan.columns[i], ())
            several = units_of(runs, self.sheet.formats, plan.first, plan.last)
            if len(several) > 1:
                say_units(receipt, each, f"c{i + 1}", several)
                format = GENERAL
            unit = plan.units[i] or (format.unit if kind.type.is_number else None) or None
            shown = format.code if kind.type != ColumnType.TEXT and format.code else None
            columns.append(
                Column(id=f"c{i + 1}", name=each, type=kind.type, physical=kind.physical, unit=unit, format=shown)
            )
            if kind.type.is_number and format.is_share:
                receipt.decide(f"unit of {each}", "share", "shown as percentages: 0.12 is read as 12 %")
        schema = Schema(columns=tuple(columns))
        small = is_small(loaded, target.stat().st_size, len(names))
        with locked(self.source, small=small) as con:
            schema, found = profiled(con, self.source.context, target, schema, loaded)
        nulls = [int(one["null_count"]) for one in found]
        findings = dict(typing.findings) if typing else {}
        for i, kind in seeming.items():
            if kind.type in (ColumnType.DECIMAL, ColumnType.FLOAT) and i not in evidence:
                why = f"the cells are texts and look like {kind.describe()}: they are kept as texts"
                findings[i] = Finding("assumed", choices=(str(kind.type),), why_text=why)
        record_types(receipt, names, kinds, evidence, {}, nulls, loaded, findings)
        if not receipt.balanced:
            raise CountsDisagree(receipt.rows_seen, loaded + receipt.rows_quarantined + receipt.rows_skipped)
        return Table(name, target, loaded, schema, found, receipt, hidden=bool(sheet.hidden))

    def _told(self, names: Sequence[str]) -> set[int]:
        """The columns of which something else was told than that they are text."""
        told = [told_of(self.source.options, name) for name in names]
        return {i for i, one in enumerate(told) if one not in (ColumnOptions(), ColumnOptions(type=ColumnType.TEXT))}

    def _typed(
        self,
        plan: Plan,
        kinds: Sequence[Kind],
        names: Sequence[str],
        told: set[int],
        days: Mapping[int, Kind],
        target: Path,
        quarantine: Quarantine,
        expected: int,
    ) -> Typing:
        """Write the table with what was told of some columns, and with texts that are all days: their cells are read
        anew, as text that is typed."""
        anew = told | days.keys()
        options = [told_of(self.source.options, name) for name in names]
        times = (ColumnType.DATE, ColumnType.TIMESTAMP)
        moments = {i: kind for i in told if (kind := options[i].type) in times and not options[i].format}
        landed = self.source.context.scratch / "told.parquet"
        self._write(plan, [TEXT_KIND if i in anew else kind for i, kind in enumerate(kinds)], landed, moments)
        lines = np.concatenate([np.zeros(1, np.int64), *(batch.lines[rows] for batch, rows in self._rows(plan))])
        with locked(self.source, readable=[landed]) as con:
            typing = Typing(
                con,
                f"read_parquet({literal(landed)})",
                names,
                [EMPTY_KIND if i in told else days.get(i, kind) for i, kind in enumerate(kinds)],
                {},
                lambda number: int(lines[number]),
                options=self.source.options,
                quarantine=quarantine,
                proven={i for i in range(len(names)) if i not in anew},
                only_dates=frozenset(days),
            )
            typing.write(target, expected=expected)
            for i, words in typing.null_words().items():
                typing.evidence[i] = typing.evidence.get(i, "you said so") + words
        landed.unlink()
        return typing

    def _seeming(self, plan: Plan, kinds: Sequence[Kind], names: Sequence[str]) -> dict[int, Kind]:
        """What the first texts seem to be in the columns of text of which nothing was told, where they leave it open
        neither whether nor how they are so."""
        found: dict[int, Kind] = {}
        untold = [told_of(self.source.options, name) == ColumnOptions() for name in names]
        texts = [i for i, kind in enumerate(kinds) if kind == TEXT_KIND and untold[i] and i not in plan.digits]
        for batch, rows in islice(self._rows(plan, FIRST_TEXTS), 1):
            for i in texts:
                values = self._array(batch, plan.columns[i], rows, TEXT_KIND).to_pylist()
                kind = proposed([value for value in values if value], leaning=False)
                if kind is not None and not kind.open:
                    found[i] = replace(kind, nulls=())
        return found

    def _decide_merged(self, plan: Plan, receipt: Receipt) -> None:
        """Say what was made of cells that are merged over several rows of data."""
        columns = set(plan.columns)
        count = sum(
            1
            for top, left, bottom, _ in self.sheet.merged
            if bottom > top and left in columns and plan.first <= top <= plan.last and top not in plan.header
        )
        if count:
            areas = "1 merged area reaches" if count == 1 else f"{count:,} merged areas reach"
            said = f"{areas} over several rows; its value is in the first of them, the others are empty there"
            receipt.decide("merged cells", "first row", said, confidence="assumed")

    def _shown(self, plan: Plan, names: Sequence[str]) -> set[tuple[int, int]]:
        """Where the header says what the columns are called now."""
        called = dict(zip(plan.columns, names, strict=True))
        found = set()
        for line in plan.header:
            for batch, row in self._at(line):
                for i, column in enumerate(batch.columns.tolist()):
                    if batch.kinds[i][row] != EMPTY and called.get(column) == faithful(self._value(batch, i, row)):
                        found.add((line, column))
        return found

    def _at(self, line: int) -> list[tuple[Batch, int]]:
        """The row of a line."""
        for batch in self.store.batches():
            if batch.lines[0] <= line <= batch.lines[-1]:
                return [(batch, row) for row in np.flatnonzero(batch.lines == line).tolist()]
        return []

    def _rows(self, plan: Plan, most: int = 1 << 40) -> Iterator[tuple[Batch, Array]]:
        """The rows of the table, batch by batch and so many at once: which rows of each batch they are."""
        for batch in self.store.batches():
            mask = self._mask(plan, batch)
            rows = np.flatnonzero(mask)
            for begin in range(0, len(rows), most):
                yield batch, rows[begin : begin + most]

    @staticmethod
    def _mask(plan: Plan, batch: Batch) -> Array:
        """For each row of a batch whether the table loads it."""
        mask: Array = (batch.lines >= plan.first) & (batch.lines <= plan.last)
        if mask.any():
            left_out = [*plan.header, *(line for line, _ in plan.skipped)]
            if left_out:
                mask &= ~np.isin(batch.lines, left_out)
            own = np.isin(batch.columns, plan.columns)
            if not own.all():
                filled = np.zeros(len(batch.lines), bool)
                for i in np.flatnonzero(own).tolist():
                    filled |= batch.kinds[i] != EMPTY
                mask &= filled
        return mask

    def _figures(self, plan: Plan) -> dict[int, Figures]:
        figures = {column: Figures() for column in plan.columns}
        for batch, rows in self._rows(plan):
            whole = len(rows) == len(batch.lines)
            for column in plan.columns:
                cells = batch.of(column)
                if cells is not None:
                    kinds, values = cells if whole else (cells[0][rows], cells[1][rows])
                    self._count(figures[column], kinds, values, batch.lines[rows])
        mixed = [c for c, one in figures.items() if one.texts and len(one.classes()) == 2 and one.counts[SPAN] == 0]
        if mixed:
            for batch, rows in self._rows(plan):
                for column in mixed:
                    self._collect(figures[column], batch, column, rows)
        return figures

    def _count(self, figures: Figures, kinds: Array, values: Array, lines: Array) -> None:
        counts = np.bincount(kinds, minlength=KIND_COUNT)
        figures.counts += counts
        if counts[NUMBER]:
            numbers = values if counts[NUMBER] == len(kinds) else values[kinds == NUMBER]
            figures.fractions += int(((numbers != np.floor(numbers)) | (np.abs(numbers) > EXACT_WHOLE)).sum())
        if counts[MOMENT] or counts[CLOCK]:
            dated = (kinds == MOMENT) | ((kinds == CLOCK) & ((values >= 1) | (values < 0)))
            figures.late += int((dated & (kinds == CLOCK)).sum())
            figures.clocks += int((dated & (values != np.floor(values))).sum())
            _, wrong = milliseconds(values, self.sheet.from_1904)
            odd = np.flatnonzero(dated & wrong)
            figures.wrong += len(odd)
            for place in odd[: max(0, 5 - len(figures.wrong_places))]:
                figures.wrong_places.append((int(lines[place]), float(values[place])))

    def _collect(self, figures: Figures, batch: Batch, column: int, rows: Array) -> None:
        cells = batch.of(column)
        if cells is None or len(figures.words) > 50:
            return
        kinds, values = cells[0][rows], cells[1][rows]
        for kind, pool in ((TEXT, batch.texts), (SHARED, self.store.shared)):
            places = np.unique(values[kinds == kind].astype(np.int64))[:100]
            figures.words.update(pool.take(pa.array(places)).to_pylist())

    @staticmethod
    def _trim(plan: Plan, figures: dict[int, Figures]) -> None:
        """Leave out columns without a name and without any value, and those beyond the table that hold none."""
        kept = [
            i for i, column in enumerate(plan.columns) if figures[column].counts[1:].any() or plan.names[i].strip()
        ] or [0]
        plan.columns = [plan.columns[i] for i in kept]
        plan.names = [plan.names[i] for i in kept]
        plan.units = [plan.units[i] for i in kept]

    def _account(self, plan: Plan, quarantine: Quarantine) -> tuple[int, int]:
        """How many rows are loaded and how many are skipped; the skipped ones are listed with their reason."""
        loaded = 0
        filled_lines: list[Array] = []
        for batch, rows in self._rows(plan):
            loaded += len(rows)
            filled_lines.append(batch.lines[rows])
        reasons = dict(plan.skipped)
        skipped = 0
        for line, reason in sorted(reasons.items()):
            quarantine.skip(Odd(line, reason, self._raw(line, plan.columns)))
            skipped += 1
        aside = np.array(sorted({*reasons, *plan.header}), np.int64)
        ends = [part[place] for part in (*filled_lines, aside) if len(part) for place in (0, -1)]
        first, last = (int(min(ends)), int(max(ends))) if ends else (plan.first, plan.first - 1)
        empty = last - first + 1 - loaded - len(aside)
        if empty:
            known = np.concatenate([*filled_lines, aside])
            gaps = np.setdiff1d(np.arange(first, min(last, first + 200_000) + 1), known)[:LISTED_ROWS]
            for line in gaps.tolist():
                quarantine.skip(Odd(int(line), ROW_WORDS["blank"], ""))
            quarantine.skip_more(empty - len(gaps))
        return loaded, skipped + empty

    def _raw(self, line: int, columns: Sequence[int]) -> str:
        wanted = set(columns)
        cells = [
            faithful(self._value(batch, i, row))
            for batch, row in self._at(line)
            for i, column in enumerate(batch.columns.tolist())
            if batch.kinds[i][row] != EMPTY and column in wanted
        ]
        return " | ".join(cells)

    # -- decisions

    def _decide_header(self, plan: Plan, receipt: Receipt) -> None:
        told = self.source.options.header_rows is not None
        count = len(plan.header)
        value = {0: "none", 1: "1 row"}.get(count, f"{count} rows")
        if plan.header == [plan.first]:
            value = "first row"
        where = (
            f"line {plan.header[0]}" if count == 1 else f"lines {plan.header[0]} to {plan.header[-1]}" if count else ""
        )
        evidence = "you said so" if told else plan.block.evidence
        confidence = "told" if told else plan.block.confidence
        may_be_form = bool(plan.header) and plan.block.width == 2 and 1 < len(plan.block.loaded) <= MOST_PAIRS
        if confidence == "assumed" and not may_be_form:
            confidence = "likely"  # a sheet of words begins with their names, unless it is a form of names and values
        receipt.decide(
            "header",
            value,
            f"{evidence}: {where}" if where else evidence,
            key="header_rows",
            confidence=confidence,
            choices=tuple(str(n) for n in range(4) if n != count),
        )

    def _note_sheet(self, receipt: Receipt) -> None:
        """What holds for the sheet as a whole, said with its first table."""
        store, sheet = self.store, self.sheet
        for kind, reason in (
            (ERROR, "cells hold an error such as #N/A and are read as empty"),
            (
                PENDING,
                "formulas have no stored result and are read as empty: open the file in a spreadsheet program "
                "and save it",
            ),
        ):
            if count := store.counts.get(kind, 0):
                places = ", ".join(f"{letters(column)}{line}" for line, column in store.places[kind])
                what = "error cells" if kind == ERROR else "formulas without a result"
                receipt.decide(what, "empty", f"{count:,} {reason}; the first: {places}")
                if kind == PENDING:
                    receipt.warn(f"{count:,} {reason}", sheet=sheet.name, count=count, raw=places)
        if sheet.from_1904:
            receipt.decide("dates", "counted from 1904", "the workbook says so")
        if sheet.hidden_rows:
            receipt.decide("hidden rows", "loaded", f"{sheet.hidden_rows:,} rows are hidden in the sheet")
        if sheet.broken:
            receipt.warn(
                f"The sheet is damaged and was read up to line {store.last_line:,} only: {sheet.broken}",
                sheet=sheet.name,
                line=store.last_line,
            )

    def _format(self, column: int) -> NumberFormat:
        """The number format that most numbers of a column have."""
        used = self.store.styles.get(column)
        if not used:
            return GENERAL
        style = max(used, key=lambda one: used[one])
        return self.sheet.formats[style] if style < len(self.sheet.formats) else GENERAL

    def _kinds(
        self, plan: Plan, names: Sequence[str], figures: dict[int, Figures], receipt: Receipt
    ) -> tuple[list[Kind], dict[int, str]]:
        kinds: list[Kind] = []
        evidence: dict[int, str] = {}
        for i, column in enumerate(plan.columns):
            own = figures[column]
            classes = own.classes()
            if told_of(self.source.options, names[i]).type == ColumnType.TEXT:
                kinds.append(TEXT_KIND)
                evidence[i] = "you said so"
                continue
            rest = {name: count for name, count in classes.items() if name != "text"}
            nulls = (
                own.texts
                and len(rest) == 1
                and own.words
                and all(word.strip().lower() in NULL_WORDS for word in own.words)
            )
            only = next(iter(rest)) if len(rest) == 1 and (nulls or len(classes) == 1) else ""
            kinds.append(_KINDS.get(only, TEXT_KIND))
            untold = told_of(self.source.options, names[i]) == ColumnOptions()
            if only == "whole" and untold and (digits := self._format(column).least_digits):
                kinds[-1], plan.digits[i] = TEXT_KIND, digits
                evidence[i] = f"{rest[only]:,} whole numbers, shown with {digits} digits at least: identifiers"
                continue
            if nulls and only in _KINDS:
                words = ", ".join(f'"{word}"' for word in sorted(own.words))
                evidence[i] = f"{rest[only]:,} {_WORDS.get(only, only + 's')}; read as empty: {words} ({own.texts:,})"
            elif len(classes) > 1:
                ranked = sorted(classes.items(), key=lambda one: -one[1])
                listed = ", ".join(f"{count:,} {_WORDS.get(name, name + 's')}" for name, count in ranked)
                evidence[i] = f"the column is mixed and kept as text: {listed}"
            if own.wrong and kinds[-1].type.is_time:
                line, serial = own.wrong_places[0]
                receipt.warn(
                    f'{own.wrong:,} cells of "{names[i]}" are shown as dates but hold no date that exists, and are '
                    f"read as empty; the first is {faithful(serial)}",
                    line=line,
                    column=names[i],
                    raw=faithful(serial),
                    count=own.wrong,
                )
        return kinds, evidence

    # -- values

    def _write(self, plan: Plan, kinds: Sequence[Kind], target: Path, moments: Mapping[int, Any] | None = None) -> int:
        """Write the rows; numbers of the columns `moments` are serials of the type said there."""
        schema = pa.schema([(f"c{i + 1}", _ARROW[kind.type]) for i, kind in enumerate(kinds)])
        texts = [f"c{i + 1}" for i, kind in enumerate(kinds) if kind.type == ColumnType.TEXT]
        written = waiting_rows = waiting_bytes = 0
        waiting: list[Any] = []
        longest = max(int(self.store.shared_bytes.max(initial=0)), 1) * max(len(texts), 1)
        step = max(ROW_GROUP_BYTES // longest, 256)
        with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1, use_dictionary=texts) as writer:
            for batch, rows in self._rows(plan, step):
                arrays = [
                    self._array(batch, column, rows, kind, moment=(moments or {}).get(i))
                    for i, (column, kind) in enumerate(zip(plan.columns, kinds, strict=True))
                ]
                for i, digits in plan.digits.items():
                    whole = pc.match_substring_regex(arrays[i], "^[0-9]+$")
                    arrays[i] = pc.if_else(whole, pc.utf8_lpad(arrays[i], digits, "0"), arrays[i])
                waiting.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
                written += len(rows)
                waiting_rows += len(rows)
                waiting_bytes += waiting[-1].nbytes
                if waiting_rows >= ROW_GROUP_ROWS or waiting_bytes >= MOST_WAITING:
                    writer.write_table(pa.Table.from_batches(waiting), row_group_size=ROW_GROUP_ROWS)
                    waiting, waiting_rows, waiting_bytes = [], 0, 0
                    self.source.context.progress(stage="write", done=written, total=self.store.rows, unit="rows")
            writer.write_table(pa.Table.from_batches(waiting, schema), row_group_size=ROW_GROUP_ROWS)
        return written

    def _array(
        self, batch: Batch, column: int, rows: Array, kind: Kind, *, moment: ColumnType | None = None
    ) -> pa.Array:
        """One column of some rows, typed."""
        cells = batch.of(column)
        type = _ARROW[kind.type]
        if cells is None:
            return pa.nulls(len(rows), type)
        kinds, values = cells
        if len(rows) != len(kinds):
            kinds, values = kinds[rows], values[rows]
        if moment is not None:
            kinds = np.where(kinds == NUMBER, MOMENT, kinds)
        if kind.type == ColumnType.TEXT:
            return self._text_array(batch, kinds, values, clock=moment == ColumnType.TIMESTAMP)
        if kind.type.is_number:
            mask = kinds != NUMBER
            return pa.array(
                values if kind.type == ColumnType.FLOAT else np.where(mask, 0, values).astype(np.int64), type, mask=mask
            )
        if kind.type == ColumnType.BOOLEAN:
            return pa.array(values != 0, type, mask=kinds != BOOLEAN)
        if kind.type == ColumnType.TIME:
            stamps = np.minimum(np.rint(np.clip(values, 0, 1) * _DAY_MS).astype(np.int64), _DAY_MS - 1)
            return pa.array(stamps * 1000, pa.int64(), mask=kinds != CLOCK).cast(type)
        stamps, wrong = milliseconds(values, self.sheet.from_1904)
        mask = wrong | ((kinds != MOMENT) & (kinds != CLOCK))
        if kind.type == ColumnType.DATE:
            return pa.array((stamps // _DAY_MS).astype(np.int32), pa.int32(), mask=mask).cast(type)
        return pa.array(stamps * 1000, pa.int64(), mask=mask).cast(type)

    def _text_array(self, batch: Batch, kinds: Array, values: Array, *, clock: bool) -> pa.Array:
        present = set(np.flatnonzero(np.bincount(kinds, minlength=KIND_COUNT)).tolist()) - {EMPTY, ERROR, PENDING}
        if present <= {SHARED}:
            return self.store.shared.take(pa.array(values.astype(np.int64), mask=kinds != SHARED))
        if present <= {TEXT}:
            return batch.texts.take(pa.array(values.astype(np.int64), mask=kinds != TEXT))
        result: list[str | None] = [None] * len(kinds)
        for kind, pool in ((TEXT, batch.texts), (SHARED, self.store.shared)):
            places = np.flatnonzero(kinds == kind)
            found = pool.take(pa.array(values[places].astype(np.int64))).to_pylist()
            for place, text in zip(places.tolist(), found, strict=True):
                result[place] = text
        for place in np.flatnonzero((kinds >= NUMBER) & (kinds <= BOOLEAN)).tolist():
            value = value_of(int(kinds[place]), float(values[place]), self.sheet.from_1904)
            if clock and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
                result[place] = faithful(datetime.datetime.combine(value, datetime.time()))
            else:
                result[place] = faithful(value)
        return pa.array(result, pa.string())

    # -- what stands around the tables

    def _around(self, plans: Sequence[Plan]) -> list[tuple[str, str, str]]:
        """Cells that no table shows, neither as a value nor as a name: `(place, what, text)`."""
        words = {line: reason for plan in plans for line, reason in plan.skipped}
        words |= {line: "a part of the header" for plan in plans for line in plan.header}
        named = {place for plan in plans for place in plan.shown}
        found: list[tuple[str, str, str]] = []
        for batch in self.store.batches():
            filled = np.column_stack([kinds != EMPTY for kinds in batch.kinds])
            for plan in plans:
                rows = self._mask(plan, batch)
                own = np.isin(batch.columns, plan.columns)
                if rows.all() and own.all():
                    filled = np.zeros((0, 0), bool)
                    break
                filled[np.ix_(rows, own)] = False
            for row, i in zip(*(axis.tolist() for axis in np.nonzero(filled)), strict=True):
                line, column = int(batch.lines[row]), int(batch.columns[i])
                if (line, column) in named:
                    continue
                if len(found) == MOST_AROUND:
                    return found
                text = faithful(self._value(batch, i, row))
                found.append((f"{letters(column)}{line}", words.get(line, "stands beside the table"), text))
        return found

    def _otherwise(self) -> list[tuple[str, str, str]]:
        """The first cells that show something else than their value: `(place, value, text)`.

        Moments shown in part are left out where their column has one format: then the column is read that way.
        """
        found: list[tuple[str, str, str]] = []
        formats = self.sheet.formats
        for line, column, style, value in self.store.seen_otherwise:
            format = formats[style]
            if not contradicts(format.code):
                used = self.store.styles[column]
                alike = sum(n for other, n in used.items() if other < len(formats) and formats[other] == format)
                if alike > ONE_FORMAT * sum(used.values()):
                    continue
            text = shown(format.code, value, from_1904=self.sheet.from_1904)
            if text is not None:
                held = faithful(value_of(format.kind, value, self.sheet.from_1904))
                found.append((f"{letters(column)}{line}", held, text))
        return found

    def _listed(self, number: int, title: str, why: str, what: str, rows: Sequence[tuple[str, str, str]]) -> Table:
        """A hidden table of cells: place, what is said about them, text."""
        receipt = Receipt()
        landing = Landing(self.source, number)
        landing.extend(rows)
        receipt.rows_seen = len(rows)
        receipt.decide("contents", title, why)
        declared = dict.fromkeys(range(3), TEXT_KIND)
        names = ["Cell", what, "Text"]
        return landing.table(f"{self.sheet.name}: {title}", names, receipt, declared=declared, hidden=True)


def _is_full(cells: Sequence[Any], block: Block) -> bool:
    return all(cell is not None and str(cell).strip() for cell in cells[block.first_column : block.last_column + 1])


def letters(column: int) -> str:
    """The letters of a column, from 0."""
    found = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        found = chr(65 + digit) + found
    return found
