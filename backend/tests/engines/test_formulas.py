"""Formulas on Apache Spark and on Sail: every documented example, and random formulas over random rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from core import test_formulas_random as random_formulas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import formula_interpreter as slow
from support.engines import LIMITS, Comparison, by_duckdb
from support.formulas import NOW, SALES, SCOPE, near
from support.questions import question

from tablewright.core.formulas.check import check
from tablewright.core.formulas.functions import FUNCTIONS, find
from tablewright.core.formulas.names import stored
from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.scope import Scope
from tablewright.core.formulas.tree import Call
from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.spark import NotOnSpark, for_spark
from tablewright.core.queries.tables import Table, key_of
from tablewright.core.tables.schema import Column, Schema
from tablewright.infra.spark import SparkFailed

pytestmark = pytest.mark.timeout(600)  # the first one waits for Spark

TOGETHER = 30
"""Formulas in one question."""
NOT_ON_SPARK = {"COUNTD_APPROX", "NOACCENTS", "PRODUCT", "REGEXEXTRACT", "REGEXMATCH", "REGEXREPLACE"}
NOT_ON_SAIL = {
    # No place of a row in its file, which the order of the rows is made of.
    "FIRST", "LAST", *(name for name, each in FUNCTIONS.items() if each.level == "window"),
    # Values that are used twice are bound by a lambda, which Sail does not take for constants.
    "DB", "FV", "IPMT", "IRR", "NPER", "NPV", "PMT", "PPMT", "PV", "RATE", "WORKDAY",
    # Its cast reads no numbers with exponents; it knows no mode of decimals.
    "TOTEXT", "MODE",
}  # fmt: skip
"""What Sail answers with an error, after which DuckDB is asked."""


def names_in(formula: str) -> set[str]:
    calls = (find(each.function) for each in parse(formula).walk() if isinstance(each, Call))
    return {each.name for each in calls if each is not None}


EXAMPLES = [
    (example, check(example.formula, SCOPE))
    for function in FUNCTIONS.values()
    for example in function.examples
    if not names_in(example.formula) & NOT_ON_SPARK
]


def schema_of(scope: Scope) -> Schema:
    return Schema(
        columns=tuple(
            Column(id=each.id, name=each.name, type=each.type, physical=each.physical) for each in scope.columns
        )
    )


def asked(path: Path, scope: Scope, formulas: Sequence[str], level: str = "row") -> Compiled:
    """A question that gives every formula: of all rows, or for each row in the order of the file."""
    given = [
        {"id": f"f{number}", "name": f"F{number}", "text": stored(text, scope)}
        for number, text in enumerate(formulas, start=1)
    ]
    parts: dict[str, Any] = {"columns": [each["id"] for each in given]}
    if level == "aggregate":
        parts = {"measures": [{"fn": "formula", "column": each["id"]} for each in given]}
    parameters = [{"name": "rate", "type": "number", "value": "0.1900"}]
    of = question(formulas=given, parameters=parameters, **parts)
    tables = {key_of(of): Table(schema_of(scope), str(path))}
    return compile_question(of, tables, today=date(2025, 6, 15), now=NOW)


def chunks(formulas: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(formulas), size):
        yield formulas[start : start + size]


def computed(comparison: Comparison, engine: str, path: Path, compiled: Compiled) -> list[list[Any]]:
    """The values of each formula by an endpoint, which have to have DuckDB's types. Its errors are raised."""
    found = comparison.endpoints[engine].ask(for_spark(compiled), [path.as_uri()], limits=LIMITS)
    assert found.schema.equals(by_duckdb(compiled).schema)
    return [column.to_pylist() for column in found.columns]


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("formulas") / "sales.parquet"
    pq.write_table(SALES, path)
    return path


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("formulas") / "rows.parquet"
    pq.write_table(random_formulas.ROWS, path)
    return path


@pytest.mark.parametrize("engine", ["spark", "sail"])
@pytest.mark.parametrize("level", ["row", "aggregate", "window"])
def test_every_documented_example_gives_what_it_says(
    comparison: Comparison, sales: Path, engine: str, level: str
) -> None:
    left_out = {"LOOKUP"} | (NOT_ON_SAIL if engine == "sail" else set())  # looking up: test_core_questions_formulas
    wanted = [
        (example, checked)
        for example, checked in EXAMPLES
        if checked.level == level and not names_in(example.formula) & left_out
    ]
    # Sail takes no two columns with the same aggregate inside.
    for some in chunks(wanted, 1 if (engine, level) == ("sail", "aggregate") else TOGETHER):
        found = computed(comparison, engine, sales, asked(sales, SCOPE, [each.formula for each, _ in some], level))
        for (example, _), values in zip(some, found, strict=True):
            value = values if isinstance(example.result, tuple) else values[0]
            assert near(value, example.result), (example.formula, value)
    assert wanted or (engine, level) == ("sail", "window")


def test_what_spark_cannot_compute_says_why_and_is_left_to_duckdb(sales: Path) -> None:
    assert {name for name, each in FUNCTIONS.items() if each.not_on_spark} == NOT_ON_SPARK
    for name in sorted(NOT_ON_SPARK):
        formula = FUNCTIONS[name].examples[0].formula
        compiled = asked(sales, SCOPE, [formula], check(formula, SCOPE).level)
        with pytest.raises(NotOnSpark, match=f"^{name} is not computed by Spark: {FUNCTIONS[name].not_on_spark}"):
            for_spark(compiled)


RANDOM = st.sampled_from(sorted(random_formulas.LEAVES)).flatmap(lambda kind: random_formulas.formulas(kind, 2))


@settings(max_examples=4, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(RANDOM, min_size=8, max_size=8))
def test_random_formulas_give_what_the_interpreter_gives(comparison: Comparison, rows: Path, texts: list[str]) -> None:
    for engine in ("sail", "spark"):
        left_out = NOT_ON_SPARK | (NOT_ON_SAIL if engine == "sail" else set())
        wanted = [each for each in texts if random_formulas.right(each) and not names_in(each) & left_out]
        checked = [check(each, random_formulas.SCOPE) for each in wanted]
        compiled = asked(rows, random_formulas.SCOPE, wanted)
        try:
            found = computed(comparison, engine, rows, compiled)
        except SparkFailed as reason:
            assert engine == "sail", (reason, wanted)  # its errors are many; what matters is that DuckDB is asked then
            continue
        for formula, values in zip(checked, found, strict=True):
            for row, value in zip(random_formulas.ROWS.to_pylist(), values, strict=True):
                expected = slow.evaluate(formula.root, row, formula.kind)
                assert random_formulas.near(value, expected), (engine, formula.tree.text, row, value, expected)
