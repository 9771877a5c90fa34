"""A question in words: the sentence that says what is asked, for people who do not read questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tablewright.core.queries.model import (
    Aggregate,
    AnswerColumn,
    Comparison,
    Condition,
    Dimension,
    Group,
    Join,
    Measure,
    Period,
    Question,
    Scalar,
)
from tablewright.core.queries.results import AGGREGATES
from tablewright.core.queries.tables import Tables, key_of

_JOINS = {
    "left": "with",
    "inner": "that have",
    "right": "and all of",
    "full": "and all of both with",
    "semi": "only with a match in",
    "anti": "only without a match in",
}
_COMPARISONS = {
    Comparison.EQUALS: "is", Comparison.NOT_EQUALS: "is not", Comparison.LESS: "is less than",
    Comparison.AT_MOST: "is at most", Comparison.GREATER: "is more than", Comparison.AT_LEAST: "is at least",
    Comparison.IN: "is one of", Comparison.NOT_IN: "is none of", Comparison.CONTAINS: "contains",
    Comparison.STARTS_WITH: "starts with", Comparison.ENDS_WITH: "ends with", Comparison.IS_EMPTY: "is empty",
    Comparison.IS_NOT_EMPTY: "is not empty",
}  # fmt: skip
_DERIVED = {
    "share": "share of {}", "running_total": "running total of {}", "moving_average": "moving average of {}",
    "difference": "change of {}", "percent_change": "change in percent of {}", "rank": "rank by {}",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LISTED = 8
_NAMED = 3
_ROLES = ("measure", "dimension", "column")
MISSING = "a column that is gone"


def in_words(question: Question, tables: Tables, names: Mapping[UUID, str]) -> str:
    """The sentence of what is asked. Never fails: what is not there is said to be gone.

    `names` are those of datasets, of saved questions and of metrics, by id.
    """
    told = _Words(question, tables, names).sentence()
    return f"{told[:1].upper() + told[1:] if told.startswith(MISSING) else told}."


def conditions_in_words(conditions: Sequence[Condition], dataset_id: UUID, tables: Tables) -> str:
    """Conditions over the columns of one dataset: region is "North" and amount is at least 10."""
    question = Question(dataset_id=dataset_id)
    return _Words(question, tables, {})._group(Group(op="and", items=tuple(conditions)))


def name_of(columns: Sequence[AnswerColumn]) -> str:
    """What an answer is called that nobody named, by what its columns say: Sum of amount by region."""
    labels = {role: [each.label for each in columns if each.role == role] for role in _ROLES}
    what = _and(labels["measure"] or labels["column"], _NAMED)
    return " by ".join(filter(None, (what, _and(labels["dimension"], _NAMED))))[:200]


class _Words:
    def __init__(self, question: Question, tables: Tables, names: Mapping[UUID, str]) -> None:
        self._question, self._tables, self._names = question, tables, names
        self._columns: dict[str, str] = {}
        sources: list[Question | Join] = [question, *question.joins]
        for number, source in enumerate(sources):
            prefix = f"j{number}" if number else ""
            self._columns |= {f"{prefix}{key}": name for key, name in self._columns_of(source).items()}
        self._columns |= {each.id: each.name for each in question.formulas}

    def _columns_of(self, source: Question | Join) -> dict[str, str]:
        if source.base is not None:
            of = _Words(source.base, self._tables, self._names)
            return {f"c{number}": label for number, label in enumerate(of.labels(), start=1)}
        table = self._tables.get(key_of(source))
        return {each.id: each.name for each in table.schema.columns} if table else {}

    def labels(self) -> list[str]:
        """What the columns of the answer are called."""
        question = self._question
        if question.groups:
            dimensions = [each.label or self._dimension(each, plain=True) for each in question.dimensions]
            return [*dimensions, *(each.label or self._measure(each, plain=True) for each in question.measures)]
        return [self._name(each) for each in question.columns or self._columns]

    def sentence(self) -> str:
        question = self._question
        parts = [self._what()]
        if question.filter is not None and (told := self._group(question.filter)):
            parts.append(f"where {told}")
        if question.having is not None and (told := self._group(question.having)):
            parts.append(f"showing only groups where {told}")
        if question.pivot is not None:
            parts.append(self._totals())
        if told := self._calendar():
            parts.append(told)
        if question.sort:
            parts.append(
                f"sorted by {_and([self._sorted(each.by, each.direction == 'desc') for each in question.sort])}"
            )
        if question.limit is not None:
            first = (
                f"the first {question.limit:,}"
                if not question.offset
                else f"{question.limit:,} from {question.offset + 1:,}"
            )
            parts.append(first)
        elif question.offset:
            parts.append(f"from {question.offset + 1:,}")
        for other in question.union:
            parts.append(f"and below it: {_lowered(_Words(other, self._tables, self._names).sentence())}")
        return ", ".join(parts)

    def _calendar(self) -> str:
        calendar = self._question.calendar
        parts = [f"days in {calendar.time_zone}"] if calendar.time_zone is not None else []
        parts += [f"years from {_MONTHS[calendar.year_starts - 1]}"] if calendar.year_starts > 1 else []
        parts += [f"weeks from {_DAYS[calendar.week_starts - 1]}"] if calendar.week_starts > 1 else []
        return f"with {_and(parts)}" if parts else ""

    def _what(self) -> str:
        question = self._question
        source = self._source(question)
        if not question.groups:
            listed = [self._name(each) for each in question.columns]
            return f"{_and(listed, _LISTED) if listed else 'All columns'} from {source}"
        measures = [self._measure(each) for each in question.measures]
        what = _and(measures) if measures else "Groups"
        by = f" by {_and([self._dimension(each) for each in question.dimensions])}" if question.dimensions else ""
        return (
            f"{what[:1].upper()}{what[1:]} from {source}{by}"
            if not by
            else f"{what[:1].upper()}{what[1:]}{by} from {source}"
        )

    def _source(self, question: Question) -> str:
        told = self._of(question)
        if question.sample is not None:
            size = (
                f"{question.sample.rows:,} rows"
                if question.sample.rows
                else f"{(question.sample.share or 0):.3g} of the rows"
            )
            told = f"a sample of {size} of {told}"
        for join in question.joins:
            told += f" {_JOINS[join.kind]} {self._of(join)}"
        return told

    def _of(self, source: Question | Join) -> str:
        if source.base is not None:
            return f"the answer to ({_lowered(_Words(source.base, self._tables, self._names).sentence())})"
        if source.base_id is not None:
            return f"the answer to {self._names.get(source.base_id, 'a question that is gone')}"
        name = self._names.get(source.dataset_id, "a dataset that is gone")
        return f"{name} as of {source.as_of:%Y-%m-%d %H:%M %Z}".rstrip() if source.as_of else name

    def _name(self, ref: str) -> str:
        question = self._question
        if ref[0] == "d" and int(ref[1:]) < len(question.dimensions):
            return self._dimension(question.dimensions[int(ref[1:])], plain=True)
        if ref[0] == "m" and int(ref[1:]) < len(question.measures):
            return self._measure(question.measures[int(ref[1:])], plain=True)
        return self._columns.get(ref, MISSING)

    def _dimension(self, asked: Dimension, *, plain: bool = False) -> str:
        name = self._columns.get(asked.column, MISSING)
        if asked.grain:
            name = f"{asked.grain.value} of {name}"
        elif asked.part:
            name = f"{asked.part.value.replace('_', ' ')} of {name}"
        elif asked.bins and not plain:
            if asked.bins.edges:
                how = f"at {_and([f'{each:g}' for each in asked.bins.edges], _LISTED)}"
            else:
                how = f"{asked.bins.width:g} wide" if asked.bins.width else f"(at most {asked.bins.count})"
            name = f"{name} in bins {how}"
        if asked.top and not plain:
            rest = ", the others together" if asked.top.other else ""
            name += f" (the {asked.top.n} with the largest {self._name(asked.top.by)}{rest})"
        return name

    def _measure(self, asked: Measure, *, plain: bool = False) -> str:
        column = self._columns.get(asked.column or "", MISSING)
        other = self._columns.get(asked.other or "", MISSING)
        if asked.fn is Aggregate.METRIC:
            told = self._names.get(asked.metric, "a metric that is gone") if asked.metric else "a metric"
        elif asked.fn is Aggregate.COUNT_ROWS:
            told = "number of rows"
        elif asked.fn is Aggregate.FORMULA:
            told = column
        elif asked.fn is Aggregate.QUANTILE:
            told = f"{(asked.q or 0) * 100:g} % quantile of {column}"
        elif asked.fn is Aggregate.RATIO:
            told = f"sum of {column} by sum of {other}"
        elif asked.fn is Aggregate.CORRELATION:
            told = f"correlation of {column} and {other}"
        else:
            told = f"{_lowered(AGGREGATES[asked.fn])} {column}"
            if asked.other:
                told += f" in the order of {other}"
            if asked.fn is Aggregate.APPROX_DISTINCT:
                told = f"about the {told}"
        if asked.derive:
            told = _DERIVED[asked.derive.kind].format(told)
            if asked.derive.kind in ("difference", "percent_change"):
                unit = asked.derive.unit.value if asked.derive.unit else "step"
                told += f" against {_count(asked.derive.back, unit)} before"
            if asked.derive.kind == "moving_average":
                told += f" over {_count(asked.derive.back, asked.derive.unit.value if asked.derive.unit else 'step')}"
            if asked.derive.within:
                told += f" within {_and([self._name(key) for key in asked.derive.within])}"
        if asked.filter is not None and not plain and (only := self._group(asked.filter)):
            told += f" (only where {only})"
        return told

    def _totals(self) -> str:
        pivot = self._question.pivot
        assert pivot is not None
        kinds = {"row totals": pivot.row_totals, "column totals": pivot.column_totals, "subtotals": pivot.subtotals}
        across = f"{_and([self._name(key) for key in pivot.columns])} across" if pivot.columns else ""
        totals = _and([name for name, wanted in kinds.items() if wanted])
        return " and ".join(filter(None, [across, f"with {totals}" if totals else ""])) or "as a pivot table"

    def _sorted(self, by: str, descending: bool) -> str:
        return f"{self._name(by)}{', largest first' if descending else ''}"

    def _group(self, group: Group, *, inner: bool = False) -> str:
        parts = [
            self._group(each, inner=True) if isinstance(each, Group) else self._condition(each) for each in group.items
        ]
        parts = [each for each in parts if each]
        told = f" {group.op} ".join(parts)
        return f"({told})" if inner and len(parts) > 1 else told

    def _condition(self, condition: Condition) -> str:
        name = self._name(condition.column)
        if condition.period is not None:
            return f"{name} is in {period_in_words(condition.period)}"
        if condition.parameter is not None:
            label = next((p.label or p.name for p in self._question.parameters if p.name == condition.parameter), None)
            return f"{name} {_COMPARISONS.get(condition.op, 'is')} the chosen {label or condition.parameter}"
        if condition.op is Comparison.BETWEEN:
            return f"{name} is between {_and([_value(each) for each in condition.values])}"
        told = _COMPARISONS.get(condition.op, condition.op.value)
        values = _or([_value(each) for each in condition.values], _LISTED)
        return f"{name} {told} {values}".rstrip()


def period_in_words(period: Period) -> str:
    """The last 12 months, this week, the year to date …"""
    unit = period.unit.value
    match period.kind:
        case "this":
            return f"this {unit}"
        case "to_date":
            return f"this {unit} to date"
        case "rolling":
            return f"the {_count(period.count, unit)} up to today"
    if period.count == 1:
        return f"the {period.kind} {unit}"
    return f"the {period.kind} {_count(period.count, unit)}"


def _count(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count:,} {unit}s"


def _value(value: Scalar) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = f'"{value}"' if isinstance(value, str) else f"{value}"
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _and(parts: Sequence[str], most: int = 100) -> str:
    return _listed(parts, most, "and")


def _or(parts: Sequence[str], most: int) -> str:
    return _listed(parts, most, "or")


def _listed(parts: Sequence[str], most: int, word: str) -> str:
    shown = [*parts[:most], *([f"{len(parts) - most} more"] if len(parts) > most else [])]
    return shown[0] if len(shown) == 1 else f" {word} ".join([", ".join(shown[:-1]), shown[-1]]) if shown else ""


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
