"""Why a column stays text whose values look like dates: what one would have to know, or lose, to read them as such."""

from __future__ import annotations

from collections.abc import Sequence

from tablewright.core.readers import moments, periods, spellings
from tablewright.core.readers.kinds import Kind, dated, proposed


def years_elsewhere(values: Sequence[str]) -> str:
    """Dates whose years are of the Buddhist calendar; "" where they are none."""
    if not moments.years_of_buddha(values) or not all(map(_is_moment, values)):
        return ""
    return f"dates with years like those of the Buddhist calendar, kept as they are: {values[0][:40]}"


def zone_of_many_meanings(values: Sequence[str]) -> str:
    """Times in a zone whose abbreviation has several meanings; "" where there is none."""
    word = spellings.many_meanings(values)
    if not word or not all(_is_moment(value.replace(word, "UTC")) for value in values):
        return ""
    return f"times with {word}, a zone {spellings.MANY_MEANINGS[word]}: kept as they are"


def months_and_the_like(values: Sequence[str]) -> tuple[Kind, str] | None:
    """How months, quarters or weeks would be read as dates, and why they are not."""
    written = periods.written(values)
    if written is None:
        return None
    said = (
        f"{written.first_of} written like {values[0]}, kept as they are: read as dates they are the first day of each"
    )
    if periods.may_be_days(values):
        said = f"months of a year like {values[0]}, or days of a year that is not said: kept as they are"
    return dated(written), said


def _is_moment(value: str) -> bool:
    kind = proposed([value])
    return kind is not None and kind.is_moment
