"""Text whose columns stand below one another, or are held apart by runs of spaces.

Such a file has no separator: the places at which (nearly) every line has a space are the gaps between its columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise, takewhile

from tablewright.core.readers import sniff
from tablewright.core.readers.kinds import is_null_word
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.mending import shape
from tablewright.core.readers.model import Confidence, Odd, Receipt, Source, Table
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.textfile import TextFile
from tablewright.core.readers.whole import Row

FIXED_WIDTH = "fixed width"
"""What the decision about the separator says."""
LOOKED_AT = 64 << 10
MOST_TITLES = 4
MOST_NOTES = 12
LEAST_NUMERIC = 5
FEWEST_LINES = 3
FEW_LINES = 4
"""Fewer lines than this prove no columns."""
SURE_LINES = 8
"""From so many lines on a gap of one space is no accident."""
ALIGNED = 0.97
LONGEST_LINE = 2000
NAMES_AGAIN = "the names again"
ACROSS = "words lie across the columns: each was given to the column it stands in"
ABOVE, OF_COLUMNS = "above the table", "types or units of the columns"
SLACK = 2
"""So far to the left of its column a name may end: a mark before the first name was left out, say."""
MOST_SPANS = 200
FEWEST_NAMES = 4
FEW_VALUES = 6
"""No more than one name in so many is a value: a time over times, say."""
MOST_UNDER = 0.75
"""So many of the words of a column stand under its name where others are pushed to the right."""
_PROSE = re.compile(r"(?i:the|an?|of|in|for|from|and|with|by|to|at|on|de|der|die|und|des|du|et)|\w+[.,;:!?]")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_RUN = re.compile(r" {2,}|\t+")
_WORD = re.compile(r"\S+")
_BAR = re.compile("[|│┃║]")
STAR = "*"
_STARS = re.compile(r"\s*\*{10,}\s*")
"""A line of a frame; fewer may be a value."""
_DRAWN = re.compile(r"[\s─-╿]+")
_STROKE = re.compile("[─━═┄┈╌]{2}")
LONGEST_STROKE = 3
"""The longest stroke of a rule under names has so many characters at least; others are as short as their columns."""
_VALUES = ("integer", "number", "date", "time")

Span = tuple[int, int]
"""Where something begins and ends in a line."""


@dataclass(frozen=True)
class Cutter:
    """How a line is cut into values."""

    starts: tuple[int, ...]
    """Where each column begins; () when runs of spaces separate."""
    width: int
    first: int
    """How many lines stand before the table."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where the values of each column begin and end, as far as the first lines tell."""
    ruled: bool = False
    """Whether a rule says where the columns begin: what lies across them is no row."""
    hashes: bool = False
    """Whether rows may begin with a hash, so that it marks no comment."""
    notes: int = 0
    """How many lines stand below the table."""
    trailing: bool = False
    """Whether only some lines have the last value, a word."""
    barred: int = 0
    """How many lines between bars stand over the columns: their names, and then types and units."""
    bars: tuple[int, ...] = ()
    """Where each line has a bar of the box it stands in."""
    mark: str = ""
    """With what the lines begin and end, and what parts their values; "" for spaces."""
    rest: bool = False
    """Whether the last value takes the rest of the line, spaces included."""
    doubtful: bool = False
    """Whether a single space parts two columns, or not, without anything that says so for certain."""

    @property
    def evidence(self) -> str:
        if self.starts:
            return f"spaces stand below one another between {self.width} columns"
        if self.mark:
            return f"a frame of {self.mark} stands around {self.width} columns"
        if self.rest:
            return f"{self.width} names stand over as many words, and the last over the rest of each line"
        return f"runs of spaces part nearly every line into {self.width} values"

    def cut(self, line: str) -> list[str]:
        """The values of a line, without the spaces around them."""
        if not line.strip():
            return []
        if self.mark:
            cells = [cell.strip() for cell in line.strip().split(self.mark)]
            return cells[1:-1] if len(cells) == self.width + 2 and not cells[0] + cells[-1] else [line.strip()]
        if not self.starts:
            words = line.split(maxsplit=self.width - 1 if self.rest else -1)
            return [*words, ""] if self.trailing and len(words) == self.width - 1 else words
        ends = (*self.starts[1:], len(line))
        values = [line[start:end] for start, end in zip(self.starts, ends, strict=True)]
        if not self.is_across(line):
            return [value.strip() for value in values]
        if self.ruled:
            return [line.strip()]
        parts = [part for part in _RUN.split(line.strip()) if part]
        for other in (parts, line.split()):
            if len(other) == self.width:
                return other
        return self.placed(line) if len(parts) > 1 else [line.strip()]

    def without_bars(self, line: str) -> str:
        """A line without the bars of the box it stands in; "" where it stands in none of its columns."""
        if self.ruled and self.bars and line.strip() and not all(_BAR.match(line, place) for place in self.bars):
            return ""
        for place in self.bars:
            if _BAR.match(line, place):
                line = f"{line[:place]} {line[place + 1 :]}"
        return line

    def is_across(self, line: str) -> bool:
        """Whether a word of a line stands in two columns."""
        return any(_across(line, start) for start in self.starts[1:])

    def placed(self, line: str) -> list[str]:
        """A line with words across borders: each word whole, in the column whose values it stands over."""
        bounds = self.spans if len(self.spans) == self.width else tuple(pairwise((*self.starts, len(line) + 1)))
        cells: list[list[str]] = [[] for _ in bounds]
        for word in re.finditer(r"\S+", line):
            shared = [min(word.end(), end) - max(word.start(), start) for start, end in bounds]
            cells[shared.index(max(shared))].append(word[0])
        return [" ".join(cell) for cell in cells]

    def is_partly_under(self, names: Row, line: str) -> bool:
        """Whether a line below the names of all columns has a word for some of them: their units."""
        named = names.width == self.width and not names.skipped and not _is_numeric(names.raw)
        return named and not self.starts and len(self.spans) == self.width > len(line.split()) > 1

    def is_title(self, line: str) -> bool:
        """Whether a line of as many words as there are columns is prose: its words do not stand over the columns, and
        one is no name."""
        words = line.split()
        return not self.stands_over(line) and any(_PROSE.fullmatch(word) or _open(word) for word in words)

    def stands_over(self, line: str) -> bool:
        """Whether the words of a line stand over the columns. Names wider than a column push the next to the right;
        nothing pushes one to the left."""
        words = list(re.finditer(r"\S+", line))
        ragged = any(end > start for (_, end), (start, _) in pairwise(self.spans))
        if self.first > MOST_TITLES or not self.spans or len(words) != len(self.spans) or ragged:
            return True
        return all(word.end() > start - SLACK for word, (start, _) in zip(words, self.spans, strict=True))


