"""What UPDATE, DELETE and SELECT say about rows that were read, where their form leaves no doubt about it.

Nothing is carried out by a database: comparisons with literals are worked out here, over columns of text. Whatever
depends on something else (functions, joins, collations, the way a number is printed) is not followed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException

import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.kinds import FLOAT
from tablewright.core.readers.sql.definitions import ColumnSpec, Cursor, TableSpec, kind_of, split
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.literals import Expression, Left, NotLiteral, Value, named
from tablewright.core.readers.sql.tokens import Token
from tablewright.core.tables import ColumnType

MOST_WORDS = 20_000
EXACT_DIGITS = 15
"""Numbers of no more digits are the same as binary fractions exactly when they are the same."""

Arrays = Sequence[pa.Array]
Test = Callable[[Arrays], pa.Array]
"""Which rows of columns of text meet a condition: true, false, or null where SQL does not know."""
Filling = Callable[[Arrays], pa.Array]
"""A column of text made of columns of text."""

_ISO = r"^\d{4}-\d\d-\d\d"
_BOOLEANS = {"t": "1", "true": "1", "f": "0", "false": "0"}
_OPERATORS = {b"=", b"<>", b"!=", b"<", b">", b"<=", b">="}
_ENDS = {b"AND", b"OR", b"IS", b"IN", b"NOT", b"BETWEEN", b"LIKE", b"ORDER", b"LIMIT", b"GROUP", b"FROM", b"WHERE"}


class NotFollowed(Exception):
    """A statement whose effect depends on more than the rows that were read."""


def exact(column: ColumnSpec, dialect: Dialect) -> bool | None:
    """Whether texts that differ in case or accents are different; None where the script does not say."""
    if dialect.name in ("MySQL", "SQL Server"):
        return re.search(r"_(bin2?|[ac]s)\b|_cs_|^binary", column.collation) is not None or column.is_binary
    return None if dialect.name == "SQL" else True


@dataclass(frozen=True)
class Operand:
    """A column by its place, or a value."""

    place: int | None
    value: bytes | None = None
    is_number: bool = False


class ConditionReader:
    """Reads conditions and values over the columns of one table, called `names`."""

    def __init__(self, columns: Sequence[ColumnSpec], names: Sequence[str], dialect: Dialect) -> None:
        self.columns, self._dialect = columns, dialect
        self._names = {name.casefold() for name in names}
        self._places = {column.name.casefold(): place for place, column in enumerate(columns)}

    def place(self, name: Sequence[str] | None) -> int | None:
        if not name or (len(name) > 1 and name[-2].casefold() not in self._names):
            return None
        return self._places.get(name[-1].casefold())

    def condition(self, tokens: Sequence[Token]) -> Test:
        """The condition that these tokens are. Raises NotFollowed."""
        if len(tokens) > MOST_WORDS:
            raise NotFollowed
        at = Cursor(tokens)
        test = self._either(at, 0)
        if at.peek().kind != "end":
            raise NotFollowed
        return test

    def _either(self, at: Cursor, depth: int) -> Test:
        if depth > 20:
            raise NotFollowed
        tests = [self._both(at, depth)]
        while at.taken(b"OR"):
            tests.append(self._both(at, depth))
        return tests[0] if len(tests) == 1 else lambda rows: _joined(pc.or_kleene, [test(rows) for test in tests])

    def _both(self, at: Cursor, depth: int) -> Test:
        tests = [self._one(at, depth)]
        while at.taken(b"AND"):
            tests.append(self._one(at, depth))
        return tests[0] if len(tests) == 1 else lambda rows: _joined(pc.and_kleene, [test(rows) for test in tests])

    def _one(self, at: Cursor, depth: int) -> Test:
        if at.taken(b"NOT"):
            inner = self._one(at, depth + 1)
            return lambda rows: pc.invert(inner(rows))
        if at.peek().text == b"(" and not (at.peek(1).kind in ("number", "string") and at.peek(2).text == b")"):
            nested = Cursor(at.group())
            test = self._either(nested, depth + 1)
            if nested.peek().kind != "end":
                raise NotFollowed
            return test
        left = self._operand(at)
        if at.taken(b"IS"):
            negated = at.taken(b"NOT")
            if left.place is None or not at.taken(b"NULL"):
                raise NotFollowed
            place = left.place
            return lambda rows: pc.is_valid(rows[place]) if negated else pc.is_null(rows[place])
        negated = at.taken(b"NOT")
        if at.taken(b"IN"):
            listed = [self._literal(part) for part in split(at.group())]
            test = self._any(left, listed)
        elif at.taken(b"BETWEEN"):
            low = self._operand(at)
            if not at.taken(b"AND"):
                raise NotFollowed
            high = self._operand(at)
            lower, upper = self._compared(left, b">=", low), self._compared(left, b"<=", high)
            test = lambda rows: pc.and_kleene(lower(rows), upper(rows))  # noqa: E731
        elif at.taken(b"LIKE"):
            test = self._like(left, self._operand(at))
        else:
            if negated:
                raise NotFollowed
            return self._compared(left, self._operator(at), self._operand(at))
        return (lambda rows: pc.invert(test(rows))) if negated else test

    def _operator(self, at: Cursor) -> bytes:
        said = at.take().text
        if said in (b"<", b">", b"!") and at.peek().text in (b"=", b">"):
            said += at.take().text
        if said not in _OPERATORS:
            raise NotFollowed
        return said

    def _operand(self, at: Cursor) -> Operand:
        start, depth = at.at, 0
        while (token := at.peek()).kind not in ("end", "stop"):
            if depth == 0 and (token.text in (b"<", b">", b"!", b"=", b",", b")") or token.word in _ENDS):
                break
            depth += (token.text == b"(") - (token.text == b")")
            at.take()
        tokens = at.tokens[start : at.at]
        whole = Cursor(tokens)
        name = whole.name() if tokens and tokens[0].kind in ("word", "name") else None
        place = self.place(name) if name and whole.peek().kind == "end" else None
        return Operand(place) if place is not None else self._literal(tokens)

    def _literal(self, tokens: Sequence[Token]) -> Operand:
        value = self.value(tokens)
        if isinstance(value, Left):
            raise NotFollowed
        number = value is not None and all(token.kind == "number" or token.text in b"+-" for token in tokens)
        return Operand(None, value, number)

    def value(self, tokens: Sequence[Token]) -> Value:
        """The literal that these tokens are. Raises NotFollowed."""
        try:
            return Expression(tokens, self._dialect).value()
        except NotLiteral:
            raise NotFollowed from None

    def _any(self, left: Operand, listed: Sequence[Operand]) -> Test:
        tests = [self._compared(left, b"=", one) for one in listed]
        if not tests:
            raise NotFollowed
        return lambda rows: _joined(pc.or_kleene, [test(rows) for test in tests])

    def _compared(self, left: Operand, operator: bytes, right: Operand) -> Test:
        if left.place is None:
            if right.place is None:
                raise NotFollowed
            left, right = right, left
            operator = {b"<": b">", b">": b"<", b"<=": b">=", b">=": b"<="}.get(operator, operator)
        place = left.place or 0
        column = self.columns[place]
        if right.place is not None:
            raise NotFollowed
        if right.value is None:  # nothing is equal to NULL
            return lambda rows: pa.nulls(len(rows[place]), pa.bool_())
        wanted = named(right.value)
        if self.is_number(column) or right.is_number:
            return lambda rows: _numbers(rows[place], operator, wanted)
        if column.type.startswith("bool"):
            return lambda rows: _texts(_booleans(rows[place]), operator, _BOOLEANS.get(wanted.lower(), wanted), True)
        return lambda rows: _texts(rows[place], operator, wanted, self._exact(column))

    def _exact(self, column: ColumnSpec) -> bool | None:
        return exact(column, self._dialect)

    def is_number(self, column: ColumnSpec) -> bool:
        kind = kind_of(column, self._dialect)
        return kind is not None and kind.type in (ColumnType.INTEGER, ColumnType.FLOAT, ColumnType.DECIMAL)

    def _like(self, left: Operand, right: Operand) -> Test:
        place, pattern = left.place, right.value
        if place is None or pattern is None or b"\\" in pattern:
            raise NotFollowed
        wanted = named(pattern)

        def test(rows: Arrays) -> pa.Array:
            found = pc.match_like(rows[place], wanted)
            if self._dialect.name in ("PostgreSQL", "Oracle", "DB2"):
                return found
            loose = pc.match_like(rows[place], wanted, ignore_case=True)
            if self._dialect.name == "SQLite" or self._exact(self.columns[place]) is False:
                return loose
            return _agreed(found, loose)

        return test

    def filling(self, tokens: Sequence[Token], into: ColumnSpec) -> Filling:
        """The values that these tokens are for each row, as `into` keeps them. Raises NotFollowed."""
        at = Cursor(tokens)
        name = at.name() if tokens and tokens[0].kind in ("word", "name") else None
        place = self.place(name)
        if place is not None and at.peek().kind == "end":
            return lambda rows: rows[place]
        if place is not None and at.peek().text in (b"+", b"-", b"*") and self.is_number(into):
            operator, by = at.take().text, self._literal(at.tokens[at.at :])
            if not by.is_number or by.value is None or not self.is_number(self.columns[place]):
                raise NotFollowed
            return lambda rows: _reckoned(rows[place], operator, Decimal(named(by.value or b"")), into, self._dialect)
        value = self.value(tokens)
        if isinstance(value, Left):
            raise NotFollowed
        text = None if value is None else named(value)
        return lambda rows: pa.array([text] * len(rows[0]), pa.string())


def _joined(how: Callable[[pa.Array, pa.Array], pa.Array], tests: Sequence[pa.Array]) -> pa.Array:
    found = tests[0]
    for test in tests[1:]:
        found = how(found, test)
    return found


def _agreed(one: pa.Array, other: pa.Array) -> pa.Array:
    """The result when both ways of comparing give the same."""
    if not one.equals(other):
        raise NotFollowed
    return one


def _booleans(values: pa.Array) -> pa.Array:
    return pa.array([None if v is None else _BOOLEANS.get(v.lower(), v) for v in values.to_pylist()], pa.string())


_COMPARED = {
    b"=": pc.equal, b"<>": pc.not_equal, b"!=": pc.not_equal,
    b"<": pc.less, b">": pc.greater, b"<=": pc.less_equal, b">=": pc.greater_equal,
}  # fmt: skip


def _numbers(values: pa.Array, operator: bytes, wanted: str) -> pa.Array:
    longest = pc.max(pc.utf8_length(values)).as_py() or 0
    if max(longest, len(wanted)) > EXACT_DIGITS:
        raise NotFollowed
    try:
        numbers, number = pc.cast(pc.utf8_trim_whitespace(values), pa.float64()), float(wanted)
    except (pa.ArrowInvalid, ValueError):
        raise NotFollowed from None
    return _COMPARED[operator](numbers, number)


def _texts(values: pa.Array, operator: bytes, wanted: str, exact: bool | None) -> pa.Array:
    if operator not in (b"=", b"<>", b"!="):
        # Dates in the order of the calendar are in the order of their letters.
        if not re.match(_ISO, wanted) or not pc.all(pc.match_substring_regex(values, _ISO)).as_py():
            raise NotFollowed
        exact = True
    if re.match(_ISO, wanted) and pc.any(pc.not_equal(pc.utf8_length(values), len(wanted))).as_py():
        raise NotFollowed
    found = _COMPARED[operator](values, wanted)
    if exact:
        return found
    loose = _COMPARED[operator](_folded(values), fold(wanted))
    return _agreed(found, loose) if exact is None else loose


def fold(text: str) -> str:
    """Text as it is compared by databases that take no notice of case, accents and blanks at the end."""
    if text.isascii():
        return text.lower().rstrip(" ")
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(bare).lower().rstrip(" ")


def _folded(values: pa.Array) -> pa.Array:
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return pc.ascii_rtrim(pc.ascii_lower(values), " ")
    return pa.array([None if v is None else fold(v) for v in values.to_pylist()], pa.string())


def _reckoned(values: pa.Array, operator: bytes, by: Decimal, into: ColumnSpec, dialect: Dialect) -> pa.Array:
    """Numbers plus, minus or times another, with as many places as the column has."""
    kind = kind_of(into, dialect)
    found: list[str | None] = []
    try:
        for text in values.to_pylist():
            if text is None:
                found.append(None)
                continue
            number = Decimal(text)
            number = number + by if operator == b"+" else number - by if operator == b"-" else number * by
            if kind is FLOAT:
                found.append(repr(float(number)))
            else:
                found.append(format(number.quantize(Decimal(1).scaleb(-kind.scale if kind else 0), ROUND_HALF_UP), "f"))
    except DecimalException:
        raise NotFollowed from None
    return pa.array(found, pa.string())


@dataclass(frozen=True)
class Clause:
    """What an INSERT says about its rows whose key another row has."""

    says: str = ""
    """`replace`, `ignore` or `update`; nothing where a database refuses them."""
    updated: tuple[str, ...] | None = None
    """Which columns of the other row take the new value; None where they take something else."""


PLAIN = Clause()
_TAKEN_AWAY = {
    "replace": "a later row of the same key replaces it",
    "ignore": "an earlier row has its key, and the statement leaves such rows out",
    "update": "an earlier row has its key and takes over its values",
}


class Keys:
    """Finds, row by row, what becomes of rows with a key that another row has."""

    def __init__(self, spec: TableSpec, clauses: Sequence[tuple[int, Clause]], dialect: Dialect) -> None:
        """`clauses` are those of the rows, each from the row on that stands before it."""
        self._keys = []
        for names in (spec.primary_key, *spec.unique_keys):
            wanted = {name.casefold() for name in names}
            places = [place for place, column in enumerate(spec.columns) if column.name.casefold() in wanted]
            if names and len(places) == len(names):
                self._keys.append([(place, exact(spec.columns[place], dialect) is False) for place in places])
        self._spec, self._count = spec, 0
        self._clause, self._coming = PLAIN, list(reversed(clauses))
        self._places: dict[Clause, list[int]] = {}
        self._known: list[dict[tuple[str | None, ...], int]] = [{} for _ in self._keys]
        self.gone: dict[int, str] = {}
        """Rows that do not stay, and why."""
        self.values: dict[int, dict[int, str | None]] = {}
        """New values by column and row."""
        self.repeated = 0
        """Rows that repeat a key although their statement does not say what becomes of them."""

    def add(self, batch: Arrays) -> None:
        """Look at the next rows. Raises NotFollowed."""
        lists = [
            [[fold(v) if v and folded else v for v in batch[place].to_pylist()] for place, folded in key]
            for key in self._keys
        ]
        keys = [list(zip(*columns, strict=True)) for columns in lists]
        for row in range(len(batch[0])):
            number = self._count + row
            while self._coming and self._coming[-1][0] <= number:
                self._clause = self._coming.pop()[1]
            says = self._clause.says
            own = [key[row] for key in keys]
            met = {
                known[key]
                for known, key in zip(self._known, own, strict=True)
                if None not in key and key in known and known[key] not in self.gone
            }
            if met and says in ("ignore", "update"):
                self.gone[number] = _TAKEN_AWAY[says]
                if says == "update":
                    for place in self._updated(met, own):
                        self.values.setdefault(place, {})[min(met)] = batch[place][row].as_py()
                continue
            if says == "replace":
                self.gone |= dict.fromkeys(met, _TAKEN_AWAY[says])
            self.repeated += bool(met) and not says
            for known, values in zip(self._known, own, strict=True):
                known[values] = number
        self._count += len(batch[0])

    def _updated(self, met: set[int], own: Sequence[tuple[str | None, ...]]) -> list[int]:
        """The columns in which the row that was met takes over another's values. Raises NotFollowed."""
        names = self._clause.updated
        if names is None or len(met) > 1:
            raise NotFollowed
        places = self._places.get(self._clause)
        if places is None:
            columns = [self._spec.column(name) for name in names]
            places = [self._spec.columns.index(column) for column in columns if column is not None]
            self._places[self._clause] = places
        for key, known, values in zip(self._keys, self._known, own, strict=True):
            if known.get(values) not in met and any(place in places for place, _ in key):
                raise NotFollowed  # the row that was met would get another key
        return places


