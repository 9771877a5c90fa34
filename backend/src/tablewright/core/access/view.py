"""From a dataset's rules and a reader to what they see: one condition, and the columns that are hidden."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from tablewright.core.access.model import Reader, RowRule, RuleSet
from tablewright.core.access.problems import AttributeMisplaced, RuleNotConstant
from tablewright.core.errors import Problem
from tablewright.core.queries.conditions import MAX_DEPTH, where
from tablewright.core.queries.model import Comparison, Condition, Group, Scalar
from tablewright.core.queries.problems import FilterTooDeep
from tablewright.core.queries.sql import Binder
from tablewright.core.queries.tables import Mask
from tablewright.core.tables import Column, ColumnType, Schema

_ATTRIBUTE = re.compile(r"\{member\.([a-z][a-z0-9_]{0,49})\}")
_MANY = {
    Comparison.EQUALS: Comparison.IN,
    Comparison.IN: Comparison.IN,
    Comparison.NOT_EQUALS: Comparison.NOT_IN,
    Comparison.NOT_IN: Comparison.NOT_IN,
}
_MASKS: tuple[Mask, ...] = get_args(Mask)
_PLAIN = {"kind", "column", "op", "values"}


@dataclass(frozen=True)
class View:
    """What a reader sees of a dataset. `row_rule` None: every row."""

    row_rule: Group | None = None
    hidden: frozenset[str] = frozenset()
    masked: tuple[tuple[str, Mask], ...] = ()
    """Columns that are seen with a mask in the place of each value."""
    rows: Literal["all", "some", "none"] = "all"

    @property
    def is_whole(self) -> bool:
        return self.rows == "all" and not self.hidden and not self.masked

    @property
    def withheld(self) -> frozenset[str]:
        """Columns whose values are not seen: hidden or masked."""
        return self.hidden | {column for column, _ in self.masked}

    @property
    def fingerprint(self) -> str:
        """Equal for readers who see the same; part of every key under which an answer is kept."""
        if self.is_whole:
            return "all"
        rule = self.row_rule.model_dump(mode="json") if self.row_rule else None
        parts = [rule, self.rows, sorted(self.hidden), *([self.masked] if self.masked else [])]
        told = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def shown(self, schema: Schema) -> Schema:
        """The columns that are not hidden, those that are masked as the texts that they are then."""
        if not self.hidden and not self.masked:
            return schema
        masks = dict(self.masked)
        return Schema(
            columns=tuple(
                Column(id=column.id, name=column.name, type=ColumnType.TEXT, physical="VARCHAR")
                if column.id in masks
                else column
                for column in schema.columns
                if column.id not in self.hidden
            )
        )

    def both(self, other: View) -> View:
        """What is in this view and in the other."""
        rules = [view.row_rule for view in (self, other) if view.row_rule is not None]
        ranks = ("none", "some", "all")
        withheld = self.hidden | other.hidden
        masks = dict(self.masked)
        for column, mask in other.masked:
            masks[column] = min(masks.get(column, mask), mask, key=_MASKS.index)
        rows = min(self.rows, other.rows, key=ranks.index)
        return View(
            row_rule=Group(op="and", items=tuple(rules)) if len(rules) == 2 else rules[0] if rules else None,
            hidden=withheld,
            masked=tuple(sorted((column, mask) for column, mask in masks.items() if column not in withheld)),
            rows=rows,
        )


WHOLE = View()


def view(rules: RuleSet, reader: Reader, schema: Schema) -> View:
    """What the reader sees. A rule that cannot be followed in this version gives no rows, never all."""
    seen = replace(_rows(rules, reader, schema), hidden=hidden(rules, reader), masked=masked(rules, reader))
    present = {column.id for column in schema.columns}
    return replace(seen, masked=tuple(each for each in seen.masked if each[0] in present))


def hidden(rules: RuleSet, reader: Reader) -> frozenset[str]:
    """Columns that a rule names and no rule shows to this reader."""
    named = {column for rule in rules.columns for column in rule.columns}
    given = {column for rule in rules.columns if reader.is_one_of(rule.who) for column in rule.columns}
    return frozenset(named - given)


def masked(rules: RuleSet, reader: Reader) -> tuple[tuple[str, Mask], ...]:
    """Columns that are shown to this reader by rules with a mask alone, each with the mask that tells most."""
    given: dict[str, set[Mask | None]] = {}
    for rule in rules.columns:
        if reader.is_one_of(rule.who):
            for column in rule.columns:
                given.setdefault(column, set()).add(rule.mask)
    return tuple(
        (column, next(mask for mask in reversed(_MASKS) if mask in masks))
        for column, masks in sorted(given.items())
        if None not in masks
    )


def fingerprint(rules: RuleSet, reader: Reader) -> str:
    """Equal for readers who see the same of a dataset, in whatever version; `all` for who sees all of it."""
    if not rules or is_whole(rules, reader):
        return "all"
    kept = [rule.condition for rule in rules.rows if reader.is_one_of(rule.who)]
    if not rules.rows or any(condition is None or not condition.items for condition in kept):
        granted: list[str] | None = None
    else:
        made = (filled(condition, reader) for condition in kept if condition is not None)
        granted = sorted({condition.model_dump_json() for condition in made if condition is not None})
    masks = masked(rules, reader)
    told = json.dumps([granted, sorted(hidden(rules, reader)), *([masks] if masks else [])], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def is_whole(rules: RuleSet, reader: Reader) -> bool:
    """Whether the reader sees every row and column, in whatever version."""
    if hidden(rules, reader) or masked(rules, reader):
        return False
    return not rules.rows or any(
        (rule.condition is None or not rule.condition.items) and reader.is_one_of(rule.who) for rule in rules.rows
    )


def _rows(rules: RuleSet, reader: Reader, schema: Schema) -> View:
    if not rules.rows:
        return WHOLE
    kept: list[Group] = []
    for rule in rules.rows:
        if not reader.is_one_of(rule.who):
            continue
        if rule.condition is None or not rule.condition.items:
            return WHOLE
        condition = filled(rule.condition, reader)
        if condition is not None and followed(condition, schema) is None:
            kept.append(condition)
    if not kept:
        return View(nothing(schema), rows="none")
    unique = tuple(dict.fromkeys(kept))
    return View(unique[0] if len(unique) == 1 else Group(op="or", items=unique), rows="some")


def nothing(schema: Schema) -> Group:
    """A condition that keeps no row."""
    return Group(items=(Condition(column=schema.columns[0].id, op=Comparison.IN, values=()),))


def filled(group: Group, reader: Reader) -> Group | None:
    """The condition with the reader's attributes in place, or None when one of them is missing."""
    items: list[Condition | Group] = []
    for item in group.items:
        made = filled(item, reader) if isinstance(item, Group) else _filled(item, reader)
        if made is None:
            return None
        items.append(made)
    return group.model_copy(update={"items": tuple(items)})


