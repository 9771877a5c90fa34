"""Rules of access to a dataset: kept, and explained for one member with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.access import repository as access
from tablewright.access import service as accessing
from tablewright.access.models import AccessRules
from tablewright.core.access import words
from tablewright.core.access.model import Reader, RowRule, RuleSet, Who
from tablewright.core.access.view import View, columns_of, filled, followed, view
from tablewright.core.queries.compile import Compiled, count_question
from tablewright.core.queries.model import Group, Question
from tablewright.core.queries.tables import Mask, Table, key_of
from tablewright.core.tables import Column, Schema
from tablewright.datasets import repository as datasets
from tablewright.datasets.dependents import Dependent, register
from tablewright.datasets.models import Dataset, DatasetVersion
from tablewright.identity import repository as identity
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.cache import cache
from tablewright.infra.compute import engine
from tablewright.infra.storage import objects


@dataclass(frozen=True)
class Kept:
    """The rules of a dataset with all of its columns, for who may change them."""

    rules: RuleSet
    version: int
    columns: tuple[Column, ...]


def rules_of(session: Session, actor: Actor, dataset_id: UUID) -> Kept:
    """The rules of a dataset; version 0 when there are none."""
    actor.require(Permission.ACCESS_MANAGE)
    dataset = datasets.get(session, actor, dataset_id)
    return _kept(datasets.version(session, actor, dataset), access.rules_of(session, actor, dataset.id))


def _kept(version: DatasetVersion, rules: AccessRules | None) -> Kept:
    return Kept(rules.value() if rules else RuleSet(), rules.version if rules else 0, version.columns().columns)


def change_rules(
    session: Session, actor: Actor, dataset_id: UUID, *, rules: RuleSet, version: int, now: datetime
) -> Kept:
    """Replace them, in force from everybody's next request on. Raises what is wrong with a rule."""
    actor.require(Permission.ACCESS_MANAGE)
    dataset = datasets.get(session, actor, dataset_id, lock=True)
    current = datasets.version(session, actor, dataset)
    kept = accessing.change_rules(session, actor, dataset.id, current.columns(), rules=rules, version=version, now=now)
    return _kept(current, kept)


def ruled(session: Session, actor: Actor) -> list[tuple[UUID, str, RuleSet]]:
    """Every dataset that has rules, with its name."""
    actor.require(Permission.ACCESS_MANAGE)
    found = []
    for kept in access.all_rules(session, actor):
        dataset = session.scalar(datasets.visible_to(actor).where(Dataset.id == kept.dataset_id))
        if dataset is not None and kept.value():
            found.append((dataset.id, dataset.name, kept.value()))
    return sorted(found, key=lambda each: (each[1].lower(), each[0]))


# --- why somebody sees what they see ----------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A rule for one member: whom it names, what it gives, and whether it names them."""

    name: str
    who: tuple[str, ...]
    because: tuple[str, ...]
    """The parts of `who` that the member is; none: the rule does not name them."""
    gives: str
    problem: str | None
    rows: int | None
    """Of a row rule that names the member: how many rows it gives."""


@dataclass(frozen=True)
class ShownColumn:
    id: str
    name: str
    is_shown: bool
    rules: tuple[str, ...]
    """Of a column that rules name: those that show it to the member."""
    is_ruled: bool
    mask: Mask | None = None
    """What stands in the place of its values."""


@dataclass(frozen=True)
class Why:
    row_count: int
    seen_count: int
    rows: tuple[Said, ...]
    columns: tuple[ShownColumn, ...]
    summary: str


@dataclass(frozen=True)
class Asked:
    """An explanation made ready: what remains is counting, outside the transaction."""

    rules: RuleSet
    reader: Reader
    schema: Schema
    version: DatasetVersion
    groups: dict[UUID, str]
    members: dict[UUID, str]


