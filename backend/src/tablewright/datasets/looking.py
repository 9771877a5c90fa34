"""Questions about versions that a child answers while somebody waits: comparing, mappings tried, columns alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from tablewright.access.service import require_whole
from tablewright.core.mappings.model import Mapping
from tablewright.core.mappings.plan import Known, Plan, as_it_is, plan
from tablewright.core.mappings.suggest import Suggestion, mapping_of, suggestions
from tablewright.core.tables import Column, Schema
from tablewright.core.versions.diff import SchemaDiff, differences
from tablewright.core.versions.problems import KeyColumnMissing
from tablewright.datasets import dependents, loading, repository
from tablewright.datasets.errors import FileNotRead
from tablewright.datasets.models import DatasetMapping, DatasetVersion, Landed
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.cache import cache
from tablewright.infra.compute import engine
from tablewright.infra.storage import objects

_MEMORY = 384 << 20


def _ask(task: str, params: dict[str, Any], folder: str) -> Any:
    return engine().children.call(task, {**params, "memory_bytes": _MEMORY}, prefer=folder).value


# --- comparing --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """Two versions, permitted and ready to be compared outside the transaction."""

    before: DatasetVersion
    after: DatasetVersion
    keys: tuple[str, ...]
    is_told: bool

    @property
    def diff(self) -> SchemaDiff:
        return differences(self.before.columns().columns, self.after.columns().columns)


def comparison(
    session: Session, actor: Actor, dataset_id: UUID, *, before: UUID, after: UUID, keys: list[str]
) -> Comparison:
    """Two versions of a dataset and the key to compare by. Raises VersionMissing, KeyColumnMissing."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    one = repository.version(session, actor, dataset, before)
    two = repository.version(session, actor, dataset, after)
    both = {column.id for column in one.columns().columns} & {column.id for column in two.columns().columns}
    for key in keys:
        if key not in both:
            raise KeyColumnMissing(key)
    own = keys or list(two.load_order.get("keys") or two.keys.get("primary_key") or ())
    return Comparison(one, two, tuple(key for key in own if key in both), bool(keys))


def compared(what: Comparison) -> dict[str, Any]:
    """The rows of two versions side by side; see core/versions/compare. Versions never change: kept once made."""
    files = [str(objects().local_path(version.object_key)) for version in (what.before, what.after)]
    sides = [
        {
            "file": file,
            "schema": Schema(columns=version.columns().columns).as_json(),
            "number": version.number,
        }
        for file, version in zip(files, (what.before, what.after), strict=True)
    ]

    def make() -> bytes:
        params = {"before": sides[0], "after": sides[1], "keys": list(what.keys), "must_be_unique": what.is_told}
        return orjson.dumps(_ask("versions.compare", params, files[0]))

    named = "+".join(what.keys)
    found: dict[str, Any] = orjson.loads(
        cache().get_or_make(f"compare/{what.before.id}/{what.after.id}/{what.is_told}/{named}", make)
    )
    return found


# --- mappings ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MappingView:
    """How files of a dataset become its columns: what is saved, or what changes nothing."""

    mapping: Mapping
    saved: DatasetMapping | None
    source: Schema
    columns: tuple[Column, ...]
    fits: bool


def mapping_view(session: Session, actor: Actor, dataset_id: UUID) -> MappingView:
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    version = repository.version(session, actor, dataset)
    saved = repository.mapping(session, actor, dataset.id)
    source = version.landed().schema
    mapping = saved.value() if saved else as_it_is(source, loading.known_of(session, version))
    return MappingView(
        mapping, saved, source, version.columns().columns, mapping.fits(column.name for column in source.columns)
    )


@dataclass(frozen=True)
class Trial:
    """A mapping on one table of a file, planned."""

    landed: Landed
    plan: Plan
    diff: SchemaDiff
    breaks: list[dict[str, Any]]


def trial(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    *,
    mapping: Mapping,
    version_id: UUID | None,
    pending_id: UUID | None,
) -> Trial:
    """What a mapping would make of the table of a version, or of one that waits. Raises what is wrong with it."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    current = repository.version(session, actor, dataset)
    if pending_id is not None:
        landed = repository.pending_version(session, actor, dataset.id, pending_id).landed()
    else:
        landed = repository.version(session, actor, dataset, version_id).landed()
    known = loading.known_of(session, current)
    made = plan(landed.schema, known, mapping)
    diff = differences(known.columns, made.columns, made.file_order(landed.schema), known.digits)
    used = dependents.of(session, actor, dataset.id)
    names = {column.id: column.name for column in known.columns}
    return Trial(landed, made, diff, dependents.breaks(used, diff.endangered, names))


def tried(what: Trial) -> dict[str, Any]:
    """The first rows before and after; see core/mappings/trial."""
    file = str(objects().local_path(what.landed.key))
    found: dict[str, Any] = _ask(
        "mappings.preview",
        {"file": file, "source": what.landed.schema.as_json(), "plan": what.plan.model_dump(mode="json")},
        file,
    )
    return found


@dataclass(frozen=True)
class Likeness:
    """A table of a file beside the dataset, ready to be looked at outside the transaction."""

    source: Landed
    target_key: str
    columns: tuple[Column, ...]
    known: Known


def likeness(
    session: Session,
    actor: Actor,
    dataset_id: UUID,
    *,
    file_id: UUID | None,
    version_id: UUID | None,
    pending_id: UUID | None,
) -> Likeness:
    """Which table to find the dataset's columns in: of a file, a version of any dataset, or one that waits."""
    actor.require(Permission.DATASETS_READ)
    dataset = repository.get(session, actor, dataset_id)
    require_whole(session, actor, dataset.id)
    current = repository.version(session, actor, dataset)
    if pending_id is not None:
        source = repository.pending_version(session, actor, dataset.id, pending_id).landed()
    elif file_id is not None:
        read = repository.read_from(session, actor, file_id)
        if read is None:
            raise FileNotRead
        require_whole(session, actor, read.dataset_id)
        source = read.landed()
    elif version_id is not None:
        other = repository.any_version(session, actor, version_id)
        require_whole(session, actor, other.dataset_id)
        source = other.landed()
    else:
        source = current.landed()
    return Likeness(source, current.object_key, current.columns().columns, loading.known_of(session, current))


def suggested(what: Likeness) -> tuple[Mapping, list[Suggestion]]:
    """Likely pairs of columns, best first, and the complete mapping they make."""
    sketches = []
    for key, columns in ((what.source.key, what.source.schema.columns), (what.target_key, what.columns)):
        file = str(objects().local_path(key))
        params = {"file": file, "source": Schema(columns=columns).as_json()}

        def make(params: dict[str, Any] = params, file: str = file) -> bytes:
            return orjson.dumps(_ask("mappings.sketch", params, file))

        sketches.append(orjson.loads(cache().get_or_make(f"sketch/{key}", make)))
    found = suggestions(what.source.schema.columns, what.columns, *sketches)
    return mapping_of(what.source.schema.columns, what.columns, found), found
