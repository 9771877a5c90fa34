"""Groups by calendar, part, bins and top; what is computed over them, derived of them, and their totals."""

from __future__ import annotations

import statistics
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.questions import TODAY, World, prepare, question, schema

from tablewright.core.errors import Problem
from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Calendar, Period, Question
from tablewright.core.queries.periods import days_of

NAN, INF = float("nan"), float("inf")
SALES = schema(
    c1=("Region", "text", "VARCHAR"),
    c2=("Pieces", "integer", "BIGINT"),
    c3=("Amount", "decimal", "DECIMAL(9,2)"),
    c4=("Weight", "float", "DOUBLE"),
    c5=("Day", "date", "DATE"),
    c6=("Moment", "instant", "TIMESTAMP WITH TIME ZONE"),
    c7=("Cost", "decimal", "DECIMAL(9,2)"),
)
ROWS: dict[str, list[Any]] = {
    "c1": ["N", "N", "S", "S", "W", "E", None],
    "c2": [1, 2, 2, 4, 5, 5, None],
    "c3": [Decimal(v) for v in ("10.00", "20.00", "5.00", "5.00", "7.00", "1.00", "2.00")],
    "c4": [1.0, 2.0, 3.0, NAN, INF, None, -1.0],
    "c5": [date(2026, 1, 5), date(2026, 2, 7), date(2026, 1, 8), date(2025, 1, 31), date(2026, 4, 1), None,
           date(2026, 2, 1)],
    "c6": [datetime(2026, 1, 5, tzinfo=UTC)] * 7,
    "c7": [Decimal(v) for v in ("5.00", "5.00", "5.00", "0.00", "0.00", "1.00", "1.00")],
}  # fmt: skip


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("groups"))
    world.add(1, SALES, ROWS)
    world.add(2, SALES, {key: [] for key in ROWS})
    world.add(3, SALES, {key: [None] * 3 for key in ROWS})
    return world


def where(column: str, op: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"items": [{"kind": "condition", "column": column, "op": op, "values": values, **more}]}


def one(sales: World, of: int = 1, **measure: Any) -> Any:
    return sales.ask(dataset_id=World.id(of), measures=[measure])[0][0]


# Measures


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"fn": "variance", "column": "c2"}, 2.9666666666666663),
        ({"fn": "variance", "column": "c4"}, 2.9166666666666665),
        ({"fn": "quantile", "column": "c2", "q": 0.25}, 2.0),
        ({"fn": "quantile", "column": "c2", "q": 0.9}, 5.0),
        ({"fn": "quantile", "column": "c3", "q": 0}, 1.0),
        ({"fn": "quantile", "column": "c3", "q": 0.1}, 1.6),
        ({"fn": "mode", "column": "c2"}, 2),
        ({"fn": "mode", "column": "c1"}, "N"),
        ({"fn": "mode", "column": "c5"}, date(2025, 1, 31)),
        ({"fn": "approx_distinct", "column": "c1"}, 4),
        ({"fn": "first", "column": "c1"}, "N"),
        ({"fn": "last", "column": "c1"}, "E"),
        ({"fn": "first", "column": "c1", "other": "c5"}, "S"),
        ({"fn": "last", "column": "c2", "other": "c5"}, 5),
        ({"fn": "first", "column": "c3", "other": "c2"}, Decimal("10.00")),
        ({"fn": "last", "column": "c3", "other": "c2"}, Decimal("1.00")),
        ({"fn": "ratio", "column": "c3", "other": "c7"}, 50 / 17),
        ({"fn": "ratio", "column": "c4", "other": "c2"}, INF),
        (
            {"fn": "correlation", "column": "c2", "other": "c3"},
            statistics.correlation([1, 2, 2, 4, 5, 5], [10, 20, 5, 5, 7, 1]),
        ),
        ({"fn": "correlation", "column": "c2", "other": "c2"}, 1.0),
        ({"fn": "sum", "column": "c3", "filter": where("c1", "eq", "N")}, Decimal("30.00")),
        ({"fn": "count_rows", "filter": where("c1", "eq", "nowhere")}, 0),
        ({"fn": "sum", "column": "c3", "filter": where("c1", "eq", "nowhere")}, None),
        ({"fn": "median", "column": "c3", "filter": where("c1", "in", "N", "S")}, 7.5),
        ({"fn": "ratio", "column": "c3", "other": "c7", "filter": where("c1", "eq", "N")}, 3.0),
        ({"fn": "first", "column": "c3", "filter": where("c1", "eq", "S")}, Decimal("5.00")),
        ({"fn": "correlation", "column": "c2", "other": "c3", "filter": where("c1", "eq", "N")}, 1.0),
    ],
)
def test_a_measure_is(sales: World, measure: dict[str, Any], expected: Any) -> None:
    found = one(sales, **measure)
    assert found == pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else found == expected


