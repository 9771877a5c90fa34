"""Records within records on their way to tables, without loss.

Objects become columns named by their path (`address.city`), lists of objects become tables of their own with a key
to the row they belong to, other lists stay JSON text. Numbers keep the text they are written with. A column with
values of several JSON types becomes text in which a string is quoted only where it would be read as something else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from tablewright.core.readers.errors import TooManyColumns
from tablewright.core.readers.json_names import are_data, are_numbered, share_members
from tablewright.core.readers.kinds import EXACT_FLOAT_DIGITS, FLOAT, TEXT, Kind, boolean, proposed
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import Confidence, Decision, Link, Receipt, Source, Table
from tablewright.core.tables import ColumnType

MOST_LEVELS = 128
MOST_TABLES = 200
WIDE = 200
"""An object with more members than this, few of them in each row, holds data in its names: each becomes a row."""
MANY = 20
"""So many members that each record has a few of may hold data in their names."""
NUMBERS_AS_TEXT = "$number"
"""How the names begin under which MongoDB writes numbers between quotes: `{"$numberDecimal": "19.90"}`."""
MOST_RESTARTS = 8
"""So often reading begins again as soon as a fact is found; from then on all are gathered to the end first."""
SAMPLE = 300
STRING, NUMBER, BOOLEAN, JSON, EMPTY_LIST = 1, 2, 4, 8, 16
LIST, MEMBERS = "[]", "{}"
SCRATCH = 10_000
"""Above all numbers of tables: the numbers under which rows are collected before the order of tables is known."""
NESTED = Kind(ColumnType.NESTED, "VARCHAR")
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_BARE = re.compile(r'\s*["{\[\-\d]|\s*(true|false|null)\s*$')

Path = tuple[str, ...]


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Raw(str):
    """JSON text that is kept as it is."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """The members of an object, in order and with repeated names."""

    __slots__ = ()


class Malformed(ValueError):
    """A text is no JSON; its words continue a sentence."""


def _constant(word: str) -> Any:
    raise Malformed(f"is not JSON: {word} is no JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, parse_constant=_constant)


def decoded(text: bytes) -> Any:
    """The one JSON value of a text, by the letter of RFC 8259. Raises Malformed."""
    try:
        value, end = _DECODER.raw_decode(written := text.decode().lstrip(" \t\r\n"))
    except UnicodeDecodeError as error:
        raise Malformed(f"is not valid UTF-8 at its byte {error.start + 1:,}") from None
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg.removesuffix(' at')} at its character {error.pos + 1:,}") from None
    except RecursionError:
        raise Malformed(f"is nested more than {MOST_LEVELS} levels deep") from None
    if behind := written[end:].lstrip(" \t\r\n"):
        raise Malformed(f"is not JSON: {behind[:20]!r} behind its value at its character {end + 1:,}")
    if text.count(b"[") + text.count(b"{") > MOST_LEVELS and depth(value) > MOST_LEVELS:
        raise Malformed(f"is nested more than {MOST_LEVELS} levels deep")
    if _ESCAPED_SURROGATE.search(text):
        try:
            dumped(value).encode()
        except UnicodeEncodeError:
            raise Malformed("is not JSON: one half of a surrogate pair stands alone") from None
    return value


def depth(value: Any) -> int:
    """How deep a value is nested; counted up to a little beyond what is accepted."""
    level, found = [value], 0
    while level and found <= MOST_LEVELS:
        inner: list[Any] = []
        for one in level:
            if type(one) is Pairs:
                inner += [item for _, item in one]
            elif type(one) is list:
                inner += one
            else:
                continue
        found += any(type(one) in (Pairs, list) for one in level)
        level = inner
    return found


def dumped(value: Any) -> str:
    """A value as JSON text, with numbers as they were written and repeated names kept."""
    kind = type(value)
    if kind is Number or kind is Raw:
        return str(value)
    if kind is Pairs:
        return "{" + ",".join(f"{_quoted(key)}:{dumped(item)}" for key, item in value) + "}"
    if kind is list:
        return "[" + ",".join(map(dumped, value)) + "]"
    return _quoted(value) if kind is str else json.dumps(value)


def _quoted(text: str) -> str:
    return encode_basestring(text)


def told_apart(text: str) -> str:
    """A string as it stands in a column of mixed types: quoted where it would be taken for another JSON value."""
    return _quoted(text) if _BARE.match(text) else text


@dataclass(frozen=True)
class Heading:
    """What the columns of lists are called, and what was decided of that."""

    names: tuple[str, ...]
    """Empty where they are called by their places."""
    decisions: tuple[Decision, ...]
    in_first: bool
    """Whether the first of the lists holds the names, and is no row."""
    of: str = "lists"
    """What the rows are in the file."""


@dataclass
class Facts:
    """What is known of all records before they are read (again)."""

    form: str = "objects"
    """`objects`: each record is one; `values`: a column of any values; `rows`: lists of single values."""
    single: bool = False
    """There is one record only: its lists need no key to it."""
    mixed: set[Path] = field(default_factory=set)
    maps: set[Path] = field(default_factory=set)
    headings: dict[Path, Heading] = field(default_factory=dict)
    """Of the records that are lists in the file."""
    by_names: dict[Path, Confidence] = field(default_factory=dict)
    """Objects whose members are rows for what their names and values are, as was seen when all were read."""
    keyed: frozenset[str] = frozenset()
    """Titles of lists whose records stood behind a key each."""
    rounds: int = 0
    """How often all were read for that."""
    found: int = 0
    """How often an object turned out to hold data in its names."""


class Restart(Exception):
    """A fact was found that changes how records before it are to be read."""


class _Node:
    """A place in the records: a column, an object with members, a list with a table, or several of them."""

    __slots__ = (
        *("again", "child", "count_at", "filled", "index", "known", "mask", "members"),
        *("mixed", "objects", "path", "spread", "stamp", "texts"),
    )

    def __init__(self, path: Path, mixed: bool) -> None:
        self.path = path
        self.index = self.count_at = -1
        self.mask = self.stamp = self.objects = self.filled = 0
        self.again = 1
        """How often its name stands in the object at hand."""
        self.members: dict[str, _Node] = {}
        self.child: Records | None = None
        """The rows of its lists."""
        self.spread: Records | None = None
        """The members of its objects as rows."""
        self.mixed = mixed
        self.known = False
        """Whether there is a column, and enough values of it were looked at."""
        self.texts: list[str] = []


class Records:
    """The rows of one table, and of the tables of the lists in it."""

    def __init__(self, source: Source, facts: Facts, path: Path = (), parent: Records | None = None) -> None:
        self.source, self.facts, self.path, self.parent = source, facts, path, parent
        self.top: Records = parent.top if parent else self
        self.opened = 1
        self.outdated = False
        """Whether the records are to be read again, for facts that were found on the way."""
        self.top.opened += parent is not None
        self.landing = Landing(source, SCRATCH + self.top.opened)
        self.node = _Node(path, path in facts.mixed)
        self.width = 3 if parent else 1
        self.repeated = 0
        self.is_map = False
        self.keys: list[str] = []
        """The first of its names, where they were members of an object."""
        self.short = 0
        self.named: set[str] = set()
        """The names of the tables, at the top."""
        self.receipt = Receipt()
        if facts.form == "rows" and parent is None and (heading := facts.headings.get(path)) is not None:
            for name in heading.names:
                self._new(self.node, name).index = self.width
                self.width += 1

    def add(self, value: Any, above: int = 0, key: str | None = None) -> None:
        """One record; `above` is the row of the table above that it belongs to."""
        row: list[str | None] = [None] * self.width
        row[0] = str(self.landing.count + 1)
        if self.parent is not None:
            row[1], row[2] = str(above), key
            if key is not None and len(self.keys) < SAMPLE:
                self.keys.append(key)
        kind = type(value)
        if kind is list and self.facts.form == "rows" and self.parent is None:
            self._positions(value, row)
        elif self.facts.form != "objects" and self.parent is None and kind in (Pairs, list):
            self._text(self.node, Raw(dumped(value)), row)
        elif kind is Pairs and value and self.node.path not in self.facts.maps:
            try:
                self._members(self.node, value, row)
            except Restart:
                self._again(self.node, value, row)
        elif kind is not Pairs or value:
            self._value(self.node, value, row)
        self.landing.add([None] if self.top.outdated else row)

    def _positions(self, values: list[Any], row: list[str | None]) -> None:
        members = list(self.node.members.values())
        for number, value in enumerate(values):
            if number >= len(members):
                name = f"Column {number + 1}"
                while name in self.node.members:
                    name += " (2)"
                members.append(self._new(self.node, name))
            self._value(members[number], value, row)
        self.short += len(values) != len(members)

    def _members(self, node: _Node, pairs: Pairs, row: list[str | None]) -> None:
        node.objects += 1
        stamp = self.landing.count + 1
        members = node.members
        for key, value in pairs:
            member = members.get(key)
            if member is None:
                member = self._new(node, key)
            elif member.stamp == stamp:
                member = self._repeated(node, member, key, stamp)
            else:
                member.again = 1
            member.stamp = stamp
            kind = type(value)
            # Most values are another number or string of a column that is known well: written out for speed.
            if member.known and (kind is Number or (kind is str and not member.mixed)):
                member.mask |= NUMBER if kind is Number else STRING
                row[member.index] = value
            else:
                self._value(member, value, row)
        node.filled += len(pairs)

    def _new(self, node: _Node, key: str) -> _Node:
        path = (*node.path, key)
        member = node.members[key] = _Node(path, path in self.facts.mixed)
        count = len(node.members)
        if count > WIDE and self.facts.form == "objects" and node.path not in self.facts.maps:
            rows = max(node.objects, 1)
            single = self.facts.single and self.parent is None
            few = rows == 1 if node is not self.node or single else count > self.source.max_columns
            data = count == WIDE + 1 and are_data(node.members)
            if few or (node is not self.node and (data or node.filled <= rows * count / 2)):
                self.facts.maps.add(node.path)
                raise Restart
            if count > self.source.max_columns:
                raise TooManyColumns(count, self.source.max_columns)
        return member

    def _repeated(self, node: _Node, member: _Node, key: str, stamp: int) -> _Node:
        """The next column for a name that occurs again in one object."""
        self.repeated += 1
        member.again += 1
        while (again := f"{key} ({member.again})") in node.members and node.members[again].stamp == stamp:
            member.again += 1
        return node.members.get(again) or self._new(node, again)

    def _value(self, node: _Node, value: Any, row: list[str | None]) -> None:
        kind = type(value)
        if kind is str:
            node.mask |= STRING
            self._sample(node, value)
            self._put(node, told_apart(value) if node.mixed else value, row)
        elif kind is Number:
            node.mask |= NUMBER
            self._sample(node, value)
            self._put(node, value, row)
        elif value is None:
            if node.index < 0 and not node.members and node.child is None and node.spread is None:
                self._put(node, None, row)
        elif kind is bool:
            node.mask |= BOOLEAN
            self._put(node, "true" if value else "false", row)
        elif kind is Pairs and value:
            if node.path in self.facts.maps:
                if node.spread is None and self.top.opened >= MOST_TABLES:
                    self._text(node, Raw(dumped(value)), row)
                    return
                if node.spread is None:
                    node.spread = Records(self.source, self.facts, (*node.path, MEMBERS), self)
                    node.spread.is_map = True
                for key, item in value:
                    node.spread.add(item, self.landing.count + 1, key)
            else:
                try:
                    self._members(node, value, row)
                except Restart:
                    self._again(node, value, row)
        elif kind is list and value and all(type(item) is Pairs for item in value) and self._has_room(node):
            child = self._child(node)
            for item in value:
                child.add(item, self.landing.count + 1)
            self._count(node, len(value), row)
        elif kind is list and not value:
            self._count(node, 0, row)
            self._text(node, Raw("[]"), row)
        else:
            self._text(node, Raw(dumped(value)), row)

    def _again(self, node: _Node, value: Pairs, row: list[str | None]) -> None:
        """Go on with an object that turned out to hold data in its names, to find others: all is to be read again."""
        self.facts.found += 1
        if self.facts.found <= MOST_RESTARTS:
            raise Restart
        self.top.outdated = True
        self._value(node, value, row)

    def _text(self, node: _Node, text: Raw, row: list[str | None]) -> None:
        node.mask |= EMPTY_LIST if text == "[]" else JSON
        self._put(node, str(text), row)

    @staticmethod
    def _sample(node: _Node, text: str) -> None:
        if len(node.texts) < SAMPLE:
            node.texts.append(text)
        elif node.index >= 0:
            node.known = True

    def _has_room(self, node: _Node) -> bool:
        return node.child is not None or self.top.opened < MOST_TABLES

    def _child(self, node: _Node) -> Records:
        if node.child is None:
            node.child = Records(self.source, self.facts, (*node.path, LIST), self)
        return node.child

    def _put(self, node: _Node, text: str | None, row: list[str | None]) -> None:
        if node.index < 0:
            node.index = self._column(row)
        row[node.index] = text

    def _count(self, node: _Node, count: int, row: list[str | None]) -> None:
        if node.count_at < 0:
            node.count_at = self._column(row)
        row[node.count_at] = str(count)

    def _column(self, row: list[str | None]) -> int:
        self.width += 1
        row.append(None)
        return self.width - 1

    def mixed(self) -> set[Path]:
        """The columns here and below that hold strings beside other types, so that they have to be told apart."""
        found = set()
        for node in _walk(self.node):
            if node.mask & STRING and node.mask != STRING and not node.mixed:
                found.add(node.path)
            for child in _below(node):
                found |= child.mixed()
        return found

    def maps(self) -> dict[Path, Confidence]:
        """The objects here and below whose members are rather rows by their names than columns, the outermost ones."""
        found: dict[Path, Confidence] = {}
        row_is_map = self.is_map or (self.facts.single and self.parent is None)
        pending = [self.node]
        while pending:
            node = pending.pop()
            said = _by_names(node) if row_is_map or node is not self.node else None
            if said is not None and node.path not in self.facts.maps:
                found[node.path] = said
                continue
            pending += node.members.values()
            for child in _below(node):
                found |= child.maps()
        return found

    def close(self) -> None:
        """Forget everything."""
        self.landing.discard()
        for child in self.children():
            child.close()

    def children(self) -> list[Records]:
        return [child for node in _walk(self.node) for child in _below(node)]

    def tables(self, name: str, number: int, *, above: Table | None = None) -> Iterator[Table]:
        """This table and those below it, numbered from `number`."""
        single = self.parent is None and self.facts.single
        children = self.children()
        columns = self._columns(single)
        shown = bool(columns) or not children or not single
        if self.parent is None and self.node.path in self.facts.maps and not columns:
            shown = False
        if shown:
            name = self._own(name)
        if single:
            for child in children:
                for table in child.tables(child.title() or name, number):
                    yield table
                    number += 1
        own = None
        if shown:
            own = self._table(name, number, columns, bool(children) and not single, above)
            yield own
            number += 1
        else:
            self.landing.discard()
        if not single:
            for child in children:
                short = child.title(len(self.path))
                for table in child.tables(f"{name}.{short}" if short else name, number, above=own):
                    yield table
                    number += 1

    def _own(self, name: str) -> str:
        """The name, or one with a number where another path gave the same: `a` may be a list here, an object there."""
        own, number = name, 1
        while own in self.top.named:
            own = f"{name} ({(number := number + 1)})"
        self.top.named.add(own)
        return own

    def title(self, skip: int = 0) -> str:
        """Where the records are, as people write it."""
        return ".".join(part for part in self.path[skip:] if part not in (LIST, MEMBERS))

    def _columns(self, single: bool) -> list[tuple[str, int, _Node | None]]:
        """Name and place of each column in the order of the records."""
        found: list[tuple[str, int, _Node | None]] = []
        if self.is_map:
            found.append(("key", 2, None))
        for node in _walk(self.node):
            name = ".".join(node.path[len(self.path) :]) or "value"
            if node.count_at >= 0 and node.child is not None and not single:
                found.append((f"{name} (count)", node.count_at, None))
            elsewhere = node.child or node.spread or node.members
            if node.index >= 0 and (node.mask & ~EMPTY_LIST or not elsewhere or (node.mask and not node.child)):
                found.append((name, node.index, node))
        return found

    def _table(
        self, name: str, number: int, columns: list[tuple[str, int, _Node | None]], keyed: bool, above: Table | None
    ) -> Table:
        receipt = self.receipt
        names: list[str] = []
        chosen: list[int] = []
        links: tuple[Link, ...] = ()
        if above is not None and above.primary_key:
            names.append(f"{above.name.rsplit('.', 1)[-1]}_row")
            chosen.append(1)
            key = above.schema.columns[0] if above.primary_key == ("c1",) else above.schema.columns[1]
            links = (Link(("c1",), above.name, (key.name,)),)
        primary: tuple[str, ...] = ()
        if keyed:
            names.append("_row")
            chosen.append(0)
            primary = (f"c{len(chosen)}",)
        declared: dict[int, Kind] = {}
        dates, numbers = set(), set()
        for title, index, node in columns:
            at = len(names)
            names.append(title)
            chosen.append(index)
            if node is None:
                if title == "key":
                    declared[at] = _moment_or_text(self.keys)
                    dates.add(at)
            elif node.mask == STRING and node.path and node.path[-1].startswith(NUMBERS_AS_TEXT):
                numbers.add(at)
            elif (kind := _kind(node)) is not None:
                declared[at] = kind
                if node.mask == STRING:
                    dates.add(at)
            elif node.mask == NUMBER:
                numbers.add(at)
        if not names:  # Records without any value: they are counted all the same.
            names, chosen = ["value"], [0] if not self.landing.count else [self._nothing()]
        self.landing.number = number
        if self.parent is not None:
            receipt.rows_seen = self.landing.count
            of = heading.of if (heading := self.facts.headings.get(self.path)) else "objects"
            what = "the members of the object" if self.is_map else f"the list of {of}"
            receipt.decide(
                "table", name, f"{what} {self.title() or 'that the file is'}, each with the row it belongs to"
            )
        if (heading := self.facts.headings.get(self.path)) is not None:
            receipt.decisions += heading.decisions
        if self.title() in self.facts.keyed:
            receipt.decide(f"records of {self.title()}", "by key", "each object has a single member, of another name: "
                           "its name is the key of the row in it", confidence="assumed")  # fmt: skip
        if self.is_map:
            sure = self.facts.by_names.get(self.path[:-1], "likely")
            why = "" if sure == "likely" else "each record has others, and their values are alike: "
            said = f"{why}each is a row; its name is in the column key"
            receipt.decide(f"members of {self.title() or 'the object'}", "by key", said, confidence=sure)
        for node in _walk(self.node):
            if node is not self.node and _may_be_map(node):
                receipt.decide(f"members of {'.'.join(node.path[len(self.path):])}", "columns", "each record has a few "
                               "of many: they may be rows by their names", confidence="assumed")  # fmt: skip
        if self.repeated:
            said = (
                f"in {self.repeated:,} places an object has the same name again: the further values are in own columns"
            )
            receipt.warn(f"repeated names: {said}", count=self.repeated)
        if self.short:
            receipt.warn(f"{self.short:,} rows have fewer values than there are columns", count=self.short)
        mixed = [
            title for title, _, node in columns if node is not None and _kind(node) is TEXT and node.mask != STRING
        ]
        if mixed:
            listed = ", ".join(mixed[:10])
            receipt.decide("values of several types", "kept as JSON text", f"columns {listed}", confidence="likely")
        return self.landing.table(
            name,
            names,
            receipt,
            declared=declared,
            only_dates=frozenset(dates),
            numbers=frozenset(numbers),
            primary_key=primary,
            links=links,
            chosen=chosen,
            whole=not self.source.options.columns,
        )

    def _nothing(self) -> int:
        """A column that no row reaches: it is empty in all."""
        return self.width


def _below(node: _Node) -> Iterator[Records]:
    if node.child is not None:
        yield node.child
    if node.spread is not None:
        yield node.spread


def _walk(top: _Node) -> Iterator[_Node]:
    """All places below one, in the order of their first appearance, and the place itself first."""
    pending = [top]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(node.members.values())


def _by_names(node: _Node) -> Confidence | None:
    """Whether the members of an object are rows by their names; None when they are columns.

    They are where the names are data, and where each record has other ones, the values being alike.
    """
    members = node.members
    if not members or not _are_alike(members):
        return None
    if are_data(members):
        return "likely"
    places, are_objects = node.objects * len(members), any(member.members for member in members.values())
    if are_numbered(members) and (node.filled < places if are_objects else node.filled * 2 <= places):
        return "likely"
    return "assumed" if are_objects and len(members) > 2 and node.filled * 2 <= places else None


def _may_be_map(node: _Node) -> bool:
    """Whether the members of an object, each a single value, may be rows as well."""
    return (
        len(node.members) >= MANY and node.filled * 4 <= node.objects * len(node.members) and _are_alike(node.members)
    )


def _are_alike(members: Mapping[str, _Node]) -> bool:
    """Whether values are all of one type, or objects that share most of their members."""
    nodes = [node for node in members.values() if node.mask or node.members or node.child or node.spread]
    kinds = {_shape(node) for node in nodes}
    if len(kinds) != 1 or None in kinds:
        return False
    return kinds != {"object"} or share_members([node.members for node in nodes])


def _shape(node: _Node) -> str | None:
    """What values are: `object`, `map` (an object with data in its names), `list` of objects, or their one type;
    None where they are several."""
    if node.members or node.spread:
        single = node.mask in (0, JSON) and node.child is None  # an empty object is kept as JSON
        return None if not single else "map" if node.spread or are_data(node.members) else "object"
    if node.child is not None:
        return "list" if node.mask in (0, EMPTY_LIST) else None
    return {STRING: "text", NUMBER: "number", BOOLEAN: "boolean", JSON: "values", JSON | EMPTY_LIST: "values"}.get(
        node.mask
    )


def floating(sample: Sequence[str]) -> Kind | None:
    """FLOAT where the numbers were written from floating point numbers; None where their sizes decide.

    Such a number has up to 17 digits, and is the shortest text for its value: reading it as one loses nothing.
    """
    long = any(sum(map(str.isdigit, value.partition("e")[0])) > EXACT_FLOAT_DIGITS for value in sample)
    fractions = long and any("." in value or "e" in value for value in sample)
    return FLOAT if fractions and all(_is_double(value) for value in sample) else None


def _is_double(value: str) -> bool:
    number = float(value)
    return math.isfinite(number) and (repr(number) == value or (number.is_integer() and f"{number:.0f}" == value))


def _moment_or_text(texts: Sequence[str]) -> Kind:
    kind = proposed(texts)
    return kind if kind is not None and kind.is_moment and not kind.nulls and not kind.padded else TEXT


def _kind(node: _Node) -> Kind | None:
    """What the JSON types of all values say about a column; None where its numbers have to be looked at."""
    match node.mask:
        case 0:
            return None
        case 1:
            return _moment_or_text(node.texts)
        case 2:
            return floating(node.texts)
        case 4:
            return boolean(("true", "false"))
        case 8 | 16 | 24:
            return NESTED
        case _:
            return TEXT
