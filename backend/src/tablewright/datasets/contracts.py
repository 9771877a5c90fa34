"""What a load checks. The domain of rules, above this one, says so; this one need not know it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.rules.model import Rule

Finder = Callable[[Session, UUID], tuple[Rule, ...]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Have `finder` asked for the rules of a dataset that say what a load does about them."""
    if finder not in _finders:
        _finders.append(finder)


def of(session: Session, dataset_id: UUID) -> tuple[Rule, ...]:
    """The contract of a dataset of the transaction's workspace; it is about all rows, whoever loads them."""
    return tuple(rule for finder in _finders for rule in finder(session, dataset_id))
