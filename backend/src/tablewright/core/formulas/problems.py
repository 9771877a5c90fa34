"""States of affairs around formulas: what is wrong, where it stands, and what would be right instead.

Every one of them has a `position` (offsets in characters, and line and column from 1) and often a `proposal`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from tablewright.core.errors import Invalid
from tablewright.core.formulas.tree import Span


@dataclass(frozen=True)
class Position:
    """Where in the text: offsets from 0 with the end not included, line and column from 1."""

    start: int
    end: int
    line: int
    column: int

    @classmethod
    def of(cls, text: str, span: Span) -> Position:
        before = text[: span.start]
        return cls(span.start, span.end, before.count("\n") + 1, span.start - (before.rfind("\n") + 1) + 1)


class FormulaProblem(Invalid):
    """Something in a formula that cannot be. `where` holds start, end, line, column and any proposal."""

    def __init__(self, detail: str, text: str, span: Span, *, proposal: str | None = None) -> None:
        self.position = Position.of(text, span)
        self.proposal = proposal
        super().__init__(
            detail,
            start=self.position.start,
            end=self.position.end,
            line=self.position.line,
            column=self.position.column,
            proposal=proposal,
        )


class FormulaTooLong(FormulaProblem):
    """More text than a formula may have."""


class FormulaTooDeep(FormulaProblem):
    """Nested deeper than is computed; parts of it can be formulas of their own."""


class FormulaTooLarge(FormulaProblem):
    """More parts than are computed, with the formulas that it uses."""


class FormulaUnreadable(FormulaProblem):
    """The text does not follow the grammar."""


class ColumnUnknown(FormulaProblem):
    """A name or id in square brackets that the scope does not have."""


class NameAmbiguous(FormulaProblem):
    """A name that several columns or formulas have."""


class FunctionUnknown(FormulaProblem):
    """A name before a parenthesis that is no function."""


class ParameterUnknown(FormulaProblem):
    """A name in braces that is no parameter of the question."""


class TableUnknown(FormulaProblem):
    """A table that a look-up names and the scope does not have."""


class ArgumentCountWrong(FormulaProblem):
    """Too few or too many arguments."""


class ArgumentUnfit(FormulaProblem):
    """An argument whose type or value the function has no answer to."""


class TypesDiffer(FormulaProblem):
    """Values that have to be of one type and are not."""


class LevelsMixed(FormulaProblem):
    """Values of single rows beside values of groups, or aggregates inside aggregates."""


class FormulaCircular(FormulaProblem):
    """A formula that uses itself, directly or through others."""


class EngineUnfit(FormulaProblem):
    """A function that the engine of this question does not have."""


class ContextMissing(FormulaProblem):
    """A function that needs something the place of the formula does not give: an order, the present moment."""


def nearest(wanted: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    words = list(known)
    lowered = {word.lower(): word for word in reversed(words)}
    near = get_close_matches(wanted.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[near[0]] if near else None


def shortened(text: str, limit: int = 60) -> str:
    """A person's text inside a sentence, of bounded length and on one line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
