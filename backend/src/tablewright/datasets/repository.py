"""Every SELECT of datasets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, exists, func, or_, select, text, tuple_
from sqlalchemy.orm import Session, undefer

from tablewright.access.models import AccessRules
from tablewright.core.access.model import RuleSet
from tablewright.core.errors import Problem
from tablewright.core.queries.tables import EngineChoice
from tablewright.core.tables import Column, Schema
from tablewright.datasets.errors import DatasetMissing, NoVersionYet, PendingMissing, VersionMissing
from tablewright.datasets.models import (
    Dataset,
    DatasetMapping,
    DatasetVersion,
    PendingVersion,
    object_key,
    quarantine_key,
)
from tablewright.files.models import SourceFile
from tablewright.identity.actor import Actor
from tablewright.infra.db import Look, seen_workspace
from tablewright.infra.jobs import Job
from tablewright.infra.paging import Cursor, Page, page_of


def visible_to(actor: Actor, *, deleted: bool = False) -> Select[Dataset]:
    return select(Dataset).where(
        Dataset.workspace_id == actor.workspace_id,
        Dataset.deleted_at.is_not(None) if deleted else Dataset.deleted_at.is_(None),
    )


def get(session: Session, actor: Actor, dataset_id: UUID, *, deleted: bool = False, lock: bool = False) -> Dataset:
    """The dataset, or DatasetMissing."""
    statement = visible_to(actor, deleted=deleted).where(Dataset.id == dataset_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise DatasetMissing
    return found


def page(
    session: Session, actor: Actor, *, search: str, deleted: bool, cursor: Cursor | None, limit: int
) -> Page[Dataset]:
    """Newest first; `search` is a part of the name."""
    statement = visible_to(actor, deleted=deleted)
    if search:
        statement = statement.where(func.strpos(func.lower(Dataset.name), search.lower()) > 0)
    if cursor is not None:
        statement = statement.where(tuple_(Dataset.created_at, Dataset.id) < (cursor.at, cursor.id))
    rows = session.scalars(statement.order_by(Dataset.created_at.desc(), Dataset.id.desc()).limit(limit + 1))
    return page_of(list(rows), limit)


def version(session: Session, actor: Actor, dataset: Dataset, version_id: UUID | None = None) -> DatasetVersion:
    """The named version of a dataset, or its current one, or VersionMissing."""
    wanted = version_id or dataset.current_version_id
    found = session.scalar(
        select(DatasetVersion).where(
            DatasetVersion.workspace_id == actor.workspace_id,
            DatasetVersion.dataset_id == dataset.id,
            DatasetVersion.id == wanted,
        )
    )
    if found is None:
        raise VersionMissing
    return found


class Asked(NamedTuple):
    """What a question needs of a dataset, of the version it names, and of the rules of access. No version: Nones."""

    dataset_id: UUID
    workspace_id: UUID
    dataset_name: str
    engine: EngineChoice
    version_id: UUID | None
    number: int | None
    row_count: int | None
    schema: list[Any] | None
    object_id: UUID | None
    rules: dict[str, Any] | None


@dataclass(frozen=True)
class AskedVersion:
    """A dataset's version that is there, as questions need it."""

    dataset_id: UUID
    dataset_name: str
    engine: EngineChoice
    version_id: UUID
    number: int
    row_count: int
    columns: Schema
    object_key: str
    """The object that holds the rows; versions may share one."""
    rules: RuleSet
    """Of access."""


def asked(
    session: Session, actor: Actor, dataset_id: UUID, version_id: UUID | None, as_of: datetime | None = None
) -> AskedVersion:
    """A dataset with the named version, the one that was current at a moment, or its current one, and its rules of
    access, in one look. The transaction sees the actor's workspace.

    Raises DatasetMissing, VersionMissing, NoVersionYet.
    """
    if version_id is None and as_of is not None:
        statement = _asked(DatasetVersion.id == current_at(actor, dataset_id, as_of).scalar_subquery())
        row = session.execute(statement, {"dataset": dataset_id}).first()
        return found(row, NoVersionYet(as_of))
    return found(session.execute(*asking(dataset_id, version_id)).first())


def asking(dataset_id: UUID, version_id: UUID | None) -> Look:
    """The look whose row `found` understands."""
    if version_id is None:
        return Look(_ASKED_CURRENT, {"dataset": dataset_id})
    return Look(_ASKED_VERSION, {"dataset": dataset_id, "version": version_id})


