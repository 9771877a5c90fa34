"""Statements that make tables and say what they are: CREATE TABLE and TYPE, ALTER TABLE, RENAME, DROP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

import pyarrow as pa

from tablewright.core.readers.errors import TooManyColumns
from tablewright.core.readers.sql.changes import NotFollowed
from tablewright.core.readers.sql.definitions import ColumnSpec, Cursor, Name, altered, created, rename_column, split
from tablewright.core.readers.sql.dump import INTERNAL, Dump
from tablewright.core.readers.sql.ends import to_end
from tablewright.core.readers.sql.literals import named, quoted_name, string
from tablewright.core.readers.sql.rows import Rows
from tablewright.core.readers.sql.statements.others import FROM_ELSEWHERE, RUNS, passed
from tablewright.core.readers.sql.statements.queries import made_of
from tablewright.core.readers.sql.tokens import Token, tokens_in

_OF_SYSTEM = re.compile(r"(?i)(sp|xp|dbms|ms)_|PROCEDURE$|FUNCTION$")


def create_table(dump: Dump, temporary: bool) -> None:
    """CREATE TABLE, of which the words up to TABLE were read."""
    line = dump.line
    tokens = to_end(dump.lexer)
    spec = created(tokens, dump.dialect)
    if spec is None and not temporary:
        _create_of(dump, tokens, line)
        return
    if spec is None or temporary:
        dump.others["CREATE TABLE of something computed" if spec is None else "CREATE TEMPORARY TABLE"] += 1
        return
    if any(INTERNAL.fullmatch(part) for part in spec.name):
        return
    for column in spec.columns:
        if (domain := dump.domains.get(column.type)) is not None:
            column.type, column.default = domain.type, domain.default if column.default is None else column.default
    if len(spec.columns) > dump.source.max_columns:
        raise TooManyColumns(len(spec.columns), dump.source.max_columns, line=line)
    if spec.part_of is not None and (whole := dump.find(spec.part_of)) is not None:
        # Columns of the whole come first, where the part does not name them itself.
        own = {column.name.casefold() for column in spec.columns}
        inherited = [replace(column) for column in whole.spec.columns if column.name.casefold() not in own]
        spec.columns = inherited + spec.columns
    known = dump.find(spec.name, exact=True)
    if known is None:
        dump.made(spec)
    elif known.dropped_at is not None or not known.spec.declared:
        known.restart(line) if known.dropped_at is not None else None
        known.spec, known.dropped_at = spec, None
        dump.heads.clear()
    elif not any(token.word == b"EXISTS" for token in tokens[:3]):
        known.receipt.warn("The table is made a second time; the first definition was kept.", line=line)


def _create_of(dump: Dump, tokens: Sequence[Token], line: int) -> None:
    """CREATE TABLE a AS SELECT …, and CREATE TABLE a LIKE b."""
    at = Cursor(tokens)
    at.taken(b"IF", b"NOT", b"EXISTS")
    name = at.name()
    if name is None:
        return
    if at.taken(b"LIKE"):
        like = dump.find(at.name() or name)
        if like is not None and dump.find(name, exact=True) is None:
            spec = deepcopy(like.spec)
            spec.name, spec.foreign_keys = name, []
            dump.made(spec)
        return
    while at.peek().kind != "end" and at.peek().word not in (b"AS", b"SELECT"):
        at.take()  # ENGINE=… and its like
    at.taken(b"AS")
    rest = at.group() if at.peek().text == b"(" else at.tokens[at.at :]
    made_of(dump, name, rest[1:] if rest and rest[0].word == b"SELECT" else [], line)


def alter(dump: Dump) -> None:
    """ALTER TABLE; other objects are counted."""
    line = dump.line
    token = dump.lexer.next()
    if token.word != b"TABLE":
        passed(dump, f"ALTER {token.word.decode('utf-8', 'replace')}".strip())
        return
    tokens = to_end(dump.lexer)
    at = Cursor(tokens)
    at.taken(b"IF", b"EXISTS")
    at.taken(b"ONLY")
    name = at.name()
    rows = dump.find(name) if name else None
    if rows is None:
        return
    if at.peek().text == b"*":
        at.take()
    before = list(rows.spec.columns)
    found = altered(rows.spec, tokens[at.at :], dump.dialect)
    _arrange(dump, rows, before, line)
    part = dump.find(found.attached) if found.attached else None
    if part is not None:
        part.spec.part_of, part.whole = rows.spec.name, rows
    if found.renamed:
        dump.renamed(rows, found.renamed)
    dump.heads.clear()


def _arrange(dump: Dump, rows: Rows, before: list[ColumnSpec], line: int) -> None:
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
        rows.unfollowed("ALTER TABLE", line)
    else:
        rows.spec.columns = columns


def rename(dump: Dump) -> None:
    """RENAME TABLE a TO b, c TO d."""
    at = Cursor(to_end(dump.lexer, 2000))
    at.taken(b"TABLE")
    for part in split(at.tokens[at.at :]):
        pair = Cursor(part)
        old = pair.name()
        new = pair.name() if pair.taken(b"TO") else None
        rows = dump.find(old) if old else None
        if rows is not None and new is not None:
            dump.renamed(rows, new)
    dump.others["RENAME TABLE"] += 1


def drop(dump: Dump) -> None:
    """DROP TABLE a, b; other objects are counted."""
    line = dump.line
    tokens = to_end(dump.lexer, 2000)
    if not tokens or tokens[0].word != b"TABLE":
        dump.others[f"DROP {tokens[0].word.decode('utf-8', 'replace') if tokens else ''}".strip()] += 1
        return
    for part in split(tokens[1:]):
        at = Cursor(part)
        at.taken(b"IF", b"EXISTS")
        name = at.name()
        rows = dump.find(name, exact=True) if name else None
        if rows is not None:
            rows.dropped_at = line


def create_type(dump: Dump, word: bytes) -> None:
    """CREATE DOMAIN name AS type DEFAULT …, CREATE TYPE name FROM type: a type by another name."""
    dump.others[f"CREATE {word.decode()}"] += 1
    at = Cursor(to_end(dump.lexer, 2000))
    name = at.name()
    if at.taken(b"FROM") or word == b"DOMAIN":
        at.taken(b"AS")
        _named_type(dump, name, at.tokens[at.at :])


def _type_added(dump: Dump, given: Sequence[Token]) -> None:
    """EXEC sp_addtype name, 'type' of SQL Server."""
    texts = [named(string(t.text, dump.dialect)) if t.kind == "string" else quoted_name(t.text) for t in given]
    if len(texts) > 1:
        _named_type(dump, (texts[0],), tokens_in(texts[1].encode(), dump.lexer.match))


def _named_type(dump: Dump, name: Name | None, tokens: Sequence[Token]) -> None:
    spec = created([Token("word", b"x"), Token("op", b"("), Token("name", b'"x"'), *tokens, Token("op", b")")],
                   dump.dialect)  # fmt: skip
    if name is not None and spec is not None and spec.columns:
        dump.domains[name[-1].casefold()] = spec.columns[0]


def procedure(dump: Dump, word: bytes) -> None:
    """EXEC sp_rename 'table.column', 'name', 'COLUMN' of SQL Server; other procedures are counted."""
    line = dump.line
    tokens = to_end(dump.lexer, 50)
    at = Cursor(tokens)
    name = at.name() if not word.startswith(b"SP_") else (word.decode(),)
    if name and name[-1].casefold() == "sp_addtype":
        _type_added(dump, [one[-1] for one in split(at.tokens[at.at :])])
        return
    given = [one[-1] for one in split(at.tokens[at.at :])] if name and name[-1].casefold() == "sp_rename" else []
    texts = [named(string(one.text, dump.dialect)) for one in given if one.kind == "string"]
    if len(texts) < 2 or len(texts) != len(given):
        dump.others[word.decode()] += 1
        if any(token.word.startswith((b"XP_", b"SP_OA")) for token in tokens[:6]):
            dump.not_carried_out(line, RUNS)
            return
        own = name is not None and not _OF_SYSTEM.match(name[-1]) and word != b"SP_RENAME"
        if own and at.tokens[0].text != b"(" and not (len(name or ()) > 1 and name and name[0].lower() == "sys"):
            dump.not_carried_out(line, FROM_ELSEWHERE["CALL"])
        return
    parts = tuple(part.strip('[]"') for part in texts[0].split("."))
    if len(texts) > 2 and texts[2].upper() == "COLUMN":
        rows = dump.find(parts[:-1]) if len(parts) > 1 else None
        if rows is not None:
            rename_column(rows.spec, parts[-1], texts[1])
    elif len(texts) == 2 and (rows := dump.find(parts)) is not None:
        dump.renamed(rows, (texts[1],))
    dump.heads.clear()


def _fills(column: ColumnSpec) -> bool:
    """Whether rows that are there already get a value in a column that is added."""
    return column.numbered or column.default is not None
