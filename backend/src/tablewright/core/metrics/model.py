"""A metric's definition, version 1: a measure of one dataset, by an aggregate or by a formula that aggregates."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tablewright.core.errors import Invalid
from tablewright.core.queries.model import Aggregate, ColumnId, Condition, Formula, Group, Measure, Question
from tablewright.core.queries.references import of_group

MOST_FORMULAS = 64
_COLUMN = re.compile(r"\[#c([1-9][0-9]{0,4})\]")


class MetricElsewhere(Invalid):
    def __init__(self, name: str, position: str) -> None:
        super().__init__(
            f'The metric "{name}" is of a dataset that this question does not read directly. Join that dataset, or ask '
            "of it.",
            metric=name,
            position=position,
        )


class Definition(BaseModel):
    """What is computed: `fn` with its columns, or `formula`. Columns are those of the metric's dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fn: Aggregate | None = None
    column: ColumnId | None = None
    other: ColumnId | None = None
    q: Annotated[float, Field(ge=0, le=1)] | None = None
    formula: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    """In stored form: `SUM([#c3]) / SUM([#c4])`."""
    filter: Group | None = None
    """Only these rows are computed with."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.fn is None) == (self.formula is None):
            raise ValueError("a metric has a fn or a formula")
        if self.fn in (Aggregate.METRIC, Aggregate.FORMULA):
            raise ValueError("say what is computed: another fn, or a formula")
        if self.formula is not None and (self.column or self.other or self.q is not None):
            raise ValueError("a formula names its columns itself")
        return self

    def columns(self) -> frozenset[str]:
        """The columns of the dataset that it needs."""
        named = {each for each in (self.column, self.other) if each}
        named |= {f"c{number}" for number in _COLUMN.findall(self.formula or "")}
        return frozenset(named | set(of_group(self.filter)))


def placed(question: Question, index: int, name: str, definition: Definition, prefix: str) -> Question:
    """The question with measure `index` defined by the metric, whose columns are named with `prefix` there."""
    asked = question.measures[index]
    changes: dict[str, object] = {"metric": None, "label": asked.label or name}
    kept = _prefixed(definition.filter, prefix)
    if kept is not None and asked.filter is not None:
        kept = Group(op="and", items=(kept, asked.filter))
    changes["filter"] = kept or asked.filter
    formulas = question.formulas
    if definition.formula is None:
        changes |= {
            "fn": definition.fn,
            "column": prefix + definition.column if definition.column else None,
            "other": prefix + definition.other if definition.other else None,
            "q": definition.q,
        }
    else:
        taken = {each.id for each in formulas}
        free = next(f"f{number}" for number in range(1, 100) if f"f{number}" not in taken)
        text = _COLUMN.sub(lambda found: f"[#{prefix}c{found[1]}]", definition.formula)
        formulas = (*formulas, Formula(id=free, name=name, text=text))
        changes |= {"fn": Aggregate.FORMULA, "column": free}
    measure = Measure.model_validate({**asked.model_dump(), **changes})
    measures = (*question.measures[:index], measure, *question.measures[index + 1 :])
    return question.model_copy(update={"measures": measures, "formulas": formulas})


def _prefixed(group: Group | None, prefix: str) -> Group | None:
    if group is None or not prefix:
        return group
    items: list[Group | Condition] = []
    for item in group.items:
        if isinstance(item, Group):
            items.append(_prefixed(item, prefix) or item)
        else:
            items.append(item.model_copy(update={"column": prefix + item.column}))
    return group.model_copy(update={"items": tuple(items)})


def place_of(question: Question, dataset_id: object, name: str, position: str) -> str:
    """How the columns of a dataset are named in a question: as they are, or as those of the join that reads it.

    Raises MetricElsewhere.
    """
    if question.base is None and question.base_id is None and question.dataset_id == dataset_id:
        return ""
    for number, join in enumerate(question.joins, start=1):
        if join.base is None and join.base_id is None and join.dataset_id == dataset_id:
            return f"j{number}"
    raise MetricElsewhere(name, position)
