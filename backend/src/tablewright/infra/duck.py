"""DuckDB inside a child process: locked instances, questions to Arrow, exports to files.

An instance may read one workspace's folder and nothing else, and nobody can unlock it. Its own limits
make the errors nicer; the limits that count are the child's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from tablewright.core.errors import Invalid, Missing
from tablewright.core.queries.described import described, write_rows

KEPT = 8
"""Instances a child keeps, the least recently used goes first."""
_ROWS = 50_000
_VALUES = 10_000_000
"""Of a batch of an answer: DuckDB takes the room for a whole batch of every column at its beginning."""
_instances: OrderedDict[tuple[str, int, int], duckdb.DuckDBPyConnection] = OrderedDict()


class Work(Protocol):
    """What a task is given by its child process."""

    home: Path

    def progress(self, **fields: Any) -> None: ...

    def on_cancel(self, stop: Callable[[], None]) -> None: ...


class VersionFileMissing(Missing):
    def __init__(self) -> None:
        super().__init__("The file of this dataset version is not there. Ask again; if that fails, load it again.")


class ResultOutOfRange(Invalid):
    def __init__(self) -> None:
        super().__init__(
            "A number in this result needs more than the 38 digits that can be held exactly. Group finer, filter "
            "first, or sum about right with a formula, as in SUM([Amount] * 1e0)."
        )


def instance(folder: str, *, memory_bytes: int, threads: int, home: Path) -> duckdb.DuckDBPyConnection:
    """The locked instance of a folder, made at its first use."""
    key = (folder, memory_bytes, threads)
    found = _instances.get(key)
    if found is None:
        while len(_instances) >= KEPT:
            _instances.popitem(last=False)[1].close()
        found = _instances[key] = _open(folder, memory_bytes, threads, home)
    _instances.move_to_end(key)
    return found


def _open(folder: str, memory_bytes: int, threads: int, home: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    spill = home / "spill"
    for setting, value in (
        ("threads", threads),
        ("memory_limit", f"{memory_bytes // (1 << 20)}MiB"),
        ("max_temp_directory_size", "20GB"),
        ("temp_directory", str(spill)),
        ("TimeZone", "UTC"),
        # Files are on a local disk, where the kernel keeps what is read often, once for all instances.
        ("enable_external_file_cache", False),
        # What a file says of itself is read once; a question of a small part of it takes half its time for that.
        ("parquet_metadata_cache", True),
        ("python_enable_replacements", False),
        ("allowed_directories", [folder.rstrip("/") + "/"]),
        ("allow_community_extensions", False),
        ("autoinstall_known_extensions", False),
        ("autoload_known_extensions", False),
        ("enable_external_access", False),
        ("lock_configuration", True),
    ):
        connection.execute(f"SET {setting} = {_literal(value)}")
    return connection


def _literal(value: str | int | bool | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).lower()


def _run(params: dict[str, Any], work: Work) -> duckdb.DuckDBPyConnection:
    """Start the question on a cursor of its own."""
    folder = params["folder"]
    paths = [Path(folder, each) for each in params["sources"]]
    # One home for the life of the child: scratch folders of calls are removed after each call.
    cursor = instance(folder, memory_bytes=params["memory_bytes"], threads=params["threads"], home=work.home).cursor()
    work.on_cancel(cursor.interrupt)
    try:
        return cursor.execute(params["sql"], {**bound(paths), **dict(params["parameters"])})
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise ResultOutOfRange from None
    except duckdb.IOException:
        if not all(path.exists() for path in paths):
            raise VersionFileMissing from None
        raise


def _batch_rows(cursor: duckdb.DuckDBPyConnection) -> int:
    return max(_VALUES // max(len(cursor.description or ()), 10), 1000)


def bound(paths: Sequence[Path]) -> dict[str, str]:
    """The files of a compiled question, by the placeholders that stand for them."""
    return {f"source{number}": str(path) for number, path in enumerate(paths)}


def ask(params: dict[str, Any], work: Work) -> tuple[None, memoryview]:
    """The answer as an Arrow stream. Its schema carries the columns' words and the widths of bins."""
    cursor = _run(params, work)
    try:
        table = cursor.to_arrow_table(_batch_rows(cursor))
    finally:
        cursor.close()
    table = described(table, params["columns"], params["widths"], params["marks"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return None, memoryview(sink.getvalue())


def copy(params: dict[str, Any], work: Work) -> dict[str, int]:
    """Write the whole answer to a file, a batch of rows at a time; how many rows."""
    cursor = _run(params, work)
    out = Path(params["out"])
    try:
        reader = cursor.to_arrow_reader(min(_ROWS, _batch_rows(cursor)))
        rows = write_rows(
            reader, reader.schema, params["columns"], out, params["format"], lambda told: work.progress(**told)
        )
    finally:
        cursor.close()
    return {"row_count": rows, "byte_count": out.stat().st_size}
