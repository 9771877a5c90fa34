"""From columns of text to typed Parquet in one pass, with a second look only where a value did not fit.

A sample proposes types, all values decide. Where all but very few values of a long column fit its type, the
rows of the others are set aside whole; where more do not fit, the column stays text. What somebody told is
never overruled: rows that do not fit it are set aside, however many.
"""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.readers import hints, moments, numerals
from tablewright.core.readers.asked import Asked
from tablewright.core.readers.engine import Tell, followed, literal, write_parquet
from tablewright.core.readers.errors import CountsDisagree, NothingFits
from tablewright.core.readers.kinds import (
    EXACT_FLOAT_DIGITS,
    GUARDED,
    IDENTIFIER,
    INTEGER,
    TEXT,
    Kind,
    dated,
    decimal,
    digits_in,
    is_null_word,
    number_kind,
    printed_digits,
    proposed,
    styled,
)
from tablewright.core.readers.model import Confidence, Odd, Receipt
from tablewright.core.readers.moments import ORDER_WORDS, ORDERS, Durations, Moments
from tablewright.core.readers.options import ColumnOptions, LoadOptions, told_of
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.shared_words import shared_words
from tablewright.core.readers.told import told_kind
from tablewright.core.readers.words import NULL_DATES, NULL_WORDS, named_as_date, named_as_version
from tablewright.core.readers.zones import Zone, zones_of
from tablewright.core.tables import ColumnType

ODD_VALUES = 300
ODD_SHARE = 1000
"""One odd value in so many may be set aside …"""
LEAST_FITTING = 1000
"""… of at least so many that fit …"""
RECURRING = 5
"""… unless the same one comes so often: then it says something."""
FEW_COMMAS, SHORT_COMMAS = 2, 4
"""So few different numbers with a comma, no longer than this, do not prove that it is the decimal mark."""
ODD_WORDS = 3
"""So few different words among as many numbers or more may be no words of the column."""
ROUNDS = 4
SERIES_ROWS = 20_000
A_DAY, LEAP = 86_400, 20 * 86_400
"""Seconds: what may lie between two values of a series, and what is a leap to another month."""
FIRST_ROWS = 20
"""So many rows show whether a column of text may be one of dates."""
EXAMPLES = 3
SHOWN_CHARACTERS = 80
TRIED_CHARACTERS = 4000
"""So much of a value suggests a type; all of it is then tested."""
FETCHED_BYTES = 16 << 20
VERSION = r"[0-9]{1,4}([.][0-9]{1,3}){2,3}"
"""Among numbers: one of them makes them versions, or numbers of sections."""
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](?:\d{4}|\d{2})")
_DIGITS = re.compile(r"\d+|\+\d[\d ()/-]*")
LineOf = Callable[[int], int | None]


@dataclass(frozen=True)
class Finding:
    """What is known of a decision about a type beyond its words."""

    confidence: Confidence = "certain"
    fits: int | None = None
    total: int | None = None
    examples: tuple[dict[str, Any], ...] = ()
    choices: tuple[str, ...] = ()
    question: str = ""
    """Which option, `date_order` or `decimal_mark`, settles what the values may leave open; "" for none."""
    answer: str = ""
    answer_confidence: Confidence = "certain"
    answer_choices: tuple[str, ...] = ()
    answer_said: str = ""
    why_text: str = ""
    """What speaks for text where the values look like something else."""


