"""Conditional formats of a table as a value, and the cells that they paint.

What a format means is decided in `charts/src/formats.ts` alone: the browser runs it on the answer that it shows, and
`painting` runs the same code in V8 for paper and workbooks.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tablewright.core.queries.model import Scalar

FormatKey = Annotated[str, Field(pattern=r"^(\*|[cdm][0-9]{1,5}|j[1-8]c[1-9][0-9]{0,4}|f[1-9][0-9]?)$")]
"""A column of the answer, or `*` for all of them."""
DecidingKey = Annotated[str, Field(pattern=r"^([cdm][0-9]{1,5}|j[1-8]c[1-9][0-9]{0,4}|f[1-9][0-9]?)$")]
Tint = Literal["red", "orange", "yellow", "green", "teal", "blue", "purple", "grey", "none"]
_ICONS = {"arrows": 3, "signs": 3, "shapes": 3, "levels": 4}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Stop(_Value):
    """A place between the lowest and the highest value."""

    kind: Literal["min", "max", "number", "percentile"]
    value: float | None = None
    """The number, or the percentile from 0 to 100."""

    @model_validator(mode="after")
    def _placed(self) -> Self:
        if (self.value is None) == (self.kind in ("number", "percentile")):
            raise ValueError("a number or percentile has a value, the lowest and the highest have none")
        if self.kind == "percentile" and not 0 <= (self.value or 0) <= 100:
            raise ValueError("percentiles go from 0 to 100")
        return self


class TintedStop(Stop):
    tint: Tint


class _Painted(_Value):
    columns: tuple[FormatKey, ...] = Field(min_length=1, max_length=200)
    """Columns whose cells are painted."""
    by: DecidingKey | None = None
    """The column whose values decide; without it each painted column's own."""
    on: Literal["groups", "totals", "all"] = "groups"
    within: tuple[DecidingKey, ...] = Field(default=(), max_length=8)
    """Dimensions inside of which cells are compared; none: all cells are one group."""


class ColourScale(_Painted):
    kind: Literal["scale"] = "scale"
    stops: tuple[TintedStop, ...] = Field(min_length=2, max_length=3)


class DataBar(_Painted):
    """Bars begin at zero, unless `min` says where."""

    kind: Literal["bar"] = "bar"
    tint: Tint = "blue"
    min: Stop | None = None
    max: Stop | None = None


class Icons(_Painted):
    kind: Literal["icons"] = "icons"
    set: Literal["arrows", "signs", "shapes", "levels"] = "arrows"
    limits: tuple[Stop, ...] = Field(min_length=2, max_length=3)
    """Where the next icon begins, from low to high; one fewer than the set has icons."""
    reverse: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.limits) != _ICONS[self.set] - 1:
            raise ValueError(f"{self.set} have {_ICONS[self.set]} icons, so {_ICONS[self.set] - 1} limits")
        return self


class Highlight(_Painted):
    kind: Literal["highlight"] = "highlight"
    test: Literal[
        "below", "at_most", "above", "at_least", "equals", "not_equals", "between", "outside", "empty", "not_empty",
        "contains", "top", "bottom",
    ]  # fmt: skip
    values: tuple[Scalar, ...] = Field(default=(), max_length=100)
    """Bounds; for `top` and `bottom` how many."""
    than: DecidingKey | None = None
    """A column whose value in the same row is the bound, in the place of `values`."""
    relative: Literal["share", "mean", "median", "largest"] | None = None
    """What is compared: the value, or the value by a number of its group."""
    tint: Tint = "yellow"
    bold: bool = False
    icon: Literal["up", "down", "flag", "warning", "check", "cross", "star"] | None = None


FormatRule = Annotated[ColourScale | DataBar | Icons | Highlight, Field(discriminator="kind")]


class TableFormat(_Value):
    """The conditional formats of a table, in the order in which they are tried; version 1."""

    v: Literal[1] = 1
    rules: tuple[FormatRule, ...] = Field(default=(), max_length=50)

    def looks_at(self, columns: list[str]) -> list[str]:
        """Of these keys, those whose values decide anything."""
        found: set[str] = set()
        for rule in self.rules:
            found |= {*rule.within, *([rule.by] if rule.by else columns if "*" in rule.columns else rule.columns)}
            found |= {rule.than} if isinstance(rule, Highlight) and rule.than else set()
        return [key for key in columns if key in found]


class Bar(_Value):
    """From where to where a bar goes, as shares of the cell's width; `axis` is where zero is.

    The cell is as wide as the line from `low` to `high`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: Annotated[float, Field(alias="from")]
    to: float
    axis: float
    low: float
    high: float
    fill: str


class CellStyle(_Value):
    """How one cell stands out, decided: `says` is it in words."""

    fill: str | None = None
    ink: str | None = None
    bold: bool = False
    icon: str | None = None
    bar: Bar | None = None
    says: str = ""


class Painted(_Value):
    """The styles of a table and, for each painted column, the style of each row (None: plain)."""

    styles: tuple[CellStyle, ...] = ()
    cells: dict[str, list[int | None]] = Field(default_factory=dict)
    left_out: bool = False
    """Whether the table is too large for its formats."""

    def style(self, key: str, row: int) -> CellStyle | None:
        column = self.cells.get(key)
        at = column[row] if column is not None and row < len(column) else None
        return None if at is None else self.styles[at]
