"""What is said about a column is true of all of its rows."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load_one

from tablewright.core.profiles.profile import plain


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
        patch.setattr("tablewright.core.profiles.profile._of_few_values", lambda *_: [])
        aggregated = load_one(text).profile
    for one, other in zip(counted, aggregated, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            assert one[key] == (pytest.approx(other[key]) if key == "mean" else other[key]), key
