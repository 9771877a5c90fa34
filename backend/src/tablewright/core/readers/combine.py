"""Tables of the same columns put together into one, where no value changes by it."""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tablewright.core.readers.engine import is_small, literal, locked, stored_row_bytes, write_parquet
from tablewright.core.readers.errors import CountsDisagree
from tablewright.core.readers.model import LISTED_ROWS, Receipt, Source, Table
from tablewright.core.readers.profiled import profiled
from tablewright.core.tables import Column, ColumnType, Schema

AT_ONCE = 100
"""So many files are read by one statement, which holds all of them open."""
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def may_combine(tables: Sequence[Table]) -> bool:
    """Whether every column has types that one type holds exactly."""
    return all(_joined([table.schema.columns[i] for table in tables], tables, i) for i in range(_width(tables)))


def _width(tables: Sequence[Table]) -> int:
    return len(tables[0].schema.columns)


def _joined(columns: Sequence[Column], tables: Sequence[Table], at: int) -> Column | None:
    """One column for all of them; None when values would change. Columns without a value fit any type."""
    filled = [
        column
        for column, table in zip(columns, tables, strict=True)
        if int(table.profile[at]["null_count"]) < table.row_count
    ]
    if not filled:
        return columns[0]
    first = filled[0]
    if any((column.unit, column.format) != (first.unit, first.format) for column in filled):
        return None
    if len({column.physical for column in filled}) == 1:
        return first
    types = {column.type for column in filled}
    if not types <= {ColumnType.INTEGER, ColumnType.DECIMAL}:
        return None
    digits = scale = 0
    for column in filled:
        found = _DECIMAL.fullmatch(column.physical)
        own, behind = (int(found[1]), int(found[2])) if found else (19, 0)
        digits, scale = max(digits, own - behind), max(scale, behind)
    if digits + scale > 38 or scale == 0:
        return None
    whole = 18 if digits + scale <= 18 else 38
    return first.model_copy(update={"type": ColumnType.DECIMAL, "physical": f"DECIMAL({whole},{scale})"})


def combined(source: Source, parts: Sequence[tuple[str, Table]]) -> Table:
    """One table with the rows of all parts, in their order, in the place of the first one."""
    tables = [table for _, table in parts]
    columns = []
    for i in range(_width(tables)):
        column = _joined([table.schema.columns[i] for table in tables], tables, i)
        assert column is not None
        columns.append(column.model_copy(update={"id": f"c{i + 1}"}))
    schema = Schema(columns=tuple(columns))
    first = tables[0]
    target = first.file.with_suffix(".all")
    files = [table.file for table in tables]
    wide = stored_row_bytes(*files)
    small = is_small(sum(table.row_count for table in tables), sum(file.stat().st_size for file in files), len(columns))
    with locked(source, columns=len(columns), row_bytes=wide, small=small) as con:
        chosen = ", ".join(f"CAST({column.id} AS {column.physical}) AS {column.id}" for column in columns)

        def put_together(some: Sequence[Path], to: Path) -> int:
            selects = (f"SELECT {chosen} FROM read_parquet({literal(file)})" for file in some)
            return write_parquet(con, " UNION ALL ".join(selects), to, row_bytes=wide)

        batches = [files[i : i + AT_ONCE] for i in range(0, len(files), AT_ONCE)]
        if len(batches) > 1:
            between = [first.file.with_suffix(f".{i}") for i in range(len(batches))]
            for batch, to in zip(batches, between, strict=True):
                put_together(batch, to)
            rows = put_together(between, target)
            for file in between:
                file.unlink()
        else:
            rows = put_together(files, target)
        expected = sum(table.row_count for table in tables)
        if rows != expected:
            raise CountsDisagree(expected, rows)
        schema, described = profiled(con, source.context, target, schema, rows)
    receipt = _together(source, parts)
    for table in tables:
        table.file.unlink()
    target.rename(first.file)
    return Table(first.name, first.file, rows, schema, described, receipt)


def _together(source: Source, parts: Sequence[tuple[str, Table]]) -> Receipt:
    """One receipt; rows keep the name of the file they were in."""
    names = [name for name, _ in parts]
    receipt = Receipt(decisions=list(parts[0][1].receipt.decisions))
    receipt.decide(
        "tables",
        "one",
        f"{len(parts):,} files have the same columns and names that differ in numbers: {', '.join(names[:20])}",
        key="tables",
        confidence="told" if source.options.tables == "one" else "likely",
        choices=("several",),
    )
    aside = parts[0][1].file.with_suffix(".set-aside")
    for name, table in parts:
        own = table.receipt
        receipt.rows_seen += own.rows_seen
        receipt.rows_loaded += own.rows_loaded
        receipt.rows_quarantined += own.rows_quarantined
        receipt.rows_skipped += own.rows_skipped
        room = LISTED_ROWS - len(receipt.quarantine)
        receipt.quarantine += [{**row, "file": name} for row in own.quarantine[:room]]
        receipt.skipped += [{**row, "file": name} for row in own.skipped[: LISTED_ROWS - len(receipt.skipped)]]
        for warning in own.warnings:
            receipt.warn(warning["reason"], **{**{k: v for k, v in warning.items() if k != "reason"}, "file": name})
        if own.quarantine_file is not None:
            file = source.out_dir / own.quarantine_file
            with file.open("rb") as rows, aside.open("ab") as out:
                while block := rows.read(1 << 20):
                    out.write(block)
            file.unlink()
    if aside.exists():
        target = parts[0][1].file.with_suffix(".quarantine.jsonl")
        aside.rename(target)
        receipt.quarantine_file = target.name
    return receipt