@dataclass(frozen=True)
class Selection:
    """SELECT of columns and literals from one table: what the columns are called and made of, and which rows count."""

    columns: list[ColumnSpec]
    fillings: list[Filling]
    test: Test | None
    ordered: bool
    """Whether the rows come in an order that was not followed."""

    def of(self, batch: Arrays) -> list[pa.Array]:
        """The columns that are made of these."""
        if self.test is not None:
            mask = pc.fill_null(self.test(batch), False)
            batch = [column.filter(mask) for column in batch]
        return [filling(batch) for filling in self.fillings]


def source_of(tokens: Sequence[Token]) -> tuple[list[Token], tuple[str, ...], str, list[Token], list[Token]] | None:
    """`SELECT items FROM name alias WHERE … ORDER BY …` (tokens behind SELECT): its items, name, alias, condition and
    what stands behind ORDER BY; None for anything else."""
    depth = 0
    items: list[Token] = []
    at = Cursor(tokens)
    while at.peek().kind != "end" and not (depth == 0 and at.peek().word == b"FROM"):
        token = at.take()
        depth += (token.text == b"(") - (token.text == b")")
        items.append(token)
    if not at.taken(b"FROM") or not items or items[0].word in (b"DISTINCT", b"TOP", b"ALL"):
        return None
    name = at.name()
    if name is None:
        return None
    alias = name[-1]
    if at.taken(b"AS") or (at.peek().kind in ("word", "name") and at.peek().word not in (b"WHERE", b"ORDER")):
        alias = (at.name() or ("",))[-1]
        if alias.upper() in ("JOIN", "INNER", "LEFT", "CROSS", "NATURAL", "LIMIT", "GROUP", "UNION", "ON", "FETCH"):
            return None
    condition: list[Token] = []
    order: list[Token] = []
    if at.taken(b"WHERE"):
        while at.peek().kind != "end" and at.peek().word != b"ORDER":
            token = at.take()
            if token.word in (b"LIMIT", b"GROUP", b"UNION", b"SELECT", b"FETCH", b"FOR", b"RETURNING"):
                return None
            condition.append(token)
    if at.taken(b"ORDER", b"BY"):
        order = list(at.tokens[at.at :])
        if any(token.word in (b"LIMIT", b"UNION", b"FETCH", b"OFFSET", b"FOR") for token in order):
            return None
    elif at.peek().kind != "end":
        return None
    return items, name, alias, condition, order


