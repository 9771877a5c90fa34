"""The statements of a dump, one after the other. CREATE, INSERT and COPY are read; all others are counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.errors import TooManyColumns, TooManyTables
from tablewright.core.readers.model import LISTED_ROWS, RAW_CHARACTERS, Odd, Source
from tablewright.core.readers.sql import literals
from tablewright.core.readers.sql.blocks import Positions, Stretch, copy_columns
from tablewright.core.readers.sql.changes import MOST_WORDS, Filling, NotFollowed, Selection, selection, source_of
from tablewright.core.readers.sql.changes import Reader as ConditionReader
from tablewright.core.readers.sql.definitions import (
    ColumnSpec,
    Cursor,
    Name,
    TableSpec,
    altered,
    created,
    rename_column,
    split,
)
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.header import Head, ends_head, head_of
from tablewright.core.readers.sql.literals import CLOCKS, Expression, NotLiteral, Value, named, quoted_name, string
from tablewright.core.readers.sql.rows import BATCH_ROWS, Decoding, Rows
from tablewright.core.readers.sql.tokens import MOST_BYTES, Lexer, Text, Token, tokens_in

MOST_TABLES = 2000
MOST_TOKENS = 400_000
MOST_BODY = 2000
MOST_COPIED = 1_000_000
"""Rows that INSERT … SELECT may make in a script: a few statements that double a table would fill any disk."""
MOST_COPIES = 4
"""Triggers of one table that are followed."""
HELD_BYTES = 48 << 20
LEAST_WINDOW = 16 << 10
MOST_WINDOW = 512 << 10
MOST_HEADS = 20_000
LOOKED_ROWS = 50
_GAPS = {"next": 0, "values": 1, "else": 2}
_BODIES = {b"TRIGGER", b"PROCEDURE", b"PROC", b"FUNCTION", b"PACKAGE", b"EVENT"}
_TRANSACTIONS = {b"TRANSACTION", b"WORK", b"TRAN", b"ISOLATION", b"DEFERRED", b"IMMEDIATE", b"EXCLUSIVE"}
_OBJECT = re.compile(
    rb"(?i)\s+(?:(?:UNIQUE|CLUSTERED|NONCLUSTERED)\s+)*(?:TABLE|DATABASE|VIEW|INDEX|PROC|FUNCTION|TRIGGER|SCHEMA|TYPE|USER"
    rb"|LOGIN|ROLE|SEQUENCE|SYNONYM|DEFAULT\s+[\[\w]+\s+AS|RULE)"
)
_BEGINNINGS: dict[bytes, re.Pattern[bytes] | None] = {
    b"CREATE": _OBJECT, b"ALTER": _OBJECT, b"DROP": _OBJECT,
    b"INSERT": None, b"DECLARE": None, b"PRINT": None, b"USE": None, b"TRUNCATE": None, b"IF": None, b"EXEC": None,
    b"EXECUTE": None, b"WHILE": None,
    b"UPDATE": re.compile(rb"(?i)\s+(?!STATISTICS)[\[\"\w.\]]+\s+SET\b"),
    b"DELETE": re.compile(rb"(?i)\s+(?:FROM\s|[\[\"\w.\]]+\s+WHERE\b)"),
}  # fmt: skip
"""Words that begin a statement of SQL Server where they begin a line, and what must follow them."""
_INTERNAL = re.compile(r"sqlite_\w+|system_lobs", re.I)


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
        self.unfollowed: list[tuple[int, str]] = []
        """Statements that were not followed and are about no table that was read: line and what they do."""
        self._by_name: dict[str, list[Rows]] = {}
        self._tail: list[Token] = []
        """What stands behind the rows of an INSERT."""
        self._last: tuple[Rows, int] | None = None
        """The table that was filled last, and with how many rows."""
        self._rows_copied = 0
        """How many rows were read to fill tables."""
        self._variables: dict[bytes, Value] = {}
        self._domains: dict[str, ColumnSpec] = {}
        """Types that the script declares."""
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
                self._insert(word, self.text.line_at(self.lexer.at))
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
            case b"IF" if self.dialect.lines_end_statements:
                self._if()
            case b"WHILE" if self.dialect.lines_end_statements:
                self._loop()
            case b"EXCEPTION" if self.dialect.name == "Oracle":
                self._body(True)
            case b"END" | b"ELSE" if self.dialect.lines_end_statements:
                self._block_end(word)
            case b"RENAME":
                self._rename()
            case b"SELECT":
                self._select_into()
            case b"EXEC" | b"EXECUTE" | b"SP_RENAME" | b"SP_ADDTYPE":
                self._procedure(word)
            case b"USE":
                self._use()
            case b"DELIMITER" if self.lexer.opens_line:
                self.lexer.delimiter = self.text.rest_of_line().strip() or b";"
            case b"GO":
                return
            case b"REM" | b"PROMPT" | b"PRINT" | b"WHENEVER" | b"EXIT" | b"QUIT":
                self.text.rest_of_line()
                self.others[word.decode()] += 1
            case b"SYSTEM" | b"HOST" | b"SOURCE" | b"TEE" | b"PAGER" | b"SPOOL" if self.lexer.opens_line:
                self._client_command()
            case b"SET":
                self._set()
            case b"BEGIN" | b"DECLARE":
                self._begin(word)
            case _:
                self._pass(word.decode("utf-8", "replace") or "unknown")

    def _client_command(self) -> None:
        """A command to a client program, such as \\connect, .shell or SYSTEM: read as text and left alone."""
        self.text.position = self.lexer.at
        number = self.text.line
        line = self.text.rest_of_line()
        self.others["client command"] += 1
        if what := next((what for form, what in _CLIENT_COMMANDS if form.match(line)), None):
            self._not_carried_out(number, what)
        found = re.match(rb"\\(?:connect|c)\s+(?:-reuse-previous=\w+\s+)?\"?([^\s;\"]+)", line)
        if found:
            self._database = named(found[1])

    def _pass(self, label: str) -> None:
        self.others[label] += 1
        line = self.text.line_at(self.lexer.at)
        if (what := _FROM_ELSEWHERE.get(label)) is None:
            self._rest(0)
            return
        kept = self._rest(MOST_BODY)
        if label not in ("DO", "WITH") or any(_CHANGES.search(token.text) for token in kept):
            self._not_carried_out(line, what)

    def _not_carried_out(self, line: int, what: str) -> None:
        """Note a statement that may have changed tables, of which none was read."""
        if len(self.unfollowed) < LISTED_ROWS:
            self.unfollowed.append((line, what))

    def _rest(self, most: int = MOST_TOKENS) -> list[Token]:
        """The tokens to the end of the statement, at most so many of them."""
        kept: list[Token] = []
        depth = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                return kept
            if (token.kind == "word" or self.dialect.a_line_each) and self._ends_before(token, depth):
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
        ends = self.dialect.a_line_each and self.lexer.opens_line
        if self.dialect.lines_end_statements and depth <= 0 and word in _BEGINNINGS and self.lexer.opens_line:
            follows = _BEGINNINGS[word]
            ends = follows is None or follows.match(self.text.buffer, self.text.position) is not None
        if ends:
            self.text.position = self.lexer.at
        return ends

    def _body(self, began: bool, kept: list[Token] | None = None) -> None:
        """Pass over a routine with statements of its own inside; `kept` takes its first tokens."""
        depth = 1 if began else 0
        seen = began
        while True:
            token = self.lexer.next()
            if kept is not None and len(kept) < MOST_BODY:
                kept.append(token)
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

    def _trigger(self, tokens: Sequence[Token]) -> None:
        """Note a trigger (tokens from its name on) that comes before the rows of its table."""
        words = [token.word for token in tokens]
        if b"ON" not in words[:20]:
            return
        at = Cursor(tokens)
        at.at = words.index(b"ON") + 1
        name = at.name()
        rows = self.find(name) if name else None
        if rows is None:
            return
        if b"INSERT" not in words[: at.at]:
            rows.change_triggers.append(named(tokens[0].text))
            return
        while at.peek().kind != "end" and at.peek().word not in (b"INSERT", b"SET", b"BEGIN"):
            at.take()
        at.taken(b"BEGIN")
        inner = tokens[at.at :]
        while inner and (inner[-1].text in (b"", b";", self.lexer.delimiter) or inner[-1].word == b"END"):
            inner = inner[:-1]
        plain = b"AFTER" in words[: at.at] and b"WHEN" not in words and b"STATEMENT" not in words
        copy = self._copying(inner, rows) if plain else None
        if copy is not None:
            rows.copies.append(copy)
        elif not (words[: at.at].count(b"BEFORE") and _sets_time(inner)):
            rows.triggers.append(named(tokens[0].text))

    def _copying(self, tokens: Sequence[Token], rows: Rows) -> Callable[[Sequence[pa.Array]], None] | None:
        """What INSERT INTO other (…) VALUES (NEW.a, …) does with each row of a table; None for anything else."""
        if not tokens or tokens[0].word != b"INSERT" or any(token.text == b";" for token in tokens):
            return None
        end = next((i for i, token in enumerate(tokens) if token.word in (b"VALUES", b"VALUE")), 0)
        head = head_of(tokens[1 : end + 1])
        at = Cursor(tokens[end + 1 :])
        given = list(split(at.group()))
        other = self.find(head.table) if head else None
        if head is None or other is None or other is rows or at.peek().kind != "end":
            return None
        # One step only: triggers that fill each other's tables would never end.
        if other.copies or rows.is_copied_to or len(rows.copies) >= MOST_COPIES:
            return None
        target = self._target(head, len(given))
        if len(given) != target.width:
            return None
        reader = ConditionReader(rows.spec.columns, ("new", ":new"), self.dialect)
        try:
            fillings = [reader.filling(_without_colon(part), ColumnSpec("")) for part in given]
        except NotFollowed:
            return None

        other.is_copied_to = True

        def copy(batch: Sequence[pa.Array]) -> None:
            other.add_texts(target.order, [filling(batch) for filling in fillings])
            other.account.followed["rows by a trigger"] += len(batch[0])

        return copy

    def _domain(self, word: bytes) -> None:
        """CREATE DOMAIN name AS type DEFAULT …, CREATE TYPE name FROM type: a type by another name."""
        self.others[f"CREATE {word.decode()}"] += 1
        at = Cursor(self._rest(2000))
        name = at.name()
        if at.taken(b"FROM") or word == b"DOMAIN":
            at.taken(b"AS")
            self._named_type(name, at.tokens[at.at :])

    def _type_added(self, given: Sequence[Token]) -> None:
        """EXEC sp_addtype name, 'type' of SQL Server."""
        texts = [named(string(t.text, self.dialect)) if t.kind == "string" else quoted_name(t.text) for t in given]
        if len(texts) > 1:
            self._named_type((texts[0],), tokens_in(texts[1].encode(), self.lexer.match))

    def _named_type(self, name: Name | None, tokens: Sequence[Token]) -> None:
        spec = created([Token("word", b"x"), Token("op", b"("), Token("name", b'"x"'), *tokens, Token("op", b")")],
                       self.dialect)  # fmt: skip
        if name is not None and spec is not None and spec.columns:
            self._domains[name[-1].casefold()] = spec.columns[0]

    def _ends_body(self, depth: int, seen: bool) -> bool:
        """Whether a mark ends a routine, and not a statement inside of it."""
        if self.lexer.delimiter != b";":
            return True
        return depth <= 0 and (
            self.dialect.name not in ("Oracle", "SQL Server") or (seen and self.dialect.name == "Oracle")
        )

    def _begin(self, word: bytes) -> None:
        self.others[word.decode()] += 1
        line = self.text.line_at(self.lexer.at)
        following = self.lexer.peek()
        if word == b"DECLARE":
            if self.dialect.name in ("Oracle", "DB2", "PostgreSQL") and not following.text.startswith(b"@"):
                self._block(False, line)
            else:
                self._assign(self._rest(2000))
        elif following.kind in ("stop", "end") or following.word in _TRANSACTIONS:
            self._rest(0)
        elif self.dialect.name == "Oracle" and following.word not in (b"INSERT", b"UPDATE", b"DELETE"):
            self._block(True, line)

    def _block(self, began: bool, line: int) -> None:
        """A block of statements that depend on one another."""
        kept: list[Token] = []
        self._body(began, kept)
        if any(_CHANGES.search(token.text) for token in kept):
            self._not_carried_out(line, "changes tables in a block")

    def _set(self) -> None:
        """SET ends with its mark or its line."""
        self.others["SET"] += 1
        if self.lexer.peek().word == b"TERM":
            self._terminator()
            return
        kept: list[Token] = []
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                self._assign(kept)
                return
            kept.append(token)
            if self.lexer.delimiter == b";" and self.lexer.closes_line and token.text not in (b",", b"=", b"("):
                if self.lexer.peek().kind == "stop":
                    self.lexer.next()
                self._assign(kept)
                return

    def _terminator(self) -> None:
        """SET TERM ^ ; of Firebird: the next mark behind statements, and the one that ends this statement."""
        self.lexer.next()
        mark, rest = b"", self.text.rest_of_line().strip()
        if rest.endswith(self.lexer.delimiter):
            mark = rest[: -len(self.lexer.delimiter)].strip()
        self.lexer.delimiter = mark or b";"

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
                kept: list[Token] = []
                self._body(False, kept if word == b"TRIGGER" else None)
                self._trigger(kept)
                return
            if word in (b"DOMAIN", b"TYPE"):
                self._domain(word)
                return
            if word == b"TABLE":
                self._create_table(b"TEMP" in words or b"TEMPORARY" in words or b"FOREIGN" in words)
                return
            if word in (
                b"VIEW",
                b"INDEX",
                b"SEQUENCE",
                b"SCHEMA",
                b"DATABASE",
                b"EXTENSION",
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
        if spec is None and not temporary:
            self._create_of(tokens, line)
            return
        if spec is None or temporary:
            self.others["CREATE TABLE of something computed" if spec is None else "CREATE TEMPORARY TABLE"] += 1
            return
        if any(_INTERNAL.fullmatch(part) for part in spec.name):
            return
        for column in spec.columns:
            if (domain := self._domains.get(column.type)) is not None:
                column.type, column.default = domain.type, domain.default if column.default is None else column.default
        if len(spec.columns) > self.source.max_columns:
            raise TooManyColumns(len(spec.columns), self.source.max_columns, line=line)
        if spec.part_of is not None and (whole := self.find(spec.part_of)) is not None:
            # Columns of the whole come first, where the part does not name them itself.
            own = {column.name.casefold() for column in spec.columns}
            inherited = [replace(column) for column in whole.spec.columns if column.name.casefold() not in own]
            spec.columns = inherited + spec.columns
        known = self.find(spec.name, exact=True)
        if known is None:
            self._made(spec)
        elif known.dropped_at is not None or not known.spec.declared:
            known.restart(line) if known.dropped_at is not None else None
            known.spec, known.dropped_at = spec, None
            self._heads.clear()
        elif not any(token.word == b"EXISTS" for token in tokens[:3]):
            known.receipt.warn("The table is made a second time; the first definition was kept.", line=line)

    def _create_of(self, tokens: Sequence[Token], line: int) -> None:
        """CREATE TABLE a AS SELECT …, and CREATE TABLE a LIKE b."""
        at = Cursor(tokens)
        at.taken(b"IF", b"NOT", b"EXISTS")
        name = at.name()
        if name is None:
            return
        if at.taken(b"LIKE"):
            like = self.find(at.name() or name)
            if like is not None and self.find(name, exact=True) is None:
                spec = deepcopy(like.spec)
                spec.name, spec.foreign_keys = name, []
                self._made(spec)
            return
        while at.peek().kind != "end" and at.peek().word not in (b"AS", b"SELECT"):
            at.take()  # ENGINE=… and its like
        at.taken(b"AS")
        rest = at.group() if at.peek().text == b"(" else at.tokens[at.at :]
        self._made_of(name, rest[1:] if rest and rest[0].word == b"SELECT" else [], line)

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
        if not found and len(wanted) == 1 and self.dialect.name not in ("MySQL", "SQL Server"):
            found = list(self._by_name.get(wanted[0], ()))  # in another schema that is looked through
            found = [] if len(found) > 1 or exact else found
        if exact and len(found) > 1:
            found = [rows for rows in found if len(rows.spec.name) == len(name)] or found
        return found[-1] if found else None

    def _alter(self) -> None:
        line = self.text.line_at(self.lexer.at)
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
        before = list(rows.spec.columns)
        found = altered(rows.spec, tokens[at.at :], self.dialect)
        self._arrange(rows, before, line)
        part = self.find(found.attached) if found.attached else None
        if part is not None:
            part.spec.part_of, part.whole = rows.spec.name, rows
        if found.renamed:
            self._renamed(rows, found.renamed)
        self._heads.clear()

    def _arrange(self, rows: Rows, before: list[ColumnSpec], line: int) -> None:
        """Bring rows that are there into the table's new columns."""
        columns, places = rows.spec.columns, {id(column): place for place, column in enumerate(before)}
        order = [places.get(id(column)) for column in columns]
        fills = [column for column, place in zip(columns, order, strict=True) if place is None and _fills(column)]
        if not rows.loaded or (order[: len(before)] == list(range(len(before))) and not fills):
            return

        def change(batch: Sequence[pa.Array]) -> list[pa.Array]:
            count = len(batch[0])
            made = []
            for column, place in zip(columns, order, strict=True):
                if place is not None:
                    made.append(batch[place])
                elif column in fills:
                    made.append(rows.filled(column, count))
                else:
                    made.append(pa.nulls(count, pa.string()))
            return made

        rows.spec.columns = before
        try:
            rows.rework(change)
        except NotFollowed:
            self._unfollowed(rows, "ALTER TABLE", line)
        else:
            rows.spec.columns = columns

    def _renamed(self, rows: Rows, name: Name) -> None:
        own = rows.spec.name
        self._by_name[own[-1].casefold()].remove(rows)
        rows.spec.name = name if len(name) > 1 else (*own[:-1], name[-1])
        self._by_name.setdefault(name[-1].casefold(), []).append(rows)
        for other in self.tables:
            for key in other.spec.foreign_keys:
                if key.table[-1].casefold() == own[-1].casefold():
                    key.table = rows.spec.name
        self._heads.clear()

    def _if(self) -> None:
        """IF condition statement of SQL Server. What asks for the database's objects holds, as it does in a new one."""
        self.others["IF"] += 1
        condition: list[Token] = []
        depth = 0
        while True:
            token = self.lexer.next()
            if token.kind in ("stop", "end"):
                return
            if depth == 0 and condition and token.word in _BRANCHES:
                break
            depth += (token.text == b"(") - (token.text == b")")
            if len(condition) < 500:
                condition.append(token)
        begins = token.word == b"BEGIN"
        if not begins:
            self.text.position = self.lexer.at
        if self._holds(condition):
            return
        if begins:
            self._body(True)
        else:
            self.lexer.next()
            self._rest(0)

    def _holds(self, tokens: Sequence[Token]) -> bool:
        """Whether IF [NOT] EXISTS (SELECT …) holds of the rows that were read; True where that cannot be told."""
        at = Cursor(tokens)
        negated = at.taken(b"NOT")
        if not at.taken(b"EXISTS"):
            return True
        inner = at.group()
        try:
            items = next((i for i, token in enumerate(inner) if token.word == b"FROM"), 0)
            chosen, rows = self._selected([Token("number", b"1"), *inner[items:]])
            found = any(len(chosen.of(batch)[0]) for batch in rows.texts())
        except NotFollowed:
            return True
        return found != negated

    def _loop(self) -> None:
        """WHILE: what it fills in is not known."""
        line = self.text.line_at(self.lexer.at)
        while (token := self.lexer.next()).word not in _BRANCHES and token.kind not in ("stop", "end"):
            pass
        kept: list[Token] = []
        if token.word == b"BEGIN":
            self._body(True, kept)
        else:
            kept = self._rest(MOST_BODY)
        self.others["WHILE"] += 1
        if any(one.word in (b"INSERT", b"UPDATE", b"DELETE") for one in [token, *kept]):
            self._not_carried_out(line, "changes tables in a loop")

    def _block_end(self, word: bytes) -> None:
        """END, and ELSE with what comes behind it: the condition before was taken to hold."""
        if word == b"ELSE":
            token = self.lexer.next()
            if token.word == b"BEGIN":
                self._body(True)
            elif token.kind not in ("stop", "end"):
                self._rest(0)

    def _rename(self) -> None:
        """RENAME TABLE a TO b, c TO d."""
        at = Cursor(self._rest(2000))
        at.taken(b"TABLE")
        for part in split(at.tokens[at.at :]):
            pair = Cursor(part)
            old = pair.name()
            new = pair.name() if pair.taken(b"TO") else None
            rows = self.find(old) if old else None
            if rows is not None and new is not None:
                self._renamed(rows, new)
        self.others["RENAME TABLE"] += 1

    def _procedure(self, word: bytes) -> None:
        """EXEC sp_rename 'table.column', 'name', 'COLUMN' of SQL Server; other procedures are counted."""
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest(50)
        at = Cursor(tokens)
        name = at.name() if not word.startswith(b"SP_") else (word.decode(),)
        if name and name[-1].casefold() == "sp_addtype":
            self._type_added([one[-1] for one in split(at.tokens[at.at :])])
            return
        given = [one[-1] for one in split(at.tokens[at.at :])] if name and name[-1].casefold() == "sp_rename" else []
        texts = [named(string(one.text, self.dialect)) for one in given if one.kind == "string"]
        if len(texts) < 2 or len(texts) != len(given):
            self.others[word.decode()] += 1
            if any(token.word.startswith((b"XP_", b"SP_OA")) for token in tokens[:6]):
                self._not_carried_out(line, _RUNS)
                return
            own = name is not None and not _OF_SYSTEM.match(name[-1]) and word != b"SP_RENAME"
            if own and at.tokens[0].text != b"(" and not (len(name or ()) > 1 and name and name[0].lower() == "sys"):
                self._not_carried_out(line, _FROM_ELSEWHERE["CALL"])
            return
        parts = tuple(part.strip('[]"') for part in texts[0].split("."))
        if len(texts) > 2 and texts[2].upper() == "COLUMN":
            rows = self.find(parts[:-1]) if len(parts) > 1 else None
            if rows is not None:
                rename_column(rows.spec, parts[-1], texts[1])
        elif len(texts) == 2 and (rows := self.find(parts)) is not None:
            self._renamed(rows, (texts[1],))
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
        """UPDATE, DELETE and TRUNCATE, followed where it is plain what they do to rows that were read."""
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest(MOST_WORDS)
        at = Cursor(tokens)
        for skipped in (b"TABLE", b"LOW_PRIORITY", b"QUICK", b"IGNORE", b"FROM", b"INTO", b"ONLY"):
            at.taken(skipped)
        name = at.name()
        rows = self.find(name) if name else None
        label = word.decode()
        if name is None or rows is None or not rows.seen:
            self.others[label] += 1
            if word == b"MERGE":
                self._not_carried_out(line, _FROM_ELSEWHERE[label])
            return
        try:
            for other in self.tables:
                if other.loaded and any(
                    key.cascades and self.find(key.table) is rows for key in other.spec.foreign_keys
                ):
                    raise NotFollowed
            if word == b"TRUNCATE":
                if at.peek().text == b",":
                    raise NotFollowed
                rows.rework(_emptied)
            elif word == b"MERGE":
                raise NotFollowed
            else:
                rows.rework(self._changing(word, at, name, rows))
        except NotFollowed:
            self._unfollowed(rows, label, line)
        else:
            rows.account.followed[label] += 1
            rows.triggers += rows.change_triggers
            rows.triggered |= bool(rows.change_triggers)
            rows.change_triggers = []

    def _changing(
        self, word: bytes, at: Cursor, name: Name, rows: Rows
    ) -> Callable[[Sequence[pa.Array]], Sequence[pa.Array]]:
        """What UPDATE or DELETE, of which the table's name was read, does to rows. Raises NotFollowed."""
        names = [name[-1]]
        if at.taken(b"AS") or (at.peek().kind in ("word", "name") and at.peek().word not in (b"SET", b"WHERE")):
            names.append((at.name() or ("",))[-1])
        columns = rows.spec.columns
        reader = ConditionReader(columns, names, self.dialect)
        sets: list[Token] = []
        if word == b"UPDATE":
            if not at.taken(b"SET"):
                raise NotFollowed
            while at.peek().kind != "end" and at.peek().word != b"WHERE":
                sets.append(at.take())
        if at.taken(b"WHERE"):
            test = reader.condition(at.tokens[at.at :])
        elif at.peek().kind == "end":
            test = _every
        else:
            raise NotFollowed
        if word == b"DELETE":
            return lambda batch: _kept(batch, pc.invert(pc.fill_null(test(batch), False)))
        fillings = {}
        for part in split(sets):
            one = Cursor(part)
            place = reader.place(one.name())
            if place is None or one.take().text != b"=":
                raise NotFollowed
            fillings[place] = self._filling(reader, part[one.at :], columns[place])

        def change(batch: Sequence[pa.Array]) -> list[pa.Array]:
            mask = pc.fill_null(test(batch), False)
            if not pc.any(mask).as_py():
                return list(batch)
            made = list(batch)
            for place, filling in fillings.items():
                made[place] = pc.if_else(mask, filling(batch), batch[place])
            return made

        return change

    def _filling(self, reader: ConditionReader, tokens: Sequence[Token], column: ColumnSpec) -> Filling:
        if len(tokens) == 1 and tokens[0].word == b"DEFAULT":
            value = column.default
            if column.default_says or column.numbered or not (value is None or isinstance(value, bytes)):
                raise NotFollowed
            text = None if value is None else named(value)
            return lambda batch: pa.array([text] * len(batch[0]), pa.string())
        if column.is_bit or column.is_binary:
            raise NotFollowed
        return reader.filling(tokens, column)

    def _unfollowed(self, rows: Rows, label: str, line: int) -> None:
        said = rows.account.changes.setdefault(label, [0, line])
        said[0] += 1

    # Rows made of other rows

    def _selected(self, tokens: Sequence[Token]) -> tuple[Selection, Rows]:
        """What SELECT (tokens behind it) takes of which table. Raises NotFollowed."""
        parts = source_of(tokens)
        if parts is None:
            raise NotFollowed
        items, name, alias, condition, order = parts
        rows = self.find(name)
        if rows is None or rows.parts or rows.whole is not None or (rows.dropped_at is not None):
            raise NotFollowed
        reader = ConditionReader(rows.spec.columns, (name[-1], alias), self.dialect)
        return selection(items, condition, bool(order), reader), rows

    def _copied_rows(self, chosen: Selection, source: Rows, order: Sequence[int], into: Rows) -> None:
        """Fill a table from another, or from itself. Raises NotFollowed before the first row."""
        left = [column for place, column in enumerate(into.spec.columns) if place not in order]
        if chosen.ordered and any(column.numbered for column in left):
            raise NotFollowed
        self._rows_copied += source.loaded
        if self._rows_copied > MOST_COPIED:
            raise NotFollowed
        batches = (chosen.of(batch) for batch in source.texts())
        for made in list(batches) if source is into or source.loaded <= BATCH_ROWS else batches:
            into.add_texts(order, made)

    def _select_into(self) -> None:
        """SELECT … INTO new FROM old; any other SELECT is counted."""
        line = self.text.line_at(self.lexer.at)
        tokens = self._rest(2000)
        places = [i for i, token in enumerate(tokens) if token.word == b"INTO"]
        at = Cursor(tokens[places[0] + 1 :]) if len(places) == 1 else None
        name = at.name() if at is not None and at.peek().text[:1] != b"@" else None
        if at is None or name is None or at.peek().word != b"FROM" or name[-1].startswith(("#", "@")):
            self.others["SELECT"] += 1
            if any(tokens[i + 1].word in (b"OUTFILE", b"DUMPFILE") for i in places if i + 1 < len(tokens)):
                self._not_carried_out(line, _WRITES)
            self._assign(tokens)
            return
        self._made_of(name, [*tokens[: places[0]], *at.tokens[at.at :]], line)

    def _made_of(self, name: Name, tokens: Sequence[Token], line: int) -> None:
        """A table made of what SELECT (tokens behind it) takes from another."""
        known = self.find(name, exact=True)
        if known is not None and known.dropped_at is None:
            return
        try:
            chosen, source = self._selected(tokens)
            spec = TableSpec(name, list(chosen.columns))
            if known is not None:
                known.restart(line)
                known.spec, known.dropped_at = spec, None
            rows = known or self._made(spec)
            self._copied_rows(chosen, source, range(len(spec.columns)), rows)
        except NotFollowed:
            self.others["CREATE TABLE of something computed"] += 1
            self._not_carried_out(line, f'makes the table "{name[-1]}" of the result of a query')

    # INSERT

    def _insert(self, word: bytes, line: int) -> None:
        tokens: list[Token] = []
        self._tail = []
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
        head = head_of(tokens, word)
        if head is None or any(_INTERNAL.fullmatch(part) for part in (*head.table, self._database)):
            self.others["INSERT that is not understood" if head is None else "INSERT into an internal table"] += 1
            self._rest(0)
            return
        match head.source:
            case b"VALUES":
                known = self.find(head.table)
                seen = known.seen if known is not None else 0
                self._values(head)
                self._inserted(head, seen)
            case b"SELECT":
                self._select(head, line)
            case b"DEFAULT":
                self._rest(10)
                target = self._target(head, 0)
                seen = target.rows.seen
                target.rows.add((), ()) if target.rows.spec.columns else None
                self._inserted(head, seen)
            case b"SET":
                self._assignments(head, line)
            case _:
                self._rest(0)
                self._computed(head, line)

    def _inserted(self, head: Head, seen: int) -> None:
        """Note which rows an INSERT added, and what it says about those with a known key."""
        rows = self.find(head.table)
        if rows is None:
            return
        self._last = rows, rows.seen - seen
        at = Cursor(self._tail)
        if at.taken(b"CONFLICT"):
            at.group()
            while at.peek().kind != "end" and not at.taken(b"DO"):
                at.take()
            if at.taken(b"NOTHING"):
                rows.meets("ignore")
            elif at.taken(b"UPDATE", b"SET"):
                rows.meets("update", _taken_over(at.tokens[at.at :], b"EXCLUDED"))
        elif at.taken(b"DUPLICATE", b"KEY", b"UPDATE"):
            rows.meets("update", _taken_over(at.tokens[at.at :], b"VALUES"))

    def _computed(self, head: Head, line: int) -> None:
        """An INSERT whose rows only a database could compute."""
        rows = self.find(head.table)
        if rows is None:
            self._not_carried_out(line, f'fills the table "{head.table[-1]}" with the result of a query')
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
        if head.conflicts:
            rows.meets(head.conflicts)
        optional = head.columns is None and self.dialect.name == "PostgreSQL"
        return Target(rows, order, optional)

    def _values(self, head: Head) -> None:
        target: Target | None = None
        known = self.find(head.table)
        if known is not None and (head.columns is not None or len(known.order(None)) == len(known.spec.columns)):
            target = self._target(head, 0)
        while True:
            if target is not None and self._careful <= 0 and not self.dialect.a_line_each:
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
        self._tail = self._rest(500) if token.word == b"ON" else self._rest(0)
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
        empty: list[tuple[str, str]] = []
        for place, part in zip(order, parts, strict=True):
            try:
                values.append(Expression(part, self.dialect).value())
            except NotLiteral as odd:
                try:
                    values.append(self._looked_up(part))
                except (NotLiteral, NotFollowed):
                    empty.append((rows.spec.columns[place].name, str(odd)))
                    values.append(None)
        if empty and len(empty) == len(values):
            column, said = empty[0]
            reason = f"{said} is no plain value, and nothing in a dump is carried out"
            rows.set_aside(Odd(line, reason, raw, column=column, byte=byte))
            return
        for column, said in empty:
            rows.left_empty(column, line, said)
        rows.add(order, values)

    # What was read before

    def _looked_up(self, tokens: Sequence[Token]) -> Value:
        """A value in which variables, the last number given, and SELECT of one value from a table that was read stand.

        Raises NotLiteral or NotFollowed for anything else.
        """
        at = Cursor(tokens)
        made: list[Token] = []
        known = 0
        while at.peek().kind != "end":
            word = at.peek().word
            known += 1
            if at.peek().text == b"(" and at.peek(1).word == b"SELECT":
                made.append(_as_token(self._one_value(at.group()[1:])))
            elif word in _LAST_NUMBERS:
                at.take()
                named_in = at.group()
                made.append(_as_token(self._number_of(named_in) if named_in else self._last_number()))
            elif word in self._variables:
                made.append(_as_token(self._variables[at.take().word]))
            else:
                made.append(at.take())
                known -= 1
        if not known:
            raise NotFollowed
        return Expression(made, self.dialect).value()

    def _last_number(self) -> Value:
        """LAST_INSERT_ID() and the like."""
        if self._last is None or not (self._last[1] == 1 or self.dialect.name == "SQL Server"):
            raise NotFollowed
        number = self._last[0].last_number()
        if number is None:
            raise NotFollowed
        return b"%d" % number

    def _number_of(self, tokens: Sequence[Token]) -> Value:
        """The number that a sequence, called table_column_seq, or IDENT_CURRENT('table') gave last."""
        if tokens[0].kind != "string":
            raise NotFollowed
        name = named(string(tokens[0].text, self.dialect)).replace('"', "").split(".")[-1].casefold()
        for rows in self.tables:
            numbers = [column.name for column in rows.spec.columns if column.numbered]
            if any(name in (rows.label.casefold(), f"{rows.label}_{number}_seq".casefold()) for number in numbers):
                last = rows.last_number()
                if last is not None:
                    return b"%d" % last
        raise NotFollowed

    def _one_value(self, tokens: Sequence[Token]) -> Value:
        """The value of SELECT a FROM t WHERE … (tokens behind SELECT), or of MAX(a)."""
        if tokens and tokens[0].word == b"TOP":
            tokens = tokens[2 if tokens[1].text != b"(" else 4 :]
            limited = True
        else:
            limited = len(tokens) > 2 and tokens[-2].word == b"LIMIT" and tokens[-1].text == b"1"
            tokens = tokens[:-2] if limited else tokens
        highest = len(tokens) > 3 and tokens[0].word == b"MAX" and tokens[1].text == b"("
        if highest:
            inner = Cursor(tokens[1:])
            tokens = [*inner.group(), *inner.tokens[inner.at :]]
        if not any(token.word == b"FROM" for token in tokens):
            return self._looked_up(tokens)
        chosen, rows = self._selected(tokens)
        if len(chosen.fillings) != 1 or (chosen.ordered and limited):
            raise NotFollowed
        found: list[str | None] = []
        for batch in rows.texts():
            found += chosen.of(batch)[0].to_pylist()
        if highest:
            if not all(value is not None and value.isdigit() for value in found):
                raise NotFollowed
            return str(max(map(int, filter(None, found)))).encode() if found else None
        if len(found) > 1 and not limited:
            raise NotFollowed
        return found[0].encode() if found and found[0] is not None else None

    def _assign(self, tokens: Sequence[Token]) -> None:
        """SET @a = 1, @b = LAST_INSERT_ID(): values that are known are kept, others forgotten. SET SCHEMA too."""
        at = Cursor(tokens)
        if at.taken(b"SCHEMA") or at.taken(b"SEARCH_PATH"):
            if at.peek().text == b"=" or at.peek().word == b"TO":
                at.take()
            self._database = (at.name() or ("",))[-1]
            self._heads.clear()
            return
        for part in split(tokens):
            at = Cursor(part)
            while at.peek().word in (b"SET", b"SELECT", b"DECLARE"):
                at.take()
            name = at.take().word
            while at.peek().kind != "end" and at.peek().text not in (b"=", b":"):
                at.take()
            at.take()
            rest = at.tokens[at.at + (at.peek().text == b"=") :]
            if not name.startswith(b"@") or name.startswith(b"@@") or not rest:
                continue
            self._variables.pop(name, None)
            try:
                try:
                    self._variables[name] = Expression(rest, self.dialect).value()
                except NotLiteral:
                    self._variables[name] = self._looked_up(rest)
            except (NotLiteral, NotFollowed):
                continue

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
            head = head_of(tokens[at + 1 :], tokens[at].word)
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
        selects = _selects(tokens)
        if None in selects:
            self._select_rows(head, tokens, line)
            return
        for part in selects:
            if part is None:
                return
            values = [_without_alias(value) for value in split(part)]
            target = self._target(head, len(values))
            raw = named(b" ".join(token.text for token in part))[:RAW_CHARACTERS]
            self._row_of(target, values, line, byte, raw)

    def _select_rows(self, head: Head, tokens: Sequence[Token], line: int) -> None:
        """INSERT … SELECT a, b FROM t WHERE …, from a table that was read."""
        try:
            chosen, source = self._selected(tokens)
            target = self._target(head, len(chosen.columns))
            if target.width != len(chosen.columns):
                raise NotFollowed
            self._copied_rows(chosen, source, target.order, target.rows)
        except NotFollowed:
            self._computed(head, line)
        else:
            target.rows.account.followed["INSERT … SELECT"] += 1

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
            ways = {before.word: token for before, token in pairwise(tokens) if before.word in (b"FROM", b"TO")}
            if any(token.word == b"PROGRAM" for token in ways.values()):
                self._not_carried_out(line, _RUNS)
            elif at.tokens[at.at - 1].word == b"FROM":
                self._not_carried_out(line, "fills a table from another file")
            elif b"TO" in ways and ways[b"TO"].kind == "string":
                self._not_carried_out(line, _WRITES)
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
        if {b"CSV", b"DELIMITER", b"DELIMITERS", b"NULL", b"BINARY", b"HEADER", b"QUOTE", b"ESCAPE"} & set(options):
            self._foreign_lines(target, line, at.tokens[at.at + 1 :])
        else:
            self._lines(target)

    def _foreign_lines(self, target: Target, line: int, options: Sequence[Token]) -> None:
        """Lines in a format that pg_dump does not write: CSV is read, each other line set aside, never guessed."""
        said = [
            string(t.text, self.dialect).decode("latin-1") if t.kind == "string" else t.word.decode() for t in options
        ]
        given = {name: next((v for v in said[i + 1 : i + 3] if v != "AS"), "") for i, name in enumerate(said)}
        lines = self._lines_to_mark()
        if "CSV" not in said or "ESCAPE" in said or not target.width:
            for number, raw in lines:
                reason = f"COPY in line {line:,} names a format other than the text format of pg_dump"
                target.rows.set_aside(Odd(number, reason, named(raw.rstrip(b"\r\n"))))
            return
        marks = [given.get(name, "").encode("latin-1") for name in ("DELIMITER", "QUOTE", "NULL")]
        for number, (at, raw, values) in enumerate(_csv_rows(lines, marks[0] or b",", marks[1] or b'"', marks[2])):
            if number == 0 and "HEADER" in said:
                continue
            if len(values) != target.width:
                reason = f"the row has {len(values):,} values, {target.width:,} are wanted"
                target.rows.set_aside(Odd(at, reason, named(raw.rstrip(b"\r\n"))[: RAW_CHARACTERS * 4]))
                continue
            target.rows.add(target.order, values)
            self._held()

    def _lines_to_mark(self) -> Iterator[tuple[int, bytes]]:
        r"""Each line with its number, up to the one that is \. alone."""
        while not self.text.ended or self.text.position < len(self.text.buffer):
            at = self.text.line
            raw = self.text.rest_of_line()
            if raw.rstrip(b"\r\n") == b"\\." or not raw:
                return
            yield at, raw

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