EVERY = [
    {"fn": "sum", "column": "c3"}, {"fn": "mean", "column": "c3"}, {"fn": "median", "column": "c2"},
    {"fn": "quantile", "column": "c2", "q": 0.5}, {"fn": "mode", "column": "c2"}, {"fn": "min", "column": "c5"},
    {"fn": "max", "column": "c4"}, {"fn": "first", "column": "c1"}, {"fn": "last", "column": "c1", "other": "c5"},
    {"fn": "stddev", "column": "c4"}, {"fn": "variance", "column": "c2"},
    {"fn": "ratio", "column": "c3", "other": "c7"}, {"fn": "correlation", "column": "c2", "other": "c4"},
]  # fmt: skip
COUNTS = [
    {"fn": "count", "column": "c2"}, {"fn": "count_distinct", "column": "c2"}, {"fn": "approx_distinct", "column": "c2"}
]  # fmt: skip


@pytest.mark.parametrize(("of", "rows"), [(2, 0), (3, 3)])
def test_nothing_has_no_measures_and_counts_of_zero(sales: World, of: int, rows: int) -> None:
    found = sales.ask(dataset_id=World.id(of), measures=[*EVERY, *COUNTS, {"fn": "count_rows"}])
    assert found == [(*[None] * len(EVERY), 0, 0, 0, rows)]
    by = sales.ask(dataset_id=World.id(of), dimensions=[{"column": "c1"}], measures=EVERY)
    assert by == ([(None, *[None] * len(EVERY))] if rows else [])


def test_a_measure_that_never_changes_has_no_correlation_and_one_row_no_deviation(sales: World) -> None:
    only = where("c1", "eq", "W")
    measures = [{"fn": "correlation", "column": "c2", "other": "c3"}, {"fn": "stddev", "column": "c2"}]
    assert sales.ask(filter=only, measures=measures) == [(None, None)]
    assert sales.ask(filter=where("c2", "eq", 2), measures=measures[:1]) == [(None,)]


def test_a_correlation_names_both_its_columns_for_whoever_makes_a_matrix(sales: World) -> None:
    asked = Question.model_validate(
        {"dataset_id": World.id(1), "measures": [{"fn": "correlation", "column": "c2", "other": "c3", "label": "r"}]}
    )
    names = {column.id: column.name for column in SALES.columns}
    assert compile_question(asked, sales.tables, today=TODAY).columns[0].of == (names["c2"], names["c3"])


