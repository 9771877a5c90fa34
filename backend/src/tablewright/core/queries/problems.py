"""States of affairs around questions: what cannot be asked, where in the question, and what can instead."""

from __future__ import annotations

from tablewright.core.errors import Invalid
from tablewright.core.tables.schema import Column


class ColumnUnfit(Invalid):
    """Something was asked of a column whose type has no answer to it."""

    def __init__(self, detail: str, column: Column, position: str) -> None:
        super().__init__(detail, column=column.id, name=column.name, type=column.type.value, position=position)


class AggregateNotApplicable(ColumnUnfit):
    def __init__(self, column: Column, fn: str, instead: str, position: str) -> None:
        super().__init__(
            f'"{column.name}" holds {column.type.value} values, so it has no {fn}. {instead}', column, position
        )


class GrainNotApplicable(ColumnUnfit):
    def __init__(self, column: Column, grain: str, position: str) -> None:
        hint = "Days are its finest step." if column.type.is_time else "Only dates and times have one."
        super().__init__(
            f'"{column.name}" holds {column.type.value} values and cannot be grouped by {grain}. {hint}',
            column,
            position,
        )


class BinsNotApplicable(ColumnUnfit):
    def __init__(self, column: Column, position: str) -> None:
        super().__init__(
            f'"{column.name}" holds {column.type.value} values; only numbers can be put into bins. '
            "Leave the bins out, or choose a grain for dates.",
            column,
            position,
        )


class GrainAndBins(ColumnUnfit):
    def __init__(self, column: Column, position: str) -> None:
        super().__init__(f'"{column.name}" has a grain and bins; choose one of them.', column, position)


class ComparisonNotApplicable(ColumnUnfit):
    def __init__(self, column: Column, op: str, position: str) -> None:
        super().__init__(
            f'"{column.name}" holds {column.type.value} values and cannot be compared with "{op}".', column, position
        )


class FilterValueInvalid(ColumnUnfit):
    def __init__(self, column: Column, reason: str, position: str) -> None:
        super().__init__(f'The filter on "{column.name}" cannot be read: {reason}', column, position)


class FilterTooDeep(Invalid):
    def __init__(self, limit: int, position: str) -> None:
        super().__init__(f"The filter nests groups more than {limit} deep. Join some of them.", position=position)


class FilterTooLarge(Invalid):
    def __init__(self, what: str, limit: int, position: str) -> None:
        super().__init__(f"The filter has more than {limit} {what}. Use fewer.", position=position)


class MeasureColumnMissing(Invalid):
    def __init__(self, fn: str, position: str) -> None:
        super().__init__(f'The measure "{fn}" needs a column. Only count_rows goes without one.', position=position)


