"""The task `versions.compare`: which rows one version has and another has not."""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.profiles.profile import plain
from tablewright.core.readers.engine import literal, locked
from tablewright.core.readers.model import Context
from tablewright.core.tables import Column
from tablewright.core.versions.build import columns_of, source_of
from tablewright.core.versions.problems import KeyNotUnique

EXAMPLES = 100


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Compare the rows of two files over the columns that both have.

    `{before: {file, schema, number}, after: {…}, keys: [ids], must_be_unique}` gives `{by, keys, rows: {added,
    removed, changed, unchanged}, columns_changed: {id: count}, examples: [{change, before, after}]}`.
    Raises KeyNotUnique when `must_be_unique` and a key is not.
    """
    one, two = params["before"], params["after"]
    source = source_of({"file": one["file"], "memory_bytes": params.get("memory_bytes")}, context)
    with locked(source, readable=[Path(two["file"])]) as con:
        comparing = _Comparing(con, one, two)
        keys = [key for key in params.get("keys") or [] if key in {column.id for column in comparing.shared}]
        if keys and not comparing.are_unique(keys, raising=bool(params.get("must_be_unique"))):
            keys = []
        return comparing.by_key(keys) if keys else comparing.by_rows()


class _Comparing:
    def __init__(self, con: duckdb.DuckDBPyConnection, one: dict[str, Any], two: dict[str, Any]) -> None:
        self.con, self.one, self.two = con, one, two
        after = {column.id: column for column in columns_of(two["schema"])}
        self.shared = [column for column in columns_of(one["schema"]) if column.id in after]
        self.casts = {
            column.id: None if column.physical == after[column.id].physical else "VARCHAR" for column in self.shared
        }
        self.a, self.b = self._relation(one), self._relation(two)

    def _relation(self, side: dict[str, Any]) -> str:
        chosen = ", ".join(f"CAST({name} AS {cast}) AS {name}" if cast else name for name, cast in self.casts.items())
        return f"(SELECT {chosen or '1 AS nothing'} FROM read_parquet({literal(side['file'])}))"

    def are_unique(self, keys: Sequence[str], *, raising: bool) -> bool:
        for relation, side in ((self.a, self.one), (self.b, self.two)):
            names = ", ".join(keys)
            row = self.con.execute(
                f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {relation} GROUP BY {names}) WHERE n > 1"
            ).fetchone()
            if row and row[0]:
                if raising:
                    named = [column.name for column in self.shared if column.id in keys]
                    raise KeyNotUnique(named, int(row[0]), int(side["number"]))
                return False
        return True

    def by_key(self, keys: list[str]) -> dict[str, Any]:
        others = [column for column in self.shared if column.id not in keys]
        on = " AND ".join(f"a.{key} IS NOT DISTINCT FROM b.{key}" for key in keys)
        distinct = [f"a.{column.id} IS DISTINCT FROM b.{column.id}" for column in others]
        changed = " OR ".join(distinct) or "false"
        figures = ", ".join(
            ["count(*)", f"count(*) FILTER ({changed})", *(f"count(*) FILTER ({each})" for each in distinct)]
        )
        row = self._one(f"SELECT {figures} FROM {self.a} a JOIN {self.b} b ON {on}")
        met, different = int(row[0]), int(row[1])
        total_a, total_b = self._count(self.a), self._count(self.b)
        examples = self._pairs(f"{self.a} a JOIN {self.b} b ON {on} WHERE {changed}", EXAMPLES)
        for change, mine, theirs in (("removed", self.a, self.b), ("added", self.b, self.a)):
            where = f"{mine} a WHERE NOT EXISTS (SELECT 1 FROM {theirs} b WHERE {on})"
            examples += self._singles(where, change, EXAMPLES - len(examples))
        return {
            "by": "key",
            "keys": keys,
            "rows": {
                "added": total_b - met, "removed": total_a - met, "changed": different, "unchanged": met - different,
            },
            "columns_changed": {
                column.id: int(count) for column, count in zip(others, row[2:], strict=True) if count
            },
            "examples": examples,
        }  # fmt: skip

    def by_rows(self) -> dict[str, Any]:
        removed = f"(SELECT * FROM {self.a} EXCEPT ALL SELECT * FROM {self.b})"
        added = f"(SELECT * FROM {self.b} EXCEPT ALL SELECT * FROM {self.a})"
        gone, came = self._count(removed), self._count(added)
        examples = self._singles(f"{removed} a", "removed", EXAMPLES // 2)
        examples += self._singles(f"{added} a", "added", EXAMPLES - len(examples))
        return {
            "by": "rows",
            "keys": [],
            "rows": {"added": came, "removed": gone, "changed": 0, "unchanged": self._count(self.a) - gone},
            "columns_changed": {},
            "examples": examples,
        }

    def _one(self, sql: str) -> tuple[Any, ...]:
        return self.con.execute(sql).fetchone() or ()

    def _count(self, relation: str) -> int:
        return int(self._one(f"SELECT count(*) FROM {relation}")[0])

    def _shown(self, side: str) -> str:
        return ", ".join(shown(column, f"{side}.{column.id}") for column in self.shared)

    def _singles(self, of: str, change: str, limit: int) -> list[dict[str, Any]]:
        if limit <= 0 or not self.shared:
            return []
        rows = self.con.execute(f"SELECT {self._shown('a')} FROM {of} LIMIT {limit}").fetchall()
        side, other = ("after", "before") if change == "added" else ("before", "after")
        return [{"change": change, side: self._row(row), other: None} for row in rows]

    def _pairs(self, of: str, limit: int) -> list[dict[str, Any]]:
        if not self.shared:
            return []
        rows = self.con.execute(f"SELECT {self._shown('a')}, {self._shown('b')} FROM {of} LIMIT {limit}").fetchall()
        width = len(self.shared)
        return [
            {"change": "changed", "before": self._row(row[:width]), "after": self._row(row[width:])} for row in rows
        ]

    def _row(self, values: Sequence[Any]) -> dict[str, Any]:
        return {column.id: short(value) for column, value in zip(self.shared, values, strict=True)}


def shown(column: Column, value: str) -> str:
    """SQL: a value as Python takes it without a time zone library; the session's zone is UTC."""
    return f"CAST({value} AS TIMESTAMP)" if column.physical.endswith("ZONE") else value


def short(value: Any) -> Any:
    """A value as JSON, long texts cut. Exact decimals are text, with all their digits, as in an answer."""
    value = f"{value:f}" if isinstance(value, Decimal) else plain(value)
    return value if not isinstance(value, str) or len(value) <= 500 else value[:499] + "…"
