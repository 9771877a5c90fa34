"""What a column of text may be read as, and the exact condition under which a value fits.

A value fits a type only when nothing is lost by reading it as that type: a leading zero, a digit beyond what
the type holds, a value that would be rounded: each makes the value not fit. The conditions are SQL and are
evaluated on every value of the file; the guesses from a sample only decide which conditions are tried first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from tablewright.core.readers import moments, numerals
from tablewright.core.readers.engine import literal
from tablewright.core.readers.moments import Durations, Moments
from tablewright.core.readers.numerals import PLAIN, Style
from tablewright.core.readers.words import (
    BOOLEAN_WORDS,
    DOMINANT_NULL_WORDS,
    NULL_DATES,
    NULL_WORDS,
    SURE_NULL_WORDS,
)
from tablewright.core.tables import Column, ColumnType

MOST_DECIMAL_DIGITS = 18
WIDEST_DECIMAL = 38
EXACT_FLOAT_DIGITS = 15
MONEY_SCALE = 4
LEAST_COMPACT = 20
"""So many different numbers of eight digits that are all dates are dates, whatever the column's name."""
LEAST_LEANING = 20
LEANING_SHARE = 0.8
"""Where so many values of a sample fit a type, the type is tried on all values."""
DOMINANT_SHARE = 0.2
LONGEST_DATE = 80

