"""States of affairs around dashboards."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Forbidden, Invalid, Missing


class DashboardMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such dashboard in this workspace.")


class DashboardVersionMissing(Missing):
    def __init__(self) -> None:
        super().__init__("The dashboard has no such version.")


class DashboardChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed this dashboard meanwhile. Load it again and repeat your change.")


class DashboardLocked(Conflict):
    def __init__(self, title: str) -> None:
        super().__init__(f'"{title}" is locked. Who made it or an admin can unlock it; a copy can be changed.')


class LockNotYours(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only who made a dashboard, or an admin, can lock and unlock it.")


class ImageMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such picture in this workspace.")


class TooManyImages(Conflict):
    def __init__(self, most: int) -> None:
        super().__init__(f"The workspace has {most} pictures, which is as many as there can be.")


class DashboardReadOnly(Forbidden):
    def __init__(self, title: str) -> None:
        super().__init__(f'"{title}" is shared with you to be looked at. A copy can be changed.')


class AudienceNotYours(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only who made a dashboard, or an admin, decides whom it is shared with.")


class CommentMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such comment.")


class CommentNotYours(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only who wrote a comment, or an admin, can remove it.")


class TileMissing(Invalid):
    def __init__(self, tile: str) -> None:
        super().__init__(f'The dashboard has no tile "{tile}".', tile=tile)


class FilterMissing(Invalid):
    def __init__(self, filter_id: str) -> None:
        super().__init__(f'The dashboard has no filter "{filter_id}".', filter=filter_id)
