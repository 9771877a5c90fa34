"""Names and ids: what a reference means, and how it is written so that it means the same after a rename."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.problems import (
    ColumnUnknown,
    NameAmbiguous,
    ParameterUnknown,
    TableUnknown,
    nearest,
    shortened,
)
from tablewright.core.formulas.scope import Scope, ScopeColumn, ScopeFormula, ScopeParameter, ScopeTable
from tablewright.core.formulas.tree import Parameter, Reference, Span, TableColumn

Named = ScopeColumn | ScopeFormula
_PLAIN_TABLE = re.compile(r"[^\W\d][\w.]*")


@lru_cache(maxsize=256)
def _by_name(scope: Scope) -> tuple[dict[str, list[Named]], dict[str, list[Named]], dict[str, Named]]:
    exact: dict[str, list[Named]] = {}
    lowered: dict[str, list[Named]] = {}
    ids: dict[str, Named] = {}
    named: list[Named] = [*scope.columns, *scope.formulas]
    for each in named:
        exact.setdefault(each.name, []).append(each)
        lowered.setdefault(each.name.strip().lower(), []).append(each)
        ids[each.id] = each
    return exact, lowered, ids


class Names:
    """The names of one scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._exact, self._lowered, self._ids = _by_name(scope)

    def reference(self, node: Reference, text: str) -> Named:
        """The column or formula: by id, by exact name, or by name without regard to case when only one fits."""
        if node.by_id:
            if node.name in self._ids:
                return self._ids[node.name]
            raise ColumnUnknown(
                f'The column or formula with the id "{shortened(node.name)}" is no longer there. Choose another.',
                text,
                node.span,
            )
        found = self._exact.get(node.name) or self._lowered.get(node.name.strip().lower(), [])
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(f"[#{each.id}]" for each in found[:5])
            raise NameAmbiguous(
                f'"{shortened(node.name)}" names {len(found)} columns or formulas. Choose one of them from the list, '
                f"or name it by its id: {ids}.",
                text,
                node.span,
                proposal=f"[#{found[0].id}]",
            )
        near = nearest(node.name, self._exact)
        proposal = bracketed(near) if near else None
        hint = f" Did you mean {proposal}?" if proposal else _some(self._exact)
        raise ColumnUnknown(f'There is no column "{shortened(node.name)}".{hint}', text, node.span, proposal=proposal)

    def parameter(self, node: Parameter, text: str) -> ScopeParameter:
        for each in self._scope.parameters:
            if each.name == node.name:
                return each
        near = nearest(node.name, [each.name for each in self._scope.parameters])
        hint = f" Did you mean {{{near}}}?" if near else ""
        raise ParameterUnknown(
            f'The question has no parameter "{shortened(node.name)}".{hint}',
            text,
            node.span,
            proposal=f"{{{near}}}" if near else None,
        )

    def table_column(self, node: TableColumn, text: str) -> tuple[ScopeTable, ScopeColumn]:
        table = self._table(node, text)
        for column in table.columns:
            if (column.id if node.column_by_id else column.name) == node.column:
                return table, column
        folded = [each for each in table.columns if each.name.lower() == node.column.lower()]
        if len(folded) == 1 and not node.column_by_id:
            return table, folded[0]
        near = nearest(node.column, [each.name for each in table.columns])
        proposal = bracketed(near) if near else None
        hint = f" Did you mean {proposal}?" if proposal else _some(each.name for each in table.columns)
        raise ColumnUnknown(
            f'"{shortened(table.name)}" has no column "{shortened(node.column)}".{hint}',
            text,
            node.column_span,
            proposal=proposal,
        )

    def _table(self, node: TableColumn, text: str) -> ScopeTable:
        for each in self._scope.tables:
            if (each.id if node.table_by_id else each.name) == node.table:
                return each
        folded = [each for each in self._scope.tables if each.name.lower() == node.table.lower()]
        if len(folded) == 1 and not node.table_by_id:
            return folded[0]
        near = nearest(node.table, [each.name for each in self._scope.tables])
        proposal = quoted(near) if near else None
        hint = f" Did you mean {proposal}?" if proposal else ""
        raise TableUnknown(
            f'There is no dataset "{shortened(node.table)}" to look up in.{hint}',
            text,
            node.table_span,
            proposal=proposal,
        )


def bracketed(name: str) -> str:
    """The name as a reference: [Sales]."""
    escaped = name.replace("]", "]]")
    return f"[#{escaped}]" if name.startswith("#") else f"[{escaped}]"


def quoted(table: str) -> str:
    """The name of a table as it stands before its column: Customers, or 'Order lines'."""
    return table if _PLAIN_TABLE.fullmatch(table) else "'" + table.replace("'", "''") + "'"


def stored(text: str, scope: Scope) -> str:
    """The formula with ids in place of names: what is kept. Everything else stays as it was written."""
    names = Names(scope)
    changes: list[tuple[Span, str]] = []
    for node in parse(text).walk():
        if isinstance(node, Reference):
            changes.append((node.span, f"[#{names.reference(node, text).id}]"))
        elif isinstance(node, TableColumn):
            table, column = names.table_column(node, text)
            changes.append((node.span, f"#{table.id}[#{column.id}]"))
        elif isinstance(node, Parameter):
            names.parameter(node, text)
    return _changed(text, changes)


def shown(stored_text: str, scope: Scope) -> str:
    """The formula with the names of today in place of ids: what people see.

    A name that means several things, and an id that the scope does not have, are left as ids.
    """
    exact, _, ids = _by_name(scope)
    tables = {each.id: each for each in scope.tables}
    changes: list[tuple[Span, str]] = []
    for node in parse(stored_text).walk():
        if isinstance(node, Reference) and node.by_id and node.name in ids:
            name = ids[node.name].name
            if name.strip() and len(exact[name]) == 1:
                changes.append((node.span, bracketed(name)))
        elif isinstance(node, TableColumn) and node.table_by_id and node.table in tables:
            table = tables[node.table]
            alone = sum(each.name == table.name for each in scope.tables) == 1 and table.name
            written = quoted(table.name) if alone else f"#{table.id}"
            column = next((each for each in table.columns if each.id == node.column), None)
            once = column and column.name.strip() and sum(each.name == column.name for each in table.columns) == 1
            changes.append((node.span, written + (bracketed(column.name) if column and once else f"[#{node.column}]")))
    return _changed(stored_text, changes)


def _changed(text: str, changes: list[tuple[Span, str]]) -> str:
    for span, new in sorted(changes, key=lambda each: each[0].start, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    return text


def _some(names: Iterable[str]) -> str:
    known = [bracketed(each) for each in names][:8]
    return f" There are: {', '.join(known)}." if known else ""
