"""What a person may overrule about how a file is read. Everything left out is decided from the file."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.tables import ColumnType


class ColumnOptions(BaseModel):
    """How one column is to be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ColumnType | None = None
    date_order: Literal["day_first", "month_first", "year_first"] | None = None
    format: str | None = Field(default=None, max_length=60)
    """A date format as strptime takes it, for instance `%d.%m.%Y %H:%M`."""
    decimal_mark: Literal[".", ","] | None = None
    null_words: tuple[str, ...] | None = Field(default=None, max_length=50)
    """Words that mean "no value" here; () for none."""


class LoadOptions(BaseModel):
    """Told, not detected. The names are those of the decisions in a receipt (`Decision.key`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str | None = Field(default=None, max_length=40)
    delimiter: str | None = Field(default=None, min_length=1, max_length=10)
    quote: str | None = Field(default=None, max_length=1)
    """"" for: nothing is quoted."""
    escape: str | None = Field(default=None, max_length=1)
    first_line: int | None = Field(default=None, ge=1)
    """The line at which the table begins (its header, where it has one)."""
    header_rows: int | None = Field(default=None, ge=0, le=10)
    """0 for a table without a header."""
    footer_rows: int | None = Field(default=None, ge=0, le=1000)
    """How many lines at the end are no data."""
    tables: Literal["one", "several"] | None = None
    """Whether a text file or sheet may hold several tables below or beside one another."""
    leave_out_totals: bool | None = None
    """Rows of a text file or sheet that look like totals are no data. Otherwise they are kept, and named."""
    leave_out_duplicates: bool | None = None
    """Rows that are entirely the same as an earlier one are not loaded. Otherwise they are not looked for."""
    date_order: Literal["day_first", "month_first", "year_first"] | None = None
    """For every column of dates whose own values do not settle it."""
    decimal_mark: Literal[".", ","] | None = None
    all_text: bool | None = None
    """Every column that nothing else is said about keeps the text that is written in the file."""
    columns: dict[str, ColumnOptions] = Field(default_factory=dict, max_length=2000)
    """By the column's name in the file."""


def told_of(options: LoadOptions, name: str) -> ColumnOptions:
    """What was told about the column of this name."""
    told = options.columns.get(name) or options.columns.get(" ".join(name.split()))
    return told or (ColumnOptions(type=ColumnType.TEXT) if options.all_text else ColumnOptions())