def _is_prose(line: str) -> bool:
    """Whether a line below the names is a sentence: some words that tables do not hold, and no more than one number."""
    words = line.split()
    return sum(map(bool, map(_PROSE.fullmatch, words))) > 1 and sum(shape(word) in _VALUES for word in words) < 2


def _is_value(word: str) -> bool:
    return shape(word) in _VALUES


def _open(word: str) -> bool:
    """Whether a bracket opens in a word and closes in another."""
    return any(word.count(a) != word.count(b) for a, b in ("()", "[]"))


def _between_bars(line: str) -> list[str]:
    """What a line says that is cut by bars: `|  ra  | dec |`; [] when it is none."""
    cells = line.strip().split("|")
    return [cell.strip() for cell in cells[1:-1]] if len(cells) > 3 and not cells[0] and not cells[-1] else []


def apart(line: str) -> list[str]:
    """The values of a single line: what several spaces hold apart, or else its words."""
    parts = [part for part in _RUN.split(line.strip()) if part]
    return parts if len(parts) > 1 else line.split()


def _across(line: str, place: int) -> bool:
    return 0 < place < len(line) and line[place - 1] != " " and line[place] != " "


def cutter_of(file: TextFile) -> Cutter | None:
    """How the lines of a file without a separator are cut; None when its columns are not aligned."""
    layout = file.layout
    if layout.verdict.confidence == "told" or layout.verdict.one_value or layout.verdict.lists:
        return None
    with file.path.open("rb") as opened:
        opened.seek(file.start)
        head = opened.read(LOOKED_AT)
    text = head.decode("utf-8", "ignore")
    lines = [line.rstrip("\r") for line in text.split(chr(file.newline))]
    under = next((i for i, line in enumerate(lines[: MOST_TITLES + 2]) if len(ruled(line)) > 1), None)
    rule = ruled(lines[under]) if under is not None else ()
    above = [line.strip() for line in lines[: under or 0] if line.strip()][:-1]
    titles = max((i for i, line in enumerate(above, start=1) if " " in line and not _RUN.search(line)), default=0)
    if len(head) == LOOKED_AT:
        lines.pop()
    filled = [line for line in lines if line.strip()]
    if filled[1:] and sum(map(bool, map(_QUOTED.fullmatch, filled[1:]))) * 10 > (len(filled) - 1) * 9:
        return None  # one value a line, and quoted
    if sum('"\t"' in line for line in filled) * 2 >= len(filled):
        return None  # tabs between quoted values
    marked = sum(1 for line in filled if line.lstrip().startswith("#"))
    hashes = file.mark != "#" and marked * 10 > len(filled)
    filled = [line for line in filled if not _aside(line, hashes=hashes)]
    notes = _notes_below(filled) if len(head) < LOOKED_AT else 0
    framed = sum(1 for line in lines if _STARS.fullmatch(line)) > 1
    found = (_in_stars(filled) if framed else None) or _found(filled[: len(filled) - notes], layout, rule)
    if found is None:
        return None
    return replace(found, first=max(found.first, titles), hashes=hashes, notes=notes)


