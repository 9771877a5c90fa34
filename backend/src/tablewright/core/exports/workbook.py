"""What is asked of an Excel export, as a value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tablewright.core.charts.formats import Painted
from tablewright.core.errors import Invalid, TooLarge
from tablewright.core.queries.model import AnswerColumn

MOST_ROWS = 1_048_575
"""Of a sheet, below its header."""
MOST_COLUMNS = 16_384


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SheetIn(_Value):
    """One table: its words and a Parquet file whose columns are named by the keys of `columns`."""

    name: Annotated[str, Field(max_length=2000)]
    """A wish: it is made unique and cut to what Excel allows; the contents sheet shows `title` in full."""
    title: Annotated[str, Field(max_length=2000)] | None = None
    source_note: Annotated[str, Field(max_length=10_000)] | None = None
    """Where the rows come from: dataset and version."""
    filters: Annotated[str, Field(max_length=10_000)] | None = None
    """The filters in words."""
    columns: tuple[AnswerColumn, ...] = Field(min_length=1)
    parquet: Path
    painted: Painted | None = None
    """Cells that stand out."""


class WorkbookIn(_Value):
    title: Annotated[str, Field(max_length=2000)] = "Export"
    workspace: Annotated[str, Field(max_length=2000)] = ""
    created_at: AwareDatetime | None = None
    sheets: tuple[SheetIn, ...] = Field(min_length=1, max_length=500)
    out_path: Path
    max_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] = MOST_ROWS
    """Rows of one sheet; a table with more goes on in the next."""


class WorkbookNotDescribed(Invalid):
    """What is to be exported is not described as an export must be."""

    title = "This export cannot be written"


class SheetColumnMissing(Invalid):
    def __init__(self, label: str, sheet: str) -> None:
        super().__init__(f'The rows of "{sheet}" do not hold its column "{label}". Export it again.', column=label)


class TooManyColumns(TooLarge):
    def __init__(self, sheet: str, count: int) -> None:
        super().__init__(
            f'"{sheet}" has {count:,} columns and an Excel sheet holds {MOST_COLUMNS:,}. '
            "Choose fewer columns, or download it as CSV."
        )
