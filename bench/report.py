"""A report of ten charts and a table as PDF, and a table as Excel: time and memory of one warm process.

The charts are drawn by the shipped bundle in V8, as the product draws them.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from tablewright.core.charts import render as charts
from tablewright.core.exports import xlsx
from tablewright.core.layouts import pdf
from tablewright.core.layouts.document import Chart, Document, Table, Text
from tablewright.core.queries.model import AnswerColumn

CHARTS = 10
TABLE_ROWS = 1000
SHEET_ROWS = 50_000
ROUNDS = 5
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Silent:
    def progress(self, **fields: Any) -> None:
        pass


def column(key: str, label: str, kind: str, role: str = "column") -> dict[str, str]:
    return {"key": key, "label": label, "type": kind, "role": role}


def drawn(seed: int) -> Chart:
    """One chart: lines, bars and points in turn."""
    chance = random.Random(seed)
    mark = ("line", "bar", "scatter", "area")[seed % 4]
    count = {"line": 365, "bar": 12, "scatter": 2000, "area": 90}[mark]
    first = {
        "bar": [f"Region {n}" for n in range(count)],
        "scatter": [chance.gauss(50, 12) for _ in range(count)],
    }.get(mark, [(date(2024, 1, 1) + timedelta(days=n)).isoformat() for n in range(count)])
    kind = {"bar": "text", "scatter": "float"}.get(mark, "date")
    answer = {
        "columns": [column("d0", "Where or when", kind, "dimension"), column("m0", "Revenue", "float", "measure")],
        "data": {"d0": first, "m0": [chance.uniform(1000, 9000) for _ in range(count)]},
        "row_count": count,
        "truncated": False,
        "version_id": str(UUID(int=seed)),
    }
    spec = {"mark": mark, "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    context = {"target": "pdf", "width": 720, "height": 400, "headings": False}
    reply = charts.run({"spec": spec, "answer": answer, "context": context})
    return Chart(title=f"Chart {seed + 1}", svg=reply["svg"], alt=reply["summary"][:2000] or "A chart")


def orders(seed: int) -> Table:
    columns, data = rows(TABLE_ROWS, seed)
    return Table(title="Orders", columns=tuple(AnswerColumn(**c) for c in columns), data=data)


def rows(count: int, seed: int = 1) -> tuple[list[dict[str, str]], dict[str, list[Any]]]:
    chance = random.Random(seed)
    columns = [
        column("c1", "Number", "integer"), column("c2", "Customer", "text"), column("c3", "Day", "date"),
        column("c4", "Amount", "float"), column("c5", "Paid", "boolean"), column("c6", "Remark", "text"),
    ]  # fmt: skip
    data: dict[str, list[Any]] = {
        "c1": list(range(count)),
        "c2": [f"Customer {chance.randrange(900)} Größe" for _ in range(count)],
        "c3": [(date(2024, 1, 1) + timedelta(days=n % 900)).isoformat() for n in range(count)],
        "c4": [chance.uniform(-1000, 10_000) for _ in range(count)],
        "c5": [chance.random() < 0.5 for _ in range(count)],
        "c6": [("late", "", "paid in two parts")[n % 3] for n in range(count)],
    }
    return columns, data


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(work: Callable[[int], Any]) -> float:
    """Of rounds that each get another seed: Typst would remember what it has set before."""
    return round(statistics.median(timed(lambda n=n: work(n)) for n in range(ROUNDS)), 3)


def ten_charts(seed: int) -> list[Chart]:
    return [drawn(100 * seed + n) for n in range(CHARTS)]


def memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    cold = timed(lambda: report(ten_charts(99)))
    ten = median(lambda n: report(ten_charts(n)))
    pictures = [ten_charts(10 + n) for n in range(ROUNDS)]
    setting = median(lambda n: report(pictures[n]))
    more = [[*ten_charts(20 + n), orders(n)] for n in range(ROUNDS)]
    with_table = median(lambda n: report(more[n]))
    after_pdf = memory()
    sheet_seconds = workbook()
    found = [
        {"what": f"PDF of {CHARTS} charts, drawn and set, first of a process", "ours": round(cold, 3), "unit": "s"},
        {"what": f"PDF of {CHARTS} charts, drawn and set", "ours": ten, "unit": "s", "target": "<= 2"},
        {"what": f"PDF of {CHARTS} charts, set only", "ours": setting, "unit": "s"},
        {"what": f"PDF of {CHARTS} charts and {TABLE_ROWS:,} rows, set only", "ours": with_table, "unit": "s"},
        {"what": "memory of the process, charts and PDF", "ours": after_pdf, "unit": "MiB", "target": "<= 600"},
        {"what": f"Excel of {SHEET_ROWS:,} rows x 6 columns", "ours": sheet_seconds, "unit": "s", "target": "<= 10"},
        {"what": "memory of the process at the end", "ours": memory(), "unit": "MiB"},
    ]
    json.dump({"title": "Report as PDF, table as Excel", "rows": found}, sys.stdout)
    print()


def report(parts: list[Any]) -> bytes:
    given = Document(title="Benchmark", created_at=AT, sections=(Text(text="# Charts\nTen of them."), *parts))
    return pdf.render(given, Silent())[0]


def workbook() -> float:
    columns, data = rows(SHEET_ROWS)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "rows.parquet")
        days = pa.array([date.fromisoformat(day) for day in data.pop("c3")])
        pq.write_table(pa.table({**data, "c3": days}), source)
        sheet = {"name": "Orders", "columns": columns, "parquet": str(source)}
        params = {"sheets": [sheet], "out_path": str(Path(folder, "out.xlsx"))}
        return round(timed(lambda: xlsx.run(params, Silent())), 3)


if __name__ == "__main__":
    main()
