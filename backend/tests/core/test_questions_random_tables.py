"""Random questions of two tables against pandas: joins, periods, totals, having, tops and what is derived."""

from __future__ import annotations

import math
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.questions import World, schema

FACTS = schema(
    c1=("Key", "integer", "BIGINT"),
    c2=("Region", "text", "VARCHAR"),
    c3=("Amount", "decimal", "DECIMAL(9,2)"),
    c4=("Day", "date", "DATE"),
    c5=("Weight", "float", "DOUBLE"),
)
THINGS = schema(c1=("Key", "integer", "INTEGER"), c2=("Kind", "text", "VARCHAR"))
TODAY = date(2026, 3, 15)
RANDOM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

keys = st.none() | st.integers(1, 4)
regions = st.none() | st.sampled_from(["N", "S", "é", ""])
amounts = st.none() | st.integers(-500, 500).map(lambda n: Decimal(n) / 100)
days = st.none() | st.dates(date(2024, 11, 1), date(2026, 4, 30))
weights = st.none() | st.sampled_from([-1.5, 0.0, 0.25, 3.0, math.nan])
facts = st.lists(st.tuples(keys, regions, amounts, days, weights), max_size=14)
things = st.lists(st.tuples(keys, st.none() | st.sampled_from(["x", "y", "z"])), max_size=5)


def frame(rows: list[tuple[Any, ...]], *names: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[n] for row in rows], dtype=object) for n, name in enumerate(names)})