@dataclass
class Typing:
    """The types of a table's columns while they are being decided."""

    con: duckdb.DuckDBPyConnection
    relation: str
    """SQL of a relation with the text columns c1, c2, …"""
    names: Sequence[str]
    kinds: list[Kind]
    evidence: dict[int, str]
    line_of: LineOf
    only_dates: frozenset[int] = frozenset()
    """Columns of strings that may be dates but never numbers, because the format tells them apart."""
    options: LoadOptions = field(default_factory=LoadOptions)
    row_bytes: float = 0.0
    """How much text a row has, about."""
    free_commas: bool = False
    """Whether semicolons or tabs separate the values, as where a comma is the decimal mark."""
    quarantine: Quarantine | None = None
    """Where rows go whose value does not fit; without it such a column stays text."""
    proven: frozenset[int] | set[int] = frozenset()
    """Columns that the relation has with their type already."""
    stated: frozenset[int] = frozenset()
    """Columns whose type the format says, or the file."""
    exact: bool = False
    """Whether the format tells a missing value from a word that may mean one."""
    findings: dict[int, Finding] = field(default_factory=dict)
    set_aside: int = 0
    """How many rows `write` left out."""
    _aside: set[int] = field(default_factory=set)
    """Columns whose misfits are set aside with their row."""
    _shared: set[str] = field(default_factory=set)
    """Words that mean "no value" because they stand among the numbers of several columns."""
    _prepared: bool = False

    def __post_init__(self) -> None:
        self.asked = Asked(self.con, self.relation, len(self.kinds), self.row_bytes)

    def settle_orders(self) -> None:
        """Take what was told, and decide on all values what the sample left open: dates and marks of numbers."""
        if self._prepared:
            return
        self._prepared = True
        for i in range(len(self.kinds)):
            self._tell(i)
        self._compact_dates()
        self._versions()
        self._guarded()
        self._words_among_numbers()
        self._texts()
        self._settle([i for i, kind in enumerate(self.kinds) if i not in self.proven and self._is_open(kind)])
        self._lone_commas()

    def write(self, target: Path, *, expected: int | None = None, tell: Tell | None = None) -> int:
        """Write the Parquet file and return its row count; types that turn out wrong are decided anew.

        Rows that are set aside go to the quarantine, after the count of all rows was found to be `expected`.
        `tell` hears how far the writing is. Raises CountsDisagree.
        """
        self.asked.rows = expected or 0
        with self.asked.holding():
            return self._written(target, expected, tell)

    def _written(self, target: Path, expected: int | None, tell: Tell | None) -> int:
        self.settle_orders()
        for _attempt in range(3):
            try:
                with followed(self.con, tell) if tell else nullcontext():
                    columns = len(self.kinds)
                    rows = write_parquet(self.con, self._select(), target, columns=columns, row_bytes=self.row_bytes)
            except duckdb.InvalidInputException as error:
                if "misfit:c" not in str(error):
                    raise
                self._decide_again(tell)
                continue
            with followed(self.con, tell) if tell else nullcontext():
                return self._accounted(rows, expected)
        raise AssertionError("types that were decided on all values did not fit them")

    def null_words(self) -> dict[int, str]:
        """For each column in which words were read as empty, which and how many."""
        parts = [(i, word) for i, kind in enumerate(self.kinds) for word in kind.nulls]
        if not parts:
            return {}
        with self.asked.holding():
            counted = list(
                self.asked.each(
                    (i, f"count_if({replace(TEXT, padded=self.kinds[i].padded).text(f'c{i + 1}')} = {literal(word)})")
                    for i, word in parts
                )
            )
        found: dict[int, list[tuple[int, str]]] = {}
        for (i, word), count in zip(parts, counted, strict=True):
            if count:
                found.setdefault(i, []).append((-int(count), f'"{word}" ({count:,})'))
        return {i: "; read as empty: " + ", ".join(said for _, said in sorted(words)) for i, words in found.items()}

    def zones(self) -> dict[int, Zone]:
        """For each column of points in time that was not all written in UTC, what is to be said of its zones."""
        kinds = {i: kind for i, kind in enumerate(self.kinds) if kind.type == ColumnType.INSTANT}
        written = {
            i: kind for i, kind in kinds.items() if i not in self.proven and not (kind.moments and kind.moments.epoch)
        }
        with self.asked.holding():
            return zones_of(self.asked, written)

    # What somebody told

    def _option(self, i: int) -> ColumnOptions:
        return told_of(self.options, self.names[i])

    def _tell(self, i: int) -> None:
        option = self._option(i)
        if option == ColumnOptions() or i in self.proven:
            return
        column = f"c{i + 1}"
        rows = self.con.execute(
            f"SELECT left({column}, {TRIED_CHARACTERS}) FROM {self.asked.of(i)}"
            f" WHERE {column} IS NOT NULL LIMIT {ODD_VALUES * 3}"
        ).fetchall()
        kind = told_kind(self.names[i], option, self.kinds[i], [str(row[0]) for row in rows])
        if option.null_words is None and not kind.is_text:
            kind = replace(kind, nulls=self._null_words(column, kind))
        if kind.type == ColumnType.DECIMAL:
            sized = self._sized(column, kind) or kind
            # A whole number is a decimal as well, when somebody wants decimals.
            kind = (
                sized
                if sized.type == ColumnType.DECIMAL or option.type is None
                else replace(sized, type=ColumnType.DECIMAL, physical="DECIMAL(18,0)")
            )
        (filled, misfits) = self.asked.one(
            f"SELECT count({kind.text(column)}), count_if(NOT {kind.fits(column)}) FROM {self.asked.of(i)}"
        )
        if filled and misfits == filled:
            raise NothingFits(self.names[i], kind.describe(), str(rows[0][0])[:SHOWN_CHARACTERS])
        self.kinds[i] = replace(kind, open=False)
        forced = option.type is not None or option.format is not None
        forced = forced or option.decimal_mark is not None or option.date_order is not None
        if forced and not kind.is_text:
            self._aside.add(i)
        self.findings[i] = Finding("told", question=self._question(kind), answer_confidence="told")

    # What the values leave open

    def _is_open(self, kind: Kind) -> bool:
        if not kind.open:
            return False
        return kind.style is not None or kind.type.is_time or self.free_commas or "," in self._marks()

    def _lone_commas(self) -> None:
        """One or two different short numbers with a comma, 1,2 and 1,3, may be lists of numbers where nothing else
        says that a comma is the decimal mark."""
        commas = [
            i
            for i, kind in enumerate(self.kinds)
            if kind.style is not None and kind.style.decimal == "," and not kind.open and i not in self.proven
        ]
        if self.free_commas or not commas or any(i in self.findings for i in commas):
            return
        for i in commas:
            text = self.kinds[i].text(f"c{i + 1}")
            different, longest = self.asked.one(
                f"SELECT count(DISTINCT {text}), max(strlen({text})) FROM {self.asked.of(i)} WHERE {text} LIKE '%,%'"
            )
            if not different or different > FEW_COMMAS or longest > SHORT_COMMAS:
                return
        for i in commas:
            said = "ASSUMED decimals behind a comma: too few values have one to tell them from lists of numbers"
            self._say(i, said, Finding(question="decimal_mark", answer_confidence="assumed", answer_said=said))

    def _compact_dates(self) -> None:
        """Whole numbers of 8, 12 or 14 digits in a column that is named as a date are dates, if all of them are."""
        for i, kind in enumerate(self.kinds):
            if kind.type != ColumnType.INTEGER or kind.style or kind.durations or i in self.findings:
                continue
            if not named_as_date(self.names[i]) or i in self.only_dates or i in self.proven:
                continue
            text = kind.text(f"c{i + 1}")
            (digits,) = self.asked.one(f"SELECT max(strlen({text})) FROM {self.asked.of(i)}")
            if (format := moments.COMPACT_LENGTHS.get(digits)) is None:
                continue
            tried = replace(dated(Moments((format,))), nulls=kind.nulls, padded=kind.padded)
            year = f"TRY_CAST(left({text}, 4) AS INTEGER) NOT BETWEEN 1900 AND 2100"
            (misfits, count) = self.asked.one(
                f"SELECT count_if(NOT {tried.fits(f'c{i + 1}')} OR {year}), count({text}) FROM {self.asked.of(i)}"
            )
            if count and not misfits:
                self.kinds[i] = tried
                said = f"{count:,} of {count:,} values are {tried.describe()}, as the column's name says"
                self._say(i, said, Finding("likely", count, count, choices=("integer", "text")))

    def _versions(self) -> None:
        """Numbers with points between them, in a column that is named as a version, are no dates, and no decimals
        either: of 1.10 and 1.1 the first is the later one."""
        for i, kind in enumerate(self.kinds):
            if i in self.findings or i in self.proven | self.stated or not named_as_version(self.names[i]):
                continue
            written = kind.written
            if written is not None and written.formats[:1] in (("%d.%m.%y",), ("%m.%d.%y",)):
                other, called = "date", "days"
            elif kind.type == ColumnType.DECIMAL and not kind.style and not kind.durations:
                other, called = "decimal", "decimal numbers"
            else:
                continue
            self.kinds[i] = TEXT
            said = f"the values may be {called}, but the column's name says that they are versions"
            self.findings[i] = Finding("likely", choices=(other,), why_text=said)

    def _guarded(self) -> None:
        """Texts that are written as formulas, ="007", are what stands in their quotes; formats with types of their own
        need no such guard."""
        known = self.proven | self.only_dates | self.findings.keys()
        texts = [i for i, kind in enumerate(self.kinds) if kind == TEXT and i not in known and not self.exact]
        for i, values in self._first(texts, ODD_VALUES, SHOWN_CHARACTERS).items():
            if any(re.fullmatch(GUARDED, value) for value in values):
                self.kinds[i] = replace(TEXT, guarded=True)
                said = 'values written as ="…", which tells spreadsheets that they are text, are what the quotes hold'
                self.findings[i] = Finding(why_text=said)

    def _words_among_numbers(self) -> None:
        """Read as empty the only word among the numbers of several columns, and say so; say which keep one a text."""
        known = self.proven | self.only_dates | self.findings.keys()
        texts = [i for i, kind in enumerate(self.kinds) if kind == TEXT and i not in known]
        first = self._first(texts, ODD_VALUES, SHOWN_CHARACTERS)
        for word, places in shared_words(first).items() if not self.exact else ():
            self._shared.add(word)
            said = f'ASSUMED to mean "no value": "{word}" is the only word among the numbers of {len(places)} columns'
            for i in places:
                kind = self._tested(f"c{i + 1}", proposed([v for v in first[i] if v.strip() != word]) or TEXT)
                (misfits,) = self.asked.one(f"SELECT count_if(NOT {kind.fits(f'c{i + 1}')}) FROM {self.asked.of(i)}")
                if not misfits and not kind.is_text:
                    self.kinds[i] = kind
                    self._say(i, said, Finding("assumed" if i == places[0] else "likely", choices=("text",)))
        for i, values in first.items():
            if self.kinds[i] == TEXT and (finding := self._mostly_numbers(values)) is not None:
                self.findings[i] = finding

    def _mostly_numbers(self, values: Sequence[str]) -> Finding | None:
        """What is to be said of a column of text in which nearly all values are numbers, the others words."""
        words = Counter(filter(_is_word, values))
        numbers = [value for value in values if value and value not in words]
        if not words or len(words) > ODD_WORDS or words.total() > len(numbers):
            return None
        kind = proposed(numbers, leaning=False)
        if kind is None or not kind.type.is_number:
            return None
        said = f'"{words.most_common(1)[0][0]}" stands among {kind.describe()}, so that all are kept as they are'
        return Finding("assumed", choices=(str(kind.type),), why_text=said)

    def _first(self, columns: Sequence[int], rows: int, characters: int) -> dict[int, list[str]]:
        """The beginnings of the first values of columns, without those that are missing."""
        if not columns:
            return {}
        parts = ", ".join(f"left(c{i + 1}, {characters})" for i in columns)
        found = self.con.execute(f"SELECT {parts} FROM {self.relation} LIMIT {rows}").fetchall()
        values = zip(*found, strict=True) if found else ([] for _ in columns)
        return {i: [str(one) for one in column if one is not None] for i, column in zip(columns, values, strict=True)}

    def _texts(self) -> None:
        """Say why columns stay text whose values look like something else: days of two orders, months, codes."""
        texts = [i for i, kind in enumerate(self.kinds) if kind == TEXT and i not in self.proven | self.findings.keys()]
        for i, values in self._first(texts, FIRST_ROWS, TRIED_CHARACTERS).items():
            if not any(values):
                continue
            if said := hints.years_elsewhere(values):
                self.findings[i] = Finding(choices=("date",), why_text=said)
            elif said := hints.zone_of_many_meanings(values):
                self.findings[i] = Finding(why_text=said)
            elif all(map(_DAY.fullmatch, values)):
                self._two_orders(i)
            elif (hint := hints.months_and_the_like(values)) is not None:
                self._periods(i, *hint)
            elif (how := moments.durations_of_most(values)) is not None:
                self._durations(i, how)
            elif all(map(_DIGITS.fullmatch, values)):
                self._codes(i)

    def _two_orders(self, i: int) -> None:
        column = f"c{i + 1}"
        parts = [f"TRY_CAST(regexp_extract({column}, {literal(_DAY.pattern)}, {n}) AS INTEGER)" for n in (1, 2)]
        days, months, filled = self.asked.one(
            f"SELECT count_if({parts[0]} > 12 AND {parts[1]} <= 12), count_if({parts[0]} <= 12 AND {parts[1]} > 12)"
            f", count({column}) FROM {self.asked.of(i)}"
        )
        if days and months:
            said = (
                f"{filled:,} values like dates, {days:,} with the day first and {months:,} with the month first: "
                "kept as text, because one order for all would change some"
            )
            self._say(i, said, Finding("assumed", choices=("date",)))

    def _durations(self, i: int, how: Durations) -> None:
        column = f"c{i + 1}"
        shape = literal(f"(?:{how.shape})")
        (odd,) = self.asked.one(f"SELECT count_if(NOT regexp_full_match({column}, {shape})) FROM {self.asked.of(i)}")
        if not odd:
            why = f"durations written {how.form}, kept as they are: read as whole numbers they are seconds"
            self.findings[i] = Finding(choices=("integer",), why_text=why)

    def _periods(self, i: int, kind: Kind, why: str) -> None:
        (odd,) = self.asked.one(f"SELECT count_if(NOT {kind.fits(f'c{i + 1}')}) FROM {self.asked.of(i)}")
        if not odd:
            self.findings[i] = Finding(choices=("date",), why_text=why)

    def _codes(self, i: int) -> None:
        column = f"c{i + 1}"
        found = self.asked.texts(
            f"SELECT left({column}, {SHOWN_CHARACTERS}) FROM {self.asked.of(i)}"
            f" WHERE regexp_full_match({column}, {literal(IDENTIFIER)}) LIMIT 1"
        )
        if found:
            self.findings[i] = Finding(why_text=f'"{found[0]}" would not stay the same as a number')

    def _settle(self, columns: Sequence[int]) -> None:
        """Decide between readings that the sample left open, on all values, together for all columns."""
        readings = {i: self._readings(self.kinds[i]) for i in columns}
        parts = ((i, f"count_if(NOT {kind.fits(f'c{i + 1}')})") for i, kinds in readings.items() for kind in kinds)
        counts = self.asked.each(parts)
        assumed = []
        for i, kinds in readings.items():
            fitting = [kind for kind, misfits in [(kind, next(counts)) for kind in kinds] if not misfits]
            if len(fitting) == 1 and len(kinds) > 1:
                self.kinds[i] = replace(fitting[0], open=False, proof=self._proof(i, fitting[0], kinds))
            elif len(fitting) > 1:
                assumed.append((i, fitting))
            elif len(kinds) == 1:
                self._only_likely(i)
        shown = {i: found for i, fitting in assumed if (found := self._shown(i, fitting)) is not None}
        likely = {self._answer(kind): i for i, (kind, _) in shown.items()}
        for i, fitting in assumed:
            self._assume(i, fitting, shown.get(i), likely)

    @staticmethod
    def _readings(kind: Kind) -> list[Kind]:
        """Every way of reading the same text, the proposed one first."""
        if kind.moments is not None:
            others = [dated(one) for one in moments.candidates(kind.moments) if one != kind.moments]
        else:
            style = numerals.other(kind.style or numerals.PLAIN)
            digits, scale = (3, 0) if style is not None and style.thousands else (15, 3)
            found = styled(style, int_digits=digits, scale=scale) if style is not None else None
            others = [found] if found is not None else []
        return [kind, *(replace(other, nulls=kind.nulls, padded=kind.padded) for other in others)]

    def _proof(self, i: int, kind: Kind, kinds: Sequence[Kind]) -> str:
        column = f"c{i + 1}"
        others = " AND ".join(f"NOT {other.fits(column)}" for other in kinds if other != kind)
        (found,) = self.asked.one(f"SELECT any_value({column}) FILTER ({others}) FROM {self.asked.of(i)}")
        return str(found or "")

    def _only_likely(self, i: int) -> None:
        """Compact dates: whole numbers that are all days."""
        (count,) = self.asked.one(f"SELECT count({self.kinds[i].text(f'c{i + 1}')}) FROM {self.asked.of(i)}")
        self.kinds[i] = replace(self.kinds[i], open=False)
        said = f"{count:,} of {count:,} values have as many digits and are days of the calendar"
        self._say(i, said, Finding("likely", count, count, choices=("integer", "text")))

    def _shown(self, i: int, fitting: Sequence[Kind]) -> tuple[Kind, str] | None:
        """What the values of a column show though they do not prove it, and why."""
        if self._question(fitting[0]) == "date_order":
            return self._flowing(i, fitting)
        grouped = next((kind for kind in fitting if kind.style and kind.style.thousands), None)
        if grouped is not None and self._ungrouped(i):
            return grouped, f"{self._answer_words(grouped)}: the numbers below 1,000 have no mark"
        return None

    def _assume(
        self, i: int, fitting: Sequence[Kind], shown: tuple[Kind, str] | None, likely: Mapping[str, int]
    ) -> None:
        """Every value fits several readings: what was told for the file, else what other columns prove, else what the
        column shows, else what others show, else the usual one. `likely`: each answer that a column shows, and it."""
        usual = self.kinds[i] if self.kinds[i] in fitting else fitting[0]
        question = self._question(usual)
        answers = {self._answer(kind): kind for kind in fitting}
        told = self.options.date_order if question == "date_order" else self.options.decimal_mark
        known = self._orders() if question == "date_order" else self._marks()
        proven, hinted = answers.keys() & known.keys(), answers.keys() & likely.keys()
        confidence: Confidence = "likely"
        if told is not None and told in answers:
            chosen, confidence = answers[told], "told"
            said = f"{self._answer_words(chosen)}, as was told for the file"
        elif len(proven) == 1:
            [answer] = proven
            chosen = answers[answer]
            said = f'{self._answer_words(chosen)}, as in the column "{self.names[known[answer]]}"'
        elif shown is not None:
            chosen, said = shown
        elif len(hinted) == 1:
            [answer] = hinted
            chosen = answers[answer]
            said = f'{self._answer_words(chosen)}, as in the column "{self.names[likely[answer]]}"'
        elif question == "decimal_mark" and "," in answers and (dated := self._pointed()) is not None:
            chosen = answers[","]
            said = (
                f'{self._answer_words(chosen)}: the dates in the column "{self.names[dated]}" are written with points'
            )
        elif question == "date_order":
            chosen, confidence = usual, "assumed"
            said = (
                f"ASSUMED {self._answer_words(chosen)}: no value has a number above 12 that would tell day from month"
            )
        else:
            chosen, confidence = usual, "assumed"
            said = (
                f"ASSUMED {self._answer_words(chosen)}: every mark has three digits behind it, so either may be meant"
            )
        self.kinds[i] = replace(chosen, open=False)
        self._say(
            i,
            said,
            Finding(question=question, answer_confidence=confidence, answer_choices=tuple(answers), answer_said=said),
        )

    def _flowing(self, i: int, fitting: Sequence[Kind]) -> tuple[Kind, str] | None:
        """The only reading of a series in which no step is longer than a day while others leap to another month: with
        a clock by less than a day; without one unless another reading has the first of each month."""
        clocks = {bool(kind.written and kind.written.has_clock) for kind in fitting}
        if len(clocks) > 1:
            return None
        text = fitting[0].text(f"c{i + 1}")
        moments = ", ".join(f"epoch({kind.value(text)})" for kind in fitting)
        firsts = ", ".join(f"day({kind.value(text)}) = 1" for kind in fitting)
        rows = self.con.execute(f"SELECT {moments}, {firsts} FROM {self.asked.of(i)} LIMIT {SERIES_ROWS}").fetchall()
        *columns, count = *zip(*(row for row in rows if None not in row), strict=True), len(fitting)
        leaps = [max((abs(b - a) for a, b in pairwise(seconds)), default=0) for seconds in columns[:count]]
        least = A_DAY if True in clocks else A_DAY + 1
        calm = [kind for kind, leap in zip(fitting, leaps, strict=bool(leaps)) if leap < least]
        if len(calm) != 1 or max(leaps) <= LEAP or (False in clocks and any(map(all, columns[count:]))):
            return None
        said = "only so is every step from one value to the next " + ("shorter than" if True in clocks else "at most")
        return calm[0], f"{self._answer_words(calm[0])}: {said} a day"

    def _pointed(self) -> int | None:
        """A column of dates with points, day first, as they are written where a comma is the decimal mark."""
        return next((i for i, kind in enumerate(self.kinds) if (kind.meaning or "").startswith("%d.%m.")), None)

    def _ungrouped(self, i: int) -> bool:
        text = self.kinds[i].text(f"c{i + 1}")
        (count,) = self.asked.one(f"SELECT count_if(NOT regexp_matches({text}, '[.,]')) FROM {self.asked.of(i)}")
        return bool(count)

    def _orders(self) -> dict[str, int]:
        """Each order of dates that some column proves, and the column."""
        return {
            self._answer(kind): i
            for i, kind in enumerate(self.kinds)
            if kind.moments and kind.moments.order and not kind.open and (kind.proof or kind.moments.proof)
        }

    def _marks(self) -> dict[str, int]:
        """Each decimal mark that some column proves, and the column."""
        return {
            self._answer(kind): i
            for i, kind in enumerate(self.kinds)
            if kind.type == ColumnType.DECIMAL
            and not kind.open
            and not kind.durations
            and (kind.proof if kind.style else not self.findings.get(i, Finding()).question)
        }

    @staticmethod
    def _question(kind: Kind) -> str:
        if kind.moments is not None:
            return "date_order" if kind.moments.order else ""
        return "decimal_mark" if kind.type.is_number and not kind.durations else ""

    @staticmethod
    def _answer(kind: Kind) -> str:
        if kind.moments is not None:
            return next((name for name, order in ORDERS.items() if order == kind.moments.order), "")
        return kind.style.decimal if kind.style else "."

    @staticmethod
    def _answer_words(kind: Kind) -> str:
        if kind.moments is not None:
            return ORDER_WORDS.get(kind.moments.order, "")
        style = kind.style or numerals.PLAIN
        if style.thousands:
            return f"numbers like {style.example(0)} with a mark between thousands"
        return f"decimals behind a {'comma' if style.decimal == ',' else 'point'}"

    def _say(self, i: int, said: str, finding: Finding) -> None:
        self.evidence[i] = said
        self.findings[i] = finding

    # Writing

    def _select(self) -> str:
        inner, outer, kept = [], [], []
        for i, kind in enumerate(self.kinds):
            if i in self.proven:
                inner.append(f"c{i + 1}")
                outer.append(f"CAST(c{i + 1} AS {kind.physical}) AS c{i + 1}")
                continue
            text = kind.text(f"c{i + 1}")
            inner.append(f"{text} AS t{i + 1}")
            if not kind.is_text:
                inner.append(f"{kind.value(text)} AS v{i + 1}")
            if i in self._aside and self.quarantine is not None:
                kept.append(kind.held(f"t{i + 1}", f"v{i + 1}"))
                outer.append(f"v{i + 1} AS c{i + 1}")
            else:
                outer.append(f"{kind.checked(f't{i + 1}', f'v{i + 1}', f'c{i + 1}')} AS c{i + 1}")
        where = f" WHERE {' AND '.join(kept)}" if kept else ""
        return f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {self.relation}){where}"

    def _accounted(self, rows: int, expected: int | None) -> int:
        """The rows written, once those that were left out are counted and in the quarantine."""
        aside = sorted(self._aside) if self.quarantine is not None else []
        misfit = " OR ".join(f"NOT {self.kinds[i].fits(f'c{i + 1}')}" for i in aside)
        if misfit:
            (self.set_aside,) = self.asked.one(f"SELECT count_if({misfit}) FROM {self.relation}")
        if expected is not None and rows + self.set_aside != expected:
            raise CountsDisagree(expected, rows + self.set_aside)
        if self.set_aside:
            self._put_aside(aside, misfit)
        return rows

    def _put_aside(self, aside: Sequence[int], misfit: str) -> None:
        """Every row that was left out goes to the quarantine as it stands in the file."""
        assert self.quarantine is not None
        flags = ", ".join(f"NOT {self.kinds[i].fits(f'c{i + 1}')}" for i in aside)
        columns = ", ".join(f"c{i + 1}" for i in range(len(self.kinds)))
        found = self.con.cursor().execute(
            f"SELECT n, [{flags}], {columns} FROM (SELECT *, row_number() OVER () AS n FROM {self.relation})"
            f" WHERE {misfit}"
        )
        while rows := found.fetchmany(max(1, min(1000, int(FETCHED_BYTES / max(self.row_bytes, 1))))):
            for number, odd, *values in rows:
                at = [i for i, is_odd in zip(aside, odd, strict=True) if is_odd]
                reason = "; ".join(
                    f'"{self.names[i]}" holds "{str(values[i])[:SHOWN_CHARACTERS]}" where the column has'
                    f" {self.kinds[i].describe()}"
                    for i in at
                )
                known = self.line_of(int(number))
                line = known or int(number)
                texts = tuple(None if value is None else str(value) for value in values)
                raw = self.quarantine.written(texts, line)
                byte = self.quarantine.byte_of(line) if known else None
                self.quarantine.add(Odd(line, reason, raw, column=self.names[at[0]], byte=byte, values=texts))

    # The second look

    def _decide_again(self, tell: Tell | None) -> None:
        """Look at all values of every column that holds one that does not fit; `tell` hears how far that is."""
        typed = [
            i
            for i, kind in enumerate(self.kinds)
            if not kind.is_text and i not in self.proven and not (i in self._aside and self.quarantine is not None)
        ]
        misfits = self.asked.each((i, f"count_if(NOT {self.kinds[i].fits(f'c{i + 1}')})") for i in typed)
        for done, (i, count) in enumerate(zip(typed, misfits, strict=True)):
            if tell:
                tell(done / len(typed))
            if count:
                self.evidence.pop(i, None)
                self.findings.pop(i, None)
                with self.asked.alone(i):
                    self._whole(i, int(count))

    def _whole(self, i: int, misfits: int) -> None:
        """The type of one column from all of its values, and what speaks for it.

        What some of the values that do not fit suggest together with some of the others is then tested on all.
        """
        column = f"c{i + 1}"
        tried: list[tuple[int, Kind]] = [] if self.kinds[i].empty else [(misfits, self.kinds[i])]
        latest, count = self.kinds[i], misfits
        begins = f"SELECT left({column}, {TRIED_CHARACTERS}) FROM {self.asked.of(i)}"
        usual = self.asked.texts(f"{begins} WHERE {column} IS NOT NULL LIMIT {ODD_VALUES}")
        for _ in range(ROUNDS):
            odd = self.asked.texts(f"{begins} WHERE NOT {latest.fits(column)} LIMIT {ODD_VALUES}")
            guesses = [guess for guess in _guesses(odd, usual) if self._allowed(i, guess)]
            if len(odd) == count:
                guesses = [guess for guess in guesses if self._takes_any(column, odd, guess)]
            tested = dict.fromkeys(self._tested(column, guess) for guess in guesses)
            guesses = [guess for guess in tested if not guess.is_text and guess not in dict(_turned(tried))]
            if not guesses:
                break
            counts = self.asked.one(
                "SELECT "
                + ", ".join(f"count_if(NOT {guess.fits(column)})" for guess in guesses)
                + f" FROM {self.asked.of(i)}"
            )
            tried += [(int(count), guess) for count, guess in zip(counts, guesses, strict=True)]
            count, latest = min(zip((int(one) for one in counts), guesses, strict=True), key=lambda one: one[0])
            if not count:
                break
            usual += odd
        self._choose(i, tried)

    def _choose(self, i: int, tried: Sequence[tuple[int, Kind]]) -> None:
        """The kind that fits all values; else the one that fits all but a very few; else text."""
        column = f"c{i + 1}"
        if not tried:
            (filled,) = self.asked.one(f"SELECT count({column}) FROM {self.asked.of(i)}")
            self.kinds[i] = TEXT
            self._say(i, f"{filled:,} values", Finding())
            return
        misfits, kind = min(tried, key=lambda one: one[0])
        (filled,) = self.asked.one(f"SELECT count({kind.text(column)}) FROM {self.asked.of(i)}")
        said = f"{filled - misfits:,} of {filled:,} values are {kind.describe()}"
        if not misfits:
            self.kinds[i] = kind
            self._say(i, said, Finding("certain", filled, filled))
            if self._is_open(kind):
                self._settle([i])
            return
        examples = self._examples(i, kind)
        said += _not_fitting(misfits, examples)
        if self._few_enough(i, kind, filled, misfits):
            self.kinds[i] = replace(kind, open=False)
            self._aside.add(i)
            said += f"; {'its row is' if misfits == 1 else 'their rows are'} set aside"
            self._say(i, said, Finding("likely", filled - misfits, filled, examples, ("text",)))
        else:
            self.kinds[i] = TEXT
            likely = (filled - misfits) * 2 >= filled
            sure: Confidence = "assumed" if likely and kind.type.is_number and self._only_words(i, kind) else "likely"
            self._say(i, said, Finding(sure, filled - misfits, filled, examples, (str(kind.type),) if likely else ()))

    def _only_words(self, i: int, kind: Kind) -> bool:
        """Whether what keeps a column of numbers a text are few words."""
        column = f"c{i + 1}"
        words = self.asked.texts(
            f"SELECT DISTINCT left({column}, {SHOWN_CHARACTERS}) FROM {self.asked.of(i)}"
            f" WHERE NOT {kind.fits(column)} LIMIT {ODD_WORDS + 1}"
        )
        return len(words) <= ODD_WORDS and all(map(_is_word, words))

    def _few_enough(self, i: int, kind: Kind, filled: int, misfits: int) -> bool:
        """Whether the values that do not fit are errors: very few, no word that says something, no identifier."""
        if self.quarantine is None or kind.words or i in self.only_dates:
            return False
        if misfits * ODD_SHARE > filled or filled - misfits < LEAST_FITTING:
            return False
        column = f"c{i + 1}"
        text = kind.text(column)
        row = self.asked.one(
            f"SELECT max(times), count_if(regexp_full_match(t, {literal(f'{IDENTIFIER}|{VERSION}')}))"
            f" FROM (SELECT {text} AS t, count(*) AS times FROM {self.asked.of(i)}"
            f" WHERE NOT {kind.fits(column)} GROUP BY 1)"
        )
        often, identifiers = int(row[0] or 0), int(row[1] or 0)
        return often < RECURRING and not (identifiers and kind.type.is_number and kind.unit is None)

    def _takes_any(self, column: str, odd: Sequence[str], guess: Kind) -> bool:
        """Whether a guess takes any of the values that did not fit: else looking at all values again is in vain."""
        told = self._option(_place(column)).null_words is not None
        if told or any(len(value) == TRIED_CHARACTERS or is_null_word(value.strip(" ")) for value in odd):
            return True
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE odd AS SELECT unnest(?) AS {column}", [odd])
        kind = self._sized(column, guess, "odd") if guess.type.is_number else guess
        return kind is not None and bool(self.asked.one(f"SELECT count_if({kind.fits(column)}) FROM odd")[0])

    def _allowed(self, i: int, guess: Kind) -> bool:
        if i in self.only_dates:
            return guess.is_moment and not guess.nulls and not guess.padded
        return not guess.is_text

    def _tested(self, column: str, guess: Kind) -> Kind:
        """A guess from some values made exact: all words that mean nothing, and the sizes of all numbers."""
        option = self._option(_place(column))
        words = self._null_words(column, guess) if option.null_words is None else option.null_words
        guess = replace(guess, nulls=words)
        return (self._sized(column, guess) or TEXT) if guess.type.is_number else guess

    def _null_words(self, column: str, kind: Kind) -> tuple[str, ...]:
        if self.exact:
            return ()
        text = replace(TEXT, padded=kind.padded).text(column)
        lower = ", ".join(literal(word) for word in sorted({*NULL_WORDS, *map(str.lower, self._shared)}))
        dates = ", ".join(literal(word) for word in sorted(NULL_DATES)) if kind.type.is_time else "''"
        found = self.asked.texts(
            f"SELECT DISTINCT {text} FROM {self.asked.of(_place(column))}"
            f" WHERE lower({text}) IN ({lower}) OR {text} IN ({dates})"
        )
        taken = kind.words or ()
        return tuple(sorted(word for word in found if word and word.lower() not in taken))

    def _sized(self, column: str, guess: Kind, relation: str = "") -> Kind | None:
        """The narrowest number type for all values that are written like the guess; None when there is none.

        The values are those of the whole table, or of another relation.
        """
        rest = guess.text(column)
        relation = relation or self.asked.of(_place(column))
        kind: Kind | None
        if guess.durations:
            shape = literal(guess.durations.shape)
            (parts,) = self.asked.one(
                f"SELECT count_if(regexp_full_match({rest}, {shape}) AND instr({rest}, '.') > 0) FROM {relation}"
            )
            kind = replace(decimal(6, fixed=False) if parts else INTEGER, durations=guess.durations)
        elif guess.style:
            fits = f"FILTER (regexp_full_match(r, {literal(guess.style.shape())}))"
            row = self.asked.one(
                f"SELECT max(strlen(split_part(d, '.', 1))) {fits}, max(strlen(split_part(d, '.', 2))) {fits}"
                f" FROM (SELECT {rest} AS r, {guess.style.number(rest)} AS d FROM {relation})"
            )
            kind = styled(guess.style, int_digits=int(row[0] or 0), scale=int(row[1] or 0))
        else:
            kind = self._plain_size(relation, rest)
        if kind is None:
            return None
        return replace(kind, nulls=guess.nulls, padded=guess.padded, open=guess.open, proof=guess.proof)

    def _plain_size(self, relation: str, rest: str) -> Kind | None:
        plain = "regexp_full_match(r, '-?(0|[1-9][0-9]*)?(\\.[0-9]+)?') AND r NOT IN ('-', '')"
        wide = "regexp_full_match(r, '-?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?')"
        scale = "(CASE WHEN instr(r, '.') > 0 THEN strlen(r) - instr(r, '.') ELSE 0 END)"
        digits_of = f"strlen({digits_in('r')})"
        # What prints back the same from a double needs no more digits than one always holds.
        same = f"rtrim({digits_in('r')}, '0') IN ({', '.join(printed_digits('TRY_CAST(r AS DOUBLE)'))})"
        held = (
            f"(CASE WHEN {digits_of} > {EXACT_FLOAT_DIGITS} AND {same} THEN {EXACT_FLOAT_DIGITS} ELSE {digits_of} END)"
        )
        row = self.asked.one(
            f"SELECT max({scale}) FILTER (p), min({scale}) FILTER (p)"
            f", max(strlen(ltrim(split_part(r, '.', 1), '-'))) FILTER (p), max({digits_of}) FILTER (w)"
            f", max({held}) FILTER (w)"
            f", count_if(w AND {INTEGER.fits('r')}), count_if(w), count_if(w AND NOT p)"
            f" FROM (SELECT r, coalesce({plain}, false) AS p, coalesce({wide}, false) AS w"
            f" FROM (SELECT {rest} AS r FROM {relation}))"
        )
        scale_max, scale_min, int_digits, digits, in_double, whole, count, other = (int(figure or 0) for figure in row)
        digits = in_double if other else digits
        if whole == count:
            return INTEGER
        return number_kind(
            int_digits=int_digits, scale=scale_max, least_scale=scale_min, digits=digits, exponents=other > 0
        )

    def _examples(self, i: int, kind: Kind) -> tuple[dict[str, Any], ...]:
        column = f"c{i + 1}"
        found = self.con.execute(
            f"SELECT left({column}, {SHOWN_CHARACTERS}), n FROM {self.asked.numbered(i)}"
            f" WHERE NOT {kind.fits(column)} LIMIT {EXAMPLES}"
        ).fetchall()
        result = []
        for value, number in sorted(found, key=lambda one: int(one[1])):
            line = self.line_of(int(number))
            place = {"line": line} if line else {"row": int(number)}
            result.append({"value": str(value)[:SHOWN_CHARACTERS], **place})
        return tuple(result)