def _found(filled: list[str], layout: sniff.Layout, rule: tuple[int, ...]) -> Cutter | None:
    """How the lines of rows, without those about them, are cut."""
    if (barred := _below_bars(filled)) is not None:
        return barred
    mark = layout.verdict.dialect.delimiter
    if (below := _table_below(filled, mark if layout.width > 1 else " ")) is not None:
        return below
    if (boxed := _in_a_box(filled)) is not None:
        return boxed
    inner = mark.strip(" ") in sniff.INNER or _in_numbers(mark, filled)
    if len(filled) == 1 and mark == " " and _RUN.search(filled[0].strip()) and all(map(_is_value, filled[0].split())):
        gaps = re.findall(r" +", filled[0].strip())
        return Cutter((), len(gaps) + 1, 0, doubtful=" " in gaps)
    if len(filled) < 2 or max(map(len, filled)) > LONGEST_LINE:
        return None
    if layout.width > 1 and not rule and (layout.even if mark == "\t" else not inner and mark != " "):
        filled = [line.rstrip() for line in filled]
        return _under_names(filled, mark)
    spaced = layout.width > 1 and mark == " " and (_runs(filled) or any(line != line.strip() for line in filled))
    ragged = mark == "\t" and len({line.count(mark) for line in _without_ends(filled, mark)}) > 1
    tabs = ragged and (_even(filled) or (len(filled) > SURE_LINES and _even(filled[1:])))
    mixed = tabs or (inner and _runs(filled))
    if layout.width > 1 and not (rule or spaced or mixed):
        return None
    if not rule and (few := _few_rows([line.rstrip() for line in filled])) is not None:
        named = _under_names([line.rstrip() for line in filled])
        return named if named is not None and named.width >= few.width else few
    if len(filled) < FEWEST_LINES and not rule and not (spaced and _even(filled)):
        return None
    filled = [line.rstrip() for line in filled]
    if not rule and (named := _under_names(filled)) is not None:
        return named
    with_tabs = any("\t" in line for line in filled)
    best: Cutter | None = None
    for first in range(max(0, min(MOST_TITLES, len(filled) - FEWEST_LINES)) + 1):
        body = filled[first + 1 :] if len(filled) - first > FEWEST_LINES else filled[first:]
        starts = [] if with_tabs else list(rule) or _starts(body)
        width, often = Counter(len(line.split()) for line in body).most_common(1)[0]
        for found in (Cutter(tuple(starts), len(starts), first), Cutter((), width, first)):
            if not found.starts and (often < ALIGNED * len(body) or rule):
                continue
            if any(_is_row(found, line, body) for line in filled[:first]):
                continue
            sure = rule or (tabs and len(body) >= SURE_LINES)
            if found.width > (best.width if best else 1) and (sure or _holds(found, body)):
                doubtful = len(body) < FEW_LINES and not rule
                best = replace(found, spans=_spans(body, found.width), ruled=bool(rule), doubtful=doubtful)
    return best


def _under_names(lines: Sequence[str], mark: str = "") -> Cutter | None:
    """Rows whose columns stand under names of their own, with at most a line below them."""
    found = _aligned(lines, mark) or _aligned(lines[:-1], mark)
    if mark or (found is not None and len(apart(lines[found.first])) >= found.width):
        return found
    words = _over_words(lines)
    return words if words is not None and (found is None or words.width > found.width) else found


def _few_rows(lines: Sequence[str]) -> Cutter | None:
    """The one or two rows at the end of a file that stand under names of their own; so few prove no columns."""
    for first in range(max(0, len(lines) - FEWEST_LINES), len(lines) - 1):
        names, body = lines[first], lines[first + 1 :]
        words = names.split()
        if first > MOST_NOTES or any("\t" in line for line in (names, *body)) or not all(map(_RUN.search, body)):
            continue
        if any(shape(word) in _VALUES or _open(word) or word.endswith((":", ".", ",")) for word in words):
            continue
        if any(map(is_null_word, words)):
            continue  # a row, whose other words may be words in any case
        columns, _ = _columns(names, body, boldly=True)
        over = [names[start:end].strip() for start, end in columns]
        found = Cutter((0, *(start for start, _ in columns[1:])), len(columns), first, columns, doubtful=True)
        cells = [value for line in body for value in found.cut(line)]
        if any(_stands_in(found, line) for line in lines[:first]):
            continue
        wider = _over_words(lines[first:], fewest=len(body) + 1)
        if wider is not None and wider.width > found.width:
            return replace(wider, first=first, doubtful=True)
        if len(columns) < FEWEST_LINES or not all(over[1:]) or any(map(_RUN.search, (*over, *cells))):
            continue
        if _holds(found, body) or _begins_under(found, lines[first:]):
            return found
    return None


