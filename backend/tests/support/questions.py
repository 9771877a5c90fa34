"""Small tables and questions for tests: a Parquet file named as versions are, and one way to ask it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.queries.compile import Compiled, compile_question, count_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.tables import Table, TableKey, key_of
from tablewright.core.tables.schema import Column, ColumnType, Schema
from tablewright.infra.duck import bound

DATASET = UUID("00000000-0000-0000-0000-00000000d000")

_ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "FLOAT": pa.float32(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIME": pa.time64("us"),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
    "DECIMAL(9,2)": pa.decimal128(9, 2),
    "DECIMAL(18,5)": pa.decimal128(18, 5),
    "DECIMAL(38,2)": pa.decimal128(38, 2),
}


def schema(**columns: tuple[str, str, str]) -> Schema:
    """`c1=("Region", "text", "VARCHAR")` and so on."""
    return Schema(
        columns=tuple(
            Column(id=key, name=name, type=ColumnType(kind), physical=physical)
            for key, (name, kind, physical) in columns.items()
        )
    )


def write(path: Path, of: Schema, rows: dict[str, list[Any]]) -> Path:
    arrays = {column.id: pa.array(rows[column.id], _ARROW[column.physical]) for column in of.columns}
    pq.write_table(pa.table(arrays), path)
    return path


def question(**parts: Any) -> Question:
    return Question.model_validate({"dataset_id": DATASET, **parts})


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET GLOBAL enable_external_file_cache = false")
    return connection


def table(compiled: Compiled) -> pa.Table:
    """The answer of the compiled question, by DuckDB in this process."""
    with _engine().cursor() as cursor:
        files = bound([Path(source) for source in compiled.sources])
        return cursor.execute(compiled.sql, {**files, **dict(compiled.parameters)}).to_arrow_table()


def run(compiled: Compiled) -> list[tuple[Any, ...]]:
    """Its rows."""
    found = table(compiled)
    keys = [*(column.key for column in compiled.columns), *compiled.marks]
    return [tuple(row[key] for key in keys) for row in found.to_pylist()]


TODAY = date(2026, 7, 15)
"""The day on which tests ask."""


def prepare(asked: Question, of: Schema, source: str = "x.parquet", *, today: date = TODAY) -> Compiled:
    """A question of one table."""
    return compile_question(asked, {key_of(asked): Table(of, source)}, today=today)


def ask(path: Path, of: Schema, **parts: Any) -> list[tuple[Any, ...]]:
    return run(prepare(question(**parts), of, str(path)))


def count(path: Path, of: Schema, **parts: Any) -> int:
    asked = question(**parts)
    return int(run(count_question(asked, {key_of(asked): Table(of, str(path))}, today=TODAY))[0][0])


class World:
    """Several small tables, asked together. Dataset n is `World.id(n)`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tables: dict[TableKey, Table] = {}

    @staticmethod
    def id(number: int) -> str:
        return str(UUID(int=0xD000 + number))

    def add(self, number: int, of: Schema, rows: dict[str, list[Any]], **more: Any) -> None:
        path = write(self._folder / f"{number}.parquet", of, rows)
        self.see(number, Table(of, str(path), **more))

    def see(self, number: int, table: Table) -> None:
        self.tables[TableKey(UUID(self.id(number)))] = table

    def ask(self, *, today: date = TODAY, **parts: Any) -> list[tuple[Any, ...]]:
        """The rows, after the count of them was found to agree when there is no page."""
        asked = Question.model_validate({"dataset_id": self.id(1), **parts})
        rows = run(compile_question(asked, self.tables, today=today))
        if asked.limit is None and not asked.offset:
            counted = run(count_question(asked, self.tables, today=today))
            assert counted == [(len(rows),)]
        return rows
