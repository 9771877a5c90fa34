"""What rules takes and gives over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.queries.model import Formula
from tablewright.core.rules.model import Check, Contract, Rule, Severity


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RuleIn(In):
    """A rule as somebody writes it. The message names columns as people do: `{Region} fell by {percent}`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    check: Check
    severity: Severity = Severity.WARNING
    owner: UUID | None = None
    message: Annotated[str, Field(max_length=500)] = ""
    enabled: bool = True
    contract: Contract | None = None

    def rule(self, rule_id: UUID | None = None) -> Rule:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Rule.model_validate({"id": rule_id or uuid4(), **fields})


class RuleAdded(In):
    dataset_id: UUID
    number: Annotated[int, Field(ge=0)]
    """The state of the rules that was looked at; a newer one in store is a conflict. 0: there was none."""
    rule: RuleIn


class RuleChanged(In):
    number: Annotated[int, Field(ge=0)]
    rule: RuleIn


class RestoreIn(In):
    dataset_id: UUID
    number: Annotated[int, Field(ge=0)]
    to: Annotated[int, Field(ge=1)]
    """The earlier state whose rules shall hold again."""


class ImportIn(In):
    dataset_id: UUID
    number: Annotated[int, Field(ge=0)]
    document: dict[str, Any]
    """The file, as it was exported."""
    replace: bool = False
    """Whether rules go that the file does not have."""


class TryIn(In):
    dataset_id: UUID
    rule: RuleIn


class RuleOut(BaseModel):
    """A rule as people read it."""

    id: UUID
    dataset_id: UUID
    name: str
    check: Check
    severity: Severity
    owner: UUID | None
    owner_name: str | None
    message: str
    unknown: list[str]
    """Placeholders of the message that nothing fills; they are shown as they stand."""
    enabled: bool
    contract: Contract | None
    problem: str | None
    """Why it cannot be checked on the dataset as it is."""


class RuleFlag(BaseModel):
    """A rule as formulas of a question over its dataset."""

    formulas: list[Formula]


class RuleSetOut(BaseModel):
    dataset_id: UUID
    number: int
    items: list[RuleOut]


class RuleStateOut(BaseModel):
    number: int
    said: str
    rule_count: int
    created_at: datetime
    created_by: str | None
    is_current: bool


class RuleHistory(BaseModel):
    items: list[RuleStateOut]


class WouldHaveFired(BaseModel):
    """One past version or period: for how many rows, cells or groups the rule would have fired."""

    label: str
    at: datetime | None
    """When the version was made; of a period, when it began."""
    version_id: UUID | None = None
    n: int
    of: int | None
    unchecked: str | None = None


class RuleTrial(BaseModel):
    by: Literal["version", "period"]
    points: list[WouldHaveFired]
    """Oldest first."""
    fired_count: int
    """In how many of them it would have fired."""
