"""How a text file is laid out: its marks, where the table begins, whether it has a header.

Candidates are scored as in "Wrangling Messy CSV Files by Detecting Row and Type Patterns" (van den Burg and others,
2019), with two changes. How even the rows are is the chance that two rows have the same width, so that one odd row
costs as little as it should (table uniformity, W. García, 2024). And the marks that are common in practice need less
proof than the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise

from tablewright.core.readers.first_cells import LOOKED_AT, YEAR, counts_on, heads, is_code, is_first, number_columns
from tablewright.core.readers.kinds import TEXT, Kind, is_null_word, proposed
from tablewright.core.readers.model import Confidence
from tablewright.core.readers.records import Dialect, Grammar, Record
from tablewright.core.tables import ColumnType

COMMON = (",", ";", "\t", "|")
SEPARATORS: dict[str, float] = {
    **dict.fromkeys((",", ";", "\t", "|"), 1.0),
    **dict.fromkeys(("\x01", "\x1e", "\x1f", "\x1c", "\x1d", "^", "~", "§", "¦", "¬", "¶", "†", "‡", "¤", "¥"), 0.95),
    **dict.fromkeys((":", " "), 0.6),
    **dict.fromkeys(("#", "&", "*", "@", "!", "=", "/", "-", "+", "%", "$"), 0.35),
}
"""What may separate values, and how far each is believed."""
QUOTES = ('"', "'", "`")
RARE_QUOTES = ("~", "^", "|")
"""Marks that stand around values in some files and part them in more."""
MOST_ABOVE = 3
"""So many rows of values may stand above the names."""
SAMPLE_RECORDS = 400
SCORED_RECORDS = 120
SAMPLE_BYTES = 64 << 10
SINGLE_COLUMN = 0.001
TIE = 1.02
TABS, MARKS = 1.5, 3.0
"""How much less evidence is enough for tabs, and for other marks where commas can all belong to values."""
NEARLY = 1.15
"""A rival that is so near makes a doubt."""
ONE_COLUMN = 0.12
"""A score that a mark which does not split every line must reach, or the file has one column."""
DOUBTFUL = 0.3
"""A mark that is seldom a separator and scores less than this is said to be assumed."""
STEADY_LINES = 5
FEWEST_NAMES = 4
"""Names over a row or two are known where they are so many."""
FEW_LINES = 3
"""So many lines in a row are a table where nothing else in the file is like them."""
FEWEST_LISTS, LENGTHS = 8, 4
"""So many lines of so many lengths may be lists."""
LONGEST_ITEM = 60
UNKNOWN_CELL = 0.1
LONGEST_RUN = 5
UNUSUAL = 0.9
"""Marks that are believed no more than this seldom separate."""

_VALUE = re.compile(
    r"""\s*(
        [+-]?[\d.,]*\d%?                                   # numbers
      | [+-]?\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:[.,]\d+)?
      | \(?-?[$€£¥]\s?-?[\d.,]*\d\)? | [\d.,]*\d\s?[$€£¥%]   # money
      | [+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(Z|[T\ ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?([AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?)?
      | \d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s?([AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?
      | [\w.+-]+@[\w-]+(\.[\w-]+)+                          # mail
      | (https?|ftp|file|urn|mailto):\S+ | www\.\S+ | ([\w-]+\.)+[a-z]{2,}(/\S*)?
      | (\d{1,3}\.){3}\d{1,3}(:\d+)?
      | \+\d[\d ()/.-]{6,}\d                                # telephone numbers
      | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
      | (n/?a|nan|null|none|true|false|yes|no|-+|\?)
      | [^\W_](?:[\w .'’()&?!+-]*[\w.)?!'])?                # words
      | \w+(?:[/:;-]\w+)*                                 # codes and paths
      | \{.*\} | \[.*\] | <.*>
    )?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_PHONE = re.compile(r"\s*(?:\+|00|\(|0\d)[\d ()/.-]{6,}\s*")
_CENTS = re.compile(r"\s*-?\d+,(\d\d|\d{4,})\s*")
A_DATE = "a date"
_SINGLE = {
    A_DATE: re.compile(
        r"(?:[^\W\d_]{3,9}, )?(?:[^\W\d_]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}\.? [^\W\d_]{3,9}\.?,? \d{4})"
    ),
    "a telephone number": re.compile(r"\+\d[\d ()/.-]{5,}\d"),
    "an address": re.compile(r"[a-z][a-z0-9+.-]*://\S+|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"),
    "an account number": re.compile(r"[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?"),
    "a moment": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"),
    "a number with its unit": re.compile(r"[-+]?\d[\d.,]* [^\W\d_]{1,3}"),
}
"""What a whole line may be, spaces, colons and strokes included."""
INNER = frozenset(":/-+=&#@%$")
"""Marks that stand inside values as well: there they separate nothing."""
_WITH_MARKS = re.compile(
    r"\b\d{1,4}[-/]\d{1,2}[-/]\d{1,4}\b|\b\d{4}:\d{2}\b|(?:\b|(?<=[dD\d]T))[HhMS\d]{1,2}:[mM\d]{2}(?::[sS\d]{2})?|[a-z]{3,6}://\S+|[^\s@]{1,64}@\S+|(?<![\w)])[-+$]\d|\d%"
)
_SEQUENCE = re.compile(r"[^\w\s\"'`.,()\[\]{}%$€£-]{2,4}")
"""Several marks in a row, which may separate together."""
_TOLD_SEPARATOR = re.compile(rb'"?sep=([^\r\n"]{1,4})"?[ \t,;]*(?:\r\n|\n|\r|$)', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    dialect: Dialect
    verdict: Verdict
    width: int
    preamble: tuple[Record, ...]
    """Records before the table, in file order."""
    preamble_raw: tuple[str, ...]
    header: tuple[str, ...] | None
    header_evidence: str
    header_confidence: Confidence
    data_start: int
    """The byte, in the head, at which the first data record begins."""
    data_line: int
    kinds: tuple[Kind | None, ...]
    even: bool
    """Whether all records of the head have the table's width."""

    @property
    def evidence(self) -> str:
        return self.verdict.evidence


def records_of(head: bytes, dialect: Dialect, *, final: bool, most: int = SAMPLE_RECORDS) -> list[Record]:
    found: list[Record] = []
    for record in Grammar(dialect).records(head, 0, len(head), None, final=final):
        found.append(record)
        if len(found) >= most:
            break
    return found


def layout(head: bytes, verdict: Verdict, *, final: bool, header_rows: int | None = None) -> Layout:
    """The layout that explains the head of a file (UTF-8, without byte order mark) best."""
    dialect = verdict.dialect
    records = records_of(head, dialect, final=final)
    filled = [record for record in records if not record.blank and not record.problem]
    widths = [len(record.values) for record in filled]
    width = max(widths, default=1) if verdict.lists else usual_width(widths)
    if verdict.lists:
        records = [
            record
            if record.problem or record.blank
            else replace(record, values=record.values + [b""] * (width - len(record.values)))
            for record in records
        ]
    begin = _first_of_table(records, width)
    body = [record for record in records[begin:] if not record.blank]
    first, rest = body[0], body[1:]
    rows = [text_of(record.values) for record in rest if not record.problem and len(record.values) == width]
    kinds = kinds_of(rows, width)
    header, evidence, confidence = header_of(text_of(first.values), kinds, rows, width, header_rows)
    if header is None and header_rows is None and (above := names_below(rows, width)):
        whole = [record for record in rest if not record.problem and len(record.values) == width]
        first, rows = whole[above - 1], rows[above:]
        kinds = kinds_of(rows, width)
        header, evidence, confidence = header_of(text_of(first.values), kinds, rows, width)
    position = records.index(first)
    line = 1 + sum(record.lines for record in records[:position])
    if header is None:
        kinds = kinds_of([text_of(first.values), *rows], width)
    preamble = tuple(records[:position])
    if (
        preamble
        and not preamble[-1].blank
        and width == 2
        and confidence != "certain"
        and verdict.confidence == "certain"
    ):
        verdict = replace(verdict, confidence="likely", evidence=f"{verdict.evidence}; not in the line above the table")
    rare = width == 2 and dialect.delimiter.strip(" ") not in COMMON[:3]
    if rare and verdict.confidence == "certain" and (dialect.delimiter == " " or TEXT in kinds):
        verdict = replace(verdict, confidence="assumed", evidence=f"{verdict.evidence}; it may stand inside of values")
    return Layout(
        dialect=dialect,
        verdict=verdict,
        width=width,
        preamble=preamble,
        preamble_raw=tuple(
            head[record.start : record.end].decode("utf-8", "replace").rstrip("\r\n") for record in preamble
        ),
        header=header,
        header_evidence=evidence,
        header_confidence=confidence,
        data_start=first.end if header is not None else first.start,
        data_line=line + (first.lines if header is not None else 0),
        kinds=tuple(kinds),
        even=not verdict.lists
        and begin == 0
        and all(len(r.values) == width and not r.problem for r in records if not r.blank),
    )


_LONG_NUMBER = re.compile(r"[+-]?(?:\d++(?:\.\d++)?|\.\d++)(?:[eEdD][+-]?\d+)?")
"""A number, also one that stays text: with more digits than a number holds, or with leading zeros."""
_MONEY_OF_YEAR = re.compile(r"[A-Z]{3} (?:19|20)\d\d|(?:19|20)\d\d [A-Z]{3}")
"""Rather a name, PLN 2023, than an amount."""
_RULE = re.compile(
    r"(?=.*(?:-{3}|={3}|_{3}|#{3}))[\s|+:,;]*(?:-+|=+|_{3,}|#{3,})(?:[\s|+:,;]+(?:-+|=+|_{3,}|#{3,}))*[\s|+:,;]*"
)


def is_rule(line: str) -> bool:
    """Whether a line is drawn under names or around a table: `-----+----`, `|---|:--|`, `--,----`, `=====`."""
    return bool(_RULE.fullmatch(line))


_TYPE = re.compile(
    r"u?(?:tiny|small|big|huge)?int(?:eger|\d{1,3})?|long|float|double|real|num(?:ber|eric)?|dec(?:imal)?|str(?:ing)?|text|(?:var)?char|date(?:time)?|time(?:stamp)?"
    r"|bool(?:ean)?|logical|factor|\d{1,4}[sdn]|\{\"ImportId\":.*\}",
    re.IGNORECASE,
)


def says_types(row: Sequence[str]) -> bool:
    """Whether every value is the name of a type: `5s`, `20d` and `14n`, or text, date and number; or what surveys
    write below their questions."""
    filled = [value.strip() for value in row if value.strip()]
    return len(filled) > 1 and all(_TYPE.fullmatch(value) for value in filled)


def text_of(values: Sequence[bytes]) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values]


def kinds_of(rows: Sequence[Sequence[str]], width: int) -> list[Kind | None]:
    columns = zip(*rows, strict=True) if rows else iter([()] * width)
    return [proposed(values) for values in columns]


def told_separator(head: bytes) -> tuple[str, int] | None:
    """What a first line like `sep=;`, as spreadsheets write it, says, and how many bytes that line takes."""
    found = _TOLD_SEPARATOR.match(head)
    if found is None:
        return None
    mark = found[1].decode("utf-8", "replace").strip(" ") or " "
    return mark.replace("\\t", "\t"), found.end()


@dataclass(frozen=True)
class Verdict:
    """The marks that explain a sample best."""

    dialect: Dialect
    evidence: str
    confidence: Confidence = "certain"
    others: tuple[str, ...] = ()
    """Other separators, the most likely first."""
    one_value: bool = False
    """Whether each line is a value, whatever marks and spaces it holds."""
    lists: bool = False
    """Whether each line is a list of any length: what was bought together, the genes of a set."""


def best_dialect(
    head: bytes,
    *,
    final: bool,
    elsewhere: Sequence[bytes] = (),
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
) -> Verdict:
    """The marks with the highest score, and what speaks for them.

    `elsewhere`: whole lines from other places of the file. What is told (`delimiter`, `quote`, `escape`) is kept.
    """
    found = _best_dialect(head, final=final, elsewhere=elsewhere, delimiter=delimiter, quote=quote, escape=escape)
    whole = delimiter is None and final and len(head) <= SAMPLE_BYTES
    if not whole or found.one_value or found.lists or found.dialect.delimiter.encode() in head:
        return found
    for mark in COMMON:
        dialect = Dialect(mark, quote or '"', escape or quote or '"')
        records = records_of(head, dialect, final=True, most=SCORED_RECORDS)
        if width := width_below([text_of(record.values) for record in records if not record.blank]):
            said = f"{name(mark)} parts names and a row or two below them into {width}"
            return Verdict(dialect, said, "assumed", COMMON)
    return found


def width_below(rows: Sequence[Sequence[str]]) -> int:
    """The width of names and one or two rows below or between lines of few values, which say something about them; 0
    where there are none."""
    widths = [len(row) for row in rows]
    width = max(widths, default=0)
    wide = [i for i, own in enumerate(widths) if own == width]
    few = max(own for own in widths if own < width) if len(set(widths)) > 1 else width
    together = 1 < len(wide) <= FEW_LINES and wide[-1] - wide[0] == len(wide) - 1
    if width < FEWEST_NAMES or not together or few > max(2, width // 2) or not wide[0]:
        return 0
    names, *values = ("".join(rows[i]) for i in wide)
    named = [cell for cell in rows[wide[0]] if cell.strip()]
    worded = not any(map(str.isdigit, names)) and len(set(named)) == len(named) and len(named) * 4 >= width * 3
    return width if worded and all(any(map(str.isdigit, row)) for row in values) else 0


def _best_dialect(
    head: bytes,
    *,
    final: bool,
    elsewhere: Sequence[bytes] = (),
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
) -> Verdict:
    sample = head[:SAMPLE_BYTES]
    whole = final and len(sample) == len(head)
    if not whole and (cut := max(sample.rfind(b"\n"), sample.rfind(b"\r"))) > 0:
        sample = sample[: cut + 1]
    samples = [sample, *elsewhere]
    text = sample.decode("utf-8", "ignore")
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()][:SCORED_RECORDS]
    if delimiter is None and (parted := _lists(lines)) is not None:
        said = f"each line is a list: {name(parted)} stands in them from once to many times, another number in the next"
        return Verdict(Dialect(parted, quote or '"', escape or quote or '"'), said, "likely", COMMON, lists=True)
    if delimiter is None and quote is None and (enclosed := _enclosed(lines)) is not None:
        said = f"{enclosed.quote} stands around values in every line, and {name(enclosed.delimiter)} between all"
        return Verdict(enclosed, said, "likely", tuple(dict.fromkeys((enclosed.quote or "", *COMMON))))
    marks = [delimiter] if delimiter else _candidates(lines)
    scored: list[tuple[float, Dialect]] = []
    for mark in marks:
        for dialect in _dialects(sample, mark, quote, escape):
            weight = SEPARATORS.get(mark, 0.9)
            scored.append(
                (weight * sum(_score(part, dialect, final=whole) for part in samples) / len(samples), dialect)
            )
    if delimiter:
        best = max(scored, key=lambda one: one[0])[1]
        return Verdict(best, "you said so", "told")
    if not scored:
        return Verdict(_unsplit(text, quote, escape), "no separator occurs: one column")
    best_score = max(score for score, _ in scored)
    # The candidates are listed by how common they are: a later one must be better, not as good.
    score, dialect = next((score, dialect) for score, dialect in scored if score * TIE >= best_score)
    if dialect.delimiter in (",", ", ") and (other := _not_inner(lines, scored, best_score)) is not None:
        score, dialect = other
    if dialect.delimiter != "\t" and (tabs := [one for one in scored if one[1].delimiter == "\t"]):
        tabbed = max(tabs, key=lambda one: one[0])
        if tabbed[0] * TABS >= best_score and len({line.count("\t") for line in lines}) == 1:
            score, dialect = tabbed  # tabs stand inside of values far more seldom than other marks
    if (quoting := _quoting(sample, scored, final=whole)) is not None:
        said = f"every record has as many values, and the quoted ones stand beside {name(quoting.delimiter)}"
        others = [d.delimiter for _, d in scored if d.delimiter != quoting.delimiter]
        if longer := _widened(lines, quoting):
            quoting = replace(quoting, delimiter=longer)
        return Verdict(quoting, said, "certain", tuple(dict.fromkeys(others))[:4])
    between = _between_quotes(lines)
    quoted = [d for _, d in scored if d.delimiter == between and d.quote == '"']
    if quoted and (quoted[0].delimiter != dialect.delimiter or score < ONE_COLUMN):
        said = f"{name(quoted[0].delimiter)} stands between quoted values"
        return Verdict(quoted[0], said, "likely", (dialect.delimiter,))
    if (what := _single_values(lines, dialect.delimiter)) is not None:
        single = _unsplit(text, quote, escape)
        said = f"every line is {what}: one column"
        return Verdict(single, said, "likely", (dialect.delimiter, *COMMON), one_value=True)
    if _are_numbers(lines, dialect.delimiter):
        said = f"the lines below the first are numbers with {name(dialect.delimiter)}s in them"
        single = _unsplit(text, quote, escape)
        return Verdict(single, f"{said}: one column", "likely", (dialect.delimiter, *COMMON), one_value=True)
    if (even := _even_from_first(lines, scored, dialect)) is not None:
        said = f"every line, the first as well, holds {name(even.delimiter)} equally often"
        return Verdict(even, said, "likely", (dialect.delimiter,))
    inner = dialect.delimiter in INNER or len(dialect.delimiter) > 1 or _are_phrases(lines, dialect.delimiter)
    if inner and dialect.delimiter not in lines[0] and len(lines) > 1:
        said = f"{name(dialect.delimiter)} stands inside of values and not in the first line"
        return Verdict(_unsplit(text, quote, escape), f"{said}: one column", "likely", (dialect.delimiter, *COMMON))
    split = _splits(lines, dialect.delimiter) or _equally(lines, dialect.delimiter)
    unsplit = best_score <= SINGLE_COLUMN or (score < ONE_COLUMN and not split)
    near = score < DOUBTFUL and dialect.delimiter not in COMMON
    steady = _steady(lines) if near or unsplit or _scattered(lines, dialect.delimiter) else None
    if steady is not None and (found := [one for one in scored if one[1].delimiter == steady]):
        said = f"a long run of lines holds {name(steady)} equally often"
        return Verdict(max(found, key=lambda one: one[0])[1], said, "likely", (dialect.delimiter,))
    if dialect.delimiter == " " and _only_words(lines):
        said = "spaces part words only, and not many in every line"
        return Verdict(_unsplit(text, quote, escape), f"{said}: one column", "likely", COMMON)
    if _scattered(lines, dialect.delimiter):
        said = f"{name(dialect.delimiter)} stands in some lines only, and never equally often in several in a row"
        return Verdict(_unsplit(text, quote, escape), f"{said}: one column", "likely", COMMON)
    if unsplit:
        return Verdict(
            _unsplit(text, quote, escape), "no separator splits the lines evenly: one column", "likely", COMMON
        )
    rivals = sorted(((s, d.delimiter) for s, d in scored if d.delimiter != dialect.delimiter), reverse=True)
    listed = list(dict.fromkeys(mark for _, mark in rivals))[:4]
    if longer := _widened(lines, dialect):
        dialect = replace(dialect, delimiter=longer)
    evidence = f"evenness of rows and types scores {score:.2f}"
    if rivals:
        evidence += ", against " + ", ".join(f"{name(mark)} {s:.2f}" for s, mark in rivals[:3])
    common = any(s >= ONE_COLUMN and mark in COMMON for s, mark in rivals)
    near = near or (bool(rivals) and rivals[0][0] * NEARLY > score and score < 0.4)
    near = near or (dialect.delimiter[0] not in COMMON and common)
    sure: Confidence = "likely" if rivals and rivals[0][0] * TIE > score else "certain"
    return Verdict(dialect, evidence, "assumed" if near else sure, tuple(listed))


def _lists(lines: Sequence[str]) -> str | None:
    """The mark of lines that are lists of any length; None where most have as many values as another, where their words
    are sentences, or where something is quoted."""
    if len(lines) < FEWEST_LISTS:
        return None
    for mark in ("\t", ";", "|", ","):
        counts = [line.count(mark) for line in lines]
        usual = Counter(counts).most_common(1)[0][1]
        uneven = sum(a != b for a, b in pairwise(counts)) * 3 > len(counts) * 2 and usual * 2 < len(counts)
        if not uneven or len(set(counts)) < LENGTHS or sum(map(bool, counts)) * 2 < len(lines):
            continue
        if any(other != mark and _steady(lines) == other for other in COMMON):
            return None
        cells = [cell for line in lines for cell in line.split(mark)]
        if any('"' in cell or cell[:1] == " " or len(cell) > LONGEST_ITEM for cell in cells) and mark != "\t":
            return None
        return None if mark == "," and all(cell[:1].isdigit() for cell in cells) else mark
    return None


def _enclosed(lines: Sequence[str]) -> Dialect | None:
    """The marks of lines in each of which, but for names, one stands around values, and nowhere else, and another parts
    all values, equally often: `~Butter~^60.42^~g~`."""
    for quote in RARE_QUOTES:
        rows = lines if not lines or quote in lines[0] else lines[1:]
        if len(rows) < 2 or not all(line.count(quote) > 1 for line in rows):
            continue
        sign = re.escape(quote)
        for mark in (one for one, weight in SEPARATORS.items() if weight > UNUSUAL and one not in (quote, " ")):
            part = re.escape(mark)
            value = rf"(?:{sign}[^{sign}]*+{sign}|[^{sign}{part}]*+)"
            whole = re.compile(rf"{value}(?:{part}{value})++")
            if all(mark in line and whole.fullmatch(line) for line in lines):
                widths = {re.sub(rf"{sign}[^{sign}]*{sign}", "", line).count(mark) for line in lines}
                if len(widths) == 1 and widths != {0}:
                    return Dialect(mark, quote, quote)
    return None


def _unsplit(text: str, quote: str | None, escape: str | None) -> Dialect:
    """Marks that split nothing in a text."""
    mark = '"' if quote is None else quote or None
    absent = next((one for one in COMMON if one not in text), ",")
    return Dialect(absent, mark, escape or mark)


def _candidates(lines: Sequence[str]) -> list[str]:
    """The separators that stand in enough lines, the common ones first."""
    text = "\n".join(lines)
    bare = [_WITH_MARKS.sub("0", line) for line in lines]
    found = []
    for mark, weight in SEPARATORS.items():
        if mark not in text:
            continue
        # A mark that is seldom a separator must stand between values.
        held = lines if weight == 1.0 else [line.strip()[1:] for line in lines]
        share = sum(1 for line in held if mark in line) / max(1, len(lines))
        if mark in INNER:
            share = sum(1 for line in bare if mark in line[1:]) / max(1, len(lines)) - 0.1
        if share >= (0.2 if weight == 1.0 else 0.5):
            found.append(mark)
    longer = Counter(run for line in lines for run in set(_SEQUENCE.findall(line)))
    for run, count in longer.most_common(3):
        if count >= 0.8 * len(lines) and run not in found:
            found.append(run)
    return found


def _dialects(sample: bytes, mark: str, quote: str | None, escape: str | None) -> list[Dialect]:
    quotes: list[str | None] = [quote or None] if quote is not None else []
    if quote is None:
        beside = re.escape(mark.encode()) + rb" ?"
        for one in QUOTES if b'"' in sample else (*QUOTES[1:], QUOTES[0]):
            sign = one.encode()
            if one == '"' or (
                sample.count(sign) >= 2
                and re.search(rb"(^|[\r\n]|" + beside + rb")" + sign, sample)
                and re.search(sign + rb" ?($|[\r\n]|" + re.escape(mark.encode()) + rb")", sample)
                and _quotes(sample, sign, mark.encode())
            ):
                quotes.append(one)
    found = []
    for each in quotes:
        if each is None:
            found.append(Dialect(mark, None, None))
            continue
        escapes = [escape or each] if escape is not None else [each]
        if escape is None and f"\\{each}".encode() in sample:
            escapes.append("\\")
        found += [Dialect(mark, each, one) for one in escapes]
    return found


def _quotes(sample: bytes, sign: bytes, mark: bytes) -> bool:
    """Whether a mark that seldom quotes does: around a separator or itself doubled, or in most lines."""
    beside = re.escape(mark)
    found = re.findall(
        rb"(?m)(?:^|" + beside + rb") ?" + sign + rb"([^\r\n]{0,200}?)" + sign + rb" ?(?=" + beside + rb"|\r?$)", sample
    )
    if any(mark in inside or sign * 2 in inside for inside in found):
        return True
    lines = [line for line in sample.splitlines()[1:] if line.strip()]
    texts = [cell.strip() for line in lines for cell in line.split(mark) if re.search(rb"[A-Za-z]", cell)]
    return sum(text[:1] == sign == text[-1:] for text in texts) * 10 >= len(texts) * 9


def _splits(lines: Sequence[str], mark: str) -> bool:
    """Whether nearly every line holds the mark, and equally often."""
    counts = Counter(line.count(mark) for line in lines)
    usual, often = counts.most_common(1)[0]
    return usual > 0 and often >= len(lines) * 0.9


def _equally(lines: Sequence[str], mark: str) -> bool:
    """Whether the lines that hold a mark, three at least, hold it equally often and several times."""
    held = [count for line in lines if (count := line.count(mark))]
    return len(held) >= 3 and len(set(held)) == 1 and held[0] > 1


def _even_from_first(lines: Sequence[str], scored: Sequence[tuple[float, Dialect]], best: Dialect) -> Dialect | None:
    """The common mark that all lines hold equally often, where the best one is missing from the first of them, or
    stands in it another number of times than in the next: the names have no such mark in them, the values do."""
    first, *rest = (_outside(line, best).count(best.delimiter) for line in lines)
    if len(rest) < 2 or first == rest[0]:
        return None
    for _, dialect in scored:
        counts = {_outside(line, dialect).count(dialect.delimiter) for line in lines}
        if dialect.delimiter in COMMON and dialect.delimiter != best.delimiter and len(counts) == 1 and counts != {0}:
            return dialect
    return None


def _quoting(sample: bytes, scored: Sequence[tuple[float, Dialect]], *, final: bool) -> Dialect | None:
    """The only common mark by which all records but titles and notes have as many values, where quoted values hold it
    too or run over several lines: that all fits is no chance."""
    found: dict[str, Dialect] = {}
    for _, dialect in scored:
        if dialect.delimiter not in COMMON or not dialect.quote:
            continue
        records = [r for r in records_of(sample, dialect, final=final, most=SCORED_RECORDS) if not r.blank]
        several = [i for i, record in enumerate(records) if record.problem or len(record.values) > 1]
        records = records[several[0] : several[-1] + 1] if several else []  # without titles and notes
        widths = {0 if record.problem else len(record.values) for record in records}
        if len(records) < 2 or len(widths) > 1 or (width := widths.pop()) < 2:
            continue
        mark = dialect.delimiter.encode()
        held = sum(sample.count(mark, record.start, record.end) >= width for record in records)
        over_lines = any(record.lines > 1 for record in records)
        if len(records) < 3 and not (over_lines and width > 2):
            continue  # names and a row of three values, one of which ends lines below, are no chance either
        if held > 1 or over_lines:
            found.setdefault(dialect.delimiter, dialect)
    return next(iter(found.values())) if len(found) == 1 else None


def _between_quotes(lines: Sequence[str]) -> str | None:
    """The common mark that stands between quoted values, equally often, in three lines in a row: nothing else does."""
    for mark in COMMON:
        runs = [(count, len(list(run))) for count, run in groupby(lines, key=lambda line: line.count(f'"{mark}"'))]
        if max((length for count, length in runs if count), default=0) >= FEW_LINES:
            return mark
    return None


def _not_inner(
    lines: Sequence[str], scored: Sequence[tuple[float, Dialect]], best_score: float
) -> tuple[float, Dialect] | None:
    """A semicolon or bar that all lines hold equally often, where every comma stands in a number or before a space."""
    if re.search(r"(?<!\d),(?! )|,(?![\d ])", "\n".join(lines)):
        return None
    for mark in (";", "|"):
        found = [one for one in scored if one[1].delimiter == mark and one[0] * MARKS >= best_score]
        if found and len({_outside(line, found[0][1]).count(mark) for line in lines}) == 1:
            return max(found, key=lambda one: one[0])
    return None


def _single_values(lines: Sequence[str], mark: str) -> str | None:
    """What every line is as a whole, though a space or a mark that stands inside values could part it; the first line
    may be a name. None where a common mark parts them."""
    if mark.strip(" ") in COMMON[1:]:
        return None
    for what, form in _SINGLE.items():
        if "," in mark and what != A_DATE:
            continue
        first, *rest = (form.fullmatch(line.strip()) is not None for line in lines)
        if all(rest) and (first or (len(rest) > 1 and mark not in lines[0].strip() and _is_word(lines[0]))):
            return what
    return None


def _what_all_are(lines: Sequence[str]) -> str | None:
    return next((what for what, form in _SINGLE.items() if all(form.fullmatch(line.strip()) for line in lines)), None)


def _are_numbers(lines: Sequence[str], mark: str) -> bool:
    """Whether the marks stand within numbers below a word: commas in numbers that hold a point as well or a currency,
    spaces in telephone numbers."""
    if mark in lines[0] or len(lines) < 2 or not _is_word(lines[0]):
        return False
    if mark == " ":
        return len(lines) > 2 and all(map(_PHONE.fullmatch, lines[1:]))
    kind = proposed(lines[1:]) if mark == "," else None
    if kind is None or not kind.type.is_number:
        return False
    if len(lines[0].split()) == 1 and all(map(_CENTS.fullmatch, lines[1:])):
        return True
    return kind.unit is not None or any("." in line and "," in line for line in lines[1:])


def _are_phrases(lines: Sequence[str], mark: str) -> bool:
    """Whether a comma and a space part words in two in every line but the first: `Dupont, Chloé`."""
    parts = [line.split(", ") for line in lines[1:]]
    if mark != "," or len(parts) < 2 or any(len(part) != 2 or "," in "".join(part) for part in parts):
        return False
    return all(_is_text(proposed(side)) for side in zip(*parts, strict=True))


def _outside(line: str, dialect: Dialect) -> str:
    """A line without what is quoted in it."""
    return re.sub(f"{dialect.quote}[^{dialect.quote}]*{dialect.quote}", "", line) if dialect.quote else line


def _only_words(lines: Sequence[str]) -> bool:
    """Whether most lines hold no digit, and not all of them equally many words, or two with the same case: names."""
    wordy = sum(1 for line in lines if not any(map(str.isdigit, line)))
    words = [line.split() for line in lines]
    counts = set(map(len, words))
    pairs = counts == {2} and wordy == len(lines)
    alike = pairs and sum(a[0].isupper() == b[0].isupper() for a, b in words[1:]) * 10 > (len(words) - 1) * 9
    return wordy * 2 > len(lines) and (len(counts) > 1 or alike)


def _scattered(lines: Sequence[str], mark: str) -> bool:
    """Whether a mark stands in fewer than half of many lines, and equally often in no three in a row: as in prose."""
    counts = [line.count(mark) for line in lines]
    if _equally(lines, mark) or len(lines) < STEADY_LINES or sum(map(bool, counts)) * 2 >= len(lines):
        return False
    return max((len(list(run)) for count, run in groupby(counts) if count), default=0) < 3


def _steady(lines: Sequence[str]) -> str | None:
    """The common mark that many lines in a row hold equally often, twice at least, between values, or that no others
    hold, which a comma does in prose: the table of a file with more lines about it than rows."""
    found: dict[str, int] = {}
    for mark in COMMON:
        bare = [_outside(line, Dialect(mark)) for line in lines]
        runs = [list(run) for count, run in groupby(bare, key=lambda line: line.count(mark)) if count]
        run = max(runs, key=len, default=[])
        if mark != "," and len(run) >= FEW_LINES and len(run) == sum(mark in line for line in bare):
            found[mark] = len(run)
            continue
        cells = [cell for line in run for cell in line.split(mark)]
        values = sum(1 for cell in cells if proposed([cell.strip(' "')]) not in (None, TEXT))
        long = len(run) >= STEADY_LINES and len(run) * 4 >= len(lines)
        most = len(run) >= FEW_LINES and len(run) * 2 >= len(lines)
        if (long or most) and len(cells) > 2 * len(run) and values * 2 >= len(cells):
            found[mark] = len(run)
    return max(found, key=found.__getitem__, default=None)


def _widened(lines: Sequence[str], dialect: Dialect) -> str | None:
    """A separator of several characters of which `dialect.delimiter` is only a part, for instance `||` or `, `."""
    mark = dialect.delimiter
    if dialect.quote:
        inside = re.compile(f"{dialect.quote}[^{dialect.quote}]*{dialect.quote}")
        lines = [inside.sub("x", line) for line in lines]
    text = "\n".join(lines)
    total = text.count(mark)
    if total < 2:
        return None
    share = "" if mark == "%" else "%"  # belongs to the value before it
    runs = Counter(re.findall(rf"[^\w\n\"'.,+\-$€£{share}]*{re.escape(mark)}[^\w\n\"'.+\-$€£]*", text))
    if mark == " ":
        return None
    best: str | None = None
    for run, _ in runs.most_common(3):
        for candidate in dict.fromkeys((run, run.strip(" "), run.rstrip(" "), run.lstrip(" "))):
            if len(candidate) < 2 or len(candidate) > LONGEST_RUN or mark not in candidate:
                continue
            if mark in lines[0] and candidate not in lines[0]:
                continue  # the names have no such mark: what stands beside it begins or ends the values
            if (candidate.isspace() and "\t" in candidate) or "  " in candidate:
                continue  # spaces that fill a column up are no part of the mark
            # More spaces than one fill numbers up to the same width; in drawn tables they fill up words as well.
            only = "(?! )" if candidate.endswith(" ") and mark != "|" else ""
            count = len(re.findall(re.escape(candidate) + only, text)) * candidate.count(mark)
            enough = total if candidate.strip(" ") == mark * len(candidate.strip(" ")) != mark else 0.98 * total
            if count >= enough and (best is None or len(candidate) > len(best)):
                best = candidate
    return best


def name(delimiter: str) -> str:
    words = {
        ",": "comma",
        ";": "semicolon",
        "\t": "tab",
        "|": "pipe",
        " ": "space",
        ":": "colon",
        ", ": "comma and space",
    }
    return words.get(delimiter, repr(delimiter))


@lru_cache(4096)
def _is_value(cell: bytes) -> bool:
    return _VALUE.fullmatch(cell[:200].decode("utf-8", "replace")) is not None


def _score(sample: bytes, dialect: Dialect, *, final: bool) -> float:
    rows = [r for r in records_of(sample, dialect, final=final, most=SCORED_RECORDS) if not r.blank]
    if not rows:
        return 0.0
    patterns = Counter(0 if row.problem else len(row.values) for row in rows)
    count = len(rows)
    same = sum((number / count) ** 2 for number in patterns.values())
    split = sum(number * (max(SINGLE_COLUMN, width - 1) / width) for width, number in patterns.items() if width) / count
    cells = [cell for row in rows if not row.problem for cell in row.values]
    if not cells:
        return 0.0
    known = sum(1.0 if _is_value(cell[:200]) else UNKNOWN_CELL for cell in cells) / len(cells)
    filled = sum(1 for cell in cells if cell.strip()) / len(cells)
    return same * split * known * (0.5 + filled / 2)


def usual_width(widths: Sequence[int]) -> int:
    """The most frequent width; of equally frequent ones the widest."""
    if not widths:
        return 1
    counts = Counter(widths)
    if len(counts) > 1 and counts[1] <= len(widths) * 0.7:
        del counts[1]  # titles and notes are many lines in some files, but never a table beside a wider one
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


def names_below(rows: Sequence[Sequence[str]], width: int) -> int:
    """Which of the first rows below a row of values, counted from 1, names the columns; 0 for none. The rows above it
    say something about the table."""
    if len(rows) < 2 * MOST_ABOVE or width < 3:
        return 0
    for number, row in enumerate(rows[:MOST_ABOVE], start=1):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) * 4 < width * 3 or len(set(filled)) < len(filled) or not all(map(_is_word, filled)):
            continue
        below = rows[number:]
        header, _, confidence = header_of(row, kinds_of(below, width), below, width)
        if header is not None and confidence == "certain":
            return number
    return 0


Header = tuple[tuple[str, ...] | None, str, Confidence]


def header_of(
    first: Sequence[str],
    kinds: Sequence[Kind | None],
    rows: Sequence[Sequence[str]],
    width: int,
    told: int | None = None,
) -> Header:
    """The names in the first row, or None; what speaks for it; how sure that is. `told`: 0 or 1 header row."""
    cells = (list(first) + [""] * width)[:width]
    if told is not None:
        return (tuple(cells) if told else None), "you said so", "told"
    if not rows:
        if all(_is_word(cell) for cell in cells if cell) and any(cells):
            return tuple(cells), "the only row holds words", "likely"
        return None, "the only row holds values", "likely"
    typed = [i for i, kind in enumerate(kinds) if kind is not None and not kind.is_text]
    said = [i for i in typed if cells[i].strip() and not is_null_word(cells[i].strip())]
    alike = [i for i in said if _is_like(cells[i].strip(), kinds[i])]
    unlike = [i for i in said if i not in alike]
    words = [cell for cell in cells if cell.strip() and _is_word(cell)]
    if alike and words and all(_names_a_year(cells[i], [row[i] for row in rows]) for i in alike):
        return (
            tuple(cells),
            f'"{cells[alike[0]].strip()}" stands beside words and over values that are no years',
            "likely",
        )
    if _over_corner(cells, rows):
        return (
            tuple(cells),
            "only its first value is missing, and its numbers are in order or name the rows",
            "likely",
        )
    if _counts_columns(cells, rows):
        return tuple(cells), "its numbers count the columns, and are the only ones in some of them", "likely"
    formed = [i for i, cell in enumerate(cells) if cell.strip() and i not in typed and _is_other(cell, i, rows)]
    if formed and len(formed) + len(unlike) > len(alike) > len(unlike):
        return tuple(cells), f'"{cells[formed[0]][:60]}" is not written as what stands below it', "likely"
    if unlike and len(unlike) >= len(alike):
        example = unlike[0]
        sure: Confidence = "certain" if len(rows) > 1 else "likely"
        return tuple(cells), f'"{cells[example][:60]}" stands over a column of {_plain(kinds[example])}', sure
    if why := _count_on(cells, unlike, rows):
        return tuple(cells), why, "likely"
    if alike and len(words) + len(said) >= width - 1 and _names_values(cells, said, kinds, rows):
        example = alike[0]
        said_of = f'"{cells[example].strip()}" stands over {_plain(kinds[example])} of another form'
        return tuple(cells), said_of, "likely"
    if alike:
        example = alike[0]
        why = f'the first row has "{cells[example][:60]}" where the rows below have values of the same type'
        years = all(YEAR.fullmatch(cells[i]) for i in alike)
        return None, why, "certain" if len(alike) > len(words) and not (years and words) else "likely"
    filled = [cell for cell in cells if cell.strip()]
    again = [row for row in rows[:200] if list(row[:width]) != cells]  # names that are repeated whole are names
    seen = [{row[i] for row in again or rows[:200]} for i in range(width)]
    repeated = sum(1 for i, cell in enumerate(cells) if cell and cell in seen[i])
    if repeated and repeated * 2 >= len(filled):
        return None, "the values of the first row occur again below it", "likely"
    if width == 1 and (what := _what_all_are([cells[0], *(row[0] for row in rows[:LOOKED_AT])])):
        return None, f"the first line is {what} as well", "likely"
    if is_first(cells[0], [row[0] for row in rows]):
        return None, f'"{cells[0][:60]}" is the first of values in order', "likely"
    if code := next((cell for i, cell in enumerate(cells) if is_code(cell, [row[i] for row in rows])), None):
        return None, f'the first row has "{code[:60]}" where the rows below have codes of the same form', "likely"
    if width == 1 and not heads(cells[0], [row[0] for row in rows]):
        return None, "nothing tells the first line of the list from the others", "assumed"
    if len(words) * 2 > len(filled) and all(_is_word(cell) or YEAR.fullmatch(cell) for cell in filled):
        return tuple(cells), "all columns hold text; the first row is taken for names", "likely"
    return None, "the first row does not look like names", "likely"


def _over_corner(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a first row of numbers names the columns of rows that are named too: by the same names, or in order."""
    names = [cell.strip() for cell in cells[1:]]
    labels = [row[0].strip() for row in rows]
    if cells[0].strip() or len(names) < 2 or len(rows) < 2 or not all(labels):
        return False
    if names == labels[: len(names)]:
        return True
    if not all(map(_LONG_NUMBER.fullmatch, names)):
        return False
    steps = [b - a for a, b in pairwise(map(float, names))]
    return min(steps) > 0 or max(steps) < 0


def _names_a_year(cell: str, values: Sequence[str]) -> bool:
    """Whether a year stands over values that are mostly no years."""
    filled = [value for value in values if value.strip()]
    return bool(YEAR.fullmatch(cell)) and sum(map(bool, map(YEAR.fullmatch, filled))) * 2 < len(filled)


def _is_other(cell: str, column: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether all values below a cell are codes of one form, and it is none."""
    values = [row[column] for row in rows[:LOOKED_AT] if row[column].strip()]
    return len(values) > 1 and is_code(values[0], [*values[1:], values[-1]]) and not is_code(cell, values)


def _counts_columns(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a first row counts 1, 2, 3 over columns of which some hold no number."""
    numbers = [cell.strip() for cell in cells]
    start = 1 if numbers[0] == "1" else 0
    if len(numbers) < 3 or numbers != [str(start + i) for i in range(len(numbers))]:
        return False
    return any(not any(_LONG_NUMBER.fullmatch(row[i].strip()) for row in rows) for i in range(len(numbers)))


def _count_on(cells: Sequence[str], unlike: Sequence[int], rows: Sequence[Sequence[str]]) -> str:
    """Why the numbers among the words of a first row are names, 1, 2, 3; "" where they may be values."""
    places = [i for i, cell in enumerate(cells) if _LONG_NUMBER.fullmatch(cell.strip())]
    words = [cell for i, cell in enumerate(cells) if i not in places and cell.strip()]
    if not words or not all(map(_is_word, words)) or not counts_on([cells[i].strip() for i in places]):
        return ""
    if other := next((i for i in unlike if i not in places), None):
        return f'"{cells[other][:60]}" stands over values, beside numbers that count on'
    if not any(_LONG_NUMBER.fullmatch(row[i].strip()) for row in rows[:LOOKED_AT] for i in places):
        return "its numbers count on, and below them stands none"
    return ""


def _names_values(
    cells: Sequence[str], columns: Sequence[int], kinds: Sequence[Kind | None], rows: Sequence[Sequence[str]]
) -> bool:
    """Whether values over values are names: dates and times over numbers, or numbers that count on or have a mark."""
    texts = [cells[i].strip() for i in columns]
    own = [proposed([text]) for text in texts]
    numeric = all(kind.type.is_number for i in columns if (kind := kinds[i]) is not None)
    if numeric and all(kind is not None and kind.is_moment for kind in own):
        below = [row[i] for row in rows[:LOOKED_AT] for i in columns if row[i].strip()]
        return not any(kind.is_moment for value in below if (kind := proposed([value])) is not None)
    if all(len(row[0].strip()) == 1 for row in (cells, *rows)) and 0 not in columns:
        return False  # A, B, C at the left go on counting
    return numeric and number_columns(texts, [[row[i].strip() for i in columns] for row in rows])


def _is_text(kind: Kind | None) -> bool:
    return kind is not None and kind.is_text


def _plain(kind: Kind | None) -> str:
    return kind.describe() if kind else "values"


def _is_like(cell: str, kind: Kind | None) -> bool:
    """Whether a value may stand in a column of this kind: a number over true and false is a name."""
    own = proposed([cell])
    if _MONEY_OF_YEAR.fullmatch(cell):
        return False
    if own is None or own.is_text or kind is None:
        return bool(_LONG_NUMBER.fullmatch(cell))
    return own.type == kind.type or ColumnType.BOOLEAN not in (own.type, kind.type)


def _is_word(cell: str) -> bool:
    kind = proposed([cell])
    if _LONG_NUMBER.fullmatch(cell.strip()):
        return False
    return len(cell) <= 200 and (_is_text(kind) or (kind is not None and kind.type == ColumnType.BOOLEAN))
