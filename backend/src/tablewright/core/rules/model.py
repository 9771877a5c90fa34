"""The rule model, version 1: frozen values that say what is odd in rows, results or a change, never how it is found.

A rule's condition describes what should be looked at: the rule *fires* where it is true. Unknown is not true.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tablewright.core.queries.model import (
    Calendar,
    ColumnRef,
    Dimension,
    DimensionKey,
    Formula,
    Grain,
    Group,
    Measure,
    MeasureKey,
    Question,
    Unit,
)

Number = int | float | Annotated[str, Field(pattern=r"^[+-]?[0-9]{1,38}(\.[0-9]{1,38})?$")]
"""Exact decimals may be sent as text."""

MOST_RULES = 200


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _may_be_left_out(schema: dict[str, Any]) -> None:
    """A default that the contract does not tell: the TypeScript client demands fields that have one."""
    schema.pop("default", None)


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class RowCheck(_Value):
    """Rows for which the condition is true. It may look at formulas over the row: `f1` is a column like any other."""

    kind: Literal["row"] = "row"
    condition: Group
    formulas: tuple[Formula, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=16)
    calendar: Calendar = Field(default=Calendar(), json_schema_extra=_may_be_left_out)


class Limit(StrEnum):
    """How a number is compared with its bounds."""

    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    BETWEEN = "between"
    """Both ends included."""
    OUTSIDE = "outside"
    """Below the first or above the second."""
    EMPTY = "empty"


class Relative(StrEnum):
    """What a cell is measured by: a number of the cells of the same measure in its group."""

    SHARE = "share"
    """Of the sum of the group, as a fraction: 0.25 is a quarter."""
    MEAN = "mean"
    """As a multiple of the group's mean; 2 is twice as much."""
    MEDIAN = "median"
    LARGEST = "largest"


class ResultCheck(_Value):
    """Cells of a measure in the answer of a question."""

    kind: Literal["result"] = "result"
    question: Question
    measure: MeasureKey = "m0"
    limit: Limit
    bounds: tuple[Number, ...] = Field(default=(), max_length=2)
    on: Literal["groups", "totals"] = "groups"
    """`totals`: the question without the dimensions that `within` does not name; one total when it names none."""
    within: tuple[DimensionKey, ...] = Field(default=(), max_length=8)
    """With `totals`, the dimensions that stay. With `relative`, those that make a group; none: all cells are one."""
    relative: Relative | None = None


class ChangeCheck(_Value):
    """A measure, by dimensions, along a time: each period compared with one that lies before it."""

    kind: Literal["change"] = "change"
    measure: Measure
    dimensions: tuple[Dimension, ...] = Field(default=(), max_length=4)
    time: ColumnRef
    grain: Grain = Grain.MONTH
    back: Annotated[int, Field(ge=1, le=1000)] = 1
    unit: Unit | None = None
    """Of `back`; without it the grain. Months compared with one year back: the same month last year."""
    direction: Literal["fall", "rise", "either"] = "fall"
    by: Number = 0
    """The change must be more than this: a percentage (10 is 10 %), or the measure's own unit."""
    mode: Literal["percent", "absolute"] = "percent"
    absent: Literal["zero", "nothing"] | None = None
    """What a group without rows in a period has. Without it: 0 for counts and sums, nothing for all else."""
    complete: bool = True
    """Whether a period that is not over yet is left alone."""
    filter: Group | None = None
    formulas: tuple[Formula, ...] = Field(default=(), json_schema_extra=_may_be_left_out, max_length=16)
    calendar: Calendar = Field(default=Calendar(), json_schema_extra=_may_be_left_out)


Check = Annotated[RowCheck | ResultCheck | ChangeCheck, Field(discriminator="kind")]


class Contract(_Value):
    """What a load does about a rule that fires."""

    action: Literal["warn", "quarantine", "refuse"]
    """`quarantine` sets the rows aside (rules over rows only); `refuse` lets the whole version wait."""
    tolerance: Annotated[float, Field(ge=0, le=1)] = 0
    """With `refuse` over rows: the share of rows that may fail before the version is refused."""


class Rule(_Value):
    """A named condition with what is said when it fires."""

    id: UUID
    name: Annotated[str, Field(min_length=1, max_length=200)]
    check: Check
    severity: Severity = Severity.WARNING
    owner: UUID | None = None
    message: Annotated[str, Field(max_length=500)] = ""
    """Text with placeholders (see `messages`). Empty: the rule's name."""
    enabled: bool = True
    contract: Contract | None = None

    @field_validator("name", "message")
    @classmethod
    def _text(cls, text: str) -> str:
        return "".join(" " if ord(letter) < 32 or ord(letter) == 127 else letter for letter in text).strip()


class RuleSet(_Value):
    """The rules of one dataset, in their order."""

    rules: tuple[Rule, ...] = Field(default=(), max_length=MOST_RULES)

    def rule(self, rule_id: UUID) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)
