"""Datasets over HTTP."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import AwareDatetime
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from tablewright.access.service import Sight, require_whole
from tablewright.activity.schemas import JobOut, job_out
from tablewright.core.tables import Schema
from tablewright.core.versions.diff import SchemaDiff
from tablewright.core.versions.orders import Deduplicate, LoadOrder, Mode
from tablewright.datasets import dependents, looking, quarantine, repository, seeing, service
from tablewright.datasets.errors import PushCutOff
from tablewright.datasets.models import Dataset, DatasetVersion, PendingVersion
from tablewright.datasets.schemas import (
    AcceptIn,
    ComparisonOut,
    DatasetChange,
    DatasetDetail,
    DatasetList,
    DatasetOut,
    MappingIn,
    MappingOut,
    NoteIn,
    PendingList,
    PendingOut,
    PersonOut,
    PushOut,
    QuarantinePage,
    Receipt,
    ReloadIn,
    ReplayIn,
    SuggestIn,
    SuggestOut,
    TrialIn,
    TrialOut,
    VersionFile,
    VersionList,
    VersionOut,
)
from tablewright.files import repository as files
from tablewright.files import service as files_service
from tablewright.files import spool
from tablewright.files.models import SourceFile
from tablewright.identity import repository as identity
from tablewright.identity.access import ActorDep, Credentials, IdempotencyHeader, once
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.errors import SessionOver
from tablewright.identity.service import actor_of
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep, transaction
from tablewright.infra.paging import CursorDep, LimitQuery

router = APIRouter(prefix="/datasets", tags=["datasets"])

_BLOCK = 4 << 20


Facts = dict[str, Any]
"""What will be shown. A count that has to be asked of the engine is a function, called by `_settled`."""


def _settled(facts: Facts) -> Facts:
    """The facts with every count made: outside the transaction, for counting may have to wait."""
    return {key: value() if callable(value) else value for key, value in facts.items()}


def _facts(sight: Sight, dataset: Dataset, version: DatasetVersion | None, file: SourceFile | None) -> Facts:
    schema = version.columns() if version else Schema(columns=())
    view = sight.of(dataset.id, schema)
    return {
        "id": dataset.id,
        "name": dataset.name,
        "engine": dataset.engine,
        "row_count": seeing.row_count(version, view, schema) if version else 0,
        "column_count": len(view.shown(schema).columns),
        "byte_count": version.byte_count if version and view.is_whole else 0,
        "is_part": not view.is_whole,
        "current_version_id": dataset.current_version_id,
        "source": (
            {"file_id": file.id, "filename": file.filename, "format": version.format} if version and file else None
        ),
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
        "deleted_at": dataset.deleted_at,
        "hidden": bool(version and version.keys.get("hidden")),
    }


def _out(session: Session, actor: Actor, datasets: list[Dataset]) -> list[Facts]:
    versions = repository.current_versions(session, datasets)
    sight = Sight(session, actor)
    sight.look(dataset.id for dataset in datasets)
    return [
        _facts(sight, dataset, *versions.get(dataset.current_version_id or dataset.id, (None, None)))
        for dataset in datasets
    ]


def _briefed(
    session: Session, versions: list[DatasetVersion] | list[PendingVersion]
) -> tuple[dict[UUID, VersionFile], dict[UUID, PersonOut]]:
    """The files and people that versions name, by id."""
    found = files.by_ids(session, {version.file_id for version in versions if version.file_id})
    people = identity.names_of(session, {version.created_by for version in versions if version.created_by})
    return (
        {
            file.id: VersionFile(id=file.id, filename=file.filename, size=file.size, content_hash=file.content_hash)
            for file in found.values()
        },
        {person: PersonOut(id=person, name=name) for person, name in people.items()},
    )


def _versions_out(session: Session, actor: Actor, dataset: Dataset, versions: list[DatasetVersion]) -> list[Facts]:
    by_file, people = _briefed(session, versions)
    sight = Sight(session, actor)
    out = []
    for version in versions:
        schema = version.columns()
        view = sight.of(dataset.id, schema)
        if not view.is_whole:
            out.append(
                {
                    **{name: getattr(version, name) for name in ("id", "number", "mode", "created_at", "parent_id")},
                    "row_count": seeing.row_count(version, view, schema),
                    "byte_count": 0,
                    "created_by": people.get(version.created_by) if version.created_by else None,
                    "is_current": version.id == dataset.current_version_id,
                }
            )
            continue
        lineage = {key: value for key, value in (version.lineage or {}).items() if key not in ("edits", "refusals")}
        out.append(
            {
                **{
                    name: getattr(version, name)
                    for name in (
                        "id", "number", "mode", "row_count", "byte_count", "created_at", "parent_id", "note",
                        "counts", "diff",
                    )
                },
                "created_by": people.get(version.created_by) if version.created_by else None,
                "file": by_file.get(version.file_id) if version.file_id else None,
                "rows_quarantined": version.receipt["rows_quarantined"],
                "rows_skipped": version.receipt["rows_skipped"],
                "options": version.load_order.get("options") or {},
                "lineage": lineage or None,
                "is_current": version.id == dataset.current_version_id,
            }
        )  # fmt: skip
    return out


def _named(session: Session, actor: Actor, keys: dict[str, Any]) -> dict[str, Any]:
    """Declared keys, with the names that the datasets they point to have now."""
    links = keys["links"]
    names = repository.names(session, actor, {UUID(link["dataset_id"]) for link in links if link.get("dataset_id")})
    named = [
        {**link, "dataset_name": names.get(UUID(link["dataset_id"])) if link.get("dataset_id") else None}
        for link in links
    ]
    return {**keys, "links": named}


def _siblings(session: Session, actor: Actor, version: DatasetVersion) -> list[dict[str, Any]]:
    """The other tables of the version's file, by name: how many rows one sees of them is theirs to say."""
    if version.file_id is None:
        return []
    return [
        {"id": other.id, "name": other.name, "hidden": bool(its.keys.get("hidden"))}
        for other, its in repository.of_file(session, actor, version.file_id)
        if other.id != version.dataset_id
    ]


