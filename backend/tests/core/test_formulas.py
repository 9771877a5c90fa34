"""The formula language: what is written, what it means, and what it gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.formulas import SALES, near, rows_of, spark_of, value_of

from tablewright.core.formulas.docs import page
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.functions.model import Example, Function
from tablewright.core.formulas.problems import EngineUnfit

EXAMPLES = [(function, example) for function in FUNCTIONS.values() for example in function.examples]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=[example.formula for _, example in EXAMPLES])
def test_every_documented_example_gives_what_it_says(function: Function, example: Example) -> None:
    if isinstance(example.result, tuple):
        assert near(rows_of(SALES, example.formula), example.result)
    else:
        found = value_of(example.formula)
        assert near(found, example.result), found


@pytest.mark.parametrize(
    "formula",
    [example.formula for function, example in EXAMPLES if not function.not_on_spark],
)
def test_every_example_is_written_for_spark_without_what_only_duckdb_knows(formula: str) -> None:
    try:
        written = spark_of(formula)
    except EngineUnfit as problem:  # another function inside the example
        pytest.fail(problem.detail)
    assert not re.search(r"\bTRY\(|LAMBDA |LIST_|::|STRPTIME|HUGEINT|DATE_DIFF\('", written), written


def test_the_page_of_functions_is_what_the_definitions_say() -> None:
    written = Path(__file__).resolve().parents[3] / "docs" / "guide" / "functions.md"
    assert written.read_text(encoding="utf-8") == page(), "backend/.venv/bin/python scripts/function_docs.py writes it"
