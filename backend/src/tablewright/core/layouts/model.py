"""A report as a value: a title and an ordered list of sections."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from tablewright.core.charts.spec import ChartSpec


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextSection(_Value):
    """Plain text; blank lines separate paragraphs, `# ` and `## ` begin headings, `- ` bullets."""

    kind: Literal["text"] = "text"
    text: Annotated[str, Field(max_length=50_000)]


class TableSection(_Value):
    kind: Literal["table"] = "table"
    question_id: UUID
    title: Annotated[str, Field(max_length=300)] | None = None


class ChartSection(_Value):
    """A saved question's answer drawn by `chart`, or by the question's own chart when absent."""

    kind: Literal["chart"] = "chart"
    question_id: UUID
    title: Annotated[str, Field(max_length=300)] | None = None
    chart: ChartSpec | None = None


Section = Annotated[TextSection | TableSection | ChartSection, Field(discriminator="kind")]
