"""What each column of the next version is made of: the file's columns, a mapping, and the dataset as it is.

Column ids belong to the dataset. A file may bring its columns in any order: they are recognised by name, or by
what a mapping says; a column that was never there gets an id that was never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from tablewright.core.mappings.likeness import normalised
from tablewright.core.mappings.model import FromColumn, MappedColumn, Mapping, Origin, Reformat
from tablewright.core.mappings.problems import MappingColumnMissing, MappingEmpty, MappingSourceMissing
from tablewright.core.tables import Column, ColumnType, Schema
from tablewright.core.versions.types import PHYSICAL, meet, type_of


class Target(BaseModel):
    """One column of the table to be. `origin` is None when the file has nothing for it."""

    model_config = ConfigDict(frozen=True)

    column: Column
    origin: Origin | None = None
    reformat: Reformat | None = None


class Plan(BaseModel):
    """All columns of the table to be, in its order."""

    model_config = ConfigDict(frozen=True)

    targets: tuple[Target, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(target.column for target in self.targets)

    def changes_nothing(self, source: Schema) -> bool:
        """Whether the file's table is the dataset's table already, column by column."""
        return len(self.targets) == len(source.columns) and all(
            target.column.id == column.id
            and target.column.physical == column.physical
            and target.reformat is None
            and isinstance(target.origin, FromColumn)
            and target.origin.column == column.name
            for target, column in zip(self.targets, source.columns, strict=True)
        )

    def file_order(self, source: Schema) -> list[str]:
        """The ids of columns that are columns of the file, in the file's order."""
        by_name = {
            target.origin.column: target.column.id for target in self.targets if isinstance(target.origin, FromColumn)
        }
        return [by_name[column.name] for column in source.columns if column.name in by_name]


