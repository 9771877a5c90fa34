"""What sharing takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tablewright.core.dashboards.model import FilterId, FilterValue


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SharingIn(In):
    public_links: bool


class SharingOut(BaseModel):
    public_links: bool
    """Whether links and frames of this workspace work at all."""


class ShareIn(In):
    kind: Literal["link", "embed"] = "link"
    description: Annotated[str, Field(max_length=300)] = ""
    """A sentence for search engines and messengers."""
    values: Annotated[dict[FilterId, FilterValue | None], Field(max_length=20)] = {}
    """What the filters are set to. One that is not named has its default."""
    open_filters: Annotated[list[FilterId], Field(max_length=20)] = []
    """The filters that a visitor may set; the others are locked."""
    ends_at: AwareDatetime | None = None
    password: Annotated[str, Field(max_length=1024)] | None = None
    indexed: bool = False
    """Whether search engines may list it. Never with a password."""
    origins: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=20)] = []
    """Of a frame: the sites that may hold it, such as https://www.example.com."""


class ShareOut(BaseModel):
    id: UUID
    kind: Literal["link", "embed"]
    title: str
    description: str
    dashboard_version: int
    open_filters: list[str]
    origins: list[str]
    indexed: bool
    has_password: bool
    ends_at: datetime | None
    is_over: bool
    by: str
    mine: bool
    created_at: datetime
    view_count: int
    viewed_at: datetime | None


class ShareList(BaseModel):
    public_links: bool
    items: list[ShareOut]


class ShareMade(ShareOut):
    url: str
    """A link's address, shown this once; a frame's address, to which the token is added."""
    key: str | None
    """Of a frame: the key to sign tokens with."""


class PersonOut(BaseModel):
    id: UUID
    name: str
    role: str


class GroupNameOut(BaseModel):
    id: UUID
    name: str


class PeopleOut(BaseModel):
    """Whom something can be shared with."""

    members: list[PersonOut]
    groups: list[GroupNameOut]
