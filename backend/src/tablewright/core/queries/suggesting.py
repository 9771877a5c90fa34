"""Which columns of two tables probably mean the same, told from what versions keep: names, types and profiles.

Declared keys come first. Otherwise a pair is scored by how alike the names are ("Customer id" and the Id of Customers),
whether values overlap, and whether the joined column tells its rows apart: then no row multiplies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.core.mappings.likeness import likeness, normalised
from tablewright.core.queries.sources import comparable
from tablewright.core.tables.schema import Column, ColumnType, Schema

SHOWN = 5
_LEAST = 0.55
_NO_KEYS = {ColumnType.FLOAT, ColumnType.BOOLEAN, ColumnType.NESTED, ColumnType.TIME}


@dataclass(frozen=True)
class Candidate:
    """A table that could be joined, or is there already."""

    name: str
    schema: Schema
    profile: Sequence[Mapping[str, Any]]
    """As versions keep it: one a column."""
    rows: int


@dataclass(frozen=True)
class Suggestion:
    """A pair of columns to join on."""

    left: str
    right: str
    score: float
    """From 0 to 1."""
    multiplies: bool
    """Values of the right column repeat, so rows may become several."""
    reason: str


def suggest_joins(
    left: Candidate, right: Candidate, *, declared: Sequence[tuple[str, str]] = ()
) -> tuple[Suggestion, ...]:
    """The best pairs of columns to join two tables on, the best first; none when nothing fits."""
    profiles = [{each["id"]: each for each in of.profile} for of in (left, right)]
    found: list[Suggestion] = []
    for one in left.schema.columns:
        for other in right.schema.columns:
            theirs = profiles[1].get(other.id, {})
            unique = _is_unique(theirs, right.rows)
            if (one.id, other.id) in declared:
                found.append(Suggestion(one.id, other.id, 1.0, not unique, "The file declares this key."))
                continue
            if {one.type, other.type} & _NO_KEYS or not comparable(one, other) or "measure" in (one.role, other.role):
                continue
            ours = profiles[0].get(one.id, {})
            alike = _alike(one, other, right.name)
            overlap = _overlap(ours, theirs)
            if alike < 0.8 and not (unique and (overlap or 0) > 0.9 and alike > 0.5):
                continue
            score = 0.55 * alike + 0.3 * (0.5 if overlap is None else overlap) + 0.15 * unique
            if score >= _LEAST:
                found.append(Suggestion(one.id, other.id, round(score, 3), not unique, _reason(alike, overlap, unique)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.left, each.right))[:SHOWN])


def _alike(one: Column, other: Column, table: str) -> float:
    """How alike two names are, with the name of the joined table before the second one too."""
    whole = f"{_singular(table)} {other.name}"
    names = [likeness(one.name, other.name), likeness(one.name, whole)]
    if normalised(other.name) in ("id", "code", "key", "number", "no", "nr"):
        names.append(likeness(one.name, _singular(table)))
        # Two columns "Id" of two tables mean two things.
        names[0] *= 0.5
    return max(names)


def _singular(name: str) -> str:
    plain = normalised(name)
    if plain.endswith("ies"):
        return f"{plain[:-3]}y"
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def _is_unique(profile: Mapping[str, Any], rows: int) -> bool:
    distinct = int(profile.get("distinct_count") or 0)
    filled = rows - int(profile.get("null_count") or 0)
    near = 0.97 if profile.get("distinct_is_approximate") else 1.0
    return filled > 0 and distinct >= filled * near


def _overlap(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> float | None:
    """Which share of our values the other column may have; None when profiles do not tell."""
    known = [{str(each["value"]) for each in profile.get("top") or ()} for profile in (ours, theirs)]
    if known[0] and len(known[1]) == int(theirs.get("distinct_count") or 0) > 0:
        return len(known[0] & known[1]) / len(known[0])
    ends = [profile.get(end) for profile in (ours, theirs) for end in ("min", "max")]
    if any(each is None or isinstance(each, str) for each in ends):
        return None
    low, high, other_low, other_high = (float(each) for each in ends if each is not None)
    if low == high:
        return float(other_low <= low <= other_high)
    return max(0.0, min(high, other_high) - max(low, other_low)) / (high - low)


def _reason(alike: float, overlap: float | None, unique: bool) -> str:
    parts = ["the names are the same" if alike == 1 else "the names are alike" if alike >= 0.8 else "values fit"]
    if overlap is not None and overlap > 0:
        parts.append(f"about {overlap:.0%} of the values may match")
    parts.append("each value stands in one row" if unique else "values stand in several rows")
    words = ", ".join(parts)
    return f"{words[:1].upper()}{words[1:]}."
