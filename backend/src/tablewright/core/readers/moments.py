"""How dates, times and durations are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from tablewright.core.readers import spellings
from tablewright.core.readers.calendar_names import MONTHS, plain_word
from tablewright.core.readers.engine import literal
from tablewright.core.readers.worded import DAYS, in_numbers

_CLOCK = (
    r"(?:(?P<glue>, | |T|:)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<part>\.\d{1,6})?)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_NUMERIC = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[-/ ]|\. ?)(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,4})(?P<end>(?<=\d)\.)?" + _CLOCK
)
_COMPACT = re.compile(
    r"(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?:(?P<glue>T?)(?P<hour>\d{2})\d{2}(?P<second>\d{2})?(?P<zone>Z)?)?"
)
COMPACT_LENGTHS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""How dates are written that may be whole numbers as well, by their number of digits."""
_DAY_FORMAT = re.compile(r"%[Yymd](.+?)%[Yymd]\1%[Yymd]")
_NAMES_BEFORE_CLOCK = {order: re.compile(shape + _CLOCK) for order, shape in DAYS.items()}
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
    "%G": "[0-9]{4}",
    "%V": "[0-9]{2}",
    "%u": "[1-7]",
}
_EPOCHS = {1_000_000: "seconds", 1_000: "milliseconds", 1: "microseconds"}
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_BUDDHIST = range(2480, 2600)
"""Years of the Buddhist calendar that are 1937 to 2056 in ours."""
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
    """The shape of `worded` that the text has: it is rewritten in numbers."""
    steps: tuple[str, ...] = ()
    """What is rewritten before: names of `spellings.STEPS`."""
    zone: Literal["", "abbreviation", "american", "place"] = ""
    """How the zone is named behind the clock, where the formats do not hold it; american: CST is one of them."""
    first_of: str = ""
    """months, quarters or weeks, where each value is one and its first day is meant."""
    epoch: int = 0
    """How many microseconds are counted since 1970; 0 where they are not."""
    proof: str = field(default="", compare=False)
    """A value that can only be read in this order."""
    example: str = field(default="", compare=False)
    """A value, where the formats do not show how values are written."""

    @property
    def are_formats(self) -> bool:
        """Whether the formats alone say how values are written."""
        return bool(self.formats) and not (self.named or self.steps or self.zone)

    @property
    def has_clock(self) -> bool:
        return any("%H" in one or "%I" in one for one in self.formats)

    @property
    def has_day(self) -> bool:
        return any("%d" in one or "%j" in one for one in self.formats)

    @property
    def has_zone(self) -> bool:
        return self.zone == "place" or self.has_offset

    @property
    def has_offset(self) -> bool:
        return any("%z" in one or one.endswith(("Z", "UTC", "GMT")) for one in self.formats)

    @property
    def short_years(self) -> bool:
        return any("%y" in one for one in self.formats)

    def text(self, text: str) -> str:
        """SQL: the text that the formats fit."""
        text = self._without_zone(spellings.spelled_sql(text, self.steps))
        return in_numbers(self.named, text) if self.named else text

    def _without_zone(self, text: str) -> str:
        if self.zone == "place":
            return f"regexp_replace({text}, {literal(spellings.PLACE)}, '')"
        if self.zone:
            offset = spellings.offset(spellings.abbreviation("z"), american=self.zone == "american")
            bare = f"regexp_replace(z, {literal(spellings.ABBREVIATION)}, '\\1')"
            return f"list_transform([{text}], lambda z: {bare} || {offset})[1]"
        return text

    def value(self, text: str, physical: str) -> str:
        """SQL: the moment, NULL where the text is none."""
        if self.epoch:
            count = f"TRY_CAST(TRY_CAST({text} AS DECIMAL(24,6)) * {self.epoch} AS BIGINT)"
            return f"CAST(make_timestamp({count}) AS {physical})"
        if self.zone == "place" and not self.has_offset:
            place = spellings.place(spellings.spelled_sql(text, self.steps))
            formats = ", ".join(literal(one + " %Z") for one in self.formats)
            return f"CAST(try_strptime({self.text(text)} || ' ' || {place}, [{formats}]) AS {physical})"
        return f"CAST({_parsed(self.text(text), self.formats)} AS {physical})"

    def checks(self, text: str, value: str) -> list[str]:
        """SQL conditions over a text and its value: that what the formats do not hold agrees with the date."""
        found = []
        if self.first_of == "weeks":  # only some years have a week 53
            found.append(f"strftime({value}, {literal(self.formats[0])}) = {self.text(text)}")
        if "weekday" in self.steps:
            day = _DAY_FORMAT.match(self.formats[0])
            assert day is not None
            date = f"regexp_extract({self.text(text)}, {literal('^(?:' + _shape_of(day[0]) + ')')})"
            number = f"isodow({_parsed(date, (day[0],))})"
            word = spellings.weekday_word(spellings.spelled_sql(text, spellings.before_weekday(self.steps)))
            both = f"{{'w': {word}, 'n': {number}}}"
            found.append(f"list_transform([{both}], lambda p: p.w = '' OR {spellings.is_weekday('p.w', 'p.n')})[1]")
        if self.zone == "place":
            found.append(self._once(text, value))
        return found

    def _once(self, text: str, value: str) -> str:
        """SQL: whether the zone had the written date and time, and where no offset tells them apart, only once."""
        known = spellings.place(spellings.spelled_sql(text, self.steps))
        zone = f"CASE WHEN {value} IS NOT NULL THEN {known} END"  # an unknown name is an error
        written = self.text(text)
        formats = self.formats
        if self.has_offset:
            written = f"regexp_replace({written}, ' ?(?:Z|UTC|GMT|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)$', '')"
            formats = tuple(re.sub(r" ?(%z|Z|UTC|GMT)$", "", one) for one in formats)
        local = f"CAST({_parsed(written, formats)} AS TIMESTAMP)"
        same = f"timezone(zone, {value}) = {local}"
        if not self.has_offset:
            # The offset of the day before: after a change of clocks it names another moment of the same local time.
            before = f"{value} - INTERVAL 1 DAY"
            other = f"timezone('UTC', {local} - (timezone(zone, {before}) - timezone('UTC', {before})))"
            same += f" AND ({other} = {value} OR timezone(zone, {other}) <> {local})"
        return f"list_transform([{zone}], lambda zone: {same})[1]"

    @property
    def shape(self) -> str:
        """The regular expression of a text (as rewritten) in one of the formats: strptime alone is lenient."""
        return "|".join(map(_shape_of, self.formats)) if not self.epoch else r"-?[0-9]{1,16}(\.[0-9]{1,6})?"

    def describe(self) -> str:
        if self.first_of:
            return f"like {self.example}, each the first day of one of the {self.first_of}"
        if self.epoch:
            return f"as {_EPOCHS[self.epoch]} since 1970"
        if self.example:
            return f"like {self.example}"
        words = {"dmy": "DD Month YYYY", "mdy": "Month DD, YYYY", "ymd": "YYYY Month DD"}
        if self.named:
            first = self.formats[0].partition("%d")[2]
            return words[self.named].replace("YYYY", "YY" if self.short_years else "YYYY") + shown(first)
        return " or ".join(map(shown, self.formats))


