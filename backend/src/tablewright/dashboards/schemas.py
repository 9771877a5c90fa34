"""What dashboards takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.dashboards.audience import Audience
from tablewright.core.dashboards.model import Content, FilterId, FilterValue, Otherwise, TileId
from tablewright.core.queries.model import Condition
from tablewright.queries.schemas import SavedQuestionOut

Title = Annotated[str, Field(min_length=1, max_length=300)]
Folder = Annotated[str, Field(max_length=100)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DashboardIn(In):
    title: Title
    folder: Folder = ""
    content: Content = Content()


class DashboardChange(DashboardIn):
    version: int
    """The version that was edited; a newer one in store is a conflict."""


class CopyIn(In):
    title: Title


class LockIn(In):
    locked: bool


class AudienceIn(In):
    audience: Audience | None
    """Null shares it with everybody in the workspace; an empty list with nobody but who made it and admins."""


class DatasetConditions(In):
    """Conditions over the columns of one dataset, as a click on a mark makes them."""

    dataset_id: UUID
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=50)]


class DashboardLook(In, Otherwise):
    """How a dashboard is looked at."""

    values: Annotated[dict[FilterId, FilterValue | None], Field(max_length=20)] = {}
    """Settings of filters by their id. One that is not named has its default; null keeps every row."""
    more: Annotated[list[DatasetConditions], Field(max_length=20)] = []


class DashboardAsk(DashboardLook):
    tiles: Annotated[list[TileId], Field(max_length=100)] | None = None
    """Only these tiles."""


class CommentIn(In):
    text: Annotated[str, Field(min_length=1, max_length=5000)]
    tile: TileId | None = None


class DashboardOut(BaseModel):
    id: UUID
    title: str
    folder: str
    tile_count: int
    favourite: bool
    locked: bool
    restricted: bool
    """Whether it is shared with some of the workspace only."""
    created_at: datetime
    updated_at: datetime


class DashboardDetail(DashboardOut):
    content: Content
    version: int
    may_lock: bool
    """Whether this reader may lock and unlock it, and decide whom it is shared with."""
    may_edit: bool
    audience: Audience | None
    """Whom it is shared with, for those who decide it; null is everybody."""
    questions: list[SavedQuestionOut]
    """The saved questions that tiles show and that still exist."""


class DashboardList(BaseModel):
    items: list[DashboardOut]
    folders: list[str]
    next_cursor: str | None


class ImageOut(BaseModel):
    id: UUID
    width: int
    height: int
    byte_count: int


class DashboardState(BaseModel):
    """What there is to see: another `version` is another dashboard, other `data` other rows."""

    version: int
    data: str


class ProposalIn(In):
    dataset_id: UUID


class ProposalOut(BaseModel):
    """A dashboard that is kept nowhere until somebody keeps it."""

    title: str
    content: Content
    asked_count: int


class DashboardVersionOut(BaseModel):
    number: int
    title: str
    said: str
    by: str
    created_at: datetime


class DashboardVersionList(BaseModel):
    items: list[DashboardVersionOut]


class CommentOut(BaseModel):
    id: UUID
    tile: str | None
    text: str
    by: str
    mine: bool
    created_at: datetime


class CommentList(BaseModel):
    items: list[CommentOut]
