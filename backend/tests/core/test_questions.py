"""Questions as before and after: what is asked, the SQL it becomes, and what that SQL answers."""

from __future__ import annotations

import math
from ast import literal_eval
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.questions import ask, count, prepare, question, schema, write

from tablewright.core.errors import Problem
from tablewright.core.tables.schema import Schema

NAN, INF = float("nan"), float("inf")

SALES = schema(
    c1=("Region", "text", "VARCHAR"),
    c2=("Pieces", "integer", "BIGINT"),
    c3=("Amount", "decimal", "DECIMAL(9,2)"),
    c4=("Weight", "float", "DOUBLE"),
    c5=("Day", "date", "DATE"),
    c6=("Local", "timestamp", "TIMESTAMP"),
    c7=("Moment", "instant", "TIMESTAMP WITH TIME ZONE"),
    c8=("Paid", "boolean", "BOOLEAN"),
    c9=("Opens", "time", "TIME"),
)
ROWS: dict[str, list[Any]] = {
    "c1": ["North", "south", None, "", "North", "50%_off"],
    "c2": [1, 2, 3, None, 9007199254740993, -4],
    "c3": [Decimal("0.10"), Decimal("0.20"), Decimal("10.05"), None, Decimal("-1.00"), Decimal("0.10")],
    "c4": [0.1, NAN, 2.5, None, INF, -1.0],
    "c5": [date(2024, 1, 1), date(2024, 1, 7), date(2024, 1, 8), None, date(2023, 12, 31), date(2024, 2, 29)],
    "c6": [
        datetime(2024, 1, 1),
        datetime(2024, 1, 1, 23, 59, 59, 999999),
        datetime(2024, 1, 2),
        None,
        datetime(2023, 12, 31, 12),
        datetime(2024, 1, 1, 12),
    ],
    "c7": [
        datetime(2024, 1, 1, 0, tzinfo=UTC),
        datetime(2024, 1, 1, 23, 30, tzinfo=UTC),
        datetime(2024, 1, 2, 0, tzinfo=UTC),
        None,
        datetime(2023, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2024, 1, 1, 12, tzinfo=UTC),
    ],
    "c8": [True, False, None, None, True, False],
    "c9": [time(8), time(9, 30), None, time(23, 59, 59), time(0), time(8)],
}


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("questions") / "sales.parquet", SALES, ROWS)


def condition(column: str, op: str, *values: Any) -> dict[str, Any]:
    return {"kind": "condition", "column": column, "op": op, "values": values}


def group(*items: dict[str, Any], op: str = "and") -> dict[str, Any]:
    return {"kind": "group", "op": op, "items": items}


def kept(sales: Path, *items: dict[str, Any], op: str = "and") -> set[int]:
    """Which rows, counted from 0, the filter keeps."""
    found = ask(sales, SALES, filter=group(*items, op=op))
    numbers = [ROWS["c5"].index(row[4]) for row in found]
    assert count(sales, SALES, filter=group(*items, op=op)) == len(found)
    return set(numbers)


# What SQL a question becomes

A_GROUPED = {
    "dimensions": [{"column": "c1"}, {"column": "c5", "grain": "month"}],
    "measures": [{"fn": "sum", "column": "c3"}, {"fn": "count_rows"}],
    "filter": group(condition("c1", "ne", "x'; DROP TABLE t; --")),
    "sort": [{"by": "m0", "direction": "desc"}],
    "limit": 5,
    "offset": 2,
}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {"columns": ["c2", "c1"], "limit": 3},
            "SELECT c2, c1 FROM READ_PARQUET($source0) LIMIT 3",
        ),
        (
            {"columns": ["c1"], "sort": [{"by": "c2", "direction": "desc"}], "limit": 3, "offset": 6},
            "SELECT c1 FROM READ_PARQUET($source0, file_row_number = TRUE) "
            "ORDER BY c2 DESC, file_row_number ASC LIMIT 3 OFFSET 6",
        ),
        (
            A_GROUPED,
            "SELECT c1 AS d0, CAST(DATE_TRUNC('month', c5) AS DATE) AS d1, SUM(c3) AS m0, COUNT(*) AS m1 "
            "FROM READ_PARQUET($source0) WHERE NOT COALESCE(c1 = $v1, FALSE) GROUP BY 1, 2 "
            "ORDER BY m0 DESC, d0 ASC, d1 ASC LIMIT 5 OFFSET 2",
        ),
        (
            {"measures": [{"fn": "median", "column": "c2"}]},
            "SELECT QUANTILE_CONT(CAST(c2 AS DOUBLE), CAST('0.5' AS DOUBLE)) AS m0 FROM READ_PARQUET($source0)",
        ),
    ],
)
def test_a_question_becomes_this_sql_and_runs(sales: Path, parts: dict[str, Any], expected: str) -> None:
    assert prepare(question(**parts), SALES, str(sales)).sql == expected
    ask(sales, SALES, **parts)


