"""Datasets: their versions, naming, deleting and restoring them."""

from __future__ import annotations

from ast import literal_eval
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete as delete_rows
from sqlalchemy import update
from sqlalchemy.orm import Session

from tablewright.access.service import require_whole
from tablewright.core.mappings.model import Mapping
from tablewright.core.mappings.plan import Known, plan
from tablewright.core.queries.tables import EngineChoice
from tablewright.core.versions import receipts
from tablewright.core.versions.diff import differences
from tablewright.core.versions.orders import LoadOrder
from tablewright.datasets import loading, publishing, repository
from tablewright.datasets.errors import (
    MappingChanged,
    NoSourceFile,
    NothingSetAside,
    NothingToDo,
    RowNamedTwice,
    RowNotQuarantined,
    VersionIsCurrent,
    VersionNotCurrent,
)
from tablewright.datasets.loading import Made, ReadTable, Standing
from tablewright.datasets.models import Dataset, DatasetMapping, DatasetVersion, PendingVersion
from tablewright.files import repository as files
from tablewright.files import service as file_service
from tablewright.files.models import SourceFile
from tablewright.files.names import accepted_name
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note
from tablewright.infra.jobs import Job, enqueue

_ADDING = ("append", "upsert", "replay")
"""What keeps the rows of the version before."""

# --- loading --------------------------------------------------------------------------------------


def loaded_already(
    session: Session, actor: Actor, dataset_id: UUID, file: SourceFile, order: LoadOrder
) -> dict[str, Any] | None:
    """The result of a load that has nothing to do, or None when there is something."""
    dataset = repository.get(session, actor, dataset_id)
    version = repository.version(session, actor, dataset)
    saved = repository.mapping(session, actor, dataset_id)
    before = source_file(session, actor, version)
    if not loading.is_loaded_already(version, file, before, order, saved.value() if saved else None):
        return None
    return load_result(session, actor, [version], file=file, state="unchanged")


def added_already(session: Session, actor: Actor, dataset_id: UUID, file: SourceFile, order: LoadOrder) -> list[str]:
    """Why rows of a file are not added without being asked: the same bytes are in the dataset already."""
    if order.mode != "append" or order.deduplicate != "none":
        return []
    dataset = repository.get(session, actor, dataset_id)
    version = repository.version(session, actor, dataset)
    while True:
        source = source_file(session, actor, version)
        if source is not None and source.content_hash == file.content_hash:
            return [
                f"The same file is in the dataset already, since version {version.number}: its rows would be twice."
            ]
        if version.mode not in _ADDING or version.parent_id is None:
            return []
        version = repository.version(session, actor, dataset, version.parent_id)


def meant_for(tables: list[ReadTable], before: Standing | None) -> ReadTable:
    """The table of a file that is the dataset's: the one of its name, else the first."""
    return next((table for table in tables if before and table.name == before.table_name), tables[0])


def publish_new(
    session: Session, actor: Actor, *, job_id: UUID, file: SourceFile, made: list[Made], now: datetime
) -> list[DatasetVersion]:
    """Make new datasets of loaded tables. Repeating it for the same job changes nothing."""
    actor.require(Permission.DATASETS_LOAD)
    if done := repository.by_job(session, job_id):
        return done
    names = loading.dataset_names(file.filename, [each.table.name for each in made])
    datasets = [loading.new_dataset(session, actor, name, now) for name in names]
    by_table = {each.table.name: dataset.id for each, dataset in zip(made, datasets, strict=True)}
    versions = [
        loading.publish(
            session,
            actor,
            dataset,
            each,
            file_id=file.id,
            job_id=job_id,
            keys=loading.keys_of(each.table, each.course.plan, by_table),
            now=now,
        )
        for each, dataset in zip(made, datasets, strict=True)
    ]
    note(session, actor, "datasets.load", "file", str(file.id), now, tables=len(made))
    return versions


