"""Excel workbooks (.xlsx): every sheet with data becomes a table.

The archive's directory and the extent of each sheet are checked before the workbook is parsed: the parser
allocates the whole rectangle between the first and the last cell.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine as calamine

from tablewright.core.profiles.profile import profile
from tablewright.core.readers import archive
from tablewright.core.readers.engine import ROW_GROUP_ROWS, locked
from tablewright.core.readers.errors import (
    CountsDisagree,
    FileDamaged,
    PasswordProtected,
    SheetTooLarge,
    TooManyColumns,
)
from tablewright.core.readers.kinds import TEXT, Kind
from tablewright.core.readers.model import Odd, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.typed import record_types
from tablewright.core.tables import Column, ColumnType, Schema

MOST_CELLS = 15_000_000
BATCH_ROWS = 20_000
EXACT_WHOLE = 2**53
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>")
_BARE_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ERROR = re.compile(rb"<(?:\w+:)?c\s[^>]*?t=\"e\"")
_NO_RESULT = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>\s*)?</(?:\w+:)?c>")
_HIDDEN = {"Hidden": "hidden", "VeryHidden": "very hidden"}


@dataclass
class Extent:
    """What a sheet's XML says before it is parsed: its size, and cells that have no plain value."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    errors: int = 0
    without_result: int = 0


class ExcelReader:
    format = "xlsx"

    def claims(self, path: Path, head: bytes) -> bool:
        if head.startswith(OLE):
            return "EncryptedPackage".encode("utf-16-le") in _directory_of(path)
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(path) as file:
                return any(name.lower() == "xl/workbook.xml" for name in file.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
            return b"xl/" in head or b"[Content_Types].xml" in head

    def read(self, source: Source) -> Iterable[Table]:
        with source.path.open("rb") as file:
            if file.read(8) == OLE:
                raise PasswordProtected
        with archive.checked(source.path) as zipped:
            extents = _extents(zipped, source)
        try:
            workbook = calamine.CalamineWorkbook.from_path(str(source.path))
            sheets = workbook.sheets_metadata
        except calamine.PasswordError:
            raise PasswordProtected from None
        except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError) as error:
            raise FileDamaged(f"The workbook cannot be read: {error}.") from None
        number = 0
        for meta in sheets:
            if "WorkSheet" not in str(meta.typ):
                continue
            try:
                sheet = workbook.get_sheet_by_name(meta.name)
            except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, ValueError) as error:
                raise FileDamaged(f'The sheet "{meta.name}" cannot be read: {error}.', sheet=meta.name) from None
            if not sheet.height:
                continue
            number += 1
            receipt = Receipt()
            visible = str(meta.visible).rsplit(".", 1)[-1]
            if visible in _HIDDEN:
                receipt.decide("visibility", _HIDDEN[visible], f'the sheet "{meta.name}" is {_HIDDEN[visible]}')
            _note_odd_cells(receipt, extents.get(meta.name))
            table = _Sheet(source, sheet, meta.name, number, receipt).table()
            if table is not None:
                yield table


def _directory_of(path: Path) -> bytes:
    """Enough of a compound file to see the names in it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        begin = file.read(1 << 20)
        file.seek(max(0, size - (1 << 20)))
        return begin + file.read()


def _note_odd_cells(receipt: Receipt, extent: Extent | None) -> None:
    if extent is None:
        return
    if extent.errors:
        receipt.decide(
            "error cells", "empty", f"{extent.errors:,} cells hold an error such as #N/A and are read as empty"
        )
    if extent.without_result:
        receipt.decide(
            "formulas without a result",
            "empty",
            f"{extent.without_result:,} formulas have no stored result: save the file in a spreadsheet program first",
        )


def _extents(zipped: zipfile.ZipFile, source: Source) -> dict[str, Extent]:
    """The extent of every sheet by its name; refuses what would not fit before anything is allocated."""
    names = _sheet_names(zipped)
    found: dict[str, Extent] = {}
    for entry in zipped.infolist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename, re.IGNORECASE):
            continue
        name = names.get(entry.filename.lower(), entry.filename)
        extent = _extent(zipped, entry)
        found[name] = extent
        if extent.columns > source.max_columns:
            raise TooManyColumns(extent.columns, source.max_columns, sheet=name)
        if extent.rows * extent.columns > MOST_CELLS or extent.cells > MOST_CELLS:
            raise SheetTooLarge(
                f'The sheet "{name}" spans {extent.rows:,} rows and {extent.columns:,} columns, but at most '
                f"{MOST_CELLS:,} cells are accepted ({extent.cells:,} are filled). Save the sheet as CSV, "
                "which has no such limit.",
                sheet=name,
            )
    return found


def _extent(zipped: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Extent:
    extent = Extent()
    columns: set[bytes] = set()
    tail = b""
    try:
        with zipped.open(entry) as part:
            while chunk := part.read(1 << 20):
                text = tail + chunk
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise FileDamaged("The workbook holds an XML document type, which workbooks do not have.")
                cut = text.rfind(b"<")
                # A cell may be split between two reads: what follows the last cell's opening is read again.
                last = max(text.rfind(b"<c ", 0, cut + 1), text.rfind(b"<c>", 0, cut + 1))
                cut = last if last > 0 and len(text) - last < 65536 else cut
                body, tail = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
                _measure(body, extent, columns)
                if len(tail) > (64 << 20):
                    raise FileDamaged("The workbook holds a single value of more than 64 MiB.")
            _measure(tail, extent, columns)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise FileDamaged(f'"{entry.filename}" in the workbook cannot be unpacked: {error}.') from None
    extent.columns = max((_column_number(letters) for letters in columns), default=1)
    return extent


def _measure(text: bytes, extent: Extent, columns: set[bytes]) -> None:
    found = _CELL.findall(text)
    extent.cells += len(found) or len(_BARE_CELL.findall(text))
    if found:
        columns.update({letters for letters, _ in found})
        extent.rows = max(
            extent.rows, max(int(row) for _, row in found[:: max(1, len(found) // 1000)]), int(found[-1][1])
        )
    extent.errors += len(_ERROR.findall(text)) if b't="e"' in text else 0
    extent.without_result += len(_NO_RESULT.findall(text)) if b"</f>" in text else 0


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_names(zipped: zipfile.ZipFile) -> dict[str, str]:
    """The names of sheets by the path of their part."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = path.lower()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            identity = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            if identity in targets:
                names[targets[identity]] = attributes.get("name", "")

    parts = {entry.filename.lower(): entry for entry in zipped.infolist()}
    for path, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        entry = parts.get(path)
        if entry is None or entry.file_size > (16 << 20):
            continue
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        parser.StartDoctypeDeclHandler = _no_doctype
        try:
            parser.Parse(zipped.read(entry), True)
        except expat.ExpatError as error:
            raise FileDamaged(f"{path} in the workbook is not well-formed: {error}.") from None
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise FileDamaged(f"{path} in the workbook cannot be unpacked: {error}.") from None
    return names


