"""Flat JSON objects, quickly: one pass proves the form of every object, a second one reads typed columns.

The proof is a regular expression made from the first objects: their names in their order, the type and the size of
their values, by the letter of RFC 8259. It runs over whole blocks at the speed of a finite automaton. An object that
it does not match is looked at by itself: it makes the expression wider, is written in the usual order, is set aside,
or shows that the objects are not flat.
"""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.engine import Tell, literal, locked, rows_told
from tablewright.core.readers.errors import CountsDisagree
from tablewright.core.readers.json_even import EvenLines, Unlike
from tablewright.core.readers.json_scan import Chunk, Lines, Values
from tablewright.core.readers.kinds import (
    EMPTY,
    EXACT_FLOAT_DIGITS,
    INTEGER,
    TEXT,
    Kind,
    boolean,
    number_kind,
    proposed,
)
from tablewright.core.readers.model import Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.nested import Malformed, Number, Pairs, decoded, dumped, floating
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.typed import Typing, record_types
from tablewright.core.tables import Schema

MOST_COLUMNS = 80
MOST_CHANGES = 1000
"""How often the expression may be made wider."""
MOST_REWRITTEN = 0.05
HEAD = 200
PLACES, EACH = 12, 40
LONG_LINES = 1 << 20
"""Of lines that are longer there are too few for reading many at once to save anything."""
"""Lines of so many other places are looked at, too, before the quickest way is tried."""
SAMPLE = 300
USUAL_VALUE = 1 << 20
LONGEST_VALUE = 17 << 20
_HEX = "[0-9a-fA-F]"
_SURROGATES = rf"[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}}"
_ESCAPE = rf'\\(?:["\\/bfnrt]|u(?:[0-9abcefABCEF]{_HEX}{{3}}|[dD][0-7]{_HEX}{{2}}|{_SURROGATES}))'
_TEXT = rf'"(?:[^"\\\x00-\x1f]|{_ESCAPE})*"'
_SPACE = r"[ \t\r]*"
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")


class NotFlat(Exception):
    """The objects hold what only reading them one by one keeps exactly."""


class ReadAgain(Exception):
    """Numbers that were let through as they are need their digits after all: read again with the same shape."""


@dataclass(eq=False)
class Field:
    """One name of the objects, and what all of its values have in common."""

    name: str
    type: str = "null"
    """`null`, `bool`, `int` (64 bits), `big` (more), `number` (exact as a double), `long` (more), `text`."""
    required: bool = True
    digits: int = 1
    scale: int = 0
    least: int = 99
    exponents: bool = False
    sample: list[str] = field(default_factory=list)

    def pattern(self) -> str:
        match self.type:
            case "bool":
                value = "true|false|null"
            case "int":
                value = "0|-?[1-9][0-9]{0,17}|null"
            case "big":
                value = "0|-?[1-9][0-9]*|null"
            case "number":
                behind = rf"(?:\.[0-9]{{{max(self.least, 1)},{self.scale}}}){'?' if not self.least else ''}"
                power = "(?:[eE][+-]?[0-9]{1,2})?" if self.exponents else ""
                value = rf"-?(?:0|[1-9][0-9]{{0,{self.digits - 1}}}){behind if self.scale else ''}{power}|null"
            case "long":
                value = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|null"
            case "text":
                value = f"{_TEXT}|null"
            case _:
                value = "null"
        return f'"{re.escape(self.name)}"{_SPACE}:{_SPACE}(?:{value}){_SPACE}'

    def widen(self, value: Any) -> bool:
        """Take a value in; whether the expression changes. Raises NotFlat."""
        if value is None:
            return False
        kind = type(value)
        if kind is str:
            if len(self.sample) < SAMPLE:
                self.sample.append(value)
            return self._become("text")
        if kind is bool:
            return self._become("bool")
        if kind is not Number:
            raise NotFlat
        if len(self.sample) < SAMPLE:
            self.sample.append(str(value))
        found = _NUMBER.fullmatch(value)
        if found is None or self.type in ("text", "bool"):
            raise NotFlat
        _, whole, behind, power = found.groups()
        if behind is None and power is None and value != "-0" and self.type in ("null", "int", "big", "long"):
            if self.type == "long":
                return False
            self.digits = max(self.digits, len(whole))
            self.least = 0
            return self._become("big" if len(whole) > 18 or self.type == "big" else "int")
        if power is not None and len(power.lstrip("+-")) > 2:
            return self._become("long")
        before = (self.digits, self.scale, self.least, self.exponents)
        self.digits = max(self.digits, len(whole))
        self.scale = max(self.scale, len(behind or ""))
        self.least = min(self.least, len(behind or ""))
        self.exponents |= power is not None
        wide = self.type in ("big", "long") or self.digits + self.scale > EXACT_FLOAT_DIGITS
        changed = self._become("long" if wide else "number")
        return changed or before != (self.digits, self.scale, self.least, self.exponents)

    def _become(self, type: str) -> bool:
        if self.type == type:
            return False
        numbers = ("null", "int", "big", "number", "long")
        if self.type != "null" and not (self.type in numbers and type in numbers):
            raise NotFlat
        self.type = type
        return True

    @property
    def stored(self) -> str:
        """The type as which DuckDB reads it without a change."""
        return {"bool": "BOOLEAN", "int": "BIGINT", "number": "DOUBLE"}.get(self.type, "VARCHAR")

    def kind(self) -> Kind:
        match self.type:
            case "bool":
                return boolean(("true", "false"))
            case "int":
                return INTEGER
            case "number":
                digits = self.digits + self.scale
                made = number_kind(
                    int_digits=self.digits,
                    scale=self.scale,
                    least_scale=self.least,
                    digits=digits,
                    exponents=self.exponents,
                )
                return made or TEXT
            case "text":
                kind = proposed(self.sample)
                return kind if kind is not None and kind.is_moment and not kind.nulls and not kind.padded else TEXT
            case "null":
                return EMPTY
            case _:
                return floating(self.sample) or proposed(self.sample) or TEXT


