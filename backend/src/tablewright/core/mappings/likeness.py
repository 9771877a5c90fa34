"""How alike two column names are."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")


def normalised(name: str) -> str:
    """Lower-case words without accents and marks.

    >>> normalised("OrderDate"), normalised("order_date"), normalised(" Größe (cm) ")
    ('order date', 'order date', 'grosse cm')
    """
    spread = _CAMEL.sub(" ", name)
    folded = unicodedata.normalize("NFKD", spread).casefold()
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return _APART.sub(" ", plain).strip()


def likeness(one: str, other: str) -> float:
    """From 0 to 1; 1 when nothing but case, accents and marks differs."""
    a, b = normalised(one), normalised(other)
    if not a or not b:
        return 1.0 if one == other else 0.0
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return 1.0
    return max(JaroWinkler.normalized_similarity(a, b), token_sort_ratio(a, b) / 100) * 0.99