def found(row: Sequence[Any] | None, without: Problem | None = None) -> AskedVersion:
    """What a look has found. Raises DatasetMissing, and `without` or VersionMissing when there is no version."""
    if row is None:
        raise DatasetMissing
    each = Asked(*row)
    if each.version_id is None or each.number is None or each.row_count is None:
        raise without or VersionMissing
    return AskedVersion(
        dataset_id=each.dataset_id,
        dataset_name=each.dataset_name,
        engine=each.engine,
        version_id=each.version_id,
        number=each.number,
        row_count=each.row_count,
        columns=Schema.model_validate({"columns": each.schema}),
        object_key=object_key(each.workspace_id, each.object_id or each.version_id),
        rules=RuleSet.model_validate(each.rules) if each.rules else RuleSet(),
    )


def _asked(wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            Dataset.id,
            Dataset.workspace_id,
            Dataset.name,
            Dataset.engine,
            DatasetVersion.id,
            DatasetVersion.number,
            DatasetVersion.row_count,
            DatasetVersion.schema,
            DatasetVersion.object_id,
            AccessRules.rules,
        )
        .outerjoin(DatasetVersion, (DatasetVersion.dataset_id == Dataset.id) & wanted)
        .outerjoin(
            AccessRules,
            (AccessRules.workspace_id == Dataset.workspace_id) & (AccessRules.dataset_id == Dataset.id),
        )
        .where(
            Dataset.workspace_id == seen_workspace(),
            Dataset.id == bindparam("dataset"),
            Dataset.deleted_at.is_(None),
        )
    )


# Every question asks one of these: they are built once.
_ASKED_CURRENT = _asked(DatasetVersion.id == Dataset.current_version_id)
_ASKED_VERSION = _asked(DatasetVersion.id == bindparam("version"))


def current_at(actor: Actor, dataset_id: UUID, at: datetime) -> Select[UUID]:
    """The id of the version that was current at a moment."""
    return (
        versions_of(actor, dataset_id)
        .with_only_columns(DatasetVersion.id)
        .where(DatasetVersion.created_at <= at)
        .order_by(DatasetVersion.number.desc())
        .limit(1)
    )


def current_versions(session: Session, datasets: list[Dataset]) -> dict[UUID, tuple[DatasetVersion, SourceFile | None]]:
    """By version id, the current versions of these datasets with the files they came from."""
    ids = [dataset.current_version_id for dataset in datasets if dataset.current_version_id]
    rows = session.execute(
        select(DatasetVersion, SourceFile)
        .outerjoin(SourceFile, SourceFile.id == DatasetVersion.file_id)
        .where(DatasetVersion.id.in_(ids))
    )
    return {version.id: (version, file) for version, file in rows}


def versions_of(actor: Actor, dataset_id: UUID) -> Select[DatasetVersion]:
    return select(DatasetVersion).where(
        DatasetVersion.workspace_id == actor.workspace_id, DatasetVersion.dataset_id == dataset_id
    )


def version_page(
    session: Session, actor: Actor, dataset_id: UUID, *, cursor: Cursor | None, limit: int
) -> Page[DatasetVersion]:
    """Newest first."""
    statement = versions_of(actor, dataset_id)
    if cursor is not None:
        statement = statement.where(tuple_(DatasetVersion.created_at, DatasetVersion.id) < (cursor.at, cursor.id))
    rows = session.scalars(
        statement.order_by(DatasetVersion.created_at.desc(), DatasetVersion.id.desc())
        .limit(limit + 1)
        .options(undefer(DatasetVersion.diff), undefer(DatasetVersion.lineage), undefer(DatasetVersion.receipt))
    )
    return page_of(list(rows), limit)


def of_file(session: Session, actor: Actor, file_id: UUID) -> list[tuple[Dataset, DatasetVersion]]:
    """Every dataset whose current version was read from this file, in the order of its tables."""
    rows = session.execute(
        visible_to(actor)
        .join(DatasetVersion, DatasetVersion.id == Dataset.current_version_id)
        .where(DatasetVersion.file_id == file_id)
        .order_by(Dataset.created_at, Dataset.name)
        .add_columns(DatasetVersion)
        .limit(200)
    )
    return [(dataset, version) for dataset, version in rows]


def names(session: Session, actor: Actor, dataset_ids: set[UUID]) -> dict[UUID, str]:
    """The names of those of these datasets that are there."""
    if not dataset_ids:
        return {}
    found = session.scalars(visible_to(actor).where(Dataset.id.in_(dataset_ids)))
    return {dataset.id: dataset.name for dataset in found}


