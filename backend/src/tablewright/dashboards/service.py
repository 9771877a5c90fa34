"""Dashboards: kept with their history, asked as a whole, locked, copied, remarked on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete as sql_delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tablewright.access import repository as access
from tablewright.access.service import Sight, reader
from tablewright.core.access.model import OfGroup, OneMember
from tablewright.core.dashboards import audience as audiences
from tablewright.core.dashboards.audience import Audience
from tablewright.core.dashboards.model import Content, FilterValue, Otherwise, QuestionTile
from tablewright.core.dashboards.narrow import Conditions, conditions_of, in_periods, narrowed, set_to
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Question
from tablewright.core.queries.references import references
from tablewright.core.queries.tables import TableKey
from tablewright.dashboards import ahead, images, repository
from tablewright.dashboards.errors import (
    AudienceNotYours,
    CommentNotYours,
    DashboardReadOnly,
    FilterMissing,
    LockNotYours,
    TileMissing,
)
from tablewright.dashboards.models import Dashboard, DashboardComment, DashboardFavourite, DashboardVersion
from tablewright.datasets import repository as datasets
from tablewright.datasets.dependents import Dependent, register
from tablewright.identity import repository as identity
from tablewright.identity.actor import Actor, Permission, Role
from tablewright.identity.service import note
from tablewright.metrics.service import uses
from tablewright.queries import repository as questions
from tablewright.queries import service as queries

AS_MADE = Otherwise()


def _require_visible(session: Session, actor: Actor, content: Content) -> None:
    """Every question of a tile must be askable by who puts it there."""
    known = queries.Known(session, actor)
    for tile in content.asked():
        queries.permit(session, actor, question_of(session, actor, tile), known=known)
    images.require(session, actor, content)


def question_of(session: Session, actor: Actor, tile: QuestionTile) -> Question:
    """What a tile asks, by itself or by the saved question that it shows."""
    if tile.question is not None:
        return tile.question
    assert tile.question_id is not None  # a tile has one or the other
    return questions.get(session, actor, tile.question_id).asked()


def _asks_saved(question: Question) -> bool:
    """Whether rows come from a saved question, which has to be there before it can be narrowed inside."""
    return (
        question.base_id is not None
        or any(join.base_id is not None for join in question.joins)
        or any(_asks_saved(part) for part in (question.base, *question.union) if part is not None)
    )


def _remember(session: Session, actor: Actor, dashboard: Dashboard, said: str, now: datetime) -> None:
    """Keep what it is now in its history, and have it asked."""
    session.add(
        DashboardVersion(
            dashboard_id=dashboard.id,
            number=dashboard.version,
            workspace_id=dashboard.workspace_id,
            title=dashboard.title,
            content=dashboard.content,
            said=said,
            created_by=actor.user_id,
            created_at=now,
        )
    )
    session.flush()
    ahead.promise(session, dashboard.workspace_id, dashboard.id, now)


def may_edit(session: Session, actor: Actor, dashboard: Dashboard) -> bool:
    """Whether this person may change it: their role lets them, and it is shared with them for that."""
    if Permission.DASHBOARDS_EDIT not in actor.permissions:
        return False
    audience = dashboard.shared_with()
    if audience is None or owns(actor, dashboard):
        return True
    return audiences.may_edit(audience, reader(session, actor.workspace_id, actor.user_id))


def owns(actor: Actor, dashboard: Dashboard) -> bool:
    """Whether this person decides about lock and audience: who made it, and admins."""
    return dashboard.created_by == actor.user_id or actor.role is Role.ADMIN


def _to_edit(session: Session, actor: Actor, dashboard_id: UUID) -> Dashboard:
    dashboard = repository.get(session, actor, dashboard_id, lock=True)
    if not may_edit(session, actor, dashboard):
        raise DashboardReadOnly(dashboard.title)
    return dashboard


def set_audience(
    session: Session, actor: Actor, dashboard_id: UUID, audience: Audience | None, *, now: datetime
) -> Dashboard:
    """Share a dashboard with those who are named, or with everybody. Raises AudienceNotYours, GroupMissing."""
    actor.require(Permission.DASHBOARDS_EDIT)
    dashboard = repository.get(session, actor, dashboard_id, lock=True)
    if not owns(actor, dashboard):
        raise AudienceNotYours
    for named in audience or ():
        if isinstance(named.who, OfGroup):
            access.group(session, actor, named.who.group_id)
        elif isinstance(named.who, OneMember):
            identity.member(session, actor.workspace_id, named.who.user_id)
    dashboard.audience = None if audience is None else [each.model_dump(mode="json") for each in audience]
    note(
        session, actor, "dashboards.share", "dashboard", str(dashboard_id), now,
        named=None if audience is None else len(audience),
    )  # fmt: skip
    session.flush()
    return dashboard


def create(
    session: Session, actor: Actor, *, title: str, folder: str, content: Content, now: datetime, said: str = "Made"
) -> Dashboard:
    actor.require(Permission.DASHBOARDS_EDIT)
    _require_visible(session, actor, content)
    dashboard = Dashboard(
        workspace_id=actor.workspace_id,
        title=title,
        folder=folder,
        content=content.model_dump(mode="json"),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(dashboard)
    session.flush()
    _remember(session, actor, dashboard, said, now)
    return dashboard


def change(
    session: Session,
    actor: Actor,
    dashboard_id: UUID,
    *,
    title: str,
    folder: str,
    content: Content,
    version: int,
    now: datetime,
    said: str = "Changed",
) -> Dashboard:
    """Replace everything on a dashboard. Raises DashboardChanged for a stale edit, DashboardLocked."""
    actor.require(Permission.DASHBOARDS_EDIT)
    dashboard = _to_edit(session, actor, dashboard_id)
    dashboard.revise(title=title, folder=folder, content=content, version=version, now=now)
    _require_visible(session, actor, content)
    session.flush()
    _remember(session, actor, dashboard, said, now)
    return dashboard


def restore_version(session: Session, actor: Actor, dashboard_id: UUID, number: int, *, now: datetime) -> Dashboard:
    """Make what was once there the newest version. Nothing of the history is lost by it."""
    actor.require(Permission.DASHBOARDS_EDIT)
    dashboard = _to_edit(session, actor, dashboard_id)
    before = repository.version(session, actor, dashboard_id, number)
    return change(
        session,
        actor,
        dashboard_id,
        title=before.title,
        folder=dashboard.folder,
        content=Content.model_validate(before.content),
        version=dashboard.version,
        now=now,
        said=f"Version {number} again",
    )


def copy(session: Session, actor: Actor, dashboard_id: UUID, *, title: str, now: datetime) -> Dashboard:
    """A dashboard of one's own with the same content, also of a locked one."""
    actor.require(Permission.DASHBOARDS_EDIT)
    source = repository.get(session, actor, dashboard_id)
    return create(
        session,
        actor,
        title=title,
        folder=source.folder,
        content=source.shown(),
        now=now,
        said=f'Copy of "{source.title}"',
    )


