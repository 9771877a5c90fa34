"""Which engine answers: DuckDB on this machine, or a Spark Connect endpoint for what outgrows it.

The answer is the same, so nothing else knows which one ran: the same question has the same fingerprint, the same cache
key, the same columns and types. Chosen by the rule of `chosen`; whatever Spark cannot answer with the same figures, or
cannot answer at all, is answered by DuckDB, and the log says why.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import pyarrow as pa
import structlog

from tablewright.core.queries.compile import Compiled
from tablewright.core.queries.described import described, write_rows
from tablewright.core.queries.spark import NotOnSpark, SparkQuery, for_spark
from tablewright.core.queries.tables import EngineChoice
from tablewright.infra.children import Children, Limits
from tablewright.infra.engine import Engine, Folder
from tablewright.infra.settings import Settings
from tablewright.infra.spark import Spark, SparkFailed, schema_of

log = structlog.get_logger(__name__)
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Endpoint:
    """A Spark Connect endpoint, and what is sent there."""

    spark: Spark
    rows: int
    """Questions that read so many rows go there by themselves."""
    wall_seconds: float
    objects: str
    """The address of the object store as the endpoint sees it."""

    def addresses(self, folder: Folder, sources: Sequence[str], root: Path) -> list[str]:
        """Where the endpoint finds the files."""
        base = folder if isinstance(folder, Path) else folder.folder
        with suppress(ValueError):
            inside = base.resolve().relative_to(root.resolve())
            return [f"{self.objects}/{inside.as_posix()}/{source}" for source in sources]
        return [(base / source).resolve().as_uri() for source in sources]


def chosen(engine: EngineChoice, rows: int, threshold: int) -> Literal["duckdb", "spark"]:
    """A dataset's setting decides; without one, how many rows the question reads in all."""
    if engine != "auto":
        return engine
    return "spark" if rows >= threshold else "duckdb"


class Engines(Engine):
    """DuckDB, with an endpoint beside it. The same door as Engine."""

    def __init__(self, children: Children, *, endpoint: Endpoint, root: Path, threads: int = 2) -> None:
        super().__init__(children, threads=threads)
        self._endpoint = endpoint
        self._root = root

    def close(self) -> None:
        self._endpoint.spark.close()

    def ask_ipc(
        self,
        folder: Folder,
        compiled: Compiled,
        *,
        limits: Limits | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> bytes:
        def ask(query: SparkQuery, addresses: list[str], within: Limits) -> bytes:
            table = self._endpoint.spark.ask(query, addresses, limits=within, cancelled=cancelled)
            columns = [column.model_dump(mode="json") for column in compiled.columns]
            table = described(table, columns, list(compiled.widths), list(compiled.marks))
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as stream:
                stream.write_table(table)
            return bytes(memoryview(sink.getvalue()))

        found = self._on_spark(folder, compiled, limits, ask)
        if found is None:
            return super().ask_ipc(folder, compiled, limits=limits, cancelled=cancelled)
        return found

    def copy(
        self,
        folder: Folder,
        compiled: Compiled,
        out: Path,
        format: Literal["csv", "parquet"],
        *,
        limits: Limits | None = None,
        on_progress: Callable[[dict[str, Any]], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        def copy(query: SparkQuery, addresses: list[str], within: Limits) -> int:
            made = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
            columns = [column.model_dump(mode="json") for column in compiled.written]
            try:
                with self._endpoint.spark.batches(query, addresses, limits=within, cancelled=cancelled) as batches:
                    rows = write_rows(batches, schema_of(query), columns, made, format, on_progress)
                os.replace(made, out)
                return rows
            finally:
                made.unlink(missing_ok=True)

        found = self._on_spark(folder, compiled, limits, copy)
        if found is None:
            return super().copy(
                folder, compiled, out, format, limits=limits, on_progress=on_progress, cancelled=cancelled
            )
        return found

    def _on_spark(
        self,
        folder: Folder,
        compiled: Compiled,
        limits: Limits | None,
        run: Callable[[SparkQuery, list[str], Limits], _Made],
    ) -> _Made | None:
        """What the endpoint makes, or None when DuckDB is to answer."""
        if chosen(compiled.engine, compiled.rows, self._endpoint.rows) == "duckdb":
            return None
        base = limits or self.children.limits
        wall = max(base.wall_seconds, self._endpoint.wall_seconds)
        within = Limits(base.memory_bytes, base.cpu_seconds, wall, base.output_bytes, base.file_bytes)
        try:
            query = for_spark(compiled)
            addresses = self._endpoint.addresses(folder, compiled.sources, self._root)
            return run(query, addresses, within)
        except (NotOnSpark, SparkFailed) as reason:
            # That the endpoint fails is for who runs it; that it cannot say a question is as it should be.
            tell = log.warning if isinstance(reason, SparkFailed) else log.info
            tell("spark.left_to_duckdb", reason=str(reason), kind=type(reason).__name__, rows=compiled.rows)
            return None


def made(children: Children, current: Settings, root: Path) -> Engine:
    """The engine of these settings: DuckDB alone, or with an endpoint."""
    if not current.spark_url:
        return Engine(children)
    endpoint = Endpoint(
        spark=Spark(current.spark_url, concurrency=current.spark_concurrency),
        rows=current.spark_rows,
        wall_seconds=current.spark_wall_seconds,
        objects=current.spark_objects,
    )
    return Engines(children, endpoint=endpoint, root=root)
