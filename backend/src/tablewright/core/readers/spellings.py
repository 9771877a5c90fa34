"""What is rewritten in a date before its formats are tried: weekdays, names of zones, words between day and clock.

A step is a name and its replacements, as regular expressions that mean the same in Python and in DuckDB. A step drops
nothing that is not checked or said again: a weekday must be the date's own, a zone moves the instant, and a remark
behind an offset only names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tablewright.core.readers.calendar_names import WEEKDAY_WORDS, WEEKDAYS, plain_word_sql
from tablewright.core.readers.engine import literal

_WORDS = "|".join(sorted(map(re.escape, WEEKDAY_WORDS), key=lambda word: (-len(word), word)))
WEEKDAY = rf"(?i)^(?:{_WORDS})(?:\.?, ?|\.? )|(?:,? ?[(（](?:{_WORDS})\.?[)）]|,? (?:{_WORDS})\.?)(,? |$)"
_GLUE = "-|at|um|à|às|alle|ore|kl\\.?|klo|o|ob|om|ora|в|о|у|στις|pukul|saat|lúc"
_MONTH = r"[A-Za-z]{3}"
_HOURS = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"

STEPS: dict[str, tuple[tuple[str, str], ...]] = {
    "spaces": (("[\u00a0\u2009\u202f]", " "),),
    "numbered": (
        (r"^([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日号號일] ?", r"\1-\2-\3 "),
        (r"([0-9]{1,2}) ?[时時点點시] ?([0-9]{1,2}) ?[分분] ?([0-9]{1,2}) ?[秒초]$", r"\1:\2:\3"),
        (r"([0-9]{1,2}) ?[时時点點시] ?([0-9]{1,2}) ?[分분]$", r"\1:\2"),
        (r"([0-9]{1,2}) ?[时時点點시]$", r"\1:00"),
        (r"(?:ngày )?([0-9]{1,2}) (?:tháng|thg) ([0-9]{1,2})(?:,| năm)? ([0-9]{4})", r"\3-\2-\1"),
        (" $", ""),
    ),
    "weekday": ((WEEKDAY, r"\1"),),
    "article": ((r"(?i)^(?:den|der|le|el|il|am|on|the|dne) ", ""),),
    "year last": (
        (rf"^({_MONTH}) +([0-9]{{1,2}}) ({_HOURS})( [A-Z]{{3,5}}| [+-][0-9]{{4}})? ([0-9]{{4}})$", r"\1 \2 \5 \3\4"),
    ),
    "year's word": ((r"([0-9]{2}) ?(?:г\.?|года|р\.|року|r\.|roku)(,? |$)", r"\1\2"),),
    "clock's word": (
        (rf"([0-9.]),? (?:{_GLUE}) ([0-9]{{1,2}}[:.h][0-9])", r"\1 \2"),
        (r"([0-9]) ?[Uu]hr$", r"\1"),
        (r"([0-9][^0-9].* [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?) ?(?:h|hrs)$", r"\1"),  # 7:30 h alone is how long
    ),
    "clock": (
        (r"([ T])([0-9]{1,2})\.([0-9]{2})\.([0-9]{2})($|[ Z+-])", r"\1\2:\3:\4\5"),
        (r"([ T])([0-9]{1,2})[h.]([0-9]{2})($|[ Z+-])", r"\1\2:\3\4"),
        (r"(:[0-9]{2}),([0-9]{3}|[0-9]{6})($|[ Z+-])", r"\1.\2\3"),
    ),
    "half": (
        (rf"(?:上午|午前|오전|凌晨|清晨|早上) ?({_HOURS})", r"\1 AM"),
        (rf"(?:下午|午後|오후) ?({_HOURS})", r"\1 PM"),
        (r"(?:中午 ?(12:[0-9:]+)|晚上 ?((?:[6-9]|1[01]):[0-9:]+))", r"\1\2 PM"),  # 晚上12 is midnight
        (r"([0-9]) ?π\.?μ\.?$", r"\1 AM"),
        (r"([0-9]) ?μ\.?μ\.?$", r"\1 PM"),
        (r"([0-9]) ?([AaPp])\. ?[Mm]\.?$", r"\1 \2M"),
        (r"([0-9]:[0-9]{2}(?::[0-9]{2})?) ?([AaPp])$", r"\1 \2M"),
    ),
    "offset's remark": ((r"([+-][0-9]{2}:?[0-9]{2}) \([^()]{1,60}\)$", r"\1"), (r" (?:GMT|UTC)([+-][0-9])", r" \1")),
}
"""In the order in which they are done."""

FIXED = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "JST": 540, "KST": 540, "HKT": 480, "SGT": 480,
    "AWST": 480, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
"""Abbreviations of zones with one common meaning, in minutes ahead of UTC: those of RFC 5322, Europe and others."""
WINTER = {
    "WET": "Europe/Lisbon", "CET": "Europe/Brussels", "MEZ": "Europe/Berlin", "EET": "Europe/Athens",
    "EST": "America/New_York", "CST": "America/Chicago", "MST": "America/Denver", "PST": "America/Los_Angeles",
}  # fmt: skip
"""Abbreviations of standard time that people also write in summer, and where clocks are then an hour ahead."""
_UTC = frozenset(["UTC", "GMT", "Z"])
"""What formats hold as it is."""
AMERICAN = ("EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST")
"""Beside one of these, CST is American and not Chinese."""
MANY_MEANINGS = {
    "CST": "of North America and of China",
    "IST": "of India, Israel and Ireland",
    "BST": "of British summer and of Bangladesh",
    "AST": "of the Atlantic and of Arabia",
    "GST": "of the Gulf and of South Georgia",
    "ECT": "of Ecuador and of the Eastern Caribbean",
    "AMT": "of the Amazon and of Armenia",
    "SST": "of Samoa and of Singapore",
    "WST": "of Samoa and of Western Australia",
    "ADT": "of the Atlantic and of Arabia",
    "BDT": "of Bangladesh and of Brunei",
}
ABBREVIATION = r"([0-9]|[AaPp][Mm]) ?\(?([A-Z]{1,5})\)?$"
_AREAS = (
    "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Europe|Indian|Mexico|Pacific|US|Etc"
)
PLACE = rf" ?[\[(]?((?:{_AREAS})(?:/[A-Za-z0-9_+-]+)+|UTC|GMT)[\])]?$"
"""A name of the time zone database behind a date."""


def spelled(values: Sequence[str], *, without: str = "") -> tuple[list[str], tuple[str, ...]]:
    """The values as rewritten, and the steps that did it: those that change some value."""
    texts = list(values)
    used: list[str] = []
    for step in STEPS:
        if step == without:
            continue
        done = [_stepped(text, step) for text in texts]
        if done != texts:
            texts, used = done, [*used, step]
    return texts, tuple(used)


def is_changed(text: str) -> bool:
    """Whether some step changes a text that has the numbers of a date or a time, or a zone is named behind it."""
    numbers = re.findall("[0-9]+", text)
    if len(numbers) < 2 or (len(numbers) == 2 and ":" not in text and not any(len(each) == 4 for each in numbers)):
        return False
    zones = map(_compiled_pattern, (PLACE, ABBREVIATION))
    return bool(spelled([text])[1]) or any(pattern.search(text) for pattern in zones)


def _stepped(text: str, step: str) -> str:
    for pattern, replacement in _compiled(step):
        text = pattern.sub(replacement, text, count=0 if step == "spaces" else 1)
    return text


@cache
def _compiled(step: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in STEPS[step])


def spelled_sql(text: str, steps: Sequence[str]) -> str:
    """SQL: the text as these steps rewrite it."""
    for step in steps:
        for pattern, replacement in STEPS[step]:
            flag = ", 'g'" if step == "spaces" else ""
            text = f"regexp_replace({text}, {literal(pattern)}, {literal(replacement)}{flag})"
    return text


def offsets(*, american: bool) -> dict[str, str]:
    """Each abbreviation of a zone with its offset: ` +01:00`."""
    return {
        word: f" {'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
        for word, minutes in FIXED.items()
        if word != "CST" or american
    }


def offset(word: str, *, american: bool) -> str:
    """SQL: the offset of an abbreviation, "" where it is none."""
    whens = " ".join(
        f"WHEN {literal(each)} THEN {literal(ahead)}" for each, ahead in offsets(american=american).items()
    )
    return f"CASE {word} {whens} ELSE '' END"


def is_american(texts: Sequence[str]) -> bool:
    """Whether CST among these texts is of North America."""
    return any((match := _compiled_pattern(ABBREVIATION).search(text)) and match[2] in AMERICAN for text in texts)


def with_offsets(texts: Sequence[str], *, american: bool) -> list[str] | None:
    """The texts with offsets for abbreviations of zones; None where some text has none, or one of many meanings."""
    known = offsets(american=american)
    found, words = [], set()
    for text in texts:
        match = _compiled_pattern(ABBREVIATION).search(text)
        if match is None or match[2] not in known:
            return None
        found.append(text[: match.start()] + match[1] + known[match[2]])
        words.add(match[2])
    return None if words <= _UTC else found


def without_places(texts: Sequence[str]) -> list[str] | None:
    """The texts without the names of places behind them; None where some text has none."""
    matches = [_compiled_pattern(PLACE).search(text) for text in texts]
    found = [text[: match.start()] for text, match in zip(texts, matches, strict=True) if match]
    named = any(match and match[0].strip() not in _UTC for match in matches)
    return found if named and len(found) == len(texts) else None


def many_meanings(texts: Sequence[str]) -> str:
    """The abbreviation of a zone behind all these texts that has many meanings; "" where there is none."""
    found = {match[2] for text in texts if (match := _compiled_pattern(ABBREVIATION).search(text))}
    return next((word for word in sorted(found) if word in MANY_MEANINGS), "")


@cache
def _compiled_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def place(text: str) -> str:
    """SQL: the name of the place behind a text, "" where there is none."""
    return f"regexp_extract({text}, {literal(PLACE)}, 1)"


def abbreviation(text: str) -> str:
    """SQL: the abbreviation of a zone behind a text, "" where there is none."""
    return f"regexp_extract({text}, {literal(ABBREVIATION)}, 2)"


def before_weekday(steps: Sequence[str]) -> tuple[str, ...]:
    """The steps that are done before the weekday is taken out."""
    return tuple(steps[: steps.index("weekday")])


def weekday_word(text: str) -> str:
    """SQL: the letters of the weekday in a text, "" where there is none."""
    found = f"regexp_extract({text}, {literal(WEEKDAY)})"
    return f"regexp_replace({plain_word_sql(found)}, '[^\\pL]|ʼ', '', 'g')"


def is_weekday(word: str, number: str) -> str:
    """SQL: whether a word of letters is the weekday of this number, 1 to 7, in some language."""
    whens = (f"WHEN {n} THEN {word} IN ({', '.join(map(literal, names))})" for n, names in WEEKDAYS.items())
    return f"CASE {number} {' '.join(whens)} ELSE false END"
