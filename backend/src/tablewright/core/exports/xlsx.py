"""Tables as an Excel workbook: a contents sheet, then a sheet for each table, in constant memory.

Values keep their types as far as Excel has them. What Excel cannot hold as it is (more than 15 digits, dates
before March 1900, texts longer than a cell, characters that XML forbids) is kept or marked in another way, and the
contents sheet says where. Text is always text: nothing of a user's becomes a formula or a link.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter  # type: ignore[import-untyped] # publishes no types
from pydantic import ValidationError

from tablewright.core.charts.formats import CellStyle
from tablewright.core.exports import cell_text
from tablewright.core.exports.context import Reporter
from tablewright.core.exports.formats import number_format, width
from tablewright.core.exports.sheet_names import SheetNames
from tablewright.core.exports.workbook import (
    MOST_COLUMNS,
    SheetColumnMissing,
    SheetIn,
    TooManyColumns,
    WorkbookIn,
    WorkbookNotDescribed,
)
from tablewright.core.queries.model import AnswerColumn
from tablewright.core.tables.arrow import batch_rows
from tablewright.core.tables.schema import ColumnType

CONTENTS = "Contents"
LONG_TEXTS = "Long texts"
MOST_RUNS = 5_000
"""Ranges of a column that bars of one kind are drawn in."""
_CELLS_IN_MEMORY = 200_000
_FIRST_SOUND_DAY = date(1900, 3, 1)
"""Excel believes in a 29 February 1900, so earlier days are counted differently by different programs."""
_DAY_ZERO = date(1899, 12, 30).toordinal()
_MOST_DIGITS = 10**15
_WIDE = Context(prec=400)
"""More digits than any decimal has, so that counting them never rounds it."""

Value = Any


class Exact(float):
    """A number written with all its digits: the writer's own format would round to 16."""

    def __format__(self, _: str) -> str:
        return float.__repr__(self)


@dataclass
class Written:
    """A sheet that was written, for the contents."""

    name: str
    title: str
    row_count: int
    column_count: int
    source_note: str
    filters: str


