"""Delimited text: CSV, TSV and everything like them.

The usual file takes the quick way: a scan counts its records, DuckDB reads them strictly. When the scan
finds a misplaced quote, when DuckDB refuses, or when the two counts differ, the file takes the careful
way: good records are copied into a clean file, the others are mended or go to the quarantine with their
reason, and DuckDB reads the clean file. Either way the rows of the Parquet file are compared with the scan's
count. A small file that holds more than a header and rows (titles, notes, several tables) is read whole (`whole`).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO

import duckdb
import numpy as np
import pyarrow.parquet as pq

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import fixed_width, sniff
from tablewright.core.readers import scan as scans
from tablewright.core.readers.engine import RowBytes, Tell, is_small, literal, locked, rows_told
from tablewright.core.readers.errors import CountsDisagree, LinesTooLong, NotATable, NothingReadable
from tablewright.core.readers.kinds import EMPTY, Kind
from tablewright.core.readers.long import NoStructure, Part, empty_lines, header_line, parts_of, sliced, stands_out
from tablewright.core.readers.mending import Mender, cuts_short
from tablewright.core.readers.model import LISTED_ROWS, Odd, Receipt, Source, Table
from tablewright.core.readers.names import repaired
from tablewright.core.readers.positions import Lines
from tablewright.core.readers.profiled import profiled
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.records import Dialect, Grammar, Record
from tablewright.core.readers.structure import needs_structure
from tablewright.core.readers.textfile import TextFile, opened, preview_rows
from tablewright.core.readers.typed import Typing, record_types
from tablewright.core.readers.whole import EDGE_TYPES, decide_block, edges, odd_quotes, spaced_out, whole
from tablewright.core.tables import ColumnType, Schema

WHOLE_BYTES = 2 << 20
"""Up to this size a file that is not plain is read whole, with all its tables."""
WHOLE_LINES = 100_000
"""The same for its lines: so many take seconds to be looked at one by one."""
MOST_BREAKS = 10_000
"""More empty lines than this part no tables."""
ODD_BYTES = 32 << 10
"""How much is read record by record around a misplaced quote, and how large the blocks after it are."""
CALM_BLOCKS = 32
"""After so many clean small blocks the large ones are tried again."""
BUFFER_BYTES = 32 << 20
USUAL_LINE = 2 << 20
FEW_COLUMNS = 5
SIDE_ROWS = 200
NEARLY = (9, 10)
"""A column of a table of few columns holds several values side by side where nine in ten of the first rows do."""
_GAP = re.compile(r"(?<=[^\s.!?:])(?: {2,}|\t\s*)(?=\S)")
"""Not the two spaces behind a sentence."""
LINES_IN_BUFFER = (4, 3, 5, 8)
MOST_DELIMITER_BYTES = 4
"""DuckDB's limit."""


class DelimitedReader:
    """The reader of last resort: it claims everything, and refuses what is not text."""

    format = "csv"

    def claims(self, path: Path, head: bytes) -> bool:
        return True

    def read(self, source: Source) -> Iterable[Table]:
        known: encodings.Encoding | None = None
        while True:
            try:
                tables = list(_load(source, opened(source, known)))
                _note_names_alone(tables)
                if source.options.delimiter is None:
                    _note_side_by_side(tables)
                return tables
            except scans.NotUtf8 as odd:
                if known is not None:
                    raise
                known = encodings.detected(source.path, odd.byte)
            except scans.PunctuationLost:
                known = encodings.detected(source.path, None)
            for left in source.out_dir.glob("t*.quarantine.jsonl"):
                left.unlink()


def decided(file: TextFile) -> Receipt:
    """A receipt with what the head of a file decides: encoding, marks, header."""
    receipt = Receipt()
    file.decide(receipt)
    file.decide_header(receipt)
    return receipt


