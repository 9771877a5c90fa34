"""Twelve questions of a dashboard over 1 M rows: what the product adds to what DuckDB needs, and how fast its cache is.

Each round asks each question four ways, one after the other, and the medians count:

- raw: the statements that the compiler makes, on one warm DuckDB connection over the same Parquet file, fetched to
  Arrow. Where an answer is a page of more rows (the ten best of thousands) the product also says of how many; then raw
  runs that count too, as its statement stands.
- engine: `Engine.ask` in this process: the same statements in a warm, locked child.
- HTTP, not cached: `POST /api/v1/questions/run` of a question that was never asked. The cache is in the API's memory
  and is left as it is; instead each asking differs in what the answer's key holds and the SQL does not: a label, or a
  column listed twice. So the compiler and the session's check are measured, and the engine has exactly the same to do.
- HTTP, cached: the same request once more, after the engines have had the processor and its caches.

Then what is known is asked for in a row, as many people do who look at one page (its medians hold the goal), and all
twelve in one batch request, not cached and cached, against the sum of raw; and, a few times, of pandas, Polars and
PostgreSQL with indexes, which hold the same rows (`peers.py`). All answers, of all ways, are
compared with what pandas finds in the same file, so that no wrong answer can be a fast one.

    python bench/questions.py [--rows 1000000] [--rounds 15]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import duckdb
import pandas as pd
import pyarrow as pa
from tablewright.core.queries.answer import values
from tablewright.core.queries.compile import Compiled, compile_question, count_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, key_of
from tablewright.core.tables.schema import Schema
from tablewright.infra.children import GIB, Children, Limits
from tablewright.infra.duck import bound
from tablewright.infra.engine import Engine

from load import generate
from peers import INDEXES, POLARS, STATEMENTS, TABLE, in_polars, in_postgres, shown
from upload import finished, started

SHOWN = 10_000
"""Rows that the product shows of an answer without a limit of its own."""
AT_MOST_MS = 5.0
CACHED_AT_MOST_MS = 3.0
AGAIN = 100
"""How often each answer that is known is asked for in a row."""
PEER_ROUNDS = 5

Expected = dict[str, list[Any]]
Json = dict[str, Any]

# --- the questions, and what pandas says ------------------------------------------------------------------------


def when(column: str, op: str, *of: Any) -> Json:
    return {"op": "and", "items": [{"kind": "condition", "column": column, "op": op, "values": list(of)}]}


def grouped(frame: pd.DataFrame, by: Any, **measures: Any) -> pd.DataFrame:
    return frame.groupby(by, sort=True).agg(**measures).reset_index()


def money(cents: pd.Series) -> list[str]:
    return [str(Decimal(int(each)).scaleb(-2)) for each in cents]


def days(moments: pd.Series) -> list[str]:
    return [str(each) for each in moments.dt.strftime("%Y-%m-%d")]


def month(moments: pd.Series) -> pd.Series:
    return moments.dt.to_period("M").dt.to_timestamp()


def rows_of(frame: pd.DataFrame) -> Expected:
    return {
        "c1": frame["id"].tolist(),
        "c2": [str(each) for each in frame["ordered_at"].dt.strftime("%Y-%m-%dT%H:%M:%S")],
        "c6": frame["postal_code"].tolist(),
        "c8": money(frame["cents"]),
        "c10": frame["note"].tolist(),
    }


LISTED = ["c1", "c2", "c6", "c8", "c10"]


def kpi(frame: pd.DataFrame) -> Expected:
    kept = frame[frame["ordered_at"] >= "2024-01-01"]
    return {"m0": [len(kept)], "m1": money(pd.Series([kept["cents"].sum()])), "m2": [kept["quantity"].mean()]}


def best(frame: pd.DataFrame) -> Expected:
    found = grouped(frame[frame["active"] & (frame["quantity"] > 10)], "customer", cents=("cents", "sum"))
    found = found.sort_values(["cents", "customer"], ascending=[False, True]).head(10)
    return {"d0": found["customer"].tolist(), "m0": money(found["cents"])}


def months(frame: pd.DataFrame) -> Expected:
    found = grouped(frame, month(frame["ordered_at"]), cents=("cents", "sum"), count=("id", "size"))
    return {"d0": days(found["ordered_at"]), "m0": money(found["cents"]), "m1": found["count"].tolist()}


def last_month(frame: pd.DataFrame) -> Expected:
    kept = frame[frame["ordered_at"] >= "2024-12-01"]
    found = grouped(kept, kept["ordered_at"].dt.normalize(), cents=("cents", "sum"))
    return {"d0": days(found["ordered_at"]), "m0": money(found["cents"])}


def distinct(frame: pd.DataFrame) -> Expected:
    found = grouped(frame, "region", count=("customer", "nunique"))
    return {"d0": found["region"].tolist(), "m0": found["count"].tolist()}


def median(frame: pd.DataFrame) -> Expected:
    found = grouped(frame, "region", cents=("cents", "median"))
    return {"d0": found["region"].tolist(), "m0": (found["cents"] / 100).tolist()}


def histogram(frame: pd.DataFrame) -> Expected:
    # Amounts lie between 0 and 100,000: the round width that gives at most 20 bins is 5,000.
    found = (frame["cents"] // 500_000 * 5000.0).value_counts().sort_index()
    return {"d0": found.index.tolist(), "m0": found.tolist()}


def search(frame: pd.DataFrame) -> Expected:
    return rows_of(frame[frame["note"].str.contains("coral", regex=False)].head(100))


def page(frame: pd.DataFrame) -> Expected:
    return rows_of(frame.sort_values("cents", ascending=False, kind="stable").iloc[200:300])


def pivot(frame: pd.DataFrame) -> Expected:
    found = grouped(frame, [month(frame["ordered_at"]), "region"], cents=("cents", "sum"))
    return {"d0": days(found["ordered_at"]), "d1": found["region"].tolist(), "m0": money(found["cents"])}


def mean(frame: pd.DataFrame) -> Expected:
    found = grouped(frame, "note", quantity=("quantity", "mean"))
    return {"d0": found["note"].tolist(), "m0": found["quantity"].tolist()}


def count(frame: pd.DataFrame) -> Expected:
    return {"m0": [int(frame["day"].isna().sum())]}


SUM = {"fn": "sum", "column": "c8"}
ROWS = {"fn": "count_rows"}
TILES: dict[str, tuple[Json, Callable[[pd.DataFrame], Expected]]] = {
    "kpi": (
        {"filter": when("c2", "ge", "2024-01-01"), "measures": [ROWS, SUM, {"fn": "mean", "column": "c7"}]},
        kpi,
    ),
    "top 10": (
        {
            "filter": {"items": when("c9", "eq", True)["items"] + when("c7", "gt", 10)["items"]},
            "dimensions": [{"column": "c5"}],
            "measures": [SUM],
            "sort": [{"by": "m0", "direction": "desc"}],
            "limit": 10,
        },
        best,
    ),
    "months": ({"dimensions": [{"column": "c2", "grain": "month"}], "measures": [SUM, ROWS]}, months),
    "days of a month": (
        {
            "filter": when("c2", "ge", "2024-12-01"),
            "dimensions": [{"column": "c2", "grain": "day"}],
            "measures": [SUM],
        },
        last_month,
    ),
    "distinct": (
        {"dimensions": [{"column": "c4"}], "measures": [{"fn": "count_distinct", "column": "c5"}]},
        distinct,
    ),
    "median": ({"dimensions": [{"column": "c4"}], "measures": [{"fn": "median", "column": "c8"}]}, median),
    "histogram": ({"dimensions": [{"column": "c8", "bins": {"count": 20}}], "measures": [ROWS]}, histogram),
    "search": ({"columns": LISTED, "filter": when("c10", "contains", "coral"), "limit": 100}, search),
    "sorted page": (
        {"columns": LISTED, "sort": [{"by": "c8", "direction": "desc"}], "limit": 100, "offset": 200},
        page,
    ),
    "pivot": (
        {"dimensions": [{"column": "c2", "grain": "month"}, {"column": "c4"}], "measures": [SUM]},
        pivot,
    ),
    "mean by group": (
        {"dimensions": [{"column": "c10"}], "measures": [{"fn": "mean", "column": "c7"}]},
        mean,
    ),
    "count": ({"filter": when("c3", "is_empty"), "measures": [ROWS]}, count),
}


def read(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(
        path, dtype={"postal_code": str, "amount": str}, parse_dates=["ordered_at", "day"], date_format="ISO8601"
    )
    frame["cents"] = frame.pop("amount").str.replace(".", "", regex=False).astype("int64")
    return frame


def varied(question: Json, number: int) -> Json:
    """The same question with a key of its own: what is added changes no statement."""
    if "measures" in question:
        first, *others = question["measures"]
        return {**question, "measures": [{**first, "label": f"asked {number}"}, *others]}
    return {**question, "columns": question["columns"] + ["c1"] * (number + 1)}


def same(found: Expected, expected: Expected, what: str) -> None:
    """Exact for texts, dates, money and counts; means and edges to twelve digits."""
    assert list(found) == list(expected), (what, list(found), list(expected))
    for key, wanted in expected.items():
        got = found[key]
        assert len(got) == len(wanted), (what, key, len(got), len(wanted))
        for at, (one, other) in enumerate(zip(got, wanted, strict=True)):
            alike = math.isclose(one, other, rel_tol=1e-12) if isinstance(other, float) else one == other
            assert alike, f"{what}: {key}[{at}] is {one!r}, and pandas says {other!r}"


# --- the ways to ask --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """A question, its statements, and what pandas says."""

    name: str
    asked: Json
    question: Compiled
    counting: Compiled | None
    """Present when the answer is a page of more."""
    expected: Expected
    pandas: Callable[[pd.DataFrame], Expected]

    @property
    def statements(self) -> list[Compiled]:
        return [self.question, *([self.counting] if self.counting else [])]

    def check(self, table: pa.Table, way: str) -> None:
        found = {column.key: values(table.column(column.key), column) for column in self.question.columns}
        same(found, self.expected, f"{self.name}, {way}")


def tiles(frame: pd.DataFrame, dataset_id: str, schema: Schema, source: str) -> list[Tile]:
    found = []
    for name, (parts, pandas) in TILES.items():
        asked = {"dataset_id": dataset_id, **parts}
        question = Question.model_validate({"limit": SHOWN, **asked})
        expected = pandas(frame)
        is_full = len(next(iter(expected.values()))) == question.limit and (question.groups or question.filter)
        of, today = {key_of(question): Table(schema, source)}, datetime.now(UTC).date()
        counting = count_question(question, of, today=today) if is_full else None
        found.append(Tile(name, asked, compile_question(question, of, today=today), counting, expected, pandas))
    return found


def schema_of(shown: list[Json], parquet: Path) -> Schema:
    """The schema as the compiler needs it: the API does not show the types that the file has."""
    described = duckdb.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(parquet)]).fetchall()
    physical = {row[0]: row[1] for row in described}
    return Schema.model_validate({"columns": [{**each, "physical": physical[each["id"]]} for each in shown]})


class Raw:
    """One warm DuckDB connection, as it comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})

    def ask(self, compiled: Compiled) -> pa.Table:
        files = bound([self._folder / source for source in compiled.sources])
        parameters = {**files, **dict(compiled.parameters)}
        return self._connection.execute(compiled.sql, parameters).to_arrow_table()


