"""How dates, times and durations are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tablewright.core.readers.engine import literal
from tablewright.core.readers.words import MONTHS, plain_word

_CLOCK = (
    r"(?:(?P<glue>, | |T|:)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<part>\.\d{1,6})?)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_NUMERIC = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[-/ ]|\. ?)(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,4})(?P<end>(?<=\d)\.)?" + _CLOCK
)
_COMPACT = re.compile(r"(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?:T(?P<hour>\d{2})\d{2}(?P<second>\d{2})?(?P<zone>Z)?)?")
_WORD = r"[^\W\d_]{3,12}"
_NAMED = {
    "dmy": rf"(?:{_WORD}\.?,? )??(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª)?[ /.-]?(?:de )?(?P<m>{_WORD})\.?,?[ /.-]?"
    r"(?:de |del )?(?P<y>\d{4}|\d{2})",
    "mdy": rf"(?:{_WORD}\.?,? )??(?P<m>{_WORD})\.?[ /.-](?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ /.-](?P<y>\d{{4}}|\d{{2}})",
    "ymd": rf"(?P<y>\d{{4}})[ /.-](?P<m>{_WORD})\.?[ /.-](?P<d>\d{{1,2}})",
}
_NAMES_BEFORE_CLOCK = {order: re.compile(shape + _CLOCK) for order, shape in _NAMED.items()}
_TIME = re.compile(r"(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<part>\.\d{1,6})?)?(?P<half> ?[AaPp][Mm])?")
ORDERS = {"day_first": "dmy", "month_first": "mdy", "year_first": "ymd"}
ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
MOST_FORMATS = 6
_DIRECTIVES = {
    "%Y": "[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%f": "[0-9]{1,6}",
    "%p": "[AaPp][Mm]",
    "%z": "[+-][0-9]{2}(:?[0-9]{2})?",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]{3,9}",
    "%a": "[A-Za-z]{3}",
    "%A": "[A-Za-z]{6,9}",
    "%j": "[0-9]{1,3}",
}
_SHOWN = {
    "%Y": "YYYY",
    "%y": "YY",
    "%m": "MM",
    "%d": "DD",
    "%b": "Mon",
    "%B": "Month",
    "%H": "hh",
    "%I": "hh",
    "%M": "mm",
    "%S": "ss",
    "%f": "ffffff",
    "%p": "AM/PM",
    "%z": "+hh:mm",
}


@dataclass(frozen=True)
class Moments:
    """One way of writing dates and times: formats as strptime takes them, and names of months where they are words."""

    formats: tuple[str, ...]
    order: str = ""
    """dmy, mdy or ymd where the order of the numbers is a question; "" where it is none."""
    named: str = ""
    """The order of the parts when the month is a name: its text is rewritten with the month's number."""
    proof: str = field(default="", compare=False)
    """A value that can only be read in this order."""

    @property
    def has_clock(self) -> bool:
        return any("%H" in one or "%I" in one for one in self.formats)

    @property
    def has_day(self) -> bool:
        return any("%d" in one or "%j" in one for one in self.formats)

    @property
    def has_zone(self) -> bool:
        return any("%z" in one or one.endswith(("Z", "UTC", "GMT")) for one in self.formats)

    @property
    def short_years(self) -> bool:
        return any("%y" in one for one in self.formats)

    def text(self, text: str) -> str:
        """SQL: the text that the formats fit."""
        if not self.named:
            return text
        shape = _sql_shape(_NAMED[self.named]) + "(?P<rest>(?:[ T:,].*)?)"
        groups = "['" + "', '".join(re.findall(r"\?P<(\w+)>", shape)) + "']"
        shape = re.sub(r"\?P<\w+>", "", shape)
        months = ", ".join(f"{literal(word)}: '{number}'" for word, number in MONTHS.items())
        return (
            f"list_transform([regexp_extract({text}, {literal(f'^{shape}$')}, {groups})], lambda p: p.y || '-'"
            f" || coalesce(map_extract_value(MAP {{{months}}}, strip_accents(lower(p.m))), '') || '-'"
            f" || p.d || p.rest)[1]"
        )

    def value(self, text: str, physical: str) -> str:
        """SQL: the moment, NULL where the text is none."""
        formats = "[" + ", ".join(map(literal, self.formats)) + "]"
        return f"CAST(try_strptime({self.text(text)}, {formats}) AS {physical})"

    @property
    def shape(self) -> str:
        """The regular expression of a text (as rewritten) in one of the formats: strptime alone is lenient."""
        return "|".join(map(_shape_of, self.formats))

    def describe(self) -> str:
        words = {"dmy": "DD Month YYYY", "mdy": "Month DD, YYYY", "ymd": "YYYY Month DD"}
        if self.named:
            first = self.formats[0].partition("%d")[2]
            return words[self.named].replace("YYYY", "YY" if self.short_years else "YYYY") + shown(first)
        return " or ".join(map(shown, self.formats))


