"""OpenDocument spreadsheets (.ods), also those of a single XML text (.fods)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from xml.parsers import expat

from tablewright.core.readers.errors import FileDamaged, NotATable, PasswordProtected, SheetTooLarge
from tablewright.core.readers.excel.cells import (
    BOOLEAN,
    CLOCK,
    ERROR,
    ERROR_CODES,
    MOMENT,
    NUMBER,
    PENDING,
    SPAN,
    TEXT,
    Sheet,
    Store,
    is_long,
)
from tablewright.core.readers.excel.formats import NumberFormat
from tablewright.core.readers.excel.package import CHUNK_BYTES, Package, xml_parser
from tablewright.core.readers.excel.serials import serial_of
from tablewright.core.readers.model import Receipt, Source

FAMILY = b"application/vnd.oasis.opendocument"
MIME = FAMILY + b".spreadsheet"
MOST_REPEATED_CELLS = 5_000_000
"""Cells that repetitions may stand for in a document; a row or a column filled to its end is a format, not data."""
MOST_REPEATED_CHARACTERS = 64 << 20
LAST_LINE, LAST_COLUMN = 1_048_576, 16_384
_FLAT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*(<office:document\s[^>]*)", re.DOTALL
)
_ELAPSED = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?")


def sheets(source: Source, package: Package, notes: Receipt) -> Iterator[Sheet]:
    """Every sheet. The document is one part, so they are read to the end before the first is handed over."""
    manifest = package.small("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise PasswordProtected
    yield from _sheets(source, package.chunks("content.xml"))


def is_flat(head: bytes) -> bool:
    """Whether a text is a whole OpenDocument file, by its beginning."""
    begins = _FLAT.match(head)
    return begins is not None and FAMILY in begins[1]


def flat_sheets(source: Source) -> Iterator[Sheet]:
    """Every sheet of a document that is one XML text: its words are those of content.xml."""
    with source.path.open("rb") as file:
        yield from _sheets(source, iter(lambda: file.read(CHUNK_BYTES), b""))


def _sheets(source: Source, chunks: Iterator[bytes]) -> Iterator[Sheet]:
    document = _Document(source)
    parser = xml_parser()
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.characters
    broken = ""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            rows = document.sheets[-1].store.rows if document.sheets else 0
            source.context.progress(stage="load", done=rows, total=0, unit="rows")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        broken = f"the XML of the document is damaged: {error}"
    except FileDamaged as error:
        if "document type" in error.detail:
            raise
        broken = error.detail
    if not document.is_spreadsheet:
        raise NotATable("The file is an OpenDocument file, but not a spreadsheet: there is no sheet in it to load.")
    for sheet in document.sheets:
        sheet.store.flush()
    if broken:
        if not document.sheets:
            raise FileDamaged(f"The document cannot be read: {broken}.")
        document.sheets[-1].broken = broken
    yield from document.sheets


class _Document:
    """Follows the parser through content.xml."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sheets: list[Sheet] = []
        self.is_spreadsheet = False
        self._formats: list[NumberFormat] = [NumberFormat()]
        self._units: dict[str, int] = {}
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._line = self._column = 0
        self._row_repeat = self._repeat = 1
        self._cells: list[tuple[int, int, int, float | str, int]] = []
        self._attributes: dict[str, str] = {}
        self._pieces: list[str] = []
        self._in_cell = self._in_paragraph = False
        self._paragraphs = self._beside = self._depth = 0
        self._repeated = self._repeated_characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "office:spreadsheet":
                self.is_spreadsheet = True
            case "style:style":
                self._style = attributes.get("style:name", "")
            case "style:table-properties" if attributes.get("table:display") == "false":
                self._hidden_styles.add(self._style)
            case "table:table":
                self._depth += 1
                if self._depth == 1:
                    self._sheet(attributes)
            case "table:table-row" if self._depth == 1:
                self._row_repeat = _count(attributes.get("table:number-rows-repeated"))
                self._column = 0
                self._cells = []
            case "table:table-cell" | "table:covered-table-cell" if self._depth == 1:
                self._repeat = _count(attributes.get("table:number-columns-repeated"))
                self._attributes = attributes
                self._pieces, self._paragraphs, self._in_cell = [], 0, True
            case "office:annotation" | "draw:frame" | "draw:custom-shape":
                self._beside += 1
            case "text:p" if self._in_cell and not self._beside:
                self._pieces.append("\n" if self._paragraphs else "")
                self._paragraphs += 1
                self._in_paragraph = True
            case "text:s" if self._in_paragraph:
                self._pieces.append(" " * min(1000, _count(attributes.get("text:c"))))
            case "text:tab" if self._in_paragraph:
                self._pieces.append("\t")
            case "text:line-break" if self._in_paragraph:
                self._pieces.append("\n")

    def characters(self, text: str) -> None:
        if self._in_paragraph and not self._beside:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        match tag:
            case "text:p":
                self._in_paragraph = self._in_paragraph and self._beside > 0
            case "office:annotation" | "draw:frame" | "draw:custom-shape":
                self._beside = max(0, self._beside - 1)
            case "table:table-cell" | "table:covered-table-cell" if self._depth == 1 and self._in_cell:
                self._in_cell = False
                self._cell()
            case "table:table-row" if self._depth == 1:
                self._row()
            case "table:table":
                self._depth -= 1
                if not self._depth:
                    self.sheets[-1].store.flush()

    def _sheet(self, attributes: dict[str, str]) -> None:
        name = attributes.get("table:name", f"Sheet {len(self.sheets) + 1}")
        store = Store(self.source.context.scratch, name, str(len(self.sheets) + 1))
        hidden = "hidden" if attributes.get("table:style-name") in self._hidden_styles else ""
        self.sheets.append(Sheet(name, store, self._formats, hidden, merged=[]))
        self._line = 1

    def _cell(self) -> None:
        attributes = self._attributes
        kind, value, style = self._read(attributes, "".join(self._pieces))
        if value is not None and self._column < LAST_COLUMN:
            self._cells.append((self._column, min(self._repeat, LAST_COLUMN - self._column), kind, value, style))
        across = _count(attributes.get("table:number-columns-spanned"))
        down = _count(attributes.get("table:number-rows-spanned"))
        if across > 1 or down > 1:
            merged = self.sheets[-1].merged
            assert isinstance(merged, list)
            merged.append((self._line, self._column, self._line + down - 1, self._column + across - 1))
        self._column += self._repeat

    def _read(self, attributes: dict[str, str], text: str) -> tuple[int, float | str | None, int]:
        """Kind, value (None for nothing) and style of a cell."""
        type = attributes.get("office:value-type", "")
        if text.startswith("#") and text in ERROR_CODES and "table:formula" in attributes:
            return ERROR, ERROR_CODES[text], 0
        try:
            match type:
                case "float":
                    if is_long(attributes["office:value"]):
                        return TEXT, attributes["office:value"], 0
                    return NUMBER, float(attributes["office:value"]), 0
                case "percentage":
                    return (
                        NUMBER,
                        float(attributes["office:value"]),
                        self._styled("%", NumberFormat(is_share=True, code="0%")),
                    )
                case "currency":
                    unit = attributes.get("office:currency") or None
                    return NUMBER, float(attributes["office:value"]), self._styled(unit or "", NumberFormat(unit=unit))
                case "boolean":
                    return BOOLEAN, float(attributes.get("office:boolean-value") == "true"), 0
                case "date":
                    moment = datetime.datetime.fromisoformat(attributes["office:date-value"]).replace(tzinfo=None)
                    return MOMENT, serial_of(moment, False), 0
                case "time":
                    return self._elapsed(attributes["office:time-value"], text)
        except (KeyError, ValueError, OverflowError):
            return TEXT, text or None, 0
        if not text and "table:formula" in attributes and not type:
            return PENDING, 0.0, 0
        text = text or attributes.get("office:string-value", "")
        return TEXT, text if text.strip() else None, 0

    @staticmethod
    def _elapsed(value: str, text: str) -> tuple[int, float | str, int]:
        """A duration: a time of day where it is shown as one."""
        found = _ELAPSED.fullmatch(value)
        if not found:
            return TEXT, text, 0
        days, hours, minutes = (int(found[i] or 0) for i in (2, 3, 4))
        seconds = float((found[5] or "0").replace(",", "."))
        total = days + hours / 24 + minutes / 1440 + seconds / 86400
        is_clock = not found[1] and total < 1
        return (CLOCK if is_clock else SPAN), -total if found[1] else total, 0

    def _styled(self, key: str, format: NumberFormat) -> int:
        if key not in self._units and len(self._formats) < 1000:
            self._units[key] = len(self._formats)
            self._formats.append(format)
        return self._units.get(key, 0)

    def _row(self) -> None:
        store = self.sheets[-1].store
        repeat = min(self._row_repeat, LAST_LINE + 1 - self._line)
        cells = self._cells
        # A value repeated to the sheet's end is no data; the first of it is kept.
        cells = [(c, 1 if c + n >= LAST_COLUMN and n > 1000 else n, k, v, s) for c, n, k, v, s in cells]
        if cells and self._line + repeat > LAST_LINE and repeat > 1000:
            repeat = 1
        self._repeated += sum(n * repeat - 1 for _, n, *_ in cells)
        self._repeated_characters += sum((n * repeat - 1) * len(v) for _, n, _, v, _ in cells if isinstance(v, str))
        if self._repeated > MOST_REPEATED_CELLS or self._repeated_characters > MOST_REPEATED_CHARACTERS:
            raise SheetTooLarge(
                f"Repetitions stand for more than {MOST_REPEATED_CELLS:,} cells or "
                f'{MOST_REPEATED_CHARACTERS >> 20} MiB of text by row {self._line:,} of the sheet "{store.name}". '
                "Remove the rows that only repeat others, or save the sheet as CSV.",
                sheet=store.name,
                line=self._line,
            )
        for line in range(self._line, self._line + repeat if cells else self._line):
            for column, times, kind, value, style in cells:
                for place in range(column, column + times):
                    store.add(line, place, kind, value, style)
        self._line += self._row_repeat


def _count(text: str | None) -> int:
    return max(1, min(int(text), 10_000_000)) if text and text.isdecimal() and len(text) < 12 else 1
