"""The head of INSERT: which table, which columns, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.readers.sql.definitions import Cursor, Name, names_in
from tablewright.core.readers.sql.tokens import Token

_FIRST = {b"LOW_PRIORITY", b"DELAYED", b"HIGH_PRIORITY", b"IGNORE", b"INTO"}
_SOURCES = {b"VALUES", b"VALUE", b"SELECT", b"DEFAULT", b"SET", b"WITH", b"EXEC", b"EXECUTE", b"TABLE"}


@dataclass(frozen=True)
class Head:
    """`INSERT INTO name (columns) source`, where source is VALUES, SELECT, SET, DEFAULT or something else."""

    table: Name
    columns: tuple[str, ...] | None
    source: bytes
    conflicts: str = ""
    """What happens to rows with a known key: `replace`, `ignore`, or an error."""


def head_of(tokens: Sequence[Token], word: bytes = b"INSERT") -> Head | None:
    """The head from its tokens behind `word`, INSERT or REPLACE; the word that names the source is the last."""
    at = Cursor(tokens)
    conflicts = "replace" if word == b"REPLACE" else ""
    while at.peek().word in _FIRST or at.peek().word == b"OR":
        said = at.peek(1).word if at.peek().word == b"OR" else at.peek().word
        conflicts = {b"REPLACE": "replace", b"IGNORE": "ignore"}.get(said, conflicts)
        at.at += 2 if at.peek().word == b"OR" else 1
    name = at.name()
    if name is None:
        return None
    if at.taken(b"AS") or (
        at.peek().kind == "word" and at.peek().word not in _SOURCES | {b"OVERRIDING", b"PARTITION", b"WITH"}
    ):
        at.name()
    if at.taken(b"PARTITION"):
        at.group()
    if at.peek().word == b"WITH" and at.peek(1).text == b"(":
        at.take()
        at.group()
    columns: tuple[str, ...] | None = None
    if at.peek().text == b"(":
        columns = tuple(names_in(at.group())) or None
    if at.taken(b"OVERRIDING"):
        at.at += 2
    source = at.take().word
    if source not in _SOURCES or at.peek().kind != "end":
        return None
    return Head(name, columns, b"VALUES" if source == b"VALUE" else source, conflicts)


def ends_head(token: Token) -> bool:
    return token.word in _SOURCES
