"""Writing workbooks and CSV, in children and in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from tablewright.exports.service import Book, Sheet
from tablewright.infra import jobs
from tablewright.infra.compute import document_children, engine
from tablewright.infra.limits import Limits
from tablewright.infra.settings import settings
from tablewright.queries import service as queries


def write_workbook(book: Book, file: Path, *, at: datetime, lease: jobs.Lease) -> None:
    """Write an Excel file with a contents sheet and one sheet for each table, all rows of it."""
    sheets = []
    for index, sheet in enumerate(book.sheets):
        lease.progress(stage="ask", done=index, total=len(book.sheets), unit="tables")
        rows = file.parent / f"{index}.parquet"
        engine().copy(
            sheet.asked.folder(), sheet.asked.compiled, rows, "parquet", limits=_limits(), cancelled=lease.cancelled
        )
        sheets.append(
            {
                "name": sheet.title[:100],
                "title": sheet.title,
                "source_note": (f"{sheet.asked.source_words}; written {at:%Y-%m-%d %H:%M} UTC"),
                "filters": sheet.filters or None,
                "columns": [column.model_dump(mode="json") for column in sheet.asked.compiled.written],
                "parquet": str(rows),
                "painted": _painted(sheet, rows, lease),
            }
        )
    document_children().call(
        "table.xlsx",
        {
            "sheets": sheets,
            "title": book.title,
            "workspace": book.workspace_name,
            "created_at": at.isoformat(),
            "out_path": str(file),
        },
        on_progress=lambda message: lease.progress(**message),
        cancelled=lease.cancelled,
        only_read=[file.parent],
        only_write=[file.parent],
    )


def _painted(sheet: Sheet, rows: Path, lease: jobs.Lease) -> dict[str, Any] | None:
    """The cells that the formats mark, decided over all rows by the code that decides it on the screen."""
    if sheet.formats is None or not sheet.formats.rules:
        return None
    painted: dict[str, Any] = (
        document_children()
        .call(
            "table.formats",
            {
                "format": sheet.formats.model_dump(mode="json"),
                "columns": [column.model_dump(mode="json") for column in sheet.asked.compiled.columns],
                "parquet": str(rows),
                "theme": "light",
            },
            cancelled=lease.cancelled,
            only_read=[rows],
        )
        .value
    )
    return painted


def csv_rows(asked: queries.Permitted) -> Iterator[bytes]:
    """The rows of a question as CSV. They are written whole before the first byte leaves, so that what goes
    wrong is an error with words and never half a file."""
    file = settings().scratch_dir / f"csv-{uuid4().hex}.csv"
    engine().copy(asked.folder(), asked.compiled, file, "csv", limits=_limits())
    return _sent(file)


def _sent(file: Path) -> Iterator[bytes]:
    with file.open("rb") as rows:
        file.unlink()  # the bytes live as long as they are being read
        while block := rows.read(1 << 20):
            yield block


def _limits() -> Limits:
    """An export may take longer than an answer that somebody watches."""
    return Limits(memory_bytes=settings().query_memory_bytes, cpu_seconds=1200, wall_seconds=600)
