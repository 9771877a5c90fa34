"""Delimited text: CSV, TSV and everything like them.

The usual file takes the quick way: a scan counts its records, DuckDB reads them strictly. When the scan
finds a misplaced quote, when DuckDB refuses, or when the two counts differ, the file takes the careful
way: good records are copied into a clean file, the others go to the quarantine with their reason, and
DuckDB reads the clean file. Either way the rows of the Parquet file are compared with the scan's count.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import duckdb
import numpy as np

from tablewright.core.profiles.profile import profile
from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import scan as scans
from tablewright.core.readers import sniff
from tablewright.core.readers.engine import literal, locked
from tablewright.core.readers.errors import (
    CountsDisagree,
    FileEmpty,
    LineTooLong,
    NotATable,
    NothingReadable,
    TooManyColumns,
)
from tablewright.core.readers.kinds import EMPTY, Kind
from tablewright.core.readers.model import LISTED_ROWS, Odd, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.records import Dialect, Grammar, Record
from tablewright.core.readers.typed import Typing, record_types
from tablewright.core.tables import Column, Schema

HEAD = 256 << 10
ODD_BYTES = 32 << 10
"""How much is read record by record around a misplaced quote, and how large the blocks after it are."""
CALM_BLOCKS = 32
"""After so many clean small blocks the large ones are tried again."""


@dataclass
class TextFile:
    """A file as UTF-8, with what is known of its layout."""

    path: Path
    encoding: encodings.Encoding
    layout: sniff.Layout
    newline: int
    mark_bytes: int

    @property
    def data_start(self) -> int:
        return self.mark_bytes + self.layout.data_start


class DelimitedReader:
    """The reader of last resort: it claims everything, and refuses what is not text."""

    format = "csv"

    def claims(self, path: Path, head: bytes) -> bool:
        return True

    def read(self, source: Source) -> Iterable[Table]:
        try:
            yield _load(source, None)
        except scans.NotUtf8 as odd:
            yield _load(source, encodings.single_byte(source.path, odd.byte))


def opened(source: Source, known: encodings.Encoding | None, *, partial: bool = False) -> TextFile:
    """Look at the head of a file: encoding, marks, header. A file that is not UTF-8 is copied as UTF-8."""
    path = source.path
    size = path.stat().st_size
    if not size:
        raise FileEmpty
    with path.open("rb") as file:
        head = file.read(HEAD)
    encoding = known or encodings.of_head(head, size)
    if encoding is None:
        encodings.refuse_binary(head)
        encoding = encodings.Encoding("utf-8", "every byte of the file is valid UTF-8")
    mark = encoding.mark_bytes
    if encoding.name != "utf-8":
        if partial:
            text = head[mark:].decode(encoding.name, "ignore")
            path = source.context.scratch / "head.txt"
            path.write_text(text, encoding="utf-8", newline="")
        else:
            path = source.context.scratch / "utf8.txt"
            encodings.transcode(source.path, encoding, path)
        mark, size = 0, path.stat().st_size
    with path.open("rb") as file:
        file.seek(mark)
        head = file.read(HEAD)
        final = mark + len(head) >= size
        newline = 13 if b"\n" not in head and b"\r" in head else 10
        while bytes([newline]) not in head and not final:
            if len(head) > scans.LONGEST_LINE:
                raise LineTooLong(1, scans.LONGEST_LINE)
            head += file.read(1 << 20)
            final = mark + len(head) >= size
    encodings.refuse_binary(head[:HEAD], mark)
    if not head.strip():
        raise FileEmpty
    if not final or partial:
        cut = head.rfind(bytes([newline])) + 1
        head = head[:cut] or head
    if encoding.name == "utf-8" and known is None:
        scans.require_utf8(head, mark)
    return TextFile(path, encoding, _layout(head, final=final or partial, limit=source.max_columns), newline, mark)


def _layout(head: bytes, *, final: bool, limit: int) -> sniff.Layout:
    # A line of very many values is refused before it is looked at closely.
    first = head[: head.find(b"\n") if b"\n" in head else len(head)]
    most = max(first.count(mark.encode()) for mark in (",", ";", "\t", "|"))
    if most + 1 > limit * 4:
        raise TooManyColumns(most + 1, limit, line=1)
    layout = sniff.layout(head, final=final, max_columns=limit)
    if layout.width > limit:
        raise TooManyColumns(layout.width, limit, line=1)
    return layout


def preview_rows(file: TextFile, count: int) -> list[list[str]]:
    """The first rows as text, from the head only."""
    with file.path.open("rb") as opened_file:
        opened_file.seek(file.data_start)
        head = opened_file.read(HEAD)
    records = Grammar(file.layout.dialect).records(head, 0, len(head), file.layout.width, final=False)
    rows: list[list[str]] = []
    for record in records:
        if not record.blank and not record.problem and len(record.values) == file.layout.width:
            rows.append(sniff.text_of(record.values))
            if len(rows) == count:
                break
    return rows


def _load(source: Source, known: encodings.Encoding | None) -> Table:
    file = opened(source, known)
    layout, dialect = file.layout, file.layout.dialect
    receipt = Receipt()
    receipt.decide("encoding", file.encoding.name, file.encoding.evidence)
    receipt.decide("delimiter", sniff.name(dialect.delimiter), layout.evidence)
    if dialect.quote != '"' or not dialect.doubles:
        receipt.decide("quote", f"{dialect.quote} escaped by {dialect.escape}", "scores better than double quotes")
    receipt.decide("header", "first row" if layout.header else "none", layout.header_evidence)
    header = layout.header or [f"Column {i + 1}" for i in range(layout.width)]
    names = repaired(header, receipt)
    quarantine = Quarantine(receipt, source.out_dir / "t1.quarantine.jsonl")
    try:
        return _table(source, file, receipt, names, quarantine)
    finally:
        quarantine.close()


def _table(source: Source, file: TextFile, receipt: Receipt, names: list[str], quarantine: Quarantine) -> Table:
    layout = file.layout
    _skip_preamble(file, quarantine)
    found = scans.scan(
        file.path,
        layout.dialect,
        file.data_start,
        layout.data_line,
        file.newline,
        source.context.progress,
        listed=LISTED_ROWS,
    )
    if found.clean and found.control_count > encodings.MOST_CONTROLS * max(1, file.path.stat().st_size):
        raise NotATable(f"This is not text: it holds {found.control_count:,} control characters.")
    kinds = _kinds(file, found)
    target = source.out_dir / "t1.parquet"
    source.context.progress(stage="load", done=0, total=file.path.stat().st_size, unit="bytes")
    quick = found.clean and found.control_count == 0 and not (layout.width == 1 and found.blank_count)
    quick = quick and _standard(layout.dialect)
    with locked(source, readable=[file.path]) as con:
        typing = rows = None
        if quick:
            typing, rows = _quick(con, source, file, found, names, kinds, target)
        if typing is None:
            clean = source.context.scratch / "clean.csv"
            careful = Careful(file, quarantine, clean, source.context.progress)
            loadable = careful.run()
            if not loadable:
                raise NothingReadable(
                    "No row of the file could be read: "
                    f"{receipt.rows_quarantined:,} were set aside and {receipt.rows_skipped:,} skipped."
                )
            relation = _relation(clean, careful.written, layout.width, skip=0, longest=careful.longest, strict=False)
            typing = Typing(con, relation, names, [k or EMPTY for k in kinds], {}, careful.line_of)
            typing.settle_orders()
            rows = typing.write(target)
            if rows != loadable:
                raise CountsDisagree(loadable, rows)
            receipt.rows_seen = careful.seen + len(layout.preamble)
        else:
            for line in found.blanks:
                quarantine.skip(Odd(line, "the line is empty", ""))
            receipt.rows_skipped += found.blank_count - len(found.blanks)
            receipt.rows_seen = found.record_count + found.blank_count + len(layout.preamble)
        assert rows is not None
        receipt.rows_loaded = rows
        if not receipt.balanced:
            raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
        schema = schema_of(names, typing.kinds)
        source.context.progress(stage="profile", done=rows, total=rows, unit="rows")
        described = profile(con, target, schema, rows)
        emptied = typing.null_words()
    nulls = [int(column["null_count"]) for column in described]
    record_types(receipt, names, typing.kinds, typing.evidence, emptied, nulls, rows)
    return Table(source.stem, target, rows, schema, described, receipt)


def schema_of(names: Sequence[str], kinds: Sequence[Kind]) -> Schema:
    return Schema(
        columns=tuple(
            Column(id=f"c{i + 1}", name=name, type=kind.type, physical=kind.physical)
            for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
        )
    )


def _standard(dialect: Dialect) -> bool:
    return dialect.quote == '"' and dialect.doubles and len(dialect.delimiter) == 1


def _skip_preamble(file: TextFile, quarantine: Quarantine) -> None:
    line = 1
    for record, raw in zip(file.layout.preamble, file.layout.preamble_raw, strict=True):
        reason = "the line is empty" if record.blank else "stands before the table and has another number of values"
        quarantine.skip(Odd(line, reason, raw, byte=file.mark_bytes + record.start))
        line += record.lines


def _kinds(file: TextFile, found: scans.Scan) -> list[Kind | None]:
    """The types that the head and the samples from the rest of the file propose."""
    width = file.layout.width
    if not found.samples:
        return list(file.layout.kinds)
    rows = preview_rows(file, sniff.SAMPLE_RECORDS)
    grammar = Grammar(file.layout.dialect)
    for sample in found.samples:
        for record in grammar.records(sample, 0, len(sample), width, final=True):
            if not record.blank and not record.problem and len(record.values) == width:
                rows.append(sniff.text_of(record.values))
    return sniff.kinds_of(rows, width)


def _relation(path: Path, dialect: Dialect, width: int, *, skip: int, longest: int, strict: bool) -> str:
    columns = ", ".join(f"'c{i + 1}': 'VARCHAR'" for i in range(width))
    longest = max(2 << 20, longest + 16)
    options = [
        f"delim={literal(dialect.delimiter)}",
        "quote='\"'",
        "escape='\"'",
        "header=false",
        "auto_detect=false",
        f"skip={skip}",
        f"max_line_size={longest}",
        f"strict_mode={'true' if strict else 'false'}",
        f"columns={{{columns}}}",
    ]
    return f"read_csv({literal(path)}, {', '.join(options)})"


def _quick(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    file: TextFile,
    found: scans.Scan,
    names: Sequence[str],
    kinds: Sequence[Kind | None],
    target: Path,
) -> tuple[Typing | None, int | None]:
    """Have DuckDB read the file as it is; None when it refuses or counts differently than the scan."""
    layout = file.layout

    def line_of(number: int) -> int | None:
        return scans.line_of_record(file.path, layout.dialect, file.data_start, layout.data_line, file.newline, number)

    relation = _relation(
        file.path, layout.dialect, layout.width, skip=layout.data_line - 1, longest=found.longest, strict=True
    )
    typing = Typing(con, relation, names, [kind or EMPTY for kind in kinds], {}, line_of)
    try:
        typing.settle_orders()
        rows = typing.write(target)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        if "CSV" not in str(error):
            raise
        return None, None
    return (typing, rows) if rows == found.record_count else (None, None)


@dataclass
class Careful:
    """Copies the good records of a file into a clean one and sets the others aside."""

    file: TextFile
    quarantine: Quarantine
    target: Path
    progress: Callable[..., None]
    seen: int = 0
    longest: int = 0
    _loaded: int = 0
    _lines: list[tuple[int, int]] = field(default_factory=list)
    """Where the distance between a record's number and its line changes: (first record, its line)."""

    @property
    def written(self) -> Dialect:
        """How the clean file is written: the file's own separator where that is one plain character."""
        dialect = self.file.layout.dialect
        return Dialect(dialect.delimiter if _standard(dialect) else ",")

    def run(self) -> int:
        """Write the clean file and return how many records are in it."""
        layout = self.file.layout
        grammar = Grammar(layout.dialect)
        stream = scans.Stream(self.file.path, layout.dialect, self.file.data_start, layout.data_line, self.file.newline)
        calm = 0
        try:
            with self.target.open("wb") as out:
                while (block := stream.next()) is not None:
                    size = self.file.path.stat().st_size
                    self.progress(stage="repair", done=block.offset, total=size, unit="bytes")
                    if self.file.encoding.name == "utf-8" and not block.data.isascii():
                        self._require_utf8(block)
                    clean = block.clean and _standard(layout.dialect) and b"\0" not in block.data
                    if clean and not _lone_breaks(block.data):
                        stream.consume(block, *self._clean_block(block, grammar, out))
                        calm += 1
                        if calm == CALM_BLOCKS and stream.size != scans.BLOCK:
                            stream.resize(scans.BLOCK)
                    else:
                        stream.consume(block, *self._odd_block(block, grammar, out))
                        stream.resize(ODD_BYTES)
                        calm = 0
        finally:
            stream.close()
        return self._loaded

    def line_of(self, number: int) -> int | None:
        place = bisect_right(self._lines, (number, 1 << 62)) - 1
        if place < 0:
            return None
        first, line = self._lines[place]
        return line + number - first

    @staticmethod
    def _require_utf8(block: scans.Block) -> None:
        cut = block.data.rfind(b"\n") + 1
        scans.require_utf8(block.data[:cut] if cut and not block.final else block.data, block.offset)

    def _clean_block(self, block: scans.Block, grammar: Grammar, out: IO[bytes]) -> tuple[int, int]:
        """Runs of good records are copied as they are; only the records between them are looked at."""
        text = np.frombuffer(block.data, np.uint8)
        lengths = np.diff(block.ends, prepend=-1)
        bad = scans.widths(block, self.file.layout.dialect) != self.file.layout.width
        bad[scans.blank_records(text, block.ends, lengths)] = True
        starts = block.starts()
        breaks = np.flatnonzero(text == self.file.newline)
        first_lines = block.line + np.searchsorted(breaks, starts)
        self.longest = max(self.longest, int(lengths.max()))
        cut = min(int(block.ends[-1]) + 1, len(block.data))
        begin = 0
        for index in [*np.flatnonzero(bad).tolist(), block.ends.size]:
            if index > begin:
                stop = int(starts[index]) if index < block.ends.size else cut
                self._copy(block.data[int(starts[begin]) : stop], first_lines[begin:index], out)
            if index < block.ends.size:
                start, end = int(starts[index]), min(int(block.ends[index]) + 1, len(block.data))
                one = next(grammar.records(block.data[:end], start, end, None, final=True))
                self._take(one, block, int(first_lines[index]), out)
            begin = index + 1
        return cut, block.lines

    def _copy(self, part: bytes, lines: scans.Numbers, out: IO[bytes]) -> None:
        out.write(part if part.endswith(b"\n") else part.rstrip(b"\r") + b"\n")
        steps = np.flatnonzero(np.diff(lines) != 1) + 1
        for step in [0, *steps.tolist()]:
            self._lines.append((self._loaded + 1 + int(step), int(lines[step])))
        self._loaded += int(lines.size)
        self.seen += int(lines.size)

    def _odd_block(self, block: scans.Block, grammar: Grammar, out: IO[bytes]) -> tuple[int, int]:
        """The first records of the block are looked at one by one; what follows comes again in smaller blocks."""
        stop = len(block.data)
        if not block.final:
            stop = block.data.rfind(bytes([self.file.newline])) + 1
        stop = max(1, min(stop, ODD_BYTES))
        consumed = lines = 0
        for record in grammar.records(block.data, 0, stop, self.file.layout.width, final=block.final):
            self._take(record, block, block.line + lines, out)
            consumed, lines = record.end, lines + record.lines
        return consumed, lines

    def _take(self, record: Record, block: scans.Block, line: int, out: IO[bytes]) -> None:
        self.seen += 1
        width = self.file.layout.width
        values = record.values
        raw = block.data[record.start : record.end]
        if record.blank:
            self.quarantine.skip(Odd(line, "the line is empty", _shown(raw), byte=block.offset + record.start))
            return
        while len(values) > width and not values[-1].strip():
            values = values[:-1]
        problem = record.problem
        if problem is None and len(values) != width:
            problem = f"has {len(values)} values where the table has {width} columns"
        if problem is None and b"\0" in raw:
            problem = "holds a NUL byte"
        if problem is not None:
            self.quarantine.add(Odd(line, problem, _shown(raw), byte=block.offset + record.start))
            return
        self._loaded += 1
        self._lines.append((self._loaded, line))
        separator = self.written.delimiter.encode()
        row = separator.join(b'"' + value.replace(b'"', b'""') + b'"' if value else b"" for value in values)
        row = row or b'""'
        self.longest = max(self.longest, len(row))
        out.write(row + b"\n")


def _lone_breaks(data: bytes) -> bool:
    """Whether a carriage return stands without its line feed."""
    return b"\r" in data and data.count(b"\r") != data.count(b"\r\n")


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r\n")
