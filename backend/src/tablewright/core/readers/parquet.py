"""Parquet: checked, then written again in our layout."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.readers.engine import (
    ROW_GROUP_BYTES,
    WIDE_ROW_BYTES,
    followed,
    literal,
    locked,
    rows_told,
    stored_row_bytes,
    write_parquet,
)
from tablewright.core.readers.errors import (
    NOTHING_LOADED,
    ArchiveBomb,
    CountsDisagree,
    FileDamaged,
    NotATable,
    TooDeep,
    TooManyColumns,
    ValuesTooLarge,
)
from tablewright.core.readers.kinds import TEXT, WIDEST_DECIMAL, Kind
from tablewright.core.readers.model import Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.parquet_decimals import cast, is_wide, kept_as
from tablewright.core.readers.parquet_pages import CHUNKS, Chunk, check_pages, depth_of_schema
from tablewright.core.readers.parquet_texts import READ_BYTES, Group, dictionaries_of, repeated_text
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.typed import record_types
from tablewright.core.tables import ColumnType, Schema

MOST_VALUES = 500_000_000
VALUES_PER_BYTE = 50
MOST_TEXT_BYTES = 4 << 30
TEXT_RATIO = 100
"""More text than both, and so many times the file's size, is not unpacked."""
CHECKED_ROWS = 8192
DEEPEST = 200
"""Values within one another; Arrow ends the process over some tens of thousands, DuckDB counts to 255."""
DEEPEST_LISTS = 20
"""Lists within one another: what it takes to write them as JSON doubles with each level."""
COPIES = 8
"""How often a value of many megabytes is in memory while it is read by one and written by the other."""
DURATION_UNITS = {"s": "s", "ms": "ms", "us": "µs", "ns": "ns"}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_STAMPS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
_SAME = {
    "VARCHAR": ColumnType.TEXT,
    "BOOLEAN": ColumnType.BOOLEAN,
    "DATE": ColumnType.DATE,
    "TIME": ColumnType.TIME,
    "TIMESTAMP WITH TIME ZONE": ColumnType.INSTANT,
}
_ENGINES_WORDS = re.compile(r"^[A-Z][A-Za-z ]* Error: ")
_PATHS = re.compile(r"(?:/[^/\"']+)+")


class ParquetReader:
    format = "parquet"

    def claims(self, path: Path, head: bytes) -> bool:
        return head.startswith((b"PAR1", b"PARE"))

    def read(self, source: Source) -> Iterable[Table]:
        try:
            yield _table(source)
        except (duckdb.Error, pa.ArrowException, OSError, UnicodeDecodeError, MemoryError) as error:
            if isinstance(error, (duckdb.OutOfMemoryException, MemoryError)):
                raise ValuesTooLarge(source.memory_bytes) from None
            raise _damaged(source, error) from None


def _damaged(source: Source, error: Exception) -> FileDamaged:
    size = source.path.stat().st_size
    with source.path.open("rb") as file:
        file.seek(max(0, size - 4))
        if file.read() not in (b"PAR1", b"PARE"):
            return FileDamaged(
                f"The Parquet file ends at byte {size:,} without its closing mark: it was cut short. "
                "Nothing was loaded; copy or export it again.",
                byte=size,
            )
    words = _PATHS.sub(source.filename, _ENGINES_WORDS.sub("", str(error).splitlines()[0]))[:300]
    return FileDamaged(f"The Parquet file is damaged: {words.rstrip('.!')}. {NOTHING_LOADED}")


