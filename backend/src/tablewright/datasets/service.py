"""Datasets: loading files into them, naming, deleting and restoring them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from tablewright.datasets import repository
from tablewright.datasets.models import Dataset, DatasetVersion
from tablewright.files import repository as files
from tablewright.files.models import SourceFile
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note


@dataclass(frozen=True)
class LoadedTable:
    """One table of a file as the reader left it: its object is stored, its rows are not published yet."""

    version_id: UUID
    name: str
    format: str
    row_count: int
    byte_count: int
    schema: list[Any]
    profile: list[Any]
    receipt: dict[str, Any]


def version_id_of(job_id: UUID, index: int) -> UUID:
    """The version that the nth table of a load becomes: the same for every attempt, so that two make one."""
    return uuid5(job_id, str(index))


def dataset_names(filename: str, tables: list[str]) -> list[str]:
    """One name a table: the file's, with the table's behind it when there are several.

    >>> dataset_names("sales.2025.xlsx", ["Plan", "Actual"])
    ['sales.2025 – Plan', 'sales.2025 – Actual']
    """
    stem = Path(filename).stem or filename
    return [stem] if len(tables) == 1 else [f"{stem} – {table}" for table in tables]


def publish_load(
    session: Session,
    actor: Actor,
    *,
    job_id: UUID,
    file: SourceFile,
    tables: list[LoadedTable],
    dataset_id: UUID | None,
    now: datetime,
) -> list[DatasetVersion]:
    """Make versions of loaded tables, in new datasets or, for `dataset_id`, as its next version.

    Repeating it for the same job changes nothing: the versions of the first time are returned.
    """
    actor.require(Permission.DATASETS_LOAD)
    if done := repository.by_job(session, job_id):
        return done
    versions = []
    names = dataset_names(file.filename, [table.name for table in tables])
    for table, name in zip(tables, names, strict=True):
        if dataset_id is not None and table is tables[0]:
            actor.require(Permission.DATASETS_EDIT)
            dataset = repository.get(session, actor, dataset_id, lock=True)
            known = repository.versions(session, actor, dataset.id)
            number = known[0].number + 1 if known else 1
        else:
            dataset = Dataset(
                workspace_id=actor.workspace_id,
                name=_free_name(session, actor, name),
                created_by=actor.user_id,
                created_at=now,
                updated_at=now,
            )
            session.add(dataset)
            session.flush()
            number = 1
        version = DatasetVersion(
            id=table.version_id,
            workspace_id=actor.workspace_id,
            dataset_id=dataset.id,
            number=number,
            file_id=file.id,
            format=table.format,
            table_name=table.name,
            row_count=table.row_count,
            byte_count=table.byte_count,
            schema=table.schema,
            profile=table.profile,
            receipt=table.receipt,
            job_id=job_id,
            created_at=now,
        )
        session.add(version)
        session.flush()
        dataset.current_version_id = version.id
        dataset.updated_at = now
        versions.append(version)
    note(session, actor, "datasets.load", "file", str(file.id), now, tables=len(tables))
    return versions


def _free_name(session: Session, actor: Actor, name: str) -> str:
    taken = repository.names_like(session, actor, name)
    if name not in taken:
        return name
    return next(f"{name} ({n})" for n in range(2, len(taken) + 3) if f"{name} ({n})" not in taken)


def rename(session: Session, actor: Actor, dataset_id: UUID, *, name: str, now: datetime) -> Dataset:
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id, lock=True)
    dataset.name = name
    dataset.updated_at = now
    return dataset


def delete(session: Session, actor: Actor, dataset_id: UUID, *, now: datetime) -> None:
    """Put a dataset into the bin. It can be restored for 30 days."""
    actor.require(Permission.DATASETS_EDIT)
    repository.get(session, actor, dataset_id, lock=True).deleted_at = now
    note(session, actor, "datasets.delete", "dataset", str(dataset_id), now)


def restore(session: Session, actor: Actor, dataset_id: UUID, *, now: datetime) -> Dataset:
    """Take a dataset out of the bin. One that is not in it is left as it is."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = session.scalar(repository.visible_to(actor).where(Dataset.id == dataset_id))
    if dataset is None:
        dataset = repository.get(session, actor, dataset_id, deleted=True, lock=True)
        dataset.deleted_at = None
        dataset.updated_at = now
        note(session, actor, "datasets.restore", "dataset", str(dataset_id), now)
    return dataset


def source_file(session: Session, actor: Actor, version: DatasetVersion) -> SourceFile | None:
    return files.file(session, actor, version.file_id) if version.file_id else None
