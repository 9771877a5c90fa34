"""States of affairs around datasets."""

from __future__ import annotations

from tablewright.core.errors import Missing


class DatasetMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such dataset in this workspace.")


class VersionMissing(Missing):
    def __init__(self) -> None:
        super().__init__("The dataset has no such version.")
