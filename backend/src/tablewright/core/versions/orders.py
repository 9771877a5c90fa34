"""What is told about a load besides the file itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.readers.options import LoadOptions

Mode = Literal["replace", "append", "upsert"]
Deduplicate = Literal["none", "rows", "key"]


class LoadOrder(BaseModel):
    """How the tables of a file become versions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: LoadOptions | None = None
    """How the file is read; None: as the dataset's present version was."""
    mode: Mode = "replace"
    keys: Annotated[tuple[Annotated[str, Field(max_length=1000)], ...], Field(max_length=50)] = ()
    """Ids or names of the columns that tell rows apart, for upsert and for de-duplicating by key."""
    deduplicate: Deduplicate = "none"
    note: Annotated[str, Field(max_length=500)] | None = None
