"""A Spark Connect endpoint: Apache Spark or Sail, asked by gRPC for what outgrows one machine.

The endpoint reads the Parquet objects by their addresses, runs the SQL that `core.queries.spark` wrote, and streams
Arrow back. It is a neighbour like the database: users' text reaches it as bound values only. Everything that goes wrong
there is either one of our limits (TimeExceeded, OutputExceeded, Cancelled, EngineBusy) or SparkFailed, after which
DuckDB is asked.

The client is the optional extra `tablewright[spark]`; it is imported when the first question is sent.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tablewright.core.queries.spark import ROW_NUMBER, SparkQuery, SparkSource
from tablewright.core.queries.spark_types import Type
from tablewright.infra.limits import Cancelled, EngineBusy, Limits, OutputExceeded, TimeExceeded

if TYPE_CHECKING:
    from pyspark.sql.connect.client import SparkConnectClient

_TASK = "ask"
_TICK = 0.02
_QUEUED = 4
"""Batches that wait for their reader; the endpoint is not read further until there is room."""
_PLANNED_SECONDS = 30.0
"""How long one that is given up may be planned before it is interrupted all the same."""
_QUIET_SECONDS = 30.0
"""How long an endpoint that did not answer is left alone."""
_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.timeType.enabled": "true",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    # What Spark's parser remembers of every statement it has read grows without end otherwise: a driver with 1 GiB was
    # out of memory after some hundred long statements. A state takes about 6 KiB.
    "spark.sql.parser.manageParserCaches": "true",
    "spark.sql.parser.parserDfaCacheFlushThreshold": "20000",
}


class SparkFailed(Exception):
    """The endpoint gave no answer; says why. The same question can be asked of DuckDB."""


class SparkAway(SparkFailed):
    """The endpoint cannot be reached, or its client is not installed."""


@dataclass(frozen=True)
class _Session:
    client: SparkConnectClient
    row_numbers: bool
    """Whether rows can know their place in the file: Apache Spark tells, Sail does not."""


class Spark:
    """One endpoint. Thread-safe; at most `concurrency` questions run at a time."""

    def __init__(self, url: str, *, concurrency: int = 4) -> None:
        self._url = url
        self._slots = threading.BoundedSemaphore(concurrency)
        self._guard = threading.Lock()
        self._session: _Session | None = None
        self._quiet_until = 0.0

    def ask(
        self,
        query: SparkQuery,
        addresses: Sequence[str],
        *,
        limits: Limits,
        cancelled: Callable[[], bool] | None = None,
    ) -> pa.Table:
        """The answer as DuckDB would give it. `addresses` are those of the query's sources.

        Raises SparkFailed, TimeExceeded, OutputExceeded, EngineBusy or Cancelled.
        """
        with self.batches(query, addresses, limits=limits, cancelled=cancelled) as found:
            batches, size = [], 0
            for batch in found:
                size += batch.nbytes
                if size > limits.output_bytes:
                    raise OutputExceeded(_TASK, limits.output_bytes)
                batches.append(batch)
        return pa.Table.from_batches(batches, schema_of(query))

    @contextmanager
    def batches(
        self,
        query: SparkQuery,
        addresses: Sequence[str],
        *,
        limits: Limits,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        """The answer, a batch at a time, within limits that hold until the block is left."""
        deadline = time.monotonic() + limits.wall_seconds
        self._enter(deadline, cancelled)
        try:
            session = self._connected()
            if query.row_numbers and not session.row_numbers:
                raise SparkFailed("this endpoint does not tell the place of a row in its file, which the order needs")
            run = _Run(session, query, addresses)
            try:
                yield run.read(deadline, limits, cancelled)
            except SparkAway:
                self._lost(session)
                raise
            finally:
                run.stop()
        finally:
            self._slots.release()

    def ready(self) -> str:
        """The endpoint's version. Raises SparkAway."""
        return str(self._connected().client._analyze(method="spark_version").spark_version)

    def close(self) -> None:
        with self._guard:
            session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):
                session.client.release_session()
            session.client.close()

    def _enter(self, deadline: float, cancelled: Callable[[], bool] | None) -> None:
        while not self._slots.acquire(timeout=_TICK):
            if cancelled is not None and cancelled():
                raise Cancelled(_TASK)
            if time.monotonic() > deadline:
                raise EngineBusy(0)

    def _connected(self) -> _Session:
        with self._guard:
            if self._session is None:
                if time.monotonic() < self._quiet_until:
                    raise SparkAway("the endpoint did not answer a moment ago")
                try:
                    self._session = _connect(self._url)
                except SparkAway:
                    self._quiet_until = time.monotonic() + _QUIET_SECONDS
                    raise
            return self._session

    def _lost(self, session: _Session) -> None:
        """Connect anew for the next question: the server may have been started again, or forgotten the session."""
        with self._guard:
            if self._session is session:
                self._session = None
        session.client.close()