def _load(source: Source, file: TextFile) -> list[Table]:
    def begun() -> Receipt:
        receipt = Receipt()
        file.decide(receipt)
        if file.copy is not None:
            _note_repairs(receipt, file.copy)
        return receipt

    found = scans.scan(
        file.path,
        file.layout.dialect,
        file.data_start,
        file.data_line,
        file.newline,
        source.context.progress,
        listed=LISTED_ROWS,
        refuse_lost=file.copy is None and source.options.encoding is None,
        again=[header_line(file), *empty_lines(file)],
    )
    size = file.path.stat().st_size
    if found.clean and found.control_count > max(2, encodings.MOST_CONTROLS * size):
        raise NotATable(
            f"This is not text: {found.control_count:,} of {size:,} bytes are control characters. {encodings.ACCEPTED}"
        )
    is_long = _is_long(file)
    if (cutter := fixed_width.cutter_of(file)) is not None:
        return _aligned(source, file, cutter, begun, is_long=is_long)
    plain = _plain(source, file, is_long=is_long) and not (_breaks(source, found) if is_long else stands_out(file))
    if plain and found.clean and found.control_count == 0 and _quickly_read(file, found):
        table = _quick_table(source, file, found, begun())
        if table is not None:
            return [table]
    if not is_long:
        return whole(source, file, begun)
    try:
        if file.layout.verdict.lists:
            raise NoStructure
        parts = parts_of(source, file)
    except NoStructure:
        return [_careful_table(source, file, found, begun())]
    return [_part_table(source, file, part, number, len(parts), begun) for number, part in enumerate(parts, start=1)]


def _is_long(file: TextFile) -> bool:
    """Whether a file is too long to be read whole."""
    if file.path.stat().st_size - file.start > WHOLE_BYTES:
        return True
    with file.path.open("rb") as opened_file:
        opened_file.seek(file.start)
        data = opened_file.read()
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") > WHOLE_LINES


def _breaks(source: Source, found: scans.Scan) -> bool:
    """Whether something between the rows of a long file may part one table from another."""
    if source.options.tables == "one":
        return False
    breaks = found.again_count + found.blank_count
    return 0 < breaks <= MOST_BREAKS or source.options.tables == "several"


def _part_table(
    source: Source, file: TextFile, part: Part, number: int, count: int, begun: Callable[[], Receipt]
) -> Table:
    """One table of a long file that has titles, notes or several tables."""
    scratch = source.context.scratch / f"part{number}.csv"
    try:
        slice = sliced(file, part, scratch)
        layout = slice.layout
        found = scans.scan(
            slice.path,
            layout.dialect,
            slice.data_start,
            slice.data_line,
            slice.newline,
            source.context.progress,
            listed=LISTED_ROWS,
        )
        quick = found.clean and found.control_count == 0 and not part.inside and not part.short
        for way in (True, False) if quick and _quickly_read(slice, found) else (False,):
            receipt = begun()
            decide_block(receipt, part.block, source.options, count)
            if part.beside:
                said = f"{part.beside} seem to be tables beside one another; they are told apart only in smaller files"
                receipt.decide("tables", "one", f"{said} (up to {WHOLE_BYTES >> 20} MB)", confidence="assumed")
            quarantine = _quarantine(source, file, receipt, number)
            try:
                if number == 1:
                    receipt.rows_seen += file.skip_before(quarantine)
                for row, reason in part.around:
                    receipt.rows_seen += 1
                    odd = Odd(row.line, reason or row.dropped, row.raw, byte=file.byte(row.start))
                    quarantine.skip(odd) if reason else quarantine.add(odd)
                for row, reason in part.totals:
                    said = f"looks like a total and was kept: {reason}"
                    receipt.warn(said, line=row.line, byte=file.byte(row.start), raw=row.raw[:200])
                named = Named(number, source.stem if count == 1 else f"{source.stem} {number}", _names(slice, receipt))
                if way:
                    table = _quick_rows(source, slice, found, receipt, named, quarantine)
                else:
                    shift = slice.moved - file.moved
                    inside = {at - shift: why for at, why in part.inside.items()}
                    short = frozenset(at - shift for at in part.short)
                    table = _careful_rows(source, slice, found, receipt, named, quarantine, inside, short)
                if table is not None:
                    return table
            finally:
                quarantine.close()
        raise AssertionError("the careful way gives a table or says why not")
    finally:
        scratch.unlink(missing_ok=True)


@dataclass(frozen=True)
class Named:
    """Which table of a file it is, and what it and its columns are called."""

    number: int
    name: str
    names: list[str]


