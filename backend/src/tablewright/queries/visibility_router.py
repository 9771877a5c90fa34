"""Rules of access to datasets over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tablewright.core.access.model import RuleSet
from tablewright.core.queries.tables import Mask
from tablewright.core.tables import Column
from tablewright.identity.access import ActorDep, Credentials
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.queries import visibility
from tablewright.queries.schemas import In

router = APIRouter(tags=["access"])


class RulesIn(In):
    rules: RuleSet
    version: Annotated[int, Field(ge=0)]
    """The version that was edited; a newer one in store is a conflict."""


class RuledColumn(BaseModel):
    id: str
    name: str
    type: str


class RulesOut(BaseModel):
    rules: RuleSet
    version: int
    columns: list[RuledColumn]
    """All columns of the dataset."""


class RuledDataset(BaseModel):
    dataset_id: UUID
    name: str
    row_rules: int
    column_rules: int


class RuledList(BaseModel):
    items: list[RuledDataset]


class SaidOut(BaseModel):
    name: str
    who: list[str]
    because: list[str]
    gives: str
    problem: str | None
    rows: int | None


class ShownColumnOut(BaseModel):
    id: str
    name: str
    is_shown: bool
    is_ruled: bool
    rules: list[str]
    mask: Mask | None


class WhyOut(BaseModel):
    """What a member sees of a dataset, and why."""

    summary: str
    row_count: int
    seen_count: int
    rows: list[SaidOut]
    columns: list[ShownColumnOut]


def _out(kept: visibility.Kept) -> RulesOut:
    return RulesOut(rules=kept.rules, version=kept.version, columns=[_column(each) for each in kept.columns])


def _column(column: Column) -> RuledColumn:
    return RuledColumn(id=column.id, name=column.name, type=column.type.value)


@router.get("/access", operation_id="listRuledDatasets")
def list_ruled_datasets(session: SessionDep, actor: ActorDep) -> RuledList:
    """The datasets that have rules of access."""
    return RuledList(
        items=[
            RuledDataset(dataset_id=each, name=name, row_rules=len(rules.rows), column_rules=len(rules.columns))
            for each, name, rules in visibility.ruled(session, actor)
        ]
    )


@router.get("/datasets/{dataset_id}/access", operation_id="getAccessRules")
def get_access_rules(dataset_id: UUID, session: SessionDep, actor: ActorDep) -> RulesOut:
    """Who sees which rows and columns of a dataset."""
    return _out(visibility.rules_of(session, actor, dataset_id))


@router.put("/datasets/{dataset_id}/access", operation_id="changeAccessRules")
def change_access_rules(dataset_id: UUID, body: RulesIn, session: SessionDep, actor: ActorDep, now: NowDep) -> RulesOut:
    """Replace the rules, in force from everybody's next request on; 409 when somebody else did meanwhile."""
    return _out(visibility.change_rules(session, actor, dataset_id, rules=body.rules, version=body.version, now=now))


@router.get("/datasets/{dataset_id}/access/members/{user_id}", operation_id="explainAccess")
def explain_access(dataset_id: UUID, user_id: UUID, credentials: Credentials, now: NowDep) -> WhyOut:
    """What a member sees of a dataset, which rules give it to them, and how many rows each gives."""
    if credentials is None:
        raise SessionOver
    with transaction() as session:
        what = visibility.asked(session, actor_of(session, credentials.credentials, now), dataset_id, user_id)
    return WhyOut.model_validate(visibility.why(what), from_attributes=True)
