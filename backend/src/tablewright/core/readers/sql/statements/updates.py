"""Statements that change rows that are there: UPDATE, DELETE, TRUNCATE and MERGE."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.sql.changes import MOST_WORDS, ConditionReader, Filling, NotFollowed
from tablewright.core.readers.sql.definitions import ColumnSpec, Cursor, Name, split
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import to_end
from tablewright.core.readers.sql.literals import named
from tablewright.core.readers.sql.rows import Rows
from tablewright.core.readers.sql.statements.others import FROM_ELSEWHERE
from tablewright.core.readers.sql.tokens import Token


def change(dump: Dump, word: bytes) -> None:
    """UPDATE, DELETE and TRUNCATE, followed where it is plain what they do to rows that were read."""
    line = dump.line
    tokens = to_end(dump.lexer, MOST_WORDS)
    at = Cursor(tokens)
    for skipped in (b"TABLE", b"LOW_PRIORITY", b"QUICK", b"IGNORE", b"FROM", b"INTO", b"ONLY"):
        at.taken(skipped)
    name = at.name()
    rows = dump.find(name) if name else None
    label = word.decode()
    said = f"{label} in line {line:,} takes it away"
    if name is None or rows is None or not rows.seen:
        dump.others[label] += 1
        if word == b"MERGE":
            dump.not_carried_out(line, FROM_ELSEWHERE[label])
        return
    try:
        for other in dump.tables:
            if other.loaded and any(key.cascades and dump.find(key.table) is rows for key in other.spec.foreign_keys):
                raise NotFollowed
        if word == b"TRUNCATE":
            if at.peek().text == b",":
                raise NotFollowed
            rows.rework(_emptied, lambda _: said)
        elif word == b"MERGE":
            raise NotFollowed
        else:
            rows.rework(_changing(dump, word, at, name, rows), lambda _: said)
    except NotFollowed:
        rows.unfollowed(label, line)
    else:
        rows.account.followed[label] += 1
        rows.triggers += rows.change_triggers
        rows.triggered |= bool(rows.change_triggers)
        rows.change_triggers = []


def _changing(
    dump: Dump, word: bytes, at: Cursor, name: Name, rows: Rows
) -> Callable[[Sequence[pa.Array]], Sequence[pa.Array]]:
    """What UPDATE or DELETE, of which the table's name was read, does to rows. Raises NotFollowed."""
    names = [name[-1]]
    if at.taken(b"AS") or (at.peek().kind in ("word", "name") and at.peek().word not in (b"SET", b"WHERE")):
        names.append((at.name() or ("",))[-1])
    columns = rows.spec.columns
    reader = ConditionReader(columns, names, dump.dialect)
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
        fillings[place] = _filling(dump, reader, part[one.at :], columns[place])

    def change(batch: Sequence[pa.Array]) -> list[pa.Array]:
        mask = pc.fill_null(test(batch), False)
        if not pc.any(mask).as_py():
            return list(batch)
        made = list(batch)
        for place, filling in fillings.items():
            made[place] = pc.if_else(mask, filling(batch), batch[place])
        return made

    return change


def _filling(dump: Dump, reader: ConditionReader, tokens: Sequence[Token], column: ColumnSpec) -> Filling:
    if len(tokens) == 1 and tokens[0].word == b"DEFAULT":
        value = column.default
        if column.default_says or column.numbered or not (value is None or isinstance(value, bytes)):
            raise NotFollowed
        text = None if value is None else named(value)
        return lambda batch: pa.array([text] * len(batch[0]), pa.string())
    if column.is_bit or column.is_binary:
        raise NotFollowed
    return reader.filling(tokens, column)


def _every(batch: Sequence[pa.Array]) -> pa.Array:
    return pa.array(np.ones(len(batch[0]), np.bool_))


def _kept(batch: Sequence[pa.Array], mask: pa.Array) -> list[pa.Array]:
    return [column.filter(mask) for column in batch]


def _emptied(batch: Sequence[pa.Array]) -> list[pa.Array]:
    return [column.slice(0, 0) for column in batch]
