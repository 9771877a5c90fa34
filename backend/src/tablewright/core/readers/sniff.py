"""How a text file is laid out: its marks, where the table begins, whether it has a header.

Candidates are scored as in "Wrangling Messy CSV Files by Detecting Row and Type Patterns" (van den Burg
and others, 2019): even rows, weighed with how many cells look like values of some type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.readers.kinds import TEXT, Kind, proposed
from tablewright.core.readers.records import Dialect, Grammar, Record
from tablewright.core.tables import ColumnType

DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", "\x1f", " ")
SAMPLE_RECORDS = 400
SCORED_RECORDS = 150
SINGLE_COLUMN = 0.001
TIE = 1.02

_VALUE = re.compile(
    r"""\s*(
        [+-]?[\d.,]*\d%?                                   # numbers
      | [$€£¥]\s?[\d.,]+ | [\d.,]+\s?[$€£¥]                 # money
      | [+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T\ ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?([AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?)?
      | \d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?([AaPp][Mm])?
      | [\w.+-]+@[\w-]+(\.[\w-]+)+                          # mail
      | (https?|ftp)://\S+ | www\.\S+ | ([\w-]+\.)+[a-z]{2,}(/\S*)?
      | (\d{1,3}\.){3}\d{1,3}
      | (n/?a|nan|null|none|true|false|yes|no|-+)
      | [^\W_](?:[\w .'’()&?!+-]*[\w.)?!'])?                # words
      | \{.*\} | \[.*\]
    )?\s*""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Layout:
    dialect: Dialect
    evidence: str
    width: int
    preamble: tuple[Record, ...]
    """Records before the table, in file order."""
    preamble_raw: tuple[str, ...]
    header: tuple[str, ...] | None
    header_evidence: str
    data_start: int
    """The byte, in the head, at which the first data record begins."""
    data_line: int
    kinds: tuple[Kind | None, ...]


def records_of(head: bytes, dialect: Dialect, *, final: bool, most: int = SAMPLE_RECORDS) -> list[Record]:
    found: list[Record] = []
    for record in Grammar(dialect).records(head, 0, len(head), None, final=final):
        found.append(record)
        if len(found) >= most:
            break
    return found


def layout(head: bytes, *, final: bool, max_columns: int) -> Layout:
    """The layout that explains the head of a file (UTF-8, without byte order mark) best."""
    dialect, evidence = best_dialect(head, final=final)
    records = records_of(head, dialect, final=final)
    filled = [record for record in records if not record.blank and not record.problem]
    width = _usual_width(filled)
    begin = _first_of_table(records, width)
    body = [record for record in records[begin:] if not record.blank]
    first, rest = body[0], body[1:]
    rows = [text_of(record.values) for record in rest if not record.problem and len(record.values) == width]
    kinds = kinds_of(rows, width)
    header, header_evidence = _header(text_of(first.values), kinds, rows, width)
    position = records.index(first)
    line = 1 + sum(record.lines for record in records[:position])
    if header is None:
        kinds = kinds_of([text_of(first.values), *rows], width)
    preamble = tuple(records[:position])
    return Layout(
        dialect=dialect,
        evidence=evidence,
        width=width,
        preamble=preamble,
        preamble_raw=tuple(
            head[record.start : record.end].decode("utf-8", "replace").rstrip("\r\n") for record in preamble
        ),
        header=header,
        header_evidence=header_evidence,
        data_start=first.end if header is not None else first.start,
        data_line=line + (first.lines if header is not None else 0),
        kinds=tuple(kinds),
    )


def text_of(values: Sequence[bytes]) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values]


def kinds_of(rows: Sequence[Sequence[str]], width: int) -> list[Kind | None]:
    columns = zip(*rows, strict=True) if rows else iter([()] * width)
    return [proposed(values) for values in columns]


def best_dialect(head: bytes, *, final: bool) -> tuple[Dialect, str]:
    """The marks with the highest score, and what speaks for them."""
    sample = head[: 64 << 10]
    whole = final and len(sample) == len(head)
    quotes: list[str] = ['"']
    if sample.count(b"'") >= 2:
        quotes.append("'")
    scored: list[tuple[float, Dialect]] = []
    for delimiter in DELIMITERS:
        if delimiter.encode() not in sample:
            continue
        for quote in quotes:
            if quote == "'" and not re.search(rb"(^|[\r\n]|" + re.escape(delimiter.encode()) + rb" ?)'", sample):
                continue
            escapes = [quote, "\\"] if f"\\{quote}".encode() in sample else [quote]
            for escape in escapes:
                dialect = Dialect(delimiter, quote, escape)
                scored.append((_score(sample, dialect, final=whole), dialect))
    if not scored:
        return Dialect(","), "no separator occurs: one column"
    best_score = max(score for score, _ in scored)
    if best_score <= SINGLE_COLUMN:
        return Dialect(","), "no separator splits the lines evenly: one column"
    # The candidates are listed by how common they are: a later one must be better, not as good.
    score, dialect = next((score, dialect) for score, dialect in scored if score * TIE >= best_score)
    others = sorted(
        (f"{name(d.delimiter)} {s:.2f}" for s, d in scored if d.delimiter != dialect.delimiter), reverse=True
    )
    return dialect, f"evenness of rows and types scores {score:.2f}" + (
        f", against {', '.join(others[:3])}" if others else ""
    )


def name(delimiter: str) -> str:
    words = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ":": "colon"}
    return words.get(delimiter, repr(delimiter))