def _filled(condition: Condition, reader: Reader) -> Condition | None:
    if not any(_name(value) for value in condition.values):
        return condition
    values: list[Scalar] = []
    for value in condition.values:
        name = _name(value)
        if name is None:
            values.append(value)
            continue
        own = reader.values_of(name)
        if not own:
            return None
        values += own
    many = _MANY.get(condition.op)
    if many is not None:
        return condition.model_copy(update={"op": many, "values": tuple(dict.fromkeys(values))})
    # "Before {member.start}" with two starts has no one meaning.
    return condition.model_copy(update={"values": tuple(values)}) if len(values) == len(condition.values) else None


def _name(value: Scalar) -> str | None:
    found = _ATTRIBUTE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


@lru_cache(maxsize=2048)
def followed(condition: Group, schema: Schema) -> str | None:
    """Why a condition cannot be followed over these columns, or None."""
    try:
        where(_in_union(condition), schema, Binder())
    except Problem as problem:
        return problem.detail
    return None


def _in_union(condition: Group) -> Group:
    """As deep as it stands where several rules, of two people, are joined."""
    return Group(items=(Group(op="or", items=(condition,)),))


# --- what may be kept as a rule -----------------------------------------------------------------------


def check(rules: RuleSet, schema: Schema) -> None:
    """Pass when every rule can be followed over these columns, or raise what is wrong, with the rule's name."""
    for at, rule in enumerate(rules.rows):
        if rule.condition is not None:
            _check(rule, rule.condition, schema, f"rows[{at}].condition")
    for at, columns in enumerate(rules.columns):
        for column in columns.columns:
            try:
                schema.require(column)
            except Problem as problem:
                problem.where.update(rule=columns.name, position=f"columns[{at}]")
                raise


def _check(rule: RowRule, condition: Group, schema: Schema, position: str) -> None:
    _require_shallow(condition, position)
    for item in _conditions(condition):
        if item.model_dump(exclude_defaults=True).keys() - _PLAIN:
            raise RuleNotConstant(rule.name, position)
        for value in item.values:
            if isinstance(value, str) and value.startswith("{member") and _name(value) is None:
                raise AttributeMisplaced(value, "write {member.name}, with small letters, digits and _.")
    try:
        # Attributes are tried as "no value", which every column can be compared with.
        where(_in_union(_emptied(condition)), schema, Binder())
    except Problem as problem:
        problem.where.update(rule=rule.name, position=position)
        raise


def _require_shallow(group: Group, position: str) -> None:
    level = [group]
    for _ in range(MAX_DEPTH):
        level = [item for each in level for item in each.items if isinstance(item, Group)]
    if level:
        raise FilterTooDeep(MAX_DEPTH, position)


def _conditions(group: Group) -> Iterable[Condition]:
    for item in group.items:
        if isinstance(item, Group):
            yield from _conditions(item)
        else:
            yield item


def _emptied(group: Group) -> Group:
    items: list[Condition | Group] = []
    for item in group.items:
        if isinstance(item, Group):
            items.append(_emptied(item))
        elif any(_name(value) for value in item.values):
            items.append(Condition(column=item.column, op=Comparison.EQUALS, values=(None,)))
        else:
            items.append(item)
    return group.model_copy(update={"items": tuple(items)})


def columns_of(rules: RuleSet) -> frozenset[str]:
    """Every column that a rule names."""
    named = {column for rule in rules.columns for column in rule.columns}
    for rule in rules.rows:
        named |= {item.column for item in _conditions(rule.condition)} if rule.condition else set()
    return frozenset(named)