def _parsed(text: str, formats: Sequence[str]) -> str:
    return f"try_strptime({text}, [{', '.join(map(literal, formats))}])"


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
    return replace(moments, formats=tuple(day + one[len(day) :] for one in moments.formats), order=order, proof="")


def candidates(moments: Moments) -> list[Moments]:
    """Every order that text of this form may be in, the usual one first."""
    if not moments.order:
        return [moments]
    day = _DAY_FORMAT.match(moments.formats[0])
    assert day is not None
    ends = moments.formats[0][day.end() :].startswith(".")
    return [reordered(moments, order) for order in _orders(day[1], short=moments.short_years, ends=ends)]


def _orders(mark: str, *, short: bool, ends: bool) -> list[str]:
    """The orders that days with this mark come in, where the year is not plainly first; `ends` with a point."""
    orders = ["dmy"] if mark[0] == "." else ["dmy", "mdy"]
    return orders + (["ymd"] if short and (mark == "-" or ends) else [])


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
        ends = all(rest.startswith(".") for rest in rests)
        usual = [(order, "%y" if short else "%Y", order) for order in _orders(mark, short=short, ends=ends)]
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
    """Dates without any mark: 20240131, 20240131T101500 or 20240131101500."""
    rests: dict[str, None] = {}
    for value in values:
        found = _COMPACT.fullmatch(value)
        if found is None or not 1900 <= int(found["a"]) <= 2100:
            return None
        if not is_day(int(found["a"]), int(found["b"]), int(found["c"])) or int(found["hour"] or 0) > 23:
            return None
        rest = (found["glue"] + "%H%M" + ("%S" if found["second"] else "")) if found["hour"] else ""
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


