"""The two passes over an XML document: the survey finds its shape, the filling makes its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape, quoteattr

from tablewright.core.readers.errors import NotATable, TooDeep, TooManyColumns
from tablewright.core.readers.model import Source
from tablewright.core.readers.trees import (
    DEEPEST_SHAPE,
    LEAF,
    MOST_SHAPES,
    NO_COLUMN,
    Names,
    Shape,
    shown_names,
)
from tablewright.core.readers.xml_pairs import LABEL, Labels, Renamed, Turns, calling
from tablewright.core.readers.xml_parse import (
    DEEPEST,
    LARGEST_TEXT,
    SEPARATOR,
    Document,
    End,
    Seen,
    Start,
    TextTooLong,
    local,
    parse,
)
from tablewright.core.readers.xml_tags import Rows

IGNORED = frozenset(
    f"http://www.w3.org/2001/XMLSchema-instance{SEPARATOR}{name}"
    for name in ("nil", "schemaLocation", "noNamespaceSchemaLocation")
)
"""Attributes that say something about the text, not about what it tells."""


class Surprise(Exception):
    """The file goes on in another shape than it began with."""


class Survey:
    """Sees the shape of a document: every element by its path. `limit` bytes at most, None for all.

    `renamed` are elements that are called by an attribute.
    """

    def __init__(self, source: Source, document: Document, limit: int | None, renamed: Renamed | None = None) -> None:
        self.turns = Turns()
        self.source, self.document, self.limit, self.renamed = source, document, limit, renamed
        self.labels: dict[int, Labels] = {}
        """By the id of a shape."""
        self.rows: list[tuple[Shape, Rows]] = []
        self.may_be_rows: list[Shape] = []
        """Elements that hold rows under names of their own, and that may hold some; see `xml_tags`."""
        self.seen = Seen()
        self.complete = False
        """Whether the whole file was seen."""
        self._top = Shape("", None)
        self._shape = self._top
        self._shapes = 0
        self._depth = self._skipped = 0
        self._text: list[str] = []
        self._attributes: set[str] = set()

    def run(self) -> Shape:
        """The shape of the root element. Raises TooDeep."""
        start, end = self.calling(self._start, self._end, self._text)
        self.complete = parse(self.source, self.document, start, end, self._text, seen=self.seen, limit=self.limit)
        root = next(iter(self._top.kids.values()), None)
        if root is None:
            raise NotATable("The XML text has no element.")
        root.parent = None
        return root

    def calling(self, start: Start, end: End, text: list[str]) -> tuple[Start, End]:
        """Handlers that are told the names under which elements are read."""
        return (start, end) if self.renamed is None else calling(self.renamed, start, end, text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep(DEEPEST)
        self.turns.start(name, attributes)
        self._words()
        outer = self._shape
        if self._skipped:
            self._skipped += 1
            return
        shape = outer.kids.get(name)
        if shape is None:
            if outer.depth >= DEEPEST_SHAPE or self._shapes >= MOST_SHAPES:
                outer.whole, self._skipped = True, 1
                return
            self._shapes += 1
            shape = outer.kids[name] = Shape(name, outer)
        elif shape.last == outer.seen:
            shape.many = True
        shape.last = outer.seen
        shape.seen += 1
        outer.elements += 1
        for attribute in attributes:
            if attribute not in shape.attributes and attribute not in IGNORED:
                self._shapes += 1
                shape.attributes[attribute] = None
                self._attributes.add(attribute)
        if LABEL in shape.attributes:
            labels = self.labels.get(id(shape))
            if labels is None:
                labels = self.labels[id(shape)] = Labels()
                labels.missing = shape.seen > 1
            labels.see(attributes.get(LABEL), outer.seen)
        if len(shape.attributes) > self.source.max_columns:
            raise TooManyColumns(len(shape.attributes), self.source.max_columns)
        self._shape = shape

    def _words(self) -> None:
        if self._text:
            if not self._skipped and not all(map(str.isspace, self._text)):
                self._shape.texts += 1
            self._text.clear()

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self.turns.end(self._text)
        self._words()
        if self._skipped:
            self._skipped -= 1
            return
        outer = self._shape.parent
        assert outer is not None
        self._shape = outer

    def names(self) -> Names:
        elements = {shape.name for shape in self._top.below() if shape.name}
        return Names(self._shown(elements), self._shown(self._attributes))

    def _shown(self, fulls: Iterable[str]) -> dict[str, str]:
        prefix = {full: self.seen.prefixes.get(full.rpartition(SEPARATOR)[0], "") for full in fulls}
        return shown_names({full: full.rpartition(SEPARATOR)[2] for full in sorted(fulls)}, prefix)

    def path(self, shape: Shape | None) -> str:
        parts = []
        while shape is not None:
            parts.append(local(shape.name))
            shape = shape.parent
        return "/" + "/".join(reversed(parts))


def filler(root: Shape) -> tuple[Start, End, list[str], Callable[[], Shape]]:
    """The handlers that fill the tables of a plan, and what tells where they are.

    They raise Surprise where the file does not follow the plan.

    Written for speed: they run once for every element of the file.
    """
    shape = Shape("", None)
    shape.kids[root.name] = root
    text: list[str] = []
    row: list[str | None] = []
    rows: list[list[str | None]] = []
    inside = size = 0
    parts: list[str] = []

    def keep(value: str) -> None:
        column = shape.column
        if column == NO_COLUMN:
            raise Surprise
        held = row[column]
        if held is not None and shape.role == LEAF:
            raise Surprise
        row[column] = value if held is None else f"{held}\n{value}"

    def markup(part: str) -> None:
        nonlocal size
        size += len(part)
        if size > LARGEST_TEXT:
            raise TextTooLong
        parts.append(part)

    def words() -> None:
        value = "".join(text)
        text.clear()
        if inside:
            markup(escape(value))
        elif not value.isspace():
            keep(value.strip())

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal shape, row, inside, size
        if text:
            words()
        if inside:
            inside += 1
            if inside > DEEPEST:
                raise TooDeep(DEEPEST)
            markup(f"<{local(name)}" + "".join(f" {local(k)}={quoteattr(v)}" for k, v in attributes.items()) + ">")
            return
        if name not in shape.kids:
            raise Surprise
        shape = shape.kids[name]
        if shape.role != LEAF:
            plan = shape.table
            if plan is not None:
                rows.append(row)
                plan.count += 1
                row = [None] * len(plan.columns)
                if plan.has_key:
                    row[0] = str(plan.count)
                if plan.outer is not None:
                    row[plan.has_key] = str(plan.outer.count)
            elif shape.owner is None:
                pass
            elif shape.last == shape.owner.count:
                raise Surprise
            else:
                shape.last = shape.owner.count
            if shape.whole:
                inside, size = 1, 0
        if attributes:
            for attribute, value in attributes.items():
                column = shape.attribute_columns.get(attribute, NO_COLUMN)
                if column != NO_COLUMN and row[column] is None:
                    row[column] = value or None
                elif attribute not in IGNORED:
                    raise Surprise

    def end(name: str) -> None:
        nonlocal shape, row, inside
        if inside:
            if text:
                words()
            inside -= 1
            if inside:
                markup(f"</{local(name)}>")
                return
            value = "".join(parts).strip()
            parts.clear()
            if value:
                keep(value)
        elif text:
            value = text[0] if len(text) == 1 else "".join(text)
            text.clear()
            if value[0] <= " " or value[-1] <= " ":
                value = trimmed(value)
            if value:
                column = shape.column
                if column != NO_COLUMN and row[column] is None:
                    row[column] = value
                else:
                    keep(value)
        if (plan := shape.table) is not None:
            plan.add(row)
            row = rows.pop()
        shape = shape.parent  # type: ignore[assignment] # only the root has none, and nothing follows it

    return start, end, text, lambda: shape


def trimmed(value: str) -> str:
    """Without the spaces of pretty printing; spaces on one line are part of the value."""
    bare = value.strip()
    return bare if not bare or "\n" in value else value
