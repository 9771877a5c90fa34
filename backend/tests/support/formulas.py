"""Formulas over one small table, by DuckDB in this process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from tablewright.core.formulas.check import Checked, check
from tablewright.core.formulas.compile import compile
from tablewright.core.formulas.emit import WindowContext
from tablewright.core.formulas.scope import Scope, ScopeColumn, ScopeParameter, ScopeTable
from tablewright.core.formulas.types import Kind
from tablewright.core.queries import sql
from tablewright.core.queries.sql import Binder
from tablewright.core.tables.schema import ColumnType

NOW = datetime(2025, 6, 15, 12, 30, tzinfo=UTC)

SALES = pa.table({
    "c1": pa.array(["North", "South", "North", "West", "South"]),
    "c2": pa.array([date(2025, 1, 5), date(2025, 1, 20), date(2025, 2, 11), date(2025, 3, 2), date(2025, 3, 30)]),
    "c3": pa.array([2, 3, 5, 1, 4], pa.int64()),
    "c4": pa.array([Decimal(each) for each in ("100.00", "250.00", "300.00", "50.00", "300.00")], pa.decimal128(9, 2)),
    "c5": pa.array([None if each is None else Decimal(each) for each in ("30.00", "20.00", "-10.00", None, "60.00")],
                   pa.decimal128(9, 2)),
    "c6": pa.array([1.5, 2.5, 2.5, 4.0, None], pa.float64()),
    "c7": pa.array(["a", None, "b", "", "c"]),
    "c8": pa.array([1, 2, 1, 3, 9], pa.int64()),
})  # fmt: skip
"""The table of the documentation's examples."""

SCOPE = Scope(
    columns=(
        ScopeColumn("c1", "Region", ColumnType.TEXT, "VARCHAR"),
        ScopeColumn("c2", "Day", ColumnType.DATE, "DATE"),
        ScopeColumn("c3", "Quantity", ColumnType.INTEGER, "BIGINT"),
        ScopeColumn("c4", "Sales", ColumnType.DECIMAL, "DECIMAL(9,2)"),
        ScopeColumn("c5", "Profit", ColumnType.DECIMAL, "DECIMAL(9,2)"),
        ScopeColumn("c6", "Score", ColumnType.FLOAT, "DOUBLE"),
        ScopeColumn("c7", "Note", ColumnType.TEXT, "VARCHAR"),
        ScopeColumn("c8", "Customer", ColumnType.INTEGER, "BIGINT"),
    ),
    parameters=(ScopeParameter("rate", ColumnType.DECIMAL, "DECIMAL(9,4)"),),
    tables=(
        ScopeTable(
            "customers",
            "Customers",
            (
                ScopeColumn("c1", "Id", ColumnType.INTEGER, "BIGINT"),
                ScopeColumn("c2", "Name", ColumnType.TEXT, "VARCHAR"),
            ),
        ),
    ),
)


@lru_cache(maxsize=1)
def engine() -> duckdb.DuckDBPyConnection:
    """One DuckDB for all tests of this process: starting one costs more than most formulas."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def rows_of(table: pa.Table, formula: str | Checked, scope: Scope = SCOPE, **more: Any) -> list[Any]:
    """The values of a formula: one of an aggregate, otherwise one for each row in order."""
    checked = check(formula, scope) if isinstance(formula, str) else formula
    binder = Binder()
    window = WindowContext(order=[sql.column("n")], rows=[sql.column("n")])
    node = compile(checked, resolver(more.pop("parameters", None)), binder, window=window, now=NOW, lookup=customers)
    query = f"SELECT {sql.write(node)} AS r FROM sales"
    if checked.level != "aggregate":
        query += " ORDER BY n"
    connection = engine()
    connection.register("sales", table.append_column("n", pa.array(range(table.num_rows), pa.int64())))
    found = connection.execute(query, dict(binder.values))
    told = str(found.description[0][1])
    values = [row[0] for row in found.fetchall()]
    expected = "DECIMAL(38,0)" if checked.physical == "DECIMAL(38, 0)" else checked.physical.replace(", ", ",")
    assert told in (expected, {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}.get(expected)), (told, expected, query)
    return values


def value_of(formula: str, scope: Scope = SCOPE, **more: Any) -> Any:
    """The value of a formula in the first row (of an aggregate: of all rows)."""
    return rows_of(SALES, formula, scope, **more)[0]


def resolver(parameters: dict[str, sql.Node] | None = None) -> Any:
    known = parameters or {"{rate}": sql.literal(Decimal("0.1900"))}
    return lambda name: known[name].copy() if name in known else sql.column(name)


def customers(table: str, key_column: str, value_column: str, key: sql.Node, _: Kind) -> sql.Node:
    """Customers 1 to 3, written out."""
    assert (table, key_column, value_column) == ("customers", "c1", "c2")
    names = {1: "Ada", 2: "Bo", 3: "Cy"}
    return exp.Case(
        this=key,
        ifs=[exp.If(this=exp.Literal.number(number), true=exp.Literal.string(name)) for number, name in names.items()],
    )


def spark_of(formula: str, scope: Scope = SCOPE) -> str:
    window = WindowContext(order=[sql.column("n")], rows=[sql.column("n")])
    node = compile(check(formula, scope), resolver(), Binder(), "spark", window=window, now=NOW, lookup=customers)
    return str(node.sql(dialect="spark"))


def near(found: Any, expected: Any) -> bool:
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return len(found) == len(expected) and all(near(a, b) for a, b in zip(found, expected, strict=True))
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None or found is None:
        return found is expected
    if isinstance(found, float | Decimal | int) and isinstance(expected, float | Decimal | int):
        return bool(abs(float(found) - float(expected)) <= 1e-12 * max(1.0, abs(float(expected))))
    return bool(found == expected)


def many_values(formulas: Sequence[str], scope: Scope = SCOPE) -> list[Any]:
    """The values of formulas without columns, many in one query."""
    found: list[Any] = []
    for start in range(0, len(formulas), 100):
        binder = Binder()
        nodes = [
            compile(check(each, scope), resolver(), binder, now=NOW).sql(dialect="duckdb")
            for each in formulas[start : start + 100]
        ]
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            found += connection.execute(f"SELECT {', '.join(nodes)}", dict(binder.values)).fetchall()[0]
    return found