def _csv_rows(
    lines: Iterator[tuple[int, bytes]], mark: bytes, quote: bytes, null: bytes
) -> Iterator[tuple[int, bytes, list[Value]]]:
    """Rows of CSV as COPY reads it: their first line, their text and their values; what is quoted is never null."""
    m, q = re.escape(mark), re.escape(quote)
    field = re.compile(rb"(?:%s((?:[^%s]++|%s%s)*+)%s|([^%s\r\n]*+))(%s|\r?\n?\Z)" % (q, q, q, q, q, m, m))
    for at, raw in lines:
        while raw.count(quote) % 2 and len(raw) < MOST_BYTES and (more := next(lines, None)) is not None:
            raw += more[1]
        values: list[Value] = []
        place = 0
        while (found := field.match(raw, place)) is not None:
            place = found.end()
            quoted, bare = found[1], found[2]
            values.append(quoted.replace(quote * 2, quote) if quoted is not None else None if bare == null else bare)
            if found[3] != mark:
                break
        yield at, raw, values if place == len(raw) else []


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


_BRANCHES = {
    b"BEGIN", b"CREATE", b"INSERT", b"DROP", b"ALTER", b"UPDATE", b"DELETE", b"EXEC", b"EXECUTE", b"SET", b"PRINT",
    b"SELECT", b"DECLARE", b"TRUNCATE", b"USE", b"RAISERROR", b"RETURN", b"GOTO", b"THROW", b"GO",
}  # fmt: skip
_RUNS = "runs a program outside of the database"
_WRITES = "writes another file"
_FROM_ELSEWHERE = {
    "LOAD": "fills a table from another file",
    "BULK": "fills a table from another file",
    "ATTACH": "opens another database",
    "XP_CMDSHELL": _RUNS,
    "CALL": "calls a procedure, which may change tables",
    "DO": "changes tables in a block",
    "WITH": "may change tables by the result of a query",
    "MERGE": "changes a table by the result of a query",
}
_CLIENT_COMMANDS = (
    (re.compile(rb"(?i)[\\.]?!|[\\.]?(?:system|shell|host|pager)\s|[\\.]\w+\s+\|"
                rb"|\\copy\s.*\s(?:from|to)\s+program\s"), _RUNS),
    (re.compile(rb"(?i)\\copy\s.*\sto\s+'|\\lo_export\s|[\\.](?:o|out|output|once|w|write|log|save|backup|clone)\s+\S"
                rb"|tee\s|spool\s+(?!off\b|out\b)\S"), _WRITES),
    (re.compile(rb"\.load\s"), "loads a library"),
    (re.compile(rb"(?i)\\(?:copy|i|ir|include|include_relative|lo_import)\s|\\\.[ \t]+\S"
                rb"|\.(?:import|read|restore|open)\s|source\s|@?@?\s*[\w./\\-]+\.sql\b"), "reads another file"),
)  # fmt: skip
"""What commands to client programs do, of which each dump may have some."""
_CHANGES = re.compile(rb"(?i)\b(?:INSERT|UPDATE|DELETE|MERGE)\b")
_OF_SYSTEM = re.compile(r"(?i)(sp|xp|dbms|ms)_|PROCEDURE$|FUNCTION$")
_LAST_NUMBERS = {
    b"LAST_INSERT_ID", b"SCOPE_IDENTITY", b"@@IDENTITY", b"LASTVAL", b"LAST_INSERT_ROWID", b"CURRVAL", b"IDENT_CURRENT",
}  # fmt: skip


