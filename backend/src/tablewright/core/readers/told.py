"""What somebody said a column is: the kind that its values are then read as, whatever they suggest themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tablewright.core.errors import Invalid
from tablewright.core.readers import moments, numerals, periods
from tablewright.core.readers.kinds import (
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    TEXT,
    TIME,
    TIMESTAMP,
    Kind,
    boolean,
    dated,
    decimal,
    proposed,
)
from tablewright.core.readers.numerals import Style
from tablewright.core.readers.options import ColumnOptions
from tablewright.core.readers.words import BOOLEAN_WORDS
from tablewright.core.tables import ColumnType

_BARE = {ColumnType.DATE: DATE, ColumnType.TIME: TIME, ColumnType.TIMESTAMP: TIMESTAMP, ColumnType.INSTANT: INSTANT}


class FormatUnknown(Invalid):
    """A date format holds something that is no directive."""

    def __init__(self, column: str, format: str) -> None:
        super().__init__(
            f'"{format}" is no date format for the column "{column}". Write it with %Y or %y, %m, %b or %B, %d, %H or'
            " %I, %M, %S, %f, %p and %z, for instance %d.%m.%Y.",
            column=column,
        )


def told_kind(name: str, option: ColumnOptions, proposal: Kind, values: Sequence[str]) -> Kind:
    """The kind for a column, from what was told and, where that leaves something open, from some of its values."""
    words = option.null_words or ()
    nulls = proposal.nulls if option.null_words is None else words
    values = [value.strip(" ") for value in values if value.strip(" ") and value not in words]
    kind = _kind(name, option, proposal, values)
    return replace(kind, nulls=nulls if kind.type != ColumnType.TEXT or words else (), padded=kind.type != TEXT.type)


def _kind(name: str, option: ColumnOptions, proposal: Kind, values: Sequence[str]) -> Kind:
    wanted = option.type
    if wanted in (ColumnType.TEXT, ColumnType.NESTED):
        return TEXT
    if option.format is not None:
        if not moments.known_format(option.format):
            raise FormatUnknown(name, option.format)
        return dated(moments.told(option.format))
    if wanted is None:
        if option.date_order is None and option.decimal_mark is None:
            found = proposed(values) if option.null_words is not None else None
            return found or proposal
        wanted = ColumnType.DECIMAL if option.decimal_mark else ColumnType.DATE
        return _number(None, option, values) if option.decimal_mark else _moment(None, option, values)
    if wanted == ColumnType.BOOLEAN:
        return _boolean(values)
    if wanted.is_number:
        return _number(wanted, option, values)
    return _moment(wanted, option, values)


def _boolean(values: Sequence[str]) -> Kind:
    counts = Counter(value.lower() for value in values)
    pairs = (*BOOLEAN_WORDS, ("1", "0"))
    return boolean(max(pairs, key=lambda pair: counts[pair[0]] + counts[pair[1]]))


def _number(wanted: ColumnType | None, option: ColumnOptions, values: Sequence[str]) -> Kind:
    """Numbers in the style that most values are written in, with the told decimal mark; of durations their seconds."""
    if wanted in (ColumnType.INTEGER, ColumnType.DECIMAL) and (lasting := _lasting(values)) is not None:
        return lasting
    marks = (option.decimal_mark,) if option.decimal_mark else (".", ",")
    around = Counter(
        (found.style.before, found.style.behind) for value in values if (found := numerals.written([value])) is not None
    )
    (before, behind) = around.most_common(1)[0][0] if around else ("", "")
    styles = [
        Style(mark, group, before=before, behind=behind, zeros="" if group else "any")
        for mark in marks
        for group in ("", *({",", ".", " ", "'"} - {mark}))
    ]
    fitting = Counter({style: sum(1 for v in values if re.fullmatch(style.shape(), v)) for style in styles})
    style = max(styles, key=lambda one: (fitting[one], one == styles[0]))
    if wanted == ColumnType.FLOAT:
        plain = all(v.lstrip("-") == v.lstrip("-+") and "," not in v for v in values) and not (before or behind)
        return FLOAT if plain and style.decimal == "." and not style.thousands else replace(FLOAT, style=style)
    if wanted == ColumnType.INTEGER:
        return replace(INTEGER, style=style)
    return replace(decimal(18, fixed=False, digits=38), style=style)


def _lasting(values: Sequence[str]) -> Kind | None:
    """Durations stay text unless numbers are asked for: PT120S and PT2M are the same number of seconds."""
    how = moments.durations_of_most(values)
    if how is None:
        return None
    parts = any("." in value for value in values)
    return replace(decimal(6, fixed=False) if parts else INTEGER, durations=how)


def _moment(wanted: ColumnType | None, option: ColumnOptions, values: Sequence[str]) -> Kind:
    """Dates in the way that most values are written in, with the told order.

    Months, quarters and weeks are their first days, and large numbers count seconds or parts of them since 1970.
    """
    if wanted in (ColumnType.TIMESTAMP, ColumnType.INSTANT) and (counted := moments.epoch(values)) is not None:
        return replace(TIMESTAMP if wanted == ColumnType.TIMESTAMP else INSTANT, moments=counted)
    found = Counter(
        replace(kind, proof="") for value in values if (kind := _one(value, option)) is not None and kind.is_moment
    )
    if not found and wanted in (ColumnType.DATE, ColumnType.TIMESTAMP):
        found = Counter(dated(period) for value in values if (period := periods.written([value])) is not None)
    if wanted is not None:
        same = Counter({kind: count for kind, count in found.items() if kind.type == wanted})
        if not same and wanted == ColumnType.TIMESTAMP:
            # Days are midnights, when somebody wants times.
            same = Counter(
                {
                    replace(TIMESTAMP, moments=kind.written or moments.told("%Y-%m-%d")): count
                    for kind, count in found.items()
                    if kind.type == ColumnType.DATE
                }
            )
        if not same:
            return _BARE.get(wanted, TEXT)
        found = same
    return found.most_common(1)[0][0] if found else proposed(values) or TEXT


def _one(value: str, option: ColumnOptions) -> Kind | None:
    compact = moments.compact([value])
    kind = dated(compact) if compact else proposed([value])
    if kind is None or kind.moments is None or not kind.moments.order or option.date_order is None:
        return kind
    order = moments.ORDERS[option.date_order]
    return replace(kind, moments=moments.reordered(kind.moments, order), open=False, proof="")
