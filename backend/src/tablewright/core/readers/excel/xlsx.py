"""Workbooks of XML parts (.xlsx, .xlsm)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

import pyarrow as pa

from tablewright.core.readers.errors import FileDamaged
from tablewright.core.readers.excel.cells import Sheet, Store, storable
from tablewright.core.readers.excel.formats import GENERAL, NumberFormat, meaning, telling, with_units
from tablewright.core.readers.excel.package import (
    SHEET_TYPES,
    Package,
    Part,
    local,
    once,
    parse,
    parsed_text,
    xml_parser,
)
from tablewright.core.readers.excel.sheet_xml import SheetScan
from tablewright.core.readers.model import Receipt, Source

HIDDEN = {"hidden": "hidden", "veryHidden": "very hidden"}
_PLAIN_TEXT = re.compile(rb'<si>\s*<t(?: xml:space="preserve")?>([^<]*)</t>\s*</si>')


def sheets(source: Source, package: Package, notes: Receipt) -> Iterator[Sheet]:
    """Every worksheet in the order of the workbook. `notes` receives what holds for the whole workbook."""
    main = package.main()
    related = package.related(main)
    by_kind = dict(reversed(related.values()))
    parts, from_1904 = _workbook(package, main, related, notes)
    formats = _formats(package, by_kind.get("styles", "xl/styles.xml"))
    odd, units = telling(formats), with_units(formats)
    shared = _shared_strings(package, by_kind.get("sharedStrings", "xl/sharedStrings.xml"), notes)
    for number, part in enumerate(parts, start=1):
        store = Store(source.context.scratch, part.name, str(number), shared, telling=odd, unit_styles=units)
        sheet = Sheet(part.name, store, formats, part.hidden, from_1904=from_1904)
        scan = SheetScan(store, formats, from_1904)
        scan.progress = lambda rows: source.context.progress(stage="load", done=rows, total=0, unit="rows")
        try:
            scan.read(package.chunks(part.path))
        except FileDamaged as error:
            sheet.broken = error.detail
        store.flush()
        sheet.merged, sheet.hidden_rows = scan.merged, scan.hidden_rows
        yield sheet


def _workbook(
    package: Package, main: str, related: dict[str, tuple[str, str]], notes: Receipt
) -> tuple[list[Part], bool]:
    """The worksheets, and whether dates count from 1904."""
    parts: list[Part] = []
    skipped: list[tuple[str, str]] = []
    from_1904 = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        match local(tag):
            case "workbookPr":
                # An extension later in the file bears the same name and says nothing of dates.
                from_1904 = from_1904 or attributes.get("date1904", "0") in ("1", "true", "on")
            case "sheet":
                identity = next((value for key, value in attributes.items() if local(key) == "id"), "")
                kind, path = related.get(identity, ("", ""))
                name = attributes.get("name", path)
                if kind != "worksheet":
                    skipped.append((name, SHEET_TYPES.get(kind, "sheet that the workbook lists but does not hold")))
                elif path.lower() not in package.entries:
                    notes.warn(f'The sheet "{name}" is listed in the workbook, but its content is missing', sheet=name)
                else:
                    parts.append(Part(name, path, HIDDEN.get(attributes.get("state", ""), "")))

    xml = package.small(main)
    try:
        parse(xml or b"", start)
    except FileDamaged as error:
        if "document type" in error.detail:
            raise
        notes.warn(f"The list of sheets is damaged ({error.detail}): sheets are loaded as they were found")
        parts = []
    if parts or related:
        for name, what in skipped:
            notes.decide(f'sheet "{name}"', "skipped", f"it is a {what}, which holds no table")
    if not parts:
        parts = [Part(path.rpartition("/")[2].rpartition(".")[0], path) for path in package.sheet_paths()]
    return once(parts, notes), from_1904


def _formats(package: Package, path: str) -> Sequence[NumberFormat]:
    """What the numbers of each cell style are."""
    codes: dict[int, str] = {}
    found: list[int] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = local(tag)
        number = attributes.get("numFmtId", "0")
        if name in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside = name
        elif name == "numFmt" and inside != "dxfs" and number.isdigit():
            codes[int(number)] = attributes.get("formatCode", "")
        elif name == "xf" and inside == "cellXfs":
            found.append(int(number) if number.isdigit() else 0)

    try:
        parse(package.small(path) or b"<styleSheet/>", start)
    except FileDamaged as error:
        if "document type" in error.detail:
            raise
    known = {number: meaning(number, codes.get(number)) for number in set(found)}
    return [known[number] for number in found] or [GENERAL]


def _shared_strings(package: Package, path: str, notes: Receipt) -> pa.Array:
    """The texts that cells refer to by number."""
    if path.lower() not in package.entries:
        return pa.array([], pa.string())
    pools: list[pa.Array] = []
    scan = _Strings()
    rest = b""
    careful: bool | None = None
    try:
        for chunk in package.chunks(path):
            text = rest + chunk
            if careful is None:
                # Other ways of writing are left to a parser: prefixes, comments, UTF-16 …
                careful = b"<!" in text or re.search(rb"<sst[\s>]", text) is None
                if careful:
                    scan.open()
            if careful:
                scan.feed(text)
            else:
                begin, cut = max(0, text.find(b"<si>")), text.rfind(b"</si>") + 5
                body, rest = (text[begin:cut], text[cut:]) if cut >= 5 else (b"", text)
                plain = _PLAIN_TEXT.findall(body)
                if b"<!" in body or len(plain) != body.count(b"<si"):
                    scan.take(body)
                else:
                    scan.texts.extend(map(_unescaped, plain))
            if len(scan.texts) > 100_000:
                pools.append(pa.array(scan.texts, pa.string()))
                scan.texts = []
        if not careful and b"<si" in rest:
            raise FileDamaged("The texts of the workbook end in the middle.")
    except (FileDamaged, UnicodeDecodeError, expat.ExpatError) as error:
        detail = getattr(error, "detail", str(error))
        if "document type" in detail:
            raise
        notes.warn(f"Not all texts of the workbook could be read ({detail}): cells that refer to them are empty")
    pools.append(pa.array(scan.texts, pa.string()))
    return pa.concat_arrays(pools)


def _unescaped(text: bytes) -> str:
    """The text of an element without children."""
    if b"&" in text or b"\r" in text:
        return parsed_text(text)
    plain = text.decode()
    return storable(plain) if "_x" in plain else plain


class _Strings:
    """Shared strings one by one: runs joined, readings (phonetic hints) left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._phonetic = self._inside = False
        self._parser: Any = None

    def open(self) -> None:
        self._parser = xml_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, xml: bytes) -> None:
        self._parser.Parse(xml, False)

    def take(self, items: bytes) -> None:
        """Complete items without their frame."""
        self.open()
        self._parser.Parse(b"<sst>" + items + b"</sst>", True)

    def _start(self, tag: str, _: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._inside = True

    def _end(self, tag: str) -> None:
        name = local(tag)
        if name == "si":
            self.texts.append(storable("".join(self._pieces)))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._inside = False

    def _characters(self, text: str) -> None:
        if self._inside and not self._phonetic:
            self._pieces.append(text)
