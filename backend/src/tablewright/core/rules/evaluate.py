"""Answers become verdicts: what fired, with which values, and what is said about it. Pure; alerts build on it.

What is promised:

- Numbers are compared exactly: decimals and whole numbers as decimals, floats as the shortest decimal that they are.
- Periods follow the calendar: the month one year before is that month, whatever rows there are. A group without rows in
  one of the two periods has 0 there when its measure is a count or a sum, and otherwise nothing to compare.
- A change in percent is by the size of what was before; from nothing or 0 there is none, so nothing fires.
- A verdict tells "nothing fired" from "there was nothing to look at".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from functools import reduce
from statistics import median_high, median_low
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from tablewright.core.queries.model import Aggregate, Answer, Scalar
from tablewright.core.rules import periods
from tablewright.core.rules.asked import MOST_GROUPS
from tablewright.core.rules.messages import filled, shown
from tablewright.core.rules.model import ChangeCheck, Limit, Relative, ResultCheck, RowCheck, Rule, Severity
from tablewright.core.rules.problems import TooManyGroupsToCheck

LISTED = 100
_EXACT = Context(prec=60)
_ADDITIVE = {Aggregate.COUNT_ROWS, Aggregate.COUNT, Aggregate.SUM}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fired(_Value):
    """One row, cell or group for which a rule fires."""

    group: dict[str, Scalar]
    """What it is: the values of its dimensions by their labels, or of its row by their columns' names."""
    values: dict[str, Scalar]
    """What was found: `value`, `before`, `change`, `percent`, `relative`; numbers as exact text."""
    message: str


class Evaluation(_Value):
    """What became of a rule when it was looked at once."""

    rule_id: UUID
    name: str
    severity: Severity
    state: Literal["fired", "quiet", "no_data"]
    n: int
    """How many rows, cells or groups it fires for."""
    of: int | None
    """Of how many, where that is known."""
    period: str | None = None
    """The period that was looked at, as the date on which it begins."""
    message: str
    """One line about all of it."""
    fired: tuple[Fired, ...]
    """The first of them."""


def evaluate(rule: Rule, answer: Answer, *, today: date, period: date | None = None) -> Evaluation:
    """Whether a rule fires, from the answer of its question (see `asked.question_of`).

    `period` names the one that a rule about change looks at; without it, the newest that is over.
    """
    check = rule.check
    if isinstance(check, RowCheck):
        return _rows(rule, answer)
    if isinstance(check, ResultCheck):
        return _cells(rule, check, answer)
    changes = Changes.of(rule, check, answer)
    newest = period or changes.newest(today)
    if newest is None:
        return _verdict(rule, 0, 0, [], None)
    found = list(changes.at(newest))
    fires = [change for change in found if change.fires(check)]
    messages = [_change_fired(rule, check, change) for change in fires[:LISTED]]
    return _verdict(rule, len(fires), len(found), messages, newest)


def by_period(rule: Rule, answer: Answer, *, today: date) -> list[tuple[date, int, int]]:
    """For each period of a rule about change: its start, for how many groups it would have fired, of how many."""
    check = rule.check
    assert isinstance(check, ChangeCheck)
    changes = Changes.of(rule, check, answer)
    found = []
    for start in changes.periods(today):
        compared = list(changes.at(start))
        found.append((start, sum(change.fires(check) for change in compared), len(compared)))
    return found


def _verdict(rule: Rule, n: int, of: int | None, fired: list[Fired], period: date | None) -> Evaluation:
    state: Literal["fired", "quiet", "no_data"] = "fired" if n else "no_data" if of == 0 else "quiet"
    if n == 1 and fired:
        message = fired[0].message
    elif n and fired:
        message = shown(f"{fired[0].message} (and {n - 1:,} more)", 1_100)
    else:
        message = shown(rule.name)
    return Evaluation(
        rule_id=rule.id,
        name=rule.name,
        severity=rule.severity,
        state=state,
        n=n,
        of=of,
        period=period.isoformat() if period else None,
        message=message,
        fired=tuple(fired),
    )


# --- rows -----------------------------------------------------------------------------------------


