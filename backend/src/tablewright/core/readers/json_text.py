"""JSON: lines of objects, an array of objects, or one object.

Types come from the JSON types of all rows: a string stays text unless the whole column is dates, a
number keeps every digit of a whole number, a column of several types becomes text, and nested values
stay JSON text.
"""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.profiles.profile import profile
from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import json_scan
from tablewright.core.readers.engine import literal, locked
from tablewright.core.readers.errors import (
    CountsDisagree,
    FileDamaged,
    LineTooLong,
    NotATable,
    NothingReadable,
    TooManyColumns,
)
from tablewright.core.readers.kinds import EMPTY, TEXT, Kind, boolean, proposed
from tablewright.core.readers.model import Odd, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.typed import Typing, record_types
from tablewright.core.tables import Column, ColumnType, Schema

LONGEST_VALUE = 16 << 20
USUAL_VALUE = 1 << 20
LARGEST_SINGLE = 64 << 20
SAMPLE = 1000
_MARK = b"\xef\xbb\xbf"
_BEGINS = re.compile(rb'\s*(\{\s*("|\}|$)|\[\s*([\[{"\]\-\d]|true|false|null|$))')


class JsonReader:
    format = "json"

    def claims(self, path: Path, head: bytes) -> bool:
        text = head
        if (known := encodings.of_head(head, path.stat().st_size)) is not None:
            text = head[known.mark_bytes :].decode(known.name, "ignore").encode()
        if not _BEGINS.match(text):
            return False
        return text.lstrip()[:1] == b"{" or not _looks_delimited(text)

    def read(self, source: Source) -> Iterable[Table]:
        path, encoding = _as_utf8(source)
        with path.open("rb") as file:
            head = file.read(64 << 10)
        start = len(_MARK) if head.startswith(_MARK) else 0
        found = json_scan.shape(path, start)
        begins = head[start:].lstrip()[:1]
        if begins == b"[":
            yield _Rows(source, path, encoding, 1, source.stem, "array").table(found.elements)
        elif _is_lines(path, start):
            lines = source.context.scratch / "lines.jsonl"
            yield _lines(source, path, start, lines, encoding)
        else:
            yield from _single(source, path, start, encoding)


def _looks_delimited(text: bytes) -> bool:
    """Whether `[…` is a cell of a delimited file: its first line closes the bracket and goes on with something else."""
    first = text.lstrip().splitlines()[0]
    closing = first.find(b"]")
    behind = first[closing + 1 :].lstrip()
    return closing > 0 and bool(behind) and behind[:1] not in b",]}" and b"[" not in first[1:]


def _as_utf8(source: Source) -> tuple[Path, encodings.Encoding]:
    with source.path.open("rb") as file:
        head = file.read(64 << 10)
    known = encodings.of_head(head, source.path.stat().st_size)
    if known is None or known.name == "utf-8":
        return source.path, known or encodings.Encoding("utf-8", "every byte of the file is valid UTF-8")
    target = source.context.scratch / "utf8.json"
    encodings.transcode(source.path, known, target)
    return target, known


def _is_lines(path: Path, start: int) -> bool:
    """Whether the first line that is not empty is a whole JSON value (and the file has more than that one)."""
    with path.open("rb") as file:
        file.seek(start)
        for _ in range(1000):
            line = file.readline(LONGEST_VALUE + 1)
            if not line:
                return False
            if len(line) > LONGEST_VALUE:
                return False
            if line.strip():
                following = next((one for one in _bounded_lines(file) if one.strip()), b"")
                return bool(following) and (_valid(line) or (line.strip() != b"{" and _valid(following)))
    return False


