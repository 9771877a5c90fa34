"""What datasets take and give over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tablewright.activity.schemas import JobOut
from tablewright.core.mappings.model import Mapping
from tablewright.core.queries.tables import EngineChoice
from tablewright.core.readers.options import LoadOptions
from tablewright.core.tables import ColumnType
from tablewright.core.versions.diff import SchemaDiff

Note = Annotated[str, Field(max_length=500)]


class DatasetChange(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    engine: EngineChoice | None = None
    """`auto`: by size; `duckdb`: always on this machine; `spark`: on the Spark Connect endpoint, where there is one."""


class SourceOut(BaseModel):
    file_id: UUID
    filename: str
    format: str


class DatasetOut(BaseModel):
    id: UUID
    name: str
    engine: EngineChoice = "auto"
    row_count: int
    column_count: int
    byte_count: int
    """0 where a part is seen."""
    is_part: bool = False
    """Whether rules of access keep rows or columns from the reader. Counts are of what is seen."""
    current_version_id: UUID | None
    source: SourceOut | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    hidden: bool = False
    """Its sheet is hidden in the workbook."""


class DatasetList(BaseModel):
    items: list[DatasetOut]
    next_cursor: str | None


class ColumnOut(BaseModel):
    id: str
    name: str
    type: ColumnType
    unit: str | None = None
    format: str | None = None
    role: str | None = None


class ValueCount(BaseModel):
    value: str | int | float | bool | None
    count: int


class Bar(BaseModel):
    """Values from `from` up to `to`; the last bar includes its end."""

    model_config = ConfigDict(populate_by_name=True)
    start: Annotated[str | float | int, Field(alias="from")]
    end: Annotated[str | float | int, Field(alias="to")]
    count: int


class ColumnProfile(BaseModel):
    """One column over all rows. Absent figures do not apply to its type."""

    id: str
    null_count: int
    distinct_count: int | None = None
    distinct_is_approximate: bool = False
    min: str | int | float | bool | None = None
    max: str | int | float | bool | None = None
    mean: float | None = None
    true_count: int | None = None
    top: list[ValueCount] = []
    histogram: list[Bar] = []


class Quarantined(BaseModel):
    line: int | None = None
    row: int | None = None
    """The position among the rows that were read, where a line is not known."""
    column: str | None = None
    reason: str
    raw: str | None = None
    byte: int | None = None


class OddValue(BaseModel):
    """A value that speaks against a decision."""

    value: Any
    line: int | None = None


class Decision(BaseModel):
    """What was decided about the file. The option `key` (of `column`, when given) overrules it."""

    what: str
    value: Any
    evidence: str
    key: str = ""
    column: str | None = None
    confidence: Literal["certain", "likely", "assumed", "told"] = "certain"
    choices: list[str] = []
    fits: int | None = None
    total: int | None = None
    examples: list[OddValue] = []


class RuleChecked(BaseModel):
    """One rule of a contract: for how many rows or cells it fired, and what the load did about it."""

    rule_id: UUID
    name: str
    severity: Literal["info", "warning", "error"]
    action: Literal["warn", "quarantine", "refuse"]
    failing: int
    of: int | None
    unchecked: str | None
    """Why it could not be checked."""
    message: str


class Receipt(BaseModel):
    """The account of a load: rows_seen = rows_loaded + rows_quarantined + rows_skipped."""

    rows_seen: int
    rows_loaded: int
    rows_quarantined: int
    rows_skipped: int
    rows_replayed: int = 0
    """Of the loaded rows, those that were set aside first and put right."""
    quarantine: list[Quarantined] = []
    skipped: list[Quarantined] = []
    decisions: list[Decision] = []
    warnings: list[dict[str, Any]] = []
    checks: list[RuleChecked] = []
    """The rules of the dataset's contract, as they were found when the version was made."""


class BrokenColumn(BaseModel):
    id: str
    name: str
    why: Literal["removed", "retyped"]


class Break(BaseModel):
    """A question or report that uses a column which is removed or retyped."""

    kind: Literal["question", "report", "rule", "dashboard", "access", "metric"]
    id: UUID
    name: str
    columns: list[BrokenColumn]


class PersonOut(BaseModel):
    id: UUID
    name: str


class VersionFile(BaseModel):
    id: UUID
    filename: str
    size: int
    content_hash: str


class Counts(BaseModel):
    """What happened to rows; None where it was not counted (a replacement: compare the versions)."""

    added: int | None = None
    changed: int | None = None
    removed: int | None = None
    unchanged: int | None = None
    duplicates: int = 0


class VersionOut(BaseModel):
    id: UUID
    number: int
    mode: Literal["replace", "append", "upsert", "replay", "restore"]
    row_count: int
    byte_count: int
    created_at: datetime
    created_by: PersonOut | None
    file: VersionFile | None = None
    parent_id: UUID | None
    note: str | None = None
    counts: Counts | None = None
    rows_quarantined: int = 0
    rows_skipped: int = 0
    options: LoadOptions = LoadOptions()
    diff: SchemaDiff | None = None
    lineage: dict[str, Any] | None = None
    is_current: bool


