"""A dashboard as a value: tabs with tiles on a grid of twelve columns, and filters that the tiles share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.queries.model import ColumnId, Comparison, Grain, ParameterName, Period, Question, Scalar, Sort

COLUMNS = 12
MOST_TILES = 100

TileId = Annotated[str, Field(pattern=r"^t[1-9][0-9]{0,4}$")]
FilterId = Annotated[str, Field(pattern=r"^p[1-9][0-9]{0,3}$")]
Title = Annotated[str, Field(max_length=300)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Value):
    """Where a tile stands, in cells of the grid. Tiles below fill gaps above, so `y` is an order more than a place."""

    x: Annotated[int, Field(ge=0, lt=COLUMNS)]
    y: Annotated[int, Field(ge=0, le=10_000)]
    w: Annotated[int, Field(ge=1, le=COLUMNS)]
    h: Annotated[int, Field(ge=1, le=40)]

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.x + self.w > COLUMNS:
            raise ValueError(f"a tile ends at column {COLUMNS} at the latest")
        return self


class TextTile(_Value):
    """Plain text; blank lines separate paragraphs, `# ` and `## ` begin headings, `- ` bullets."""

    kind: Literal["text"] = "text"
    id: TileId
    place: Place
    text: Annotated[str, Field(max_length=20_000)]


class QuestionTile(_Value):
    """An answer: of a saved question, or of a question that lives on this dashboard alone."""

    kind: Literal["question"] = "question"
    id: TileId
    place: Place
    question_id: UUID | None = None
    question: Question | None = None
    title: Title | None = None
    """Without it, the saved question's name or what the chart says."""
    chart: ChartSpec | None = None
    """Without it, the saved question's own chart."""
    formats: TableFormat | None = None
    """Without them, the saved question's own."""
    shows: Literal["auto", "chart", "table"] = "auto"
    """`auto` is the chart where there is one."""
    listens: bool = True
    """Whether the dashboard's filters hold here."""
    why: Title | None = None
    """What made it interesting, when the product proposed it."""
    topic: Title | None = None
    """What it is about: its title while other rows are shown than those of which the title was said."""
    said_of: UUID | None = None
    """The dataset version of which title and why were said."""

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.question_id is None) == (self.question is None):
            raise ValueError("a tile has a question_id or a question, not both")
        return self


class ImageTile(_Value):
    """A picture of the workspace, shown whole."""

    kind: Literal["image"] = "image"
    id: TileId
    place: Place
    image_id: UUID
    alt: Annotated[str, Field(max_length=1000)] = ""
    """What it shows, for those who do not see it; empty when it only adorns."""


Tile = Annotated[TextTile | QuestionTile | ImageTile, Field(discriminator="kind")]


class Tab(_Value):
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Overview"
    tiles: Annotated[tuple[Tile, ...], Field(max_length=MOST_TILES)] = ()


class Target(_Value):
    """Which column of which dataset a filter compares."""

    dataset_id: UUID
    column: ColumnId


class FilterValue(_Value):
    """What a filter is set to: a condition without its column (see core.queries.model.Condition)."""

    op: Comparison
    values: tuple[Scalar, ...] = Field(default=(), max_length=1000)
    period: Period | None = None


class Filter(_Value):
    """One control of the filter bar. Set to nothing, it keeps every row."""

    id: FilterId
    label: Annotated[str, Field(min_length=1, max_length=100)]
    kind: Literal["list", "range", "date", "text"]
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=20)]
    default: FilterValue | None = None
    within: FilterId | None = None
    """Cascading: the list offers only what is there under this other filter."""


class Otherwise(_Value):
    """How somebody looks at a dashboard, other than it was made."""

    sorts: Annotated[dict[TileId, Annotated[tuple[Sort, ...], Field(max_length=5)]], Field(max_length=100)] = {}
    """Other orders of tiles than their own."""
    grains: Annotated[dict[TileId, Grain], Field(max_length=100)] = {}
    """Other periods of tiles over time than their own: from years down to months, or up again."""
    parameters: Annotated[dict[ParameterName, Scalar | tuple[Scalar, ...]], Field(max_length=50)] = {}
    """Values of the questions' parameters by name, for every tile that has one of that name."""

    def named(self) -> set[str]:
        """The tiles of which it says something."""
        return {*self.sorts, *self.grains}

    def of(self, tile: str) -> Otherwise:
        """What is said of one tile alone."""
        return self.model_copy(
            update={
                "sorts": {name: sort for name, sort in self.sorts.items() if name == tile},
                "grains": {name: grain for name, grain in self.grains.items() if name == tile},
            }
        )


class Content(_Value):
    """Everything on a dashboard."""

    v: Literal[1] = 1
    tabs: Annotated[tuple[Tab, ...], Field(min_length=1, max_length=20)] = (Tab(),)
    filters: Annotated[tuple[Filter, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        ids = [tile.id for tile in self.tiles()]
        if len(ids) > MOST_TILES:
            raise ValueError(f"a dashboard has {MOST_TILES} tiles at most")
        if len(set(ids)) != len(ids):
            raise ValueError("two tiles have the same id")
        filters = [one.id for one in self.filters]
        if len(set(filters)) != len(filters):
            raise ValueError("two filters have the same id")
        for at, one in enumerate(self.filters):
            # Only an earlier one, so that none waits for itself.
            if one.within is not None and one.within not in filters[:at]:
                raise ValueError(f"the filter {one.id} is within {one.within}, which does not stand before it")
        return self

    def tiles(self) -> Iterator[TextTile | QuestionTile | ImageTile]:
        for tab in self.tabs:
            yield from tab.tiles

    def asked(self) -> Iterator[QuestionTile]:
        return (tile for tile in self.tiles() if isinstance(tile, QuestionTile))
