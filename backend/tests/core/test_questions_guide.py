"""Every example of the guide to questions is asked, and has the answer that the page shows."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.questions import World, run, schema

from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Question

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "questions.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```\n\n((?:\|[^\n]*\n)+)", PAGE, re.DOTALL)
ASKED_ON = date(2026, 3, 15)

ORDERS = schema(
    c1=("Customer", "integer", "BIGINT"), c2=("Amount", "decimal", "DECIMAL(9,2)"), c3=("Day", "date", "DATE"),
    c4=("Region", "text", "VARCHAR"),
)  # fmt: skip
CUSTOMERS = schema(c1=("Id", "integer", "BIGINT"), c2=("Name", "text", "VARCHAR"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("guide"))
    tables = dict(re.findall(r"^(ORDERS|CUSTOMERS):\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE))
    kinds: dict[str, Any] = {
        "c1": int, "c2": lambda text: Decimal(text) if text[0].isdigit() else text, "c3": date.fromisoformat, "c4": str
    }  # fmt: skip
    for number, (name, of) in enumerate([("ORDERS", ORDERS), ("CUSTOMERS", CUSTOMERS)], start=1):
        rows = cells(tables[name])[1:]
        made.add(number, of, {
            column.id: [None if row[at] is None else kinds[column.id](row[at]) for row in rows]
            for at, column in enumerate(of.columns)
        })  # fmt: skip
    return made


def cells(table: str) -> list[list[str | None]]:
    lines = [[each.strip() for each in line.strip("|\n").split("|")] for line in table.strip().split("\n")]
    return [[None if each == "*none*" else each for each in line] for at, line in enumerate(lines) if at != 1]


def written(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```json") == 13


@pytest.mark.parametrize(("asked", "answer"), EXAMPLES)
def test_an_example_has_the_answer_that_is_shown(world: World, asked: str, answer: str) -> None:
    ids = asked.replace('"ORDERS"', f'"{World.id(1)}"').replace('"CUSTOMERS"', f'"{World.id(2)}"')
    question = Question.model_validate(json.loads(ids))
    compiled = compile_question(question, world.tables, today=ASKED_ON)
    width = len(compiled.columns)
    found = [[written(each) for each in row[:width]] for row in run(compiled)]
    assert [[column.label for column in compiled.columns], *found] == cells(answer)