def _sql_shape(shape: str) -> str:
    return shape.replace(r"[^\W\d_]", r"\pL").replace(r"\d", "[0-9]")


def _shape_of(format: str) -> str:
    parts = re.split(r"(%[A-Za-z])", format)
    return "".join(_DIRECTIVES.get(part, re.escape(part)) for part in parts)


def known_format(format: str) -> bool:
    """Whether every directive of a format is one that is understood, and there is one."""
    found = re.findall(r"%.?", format)
    return bool(found) and all(one in _DIRECTIVES for one in found)


def shown(format: str) -> str:
    """A date format as people write it."""
    for mark, word in _SHOWN.items():
        format = format.replace(mark, word)
    return format


def told(format: str) -> Moments:
    """What somebody said a column is written like."""
    return Moments((format,))


def reordered(moments: Moments, order: str) -> Moments:
    """The same way of writing with the numbers of the date in another order."""
    mark = moments.formats[0][2 : moments.formats[0].index("%", 2)]
    year = "%y" if moments.short_years else "%Y"
    day = mark.join(year if letter == "y" else f"%{letter}" for letter in order)
    return Moments(tuple(day + one[len(day) :] for one in moments.formats), order)


def candidates(moments: Moments) -> list[Moments]:
    """Every order that text of this form may be in, the usual one first."""
    if not moments.order:
        return [moments]
    orders = ["dmy", "mdy"] + (["ymd"] if moments.short_years and moments.formats[0][2] == "-" else [])
    return [reordered(moments, order) for order in orders]


def numeric(values: Sequence[str]) -> tuple[Moments, bool] | None:
    """How dates of numbers are written, and whether other orders fit these values as well; None when they are none."""
    rests: dict[str, None] = {}
    marks: set[str] = set()
    triples: list[tuple[int, int, int]] = []
    lengths: set[tuple[bool, bool]] = set()
    for value in values:
        found = _NUMERIC.fullmatch(value)
        if found is None or (rest := _clock(found)) is None:
            return None
        if found["end"] and found["mark"][0] != ".":
            return None
        marks.add(found["mark"])
        rests[(found["end"] or "") + rest] = None
        if (len(found["a"]), len(found["c"])) not in {(4, 1), (4, 2), (1, 4), (2, 4), (1, 2), (2, 2), (2, 1)}:
            return None
        lengths.add((len(found["a"]) == 4, len(found["c"]) == 4))
        triples.append((int(found["a"]), int(found["b"]), int(found["c"])))
    if len(marks) > 1 or len(lengths) > 1 or len(rests) > MOST_FORMATS or _mixed(rests):
        return None
    (mark,), ((year_first, year_last),) = marks, lengths
    if year_first:
        usual = [("ymd", "%Y", "")]
    else:
        short = not year_last
        usual = [("dmy", "%y" if short else "%Y", "dmy")]
        if mark[0] != ".":
            usual.append(("mdy", "%y" if short else "%Y", "mdy"))
            if short and mark == "-":
                usual.append(("ymd", "%y", "ymd"))
    fitting = [one for one in usual if all(_is_date(triple, one[0]) for triple in triples)]
    if not fitting:
        return None
    if fitting[-1][0] == "ymd" and len({a for a, _, _ in triples}) < len({c for _, _, c in triples}):
        fitting.reverse()  # Years vary less than days.
    order, year, question = fitting[0]
    question = question if len(usual) > 1 else ""
    proof = ""
    if len(fitting) == 1 and len(usual) > 1:
        rivals = [one[0] for one in usual if one[0] != order]
        told_by = (v for v, t in zip(values, triples, strict=True) if not any(_is_date(t, rival) for rival in rivals))
        proof = next(told_by, "")
    day = mark.join(year if letter == "y" else f"%{letter}" for letter in order)
    return Moments(tuple(day + rest for rest in rests), question, proof=proof), len(fitting) > 1


def _mixed(rests: dict[str, None]) -> bool:
    """Whether some values have a clock or a zone and others have none."""
    return len({("%" in rest, "%z" in rest or rest.endswith(("Z", "UTC", "GMT"))) for rest in rests}) > 1


def _is_date(triple: tuple[int, int, int], order: str) -> bool:
    parts = dict(zip(order, triple, strict=True))
    year = parts["y"]
    return is_day(year if year > 99 else 2000 + year if year < 69 else 1900 + year, parts["m"], parts["d"])


