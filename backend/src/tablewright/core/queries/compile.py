"""A question and the tables it names become one SELECT.

The text of users never is in the SQL: columns are ids, values are bound or written by us from parsed values, labels
stay outside. What is promised about results:

- The order is total and repeatable: what the question sorts by, then the remaining dimensions; listed rows keep the
  order of the file. Rows without a value come last, in both directions.
- What each part means is said where it is made: `sources` (tables, joins, samples), `conditions`, `grouping`,
  `measures`, `derived`, `calendars`, `bins`, `listing`.
- The answers of a union stand below one another, each in its own order unless the whole is sorted; columns go by their
  place, and numbers of different kinds become the one that holds both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlglot import exp

from tablewright.core.formulas.types import Dialect
from tablewright.core.queries import sql
from tablewright.core.queries.computed import Computed, needs_order, present, volatile
from tablewright.core.queries.grouping import counted, grouped
from tablewright.core.queries.kinds import with_kind
from tablewright.core.queries.listing import listing, order_of, page
from tablewright.core.queries.making import Body, Making
from tablewright.core.queries.measures import NEEDS_PLACE
from tablewright.core.queries.model import AnswerColumn, Question
from tablewright.core.queries.references import columns_of, of_rows
from tablewright.core.queries.settled import settled
from tablewright.core.queries.sources import rows_of
from tablewright.core.queries.spark_formulas import SparkFormula
from tablewright.core.queries.tables import EngineChoice, Table, TableKey, Tables, named_tables, table
from tablewright.core.queries.unions import united
from tablewright.core.tables.schema import Schema

COMPILER = 4
"""Part of every fingerprint: raised when the same question starts to mean something else."""

_COUNTED = AnswerColumn(key="n", label="Rows", type="integer", role="measure")


@dataclass(frozen=True)
class Compiled:
    """A question ready to run: SQL with named placeholders, their values, and what the columns mean."""

    sql: str
    parameters: tuple[tuple[str, str], ...]
    """Bound texts. The placeholders of sources are not among them: the engine binds them to the files' paths."""
    sources: tuple[str, ...]
    """The Parquet files: names in the workspace's folder, or paths, for the placeholders source0, source1 …"""
    columns: tuple[AnswerColumn, ...]
    widths: tuple[str, ...]
    """Keys of binned dimensions; `<key>_width` in the raw result holds the width of their bins."""
    fingerprint: str
    """Equal for equal questions of equal schemas, wherever the file is and whoever asks."""
    marks: tuple[str, ...] = ()
    """`level` and `other`, where the raw result has them (see Answer)."""
    schemas: tuple[Schema, ...] = ()
    """All columns of each source, as other engines have to know them (see `spark`)."""
    rows: int = 0
    """The rows of all that is read."""
    engine: EngineChoice = "auto"
    """What the datasets are set to: DuckDB when one of them is, else Spark when one of them is."""
    formulas: tuple[SparkFormula, ...] = ()
    """Those that stand in the SQL as calls, after `with_spark_formulas`."""
    _asked: tuple[_Asked, tuple[tuple[TableKey, Table], ...]] | None = field(default=None, repr=False, compare=False)

    @property
    def written(self) -> tuple[AnswerColumn, ...]:
        """The columns of a file: those of the answer, and what each row is where there are totals or rests."""
        return with_kind(self.columns, self.marks)

    def with_spark_formulas(self) -> Compiled:
        """The same question with its formulas in Spark's words.

        Raises EngineUnfit for a function that Spark does not have.
        """
        return _compiled(*self._asked, "spark") if self._asked else self


def compile_question(question: Question, tables: Tables, *, today: date, now: datetime | None = None) -> Compiled:
    """The question as SQL over the Parquet files of dataset versions.

    `tables` holds all that `named_tables` names; `today` is the day, in the question's time zone, from which
    periods are told, and `now` what clocks show there, which formulas are told: without it the beginning of today.
    Raises ColumnMissing, FilterValueInvalid and their kin (core.queries.problems) with the position in the question.
    Equal questions are compiled once.
    """
    return _prepared(question, tables, today, now, False)


def count_question(question: Question, tables: Tables, *, today: date, now: datetime | None = None) -> Compiled:
    """How many rows (or groups) the question has without limit and offset: one column `n`, one row."""
    return _prepared(question, tables, today, now, True)


def _prepared(question: Question, tables: Tables, today: date, now: datetime | None, counting: bool) -> Compiled:
    found = tuple((key, table(tables, key, position)) for key, position in named_tables(question))
    asked = settled(question, today)
    told = volatile(asked)
    moment = now if "NOW" in told and now is not None else present(today) if told else None
    rules = repr([each.row_rule for _, each in found])
    return _compiled(_Asked(repr(asked), rules, moment, counting, asked), found, "duckdb")


