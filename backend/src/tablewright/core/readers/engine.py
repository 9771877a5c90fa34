"""A DuckDB connection that can read the source, write the output and do nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tablewright.core.readers.calendar_names import month_type_sql
from tablewright.core.readers.model import Context, Source

VECTOR_ROWS = 2048
"""DuckDB works on so many rows at once."""
ROW_GROUP_ROWS = 60 * VECTOR_ROWS
ROW_GROUP_BYTES = 32 << 20
"""What the values of a row group may take while it is being made: there are several at once."""
WIDE_ROW_BYTES = ROW_GROUP_BYTES // VECTOR_ROWS
"""Of rows that are wider than this a row group holds fewer than DuckDB works on at once."""
LONG_VALUE_BYTES = 256
"""Of texts longer than this on average, what two threads hold at once is more than they save in time."""
VALUE_BYTES = 16
"""What DuckDB takes for a text, beside its characters."""
DICTIONARY_BYTES = 1 << 20
PARQUET = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1"
"""Delta encodings and level 1: measured a sixth less CPU to write, a tenth smaller, a quarter less to read.

A smaller limit of dictionaries would save a fifth of writing, but questions of columns with 10 to 20 % different values
then took 2 to 10 times as long.
"""
MANY_COLUMNS = 500
SMALL_ROWS = 20_000
SMALL_BYTES = 4 << 20
COLUMN_BYTES = 512 << 10
FOLLOWED_SECONDS = 0.25


def literal(text: str | Path) -> str:
    """A string literal for DuckDB."""
    return "'" + str(text).replace("'", "''") + "'"


def write_parquet(
    con: duckdb.DuckDBPyConnection, select: str, target: Path, *, columns: int = 0, row_bytes: float = 0.0
) -> int:
    """Write a query's rows as Parquet and say how many; it has so many `columns`, which are counted where 0 is given,
    and `row_bytes` of text in a row, about.

    Row groups have fewer rows, and dictionaries less room, where rows are wide: the writer holds whole row groups.
    With one thread it measures them itself.
    """
    columns = columns or len(con.execute(f"DESCRIBE {select}").fetchall())
    words = min(DICTIONARY_BYTES, ROW_GROUP_BYTES // columns)
    if not con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()[0][0]:
        options = f"{PARQUET}, ROW_GROUP_SIZE {ROW_GROUP_ROWS}, ROW_GROUP_SIZE_BYTES {ROW_GROUP_BYTES}"
        options += f", STRING_DICTIONARY_PAGE_SIZE_LIMIT {words}"
        row = con.execute(f"COPY ({select}) TO {literal(target)} ({options})").fetchone()
        return int(row[0]) if row else 0
    fitting = ROW_GROUP_BYTES / (columns * VALUE_BYTES + row_bytes)
    rows = min(ROW_GROUP_ROWS, max(int(fitting) // VECTOR_ROWS, 1) * VECTOR_ROWS)
    while True:
        options = f"{PARQUET}, ROW_GROUP_SIZE {rows}, STRING_DICTIONARY_PAGE_SIZE_LIMIT {words}"
        try:
            row = con.execute(f"COPY ({select}) TO {literal(target)} ({options})").fetchone()
            return int(row[0]) if row else 0
        except duckdb.OutOfMemoryException:
            if rows == VECTOR_ROWS:
                raise
            rows = max(rows // 8 // VECTOR_ROWS, 1) * VECTOR_ROWS  # the rows here are longer than most


@contextmanager
def locked(
    source: Source,
    *,
    readable: Sequence[Path] = (),
    columns: int = 0,
    row_bytes: float = 0.0,
    threads: int = 0,
    small: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose file access is limited to the source, the scratch folder and the output folder.

    For very many `columns` it may take up to twice the memory and has one thread: each step of a statement holds
    some thousand values of every column, for each thread. So it is for long texts.

    `small` tables of a file take turns with one that stays open, because opening it takes longer than writing them;
    it reads nothing else than the folders and the source, and has one thread.
    """
    if not small:
        con = _opened(source, readable, columns, row_bytes, threads)
        try:
            yield con
        finally:
            con.close()
        return
    kept, folder = source.connections, source.may_write_to
    if folder not in kept:
        let_go(source)
        kept[folder] = _opened(source, (), 0, 0.0, 1, keeps_files=False)
    try:
        yield kept[folder]
    except BaseException:
        let_go(source)
        raise


