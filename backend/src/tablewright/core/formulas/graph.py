"""Formulas that use formulas: in which order they are computed, and circles among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tablewright.core.formulas.check import Checked, check
from tablewright.core.formulas.names import Names
from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.problems import FormulaCircular
from tablewright.core.formulas.scope import Scope, ScopeFormula
from tablewright.core.formulas.tree import Reference, Span
from tablewright.core.formulas.types import TEXT


def order(formulas: Sequence[tuple[str, str, str]], scope: Scope) -> tuple[str, ...]:
    """The ids of formulas (id, name, text), each behind those that it uses.

    Raises FormulaCircular, which names the circle, and ColumnUnknown. Otherwise the order given is kept.
    """
    texts = {each: text for each, _, text in formulas}
    names = {each: name for each, name, _ in formulas}
    uses = _uses(formulas, scope)
    done: dict[str, None] = {}
    for first in texts:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(first, False)]
        while waiting:
            current, left = waiting.pop()
            if left:
                path.pop()
                done[current] = None
            elif current in path:
                raise _circle([*path[path.index(current) :], current], names, texts, uses)
            elif current not in done:
                path.append(current)
                waiting.append((current, True))
                waiting.extend((each, False) for each in reversed(uses[current]))
    return tuple(done)


def check_all(formulas: Sequence[tuple[str, str, str]], scope: Scope) -> tuple[dict[str, Checked], Scope]:
    """Every formula (id, name, text) checked, in the order to compute them, and the scope that holds them all.

    The formulas of `scope` itself are left out of it: these are the formulas.
    """
    known: dict[str, ScopeFormula] = {}
    checked: dict[str, Checked] = {}
    given = {each: (name, text) for each, name, text in formulas}
    for each in order(formulas, scope):
        name, text = given[each]
        found = check(text, replace(scope, formulas=tuple(known.values())))
        checked[each] = found
        known[each] = ScopeFormula(each, name, found.kind, found.level, text, found.base)
    return checked, replace(scope, formulas=tuple(known[each] for each, _, _ in formulas))


def _uses(formulas: Sequence[tuple[str, str, str]], scope: Scope) -> dict[str, dict[str, Span]]:
    """Which formulas each formula uses, and where it names them first."""
    among = tuple(ScopeFormula(each, name, TEXT, "row", text) for each, name, text in formulas)
    names = Names(replace(scope, formulas=among))
    ids = {each for each, _, _ in formulas}
    uses: dict[str, dict[str, Span]] = {}
    for each, _, text in formulas:
        uses[each] = {}
        for node in parse(text).walk():
            if isinstance(node, Reference):
                found = names.reference(node, text)
                if found.id in ids and isinstance(found, ScopeFormula):
                    uses[each].setdefault(found.id, node.span)
    return uses


def _circle(
    path: list[str], names: dict[str, str], texts: dict[str, str], uses: dict[str, dict[str, Span]]
) -> FormulaCircular:
    shown = " → ".join(f"[{names[each]}]" for each in path)
    first = path[0]
    detail = (
        f"[{names[first]}] uses itself. Name something else there."
        if len(path) == 2
        else f"These formulas use one another in a circle: {shown}. Take one of them out of it."
    )
    return FormulaCircular(detail, texts[first], uses[first][path[1]])
