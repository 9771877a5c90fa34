"""What every column holds: short tables and columns of few values from exact counts, others from an aggregate query."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import datetime
import decimal
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from tablewright.core.tables import Column, ColumnType, Schema

BINS = 20
TOP_VALUES = 20
FEW = 1000
"""Columns with fewer distinct values get their exact count and their most frequent values."""
SHOWN_CHARACTERS = 200
SHORT = 1000
"""Columns with no more values are counted here: the queries for each take longer …"""
SHORT_BYTES = 64 << 20
"""… unless they take more, before compression: all of them may be in memory at once."""
FIRST_ROWS = 20_000
"""How many rows say whether a column may have few values …"""
FIRST_BYTES = 4 << 20
"""… unless they take more of the file: they are in memory at once, without compression."""
EXACT_IN_JSON = 2**53
_WITH_TOP = (ColumnType.TEXT, ColumnType.BOOLEAN)


def profile(
    con: duckdb.DuckDBPyConnection, file: Path, schema: Schema, rows: int, *, tell: Callable[[int], None] | None = None
) -> list[dict[str, Any]]:
    """One profile a column, in order; every figure is over all rows. `tell` hears how many columns are done."""
    path = "'" + str(file).replace("'", "''") + "'"
    first = min(FIRST_ROWS, max(FIRST_BYTES * rows // max(file.stat().st_size, 1), 1))
    nulls, sizes = _stored(con, path)
    result: list[dict[str, Any]] = []
    for start in range(0, len(schema.columns), 200):
        if tell:
            tell(start)
        columns = schema.columns[start : start + 200]
        short = [column for column in columns if rows - nulls.get(column.id, 0) <= SHORT]
        if sum(sizes.get(column.id, 0) for column in short) > SHORT_BYTES:
            short = []
        result += _profiles(con, f"read_parquet({path})", columns, rows, first, short)
    return result


def _stored(con: duckdb.DuckDBPyConnection, path: str) -> tuple[dict[str, int], dict[str, int]]:
    """How many values of each column of a Parquet file are empty, where it tells, and the bytes before compression."""
    told = con.execute(
        "SELECT path_in_schema, CASE WHEN count(stats_null_count) = count(*) THEN sum(stats_null_count) END,"
        f" sum(total_uncompressed_size) FROM parquet_metadata({path}) GROUP BY 1"
    ).fetchall()
    nulls: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for place, empty, size in told:
        column, *inside = place.split(", ")
        sizes[column] = sizes.get(column, 0) + int(size)
        if empty is not None and not inside:
            nulls[column] = int(empty)
    return nulls, sizes


def _profiles(
    con: duckdb.DuckDBPyConnection,
    source: str,
    columns: Sequence[Column],
    rows: int,
    first: int,
    short: Sequence[Column],
) -> list[dict[str, Any]]:
    found = _of_short(con, source, short, rows) if short else {}
    distinct: dict[str, int] = {}
    rest = [column for column in columns if column.id not in found]
    for column in _of_few_values(con, source, rest, first) if rest else ():
        counts, distinct[column.id] = _counted(con, source, column)
        if counts is not None:
            found[column.id] = _from_counts(column, counts, rows)
    rest = [column for column in rest if column.id not in found]
    for each in _aggregated(con, source, rest, rows, distinct):
        found[each["id"]] = each
    return [found[column.id] for column in columns]


def _of_short(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], rows: int
) -> dict[str, dict[str, Any]]:
    """The profiles of columns with few values, by their ids, without those in which a value cannot be placed."""
    found = {}
    for column, values in zip(columns, _few(con, source, columns, rows), strict=True):
        counts = Counter(values)
        if _are_placeable(column, counts):
            found[column.id] = _from_counts(column, list(counts.items()), rows)
    return found


def _few(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], rows: int) -> Iterable[Sequence[Any]]:
    """The values of each column: of a short table all at once, otherwise those that are there, column by column."""
    if rows > SHORT:
        for column in columns:
            query = f"SELECT {_brief(column)} FROM {source} WHERE {column.id} IS NOT NULL"
            yield [value for (value,) in con.execute(query).fetchall()]
    elif rows:
        yield from zip(*con.execute(f"SELECT {', '.join(map(_brief, columns))} FROM {source}").fetchall(), strict=True)
    else:
        yield from ((),) * len(columns)


def _brief(column: Column) -> str:
    """SQL: a column's values, of which long texts are their beginning and a digest that tells them apart."""
    c = column.id
    if column.type == ColumnType.NESTED:
        return f"md5(CAST({c} AS VARCHAR))"
    if column.type == ColumnType.TEXT:
        begins = f"left({c}, {SHOWN_CHARACTERS})"
        return f"CASE WHEN strlen({c}) > {4 * SHOWN_CHARACTERS} THEN {begins} || md5({c}) ELSE {c} END"
    return _bare(column, c)


