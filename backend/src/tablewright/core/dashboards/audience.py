"""Whom a dashboard is shared with inside its workspace, as a value."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.access.model import OfGroup, OfRole, OneMember, Reader


class Named(BaseModel):
    """A role, a group or a member, and what they may do. A role that may not change dashboards still may not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: Annotated[OfRole | OfGroup | OneMember, Field(discriminator="kind")]
    may: Literal["view", "edit"] = "view"


Audience = Annotated[tuple[Named, ...], Field(max_length=100)]


def may_edit(audience: Audience, reader: Reader) -> bool:
    return any(named.may == "edit" and reader.is_one_of((named.who,)) for named in audience)
