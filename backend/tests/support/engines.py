"""Spark Connect endpoints of the tests, and questions asked of several engines at once.

Sail is a process of its own, started when it is needed and gone with the session; so is Apache Spark, with a driver and
two executors. Both are given some seconds of head start, because Spark needs twenty.
"""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

from tablewright.core.queries.compile import Compiled
from tablewright.core.queries.spark import NotOnSpark, for_spark
from tablewright.infra.duck import bound
from tablewright.infra.embedded import die_with_parent
from tablewright.infra.limits import Limits
from tablewright.infra.spark import Spark, SparkFailed

ROOT = Path(__file__).resolve().parents[3]
LIMITS = Limits(memory_bytes=1 << 30, cpu_seconds=100, wall_seconds=100)
_SAIL = """
import sys
from pysail.spark import SparkConnectServer
SparkConnectServer(ip="127.0.0.1", port=int(sys.argv[1])).start(background=False)
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """A server that was started, and where it will answer."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"sc://127.0.0.1:{self.port}"

    def wait(self, seconds: float) -> str:
        end = time.monotonic() + seconds
        while True:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self.url
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"{self.log.name} does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _bound_to(parent: int) -> Callable[[], None]:
    """Nothing outlives a killed test run."""
    return lambda: die_with_parent(signal.SIGTERM, parent)


@contextmanager
def sail(folder: Path) -> Iterator[Server]:
    port, log = free_port(), folder / "sail.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _SAIL, str(port)], stdout=out, stderr=out, preexec_fn=_bound_to(os.getpid())
        )
    server = Server(process, port, log)
    try:
        yield server
    finally:
        server.end()


@contextmanager
def spark(folder: Path) -> Iterator[Server]:
    """Apache Spark by the script that people use too."""
    port, log = free_port(), folder / "spark.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["bash", str(ROOT / "scripts/services/spark.sh"), "serve", str(port)],
            stdout=out,
            stderr=out,
            preexec_fn=_bound_to(os.getpid()),
            env={**os.environ, "SPARK_LOCAL_DIRS": str(folder)},
        )
    server = Server(process, port, log)
    try:
        yield server
    finally:
        server.end()


def by_duckdb(compiled: Compiled) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        files = bound([Path(source) for source in compiled.sources])
        return connection.execute(compiled.sql, {**files, **dict(compiled.parameters)}).to_arrow_table()


def agree(mine: Any, theirs: Any) -> bool:
    """Equal, with the same type. Floats may differ in their last digits: engines add in another order."""
    if isinstance(mine, float) and isinstance(theirs, float):
        return mine == theirs or (mine != mine and theirs != theirs) or math.isclose(mine, theirs, rel_tol=1e-12)
    return type(mine) is type(theirs) and bool(mine == theirs)


def shapes(sql: str) -> set[tuple[str, str]]:
    """What is inside of what in a statement: the pairs of nodes that its translation has rules for."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return {(type(node.parent).__name__, type(node).__name__) for node in tree.walk()}


@dataclass
class Comparison:
    """Asks each question of DuckDB and of the endpoints, and fails where an answer differs."""

    endpoints: dict[str, Spark]
    sampled: frozenset[str] = frozenset()
    """Endpoints that are slow: asked when a statement has a shape that they have not been asked yet."""
    asked: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _seen: set[tuple[str, object]] = field(default_factory=set)
    _shapes: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def run(self, compiled: Compiled) -> list[tuple[Any, ...]]:
        """The rows by DuckDB, as `support.questions.run` gives them, once the others agree."""
        mine = by_duckdb(compiled)
        key = (compiled.sql, (compiled.parameters, compiled.sources))
        if key not in self._seen and not self._is_repeated_count(compiled):
            self._seen.add(key)
            self.compare(compiled, mine)
        keys = [*(column.key for column in compiled.columns), *compiled.marks]
        return [tuple(row[each] for each in keys) for row in mine.to_pylist()]

    def _is_repeated_count(self, compiled: Compiled) -> bool:
        """Every question is counted too; every eighth of these counts is enough."""
        if [column.key for column in compiled.columns] != ["n"]:
            return False
        self.asked["counts"] += 1
        return self.asked["counts"] % 8 != 0

    def compare(self, compiled: Compiled, mine: pa.Table) -> None:
        try:
            query = for_spark(compiled)
        except NotOnSpark as reason:
            self.refused[str(reason)] += 1
            return
        for name, endpoint in self.endpoints.items():
            if name in self.sampled and not self._is_new(name, compiled.sql):
                continue
            try:
                theirs = endpoint.ask(
                    query, [Path(each).resolve().as_uri() for each in compiled.sources], limits=LIMITS
                )
            except SparkFailed as reason:
                self.refused[f"{name}: {reason}"] += 1
                continue
            self.asked[name] += 1
            where = f"{name}: {compiled.sql}\n{query.sql}"
            assert theirs.schema.equals(mine.schema), f"{where}\n{mine.schema}\n{theirs.schema}"
            rows, found = ([tuple(row.values()) for row in each.to_pylist()] for each in (mine, theirs))
            assert len(rows) == len(found), f"{where}\n{rows[:5]}\n{found[:5]}"
            for one, other in zip(rows, found, strict=True):
                assert all(map(agree, one, other)), f"{where}\n{one}\n{other}"

    def _is_new(self, name: str, sql: str) -> bool:
        seen = self._shapes.setdefault(name, set())
        fresh = shapes(sql) - seen
        seen |= fresh
        return bool(fresh)
