"""Values whose name stands in an attribute: <field name="price">5</field> is read as <price>5</price>.

MySQL's and phpMyAdmin's XML, Solr's answers and many exports of statistics are written so. Which elements these are
is seen in a first survey; then all handlers are given the other names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tablewright.core.readers.trees import Shape
from tablewright.core.readers.xml_parse import SEPARATOR, End, Start

LABEL = "name"
MOST_LABELS = 500
MOST_GROUPS = 80


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


def renamed(root: Shape, labels: dict[int, Labels]) -> Renamed | None:
    """The elements that are to be called by their attribute; None when there is none."""
    found = [shape for shape in root.below() if _is_pair(shape, labels.get(id(shape)))]
    if not found:
        return None
    top = Renamed()
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


def calling(top: Renamed, start: Start, end: End) -> tuple[Start, End]:
    """Handlers that call these with the other names."""
    way: list[tuple[Renamed | None, str]] = [(top, "")]

    def begin(name: str, attributes: dict[str, str]) -> None:
        around, called = way[-1]
        at = around.kids.get(name) if around is not None else None
        if at is not None and at.by_label and (label := attributes.get(LABEL, "").strip()):
            name, attributes = label, {key: value for key, value in attributes.items() if key != LABEL}
        elif around is not None and around.passes_on:
            name = called
        way.append((at, name))
        start(name, attributes)

    def finish(name: str) -> None:
        way.pop()
        end(name)

    return begin, finish
