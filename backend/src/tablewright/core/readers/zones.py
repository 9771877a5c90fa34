"""In which zones a column of points in time was written, and what was taken for the names of zones."""

# ruff: noqa: S608 - the SQL names only our own columns; other names and texts go through quoting functions

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from tablewright.core.readers import spellings
from tablewright.core.readers.asked import Asked
from tablewright.core.readers.engine import literal
from tablewright.core.readers.kinds import Kind
from tablewright.core.readers.model import Confidence

_OFFSET = r"(Z|z|[+-]\d{2}(?::?\d{2})?)"
_MOST_NAMED = 12


@dataclass(frozen=True)
class Zone:
    """The zone of a column: an offset, the name of a place, or what its abbreviations were read as."""

    value: str
    said: str = "every value is written in it; kept as points in time"
    confidence: Confidence = "certain"
    alone: bool = True


def zones_of(asked: Asked, kinds: Mapping[int, Kind]) -> dict[int, Zone]:
    """For each column of points in time what is to be said of its zones; nothing where all is UTC."""
    named = {i: kind for i, kind in kinds.items() if kind.moments and kind.moments.zone}
    found = {i: _named(asked.con, asked.of(i), i, kind) for i, kind in named.items()}
    bare = {i: kind for i, kind in kinds.items() if i not in found}
    parts = []
    for i, kind in bare.items():
        text = kind.text(f"c{i + 1}")
        offset = f"regexp_extract({_offset_text(kind, text)}, '{_OFFSET}$', 1)"
        written = f"FILTER ({text} IS NOT NULL AND {kind.fits(f'c{i + 1}')})"
        parts += [(i, f"min({offset}) {written}"), (i, f"max({offset}) {written}")]
    ends = list(asked.each(parts))
    for i, low, high in zip(bare, ends[::2], ends[1::2], strict=True):
        if low and low == high and low.strip("+-0:Zz"):
            found[i] = Zone(_offset(low))
        elif low and high and low != high:
            several = f"{_offset(low)} and {_offset(high)}"
            said = f"values are written in {several}, for instance; kept as points in time, in UTC"
            found[i] = Zone("several", said, alone=False)
    return {i: zone for i, zone in found.items() if zone is not None}


def _offset_text(kind: Kind, text: str) -> str:
    return spellings.spelled_sql(text, kind.moments.steps) if kind.moments else text


def _offset(text: str) -> str:
    if text in ("Z", "z"):
        return "+00:00"
    digits = text[1:].replace(":", "").ljust(4, "0")
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def _named(con: duckdb.DuckDBPyConnection, relation: str, i: int, kind: Kind) -> Zone | None:
    assert kind.moments is not None
    column = f"c{i + 1}"
    text = spellings.spelled_sql(kind.text(column), kind.moments.steps)
    if kind.moments.zone == "place":
        rows = con.execute(
            f"SELECT {spellings.place(text)} AS z, count(*) FROM {relation} WHERE {kind.fits(column)} AND {text} IS NOT"
            f" NULL GROUP BY z ORDER BY 2 DESC, z LIMIT {_MOST_NAMED}"
        ).fetchall()
        if len(rows) == 1:
            return Zone(rows[0][0]) if rows[0][0] not in ("UTC", "GMT") else None
        names = ", ".join(f"{name} ({count:,})" for name, count in rows)
        said = f"values are written in {names}; kept as points in time, in UTC"
        return Zone("several", said, alone=False) if rows else None
    clocks = " ".join(
        f"WHEN {literal(word)} THEN timezone({literal(place)}, v) - timezone('UTC', v) <> to_minutes("
        f"{spellings.FIXED[word]})"
        for word, place in spellings.WINTER.items()
    )
    words = f"SELECT {spellings.abbreviation(text)} AS z, {kind.value(kind.text(column))} AS v FROM {relation}"
    rows = con.execute(
        f"SELECT z, count(*), count_if(CASE z {clocks} ELSE false END)"
        f" FROM ({words} WHERE {kind.fits(column)} AND {text} IS NOT NULL) GROUP BY z ORDER BY z"
    ).fetchall()
    offsets = spellings.offsets(american=kind.moments.zone == "american")
    said = ", ".join(f"{word} is read as {offsets[word].strip()} ({count:,})" for word, count, _ in rows)
    summer = [f"{count:,} of {word}" for word, _, count in rows if count]
    if summer:
        said += f"; ASSUMED also in summer, when clocks there are ahead: {', '.join(summer)}"
    value = ", ".join(f"{word} {offsets[word].strip()}" for word, _, _ in rows)
    said += "; kept as points in time, in UTC"
    return Zone(value, said, "assumed" if summer else "likely", alone=False) if rows else None