def last_number(session: Session, dataset_id: UUID) -> int:
    number = session.scalar(select(func.max(DatasetVersion.number)).where(DatasetVersion.dataset_id == dataset_id))
    return number or 0


def version_at(session: Session, actor: Actor, dataset: Dataset, at: datetime) -> DatasetVersion:
    """The version that was current at a moment, or NoVersionYet."""
    found = session.scalar(current_at(actor, dataset.id, at))
    if found is None:
        raise NoVersionYet(at)
    return version(session, actor, dataset, found)


def columns_ever(session: Session, dataset_id: UUID) -> list[Column]:
    """Every column that any version had, each as it was last, the latest first."""
    rows = session.execute(
        text("""
            SELECT DISTINCT ON (element->>'id') element, number
            FROM dataset_versions CROSS JOIN LATERAL jsonb_array_elements(schema) AS element
            WHERE dataset_id = :dataset_id ORDER BY element->>'id', number DESC"""),
        {"dataset_id": dataset_id},
    )
    return [Column.model_validate(row[0]) for row in sorted(rows, key=lambda row: -row[1])]


def pending(session: Session, actor: Actor, dataset_id: UUID) -> list[PendingVersion]:
    """What waits to be accepted, newest first."""
    return list(
        session.scalars(
            select(PendingVersion)
            .where(PendingVersion.workspace_id == actor.workspace_id, PendingVersion.dataset_id == dataset_id)
            .order_by(PendingVersion.created_at.desc(), PendingVersion.id)
            .options(undefer(PendingVersion.receipt))
        )
    )


def pending_version(
    session: Session, actor: Actor, dataset_id: UUID, pending_id: UUID, *, lock: bool = False
) -> PendingVersion:
    """A version that waits, or PendingMissing."""
    statement = select(PendingVersion).where(
        PendingVersion.workspace_id == actor.workspace_id,
        PendingVersion.dataset_id == dataset_id,
        PendingVersion.id == pending_id,
    )
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise PendingMissing
    return found


def pending_by_job(session: Session, job_id: UUID) -> list[PendingVersion]:
    return list(session.scalars(select(PendingVersion).where(PendingVersion.job_id == job_id)))


def pending_count(session: Session, dataset_id: UUID) -> int:
    statement = select(func.count()).select_from(PendingVersion).where(PendingVersion.dataset_id == dataset_id)
    return session.scalar(statement) or 0


def mapping(session: Session, actor: Actor, dataset_id: UUID) -> DatasetMapping | None:
    return session.scalar(
        select(DatasetMapping).where(
            DatasetMapping.workspace_id == actor.workspace_id, DatasetMapping.dataset_id == dataset_id
        )
    )


def any_version(session: Session, actor: Actor, version_id: UUID) -> DatasetVersion:
    """A version of any visible dataset, or VersionMissing."""
    found = session.scalar(
        select(DatasetVersion)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(
            DatasetVersion.workspace_id == actor.workspace_id,
            DatasetVersion.id == version_id,
            Dataset.deleted_at.is_(None),
        )
    )
    if found is None:
        raise VersionMissing
    return found


def read_from(session: Session, actor: Actor, file_id: UUID) -> DatasetVersion | PendingVersion | None:
    """What was read last from a file: a version, or one that waits."""
    version = session.scalar(
        select(DatasetVersion)
        .where(DatasetVersion.workspace_id == actor.workspace_id, DatasetVersion.file_id == file_id)
        .order_by(DatasetVersion.created_at.desc())
        .limit(1)
    )
    if version is not None:
        return version
    return session.scalar(
        select(PendingVersion)
        .where(PendingVersion.workspace_id == actor.workspace_id, PendingVersion.file_id == file_id)
        .order_by(PendingVersion.created_at.desc())
        .limit(1)
    )


def read_out_of(session: Session, actor: Actor, file_id: UUID) -> set[UUID]:
    """Every dataset, in the bin or not, that has a version of this file or of the same bytes."""
    same = (
        select(SourceFile.id)
        .where(
            SourceFile.workspace_id == actor.workspace_id,
            SourceFile.content_hash
            == select(SourceFile.content_hash).where(SourceFile.id == file_id).scalar_subquery(),
        )
        .scalar_subquery()
    )
    found: set[UUID] = set()
    for table in (DatasetVersion, PendingVersion):
        found |= set(
            session.scalars(
                select(table.dataset_id)
                .where(table.workspace_id == actor.workspace_id, table.file_id.in_(same))
                .distinct()
            )
        )
    return found


