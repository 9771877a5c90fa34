"""Formulas in questions: columns of the rows, measures of the groups, windows, parameters and looking up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from support import formulas as examples
from support.questions import TODAY, World, ask, prepare, run, schema

from tablewright.core.errors import Problem
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.names import stored
from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Group, Question
from tablewright.core.queries.references import references
from tablewright.core.queries.tables import Table, TableKey, named_tables
from tablewright.core.tables.schema import Column, Schema

SALES = schema(
    c1=("Region", "text", "VARCHAR"),
    c2=("Sales", "decimal", "DECIMAL(9,2)"),
    c3=("Cost", "decimal", "DECIMAL(9,2)"),
    c4=("Day", "date", "DATE"),
    c5=("Pieces", "integer", "INTEGER"),
)
REGIONS = schema(c1=("Code", "text", "VARCHAR"), c2=("Name", "text", "VARCHAR"), c3=("Share", "float", "DOUBLE"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("formulas"))
    made.add(1, SALES, {
        "c1": ["N", "S", "N", None, "S"],
        "c2": [Decimal(v) for v in ("100.00", "50.00", "10.00", "5.00", "30.00")],
        "c3": [Decimal(v) for v in ("60.00", "50.00", "0.00", "1.00", "45.00")],
        "c4": [date(2026, 1, 3), date(2026, 1, 4), date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1)],
        "c5": [3, 1, None, 2, 4],
    })  # fmt: skip
    made.add(2, REGIONS, {"c1": ["N", "S", "N"], "c2": ["North", "South", "Nowhere"], "c3": [0.5, None, 0.1]})
    return made


def formulas(*texts: str, **named: str) -> list[dict[str, str]]:
    return [{"id": f"f{n}", "name": f"F{n}", "text": text} for n, text in enumerate(texts, start=1)]


def where(column: str, op: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"items": [{"kind": "condition", "column": column, "op": op, "values": values, **more}]}


MARGIN = "[#c2] - [#c3]"


def test_a_formula_is_a_column_to_list_filter_sort_and_group_by(world: World) -> None:
    asked = {"formulas": formulas(MARGIN, 'IF([#f1] > 20, "high", "low")')}
    assert world.ask(**asked, columns=["f1", "f2"]) == [
        (Decimal(40), "high"), (Decimal(0), "low"), (Decimal(10), "low"), (Decimal(4), "low"), (Decimal(-15), "low")
    ]  # fmt: skip
    assert len(world.ask(**asked)[0]) == len(SALES.columns) + 2
    assert world.ask(**asked, columns=["c1"], filter=where("f1", "ge", 10)) == [("N",), ("N",)]
    down = [{"by": "f1", "direction": "desc"}]
    assert [a for (a,) in world.ask(**asked, columns=["f1"], sort=down, limit=2)] == [Decimal(40), Decimal(10)]
    by = world.ask(
        **asked, dimensions=[{"column": "f2"}], measures=[{"fn": "sum", "column": "f1"}, {"fn": "count_rows"}]
    )
    assert by == [("high", Decimal(40), 1), ("low", Decimal(-1), 4)]


def test_only_the_formulas_that_are_used_are_computed(world: World) -> None:
    asked = Question.model_validate(
        {"dataset_id": World.id(1), "formulas": formulas(MARGIN, "[#c5] * 2"), "columns": ["f2"]}
    )
    sql = prepare(asked, SALES).sql
    assert "c2" not in sql
    assert "f1" not in sql


def test_formulas_work_over_joins_and_answers(world: World) -> None:
    join = {"dataset_id": World.id(2), "on": [["c1", "c1"]], "kind": "left"}
    joined = {"joins": [join], "formulas": formulas('[#j1c2] & "/" & [#c5]')}
    assert world.ask(**joined, columns=["f1"], limit=3) == [("North/3",), ("Nowhere/3",), ("South/1",)]
    base = {"dataset_id": World.id(1), "formulas": formulas(MARGIN), "columns": ["c1", "f1"]}
    over = {"base": base, "formulas": formulas("[#c2] * 2"), "measures": [{"fn": "max", "column": "f1"}]}
    assert world.ask(**over) == [(Decimal(80),)]


@pytest.mark.parametrize(
    ("parameter", "text", "expected"),
    [
        ({"type": "number", "value": 3}, "[#c5] * {p}", 9),
        ({"type": "number", "value": "0.10"}, "[#c2] * {p}", Decimal("10.0000")),
        ({"type": "number", "value": 1e300}, "[#c5] * {p}", 3e300),
        ({"type": "text", "value": "x'y"}, "[#c1] & {p}", "Nx'y"),
        ({"type": "boolean", "value": True}, 'IF({p}, "yes", "no")', "yes"),
        ({"type": "number"}, "[#c5] * {p}", None),
        ({"type": "date", "value": "2026-01-03"}, 'IF([#c4] = {p}, "yes", "no")', "yes"),
    ],
)
def test_a_parameter_may_stand_in_a_formula(world: World, parameter: dict[str, Any], text: str, expected: Any) -> None:
    given = [{"name": "p", **parameter}]
    assert world.ask(parameters=given, formulas=formulas(text), columns=["f1"], limit=1) == [(expected,)]


@pytest.mark.parametrize(
    ("texts", "more", "code", "position"),
    [
        (["[#c1] +"], {}, "formula_unreadable", "formulas[0]"),
        (["1 + 1", "[#c99]"], {}, "column_unknown", "formulas[1]"),
        (["[#f2]", "[#f1]"], {}, "formula_circular", "formulas[1]"),
        (["SUM([#c2])"], {"columns": ["f1"]}, "formula_unfit", "formulas[0]"),
        (["SUM([#c2])"], {"filter": where("f1", "gt", 1)}, "formula_unfit", "formulas[0]"),
        (["SUM([#c2])"], {"dimensions": [{"column": "f1"}]}, "formula_unfit", "formulas[0]"),
        (["RUNNING_SUM([#c2])"], {"filter": where("f1", "gt", 1)}, "formula_unfit", "formulas[0]"),
        (["RUNNING_SUM([#c2])"], {"dimensions": [{"column": "f1"}]}, "formula_unfit", "formulas[0]"),
        (["RUNNING_SUM([#c2])"], {"measures": [{"fn": "formula", "column": "f1"}]}, "formula_unfit", "measures[0]"),
        ([MARGIN], {"measures": [{"fn": "formula", "column": "f1"}]}, "formula_unfit", "measures[0]"),
        ([MARGIN], {"measures": [{"fn": "formula", "column": "f7"}]}, "formula_missing", "measures[0]"),
        ([MARGIN], {"measures": [{"fn": "formula"}]}, "measure_column_missing", "measures[0]"),
        (["SUM([#c2])"], {"measures": [{"fn": "formula", "column": "f1", "q": 0.5}]}, "measure_part_unused",
         "measures[0]"),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_is_told_with_its_place(
    world: World, texts: list[str], more: dict[str, Any], code: str, position: str
) -> None:
    with pytest.raises(Problem) as caught:
        world.ask(formulas=formulas(*texts), **more)
    assert (caught.value.code, caught.value.where["position"]) == (code, position)


def test_a_formula_that_aggregates_is_a_measure(world: World) -> None:
    asked = {
        "formulas": formulas("SUM([#c2])", "SUM([#c3]) / [#f1]", MARGIN, "SUM([#f3])"),
        "dimensions": [{"column": "c1"}],
        "measures": [{"fn": "formula", "column": f} for f in ("f1", "f2", "f4")],
    }
    assert world.ask(**asked) == [
        ("N", Decimal(110), 60 / 110, Decimal(50)),
        ("S", Decimal(80), 95 / 80, Decimal(-15)),
        (None, Decimal(5), 0.2, Decimal(4)),
    ]
    shown = world.ask(**asked, having=where("m1", "gt", 0.5), sort=[{"by": "m1", "direction": "desc"}])
    assert [row[0] for row in shown] == ["S", "N"]
    totals = world.ask(**asked, pivot={"column_totals": True})
    assert totals[-1] == (None, Decimal(195), 156 / 195, Decimal(39), 1)
    top = {"column": "c1", "top": {"n": 1, "by": "m0"}}
    assert [row[0] for row in world.ask(**{**asked, "dimensions": [top]})] == ["N", "Other"]


def test_a_window_over_groups_follows_time_apart_for_the_others(world: World) -> None:
    asked = {
        "formulas": formulas("RUNNING_SUM(SUM([#c2]))"),
        "measures": [{"fn": "formula", "column": "f1"}],
    }
    month = {"column": "c4", "grain": "month"}
    assert [row[1] for row in world.ask(**asked, dimensions=[month])] == [Decimal(150), Decimal(165), Decimal(195)]
    lines = world.ask(**asked, dimensions=[{"column": "c1"}, month])
    assert [(row[0], row[2]) for row in lines] == [
        ("N", Decimal(100)), ("N", Decimal(110)), ("S", Decimal(50)), ("S", Decimal(80)), (None, Decimal(5))
    ]  # fmt: skip


def test_a_window_over_rows_follows_the_order_of_the_list(world: World) -> None:
    asked = {"formulas": formulas("RUNNING_SUM([#c2])"), "columns": ["c2", "f1"]}
    assert [row[1] for row in world.ask(**asked)] == [Decimal(n) for n in (100, 150, 160, 165, 195)]
    up = [{"by": "c2"}]
    assert [row[1] for row in world.ask(**asked, sort=up)] == [Decimal(n) for n in (5, 15, 45, 95, 195)]
    only = where("c1", "eq", "S")
    assert [row[1] for row in world.ask(**asked, filter=only)] == [Decimal(50), Decimal(80)]


def test_looking_up_gives_the_first_row_of_the_file(world: World) -> None:
    text = f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c2])"
    asked = {"formulas": formulas(text), "columns": ["c1", "f1"]}
    looking = Question.model_validate({"dataset_id": World.id(1), **asked})
    named = named_tables(looking)
    two = TableKey(UUID(World.id(2)))
    assert named == [(TableKey(UUID(World.id(1))), ""), (two, "formulas[0]")]
    assert references(looking)[two] == {"c1", "c2"}
    assert world.ask(**asked) == [("N", "North"), ("S", "South"), ("N", "North"), (None, None), ("S", "South")]
    by = world.ask(**{**asked, "columns": []}, dimensions=[{"column": "f1"}], measures=[{"fn": "sum", "column": "c2"}])
    assert by == [("North", Decimal(110)), ("South", Decimal(80)), (None, Decimal(5))]


def test_looking_up_inside_of_an_aggregate(world: World) -> None:
    share = f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c3])"
    name = f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c2])"
    asked = {
        "formulas": formulas(f"SUM([#c5] * {share})", f'COUNTIF({name} = "South")'),
        "measures": [{"fn": "formula", "column": "f1"}, {"fn": "formula", "column": "f2"}, {"fn": "count_rows"}],
    }
    assert world.ask(**asked) == [(1.5, 2, 5)]
    top = {"column": "c1", "top": {"n": 1, "by": "m1"}}
    assert world.ask(**asked, dimensions=[top]) == [("S", None, 2, 2, 0), ("Other", 1.5, 0, 3, 1)]
    totals = world.ask(**asked, dimensions=[{"column": "c1"}], pivot={"column_totals": True})
    assert totals[-1] == (None, 1.5, 2, 5, 1)


def test_looking_up_sees_what_the_reader_may_see(world: World) -> None:
    text = f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c2])"
    asked = {"formulas": formulas(text), "columns": ["f1"]}
    key = TableKey(UUID(World.id(2)))
    whole = world.tables[key]
    try:
        world.see(2, Table(REGIONS, whole.source, Group.model_validate(where("c1", "eq", "S"))))
        assert world.ask(**asked) == [(None,), ("South",), (None,), (None,), ("South",)]
        hidden = REGIONS.model_copy(update={"columns": (REGIONS.columns[0], REGIONS.columns[2])})
        world.see(2, Table(hidden, whole.source))
        with pytest.raises(Problem) as caught:
            world.ask(**asked)
        assert caught.value.code == "column_unknown"
    finally:
        world.see(2, whole)


@pytest.mark.parametrize(("text", "is_told_the_minute"), [("TODAY()", False), ("NOW()", True), ("[#c1]", False)])
def test_the_present_is_that_of_the_asking_and_part_of_the_fingerprint_where_it_matters(
    world: World, text: str, is_told_the_minute: bool
) -> None:
    asked = Question.model_validate({
        "dataset_id": World.id(1), "formulas": formulas(text), "columns": ["f1"], "limit": 1})  # fmt: skip
    at = [datetime(2026, 7, 15, 8, minute) for minute in (1, 2)]
    compiled = [compile_question(asked, world.tables, today=TODAY, now=now) for now in at]
    assert (compiled[0].fingerprint != compiled[1].fingerprint) is is_told_the_minute
    assert run(compiled[1]) == {"TODAY()": [(TODAY,)], "NOW()": [(at[1],)], "[#c1]": [("N",)]}[text]
    tomorrow = compile_question(asked, world.tables, today=TODAY + timedelta(1), now=at[0] + timedelta(1))
    assert (tomorrow.fingerprint != compiled[0].fingerprint) is (text != "[#c1]")


AGGREGATES = [
    example.formula for each in FUNCTIONS.values() for example in each.examples if each.level == "aggregate"
]  # fmt: skip


@pytest.mark.parametrize("formula", AGGREGATES)
@pytest.mark.parametrize("region", ["South", "Nowhere"])
def test_a_filter_of_a_measure_that_is_a_formula_leaves_rows_out_of_it_alone(
    tmp_path: Path, formula: str, region: str
) -> None:
    """The same as when those rows are not there, for every function that aggregates."""
    pq.write_table(examples.SALES, tmp_path / "sales.parquet")
    of = Schema(columns=tuple(
        Column(id=each.id, name=each.name, type=each.type, physical=each.physical) for each in examples.SCOPE.columns
    ))  # fmt: skip
    asked = {"formulas": formulas(stored(formula, examples.SCOPE))}
    measure = {"fn": "formula", "column": "f1"}
    filtered = ask(tmp_path / "sales.parquet", of, **asked, measures=[measure], filter=where("c1", "eq", region))
    only = {"fn": "formula", "column": "f1", "filter": where("c1", "eq", region)}
    both = ask(tmp_path / "sales.parquet", of, **asked, measures=[only, measure])
    assert repr(both[0][0]) == repr(filtered[0][0])
    whole = ask(tmp_path / "sales.parquet", of, **asked, measures=[measure])
    assert repr(both[0][1]) == repr(whole[0][0])


def test_the_largest_of_each_group_are_a_question_on_the_ranks(world: World) -> None:
    ranked = {
        "dataset_id": World.id(1),
        "formulas": formulas("RANK_IN([#c2], [#c1])"),
        "columns": ["c1", "c2", "f1"],
        "filter": where("c2", "lt", 100),  # ranked are the rows that it leaves
    }
    found = world.ask(base=ranked, filter=where("c3", "le", 1), columns=["c1", "c2"], sort=[{"by": "c2"}])
    # The row without a region is the largest of those without one.
    assert found == [(None, Decimal("5.00")), ("N", Decimal("10.00")), ("S", Decimal("50.00"))]
    [second] = world.ask(base=ranked, filter=where("c3", "eq", 2), columns=["c1", "c2"])
    assert second == ("S", Decimal("30.00"))