def _gate(credentials: Credentials) -> str:
    """The session's token, for requests that must not keep a transaction open while a child works."""
    if credentials is None:
        raise SessionOver
    return credentials.credentials


@router.get("", operation_id="listDatasets")
def list_datasets(
    credentials: Credentials,
    now: NowDep,
    cursor: CursorDep,
    search: Annotated[str, Query(max_length=200)] = "",
    deleted: bool = False,
    limit: LimitQuery = 50,
) -> DatasetList:
    """The datasets of the workspace, newest first; `deleted` lists the bin."""
    token = _gate(credentials)
    with transaction() as session:
        actor = actor_of(session, token, now)
        actor.require(Permission.DATASETS_READ)
        page = repository.page(session, actor, search=search.strip(), deleted=deleted, cursor=cursor, limit=limit)
        found = _out(session, actor, page.items)
    return DatasetList(
        items=[DatasetOut.model_validate(_settled(each)) for each in found], next_cursor=page.next_cursor
    )


@router.get("/{dataset_id}", operation_id="getDataset")
def get_dataset(
    dataset_id: UUID,
    credentials: Credentials,
    now: NowDep,
    version_id: UUID | None = None,
    as_of: AwareDatetime | None = None,
) -> DatasetDetail:
    """A dataset with schema, profile and receipt: now, in a named version, or as of a moment.

    Who sees a part of it gets what is told of that part: no receipt, and no profile made from other rows.
    """
    token = _gate(credentials)
    with transaction() as session:
        actor = actor_of(session, token, now)
        actor.require(Permission.DATASETS_READ)
        dataset = repository.get(session, actor, dataset_id)
        version = service.shown_version(session, actor, dataset, version_id=version_id, as_of=as_of)
        file = service.source_file(session, actor, version)
        sight = Sight(session, actor)
        view = sight.of(dataset.id, version.columns())
        shown = {"id", "name", "type", "unit", "format", "role"}
        facts = {
            **_facts(sight, dataset, version, file),
            "schema": [column.model_dump(include=shown) for column in view.shown(version.columns()).columns],
            "profile": seeing.profile(version, view),
            "receipt": version.receipt if view.is_whole else None,
            "keys": _named(
                session, actor, seeing.keys(version, view, lambda other: bool(other and sight.hidden(UUID(other))))
            ),
            "siblings": _siblings(session, actor, version),
            "pending_count": repository.pending_count(session, dataset.id) if view.is_whole else 0,
        }
        [told] = _versions_out(session, actor, dataset, [version])
    return DatasetDetail.model_validate({**_settled(facts), "version": _settled(told)})