# Filters


@pytest.mark.parametrize(
    ("column", "op", "values", "rows"),
    [
        ("c1", "eq", ["North"], {0, 4}),
        ("c1", "eq", ["north"], set()),
        ("c1", "eq", [None], {2}),
        ("c1", "ne", ["North"], {1, 2, 3, 5}),
        ("c1", "ne", [None], {0, 1, 3, 4, 5}),
        ("c1", "in", ["North", "south"], {0, 1, 4}),
        ("c1", "in", ["North", None], {0, 2, 4}),
        ("c1", "in", [], set()),
        ("c1", "not_in", ["North", "south"], {2, 3, 5}),
        ("c1", "not_in", ["North", None], {1, 3, 5}),
        ("c1", "not_in", [], {0, 1, 2, 3, 4, 5}),
        ("c1", "contains", ["OUT"], {1}),
        ("c1", "contains", ["%"], {5}),
        ("c1", "contains", ["_"], {5}),
        ("c1", "contains", [""], {0, 1, 3, 4, 5}),
        ("c1", "starts_with", ["so"], {1}),
        ("c1", "starts_with", ["outh"], set()),
        ("c1", "is_empty", [], {2, 3}),
        ("c1", "is_not_empty", [], {0, 1, 4, 5}),
        ("c1", "between", ["A", "Z"], {0, 4}),
        ("c2", "eq", [9007199254740993], {4}),
        ("c2", "eq", ["9007199254740993"], {4}),
        ("c2", "eq", [9007199254740992], set()),
        ("c2", "eq", [1.0], {0}),
        ("c2", "eq", [1.5], set()),
        ("c2", "ne", [1.5], {0, 1, 2, 3, 4, 5}),
        ("c2", "lt", [1.5], {0, 5}),
        ("c2", "le", [1.5], {0, 5}),
        ("c2", "gt", [1.5], {1, 2, 4}),
        ("c2", "ge", [1.5], {1, 2, 4}),
        ("c2", "lt", ["1e40"], {0, 1, 2, 4, 5}),
        ("c2", "gt", ["1e40"], set()),
        ("c2", "ge", ["-1e400"], {0, 1, 2, 4, 5}),
        ("c2", "between", [-4, 2], {0, 1, 5}),
        ("c2", "between", [2, -4], set()),
        ("c2", "is_empty", [], {3}),
        ("c3", "eq", [0.1], {0, 5}),
        ("c3", "eq", ["0.10"], {0, 5}),
        ("c3", "eq", ["0.101"], set()),
        ("c3", "gt", ["0.1999999999999999999999999999"], {1, 2}),
        ("c3", "le", ["0.101"], {0, 4, 5}),
        ("c3", "lt", ["99999999"], {0, 1, 2, 4, 5}),
        ("c3", "in", [0.1, "10.05", "77777777777"], {0, 2, 5}),
        ("c4", "eq", [0.1], {0}),
        ("c4", "gt", [0], {0, 2, 4}),
        ("c4", "ge", ["2.5"], {2, 4}),
        ("c4", "le", [2.5], {0, 2, 5}),
        ("c4", "ne", [0.1], {1, 2, 3, 4, 5}),
        ("c4", "is_empty", [], {1, 3}),
        ("c4", "is_not_empty", [], {0, 2, 4, 5}),
        ("c4", "in", [None], {1, 3}),
        ("c5", "eq", ["2024-01-07"], {1}),
        ("c5", "between", ["2024-01-01", "2024-01-08"], {0, 1, 2}),
        ("c5", "lt", ["2024-01-01"], {4}),
        ("c6", "eq", ["2024-01-01"], {0, 1, 5}),
        ("c6", "ne", ["2024-01-01"], {2, 3, 4}),
        ("c6", "le", ["2024-01-01"], {0, 1, 4, 5}),
        ("c6", "gt", ["2024-01-01"], {2}),
        ("c6", "lt", ["2024-01-01"], {4}),
        ("c6", "ge", ["2024-01-01"], {0, 1, 2, 5}),
        ("c6", "between", ["2023-12-31", "2024-01-01"], {0, 1, 4, 5}),
        ("c6", "eq", ["2024-01-01T12:00:00"], {5}),
        ("c6", "in", ["2024-01-02", "2023-12-31", "2024-01-01 12:00"], {2, 4, 5}),
        ("c6", "le", ["9999-12-31"], {0, 1, 2, 4, 5}),
        ("c6", "gt", ["9999-12-31"], set()),
        ("c7", "eq", ["2024-01-01"], {0, 1, 5}),
        ("c7", "eq", ["2024-01-02T00:00:00+01:00"], set()),
        ("c7", "eq", ["2024-01-02T01:00:00+01:00"], {2}),
        ("c7", "eq", ["2024-01-02T00:00:00Z"], {2}),
        ("c7", "eq", ["2024-01-02T00:00:00"], {2}),
        ("c7", "in", ["2024-01-01", "2024-01-02", None], {0, 1, 2, 3, 5}),
        ("c8", "eq", [True], {0, 4}),
        ("c8", "ne", [True], {1, 2, 3, 5}),
        ("c8", "in", [False, None], {1, 2, 3, 5}),
        ("c9", "eq", ["08:00"], {0, 5}),
        ("c9", "gt", ["09:00:00"], {1, 3}),
    ],
)
def test_a_condition_keeps_these_rows(sales: Path, column: str, op: str, values: list[Any], rows: set[int]) -> None:
    assert kept(sales, condition(column, op, *values)) == rows


