"""The statements of a dump, one after the other, each by its first word."""

from __future__ import annotations

from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import over_body
from tablewright.core.readers.sql.statements import control, others, session, tables, transactions
from tablewright.core.readers.sql.statements.copies import copy
from tablewright.core.readers.sql.statements.inserts import Inserts
from tablewright.core.readers.sql.statements.queries import select
from tablewright.core.readers.sql.statements.triggers import trigger
from tablewright.core.readers.sql.statements.updates import change
from tablewright.core.readers.sql.tokens import Token

_BODIES = {b"TRIGGER", b"PROCEDURE", b"PROC", b"FUNCTION", b"PACKAGE", b"EVENT", b"BODY"}
_OBJECTS = {b"VIEW", b"INDEX", b"SEQUENCE", b"SCHEMA", b"DATABASE", b"EXTENSION", b"RULE"}
_OBJECTS |= {b"USER", b"ROLE", b"SYNONYM", b"LANGUAGE", b"OPERATOR", b"AGGREGATE"}


def read(dump: Dump) -> None:
    """Read every statement; afterwards `dump.tables` holds what came of it."""
    inserts = Inserts(dump)
    if not dump.stays:
        transactions.begin(dump)
    while (token := dump.lexer.next()).kind != "end":
        if token.kind != "stop":
            _statement(dump, inserts, token)


def _statement(dump: Dump, inserts: Inserts, token: Token) -> None:
    lexer = dump.lexer
    if token.text == b"\\" or (token.text in (b".", b"@", b"!") and lexer.opens_line):
        others.client_command(dump)
        return
    if token.text == b"/" and lexer.opens_line and lexer.closes_line:
        return
    word = token.word
    transactions.settle_before(dump, word)
    match word:
        case b"INSERT" | b"REPLACE":
            inserts.read(word)
        case b"COPY":
            copy(dump)
        case b"CREATE":
            _create(dump)
        case b"ALTER":
            tables.alter(dump)
        case b"DROP":
            tables.drop(dump)
        case b"RENAME":
            tables.rename(dump)
        case b"UPDATE" | b"DELETE" | b"TRUNCATE" | b"MERGE":
            change(dump, word)
        case b"SELECT":
            select(dump)
        case b"SET":
            session.set_value(dump)
        case b"USE":
            session.use(dump)
        case b"DELIMITER" if lexer.opens_line:
            session.delimiter(dump)
        case b"IF" if dump.dialect.lines_end_statements:
            control.branch(dump)
        case b"ELSE" if dump.dialect.lines_end_statements:
            control.other_branch(dump)
        case b"END" if dump.dialect.lines_end_statements:
            pass
        case b"WHILE" if dump.dialect.lines_end_statements:
            control.loop(dump)
        case b"BEGIN":
            control.begin(dump)
        case b"START":
            control.start(dump)
        case b"COMMIT":
            transactions.commit(dump, "COMMIT")
        case b"END" if dump.dialect.name in ("PostgreSQL", "SQLite", "SQL"):
            transactions.commit(dump, "END")
        case b"SAVEPOINT" | b"SAVE":
            transactions.savepoint(dump)
        case b"ROLLBACK" | b"ABORT":
            transactions.rollback(dump, word.decode())
        case b"DECLARE":
            control.declare(dump)
        case b"EXCEPTION" if dump.dialect.name == "Oracle":
            over_body(lexer, True)
        case b"EXEC" | b"EXECUTE" | b"SP_RENAME" | b"SP_ADDTYPE":
            tables.procedure(dump, word)
        case b"GO":
            pass
        case b"REM" | b"PROMPT" | b"PRINT" | b"WHENEVER" | b"EXIT" | b"QUIT":
            dump.text.rest_of_line()
            dump.others[word.decode()] += 1
        case b"SYSTEM" | b"HOST" | b"SOURCE" | b"TEE" | b"PAGER" | b"SPOOL" if lexer.opens_line:
            others.client_command(dump)
        case _:
            others.passed(dump, word.decode("utf-8", "replace") or "unknown")


def _create(dump: Dump) -> None:
    """CREATE, by the first word that says what is made."""
    words = [b"CREATE"]
    while (token := dump.lexer.next()).kind not in ("stop", "end"):
        word = token.word
        if word in _BODIES:
            dump.others[f"CREATE {word.decode()}"] += 1
            kept: list[Token] = []
            over_body(dump.lexer, False, kept if word == b"TRIGGER" else None)
            trigger(dump, kept)
            return
        if word in (b"DOMAIN", b"TYPE"):
            tables.create_type(dump, word)
            return
        if word == b"TABLE":
            tables.create_table(dump, b"TEMP" in words or b"TEMPORARY" in words or b"FOREIGN" in words)
            return
        words.append(word)
        if word in _OBJECTS or len(words) > 40:
            others.passed(dump, f"CREATE {word.decode()}".strip())
            return
    dump.others["CREATE"] += 1
