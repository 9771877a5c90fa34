"""States of affairs around metrics."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Missing


class MetricMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such metric in this workspace.")


class MetricExists(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f'There is a metric "{name}" already. Use it, or choose another name.', field="name")


class MetricChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed this metric meanwhile. Load it again and repeat your change.")


class MetricInUse(Conflict):
    def __init__(self, name: str, users: list[str]) -> None:
        shown = ", ".join(f'"{each}"' for each in users[:5]) + (f" and {len(users) - 5} more" if len(users) > 5 else "")
        super().__init__(f'"{name}" is used by {shown}. Take it out of them first.', used_by=users[:20])