def _table(source: Source) -> Table:
    """Read by DuckDB; what it does not know is first written anew by Arrow, and nested columns are read by both."""
    receipt = Receipt()
    with source.path.open("rb") as file:
        if file.read(4) == b"PARE":
            raise _encrypted()
    depth, lists = depth_of_schema(source.path)
    if depth > DEEPEST or lists > DEEPEST_LISTS:
        raise TooDeep(DEEPEST if depth > DEEPEST else DEEPEST_LISTS)
    try:
        metadata = pq.read_metadata(source.path)
    except (pa.ArrowException, OSError) as error:
        if "encrypted" in str(error).lower() or "decrypt" in str(error).lower():
            raise _encrypted() from None
        return _unchecked(source, receipt, error)
    count = sum(metadata.row_group(i).num_rows for i in range(metadata.num_row_groups))
    if count != metadata.num_rows:
        words = f"the file's footer declares {metadata.num_rows:,} rows, its parts {count:,}: the parts were read"
        receipt.warn(words, count=count)
    _refuse_bomb(source, count, metadata.num_columns)
    groups = _checked_pages(source)
    path, columns, wide = source.path, metadata.num_columns, stored_row_bytes(source.path)
    if wide * COPIES > source.memory_bytes:
        raise ValuesTooLarge(source.memory_bytes)
    wide = max(wide, _unpacked_row_bytes(source, metadata, groups))
    stored: dict[str, str] = {}
    if wide * COPIES > source.memory_bytes:
        raise ValuesTooLarge(source.memory_bytes)
    if _has_wide_decimals(metadata):
        path, stored = _written_anew(source, metadata, rows=max(1, int(ROW_GROUP_BYTES / 4 / max(wide, 1))))
    elif wide > WIDE_ROW_BYTES:
        # What Arrow does not know, DuckDB reads from the file itself, or says that its values are too large.
        with suppress(pa.ArrowNotImplementedError):
            path, stored = _written_anew(source, metadata, rows=max(1, int(ROW_GROUP_BYTES / 4 / wide)))
    said = len(receipt.warnings)
    try:
        table = _load(source, path, count, receipt, columns, wide, stored)
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, CountsDisagree) as error:
        receipt.decisions.clear()
        del receipt.warnings[said:]
        words = str(error).splitlines()[0].replace(str(source.path), source.filename)[:200]
        try:
            path, stored = _written_anew(source, metadata)
        except pa.ArrowNotImplementedError:
            raise error from None
        receipt.decide("Parquet features", "read by Arrow", words)
        return _load(source, path, count, receipt, columns, wide, stored)
    _check_nested(source, metadata)
    return _with_durations(table, metadata)


def _with_durations(table: Table, metadata: pq.FileMetaData) -> Table:
    """The table with the units of its durations, which Arrow notes beside whole numbers."""
    try:
        fields = list(metadata.schema.to_arrow_schema())
    except pa.ArrowException:
        return table  # what Arrow does not know holds none
    if len(fields) != len(table.schema.columns):
        return table
    columns = []
    for column, field in zip(table.schema.columns, fields, strict=True):
        if pa.types.is_duration(field.type):
            unit = DURATION_UNITS[field.type.unit]
            said = "the file notes that its whole numbers are durations"
            table.receipt.decide(f"unit of {column.name}", unit, said, column=column.id)
            column = column.model_copy(update={"unit": unit})
        columns.append(column)
    return replace(table, schema=Schema(columns=tuple(columns)))


def _unpacked_row_bytes(source: Source, metadata: pq.FileMetaData, groups: Sequence[Group]) -> float:
    """How wide rows are where they are widest, once dictionaries are unpacked. Raises ArchiveBomb."""
    if not groups:
        return 0.0
    size = source.path.stat().st_size
    most = max(MOST_TEXT_BYTES, TEXT_RATIO * size)
    try:
        found, widest = repeated_text(source.path, metadata, groups, most=most, wide=WIDE_ROW_BYTES)
    except (pa.ArrowException, OSError):
        return 0.0  # The readers say what is wrong with it.
    if found > most:
        raise ArchiveBomb(
            f"The file repeats a few long texts so often that its {size:,} bytes unpack to more than {most >> 30:,}"
            " GiB: too much from so little."
        )
    return widest


def _checked_pages(source: Source) -> list[Group]:
    """Hold pages against their checksums, and find what is in large dictionaries. Raises FileDamaged."""
    with locked(source) as con:
        try:
            found = con.execute(f"SELECT {CHUNKS} FROM parquet_metadata({literal(source.path)})")
            check_pages(source.path, (Chunk(*row) for row in iter(found.fetchone, None)))
            return dictionaries_of(con, source.path)
        except duckdb.Error:
            return []  # The readers say what is wrong with it.