def _valid(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(source: Source, path: Path, start: int, target: Path, encoding: encodings.Encoding) -> Table:
    rows = _Rows(source, target, encoding, 1, source.stem, "lines")
    count = seen = 0
    plain = _plain_lines(path) if not start else None
    quarantine = Quarantine(rows.receipt, source.out_dir / "t1.quarantine.jsonl")
    size = path.stat().st_size
    with locked(source, readable=[path]) as con, target.open("wb") as out:
        relation = (
            f"read_csv({literal(path)}, delim='\x01', quote='', escape='', header=false, auto_detect=false, "
            f"strict_mode=false, max_line_size={LONGEST_VALUE}, columns={{'j': 'VARCHAR'}})"
        )
        bad = _bad_lines(con, relation, path)
        if plain is not None and bad is not None and not bad:
            rows.path, rows.receipt.rows_seen = path, plain
            return rows.table(plain)
        with path.open("rb") as file:
            file.seek(start)
            offset = start
            for line_number, line in enumerate(_bounded_lines(file), start=1):
                text = line.strip()
                if line_number % 65536 == 0:
                    source.context.progress(stage="check", done=offset, total=size, unit="bytes")
                seen += 1
                if not text:
                    quarantine.skip(Odd(line_number, "the line is empty", "", byte=offset))
                elif (bad is None or line_number in bad) and (reason := _reason(text)) is not None:
                    raw = text.decode("utf-8", "replace")
                    quarantine.add(Odd(line_number, reason, raw, byte=offset))
                else:
                    out.write(text + b"\n")
                    count += 1
                offset += len(line)
    quarantine.close()
    if not count:
        raise NothingReadable(f"None of the {seen:,} lines of the file is a JSON object.")
    rows.receipt.rows_seen = seen
    return rows.table(count)


def _plain_lines(path: Path) -> int | None:
    """How many lines the file has; None when one may be empty or too long, so that each has to be looked at."""
    count, since = 0, 0
    last = b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            text = last + block
            if b"\n\n" in text or b"\n\r" in text or b"\n " in text or b"\n\t" in text:
                return None
            found = block.count(b"\n")
            since = len(block) - block.rfind(b"\n") if found else since + len(block)
            if since > LONGEST_VALUE:
                return None
            count += found
            last = block[-1:]
    return count + (last != b"\n")


def _bounded_lines(file: Any) -> Iterable[bytes]:
    number = 0
    while line := file.readline(LONGEST_VALUE + 1):
        number += 1
        if len(line) > LONGEST_VALUE:
            raise LineTooLong(number, LONGEST_VALUE)
        yield line


def _bad_lines(con: duckdb.DuckDBPyConnection, relation: str, path: Path) -> set[int] | None:
    """The lines that are no JSON objects; None when they have to be looked at one by one."""
    with path.open("rb") as file:
        if b"\r" in file.read(65536).replace(b"\r\n", b""):
            return None
    try:
        found = con.execute(
            "SELECT n FROM (SELECT j, row_number() OVER () AS n "
            f"FROM {relation}) WHERE j IS NOT NULL AND (NOT json_valid(j) OR NOT starts_with(ltrim(j), '{{'))"
        ).fetchall()
    except duckdb.Error:
        return None
    return {int(row[0]) for row in found}


def _reason(text: bytes) -> str | None:
    """Why a line is no row; None when it is one."""
    try:
        value = json.loads(text)
    except UnicodeDecodeError as error:
        return f"is not valid UTF-8 at its byte {error.start + 1:,}"
    except ValueError as error:
        return f"is not JSON: {error}"
    except RecursionError:
        return "is nested too deeply"
    return None if isinstance(value, dict) else "is JSON, but not an object with named values"


def _single(source: Source, path: Path, start: int, encoding: encodings.Encoding) -> Iterable[Table]:
    """One object: each list of objects in it becomes a table, its other values a table of one row."""
    size = path.stat().st_size
    if size > LARGEST_SINGLE:
        raise NotATable(
            f"The file is a single JSON object of {size >> 20:,} MiB. Objects of up to {LARGEST_SINGLE >> 20} MiB are "
            "accepted; lists and lines of objects may have any size."
        )
    with path.open("rb") as file:
        file.seek(start)
        data = file.read()
    try:
        value = json.loads(data, parse_int=_Number, parse_float=_Number)
    except UnicodeDecodeError as error:
        raise FileDamaged(f"The JSON text is not valid UTF-8 at byte {error.start:,}.", byte=error.start) from None
    except json.JSONDecodeError as error:
        raise FileDamaged(
            f"The JSON text is not well-formed: {error.msg} in line {error.lineno:,}.",
            line=error.lineno,
            byte=error.pos,
        ) from None
    lists = {
        key: rows
        for key, rows in value.items()
        if isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)
    }
    rest = {key: item for key, item in value.items() if key not in lists}
    tables: list[tuple[str, Sequence[Any]]] = list(lists.items())
    if rest or not lists:
        tables.append((source.stem, [rest]))
    for number, (name, rows) in enumerate(tables, start=1):
        target = source.context.scratch / f"part{number}.jsonl"
        with target.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(_dumped(row) + "\n")
        table = _Rows(source, target, encoding, number, name or source.stem, "lines")
        what = "a list of objects" if number <= len(lists) else "the values that are in no list"
        table.receipt.decide("table", name, f"{what} in the file's one object")
        yield table.table(len(rows))