def publish_next(
    session: Session,
    actor: Actor,
    dataset: Dataset,
    made: Made,
    *,
    file: SourceFile,
    job_id: UUID,
    keep_mapping: bool,
    accepted: UUID | None,
    now: datetime,
) -> DatasetVersion:
    """Make the next version of a dataset, whose row is locked, current."""
    actor.require(Permission.DATASETS_LOAD)
    actor.require(Permission.DATASETS_EDIT)
    before = repository.version(session, actor, dataset)
    siblings = {
        link["table"]: UUID(link["dataset_id"]) for link in before.keys.get("links", []) if link.get("dataset_id")
    }
    version = loading.publish(
        session,
        actor,
        dataset,
        made,
        file_id=file.id,
        job_id=job_id,
        keys=loading.keys_of(made.table, made.course.plan, siblings),
        now=now,
    )
    if keep_mapping and made.course.mapping is not None:
        loading.keep_mapping(session, actor, dataset.id, made.course.mapping, made.table.schema, now)
    if accepted is not None:
        forget_pending(session, accepted)
    action = "datasets.accept" if accepted else "datasets.load"
    note(session, actor, action, "dataset", str(dataset.id), now, version=str(version.id), mode=version.mode)
    return version


def forget_pending(session: Session, pending_id: UUID) -> None:
    """Take away a version that waits no longer."""
    session.execute(delete_rows(PendingVersion).where(PendingVersion.id == pending_id))


def load_result(
    session: Session,
    actor: Actor,
    versions: list[DatasetVersion],
    *,
    file: SourceFile,
    waiting: list[PendingVersion] | None = None,
    other_tables: list[dict[str, Any]] | None = None,
    state: str = "published",
) -> dict[str, Any]:
    """What a load made, for its job."""
    same = repository.with_same_bytes(session, actor, file.content_hash)
    made: list[tuple[str, DatasetVersion | PendingVersion]] = [(state, version) for version in versions]
    made += [("pending", each) for each in waiting or []]
    own = {each.dataset_id for _, each in made}
    return {
        "dataset_ids": [str(each.dataset_id) for _, each in made],
        "tables": [
            {
                "dataset_id": str(each.dataset_id),
                "name": each.table_name,
                "row_count": each.row_count,
                "rows_quarantined": each.receipt["rows_quarantined"],
                "doubt_count": receipts.doubt_count(each.receipt),
                "version_id": str(each.id),
                "state": how,
                "known_as": [
                    {"dataset_id": str(other.id), "name": other.name} for other in same if other.id not in own
                ],
            }
            for how, each in made
        ],
        "other_tables": other_tables or [],
        "unchanged": state == "unchanged",
        "pending": bool(waiting),
    }


def reload(
    session: Session, actor: Actor, dataset_id: UUID, *, order: LoadOrder, mapping: Mapping | None, now: datetime
) -> Job:
    """Have the current version's source file read again, with what is told now. The job leaves with the commit."""
    actor.require(Permission.DATASETS_LOAD)
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    version = repository.version(session, actor, dataset)
    if version.file_id is None:
        raise NoSourceFile
    if mapping is not None:
        # What cannot work is said now and not by a job.
        plan(version.landed().schema, loading.known_of(session, version), mapping)
    was = LoadOrder.model_validate(version.load_order)
    order = was.model_copy(update={"options": order.options or was.options, "note": order.note})
    # What was added to, or put into, another version is added to, or put into, that version again.
    read = _as_read(session, actor, dataset, version)
    base = read.parent_id if order.mode != "replace" else None
    file = files.file(session, actor, version.file_id)
    return enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="datasets.load",
        input={
            "file_id": str(file.id),
            "filename": file.filename,
            "dataset_id": str(dataset.id),
            "order": order.model_dump(mode="json"),
            "mapping": mapping.model_dump(mode="json") if mapping else None,
            "reload": True,
            "base_version_id": str(base) if base else None,
        },
        created_by=actor.user_id,
        now=now,
        label=file.filename,
    )


