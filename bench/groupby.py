"""The ten group-by questions of the db-benchmark (h2oai, data set G1), at 1 M and 10 M rows, in one run.

Five ways, asked one after the other in each round, and the medians count:

- ours: the question of the product, compiled and run by `Engine.ask` in a warm, locked child over one Parquet file;
- raw: the same statement on one warm DuckDB connection over the same file;
- pandas and Polars: over the rows in memory, texts as categories;
- PostgreSQL: the table with an index for each grouping that holds what is computed with (index-only scans), analysed.
  Its groups, and the ranks of question 8, are made in a CTE of their own: out of an index it would read the first
  groups and leave the others, which is another question than the benchmark's.

All make all groups and give what a reader is shown: the first 10,000 in the order of the groups. All answers are
compared with each other, floats to nine digits, so that no wrong answer can be a fast one.

Question 8 ("the largest two v3 by id6") is a question on a question: rows with their rank inside of id6, and of these
the first two. Equal values share a place, for all.

    python bench/groupby.py [--rows 1000000,10000000] [--rounds 5]
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
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, key_of
from tablewright.core.tables.schema import Column, ColumnType, Schema
from tablewright.infra.engine import Engine

from peers import in_postgres
from questions import SHOWN, Raw, engine_over, timed

Json = dict[str, Any]
GROUPS = 100
"""K of the benchmark: how many values id1, id2, id4 and id5 have; id3 and id6 have rows / K."""
TYPES = {
    "id1": ("text", "VARCHAR"), "id2": ("text", "VARCHAR"), "id3": ("text", "VARCHAR"),
    "id4": ("integer", "BIGINT"), "id5": ("integer", "BIGINT"), "id6": ("integer", "BIGINT"),
    "v1": ("integer", "BIGINT"), "v2": ("integer", "BIGINT"), "v3": ("float", "DOUBLE"),
}  # fmt: skip
IDS = {name: f"c{number}" for number, name in enumerate(TYPES, start=1)}
ROWS = "00000000-0000-0000-0000-00000000d000"
PEERS = ("raw DuckDB", "pandas", "Polars", "PostgreSQL")
TIMES_POSTGRES = {1_000_000: 3, 10_000_000: 5}
TILE_ROWS = 1_000_000
TIMES_RAW = 1.15


@dataclass(frozen=True)
class Asked:
    """One of the ten: groups, and what is computed, said for each engine."""

    name: str
    by: tuple[str, ...]
    measures: tuple[tuple[str, ...], ...]
    """`("sum", "v1")`, or `("formula", "MAX([v1]) - MIN([v2])")`, with names in the place of columns."""
    sql: tuple[str, ...]
    pandas: Callable[[Any], pd.DataFrame]
    polars: tuple[pl.Expr, ...]

    def question(self) -> Question:
        formulas: list[Json] = []
        measures: list[Json] = []
        for fn, *of in self.measures:
            if fn == "formula":
                text = of[0]
                for name, ref in IDS.items():
                    text = text.replace(f"[{name}]", f"[#{ref}]")
                formulas.append({"id": f"f{len(formulas) + 1}", "name": self.name, "text": text})
                measures.append({"fn": "formula", "column": formulas[-1]["id"]})
            else:
                measures.append({"fn": fn, **({"column": IDS[of[0]]} if of else {})})
        return Question.model_validate(
            {
                "dataset_id": ROWS,
                "formulas": formulas,
                "dimensions": [{"column": IDS[name]} for name in self.by],
                "measures": measures,
                "limit": SHOWN,
            }
        )

    def by_pandas(self, rows: pd.DataFrame) -> pd.DataFrame:
        return self.pandas(rows.groupby(list(self.by), observed=True, sort=True)).head(SHOWN)

    def by_polars(self, rows: pl.DataFrame) -> pl.DataFrame:
        keys = list(self.by)
        return rows.lazy().group_by(keys).agg(self.polars).sort(keys).head(SHOWN).collect()

    def statement(self) -> str:
        keys = ", ".join(self.by)
        groups = f"SELECT {keys}, {', '.join(self.sql)} FROM given GROUP BY {keys}"
        return f"WITH made AS MATERIALIZED ({groups}) SELECT * FROM made ORDER BY {keys} LIMIT {SHOWN}"


@dataclass(frozen=True)
class Largest(Asked):
    """Question 8: rows, not groups."""

    def question(self) -> Question:
        rank = {"id": "f1", "name": "place", "text": "RANK_IN([#c9], [#c6])"}
        ranked = {"dataset_id": ROWS, "formulas": [rank], "columns": [IDS["id6"], IDS["v3"], "f1"]}
        first = {"kind": "condition", "column": "c3", "op": "le", "values": [2]}
        return Question.model_validate(
            {
                "dataset_id": ROWS,
                "base": ranked,
                "filter": {"items": [first]},
                "columns": ["c1", "c2"],
                "sort": [{"by": "c1"}, {"by": "c2", "direction": "desc"}],
                "limit": SHOWN,
            }
        )

    def statement(self) -> str:
        ranked = "SELECT id6, v3, rank() OVER (PARTITION BY id6 ORDER BY v3 DESC) AS place FROM given"
        made = f"WITH made AS MATERIALIZED (SELECT id6, v3 FROM ({ranked}) AS ranked WHERE place <= 2)"
        return f"{made} SELECT * FROM made ORDER BY id6, v3 DESC LIMIT {SHOWN}"

    def by_pandas(self, rows: pd.DataFrame) -> pd.DataFrame:
        kept = rows[["id6", "v3"]][rows.groupby("id6")["v3"].rank(method="min", ascending=False) <= 2]
        return kept.sort_values(["id6", "v3"], ascending=[True, False]).head(SHOWN).set_index("id6")

    def by_polars(self, rows: pl.DataFrame) -> pl.DataFrame:
        place = V3.rank("min", descending=True).over("id6")
        kept = rows.lazy().select("id6", "v3").filter(place <= 2)
        return kept.sort(["id6", "v3"], descending=[False, True]).head(SHOWN).collect()


def squared(frame: Any) -> pd.DataFrame:
    """The square of the correlation of v1 and v2, by sums: pandas has no fast one by group."""
    of = frame.obj.assign(xy=frame.obj.v1 * frame.obj.v2, xx=frame.obj.v1**2, yy=frame.obj.v2**2)
    sums = of.groupby(["id2", "id4"], observed=True, sort=True).agg(
        n=("v1", "size"), x=("v1", "sum"), y=("v2", "sum"), xy=("xy", "sum"), xx=("xx", "sum"), yy=("yy", "sum")
    )
    above = sums.n * sums.xy - sums.x * sums.y
    below = (sums.n * sums.xx - sums.x**2) * (sums.n * sums.yy - sums.y**2)
    return (above.astype("float64") ** 2 / below.astype("float64")).to_frame("r2")


V1, V2, V3 = pl.col("v1"), pl.col("v2"), pl.col("v3")
QUESTIONS = (
    Asked("1: sum v1 by id1", ("id1",), (("sum", "v1"),), ("sum(v1)",), lambda g: g.agg({"v1": "sum"}), (V1.sum(),)),
    Asked(
        "2: sum v1 by id1, id2", ("id1", "id2"), (("sum", "v1"),), ("sum(v1)",), lambda g: g.agg({"v1": "sum"}),
        (V1.sum(),),
    ),
    Asked(
        "3: sum v1, mean v3 by id3", ("id3",), (("sum", "v1"), ("mean", "v3")), ("sum(v1)", "avg(v3)"),
        lambda g: g.agg({"v1": "sum", "v3": "mean"}), (V1.sum(), V3.mean()),
    ),
    Asked(
        "4: mean v1, v2, v3 by id4", ("id4",), (("mean", "v1"), ("mean", "v2"), ("mean", "v3")),
        ("avg(v1)::float8", "avg(v2)::float8", "avg(v3)"), lambda g: g.agg({"v1": "mean", "v2": "mean", "v3": "mean"}),
        (V1.mean(), V2.mean(), V3.mean()),
    ),
    Asked(
        "5: sum v1, v2, v3 by id6", ("id6",), (("sum", "v1"), ("sum", "v2"), ("sum", "v3")),
        ("sum(v1)", "sum(v2)", "sum(v3)"), lambda g: g.agg({"v1": "sum", "v2": "sum", "v3": "sum"}),
        (V1.sum(), V2.sum(), V3.sum()),
    ),
    Asked(
        "6: median v3, sd v3 by id4, id5", ("id4", "id5"), (("median", "v3"), ("stddev", "v3")),
        ("percentile_cont(0.5) WITHIN GROUP (ORDER BY v3)", "stddev_samp(v3)"),
        lambda g: g["v3"].agg(["median", "std"]), (V3.median().alias("median"), V3.std().alias("sd")),
    ),
    Asked(
        "7: max v1 - min v2 by id3", ("id3",), (("formula", "MAX([v1]) - MIN([v2])"),), ("max(v1) - min(v2)",),
        lambda g: g.agg({"v1": "max", "v2": "min"}).pipe(lambda f: (f.v1 - f.v2).to_frame("range")),
        (V1.max() - V2.min(),),
    ),
    Largest("8: largest two v3 by id6", ("id6",), (), (), lambda g: g, ()),
    Asked(
        "9: r² of v1, v2 by id2, id4", ("id2", "id4"), (("formula", "RSQ([v1], [v2])"),), ("power(corr(v1, v2), 2)",),
        squared, (pl.corr("v1", "v2") ** 2,),
    ),
    Asked(
        "10: sum v3, count by id1 to id6", ("id1", "id2", "id3", "id4", "id5", "id6"), (("sum", "v3"), ("count_rows",)),
        ("sum(v3)", "count(*)"), lambda g: g["v3"].agg(["sum", "size"]), (V3.sum(), pl.len().alias("n")),
    ),
)  # fmt: skip

# What each grouping computes with is in its index, so that PostgreSQL need not look at the table.
INDEXES = (
    "(id1) INCLUDE (v1)", "(id1, id2) INCLUDE (v1)", "(id3) INCLUDE (v1, v2, v3)", "(id4) INCLUDE (v1, v2, v3)",
    "(id6) INCLUDE (v1, v2, v3)", "(id4, id5) INCLUDE (v3)", "(id2, id4) INCLUDE (v1, v2)",
)  # fmt: skip


def made(rows: int) -> pa.Table:
    """G1 with K = 100, evenly spread, unsorted, nothing missing: as the benchmark makes it."""
    chance = np.random.default_rng(108)
    many = max(rows // GROUPS, 1)

    def texts(width: int, count: int) -> pa.DictionaryArray:
        names = pa.array([f"id{n:0{width}d}" for n in range(1, count + 1)])
        return pa.DictionaryArray.from_arrays(pa.array(chance.integers(0, count, rows, dtype="int32")), names)

    return pa.table(
        {
            "id1": texts(3, GROUPS), "id2": texts(3, GROUPS), "id3": texts(10, many),
            "id4": chance.integers(1, GROUPS + 1, rows), "id5": chance.integers(1, GROUPS + 1, rows),
            "id6": chance.integers(1, many + 1, rows),
            "v1": chance.integers(1, 6, rows), "v2": chance.integers(1, 16, rows),
            "v3": np.round(chance.uniform(0, 100, rows), 6),
        }
    )  # fmt: skip


def stored(rows: pa.Table, path: Path) -> Path:
    """A version as the product keeps it: columns by their ids, plain texts, row groups of the same size."""
    plain = {IDS[name]: rows[name].cast("string") if name in ("id1", "id2", "id3") else rows[name] for name in IDS}
    pq.write_table(pa.table(plain), path, compression="zstd", row_group_size=122_880)
    return path


@contextmanager
def postgres(path: Path) -> Iterator[psycopg.Connection[Any]]:
    """The rows as a table with indexes. Texts are in the order of their bytes, as everywhere else here."""
    columns = ", ".join(
        f'{key} text COLLATE "C"' if kind == "text" else f"{key} {'float8' if kind == 'float' else 'bigint'}"
        for key, (kind, _) in TYPES.items()
    )
    csv = path.with_suffix(".csv")
    duckdb.execute(f"COPY (FROM read_parquet('{path}')) TO '{csv}' (HEADER)")
    with in_postgres(csv, columns, INDEXES) as connection:
        csv.unlink()
        yield connection


def same(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]], what: str) -> None:
    assert len(found) == len(expected), f"{what}: {len(found)} groups, and raw DuckDB has {len(expected)}"
    for one, other in zip(found, expected, strict=True):
        assert len(one) == len(other), f"{what}: {one}, and raw DuckDB says {other}"
        for got, wanted in zip(one, other, strict=True):
            alike = got == wanted if isinstance(wanted, str) else math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)
            assert alike, f"{what}: {one}, and raw DuckDB says {other}"


def rows_in(frame: pa.Table | pd.DataFrame | pl.DataFrame | list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if isinstance(frame, pa.Table):
        return list(zip(*(column.to_pylist() for column in frame.columns), strict=True))
    if isinstance(frame, pd.DataFrame):
        return list(frame.reset_index().itertuples(index=False, name=None))
    return frame.rows() if isinstance(frame, pl.DataFrame) else frame


@dataclass
class Bench:
    """All ways to ask, over the same rows."""

    folder: Path
    source: str
    engine: Engine
    raw: Raw
    pandas: pd.DataFrame
    polars: pl.DataFrame
    postgres: psycopg.Connection[Any]
    took: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def compiled(self, asked: Asked) -> Compiled:
        question = asked.question()
        columns = (
            Column(id=IDS[name], name=name, type=ColumnType(kind), physical=physical)
            for name, (kind, physical) in TYPES.items()
        )
        of = {key_of(question): Table(Schema(columns=tuple(columns)), self.source)}
        return compile_question(question, of, today=date(2026, 1, 1))

    def ways(self, asked: Asked) -> dict[str, Callable[[], Any]]:
        compiled, statement = self.compiled(asked), asked.statement()
        return {
            "ours": lambda: self.engine.ask(self.folder, self.compiled(asked)),
            "raw DuckDB": lambda: self.raw.ask(compiled),
            "pandas": lambda: asked.by_pandas(self.pandas),
            "Polars": lambda: asked.by_polars(self.polars),
            "PostgreSQL": lambda: self.postgres.execute(statement).fetchall(),
        }

    def round(self, asked: Asked, *, counts: bool = True) -> None:
        found = {}
        for way, work in self.ways(asked).items():
            milliseconds, found[way] = timed(work)
            if counts:
                self.took.setdefault((asked.name, way), []).append(milliseconds)
        expected = rows_in(found["raw DuckDB"])
        for way, frame in found.items():
            same(rows_in(frame), expected, f"{asked.name}, {way}")

    def p50(self, asked: Asked, way: str) -> float:
        return statistics.median(self.took[asked.name, way])

    def over(self, asked: Asked) -> float:
        """The median of the differences to raw inside of a round: what else the machine did was the same for both."""
        pairs = zip(self.took[asked.name, "ours"], self.took[asked.name, "raw DuckDB"], strict=True)
        return statistics.median(one - other for one, other in pairs)


def findings(bench: Bench, rows: int) -> list[Json]:
    size = f"{rows / 1e6:g} M rows"
    lines: list[Json] = []
    for asked in QUESTIONS:
        lines.append(
            {
                "what": f"{size}, {asked.name}",
                "ours": round(bench.p50(asked, "ours"), 2),
                "peer": round(bench.p50(asked, "PostgreSQL"), 2),
                "peer_name": "PostgreSQL",
                "unit": "ms",
            }
            | {way: round(bench.p50(asked, way), 2) for way in PEERS}
        )
    for way in PEERS:
        times = statistics.geometric_mean(bench.p50(asked, way) / bench.p50(asked, "ours") for asked in QUESTIONS)
        line = {"what": f"{size}, {way}: times our time, geometric mean", "ours": round(times, 2), "unit": "x"}
        target = TIMES_POSTGRES.get(rows) if way == "PostgreSQL" else None
        lines.append(line | ({"target": f">= {target}"} if target else {}))
    raw = statistics.geometric_mean(bench.p50(asked, "ours") / bench.p50(asked, "raw DuckDB") for asked in QUESTIONS)
    more = round(statistics.median(bench.over(asked) for asked in QUESTIONS), 2)
    # Of questions that take seconds a twentieth is noise: they are held as a ratio, those of a page as milliseconds.
    as_ratio = rows > TILE_ROWS
    return [
        *lines,
        {"what": f"{size}, more than raw DuckDB, p50 of the questions", "ours": more, "unit": "ms"}
        | ({} if as_ratio else {"target": "<= 5"}),
        {"what": f"{size}, times raw DuckDB, geometric mean", "ours": round(raw, 2), "unit": "x"}
        | ({"target": f"<= {TIMES_RAW}"} if as_ratio else {}),
    ]


def show(bench: Bench) -> None:
    ways = ("ours", *PEERS)
    print(f"  {'ms, p50':34}" + "".join(f"{way:>12}" for way in ways), file=sys.stderr)
    for asked in QUESTIONS:
        cells = "".join(f"{bench.p50(asked, way):12.1f}" for way in ways)
        print(f"  {asked.name:34}{cells}", file=sys.stderr, flush=True)


def measure(folder: Path, rows: int, rounds: int) -> list[Json]:
    data, scratch = folder / "data", folder / "scratch"
    data.mkdir()
    table = made(rows)
    path = stored(table, data / "rows.parquet")
    began = time.monotonic()
    with postgres(path) as connection, engine_over(data, scratch) as engine:
        print(f"  {rows:,} rows in PostgreSQL after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        frames = table.to_pandas(), pl.from_arrow(table)
        assert isinstance(frames[1], pl.DataFrame)
        # Categories compare by their text, as they do everywhere else here.
        polars = frames[1].with_columns(pl.col("id1", "id2", "id3").cast(pl.Categorical))
        bench = Bench(data, path.name, engine, Raw(data), frames[0], polars, connection)
        for asked in QUESTIONS:
            bench.round(asked, counts=False)
            for _ in range(rounds):
                bench.round(asked)
        show(bench)
        return findings(bench, rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1000000,10000000")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    lines: list[Json] = []
    for rows in map(int, given.rows.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            lines += measure(Path(folder), rows, given.rounds)
    print(json.dumps({"title": "The group-by questions of the db-benchmark", "rows": lines}, ensure_ascii=False))


if __name__ == "__main__":
    main()
