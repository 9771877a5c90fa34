"""The task `versions.build`: what a reader read becomes the rows of a dataset's next version.

Constant memory: DuckDB streams from Parquet to Parquet and spills. Every row is accounted for: those of the
file are loaded, set aside or left out as duplicates; those of the version before stay or are replaced.
"""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.mappings.plan import Plan
from tablewright.core.profiles.profile import profile
from tablewright.core.readers.engine import literal, locked, stored_row_bytes, write_parquet
from tablewright.core.readers.model import LISTED_ROWS, Context, Source
from tablewright.core.rules.contracts import PLACE, Checked, LoadContract, RowsChecked, check_results, check_rows
from tablewright.core.tables import Column, Schema
from tablewright.core.versions.problems import KeyColumnMissing, KeysMissing, RowsWentMissing, TypesDoNotMeet
from tablewright.core.versions.shaping import ROW, Aside, Shaping
from tablewright.core.versions.types import meet

DUPLICATES_LISTED = 100


@dataclass(frozen=True)
class Merge:
    """How rows of the file meet the rows that are there."""

    mode: str = "replace"
    keys: tuple[str, ...] = ()
    deduplicate: str = "none"
    base: Path | None = None
    base_columns: tuple[Column, ...] = ()
    base_rows: int = 0
    loose: bool = False
    """Columns whose types do not meet become text."""

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Merge:
        base = params.get("base")
        mode = params.get("mode") or "replace"
        return cls(
            mode=mode,
            keys=tuple(params.get("keys") or ()),
            deduplicate=params.get("deduplicate") or "none",
            base=Path(base["file"]) if base and mode != "replace" else None,
            base_columns=columns_of(base["schema"]) if base and mode != "replace" else (),
            base_rows=int(base["row_count"]) if base and mode != "replace" else 0,
            loose=bool(params.get("loose")),
        )

    def check(self, columns: Sequence[Column]) -> None:
        """Raise KeysMissing or KeyColumnMissing when rows cannot be told apart."""
        if (self.mode == "upsert" or self.deduplicate == "key") and not self.keys:
            raise KeysMissing
        known = {column.id for column in columns}
        for key in self.keys:
            if key not in known:
                raise KeyColumnMissing(key)


@dataclass(frozen=True)
class Built:
    """The next version's rows on disk, and how they came together."""

    file: Path
    row_count: int
    schema: Schema
    profile: list[dict[str, Any]]
    counts: dict[str, int | None]
    quarantine: Path | None
    misfits: int
    first_misfits: list[dict[str, Any]]
    duplicates: int
    first_duplicates: list[dict[str, Any]]
    checks: list[Checked] = field(default_factory=list)
    """The rules of the dataset's contract. Rows that one of them sets aside are among the misfits."""

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file.name,
            "row_count": self.row_count,
            "byte_count": self.file.stat().st_size,
            "schema": self.schema.as_json(),
            "profile": self.profile,
            "counts": self.counts,
            "quarantine_file": self.quarantine.name if self.quarantine else None,
            "misfits": self.misfits,
            "first_misfits": self.first_misfits,
            "duplicates": self.duplicates,
            "first_duplicates": self.first_duplicates,
            "checks": [check.as_json() for check in self.checks],
        }


@dataclass(frozen=True)
class Refused:
    """A version that the dataset's contract does not let through. Nothing of it is left on disk."""

    checks: list[Checked]

    def as_json(self) -> dict[str, Any]:
        refusing = [check for check in self.checks if check.refuses]
        return {"refused": {str(check.rule.id): check.reason for check in refusing}}