def _aligned(
    source: Source, file: TextFile, cutter: fixed_width.Cutter, begun: Callable[[], Receipt], *, is_long: bool
) -> list[Table]:
    def receipt() -> Receipt:
        made = begun()
        fixed_width.decide(made, cutter)
        return made

    if not is_long:
        rows = fixed_width.rows_of(file, cutter)
        tables = whole(source, file, receipt, rows)
        names = next((row for row in rows if not row.blank and not row.skipped and row.width == cutter.width), None)
        if names is not None and not cutter.stands_over(names.raw):
            said = "the words of the first line do not stand over the columns"
            fixed_width.doubt(tables[0].receipt, "first row", said)
    else:
        tables = [fixed_width.long_table(source, file, cutter, receipt())]
    if cutter.first:
        fixed_width.doubt(tables[0].receipt, "none", "no line above the rows could be told to be their names")
    return tables


def _note_names_alone(tables: list[Table]) -> None:
    """Say that a file gave names and no row: its rows may be parted by something else than was found."""
    if len(tables) == 1 and not tables[0].row_count and not tables[0].receipt.rows_quarantined:
        tables[0].receipt.warn("the file has names and no rows: if it should have some, look at the separator")


def _note_side_by_side(tables: list[Table]) -> None:
    """Say where the values of a column look like several side by side: then its columns were not told apart."""
    for table in tables:
        columns = table.schema.columns
        texts = [column for column in columns if column.type == ColumnType.TEXT] if len(columns) <= FEW_COLUMNS else []
        if not texts or not table.row_count:
            continue
        with pq.ParquetFile(table.file) as file:
            first = next(file.iter_batches(SIDE_ROWS, columns=[column.id for column in texts]))
        for column, values in zip(texts, first.columns, strict=True):
            gaps = [len(_GAP.findall(value.strip())) for value in values.to_pylist() if value]
            one, two = sum(count > 0 for count in gaps), sum(count > 1 for count in gaps)
            alone = len(columns) == 1 and (two * 2 >= len(gaps) or one * NEARLY[1] >= len(gaps) * NEARLY[0])
            if two and (alone or two * NEARLY[1] >= len(gaps) * NEARLY[0]):
                reason = "its values hold several side by side, parted by spaces: they may be columns of their own"
                table.receipt.warn(reason, column=column.name)


def _note_repairs(receipt: Receipt, copy: encodings.Copy) -> None:
    name = "read as Windows-1252" if copy.encoding.repaired else f"no meaning in {copy.encoding.name}"
    for odd in copy.odd:
        receipt.warn(f"a character has {name}" if name.startswith("no") else f"a character was {name}", **odd)


def _plain(source: Source, file: TextFile, *, is_long: bool) -> bool:
    """Whether the file is a header and rows, as far as its first and last rows tell."""
    options = source.options
    if options.footer_rows or (options.header_rows or 0) > 1 or file.layout.preamble or options.leave_out_totals:
        return False
    head, tail = edges(file)
    if is_long:  # blank lines are no reason to look at every row of a long file
        head, tail = ([row for row in rows if not row.blank] for rows in (head, tail))
    while tail and tail[-1].blank:
        tail.pop()
    if any(sniff.says_types(row.values) for row in head[1:EDGE_TYPES]):
        return False
    widths = {row.width for row in (*head, *tail) if row.width}
    if len(widths) > 1 or any(row.problem for row in (*head, *tail)):
        return False
    if file.mark and (file.layout.width == 1 or any(row.raw.lstrip().startswith(file.mark) for row in (*head, *tail))):
        return False
    if any(row.skipped or odd_quotes(row, file.layout.dialect) for row in (*head, *tail)):
        return False
    spaced = [spaced_out(row, file.layout.dialect) for row in (*head, *tail) if not row.blank]
    if any(spaced) and not all(spaced):
        return False
    return not needs_structure([row.values for row in head], [row.values for row in tail], widths)


def _quickly_read(file: TextFile, found: scans.Scan) -> bool:
    """Whether DuckDB reads the file's marks as we do."""
    dialect = file.layout.dialect
    if file.layout.width == 1 and found.blank_count:
        return False
    return (dialect.doubles or dialect.quote is None) and len(dialect.delimiter.encode()) <= MOST_DELIMITER_BYTES


def _quarantine(source: Source, file: TextFile, receipt: Receipt, number: int = 1) -> Quarantine:
    """Where rows are set aside, written as the file writes them."""
    path = source.out_dir / f"t{number}.quarantine.jsonl"
    dialect = file.layout.dialect
    return Quarantine(receipt, path, delimiter=dialect.delimiter, quote=dialect.quote, byte_of=file.byte_of_line())


