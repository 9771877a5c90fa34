"""From a tree of elements to tables: which elements are records, which are columns, which stay text.

The rule, for any vocabulary: an element that occurs more than once under one parent is a record and gets a table;
what occurs at most once becomes columns of the nearest record around it, named by its path; what stands outside of
every record becomes a table of one row. A record inside another carries the key of the outer one. An element whose
words and elements are mixed is kept as text with its markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tablewright.core.readers.errors import TooManyKinds

MOST_SHAPES = 20_000
"""Different elements by path; what comes on top is kept as text in the element around it."""
DEEPEST_SHAPE = 32
MOST_TABLES = 100
NO_COLUMN = -1
LEAF, GROUP, RECORD, WHOLE = range(4)
"""What an element is in the plan: a value, values in common, a row, text with markup."""


class Shape:
    """One element by its path: what was seen in it anywhere in the file."""

    __slots__ = (
        "attribute_columns", "attributes", "column", "depth", "elements", "kids", "last", "many", "name", "owner",
        "parent", "role", "seen", "table", "texts", "whole",
    )  # fmt: skip

    def __init__(self, name: str, parent: Shape | None) -> None:
        self.name, self.parent = name, parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.kids: dict[str, Shape] = {}
        self.attributes: dict[str, None] = {}
        self.many = False
        """Whether it occurs more than once under one parent."""
        self.whole = False
        """Whether it is kept as text with its markup."""
        self.seen = self.last = self.texts = self.elements = 0
        self.table: Plan | None = None
        """The table whose row it begins."""
        self.column = NO_COLUMN
        self.attribute_columns: dict[str, int] = {}
        self.role = LEAF
        self.owner: Plan | None = None
        """The table whose row it belongs to."""

    @property
    def is_leaf(self) -> bool:
        return not self.kids or self.whole

    @property
    def is_mixed(self) -> bool:
        """Whether words stand between its elements about as often as elements do."""
        return bool(self.kids) and self.texts * 2 >= self.elements > 0

    def below(self) -> Iterator[Shape]:
        """This one and all below it that are not kept as text, in the order of their first appearance."""
        waiting = [self]
        while waiting:
            shape = waiting.pop()
            yield shape
            if not shape.whole:
                waiting.extend(reversed(shape.kids.values()))


@dataclass
class Plan:
    """One table to be: its columns in order."""

    shape: Shape
    name: str
    outer: Plan | None
    columns: list[str] = field(default_factory=list)
    has_key: bool = False
    """Whether the first column is the number of the record, because tables inside of it point to it."""
    has_own_id: bool = False
    """Whether the file says what may be taken for that number."""
    marked_up: list[str] = field(default_factory=list)
    """The columns that hold text with markup."""
    count: int = 0
    add: Callable[[list[str | None]], None] = field(default=lambda row: None)
    """Where its rows go; nowhere when it has no column."""

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def key_name(self) -> str:
        return f"{self.name}_{'row' if self.has_own_id else 'id'}"


@dataclass(frozen=True)
class Names:
    """What elements and attributes are called, by their full names."""

    elements: dict[str, str]
    attributes: dict[str, str]


def planned(root: Shape, names: Names) -> list[Plan]:
    """The tables of a file, the one with the most records first; sets the columns and roles in the shapes.

    Raises TooManyKinds when the root holds more kinds of records than a file may have tables.
    """
    for shape in root.below():
        if shape.is_mixed and not shape.whole:
            shape.whole = True
    _bounded(root)
    records = sorted((s for s in root.below() if s.many and s is not root), key=lambda s: -s.seen)
    plans = {id(root): Plan(root, names.elements[root.name], None)}
    taken = {names.elements[root.name].casefold()}
    for shape in sorted(records, key=lambda s: s.depth):
        plans[id(shape)] = Plan(shape, _free(shape, names, taken), None)
    for shape in records:
        outer = _owner(shape)
        if outer is not root:
            plans[id(shape)].outer = plans[id(outer)]
            plans[id(outer)].has_key = True
            own = f"{names.elements[outer.name]}_id".casefold()
            if {"id", own} & _said(outer, names) or own in _said(shape, names):
                plans[id(outer)].has_own_id = True
    for shape in [*records, root]:
        _give_columns(plans[id(shape)], names)
    ordered = [plans[id(shape)] for shape in records]
    return [*ordered, plans[id(root)]] if plans[id(root)].columns or not ordered else ordered


def _said(shape: Shape, names: Names) -> set[str]:
    """The names of what stands in an element, in small letters."""
    kids = (names.elements[kid.name] for kid in shape.kids.values())
    return {name.casefold() for name in (*kids, *(names.attributes[one] for one in shape.attributes))}


def _bounded(root: Shape) -> None:
    """Keep the number of tables in bounds: from the deepest up, records become text of what is around them."""
    records = [s for s in root.below() if s.many]
    count = len(records)
    for deepest in sorted(records, key=lambda s: -s.depth):
        outer = deepest.parent
        if count <= MOST_TABLES:
            return
        if outer is None or outer is root:
            raise TooManyKinds(count, MOST_TABLES)
        if not outer.whole:
            outer.whole = True
            count -= sum(1 for kid in outer.kids.values() if kid.many)


def _owner(shape: Shape) -> Shape:
    """The record around a record; the root where there is none."""
    outer = shape.parent
    assert outer is not None
    while outer.parent is not None and not outer.many:
        outer = outer.parent
    return outer


def _free(shape: Shape, names: Names, taken: set[str]) -> str:
    """A table's name: the element's, with those around it as far as needed to be unique."""
    parts = [names.elements[shape.name]]
    outer = shape.parent
    while ".".join(parts).casefold() in taken and outer is not None:
        parts.insert(0, names.elements[outer.name])
        outer = outer.parent
    name, number = ".".join(parts), 2
    while name.casefold() in taken:
        name, number = f"{'.'.join(parts)} ({number})", number + 1
    taken.add(name.casefold())
    return name


def _give_columns(plan: Plan, names: Names) -> None:
    columns = plan.columns
    if plan.has_key:
        columns.append(plan.key_name)
    if plan.outer:
        columns.append(plan.outer.key_name)
    used = {name.casefold(): 1 for name in columns}
    plan.shape.table = plan
    waiting: list[tuple[Shape, str]] = [(plan.shape, "")]
    while waiting:
        shape, path = waiting.pop()
        shape.owner, shape.last = plan, 0
        own = path or names.elements[shape.name]
        has_text = shape.whole or shape.texts or (shape.is_leaf and not shape.attributes)
        shown = {names.elements[kid.name].casefold() for kid in shape.kids.values() if not shape.whole}
        attributes = []
        for attribute in shape.attributes:
            name = names.attributes[attribute]
            clash = name.casefold() in shown or (not path and has_text and name.casefold() == own.casefold())
            marked = f"@{name}" if clash else name
            attributes.append((attribute, _named(f"{path}.{marked}" if path else marked, used)))
        if not path:  # the attributes of a record stand before its text, those of a column after it
            _add_attributes(shape, attributes, columns)
        if has_text:
            shape.column = len(columns)
            columns.append(_named(own, used))
            if shape.whole and shape.kids:
                plan.marked_up.append(columns[-1])
        if path:
            _add_attributes(shape, attributes, columns)
        shape.role = RECORD if shape is plan.shape else WHOLE if shape.whole else LEAF if shape.is_leaf else GROUP
        if not shape.whole:
            waiting.extend(
                (kid, f"{path}.{names.elements[kid.name]}" if path else names.elements[kid.name])
                for kid in reversed(shape.kids.values())
                if not kid.many
            )


def _add_attributes(shape: Shape, attributes: list[tuple[str, str]], columns: list[str]) -> None:
    for attribute, name in attributes:
        shape.attribute_columns[attribute] = len(columns)
        columns.append(name)


def _named(wanted: str, used: dict[str, int]) -> str:
    """A name that is not used yet; `used` tells of each how often it was wanted."""
    number = used.get(wanted.casefold(), 0) + 1
    name = wanted if number == 1 else f"{wanted} ({number})"
    while name.casefold() in used:
        number += 1
        name = f"{wanted} ({number})"
    used[wanted.casefold()] = number
    used[name.casefold()] = max(used.get(name.casefold(), 0), 1)
    return name


def shown_names(uses: dict[str, str], prefixes: dict[str, str]) -> dict[str, str]:
    """Names without their namespaces; with the prefix where one local name stands for several namespaces.

    `uses` gives, by full name, its local part; `prefixes` the prefix by full name, "" for none.
    """
    by_local: dict[str, list[str]] = {}
    for full, local in uses.items():
        by_local.setdefault(local, []).append(full)
    shown: dict[str, str] = {}
    for local, fulls in by_local.items():
        for full in fulls:
            prefix = prefixes.get(full, "")
            shown[full] = f"{prefix}:{local}" if prefix and len(fulls) > 1 else local
    return shown
