"""What a function is: one frozen value that checking, compiling, completing and documenting read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sqlglot import exp

from tablewright.core.formulas import types
from tablewright.core.formulas.tree import Constant
from tablewright.core.formulas.types import Kind
from tablewright.core.tables.schema import ColumnType

if TYPE_CHECKING:
    from tablewright.core.formulas.emit import Emit, Value

Category = Literal[
    "operators",
    "maths",
    "text",
    "logic",
    "date",
    "conversion",
    "statistics",
    "finance",
    "aggregate",
    "window",
    "lookup",
]
CATEGORIES: dict[Category, str] = {
    "maths": "Maths",
    "text": "Text",
    "logic": "Logic",
    "date": "Date and time",
    "conversion": "Conversion",
    "statistics": "Statistics",
    "finance": "Finance",
    "aggregate": "Aggregates",
    "window": "Windows",
    "lookup": "Look-up",
}


class Accepts(StrEnum):
    """What a parameter takes, and what its arguments are turned into."""

    NUMBER = "number"
    """Any number, as it is."""
    INTEGER = "whole number"
    """Any number, without its fraction, as spreadsheets do."""
    FLOAT = "number "
    """Any number, computed as a float."""
    TEXT = "text"
    PRINTED = "any value"
    """Anything, written as text; no value is empty text."""
    BOOLEAN = "condition"
    DATE = "date"
    """A date, or the date of a date and time."""
    MOMENT = "date or time stamp"
    TIMESTAMP = "time stamp"
    CLOCK = "time or time stamp"
    ANY = "any value "
    ORDERED = "number, text or date"
    ADDABLE = "number or date"
    COLUMN = "column of another dataset"


_TIMES = (ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.INSTANT)
_TAKEN: dict[Accepts, tuple[ColumnType, ...]] = {
    Accepts.NUMBER: (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT),
    Accepts.INTEGER: (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT),
    Accepts.FLOAT: (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT),
    Accepts.TEXT: (ColumnType.TEXT,),
    Accepts.BOOLEAN: (ColumnType.BOOLEAN,),
    Accepts.DATE: _TIMES,
    Accepts.MOMENT: _TIMES,
    Accepts.TIMESTAMP: _TIMES,
    Accepts.CLOCK: (ColumnType.TIME, ColumnType.TIMESTAMP, ColumnType.INSTANT),
    Accepts.ADDABLE: (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT, *_TIMES),
    Accepts.ORDERED: tuple(each for each in ColumnType if each not in (ColumnType.BOOLEAN, ColumnType.NESTED)),
}
_MADE = {
    Accepts.INTEGER: types.INTEGER,
    Accepts.FLOAT: types.FLOAT,
    Accepts.TEXT: types.TEXT,
    Accepts.PRINTED: types.TEXT,
    Accepts.BOOLEAN: types.BOOLEAN,
    Accepts.DATE: types.DATE,
    Accepts.TIMESTAMP: types.TIMESTAMP,
}


def fits(accepts: Accepts, kind: Kind) -> bool:
    """Whether a parameter takes values of this kind. BLANK() fits everywhere."""
    return kind.type is None or accepts not in _TAKEN or kind.type in _TAKEN[accepts]


def converted(accepts: Accepts, kind: Kind) -> Kind:
    """The kind that an argument is turned into before the function sees it."""
    if accepts in _MADE:
        return _MADE[accepts]
    if accepts is Accepts.MOMENT:
        return types.DATE if kind.type is ColumnType.DATE else types.TIMESTAMP
    if accepts is Accepts.CLOCK:
        return types.TIME if kind.type is ColumnType.TIME else types.TIMESTAMP
    if kind.type is None:
        return types.TEXT if accepts in (Accepts.ANY, Accepts.COLUMN) else types.FLOAT
    return kind


@dataclass(frozen=True)
class Takes:
    """One parameter. `default` is used when it is left out; `optional` without a default may be absent."""

    name: str
    accepts: Accepts
    words: str = ""
    default: Constant | None = None
    optional: bool = False
    repeats: bool = False
    """The last parameters that repeat are given as often as wanted, as a group."""
    group: str = ""
    """Arguments of one group are turned into the one kind that holds all of them."""
    constant: bool = False
    """Has to be written in the formula: the type or the cost depends on it."""
    among: tuple[str, ...] = ()
    """The words that a constant text may be."""
    reads: bool = False
    """A constant that decides what is written, and is not in the SQL itself."""
    low: int | None = None
    high: int | None = None
    """The bounds of a constant number."""

    @property
    def required(self) -> bool:
        return self.default is None and not self.optional


class Argument(Protocol):
    """What the rule of a result type may look at."""

    @property
    def kind(self) -> Kind: ...
    @property
    def constant(self) -> Constant | None: ...


Outcome = bool | int | float | str | Decimal | date | datetime | time | None


@dataclass(frozen=True)
class Example:
    """A formula and its result: printed in the documentation, and a test. Of a window: a result for each row."""

    formula: str
    result: Outcome | tuple[Outcome, ...]


Gives = Kind | Callable[[Sequence[Argument]], Kind | None]
"""The kind of the result, or a rule for it; None when these kinds do not go together."""
Writes = str | Callable[["Emit", list["Value"]], exp.Expr]
FunctionLevel = Literal["row", "aggregate", "window"]
PROPAGATES = "No value if an argument has none."


@dataclass(frozen=True)
class Function:
    """One function of the language, defined once."""

    name: str
    category: Category
    takes: tuple[Takes, ...]
    gives: Gives
    description: str
    examples: tuple[Example, ...]
    duckdb: Writes
    """SQL of DuckDB in which _1, _2 … are the arguments (text of ours, never of users), or what builds the tree."""
    spark: Writes | None = None
    """The same for Spark; None: SQLGlot translates DuckDB's."""
    not_on_spark: str = ""
    """Why Spark cannot compute the same, where it cannot."""
    nulls: str = PROPAGATES
    fails: bool = False
    """The engine may raise an error: it is caught and is no value."""
    finite: bool = False
    """A float result is never infinite or NaN when the arguments are not."""
    bounded: bool = False
    """A date result is always within the years 1 to 9999 when the arguments are."""
    spreadsheet: str | None = None
    """The spreadsheet function that gives the same."""
    difference: str | None = None
    """Where the spreadsheet function of the same name gives something else."""
    aliases: tuple[str, ...] = ()
    level: FunctionLevel = "row"
    volatile: bool = False
    arrange: Callable[[int], list[Takes] | None] | None = None
    """Which parameter each of so many arguments is for, when it is not simply one after the other."""
    shown: str = ""
    """How an operator is written."""

    @property
    def signature(self) -> str:
        """As people read it: LEFT(text, [count])."""
        if self.shown:
            return self.shown
        names = [each.name if each.required else f"[{each.name}]" for each in self.takes]
        if any(each.repeats for each in self.takes):
            names.append("…")
        return f"{self.name}({', '.join(names)})"

    def parameters(self, count: int) -> list[Takes] | None:
        """The parameter of each of `count` arguments, or None when there cannot be so many."""
        if self.arrange is not None:
            return self.arrange(count)
        fixed = [each for each in self.takes if not each.repeats]
        cycle = [each for each in self.takes if each.repeats]
        if count <= len(fixed) and (not cycle or not any(each.required for each in cycle)):
            return fixed[:count] if all(not each.required for each in fixed[count:]) else None
        if not cycle or count < len(fixed):
            return None
        rounds, rest = divmod(count - len(fixed), len(cycle))
        return fixed + cycle * rounds if rest == 0 and rounds else None


