"""Cells that a spreadsheet shows as something else than their value: words for a number, a number without its sign,
a part of a date. The value is what is loaded; what is shown is kept beside it, because that is what people saw."""

from __future__ import annotations

import calendar
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tablewright.core.readers.excel.serials import serial_day

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<pad>_.|\*.)|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P)'
    r"|(?P<general>General)|(?P<science>E[+-]0+)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+|g+)"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+)(?P<scale>,*)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_]/[^\W\d_]")
_MONTHS = tuple(calendar.month_name)[1:]
_DAYS = tuple(calendar.day_name)
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
MOST_CODE = 255
"""Characters of a format: Excel allows no more."""


@dataclass(frozen=True)
class Section:
    """One part of a format, for the values of one range."""

    parts: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None

    @property
    def has_digits(self) -> bool:
        return any(kind in ("digits", "general", "science") for kind, _ in self.parts)

    @property
    def dates(self) -> set[str]:
        """Which units of a moment are shown: y, mo, d, h, mi, s."""
        return {_unit(self.parts, i) for i, (kind, _) in enumerate(self.parts) if kind == "date"}

    @property
    def elapsed(self) -> bool:
        return any(kind == "elapsed" for kind, _ in self.parts)

    @property
    def words(self) -> str:
        return "".join(text for kind, text in self.parts if kind == "literal")

    @property
    def is_part_of_a_moment(self) -> bool:
        """Whether it shows a moment so that it cannot be told from what is shown."""
        dates = self.dates
        days, clock = dates & {"y", "mo", "d"}, dates & {"h", "mi", "s"}
        if self.elapsed:
            return not clock
        if days:
            return len(days) < 3
        has_half = any(kind == "half" for kind, _ in self.parts)
        return not clock >= {"h", "mi"} if clock else has_half

    @property
    def is_clock(self) -> bool:
        """Whether it shows a time of day and no day."""
        return bool(self.dates) and not self.dates & {"y", "mo", "d"} and not self.elapsed


@lru_cache(maxsize=1000)
def sections(code: str) -> tuple[Section, ...]:
    """The parts of a number format. A format that is too long or odd has none."""
    if len(code) > MOST_CODE:
        return ()
    found: list[Section] = []
    parts: list[tuple[str, str]] = []
    condition: tuple[str, float] | None = None
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        kind, text = ("digits" if kind == "scale" else kind), match[0]
        if kind == "other" and text == ";":
            found.append(Section(tuple(parts), condition))
            parts, condition = [], None
        elif kind == "bracket":
            inner = match["bracket"]
            if (test := _CONDITION.fullmatch(inner)) is not None:
                condition = test[1], float(test[2])
            elif _ELAPSED.fullmatch(inner):
                parts.append(("elapsed", inner.lower()))
            elif inner.startswith("$"):
                parts.append(("literal", inner[1:].partition("-")[0]))
        elif kind in ("quoted", "escaped"):
            parts.append(("literal", match[kind]))
        elif kind == "other":
            parts.append(("literal", text))
        elif kind != "pad":
            parts.append((kind, text if kind in ("digits", "half") else text.lower()))
    found.append(Section(tuple(parts), condition))
    return tuple(found)


def contradicts(code: str) -> bool:
    """Whether some number under this format is shown without its sign, or as words."""
    found = sections(code)
    return any(_hides_sign(found, i) or _is_words(one) for i, one in enumerate(found[:3]))


def is_partial(code: str) -> bool:
    """Whether a moment is shown in part."""
    found = sections(code)
    return bool(found) and found[0].is_part_of_a_moment


def shown(code: str, value: float, *, from_1904: bool = False) -> str | None:
    """What a cell shows in the place of its value; None where it shows the value, and where that is not known."""
    found = sections(code)
    if not found:
        return None
    number = _chosen(found, value)
    if number is None:
        return None
    section = found[number]
    if section.is_part_of_a_moment or (value >= 1 and section.is_clock):
        return _moment(section, value, from_1904)
    if _is_words(section):
        return section.words.strip()
    if value < 0 and _hides_sign(found, number):
        return _number(section, -value)
    return None


def _chosen(found: tuple[Section, ...], value: float) -> int | None:
    """The section for a value: by the conditions, else for positive, negative, zero."""
    if any(one.condition for one in found):
        for i, one in enumerate(found[:3]):
            if one.condition is None or _TESTS[one.condition[0]](value, one.condition[1]):
                return i
        return None
    if value < 0 and len(found) > 1:
        return 1
    return 2 if value == 0 and len(found) > 2 else 0


