"""What identity takes and gives over HTTP. Unknown fields are refused."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

RoleName = Literal["admin", "analyst", "viewer"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[str, Field(min_length=3, max_length=320)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
Token = Annotated[str, Field(min_length=16, max_length=200)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SetupState(BaseModel):
    needed: bool


class SetupIn(In):
    token: Token
    workspace_name: Name
    name: Name
    email: Email
    password: Password


class SignInIn(In):
    email: Email
    password: Password


class JoinIn(In):
    token: Token
    password: Password


class WorkspaceChoice(In):
    workspace_id: UUID


class WorkspaceIn(In):
    name: Name


class UserOut(BaseModel):
    id: UUID
    name: str
    email: str
    is_super_admin: bool


class WorkspaceOut(BaseModel):
    id: UUID
    name: str


class WorkspaceSettings(WorkspaceOut):
    time_zone: str
    """Whose days are meant where a question or a rule names no time zone."""


class WorkspaceChange(In):
    time_zone: Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+\-/]+$")]
    """A name of the IANA database, such as Europe/Berlin."""


class WorkspaceRoleOut(WorkspaceOut):
    role: RoleName


class ViewAsIn(In):
    user_id: UUID


class Viewed(BaseModel):
    """The member as whom an admin looks at the workspace."""

    user_id: UUID
    name: str


class Me(BaseModel):
    """The signed-in person, the chosen workspace and what may be done in it."""

    user: UserOut
    workspace: WorkspaceSettings
    role: RoleName
    permissions: list[str]
    workspaces: list[WorkspaceRoleOut]
    view_as: Viewed | None = None


class SessionOut(BaseModel):
    access_token: str
    expires_in: int
    me: Me


class MemberOut(BaseModel):
    user_id: UUID
    name: str
    email: str
    role: RoleName
    state: Literal["active", "invited"]


class MemberList(BaseModel):
    items: list[MemberOut]
    next_cursor: str | None = None


class MemberIn(In):
    name: Name
    email: Email
    role: RoleName


class MemberChange(In):
    role: RoleName


class Invited(BaseModel):
    member: MemberOut
    link: str | None
    """Absent when the person has an account already: they see the workspace at once."""
