"""What access takes and gives over HTTP. Unknown fields are refused."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.access.model import AttributeName, AttributeValue

Name = Annotated[str, Field(min_length=1, max_length=200)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class GroupIn(In):
    name: Name
    member_ids: Annotated[list[UUID], Field(max_length=5000)] = []


class GroupOut(BaseModel):
    id: UUID
    name: str
    member_ids: list[UUID]


class GroupList(BaseModel):
    items: list[GroupOut]


class AttributesIn(In):
    attributes: Annotated[
        dict[AttributeName, Annotated[tuple[AttributeValue, ...], Field(max_length=500)]], Field(max_length=50)
    ]


class AttributesOut(BaseModel):
    user_id: UUID
    attributes: dict[str, tuple[str, ...]]
