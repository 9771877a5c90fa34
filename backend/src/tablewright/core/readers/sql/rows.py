"""The rows of one table of a dump on their way to its Parquet file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.kinds import TEXT, Kind
from tablewright.core.readers.landing import Landing
from tablewright.core.readers.model import LISTED_ROWS, Odd, Receipt, Source
from tablewright.core.readers.quarantine import Quarantine, storable
from tablewright.core.readers.sql.blocks import merged
from tablewright.core.readers.sql.changes import PLAIN, Clause, Keys, NotFollowed
from tablewright.core.readers.sql.definitions import ColumnSpec, TableSpec, kind_of
from tablewright.core.readers.sql.dialect import Dialect
from tablewright.core.readers.sql.literals import Left, Moment, Value, array, binary

BATCH_BYTES = 8 << 20
BATCH_ROWS = 50_000
MOST_CHUNKS = 256
MOST_KEYED = 1_000_000
"""Of no more rows are the keys compared."""
MOST_REWORKED = 100_000_000
"""So many rows may be read again for statements that change them; further ones are not followed."""
Turns = npt.NDArray[np.int64]
Why = Callable[[int], str]
"""Says of a row, by its number from 0, why it is taken away."""
_CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"


@dataclass
class Decoding:
    """How bytes become text."""

    codec: str | None = None
    """What the dump says it is written in, unless that is UTF-8."""
    fallback: str = "cp1252"
    """For values that are no UTF-8."""

    def text(self, value: bytes) -> str:
        """Raises nothing: every byte of a single-byte encoding means something."""
        for codec in (self.codec or "utf-8", self.fallback, "cp1252"):
            try:
                return value.decode(codec)
            except UnicodeDecodeError:
                continue
        return value.decode("latin-1")


@dataclass
class Account:
    """What is to be said about a table in the end."""

    numbered: dict[str, list[int]] = field(default_factory=dict)
    """By column: how many numbers were given, the first and the last."""
    defaulted: dict[str, int] = field(default_factory=dict)
    unknown_defaults: dict[str, int] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)
    """By column: how many values are the time at which a script is run."""
    not_computed: dict[str, list[Any]] = field(default_factory=dict)
    """By column: how many values were left empty, the first line and what stands there."""
    foreign_bytes: int = 0
    zero_dates: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By column: how many dates are all zeros, and the column's id."""
    changes: dict[str, list[int]] = field(default_factory=dict)
    """Statements that would have changed rows and were not followed: how many of a kind, and the first line."""
    followed: Counter[str] = field(default_factory=Counter)
    """Statements that changed rows."""


@dataclass(frozen=True)
class Part:
    """Rows of one list of columns, which stand among rows of others."""

    turns: Turns
    """Where each stands among all of them, ascending."""
    order: tuple[int, ...]
    columns: Sequence[pa.Array]
    left: dict[int, dict[int, Value]]
    clause: Clause = PLAIN


