"""What metrics take and give over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.metrics.model import Definition

MetricFormat = Literal["number", "percent", "currency", "duration"]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Facts(_In):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    definition: Definition
    unit: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    """What it counts: EUR, kg, hours …"""
    format: MetricFormat | None = None
    """`percent`: 1 is 100 %; `duration`: in seconds."""
    owner_id: UUID | None = None
    """The member whom to ask about it."""
    is_certified: bool = False


class MetricIn(_Facts):
    dataset_id: UUID


class MetricChange(_Facts):
    version: int
    """The version that was edited; a newer one in store is a conflict."""


class MetricPerson(BaseModel):
    id: UUID
    name: str


class MetricOut(BaseModel):
    id: UUID
    name: str
    description: str
    dataset_id: UUID
    definition: Definition
    unit: str | None
    format: MetricFormat | None
    owner: MetricPerson | None
    is_certified: bool
    version: int
    created_at: datetime
    updated_at: datetime


class MetricDetail(MetricOut):
    used_by: list[str]
    """Names of the questions, dashboards and rules that use it."""


class MetricList(BaseModel):
    items: list[MetricOut]
    next_cursor: str | None
