"""What CREATE TABLE and ALTER TABLE say about tables: columns, types, defaults, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tablewright.core.readers.kinds import DATE, FLOAT, INSTANT, INTEGER, TEXT, TIME, TIMESTAMP, Kind, boolean, decimal
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.literals import Expression, Left, NotLiteral, Value, quoted_name
from tablewright.core.readers.sql.tokens import Token
from tablewright.core.tables import ColumnType

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
    collation: str = ""
    """How its texts are compared, in lower case, where the script says so."""

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
    cascades: bool = False
    """What happens to the other row happens to this one."""


@dataclass
class TableSpec:
    """What a script declares about one table."""

    name: Name
    columns: list[ColumnSpec] = field(default_factory=list)
    primary_key: list[str] = field(default_factory=list)
    unique_keys: list[list[str]] = field(default_factory=list)
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
    b"WITH", b"COMPRESSION", b"FOR", b"SRID", b"AFTER", b"FIRST",
    b"COMPUTED",
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
        elif token.word == b"COLLATE":
            said = at.take() if at.peek().text != b"=" else at.tokens[min(at.at + 1, len(at.tokens) - 1)]
            for column in spec.columns:
                column.collation = column.collation or _plain(said).lower()
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
    column.type = re.sub(r" (?=[(\[\]])|(?<=\[) ", "", " ".join(words)).strip()
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
            case b"COMPUTED":
                at.taken(b"BY")
                column.generated = True
                at.group()
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
            case b"COLLATE":
                column.collation = _plain(at.take()).lower()
            case b"REFERENCES":
                table = at.name()
                if table:
                    names = names_in(at.group())
                    spec.foreign_keys.append(ForeignKey([column.name], table, names, _cascades(at)))
            case b"UNIQUE":
                spec.unique_keys.append([column.name])
                at.taken(b"KEY")
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
    elif at.peek().word == b"UNIQUE":
        while at.peek().kind != "end" and at.peek().text != b"(":
            at.take()
        spec.unique_keys.append(names_in(at.group()))
    elif at.taken(b"FOREIGN", b"KEY"):
        if at.peek().text != b"(":
            at.name()
        columns = names_in(at.group())
        if at.taken(b"REFERENCES") and (table := at.name()):
            names = names_in(at.group())
            spec.foreign_keys.append(ForeignKey(columns, table, names, _cascades(at)))


def _cascades(at: Cursor) -> bool:
    """Whether ON DELETE or ON UPDATE changes this table's rows."""
    words = [token.word for token in at.tokens[at.at :]]
    return b"CASCADE" in words or any(
        word == b"SET" and following in (b"NULL", b"DEFAULT") for word, following in pairwise(words)
    )


@dataclass
class Altered:
    """What ALTER TABLE says beyond the table's own columns and keys."""

    attached: Name | None = None
    """A table made a partition of it."""
    renamed: Name | None = None


_NO_COLUMNS = {
    b"CONSTRAINT", b"PRIMARY", b"FOREIGN", b"INDEX", b"KEY", b"UNIQUE", b"CHECK", b"DEFAULT", b"PARTITION", b"PERIOD",
    b"IDENTITY", b"EXPRESSION",
}  # fmt: skip


def altered(spec: TableSpec, tokens: Sequence[Token], dialect: Dialect) -> Altered:
    """Note what ALTER TABLE (tokens behind the name) says. A column that stays is the same object as before."""
    found = Altered()
    adds = False
    for part in split(tokens):
        at = Cursor(part)
        if at.taken(b"WITH", b"CHECK") or at.taken(b"WITH", b"NOCHECK"):
            pass
        if at.taken(b"ATTACH", b"PARTITION"):
            found.attached = at.name()
        elif at.taken(b"RENAME"):
            found.renamed = _rename(at, spec) or found.renamed
        elif at.taken(b"DROP"):
            _drop(at, spec)
        elif at.taken(b"CHANGE"):
            at.taken(b"COLUMN")
            _redefine(spec, _plain(at.take()), part[at.at :], dialect)
        elif at.taken(b"MODIFY"):
            at.taken(b"COLUMN")
            rest = at.group() if at.peek().text == b"(" else part[at.at :]
            for one in split(rest):
                _redefine(spec, _plain(one[0]), one, dialect)
        elif at.taken(b"ALTER"):
            _alter_column(at, spec, dialect)
        elif at.taken(b"ADD"):
            adds = True
            _add(at, spec, dialect)
        elif at.peek().word in (b"CONSTRAINT", b"PRIMARY", b"FOREIGN"):
            constrain(spec, part)
        elif adds and len(part) > 1 and part[0].kind in ("word", "name") and part[0].word not in _CONSTRAINTS:
            _add(at, spec, dialect)  # ADD a int, b int of SQL Server
    return found


