"""Questions for people: the sentence of what is asked, and SQL with names that says what is done."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
from support.questions import TODAY, World, schema

from tablewright.core.queries.model import AnswerColumn, Question
from tablewright.core.queries.shown import shown_sql
from tablewright.core.queries.wording import in_words, name_of

SALES = schema(c1=("Region", "text", "VARCHAR"), c2=("Amount", "decimal", "DECIMAL(9,2)"), c3=("Day", "date", "DATE"))
REGIONS = schema(c1=("Region", "text", "VARCHAR"), c2=('Head "of"', "text", "VARCHAR"))
NAMES = {UUID(World.id(1)): "Sales", UUID(World.id(2)): "Regions", UUID(int=7): "Margin", UUID(int=8): "By region"}
SUM = {"fn": "sum", "column": "c2"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("words"))
    made.add(1, SALES, {
        "c1": ["N", "S", "N", "W", None, "O'x"],
        "c2": [Decimal(n) for n in (10, 20, 30, 5, 1, 2)],
        "c3": [date(2026, month, 1) for month in (1, 1, 2, 2, 3, 3)],
    })  # fmt: skip
    made.add(2, REGIONS, {"c1": ["N", "S", "N"], "c2": ["Ann", "Bob", "Cy"]})
    return made


def condition(column: str, op: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "condition", "column": column, "op": op, "values": values, **more}


def join(kind: str = "left") -> dict[str, Any]:
    return {"dataset_id": World.id(2), "kind": kind, "on": [["c1", "c1"]]}


LAST_YEAR = {"kind": "last", "unit": "month", "count": 12}
BASE = {"dataset_id": World.id(1), "dimensions": [{"column": "c1"}], "measures": [SUM]}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, "All columns from Sales."),
        ({"columns": ["c1", "c2"], "sort": [{"by": "c2", "direction": "desc"}], "limit": 5},
         "Region and Amount from Sales, sorted by Amount, largest first, the first 5."),
        ({"measures": [{"fn": "count_rows"}]}, "Number of rows from Sales."),
        ({"dimensions": [{"column": "c3", "grain": "month"}], "measures": [SUM, {"fn": "median", "column": "c2"}]},
         "Sum of Amount and median of Amount by month of Day from Sales."),
        ({"filter": {"items": [condition("c1", "in", "N", None), condition("c2", "between", 1, 5)]}},
         'All columns from Sales, where Region is one of "N" or nothing and Amount is between 1 and 5.'),
        ({"filter": {"op": "or", "items": [condition("c1", "is_empty"), {"kind": "group", "items": [
            condition("c2", "gt", 1), condition("c3", "in_period", period=LAST_YEAR)]}]}},
         "All columns from Sales, where Region is empty or (Amount is more than 1 and Day is in the last 12 months)."),
        ({"measures": [{**SUM, "derive": {"kind": "percent_change", "unit": "year"}}],
          "dimensions": [{"column": "c3", "grain": "month"}]},
         "Change in percent of sum of Amount against 1 year before by month of Day from Sales."),
        ({"measures": [SUM], "dimensions": [{"column": "c1", "top": {"n": 3}}]},
         "Sum of Amount by Region (the 3 with the largest sum of Amount, the others together) from Sales."),
        ({"measures": [SUM], "dimensions": [{"column": "c2", "bins": {"width": 5}}],
          "having": {"items": [condition("m0", "gt", 100)]}},
         "Sum of Amount by Amount in bins 5 wide from Sales, showing only groups where sum of Amount is more than "
         "100."),
        ({"measures": [SUM], "dimensions": [{"column": "c1"}, {"column": "c3", "part": "day_of_week"}],
          "pivot": {"columns": ["d1"], "row_totals": True, "column_totals": True}},
         "Sum of Amount by Region and day of week of Day from Sales, day of week of Day across and with row totals and "
         "column totals."),
        ({"joins": [join()], "columns": ["j1c2"]}, 'Head "of" from Sales with Regions.'),
        ({"sample": {"share": 0.1}}, "All columns from a sample of 0.1 of the rows of Sales."),
        ({"base": BASE, "measures": [{"fn": "max", "column": "c2"}]},
         "Maximum of sum of Amount from the answer to (sum of Amount by Region from Sales)."),
        ({"base_id": str(UUID(int=8))}, "All columns from the answer to By region."),
        ({"measures": [{"metric": str(UUID(int=7))}]}, "Margin from Sales."),
        ({"measures": [{"fn": "sum", "column": "c2", "filter": {"items": [condition("c1", "eq", "N")]}}]},
         'Sum of Amount (only where Region is "N") from Sales.'),
        ({"parameters": [{"name": "r", "type": "text", "label": "region"}],
          "filter": {"items": [condition("c1", "eq", parameter="r")]}},
         "All columns from Sales, where Region is the chosen region."),
        ({"measures": [SUM], "calendar": {"time_zone": "Europe/Berlin", "year_starts": 4, "week_starts": 7}},
         "Sum of Amount from Sales, with days in Europe/Berlin, years from April and weeks from Sunday."),
        ({"columns": ["c9"], "union": [{"dataset_id": World.id(3)}]},
         "A column that is gone from Sales, and below it: all columns from a dataset that is gone."),
        ({"measures": [{"fn": "formula", "column": "f1"}], "formulas": [{"id": "f1", "name": "Rate", "text": "1"}]},
         "Rate from Sales."),
    ],
)  # fmt: skip
def test_a_question_is_said_in_words(world: World, parts: dict[str, Any], sentence: str) -> None:
    question = Question.model_validate({"dataset_id": World.id(1), **parts})
    assert in_words(question, world.tables, NAMES) == sentence


SHOWN: list[dict[str, Any]] = [
    {"columns": ["c1", "c3"], "filter": {"items": [condition("c1", "eq", "O'x")]}},
    {"sort": [{"by": "c2", "direction": "desc"}], "limit": 3},
    {"dimensions": [{"column": "c1"}], "measures": [SUM], "sort": [{"by": "m0"}]},
    {"dimensions": [{"column": "c2", "bins": {"count": 3}}], "measures": [{"fn": "count_rows"}]},
    {"dimensions": [{"column": "c1", "top": {"n": 1}}, {"column": "c3", "grain": "month"}],
     "measures": [SUM, {**SUM, "derive": {"kind": "share"}, "label": "Part"}],
     "pivot": {"columns": ["d1"], "row_totals": True}, "having": {"items": [condition("m0", "gt", 1)]}},
    {"joins": [join(), join("anti")], "columns": ["j1c2", "c1", "j1c1"], "sort": [{"by": "j1c2"}]},
    {"joins": [join(), join("semi")]},
    {"base": BASE, "formulas": [{"id": "f1", "name": "Twice", "text": "[#c2] * 2"}], "columns": ["c1", "f1"],
     "filter": {"items": [condition("f1", "gt", 20)]}},
    {"columns": ["c1"], "union": [{"dataset_id": World.id(2), "columns": ["c2"]}]},
    {"formulas": [{"id": "f1", "name": "Head", "text": f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c2])"}],
     "columns": ["c1", "f1"]},
    {"sample": {"rows": 3}, "measures": [SUM]},
]  # fmt: skip


@pytest.mark.parametrize("parts", SHOWN)
def test_the_sql_that_is_shown_gives_the_answer(world: World, parts: dict[str, Any]) -> None:
    question = Question.model_validate({"dataset_id": World.id(1), **parts})
    shown = shown_sql(question, world.tables, NAMES, today=TODAY)
    with duckdb.connect() as connection:
        for key, table in world.tables.items():
            columns = ", ".join(f'{c.id} AS "{c.name.replace(chr(34), chr(34) * 2)}"' for c in table.schema.columns)
            connection.execute(
                f'CREATE VIEW "{NAMES[key.dataset_id]}" AS SELECT {columns}, file_row_number '
                f"FROM read_parquet('{Path(table.source)}', file_row_number = true)"
            )
        found = connection.execute(shown)
        names = [each[0] for each in found.description or ()]
        rows = found.fetchall()
    expected = world.ask(**parts)
    assert [row[: len(expected[0])] for row in rows] == expected
    assert "$" not in shown
    for ours in ("c1", "c2", "c3", "m0", "d0", "f1", "j1c2"):
        assert ours not in names


def test_the_sql_that_is_shown_reads_well(world: World) -> None:
    question = Question.model_validate({"dataset_id": World.id(1), **SHOWN[2]})
    assert shown_sql(question, world.tables, NAMES, today=TODAY) == (
        'SELECT\n  "Region" AS "Region",\n  SUM("Amount") AS "Sum of Amount"\nFROM "Sales"\nGROUP BY\n  1\n'
        'ORDER BY\n  "Sum of Amount" ASC,\n  "Region" ASC'
    )


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ([("measure", "Sum of amount"), ("dimension", "region")], "Sum of amount by region"),
        ([("measure", "Count"), ("measure", "Mean")], "Count and Mean"),
        ([("dimension", "a"), ("dimension", "b")], "a and b"),
        ([("column", each) for each in "abcde"], "a, b, c and 2 more"),
    ],
)
def test_an_answer_that_nobody_named_is_called_by_its_columns(columns: list[tuple[str, str]], name: str) -> None:
    told = [
        AnswerColumn.model_validate({"key": "k", "label": said, "type": "text", "role": role}) for role, said in columns
    ]
    assert name_of(told) == name