def test_money_is_exact_however_much_there_is(tmp_path: Path) -> None:
    of = schema(c1=("m", "decimal", "DECIMAL(38,2)"), c2=("n", "integer", "BIGINT"))
    cents = [Decimal("0.10")] * 30 + [Decimal("1000000000000000000000.01"), Decimal("-1000000000000000000000.01")]
    world = World(tmp_path)
    world.add(1, of, {"c1": cents, "c2": [2**62] * 32})
    assert world.ask(measures=[{"fn": "sum", "column": "c1"}, {"fn": "sum", "column": "c2"}]) == [
        (Decimal("3.00"), Decimal(2**67))]  # fmt: skip
    running = world.ask(dimensions=[{"column": "c2"}], measures=[
        {"fn": "sum", "column": "c1", "derive": {"kind": "running_total"}}])  # fmt: skip
    assert running == [(2**62, Decimal("3.00"))]


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        ({"fn": "quantile", "column": "c2"}, "measure_part_missing"),
        ({"fn": "median", "column": "c2", "q": 0.1}, "measure_part_unused"),
        ({"fn": "ratio", "column": "c2"}, "measure_part_missing"),
        ({"fn": "correlation", "column": "c2", "other": "c1"}, "aggregate_not_applicable"),
        ({"fn": "correlation", "column": "c1", "other": "c2"}, "aggregate_not_applicable"),
        ({"fn": "sum", "column": "c2", "other": "c3"}, "measure_part_unused"),
        ({"fn": "first", "column": "c2", "other": "c99"}, "column_missing"),
        ({"fn": "variance", "column": "c5"}, "aggregate_not_applicable"),
        ({"fn": "mean", "column": "c3", "derive": {"kind": "share"}}, "derivation_not_applicable"),
        ({"fn": "min", "column": "c1", "derive": {"kind": "difference"}}, "derivation_not_applicable"),
        ({"fn": "sum", "column": "c3", "derive": {"kind": "difference"}}, "derivation_needs_time"),
        ({"fn": "sum", "column": "c3", "derive": {"kind": "running_total"}}, "derivation_needs_time"),
        ({"fn": "sum", "column": "c3", "derive": {"kind": "rank", "within": ["d3"]}}, "dimension_key_missing"),
    ],
)
def test_a_measure_that_cannot_be_is_told_with_its_place(sales: World, measure: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        sales.ask(measures=[{"fn": "count_rows"}, measure])
    assert caught.value.code == code
    assert caught.value.where["position"].startswith("measures[1]")


# Calendars


@pytest.mark.parametrize(
    ("calendar", "grain", "day", "start"),
    [
        ({}, "week", date(2026, 2, 8), date(2026, 2, 2)),
        ({"week_starts": 7}, "week", date(2026, 2, 8), date(2026, 2, 8)),
        ({"week_starts": 7}, "week", date(2026, 2, 7), date(2026, 2, 1)),
        ({"week_starts": 6}, "week", date(2026, 2, 6), date(2026, 1, 31)),
        ({"year_starts": 4}, "year", date(2026, 3, 31), date(2025, 4, 1)),
        ({"year_starts": 4}, "year", date(2026, 4, 1), date(2026, 4, 1)),
        ({"year_starts": 10}, "year", date(2026, 12, 31), date(2026, 10, 1)),
        ({"year_starts": 2}, "quarter", date(2026, 1, 31), date(2025, 11, 1)),
        ({"year_starts": 2}, "quarter", date(2026, 5, 31), date(2026, 5, 1)),
        ({"year_starts": 4}, "quarter", date(2026, 5, 31), date(2026, 4, 1)),
        ({"year_starts": 3}, "month", date(2026, 5, 31), date(2026, 5, 1)),
    ],
)
def test_years_and_weeks_begin_where_the_calendar_says(
    tmp_path: Path, calendar: dict[str, Any], grain: str, day: date, start: date
) -> None:
    world = World(tmp_path)
    world.add(1, schema(c1=("Day", "date", "DATE")), {"c1": [day]})
    assert world.ask(calendar=calendar, dimensions=[{"column": "c1", "grain": grain}]) == [(start,)]


@pytest.mark.parametrize(
    ("calendar", "part", "expected"),
    [
        ({}, "day_of_week", 7),
        ({"week_starts": 7}, "day_of_week", 1),
        ({"week_starts": 6}, "day_of_week", 2),
        ({}, "quarter_of_year", 1),
        ({"year_starts": 4}, "quarter_of_year", 4),
        ({"year_starts": 2}, "quarter_of_year", 1),
        ({"year_starts": 3}, "quarter_of_year", 4),
        ({"year_starts": 4}, "month_of_year", 2),
        ({}, "week_of_year", 6),
        ({}, "day_of_year", 39),
        ({}, "day_of_month", 8),
        ({}, "hour_of_day", 23),
        ({}, "minute_of_hour", 45),
        ({"time_zone": "Asia/Kathmandu"}, "hour_of_day", 5),
        ({"time_zone": "Asia/Kathmandu"}, "minute_of_hour", 30),
        ({"time_zone": "Asia/Kathmandu"}, "day_of_week", 1),
        ({"time_zone": "America/St_Johns"}, "hour_of_day", 20),
    ],
)
def test_a_part_of_a_date_is(tmp_path: Path, calendar: dict[str, Any], part: str, expected: int) -> None:
    world = World(tmp_path)
    kind = schema(c1=("At", "instant", "TIMESTAMP WITH TIME ZONE"))
    world.add(1, kind, {"c1": [datetime(2026, 2, 8, 23, 45, tzinfo=UTC)]})  # a Sunday
    assert world.ask(calendar=calendar, dimensions=[{"column": "c1", "part": part}]) == [(expected,)]


INSTANTS = schema(c1=("At", "instant", "TIMESTAMP WITH TIME ZONE"))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "grain", "moments", "starts"),
    [
        # Berlin goes from 02:00 to 03:00 on 2026-03-29 (01:00 UTC): the day has 23 hours.
        ("Europe/Berlin", "day", [utc(2026, 3, 28, 22, 59), utc(2026, 3, 28, 23), utc(2026, 3, 29, 21, 59),
                                  utc(2026, 3, 29, 22)],
         [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 29), date(2026, 3, 30)]),
        ("Europe/Berlin", "hour", [utc(2026, 3, 29, 0, 59), utc(2026, 3, 29, 1, 30)],
         [utc(2026, 3, 29, 0), utc(2026, 3, 29, 1)]),
        # And back from 03:00 to 02:00 on 2026-10-25: 02:30 is shown twice, in two hours.
        ("Europe/Berlin", "hour", [utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)],
         [utc(2026, 10, 25, 0), utc(2026, 10, 25, 1)]),
        ("Europe/Berlin", "day", [utc(2026, 10, 24, 22), utc(2026, 10, 25, 22, 59), utc(2026, 10, 25, 23)],
         [date(2026, 10, 25), date(2026, 10, 25), date(2026, 10, 26)]),
        # In the south, summer time ends in April and begins in October.
        ("Australia/Sydney", "day", [utc(2026, 4, 4, 12, 59), utc(2026, 4, 4, 13), utc(2026, 4, 5, 13, 59),
                                     utc(2026, 4, 5, 14)],
         [date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 5), date(2026, 4, 6)]),
        ("Australia/Sydney", "day", [utc(2026, 10, 3, 13, 59), utc(2026, 10, 3, 14), utc(2026, 10, 4, 12, 59),
                                     utc(2026, 10, 4, 13)],
         [date(2026, 10, 3), date(2026, 10, 4), date(2026, 10, 4), date(2026, 10, 5)]),
        # Hours and days that begin at half past in UTC, and at a quarter.
        ("Asia/Kolkata", "hour", [utc(2026, 1, 1, 0, 29), utc(2026, 1, 1, 0, 30)],
         [utc(2025, 12, 31, 23, 30), utc(2026, 1, 1, 0, 30)]),
        ("Asia/Kolkata", "day", [utc(2026, 1, 1, 18, 29), utc(2026, 1, 1, 18, 30)],
         [date(2026, 1, 1), date(2026, 1, 2)]),
        ("Asia/Kathmandu", "month", [utc(2026, 1, 31, 18, 14), utc(2026, 1, 31, 18, 15)],
         [date(2026, 1, 1), date(2026, 2, 1)]),
        # Lord Howe moves by half an hour only.
        ("Australia/Lord_Howe", "day", [utc(2026, 4, 4, 12, 59), utc(2026, 4, 4, 13), utc(2026, 4, 5, 13, 29)],
         [date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 5)]),
        # Samoa left out 2011-12-30 altogether.
        ("Pacific/Apia", "day", [utc(2011, 12, 30, 9, 59), utc(2011, 12, 30, 10)],
         [date(2011, 12, 29), date(2011, 12, 31)]),
        ("America/New_York", "year", [utc(2026, 1, 1, 4, 59), utc(2026, 1, 1, 5)],
         [date(2025, 1, 1), date(2026, 1, 1)]),
        ("America/New_York", "minute", [utc(2026, 1, 1, 4, 59, 59)], [utc(2026, 1, 1, 4, 59)]),
        ("UTC", "minute", [utc(2026, 1, 1, 4, 59, 59)], [utc(2026, 1, 1, 4, 59)]),
    ],
)  # fmt: skip
def test_an_instant_belongs_to_the_day_that_clocks_show(
    tmp_path: Path, zone: str, grain: str, moments: list[datetime], starts: list[Any]
) -> None:
    world = World(tmp_path)
    world.add(1, INSTANTS, {"c1": moments})
    found = world.ask(
        calendar={"time_zone": zone},
        dimensions=[{"column": "c1", "grain": grain}],
        measures=[{"fn": "count_rows"}],
    )
    assert found == [(start, starts.count(start)) for start in dict.fromkeys(starts)]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("Australia/Sydney", "2026-04-05"),
     ("Asia/Kolkata", "2026-06-01"), ("America/Sao_Paulo", "2018-11-04"), ("Africa/Cairo", "2026-04-24"),
     ("Asia/Beirut", "2026-03-29"), ("Atlantic/Azores", "2026-10-25")],
)  # fmt: skip
def test_a_filter_by_day_keeps_the_rows_of_that_group(tmp_path: Path, zone: str, day: str) -> None:
    world = World(tmp_path)
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    around = [datetime.fromtimestamp(noon + minutes * 60, UTC) for minutes in range(-2160, 2160, 15)]
    world.add(1, INSTANTS, {"c1": around})
    asked = {"calendar": {"time_zone": zone}, "measures": [{"fn": "count_rows"}]}
    groups = dict(world.ask(**asked, dimensions=[{"column": "c1", "grain": "day"}]))
    kept = {op: world.ask(**asked, filter=where("c1", op, day))[0][0] for op in ("eq", "lt", "le", "gt", "ge", "ne")}
    this = date.fromisoformat(day)
    before = sum(count for at, count in groups.items() if at < this)
    after = sum(count for at, count in groups.items() if at > this)
    expected = {"eq": groups[this], "lt": before, "le": before + groups[this], "gt": after, "ge": after + groups[this]}
    assert kept == {**expected, "ne": before + after}
    assert world.ask(**asked, filter=where("c1", "in", day, "1999-01-01"))[0][0] == groups[this]