@dataclass
class Notes:
    """What could not be held as it was, counted by column."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def count(self, where: str, what: str, by: int = 1) -> None:
        self.counts[where, what] = self.counts.get((where, what), 0) + by

    def words(self) -> list[str]:
        counted = [f"{where}: {what}: {count:,}." for (where, what), count in self.counts.items()]
        return self.lines + counted


def run(params: dict[str, Any], context: Reporter) -> dict[str, Any]:
    """The task `table.xlsx`: a WorkbookIn becomes the file and `{byte_count, sheets: [{name, row_count}]}`."""
    try:
        wanted = WorkbookIn.model_validate(params)
    except ValidationError as error:
        raise WorkbookNotDescribed(f"The export is not described well: {error.errors()[0]['msg']}.") from error
    for sheet in wanted.sheets:
        if len(sheet.columns) > MOST_COLUMNS:
            raise TooManyColumns(sheet.title or sheet.name, len(sheet.columns))
    with TemporaryDirectory(dir=wanted.out_path.parent) as scratch:
        written = Book(wanted, context, scratch).write()
    return {
        "byte_count": wanted.out_path.stat().st_size,
        "sheets": [{"name": sheet.name, "row_count": sheet.row_count} for sheet in written],
    }


class Book:
    """One workbook while it is written."""

    def __init__(self, wanted: WorkbookIn, context: Reporter, scratch: str) -> None:
        self._wanted = wanted
        self._context = context
        self._book = xlsxwriter.Workbook(
            str(wanted.out_path),
            {
                "constant_memory": True,
                "tmpdir": scratch,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self._book.use_zip64()
        self._contents = self._book.add_worksheet(CONTENTS)
        self._names = SheetNames([CONTENTS, LONG_TEXTS])
        self._head = self._book.add_format(
            {"bold": True, "bottom": 1, "bottom_color": "#8792A2", "bg_color": "#EEF2F6", "valign": "vcenter"}
        )
        self._formats: dict[Any, Any] = {}
        self._notes = Notes()
        self._long: Any = None
        self._long_rows = 0
        self._total = self._done = 0

    def write(self) -> list[Written]:
        try:
            with_rows = [pq.ParquetFile(sheet.parquet) for sheet in self._wanted.sheets]
            self._total = sum(file.metadata.num_rows for file in with_rows)
            written = [
                part
                for sheet, file in zip(self._wanted.sheets, with_rows, strict=True)
                for part in self._table(sheet, file)
            ]
            self._write_contents(written)
            self._context.progress(stage="closing", done=self._total, total=self._total, unit="rows")
        except BaseException:
            # Closed, so that no file stays open; removed, since half a workbook is of no use.
            with suppress(Exception):
                self._book.close()
            self._wanted.out_path.unlink(missing_ok=True)
            raise
        self._book.close()
        return written

    def _format(self, code: str, look: CellStyle | None = None) -> Any:
        """The style of a cell: how its value is written, its icon included, and how it stands out."""
        key = (code, look and (look.fill, look.ink, look.bold, look.icon))
        if key not in self._formats:
            style: dict[str, Any] = {"num_format": code, "valign": "top"}
            if look is not None:
                style |= {"bg_color": look.fill, "font_color": look.ink} if look.fill and look.ink else {}
                style |= {"bold": True} if look.bold else {}
                style |= {"num_format": f'"{look.icon} "{code}'} if look.icon else {}
            self._formats[key] = self._book.add_format(style)
        return self._formats[key]

    def _table(self, sheet: SheetIn, file: pq.ParquetFile) -> Iterable[Written]:
        """Write one table to as many sheets as it needs."""
        title = cell_text.clean(sheet.title or sheet.name)[0]
        held = set(file.schema_arrow.names)
        for column in sheet.columns:
            if column.key not in held:
                raise SheetColumnMissing(column.label, title)
        parts = max(1, math.ceil(file.metadata.num_rows / self._wanted.max_rows))
        if parts > 1:
            self._notes.lines.append(
                f"{title}: {file.metadata.num_rows:,} rows do not fit on one sheet; they fill {parts}."
            )
        if any(column.type == ColumnType.INSTANT for column in sheet.columns):
            self._notes.lines.append(f"{title}: points in time are in UTC.")
        rows = max(100, min(20_000, _CELLS_IN_MEMORY // len(sheet.columns)))
        rows = batch_rows(file.metadata, rows)
        batches = file.iter_batches(batch_size=rows, columns=[column.key for column in sheet.columns])
        page: Page | None = None
        pages: list[Page] = []
        for batch in batches:
            start = 0
            while start < batch.num_rows:
                if page is None or page.row_count == self._wanted.max_rows:
                    before = sum(each.row_count for each in pages)
                    page = Page(self, sheet, title, file.schema_arrow, len(pages) + 1, parts, batch, before)
                    pages.append(page)
                room = min(batch.num_rows - start, self._wanted.max_rows - page.row_count)
                page.add(batch.slice(start, room))
                start += room
                self._done += room
            self._context.progress(stage="rows", done=self._done, total=self._total, unit="rows")
        if not pages:
            empty = pa.RecordBatch.from_pylist([], schema=file.schema_arrow)
            pages.append(Page(self, sheet, title, file.schema_arrow, 1, 1, empty, 0))
        return [page.close() for page in pages]

    def long_text(self, text: str, sheet: str, row: int, label: str) -> str:
        """Keep a text that no cell holds in the sheet for such texts; gives what stands in its own cell."""
        if self._long is None:
            self._long = self._book.add_worksheet(LONG_TEXTS)
            self._long.set_column(0, 3, 14)
            self._long.set_column(4, 4, 100)
            self._long.freeze_panes(1, 0)
            for index, word in enumerate(("Sheet", "Row", "Column", "Part", "Text")):
                self._long.write_string(0, index, word, self._head)
        parts = cell_text.pieces(text)
        first = self._long_rows + 2
        for number, part in enumerate(parts, 1):
            self._long_rows += 1
            self._long.write_string(self._long_rows, 0, sheet)
            self._long.write_number(self._long_rows, 1, row)
            self._long.write_string(self._long_rows, 2, label)
            self._long.write_string(self._long_rows, 3, f"{number} of {len(parts)}")
            self._long.write_string(self._long_rows, 4, part)
        return f"{parts[0]}… [continued: sheet “{LONG_TEXTS}”, rows {first} to {first + len(parts) - 1}]"

    def _write_contents(self, written: list[Written]) -> None:
        page, wanted = self._contents, self._wanted
        bold = self._book.add_format({"bold": True, "font_size": 16})
        quiet = self._book.add_format({"font_color": "#5F6B7A"})
        wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        link = self._book.add_format({"font_color": "#0072B2", "underline": 1, "valign": "top"})
        count = self._format("#,##0")
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 44)
        page.set_column(2, 3, 12)
        page.set_column(4, 5, 50)
        page.hide_gridlines(2)
        title = cell_text.clean(wanted.title)[0]
        page.write_string(0, 0, title, bold)
        row = 1
        if wanted.workspace:
            page.write_string(row, 0, cell_text.clean(wanted.workspace)[0], quiet)
            row += 1
        if wanted.created_at:
            made = wanted.created_at.astimezone(UTC)
            page.write_string(row, 0, f"Created at {made:%Y-%m-%d %H:%M:%S} UTC", quiet)
            row += 1
        row += 1
        for index, word in enumerate(("Sheet", "Title", "Rows", "Columns", "Source", "Filters")):
            page.write_string(row, index, word, self._head)
        for sheet in written:
            row += 1
            quoted = sheet.name.replace("'", "''")
            page.write_url(row, 0, f"internal:'{quoted}'!A1", link, sheet.name)
            page.write_string(row, 1, sheet.title, wrapped)
            page.write_number(row, 2, sheet.row_count, count)
            page.write_number(row, 3, sheet.column_count, count)
            page.write_string(row, 4, sheet.source_note, wrapped)
            page.write_string(row, 5, sheet.filters, wrapped)
        if self._long is not None:
            row += 1
            page.write_url(row, 0, f"internal:'{LONG_TEXTS}'!A1", link, LONG_TEXTS)
            page.write_string(row, 1, "Texts that are longer than a cell", wrapped)
            page.write_number(row, 2, self._long_rows, count)
            page.write_number(row, 3, 5, count)
        words = self._notes.words()
        if words:
            row += 2
            page.write_string(row, 0, "Notes", self._head)
            for line in words:
                row += 1
                page.write_string(row, 0, cell_text.pieces(cell_text.clean(line)[0])[0])
        self._book.set_properties(
            {
                "title": title[:255],
                "author": cell_text.clean(wanted.workspace)[0][:255],
                **({"created": wanted.created_at.astimezone(UTC).replace(tzinfo=None)} if wanted.created_at else {}),
            }
        )
        self._contents.activate()


class Page:
    """One sheet while its rows are written."""

    def __init__(
        self,
        book: Book,
        sheet: SheetIn,
        title: str,
        schema: pa.Schema,
        part: int,
        parts: int,
        sample: pa.RecordBatch,
        before: int,
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._title = title if parts == 1 else f"{title} (part {part} of {parts})"
        self._table = title
        self.row_count = 0
        self.name = book._names.take(sheet.name)
        self._page = book._book.add_worksheet(self.name)
        self._page.freeze_panes(1, 0)
        self._page.set_row(0, 20)
        head = sample.slice(0, 500)
        self._writers: list[Callable[[int, int, Value], Any]] = []
        self._before = before
        self._codes: list[str] = []
        self._marked: dict[tuple[int, int], Callable[[int, int, Value], Any]] = {}
        self._bars: dict[tuple[int, float, float, str], list[list[int]]] = {}
        for index, column in enumerate(sheet.columns):
            values = _values(head, column.key)
            kind = schema.field(column.key).type
            code = number_format(column, kind.scale if pa.types.is_decimal(kind) else None, values)
            self._codes.append(code)
            self._page.set_column(index, index, width(column, code, values) + self._room_for_icons(column.key))
            self._writers.append(self._writer(column, book._format(code)))
        for index, column in enumerate(sheet.columns):
            self._page.write_string(0, index, self._text(column.label, 1, column), book._head)

    def add(self, batch: pa.RecordBatch) -> None:
        columns = [_values(batch, column.key) for column in self._sheet.columns]
        writers = list(enumerate(self._writers))
        painted = self._painted()
        for values in zip(*columns, strict=True):
            self.row_count += 1
            row = self.row_count
            for index, write in writers:
                value = values[index]
                styles = painted.get(index)
                look = styles[self._before + row - 1] if styles else None
                if look is not None:
                    self._mark(row, index, value, look)
                elif value is not None:
                    write(row, index, value)

    def _painted(self) -> dict[int, list[int | None]]:
        """For each column with cells that stand out, by its place: the style of each row of the table."""
        cells = self._sheet.painted.cells if self._sheet.painted else {}
        return {at: cells[column.key] for at, column in enumerate(self._sheet.columns) if column.key in cells}

    def _room_for_icons(self, key: str) -> int:
        painted = self._sheet.painted
        return 3 if painted and key in painted.cells and any(style.icon for style in painted.styles) else 0

    def _mark(self, row: int, index: int, value: Value, at: int) -> None:
        """Write a cell as it stands out."""
        assert self._sheet.painted is not None
        look = self._sheet.painted.styles[at]
        if value is None:
            self._page.write_blank(row, index, None, self._book._format(self._codes[index], look))
        else:
            if (index, at) not in self._marked:
                style = self._book._format(self._codes[index], look)
                text = self._book._format("@" if look.icon else "General", look)
                self._marked[index, at] = self._writer(self._sheet.columns[index], style, text)
            self._marked[index, at](row, index, value)
        if look.bar is not None:
            runs = self._bars.setdefault((index, look.bar.low, look.bar.high, look.bar.fill), [])
            if runs and runs[-1][1] == row - 1:
                runs[-1][1] = row
            elif len(runs) < MOST_RUNS:
                runs.append([row, row])
            else:
                self._count(self._sheet.columns[index], "bars that are not drawn, since their groups change too often")

    def _draw_bars(self) -> None:
        """Excel's own bars, over the same line as elsewhere."""
        for (index, low, high, fill), runs in self._bars.items():
            for first, last in runs:
                self._page.conditional_format(
                    first, index, last, index,
                    {
                        "type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": fill,
                        "bar_negative_color_same": True, "min_type": "num", "min_value": low, "max_type": "num",
                        "max_value": high,
                    },
                )  # fmt: skip

    def close(self) -> Written:
        self._draw_bars()
        if self._sheet.painted and self._sheet.painted.left_out:
            self._book._notes.lines.append(f"{self._title}: too large for its conditional formats, which are left out.")
        self._page.autofilter(0, 0, self.row_count, len(self._sheet.columns) - 1)
        clean = cell_text.clean
        return Written(
            name=self.name,
            title=self._title,
            row_count=self.row_count,
            column_count=len(self._sheet.columns),
            source_note=clean(self._sheet.source_note or "")[0],
            filters=clean(self._sheet.filters or "")[0],
        )

    def _count(self, column: AnswerColumn, what: str, by: int = 1) -> None:
        self._book._notes.count(f"{self._table}, {column.label}", what, by)

    def _text(self, text: str, row: int, column: AnswerColumn) -> str:
        """The text as its cell holds it, with what does not fit kept elsewhere."""
        text, replaced = cell_text.clean(text)
        if replaced:
            self._count(column, "characters that a workbook cannot hold, replaced by �", replaced)
        if cell_text.fits(text):
            return text
        self._count(column, "texts longer than a cell, kept in full in the sheet “Long texts”")
        return self._book.long_text(text, self.name, row, cell_text.pieces(cell_text.clean(column.label)[0], 200)[0])

    def _writer(self, column: AnswerColumn, style: Any, text_style: Any = None) -> Callable[[int, int, Value], Any]:
        """How a value of this column is written; a value of another kind than its column's is written as text."""
        number = self._page.write_number

        def string(row: int, index: int, value: str) -> None:
            self._page.write_string(row, index, value, text_style)

        def boolean(row: int, index: int, value: bool) -> None:
            self._page.write_boolean(row, index, value, text_style)

        def text(row: int, index: int, value: Value) -> None:
            string(row, index, self._text(str(value), row + 1, column))

        def numeric(row: int, index: int, value: Value) -> None:
            if isinstance(value, float):
                if math.isfinite(value):
                    number(row, index, Exact(value), style)
                else:
                    self._count(column, "values that are no finite number, kept as text")
                    string(row, index, "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity")
            elif isinstance(value, int) and -_MOST_DIGITS < value < _MOST_DIGITS:
                number(row, index, value, style)
            elif isinstance(value, Decimal) and _digits(value) <= 15:
                number(row, index, Exact(value), style)
            elif isinstance(value, int | Decimal):
                self._count(column, "values of more than 15 digits, which Excel would round, kept as text")
                string(row, index, f"{value:f}" if isinstance(value, Decimal) else str(value))
            else:
                text(row, index, value)

        def temporal(row: int, index: int, value: Value) -> None:
            if isinstance(value, time):
                number(row, index, _share_of_day(value), style)
            elif isinstance(value, date):
                if isinstance(value, datetime) and value.tzinfo:
                    value = value.astimezone(UTC).replace(tzinfo=None)
                day = value.date() if isinstance(value, datetime) else value
                if day >= _FIRST_SOUND_DAY:
                    share = _share_of_day(value) if isinstance(value, datetime) else 0
                    number(row, index, day.toordinal() - _DAY_ZERO + share, style)
                    return
                self._count(column, "dates before March 1900, which Excel counts wrongly, kept as text")
                string(row, index, value.isoformat(" ") if isinstance(value, datetime) else value.isoformat())
            else:
                self._count(column, "moments that Excel cannot hold, kept as text")
                text(row, index, value)

        def flag(row: int, index: int, value: Value) -> None:
            if isinstance(value, bool):
                boolean(row, index, value)
            else:
                text(row, index, value)

        match column.type:
            case ColumnType.INTEGER | ColumnType.DECIMAL | ColumnType.FLOAT:
                return numeric
            case ColumnType.DATE | ColumnType.TIMESTAMP | ColumnType.INSTANT | ColumnType.TIME:
                return temporal
            case ColumnType.BOOLEAN:
                return flag
        return text


def _digits(value: Decimal) -> int:
    """Significant digits: zeros at either end count for nothing."""
    return len(value.normalize(_WIDE).as_tuple().digits)


def _share_of_day(moment: datetime | time) -> float:
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return (seconds + moment.microsecond / 1e6) / 86_400


def _values(batch: pa.RecordBatch, key: str) -> list[Value]:
    """The column as Python values; a moment outside of Python's calendar, or finer than it, as text."""
    column = batch.column(key)
    try:
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            column = column.cast(pa.timestamp("us", tz=column.type.tz))
        return list(column.to_pylist())
    except (ValueError, OverflowError):  # ArrowInvalid is a ValueError
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Value:
    try:
        if pa.types.is_timestamp(scalar.type) and scalar.type.unit == "ns":
            scalar = scalar.cast(pa.timestamp("us", tz=scalar.type.tz))
        return scalar.as_py()
    except (ValueError, OverflowError):
        return scalar.cast(pa.string()).as_py()
