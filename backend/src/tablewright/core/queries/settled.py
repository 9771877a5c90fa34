"""What is meant at the moment of asking: days in the place of periods, values in the place of parameters.

Done before a question is compiled, with today as an argument, so that what is compiled and cached names the days
themselves: the answer of yesterday is never shown today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tablewright.core.queries.model import (
    Comparison,
    Condition,
    Group,
    Join,
    Parameter,
    Question,
    Scalar,
)
from tablewright.core.queries.periods import days_of
from tablewright.core.queries.problems import (
    ParameterMissing,
    ParameterTwice,
    ParameterValueInvalid,
    PeriodMissing,
    PeriodOutOfRange,
    PeriodUnused,
    ValuesAndParameter,
)

_EVERY = Group()
_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,), "date": (str,), "timestamp": (str,), "number": (int, float, str), "boolean": (bool,),
}  # fmt: skip


def settled(question: Question, today: date, at: str = "") -> Question:
    """The question with days and values in place; itself when there was nothing to put.

    Raises PeriodMissing, PeriodUnused, PeriodOutOfRange, ParameterMissing or ParameterValueInvalid with the place.
    """
    return _Settling(question, today, at).question()


def in_zone(question: Question, zone: str) -> Question:
    """The question with days of this time zone wherever it, or a question that is a part of it, names none."""
    changed: dict[str, object] = {}
    if question.calendar.time_zone is None:
        changed["calendar"] = question.calendar.model_copy(update={"time_zone": zone})
    if question.base is not None:
        changed["base"] = in_zone(question.base, zone)
    if any(join.base is not None for join in question.joins):
        changed["joins"] = tuple(
            join.model_copy(update={"base": in_zone(join.base, zone)}) if join.base else join for join in question.joins
        )
    if question.union:
        changed["union"] = tuple(in_zone(each, zone) for each in question.union)
    return question.model_copy(update=changed) if changed else question


class _Settling:
    def __init__(self, question: Question, today: date, at: str) -> None:
        self._question, self._today, self._dot = question, today, f"{at}." if at else ""
        self._values: dict[str, tuple[Scalar, ...]] = {}
        for index, each in enumerate(question.parameters):
            if each.name in self._values:
                raise ParameterTwice(each.name, f"{self._dot}parameters[{index}]")
            self._values[each.name] = values_of(each, f"{self._dot}parameters[{index}]")

    def question(self) -> Question:
        asked, dot = self._question, self._dot
        changed: dict[str, object] = {}
        for name in ("filter", "having"):
            group = getattr(asked, name)
            if group is not None and (found := self._group(group, f"{dot}{name}")) is not group:
                changed[name] = found
        measures = []
        for index, measure in enumerate(asked.measures):
            kept = measure.filter and self._group(measure.filter, f"{dot}measures[{index}].filter")
            measures.append(measure if kept is measure.filter else measure.model_copy(update={"filter": kept}))
        joins: list[Join] = []
        for index, join in enumerate(asked.joins):
            base = join.base and settled(join.base, self._today, f"{dot}joins[{index}].base")
            joins.append(join if base is join.base else join.model_copy(update={"base": base}))
        union = [settled(each, self._today, f"{dot}union[{index}]") for index, each in enumerate(asked.union)]
        lists: dict[str, Sequence[object]] = {"measures": measures, "joins": joins, "union": union}
        for name, items in lists.items():
            if any(one is not other for one, other in zip(items, getattr(asked, name), strict=True)):
                changed[name] = tuple(items)
        if asked.base is not None and (base := settled(asked.base, self._today, f"{dot}base")) is not asked.base:
            changed["base"] = base
        return asked.model_copy(update=changed) if changed else asked

    def _group(self, group: Group, at: str) -> Group:
        items = tuple(
            self._group(item, f"{at}.items[{index}]")
            if isinstance(item, Group)
            else self._condition(item, f"{at}.items[{index}]")
            for index, item in enumerate(group.items)
        )
        if all(one is other for one, other in zip(items, group.items, strict=True)):
            return group
        return group.model_copy(update={"items": items})

    def _condition(self, condition: Condition, at: str) -> Condition | Group:
        if condition.op is not Comparison.IN_PERIOD and condition.period is not None:
            raise PeriodUnused(at)
        if condition.parameter is not None:
            if condition.values or condition.op is Comparison.IN_PERIOD:
                raise ValuesAndParameter(at)
            values = self._values.get(condition.parameter)
            if values is None:
                raise ParameterMissing(condition.parameter, sorted(self._values), at)
            if not values:
                return _EVERY
            return condition.model_copy(update={"values": values, "parameter": None})
        if condition.op is not Comparison.IN_PERIOD:
            return condition
        if condition.period is None:
            raise PeriodMissing(at)
        try:
            first, last = days_of(condition.period, self._today, self._question.calendar)
        except (OverflowError, ValueError):
            raise PeriodOutOfRange(at) from None
        values = (first.isoformat(), last.isoformat())
        return condition.model_copy(update={"op": Comparison.BETWEEN, "values": values, "period": None})


def values_of(parameter: Parameter, at: str) -> tuple[Scalar, ...]:
    """The values of a parameter; none when nothing was chosen."""
    given = parameter.value
    values = given if isinstance(given, tuple) else () if given is None else (given,)
    for value in values:
        fits = isinstance(value, _KINDS[parameter.type]) and (
            parameter.type == "boolean" or not isinstance(value, bool)
        )
        if not fits:
            raise ParameterValueInvalid(parameter.name, f"it takes a {parameter.type}", at)
        if parameter.choices and not any(value == each and type(value) is type(each) for each in parameter.choices):
            raise ParameterValueInvalid(parameter.name, "it is none of the choices", at)
    return values
