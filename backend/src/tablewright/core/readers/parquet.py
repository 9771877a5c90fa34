"""Parquet: checked, then written again in our layout."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from tablewright.core.profiles.meaning import finished_schema
from tablewright.core.profiles.profile import profile
from tablewright.core.readers.engine import PARQUET, literal, locked
from tablewright.core.readers.errors import ArchiveBomb, CountsDisagree, FileDamaged, TooManyColumns
from tablewright.core.readers.kinds import Kind
from tablewright.core.readers.model import Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.typed import record_types
from tablewright.core.tables import ColumnType, Schema

MOST_VALUES = 500_000_000
VALUES_PER_BYTE = 50
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_STAMPS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_SAME = {
    "VARCHAR": ColumnType.TEXT,
    "BOOLEAN": ColumnType.BOOLEAN,
    "DATE": ColumnType.DATE,
    "TIME": ColumnType.TIME,
    "TIMESTAMP WITH TIME ZONE": ColumnType.INSTANT,
}


class ParquetReader:
    format = "parquet"

    def claims(self, path: Path, head: bytes) -> bool:
        return head.startswith((b"PAR1", b"PARE"))

    def read(self, source: Source) -> Iterable[Table]:
        try:
            yield _load(source)
        except (duckdb.Error, UnicodeDecodeError) as error:
            if isinstance(error, duckdb.OutOfMemoryException):
                raise
            words = str(error).splitlines()[0].replace(str(source.path), source.filename)[:300]
            raise FileDamaged(f"The Parquet file cannot be read, it may be cut short: {words}") from None


def _load(source: Source) -> Table:
    receipt = Receipt()
    given = f"read_parquet({literal(source.path)})"
    with locked(source) as con:
        described = con.execute(f"DESCRIBE SELECT * FROM {given}").fetchall()
        if len(described) > source.max_columns:
            raise TooManyColumns(len(described), source.max_columns)
        declared = con.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(source.path)})").fetchone()
        count = int(declared[0]) if declared else 0
        size = source.path.stat().st_size
        values = count * len(described)
        if values > MOST_VALUES and values > VALUES_PER_BYTE * size:
            raise ArchiveBomb(
                f"The file declares {count:,} rows of {len(described):,} columns in {size:,} bytes: "
                "too much to unpack from so little."
            )
        names = repaired([str(row[0]) for row in described], receipt)
        columns, parts, kinds = [], [], []
        for i, (original, physical, *_) in enumerate(described, start=1):
            expression, kind = _column(_quoted(str(original)), str(physical))
            parts.append(f"{expression} AS c{i}")
            kinds.append(kind)
            columns.append(kind.column(f"c{i}", names[i - 1]))
        source.context.progress(stage="load", done=0, total=count, unit="rows")
        target = source.out_dir / "t1.parquet"
        written = con.execute(
            f"COPY (SELECT {', '.join(parts)} FROM {given}) TO {literal(target)} {PARQUET}"
        ).fetchone()
        rows = int(written[0]) if written else 0
        if rows != count:
            raise CountsDisagree(count, rows)
        evidence = {
            i: f"stored as {row[1]}" + _left_out(con, given, str(row[0]), str(row[1]))
            for i, row in enumerate(described)
        }
        schema = Schema(columns=tuple(columns))
        source.context.progress(stage="profile", done=rows, total=rows, unit="rows")
        found = profile(con, target, schema, rows)
        schema = finished_schema(con, target, schema, found, rows)
    receipt.rows_seen = receipt.rows_loaded = rows
    nulls = [int(one["null_count"]) for one in found]
    record_types(receipt, names, kinds, evidence, {}, nulls, rows)
    return Table(source.stem, target, rows, schema, found, receipt)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(name: str, physical: str) -> tuple[str, Kind]:
    """How a stored column becomes one of ours without a value changing."""
    if physical in _SAME:
        kind = _SAME[physical]
        return _in_calendar(name) if kind.is_time else name, Kind(kind, physical)
    if physical in _WHOLE:
        return f"CAST({name} AS BIGINT)", Kind(ColumnType.INTEGER, "BIGINT")
    if physical == "UBIGINT":
        return f"CAST({name} AS DECIMAL(20,0))", Kind(ColumnType.DECIMAL, "DECIMAL(20,0)")
    if physical == "FLOAT":  # Through its text, so that 0.1 stays 0.1 and does not become 0.10000000149.
        return f"CASE WHEN isfinite({name}) THEN CAST(CAST({name} AS VARCHAR) AS DOUBLE) END", Kind(
            ColumnType.FLOAT, "DOUBLE"
        )
    if physical == "DOUBLE":
        return f"CASE WHEN isfinite({name}) THEN {name} END", Kind(ColumnType.FLOAT, "DOUBLE")
    if physical.startswith("DECIMAL("):
        return name, Kind(ColumnType.DECIMAL, physical, scale=int(physical[8:-1].split(",")[1]))
    if physical in _STAMPS:
        return _in_calendar(f"CAST({name} AS TIMESTAMP)"), Kind(ColumnType.TIMESTAMP, "TIMESTAMP")
    if physical.endswith("]") or physical.startswith(("STRUCT", "MAP", "UNION")) or physical == "JSON":
        return f"CAST(to_json({name}) AS VARCHAR)", Kind(ColumnType.NESTED, "VARCHAR")
    return f"CAST({name} AS VARCHAR)", Kind(ColumnType.TEXT, "VARCHAR")


def _in_calendar(value: str) -> str:
    return f"CASE WHEN isfinite({value}) AND year({value}) BETWEEN 1 AND 9999 THEN {value} END"


def _left_out(con: duckdb.DuckDBPyConnection, given: str, name: str, physical: str) -> str:
    """Words on the values of a column that cannot be kept: infinities, and dates outside the calendar."""
    quoted = _quoted(name)
    if physical in ("FLOAT", "DOUBLE"):
        kept, what = f"CASE WHEN isfinite({quoted}) THEN 1 END", "infinite or not a number"
    elif physical in _STAMPS or physical in ("DATE", "TIMESTAMP WITH TIME ZONE"):
        kept, what = _column(quoted, physical)[0], "outside the years 1 to 9999"
    else:
        return ""
    row = con.execute(f"SELECT count({quoted}) - count({kept}) FROM {given}").fetchone()
    count = int(row[0]) if row and row[0] else 0
    return f"; {count:,} values are {what} and are read as empty" if count else ""