def asked(
    rows: list[tuple[Any, ...]], others: list[tuple[Any, ...]] | None = None, **parts: Any
) -> list[tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.add(1, FACTS, {f"c{n + 1}": [row[n] for row in rows] for n in range(5)})
        if others is not None:
            world.add(2, THINGS, {f"c{n + 1}": [row[n] for row in others] for n in range(2)})
        return world.ask(today=TODAY, **parts)


def plain(value: Any) -> Any:
    return None if value is None or value != value or value is pd.NaT else value


def alike(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            if isinstance(b, float) and plain(b) is not None:
                assert float(a) == pytest.approx(b, rel=1e-9, abs=1e-12)
            else:
                assert plain(a) == plain(b)


def last(value: Any) -> tuple[bool, Any]:
    """Sorts rows without a value behind the others."""
    return (plain(value) is None, value if plain(value) is not None else 0)


@RANDOM
@given(facts, things, st.sampled_from(["left", "inner", "right", "full", "semi", "anti"]))
def test_joins_agree(rows: list[Any], others: list[Any], kind: str) -> None:
    left = frame(rows, "key", "region", "amount", "day", "weight")
    left["place"] = range(len(left))
    right = frame(others, "key", "kind")
    right["other"] = range(len(right))
    known = {key for key in right["key"] if key is not None}
    if kind in ("semi", "anti"):
        kept = left[left["key"].map(lambda key: (key in known) == (kind == "semi"))]
        expected = [(row.key, row.amount) for row in kept.itertuples()]
        columns = ["c1", "c3"]
    else:
        # pandas joins None with None, so rows without a key go beside the join.
        there, bare = left[left["key"].notna()], left[left["key"].isna()]
        others_there, others_bare = right[right["key"].notna()], right[right["key"].isna()]
        how = {"full": "outer"}.get(kind, kind)
        joined = there.merge(others_there, how=how, on="key", suffixes=("", "_other"))
        parts = [joined]
        parts += [bare] if kind in ("left", "full") else []
        parts += [others_bare] if kind in ("right", "full") else []
        whole = pd.concat([part.astype(object) for part in parts if len(part)]) if any(map(len, parts)) else joined
        records = sorted(whole.to_dict("records"), key=lambda r: (last(r.get("place")), last(r.get("other"))))
        expected = [(r.get("amount"), r.get("kind")) for r in records]
        columns = ["c3", "j1c2"]
    on = {"dataset_id": World.id(2), "kind": kind, "on": [["c1", "c1"]]}
    alike(asked(rows, others, joins=[on], columns=columns), expected)


@RANDOM
@given(facts, things)
def test_groups_over_a_join_agree(rows: list[Any], others: list[Any]) -> None:
    by_key: dict[Any, list[Any]] = {}
    for key, kind in others:
        by_key.setdefault(key, []).append(kind)
    pairs = [(row, kind) for row in rows for kind in (by_key.get(row[0]) if row[0] is not None else None) or [None]]
    groups: dict[Any, list[Any]] = {}
    for row, kind in pairs:
        groups.setdefault(kind, []).append(row)
    expected = [
        (kind, sum(known) if (known := [r[2] for r in of if r[2] is not None]) else None, len(of))
        for kind, of in sorted(groups.items(), key=lambda item: last(item[0]))
    ]
    on = {"dataset_id": World.id(2), "on": [["c1", "c1"]]}
    found = asked(rows, others, joins=[on], dimensions=[{"column": "j1c2"}], measures=[
        {"fn": "sum", "column": "c3"}, {"fn": "count_rows"}])  # fmt: skip
    alike(found, expected)


@RANDOM
@given(facts, st.sampled_from(["last", "this", "rolling"]), st.sampled_from(["day", "month", "quarter", "year"]),
       st.integers(1, 14))  # fmt: skip
def test_periods_agree(rows: list[Any], kind: str, unit: str, count: int) -> None:
    frequency = {"day": "D", "month": "M", "quarter": "Q", "year": "Y"}[unit]
    present = pd.Period(TODAY, frequency)
    if kind == "last":
        first, end = (present - count).start_time.date(), (present - 1).end_time.date()
    elif kind == "this":
        first, end = present.start_time.date(), present.end_time.date()
    else:
        back = pd.DateOffset(**{"quarter": {"months": 3 * count}}.get(unit, {f"{unit}s": count}))
        first, end = (pd.Timestamp(TODAY) + pd.Timedelta(days=1) - back).date(), TODAY
    period = {"kind": kind, "unit": unit, "count": count}
    condition = {"kind": "condition", "column": "c4", "op": "in_period", "period": period}
    found = asked(rows, filter={"items": [condition]}, columns=["c4"])
    assert found == [(row[3],) for row in rows if row[3] is not None and first <= row[3] <= end]


ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Pacific/Chatham", "UTC",
]  # fmt: skip
INSTANTS = schema(c1=("At", "instant", "TIMESTAMP WITH TIME ZONE"))
# Changes of clocks are within hours of these: seconds since 1970 near the ends of March, April, October and November.
near = st.sampled_from([1774746000, 1775318400, 1792890000, 1793509200, 1711846800, 1712419200, 1541300400])
instants = st.lists(
    st.builds(lambda at, minutes: datetime.fromtimestamp(at + 60 * minutes, UTC), near, st.integers(-2880, 2880))
    | st.datetimes(datetime(1995, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    max_size=12,
)


@RANDOM
@given(instants, st.sampled_from(ZONES), st.sampled_from(["day", "week", "month", "year", "hour"]), st.integers(1, 12),
       st.integers(1, 7))  # fmt: skip
def test_time_zones_and_calendars_agree(
    moments: list[datetime], zone: str, grain: str, year_starts: int, week_starts: int
) -> None:
    def start(moment: datetime) -> Any:
        shown = moment.astimezone(ZoneInfo(zone))
        day = shown.date()
        if grain == "hour":
            return moment - timedelta(minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)
        if grain == "week":
            return day - timedelta(days=(day.isoweekday() - week_starts) % 7)
        if grain == "month":
            return day.replace(day=1)
        if grain == "year":
            return date(day.year - (day.month < year_starts), year_starts, 1)
        return day

    calendar = {"time_zone": zone, "year_starts": year_starts, "week_starts": week_starts}
    expected: dict[Any, int] = {}
    for moment in moments:
        expected[start(moment)] = expected.get(start(moment), 0) + 1
    by = {"column": "c1", "grain": grain}
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.add(1, INSTANTS, {"c1": moments})
        found = world.ask(calendar=calendar, dimensions=[by], measures=[{"fn": "count_rows"}])
        assert found == sorted(expected.items())
        if moments:
            day = moments[0].astimezone(ZoneInfo(zone)).date()
            condition = {"kind": "condition", "column": "c1", "op": "eq", "values": [day.isoformat()]}
            kept = world.ask(calendar=calendar, filter={"items": [condition]})
            assert kept == [(each,) for each in moments if each.astimezone(ZoneInfo(zone)).date() == day]


def months(rows: list[Any]) -> pd.DataFrame:
    """Amounts by month; 0 cents where no amount has a value."""
    table = pd.DataFrame({
        "month": [None if row[3] is None else date(row[3].year, row[3].month, 1) for row in rows],
        "region": [row[1] for row in rows],
        "cents": pd.array([None if row[2] is None else int(row[2] * 100) for row in rows], dtype="Int64"),
    })  # fmt: skip
    return table


@RANDOM
@given(facts, st.sampled_from(["difference", "percent_change", "running_total", "moving_average", "share", "rank"]),
       st.integers(1, 4), st.sampled_from([None, "quarter", "year"]))  # fmt: skip
def test_what_is_derived_agrees(rows: list[Any], kind: str, back: int, unit: str | None) -> None:
    table = months(rows)
    grouped = table.groupby(["region", "month"], dropna=False)["cents"].sum(min_count=1)
    sums = {(plain(r), plain(m)): None if pd.isna(v) else int(v) for (r, m), v in grouped.items()}
    step = {None: 1, "quarter": 3, "year": 12}[unit]

    def number(month: date) -> int:
        return month.year * 12 + month.month

    def value(region: Any, month: Any) -> Any:
        own = sums[region, month]
        line = {m: v for (r, m), v in sums.items() if r == region}
        if kind == "share":
            total = sum(v for v in sums.values() if v is not None)
            return None if own is None or total == 0 else own / total
        if kind == "rank":
            return None if own is None else 1 + sum(1 for v in sums.values() if v is not None and v > own)
        if kind == "running_total":
            before = [v for m, v in line.items() if v is not None and last(m) <= last(month)]
            return Decimal(sum(before)) / 100 if before else None
        if month is None:
            return None
        dated = {number(m): v for m, v in line.items() if m is not None}
        if kind == "moving_average":
            window = [v for n, v in dated.items() if number(month) - back * step < n <= number(month) and v is not None]
            return sum(window) / len(window) / 100 if window else None
        earlier = dated.get(number(month) - back * step)
        if own is None or earlier is None:
            return None
        if kind == "difference":
            return Decimal(own - earlier) / 100
        return None if earlier == 0 else (own - earlier) / abs(earlier)

    expected = [(r, m, value(r, m)) for r, m in sorted(sums, key=lambda at: (last(at[0]), last(at[1])))]
    expected = sorted(expected, key=lambda row: ((row[0] is None), (row[0] or "").encode(), last(row[1])))
    derive: dict[str, Any] = {"kind": kind}
    if kind in ("difference", "percent_change", "moving_average"):
        derive |= {"back": back, "unit": unit}
    found = asked(rows, dimensions=[{"column": "c2"}, {"column": "c4", "grain": "month"}], measures=[
        {"fn": "sum", "column": "c3", "derive": derive}])  # fmt: skip
    alike(found, expected)


@RANDOM
@given(
    facts,
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(-300, 300),
    st.none() | st.integers(1, 3),
    st.booleans(),
)
def test_totals_tops_and_having_agree(
    rows: list[Any], row_totals: bool, column_totals: bool, least: int | None, top: int | None, other: bool
) -> None:
    table = months(rows)
    table["year"] = [None if month is None else date(month.year, 1, 1) for month in table["month"]]
    table["rest"] = False
    if top is not None and len(table):
        sizes = table.groupby("region", dropna=False)["cents"].sum(min_count=1)
        largest = sorted(
            ((None if pd.isna(v) else int(v), plain(r)) for r, v in sizes.items()),
            key=lambda at: (at[0] is None, -(at[0] or 0), at[1] is None, (at[1] or "").encode()),
        )
        named = {region for _, region in largest[:top]}
        table["rest"] = [plain(region) not in named for region in table["region"]]
        table["region"] = [
            "Other" if rest else region for rest, region in zip(table["rest"], table["region"], strict=True)
        ]
        table = table if other else table[~table["rest"]]
    levels = [(0, ["region", "rest", "year"])]
    levels += [(1, ["year"])] if column_totals else []
    levels += [(2, ["region", "rest"])] if row_totals else []
    levels += [(3, [])] if row_totals and column_totals else []
    expected = []
    for level, by in levels:
        groups: dict[tuple[Any, ...], list[Any]] = {} if by else {(): []}
        for record in table.to_dict("records"):
            groups.setdefault(tuple(plain(record[each]) for each in by), []).append(record)
        for key, of in groups.items():
            told = dict(zip(by, key, strict=True))
            known = [int(record["cents"]) for record in of if not pd.isna(record["cents"])]
            total = sum(known) if known else None
            different = len({plain(record["month"]) for record in of} - {None})
            if level == 0 and least is not None and (total is None or total < least):
                continue
            amount = None if total is None else Decimal(total) / 100
            rest = bool(told.get("rest", False))
            expected.append((told.get("region"), told.get("year"), amount, different, level, int(rest)))
    expected.sort(key=lambda r: (r[4], r[5], r[0] is None, (r[0] or "").encode(), last(r[1])))
    parts: dict[str, Any] = {"pivot": {"columns": ["d1"], "row_totals": row_totals, "column_totals": column_totals}}
    if least is not None:
        condition = {"kind": "condition", "column": "m0", "op": "ge", "values": [str(Decimal(least) / 100)]}
        parts["having"] = {"items": [condition]}
    region: dict[str, Any] = {"column": "c2"}
    if top is not None:
        region["top"] = {"n": top, "other": other}
    found = asked(
        rows,
        dimensions=[region, {"column": "c4", "grain": "year"}],
        measures=[{"fn": "sum", "column": "c3"}, {"fn": "count_distinct", "column": "f1"}],
        formulas=[{"id": "f1", "name": "Month", "text": "YEAR([#c4]) * 12 + MONTH([#c4])"}],
        **parts,
    )
    if top is None:
        expected = [row[:-1] for row in expected]
    alike(found, expected)
