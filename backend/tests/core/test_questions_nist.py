"""How many digits of an answer are right, by NIST's certified values."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from support.nist import AUTOCORRELATION, NORRIS, UNIVARIATE, numbers, one_way, right_digits
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


@pytest.mark.parametrize("name", UNIVARIATE)
def test_the_autocorrelation_one_step_later_has_these_digits(tmp_path: Path, name: str) -> None:
    """Of what two neighbours are away from the mean, asked of the answer that has both. 13 digits; 11 and 9 of NumAcc3
    and 4, where binary input limits it."""
    world = World(tmp_path)
    world.add(1, schema(c1=("x", "float", "DOUBLE")), {"c1": [float(each) for each in UNIVARIATE[name][0]]})
    away = [
        {"id": "f1", "name": "Away", "text": "[#c1] - WINDOW_AVERAGE([#c1])"},
        {"id": "f2", "name": "Next away", "text": "NEXT([#c1]) - WINDOW_AVERAGE([#c1])"},
    ]
    ((found,),) = world.ask(
        base={"dataset_id": world.id(1), "formulas": away, "columns": ["f1", "f2"]},
        formulas=[{"id": "f1", "name": "r1", "text": "SUM([#c1] * [#c2]) / SUM([#c1] * [#c1])"}],
        measures=[{"fn": "formula", "column": "f1"}],
    )
    least = {"PiDigits": 12.5, "NumAcc3": 11.0, "NumAcc4": 8.9}.get(name, 13.0)
    assert right_digits(found, AUTOCORRELATION[name]) >= least


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


@pytest.mark.parametrize(
    ("leading", "pairs", "least"),
    [
        (0, 10, 12.0), (0, 100, 12.0), (0, 1000, 12.0),
        (6, 10, 8.0), (6, 100, 8.0), (6, 1000, 7.5),
        (12, 10, 2.5), (12, 100, 1.5), (12, 1000, 0.5),
    ],
    ids=[f"SmLs0{number}" for number in range(1, 10)],
)  # fmt: skip
def test_the_parts_of_an_analysis_of_variance_have_these_digits(
    tmp_path: Path, leading: int, pairs: int, least: float, record_property: Callable[[str, object], None]
) -> None:
    """SmLs01 to 09 (1, 7 and 13 constant digits): the last three are at the limit of what binary input tells."""
    rows = one_way(leading, pairs)
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
    between, rest = whole - within, 18 * pairs
    certified = {"within": f"{rest / 100}", "between": f"{(2 * pairs + 1) * 8}e-2", "F": f"{2 * pairs + 1}"}
    found = {"within": within, "between": between, "F": (between / 8) / (within / rest)}
    digits = {name: right_digits(value, certified[name]) for name, value in found.items()}
    record_property("log relative errors", digits)  # in the report of the run
    assert min(digits.values()) >= least, digits
