"""Many rows of INSERT at once, where they are plain."""

from __future__ import annotations

import re

import numpy as np

from tablewright.core.readers.sql.blocks import Positions, Stretch
from tablewright.core.readers.sql.dump import Dump, Target
from tablewright.core.readers.sql.header import head_of
from tablewright.core.readers.sql.literals import Expression, NotLiteral, Value, cast, named
from tablewright.core.readers.sql.rows import Part, Rows
from tablewright.core.readers.sql.tokens import tokens_in

LEAST_WINDOW = 16 << 10
MOST_WINDOW = 512 << 10
MOST_HEADS = 20_000
_GAPS = {"next": 0, "values": 1, "else": 2}
_CAST = re.compile(
    rb"(?i)CAST\(\s*(?:N?'([^'\\]*+)'|(-?[0-9]++(?:\.[0-9]*+)?))\s+AS\s+([a-z0-9]+)\s*(?:\([0-9, ]*\))?\s*\)"
)
"""What SQL Server writes for numbers and dates, so often that it is worth a shorter way."""


class Quick:
    """Reads windows of text as rows, also of several INSERT one after the other, up to the first thing not plain.

    The window grows as long as everything in it is plain; where that fails too often, rows are read one by one for a
    while.
    """

    def __init__(self, dump: Dump) -> None:
        self.dump, self.text, self.lexer, self.dialect = dump, dump.text, dump.lexer, dump.dialect
        self._window = LEAST_WINDOW
        self._careful = 0
        """How many more rows are read one by one before this is tried again."""
        self._patience = 8
        self._short: dict[bytes, tuple[Value]] = {}
        """Values of short fields."""
        self.begun: int | None = None
        """How many rows of the last INSERT were read, where it begins among those that were."""

    @property
    def fits(self) -> bool:
        """Whether to try it on the rows that come next."""
        return self._careful <= 0 and not self.dialect.a_line_each

    def passed_one(self) -> None:
        """A row was read by itself."""
        self._careful -= 1

    def read(self, target: Target) -> Target | None:
        """Rows from here on, many at once; the table of the last one, or None when none could be read."""
        text = self.text
        while len(text.buffer) - text.position < self._window and text.more(self._window):
            pass
        block = text.buffer[text.position : text.position + self._window]
        full = len(block) == self._window
        start = len(block) - len(block.lstrip())
        if not block.startswith(b"(", start):
            self._careful = 1
            return None
        stretch = Stretch(block, self.dialect)
        groups = len(stretch)
        if not groups:
            if full and self._window < MOST_WINDOW:
                self._window = min(self._window * 4, MOST_WINDOW)
                return self.read(target)
            self._careful = 1
            return None
        assigned, begins, last, stopped = self._assigned(block, stretch, target)
        done, last_target = self._loaded(stretch, assigned, target)
        if done is None:
            self._careful, self._patience = self._patience, min(self._patience * 2, 512)
            self._window = LEAST_WINDOW
            return None
        text.position += stretch.end_of(done)
        begins = begins[begins <= done]
        self.begun = None
        if len(begins):
            self.begun = sum(int(((groups >= begins[-1]) & (groups <= done)).sum()) for _, groups in assigned)
        if done < last or stopped:
            self._window = LEAST_WINDOW
            if done < 16:
                self._careful, self._patience = self._patience, min(self._patience * 2, 512)
            else:
                self._patience = 8
        else:
            self._patience = 8
            self._window = min(self._window * 4, MOST_WINDOW)
        return last_target

    def _assigned(
        self, block: bytes, stretch: Stretch, target: Target
    ) -> tuple[list[tuple[Target, Positions]], Positions, int, bool]:
        """Which groups of a stretch are rows of which table, with which of them an INSERT begins, the last of them,
        and whether something else follows."""
        groups = len(stretch)
        behind, gaps = stretch.gaps()
        if not behind:
            return [(target, np.arange(groups))], np.empty(0, np.int64), groups - 1, False
        meaning = {gap: _gap(gap) for gap in set(gaps)}
        kinds = np.zeros(groups, np.int8)
        kinds[behind] = [_GAPS[meaning[gap]] for gap in gaps]
        # A group before VALUES lists columns; all others are rows.
        rows = np.flatnonzero(kinds != _GAPS["values"])
        turns = np.flatnonzero(kinds[rows[:-1]] != _GAPS["next"])
        starts, ends = stretch.ends(rows[turns]), stretch.opens(rows[turns + 1])
        heads = [block[start:end] for start, end in zip(starts, ends, strict=True)]
        targets, numbers = [target], {target.key: 0}
        known: dict[bytes, int] = {}
        for head in dict.fromkeys(heads):
            found = self._headed(head)
            known[head] = -1 if found is None else numbers.setdefault(found.key, len(targets))
            if found is not None and known[head] == len(targets):
                targets.append(found)
        owners = np.fromiter((known[head] for head in heads), np.int32, len(heads))
        unknown = np.flatnonzero(owners < 0)
        stopped = False
        if len(unknown):
            turns, owners = turns[: unknown[0] + 1], owners[: unknown[0]]
            # Whether a list of columns is followed by VALUES may only show in the next window.
            stopped = int(rows[turns[-1]]) + 2 < groups
            rows, turns = rows[: turns[-1] + 1], turns[:-1]
        owner = np.repeat(np.append(0, owners), np.diff(np.concatenate([[-1], turns, [len(rows) - 1]])))
        if any(where.rows.copies for where in targets):
            # Triggers fill one table from several: those are then read one after the other.
            tables = {id(where.rows): number for number, where in enumerate(targets)}
            turned = np.flatnonzero(np.diff(np.array([tables[id(where.rows)] for where in targets])[owner]))
            if len(turned):
                rows, owner, stopped = rows[: turned[0] + 1], owner[: turned[0] + 1], True
                turns = turns[turns < turned[0]]
        assigned = [(where, rows[owner == number]) for number, where in enumerate(targets)]
        return assigned, rows[turns + 1], int(rows[-1]), stopped

    def _headed(self, gap: bytes) -> Target | None:
        """The table of an INSERT that stands between two rows; None when something else stands there."""
        if gap in self.dump.heads:
            return self.dump.heads[gap]
        tokens = tokens_in(gap, self.lexer.match)
        ended = self.dialect.lines_end_statements
        at = 0
        while at < len(tokens) and (tokens[at].kind == "stop" or tokens[at].word == b"GO"):
            ended = True
            at += 1
        target: Target | None = None
        if ended and at < len(tokens) and tokens[at].word in (b"INSERT", b"REPLACE") and self.lexer.delimiter == b";":
            head = head_of(tokens[at + 1 :], tokens[at].word)
            if head is not None and head.source == b"VALUES" and (rows := self.dump.find(head.table)) is not None:
                target = self.dump.target(head, len(rows.spec.columns))
        if len(self.dump.heads) > MOST_HEADS:
            self.dump.heads.clear()
        self.dump.heads[gap] = target
        return target

    def _loaded(
        self, stretch: Stretch, assigned: list[tuple[Target, Positions]], target: Target
    ) -> tuple[int | None, Target]:
        """Load the rows of a stretch up to the first that is not plain; the last group loaded and its table."""
        widths = stretch.widths()
        cut = len(stretch)
        for where, groups in assigned:
            wrong = np.flatnonzero(widths[groups] != where.width)
            if len(wrong):
                cut = min(cut, int(groups[wrong[0]]))
        read = []
        careful = self._value_of
        for where, groups in assigned:
            groups = groups[groups < cut]
            if not len(groups):
                continue
            columns, count, left = stretch.fields(groups, where.width, careful, NotLiteral)
            if count < len(groups):
                cut = min(cut, int(groups[count]))
            read.append((where, groups[:count], columns, left))
        done, last = None, target
        parts: dict[int, tuple[Rows, list[Part]]] = {}
        for where, groups, columns, left in read:
            count = int(np.searchsorted(groups, cut))
            if not count:
                continue
            if count < len(groups):
                columns = [column.slice(0, count) for column in columns]
                left = {i: {row: v for row, v in own.items() if row < count} for i, own in left.items()}
                left = {i: own for i, own in left.items() if own}
            own = parts.setdefault(id(where.rows), (where.rows, []))[1]
            own.append(Part(groups[:count], where.order, columns, left, where.clause))
            if done is None or int(groups[count - 1]) > done:
                done, last = int(groups[count - 1]), where
        for rows, own in parts.values():
            rows.add_parts(own)
        return done, last

    def _value_of(self, field: bytes) -> Value:
        """The value of a field that is neither a plain string nor a number."""
        if found := _CAST.fullmatch(field):
            value = found[2] if found[2] is not None else found[1].replace(b"''", b"'")
            return cast(value, found[3].upper())
        if len(field) > 64:
            return self._expression(field)
        known = self._short.get(field)
        if known is None:
            if len(self._short) > 50_000:
                self._short.clear()
            known = self._short[field] = (self._expression(field),)
        return known[0]

    def _expression(self, field: bytes) -> Value:
        tokens = tokens_in(field, self.lexer.match)
        if not tokens or b"--" in field or b"/*" in field or b"#" in field:
            raise NotLiteral(named(field[:80]))
        if any(token.kind in ("open", "stop") for token in tokens):
            raise NotLiteral(named(field[:80]))
        return Expression(tokens, self.dialect).value()


def _gap(gap: bytes) -> str:
    """What stands between two groups of brackets: `next` row, `values`, or something `else`."""
    bare = gap.strip()
    if bare == b",":
        return "next"
    return "values" if bare.upper() in (b"VALUES", b"VALUE") else "else"