def _rows(rule: Rule, answer: Answer) -> Evaluation:
    n = answer.total_count if answer.total_count is not None else answer.row_count
    fired = []
    for at in range(min(answer.row_count, LISTED)):
        row = {column.key: answer.data[column.key][at] for column in answer.columns}
        names = {column.label: row[column.key] for column in answer.columns}
        words = {**_words(names), **{f"#{key}": _word(value) for key, value in row.items()}, "rule": rule.name}
        fired.append(Fired(group=names, values={}, message=filled(rule.message or rule.name, words)))
    return _verdict(rule, n, None, fired, None)


# --- cells of a result ----------------------------------------------------------------------------


def _cells(rule: Rule, check: ResultCheck, answer: Answer) -> Evaluation:
    if check.question.limit is None or check.on == "totals":
        _require_all(rule, answer)
    cells = [number(value) for value in answer.data[check.measure]]
    dimensions = [column for column in answer.columns if column.role == "dimension"]
    if check.relative is not None:
        # Of groups only, so the answer's dimensions are the question's.
        keys = list(zip(*(answer.data[key] for key in check.within), strict=True)) or [()] * len(cells)
        measured = list(_relative(check.relative, cells, keys))
    else:
        measured = cells
    bounds = [Decimal(str(bound)) for bound in check.bounds]
    fires = [at for at, value in enumerate(measured) if outside(check.limit, bounds, value)]
    label = next(column.label for column in answer.columns if column.key == check.measure)
    fired = []
    for at in fires[:LISTED]:
        group = {column.label: answer.data[column.key][at] for column in dimensions}
        values: dict[str, Scalar] = {"value": _text(cells[at])}
        if check.relative is not None:
            values["relative"] = _text(measured[at])
        words = {
            **_words({column.label: answer.data[column.key][at] for column in answer.columns}),
            **_words(values),
            **{f"#{column}": _word(value) for column, value in _by_column(check, group.values())},
            "measure": label,
            "rule": rule.name,
        }
        fired.append(Fired(group=group, values=values, message=filled(rule.message or rule.name, words)))
    return _verdict(rule, len(fires), len(cells), fired, None)


def _by_column(check: ResultCheck, values: Iterable[Scalar]) -> list[tuple[str, Scalar]]:
    asked = check.question.dimensions
    kept = asked if check.on == "groups" else [asked[int(key[1:])] for key in dict.fromkeys(check.within)]
    return [(dimension.column, value) for dimension, value in zip(kept, values, strict=True)]


def _relative(how: Relative, cells: list[Decimal | None], keys: list[tuple[Scalar, ...]]) -> Iterator[Decimal | None]:
    peers: dict[tuple[Scalar, ...], list[Decimal]] = defaultdict(list)
    for cell, key in zip(cells, keys, strict=True):
        if cell is not None:
            peers[key].append(cell)
    whole = {key: _whole(how, group) for key, group in peers.items()}
    for cell, key in zip(cells, keys, strict=True):
        by = whole.get(key)
        yield None if cell is None or not by else _EXACT.divide(cell, by)


def _whole(how: Relative, group: list[Decimal]) -> Decimal:
    if how is Relative.LARGEST:
        return max(group)
    if how is Relative.MEDIAN:
        low, high = median_low(group), median_high(group)
        return _EXACT.divide(_EXACT.add(low, high), Decimal(2))
    total = reduce(_EXACT.add, group)
    return total if how is Relative.SHARE else _EXACT.divide(total, Decimal(len(group)))


def outside(limit: Limit, bounds: list[Decimal], value: Decimal | None) -> bool:
    """Whether a number is one that a limit is about. No value is neither below nor above anything."""
    if limit is Limit.EMPTY:
        return value is None
    if value is None:
        return False
    match limit:
        case Limit.BELOW:
            return value < bounds[0]
        case Limit.AT_MOST:
            return value <= bounds[0]
        case Limit.ABOVE:
            return value > bounds[0]
        case Limit.AT_LEAST:
            return value >= bounds[0]
        case Limit.EQUALS:
            return value == bounds[0]
        case Limit.NOT_EQUALS:
            return value != bounds[0]
        case Limit.BETWEEN:
            return bounds[0] <= value <= bounds[1]
    return value < bounds[0] or value > bounds[1]


