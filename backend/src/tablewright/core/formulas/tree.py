"""The tree of a formula as it was written: frozen values that know where they stand in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

Constant = bool | int | Decimal | float | str | date | datetime | time


@dataclass(frozen=True)
class Span:
    """Where something stands: offsets in characters (code points), the end not included."""

    start: int
    end: int


@dataclass(frozen=True)
class Literal:
    """A value that stands in the text. `places` are the digits behind the point of an exact number."""

    value: Constant
    span: Span
    places: int = 0


@dataclass(frozen=True)
class Reference:
    """`[Sales]` by name, or `[#c3]` by id."""

    name: str
    by_id: bool
    span: Span


@dataclass(frozen=True)
class Parameter:
    """`{name}`: a value that the reader of the question chooses."""

    name: str
    span: Span


@dataclass(frozen=True)
class TableColumn:
    """`Customers[Name]`: a column of another dataset, inside a look-up."""

    table: str
    table_by_id: bool
    column: str
    column_by_id: bool
    span: Span
    table_span: Span
    column_span: Span


@dataclass(frozen=True)
class Call:
    """A function with its arguments. Operators are functions, called by their sign."""

    function: str
    arguments: tuple[Node, ...]
    span: Span
    name_span: Span


Node = Literal | Reference | Parameter | TableColumn | Call


@dataclass(frozen=True)
class Tree:
    """A parsed formula: its text, its root, how many nodes and how deep."""

    text: str
    root: Node
    size: int
    depth: int

    def walk(self) -> Iterator[Node]:
        """Every node, parents before children, left to right."""
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Call):
                waiting.extend(reversed(node.arguments))
