"""Questions of several tables: joins, questions on questions, unions, samples, and what a reader may see of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from support.questions import World, schema

from tablewright.core.errors import Problem
from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Group, Question
from tablewright.core.queries.references import references
from tablewright.core.queries.tables import Table, TableKey, named_tables

NAN = float("nan")
ORDERS = schema(
    c1=("Customer", "integer", "BIGINT"),
    c2=("Amount", "decimal", "DECIMAL(9,2)"),
    c3=("Day", "date", "DATE"),
    c4=("Code", "text", "VARCHAR"),
    c5=("Weight", "float", "DOUBLE"),
)
CUSTOMERS = schema(c1=("Id", "integer", "INTEGER"), c2=("Name", "text", "VARCHAR"), c3=("Weight", "float", "DOUBLE"))


def money(*values: str | None) -> list[Decimal | None]:
    return [None if value is None else Decimal(value) for value in values]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.add(1, ORDERS, {
        "c1": [1, 2, 1, 9, None],
        "c2": money("10.00", "20.00", "5.50", "7.00", "1.00"),
        "c3": [date(2026, 1, 5), date(2026, 1, 9), date(2026, 2, 1), date(2026, 2, 2), None],
        "c4": ["a", "b", "a", "c", "a"],
        "c5": [1.0, NAN, 2.0, 3.0, None],
    })  # fmt: skip
    made.add(2, CUSTOMERS, {"c1": [1, 2, 3, None], "c2": ["Ann", "Bob", "Cy", "Nobody"], "c3": [1.0, NAN, 5.0, 2.0]})
    return made


def join(kind: str = "left", on: tuple[tuple[str, str], ...] = (("c1", "c1"),), of: int = 2, **more: Any) -> Any:
    return {"dataset_id": World.id(of), "kind": kind, "on": on, **more}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("left", [("10.00", "Ann"), ("20.00", "Bob"), ("5.50", "Ann"), ("7.00", None), ("1.00", None)]),
        ("inner", [("10.00", "Ann"), ("20.00", "Bob"), ("5.50", "Ann")]),
        ("right", [("10.00", "Ann"), ("20.00", "Bob"), ("5.50", "Ann"), (None, "Cy"), (None, "Nobody")]),
        ("full", [("10.00", "Ann"), ("20.00", "Bob"), ("5.50", "Ann"), ("7.00", None), ("1.00", None),
                  (None, "Cy"), (None, "Nobody")]),
    ],
)  # fmt: skip
def test_a_join_keeps_these_rows_in_the_order_of_the_files(world: World, kind: str, expected: list[Any]) -> None:
    found = world.ask(joins=[join(kind)], columns=["c2", "j1c2"])
    assert [(None if amount is None else str(amount), name) for amount, name in found] == expected


@pytest.mark.parametrize(("kind", "expected"), [("semi", ["10.00", "20.00", "5.50"]), ("anti", ["7.00", "1.00"])])
def test_semi_and_anti_keep_rows_and_add_no_columns(world: World, kind: str, expected: list[str]) -> None:
    assert [str(amount) for (amount,) in world.ask(joins=[join(kind)], columns=["c2"])] == expected
    assert len(world.ask(joins=[join(kind)])[0]) == len(ORDERS.columns)
    with pytest.raises(Problem, match="j1c2"):
        world.ask(joins=[join(kind)], columns=["j1c2"])


def test_all_columns_of_a_join_are_those_of_both(world: World) -> None:
    assert len(world.ask(joins=[join()])[0]) == len(ORDERS.columns) + len(CUSTOMERS.columns)


def test_rows_multiply_where_several_match(world: World) -> None:
    by_code = join(on=(("c4", "c4"),), of=1, kind="inner")
    assert world.ask(joins=[by_code], measures=[{"fn": "count_rows"}]) == [(3 * 3 + 1 + 1,)]
    firsts = world.ask(joins=[by_code], columns=["c2", "j1c2"], limit=4)
    assert [str(b) for _, b in firsts] == ["10.00", "5.50", "1.00", "20.00"]


def test_nan_and_no_value_match_nothing(world: World) -> None:
    assert world.ask(joins=[join("inner", on=(("c5", "c3"),))], columns=["c5", "j1c2"]) == [
        (1.0, "Ann"),
        (2.0, "Nobody"),
    ]


def test_a_join_on_two_columns_needs_both_equal(world: World) -> None:
    both = join("inner", on=(("c1", "c1"), ("c5", "c3")))
    assert world.ask(joins=[both], columns=["c2", "j1c2"]) == [(Decimal("10.00"), "Ann")]


def test_a_later_join_may_go_by_a_column_of_an_earlier_one(world: World) -> None:
    chain = [join(), join("left", on=(("j1c1", "c1"),), of=2)]
    found = world.ask(joins=chain, columns=["j2c2"], filter=where("j1c2", "eq", "Bob"))
    assert found == [("Bob",)]


def where(column: str, op: str, *values: Any) -> dict[str, Any]:
    return {"items": [{"kind": "condition", "column": column, "op": op, "values": values}]}


def test_groups_measures_and_sort_may_use_joined_columns(world: World) -> None:
    found = world.ask(
        joins=[join()],
        dimensions=[{"column": "j1c2"}],
        measures=[{"fn": "sum", "column": "c2"}, {"fn": "count", "column": "j1c3"}],
        sort=[{"by": "m0", "direction": "desc"}],
    )
    assert found == [("Bob", Decimal("20.00"), 0), ("Ann", Decimal("15.50"), 2), (None, Decimal("8.00"), 0)]
    listed = world.ask(joins=[join()], columns=["c2"], sort=[{"by": "j1c2", "direction": "desc"}])
    assert [str(amount) for (amount,) in listed] == ["20.00", "10.00", "5.50", "7.00", "1.00"]


def test_first_and_last_follow_the_file_through_a_join(world: World) -> None:
    measures = [{"fn": "first", "column": "c2"}, {"fn": "last", "column": "c2"}]
    found = world.ask(joins=[join()], dimensions=[{"column": "j1c2"}], measures=measures)
    assert [(name, str(a), str(b)) for name, a, b in found] == [
        ("Ann", "10.00", "5.50"), ("Bob", "20.00", "20.00"), (None, "7.00", "1.00")]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "code", "position"),
    [
        ({"joins": [join(on=(("c4", "c1"),))]}, "join_types_differ", "joins[0].on[0]"),
        ({"joins": [join(on=(("c77", "c1"),))]}, "column_missing", "joins[0].on[0]"),
        ({"joins": [join(on=(("c1", "c77"),))]}, "column_missing", "joins[0].on[0]"),
        ({"joins": [join(on=(("j1c1", "c1"),))]}, "join_too_late", "joins[0].on[0]"),
        ({"joins": [join(of=7)]}, "table_missing", "joins[0]"),
        ({"joins": [join()], "columns": ["j2c1"]}, "column_missing", "columns[0]"),
        ({"base_id": str(UUID(int=5))}, "question_not_replaced", "base_id"),
        ({"measures": [{"metric": str(UUID(int=5))}]}, "question_not_replaced", "measures[0].metric"),
        ({"base": {"dataset_id": World.id(1), "columns": ["c1"]}, "columns": ["c2"]}, "column_missing", "columns[0]"),
        ({"base": {"dataset_id": World.id(1), "columns": ["c99"]}}, "column_missing", "base.columns[0]"),
        ({"union": [{"dataset_id": World.id(2)}]}, "union_widths_differ", "union[0]"),
        ({"columns": ["c1"], "union": [{"dataset_id": World.id(2), "columns": ["c2"]}]},
         "union_types_differ", "union[0]"),
        ({"columns": ["c1"], "union": [{"dataset_id": World.id(2), "columns": ["c1"]}], "sort": [{"by": "c2"}]},
         "sort_key_missing", "sort[0]"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_of_tables_is_told_with_its_place(
    world: World, parts: dict[str, Any], code: str, position: str
) -> None:
    with pytest.raises(Problem) as caught:
        world.ask(**parts)
    assert (caught.value.code, caught.value.where.get("position")) == (code, position)


# Questions on questions


BY_MONTH = {
    "dataset_id": World.id(1),
    "dimensions": [{"column": "c3", "grain": "month", "label": "Month"}],
    "measures": [{"fn": "sum", "column": "c2"}],
}


def test_a_question_may_be_asked_of_an_answer(world: World) -> None:
    measures = [{"fn": "mean", "column": "c2"}, {"fn": "count_rows"}, {"fn": "sum", "column": "c2"}]
    assert world.ask(base=BY_MONTH, measures=measures) == [(43.5 / 3, 3, Decimal("43.50"))]
    assert world.ask(base=BY_MONTH, filter=where("c1", "is_not_empty"), columns=["c2"]) == [
        (Decimal("30.00"),), (Decimal("12.50"),)]  # fmt: skip
    assert world.ask(base=BY_MONTH, filter=where("c2", "ge", "12.5"), measures=[{"fn": "count_rows"}]) == [(2,)]


def test_the_answer_that_is_asked_of_keeps_its_order_and_its_page(world: World) -> None:
    page = {**BY_MONTH, "sort": [{"by": "m0", "direction": "desc"}], "limit": 2}
    assert [str(amount) for _, amount in world.ask(base=page)] == ["30.00", "12.50"]
    rows = {"dataset_id": World.id(1), "columns": ["c4", "c2"], "sort": [{"by": "c2", "direction": "desc"}]}
    assert [str(amount) for (amount,) in world.ask(base=rows, columns=["c2"])] == [
        "20.00", "10.00", "7.00", "5.50", "1.00"]  # fmt: skip
    assert world.ask(base={**rows, "limit": 3, "offset": 1}, measures=[{"fn": "max", "column": "c2"}]) == [
        (Decimal(10),)
    ]
    first = [{"fn": "first", "column": "c1"}]
    assert world.ask(base={**rows, "limit": 1}, measures=first) == [("b",)]


def test_answers_can_be_joined(world: World) -> None:
    totals = {
        "dataset_id": World.id(1),
        "dimensions": [{"column": "c1"}],
        "measures": [{"fn": "sum", "column": "c2"}],
    }
    beside = {"dataset_id": World.id(1), "base": totals, "on": [["c1", "c1"]]}
    found = world.ask(dataset_id=World.id(2), joins=[beside], columns=["c2", "j1c2"])
    assert found == [("Ann", Decimal("15.50")), ("Bob", Decimal("20.00")), ("Cy", None), ("Nobody", None)]


def test_questions_nest_and_have_a_depth(world: World) -> None:
    asked: dict[str, Any] = {"dataset_id": World.id(1), "columns": ["c1", "c2"]}
    for _ in range(7):
        asked = {"dataset_id": World.id(1), "base": asked}
    assert len(world.ask(**asked)) == 5
    with pytest.raises(Problem) as caught:
        world.ask(base=asked)
    assert caught.value.code == "questions_too_deep"


def test_a_question_on_a_pivot_does_not_count_its_totals(world: World) -> None:
    pivot = {**BY_MONTH, "pivot": {"column_totals": True}}
    assert world.ask(base=pivot, measures=[{"fn": "sum", "column": "c2"}]) == [(Decimal("43.50"),)]


# Unions and samples


def test_answers_go_below_one_another(world: World) -> None:
    other = {"dataset_id": World.id(2), "columns": ["c2", "c1"], "limit": 2}
    assert world.ask(columns=["c4", "c1"], filter=where("c1", "is_not_empty"), union=[other]) == [
        ("a", 1), ("b", 2), ("a", 1), ("c", 9), ("Ann", 1), ("Bob", 2)]  # fmt: skip
    sorted_whole = world.ask(
        columns=["c4", "c1"], union=[other], sort=[{"by": "c1", "direction": "desc"}], limit=2, offset=1
    )
    assert sorted_whole == [("b", 2), ("Bob", 2)]


def test_numbers_of_different_kinds_become_one(world: World) -> None:
    found = world.ask(columns=["c1"], union=[{"dataset_id": World.id(1), "columns": ["c2"]}])
    assert found[0] == (Decimal("1.00"),)
    assert found[5] == (Decimal("10.00"),)
    mixed = world.ask(columns=["c1"], union=[{"dataset_id": World.id(1), "columns": ["c5"]}])
    assert mixed[0] == (1.0,)
    groups = {"measures": [{"fn": "sum", "column": "c1"}]}
    assert world.ask(**groups, union=[{"dataset_id": World.id(2), **groups}]) == [(Decimal(13),), (Decimal(6),)]


def test_a_sample_is_the_same_every_time(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.add(1, schema(c1=("n", "integer", "BIGINT")), {"c1": list(range(20_000))})
    some = world.ask(sample={"rows": 100, "seed": 7})
    assert len(some) == len(set(some)) == 100
    assert some == sorted(some) == world.ask(sample={"rows": 100, "seed": 7})
    assert some != world.ask(sample={"rows": 100, "seed": 8})
    tenth = world.ask(sample={"share": 0.1}, measures=[{"fn": "count_rows"}, {"fn": "mean", "column": "c1"}])
    # Five standard deviations of drawing by lot: 42 rows, and 130 in the mean of 2,000 of them.
    assert abs(tenth[0][0] - 2_000) < 5 * 43
    assert abs(tenth[0][1] - 10_000) < 5 * 130
    assert world.ask(sample={"share": 1}, measures=[{"fn": "count_rows"}]) == [(20_000,)]
    halves = [world.ask(sample={"share": 0.5, "seed": seed}) for seed in (1, 2)]
    assert 4_600 < len(set(halves[0]) & set(halves[1])) < 5_400  # two seeds are independent


# What a reader may see


@pytest.fixture
def guarded(world: World) -> World:
    """A reader who sees customer 1 only, and no amounts and names."""
    for number, hidden in ((1, "c2"), (2, "c2")):
        table = world.tables[TableKey(UUID(World.id(number)))]
        shown = table.schema.model_copy(update={"columns": tuple(c for c in table.schema.columns if c.id != hidden)})
        rule = Group.model_validate(where("c1", "eq", 1))
        world.see(number, Table(shown, table.source, rule, table.schema))
    return world


ON_CODE = {"dataset_id": World.id(1), "on": [["c4", "c4"]]}


@pytest.mark.parametrize(
    ("parts", "rows"),
    [
        ({}, 2),
        ({"joins": [join("full")]}, 2),
        ({"joins": [join("right")]}, 2),
        ({"dataset_id": World.id(2), "joins": [{**ON_CODE, "on": [["c1", "c1"]], "kind": "full"}]}, 2),
        ({"base": {"dataset_id": World.id(1)}}, 2),
        ({"union": [{"dataset_id": World.id(1)}]}, 4),
        ({"sample": {"rows": 100}}, 2),
        ({"joins": [join("anti")]}, 0),
        ({"dimensions": [{"column": "c4"}]}, 1),
        ({"dimensions": [{"column": "c4", "top": {"n": 1}}], "measures": [{"fn": "count_rows"}]}, 1),
        ({"dimensions": [{"column": "c5", "bins": {"count": 2}}]}, 2),
    ],
)
def test_a_row_rule_holds_wherever_the_table_is_read(guarded: World, parts: dict[str, Any], rows: int) -> None:
    assert len(guarded.ask(**parts)) == rows


@pytest.mark.parametrize(
    "parts",
    [
        {"columns": ["c2"]},
        {"sort": [{"by": "c2"}]},
        {"filter": where("c2", "gt", 1)},
        {"dimensions": [{"column": "c2"}]},
        {"measures": [{"fn": "sum", "column": "c2"}]},
        {"measures": [{"fn": "count_rows", "filter": where("c2", "gt", 1)}]},
        {"measures": [{"fn": "correlation", "column": "c1", "other": "c2"}]},
        {"joins": [join()], "columns": ["j1c2"]},
        {"joins": [join(on=(("c2", "c1"),))]},
        {"joins": [join("semi", on=(("c4", "c2"),))]},
        {"base": {"dataset_id": World.id(1), "columns": ["c2"]}},
        {"columns": ["c1"], "union": [{"dataset_id": World.id(1), "columns": ["c2"]}]},
    ],
)
def test_a_hidden_column_is_not_there_for_any_part(guarded: World, parts: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        guarded.ask(**parts)
    assert (caught.value.code, caught.value.where["column"]) == (
        "column_missing",
        "j1c2" if "j1c2" in parts.get("columns", ()) else "c2",
    )


def test_a_row_rule_may_look_at_a_column_that_is_hidden(world: World) -> None:
    table = world.tables[TableKey(UUID(World.id(1)))]
    shown = table.schema.model_copy(update={"columns": table.schema.columns[1:]})
    world.see(1, Table(shown, table.source, Group.model_validate(where("c1", "eq", 1)), table.schema))
    assert [str(row[0]) for row in world.ask()] == ["10.00", "5.50"]
    assert [str(row[0]) for row in world.ask(base={"dataset_id": World.id(1)})] == ["10.00", "5.50"]


# What a question names


def test_equal_questions_of_equal_tables_have_equal_fingerprints(world: World) -> None:
    def fingerprint(tables: dict[TableKey, Table], **parts: Any) -> str:
        asked = Question.model_validate({"dataset_id": World.id(1), "joins": [join()], **parts})
        return compile_question(asked, tables, today=date(2026, 7, 15)).fingerprint

    one, two = (TableKey(UUID(World.id(number))) for number in (1, 2))
    first = fingerprint(world.tables)
    elsewhere = {one: Table(ORDERS, "x"), two: Table(CUSTOMERS, "y")}
    assert fingerprint(elsewhere) == first
    assert fingerprint({**elsewhere, two: Table(CUSTOMERS, "y", Group.model_validate(where("c1", "eq", 1)))}) != first
    assert (
        fingerprint({**elsewhere, two: Table(CUSTOMERS.model_copy(update={"columns": CUSTOMERS.columns[:2]}), "y")})
        != first
    )
    assert fingerprint(world.tables, joins=[join("inner")]) != first
    by_rule = [
        {**elsewhere, two: Table(CUSTOMERS, "y", Group.model_validate(where("c1", "eq", value)))} for value in (1, True)
    ]
    assert fingerprint(by_rule[0]) != first
    with pytest.raises(Problem):
        fingerprint(by_rule[1])  # true is no number, and must not be taken for the question with 1


def test_a_question_tells_what_it_reads() -> None:
    asked = Question.model_validate({
        "dataset_id": World.id(1),
        "columns": ["c4", "j1c2"],
        "joins": [{**join(), "version_id": str(UUID(int=3))}, {**ON_CODE, "base": BY_MONTH}],
        "filter": where("c5", "gt", 1),
        "union": [{"dataset_id": World.id(2), "columns": ["c1", "c3"]}],
    })  # fmt: skip
    one, two = UUID(World.id(1)), UUID(World.id(2))
    assert named_tables(asked) == [
        (TableKey(one), ""), (TableKey(two, UUID(int=3)), "joins[0]"), (TableKey(one), "joins[1].base"),
        (TableKey(two), "union[0]")]  # fmt: skip
    assert references(asked) == {
        TableKey(one): {"c1", "c2", "c3", "c4", "c5"},
        TableKey(two, UUID(int=3)): {"c1", "c2"},
        TableKey(two): {"c1", "c3"},
    }
