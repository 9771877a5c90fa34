"""Answers for rules: a question asked of a small Arrow table."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from support.questions import TODAY, prepare
from tablewright.core.queries.answer import to_answer
from tablewright.core.queries.model import Answer, Question
from tablewright.core.rules.model import Rule
from tablewright.core.tables.schema import Column, Schema
from tablewright.core.versions.types import type_of

NOWHERE = UUID(int=0)
_PHYSICAL = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "date32[day]": "DATE", "bool": "BOOLEAN"}


def schema_of(table: pa.Table, names: dict[str, str]) -> Schema:
    """The schema of a table whose columns are c1, c2, …"""
    columns = []
    for field in table.schema:
        kind = str(field.type)
        decimal = f"DECIMAL({field.type.precision},{field.type.scale})" if pa.types.is_decimal(field.type) else ""
        physical = decimal or _PHYSICAL[kind]
        columns.append(Column(id=field.name, name=names[field.name], type=type_of(physical), physical=physical))
    return Schema(columns=tuple(columns))


def answer_of(question: Question, table: pa.Table, names: dict[str, str], today: date = TODAY) -> Answer:
    """What DuckDB answers in this process."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder, "rows.parquet")
        pq.write_table(table, file)
        compiled = prepare(question, schema_of(table, names), str(file), today=today)
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(compiled.sql, {"source0": str(file), **dict(compiled.parameters)}).to_arrow_table()
        kept = pa.table({column.key: found.column(column.key) for column in compiled.columns})
        return to_answer(kept, compiled, version_id=NOWHERE, total_count=kept.num_rows, truncated=False)


def a_rule(check: dict[str, Any], **more: Any) -> Rule:
    return Rule.model_validate({"id": uuid4(), "name": "Rule", "check": check, **more})


def below_zero(column: str = "c2", **more: Any) -> Rule:
    """Rows whose value is negative."""
    condition = {"items": [{"kind": "condition", "column": column, "op": "lt", "values": [0]}]}
    return a_rule({"kind": "row", "condition": condition}, **more)
