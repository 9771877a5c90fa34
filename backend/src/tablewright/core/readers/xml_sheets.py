"""Grids that come as XML or HTML: Excel's XML Spreadsheet 2003, and the tables of a page (or of an ".xls" that is one).

A grid is written as delimited text and read like it: the same rules find its header, its types and its odd rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, Any

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers.delimited import DelimitedReader
from tablewright.core.readers.errors import NotATable, SheetTooLarge, TooManyColumns
from tablewright.core.readers.model import Context, Receipt, Source, Table
from tablewright.core.readers.options import LoadOptions
from tablewright.core.readers.xml_names import not_utf8
from tablewright.core.readers.xml_parse import SEPARATOR, End, Start

SHEET = f"urn:schemas-microsoft-com:office:spreadsheet{SEPARATOR}"
WORKBOOK = f"{SHEET}Workbook"
MOST_ROWS = 1 << 20
MOST_COLUMNS = 1 << 14
MOST_TABLES = 200
WIDEST_SPAN = 1000
LARGEST_CELL = 1 << 20
_HTML = re.compile(
    rb"\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*)*"
    rb"<(!doctype\s+html|html|head|body|meta|title|link|script|style|table|div|center|main|section|h[1-6]|p|br|hr|font)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_CELL = re.compile(rb"<t[rdh][\s/>]", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_OWN_DECISIONS = frozenset({"encoding", "delimiter", "quote", "escape"})


@dataclass
class Grid:
    """One grid as delimited text in a scratch file."""

    name: str
    path: Path
    rows: int = 0
    width: int = 0
    header_rows: int | None = None
    """How many rows on top are marked as headings; None when the grid does not say."""
    out: IO[str] | None = None
    _writer: Any = None

    def add(self, row: list[str]) -> None:
        if self._writer is None:
            self.out = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self.out, lineterminator="\n")
        self._writer.writerow(row or [""])
        self.rows += 1
        self.width = max(self.width, len(row))
        if self.rows > MOST_ROWS:
            raise SheetTooLarge(f'"{self.name}" has more than {MOST_ROWS:,} rows.')

    def close(self) -> None:
        if self.out is not None:
            self.out.close()


@dataclass(frozen=True)
class _Within:
    """The context of one grid: its own folder for temporary files."""

    outer: Context
    scratch: Path

    def progress(self, *, stage: str, done: int, total: int, unit: str, rows: int | None = None) -> None:
        self.outer.progress(stage=stage, done=done, total=total, unit=unit, rows=rows)


def is_html(head: bytes, path: Path | None = None) -> bool:
    """Whether a text is a page with a table, by its beginning: elements of other rows than a page's are XML.

    With its path, the table of what is a page by its first words may stand anywhere: after styles and scripts.
    """
    begins = _HTML.match(head)
    if begins is None:
        return False
    is_page = b"html" in begins[3].lower()
    if b"<table" in head.lower():
        return is_page or bool(_CELL.search(head))
    return is_page and path is not None and _has_table(path)


def _has_table(path: Path) -> bool:
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if b"<table" in (last + block).lower():
                return True
            last = block[-5:]
    return False


def read_workbook(source: Source, parse: Callable[[Start, End, list[str]], object]) -> Iterable[Table]:
    """The sheets of an XML Spreadsheet 2003."""
    sheets = _Sheets(source.context.scratch)
    try:
        parse(sheets.start, sheets.end, sheets.text)
    finally:
        for grid in sheets.grids:
            grid.close()
    yield from read_grids(
        source, sheets.grids, encodings.Encoding("utf-8", "the XML text says so"), "a sheet of the workbook"
    )


def read_html(source: Source) -> Iterable[Table]:
    """The tables of a page."""
    encoding = _encoding_of_page(source)
    page = Page(source.context.scratch, source.stem)
    import codecs

    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    done, size = 0, source.path.stat().st_size
    try:
        with source.path.open("rb") as file:
            file.seek(encoding.mark_bytes)
            while block := file.read(1 << 18):
                page.feed(decoder.decode(block))
                done += len(block)
                source.tell_read(done, size)
            page.feed(decoder.decode(b"", final=True))
        page.close()
        page.finish()
    finally:
        page.close_grids()
    yield from read_grids(source, page.grids, encoding, "a table of the page; what stands around it was not read")


def _encoding_of_page(source: Source) -> encodings.Encoding:
    with source.path.open("rb") as file:
        head = file.read(64 << 10)
    known = encodings.of_head(head, source.path.stat().st_size)
    if known is not None:
        return known
    said = source.options.encoding or ((found := _CHARSET.search(head)) and found[1].decode("ascii"))
    if said:
        try:
            "".encode(said)
        except LookupError:
            raise NotATable(
                f'The page says that its encoding is "{said}", which is not known. Save it as UTF-8.'
            ) from None
        return encodings.Encoding(said.lower(), "as told" if source.options.encoding else f"the page says {said}")
    bad = not_utf8(source.path)
    if bad is None:
        return encodings.Encoding("utf-8", "every byte of the file is valid UTF-8")
    return encodings.single_byte(source.path, bad)


def read_grids(source: Source, grids: list[Grid], encoding: encodings.Encoding, what: str) -> Iterator[Table]:
    """Every grid that has a value, read as delimited text and numbered over the whole file."""
    number = 0
    grids = [grid for grid in grids if grid.rows and grid.width]
    if not grids:
        raise NotATable("The file holds no table with a value in it.")
    for index, grid in enumerate(grids, start=1):
        folder = source.context.scratch / f"grid{index}"
        folder.mkdir(exist_ok=True)
        told: dict[str, Any] = {"delimiter": ",", "quote": '"', "encoding": "utf-8"}
        if grid.header_rows is not None and source.options.header_rows is None:
            told["header_rows"] = grid.header_rows
        name = grid.name or source.stem
        inner = replace(
            source, path=grid.path, filename=f"{name}.csv", out_dir=folder, context=_Within(source.context, folder),
            options=LoadOptions.model_validate({**source.options.model_dump(exclude_none=True), **told}),
        )  # fmt: skip
        for table in DelimitedReader().read(inner):
            number += 1
            if "header_rows" in told:
                _say_marked(table.receipt)
            yield _moved(source, replace(table, name=name), number, encoding, what)
        grid.path.unlink(missing_ok=True)


def _say_marked(receipt: Receipt) -> None:
    """The header was told by the page, not by a person."""
    why = "the cells are marked as headings"
    receipt.decisions[:] = [
        replace(one, evidence=why, confidence="certain")
        if one.key == "header_rows" and one.confidence == "told"
        else one
        for one in receipt.decisions
    ]


def _moved(source: Source, table: Table, number: int, encoding: encodings.Encoding, what: str) -> Table:
    receipt = table.receipt
    receipt.decisions[:] = [one for one in receipt.decisions if one.what not in _OWN_DECISIONS]
    receipt.decide("encoding", encoding.name, encoding.evidence, key="encoding")
    receipt.decide("table", table.name, what)
    if receipt.quarantine_file is not None:
        kept = source.out_dir / f"t{number}.quarantine.jsonl"
        (table.file.parent / receipt.quarantine_file).replace(kept)
        receipt.quarantine_file = kept.name
    target = source.out_dir / f"t{number}.parquet"
    table.file.replace(target)
    return replace(table, file=target)


class _Sheets:
    """Handlers for the elements of an XML Spreadsheet 2003."""

    def __init__(self, scratch: Path) -> None:
        self.grids: list[Grid] = []
        self.text: list[str] = []
        self._scratch = scratch
        self._path: list[str] = []
        self._row: list[str] = []
        self._column = 0
        self._kind = ""
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._take()
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        own = name.removeprefix(SHEET)
        if own == "Worksheet":
            if len(self.grids) >= MOST_TABLES:
                raise SheetTooLarge(f"The workbook has more than {MOST_TABLES} sheets.")
            number = len(self.grids) + 1
            self.grids.append(
                Grid(attributes.get(f"{SHEET}Name") or f"Sheet{number}", self._scratch / f"grid{number}.csv")
            )
        elif own == "Row" and self.grids:
            self._row, self._column = [], 0
            index = _whole(attributes.get(f"{SHEET}Index"), MOST_ROWS)
            while self.grids[-1].rows + 1 < index:
                self.grids[-1].add([""])
        elif own == "Cell":
            index = _whole(attributes.get(f"{SHEET}Index"), MOST_COLUMNS)
            self._column = index - 1 if index else self._column
            if self._column >= MOST_COLUMNS:
                raise TooManyColumns(self._column + 1, MOST_COLUMNS)
            while len(self._row) <= self._column:
                self._row.append("")
            self._span = _whole(attributes.get(f"{SHEET}MergeAcross"), MOST_COLUMNS)
        elif own == "Data" and inside == f"{SHEET}Cell":
            self._kind, self._value = attributes.get(f"{SHEET}Type", ""), []

    def _take(self) -> None:
        if self.text:
            if f"{SHEET}Data" in self._path[-8:]:
                self._value.extend(self.text)
            self.text.clear()

    def end(self, name: str) -> None:
        self._take()
        self._path.pop()
        own = name.removeprefix(SHEET)
        if own == "Data" and self._path[-1:] == [f"{SHEET}Cell"] and self._row:
            self._row[-1] = _cell("".join(self._value), self._kind)
        elif own == "Cell":
            self._column += 1 + self._span
        elif own == "Row" and self.grids:
            self.grids[-1].add(self._row)


def _whole(text: str | None, limit: int) -> int:
    """A number of the sheet's grid; 0 when there is none."""
    if not text or not text.isascii() or not text.isdigit():
        return 0
    value = int(text[:9])
    if value > limit:
        raise SheetTooLarge(f"The sheet reaches to row or column {value:,}; at most {limit:,} are accepted.")
    return value


