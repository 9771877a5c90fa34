"""Help while a question is built: what it says, how its joins fit, and formulas as they are written.

All of it goes through the gate: a reader is told of the tables and columns that they see, and of no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.formulas.check import Checked, check
from tablewright.core.formulas.names import shown, stored
from tablewright.core.formulas.scope import Scope, ScopeColumn, ScopeFormula, ScopeParameter, ScopeTable
from tablewright.core.queries.matching import Matching, match_report
from tablewright.core.queries.model import Aggregate, Formula, Measure, Question
from tablewright.core.queries.shown import shown_sql
from tablewright.core.queries.suggesting import Candidate, Suggestion, suggest_joins
from tablewright.core.queries.tables import TableKey, sources
from tablewright.core.queries.wording import in_words
from tablewright.core.tables.schema import ColumnType
from tablewright.datasets import repository as datasets
from tablewright.datasets import seeing
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.compute import engine
from tablewright.metrics import repository as metrics
from tablewright.queries.gate import Known, Permitted, permit
from tablewright.queries.resolving import resolved

MOST_TABLES = 200
"""Datasets that a formula can look up in by name."""
PREVIEW_ROWS = 10


# --- what a question says ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Explained:
    words: str
    sql: str


def explained(session: Session, actor: Actor, question: Question) -> tuple[Explained, Permitted]:
    """The sentence of what is asked, and the SQL to read. Raises what asking raises."""
    known = Known(session, actor)
    permitted = permit(session, actor, question, known=known)
    names = {each.version.dataset_id: each.version.dataset_name for each in permitted.bound}
    told = dict(names)
    for metric_id in {each.metric for each in question.measures if each.metric}:
        told[metric_id] = metrics.get(session, actor, metric_id).name
    sql = shown_sql(permitted.question, permitted.tables, names, today=permitted.today)
    # What a saved question asks is said itself: its columns are named by nobody else.
    named = any(each.base_id is not None for each, _ in sources(question))
    whole = resolved(session, actor, question) if named else question
    sentence = in_words(whole, permitted.tables, told)
    return Explained(sentence, sql), permitted


# --- joins ------------------------------------------------------------------------------------------


def matched(permitted: Permitted, number: int) -> Matching:
    """How join `number` (from 0) of a permitted question fits. Outside the transaction: the engine counts."""
    compiled = match_report(permitted.question, number, permitted.tables, today=permitted.today)
    [row] = engine().ask(permitted.folder(), compiled).to_pylist()
    return Matching.of(row)


def joins_between(session: Session, actor: Actor, left: UUID, right: UUID) -> tuple[Suggestion, ...]:
    """The likely pairs of columns to join two datasets on, the best first."""
    actor.require(Permission.QUESTIONS_ASK)
    known = Known(session, actor)
    sides = [known.bound(TableKey(left)), known.bound(TableKey(right))]
    versions = [datasets.version(session, actor, datasets.get(session, actor, each)) for each in (left, right)]
    candidates = [
        Candidate(
            side.version.dataset_name,
            side.shown,
            seeing.profile(version, side.view),
            side.version.row_count if side.view.rows == "all" else 0,
        )
        for side, version in zip(sides, versions, strict=True)
    ]
    kept = seeing.keys(versions[0], sides[0].view, lambda other: bool(other and known.sight.hidden(UUID(other))))
    by_name = {column.name: column.id for column in candidates[1].schema.columns}
    declared = [
        (link["columns"][0], by_name[link["names"][0]])
        for link in kept["links"]
        if link.get("dataset_id") == str(right) and len(link["columns"]) == 1 and link["names"][0] in by_name
    ]
    return suggest_joins(candidates[0], candidates[1], declared=declared)


# --- formulas ---------------------------------------------------------------------------------------


def scope_of(session: Session, actor: Actor, question: Question) -> tuple[Scope, Permitted]:
    """Everything that a formula of this question may name, for this reader."""
    bare = question.model_copy(
        update={
            "columns": (), "dimensions": (), "measures": (), "filter": None, "having": None, "sort": (),
            "pivot": None, "formulas": (), "union": (), "sample": None, "offset": 0, "limit": PREVIEW_ROWS,
        }
    )  # fmt: skip
    known = Known(session, actor)
    rows = permit(session, actor, bare, known=known)
    physical = {
        f"{prefix}{column.id}": column.physical
        for prefix, source in (("", rows.question), *((f"j{n}", join) for n, join in enumerate(rows.question.joins, 1)))
        if source.base is None
        for column in known.bound(TableKey(source.dataset_id, source.version_id, source.as_of)).version.columns.columns
    }
    columns = tuple(
        ScopeColumn(each.key, each.label, ColumnType(each.type), physical.get(each.key, ""))
        for each in rows.compiled.columns
    )
    parameters = tuple(ScopeParameter(each.name, ColumnType(each.type)) for each in question.parameters)
    scope = Scope(columns=columns, parameters=parameters, tables=_tables(session, actor, known))
    for formula in question.formulas:
        found = check(formula.text, scope)
        added = ScopeFormula(formula.id, formula.name, found.kind, found.level, formula.text, found.base)
        scope = Scope(scope.columns, (*scope.formulas, added), scope.parameters, scope.tables)
    return scope, rows


def _tables(session: Session, actor: Actor, known: Known) -> tuple[ScopeTable, ...]:
    page = datasets.page(session, actor, search="", deleted=False, cursor=None, limit=MOST_TABLES)
    versions = datasets.current_versions(session, page.items)
    known.sight.look(dataset.id for dataset in page.items)
    found = []
    for dataset in page.items:
        if dataset.current_version_id in versions:
            columns = versions[dataset.current_version_id][0].columns()
            seen = known.sight.of(dataset.id, columns).shown(columns)
            found.append(ScopeTable(str(dataset.id), dataset.name, tuple(map(ScopeColumn.of, seen.columns))))
    return tuple(found)


@dataclass(frozen=True)
class FormulaChecked:
    stored: str
    shown: str
    found: Checked


def checked(scope: Scope, text: str) -> FormulaChecked:
    """A formula that is right, as it is kept and as people see it. Raises what is wrong, with the place."""
    kept = stored(text, scope)
    return FormulaChecked(kept, shown(kept, scope), check(kept, scope))


def preview_of(question: Question, formula: FormulaChecked) -> Question:
    """The question whose answer shows a formula: on ten rows, or over the groups that the question has."""
    taken = {each.id for each in question.formulas}
    free = next(f"f{number}" for number in range(1, 100) if f"f{number}" not in taken)
    formulas = (*question.formulas, Formula(id=free, name="Result", text=formula.stored))
    found = formula.found
    plain = {"formulas": formulas, "measures": (), "sort": (), "having": None, "pivot": None, "offset": 0}
    if found.level == "row" or (found.level == "window" and found.base == "row"):
        used = tuple(each for each in found.references if each != free)
        rows = {**plain, "dimensions": (), "columns": (*used, free), "limit": PREVIEW_ROWS}
        return question.model_copy(update=rows)
    measure = Measure(fn=Aggregate.FORMULA, column=free, label="Result")
    dimensions = tuple(each.model_copy(update={"top": None}) for each in question.dimensions)
    groups = {**plain, "columns": (), "dimensions": dimensions, "measures": (measure,), "limit": PREVIEW_ROWS}
    return question.model_copy(update=groups)
