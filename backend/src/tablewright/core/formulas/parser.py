"""Tokens become a tree: a Pratt parser that counts how deep and how large it gets.

From loose to tight: OR · AND · NOT · comparisons and IN · `&` · `+ -` · `* /` · `^` · sign · `%`. As in spreadsheets a
sign binds tighter than `^` (-2^2 is 4), and `^` goes from left to right.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal

from tablewright.core.formulas.lexer import Token, tokens
from tablewright.core.formulas.problems import FormulaTooDeep, FormulaTooLarge, FormulaUnreadable, shortened
from tablewright.core.formulas.tree import Call, Literal, Node, Parameter, Reference, Span, TableColumn, Tree

DEEPEST = 64
LARGEST = 2_000

_OR, _AND, _NOT, _COMPARE, _JOIN, _ADD, _MULTIPLY, _POWER, _SIGN, _PERCENT = range(1, 11)
_BINARY = {
    "=": _COMPARE, "==": _COMPARE, "<>": _COMPARE, "!=": _COMPARE, "<": _COMPARE, "<=": _COMPARE, ">": _COMPARE,
    ">=": _COMPARE, "&": _JOIN, "+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "^": _POWER,
}  # fmt: skip
_SAME = {"==": "=", "!=": "<>"}
_FLAT = {"&", "AND", "OR"}


def parse(text: str) -> Tree:
    """The tree of a formula. Raises FormulaUnreadable and the limits' problems, with their position."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0
        self._nested = 0
        self._size = 0

    def parse(self) -> Tree:
        if self._is_sign("="):
            self._at += 1  # As people are used to: a formula may begin with "=".
        if self._peek().kind == "end":
            raise FormulaUnreadable("The formula is empty. Write for example [Sales] * 2.", self._text, Span(0, 0))
        root = self._expression(0)
        rest = self._peek()
        if rest.kind != "end":
            raise self._unexpected(rest)
        return Tree(self._text, root, self._size, self._depth(root))

    def _depth(self, root: Node) -> int:
        """How deep the tree is: operators in a row nest without parentheses."""
        depth, level = 0, [root]
        while level:
            depth += 1
            if depth > DEEPEST:
                raise self._too_deep(level[0].span)
            level = [each for node in level if isinstance(node, Call) for each in node.arguments]
        return depth

    # Tokens

    def _peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _is_sign(self, *signs: str) -> bool:
        token = self._peek()
        return token.kind == "sign" and token.value in signs

    def _is_word(self, word: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == "word" and token.value.upper() == word

    def _close(self, what: str, opened: Span) -> Token:
        if self._is_sign(")"):
            return self._take()
        token = self._peek()
        if token.kind == "end":
            raise FormulaUnreadable(f"{what} is not closed: a ) is missing.", self._text, opened, proposal=")")
        raise self._unexpected(token)

    def _unexpected(self, token: Token) -> FormulaUnreadable:
        text, span = self._text, token.span
        shown = shortened(text[span.start : span.end])
        if token.kind == "end":
            return FormulaUnreadable("Something is missing at the end of the formula.", text, span)
        if token.kind == "sign" and token.value == ")":
            return FormulaUnreadable("This ) closes nothing, or something is missing before it.", text, span)
        if token.kind == "word":
            return FormulaUnreadable(
                f'"{shown}" stands where an operator or a comma is needed. Columns are written in square brackets: '
                f"[{shown}].",
                text,
                span,
                proposal=f"[{shown}]",
            )
        return FormulaUnreadable(f'"{shown}" does not fit here. Is something before it missing?', text, span)

    # Nodes

    def _made(self, node: Node) -> Node:
        self._size += 1
        if self._size > LARGEST:
            raise FormulaTooLarge(
                f"The formula has more than {LARGEST:,} parts. Put some of them into formulas of their own.",
                self._text,
                node.span,
            )
        return node

    def _too_deep(self, span: Span) -> FormulaTooDeep:
        return FormulaTooDeep(
            f"The formula is nested more than {DEEPEST} deep. Put a part of it into a formula of its own and use it by "
            "name.",
            self._text,
            span,
        )

    def _call(self, function: str, arguments: tuple[Node, ...], name: Span, span: Span | None = None) -> Node:
        around = span or Span(min(name.start, arguments[0].span.start), max(name.end, arguments[-1].span.end))
        return self._made(Call(function, arguments, around, name))

    # Grammar

    def _expression(self, tightness: int) -> Node:
        self._nested += 1
        if self._nested > 2 * DEEPEST:  # parentheses alone are no level of the tree, and yet bounded
            raise self._too_deep(self._peek().span)
        left = self._prefix()
        while (made := self._infix(left, tightness)) is not None:
            left = made
        self._nested -= 1
        return left

    def _prefix(self) -> Node:
        token = self._take()
        if token.kind == "sign" and token.value in "+-":
            value = self._expression(_SIGN)
            return value if token.value == "+" else self._call("NEGATE", (value,), token.span)
        if token.kind == "sign" and token.value == "(":
            inner = self._expression(0)
            self._close("The parenthesis", token.span)
            return inner
        if token.kind == "number":
            return self._made(_number(token))
        if token.kind == "text":
            return self._made(Literal(token.value, token.span))
        if token.kind == "moment":
            return self._made(self._moment(token))
        if token.kind == "parameter":
            return self._made(Parameter(token.value, token.span))
        if token.kind == "reference":
            return self._made(Reference(token.value, token.by_id, token.span))
        if token.kind == "table":
            return self._table_column(token)
        if token.kind == "word":
            return self._word(token)
        raise self._unexpected(token)

    def _word(self, token: Token) -> Node:
        name = token.value.upper()
        if self._is_sign("("):
            return self._function(token)
        following = self._peek()
        if following.kind == "reference" and following.span.start == token.span.end:
            return self._table_column(token)
        if name in ("TRUE", "FALSE"):
            return self._made(Literal(name == "TRUE", token.span))
        if name == "NOT":
            return self._call("NOT", (self._expression(_NOT),), token.span)
        raise self._unexpected(token)

    def _table_column(self, table: Token) -> Node:
        column = self._peek()
        if column.kind != "reference" or column.span.start != table.span.end:
            raise FormulaUnreadable(
                "A table is followed by one of its columns, as in Customers[Name]. A text stands in double quotes.",
                self._text,
                table.span,
            )
        self._take()
        span = Span(table.span.start, column.span.end)
        return self._made(
            TableColumn(table.value, table.by_id, column.value, column.by_id, span, table.span, column.span)
        )

    def _function(self, name: Token) -> Node:
        opened = self._take()
        arguments: list[Node] = []
        if not self._is_sign(")"):
            arguments.append(self._expression(0))
            while self._is_sign(",", ";"):
                self._take()
                arguments.append(self._expression(0))
        closed = self._close(f"{name.value.upper()}(", Span(name.span.start, opened.span.end))
        return self._call(name.value.upper(), tuple(arguments), name.span, Span(name.span.start, closed.span.end))

    def _infix(self, left: Node, tightness: int) -> Node | None:
        token = self._peek()
        if token.kind == "sign":
            if token.value == "%" and tightness < _PERCENT:
                self._take()
                return self._percent(left, token)
            binds = _BINARY.get(token.value, 0)
            if binds <= tightness:
                return None
            self._take()
            return self._joined(_SAME.get(token.value, token.value), left, self._expression(binds), token.span)
        if token.kind == "word":
            word = token.value.upper()
            if word in ("AND", "OR"):
                binds = _AND if word == "AND" else _OR
                if binds <= tightness:
                    return None
                self._take()
                return self._joined(word, left, self._expression(binds), token.span)
            negated = word == "NOT" and self._is_word("IN", 1)
            if (word == "IN" or negated) and tightness < _COMPARE:
                return self._among(left, negated)
        return None

    def _joined(self, sign: str, left: Node, right: Node, at: Span) -> Node:
        """Both sides joined. Chains of `&`, AND and OR are one call, so that long ones are not deep."""
        span = Span(left.span.start, right.span.end)
        if (
            sign in _FLAT
            and isinstance(left, Call)
            and left.function == sign
            and left.name_span.start > left.span.start
        ):
            return self._call(sign, (*left.arguments, right), left.name_span, span)
        return self._call(sign, (left, right), at, span)

    def _among(self, left: Node, negated: bool) -> Node:
        first = self._take()
        name = Span(first.span.start, self._take().span.end) if negated else first.span
        if not self._is_sign("("):
            raise FormulaUnreadable('IN is followed by a list: IN ("a", "b").', self._text, name)
        opened = self._take()
        values = [self._expression(0)]
        while self._is_sign(",", ";"):
            self._take()
            values.append(self._expression(0))
        closed = self._close("The list", opened.span)
        span = Span(left.span.start, closed.span.end)
        found = self._call("IN", (left, *values), name, span)
        return self._call("NOT", (found,), name, span) if negated else found

    def _percent(self, value: Node, sign: Token) -> Node:
        span = Span(value.span.start, sign.span.end)
        if isinstance(value, Literal) and value.places <= 16:
            given = value.value
            if isinstance(given, int | Decimal) and not isinstance(given, bool):
                return Literal(Context(prec=80).scaleb(Decimal(given), -2), span, value.places + 2)
        return self._call("%", (value,), sign.span, span)

    def _moment(self, token: Token) -> Literal:
        value = moment(token.value)
        if value is None:
            raise FormulaUnreadable(
                f'"{shortened(token.value)}" is no date or time. Write #2026-01-31#, #2026-01-31 08:30#, #08:30# or, '
                "with a time zone, #2026-01-31T08:30:00Z#.",
                self._text,
                token.span,
            )
        return Literal(value, token.span)


def _number(token: Token) -> Literal:
    digits = token.digits
    if "e" in digits.lower():
        return Literal(float(digits), token.span)  # 1e999 is infinite, and so no value.
    whole, _, fraction = digits.partition(".")
    if len(whole.lstrip("0")) + len(fraction) > 38 or len(fraction) > 18:
        return Literal(float(digits), token.span)
    if not fraction:
        return Literal(int(whole or "0"), token.span)
    return Literal(Decimal(f"{whole or '0'}.{fraction}"), token.span, len(fraction))


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_ZONE = re.compile(r"Z|[+-][0-9]{2}:?[0-9]{2}")


def moment(text: str) -> date | datetime | time | None:
    """A date, a time, a local date and time, or an instant (in UTC), from its ISO text; None when it is none."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
        day, clock = text[:10], text[11:]
        zone = _ZONE.search(clock)
        hours = clock[: zone.start()] if zone else clock
        if not _DATE.fullmatch(day) or text[10:11] not in ("T", " ") or not _TIME.fullmatch(hours):
            return None
        if zone and zone.end() != len(clock):
            return None
        found = datetime.fromisoformat(f"{day}T{clock}")
        return found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
