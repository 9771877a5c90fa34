"""Loading, accepting and putting right in the background, and housekeeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from tablewright.core.mappings.model import Mapping
from tablewright.core.readers.options import LoadOptions
from tablewright.core.versions.orders import LoadOrder
from tablewright.datasets import loading, making, repository, service
from tablewright.datasets.errors import DatasetMoved, PendingMissing
from tablewright.datasets.loading import Made, ReadTable, Refused, Standing
from tablewright.datasets.models import PendingVersion
from tablewright.files import repository as files
from tablewright.files import service as file_service
from tablewright.identity.actor import Permission
from tablewright.identity.repository import workspace_ids
from tablewright.identity.service import actor_of_job
from tablewright.infra import jobs
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.scratch import folder_of
from tablewright.infra.storage import objects

_ATTEMPTS = 3
KEPT_IN_BIN = timedelta(days=30)
KEPT_AFTER_LOSS = timedelta(days=1)


def version_id_of(job_id: UUID, made_of: int | UUID) -> UUID:
    """The version that a job makes of the nth table of a new file, or on top of this version.

    The same for every attempt, so that two make one; another when the version below is another, so that a late
    attempt never writes over the object of a version that is published.
    """
    return uuid5(job_id, str(made_of))


def _done(lease: jobs.Lease, file_id: UUID | None = None) -> dict[str, Any] | None:
    """The result of this job when an attempt before made its versions already."""
    with transaction(lease.workspace_id) as session:
        versions = repository.by_job(session, lease.job_id)
        waiting = repository.pending_by_job(session, lease.job_id)
        if not versions and not waiting:
            return None
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        lease.publish(session)
        if versions and versions[0].mode == "replay":
            result = service.replay_result(versions[0])
        else:
            read_from = (versions or waiting)[0].file_id
            file = files.file(session, actor, file_id or UUID(str(read_from)))
            result = service.load_result(session, actor, versions, waiting=waiting, file=file)
        lease.complete(session, result)
        return result


@jobs.task("datasets.load")
def load(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Read a source file into dataset versions. Safe to run twice: the versions of a job are made once.

    Result: `{dataset_ids, tables: [{dataset_id, name, row_count, rows_quarantined, doubt_count, version_id, state,
    known_as}], other_tables, unchanged, pending}`.
    """
    if (done := _done(lease)) is not None:
        return done
    order = LoadOrder.model_validate(input.get("order") or {})
    mapping = Mapping.model_validate(input["mapping"]) if input.get("mapping") else None
    dataset_id = UUID(input["dataset_id"]) if input.get("dataset_id") else None
    base_id = UUID(input["base_version_id"]) if input.get("base_version_id") else None
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        file = files.file(session, actor, UUID(input["file_id"]))
        if dataset_id is not None:
            actor.require(Permission.DATASETS_EDIT)
        before = loading.standing(session, actor, dataset_id) if dataset_id else None
        options = before.options(order.options) if before else order.options
        twice: list[str] = []
        if dataset_id and not input.get("reload"):
            known = service.loaded_already(session, actor, dataset_id, file, order)
            if known is not None:
                lease.publish(session)
                lease.complete(session, known)
                return known
            twice = service.added_already(session, actor, dataset_id, file, order)
    if before and order.options is None:
        order = order.model_copy(update={"options": before.order.options})
    with folder_of(lease) as scratch:
        tables = making.read(lease, file.object_key, file.filename, options or LoadOptions(), scratch)
        if dataset_id is None:
            return _new(lease, file.id, tables, order, scratch)
        table = service.meant_for(tables, before)
        others = [{"name": each.name, "row_count": each.row_count} for each in tables if each is not table]
        return _next(
            lease, dataset_id, file.id, table, order, scratch,
            mapping=mapping, other_tables=others, base_id=base_id, reasons=twice,
        )  # fmt: skip


def _new(lease: jobs.Lease, file_id: UUID, tables: list[ReadTable], order: LoadOrder, scratch: Path) -> dict[str, Any]:
    """A new dataset for each table."""
    order = order.model_copy(update={"mode": "replace"})
    made = [
        making.build_new(lease, version_id_of(lease.job_id, index), table, loading.course(table, None, order), scratch)
        for index, table in enumerate(tables)
    ]
    lease.progress(stage="publish")
    with transaction() as session:
        # Rights are asked again: they may have been taken away while the file was read.
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        lease.publish(session)
        file = files.file(session, actor, file_id)
        versions = service.publish_new(session, actor, job_id=lease.job_id, file=file, made=made, now=now())
        result = service.load_result(session, actor, versions, file=file)
        lease.complete(session, result)
        return result


