"""A rule as questions: everything that a rule needs of a table is asked through the question model.

So nothing new reaches the engine, and the reader's own row and column rules hold for rules as for everything else.
"""

from __future__ import annotations

import re
from uuid import UUID

from tablewright.core.queries.model import Aggregate, Comparison, Condition, Dimension, Group, Measure, Question
from tablewright.core.rules.messages import columns_named
from tablewright.core.rules.model import ChangeCheck, Limit, ResultCheck, RowCheck, Rule, RuleSet
from tablewright.core.rules.problems import RuleIncomplete, RuleNamedTwice

_NAMED = re.compile(r"\[#(c[1-9][0-9]{0,4})\]")
MOST_GROUPS = 100_000
SHOWN_ROWS = 100

_LONGER: dict[str, tuple[str, ...]] = {
    "year": ("year",),
    "quarter": ("quarter", "year"),
    "month": ("month", "quarter", "year"),
    "week": ("week",),
    "day": ("day", "week", "month", "quarter", "year"),
}
"""Units that lead from the start of a period to the start of another."""


def check_set(rules: RuleSet) -> None:
    """Raise RuleIncomplete or RuleNamedTwice for what no table is needed to see."""
    names: set[str] = set()
    for rule in rules.rules:
        if rule.name.casefold() in names:
            raise RuleNamedTwice(rule.name)
        names.add(rule.name.casefold())
        check_rule(rule)


def check_rule(rule: Rule) -> None:
    """Raise RuleIncomplete for what does not fit together in a rule."""
    check, contract = rule.check, rule.contract
    if contract and contract.action == "quarantine" and not isinstance(check, RowCheck):
        detail = "only rows can be set aside. Warn or refuse the version instead."
        raise RuleIncomplete(rule.name, detail, "contract.action")
    if contract and contract.tolerance and (contract.action != "refuse" or not isinstance(check, RowCheck)):
        detail = "a tolerance is for refusing a version because of its rows."
        raise RuleIncomplete(rule.name, detail, "contract.tolerance")
    if isinstance(check, RowCheck):
        if not _has_condition(check.condition):
            raise RuleIncomplete(rule.name, "it has no condition, so every row would fire.", "check.condition")
    elif isinstance(check, ResultCheck):
        _check_result(rule.name, check)
    else:
        _check_change(rule.name, check)


def _has_condition(group: Group) -> bool:
    return any(isinstance(item, Condition) or _has_condition(item) for item in group.items)


def _check_result(name: str, check: ResultCheck) -> None:
    measures, dimensions = len(check.question.measures), len(check.question.dimensions)
    if int(check.measure[1:]) >= measures:
        raise RuleIncomplete(name, f'its question has no measure "{check.measure}".', "check.measure")
    if check.question.version_id is not None:
        detail = "its question names one version; a rule is asked of the current one."
        raise RuleIncomplete(name, detail, "check.question.version_id")
    expected = {Limit.BETWEEN: 2, Limit.OUTSIDE: 2, Limit.EMPTY: 0}.get(check.limit, 1)
    if len(check.bounds) != expected:
        detail = f'"{check.limit.value}" takes {expected} numbers, and has {len(check.bounds)}.'
        raise RuleIncomplete(name, detail, "check.bounds")
    for index, key in enumerate(check.within):
        if int(key[1:]) >= dimensions:
            raise RuleIncomplete(name, f'its question has no dimension "{key}".', f"check.within[{index}]")
    if check.relative is not None and check.limit is Limit.EMPTY:
        raise RuleIncomplete(name, "a cell without a value is relative to nothing.", "check.relative")
    if check.relative is not None and check.on == "totals":
        raise RuleIncomplete(name, "a total has no group that it is a part of.", "check.relative")


