"""What a column of text may be read as, and the exact condition under which a value fits.

A value fits a type only when nothing is lost by reading it as that type: a leading zero, a plus sign, a
digit beyond what the type holds, a value that would be rounded: each makes the value not fit. The
conditions are SQL and are evaluated on every value of the file; the guesses from a sample only decide
which conditions are tried first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tablewright.core.readers.engine import literal
from tablewright.core.tables import ColumnType

NULL_WORDS = ("NA", "N/A", "n/a", "NULL", "null", "NaN", "nan", "None", "#N/A", "-", "\\N")
BOOLEAN_WORDS = (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"))
DATE_FORMATS = {
    "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%Y.%m.%d": r"\d{4}\.\d{1,2}\.\d{1,2}",
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "%d-%m-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%m-%d-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%d-%b-%Y": r"\d{1,2}-[A-Za-z]{3}-\d{4}",
    "%d %b %Y": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "%d %B %Y": r"\d{1,2} [A-Za-z]{3,9} \d{4}",
    "%b %d, %Y": r"[A-Za-z]{3} \d{1,2}, \d{4}",
    "%B %d, %Y": r"[A-Za-z]{3,9} \d{1,2}, \d{4}",
}
CLOCKS = {"": "", " %H:%M": r" \d{1,2}:\d{2}", " %H:%M:%S": r" \d{1,2}:\d{2}:\d{2}"}
OTHER_ORDER = {"%d/%m/%Y": "%m/%d/%Y", "%m/%d/%Y": "%d/%m/%Y", "%d-%m-%Y": "%m-%d-%Y", "%m-%d-%Y": "%d-%m-%Y"}
MOST_DECIMAL_DIGITS = 18
EXACT_FLOAT_DIGITS = 15
MONEY_SCALE = 4

_ISO_STAMP = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONE = r"(Z|[+-]\d{2}(:?\d{2})?)"
_TIME = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,18})")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)?(?:\.(\d+))?")
_FLOAT = re.compile(r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_FLOAT_SQL = r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Kind:
    """A type with everything needed to read text as it."""

    type: ColumnType
    physical: str
    format: str | None = None
    scale: int = 0
    fixed: bool = False
    """Every value is written with exactly `scale` digits behind the point."""
    words: tuple[str, str] | None = None
    nulls: tuple[str, ...] = ()
    padded: bool = False
    """Spaces around values are not part of them."""
    empty: bool = False
    """No value was seen yet: the first one that is makes the column be decided anew."""

    @property
    def is_text(self) -> bool:
        """Whether every value fits."""
        return self.type == ColumnType.TEXT and not self.empty

    @property
    def is_moment(self) -> bool:
        """Whether the values are dates, times or both."""
        return self.type.is_time or self.type == ColumnType.TIME

    def text(self, column: str) -> str:
        """The value as text, NULL where it means nothing."""
        text = f"nullif(trim({column}), '')" if self.padded else column
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
        if self.format:
            return f"CAST(try_strptime({text}, {literal(self.format)}) AS {self.physical})"
        return f"TRY_CAST({text} AS {self.physical})"

    def conditions(self, text: str, value: str) -> list[str]:
        """SQL conditions over a text and its typed value, cheapest first; a value fits when one holds."""
        reprinted = f"CAST({value} AS VARCHAR) = {text}"
        held = f"{value} IS NOT NULL"
        if self.type.is_time:
            # Python and most clients know the years 1 to 9999.
            last = "9999-12-31" if self.type == ColumnType.DATE else "9999-12-31 23:59:59.999999"
            held = f"{value} BETWEEN '0001-01-01' AND '{last}'"
        match self.type:
            case ColumnType.TEXT:
                return ["false" if self.empty else "true"]
            case ColumnType.INTEGER:
                return [reprinted]
            case ColumnType.DECIMAL if self.fixed:
                return [reprinted]
            case ColumnType.DECIMAL:
                shape = rf"-?(0|[1-9][0-9]*)?(\.[0-9]{{1,{self.scale}}})?"
                return [reprinted, f"regexp_full_match({text}, {literal(shape)}) AND {value} IS NOT NULL"]
            case ColumnType.FLOAT:
                digits = f"ltrim(regexp_replace(regexp_replace({text}, '[eE].*', ''), '[^0-9]', '', 'g'), '0')"
                return [
                    f"{reprinted} AND isfinite({value})",
                    f"regexp_full_match({text}, {literal(_FLOAT_SQL)}) AND isfinite({value})"
                    f" AND strlen({digits}) <= {EXACT_FLOAT_DIGITS}",
                ]
            case ColumnType.DATE if self.format is None:
                return [f"{text} LIKE '____-__-__' AND {held}"]
            case ColumnType.TIMESTAMP if self.format is None:
                return [f"{text} LIKE '____-__-__ __:__:__' AND {held}", _shaped(_ISO_STAMP, text, held)]
            case ColumnType.INSTANT:
                return [_shaped(_ISO_STAMP + _ZONE, text, held)]
            case ColumnType.TIME:
                return [f"{text} LIKE '__:__:__' AND {held}", _shaped(_TIME, text, held)]
            case _:
                return [held]

    def fits(self, column: str) -> str:
        """SQL: whether the value is nothing, or fits. Never NULL."""
        text = self.text(column)
        held = " OR ".join(f"({condition})" for condition in self.conditions(text, self.value(text)))
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
        words = {
            ColumnType.INTEGER: "whole numbers",
            ColumnType.DECIMAL: f"decimal numbers with up to {self.scale} digits behind the point",
            ColumnType.FLOAT: "numbers",
            ColumnType.TEXT: "text",
            ColumnType.BOOLEAN: f"one of {self.words[0]} and {self.words[1]}" if self.words else "true or false",
            ColumnType.DATE: "dates" + (f" written {shown(self.format)}" if self.format else " written YYYY-MM-DD"),
            ColumnType.TIME: "times of day",
            ColumnType.TIMESTAMP: "dates with time" + (f" written {shown(self.format)}" if self.format else ""),
            ColumnType.INSTANT: "points in time with a zone",
            ColumnType.NESTED: "nested values",
        }
        return words[self.type]


def _shaped(shape: str, text: str, held: str) -> str:
    shape = shape.replace(r"\d", "[0-9]")
    return f"regexp_full_match({text}, {literal(shape)}) AND {held}"


def shown(format: str | None) -> str:
    """A date format as people write it."""
    marks = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month", "%H": "hh", "%M": "mm", "%S": "ss"}
    result = format or ""
    for mark, word in marks.items():
        result = result.replace(mark, word)
    return result


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


def dated(day: str, clock: str) -> Kind:
    if clock:
        return Kind(ColumnType.TIMESTAMP, "TIMESTAMP", format=day + clock)
    return Kind(ColumnType.DATE, "DATE", format=day)


def number_kind(*, int_digits: int, scale: int, least_scale: int, digits: int, exponents: bool) -> Kind | None:
    """The exact type for numbers of these sizes: decimal where scale is steady and small, else float, else text."""
    if not scale and not exponents and int_digits > MOST_DECIMAL_DIGITS:
        return None  # Whole numbers beyond 64 bits are identifiers: they stay text, digit for digit.
    if not exponents and int_digits + scale <= MOST_DECIMAL_DIGITS and (scale <= MONEY_SCALE or scale == least_scale):
        return decimal(scale, fixed=scale == least_scale)
    if digits <= EXACT_FLOAT_DIGITS:
        return FLOAT
    if not exponents and int_digits + scale <= 38:
        return decimal(scale, fixed=scale == least_scale, digits=38)
    return None


def proposed(values: Sequence[str]) -> Kind | None:
    """The narrowest type that all of these values fit; None when there is no value to tell from."""
    plain = [value for value in values if value]
    padded = any(value != value.strip(" ") for value in plain)
    if padded:
        plain = [stripped for value in plain if (stripped := value.strip(" "))]
    words = set(plain)
    nulls = tuple(word for word in NULL_WORDS if word in words)
    rest = [value for value in plain if value not in nulls] if nulls else plain
    if not rest:
        return None if not nulls else TEXT
    kind = _narrowest(rest)
    if kind is TEXT:
        return TEXT
    return replace(kind, nulls=nulls, padded=padded)


def _narrowest(values: Sequence[str]) -> Kind:
    if all(_INTEGER.fullmatch(value) and value != "-0" for value in values):
        fits = all(-(2**63) <= int(value) < 2**63 for value in values if len(value) > 18)
        return INTEGER if fits else TEXT
    if (kind := _numbers(values)) is not None:
        return kind
    for words in BOOLEAN_WORDS:
        if all(value.lower() in words for value in values):
            return boolean(words)
    first = values[0]
    if not first[:1].isdigit() and not first[:1].isalpha():
        return TEXT
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", first):
        return DATE if _all(values, r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d") else TEXT
    for kind, shape in ((TIMESTAMP, _ISO_STAMP), (INSTANT, _ISO_STAMP + _ZONE), (TIME, _TIME)):
        if all(re.fullmatch(shape, value) for value in values):
            return kind
    for day, shape in DATE_FORMATS.items():
        for clock, clock_shape in CLOCKS.items():
            if re.fullmatch(shape + clock_shape, first) and _all(values, shape + clock_shape, day + clock):
                return dated(day, clock)
    return TEXT


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
            digits = max(digits, len(re.sub(r"[eE].*|[^0-9]", "", value).lstrip("0")))
            continue
        behind = found[2] or ""
        int_digits = max(int_digits, len(found[1] or ""))
        scale, least_scale = max(scale, len(behind)), min(least_scale, len(behind))
        digits = max(digits, len(((found[1] or "") + behind).lstrip("0")))
    return number_kind(int_digits=int_digits, scale=scale, least_scale=least_scale, digits=digits, exponents=exponents)


def _all(values: Sequence[str], shape: str, format: str) -> bool:
    pattern = re.compile(shape)
    for value in set(values):
        if not pattern.fullmatch(value):
            return False
        try:
            datetime.strptime(value, format)
        except ValueError:
            return False
    return True
