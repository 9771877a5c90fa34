"""What every reader is and what it returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from tablewright.core.readers.options import LoadOptions
from tablewright.core.tables import Schema

LISTED_ROWS = 1000
"""How many quarantined and skipped rows a receipt lists itself; the rest is in the quarantine file."""
RAW_CHARACTERS = 2000


class Context(Protocol):
    """What the surrounding process offers: progress messages and a folder for temporary files."""

    @property
    def scratch(self) -> Path: ...

    def progress(self, *, stage: str, done: int, total: int, unit: str, rows: int | None = None) -> None: ...


@dataclass
class Quiet:
    """A context for the command line and for tests."""

    scratch: Path

    def progress(self, *, stage: str, done: int, total: int, unit: str, rows: int | None = None) -> None:
        """Nobody is listening."""


Confidence = Literal["certain", "likely", "assumed", "told"]
"""`certain`: nothing in the file speaks against it; `likely`: the best of several readings; `assumed`: the file
does not say, so somebody should look; `told`: the user said so."""


@dataclass(frozen=True)
class Decision:
    """Something that was decided about the file, and what speaks for it."""

    what: str
    """In words, as people read it: `delimiter`, `type of amount`."""
    value: str
    evidence: str
    key: str = ""
    """Which option overrules it (a field of LoadOptions, or of ColumnOptions when `column` is given); "" for none."""
    column: str | None = None
    """The id of the column it is about."""
    confidence: Confidence = "certain"
    choices: tuple[str, ...] = ()
    """What else the option may be set to here, the most likely first."""
    fits: int | None = None
    """How many values speak for it, of `total`."""
    total: int | None = None
    examples: tuple[dict[str, Any], ...] = ()
    """Values that speak against it: `{value, line}`."""

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "value": self.value,
            "evidence": self.evidence,
            "key": self.key,
            "column": self.column,
            "confidence": self.confidence,
            "choices": list(self.choices),
            "fits": self.fits,
            "total": self.total,
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Odd:
    """A row that was not loaded."""

    line: int
    reason: str
    raw: str
    column: str | None = None
    byte: int | None = None
    values: tuple[str | None, ...] | None = None
    """Its values, where the row could be split into as many as the table has columns."""

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
    warnings: list[dict[str, Any]] = field(default_factory=list)
    """What was read but deserves a look: `{reason, line?, column?, sheet?, raw?, count?}`."""
    quarantine_file: str | None = None
    """Every quarantined row whole, one JSON object a line; None when there is none."""

    def decide(self, what: str, value: str, evidence: str, **more: Any) -> None:
        """Note a decision; `more` are further fields of Decision."""
        self.decisions.append(Decision(what, value, evidence, **more))

    def warn(self, reason: str, **where: Any) -> None:
        """Note something that was read, but perhaps not as the file's author meant it."""
        if len(self.warnings) < LISTED_ROWS:
            self.warnings.append({"reason": reason, **where})

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
            "warnings": self.warnings,
            "quarantine_file": self.quarantine_file,
        }


@dataclass(frozen=True)
class Link:
    """Columns that point to another table of the same file: a foreign key, or the key of a parent record."""

    columns: tuple[str, ...]
    """Column ids of this table."""
    table: str
    """The other table's name."""
    names: tuple[str, ...]
    """The names of the columns pointed to."""

    def as_json(self) -> dict[str, Any]:
        return {"columns": list(self.columns), "table": self.table, "names": list(self.names)}


@dataclass(frozen=True)
class Table:
    """One loaded table: a Parquet file with columns c1, c2, … and what is known about it."""

    name: str
    file: Path
    row_count: int
    schema: Schema
    profile: list[dict[str, Any]]
    receipt: Receipt
    primary_key: tuple[str, ...] = ()
    """Column ids, where the file declares them."""
    links: tuple[Link, ...] = ()
    """Declared references to other tables of the file: suggested joins."""
    hidden: bool = False
    """Whether the file hides the table (a hidden sheet)."""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "file": str(self.file),
            "row_count": self.row_count,
            "byte_count": self.file.stat().st_size,
            "schema": self.schema.as_json(),
            "profile": self.profile,
            "receipt": self.receipt.as_json(),
            "primary_key": list(self.primary_key),
            "links": [link.as_json() for link in self.links],
            "hidden": self.hidden,
        }


@dataclass
class Tally:
    """How many rows were read so far, of all tables of a file."""

    rows: int = 0


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
    options: LoadOptions = field(default_factory=LoadOptions)
    tally: Tally = field(default_factory=Tally)
    connections: dict[Path, Any] = field(default_factory=dict, compare=False, repr=False)
    """What `engine.locked` keeps open, by the folder that it may write to; one at most."""
    whole_dir: Path | None = None
    """Of a file of an archive, where the tables of the whole archive are; `out_dir` is within it."""

    @property
    def may_write_to(self) -> Path:
        return self.whole_dir or self.out_dir

    def tell_read(self, done: int, total: int) -> None:
        """Say how many bytes were read, and how many rows that gave as far as they are counted."""
        self.context.progress(stage="read", done=done, total=total, unit="bytes", rows=self.tally.rows or None)

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