class Client:
    """One kept connection that sends and receives bytes; nothing that a browser would not do as well."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: bytes) -> tuple[bytes, str]:
        """The answer's body and its X-Cache."""
        self._connection.request("POST", f"/api/v1{path}", body, self._headers)
        answer = self._connection.getresponse()
        found = answer.read()
        assert answer.status == 200, found
        return found, answer.headers.get("x-cache", "")

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        assert answer.status == 200
        return answer.read()


@contextmanager
def engine_over(folder: Path, scratch: Path) -> Iterator[Engine]:
    limits = Limits(memory_bytes=GIB, cpu_seconds=120, wall_seconds=30)
    with Children(size=2, reuse=True, limits=limits, scratch=scratch, readable=[folder]) as children:
        yield Engine(children)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came back."""
    began = time.perf_counter()
    found = work()
    return (time.perf_counter() - began) * 1000, found


@dataclass
class Measured:
    """Milliseconds by way and tile, round by round."""

    by_way: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, way: str, tile: str, milliseconds: float) -> None:
        self.by_way.setdefault(way, {}).setdefault(tile, []).append(milliseconds)

    def p50(self, way: str, tile: str) -> float:
        return statistics.median(self.by_way[way][tile])

    def p95(self, way: str, tile: str) -> float:
        ordered = sorted(self.by_way[way][tile])
        return ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]

    def over(self, way: str, tile: str, than: str = "raw") -> float:
        """The median of the differences inside one round: what else the machine did then was the same for both."""
        pairs = zip(self.by_way[way][tile], self.by_way[than][tile], strict=True)
        return statistics.median(one - other for one, other in pairs)


class Bench:
    def __init__(self, all_tiles: list[Tile], raw: Raw, engine: Engine, client: Client, folder: Path) -> None:
        self.tiles, self.raw, self.engine, self.client, self.folder = all_tiles, raw, engine, client, folder
        self.measured = Measured()
        self.totals: dict[str, int] = {}
        self._asked = 0

    def warm(self) -> None:
        """Every way once or more before anything is measured, and every answer against pandas."""
        for tile in self.tiles:
            tile.check(self.raw.ask(tile.question), "raw")
            tile.check(self.engine.ask(self.folder, tile.question), "engine")
        for _ in range(2):
            self.batch("warm")
        self.measured = Measured()

    def round(self) -> None:
        self._asked += 1
        for tile in self.tiles:
            body = json.dumps(varied(tile.asked, self._asked)).encode()
            took, tables = timed(lambda tile=tile: [self.raw.ask(each) for each in tile.statements])
            tile.check(tables[0], "raw")
            self.measured.add("raw", tile.name, took)
            took, tables = timed(lambda tile=tile: [self.engine.ask(self.folder, each) for each in tile.statements])
            tile.check(tables[0], "engine")
            self.measured.add("engine", tile.name, took)
            for way, cached in (("HTTP", "miss"), ("cached", "hit")):
                took, (answer, state) = timed(lambda body=body: self.client.post("/questions/run", body))
                assert state == cached, (tile.name, state)
                self.check_answer(tile, json.loads(answer), way)
                self.measured.add(way, tile.name, took)
        self.measured.add("health", "health", timed(lambda: self.client.get("/healthz"))[0])
        self.batch("batch")

    def batch(self, way: str) -> None:
        """All tiles in one request, not cached and cached."""
        self._asked += 1
        asked = [{"key": tile.name, "question": varied(tile.asked, self._asked)} for tile in self.tiles]
        body = json.dumps({"questions": asked}).encode()
        sum_of_raw, _ = timed(lambda: [self.raw.ask(each) for tile in self.tiles for each in tile.statements])
        self.measured.add("raw", way, sum_of_raw)
        for kind in (way, f"{way}, cached"):
            took, (lines, _) = timed(lambda: self.client.post("/questions/batch", body))
            self.measured.add("HTTP", kind, took)
            answers = {line["key"]: line for line in map(json.loads, lines.splitlines())}
            assert len(answers) == len(self.tiles)
            for tile in self.tiles:
                self.check_answer(tile, answers[tile.name].get("answer") or answers[tile.name], kind)

    def again(self) -> None:
        """The last round's questions, a hundred times each in turn, as people ask them who look at one page."""
        bodies = {tile.name: json.dumps(varied(tile.asked, self._asked)).encode() for tile in self.tiles}
        for name, body in bodies.items():
            assert self.client.post("/questions/run", body)[1] in ("hit", "miss"), name
        for _ in range(AGAIN):
            for name, body in bodies.items():
                took, (_, state) = timed(lambda body=body: self.client.post("/questions/run", body))
                assert state == "hit", (name, state)
                self.measured.add("again", name, took)
            self.measured.add("again", "health", timed(lambda: self.client.get("/healthz"))[0])

    def peers(self, frame: pd.DataFrame, path: Path) -> None:
        """All tiles one after the other in each of those that hold the rows themselves."""
        polars = in_polars(path)
        with in_postgres(path, TABLE, INDEXES) as postgres:

            def by_polars(tile: Tile) -> Expected:
                return self._named(tile, shown(POLARS[tile.name](polars.lazy()).collect().rows()))

            def by_postgres(tile: Tile) -> Expected:
                return self._named(tile, shown(postgres.execute(STATEMENTS[tile.name]).fetchall()))

            ways = {"pandas": lambda tile: tile.pandas(frame), "Polars": by_polars, "PostgreSQL": by_postgres}
            for turn in range(PEER_ROUNDS + 1):
                for way, ask in ways.items():
                    found = []
                    for tile in self.tiles:
                        took, answer = timed(lambda ask=ask, tile=tile: ask(tile))
                        same(answer, tile.expected, f"{tile.name}, {way}")
                        found.append(took)
                    if turn:  # the first warms
                        self.measured.add(way, "all", sum(found))

    @staticmethod
    def _named(tile: Tile, columns: list[list[Any]]) -> Expected:
        return dict(zip(tile.expected, columns, strict=True))

    def check_answer(self, tile: Tile, answer: Json, way: str) -> None:
        assert "data" in answer, (tile.name, way, answer)
        same(answer["data"], tile.expected, f"{tile.name}, {way}")
        if tile.counting is None:
            return
        counted = self.totals.setdefault(tile.name, int(self.raw.ask(tile.counting).column(0)[0].as_py()))
        assert answer["total_count"] == counted and answer["truncated"], (tile.name, way, answer["total_count"])


