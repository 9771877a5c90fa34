"""BEGIN, COMMIT and ROLLBACK: rows that a transaction takes back are left out, as a database leaves them out."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.readers.sql.changes import NotFollowed
from tablewright.core.readers.sql.dump import Dump, Marks
from tablewright.core.readers.sql.ends import to_end
from tablewright.core.readers.sql.tokens import Token

BEGINNING = ""
"""The mark of a transaction's beginning, among those of its savepoints."""
_SETTLES = {b"CREATE", b"ALTER", b"DROP", b"RENAME", b"TRUNCATE", b"LOCK", b"UNLOCK"}
_WORDS = {b"WORK", b"TRANSACTION", b"TRAN", b"TO", b"SAVEPOINT"}


def begin(dump: Dump) -> None:
    """From here on rows can be taken back."""
    dump.marks = {BEGINNING: _marks(dump)}


def commit(dump: Dump, label: str) -> None:
    """COMMIT, or END: what was filled in stays."""
    dump.others[label] += 1
    to_end(dump.lexer, 0)
    _settle(dump)


def settle_before(dump: Dump, word: bytes) -> None:
    """Some databases end a transaction before they make or change a table."""
    if dump.marks and word in _SETTLES and dump.dialect.name in ("MySQL", "Oracle"):
        _settle(dump)


def savepoint(dump: Dump) -> None:
    """SAVEPOINT name."""
    dump.others["SAVEPOINT"] += 1
    if name := _name(to_end(dump.lexer, 10)):
        dump.marks[name] = _marks(dump)


def rollback(dump: Dump, label: str) -> None:
    """ROLLBACK, also to a savepoint. Where it may stand under a condition, the rows are kept."""
    line = dump.line
    dump.others[label] += 1
    name = _name(to_end(dump.lexer, 10))
    marks = dump.marks.get(name)
    if marks is None:
        if name and dump.marks:
            dump.not_carried_out(line, f'takes rows back to "{name}", which was not set')
        return
    for rows in dump.tables:
        mark = marks.get(id(rows), (0, 0))
        try:
            if dump.dialect.lines_end_statements and mark != rows.mark():
                raise NotFollowed
            gone = rows.take_back(mark, f"{label} in line {line:,} takes it back")
        except NotFollowed:
            rows.receipt.warn(
                f"{label} in line {line:,} takes back what was done to this table since the transaction began, which "
                "was not followed: its rows were kept.",
                line=line,
            )
            continue
        if gone:
            said = f"{label} in line {line:,} takes {gone:,} rows back: they are left out."
            rows.receipt.warn(said, line=line, count=gone)
    if not name:
        _settle(dump)


def switched(dump: Dump, tokens: Sequence[Token]) -> None:
    """SET autocommit = 0 or 1: whether every statement stays by itself."""
    words = [token.text.upper() for token in tokens if token.text != b"@"]
    if len(words) > 2 and words[-3].removeprefix(b"@@").endswith(b"AUTOCOMMIT") and words[-2] == b"=":
        dump.stays = words[-1] not in (b"0", b"OFF", b"FALSE")
        _settle(dump)


def _settle(dump: Dump) -> None:
    dump.marks = {}
    if not dump.stays:
        begin(dump)


def _marks(dump: Dump) -> Marks:
    return {id(rows): rows.mark() for rows in dump.tables}


def _name(tokens: Sequence[Token]) -> str:
    """The savepoint that is named, in lower case; nothing where none is."""
    named = [token.text.strip(b'`"[]') for token in tokens if token.word not in _WORDS]
    if not named or named[0].upper() in (b"AND", b"END"):
        return BEGINNING
    return named[0].decode("utf-8", "replace").casefold()
