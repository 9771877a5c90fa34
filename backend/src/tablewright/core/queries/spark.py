"""A compiled question in Spark's SQL, for a Spark Connect endpoint: the same answer, or a reason why not.

The compiler writes DuckDB's SQL. Here it is read again as a tree, and every node, function and pair of types is
translated by a rule that is known to give the same values on Apache Spark and on Sail. The list is closed: what has no
rule is refused with NotOnSpark, and the question is answered by DuckDB. Formulas come in Spark's words already (see
`spark_formulas`): what a function is on Spark stands in its definition. Where the engines differ, the rules say so:

- Sums of whole numbers and decimals are taken as decimals of 38 digits, and arithmetic on whole numbers in decimals:
  Sail would wrap around, Spark would stop where DuckDB goes on.
- Means of exact numbers are their exact sum by their count.
- Divisions by zero give what floats give, or nothing, instead of an error.
- `isnan(NULL)` is NULL, -0.0 is 0.0 where numbers are put in order, floor and round give floats.
- Capital letters are folded one by one, as DuckDB does: İ is i, and no sigma becomes a final one.
- Approximate figures depend on the algorithm of the engine and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp

from tablewright.core.formulas.problems import EngineUnfit
from tablewright.core.queries import spark_types as types
from tablewright.core.queries.compile import Compiled
from tablewright.core.queries.spark_formulas import CALL, SparkFormula
from tablewright.core.queries.spark_types import BIGINT, BOOLEAN, DATE, DOUBLE, INT, NULL, TEXT, TIMESTAMP, Type
from tablewright.core.tables.schema import Schema

ROW_NUMBER = "file_row_number"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[ -&(-\[\]-~]*")
"""Printable ASCII without quotes and backslashes: all that our own texts in SQL are made of."""
_SUM_DIGITS = 28
"""A sum of a thousand million values of so many digits has at most 38."""
_LONGEST = 100_000
"""Characters of SQL."""
_LONGEST_FORMULA = 10_000
"""Characters of one formula: Spark's planner takes minutes and gigabytes for what is nested deeper."""
_WHOLE_FLOATS = "4503599627370496D"
"""Floats from here on have no fraction."""


class NotOnSpark(Exception):
    """The question has no translation that is known to give the same answer; says why."""


@dataclass(frozen=True)
class SparkSource:
    """One Parquet file as the SQL reads it: the columns to read, and whether rows have to know their place in it."""

    columns: tuple[tuple[str, str], ...]
    row_numbers: bool


@dataclass(frozen=True)
class SparkQuery:
    """A question for a Spark Connect endpoint. Sources are views named source0, source1 …"""

    sql: str
    parameters: tuple[tuple[str, str], ...]
    sources: tuple[SparkSource, ...]
    columns: tuple[tuple[str, Type], ...]
    """The columns of the result and their types in DuckDB."""

    @property
    def row_numbers(self) -> bool:
        return any(source.row_numbers for source in self.sources)


def for_spark(compiled: Compiled) -> SparkQuery:
    """The compiled question in Spark's SQL. Raises NotOnSpark."""
    try:
        compiled = compiled.with_spark_formulas()
    except EngineUnfit as problem:
        raise NotOnSpark(problem.detail) from problem
    found = _translated(compiled.sql, compiled.schemas, compiled.parameters, compiled.formulas)
    if isinstance(found, str):
        raise NotOnSpark(found)
    return found


@lru_cache(maxsize=256)
def _translated(
    sql: str,
    schemas: tuple[Schema, ...],
    parameters: tuple[tuple[str, str], ...],
    formulas: tuple[SparkFormula, ...],
) -> SparkQuery | str:
    try:
        return _Translation(schemas, parameters, formulas).query(sqlglot.parse_one(sql, dialect="duckdb"))
    except NotOnSpark as reason:
        return str(reason)


@dataclass(frozen=True)
class Value:
    """A piece of Spark's SQL, safe to put anywhere, and the type that it has in DuckDB."""

    sql: str
    type: Type
    constant: str | None = None
    """The digits or the text of a literal."""


Columns = dict[str, Type]


@dataclass
class _Scope:
    """What names mean: the columns of each table, and the names that the select list gives."""

    tables: dict[str, Columns] = field(default_factory=dict)
    named: Columns = field(default_factory=dict)
    listed: dict[str, Value] = field(default_factory=dict)
    """What stands earlier in the select list: DuckDB lets the rest of it use these names."""
    given: dict[str, Columns] = field(default_factory=dict)
    outer: _Scope | None = None
    """Where a condition about other rows stands."""

    def find(self, name: str, table: str) -> Value:
        here = name in self.tables.get(table, {}) if table else any(name in each for each in self.tables.values())
        if self.outer is not None and not here:
            return self.outer.find(name, table)
        if table:
            if name not in self.tables.get(table, {}):
                raise NotOnSpark(f"the column {table}.{name} is not known")
            return Value(f"{_quoted(table)}.{_quoted(name)}", self.tables[table][name])
        holders = [each for each, columns in self.tables.items() if name in columns]
        if len(holders) == 1:
            return Value(f"{_quoted(holders[0])}.{_quoted(name)}", self.tables[holders[0]][name])
        if not holders and name in self.listed:
            return self.listed[name]
        raise NotOnSpark(f"the column {name} is {'in several tables' if holders else 'not known'}")


def _quoted(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotOnSpark("a name is not one of ours")
    return f"`{name}`"


def _cast(value: Value, to: Type) -> Value:
    return value if value.type == to else Value(f"CAST({value.sql} AS {to.spark})", to)


_JOINS = {
    "": "INNER", "INNER": "INNER", "CROSS": "CROSS", "LEFT": "LEFT", "LEFT OUTER": "LEFT", "RIGHT": "RIGHT",
    "RIGHT OUTER": "RIGHT", "FULL": "FULL", "FULL OUTER": "FULL", "SEMI": "LEFT SEMI", "LEFT SEMI": "LEFT SEMI",
    "ANTI": "LEFT ANTI", "LEFT ANTI": "LEFT ANTI",
}  # fmt: skip


def _total_apart(tree: exp.Expr) -> exp.Expr:
    """The total of all as a query of its own: out of grouping sets Spark makes none of it when there are no rows."""
    group = tree.args.get("group") if isinstance(tree, exp.Select) else None
    sets = next((each for each in group.expressions if isinstance(each, exp.GroupingSets)), None) if group else None
    if sets is None or tree.args.get("having") or tree.args.get("distinct"):
        return tree
    kept = [each for each in sets.expressions if not isinstance(each, exp.Tuple) or each.expressions]
    if len(kept) == len(sets.expressions):
        return tree
    keys = {column.name for each in kept for column in each.find_all(exp.Column)}
    groups, total = tree.copy(), tree.copy()
    for select in (groups, total):
        for word in ("with_", "order", "limit", "offset"):
            select.set(word, None)
    groups.set("group", exp.Group(expressions=[exp.GroupingSets(expressions=[each.copy() for each in kept])]))
    total.set("group", None)
    total.set("expressions", [exp.alias_(_of_all(each, keys), each.alias_or_name) for each in total.expressions])
    if not kept:
        return _paged_as(tree, total)
    return _paged_as(tree, exp.Union(this=groups, expression=total, distinct=False))


def _of_all(tree: exp.Expr, keys: set[str]) -> exp.Expr:
    """What a select of groups says of all rows together: the keys have no value."""

    def changed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Grouping):
            return exp.Literal.number(1)
        if isinstance(node, exp.Column) and node.name in keys and not node.find_ancestor(exp.AggFunc):
            return exp.Null()
        return node

    return tree.unalias().copy().transform(changed)


