"""Which workbook a file is, and its tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tablewright.core.readers import archive
from tablewright.core.readers.errors import FileDamaged
from tablewright.core.readers.excel import ods, xls, xlsb, xlsx
from tablewright.core.readers.excel.cells import Sheet
from tablewright.core.readers.excel.package import Package
from tablewright.core.readers.excel.tables import SheetTables
from tablewright.core.readers.model import Receipt, Source, Table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"


class ExcelReader:
    format = "xlsx"

    def claims(self, path: Path, head: bytes) -> bool:
        if head.startswith(OLE) or xls.is_bare(head):
            return True
        if not head.startswith(ZIP):
            return False
        try:
            with zipfile.ZipFile(path) as file:
                names = {name.replace("\\", "/").lower() for name in file.namelist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
            return b"xl/" in head or b"[Content_Types].xml" in head or ods.MIME in head
        return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or _is_workbook(head, names)

    def read(self, source: Source) -> Iterable[Table]:
        """Every table; none when no sheet holds a value. Raises FileDamaged when damage left nothing to read."""
        notes = Receipt()
        with source.path.open("rb") as file:
            head = file.read(4096)
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
        if not head.startswith(ZIP):
            yield from xls.sheets(source, notes)
            return
        with archive.checked(source.path) as zipped:
            package = Package(zipped)
            if "content.xml" in package.entries:
                yield from ods.sheets(source, package, notes)
            elif package.main().lower().endswith(".bin"):
                yield from xlsb.sheets(source, package, notes)
            else:
                yield from xlsx.sheets(source, package, notes)


def _is_workbook(head: bytes, names: set[str]) -> bool:
    if ods.MIME in head[:200] or ("content.xml" in names and "mimetype" not in names and "styles.xml" in names):
        return True
    return "[content_types].xml" in names and any(name.startswith("xl/") for name in names)