_ISO_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO_STAMP = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ISO_INSTANT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}(:?\d{2})?)"
_TIME = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)?(?:\.(\d+))?", re.ASCII)
_FLOAT = re.compile(r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FLOAT_SQL = r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
IDENTIFIER = r"[+]?0[0-9]+|[+-]?[0-9]{20,}|[+][0-9][0-9 ()/-]{6,}"
"""Leading zeros, more digits than a number holds, telephone numbers: one of them makes the column identifiers."""
_IDENTIFIER = re.compile(IDENTIFIER)
_LEAST_NORMAL = 2.2250738585072014e-308
_SOON = re.compile(r"(?:[\s(+\-−$€£¥.,\"'{]|[^\W\d_])*\d")
_ISO_SHAPES = {
    ColumnType.DATE: re.compile(_ISO_DAY, re.ASCII),
    ColumnType.TIMESTAMP: re.compile(_ISO_STAMP, re.ASCII),
    ColumnType.INSTANT: re.compile(_ISO_INSTANT, re.ASCII),
    ColumnType.TIME: re.compile(_TIME, re.ASCII),
}

GUARDED = '="[^"]*"'
"""A text written as a formula."""


@dataclass(frozen=True)
class Kind:
    """A type with everything needed to read text as it."""

    type: ColumnType
    physical: str
    format: str | None = None
    """How dates or times are written, as strptime takes it; None for ISO 8601."""
    scale: int = 0
    fixed: bool = False
    """Every value is written with exactly `scale` digits behind the point."""
    words: tuple[str, str] | None = None
    nulls: tuple[str, ...] = ()
    padded: bool = False
    """Spaces around values are not part of them."""
    guarded: bool = False
    """Texts may be written as formulas, ="007", so that spreadsheets take them for no numbers."""
    empty: bool = False
    """No value was seen yet: the first one that is makes the column be decided anew."""
    style: Style | None = None
    """How numbers are written; None for plain ones: 1234.56."""
    moments: Moments | None = None
    """How dates and times are written, where one format does not say it."""
    durations: Durations | None = None
    open: bool = field(default=False, compare=False)
    """The values seen so far can be read in another way as well, as other dates or numbers."""
    proof: str = field(default="", compare=False)
    """A value that can only be read this way."""

    @property
    def is_text(self) -> bool:
        """Whether every value fits."""
        return self.type == ColumnType.TEXT and not self.empty

    @property
    def is_moment(self) -> bool:
        """Whether the values are dates, times or both."""
        return self.type.is_time or self.type == ColumnType.TIME

    @property
    def written(self) -> Moments | None:
        """How dates and times are written; None for ISO 8601 and for everything else."""
        if self.moments is None and self.format and self.is_moment:
            return moments.told(self.format)
        return self.moments

    @property
    def unit(self) -> str | None:
        """The unit of all values."""
        if self.durations:
            return "s"
        return self.style.unit if self.style and not self.style.percent else None

    @property
    def meaning(self) -> str | None:
        """The `format` of the column: percent, currency, duration, or how dates are written."""
        if self.durations:
            return "duration"
        if self.style and self.style.percent:
            return "percent"
        if self.style and self.style.currency:
            return "currency"
        written = self.written
        return written.formats[0] if written and written.are_formats else None

    def column(self, id: str, name: str) -> Column:
        """The column that its values make."""
        return Column(id=id, name=name, type=self.type, physical=self.physical, unit=self.unit, format=self.meaning)

    def text(self, column: str) -> str:
        """The value as text, NULL where it means nothing."""
        text = f"nullif(trim({column}), '')" if self.padded else column
        if self.guarded:
            inside = f"nullif(substr({text}, 3, length({text}) - 3), '')"
            text = f"CASE WHEN {_matches(GUARDED, text)} THEN {inside} ELSE {text} END"
        if self.nulls:
            text = f"CASE WHEN {text} IN ({', '.join(map(literal, self.nulls))}) THEN NULL ELSE {text} END"
        return text

    def value(self, text: str) -> str:
        """SQL for the typed value, NULL where it cannot be one."""
        if self.type == ColumnType.TEXT:
            return text
        if self.words:
            yes, no = literal(self.words[0]), literal(self.words[1])
            return (
                f"CASE WHEN {text} = {yes} THEN true WHEN {text} = {no} THEN false"
                f" WHEN lower({text}) = {yes} THEN true WHEN lower({text}) = {no} THEN false END"
            )
        if self.durations:
            return self.durations.value(text, self.physical)
        if self.style and self.style.exponents:
            return FLOAT.value(self.style.plain(text))
        if self.style:
            return f"TRY_CAST({self.style.signed(text)} AS {self.physical})"
        if written := self.written:
            return written.value(text, self.physical)
        return f"TRY_CAST({text} AS {self.physical})"

    def conditions(self, text: str, value: str) -> list[str]:
        """SQL conditions over a text and its typed value, cheapest first; a value fits when one holds."""
        reprinted = f"CAST({value} AS VARCHAR) = {text}"
        held = f"{value} IS NOT NULL"
        if self.type.is_time:
            # Python and most clients know the years 1 to 9999.
            last = "9999-12-31" if self.type == ColumnType.DATE else "9999-12-31 23:59:59.999999"
            held = f"{value} BETWEEN '0001-01-01' AND '{last}'"
        if self.durations:
            return [f"{_matches(self.durations.shape, text)} AND regexp_matches({text}, '[0-9]') AND {held}"]
        if self.style and self.style.exponents:
            fits = " OR ".join(f"({condition})" for condition in FLOAT.conditions(self.style.plain(text), value))
            return [f"instr({text}, '{'.' if self.style.decimal == ',' else ','}') = 0 AND ({fits})"]
        if self.style:
            scale = None if self.type == ColumnType.FLOAT else self.scale - 2 * self.style.percent
            return [f"{_matches(self.style.shape(scale), text)} AND {held}"]
        if written := self.written:
            checks = [_matches(written.shape, written.text(text)), held, *written.checks(text, value)]
            return [" AND ".join(checks)]
        match self.type:
            case ColumnType.TEXT:
                return ["false" if self.empty else "true"]
            case ColumnType.INTEGER:
                return [reprinted]
            case ColumnType.DECIMAL if self.fixed:
                # Written otherwise than DuckDB would: minus zero, and no zero before the point.
                shape = rf"-?0?[.][0-9]{{{self.scale}}}"
                return [reprinted, f"regexp_full_match({text}, {literal(shape)}) AND {value} IS NOT NULL"]
            case ColumnType.DECIMAL:
                shape = rf"-?(0|[1-9][0-9]*)?(\.[0-9]{{1,{self.scale}}})?"
                return [reprinted, f"regexp_full_match({text}, {literal(shape)}) AND {value} IS NOT NULL"]
            case ColumnType.FLOAT:
                digits = digits_in(text)
                number = f"regexp_full_match({text}, {literal(_FLOAT_SQL)}) AND isfinite({value})"
                return [
                    f"{reprinted} AND isfinite({value})",
                    f"{number} AND strlen({digits}) <= {EXACT_FLOAT_DIGITS}"
                    f" AND (abs({value}) >= {_LEAST_NORMAL!r} OR {digits} = '')",
                    f"{number} AND rtrim({digits}, '0') IN ({', '.join(printed_digits(value))})",
                ]
            case ColumnType.DATE:
                return [f"{text} LIKE '____-__-__' AND {held}"]
            case ColumnType.TIMESTAMP:
                return [f"{text} LIKE '____-__-__ __:__:__' AND {held}", f"{_matches(_ISO_STAMP, text)} AND {held}"]
            case ColumnType.INSTANT:
                return [f"{_matches(_ISO_INSTANT, text)} AND {held}"]
            case ColumnType.TIME:
                return [f"{text} LIKE '__:__:__' AND {held}", f"{_matches(_TIME, text)} AND {held}"]
            case _:
                return [held]

    def fits(self, column: str) -> str:
        """SQL: whether the value is nothing, or fits. Never NULL."""
        text = self.text(column)
        return self.held(text, self.value(text))

    def held(self, text: str, value: str) -> str:
        """SQL over a text and its typed value: whether the text is nothing, or fits. Never NULL."""
        held = " OR ".join(f"({condition})" for condition in self.conditions(text, value))
        return f"({text} IS NULL OR coalesce({held}, false))"

    def checked(self, text: str, value: str, column: str) -> str:
        """SQL over a text and its typed value: the value; the query fails, naming the column, where it does not fit.

        Both are columns of a subquery: inside CASE each mention of an expression would be evaluated again.
        """
        if self.is_text:
            return text
        whens = " ".join(f"WHEN {condition} THEN {value}" for condition in self.conditions(text, value))
        return f"CASE WHEN {text} IS NULL THEN NULL {whens} ELSE error('misfit:{column}') END"

    def describe(self) -> str:
        """The type in words, for a receipt."""
        if self.durations:
            return f"durations written {self.durations.form}, in seconds"
        if self.style:
            return self._number_words(self.style)
        written = self.written
        layout = f" written {written.describe()}" if written else ""
        local = written is not None and written.zone == "place" and not written.has_offset
        once = " (local times that a change of clocks skips or repeats are none)" if local else ""
        words = {
            ColumnType.INTEGER: "whole numbers",
            ColumnType.DECIMAL: f"decimal numbers with up to {self.scale} digits behind the point",
            ColumnType.FLOAT: "numbers",
            ColumnType.TEXT: "text",
            ColumnType.BOOLEAN: f"one of {self.words[0]} and {self.words[1]}" if self.words else "true or false",
            ColumnType.DATE: "dates" + (layout or " written YYYY-MM-DD"),
            ColumnType.TIME: "times of day" + layout,
            ColumnType.TIMESTAMP: "dates with time" + layout,
            ColumnType.INSTANT: "points in time with a zone" + layout + once,
            ColumnType.NESTED: "nested values",
        }
        return words[self.type]

    def _number_words(self, style: Style) -> str:
        scale = self.scale - 2 * style.percent
        what = "percentages" if style.percent else f"amounts in {style.unit}" if style.currency else "numbers"
        if style.unit and not style.currency and not style.percent:
            what = f"numbers of {style.unit}"
        return f"{what} written like {style.example(scale)}"

    @property
    def shown(self) -> str:
        """How the values are written, for people; "" for the usual way."""
        if self.style and self.style != PLAIN:
            return self.style.example(self.scale - 2 * self.style.percent)
        if self.durations:
            return self.durations.form
        written = self.written
        return written.describe() if written else ""


def digits_in(text: str) -> str:
    """SQL: the digits of a number before its exponent, without leading zeros."""
    return f"ltrim(regexp_replace(regexp_replace({text}, '[eE].*', ''), '[^0-9]', '', 'g'), '0')"


def printed_digits(value: str) -> tuple[str, str]:
    """SQL: the digits with which a double is printed, without zeros at their end: no more than are needed, or all 17,
    as Fortran and C print them."""
    texts = (f"CAST({value} AS VARCHAR)", f"format('{{:.16e}}', {value})")
    shortest, longest = (f"rtrim({digits_in(text)}, '0')" for text in texts)
    return shortest, longest


def _matches(shape: str, text: str) -> str:
    return f"regexp_full_match({text}, {literal(shape.replace(chr(92) + 'd', '[0-9]'))})"


TEXT = Kind(ColumnType.TEXT, "VARCHAR")
EMPTY = Kind(ColumnType.TEXT, "VARCHAR", empty=True)
INTEGER = Kind(ColumnType.INTEGER, "BIGINT")
FLOAT = Kind(ColumnType.FLOAT, "DOUBLE")
DATE = Kind(ColumnType.DATE, "DATE")
TIME = Kind(ColumnType.TIME, "TIME")
TIMESTAMP = Kind(ColumnType.TIMESTAMP, "TIMESTAMP")
INSTANT = Kind(ColumnType.INSTANT, "TIMESTAMP WITH TIME ZONE")


def decimal(scale: int, *, fixed: bool, digits: int = MOST_DECIMAL_DIGITS) -> Kind:
    return Kind(ColumnType.DECIMAL, f"DECIMAL({digits},{scale})", scale=scale, fixed=fixed)


def boolean(words: tuple[str, str]) -> Kind:
    return Kind(ColumnType.BOOLEAN, "BOOLEAN", words=words)


def dated(written: Moments, *, open: bool = False) -> Kind:
    """Dates or times that are written in this way."""
    base = INSTANT if written.has_zone else TIMESTAMP if written.has_clock else DATE
    if not written.has_day and written.has_clock:
        base = TIME
    return replace(base, moments=written, open=open, proof=written.proof)


def styled(style: Style, *, int_digits: int, scale: int) -> Kind | None:
    """The exact type for numbers in this style; None when they have more digits than can be kept."""
    if style.exponents:
        return replace(FLOAT, style=style)
    if style.percent:
        scale += 2
    if not scale and int_digits <= MOST_DECIMAL_DIGITS:
        return replace(INTEGER, style=style)
    if int_digits + scale > WIDEST_DECIMAL or (not scale and style.thousands == ""):
        return None
    return replace(decimal(scale, fixed=False, digits=_width(int_digits + scale)), style=style)


def _width(digits: int) -> int:
    return MOST_DECIMAL_DIGITS if digits <= MOST_DECIMAL_DIGITS else WIDEST_DECIMAL


def number_kind(*, int_digits: int, scale: int, least_scale: int, digits: int, exponents: bool) -> Kind | None:
    """The exact type for numbers of these sizes: decimal where scale is steady and small, else float, else text."""
    if not scale and not exponents and int_digits > MOST_DECIMAL_DIGITS:
        return None  # Whole numbers beyond 64 bits are identifiers: they stay text, digit for digit.
    if not exponents and int_digits + scale <= MOST_DECIMAL_DIGITS and (scale <= MONEY_SCALE or scale == least_scale):
        return decimal(scale, fixed=scale == least_scale)
    if digits <= EXACT_FLOAT_DIGITS:
        return FLOAT
    if not exponents and int_digits + scale <= WIDEST_DECIMAL:
        return decimal(scale, fixed=scale == least_scale, digits=WIDEST_DECIMAL)
    return None


def is_null_word(word: str) -> bool:
    """Whether a word usually means "no value"."""
    return word.lower() in NULL_WORDS or word in NULL_DATES


def proposed(values: Sequence[str], *, leaning: bool = True) -> Kind | None:
    """The narrowest type that all of these values fit, or most of many; None when there is no value to tell from.

    A proposal is no decision: whoever takes it tries it on all values.
    """
    plain = [value for value in values if value]
    if not plain:
        return None
    padded = any(value != value.strip(" ") for value in plain)
    bare = [stripped for value in plain if (stripped := value.strip(" "))] if padded else plain
    counts = Counter(bare)
    # In tables of a single digit or a word a row there are few different values.
    nulls = tuple(sorted(word for word in counts if is_null_word(word)))
    rest = [value for value in bare if value not in nulls] if nulls else bare
    if not rest:
        return None if not nulls else TEXT
    kind = _narrowest(rest)
    if kind is TEXT and leaning and len(rest) >= LEAST_LEANING:
        kind = _of_most(rest)
    if kind.type.is_time and moments.years_of_buddha(rest):
        return TEXT
    if kind is TEXT:
        return TEXT if padded else replace(TEXT, nulls=_nulls_among_texts(counts))
    if kind.words and nulls:
        nulls = tuple(word for word in nulls if word.lower() not in kind.words)
    return replace(kind, nulls=nulls, padded=padded)


def _nulls_among_texts(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The words among texts that mean "no value": those that always do, NULL where the texts have small letters, and
    usual ones that make up a good part. A minus beside a plus is a direction, and Null is a name."""
    sure = {word for word in counts if word.lower() in SURE_NULL_WORDS}
    if "NULL" in counts and any(any(map(str.islower, word)) for word in counts):
        sure.add("NULL")
    strong = {word for word in counts if word.lower() in DOMINANT_NULL_WORDS} - {"Null"}
    strong -= {"-"} if any(not (word in NULL_WORDS or word.strip("+-;,")) for word in counts) else set()
    many = sum(counts[word] for word in strong) >= DOMINANT_SHARE * sum(counts.values())
    return tuple(sorted(sure | strong if many else sure))


def _of_most(values: Sequence[str]) -> Kind:
    """The type that most of these values fit, the odd ones left out; TEXT when there is none."""
    spread = values[:: max(1, len(values) // 40)]
    if sum(1 for value in spread if _SOON.match(value[:40])) < LEANING_SHARE * len(spread):
        return TEXT
    outlines = [_outline(value) for value in values]
    groups = Counter(outlines)
    kept: set[str] = set()
    covered = 0
    for outline, count in groups.most_common(24):
        if covered >= len(values) * 0.99:
            break
        tried = kept | {outline}
        if _narrowest(list(islice(_among(values, outlines, tried), 60))) is not TEXT:
            kept, covered = tried, covered + count
    if covered < LEANING_SHARE * len(values):
        return TEXT
    usual = list(_among(values, outlines, kept))
    kind = _narrowest(usual)
    if kind is TEXT:
        # Values of the usual outline that are odd all the same: the 30th of February.
        usual = [value for value in usual if _narrowest([value]) is not TEXT]
        kind = _narrowest(usual) if len(usual) >= LEANING_SHARE * len(values) else TEXT
    if kind.type == ColumnType.BOOLEAN:
        return TEXT  # A third word among two is an answer, not an error.
    return TEXT if kind.type.is_number and any(_IDENTIFIER.fullmatch(value) for value in values) else kind


def _among(values: Sequence[str], outlines: Sequence[str], kept: set[str]) -> Iterator[str]:
    return (value for value, outline in zip(values, outlines, strict=True) if outline in kept)


def _outline(value: str) -> str:
    """The form of a value: runs of digits as 9, of letters as a."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", value[:60]))