def _aligned(lines: Sequence[str], mark: str) -> Cutter | None:
    """Rows between whose columns a space stands in every line. Where a mark parts the lines, the names hold none."""
    best, named = None, False
    for first in range(min(MOST_TITLES, len(lines) - FEWEST_LINES) + 1):
        names, body = lines[first], lines[first + 1 :]
        if "\t" in names or any("\t" in line for line in body) or (mark and mark in names):
            continue
        columns, doubtful = _columns(names, body)
        over = [names[start:end].strip() for start, end in columns]
        words = sum(shape(name) in _VALUES for name in over) * FEW_VALUES <= len(over)
        if len(columns) < 2 or not all(over[1:]) or any(_RUN.search(name) for name in over) or not (words or not mark):
            continue
        if (not words and first) or (best is not None and (len(columns), words) <= (best.width, named)):
            continue
        found = Cutter((0, *(start for start, _ in columns[1:])), len(columns), first, columns, doubtful=doubtful)
        if first and any(_is_row(found, line, body) for line in lines[: first + 1]):
            continue
        cells = [value for line in body for value in found.cut(line)]
        if (_holds(found, body) or _begins_under(found, lines[first:])) and sum(
            map(bool, map(_RUN.search, cells))
        ) <= len(body) * (1 - ALIGNED):
            best, named = found, words
    return best


def _in_stars(lines: Sequence[str]) -> Cutter | None:
    """Rows in a frame of stars, of which as many part the values of each, if not below one another."""
    counts = {line.count(STAR) for line in lines if line.strip().startswith(STAR)}
    width = min(counts, default=0) - 1
    return Cutter((), width, 0, mark=STAR) if len(counts) == 1 and width > 1 else None


def _in_a_box(lines: Sequence[str]) -> Cutter | None:
    """Rows between bars: those of box drawing part columns, others only where more columns stand between them."""
    first = next((i for i, line in enumerate(lines[: MOST_TITLES + 1]) if _BAR.search(line)), 0)
    titles, lines = first, lines[first:]
    bars = tuple(found.start() for found in _BAR.finditer(lines[0])) if lines else ()
    rows = list(takewhile(lambda line: tuple(found.start() for found in _BAR.finditer(line)) == bars, lines))
    below = lines[len(rows) :]
    if len(bars) < 2 or not lines[1:] or max(map(len, lines)) > LONGEST_LINE:
        return None
    if "|" not in lines[0]:
        alone = len(below) <= MOST_NOTES and all(len(_BAR.findall(line)) in (0, 2) for line in below)
        spans = tuple((left + 1, right) for left, right in pairwise(bars))
        starts = (0, *(place + 1 for place in bars[1:-1]))
        if len(rows) < 2 or not alone or len(bars) < FEWEST_LINES:
            return None
        return Cutter(starts, len(spans), 0, spans, ruled=True, bars=bars)
    # Two bars stand around the columns; the right one at the end of each line.
    around = [tuple(found.start() for found in _BAR.finditer(line)) for line in lines]
    if any(
        len(one) != 2 or one[0] != bars[0] or line[one[1] + 1 :].strip()
        for one, line in zip(around, lines, strict=True)
    ):
        return None
    box = Cutter((), 0, 0, bars=tuple(sorted({place for one in around for place in one})))
    inside = [box.without_bars(line).rstrip() for line in lines]
    found = _aligned(inside, "") or _few_rows(inside)
    if found is None or found.width <= len(bars):
        return None
    return replace(found, bars=box.bars, first=titles + found.first)


def _over_words(lines: Sequence[str], *, fewest: int = FEWEST_LINES) -> Cutter | None:
    """Rows of words under as many names, of which the last may hold more; wide values may push others to the right."""
    for first in range(min(MOST_TITLES, len(lines) - fewest) + 1):
        names, body = list(_WORD.finditer(lines[first])), lines[first + 1 :]
        width = min(len(line.split()) for line in body)
        title = any(_PROSE.fullmatch(name[0]) or _open(name[0]) for name in names)
        if width < FEWEST_NAMES or not width <= len(names) <= width + 1 or title or not _runs(body):
            continue
        columns = zip(*(line.split()[:width] for line in body), strict=True)
        valued = sum(shape(name[0]) in _VALUES for name in names)
        if valued * FEW_VALUES > len(names) or not any(map(_typed, columns)):
            continue  # a row with words and a missing value is no line of names
        rows = [[word.span() for word in islice(_WORD.finditer(line), width)] for line in body]
        under = [
            sum(1 for start, end in column if start < name.end() and end > name.start()) / len(rows)
            for name, column in zip(names[:width], zip(*rows, strict=True), strict=True)
        ]
        if min(under) >= MOST_UNDER:
            more = len(names) > width
            sometimes = more and _is_sometimes_under(names[-1], body, width)
            glued = more and not sometimes and not any(_across(line, names[-1].start()) for line in body)
            doubtful = min(under) < 1 or sometimes or glued
            return Cutter((), width + sometimes, first, rest=True, trailing=sometimes, doubtful=doubtful)
    return None