@router.patch("/{dataset_id}", operation_id="renameDataset")
def rename_dataset(
    dataset_id: UUID, body: DatasetChange, session: SessionDep, actor: ActorDep, now: NowDep
) -> DatasetOut:
    """Give a dataset another name or engine; everything built on it goes on working."""
    [out] = _out(
        session, actor, [service.change(session, actor, dataset_id, name=body.name, engine=body.engine, now=now)]
    )
    return DatasetOut.model_validate(_settled(out))


@router.delete("/{dataset_id}", status_code=204, operation_id="deleteDataset")
def delete_dataset(dataset_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Put a dataset into the bin, for 30 days."""
    service.delete(session, actor, dataset_id, now=now)


@router.post("/{dataset_id}/restore", operation_id="restoreDataset")
def restore_dataset(dataset_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> DatasetOut:
    """Undo a deletion."""
    [out] = _out(session, actor, [service.restore(session, actor, dataset_id, now=now)])
    return DatasetOut.model_validate(_settled(out))


@router.post("/{dataset_id}/reload", status_code=202, operation_id="reloadDataset", response_model=JobOut)
def reload_dataset(
    dataset_id: UUID,
    body: ReloadIn,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    key: IdempotencyHeader = None,
) -> Response:
    """Read the current version's file again, as it is told now. A mapping given here is kept and applied at once."""
    order = LoadOrder(options=body.options, note=body.note)
    return once(
        session,
        actor,
        key,
        {"reload": str(dataset_id), **body.model_dump(mode="json")},
        lambda: job_out(service.reload(session, actor, dataset_id, order=order, mapping=body.mapping, now=now)),
        now=now,
        status=202,
    )


@dataclass(frozen=True)
class Pushing:
    """Who pushes what, checked in a short transaction of its own: none stays open while bytes stream."""

    actor: Actor
    dataset_id: UUID
    filename: str
    order: LoadOrder


def _pushing(
    dataset_id: UUID,
    credentials: Credentials,
    now: NowDep,
    filename: Annotated[str | None, Query(max_length=255)] = None,
    mode: Mode = "replace",
    keys: Annotated[list[Annotated[str, Query(max_length=1000)]] | None, Query(max_length=50)] = None,
    deduplicate: Deduplicate = "none",
    note: Annotated[str | None, Query(max_length=500)] = None,
    content_length: Annotated[int | None, Header(ge=0)] = None,
) -> Pushing:
    order = LoadOrder(mode=mode, keys=tuple(keys or ()), deduplicate=deduplicate, note=note)
    with transaction() as session:
        actor = actor_of(session, _gate(credentials), now)
        name = service.may_push(session, actor, dataset_id, filename=filename, size=content_length)
        return Pushing(actor, dataset_id, name, order)


@router.put(
    "/{dataset_id}/file",
    status_code=202,
    operation_id="pushFile",
    response_model=PushOut,
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
async def push_file(
    request: Request,
    now: NowDep,
    pushing: Annotated[Pushing, Depends(_pushing, scope="function")],
    key: IdempotencyHeader = None,
) -> Response:
    """The next file of a dataset, as the body. It is stored, then loaded by a job as an upload would be."""
    spool_id = uuid4()
    try:
        with spool.writer(spool_id, 0) as writer:
            waiting = bytearray()
            async for chunk in request.stream():
                waiting += chunk
                if len(waiting) >= _BLOCK:
                    files_service.require_room(writer.offset + len(waiting))
                    await run_in_threadpool(writer.write, waiting)
                    waiting = bytearray()
            files_service.require_room(writer.offset + len(waiting))
            await run_in_threadpool(writer.write, waiting)
            size = writer.offset
        return await run_in_threadpool(_store, pushing, spool_id, size, key, now)
    except ClientDisconnect as error:
        raise PushCutOff from error
    finally:
        await run_in_threadpool(spool.remove, spool_id)


def _store(pushing: Pushing, spool_id: UUID, size: int, key: str | None, now: datetime) -> Response:
    content_hash = spool.content_hash(spool_id)
    asked = {"push": str(pushing.dataset_id), "content_hash": content_hash, "filename": pushing.filename}
    with transaction(pushing.actor.workspace_id, pushing.actor.user_id) as session:

        def make() -> PushOut:
            file, job = files_service.store(
                session,
                pushing.actor,
                spool_id,
                filename=pushing.filename,
                size=size,
                dataset_id=pushing.dataset_id,
                order=pushing.order,
                now=now,
            )
            return PushOut(
                file_id=file.id, content_hash=file.content_hash, size=file.size, job_id=job.id, job=job_out(job)
            )

        order = pushing.order.model_dump(mode="json")
        return once(session, pushing.actor, key, {**asked, "order": order}, make, now=now, status=202)


# --- versions ---------------------------------------------------------------------------------------


@router.get("/{dataset_id}/versions", operation_id="listVersions")
def list_versions(
    dataset_id: UUID, credentials: Credentials, now: NowDep, cursor: CursorDep, limit: LimitQuery = 50
) -> VersionList:
    """The versions of a dataset, newest first: how each came about and what it changed."""
    token = _gate(credentials)
    with transaction() as session:
        actor = actor_of(session, token, now)
        actor.require(Permission.DATASETS_READ)
        dataset = repository.get(session, actor, dataset_id)
        page = repository.version_page(session, actor, dataset.id, cursor=cursor, limit=limit)
        found = _versions_out(session, actor, dataset, page.items)
    return VersionList(
        items=[VersionOut.model_validate(_settled(each)) for each in found], next_cursor=page.next_cursor
    )


@router.get("/{dataset_id}/compare", operation_id="compareVersions")
def compare_versions(
    dataset_id: UUID,
    credentials: Credentials,
    now: NowDep,
    before: Annotated[UUID, Query(alias="from")],
    after: Annotated[UUID, Query(alias="to")],
    keys: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> ComparisonOut:
    """Two versions: their shape, and which rows were added, removed and changed, with the first hundred."""
    token = _gate(credentials)
    with transaction() as session:
        actor = actor_of(session, token, now)
        what = looking.comparison(session, actor, dataset_id, before=before, after=after, keys=keys or [])
        dataset = repository.get(session, actor, dataset_id)
        one, two = _versions_out(session, actor, dataset, [what.before, what.after])
    # Outside the transaction: comparing takes a moment.
    return ComparisonOut.model_validate({"from": one, "to": two, "diff": what.diff.as_json(), **looking.compared(what)})


@router.post("/{dataset_id}/versions/{version_id}/restore", status_code=201, operation_id="restoreVersion")
def restore_version(
    dataset_id: UUID, version_id: UUID, body: NoteIn, session: SessionDep, actor: ActorDep, now: NowDep
) -> VersionOut:
    """Go back to an earlier version: its rows become the newest version. Nothing is deleted."""
    version = service.restore_version(session, actor, dataset_id, version_id, remark=body.note, now=now)
    [out] = _versions_out(session, actor, repository.get(session, actor, dataset_id), [version])
    return VersionOut.model_validate(_settled(out))


@router.get("/{dataset_id}/versions/{version_id}/receipt", operation_id="getReceipt")
def get_receipt(dataset_id: UUID, version_id: UUID, session: SessionDep, actor: ActorDep) -> Receipt:
    """The account of a version, kept as long as the version."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    return Receipt.model_validate(repository.version(session, actor, dataset, version_id).receipt)


# --- rows that were set aside -----------------------------------------------------------------------


@router.get("/{dataset_id}/versions/{version_id}/quarantine", operation_id="listQuarantine")
def list_quarantine(
    dataset_id: UUID,
    version_id: UUID,
    credentials: Credentials,
    now: NowDep,
    reason: Annotated[str, Query(max_length=1000)] = "",
    column: Annotated[str, Query(max_length=1000)] = "",
    search: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    limit: LimitQuery = 50,
) -> QuarantinePage:
    """The rows of a version that were set aside, in the order of the file, with their raw text and reason."""
    token = _gate(credentials)
    with transaction() as session:
        actor = actor_of(session, token, now)
        actor.require(Permission.DATASETS_READ)
        dataset = repository.get(session, actor, dataset_id)
        require_whole(session, actor, dataset.id)
        version = repository.version(session, actor, dataset, version_id)
        source = version.landed().schema
        delimiter, quote = service.dialect_of(version)
        total, key = int(version.receipt["rows_quarantined"]), version.quarantine_key
        dialect = quarantine.Dialect(delimiter, quote, len(source.columns), version.format == "csv")
    listed = quarantine.Listed([], None)
    reasons: list[dict[str, Any]] = []
    if key is not None:
        wanted = quarantine.Wanted(reason, column, search.strip())
        listed = quarantine.page(key, wanted, dialect, cursor=cursor, limit=limit)
        reasons = quarantine.reasons(key) if cursor is None else []
    return QuarantinePage.model_validate(
        {
            "items": listed.items,
            "next_cursor": listed.next_cursor,
            "total": total,
            "columns": [{"name": each.name, "type": each.type} for each in source.columns],
            "reasons": reasons,
        }
    )


@router.post(
    "/{dataset_id}/versions/{version_id}/quarantine/replay",
    status_code=202,
    operation_id="replayQuarantine",
    response_model=JobOut,
)
def replay_quarantine(
    dataset_id: UUID,
    version_id: UUID,
    body: ReplayIn,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    key: IdempotencyHeader = None,
) -> Response:
    """Load rows that were put right into a new version, and leave others out on purpose."""
    return once(
        session,
        actor,
        key,
        {"replay": str(version_id), **body.model_dump(mode="json")},
        lambda: job_out(
            service.order_replay(
                session,
                actor,
                dataset_id,
                version_id,
                rows=[row.model_dump(mode="json", exclude_none=True) for row in body.rows],
                discard=body.discard,
                remark=body.note,
                now=now,
            )
        ),
        now=now,
        status=202,
    )


# --- mappings ---------------------------------------------------------------------------------------


def _mapping_out(view: looking.MappingView) -> MappingOut:
    source = [{"name": column.name, "type": column.type} for column in view.source.columns]
    return MappingOut.model_validate(
        {
            "mapping": view.mapping,
            "version": view.saved.version if view.saved else 0,
            "shape": view.saved.shape if view.saved else source,
            "source": source,
            "dataset": [column.model_dump(exclude={"physical"}) for column in view.columns],
            "saved_at": view.saved.saved_at if view.saved else None,
            "fits": view.fits,
        }
    )


@router.get("/{dataset_id}/mapping", operation_id="getMapping")
def get_mapping(dataset_id: UUID, session: SessionDep, actor: ActorDep) -> MappingOut:
    """How the columns of files become the columns of the dataset."""
    return _mapping_out(looking.mapping_view(session, actor, dataset_id))


@router.put("/{dataset_id}/mapping", operation_id="changeMapping")
def change_mapping(dataset_id: UUID, body: MappingIn, session: SessionDep, actor: ActorDep, now: NowDep) -> MappingOut:
    """Keep a mapping for the next files; 409 when somebody else did meanwhile. Reloading applies it."""
    service.change_mapping(session, actor, dataset_id, mapping=body.mapping, version=body.version, now=now)
    return _mapping_out(looking.mapping_view(session, actor, dataset_id))


@router.post("/{dataset_id}/mapping/preview", operation_id="previewMapping")
def preview_mapping(dataset_id: UUID, body: TrialIn, credentials: Credentials, now: NowDep) -> TrialOut:
    """The first rows before and after a mapping, what does not fit, and what it would break. Changes nothing."""
    token = _gate(credentials)
    with transaction() as session:
        what = looking.trial(
            session,
            actor_of(session, token, now),
            dataset_id,
            mapping=body.mapping,
            version_id=body.version_id,
            pending_id=body.pending_id,
        )
    return TrialOut.model_validate({**looking.tried(what), "diff": what.diff.as_json(), "breaks": what.breaks})


@router.post("/{dataset_id}/mapping/suggest", operation_id="suggestMapping")
def suggest_mapping(dataset_id: UUID, body: SuggestIn, credentials: Credentials, now: NowDep) -> SuggestOut:
    """Which columns of a file are likely which columns of the dataset, and why."""
    token = _gate(credentials)
    with transaction() as session:
        what = looking.likeness(
            session,
            actor_of(session, token, now),
            dataset_id,
            file_id=body.file_id,
            version_id=body.version_id,
            pending_id=body.pending_id,
        )
    mapping, found = looking.suggested(what)
    return SuggestOut.model_validate({"mapping": mapping, "suggestions": [asdict(each) for each in found]})


# --- versions that wait -----------------------------------------------------------------------------


@router.get("/{dataset_id}/pending", operation_id="listPending")
def list_pending(dataset_id: UUID, session: SessionDep, actor: ActorDep) -> PendingList:
    """Versions that wait: how they differ, and what publishing them would break."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    waiting = repository.pending(session, actor, dataset.id)
    used = dependents.of(session, actor, dataset.id) if waiting else []
    by_file, people = _briefed(session, waiting)
    return PendingList(items=[_pending_out(each, used, by_file, people) for each in waiting])


def _pending_out(
    waiting: PendingVersion,
    used: list[dependents.Dependent],
    by_file: dict[UUID, VersionFile],
    people: dict[UUID, PersonOut],
) -> PendingOut:
    diff = SchemaDiff.model_validate(waiting.diff)
    names = {column.id: column.name for column in diff.removed} | {each.id: each.name for each in diff.retyped}
    counts = ("rows_seen", "rows_loaded", "rows_quarantined", "rows_skipped")
    return PendingOut.model_validate(
        {
            "id": waiting.id,
            "created_at": waiting.created_at,
            "created_by": people.get(waiting.created_by),
            "file": by_file.get(waiting.file_id),
            "mode": waiting.load_order["mode"],
            "row_count": waiting.row_count,
            "columns": [{"name": column["name"], "type": column["type"]} for column in waiting.schema],
            "diff": diff,
            "breaks": dependents.breaks(used, diff.endangered, names),
            "reasons": waiting.reasons,
            **{name: waiting.receipt[name] for name in counts},
            "note": waiting.load_order.get("note"),
        }
    )


@router.post(
    "/{dataset_id}/pending/{pending_id}/accept", status_code=202, operation_id="acceptPending", response_model=JobOut
)
def accept_pending(
    dataset_id: UUID,
    pending_id: UUID,
    body: AcceptIn,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    key: IdempotencyHeader = None,
) -> Response:
    """Publish a version that waits, as it is or with a mapping, which is then kept."""
    return once(
        session,
        actor,
        key,
        {"accept": str(pending_id), **body.model_dump(mode="json")},
        lambda: job_out(
            service.accept(session, actor, dataset_id, pending_id, mapping=body.mapping, remark=body.note, now=now)
        ),
        now=now,
        status=202,
    )


@router.delete("/{dataset_id}/pending/{pending_id}", status_code=204, operation_id="discardPending")
def discard_pending(dataset_id: UUID, pending_id: UUID, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Throw away a version that waits."""
    service.discard_pending(session, actor, dataset_id, pending_id, now=now)
