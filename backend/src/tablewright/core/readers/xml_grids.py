"""Tables within XML whose cells have a place and no name: DocBook's and CALS' <row><entry>, HTML's <tr><td>, TEI's
<row><cell>. They are read as the tables of a page are; what stands around them is read as any other XML. A table among
words stays in the text that is kept with its markup.

The first survey shows where they are. Only elements that hold nothing but such a table are left out of the rest; what
is met in them later and was not seen there begins the reading anew, with a survey of the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tablewright.core.readers.trees import Shape
from tablewright.core.readers.xml_fill import IGNORED, Surprise
from tablewright.core.readers.xml_parse import End, Start, local
from tablewright.core.readers.xml_sheets import Page

MOST_GRIDS = 100
"""So many tables of a file are read so; the cells of more are rows as they are in other XML."""
_CELLS = {"row": frozenset({"entry", "cell"}), "tr": frozenset({"td", "th"})}
_GROUPS = frozenset({"thead", "tbody", "tfoot", "tgroup"})
_TABLES = frozenset({"table", *_GROUPS, *_CELLS})
_NAMED = frozenset({"title", "caption"})
_ABOUT = frozenset({"colspec", "spanspec", "colgroup", "col"})
"""What tells how wide columns are and which lines are drawn."""
_INLINE = frozenset(
    "a b i u s em strong span font small sub sup code tt emphasis link ulink xref literal phrase hi".split()  # noqa: SIM905
)
"""What stands within words; other elements part them."""
_MARKUP = _INLINE | frozenset(
    "para simpara p br div li listitem item line lb ul ol img itemizedlist orderedlist ref list".split()  # noqa: SIM905
)
"""What may be all that is in a cell, as its text."""
_LAYOUT = frozenset(
    """
    id class style lang space role align valign char charoff colsep rowsep width height border frame rules summary
    cellpadding cellspacing bgcolor nowrap scope headers abbr axis pgwide orient tocentry shortentry tabstyle rotate n
    tgroupstyle colspan rowspan colname colnum namest nameend morerows rows cols colwidth span
    """.split()  # noqa: SIM905 - a list of words
)
"""Attributes that say how a table looks, and where a cell stands."""


@dataclass
class Place:
    """An element by its way from the root, and what it is to the tables."""

    kids: dict[str, Place] = field(default_factory=dict)
    part: str = ""
    """`table`, `head`, `group`, `row`, `cell`, `head cell`, `title` or `about`; "" for what stands around."""
    left_out: bool = False
    """Whether it holds nothing but a table, so that the rest is read without it."""


@dataclass
class Grids:
    """Where the tables are."""

    top: Place
    records: list[str]
    """The elements that repeat around tables: which of them each table stands in is not kept."""
    attributes: set[str] = field(default_factory=set)
    """Those of what stands in cells, which are not read."""
    elements: set[str] = field(default_factory=set)
    """The elements in cells that may be more than words."""

    def doubts(self) -> list[str]:
        """What a reader of the tables does not see, once they were read."""
        found = []
        if self.attributes:
            listed = ", ".join(sorted(self.attributes)[:10])
            found.append(f"of what stands within cells the words are read, not the attributes {listed}")
        if self.elements:
            listed = ", ".join(f"<{name}>" for name in sorted(self.elements)[:10])
            found.append(f"{listed} within cells are read as words")
        if self.records:
            listed = ", ".join(f"<{name}>" for name in self.records[:10])
            found.append(f"which {listed} each of the tables stands in is not kept")
        return found

    def reading(self, page: Page, text: list[str]) -> tuple[Start, End]:
        """Handlers that read the tables into a page; `text` is where words gather. They raise Surprise."""
        reading = _Reading(self, page, text)
        return reading.start, reading.end

    def without(self, start: Start, end: End, text: list[str]) -> tuple[Start, End]:
        """Handlers that call these for everything else."""
        way: list[Place | None] = [self.top]
        inside = 0
        before: list[str] = []
        """The words that stand before a table, and go on behind it."""

        def begin(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            around = way[-1]
            at = around.kids.get(name) if around is not None else None
            if inside or (at is not None and at.left_out):
                if not inside:
                    before[:] = text
                inside += 1
                text.clear()
                return
            way.append(at)
            start(name, attributes)

        def finish(name: str) -> None:
            nonlocal inside
            if not inside:
                way.pop()
                end(name)
                return
            inside -= 1
            text[:] = [] if inside else before

        return begin, finish


def grids_in(root: Shape) -> Grids | None:
    """The tables of a document; None when there are none, or too many. Takes them out of the shape."""
    by_table: dict[int, tuple[Shape, list[Shape]]] = {}
    for row in filter(_is_row, root.below()):
        if (table := _table_of(row)) is not None and not any(outer.is_mixed for outer in _around(table)):
            by_table.setdefault(id(table), (table, []))[1].append(row)
    found = [(table, rows) for table, rows in by_table.values() if _has_columns(table, rows)]
    rows = [row for _, rows in found for row in rows]
    known = set(map(id, rows))
    within = any(id(inner) in known for row in rows for inner in row.below() if inner is not row)
    if not rows or within or sum(table.seen for table, _ in found) > MOST_GRIDS:
        return None
    marked = _Marked(root, [table for table, _ in found], rows)
    top = Place(kids={root.name: marked.place(root)})
    marked.prune(root)
    records = {local(outer.name) for table, _ in found for outer in _around(table) if outer.many}
    return Grids(top, sorted(records))


def is_empty(root: Shape) -> bool:
    """Whether elements hold neither words nor attributes."""
    return not any(shape.texts or shape.attributes or shape.whole for shape in root.below())


def _is_row(shape: Shape) -> bool:
    cells = _CELLS.get(local(shape.name).lower())
    if cells is None or not shape.kids or shape.texts or shape.whole or shape.parent is None or not _is_plain(shape):
        return False
    return all(local(kid.name).lower() in cells and _is_plain(kid) and _is_text(kid) for kid in shape.kids.values())


def _is_text(cell: Shape) -> bool:
    """Whether what stands in a cell is text: elements of other names without words beside them are values, and a table
    is one of its own."""
    names = {local(inner.name).lower() for inner in cell.below() if inner is not cell}
    if any(inner.whole for inner in cell.below()):
        return False  # it is too deep to know what is in it
    return (bool(cell.texts) or names <= _MARKUP) and not names & _TABLES


def _is_plain(shape: Shape) -> bool:
    """Whether an element's attributes say nothing but how it looks."""
    return all(map(_is_known, shape.attributes))


