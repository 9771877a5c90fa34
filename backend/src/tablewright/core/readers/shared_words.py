"""A word that is the only one among the numbers of several columns: it says that there is no value, MM or ND."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tablewright.core.readers.kinds import proposed
from tablewright.core.readers.words import BOOLEAN_WORDS

LEAST_COLUMNS = 2
_WORD = re.compile(r"[^\W\d_]{2,12}|\*{1,3}")
_BOOLEANS = frozenset(word for pair in BOOLEAN_WORDS for word in pair)


def shared_words(columns: Mapping[int, Sequence[str]]) -> dict[str, list[int]]:
    """For each such word the columns in which it stands.

    `columns`: the first values of columns of text. A single letter is a mark that says something, as yes and no do.
    """
    found: dict[str, list[int]] = {}
    for column, values in columns.items():
        words = set(filter(_WORD.fullmatch, map(str.strip, values)))
        if len(words) == 1 and _are_numbers(value for value in values if value.strip() not in words):
            found.setdefault(words.pop(), []).append(column)
    return {
        word: places for word, places in found.items() if len(places) >= LEAST_COLUMNS and word.lower() not in _BOOLEANS
    }


def _are_numbers(values: Iterable[str]) -> bool:
    kind = proposed([*values], leaning=False)
    return kind is not None and kind.type.is_number