def _quick_table(source: Source, file: TextFile, found: scans.Scan, receipt: Receipt) -> Table | None:
    file.decide_header(receipt)
    named = Named(1, source.stem, _names(file, receipt))
    quarantine = _quarantine(source, file, receipt)
    try:
        table = _quick_rows(source, file, found, receipt, named, quarantine)
        return table
    finally:
        quarantine.close()


def _quick_rows(
    source: Source, file: TextFile, found: scans.Scan, receipt: Receipt, named: Named, quarantine: Quarantine
) -> Table | None:
    target = source.out_dir / f"t{named.number}.parquet"
    wide = found.row_bytes.widest
    small = is_small(found.record_count, file.path.stat().st_size, file.layout.width)
    with locked(source, readable=[file.path], columns=file.layout.width, row_bytes=wide, small=small) as con:
        tell = None if small else rows_told(source.context, "load", found.record_count)
        typing, rows = _quick(con, source, file, found, named.names, _kinds(file, found), target, quarantine, tell)
        if typing is None or rows is None:
            return None
        receipt.rows_seen += found.record_count + found.blank_count + file.skip_before(quarantine)
        for line in found.blanks:
            quarantine.skip(Odd(line, "the line is empty", ""))
        receipt.rows_skipped += found.blank_count - len(found.blanks)
        quarantine.close()
        return _finished(con, source, receipt, named, typing, rows, target)


def _finished(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    receipt: Receipt,
    named: Named,
    typing: Typing,
    rows: int,
    target: Path,
) -> Table:
    names = named.names
    receipt.rows_loaded = rows
    if not receipt.balanced:
        raise CountsDisagree(receipt.rows_seen, rows + receipt.rows_quarantined + receipt.rows_skipped)
    schema = schema_of(names, typing.kinds)
    schema, described = profiled(con, source.context, target, schema, rows)
    emptied, zones = typing.null_words(), typing.zones()
    nulls = [int(column["null_count"]) for column in described]
    record_types(receipt, names, typing.kinds, typing.evidence, emptied, nulls, rows, typing.findings, zones)
    return Table(named.name, target, rows, schema, described, receipt)


def _names(file: TextFile, receipt: Receipt) -> list[str]:
    layout = file.layout
    return repaired(layout.header or [f"Column {i + 1}" for i in range(layout.width)], receipt)


def _careful_table(source: Source, file: TextFile, found: scans.Scan, receipt: Receipt) -> Table:
    """A long file in which something is odd: every row looked at, in constant memory."""
    file.decide_header(receipt)
    named = Named(1, source.stem, _names(file, receipt))
    quarantine = _quarantine(source, file, receipt)
    try:
        receipt.rows_seen = file.skip_before(quarantine) + _skip_preamble(file, quarantine)
        return _careful_rows(source, file, found, receipt, named, quarantine, _footers(source, file))
    finally:
        quarantine.close()


def _careful_rows(
    source: Source,
    file: TextFile,
    found: scans.Scan,
    receipt: Receipt,
    named: Named,
    quarantine: Quarantine,
    inside: dict[int, str],
    short: frozenset[int] = frozenset(),
) -> Table:
    width = file.layout.width
    target = source.out_dir / f"t{named.number}.parquet"
    clean = source.context.scratch / f"clean{named.number}.csv"
    sample = preview_rows(file, sniff.SAMPLE_RECORDS)
    cuts = cuts_short([row.values for rows in edges(file) for row in rows if row.width], width)
    mender = Mender(sample, width, file.layout.dialect, cuts=cuts)
    careful = Careful(file, quarantine, receipt, mender, clean, source.context.progress, inside, short)
    try:
        loadable = careful.run()
        receipt.rows_seen += careful.seen
        if not loadable:
            raise NothingReadable(
                "No row of the file could be read: "
                f"{receipt.rows_quarantined:,} were set aside and {receipt.rows_skipped:,} skipped.",
                line=next((odd["line"] for odd in (*receipt.quarantine[:1], *receipt.skipped[:1])), None),
            )
        wide = careful.row_bytes.widest
        with locked(source, readable=[clean], columns=width, row_bytes=wide) as con:
            relation = _relation(con, clean, careful.written, width, skip=0, longest=careful.longest, strict=False)
            kinds = [kind or EMPTY for kind in _kinds(file, found)]
            line_of = careful.line_of
            options = source.options
            typing = Typing(
                con,
                relation,
                named.names,
                kinds,
                {},
                line_of,
                options=options,
                row_bytes=wide,
                free_commas=file.layout.dialect.free_commas,
                quarantine=quarantine,
            )
            rows = typing.write(target, expected=loadable, tell=rows_told(source.context, "load", loadable))
            return _finished(con, source, receipt, named, typing, rows, target)
    finally:
        clean.unlink(missing_ok=True)


