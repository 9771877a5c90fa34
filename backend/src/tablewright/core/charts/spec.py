"""The chart spec, version 1: a small declarative value that turns an answer into a picture.

The same value is compiled by one TypeScript module in the browser and, through V8, in Python.
Fields are result keys of the question's answer (`d0`, `m0`, `c3`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.queries.model import ResultKey, Scalar
from tablewright.core.queries.model import _may_be_left_out as may_be_left_out


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(StrEnum):
    """What is drawn; what each needs and is good for is said in `charts/src/registry.ts`."""

    BAR = "bar"
    LINE = "line"
    AREA = "area"
    PIE = "pie"
    SCATTER = "scatter"
    HISTOGRAM = "histogram"
    DENSITY = "density"
    VIOLIN = "violin"
    ECDF = "ecdf"
    QQ = "qq"
    HEATMAP = "heatmap"
    CORRELATION = "correlation"
    CALENDAR = "calendar"
    MAP = "map"
    WATERFALL = "waterfall"
    FUNNEL = "funnel"
    TREEMAP = "treemap"
    SUNBURST = "sunburst"
    SANKEY = "sankey"
    RADAR = "radar"
    PARALLEL = "parallel"
    BOX = "box"
    CANDLESTICK = "candlestick"
    COMBO = "combo"
    PARETO = "pareto"
    FIGURE = "figure"
    GAUGE = "gauge"


class Format(_Value):
    kind: Literal["auto", "number", "percent", "currency"] = "auto"
    digits: Annotated[int, Field(ge=0, le=10)] | None = None
    unit: Annotated[str, Field(max_length=20)] | None = None
    """A currency code for currency, otherwise a suffix such as `kg`."""


class ErrorRange(_Value):
    """What lies around a value: the value ± `field`, or from `field` to `high`, measures of the answer."""

    field: ResultKey
    high: ResultKey | None = None
    count: ResultKey | None = None
    """A measure that counts the values: `field` is their standard deviation, and the range the mean's confidence
    interval, by Student's t."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    draw: Literal["bars", "band"] = "bars"


class Trend(_Value):
    """The straight line by least squares, with the confidence band of its mean."""

    kind: Literal["linear"] = "linear"
    band: Annotated[float, Field(gt=0, lt=1)] | None = 0.95
    """The level of the band; None draws none."""


class Annotation(_Value):
    """Words at a place: a value of x, and of y where it points to one."""

    x: Scalar
    y: Annotated[float, Field(allow_inf_nan=False)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)]


class Channel(_Value):
    field: ResultKey
    title: Annotated[str, Field(max_length=200)] | None = None
    format: Format = Format()
    mark: Literal["bar", "line", "area"] | None = None
    """In a combined chart: how this measure is drawn; the first as bars, the others as lines, unless it says so."""
    axis: Literal["left", "right"] | None = None
    """In a combined chart: the axis on which this measure stands; left unless it says so."""
    scale: Literal["linear", "log"] = Field("linear", json_schema_extra=may_be_left_out)
    """Of x or the first y, in lines and points: equal steps are equal factors."""
    error: ErrorRange | None = Field(None, json_schema_extra=may_be_left_out)
    """How sure this measure is, drawn around it."""


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
    y: tuple[Channel, ...] = Field(min_length=1, max_length=32)
    """Eight at most, but for the pairs of a correlation matrix."""
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
    annotations: tuple[Annotation, ...] = Field((), json_schema_extra=may_be_left_out, max_length=20)
    trend: Trend | None = Field(None, json_schema_extra=may_be_left_out)
    """Of lines and scattered points."""
    fit: Literal["normal", "lognormal", "exponential"] | None = Field(None, json_schema_extra=may_be_left_out)
    """The distribution whose curve goes over a histogram, by maximum likelihood."""
    facet: Channel | None = Field(None, json_schema_extra=may_be_left_out)
    """A panel for each value of this dimension, on shared axes."""
    forecast_from: Scalar = Field(None, json_schema_extra=may_be_left_out)
    """From this place of x on, what a line shows is forecast."""
    outline: Literal["auto", "world", "us"] = Field("auto", json_schema_extra=may_be_left_out)
    """Of a map; `auto` takes the outlines that know most of the values."""
    text: Words = Words()
    legend: Literal["auto", "none"] = "auto"
