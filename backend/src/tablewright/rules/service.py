"""Rules: kept in sets that are never overwritten, evaluated for a reader, tried on what was, given to loads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.access.service import Sight, require_whole
from tablewright.core.errors import Problem
from tablewright.core.queries.compile import compile_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, TableKey
from tablewright.core.rules import messages, periods, sets
from tablewright.core.rules.asked import check_rule, check_set, columns_of, counting, question_of
from tablewright.core.rules.evaluate import Evaluation, by_period, evaluate, number
from tablewright.core.rules.model import MOST_RULES, ChangeCheck, ResultCheck, RowCheck, Rule, RuleSet
from tablewright.core.tables import Schema
from tablewright.datasets import contracts, dependents
from tablewright.datasets import repository as datasets
from tablewright.datasets.dependents import Dependent
from tablewright.datasets.models import DatasetVersion
from tablewright.identity import repository as identity
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note
from tablewright.queries import service as queries
from tablewright.rules import repository
from tablewright.rules.errors import OwnerNoMember, RuleMissing, RulesChanged, RulesTooLarge, TooManyRules
from tablewright.rules.models import RuleSetState

MOST_BYTES = 2 << 20
TRIED_VERSIONS = 24
TRIED_PERIODS = 60


@dataclass(frozen=True)
class Shown:
    """The rules of a dataset, with those of its present columns that the reader may see."""

    dataset_id: UUID
    schema: Schema
    hidden: frozenset[str]
    """Columns that the reader does not see."""
    number: int
    rules: RuleSet
    """All of them, also those that the reader does not see: whoever changes one keeps the others."""
    owners: dict[UUID, str]

    @property
    def seen(self) -> tuple[Rule, ...]:
        """The rules that look at nothing that is hidden from the reader."""
        return tuple(rule for rule in self.rules.rules if not columns_of(rule) & self.hidden)


def shown(session: Session, actor: Actor, dataset_id: UUID) -> Shown:
    """The rules that hold for a dataset. Raises DatasetMissing."""
    actor.require(Permission.DATASETS_READ)
    asked = datasets.asked(session, actor, dataset_id, None)
    columns = asked.columns
    sight = Sight(session, actor)
    sight.know(dataset_id, asked.rules)
    seen = sight.of(dataset_id, columns).shown(columns)
    state = repository.current(session, dataset_id)
    rules = state.value() if state else RuleSet()
    owners = identity.names_of(session, {rule.owner for rule in rules.rules if rule.owner})
    hidden = frozenset(column.id for column in columns.columns) - {column.id for column in seen.columns}
    return Shown(dataset_id, seen, hidden, state.number if state else 0, rules, owners)


def found(session: Session, actor: Actor, rule_id: UUID) -> tuple[Shown, Rule]:
    """One rule with its set. Raises RuleMissing."""
    actor.require(Permission.DATASETS_READ)
    what = shown(session, actor, repository.holding(session, actor, rule_id).dataset_id)
    rule = next((rule for rule in what.seen if rule.id == rule_id), None)
    if rule is None:
        raise RuleMissing
    return what, rule


def unfilled(rule: Rule, schema: Schema) -> list[str]:
    """The placeholders of a rule's message that nothing fills."""
    known = {"rule", *(f"#{column.id}" for column in schema.columns), *(column.name for column in schema.columns)}
    check = rule.check
    if isinstance(check, ChangeCheck):
        known |= {"value", "before", "change", "percent", "period"}
        known |= {dimension.label for dimension in check.dimensions if dimension.label}
    elif isinstance(check, ResultCheck):
        known |= {"value", "measure", *(["relative"] if check.relative else [])}
        known |= {dimension.label for dimension in check.question.dimensions if dimension.label}
        known |= {measure.label for measure in check.question.measures if measure.label}
    return messages.unknown(rule.message, known)


def problem_of(rule: Rule, dataset_id: UUID, schema: Schema, today: date) -> str | None:
    """Why a rule cannot be checked on these columns, in words. Tables beside the dataset's own are not looked at."""
    gone = [column for column in sorted(columns_of(rule)) if column not in {each.id for each in schema.columns}]
    if gone:
        return f"The dataset no longer has the column {gone[0]}."
    question = question_of(rule, dataset_id)
    if question.joins or question.union or question.base or question.base_id:
        return None
    try:
        compile_question(question, {TableKey(dataset_id): Table(schema, "x")}, today=today)
    except Problem as problem:
        return problem.detail
    return None


# --- changing -------------------------------------------------------------------------------------


def create(session: Session, actor: Actor, dataset_id: UUID, rule: Rule, *, number: int, now: datetime) -> Rule:
    """Add a rule. It must be askable by the person who adds it."""
    what = _editing(session, actor, dataset_id, number)
    rule = _checked(session, actor, what, rule)
    if len(what.rules.rules) >= MOST_RULES:
        raise TooManyRules(MOST_RULES)
    _keep(session, actor, what, (*what.rules.rules, rule), f'Added "{rule.name}"', now)
    return rule


