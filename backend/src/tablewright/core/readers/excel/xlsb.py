"""Workbooks of binary parts (.xlsb)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from tablewright.core.readers.errors import FileDamaged
from tablewright.core.readers.excel.cells import (
    BOOLEAN,
    ERROR,
    NUMBER,
    SHARED,
    TEXT,
    Sheet,
    Store,
    blank,
    storable,
)
from tablewright.core.readers.excel.formats import GENERAL, NumberFormat, meaning, telling, with_units
from tablewright.core.readers.excel.package import SHEET_TYPES, Package, Part, once
from tablewright.core.readers.model import Receipt, Source

ROW, SHARED_ITEM, FORMAT, STYLE, WORKBOOK, SHEET, MERGED = 0, 19, 44, 47, 153, 156, 176
STYLES_BEGIN, STYLES_END = 617, 618
RK, ERROR_CELL, BOOLEAN_CELL, REAL, TEXT_CELL, SHARED_CELL = 2, 3, 4, 5, 6, 7
FORMULA_TEXT, FORMULA_REAL, FORMULA_BOOLEAN, FORMULA_ERROR, RICH_CELL = 8, 9, 10, 11, 62
MOST_RECORD = 64 << 20
LAST_LINE, LAST_COLUMN = 1_048_576, 16_384


def sheets(source: Source, package: Package, notes: Receipt) -> Iterator[Sheet]:
    """Every worksheet in the order of the workbook."""
    main = package.main()
    related = package.related(main)
    by_kind = dict(reversed(related.values()))
    parts, from_1904 = _workbook(package, main, related, notes)
    formats = _formats(package, by_kind.get("styles", ""))
    odd, units = telling(formats), with_units(formats)
    shared = _shared(package, by_kind.get("sharedStrings", ""))
    for number, part in enumerate(parts, start=1):
        store = Store(source.context.scratch, part.name, str(number), shared, telling=odd, unit_styles=units)
        sheet = Sheet(part.name, store, formats, part.hidden, from_1904=from_1904)
        try:
            sheet.merged = _cells(package, part.path, store, formats)
        except (FileDamaged, struct.error) as error:
            sheet.broken = str(getattr(error, "detail", f"a record of the sheet is cut short ({error})"))
        store.flush()
        yield sheet


def records(package: Package, path: str) -> Iterator[tuple[int, bytes]]:
    """The records of a part: number and content. Raises FileDamaged at one that is cut short."""
    rest, place = b"", 0
    more = package.chunks(path)
    ended = False
    while True:
        left = len(rest) - place
        if left < 6 and not ended:
            chunk = next(more, None)
            ended = chunk is None
            rest, place = rest[place:] + (chunk or b""), 0
            continue
        if not left:
            return
        try:
            number = rest[place]
            at = place + 1
            if number & 0x80:
                number = (number & 0x7F) | (rest[at] & 0x7F) << 7
                at += 1
            size = shift = 0
            for _ in range(4):
                byte = rest[at]
                at += 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80:
                    break
        except IndexError:
            raise FileDamaged(f'"{path}" in the workbook ends within a record.') from None
        if size > MOST_RECORD:
            raise FileDamaged(f'"{path}" in the workbook holds a record of {size:,} bytes, which cannot be.')
        while at + size > len(rest) and not ended:
            chunk = next(more, None)
            ended = chunk is None
            rest, at, place = rest[place:] + (chunk or b""), at - place, 0
        if at + size > len(rest):
            raise FileDamaged(f'"{path}" in the workbook ends within a record.')
        yield number, rest[at : at + size]
        place = at + size


def _text(content: bytes, at: int) -> tuple[str, int]:
    """A counted text of two-byte characters, and where it ends."""
    (count,) = struct.unpack_from("<I", content, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(content):
        raise FileDamaged("A text in the workbook is longer than the record that holds it.")
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def _workbook(
    package: Package, main: str, related: dict[str, tuple[str, str]], notes: Receipt
) -> tuple[list[Part], bool]:
    parts: list[Part] = []
    from_1904 = False
    try:
        for number, content in records(package, main):
            if number == WORKBOOK and content:
                from_1904 = bool(content[0] & 1)
            elif number == SHEET:
                (state,) = struct.unpack_from("<I", content)
                identity, at = _text(content, 8)
                name, _ = _text(content, at)
                kind, path = related.get(identity, ("", ""))
                if kind != "worksheet" or path.lower() not in package.entries:
                    what = SHEET_TYPES.get(kind, "sheet that the workbook lists but does not hold")
                    notes.decide(f'sheet "{name}"', "skipped", f"it is a {what}, which holds no table")
                else:
                    parts.append(Part(name, path, {1: "hidden", 2: "very hidden"}.get(state & 3, "")))
    except (FileDamaged, struct.error) as error:
        notes.warn(f"The list of sheets is damaged ({getattr(error, 'detail', error)})")
    if not parts:
        parts = [Part(path.rpartition("/")[2].rpartition(".")[0], path) for path in package.sheet_paths()]
    return once(parts, notes), from_1904


def _formats(package: Package, path: str) -> Sequence[NumberFormat]:
    codes: dict[int, str] = {}
    found: list[int] = []
    inside = False
    if path.lower() in package.entries:
        try:
            for number, content in records(package, path):
                if number == FORMAT:
                    (key,) = struct.unpack_from("<H", content)
                    codes[key] = _text(content, 2)[0]
                elif number in (STYLES_BEGIN, STYLES_END):
                    inside = number == STYLES_BEGIN
                elif number == STYLE and inside:
                    found.append(struct.unpack_from("<HH", content)[1])
        except (FileDamaged, struct.error):
            return [GENERAL]
    return [meaning(number, codes.get(number)) for number in found] or [GENERAL]


def _shared(package: Package, path: str) -> pa.Array:
    pools: list[pa.Array] = []
    texts: list[str] = []
    if path.lower() in package.entries:
        for number, content in records(package, path):
            if number == SHARED_ITEM:
                texts.append(storable(_text(content, 1)[0]))
                if len(texts) == 100_000:
                    pools.append(pa.array(texts, pa.string()))
                    texts = []
    return pa.concat_arrays([*pools, pa.array(texts, pa.string())])


def _cells(
    package: Package, path: str, store: Store, formats: Sequence[NumberFormat]
) -> list[tuple[int, int, int, int]]:
    """Fill the store; returns the merged ranges."""
    merged: list[tuple[int, int, int, int]] = []
    kinds = [format.kind for format in formats]
    silent = blank(store.shared)
    line = 0
    place = struct.Struct("<II").unpack_from
    whole = struct.Struct("<I").unpack_from
    real = struct.Struct("<d").unpack_from
    for number, content in records(package, path):
        if number == ROW:
            line = whole(content)[0] + 1
            if line > LAST_LINE:
                raise FileDamaged(f"The sheet has a row {line:,}, which no sheet has.")
            continue
        if number == MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", content)
            if len(merged) < 100_000:
                merged.append((top + 1, left, bottom + 1, right))
            continue
        if not RK <= number <= FORMULA_ERROR and number != RICH_CELL:
            continue
        if not line:
            continue
        column, style = place(content)
        style &= 0xFFFFFF
        if column >= LAST_COLUMN:
            raise FileDamaged(f"The sheet has a column {column + 1:,}, which no sheet has.")
        if number == RK:
            store.add(line, column, kinds[style] if style < len(kinds) else NUMBER, _rk(whole(content, 8)[0]), style)
        elif number in (REAL, FORMULA_REAL):
            value = real(content, 8)[0]
            if np.isfinite(value):
                store.add(line, column, kinds[style] if style < len(kinds) else NUMBER, value, style)
        elif number == SHARED_CELL:
            item = whole(content, 8)[0]
            if item < len(silent) and not silent[item]:
                store.add(line, column, SHARED, item)
        elif number in (TEXT_CELL, FORMULA_TEXT):
            store.add(line, column, TEXT, _text(content, 8)[0])
        elif number == RICH_CELL:
            store.add(line, column, TEXT, _text(content, 9)[0])
        elif number in (BOOLEAN_CELL, FORMULA_BOOLEAN):
            store.add(line, column, BOOLEAN, content[8])
        elif number in (ERROR_CELL, FORMULA_ERROR):
            store.add(line, column, ERROR, content[8])
    return merged


def _rk(word: int) -> float:
    """A number of 30 bits: whole or the upper half of a float, perhaps in hundredths."""
    if word & 2:
        value = float((word >> 2) - (1 << 30 if word & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", struct.pack("<Q", (word & 0xFFFFFFFC) << 32))[0])
    return value / 100 if word & 1 else value
