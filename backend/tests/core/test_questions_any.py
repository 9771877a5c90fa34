"""Any question of the model is answered, or refused by an error of ours that says where: drawn by lot, seeds fixed."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from pydantic import ValidationError
from support.questions import TODAY, World, run, schema, table

from tablewright.core.errors import Problem
from tablewright.core.queries.compile import compile_question, count_question
from tablewright.core.queries.model import Aggregate, Comparison, Grain, Part, Question, Unit
from tablewright.core.queries.shown import shown_sql
from tablewright.core.queries.wording import in_words

TABLE = schema(
    c1=("Text", "text", "VARCHAR"), c2=("Whole", "integer", "BIGINT"), c3=("Exact", "decimal", "DECIMAL(9,2)"),
    c4=("Float", "float", "DOUBLE"), c5=("Day", "date", "DATE"), c6=("Local", "timestamp", "TIMESTAMP"),
    c7=("Moment", "instant", "TIMESTAMP WITH TIME ZONE"), c8=("Flag", "boolean", "BOOLEAN"),
    c9=("Time", "time", "TIME"),
)  # fmt: skip
OWN = [column.id for column in TABLE.columns]
NAMES = {UUID(World.id(number)): f"T{number}" for number in (1, 2, 3)}
LOOK = f"LOOKUP([#c1], #{World.id(2)}[#c1], #{World.id(2)}[#c2])"
FORMULAS = [
    "[#c2] * 2", 'IF([#c4] > 0, [#c1], "x")', "SUM([#c3])", "SUM([#c2]) / COUNT([#c1])", "RUNNING_SUM(SUM([#c3]))",
    "RUNNING_SUM([#c2])", "[#f1]", "YEAR([#c5])", "FIRST([#c1])", LOOK, f"SUM({LOOK})", "[#j1c2] + 1", "MEDIAN([#c4])",
]  # fmt: skip


class Lot:
    """Draws values, conditions and questions."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, of: Any) -> Any:
        return self.random.choice(list(of))

    def value(self, column: str) -> Any:
        if self.some(0.2):
            return None
        month, hour = self.random.randint(1, 12), self.random.randint(0, 23)
        return {
            "c1": self.one(["a", "b", "Other", ""]), "c2": self.one([1, 2, -5, 2**60]),
            "c3": Decimal(self.random.randint(-500, 500)) / 100,
            "c4": self.one([1.5, float("nan"), float("inf"), -2.0, 1e12]), "c5": date(2026, month, hour + 1),
            "c6": datetime(2026, month, 3, hour), "c7": datetime(2026, month, 3, hour, tzinfo=UTC),
            "c8": self.some(0.5), "c9": time(hour),
        }[column]  # fmt: skip

    def sent(self, column: str) -> Any:
        value = self.value(column)
        if isinstance(value, date | time):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else None if value != value else value

    def group(self, columns: list[str]) -> dict[str, Any]:
        return {"op": self.one(["and", "or"]), "items": [self.condition(self.one(columns)) for _ in range(2)]}

    def condition(self, column: str) -> dict[str, Any]:
        op = self.one(Comparison)
        kind = column[-2:] if column[-2:] in OWN else self.one(OWN)
        made: dict[str, Any] = {"kind": "condition", "column": column, "op": op}
        if op is Comparison.IN_PERIOD:
            made["period"] = {"kind": self.one(["last", "this", "to_date", "rolling", "next"]), "unit": self.one(Unit)}
        elif op not in (Comparison.IS_EMPTY, Comparison.IS_NOT_EMPTY):
            count = {Comparison.BETWEEN: 2, Comparison.IN: 3, Comparison.NOT_IN: 0}.get(op, 1)
            made["values"] = [self.sent(kind) for _ in range(count)]
        return made

    def dimension(self, column: str) -> dict[str, Any]:
        made: dict[str, Any] = {"column": column}
        if column in ("c5", "c6", "c7"):
            made |= self.one([{}, {"grain": self.one(Grain)}, {"part": self.one(Part)}])
        elif column in ("c2", "c3", "c4"):
            made |= self.one([{}, *({"bins": each} for each in ({"count": 4}, {"width": 0.5}, {"edges": [0, 1.5]}))])
        if self.some(0.25):
            made["top"] = {"n": 2, "by": self.one(["m0", "m0", "m1"]), "other": self.some(0.7)}
        return made

    def measure(self, columns: list[str]) -> dict[str, Any]:
        fn = self.one(each for each in Aggregate if each is not Aggregate.METRIC)
        made: dict[str, Any] = {"fn": fn}
        if fn is not Aggregate.COUNT_ROWS:
            made["column"] = self.one(["f1", "f2"] if fn is Aggregate.FORMULA else columns)
        if fn in (Aggregate.CORRELATION, Aggregate.RATIO, Aggregate.FIRST):
            made["other"] = self.one(columns)
        if fn is Aggregate.QUANTILE:
            made["q"] = self.random.random()
        if self.some(0.2):
            made["filter"] = self.group(columns)
        if self.some(0.3):
            kinds = ["share", "running_total", "moving_average", "difference", "percent_change", "rank"]
            made["derive"] = {"kind": self.one(kinds), "back": 2, "unit": self.one([None, *Unit])}
        return made

    def question(self, depth: int = 0) -> dict[str, Any]:
        made: dict[str, Any] = {"dataset_id": World.id(self.one([1, 1, 1, 2, 3]))}
        columns = [*OWN]
        if self.some(0.3):
            key = self.one(OWN)
            join = {"dataset_id": World.id(2), "on": [[key, key]]}
            made["joins"] = [{**join, "kind": self.one(["left", "inner", "right", "full", "semi", "anti"])}]
            columns += ["j1c1", "j1c2", "j1c3"]
        if self.some(0.4):
            made["formulas"] = [{"id": f"f{n}", "name": f"F{n}", "text": self.one(FORMULAS)} for n in (1, 2)]
            columns += ["f1"]
        if self.some(0.2):
            made["sample"] = self.one([{"rows": 3}, {"share": 0.5, "seed": 3}])
        if self.some(0.3):
            zone = self.one(["UTC", "Europe/Berlin", "Asia/Kolkata"])
            made["calendar"] = {"time_zone": zone, "year_starts": self.random.randint(1, 12), "week_starts": 7}
        if self.some(0.4):
            made["filter"] = self.group(columns)
        keys = columns
        if self.some(0.65):
            made["dimensions"] = [self.dimension(self.one(columns)) for _ in range(self.random.randint(0, 3))]
            made["measures"] = [self.measure(columns) for _ in range(self.random.randint(1, 3))]
            down = [f"d{n}" for n in range(len(made["dimensions"]))]
            keys = [*down, *(f"m{n}" for n in range(len(made["measures"])))]
            if self.some(0.25):
                made["having"] = self.group(keys)
            if down and self.some(0.3):
                made["pivot"] = {
                    "columns": self.random.sample(down, 1),
                    "row_totals": True,
                    "subtotals": self.some(0.5),
                }
        elif self.some(0.5):
            made["columns"] = [self.one(columns) for _ in range(3)]
        if self.some(0.4):
            made["sort"] = [{"by": self.one(keys), "direction": self.one(["asc", "desc"])}]
        if self.some(0.3):
            made |= {"limit": self.random.randint(1, 9), "offset": self.random.randint(0, 4)}
        if depth < 2 and self.some(0.15):
            made["base"] = self.question(depth + 1)
        if depth < 1 and self.some(0.1):
            made["union"] = [self.question(depth + 1)]
        return made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    lot = Lot(1)
    made = World(tmp_path_factory.mktemp("any"))
    for number, rows in ((1, 20), (2, 20), (3, 0)):
        made.add(number, TABLE, {column: [lot.value(column) for _ in range(rows)] for column in OWN})
    return made


