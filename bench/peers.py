"""The twelve questions of `questions.py`, asked of those that hold the rows themselves.

pandas and Polars have them in memory, PostgreSQL in a table with an index for each filter, order and grouping that one
can help. Each says what is shown; nobody counts there what the product counts besides ("the first 100 of 36,000").
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import polars as pl
import psycopg

sys.path.append(str(Path(__file__).resolve().parent.parent / "backend" / "tests"))
from support.services import POSTGRES

Rows = list[tuple[Any, ...]]

TABLE = (
    'id bigint, ordered_at timestamp, day date, region text COLLATE "C", customer text COLLATE "C", postal_code text, '
    'quantity bigint, amount numeric(18, 2), active boolean, note text COLLATE "C"'
)
INDEXES = (
    "(id)", "(ordered_at) INCLUDE (amount, quantity)", "(region) INCLUDE (customer)", "(region, amount)",
    "(customer) INCLUDE (amount, quantity, active)", "(amount DESC, id)", "(note) INCLUDE (quantity)",
    "(id) WHERE day IS NULL",
)  # fmt: skip
LISTED = "id, ordered_at, postal_code, amount, note"
STATEMENTS = {
    "kpi": "SELECT count(*), sum(amount), avg(quantity)::float8 FROM given WHERE ordered_at >= '2024-01-01'",
    "top 10": "SELECT customer, sum(amount) FROM given WHERE active AND quantity > 10 "
    "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
    "months": "SELECT date_trunc('month', ordered_at)::date, sum(amount), count(*) FROM given GROUP BY 1 ORDER BY 1",
    "days of a month": "SELECT ordered_at::date, sum(amount) FROM given WHERE ordered_at >= '2024-12-01' "
    "GROUP BY 1 ORDER BY 1",
    "distinct": "SELECT region, count(DISTINCT customer) FROM given GROUP BY 1 ORDER BY 1",
    "median": "SELECT region, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount::float8) FROM given "
    "GROUP BY 1 ORDER BY 1",
    "histogram": "SELECT (floor(amount / 5000) * 5000)::float8, count(*) FROM given GROUP BY 1 ORDER BY 1",
    "search": f"SELECT {LISTED} FROM given WHERE note LIKE '%coral%' ORDER BY id LIMIT 100",
    "sorted page": f"SELECT {LISTED} FROM given ORDER BY amount DESC, id LIMIT 100 OFFSET 200",
    "pivot": "SELECT date_trunc('month', ordered_at)::date, region, sum(amount) FROM given GROUP BY 1, 2 ORDER BY 1, 2",
    "mean by group": "SELECT note, avg(quantity)::float8 FROM given GROUP BY 1 ORDER BY 1",
    "count": "SELECT count(*) FROM given WHERE day IS NULL",
}

_amount, _month = pl.col("amount"), pl.col("ordered_at").dt.truncate("1mo").dt.date()
_listed = pl.col("id", "ordered_at", "postal_code", "amount", "note")
_count = pl.len().alias("n")


def _grouped(rows: pl.LazyFrame, *by: str | pl.Expr, of: list[pl.Expr]) -> pl.LazyFrame:
    keys = [pl.col(each) if isinstance(each, str) else each for each in by]
    named = [key.alias(f"key{number}") for number, key in enumerate(keys)]
    return rows.group_by(named).agg(of).sort([f"key{number}" for number in range(len(keys))])


POLARS: dict[str, Callable[[pl.LazyFrame], pl.LazyFrame]] = {
    "kpi": lambda rows: rows.filter(pl.col("ordered_at") >= datetime(2024, 1, 1)).select(
        _count, _amount.sum(), pl.col("quantity").mean()
    ),
    "top 10": lambda rows: (
        rows.filter(pl.col("active") & (pl.col("quantity") > 10))
        .group_by("customer")
        .agg(_amount.sum())
        .sort(["amount", "customer"], descending=[True, False])
        .head(10)
    ),
    "months": lambda rows: _grouped(rows, _month, of=[_amount.sum(), _count]),
    "days of a month": lambda rows: _grouped(
        rows.filter(pl.col("ordered_at") >= datetime(2024, 12, 1)), pl.col("ordered_at").dt.date(), of=[_amount.sum()]
    ),
    "distinct": lambda rows: _grouped(rows, "region", of=[pl.col("customer").n_unique()]),
    "median": lambda rows: _grouped(rows, "region", of=[_amount.cast(pl.Float64).median()]),
    "histogram": lambda rows: _grouped(rows, (_amount.cast(pl.Float64) / 5000).floor() * 5000, of=[_count]),
    "search": lambda rows: rows.filter(pl.col("note").str.contains("coral", literal=True)).select(_listed).head(100),
    "sorted page": lambda rows: (
        rows.sort("amount", descending=True, maintain_order=True).slice(200, 100).select(_listed)
    ),
    "pivot": lambda rows: _grouped(rows, _month, "region", of=[_amount.sum()]),
    "mean by group": lambda rows: _grouped(rows, "note", of=[pl.col("quantity").mean()]),
    "count": lambda rows: rows.filter(pl.col("day").is_null()).select(_count),
}


def in_polars(path: Path) -> pl.DataFrame:
    return pl.read_csv(
        path, try_parse_dates=True, schema_overrides={"postal_code": pl.String, "amount": pl.Decimal(18, 2)}
    )


@contextmanager
def in_postgres(csv: Path, columns: str, indexes: Sequence[str]) -> Iterator[psycopg.Connection[Any]]:
    """The rows of a CSV file with a head as the table `given` of a database of its own.

    It is indexed and analysed, and has memory as DuckDB has it.
    """
    name = f"tw_bench_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        with psycopg.connect(urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}")), autocommit=True) as connection:
            connection.execute(f"CREATE UNLOGGED TABLE given ({columns})")
            into = "COPY given FROM STDIN (FORMAT csv, HEADER)"
            with csv.open("rb") as file, connection.cursor() as cursor, cursor.copy(into) as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute("SET work_mem = '1GB'")
            for index in indexes:
                connection.execute(f"CREATE INDEX ON given {index}")
            connection.execute("VACUUM ANALYZE given")
            yield connection
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def shown(rows: Rows) -> list[list[Any]]:
    """The columns, as an answer of the product holds their values."""
    return [[_shown(value) for value in column] for column in zip(*rows, strict=True)]


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.quantize(Decimal("0.01")), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
