"""The task `load`: a file in, tables with receipts out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tablewright.core.readers.compressed import CompressedReader
from tablewright.core.readers.delimited import DelimitedReader
from tablewright.core.readers.duplicates import without_duplicates
from tablewright.core.readers.engine import let_go
from tablewright.core.readers.errors import FileDamaged, FileEmpty, NothingReadable
from tablewright.core.readers.excel import ExcelReader
from tablewright.core.readers.json_text import JsonReader
from tablewright.core.readers.model import Context, Reader, Source, Table
from tablewright.core.readers.options import LoadOptions
from tablewright.core.readers.parquet import ParquetReader
from tablewright.core.readers.sql.reader import SqlDumpReader
from tablewright.core.readers.xml_text import XmlReader
from tablewright.core.readers.yaml_text import YamlReader
from tablewright.core.tables.arrow import leave_pandas_out

leave_pandas_out()

READERS: Sequence[Reader] = (
    ParquetReader(),
    ExcelReader(),
    CompressedReader(lambda path: reader_of(path)),
    XmlReader(),
    SqlDumpReader(),
    JsonReader(),
    YamlReader(),
    DelimitedReader(),
)
"""In the order in which they are asked: exact signatures first, plain text last."""
HEAD = 64 << 10
NAMED = {
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".geojson"), "json"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".ods", ".fods"), "xlsx"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
}
"""What the ending of a name promises: content of another kind is read, and said."""
YAML = frozenset((".yaml", ".yml"))
TEXTS = frozenset((".csv", ".tsv", ".txt", ".tab", ".dat", ".asc", ".log", ".las", ".prn"))
"""Endings of text that may look like YAML by chance: lines of `name: value` above a table."""
_QUOTED_NAME = re.compile(rb'"\s*:')
TOLD_TABLES = 10
"""After so many tables the number is told."""
SPOKEN = {"xlsx": "a workbook", "csv": "a text table", "json": "JSON", "parquet": "Parquet", "archive": "an archive"}


def reader_of(path: Path) -> Reader:
    """The reader that claims a file by its content. The file's name plays no part."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise FileEmpty
    return next(reader for reader in READERS if reader.claims(path, head))


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Read every table of `path` into Parquet files in `out_dir`.

    Returns `{format, tables: [{name, file, row_count, byte_count, schema, profile, receipt}]}`.
    """
    source = source_of(params, context)
    source.out_dir.mkdir(parents=True, exist_ok=True)
    reader = reader_of(source.path)
    ending = Path(source.filename.lower()).suffix
    try:
        reader, tables = _read(reader, source, ending)
    finally:
        let_go(source)
    if source.options.leave_out_duplicates:
        tables = without_duplicates(source, tables)
    promised = NAMED.get(ending)
    if promised is not None and promised != reader.format and tables:
        says, held = (SPOKEN.get(each, each.upper()) for each in (promised, reader.format))
        words = f"the name says {says}, but the content is not {says}: it was read as {held}"
        tables[0].receipt.warn(words)
    return {"format": reader.format, "tables": [table.as_json() for table in tables]}


def _read(reader: Reader, source: Source, ending: str) -> tuple[Reader, list[Table]]:
    """The tables of a file, and the reader that could read it."""
    try:
        tables = _tables(reader, source)
    except (FileDamaged, NothingReadable) as damaged:
        other = instead_of(reader, source.path, ending)
        if other is None:
            raise
        try:
            tables = _tables(other, source)
        except FileDamaged:
            raise damaged from None  # it looked like the first
        if ending not in YAML:
            seems, is_ = (SPOKEN.get(each.format, each.format.upper()) for each in (reader, other))
            why = damaged.detail.split(". ")[0]
            tables[0].receipt.warn(f"looks like {seems} and was read as {is_}: {why}")
        return other, tables
    if isinstance(reader, JsonReader) and ending in YAML and any(table.receipt.rows_quarantined for table in tables):
        try:
            return (other := YamlReader()), _tables(other, source)
        except FileDamaged:
            return reader, _tables(reader, source)
    return reader, tables


def instead_of(reader: Reader, path: Path, ending: str) -> Reader | None:
    """Who may read a file that is not well-formed for the reader that claims it; None for nobody.

    Text may look like YAML by chance, and YAML may be written in JSON's brackets. Where names are quoted JSON is meant,
    and its mistakes are to be said, unless the ending says YAML.
    """
    if isinstance(reader, YamlReader):
        return DelimitedReader() if ending in TEXTS else None
    if not isinstance(reader, JsonReader) or ending in NAMED:
        return None
    with path.open("rb") as file:
        is_meant = _QUOTED_NAME.search(file.read(HEAD)) is not None
    return YamlReader() if ending in YAML or not is_meant else None


def _tables(reader: Reader, source: Source) -> list[Table]:
    """Every table, in order; says how many there are so far, where there are many."""
    tables: list[Table] = []
    for table in reader.read(source):
        tables.append(table)
        if len(tables) % TOLD_TABLES == 0:
            source.context.progress(stage="read", done=len(tables), total=0, unit="tables")
    return tables


def source_of(params: Mapping[str, Any], context: Context) -> Source:
    """The file that a task is to read."""
    path = Path(params["path"])
    return Source(
        path=path,
        filename=str(params.get("filename") or path.name),
        out_dir=Path(params["out_dir"]),
        context=context,
        memory_bytes=int(params.get("memory_bytes") or 384 << 20),
        threads=int(params.get("threads") or 2),
        max_columns=int(params.get("max_columns") or 2000),
        options=LoadOptions.model_validate(params.get("options") or {}),
    )


__all__ = ["instead_of", "reader_of", "run", "source_of"]
