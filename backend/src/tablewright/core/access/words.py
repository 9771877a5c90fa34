"""Rules of access in words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tablewright.core.access.model import Everyone, OfGroup, OfRole, OneMember, Who, WithAttribute
from tablewright.core.queries.model import Comparison, Condition, Group, Scalar
from tablewright.core.tables import Schema

_COMPARED = {
    Comparison.EQUALS: "is",
    Comparison.NOT_EQUALS: "is not",
    Comparison.LESS: "is less than",
    Comparison.AT_MOST: "is at most",
    Comparison.GREATER: "is more than",
    Comparison.AT_LEAST: "is at least",
    Comparison.IN: "is one of",
    Comparison.NOT_IN: "is none of",
    Comparison.CONTAINS: "contains",
    Comparison.STARTS_WITH: "starts with",
    Comparison.IS_EMPTY: "is empty",
    Comparison.IS_NOT_EMPTY: "is not empty",
    Comparison.BETWEEN: "is between",
}
_SHOWN_VALUES = 5


def who(named: Who, groups: Mapping[UUID, str], members: Mapping[UUID, str]) -> str:
    """Whom a rule names. Groups and members that are gone are called so."""
    match named:
        case Everyone():
            return "everyone"
        case OfRole():
            return f"the role {named.role}"
        case OfGroup():
            return f"the group {groups.get(named.group_id, '(removed)')}"
        case OneMember():
            return members.get(named.user_id, "a member who has left")
        case WithAttribute():
            return f"{named.name} {listed(named.values)}" if named.values else f"anybody with {named.name}"


def condition(group: Group | None, schema: Schema) -> str:
    """Which rows, for instance `Region is North or Amount is more than 10`."""
    if group is None or not group.items:
        return "all rows"
    names = {column.id: column.name for column in schema.columns}
    return _group(group, names)


def _group(group: Group, names: Mapping[str, str]) -> str:
    if not group.items:
        return "all rows"
    parts = [
        f"({_group(item, names)})" if isinstance(item, Group) and len(item.items) > 1
        else _group(item, names) if isinstance(item, Group)
        else _condition(item, names)
        for item in group.items
    ]  # fmt: skip
    return f" {group.op} ".join(parts)


def _condition(item: Condition, names: Mapping[str, str]) -> str:
    compared = _COMPARED.get(item.op, item.op.value)
    subject = f"{names.get(item.column, 'a column that is gone')} {compared}"
    if item.op is Comparison.BETWEEN and len(item.values) == 2:
        return f"{subject} {_value(item.values[0])} and {_value(item.values[1])}"
    if item.op in (Comparison.IN, Comparison.NOT_IN) and len(item.values) == 0:
        return f"{subject} nothing"
    return f"{subject} {listed(item.values)}" if item.values else subject


def listed(values: tuple[Scalar, ...]) -> str:
    """`North, South or West`, and how many more there are."""
    shown = [_value(value) for value in values[:_SHOWN_VALUES]]
    if len(values) > _SHOWN_VALUES:
        return f"{', '.join(shown)} or {len(values) - _SHOWN_VALUES} more"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _value(value: Scalar) -> str:
    if value is None:
        return "nothing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