def _as_read(session: Session, actor: Actor, dataset: Dataset, version: DatasetVersion) -> DatasetVersion:
    """The version that was made when the file was read: before rows were put right, and before going back."""
    while version.mode in ("replay", "restore"):
        lineage = version.lineage or {}
        version = repository.version(session, actor, dataset, UUID(lineage["version_id"]))
    return version


def may_push(session: Session, actor: Actor, dataset_id: UUID, *, filename: str | None, size: int | None) -> str:
    """The name under which the next file of a dataset may be sent. Raises why it may not."""
    actor.require(Permission.DATASETS_LOAD)
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    if size is not None:
        file_service.require_room(size)
    if filename is None:
        present = source_file(session, actor, repository.version(session, actor, dataset))
        filename = present.filename if present else dataset.name.replace("/", "_").replace("\\", "_")
    return accepted_name(filename)


# --- versions that wait -----------------------------------------------------------------------------


def accept(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    pending_id: UUID,
    *,
    mapping: Mapping | None,
    remark: str | None,
    now: datetime,
) -> Job:
    """Have a version that waits published. The job leaves with the commit."""
    actor.require(Permission.DATASETS_LOAD)
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    waiting = repository.pending_version(session, actor, dataset.id, pending_id)
    version = repository.version(session, actor, dataset)
    if mapping is not None:
        plan(waiting.landed().schema, loading.known_of(session, version), mapping)
    return enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="datasets.accept",
        input={
            "dataset_id": str(dataset.id),
            "pending_id": str(waiting.id),
            "mapping": mapping.model_dump(mode="json") if mapping else None,
            "note": remark,
        },
        created_by=actor.user_id,
        now=now,
        label=dataset.name,
    )


def discard_pending(session: Session, actor: Actor, dataset_id: UUID, pending_id: UUID, *, now: datetime) -> None:
    """Throw away a version that waits. Its file stays."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    session.delete(repository.pending_version(session, actor, dataset.id, pending_id))
    note(session, actor, "datasets.discard_pending", "dataset", str(dataset_id), now, pending=str(pending_id))


# --- rows that were set aside -----------------------------------------------------------------------


def order_replay(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    version_id: UUID,
    *,
    rows: list[dict[str, Any]],
    discard: list[int],
    remark: str | None,
    now: datetime,
) -> Job:
    """Have edited rows loaded and others left out on purpose. The job leaves with the commit."""
    actor.require(Permission.DATASETS_EDIT)
    version = replayable(session, actor, dataset_id, version_id)
    if not rows and not discard:
        raise NothingToDo
    seen: set[int] = set()
    for index in [*(row["index"] for row in rows), *discard]:
        if index in seen:
            raise RowNamedTwice(index)
        if not 0 <= index < version.receipt["rows_quarantined"]:
            raise RowNotQuarantined(index)
        seen.add(index)
    return enqueue(
        session,
        workspace_id=actor.workspace_id,
        kind="datasets.replay",
        input={
            "dataset_id": str(dataset_id),
            "version_id": str(version.id),
            "rows": rows,
            "discard": discard,
            "note": remark,
        },
        created_by=actor.user_id,
        now=now,
        label=version.table_name,
    )


def replayable(session: Session, actor: Actor, dataset_id: UUID, version_id: UUID) -> DatasetVersion:
    """The version, when its rows can be put right. Raises VersionNotCurrent, NothingSetAside."""
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    version = repository.version(session, actor, dataset, version_id)
    if dataset.current_version_id != version.id:
        raise VersionNotCurrent(version.number)
    if version.quarantine_key is None:
        raise NothingSetAside
    return version


def replay_plan(session: Session, version: DatasetVersion, before: Standing) -> dict[str, Any]:
    """How rows of the version's file become its rows, for a child."""
    source = version.landed().schema
    mapping = Mapping.model_validate(version.mapping) if version.mapping else None
    known = Known(columns=before.known.columns, retired=before.known.retired, highest=before.known.highest)
    made = plan(source, known, mapping, empty=[column.id for column in source.columns], keep_missing=True)
    delimiter, quote = dialect_of(version)
    return {
        "plan": made.model_dump(mode="json"),
        "source": source.as_json(),
        "quarantine_key": version.quarantine_key,
        "delimiter": delimiter,
        "quote": quote,
    }


