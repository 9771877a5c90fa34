"""What is built on a dataset. Domains above this one say what they use, so that this one need not know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor


@dataclass(frozen=True)
class Dependent:
    """Something that stops working, or changes its meaning, when one of these columns does."""

    kind: Literal["question", "report", "rule", "dashboard", "access", "metric"]
    id: UUID
    name: str
    columns: frozenset[str]


Finder = Callable[[Session, Actor, UUID], list[Dependent]]
_finders: dict[str, Finder] = {}


def register(domain: str, finder: Finder) -> None:
    """Have `finder` asked for what a domain builds on a dataset."""
    _finders[domain] = finder


def of(session: Session, actor: Actor, dataset_id: UUID) -> list[Dependent]:
    """Everything in the workspace that uses columns of the dataset."""
    return [found for finder in _finders.values() for found in finder(session, actor, dataset_id)]


def columns_in_use(dependents: list[Dependent]) -> frozenset[str]:
    return frozenset(column for dependent in dependents for column in dependent.columns)


def breaks(
    dependents: list[Dependent], endangered: Mapping[str, str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Those that use an endangered column (by id: `removed` or `retyped`), as JSON."""
    return [
        {
            "kind": dependent.kind,
            "id": dependent.id,
            "name": dependent.name,
            "columns": [
                {"id": column, "name": names.get(column, column), "why": endangered[column]}
                for column in sorted(dependent.columns & set(endangered))
            ],
        }
        for dependent in dependents
        if dependent.columns & set(endangered)
    ]
