"""Rows that do not have the table's number of values: which can be read all the same, and how.

A repair is taken only when the values then fit what stands in the same columns of the other rows, and when no other
repair fits nearly as well. It is always reported with the raw line. A row whose values would be shifted is never
repaired by guessing: it stays out of the table.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from tablewright.core.readers import sniff
from tablewright.core.readers.records import Dialect, Grammar
from tablewright.core.readers.structure.words import NOTE

MOST_SURPLUS = 3
MARGIN = 1.2
"""How much better the best repair must fit than the second, in natural logarithms of likelihood."""
SEEN = 0.02
"""A kind of value that fewer rows than this have in a column does not belong there."""
MISFIT = -1e9
"""Less than any row of values that fit can weigh."""
OFTEN_EMPTY = 0.05
CUT_SHORT = 0.2
"""So many rows that end early are no accident: whatever wrote the file left out empty values at the end."""
LONGEST = 20_000
"""Bytes of a row that is looked at; a longer one is set aside."""
_CLOCK = re.compile(r"[\s/T]\d{1,2}:\d{2}(?!\d)")
OTHER_MARKS = (",", ";", "\t", "|", ", ", ":", " ")

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("integer", re.compile(r"[+-]?\d+")),
    ("number", re.compile(r"[-+(]?\s?[$€£¥]?\s?[-+]?[\d.,'’\u00a0 ]*\d[\d.,]*(?:[eE][-+]?\d+)?\s?[%$€£¥]?\)?")),
    ("date", re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}(?:[T ]\d{1,2}:\d{2}.{0,15})?")),
    ("time", re.compile(r"\d{1,2}:\d{2}(?::\d{2}.{0,10})?(?: ?[AaPp]\.?[Mm]\.?)?")),
    ("address", re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|(?:[\w-]+\.)+[a-z]{2,4}(?:/\S*)?")),
    ("code", re.compile(r"(?=\S*\d)[\w./:#-]+")),
    ("word", re.compile(r"[^\W\d]+")),
)


_WORDS = ("text", "word", "code")


def is_number(text: str) -> bool:
    return shape(text) in ("integer", "number", "date", "time")


@lru_cache(65_536)
def shape(value: str) -> str:
    """What kind of thing a value is, coarsely."""
    bare = value.strip()
    if not bare:
        return "empty"
    if len(bare) <= 60:
        for name, pattern in _SHAPES:
            if pattern.fullmatch(bare):
                return name
    return "text"


@lru_cache(65_536)
def _outline(value: str) -> str:
    """The value's form: digits and letters each as one, and only how long it is where it is long."""
    if len(value) > 40:
        return f"long {len(value).bit_length()}"
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", value.strip()))


@dataclass(frozen=True)
class Mended:
    """A row made whole, and what was done to it."""

    values: list[str]
    reason: str


