"""CREATE TRIGGER: what a trigger does with rows that come after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from tablewright.core.readers.sql.changes import ConditionReader, NotFollowed
from tablewright.core.readers.sql.definitions import ColumnSpec, Cursor, split
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.header import head_of
from tablewright.core.readers.sql.literals import CLOCKS, named
from tablewright.core.readers.sql.rows import Rows
from tablewright.core.readers.sql.tokens import Token

MOST_COPIES = 4
"""Triggers of one table that are followed."""


def trigger(dump: Dump, tokens: Sequence[Token]) -> None:
    """Note a trigger (tokens from its name on) that comes before the rows of its table."""
    words = [token.word for token in tokens]
    if b"ON" not in words[:20]:
        return
    at = Cursor(tokens)
    at.at = words.index(b"ON") + 1
    name = at.name()
    rows = dump.find(name) if name else None
    if rows is None:
        return
    if b"INSERT" not in words[: at.at]:
        rows.change_triggers.append(named(tokens[0].text))
        return
    while at.peek().kind != "end" and at.peek().word not in (b"INSERT", b"SET", b"BEGIN"):
        at.take()
    at.taken(b"BEGIN")
    inner = tokens[at.at :]
    while inner and (inner[-1].text in (b"", b";", dump.lexer.delimiter) or inner[-1].word == b"END"):
        inner = inner[:-1]
    plain = b"AFTER" in words[: at.at] and b"WHEN" not in words and b"STATEMENT" not in words
    copy = _copying(dump, inner, rows) if plain else None
    if copy is not None:
        rows.copies.append(copy)
    elif not (words[: at.at].count(b"BEFORE") and _sets_time(inner)):
        rows.triggers.append(named(tokens[0].text))


def _copying(dump: Dump, tokens: Sequence[Token], rows: Rows) -> Callable[[Sequence[pa.Array]], None] | None:
    """What INSERT INTO other (…) VALUES (NEW.a, …) does with each row of a table; None for anything else."""
    if not tokens or tokens[0].word != b"INSERT" or any(token.text == b";" for token in tokens):
        return None
    end = next((i for i, token in enumerate(tokens) if token.word in (b"VALUES", b"VALUE")), 0)
    head = head_of(tokens[1 : end + 1])
    at = Cursor(tokens[end + 1 :])
    given = list(split(at.group()))
    other = dump.find(head.table) if head else None
    if head is None or other is None or other is rows or at.peek().kind != "end":
        return None
    # One step only: triggers that fill each other's tables would never end.
    if other.copies or rows.is_copied_to or len(rows.copies) >= MOST_COPIES:
        return None
    target = dump.target(head, len(given))
    if len(given) != target.width:
        return None
    reader = ConditionReader(rows.spec.columns, ("new", ":new"), dump.dialect)
    try:
        fillings = [reader.filling(_without_colon(part), ColumnSpec("")) for part in given]
    except NotFollowed:
        return None

    other.is_copied_to = True

    def copy(batch: Sequence[pa.Array]) -> None:
        other.add_texts(target.order, [filling(batch) for filling in fillings])
        other.account.followed["rows by a trigger"] += len(batch[0])

    return copy


def _without_colon(tokens: Sequence[Token]) -> list[Token]:
    """:NEW.a of Oracle as NEW.a."""
    return [token for token in tokens if token.text != b":"]


def _sets_time(tokens: Sequence[Token]) -> bool:
    """Whether a trigger does nothing but note the time of a row: SET NEW.a = NOW()."""
    return 0 < len(tokens) < 16 and tokens[0].word == b"SET" and any(token.word in CLOCKS for token in tokens)