def times(values: Sequence[str], *, half: bool = True) -> Moments | None:
    """Times of day with AM or PM; with `half` False others, too."""
    formats: dict[str, None] = {}
    for value in values:
        found = _TIME.fullmatch(value)
        if found is None or (half and not found["half"]) or int(found["hour"]) > 23:
            return None
        if found["half"] and not 1 <= int(found["hour"]) <= 12:
            return None
        format = ("%I" if found["half"] else "%H") + ":%M" + (":%S" if found["second"] else "")
        format += ".%f" if found["part"] else ""
        formats[format + ({" ": " %p", "": ""}.get(found["half"][:1], "%p") if found["half"] else "")] = None
    return Moments(tuple(formats)) if len(formats) <= MOST_FORMATS else None


def spelled(values: Sequence[str]) -> tuple[Moments, bool] | None:
    """How dates are written with weekdays, names of zones, characters of East Asia or words between day and clock.

    As `numeric`, whether other orders fit these values as well.
    """
    if not spellings.is_changed(values[0]):
        return None
    for without in ("", "weekday"):
        texts, steps, zone = _rewritten(values, without)
        found = numeric(texts)
        if found is None and (other := named(texts) or (None if zone else times(texts, half=False))):
            found = other, False
        if found is not None and (not zone or found[0].has_clock):
            proof = next((v for v, text in zip(values, texts, strict=True) if text == found[0].proof), "")
            return replace(found[0], steps=steps, zone=zone, proof=proof, example=values[0]), found[1]
    return None


def _rewritten(
    values: Sequence[str], without: str = ""
) -> tuple[list[str], tuple[str, ...], Literal["", "abbreviation", "american", "place"]]:
    texts, steps = spellings.spelled(values, without=without)
    if (bare := spellings.without_places(texts)) is not None:
        return bare, steps, "place"
    american = spellings.is_american(texts)
    if (bare := spellings.with_offsets(texts, american=american)) is not None:
        return bare, steps, "american" if american else "abbreviation"
    return texts, steps, ""


def epoch(values: Sequence[str]) -> Moments | None:
    """What whole numbers count since 1970, by their size; None when they are no such numbers."""
    found = [re.fullmatch(r"-?(\d{9,16})(?:\.\d{1,6})?", value, re.ASCII) for value in values]
    digits = {len(one[1]) for one in found if one is not None}
    if None in found or not digits or 14 in digits or compact(values):
        return None
    most = max(digits)
    return Moments((), epoch=1_000_000 if most <= 11 else 1_000 if most <= 13 else 1)


def years_of_buddha(values: Sequence[str]) -> bool:
    """Whether the years of several dates are likely years of the Buddhist calendar: all of them are near 2567."""
    years = set()
    for value in values:
        found = _YEAR.search(value)
        if found is None or int(found[0]) not in _BUDDHIST:
            return False
        years.add(found[0])
    return len(values) > 1 and years != {"2500"}


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
