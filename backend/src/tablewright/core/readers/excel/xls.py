"""Workbooks of binary records: Excel 2 to 2003 (.xls)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
import xlrd.book

from tablewright.core.readers.errors import FileDamaged, NotATable, PasswordProtected
from tablewright.core.readers.excel.cells import BOOLEAN, ERROR, MOMENT, TEXT, Sheet, Store
from tablewright.core.readers.excel.compound import workbook_stream
from tablewright.core.readers.excel.formats import GENERAL, NumberFormat, meaning, telling, with_units
from tablewright.core.readers.model import Receipt, Source

_BARE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""How a workbook begins that is not inside a compound file."""
_OTHERS = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a presentation",
    "__properties_version1.0": "a mail",
}
MOST_BYTES = 256 << 20
MOST_TEXTS = 4_000_000
NOTHING = bytes([xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK])


def is_bare(head: bytes) -> bool:
    return head[:4] in _BARE and head[4:6] in (
        b"\x00\x00",
        b"\x02\x00",
        b"\x03\x00",
        b"\x04\x00",
        b"\x00\x02",
        b"\x00\x03",
        b"\x00\x04",
        b"\x00\x05",
        b"\x00\x06",
        b"\x07\x00",
    )


def sheets(source: Source, notes: Receipt) -> Iterator[Sheet]:
    """Every worksheet. Raises FileDamaged, PasswordProtected, NotATable."""
    book = _opened(source)
    try:
        formats = _formats(book)
        odd, units = telling(formats), with_units(formats)
        for number in range(book.nsheets):
            name, visibility = str(book.sheet_names()[number]), int(book._sheet_visibility[number])
            try:
                found = book.sheet_by_index(number)
            except Exception as error:
                notes.warn(f'The sheet "{name}" cannot be read: {_said(error)}', sheet=name)
                continue
            store = Store(source.context.scratch, name, str(number + 1), telling=odd, unit_styles=units)
            hidden = {1: "hidden", 2: "very hidden"}.get(visibility, "")
            sheet = Sheet(name, store, formats, hidden, from_1904=bool(book.datemode))
            _cells(found, store, formats)
            sheet.merged = [
                (top + 1, left, bottom, right - 1) for top, bottom, left, right in getattr(found, "merged_cells", [])
            ]
            book.unload_sheet(number)
            yield sheet
    finally:
        book.release_resources()


def _opened(source: Source) -> Any:
    if source.path.stat().st_size > MOST_BYTES:
        raise FileDamaged(f"The workbook is larger than {MOST_BYTES >> 20} MiB, which the old Excel format never is.")
    failure: Exception | None = None
    attempts: list[dict[str, Any]] = [
        {"filename": str(source.path), "formatting_info": True},
        {"filename": str(source.path), "formatting_info": True, "ignore_workbook_corruption": True},
        {"filename": str(source.path)},
        {"formatting_info": True},
    ]
    for attempt in attempts:
        if "filename" not in attempt:
            stream = workbook_stream(source.path.read_bytes())
            if stream is None:
                break
            attempt["file_contents"] = stream
        try:
            return xlrd.open_workbook(on_demand=True, ragged_rows=True, logfile=io.StringIO(), **attempt)
        except Exception as error:  # xlrd meets damage with whatever its arithmetic raises
            failure = failure or error
            if "encrypted" in str(error).lower():
                break
    said = _said(failure)
    if "encrypted" in said.lower():
        raise PasswordProtected
    streams = _streams(source)
    if "EncryptedPackage" in streams:
        raise PasswordProtected
    if "Workbook" not in streams and "Book" not in streams:
        what = next((word for name, word in _OTHERS.items() if name in streams), "an Office file without a workbook")
        raise NotATable(f"The file is {what}: there is no sheet in it to load.")
    raise FileDamaged(f"The workbook cannot be read, it may be cut short: {said}.")


def _streams(source: Source) -> set[str]:
    """The names of known streams that occur in a compound file."""
    size = source.path.stat().st_size
    with source.path.open("rb") as file:
        begin = file.read(1 << 20)
        file.seek(max(0, size - (1 << 20)))
        data = begin + file.read()
    known = ("EncryptedPackage", "Workbook", "Book", *_OTHERS)
    return {name for name in known if name.encode("utf-16-le") in data}


def _said(error: Exception | None) -> str:
    return (str(error) or type(error).__name__).rstrip(".")[:200]


def _formats(book: Any) -> list[NumberFormat]:
    """What the numbers of each cell style are."""
    found: list[NumberFormat] = []
    for style in book.xf_list:
        known = book.format_map.get(style.format_key)
        found.append(meaning(int(style.format_key), known.format_str if known is not None else None))
    return found or [GENERAL]


def _cells(found: Any, store: Store, formats: list[NumberFormat]) -> None:
    styled = bool(found.formatting_info)
    for row in range(found.nrows):
        types = bytes(found.row_types(row)).rstrip(NOTHING)
        if not types:
            continue
        values = found.row_values(row)
        for column, (type, value) in enumerate(zip(types, values, strict=False)):
            if type in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            if type == xlrd.XL_CELL_TEXT:
                store.add(row + 1, column, TEXT, value)
                continue
            if type == xlrd.XL_CELL_BOOLEAN or type == xlrd.XL_CELL_ERROR:
                store.add(row + 1, column, BOOLEAN if type == xlrd.XL_CELL_BOOLEAN else ERROR, value)
                continue
            style = found.cell_xf_index(row, column) if styled else 0
            format = formats[style] if styled and style < len(formats) else GENERAL
            kind = format.kind
            if not styled and type == xlrd.XL_CELL_DATE:
                kind = MOMENT
            store.add(row + 1, column, kind, value, style)
    store.flush()


def shared_texts(datatab: list[bytes], nstrings: int) -> tuple[list[str], dict[int, list[tuple[int, int]]]]:
    """The shared texts of the record in `datatab`, as many as there are: in place of xlrd's own function, which gives
    up on the workbook when there are more or fewer than `nstrings`. Styles within texts are left out."""
    texts: list[str] = []
    wanted = max(0, min(nstrings, MOST_TEXTS))
    try:
        parts = datatab
        here, part, at = parts[0], 0, 8
        while len(texts) < wanted:
            while at >= len(here) and part + 1 < len(parts):
                at, part = at - len(here), part + 1
                here = parts[part]
            (left,) = struct.unpack_from("<H", here, at)
            options = here[at + 2]
            at += 3
            behind = 0
            if options & 8:
                behind += 4 * int(struct.unpack_from("<H", here, at)[0])
                at += 2
            if options & 4:
                behind += max(0, int(struct.unpack_from("<i", here, at)[0]))
                at += 4
            pieces: list[str] = []
            while True:
                size = 2 if options & 1 else 1
                taken = min(left, (len(here) - at) // size)
                raw = here[at : at + taken * size]
                pieces.append(raw.decode("utf-16-le", "replace") if size == 2 else raw.decode("latin-1"))
                left, at = left - taken, at + taken * size
                if not left:
                    break
                # The text goes on in the next part, which begins with new options.
                part += 1
                here, at = parts[part], 1
                options = here[0]
            texts.append("".join(pieces))
            at += behind
    except (IndexError, struct.error):
        pass
    return texts + [""] * (wanted - len(texts)), {}


xlrd.book.unpack_SST_table = shared_texts
