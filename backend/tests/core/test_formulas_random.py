"""Random formulas over random rows: the SQL gives what a slow interpreter in plain Python gives."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import formula_interpreter as slow

from tablewright.core.formulas.check import Checked, check
from tablewright.core.formulas.compile import compile
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.functions.model import Accepts, Function, Takes
from tablewright.core.formulas.problems import ArgumentUnfit, FormulaTooDeep, TypesDiffer
from tablewright.core.formulas.scope import Scope, ScopeColumn
from tablewright.core.queries import sql
from tablewright.core.queries.sql import Binder
from tablewright.core.tables.schema import ColumnType

ROWS = pa.table(
    {
        "n": pa.array(range(10), pa.int64()),
        "c1": pa.array([0, 1, -7, 12, None, 2**62, 3, 2025, -1, 64], pa.int64()),
        "c2": pa.array(
            [
                Decimal(each) if each else None
                for each in ("0.00", "1.25", "-7.50", "9999999.99", "2.68", "", "0.01", "100.00", "-0.05", "3.00")
            ],
            pa.decimal128(9, 2),
        ),
        "c3": pa.array([0.0, 1.5, -2.5, 1e10, None, 0.1, 3.0, -1e-5, 2.675, 1e300], pa.float64()),
        "c4": pa.array(["", "Berlin", "a b  c ", None, "12.5", "-3", "Ärger", "aXa", "2025-01-31", "x"]),
        "c5": pa.array([True, False, None, True, False, True, None, False, True, False]),
        "c6": pa.array(
            [
                date(2025, 1, 31),
                date(2024, 2, 29),
                None,
                date(1, 1, 1),
                date(9999, 12, 31),
                date(1970, 1, 1),
                date(2025, 3, 30),
                date(2000, 2, 28),
                date(1999, 12, 31),
                date(2023, 7, 4),
            ]
        ),
        "c7": pa.array(
            [
                datetime(2025, 1, 31, 8, 30),
                datetime(2024, 2, 29, 23, 59, 59),
                None,
                datetime(1970, 1, 1),
                datetime(2025, 3, 30, 2, 30),
                datetime(1, 1, 1),
                datetime(9999, 12, 31, 12),
                datetime(2000, 1, 1, 1),
                datetime(2010, 10, 10, 10, 10, 10),
                datetime(2025, 12, 28),
            ],
            pa.timestamp("us"),
        ),
    }
)
KINDS = {
    "c1": (ColumnType.INTEGER, "BIGINT"),
    "c2": (ColumnType.DECIMAL, "DECIMAL(9,2)"),
    "c3": (ColumnType.FLOAT, "DOUBLE"),
    "c4": (ColumnType.TEXT, "VARCHAR"),
    "c5": (ColumnType.BOOLEAN, "BOOLEAN"),
    "c6": (ColumnType.DATE, "DATE"),
    "c7": (ColumnType.TIMESTAMP, "TIMESTAMP"),
}
SCOPE = Scope(columns=tuple(ScopeColumn(key, key, kind, physical) for key, (kind, physical) in KINDS.items()))

NUMBERS = ("[c1]", "[c2]", "[c3]", "0", "1", "2", "-3", "0.25", "2.5", "1e3", "10", "99.995", "20%")
LEAVES = {
    "number": NUMBERS,
    "text": ("[c4]", '""', '"a"', '"Berlin"', '" b "', '"12.5"'),
    "boolean": ("[c5]", "TRUE", "FALSE"),
    "date": ("[c6]", "#2024-02-29#", "#2025-01-31#"),
    "moment": ("[c7]", "[c6]", "#2025-01-31 08:30#"),
}
GIVES = {
    ColumnType.INTEGER: "number", ColumnType.DECIMAL: "number", ColumnType.FLOAT: "number", ColumnType.TEXT: "text",
    ColumnType.BOOLEAN: "boolean", ColumnType.DATE: "date", ColumnType.TIMESTAMP: "moment",
}  # fmt: skip
TAKEN = {
    Accepts.NUMBER: "number", Accepts.INTEGER: "number", Accepts.FLOAT: "number", Accepts.TEXT: "text",
    Accepts.BOOLEAN: "boolean", Accepts.DATE: "date", Accepts.MOMENT: "moment", Accepts.TIMESTAMP: "moment",
    Accepts.CLOCK: "moment", Accepts.ADDABLE: "number",
}  # fmt: skip
KNOWN = [each for name, each in FUNCTIONS.items() if name in slow.FUNCTIONS or name in slow.LAZY]


def category(function: Function) -> set[str]:
    """What a function may give, by what it gives for numbers."""
    if function.name in ("IF", "IFS", "SWITCH", "CHOOSE", "IFBLANK", "IFERROR", "BLANKIF"):
        return {"number", "text", "boolean", "date", "moment"}
    if function.name == "DATEADD":
        return {"date", "moment"}
    if callable(function.gives):
        return {"number"}
    return {GIVES[function.gives.type]} if function.gives.type in GIVES else set()


BY_RESULT = {wanted: [each for each in KNOWN if wanted in category(each)] for wanted in LEAVES}


@st.composite
def formulas(draw: Any, wanted: str, depth: int) -> str:
    if depth <= 0 or draw(st.integers(0, 9)) < 2:
        return str(draw(st.sampled_from(LEAVES[wanted])))
    function = draw(st.sampled_from(BY_RESULT[wanted]))
    counts = [count for count in range(6) if function.parameters(count) is not None]
    parameters = function.parameters(draw(st.sampled_from(counts)))
    groups = {each.group: draw(st.sampled_from(list(LEAVES))) for each in parameters if each.group}
    groups |= {name: wanted for name in groups if name == "results"}
    groups |= {name: "number" for name in groups if name == "numbers"}
    arguments = [draw(argument(each, groups.get(each.group, ""), depth - 1)) for each in parameters]
    if function.name in ("AND", "OR", "NOT"):
        return f"{function.name}({', '.join(arguments)})"
    if function.name == "NEGATE":
        return f"-({arguments[0]})"
    if function.name == "%":
        return f"({arguments[0]})%"
    if function.name == "IN":
        return f"({arguments[0]}) IN ({', '.join(arguments[1:])})"
    if function.shown:
        return "(" + f") {function.name} (".join(arguments) + ")"
    return f"{function.name}({', '.join(arguments)})"


def argument(takes: Takes, group: str, depth: int) -> st.SearchStrategy[str]:
    if takes.among:
        quote = '"' if takes.accepts is Accepts.TEXT else ""
        return st.sampled_from([f"{quote}{each}{quote}" for each in takes.among])
    if takes.constant:
        return st.integers(takes.low or 0, min(takes.high or 9, 9)).map(str)
    if takes.name == "places":
        return st.sampled_from(["0", "1", "2", "-1", "[c1]"])
    kind = group or TAKEN.get(takes.accepts)
    if takes.accepts is Accepts.ADDABLE:
        return st.sampled_from(["number", "number", "number", "date", "moment"]).flatmap(
            lambda each: formulas(each, depth)
        )
    return formulas(kind, depth) if kind else st.sampled_from(list(LEAVES)).flatmap(lambda each: formulas(each, depth))


def near(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9)
    return type(ours) is type(theirs) and ours == theirs


def computed(formulas_: list[Checked]) -> list[tuple[Any, ...]]:
    binder = Binder()
    nodes = [compile(each, sql.column, binder).sql(dialect="duckdb") for each in formulas_]
    columns = ", ".join(f"{node} AS r{place}" for place, node in enumerate(nodes))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("t", ROWS)
        return connection.execute(f"SELECT {columns} FROM t ORDER BY n", dict(binder.values)).fetchall()


def right(text: str) -> Checked | None:
    """The formula, or None where random arguments do not go together (text beside numbers, a format of no date)."""
    try:
        return check(text, SCOPE)
    except (TypesDiffer, ArgumentUnfit, FormulaTooDeep):
        return None


@settings(max_examples=50, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(st.sampled_from(sorted(LEAVES)).flatmap(lambda kind: formulas(kind, 3)), min_size=12, max_size=12))
def test_random_formulas_give_what_the_interpreter_gives(texts: list[str]) -> None:
    checked = [each for each in map(right, texts) if each is not None]
    if not checked:
        return
    rows = ROWS.to_pylist()
    for row, found in zip(rows, computed(checked), strict=True):
        for formula, ours in zip(checked, found, strict=True):
            expected = slow.evaluate(formula.root, row, formula.kind)
            assert near(ours, expected), (formula.tree.text, row, ours, expected)


def test_most_functions_of_rows_are_in_the_interpreter() -> None:
    rows = [name for name, each in FUNCTIONS.items() if each.level == "row"]
    assert len(KNOWN) >= 0.75 * len(rows)
