"""How the shape of the next table differs from the present one, and what that would break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field

from tablewright.core.mappings.likeness import likeness
from tablewright.core.tables import Column, ColumnType
from tablewright.core.versions.types import meet

ALIKE = 0.8


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Brief(_Value):
    """A column in a few words."""

    id: str
    name: str
    type: ColumnType


class Renamed(_Value):
    """A column that went and one that came, which look like one: a suggestion, nothing was done. As `relabelled`, one
    column with another name."""

    id: str
    name: str
    new_id: str
    new_name: str
    score: float
    why: list[str]


class Retyped(_Value):
    id: str
    name: str
    before: ColumnType
    after: ColumnType
    harmless: bool
    """Every value stays what it was, and what could be computed still can."""


class SchemaDiff(_Value):
    """From one schema to another, by column id."""

    added: list[Brief] = []
    removed: list[Brief] = []
    renamed: list[Renamed] = []
    retyped: list[Retyped] = []
    relabelled: list[Renamed] = []
    """Columns that kept their id and have another name."""
    reordered: bool = False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.retyped or self.relabelled or self.reordered)

    @property
    def endangered(self) -> dict[str, str]:
        """By column id, what happens to columns that somebody may be using: removed or retyped."""
        gone = {column.id: "removed" for column in self.removed}
        return gone | {column.id: "retyped" for column in self.retyped if not column.harmless}

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def differences(
    before: Sequence[Column],
    after: Sequence[Column],
    file_order: Sequence[str] | None = None,
    digits: Mapping[str, int] | None = None,
) -> SchemaDiff:
    """What changed from one list of columns to the other.

    `file_order`: the ids in the order of the file; `digits`: how many digits the whole numbers of the columns
    before have at most, by id, where that is known.
    """
    width = digits or {}
    old, new = {c.id: c for c in before}, {c.id: c for c in after}
    removed = [c for c in before if c.id not in new]
    added = [c for c in after if c.id not in old]
    kept = [(old[c.id], c) for c in after if c.id in old]
    order = [i for i in (file_order if file_order is not None else [c.id for c in after]) if i in old and i in new]
    return SchemaDiff(
        added=[_brief(c) for c in added],
        removed=[_brief(c) for c in removed],
        renamed=_renamed(removed, added),
        retyped=[
            Retyped(id=b.id, name=b.name, before=b.type, after=a.type, harmless=_harmless(b, a, width.get(b.id)))
            for b, a in kept
            if b.type != a.type
        ],
        relabelled=[
            Renamed(id=b.id, name=b.name, new_id=a.id, new_name=a.name, score=1.0, why=[])
            for b, a in kept
            if b.name != a.name
        ],
        reordered=order != [c.id for c in before if c.id in set(order)],
    )


def _brief(column: Column) -> Brief:
    return Brief(id=column.id, name=column.name, type=column.type)


def _harmless(before: Column, after: Column, digits: int | None) -> bool:
    return meet(before.physical, after.physical, (digits, None)) == after.physical


def _renamed(removed: Sequence[Column], added: Sequence[Column]) -> list[Renamed]:
    pairs = []
    for gone in removed:
        for came in added:
            score, why = likeness(gone.name, came.name), []
            if score >= ALIKE:
                why.append("the names are alike")
            if gone.type == came.type:
                score = min(1.0, score + 0.1)
                why.append("the type is the same")
            if score >= ALIKE and why:
                pairs.append((score, gone, came, why))
    found: list[Renamed] = []
    used: set[str] = set()
    for score, gone, came, why in sorted(pairs, key=lambda pair: -pair[0]):
        if not {gone.id, came.id} & used:
            used |= {gone.id, came.id}
            found.append(
                Renamed(id=gone.id, name=gone.name, new_id=came.id, new_name=came.name, score=round(score, 3), why=why)
            )
    return found


def reasons(diff: SchemaDiff, used: Iterable[str], *, mode: str) -> list[str]:
    """Why a table may not be published without being asked, in words; empty when it may.

    `used`: column ids that questions or reports use.
    """
    used_ids = set(used)
    said = []
    if diff.removed:
        named = ", ".join(f'"{column.name}"' for column in diff.removed[:10])
        more = f" and {len(diff.removed) - 10} more" if len(diff.removed) > 10 else ""
        said.append(f"The file does not have {named}{more}.")
    for column in diff.retyped:
        if column.harmless:
            continue
        if mode != "replace":
            said.append(f'"{column.name}" is {column.after} in the file and {column.before} in the dataset.')
        elif column.id in used_ids:
            said.append(f'"{column.name}" would become {column.after} instead of {column.before}, and is in use.')
    return said