class Mender:
    """Repairs rows by the likeness of their values to those of the good rows."""

    def __init__(
        self, rows: Iterable[Sequence[str]], width: int, dialect: Dialect, *, cuts: bool = False, mark: str = "#"
    ) -> None:
        self.width, self.dialect = width, dialect
        self.cuts = cuts
        """Whether the file leaves out empty values at the end of its rows (`cuts_short`)."""
        self.marked = False
        """Whether a good row begins with the mark of comments."""
        self.count = 0
        self._firsts: set[str] = set()
        self._shapes: list[Counter[str]] = [Counter() for _ in range(width)]
        self._outlines: list[Counter[str]] = [Counter() for _ in range(width)]
        for row in rows:
            if len(row) == width:
                self.count += 1
                self._firsts.add(row[0])
                self.marked = self.marked or row[0].lstrip().startswith(mark)
                for i, value in enumerate(row):
                    self._shapes[i][shape(value)] += 1
                    self._outlines[i][_outline(value)] += 1

    def fits(self, values: Sequence[str]) -> bool:
        """Whether every value is of a kind that its column has in other rows."""
        if len(values) != self.width:
            return False
        return all(self._share(i, value) >= SEEN for i, value in enumerate(values))

    def names_rows(self, *, quoted: bool = False) -> bool:
        """Whether the first column names each row, by words that do not come again, and a last one holds values: R
        writes no name over it. `quoted`: whether its values are quoted, and are words."""
        shapes = [max(counts, key=counts.__getitem__, default="empty") for counts in self._shapes]
        if self.count < 2 or len(self._firsts) < self.count:
            return False
        counted = self._firsts in ({str(n + start) for n in range(self.count)} for start in (1, 2))
        if quoted:
            return counted or shapes[-1] not in _WORDS
        if shapes[0] == "integer" and self.dialect.delimiter in (" ", "\t"):
            return counted
        return shapes[0] in _WORDS and shapes[-1] not in (*_WORDS, "empty")

    def is_rare(self, values: Sequence[str], times: int) -> bool:
        """Whether some value is of a kind that no more than so many rows have in its column."""
        for i, value in enumerate(values[: self.width]):
            kind, shapes = shape(value), self._shapes[i]
            if kind != "empty" and (sum(shapes[one] for one in _WORDS) if kind in _WORDS else shapes[kind]) <= times:
                return True
        return False

    def _share(self, column: int, value: str) -> float:
        """How many of the other rows have a value of this kind in the column."""
        kind, shapes = shape(value), self._shapes[column]
        share = shapes[kind] / max(1, self.count)
        if kind in _WORDS and share < SEEN:
            share = sum(shapes[one] for one in _WORDS) / max(1, self.count)
        return share

    def names(self, values: Sequence[str], raw: str, problem: str | None) -> Mended | None:
        """The names of a header that has not as many as the table has columns."""
        quote = self.dialect.quote or '"'
        kept = [value for value in values if value.strip()]
        if problem is None and len(values) > self.width == len(kept):
            return Mended(kept, f"has {len(values)} names, of which {len(values) - len(kept)} are empty: left out")
        ways = [(lenient(raw, self.dialect), "a quote stands alone")] if problem else []
        ways += [(raw.split(self.dialect.delimiter), "a quote stands alone")] if problem else []
        marks = OTHER_MARKS if self.width > 2 else ()
        ways += [(raw.split(mark), f"is separated by {sniff.name(mark)} unlike the rows") for mark in marks]
        for row, reason in ways:
            names = [name.strip().strip(quote) for name in row]
            if len(names) == self.width and len(set(names)) == len(names) and not any(map(is_number, names)):
                return Mended(names, reason)
        return None

    def lone_quote(self, values: Sequence[str]) -> list[str]:
        """The values without an odd quote that keeps one from fitting its column."""
        quote = self.dialect.quote or '"'
        result = list(values)
        for i, value in enumerate(values):
            bare = value.replace(quote, "")
            if bare != value and self._share(i, value) < SEEN <= self._share(i, bare):
                result[i] = bare
        return result

    def begins(self, values: Sequence[str]) -> bool:
        """Whether the values are of the kinds that the first columns have."""
        return self.fits([*values, *self._usual(len(values))]) if len(values) <= self.width else False

    def _valued(self) -> list[int]:
        """The columns that hold values, which words do not fit."""
        usual = [max(counts, key=counts.__getitem__, default="empty") for counts in self._shapes]
        return [i for i, kind in enumerate(usual) if kind in ("integer", "number", "date", "time")]

    def _says_words(self, values: Sequence[str]) -> bool:
        """Whether words stand in all columns of values, as in a sentence of as many words as there are columns."""
        valued = self._valued()
        return bool(valued) and all(shape(values[i]) in _WORDS for i in valued)

    def _usual(self, start: int) -> list[str]:
        """Something for each further column that fits it."""
        examples = {"empty": "", "integer": "1", "number": "1.5", "date": "1/1/2000", "time": "1:00"}
        rest = [max(counts, key=counts.__getitem__, default="empty") for counts in self._shapes[start:]]
        return [
            examples.get(kind, {"address": "www.a.org", "code": "a1", "word": "a"}.get(kind, "a b")) for kind in rest
        ]

    def likelihood(self, values: Sequence[str]) -> float:
        """The logarithm of how usual these values are in their columns."""
        return sum(self._usualness(i, value) for i, value in enumerate(values))

    def _usualness(self, column: int, value: str) -> float:
        coarse = (self._shapes[column][shape(value)] + 0.2) / (self.count + 2)
        fine = (self._outlines[column][_outline(value)] + 0.2) / (self.count + 2)
        return math.log(coarse) + 0.5 * math.log(fine)

    def mend(self, values: Sequence[str], raw: str, problem: str | None) -> Mended | None:
        """The row made whole; None when that cannot be done without guessing. Few good rows prove nothing."""
        if self.cuts and problem is None and len(values) < self.width and self.begins(values):
            missing = self.width - len(values)
            reason = f"has {len(values)} values: the last {missing} were taken for empty, as in many rows"
            return Mended([*values, *[""] * missing], reason)
        if problem is not None and self.width > 1 and (found := self._all_quoted(raw)):
            return found
        if self.count < 3 or self.width < 2 or len(raw) > LONGEST:
            return None
        if problem is not None:
            return self._quotes(raw)
        if len(values) < self.width and (other := self._other_separator(raw)):
            return other
        if len(values) > self.width:
            return self._joined(values) or self._other_separator(raw)
        return self._padded(values)

    def _all_quoted(self, raw: str) -> Mended | None:
        """A line of quoted values that hold quotes which are not doubled: those beside a separator part the values."""
        quote, bare = self.dialect.quote or '"', raw.strip()
        values = bare[1:-1].split(f"{quote}{self.dialect.delimiter}{quote}")
        whole = len(values) == self.width and bare.startswith(quote) and bare.endswith(quote) and bare != quote
        if not whole or any(value.startswith(self.dialect.delimiter) for value in values):
            return None
        return Mended([value.replace(quote * 2, quote) for value in values], "holds quotes that are not doubled")

    def _quotes(self, raw: str) -> Mended | None:
        """A line whose quotes do not pair: read with the odd quote as a character of the text."""
        found = [lenient(raw, self.dialect), raw.split(self.dialect.delimiter)]
        whole = [row for row in found if len(row) == self.width and self.fits(row)]
        if not whole:
            return None
        best = max(whole, key=self.likelihood)
        return Mended(best, "a quote stands alone and was read as part of the text")

    def _other_separator(self, raw: str) -> Mended | None:
        for mark in OTHER_MARKS:
            if mark == self.dialect.delimiter or mark not in raw:
                continue
            if mark == " " and NOTE.match(raw) and not self._valued():
                continue  # any words would do
            if mark == ":" and _CLOCK.search(raw):
                continue  # when it was, in words
            grammar = Grammar(Dialect(mark, self.dialect.quote, self.dialect.escape))
            text = raw.encode("utf-8", "surrogatepass")
            record = next(grammar.records(text, 0, len(text), None, final=True), None)
            if record is None or record.problem or record.end < len(text):
                continue
            row = sniff.text_of(record.values)
            if self.fits(row) and not (mark == " " and self._says_words(row)):
                return Mended(row, f"is separated by {sniff.name(mark)} unlike the other rows")
        return None

    def _joined(self, values: Sequence[str]) -> Mended | None:
        surplus = len(values) - self.width
        if not any(value.strip() for value in values[self.width :]) and self.fits(values[: self.width]):
            return Mended(list(values[: self.width]), f"has {surplus} empty values too many at its end")
        if surplus > MOST_SURPLUS:
            return None
        mark = self.dialect.delimiter
        ahead, behind = self._ahead(values[: self.width]), self._behind(values[surplus:])
        ways: list[tuple[float, int, str]] = []  # how likely it is, the first value that is read otherwise, and as what
        for i in range(self.width):
            part = values[i : i + surplus + 1]
            if part[0].strip() and part[-1].strip():
                joined = mark.join(part)
                ways.append((ahead[i] + self._weight(i, joined) + behind[i + 1], i, joined))
        if surplus == 1:
            for i, value in enumerate(values):
                if not value.strip() and (not i or value != values[i - 1]):
                    ways.append((ahead[i] + behind[i], i, ""))
        ranked = sorted((way for way in ways if way[0] > MISFIT), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN):
            return None
        _, i, joined = ranked[0]
        if joined:
            row = [*values[:i], joined, *values[i + surplus + 1 :]]
            return Mended(row, f"has {len(values)} values: values {i + 1} to {i + surplus + 1} were read as one")
        return Mended(
            [*values[:i], *values[i + 1 :]], f"has {len(values)} values: the empty value {i + 1} was left out"
        )

    def _weight(self, column: int, value: str) -> float:
        """The logarithm of how usual a value is in a column; `MISFIT` for one that does not belong there."""
        return self._usualness(column, value) if self._share(column, value) >= SEEN else MISFIT

    def _ahead(self, values: Sequence[str]) -> list[float]:
        """For each place, the weight of the values before it, which stand in the first columns."""
        return list(accumulate((self._weight(i, value) for i, value in enumerate(values)), initial=0.0))

    def _behind(self, values: Sequence[str]) -> list[float]:
        """For each place, the weight of the values from it on, which stand in the last columns."""
        first = self.width - len(values)
        weights = [self._weight(first + i, value) for i, value in enumerate(values)]
        return list(accumulate(reversed(weights), initial=0.0))[::-1]

    def _padded(self, values: Sequence[str]) -> Mended | None:
        missing = self.width - len(values)
        row = [*values, *[""] * missing]
        usual = all(
            self._shapes[i]["empty"] / self.count >= OFTEN_EMPTY for i in range(self.width - missing, self.width)
        )
        if missing <= 0 or not usual or not self.fits(row):
            return None
        # A separator that is missing further ahead moves every value behind it: then a gap there fits as well.
        ahead = list(accumulate((self._usualness(i, value) for i, value in enumerate(values)), initial=0.0))
        moved = [self._usualness(i + missing, value) for i, value in enumerate(values)]
        behind = list(accumulate(reversed(moved), initial=0.0))[::-1]
        gaps = list(accumulate((self._usualness(i, "") for i in range(self.width)), initial=0.0))
        least = ahead[-1] + gaps[-1] - gaps[len(values)] - MARGIN
        last = max((i for i, value in enumerate(values) if value), default=-1)
        for i in range(last + 1):
            if ahead[i] + gaps[i + missing] - gaps[i] + behind[i] > least:
                return None
        return Mended(row, f"has {len(values)} values: the last {missing} were taken for empty")