class Shape:
    """What all objects have in common so far."""

    def __init__(self) -> None:
        self.fields: list[Field] = []
        self._by_name: dict[str, Field] = {}
        self._folded: set[str] = set()
        self._objects = 0
        self.changes = 0
        self._one: re.Pattern[bytes] | None = None
        self._all: str | None = None

    def widen(self, pairs: Pairs) -> bool:
        """Take an object in; whether it now fits (else its members are in another order). Raises NotFlat."""
        changed = False
        at = 0
        in_order = True
        names = {key for key, _ in pairs}
        if len(names) != len(pairs):
            raise NotFlat
        for key, value in pairs:
            one = self._by_name.get(key)
            if one is None:
                one = self._new(key, at)
                changed = True
            place = self.fields.index(one)
            in_order &= place >= at
            at = max(at, place + 1)
            changed |= one.widen(value)
        for one in self.fields:
            if one.required and one.name not in names:
                one.required, changed = False, True
        if not any(one.required for one in self.fields):
            raise NotFlat
        self._objects += 1
        if changed:
            self.changes += 1
            if self.changes > MOST_CHANGES:
                raise NotFlat
            self._one = self._all = None
        return in_order

    def _new(self, key: str, at: int) -> Field:
        plain = dumped(key) == f'"{key}"' and "\x7f" not in key
        if not plain or key.casefold() in self._folded or len(self.fields) >= MOST_COLUMNS:
            raise NotFlat
        one = Field(key, required=not self._objects)
        self.fields.insert(at, one)
        self._by_name[key] = one
        self._folded.add(key.casefold())
        return one

    def _object(self) -> str:
        first = next(i for i, one in enumerate(self.fields) if one.required)
        parts = []
        for i, one in enumerate(self.fields):
            pair = one.pattern()
            if i < first:
                parts.append(f"(?:{pair},{_SPACE})?")
            elif i == first:
                parts.append(pair)
            else:
                parts.append(f",{_SPACE}{pair}" if one.required else f"(?:,{_SPACE}{pair})?")
        return rf"{_SPACE}\{{{_SPACE}{''.join(parts)}\}}{_SPACE}"

    def fits_all(self, data: bytes) -> bool:
        """Whether a block holds nothing but objects that fit, a line each."""
        if self._all is None:
            self._all = rf"^(?:{self._object()}\n)*\z"
        return bool(_matched(np.array([0, len(data)], np.int32), data, self._all)[0])

    def fits_each(self, ends: Any, data: bytes) -> Any:
        """Whether each line fits, as booleans."""
        pattern = rf"^{self._object()}\n\z"
        return _matched(np.concatenate([np.zeros(1, np.int32), ends.astype(np.int32)]), data, pattern)

    def fits(self, text: bytes) -> bool:
        if self._one is None:
            self._one = re.compile(self._object().encode())
        try:
            text.decode()
        except UnicodeDecodeError:
            return False
        return self._one.fullmatch(text) is not None


def _matched(offsets: Any, data: bytes, pattern: str) -> Any:
    texts = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)


