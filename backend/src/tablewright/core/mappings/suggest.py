"""Which column of a file is which column of a dataset: name, type and values, each with its weight."""

from __future__ import annotations

from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass

from tablewright.core.mappings.likeness import likeness
from tablewright.core.mappings.model import FromColumn, MappedColumn, Mapping
from tablewright.core.tables import Column, ColumnType

LEAST = 0.55
SKETCH = 256
"""How many hashes of a column's values are kept."""
_NAME, _TYPE, _VALUES = 0.6, 0.15, 0.25
_CLEARLY = 0.8
_TELLING = 3
"""Columns with fewer different values (yes and no) overlap by chance."""


@dataclass(frozen=True)
class Suggestion:
    source: str
    """The column's name in the file."""
    id: str
    name: str
    score: float
    why: tuple[str, ...]


def overlap(one: Sequence[int], other: Sequence[int]) -> float | None:
    """How much of the smaller set of values is in the other, from sketches of smallest hashes; None: cannot tell."""
    if len(one) < _TELLING or len(other) < _TELLING:
        return None
    # A full sketch knows nothing beyond its largest hash.
    edge = min((sketch[-1] for sketch in (one, other) if len(sketch) >= SKETCH), default=None)
    a, b = ({value for value in sketch if edge is None or value <= edge} for sketch in (one, other))
    least = min(len(a), len(b))
    return len(a & b) / least if least >= _TELLING else None


def suggestions(
    source: Sequence[Column],
    targets: Sequence[Column],
    source_values: Values[str, Sequence[int]],
    target_values: Values[str, Sequence[int]],
) -> list[Suggestion]:
    """The likely pairs, best first; every column is in one pair at most."""
    pairs = []
    for column in source:
        for target in targets:
            pair = _pair(column, target, source_values.get(column.id, ()), target_values.get(target.id, ()))
            if pair.score >= LEAST:
                pairs.append(pair)
    found: list[Suggestion] = []
    sources: set[str] = set()
    ids: set[str] = set()
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.source, pair.id)):
        if pair.source not in sources and pair.id not in ids:
            sources.add(pair.source)
            ids.add(pair.id)
            found.append(pair)
    return found


def _pair(column: Column, target: Column, one: Sequence[int], other: Sequence[int]) -> Suggestion:
    alike = likeness(column.name, target.name)
    kind = _same_kind(column.type, target.type)
    shared = overlap(one, other)
    why = []
    if alike == 1.0:
        why.append("the names are the same")
    elif alike >= _CLEARLY:
        why.append(f"the names are alike ({alike:.0%})")
    if kind == 1.0:
        why.append(f"both are {target.type}")
    elif kind:
        why.append(f"{column.type} fits {target.type}")
    score = _NAME * alike + _TYPE * kind
    if shared is None:
        score /= _NAME + _TYPE
    else:
        score += _VALUES * shared
        if shared >= 0.1:
            why.append(f"{shared:.0%} of the values are the same")
        if shared >= _CLEARLY and kind == 1.0:
            score = max(score, 0.5 + 0.4 * shared)  # other words, same content
    # Whatever else agrees: the same name with a type that cannot be is worth a look, never a certainty.
    return Suggestion(column.name, target.id, target.name, round(min(score, 1.0), 3), tuple(why))


def _same_kind(one: ColumnType, other: ColumnType) -> float:
    if one == other:
        return 1.0
    if (one.is_number and other.is_number) or (one.is_time and other.is_time):
        return 0.8
    return 0.4 if ColumnType.TEXT in (one, other) else 0.0


def mapping_of(source: Sequence[Column], targets: Sequence[Column], found: Sequence[Suggestion]) -> Mapping:
    """A complete mapping of these suggestions, in the dataset's order; what is left becomes new columns."""
    by_id = {suggestion.id: suggestion for suggestion in found}
    columns = [
        MappedColumn(id=target.id, name=target.name, source=FromColumn(column=by_id[target.id].source))
        for target in targets
        if target.id in by_id
    ]
    taken = {suggestion.source for suggestion in found}
    names = {column.name for column in columns}
    for column in source:
        if column.name not in taken:
            name = column.name
            while name in names:
                name += " (file)"
            names.add(name)
            columns.append(MappedColumn(name=name, source=FromColumn(column=column.name)))
    return Mapping(columns=tuple(columns))
