"""Statements about the session: SET, USE and the mark behind statements."""

from __future__ import annotations

from tablewright.core.readers.sql.definitions import Cursor
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import line_or_statement
from tablewright.core.readers.sql.statements import transactions
from tablewright.core.readers.sql.statements.queries import assign
from tablewright.core.readers.sql.tokens import Token


def set_value(dump: Dump) -> None:
    """SET, which ends with its mark or its line."""
    dump.others["SET"] += 1
    if dump.lexer.peek().word == b"TERM":
        _terminator(dump)
        return
    kept: list[Token] = []
    while True:
        token = dump.lexer.next()
        if token.kind in ("stop", "end"):
            break
        kept.append(token)
        if dump.lexer.delimiter == b";" and dump.lexer.closes_line and token.text not in (b",", b"=", b"("):
            if dump.lexer.peek().kind == "stop":
                dump.lexer.next()
            break
    assign(dump, kept)
    transactions.switched(dump, kept)


def _terminator(dump: Dump) -> None:
    """SET TERM ^ ; of Firebird: the next mark behind statements, and the one that ends this statement."""
    dump.lexer.next()
    mark, rest = b"", dump.text.rest_of_line().strip()
    if rest.endswith(dump.lexer.delimiter):
        mark = rest[: -len(dump.lexer.delimiter)].strip()
    dump.lexer.delimiter = mark or b";"


def delimiter(dump: Dump) -> None:
    """DELIMITER of MySQL: the mark behind statements from here on."""
    dump.lexer.delimiter = dump.text.rest_of_line().strip() or b";"


def use(dump: Dump) -> None:
    """USE: the database of what comes next."""
    tokens = line_or_statement(dump.lexer)
    name = Cursor(tokens).name()
    if name:
        dump.database = name[-1]
    dump.others["USE"] += 1
