"""Elements side by side that are rows though each has a name of its own: <item0>…</item0><item1>…</item1>, and
<AT>…</AT><DE>…</DE>, whose names are keys.

Only those around which nothing repeats: in a record, elements that share their children are mostly its parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.readers.json_names import share_members
from tablewright.core.readers.trees import Shape
from tablewright.core.readers.xml_parse import SEPARATOR, local

ROW = "row"
LEAST, SEVERAL, MOST_SHARED = 3, 4, 2 / 3
"""So many elements are rows when half of their children are in all; several also when most are in most."""
_NUMBERED = re.compile(r"(.*\D)(\d{1,15})", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Rows:
    """The rows in one element."""

    name: str
    """What they are called."""
    word: str = ""
    """What stands before their numbers; nothing where their names are keys."""
    first: int = 0

    def number_of(self, name: str) -> int | None:
        """The number in an element's name; None for one that is no row."""
        found = _NUMBERED.fullmatch(name)
        return int(found[2]) if found and found[1] == self.word else None


def rows_by_tag(root: Shape) -> tuple[list[tuple[Shape, Rows]], list[Shape]]:
    """The elements that hold such rows, and those that may hold some."""
    found: list[tuple[Shape, Rows]] = []
    doubted: list[Shape] = []
    waiting = [root]
    while waiting:
        around = waiting.pop()
        if around.seen > 1 or around.texts:
            continue
        kids = [kid for kid in around.kids.values() if not kid.whole]  # the last may be cut off: see `MOST_SHAPES`
        rows = _numbered(kids) or _keyed(kids)
        if rows is not None:
            found.append((around, rows))
            continue
        if len(kids) == 2 and _are_plain(kids) and len(own := _members(kids[0])) > 1 and own == _members(kids[1]):
            doubted.append(around)
        waiting.extend(kids)
    return found, doubted


def _numbered(side: Sequence[Shape]) -> Rows | None:
    """Those of one word with numbers that count on; others may stand beside them."""
    matches = [(kid, match) for kid in side if (match := _NUMBERED.fullmatch(kid.name))]
    if len(matches) < LEAST:
        return None
    words = [match[1] for _, match in matches]
    word = max(set(words), key=words.count)
    kids = [kid for kid, match in matches if match[1] == word]
    numbers = [int(match[2]) for _, match in matches if match[1] == word]
    if numbers != list(range(numbers[0], numbers[0] + len(kids))):
        return None
    name = word.rstrip("_-.")
    name = name if local(name) else f"{name}{ROW}"
    return Rows(name, word, numbers[0]) if _are_rows(kids, 1) and all(kid.name != name for kid in side) else None


def _keyed(kids: Sequence[Shape]) -> Rows | None:
    if not _are_rows(kids, 2) or any("key" in kid.attributes for kid in kids):
        return None
    space, separator, _ = kids[0].name.rpartition(SEPARATOR)
    return Rows(f"{space}{separator}{ROW}")


def _are_rows(kids: Sequence[Shape], least: int) -> bool:
    if len(kids) < LEAST or not _are_plain(kids):
        return False
    names = [_members(kid) for kid in kids]
    union, common = set.union(*names), set.intersection(*names)
    alike = len(common) >= least and len(common) * 2 >= len(union)
    return alike or (len(kids) >= SEVERAL and len(union) >= least and share_members(names, MOST_SHARED))


def _are_plain(kids: Sequence[Shape]) -> bool:
    """Whether each occurs once, and holds children or attributes and no words."""
    return all(not kid.many and not kid.texts and (kid.kids or kid.attributes) for kid in kids)


def _members(shape: Shape) -> set[str]:
    return {*shape.kids, *shape.attributes}
