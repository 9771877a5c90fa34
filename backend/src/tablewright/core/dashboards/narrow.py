"""Filters of a dashboard become conditions of each tile's question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from tablewright.core.dashboards.model import Content, FilterValue, Target
from tablewright.core.queries.model import Condition, Grain, Group, Question, Scalar

Conditions = Mapping[UUID, Sequence[Condition]]
"""For each dataset, conditions over its own columns."""


def conditions_of(content: Content, values: Mapping[str, FilterValue | None]) -> Conditions:
    """What the filters say, for each dataset. A filter that `values` does not name has its default; None is nothing."""
    found: dict[UUID, list[Condition]] = defaultdict(list)
    for one in content.filters:
        value = values.get(one.id, one.default)
        if value is not None:
            add(found, one.targets, value)
    return found


def add(found: dict[UUID, list[Condition]], targets: Iterable[Target], value: FilterValue) -> None:
    for target in targets:
        found[target.dataset_id].append(
            Condition(column=target.column, op=value.op, values=value.values, period=value.period)
        )


def narrowed(question: Question, conditions: Conditions) -> Question:
    """The question with the conditions on every row that it reads of these datasets, wherever it reads them.

    A question on a question is narrowed inside, before anything is computed. Columns of a join are filtered after it:
    rows of the left side without a partner go, as when somebody filters the joined table.
    """
    changes: dict[str, object] = {}
    own: list[Condition] = []
    if question.base is not None:
        base = narrowed(question.base, conditions)
        if base is not question.base:
            changes["base"] = base
    elif question.base_id is None:
        own += conditions.get(question.dataset_id, ())
    joins = []
    for number, join in enumerate(question.joins, 1):
        if join.base is not None:
            joins.append(join.model_copy(update={"base": narrowed(join.base, conditions)}))
            continue
        joins.append(join)
        if join.base_id is None and join.kind not in ("semi", "anti"):
            own += [
                one.model_copy(update={"column": f"j{number}{one.column}"})
                for one in conditions.get(join.dataset_id, ())
            ]
    if tuple(joins) != question.joins:
        changes["joins"] = tuple(joins)
    union = tuple(narrowed(part, conditions) for part in question.union)
    if union != question.union:
        changes["union"] = union
    if own:
        items: tuple[Condition | Group, ...] = (question.filter, *own) if question.filter else tuple(own)
        changes["filter"] = Group(op="and", items=items)
    return question.model_copy(update=changes) if changes else question


def in_periods(question: Question, grain: Grain) -> Question:
    """The question by other periods of its first dimension over time; without one, as it is."""
    for at, one in enumerate(question.dimensions):
        if one.grain is not None:
            finer = one.model_copy(update={"grain": grain})
            return question.model_copy(
                update={"dimensions": (*question.dimensions[:at], finer, *question.dimensions[at + 1 :])}
            )
    return question


def set_to(question: Question, values: Mapping[str, Scalar | tuple[Scalar, ...]]) -> Question:
    """The question with other values of its parameters, and of those of the questions that it is asked of."""
    changes: dict[str, object] = {}
    if any(one.name in values for one in question.parameters):
        changes["parameters"] = tuple(
            one.model_copy(update={"value": values[one.name]}) if one.name in values else one
            for one in question.parameters
        )
    if question.base is not None and (base := set_to(question.base, values)) is not question.base:
        changes["base"] = base
    union = tuple(set_to(part, values) for part in question.union)
    if any(one is not other for one, other in zip(union, question.union, strict=True)):
        changes["union"] = union
    return question.model_copy(update=changes) if changes else question
