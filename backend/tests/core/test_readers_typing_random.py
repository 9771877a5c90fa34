"""Random values written in every way that is understood come back exactly; whatever does not fit comes back as text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from support.typing import one

from tablewright.core.readers.kinds import is_null_word

SPACES = {" ": " ", "\u00a0": " ", "\u202f": " "}
LOCALES = [(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u00a0"), (".", "\u202f"), (".", ""), (",", "")]
AROUND = ["{}", "${}", "{} €", "USD {}", "{} kg", "{} %"]
NEGATIVES = ["-{}", "({})", "{}-"]
ENGLISH = "January,February,March,April,May,June,July,August,September,October,November,December"
GERMAN = "Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember"


def grouped(digits: str, mark: str) -> str:
    """Digits in groups of three."""
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", mark, digits) if mark else digits


def written(number: Decimal, decimal: str, thousands: str, around: str, negative: str) -> str:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).rjust(1 - int(exponent), "0")
    whole, part = (text[:exponent], text[exponent:]) if exponent else (text, "")
    bare = around.format(grouped(whole, thousands) + (decimal + part if part else ""))
    return negative.format(bare) if sign and number else bare


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.lists(
        st.decimals(min_value=-(10**14), max_value=10**14, places=2, allow_nan=False), min_size=2, max_size=12
    ),
    locale=st.sampled_from(LOCALES),
    around=st.sampled_from(AROUND),
    negative=st.sampled_from(NEGATIVES),
)
def test_numbers_in_every_locale_come_back_exactly(numbers, locale, around, negative):
    numbers = [*numbers, Decimal("1234567.25"), Decimal("0.50")]
    found = one([written(number, *locale, around, negative) for number in numbers])
    percent = around.endswith("%")
    assert found.types == ["decimal"]
    assert found.values[0] == [number / 100 if percent else number for number in numbers]
    assert found.columns[0].unit == {"${}": "$", "{} €": "EUR", "USD {}": "USD", "{} kg": "kg"}.get(around)


DATE_FORMATS = [
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%d.%m.%y",
    "%d %b %Y",
]
CLOCKS = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S%p", " %H:%M:%S.%f", "T%H:%M:%S"]


@settings(max_examples=25, deadline=None)
@given(
    moments=st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)), min_size=1, max_size=10),
    day=st.sampled_from(DATE_FORMATS),
    clock=st.sampled_from(CLOCKS),
)
def test_dates_and_times_in_every_order_come_back_exactly(moments, day, clock):
    # A day above 12 proves the order, and lets nothing else be right.
    moments = [*moments, datetime(2024, 12, 28, 13, 45, 10, 250000)]
    texts = [moment.strftime(day + clock) for moment in moments]
    read = [datetime.strptime(text, day + clock) for text in texts]
    assert one(texts).values[0] == (read if clock else [moment.date() for moment in read])


@settings(max_examples=12, deadline=None)
@given(days=st.lists(st.dates(date(1000, 1, 1)), min_size=1, max_size=10), german=st.booleans(), full=st.booleans())
def test_months_as_names_come_back_exactly(days, german, full):
    names = (GERMAN if german else ENGLISH).split(",")
    texts = []
    for day in days:
        name = names[day.month - 1] if full else names[day.month - 1][:3]
        texts.append(f"{day.day}. {name} {day.year:04d}" if german else f"{name} {day.day}, {day.year:04d}")
    assert one(texts).values[0] == days


@settings(max_examples=8, deadline=None)
@given(seconds=st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=10))
def test_durations_come_back_as_seconds_when_asked_for(seconds):
    texts = [
        f"{'-' if second < 0 else ''}{abs(second) // 3600}:{abs(second) // 60 % 60:02d}:{abs(second) % 60:02d}"
        for second in (*seconds, 90_000)
    ]
    assert one(texts, type="integer").values[0] == [*seconds, 90_000]


MIXED = """NA|N/A|-|abc|007|+5|1,234|1.234|1.234,5|1,234.5|12 %|$5|(3)|1e5|1e-400|01/02/2024|28/02/2024|02/28/2024
|2024-02-30|20240131|yes|no|10:30|36:00:00|
| 5 |5 kg|3 May 2024|12345678901234567890|0,5|-0|.5|5.|1 234|1'234|Mai|true|ja"""
ODD = st.one_of(
    st.sampled_from(MIXED.replace("\n", "").split("|")),
    st.integers(-(10**20), 10**20).map(str),
    st.text(max_size=6),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ODD, st.none()), min_size=1, max_size=12))
def test_no_mix_of_values_is_changed(values):
    """Text stays the text; a number has the digits that were written; nothing disappears but words for nothing."""
    found = one(values)
    assert found.receipt.rows_quarantined == 0
    (column,), (read,) = found.columns, found.values
    for text, value in zip(values, read, strict=True):
        if value is None:
            assert not (text or "").strip(" ") or is_null_word(text.strip(" "))
        elif column.type == "text":
            assert value == text
        elif column.type in ("integer", "decimal", "float") and column.format is None:
            digits = re.sub(r"[^0-9]", "", re.sub(r"[eE].*", "", text)).lstrip("0")
            kept = re.sub(r"[^0-9]", "", f"{Decimal(repr(value) if isinstance(value, float) else value):f}").lstrip("0")
            assert kept.rstrip("0") == digits.rstrip("0")
