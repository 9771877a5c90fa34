"""The task `versions.replay`: rows that were set aside, put right by a person, become rows of the next version."""

# ruff: noqa: S608 - the SQL names only our own columns and files

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.mappings.plan import Plan
from tablewright.core.readers.engine import literal, locked, stored_row_bytes, write_parquet
from tablewright.core.readers.fixed_width import FIXED_WIDTH, apart
from tablewright.core.readers.kinds import TEXT, Kind, proposed
from tablewright.core.readers.model import LISTED_ROWS, RAW_CHARACTERS, Context
from tablewright.core.readers.quarantine import storable
from tablewright.core.rules.contracts import PLACE, LoadContract, check_rows
from tablewright.core.tables import Column, Schema
from tablewright.core.versions.build import Built, Merge, build, columns_of, source_of
from tablewright.core.versions.shaping import ROW, Aside, Shaping, delimited
from tablewright.core.versions.types import scale_of

ON_PURPOSE = "left out on purpose"


def split(raw: str, delimiter: str, quote: str) -> list[str | None] | None:
    """The values of one row of delimited text; None when it is not one row."""
    try:
        text = raw.rstrip("\r\n")
        if delimiter == FIXED_WIDTH:
            return list(apart(text))
        if len(delimiter) != 1:
            rows = [text.split(delimiter)] if delimiter else [[text]]
        elif quote:
            rows = list(csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True))
        else:
            rows = list(csv.reader([text], delimiter=delimiter, quoting=csv.QUOTE_NONE))
    except csv.Error:
        return None
    return [value or None for value in rows[0]] if len(rows) == 1 else None


