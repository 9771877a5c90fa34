"""What the comparison of engines came to: run after the tests that it is made of."""

from __future__ import annotations

import re

import pytest
from support.engines import Comparison

_KNOWN = (
    "ApproxDistinct has no rule",
    "the question is too long for the parsers of all endpoints",
    "a number has more than 38 digits",
    "(COUNTD_APPROX|NOACCENTS|PRODUCT|REGEX[A-Z]+) is not computed by Spark",
    "sail: LambdaVariable field and schema field mismatch",
    "sail: this endpoint does not tell the place of a row in its file",
    "sail: .*Internal error: PhysicalExpr Column references",
    "sail: .*'try_multiply'.* coercion failed",
    "sail: Unsupported data type: Decimal128.* for mode function",
    "sail: .*Schema contains duplicate unqualified field name",
)
"""Why a question of the core's tests is left to DuckDB. docs/guide/engines.md says the same."""


def test_most_questions_were_answered_by_both_and_every_refusal_is_known(
    comparison: Comparison, request: pytest.FixtureRequest
) -> None:
    ran = [each for each in request.session.items if each.path.name.startswith("test_core_questions")]
    unknown = [reason for reason in comparison.refused if not re.match("|".join(_KNOWN), reason)]
    assert unknown == []
    if len(ran) > 300:  # the whole folder, not some of it chosen by hand
        assert comparison.asked["sail"] >= 150
        assert comparison.asked["spark"] >= 30
