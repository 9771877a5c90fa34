"""What the names in a formula mean: a frozen value that a question makes of its datasets, formulas and parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tablewright.core.formulas.types import Kind, kind_of
from tablewright.core.tables.schema import Column, ColumnType

Level = Literal["row", "aggregate", "window"]
Base = Literal["row", "aggregate"]


@dataclass(frozen=True)
class ScopeColumn:
    """A column that formulas can use: `c3` of the question's dataset, `j1c3` of a joined one.

    `name` is what people write; of a joined column it begins with the joined table ("Customers.Name").
    """

    id: str
    name: str
    type: ColumnType
    physical: str = ""

    @property
    def kind(self) -> Kind:
        return kind_of(self.type, self.physical)

    @classmethod
    def of(cls, column: Column) -> ScopeColumn:
        return cls(column.id, column.name, column.type, column.physical)


@dataclass(frozen=True)
class ScopeFormula:
    """Another formula of the same question. `level`, `base` and `kind` are what `check` found for it."""

    id: str
    name: str
    kind: Kind
    level: Level
    stored: str
    base: Base | None = None
    """Of a window: over rows, or over the groups of the answer."""


@dataclass(frozen=True)
class ScopeParameter:
    name: str
    type: ColumnType
    physical: str = ""

    @property
    def kind(self) -> Kind:
        return kind_of(self.type, self.physical)


@dataclass(frozen=True)
class ScopeTable:
    """Another dataset for LOOKUP: `id` is what is stored (letters, digits, `-` and `_`), `name` what is written."""

    id: str
    name: str
    columns: tuple[ScopeColumn, ...]


@dataclass(frozen=True)
class Scope:
    """Everything a formula may name."""

    columns: tuple[ScopeColumn, ...] = ()
    formulas: tuple[ScopeFormula, ...] = ()
    parameters: tuple[ScopeParameter, ...] = ()
    tables: tuple[ScopeTable, ...] = field(default=())
