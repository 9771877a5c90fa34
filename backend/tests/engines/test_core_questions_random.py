"""Random questions agree with pandas and plain Python, and DuckDB, Sail and Apache Spark with each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from core import test_questions_random as random
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.questions import ask, count, write

pytestmark = [pytest.mark.usefixtures("compared"), pytest.mark.timeout(600)]  # the first one waits for Spark

listed_rows_agree = random.test_listed_rows_agree.hypothesis.inner_test
groups_agree = random.test_groups_agree.hypothesis.inner_test
bins_agree = random.test_bins_agree.hypothesis.inner_test


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@few(4)
@given(*random.LISTED)
def test_listed_rows_agree(table: Any, given_filter: Any, sort: Any, limit: int | None, offset: int) -> None:
    listed_rows_agree(table, given_filter, sort, limit, offset)


@few(20)
@given(*random.GROUPED)
def test_groups_agree(table: Any, given_filter: Any, by: Any, asked: Any, data: st.DataObject) -> None:
    groups_agree(table, given_filter, by, asked, data)


@few(8)
@given(random.columns, st.integers(2, 200))
def test_bins_agree(column: Any, amount: int) -> None:
    bins_agree(column, amount)


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize(
    "pivot",
    [
        {"column_totals": True},
        {"columns": ["d1"], "row_totals": True},
        {"columns": ["d1"], "row_totals": True, "column_totals": True, "subtotals": True},
    ],
)
@pytest.mark.parametrize("top", [None, {"n": 1, "by": "m0"}])
def test_a_total_of_all_is_there_over_no_rows_too(tmp_path: Path, rows: int, pivot: Any, top: Any) -> None:
    table = {key: [None] * rows for key in random.VALUES}
    table |= {"c1": ["a", "b", None][:rows], "c2": [1, 2, 3][:rows], "c4": [0.5, None, 2.5][:rows]}
    path = write(tmp_path / "t.parquet", random.TABLE, table)
    parts = {
        "dimensions": [{"column": "c1", "top": top}, {"column": "c2"}],
        "measures": [
            {"fn": "count_rows"}, {"fn": "sum", "column": "c2"}, {"fn": "mean", "column": "c4"},
            {"fn": "count_distinct", "column": "c1"}, {"fn": "sum", "column": "c2", "derive": {"kind": "share"}},
        ],
        "pivot": pivot,
    }  # fmt: skip
    found = ask(path, random.TABLE, **parts)
    # Keys, five measures, then what each row is: the last is the total of all, over no rows the only one.
    everything = [row for row in found if row[7] == 3]
    assert [row[2] for row in everything] == ([rows] if pivot.get("column_totals") else [])
    assert (len(found) == len(everything)) == (rows == 0)
    assert count(path, random.TABLE, **parts) == len(found)