class MeasureColumnUnused(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__(
            "count_rows counts rows and takes no column. To count the values of a column, use count.",
            position=position,
        )


class SortKeyMissing(Invalid):
    def __init__(self, key: str, known: list[str], position: str) -> None:
        shown = ", ".join(known[:20]) or "none"
        super().__init__(
            f'The result has no "{key}" to sort by. It can be sorted by: {shown}.', key=key, position=position
        )


class MeasurePartMissing(Invalid):
    def __init__(self, fn: str, what: str, position: str) -> None:
        super().__init__(f'The measure "{fn}" needs {what}.', position=position)


class MeasurePartUnused(Invalid):
    def __init__(self, fn: str, what: str, position: str) -> None:
        super().__init__(f'The measure "{fn}" takes no {what}.', position=position)


class HavingWithoutGroups(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("Rows that are listed have no measures to compare. Use the filter.", position=position)


class PeriodMissing(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("in_period needs a period, such as the last 12 months.", position=position)


class PeriodUnused(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("Only in_period takes a period. Leave it out, or compare with in_period.", position=position)


class PeriodOutOfRange(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("The period goes beyond the calendar. Use fewer units.", position=position)


class DerivationNotApplicable(Invalid):
    def __init__(self, kind: str, fn: str, why: str, position: str) -> None:
        super().__init__(f'There is no {kind} of the measure "{fn}". {why}', position=position)


class DerivationNeedsTime(Invalid):
    def __init__(self, kind: str, position: str) -> None:
        super().__init__(
            f"A {kind} follows time, and no dimension is a date with a grain. Group by month, for instance.",
            position=position,
        )


class UnitNotApplicable(Invalid):
    def __init__(self, unit: str, grain: str, position: str) -> None:
        super().__init__(
            f"With groups of a {grain}, one cannot go back by {unit}: no {grain} would start there.", position=position
        )


class DimensionKeyMissing(Invalid):
    def __init__(self, key: str, known: list[str], position: str) -> None:
        super().__init__(
            f'The question has no dimension "{key}". It has: {", ".join(known) or "none"}.', key=key, position=position
        )


class QuestionsTooDeep(Invalid):
    def __init__(self, limit: int, position: str) -> None:
        super().__init__(f"Questions on questions nest more than {limit} deep.", position=position)


class TooManyTables(Invalid):
    def __init__(self, limit: int, position: str) -> None:
        super().__init__(f"The question reads more than {limit} tables. Use fewer.", position=position)


class TableMissing(Invalid):
    def __init__(self, dataset_id: str, position: str) -> None:
        super().__init__("The question reads a dataset that is not there.", dataset_id=dataset_id, position=position)


class TimeZoneMissing(Invalid):
    def __init__(self, name: str, position: str = "calendar.time_zone") -> None:
        super().__init__(
            f'There is no time zone "{name}". Use a name such as Europe/Berlin.',
            time_zone=name,
            position=position,
        )


class ParameterMissing(Invalid):
    def __init__(self, name: str, known: list[str], position: str) -> None:
        super().__init__(
            f'The question has no parameter "{name}". It has: {", ".join(known) or "none"}.',
            parameter=name,
            position=position,
        )


class ParameterTwice(Invalid):
    def __init__(self, name: str, position: str) -> None:
        super().__init__(f'The question has two parameters "{name}".', parameter=name, position=position)


class ParameterValueInvalid(Invalid):
    def __init__(self, name: str, why: str, position: str) -> None:
        super().__init__(
            f'The value of the parameter "{name}" cannot be used: {why}.', parameter=name, position=position
        )


class ValuesAndParameter(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("A condition compares with a parameter or with values, not with both.", position=position)


class PartNotApplicable(ColumnUnfit):
    def __init__(self, column: Column, part: str, position: str) -> None:
        super().__init__(
            f'"{column.name}" holds {column.type.value} values and has no {part.replace("_", " ")}.', column, position
        )


class PivotColumnsUnused(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("Totals are of groups. Group by something, or leave the pivot out.", position=position)


class UnionWidthsDiffer(Invalid):
    def __init__(self, wanted: int, found: int, position: str) -> None:
        super().__init__(
            f"Answers go below one another when they have as many columns: the first has {wanted}, this one {found}.",
            position=position,
        )


class UnionTypesDiffer(Invalid):
    def __init__(self, name: str, first: str, found: str, position: str) -> None:
        super().__init__(
            f'"{name}" holds {first} values in the first answer and {found} values in this one. '
            "Convert one of them with a formula.",
            position=position,
        )


class JoinTypesDiffer(Invalid):
    def __init__(self, left: Column, right: Column, position: str) -> None:
        super().__init__(
            f'"{left.name}" holds {left.type.value} values and "{right.name}" {right.type.value} values, so none are '
            "equal. Convert one of them first.",
            position=position,
        )


class JoinMissing(Invalid):
    def __init__(self, count: int, position: str) -> None:
        super().__init__(f"The question has {count} joins, and this is none of them.", position=position)


class JoinTooLate(Invalid):
    def __init__(self, ref: str, position: str) -> None:
        super().__init__(
            f'"{ref}" is not there yet when this table is joined: formulas, and columns of later joins, come after it.',
            position=position,
        )


class QuestionNotReplaced(Invalid):
    def __init__(self, what: str, position: str) -> None:
        super().__init__(f"This {what} is named and was not put in its place.", position=position)


class FormulaTwice(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__("Two formulas have the same id. Give each its own.", position=position)


class FormulaMissing(Invalid):
    def __init__(self, formula: str, known: list[str], position: str) -> None:
        super().__init__(
            f'There is no formula "{formula}". There are: {", ".join(known) or "none"}.',
            column=formula,
            position=position,
        )


class FormulaUnfit(Invalid):
    """A formula of one level where another is needed."""

    def __init__(self, name: str, why: str, position: str) -> None:
        super().__init__(f'The formula "{name}" does not fit here. {why}', name=name, position=position)


class TopMeasureMissing(Invalid):
    def __init__(self, key: str, known: list[str], position: str) -> None:
        super().__init__(
            f'There is no measure "{key}" to find the largest by. There are: {", ".join(known) or "none"}.',
            key=key,
            position=position,
        )


class PivotOfUnion(Invalid):
    def __init__(self, position: str) -> None:
        super().__init__(
            "Answers below one another have no totals. Ask a question on the union, and give that a pivot.",
            position=position,
        )