def change(session: Session, actor: Actor, rule: Rule, *, number: int, now: datetime) -> Rule:
    """Replace the rule of this id. Raises RuleMissing, RulesChanged, or what is wrong with the rule."""
    actor.require(Permission.DATASETS_EDIT)
    what = _editing(session, actor, repository.holding(session, actor, rule.id).dataset_id, number)
    if all(each.id != rule.id for each in what.seen):
        raise RuleMissing
    rule = _checked(session, actor, what, rule)
    rules = tuple(rule if each.id == rule.id else each for each in what.rules.rules)
    _keep(session, actor, what, rules, f'Changed "{rule.name}"', now)
    return rule


def delete(session: Session, actor: Actor, rule_id: UUID, *, number: int, now: datetime) -> None:
    """Take a rule away. Going back to an earlier state brings it again."""
    actor.require(Permission.DATASETS_EDIT)
    what = _editing(session, actor, repository.holding(session, actor, rule_id).dataset_id, number)
    gone = next((rule for rule in what.seen if rule.id == rule_id), None)
    if gone is None:
        raise RuleMissing
    rules = tuple(rule for rule in what.rules.rules if rule.id != rule_id)
    _keep(session, actor, what, rules, f'Removed "{gone.name}"', now)


def restore(session: Session, actor: Actor, dataset_id: UUID, *, number: int, to: int, now: datetime) -> None:
    """Let the rules of an earlier state hold again, as a new state."""
    what = _editing(session, actor, dataset_id, number)
    before = repository.state(session, actor, dataset_id, to)
    _keep(session, actor, what, before.value().rules, f"Went back to state {to}", now)


def bring_in(
    session: Session, actor: Actor, dataset_id: UUID, document: object, *, number: int, replace: bool, now: datetime
) -> None:
    """Import a file of rules. Raises RuleSetDamaged, RuleColumnsMissing, or what cannot be asked of this dataset."""
    what = _editing(session, actor, dataset_id, number)
    coming = sets.fitted(sets.read(document), what.schema, dataset_id)
    kept = [rule for rule in what.rules.rules if not replace or rule not in what.seen]
    after = sets.joined(what.rules, coming, keep=kept)
    before = set(what.rules.rules)
    for rule in after.rules:
        if rule not in before:
            queries.permit(session, actor, question_of(rule, dataset_id))
    words = f"Imported {len(coming)} rule{'' if len(coming) == 1 else 's'}"
    _keep(session, actor, what, after.rules, words + (" in place of all" if replace else ""), now)


def written(session: Session, actor: Actor, dataset_id: UUID) -> bytes:
    """The rules of a dataset as a file."""
    what = shown(session, actor, dataset_id)
    return sets.as_bytes(sets.written(RuleSet(rules=what.seen), what.schema))


def _editing(session: Session, actor: Actor, dataset_id: UUID, number: int) -> Shown:
    actor.require(Permission.DATASETS_EDIT)
    datasets.get(session, actor, dataset_id, lock=True)
    require_whole(session, actor, dataset_id)  # a contract decides over rows that its writer must be able to see
    what = shown(session, actor, dataset_id)
    if what.number != number:
        raise RulesChanged
    return what


def as_stored(rule: Rule, schema: Schema, dataset_id: UUID) -> Rule:
    """A rule as it is kept: columns of its message by id, its question over its own dataset."""
    changed: dict[str, Any] = {"message": messages.stored(rule.message, schema.columns)}
    if isinstance(rule.check, ResultCheck):
        question = rule.check.question.model_copy(update={"dataset_id": dataset_id})
        changed["check"] = rule.check.model_copy(update={"question": question})
    return rule.model_copy(update=changed)


def _checked(session: Session, actor: Actor, what: Shown, rule: Rule) -> Rule:
    rule = as_stored(rule, what.schema, what.dataset_id)
    check_rule(rule)
    if rule.owner is not None and identity.role_in(session, actor.workspace_id, rule.owner) is None:
        raise OwnerNoMember
    queries.permit(session, actor, question_of(rule, what.dataset_id))
    return rule