def with_same_bytes(session: Session, actor: Actor, content_hash: str) -> list[Dataset]:
    """Datasets that have a version read from these bytes."""
    read = (
        select(DatasetVersion.dataset_id)
        .join(SourceFile, SourceFile.id == DatasetVersion.file_id)
        .where(DatasetVersion.workspace_id == actor.workspace_id, SourceFile.content_hash == content_hash)
    )
    return list(session.scalars(visible_to(actor).where(Dataset.id.in_(read)).order_by(Dataset.created_at).limit(20)))


def object_keys(session: Session, workspace_id: UUID) -> set[str]:
    """Every object that a version or a version that waits points to."""
    known: set[str] = set()
    rows = session.execute(
        select(
            DatasetVersion.id,
            DatasetVersion.object_id,
            DatasetVersion.quarantine_id,
            DatasetVersion.source["key"].astext,
        ).where(DatasetVersion.workspace_id == workspace_id)
    )
    for version_id, object_id, quarantine_id, source in rows:
        known.add(object_key(workspace_id, object_id or version_id))
        if quarantine_id:
            known.add(quarantine_key(workspace_id, quarantine_id))
        if source:
            known.add(source)
    waiting = session.scalars(select(PendingVersion.id).where(PendingVersion.workspace_id == workspace_id))
    for pending_id in waiting:
        known |= {object_key(workspace_id, pending_id), quarantine_key(workspace_id, pending_id)}
    return known


def expired(session: Session, workspace_id: UUID, before: datetime) -> list[Dataset]:
    """Datasets that were put into the bin before this moment, locked."""
    return list(
        session.scalars(
            select(Dataset)
            .where(Dataset.workspace_id == workspace_id, Dataset.deleted_at < before)
            .with_for_update(skip_locked=True)
        )
    )


def files_of(session: Session, dataset_id: UUID) -> set[UUID]:
    """The files that a dataset's versions were read from."""
    own = session.scalars(select(DatasetVersion.file_id).where(DatasetVersion.dataset_id == dataset_id))
    waiting = session.scalars(select(PendingVersion.file_id).where(PendingVersion.dataset_id == dataset_id))
    return {file_id for file_id in (*own, *waiting) if file_id is not None}


def files_in_use(session: Session, file_ids: set[UUID]) -> set[UUID]:
    """Those of these files that some version still comes from."""
    versions_ = session.scalars(select(DatasetVersion.file_id).where(DatasetVersion.file_id.in_(file_ids)))
    waiting = session.scalars(select(PendingVersion.file_id).where(PendingVersion.file_id.in_(file_ids)))
    return {file_id for file_id in (*versions_, *waiting) if file_id is not None}


def unread_files(session: Session, workspace_id: UUID, before: datetime) -> set[UUID]:
    """Files that came before this moment and of which nothing was kept: their loads were cancelled or failed, or what
    they gave was discarded. Not those that a load is about to read, or was until this moment."""
    return set(
        session.scalars(
            select(SourceFile.id).where(
                SourceFile.workspace_id == workspace_id,
                SourceFile.created_at < before,
                ~exists().where(DatasetVersion.file_id == SourceFile.id),
                ~exists().where(PendingVersion.file_id == SourceFile.id),
                ~exists().where(
                    Job.workspace_id == workspace_id,
                    Job.input["file_id"].astext == cast(SourceFile.id, String),
                    or_(Job.finished_at.is_(None), Job.finished_at >= before),
                ),
            )
        )
    )


def by_job(session: Session, job_id: UUID) -> list[DatasetVersion]:
    return list(session.scalars(select(DatasetVersion).where(DatasetVersion.job_id == job_id)))


def names_like(session: Session, actor: Actor, name: str) -> set[str]:
    return set(
        session.scalars(
            visible_to(actor).with_only_columns(Dataset.name).where(Dataset.name.startswith(name, autoescape=True))
        )
    )


def current_version_ids(session: Session, actor: Actor, dataset_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """The current version of each of these that exists."""
    found = (
        visible_to(actor).where(Dataset.id.in_(dataset_ids)).with_only_columns(Dataset.id, Dataset.current_version_id)
    )
    return {row[0]: row[1] for row in session.execute(found)}
