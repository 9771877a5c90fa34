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
    def __init__(self, limit: int) -> None:
        super().__init__(f"The filter nests groups more than {limit} deep. Join some of them.", position="filter")


class FilterTooLarge(Invalid):
    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"The filter has more than {limit} {what}. Use fewer.", position="filter")


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
