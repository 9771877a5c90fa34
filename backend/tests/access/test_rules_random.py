"""The answer under a rule is the answer over a file that was filtered beforehand, whatever is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.questions import DATASET, run, schema, write

from tablewright.core.access.model import Reader, RuleSet
from tablewright.core.access.view import view
from tablewright.core.errors import Problem
from tablewright.core.queries.compile import compile_question, count_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, TableKey, named_tables
from tablewright.core.tables import Schema
from tablewright.core.tables.schema import ColumnMissing

SALES = schema(
    c1=("Region", "text", "VARCHAR"),
    c2=("Units", "integer", "BIGINT"),
    c3=("Amount", "float", "DOUBLE"),
    c4=("Day", "date", "DATE"),
)
OTHER = UUID("00000000-0000-0000-0000-00000000d001")
TODAY = date(2024, 3, 1)
Row = tuple[str | None, int | None, float | None, date | None]

rows_of_table = st.lists(
    st.tuples(
        st.sampled_from(["North", "South", "East", None]),
        st.sampled_from([0, 1, 2, 5, None]),
        st.sampled_from([-1.5, 0.0, 2.25, 10.0, None]),
        st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), None]),
    ),
    max_size=14,
)

# Each condition of a rule with what it means, said a second time in Python. The reader's region is North and East.
MEANT: list[tuple[tuple[str, str, list[Any]], Callable[[Row], bool]]] = [
    (("c1", "eq", ["{member.region}"]), lambda row: row[0] in ("North", "East")),
    (("c1", "ne", ["{member.region}"]), lambda row: row[0] not in ("North", "East")),
    (("c1", "in", ["South", None]), lambda row: row[0] in ("South", None)),
    (("c2", "ge", [2]), lambda row: row[1] is not None and row[1] >= 2),
    (("c2", "eq", ["{member.level}"]), lambda row: row[1] == 1),
    (("c3", "lt", [0.5]), lambda row: row[2] is not None and row[2] < 0.5),
    (("c4", "is_empty", []), lambda row: row[3] is None),
    (("c4", "between", ["2024-01-01", "2024-12-31"]), lambda row: row[3] is not None and row[3].year == 2024),
    (("c1", "eq", ["{member.missing}"]), lambda row: False),
]
READER = Reader(UUID(int=1), "viewer", attributes=(("level", ("1",)), ("region", ("North", "East"))))


def condition(index: int) -> dict[str, Any]:
    column, op, values = MEANT[index][0]
    return {"kind": "group", "items": [{"kind": "condition", "column": column, "op": op, "values": values}]}


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[dict[str, Any], Callable[[Row], bool], set[str]]:
    """Rules, which rows they give the reader, and which columns they hide."""
    chosen = draw(st.lists(st.integers(0, len(MEANT) - 1), max_size=3))
    for_others = draw(st.booleans())
    rows = [{"name": "R", "who": [{"kind": "everyone"}], "condition": condition(index)} for index in chosen]
    if for_others:
        rows.append({"name": "O", "who": [{"kind": "role", "role": "admin"}]})
    hidden = draw(st.sets(st.sampled_from(["c2", "c3", "c4"]), max_size=2))
    columns = [{"name": "C", "who": [{"kind": "role", "role": "admin"}], "columns": sorted(hidden)}] if hidden else []

    def keeps(row: Row) -> bool:
        return not rows or any(MEANT[index][1](row) for index in chosen)

    return {"rows": rows, "columns": columns}, keeps, hidden


def of(column: str, op: str, *values: Any) -> dict[str, Any]:
    return {"kind": "group", "items": [{"kind": "condition", "column": column, "op": op, "values": list(values)}]}


measures = st.sampled_from(
    [
        {"fn": "count_rows"},
        {"fn": "count", "column": "c1"},
        {"fn": "count_distinct", "column": "c2"},
        {"fn": "sum", "column": "c2"},
        {"fn": "mean", "column": "c3"},
        {"fn": "median", "column": "c3"},
        {"fn": "quantile", "q": 0.9, "column": "c2"},
        {"fn": "max", "column": "c4"},
        {"fn": "first", "column": "c1"},
        {"fn": "sum", "column": "c2", "derive": {"kind": "share"}},
        {"fn": "count_rows", "derive": {"kind": "rank"}},
        {"fn": "count_rows", "filter": of("c2", "gt", 0)},
    ]
)
dimensions = st.sampled_from(
    [
        {"column": "c1"},
        {"column": "c1", "top": {"n": 1, "by": "m0", "other": True}},
        {"column": "c2", "bins": {"count": 3}},
        {"column": "c4", "grain": "month"},
        {"column": "c4", "part": "day_of_week"},
    ]
)
filters = st.sampled_from([None, of("c2", "ge", 1), of("c1", "ne", "North"), of("c3", "is_empty")])
grouped = st.fixed_dictionaries(
    {
        "dimensions": st.lists(dimensions, max_size=2, unique_by=str),
        "measures": st.lists(measures, min_size=1, max_size=3, unique_by=str),
        "filter": filters,
        "having": st.sampled_from([None, of("m0", "gt", 1)]),
        "limit": st.sampled_from([None, 2]),
    }
)
listed = st.fixed_dictionaries(
    {
        "columns": st.lists(st.sampled_from(["c1", "c2", "c3", "c4"]), max_size=3, unique=True),
        "filter": filters,
        "sort": st.sampled_from([[], [{"by": "c1"}], [{"by": "c2", "direction": "desc"}]]),
        "limit": st.sampled_from([None, 3]),
        "offset": st.sampled_from([0, 2]),
    }
)
joins = st.builds(
    lambda kind, on: {"dataset_id": str(OTHER), "kind": kind, "on": [[on, on]]},
    st.sampled_from(["left", "inner", "right", "full", "semi", "anti"]),
    st.sampled_from(["c1", "c2"]),
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    asked = draw(st.one_of(grouped, listed))
    how = draw(st.sampled_from(["plain", "join", "base", "union"]))
    if how == "join":
        return {**asked, "joins": [draw(joins)]}
    if how == "base":
        return {**asked, "base": {"dataset_id": str(OTHER), **draw(listed), "columns": []}}
    if how == "union":
        same = {"columns": ["c1", "c2"]}
        return {**same, "union": [{"dataset_id": str(OTHER), **same, "filter": asked["filter"]}]}
    return asked


def as_rows(rows: list[Row]) -> dict[str, list[Any]]:
    return {f"c{index + 1}": [row[index] for row in rows] for index in range(4)}


def told(question: Question, tables: dict[UUID, Table]) -> Any:
    """The answer and its size, or the state of affairs for which there is none."""
    named = {key: tables[key.dataset_id] for key, _ in named_tables(question)}
    try:
        answer = run(compile_question(question, named, today=TODAY))
        return answer, run(count_question(question, named, today=TODAY))
    except Problem as problem:
        return type(problem), problem.detail


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows_of_table, rows_of_table, rule_sets(), rule_sets(), questions())
def test_a_rule_is_a_file_that_was_filtered_beforehand(first, second, one, two, parts):
    question = Question.model_validate({"dataset_id": DATASET, **parts})
    with tempfile.TemporaryDirectory() as folder:
        ruled: dict[UUID, Table] = {}
        filtered: dict[UUID, Table] = {}
        for dataset_id, rows, (rules, keeps, hidden) in ((DATASET, first, one), (OTHER, second, two)):
            seen = view(RuleSet.model_validate(rules), READER, SALES)
            assert seen.hidden == hidden
            shown = Schema(columns=tuple(column for column in SALES.columns if column.id not in hidden))
            whole = write(Path(folder, f"{dataset_id}.parquet"), SALES, as_rows(rows))
            part = write(Path(folder, f"{dataset_id}-part.parquet"), SALES, as_rows([r for r in rows if keeps(r)]))
            ruled[dataset_id] = Table(seen.shown(SALES), str(whole), seen.row_rule, SALES)
            filtered[dataset_id] = Table(shown, str(part))
        assert told(question, ruled) == told(question, filtered)


def test_a_hidden_column_of_a_joined_table_is_not_there(tmp_path):
    file = str(write(tmp_path / "a.parquet", SALES, as_rows([("North", 1, 1.0, None)])))
    narrow = Schema(columns=SALES.columns[:2])
    tables = {TableKey(DATASET): Table(SALES, file), TableKey(OTHER): Table(narrow, file)}
    for parts in (
        {"columns": ["j1c3"], "joins": [{"dataset_id": str(OTHER), "on": [["c1", "c1"]]}]},
        {"joins": [{"dataset_id": str(OTHER), "on": [["c3", "c3"]]}]},
        {"base": {"dataset_id": str(OTHER), "columns": ["c3"]}},
        {"columns": ["c1"], "union": [{"dataset_id": str(OTHER), "columns": ["c4"]}]},
    ):
        with pytest.raises(ColumnMissing) as refused:
            compile_question(Question.model_validate({"dataset_id": DATASET, **parts}), tables, today=TODAY)
        assert "Amount" not in refused.value.detail