def run(params: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Load edited rows into the version they were set aside from, and leave the others set aside.

    `{edits: [{index, values | raw}], discard: [index], quarantine, delimiter, quote, source: schema, plan, base,
    mode, keys, contract, out_dir}`. Returns the fields of Built besides `{replayed, discarded, refused: [{index,
    column, reason}], rows_quarantined, quarantine_rows}`; `file` is absent when no edited row fits and none was
    discarded.
    """
    out = Path(params["out_dir"])
    out.mkdir(parents=True, exist_ok=True)
    schema = Schema(columns=columns_of(params["source"]))
    edits, refused = _values(params, schema)
    landed = context.scratch / "edits.parquet"
    source = replace(source_of({**params, "file": str(landed)}, context), out_dir=out)
    merge = Merge.of({**params, "mode": "upsert" if params.get("mode") == "upsert" else "append"})
    readable = [path for path in (merge.base,) if path]
    wide = stored_row_bytes(*readable)
    with locked(source, readable=readable, columns=len(schema.columns), row_bytes=wide) as con:
        accepted = _typed(con, schema, edits, refused, context.scratch)
        plan = Plan.model_validate(params["plan"])
        accepted = _shaped(con, landed, schema, plan, merge, accepted, refused)
        if params.get("contract"):
            contract = LoadContract.model_validate(params["contract"])
            accepted = _kept(con, landed, schema, plan, merge, contract, accepted, refused)
        built = build(
            con,
            source,
            schema=schema,
            rows=len(accepted),
            plan=plan,
            merge=merge,
            aside=Aside(context.scratch / "none.jsonl", None, 0),
        )
    assert isinstance(built, Built)  # without a contract nothing is refused; that of the edited rows is kept above
    replayed, discarded = {edit[0] for edit in accepted}, set(params.get("discard") or ()) - {e[0] for e in accepted}
    left = _left(Path(params["quarantine"]), out / "next.quarantine.jsonl", replayed, discarded, refused)
    found = built.as_json()
    seen = left.pop("seen")
    return {
        **found,
        **left,
        "replayed": sorted(replayed),
        "discarded": sorted(discarded & seen),
        "refused": [refused[index] for index in sorted(refused)],
    }


Edit = tuple[int, list[str | None]]


def _values(params: Mapping[str, Any], schema: Schema) -> tuple[list[Edit], dict[int, dict[str, Any]]]:
    """The edited rows as text values, and those that have too many or too few."""
    edits: list[Edit] = []
    refused: dict[int, dict[str, Any]] = {}
    width = len(schema.columns)
    for edit in params["edits"]:
        index, values = int(edit["index"]), edit.get("values")
        if values is None:
            values = split(edit["raw"], params.get("delimiter") or ",", params.get("quote", '"'))
        if values is None:
            refused[index] = _refusal(index, None, "the text is not one row", edit.get("raw"), None)
        elif len(values) != width:
            reason = f"the row has {len(values)} values, the file has {width} columns"
            refused[index] = _refusal(index, None, reason, edit.get("raw"), values)
        else:
            edits.append((index, values))
    return edits, refused


def _refusal(
    index: int, column: str | None, reason: str, raw: str | None, values: Sequence[str | None] | None
) -> dict[str, Any]:
    text = raw if raw is not None else delimited(values or ())
    return {
        "index": index,
        "column": column,
        "reason": reason,
        "raw": storable(text)[: RAW_CHARACTERS * 10],
        "values": None if values is None else [None if v is None else storable(v) for v in values],
    }


def _typed(
    con: duckdb.DuckDBPyConnection,
    schema: Schema,
    edits: list[Edit],
    refused: dict[int, dict[str, Any]],
    scratch: Path,
) -> list[Edit]:
    """Write the rows whose values fit the file's columns as Parquet; the others are refused."""
    texts = scratch / "texts.parquet"
    reading = Reading(con)
    accepted = []
    for index, values in edits:
        bad = next(
            (c for c, v in zip(schema.columns, values, strict=True) if v and reading.kind_of(c, v) is None), None
        )
        if bad is None:
            accepted.append((index, values))
            continue
        value = values[schema.columns.index(bad)] or ""
        refused[index] = _refusal(index, bad.name, f'"{value[:200]}" is not {bad.type}', None, values)
    sql = []
    for at, column in enumerate(schema.columns):
        by_kind: dict[Kind, list[int]] = {}
        for place, (_, row) in enumerate(accepted):
            kind = reading.kind_of(column, row[at] or "") if row[at] else None
            if kind is not None:
                by_kind.setdefault(kind, []).append(place)
        cases = []
        for kind, mine in by_kind.items():
            typed = f"CAST({kind.value(kind.text(column.id))} AS {column.physical})"
            cases.append(f"WHEN n IN ({', '.join(map(str, mine))}) THEN {typed}")
        chosen = f"CASE {' '.join(cases)} END" if cases else f"CAST(NULL AS {column.physical})"
        sql.append(f"{chosen} AS {column.id}")
    table = {
        column.id: pa.array([row[at] or None for _, row in accepted], pa.string())
        for at, column in enumerate(schema.columns)
    }
    table["n"] = pa.array(range(len(accepted)), pa.int64())
    pq.write_table(pa.table(table), texts)
    write_parquet(
        con, f"SELECT {', '.join(sql)} FROM read_parquet({literal(texts)}) ORDER BY n", scratch / "edits.parquet"
    )
    return accepted


class Reading:
    """How texts are read as values of columns: exactly or not at all."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._known: dict[tuple[str, str], Kind | None] = {}

    def kind_of(self, column: Column, value: str) -> Kind | None:
        """The first way of reading this value that loses nothing, or None."""
        if column.physical == "VARCHAR":
            return TEXT
        key = (column.id, value)
        if key not in self._known:
            self._known[key] = next((kind for kind in _kinds(column, value) if self._fits(kind, column, value)), None)
        return self._known[key]

    def _fits(self, kind: Kind, column: Column, value: str) -> bool:
        typed = kind.value(kind.text("x"))
        row = self._con.execute(
            f"SELECT {kind.fits('x')} AND ({typed}) IS NOT NULL"
            f" AND TRY_CAST({typed} AS {column.physical}) = ({typed}) FROM (SELECT {literal(value)} AS x)"
        ).fetchone()
        return bool(row and row[0])


def _kinds(column: Column, value: str) -> Iterable[Kind]:
    yield Kind(column.type, column.physical, scale=max(scale_of(column.physical), 1))
    if column.format:
        yield Kind(column.type, column.physical, format=column.format)
    guess = proposed([value])
    if guess is not None and not guess.is_text and (guess.type == column.type or _both_numbers(guess, column)):
        yield guess


def _both_numbers(guess: Kind, column: Column) -> bool:
    return guess.type.is_number and column.type.is_number


def _shaped(
    con: duckdb.DuckDBPyConnection,
    landed: Path,
    schema: Schema,
    plan: Plan,
    merge: Merge,
    accepted: list[Edit],
    refused: dict[int, dict[str, Any]],
) -> list[Edit]:
    """Leave only rows that the mapping takes too."""
    misfits = {misfit.row - 1: misfit for misfit in Shaping(con, landed, schema, plan, merge.keys).misfits()}
    for position, misfit in misfits.items():
        index, values = accepted[position]
        refused[index] = _refusal(index, misfit.column, misfit.reason, None, values)
    return _without(con, landed, schema, set(misfits), accepted)


def _kept(
    con: duckdb.DuckDBPyConnection,
    landed: Path,
    schema: Schema,
    plan: Plan,
    merge: Merge,
    contract: LoadContract,
    accepted: list[Edit],
    refused: dict[int, dict[str, Any]],
) -> list[Edit]:
    """Leave only rows that the dataset's contract does not set aside."""
    shaping = Shaping(con, landed, schema, plan, merge.keys)
    columns = shaping.plan.columns
    shaped = landed.with_name("checked.parquet")
    names = ", ".join(column.id for column in columns)
    write_parquet(con, f"SELECT {names}, {ROW} AS {PLACE.id} FROM ({shaping.select()})", shaped)
    absent = frozenset(target.column.id for target in plan.targets if target.origin is None)
    check_rows(con, contract, shaped, columns, len(accepted), absent=absent)
    failing = dict(con.execute("SELECT place, rule FROM aside").fetchall())
    for position, number in failing.items():
        index, values = accepted[position]
        refused[index] = _refusal(index, None, f'the rule "{contract.rules[number].name}"', None, values)
    shaped.unlink()
    return _without(con, landed, schema, set(failing), accepted)


def _without(
    con: duckdb.DuckDBPyConnection, landed: Path, schema: Schema, places: set[int], accepted: list[Edit]
) -> list[Edit]:
    """Write the rows again without those at these places."""
    if not places:
        return accepted
    kept = landed.with_name("kept.parquet")
    names = ", ".join(column.id for column in schema.columns)
    gone = ", ".join(str(place) for place in sorted(places))
    write_parquet(
        con,
        f"SELECT {names} FROM read_parquet({literal(landed)}, file_row_number = true)"
        f" WHERE file_row_number NOT IN ({gone}) ORDER BY file_row_number",
        kept,
    )
    kept.replace(landed)
    return [edit for position, edit in enumerate(accepted) if position not in places]


def _left(
    before: Path, after: Path, replayed: set[int], discarded: set[int], refused: Mapping[int, dict[str, Any]]
) -> dict[str, Any]:
    """Write what stays set aside; the first of it, and of what was left out, for the receipt."""
    listed: list[dict[str, Any]] = []
    skipped: list[dict[str, Any]] = []
    count, seen = 0, set()
    with before.open(encoding="utf-8") as lines, after.open("w", encoding="utf-8") as out:
        for index, line in enumerate(lines):
            if index in replayed:
                continue
            if index in discarded:
                seen.add(index)
                skipped.append({**json.loads(line), "reason": ON_PURPOSE})
                continue
            if (refusal := refused.get(index)) is not None:
                changed = {key: refusal[key] for key in ("column", "reason", "raw", "values")}
                line = json.dumps({**json.loads(line), **changed}, ensure_ascii=False) + "\n"
            out.write(line)
            count += 1
            if len(listed) < LISTED_ROWS:
                document = json.loads(line)
                listed.append({**document, "raw": (document.get("raw") or "")[:RAW_CHARACTERS]})
    if not count:
        after.unlink()
    return {
        "rows_quarantined": count,
        "quarantine_file": after.name if count else None,
        "quarantine_rows": listed,
        "skipped_rows": skipped[:LISTED_ROWS],
        "seen": seen,
    }
