"""A DuckDB connection that can read the source, write the output and do nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tablewright.core.readers.model import Context, Source

ROW_GROUP_ROWS = 122_880
FOLLOWED_SECONDS = 0.25
PARQUET = (
    f"(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
)
"""Delta encodings and level 1: measured a sixth less CPU to write, a tenth smaller, a quarter less to read.

A smaller limit of dictionaries would save a fifth of writing, but questions of columns with 10 to 20 % different values
then took 2 to 10 times as long.
"""


def literal(text: str | Path) -> str:
    """A string literal for DuckDB."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def locked(
    source: Source, *, readable: Sequence[Path] = (), threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose file access is limited to the source, the scratch folder and the output folder."""
    spill = source.context.scratch / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(
        config={
            "memory_limit": f"{source.memory_bytes // (1 << 20)}MiB",
            "threads": str(threads or source.threads),
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
    )
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = true")  # or nobody could ask how far a statement is
        con.execute("SET enable_progress_bar_print = false")
        folders = ", ".join(literal(folder.resolve()) for folder in (source.out_dir, source.context.scratch))
        files = ", ".join(literal(path.resolve()) for path in (source.path, *readable))
        con.execute(f"SET allowed_directories = [{folders}]")
        con.execute(f"SET allowed_paths = [{files}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con
    finally:
        con.close()


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
