"""The SQL of a question for people: read-only, with the names of columns and datasets in the place of ids.

It is written from the tree that is asked with, so it says what is done. It is not what is run: there, names of people
are never part of the SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlglot import exp

from tablewright.core.queries.compile import built
from tablewright.core.queries.making import Making
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, Tables

_Names = dict[str, str]
_GIVEN = re.compile(r"(j[0-9])?c[0-9]+|f[0-9]+|look[0-9]+_(key|value)")
"""Names that people gave another; the others are ours."""


def shown_sql(question: Question, tables: Tables, names: Mapping[UUID, str], *, today: date) -> str:
    """The question as SQL to read. Raises what compiling it raises. `names` are those of datasets, by id."""
    # What hashes are made with is nobody's to read.
    tables = {key: replace(table, salt="…") if table.salt else table for key, table in tables.items()}
    tree, making = built(question, tables, today)
    shown = _Shown(making, names)
    shown.rename(tree, {})
    for each in list(tree.find_all(exp.Placeholder)):
        each.replace(exp.Literal.string(shown.bound.get(each.name, "")))
    return tree.sql(dialect="duckdb", pretty=True)


class _Shown:
    def __init__(self, making: Making, names: Mapping[UUID, str]) -> None:
        self.bound = dict(making.binder.values)
        self._names = names
        of_source = {table.source: (key.dataset_id, table) for key, table in making.tables.items()}
        self._files = {f"source{n}": of_source[source] for n, source in enumerate(making.sources)}

    def rename(self, query: exp.Query, ctes: dict[str, _Names], around: _Names | None = None) -> _Names:
        """Put names into a query, inner ones first; what its columns are called now.

        `around` are the names of the query that it is a condition of.
        """
        if isinstance(query, exp.SetOperation):
            left = self.rename(query.this, ctes)
            self.rename(query.expression, ctes)
            return left
        ctes = dict(ctes)
        for cte in query.ctes:
            ctes[cte.alias] = self.rename(cte.this, ctes)
        inside: _Names = {}
        qualified: dict[str, _Names] = {}
        for source in self._sources(query):
            found = self._named(source, ctes)
            inside = {**found, **inside}
            qualified[source.alias_or_name] = found
        outside = self._outputs(query, inside)
        known = {**(around or {}), **{old: new for old, new in outside.items() if old not in inside}, **inside}
        outputs = list(query.expressions)
        for nested in self._nested(query):
            self.rename(nested, ctes, known)
        for column in self._columns(query):
            names = qualified.get(column.table, {}) if column.table else known
            if column.name in names:
                column.this.replace(exp.to_identifier(names[column.name], quoted=True))
        made: list[exp.Expression] = []
        for old, each in zip(outside, outputs, strict=True):
            if isinstance(each, exp.Alias):
                each.set("alias", exp.to_identifier(outside[old], quoted=True))
            elif isinstance(each, exp.Column) and each.name != outside[old]:
                each = exp.alias_(each, outside[old], quoted=True)
            made.append(each)
        query.set("expressions", made)
        return outside

    def _outputs(self, query: exp.Query, inside: _Names) -> _Names:
        """What the columns of a query are called: by their labels, or as what they are taken from."""
        labels = query.meta.get("labels", {})
        dataset, number = query.meta.get("joined") or query.meta.get("looked_up") or (None, 0)
        prefix = f"{self._names.get(dataset, f'Table {number + 1}')}." if dataset else ""
        found: _Names = {}
        for each in query.expressions:
            old = each.alias_or_name
            inner = each.find(exp.Column)
            if old in labels:
                found[old] = labels[old]
            elif inner is not None and _GIVEN.fullmatch(old):
                found[old] = f"{prefix}{inside.get(inner.name, inner.name)}"
            else:
                found[old] = old
        return _unique(found)

    def _sources(self, query: exp.Query) -> list[exp.Expression]:
        first = query.args.get("from_") or query.args.get("from")
        joins = query.args.get("joins") or []
        return [*([first.this] if first else []), *(each.this for each in joins)]

    def _named(self, source: exp.Expression, ctes: dict[str, _Names]) -> _Names:
        if isinstance(source, exp.Subquery):
            return self.rename(source.this, ctes)
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Anonymous):
            placeholder = source.this.expressions[0].name
            dataset, table = self._files[placeholder]
            source.set("this", exp.to_identifier(self._names.get(dataset, "dataset"), quoted=True))
            return _columns_of(table)
        return ctes.get(source.name, {})

    def _columns(self, query: exp.Query) -> list[exp.Column]:
        """The columns that are looked at in this query itself."""
        return [each for each in query.find_all(exp.Column) if each.find_ancestor(exp.Select) is query]

    def _nested(self, query: exp.Query) -> list[exp.Query]:
        """Queries inside of conditions."""
        sources = {id(each.this) for each in self._sources(query) if isinstance(each, exp.Subquery)}
        return [
            each
            for each in query.find_all(exp.Select)
            if each is not query
            and each.find_ancestor(exp.Select) is query
            and id(each) not in sources
            and not isinstance(each.parent, exp.CTE)
        ]


def _columns_of(table: Table) -> _Names:
    return _unique({each.id: each.name for each in table.schema.columns})


def _unique(names: _Names) -> _Names:
    """Names that are told apart: a second one says its id."""
    seen: set[str] = set()
    found: _Names = {}
    for key, name in names.items():
        found[key] = name if name not in seen else f"{name} ({key})"
        seen.add(name)
    return found