def _hides_sign(found: tuple[Section, ...], number: int) -> bool:
    """Whether a section that negative numbers fall under shows neither a minus nor brackets nor a colour for it."""
    section = found[number]
    if not section.has_digits or section.dates:
        return False
    if section.condition is None:
        negative = number == 1 and not any(one.condition for one in found)
    else:
        # Excel leaves the minus to the format where the condition lets only negative numbers in.
        mark, limit = section.condition
        negative = (mark in ("<", "<=") and limit <= 0) or (mark == "=" and limit < 0)
    return negative and not re.search(r"[-(−]", section.words)


def _is_words(section: Section) -> bool:
    if section.has_digits or section.dates or section.elapsed or any(kind == "text" for kind, _ in section.parts):
        return False
    return _WORD.search(section.words) is not None


def _number(section: Section, value: float) -> str | None:
    """A number in the digits of a section, without separators of thousands."""
    if any(kind == "science" for kind, _ in section.parts) or "/" in section.words or "?/" in section.words:
        return None
    digits = [text for kind, text in section.parts if kind == "digits"]
    if len(digits) != 1:
        return repr(value).removesuffix(".0") if not digits else None
    pattern = digits[0]
    scale = len(pattern) - len(pattern.rstrip(","))
    whole, _, behind = pattern.rstrip(",").partition(".")
    value = value / 1000**scale * (100 if any(kind == "percent" for kind, _ in section.parts) else 1)
    text = f"{value:.{len(behind)}f}"
    least = behind.rstrip("#?")
    if len(least) < len(behind):
        front, _, tail = text.partition(".")
        text = f"{front}.{tail.rstrip('0').ljust(len(least), '0')}".rstrip(".")
    front, _, tail = text.partition(".")
    return front.rjust(whole.count("0"), "0") + (f".{tail}" if tail else "")


def _unit(parts: tuple[tuple[str, str], ...], place: int) -> str:
    """The unit of a date token: m is minutes behind hours and before seconds, else months."""
    text = parts[place][1]
    if text[0] != "m":
        return text[0].replace("e", "y").replace("g", "y")
    before = [one for kind, one in parts[:place] if kind in ("date", "elapsed")]
    behind = [one for kind, one in parts[place + 1 :] if kind == "date"]
    near = (before and before[-1][0] == "h") or (behind and behind[0][0] == "s")
    return "mi" if len(text) <= 2 and near else "mo"


def _moment(section: Section, value: float, from_1904: bool) -> str | None:
    """The text of a moment; None for serials that are no dates and no elapsed time."""
    seconds_shown = next((text for kind, text in section.parts if kind == "date" and text[0] == "s"), "")
    places = len(seconds_shown.partition(".")[2])
    total = round(abs(value) * 86400, places)
    half = any(kind == "half" for kind, _ in section.parts)
    if section.elapsed:
        if len([1 for kind, _ in section.parts if kind == "elapsed"]) > 1:
            return None
    elif value < 0:
        return None
    year = month = day = 0
    day_number = int(total // 86400)
    if not section.elapsed and section.dates & {"y", "mo", "d"}:
        if (found := serial_day(day_number, from_1904)) is None:
            return None
        year, month, day = found
    clock = total % 86400
    hour, minute, second = int(clock // 3600), int(clock // 60 % 60), clock % 60
    said: list[str] = []
    for i, (kind, text) in enumerate(section.parts):
        if kind == "literal":
            said.append(text)
        elif kind == "half":
            said.append(text[: text.index("/")] if hour < 12 else text[text.index("/") + 1 :])
        elif kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
            said.append(
                ("-" if value < 0 else "") + f"{int(total // unit) if unit > 1 else round(total):0{len(text)}d}"
            )
        elif kind == "date":
            match _unit(section.parts, i):
                case "y":
                    said.append(f"{year % 100:02d}" if len(text) <= 2 else f"{year:04d}")
                case "mo":
                    name = _MONTHS[month - 1]
                    forms = {3: name[:3], 4: name, 5: name[0]}
                    said.append(forms.get(len(text), name) if len(text) > 2 else f"{month:0{len(text)}d}")
                case "d":
                    name = _DAYS[(day_number + (4 if from_1904 else 5)) % 7]
                    said.append({3: name[:3]}.get(len(text), name) if len(text) > 2 else f"{day:0{len(text)}d}")
                case "h":
                    said.append(f"{(hour % 12 or 12) if half else hour:0{min(2, len(text))}d}")
                case "mi":
                    said.append(f"{minute:0{min(2, len(text))}d}")
                case _:
                    front = len(text.partition(".")[0])
                    width = min(2, front) + (places + 1 if places else 0)
                    said.append(f"{second:0{width}.{places}f}" if places else f"{int(second):0{min(2, front)}d}")
    return "".join(said).strip()
