"""A mapping as a frozen value: which dataset column is made of which columns of the file, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tablewright.core.mappings.problems import MappingEmpty, MappingTargetRepeated
from tablewright.core.tables import ColumnType

Name = Annotated[str, Field(min_length=1, max_length=1000)]
ColumnId = Annotated[str, Field(pattern=r"^c[1-9][0-9]{0,4}$")]
Role = Literal["measure", "dimension", "identifier", "category", "time", "geography"]
_DATE_FORMAT = re.compile(r"(%[YymdHMSIpfbBaAj]|%-[mdHMSIy]|[^%])+")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FromColumn(_Value):
    """One column of the file as it is."""

    kind: Literal["column"] = "column"
    column: Name

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)


class Combined(_Value):
    """Several columns in one text; empty ones leave no separator behind."""

    kind: Literal["combine"] = "combine"
    columns: Annotated[tuple[Name, ...], Field(min_length=2, max_length=50)]
    separator: Annotated[str, Field(max_length=20)] = " "

    @property
    def names(self) -> tuple[str, ...]:
        return self.columns


class SplitPart(_Value):
    """The nth of several parts of a text; the last part takes the rest."""

    kind: Literal["split"] = "split"
    column: Name
    separator: Annotated[str, Field(min_length=1, max_length=20)]
    part: Annotated[int, Field(ge=1, le=50)]
    parts: Annotated[int, Field(ge=1, le=50)]

    @model_validator(mode="after")
    def _within(self) -> SplitPart:
        if self.part > self.parts:
            raise ValueError("part must not be greater than parts")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)


class Slice(_Value):
    """Some characters of a text, by position from 1."""

    kind: Literal["slice"] = "slice"
    column: Name
    start: Annotated[int, Field(ge=1, le=1_000_000)]
    length: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)


Origin = Annotated[FromColumn | Combined | SplitPart | Slice, Field(discriminator="kind")]


class Reformat(_Value):
    """How text is read, or written, on its way into the column."""

    trim: bool = False
    case: Literal["upper", "lower"] | None = None
    null_words: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    date_format: Annotated[str, Field(max_length=60)] | None = None
    """As strptime takes it: how dates are written in the file, or how they become text."""
    decimal_mark: Literal[".", ","] | None = None
    true_words: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    false_words: Annotated[tuple[str, ...], Field(max_length=50)] = ()

    @field_validator("date_format")
    @classmethod
    def _known(cls, given: str | None) -> str | None:
        if given is not None and not _DATE_FORMAT.fullmatch(given):
            raise ValueError("must consist of %Y %y %m %d %H %M %S %I %p %f %b %B %a %A %j and plain characters")
        return given


class MappedColumn(_Value):
    """One column of the dataset. `id` is absent for a column that the dataset does not have yet."""

    id: ColumnId | None = None
    name: Name
    source: Origin
    type: ColumnType | None = None
    """None: as it was read."""
    reformat: Reformat | None = None
    role: Role | None = None
    unit: Annotated[str, Field(max_length=40)] | None = None


class Mapping(_Value):
    """All columns, in the dataset's order. Names of sources are those in the file."""

    v: Literal[1] = 1
    columns: Annotated[tuple[MappedColumn, ...], Field(max_length=2000)]
    drop: Annotated[tuple[Name, ...], Field(max_length=2000)] = ()
    """Columns of the file that are left out on purpose."""
    others: Literal["keep", "drop"] = "keep"
    """What becomes of columns of the file that are named nowhere."""

    def check(self) -> None:
        """Raise MappingEmpty or MappingTargetRepeated for a mapping that can make no table."""
        if not self.columns and self.others == "drop":
            raise MappingEmpty
        for repeated in (
            _repeated(column.id for column in self.columns if column.id),
            _repeated(column.name for column in self.columns),
        ):
            if repeated is not None:
                raise MappingTargetRepeated(repeated)

    @property
    def named(self) -> frozenset[str]:
        """Every column of the file that the mapping speaks of."""
        return frozenset(self.drop) | self.needed

    @property
    def needed(self) -> frozenset[str]:
        """The columns of the file that it cannot do without."""
        return frozenset(name for column in self.columns for name in column.source.names)

    def fits(self, names: Iterable[str]) -> bool:
        """Whether a file with these columns has all that the mapping needs."""
        return self.needed <= set(names)


def _repeated(values: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