_MARKS = {
    "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " ", "colon": ":", "comma and space": ", ",
    "none": "", "double quotes": "\"",
}  # fmt: skip


def dialect_of(version: DatasetVersion) -> tuple[str, str]:
    """The delimiter and the quote of the version's file, as its receipt says; comma and double quote else."""
    found = {"delimiter": ",", "quote": '"'}
    for decision in version.receipt.get("decisions", []):
        for key in found:
            if key in (decision.get("key"), decision.get("what")):
                found[key] = _mark(str(decision.get("value", "")))
    return found["delimiter"], found["quote"]


def _mark(said: str) -> str:
    """A delimiter or quote as a decision words it: `tab`, `;`, `' escaped by \\`, `nothing is quoted`."""
    if said.startswith("nothing"):
        return ""
    if len(said) > 2 and said[0] == said[-1] and said[0] in "'\"":
        return str(literal_eval(said))
    return _MARKS.get(said.lower(), said.partition(" escaped by ")[0])


def publish_replay(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    of_version: UUID,
    said: dict[str, Any],
    *,
    version_id: UUID,
    job_id: UUID,
    edits: list[dict[str, Any]],
    remark: str | None,
    now: datetime,
) -> DatasetVersion:
    """Make the version with the rows that were put right current. Raises VersionNotCurrent when another came first."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id, lock=True)
    before = replayable(session, actor, dataset_id, of_version)
    replayed = set(said["replayed"])
    version = DatasetVersion(
        **_like(before),
        id=version_id,
        number=repository.last_number(session, dataset.id) + 1,
        row_count=said["row_count"],
        byte_count=said["byte_count"],
        schema=said["schema"],
        profile=said["profile"],
        receipt=receipts.after_replay(before.receipt, said),
        job_id=job_id,
        created_at=now,
        mode="replay",
        parent_id=before.id,
        counts=said["counts"],
        lineage={
            "version_id": str(before.id),
            "replayed": said["replayed"],
            "discarded": said["discarded"],
            "refused": [one["index"] for one in said["refused"]],
            "refusals": refusals(said),
            "edits": [edit for edit in edits if edit["index"] in replayed],
        },
        note=remark,
        quarantine_id=version_id if said["quarantine_file"] else None,
        created_by=actor.user_id,
    )
    landed = before.landed()
    version.source = {"schema": landed.schema.as_json(), "key": landed.key, "rows": landed.rows}
    session.add(version)
    session.flush()
    dataset.current_version_id = version.id
    dataset.updated_at = now
    publishing.tell(session, actor, dataset.id, now)
    note(
        session, actor, "datasets.replay", "dataset", str(dataset_id), now,
        version=str(version.id), rows=len(replayed), left_out=len(said["discarded"]),
    )  # fmt: skip
    return version


def refusals(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The edited rows that do not fit, with their reasons."""
    return [{key: one[key] for key in ("index", "column", "reason")} for one in said["refused"]]


def replay_result(version: DatasetVersion) -> dict[str, Any]:
    """What putting rows right made, for its job."""
    lineage = version.lineage or {}
    return {
        "dataset_ids": [str(version.dataset_id)],
        "version_id": str(version.id),
        "replayed": lineage["replayed"],
        "discarded": lineage["discarded"],
        "refused": lineage["refusals"],
    }


def _like(version: DatasetVersion) -> dict[str, Any]:
    """What a version takes over from the one it was made from."""
    same = ("workspace_id", "dataset_id", "file_id", "format", "table_name", "load_order", "mapping", "keys")
    return {name: getattr(version, name) for name in same}


# --- versions ---------------------------------------------------------------------------------------


