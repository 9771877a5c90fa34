"""Values whose name stands in an attribute or in a key before them: <field name="price">5</field> is read as
<price>5</price>, and so is <key>price</key><value>5</value>.

MySQL's and phpMyAdmin's XML, Solr's answers and many exports of statistics are written with attributes. Which elements
these are is seen in a first survey; then all handlers are given the other names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tablewright.core.readers.trees import Shape
from tablewright.core.readers.xml_parse import SEPARATOR, End, Start, local
from tablewright.core.readers.xml_tags import Rows

LABEL = "name"
KEY = "key"
MOST_LABELS = 500
MOST_GROUPS = 80
MOST_NAMES = 1000
"""In a file with elements of more names than this around others, no keys are looked for."""
LONGEST_KEY = 200


class Labels:
    """The values of the attribute `name` that one element has, by its path."""

    __slots__ = ("around", "here", "missing", "repeated", "values")

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.here: set[str] = set()
        """Those within the parent that is `around`, told by its number."""
        self.around = 0
        self.missing = self.repeated = False

    def see(self, value: str | None, around: int) -> None:
        if around != self.around:
            self.here, self.around = set(), around
        if not value or not value.strip() or SEPARATOR in value:
            self.missing = True
            return
        self.repeated |= value in self.here
        self.here.add(value)
        if len(self.values) <= MOST_LABELS:
            self.values.add(value)


@dataclass
class Renamed:
    """Elements by their way from the root; those `by_label` are called by their attribute."""

    kids: dict[str, Renamed] = field(default_factory=dict)
    by_label: bool = False
    passes_on: bool = False
    """Its records are called as it is: <table_data name="users"><row>…"""
    rows: Rows | None = None
    """Those in it that are rows under names of their own."""
    maps: dict[str, bool] = field(default_factory=dict)
    """At the root: the elements in which each value stands behind its key, and whether the values are called by it.
    Those of very many keys are records, with the key as an attribute."""


class OutOfTurn(Exception):
    """In a map two keys or two values follow one another, or a key is not plain; or numbered rows do not count on."""


@dataclass
class _Turns:
    """What was seen in one element: whether keys and values take turns in it."""

    has_key: bool = False
    keys: int = 0
    is_even: bool = True


class Turns:
    """Finds the elements in which each value stands behind its key, by what is in all elements of their name."""

    def __init__(self) -> None:
        self._open: list[tuple[str, _Turns]] = []
        self._even: dict[str, bool] = {}
        self._keys: dict[str, set[str]] = {}
        self._several: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._open:
            around, turns = self._open[-1]
            is_key = local(name) == KEY
            turns.is_even &= turns.has_key != is_key
            turns.is_even &= not attributes if is_key else KEY not in attributes
            if local(around) == KEY and len(self._open) > 1:
                self._open[-2][1].is_even = False  # a key that holds elements is none
            turns.has_key = is_key
            turns.keys += is_key
        self._open.append((name, _Turns()))

    def end(self, text: list[str]) -> None:
        """An element ends; `text` are the last words in it."""
        name, turns = self._open.pop()
        if self._open and local(name) == KEY:
            around, outer = self._open[-1]
            key = "".join(text).strip()
            outer.is_even &= 0 < len(key) <= LONGEST_KEY
            if outer.is_even and len(keys := self._keys.setdefault(around, set())) <= MOST_LABELS:
                keys.add(key)
        if not turns.keys and turns.is_even:
            return  # there is nothing in it
        if len(self._even) > MOST_NAMES:
            return
        self._even[name] = self._even.get(name, True) and turns.is_even and not turns.has_key
        if turns.keys > 1:
            self._several.add(name)

    def maps(self, root: Shape) -> dict[str, bool]:
        """The names of these elements, and whether they have few keys. One with a single key is a record that happens
        to have a column `key`."""
        if len(self._even) > MOST_NAMES:
            return {}
        worded = {shape.name for shape in root.below() if shape.texts or shape.whole}
        found = (name for name in self._several if self._even[name] and name not in worded)
        return {name: len(self._keys[name]) <= MOST_LABELS for name in sorted(found)}


def renamed(
    root: Shape, labels: dict[int, Labels], maps: dict[str, bool], rows: Sequence[tuple[Shape, Rows]] = ()
) -> Renamed | None:
    """The elements that are to be called by their attribute or by a key before them, and those that hold `rows` under
    names of their own; None when there is none."""
    found = [shape for shape in root.below() if _is_pair(shape, labels.get(id(shape)))]
    if not found and not maps and not rows:
        return None
    top = Renamed(maps=maps)
    for holding, called in rows:
        _marked(top, holding).rows = called
    for shape in found:
        _marked(top, shape).by_label = True
        outer = shape.parent
        for around in (outer, outer.parent if outer else None):
            if around is not None and around is not root and _is_group(around, labels.get(id(around))):
                group = _marked(top, around)
                group.by_label, group.passes_on = True, around is not outer
    return top


def _marked(top: Renamed, shape: Shape) -> Renamed:
    """The place of an element among those that are renamed."""
    at = top
    for name in _way(shape):
        at = at.kids.setdefault(name, Renamed())
    return at


def _is_pair(shape: Shape, labels: Labels | None) -> bool:
    """A value with a name of its own among others, the names coming again in the next record."""
    if labels is None or labels.missing or labels.repeated or shape.kids or not shape.texts or not shape.many:
        return False
    outer, count = shape.parent, len(labels.values)
    return outer is not None and outer.seen > 1 and 1 < count <= MOST_LABELS and count < shape.seen


def _is_group(shape: Shape, labels: Labels | None) -> bool:
    """Records of several tables, called by their names and by nothing else."""
    if labels is None or labels.missing or list(shape.attributes) != [LABEL]:
        return False
    return 1 < len(labels.values) <= MOST_GROUPS


def _way(shape: Shape | None) -> list[str]:
    names: list[str] = []
    while shape is not None and shape.name:
        names.append(shape.name)
        shape = shape.parent
    return names[::-1]


def calling(top: Renamed, start: Start, end: End, text: list[str]) -> tuple[Start, End]:
    """Handlers that call these with the other names; they raise OutOfTurn. `text` is where words gather."""
    if top.maps:
        start, end = _by_key(top.maps, start, end, text)
    way: list[tuple[Renamed | None, str]] = [(top, "")]
    counts: dict[int, int] = {}
    """How many numbered rows there were in each element."""

    def row(around: Renamed, rows: Rows, name: str, attributes: dict[str, str]) -> tuple[str, dict[str, str]]:
        if not rows.word:
            if KEY in attributes:
                raise OutOfTurn
            return rows.name, {KEY: local(name), **attributes}
        number = rows.number_of(name)
        if number is None:
            return name, attributes
        count = counts.get(id(around), 0)
        if number != rows.first + count:
            raise OutOfTurn
        counts[id(around)] = count + 1
        return rows.name, attributes

    def begin(name: str, attributes: dict[str, str]) -> None:
        around, called = way[-1]
        at = around.kids.get(name) if around is not None else None
        if at is not None and at.by_label and (label := attributes.get(LABEL, "").strip()):
            name, attributes = label, {key: value for key, value in attributes.items() if key != LABEL}
        elif around is not None and around.passes_on:
            name = called
        elif around is not None and around.rows is not None:
            name, attributes = row(around, around.rows, name, attributes)
        way.append((at, name))
        start(name, attributes)

    def finish(name: str) -> None:
        way.pop()
        end(name)

    return begin, finish


def _by_key(maps: dict[str, bool], start: Start, end: End, text: list[str]) -> tuple[Start, End]:
    """Handlers that leave the keys of maps out, and call each value by the key before it."""
    way: list[tuple[str, str]] = [("", "")]
    """Each open element, and the key that was read in it."""

    def begin(name: str, attributes: dict[str, str]) -> None:
        around, key = way[-1]
        way.append((name, ""))
        if around not in maps:
            start(name, attributes)
        elif local(name) == KEY:
            if key or attributes or any(part.strip() for part in text):
                raise OutOfTurn
            text.clear()
        elif not key:
            raise OutOfTurn
        else:
            way[-2] = (around, "")
            if maps[around]:
                start(key, attributes)
            elif KEY in attributes:
                raise OutOfTurn
            else:
                start(name, {KEY: key, **attributes})

    def finish(name: str) -> None:
        _, left = way.pop()
        if left:
            raise OutOfTurn
        around, _ = way[-1]
        if around not in maps:
            end(name)
        elif local(name) == KEY:
            way[-1] = (around, "".join(text).strip())
            text.clear()
            if not way[-1][1]:
                raise OutOfTurn
        else:
            if name in ("true", "false") and not text:
                text.append(name)  # the element is the value
            end(name)

    return begin, finish
