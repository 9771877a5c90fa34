"""The formula language: what is written, what it means, and what it gives."""

from __future__ import annotations

import pytest
from support.formulas import SALES, near, rows_of, value_of

from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.functions.model import Example, Function

EXAMPLES = [(function, example) for function in FUNCTIONS.values() for example in function.examples]


@pytest.mark.parametrize(("function", "example"), EXAMPLES, ids=[example.formula for _, example in EXAMPLES])
def test_every_documented_example_gives_what_it_says(function: Function, example: Example) -> None:
    if isinstance(example.result, tuple):
        assert near(rows_of(SALES, example.formula), example.result)
    else:
        found = value_of(example.formula)
        assert near(found, example.result), found