def _rename(at: Cursor, spec: TableSpec) -> Name | None:
    """RENAME TO name, RENAME COLUMN a TO b; the table's new name."""
    if at.taken(b"TO") or at.taken(b"AS"):
        return at.name()
    if at.peek().word in (b"CONSTRAINT", b"INDEX", b"KEY"):
        return None
    at.taken(b"COLUMN")
    old = at.take()
    if at.taken(b"TO"):
        rename_column(spec, _plain(old), _plain(at.take()))
        return None
    return (_plain(old),) if at.peek().kind == "end" and old.kind in ("word", "name") else None


def rename_column(spec: TableSpec, old: str, new: str) -> None:
    column = spec.column(old)
    if column is None:
        return
    for names in (spec.primary_key, *spec.unique_keys, *(key.columns for key in spec.foreign_keys)):
        names[:] = [new if name.casefold() == old.casefold() else name for name in names]
    column.name = new


def _drop(at: Cursor, spec: TableSpec) -> None:
    """DROP COLUMN a, DROP a of MySQL, DROP (a, b) of Oracle."""
    if not at.taken(b"COLUMN") and at.peek().word in _NO_COLUMNS:
        if at.peek().word == b"PRIMARY":
            spec.primary_key = []
        return
    at.taken(b"IF", b"EXISTS")
    names = names_in(at.group()) if at.peek().text == b"(" else [_plain(at.take())]
    for name in names:
        if (column := spec.column(name)) is not None:
            spec.columns.remove(column)


def _redefine(spec: TableSpec, name: str, tokens: Sequence[Token], dialect: Dialect) -> None:
    """Give a column the name, type, default and place that `tokens` say."""
    column = spec.column(name)
    made = _column(tokens, spec, dialect) if tokens else None
    if column is None or made is None:
        return
    rename_column(spec, name, made.name)
    if made.type:
        column.type = made.type
        column.default, column.default_says = made.default, made.default_says
        column.numbered = made.numbered
    _place(spec, column, tokens)


def _place(spec: TableSpec, column: ColumnSpec, tokens: Sequence[Token]) -> None:
    """FIRST or AFTER another column, at the end of a definition of MySQL."""
    after = None
    if len(tokens) > 2 and tokens[-2].word == b"AFTER":
        after = spec.column(_plain(tokens[-1]))
    elif tokens[-1].word != b"FIRST" or len(tokens) < 3:
        return
    spec.columns.remove(column)
    spec.columns.insert(spec.columns.index(after) + 1 if after in spec.columns else 0, column)


def _alter_column(at: Cursor, spec: TableSpec, dialect: Dialect) -> None:
    at.taken(b"COLUMN")
    column = spec.column(_plain(at.take()))
    if column is None:
        return
    if at.taken(b"SET", b"DEFAULT"):
        set_default(column, at.tokens[at.at :], dialect)
    elif at.taken(b"DROP", b"DEFAULT"):
        column.default, column.default_says = None, ""
    elif any(token.word in (b"AUTO_INCREMENT", b"IDENTITY") for token in at.tokens[at.at :]):
        column.numbered = True
    elif at.taken(b"TYPE") or at.taken(b"SET", b"DATA", b"TYPE") or _is_type(at.peek()):
        made = _column([Token("name", b'"x"'), *at.tokens[at.at :]], TableSpec(spec.name), dialect)
        column.type = made.type.split(" using ")[0] if made is not None and made.type else column.type


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
        several = split(at.group()) if at.peek().text == b"(" else [list(at.tokens[at.at :])]
        for inner in several:
            added = _column(inner, spec, dialect) if inner else None
            if added is not None and spec.column(added.name) is None:
                words = [token.word for token in inner]
                if dialect.name == "MySQL" and (b"NOT", b"NULL") in pairwise(words) and b"DEFAULT" not in words:
                    _imply_default(added, dialect)
                spec.columns.append(added)
                _place(spec, added, inner)


def _imply_default(column: ColumnSpec, dialect: Dialect) -> None:
    """What MySQL puts into a column that is added as NOT NULL: zero, or a text without letters."""
    kind = kind_of(column, dialect)
    if kind is not None and not column.numbered and not column.generated:
        numbers = kind.type in (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.FLOAT)
        column.default = b"0" if numbers else b"" if kind is TEXT else None


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


def digits_of(column: ColumnSpec) -> tuple[int, int] | None:
    """How many digits a number may have, in all and behind the point, where its type says so."""
    found = _DECIMALS.match(column.type)
    return (int(found[2]), int(found[3] or 0)) if found else None


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
    if dialect.name == "PostgreSQL" and re.match("bool", said):
        return boolean(("t", "f"))  # as COPY writes them; where the values are other words, they decide
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