class _Run:
    """One question at the endpoint: a thread reads its batches into a short queue."""

    def __init__(self, session: _Session, query: SparkQuery, addresses: Sequence[str]) -> None:
        self._client = session.client
        self._is_spark = session.row_numbers
        self._query = query
        self._tag = f"tablewright-{secrets.token_hex(8)}"
        self._found: Queue[pa.RecordBatch | Exception | None] = Queue(_QUEUED)
        self._stopped = threading.Event()
        self._computing = threading.Event()
        self._ended = False
        plan = _plan(query, addresses).to_proto(self._client)
        self._thread = threading.Thread(target=self._fetch, args=(plan,), name=self._tag, daemon=True)
        self._thread.start()

    def _fetch(self, plan: Any) -> None:
        self._client.add_tag(self._tag)  # of this thread alone
        _fetching.run = self
        try:
            for each in self._client.to_table_as_iterator(plan, {}):
                if isinstance(each, pa.Table):
                    for batch in each.to_batches():
                        self._put(batch)
            self._put(None)
        except Exception as error:
            self._put(error)

    def _put(self, item: pa.RecordBatch | Exception | None) -> None:
        while not self._stopped.is_set():
            with suppress(Full):
                self._found.put(item, timeout=_TICK)
                return

    def read(self, deadline: float, limits: Limits, cancelled: Callable[[], bool] | None) -> Iterator[pa.RecordBatch]:
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled(_TASK)
            if time.monotonic() > deadline:
                raise TimeExceeded(_TASK, limits.wall_seconds, "wall clock")
            try:
                found = self._found.get(timeout=_TICK)
            except Empty:
                continue
            if found is None:
                self._ended = True
                return
            if isinstance(found, Exception):
                self._ended = True
                raise _failure(found) from found
            yield conformed(found, self._query.columns)

    def noted(self, inflight_tasks: int, **_: object) -> None:
        """What the endpoint says every two seconds, and at the end."""
        if inflight_tasks:
            self._computing.set()

    def stop(self) -> None:
        """Nothing of this question goes on at the endpoint."""
        self._stopped.set()
        if not self._ended:
            threading.Thread(target=self._interrupt, name=f"{self._tag}-stop", daemon=True).start()

    def _interrupt(self) -> None:
        # Apache Spark 4.3 loses an interrupt that comes while it still plans: it ends the call, and computes all the
        # same. Sail loses none, and tells nothing of what it does.
        latest = time.monotonic() + (_PLANNED_SECONDS if self._is_spark else 0.0)
        while self._thread.is_alive() and time.monotonic() < latest and not self._computing.wait(_TICK):
            pass
        with suppress(Exception):
            self._client.interrupt_tag(self._tag)


_fetching = threading.local()
"""The run that this thread fetches."""


def _progress(**told: Any) -> None:
    run = getattr(_fetching, "run", None)
    if run is not None:
        run.noted(**told)


