"""The tasks `mappings.preview` and `mappings.sketch`: what a mapping would make, and what columns hold."""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright.core.mappings.plan import Plan
from tablewright.core.mappings.suggest import SKETCH
from tablewright.core.queries.sql import write
from tablewright.core.readers.engine import literal, locked
from tablewright.core.readers.model import Context
from tablewright.core.tables import Schema
from tablewright.core.versions.build import columns_of, source_of
from tablewright.core.versions.compare import short, shown
from tablewright.core.versions.shaping import ROW, Shaping

PREVIEW_ROWS = 50
SKETCHED_ROWS = 1_000_000


def preview(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The first rows before and after, and over all rows how many do not fit.

    `{file, source: schema, plan}` gives `{before: {columns, rows}, after: {columns, rows}, misfits}`.
    """
    source = source_of(params, context)
    schema = Schema(columns=columns_of(params["source"]))
    with locked(source) as con:
        shaping = Shaping(con, source.path, schema, Plan.model_validate(params["plan"]))
        before = ", ".join(shown(column, column.id) for column in schema.columns)
        after = ", ".join(
            shown(column, f"(CASE WHEN {write(part.misfit.copy())} THEN NULL ELSE {write(part.value.copy())} END)")
            for part, column in zip(shaping.parts, shaping.plan.columns, strict=True)
        )
        first = f"(SELECT * FROM {shaping.relation} ORDER BY {ROW} LIMIT {PREVIEW_ROWS})"
        rows_before = con.execute(f"SELECT {before} FROM {first} ORDER BY {ROW}").fetchall()
        rows_after = con.execute(f"SELECT {after} FROM {first} ORDER BY {ROW}").fetchall()
        return {
            "before": {
                "columns": [{"name": column.name, "type": column.type} for column in schema.columns],
                "rows": [[short(value) for value in row] for row in rows_before],
            },
            "after": {
                "columns": [
                    {"id": column.id, "name": column.name, "type": column.type} for column in shaping.plan.columns
                ],
                "rows": [[short(value) for value in row] for row in rows_after],
            },
            "misfits": [
                {"column": column.name, "count": count, "examples": examples}
                for column, count, examples in shaping.misfit_counts()
            ],
        }


def sketch(params: Mapping[str, Any], context: Context) -> dict[str, list[int]]:
    """For each column the smallest hashes of its values as text: enough to tell how far two columns overlap.

    Equal values have equal hashes whatever their type, so text `7` and the whole number 7 overlap.
    """
    source = source_of(params, context)
    found = {}
    with locked(source) as con:
        for column in columns_of(params["source"]):
            rows = con.execute(
                f"SELECT DISTINCT CAST(hash(lower(trim(CAST({column.id} AS VARCHAR)))) >> 1 AS BIGINT) AS h FROM"
                f" (SELECT {column.id} FROM read_parquet({literal(source.path)}) LIMIT {SKETCHED_ROWS})"
                f" WHERE {column.id} IS NOT NULL ORDER BY h LIMIT {SKETCH}"
            ).fetchall()
            found[column.id] = [int(row[0]) for row in rows]
    return found