def _is_sometimes_under(name: re.Match[str], lines: Sequence[str], width: int) -> bool:
    """Whether some lines have one word more than the others, and each stands right under the last name."""
    last = [words[width:] for words in (list(_WORD.finditer(line)) for line in lines)]
    return any(last) and all(len(words) < 2 and all(w.start() == name.start() for w in words) for words in last)


def _columns(names: str, lines: Sequence[str], *, boldly: bool = False) -> tuple[tuple[Span, ...], bool]:
    """Where the columns of lines under a line of names begin and end, and whether that is in doubt. `boldly`: one space
    parts words under words of their own, for nothing else could say so.

    What stands between two places at which all of them have a space is a block. A block is a column of its own when
    two spaces part it from the one before. Where it is only one, the names decide: they stand apart by more, numbers
    stand under both, or the table is known to leave no more than one space between its columns.
    """
    blocks: list[Span] = []
    doubtful = False
    for start, end in _blocks(names, lines):
        close = bool(blocks) and start - blocks[-1][1] == 1
        unnamed = blocks and not names[start:end].strip()
        if unnamed and (close or sum(1 for line in lines if line[start:end].strip()) * 2 < len(lines)):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    if len(blocks) < 2:
        return tuple(blocks), False
    over = [names[start:end] for start, end in blocks]
    values = [[line[start:end].strip() for line in lines] for start, end in blocks]
    typed = [_typed(column) for column in values]
    single = [all(value and " " not in value for value in column) for column in values]
    near = [i for i, (left, right) in enumerate(pairwise(blocks), start=1) if right[0] - left[1] == 1]
    both = [i for i in near if over[i - 1].strip()]
    sure = {i for i in both if _gap(over[i - 1], over[i]) > 1 or (typed[i - 1] and typed[i])}
    kept = [blocks[0]]
    for i, (start, end) in enumerate(blocks[1:], start=1):
        begins = i not in near or i in sure
        if i in both and not begins:
            words = single[i - 1] and single[i]
            begins = (bool(sure) and (typed[i - 1] or typed[i] or words)) or (
                words and (boldly or len(lines) >= SURE_LINES)
            )
            doubtful = doubtful or (words and not sure)
        elif not begins:  # over the first word of its values stands no name, or over the names of the rows
            begins = i == 1 and (bool(sure) or typed[1])
        if begins:
            kept.append((start, end))
        else:
            kept[-1] = (kept[-1][0], end)
    return tuple(kept), doubtful


def _gap(left: str, right: str) -> int:
    """How many spaces stand between two names of neighbouring blocks, which one space parts."""
    return len(left) - len(left.rstrip()) + 1 + len(right) - len(right.lstrip())


def _blocks(names: str, lines: Sequence[str]) -> list[Span]:
    """What stands between the places at which the names and nearly all lines have a space."""
    changes = [0] * (max(map(len, (names, *lines))) + 1)
    for line, weight in ((names, len(lines)), *((line, 1) for line in lines)):
        for word in _WORD.finditer(line):
            changes[word.start()] += weight
            changes[word.end()] -= weight
    allowed = int((1 - ALIGNED) * len(lines))
    blocks: list[Span] = []
    begin: int | None = None
    for place, count in enumerate(accumulate(changes)):
        if count > allowed and begin is None:
            begin = place
        elif count <= allowed and begin is not None:
            blocks.append((begin, place))
            begin = None
    return blocks


def _below_bars(lines: Sequence[str]) -> Cutter | None:
    """Rows below names between bars, with a space below each bar: the tables of astronomers (IPAC)."""
    first = next((i for i, line in enumerate(lines) if line.lstrip().startswith("|")), len(lines))
    over = list(takewhile(_between_bars, lines[first:]))
    rows = lines[first + len(over) :]
    if not over or not rows:
        return None
    bars = [found.start() for found in re.finditer(r"\|", over[0])]
    if any([found.start() for found in re.finditer(r"\|", line)] != bars for line in over):
        return None
    if any(line[bar : bar + 1].strip() for line in rows for bar in bars):
        return None
    width = len(bars) - 1
    return Cutter(tuple(bars[:-1]), width, first, ruled=True, barred=len(over))


def _without_ends(lines: list[str], mark: str) -> list[str]:
    """The lines from the first to the last that hold a mark: what stands about them are titles and notes."""
    held = [i for i, line in enumerate(lines) if mark in line]
    return lines[held[0] : held[-1] + 1] if held else []


