"""Days, weeks and years: where they begin in a time zone, a financial year, a week that starts on Sunday.

An instant belongs to the day that a clock in the question's time zone shows. Hours and minutes of instants stay
instants: when clocks go back, the hour that comes twice is two groups, and each has a start of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from sqlglot import exp

from tablewright.core.queries import sql
from tablewright.core.queries.model import Calendar, Grain, Part
from tablewright.core.queries.problems import TimeZoneMissing
from tablewright.core.queries.sql import Node

_UTC = {"UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "GMT", "Etc/GMT", "Universal", "UCT"}
_FIELDS = {
    Part.WEEK_OF_YEAR: "week", Part.DAY_OF_YEAR: "doy", Part.DAY_OF_MONTH: "day", Part.MONTH_OF_YEAR: "month",
    Part.HOUR_OF_DAY: "hour", Part.MINUTE_OF_HOUR: "minute",
}  # fmt: skip
WITHIN_DAY = {Grain.HOUR, Grain.MINUTE, Part.HOUR_OF_DAY, Part.MINUTE_OF_HOUR}
"""What a date without a time does not have."""


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    if not is_zone(name):
        raise TimeZoneMissing(name)
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether the IANA database has a time zone of this name."""
    return name in available_timezones()


def zone_of(calendar: Calendar) -> ZoneInfo | None:
    """The zone, or None for UTC, which it is too when there is no workspace to say another. Raises TimeZoneMissing."""
    return None if calendar.time_zone is None or calendar.time_zone in _UTC else _zone(calendar.time_zone)


def utc_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """A local time in UTC. One that clocks skip is when they were put forward; one they show twice is the first."""
    try:
        return moment.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return moment


def local(instant: Node, zone: ZoneInfo | None) -> Node:
    """What a clock in the zone shows at an instant."""
    if zone is None:
        return sql.naive_utc(instant)
    return sql.call("timezone", exp.Literal.string(zone.key), instant)


def start(node: Node, grain: Grain, calendar: Calendar) -> Node:
    """The first moment of the year, week … of a date or a local time."""
    ahead: Node | None = None
    if grain in (Grain.YEAR, Grain.QUARTER):
        months = (calendar.year_starts - 1) % (12 if grain is Grain.YEAR else 3)
        ahead = sql.interval(months, "month") if months else None
    elif grain is Grain.WEEK and calendar.week_starts > 1:
        ahead = sql.interval(calendar.week_starts - 1, "day")
    if ahead is None:
        return _truncated(node, grain)
    return exp.Add(this=_truncated(sql.minus(node, ahead), grain), expression=ahead.copy())


def start_of_instant(instant: Node, grain: Grain, zone: ZoneInfo) -> Node:
    """The instant at which its hour or minute began on the clocks of a zone."""
    shown = local(instant, zone)
    return sql.minus(instant.copy(), sql.minus(shown, _truncated(shown.copy(), grain)))


def _truncated(node: Node, grain: Grain) -> Node:
    return sql.call("date_trunc", exp.Literal.string(grain.value), node)


def part(node: Node, asked: Part, calendar: Calendar) -> Node:
    """The number of what recurs, of a date or a local time."""
    if asked is Part.DAY_OF_WEEK:
        return sql.cast(_counted(_field("isodow", node), calendar.week_starts, 7), "BIGINT")
    if asked is Part.QUARTER_OF_YEAR:
        month = sql.minus(_counted(_field("month", node), calendar.year_starts, 12), exp.Literal.number(1))
        whole = sql.call("floor", exp.Div(this=sql.cast(month, "DOUBLE"), expression=exp.Literal.number(3)))
        return sql.cast(sql.plus(whole, exp.Literal.number(1)), "BIGINT")
    return sql.cast(_field(_FIELDS[asked], node), "BIGINT")


def _field(name: str, node: Node) -> Node:
    return exp.Extract(this=exp.var(name), expression=node)


def _counted(number: Node, first: int, of: int) -> Node:
    """Counted from another first, which is 1."""
    if first == 1:
        return number
    moved = sql.plus(number, exp.Literal.number(of - first))
    return sql.plus(exp.Mod(this=moved, expression=exp.Literal.number(of)), exp.Literal.number(1))
