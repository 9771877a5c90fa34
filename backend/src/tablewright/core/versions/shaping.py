"""The rows of a file in the dataset's columns: what fits goes on, what does not is set aside with its reason."""

# ruff: noqa: S608 - the SQL names only our own columns and files; everything else comes from the emitter

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.mappings.expressions import Expressed, expressed
from tablewright.core.mappings.plan import Plan, Target
from tablewright.core.queries.sql import write
from tablewright.core.readers.engine import literal
from tablewright.core.readers.quarantine import storable
from tablewright.core.tables import Column, Schema
from tablewright.core.versions.types import MOST_DIGITS, meet

_BATCH = 2000
ROW = "file_row_number"


@dataclass(frozen=True)
class Misfit:
    """A row that cannot be a row of the dataset. `row` counts from 1 over the rows that were read."""

    row: int
    column: str
    reason: str
    values: tuple[str | None, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "line": None,
            "row": self.row,
            "column": self.column,
            "reason": self.reason,
            "raw": storable(delimited(self.values)),
            "byte": None,
            "values": [None if value is None else storable(value) for value in self.values],
        }


def delimited(values: Sequence[str | None]) -> str:
    """One row as comma-separated text."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["" if value is None else value for value in values])
    return line.getvalue()


@dataclass
class Shaping:
    """A plan applied to a Parquet file of a reader."""

    con: duckdb.DuckDBPyConnection
    file: Path
    source: Schema
    plan: Plan
    keys: tuple[str, ...] = ()
    """Ids of columns that must have a value in every row."""

    def __post_init__(self) -> None:
        self.plan = Plan(targets=tuple(self._settled(target) for target in self.plan.targets))
        self.parts: list[Expressed] = [expressed(target, self.source) for target in self.plan.targets]

    @property
    def relation(self) -> str:
        return f"read_parquet({literal(self.file)}, file_row_number = true)"

    def _settled(self, target: Target) -> Target:
        """A decimal that was asked for gets as many digits as its values have."""
        column = target.column
        if column.physical != "DECIMAL":
            return target
        trial = target.model_copy(update={"column": column.model_copy(update={"physical": "DECIMAL(38,18)"})})
        value = write(expressed(trial, self.source).value.copy())
        row = self.con.execute(
            f"SELECT max(strlen(split_part(v, '.', 1)) - (v LIKE '-%')::INT), max(strlen(split_part(v, '.', 2)))"
            f" FROM (SELECT rtrim(CAST({value} AS VARCHAR), '0') AS v FROM {self.relation})"
        ).fetchone()
        whole, scale = (int(part or 0) for part in row or (0, 0))
        physical = f"DECIMAL({min(max(whole + scale, 18), MOST_DIGITS)},{scale})"
        return target.model_copy(update={"column": column.model_copy(update={"physical": physical})})

    def met(self, base: Sequence[Column]) -> Shaping:
        """The same with every column widened to hold the base's values too."""
        old = {column.id: column for column in base}
        targets = []
        for target in self.plan.targets:
            column = target.column
            before = old.get(column.id)
            together = meet(column.physical, before.physical) if before else None
            if together and together != column.physical:
                target = target.model_copy(update={"column": column.model_copy(update={"physical": together})})
            targets.append(target)
        return replace(self, plan=Plan(targets=tuple(targets)))

    def select(self) -> str:
        """SQL: the rows that fit, in the dataset's columns, with their position."""
        values = [f"{write(part.value.copy())} AS {each.id}" for part, each in self._each()]
        return f"SELECT {', '.join(values)}, {ROW} FROM {self.relation} WHERE NOT {self._any_misfit()}"

    def _each(self) -> list[tuple[Expressed, Column]]:
        return list(zip(self.parts, self.plan.columns, strict=True))

    def _conditions(self) -> list[tuple[str, Expressed, Column, bool]]:
        """SQL conditions of not fitting, each with its column and whether it is about the key."""
        found = [
            (write(part.misfit.copy()), part, each, False)
            for part, each in self._each()
            if write(part.misfit.copy()) != "FALSE"
        ]
        for part, each in self._each():
            if each.id in self.keys:
                found.append((f"({write(part.value.copy())}) IS NULL", part, each, True))
        return found

    def _any_misfit(self) -> str:
        conditions = [condition for condition, *_ in self._conditions()]
        return f"({' OR '.join(conditions)})" if conditions else "false"

    def misfit_counts(self) -> list[tuple[Column, int, list[str]]]:
        """For each column with values that do not fit: how many, and some of them."""
        found = []
        for condition, part, each, _ in self._conditions():
            shown = f"CAST({write(part.text.copy())} AS VARCHAR)"
            row = self.con.execute(
                f"SELECT count(*), list(v ORDER BY n) FILTER (n <= 5) FROM"
                f" (SELECT {shown} AS v, row_number() OVER () AS n FROM {self.relation} WHERE {condition})"
            ).fetchone()
            if row and row[0]:
                found.append((each, int(row[0]), [str(value)[:200] for value in row[1] or [] if value is not None]))
        return found

    def misfits(self) -> list[Misfit] | _Stream:
        """The rows that do not fit, in order, read a batch at a time."""
        conditions = self._conditions()
        return _Stream(self, conditions) if conditions else []

    def set_aside(self, rules: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of the table `aside` (place, rule) as they are kept, in order; the rule's name is the reason."""
        texts = ", ".join(f"CAST({column.id} AS VARCHAR)" for column in self.source.columns)
        cursor = self.con.cursor()
        cursor.execute(f"SELECT place, rule, {texts} FROM {self.relation} JOIN aside ON {ROW} = place ORDER BY place")
        while rows := cursor.fetchmany(_BATCH):
            for position, number, *values in rows:
                found = Misfit(int(position) + 1, "", f'the rule "{rules[number]}"', tuple(values)).as_json()
                yield {**found, "column": None}


@dataclass
class _Stream:
    shaping: Shaping
    conditions: list[tuple[str, Expressed, Column, bool]]

    def __iter__(self) -> Any:
        which = " ".join(f"WHEN {condition} THEN {i}" for i, (condition, *_) in enumerate(self.conditions))
        texts = ", ".join(f"CAST({column.id} AS VARCHAR)" for column in self.shaping.source.columns)
        shown = " ".join(
            f"WHEN {condition} THEN CAST({write(part.text.copy())} AS VARCHAR)"
            for condition, part, *_ in self.conditions
        )
        cursor = self.shaping.con.cursor()
        cursor.execute(
            f"SELECT {ROW}, CASE {which} END, CASE {shown} END, {texts} FROM {self.shaping.relation}"
            f" WHERE {self.shaping._any_misfit()} ORDER BY {ROW}"
        )
        while rows := cursor.fetchmany(_BATCH):
            for position, index, text, *values in rows:
                _, _, column, is_key = self.conditions[index]
                reason = (
                    f'the key "{column.name}" is empty'
                    if is_key and text is None
                    else f'"{str(text)[:200]}" is not {_article(str(column.type))}'
                )
                yield Misfit(int(position) + 1, column.name, reason, tuple(values))


def _article(kind: str) -> str:
    words = {"integer": "a whole number", "decimal": "a decimal number", "float": "a number", "boolean": "yes or no"}
    return words.get(kind, f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}")


class Aside:
    """The quarantine file of a version to be: what the reader set aside, and what is added now."""

    def __init__(self, file: Path, before: Path | None, listed: int) -> None:
        self.file, self.count = file, 0
        self._listed = listed
        self.first: list[dict[str, Any]] = []
        self._out = file.open("w", encoding="utf-8")
        self.total = 0
        if before is not None:
            with before.open(encoding="utf-8") as lines:
                for line in lines:
                    self._out.write(line)
                    self.total += 1

    def add(self, document: dict[str, Any]) -> None:
        self._out.write(json.dumps(document, ensure_ascii=False) + "\n")
        self.count += 1
        self.total += 1
        if len(self.first) < self._listed:
            self.first.append(document)

    def discard(self) -> None:
        """Leave no file behind."""
        self._out.close()
        self.file.unlink(missing_ok=True)

    def close(self) -> Path | None:
        """The file, or None when nothing is in it."""
        self._out.close()
        if self.total:
            return self.file
        self.file.unlink()
        return None
