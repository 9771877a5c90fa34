"""What becomes of a table that was read for a dataset: its next version, or one that waits to be accepted."""

from __future__ import annotations

from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tablewright.access.service import require_whole
from tablewright.core.mappings.likeness import normalised
from tablewright.core.mappings.model import FromColumn, Mapping
from tablewright.core.mappings.plan import Known, Plan, plan
from tablewright.core.readers.options import ColumnOptions, LoadOptions
from tablewright.core.rules.model import Rule
from tablewright.core.tables import Column, ColumnType, Schema
from tablewright.core.versions.diff import SchemaDiff, differences, reasons
from tablewright.core.versions.orders import LoadOrder
from tablewright.core.versions.problems import KeyColumnMissing
from tablewright.datasets import contracts, dependents, publishing, repository
from tablewright.datasets.models import Dataset, DatasetMapping, DatasetVersion, PendingVersion
from tablewright.files.models import SourceFile
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import note


@dataclass(frozen=True)
class ReadTable:
    """One table of a file as the reader left it. Its columns are c1, c2, … by their place in the file."""

    name: str
    format: str
    file: Path
    row_count: int
    byte_count: int
    schema: Schema
    profile: list[Any]
    receipt: dict[str, Any]
    keys: dict[str, Any]
    quarantine: Path | None = None

    @property
    def empty_columns(self) -> list[str]:
        """Ids of columns without any value."""
        return [each["id"] for each in self.profile if each["null_count"] == self.row_count]


@dataclass(frozen=True)
class Standing:
    """A dataset as it is when its next version is being made."""

    dataset_id: UUID
    version_id: UUID
    object_key: str
    row_count: int
    table_name: str
    known: Known
    order: LoadOrder
    mapping: Mapping | None
    in_use: frozenset[str]
    texts: tuple[str, ...]
    """Names, in the file, of columns that were read as text: they are read as text again."""
    rules: tuple[Rule, ...] = ()
    """The dataset's contract."""
    time_zone: str = "UTC"
    """The workspace's."""

    def options(self, told: LoadOptions | None) -> LoadOptions:
        """How the next file is read: as told, or as the present version was; text stays text."""
        options = told if told is not None else self.order.options or LoadOptions()
        columns = dict(options.columns)
        for name in self.texts:
            given = columns.get(name, ColumnOptions())
            if given == ColumnOptions():
                columns[name] = ColumnOptions(type=ColumnType.TEXT)
        return options.model_copy(update={"columns": columns})


@dataclass(frozen=True)
class Course:
    """What is to be done with a table: how its columns are made, what differs, and why it may have to wait."""

    plan: Plan
    diff: SchemaDiff | None
    reasons: list[str]
    order: LoadOrder
    """With keys as column ids."""
    mapping: Mapping | None


@dataclass(frozen=True)
class Refused:
    """A next version that the dataset's contract does not let through: reasons by rule id."""

    reasons: dict[str, str]


@dataclass(frozen=True)
class Made:
    """A next version whose objects are stored; its row is not written yet."""

    version_id: UUID
    table: ReadTable
    course: Course
    row_count: int
    byte_count: int
    schema: list[Any]
    profile: list[Any]
    receipt: dict[str, Any]
    counts: dict[str, Any] | None
    source: dict[str, Any] | None
    has_quarantine: bool


def standing(session: Session, actor: Actor, dataset_id: UUID, base_id: UUID | None = None) -> Standing:
    """The dataset as it is now. `base_id` names another version to add rows to than the current one.

    Raises DatasetMissing, VersionMissing.
    """
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)  # who sees a part only must not replace what they do not see
    version = repository.version(session, actor, dataset)
    base = repository.version(session, actor, dataset, base_id) if base_id else version
    saved = repository.mapping(session, actor, dataset.id)
    used = dependents.of(session, actor, dataset.id)
    landed = version.landed()
    empty = {each["id"] for each in version.profile if each["null_count"] == version.row_count}
    text_ids = {column.id for column in version.columns().columns if column.type == ColumnType.TEXT} - empty
    mapping = saved.value() if saved else None
    return Standing(
        dataset_id=dataset.id,
        version_id=version.id,
        object_key=base.object_key,
        row_count=base.row_count,
        table_name=version.table_name,
        known=known_of(session, base),
        order=LoadOrder.model_validate(version.load_order),
        mapping=mapping,
        in_use=dependents.columns_in_use(used),
        # Other formats say themselves what is text.
        texts=_texts(landed.schema, version.columns(), text_ids, mapping) if version.format == "csv" else (),
        rules=contracts.of(session, dataset.id),
        time_zone=actor.time_zone,
    )


def _texts(source: Schema, columns: Schema, text_ids: set[str], mapping: Mapping | None) -> tuple[str, ...]:
    text_columns = {column.name for column in source.columns if column.type == ColumnType.TEXT}
    fits = mapping is not None and mapping.fits(column.name for column in source.columns)
    taken = plan(source, Known(columns=columns.columns), mapping if fits else None)
    return tuple(
        target.origin.column
        for target in taken.targets
        if isinstance(target.origin, FromColumn)
        and target.column.id in text_ids
        and target.origin.column in text_columns
    )


