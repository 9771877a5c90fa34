"""Units that only number formats say, where a column has several: 5 $ and 7 € are the numbers 5 and 7."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tablewright.core.readers.excel.cells import UnitRun
from tablewright.core.readers.excel.formats import NumberFormat
from tablewright.core.readers.model import Receipt

LISTED_UNITS = 10


def units_of(runs: Sequence[UnitRun], formats: Sequence[NumberFormat], first: int, last: int) -> list[tuple[str, int]]:
    """The units of the numbers between two lines of a column and how many have each, the most frequent first."""
    spelt: dict[str, str] = {}
    found: Counter[str] = Counter()
    for run in runs:
        begin, end = max(run.first, first), min(run.last, last)
        if begin > end or run.style >= len(formats):
            continue
        format = formats[run.style]
        unit = "%" if format.is_share else format.unit or ""
        if unit:
            # Of numbers that reach beyond the lines no more are counted than there are lines.
            found[spelt.setdefault(unit.casefold(), unit)] += min(run.count, end - begin + 1)
    if sum(found.values()) * 2 < last - first + 1:
        return []  # numbers here and there in a column of words
    return found.most_common()


def say_units(receipt: Receipt, name: str, column: str, units: Sequence[tuple[str, int]]) -> None:
    """Say that a column's numbers are of several units, which the numbers themselves do not show."""
    listed = ", ".join(f"{unit} in {count:,} cell{'s' * (count > 1)}" for unit, count in units[:LISTED_UNITS])
    listed += ", …" if len(units) > LISTED_UNITS else ""
    said = f"number formats show {listed}; the numbers are read without their units"
    receipt.decide(f"unit of {name}", "several", said, column=column, confidence="assumed")
    receipt.warn(
        f'"{name}" has numbers of several units, which only their formats show: {listed}. They are read as they are '
        "stored, so they should not be added up.",
        column=name,
        count=sum(count for _, count in units),
    )
