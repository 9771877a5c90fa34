"""Which columns a question names, of which tables: what it reads, and what would break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.tree import Reference, TableColumn
from tablewright.core.queries.model import Aggregate, Condition, Group, Measure, Question
from tablewright.core.queries.tables import TableKey, key_of, sources


def columns_of(question: Question) -> frozenset[str] | None:
    """The references that a question names itself; None where it lists all columns."""
    if not question.groups and not question.columns:
        return None
    return with_formulas(question, _named(question))


def with_formulas(question: Question, refs: Iterable[str]) -> frozenset[str]:
    """References, with those that the formulas among them name."""
    texts = {each.id: each.text for each in question.formulas}
    found: set[str] = set()
    waiting = [*refs]
    while waiting:
        ref = waiting.pop()
        if ref not in found:
            found.add(ref)
            if ref in texts:
                waiting += [
                    each.name for each in parse(texts[ref]).walk() if isinstance(each, Reference) and each.by_id
                ]
    return frozenset(found)


def _named(question: Question) -> Iterator[str]:
    yield from question.columns
    yield from (each.column for each in question.dimensions)
    yield from of_measures(question)
    yield from of_group(question.filter)
    yield from (left for join in question.joins for left, _ in join.on)
    if not question.groups:
        yield from (each.by for each in question.sort)


def of_rows(question: Question) -> set[str]:
    """What has to be a column of the rows: all but the formulas that are measures."""
    found = {*question.columns, *(each.column for each in question.dimensions), *of_group(question.filter)}
    for each in question.measures:
        found |= {ref for ref in _of_measure(each) if each.fn is not Aggregate.FORMULA}
    return found


def of_measures(question: Question) -> set[str]:
    """What the measures look at."""
    return {ref for each in question.measures for ref in _of_measure(each)}


def _of_measure(measure: Measure) -> Iterator[str]:
    yield from (ref for ref in (measure.column, measure.other) if ref is not None)
    yield from of_group(measure.filter)


def of_group(group: Group | None) -> Iterator[str]:
    """What a filter looks at."""
    waiting: list[Group | Condition] = [group] if group else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Group):
            waiting += part.items
        else:
            yield part.column


def references(question: Question) -> dict[TableKey, frozenset[str]]:
    """The columns that a question names, by table: without them it cannot be asked."""
    found: dict[TableKey, set[str]] = {}
    for source, _ in sources(question):
        if not isinstance(source, Question):
            continue
        named = with_formulas(source, [*_named(source), *(each.id for each in source.formulas)])
        if source.base is None:
            found.setdefault(key_of(source), set()).update(ref for ref in named if ref.startswith("c"))
        for number, join in enumerate(source.joins, start=1):
            if join.base is None:
                own = {ref.removeprefix(f"j{number}") for ref in named if ref.startswith(f"j{number}c")}
                found.setdefault(key_of(join), set()).update(own, (right for _, right in join.on))
        for formula in source.formulas:
            for node in parse(formula.text).walk():
                if isinstance(node, TableColumn) and node.table_by_id and node.column_by_id:
                    found.setdefault(TableKey(UUID(node.table)), set()).add(node.column)
    return {key: frozenset(columns) for key, columns in found.items()}