class FlatObjects:
    """The objects of a file, if they are flat, on their way to a table."""

    def __init__(
        self,
        source: Source,
        values: Values,
        shape: Shape,
        direct: bool,
        aside: Callable[[Chunk, int, int, bytes, str], None],
        skip: Callable[[Chunk, int, int], None],
    ) -> None:
        self.source, self.values, self.aside, self.skip = source, values, aside, skip
        self.shape = shape
        self.count = 0
        self.longest = USUAL_VALUE
        self._rewritten = 0
        self._direct = direct
        self._out: IO[bytes] | None = None
        self._target = source.context.scratch / "objects.jsonl"

    def prove(self) -> None:
        """Look at every object. Raises NotFlat, or ReadAgain."""
        begun = False
        let_through: set[str] = set()
        total = self.values.size
        try:
            for chunk in self.values:
                if not begun:
                    self._begin(chunk)
                    begun = True
                self.source.tell_read(chunk.byte, total)
                if chunk.too_long:
                    self._change(chunk)
                    self.aside(chunk, 0, 0, chunk.data, "")
                elif _utf8(chunk.data) and self.shape.fits_all(chunk.data):
                    self.count += chunk.count or chunk.data.count(b"\n")
                    self._keep(chunk, chunk.data)
                else:
                    self._each(chunk)
                self._measure(chunk.data)
                if any(one.type == "long" and one.name in let_through for one in self.shape.fields):
                    raise ReadAgain
                let_through = {one.name for one in self.shape.fields if one.type == "number"}
        finally:
            if self._out is not None:
                self._out.close()
        if not begun or not self.count:
            raise NotFlat

    def _begin(self, chunk: Chunk) -> None:
        """Make the first expression; the usual order is that of the first objects."""
        if chunk.too_long or self.source.options.columns:
            raise NotFlat
        objects = 0
        for _, _, text in chunk.values():
            try:
                value = decoded(text) if text.strip() else None
            except Malformed:
                continue
            if type(value) is Pairs:
                if not value:
                    raise NotFlat
                self.shape.widen(value)
                objects += 1
            elif value is not None and not objects:
                raise NotFlat
            if objects >= HEAD:
                break
        if not objects:
            raise NotFlat

    def _each(self, chunk: Chunk) -> None:
        data = chunk.data
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10) + 1
        fits = self.shape.fits_each(ends, data) if _utf8(data) else np.zeros(len(ends), bool)
        pieces: list[bytes] = []
        kept = 0
        good = len(ends)
        for index in np.flatnonzero(~fits).tolist():
            begin = int(ends[index - 1]) if index else 0
            end = int(ends[index])
            text = data[begin : end - 1]
            if self.shape.fits(text):
                continue
            replaced = self._odd(chunk, index, begin, text)
            if replaced is None:
                continue
            good -= not replaced
            pieces += [data[kept:begin], replaced]
            kept = end
        self.count += good
        if self._rewritten > 1000 and self._rewritten > self.count * MOST_REWRITTEN:
            raise NotFlat
        if pieces:
            self._change(chunk)
            data = b"".join([*pieces, data[kept:]])
        self._keep(chunk, data)

    def _odd(self, chunk: Chunk, number: int, offset: int, text: bytes) -> bytes | None:
        """What to write instead of an object that does not fit; nothing for one that is left out, None to keep it."""
        if not text.strip(b" \t\r"):
            self.skip(chunk, number, offset)
            return b""
        try:
            value = decoded(text)
        except Malformed as error:
            self.aside(chunk, number, offset, text, str(error))
            return b""
        if type(value) is not Pairs:
            self.aside(chunk, number, offset, text, "is JSON, but not an object with named values")
            return b""
        if not value:
            raise NotFlat
        in_order = self.shape.widen(value)
        if in_order and self.shape.fits(text):
            return None
        self._rewritten += 1
        order = {one.name: place for place, one in enumerate(self.shape.fields)}
        return dumped(Pairs(sorted(value, key=lambda pair: order[pair[0]]))).encode() + b"\n"

    def _change(self, chunk: Chunk) -> None:
        """From this chunk on what is read is not the file itself."""
        if self._out is not None:
            return
        self._out = self._target.open("wb")
        if self._direct:
            with self.values.path.open("rb") as file:
                left = chunk.byte
                while left > 0 and (data := file.read(min(left, 1 << 20))):
                    self._out.write(data)
                    left -= len(data)

    def _keep(self, chunk: Chunk, data: bytes) -> None:
        long = [re.escape(one.name) for one in self.shape.fields if one.type == "long"]
        if long or not self._direct:
            self._change(chunk)
        if self._out is None:
            return
        if long:
            # As strings their digits pass through any parser.
            pattern = rf'("(?:{"|".join(long)})"{_SPACE}:{_SPACE})(-?[0-9][0-9.eE+\-]*)'
            text = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], np.int32)), pa.py_buffer(data))
            found = pc.replace_substring_regex(text, pattern, r'\1"\2"')[0]
            self._out.write(found.as_buffer())
        else:
            self._out.write(data)

    def _measure(self, data: bytes) -> None:
        """Have a parser expect long objects when there is one."""
        at = 0
        while self.longest == USUAL_VALUE and at + USUAL_VALUE // 2 < len(data):
            end = data.rfind(b"\n", at, at + USUAL_VALUE // 2)
            if end < 0:
                self.longest = LONGEST_VALUE
            at = end + 1

    def table(self, name: str, number: int, receipt: Receipt) -> Table:
        """Read the columns with the types that are proven, and decide the types of texts."""
        path = self.values.path if self._out is None else self._target
        fields = self.shape.fields
        stored = ", ".join(f"{literal(one.name)}: '{one.stored}'" for one in fields)
        columns = ", ".join(f"{_identifier(one.name)} AS c{i}" for i, one in enumerate(fields, start=1))
        relation = (
            f"(SELECT {columns} FROM read_json({literal(path)}, format='newline_delimited', columns={{{stored}}}, "
            f"maximum_object_size={self.longest}, timestampformat='never', dateformat='never'))"
        )
        tell = rows_told(self.source.context, "write", self.count)
        called, row_bytes = (name, number), path.stat().st_size / max(self.count, 1)
        with locked(self.source, readable=[path], columns=len(fields), row_bytes=row_bytes) as con:
            return _table(self.source, con, relation, fields, called, receipt, lambda: self.count, row_bytes, tell)


def even_lines(source: Source, lines: Lines) -> EvenLines:
    """The lines of a file as columns, if its beginning and some other places show them all written alike.

    Raises Unlike or NotFlat.
    """
    if source.options.columns:
        raise Unlike
    shape = Shape()
    sample = b"".join(lines.sample(HEAD, PLACES, EACH))
    if len(sample) > LONG_LINES * sample.count(b"\n"):
        raise Unlike
    for text in sample.splitlines():
        try:
            value = decoded(text)
        except Malformed:
            raise Unlike from None
        if type(value) is not Pairs or not value or not shape.widen(value):
            raise Unlike
    if not sample or not all(one.required for one in shape.fields):
        raise Unlike
    total = lines.size

    def tell(byte: int, rows: int) -> None:
        source.tally.rows = rows
        source.tell_read(byte, total)

    return EvenLines(lines, shape.fields, sample, tell)


def even_table(source: Source, even: EvenLines, name: str, number: int, receipt: Receipt) -> Table:
    """The table of lines that are all written alike. Raises Unlike when one is not."""
    with locked(source, columns=len(even.members), row_bytes=even.row_bytes) as con:
        con.register("even", even)
        try:
            called, count = (name, number), lambda: even.count
            return _table(source, con, "even", even.members, called, receipt, count, even.row_bytes, None)
        except duckdb.Error:
            if even.error is not None:
                raise even.error from None
            raise


def _table(
    source: Source,
    con: duckdb.DuckDBPyConnection,
    relation: str,
    fields: Sequence[Field],
    called: tuple[str, int],
    receipt: Receipt,
    count: Callable[[], int],
    row_bytes: float,
    tell: Tell | None,
) -> Table:
    """Write and profile the columns of a relation; `count` says how many rows there must be, once it was read."""
    name, number = called
    names = repaired([one.name for one in fields], receipt)
    target = source.out_dir / f"t{number}.parquet"
    typing = Typing(
        con,
        relation,
        names,
        [one.kind() for one in fields],
        {},
        lambda _row: None,
        only_dates=frozenset(i for i, one in enumerate(fields) if one.type == "text"),
        options=source.options,
        row_bytes=row_bytes,
        proven=frozenset(i for i, one in enumerate(fields) if one.stored != "VARCHAR"),
    )
    rows = typing.write(target, tell=tell)
    receipt.rows_seen += count()
    receipt.rows_loaded = rows
    if rows != count() or not receipt.balanced:
        raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
    made = zip(names, typing.kinds, strict=True)
    schema = Schema(columns=tuple(kind.column(f"c{i}", each) for i, (each, kind) in enumerate(made, start=1)))
    schema, described = profiled(con, source.context, target, schema, rows)
    nulls = [int(one["null_count"]) for one in described]
    emptied = typing.null_words()
    record_types(receipt, names, typing.kinds, typing.evidence, emptied, nulls, rows, typing.findings)
    return Table(name, target, rows, schema, described, receipt)


def _utf8(data: bytes) -> bool:
    """Whether text that the expression matches is UTF-8: of what is not, it takes halves of surrogate pairs only."""
    if b"\xed" not in data:
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


__all__ = ["FlatObjects", "NotFlat", "ReadAgain", "Shape", "even_lines", "even_table"]