def _table_of(row: Shape) -> Shape | None:
    outer = row.parent
    while outer is not None and local(outer.name).lower() in _GROUPS:
        outer = outer.parent
    return outer


def _around(shape: Shape) -> Iterator[Shape]:
    """The elements around one, the nearest first."""
    while shape.parent is not None:
        shape = shape.parent
        yield shape


def _has_columns(table: Shape, rows: list[Shape]) -> bool:
    """Whether some row of a table has several cells, and there are several rows."""
    several = any(len(row.kids) > 1 or any(kid.many for kid in row.kids.values()) for row in rows)
    return several and sum(row.seen for row in rows) > table.seen


class _Marked:
    """Marks what belongs to tables."""

    def __init__(self, root: Shape, tables: list[Shape], rows: list[Shape]) -> None:
        self._root = root
        self._tables, self._rows = set(map(id, tables)), set(map(id, rows))
        self._left_out: dict[int, bool] = {}

    def place(self, shape: Shape, *, inside: bool = False, in_head: bool = False) -> Place:
        """The place of an element and of those below; `inside` of a table, and of its head, or not."""
        name = local(shape.name).lower()
        if id(shape) in self._rows:
            part = "head cell" if in_head else "cell"
            return Place({key: Place(part=part) for key in shape.kids}, "row", left_out=True)
        part = "table" if id(shape) in self._tables else ""
        if inside and not part:
            part = "head" if name == "thead" else "group" if name in _GROUPS else "title" if name in _NAMED else "about"
        inside, in_head = part in ("table", "head", "group", "about"), in_head or part == "head"
        known = {} if part == "title" else shape.kids
        kids = {key: self.place(kid, inside=inside, in_head=in_head) for key, kid in known.items()}
        return Place(kids, part, self._is_left_out(shape))

    def _is_left_out(self, shape: Shape) -> bool:
        """Whether nothing but a table is in an element."""
        known = self._left_out.get(id(shape))
        if known is None:
            known = self._left_out[id(shape)] = self._holds_table_alone(shape)
        return known

    def _holds_table_alone(self, shape: Shape) -> bool:
        if id(shape) in self._rows:
            return True
        if shape is self._root or shape.texts or shape.whole or not shape.kids:
            return False
        is_part = id(shape) in self._tables or local(shape.name).lower() in _GROUPS
        if not (_is_plain(shape) if is_part else shape.attributes.keys() <= IGNORED):
            return False
        rest = [kid for kid in shape.kids.values() if not self._is_left_out(kid)]
        return len(rest) < len(shape.kids) and all(is_part and _is_about(kid) for kid in rest)

    def prune(self, shape: Shape) -> None:
        """Take what is left out from the shape."""
        for name, kid in list(shape.kids.items()):
            if self._is_left_out(kid):
                del shape.kids[name]
                shape.elements -= kid.seen
            else:
                self.prune(kid)


