"""A table of text columns, asked about one column after another.

In a wide table a question of one column takes as long as one of all, because each column is named and looked up: some
columns at a time are held in a table of their own, and one that is asked much is held without its empty rows.
"""

# ruff: noqa: S608 - the SQL names only our own columns

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from tablewright.core.readers.engine import VALUE_BYTES

WIDE = 30
"""Tables of so many columns are looked at some columns at a time: …"""
HELD_COLUMNS = 100
"""… so many are held in a table of their own …"""
HELD_BYTES = 64 << 20
"""… that may take no more than this …"""
LEAST_HELD = 4
"""… nor hold fewer …"""
ASKED_COLUMNS = 10
"""… and of so many of them something is asked in one statement."""


@dataclass
class Asked:
    """Where the columns c1, c2, … of a relation are read, each by itself."""

    con: duckdb.DuckDBPyConnection
    relation: str
    width: int
    row_bytes: float
    """How much text a row has, about."""
    rows: int = 0
    """How many there are; 0 where that is not known, and then nothing is held."""
    _held: int = -1
    _alone: int = -1

    @contextmanager
    def holding(self) -> Iterator[None]:
        """While this lasts, some columns may be held."""
        try:
            yield
        finally:
            if self._held >= 0:
                self.con.execute("DROP TABLE IF EXISTS held")
                self._held = -1

    @contextmanager
    def alone(self, i: int) -> Iterator[None]:
        """While this lasts, column `i` of a wide table is held without its empty rows, whose number is kept as n."""
        if not self._step():
            yield
            return
        numbered = f"SELECT c{i + 1}, row_number() OVER () AS n FROM {self.of(i)}"
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE alone AS FROM ({numbered}) WHERE c{i + 1} IS NOT NULL")
        self._alone = i
        try:
            yield
        finally:
            self._alone = -1
            self.con.execute("DROP TABLE alone")

    def of(self, i: int) -> str:
        """The relation in which column `i` is asked: perhaps without its empty rows."""
        step = self._step()
        if i == self._alone:
            return "alone"
        if step and i // step != self._held:
            self._held = i // step
            columns = ", ".join(f"c{n + 1}" for n in range(self.width)[self._held * step :][:step])
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE held AS SELECT {columns} FROM {self.relation}")
        return "held" if step else self.relation

    def numbered(self, i: int) -> str:
        """The same with the numbers of rows, from 1, as n."""
        if i == self._alone:
            return "alone"
        return f"(SELECT c{i + 1}, row_number() OVER () AS n FROM {self.of(i)})"

    def each(self, asked: Iterable[tuple[int, str]]) -> Iterator[Any]:
        """What SQL says that is given for a column each, in ascending order: for some columns at a time.

        A statement of very many expressions is planned in the square of their number. What is said of a column comes
        while it is still held.
        """
        step = self._step()
        together = ASKED_COLUMNS if step else HELD_COLUMNS
        for _, parts in groupby(asked, lambda one: (one[0] // (step or self.width), one[0] // together)):
            (first, *_), *_ = some = list(parts)
            yield from self.one(f"SELECT {', '.join(sql for _, sql in some)} FROM {self.of(first)}")

    def texts(self, sql: str) -> list[str]:
        """The first column of an answer."""
        return [str(row[0]) for row in self.con.execute(sql).fetchall()]

    def one(self, sql: str) -> tuple[Any, ...]:
        """The first row of an answer."""
        return self.con.execute(sql).fetchone() or ()

    def _step(self) -> int:
        """How many columns are held at once; 0 where each is read where it is."""
        if self.width < WIDE or not self.rows:
            return 0
        each = self.rows * (self.row_bytes / self.width + VALUE_BYTES)
        step = min(HELD_COLUMNS, int(HELD_BYTES / each))
        return step if step >= LEAST_HELD else 0