def known_of(session: Session, version: DatasetVersion) -> Known:
    """The columns of a version, and those that its dataset had before."""
    columns = version.columns().columns
    ever = repository.columns_ever(session, version.dataset_id)
    present = {column.id for column in columns}
    retired: dict[str, Column] = {}
    for column in ever:
        if column.id not in present:
            retired.setdefault(column.name, column)
    return Known(
        columns=columns,
        retired=tuple(retired.values()),
        digits=digits_of(columns, version.profile),
        highest=max((int(column.id[1:]) for column in ever), default=0),
    )


def digits_of(columns: Sequence[Column], profile: Sequence[Values[str, Any]]) -> dict[str, int]:
    """By column id, how many digits the whole numbers of a column have at most."""
    whole = {column.id for column in columns if column.type == ColumnType.INTEGER}
    return {
        each["id"]: max(len(str(abs(int(each["min"])))), len(str(abs(int(each["max"])))))
        for each in profile
        if each["id"] in whole and each.get("min") is not None and each.get("max") is not None
    }


def course(
    table: ReadTable,
    before: Standing | None,
    order: LoadOrder,
    *,
    mapping: Mapping | None = None,
    accepted: bool = False,
) -> Course:
    """What to do with a table. `mapping` and `accepted` are what somebody decided who saw the differences.

    Raises what is wrong with the mapping, or KeyColumnMissing.
    """
    if before is None:
        made = plan(table.schema, Known(), mapping)
        return Course(made, None, [], _with_keys(order, made), mapping)
    merges = order.mode != "replace"
    why: list[str] = []
    used = mapping or before.mapping
    names = [column.name for column in table.schema.columns]
    if mapping is None and used is not None and not used.fits(names):
        missing = ", ".join(f'"{name}"' for name in sorted(used.needed - set(names)))
        why.append(f"The saved mapping takes values from {missing}, which the file does not have.")
        there = tuple(column for column in used.columns if set(column.source.names) <= set(names))
        used = used.model_copy(update={"columns": there})
    made = plan(
        table.schema,
        before.known,
        used,
        empty=table.empty_columns,
        digits=digits_of(table.schema.columns, table.profile),
        keep_missing=merges,
        loose=accepted and merges,
    )
    present = [target.column for target in made.targets if target.origin is not None]
    diff = differences(before.known.columns, present, made.file_order(table.schema), before.known.digits)
    settled = accepted or mapping is not None
    if not settled:
        why += reasons(diff, before.in_use, mode=order.mode)
    return Course(made, diff, [] if settled else why, _with_keys(order, made, strict=not why), used)


def _with_keys(order: LoadOrder, made: Plan, *, strict: bool = True) -> LoadOrder:
    """The order with its keys as ids of columns that the file has values for."""
    there = [target.column for target in made.targets if target.origin is not None]
    ids = []
    for key in order.keys:
        found = (
            [column.id for column in there if column.id == key]
            or [column.id for column in there if column.name == key]
            or [column.id for column in there if normalised(column.name) == normalised(key)]
        )
        if len(found) == 1:
            ids.append(found[0])
        elif strict:
            raise KeyColumnMissing(key)
    return order.model_copy(update={"keys": tuple(ids)})


def is_loaded_already(
    version: DatasetVersion, file: SourceFile, version_file: SourceFile | None, order: LoadOrder, saved: Mapping | None
) -> bool:
    """Whether the same bytes with the same options are the current version already."""
    if version_file is None or version_file.content_hash != file.content_hash or order.mode != "replace":
        return False
    was = LoadOrder.model_validate(version.load_order)
    told = order.options if order.options is not None else was.options
    mapped = Mapping.model_validate(version.mapping) if version.mapping else None
    return (was.mode, was.options or LoadOptions(), was.deduplicate) == (
        "replace",
        told or LoadOptions(),
        order.deduplicate,
    ) and mapped == saved


# --- writing the rows -----------------------------------------------------------------------------


def publish(
    session: Session,
    actor: Actor,
    dataset: Dataset,
    made: Made,
    *,
    file_id: UUID | None,
    job_id: UUID,
    keys: dict[str, Any],
    now: datetime,
    mode: str | None = None,
    lineage: dict[str, Any] | None = None,
) -> DatasetVersion:
    """Make a version current. The dataset's row is locked, or new."""
    parent = dataset.current_version_id
    version = DatasetVersion(
        id=made.version_id,
        workspace_id=actor.workspace_id,
        dataset_id=dataset.id,
        number=repository.last_number(session, dataset.id) + 1,
        file_id=file_id,
        format=made.table.format,
        table_name=made.table.name,
        row_count=made.row_count,
        byte_count=made.byte_count,
        schema=made.schema,
        profile=made.profile,
        receipt=made.receipt,
        job_id=job_id,
        created_at=now,
        mode=mode or made.course.order.mode,
        parent_id=parent,
        load_order=made.course.order.model_dump(mode="json"),
        mapping=made.course.mapping.model_dump(mode="json") if made.course.mapping else None,
        source=made.source,
        keys=keys,
        counts=made.counts,
        diff=made.course.diff.as_json() if made.course.diff else None,
        lineage=lineage,
        note=made.course.order.note,
        quarantine_id=made.version_id if made.has_quarantine else None,
        created_by=actor.user_id,
    )
    session.add(version)
    session.flush()
    dataset.current_version_id = version.id
    dataset.updated_at = now
    publishing.tell(session, actor, dataset.id, now)
    return version


