"""States of affairs around uploads and source files."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Invalid, Missing, TooLarge, Unavailable


class FileMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such file in this workspace.")


class UploadMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such upload in this workspace. Start it again.")


class FileNameInvalid(Invalid):
    def __init__(self, why: str) -> None:
        super().__init__(f"The file's name {why}. Rename the file and upload it again.", field="filename")


class UploadHeaderInvalid(Invalid):
    def __init__(self, header: str, why: str) -> None:
        super().__init__(f"{header} {why}.", header=header)


class UploadTooLarge(TooLarge):
    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"The file has {size:,} bytes; this installation takes {limit:,} at most. Split it, or ask the operator.",
            size=size,
            limit=limit,
        )


class StorageFull(Unavailable):
    def __init__(self, size: int, free: int) -> None:
        super().__init__(f"The server has {free:,} bytes of free space and the file needs {size:,}. Ask the operator.")


class OffsetConflict(Conflict):
    def __init__(self, given: int, actual: int) -> None:
        super().__init__(f"The upload is at byte {actual:,}, not {given:,}. Ask for the offset and go on from there.")


class UploadBusy(Conflict):
    def __init__(self) -> None:
        super().__init__("Another connection is sending to this upload. Try again when it has ended.")


class UploadOverrun(Invalid):
    def __init__(self, size: int) -> None:
        super().__init__(f"More bytes came than the {size:,} that were announced. Nothing beyond them was kept.")
