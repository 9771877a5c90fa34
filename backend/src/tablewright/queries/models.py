"""The table of saved questions, mapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.queries.model import Question
from tablewright.infra.db import Base


class SavedQuestion(Base):
    """A question with a name and, if somebody chose them, a chart and the formats of its table."""

    __tablename__ = "questions"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    workspace_id: Mapped[UUID]
    dataset_id: Mapped[UUID]
    name: Mapped[str]
    question: Mapped[dict[str, Any]]
    chart: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    formats: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    def asked(self) -> Question:
        return Question.model_validate(self.question)

    def drawn(self) -> ChartSpec | None:
        return ChartSpec.model_validate(self.chart) if self.chart else None

    def formatted(self) -> TableFormat | None:
        return TableFormat.model_validate(self.formats) if self.formats else None