def _keep(session: Session, actor: Actor, what: Shown, rules: Sequence[Rule], said: str, now: datetime) -> RuleSetState:
    after = RuleSet(rules=tuple(rules))
    check_set(after)
    documents = [rule.model_dump(mode="json") for rule in after.rules]
    if len(json.dumps(documents)) > MOST_BYTES:
        raise RulesTooLarge(MOST_BYTES)
    state = RuleSetState(
        workspace_id=actor.workspace_id,
        dataset_id=what.dataset_id,
        number=what.number + 1,
        rules=documents,
        said=said,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(state)
    session.flush()
    note(session, actor, "rules.change", "dataset", str(what.dataset_id), now, number=state.number)
    return state


# --- evaluating -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A rule whose question passed the gate for a reader: what they may not see, the rule does not look at."""

    rule: Rule
    permitted: queries.Permitted


def permit(session: Session, actor: Actor, dataset_id: UUID, rule: Rule, *, version_id: UUID | None = None) -> Asked:
    """Pass the gate with the question of a rule."""
    actor.require(Permission.DATASETS_READ)
    check_rule(rule)
    return Asked(rule, queries.permit(session, actor, question_of(rule, dataset_id, version_id=version_id)))


def evaluated(asked: Asked, *, cancelled: Callable[[], bool] | None = None) -> Evaluation:
    """Whether the rule fires, over the rows that the reader sees."""
    answer = queries.answer(asked.permitted, cancelled=cancelled)
    return evaluate(asked.rule, answer, today=asked.permitted.today)


@dataclass(frozen=True)
class Tried:
    """One past version or period, and for how much of it the rule would have fired."""

    label: str
    at: datetime
    n: int
    of: int | None
    version_id: UUID | None = None
    unchecked: str | None = None


@dataclass(frozen=True)
class Trial:
    """A rule ready to be tried on what was: a question a version, or one over all periods."""

    rule: Rule
    versions: tuple[tuple[DatasetVersion, tuple[queries.Permitted, ...] | str], ...]
    periods: queries.Permitted | None


def trial(session: Session, actor: Actor, dataset_id: UUID, rule: Rule) -> Trial:
    """Pass the gate with everything that is asked to say how often a rule would have fired."""
    actor.require(Permission.DATASETS_READ)
    check_rule(rule)
    if isinstance(rule.check, ChangeCheck):
        return Trial(rule, (), queries.permit(session, actor, question_of(rule, dataset_id)))
    dataset = datasets.get(session, actor, dataset_id)
    newest = session.scalars(
        datasets.versions_of(actor, dataset.id).order_by(DatasetVersion.number.desc()).limit(TRIED_VERSIONS)
    )
    versions: list[tuple[DatasetVersion, tuple[queries.Permitted, ...] | str]] = []
    for version in newest:
        try:
            permitted = tuple(
                queries.permit(session, actor, question) for question in _tried(rule, dataset.id, version.id)
            )
        except Problem as problem:
            versions.append((version, problem.detail))
        else:
            versions.append((version, permitted))
    return Trial(rule, tuple(reversed(versions)), None)


def _tried(rule: Rule, dataset_id: UUID, version_id: UUID) -> tuple[Question, ...]:
    if isinstance(rule.check, RowCheck):
        failing = counting(rule, dataset_id, version_id=version_id)
        return failing, failing.model_copy(update={"filter": None})
    return (question_of(rule, dataset_id, version_id=version_id),)


def tried(what: Trial) -> list[Tried]:
    """How often the rule would have fired, oldest first."""
    if what.periods is not None:
        check = what.rule.check
        assert isinstance(check, ChangeCheck)
        counts = by_period(what.rule, queries.answer(what.periods), today=what.periods.today)[-TRIED_PERIODS:]
        return [
            Tried(periods.named(start, check.grain.value), datetime.combine(start, time(), UTC), n, of)
            for start, n, of in counts
        ]
    return [_tried_on(what.rule, version, asked) for version, asked in what.versions]


def _tried_on(rule: Rule, version: DatasetVersion, asked: tuple[queries.Permitted, ...] | str) -> Tried:
    label = f"Version {version.number}"
    if isinstance(asked, str):
        return Tried(label, version.created_at, 0, None, version.id, asked)
    try:
        answers = [queries.answer(each) for each in asked]
        if isinstance(rule.check, RowCheck):
            n, of = (int(number(each.data["m0"][0]) or 0) for each in answers)
            return Tried(label, version.created_at, n, of, version.id)
        verdict = evaluate(rule, answers[0], today=asked[0].today)
    except Problem as problem:
        return Tried(label, version.created_at, 0, None, version.id, problem.detail)
    return Tried(label, version.created_at, verdict.n, verdict.of, version.id)


# --- what others ask ------------------------------------------------------------------------------


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The rules of a dataset with the columns they use."""
    state = repository.current(session, dataset_id)
    rules = state.value().rules if state and state.workspace_id == actor.workspace_id else ()
    return [Dependent("rule", rule.id, rule.name, columns_of(rule)) for rule in rules if rule.enabled]


def contract(session: Session, dataset_id: UUID) -> tuple[Rule, ...]:
    """The rules that say what a load does about them, in their order."""
    state = repository.current(session, dataset_id)
    rules = state.value().rules if state else ()
    return tuple(rule for rule in rules if rule.enabled and rule.contract is not None)


dependents.register("rules", built_on)
contracts.register(contract)