def findings(bench: Bench) -> list[Json]:
    found = bench.measured
    names = [tile.name for tile in bench.tiles]
    lines: list[Json] = []
    for name in names:
        lines.append(
            {
                "what": f"{name}, not cached, p50",
                "ours": round(found.p50("HTTP", name), 2),
                "peer": round(found.p50("raw", name), 2),
                "peer_name": "raw DuckDB",
                "unit": "ms",
                "engine_p50": round(found.p50("engine", name), 2),
                "ours_p95": round(found.p95("HTTP", name), 2),
                "peer_p95": round(found.p95("raw", name), 2),
                "cached_p50": round(found.p50("cached", name), 2),
                "cached_p95": round(found.p95("cached", name), 2),
            }
        )
        # No target: a page asks its tiles in one batch, whose cost a tile is bounded below.
        over = {"ours": round(found.over("HTTP", name), 2), "unit": "ms"}
        lines.append({"what": f"{name}, more than raw", **over})
    slowest = max(names, key=lambda name: found.p50("cached", name))
    in_a_row = max(names, key=lambda name: found.p50("again", name))
    per_tile = found.p50("HTTP", "batch, cached") / len(names)
    more = found.over("HTTP", "batch") / len(names)
    lines += [
        {"what": f"cached, among misses, p50 of the slowest tile ({slowest})"}
        | {"ours": round(found.p50("cached", slowest), 2), "unit": "ms"},
        {"what": "smallest request (/healthz), among misses, p50"}
        | {"ours": round(found.p50("health", "health"), 2), "unit": "ms"},
        {"what": f"cached, in a row, p50 of the slowest tile ({in_a_row})"}
        | {"ours": round(found.p50("again", in_a_row), 2), "ours_p95": round(found.p95("again", in_a_row), 2)}
        | {"unit": "ms", "target": f"<= {CACHED_AT_MOST_MS:g}"},
        {"what": "smallest request (/healthz), in a row, p50"}
        | {"ours": round(found.p50("again", "health"), 2), "unit": "ms"},
        {
            "what": f"batch of {len(names)}, not cached, p50",
            "ours": round(found.p50("HTTP", "batch"), 1),
            "peer": round(found.p50("raw", "batch"), 1),
            "peer_name": "raw DuckDB, one after the other",
            "unit": "ms",
            "ours_p95": round(found.p95("HTTP", "batch"), 1),
            "peer_p95": round(found.p95("raw", "batch"), 1),
        },
        *(
            {"what": f"batch of {len(names)}, not cached, against {peer}, p50"}
            | {"ours": round(found.p50("HTTP", "batch"), 1), "peer": round(found.p50(peer, "all"), 1)}
            | {"peer_name": f"{peer}{', with indexes' * (peer == 'PostgreSQL')}, one after the other", "unit": "ms"}
            for peer in ("pandas", "Polars", "PostgreSQL")
        ),
        {"what": "batch, not cached, more than raw, a tile", "ours": round(more, 2), "unit": "ms"}
        | {"target": f"<= {AT_MOST_MS:g}"},
        {"what": "batch, cached, p50", "ours": round(found.p50("HTTP", "batch, cached"), 1), "unit": "ms"}
        | {"ours_p95": round(found.p95("HTTP", "batch, cached"), 1)},
        {"what": "batch, cached, a tile", "ours": round(per_tile, 2), "unit": "ms", "target": f"<= {AT_MOST_MS:g}"},
    ]
    return lines


