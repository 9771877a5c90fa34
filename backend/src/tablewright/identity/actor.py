"""Who acts, in which workspace, with which rights. Services take an actor; nobody else decides rights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tablewright.core.errors import Forbidden


class Role(StrEnum):
    ADMIN = "admin"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Permission(StrEnum):
    DATASETS_READ = "datasets.read"
    DATASETS_LOAD = "datasets.load"
    DATASETS_EDIT = "datasets.edit"
    QUESTIONS_ASK = "questions.ask"
    QUESTIONS_EDIT = "questions.edit"
    METRICS_EDIT = "metrics.edit"
    METRICS_CERTIFY = "metrics.certify"
    REPORTS_READ = "reports.read"
    REPORTS_EDIT = "reports.edit"
    DASHBOARDS_READ = "dashboards.read"
    DASHBOARDS_EDIT = "dashboards.edit"
    EXPORTS_CREATE = "exports.create"
    SHARES_CREATE = "shares.create"
    SHARES_MANAGE = "shares.manage"
    JOBS_READ = "jobs.read"
    MEMBERS_READ = "members.read"
    MEMBERS_MANAGE = "members.manage"
    ACCESS_MANAGE = "access.manage"
    WORKSPACE_MANAGE = "workspace.manage"
    INSTALLATION_MANAGE = "installation.manage"


_VIEWER = frozenset(
    {
        Permission.DATASETS_READ,
        Permission.QUESTIONS_ASK,
        Permission.REPORTS_READ,
        Permission.DASHBOARDS_READ,
        Permission.EXPORTS_CREATE,
        Permission.JOBS_READ,
    }
)
_ANALYST = _VIEWER | {
    Permission.DATASETS_LOAD,
    Permission.DATASETS_EDIT,
    Permission.QUESTIONS_EDIT,
    Permission.METRICS_EDIT,
    Permission.REPORTS_EDIT,
    Permission.DASHBOARDS_EDIT,
    Permission.SHARES_CREATE,
}
_ADMIN = _ANALYST | {
    Permission.MEMBERS_READ,
    Permission.MEMBERS_MANAGE,
    Permission.ACCESS_MANAGE,
    Permission.WORKSPACE_MANAGE,
    Permission.SHARES_MANAGE,
    Permission.METRICS_CERTIFY,
}
_LOOKING = frozenset(
    {
        Permission.DATASETS_READ,
        Permission.QUESTIONS_ASK,
        Permission.REPORTS_READ,
        Permission.DASHBOARDS_READ,
        Permission.JOBS_READ,
    }
)
"""What is left to an admin who looks at the workspace as somebody else: nothing is made and nothing leaves."""

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.ANALYST: _ANALYST,
    Role.ADMIN: _ADMIN,
}


class NotPermitted(Forbidden):
    def __init__(self, permission: Permission) -> None:
        super().__init__(
            f"Your role does not include {permission.value}. An admin of the workspace can change your role.",
            permission=permission.value,
        )


@dataclass(frozen=True)
class Actor:
    """A signed-in person in one workspace. `role` is None for a super admin who is no member of it.

    `view_as` is the member as whom an admin looks at the workspace; `role` is then that member's.
    """

    user_id: UUID
    session_id: UUID
    workspace_id: UUID
    role: Role | None
    is_super_admin: bool
    view_as: UUID | None = None
    only: frozenset[Permission] | None = None
    """What is left of the rights where a person is acted for, as for the visitors of a link that they made."""
    time_zone: str = "UTC"
    """The workspace's: of questions that name none."""

    @property
    def permissions(self) -> frozenset[Permission]:
        own = PERMISSIONS[self.role] if self.role else frozenset()
        if self.only is not None:
            return own & self.only
        if self.view_as is not None:
            return own & _LOOKING
        return own | {Permission.INSTALLATION_MANAGE} if self.is_super_admin else own

    def require(self, permission: Permission) -> None:
        """Pass, or raise NotPermitted."""
        if permission not in self.permissions:
            raise NotPermitted(permission)