def test_a_time_without_an_offset_is_one_of_the_zone(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add(1, INSTANTS, {"c1": [utc(2026, 7, 1, 10), utc(2026, 7, 1, 12)]})
    at_noon = where("c1", "eq", "2026-07-01T12:00:00")
    assert world.ask(calendar={"time_zone": "Europe/Berlin"}, filter=at_noon) == [(utc(2026, 7, 1, 10),)]
    assert world.ask(filter=at_noon) == [(utc(2026, 7, 1, 12),)]
    with_offset = where("c1", "eq", "2026-07-01T12:00:00Z")
    assert world.ask(calendar={"time_zone": "Europe/Berlin"}, filter=with_offset) == [(utc(2026, 7, 1, 12),)]


def test_a_zone_that_is_not_there_is_told(sales: World) -> None:
    with pytest.raises(Problem) as caught:
        sales.ask(calendar={"time_zone": "Europe/Berlni"}, filter=where("c6", "eq", "2026-01-01"))
    assert (caught.value.code, caught.value.where["position"]) == ("time_zone_missing", "calendar.time_zone")


# Periods and parameters


@pytest.mark.parametrize(
    ("today", "period", "calendar", "first", "last"),
    [
        (date(2026, 7, 15), ("last", "month", 12), {}, "2025-07-01", "2026-06-30"),
        (date(2026, 7, 15), ("last", "month", 1), {}, "2026-06-01", "2026-06-30"),
        (date(2026, 7, 15), ("this", "month", 1), {}, "2026-07-01", "2026-07-31"),
        (date(2026, 7, 15), ("to_date", "month", 1), {}, "2026-07-01", "2026-07-15"),
        (date(2026, 7, 15), ("next", "month", 2), {}, "2026-08-01", "2026-09-30"),
        (date(2026, 7, 15), ("rolling", "day", 7), {}, "2026-07-09", "2026-07-15"),
        (date(2024, 2, 29), ("rolling", "year", 1), {}, "2023-03-01", "2024-02-29"),
        (date(2026, 3, 31), ("rolling", "month", 1), {}, "2026-03-01", "2026-03-31"),
        (date(2026, 3, 30), ("rolling", "month", 1), {}, "2026-02-28", "2026-03-30"),
        (date(2026, 7, 15), ("last", "week", 1), {}, "2026-07-06", "2026-07-12"),
        (date(2026, 7, 12), ("this", "week", 1), {"week_starts": 7}, "2026-07-12", "2026-07-18"),
        (date(2026, 7, 12), ("this", "week", 1), {}, "2026-07-06", "2026-07-12"),
        (date(2026, 2, 10), ("this", "year", 1), {"year_starts": 4}, "2025-04-01", "2026-03-31"),
        (date(2026, 2, 10), ("last", "quarter", 2), {"year_starts": 2}, "2025-08-01", "2026-01-31"),
        (date(2026, 2, 10), ("to_date", "year", 1), {"year_starts": 12}, "2025-12-01", "2026-02-10"),
        (date(2026, 1, 1), ("last", "year", 2), {}, "2024-01-01", "2025-12-31"),
    ],
)
def test_a_period_is_these_days(
    today: date, period: tuple[str, str, int], calendar: dict[str, Any], first: str, last: str
) -> None:
    kind, unit, count = period
    found = days_of(Period(kind=kind, unit=unit, count=count), today, Calendar(**calendar))  # type: ignore[arg-type]
    assert [each.isoformat() for each in found] == [first, last]


def test_a_period_filters_wherever_a_condition_may_stand(sales: World) -> None:
    in_2026 = where("c5", "in_period", period={"kind": "last", "unit": "month", "count": 2})
    today = date(2026, 3, 15)
    assert len(sales.ask(today=today, filter=in_2026)) == 4
    assert sales.ask(today=today, measures=[{"fn": "count_rows", "filter": in_2026}]) == [(4,)]
    base = {"dataset_id": World.id(1), "filter": in_2026}
    assert sales.ask(today=today, base=base, measures=[{"fn": "count_rows"}]) == [(4,)]
    assert len(sales.ask(today=today, union=[base])) == 11
    months = [{"column": "c5", "grain": "month"}]
    shown = where("d0", "in_period", period={"kind": "last", "unit": "month"})
    assert sales.ask(today=today, dimensions=months, having=shown) == [(date(2026, 2, 1),)]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"op": "in_period"}, "period_missing"),
        ({"op": "eq", "values": ["2026-01-01"], "period": {"kind": "this", "unit": "day"}}, "period_unused"),
        ({"op": "in_period", "period": {"kind": "next", "unit": "year", "count": 1000}}, None),
        ({"op": "in_period", "period": {"kind": "last", "unit": "year", "count": 1000}}, None),
        ({"op": "eq", "parameter": "nobody"}, "parameter_missing"),
        ({"op": "eq", "values": ["2026-01-01"], "parameter": "since"}, "values_and_parameter"),
    ],
)
def test_a_period_that_cannot_be_told_is_refused(sales: World, condition: dict[str, Any], code: str | None) -> None:
    asked = {"filter": {"items": [{"kind": "condition", "column": "c5", **condition}]},
             "parameters": [{"name": "since", "type": "date"}]}  # fmt: skip
    if code is None:
        sales.ask(**asked)
        with pytest.raises(Problem, match="beyond the calendar"):
            sales.ask(today=date(900 if condition["period"]["kind"] == "last" else 9500, 1, 1), **asked)
        return
    with pytest.raises(Problem) as caught:
        sales.ask(**asked)
    assert (caught.value.code, caught.value.where["position"]) == (code, "filter.items[0]")