def _notes_below(lines: Sequence[str]) -> int:
    """How many lines at the end are sentences or words, below rows of which most hold numbers."""
    numeric = [i for i, line in enumerate(lines) if _is_numeric(line)]
    if len(numeric) < LEAST_NUMERIC:
        return 0
    usual = Counter(len(lines[i].split()) for i in numeric).most_common(1)[0][0]
    end = 1 + max((i for i in numeric if len(lines[i].split()) * 2 >= usual), default=len(lines) - 1)
    below = lines[end:]
    notes = all(_is_prose(line) or not _RUN.search(line.strip()) for line in below)
    return len(below) if notes and len(below) <= MOST_NOTES and len(numeric) * 2 >= end else 0


def _in_numbers(mark: str, lines: Sequence[str]) -> bool:
    """Whether a comma stands between digits only, as a decimal mark does."""
    return mark == "," and not any(re.search(r"(?<!\d),|,(?!\d)", line) for line in lines)


def _table_below(lines: Sequence[str], mark: str) -> Cutter | None:
    """The rows of numbers at the end of a file that begins with much text, where the mark found in the text is in none
    of them. A word may stand behind some of the last ones."""
    mark = mark.strip(" ") or "\0"
    counts = [len(line.split()) if _is_numeric(line) and mark not in line else 0 for line in lines]
    run = list(takewhile(bool, reversed(counts)))
    usual = Counter(run).most_common(1)[0][0] if run else 0
    if usual < 2:
        return None
    first = len(counts)
    while first and usual <= counts[first - 1] <= usual + 1:
        first -= 1
    rows = len(lines) - first
    words = [line.split()[-1] for line, count in zip(lines[first:], counts[first:], strict=True) if count > usual]
    if rows < FEWEST_LINES or first <= MOST_TITLES or _is_numeric(lines[first - 1]):
        return None
    if sum(map(_is_numeric, lines[:first])) * 2 > first or len(words) * 2 > rows:
        return None  # more tables than text
    if not all(word.isalpha() for word in words):
        return None
    spans = _spans(lines[first:], usual)
    if words and spans:
        spans = (*spans, (spans[-1][1] + 1, spans[-1][1] + 1 + max(map(len, words))))
    names = first
    for above in (first - 1, first - 2):  # units may stand between
        if len(_unmarked(lines[above].split(), usual)) == usual:
            names = above
            break
    if any(_is_row(Cutter((), usual, 0), line, lines[first:]) for line in lines[first - MOST_TITLES : first]):
        return None  # rows as well, some of which have a missing value
    return Cutter((), usual + bool(words), names, spans=spans, trailing=bool(words))


def _is_numeric(line: str) -> bool:
    """Whether at least half of the words of a line are values."""
    words = line.split()
    return sum(shape(word) in _VALUES for word in words) * 2 >= len(words)


def _unmarked(words: list[str], width: int) -> list[str]:
    """Names without the mark that stands as a word of its own before them: `~A DEPTH TIME`."""
    return words[1:] if len(words) == width + 1 and not words[0][0].isalnum() else words


def _aside(line: str, *, hashes: bool) -> str:
    """Why a line between the others is no row; "" when it is one. `hashes`: whether rows may begin with a hash."""
    if (
        sniff.is_rule(line)
        or len(ruled(line)) > 1
        or _STARS.fullmatch(line)
        or (_DRAWN.fullmatch(line) and _STROKE.search(line))
    ):
        return "a rule"
    return "a comment" if not hashes and line.lstrip().startswith("#") else ""


def ruled(line: str) -> tuple[int, ...]:
    """Where the strokes of a rule under names begin: `---- --------- ----`; () when it is none."""
    mark = line.lstrip()[:1]
    if not mark or mark not in "-=_" or line.strip(f" {mark}"):
        return ()
    strokes = list(_WORD.finditer(line))
    return tuple(stroke.start() for stroke in strokes) if max(len(s[0]) for s in strokes) >= LONGEST_STROKE else ()


def _even(lines: Sequence[str]) -> bool:
    """Whether all lines have the same number of words, more than one."""
    counts = {len(line.split()) for line in lines}
    return len(counts) == 1 and counts != {1}


def _spans(lines: Sequence[str], width: int) -> tuple[tuple[int, int], ...]:
    """Where the words of lines with a value begin and end."""
    rows = [list(re.finditer(r"\S+", line.expandtabs())) for line in lines[:MOST_SPANS]]
    rows = [row for row in rows if len(row) == width and any(shape(word[0]) in _VALUES for word in row)]
    return tuple((min(w.start() for w in column), max(w.end() for w in column)) for column in zip(*rows, strict=True))


def _runs(lines: Sequence[str]) -> bool:
    """Whether many lines hold several spaces in a row."""
    return sum(1 for line in lines if _RUN.search(line.strip())) * 2 >= len(lines)


def _starts(lines: Sequence[str]) -> list[int]:
    """Where columns begin: behind each gap that nearly all lines have. In few lines one space may be an accident."""
    least = 1 if len(lines) >= SURE_LINES else 2
    starts: list[int] = []
    ended = -least
    for start, end in _blocks("", lines):
        if start - ended >= least:
            starts.append(start)
        ended = end
    return [0, *starts[1:]] if starts else []


