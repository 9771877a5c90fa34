"""Rules over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from tablewright.core.rules import messages
from tablewright.core.rules.evaluate import Evaluation
from tablewright.core.rules.flags import flag
from tablewright.core.rules.model import Rule
from tablewright.identity import repository as identity
from tablewright.identity.access import ActorDep, Credentials, IdempotencyHeader, once
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.rules import repository, service
from tablewright.rules.schemas import (
    ImportIn,
    RestoreIn,
    RuleAdded,
    RuleChanged,
    RuleFlag,
    RuleHistory,
    RuleOut,
    RuleSetOut,
    RuleStateOut,
    RuleTrial,
    TryIn,
    WouldHaveFired,
)

router = APIRouter(prefix="/rules", tags=["rules"])

DatasetQuery = Annotated[UUID, Query()]


def _out(what: service.Shown, rule: Rule, now: NowDep) -> RuleOut:
    return RuleOut(
        **{name: getattr(rule, name) for name in ("id", "name", "check", "severity", "owner", "enabled", "contract")},
        dataset_id=what.dataset_id,
        owner_name=what.owners.get(rule.owner) if rule.owner else None,
        message=messages.readable(rule.message, what.schema.columns),
        unknown=service.unfilled(rule, what.schema),
        problem=service.problem_of(rule, what.dataset_id, what.schema, now.date()),
    )


def _set_out(session: Session, actor: Actor, dataset_id: UUID, now: NowDep) -> RuleSetOut:
    what = service.shown(session, actor, dataset_id)
    return RuleSetOut(
        dataset_id=what.dataset_id, number=what.number, items=[_out(what, rule, now) for rule in what.seen]
    )


def _one(session: Session, actor: Actor, rule_id: UUID, now: NowDep) -> RuleOut:
    what, rule = service.found(session, actor, rule_id)
    return _out(what, rule, now)


@router.get("", operation_id="listRules")
def list_rules(dataset_id: DatasetQuery, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleSetOut:
    """The rules of a dataset, in their order."""
    return _set_out(session, actor, dataset_id, now)


@router.post("", status_code=201, operation_id="createRule", response_model=RuleOut)
def create_rule(
    body: RuleAdded, session: SessionDep, actor: ActorDep, now: NowDep, key: IdempotencyHeader = None
) -> Response:
    """Add a rule to a dataset; 409 when its rules changed meanwhile."""

    def make() -> RuleOut:
        rule = service.create(session, actor, body.dataset_id, body.rule.rule(), number=body.number, now=now)
        return _one(session, actor, rule.id, now)

    return once(session, actor, key, body, make, now=now)


@router.get("/history", operation_id="listRuleStates")
def list_rule_states(dataset_id: DatasetQuery, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleHistory:
    """What was done to the rules of a dataset, newest first."""
    what = service.shown(session, actor, dataset_id)
    states = repository.states(session, actor, dataset_id)
    people = identity.names_of(session, {state.created_by for state, _ in states})
    return RuleHistory(
        items=[
            RuleStateOut(
                number=state.number,
                # Names of rules may tell of columns that the reader does not see.
                said="Changed the rules" if what.hidden else state.said,
                rule_count=count,
                created_at=state.created_at,
                created_by=people.get(state.created_by),
                is_current=state.number == what.number,
            )
            for state, count in states
        ]
    )


@router.post("/restore", operation_id="restoreRules")
def restore_rules(body: RestoreIn, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleSetOut:
    """Let the rules of an earlier state hold again. Nothing is lost: this is a new state too."""
    service.restore(session, actor, body.dataset_id, number=body.number, to=body.to, now=now)
    return _set_out(session, actor, body.dataset_id, now)


@router.get("/file", operation_id="exportRules", response_class=Response)
def export_rules(dataset_id: DatasetQuery, session: SessionDep, actor: ActorDep) -> Response:
    """The rules of a dataset as a file, to be kept or imported elsewhere."""
    actor.require(Permission.DATASETS_READ)
    headers = {"Content-Disposition": 'attachment; filename="rules.json"'}
    return Response(service.written(session, actor, dataset_id), headers=headers, media_type="application/json")


@router.post("/import", operation_id="importRules")
def import_rules(body: ImportIn, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleSetOut:
    """Take rules from a file. Columns are found by name; a rule of the same name is replaced."""
    service.bring_in(session, actor, body.dataset_id, body.document, number=body.number, replace=body.replace, now=now)
    return _set_out(session, actor, body.dataset_id, now)


@router.post("/evaluate", operation_id="evaluateRule")
def evaluate_rule(body: TryIn, credentials: Credentials, now: NowDep) -> Evaluation:
    """Whether a rule fires on the dataset as it is: for what, how often, and what it says. It need not be kept."""
    with _reading(credentials, now) as (session, actor):
        asked = service.permit(session, actor, body.dataset_id, _given(session, actor, body))
    return service.evaluated(asked)


@router.post("/trial", operation_id="tryRule")
def try_rule(body: TryIn, credentials: Credentials, now: NowDep) -> RuleTrial:
    """How often a rule would have fired on past versions, or in past periods. It need not be kept."""
    with _reading(credentials, now) as (session, actor):
        trial = service.trial(session, actor, body.dataset_id, _given(session, actor, body))
    points = service.tried(trial)
    return RuleTrial(
        by="period" if trial.periods is not None else "version",
        points=[
            WouldHaveFired(
                label=point.label, at=point.at, version_id=point.version_id, n=point.n, of=point.of,
                unchecked=point.unchecked,
            )
            for point in points
        ],
        fired_count=sum(point.n > 0 for point in points),
    )  # fmt: skip


@contextmanager
def _reading(credentials: Credentials, now: NowDep) -> Iterator[tuple[Session, Actor]]:
    """A transaction of its own for the gate: none stays open while the engine works."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        yield session, actor_of(session, credentials.credentials, now)


def _given(session: Session, actor: Actor, body: TryIn) -> Rule:
    what = service.shown(session, actor, body.dataset_id)
    return service.as_stored(body.rule.rule(), what.schema, what.dataset_id)


@router.get("/{rule_id}", operation_id="getRule")
def get_rule(rule_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleOut:
    """One rule."""
    return _one(session, actor, rule_id, now)


@router.get("/{rule_id}/flag", operation_id="getRuleFlag")
def get_rule_flag(
    rule_id: UUID,
    session: SessionDep,
    actor: ActorDep,
    first: Annotated[int, Query(ge=1, le=80)] = 1,
    shows: Annotated[Literal["fires", "severity"], Query()] = "fires",
) -> RuleFlag:
    """The formulas that make a rule a column of a question; the last is the flag, the first is numbered `first`."""
    what, rule = service.found(session, actor, rule_id)
    return RuleFlag(formulas=list(flag(rule, what.schema, first=first, shows=shows)))


@router.put("/{rule_id}", operation_id="changeRule")
def change_rule(rule_id: UUID, body: RuleChanged, session: SessionDep, actor: ActorDep, now: NowDep) -> RuleOut:
    """Replace a rule; 409 when the rules of its dataset changed meanwhile."""
    service.change(session, actor, body.rule.rule(rule_id), number=body.number, now=now)
    return _one(session, actor, rule_id, now)


@router.delete("/{rule_id}", status_code=204, operation_id="deleteRule")
def delete_rule(
    rule_id: UUID, number: Annotated[int, Query(ge=0)], session: SessionDep, actor: ActorDep, now: NowDep
) -> None:
    """Take a rule away."""
    service.delete(session, actor, rule_id, number=number, now=now)
