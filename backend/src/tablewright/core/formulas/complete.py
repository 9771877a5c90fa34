"""Help while a formula is written: what may come next, and which argument the cursor is in.

Both read unfinished text without complaint. Offsets are in characters (code points), as everywhere in formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tablewright.core.formulas.functions import FUNCTIONS, find
from tablewright.core.formulas.functions.model import Function
from tablewright.core.formulas.lexer import LONGEST
from tablewright.core.formulas.names import bracketed, quoted
from tablewright.core.formulas.scope import Scope, ScopeColumn

MOST = 50
"""Suggestions in one list."""

_PIECE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*(?P<text_end>"|$))|(?P<table>'(?:[^']|'')*(?P<table_end>'|$))"""
    r"""|(?P<reference>\[(?:[^\]]|\]\])*(?P<reference_end>\]|$))|(?P<parameter>\{[^}]*(?P<parameter_end>\}|$))"""
    r"""|(?P<moment>\#[0-9][^#\n]{0,40}(?P<moment_end>\#|$))|(?P<number>[0-9][\w.]*)|(?P<word>[^\W\d][\w.]*)"""
    r"""|(?P<sign>[(),;])|(?P<other>.|\n)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Suggestion:
    """One thing that may stand at the cursor: `insert` replaces the text from `start` to `end`."""

    kind: Literal["function", "column", "formula", "parameter", "table", "word"]
    label: str
    insert: str
    start: int
    end: int
    detail: str = ""
    """The signature of a function, the type of everything else."""
    description: str = ""
    example: str = ""


@dataclass(frozen=True)
class Signature:
    """The function whose arguments the cursor is in, and which of its parameters is next."""

    function: str
    signature: str
    description: str
    parameters: tuple[tuple[str, str], ...]
    """Name and words of each parameter."""
    active: int
    """Index of the parameter at the cursor; behind the last one when there are too many arguments."""
    example: str


@dataclass(frozen=True)
class _Piece:
    kind: str
    text: str
    start: int
    closed: bool


def _pieces(text: str) -> Iterator[_Piece]:
    for found in _PIECE.finditer(text):
        kind = found.lastgroup or "other"
        kind = kind.removesuffix("_end")
        end = found.groupdict().get(f"{kind}_end")
        yield _Piece(kind, found[0], found.start(), end != "")


def complete(text: str, cursor: int, scope: Scope) -> list[Suggestion]:
    """What may stand at the cursor, the likeliest first; nothing inside texts and dates."""
    text = text[:LONGEST]
    cursor = max(0, min(cursor, len(text)))
    pieces = list(_pieces(text[:cursor]))
    last = pieces[-1] if pieces else None
    if last is None or last.kind in ("sign", "other"):
        return _anything(scope, "", cursor, cursor)
    if last.kind == "reference" and not last.closed:
        before = pieces[-2] if len(pieces) > 1 and pieces[-2].kind in ("word", "table") else None
        end = _end_of(text, cursor, "]")
        table = _table(before, scope) if before else None
        columns = table.columns if table else None
        return _references(scope, last.text[1:], last.start, end, columns)
    if last.kind == "parameter" and not last.closed:
        end = _end_of(text, cursor, "}")
        return _ranked(_parameters(scope, last.start, end), last.text[1:].strip())
    if last.kind == "word":
        end = cursor + len(re.match(r"[\w.]*", text[cursor:])[0])  # type: ignore[index]
        return _anything(scope, last.text, last.start, end)
    return []


def signature_at(text: str, cursor: int) -> Signature | None:
    """The innermost function whose parentheses hold the cursor."""
    opened: list[tuple[str, int]] = []
    before: _Piece | None = None
    for piece in _pieces(text[: max(0, min(cursor, LONGEST))]):
        if piece.text == "(" and piece.kind == "sign":
            opened.append((before.text if before is not None and before.kind == "word" else "", 0))
        elif piece.text == ")" and piece.kind == "sign" and opened:
            opened.pop()
        elif piece.kind == "sign" and opened:
            opened[-1] = (opened[-1][0], opened[-1][1] + 1)
        if not piece.text.isspace():
            before = piece
    for name, argument in reversed(opened):
        function = find(name.upper())
        if function is not None:
            return Signature(
                function.name,
                function.signature,
                function.description,
                tuple((each.name, each.words) for each in function.takes),
                _active(function, argument),
                function.examples[0].formula,
            )
    return None


def _active(function: Function, argument: int) -> int:
    fixed = [index for index, each in enumerate(function.takes) if not each.repeats]
    cycle = [index for index, each in enumerate(function.takes) if each.repeats]
    if argument < len(fixed) and not (cycle and fixed and fixed[argument] > cycle[0]):
        return fixed[argument]
    if cycle:
        return cycle[(argument - len([each for each in fixed if each < cycle[0]])) % len(cycle)]
    return argument


def _end_of(text: str, cursor: int, mark: str) -> int:
    """Behind the closing mark, when it follows the rest of the name at once."""
    rest = re.match(r"[\w .]*", text[cursor:])
    end = cursor + len(rest[0] if rest else "")
    return end + 1 if text[end : end + 1] == mark else cursor


def _table(piece: _Piece, scope: Scope):  # type: ignore[no-untyped-def]
    name = piece.text.strip("'").replace("''", "'") if piece.kind == "table" else piece.text
    return next((each for each in scope.tables if each.name.lower() == name.lower()), None)


def _anything(scope: Scope, prefix: str, start: int, end: int) -> list[Suggestion]:
    functions = [
        Suggestion(
            "function", each.name, f"{each.name}(" if each.takes else f"{each.name}()", start, end, each.signature,
            each.description, each.examples[0].formula,
        )
        for each in FUNCTIONS.values() if each.category != "operators"
    ]  # fmt: skip
    words = [
        Suggestion(
            "word", each, each, start, end, "operator", FUNCTIONS[each].description, FUNCTIONS[each].examples[0].formula
        )
        for each in ("AND", "OR", "NOT", "IN")
    ]
    tables = [
        Suggestion("table", each.name, quoted(each.name), start, end, "dataset to look up in") for each in scope.tables
    ]
    names = _named(scope, start, end, None)
    everything = (
        [*names, *_parameters(scope, start, end), *functions, *words, *tables] if prefix else [*names, *functions]
    )
    return _ranked(everything, prefix)


def _references(
    scope: Scope, prefix: str, start: int, end: int, columns: tuple[ScopeColumn, ...] | None
) -> list[Suggestion]:
    return _ranked(_named(scope, start, end, columns), prefix)


def _named(scope: Scope, start: int, end: int, columns: tuple[ScopeColumn, ...] | None) -> list[Suggestion]:
    of_table = columns is not None
    found = [
        Suggestion("column", each.name, bracketed(each.name), start, end, each.type.value)
        for each in (columns if columns is not None else scope.columns)
        if each.name.strip()
    ]
    if of_table:
        return found
    return found + [
        Suggestion("formula", each.name, bracketed(each.name), start, end, each.kind.words) for each in scope.formulas
    ]


def _parameters(scope: Scope, start: int, end: int) -> list[Suggestion]:
    return [
        Suggestion("parameter", each.name, f"{{{each.name}}}", start, end, each.type.value) for each in scope.parameters
    ]


def _ranked(found: list[Suggestion], prefix: str) -> list[Suggestion]:
    """Those that begin with the prefix, then those with a word that does, then those that hold it."""
    wanted = prefix.strip().lower()
    if not wanted:
        return found[:MOST]

    def place(each: Suggestion) -> int | None:
        label = each.label.lower()
        if label.startswith(wanted):
            return 0 if label == wanted else 1
        if any(word.startswith(wanted) for word in re.split(r"[\s._]+", label)):
            return 2
        return 3 if wanted in label else None

    ranked = [(rank, index, each) for index, each in enumerate(found) if (rank := place(each)) is not None]
    return [each for _, _, each in sorted(ranked, key=lambda item: item[:2])][:MOST]