def _score(sample: bytes, dialect: Dialect, *, final: bool) -> float:
    rows = [r for r in records_of(sample, dialect, final=final, most=SCORED_RECORDS) if not r.blank]
    if not rows:
        return 0.0
    patterns = Counter(1 if row.problem else len(row.values) for row in rows)
    evenness = sum(count * (max(SINGLE_COLUMN, width - 1) / width) for width, count in patterns.items()) / len(patterns)
    cells = [cell for row in rows if not row.problem for cell in row.values]
    if not cells:
        return 0.0
    known = sum(1 for cell in cells if _VALUE.fullmatch(cell[:200].decode("utf-8", "replace"))) / len(cells)
    problems = sum(1 for row in rows if row.problem) / len(rows)
    return evenness / len(rows) * max(known, 1e-10) * (1 - problems)


def _usual_width(records: Sequence[Record]) -> int:
    """The most frequent width; of equally frequent ones the widest."""
    if not records:
        return 1
    counts = Counter(len(record.values) for record in records)
    most = max(counts.values())
    return max(width for width, count in counts.items() if count == most)


def _first_of_table(records: Sequence[Record], width: int) -> int:
    """Where the table begins: the first record of the usual width, titles and notes before it left out."""
    for index, record in enumerate(records):
        if record.blank or record.problem:
            continue
        if len(record.values) == width and (width == 1 or sum(1 for value in record.values if value.strip()) > 1):
            return index
        if len(record.values) == width and index + 1 >= len(records):
            return index
    return next((index for index, record in enumerate(records) if not record.blank), 0)


def _header(
    first: Sequence[str], kinds: Sequence[Kind | None], rows: Sequence[Sequence[str]], width: int
) -> tuple[tuple[str, ...] | None, str]:
    cells = (list(first) + [""] * width)[:width]
    if not rows:
        if all(_is_word(cell) for cell in cells if cell) and any(cells):
            return tuple(cells), "the only row holds words"
        return None, "the only row holds values"
    typed = [i for i, kind in enumerate(kinds) if kind is not None and kind is not TEXT]
    unlike = [i for i in typed if cells[i].strip() and proposed([cells[i]]) is TEXT]
    alike = [i for i in typed if cells[i].strip() and proposed([cells[i]]) is not TEXT]
    if unlike and len(unlike) >= len(alike):
        example = unlike[0]
        return tuple(cells), f'"{cells[example][:60]}" stands over a column of {_plain(kinds[example])}'
    if alike:
        example = alike[0]
        return None, f'the first row has "{cells[example][:60]}" where the rows below have values of the same type'
    repeated = sum(1 for i, cell in enumerate(cells) if cell and any(row[i] == cell for row in rows[:200]))
    filled = [cell for cell in cells if cell.strip()]
    if repeated and repeated * 2 >= len(filled):
        return None, "the values of the first row occur again below it"
    if filled and all(_is_word(cell) for cell in filled):
        return tuple(cells), "all columns hold text; the first row is taken for names"
    return None, "the first row does not look like names"


def _plain(kind: Kind | None) -> str:
    return kind.describe() if kind else "values"


def _is_word(cell: str) -> bool:
    kind = proposed([cell])
    return len(cell) <= 200 and (kind is TEXT or (kind is not None and kind.type == ColumnType.BOOLEAN))
