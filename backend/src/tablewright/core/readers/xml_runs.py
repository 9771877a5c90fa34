"""The quick way through runs of uniform records: one expression reads a record whole, expat proves it well-formed.

Only for records without records in them, in UTF-8 and without a document type. A record that is written in another
way than its shape (a comment in it, another order of its elements) is left to the handlers, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from tablewright.core.readers.landing import Landing
from tablewright.core.readers.trees import NO_COLUMN, Plan, Shape
from tablewright.core.readers.xml_fill import trimmed
from tablewright.core.readers.xml_parse import SEPARATOR, Seen, local

LONGEST_RECORD = 1 << 20
MOST_FIELDS = 200
SHORT_RUN = 1000
"""Records below which a run is not worth columns of its own."""
_SPACES = rb"[ \t\r\n]{0,200}"
_SPACE = " \t\r\n"
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_OPENINGS = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))


class Runs:
    """Feeds a parser with a document and reads the runs of one kind of record past its handlers."""

    def __init__(self, plan: Plan, landing: Landing, seen: Seen, at: Callable[[], Shape]) -> None:
        self._plan, self._landing, self._seen, self._at = plan, landing, seen, at
        self._columns: list[int] = []
        self._attributes: set[int] = set()
        self._record = re.compile(self._pattern(plan.shape))
        self._begins = re.compile(rb"<" + re.escape(self._written(plan.shape.name)) + rb"(?=[ \t\r\n/>])")
        self._rest = self._before = b""
        self._is_on = True

    @staticmethod
    def suit(plan: Plan) -> bool:
        """Whether the records of a plan are flat enough."""
        shapes = [shape for shape in plan.shape.below() if shape is plan.shape or not shape.many]
        plain = (
            not plan.has_key
            and plan.outer is None
            and all(not one.whole and (one.column == NO_COLUMN or not one.kids) for one in shapes)
        )
        return plain and plan.shape.parent is not None and 0 < plan.width <= MOST_FIELDS

    def _written(self, name: str) -> bytes:
        """A full name as the file writes it."""
        prefix = self._seen.prefixes.get(name.rpartition(SEPARATOR)[0], "")
        return f"{prefix}:{local(name)}".lstrip(":").encode()

    def _pattern(self, shape: Shape) -> bytes:
        """The expression of one element with the spaces behind it; a group for each column, noted in their order."""
        attributes = b""
        for attribute, column in shape.attribute_columns.items():
            attributes += rb"(?:[ \t\r\n]{1,200}" + re.escape(self._written(attribute)) + rb'="([^"<\t\r\n]*)")?'
            self._columns.append(column)
            self._attributes.add(column)
        if shape.column != NO_COLUMN:
            inside = b"([^<]*)"
            self._columns.append(shape.column)
        else:
            inside = _SPACES + b"".join(b"(?:" + self._pattern(kid) + b")?" for kid in shape.kids.values())
        name = re.escape(self._written(shape.name))
        return b"<" + name + attributes + b"[ \t\r\n]?(?:>" + inside + b"</" + name + b"[ \t\r\n]?>|/>)" + _SPACES

    def feed(self, parser: expat.XMLParserType, block: bytes) -> None:
        """Feed a block; b"" at the end of the document.

        Pieces end before a `<`, so that nothing is half parsed when the handlers are asked where they are.
        """
        data = self._rest + block
        position = 0
        while self._is_on and position < len(data):
            if self._at() is self._plan.shape.parent and self._begins.match(data, position):
                end = self._take(parser, data, position)
                if end > position:
                    position = end
                    continue
                if block and len(data) - position < LONGEST_RECORD:
                    break
            following = self._begins.search(data, position + 1)
            end = following.start() if following else data.rfind(b"<", position + 1) if block else len(data)
            if end <= position:
                self._is_on = len(data) - position < LONGEST_RECORD
                break
            parser.Parse(data[position:end], False)
            self._is_on = not self._is_open(data[position:end]) and not self._seen.ambiguous
            position = end
        if not self._is_on:
            parser.Parse(data[position:], False)
            position = len(data)
        self._rest = data[position:]
        if not block:
            parser.Parse(self._rest, True)

    def _is_open(self, piece: bytes) -> bool:
        """Whether a comment, a section of character data or an instruction goes on behind what was fed."""
        text = self._before + piece
        self._before = text[-16:]
        return any(text.rfind(begin) > text.rfind(end) for begin, end in _OPENINGS)

    def _take(self, parser: expat.XMLParserType, data: bytes, start: int) -> int:
        """Read the records from a position on; returns where they end, `start` when there is none."""
        match = self._record.match
        rows = []
        end = start
        while found := match(data, end):
            rows.append(found.groups(b""))
            end = found.end()
        if not rows:
            return start
        handlers = parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler
        parser.CharacterDataHandler = parser.StartElementHandler = parser.EndElementHandler = None
        parser.Parse(data[start:end], False)
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = handlers
        columns: list[list[str | None]] = [[None] * len(rows)] * self._plan.width
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=True):
            columns[column] = _values(b"\0".join(values).decode(), is_text=column not in self._attributes)
        if len(rows) < SHORT_RUN:
            self._landing.extend(zip(*columns, strict=True))
        else:
            self._landing.add_columns(columns)
        self._plan.count += len(rows)
        return end


def _values(joined: str, *, is_text: bool) -> list[str | None]:
    """The values of a column as the handlers would give them."""
    if is_text and "\r" in joined:
        joined = joined.replace("\r\n", "\n").replace("\r", "\n")
    values = joined.split("\0")
    if "&" in joined:
        values = [_REFERENCE.sub(_meant, value) if "&" in value else value for value in values]
    if is_text and ("&" in joined or _has_edges(joined)):
        values = [trimmed(value) for value in values]
    return [value or None for value in values]


def _has_edges(joined: str) -> bool:
    """Whether a value begins or ends with a space."""
    ends = joined[:1] in _SPACE or joined[-1:] in _SPACE if joined else False
    return ends or any(f"\0{one}" in joined or f"{one}\0" in joined for one in _SPACE)


def _meant(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    return _PREDEFINED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
