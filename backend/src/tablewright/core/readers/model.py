"""What every reader is and what it returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tablewright.core.tables import Schema

LISTED_ROWS = 1000
"""How many quarantined and skipped rows a receipt lists itself; the rest is in the quarantine file."""
RAW_CHARACTERS = 2000


class Context(Protocol):
    """What the surrounding process offers: progress messages and a folder for temporary files."""

    @property
    def scratch(self) -> Path: ...

    def progress(self, *, stage: str, done: int, total: int, unit: str) -> None: ...


@dataclass
class Quiet:
    """A context for the command line and for tests."""

    scratch: Path

    def progress(self, *, stage: str, done: int, total: int, unit: str) -> None:
        """Nobody is listening."""


@dataclass(frozen=True)
class Decision:
    """Something that was decided about the file, and what speaks for it."""

    what: str
    value: str
    evidence: str

    def as_json(self) -> dict[str, str]:
        return {"what": self.what, "value": self.value, "evidence": self.evidence}


@dataclass(frozen=True)
class Odd:
    """A row that was not loaded."""

    line: int
    reason: str
    raw: str
    column: str | None = None
    byte: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
            "raw": self.raw[:RAW_CHARACTERS],
            "byte": self.byte,
        }


@dataclass
class Receipt:
    """The account of one table: rows seen = rows loaded + rows quarantined + rows skipped."""

    rows_seen: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_skipped: int = 0
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    quarantine_file: str | None = None
    """Every quarantined row whole, one JSON object a line; None when there is none."""

    def decide(self, what: str, value: str, evidence: str) -> None:
        self.decisions.append(Decision(what, value, evidence))

    @property
    def balanced(self) -> bool:
        return self.rows_seen == self.rows_loaded + self.rows_quarantined + self.rows_skipped

    def as_json(self) -> dict[str, Any]:
        return {
            "rows_seen": self.rows_seen,
            "rows_loaded": self.rows_loaded,
            "rows_quarantined": self.rows_quarantined,
            "rows_skipped": self.rows_skipped,
            "quarantine": self.quarantine,
            "skipped": self.skipped,
            "decisions": [decision.as_json() for decision in self.decisions],
            "quarantine_file": self.quarantine_file,
        }


@dataclass(frozen=True)
class Table:
    """One loaded table: a Parquet file with columns c1, c2, … and what is known about it."""

    name: str
    file: Path
    row_count: int
    schema: Schema
    profile: list[dict[str, Any]]
    receipt: Receipt

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "file": str(self.file),
            "row_count": self.row_count,
            "byte_count": self.file.stat().st_size,
            "schema": self.schema.as_json(),
            "profile": self.profile,
            "receipt": self.receipt.as_json(),
        }


@dataclass(frozen=True)
class Source:
    """The file to read and the bounds to keep while reading it."""

    path: Path
    filename: str
    out_dir: Path
    context: Context
    memory_bytes: int = 384 << 20
    threads: int = 2
    max_columns: int = 2000

    @property
    def stem(self) -> str:
        """The file's name without its ending, as a table's name."""
        name = self.filename.replace("\\", "/").rsplit("/", 1)[-1]
        stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
        return stem.strip() or "Table"


class Reader(Protocol):
    """One format. `claims` looks at the content, never at the file's name."""

    format: str

    def claims(self, path: Path, head: bytes) -> bool:
        """Whether the content is of this format. `head` is the first 64 KiB."""
        ...

    def read(self, source: Source) -> Iterable[Table]:
        """Every table of the file, each written as Parquet into `source.out_dir`."""
        ...
