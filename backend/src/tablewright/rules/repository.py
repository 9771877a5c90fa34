"""Every SELECT of rules."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor
from tablewright.rules.errors import RuleMissing, RuleSetMissing
from tablewright.rules.models import RuleSetState

SHOWN_STATES = 200


def visible_to(actor: Actor) -> Select[RuleSetState]:
    return select(RuleSetState).where(RuleSetState.workspace_id == actor.workspace_id)


def current(session: Session, dataset_id: UUID) -> RuleSetState | None:
    """What holds for a dataset of the transaction's workspace; None when it never had a rule."""
    return session.scalar(
        select(RuleSetState).where(RuleSetState.dataset_id == dataset_id).order_by(RuleSetState.number.desc()).limit(1)
    )


def state(session: Session, actor: Actor, dataset_id: UUID, number: int) -> RuleSetState:
    """An earlier state, or RuleSetMissing."""
    found = session.scalar(
        visible_to(actor).where(RuleSetState.dataset_id == dataset_id, RuleSetState.number == number)
    )
    if found is None:
        raise RuleSetMissing(number)
    return found


def states(session: Session, actor: Actor, dataset_id: UUID) -> list[tuple[RuleSetState, int]]:
    """The newest states with how many rules each has, newest first."""
    rows = session.execute(
        visible_to(actor)
        .where(RuleSetState.dataset_id == dataset_id)
        .add_columns(func.jsonb_array_length(RuleSetState.rules))
        .order_by(RuleSetState.number.desc())
        .limit(SHOWN_STATES)
    )
    return [(found, int(count)) for found, count in rows]


def holding(session: Session, actor: Actor, rule_id: UUID) -> RuleSetState:
    """The state that holds and has this rule, or RuleMissing."""
    newest = (
        select(RuleSetState.dataset_id, func.max(RuleSetState.number).label("number"))
        .where(RuleSetState.workspace_id == actor.workspace_id)
        .group_by(RuleSetState.dataset_id)
        .subquery()
    )
    found = session.scalar(
        visible_to(actor)
        .join(newest, (newest.c.dataset_id == RuleSetState.dataset_id) & (newest.c.number == RuleSetState.number))
        .where(RuleSetState.rules.contains([{"id": str(rule_id)}]))
    )
    if found is None:
        raise RuleMissing
    return found