def show(bench: Bench) -> None:
    found = bench.measured
    ways = ("raw", "engine", "HTTP", "cached")
    print("  ms, p50 / p95     " + "".join(f"{way:>16}" for way in ways) + "  engine+   HTTP+", file=sys.stderr)
    for tile in bench.tiles:
        name = tile.name
        cells = "".join(f"{found.p50(way, name):8.1f} /{found.p95(way, name):6.1f}" for way in ways)
        over = f"{found.over('engine', name):9.1f}{found.over('HTTP', name):8.1f}"
        print(f"  {name + (' *' if tile.counting else ''):18}{cells}{over}", file=sys.stderr)
    print("  * question and count of what it is a page of", file=sys.stderr, flush=True)


def measure(folder: Path, rows: int, rounds: int) -> list[Json]:
    path = folder / "orders.csv"
    generate(path, rows)
    frame = read(path)
    with started(folder / "product") as product:
        job = finished(product, product.upload_file(path))
        dataset_id = job["result"]["dataset_ids"][0]
        dataset = product.request("GET", f"/datasets/{dataset_id}").json()
        version_id = UUID(dataset["current_version_id"])
        parquet = next((product.data_dir / "objects").rglob(f"{version_id}.parquet"))
        schema = schema_of(dataset["schema"], parquet)
        all_tiles = tiles(frame, dataset_id, schema, parquet.name)
        client = Client(product.url, product.token)
        with engine_over(parquet.parent, folder / "scratch") as engine:
            bench = Bench(all_tiles, Raw(parquet.parent), engine, client, parquet.parent)
            bench.warm()
            for _ in range(rounds):
                bench.round()
            bench.again()
            bench.peers(frame, path)
    show(bench)
    return findings(bench)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), given.rows, given.rounds)
    title = f"Twelve questions over {given.rows / 1e6:g} M rows"
    print(json.dumps({"title": title, "rows": lines}))


if __name__ == "__main__":
    main()
