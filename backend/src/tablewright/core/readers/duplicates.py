"""Rows that are entirely the same as an earlier one, left out when somebody says so."""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from dataclasses import replace

from tablewright.core.readers.engine import literal, locked, rows_told, stored_row_bytes, write_parquet
from tablewright.core.readers.errors import CountsDisagree
from tablewright.core.readers.model import LISTED_ROWS, RAW_CHARACTERS, Source, Table
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.quarantine import storable

KEY = "leave_out_duplicates"
WHAT = "duplicate rows"


def without_duplicates(source: Source, tables: list[Table]) -> list[Table]:
    """The tables without rows that repeat an earlier one; each is counted as skipped.

    A table that is linked to others keeps all of its rows: two equal ones may belong to different records.
    """
    linked = {link.table for table in tables for link in table.links}
    return [t if t.links or t.name in linked else _without_duplicates(source, t) for t in tables]


def _without_duplicates(source: Source, table: Table) -> Table:
    names = ", ".join(column.id for column in table.schema.columns)
    receipt, marked = table.receipt, source.context.scratch / "marked.parquet"
    told = rows_told(source.context, "duplicates", table.row_count)
    wide = stored_row_bytes(table.file)
    with locked(source, readable=[table.file], columns=len(table.schema.columns), row_bytes=wide) as con:
        # The order of the file is kept: equal rows are numbered by their place, and written by it.
        write_parquet(
            con,
            f"SELECT *, row_number() OVER (PARTITION BY {names} ORDER BY file_row_number) > 1 AS twice"
            f" FROM read_parquet({literal(table.file)}, file_row_number = true) ORDER BY file_row_number",
            marked,
            row_bytes=wide,
        )
        told(0.5)
        found = f"read_parquet({literal(marked)})"
        listed = con.execute(
            f"SELECT file_row_number + 1, left(concat_ws(', ', {names}), 2000) FROM {found} WHERE twice"
            f" ORDER BY file_row_number LIMIT {max(LISTED_ROWS - len(receipt.skipped), 0)}"
        ).fetchall()
        kept = f"SELECT {names} FROM {found} WHERE NOT twice ORDER BY file_row_number"
        rows = write_parquet(con, kept, table.file, row_bytes=wide)
        told(1.0)
        schema, described = profiled(con, source.context, table.file, table.schema, rows)
    marked.unlink()
    left_out = table.row_count - rows
    receipt.rows_loaded -= left_out
    receipt.rows_skipped += left_out
    receipt.skipped += [
        {
            "line": None,
            "row": place,
            "column": None,
            "reason": f"duplicate: row {place:,} is entirely the same as an earlier one",
            "raw": storable(raw)[:RAW_CHARACTERS],
            "byte": None,
        }
        for place, raw in listed
    ]
    if not receipt.balanced:
        raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
    said = f"{left_out:,} rows are entirely the same as an earlier one"
    receipt.decide(WHAT, "left out", said, key=KEY, confidence="told", choices=("false",))
    return replace(table, row_count=rows, schema=schema, profile=described)