def _of_few_values(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], first: int) -> list[Column]:
    """Columns whose first rows repeat few values: counting them exactly costs less than estimating their number."""
    parts = [f"approx_count_distinct({column.id}), count({column.id})" for column in columns]
    names = ", ".join(column.id for column in columns)
    begins = f"(SELECT {names} FROM {source} LIMIT {first})"
    figures = con.execute(f"SELECT {', '.join(parts)} FROM {begins}").fetchone() or ()
    return [
        column
        for column, distinct, filled in zip(columns, figures[0::2], figures[1::2], strict=True)
        if column.type == ColumnType.BOOLEAN or distinct <= min(FEW, max(1, filled // 2))
    ]


def _counted(con: duckdb.DuckDBPyConnection, source: str, column: Column) -> tuple[list[tuple[Any, int]] | None, int]:
    """Every value with its count, None being one, the most frequent first; None when there are many after all.

    And how many distinct values there are, exactly.
    """
    c = column.id
    taken = f"SELECT {_bare(column, 'v')}, n, count(v) OVER () FROM ({{}}) ORDER BY n DESC, v LIMIT {FEW + 1}"
    try:
        counted = con.execute(taken.format(f"SELECT {c} AS v, count(*) AS n FROM {source} GROUP BY {c}")).fetchall()
    except duckdb.OutOfMemoryException:
        # Texts of many kilobytes: their beginnings are shown, and their digests tell them apart.
        begins = f"any_value(left({c}, {SHOWN_CHARACTERS}))"
        counted = con.execute(
            taken.format(f"SELECT {begins} AS v, count(*) AS n FROM {source} GROUP BY md5({c})")
        ).fetchall()
    distinct = int(counted[0][2]) if counted else 0
    if distinct > FEW or len(counted) > FEW or not _are_placeable(column, [value for value, _, _ in counted]):
        return None, distinct
    return [(value, int(count)) for value, count, _ in counted], distinct


def _are_placeable(column: Column, values: Iterable[Any]) -> bool:
    """Whether all can stand on an axis: no infinity, and no date beyond the calendar (which comes as text)."""
    if column.type == ColumnType.FLOAT:
        return all(value is None or math.isfinite(value) for value in values)
    return not (column.type.is_time and any(isinstance(value, str) for value in values))


def _from_counts(column: Column, counted: Sequence[tuple[Any, int]], rows: int) -> dict[str, Any]:
    """The profile of a column of which every value and its count are known."""
    counts = [(value, count) for value, count in counted if value is not None]
    ordered = sorted(counts, key=lambda one: (-one[1], one[0])) if column.type in _WITH_TOP else []
    filled = sum(count for _, count in counts)
    found: dict[str, Any] = {
        "id": column.id,
        "null_count": rows - filled,
        "distinct_count": len(counts),
        "distinct_is_approximate": False,
    }
    if column.type == ColumnType.BOOLEAN:
        found["true_count"] = sum(count for value, count in counts if value)
        found["top"] = [{"value": str(value).lower(), "count": count} for value, count in ordered]
        return found
    if column.type in (ColumnType.TEXT, ColumnType.NESTED):
        if ordered:
            found["top"] = [
                {"value": str(value)[:SHOWN_CHARACTERS], "count": count} for value, count in ordered[:TOP_VALUES]
            ]
        return found
    values = [value for value, _ in counts]
    if column.type == ColumnType.INSTANT:
        values = [value.replace(tzinfo=datetime.UTC) for value in values]
    low, high = (min(values), max(values)) if values else (None, None)
    found |= {"min": plain(low), "max": plain(high)}
    if column.type == ColumnType.TIME:
        return found
    places = np.array(list(map(float if column.type.is_number else as_number, values)))
    often = np.array([count for _, count in counts], np.int64)
    if column.type.is_number:
        found["mean"] = _mean(places, often, filled)
    if values:
        found["histogram"] = _histogram(column, low, high, _placed(places, often))
    return found


def _mean(places: npt.NDArray[np.float64], often: npt.NDArray[np.int64], filled: int) -> float | None:
    try:
        with np.errstate(over="ignore"):
            mean = math.fsum(places * often) / filled if filled else math.nan
    except OverflowError:  # a sum beyond what floating point holds
        return None
    return mean if math.isfinite(mean) else None


def _placed(places: npt.NDArray[np.float64], often: npt.NDArray[np.int64]) -> dict[int, int]:
    """How many values are in which bar."""
    start = float(places.min())
    width = (float(places.max()) - start) / BINS
    if not math.isfinite(width) or width <= 0:
        return {0: int(often.sum())}
    numbers = np.floor((places - start) / width).astype(np.int64)
    counts = np.zeros(int(numbers.max()) + 1, np.int64)
    np.add.at(counts, numbers, often)
    return dict(enumerate(counts.tolist()))


def _aggregated(
    con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column], rows: int, known: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """The profiles of columns with many values: one query for all of them, and one for each histogram.

    `known` are exact numbers of distinct values; the others are estimated (HyperLogLog).
    """
    if not columns:
        return
    parts: list[str] = []
    for column in columns:
        c = column.id
        parts += [f"count({c})", "NULL" if column.id in known else f"approx_count_distinct({c})"]
        if column.type not in (ColumnType.TEXT, ColumnType.NESTED):
            parts += [_bare(column, f"min({c})"), _bare(column, f"max({c})")]
        if column.type.is_number:
            # The sum of numbers of 38 digits may be larger than exact arithmetic holds.
            wide = column.physical.startswith("DECIMAL(38")
            parts += [f"avg(CAST({c} AS DOUBLE))" if wide else f"avg({c})"]
    taken = iter(con.execute(f"SELECT {', '.join(parts)} FROM {source}").fetchone() or ())
    for column in columns:
        filled, estimate = int(next(taken)), next(taken)
        distinct = known[column.id] if estimate is None else min(int(estimate), filled)
        found: dict[str, Any] = {"id": column.id, "null_count": rows - filled, "distinct_count": distinct}
        found["distinct_is_approximate"] = estimate is not None and distinct > 1
        low = high = None
        if column.type not in (ColumnType.TEXT, ColumnType.NESTED):
            low, high = next(taken), next(taken)
            if column.type == ColumnType.INSTANT:
                low, high = (
                    value.replace(tzinfo=datetime.UTC) if isinstance(value, datetime.datetime) else value
                    for value in (low, high)
                )
            found |= {"min": plain(low), "max": plain(high)}
        if column.type.is_number:
            mean = next(taken)
            found["mean"] = None if mean is None or not math.isfinite(mean) else float(mean)
        if distinct <= FEW and filled:
            _exact(con, source, column, found)
        beyond = column.type.is_time and (isinstance(low, str) or isinstance(high, str))
        if low is not None and (column.type.is_number or column.type.is_time) and not beyond:
            found["histogram"] = _histogram(column, low, high, _bars(con, source, column, low, high, filled))
        yield found


def _bare(column: Column, value: str) -> str:
    """SQL: a value as Python takes it without a time zone library; the session's zone is UTC."""
    return f"CAST({value} AS TIMESTAMP)" if column.type == ColumnType.INSTANT else value


def _exact(con: duckdb.DuckDBPyConnection, source: str, column: Column, found: dict[str, Any]) -> None:
    """Exact figures for a column that has few values, although its first rows did not show it."""
    counts, distinct = _counted(con, source, column)
    found |= {"distinct_count": distinct, "distinct_is_approximate": False}
    if column.type == ColumnType.TEXT and counts is not None:
        filled = [(value, count) for value, count in counts if value is not None]
        found["top"] = [
            {"value": str(value)[:SHOWN_CHARACTERS], "count": count} for value, count in filled[:TOP_VALUES]
        ]


def _bars(
    con: duckdb.DuckDBPyConnection, source: str, column: Column, low: Any, high: Any, filled: int
) -> dict[int, int]:
    start = as_number(low)
    width = (as_number(high) - start) / BINS
    if not math.isfinite(width) or width <= 0:
        return {0: filled}
    bar = f"CAST(floor({_offset(column, low, start)} / {_exactly(width)}) AS UTINYINT)"
    counted = con.execute(f"SELECT {bar}, count(*) FROM {source} WHERE {column.id} IS NOT NULL GROUP BY 1").fetchall()
    return {int(number): int(count) for number, count in counted}


def _histogram(column: Column, low: Any, high: Any, bars: Mapping[int, int]) -> list[dict[str, Any]]:
    """Twenty bars of equal width between the least and the greatest value; one when there is no width."""
    start = as_number(low)
    width = (as_number(high) - start) / BINS
    if not math.isfinite(width) or width <= 0:
        return [{"from": plain(low), "to": plain(high), "count": sum(bars.values())}]
    edges = [edge(column.type, start + width * i) for i in range(BINS + 1)]
    edges[0], edges[-1] = plain(low), plain(high)
    # The greatest value falls on the last edge, which belongs to the last bar.
    counts = [bars.get(i, 0) for i in range(BINS)]
    counts[-1] += sum(count for number, count in bars.items() if number >= BINS)
    return [{"from": edges[i], "to": edges[i + 1], "count": counts[i]} for i in range(BINS)]


def _offset(column: Column, low: Any, start: float) -> str:
    """SQL: how far a value is from the least one; in seconds for dates and instants."""
    if column.type.is_number:
        return f"(CAST({column.id} AS DOUBLE) - {_exactly(start)})"
    if column.type == ColumnType.DATE:
        return f"((({column.id} - DATE '{low.isoformat()}')) * 86400.0)"
    return f"((epoch_us({column.id}) - ({round(start * 1_000_000)})) / 1000000.0)"


def _exactly(number: float) -> str:
    """SQL: the number; bare digits would be a decimal, which may become another number of floating point."""
    return f"CAST('{number!r}' AS DOUBLE)"


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
