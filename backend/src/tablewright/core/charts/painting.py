"""The task `table.formats`: conditional formats decided for a table that goes on paper or into a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from tablewright.core.charts import render
from tablewright.core.charts.formats import Painted, TableFormat
from tablewright.core.queries.answer import values
from tablewright.core.queries.model import AnswerColumn

MOST_CELLS = 1_000_000
"""Cells that are looked at for one table. What is larger is written without formats, and says so."""


def run(params: dict[str, Any], context: Any = None) -> dict[str, Any]:
    """`{format, theme, answer}`, or `{format, theme, columns, parquet}` for all rows of a
    file, to Painted."""
    format = TableFormat.model_validate(params["format"])
    if "answer" in params:
        answer = params["answer"]
        if answer["row_count"] * len(answer["columns"]) > MOST_CELLS:
            return Painted(left_out=True).model_dump(mode="json", by_alias=True)
        return paint(format, answer, params.get("theme", "light")).model_dump(mode="json", by_alias=True)
    columns = [AnswerColumn.model_validate(column) for column in params["columns"]]
    with pq.ParquetFile(Path(params["parquet"])) as file:
        count = int(file.metadata.num_rows)
        needed = format.looks_at([column.key for column in columns])
        if count * (len(needed) + len(columns)) > MOST_CELLS:
            return Painted(left_out=True).model_dump(mode="json", by_alias=True)
        table = file.read(columns=needed)
    described = {column.key: column for column in columns}
    answer = {
        "columns": [column.model_dump(mode="json") for column in columns],
        "data": {key: values(table.column(key), described[key]) for key in needed},
        "row_count": count,
    }
    return paint(format, answer, params.get("theme", "light")).model_dump(mode="json", by_alias=True)


def paint(format: TableFormat, answer: dict[str, Any], theme: Literal["light", "dark"] = "light") -> Painted:
    """Which cells of an answer (as JSON) stand out, and how."""
    job = {"format": format.model_dump(mode="json"), "answer": answer, "theme": theme}
    return Painted.model_validate(render.format_table(job))
