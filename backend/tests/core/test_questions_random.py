"""Random questions on random small tables agree with a second implementation, in pandas and plain Python."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.questions import ask, count, schema, write

TABLE = schema(
    c1=("Text", "text", "VARCHAR"),
    c2=("Whole", "integer", "BIGINT"),
    c3=("Exact", "decimal", "DECIMAL(9,2)"),
    c4=("Float", "float", "DOUBLE"),
    c5=("Day", "date", "DATE"),
    c6=("Moment", "timestamp", "TIMESTAMP"),
    c7=("Flag", "boolean", "BOOLEAN"),
)
IDS = [column.id for column in TABLE.columns]

texts = st.sampled_from(["", "a", "A", "ab", "b%", "o'x", "é", "=1"])
wholes = st.sampled_from([-(2**53) - 1, -3, 0, 1, 2, 7, 2**53 + 1])
exacts = st.sampled_from([Decimal(n) / 100 for n in (-250, -1, 0, 1, 10, 999, 1000)])
floats = st.sampled_from([-1.5, 0.0, 0.1, 0.5, 3.25, 1e6, math.nan])
days = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 7), date(2024, 2, 29), date(2025, 3, 30)])
moments = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day) + timedelta(seconds=seconds),
    days,
    st.sampled_from([0, 1, 3_599, 3_600, 86_399]),
)
VALUES = {"c1": texts, "c2": wholes, "c3": exacts, "c4": floats, "c5": days, "c6": moments, "c7": st.booleans()}
ORDERS = ["lt", "le", "gt", "ge"]
AGGREGATES = {
    "c1": ["count", "count_distinct", "min", "max"],
    "c5": ["count", "count_distinct", "min", "max"],
    "c6": ["count", "count_distinct", "min", "max"],
    "c7": ["count", "count_distinct"],
} | {key: ["count", "count_distinct", "sum", "mean", "median", "min", "max", "stddev"] for key in ("c2", "c3", "c4")}


def sent(value: Any) -> Any:
    """A value as a filter carries it."""
    return str(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    column = draw(st.sampled_from(IDS))
    values = VALUES[column].filter(lambda value: value == value)
    ops = ["eq", "ne", "in", "not_in", "is_empty", "is_not_empty"]
    ops += [] if column == "c7" else [*ORDERS, "between"]
    ops += ["contains", "starts_with"] if column == "c1" else []
    op = draw(st.sampled_from(ops))
    if op in ("is_empty", "is_not_empty"):
        chosen: list[Any] = []
    elif op == "between":
        chosen = [draw(values), draw(values)]
    elif op in ("in", "not_in"):
        chosen = draw(st.lists(st.none() | values, max_size=3))
    elif op in ("eq", "ne"):
        chosen = [draw(st.none() | values)]
    else:
        chosen = [draw(values)]
    return {"kind": "condition", "column": column, "op": op, "values": chosen}


filters = st.recursive(
    conditions(),
    lambda inner: st.builds(
        lambda op, items: {"kind": "group", "op": op, "items": items},
        st.sampled_from(["and", "or"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=5,
).map(lambda item: item if item["kind"] == "group" else {"kind": "group", "op": "and", "items": [item]})


def as_json(node: dict[str, Any]) -> dict[str, Any]:
    if node["kind"] == "group":
        return {**node, "items": [as_json(item) for item in node["items"]]}
    return {**node, "values": [sent(value) for value in node["values"]]}


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    size = draw(st.integers(0, 12))
    return {key: draw(st.lists(st.none() | values, min_size=size, max_size=size)) for key, values in VALUES.items()}


@st.composite
def dimensions(draw: st.DrawFn) -> dict[str, Any]:
    column = draw(st.sampled_from(IDS))
    grains = {"c5": ["year", "quarter", "month", "week", "day"], "c6": ["month", "week", "day", "hour"]}
    grain = draw(st.none() | st.sampled_from(grains[column])) if column in grains else None
    return {"column": column, "grain": grain}


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"fn": "count_rows"}
    column = draw(st.sampled_from(IDS))
    return {"fn": draw(st.sampled_from(AGGREGATES[column])), "column": column}


# The second implementation


def absent(value: Any) -> bool:
    return value is None or value != value


def holds(node: dict[str, Any], row: dict[str, Any]) -> bool:
    if node["kind"] == "group":
        if not node["items"]:
            return True
        return (all if node["op"] == "and" else any)(holds(item, row) for item in node["items"])
    value, op, values = row[node["column"]], node["op"], node["values"]
    equal = any(absent(value) if each is None else (not absent(value) and value == each) for each in values)
    if op in ("eq", "in"):
        return equal
    if op in ("ne", "not_in"):
        return not equal
    if op == "is_empty":
        return absent(value) or value == ""
    if op == "is_not_empty":
        return not (absent(value) or value == "")
    if absent(value):
        return False
    comparisons: dict[str, Callable[[], bool]] = {
        "lt": lambda: value < values[0],
        "le": lambda: value <= values[0],
        "gt": lambda: value > values[0],
        "ge": lambda: value >= values[0],
        "between": lambda: values[0] <= value <= values[1],
        "contains": lambda: values[0].lower() in value.lower(),
        "starts_with": lambda: value.lower().startswith(values[0].lower()),
    }
    return comparisons[op]()


def truncated(value: Any, grain: str | None) -> Any:
    if absent(value):
        return None
    if grain is None:
        return value
    if grain == "hour":
        return pd.Timestamp(value).floor("h").to_pydatetime()
    period = {"year": "Y", "quarter": "Q", "month": "M", "week": "W-SUN", "day": "D"}[grain]
    return pd.Timestamp(value).to_period(period).start_time.date()


def aggregated(fn: str, values: list[Any]) -> Any:
    present = [value for value in values if not absent(value)]
    if fn == "count":
        return len(present)
    if fn == "count_distinct":
        return pd.Series(present, dtype=object).nunique()
    if not present:
        return None
    if fn in ("min", "max"):
        return min(present) if fn == "min" else max(present)
    if fn == "sum":
        return sum(present)
    series = pd.Series([float(value) for value in present])
    if fn == "stddev":
        return None if len(present) < 2 else series.std(ddof=1)
    return series.mean() if fn == "mean" else series.median()


def ordered(rows: list[tuple[Any, ...]], order: list[tuple[int, bool]]) -> list[tuple[Any, ...]]:
    def compare(left: tuple[Any, ...], right: tuple[Any, ...]) -> int:
        for position, descending in order:
            a, b = left[position], right[position]
            if absent(a) or absent(b):
                if absent(a) != absent(b):
                    return 1 if absent(a) else -1
            elif a != b:
                before = a.encode() < b.encode() if isinstance(a, str) else a < b
                return (-1 if before else 1) * (-1 if descending else 1)
        return 0

    return sorted(rows, key=cmp_to_key(compare))


def grouped(rows: list[dict[str, Any]], by: list[dict[str, Any]], asked: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {} if by else {(): []}
    for row in rows:
        key = tuple(truncated(row[each["column"]], each["grain"]) for each in by)
        groups.setdefault(key, []).append(row)
    return [
        (
            *key,
            *(len(of) if m["fn"] == "count_rows" else aggregated(m["fn"], [r[m["column"]] for r in of]) for m in asked),
        )
        for key, of in groups.items()
    ]


def same(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            if absent(a) or absent(b):
                assert absent(a)
                assert absent(b)
            elif isinstance(b, float):
                assert float(a) == pytest.approx(b, rel=1e-9, abs=1e-9)
            else:
                assert a == b


def rows_of(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


RANDOM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
directions = st.sampled_from(["asc", "desc"])
LISTED = (
    tables(), st.none() | filters, st.lists(st.tuples(st.sampled_from(IDS), directions), max_size=3),
    st.none() | st.integers(1, 8), st.integers(0, 5),
)  # fmt: skip
GROUPED = (
    tables(), st.none() | filters, st.lists(dimensions(), max_size=3), st.lists(measures(), max_size=3), st.data()
)  # fmt: skip


@RANDOM
@given(*LISTED)
def test_listed_rows_agree(
    table: dict[str, list[Any]],
    given_filter: dict[str, Any] | None,
    sort: list[tuple[str, str]],
    limit: int | None,
    offset: int,
) -> None:
    kept = [row for row in rows_of(table) if given_filter is None or holds(given_filter, row)]
    order = [(IDS.index(by), direction == "desc") for by, direction in sort]
    expected = ordered([tuple(row[key] for key in IDS) for row in kept], order)
    parts: dict[str, Any] = {
        "filter": as_json(given_filter) if given_filter else None,
        "sort": [{"by": by, "direction": direction} for by, direction in sort],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "t.parquet"), TABLE, table)
        page = ask(path, TABLE, **parts, limit=limit, offset=offset)
        same(page, expected[offset:][:limit])
        assert count(path, TABLE, **parts) == len(expected)


@RANDOM
@given(*GROUPED)
def test_groups_agree(
    table: dict[str, list[Any]],
    given_filter: dict[str, Any] | None,
    by: list[dict[str, Any]],
    asked: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    asked = asked or [{"fn": "count_rows"}]
    keys = [f"d{n}" for n in range(len(by))] + [f"m{n}" for n in range(len(asked))]
    # Floats of two implementations may differ in the last digit, so they are not sorted by.
    exact = [
        key for key in keys if key[0] == "d" or asked[int(key[1:])]["fn"] not in ("mean", "median", "stddev", "sum")
    ]
    sort = data.draw(st.lists(st.tuples(st.sampled_from(exact), directions), max_size=2)) if exact else []
    kept = [row for row in rows_of(table) if given_filter is None or holds(given_filter, row)]
    order = [(keys.index(key), direction == "desc") for key, direction in sort]
    order += [(position, False) for position in range(len(by))]
    expected = ordered(grouped(kept, by, asked), order)
    parts: dict[str, Any] = {
        "filter": as_json(given_filter) if given_filter else None,
        "dimensions": by,
        "measures": asked,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "t.parquet"), TABLE, table)
        found = ask(path, TABLE, **parts, sort=[{"by": key, "direction": direction} for key, direction in sort])
        same(found, expected)
        assert count(path, TABLE, **parts) == len(expected)


def round_bins(values: list[float], amount: int, whole: bool) -> dict[float, int]:
    """How many values stand on each lower edge, by exact fractions and by trying every step from far below."""
    low, high = min(values), max(values)
    if low == high:
        return {low: len(values)}

    def edge(number: int) -> float:
        return float(number * step)

    power = math.floor(math.log10((high - low) / amount)) - 2
    for tenths in [base * 10**more for more in range(5) for base in (10, 20, 25, 50)]:
        step = Fraction(tenths, 10) * Fraction(10) ** power
        if whole and step.denominator > 1:
            continue
        found = Counter(number_of(value, step) for value in values)
        top = max(found)
        if edge(top) == high and edge(top) > low and not (whole and step == 1):
            found[top - 1] += found.pop(top)
        if max(found) - min(found) < amount:
            return {edge(number): count for number, count in found.items()}
    raise AssertionError("no step fits")


def number_of(value: float, step: Fraction) -> int:
    """The bin whose lower edge, as a float, is the last at or below the value."""
    number = math.floor(Fraction(value) / step) + 1
    while float(number * step) > value:
        number -= 1
    return number


def lists(kind: str, stored: str, *values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, str, list[Any]]]:
    return st.tuples(st.just(kind), st.just(stored), st.lists(st.one_of(st.none(), *values), max_size=30))


hundredths = st.integers(-500, 500).map(lambda n: Decimal(n) / 100)
columns = (
    lists("float", "DOUBLE", st.floats(-1e9, 1e9), hundredths.map(float))
    | lists("integer", "BIGINT", st.integers(-(10**12), 10**12), st.integers(-50, 50))
    | lists("decimal", "DECIMAL(9,2)", hundredths)
)


@RANDOM
@given(columns, st.integers(2, 200))
def test_bins_agree(column: tuple[str, str, list[Any]], amount: int) -> None:
    kind, stored, values = column
    numbers = [float(value) for value in values if value is not None]
    assume(not numbers or max(numbers) == min(numbers) or max(map(abs, numbers)) < 1e12 * (max(numbers) - min(numbers)))
    table = schema(c1=("n", kind, stored))
    parts = {"dimensions": [{"column": "c1", "bins": {"count": amount}}], "measures": [{"fn": "count_rows"}]}
    with tempfile.TemporaryDirectory() as folder:
        found = ask(write(Path(folder, "t.parquet"), table, {"c1": values}), table, **parts)
    placed = {edge: count for edge, count in found if edge is not None}
    assert placed == (round_bins(numbers, amount, kind == "integer") if numbers else {})
    assert len(values) - len(numbers) == sum(count for edge, count in found if edge is None)


@RANDOM
@given(
    st.lists(
        st.none() | st.floats(-1e9, 1e9) | st.floats(1, 1 + 1e-14) | st.sampled_from([math.nan, math.inf, 0.0, 1e-300]),
        max_size=30,
    ),
    st.integers(1, 200),
)
def test_every_row_is_in_one_bin(values: list[float | None], amount: int) -> None:
    numbers = schema(c1=("n", "float", "DOUBLE"))
    parts = {"dimensions": [{"column": "c1", "bins": {"count": amount}}], "measures": [
        {"fn": "count_rows"}, {"fn": "min", "column": "c1"}, {"fn": "max", "column": "c1"}]}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder, "t.parquet"), numbers, {"c1": values})
        found = ask(path, numbers, **parts)
    assert sum(row[1] for row in found) == len(values)
    finite = [value for value in values if value is not None and math.isfinite(value)]
    placed = [row for row in found if row[0] is not None]
    assert sum(row[1] for row in placed) == len(finite)
    assert len(placed) <= amount
    # Neighbouring bins do not reach into one another.
    for (_, _, _, highest), (edge, _, lowest, _) in pairwise(placed):
        assert highest < edge <= lowest
