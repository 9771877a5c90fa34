"""Dashboards as values: what is refused, and how filters reach every row that a tile reads."""

from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from tablewright.core.dashboards.model import Content, FilterValue
from tablewright.core.dashboards.narrow import conditions_of, narrowed
from tablewright.core.queries.model import Condition, Question

SALES, PEOPLE = UUID(int=1), UUID(int=2)
PLACE = {"x": 0, "y": 0, "w": 6, "h": 4}
NORTH = {"op": "in", "values": ["North"]}


def text(tile_id: str, **place: int) -> dict:
    return {"kind": "text", "id": tile_id, "place": {**PLACE, **place}, "text": "Hello"}


def a_filter(filter_id: str = "p1", *targets: tuple[UUID, str], **more: object) -> dict:
    aims = targets or ((SALES, "c1"),)
    return {
        "id": filter_id,
        "label": "Region",
        "kind": "list",
        "targets": [{"dataset_id": str(dataset), "column": column} for dataset, column in aims],
        **more,
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"tabs": []}, "at least 1"),
        ({"tabs": [{"tiles": [text("t1", x=7)]}]}, "ends at column 12"),
        ({"tabs": [{"tiles": [text("t1")]}, {"tiles": [text("t1")]}]}, "two tiles have the same id"),
        ({"filters": [a_filter("p1"), a_filter("p1")]}, "two filters have the same id"),
        ({"filters": [a_filter("p1", within="p2"), a_filter("p2")]}, "does not stand before it"),
        ({"filters": [a_filter("p1", within="p1")]}, "does not stand before it"),
        ({"tabs": [{"tiles": [{"kind": "question", "id": "t1", "place": PLACE}]}]}, "a question_id or a question"),
        ({"tabs": [{"tiles": [text(f"t{n}") for n in range(1, 60)]} for _ in range(2)]}, "100 tiles at most"),
        ({"tabs": [{"tiles": [{"kind": "page", "id": "t1", "place": PLACE, "url": "x"}]}]}, "kind"),
    ],
)
def test_what_makes_no_sense_is_refused(content: dict, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Content.model_validate(content)


def test_a_filter_has_its_default_until_it_is_set_and_nothing_keeps_every_row() -> None:
    content = Content.model_validate({"filters": [a_filter(default=NORTH), a_filter("p2", (SALES, "c2"))]})
    south = FilterValue.model_validate({"op": "eq", "values": ["South"]})
    shown = {
        name: [(each.column, each.op.value, each.values) for each in conditions_of(content, values).get(SALES, [])]
        for name, values in {"untouched": {}, "set": {"p1": south}, "cleared": {"p1": None}}.items()
    }
    assert shown == {
        "untouched": [("c1", "in", ("North",))],
        "set": [("c1", "eq", ("South",))],
        "cleared": [],
    }


def test_one_filter_reaches_the_columns_of_several_datasets() -> None:
    content = Content.model_validate({"filters": [a_filter("p1", (SALES, "c1"), (PEOPLE, "c4"), default=NORTH)]})
    found = conditions_of(content, {})
    assert {dataset: [each.column for each in conditions] for dataset, conditions in found.items()} == {
        SALES: ["c1"],
        PEOPLE: ["c4"],
    }


COND = Condition(column="c1", op="eq", values=("North",))
HERE = {SALES: [COND]}


def filtered(question: Question) -> list[str]:
    return [each.column for each in question.filter.items] if question.filter else []


def test_what_does_not_read_the_dataset_is_left_as_it_is() -> None:
    question = Question(dataset_id=PEOPLE)
    assert narrowed(question, HERE) is question


def test_the_question_keeps_its_own_filter_whole() -> None:
    empty = [{"kind": "condition", "column": column, "op": "is_empty"} for column in ("c2", "c3")]
    own = {"op": "or", "items": empty}
    question = Question.model_validate({"dataset_id": SALES, "filter": own})
    found = narrowed(question, HERE)
    assert found.filter is not None
    assert (found.filter.op, found.filter.items) == ("and", (question.filter, COND))


def test_a_question_on_a_question_is_narrowed_inside() -> None:
    question = Question.model_validate({"dataset_id": SALES, "base": {"dataset_id": SALES, "columns": ["c1"]}})
    found = narrowed(question, HERE)
    assert filtered(found) == []
    assert found.base is not None
    assert filtered(found.base) == ["c1"]


@pytest.mark.parametrize(("kind", "columns"), [("left", ["j1c1"]), ("inner", ["j1c1"]), ("semi", []), ("anti", [])])
def test_columns_of_a_join_are_filtered_after_it(kind: str, columns: list[str]) -> None:
    join = {"dataset_id": SALES, "kind": kind, "on": [["c1", "c1"]]}
    question = Question.model_validate({"dataset_id": PEOPLE, "joins": [join]})
    assert filtered(narrowed(question, HERE)) == columns


def test_every_part_of_a_union_is_narrowed() -> None:
    part = {"dataset_id": SALES, "columns": ["c1"]}
    found = narrowed(Question.model_validate({**part, "union": [part, {**part, "dataset_id": PEOPLE}]}), HERE)
    assert [filtered(each) for each in (found, *found.union)] == [["c1"], ["c1"], []]


def test_ids_are_compared_as_ids_not_as_text() -> None:
    assert narrowed(Question(dataset_id=uuid4()), HERE).filter is None