def cuts_short(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a file leaves out empty values at the end of its rows: many are short, and none ends with one."""
    full = [row for row in rows if len(row) == width]
    places = [place for place, row in enumerate(rows) if len(row) == width]
    short = [
        row
        for place, row in enumerate(rows)
        if 0 < len(row) < width
        # What is short before or behind the others and speaks is a title or a note.
        and ((places and places[0] < place < places[-1]) or not any(" " in value.strip() for value in row))
    ]
    if len(short) < 2 or len(short) < CUT_SHORT * (len(full) + len(short)) or len(full) < 2:
        return False
    return all(row[-1].strip() for row in (*full, *short))


def lenient(raw: str, dialect: Dialect) -> list[str]:
    """A line split as if only a quote at a value's very begin and end were one."""
    mark, quote = dialect.delimiter, dialect.quote or '"'
    values: list[str] = []
    position = 0
    bare = raw.rstrip()
    closes = True  # whether a quote behind may close a value: where none did, none closes one that begins later
    while True:
        start = position
        while raw.startswith(" ", start) and mark != " ":
            start += 1
        end = -1
        if raw.startswith(quote, start):
            run = start
            while raw.startswith(quote, run + 1):
                run += 1
            if raw.startswith(mark, run + 1) and (run - start) % 2:
                end = run
            elif closes:
                end = raw.find(quote + mark, run + 1)
                while end > 0 and _doubled(raw, start, end, quote):
                    end = raw.find(quote + mark, end + 1)
                closes = end > 0
            if end < 0 and bare.endswith(quote) and len(bare) > start + 1:
                end = len(bare) - 1
        if end > start:
            values.append(raw[start + 1 : end].replace(quote * 2, quote))
            position = end + 1
            if not raw.startswith(mark, position):
                return values
            position += len(mark)
            continue
        end = raw.find(mark, position)
        if end < 0:
            values.append(raw[position:])
            return values
        values.append(raw[position:end])
        position = end + len(mark)


def _doubled(raw: str, start: int, end: int, quote: str) -> bool:
    """Whether the quote at `end` is the second of a doubled pair."""
    run = 0
    while end - run > start and raw[end - run] == quote:
        run += 1
    return run % 2 == 0