def _no_doctype(*_: object) -> None:
    raise FileDamaged("The workbook holds an XML document type, which workbooks do not have.")


@dataclass
class _Sheet:
    """One sheet on its way to a table."""

    source: Source
    sheet: Any
    name: str
    number: int
    receipt: Receipt
    classes: list[Counter[str]] = field(default_factory=list)

    def table(self) -> Table | None:
        rows = list(self._rows(60))
        if not rows:
            return None
        begin = self._first(rows)
        width = max(len(row) for _, row in rows)
        header, evidence = self._header(rows[begin][1], [row for _, row in rows[begin + 1 :]])
        self.receipt.decide("header", "first row" if header else "none", evidence)
        names = repaired(header or [f"Column {i + 1}" for i in range(width)], self.receipt)
        first_data = rows[begin][0] + (1 if header else 0)
        quarantine = Quarantine(self.receipt, self.source.out_dir / f"t{self.number}.quarantine.jsonl")
        for line, row in rows[:begin]:
            quarantine.skip(Odd(line, "stands before the table", " | ".join(map(faithful, filter(_filled, row)))))
        seen = self._classify(first_data, width, quarantine)
        kinds = [_kind(counter) for counter in self.classes]
        target = self.source.out_dir / f"t{self.number}.parquet"
        loaded = self._write(first_data, kinds, target)
        self.receipt.rows_loaded = loaded
        self.receipt.rows_seen = seen + begin
        if not self.receipt.balanced:
            raise CountsDisagree(self.receipt.rows_seen, loaded + self.receipt.rows_skipped)
        schema = Schema(
            columns=tuple(
                Column(id=f"c{i + 1}", name=name, type=kind.type, physical=kind.physical)
                for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
            )
        )
        with locked(self.source) as con:
            found = profile(con, target, schema, loaded)
        said = {i: _said(counter) for i, counter in enumerate(self.classes) if len(counter) > 1 and kinds[i] is TEXT}
        record_types(self.receipt, names, kinds, said, {}, [int(one["null_count"]) for one in found], loaded)
        return Table(self.name, target, loaded, schema, found, self.receipt)

    def _rows(self, most: int | None = None) -> Iterator[tuple[int, list[Any]]]:
        """Rows that hold something, with their number in the sheet."""
        count = 0
        for line, row in enumerate(self.sheet.iter_rows(), start=1):
            if any(map(_filled, row)):
                yield line, row
                count += 1
                if count == most:
                    return

    @staticmethod
    def _first(rows: Sequence[tuple[int, list[Any]]]) -> int:
        """The first row of the table: titles of one cell above wider rows are left out."""
        filled = [sum(map(_filled, row)) for _, row in rows]
        usual = sorted(filled)[len(filled) // 2]
        if usual < 2:
            return 0
        return next((i for i, count in enumerate(filled) if count > 1), 0)

    @staticmethod
    def _header(first: Sequence[Any], below: Sequence[Sequence[Any]]) -> tuple[list[str] | None, str]:
        cells = [value for value in first if _filled(value)]
        if not all(isinstance(value, str) for value in cells):
            odd = next(value for value in cells if not isinstance(value, str))
            whole = [i for i, value in enumerate(first) if _filled(value) and not isinstance(value, str)]
            same = [i for i in whole if any(type(row[i]) is type(first[i]) for row in below if _filled(row[i]))]
            if not below or len(same) * 2 > len(whole) or len(cells) == len(whole):
                return None, f'the first row holds the value "{faithful(odd)}"'
        if not below:
            return None, "there is only one row"
        return [faithful(value) if _filled(value) else "" for value in first], "the first row holds words"

    def _classify(self, first_data: int, width: int, quarantine: Quarantine) -> int:
        """Count the kinds of values of every column, and the rows from the first data row on."""
        self.classes = [Counter() for _ in range(width)]
        seen = last = 0
        blank: list[int] = []
        for line, row in enumerate(self.sheet.iter_rows(), start=1):
            if line < first_data:
                continue
            if not any(map(_filled, row)):
                blank.append(line)
                continue
            last = line
            seen += 1
            for counter, value in zip(self.classes, row, strict=True):
                if value != "":
                    counter[_class(value)] += 1
        for line in blank:
            if line < last:
                seen += 1
                quarantine.skip(Odd(line, "the row is empty", ""))
        return seen

    def _write(self, first_data: int, kinds: Sequence[Kind], target: Path) -> int:
        schema = pa.schema([(f"c{i + 1}", _ARROW[kind.type]) for i, kind in enumerate(kinds)])
        written = 0
        batch: list[list[Any]] = []
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            waiting: list[Any] = []
            for line, row in self._rows():
                if line < first_data:
                    continue
                batch.append(row)
                written += 1
                if len(batch) == BATCH_ROWS:
                    waiting.append(_arrow(batch, kinds, schema))
                    batch = []
                    if len(waiting) * BATCH_ROWS >= ROW_GROUP_ROWS:
                        writer.write_table(pa.Table.from_batches(waiting), row_group_size=ROW_GROUP_ROWS)
                        waiting = []
                    self.source.context.progress(stage="load", done=written, total=self.sheet.height, unit="rows")
            if batch or not written:
                waiting.append(_arrow(batch, kinds, schema))
            if waiting:
                writer.write_table(pa.Table.from_batches(waiting), row_group_size=ROW_GROUP_ROWS)
        return written


def _filled(value: Any) -> bool:
    return value != "" and not (isinstance(value, str) and not value.strip())


def _class(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case float() | int():
            return "whole" if abs(value) <= EXACT_WHOLE and value == int(value) else "number"
        case datetime.datetime():
            return "timestamp"
        case datetime.date():
            return "date"
        case datetime.time():
            return "time"
        case _:
            return "text"


_KINDS = {
    frozenset({"whole"}): Kind(ColumnType.INTEGER, "BIGINT"),
    frozenset({"number"}): Kind(ColumnType.FLOAT, "DOUBLE"),
    frozenset({"whole", "number"}): Kind(ColumnType.FLOAT, "DOUBLE"),
    frozenset({"boolean"}): Kind(ColumnType.BOOLEAN, "BOOLEAN"),
    frozenset({"date"}): Kind(ColumnType.DATE, "DATE"),
    frozenset({"date", "timestamp"}): Kind(ColumnType.TIMESTAMP, "TIMESTAMP"),
    frozenset({"timestamp"}): Kind(ColumnType.TIMESTAMP, "TIMESTAMP"),
    frozenset({"time"}): Kind(ColumnType.TIME, "TIME"),
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


def _kind(classes: Counter[str]) -> Kind:
    return _KINDS.get(frozenset(classes), TEXT)


def _said(classes: Counter[str]) -> str:
    words = {"whole": "whole numbers", "number": "numbers", "text": "texts", "boolean": "true or false"}
    listed = ", ".join(f"{count:,} {words.get(name, name + 's')}" for name, count in classes.most_common())
    return f"the column is mixed and kept as text: {listed}"


def _arrow(rows: Sequence[Sequence[Any]], kinds: Sequence[Kind], schema: Any) -> Any:
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [
        pa.array([_value(value, kind) for value in column], type=schema.field(i).type)
        for i, (column, kind) in enumerate(zip(columns, kinds, strict=True))
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _value(value: Any, kind: Kind) -> Any:
    if value == "":
        return None
    match kind.type:
        case ColumnType.INTEGER:
            return int(value)
        case ColumnType.TEXT:
            return faithful(value)
        case ColumnType.TIMESTAMP if not isinstance(value, datetime.datetime):
            return datetime.datetime(value.year, value.month, value.day)
        case _:
            return value


def faithful(value: Any) -> str:
    """A cell as text the way a person reads it: 5 and not 5.0, no microseconds that are not there."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if abs(value) <= EXACT_WHOLE and value == int(value) else repr(value)
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            seconds = value.total_seconds()
            sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
            whole = int(seconds)
            part = f"{seconds - whole:.6f}".rstrip("0")[1:].rstrip(".")
            return f"{sign}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}{part}"
        case _:
            return str(value)