# --- change ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One group in one period, and what it was before."""

    group: dict[str, Scalar]
    start: date
    value: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.value is None or self.before is None else _EXACT.subtract(self.value, self.before)

    @property
    def percent(self) -> Decimal | None:
        if self.change is None or not self.before:
            return None
        return _EXACT.divide(_EXACT.multiply(self.change, Decimal(100)), self.before.copy_abs())

    def fires(self, check: ChangeCheck) -> bool:
        change = self.percent if check.mode == "percent" else self.change
        if change is None:
            return False
        by = Decimal(str(check.by))
        fell, rose = change.copy_negate() > by, change > by
        return {"fall": fell, "rise": rose, "either": fell or rose}[check.direction]


@dataclass(frozen=True)
class Changes:
    """The values of all groups in all periods."""

    check: ChangeCheck
    values: Mapping[tuple[Scalar, ...], Mapping[date, Decimal | None]]
    labels: tuple[str, ...]
    starts: tuple[date, ...]

    @classmethod
    def of(cls, rule: Rule, check: ChangeCheck, answer: Answer) -> Changes:
        _require_all(rule, answer)
        time, *dimensions = [column for column in answer.columns if column.role == "dimension"]
        found: dict[tuple[Scalar, ...], dict[date, Decimal | None]] = defaultdict(dict)
        groups = zip(*(answer.data[column.key] for column in dimensions), strict=True)
        keys = list(groups) if dimensions else [()] * answer.row_count
        starts: set[date] = set()
        for text, key, value in zip(answer.data[time.key], keys, answer.data["m0"], strict=True):
            start = _day(text)
            if start is not None:
                starts.add(start)
                found[key][start] = number(value)
        return cls(check, found, tuple(column.label for column in dimensions), tuple(sorted(starts)))

    def periods(self, today: date) -> list[date]:
        """The periods that there are, without one that is not over (unless that is wanted), oldest first."""
        if not self.check.complete:
            return list(self.starts)
        return [start for start in self.starts if periods.is_over(start, self.check.grain.value, today)]

    def newest(self, today: date) -> date | None:
        return max(self.periods(today), default=None)

    def at(self, start: date) -> Iterator[Change]:
        """Every group that has something to compare in a period or the one before it."""
        check = self.check
        back = periods.moved(start, -check.back, (check.unit or check.grain).value)
        if back is None or not self.starts or back < self.starts[0]:
            return  # before the data begins, nothing is known; it is not 0
        for key, by_start in self.values.items():
            if start not in by_start and back not in by_start:
                continue
            value, before = (self._value(by_start, each) for each in (start, back))
            yield Change(dict(zip(self.labels, key, strict=True)), start, value, before)

    def _value(self, by_start: Mapping[date, Decimal | None], start: date) -> Decimal | None:
        if start in by_start:
            return by_start[start]
        absent = self.check.absent or ("zero" if self.check.measure.fn in _ADDITIVE else "nothing")
        return Decimal(0) if absent == "zero" else None


def _change_fired(rule: Rule, check: ChangeCheck, change: Change) -> Fired:
    values: dict[str, Scalar] = {
        "value": _text(change.value),
        "before": _text(change.before),
        "change": _text(change.change),
        "percent": None if change.percent is None else f"{change.percent:.1f}",
    }
    words = {
        **_words(change.group),
        **{
            f"#{dimension.column}": _word(value)
            for dimension, value in zip(check.dimensions, change.group.values(), strict=True)
        },
        **_words(values),
        "percent": f"{values['percent']} %" if values["percent"] is not None else "–",
        "period": periods.named(change.start, check.grain.value),
        "rule": rule.name,
    }
    return Fired(group=change.group, values=values, message=filled(rule.message or rule.name, words))


# --- numbers and words ----------------------------------------------------------------------------


def _require_all(rule: Rule, answer: Answer) -> None:
    if answer.truncated:
        raise TooManyGroupsToCheck(rule.name, min(MOST_GROUPS, answer.row_count))


def number(value: Scalar) -> Decimal | None:
    """A cell of an answer as an exact number; None when it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(value: Scalar) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _text(value: Decimal | None) -> str | None:
    """A number without dust: at most six decimals, no zeros behind the last."""
    if value is None:
        return None
    cut = f"{value:.6f}" if -value.as_tuple().exponent > 6 else f"{value:f}"  # type: ignore[operator] # finite
    cut = cut.rstrip("0").rstrip(".") if "." in cut else cut
    return "0" if cut in ("-0", "") else cut


def _word(value: Scalar) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _words(values: Mapping[str, Scalar]) -> dict[str, str]:
    return {name: _word(value) for name, value in values.items()}
