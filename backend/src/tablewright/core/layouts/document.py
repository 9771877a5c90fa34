"""A document as a value: everything that is printed, already asked, drawn and permitted.

It holds no question and no spec, only their results, so rendering it again gives the same pages.
All text is plain: in a text section lines beginning with `# ` and `## ` are headings and lines beginning
with `- ` are bullets; nothing else in any field is markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from tablewright.core.charts.formats import Painted
from tablewright.core.queries.model import AnswerColumn, Scalar

Title = Annotated[str, Field(max_length=300)]
Line = Annotated[str, Field(max_length=2000)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Value):
    """Paragraphs (separated by blank lines), headings and bullets."""

    kind: Literal["text"] = "text"
    text: Annotated[str, Field(max_length=50_000)]


class Chart(_Value):
    """A drawn chart. `title` is set above it: leave it out when the picture says it itself."""

    kind: Literal["chart"] = "chart"
    title: Title | None = None
    svg: Annotated[str, Field(max_length=20_000_000)]
    alt: Annotated[str, Field(min_length=1, max_length=2000)]
    """What the picture shows, for those who cannot see it."""
    caption: Line | None = None
    source_note: Line | None = None


class Table(_Value):
    """A table whose rows are given here, columnar as in an Answer, or as a Parquet file named by column keys."""

    kind: Literal["table"] = "table"
    title: Title | None = None
    columns: tuple[AnswerColumn, ...] = Field(min_length=1, max_length=2000)
    data: dict[str, list[Scalar]] | None = None
    parquet: Path | None = None
    bin_width: dict[str, float] = Field(default_factory=dict)
    """As in an Answer: such a dimension is printed as from-to."""
    total_count: Annotated[int, Field(ge=0)] | None = None
    """Rows that exist when that is more than the rows given."""
    painted: Painted | None = None
    """Cells that stand out."""
    note: Line | None = None
    source_note: Line | None = None

    @model_validator(mode="after")
    def _has_rows_once(self) -> Table:
        if (self.data is None) == (self.parquet is None):
            raise ValueError("a table has either data or a parquet file")
        if self.data is not None:
            lengths = {len(self.data.get(column.key, ())) for column in self.columns}
            if len(lengths) > 1 or any(column.key not in self.data for column in self.columns):
                raise ValueError("every column of a table needs the same number of values")
        return self


class Picture(_Value):
    """A picture of pixels, cleaned before (core.layouts.images)."""

    kind: Literal["picture"] = "picture"
    png: Annotated[str, Field(max_length=20_000_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
    width: Annotated[int, Field(ge=1, le=10_000)]
    height: Annotated[int, Field(ge=1, le=10_000)]
    alt: Line = ""


Part = Annotated[Text | Chart | Table | Picture, Field(discriminator="kind")]


class Document(_Value):
    """What a report looks like at one moment, ready for paper."""

    v: Literal[1] = 1
    title: Title
    workspace: Title = ""
    generated_at: Title = ""
    """Words for people, on every page; the file's own date is `created_at`."""
    created_at: AwareDatetime
    """The file's date, which an archivable file must have. Equal documents give equal bytes."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"
    page: Literal["a4", "letter"] = "a4"
    sections: tuple[Part, ...] = Field(default=(), max_length=500)
