"""Joins before they are used: what matches, whether rows multiply, and which columns are suggested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.questions import TODAY, World, run, schema

from tablewright.core.errors import Problem
from tablewright.core.queries.matching import Matching, match_report
from tablewright.core.queries.model import Group, Question
from tablewright.core.queries.suggesting import Candidate, suggest_joins
from tablewright.core.queries.tables import Table, TableKey

LEFT = schema(c1=("Customer", "integer", "BIGINT"), c2=("Code", "text", "VARCHAR"))
RIGHT = schema(c1=("Id", "integer", "BIGINT"), c2=("Code", "text", "VARCHAR"), c3=("Name", "text", "VARCHAR"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.add(1, LEFT, {"c1": [1, 1, 2, 9, None], "c2": ["a", "b", "a", "a", None]})
    made.add(2, RIGHT, {"c1": [1, 2, 2, 3, None, None], "c2": ["a", "a", "b", "z", "a", None], "c3": ["x"] * 6})
    return made


def reported(world: World, *on: tuple[str, str], **more: Any) -> Matching:
    join = {"dataset_id": World.id(2), "on": on, **more}
    question = Question.model_validate({"dataset_id": World.id(1), "joins": [join]})
    compiled = match_report(question, 0, world.tables, today=TODAY)
    (row,) = run(compiled)
    return Matching.of(dict(zip([each.key for each in compiled.columns], row, strict=True)))


def test_a_report_counts_what_matches_and_what_multiplies(world: World) -> None:
    found = reported(world, ("c1", "c1"))
    assert found == Matching(
        left_rows=5, left_matched=3, left_keys_repeated=1, right_rows=6, right_matched=3, right_keys_repeated=1,
        pairs=4, most_per_row=2,
    )  # fmt: skip
    assert found.multiplies
    assert found.factor == 4 / 3
    assert "3 matching rows become 4" in found.words
    joined = world.ask(joins=[{"dataset_id": World.id(2), "on": [["c1", "c1"]], "kind": "inner"}])
    assert len(joined) == found.pairs


def test_a_report_of_a_join_on_two_columns(world: World) -> None:
    found = reported(world, ("c1", "c1"), ("c2", "c2"))
    assert (found.left_matched, found.right_matched, found.pairs, found.most_per_row) == (2, 2, 2, 1)
    assert not found.multiplies
    assert "multiply" not in found.words


def test_a_report_sees_what_the_reader_may_see(world: World) -> None:
    key = next(each for each in world.tables if str(each.dataset_id) == World.id(2))
    rule = Group.model_validate({"items": [{"kind": "condition", "column": "c1", "op": "eq", "values": [1]}]})
    world.see(2, Table(RIGHT, world.tables[key].source, rule))
    found = reported(world, ("c1", "c1"))
    assert (found.right_rows, found.left_matched, found.pairs) == (1, 2, 2)
    hidden = RIGHT.model_copy(update={"columns": RIGHT.columns[1:]})
    world.see(2, Table(hidden, world.tables[TableKey(key.dataset_id)].source))
    with pytest.raises(Problem) as caught:
        reported(world, ("c1", "c1"))
    assert (caught.value.code, caught.value.where["position"]) == ("column_missing", "joins[0].on[0]")


def test_a_report_of_an_answer_and_of_no_join(world: World) -> None:
    base = {"dataset_id": World.id(2), "dimensions": [{"column": "c1"}]}
    found = reported(world, ("c1", "c1"), base=base)
    assert (found.right_rows, found.pairs, found.multiplies) == (4, 3, False)
    with pytest.raises(Problem) as caught:
        match_report(Question.model_validate({"dataset_id": World.id(1)}), 0, world.tables, today=TODAY)
    assert caught.value.code == "join_missing"


def candidate(name: str, *columns: tuple[str, str, dict[str, Any]], rows: int = 100) -> Candidate:
    physical = {"integer": "BIGINT", "text": "VARCHAR", "decimal": "DECIMAL(9,2)", "date": "DATE"}
    made = schema(**{f"c{n}": (label, kind, physical[kind]) for n, (label, kind, _) in enumerate(columns, start=1)})
    profile = [{"id": f"c{n}", "null_count": 0, **told} for n, (_, _, told) in enumerate(columns, start=1)]
    return Candidate(name, made, profile, rows)


def many(distinct: int, **more: Any) -> dict[str, Any]:
    return {"distinct_count": distinct, **more}


ORDERS = candidate(
    "Orders",
    ("Id", "integer", many(100, min=1, max=100)),
    ("Customer id", "integer", many(40, min=1, max=50)),
    ("Region", "text", many(2, top=[{"value": "N", "count": 60}, {"value": "S", "count": 40}])),
    ("Amount", "decimal", many(90, min=1, max=900)),
)


def test_a_key_and_the_column_that_names_it_are_suggested() -> None:
    customers = candidate(
        "Customers", ("Id", "integer", many(50, min=1, max=50)), ("Amount", "decimal", many(9)), rows=50
    )
    best, *others = suggest_joins(ORDERS, customers)
    assert (best.left, best.right, best.multiplies) == ("c2", "c1", False)
    assert "each value stands in one row" in best.reason
    assert ("c1", "c1") not in [(each.left, each.right) for each in others]  # two Ids of two tables


def test_names_of_different_spelling_and_tables_are_alike() -> None:
    regions = candidate("Regions", ("Code", "text", many(3, top=[{"value": v, "count": 1} for v in "NSE"])), rows=3)
    best = suggest_joins(ORDERS, regions)[0]
    assert (best.left, best.right, best.multiplies) == ("c3", "c1", False)
    visits = candidate("Visits", ("customer_ID", "integer", many(45, min=1, max=50)), rows=900)
    best = suggest_joins(ORDERS, visits)[0]
    assert (best.left, best.right, best.multiplies) == ("c2", "c1", True)
    assert "several rows" in best.reason


def test_a_declared_key_comes_first_and_nothing_is_suggested_where_nothing_fits() -> None:
    other = candidate("Buyers", ("Number", "integer", many(50, min=900, max=999)), ("Region", "text", many(2)), rows=50)
    assert suggest_joins(ORDERS, other, declared=[("c2", "c1")])[0].reason == "The file declares this key."
    strange = candidate("Weather", ("Day", "date", many(50)), ("Sky", "text", many(9)), rows=50)
    assert suggest_joins(ORDERS, strange) == ()