def _is_about(shape: Shape) -> bool:
    name = local(shape.name).lower()
    drawn = name in _ABOUT and all(not inner.texts and _is_plain(inner) for inner in shape.below())
    return drawn or (name in _NAMED and _is_plain(shape))


class _Reading:
    """Reads the tables as those of a page, told by the names of HTML."""

    def __init__(self, grids: Grids, page: Page, text: list[str]) -> None:
        self._grids = grids
        self._way: list[Place | None] = [grids.top]
        self._left_out = 0
        """How many open elements hold nothing but a table."""
        self._free = ""
        """`cell` or `title` within one of these, which may hold any elements."""
        self._page, self._text = page, text
        self._columns: dict[str, int] = {}
        """The places of the table's columns by their names."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._words()
        around = self._way[-1]
        at = around.kids.get(name) if around is not None else None
        self._way.append(at)
        if self._free:
            self._markup(name, attributes)
            return
        if self._left_out or (at is not None and at.left_out):
            known = at is not None and all(one in IGNORED or (at.part and _is_known(one)) for one in attributes)
            if not known:
                raise Surprise
        if at is None:
            return
        self._left_out += at.left_out
        match at.part:
            case "table":
                self._columns = {}
                self._page.handle_starttag("table", [])
            case "row":
                self._page.handle_starttag("tr", [])
            case "cell" | "head cell":
                self._free = "cell"
                given = {local(key).lower(): value for key, value in attributes.items()}
                self._cell("th" if at.part == "head cell" or local(name).lower() == "th" else "td", given)
            case "title":
                self._free = "title"
                self._page.handle_starttag("caption", [])
            case "about" if local(name).lower() == "colspec":
                self._columns[attributes.get("colname", f"#{len(self._columns)}")] = len(self._columns)

    def _markup(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins in a cell or a title."""
        own = local(name).lower()
        if own in _TABLES and self._free == "cell":
            raise Surprise
        if own not in _MARKUP:
            self._grids.elements.add(local(name))
        if own not in _INLINE:
            self._page.handle_data(" ")
        self._grids.attributes.update(local(one) for one in attributes if not _is_known(one))

    def _cell(self, tag: str, given: dict[str, str]) -> None:
        page, columns = self._page, self._columns
        begin = columns.get(given.get("namest") or given.get("colname", ""))
        while begin is not None and page.next_column() < begin:  # columns that the row leaves out
            page.handle_starttag("td", [])
            page.handle_endtag("td")
        across, down = given.get("colspan") or given.get("cols"), given.get("rowspan") or given.get("rows")
        if begin is not None and (last := columns.get(given.get("nameend", ""))) is not None:
            across = str(last - begin + 1)
        if (more := given.get("morerows", "")).isdecimal():
            down = str(int(more[:6]) + 1)
        page.handle_starttag(tag, [("colspan", across), ("rowspan", down)])

    def _words(self) -> None:
        if not self._text:
            return
        words = "".join(self._text)
        self._text.clear()
        if self._free:
            self._page.handle_data(words)
        elif self._left_out and not words.isspace():
            raise Surprise

    def end(self, name: str) -> None:
        self._words()
        at = self._way.pop()
        if at is None:
            if self._free and local(name).lower() not in _INLINE:
                self._page.handle_data(" ")
            return
        self._left_out -= at.left_out
        if at.part in ("cell", "head cell", "title"):
            self._free = ""
        tag = {"table": "table", "row": "tr", "cell": "td", "head cell": "td", "title": "caption"}.get(at.part)
        if tag is not None:
            self._page.handle_endtag(tag)


def _is_known(attribute: str) -> bool:
    return local(attribute).lower() in _LAYOUT or attribute in IGNORED