def keep_mapping(
    session: Session, actor: Actor, dataset_id: UUID, mapping: Mapping, source: Schema, now: datetime
) -> DatasetMapping:
    """Remember how files of this shape become the dataset's columns."""
    saved = repository.mapping(session, actor, dataset_id)
    document = mapping.model_dump(mode="json")
    shape = [{"name": column.name, "type": str(column.type)} for column in source.columns]
    if saved is None:
        saved = DatasetMapping(
            dataset_id=dataset_id,
            workspace_id=actor.workspace_id,
            mapping=document,
            shape=shape,
            version=1,
            saved_by=actor.user_id,
            saved_at=now,
        )
        session.add(saved)
    elif saved.mapping != document or saved.shape != shape:
        saved.mapping, saved.shape = document, shape
        saved.version += 1
        saved.saved_by, saved.saved_at = actor.user_id, now
    session.flush()
    return saved


def hold(
    session: Session,
    actor: Actor,
    before: Standing,
    table: ReadTable,
    what: Course,
    *,
    pending_id: UUID,
    file_id: UUID,
    job_id: UUID,
    now: datetime,
    refused_by: Sequence[str] = (),
) -> PendingVersion:
    """Let a table wait to be accepted; the dataset stays as it is.

    `refused_by`: the ids of the rules that do not let it through. Who accepts it accepts what they found.
    """
    actor.require(Permission.DATASETS_EDIT)
    waiting = PendingVersion(
        id=pending_id,
        workspace_id=actor.workspace_id,
        dataset_id=before.dataset_id,
        base_version_id=before.version_id,
        file_id=file_id,
        format=table.format,
        table_name=table.name,
        row_count=table.row_count,
        byte_count=table.byte_count,
        schema=table.schema.as_json(),
        profile=table.profile,
        receipt={key: value for key, value in table.receipt.items() if key != "quarantine_file"},
        keys=table.keys,
        load_order=what.order.model_dump(mode="json"),
        diff=(what.diff or SchemaDiff()).as_json(),
        reasons=what.reasons,
        has_quarantine=table.quarantine is not None,
        job_id=job_id,
        created_by=actor.user_id,
        created_at=now,
        refused_by=list(refused_by),
    )
    session.add(waiting)
    session.flush()
    note(session, actor, "datasets.hold", "dataset", str(before.dataset_id), now, pending=str(pending_id))
    return waiting


def keys_of(table: ReadTable, made: Plan, datasets: Values[str, UUID]) -> dict[str, Any]:
    """Declared keys in the dataset's column ids; `datasets` are those of the same load, by table name."""
    by_name = {
        target.origin.column: target.column.id for target in made.targets if isinstance(target.origin, FromColumn)
    }
    ids = {column.id: by_name.get(column.name) for column in table.schema.columns}
    primary = [ids.get(column) for column in table.keys.get("primary_key", [])]
    links = []
    for link in table.keys.get("links", []):
        columns = [ids.get(column) for column in link["columns"]]
        if all(columns):
            target = datasets.get(link["table"])
            links.append({**link, "columns": columns, "dataset_id": str(target) if target else None})
    return {
        "primary_key": primary if all(primary) else [],
        "links": links,
        "hidden": bool(table.keys.get("hidden")),
    }


def new_dataset(session: Session, actor: Actor, name: str, now: datetime) -> Dataset:
    """A dataset that has no version yet, under a name that is free."""
    dataset = Dataset(
        id=uuid4(),
        workspace_id=actor.workspace_id,
        name=_free_name(session, actor, name),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(dataset)
    session.flush()
    return dataset


def _free_name(session: Session, actor: Actor, name: str) -> str:
    taken = repository.names_like(session, actor, name)
    if name not in taken:
        return name
    return next(f"{name} ({n})" for n in range(2, len(taken) + 3) if f"{name} ({n})" not in taken)


def dataset_names(filename: str, tables: Sequence[str]) -> list[str]:
    """One name a table: the file's, with the table's behind it when there are several and it does not begin so.

    >>> dataset_names("sales.2025.xlsx", ["Plan", "Actual"])
    ['sales.2025 – Plan', 'sales.2025 – Actual']
    >>> dataset_names("orders.json", ["orders", "orders.items"])
    ['orders', 'orders.items']
    """
    stem = Path(filename).stem or filename
    if len(tables) == 1:
        return [stem]
    return [table if table == stem or table.startswith(f"{stem}.") else f"{stem} – {table}" for table in tables]