def asked(session: Session, actor: Actor, dataset_id: UUID, user_id: UUID) -> Asked:
    """Raises DatasetMissing, MemberMissing."""
    actor.require(Permission.ACCESS_MANAGE)
    dataset = datasets.get(session, actor, dataset_id)
    version = datasets.version(session, actor, dataset)
    identity.member(session, actor.workspace_id, user_id)
    kept = access.rules_of(session, actor, dataset.id)
    rules = kept.value() if kept else RuleSet()
    return Asked(
        rules=rules,
        reader=accessing.reader(session, actor.workspace_id, user_id),
        schema=version.columns(),
        version=version,
        groups={group.id: group.name for group in access.groups(session, actor)},
        members={person.id: person.name for _, person in identity.members(session, actor.workspace_id)},
    )


def why(what: Asked) -> Why:
    """What the member sees of the dataset, and which rules give it to them. Figures count rows; no value is shown."""
    seen = view(what.rules, what.reader, what.schema)
    total = what.version.row_count
    counted = total if seen.rows == "all" else 0 if seen.rows == "none" else _count(what, seen.row_rule)
    columns = tuple(_column(what, column, seen) for column in what.schema.columns)
    return Why(
        row_count=total,
        seen_count=counted,
        rows=tuple(_said(what, rule) for rule in what.rules.rows),
        columns=columns,
        summary=_summary(what, total, counted, columns),
    )


def _said(what: Asked, rule: RowRule) -> Said:
    because = _because(what, rule.who)
    made = filled(rule.condition, what.reader) if rule.condition is not None else None
    problem, rows = None, None
    if because:
        if rule.condition is None or not rule.condition.items:
            rows = what.version.row_count
        elif made is None:
            problem, rows = "The member lacks an attribute that the rule compares with, so it gives no rows.", 0
        elif (fault := followed(made, what.schema)) is not None:
            problem, rows = f"The rule cannot be followed, so it gives no rows. {fault}", 0
        else:
            rows = _count(what, made)
    return Said(
        name=rule.name,
        who=tuple(words.who(each, what.groups, what.members) for each in rule.who),
        because=because,
        gives=words.condition(made or rule.condition, what.schema),
        problem=problem,
        rows=rows,
    )


def _because(what: Asked, named: Sequence[Who]) -> tuple[str, ...]:
    return tuple(words.who(each, what.groups, what.members) for each in named if what.reader.is_one_of((each,)))


def _column(what: Asked, column: Column, seen: View) -> ShownColumn:
    naming = [rule for rule in what.rules.columns if column.id in rule.columns]
    giving = tuple(rule.name for rule in naming if what.reader.is_one_of(rule.who))
    mask = dict(seen.masked).get(column.id)
    return ShownColumn(column.id, column.name, column.id not in seen.hidden, giving, bool(naming), mask)


def _summary(what: Asked, total: int, seen: int, columns: Sequence[ShownColumn]) -> str:
    if not what.rules:
        return "There are no rules: everybody who may read datasets sees all of it."
    shown = sum(column.is_shown for column in columns)
    rows = f"all {total:,} rows" if seen == total else f"{seen:,} of {total:,} rows"
    held = f"all {len(columns)} columns" if shown == len(columns) else f"{shown} of {len(columns)} columns"
    masked = sum(column.mask is not None for column in columns)
    held += f", {masked} of them masked" if masked else ""
    return f"{what.members.get(what.reader.user_id, 'The member')} sees {rows} and {held}."


def _count(what: Asked, rule: Group | None) -> int:
    version = what.version
    question = Question(dataset_id=version.dataset_id)
    tables = {key_of(question): Table(what.schema, version.object_key.rpartition("/")[2], rule)}
    compiled: Compiled = count_question(question, tables, today=version.created_at.date())

    def make() -> bytes:
        table = engine().ask(objects().local_path(version.object_key).parent, compiled)
        return str(table.column(0)[0].as_py()).encode()

    return int(cache().get_or_make(f"why/{version.id}/{rule.model_dump_json() if rule else ''}", make))


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The rules of a dataset: a load that takes a column away from them must wait."""
    kept = access.rules_of(session, actor, dataset_id)
    used = columns_of(kept.value()) if kept else frozenset()
    return [Dependent("access", dataset_id, "Rules of access", used)] if used else []


register("access", built_on)