def set_locked(session: Session, actor: Actor, dashboard_id: UUID, locked: bool, *, now: datetime) -> Dashboard:
    """Raises LockNotYours for whoever neither made it nor is an admin."""
    actor.require(Permission.DASHBOARDS_EDIT)
    dashboard = repository.get(session, actor, dashboard_id, lock=True)
    if not owns(actor, dashboard):
        raise LockNotYours
    if dashboard.locked != locked:
        dashboard.locked = locked
        note(session, actor, "dashboards.lock" if locked else "dashboards.unlock", "dashboard", str(dashboard_id), now)
    return dashboard


def delete(session: Session, actor: Actor, dashboard_id: UUID, *, now: datetime) -> None:
    """Put a dashboard into the bin."""
    actor.require(Permission.DASHBOARDS_EDIT)
    _to_edit(session, actor, dashboard_id).deleted_at = now
    note(session, actor, "dashboards.delete", "dashboard", str(dashboard_id), now)


def restore(session: Session, actor: Actor, dashboard_id: UUID, *, now: datetime) -> Dashboard:
    """Undo a deletion. A dashboard that is not deleted is left as it is."""
    actor.require(Permission.DASHBOARDS_EDIT)
    dashboard = session.scalar(repository.visible_to(actor).where(Dashboard.id == dashboard_id))
    if dashboard is None:
        dashboard = repository.get(session, actor, dashboard_id, deleted=True, lock=True)
        dashboard.deleted_at = None
        dashboard.updated_at = now
    return dashboard


