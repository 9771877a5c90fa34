"""The functions of the language, each defined once; checking, compiling, completing and the documentation read it."""

from __future__ import annotations

from collections.abc import Iterable

from tablewright.core.formulas.functions import (
    aggregates,
    conversion,
    dates,
    finance,
    logic,
    lookups,
    maths,
    operators,
    statistics,
    text,
    windows,
)
from tablewright.core.formulas.functions.model import Function
from tablewright.core.formulas.problems import nearest

_MODULES = (operators, maths, text, logic, dates, conversion, statistics, finance, aggregates, windows, lookups)

FUNCTIONS: dict[str, Function] = {each.name: each for module in _MODULES for each in module.FUNCTIONS}
"""All functions and operators by their names, category by category."""

_ALIASES = {alias: each for each in FUNCTIONS.values() for alias in each.aliases}

_CALLED = [name for name in (*FUNCTIONS, *_ALIASES) if name[0].isalpha() and name != "NEGATE"]


def find(name: str) -> Function | None:
    """The function with this name or alias, in capitals."""
    return FUNCTIONS.get(name) or _ALIASES.get(name)


def suggestion(wanted: str, known: Iterable[str] | None = None) -> str | None:
    """The function, or the word, that was probably meant."""
    return nearest(wanted, _CALLED if known is None else known)