@pytest.mark.parametrize("seed", range(4))
def test_any_question_is_answered_the_same_twice_or_refused_with_its_place(world: World, seed: int) -> None:
    lot, met = Lot(seed), Counter[str]()
    while met["answered"] < 40:
        try:
            asked = Question.model_validate(lot.question())
        except ValidationError:
            continue
        assert in_words(asked, world.tables, NAMES).endswith(".")
        try:
            compiled = compile_question(asked, world.tables, today=TODAY)
            shown_sql(asked, world.tables, NAMES, today=TODAY)
        except Problem as problem:
            assert problem.status == 422
            assert "position" in problem.where
            met[problem.code] += 1
            continue
        rows = run(compiled)
        assert repr(run(compiled)) == repr(rows)
        if asked.limit is None and not asked.offset:
            assert run(count_question(asked, world.tables, today=TODAY)) == [(len(rows),)]
        met["answered"] += 1
    assert len(met) > 8


def test_answers_have_the_types_that_they_promise(world: World) -> None:
    promised = {
        "integer": lambda kind: pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0),
        "decimal": pa.types.is_decimal,
        "float": pa.types.is_floating,
        "text": pa.types.is_string,
        "date": pa.types.is_date,
        "timestamp": lambda kind: pa.types.is_timestamp(kind) and kind.tz is None,
        "instant": lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None,
        "boolean": pa.types.is_boolean,
        "time": pa.types.is_time,
    }
    lot, seen = Lot(99), Counter[str]()
    while sum(seen.values()) < 120:
        try:
            compiled = compile_question(Question.model_validate(lot.question()), world.tables, today=TODAY)
        except (Problem, ValidationError):
            continue
        found = table(compiled)
        kinds = {name: found.column(name).type for name in found.column_names}
        for column in compiled.columns:
            assert promised[column.type](kinds[column.key]), (column, kinds[column.key])
            seen[column.type] += 1
    assert len(seen) > 6