class _Number(str):
    """A number as it is written, so that no digit of it is lost between two JSON texts."""

    __slots__ = ()


def _dumped(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_dumped(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_dumped, value)) + "]"
    return json.dumps(value)


@dataclass
class _Rows:
    """JSON values, one a row, on their way to a table."""

    source: Source
    path: Path
    encoding: encodings.Encoding
    number: int
    name: str
    form: str
    receipt: Receipt = field(default_factory=Receipt)

    def table(self, count: int) -> Table:
        """Read `count` values; a different number of rows stops the load."""
        self.receipt.decide("encoding", self.encoding.name, self.encoding.evidence)
        kind = "array" if self.form == "array" else "newline_delimited"
        self.source.context.progress(stage="load", done=0, total=count, unit="rows")
        decided = len(self.receipt.decisions)
        # DuckDB's buffers are a multiple of the longest value that it has to expect: most files need little.
        for longest in (USUAL_VALUE, LONGEST_VALUE):
            given = (
                f"(SELECT json AS j FROM read_json_objects({literal(self.path)}, format='{kind}', "
                f"maximum_object_size={longest}))"
            )
            source = self.source if longest == USUAL_VALUE else replace(self.source, threads=1)
            with locked(source, readable=[self.path]) as con:
                try:
                    return self._table(con, given, count)
                except duckdb.InvalidInputException as error:
                    if "maximum_object_size" not in str(error) or longest == LONGEST_VALUE:
                        raise self._damaged(error) from None
                    del self.receipt.decisions[decided:]
        raise AssertionError("every way returns or raises")

    def _damaged(self, error: duckdb.Error) -> Exception:
        words = str(error).removeprefix("Invalid Input Error: ").split(" Try ")[0].splitlines()[0]
        if "maximum_object_size" in str(error):
            return FileDamaged(f"The JSON text holds a value of more than {LONGEST_VALUE >> 20} MiB.")
        place = re.search(r"at byte (\d+) in (?:record/value|line) (\d+)", words)
        words = re.sub(r'in file ".*?", ', "", words).replace("record/value", "value")
        if place:
            return FileDamaged(f"The JSON text is not well-formed: {words}", byte=int(place[1]), row=int(place[2]))
        return FileDamaged(f"The JSON text is not well-formed: {words}")

    def _table(self, con: duckdb.DuckDBPyConnection, given: str, count: int) -> Table:
        keys, types = self._structure(con, given)
        names = repaired(keys or ["value"], self.receipt)
        if keys:
            paths = ", ".join(literal("/" + key.replace("~", "~0").replace("/", "~1")) for key in keys)
            columns = ", ".join(f"v[{i}] AS c{i}" for i in range(1, len(keys) + 1))
            relation = f"(SELECT {columns} FROM (SELECT json_extract_string(j, [{paths}]) AS v FROM {given}))"
        else:
            relation = f"(SELECT json_extract_string(j, '$') AS c1 FROM {given})"
        sample = con.execute(f"SELECT * FROM {relation} LIMIT {SAMPLE}").fetchall()
        kinds = [self._kind(kind, [row[i] for row in sample]) for i, kind in enumerate(types)]
        strings = frozenset(i for i, kind in enumerate(types) if kind == "VARCHAR")
        typing = Typing(con, relation, names, kinds, {}, lambda _number: None, only_dates=strings)
        typing.settle_orders()
        target = self.source.out_dir / f"t{self.number}.parquet"
        rows = typing.write(target)
        if rows != count:
            raise CountsDisagree(count, rows)
        self.receipt.rows_loaded = rows
        if self.form == "array" or not self.receipt.rows_seen:
            self.receipt.rows_seen = count
        if not self.receipt.balanced:
            raise CountsDisagree(self.receipt.rows_seen, rows)
        said = dict(typing.evidence)
        columns_made = []
        for i, (name, kind) in enumerate(zip(names, typing.kinds, strict=True)):
            nested = types[i] == "nested"
            if nested:
                said[i] = "lists or objects, kept as JSON text"
            elif types[i] == "mixed" and kind.type == ColumnType.TEXT:
                said[i] = "values of several JSON types, kept as text"
            columns_made.append(
                Column(
                    id=f"c{i + 1}", name=name, type=ColumnType.NESTED if nested else kind.type, physical=kind.physical
                )
            )
        schema = Schema(columns=tuple(columns_made))
        self.source.context.progress(stage="profile", done=rows, total=rows, unit="rows")
        found = profile(con, target, schema, rows)
        record_types(self.receipt, names, typing.kinds, said, {}, [int(one["null_count"]) for one in found], rows)
        return Table(self.name, target, rows, schema, found, self.receipt)

    def _structure(self, con: duckdb.DuckDBPyConnection, given: str) -> tuple[list[str], list[str]]:
        """The names of all values in every row, and the JSON type of each in the first ones.

        A later value of another type does not fit and has its column looked at whole (see `typed`).
        """
        row = con.execute(f"SELECT count_if(json_type(j::JSON) = 'OBJECT'), count(*) FROM {given}").fetchone()
        objects, total = row or (0, 0)
        if not total:
            raise NothingReadable("The JSON list is empty.")
        first = [_pairs(text) for (text,) in con.execute(f"SELECT j::VARCHAR FROM {given} LIMIT {SAMPLE}").fetchall()]
        if objects != total:
            if objects:
                said = f"{objects:,} of {total:,} values are objects, the others are not"
                self.receipt.decide("columns", "one", said)
            return [], [_json_type(first)]
        found: dict[str, list[Any]] = {}
        repeated = 0
        for pairs in first:
            repeated += len(pairs) != len({key for key, _ in pairs})
            for key, value in pairs:
                found.setdefault(key, []).append(value)
        if repeated:
            said = f"{repeated:,} of the first {len(first):,} objects have the same name more than once"
            self.receipt.decide("repeated names", "the first value counts", said)
        keys = con.execute(
            f"SELECT key FROM (SELECT unnest(json_keys(j::JSON)) AS key FROM {given})"
            " GROUP BY key ORDER BY count(*) DESC, key"
        ).fetchall()
        if len(keys) > self.source.max_columns:
            raise TooManyColumns(len(keys), self.source.max_columns)
        for (key,) in keys:
            found.setdefault(key, [])
        return list(found), [_json_type(items) for items in found.values()]

    @staticmethod
    def _kind(type: str, values: Sequence[str | None]) -> Kind:
        if type in ("nested", "mixed"):
            return TEXT
        if type == "BOOLEAN":
            return boolean(("true", "false"))
        filled = [value for value in values if value is not None]
        kind = proposed(filled)
        if type == "VARCHAR":
            return kind if kind is not None and kind.is_moment and not kind.nulls and not kind.padded else TEXT
        return kind or EMPTY


def _pairs(text: str) -> Any:
    """A JSON object as its pairs, in order and with repeated names; anything else as it is."""
    return json.loads(text, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number)


class _Pairs(list[tuple[str, Any]]):
    """The values of an object: a list that is not a JSON list."""


def _json_type(values: Sequence[Any]) -> str:
    kinds = {_type_of(value) for value in values if value is not None}
    if not kinds:
        return "NULL"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "BOOLEAN"
        case _Number() | int() | float():
            return "NUMBER"
        case str():
            return "VARCHAR"
        case _:
            return "nested"
