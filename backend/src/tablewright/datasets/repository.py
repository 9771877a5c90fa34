"""Every SELECT of datasets."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from tablewright.datasets.errors import DatasetMissing, VersionMissing
from tablewright.datasets.models import Dataset, DatasetVersion
from tablewright.files.models import SourceFile
from tablewright.identity.actor import Actor
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


def asked(session: Session, actor: Actor, dataset_id: UUID, version_id: UUID | None) -> tuple[Dataset, DatasetVersion]:
    """A dataset with the named version or its current one, in one look. Raises DatasetMissing, VersionMissing."""
    wanted = version_id if version_id is not None else Dataset.current_version_id
    row = session.execute(
        visible_to(actor)
        .where(Dataset.id == dataset_id)
        .outerjoin(DatasetVersion, (DatasetVersion.dataset_id == Dataset.id) & (DatasetVersion.id == wanted))
        .add_columns(DatasetVersion)
    ).first()
    if row is None:
        raise DatasetMissing
    if row[1] is None:
        raise VersionMissing
    return row[0], row[1]


def current_versions(session: Session, datasets: list[Dataset]) -> dict[UUID, tuple[DatasetVersion, SourceFile | None]]:
    """By version id, the current versions of these datasets with the files they came from."""
    ids = [dataset.current_version_id for dataset in datasets if dataset.current_version_id]
    rows = session.execute(
        select(DatasetVersion, SourceFile)
        .outerjoin(SourceFile, SourceFile.id == DatasetVersion.file_id)
        .where(DatasetVersion.id.in_(ids))
    )
    return {version.id: (version, file) for version, file in rows}


def versions(session: Session, actor: Actor, dataset_id: UUID) -> list[DatasetVersion]:
    return list(
        session.scalars(
            select(DatasetVersion)
            .where(DatasetVersion.workspace_id == actor.workspace_id, DatasetVersion.dataset_id == dataset_id)
            .order_by(DatasetVersion.number.desc())
        )
    )


def version_ids(session: Session, workspace_id: UUID) -> set[UUID]:
    return set(session.scalars(select(DatasetVersion.id).where(DatasetVersion.workspace_id == workspace_id)))


def by_job(session: Session, job_id: UUID) -> list[DatasetVersion]:
    return list(session.scalars(select(DatasetVersion).where(DatasetVersion.job_id == job_id)))


def names_like(session: Session, actor: Actor, name: str) -> set[str]:
    return set(
        session.scalars(
            visible_to(actor).with_only_columns(Dataset.name).where(Dataset.name.startswith(name, autoescape=True))
        )
    )
