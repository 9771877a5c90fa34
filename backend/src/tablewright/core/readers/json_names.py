"""Names of members that are data themselves: the keys under which an object holds rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

_DATA = re.compile(
    r"""
    \d{4}-\d{2}(-\d{2}([T ]\d{2}:?\d{2}.*)?)? | \d{4}-?(Q[1-4]|W\d{2})  # a month, a day, a moment, a quarter, a week
    | \d{1,2}[./]\d{1,2}[./]\d{4} | \d{4}[./]\d{1,2}[./]\d{1,2}
    | \d{5,}  # a number that something has, or a day; fewer digits may count the members
    | [0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12} | (?=.*\d)([0-9a-f]{16,}|[0-9A-F]{16,})
    | -(?=[a-z]*[A-Z0-9_])[A-Za-z0-9_][\w-]{3,}  # no name that a program's author gives begins so; `--level` does
    | [^\s@]+@[^\s@]+\.[^\s@]+ | https?://\S+ | \d{1,3}(\.\d{1,3}){3}(/\d+)?
    """,
    re.VERBOSE | re.ASCII,
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")
_MINGLED = re.compile(r"\d[A-Za-z_-]+\d")
_NUMBERED = re.compile(r"(\D*)(\d+)", re.ASCII)
LEAST_DIGITS = 3
"""Behind a word that all names begin with: user_0017. Fewer may tell apart what belongs together: line1, line2."""


def are_data(names: Collection[str]) -> bool:
    """Whether names are days, identifiers or addresses, as no program's author calls the members of an object."""
    worded = len(names) > 1 and not any(map(str.isdigit, names))
    return bool(names) and (
        all(map(_DATA.fullmatch, names)) or _are_tokens(names) or (worded and are_numbered(names, LEAST_DIGITS))
    )


def are_numbered(names: Collection[str], digits: int = 1) -> bool:
    """Whether names are numbers of so many digits, or one word with such numbers behind it."""
    found = [_NUMBERED.fullmatch(name) for name in names]
    return (
        all(one is not None and len(one[2]) >= digits for one in found) and len({one[1] for one in found if one}) == 1
    )


def share_members(objects: Collection[Collection[str]], least: float = 0.5) -> bool:
    """Whether members that most objects have are most of what they have, so that the objects are rows of one table."""
    counts = Counter(name for names in objects for name in names)
    usual = sum(count for count in counts.values() if count * 2 >= len(objects))
    return usual >= least * counts.total()


def _are_tokens(names: Collection[str]) -> bool:
    """Whether names are equally long and made of letters and digits at random."""
    alike = len(names) > 1 and len(set(map(len, names))) == 1 and all(map(_TOKEN.fullmatch, names))
    return alike and sum(_MINGLED.search(name) is not None for name in names) * 2 >= len(names)