def _check_change(name: str, check: ChangeCheck) -> None:
    if check.grain.value not in _LONGER:
        raise RuleIncomplete(name, "the shortest period that it can compare is a day.", "check.grain")
    if check.unit is not None and check.unit.value not in _LONGER[check.grain.value]:
        detail = f"a {check.unit.value} is no whole number of {check.grain.value}s."
        raise RuleIncomplete(name, detail, "check.unit")
    if float(check.by) < 0:
        raise RuleIncomplete(name, "the size of a change is not negative; its direction says which way.", "check.by")
    if getattr(check.measure, "derive", None) is not None:
        raise RuleIncomplete(name, "its measure is a change already.", "check.measure.derive")


def question_of(rule: Rule, dataset_id: UUID, *, version_id: UUID | None = None) -> Question:
    """What is asked to see whether a rule fires; `evaluate` reads its answer.

    For rows: the first of those for which the condition is true; their number is the answer's `total_count`.
    """
    check = rule.check
    if isinstance(check, RowCheck):
        return _row_question(check, dataset_id, version_id).model_copy(update={"limit": SHOWN_ROWS})
    if isinstance(check, ResultCheck):
        return _result_question(check, dataset_id, version_id)
    return _change_question(check, dataset_id, version_id)


def counting(rule: Rule, dataset_id: UUID, *, version_id: UUID | None = None) -> Question:
    """How many rows a rule over rows fires for: one cell, `m0`."""
    assert isinstance(rule.check, RowCheck)
    rows = Measure(fn=Aggregate.COUNT_ROWS)
    return _row_question(rule.check, dataset_id, version_id).model_copy(update={"measures": (rows,)})


def _row_question(check: RowCheck, dataset_id: UUID, version_id: UUID | None) -> Question:
    return Question(
        dataset_id=dataset_id,
        version_id=version_id,
        formulas=check.formulas,
        calendar=check.calendar,
        filter=check.condition,
    )


def _result_question(check: ResultCheck, dataset_id: UUID, version_id: UUID | None) -> Question:
    question = check.question.model_copy(update={"dataset_id": dataset_id, "version_id": version_id})
    if check.on == "groups":
        return question.model_copy(update={"limit": question.limit or MOST_GROUPS})
    # Totals are asked for and not added up: a median of medians is no median.
    kept = tuple(question.dimensions[int(key[1:])] for key in dict.fromkeys(check.within))
    return question.model_copy(update={"dimensions": kept, "sort": (), "limit": MOST_GROUPS, "offset": 0})


def _change_question(check: ChangeCheck, dataset_id: UUID, version_id: UUID | None) -> Question:
    dated = Condition(column=check.time, op=Comparison.IS_NOT_EMPTY)
    items = (dated,) if check.filter is None else (dated, check.filter)
    return Question(
        dataset_id=dataset_id,
        version_id=version_id,
        filter=Group(items=items),
        formulas=check.formulas,
        calendar=check.calendar,
        dimensions=(Dimension(column=check.time, grain=check.grain), *check.dimensions),
        measures=(check.measure,),
        limit=MOST_GROUPS,
    )


def columns_of(rule: Rule) -> frozenset[str]:
    """Every column of the dataset that a rule names, also in its formulas and its message.

    Not those that a question over another table names: they are columns of that table.
    """
    found = set(columns_named(rule.message))
    waiting: list[object] = [rule.check.model_dump(mode="python")]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and isinstance(part.get("base"), dict):
            waiting.append(part["base"])  # the columns around it are those of its answer
        elif isinstance(part, dict):
            found |= {part[key] for key in ("column", "other", "time", "by") if _is_column(part.get(key))}
            found |= {each for each in part.get("columns") or () if _is_column(each)}
            found |= set(_NAMED.findall(part["text"])) if isinstance(part.get("text"), str) else set()
            found |= {pair[0] for pair in part.get("on") or () if isinstance(pair, tuple) and _is_column(pair[0])}
            waiting += [value for key, value in part.items() if key not in ("joins", "union")]
        elif isinstance(part, list | tuple):
            waiting += part
    return frozenset(found)


def _is_column(value: object) -> bool:
    return isinstance(value, str) and value[:1] == "c" and value[1:].isdecimal()