class Known(BaseModel):
    """The dataset before: its columns, and those of earlier versions, which keep their ids when they come back."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...] = ()
    retired: tuple[Column, ...] = ()
    digits: dict[str, int] = {}
    """By column id, how many digits its whole numbers have at most."""
    highest: int = 0
    """The highest number that an id ever had."""

    def fresh(self, taken: Iterable[str]) -> str:
        used = [self.highest, *(int(column.id[1:]) for column in (*self.columns, *self.retired))]
        used += [int(column_id[1:]) for column_id in taken]
        return f"c{max(used, default=0) + 1}"


def plan(
    source: Schema,
    known: Known,
    mapping: Mapping | None = None,
    *,
    empty: Iterable[str] = (),
    digits: dict[str, int] | None = None,
    keep_missing: bool = False,
    loose: bool = False,
) -> Plan:
    """The columns of the next version.

    `empty`: ids of the file's columns without any value, whose type says nothing; `digits` as in Known, for the
    file's columns. `keep_missing`: columns that the file does not have stay (append, upsert). `loose`: columns
    whose types do not meet become text; otherwise they get the file's type.

    Raises MappingSourceMissing, MappingColumnMissing, MappingEmpty, MappingTargetRepeated.
    """
    wanted = _mapped(source, known, mapping) if mapping else _by_name(source, known)
    if not wanted:
        raise MappingEmpty
    present = {column.id: column for column in known.columns}
    by_name = {column.name: column for column in source.columns}
    void, width = set(empty), digits or {}
    targets: list[Target] = []
    taken: set[str] = {each.id for each in wanted if each.id}
    for each in wanted:
        column_id = each.id
        if column_id is None:
            column_id = known.fresh(taken)
            taken.add(column_id)
        physical = _physical(each, by_name, present.get(column_id), void, width, known.digits, loose)
        old = present.get(column_id)
        origin = each.source
        read = by_name.get(origin.column) if isinstance(origin, FromColumn) else None
        targets.append(
            Target(
                column=Column(
                    id=column_id,
                    name=each.name,
                    type=_shown(physical, each, read, old),
                    physical=physical,
                    unit=each.unit or (read.unit if read else None) or (old.unit if old else None),
                    format=read.format if read and each.type is None else None,
                    role=each.role or (read.role if read else None) or (old.role if old else None),
                ),
                origin=origin,
                reformat=each.reformat,
            )
        )
    if keep_missing:
        targets += [Target(column=column) for column in known.columns if column.id not in taken]
    place = {column.id: i for i, column in enumerate(known.columns)}
    if mapping is None or keep_missing:
        targets.sort(key=lambda target: place.get(target.column.id, len(place)))
    return Plan(targets=tuple(targets))


def _shown(physical: str, each: MappedColumn, read: Column | None, old: Column | None) -> ColumnType:
    """The type that people see; text and nested are stored alike."""
    for candidate in (read, old):
        if candidate is not None and candidate.physical == physical and each.type is None:
            return candidate.type
    return each.type if each.type and PHYSICAL[each.type] == physical else type_of(physical)


def _physical(
    each: MappedColumn,
    by_name: dict[str, Column],
    old: Column | None,
    void: set[str],
    width: dict[str, int],
    old_width: dict[str, int],
    loose: bool,
) -> str:
    if each.type is not None:
        physical = PHYSICAL[each.type]
        return old.physical if old is not None and physical == "DECIMAL" and old.type == each.type else physical
    read = by_name.get(each.source.column) if isinstance(each.source, FromColumn) else None
    if read is not None and read.id in void and old is not None:
        return old.physical
    physical = read.physical if read is not None else "VARCHAR"
    if old is None:
        return physical
    digits = (old_width.get(old.id), width.get(read.id) if read else None)
    together = meet(old.physical, physical, digits)
    return together or ("VARCHAR" if loose else physical)


def _by_name(source: Schema, known: Known) -> list[MappedColumn]:
    """Every column of the file, recognised by its name: exactly first, then by all but case and marks."""
    found = _recognised([column.name for column in source.columns], known)
    names = {column.id: column.name for column in (*known.retired, *known.columns)}
    return [
        MappedColumn(
            id=found.get(column.name) or (None if known.columns else column.id),
            name=names.get(found.get(column.name, ""), column.name),
            source=FromColumn(column=column.name),
        )
        for column in source.columns
    ]


def _recognised(names: Sequence[str], known: Known) -> dict[str, str]:
    """By name in the file, the id of the dataset's column."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for columns in (known.columns, known.retired):
        for alike in (str, normalised):
            waiting: dict[str, list[Column]] = {}
            for column in columns:
                if column.id not in taken:
                    waiting.setdefault(alike(column.name), []).append(column)
            for name in names:
                same = waiting.get(alike(name), [])
                rivals = [other for other in names if other not in found and alike(other) == alike(name)]
                if name not in found and len(same) == 1 and len(rivals) == 1 and same[0].id not in taken:
                    found[name] = same[0].id
                    taken.add(same[0].id)
    return found


def _mapped(source: Schema, known: Known, mapping: Mapping) -> list[MappedColumn]:
    mapping.check()
    names = [column.name for column in source.columns]
    ids = {column.id for column in (*known.columns, *known.retired)}
    for column in mapping.columns:
        for name in column.source.names:
            if name not in names:
                raise MappingSourceMissing(name, names)
        if column.id is not None and column.id not in ids:
            raise MappingColumnMissing(column.id)
    given = {column.id for column in mapping.columns if column.id}
    rest = Known(
        columns=tuple(column for column in known.columns if column.id not in given),
        retired=tuple(column for column in known.retired if column.id not in given),
    )
    recognised = _recognised([column.name for column in mapping.columns if column.id is None], rest)
    wanted = [
        column if column.id else column.model_copy(update={"id": recognised.get(column.name)})
        for column in mapping.columns
    ]
    if mapping.others == "keep":
        taken = {column.id for column in wanted}
        others = Schema(columns=tuple(column for column in source.columns if column.name not in mapping.named))
        left = Known(
            columns=tuple(column for column in rest.columns if column.id not in taken),
            retired=tuple(column for column in rest.retired if column.id not in taken),
        )
        used_names = {column.name for column in wanted}
        for column in _by_name(others, left):
            fresh = column if column.id in ids else column.model_copy(update={"id": None})
            name = fresh.name
            while name in used_names:
                name += " (file)"
            used_names.add(name)
            wanted.append(fresh.model_copy(update={"name": name}))
    return wanted


def as_it_is(source: Schema, known: Known) -> Mapping:
    """The mapping that changes nothing: every column of the file becomes the column that bears its name."""
    return Mapping(columns=tuple(_by_name(source, known)))