def _is_word(value: str) -> bool:
    """Whether a value has no digit, or is an error of a spreadsheet: #DIV/0!"""
    return bool(value) and (value.startswith("#") or not any(map(str.isdigit, value)))


def _place(column: str) -> int:
    """The place of a column, from 0, whose name here is `c1`, `c2` …"""
    return int(column[1:]) - 1


def _turned(tried: Sequence[tuple[int, Kind]]) -> list[tuple[Kind, int]]:
    return [(kind, count) for count, kind in tried]


def _guesses(odd: Sequence[str], usual: Sequence[str]) -> list[Kind]:
    """What the odd values suggest together with the usual ones: all of them, and those that go together."""
    together = proposed([*odd, *usual])
    taken: list[str] = []
    base = usual[:60]
    for value in dict.fromkeys(odd[:60]):
        if proposed([*base, *taken, value], leaning=False) not in (None, TEXT):
            taken.append(value)
    widened = proposed([*taken, *base], leaning=False) if taken else None
    return [guess for guess in (together, widened) if guess is not None]


def _not_fitting(count: int, examples: Sequence[Mapping[str, Any]]) -> str:
    if not examples:
        return ""
    first = examples[0]
    place = f"in line {first['line']:,}" if "line" in first else f"in row {first['row']:,}"
    return f'; {count:,} {"is" if count == 1 else "are"} not: "{first["value"]}" {place}'


