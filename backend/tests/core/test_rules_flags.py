"""A rule as a column: the flag is true exactly where the rule's filter keeps the row."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.questions import ask, schema, write
from support.rules import a_rule

from tablewright.core.rules.flags import flag
from tablewright.core.rules.problems import RuleIncomplete

TABLE = schema(
    c1=("Row", "integer", "BIGINT"),
    c2=("Amount", "integer", "BIGINT"),
    c3=("Price", "decimal", "DECIMAL(9,2)"),
    c4=("Share", "float", "DOUBLE"),
    c5=("Name", "text", "VARCHAR"),
    c6=("Paid", "boolean", "BOOLEAN"),
    c7=("Day", "date", "DATE"),
    c8=("Local", "timestamp", "TIMESTAMP"),
    c9=("Clock", "time", "TIME"),
)
ROWS = {
    "c1": [1, 2, 3, 4, 5, 6],
    "c2": [-3, 0, 2, None, 7, 2],
    "c3": ["-1.50", "0.00", "2.25", None, "7.00", "2.25"],
    "c4": [-0.5, 0.0, 0.1, None, float("nan"), 2.5],
    "c5": ["Ada", "ada", 'a "b"', None, "", "Bo]"],
    "c6": [True, False, None, True, False, True],
    "c7": [date(2026, 1, 1), date(2026, 1, 2), None, date(1999, 12, 31), date(2026, 1, 1), date(2030, 5, 5)],
    "c8": [datetime(2026, 1, 1), datetime(2026, 1, 1, 23, 59, 59), datetime(2026, 1, 2), None,
           datetime(2025, 12, 31, 12), datetime(2026, 1, 1, 0, 0, 1)],
    "c9": [time(8), time(8, 30), None, time(23, 59, 59), time(0), time(8)],
}  # fmt: skip
VALUES = {
    "c2": st.sampled_from([-3, 0, 2, 1.5, "2", 99]),
    "c3": st.sampled_from(["2.25", -1.5, 0, "7.001", 2]),
    "c4": st.sampled_from([0, 0.1, -0.5, 2.5, 3]),
    "c5": st.sampled_from(["Ada", "ADA", "a", 'a "b"', "", "]", "'; --"]),
    "c7": st.sampled_from(["2026-01-01", "1999-12-31", "2026-01-02"]),
    "c8": st.sampled_from(["2026-01-01", "2026-01-01T00:00:01", "2025-12-31", "9999-12-31"]),
    "c9": st.sampled_from(["08:00:00", "23:59:59"]),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    from decimal import Decimal

    given_rows = {**ROWS, "c3": [None if each is None else Decimal(each) for each in ROWS["c3"]]}
    return write(tmp_path_factory.mktemp("flags") / "rows.parquet", TABLE, given_rows)


@st.composite
def conditions(draw):
    column = draw(st.sampled_from(["c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"]))
    if column == "c6":
        op = draw(st.sampled_from(["eq", "ne", "is_empty", "is_not_empty"]))
        values = [draw(st.sampled_from([True, False, None]))] if op in ("eq", "ne") else []
        return {"kind": "condition", "column": column, "op": op, "values": values}
    ops = ["eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between", "is_empty", "is_not_empty"]
    op = draw(st.sampled_from(ops + (["contains", "starts_with", "ends_with"] if column == "c5" else [])))
    value = VALUES[column]
    if op in ("eq", "ne"):
        value = st.one_of(value, st.none())
    many = {"between": 2, "is_empty": 0, "is_not_empty": 0}.get(op, 1)
    if op in ("in", "not_in"):
        values = draw(st.lists(st.one_of(value, st.none()), max_size=3))
    else:
        values = [draw(value) for _ in range(many)]
    return {"kind": "condition", "column": column, "op": op, "values": values}


def groups(depth):
    items = conditions() if depth == 0 else st.one_of(conditions(), groups(depth - 1))
    return st.builds(
        lambda op, parts: {"kind": "group", "op": op, "items": parts},
        st.sampled_from(["and", "or"]), st.lists(items, min_size=1, max_size=3),
    )  # fmt: skip


@given(groups(1))
@example({"kind": "group", "items": [{"kind": "condition", "column": "c8", "op": "le", "values": ["9999-12-31"]}]})
@settings(max_examples=80, deadline=None)
def test_a_flag_is_true_exactly_where_the_filter_keeps_the_row(rows, group):
    rule = a_rule({"kind": "row", "condition": group})
    (formula,) = flag(rule, TABLE)
    flagged = ask(rows, TABLE, columns=["c1", "f1"], formulas=[formula.model_dump()])
    kept = {row for (row,) in ask(rows, TABLE, columns=["c1"], filter=group)}
    assert [value for _, value in flagged] == [row in kept for row, _ in flagged]


def test_a_flag_can_be_grouped_by_and_show_the_severity(rows):
    check = {"kind": "row", "condition": {"items": [{"kind": "condition", "column": "c2", "op": "lt", "values": [1]}]}}
    rule = a_rule(check, name="Low", severity="error")
    (formula,) = flag(rule, TABLE, first=3, shows="severity")
    assert (formula.id, formula.name) == ("f3", "Low")
    counted = ask(rows, TABLE, formulas=[formula.model_dump()], dimensions=[{"column": "f3"}],
                  measures=[{"fn": "count_rows"}])  # fmt: skip
    assert counted == [("error", 2), (None, 4)]


def test_a_flag_brings_the_formulas_of_its_rule_along(rows):
    check = {
        "kind": "row",
        "formulas": [
            {"id": "f1", "name": "Double", "text": "[#c2] * 2"},
            {"id": "f2", "name": "High", "text": "[#f1] > 3"},
        ],
        "condition": {"items": [{"kind": "condition", "column": "f2", "op": "eq", "values": [True]}]},
    }  # fmt: skip
    made = flag(a_rule(check, name="High"), TABLE, first=5)
    assert [(formula.id, formula.text) for formula in made][1:] == [
        ("f6", "[#f5] > 3"), ("f7", "IFBLANK([#f6] = TRUE, FALSE)"),
    ]  # fmt: skip
    found = ask(rows, TABLE, columns=["f7"], formulas=[formula.model_dump() for formula in made])
    assert [value for (value,) in found] == [False, False, True, False, True, True]


@pytest.mark.parametrize(
    ("check", "position"),
    [
        ({"kind": "change", "measure": {"fn": "count_rows"}, "time": "c7"}, "check.kind"),
        ({"kind": "row", "condition": {"items": [{"kind": "condition", "column": "c5", "op": "in",
                                                 "values": [f"value {n}" for n in range(400)]}]}}, "check.condition"),
        ({"kind": "row", "condition": {"items": [{"kind": "condition", "column": "c99", "op": "eq", "values": [1]}]}},
         "check.condition.items[0]"),
        ({"kind": "row", "condition": {"items": [
            {"kind": "condition", "column": "c7", "op": "in_period", "period": {"kind": "last", "unit": "month"}}]}},
         "check.condition.items[0]"),
    ],
)  # fmt: skip
def test_what_no_column_can_say_is_refused(check, position):
    with pytest.raises(RuleIncomplete) as told:
        flag(a_rule(check), TABLE)
    assert told.value.where["position"] == position
