"""What kind of thing stands in a cell, as one small number, so that rows and columns are counted as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from tablewright.core.readers.structure.model import Cell
from tablewright.core.readers.words import CURRENCIES

EMPTY, NUMBER, YEAR, DATE, MISSING, TEXT, LONG, BOOLEAN, LETTER = range(9)
"""LETTER: one of the letters that statistical tables put for a value that is not there; as a name it is possible."""
NUMERIC = frozenset((NUMBER, YEAR))
VALUES = bytes((NUMBER, YEAR, DATE, MISSING, BOOLEAN, LETTER))
WORDS = bytes((TEXT, LONG))

LONG_CHARACTERS = 80
"""A text longer than this is a sentence, not a label."""
VALUE_CHARACTERS = 40

_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_SIGNS = sorted(CURRENCIES, key=len, reverse=True)
_CODES = "|".join(sign for sign in _SIGNS if sign.isascii() and sign.isalpha())
_OTHERS = "|".join(re.escape(sign) for sign in _SIGNS if not (sign.isascii() and sign.isalpha()))
_CURRENCY = rf"(?:{_OTHERS}|\b(?:{_CODES})\b)"
_DAYS = "fy ja fe ma ap ju au oc de mo tu we th fr sa su".split()  # noqa: SIM905
_STARTS = frozenset([*_DAYS, *(sign[:2].lower() for sign in CURRENCIES)])
"""With which two letters a currency, a month or a day of the week begins."""
_NUMBER = re.compile(
    rf"(?:\\\d{{1,2}}\s?)?(?:{_CURRENCY}\s?)?[(\[]?\s?[-+−–]?\s?{_CURRENCY}?\s?[-+−–]?\s?"
    rf"(?:\d[\d\s.,'’·]*|[.,]\d+)(?:[eE][-+]?\d+)?(?:(?<=[.,]\d\d)[-−])?"
    rf"\s?(?:%|‰|{_CURRENCY})?\s?[)\]]?(?:[*†‡§#^]+|\s?[A-Za-z]|\s?\\\d{{1,2}})?"
)
_YEAR = re.compile(
    r"(?:FY\s?)?(?:1[89]|20)\d\d(?:\s?[-–/]\s?(?:\d\d|(?:1[89]|20)\d\d))?\s?(?:[*†‡§#]+|[eprf]|\\\d{1,2})?"
)
_MONEY_OF_YEAR = re.compile(rf"(?:{_CODES}) (?:19|20)\d\d|(?:19|20)\d\d (?:{_CODES})")
"""Rather the name of a column, PLN 2023, than an amount."""
_THOUSANDS = re.compile(r"(?:[$€£] ?['’]?|['’])000s?|000s")
"""A unit, not a number."""
_RULE = re.compile(r"[-=_–—. ]{2,}|\(\\?\d{1,2}\)|\([A-Z]\)|\\\d{1,2}")
"""A drawn line, or the mark of a footnote in the place of a value."""
BOUND = re.compile(r"[<>≤≥]=?\s?[-+]?\d[\d.,]*\s?%?")
"""A value of which only a limit is known: below what can be measured. As a name it is possible."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_CLOCK = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_DATE = re.compile(
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}}){_CLOCK}"
    rf"|(?:[a-z]{{3,9}},?\s)?\d{{1,2}}[-/ .]{{0,2}}{_MONTH}[-/ ,.]{{0,2}}(?:\d{{4}}|\d{{2}}){_CLOCK}"
    rf"|{_MONTH}[ -]?\d{{1,2}},?\s?\d{{4}}{_CLOCK}"
    rf"|{_MONTH}[-/ ']{{0,2}}(?:\d{{4}}|\d{{2}})"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)\d\d|\d\d)")
"""A date that would be a number as well."""
_MISSING = frozenset(
    """
    - -- --- – — − . .. ... … * ** ## : :: / ? ! † ‡ (D) (S) (X) (Z) n/a N/A NA na n.a. N.A. n.a N.A (NA) (na) ND nd
    n.d. nil Nil NIL null NULL Null none None NaN nan NAN #N/A #VALUE! #REF! #DIV/0! #NAME? #NUM! #NULL!
    """.split()  # noqa: SIM905
)
_LETTERS = frozenset("xXFEZcDS#")
"""What stands for a value in some tables, and is a name in others."""


def kind_of_text(text: str) -> int:
    """The kind of a text cell."""
    bare = text.strip()
    if _PLAIN.fullmatch(bare):
        return YEAR if len(bare) == 4 and bare.isdecimal() and "1800" <= bare <= "2100" else NUMBER
    if not bare:
        return EMPTY
    if len(bare) > LONG_CHARACTERS:
        return LONG
    if bare in _MISSING or (not bare[0].isalnum() and (_RULE.fullmatch(bare) or BOUND.fullmatch(bare))):
        return MISSING
    if bare in _LETTERS:
        return LETTER
    if len(bare) > VALUE_CHARACTERS or not _DIGIT.search(bare):
        return TEXT
    if bare[0].isalpha() and bare[:2].lower() not in _STARTS:
        return TEXT
    if _YEAR.fullmatch(bare):
        return YEAR
    if _DOTTED.fullmatch(bare):
        return DATE
    if _NUMBER.fullmatch(bare):
        return TEXT if _THOUSANDS.fullmatch(bare) or _MONEY_OF_YEAR.fullmatch(bare) else NUMBER
    return DATE if _DATE.fullmatch(bare) else TEXT


def kind_of(cell: Cell) -> int:
    """The kind of a typed cell."""
    if cell is None:
        return EMPTY
    if isinstance(cell, str):
        return kind_of_text(cell)
    if isinstance(cell, bool):
        return BOOLEAN
    if isinstance(cell, (int, float)):
        return YEAR if 1800 <= cell <= 2100 and cell == int(cell) else NUMBER
    return DATE if isinstance(cell, (date, time, timedelta)) else NUMBER


def kinds_of(grid: Sequence[Sequence[Cell]], width: int) -> list[bytes]:
    """The kinds of every row, each padded to the same width."""
    known: dict[str, int] = {}
    rows: list[bytes] = []
    for row in grid:
        kinds = []
        for cell in row:
            if cell is None:
                kind = EMPTY
            elif isinstance(cell, str):
                found = known.get(cell)
                kind = known[cell] = kind_of_text(cell) if found is None else found
            else:
                kind = kind_of(cell)
            kinds.append(kind)
        rows.append(bytes(kinds).ljust(width, b"\0"))
    return rows


def text_of(cell: Cell) -> str:
    """A cell as a name shows it: one line, a whole float without its point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return " ".join(str(cell).split())


def column_types(rows: Sequence[bytes]) -> list[int]:
    """The type of every column: what most of its cells are. Numbers win a tie, for headers and notes are words."""
    types: list[int] = []
    for column in map(bytes, zip(*rows, strict=True)):
        years, dates = column.count(YEAR), column.count(DATE)
        numbers = column.count(NUMBER) + years
        words = column.count(TEXT) + column.count(LONG) + column.count(BOOLEAN)
        if numbers and numbers >= words + dates:
            types.append(YEAR if years * 5 >= numbers * 4 else NUMBER)
        elif dates and dates >= words:
            types.append(DATE)
        elif words or column.count(LETTER) or column.count(MISSING):
            types.append(TEXT)
        else:
            types.append(EMPTY)
    return types
