"""What SELECT finds in tables that were read: rows for other tables, and single values."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.readers.sql.changes import (
    PLAIN,
    Clause,
    ConditionReader,
    NotFollowed,
    Selection,
    selection,
    source_of,
)
from tablewright.core.readers.sql.definitions import Cursor, Name, TableSpec, split
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import to_end
from tablewright.core.readers.sql.literals import Expression, NotLiteral, Value, named, string
from tablewright.core.readers.sql.rows import BATCH_ROWS, Rows
from tablewright.core.readers.sql.statements.others import WRITES
from tablewright.core.readers.sql.tokens import Token

MOST_COPIED = 1_000_000
"""Rows that INSERT … SELECT may make in a script: a few statements that double a table would fill any disk."""
_LAST_NUMBERS = {
    b"LAST_INSERT_ID", b"SCOPE_IDENTITY", b"@@IDENTITY", b"LASTVAL", b"LAST_INSERT_ROWID", b"CURRVAL", b"IDENT_CURRENT",
}  # fmt: skip


def selected(dump: Dump, tokens: Sequence[Token]) -> tuple[Selection, Rows]:
    """What SELECT (tokens behind it) takes of which table. Raises NotFollowed."""
    parts = source_of(tokens)
    if parts is None:
        raise NotFollowed
    items, name, alias, condition, order = parts
    rows = dump.find(name)
    if rows is None or rows.parts or rows.whole is not None or (rows.dropped_at is not None):
        raise NotFollowed
    reader = ConditionReader(rows.spec.columns, (name[-1], alias), dump.dialect)
    return selection(items, condition, bool(order), reader), rows


def copied_rows(
    dump: Dump, chosen: Selection, source: Rows, order: Sequence[int], into: Rows, clause: Clause = PLAIN
) -> None:
    """Fill a table from another, or from itself. Raises NotFollowed before the first row."""
    left = [column for place, column in enumerate(into.spec.columns) if place not in order]
    if chosen.ordered and any(column.numbered for column in left):
        raise NotFollowed
    dump.rows_copied += source.loaded
    if dump.rows_copied > MOST_COPIED:
        raise NotFollowed
    batches = (chosen.of(batch) for batch in source.texts())
    for made in list(batches) if source is into or source.loaded <= BATCH_ROWS else batches:
        into.add_texts(order, made, clause)


def select(dump: Dump) -> None:
    """SELECT … INTO new FROM old; any other SELECT is counted."""
    line = dump.line
    tokens = to_end(dump.lexer, 2000)
    places = [i for i, token in enumerate(tokens) if token.word == b"INTO"]
    at = Cursor(tokens[places[0] + 1 :]) if len(places) == 1 else None
    name = at.name() if at is not None and at.peek().text[:1] != b"@" else None
    if at is None or name is None or at.peek().word != b"FROM" or name[-1].startswith(("#", "@")):
        dump.others["SELECT"] += 1
        if any(tokens[i + 1].word in (b"OUTFILE", b"DUMPFILE") for i in places if i + 1 < len(tokens)):
            dump.not_carried_out(line, WRITES)
        assign(dump, tokens)
        return
    made_of(dump, name, [*tokens[: places[0]], *at.tokens[at.at :]], line)


def made_of(dump: Dump, name: Name, tokens: Sequence[Token], line: int) -> None:
    """A table made of what SELECT (tokens behind it) takes from another."""
    known = dump.find(name, exact=True)
    if known is not None and known.dropped_at is None:
        return
    try:
        chosen, source = selected(dump, tokens)
        spec = TableSpec(name, list(chosen.columns))
        if known is not None:
            known.restart(line)
            known.spec, known.dropped_at = spec, None
        rows = known or dump.made(spec)
        copied_rows(dump, chosen, source, range(len(spec.columns)), rows)
    except NotFollowed:
        dump.others["CREATE TABLE of something computed"] += 1
        dump.not_carried_out(line, f'makes the table "{name[-1]}" of the result of a query')


def looked_up(dump: Dump, tokens: Sequence[Token]) -> Value:
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
            made.append(_as_token(_one_value(dump, at.group()[1:])))
        elif word in _LAST_NUMBERS:
            at.take()
            named_in = at.group()
            made.append(_as_token(_number_of(dump, named_in) if named_in else _last_number(dump)))
        elif word in dump.variables:
            made.append(_as_token(dump.variables[at.take().word]))
        else:
            made.append(at.take())
            known -= 1
    if not known:
        raise NotFollowed
    return Expression(made, dump.dialect).value()


def _last_number(dump: Dump) -> Value:
    """LAST_INSERT_ID() and the like."""
    if dump.last_filled is None or not (dump.last_filled[1] == 1 or dump.dialect.name == "SQL Server"):
        raise NotFollowed
    number = dump.last_filled[0].last_number()
    if number is None:
        raise NotFollowed
    return b"%d" % number


def _number_of(dump: Dump, tokens: Sequence[Token]) -> Value:
    """The number that a sequence, called table_column_seq, or IDENT_CURRENT('table') gave last."""
    if tokens[0].kind != "string":
        raise NotFollowed
    name = named(string(tokens[0].text, dump.dialect)).replace('"', "").split(".")[-1].casefold()
    for rows in dump.tables:
        numbers = [column.name for column in rows.spec.columns if column.numbered]
        if any(name in (rows.label.casefold(), f"{rows.label}_{number}_seq".casefold()) for number in numbers):
            last = rows.last_number()
            if last is not None:
                return b"%d" % last
    raise NotFollowed


def _one_value(dump: Dump, tokens: Sequence[Token]) -> Value:
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
        return looked_up(dump, tokens)
    chosen, rows = selected(dump, tokens)
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


def assign(dump: Dump, tokens: Sequence[Token]) -> None:
    """SET @a = 1, @b = LAST_INSERT_ID(): values that are known are kept, others forgotten. SET SCHEMA too."""
    at = Cursor(tokens)
    if at.taken(b"SCHEMA") or at.taken(b"SEARCH_PATH"):
        if at.peek().text == b"=" or at.peek().word == b"TO":
            at.take()
        dump.database = (at.name() or ("",))[-1]
        dump.heads.clear()
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
        dump.variables.pop(name, None)
        try:
            try:
                dump.variables[name] = Expression(rest, dump.dialect).value()
            except NotLiteral:
                dump.variables[name] = looked_up(dump, rest)
        except (NotLiteral, NotFollowed):
            continue


def _as_token(value: Value) -> Token:
    """A value as a token of any dialect."""
    return Token("dollar", b"$$" + value + b"$$") if isinstance(value, bytes) else Token("word", b"NULL")
