"""One record after another out of delimited text, with a reason for each that cannot be read.

This is the careful way: it knows a stray quote from an opening one and gives up a line, never the file.
Clean stretches of a file never come here (see `scan`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Dialect:
    """How a text file separates and quotes. `quote` None means that nothing is quoted."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = '"'
    """The mark before a quote inside a quoted value: the quote itself (doubling) or a backslash."""

    @property
    def doubles(self) -> bool:
        return self.escape == self.quote

    @property
    def free_commas(self) -> bool:
        """Whether what separates values leaves commas free for decimals."""
        return self.delimiter in (";", "\t", "|")


@dataclass(frozen=True)
class Record:
    start: int
    end: int
    """Where the next record begins."""
    lines: int
    values: list[bytes]
    problem: str | None = None
    blank: bool = False


_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class _Rest:
    """What was found from a value on in a record of several lines that was none: its next lines meet it again."""

    count: int
    """So many values, and where the last one ends."""
    end: int
    problem: str | None


def _mistaken(count: int, widths: Collection[int] | None) -> str | None:
    """What is wrong with a record of several lines and so many values."""
    if widths is None or count in widths:
        return None
    return "a quote is opened in this line and not closed in it"


@dataclass
class Grammar:
    """A dialect made ready to parse bytes."""

    dialect: Dialect
    delimiter: bytes = field(init=False)
    quote: bytes = field(init=False)
    _bare_end: re.Pattern[bytes] = field(init=False)
    _tidy: tuple[re.Pattern[bytes], re.Pattern[bytes]] | None = field(init=False)
    """Of a line whose quotes are all in their places: the whole of it, and one value of it."""

    def __post_init__(self) -> None:
        self.delimiter = self.dialect.delimiter.encode()
        self.quote = (self.dialect.quote or "").encode()
        self._bare_end = re.compile(re.escape(self.delimiter) + rb"|\r\n|\n|\r")
        self._tidy = self._tidied() if self.quote and self.dialect.doubles and len(self.delimiter) == 1 else None

    def _tidied(self) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
        quote, mark = re.escape(self.quote), re.escape(self.delimiter)
        quoted = rb"(?:[^%b]++|%b%b)*+" % (quote, quote, quote)
        bare = rb"[^%b%b]*+" % (quote, mark)
        value = rb"(?:%b%b%b|%b)" % (quote, quoted, quote, bare)
        whole = rb"%b(?:%b%b)*+" % (value, mark, value)
        one = rb"(?:^|%b)(?:%b(%b)%b|(%b))" % (mark, quote, quoted, quote, bare)
        return re.compile(whole), re.compile(one)

    def records(
        self, text: bytes, start: int, stop: int, width: int | Collection[int] | None, *, final: bool
    ) -> Iterator[Record]:
        """The records that begin in text[start:stop]. `text` may go on behind, for quoted line breaks.

        With a width (or several), a record of several lines that has not so many values is taken as one bad line:
        a quote that was never closed must not swallow the rows below it. `final` says that nothing follows
        `text` in the file.
        """
        widths = (width,) if isinstance(width, int) else width
        position = start
        spent: dict[int, _Rest] = {}
        while position < stop:
            record = self._record(text, position, widths, spent, final=final)
            if record is None:
                return
            yield record
            position = record.end

    def _record(
        self, text: bytes, start: int, widths: Collection[int] | None, spent: dict[int, _Rest], *, final: bool
    ) -> Record | None:
        found = _LINE_END.search(text, start)
        line_stop, line_end = (found.start(), found.end()) if found else (len(text), len(text))
        if found is None and not final:
            return None
        line = text[start:line_stop]
        if not line.strip():
            return Record(start, line_end, 1, [line] if line else [], blank=True)
        if not self.quote or self.quote not in line:
            return Record(start, line_end, 1, line.split(self.delimiter))
        values: list[bytes] = []
        if self._tidy is not None and self._tidy[0].fullmatch(line):
            twice = self.quote * 2
            values = [quoted.replace(twice, self.quote) or bare for quoted, bare in self._tidy[1].findall(line)]
            return Record(start, line_end, 1, values)
        position = start
        begins: list[int] = []
        problem: str | None = None
        more = True
        while more and problem is None:
            rest = spent.get(position)
            if rest is not None and rest.end > line_end:
                problem = rest.problem or _mistaken(len(values) + rest.count, widths)
                if problem is not None:
                    return Record(start, line_end, 1, [line], problem)
            begins.append(position)
            value, position, problem, more = self._value(text, position)
            values.append(value)
        ending = _LINE_END.match(text, position)
        end = ending.end() if ending else position
        broken = problem
        if end > line_end and problem is None:
            problem = _mistaken(len(values), widths)
        if problem is not None:
            for count, begin in enumerate(reversed(begins), start=1) if end > line_end else ():
                spent[begin] = _Rest(count, end, broken)
            return Record(start, line_end, 1, [line], problem)
        lines = 1 if end <= line_end else len(_LINE_END.findall(text, start, end))
        return Record(start, end, lines, values)

    def _value(self, text: bytes, start: int) -> tuple[bytes, int, str | None, bool]:
        """One value: itself, where it ends, what is wrong with it, and whether another follows."""
        opening = start
        while text[opening : opening + 1] == b" " and self.delimiter != b" ":
            opening += 1
        if not self.quote or not text.startswith(self.quote, opening):
            found = self._bare_end.search(text, start)
            if found is None:
                return text[start:], len(text), None, False
            more = found.group() == self.delimiter
            return text[start : found.start()], found.end() if more else found.start(), None, more
        closing = self._closing(text, opening + 1)
        if closing is None:
            return b"", start, "a quote is opened and never closed", False
        value = text[opening + 1 : closing]
        if self.dialect.doubles:
            value = value.replace(self.quote * 2, self.quote)
        elif self.dialect.escape:
            value = re.sub(rb"\\(.)", rb"\1", value, flags=re.DOTALL)
        behind = closing + 1
        while text[behind : behind + 1] == b" " and self.delimiter != b" ":
            behind += 1
        if text.startswith(self.delimiter, behind):
            return value, behind + len(self.delimiter), None, True
        if behind >= len(text) or text[behind] in b"\r\n":
            return value, behind, None, False
        return b"", start, "text follows a closing quote", False

    def _closing(self, text: bytes, start: int) -> int | None:
        position = start
        while True:
            position = text.find(self.quote, position)
            if position < 0:
                return None
            if self.dialect.doubles:
                if text[position + 1 : position + 2] == self.quote:
                    position += 2
                    continue
                return position
            if self.dialect.escape:
                slashes = 0
                while position - slashes - 1 >= start and text[position - slashes - 1 : position - slashes] == b"\\":
                    slashes += 1
                if slashes % 2:
                    position += 1
                    continue
            return position