def _unchecked(source: Source, receipt: Receipt, error: Exception) -> Table:
    """A file that Arrow refuses as a whole: DuckDB may read it, and the doubt is said."""
    with locked(source) as con:
        row = con.execute(
            f"SELECT num_rows, (SELECT count(*) FROM parquet_schema({literal(source.path)}))"
            f" FROM parquet_file_metadata({literal(source.path)})"
        ).fetchone()
        long = con.execute(
            f"SELECT name FROM parquet_schema({literal(source.path)}) WHERE precision > {WIDEST_DECIMAL}"
        )
        names = [str(name) for (name,) in long.fetchall()]
    count, columns = (int(row[0]), int(row[1])) if row else (0, 0)
    _refuse_bomb(source, count, columns)
    if names:
        raise FileDamaged(
            f'The Parquet file breaks a rule of Parquet, and the decimals of "{names[0]}" have more than '
            f"{WIDEST_DECIMAL} digits: they cannot be read exactly. {NOTHING_LOADED}"
        )
    words = str(error).splitlines()[0].replace(str(source.path), source.filename)[:200]
    receipt.warn(f"the file breaks a rule of Parquet, so its values were read but not checked: {words}")
    return _load(source, source.path, count, receipt, columns)


def _encrypted() -> NotATable:
    return NotATable("The Parquet file is encrypted. Write it without encryption and upload it again.")


def _refuse_bomb(source: Source, count: int, columns: int) -> None:
    size = source.path.stat().st_size
    if count < 0:
        raise FileDamaged(f"The Parquet file declares {count:,} rows.")
    if columns > source.max_columns * 4:
        raise TooManyColumns(columns, source.max_columns)
    if count * columns > MOST_VALUES and count * columns > VALUES_PER_BYTE * size:
        raise ArchiveBomb(
            f"The file declares {count:,} rows of {columns:,} columns in {size:,} bytes: "
            "too much to unpack from so little."
        )


def _check_nested(source: Source, metadata: pq.FileMetaData) -> None:
    """Have Arrow read the lists of the file: it is strict where levels of nesting contradict one another."""
    schema = metadata.schema
    nested = [schema.column(i).path for i in range(metadata.num_columns) if schema.column(i).max_repetition_level]
    if not nested or not metadata.num_rows:
        return
    try:
        file = pq.ParquetFile(source.path, metadata=metadata, pre_buffer=False)
    except pa.ArrowException:
        return  # Arrow refuses some schemas that say what they mean all the same.
    with file:
        try:
            for _ in file.iter_batches(CHECKED_ROWS, columns=nested, use_threads=False):
                pass
        except pa.ArrowNotImplementedError:
            return


def _has_wide_decimals(metadata: pq.FileMetaData) -> bool:
    """Whether the file declares decimals of more digits than DuckDB knows."""
    columns = map(metadata.schema.column, range(metadata.num_columns))
    return any(one.logical_type.type == "DECIMAL" and one.precision > WIDEST_DECIMAL for one in columns)


def _written_anew(
    source: Source, metadata: pq.FileMetaData, *, rows: int = CHECKED_ROWS
) -> tuple[Path, dict[str, str]]:
    """A copy in plain features, in row groups of so many `rows`; and of columns that it holds as another type, by
    name, how they are stored in the file and what that is.

    Raises what Arrow raises, and ValuesTooLarge before it takes much memory.
    """
    rows = min(rows, CHECKED_ROWS)
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        if group.total_byte_size > source.memory_bytes * max(1, group.num_rows // rows):
            raise ValuesTooLarge(source.memory_bytes)
    target = source.context.scratch / "anew.parquet"
    with pq.ParquetFile(source.path, metadata=metadata, pre_buffer=False, buffer_size=READ_BYTES) as file:
        stored: dict[str, str] = {}
        fields: list[pa.Field] = []
        for one in file.schema_arrow:
            type = one.type
            if is_wide(type):
                type, stored[one.name] = kept_as(file, one.name, type)
            fields.append(pa.field(one.name, _plain(type), one.nullable))
        plain, done = pa.schema(fields), 0
        with pq.ParquetWriter(target, plain, compression="lz4", store_schema=False, use_dictionary=False) as writer:
            for batch in file.iter_batches(rows, use_threads=False):
                arrays = [cast(values, field.type) for values, field in zip(batch.columns, fields, strict=True)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=plain))
                done += batch.num_rows
                source.context.progress(stage="read", done=done, total=metadata.num_rows or done, unit="rows")
    return target, stored


def _plain(type: pa.DataType) -> pa.DataType:
    """A type that every reader knows."""
    if pa.types.is_float16(type):
        return pa.float32()
    if pa.types.is_dictionary(type):
        return type.value_type
    return type


