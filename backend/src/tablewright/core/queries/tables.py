"""The tables that a question is asked of: which ones it names, and what one reader may see of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from tablewright.core.errors import Problem
from tablewright.core.formulas.parser import parse
from tablewright.core.formulas.tree import TableColumn
from tablewright.core.queries.model import Formula, Group, Join, Question
from tablewright.core.queries.problems import QuestionsTooDeep, TableMissing, TooManyTables
from tablewright.core.tables.schema import Schema

MAX_DEPTH = 8
MAX_TABLES = 32


Mask = Literal["constant", "hash", "last_four"]
"""What stands in the place of a value, the one that tells least first: the same for all; the same for equal values; its
last four characters."""
EngineChoice = Literal["auto", "duckdb", "spark"]


class TableKey(NamedTuple):
    """A version as a question names it: this one, the one of an instant, or the current one."""

    dataset_id: UUID
    version_id: UUID | None = None
    as_of: datetime | None = None


@dataclass(frozen=True)
class Table:
    """What one reader may see of one dataset version."""

    schema: Schema
    """Without the columns that are hidden from the reader."""
    source: str
    """The Parquet file: a name in the workspace's folder, or a path."""
    row_rule: Group | None = field(default=None)
    """The reader's rule over this table's own columns; constants only. It is applied before all else."""
    rule_schema: Schema | None = None
    """All columns as they are stored, when the rule looks at one that is hidden, or some are masked."""
    masks: tuple[tuple[str, Mask], ...] = ()
    """Columns whose values are masked before all else but the rule; texts, as `schema` says."""
    salt: str = ""
    """What hashes are made with, so that nobody finds a value by hashing the likely ones."""
    rows: int = 0
    """How many rows the version has: the choice of an engine looks at it, answers never do."""
    engine: EngineChoice = "auto"
    """The engine that its dataset is set to."""


Tables = Mapping[TableKey, Table]


class Named(NamedTuple):
    """A table that is named, and where."""

    key: TableKey
    position: str


def key_of(source: Question | Join) -> TableKey:
    return TableKey(source.dataset_id, source.version_id, source.as_of)


def named_tables(question: Question) -> list[Named]:
    """Every table that a question reads, in the order of reading, also in what it is asked of, joined, united with
    and looked up in.

    Raises QuestionsTooDeep or TooManyTables with the position.
    """
    found: list[Named] = []
    for each, at in sources(question):
        if each.base is None:
            found.append(Named(key_of(each), at))
        if isinstance(each, Question):
            dot = f"{at}." if at else ""
            for index, formula in enumerate(each.formulas):
                place = f"{dot}formulas[{index}]"
                try:
                    found += [Named(key, place) for key in looked_up(formula)]
                except Problem as problem:
                    problem.where["position"] = place
                    raise
    if len(found) > MAX_TABLES:
        raise TooManyTables(MAX_TABLES, found[MAX_TABLES].position)
    return found


def looked_up(formula: Formula) -> tuple[TableKey, ...]:
    """The datasets that a formula looks up in, at their current version."""
    found: dict[TableKey, None] = {}
    for node in parse(formula.text).walk():
        if isinstance(node, TableColumn) and node.table_by_id:
            with suppress(ValueError):
                found[TableKey(UUID(node.table))] = None
    return tuple(found)


def sources(question: Question) -> Iterator[tuple[Question | Join, str]]:
    """All questions and joins, outer ones first, with their positions ("" is the question itself)."""
    return _sources(question, "", 1)


def _sources(source: Question | Join, at: str, depth: int) -> Iterator[tuple[Question | Join, str]]:
    if depth > MAX_DEPTH:
        raise QuestionsTooDeep(MAX_DEPTH, at)
    yield source, at
    dot = f"{at}." if at else ""
    if source.base is not None:
        yield from _sources(source.base, f"{dot}base", depth + 1)
    if isinstance(source, Question):
        for index, join in enumerate(source.joins):
            yield from _sources(join, f"{dot}joins[{index}]", depth)
        for index, other in enumerate(source.union):
            yield from _sources(other, f"{dot}union[{index}]", depth + 1)


def table(tables: Tables, key: TableKey, position: str) -> Table:
    """The table, or TableMissing: whoever compiles looks up all that `named_tables` names."""
    found = tables.get(key)
    if found is None:
        raise TableMissing(str(key.dataset_id), position)
    return found
