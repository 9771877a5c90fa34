"""Rules: messages, verdicts, files of rules. Tables of before and after; change is compared with pandas."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rules import NOWHERE, a_rule, answer_of, below_zero

from tablewright.core.rules import messages, periods, sets
from tablewright.core.rules.asked import check_rule, check_set, columns_of, question_of
from tablewright.core.rules.evaluate import by_period, evaluate
from tablewright.core.rules.model import RuleSet
from tablewright.core.rules.problems import (
    RuleColumnsMissing,
    RuleIncomplete,
    RuleNamedTwice,
    RuleSetDamaged,
    TooManyGroupsToCheck,
)
from tablewright.core.tables import Column, Schema

TODAY = date(2026, 4, 15)


# --- messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{Region} fell", "North fell"),
        ("{#c1} fell by {percent}", "North fell by 12.5 %"),
        ("{{Region}} is {Region}", "{Region} is North"),
        ("{Regoin} fell", "{Regoin} fell"),
        ("{", "{"),
        ("{}", "{}"),
        ("{ Region }", "{ Region }"),
        ("{0.__class__}", "{0.__class__}"),
        ("{Region.__class__.__mro__}", "{Region.__class__.__mro__}"),
        ("{Region!r:>1000000000}", "{Region!r:>1000000000}"),
        (
            "{{ 7*7 }} ${7*7} %(Region)s {% raw %} #{7*7} <%= 7 %>",
            "{ 7*7 } ${7*7} %(Region)s {% raw %} #{7*7} <%= 7 %>",
        ),
        ("{self}{rule}{config}", "{self}R{config}"),
        ("{Braces}", "{Region} {{x}}"),
        ("{Lines}", "a b: c"),
        ("{Long}", "x" * 199 + "…"),
        ("<script>{Tag}</script>", "<script><img src=x onerror=1></script>"),
    ],
)
def test_a_message_is_filled_and_never_run(template, message):
    values = {
        "Region": "North", "#c1": "North", "percent": "12.5 %", "rule": "R", "Braces": "{Region} {{x}}",
        "Lines": "a\r\nb: c", "Long": "x" * 1000, "Tag": "<img src=x onerror=1>",
    }  # fmt: skip
    assert messages.filled(template, values) == message


def test_a_message_is_stored_with_ids_so_that_a_column_may_be_renamed():
    columns = [Column(id="c1", name="Region", type="text", physical="VARCHAR"),
               Column(id="c2", name="Net {EUR}", type="float", physical="DOUBLE")]  # fmt: skip
    stored = messages.stored("{Region}: {value} {{Region}} {Nobody}", columns)
    assert stored == "{#c1}: {value} {{Region}} {Nobody}"
    renamed = [columns[0].model_copy(update={"name": "Area"}), columns[1]]
    assert messages.readable(stored, renamed) == "{Area}: {value} {{Region}} {Nobody}"
    assert messages.columns_named(stored) == {"c1"}
    assert messages.unknown("{Area} {value} {Nobody} {Nobody}", ["Area", "value"]) == ["Nobody"]


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=8), st.text(max_size=300), max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_template_gives_one_bounded_line(template, values):
    filled = messages.filled(template, values)
    assert len(filled) <= messages.LONGEST_MESSAGE
    assert not set(filled) & set("\r\n\t\x00\u2028")


# --- rows and results -----------------------------------------------------------------------------

SALES = pa.table(
    {
        "c1": ["North", "North", "South", "South", "South"],
        "c2": pa.array([10.0, -2.5, 4.0, None, 90.0], pa.float64()),
        "c3": [date(2026, month, 1) for month in (1, 2, 1, 2, 3)],
    }
)
NAMES = {"c1": "Region", "c2": "Amount", "c3": "Day"}


def asked(rule, table=SALES, names=NAMES):
    return answer_of(question_of(rule, NOWHERE), table, names)


def test_a_rule_over_rows_names_each_row():
    rule = below_zero(message="{Region} has {#c2}", severity="error")
    verdict = evaluate(rule, asked(rule), today=TODAY)
    assert (verdict.state, verdict.n, verdict.severity) == ("fired", 1, "error")
    assert verdict.fired[0].group["Region"] == "North"
    assert verdict.message == "North has -2.5"
    quiet = a_rule(
        {"kind": "row", "condition": {"items": [{"kind": "condition", "column": "c1", "op": "eq", "values": ["West"]}]}}
    )
    assert evaluate(quiet, asked(quiet), today=TODAY).state == "quiet"


def by_region(**more):
    question = {
        "dataset_id": str(NOWHERE),
        "dimensions": [{"column": "c1"}, {"column": "c3", "grain": "month"}],
        "measures": [{"fn": "sum", "column": "c2", "label": "Sales"}],
    }
    return {"kind": "result", "question": question, **more}


@pytest.mark.parametrize(
    ("more", "fired"),
    [
        ({"limit": "below", "bounds": [0]}, ["North 2026-02-01 -2.5"]),
        ({"limit": "above", "bounds": ["9.999"]}, ["North 2026-01-01 10", "South 2026-03-01 90"]),
        ({"limit": "at_least", "bounds": [90]}, ["South 2026-03-01 90"]),
        ({"limit": "at_most", "bounds": [-2.5]}, ["North 2026-02-01 -2.5"]),
        ({"limit": "equals", "bounds": ["4.00"]}, ["South 2026-01-01 4"]),
        ({"limit": "not_equals", "bounds": [4]},
         ["North 2026-01-01 10", "North 2026-02-01 -2.5", "South 2026-03-01 90"]),
        ({"limit": "between", "bounds": [4, 10]}, ["North 2026-01-01 10", "South 2026-01-01 4"]),
        ({"limit": "outside", "bounds": [0, 50]}, ["North 2026-02-01 -2.5", "South 2026-03-01 90"]),
        ({"limit": "empty"}, ["South 2026-02-01 –"]),
        # Relative to the region: 90 of 94 in the South; the North's 10 of 7.5 is more than all of it.
        ({"limit": "above", "bounds": [0.9], "relative": "share", "within": ["d0"]},
         ["North 2026-01-01 10", "South 2026-03-01 90"]),
        ({"limit": "above", "bounds": [1.5], "relative": "mean", "within": ["d0"]},
         ["North 2026-01-01 10", "South 2026-03-01 90"]),
        ({"limit": "above", "bounds": [2], "relative": "mean"}, ["South 2026-03-01 90"]),
        ({"limit": "below", "bounds": [0.1], "relative": "largest", "within": ["d0"]},
         ["North 2026-02-01 -2.5", "South 2026-01-01 4"]),
        ({"limit": "above", "bounds": [10], "relative": "median"}, ["South 2026-03-01 90"]),
        ({"limit": "above", "bounds": [7], "on": "totals", "within": ["d0"]}, ["North 7.5", "South 94"]),
        ({"limit": "above", "bounds": [100], "on": "totals"}, ["101.5"]),
    ],
)  # fmt: skip
def test_a_rule_over_results_finds_cells_totals_and_what_stands_out_of_its_group(more, fired):
    on_groups = more.get("on") != "totals"
    dimensions = "{Region} {Month of Day} " if on_groups else "{Region} " if more.get("within") else ""
    rule = a_rule(by_region(**more), message=dimensions + "{value}")
    verdict = evaluate(rule, asked(rule), today=TODAY)
    assert [each.message for each in verdict.fired] == fired
    assert (verdict.n, verdict.state) == (len(fired), "fired")


def test_nothing_to_look_at_is_not_the_same_as_nothing_found():
    check = by_region(limit="above", bounds=[0])
    rule = a_rule(check)
    assert evaluate(rule, asked(rule, SALES.slice(0, 0)), today=TODAY).state == "no_data"
    assert evaluate(rule, asked(rule, SALES.slice(1, 1)), today=TODAY).state == "quiet"


def test_long_results_are_refused_and_never_judged_in_part():
    rule = a_rule(by_region(limit="above", bounds=[0]))
    cut = asked(rule).model_copy(update={"truncated": True})
    with pytest.raises(TooManyGroupsToCheck):
        evaluate(rule, cut, today=TODAY)


# --- change ---------------------------------------------------------------------------------------


def fall(**more):
    return a_rule(
        {
            "kind": "change", "measure": {"fn": "sum", "column": "c2"}, "dimensions": [{"column": "c1"}],
            "time": "c3", "grain": "month", "back": 1, "unit": "year", "direction": "fall", "by": 10, **more,
        },
        message="{Region}: {value} after {before} ({change}, {percent}) in {period}",
    )  # fmt: skip


def sales(*rows):
    return pa.table(
        {
            "c1": [row[0] for row in rows],
            "c2": pa.array([Decimal(str(row[2])) for row in rows], pa.decimal128(18, 2)),
            "c3": pa.array([date.fromisoformat(row[1]) for row in rows], pa.date32()),
        }
    )


def test_sales_that_fall_against_the_same_month_last_year():
    table = sales(
        ("North", "2025-03-03", 100), ("South", "2025-03-04", 50), ("East", "2025-03-05", 10),
        ("West", "2025-03-30", 20),
        ("North", "2026-03-01", 89.99), ("South", "2026-03-09", 45), ("West", "2026-02-01", 7),
        ("New", "2026-03-02", 5),
        ("North", "2026-04-02", 1),
    )  # fmt: skip
    rule = fall()
    verdict = evaluate(rule, asked(rule, table), today=TODAY)
    # April is not over; 45 after 50 is 10 % and not more; who sold nothing at all fell by all of it; a new one did not.
    assert verdict.period == "2026-03-01"
    assert [each.message for each in verdict.fired] == [
        "East: 0 after 10 (-10, -100.0 %) in March 2026",
        "North: 89.99 after 100 (-10.01, -10.0 %) in March 2026",
        "West: 0 after 20 (-20, -100.0 %) in March 2026",
    ]
    assert (verdict.n, verdict.of) == (3, 5)
    absent = fall(absent="nothing")
    assert [each.group["Region"] for each in evaluate(absent, asked(absent, table), today=TODAY).fired] == ["North"]
    unfinished = fall(complete=False)
    assert evaluate(unfinished, asked(unfinished, table), today=TODAY).period == "2026-04-01"


@pytest.mark.parametrize(
    ("start", "count", "unit", "found"),
    [
        (date(2024, 2, 29), -1, "year", date(2023, 2, 28)),
        (date(2026, 1, 1), -1, "month", date(2025, 12, 1)),
        (date(2026, 1, 1), -1, "quarter", date(2025, 10, 1)),
        (date(2026, 1, 5), -52, "week", date(2025, 1, 6)),
        (date(2026, 3, 31), -1, "month", date(2026, 2, 28)),
        (date(1, 1, 1), -1, "day", None),
        (date(9999, 12, 1), 1, "month", None),
    ],
)
def test_periods_follow_the_calendar(start, count, unit, found):
    assert periods.moved(start, count, unit) == found


CHANGES = st.tuples(
    st.sampled_from(["fall", "rise", "either"]),
    st.sampled_from(["percent", "absolute"]),
    st.sampled_from([("month", 1, None), ("month", 1, "year"), ("month", 2, "quarter"), ("quarter", 1, "year"),
                     ("week", 3, None), ("day", 1, "week"), ("year", 1, None)]),
    st.sampled_from([0, 5, 25, 400]),
    st.integers(0, 2**32 - 1),
)  # fmt: skip


@given(CHANGES)
@settings(max_examples=40, deadline=None)
def test_changes_agree_with_pandas(case):
    direction, mode, (grain, back, unit), by, seed = case
    random = np.random.default_rng(seed)
    count = int(random.integers(0, 250))
    days = [date(2023, 11, 20) + timedelta(days=int(n)) for n in random.integers(0, 900, count)]
    frame = pd.DataFrame(
        {
            "c1": random.choice(["North", "South", "East", None], count),
            "c2": random.integers(-50, 60, count).astype("int64"),
            "c3": pd.to_datetime(pd.Series(days, dtype="object")),
        }
    )
    rule = fall(direction=direction, mode=mode, grain=grain, back=back, unit=unit, by=by, complete=False)
    table = pa.table(
        {
            "c1": pa.array([None if pd.isna(each) else each for each in frame["c1"]], pa.string()),
            "c2": pa.array(frame["c2"], pa.int64()),
            "c3": pa.array(days, pa.date32()),
        }
    )
    found = by_period(rule, asked(rule, table), today=TODAY)

    codes = {"month": "M", "quarter": "Q-DEC", "week": "W-SUN", "day": "D", "year": "Y-DEC"}
    frame["p"] = frame["c3"].dt.to_period(codes[grain]).dt.start_time
    wide = frame.assign(c1=frame["c1"].fillna("(none)")).pivot_table(
        index="p", columns="c1", values="c2", aggfunc="sum"
    )
    units = {"month": {"months": 1}, "quarter": {"months": 3}, "year": {"years": 1}, "week": {"weeks": 1},
             "day": {"days": 1}}  # fmt: skip
    offset = pd.DateOffset(**{key: value * back for key, value in units[unit or grain].items()})
    expected = []
    for start in wide.index:
        before_at = start - offset
        now, was = wide.loc[start], wide.reindex([before_at]).iloc[0]
        there = (now.notna() | was.notna()) & (before_at >= wide.index[0])
        now, was = now[there].fillna(0), was[there].fillna(0)
        change = now - was
        if mode == "percent":
            change = (change * 100 / was.abs()).where(was != 0)
        fires = {"fall": change < -by, "rise": change > by, "either": change.abs() > by}[direction]
        expected.append((start.date(), int(fires.sum()), int(there.sum())))
    assert found == expected


# --- what does not fit together -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "position"),
    [
        (a_rule({"kind": "row", "condition": {"items": [{"kind": "group"}]}}), "check.condition"),
        (a_rule(by_region(limit="above", bounds=[1], measure="m1")), "check.measure"),
        (a_rule(by_region(limit="between", bounds=[1])), "check.bounds"),
        (a_rule(by_region(limit="above", bounds=[1], within=["d2"])), "check.within[0]"),
        (a_rule(by_region(limit="above", bounds=[1], on="totals", relative="mean")), "check.relative"),
        (a_rule(by_region(limit="empty"), contract={"action": "quarantine"}), "contract.action"),
        (a_rule(by_region(limit="empty"), contract={"action": "refuse", "tolerance": 0.5}), "contract.tolerance"),
        (fall(grain="hour"), "check.grain"),
        (fall(grain="week", unit="month"), "check.unit"),
        (fall(by=-1), "check.by"),
    ],
)
def test_a_rule_that_does_not_fit_together_says_where(rule, position):
    with pytest.raises(RuleIncomplete) as told:
        check_rule(rule)
    assert told.value.where["position"] == position


def test_names_are_told_apart_without_case():
    with pytest.raises(RuleNamedTwice):
        check_set(RuleSet(rules=(below_zero(name="Amount"), below_zero(name="AMOUNT"))))


def test_a_rule_says_which_columns_it_uses():
    assert columns_of(below_zero(message="{#c9} {#c1} {c4}")) == {"c2", "c9", "c1"}
    assert columns_of(fall(filter={"items": [{"kind": "condition", "column": "c7", "op": "is_empty"}]})) == {
        "c1",
        "c2",
        "c3",
        "c7",
    }
    assert columns_of(a_rule(by_region(limit="empty"))) == {"c1", "c2", "c3"}


# --- files of rules -------------------------------------------------------------------------------


def schema(*names, first=1):
    return Schema(
        columns=tuple(
            Column(id=f"c{at}", name=name, type="text", physical="VARCHAR") for at, name in enumerate(names, first)
        )
    )


def a_file():
    rules = RuleSet(
        rules=(
            below_zero(
                name="0 Negative", message="{#c1}", owner=uuid4(), contract={"action": "refuse", "tolerance": 0.1}
            ),
            fall(),
            a_rule(by_region(limit="above", bounds=["1.50"]), name="2 High"),
        )
    )
    return rules, json.loads(sets.as_bytes(sets.written(rules, schema("Region", "Amount", "Day", "Unused"))))


def test_a_rule_set_goes_into_a_file_and_comes_back_the_same():
    rules, document = a_file()
    assert [column["name"] for column in document["columns"]] == ["Region", "Amount", "Day"]
    assert "owner" not in json.dumps(document)
    back = sets.fitted(sets.read(document), schema("Region", "Amount", "Day"), NOWHERE)
    assert back == tuple(rule.model_copy(update={"owner": None}) for rule in rules.rules)


def test_a_file_is_fitted_to_another_dataset_by_the_names_of_columns():
    _, document = a_file()
    other = uuid4()
    moved = sets.fitted(sets.read(document), schema("x", "day ", "amount", "REGION", first=4), other)
    assert columns_of(moved[0]) == {"c6", "c7"}
    assert moved[0].message == "{#c7}"
    assert columns_of(moved[1]) == columns_of(moved[2]) == {"c5", "c6", "c7"}
    assert moved[2].check.question.dataset_id == other
    with pytest.raises(RuleColumnsMissing) as told:
        sets.fitted(sets.read(document), schema("Region", "Price"), other)
    assert told.value.where["columns"] == ["Amount", "Day"]


def test_a_rule_of_the_same_name_takes_the_place_of_the_one_there():
    kept, before = below_zero(name="Other"), below_zero(name="Amount", owner=uuid4())
    coming = below_zero(name="amount", severity="error")
    present = RuleSet(rules=(kept, before))
    after = sets.joined(present, [coming], keep=present.rules)
    assert [rule.id for rule in after.rules] == [kept.id, before.id]
    assert (after.rules[1].severity, after.rules[1].owner) == ("error", before.owner)
    assert [rule.id for rule in sets.joined(present, [coming], keep=()).rules] == [before.id]


def damaged(path, value):
    _, document = a_file()
    part = document
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return document


def deep(levels):
    group = {"kind": "group", "items": []}
    for _ in range(levels):
        group = {"kind": "group", "items": [group]}
    return group


@pytest.mark.parametrize(
    ("document", "position"),
    [
        (None, None),
        ([], None),
        ({}, "format"),
        (damaged(["format"], "dbt"), "format"),
        (damaged(["v"], 2), "v"),
        (damaged(["v"], True), "v"),
        (damaged(["extra"], 1), "extra"),
        (damaged(["rules", 0, "sql"], "DROP TABLE x"), "rules[0].sql"),
        (damaged(["rules", 0, "check", "condition", "items", 0, "column"], "c1); --"), None),
        (damaged(["rules", 1, "check", "by"], float("nan")), None),
        (damaged(["rules", 0, "id"], "x"), "rules[0].id"),
        (damaged(["rules", 0, "check"], {"kind": "python"}), "rules[0].check"),
        (damaged(["rules", 0, "contract", "action"], "delete"), "rules[0].contract.action"),
        (damaged(["rules"], [a_file()[1]["rules"][0]] * 201), "rules"),
        (damaged(["rules", 0, "check", "condition"], deep(5_000)), None),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(document, position):
    with pytest.raises(RuleSetDamaged) as told:
        sets.read(document)
    if position is not None:
        assert told.value.where["position"] == position


def test_names_twice_in_a_file_are_refused():
    with pytest.raises(RuleNamedTwice):
        sets.read(damaged(["rules", 1, "name"], "0 NEGATIVE"))
