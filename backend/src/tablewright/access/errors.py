"""States of affairs around groups, attributes and rules of access."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Forbidden, Missing


class GroupMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such group in this workspace.")


class GroupExists(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f'There is a group "{name}" already.', field="name")


class GroupInUse(Conflict):
    def __init__(self, name: str, count: int) -> None:
        datasets = "one dataset names" if count == 1 else f"{count} datasets name"
        super().__init__(
            f'The rules of {datasets} the group "{name}". Take it out of them first, or its people see less.'
        )


class RulesChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed the rules of this dataset meanwhile. Open them again.")


class PartSeen(Forbidden):
    """The reader sees some rows or columns of a dataset, and asks for what only its whole can give."""

    def __init__(self) -> None:
        super().__init__(
            "Rules of access show you a part of this dataset, and this needs all of it. "
            "An admin of the workspace can change the rules."
        )


class NothingSeen(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "Rules of access hide every column of this dataset from you. An admin of the workspace can change them."
        )
