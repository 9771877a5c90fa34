"""What every column holds, from one aggregate query and a few cheap ones over the written Parquet."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.tables import Column, ColumnType, Schema

BINS = 20
TOP_VALUES = 20
FEW = 1000
"""Columns with fewer distinct values get their exact count and their most frequent values."""
EXACT_IN_JSON = 2**53


def profile(con: duckdb.DuckDBPyConnection, file: Path, schema: Schema, rows: int) -> list[dict[str, Any]]:
    """One profile a column, in order; every figure is over all rows."""
    source = "read_parquet('" + str(file).replace("'", "''") + "')"
    result: list[dict[str, Any]] = []
    for start in range(0, len(schema.columns), 200):
        result += _profiles(con, source, schema.columns[start : start + 200], rows)
    return result


def _profiles(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], rows: int
) -> list[dict[str, Any]]:
    parts: list[str] = []
    for column in columns:
        c = column.id
        parts += [f"count({c})"]
        if column.type == ColumnType.BOOLEAN:
            parts += [f"count_if({c})"]
            continue
        parts += [f"approx_count_distinct({c})"]
        if column.type not in (ColumnType.TEXT, ColumnType.NESTED):
            parts += [_bare(column, f"min({c})"), _bare(column, f"max({c})")]
        if column.type.is_number:
            parts += [f"avg({c})"]
    figures = list(con.execute(f"SELECT {', '.join(parts)} FROM {source}").fetchone() or ())
    taken = iter(figures)
    result = []
    spread: list[tuple[dict[str, Any], Column, Any, Any]] = []
    for column in columns:
        filled = int(next(taken))
        found: dict[str, Any] = {"id": column.id, "null_count": rows - filled}
        if column.type == ColumnType.BOOLEAN:
            true = int(next(taken))
            found |= {"true_count": true, "distinct_count": (true > 0) + (filled > true)}
            found["distinct_is_approximate"] = False
            both = [{"value": "true", "count": true}, {"value": "false", "count": filled - true}]
            found["top"] = sorted((one for one in both if one["count"]), key=lambda one: -int(str(one["count"])))
            result.append(found)
            continue
        distinct = min(int(next(taken)), filled)
        found |= {"distinct_count": distinct, "distinct_is_approximate": distinct > 1}
        if column.type not in (ColumnType.TEXT, ColumnType.NESTED):
            low, high = next(taken), next(taken)
            if column.type == ColumnType.INSTANT and low is not None:
                low, high = low.replace(tzinfo=datetime.UTC), high.replace(tzinfo=datetime.UTC)
            found |= {"min": plain(low), "max": plain(high)}
            if low is not None and (column.type.is_number or column.type.is_time):
                spread.append((found, column, low, high))
        if column.type.is_number:
            mean = next(taken)
            found["mean"] = None if mean is None or not math.isfinite(mean) else float(mean)
        if distinct <= FEW and filled:
            _exact(con, source, column, found)
        result.append(found)
    _histograms(con, source, spread)
    return result


def _bare(column: Column, value: str) -> str:
    """SQL: a value as Python takes it without a time zone library; the session's zone is UTC."""
    return f"CAST({value} AS TIMESTAMP)" if column.type == ColumnType.INSTANT else value


def _exact(con: duckdb.DuckDBPyConnection, source: str, column: Column, found: dict[str, Any]) -> None:
    c = column.id
    if column.type == ColumnType.TEXT:
        counted = con.execute(
            f"SELECT {c}, n, count(*) OVER () FROM (SELECT {c}, count(*) AS n FROM {source}"
            f" WHERE {c} IS NOT NULL GROUP BY {c}) ORDER BY n DESC, {c} LIMIT {TOP_VALUES}"
        ).fetchall()
        found["top"] = [{"value": str(value)[:200], "count": int(count)} for value, count, _ in counted]
        found["distinct_count"] = int(counted[0][2]) if counted else 0
    else:
        row = con.execute(f"SELECT count(DISTINCT {c}) FROM {source}").fetchone()
        found["distinct_count"] = int(row[0]) if row else 0
    found["distinct_is_approximate"] = False


def _histograms(
    con: duckdb.DuckDBPyConnection, source: str, spread: Sequence[tuple[dict[str, Any], Column, Any, Any]]
) -> None:
    """Twenty bars of equal width between the least and the greatest value."""
    for found, column, low, high in spread:
        start, stop = as_number(low), as_number(high)
        width = (stop - start) / BINS
        if not math.isfinite(width) or width <= 0:
            filled = con.execute(f"SELECT count({column.id}) FROM {source}").fetchone()
            found["histogram"] = [{"from": plain(low), "to": plain(high), "count": int(filled[0]) if filled else 0}]
            continue
        bar = f"CAST(floor({_offset(column, low, start)} / {width!r}) AS UTINYINT)"
        counts = dict(con.execute(f"SELECT {bar}, count(*) FROM {source} GROUP BY 1").fetchall())
        # The greatest value falls on the last edge, which belongs to the last bar.
        counts[BINS - 1] = counts.get(BINS - 1, 0) + counts.get(BINS, 0)
        edges = [edge(column.type, start + width * i) for i in range(BINS + 1)]
        edges[0], edges[-1] = plain(low), plain(high)
        found["histogram"] = [
            {"from": edges[i], "to": edges[i + 1], "count": int(counts.get(i, 0))} for i in range(BINS)
        ]


def _offset(column: Column, low: Any, start: float) -> str:
    """SQL: how far a value is from the least one; in seconds for dates and instants."""
    if column.type.is_number:
        return f"(CAST({column.id} AS DOUBLE) - ({start!r}))"
    if column.type == ColumnType.DATE:
        return f"((({column.id} - DATE '{low.isoformat()}')) * 86400.0)"
    return f"((epoch_us({column.id}) - ({round(start * 1_000_000)})) / 1000000.0)"


def as_number(value: Any) -> float:
    """A number or an instant on the axis of its histogram."""
    if isinstance(value, datetime.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=datetime.UTC)).timestamp()
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC).timestamp()
    return float(value)


def edge(kind: ColumnType, number: float) -> Any:
    """The edge of a bar as JSON."""
    if not kind.is_time:
        return number
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=number)
    if kind == ColumnType.DATE:
        return moment.date().isoformat()
    return moment.isoformat() if kind == ColumnType.INSTANT else moment.replace(tzinfo=None).isoformat()


def plain(value: Any) -> Any:
    """A value as JSON keeps it exactly: whole numbers beyond 2^53 and long decimals as text, dates as ISO text."""
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if abs(value) <= EXACT_IN_JSON else str(value)
        case float():
            return value if math.isfinite(value) else None
        case decimal.Decimal():
            return float(value) if len(value.as_tuple().digits) <= 15 else str(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