def record_types(
    receipt: Receipt,
    names: Sequence[str],
    kinds: Sequence[Kind],
    evidence: Mapping[int, str],
    emptied: Mapping[int, str],
    nulls: Sequence[int],
    rows: int,
    findings: Mapping[int, Finding] | None = None,
    zones: Mapping[int, Zone] | None = None,
) -> None:
    """One decision a column: its type, and how many values speak for it; one more for each thing it leaves open."""
    for i, (name, kind, empty) in enumerate(zip(names, kinds, nulls, strict=True)):
        column, filled = f"c{i + 1}", rows - empty
        finding = (findings or {}).get(i, Finding())
        if i in evidence:
            said = evidence[i]
        elif kind.type == TEXT.type:
            said = f"{filled:,} values, {empty:,} empty" + (f"; {finding.why_text}" if finding.why_text else "")
        else:
            said = f"{filled:,} of {filled:,} values are {kind.describe()}, {empty:,} empty"
        question, order, answer_said = _open_question(kind, finding)
        if order and i not in evidence:
            said = f"{answer_said}; {said}"
        unsure = bool(order) and finding.answer_confidence in ("assumed", "likely")
        words = emptied.get(i, "")
        receipt.decide(
            f"type of {name}",
            f"{kind.type} ({kind.shown})" if kind.shown else str(kind.type),
            said + words,
            key="type",
            column=column,
            # Values whose order or marks are not certain are not certain either.
            confidence="likely" if unsure and finding.confidence == "certain" else finding.confidence,
            choices=finding.choices or _choices(kind.type),
            fits=filled if finding.fits is None else finding.fits,
            total=filled if finding.total is None else finding.total,
            examples=finding.examples,
        )
        if order:
            receipt.decide(
                f"{question.replace('_', ' ')} of {name}",
                order,
                answer_said,
                key=question,
                column=column,
                confidence=finding.answer_confidence,
                choices=finding.answer_choices,
            )
        if zone := (zones or {}).get(i):
            what = f"zone of {name}" if zone.alone else f"zones of {name}"
            receipt.decide(what, zone.value, zone.said, column=column, confidence=zone.confidence)
        if words:
            receipt.decide(
                f"empty words of {name}",
                words.removeprefix("; read as empty: "),
                "the other values have a type"
                if kind.type != ColumnType.TEXT
                else "they make up a good part of the column",
                key="null_words",
                column=column,
                confidence="certain" if kind.type != ColumnType.TEXT else "likely",
            )


