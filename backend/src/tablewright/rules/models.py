"""The table of rule sets, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.rules.model import RuleSet
from tablewright.infra.db import Base


class RuleSetState(Base):
    """The rules of a dataset at one time. Written once: each change is the next state, the newest is what holds."""

    __tablename__ = "rule_sets"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    number: Mapped[int]
    rules: Mapped[list[Any]]
    said: Mapped[str]
    """What was done, in words."""
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]

    def value(self) -> RuleSet:
        return RuleSet.model_validate({"rules": self.rules})
