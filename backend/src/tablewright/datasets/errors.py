"""States of affairs around datasets."""

from __future__ import annotations

from datetime import datetime

from tablewright.core.errors import Conflict, Invalid, Missing, Problem


class DatasetMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such dataset in this workspace.")


class VersionMissing(Missing):
    def __init__(self) -> None:
        super().__init__("The dataset has no such version.")


class NoVersionYet(Missing):
    def __init__(self, at: datetime) -> None:
        super().__init__(f"The dataset had no version yet at {at:%Y-%m-%d %H:%M:%S %Z}. Name a later moment.")


class PendingMissing(Missing):
    def __init__(self) -> None:
        super().__init__("Nothing of this name waits to be accepted. It may have been accepted or discarded already.")


class NothingSetAside(Missing):
    def __init__(self) -> None:
        super().__init__("No row of this version was set aside.")


class VersionIsCurrent(Conflict):
    def __init__(self, number: int) -> None:
        super().__init__(f"Version {number} is the current one already.")


class VersionNotCurrent(Conflict):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"Version {number} is not the current one. Rows can be put right in the current version only; "
            "go back to this version first, or open the newest."
        )


class DatasetMoved(Conflict):
    def __init__(self) -> None:
        super().__init__("The dataset got another version meanwhile, more than once. Try again.")


class MappingChanged(Conflict):
    def __init__(self) -> None:
        super().__init__("Somebody else changed the mapping meanwhile. Open it again and repeat your change.")


class NoSourceFile(Conflict):
    def __init__(self) -> None:
        super().__init__("The version was not read from a file that is kept, so it cannot be read again.")


class RowNotQuarantined(Invalid):
    def __init__(self, index: int) -> None:
        super().__init__(f"Row {index} is not among the rows that were set aside.", index=index)


class RowNamedTwice(Invalid):
    def __init__(self, index: int) -> None:
        super().__init__(f"Row {index} is named twice: edit it or leave it out, once.", index=index)


class NothingToDo(Invalid):
    def __init__(self) -> None:
        super().__init__("Name at least one row to load or to leave out.", field="rows")


class PushCutOff(Invalid):
    def __init__(self) -> None:
        super().__init__("The connection ended before the whole file had come. Nothing was kept; send it again.")


class FileNotRead(Missing):
    def __init__(self) -> None:
        super().__init__("No table of this file is here. Load it first.")


class NothingLoaded(Problem):
    status = 422
    title = "Nothing to load"

    def __init__(self, filename: str) -> None:
        super().__init__(f'"{filename}" holds no table: no rows were found in it.', file=filename)
