"""Datasets over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from tablewright.datasets import repository, service
from tablewright.datasets.models import Dataset, DatasetVersion
from tablewright.datasets.schemas import (
    DatasetChange,
    DatasetDetail,
    DatasetList,
    DatasetOut,
    VersionList,
    VersionOut,
)
from tablewright.files.models import SourceFile
from tablewright.identity.access import ActorDep
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep
from tablewright.infra.paging import CursorDep, LimitQuery

router = APIRouter(prefix="/datasets", tags=["datasets"])


def _facts(dataset: Dataset, version: DatasetVersion | None, file: SourceFile | None) -> dict[str, object]:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "row_count": version.row_count if version else 0,
        "column_count": len(version.schema) if version else 0,
        "byte_count": version.byte_count if version else 0,
        "current_version_id": dataset.current_version_id,
        "source": (
            {"file_id": file.id, "filename": file.filename, "format": version.format} if version and file else None
        ),
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
        "deleted_at": dataset.deleted_at,
    }


def _out(session: Session, datasets: list[Dataset]) -> list[DatasetOut]:
    versions = repository.current_versions(session, datasets)
    return [
        DatasetOut.model_validate(
            _facts(dataset, *versions.get(dataset.current_version_id or dataset.id, (None, None)))
        )
        for dataset in datasets
    ]


@router.get("", operation_id="listDatasets")
def list_datasets(
    session: SessionDep,
    actor: ActorDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    deleted: bool = False,
    limit: LimitQuery = 50,
) -> DatasetList:
    """The datasets of the workspace, newest first; `deleted` lists the bin."""
    actor.require(Permission.DATASETS_READ)
    page = repository.page(session, actor, search=search.strip(), deleted=deleted, cursor=cursor, limit=limit)
    return DatasetList(items=_out(session, page.items), next_cursor=page.next_cursor)


@router.get("/{dataset_id}", operation_id="getDataset")
def get_dataset(dataset_id: UUID, session: SessionDep, actor: ActorDep) -> DatasetDetail:
    """One dataset with the schema, profile and receipt of its current version."""
    return _detail(session, actor, repository.get(session, actor, dataset_id))


def _detail(session: Session, actor: Actor, dataset: Dataset) -> DatasetDetail:
    actor.require(Permission.DATASETS_READ)
    version = repository.version(session, actor, dataset)
    file = service.source_file(session, actor, version)
    return DatasetDetail.model_validate(
        {
            **_facts(dataset, version, file),
            "schema": [{key: column[key] for key in ("id", "name", "type")} for column in version.schema],
            "profile": version.profile,
            "receipt": version.receipt,
        }
    )


@router.patch("/{dataset_id}", operation_id="renameDataset")
def rename_dataset(
    dataset_id: UUID, body: DatasetChange, session: SessionDep, actor: ActorDep, now: NowDep
) -> DatasetOut:
    """Give a dataset another name; everything built on it goes on working."""
    return _out(session, [service.rename(session, actor, dataset_id, name=body.name, now=now)])[0]


@router.delete("/{dataset_id}", status_code=204, operation_id="deleteDataset")
def delete_dataset(dataset_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Put a dataset into the bin, for 30 days."""
    service.delete(session, actor, dataset_id, now=now)


@router.post("/{dataset_id}/restore", operation_id="restoreDataset")
def restore_dataset(dataset_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> DatasetOut:
    """Undo a deletion."""
    return _out(session, [service.restore(session, actor, dataset_id, now=now)])[0]


@router.get("/{dataset_id}/versions", operation_id="listVersions")
def list_versions(dataset_id: UUID, session: SessionDep, actor: ActorDep) -> VersionList:
    """All versions of a dataset, newest first."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    return VersionList(
        items=[
            VersionOut(
                id=version.id,
                number=version.number,
                row_count=version.row_count,
                byte_count=version.byte_count,
                created_at=version.created_at,
            )
            for version in repository.versions(session, actor, dataset.id)
        ]
    )