def number(name: str = "number", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.NUMBER, words, **more)


def floating(name: str = "number", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.FLOAT, words, **more)


def whole(name: str, words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.INTEGER, words, **more)


def text(name: str = "text", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.TEXT, words, **more)


def condition(name: str = "condition", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.BOOLEAN, words, **more)


def day(name: str = "date", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.DATE, words, **more)


def moment(name: str = "date", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.MOMENT, words, **more)


def value(name: str = "value", words: str = "", **more: Any) -> Takes:
    return Takes(name, Accepts.ANY, words, **more)


def ex(formula: str, result: Outcome | tuple[Outcome, ...]) -> Example:
    return Example(formula, result)


def same(index: int) -> Callable[[Sequence[Argument]], Kind]:
    """The result is of the kind of this argument."""

    def rule(arguments: Sequence[Argument]) -> Kind:
        return arguments[index].kind

    return rule


class Define:
    """Writes the functions of one category down."""

    def __init__(self, category: Category) -> None:
        self._category = category

    def __call__(
        self,
        name: str,
        takes: Sequence[Takes],
        gives: Gives,
        description: str,
        duckdb: Writes,
        *examples: Example,
        spark: Writes | None = None,
        sheet: bool | str = False,
        **more: Any,
    ) -> Function:
        """`sheet`: spreadsheets have the function, under this name or another one."""
        spreadsheet = name if sheet is True else sheet or None
        return Function(
            name,
            self._category,
            tuple(takes),
            gives,
            description,
            examples,
            duckdb,
            spark,
            spreadsheet=spreadsheet,
            **more,
        )
