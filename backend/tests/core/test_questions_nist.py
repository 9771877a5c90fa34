"""How many digits of an answer are right, by NIST's certified values."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from support.nist import NORRIS, UNIVARIATE, numbers, one_way, right_digits
from support.questions import World, schema

MOMENTS = [{"fn": "mean", "column": "c1"}, {"fn": "stddev", "column": "c1"}, {"fn": "variance", "column": "c1"}]


@pytest.mark.parametrize("kind", ["float", "decimal"])
@pytest.mark.parametrize("name", UNIVARIATE)
def test_means_and_deviations_have_these_digits(tmp_path: Path, name: str, kind: str) -> None:
    """14 digits of means. Of deviations 12, and 8 where binary input limits it (NumAcc3, NumAcc4)."""
    values, mean, deviation = UNIVARIATE[name]
    physical = "DOUBLE" if kind == "float" else "DECIMAL(18,5)"
    world = World(tmp_path)
    stored = [float(each) if kind == "float" else each for each in values]
    world.add(1, schema(c1=("x", kind, physical)), {"c1": stored})
    ((found_mean, found_deviation, found_variance),) = world.ask(measures=MOMENTS)
    least = {"NumAcc3": 9.0, "NumAcc4": 8.0}.get(name, 12.0)
    assert right_digits(found_mean, mean) >= 14
    assert right_digits(found_deviation, deviation) >= least
    assert right_digits(found_variance, str(Decimal(deviation) ** 2)) >= least - 0.5


def test_a_line_through_norris_has_these_digits(tmp_path: Path) -> None:
    values = [float(each) for each in numbers(NORRIS)]
    world = World(tmp_path)
    of = schema(c1=("y", "float", "DOUBLE"), c2=("x", "float", "DOUBLE"))
    world.add(1, of, {"c1": values[0::2], "c2": values[1::2]})
    texts = ["SLOPE([#c1], [#c2])", "INTERCEPT([#c1], [#c2])", "RSQ([#c1], [#c2])"]
    ((slope, intercept, explained, correlation),) = world.ask(
        formulas=[{"id": f"f{n}", "name": text[:5], "text": text} for n, text in enumerate(texts, start=1)],
        measures=[
            *({"fn": "formula", "column": f"f{n}"} for n in (1, 2, 3)),
            {"fn": "correlation", "column": "c1", "other": "c2"},
        ],
    )
    assert right_digits(slope, "1.00211681802045") >= 12
    assert right_digits(intercept, "-0.262323073774029") >= 11
    assert right_digits(explained, "0.999993745883712") >= 14
    assert right_digits(correlation**2, "0.999993745883712") >= 14


@pytest.mark.parametrize(("leading", "least"), [(0, 12.0), (6, 7.0), (12, 2.0)])
def test_the_parts_of_an_analysis_of_variance_have_these_digits(tmp_path: Path, leading: int, least: float) -> None:
    """SmLs01, 04 and 07 (1, 7 and 13 constant digits): the last is at the limit of what binary input tells."""
    rows = one_way(leading)
    world = World(tmp_path)
    of = schema(c1=("treatment", "integer", "BIGINT"), c2=("response", "float", "DOUBLE"))
    world.add(1, of, {"c1": [k for k, _ in rows], "c2": [float(v) for _, v in rows]})
    means = {
        "dataset_id": World.id(1),
        "dimensions": [{"column": "c1"}],
        "measures": [{"fn": "mean", "column": "c2"}],
    }
    # Each response beside the mean of its treatment, which is the answer of another question.
    ((within, whole),) = world.ask(
        joins=[{"dataset_id": World.id(1), "base": means, "on": [["c1", "c1"]]}],
        formulas=[
            {"id": "f1", "name": "Within", "text": "([#c2] - [#j1c2]) * ([#c2] - [#j1c2])"},
            {"id": "f2", "name": "Whole", "text": "DEVSQ([#c2])"},
        ],
        measures=[{"fn": "sum", "column": "f1"}, {"fn": "formula", "column": "f2"}],
    )
    between = (whole - within) / 8
    assert right_digits(within, "1.80000000000000") >= least
    assert right_digits(whole - within, "1.68000000000000") >= least
    assert right_digits(between / (within / 180), "21.0000000000000") >= least
