"""Cursor pagination: newest first, by creation instant and id, so that new rows shift nothing."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from tablewright.core.errors import Invalid


class CursorInvalid(Invalid):
    def __init__(self) -> None:
        super().__init__("The cursor is not one of ours. Start again without it.", field="cursor")


class Row(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def created_at(self) -> datetime: ...


T = TypeVar("T")
R = TypeVar("R", bound="Row")


@dataclass(frozen=True)
class Cursor:
    """The last row of the page before."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.at.isoformat()}|{self.id}".encode()).decode()


def read_cursor(cursor: Annotated[str | None, Query(max_length=200)] = None) -> Cursor | None:
    """The cursor of the request, or CursorInvalid."""
    if cursor is None:
        return None
    try:
        at, _, row_id = urlsafe_b64decode(cursor).decode().partition("|")
        return Cursor(datetime.fromisoformat(at), UUID(row_id))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise CursorInvalid from error


CursorDep = Annotated[Cursor | None, Depends(read_cursor)]
LimitQuery = Annotated[int, Query(ge=1, le=200)]


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    next_cursor: str | None


def page_of(rows: list[R], limit: int) -> Page[R]:
    """A page of `limit` rows out of `limit + 1` that were asked for."""
    items = rows[:limit]
    more = len(rows) > limit
    return Page(items, str(Cursor(items[-1].created_at, items[-1].id)) if more else None)
