"""States of affairs around reports."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Missing


class ReportMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such report in this workspace.")


class EditionMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such edition in this workspace.")


class ReportChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed this report meanwhile. Load it again and repeat your change.")


class ReportEmpty(Conflict):
    def __init__(self, title: str) -> None:
        super().__init__(f'"{title}" has no sections yet, so there is nothing to render. Add a text, table or chart.')