def _paged_as(tree: exp.Expr, made: exp.Expr) -> exp.Expr:
    for word in ("with_", "order", "limit", "offset"):
        if part := tree.args.get(word):
            made.set(word, part.copy())
    return made


class _Translation:
    def __init__(
        self, schemas: tuple[Schema, ...], parameters: tuple[tuple[str, str], ...], formulas: tuple[SparkFormula, ...]
    ) -> None:
        self._schemas = schemas
        self._formulas = formulas
        self._parameters = dict(parameters)
        self._used: dict[int, dict[str, None]] = {}
        self._numbered: set[int] = set()
        self._given: dict[str, Columns] = {}

    def query(self, tree: exp.Expr) -> SparkQuery:
        sql, columns = self._select(tree, {})
        if len(sql) > _LONGEST:
            raise NotOnSpark("the question is too long for the parsers of all endpoints")
        sources = []
        for index, schema in enumerate(self._schemas):
            kinds = {column.id: types.of_duckdb(column.physical) for column in schema.columns}
            used = [name for name in self._used.get(index, {}) if name != ROW_NUMBER]
            read = tuple((name, kind.spark) for name in used if (kind := kinds[name]) is not None)
            sources.append(SparkSource(read, index in self._numbered))
        return SparkQuery(sql, tuple(self._parameters.items()), tuple(sources), tuple(columns.items()))

    # Selects

    def _select(self, tree: exp.Expr, given: dict[str, Columns], outer: _Scope | None = None) -> tuple[str, Columns]:
        """A query and the columns of its result. `given` are the named queries that it may read."""
        if isinstance(tree, exp.Subquery):
            if tree.args.get("alias") or _others(tree, {"this"}):
                raise NotOnSpark("a nested query is more than that")
            return self._select(tree.this, given)
        tree = _total_apart(tree)
        if isinstance(tree, exp.Union):
            return self._union(tree, given)
        if not isinstance(tree, exp.Select):
            raise NotOnSpark(f"{type(tree).__name__} is no select")
        known = {
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "order",
            "limit",
            "offset",
            "with_",
            "distinct",
        }
        if others := _others(tree, known):
            raise NotOnSpark(f"a select has {', '.join(sorted(others))}")
        head, given = self._with(tree.args.get("with_"), given)
        scope = _Scope(given=given, outer=outer)
        source = self._sources(tree, scope, given)
        nameless = exp.Literal.number(1)
        listed = self._listed(
            [exp.alias_(each, "one") if each == nameless else each for each in tree.expressions], scope
        )
        scope.named = {name: value.type for name, value in listed}
        if len(scope.named) != len(listed):
            raise NotOnSpark("two columns have one name")
        words = ["SELECT"]
        if distinct := tree.args.get("distinct"):
            if distinct.args.get("on"):
                raise NotOnSpark("DISTINCT ON has no counterpart")
            words.append("DISTINCT")
        words.append(", ".join(f"{value.sql} AS {_quoted(name)}" for name, value in listed))
        if source:
            words.append(f"FROM {source}")
        if where := tree.args.get("where"):
            words.append(f"WHERE {self._condition(where.this, scope)}")
        if group := tree.args.get("group"):
            words.append(self._group(group, scope, listed))
        if having := tree.args.get("having"):
            words.append(f"HAVING {self._condition(having.this, scope)}")
        words += self._page(tree, scope)
        return head + " ".join(words), scope.named

    def _union(self, tree: exp.Union, given: dict[str, Columns]) -> tuple[str, Columns]:
        if others := _others(tree, {"this", "expression", "distinct", "order", "limit", "offset", "with_"}):
            raise NotOnSpark(f"a union has {', '.join(sorted(others))}")
        head, given = self._with(tree.args.get("with_"), given)
        left, first = self._select(tree.this, given)
        right, second = self._select(tree.expression, given)
        if len(first) != len(second):
            raise NotOnSpark("the sides of a union have different columns")
        found = {}
        for (name, one), other in zip(first.items(), second.values(), strict=True):
            kind = types.joined([one, other])
            if kind is None:
                raise NotOnSpark("the sides of a union have different types")
            found[name] = kind
        sides = [self._as(sql, columns, found) for sql, columns in ((left, first), (right, second))]
        union = "UNION" if tree.args.get("distinct") else "UNION ALL"
        page = self._page(tree, _Scope(named=found))
        return head + " ".join([sides[0], union, sides[1], *page]), found

    def _as(self, sql: str, columns: Columns, wanted: Columns) -> str:
        """A side of a union with the names and types of the whole."""
        cells = [
            f"{_cast(Value(_quoted(name), kind), to).sql} AS {_quoted(new)}"
            for (name, kind), (new, to) in zip(columns.items(), wanted.items(), strict=True)
        ]
        return f"(SELECT {', '.join(cells)} FROM ({sql}) AS side)"  # noqa: S608 - of translated parts alone

    def _with(self, tree: exp.Expr | None, given: dict[str, Columns]) -> tuple[str, dict[str, Columns]]:
        if tree is None:
            return "", given
        if tree.args.get("recursive"):
            raise NotOnSpark("recursive queries have no rule")
        given = dict(given)
        parts = []
        for each in tree.expressions:
            sql, columns = self._select(each.this, given)
            given[each.alias] = columns
            parts.append(f"{_quoted(each.alias)} AS ({sql})")
        return f"WITH {', '.join(parts)} ", given

    def _sources(self, tree: exp.Select, scope: _Scope, given: dict[str, Columns]) -> str:
        first = tree.args.get("from_")
        if first is None:
            return ""
        parts = [self._source(first.this, scope, given)]
        for join in tree.args.get("joins") or []:
            if others := _others(join, {"this", "side", "kind", "on", "method"}):
                raise NotOnSpark(f"a join has {', '.join(sorted(others))}")
            side, kind = join.side.upper(), join.kind.upper()
            visible = dict(scope.tables)
            source = self._source(join.this, scope, given)
            words = _JOINS.get(" ".join(each for each in (side, kind) if each))
            if join.args.get("method") or words is None:
                raise NotOnSpark(f"a {side} {kind} join has no rule")
            on = f" ON {self._condition(join.args['on'], scope)}" if join.args.get("on") else ""
            parts.append(f"{words} JOIN {source}{on}")
            if words in ("LEFT SEMI", "LEFT ANTI"):
                scope.tables = visible
        return " ".join(parts)

    def _source(self, tree: exp.Expr, scope: _Scope, given: dict[str, Columns]) -> str:
        alias = tree.alias
        if isinstance(tree, exp.Subquery):
            if _others(tree, {"this", "alias"}):
                raise NotOnSpark("a nested query is more than that")
            sql, columns = self._select(tree.this, given)
            name = alias or f"t{len(scope.tables)}"
            source = f"({sql})"
        elif isinstance(tree, exp.Table) and isinstance(tree.this, exp.ReadParquet):
            source, columns = self._file(tree.this)
            name = alias or source.strip("`")
        elif isinstance(tree, exp.Table) and isinstance(tree.this, exp.Identifier) and tree.name in given:
            columns, name, source = given[tree.name], alias or tree.name, _quoted(tree.name)
        else:
            raise NotOnSpark(f"{type(tree.this).__name__} is no table of a question")
        if name in scope.tables:
            raise NotOnSpark("two tables have one name")
        scope.tables[name] = columns
        return f"{source} AS {_quoted(name)}"

    def _file(self, tree: exp.ReadParquet) -> tuple[str, Columns]:
        place, *options = tree.expressions
        number = place.name.removeprefix("source") if isinstance(place, exp.Placeholder) else ""
        if not number.isdigit() or int(number) >= len(self._schemas):
            raise NotOnSpark("a file is not one of the question's")
        index = int(number)
        columns: Columns = _Read(self._schemas[index], self._used.setdefault(index, {}))
        for option in options:
            named = isinstance(option, exp.EQ) and option.this.name == ROW_NUMBER
            if not named or not isinstance(option.expression, exp.Boolean):
                raise NotOnSpark("a file is read with an option that has no rule")
            self._numbered.add(index)
            columns[ROW_NUMBER] = BIGINT
        return _quoted(f"source{index}"), columns

    def _listed(self, expressions: Sequence[exp.Expr], scope: _Scope) -> list[tuple[str, Value]]:
        listed: list[tuple[str, Value]] = []
        for each in expressions:
            if isinstance(each, exp.Star) or (isinstance(each, exp.Column) and isinstance(each.this, exp.Star)):
                star = each if isinstance(each, exp.Star) else each.this
                if any(star.args.values()):
                    raise NotOnSpark("a star with changes has no rule")
                table = each.table if isinstance(each, exp.Column) else ""
                for holder, columns in scope.tables.items():
                    if table in ("", holder):
                        listed += [(name, scope.find(name, holder)) for name in list(columns)]
                continue
            name = each.alias_or_name
            value = self.value(each.unalias(), scope)
            listed.append((name, value))
            scope.listed[name] = value
        return listed

    def _group(self, group: exp.Group, scope: _Scope, listed: list[tuple[str, Value]]) -> str:
        if others := _others(group, {"expressions"}):
            raise NotOnSpark(f"groups have {', '.join(sorted(others))}")
        sets = [self._sets(each, scope, listed) for each in group.expressions if isinstance(each, exp.GroupingSets)]
        keys = [self._key(each, scope, listed) for each in group.expressions if not isinstance(each, exp.GroupingSets)]
        if len(sets) > 1 or (sets and keys):
            raise NotOnSpark("these grouping sets have no rule")
        return f"GROUP BY {sets[0] if sets else ', '.join(keys)}"

    def _sets(self, tree: exp.Expr, scope: _Scope, listed: list[tuple[str, Value]]) -> str:
        parts = []
        for each in tree.expressions:
            inner = (
                each.expressions
                if isinstance(each, exp.Tuple)
                else [each.this if isinstance(each, exp.Paren) else each]
            )
            parts.append(f"({', '.join(self._key(item, scope, listed) for item in inner)})")
        return f"GROUPING SETS ({', '.join(parts)})"

    def _key(self, tree: exp.Expr, scope: _Scope, listed: list[tuple[str, Value]]) -> str:
        if isinstance(tree, exp.Literal) and not tree.is_string and tree.name.isdigit():
            return listed[int(tree.name) - 1][1].sql
        return self.value(tree, scope).sql

    def _page(self, tree: exp.Expr, scope: _Scope) -> list[str]:
        words = []
        if order := tree.args.get("order"):
            words.append(f"ORDER BY {', '.join(self._ordered(each, scope) for each in order.expressions)}")
        for key in ("limit", "offset"):
            if part := tree.args.get(key):
                number = part.expression
                if not isinstance(number, exp.Literal) or not number.name.isdigit():
                    raise NotOnSpark("a page is told by something else than a number")
                words.append(f"{key.upper()} {number.name}")
        return words

    def _ordered(self, tree: exp.Expr, scope: _Scope) -> str:
        """One key of an order; names of the result go before columns."""
        inner = tree.this if isinstance(tree, exp.Ordered) else tree
        if isinstance(inner, exp.Column) and not inner.table and inner.name in scope.named:
            value = Value(_quoted(inner.name), scope.named[inner.name])
        else:
            value = self.value(inner, scope)
        key = f"({value.sql} + 0D)" if value.type.kind == "double" else value.sql
        descending = bool(isinstance(tree, exp.Ordered) and tree.args.get("desc"))
        first = bool(isinstance(tree, exp.Ordered) and tree.args.get("nulls_first"))
        return f"{key} {'DESC' if descending else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"

    # Values

    def value(self, tree: exp.Expr, scope: _Scope) -> Value:
        """The value of an expression. Raises NotOnSpark when a part of it has no rule."""
        rule = _RULES.get(type(tree))
        if rule is None:
            name = tree.name if isinstance(tree, exp.Anonymous) else type(tree).__name__
            raise NotOnSpark(f"{name} has no rule")
        return rule(self, tree, scope)

    def exists(self, tree: exp.Expr, scope: _Scope) -> str:
        return f"EXISTS ({self._select(tree, scope.given, scope)[0]})"

    def selected(self, tree: exp.Expr, scope: _Scope) -> str:
        return self._select(tree, scope.given)[0]

    def ordered(self, trees: Iterable[exp.Expr], scope: _Scope) -> str:
        """Keys of an order inside of a window: there, names of the result mean nothing."""
        inside = _Scope(tables=scope.tables, listed=scope.listed, given=scope.given, outer=scope.outer)
        return ", ".join(self._ordered(each, inside) for each in trees)

    def _condition(self, tree: exp.Expr, scope: _Scope) -> str:
        return self.value(tree, scope).sql

    def values(self, trees: Iterable[exp.Expr], scope: _Scope) -> list[Value]:
        return [self.value(each, scope) for each in trees]

    def alike(self, values: Sequence[Value]) -> tuple[list[Value], Type]:
        """The values in the one type that DuckDB would give them."""
        kind = types.joined([each.type for each in values])
        if kind is None:
            raise NotOnSpark("values of different types meet: " + " and ".join(each.type.kind for each in values))
        return [each if each.type.kind == "null" else _cast(each, kind) for each in values], kind

    def formula(self, number: int, values: Sequence[Value]) -> Value:
        found = self._formulas[number]
        kind = types.of_duckdb(found.physical)
        if kind is None:
            raise NotOnSpark(f"a formula of type {found.physical} has no rule")
        if len(found.sql) > _LONGEST_FORMULA:
            raise NotOnSpark("a formula is too long for Spark's planner")
        return Value(found.of([each.sql for each in values]), kind)

    def text(self, name: str) -> Value:
        if name not in self._parameters:
            raise NotOnSpark("a bound value is not known")
        return Value(f":{name}", TEXT, constant=self._parameters[name])


