"""A rule over rows as a column of a question: true where it fires, or its severity there.

The condition becomes a formula of the question, so a flag can be listed, grouped by, filtered and charted like any
column. It is true exactly where the rule's own filter keeps the row, and false elsewhere, never without a value;
formulas know no infinities, so a float that is infinite is compared as no value.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Literal

from tablewright.core.queries import literals
from tablewright.core.queries.model import Comparison, Condition, Formula, Group, Scalar
from tablewright.core.rules.model import RowCheck, Rule
from tablewright.core.rules.problems import RuleIncomplete
from tablewright.core.tables.schema import Column, ColumnType, Schema

MOST_CHARACTERS = 4096
_FORMULA = re.compile(r"\[#(f[1-9][0-9]?)\]")
_ORDERS = {Comparison.LESS: "<", Comparison.AT_MOST: "<=", Comparison.GREATER: ">", Comparison.AT_LEAST: ">="}
_SEARCHES = {
    Comparison.CONTAINS: "CONTAINS", Comparison.STARTS_WITH: "STARTSWITH", Comparison.ENDS_WITH: "ENDSWITH",
}  # fmt: skip


def flag(
    rule: Rule, schema: Schema, *, first: int = 1, shows: Literal["fires", "severity"] = "fires"
) -> tuple[Formula, ...]:
    """The formulas that a question needs for a rule's flag; the last is the flag itself.

    `first` is the number of the first, behind the question's own. Raises RuleIncomplete for what no formula says.
    """
    check = rule.check
    if not isinstance(check, RowCheck):
        raise RuleIncomplete(rule.name, "only a rule over rows can be a column of rows.", "check.kind")
    ids = {formula.id: f"f{first + at}" for at, formula in enumerate(check.formulas)}
    own = tuple(
        formula.model_copy(update={"id": ids[formula.id], "text": _FORMULA.sub(partial(_renamed, ids), formula.text)})
        for formula in check.formulas
    )
    text = _Writer(rule.name, schema, ids).group(check.condition, "check.condition")
    if shows == "severity":
        text = f'IF({text}, "{rule.severity.value}", BLANK())'
    if len(text) > MOST_CHARACTERS:
        raise RuleIncomplete(rule.name, "its condition is too long for a column. Use fewer values.", "check.condition")
    return (*own, Formula(id=f"f{first + len(own)}", name=rule.name, text=text))


def _renamed(ids: dict[str, str], match: re.Match[str]) -> str:
    return f"[#{ids.get(match[1], match[1])}]"


class _Writer:
    """Conditions as formulas in stored form."""

    def __init__(self, name: str, schema: Schema, ids: dict[str, str]) -> None:
        self._name = name
        self._columns = {column.id: column for column in schema.columns}
        self._ids = ids

    def group(self, group: Group, at: str) -> str:
        parts = [
            self.group(item, f"{at}.items[{place}]")
            if isinstance(item, Group)
            else self._known(self._condition(item, f"{at}.items[{place}]"))
            for place, item in enumerate(group.items)
        ]
        if not parts:
            return "TRUE"
        joined = f" {group.op.upper()} ".join(parts)
        return f"({joined})" if len(parts) > 1 else joined

    def _known(self, text: str) -> str:
        """Unknown is not true."""
        return f"IFBLANK({text}, FALSE)"

    def _condition(self, condition: Condition, at: str) -> str:
        if condition.parameter is not None or condition.op is Comparison.IN_PERIOD:
            raise RuleIncomplete(self._name, "a period told from today cannot be a column. Name the days.", at)
        op, values = condition.op, condition.values
        reference = f"[#{self._ids.get(condition.column, condition.column)}]"
        if op is Comparison.IS_EMPTY or op is Comparison.IS_NOT_EMPTY:
            empty = f"ISBLANK({reference})"
            return empty if op is Comparison.IS_EMPTY else f"NOT({empty})"
        if condition.column in self._ids:
            if op is Comparison.EQUALS and len(values) == 1 and isinstance(values[0], bool):
                return f"{reference} = {str(values[0]).upper()}"
            raise RuleIncomplete(self._name, "a formula in a flag can be true or false only.", at)
        column = self._columns.get(condition.column)
        if column is None:
            raise RuleIncomplete(self._name, f'there is no column "{condition.column}".', at)
        if op in _SEARCHES:
            return f"{_SEARCHES[op]}({reference}, {_quoted(str(values[0]))})"
        if op in _ORDERS:
            return self._compared(column, reference, _ORDERS[op], values[0], at)
        if op is Comparison.BETWEEN:
            low, high = (
                self._compared(column, reference, sign, value, at)
                for sign, value in zip((">=", "<="), values, strict=True)
            )
            return f"({low} AND {high})"
        found = " OR ".join(self._known(self._equal(column, reference, value, at)) for value in values) or "FALSE"
        return f"NOT({found})" if op in (Comparison.NOT_EQUALS, Comparison.NOT_IN) else f"({found})"

    def _equal(self, column: Column, reference: str, value: Scalar, at: str) -> str:
        if value is not None:
            return self._compared(column, reference, "=", value, at)
        if column.type is ColumnType.TEXT:
            return f'(ISBLANK({reference}) AND NOT(IFBLANK({reference} = "", FALSE)))'
        return f"ISBLANK({reference})"

    def _compared(self, column: Column, reference: str, sign: str, value: Scalar, at: str) -> str:
        if column.type is not ColumnType.TIMESTAMP:
            return f"{reference} {sign} {self._literal(column, value, at)}"
        moment = literals.moment(column, value, at)
        if isinstance(moment, datetime):
            return f"{reference} {sign} {_moment(moment)}"
        # A day is all of that day.
        start, after = datetime.combine(moment, time()), literals.next_day(moment)
        end = datetime.combine(after, time()) if after else None
        if sign in ("<", ">="):
            return f"{reference} {sign} {_moment(start)}"
        until = f"{reference} < {_moment(end)}" if end else f"NOT(ISBLANK({reference}))"
        if sign == "<=":
            return until
        if sign == ">":
            return f"{reference} >= {_moment(end)}" if end else "FALSE"
        return f"({reference} >= {_moment(start)} AND {until})"

    def _literal(self, column: Column, value: Scalar, at: str) -> str:
        match column.type:
            case ColumnType.INTEGER | ColumnType.DECIMAL | ColumnType.FLOAT:
                number = literals.number(column, value, at)
                return f"({_plain(number)})" if number < 0 else _plain(number)
            case ColumnType.BOOLEAN:
                return str(literals.boolean(column, value, at)).upper()
            case ColumnType.DATE:
                day: date = literals.day(column, value, at)
                return f"DATE({day.year}, {day.month}, {day.day})"
            case ColumnType.TIME:
                clock = literals.time_of_day(column, value, at)
                if clock.microsecond:
                    raise RuleIncomplete(self._name, "a formula knows no fractions of a second.", at)
                return f"TIME({clock.hour}, {clock.minute}, {clock.second})"
            case ColumnType.TEXT:
                return _quoted(literals.text(column, value, at))
        raise RuleIncomplete(self._name, f'values of "{column.name}" cannot be compared in a column.', at)


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _moment(of: datetime) -> str:
    second = f"{of.second}.{of.microsecond:06d}" if of.microsecond else str(of.second)
    return f"DATETIME({of.year}, {of.month}, {of.day}, {of.hour}, {of.minute}, {second})"