def selection(items: Sequence[Token], condition: Sequence[Token], ordered: bool, reader: ConditionReader) -> Selection:
    """What SELECT makes of a table's rows. Raises NotFollowed."""
    columns: list[ColumnSpec] = []
    fillings: list[Filling] = []

    def of_place(place: int) -> Filling:
        return lambda rows: rows[place]

    for part in split(items):
        if part[-1].text == b"*" and len(part) in (1, 3):
            for of, column in enumerate(reader.columns):
                columns.append(ColumnSpec(column.name, column.type))
                fillings.append(of_place(of))
            continue
        alias = ""
        if len(part) > 2 and part[-2].word == b"AS":
            alias = (Cursor(part[-1:]).name() or ("",))[-1]
            part = part[:-2]
        elif len(part) == 2 and part[0].kind != "op" and part[1].kind in ("word", "name"):
            alias = (Cursor(part[-1:]).name() or ("",))[-1]
            part = part[:-1]
        at = Cursor(part)
        name = at.name() if part[0].kind in ("word", "name") else None
        place = reader.place(name) if at.peek().kind == "end" else None
        if place is not None:
            known = reader.columns[place]
            columns.append(ColumnSpec(alias or known.name, known.type))
            fillings.append(of_place(place))
        else:
            made = ColumnSpec(alias or named(b"".join(token.text for token in part)))
            columns.append(made)
            fillings.append(reader.filling(part, made))
    return Selection(columns, fillings, reader.condition(condition) if condition else None, ordered)