def _footers(source: Source, file: TextFile) -> dict[int, str]:
    """The notes at the end of a long file, by the byte at which each begins."""
    tail = edges(file)[1]
    told = source.options.footer_rows
    if told is not None:
        return (
            {row.start: "you said that the last lines are no data" for row in tail[len(tail) - told :]} if told else {}
        )
    good = [i for i, row in enumerate(tail) if row.width == file.layout.width and not row.blank]
    if not good:
        return {}
    behind = [row for row in tail[good[-1] + 1 :] if not row.blank and not row.problem]
    narrow = max(1, file.layout.width // 3)
    if any(sum(1 for value in row.values if value.strip()) > narrow for row in behind):
        return {}
    return {row.start: "below the table" for row in behind}


def schema_of(names: Sequence[str], kinds: Sequence[Kind]) -> Schema:
    return Schema(
        columns=tuple(
            kind.column(f"c{i}", name) for i, (name, kind) in enumerate(zip(names, kinds, strict=True), start=1)
        )
    )


def _standard(dialect: Dialect) -> bool:
    return dialect.quote == '"' and dialect.doubles and len(dialect.delimiter.encode()) == 1


def _skip_preamble(file: TextFile, quarantine: Quarantine) -> int:
    line = file.start_line
    for record, raw in zip(file.layout.preamble, file.layout.preamble_raw, strict=True):
        reason = "the line is empty" if record.blank else "stands before the table and has another number of values"
        quarantine.skip(Odd(line, reason, raw, byte=file.byte(file.start + record.start)))
        line += record.lines
    return len(file.layout.preamble)


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


def _relation(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    dialect: Dialect,
    width: int,
    *,
    skip: int,
    longest: int,
    strict: bool,
    parallel: bool = True,
) -> str:
    """SQL that has DuckDB read the file.

    Its buffers hold sixteen of the longest lines, which is too much memory for lines of many megabytes; what it needs
    at least depends on where lines end, so for those it is tried. Raises LinesTooLong.
    """
    read = partial(_read_csv, path, dialect, width, skip=skip, strict=strict, parallel=parallel)
    if longest + 16 <= USUAL_LINE:
        return read(longest=USUAL_LINE, buffer=BUFFER_BYTES)
    for lines in LINES_IN_BUFFER:
        relation = read(longest=longest + 16, buffer=lines * longest)
        try:
            con.execute(f"SELECT count(c1) FROM {relation}")  # noqa: S608 - only our own marks
        except duckdb.NotImplementedException:
            continue
        except duckdb.Error:
            pass  # whoever reads the file finds out
        return relation
    raise LinesTooLong(longest)


def _read_csv(
    path: Path,
    dialect: Dialect,
    width: int,
    *,
    skip: int,
    longest: int,
    strict: bool,
    buffer: int,
    parallel: bool,
) -> str:
    columns = ", ".join(f"'c{i + 1}': 'VARCHAR'" for i in range(width))
    options = [
        f"delim={literal(dialect.delimiter)}",
        f"quote={literal(dialect.quote or '')}",
        f"escape={literal(dialect.quote or '')}",
        "header=false",
        "auto_detect=false",
        f"skip={skip}",
        f"max_line_size={longest}",
        f"buffer_size={buffer}",
        f"parallel={'true' if parallel else 'false'}",
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
    quarantine: Quarantine,
    tell: Tell | None,
    *,
    parallel: bool = True,
) -> tuple[Typing | None, int | None]:
    """Have DuckDB read the file as it is; None when it refuses or counts differently than the scan."""
    layout = file.layout
    lines = Lines(scans.Stream(file.path, layout.dialect, file.data_start, file.data_line, file.newline))
    relation = _relation(
        con,
        file.path,
        layout.dialect,
        layout.width,
        skip=file.data_line - file.first_line,
        longest=found.longest,
        strict=True,
        parallel=parallel,
    )
    typing = Typing(
        con,
        relation,
        names,
        [kind or EMPTY for kind in kinds],
        {},
        lines,
        options=source.options,
        row_bytes=found.row_bytes.widest,
        free_commas=layout.dialect.free_commas,
        quarantine=quarantine,
    )
    try:
        return typing, typing.write(target, expected=found.record_count, tell=tell)
    except CountsDisagree:
        return None, None
    except duckdb.NotImplementedException as error:
        if "Parallel CSV" not in str(error) or not parallel:
            raise
        # Blank lines may fill a buffer, which the parallel way cannot read.
        return _quick(con, source, file, found, names, kinds, target, quarantine, tell, parallel=False)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        if "CSV" not in str(error):
            raise
        return None, None
    finally:
        lines.close()


_GOOD, _ODD, _COUNTED = range(3)
"""What becomes of a record: copied with those beside it, looked at, or a blank line that is counted and not listed."""


@dataclass
class Careful:
    """Copies the good records of a file into a clean one and sets the others aside."""

    file: TextFile
    quarantine: Quarantine
    receipt: Receipt
    mender: Mender
    target: Path
    progress: Callable[..., None]
    inside: dict[int, str] = field(default_factory=dict)
    """Why the row that begins at a byte is no data."""
    short: frozenset[int] = frozenset()
    """Where rows begin that are data with fewer values."""
    seen: int = 0
    longest: int = 0
    _special: scans.Numbers = field(init=False)
    row_bytes: RowBytes = field(default_factory=RowBytes)
    _looked_at: int = ODD_BYTES
    """How much of a block that is not clean is read record by record."""
    _loaded: int = 0
    _first: array[int] = field(default_factory=lambda: array("q"))
    """The records at which the distance between a record's number and its line changes …"""
    _line: array[int] = field(default_factory=lambda: array("q"))
    """… and their lines."""

    def __post_init__(self) -> None:
        self._special = np.array(sorted({*self.inside, *self.short}), np.int64)

    @property
    def written(self) -> Dialect:
        """How the clean file is written: the file's own separator where that is one plain character."""
        dialect = self.file.layout.dialect
        return Dialect(dialect.delimiter if _standard(dialect) else ",")

    def run(self) -> int:
        """Write the clean file and return how many records are in it."""
        layout = self.file.layout
        grammar = Grammar(layout.dialect)
        stream = scans.Stream(
            self.file.path, layout.dialect, self.file.data_start, self.file.data_line, self.file.newline
        )
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
                        self._looked_at = scans.more_of(block, self._looked_at, ODD_BYTES)
        finally:
            stream.close()
        return self._loaded

    def line_of(self, number: int) -> int | None:
        place = bisect_right(self._first, number) - 1
        return None if place < 0 else self._line[place] + number - self._first[place]

    def _stands(self, number: int, line: int) -> None:
        if not self._first or line - number != self._line[-1] - self._first[-1]:
            self._first.append(number)
            self._line.append(line)

    @staticmethod
    def _require_utf8(block: scans.Block) -> None:
        cut = block.data.rfind(b"\n") + 1
        scans.require_utf8(block.data[:cut] if cut and not block.final else block.data, block.offset)

    def _clean_block(self, block: scans.Block, grammar: Grammar, out: IO[bytes]) -> tuple[int, int]:
        """Runs of good records are copied as they are; only the records between them are looked at."""
        text = np.frombuffer(block.data, np.uint8)
        lengths = np.diff(block.ends, prepend=-1)
        bad = scans.widths(block, self.file.layout.dialect) != self.file.layout.width
        blank = scans.blank_records(text, block.ends, lengths)
        bad[blank] = True
        starts = block.starts()
        if self._special.size:
            low, high = np.searchsorted(self._special, (block.offset, block.offset + len(block.data)))
            bad[np.searchsorted(starts, self._special[low:high] - block.offset)] = True
        breaks = np.flatnonzero(text == self.file.newline)
        first_lines = block.line + np.searchsorted(breaks, starts)
        self.longest = max(self.longest, int(lengths.max()))
        cut = min(int(block.ends[-1]) + 1, len(block.data))
        counted = blank[max(0, LISTED_ROWS - len(self.receipt.skipped)) :]
        self.quarantine.skip_more(counted.size)
        self.seen += counted.size
        state = np.where(bad, _ODD, _GOOD)
        state[counted] = _COUNTED
        begins = np.flatnonzero((np.diff(state, prepend=-1) != 0) | (state == _ODD)).tolist()
        for index, following in pairwise([*begins, block.ends.size]):
            start = int(starts[index])
            if state[index] == _GOOD:
                stop = int(starts[following]) if following < block.ends.size else cut
                self._copy(block.data[start:stop], first_lines[index:following], out)
            elif state[index] == _ODD:
                end = min(int(block.ends[index]) + 1, len(block.data))
                one = next(grammar.records(block.data[:end], start, end, None, final=True))
                self._take(one, block, int(first_lines[index]), out)
        return cut, block.lines

    def _copy(self, part: bytes, lines: scans.Numbers, out: IO[bytes]) -> None:
        out.write(part if part.endswith(b"\n") else part.rstrip(b"\r") + b"\n")
        steps = np.flatnonzero(np.diff(lines) != 1) + 1
        for step in [0, *steps.tolist()]:
            self._stands(self._loaded + 1 + int(step), int(lines[step]))
        self.row_bytes.add(len(part), int(lines.size))
        self._loaded += int(lines.size)
        self.seen += int(lines.size)

    def _odd_block(self, block: scans.Block, grammar: Grammar, out: IO[bytes]) -> tuple[int, int]:
        """The first records of the block are looked at one by one; what follows comes again in smaller blocks."""
        stop = len(block.data)
        if not block.final:
            stop = block.data.rfind(bytes([self.file.newline])) + 1
        stop = max(1, min(stop, self._looked_at))
        consumed = lines = 0
        for record in grammar.records(block.data, 0, stop, self.file.layout.width, final=block.final):
            self._take(record, block, block.line + lines, out)
            consumed, lines = record.end, lines + record.lines
        return consumed, lines

    def _take(self, record: Record, block: scans.Block, line: int, out: IO[bytes]) -> None:
        self.seen += 1
        width = self.file.layout.width
        raw = block.data[record.start : record.end]
        start = block.offset + record.start
        values = record.values
        if self.file.layout.verdict.lists and not record.blank and len(values) < width:
            values = [*values, *[b""] * (width - len(values))]
        where = self.file.byte(start)
        if start in self.inside and not record.blank:
            self.quarantine.skip(Odd(line, self.inside[start], _shown(raw), byte=where))
            return
        if start in self.short and not record.problem:
            values = [*values, *[b""] * (width - len(values))]
        if not record.blank and not record.problem and len(values) == width and b"\0" not in raw:
            self._write(values, line, out)
            return
        if record.blank:
            self.quarantine.skip(Odd(line, "the line is empty", _shown(raw), byte=where))
            return
        problem = record.problem
        if problem is None and b"\0" in raw:
            problem = "holds a NUL byte"
        elif problem is not None or len(values) != width:
            if problem is None and not self.mender.marked and self.file.is_comment(_shown(raw), len(values)):
                self.quarantine.skip(Odd(line, "a comment", _shown(raw), byte=where))
                return
            mended = self.mender.mend(sniff.text_of(values), _shown(raw), problem)
            if mended is not None:
                self.receipt.warn(mended.reason, line=line, byte=where, raw=_shown(raw)[:2000])
                values, problem = [value.encode("utf-8", "replace") for value in mended.values], None
            elif problem is None:
                problem = f"has {len(values)} values where the table has {width} columns"
        if problem is not None:
            self.quarantine.add(Odd(line, problem, _shown(raw), byte=where))
            return
        self._write(values, line, out)

    def _write(self, values: Sequence[bytes], line: int, out: IO[bytes]) -> None:
        self._loaded += 1
        self._stands(self._loaded, line)
        separator = self.written.delimiter.encode()
        row = separator.join(b'"' + value.replace(b'"', b'""') + b'"' if value else b"" for value in values)
        row = row or b'""'
        self.longest = max(self.longest, len(row))
        self.row_bytes.add(len(row), 1)
        out.write(row + b"\n")


def _lone_breaks(data: bytes) -> bool:
    """Whether a carriage return stands without its line feed."""
    return b"\r" in data and data.count(b"\r") != data.count(b"\r\n")


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r\n")