def is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _clock(found: re.Match[str]) -> str | None:
    """The format of what stands behind the date; None when it is no clock."""
    if found["hour"] is None:
        return ""
    half = found["half"]
    hour = int(found["hour"])
    if hour > 23 or (half and not 1 <= hour <= 12):
        return None
    format = found["glue"] + ("%I" if half else "%H") + ":%M"
    format += (":%S" if found["second"] else "") + (".%f" if found["part"] else "")
    if half:
        format += " %p" if half[0] == " " else "%p"
    zone = found["zone"] or ""
    return format + (" " if zone[:1] == " " else "") + ("%z" if zone.strip()[:1] in ("+", "-") else zone.strip())


def compact_with_clock(values: Sequence[str]) -> Moments | None:
    """Dates and times without any mark between the digits: 20240131T101500."""
    return compact(values) if "T" in values[0] else None


def compact(values: Sequence[str]) -> Moments | None:
    """Dates without any mark: 20240131, or 20240131T101500."""
    rests: dict[str, None] = {}
    for value in values:
        found = _COMPACT.fullmatch(value)
        if found is None or not 1900 <= int(found["a"]) <= 2100:
            return None
        if not is_day(int(found["a"]), int(found["b"]), int(found["c"])) or int(found["hour"] or 0) > 23:
            return None
        rest = ("T%H%M" + ("%S" if found["second"] else "")) if found["hour"] else ""
        rests[rest + (found["zone"] or "")] = None
    return None if _mixed(rests) else Moments(tuple("%Y%m%d" + rest for rest in rests))


def named(values: Sequence[str]) -> Moments | None:
    """Dates whose month is a name in one of the languages that are known."""
    for order, shape in _NAMES_BEFORE_CLOCK.items():
        rests: dict[str, None] = {}
        years: set[int] = set()
        for value in values:
            found = shape.fullmatch(value)
            if found is None or (rest := _clock(found)) is None:
                break
            month = MONTHS.get(plain_word(found["m"]))
            if month is None or not is_day(2000 + int(found["y"]) % 100, month, int(found["d"])):
                break
            rests[rest] = None
            years.add(len(found["y"]))
        else:
            if len(years) == 1 and len(rests) <= MOST_FORMATS and not _mixed(rests):
                day = f"%{'Y' if years == {4} else 'y'}-%m-%d"
                return Moments(tuple(day + rest for rest in rests), named=order)
    return None


def times(values: Sequence[str]) -> Moments | None:
    """Times of day with AM or PM."""
    formats: dict[str, None] = {}
    for value in values:
        found = _TIME.fullmatch(value)
        if found is None or not found["half"] or not 1 <= int(found["hour"]) <= 12:
            return None
        format = "%I:%M" + (":%S" if found["second"] else "") + (".%f" if found["part"] else "")
        formats[format + (" %p" if found["half"][0] == " " else "%p")] = None
    return Moments(tuple(formats)) if len(formats) <= MOST_FORMATS else None


DURATIONS = {
    "h:mm:ss": r"(-?)(?:()([0-9]{1,7}):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,6})?))",
    "ISO 8601": (
        r"(-?)P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,7})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
    ),
    "days, hours, minutes, seconds": (
        r"(-?)(?:([0-9]{1,6}) ?d(?:ays?)?)?,? ?(?:([0-9]{1,7}) ?h(?:ours?|rs?)?)?,? ?"
        r"(?:([0-9]{1,9}) ?m(?:in(?:utes?|s)?)?)?,? ?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?) ?s(?:ec(?:onds?|s)?)?)?"
    ),
}


@dataclass(frozen=True)
class Durations:
    """One way of writing how long something took; the value is in seconds."""

    form: str

    @property
    def shape(self) -> str:
        return DURATIONS[self.form]

    def value(self, text: str, physical: str) -> str:
        """SQL: the seconds, NULL where the text is no duration."""
        shape = literal(f"^(?:{self.shape})$")
        parts = [
            f"coalesce(TRY_CAST(regexp_extract({text}, {shape}, {group}) AS {kind}), 0) * {seconds}"
            for group, kind, seconds in ((2, "BIGINT", 86400), (3, "BIGINT", 3600), (4, "BIGINT", 60))
        ]
        rest = f"coalesce(TRY_CAST(regexp_extract({text}, {shape}, 5) AS DECIMAL(18,6)), 0)"
        sign = f"CASE WHEN regexp_extract({text}, {shape}, 1) = '-' THEN -1 ELSE 1 END"
        return f"TRY_CAST(({' + '.join(parts)} + {rest}) * ({sign}) AS {physical})"


def durations_of_most(values: Sequence[str]) -> Durations | None:
    """How at least half of the values are written as durations; None when they are not."""
    for form, shape in DURATIONS.items():
        pattern = re.compile(shape)
        fitting = sum(1 for value in values if (found := pattern.fullmatch(value)) and any(found.groups()[1:]))
        if fitting and fitting * 2 >= len(values):
            return Durations(form)
    return None