def _holds(cutter: Cutter, lines: Sequence[str]) -> bool:
    """Whether what was cut looks like a table: few gaps, and a column of values."""
    rows = [cutter.cut(line) for line in lines]
    even = [row for row in rows if len(row) == cutter.width]
    if len(even) < ALIGNED * len(rows):
        return False
    filled = sum(1 for row in even for value in row if value)
    if filled < 0.5 * len(even) * cutter.width:
        return False
    columns = list(zip(*even, strict=True))
    if any(_typed(column) for column in columns):
        return True
    return bool(cutter.starts) and (len(lines) >= SURE_LINES or all(_wide_gaps(cutter, line) for line in lines))


def _is_row(cutter: Cutter, line: str, rows: Sequence[str]) -> bool:
    """Whether a line above the table is a row of it: it has values in most columns in which `rows` have them. What is
    no title is never left out, as a first row would be whose neighbours have a missing value."""
    values = cutter.cut(line)
    even = [row for row in map(cutter.cut, rows[:MOST_SPANS]) if len(row) == cutter.width]
    typed = [i for i, column in enumerate(zip(*even, strict=True)) if _typed(column)]
    if len(values) != cutter.width or not typed:
        return False
    return sum(shape(values[i]) in _VALUES for i in typed) * 2 > len(typed)


def _wide_gaps(cutter: Cutter, line: str) -> bool:
    """Whether a line has a value in every column, and three spaces or more before each but the first."""
    return all(cutter.cut(line)) and all(not line[start - 3 : start].strip(" ") for start in cutter.starts[1:])


def _stands_in(cutter: Cutter, line: str) -> bool:
    """Whether a line stands in most columns and across none, as a title does not."""
    return not cutter.is_across(line) and sum(map(bool, cutter.cut(line))) * 2 > cutter.width > 2


def _begins_under(cutter: Cutter, lines: Sequence[str]) -> bool:
    """Whether names and values, of which some are missing, all begin where their column does, three spaces or more
    behind the one before: columns of words."""
    ends = (*cutter.starts[1:], LONGEST_LINE)
    columns = list(zip(cutter.starts, ends, strict=True))[1:]
    begun = sum(1 for line in lines for start, end in columns if line[start:end].strip())
    apart = all(not line[start - 3 : start].strip(" ") for line in lines for start, _ in columns)
    under = all(line[start] != " " for line in lines for start, end in columns if line[start:end].strip())
    return apart and under and begun * 2 > len(lines) * len(columns)


def _typed(column: Sequence[str]) -> bool:
    values = [value for value in column if value and not is_null_word(value)]
    return bool(values) and sum(shape(value) in _VALUES for value in values) >= 0.8 * len(values)


def lines_of(file: TextFile) -> Iterator[tuple[int, int, str]]:
    """Every line with its number and byte; constant memory."""
    newline = b"\r" if file.newline == 13 else b"\n"
    number, start, rest = file.start_line, file.start, b""
    with file.path.open("rb") as opened:
        opened.seek(start)
        while block := opened.read(1 << 20):
            *whole, rest = (rest + block).split(newline)
            for raw in whole:
                yield number, start, raw.decode("utf-8", "replace").rstrip("\r")
                number, start = number + 1, start + len(raw) + 1
    if rest:
        yield number, start, rest.decode("utf-8", "replace")


class _Texts:
    """The text of single lines, found in one pass where they are asked for in their order."""

    def __init__(self, file: TextFile) -> None:
        self._file = file
        self._lines: Iterator[tuple[int, int, str]] = iter(())
        self._at = 0

    def of(self, line: int) -> str:
        if not self._at or line <= self._at:
            self._lines = lines_of(self._file)
        self._at = line
        return next((text for number, _, text in self._lines if number == line), "")