def test_groups_nest(sales: Path) -> None:
    either = group(condition("c2", "lt", 2), condition("c3", "gt", 5), op="or")
    assert kept(sales, either, condition("c1", "is_not_empty")) == {0, 5}
    assert kept(sales, condition("c1", "eq", "south"), either, op="or") == {0, 1, 2, 5}
    assert kept(sales, group(), group(group(op="or"))) == {0, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("parts", "code", "where", "words"),
    [
        ({"columns": ["c1", "c77"]}, "column_missing", {"column": "c77", "position": "columns[1]"}, "c77"),
        (
            {"measures": [{"fn": "sum", "column": "c1"}]},
            "aggregate_not_applicable",
            {"column": "c1", "name": "Region", "type": "text", "position": "measures[0]"},
            "Use count, count_distinct, min or max.",
        ),
        ({"measures": [{"fn": "median", "column": "c5"}]}, "aggregate_not_applicable", {"column": "c5"}, "median"),
        ({"measures": [{"fn": "max", "column": "c8"}]}, "aggregate_not_applicable", {"column": "c8"}, "Paid"),
        ({"measures": [{"fn": "sum"}]}, "measure_column_missing", {"position": "measures[0]"}, "needs a column"),
        ({"measures": [{"fn": "count_rows", "column": "c1"}]}, "measure_column_unused", {}, "use count"),
        ({"measures": [{"fn": "sum", "column": "c40"}]}, "column_missing", {"position": "measures[0]"}, "c40"),
        ({"dimensions": [{"column": "c1", "grain": "day"}]}, "grain_not_applicable", {"column": "c1"}, "Only dates"),
        ({"dimensions": [{"column": "c5", "grain": "hour"}]}, "grain_not_applicable", {"column": "c5"}, "finest"),
        ({"dimensions": [{"column": "c5", "bins": {}}]}, "bins_not_applicable", {"column": "c5"}, "only numbers"),
        ({"dimensions": [{"column": "c2", "bins": {}, "grain": "day"}]}, "grain_and_bins", {"column": "c2"}, "one"),
        ({"sort": [{"by": "m0"}]}, "sort_key_missing", {"key": "m0", "position": "sort[0]"}, "c1, c2"),
        ({"sort": [{"by": "c99"}]}, "column_missing", {"column": "c99", "position": "sort[0]"}, "c99"),
        (
            {"dimensions": [{"column": "c1"}], "sort": [{"by": "d0"}, {"by": "c1"}]},
            "sort_key_missing",
            {"key": "c1", "position": "sort[1]"},
            "d0",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_with_its_place(
    parts: dict[str, Any], code: str, where: dict[str, Any], words: str
) -> None:
    with pytest.raises(Problem) as caught:
        prepare(question(**parts), SALES, "x.parquet")
    assert (caught.value.code, caught.value.status) == (code, 422)
    assert where.items() <= caught.value.where.items()
    assert words in caught.value.detail


@pytest.mark.parametrize(
    ("column", "op", "values", "code"),
    [
        ("c2", "eq", ["many"], "filter_value_invalid"),
        ("c2", "eq", [True], "filter_value_invalid"),
        ("c2", "eq", ["0x10"], "filter_value_invalid"),
        ("c2", "eq", ["1" * 200], "filter_value_invalid"),
        ("c2", "eq", [NAN], "filter_value_invalid"),
        ("c2", "lt", [None], "filter_value_invalid"),
        ("c2", "contains", ["1"], "comparison_not_applicable"),
        ("c4", "eq", ["1e999"], "filter_value_invalid"),
        ("c1", "eq", [5], "filter_value_invalid"),
        ("c1", "eq", ["\ud800"], "filter_value_invalid"),
        ("c5", "eq", ["2024-02-30"], "filter_value_invalid"),
        ("c5", "eq", ["2024-01-01T00:00"], "filter_value_invalid"),
        ("c5", "eq", [20240101], "filter_value_invalid"),
        ("c6", "eq", ["2024-01-01T00:00:00Z"], "filter_value_invalid"),
        ("c6", "eq", ["yesterday"], "filter_value_invalid"),
        ("c7", "eq", ["0001-01-01T00:00:00+14:00"], "filter_value_invalid"),
        ("c8", "eq", ["true"], "filter_value_invalid"),
        ("c8", "lt", [True], "comparison_not_applicable"),
        ("c9", "eq", ["25:00"], "filter_value_invalid"),
        ("c2", "between", [1], "filter_value_invalid"),
        ("c2", "between", [1, 2, 3], "filter_value_invalid"),
        ("c2", "between", [1, None], "filter_value_invalid"),
        ("c2", "eq", [1, 2], "filter_value_invalid"),
        ("c2", "is_empty", [1], "filter_value_invalid"),
        ("c44", "eq", [1], "column_missing"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(column: str, op: str, values: list[Any], code: str) -> None:
    nested = group(group(condition("c1", "is_empty"), condition(column, op, *values)))
    with pytest.raises(Problem) as caught:
        prepare(question(filter=nested), SALES, "x.parquet")
    assert caught.value.code == code
    assert caught.value.where["position"] == "filter.items[0].items[1]"
    assert caught.value.where["column"] == column


def test_filters_have_a_depth_and_a_size() -> None:
    def nested(depth: int) -> dict[str, Any]:
        return group(condition("c2", "gt", 1)) if depth == 1 else group(nested(depth - 1))

    prepare(question(filter=nested(16)), SALES, "x.parquet")
    with pytest.raises(Problem, match="16 deep"):
        prepare(question(filter=nested(17)), SALES, "x.parquet")
    many = group(*[group(*[condition("c2", "gt", 1)] * 200)] * 11)
    with pytest.raises(Problem, match="2000 conditions"):
        prepare(question(filter=many), SALES, "x.parquet")
    wide = group(*[condition("c2", "in", *range(1000))] * 11)
    with pytest.raises(Problem, match="10000 values"):
        prepare(question(filter=wide), SALES, "x.parquet")


def test_the_largest_filter_allowed_also_runs(sales: Path) -> None:
    level: dict[str, Any] = group(*[condition("c1", "contains", f"no{n}") for n in range(190)], op="or")
    for number in range(15):
        level = group(level, *[condition("c2", "ne", n + number) for n in range(100)], op="or")
    assert len(ask(sales, SALES, filter=level)) == 6


# Rows


def test_listed_rows_keep_the_order_of_the_file(sales: Path) -> None:
    assert [row[0] for row in ask(sales, SALES, columns=["c2"], limit=3, offset=1)] == [2, 3, None]


def test_a_column_asked_for_twice_is_listed_once(sales: Path) -> None:
    assert ask(sales, SALES, columns=["c2", "c1", "c2"], limit=1) == [(1, "North")]


@pytest.mark.parametrize(
    ("by", "direction", "expected"),
    [
        ("c2", "asc", [-4, 1, 2, 3, 9007199254740993, None]),
        ("c2", "desc", [9007199254740993, 3, 2, 1, -4, None]),
        ("c1", "asc", ["", "50%_off", "North", "North", "south", None]),
    ],
)
def test_sorted_rows_end_with_those_without_a_value(sales: Path, by: str, direction: str, expected: list[Any]) -> None:
    found = ask(sales, SALES, columns=[by], sort=[{"by": by, "direction": direction}])
    assert [row[0] for row in found] == expected


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_nan_sorts_as_no_value(sales: Path, direction: str) -> None:
    found = [row[0] for row in ask(sales, SALES, columns=["c4"], sort=[{"by": "c4", "direction": direction}])]
    assert found[:4] == sorted([0.1, 2.5, INF, -1.0], reverse=direction == "desc")
    assert all(value is None or math.isnan(value) for value in found[4:])


def test_nan_is_no_value_even_where_the_statistics_of_the_file_leave_it_out(tmp_path: Path) -> None:
    """Statistics hold no NaN, and DuckDB 1.5.6 answers some comparisons from statistics alone."""
    loose = schema(c1=("n", "float", "DOUBLE"))
    path = write(tmp_path / "n.parquet", loose, {"c1": [None, 2.5, NAN, 2.5]})

    def kept_by(op: str, *values: float) -> list[Any]:
        return ask(path, loose, filter=group(condition("c1", op, *values)))

    for op, values in (("eq", [2.5]), ("in", [2.5, 3]), ("le", [9]), ("lt", [9]), ("gt", [0]), ("between", [0, 9])):
        assert kept_by(op, *values) == [(2.5,), (2.5,)], op
    assert len(kept_by("ne", 2.5)) == 2
    grouped = ask(path, loose, dimensions=[{"column": "c1"}], measures=[{"fn": "count_rows"}])
    assert grouped == [(2.5, 2), (None, 2)]
    page = ask(path, loose, columns=["c1"], sort=[{"by": "c1"}], limit=2)
    assert page == [(2.5,), (2.5,)]


def test_equal_rows_keep_the_order_of_the_file(sales: Path) -> None:
    found = ask(sales, SALES, columns=["c2"], sort=[{"by": "c3"}])
    assert [row[0] for row in found] == [9007199254740993, 1, -4, 2, 3, None]


# Groups


def test_groups_come_in_the_order_of_their_dimensions(sales: Path) -> None:
    found = ask(sales, SALES, dimensions=[{"column": "c1"}], measures=[{"fn": "count_rows"}])
    assert found == [("", 1), ("50%_off", 1), ("North", 2), ("south", 1), (None, 1)]
    assert count(sales, SALES, dimensions=[{"column": "c1"}], measures=[{"fn": "count_rows"}], limit=2) == 5


def test_dimensions_alone_give_the_distinct_values(sales: Path) -> None:
    assert ask(sales, SALES, dimensions=[{"column": "c8"}]) == [(False,), (True,), (None,)]


def test_measures_alone_give_one_row(sales: Path) -> None:
    measures = [{"fn": "count_rows"}, {"fn": "sum", "column": "c3"}]
    assert ask(sales, SALES, measures=measures) == [(6, Decimal("9.45"))]
    assert count(sales, SALES, measures=measures) == 1
    nothing = group(condition("c2", "gt", "1e30"))
    assert ask(sales, SALES, measures=measures, filter=nothing) == [(0, None)]
    assert count(sales, SALES, measures=measures, filter=nothing) == 1


@pytest.mark.parametrize(
    ("fn", "column", "expected"),
    [
        ("count", "c1", 5),
        ("count", "c4", 4),
        ("count_distinct", "c1", 4),
        ("count_distinct", "c4", 4),
        ("sum", "c2", 9007199254740995),
        ("sum", "c3", Decimal("9.45")),
        ("sum", "c4", INF),
        ("mean", "c3", 1.89),
        ("median", "c2", 2.0),
        ("median", "c3", 0.1),
        ("min", "c4", -1.0),
        ("max", "c4", INF),
        ("stddev", "c4", pytest.approx(1.78978583448784, rel=1e-12)),
        ("min", "c5", date(2023, 12, 31)),
        ("max", "c1", "south"),
        ("max", "c9", time(23, 59, 59)),
        ("max", "c7", datetime(2024, 1, 2, tzinfo=UTC)),
    ],
)
def test_an_aggregate_gives(sales: Path, fn: str, column: str, expected: Any) -> None:
    assert ask(sales, SALES, measures=[{"fn": fn, "column": column}])[0][0] == expected


def test_sums_beyond_64_bits_are_exact(tmp_path: Path) -> None:
    big = schema(c1=("n", "integer", "BIGINT"), c2=("d", "decimal", "DECIMAL(38,2)"))
    rows = {"c1": [2**63 - 1] * 3, "c2": [Decimal("123456789012345678901234567890.01")] * 3}
    path = write(tmp_path / "big.parquet", big, rows)
    measures = [{"fn": "sum", "column": "c1"}, {"fn": "sum", "column": "c2"}]
    assert ask(path, big, measures=measures) == [(3 * (2**63 - 1), Decimal("370370367037037036703703703670.03"))]


@pytest.mark.parametrize(
    ("column", "grain", "expected"),
    [
        ("c5", "year", [date(2023, 1, 1), date(2024, 1, 1), None]),
        ("c5", "quarter", [date(2023, 10, 1), date(2024, 1, 1), None]),
        ("c5", "month", [date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1), None]),
        ("c5", "week", [date(2023, 12, 25), date(2024, 1, 1), date(2024, 1, 8), date(2024, 2, 26), None]),
        ("c6", "day", [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2), None]),
        ("c7", "day", [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2), None]),
        (
            "c6",
            "hour",
            [
                datetime(2023, 12, 31, 12),
                datetime(2024, 1, 1),
                datetime(2024, 1, 1, 12),
                datetime(2024, 1, 1, 23),
                datetime(2024, 1, 2),
                None,
            ],
        ),
    ],
)
def test_a_grain_groups_by_its_first_day(sales: Path, column: str, grain: str, expected: list[Any]) -> None:
    assert [row[0] for row in ask(sales, SALES, dimensions=[{"column": column, "grain": grain}])] == expected


def test_hours_of_instants_are_instants(sales: Path) -> None:
    found = [row[0] for row in ask(sales, SALES, dimensions=[{"column": "c7", "grain": "hour"}])]
    assert found[1] == datetime(2024, 1, 1, tzinfo=UTC)
    compiled = prepare(question(dimensions=[{"column": "c7", "grain": "hour"}]), SALES, "x")
    assert compiled.columns[0].type == "instant"


# Bins


def bins(path: Path, of: Schema, amount: int, **more: Any) -> list[tuple[Any, ...]]:
    dimension = {"column": "c1", "bins": {"count": amount}}
    return ask(path, of, dimensions=[dimension], measures=[{"fn": "count_rows"}], **more)


@pytest.mark.parametrize(
    ("values", "amount", "expected"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 10], 5, [(0, 2), (2, 2), (4, 2), (6, 2), (8, 2)]),
        ([7, 7, 7], 4, [(7, 3)]),
        ([7, 7, None], 1, [(7, 2), (None, 1)]),
        ([], 4, []),
        ([None], 4, [(None, 1)]),
        ([-9223372036854775808, 9223372036854775807], 2, [(-1e19, 1), (0, 1)]),
        ([-3, 5], 1, [(-3, 2)]),
        ([3, 57, 99], 10, [(0, 1), (50, 1), (90, 1)]),
        # A bin for each number, as far as there are enough; the next step is 2, since 2.5 and halves are not whole.
        ([1, 2, 3, 4, 5], 5, [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]),
        ([1, 2, 3, 4, 5, 6], 5, [(0, 1), (2, 2), (4, 3)]),
        ([0, 1, 12], 5, [(0, 2), (10, 1)]),
        ([800_000_000_000_003, 800_000_000_000_009], 3, [(800_000_000_000_000, 1), (800_000_000_000_005, 1)]),
    ],
)
def test_bins_of_whole_numbers_have_whole_steps_and_the_largest_value_is_in_the_last(
    tmp_path: Path, values: list[Any], amount: int, expected: list[Any]
) -> None:
    whole = schema(c1=("n", "integer", "BIGINT"))
    assert bins(write(tmp_path / "n.parquet", whole, {"c1": values}), whole, amount) == expected


@pytest.mark.parametrize(
    ("values", "amount", "expected"),
    [
        ([8.385, 16.77, 50.31], 6, [(0, 1), (10, 1), (50, 1)]),
        ([8.385, 16.77, 50.31], 5, [(0, 2), (40, 1)]),
        # Edges are the numbers that people write: 3 * 0.1 is another number than 0.3, and 0.3 would fall below it.
        ([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 1.0], 10, [(0, 1), (0.1, 1), (0.2, 1), (0.3, 1), (0.6, 1), (0.7, 1), (0.9, 1)]),
        ([0.29, 0.57, 0.58, 1.13], 100, [(0.29, 1), (0.57, 1), (0.58, 1), (1.12, 1)]),
        ([-0.3, 0.0, 0.4], 4, [(-0.4, 1), (0, 1), (0.2, 1)]),
        ([1e-9, 2e-9, 7.5e-9], 4, [(0, 1), (2e-9, 1), (6e-9, 1)]),
        ([2.5e15, 7.5e15], 3, [(2e15, 1), (6e15, 1)]),
        ([7.25, 7.25], 4, [(7.25, 2)]),
        ([-3.0, 5.0], 1, [(-3, 2)]),
        # Narrower than floats can count in steps: equal parts of what is there.
        ([1e9, 1e9 + 2**-20], 2, [(1e9, 1), (1e9 + 2**-21, 1)]),
    ],
)
def test_edges_are_round(tmp_path: Path, values: list[float], amount: int, expected: list[Any]) -> None:
    loose = schema(c1=("n", "float", "DOUBLE"))
    assert bins(write(tmp_path / "n.parquet", loose, {"c1": values}), loose, amount) == expected


def test_values_without_a_place_are_one_group_without_an_edge(tmp_path: Path) -> None:
    loose = schema(c1=("n", "float", "DOUBLE"))
    path = write(tmp_path / "n.parquet", loose, {"c1": [0.0, 4.0, NAN, INF, -INF, None]})
    assert bins(path, loose, 2) == [(0.0, 1), (2.0, 1), (None, 4)]


def test_bins_are_of_the_rows_that_the_filter_leaves(tmp_path: Path) -> None:
    whole = schema(c1=("n", "integer", "BIGINT"), c2=("k", "text", "VARCHAR"))
    rows = {"c1": [0, 5, 10, 1000], "c2": ["a'", "a'", "a'", "b"]}
    path = write(tmp_path / "n.parquet", whole, rows)
    only = {"filter": group(condition("c2", "eq", "a'"))}
    assert bins(path, whole, 2, **only) == [(0.0, 1), (5.0, 2)]
    dimension = {"column": "c1", "bins": {"count": 2}}
    assert count(path, whole, dimensions=[dimension], **only) == 2


# Words, fingerprints


def test_results_say_what_they_are() -> None:
    compiled = prepare(
        question(
            dimensions=[{"column": "c5", "grain": "month"}, {"column": "c4", "bins": {"count": 3}, "label": "W"}],
            measures=[
                {"fn": "count_rows"},
                {"fn": "sum", "column": "c3"},
                {"fn": "mean", "column": "c2"},
                {"fn": "max", "column": "c5", "label": '"; DROP'},
                {"fn": "count_distinct", "column": "c1"},
            ],
        ),
        SALES,
        "x.parquet",
    )
    assert [(each.key, each.label, each.type, each.role) for each in compiled.columns] == [
        ("d0", "Month of Day", "date", "dimension"),
        ("d1", "W", "float", "dimension"),
        ("m0", "Rows", "integer", "measure"),
        ("m1", "Sum of Amount", "decimal", "measure"),
        ("m2", "Mean of Pieces", "float", "measure"),
        ("m3", '"; DROP', "date", "measure"),
        ("m4", "Distinct values of Region", "integer", "measure"),
    ]
    assert compiled.widths == ("d1",)
    assert "DROP" not in compiled.sql


def test_a_fingerprint_is_of_the_question_and_the_columns_not_of_the_place() -> None:
    first = prepare(question(limit=5), SALES, "a.parquet")
    assert first.fingerprint == prepare(question(limit=5), SALES, "b.parquet").fingerprint
    assert first.fingerprint != prepare(question(limit=6), SALES, "a.parquet").fingerprint
    renamed = SALES.model_copy(
        update={"columns": (SALES.columns[0].model_copy(update={"name": "Area"}), *SALES.columns[1:])}
    )
    assert first.fingerprint != prepare(question(limit=5), renamed, "a.parquet").fingerprint


def test_equal_looking_values_of_other_types_are_not_mixed_up_by_the_cache() -> None:
    prepare(question(filter=group(condition("c2", "eq", 1))), SALES, "x")
    with pytest.raises(Problem, match="not a number"):
        prepare(question(filter=group(condition("c2", "eq", True))), SALES, "x")
    prepare(question(filter=group(condition("c8", "eq", True))), SALES, "x")
    with pytest.raises(Problem, match="not true or false"):
        prepare(question(filter=group(condition("c8", "eq", 1))), SALES, "x")


PAYLOADS = [
    "'; DROP TABLE t; --",
    '" OR 1=1 --',
    "$v1",
    "$source",
    "{x}",
    "\\'; SELECT 1",
    "%_[]",
    "a\x00b",
    "\u2028\u202e",
    "💥" * 10,
    "read_csv('/etc/passwd')",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_looks_like_sql_is_only_ever_data(tmp_path: Path, payload: str) -> None:
    texts = schema(c1=(payload, "text", "VARCHAR"))
    path = write(tmp_path / "texts.parquet", texts, {"c1": [payload, "other", None]})
    for op in ("eq", "contains", "starts_with", "in"):
        assert ask(path, texts, filter=group(condition("c1", op, payload))) == [(payload,)]
    grouped = {"dimensions": [{"column": "c1", "label": payload}], "measures": [{"fn": "count_rows"}]}
    assert (payload, 1) in ask(path, texts, **grouped)
    for parts in (grouped, {"filter": group(condition("c1", "contains", payload))}):
        plain = repr(parts).replace(repr(payload), "'plain'")
        asked = prepare(question(**parts), texts, "x").sql
        assert asked == prepare(question(**literal_eval(plain)), texts, "x").sql
