"""Where a statement ends: at its mark, or in some dialects where a line begins another one."""

from __future__ import annotations

import re

from tablewright.core.readers.sql.tokens import Lexer, Token

MOST_TOKENS = 400_000
MOST_BODY = 2000
_OBJECT = re.compile(
    rb"(?i)\s+(?:(?:UNIQUE|CLUSTERED|NONCLUSTERED)\s+)*(?:TABLE|DATABASE|VIEW|INDEX|PROC|FUNCTION|TRIGGER|SCHEMA|TYPE|USER"
    rb"|LOGIN|ROLE|SEQUENCE|SYNONYM|DEFAULT\s+[\[\w]+\s+AS|RULE)"
)
_BEGINNINGS: dict[bytes, re.Pattern[bytes] | None] = {
    b"CREATE": _OBJECT, b"ALTER": _OBJECT, b"DROP": _OBJECT,
    b"INSERT": None, b"DECLARE": None, b"PRINT": None, b"USE": None, b"TRUNCATE": None, b"IF": None, b"EXEC": None,
    b"EXECUTE": None, b"WHILE": None, b"ROLLBACK": None,
    b"BEGIN": re.compile(rb"(?i)\s+CATCH\b"),
    b"UPDATE": re.compile(rb"(?i)\s+(?!STATISTICS)[\[\"\w.\]]+\s+SET\b"),
    b"DELETE": re.compile(rb"(?i)\s+(?:FROM\s|[\[\"\w.\]]+\s+WHERE\b)"),
}  # fmt: skip
"""Words that begin a statement of SQL Server where they begin a line, and what must follow them."""


def to_end(lexer: Lexer, most: int = MOST_TOKENS) -> list[Token]:
    """The tokens to the end of the statement, at most so many of them."""
    kept: list[Token] = []
    depth = 0
    while True:
        token = lexer.next()
        if token.kind in ("stop", "end"):
            return kept
        if (token.kind == "word" or lexer.dialect.a_line_each) and _ends_before(lexer, token, depth):
            return kept
        if token.text == b"/" and lexer.opens_line and lexer.closes_line:
            return kept
        depth += (token.text == b"(") - (token.text == b")")
        if len(kept) < most:
            kept.append(token)


def over_body(lexer: Lexer, began: bool, kept: list[Token] | None = None) -> None:
    """Pass over a routine with statements of its own inside; `kept` takes its first tokens."""
    depth = 1 if began else 0
    seen = began
    while True:
        token = lexer.next()
        if kept is not None and len(kept) < MOST_BODY:
            kept.append(token)
        word = token.word
        if token.kind == "end":
            return
        if (word == b"GO" or token.text == b"/") and lexer.opens_line and lexer.closes_line:
            return
        if word in (b"BEGIN", b"CASE"):
            depth, seen = depth + 1, True
        elif word == b"END":
            if lexer.peek().word in (b"IF", b"LOOP", b"WHILE", b"REPEAT", b"FOR"):
                lexer.next()
            elif lexer.peek().word == b"CASE":
                lexer.next()
                depth -= 1
            else:
                depth -= 1
        elif token.kind == "stop" and _ends_body(lexer, depth, seen):
            return


def line_or_statement(lexer: Lexer) -> list[Token]:
    kept: list[Token] = []
    while (token := lexer.next()).kind not in ("stop", "end"):
        kept.append(token)
        if lexer.closes_line:
            break
    return kept


def _ends_before(lexer: Lexer, token: Token, depth: int) -> bool:
    """Whether a word ends the statement before it: GO, or where lines do, the next INSERT."""
    word = token.word
    if word == b"GO" and lexer.opens_line and lexer.closes_line:
        return True
    ends = lexer.dialect.a_line_each and lexer.opens_line
    if lexer.dialect.lines_end_statements and depth <= 0 and word in _BEGINNINGS and lexer.opens_line:
        follows = _BEGINNINGS[word]
        ends = follows is None or follows.match(lexer.text.buffer, lexer.text.position) is not None
    if ends:
        lexer.text.position = lexer.at
    return ends


def _ends_body(lexer: Lexer, depth: int, seen: bool) -> bool:
    """Whether a mark ends a routine, and not a statement inside of it."""
    if lexer.delimiter != b";":
        return True
    return depth <= 0 and (
        lexer.dialect.name not in ("Oracle", "SQL Server") or (seen and lexer.dialect.name == "Oracle")
    )