def compile_tree(
    question: Question,
    tables: Tables,
    build: Callable[[Making], exp.Select],
    columns: tuple[AnswerColumn, ...],
    *,
    what: str,
) -> Compiled:
    """Something else than its answer that is asked about a question; `what` tells it apart in the fingerprint."""
    found = tuple((key, table(tables, key, position)) for key, position in named_tables(question))
    making = Making(dict(found), _body)
    tree = build(making)
    asked = _Asked(repr(question), what, None, False, question)
    return Compiled(
        sql=sql.write(tree),
        parameters=making.binder.values,
        sources=making.sources,
        columns=columns,
        widths=(),
        fingerprint=_fingerprint(asked, found, what),
    )


@dataclass(frozen=True)
class _Asked:
    """A question and the rules of its tables by their text: as values, 1, 1.0 and true would be equal."""

    text: str
    rules: str
    now: datetime | None
    counting: bool
    question: Question = field(compare=False)


@lru_cache(maxsize=1024)
def _compiled(asked: _Asked, tables: tuple[tuple[TableKey, Table], ...], dialect: Dialect) -> Compiled:
    question, counting = asked.question, asked.counting
    making = Making(dict(tables), _body, dialect, asked.now)
    tree, body = _counting(question, making) if counting else _answering(question, making)
    return Compiled(
        sql=sql.write(tree),
        parameters=making.binder.values,
        sources=making.sources,
        columns=(_COUNTED,) if counting else tuple(each.answer for each in body.results),
        widths=() if counting else body.widths,
        fingerprint=_fingerprint(asked, tables, "count" if counting else "answer"),
        marks=() if counting else body.marks,
        schemas=_schemas(making.sources, tables),
        rows=sum(each.rows for _, each in tables),
        engine=_engine({each.engine for _, each in tables}),
        formulas=tuple(making.spark_formulas),
        _asked=(asked, tables),
    )


def built(question: Question, tables: Tables, today: date) -> tuple[exp.Select, Making]:
    """The tree of a question before an engine's words are written, and what it reads."""
    found = {key: table(tables, key, position) for key, position in named_tables(question)}
    making = Making(found, _body, now=present(today))
    return _answering(settled(question, today), making)[0], making


def _answering(question: Question, making: Making) -> tuple[exp.Select, Body]:
    body = _body(question, making, "", numbered=False)
    return page(body, question), body


def _engine(set_to: set[EngineChoice]) -> EngineChoice:
    return "duckdb" if "duckdb" in set_to else "spark" if "spark" in set_to else "auto"


def _schemas(sources: tuple[str, ...], tables: tuple[tuple[TableKey, Table], ...]) -> tuple[Schema, ...]:
    found = {each.source: each.rule_schema or each.schema for _, each in tables}
    return tuple(found[source] for source in sources)


def _body(question: Question, making: Making, at: str, *, numbered: bool) -> Body:
    """The question without its page. `numbered`: also rows in the order of a file are put in order."""
    if question.union:
        return united(question, making, at, numbered=numbered)
    used = columns_of(question)
    needs_place = needs_order(question) or any(each.fn in NEEDS_PLACE for each in question.measures)
    if not question.groups:
        # One file keeps its order by itself, and the engine stops at the limit.
        needs_place = bool(
            needs_place or numbered or question.sort or question.joins or question.base or question.sample
        )
    rows = rows_of(question, making, at, needed=used, numbered=needs_place)
    computed = Computed(question, rows.schema, making, at)
    computed.refuse_in_rows(of_rows(question))
    rows = computed.with_rows(rows, used)
    rows = rows.kept(question.filter, making, question, f"{at}.filter" if at else "filter")
    if question.groups:
        return grouped(question, rows, computed, making, at)
    return listing(question, computed.with_windows(rows, used, order_of(question, rows)), at)


def _counting(question: Question, making: Making) -> tuple[exp.Select, Body]:
    one = exp.alias_(sql.call("count", exp.Star()), "n")
    if question.union:
        body = _body(question, making, "", numbered=False)
        return sql.select([one], sql.within(body.select, "groups")), body
    if question.groups:
        body = _body(counted(question), making, "", numbered=False)
        return sql.select([one], sql.within(body.select, "groups")), body
    body = _body(question.model_copy(update={"sort": ()}), making, "", numbered=False)
    select = body.select
    select.set("expressions", [one])
    return select, body


def _fingerprint(asked: _Asked, tables: tuple[tuple[TableKey, Table], ...], what: str) -> str:
    question = _anonymous(asked.question.model_dump(mode="json"))
    read = [
        [each.schema.as_json(), each.row_rule.model_dump(mode="json") if each.row_rule else None]
        + ([each.masks, each.salt] if each.masks else [])
        for _, each in tables
    ]
    first = {key: number for number, (key, _) in reversed(list(enumerate(tables)))}
    same = [first[key] for key, _ in tables]
    canonical = json.dumps(
        [COMPILER, what, str(asked.now), question, read, same], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _anonymous(part: Any) -> Any:
    """Without the names of tables: they are told by their place."""
    if isinstance(part, dict):
        return {
            key: _anonymous(value) for key, value in part.items() if key not in ("dataset_id", "version_id", "as_of")
        }
    return [_anonymous(each) for each in part] if isinstance(part, list) else part