def _next(
    lease: jobs.Lease,
    dataset_id: UUID,
    file_id: UUID,
    table: ReadTable,
    order: LoadOrder,
    scratch: Path,
    *,
    mapping: Mapping | None = None,
    accepted: UUID | None = None,
    waived: list[str] | None = None,
    other_tables: list[dict[str, Any]] | None = None,
    base_id: UUID | None = None,
    reasons: Sequence[str] = (),
) -> dict[str, Any]:
    """The next version of a dataset, or one that waits, if only for `reasons`. Begun anew when another came between."""
    for _ in range(_ATTEMPTS):
        before = _standing(lease, dataset_id, base_id)
        version_id = version_id_of(lease.job_id, before.version_id)
        what = loading.course(table, before, order, mapping=mapping, accepted=accepted is not None)
        what = replace(what, reasons=[*reasons, *what.reasons])
        made: Made | Refused | None = None
        if not what.reasons:
            made = making.build(lease, version_id, table, what, before, scratch, waived=waived or ())
        if isinstance(made, Refused):
            what = replace(what, reasons=list(made.reasons.values()))
        if what.reasons:
            making.put(lease.workspace_id, version_id, table.file, table.quarantine)
        lease.progress(stage="publish")
        with transaction() as session:
            actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
            lease.publish(session)
            file = files.file(session, actor, file_id)
            dataset = repository.get(session, actor, dataset_id, lock=True)
            if dataset.current_version_id != before.version_id:
                continue
            versions, waiting = [], []
            if not isinstance(made, Made):
                waiting.append(
                    loading.hold(
                        session, actor, before, table, what,
                        pending_id=version_id, file_id=file_id, job_id=lease.job_id, now=now(),
                        refused_by=list(made.reasons) if made else [],
                    )
                )  # fmt: skip
                if accepted is not None:  # its rows wait again, for another reason
                    service.forget_pending(session, accepted)
            else:
                versions.append(
                    service.publish_next(
                        session, actor, dataset, made, file=file, job_id=lease.job_id,
                        keep_mapping=mapping is not None, accepted=accepted, now=now(),
                    )
                )  # fmt: skip
            result = service.load_result(
                session, actor, versions, waiting=waiting, file=file, other_tables=other_tables
            )
            lease.complete(session, result)
            return result
    raise DatasetMoved


def _standing(lease: jobs.Lease, dataset_id: UUID, base_id: UUID | None) -> Standing:
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        actor.require(Permission.DATASETS_EDIT)
        return loading.standing(session, actor, dataset_id, base_id)


@jobs.task("datasets.accept")
def accept(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Publish a version that waits, as it is or with a mapping. Result as of `datasets.load`."""
    if (done := _done(lease)) is not None:
        return done
    dataset_id, pending_id = UUID(input["dataset_id"]), UUID(input["pending_id"])
    mapping = Mapping.model_validate(input["mapping"]) if input.get("mapping") else None
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        waiting = session.get(PendingVersion, pending_id)
        if waiting is None or waiting.dataset_id != dataset_id:
            raise PendingMissing
        repository.get(session, actor, dataset_id)
        order = LoadOrder.model_validate(waiting.load_order)
        if input.get("note"):
            order = order.model_copy(update={"note": input["note"]})
        table, file_id, waived = making.held(waiting), waiting.file_id, list(waiting.refused_by)
    with folder_of(lease) as scratch:
        return _next(
            lease, dataset_id, file_id, table, order, scratch, mapping=mapping, accepted=pending_id, waived=waived
        )


@jobs.task("datasets.replay")
def replay(lease: jobs.Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Load rows that were set aside and put right, into a new version. Safe to run twice.

    Result: `{dataset_ids, version_id | null, replayed, discarded, refused: [{index, column, reason}]}`.
    """
    if (done := _done(lease)) is not None:
        return done
    dataset_id, asked = UUID(input["dataset_id"]), UUID(input["version_id"])
    with transaction(lease.workspace_id) as session:
        actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
        actor.require(Permission.DATASETS_EDIT)
        before = loading.standing(session, actor, dataset_id)
        version = service.replayable(session, actor, dataset_id, asked)
        what = service.replay_plan(session, version, before)
    with folder_of(lease) as scratch:
        said = making.replay(lease, input, what, before, scratch)
        version_id = version_id_of(lease.job_id, asked)
        changes = bool(said["replayed"] or said["discarded"])
        if changes:
            lease.progress(stage="store")
            left = said["out"] / said["quarantine_file"] if said["quarantine_file"] else None
            making.put(lease.workspace_id, version_id, said["out"] / Path(said["file"]).name, left)
        lease.progress(stage="publish")
        with transaction() as session:
            actor = actor_of_job(session, workspace_id=lease.workspace_id, user_id=lease.created_by)
            lease.publish(session)
            refused = service.refusals(said)
            result: dict[str, Any] = {
                "dataset_ids": [str(dataset_id)], "version_id": None, "replayed": [], "discarded": [],
                "refused": refused,
            }  # fmt: skip
            if changes:
                version = service.publish_replay(
                    session, actor, dataset_id, asked, said, version_id=version_id, job_id=lease.job_id,
                    edits=input["rows"], remark=input.get("note"), now=now(),
                )  # fmt: skip
                result = service.replay_result(version)
            lease.complete(session, result)
            return result


@jobs.periodic("datasets.sweep", every=timedelta(hours=1))
def sweep(at: datetime) -> None:
    """Remove version objects that no row points to: what a load left that died between storing and publishing,
    what was discarded, and what left the bin."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            known = repository.object_keys(session, workspace_id)
        for lost in objects().orphans(f"w/{workspace_id}/versions/", known, at - KEPT_AFTER_LOSS):
            objects().delete(lost.key)


@jobs.periodic("datasets.purge", every=timedelta(hours=6))
def purge(at: datetime) -> None:
    """Remove for good what nobody took back for 30 days: datasets in the bin, and files of which nothing was kept
    (a load that was cancelled or failed can be tried again until then). Their objects go with the next sweep."""
    with transaction() as session:
        workspaces = workspace_ids(session)
    for workspace_id in workspaces:
        with transaction(workspace_id) as session:
            for dataset in repository.expired(session, workspace_id, at - KEPT_IN_BIN):
                service.purge(session, dataset)
        with transaction(workspace_id) as session:
            file_service.forget(session, repository.unread_files(session, workspace_id, at - KEPT_IN_BIN))