def _narrowest(values: Sequence[str]) -> Kind:
    if all(_INTEGER.fullmatch(value) and value != "-0" for value in values):
        fits = all(-(2**63) <= int(value) < 2**63 for value in values if len(value) > 18)
        if not fits:
            return TEXT
        if len(values[0]) in moments.COMPACT_LENGTHS and len(set(values)) >= LEAST_COMPACT:
            # A day and a number, 0012, may be an order; numbers above 59 would be no times.
            midnight = len(values[0]) > 8 and all(value[8:10] == "00" for value in values)
            if not midnight and (written := moments.compact(values)):
                return dated(written, open=True)
        return INTEGER
    if (kind := _numbers(values)) is not None:
        return kind
    if (kind := _yes_or_no(values)) is not None:
        return kind
    first = values[0]
    if len(first) > LONGEST_DATE or not any(letter.isdigit() for letter in first):
        return TEXT
    for type, shape in _ISO_SHAPES.items():
        if shape.fullmatch(first):
            return _iso(type, values)
    return _elsewhere(values)


LEAST_ALONE = 3
"""So many letters has a word that says yes or no where the other one never comes."""


def _yes_or_no(values: Sequence[str]) -> Kind | None:
    found = {value.lower() for value in set(values[:50])}
    if len(found) > 2:
        return None
    found = {value.lower() for value in set(values)}
    if len(found) == 1 and len(next(iter(found))) < LEAST_ALONE:
        return None  # F alone is a sex or a grade, NO alone a country
    return next((boolean(words) for words in BOOLEAN_WORDS if found <= set(words)), None)