class _Read(dict[str, Type]):
    """The columns of a file, noting which are looked at."""

    def __init__(self, schema: Schema, used: dict[str, None]) -> None:
        super().__init__()
        self._used = used
        self._unfit: set[str] = set()
        for column in schema.columns:
            kind = types.of_duckdb(column.physical)
            if kind is None or kind == types.HUGE:
                self._unfit.add(column.id)
            self[column.id] = kind or NULL

    def __getitem__(self, name: str) -> Type:
        if name in self._unfit:
            raise NotOnSpark(f"the column {name} has a type that is not read the same way")
        self._used.setdefault(name)
        return super().__getitem__(name)


def _others(tree: exp.Expr, known: set[str]) -> set[str]:
    return {key for key, value in tree.args.items() if value and key not in known}


# Rules

_Rule = Callable[[_Translation, exp.Expr, _Scope], Value]
_RULES: dict[type[exp.Expr], _Rule] = {}


def _rule(*kinds: type[exp.Expr]) -> Callable[[_Rule], _Rule]:
    def register(rule: _Rule) -> _Rule:
        for kind in kinds:
            _RULES[kind] = rule
        return rule

    return register


@_rule(exp.Column)
def _column(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return scope.find(tree.name, tree.table) if isinstance(tree, exp.Column) else _refuse(tree)


def _refuse(tree: exp.Expr) -> Value:
    raise NotOnSpark(f"{type(tree).__name__} has no rule")


@_rule(exp.Paren)
def _paren(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return to.value(tree.this, scope)


@_rule(exp.Null)
def _null(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value("NULL", NULL)


@_rule(exp.Boolean)
def _boolean(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value("TRUE" if tree.this else "FALSE", BOOLEAN)


@_rule(exp.Placeholder)
def _placeholder(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return to.text(tree.name)


@_rule(exp.Literal)
def _literal(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    text = tree.name
    if tree.is_string:
        if not _PLAIN.fullmatch(text):
            raise NotOnSpark("a text is not bound")
        return Value(f"'{text}'", TEXT, constant=text)
    if re.fullmatch(r"[0-9]+", text):
        value = int(text)
        kind = INT if value < 2**31 else BIGINT if value < 2**63 else types.HUGE
        if kind == types.HUGE and value >= 10**types.WIDEST:
            raise NotOnSpark("a number has more than 38 digits")
        return Value(text if kind != types.HUGE else f"CAST('{text}' AS DECIMAL(38, 0))", kind, constant=text)
    found = re.fullmatch(r"([0-9]*)\.([0-9]*)", text)
    if found:
        scale = len(found[2])
        precision = max(len(found[1].lstrip("0")) + scale, 1)
        if precision > types.WIDEST:
            raise NotOnSpark("a number has more than 38 digits")
        kind = types.decimal(max(precision, scale), scale)
        return Value(f"CAST('{text}' AS {kind.spark})", kind, constant=text)
    return Value(f"CAST('{text}' AS DOUBLE)", DOUBLE, constant=text) if _FLOAT.fullmatch(text) else _refuse(tree)


_FLOAT = re.compile(r"[0-9]*\.?[0-9]*[eE][+-]?[0-9]+")


@_rule(exp.Neg)
def _negative(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    if value.type.kind == "integer" and value.constant is None:
        return _exactly(Value(f"(- {_exact(value).sql})", types.HUGE), value.type)
    if not value.type.is_number:
        return _refuse(tree)
    return Value(f"(- {value.sql})", value.type, constant=f"-{value.constant}" if value.constant else None)


@_rule(exp.And, exp.Or)
def _connected(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    word = " AND " if isinstance(tree, exp.And) else " OR "
    return Value(_balanced([to.value(each, scope).sql for each in tree.flatten()], word), BOOLEAN)


def _balanced(parts: list[str], word: str) -> str:
    """The parts in nested pairs: engines go down such chains on their stack, and Sail's is short."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_balanced(parts[:half], word)}{word}{_balanced(parts[half:], word)})"


@_rule(exp.Not)
def _not(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value(f"(NOT {to.value(tree.this, scope).sql})", BOOLEAN)


@_rule(exp.Is)
def _is(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    if not isinstance(tree.expression, exp.Null):
        return _refuse(tree)
    return Value(f"({to.value(tree.this, scope).sql} IS NULL)", BOOLEAN)


_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.NullSafeEQ: "<=>",
}  # fmt: skip


@_rule(*_COMPARISONS)
def _compared(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    (left, right), _ = to.alike(to.values([tree.this, tree.expression], scope))
    return Value(f"({left.sql} {_COMPARISONS[type(tree)]} {right.sql})", BOOLEAN)


@_rule(exp.NullSafeNEQ)
def _distinct_from(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    (left, right), _ = to.alike(to.values([tree.this, tree.expression], scope))
    return Value(f"(NOT ({left.sql} <=> {right.sql}))", BOOLEAN)


@_rule(exp.Between)
def _between(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value, low, high = to.alike(to.values([tree.this, tree.args["low"], tree.args["high"]], scope))[0]
    return Value(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", BOOLEAN)


@_rule(exp.In)
def _in(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    if _others(tree, {"this", "expressions", "query"}):
        return _refuse(tree)
    if query := tree.args.get("query"):
        return Value(f"({to.value(tree.this, scope).sql} IN ({to.selected(query, scope)}))", BOOLEAN)
    first, *rest = to.alike(to.values([tree.this, *tree.expressions], scope))[0]
    return Value(f"({first.sql} IN ({', '.join(each.sql for each in rest)}))", BOOLEAN)


@_rule(exp.Case)
def _case(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    if tree.this is not None:
        return _refuse(tree)
    tests = [to.value(each.this, scope).sql for each in tree.args["ifs"]]
    default = tree.args.get("default")
    results, kind = to.alike(
        [to.value(each.args["true"], scope) for each in tree.args["ifs"]]
        + ([to.value(default, scope)] if default is not None else [])
    )
    parts = [f"WHEN {test} THEN {result.sql}" for test, result in zip(tests, results, strict=False)]
    tail = f" ELSE {results[-1].sql}" if default is not None else ""
    return Value(f"(CASE {' '.join(parts)}{tail} END)", kind)


@_rule(exp.Coalesce)
def _coalesce(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    values, kind = to.alike(to.values([tree.this, *tree.expressions], scope))
    return Value(f"coalesce({', '.join(each.sql for each in values)})", kind)


@_rule(exp.Nullif)
def _nullif(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    (left, right), _ = to.alike([value, to.value(tree.expression, scope)])
    return Value(f"(CASE WHEN {left.sql} = {right.sql} THEN NULL ELSE {value.sql} END)", value.type)


@_rule(exp.Greatest, exp.Least)
def _extreme(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    values, kind = to.alike(to.values([tree.this, *tree.expressions], scope))
    name = "greatest" if isinstance(tree, exp.Greatest) else "least"
    return Value(f"{name}({', '.join(each.sql for each in values)})", kind)


# Numbers


def _exact(value: Value) -> Value:
    """A whole number as a decimal, in which nothing wraps around."""
    if value.type.kind != "integer" or value.type == types.HUGE:
        return value
    return Value(f"CAST({value.sql} AS DECIMAL({value.type.digits}, 0))", value.type)


def _exactly(value: Value, kind: Type) -> Value:
    """Back in the type that DuckDB gives; the engine stops where it does not fit, and DuckDB is asked."""
    return Value(f"CAST({value.sql} AS {kind.spark})", kind)


_SIGNS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


@_rule(*_SIGNS)
def _arithmetic(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = to.values([tree.this, tree.expression], scope)
    sign = _SIGNS[type(tree)]
    if not (left.type.is_number and right.type.is_number):
        return _calendar(left, right, sign, tree)
    if left.type.is_floating or right.type.is_floating:
        left, right = _cast(left, DOUBLE), _cast(right, DOUBLE)
        return Value(f"({left.sql} {sign} {right.sql})", DOUBLE)
    if left.type.kind == right.type.kind == "integer":
        kind = Type("integer", max(left.type.bits, right.type.bits))
        return _exactly(Value(f"({_exact(left).sql} {sign} {_exact(right).sql})", kind), kind)
    one, other = (types.decimal(each.type.digits, each.type.scale) for each in (left, right))
    if sign == "*":
        kind = types.decimal(one.precision + other.precision, one.scale + other.scale)
    else:
        scale = max(one.scale, other.scale)
        kind = types.decimal(max(one.precision - one.scale, other.precision - other.scale) + scale + 1, scale)
    if kind.precision > types.WIDEST:
        raise NotOnSpark("decimals with more than 38 digits meet")
    return _exactly(Value(f"({_exact(left).sql} {sign} {_exact(right).sql})", kind), kind)


def _calendar(left: Value, right: Value, sign: str, tree: exp.Expr) -> Value:
    pair = (left.type.kind, right.type.kind)
    if pair in (("date", "interval"), ("timestamp", "interval")) and sign != "*":
        return Value(f"({_cast(left, TIMESTAMP).sql} {sign} {right.sql})", TIMESTAMP)
    if pair == ("instant", "interval") and sign != "*" and right.constant is None:
        return Value(f"({left.sql} {sign} {right.sql})", types.INSTANT)
    if pair == ("timestamp", "timestamp") and sign == "-":
        return Value(f"({left.sql} - {right.sql})", types.INTERVAL)
    return _refuse(tree)


_MONTHS = {"YEAR": 12, "QUARTER": 3, "MONTH": 1}
_SECONDS = {"WEEK": 604_800, "DAY": 86_400, "HOUR": 3_600, "MINUTE": 60, "SECOND": 1}


def _span(tree: exp.Expr) -> tuple[int, int]:
    """An interval that is written out, in months and seconds."""
    tree = tree.unnest()
    if isinstance(tree, exp.Sub):
        (months, seconds), (fewer, less) = _span(tree.this), _span(tree.expression)
        return months - fewer, seconds - less
    count, unit = tree.name, str(tree.args.get("unit") or "").upper()
    if not isinstance(tree, exp.Interval) or not isinstance(tree.this, exp.Literal) or not count.isdigit():
        raise NotOnSpark("an interval is not written out")
    if unit not in _MONTHS and unit not in _SECONDS:
        raise NotOnSpark(f"an interval in {unit} has no rule")
    return int(count) * _MONTHS.get(unit, 0), int(count) * _SECONDS.get(unit, 0)


def _written(months: int, seconds: int) -> str:
    if months and seconds:
        raise NotOnSpark("months and days meet in one interval")
    if seconds and seconds % 86_400 == 0:
        return f"INTERVAL '{seconds // 86_400}' DAY"
    return f"INTERVAL '{seconds}' SECOND" if seconds else f"INTERVAL '{months}' MONTH"


@_rule(exp.Interval)
def _interval(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    months, seconds = _span(tree)
    return Value(_written(months, seconds), types.INTERVAL, constant="")


@_rule(exp.Div)
def _division(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = (_cast(each, DOUBLE) for each in to.values([tree.this, tree.expression], scope))
    plain = f"({left.sql} / {right.sql})"
    given = tree.expression.unnest()
    safe = isinstance(given, exp.Literal) and float(given.name) != 0
    safe = safe or (isinstance(given, exp.Nullif) and _is_zero(given.expression))
    if safe:
        return Value(plain, DOUBLE)
    signs = [
        f"WHEN {left.sql} > 0D AND NOT isnan({left.sql}) THEN {_INFINITY}",
        f"WHEN {left.sql} < 0D THEN -{_INFINITY}",
    ]
    by_zero = f"CASE {' '.join(signs)} WHEN {left.sql} IS NOT NULL THEN {_NAN} END"
    divisor = f"(CASE WHEN {right.sql} = 0D THEN 1D ELSE {right.sql} END)"
    return Value(f"(CASE WHEN {right.sql} = 0D THEN {by_zero} ELSE ({left.sql} / {divisor}) END)", DOUBLE)


_INFINITY = "CAST('Infinity' AS DOUBLE)"
_NAN = "CAST('NaN' AS DOUBLE)"


def _is_zero(tree: exp.Expr) -> bool:
    tree = tree.this if isinstance(tree, exp.Cast) else tree
    return isinstance(tree, exp.Literal) and float(tree.name) == 0


@_rule(exp.Mod)
def _remainder(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = to.values([tree.this, tree.expression], scope)
    if left.type.kind == right.type.kind == "integer":
        kind = Type("integer", max(left.type.bits, right.type.bits))
        rest = f"({left.sql} % (CASE WHEN {right.sql} = 0 THEN 1 ELSE {right.sql} END))"
        return Value(f"(CASE WHEN {right.sql} <> 0 THEN CAST({rest} AS {kind.spark}) END)", kind)
    if not (left.type.is_floating or right.type.is_floating):
        return _refuse(tree)
    left, right = _cast(left, DOUBLE), _cast(right, DOUBLE)
    rest = f"({left.sql} % (CASE WHEN {right.sql} = 0D THEN 1D ELSE {right.sql} END))"
    return Value(f"(CASE WHEN {right.sql} = 0D THEN {_NAN} ELSE {rest} END)", DOUBLE)


@_rule(exp.Abs)
def _absolute(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    if value.type.kind == "integer":
        return _exactly(Value(f"abs({_exact(value).sql})", value.type), value.type)
    return Value(f"abs({value.sql})", value.type) if value.type.is_number else _refuse(tree)


@_rule(exp.Floor, exp.Round, exp.Ceil)
def _rounded(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    if value.type.kind != "double" or _others(tree, {"this"}):
        return _refuse(tree)
    name = type(tree).__name__.lower()
    rounded = f"CAST({name}({value.sql}) AS DOUBLE)"
    return Value(f"(CASE WHEN abs({value.sql}) < {_WHOLE_FLOATS} THEN {rounded} ELSE {value.sql} END)", DOUBLE)


@_rule(exp.Log)
def _logarithm(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    if not isinstance(tree.this, exp.Literal) or tree.this.name != "10" or tree.expression is None:
        return _refuse(tree)
    value = _cast(to.value(tree.expression, scope), DOUBLE)
    return Value(f"log10({value.sql})", DOUBLE)


@_rule(exp.Pow)
def _power(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = (_cast(each, DOUBLE) for each in to.values([tree.this, tree.expression], scope))
    return Value(f"pow({left.sql}, {right.sql})", DOUBLE)


@_rule(exp.IsNan)
def _isnan(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    return Value(f"(CASE WHEN {value.sql} IS NOT NULL THEN isnan({value.sql}) END)", BOOLEAN)


def _finite(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.expressions[0], scope)
    if not value.type.is_floating:
        return _refuse(tree)
    return Value(f"(abs({value.sql}) < {_INFINITY})", BOOLEAN)


# Texts


@_rule(exp.Lower)
def _lower(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    return Value(f"lower(translate({value.sql}, 'Σİ', 'σi'))", TEXT) if value.type == TEXT else _refuse(tree)


@_rule(exp.Contains, exp.StartsWith, exp.EndsWith)
def _holds(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = to.values([tree.this, tree.expression], scope)
    if left.type != TEXT or right.type != TEXT:
        return _refuse(tree)
    name = type(tree).__name__.lower()
    return Value(f"{name}({left.sql}, {right.sql})", BOOLEAN)


def _suffix(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    left, right = to.values(tree.expressions, scope)
    return Value(f"endswith({left.sql}, {right.sql})", BOOLEAN)


# Dates and times


@_rule(exp.Cast)
def _casted(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    wanted = types.of_duckdb(tree.args["to"].sql("duckdb"))
    if wanted is None or _others(tree, {"this", "to"}):
        return _refuse(tree)
    given = value.type
    if given == wanted:
        return value
    pair = (given.kind, wanted.kind)
    fits = (
        wanted.is_exact
        and given.is_exact
        and (given.scale <= wanted.scale and given.digits - given.scale <= wanted.digits - wanted.scale)
    )
    if given.kind == "null":
        return Value(f"CAST({value.sql} AS {wanted.spark})", wanted) if value.sql == "NULL" else _refuse(tree)
    if value.constant is not None and given.kind == "text" and isinstance(tree.this, exp.Literal):
        return Value(f"CAST({value.sql} AS {wanted.spark})", wanted, constant=value.constant)
    if fits or (given.is_number and wanted.is_floating) or pair in _CASTS:
        if given.kind == "float" and wanted == DOUBLE:
            return Value(f"CAST({value.sql} AS DOUBLE)", DOUBLE)
        return _cast(value, wanted)
    if given.kind == "double" and wanted == BIGINT:
        return Value(f"CAST(rint({value.sql}) AS BIGINT)", BIGINT)
    if given.is_exact and wanted.kind == "integer" and given.kind == "integer":
        return _cast(value, wanted)  # the engine stops where it does not fit, as DuckDB does
    raise NotOnSpark(f"casting {given.kind} to {wanted.kind} has no rule")


_CASTS = {
    ("boolean", "integer"), ("timestamp", "date"), ("date", "timestamp"), ("timestamp", "instant"),
    ("instant", "timestamp"), ("date", "instant"),
}  # fmt: skip


@_rule(exp.TimestampTrunc, exp.DateTrunc)
def _truncated(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.this, scope)
    unit = tree.args["unit"].name.upper()
    if unit not in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE") or value.type.kind not in (
        "date",
        "timestamp",
    ):
        return _refuse(tree)
    # DuckDB gives days for days.
    kind = DATE if value.type == DATE else TIMESTAMP
    return Value(f"CAST(date_trunc('{unit}', {value.sql}) AS {kind.spark})", kind)


@_rule(exp.UnixToTime)
def _from_epoch(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    """make_timestamp(epoch_us(instant)): the date and time in UTC, which is the time zone of the session."""
    inner = tree.this
    if not isinstance(inner, exp.Anonymous) or inner.name.lower() != "epoch_us" or tree.args["scale"].name != "6":
        return _refuse(tree)
    value = to.value(inner.expressions[0], scope)
    return _cast(value, TIMESTAMP) if value.type.kind in ("instant", "timestamp") else _refuse(tree)


_FIELDS = {
    "YEAR": "year({})", "MONTH": "month({})", "DAY": "day({})", "DOY": "dayofyear({})", "WEEK": "weekofyear({})",
    "HOUR": "hour({})", "MINUTE": "minute({})", "DAYOFYEAR": "dayofyear({})",
    # By arithmetic from a Monday: Sail's weekday is wrong before 1970.
    "ISODOW": "((datediff(CAST({} AS DATE), DATE '1970-01-05') % 7 + 7) % 7 + 1)",
}  # fmt: skip


@_rule(exp.Extract)
def _field_of(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    value = to.value(tree.expression, scope)
    name = tree.this.name.upper()
    days = name not in ("HOUR", "MINUTE")
    if name not in _FIELDS or value.type.kind not in ("date", "timestamp") or (value.type == DATE and not days):
        return _refuse(tree)
    return Value(f"CAST({_FIELDS[name].format(value.sql)} AS BIGINT)", BIGINT)


def _on_clocks(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    """timezone(zone, instant): what the clocks of a zone show."""
    zone, moment = to.values(tree.expressions, scope)
    if zone.constant is None or moment.type != types.INSTANT:
        return _refuse(tree)
    return Value(f"CAST(from_utc_timestamp({moment.sql}, {zone.sql}) AS TIMESTAMP_NTZ)", TIMESTAMP)


# Aggregates


def _aggregate(to: _Translation, tree: exp.Expr, scope: _Scope, only: str = "") -> Value:
    """One aggregate, over the rows where `only` holds."""
    value_of = _AGGREGATES.get(type(tree))
    if value_of is None:
        return _refuse(tree)
    return value_of(to, tree, scope, only)


def _kept(sql: str, only: str) -> str:
    """The value where the condition holds. FILTER is not known to all engines, inside of windows least of all."""
    return f"CASE WHEN {only} THEN {sql} END" if only else sql


def _count(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    inner = tree.this
    if isinstance(inner, exp.Star):
        return Value(f"count({_kept('1', only)})", BIGINT)
    if isinstance(inner, exp.Distinct):
        values = to.values(inner.expressions, scope)
        if len(values) != 1:
            return _refuse(tree)
        return Value(f"count(DISTINCT {_kept(_zeroless(values[0]), only)})", BIGINT)
    return Value(f"count({_kept(to.value(inner, scope).sql, only)})", BIGINT)


def _zeroless(value: Value) -> str:
    return f"({value.sql} + 0D)" if value.type.kind == "double" else value.sql


def _summed(value: Value, only: str) -> Value:
    """The exact sum. Where it may have more than 38 digits, the engine stops rather than going round."""
    wide = types.decimal(types.WIDEST, value.type.scale)
    kind = types.HUGE if value.type.kind == "integer" else wide
    kept = _kept(f"CAST({value.sql} AS {wide.spark})", only)
    total = f"CAST(sum({kept}) AS {wide.spark})"
    if value.type.digits > _SUM_DIGITS:
        bound = f"(CAST(max(abs({kept})) AS DOUBLE) * count({kept}))"
        limit = f"CAST('1e{types.WIDEST - 1 - value.type.scale}' AS DOUBLE)"
        beyond = f"CAST({bound} * CAST('1e60' AS DOUBLE) AS {wide.spark})"
        total = f"(CASE WHEN {bound} < {limit} OR {bound} IS NULL THEN {total} ELSE {beyond} END)"
    return Value(total, kind)


def _sum(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    value = to.value(tree.this, scope)
    if value.type.is_floating:
        return Value(f"sum({_kept(value.sql, only)})", DOUBLE)
    return _summed(value, only) if value.type.is_exact else _refuse(tree)


def _mean(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    value = to.value(tree.this, scope)
    if value.type.is_floating:
        return Value(f"avg({_kept(value.sql, only)})", DOUBLE)
    if not value.type.is_exact:
        return _refuse(tree)
    total = _summed(value, only)
    return Value(f"(CAST({total.sql} AS DOUBLE) / nullif(count({_kept(value.sql, only)}), 0))", DOUBLE)


def _lowest(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    value = to.value(tree.this.this if isinstance(tree, exp.IgnoreNulls) else tree.this, scope)
    name = "min" if isinstance(tree, exp.Min) else "max"
    if _others(tree, {"this"}):
        return _refuse(tree)
    return Value(f"{name}({_kept(value.sql, only)})", value.type)


def _any(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    """any_value is asked for values that are all equal, so that the largest one is it."""
    if not isinstance(tree.this, exp.AnyValue):
        return _refuse(tree)
    return Value(f"max({_kept(to.value(tree.this.this, scope).sql, only)})", to.value(tree.this.this, scope).type)


def _beside(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    """The value beside the lowest or highest other one; rows without a value are not looked at."""
    value, order = to.values([tree.this, tree.expression], scope)
    name = "min_by" if isinstance(tree, exp.ArgMin) else "max_by"
    present = f"{value.sql} IS NOT NULL"
    key = _kept(order.sql, f"{present} AND {only}" if only else present)
    return (
        Value(f"{name}({value.sql}, {key})", value.type) if not _others(tree, {"this", "expression"}) else _refuse(tree)
    )


def _quantile(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    value, share = to.values([tree.this, tree.expression], scope)
    if value.type != DOUBLE or share.constant is None:
        return _refuse(tree)
    return Value(f"percentile({_kept(value.sql, only)}, {_cast(share, DOUBLE).sql})", DOUBLE)


def _deviation(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    value = _cast(to.value(tree.this, scope), DOUBLE)
    name = "stddev_samp" if isinstance(tree, exp.StddevSamp) else "var_samp"
    return Value(f"{name}({_kept(value.sql, only)})", DOUBLE)


def _mode(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    """mode(x ORDER BY x): of equally frequent values the smallest."""
    order = tree.this
    if not isinstance(order, exp.Order) or len(order.expressions) != 1 or order.expressions[0].this != order.this:
        return _refuse(tree)
    value = to.value(order.this, scope)
    return Value(f"mode({_kept(_zeroless(value), only)}, TRUE)", value.type)


def _first(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    """first(x ORDER BY …): the value beside the lowest or the highest keys, which all have one direction."""
    order = tree.this
    if not isinstance(order, exp.Order):
        return _refuse(tree)
    keys = [(to.value(each.this, scope), bool(each.args.get("desc"))) for each in order.expressions]
    if len({descending for _, descending in keys}) != 1 or any(
        each.args.get("nulls_first") for each in order.expressions
    ):
        return _refuse(tree)
    down = keys[0][1]
    parts = [f"{key.sql} IS {'NOT ' if down else ''}NULL, {_zeroless(key)}" for key, _ in keys]
    place = _kept(f"struct({', '.join(parts)})", only)
    value = to.value(order.this, scope)
    return Value(f"{'max_by' if down else 'min_by'}({value.sql}, {place})", value.type)


def _correlated(to: _Translation, tree: exp.Expr, scope: _Scope, only: str) -> Value:
    left, right = (_cast(each, DOUBLE) for each in to.values([tree.this, tree.expression], scope))
    return Value(f"corr({_kept(left.sql, only)}, {right.sql})", DOUBLE)


_AGGREGATES: dict[type[exp.Expr], Callable[[_Translation, exp.Expr, _Scope, str], Value]] = {
    exp.Count: _count, exp.Sum: _sum, exp.Avg: _mean, exp.Min: _lowest, exp.Max: _lowest, exp.IgnoreNulls: _any,
    exp.ArgMin: _beside, exp.ArgMax: _beside, exp.PercentileCont: _quantile, exp.StddevSamp: _deviation,
    exp.Variance: _deviation, exp.Mode: _mode, exp.First: _first, exp.Corr: _correlated,
}  # fmt: skip


@_rule(*_AGGREGATES)
def _aggregated(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return _aggregate(to, tree, scope)


@_rule(exp.Filter)
def _filtered(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return _aggregate(to, tree.this, scope, to.value(tree.expression.this, scope).sql)


@_rule(exp.GroupingId)
def _grouping(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value(f"grouping_id({', '.join(each.sql for each in to.values(tree.expressions, scope))})", BIGINT)


@_rule(exp.Grouping)
def _is_total(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    (value,) = to.values(tree.expressions, scope)
    return Value(f"CAST(grouping({value.sql}) AS BIGINT)", BIGINT)


@_rule(exp.Exists)
def _exists(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value(to.exists(tree.this, scope), BOOLEAN)


@_rule(exp.RowNumber, exp.Rank)
def _placed(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    return Value("row_number()" if isinstance(tree, exp.RowNumber) else "rank()", BIGINT)


@_rule(exp.Window)
def _windowed(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    if others := _others(tree, {"this", "partition_by", "order", "spec", "over"}):
        raise NotOnSpark(f"a window has {', '.join(sorted(others))}")
    ranked = isinstance(tree.this, exp.RowNumber | exp.Rank)
    if not ranked and type(tree.this) not in (exp.Sum, exp.Avg, exp.IgnoreNulls, exp.Count, exp.Min, exp.Max):
        return _refuse(tree.this)
    words = []
    if parts := to.values(tree.args.get("partition_by") or [], scope):
        words.append(f"PARTITION BY {', '.join(_zeroless(each) for each in parts)}")
    order = tree.args.get("order")
    if order is not None:
        words.append(f"ORDER BY {to.ordered(order.expressions, scope)}")
    if spec := tree.args.get("spec"):
        words.append(_frame(spec))
    window = f" OVER ({' '.join(words)})"
    if ranked:
        return Value(f"CAST({to.value(tree.this, scope).sql}{window} AS BIGINT)", BIGINT)
    # An aggregate may be several of the engine's: each of them is taken over the window.
    value = _over(to, tree.this, scope, window)
    return value


def _over(to: _Translation, tree: exp.Expr, scope: _Scope, window: str) -> Value:
    value = to.value(tree.this.this if isinstance(tree, exp.IgnoreNulls) else tree.this, scope)
    if isinstance(tree, exp.Count | exp.Min | exp.Max):
        name = type(tree).__name__.lower()
        return Value(f"{name}({value.sql}){window}", BIGINT if name == "count" else value.type)
    if isinstance(tree, exp.IgnoreNulls):
        if not isinstance(tree.this, exp.AnyValue):
            return _refuse(tree)
        return Value(f"max({value.sql}){window}", value.type)
    if value.type.is_floating:
        return Value(f"{'sum' if isinstance(tree, exp.Sum) else 'avg'}({value.sql}){window}", DOUBLE)
    if not value.type.is_exact or isinstance(tree, exp.Avg):
        return _refuse(tree)
    wide = types.decimal(types.WIDEST, value.type.scale)
    kept = f"CAST({value.sql} AS {wide.spark})"
    total = f"CAST(sum({kept}){window} AS {wide.spark})"
    if value.type.digits > _SUM_DIGITS:
        bound = f"(CAST(max(abs({kept})){window} AS DOUBLE) * count({kept}){window})"
        limit = f"CAST('1e{types.WIDEST - 1 - value.type.scale}' AS DOUBLE)"
        beyond = f"CAST({bound} * CAST('1e60' AS DOUBLE) AS {wide.spark})"
        total = f"(CASE WHEN {bound} < {limit} OR {bound} IS NULL THEN {total} ELSE {beyond} END)"
    return Value(total, types.HUGE if value.type.kind == "integer" else wide)


def _frame(spec: exp.Expr) -> str:
    kind = str(spec.args.get("kind") or "").upper()
    if kind not in ("ROWS", "RANGE"):
        raise NotOnSpark("a frame has no rule")
    ends = [_end(spec.args.get(key), spec.args.get(f"{key}_side")) for key in ("start", "end")]
    return f"{kind} BETWEEN {ends[0]} AND {ends[1]}"


def _end(tree: exp.Expr | str | None, side: object) -> str:
    if tree == "CURRENT ROW":
        return "CURRENT ROW"
    if str(side).upper() != "PRECEDING" or tree is None:
        raise NotOnSpark("a frame has no rule")
    if tree == "UNBOUNDED":
        return "UNBOUNDED PRECEDING"
    if isinstance(tree, str):
        raise NotOnSpark("a frame has no rule")
    months, seconds = _span(tree)
    if not months and not seconds:
        return "CURRENT ROW"
    return f"{_written(months, seconds)} PRECEDING"


@_rule(exp.Explode)
def _unfolded(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    """unnest of a list of constants: one row for each."""
    if not isinstance(tree.this, exp.Array):
        return _refuse(tree)
    values, kind = to.alike(to.values(tree.this.expressions, scope))
    return Value(f"explode(array({', '.join(each.sql for each in values)}))", kind)


def _formula(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    number, *values = tree.expressions
    return to.formula(int(number.name), to.values(values, scope))


_CALLS: dict[str, _Rule] = {"isfinite": _finite, "suffix": _suffix, "timezone": _on_clocks, CALL: _formula}


@_rule(exp.Anonymous)
def _called(to: _Translation, tree: exp.Expr, scope: _Scope) -> Value:
    rule = _CALLS.get(tree.name.lower())
    if rule is None:
        raise NotOnSpark(f"{tree.name.lower()} has no rule")
    return rule(to, tree, scope)