def test_a_parameter_stands_in_the_place_of_values(sales: World) -> None:
    def ask(parameter: dict[str, Any], op: str = "eq") -> int:
        condition = {"items": [{"kind": "condition", "column": "c1", "op": op, "parameter": "region"}]}
        given = [{"name": "region", "type": "text", **parameter}]
        return len(sales.ask(parameters=given, filter=condition))

    assert ask({"value": "N"}) == 2
    assert ask({"value": ["N", "S"]}, "in") == 4
    assert ask({}) == 7
    assert ask({"value": []}, "in") == 7
    assert ask({"value": "N", "choices": ["N", "S"]}) == 2
    for wrong in ({"value": "X", "choices": ["N"]}, {"value": 5}, {"value": True}):
        with pytest.raises(Problem) as caught:
            ask(wrong)
        assert (caught.value.code, caught.value.where["position"]) == ("parameter_value_invalid", "parameters[0]")


# Bins


def test_bins_of_one_width_have_the_edges_that_people_write(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add(1, schema(c1=("x", "float", "DOUBLE")), {"c1": [0.3, 0.29999, 0.1, -0.05, 0.0, NAN, None, INF, 0.7]})
    found = world.ask(dimensions=[{"column": "c1", "bins": {"width": 0.1}}], measures=[{"fn": "count_rows"}])
    assert found == [(-0.1, 1), (0.0, 1), (0.1, 1), (0.2, 1), (0.3, 1), (0.7, 1), (None, 3)]


def test_given_edges_part_the_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add(1, schema(c1=("n", "integer", "BIGINT")), {"c1": [-7, -3, 0, 9, 10, 99, 100, 5000, None]})
    edges = {"column": "c1", "bins": {"edges": [0, 10, 100]}}
    assert world.ask(dimensions=[edges], measures=[{"fn": "count_rows"}]) == [
        (-7.0, 2), (0.0, 2), (10.0, 2), (100.0, 2), (None, 1)]  # fmt: skip
    both = [edges, {"column": "c1", "bins": {"count": 2}}]
    assert world.ask(dimensions=both, measures=[{"fn": "count_rows"}]) == [
        (-7.0, -5000.0, 2), (0.0, 0.0, 2), (10.0, 0.0, 2), (100.0, 0.0, 2), (None, None, 1)]  # fmt: skip


# Having, top


def test_having_shows_groups_by_what_is_in_the_answer(sales: World) -> None:
    by = {"dimensions": [{"column": "c1"}], "measures": [{"fn": "sum", "column": "c3"}, {"fn": "count_rows"}]}
    assert sales.ask(**by, having=where("m0", "gt", "9.99")) == [("N", Decimal(30), 2), ("S", Decimal(10), 2)]
    assert sales.ask(**by, having=where("d0", "is_empty")) == [(None, Decimal(2), 1)]
    shared = [{**by["measures"][0], "derive": {"kind": "share"}}, by["measures"][1]]
    assert sales.ask(dimensions=by["dimensions"], measures=shared, having=where("m0", "ge", 0.6)) == [("N", 0.6, 2)]
    with pytest.raises(Problem) as caught:
        sales.ask(**by, having=where("m7", "gt", 1))
    assert (caught.value.code, caught.value.where["position"]) == ("column_missing", "having.items[0]")
    with pytest.raises(Problem) as caught:
        sales.ask(having=where("m0", "gt", 1))
    assert caught.value.code == "having_without_groups"


def test_top_names_the_largest_and_puts_the_rest_together(sales: World) -> None:
    measures = [{"fn": "sum", "column": "c3"}, {"fn": "ratio", "column": "c3", "other": "c7"}]
    top = {"column": "c1", "top": {"n": 2, "by": "m0"}}
    assert sales.ask(dimensions=[top], measures=measures) == [
        ("N", Decimal(30), 3.0, 0), ("S", Decimal(10), 2.0, 0), ("Other", Decimal(10), 5.0, 1)]  # fmt: skip
    down = [{"by": "m0", "direction": "asc"}]
    assert [row[0] for row in sales.ask(dimensions=[top], measures=measures, sort=down)] == ["S", "N", "Other"]
    without = {**top, "top": {"n": 2, "other": False}}
    assert sales.ask(dimensions=[without], measures=measures) == [
        ("N", Decimal(30), 3.0, 0),
        ("S", Decimal(10), 2.0, 0),
    ]
    whole = {"column": "c2", "top": {"n": 1, "by": "m0"}}
    assert sales.ask(dimensions=[whole], measures=measures[:1]) == [(2, Decimal(25), 0), (None, Decimal(25), 1)]
    with pytest.raises(Problem) as caught:
        sales.ask(dimensions=[{"column": "c1", "top": {"by": "m5"}}], measures=measures)
    assert (caught.value.code, caught.value.where["position"]) == ("top_measure_missing", "dimensions[0].top")


def test_top_is_found_by_its_dimension_alone(sales: World) -> None:
    top = {"column": "c1", "top": {"n": 1, "by": "m0"}}
    found = sales.ask(dimensions=[{"column": "c5", "grain": "year"}, top], measures=[{"fn": "sum", "column": "c3"}])
    assert found == [
        (date(2026, 1, 1), "N", Decimal(30), 0),
        (date(2025, 1, 1), "Other", Decimal(5), 2),
        (date(2026, 1, 1), "Other", Decimal(14), 2),
        (None, "Other", Decimal(1), 2),
    ]


def test_a_value_without_a_value_may_be_among_the_largest(tmp_path: Path) -> None:
    world = World(tmp_path)
    of = schema(c1=("k", "text", "VARCHAR"), c2=("n", "integer", "BIGINT"))
    world.add(1, of, {"c1": [None, "Other", "b"], "c2": [9, 8, 1]})
    top = {"column": "c1", "top": {"n": 2}}
    assert world.ask(dimensions=[top], measures=[{"fn": "sum", "column": "c2"}]) == [
        ("Other", 8, 0), (None, 9, 0), ("Other", 1, 1)]  # fmt: skip


# Totals


def test_totals_are_computed_over_their_rows(sales: World) -> None:
    found = sales.ask(
        dimensions=[{"column": "c1"}, {"column": "c5", "grain": "year"}],
        measures=[{"fn": "count_distinct", "column": "c2"}, {"fn": "ratio", "column": "c3", "other": "c7"}],
        filter=where("c1", "in", "N", "S"),
        pivot={"columns": ["d1"], "row_totals": True, "column_totals": True},
    )
    this, last = date(2026, 1, 1), date(2025, 1, 1)
    assert found == [
        ("N", this, 2, 3.0, 0),
        ("S", last, 1, None, 0),
        ("S", this, 1, 1.0, 0),
        (None, last, 1, None, 1),
        (None, this, 2, 35 / 15, 1),
        ("N", None, 2, 3.0, 2),
        ("S", None, 2, 2.0, 2),
        (None, None, 3, 40 / 15, 3),
    ]


def test_subtotals_are_of_each_value_that_goes_down(sales: World) -> None:
    asked = {
        "dimensions": [{"column": "c1"}, {"column": "c2"}, {"column": "c5", "grain": "year"}],
        "measures": [{"fn": "sum", "column": "c3"}],
        "pivot": {"columns": ["d2"], "subtotals": True, "row_totals": True, "column_totals": True},
    }
    found = sales.ask(**asked)
    levels = {row[-1] for row in found}
    assert levels == {0, 2, 3, 4, 6, 7}
    for level in levels:
        assert sum(row[3] for row in found if row[-1] == level) == Decimal("50.00")
    subtotal = [row[:4] for row in found if row[-1] == 6]
    assert ("N", None, None, Decimal("30.00")) in subtotal
    assert (None, None, None, Decimal("2.00")) in subtotal


def test_totals_go_with_having_shares_tops_and_bins(sales: World) -> None:
    share = {"fn": "sum", "column": "c3", "derive": {"kind": "share"}}
    pivot = {"column_totals": True}
    assert sales.ask(dimensions=[{"column": "c1"}], measures=[share], pivot=pivot, having=where("m0", "gt", 0.5)) == [
        ("N", 0.6, 0), (None, 1.0, 1)]  # fmt: skip
    top = {"column": "c1", "top": {"n": 1}}
    assert sales.ask(dimensions=[top], measures=[{"fn": "sum", "column": "c3"}], pivot=pivot) == [
        ("N", Decimal(30), 0, 0), ("Other", Decimal(20), 0, 1), (None, Decimal(50), 1, 0)]  # fmt: skip
    bins = {"column": "c2", "bins": {"count": 2}}
    found = sales.ask(dimensions=[bins], measures=[{"fn": "count_rows"}], pivot=pivot)
    assert found == [(0.0, 6, 0), (None, 1, 0), (None, 7, 1)]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"pivot": {"columns": ["d4"]}, "dimensions": [{"column": "c1"}]}, "dimension_key_missing"),
        ({"pivot": {"row_totals": True}}, "pivot_columns_unused"),
        ({"pivot": {}, "measures": [{"fn": "count_rows"}], "union": [{"dataset_id": World.id(1)}]}, "pivot_of_union"),
    ],
)
def test_totals_that_cannot_be_are_refused(sales: World, parts: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as caught:
        sales.ask(**parts)
    assert caught.value.code == code


# What is derived


def test_changes_follow_the_calendar_and_not_the_rows(tmp_path: Path) -> None:
    world = World(tmp_path)
    of = schema(c1=("Day", "date", "DATE"), c2=("n", "integer", "BIGINT"), c3=("Who", "text", "VARCHAR"))
    days = [
        date(2025, 1, 9),
        date(2025, 2, 9),
        date(2025, 4, 9),
        date(2026, 1, 9),
        date(2026, 2, 9),
        None,
        date(2026, 2, 1),
    ]
    world.add(1, of, {"c1": days, "c2": [10, 20, 40, 15, 10, 7, 5], "c3": ["a"] * 6 + ["b"]})

    def derived(*by: dict[str, Any], **derive: Any) -> list[Any]:
        found = world.ask(
            dimensions=[{"column": "c1", "grain": "month"}, *by],
            measures=[{"fn": "sum", "column": "c2", "derive": derive}],
        )
        return [row[-1] for row in found]

    # January, February, April 2025, January, February 2026, and the group without a date.
    assert derived(kind="difference") == [None, 10, None, None, 0, None]
    assert derived(kind="difference", unit="year") == [None, None, None, 5, -5, None]
    assert derived(kind="percent_change", unit="year") == [None, None, None, 0.5, -0.25, None]
    assert derived(kind="difference", back=2) == [None, None, 20, None, None, None]
    assert derived(kind="difference", unit="quarter") == [None, None, 30, None, None, None]
    assert derived(kind="running_total") == [10, 30, 70, 85, 100, 107]
    assert derived(kind="moving_average", back=3) == [10, 15, 30, 15, 15, None]
    assert derived(kind="moving_average", back=1, unit="year") == [10, 15, 70 / 3, 25, 70 / 3, None]
    assert derived(kind="share") == [10 / 107, 20 / 107, 40 / 107, 15 / 107, 15 / 107, 7 / 107]
    assert derived(kind="rank") == [5, 2, 1, 3, 3, 6]
    lines = derived({"column": "c3"}, kind="difference", unit="year")
    assert lines == [None, None, None, 5, -10, None, None]
    assert derived({"column": "c3"}, kind="share", within=["d0"])[4:6] == [10 / 15, 5 / 15]
    assert derived({"column": "c3"}, kind="rank", within=["d1"]) == [4, 2, 1, 3, 4, 1, 6]


def test_a_change_in_percent_is_by_the_size_of_what_was(tmp_path: Path) -> None:
    world = World(tmp_path)
    of = schema(c1=("Day", "date", "DATE"), c2=("n", "float", "DOUBLE"))
    days = [date(2026, month, 1) for month in (1, 2, 3, 4)]
    world.add(1, of, {"c1": days, "c2": [-10.0, 5.0, 0.0, 3.0]})
    asked = {"fn": "sum", "column": "c2", "derive": {"kind": "percent_change"}}
    found = world.ask(dimensions=[{"column": "c1", "grain": "month"}], measures=[asked])
    assert [row[1] for row in found] == [None, 1.5, -1.0, None]


def test_units_that_lead_nowhere_are_refused(sales: World) -> None:
    asked = {"fn": "count_rows", "derive": {"kind": "difference", "unit": "month"}}
    with pytest.raises(Problem) as caught:
        sales.ask(dimensions=[{"column": "c5", "grain": "week"}], measures=[asked])
    assert (caught.value.code, caught.value.where["position"]) == ("unit_not_applicable", "measures[0].derive")


def test_derived_words_and_types_are_those_of_what_they_are() -> None:
    measures = [
        {"fn": "sum", "column": "c3", "derive": {"kind": "share"}},
        {"fn": "sum", "column": "c3", "derive": {"kind": "rank"}},
        {"fn": "sum", "column": "c2", "derive": {"kind": "running_total"}},
        {"fn": "ratio", "column": "c3", "other": "c7"},
        {"fn": "quantile", "column": "c3", "q": 0.9},
    ]
    found = prepare(question(dimensions=[{"column": "c5", "grain": "month"}], measures=measures), SALES)
    assert [(each.label, each.type) for each in found.columns[1:]] == [
        ("Share of sum of Amount", "float"), ("Rank by sum of Amount", "integer"),
        ("Running total of sum of Pieces", "integer"),
        ("Amount per Cost", "float"), ("90 % quantile of Amount", "float"),
    ]  # fmt: skip
