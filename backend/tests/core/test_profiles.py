"""What is said about a column is true of all of its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load_one

from tablewright.core.profiles.profile import plain, profile
from tablewright.core.tables import Column, ColumnType, Schema


def test_each_type_has_the_figures_that_fit_it():
    rows = [
        f"{i % 5},{i / 2:.1f},2024-01-{i % 31 + 1:02d},{'north' if i % 4 else 'south'},{'yes' if i % 2 else 'no'}"
        for i in range(200)
    ]
    table = load_one("n,amount,day,region,flag\n" + "\n".join(rows) + "\n,,,,no\n")
    n, amount, day, region, flag = table.profile
    assert (n["null_count"], n["distinct_count"], n["distinct_is_approximate"]) == (1, 5, False)
    assert (n["min"], n["max"], n["mean"]) == (0, 4, 2.0)
    assert (amount["min"], amount["max"]) == (0.0, 99.5)
    assert (day["min"], day["max"], day["histogram"][0]["from"]) == ("2024-01-01", "2024-01-31", "2024-01-01")
    assert region["top"] == [{"value": "north", "count": 150}, {"value": "south", "count": 50}]
    assert (flag["true_count"], flag["distinct_count"]) == (100, 2)
    assert json.loads(json.dumps(table.profile)) == table.profile


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50))
def test_a_histogram_counts_every_value_once(values):
    (column,) = [one for one in load_one("a,b\n" + "".join(f"x,{v}\n" for v in values)).profile if one["id"] == "c2"]
    assert sum(bar["count"] for bar in column["histogram"]) == len(values)


def test_a_value_on_an_edge_belongs_to_the_bar_that_begins_there():
    (column,) = [one for one in load_one("a,b\n" + "".join(f"x,{v}\n" for v in range(21))).profile if one["id"] == "c2"]
    assert [bar["count"] for bar in column["histogram"]] == [1] * 19 + [2]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (float("nan"), None),
        (date(2024, 1, 5), "2024-01-05"),
        (True, True),
    ],
)
def test_json_never_rounds(value, shown):
    assert plain(value) == shown


def test_columns_without_values_have_a_profile():
    table = load_one("a,b\nx,\ny,\n")
    assert table.profile[1] == {"id": "c2", "null_count": 2, "distinct_count": 0, "distinct_is_approximate": False}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 40), st.booleans()), min_size=2, max_size=80))
def test_exact_counts_and_the_aggregate_query_say_the_same(drawn):
    lines = [
        f"{n},{n / 4:.2f},2024-02-{d % 28 + 1:02d},2024-02-{d % 28 + 1:02d} 10:{d:02d}:00,{'x' if b else ''},w{d}"
        for n, d, b in drawn
    ]
    text = "n,m,day,at,gap,word\n" + "\n".join(lines) + "\n"
    counted = load_one(text).profile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tablewright.core.profiles.profile.SHORT", 0)
        queried = load_one(text).profile
        patch.setattr("tablewright.core.profiles.profile._of_few_values", lambda *_: [])
        aggregated = load_one(text).profile
    for one, *others in zip(counted, queried, aggregated, strict=True):
        for other in others:
            assert one.keys() == other.keys()
            for key in one:
                assert one[key] == (pytest.approx(other[key]) if key == "mean" else other[key]), key


def test_long_texts_of_a_short_table_are_told_apart_by_all_of_their_letters():
    texts = ["a" * 2000 + str(i % 3) for i in range(6)] + ["b" * 3]
    (column,) = load_one("t\n" + "\n".join(texts) + "\n").profile
    assert (column["distinct_count"], column["distinct_is_approximate"]) == (4, False)
    assert [one["count"] for one in column["top"]] == [2, 2, 2, 1]
    assert column["top"][0]["value"] == "a" * 200


def test_numbers_that_add_up_beyond_floating_point_have_no_mean():
    (column,) = load_one("t\n1.5e308\n1.5e308\n-1e308\n1.6e308\n").profile
    assert (column["mean"], column["max"], len(column["histogram"])) == (None, 1.6e308, 1)


def test_the_least_of_many_numbers_is_in_the_first_bar_to_the_last_digit():
    least = 0.0014449120853063935  # as a decimal, DuckDB takes it for 0.0014449120853063937
    values = [least, *(i / 7 for i in range(1, 1500)), 1.5e300, 2.5e299]
    (column,) = load_one("t\n" + "".join(f"{value!r}\n" for value in values)).profile
    assert (column["min"], column["histogram"][0]["from"]) == (least, least)
    assert sum(bar["count"] for bar in column["histogram"]) == len(values)


class Counting:
    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con, self.count = con, 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        self.count += 1
        return self.con.execute(sql)


def profiled(file: Path, columns: Sequence[Column], rows: int) -> tuple[Counting, list[dict[str, Any]]]:
    with duckdb.connect() as con:
        counting = Counting(con)
        return counting, profile(counting, file, Schema(columns=tuple(columns)), rows)  # type: ignore[arg-type]


def integers(count: int) -> list[Column]:
    return [Column(id=f"c{i + 1}", name="n", type=ColumnType.INTEGER, physical="BIGINT") for i in range(count)]


def test_a_short_table_is_asked_of_many_columns_at_once(tmp_path):
    file = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{i + 1}": [i, i + 1, None] for i in range(400)}), file)
    counting, found = profiled(file, integers(400), 3)
    assert counting.count == 3  # with what the file itself tells
    assert [(one["min"], one["max"], one["null_count"]) for one in found] == [(i, i + 1, 1) for i in range(400)]


def test_a_column_with_few_values_in_a_long_table_is_counted_exactly():
    lines = [f"{i}," + (f"{i % 7}" if i % 200 == 0 else "") + "," + ("x" if i == 1500 else "") for i in range(3000)]
    whole, sparse, one = load_one("n,m,t\n" + "\n".join(lines) + "\n").profile
    assert whole["null_count"] == 0
    assert (sparse["null_count"], sparse["distinct_count"], sparse["distinct_is_approximate"]) == (2985, 7, False)
    values = [i % 7 for i in range(0, 3000, 200)]
    assert (sparse["min"], sparse["max"], sparse["mean"]) == (0, 6, pytest.approx(sum(values) / len(values)))
    assert sum(bar["count"] for bar in sparse["histogram"]) == len(values)
    assert one["top"] == [{"value": "x", "count": 1}]


def test_each_column_with_few_values_of_a_long_table_takes_one_query(tmp_path):
    file = tmp_path / "sparse.parquet"
    columns = {f"c{c + 1}": [i if i % 50 == c else None for i in range(5000)] for c in range(50)}
    pq.write_table(pa.table(columns), file)
    counting, found = profiled(file, integers(50), 5000)
    assert counting.count == 51
    assert [(one["min"], one["max"], one["distinct_count"]) for one in found] == [(c, 4950 + c, 100) for c in range(50)]
