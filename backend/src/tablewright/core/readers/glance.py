"""The task `preview`: the first rows of a file that is still arriving, read by the readers that will read all of it.

Text formats whose rows are inside one another (JSON, XML) are closed where their first bytes end, and compressed ones
are unpacked as far as they are here. Workbooks and Parquet files list their contents at their end: nothing is shown of
a workbook before it is read, and of a Parquet file when all of it is here.
"""

from __future__ import annotations

import bz2
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.readers.compressed import is_workbook
from tablewright.core.readers.delimited import DelimitedReader, decided, schema_of
from tablewright.core.readers.encoding import detected
from tablewright.core.readers.errors import FileDamaged, NotATable, NothingReadable
from tablewright.core.readers.kinds import TEXT
from tablewright.core.readers.load import instead_of, reader_of, source_of
from tablewright.core.readers.model import Context, Source
from tablewright.core.readers.names import repaired
from tablewright.core.readers.scan import NotUtf8, PunctuationLost
from tablewright.core.readers.textfile import opened, preview_rows
from tablewright.core.readers.unpack import XZ_MEMORY, kind_of_head
from tablewright.core.tables import Column, ColumnType, Schema
from tablewright.core.tables.arrow import batch_rows

PREVIEW_ROWS = 100
PREVIEW_CHARACTERS = 2000
AT_END = "What is in {} is listed at its end: its first rows are shown when it {}."
_HEAD = 256 << 10
_UNPACKED = 1 << 20
_LITTLE = 4 << 10
_ENTRY = struct.Struct("<4s3H16x2H")
"""The head of a zip entry: mark, version, flags, method, …, lengths of its name and of its extra field."""
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.S)
_CLOSER = {b"[": b"]", b"{": b"}"}
_WHOLE = {"json", "xml", "yaml", "sql"}
"""Formats whose beginning can be read like a file of its own."""


