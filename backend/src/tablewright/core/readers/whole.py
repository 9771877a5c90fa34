"""Text files that hold more than a header and rows, read whole: titles, notes, totals, several tables, odd rows.

First the rows that are out of step with their neighbours are mended or set aside; what is left is a grid whose
structure is asked for. Every table found becomes one of its own with its own receipt. Of a long file the same is
done with its first and last rows, to learn where its table begins and ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from tablewright.core.readers import sniff
from tablewright.core.readers.errors import NothingReadable
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.mending import Mender, cuts_short, is_number
from tablewright.core.readers.model import Confidence, Odd, Receipt, Source, Table
from tablewright.core.readers.options import LoadOptions
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.records import Dialect, Grammar, Record
from tablewright.core.readers.structure import Block, Line, decide_totals, needs_structure, structure, warn_of_doubts
from tablewright.core.readers.textfile import TextFile

EDGE_RECORDS = 60
EDGE_TYPES = 4
"""Among so many first rows may be one that says the types of the columns."""
TAIL_BYTES = 32 << 10
TABLE_ROWS = 3
"""So many rows in a line that share another width may be a table of their own."""
MOST_NOTES = 40
"""More narrow rows than this in one place are no notes."""
SAMPLE_ROWS = 2000
JOINED = "\ufeff"
"""The byte order mark of a file that was put behind another one."""
WORDY = 4
"""Where no more than one line in so many is without a digit, each is looked at."""


MOST_TITLES = 2
MOST_PAGE_TITLES = 8
PAGE_AGAIN = "the head of a page again"
PAGE = re.compile(r"\b(page|seite|página|pagina|sida|side|strona|blatt)\b[:. ]*\d+", re.IGNORECASE)
"""How the number of a page is written."""


@dataclass
class Row:
    """One record with where it is and what became of it."""

    line: int
    start: int
    """Its byte in the file as UTF-8."""
    raw: str
    values: list[str]
    problem: str | None = None
    mended: str = ""
    """What was done to make it whole."""
    dropped: str = ""
    """Why it is set aside."""
    skipped: str = ""
    """Why it is no data, where its own text says so."""
    parts: bool = False
    """Whether this line, a comment or a rule, parts two tables."""

    @property
    def blank(self) -> bool:
        return not any(value.strip() for value in self.values) and self.problem is None

    @property
    def width(self) -> int:
        return 0 if self.problem else len(self.values)


def rows_of(data: bytes, file: TextFile, start: int, line: int, *, final: bool = True) -> list[Row]:
    """The records of `data`, which begins at byte `start` and line `line` of the file."""
    grammar = Grammar(file.layout.dialect)
    records = list(grammar.records(data, 0, len(data), None, final=final))
    if any(record.lines > 1 for record in records):
        counts = Counter(len(record.values) for record in records if not record.problem and not record.blank)
        widths = {width for width, count in counts.items() if count > 1 and width > 1} | {file.layout.width}
        records = list(grammar.records(data, 0, len(data), widths, final=final))
    rows = []
    for record in records:
        rows.append(_row(data, record, start, line))
        line += record.lines
    return rows


def _row(data: bytes, record: Record, start: int, line: int) -> Row:
    raw = data[record.start : record.end].decode("utf-8", "replace").rstrip("\r\n")
    values = [] if record.blank else sniff.text_of(record.values)
    problem = record.problem
    if problem is None and "\0" in raw:
        problem = "holds a NUL byte"
    return Row(line, start + record.start, raw, values, problem, skipped="a rule" if sniff.is_rule(raw) else "")


def odd_quotes(row: Row, dialect: Dialect) -> int:
    """How many of the row's unquoted values hold an odd number of quotes."""
    quote = dialect.quote
    if not quote or quote not in row.raw or (not dialect.doubles and "\\" in row.raw):
        return 0
    mark = re.escape(dialect.delimiter)
    rest = re.sub(rf"(^|{mark}) *{quote}(?:[^{quote}]|{quote}{quote})*{quote} *(?={mark}|$)", r"\1", row.raw)
    return sum(value.count(quote) % 2 for value in rest.split(dialect.delimiter))