def _iso(type: ColumnType, values: Sequence[str]) -> Kind:
    kinds = {ColumnType.DATE: DATE, ColumnType.TIMESTAMP: TIMESTAMP, ColumnType.INSTANT: INSTANT, ColumnType.TIME: TIME}
    shape = _ISO_SHAPES[type]
    if not all(shape.fullmatch(value) for value in values):
        return _elsewhere(values)
    if type != ColumnType.TIME and not all(
        moments.is_day(int(value[:4]), int(value[5:7]), int(value[8:10])) for value in set(values)
    ):
        return TEXT
    return kinds[type]


def _elsewhere(values: Sequence[str]) -> Kind:
    """Dates, times and numbers as they are written around the world."""
    if (found := moments.numeric(values)) is not None:
        return dated(found[0], open=found[1])
    for read in _OTHER_MOMENTS:
        if (written := read(values)) is not None:
            return dated(written)
    if (numbers := numerals.written(values)) is not None:
        kind = styled(numbers.style, int_digits=numbers.int_digits, scale=numbers.scale)
        if kind is not None:
            return replace(kind, open=numbers.open, proof=numbers.proof)
    if (found := moments.spelled(values)) is not None:
        return dated(found[0], open=found[1])
    return TEXT


_OTHER_MOMENTS: tuple[Callable[[Sequence[str]], Moments | None], ...] = (
    moments.compact_with_clock,
    moments.named,
    moments.times,
)


