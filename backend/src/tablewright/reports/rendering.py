"""From a plan to a PDF: every question asked through the gate, every chart drawn, the document set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from tablewright.core.charts.formats import Painted, TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.errors import Conflict
from tablewright.core.layouts.document import Chart, Document, Part, Table, Text
from tablewright.core.layouts.model import TextSection
from tablewright.core.queries.kinds import with_kinds
from tablewright.core.queries.model import Answer
from tablewright.infra import jobs
from tablewright.infra.compute import chart_children, document_children
from tablewright.infra.limits import Cancelled
from tablewright.queries import service as queries
from tablewright.reports.service import Part as PlannedPart
from tablewright.reports.service import Plan

_CHART_WIDTH, _CHART_HEIGHT = 720, 400


class ChartMissing(Conflict):
    def __init__(self, title: str) -> None:
        super().__init__(f'"{title}" has no chart yet. Open the question, choose a chart and save it.')


def render(plan: Plan, file: Path, *, at: datetime, lease: jobs.Lease) -> int:
    """Write the report's PDF to `file`; returns the number of pages. Raises Cancelled when its owner gave up."""
    parts: list[Part] = []
    for index, part in enumerate(plan.parts):
        lease.progress(stage="sections", done=index, total=len(plan.parts), unit="sections")
        if lease.cancelled():
            raise Cancelled("reports.render")
        parts.append(_rendered(part, lease))
    lease.progress(stage="pages")
    document = Document(
        title=plan.title,
        workspace=plan.workspace_name,
        generated_at=f"{at:%d %B %Y, %H:%M} UTC".lstrip("0"),
        created_at=at,
        sections=tuple(parts),
    )
    reply = document_children().call(
        "report.pdf",
        {"document": document.model_dump(mode="json"), "out_path": str(file)},
        cancelled=lease.cancelled,
        only_write=[file.parent],
    )
    return int(reply.value["pages"])


def _rendered(part: PlannedPart, lease: jobs.Lease) -> Part:
    if part.asked is None:
        if not isinstance(part.section, TextSection):
            raise TypeError("only a text shows no answer")
        return Text(text=part.section.text)
    answer = queries.answer(part.asked, cancelled=lease.cancelled)
    if part.section.kind == "table":
        return table_of(part.title, part.asked, answer, part.formats, lease.cancelled)
    if part.chart is None:
        raise ChartMissing(part.title)
    return chart_of(part.title, part.asked, answer, part.chart, lease.cancelled)


def table_of(
    title: str,
    asked: queries.Permitted,
    answer: Answer,
    formats: TableFormat | None,
    cancelled: Callable[[], bool] | None = None,
) -> Table:
    """An answer as a table for paper."""
    told = with_kinds(answer)
    return Table(
        title=title,
        columns=told.columns,
        data=told.data,
        bin_width=answer.bin_width,
        total_count=answer.total_count,
        painted=_painted(formats, answer, cancelled),
        source_note=f"Source: {asked.source_words}",
    )


def chart_of(
    title: str,
    asked: queries.Permitted,
    answer: Answer,
    chart: ChartSpec,
    cancelled: Callable[[], bool] | None = None,
    *,
    width: int = _CHART_WIDTH,
    height: int = _CHART_HEIGHT,
) -> Chart:
    """An answer as a chart for paper, drawn at this size in CSS pixels."""
    drawn = draw(chart, answer, width=width, height=height, cancelled=cancelled)
    return Chart(
        title=title,
        svg=drawn["svg"],
        alt=drawn["summary"][:2000],
        caption=" · ".join(said for said in (drawn["subtitle"], _cut(answer)) if said)[:2000] or None,
        source_note=f"Source: {asked.source_words}",
    )


def draw(
    chart: ChartSpec,
    answer: Answer,
    *,
    width: int,
    height: int,
    theme: Literal["light", "dark"] = "light",
    target: Literal["pdf", "screen"] = "pdf",
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, str]:
    """The picture of an answer and the words for those who do not see it: svg, summary, subtitle."""
    context = {"target": target, "width": width, "height": height, "theme": theme, "headings": False}
    params = {"spec": chart.model_dump(mode="json"), "answer": answer.model_dump(mode="json"), "context": context}
    drawn: dict[str, str] = chart_children().call("chart.svg", params, cancelled=cancelled).value
    return drawn


def _painted(formats: TableFormat | None, answer: Answer, cancelled: Callable[[], bool] | None) -> Painted | None:
    """The cells that the saved question's formats mark."""
    if formats is None:
        return None
    params = {"format": formats.model_dump(mode="json"), "answer": answer.model_dump(mode="json"), "theme": "light"}
    return Painted.model_validate(
        chart_children().call("table.formats", params, cancelled=cancelled).value, by_alias=True
    )


def _cut(answer: Answer) -> str:
    """What is said when there is more than the answer holds."""
    return f"Shows the first {answer.row_count:,} of {answer.total_count:,}." if answer.truncated else ""
