"""A dataset's contract: its rules checked while a version is being made, over all of its rows.

Rules over rows are asked of the rows that come, once they are in the dataset's columns; rules over results and change
of the version that they would make. Both through the question model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from tablewright.core.errors import Problem
from tablewright.core.queries.answer import to_answer
from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.periods import today
from tablewright.core.queries.settled import in_zone
from tablewright.core.queries.tables import Table, TableKey
from tablewright.core.rules.asked import MOST_GROUPS, columns_of, question_of
from tablewright.core.rules.evaluate import Evaluation, evaluate
from tablewright.core.rules.model import Contract, RowCheck, Rule
from tablewright.core.tables.schema import Column, ColumnType, Schema

PLACE = Column(id="c99999", name="row", type=ColumnType.INTEGER, physical="BIGINT")
"""The column that holds each row's position while rows are checked. No dataset has so many columns."""


class LoadContract(BaseModel):
    """What is checked when a version of a dataset is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset_id: UUID
    rules: tuple[Rule, ...] = ()
    """Those that are enabled and say what a load does about them."""
    waived: tuple[UUID, ...] = ()
    """Rules that refuse nothing this time: somebody saw what they found and accepted it."""
    now: datetime
    """When the version is made, in UTC."""
    time_zone: str = "UTC"
    """The workspace's: of rules that name none."""

    def question_of(self, rule: Rule) -> Question:
        return in_zone(question_of(rule, self.dataset_id), self.time_zone)

    def today(self, question: Question) -> date:
        return today(question.calendar, self.now)


@dataclass(frozen=True)
class Checked:
    """What became of one rule."""

    rule: Rule
    failing: int = 0
    of: int | None = None
    unchecked: str | None = None
    """Why it could not be checked."""
    message: str = ""
    waived: bool = False

    @property
    def contract(self) -> Contract:
        assert self.rule.contract is not None
        return self.rule.contract

    @property
    def refuses(self) -> bool:
        """A contract that cannot be checked is not kept."""
        if self.waived or self.contract.action != "refuse":
            return False
        return self.unchecked is not None or self.failing > self.contract.tolerance * (self.of or 0)

    @property
    def reason(self) -> str:
        """Why the version is refused, as a sentence."""
        name = f'The rule "{self.rule.name}"'
        if self.unchecked is not None:
            return f"{name} cannot be checked: {self.unchecked}"
        if isinstance(self.rule.check, RowCheck):
            allowed = f", more than {self.contract.tolerance:.2%} of them" if self.contract.tolerance else ""
            return f"{name} finds {self.failing:,} of {self.of:,} rows{allowed}."
        return f"{name} fires: {self.message}"

    def as_json(self) -> dict[str, Any]:
        """As a receipt keeps it."""
        return {
            "rule_id": str(self.rule.id),
            "name": self.rule.name,
            "severity": self.rule.severity.value,
            "action": self.contract.action,
            "failing": self.failing,
            "of": self.of,
            "unchecked": self.unchecked,
            "message": self.message,
        }


@dataclass
class RowsChecked:
    """The rules over rows, checked; and which rows are to be set aside, in the table `aside` (place, rule)."""

    checked: list[Checked] = field(default_factory=list)
    aside: int = 0


def check_rows(
    con: duckdb.DuckDBPyConnection,
    contract: LoadContract,
    rows: Path,
    columns: Sequence[Column],
    count: int,
    *,
    absent: frozenset[str] = frozenset(),
) -> RowsChecked:
    """Check the rows of a Parquet file that has `columns` and PLACE.

    Afterwards the connection has a table `aside` of the rows that rules set aside, each with the number of the first
    such rule. `absent` are columns for which the file has no values: rules about them are not checked.
    """
    con.execute("CREATE OR REPLACE TABLE aside (place BIGINT, rule INTEGER)")
    found = RowsChecked()
    schema = Schema(columns=(*columns, PLACE))
    for number, rule in enumerate(contract.rules):
        if not isinstance(rule.check, RowCheck):
            continue
        waived = rule.id in contract.waived
        lacking = sorted(columns_of(rule) & absent)
        if lacking:
            names = ", ".join(f'"{column.name}"' for column in columns if column.id in lacking)
            found.checked.append(Checked(rule, of=count, unchecked=f"the file does not have {names}.", waived=True))
            continue
        question = contract.question_of(rule).model_copy(update={"columns": (PLACE.id,), "limit": None})
        try:
            compiled = _compiled(question, schema, rows, contract.today(question))
        except Problem as problem:
            found.checked.append(Checked(rule, of=count, unchecked=problem.detail, waived=waived))
            continue
        _keep(con, compiled)
        failing = _one(con, "SELECT count(*) FROM failing")
        if rule.contract is not None and rule.contract.action == "quarantine":
            con.execute(
                "INSERT INTO aside SELECT place, ? FROM failing WHERE place NOT IN (SELECT place FROM aside)", [number]
            )
        found.checked.append(Checked(rule, failing, count, waived=waived))
    con.execute("DROP TABLE IF EXISTS failing")
    found.aside = _one(con, "SELECT count(*) FROM aside")
    return found


def _keep(con: duckdb.DuckDBPyConnection, compiled: Compiled) -> None:
    """The places of the rows for which a rule fires, in the table `failing`."""
    con.execute(
        f"CREATE OR REPLACE TABLE failing AS SELECT {PLACE.id} AS place FROM ({compiled.sql})",  # noqa: S608
        _bound(compiled),
    )


def check_results(
    con: duckdb.DuckDBPyConnection, contract: LoadContract, file: Path, columns: Sequence[Column]
) -> list[Checked]:
    """Check the rules over results and change on the Parquet file of a version to be."""
    found = []
    for rule in contract.rules:
        if isinstance(rule.check, RowCheck):
            continue
        waived = rule.id in contract.waived
        try:
            verdict = _evaluated(con, contract, rule, file, Schema(columns=tuple(columns)))
        except Problem as problem:
            found.append(Checked(rule, unchecked=problem.detail, waived=waived))
            continue
        message = verdict.message if verdict.n else ""
        found.append(Checked(rule, verdict.n, verdict.of, message=message, waived=waived))
    return found


def _evaluated(
    con: duckdb.DuckDBPyConnection, contract: LoadContract, rule: Rule, file: Path, schema: Schema
) -> Evaluation:
    question = contract.question_of(rule)
    compiled = _compiled(question, schema, file, contract.today(question))
    table = con.execute(compiled.sql, _bound(compiled)).to_arrow_table()
    table = pa.table({column.key: table.column(column.key) for column in compiled.columns})
    full = table.num_rows >= MOST_GROUPS
    answer = to_answer(table, compiled, version_id=UUID(int=0), total_count=table.num_rows, truncated=full)
    return evaluate(rule, answer, today=contract.today(question))


def _compiled(question: Question, schema: Schema, source: Path, today: date) -> Compiled:
    """The question of this one table; TableMissing when it names another."""
    own = Table(schema, str(source))
    return compile_question(question, {TableKey(question.dataset_id): own}, today=today)


def _bound(compiled: Compiled) -> dict[str, str]:
    files = {f"source{at}": source for at, source in enumerate(compiled.sources)}
    return {**files, **dict(compiled.parameters)}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
