"""What CREATE TABLE and ALTER TABLE say about tables: columns, types, defaults, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tablewright.core.readers.kinds import DATE, FLOAT, INSTANT, INTEGER, TEXT, TIME, TIMESTAMP, Kind, decimal
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.literals import Expression, Left, NotLiteral, Value, quoted_name
from tablewright.core.readers.sql.tokens import Token

MOST_DIGITS = 38
MOST_INTEGER_DIGITS = 18

Name = tuple[str, ...]
"""A table's name in parts, as written: schema and table, or table alone."""


@dataclass
class ColumnSpec:
    """One declared column."""

    name: str
    type: str = ""
    """In lower case, with its sizes: `numeric(10,2)`."""
    default: Value = None
    default_says: str = ""
    """A default that is no literal."""
    numbered: bool = False
    """The database numbers the rows itself."""
    generated: bool = False
    """The database computes it."""

    @property
    def is_binary(self) -> bool:
        return (
            re.match(r"(tiny|medium|long)?blob|(var)?binary|bytea|image|raw|long raw|rowversion", self.type) is not None
        )

    @property
    def is_bit(self) -> bool:
        return self.type.split("(")[0].strip() == "bit"


@dataclass
class ForeignKey:
    columns: list[str]
    table: Name
    names: list[str]


@dataclass
class TableSpec:
    """What a script declares about one table."""

    name: Name
    columns: list[ColumnSpec] = field(default_factory=list)
    primary_key: list[str] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    first_number: int = 1
    number_step: int = 1
    part_of: Name | None = None
    """The partitioned table that holds these rows too."""
    declared: bool = True
    """False when it is only known from its INSERT statements."""

    def column(self, name: str) -> ColumnSpec | None:
        wanted = name.casefold()
        return next((column for column in self.columns if column.name.casefold() == wanted), None)