def preview(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The first rows of the first table, from the first bytes only: `{format, schema, rows, decisions, is_partial}`,
    or `{later}`: why nothing can be shown yet.

    The last row, which may be incomplete, is left out; types and decisions are provisional. Raises what a reader says
    of a file of so few bytes.
    """
    source = source_of({"out_dir": str(context.scratch), **params}, context)
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    is_partial = source.path.stat().st_size > len(head) or not params.get("whole")
    if head.startswith(b"PAR1"):
        return _parquet(source) if params.get("whole") else {"later": AT_END.format("a Parquet file", "has arrived")}
    if (kind := kind_of_head(head)) is not None:
        if is_workbook(source.path, kind):
            return {"later": AT_END.format("a workbook", "is read")}
        head, is_partial = _unpacked(kind, head), True
        source = _instead(source, head)
    closed = _closed_xml(head) if is_partial and head.lstrip()[:1] == b"<" else head
    if closed is not head:  # its reader claims it by its end
        source = _instead(source, closed)
    reader = reader_of(source.path)
    if isinstance(reader, DelimitedReader):
        return _lines(source)
    if reader.format not in _WHOLE:
        raise NotATable("Its first bytes do not tell what is in it.")
    if is_partial and reader.format == "json":
        head = _closed_json(head)
    return _records(_instead(source, closed if reader.format == "xml" else head))


def _instead(source: Source, head: bytes) -> Source:
    path = source.context.scratch / "head"
    path.write_bytes(head)
    return replace(source, path=path)


def _lines(source: Source) -> dict[str, Any]:
    try:
        file = opened(source, None, partial=True)
    except NotUtf8 as odd:
        file = opened(source, detected(source.path, odd.byte), partial=True)
    except PunctuationLost:
        file = opened(source, detected(source.path, None), partial=True)
    layout, receipt = file.layout, decided(file)
    names = repaired(layout.header or [f"Column {i + 1}" for i in range(layout.width)], receipt)
    schema = schema_of(names, [kind or TEXT for kind in layout.kinds])
    return {
        "format": DelimitedReader.format,
        "schema": schema.as_json(),
        "rows": [[_shown(value or None) for value in row] for row in preview_rows(file, PREVIEW_ROWS)],
        "decisions": [decision.as_json() for decision in receipt.decisions],
        "is_partial": True,
    }


def _records(source: Source) -> dict[str, Any]:
    source = replace(source, out_dir=source.context.scratch / "out")
    source.out_dir.mkdir()
    reader = reader_of(source.path)
    try:
        table = next(iter(reader.read(source)))
    except (FileDamaged, NothingReadable):
        other = instead_of(reader, source.path, Path(source.filename.lower()).suffix)
        if other is None:
            raise
        reader, table = other, next(iter(other.read(source)))
    return {
        "format": reader.format,
        "schema": table.schema.as_json(),
        "rows": _first_rows(table.file),
        "decisions": [decision.as_json() for decision in table.receipt.decisions],
        "is_partial": True,
    }


def _shown(value: Any) -> str | None:
    text = None if value is None else str(value)
    return text if text is None or len(text) <= PREVIEW_CHARACTERS else f"{text[:PREVIEW_CHARACTERS]}…"


def _first_rows(file: Path) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    with pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20) as parquet:
        for batch in parquet.iter_batches(batch_rows(parquet.metadata, PREVIEW_ROWS)):
            columns = [column.to_pylist() for column in batch.columns]
            rows += ([_shown(value) for value in row] for row in zip(*columns, strict=True))
            if len(rows) >= PREVIEW_ROWS:
                break
    return rows[:PREVIEW_ROWS]


def _parquet(source: Source) -> dict[str, Any]:
    """The first rows of a whole file, with the types that it says itself."""
    try:
        schema, rows = pq.read_schema(source.path), _first_rows(source.path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileDamaged("The Parquet file cannot be read.") from error
    columns = tuple(
        Column(id=f"c{i}", name=field.name, type=_told_type(field.type), physical="VARCHAR")
        for i, field in enumerate(schema, start=1)
    )
    return {
        "format": "parquet",
        "schema": Schema(columns=columns).as_json(),
        "rows": rows,
        "decisions": [],
        "is_partial": True,
    }


def _told_type(kind: pa.DataType) -> ColumnType:
    """The type that is likely to be made of one of Arrow's."""
    told = {
        ColumnType.INTEGER: pa.types.is_integer,
        ColumnType.FLOAT: pa.types.is_floating,
        ColumnType.DECIMAL: pa.types.is_decimal,
        ColumnType.BOOLEAN: pa.types.is_boolean,
        ColumnType.DATE: pa.types.is_date,
        ColumnType.TIME: pa.types.is_time,
        ColumnType.TIMESTAMP: pa.types.is_timestamp,
    }
    return next((each for each, fits in told.items() if fits(kind)), ColumnType.TEXT)


def _unpacked(kind: str, head: bytes) -> bytes:
    """What the first bytes of a compressed file hold; of an archive, the beginning of its first file."""
    take: Callable[[bytes, int], bytes]
    match kind:
        case "gzip":
            take = zlib.decompressobj(31).decompress
        case "bzip2":
            take = bz2.BZ2Decompressor().decompress
        case "xz":
            take = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY).decompress
        case "zstd":
            take = _unzstd
        case "zip" if len(head) > _ENTRY.size:
            _, _, flags, method, name, extra = _ENTRY.unpack_from(head)
            if flags & 1 or method != zipfile.ZIP_DEFLATED:
                return b""
            head, take = head[_ENTRY.size + name + extra :], zlib.decompressobj(-15).decompress
        case _:
            return b""
    try:
        return take(head, _UNPACKED)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        return b""


def _unzstd(head: bytes, most: int) -> bytes:
    """Arrow gives what it has, when it is asked for little, before it says that the end is missing."""
    out = bytearray()
    with pa.CompressedInputStream(pa.BufferReader(head), "zstd") as stream, suppress(OSError, pa.ArrowException):
        while len(out) < most and (block := stream.read(_LITTLE)):
            out += block
    return bytes(out[:most])


def _closed_json(head: bytes) -> bytes:
    """The text up to the last value that is complete, with what is open there closed."""
    open_, end, left = [], 0, []
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in _CLOSER:
            open_.append(_CLOSER[mark])
        elif mark in (b"]", b"}"):
            if not open_ or open_.pop() != mark:
                return head
            end, left = token.end(), list(open_)
    return head[:end] + b"".join(reversed(left)) if end else head


def _closed_xml(head: bytes) -> bytes:
    """The text up to the last element that is complete, with those that are open there closed."""
    parser = expat.ParserCreate()
    open_: list[str] = []
    found = (0, "")

    def ends(name: str) -> None:
        nonlocal found
        open_.pop()
        found = (parser.CurrentByteIndex, "".join(f"</{each}>" for each in (name, *reversed(open_))))

    parser.StartElementHandler = lambda name, _: open_.append(name)
    parser.EndElementHandler = ends
    try:
        parser.Parse(head, False)
    except expat.ExpatError:
        return head
    at, closing = found
    return head[:at] + closing.encode() if at else head