def _connect(url: str) -> _Session:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyspark.sql.connect import proto
            from pyspark.sql.connect.client import SparkConnectClient
    except ImportError as error:
        raise SparkAway(f"the client is not installed (pip install 'tablewright[spark]'): {error}") from None
    logging.getLogger("pyspark").setLevel(logging.CRITICAL)  # errors are ours to tell
    try:
        client = SparkConnectClient(
            url, retry_policy={"max_retries": 3, "initial_backoff": 50, "backoff_multiplier": 4, "max_backoff": 1000}
        )
        operation = proto.ConfigRequest.Operation()
        for key, value in _SESSION.items():
            pair = operation.set.pairs.add()
            pair.key, pair.value = key, value
        operation.set.silent = True  # what an endpoint does not know is no reason not to ask it
        client.config(operation)
        client.register_progress_handler(_progress)  # type: ignore[arg-type]  # it is called with names alone
        return _Session(client, row_numbers=_tells_places(client))
    except Exception as error:
        raise SparkAway(_words(error)) from error


def _tells_places(client: SparkConnectClient) -> bool:
    """Whether this is Apache Spark, by how it would run a statement: no executor is needed, all may be busy."""
    from pyspark.sql.connect.plan import SQL

    plan = SQL("SELECT 1 AS one").to_proto(client)
    told = str(client._analyze(method="explain", plan=plan, explain_mode="simple").explain_string)
    return "Scan OneRowRelation" in told


def _plan(query: SparkQuery, addresses: Sequence[str]) -> Any:
    from pyspark.sql.connect.functions import lit
    from pyspark.sql.connect.plan import SQL, SubqueryAlias

    used = [(index, source) for index, source in enumerate(query.sources)]
    views = [SubqueryAlias(_read(source, addresses[index]), f"source{index}") for index, source in used]
    return SQL(query.sql, None, {name: lit(value) for name, value in query.parameters}, views or None)


def _read(source: SparkSource, address: str) -> Any:
    from pyspark.sql.connect.functions import col
    from pyspark.sql.connect.plan import DataSource, Project

    # A schema of ours: nothing is guessed from the file, and no job is run for it.
    columns = source.columns
    schema = ", ".join(f"`{name}` {kind}" for name, kind in columns)
    read = DataSource(format="parquet", schema=schema, paths=[address])
    if not source.row_numbers:
        return read
    return Project(read, [*(col(name) for name, _ in columns), col("_metadata.row_index").alias(ROW_NUMBER)])


def _failure(error: Exception) -> SparkFailed:
    words = _words(error)
    gone = any(each in words for each in ("UNAVAILABLE", "INVALID_HANDLE", "SESSION_CLOSED", "failed to connect"))
    return SparkAway(words) if gone else SparkFailed(words)


def _words(error: Exception) -> str:
    """What went wrong in one line, without the frames of other languages."""
    text = str(error).strip() or type(error).__name__
    told = _TOLD.search(text)
    return f"{told[1]}: {told[2]}"[:400] if told else text.splitlines()[0][:400]


_TOLD = re.compile(r'status = StatusCode\.(\w+)\s+details = "(.*?)"\n', re.DOTALL)


# Types


def schema_of(query: SparkQuery) -> pa.Schema:
    """The schema of the answer as DuckDB gives it."""
    return pa.schema([pa.field(name, _arrow(kind)) for name, kind in query.columns])


def conformed(batch: pa.RecordBatch, columns: Sequence[tuple[str, Type]]) -> pa.RecordBatch:
    """A batch of the endpoint in the types of DuckDB. Raises SparkFailed where a value does not fit them."""
    arrays = []
    for index, (_, kind) in enumerate(columns):
        try:
            arrays.append(_as(batch.column(index), _arrow(kind)))
        except pa.ArrowInvalid as error:
            raise SparkFailed(f"a value does not fit its type: {_words(error)}") from error
    return pa.RecordBatch.from_arrays(arrays, names=[name for name, _ in columns])


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind:
        return array
    return array.cast(kind)


def _arrow(kind: Type) -> pa.DataType:
    if kind.kind == "integer":
        return {8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64()}.get(kind.bits, pa.decimal128(38, 0))
    if kind.kind == "decimal":
        return pa.decimal128(kind.precision, kind.scale)
    return _ARROW[kind.kind]


_ARROW: dict[str, pa.DataType] = {
    "double": pa.float64(), "float": pa.float32(), "text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(),
    "time": pa.time64("us"), "timestamp": pa.timestamp("us"), "instant": pa.timestamp("us", tz="UTC"),
    "null": pa.int32(),
}  # fmt: skip