def columns_of(documents: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(Column.model_validate(document) for document in documents)


def source_of(params: Mapping[str, Any], context: Context) -> Source:
    return Source(
        path=Path(params["file"]),
        filename="",
        out_dir=Path(params.get("out_dir") or context.scratch),
        context=context,
        memory_bytes=int(params.get("memory_bytes") or 512 << 20),
        threads=int(params.get("threads") or 2),
    )


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Shape the rows of `file` by `plan`, merge them with `base` and write `next.parquet` into `out_dir`.

    `{file, source: schema, rows, plan, base: {file, schema, row_count} | None, mode, keys, deduplicate, loose,
    quarantine: path | None, contract: LoadContract | None, out_dir}` gives the fields of Built, or of Refused.
    """
    source = source_of(params, context)
    source.out_dir.mkdir(parents=True, exist_ok=True)
    merge = Merge.of(params)
    readable = [merge.base] if merge.base else []
    before = params.get("quarantine")
    aside = Aside(source.out_dir / "next.quarantine.jsonl", Path(before) if before else None, LISTED_ROWS)
    schema = Schema(columns=columns_of(params["source"]))
    wide = stored_row_bytes(source.path, *readable)
    with locked(source, readable=readable, columns=len(schema.columns), row_bytes=wide) as con:
        built = build(
            con,
            source,
            schema=schema,
            rows=int(params["rows"]),
            plan=Plan.model_validate(params["plan"]),
            merge=merge,
            aside=aside,
            contract=LoadContract.model_validate(params["contract"]) if params.get("contract") else None,
        )
    return built.as_json()


def build(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    *,
    schema: Schema,
    rows: int,
    plan: Plan,
    merge: Merge,
    aside: Aside,
    contract: LoadContract | None = None,
) -> Built | Refused:
    """See `run`. Raises RowsWentMissing instead of losing one."""
    merge.check(plan.columns)
    shaping = Shaping(con, source.path, schema, plan, merge.keys)
    if merge.base:
        shaping = _widened(shaping, merge)
    source.context.progress(stage="check", done=0, total=rows, unit="rows")
    misfits = 0
    for misfit in shaping.misfits():
        aside.add(misfit.as_json())
        misfits += 1
    checked = RowsChecked()
    fitting = shaping.select()
    if contract is not None and contract.rules:
        absent = frozenset(target.column.id for target in plan.targets if target.origin is None and merge.base)
        checked, fitting = _check(con, source, contract, shaping, rows - misfits, absent, aside)
        if any(check.refuses for check in checked.checked):
            aside.discard()
            return Refused(checked.checked)
        misfits += checked.aside
    quarantine = aside.close()
    target = source.out_dir / "next.parquet"
    source.context.progress(stage="merge", done=0, total=rows + merge.base_rows, unit="rows")
    duplicates = 0
    first: list[dict[str, Any]] = []
    if merge.mode == "replace" and merge.deduplicate == "none":
        names = ", ".join(column.id for column in shaping.plan.columns)
        count = write_parquet(con, f"SELECT {names} FROM ({fitting})", target)
        counts: dict[str, int | None] = {"added": None, "changed": None, "removed": None, "unchanged": None}
        expected = rows - misfits
    else:
        staged = source.context.scratch / "staged.parquet"
        came = write_parquet(con, fitting, staged)
        if came != rows - misfits:
            raise RowsWentMissing(rows - misfits, came)
        absent = frozenset(target.column.id for target in plan.targets if target.origin is None)
        merging = _Merging(con, merge, shaping.plan.columns, staged, source.context.scratch, absent)
        duplicates, first = merging.leave_out_duplicates()
        count, counts = merging.write(target, came - duplicates)
        expected = merging.expected(came - duplicates, counts)
        staged.unlink()
    if count != expected:
        raise RowsWentMissing(expected, count)
    after = Schema(columns=shaping.plan.columns)
    if contract is not None:
        checked.checked += check_results(con, contract, target, after.columns)
        if any(check.refuses for check in checked.checked):
            target.unlink()
            aside.discard()
            return Refused(checked.checked)
    return Built(
        file=target,
        row_count=count,
        schema=after,
        profile=profile(con, target, after, count),
        counts={**counts, "duplicates": duplicates},
        quarantine=quarantine,
        misfits=misfits,
        first_misfits=aside.first,
        duplicates=duplicates,
        first_duplicates=first,
        checks=checked.checked,
    )


def _check(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    contract: LoadContract,
    shaping: Shaping,
    rows: int,
    absent: frozenset[str],
    aside: Aside,
) -> tuple[RowsChecked, str]:
    """Check the rows that fit by the rules of the contract; gives SQL of those that go on, as `Shaping.select` does."""
    columns = shaping.plan.columns
    names = ", ".join(column.id for column in columns)
    source.context.progress(stage="rules", done=0, total=rows, unit="rows")
    shaped = source.context.scratch / "shaped.parquet"
    came = write_parquet(con, f"SELECT {names}, {ROW} AS {PLACE.id} FROM ({shaping.select()})", shaped)
    if came != rows:
        raise RowsWentMissing(rows, came)
    checked = check_rows(con, contract, shaped, columns, rows, absent=absent)
    for document in shaping.set_aside([rule.name for rule in contract.rules]):
        aside.add(document)
    kept = f"WHERE {PLACE.id} NOT IN (SELECT place FROM aside)" if checked.aside else ""
    return checked, f"SELECT {names}, {PLACE.id} AS {ROW} FROM read_parquet({literal(shaped)}) {kept}"


def _widened(shaping: Shaping, merge: Merge) -> Shaping:
    """Columns that hold the values of file and base alike, or TypesDoNotMeet."""
    shaping = shaping.met(merge.base_columns)
    old = {column.id: column for column in merge.base_columns}
    for column in shaping.plan.columns:
        before = old.get(column.id)
        if before is None or meet(before.physical, column.physical) == column.physical:
            continue
        if column.physical in ("DOUBLE", "FLOAT") and before.type.is_number:
            changed = shaping.con.execute(
                f"SELECT count(*) FILTER (CAST({column.id} AS {column.physical}) <> {column.id})"
                f" FROM read_parquet({literal(merge.base or '')})"
            ).fetchone()
            if before.type == "integer" and changed and not changed[0]:
                continue
        if column.physical.startswith("DECIMAL") and before.type == "integer":
            misfit = shaping.con.execute(
                f"SELECT count(*) FROM read_parquet({literal(merge.base or '')}) WHERE {column.id} IS NOT NULL"
                f" AND TRY_CAST({column.id} AS {column.physical}) IS NULL"
            ).fetchone()
            if misfit and not misfit[0]:
                continue
        if not (merge.loose and column.physical == "VARCHAR"):
            raise TypesDoNotMeet(column.name, str(before.type), str(column.type))
    return shaping


@dataclass
class _Merging:
    """Rows of the file (staged, in the dataset's columns) and rows of the version before."""

    con: duckdb.DuckDBPyConnection
    merge: Merge
    columns: tuple[Column, ...]
    staged: Path
    scratch: Path
    absent: frozenset[str] = frozenset()
    """Ids of columns that the file does not have: what is there stays."""

    @property
    def _names(self) -> str:
        return ", ".join(column.id for column in self.columns)

    @property
    def _staged(self) -> str:
        return f"read_parquet({literal(self.staged)})"

    @property
    def _base(self) -> str:
        """The version before in the columns of the next one, with the position of each row."""
        there = {column.id: column for column in self.merge.base_columns}
        chosen = []
        for column in self.columns:
            old = there.get(column.id)
            if old is None:
                chosen.append(f"CAST(NULL AS {column.physical}) AS {column.id}")
            elif old.physical == column.physical:
                chosen.append(column.id)
            else:
                chosen.append(f"CAST({column.id} AS {column.physical}) AS {column.id}")
        file = literal(self.merge.base or "")
        return f"(SELECT {', '.join(chosen)}, {ROW} FROM read_parquet({file}, file_row_number = true))"

    def _same(self, one: str, other: str, columns: Sequence[str]) -> str:
        return " AND ".join(f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in columns)

    def leave_out_duplicates(self) -> tuple[int, list[dict[str, Any]]]:
        """Keep one of rows that are the same: the first of equal rows, the last of rows with one key."""
        by_key = self.merge.mode == "upsert" or self.merge.deduplicate == "key"
        if not by_key and self.merge.deduplicate == "none":
            return 0, []
        names = list(self.merge.keys) if by_key else [column.id for column in self.columns]
        order = "DESC" if by_key else "ASC"
        marked = (
            f"SELECT *, row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY {ROW} {order}) > 1 AS twice"
            f" FROM {self._staged}"
        )
        if self.merge.base and self.merge.mode == "append":
            marked = (
                f"SELECT m.* REPLACE (m.twice OR EXISTS (SELECT 1 FROM {self._base} b"
                f" WHERE {self._same('b', 'm', names)}) AS twice) FROM ({marked}) m"
            )
        kept = self.scratch / "marked.parquet"
        write_parquet(self.con, f"SELECT * FROM ({marked}) ORDER BY {ROW}", kept)
        found = f"read_parquet({literal(kept)})"
        row = self.con.execute(f"SELECT count(*) FILTER (twice) FROM {found}").fetchone()
        count = int(row[0]) if row else 0
        why = "a later row, or one that is there, has the same key" if by_key else "an equal row is there already"
        first = [
            {"line": None, "row": int(position) + 1, "column": None, "reason": f"duplicate: {why}", "raw": None}
            for (position,) in self.con.execute(
                f"SELECT {ROW} FROM {found} WHERE twice ORDER BY {ROW} LIMIT {DUPLICATES_LISTED}"
            ).fetchall()
        ]
        write_parquet(self.con, f"SELECT {self._names}, {ROW} FROM {found} WHERE NOT twice", self.staged)
        kept.unlink()
        return count, first

    def write(self, target: Path, came: int) -> tuple[int, dict[str, int | None]]:
        """Write all rows of the next version; how many, and what happened to which."""
        nothing: dict[str, int | None] = {"added": None, "changed": None, "removed": None, "unchanged": None}
        if self.merge.base is None:
            count = write_parquet(self.con, f"SELECT {self._names} FROM {self._staged} ORDER BY {ROW}", target)
            if self.merge.mode == "replace":
                return count, nothing
            return count, {"added": came, "changed": 0, "removed": 0, "unchanged": 0}
        if self.merge.mode == "append":
            both = f"SELECT {self._names} FROM {self._base} UNION ALL SELECT {self._names} FROM {self._staged}"
            counts: dict[str, int | None] = {
                "added": came, "changed": 0, "removed": 0, "unchanged": self.merge.base_rows,
            }  # fmt: skip
            return write_parquet(self.con, both, target), counts
        return self._upsert(target)

    def _upsert(self, target: Path) -> tuple[int, dict[str, int | None]]:
        keys = list(self.merge.keys)
        joined = self._same("b", "s", keys)
        kept = {*keys, *self.absent}
        others = [column.id for column in self.columns if column.id not in kept]
        changed = " OR ".join(f"b.{name} IS DISTINCT FROM s.{name}" for name in others) or "false"
        row = self.con.execute(
            f"SELECT count(*) FILTER ({changed}) FROM {self._base} b JOIN {self._staged} s ON {joined}"
        ).fetchone()
        different = int(row[0]) if row else 0
        came = self.con.execute(f"SELECT count(*) FROM {self._staged}").fetchone()
        matched = self.con.execute(
            f"SELECT count(*) FROM {self._staged} s WHERE EXISTS (SELECT 1 FROM {self._base} b WHERE {joined})"
        ).fetchone()
        added = int(came[0] if came else 0) - int(matched[0] if matched else 0)
        values = ", ".join(
            f"b.{name}" if name in kept else f"CASE WHEN s.{ROW} IS NULL THEN b.{name} ELSE s.{name} END AS {name}"
            for name in (column.id for column in self.columns)
        )
        both = (
            f"SELECT 0 AS part, b.{ROW} AS place, {values} FROM {self._base} b LEFT JOIN {self._staged} s ON {joined}"
            f" UNION ALL SELECT 1, s.{ROW}, {', '.join('s.' + column.id for column in self.columns)}"
            f" FROM {self._staged} s WHERE NOT EXISTS (SELECT 1 FROM {self._base} b WHERE {joined})"
        )
        count = write_parquet(self.con, f"SELECT {self._names} FROM ({both}) ORDER BY part, place", target)
        counts: dict[str, int | None] = {
            "added": added,
            "changed": different,
            "removed": 0,
            "unchanged": self.merge.base_rows - different,
        }
        return count, counts

    def expected(self, came: int, counts: Mapping[str, int | None]) -> int:
        """How many rows the next version must have."""
        if self.merge.base is None:
            return came
        return self.merge.base_rows + (came if self.merge.mode == "append" else int(counts["added"] or 0))


__all__ = ["Built", "Merge", "Refused", "build", "run"]
