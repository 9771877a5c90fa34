"""The heavy part of a load: files read and versions built in children, and their objects stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from tablewright.core.mappings.model import FromColumn
from tablewright.core.readers.options import LoadOptions
from tablewright.core.rules.contracts import LoadContract
from tablewright.core.tables import Schema
from tablewright.core.versions import receipts
from tablewright.datasets.errors import NothingLoaded
from tablewright.datasets.loading import Course, Made, ReadTable, Refused, Standing
from tablewright.datasets.models import PendingVersion, landed_key, object_key, quarantine_key
from tablewright.infra import jobs
from tablewright.infra.clock import now
from tablewright.infra.compute import load_children
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects

_MIB = 1 << 20


def read(lease: jobs.Lease, source_key: str, filename: str, options: LoadOptions, scratch: Path) -> list[ReadTable]:
    """Every table of a stored file. Raises what is wrong with the file, or NothingLoaded."""
    lease.progress(stage="read")
    source = objects().local_path(source_key)
    reply = load_children().call(
        "load",
        {
            "path": str(source),
            "filename": filename,
            "out_dir": str(scratch),
            "memory_bytes": 384 * _MIB,
            "threads": 2,
            "max_columns": 2000,
            "options": options.model_dump(mode="json", exclude_defaults=True),
        },
        on_progress=lambda message: lease.progress(**message),
        cancelled=lease.cancelled,
        only_read=[source],
        only_write=[scratch],
    )
    tables = [
        ReadTable(
            name=table["name"],
            format=reply.value["format"],
            file=scratch / Path(table["file"]).name,
            row_count=table["row_count"],
            byte_count=table["byte_count"],
            schema=Schema.model_validate({"columns": table["schema"]}),
            profile=table["profile"],
            receipt=table["receipt"],
            keys={key: table.get(key) for key in ("primary_key", "links", "hidden") if table.get(key)},
            quarantine=_inside(scratch, table["receipt"].get("quarantine_file")),
        )
        for table in reply.value["tables"]
    ]
    if not tables:
        raise NothingLoaded(filename)
    return tables


def _inside(folder: Path, name: str | None) -> Path | None:
    return folder / Path(name).name if name else None


def held(waiting: PendingVersion) -> ReadTable:
    """A table that waits, as the reader left it."""
    key = quarantine_key(waiting.workspace_id, waiting.id)
    return ReadTable(
        name=waiting.table_name,
        format=waiting.format,
        file=objects().local_path(object_key(waiting.workspace_id, waiting.id)),
        row_count=waiting.row_count,
        byte_count=waiting.byte_count,
        schema=Schema.model_validate({"columns": waiting.schema}),
        profile=waiting.profile,
        receipt=waiting.receipt,
        keys=waiting.keys,
        quarantine=objects().local_path(key) if waiting.has_quarantine else None,
    )


def build_new(lease: jobs.Lease, version_id: UUID, table: ReadTable, what: Course, scratch: Path) -> Made:
    """The first version's rows, stored: there is no contract yet."""
    made = build(lease, version_id, table, what, None, scratch)
    assert isinstance(made, Made)
    return made


def build(
    lease: jobs.Lease,
    version_id: UUID,
    table: ReadTable,
    what: Course,
    before: Standing | None,
    scratch: Path,
    *,
    waived: Sequence[str] = (),
) -> Made | Refused:
    """The next version's rows, stored, or why the dataset's contract does not let them through.

    Nothing is copied when the file's table is the version already. `waived`: rules that refuse nothing this time.
    """
    ids = {
        column.id: target.column.id
        for target in what.plan.targets
        if isinstance(target.origin, FromColumn)
        for column in table.schema.columns
        if column.name == target.origin.column
    }
    receipt = receipts.published(table.receipt, ids)
    merges = what.order.mode != "replace" and before is not None
    contract = contract_of(before, waived)
    if what.plan.changes_nothing(table.schema) and not merges and what.order.deduplicate == "none" and not contract:
        lease.progress(stage="store")
        put(lease.workspace_id, version_id, table.file, table.quarantine)
        return Made(
            version_id=version_id,
            table=table,
            course=what,
            row_count=table.row_count,
            byte_count=table.byte_count,
            # Names, units and roles may differ where the stored values do not.
            schema=Schema(columns=what.plan.columns).as_json(),
            profile=table.profile,
            receipt=receipt,
            counts=None,
            source=_source(lease.workspace_id, version_id, table, what),
            has_quarantine=table.quarantine is not None,
        )
    lease.progress(stage="merge")
    out = scratch / f"next-{version_id}"
    out.mkdir(exist_ok=True)
    base = base_of(before) if merges else None
    readable = [table.file, *([Path(base["file"])] if base else []), *([table.quarantine] if table.quarantine else [])]
    built = (
        load_children()
        .call(
            "versions.build",
            {
                "file": str(table.file),
                "source": table.schema.as_json(),
                "rows": table.row_count,
                "plan": what.plan.model_dump(mode="json"),
                "base": base,
                **merging_of(what),
                "loose": True,
                "quarantine": str(table.quarantine) if table.quarantine else None,
                "contract": contract,
                "out_dir": str(out),
                "memory_bytes": _merge_memory(),
            },
            on_progress=lambda message: lease.progress(**message),
            cancelled=lease.cancelled,
            only_read=readable,
            only_write=[scratch],
        )
        .value
    )
    if built.get("refused"):
        return Refused(built["refused"])
    lease.progress(stage="store")
    quarantine = _inside(out, built["quarantine_file"])
    put(lease.workspace_id, version_id, out / Path(built["file"]).name, quarantine)
    landed = landed_key(lease.workspace_id, version_id)
    objects().put_file(landed, table.file, keep_source=True)
    return Made(
        version_id=version_id,
        table=table,
        course=what,
        row_count=built["row_count"],
        byte_count=built["byte_count"],
        schema=built["schema"],
        profile=built["profile"],
        receipt=receipts.after_build(receipt, built),
        counts=built["counts"],
        source={"schema": table.schema.as_json(), "key": landed, "rows": table.row_count},
        has_quarantine=quarantine is not None,
    )


