"""The chart spec, version 1: a small declarative value that turns an answer into a picture.

The same value is compiled by one TypeScript module in the browser and, through V8, in Python.
Fields are result keys of the question's answer (`d0`, `m0`, `c3`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.queries.model import ResultKey


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(StrEnum):
    BAR = "bar"
    LINE = "line"
    AREA = "area"
    PIE = "pie"
    SCATTER = "scatter"
    HISTOGRAM = "histogram"
    HEATMAP = "heatmap"
    """x along, colour down, the measure as a step of colour."""
    CALENDAR = "calendar"
    """Days of a date, the measure as a step of colour."""
    WATERFALL = "waterfall"
    """What adds up to a total, one step after another."""
    FUNNEL = "funnel"
    TREEMAP = "treemap"
    SUNBURST = "sunburst"
    SANKEY = "sankey"
    """Flows from x to colour."""
    RADAR = "radar"
    BOX = "box"
    """Five measures: lowest, first quartile, median, third quartile, highest."""
    CANDLESTICK = "candlestick"
    """Four measures: first, highest, lowest, last."""
    COMBO = "combo"
    """Bars and lines over one axis, on two scales where asked for."""
    PARETO = "pareto"
    """Bars by size and the share that they have reached together."""
    FIGURE = "figure"
    """One number, what it was before, and how it came there."""
    GAUGE = "gauge"


class Format(_Value):
    kind: Literal["auto", "number", "percent", "currency"] = "auto"
    digits: Annotated[int, Field(ge=0, le=10)] | None = None
    unit: Annotated[str, Field(max_length=20)] | None = None
    """A currency code for currency, otherwise a suffix such as `kg`."""


class Channel(_Value):
    field: ResultKey
    title: Annotated[str, Field(max_length=200)] | None = None
    format: Format = Format()
    mark: Literal["bar", "line", "area"] | None = None
    """In a combined chart: how this measure is drawn; the first as bars, the others as lines, unless it says so."""
    axis: Literal["left", "right"] | None = None
    """In a combined chart: the axis on which this measure stands; left unless it says so."""


class Reference(_Value):
    """A line at a value of the first measure, or with `to` a band between two."""

    value: Annotated[float, Field(allow_inf_nan=False)]
    to: Annotated[float, Field(allow_inf_nan=False)] | None = None
    label: Annotated[str, Field(max_length=200)] | None = None


class Words(_Value):
    title: Annotated[str, Field(max_length=300)] | None = None
    subtitle: Annotated[str, Field(max_length=300)] | None = None
    source: Annotated[str, Field(max_length=300)] | None = None
    alt: Annotated[str, Field(max_length=1000)] | None = None


class ChartSpec(_Value):
    """What to draw. `color` splits into series; `horizontal` turns bars."""

    v: Literal[1] = 1
    mark: Mark
    x: Channel
    y: tuple[Channel, ...] = Field(min_length=1, max_length=8)
    color: Channel | None = None
    size: Channel | None = None
    """Scattered points become bubbles whose area shows this measure."""
    stack: Literal["none", "zero", "percent"] = "none"
    horizontal: bool | None = None
    """None lets the compiler decide by label length."""
    order: Literal["auto", "value", "answer"] = "auto"
    """`auto` sorts bars by value unless they have an order of their own (time, numbers, months, "18-24") or the
    answer came sorted by value; `answer` keeps the order of the answer, as an explicit sort wants it."""
    references: tuple[Reference, ...] = Field(default=(), max_length=8)
    """Goals, limits and the like. The first is the goal of a gauge."""
    text: Words = Words()
    legend: Literal["auto", "none"] = "auto"
