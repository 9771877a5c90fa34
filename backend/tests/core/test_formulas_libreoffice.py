"""What LibreOffice gives for a grid of arguments is what formulas give, documented differences apart.

The grid is made by scripts/libreoffice_grid.py; its file says by which version.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from support.formulas import SCOPE, many_values, rows_of

from tablewright.core.formulas.check import check
from tablewright.core.formulas.functions import FUNCTIONS
from tablewright.core.formulas.problems import FormulaProblem
from tablewright.core.formulas.scope import Scope, ScopeColumn
from tablewright.core.tables.schema import ColumnType

GRID = json.loads(
    (Path(__file__).resolve().parents[1] / "support" / "libreoffice_grid.json").read_text(encoding="utf-8")
)
COLUMNS = Scope(columns=(ScopeColumn("c1", "A", ColumnType.FLOAT), ScopeColumn("c2", "B", ColumnType.FLOAT)))


@lru_cache(maxsize=1)
def found() -> dict[str, Any]:
    """What formulas give for the grid; a refusal is shown by its code."""
    formulas, results = [], {}
    for _, formula, _ in GRID["cases"]:
        try:
            check(formula, SCOPE)
            formulas.append(formula)
        except FormulaProblem as problem:
            results[formula] = problem
    results.update(zip(formulas, many_values(formulas), strict=True))
    return results


def agrees(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, FormulaProblem):
        return False
    if isinstance(theirs, dict):
        if "error" in theirs:
            return ours is None
        (shown,) = theirs.values()
        return isinstance(ours, date | datetime | time) and ours.isoformat() == shown
    if isinstance(ours, date) and isinstance(theirs, int | float):
        return ours == date(1899, 12, 30) + timedelta(days=theirs)
    if isinstance(ours, time) and isinstance(theirs, int | float):
        return round(theirs * 86_400) == ours.hour * 3600 + ours.minute * 60 + ours.second
    if ours is None or theirs is None:
        return ours in (None, "") and theirs in (None, "")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float | Decimal) and isinstance(theirs, int | float):
        return abs(float(ours) - theirs) <= 1e-9 * max(1.0, abs(theirs))
    return bool(ours == theirs)


def differing() -> dict[str, list[tuple[str, Any, Any]]]:
    apart: dict[str, list[tuple[str, Any, Any]]] = {}
    for name, formula, theirs in GRID["cases"]:
        if not agrees(found()[formula], theirs):
            apart.setdefault(name, []).append((formula, found()[formula], theirs))
    for name, formula, index, theirs in GRID["aggregates"]:
        first, second = GRID["columns"][index]
        table = pa.table({"c1": pa.array(first, pa.float64()), "c2": pa.array(second, pa.float64())})
        ours = rows_of(table, formula, COLUMNS)[0]
        if not agrees(ours, theirs):
            apart.setdefault(name, []).append((f"{formula} over {first}", ours, theirs))
    return apart


SHAPE = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), "an operator"),
    **dict.fromkeys(("COUNT", "COUNTBLANK"), "the grid has numbers only"),
    **dict.fromkeys(("COUNTIF", "SUMIF", "AVERAGEIF"), "takes a condition"),
    "RANK": "takes the other rows",
    "LOOKUP": "takes another dataset",
}
"""Differences in what is taken, which no grid of values can show."""
APART = differing()
COMPARED = {name for name, *_ in GRID["cases"] + GRID["aggregates"]}


def test_the_grid_covers_what_is_said_to_be_as_in_spreadsheets() -> None:
    said = {name for name, each in FUNCTIONS.items() if each.spreadsheet and not each.difference}
    elsewhere = {"IRR", "ISLEAPYEAR", "DAYSINMONTH", "DAYSINYEAR"}  # a range of cells; add-ins that files cannot name
    assert said - COMPARED == elsewhere
    assert len(GRID["cases"]) > 2000 and "LibreOffice" in GRID["version"]


@pytest.mark.parametrize("name", sorted(COMPARED))
def test_a_function_gives_what_libreoffice_gives_unless_its_difference_is_documented(name: str) -> None:
    if not FUNCTIONS[name].difference:
        assert APART.get(name, []) == []


@pytest.mark.parametrize("name", [name for name, each in FUNCTIONS.items() if each.difference and name not in SHAPE])
def test_a_documented_difference_is_a_real_one(name: str) -> None:
    assert APART[name]