class Cursor:
    """A place in a list of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else Token("end", b"")

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def taken(self, *words: bytes) -> bool:
        """Pass over these words when they come next."""
        if all(self.peek(i).word == word for i, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def name(self) -> Name | None:
        """A name with its schema, when one comes next."""
        parts: list[str] = []
        while self.peek().kind in ("word", "name") or (self.peek().kind == "string" and self.peek().text[:1] in b"\"'"):
            parts.append(_plain(self.take()))
            if self.peek().text != b".":
                break
            while self.peek().text == b".":  # database..table
                self.take()
        return tuple(parts) or None

    def group(self) -> list[Token]:
        """The tokens within the brackets that come next, without them."""
        if self.peek().text != b"(":
            return []
        start, depth = self.at + 1, 0
        while self.at < len(self.tokens):
            text = self.take().text
            depth += (text == b"(") - (text == b")")
            if not depth:
                return list(self.tokens[start : self.at - 1])
        return list(self.tokens[start:])


def _plain(token: Token) -> str:
    if token.kind == "string":
        return token.text[1:-1].decode("utf-8", "replace")
    return quoted_name(token.text) if token.kind == "name" else token.text.decode("utf-8", "replace")


def split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts between commas that stand in no brackets."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.text in (b"(", b"[")) - (token.text in (b")", b"]"))
        if token.text == b"," and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def names_in(tokens: Sequence[Token]) -> list[str]:
    """The column names of a list like (`a`(20) ASC, "b")."""
    return [_plain(part[0]) for part in split(tokens) if part and part[0].kind in ("word", "name", "string", "number")]


_CONSTRAINTS = {
    b"CONSTRAINT", b"PRIMARY", b"FOREIGN", b"UNIQUE", b"KEY", b"INDEX", b"CHECK", b"FULLTEXT", b"SPATIAL", b"EXCLUDE",
    b"LIKE", b"PERIOD",
}  # fmt: skip
_AFTER_TYPE = {
    b"NOT", b"NULL", b"DEFAULT", b"PRIMARY", b"UNIQUE", b"KEY", b"REFERENCES", b"CHECK", b"CONSTRAINT", b"COMMENT",
    b"COLLATE", b"GENERATED", b"AS", b"AUTO_INCREMENT", b"AUTOINCREMENT", b"IDENTITY", b"ON", b"STORED", b"VIRTUAL",
    b"ROWGUIDCOL", b"SPARSE", b"ENCODE", b"CHARSET", b"VISIBLE", b"INVISIBLE", b"ENABLE", b"DISABLE", b"STORAGE",
    b"WITH",     b"COMPRESSION", b"FOR", b"SRID",
}  # fmt: skip


def created(tokens: Sequence[Token], dialect: Dialect) -> TableSpec | None:
    """The table of `CREATE … TABLE` (tokens from the name on); None where it lists no columns."""
    at = Cursor(tokens)
    at.taken(b"IF", b"NOT", b"EXISTS")
    name = at.name()
    if name is None:
        return None
    spec = TableSpec(name)
    if at.taken(b"PARTITION", b"OF"):
        spec.part_of = at.name()
        return spec
    if at.peek().text != b"(":
        return None
    for part in split(at.group()):
        if part[0].word in _CONSTRAINTS and not (
            len(part) > 1 and part[0].word in (b"KEY", b"INDEX", b"PERIOD", b"LIKE") and _is_type(part[1])
        ):
            constrain(spec, part)
        elif column := _column(part, spec, dialect):
            spec.columns.append(column)
    _table_options(at, spec)
    return spec


def _is_type(token: Token) -> bool:
    return (
        re.fullmatch(
            rb"(?i)(big|small|tiny|medium)?int(eger)?|n?(var)?char2?|text|numeric|decimal|date|timestamp", token.text
        )
        is not None
    )


def _table_options(at: Cursor, spec: TableSpec) -> None:
    while at.peek().kind != "end":
        token = at.take()
        if token.word == b"AUTO_INCREMENT":
            if at.peek().text == b"=":
                at.take()
            if at.peek().kind == "number":
                spec.first_number = int(at.take().text)
        elif token.word == b"INHERITS":
            spec.part_of = Cursor(at.group()).name()


def _column(tokens: Sequence[Token], spec: TableSpec, dialect: Dialect) -> ColumnSpec | None:
    at = Cursor(tokens)
    if at.peek().kind not in ("word", "name", "string", "number"):
        return None
    column = ColumnSpec(_plain(at.take()))
    words: list[str] = []
    while (at.peek().kind != "end" and at.peek().word not in _AFTER_TYPE) or (
        words and at.peek().word == b"WITH" and at.peek(1).word in (b"TIME", b"LOCAL")
    ):
        token = at.take()
        if token.text == b"(" or (token.word in (b"CHARACTER",) and at.peek().word == b"SET"):
            if token.text == b"(":
                at.at -= 1
                inner = b"".join(one.text for one in at.group()).decode("utf-8", "replace")
                words.append(f"({inner})")
            else:
                at.at += 2
        elif token.text == b".":
            words = []  # what came before names the schema
        else:
            words.append(_plain(token).lower())
    column.type = re.sub(r" (?=\()|(?<=\)) (?=\[)", "", " ".join(words)).strip()
    column.numbered = re.match(r"(big|small)?serial", column.type) is not None
    _column_rest(at, column, spec, dialect)
    return column


def _column_rest(at: Cursor, column: ColumnSpec, spec: TableSpec, dialect: Dialect) -> None:
    while at.peek().kind != "end":
        token = at.take()
        match token.word:
            case b"PRIMARY" if at.taken(b"KEY"):
                spec.primary_key = [column.name]
                # SQLite numbers the rows of such a column.
                column.numbered |= column.type == "integer" and dialect.name in ("SQLite", "SQL")
            case b"AUTO_INCREMENT" | b"AUTOINCREMENT":
                column.numbered = True
            case b"IDENTITY":
                column.numbered = True
                _sequence(at.group(), spec)
            case b"GENERATED" | b"AS":
                if (
                    at.taken(b"ALWAYS", b"AS")
                    or at.taken(b"BY", b"DEFAULT", b"AS")
                    or at.taken(b"BY", b"DEFAULT", b"ON", b"NULL", b"AS")
                ):
                    pass
                if at.taken(b"IDENTITY"):
                    column.numbered = True
                    _sequence(at.group(), spec)
                else:
                    column.generated = True
                    at.group()
            case b"DEFAULT":
                _default(at, column, dialect)
            case b"REFERENCES":
                table = at.name()
                if table:
                    spec.foreign_keys.append(ForeignKey([column.name], table, names_in(at.group())))
            case _:
                if at.peek().text == b"(":
                    at.group()


def _sequence(tokens: Sequence[Token], spec: TableSpec) -> None:
    """(1,1) or START WITH 1 INCREMENT BY 1."""
    numbers = [int(token.text) for token in tokens if token.kind == "number" and token.text.isdigit()]
    if numbers:
        spec.first_number = numbers[0]
    if len(numbers) > 1 and (len(tokens) == 3 or any(token.word == b"INCREMENT" for token in tokens)):
        spec.number_step = max(1, numbers[1])


def _default(at: Cursor, column: ColumnSpec, dialect: Dialect) -> None:
    """The default that comes next: one value with its casts."""
    start, depth = at.at, 0
    while at.peek().kind != "end":
        token = at.peek()
        if depth == 0 and at.at > start and token.word in _AFTER_TYPE | {b"ON"} and at.peek(-1).text != b"::":
            break
        depth += (token.text == b"(") - (token.text == b")")
        at.take()
    tokens = at.tokens[start : at.at]
    set_default(column, tokens, dialect)


def set_default(column: ColumnSpec, tokens: Sequence[Token], dialect: Dialect) -> None:
    """Note a default that is a literal; what it says where it is none."""
    try:
        value = Expression(tokens, dialect).value()
    except NotLiteral as odd:
        column.default, column.default_says = None, str(odd)
        return
    if isinstance(value, Left):
        column.numbered = True
    else:
        column.default, column.default_says = value, ""


def constrain(spec: TableSpec, tokens: Sequence[Token]) -> None:
    """Note a table constraint: a primary or foreign key."""
    at = Cursor(tokens)
    if at.taken(b"CONSTRAINT") and at.peek().word not in (b"PRIMARY", b"FOREIGN", b"UNIQUE", b"CHECK"):
        at.name()
    if at.taken(b"PRIMARY", b"KEY"):
        while at.peek().kind != "end" and at.peek().text != b"(":
            at.take()
        spec.primary_key = names_in(at.group())
    elif at.taken(b"FOREIGN", b"KEY"):
        if at.peek().text != b"(":
            at.name()
        columns = names_in(at.group())
        if at.taken(b"REFERENCES") and (table := at.name()):
            spec.foreign_keys.append(ForeignKey(columns, table, names_in(at.group())))


def altered(spec: TableSpec, tokens: Sequence[Token], dialect: Dialect) -> Name | None:
    """Note what ALTER TABLE (tokens behind the name) says; the name of a table attached as a partition."""
    for part in split(tokens):
        at = Cursor(part)
        if at.taken(b"WITH", b"CHECK") or at.taken(b"WITH", b"NOCHECK"):
            pass
        if at.taken(b"ATTACH", b"PARTITION"):
            return at.name()
        if at.taken(b"ALTER") or at.taken(b"MODIFY"):
            _alter_column(at, spec, dialect)
        elif at.taken(b"ADD"):
            _add(at, spec, dialect)
        elif at.peek().word in (b"CONSTRAINT", b"PRIMARY", b"FOREIGN"):
            constrain(spec, part)
    return None


def _alter_column(at: Cursor, spec: TableSpec, dialect: Dialect) -> None:
    at.taken(b"COLUMN")
    column = spec.column(_plain(at.take()))
    if column is None:
        return
    if at.taken(b"SET", b"DEFAULT"):
        set_default(column, at.tokens[at.at :], dialect)
    elif any(token.word in (b"AUTO_INCREMENT", b"IDENTITY") for token in at.tokens[at.at :]):
        column.numbered = True


def _add(at: Cursor, spec: TableSpec, dialect: Dialect) -> None:
    rest = at.tokens[at.at :]
    words = [token.word for token in rest]
    if b"DEFAULT" in words and b"FOR" in words and words[0] in (b"CONSTRAINT", b"DEFAULT"):
        start, end = words.index(b"DEFAULT"), len(words) - 1 - words[::-1].index(b"FOR")
        column = spec.column(_plain(rest[end + 1])) if end + 1 < len(rest) else None
        if column is not None:
            set_default(column, rest[start + 1 : end], dialect)
    elif words and words[0] in _CONSTRAINTS:
        constrain(spec, rest)
    else:
        at.taken(b"COLUMN")
        at.taken(b"IF", b"NOT", b"EXISTS")
        inner = at.group() if at.peek().text == b"(" else rest[at.at - (len(at.tokens) - len(rest)) :]
        added = _column(inner, spec, dialect) if inner else None
        if added is not None and spec.column(added.name) is None:
            spec.columns.append(added)


_TEXTS = re.compile(
    r"(national |long )?(n?(var)?char(acter)?2?|bpchar|tinytext|mediumtext|longtext|ntext|text|[nd]?b?clob|string|uuid"
    r"|jsonb?|enum|set|xml"
    r"|inet|cidr|macaddr8?|bytea|(tiny|medium|long)?blob|(var)?binary|image|raw|interval|tsvector|tsquery|geometry|geography"
    r"|point|polygon|linestring|box|circle|line|lseg|path|name|sysname|citext|uniqueidentifier|bit varying"
    r"|varbit|hstore|ltree"
    r"|rowid|urowid|graphic|vargraphic|long|hierarchyid|sql_variant|rowversion|[a-z0-9]*range)\b"
)
_INTEGERS = re.compile(
    r"(unsigned )?(big ?int|small ?int|tiny ?int|medium ?int|int(eger)?|int[248]|(big|small)?serial[248]?|year|oid)\b"
)
_DECIMALS = re.compile(r"(decimal|numeric|dec|number|fixed)(?:\((\d+)(?:,(-?\d+))?\))")


def kind_of(column: ColumnSpec, dialect: Dialect) -> Kind | None:
    """The kind of value that a declared type promises; None where the values decide."""
    said = column.type
    if said.endswith("[]") or "array" in said.split():
        return TEXT
    if column.is_bit and dialect.name == "PostgreSQL":
        return TEXT
    if found := _DECIMALS.match(said):
        digits, scale = int(found[2]), int(found[3] or 0)
        if scale == 0 and digits <= MOST_INTEGER_DIGITS:
            return INTEGER
        if 0 < scale <= digits <= MOST_DIGITS:
            return decimal(scale, fixed=False, digits=18 if digits <= MOST_INTEGER_DIGITS else MOST_DIGITS)
        return None
    if _INTEGERS.match(said):
        return INTEGER
    if _TEXTS.match(said):
        return TEXT
    if re.match(r"(double|float|real|binary_(float|double))", said):
        return FLOAT
    if re.match(r"datetimeoffset|timestamptz|timestamp(\(\d\))? ?with (local )?time zone", said):
        return INSTANT
    if re.match(r"(small)?datetime|timestamp", said):
        return TIMESTAMP
    if re.match(r"date\b", said):
        return TIMESTAMP if dialect.name == "Oracle" else DATE
    if re.match(r"time\b(?!.*with time zone)", said):
        return TIME
    if dialect.name in ("SQLite", "SQL"):
        if "int" in said:
            return INTEGER
        if re.search("char|clob|text|blob", said):
            return TEXT
        if re.search("real|floa|doub", said):
            return FLOAT
    return None
