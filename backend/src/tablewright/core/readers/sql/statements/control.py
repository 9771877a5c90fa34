"""Statements that decide whether others run: IF and WHILE of SQL Server, and blocks."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.readers.sql.changes import NotFollowed
from tablewright.core.readers.sql.definitions import Cursor
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.ends import MOST_BODY, over_body, to_end
from tablewright.core.readers.sql.statements import transactions
from tablewright.core.readers.sql.statements.others import CHANGES, passed
from tablewright.core.readers.sql.statements.queries import assign, selected
from tablewright.core.readers.sql.tokens import Token

_TRANSACTIONS = {b"TRANSACTION", b"WORK", b"TRAN", b"ISOLATION", b"DEFERRED", b"IMMEDIATE", b"EXCLUSIVE"}
_BRANCHES = {
    b"BEGIN", b"CREATE", b"INSERT", b"DROP", b"ALTER", b"UPDATE", b"DELETE", b"EXEC", b"EXECUTE", b"SET", b"PRINT",
    b"SELECT", b"DECLARE", b"TRUNCATE", b"USE", b"RAISERROR", b"RETURN", b"GOTO", b"THROW", b"GO",
}  # fmt: skip


def branch(dump: Dump) -> None:
    """IF condition statement of SQL Server. What asks for the database's objects holds, as it does in a new one."""
    dump.others["IF"] += 1
    condition: list[Token] = []
    depth = 0
    while True:
        token = dump.lexer.next()
        if token.kind in ("stop", "end"):
            return
        if depth == 0 and condition and token.word in _BRANCHES:
            break
        depth += (token.text == b"(") - (token.text == b")")
        if len(condition) < 500:
            condition.append(token)
    begins = token.word == b"BEGIN"
    if not begins:
        dump.text.position = dump.lexer.at
    if _holds(dump, condition):
        return
    if begins:
        over_body(dump.lexer, True)
    else:
        dump.lexer.next()
        to_end(dump.lexer, 0)


def _holds(dump: Dump, tokens: Sequence[Token]) -> bool:
    """Whether IF [NOT] EXISTS (SELECT …) holds of the rows that were read; True where that cannot be told."""
    at = Cursor(tokens)
    negated = at.taken(b"NOT")
    if not at.taken(b"EXISTS"):
        return True
    inner = at.group()
    try:
        items = next((i for i, token in enumerate(inner) if token.word == b"FROM"), 0)
        chosen, rows = selected(dump, [Token("number", b"1"), *inner[items:]])
        found = any(len(chosen.of(batch)[0]) for batch in rows.texts())
    except NotFollowed:
        return True
    return found != negated


def loop(dump: Dump) -> None:
    """WHILE: what it fills in is not known."""
    line = dump.line
    while (token := dump.lexer.next()).word not in _BRANCHES and token.kind not in ("stop", "end"):
        pass
    kept: list[Token] = []
    if token.word == b"BEGIN":
        over_body(dump.lexer, True, kept)
    else:
        kept = to_end(dump.lexer, MOST_BODY)
    dump.others["WHILE"] += 1
    if any(one.word in (b"INSERT", b"UPDATE", b"DELETE") for one in [token, *kept]):
        dump.not_carried_out(line, "changes tables in a loop")


def other_branch(dump: Dump) -> None:
    """ELSE with what comes behind it: the condition before was taken to hold."""
    token = dump.lexer.next()
    if token.word == b"BEGIN":
        over_body(dump.lexer, True)
    elif token.kind not in ("stop", "end"):
        to_end(dump.lexer, 0)


def declare(dump: Dump) -> None:
    """DECLARE: the beginning of a block, or variables."""
    dump.others["DECLARE"] += 1
    line = dump.line
    if dump.dialect.name in ("Oracle", "DB2", "PostgreSQL") and not dump.lexer.peek().text.startswith(b"@"):
        _block(dump, False, line)
    else:
        assign(dump, to_end(dump.lexer, 2000))


def begin(dump: Dump) -> None:
    """BEGIN: a transaction, or a block. What CATCH holds is passed over: nothing fails here."""
    dump.others["BEGIN"] += 1
    line = dump.line
    following = dump.lexer.peek()
    if following.kind in ("stop", "end") or following.word in _TRANSACTIONS:
        to_end(dump.lexer, 0)
        transactions.begin(dump)
    elif following.word == b"CATCH" and dump.dialect.lines_end_statements:
        over_body(dump.lexer, True)
    elif dump.dialect.name == "Oracle" and following.word not in (b"INSERT", b"UPDATE", b"DELETE"):
        _block(dump, True, line)


def start(dump: Dump) -> None:
    """START TRANSACTION; anything else that starts is counted."""
    if dump.lexer.peek().word == b"TRANSACTION":
        transactions.begin(dump)
    passed(dump, "START")


def _block(dump: Dump, began: bool, line: int) -> None:
    """A block of statements that depend on one another."""
    kept: list[Token] = []
    over_body(dump.lexer, began, kept)
    if any(CHANGES.search(token.text) for token in kept):
        dump.not_carried_out(line, "changes tables in a block")
