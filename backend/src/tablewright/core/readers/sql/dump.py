"""The statements of a dump, one after the other. CREATE, INSERT and COPY are read; all others are counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tablewright.core.readers.errors import TooManyColumns, TooManyTables
from tablewright.core.readers.model import RAW_CHARACTERS, Odd, Source
from tablewright.core.readers.sql import literals
from tablewright.core.readers.sql.blocks import Positions, Stretch, copy_columns
from tablewright.core.readers.sql.definitions import Cursor, Name, TableSpec, altered, created, split
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.header import Head, ends_head, head_of
from tablewright.core.readers.sql.literals import Expression, NotLiteral, Value, named
from tablewright.core.readers.sql.rows import Decoding, Rows
from tablewright.core.readers.sql.tokens import Lexer, Text, Token, tokens_in

MOST_TABLES = 2000
MOST_TOKENS = 400_000
HELD_BYTES = 48 << 20
LEAST_WINDOW = 16 << 10
MOST_WINDOW = 512 << 10
MOST_HEADS = 20_000
LOOKED_ROWS = 50
_GAPS = {"next": 0, "values": 1, "else": 2}
_BODIES = {b"TRIGGER", b"PROCEDURE", b"PROC", b"FUNCTION", b"PACKAGE", b"EVENT"}
_TRANSACTIONS = {b"TRANSACTION", b"WORK", b"TRAN", b"ISOLATION", b"DEFERRED", b"IMMEDIATE", b"EXCLUSIVE"}
_INTERNAL = re.compile(r"sqlite_\w+", re.I)


@dataclass
class Target:
    """Where the rows of an INSERT go."""

    rows: Rows
    order: tuple[int, ...]
    optional: bool
    """Whether a row may have fewer values than the table has columns."""

    @property
    def width(self) -> int:
        return len(self.order)


class Dump:
    """Reads every statement; afterwards `tables` holds what came of it, in order of appearance."""

    def __init__(self, source: Source, text: Text, dialect: Dialect, decoding: Decoding) -> None:
        self.source, self.text, self.dialect, self.decoding = source, text, dialect, decoding
        self.lexer = Lexer(text, dialect)
        self.tables: list[Rows] = []
        self.others: Counter[str] = Counter()
        self._by_name: dict[str, list[Rows]] = {}
        self._database = ""
        self._window = LEAST_WINDOW
        self._careful = 0
        """How many more rows are read one by one before the quick way is tried again."""
        self._patience = 8
        self._heads: dict[bytes, Target | None] = {}
        self._unlooked = 0
        self._short: dict[bytes, tuple[Value]] = {}

    def read(self) -> None:
        while (token := self.lexer.next()).kind != "end":
            if token.kind == "stop":
                continue
            self._statement(token)

    # Statements

    def _statement(self, token: Token) -> None:
        if token.text == b"\\" or (token.text in (b".", b"@", b"!") and self.lexer.opens_line):
            self._client_command()
            return
        if token.text == b"/" and self.lexer.opens_line and self.lexer.closes_line:
            return
        word = token.word
        match word:
            case b"INSERT" | b"REPLACE":
                self._insert(self.text.line_at(self.lexer.at))
            case b"COPY":
                self._copy()
            case b"CREATE":
                self._create()
            case b"ALTER":
                self._alter()
            case b"DROP":
                self._drop(self.text.line_at(self.lexer.at))
            case b"UPDATE" | b"DELETE" | b"TRUNCATE" | b"MERGE":
                self._change(word)
            case b"USE":
                self._use()
            case b"DELIMITER" if self.lexer.opens_line:
                self.lexer.delimiter = self.text.rest_of_line().strip() or b";"
            case b"GO":
                return
            case b"REM" | b"PROMPT" | b"PRINT" | b"SPOOL" | b"WHENEVER" | b"EXIT" | b"QUIT":
                self.text.rest_of_line()
                self.others[word.decode()] += 1
            case b"SET":
                self._set()
            case b"BEGIN" | b"DECLARE":
                self._begin(word)
            case _:
                self._pass(word.decode("utf-8", "replace") or "unknown")

    def _client_command(self) -> None:
        """A command to a client program, such as \\connect or .shell: read as text and left alone."""
        line = self.text.rest_of_line()
        self.others["client command"] += 1
        found = re.match(rb"(?:connect|c)\s+(?:-reuse-previous=\w+\s+)?\"?([^\s;\"]+)", line)
        if found:
            self._database = named(found[1])

    def _pass(self, label: str) -> None:
        self.others[label] += 1
        self._rest(0)

    def _rest(self, most: int = MOST_TOKENS) -> list[Token]:
        """The tokens to the end of the statement, at most so many of them."""
        kept: list[Token] = []
        depth = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                return kept
            if token.kind == "word" and self._ends_before(token, depth):
                return kept
            if token.text == b"/" and self.lexer.opens_line and self.lexer.closes_line:
                return kept
            depth += (token.text == b"(") - (token.text == b")")
            if len(kept) < most:
                kept.append(token)

    def _ends_before(self, token: Token, depth: int) -> bool:
        """Whether a word ends the statement before it: GO, or where lines do, the next INSERT."""
        word = token.word
        if word == b"GO" and self.lexer.opens_line and self.lexer.closes_line:
            return True
        if self.dialect.lines_end_statements and depth <= 0 and word == b"INSERT" and self.lexer.opens_line:
            self.text.position = self.lexer.at
            return True
        return False

    def _body(self, began: bool) -> None:
        """Pass over a routine with statements of its own inside."""
        depth = 1 if began else 0
        seen = began
        while True:
            token = self.lexer.next()
            word = token.word
            if token.kind == "end":
                return
            if (word == b"GO" or token.text == b"/") and self.lexer.opens_line and self.lexer.closes_line:
                return
            if word in (b"BEGIN", b"CASE"):
                depth, seen = depth + 1, True
            elif word == b"END":
                if self.lexer.peek().word in (b"IF", b"LOOP", b"WHILE", b"REPEAT", b"FOR"):
                    self.lexer.next()
                elif self.lexer.peek().word == b"CASE":
                    self.lexer.next()
                    depth -= 1
                else:
                    depth -= 1
            elif token.kind == "stop" and self._ends_body(depth, seen):
                return

    def _ends_body(self, depth: int, seen: bool) -> bool:
        """Whether a mark ends a routine, and not a statement inside of it."""
        if self.lexer.delimiter != b";":
            return True
        return depth <= 0 and (
            self.dialect.name not in ("Oracle", "SQL Server") or (seen and self.dialect.name == "Oracle")
        )

    def _begin(self, word: bytes) -> None:
        self.others[word.decode()] += 1
        following = self.lexer.peek()
        if word == b"DECLARE":
            if self.dialect.name in ("Oracle", "DB2", "PostgreSQL") and not following.text.startswith(b"@"):
                self._body(False)
            else:
                self._rest(0)
        elif following.kind in ("stop", "end") or following.word in _TRANSACTIONS:
            self._rest(0)
        elif self.dialect.name == "Oracle":
            self._body(True)

    def _set(self) -> None:
        """SET ends with its mark or its line."""
        self.others["SET"] += 1
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                return
            if self.lexer.delimiter == b";" and self.lexer.closes_line and token.text not in (b",", b"=", b"("):
                if self.lexer.peek().kind == "stop":
                    self.lexer.next()
                return

    def _use(self) -> None:
        tokens = self._line_or_statement()
        name = Cursor(tokens).name()
        if name:
            self._database = name[-1]
        self.others["USE"] += 1

    def _line_or_statement(self) -> list[Token]:
        kept: list[Token] = []
        while (token := self.lexer.next()).kind not in ("stop", "end"):
            kept.append(token)
            if self.lexer.closes_line:
                break
        return kept

    def _create(self) -> None:
        words = [b"CREATE"]
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                self.others["CREATE"] += 1
                return
            word = token.word
            if word in _BODIES or (word == b"BODY"):
                self.others[f"CREATE {word.decode()}"] += 1
                self._body(False)
                return
            if word == b"TABLE":
                self._create_table(b"TEMP" in words or b"TEMPORARY" in words or b"FOREIGN" in words)
                return
            if word in (
                b"VIEW",
                b"INDEX",
                b"SEQUENCE",
                b"TYPE",
                b"SCHEMA",
                b"DATABASE",
                b"EXTENSION",
                b"DOMAIN",
                b"RULE",
            ):
                self._pass(f"CREATE {word.decode()}")
                return
            words.append(word)
            if len(words) > 40 or word in (b"USER", b"ROLE", b"SYNONYM", b"LANGUAGE", b"OPERATOR", b"AGGREGATE"):
                self._pass(f"CREATE {word.decode()}".strip())
                return

    def _create_table(self, temporary: bool) -> None:
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest()
        spec = created(tokens, self.dialect)
        if spec is None or temporary:
            self.others["CREATE TABLE of something computed"] += 1
            return
        if any(_INTERNAL.fullmatch(part) for part in spec.name):
            return
        if len(spec.columns) > self.source.max_columns:
            raise TooManyColumns(len(spec.columns), self.source.max_columns, line=line)
        if spec.part_of is not None and not spec.columns:
            whole = self.find(spec.part_of)
            if whole is not None:
                spec.columns = list(whole.spec.columns)
        known = self.find(spec.name, exact=True)
        if known is None:
            self._made(spec)
        elif known.dropped_at is not None or not known.spec.declared:
            known.restart(line) if known.dropped_at is not None else None
            known.spec, known.dropped_at = spec, None
            self._heads.clear()
        elif not any(token.word == b"EXISTS" for token in tokens[:3]):
            known.receipt.warn("The table is made a second time; the first definition was kept.", line=line)

    def _made(self, spec: TableSpec) -> Rows:
        if len(self.tables) >= MOST_TABLES:
            raise TooManyTables(MOST_TABLES)
        rows = Rows(self.source, spec, len(self.tables) + 1, self.dialect, self.decoding)
        rows.database = self._database
        rows.whole = self.find(spec.part_of) if spec.part_of else None
        self.tables.append(rows)
        self._by_name.setdefault(spec.name[-1].casefold(), []).append(rows)
        self._heads.clear()
        return rows

    def find(self, name: Name, *, exact: bool = False) -> Rows | None:
        """The table of this name: in this schema, and in this database where the dump holds several."""
        wanted = [part.casefold() for part in name]
        found = []
        for rows in self._by_name.get(wanted[-1], ()):
            own = [part.casefold() for part in rows.spec.name]
            shared = min(len(own), len(wanted))
            if own[-shared:] != wanted[-shared:]:
                continue
            if len(wanted) == 1 and len(own) == 1 and rows.database != self._database:
                continue
            found.append(rows)
        if exact and len(found) > 1:
            found = [rows for rows in found if len(rows.spec.name) == len(name)] or found
        return found[-1] if found else None

    def _alter(self) -> None:
        token = self.lexer.next()
        if token.word != b"TABLE":
            self._pass(f"ALTER {token.word.decode('utf-8', 'replace')}".strip())
            return
        tokens = self._rest()
        at = Cursor(tokens)
        at.taken(b"IF", b"EXISTS")
        at.taken(b"ONLY")
        name = at.name()
        rows = self.find(name) if name else None
        if rows is None:
            return
        if at.peek().text == b"*":
            at.take()
        attached = altered(rows.spec, tokens[at.at :], self.dialect)
        part = self.find(attached) if attached else None
        if part is not None:
            part.spec.part_of, part.whole = rows.spec.name, rows
        self._heads.clear()

    def _drop(self, line: int) -> None:
        tokens = self._rest(2000)
        if not tokens or tokens[0].word != b"TABLE":
            self.others[f"DROP {tokens[0].word.decode('utf-8', 'replace') if tokens else ''}".strip()] += 1
            return
        for part in split(tokens[1:]):
            at = Cursor(part)
            at.taken(b"IF", b"EXISTS")
            name = at.name()
            rows = self.find(name, exact=True) if name else None
            if rows is not None:
                rows.dropped_at = line

    def _change(self, word: bytes) -> None:
        """UPDATE, DELETE and their like: said where they would have changed rows that were read."""
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest(50)
        at = Cursor(tokens)
        for skipped in (b"TABLE", b"FROM", b"INTO", b"ONLY", b"LOW_PRIORITY", b"IGNORE"):
            at.taken(skipped)
        name = at.name()
        rows = self.find(name) if name else None
        label = word.decode()
        if rows is None or not rows.seen:
            self.others[label] += 1
            return
        said = rows.account.changes.setdefault(label, [0, line])
        said[0] += 1

    # INSERT

    def _insert(self, line: int) -> None:
        tokens: list[Token] = []
        if self.lexer.peek().word in (b"ALL", b"FIRST"):
            self.lexer.next()
            self._insert_all()
            return
        depth = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end") or len(tokens) > 20_000:
                self.others["INSERT that is not understood"] += 1
                return
            tokens.append(token)
            depth += (token.text == b"(") - (token.text == b")")
            if (
                ends_head(token)
                and (depth == 0 or token.word == b"SELECT")
                and not (token.word == b"WITH" and self.lexer.peek().text == b"(")
            ):
                break
        head = head_of(tokens)
        if head is None or any(_INTERNAL.fullmatch(part) for part in head.table):
            self.others["INSERT that is not understood" if head is None else "INSERT into an internal table"] += 1
            self._rest(0)
            return
        match head.source:
            case b"VALUES":
                self._values(head)
            case b"SELECT":
                self._select(head, line)
            case b"DEFAULT":
                self._rest(10)
                target = self._target(head, 0)
                target.rows.add((), ()) if target.rows.spec.columns else None
            case b"SET":
                self._assignments(head, line)
            case _:
                self._rest(0)
                self._computed(head, line)

    def _computed(self, head: Head, line: int) -> None:
        """An INSERT whose rows only a database could compute."""
        rows = self.find(head.table)
        if rows is None:
            self.others["INSERT … SELECT"] += 1
            return
        rows.receipt.warn(
            f"Line {line:,} fills the table with the result of a query, which was not carried out: "
            "rows may be missing.",
            line=line,
        )

    def _target(self, head: Head, width: int) -> Target:
        """The table to fill; one that nothing declared gets its columns from the first row."""
        rows = self.find(head.table)
        if rows is None:
            names = head.columns or tuple(f"Column {i + 1}" for i in range(width))
            spec = TableSpec(head.table, declared=False)
            rows = self._made(spec)
            rows.order(names)
        if head.columns is None and len(rows.order(None)) != width and width == len(rows.spec.columns):
            order = tuple(range(width))
        else:
            order = rows.order(head.columns)
        if len(rows.spec.columns) > self.source.max_columns:
            raise TooManyColumns(len(rows.spec.columns), self.source.max_columns)
        optional = head.columns is None and self.dialect.name == "PostgreSQL"
        return Target(rows, order, optional)

    def _values(self, head: Head) -> None:
        target: Target | None = None
        known = self.find(head.table)
        if known is not None and (head.columns is not None or len(known.order(None)) == len(known.spec.columns)):
            target = self._target(head, 0)
        while True:
            if target is not None and self._careful <= 0:
                ahead = self._quick(target)
                if ahead is not None:
                    target = ahead
                    if not self._goes_on():
                        return
                    continue
            target = self._careful_row(head, target)
            self._careful -= 1
            if target is None or not self._goes_on():
                return

    def _goes_on(self) -> bool:
        """What stands behind a row: whether another one follows."""
        self._held()
        token = self.lexer.next()
        if token.text == b",":
            # A comma before the end is a slip that some databases let pass.
            return self.lexer.peek().text == b"("
        if token.kind in ("stop", "end"):
            return False
        if token.word in (
            b"INSERT",
            b"GO",
            b"SET",
            b"CREATE",
            b"ALTER",
            b"UPDATE",
            b"DELETE",
            b"PRINT",
            b"COMMIT",
        ) and (self.lexer.opens_line):
            self.text.position = self.lexer.at
            return False
        self._rest(0)
        return False

    def _held(self) -> None:
        """Write rows once many wait in memory; looked at now and then."""
        self._unlooked += 1
        if self._unlooked < LOOKED_ROWS:
            return
        self._unlooked = 0
        waiting = sum(rows.pending for rows in self.tables)
        while waiting > HELD_BYTES:
            largest = max(self.tables, key=lambda rows: rows.pending)
            waiting -= largest.pending
            largest.flush()

    def _careful_row(self, head: Head, target: Target | None) -> Target | None:
        """One row, token by token. None when there is none or the file ends within it."""
        text = self.text
        token = self.lexer.next()
        if token.text != b"(":
            if token.kind not in ("stop", "end"):
                self._rest(0)
            return None
        text.pinned = self.lexer.at
        line, byte = text.line_at(self.lexer.at), text.byte_at(self.lexer.at)
        parts: list[list[Token]] = [[]]
        depth = 1
        count = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("end", "open"):
                break
            if token.kind == "op" and token.text in (b"(", b"["):
                depth += 1
            elif token.kind == "op" and token.text in (b")", b"]"):
                depth -= 1
                if not depth:
                    break
            if token.text == b"," and depth == 1 and token.kind == "op":
                parts.append([])
            else:
                count += 1
                if count <= MOST_TOKENS:
                    parts[-1].append(token)
        raw = text.buffer[text.pinned : text.position]
        text.pinned = None
        if parts == [[]]:
            parts = []
        target = target or self._target(head, len(parts))
        shown = named(raw[: RAW_CHARACTERS * 4])
        if depth:
            target.rows.set_aside(Odd(line, "the file ends within this row", shown, byte=byte))
            return None
        if count > MOST_TOKENS:
            target.rows.set_aside(Odd(line, "an expression of more than 400,000 words", shown, byte=byte))
            return target
        self._row_of(target, parts, line, byte, shown)
        return target

    def _row_of(self, target: Target, parts: Sequence[Sequence[Token]], line: int, byte: int | None, raw: str) -> None:
        rows, width = target.rows, target.width
        order = target.order
        if (len(parts) < width and target.optional) or not parts:
            order = order[: len(parts)]
        elif len(parts) != width:
            rows.set_aside(Odd(line, f"the row has {len(parts):,} values, {width:,} are wanted", raw, byte=byte))
            return
        values: list[Value] = []
        for place, part in zip(order, parts, strict=True):
            try:
                values.append(Expression(part, self.dialect).value())
            except NotLiteral as odd:
                reason = f"{odd} is no plain value, and nothing in a dump is carried out"
                rows.set_aside(Odd(line, reason, raw, column=rows.spec.columns[place].name, byte=byte))
                return
        rows.add(order, values)

    def _quick(self, target: Target) -> Target | None:
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
                return self._quick(target)
            self._careful = 1
            return None
        assigned, last, stopped = self._assigned(block, stretch, target)
        done, last_target = self._loaded(stretch, assigned, target)
        if done is None:
            self._careful, self._patience = self._patience, min(self._patience * 2, 512)
            self._window = LEAST_WINDOW
            return None
        text.position += stretch.end_of(done)
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
    ) -> tuple[list[tuple[Target, Positions]], int, bool]:
        """Which groups of a stretch are rows of which table, the last of them, and whether something else follows."""
        groups = len(stretch)
        behind, gaps = stretch.gaps()
        if not behind:
            return [(target, np.arange(groups))], groups - 1, False
        meaning = {gap: _gap(gap) for gap in set(gaps)}
        kinds = np.zeros(groups, np.int8)
        kinds[behind] = [_GAPS[meaning[gap]] for gap in gaps]
        # A group before VALUES lists columns; all others are rows.
        rows = np.flatnonzero(kinds != _GAPS["values"])
        turns = np.flatnonzero(kinds[rows[:-1]] != _GAPS["next"])
        starts, ends = stretch.ends(rows[turns]), stretch.opens(rows[turns + 1])
        heads = [block[start:end] for start, end in zip(starts, ends, strict=True)]
        targets, numbers = [target], {id(target): 0}
        known: dict[bytes, int] = {}
        for head in dict.fromkeys(heads):
            found = self._headed(head)
            known[head] = -1 if found is None else numbers.setdefault(id(found), len(targets))
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
        assigned = [(where, rows[owner == number]) for number, where in enumerate(targets)]
        return assigned, int(rows[-1]), stopped

    def _headed(self, gap: bytes) -> Target | None:
        """The table of an INSERT that stands between two rows; None when something else stands there."""
        if gap in self._heads:
            return self._heads[gap]
        tokens = tokens_in(gap, self.lexer.match)
        ended = self.dialect.lines_end_statements
        at = 0
        while at < len(tokens) and (tokens[at].kind == "stop" or tokens[at].word == b"GO"):
            ended = True
            at += 1
        target: Target | None = None
        if ended and at < len(tokens) and tokens[at].word in (b"INSERT", b"REPLACE") and self.lexer.delimiter == b";":
            head = head_of(tokens[at + 1 :])
            if head is not None and head.source == b"VALUES" and (rows := self.find(head.table)) is not None:
                target = self._target(head, len(rows.spec.columns))
        if len(self._heads) > MOST_HEADS:
            self._heads.clear()
        self._heads[gap] = target
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
        for where, groups, columns, left in read:
            count = int(np.searchsorted(groups, cut))
            if not count:
                continue
            if count < len(groups):
                columns = [column.slice(0, count) for column in columns]
                left = {i: {row: v for row, v in own.items() if row < count} for i, own in left.items()}
                left = {i: own for i, own in left.items() if own}
            where.rows.add_columns(where.order, columns, left)
            if done is None or int(groups[count - 1]) > done:
                done, last = int(groups[count - 1]), where
        return done, last

    def _value_of(self, field: bytes) -> Value:
        """The value of a field that is neither a plain string nor a number."""
        if cast := _CAST.fullmatch(field):
            return literals.cast(cast[2] if cast[2] is not None else cast[1].replace(b"''", b"'"), cast[3].upper())
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

    def _select(self, head: Head, line: int) -> None:
        """INSERT … SELECT 1, 'a' UNION ALL SELECT 2, 'b'."""
        byte = self.text.byte_at(self.lexer.at)
        tokens = self._rest()
        for part in _selects(tokens):
            if part is None:
                self._computed(head, line)
                return
            values = [_without_alias(value) for value in split(part)]
            target = self._target(head, len(values))
            raw = named(b" ".join(token.text for token in part))[:RAW_CHARACTERS]
            self._row_of(target, values, line, byte, raw)

    def _assignments(self, head: Head, line: int) -> None:
        """INSERT INTO t SET a = 1, b = 'x'."""
        byte = self.text.byte_at(self.lexer.at)
        parts = list(split(self._rest()))
        names, values = [], []
        for part in parts:
            at = Cursor(part)
            name = at.name()
            if name is None or at.take().text != b"=":
                self.others["INSERT that is not understood"] += 1
                return
            names.append(name[-1])
            values.append(part[at.at :])
        target = self._target(Head(head.table, tuple(names), b"VALUES"), len(values))
        self._row_of(target, values, line, byte, named(b" ".join(t.text for part in parts for t in part)))

    def _insert_all(self) -> None:
        """INSERT ALL INTO a (…) VALUES (…) INTO b … SELECT … FROM dual."""
        while self.lexer.peek().word == b"INTO":
            tokens: list[Token] = []
            while not ends_head(token := self.lexer.next()):
                if token.kind in ("stop", "end"):
                    return
                tokens.append(token)
            head = head_of([*tokens, token])
            if head is None or head.source != b"VALUES" or self._careful_row(head, None) is None:
                break
            self._held()
        self._rest(0)

    # COPY

    def _copy(self) -> None:
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest(20_000)
        at = Cursor(tokens)
        name = at.name()
        columns = at.group()
        if name is None or not at.taken(b"FROM") or at.peek().word != b"STDIN":
            self.others["COPY from or to a file"] += 1
            return
        self.text.rest_of_line()
        options = [token.text.upper() for token in tokens[at.at + 1 :]]
        names = tuple(_names(columns)) or None
        head = Head(name, names, b"COPY")
        if self.find(name) is None and names is None:
            width = 1 + self.text.buffer[self.text.position :].split(b"\n", 1)[0].count(b"\t")
        else:
            width = 0
        target = self._target(head, width)
        if options and {b"CSV", b"DELIMITER", b"NULL", b"BINARY"} & set(options):
            self._foreign_lines(target, line)
        else:
            self._lines(target)

    def _foreign_lines(self, target: Target, line: int) -> None:
        """Lines in a format that pg_dump does not write: each one set aside, never guessed."""
        while not self.text.ended or self.text.position < len(self.text.buffer):
            at = self.text.line
            raw = self.text.rest_of_line()
            if raw.rstrip(b"\r\n") == b"\\." or not raw:
                return
            reason = f"COPY in line {line:,} names a format other than the text format of pg_dump"
            target.rows.set_aside(Odd(at, reason, named(raw.rstrip(b"\r\n"))))

    def _lines(self, target: Target) -> None:
        r"""The lines of COPY up to the one that is \. alone."""
        text = self.text
        width = target.width
        while True:
            if text.position >= len(text.buffer) and not text.more():
                break
            block = text.buffer[text.position : text.position + MOST_WINDOW]
            finished = _copy_end(block)
            if finished:
                self._copied(target, block[: finished[0]], width)
                text.position += finished[1]
                return
            end = block.rfind(b"\n")
            # The end mark may be cut by the window: keep the last line back.
            end = block.rfind(b"\n", 0, end) if end >= 0 else -1
            if end < 0:
                found = text.buffer.find(b"\n", text.position)
                if found >= 0 and text.buffer.find(b"\n", found + 1) >= 0:
                    end = found - text.position
                    block = text.buffer[text.position : found + 1]
                elif text.more():
                    continue
                else:
                    break
            self._copied(target, block[: end + 1], width)
            text.position += end + 1
            self._held()
        rest = text.buffer[text.position :]
        whole = rest[: rest.rfind(b"\n") + 1]
        self._copied(target, whole, width)
        cut = rest[len(whole) :]
        line = text.line_at(text.position + len(whole))
        text.position = len(text.buffer)
        if cut.strip():
            target.rows.set_aside(Odd(line, "the file ends within this row", named(cut[: RAW_CHARACTERS * 4])))
        target.rows.receipt.warn("The file ends before the table does: it may have been cut short.", line=line)

    def _copied(self, target: Target, block: bytes, width: int) -> None:
        if not block:
            return
        rows, text = target.rows, self.text
        if _NUMBERED_ESCAPE.search(block):
            block = _unnumbered(block)
        if width == 0:
            return
        columns, starts, ends = copy_columns(block, width)
        if len(starts):
            line, place = text.line, 0
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                line += block.count(b"\n", place, start)
                place = start
                raw = block[start:end]
                count = raw.count(b"\t") + 1
                reason = f"the row has {count:,} values, {width:,} are wanted"
                rows.set_aside(Odd(line, reason, named(raw[: RAW_CHARACTERS * 4])))
        if columns and len(columns[0]):
            rows.add_columns(target.order, columns, {})


_CAST = re.compile(
    rb"(?i)CAST\(\s*(?:N?'([^'\\]*+)'|(-?[0-9]++(?:\.[0-9]*+)?))\s+AS\s+([a-z0-9]+)\s*(?:\([0-9, ]*\))?\s*\)"
)
"""What SQL Server writes for numbers and dates, so often that it is worth a shorter way."""
_COPY_END = re.compile(rb"\\\.(?:\r?\n|\Z)")
_NUMBERED_ESCAPE = re.compile(rb"\\[0-7x]")
_NUMBERED = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.S)
_BY_BYTE = {b"\n": rb"\n", b"\t": rb"\t", b"\r": rb"\r", b"\\": rb"\\"}


def _copy_end(block: bytes) -> tuple[int, int] | None:
    """Where the line of the end mark begins and ends."""
    place = 0
    while True:
        if found := _COPY_END.match(block, place):
            return found.span()
        place = block.find(b"\n\\.", place) + 1
        if not place:
            return None


def _unnumbered(block: bytes) -> bytes:
    """Characters given by number written as themselves."""

    def one(m: re.Match[bytes]) -> bytes:
        if m[3] is not None:
            return m[0]
        byte = bytes([int(m[1], 8) & 255 if m[1] else int(m[2], 16)])
        return _BY_BYTE.get(byte, byte)

    return _NUMBERED.sub(one, block)


def _gap(gap: bytes) -> str:
    """What stands between two groups of brackets: `next` row, `values`, or something `else`."""
    bare = gap.strip()
    if bare == b",":
        return "next"
    return "values" if bare.upper() in (b"VALUES", b"VALUE") else "else"


def _names(tokens: Sequence[Token]) -> list[str]:
    return [name[-1] for part in split(tokens) if (name := Cursor(part).name())]


def _selects(tokens: Sequence[Token]) -> list[Sequence[Token] | None]:
    """The lists of values of SELECT … UNION ALL SELECT …; None for one that asks a table."""
    found: list[Sequence[Token] | None] = []
    part: list[Token] = []
    at = Cursor(tokens)
    while True:
        token = at.take()
        if token.word == b"UNION" or token.kind == "end":
            found.append(part)
            part = []
            if token.kind == "end":
                return found
            at.taken(b"ALL")
            if at.peek().text == b"(":
                return [None]
            at.taken(b"SELECT")
        elif token.word == b"FROM" and at.peek().word in (b"DUAL", b"SYSIBM"):
            while at.peek().kind != "end" and at.peek().word != b"UNION":
                at.take()
        elif token.word in (b"FROM", b"WHERE", b"SELECT", b"JOIN"):
            return [None]
        else:
            part.append(token)


def _without_alias(tokens: list[Token]) -> list[Token]:
    if len(tokens) > 2 and tokens[-2].word == b"AS" and tokens[-1].kind in ("word", "name", "string"):
        return tokens[:-2]
    return tokens
