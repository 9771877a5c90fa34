"""Text becomes tokens. The first thing that sees a formula, and the one that bounds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tablewright.core.formulas.problems import FormulaTooLong, FormulaUnreadable, shortened
from tablewright.core.formulas.tree import Span

LONGEST = 4096
"""Characters of a formula, in bytes of UTF-8."""

TokenKind = Literal["number", "text", "moment", "reference", "parameter", "word", "table", "sign", "end"]

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[^\W\d][\w.]*")
_SIGNS = ("<=", ">=", "<>", "!=", "==", "+", "-", "*", "/", "^", "&", "=", "<", ">", "(", ")", ",", ";", "%")
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")


@dataclass(frozen=True)
class Token:
    kind: TokenKind
    value: str
    """What is meant: quotes removed, doubled marks single."""
    span: Span
    by_id: bool = False
    """Of a reference or table: an id and no name."""
    digits: str = ""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a formula, the last of kind `end`. Raises FormulaTooLong and FormulaUnreadable."""
    _bounded(text)
    at = 0
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if at >= len(text):
            yield Token("end", "", Span(len(text), len(text)))
            return
        token = _next(text, at)
        yield token
        at = token.span.end


def _bounded(text: str) -> None:
    if len(text) > LONGEST or len(text.encode("utf-8", "replace")) > LONGEST:
        raise FormulaTooLong(
            f"The formula is longer than {LONGEST:,} bytes. Put parts of it into formulas of their own and use them by "
            "name.",
            text[:LONGEST],
            Span(0, min(len(text), LONGEST)),
        )
    for index, character in enumerate(text):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise FormulaUnreadable(
                f"Character {index + 1} of the formula is no character of a text. Remove it.",
                text,
                Span(index, index + 1),
            )


def _next(text: str, at: int) -> Token:
    first = text[at]
    if first == '"':
        return _quoted(text, at, '"', "text", "A text")
    if first == "'":
        return _quoted(text, at, "'", "table", "The name of a table")
    if first == "[":
        return _bracketed(text, at)
    if first == "{":
        end = text.find("}", at)
        if end < 0:
            raise FormulaUnreadable("The brace is not closed. Write {name}.", text, Span(at, at + 1), proposal="}")
        return Token("parameter", text[at + 1 : end].strip(), Span(at, end + 1))
    if first == "#":
        return _hash(text, at)
    number = _NUMBER.match(text, at)
    if number:
        return Token("number", number[0], Span(at, number.end()), digits=number[0])
    word = _WORD.match(text, at)
    if word:
        return Token("word", word[0], Span(at, word.end()))
    for sign in _SIGNS:
        if text.startswith(sign, at):
            return Token("sign", sign, Span(at, at + len(sign)))
    raise FormulaUnreadable(_strange(first), text, Span(at, at + 1))


def _quoted(text: str, at: int, quote: str, kind: TokenKind, what: str) -> Token:
    parts: list[str] = []
    start = at + 1
    while True:
        end = text.find(quote, start)
        if end < 0:
            raise FormulaUnreadable(
                f"{what} is not closed. Put {quote} behind it; a {quote} inside is written twice.",
                text,
                Span(at, len(text)),
                proposal=quote,
            )
        parts.append(text[start:end])
        if text.startswith(quote, end + 1):
            parts.append(quote)
            start = end + 2
            continue
        return Token(kind, "".join(parts), Span(at, end + 1))


def _bracketed(text: str, at: int) -> Token:
    parts: list[str] = []
    start = at + 1
    while True:
        end = text.find("]", start)
        if end < 0:
            raise FormulaUnreadable(
                "The square bracket is not closed. Write [Name]; a ] inside a name is written twice.",
                text,
                Span(at, at + 1),
                proposal="]",
            )
        parts.append(text[start:end])
        if text.startswith("]", end + 1):
            parts.append("]")
            start = end + 2
            continue
        name = "".join(parts)
        span = Span(at, end + 1)
        if name.startswith("##"):
            return Token("reference", name[1:], span)
        if name.startswith("#"):
            return Token("reference", name[1:], span, by_id=True)
        if not name.strip():
            raise FormulaUnreadable("There is no name between the square brackets.", text, span)
        return Token("reference", name, span)


_TABLE_ID = re.compile(r"#([A-Za-z0-9_-]{1,64})(?=\[)")
_MOMENT = re.compile(r"#([^#\n]{1,40})#")


def _hash(text: str, at: int) -> Token:
    table = _TABLE_ID.match(text, at)
    if table:
        return Token("table", table[1], Span(at, table.end()), by_id=True)
    moment = _MOMENT.match(text, at)
    if moment:
        return Token("moment", moment[1].strip(), Span(at, moment.end()))
    raise FormulaUnreadable(
        "A date is written between two marks, as in #2026-01-31# or #2026-01-31 08:30#.", text, Span(at, at + 1)
    )


def _strange(character: str) -> str:
    typographic = {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "−": "-",
        "×": "*",
        "÷": "/",
        "≤": "<=",
        "≥": ">=",
        "≠": "<>",
    }
    if character in typographic:
        return f"A formula cannot hold {character} here. Write {typographic[character]} instead."
    return f'A formula cannot hold "{shortened(character)}" here.'