def _cell(value: str, kind: str) -> str:
    if kind == "Boolean":
        return {"1": "true", "0": "false"}.get(value, value)
    if kind == "DateTime":
        return value.removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")
    return value


@dataclass
class _Open:
    """A table of a page that is being read."""

    grid: Grid
    row: list[str] = field(default_factory=list)
    cell: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    """Columns and rows of the open cell."""
    down: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Cells that reach down: rows still to fill and the value, by column."""
    headings: bool = True
    """Whether every cell of the row is a heading."""
    caption: list[str] | None = None
    in_row: bool = False


class Page(HTMLParser):
    """Collects the tables of a page, as browsers would show them."""

    def __init__(self, scratch: Path, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self._scratch, self._name = scratch, name
        self._open: list[_Open] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden = True
        elif tag == "table":
            if len(self.grids) >= MOST_TABLES:
                raise SheetTooLarge(f"The page has more than {MOST_TABLES} tables.")
            number = len(self.grids) + 1
            self.grids.append(Grid("", self._scratch / f"grid{number}.csv"))
            self._open.append(_Open(self.grids[-1]))
        elif not self._open:
            return
        elif tag == "tr":
            self._end_row()
            self._open[-1].in_row = True
        elif tag in ("td", "th"):
            self._end_cell()
            table = self._open[-1]
            table.in_row = True
            given = dict(attrs)
            table.span = _span(given.get("colspan")), _span(given.get("rowspan"))
            table.cell = []
            table.headings = table.headings and tag == "th"
        elif tag == "caption":
            self._open[-1].caption = []
        elif tag in ("br", "p", "div", "li") and self._open[-1].cell is not None:
            self._open[-1].cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = False
        if not self._open:
            return
        if tag == "table":
            self._end_row()
            self._open.pop()
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "caption" and (caption := self._open[-1].caption) is not None:
            self._open[-1].grid.name = " ".join("".join(caption).split())[:200]
            self._open[-1].caption = None

    def handle_data(self, data: str) -> None:
        if not self._open or self._hidden:
            return
        table = self._open[-1]
        if table.cell is not None:
            table.cell.append(data)
        elif table.caption is not None:
            table.caption.append(data)

    def finish(self) -> None:
        """The page has ended, whether or not its tables have."""
        while self._open:
            self._end_row()
            self._open.pop()
        full = [grid for grid in self.grids if grid.rows and grid.width]
        for number, grid in enumerate(full, start=1):
            grid.name = grid.name or (self._name if len(full) == 1 else f"Table {number}")

    def close_grids(self) -> None:
        for grid in self.grids:
            grid.close()

    def next_column(self) -> int:
        """Where the next cell of the row will stand, from 0."""
        table = self._open[-1]
        self._end_cell()
        self._fill_down(table)
        return len(table.row)

    def _fill_down(self, table: _Open) -> None:
        while len(table.row) in table.down:
            left, value = table.down.pop(len(table.row))
            if left > 1:
                table.down[len(table.row)] = left - 1, value
            table.row.append(value)

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.cell is None:
            return
        value = " ".join("".join(table.cell).split())
        table.cell = None
        across, down = table.span
        for _ in range(across):
            self._fill_down(table)
            if len(table.row) >= MOST_COLUMNS:
                raise TooManyColumns(len(table.row) + 1, MOST_COLUMNS)
            if down > 1:
                table.down[len(table.row)] = down - 1, value
            table.row.append(value)

    def _end_row(self) -> None:
        self._end_cell()
        table = self._open[-1]
        if not table.in_row:
            return
        self._fill_down(table)
        if any(table.row):
            headings = table.headings and bool(table.row)
            if headings and table.grid.rows == (table.grid.header_rows or 0):
                table.grid.header_rows = min(10, table.grid.rows + 1)
            table.grid.add(table.row)
        table.row, table.in_row, table.headings = [], False, True


def _span(text: str | None) -> int:
    digits = (text or "").strip()
    return max(1, min(WIDEST_SPAN, int(digits[:6]))) if digits.isascii() and digits.isdigit() else 1