def _numbers(values: Sequence[str]) -> Kind | None:
    int_digits = scale = digits = 0
    least_scale = 99
    exponents = False
    for value in values:
        found = _NUMBER.fullmatch(value)
        if found is None or not (found[1] or found[2]):
            if not _FLOAT.fullmatch(value):
                return None
            exponents = True
            digits = max(digits, _float_digits(value))
            continue
        behind = found[2] or ""
        int_digits = max(int_digits, len(found[1] or ""))
        scale, least_scale = max(scale, len(behind)), min(least_scale, len(behind))
        digits = max(digits, len(((found[1] or "") + behind).lstrip("0")))
    if exponents:
        digits = max(map(_float_digits, values))
    kind = number_kind(int_digits=int_digits, scale=scale, least_scale=least_scale, digits=digits, exponents=exponents)
    if kind is not None and scale == 3 and not exponents and int_digits <= 3:
        grouped = re.compile(numerals.Style(",", ".").core(0), re.ASCII)
        return replace(kind, open=all(grouped.fullmatch(value.lstrip("-")) for value in values))
    return kind


def _float_digits(value: str) -> int:
    """How many digits a double must hold exactly for nothing of the value to be lost: none beyond what it prints."""
    digits = re.sub(r"[eE].*|[^0-9]", "", value).lstrip("0")
    if len(digits) <= EXACT_FLOAT_DIGITS:
        return len(digits)
    number = float(value)
    printed = [re.sub(r"e.*|[^0-9]", "", text).strip("0") for text in (repr(number), f"{number:.16e}")]
    return EXACT_FLOAT_DIGITS if digits.rstrip("0") in printed else len(digits)