def restore_version(
    session: Session, actor: Actor, dataset_id: UUID, version_id: UUID, *, remark: str | None, now: datetime
) -> DatasetVersion:
    """Go back: a new version with the rows of an earlier one, whose object it shares. Nothing is deleted."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id, lock=True)
    require_whole(session, actor, dataset.id)
    wanted = repository.version(session, actor, dataset, version_id)
    if wanted.id == dataset.current_version_id:
        raise VersionIsCurrent(wanted.number)
    present = repository.version(session, actor, dataset)
    new_id = uuid4()
    version = DatasetVersion(
        **_like(wanted),
        id=new_id,
        number=repository.last_number(session, dataset.id) + 1,
        row_count=wanted.row_count,
        byte_count=wanted.byte_count,
        schema=wanted.schema,
        profile=wanted.profile,
        receipt=wanted.receipt,
        job_id=new_id,
        created_at=now,
        mode="restore",
        parent_id=present.id,
        object_id=wanted.object_id or wanted.id,
        source=wanted.source,
        diff=differences(present.columns().columns, wanted.columns().columns).as_json(),
        lineage={"version_id": str(wanted.id), "number": wanted.number},
        note=remark,
        quarantine_id=wanted.quarantine_id,
        created_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    dataset.current_version_id = version.id
    dataset.updated_at = now
    publishing.tell(session, actor, dataset.id, now)
    note(session, actor, "datasets.restore_version", "dataset", str(dataset_id), now, version=str(wanted.id))
    return version


def shown_version(
    session: Session, actor: Actor, dataset: Dataset, *, version_id: UUID | None, as_of: datetime | None
) -> DatasetVersion:
    """The named version, the one that was current at a moment, or the current one.

    Raises VersionMissing, NoVersionYet.
    """
    actor.require(Permission.DATASETS_READ)
    if version_id is None and as_of is not None:
        return repository.version_at(session, actor, dataset, as_of)
    return repository.version(session, actor, dataset, version_id)


# --- mappings ---------------------------------------------------------------------------------------


def change_mapping(
    session: Session, actor: Actor, dataset_id: UUID, *, mapping: Mapping, version: int, now: datetime
) -> DatasetMapping:
    """Keep how files become columns. Raises MappingChanged when `version` is not the newest, or what is wrong."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id, lock=True)
    require_whole(session, actor, dataset.id)
    present = repository.version(session, actor, dataset)
    saved = repository.mapping(session, actor, dataset.id)
    if version != (saved.version if saved else 0):
        raise MappingChanged
    source = present.landed().schema
    plan(source, loading.known_of(session, present), mapping)
    note(session, actor, "datasets.change_mapping", "dataset", str(dataset_id), now)
    return loading.keep_mapping(session, actor, dataset.id, mapping, source, now)


# --- naming and the bin -----------------------------------------------------------------------------


def change(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    *,
    name: str | None = None,
    engine: EngineChoice | None = None,
    now: datetime,
) -> Dataset:
    """Give a dataset another name, or another engine that answers questions about it."""
    actor.require(Permission.DATASETS_EDIT)
    dataset = repository.get(session, actor, dataset_id, lock=True)
    dataset.name = name or dataset.name
    dataset.engine = engine or dataset.engine
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


def purge(session: Session, dataset: Dataset) -> None:
    """Remove a dataset with its versions, and the files that only they came from."""
    used = repository.files_of(session, dataset.id)
    session.execute(update(Dataset).where(Dataset.id == dataset.id).values(current_version_id=None))
    for table in (PendingVersion, DatasetMapping, DatasetVersion):
        session.execute(delete_rows(table).where(table.dataset_id == dataset.id))
    session.execute(delete_rows(Dataset).where(Dataset.id == dataset.id))
    file_service.forget(session, used - repository.files_in_use(session, used))


def source_file(session: Session, actor: Actor, version: DatasetVersion) -> SourceFile | None:
    return files.file(session, actor, version.file_id) if version.file_id else None
