"""The same questions on DuckDB, Sail and Apache Spark, in one run: seconds of DuckDB, the others as multiples of it.

    backend/.venv/bin/python bench/engines.py [ROWS]

Sail is started here. Apache Spark is the one of `make spark` (sc://127.0.0.1:15002), or that of TABLEWRIGHT_SPARK_URL;
without one its column stays empty. The group-by questions of the db-benchmark that need no whole table as their answer.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend/tests"))

from support.engines import LIMITS, by_duckdb, sail  # noqa: E402
from tablewright.core.queries.compile import Compiled, compile_question  # noqa: E402
from tablewright.core.queries.model import Question  # noqa: E402
from tablewright.core.queries.spark import for_spark  # noqa: E402
from tablewright.core.queries.tables import Table, key_of  # noqa: E402
from tablewright.core.tables.schema import Column, ColumnType, Schema  # noqa: E402
from tablewright.infra.spark import Spark, SparkAway  # noqa: E402

COLUMNS = {
    "c1": ("id1", "text", "VARCHAR"), "c2": ("id2", "text", "VARCHAR"), "c3": ("id3", "text", "VARCHAR"),
    "c4": ("id4", "integer", "BIGINT"), "c5": ("id6", "integer", "BIGINT"), "c6": ("v1", "integer", "BIGINT"),
    "c7": ("v2", "integer", "BIGINT"), "c8": ("v3", "float", "DOUBLE"),
}  # fmt: skip
QUESTIONS: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "q1": (["c1"], [("sum", "c6")]),
    "q2": (["c1", "c2"], [("sum", "c6")]),
    "q3": (["c3"], [("sum", "c6"), ("mean", "c8")]),
    "q4": (["c4"], [("mean", "c6"), ("mean", "c7"), ("mean", "c8")]),
    "q5": (["c5"], [("sum", "c6"), ("sum", "c7"), ("sum", "c8")]),
    "q6": (["c4"], [("median", "c8"), ("stddev", "c8")]),
    "q7": (["c3"], [("max", "c6"), ("min", "c7")]),
    "q9": (["c2", "c4"], [("correlation", "c6")]),
}


def made(rows: int, path: Path) -> Path:
    random = np.random.default_rng(1)
    few, many = 100, max(rows // 100, 1)
    texts = {
        key: pa.array([f"id{n:03d}" for n in range(few)]).take(random.integers(0, few, rows)) for key in ("c1", "c2")
    }
    large = pa.array([f"id{n:010d}" for n in range(many)]).take(random.integers(0, many, rows))
    numbers = {"c4": random.integers(1, few + 1, rows), "c5": random.integers(1, many + 1, rows),
               "c6": random.integers(1, 6, rows), "c7": random.integers(1, 16, rows),
               "c8": np.round(random.uniform(0, 100, rows), 6)}  # fmt: skip
    pq.write_table(pa.table({**texts, "c3": large, **numbers}), path, compression="zstd", row_group_size=122_880)
    return path


def compiled(name: str, path: Path) -> Compiled:
    keys, measures = QUESTIONS[name]
    asked = Question.model_validate(
        {
            "dataset_id": "00000000-0000-0000-0000-00000000d000",
            "dimensions": [{"column": key} for key in keys],
            "measures": [
                {"fn": fn, "column": key, **({"other": "c7"} if fn == "correlation" else {})} for fn, key in measures
            ],
            "limit": 10_000,
        }
    )
    of = Schema(
        columns=tuple(
            Column(id=key, name=title, type=ColumnType(kind), physical=physical)
            for key, (title, kind, physical) in COLUMNS.items()
        )
    )
    return compile_question(asked, {key_of(asked): Table(of, str(path))}, today=date(2026, 1, 1))


def best(run: Callable[[], Any], times: int = 2) -> float:
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    rows = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, sail(Path(folder)) as server:
        path = made(rows, Path(folder) / "rows.parquet")
        endpoints = {"sail": Spark(server.wait(60))}
        with suppress(SparkAway):
            spark = Spark(os.environ.get("TABLEWRIGHT_SPARK_URL", "sc://127.0.0.1:15002"))
            spark.ready()
            endpoints["spark"] = spark
        results: dict[str, dict[str, float]] = {}
        print(f"{rows:,} rows · seconds of DuckDB, times as long")
        for name in QUESTIONS:
            asked = compiled(name, path)
            query, places = for_spark(asked), [path.as_uri()]
            duck = best(lambda asked=asked: by_duckdb(asked))  # type: ignore[misc]
            results[name] = {"duckdb_seconds": round(duck, 4)}
            for engine, endpoint in endpoints.items():
                took = best(lambda e=endpoint, q=query, p=places: e.ask(q, p, limits=LIMITS))  # type: ignore[misc]
                results[name][engine] = round(took / duck, 2)
            print(name, results[name], flush=True)
        means = {each: round(geometric_mean(r[each] for r in results.values()), 2) for each in endpoints}
        print("geometric mean", means)
        out = ROOT / "bench/results/engines.json"
        out.write_text(json.dumps({"rows": rows, "questions": results, "geometric_mean": means}, indent=1) + "\n")


if __name__ == "__main__":
    main()
