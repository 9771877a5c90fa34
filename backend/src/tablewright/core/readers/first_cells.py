"""Whether the first cell of a column of words is its name or one more value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

LEAST_CODES = 3
LEAST_ORDERED = 20
MUCH_LONGER = 4
"""Where most values are so many times as long as the cell above them, it is no word like them."""
LOOKED_AT = 200
"""So many values below a cell tell."""

YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
"""What may be the name of a column though it is a number."""
_MARK = re.compile(r"[%$€£¥]")
_MONTH = re.compile(r"^(?:0[1-9]|1[0-2])[./-](?:19|20)\d\d$")
_WHOLE = re.compile(r"\d{1,9}")
_CODE = re.compile(r"(?=\D*\d)(?=[^@\W_]*[-/:.@])\S+|[\w.+-]+@[\w.-]+")
_HASH = re.compile(r"(?=\D*\d)[0-9a-fA-F]{8,}")
_HEX = re.compile(r"[0-9A-F]{4,8}|[0-9a-f]{4,8}")
_PARTED = re.compile(r"\w+(?:[-./:]\w+){2,}")
_IDENTIFIER = re.compile(r"[A-Za-z]+\d*(?:_[A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+")
_HEADINGS = frozenset(
    """
    name nom nombre word term keyword phrase url link title text label id code value category type class domain country
    city state region place location comment message sentence query question answer tag user username address author
    product item company language description profession occupation job department sector industry species colour color
    animal fruit team player subject topic genre brand model movie film book song artist status gender skill
    organisation organization institution school university event date month year entity group party gene symbol ticker
    isbn sku uuid path file filename folder version license reason source target feature field column variable attribute
    parameter key property mail email e-mail review tweet post note remark
    """.split()  # noqa: SIM905
)
"""Words that usually stand over a list."""


def is_code(cell: str, values: Sequence[str]) -> bool:
    """Whether a cell and nearly all values below it are codes of one form: `74-82-8`, `a/0/1`, `x@y.org`, `00C1`."""
    cell, values = cell.strip(), values[:LOOKED_AT]
    if "@" not in cell and not any(map(str.isdigit, cell)):
        return False
    if YEAR.fullmatch(cell) and not any(value.strip().isdigit() for value in values):
        return False  # the name of a column: 2023
    return any(
        len(values) >= least and sum(form(value.strip()) == own for value in values) * 10 >= len(values) * 9
        for form, least in _FORMS
        if (own := form(cell))
    )


def is_first(cell: str, values: Sequence[str]) -> bool:
    """Whether a cell is the first of many values in alphabetical order: as long as all others, or the begin of the
    next."""
    if len(values) < LEAST_ORDERED or not all(a < b for a, b in pairwise((cell, *values))):
        return False
    alike = cell.isupper() == values[0].isupper() and {len(value) for value in values} == {len(cell)}
    return alike or (len(cell) > 1 and values[0].startswith(cell))


def number_columns(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether numbers over numbers are names: they go up in equal steps, 1, 2, 3, as hardly a row below does, or all
    have a mark, 10 %, or are months, 01.2023, as no value below. `rows`: the values below each, row by row."""
    rows = [row for row in rows[:LOOKED_AT] if all(value.strip() for value in row)]
    if not rows or sum(any(map(str.isdigit, value)) for value in rows[0]) * 2 < len(rows[0]):
        return False  # nothing below, or words, which are the names
    for form in (_MARK, _MONTH):
        if all(map(form.search, cells)) and not any(form.search(value) for row in rows for value in row):
            return True
    counting = sum(len(steps := _steps(row)) == 1 and min(steps) >= 0 for row in rows)
    return len(rows) >= LEAST_CODES and counts_on(cells) and counting * 5 < len(rows)


def counts_on(cells: Sequence[str]) -> bool:
    """Whether whole numbers go up in equal steps: from 0 or 1, periods such as 202301, or four numbers at least."""
    if len(cells) < 3:
        return False
    first, steps = _bare(cells[0]), _steps(cells)
    if len(steps) != 1 or min(steps) <= 0:
        return False
    return len(cells) > 3 or (steps == {1} and (first in ("0", "1") or len(first) > 4))


def _steps(cells: Sequence[str]) -> set[int]:
    """How far whole numbers are from one to the next; none when one is something else."""
    bare = list(map(_bare, cells))
    return {int(b) - int(a) for a, b in pairwise(bare)} if all(map(_WHOLE.fullmatch, bare)) else set()


def _bare(cell: str) -> str:
    return cell.strip("()[] ")


def is_heading(cell: str) -> bool:
    """Whether a word usually stands over a list."""
    last = cell.strip().lower().rpartition(" ")[2]  # first name, Product names
    return not _HEADINGS.isdisjoint((last, last.removesuffix("s"), last.removesuffix("ies") + "y"))


def heads(cell: str, values: Sequence[str]) -> bool:
    """Whether a word over the only column, which holds words, is its name: a usual heading, or something that none of
    the values below it is, such as short."""
    cell, values = cell.strip(), [value.strip() for value in values[:LOOKED_AT]]
    if is_heading(cell):
        return True
    longer = sum(len(value) > len(cell) * MUCH_LONGER for value in values)
    if len(set(values)) * 2 <= len(values) or longer * 5 >= len(values) * 4:
        return True
    if _IDENTIFIER.fullmatch(cell) and not any(map(_IDENTIFIER.fullmatch, values)):
        return True
    if len(values) < LEAST_CODES:
        return True
    ordered = len(values) >= LEAST_ORDERED and all(a.lower() <= b.lower() for a, b in pairwise(values))
    if ordered and cell.lower() > values[0].lower():
        return True
    if is_code(values[0], values[1:]) and not is_code(cell, values):
        return True
    digits = sum(any(map(str.isdigit, value)) for value in values)
    if digits * 10 >= len(values) * 9 and not any(map(str.isdigit, cell)):
        return True
    small = [value[:1].islower() for value in values]
    if not any(small) if cell[:1].islower() else cell[:1].isupper() and all(small):
        return True
    return cell.isupper() and len(cell) > 2 and not any(map(str.isupper, values))


def _punctuated(code: str) -> str:
    """A code with marks in it, without what differs from one to the next."""
    if not _CODE.fullmatch(code):
        return ""
    return "@" if "@" in code else re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", code[:80]))


def _hash(code: str) -> str:
    return str(len(code)) if _HASH.fullmatch(code) else ""


def _hexadecimal(code: str) -> str:
    """One number of hexadecimal digits, several, or a range."""
    return "h" if code and all(map(_HEX.fullmatch, re.split(r" |\.\.", code[:80]))) else ""


def _parts(code: str) -> str:
    """A code of three parts or more, by their lengths."""
    return re.sub(r"\w", "x", code) if len(code) < 80 and _PARTED.fullmatch(code) else ""


_FORMS: tuple[tuple[Callable[[str], str], int], ...] = (
    (_punctuated, LEAST_CODES),
    (_hash, LEAST_CODES),
    (_hexadecimal, LEAST_CODES),
    (_parts, 2),
)
"""The forms of codes, and how many of one form are needed below the first."""
