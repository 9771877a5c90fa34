"""The table of metrics, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.metrics.model import Definition
from tablewright.infra.db import Base


class Metric(Base):
    """What a workspace has agreed to compute, under one name."""

    __tablename__ = "metrics"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    name: Mapped[str]
    description: Mapped[str]
    definition: Mapped[dict[str, Any]]
    unit: Mapped[str | None]
    format: Mapped[str | None]
    owner_id: Mapped[UUID | None]
    is_certified: Mapped[bool]
    """Whether an admin vouches for it. Only admins change it then."""
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_by: Mapped[UUID]
    updated_at: Mapped[datetime]

    def defined(self) -> Definition:
        return Definition.model_validate(self.definition)
