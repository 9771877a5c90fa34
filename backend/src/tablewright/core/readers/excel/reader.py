"""Which workbook a file is, and its tables."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tablewright.core.readers import archive
from tablewright.core.readers.errors import FileDamaged, NotATable, PasswordProtected
from tablewright.core.readers.excel import ods, xls, xlsb, xlsx
from tablewright.core.readers.excel.cells import Sheet
from tablewright.core.readers.excel.package import Package
from tablewright.core.readers.excel.tables import SheetTables
from tablewright.core.readers.excel.unlocked import unlocked
from tablewright.core.readers.model import Receipt, Source, Table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
HEAD = 64 << 10
OTHERS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "visio/document.xml": "a drawing",
}


class ExcelReader:
    format = "xlsx"

    def claims(self, path: Path, head: bytes) -> bool:
        if head.startswith(OLE) or xls.is_bare(head) or ods.is_flat(head):
            return True
        if not head.startswith(ZIP):
            return False
        try:
            with zipfile.ZipFile(path) as file:
                return _is_document(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, zlib.error):
            return b"xl/" in head or b"[Content_Types].xml" in head or ods.MIME in head

    def read(self, source: Source) -> Iterable[Table]:
        """Every table; none when no sheet holds a value. Raises FileDamaged when damage left nothing to read."""
        notes = Receipt()
        with source.path.open("rb") as file:
            head = file.read(HEAD)
        number = 0
        held: Table | None = None
        damage: FileDamaged | None = None
        for sheet in self._sheets(source, head, notes):
            if sheet.broken and not sheet.store.rows:
                damage = FileDamaged(sheet.broken, sheet=sheet.name)
                notes.warn(f'The sheet "{sheet.name}" cannot be read: {sheet.broken}', sheet=sheet.name)
            for table in SheetTables(source, sheet).tables(number + 1):
                number += 1
                if held is not None:
                    yield held
                held = table
            sheet.store.discard()
        if held is None and damage is not None:
            raise damage
        if held is not None:
            # What holds for the workbook is said with its last table, when everything has been seen.
            held.receipt.decisions.extend(notes.decisions)
            held.receipt.warnings.extend(notes.warnings)
            yield held

    def _sheets(self, source: Source, head: bytes, notes: Receipt) -> Iterator[Sheet]:
        if ods.is_flat(head):
            yield from ods.flat_sheets(source)
            return
        if not head.startswith(ZIP):
            try:
                yield from xls.sheets(source, notes)
            except PasswordProtected:
                path = unlocked(source.path, source.context.scratch / "unlocked")
                with path.open("rb") as file:
                    if file.read(4) != ZIP:
                        yield from xls.sheets(replace(source, path=path), notes)
                        return
                yield from self._zipped(replace(source, path=path), notes)
            return
        yield from self._zipped(source, notes)

    def _zipped(self, source: Source, notes: Receipt) -> Iterator[Sheet]:
        with archive.checked(source.path) as zipped:
            package = Package(zipped)
            if what := next((word for path, word in OTHERS.items() if path in package.entries), None):
                raise NotATable(f"The file is {what}: there is no sheet in it to load.")
            if "content.xml" in package.entries:
                yield from ods.sheets(source, package, notes)
            elif package.main().lower().endswith(".bin"):
                yield from xlsb.sheets(source, package, notes)
            else:
                yield from xlsx.sheets(source, package, notes)


def _is_document(file: zipfile.ZipFile) -> bool:
    """Whether an archive is an Office or OpenDocument file. Those without sheets are claimed too, to be refused."""
    entries = {entry.filename.replace("\\", "/").lower(): entry for entry in file.infolist()}
    if entries.keys() & {"xl/workbook.xml", "xl/workbook.bin"}:
        return True
    if "[content_types].xml" in entries and entries.keys() & {"_rels/.rels", *OTHERS}:
        return True
    kind = entries.get("mimetype")
    return kind is not None and kind.file_size < 200 and file.read(kind).startswith(ods.FAMILY)