def spaced_out(row: Row, dialect: Dialect) -> bool:
    """Whether a space stands behind every separator of the row."""
    spaced = sum(1 for value in row.values[1:] if value[:1] == " ")
    quoted = row.raw.count(f"{dialect.delimiter} {dialect.quote}") if dialect.quote else 0
    return spaced > 0 and spaced + quoted >= len(row.values) - 1


def edges(file: TextFile) -> tuple[list[Row], list[Row]]:
    """The first and the last rows of a file; the same rows twice when it is short."""
    with file.path.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(file.start)
        head = opened.read(TAIL_BYTES)
        whole = file.start + len(head) >= size
        first = rows_of(
            head if whole else head[: head.rfind(bytes([file.newline])) + 1], file, file.start, file.start_line
        )
        if whole:
            return first[:EDGE_RECORDS], first[-EDGE_RECORDS:]
        place = size - TAIL_BYTES
        opened.seek(place)
        tail = opened.read()
    begin = tail.find(bytes([file.newline])) + 1
    return first[:EDGE_RECORDS], rows_of(tail[begin:], file, place + begin, 0)[-EDGE_RECORDS:]


@dataclass
class Step:
    """Which rows are out of step with their neighbours, and what can be done about each."""

    file: TextFile
    rows: list[Row]
    all_rows: list[Row] = field(init=False)
    """Comments and rules as well, which `rows` is without."""
    digits: int = field(init=False)
    """How many rows hold a digit."""
    width: int = field(init=False)
    mender: Mender = field(init=False)
    ruled: bool = field(init=False)
    """Whether a line is drawn under the names or around the table."""

    def __post_init__(self) -> None:
        self.all_rows = self.rows
        for row in self.rows[1:]:
            if row.values and row.values[0].startswith(JOINED):
                row.values[0] = row.values[0].lstrip(JOINED)
        for above, row in pairwise(self.rows[:EDGE_TYPES]):
            named = sum(1 for value in above.values if value.strip()) > 1  # a title above: "date" and "text" are names
            if named and not row.skipped and sniff.says_types(row.values):
                row.skipped = "says the types of the columns"
        for row in self.rows if self.file.mark else ():
            if row.problem is None and not row.blank and self.file.is_comment(row.raw, row.width):
                row.skipped = "a comment"
        self.ruled = any(row.skipped == "a rule" for row in self.rows)
        self.rows = [row for row in self.rows if not row.skipped]
        self.digits = sum(1 for row in self.rows if any(map(str.isdigit, row.raw)))
        filled = [row for row in self.rows if row.width and not row.blank]
        few = sniff.width_below([row.values for row in filled])
        self.width = few or sniff.usual_width([row.width for row in filled])
        if few:
            self._skip_titles()
        good = [row.values for row in self.rows if row.width == self.width][1 : SAMPLE_ROWS + 1]
        cuts = cuts_short([row.values for row in self.rows if not row.blank and not row.problem], self.width)
        self.mender = Mender(good, self.width, self.file.layout.dialect, cuts=cuts)

    def _skip_titles(self) -> None:
        """Leave out a line or two right above the names of a row or two, below an empty one: so few rows do not show
        that these are no part of the names."""
        names = next(i for i, row in enumerate(self.rows) if row.width == self.width)
        above = list(takewhile(lambda row: not row.blank, reversed(self.rows[:names])))
        for row in above if len(above) <= MOST_TITLES and len(above) < names else ():
            row.skipped = "above the table"
        self.rows = [row for row in self.rows if not row.skipped]

    @property
    def is_drawn(self) -> bool:
        """Whether the table is drawn with lines: `| a | b |`. Then the spaces around its values are of the drawing."""
        if self.file.layout.dialect.delimiter.strip() != "|":
            return False
        full = [row for row in self.rows if row.width == self.width]
        return self.ruled or all(not row.values[0].strip() and not row.values[-1].strip() for row in full)

    def take(self) -> None:
        """Mend or set aside every row that is out of step inside a run of good rows."""
        if self.width < 2:
            for row in self.rows:
                if row.problem:
                    self._alone(row)
            return
        self._small_things()
        run: list[Row] = []
        seen_good = False
        for row in self.rows:
            if row.blank:
                if run:
                    run.append(row)
                continue
            if row.width == self.width:
                if not seen_good and run and not run[-1].blank:
                    if not self._is_header(row):
                        self._header(run[-1])
                    elif run[-1].width > self.width and _half_filled(run[-1]):
                        run[-1].skipped = "stands before the names and has another number of values"
                self._run(run, at_head=not seen_good, at_tail=False, after=row)
                run, seen_good = [], True
            else:
                run.append(row)
        self._run(run, at_head=not seen_good, at_tail=True)

    def part(self) -> None:
        """Let a comment or a rule part tables where what follows it may be the names of another one."""
        above, line = 0, None
        for row in self.all_rows:
            if row.skipped in ("a comment", "a rule"):
                line = row
            elif not row.skipped and not row.blank:
                if line is not None and above > 1 and row.width > 1 and self._may_name(row):
                    line.parts, line.values, above = True, [], 0
                above, line = above + 1, None

    def _run(self, run: list[Row], *, at_head: bool, at_tail: bool, after: Row | None = None) -> None:
        odd = [row for row in run if not row.blank]
        if not odd:
            return
        if at_head:
            for row in odd:
                if row.problem and not row.mended and not self._mend(row):
                    row.dropped = row.problem
            return
        widths = Counter(row.width for row in odd)
        usual, often = widths.most_common(1)[0]
        if usual > 1 and often >= TABLE_ROWS and often * 2 > len(odd) and (at_tail or self._apart(run)):
            return  # another table
        notes = len(odd) <= MOST_NOTES
        for position, row in enumerate(odd):
            if row.problem is None and self.file.is_comment(row.raw, row.width) and not self.mender.marked:
                row.skipped = "a comment"
                continue
            if self._mend(row):
                continue
            filled = sum(1 for value in row.values if value.strip())
            note = row.problem is None and filled <= max(1, self.width // 3)
            apart = at_tail or self._apart(run) or (after is not None and self._may_name(after))
            if notes and note and apart and not self._cut(row, position, at_tail=at_tail):
                continue  # a title, a note or a label: its place in the structure is asked for
            self._set_aside(row)

    def _cut(self, row: Row, position: int, *, at_tail: bool) -> bool:
        """Whether a narrow row is data that ends too early: the first odd one, and its values fit the columns."""
        if position or not self.mender.count:
            return False
        kinds = [value for value in row.values if value.strip()]
        number = at_tail and len(kinds) == row.width == 1 and is_number(kinds[0])
        return (len(kinds) > 1 or number) and self.mender.begins(row.values)

    def _apart(self, run: Sequence[Row]) -> bool:
        """Whether blank lines stand in the run: then it is a break between tables."""
        return any(row.blank for row in run)

    def _may_name(self, row: Row) -> bool:
        """Whether a row has no digit where most have some: other names than those of the table, and what stands above
        them may be a title."""
        again = row.values == next((one.values for one in self.rows if one.width == self.width), None)
        return self.digits * 2 > len(self.rows) and not any(map(str.isdigit, row.raw)) and not again

    def _is_header(self, row: Row) -> bool:
        """Whether the first row of the usual width names the columns itself."""
        rows = [one.values for one in self.rows if one.width == self.width and one is not row][:SAMPLE_ROWS]
        found = sniff.header_of(row.values, sniff.kinds_of(rows, self.width), rows, self.width)
        return found[0] is not None

    def _header(self, row: Row) -> None:
        """The row over the first good one, where it is the header with another number of names."""
        if "\0" in row.raw:
            return
        found = self.mender.names(row.values, row.raw, row.problem)
        if found is not None:
            row.values, row.mended, row.problem = found.values, found.reason, None
        elif row.problem is None and row.width > 1 and any(map(is_number, row.values)):
            self._alone(row)
        elif row.problem is None and 1 < row.width == self.width - 1 and self.mender.names_rows(quoted=self._quoted()):
            row.values = ["", *row.values]
            row.mended = f"has {row.width - 1} names where the table has {self.width} columns: the first names the rows"
        elif row.problem is None and row.width > 1:
            row.mended = f"has {row.width} names where the table has {self.width} columns"

    def _quoted(self) -> bool:
        """Whether every row begins with a quote and none ends with one."""
        quote = self.file.layout.dialect.quote
        good = [row.raw for row in self.rows if row.width == self.width]
        return quote is not None and all(raw.startswith(quote) and not raw.endswith(quote) for raw in good)

    def _small_things(self) -> None:
        """Rows of the right width with an odd quote or with blanks behind the separators, where few rows have them."""
        dialect = self.file.layout.dialect
        good = [row for row in self.rows if row.width == self.width and not row.mended]
        few = max(1, len(good) // 50)
        odd = [row for row in good if odd_quotes(row, dialect)]
        for row in odd if len(odd) <= few else ():
            if odd_quotes(row, dialect) > 1:
                row.dropped = "a quote opens inside one value and closes inside another"
                continue
            values = self.mender.lone_quote(row.values)
            row.mended = "a quote stands alone" + (": left out" if values != row.values else "")
            row.values = values
        for sign in sniff.QUOTES if len(good) > 2 else ():
            quoted = [row for row in good if row.raw.count(sign) > 1] if sign != dialect.quote else []
            for row in quoted if len(quoted) <= few else ():
                if _is_wrapped(row, sign):
                    row.values = [value.strip().strip(sign) for value in row.values]
                    row.mended = f"has {sign} around its values, unlike the other rows"
        spaced = [row for row in good if spaced_out(row, dialect)]
        for row in spaced if len(spaced) <= few and len(good) > TABLE_ROWS else ():
            row.values = [row.values[0], *(value.removeprefix(" ") for value in row.values[1:])]
            row.mended = "has a space behind every separator, unlike the other rows"

    def _alone(self, row: Row) -> None:
        if not self._mend(row):
            self._set_aside(row)

    def _mend(self, row: Row) -> bool:
        found = self.mender.mend(row.values, row.raw, row.problem) if "\0" not in row.raw else None
        if found is None:
            return False
        row.values, row.mended, row.problem = found.values, found.reason, None
        return True

    def _set_aside(self, row: Row) -> None:
        row.dropped = row.problem or f"has {len(row.values)} values where the table has {self.width} columns"


def whole(
    source: Source, file: TextFile, receipt_of: Callable[[], Receipt], rows: list[Row] | None = None
) -> list[Table]:
    """Every table of a file that fits in memory, in its order. `receipt_of` begins a receipt; `rows` are those of
    a file whose columns stand below one another.

    Raises NothingReadable when no row of any table could be read.
    """
    aligned = rows is not None
    if rows is None:
        with file.path.open("rb") as opened:
            opened.seek(file.start)
            data = opened.read()
        rows = rows_of(data, file, file.start, file.start_line)
        _join_escaped(rows, file.layout.dialect.delimiter)
    lists = file.layout.verdict.lists and not aligned
    if lists:
        _widen(rows)
    _skip_page_heads(rows)
    step = Step(file, rows)
    if not aligned and step.is_drawn:
        for row in rows:
            row.values = [value.strip() for value in row.values]
    step.take()
    if not lists:
        step.part()
    footer = source.options.footer_rows or 0
    for row in rows[len(rows) - footer :] if footer else []:
        row.skipped = "you said that the last lines are no data"
    kept = [row for row in rows if not row.dropped and (not row.skipped or row.parts)]
    told = source.options.tables
    simple = told != "several" and not source.options.leave_out_totals
    blocks = simple_block(kept, step, source.options.header_rows) if simple else None
    if blocks is None and lists and (source.options.header_rows or 0) <= 1:
        blocks = _one_block(kept, [row for row in kept if not row.blank], step, source.options.header_rows)
    if blocks is None:
        blocks = structure(
            [row.values for row in kept],
            several=None if told is None else told == "several",
            header_rows=source.options.header_rows,
            leave_out_totals=source.options.leave_out_totals,
        )
    tables = _Tables(source, file, rows, kept, receipt_of, step.width, aligned, step.mender.cuts)
    for block in blocks:
        tables.add(block)
    return tables.done()


def _widen(rows: Sequence[Row]) -> None:
    """Let lists of any length have as many values as the longest."""
    width = max((row.width for row in rows), default=0)
    for row in rows:
        if not row.blank:
            row.values += [""] * (width - row.width)


def _join_escaped(rows: Sequence[Row], mark: str) -> None:
    r"""Put the values together that a bar parts behind a backslash, `A \| B`, in tables as Markdown draws them."""
    if mark.strip() != "|" or not any(row.skipped == "a rule" and row.raw.lstrip().startswith("|") for row in rows):
        return
    for row in rows:
        if "\\|" in row.raw:
            joined: list[str] = []
            for value in row.values:
                if joined and joined[-1].endswith("\\"):
                    joined[-1] = f"{joined[-1][:-1]}|{value}"
                else:
                    joined.append(value)
            row.values = [value.replace("\\|", "|") for value in joined]


def _skip_page_heads(rows: Sequence[Row]) -> None:
    """Leave out what a printed report says again on each page: its titles, alike but for the number of the page, and
    the names of the columns."""
    first = _first_names(rows)
    over = [row for row in rows[: first or 0] if _speaks(row)]
    if first is None or not over or len(over) > MOST_PAGE_TITLES:
        return
    titles = [_without_page(row.raw) for row in reversed(over)]
    for place in range(first + 1, len(rows)):
        if rows[place].raw.strip() != rows[first].raw.strip():
            continue
        head, said = [rows[place]], 0
        for above in range(place - 1, first, -1):
            if _speaks(row := rows[above]):
                if said == len(titles) or _without_page(row.raw) != titles[said]:
                    break
                said += 1
            head.append(row)
        paged = any("\f" in row.raw or PAGE.search(row.raw) for row in head)
        for row in head if said == len(titles) and paged else ():
            row.skipped = row.skipped or (PAGE_AGAIN if row.raw.strip() else "the line is empty")


def _first_names(rows: Sequence[Row]) -> int | None:
    """The first row of several words that comes again as it is."""
    often = Counter(row.raw.strip() for row in rows)
    for place, row in enumerate(rows[:EDGE_RECORDS]):
        words = sum(1 for value in row.values if value.strip())
        if words > 1 and often[row.raw.strip()] > 1 and not any(map(str.isdigit, row.raw)):
            return place
    return None


def _speaks(row: Row) -> bool:
    return bool(row.raw.strip()) and row.skipped != "a rule"


def _without_page(text: str) -> str:
    return PAGE.sub(r"\1", text.strip())


def _is_wrapped(row: Row, sign: str) -> bool:
    """Whether the quote stands around every value of a row."""
    filled = [bare for value in row.values if (bare := value.strip())]
    return len(filled) > 1 and all(len(one) > 1 and one[0] == sign == one[-1] for one in filled)


def _half_filled(row: Row) -> bool:
    return sum(1 for value in row.values if value.strip()) * 2 > len(row.values)


def few_wordy(wordy: Sequence[bool]) -> bool:
    """Whether some lines of a file whose lines hold digits hold none, rows below them: they may be the names of
    another table."""
    return 0 < sum(wordy[:-2]) <= min(MOST_NOTES, len(wordy) // WORDY)


def simple_block(kept: Sequence[Row], step: Step, told: int | None) -> list[Block] | None:
    """The block of rows that are a header and data, now that the odd ones are gone; None when there is more."""
    filled = [row for row in kept if not row.blank]
    if not filled or (told or 0) > 1 or any(row.width != step.width for row in filled):
        return None
    few = max(1, step.width // 3) if step.width > 2 else 0
    narrow = {id(row) for row in filled if sum(1 for value in row.values if value.strip()) <= few}
    if any(before.blank and not row.blank and row is not filled[0] for before, row in pairwise(kept)):
        return None
    behind = [row for before, row in pairwise(kept) if (before.blank or id(before) in narrow) and not row.blank]
    if len(narrow) <= MOST_NOTES and step.mender.count >= TABLE_ROWS:
        behind += [row for row in filled if id(row) in narrow]
    if step.mender.count >= TABLE_ROWS and any(step.mender.is_rare(row.values, len(behind)) for row in behind):
        return None
    grid = [row.values for row in filled]
    wide = [row.values for row in filled if id(row) not in narrow]
    used = [any(map(str.strip, column)) for column in zip(*wide, strict=True)]
    if not all(used[used.index(True) :] if any(used) else used):
        return None  # an empty column may part tables beside one another
    if few_wordy([not any(map(str.isdigit, row.raw)) for row in filled[1:]]):
        return None
    if needs_structure(grid[:EDGE_RECORDS], grid[-EDGE_RECORDS:], {step.width}):
        return None
    return _one_block(kept, filled, step, told)


def _one_block(kept: Sequence[Row], filled: Sequence[Row], step: Step, told: int | None) -> list[Block] | None:
    """The block of rows of which the first may be the names; None when these come again or stand below values."""
    grid = [row.values for row in filled]
    rest = grid[1 : SAMPLE_ROWS + 1]
    header, evidence, confidence = sniff.header_of(grid[0], sniff.kinds_of(rest, step.width), rest, step.width, told)
    if header is not None and grid[0] in grid[1:]:
        return None  # the names come again
    if header is None and told is None and sniff.names_below(rest, step.width):
        return None
    first = kept.index(filled[0])
    lines = [Line(i, "blank" if row.blank else "data") for i, row in enumerate(kept)]
    if header is not None:
        lines[first] = Line(first, "header")
    return [
        Block(
            first_row=0,
            last_row=len(kept) - 1,
            first_column=0,
            last_column=step.width - 1,
            lines=tuple(lines),
            header=(first,) if header is not None else (),
            names=header or (),
            units=(),
            confidence=confidence,
            evidence=evidence,
        )
    ]


@dataclass
class _Tables:
    """The tables of one file as they are written."""

    source: Source
    file: TextFile
    rows: list[Row]
    kept: list[Row]
    receipt_of: Callable[[], Receipt]
    width: int
    """The usual number of values of a row."""
    aligned: bool = False
    """Whether columns stand below one another, without a mark."""
    cuts: bool = False
    """Whether rows leave out empty values at their end."""
    tables: list[Table] = field(default_factory=list)
    _pending: list[Block] = field(default_factory=list)
    """Blocks without a row of data: their lines go to the table before or behind them."""
    _first: int = 0
    """The first row of the file that belongs to no table yet."""
    _blocks: list[tuple[Block, list[Block]]] = field(default_factory=list)
    _short: list[Row] = field(default_factory=list)
    """Rows of the current table that end before its last column."""

    def add(self, block: Block) -> None:
        if block.loaded or block.header:
            self._blocks.append((block, self._pending))
            self._pending = []
        else:
            self._pending.append(block)

    def done(self) -> list[Table]:
        if not self._blocks:
            dropped = sum(1 for row in self.rows if row.dropped)
            raise NothingReadable(
                f"No row of the file could be read: {dropped:,} were set aside and "
                f"{len(self.rows) - dropped:,} skipped.",
                line=next((row.line for row in self.rows if row.dropped), 1),
            )
        place = {id(row): position for position, row in enumerate(self.rows)}
        for number, (block, before) in enumerate(self._blocks, start=1):
            behind = self._pending if number == len(self._blocks) else []
            last = self.kept[block.last_row]
            beside = number < len(self._blocks) and self._blocks[number][0].first_row <= block.last_row
            end = len(self.rows) if number == len(self._blocks) else place[id(last)] + 1
            while end < len(self.rows) and (self.rows[end].dropped or self.rows[end].skipped) and not beside:
                end += 1
            part = self.rows[self._first : end]
            self.tables.append(self._table(number, block, [*before, *behind], part))
            if not beside:
                self._first = end
        return self.tables

    def _table(self, number: int, block: Block, others: Iterable[Block], part: Sequence[Row]) -> Table:
        receipt = self.receipt_of()
        dialect = self.file.layout.dialect
        path = self.source.out_dir / f"t{number}.quarantine.jsonl"
        texts = {row.line: row.raw for row in part} if self.aligned else {}
        quarantine = Quarantine(
            receipt,
            path,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            raw_of=texts.__getitem__ if self.aligned else None,
            byte_of=self.file.byte_of_line(),
        )
        first = number == 1
        header = set(block.header)
        lines: dict[int, Line] = {
            id(self.kept[line.row]): line for one in (*others, block) for line in one.lines if line.row not in header
        }
        names = {id(self.kept[row]) for row in header}
        numbers: list[int] = []
        try:
            if first:
                receipt.rows_seen += self.file.skip_before(quarantine)
            with Landing(self.source, number) as landing:
                for row in part:
                    if id(row) in names:
                        self._warn(receipt, row)
                        continue
                    receipt.rows_seen += 1
                    if self._taken(row, lines.get(id(row)), block, receipt, quarantine, landing):
                        numbers.append(row.line)
                receipt.rows_loaded = landing.count
                width = self._width(block)
                columns = list(block.names) or [f"Column {i + 1}" for i in range(width)]
                columns += [""] * (width - len(columns))
                decide_block(receipt, block, self.source.options, len(self._blocks))
                self._warn_of_short(receipt, width)
                name = self.source.stem if len(self._blocks) == 1 else f"{self.source.stem} {number}"
                return landing.table(
                    name,
                    columns,
                    receipt,
                    line_of=lambda n: numbers[n - 1],
                    free_commas=self.file.layout.dialect.free_commas,
                    aside=quarantine,
                    units=block.units,
                )
        finally:
            quarantine.close()

    def _taken(
        self, row: Row, line: Line | None, block: Block, receipt: Receipt, quarantine: Quarantine, landing: Landing
    ) -> bool:
        """Load, skip or set aside one row."""
        kind = line.kind if line else "blank"
        if row.dropped:
            quarantine.add(Odd(row.line, row.dropped, row.raw, byte=self.file.byte(row.start)))
        elif row.skipped or row.blank or line is None or kind not in ("data", "total", "group"):
            reason = row.skipped or ("the line is empty" if row.blank else line.reason if line else "")
            reason = reason or "stands outside the table"
            quarantine.skip(Odd(row.line, reason, row.raw, byte=self.file.byte(row.start)))
        else:
            width = self._width(block)
            end = block.first_column + width
            values = row.values[block.first_column : end]
            if any(value.strip() for value in row.values[end:]) and len(self._blocks) == 1:
                reason = f"has {len(row.values)} values where the table has {width} columns"
                quarantine.add(Odd(row.line, reason, row.raw, byte=self.file.byte(row.start)))
                return False
            if len(values) < width and kind == "data" and not (self.aligned or self.cuts or row.mended):
                self._short.append(row)
            landing.add([*(value or None for value in values), *[None] * (width - len(values))])
            self._warn(receipt, row)
            if kind == "total" and line is not None:
                reason = f"looks like a total and was kept: {line.reason}"
                receipt.warn(reason, line=row.line, byte=self.file.byte(row.start), raw=row.raw[:200])
            return True
        return False

    def _warn_of_short(self, receipt: Receipt, width: int) -> None:
        if self._short:
            row, count = self._short[0], len(self._short)
            rows = "1 row has" if count == 1 else f"{count:,} rows have"
            reason = f"{rows} fewer values than the table has columns, {width}: the last ones were left empty"
            receipt.warn(reason, count=count, line=row.line, byte=self.file.byte(row.start), raw=row.raw[:200])
        self._short = []

    def _width(self, block: Block) -> int:
        """How many columns a block has: an only one keeps those that are empty at its right."""
        if len(self._blocks) == 1 and block.first_column == 0:
            return max(block.width, self.width)
        return block.width

    def _warn(self, receipt: Receipt, row: Row) -> None:
        if row.mended:
            receipt.warn(row.mended, line=row.line, byte=self.file.byte(row.start), raw=row.raw[:2000])


def decide_block(receipt: Receipt, block: Block, options: LoadOptions, count: int) -> None:
    """Note what was decided of one of `count` tables: its header, and the units under it."""
    rows = len(block.header)
    words = "none" if not rows else "first row" if rows == 1 else f"{rows} rows"
    confidence: Confidence = "told" if options.header_rows is not None else block.confidence
    choices = tuple(str(n) for n in range(4) if n != rows)
    receipt.decide("header", words, block.evidence, key="header_rows", confidence=confidence, choices=choices)
    if count > 1:
        receipt.decide(
            "tables",
            f"{count} in the file",
            "stretches of rows with a header or a layout of their own",
            key="tables",
            confidence="likely",
            choices=("one",),
        )
    decide_totals(receipt, block, told=options.leave_out_totals)
    warn_of_doubts(receipt, block)
    if block.units:
        said = ", ".join(unit for unit in block.units if unit)
        receipt.decide("units", said, "a line under the names says the units", confidence="likely")