def _source(workspace_id: UUID, version_id: UUID, table: ReadTable, what: Course) -> dict[str, Any] | None:
    """The file's table, when it has other names for the columns than the dataset."""
    if table.schema.columns == what.plan.columns:
        return None
    key = object_key(workspace_id, version_id)
    return {"schema": table.schema.as_json(), "key": key, "rows": table.row_count}


def merging_of(what: Course) -> dict[str, Any]:
    return {"mode": what.order.mode, "keys": list(what.order.keys), "deduplicate": what.order.deduplicate}


def contract_of(before: Standing | None, waived: Sequence[str] = ()) -> dict[str, Any] | None:
    """The dataset's contract for a child; None when it has none."""
    if before is None or not before.rules:
        return None
    known = tuple(rule.id for rule in before.rules if str(rule.id) in waived)
    contract = LoadContract(
        dataset_id=before.dataset_id, rules=before.rules, waived=known, now=now(), time_zone=before.time_zone
    )
    return contract.model_dump(mode="json")


def base_of(before: Standing | None) -> dict[str, Any]:
    """The version before, for a child."""
    assert before is not None
    return {
        "file": str(objects().local_path(before.object_key)),
        "schema": Schema(columns=before.known.columns).as_json(),
        "row_count": before.row_count,
    }


def put(workspace_id: UUID, version_id: UUID, file: Path, quarantine: Path | None) -> None:
    """Store the objects of a version to be. They go before its row."""
    objects().put_file(object_key(workspace_id, version_id), file, keep_source=True)
    if quarantine is not None:
        objects().put_file(quarantine_key(workspace_id, version_id), quarantine, keep_source=True)


def replay(
    lease: jobs.Lease, input: dict[str, Any], what: dict[str, Any], before: Standing, scratch: Path
) -> dict[str, Any]:
    """Edited rows loaded into the version before; what `versions.replay` says. `what`: plan, source and quarantine."""
    lease.progress(stage="merge")
    quarantine = objects().local_path(what["quarantine_key"])
    base = base_of(before)
    out = scratch / "next"
    out.mkdir(exist_ok=True)
    said: dict[str, Any] = (
        load_children()
        .call(
            "versions.replay",
            {
                "edits": input["rows"],
                "discard": input["discard"],
                "delimiter": what["delimiter"],
                "quote": what["quote"],
                "quarantine": str(quarantine),
                "source": what["source"],
                "plan": what["plan"],
                "base": base,
                "mode": before.order.mode,
                "keys": list(before.order.keys),
                "deduplicate": before.order.deduplicate,
                "loose": True,
                "contract": contract_of(before),
                "out_dir": str(out),
                "memory_bytes": _merge_memory(),
            },
            on_progress=lambda message: lease.progress(**message),
            cancelled=lease.cancelled,
            only_read=[quarantine, Path(base["file"])],
            only_write=[scratch],
        )
        .value
    )
    return {**said, "out": out}


def _merge_memory() -> int:
    """DuckDB's share of a child; it spills beyond."""
    return max(128 * _MIB, min(768 * _MIB, settings().load_memory_bytes // 2 - 128 * _MIB))