def _open_question(kind: Kind, finding: Finding) -> tuple[str, str, str]:
    """The option that settles how the values are read, its value here, and what speaks for it."""
    written = kind.moments
    if written and written.order:
        answer = next(name for name, order in ORDERS.items() if order == written.order)
        example = kind.proof or written.proof
        shown = f'{ORDER_WORDS[written.order]}: "{example}" can only be read so'
        said = finding.answer_said or (shown if example else f"{ORDER_WORDS[written.order]}, as was told")
        if written.short_years:
            said += "; years 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068"
        return "date_order", answer, said
    style = kind.style
    if style and (style.thousands or style.decimal != "." or finding.answer_said):
        said = finding.answer_said or f'"{kind.proof}" can only be read so' if kind.proof else finding.answer_said
        return "decimal_mark", style.decimal, said or f"numbers are written like {kind.shown}"
    if finding.answer_said and finding.question == "decimal_mark":
        return "decimal_mark", ".", finding.answer_said
    return "", "", ""


def _choices(type: ColumnType) -> tuple[str, ...]:
    """What else values of a type may always be read as."""
    match type:
        case ColumnType.INTEGER:
            return "decimal", "float", "text"
        case ColumnType.DECIMAL:
            return "float", "text"
        case ColumnType.DATE:
            return "timestamp", "text"
        case ColumnType.TEXT | ColumnType.NESTED:
            return ()
        case _:
            return ("text",)