class VersionList(BaseModel):
    items: list[VersionOut]
    next_cursor: str | None = None


class LinkOut(BaseModel):
    """A suggested join: these columns point to columns of another dataset of the same file."""

    columns: list[str]
    table: str
    names: list[str]
    dataset_id: UUID | None = None
    dataset_name: str | None = None
    """None when that dataset is not here any more."""


class KeysOut(BaseModel):
    primary_key: list[str] = []
    links: list[LinkOut] = []
    hidden: bool = False


class SiblingOut(BaseModel):
    """Another table of the same file."""

    id: UUID
    name: str
    hidden: bool


class DatasetDetail(DatasetOut):
    model_config = ConfigDict(populate_by_name=True)
    columns: Annotated[list[ColumnOut], Field(alias="schema")]
    profile: list[ColumnProfile]
    receipt: Receipt | None
    """None for who sees a part: it names values of all rows."""
    version: VersionOut
    keys: KeysOut
    siblings: list[SiblingOut] = []
    pending_count: int


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReloadIn(In):
    """What to read differently. None: as before."""

    options: LoadOptions | None = None
    mapping: Mapping | None = None
    note: Note | None = None


class NoteIn(In):
    note: Note | None = None


class AcceptIn(In):
    mapping: Mapping | None = None
    note: Note | None = None


class PendingOut(BaseModel):
    """A version that waits because of how it differs."""

    id: UUID
    created_at: datetime
    created_by: PersonOut | None
    file: VersionFile | None
    mode: Literal["replace", "append", "upsert"]
    row_count: int
    columns: list[dict[str, str]]
    diff: SchemaDiff
    breaks: list[Break]
    reasons: list[str]
    rows_seen: int
    rows_loaded: int
    rows_quarantined: int
    rows_skipped: int
    note: str | None


class PendingList(BaseModel):
    items: list[PendingOut]


class RowCounts(BaseModel):
    added: int
    removed: int
    changed: int
    unchanged: int


class Example(BaseModel):
    change: Literal["added", "removed", "changed"]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ComparisonOut(BaseModel):
    """Two versions side by side, over the columns that both have."""

    model_config = ConfigDict(populate_by_name=True)
    before: Annotated[VersionOut, Field(alias="from")]
    after: Annotated[VersionOut, Field(alias="to")]
    diff: SchemaDiff
    by: Literal["key", "rows"]
    keys: list[str]
    rows: RowCounts
    columns_changed: dict[str, int]
    examples: list[Example]


class FileColumn(BaseModel):
    name: str
    type: ColumnType


class QuarantineRow(BaseModel):
    index: int
    line: int | None = None
    row: int | None = None
    column: str | None = None
    byte: int | None = None
    reason: str
    raw: str
    values: list[str | None] | None = None


class ReasonCount(BaseModel):
    reason: str
    count: int


class QuarantinePage(BaseModel):
    items: list[QuarantineRow]
    next_cursor: str | None
    total: int
    columns: list[FileColumn]
    reasons: list[ReasonCount]


class EditedRow(In):
    """A row put right: its values, one for each column of the file, or its text."""

    index: Annotated[int, Field(ge=0, le=2**53)]
    values: Annotated[list[Annotated[str, Field(max_length=100_000)] | None], Field(max_length=2000)] | None = None
    raw: Annotated[str, Field(max_length=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one(self) -> EditedRow:
        if (self.values is None) == (self.raw is None):
            raise ValueError("give either values or raw")
        return self


class ReplayIn(In):
    rows: Annotated[list[EditedRow], Field(max_length=1000)] = []
    discard: Annotated[list[Annotated[int, Field(ge=0, le=2**53)]], Field(max_length=10_000)] = []
    note: Note | None = None


class MappingIn(In):
    mapping: Mapping
    version: Annotated[int, Field(ge=0, le=2**31)]


class MappingOut(BaseModel):
    """`version` 0: nothing is saved, and the mapping is the one that changes nothing."""

    mapping: Mapping
    version: int
    shape: list[FileColumn]
    source: list[FileColumn]
    dataset: list[ColumnOut]
    saved_at: datetime | None
    fits: bool


class TrialIn(In):
    mapping: Mapping
    pending_id: UUID | None = None
    version_id: UUID | None = None


class Rows(BaseModel):
    columns: list[dict[str, str | None]]
    rows: list[list[Any]]


class MisfitOut(BaseModel):
    column: str
    count: int
    examples: list[str]


class TrialOut(BaseModel):
    before: Rows
    after: Rows
    misfits: list[MisfitOut]
    diff: SchemaDiff
    breaks: list[Break]


class SuggestIn(In):
    file_id: UUID | None = None
    version_id: UUID | None = None
    pending_id: UUID | None = None


class SuggestionOut(BaseModel):
    source: str
    id: str
    name: str
    score: float
    why: list[str]


class SuggestOut(BaseModel):
    mapping: Mapping
    suggestions: list[SuggestionOut]


class PushOut(BaseModel):
    """The file is stored; the job loads it."""

    file_id: UUID
    content_hash: str
    size: int
    job_id: UUID
    job: JobOut
