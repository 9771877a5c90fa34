"""States of affairs around exports and downloads."""

from __future__ import annotations

from tablewright.core.errors import Invalid, Missing


class ExportMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such export in this workspace.")


class DownloadOver(Missing):
    def __init__(self) -> None:
        super().__init__("This download link is over. Start the download again.")


class NothingNamed(Invalid):
    def __init__(self, kind: str, field: str) -> None:
        super().__init__(f'A {kind} needs "{field}".', field=field)


class NothingToExport(Invalid):
    def __init__(self, title: str) -> None:
        super().__init__(f'"{title}" has no tables or charts, so there is nothing to put into a workbook.')


class TileNotExportable(Invalid):
    def __init__(self, tile: str, why: str) -> None:
        super().__init__(f'"{tile}" cannot be asked, so the workbook would not be whole. {why}', tile=tile)


class FormatElsewhere(Invalid):
    def __init__(self, format: str) -> None:
        super().__init__(f"Only a dashboard can be exported as {format.upper()}; a report has editions.", format=format)