def is_small(rows: int, size: int, columns: int) -> bool:
    """Whether a table of so many rows, bytes and columns hardly takes memory."""
    return rows <= SMALL_ROWS and size <= SMALL_BYTES and columns <= MANY_COLUMNS


def let_go(source: Source) -> None:
    """Close what stays open for small tables."""
    while source.connections:
        source.connections.popitem()[1].close()


def _opened(
    source: Source, readable: Sequence[Path], columns: int, row_bytes: float, threads: int, *, keeps_files: bool = True
) -> duckdb.DuckDBPyConnection:
    memory = min(max(source.memory_bytes, columns * COLUMN_BYTES), 2 * source.memory_bytes)
    long = row_bytes > min(WIDE_ROW_BYTES, max(columns, 1) * LONG_VALUE_BYTES)
    threads = threads or (1 if columns > MANY_COLUMNS or long else source.threads)
    spill = source.context.scratch / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        config={
            "memory_limit": f"{memory // (1 << 20)}MiB",
            "threads": str(threads),
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # One thread takes rows in their order by itself, and need not wait with writing until it has very many.
            "preserve_insertion_order": "false" if threads == 1 else "true",
        }
    )
    try:
        con.execute("SET TimeZone = 'UTC'")
        if row_bytes > WIDE_ROW_BYTES:
            # A filter that lets few rows through would collect some thousand of them.
            con.execute("SET enable_caching_operators = false")
        con.execute("SET enable_progress_bar = true")  # or nobody could ask how far a statement is
        con.execute("SET enable_progress_bar_print = false")
        con.execute("SET parquet_metadata_cache = true")  # a profile asks of every column by itself
        # What it keeps of files would take all the room that very many columns were given.
        con.execute(f"SET enable_external_file_cache = {keeps_files and columns <= MANY_COLUMNS}")
        folders = ", ".join(literal(folder.resolve()) for folder in (source.may_write_to, source.context.scratch))
        files = ", ".join(literal(path.resolve()) for path in (source.path, *readable))
        con.execute(f"SET allowed_directories = [{folders}]")
        con.execute(f"SET allowed_paths = [{files}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        con.execute(month_type_sql())
    except BaseException:
        con.close()
        raise
    return con


class RowBytes:
    """How wide rows are where they are widest: on average over stretches of a row group's bytes."""

    def __init__(self) -> None:
        self._widest = 0.0
        self._bytes = self._rows = 0

    def add(self, size: int, rows: int) -> None:
        self._bytes += size
        self._rows += rows
        if self._bytes >= ROW_GROUP_BYTES and self._rows:
            self._widest = max(self._widest, self._bytes / self._rows)
            self._bytes = self._rows = 0

    @property
    def widest(self) -> float:
        return self._widest or self._bytes / max(self._rows, 1)


def stored_row_bytes(*files: Path) -> float:
    """How wide the rows of Parquet files are where they are widest, as they are encoded."""
    found = RowBytes()
    for file in files:
        metadata = pq.read_metadata(file)
        for group in map(metadata.row_group, range(metadata.num_row_groups)):
            found.add(group.total_byte_size, group.num_rows)
    return found.widest


Tell = Callable[[float], None]
"""Takes the share of the work that is done, 0 to 1."""


def rows_told(context: Context, stage: str, rows: int) -> Tell:
    """Report a stage that goes through so many rows, from its beginning on."""

    def tell(share: float) -> None:
        context.progress(stage=stage, done=int(share * rows), total=rows, unit="rows")

    tell(0.0)
    return tell


@contextmanager
def followed(con: duckdb.DuckDBPyConnection, tell: Tell) -> Iterator[None]:
    """Tell how far the statement is that runs meanwhile, a few times a second, by DuckDB's own estimate."""
    over = threading.Event()

    def follow() -> None:
        while not over.wait(FOLLOWED_SECONDS):
            if (percent := con.query_progress()) > 0:
                tell(percent / 100)

    thread = threading.Thread(target=follow, name="follow", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