def _load(
    source: Source,
    path: Path,
    count: int,
    receipt: Receipt,
    columns: int,
    row_bytes: float = 0.0,
    stored: Mapping[str, str] | None = None,
) -> Table:
    """`stored` says how columns are stored that `path` holds as another type, by name."""
    given = f"read_parquet({literal(path)})"
    with locked(source, readable=[path], columns=columns, row_bytes=row_bytes) as con:
        described = con.execute(f"DESCRIBE SELECT * FROM {given}").fetchall()
        if len(described) > source.max_columns:
            raise TooManyColumns(len(described), source.max_columns)
        names = repaired([str(row[0]) for row in described], receipt)
        made, parts, kinds = [], [], []
        for i, (original, physical, *_) in enumerate(described, start=1):
            expression, kind = _kept(con, given, _quoted(str(original)), str(physical))
            parts.append(f"{expression} AS c{i}")
            kinds.append(kind)
            made.append(kind.column(f"c{i}", names[i - 1]))
        target = source.out_dir / "t1.parquet"
        with followed(con, rows_told(source.context, "load", count)):
            rows = write_parquet(con, f"SELECT {', '.join(parts)} FROM {given}", target, row_bytes=row_bytes)
        if rows != count:
            raise CountsDisagree(count, rows)
        evidence = {}
        for i, (original, physical, *_) in enumerate(described):
            evidence[i] = f"stored as {(stored or {}).get(str(original), physical)}"
            empty, what = _left_out(con, given, str(original), str(physical))
            if empty:
                evidence[i] += f"; {empty:,} values are {what} and are read as empty"
                are, they = ("value", "is") if empty == 1 else ("values", "are")
                said = f'{empty:,} {are} of "{names[i]}" {they} {what}: empty here.'
                receipt.warn(said, column=f"c{i + 1}", count=empty)
        schema, found = profiled(con, source.context, target, Schema(columns=tuple(made)), rows)
    receipt.rows_seen = receipt.rows_loaded = rows
    nulls = [int(one["null_count"]) for one in found]
    record_types(receipt, names, kinds, evidence, {}, nulls, rows)
    return Table(source.stem, target, rows, schema, found, receipt)


def _kept(con: duckdb.DuckDBPyConnection, given: str, name: str, physical: str) -> tuple[str, Kind]:
    """How a column is read whose values decide it: bytes that are text, moments finer than a microsecond."""
    if physical == "BLOB":
        row = con.execute(f"SELECT count({name}) - count(TRY(decode({name}))) FROM {given}").fetchone()
        return (f"decode({name})" if row and not row[0] else f"CAST({name} AS VARCHAR)"), TEXT
    if physical == "TIMESTAMP_NS":
        row = con.execute(
            f"SELECT count_if(epoch_ns({name}) % 1000 <> 0) FROM {given} WHERE isfinite({name})"
        ).fetchone()
        if row and row[0]:
            return f"CAST({name} AS VARCHAR)", TEXT
    return _column(name, physical)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(name: str, physical: str) -> tuple[str, Kind]:
    """How a stored column becomes one of ours without a value changing."""
    if physical.endswith("]") or physical.startswith(("STRUCT", "MAP", "UNION")) or physical == "JSON":
        return f"CAST(to_json({name}) AS VARCHAR)", Kind(ColumnType.NESTED, "VARCHAR")
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
    return f"CAST({name} AS VARCHAR)", Kind(ColumnType.TEXT, "VARCHAR")


def _in_calendar(value: str) -> str:
    return f"CASE WHEN isfinite({value}) AND year({value}) BETWEEN 1 AND 9999 THEN {value} END"


def _left_out(con: duckdb.DuckDBPyConnection, given: str, name: str, physical: str) -> tuple[int, str]:
    """How many values of a column cannot be kept, and what they are: infinities, and dates outside the calendar."""
    quoted = _quoted(name)
    if physical in ("FLOAT", "DOUBLE"):
        row = con.execute(f"SELECT count_if(isinf({quoted})), count_if(isnan({quoted})) FROM {given}").fetchone()
        endless, nan = (int(count or 0) for count in row) if row else (0, 0)
        words = ("infinite", "not a number", f"infinite ({endless:,}) or not a number ({nan:,})")
        return endless + nan, words[2] if endless and nan else words[nan > 0]
    elif physical in _STAMPS or physical in ("DATE", "TIMESTAMP WITH TIME ZONE"):
        kept, what = _column(quoted, physical)[0], "outside the years 1 to 9999"
    else:
        return 0, ""
    row = con.execute(f"SELECT count({quoted}) - count({kept}) FROM {given}").fetchone()
    return int(row[0]) if row and row[0] else 0, what