class Rows:
    """One table: what is declared about it, and its rows so far."""

    def __init__(self, source: Source, spec: TableSpec, number: int, dialect: Dialect, decoding: Decoding) -> None:
        self.spec, self.number, self.database = spec, number, ""
        self._source, self._dialect, self._decoding = source, dialect, decoding
        self.receipt = Receipt()
        self.quarantine = Quarantine(self.receipt, source.out_dir / f"t{number}.quarantine.jsonl")
        self.account = Account()
        self.landing = Landing(source, number)
        self.seen = 0
        self.dropped_at: int | None = None
        self.whole: Rows | None = None
        """The partitioned table that holds these rows too."""
        self.copies: list[Callable[[Sequence[pa.Array]], None]] = []
        """What triggers do with each new row, given as columns of text."""
        self.is_copied_to = False
        """Whether a trigger of another table does so here."""
        self.triggers: list[str] = []
        """Names of triggers that do more than was followed."""
        self.change_triggers: list[str] = []
        """Names of triggers of UPDATE and DELETE."""
        self.triggered = False
        """Whether such triggers met rows."""
        self.parts: list[str] = []
        """The tables whose rows it holds too."""
        self._next = spec.first_number
        self._rows: list[Sequence[Value]] = []
        self._rows_order: tuple[int, ...] | None = None
        self._row_bytes = 0
        self._chunks: list[list[pa.Array]] = []
        self._chunk_bytes = 0
        self._chunk_rows = 0
        self._clause = PLAIN
        self._clauses: list[tuple[int, Clause]] = []
        """What the statements say about rows of a known key, each from the row on that stands before it."""
        self._reworked = self._turn = 0
        """How many rows were read again, and how often."""
        self._changed = 0
        """How often rows that were there may have changed."""

    @property
    def label(self) -> str:
        return self.spec.name[-1]

    @property
    def pending(self) -> int:
        """Bytes held in memory."""
        return self._chunk_bytes + self._row_bytes

    @property
    def loaded(self) -> int:
        return self.landing.count + self._chunk_rows + len(self._rows)

    def left_empty(self, column: str, line: int, said: str) -> None:
        """Note a value that only a database could compute."""
        self.account.not_computed.setdefault(column, [0, line, said])[0] += 1

    def unfollowed(self, what: str, line: int) -> None:
        """Note a statement that would have changed rows and was not followed."""
        self.account.changes.setdefault(what, [0, line])[0] += 1

    def set_aside(self, odd: Odd) -> None:
        self.seen += 1
        self.quarantine.add(odd)

    def order(self, names: Sequence[str] | None) -> tuple[int, ...]:
        """The places of these columns in the table; new names become columns of it."""
        if names is None:
            width = len(self.spec.columns)
            if self._dialect.name == "SQL Server":
                return tuple(i for i in range(width) if not self.spec.columns[i].numbered)
            return tuple(range(width))
        places: list[int] = []
        known = {column.name.casefold(): i for i, column in enumerate(self.spec.columns)}
        for name in names:
            place = known.get(name.casefold())
            if place is None:
                if self.spec.declared:
                    self.receipt.warn(f'The column "{name}" is filled but not declared; it was added.')
                place = len(self.spec.columns)
                known[name.casefold()] = place
                self.spec.columns.append(ColumnSpec(name))
            places.append(place)
        return tuple(places)

    def add(self, order: tuple[int, ...], values: Sequence[Value], clause: Clause = PLAIN) -> None:
        """One row; `order` says which columns the values are of."""
        self.says(clause)
        if self._rows_order != order:
            self.settle()
            self._rows_order = order
        self.seen += 1
        self._rows.append(values)
        self._row_bytes += 40 + sum(len(value) + 33 for value in values if isinstance(value, bytes))
        # A trigger does what it does with each row before the next statement.
        if self.copies or len(self._rows) >= BATCH_ROWS or self._row_bytes > BATCH_BYTES:
            self.settle()

    def add_columns(
        self,
        order: tuple[int, ...],
        columns: Sequence[pa.Array],
        left: dict[int, dict[int, Value]],
        clause: Clause = PLAIN,
    ) -> None:
        """Many rows as columns of bytes; `left` are, by column and row, values found apart from them."""
        self.says(clause)
        self.settle()
        self.seen += len(columns[0])
        self._arrange(order, list(columns), left)

    def add_parts(self, parts: Sequence[Part]) -> None:
        """Many rows of several lists of columns, in the order of their turns."""
        if len(parts) == 1:
            self.add_columns(parts[0].order, parts[0].columns, parts[0].left, parts[0].clause)
            return
        sorting = np.argsort(np.concatenate([part.turns for part in parts]), kind="stable")
        owners = np.repeat(np.arange(len(parts)), [len(part.turns) for part in parts])[sorting]
        before = self.loaded
        clauses = list(dict.fromkeys(part.clause for part in parts))
        said = np.array([clauses.index(part.clause) for part in parts])[owners]
        for row in np.flatnonzero(np.diff(said, prepend=-1)).tolist():
            self.says(clauses[said[row]], before + row)
        self.settle()
        self.seen += len(sorting)
        places = np.empty_like(sorting)
        places[sorting] = np.arange(len(sorting))
        order = tuple(sorted({place for part in parts for place in part.order}))
        found = [self._together(parts, place, places) for place in order]
        left = {i: own for i, (_, own) in enumerate(found) if own}
        self._arrange(order, [values.take(pa.array(sorting)) for values, _ in found], left)

    def _together(self, parts: Sequence[Part], place: int, places: Turns) -> tuple[pa.Array, dict[int, Value]]:
        """A column of one part after the other, and by the row's place what stands apart from it or is left out."""
        column = self.spec.columns[place]
        left_out = not column.numbered and (column.default_says or column.generated or column.default is not None)
        pieces: list[pa.Array] = []
        left: dict[int, Value] = {}
        start = 0
        for part in parts:
            own = places[start : start + len(part.turns)]
            start += len(own)
            if place in part.order:
                at = part.order.index(place)
                pieces.append(part.columns[at])
                left |= {int(own[row]): value for row, value in part.left.get(at, {}).items()}
            else:
                pieces.append(pa.nulls(len(own), pa.binary()))
                left |= dict.fromkeys(own.tolist(), Left.DEFAULT) if left_out else {}
        return pa.concat_arrays(pieces), left

    def settle(self) -> None:
        """Turn single rows into columns."""
        if not self._rows:
            return
        rows, self._rows, self._row_bytes = self._rows, [], 0
        columns: list[pa.Array] = []
        left: dict[int, dict[int, Value]] = {}
        for i, column in enumerate(zip(*rows, strict=True)):
            odd: dict[int, Value] = {
                row: value for row, value in enumerate(column) if isinstance(value, (Left, Moment))
            }
            if odd:
                left[i] = odd
            columns.append(pa.array([None if isinstance(v, Left) else v for v in column], pa.binary()))
        self._arrange(self._rows_order or (), columns, left)

    def _arrange(self, order: tuple[int, ...], columns: list[pa.Array], left: dict[int, dict[int, Value]]) -> None:
        """Bring columns into the table's order, fill what was left out, and keep them."""
        count = len(columns[0])
        given = dict(zip(order, range(len(columns)), strict=True))
        arranged: list[pa.Array] = []
        for place, column in enumerate(self.spec.columns):
            at = given.get(place)
            if at is None:
                arranged.append(self.filled(column, count))
                continue
            values = columns[at]
            if at in left:
                values = self._answered(column, values, left[at])
            if column.numbered:
                values = self._numbered(column, values)
            arranged.append(self._text(column, values))
        self._keep(arranged)

    def _keep(self, arranged: list[pa.Array]) -> None:
        self.triggered |= bool(self.triggers)
        for copy in self.copies:
            copy(arranged)
        self._chunks.append(arranged)
        self._chunk_rows += len(arranged[0])
        self._chunk_bytes += sum(array.nbytes for array in arranged)
        if self._chunk_bytes > BATCH_BYTES:
            self.flush()
        elif len(self._chunks) > MOST_CHUNKS:
            self._chunks = [self._merged()]

    def flush(self) -> None:
        """Write what is held in memory."""
        self.settle()
        if not self._chunks:
            return
        columns = self._merged()
        self._chunks, self._chunk_bytes, self._chunk_rows = [], 0, 0
        self.landing.add_columns(columns)
        if self.whole is not None:
            self.whole.share(self, columns)

    def _merged(self) -> list[pa.Array]:
        """What is held in memory as one."""
        width = max(map(len, self._chunks))
        columns = []
        for i in range(width):
            parts = [chunk[i] if i < len(chunk) else pa.nulls(len(chunk[0]), pa.string()) for chunk in self._chunks]
            columns.append(pa.concat_arrays(parts) if len(parts) > 1 else parts[0])
        return columns

    def share(self, part: Rows, columns: Sequence[pa.Array]) -> None:
        """Take the rows of a partition as well."""
        if part.label not in self.parts:
            self.parts.append(part.label)
        places = {column.name.casefold(): i for i, column in enumerate(part.spec.columns)}
        count = len(columns[0])
        own = [places.get(column.name.casefold(), len(columns)) for column in self.spec.columns]
        self.flush()
        self.landing.add_columns([columns[i] if i < len(columns) else pa.nulls(count, pa.string()) for i in own])
        self.seen += count

    def says(self, clause: Clause, first: int | None = None) -> None:
        """What is said about rows of a known key, from a row on; those that come next unless `first` says which."""
        if clause is self._clause and first is None:
            return
        first = self.loaded if first is None else first
        while self._clauses and self._clauses[-1][0] >= first:
            self._clauses.pop()
        self._clause = clause
        if clause != (self._clauses[-1][1] if self._clauses else PLAIN):
            self._clauses.append((first, clause))

    def resolve(self) -> None:
        """Let only one row of each key stay, where the statements that filled the table say so."""
        clauses = self._clauses
        self._clause, self._clauses = PLAIN, []
        if not clauses or self.loaded < 2:
            return
        keys = Keys(self.spec, clauses, self._dialect)
        try:
            if self.loaded > MOST_KEYED:
                raise NotFollowed
            for batch in self.texts():
                keys.add(batch)
            if keys.gone or keys.values:
                self._let_stay(keys)
        except NotFollowed:
            self.receipt.warn(
                "The table is filled with rows that may replace or give way to others of the same key: that was not "
                "followed."
            )
        else:
            if keys.repeated:
                self.receipt.warn(
                    f"{keys.repeated:,} rows have the key of another, and their statements do not say what becomes of "
                    "them: a database refuses them, here they were kept.",
                    count=keys.repeated,
                )

    def _let_stay(self, keys: Keys) -> None:
        passed = 0

        def change(batch: Sequence[pa.Array]) -> list[pa.Array]:
            nonlocal passed
            first, passed = passed, passed + len(batch[0])
            made = list(batch)
            for place, values in keys.values.items():
                own = {row - first: value for row, value in values.items() if first <= row < passed}
                if own:
                    mask = np.zeros(len(batch[0]), np.bool_)
                    mask[sorted(own)] = True
                    made[place] = pc.replace_with_mask(
                        made[place], pa.array(mask), pa.array([own[row] for row in sorted(own)], pa.string())
                    )
            stays = pa.array([row not in keys.gone for row in range(first, passed)], pa.bool_())
            return [column.filter(stays) for column in made]

        self.rework(change, keys.gone.__getitem__)
        self.account.followed["rows of a known key"] += len(keys.gone)
        if self.copies and keys.gone:
            self.receipt.warn(
                f"{len(keys.gone):,} rows met another of the same key and are left out, after triggers had filled "
                "other tables with them: those may hold rows too many.",
                count=len(keys.gone),
            )

    def mark(self) -> tuple[int, int]:
        """What `take_back` goes back to."""
        return self.loaded, self._changed

    def take_back(self, mark: tuple[int, int], why: str) -> int:
        """Take away the rows behind a mark, and say how many. Raises NotFollowed where others changed since."""
        kept, changed = mark
        gone = self.loaded - kept
        if changed != self._changed:
            raise NotFollowed
        if gone <= 0:
            return 0
        passed = 0

        def change(batch: Sequence[pa.Array]) -> list[pa.Array]:
            nonlocal passed
            first, passed = passed, passed + len(batch[0])
            return [column.slice(0, max(kept - first, 0)) for column in batch]

        self._rework(change, lambda _: why)
        self._clauses = [(first, clause) for first, clause in self._clauses if first < kept]
        self._clause = self._clauses[-1][1] if self._clauses else PLAIN
        return gone

    def rework(self, change: Callable[[Sequence[pa.Array]], Sequence[pa.Array]], why: Why | None = None) -> None:
        """Put every row through `change`, batch by batch; what it takes away counts as skipped.

        With `why` it is listed too: then `change` gets a column more, which it must keep as it keeps the others.
        Raises what `change` raises, and NotFollowed where rows were read too often already or are another table's
        too; nothing has changed then.
        """
        self.resolve()
        self._rework(change, why)
        self._changed += 1

    def _rework(self, change: Callable[[Sequence[pa.Array]], Sequence[pa.Array]], why: Why | None) -> None:
        self.settle()
        before = self.loaded
        self._reworked += before
        if self._reworked > MOST_REWORKED or self.whole is not None or self.parts:
            raise NotFollowed
        self._turn += 1
        fresh = Landing(self._source, self.number + self._turn * 100_000)
        width = len(self.spec.columns)
        chunks: list[list[pa.Array]] = []
        listed: list[Odd] = []
        room = LISTED_ROWS - len(self.receipt.skipped)
        passed = 0

        def changed(batch: Sequence[pa.Array]) -> list[pa.Array]:
            nonlocal passed
            batch = _widened(batch, width)
            if why is None:
                return list(change(batch))
            first, passed = passed, passed + len(batch[0])
            made = list(change([*batch, pa.array(np.arange(first, passed))]))
            stays = made.pop()
            if len(stays) < passed - first and len(listed) < room:
                lost = np.setdiff1d(np.arange(first, passed), stays.to_numpy())[: room - len(listed)]
                values = zip(*(column.take(pa.array(lost - first)).to_pylist() for column in batch), strict=True)
                listed.extend(Odd(0, why(int(row)), _shown(own)) for row, own in zip(lost, values, strict=True))
            return made

        try:
            for batch in self.landing.batches():
                fresh.add_columns(changed(batch))
            for chunk in self._chunks:
                made = changed(chunk)
                if len(made[0]):
                    chunks.append(made)
        except BaseException:
            fresh.discard()
            raise
        self.landing.discard()
        self.landing, self._chunks = fresh, chunks
        self._chunk_rows = sum(len(chunk[0]) for chunk in chunks)
        self._chunk_bytes = sum(array.nbytes for chunk in chunks for array in chunk)
        gone = before - self.loaded
        self.receipt.rows_skipped += gone
        # In which lines rows stand is not kept: there may be any number of them.
        self.receipt.skipped += [{**odd.as_json(), "line": None} for odd in listed]
        if gone:
            self.account.followed["rows taken away"] += gone

    def add_texts(self, order: Sequence[int], columns: Sequence[pa.Array], clause: Clause = PLAIN) -> None:
        """Rows made of other rows: columns of text, `order` saying which."""
        self.says(clause)
        self.settle()
        count = len(columns[0])
        if not count:
            return
        self.seen += count
        given = dict(zip(order, columns, strict=True))
        arranged: list[pa.Array] = []
        for place, column in enumerate(self.spec.columns):
            values = given.get(place)
            if values is None:
                values = self.filled(column, count)
            elif column.numbered:
                values = self._numbered(column, values.cast(pa.binary())).cast(pa.string())
            arranged.append(values)
        self._keep(arranged)

    def texts(self) -> Iterator[list[pa.Array]]:
        """All rows as columns of text; to be read to the end before one is added. Raises NotFollowed."""
        self.resolve()
        self.settle()
        width = len(self.spec.columns)
        self._reworked += self.loaded
        if self._reworked > MOST_REWORKED:
            raise NotFollowed
        if self.landing.count:
            for batch in self.landing.batches():
                yield _widened(batch, width)
        for chunk in self._chunks:
            yield _widened(chunk, width)

    def last_number(self) -> int | None:
        """The number that the database gave last."""
        self.settle()
        return self._next - self.spec.number_step if self.account.numbered else None

    def restart(self, line: int) -> None:
        """The table was dropped and is made anew: what was read does not count any more."""
        self.settle()
        self._changed += 1
        gone = self.landing.count + self._chunk_rows
        self._clause, self._clauses = PLAIN, []
        self.landing.discard()
        self.landing = Landing(self._source, self.number)
        self._chunks, self._chunk_bytes, self._chunk_rows = [], 0, 0
        if gone:
            self.receipt.rows_skipped += gone
            self.receipt.warn(
                f"The table is dropped and made anew in line {line:,}: {gone:,} rows from before were skipped.",
                line=line,
                count=gone,
            )

    def _answered(self, column: ColumnSpec, values: pa.Array, left: dict[int, Value]) -> pa.Array:
        changes: dict[int, bytes | None] = {}
        for row, value in left.items():
            if isinstance(value, Left):
                changes[row] = None if column.numbered else self._default(column, 1)
            else:
                changes[row] = self._timed(column, value, 1) if isinstance(value, Moment) else value
        return merged(values, changes)

    def _default(self, column: ColumnSpec, count: int) -> bytes | None:
        default = column.default
        if column.default_says or column.generated:
            reasons = self.account.unknown_defaults
            reasons[column.name] = reasons.get(column.name, 0) + count
        elif isinstance(default, Moment):
            return self._timed(column, default, count)
        elif isinstance(default, bytes):
            self.account.defaulted[column.name] = self.account.defaulted.get(column.name, 0) + count
            return default
        return None

    def _timed(self, column: ColumnSpec, moment: Moment, count: int) -> bytes:
        """A time as far as the column keeps it."""
        self.account.moments[column.name] = self.account.moments.get(column.name, 0) + count
        if re.match(r"date\b", column.type) and self._dialect.name != "Oracle":
            return moment[:10]
        if re.match(r"time\b", column.type):
            return moment[-8:]
        return moment[:4] if column.type.startswith("year") else bytes(moment)

    def filled(self, column: ColumnSpec, count: int) -> pa.Array:
        """The column of rows that give it no value."""
        if column.numbered:
            return self._text(column, self._numbered(column, pa.nulls(count, pa.binary())))
        default = self._default(column, count)
        if default is None:
            return pa.nulls(count, pa.string())
        return self._text(column, pa.array([default] * count, pa.binary()))

    def _numbered(self, column: ColumnSpec, values: pa.Array) -> pa.Array:
        """The column with a number wherever it has none, as the database would go on counting."""
        step = self.spec.number_step
        if values.null_count < len(values):
            try:
                highest = int(pc.max(values.cast(pa.string()).cast(pa.int64())).as_py())
            except (pa.ArrowInvalid, TypeError):
                return values
            if not values.null_count:
                self._next = max(self._next, highest + step)
                return values
            texts: list[bytes | None] = []
            for value in values.to_pylist():
                if value is None:
                    self._counted(column, self._next, self._next, 1)
                    texts.append(b"%d" % self._next)
                    self._next += step
                else:
                    self._next = max(self._next, int(value) + step)
                    texts.append(value)
            return pa.array(texts, pa.binary())
        first, count = self._next, len(values)
        self._next += count * step
        self._counted(column, first, self._next - step, count)
        numbers = pa.array(np.arange(first, self._next, step, dtype=np.int64))
        return numbers.cast(pa.string()).cast(pa.binary())

    def _counted(self, column: ColumnSpec, first: int, last: int, count: int) -> None:
        said = self.account.numbered.setdefault(column.name, [0, first, last])
        said[0] += count
        said[2] = last

    def _text(self, column: ColumnSpec, values: pa.Array) -> pa.Array:
        """Bytes as text."""
        if column.is_bit and self._dialect.name != "PostgreSQL":
            return pa.array([None if value is None else _bits(value) for value in values.to_pylist()], pa.string())
        if column.type.endswith("[]"):
            values = pa.array([None if v is None else array(v) for v in values.to_pylist()], pa.binary())
        if self._decoding.codec is None:
            try:
                text = values.cast(pa.string())
            except pa.ArrowInvalid:
                return self._decoded(column, values)
            if column.type.startswith(("date", "timestamp")):
                self._zero_dates(column, text)
            if not column.is_binary or not pc.any(pc.match_substring_regex(text, _CONTROLS)).as_py():
                return text
        return self._decoded(column, values)

    def _zero_dates(self, column: ColumnSpec, text: pa.Array) -> None:
        count = pc.sum(pc.starts_with(text, "0000-00-00")).as_py()
        if count:
            known = self.account.zero_dates.get(column.name, (0, ""))[0]
            self.account.zero_dates[column.name] = (known + count, f"c{self.spec.columns.index(column) + 1}")

    def _decoded(self, column: ColumnSpec, values: pa.Array) -> pa.Array:
        texts: list[str | None] = []
        for value in values.to_pylist():
            if value is None:
                texts.append(None)
            elif column.is_binary:
                texts.append(binary(value).decode())
            else:
                text = self._decoding.text(value)
                if self._decoding.codec is None and not value.isascii() and text.encode() != value:
                    self.account.foreign_bytes += 1
                texts.append(text)
        return pa.array(texts, pa.string())

    def kinds(self) -> dict[int, Kind]:
        """What the declared types promise; TEXT where dates are all zeros."""
        found = {i: kind_of(column, self._dialect) for i, column in enumerate(self.spec.columns)}
        told = self._source.options.columns
        for i, column in enumerate(self.spec.columns):
            if column.name in self.account.zero_dates and column.name not in told:
                found[i] = TEXT
        return {i: kind for i, kind in found.items() if kind is not None}

    def move(self, number: int) -> None:
        """Take another number, lower than before."""
        if self.receipt.quarantine_file is not None and number != self.number:
            old = self._source.out_dir / self.receipt.quarantine_file
            new: Path = self._source.out_dir / f"t{number}.quarantine.jsonl"
            old.rename(new)
            self.receipt.quarantine_file = new.name
        self.number = self.landing.number = number


def _widened(columns: Sequence[pa.Array], width: int) -> list[pa.Array]:
    """With empty columns for those that came later."""
    return [*columns, *(pa.nulls(len(columns[0]), pa.string()) for _ in range(width - len(columns)))]


def _shown(values: Sequence[str | None]) -> str:
    """A row as a statement would write it."""
    shown = ("NULL" if value is None else "'" + value.replace("'", "''") + "'" for value in values)
    return storable(f"({', '.join(shown)})")


def _bits(value: bytes) -> str:
    """A bit field as its number."""
    if value.startswith(b"\\x"):
        return str(int(value[2:] or b"0", 16))
    if value.isdigit():
        return str(int(value, 2)) if not value.strip(b"01") else value.decode()
    if value in (b"true", b"false"):
        return "1" if value == b"true" else "0"
    return str(int.from_bytes(value, "big"))