def set_favourite(session: Session, actor: Actor, dashboard_id: UUID, favourite: bool) -> None:
    """Mark a dashboard for oneself, or take the mark away. Repeating it changes nothing."""
    actor.require(Permission.DASHBOARDS_READ)
    dashboard = repository.get(session, actor, dashboard_id)
    mine = {"dashboard_id": dashboard.id, "user_id": actor.user_id, "workspace_id": actor.workspace_id}
    if favourite:
        session.execute(insert(DashboardFavourite).values(mine).on_conflict_do_nothing())
    else:
        session.execute(sql_delete(DashboardFavourite).filter_by(**mine))


def comment(
    session: Session, actor: Actor, dashboard_id: UUID, *, tile: str | None, text: str, now: datetime
) -> DashboardComment:
    """Remark on a dashboard or on one of its tiles. Whoever may read may remark."""
    actor.require(Permission.DASHBOARDS_READ)
    dashboard = repository.get(session, actor, dashboard_id)
    if tile is not None and tile not in {each.id for each in dashboard.shown().tiles()}:
        raise TileMissing(tile)
    made = DashboardComment(
        workspace_id=actor.workspace_id,
        dashboard_id=dashboard.id,
        tile=tile,
        text=text,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def remove_comment(session: Session, actor: Actor, dashboard_id: UUID, comment_id: UUID, *, now: datetime) -> None:
    actor.require(Permission.DASHBOARDS_READ)
    repository.get(session, actor, dashboard_id)
    found = repository.comment(session, actor, dashboard_id, comment_id)
    if found.created_by != actor.user_id and actor.role is not Role.ADMIN:
        raise CommentNotYours
    found.deleted_at = now


def plan(
    session: Session,
    actor: Actor,
    dashboard_id: UUID,
    *,
    values: Mapping[str, FilterValue | None],
    more: Conditions,
    tiles: Sequence[str] | None,
    otherwise: Otherwise = AS_MADE,
) -> Iterator[tuple[str, queries.Permitted | Problem]]:
    """The tiles' questions under the filters, permitted for this reader; what cannot be asked says why.

    `values` are the filters' settings by their id, `more` conditions by dataset that came by a click on a mark, `tiles`
    the ids to ask; None asks all; `otherwise` what else who looks wants to be different. Raises FilterMissing or
    TileMissing for names that the dashboard does not have.
    """
    actor.require(Permission.DASHBOARDS_READ)
    content = repository.get(session, actor, dashboard_id).shown()
    return permitted(session, actor, content, values=values, more=more, tiles=tiles, otherwise=otherwise)


def permitted(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    values: Mapping[str, FilterValue | None],
    more: Conditions,
    tiles: Sequence[str] | None,
    otherwise: Otherwise = AS_MADE,
    all_rows: bool = False,
    known: queries.Known | None = None,
) -> Iterator[tuple[str, queries.Permitted | Problem]]:
    """The same for content of any origin, such as what a link has frozen; `all_rows` as in queries.permit."""
    conditions = _conditions(content, values, more)
    asked = {tile.id: tile for tile in content.asked()}
    for name in (*(tiles or ()), *otherwise.named()):
        if name not in asked:
            raise TileMissing(name)
    known = known or queries.Known(session, actor)
    for name in asked if tiles is None else tiles:
        try:
            question = _under(session, actor, asked[name], conditions, otherwise)
            yield name, queries.permit(session, actor, question, known=known, all_rows=all_rows)
        except Problem as problem:  # one tile that cannot be asked does not take the others with it
            yield name, problem


def asked_by(
    session: Session,
    actor: Actor,
    dashboard_id: UUID,
    tile_id: str,
    *,
    values: Mapping[str, FilterValue | None],
    more: Conditions,
    otherwise: Otherwise = AS_MADE,
) -> Question:
    """What one tile asks under the filters, to be explained or asked further. Raises FilterMissing, TileMissing."""
    actor.require(Permission.DASHBOARDS_READ)
    content = repository.get(session, actor, dashboard_id).shown()
    conditions = _conditions(content, values, more)
    for tile in content.asked():
        if tile.id == tile_id:
            return _under(session, actor, tile, conditions, otherwise)
    raise TileMissing(tile_id)


def _conditions(content: Content, values: Mapping[str, FilterValue | None], more: Conditions) -> Conditions:
    """What filters and clicks say, for each dataset."""
    for name in values:
        if name not in {one.id for one in content.filters}:
            raise FilterMissing(name)
    conditions = {dataset: list(found) for dataset, found in conditions_of(content, values).items()}
    for dataset, found in more.items():
        conditions.setdefault(dataset, []).extend(found)
    return conditions


def _under(
    session: Session, actor: Actor, tile: QuestionTile, conditions: Conditions, otherwise: Otherwise
) -> Question:
    """The question of a tile under conditions, with what else who looks wants to be different."""
    question = question_of(session, actor, tile)
    narrows = tile.listens and conditions
    if (narrows or otherwise.parameters) and _asks_saved(question):
        question = queries.resolved(session, actor, question)
    if narrows:
        question = narrowed(question, conditions)
    question = set_to(question, otherwise.parameters)
    if tile.id in otherwise.grains:
        question = in_periods(question, otherwise.grains[tile.id])
    sort = otherwise.sorts.get(tile.id)
    return question if sort is None else question.model_copy(update={"sort": sort})


@dataclass(frozen=True)
class State:
    """What a dashboard and the data that it reads are at a moment."""

    version: int
    data: str
    """Equal while every dataset is at the same version under the same rules of access."""


def reads(session: Session, actor: Actor, dashboard_id: UUID) -> frozenset[UUID]:
    """The datasets that its tiles read, as far as this person may ask them."""
    gates = plan(session, actor, dashboard_id, values={}, more={}, tiles=None)
    return frozenset(each for _, gate in gates if isinstance(gate, queries.Permitted) for each in gate.versions)


def state(session: Session, actor: Actor, dashboard_id: UUID, datasets_read: frozenset[UUID]) -> State:
    """Cheap enough to be asked every other second by everybody who looks. Raises DashboardMissing."""
    actor.require(Permission.DASHBOARDS_READ)
    dashboard = repository.get(session, actor, dashboard_id)
    sight = Sight(session, actor)
    sight.look(datasets_read)
    known = sorted(datasets.current_version_ids(session, actor, datasets_read).items())
    told = "|".join(f"{dataset}/{version}/{sight.fingerprint(dataset)}" for dataset, version in known)
    return State(dashboard.version, hashlib.sha256(told.encode()).hexdigest()[:24])


def built_on(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """The dashboards that show a dataset, with the columns that their tiles and filters use."""
    saved = {used.id: used.columns for used in queries.built_on(session, actor, dataset_id)}
    found = []
    shown = _shown_to(session, actor)
    for dashboard in session.scalars(repository.every(actor)):
        content = dashboard.shown()
        columns: set[str] = set()
        for tile in content.asked():
            if tile.question_id is not None:
                columns |= saved.get(tile.question_id, frozenset())
            elif tile.question is not None and tile.question.dataset_id == dataset_id:
                columns |= references(tile.question).get(TableKey(dataset_id), frozenset())
        for one in content.filters:
            columns |= {target.column for target in one.targets if target.dataset_id == dataset_id}
        if columns:
            found.append(Dependent("dashboard", dashboard.id, _title(dashboard, shown), frozenset(columns)))
    return found


def using_metric(session: Session, actor: Actor, metric_id: UUID) -> list[str]:
    """The titles of the dashboards with a tile of their own that uses a metric."""
    shown = _shown_to(session, actor)
    return [
        _title(dashboard, shown)
        for dashboard in session.scalars(repository.every(actor))
        if str(metric_id) in json.dumps(dashboard.content)
    ]


def _shown_to(session: Session, actor: Actor) -> set[UUID]:
    return set(session.scalars(repository.visible_to(actor).with_only_columns(Dashboard.id)))


def _title(dashboard: Dashboard, shown: set[UUID]) -> str:
    return dashboard.title if dashboard.id in shown else "A dashboard that is not shared with you"


register("dashboards", built_on)
uses("dashboards", using_metric)
