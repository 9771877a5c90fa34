"""Why a file could not be read at all. Rows that cannot be read are quarantined, not raised."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.errors import Invalid, TooLarge


class FileEmpty(Invalid):
    def __init__(self) -> None:
        super().__init__("The file is empty: there is nothing in it to load.")


class NotATable(Invalid):
    """The bytes are not text, or are a document of a kind that holds no table."""


class LineTooLong(Invalid):
    def __init__(self, line: int, limit: int) -> None:
        super().__init__(
            f"Line {line:,} is longer than {limit // (1 << 20)} MiB. A table has one row per line; "
            "check whether the file has line breaks at all.",
            line=line,
        )


class LinesTooLong(Invalid):
    def __init__(self, longest: int) -> None:
        super().__init__(
            f"Lines of the file are up to {longest >> 20} MiB long, and so many of them cannot be read. "
            "Shorten the longest values, or save the file as JSON lines or Parquet."
        )


class TooManyColumns(Invalid):
    def __init__(self, count: int, limit: int, **where: object) -> None:
        super().__init__(
            f"The table has {count:,} columns; at most {limit:,} are accepted. Remove columns that are not needed, "
            "or turn the table so that they become rows.",
            **where,
        )


class NothingReadable(Invalid):
    """Every row was quarantined or skipped."""


class PasswordProtected(Invalid):
    def __init__(self) -> None:
        super().__init__("The workbook is protected by a password. Save it without one and upload it again.")


class ArchiveBomb(TooLarge):
    """A compressed file whose declared or real content is out of proportion."""


NOTHING_LOADED = "Nothing was loaded; correct the file or export it again."


class FileDamaged(Invalid):
    """The format is known, but the file is cut short or inconsistent."""


class ArchiveCutShort(FileDamaged):
    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file ends at byte {size:,} without the directory that closes every workbook and zip archive: it was "
            "cut short or damaged. Nothing was loaded; copy or save it again.",
            byte=size,
        )


class ValuesTooLarge(TooLarge):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The file holds values or pages that cannot be read within {limit >> 20:,} MiB of memory. "
            "Write it in smaller row groups and pages, and shorten values of many megabytes."
        )


class SheetTooLarge(TooLarge):
    """A worksheet spans more cells than can be held."""


class TooDeep(Invalid):
    def __init__(self, limit: int, **where: object) -> None:
        place = next((f" in line {n:,}" for n in (where.get("line"),) if isinstance(n, int)), "")
        place = place or next((f" at byte {n:,}" for n in (where.get("byte"),) if isinstance(n, int)), "")
        super().__init__(
            f"The data is nested more than {limit} levels deep{place}. Nothing was loaded; export fewer levels.",
            **where,
        )


class CountsDisagree(Invalid):
    """Two independent counts of the same rows differ: the load is stopped rather than shown as right."""

    def __init__(self, counted: int, loaded: int) -> None:
        super().__init__(
            f"The file holds {counted:,} rows by one count and {loaded:,} by another, so the load was stopped "
            "instead of showing a table that may be wrong."
        )


class EntityBomb(TooLarge):
    """A text whose own abbreviations (entities, aliases) grow out of proportion when they are written out."""


class TooManyKinds(Invalid):
    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            f"The file holds {count:,} kinds of repeated elements; each becomes a table, and at most {limit:,} "
            "are accepted."
        )


class StatementTooLong(TooLarge):
    def __init__(self, line: int, limit: int) -> None:
        super().__init__(
            f"A value or comment that begins in line {line:,} is longer than {limit >> 20} MiB, or its quotes are "
            "never closed.",
            line=line,
        )


class TooManyTables(TooLarge):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The file holds more than {limit:,} tables. Split it and load the parts one by one.")


class NothingFits(Invalid):
    """No value of a column can be read as what somebody told."""

    def __init__(self, column: str, wanted: str, example: str) -> None:
        super().__init__(
            f'No value of the column "{column}" can be read as {wanted}: it holds, for instance, "{example}". '
            "Choose another type or format for it.",
            column=column,
        )


class TooManyMembers(TooLarge):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The archive holds more than {limit:,} files. Pack fewer of them together.")


class NothingInArchive(Invalid):
    """An archive in which no file could be read as a table."""

    def __init__(self, files: Sequence[tuple[str, str]]) -> None:
        listed = "; ".join(f"{name}: {why}" for name, why in files[:5]) or "it is empty"
        super().__init__(f"No file in the archive could be read as a table. {listed}")