def _as_token(value: Value) -> Token:
    """A value as a token of any dialect."""
    return Token("dollar", b"$$" + value + b"$$") if isinstance(value, bytes) else Token("word", b"NULL")


def _taken_over(tokens: Sequence[Token], word: bytes) -> tuple[str, ...] | None:
    """The columns of a = EXCLUDED.a, b = VALUES(b) when all are of this form."""
    names: list[str] = []
    for part in split(tokens):
        at = Cursor(part)
        name = at.name()
        rest = [token.text for token in at.tokens[at.at :]]
        if name is None or len(rest) < 4 or rest[0] != b"=" or rest[1].upper() != word:
            return None
        if quoted_name(rest[3]).casefold() != name[-1].casefold():
            return None
        names.append(name[-1])
    return tuple(names)


def _without_colon(tokens: Sequence[Token]) -> list[Token]:
    """:NEW.a of Oracle as NEW.a."""
    return [token for token in tokens if token.text != b":"]


def _sets_time(tokens: Sequence[Token]) -> bool:
    """Whether a trigger does nothing but note the time of a row: SET NEW.a = NOW()."""
    return 0 < len(tokens) < 16 and tokens[0].word == b"SET" and any(token.word in CLOCKS for token in tokens)


def _fills(column: ColumnSpec) -> bool:
    """Whether rows that are there already get a value in a column that is added."""
    return column.numbered or column.default is not None


def _every(batch: Sequence[pa.Array]) -> pa.Array:
    return pa.array(np.ones(len(batch[0]), np.bool_))


def _kept(batch: Sequence[pa.Array], mask: pa.Array) -> list[pa.Array]:
    return [column.filter(mask) for column in batch]


def _emptied(batch: Sequence[pa.Array]) -> list[pa.Array]:
    return [column.slice(0, 0) for column in batch]


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