def rows_of(file: TextFile, cutter: Cutter) -> list[Row]:
    """Every line of a small file as a row; titles are rows of one value."""
    rows: list[Row] = []
    titles, barred = cutter.first, cutter.barred
    begun, filled = False, 0
    head: list[str] = []
    for number, start, raw in lines_of(file):
        line = cutter.without_bars(raw)
        values = cutter.cut(line)
        row = Row(number, start, raw, values, skipped=_aside(raw, hashes=cutter.hashes))
        if raw.strip() and not line:
            row.skipped = row.skipped or "stands outside the box"
        if row.skipped:
            pass
        elif head and values == head and filled == cutter.width:
            row.skipped, row.values = NAMES_AGAIN, []
            for above in takewhile(lambda row: row.blank, reversed(rows)):
                above.skipped = above.skipped or "the line is empty"
        elif titles and values:
            row.values, titles = [line.strip()], titles - 1
            row.skipped = ABOVE if cutter.first > MOST_TITLES or barred else ""
        elif barred and values:
            row.values, row.skipped = _between_bars(line), OF_COLUMNS if barred < cutter.barred else ""
            barred -= 1
        elif not begun and len(named := _unmarked(line.split(), cutter.width)) == cutter.width < len(line.split()):
            row.values = named
        elif rows and not _is_numeric(line) and cutter.is_partly_under(rows[-1], line):
            row.values = cutter.placed(line)
        elif not begun and values and not cutter.stands_over(line):
            row.skipped = ABOVE if cutter.is_title(line) else ""
            row.values = line.split()
        if not begun and row.width == cutter.width and not row.skipped:
            begun = True
            head = [] if any(shape(value) in _VALUES for value in row.values) else row.values
        elif begun and row.width == cutter.width and not row.skipped and cutter.is_across(line):
            row.mended = ACROSS
        filled = row.width or filled
        rows.append(row)
    spoken = (row for row in reversed(rows) if row.raw.strip() and not row.skipped)
    for row in islice(spoken, cutter.notes):
        row.values = [row.raw.strip()]
    below = list(takewhile(lambda row: not row.blank, reversed(rows)))
    if cutter.starts and len(below) <= MOST_NOTES and all(_is_note(cutter, row) for row in below):
        for row in below if len(below) < len(rows) else ():
            row.skipped = row.skipped or "stands below the table"
    return rows


def _is_note(cutter: Cutter, row: Row) -> bool:
    """Whether a line at the end, below an empty one, is text across the columns."""
    return bool(row.skipped) or (cutter.is_across(row.raw) and not _RUN.search(row.raw.strip()))


def long_table(source: Source, file: TextFile, cutter: Cutter, receipt: Receipt) -> Table:
    """The table of a long file, line by line."""
    quarantine = Quarantine(
        receipt, source.out_dir / "t1.quarantine.jsonl", raw_of=_Texts(file).of, byte_of=file.byte_of_line()
    )
    receipt.rows_seen = file.skip_before(quarantine)
    names: list[str] | None = None
    numbers: list[tuple[int, int]] = []
    titles, barred = cutter.first, cutter.barred
    try:
        with Landing(source, 1) as landing:
            for number, start, raw in lines_of(file):
                line, aside = cutter.without_bars(raw), _aside(raw, hashes=cutter.hashes)
                values = cutter.cut(line)
                aside = aside or (NAMES_AGAIN if names and values == names else "")
                aside = aside or ("stands outside the box" if raw.strip() and not line else "")
                if values and barred and not titles:
                    aside = OF_COLUMNS if barred < cutter.barred else aside
                    values, barred = _between_bars(line), barred - 1
                if not values or titles or aside:
                    reason = aside or (ABOVE if values else "the line is empty")
                    titles -= bool(values) and not aside
                    quarantine.skip(Odd(number, reason, raw, byte=file.byte(start)))
                    receipt.rows_seen += 1
                elif names is None and not any(shape(value) in _VALUES for value in values):
                    names = (values + [""] * cutter.width)[: cutter.width]
                elif len(values) != cutter.width:
                    reason = f"has {len(values)} values where the table has {cutter.width} columns"
                    quarantine.add(Odd(number, reason, raw, byte=file.byte(start)))
                    receipt.rows_seen += 1
                else:
                    names = names or []
                    if cutter.is_across(line):
                        receipt.warn(ACROSS, line=number, byte=file.byte(start), raw=raw[:2000])
                    landing.add([value or None for value in values])
                    receipt.rows_seen += 1
                    if not numbers or number - numbers[-1][1] != landing.count - numbers[-1][0]:
                        numbers.append((landing.count, number))
            receipt.rows_loaded = landing.count
            said = "the first line holds words" if names else "the first line holds values"
            receipt.decide("header", "first row" if names else "none", said, key="header_rows", confidence="likely")
            columns = names or [f"Column {i + 1}" for i in range(cutter.width)]

            def line_of(row: int) -> int | None:
                place = max((pair for pair in numbers if pair[0] <= row), default=None)
                return place[1] + row - place[0] if place else None

            return landing.table(source.stem, columns, receipt, line_of=line_of, aside=quarantine)
    finally:
        quarantine.close()


def decide(receipt: Receipt, cutter: Cutter) -> None:
    """Replace what was said about a separator."""
    receipt.decisions = [one for one in receipt.decisions if one.key not in ("delimiter", "quote")]
    sure: Confidence = "assumed" if cutter.doubtful else "likely"
    receipt.decide("delimiter", FIXED_WIDTH, cutter.evidence, key="delimiter", confidence=sure, choices=sniff.COMMON)


def doubt(receipt: Receipt, value: str, evidence: str) -> None:
    """Say that what was decided of the header is assumed, and why."""
    for i, one in enumerate(receipt.decisions):
        if one.key == "header_rows" and one.value == value and one.confidence != "told":
            receipt.decisions[i] = replace(one, confidence="assumed", evidence=evidence)
