"""Dates and periods with words in them, and how they are rewritten in numbers: 5 May 2024 as 2024-5-5."""

from __future__ import annotations

import re

from tablewright.core.readers.calendar_names import month_number_sql, plain_word_sql
from tablewright.core.readers.engine import literal

_WORD = r"[^\W\d_]{3,12}"
DAYS = {
    "dmy": rf"(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª)?[ /.-]?(?:de |of |di )?(?P<m>{_WORD})\.?,?[ /.-]?"
    r"(?:de |del |di )?(?P<y>\d{4}|\d{2})",
    "mdy": rf"(?P<m>{_WORD})\.?[ /.-](?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ /.-](?P<y>\d{{4}}|\d{{2}})",
    "ymd": rf"(?P<y>\d{{4}})(?:\. |[ /.-])(?P<m>{_WORD})\.?[ /.-](?P<d>\d{{1,2}})\.?",
}
"""By the order of their parts, with the month as a name."""
PERIODS = {
    "month of a year": rf"(?P<m>{_WORD})\.?,?[ /-](?:de |del |of |di )?(?P<y>\d{{4}}|\d{{2}})(?: ?г\.?| ?р\.)?",
    "year and month": rf"(?P<y>\d{{4}})\.?[ /-](?P<m>{_WORD})\.?",
    "quarter of a year": r"[QqTt](?P<q>[1-4])[ /-]?(?P<y>\d{4}|\d{2})",
    "year and quarter": r"(?P<y>\d{4})[ /-]?[QqTt](?P<q>[1-4])",
    "number of a quarter": r"(?P<q>[1-4])[QqTt][ /-]?(?P<y>\d{4}|\d{2})",
    "year and week": r"(?P<y>\d{4})-?[Ww](?P<w>\d{2})",
    "week of a year": r"(?:KW|kw|Kw) ?(?P<w>\d{1,2})[ /-](?P<y>\d{4})",
}
"""Months by name, quarters of a calendar year, and weeks as ISO 8601 counts them."""
_SHAPES = {**DAYS, **PERIODS}


def in_numbers(name: str, text: str) -> str:
    """SQL: a text of this shape in numbers, year first, and what stands behind it; the first day of a period."""
    shape = _SHAPES[name].replace(_WORD, r"\pL+").replace(r"\d", "[0-9]")
    if name in DAYS:
        shape += "(?P<rest>(?:[ T:,].*)?)"
    groups = re.findall(r"\?P<(\w+)>", shape)
    shape = re.sub(r"\?P<\w+>", "", shape)
    parts = {
        "m": f"'-' || {month_number_sql(plain_word_sql('p.m'))}",
        "q": "'-' || coalesce(CAST(TRY_CAST(p.q AS INTEGER) * 3 - 2 AS VARCHAR), '')",
        "w": "'-W' || lpad(p.w, 2, '0')",
    }
    found = [parts[group] for group in groups if group in parts]
    day = "p.d || p.rest" if name in DAYS else "'1'"
    names = ", ".join(map(literal, groups))
    extracted = f"regexp_extract({text}, {literal(f'^{shape}$')}, [{names}])"
    # What a lambda names is evaluated once, and what it repeats each time.
    return f"list_transform([{extracted}], lambda p: p.y || {found[0]} || '-' || {day})[1]"
