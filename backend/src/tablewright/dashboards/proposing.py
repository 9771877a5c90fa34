"""A dashboard that proposes itself: asked through the gate as its reader, with a bounded number of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.dashboards import automatic
from tablewright.core.dashboards.model import Content
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Answer
from tablewright.core.queries.tables import TableKey
from tablewright.dashboards.gently import let_in
from tablewright.identity.actor import Actor, Permission
from tablewright.queries import service as queries

AT_ONCE = 6
"""So many questions of a proposal are asked at the same time, so that pages find a place beside them."""
Begin = Callable[[], AbstractContextManager[tuple[Session, Actor]]]
"""Begins a transaction with the actor as they are at that moment."""


@dataclass(frozen=True)
class Proposal:
    title: str
    content: Content
    asked_count: int
    """How many questions were asked for it."""


def propose(begin: Begin, dataset_id: UUID) -> Proposal:
    """A dashboard of what stands out in a dataset, kept nowhere. Raises what keeps its reader from asking it."""
    with begin() as (session, actor):
        actor.require(Permission.DASHBOARDS_READ)
        bound = queries.Known(session, actor).bound(TableKey(dataset_id))
        schema = bound.shown
        first = queries.permit(session, actor, automatic.about(dataset_id, schema))
    told = queries.answer(first)
    candidates = automatic.questions(dataset_id, schema, told)
    permitted: dict[str, queries.Permitted] = {}
    with begin() as (session, actor):
        known = queries.Known(session, actor)
        for each in candidates:
            try:
                permitted[each.key] = queries.permit(session, actor, each.question, known=known)
            except Problem:
                continue  # a column that cannot be grouped in this way is no reason to propose nothing
    answers = _answered(permitted)
    judged = [
        (each, verdict)
        for each in candidates
        if each.key in answers and (verdict := each.judge(answers[each.key])) is not None
    ]
    content = automatic.arranged(dataset_id, schema, judged, told.version_id)
    return Proposal(f"{bound.version.dataset_name} at a glance"[:300], content, len(permitted) + 1)


def _answered(permitted: dict[str, queries.Permitted]) -> dict[str, Answer]:
    """The answers that there are, a few at a time: nobody waits for them as for a page. Raises EngineBusy or
    WorkspaceBusy when there is no place for them for long."""
    found: dict[str, Answer] = {}
    missing: dict[str, queries.Permitted] = {}
    for key, gate in permitted.items():
        known = queries.cached(gate, "json")
        if known is None:
            missing[key] = gate
        else:
            found[key] = Answer.model_validate_json(known)
    for part in _parts(missing):
        for key, ticket in let_in(part).items():
            try:
                found[key] = Answer.model_validate_json(ticket.wait())
            except Problem:
                continue
    return found


def _parts(wanted: dict[str, queries.Permitted]) -> Iterator[dict[str, queries.Permitted]]:
    items = iter(wanted.items())
    while part := dict(islice(items, AT_ONCE)):
        yield part
