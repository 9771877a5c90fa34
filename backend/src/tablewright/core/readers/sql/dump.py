"""What is known of a dump at some place in it: its tables, its session, and what has to be said."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tablewright.core.readers.errors import TooManyColumns, TooManyTables
from tablewright.core.readers.model import LISTED_ROWS, Source
from tablewright.core.readers.sql.changes import PLAIN, Clause
from tablewright.core.readers.sql.definitions import ColumnSpec, Name, TableSpec
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.header import Head
from tablewright.core.readers.sql.literals import Value
from tablewright.core.readers.sql.rows import Decoding, Rows
from tablewright.core.readers.sql.tokens import Lexer, Text

MOST_TABLES = 2000
HELD_BYTES = 48 << 20
LOOKED_ROWS = 50
INTERNAL = re.compile(r"sqlite_\w+|system_lobs", re.I)
"""Tables, or databases, in which a database keeps its own accounts."""


Marks = dict[int, tuple[int, int]]
"""What each table was like, by its identity."""


@dataclass
class Target:
    """Where the rows of an INSERT go."""

    rows: Rows
    order: tuple[int, ...]
    optional: bool
    """Whether a row may have fewer values than the table has columns."""
    clause: Clause = PLAIN

    @property
    def width(self) -> int:
        return len(self.order)

    @property
    def key(self) -> tuple[int, tuple[int, ...], Clause]:
        """The same for rows that are read in the same way."""
        return id(self.rows), self.order, self.clause


class Dump:
    """The text with the place reached in it, and what its statements made so far."""

    def __init__(self, source: Source, text: Text, dialect: Dialect, decoding: Decoding) -> None:
        self.source, self.text, self.dialect, self.decoding = source, text, dialect, decoding
        self.lexer = Lexer(text, dialect)
        self.tables: list[Rows] = []
        """In order of appearance."""
        self.others: Counter[str] = Counter()
        """Statements that were not carried out: how many of a kind."""
        self.unfollowed: list[tuple[int, str]] = []
        """Those that may have changed tables, of which none was read: line and what they do."""
        self.database = ""
        """The database or schema in which names without one are looked for."""
        self.variables: dict[bytes, Value] = {}
        self.domains: dict[str, ColumnSpec] = {}
        """Types that the script declares."""
        self.last_filled: tuple[Rows, int] | None = None
        """The table that was filled last, and with how many rows."""
        self.rows_copied = 0
        """How many rows were read to fill tables."""
        self.heads: dict[bytes, Target | None] = {}
        """Where rows behind such a text go, which begins another INSERT; until tables or names change."""
        self.marks: dict[str, Marks] = {}
        """What a ROLLBACK goes back to, by the name of a savepoint; nothing outside of transactions."""
        self.stays = dialect.name != "Oracle"
        """Whether what a statement does stays without a COMMIT."""
        self._by_name: dict[str, list[Rows]] = {}
        self._unlooked = 0

    @property
    def line(self) -> int:
        """The line of the last token."""
        return self.text.line_at(self.lexer.at)

    def not_carried_out(self, line: int, what: str) -> None:
        """Note a statement that may have changed tables, of which none was read."""
        if len(self.unfollowed) < LISTED_ROWS:
            self.unfollowed.append((line, what))

    def made(self, spec: TableSpec) -> Rows:
        """A new table. Raises TooManyTables."""
        if len(self.tables) >= MOST_TABLES:
            raise TooManyTables(MOST_TABLES)
        rows = Rows(self.source, spec, len(self.tables) + 1, self.dialect, self.decoding)
        rows.database = self.database
        rows.whole = self.find(spec.part_of) if spec.part_of else None
        self.tables.append(rows)
        self._by_name.setdefault(spec.name[-1].casefold(), []).append(rows)
        self.heads.clear()
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
            if len(wanted) == 1 and len(own) == 1 and rows.database != self.database:
                continue
            found.append(rows)
        if not found and len(wanted) == 1 and self.dialect.name not in ("MySQL", "SQL Server"):
            found = list(self._by_name.get(wanted[0], ()))  # in another schema that is looked through
            found = [] if len(found) > 1 or exact else found
        if exact and len(found) > 1:
            found = [rows for rows in found if len(rows.spec.name) == len(name)] or found
        return found[-1] if found else None

    def renamed(self, rows: Rows, name: Name) -> None:
        """Give a table another name; keys that point to it follow."""
        own = rows.spec.name
        self._by_name[own[-1].casefold()].remove(rows)
        rows.spec.name = name if len(name) > 1 else (*own[:-1], name[-1])
        self._by_name.setdefault(name[-1].casefold(), []).append(rows)
        for other in self.tables:
            for key in other.spec.foreign_keys:
                if key.table[-1].casefold() == own[-1].casefold():
                    key.table = rows.spec.name
        self.heads.clear()

    def target(self, head: Head, width: int) -> Target:
        """The table to fill; one that nothing declared gets its columns from the first row."""
        rows = self.find(head.table)
        if rows is None:
            names = head.columns or tuple(f"Column {i + 1}" for i in range(width))
            spec = TableSpec(head.table, declared=False)
            rows = self.made(spec)
            rows.order(names)
        if head.columns is None and len(rows.order(None)) != width and width == len(rows.spec.columns):
            order = tuple(range(width))
        else:
            order = rows.order(head.columns)
        if len(rows.spec.columns) > self.source.max_columns:
            raise TooManyColumns(len(rows.spec.columns), self.source.max_columns)
        optional = head.columns is None and self.dialect.name == "PostgreSQL"
        return Target(rows, order, optional, Clause(head.conflicts) if head.conflicts else PLAIN)

    def relieve(self) -> None:
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
