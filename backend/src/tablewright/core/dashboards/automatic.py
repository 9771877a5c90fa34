"""A first dashboard for any table: questions that its columns call for, judged by their answers.

Two steps, both pure: `questions` proposes a bounded number of questions from names, types and roles; `arranged` keeps
those whose answers are interesting (a change, something that stands out, a correlation, a concentration), each with the
sentence why, and lays them out. Only answers are judged, and these are cut at the gate to what their reader may see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from statistics import median
from uuid import UUID

from tablewright.core.charts.spec import ChartSpec, Mark
from tablewright.core.dashboards.model import Content, Filter, Place, QuestionTile, Tab, Target
from tablewright.core.queries.model import Aggregate, Answer, Bins, Dimension, Grain, Measure, Question, Sort, Top
from tablewright.core.rules.periods import is_over
from tablewright.core.tables.schema import Column, ColumnType, Schema

MOST_MEASURES, MOST_CATEGORIES, MOST_PAIRED = 3, 4, 5
MOST_TILES = 10
_SHOWN_VALUES = 12
_LEAST_SCORE = 0.25
"""Below this, only the best of its kind is shown."""
_PERIODS = 120
_LEAST_R = 0.5
_NOTABLE = 0.25
"""Part of the usual by which a period must differ: a February is no news."""
_STANDS_OUT = 4.0
"""How many times the usual distance from the usual makes a period stand out."""
_UNEVEN = 1.5
"""How many times an even share the largest has before that says something."""
_FAR = 3.0
"""How many times the middle half's width beyond it a value is far off."""
_GRAINS = ((40, Grain.DAY), (280, Grain.WEEK), (366 * 8, Grain.MONTH), (366 * 20, Grain.QUARTER))


@dataclass(frozen=True)
class Verdict:
    """Why an answer is worth a tile. `score` goes from 0 (nothing to say) to 1."""

    score: float
    title: str
    why: str


@dataclass(frozen=True)
class Candidate:
    """A question with the chart of its answer and the judgement of it."""

    key: str
    kind: str
    """figure, change, concentration, correlation, spread: what it could show."""
    question: Question
    chart: ChartSpec | None
    judge: Callable[[Answer], Verdict | None]
    about: str
    """What it is about: one category, or one measure over time or in its spread."""
    topic: str
    """The same in words, for a title that says nothing of the answer."""
    size: tuple[int, int] = (6, 8)


def about(dataset_id: UUID, schema: Schema) -> Question:
    """Asked first: how many rows there are, from when to when, and how the measures hang together."""
    moment = _time(schema)
    measures = [Measure(fn=Aggregate.COUNT_ROWS)]
    if moment is not None:
        measures += [Measure(fn=fn, column=moment.id) for fn in (Aggregate.MIN, Aggregate.MAX)]
    measures += [Measure(fn=Aggregate.CORRELATION, column=one.id, other=other.id) for one, other in _pairs(schema)]
    return Question(dataset_id=dataset_id, measures=tuple(measures))


def questions(dataset_id: UUID, schema: Schema, first: Answer) -> list[Candidate]:
    """What to ask, at most thirty questions over groups; `first` is the answer to `about`."""
    moment, measures, categories = _time(schema), _measures(schema), _categories(schema)
    grain = _grain(first) if moment is not None else None
    found = [_count(dataset_id, schema)] if grain is None else []
    if moment is not None and grain is not None:
        last = _day(first.data["m2"][0])
        found += [_over_time(dataset_id, moment, grain, last, each) for each in [None, *measures]]
    found += [_by(dataset_id, category, each) for each in [*measures[:2], None] for category in categories]
    found += [_spread(dataset_id, each) for each in measures]
    found += _related(dataset_id, schema, first, 3 if moment is not None else 1)
    return found


def arranged(dataset_id: UUID, schema: Schema, judged: Sequence[tuple[Candidate, Verdict]], said_of: UUID) -> Content:
    """The best of each kind first, then what is left by score, laid out on the grid with filters above. `said_of` is
    the version that was judged."""
    ranked = sorted(judged, key=lambda pair: -pair[1].score)
    chosen: list[tuple[Candidate, Verdict]] = []
    for kind in ("figure", "change", "concentration", "correlation", "spread"):
        chosen += [pair for pair in ranked if pair[0].kind == kind][:1]
    told = {pair[0].about for pair in chosen}
    for pair in ranked:
        # Of one category, the best measure says what the others would say again.
        if len(chosen) < MOST_TILES and pair[1].score >= _LEAST_SCORE and pair[0].about not in told:
            told.add(pair[0].about)
            chosen.append(pair)
    chosen.sort(key=lambda pair: (pair[0].kind != "figure", -pair[1].score))
    tiles = []
    x = y = row = 0
    for number, (candidate, verdict) in enumerate(chosen[:MOST_TILES], 1):
        w, h = candidate.size
        if x + w > 12:
            x, y, row = 0, y + row, 0
        tiles.append(
            QuestionTile(
                id=f"t{number}",
                place=Place(x=x, y=y, w=w, h=h),
                question=candidate.question,
                title=verdict.title[:300],
                chart=candidate.chart,
                why=verdict.why[:300],
                topic=candidate.topic[:300],
                said_of=said_of,
            )
        )
        x, row = x + w, max(row, h)
    return Content(tabs=(Tab(tiles=tuple(tiles)),), filters=_filters(dataset_id, schema))


def _filters(dataset_id: UUID, schema: Schema) -> tuple[Filter, ...]:
    moment = _time(schema)
    wanted: list[tuple[Column, str]] = [(each, "list") for each in _categories(schema)[:2]]
    wanted += [(moment, "date")] if moment is not None else []
    return tuple(
        Filter.model_validate(
            {
                "id": f"p{number}",
                "label": column.name[:100],
                "kind": kind,
                "targets": (Target(dataset_id=dataset_id, column=column.id),),
            }
        )
        for number, (column, kind) in enumerate(wanted, 1)
    )


# --- columns --------------------------------------------------------------------------------------


def _measures(schema: Schema) -> list[Column]:
    return [each for each in schema.columns if each.role == "measure" and each.type.is_number][:MOST_MEASURES]


def _categories(schema: Schema) -> list[Column]:
    return [
        each
        for each in schema.columns
        if each.role == "category" and each.type in (ColumnType.TEXT, ColumnType.BOOLEAN)
    ][:MOST_CATEGORIES]


def _time(schema: Schema) -> Column | None:
    found = [each for each in schema.columns if each.type.is_time]
    return found[0] if found else None


def _pairs(schema: Schema) -> list[tuple[Column, Column]]:
    measures = [each for each in schema.columns if each.role == "measure" and each.type.is_number][:MOST_PAIRED]
    return list(combinations(measures, 2))


def _grain(first: Answer) -> Grain | None:
    """Periods that make a line of some ten to a hundred points; None where there is no way from one to the next."""
    start, end = (_day(first.data[key][0]) for key in ("m1", "m2"))
    if start is None or end is None or (end - start).days < 2:
        return None
    days = (end - start).days
    return next((grain for most, grain in _GRAINS if days <= most), Grain.YEAR)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _sum(column: Column | None) -> Measure:
    return Measure(fn=Aggregate.COUNT_ROWS) if column is None else Measure(fn=Aggregate.SUM, column=column.id)


def _named(column: Column | None) -> str:
    return "Rows" if column is None else column.name


# --- candidates -----------------------------------------------------------------------------------


def _count(dataset_id: UUID, schema: Schema) -> Candidate:
    measures = _measures(schema)
    question = Question(dataset_id=dataset_id, measures=(_sum(None), *(_sum(each) for each in measures)))

    def judge(answer: Answer) -> Verdict | None:
        words = ", ".join(
            f"{_number(_at(answer, f'm{at}', 0))} {name}"
            for at, name in enumerate(["rows", *(f"in {each.name}" for each in measures)])
        )
        return Verdict(0.5, "At a glance", f"All together: {words}.")

    return Candidate("count", "figure", question, None, judge, "count", "At a glance", (12, 3))


def _over_time(dataset_id: UUID, moment: Column, grain: Grain, last: date | None, column: Column | None) -> Candidate:
    """A line. `last` is the day on which the data ends: a fall at the end of the line may be no more than that."""
    question = Question(
        dataset_id=dataset_id,
        dimensions=(Dimension(column=moment.id, grain=grain),),
        measures=(_sum(column),),
        sort=(Sort(by="d0", direction="desc"),),
        limit=_PERIODS,
    )
    name, period = _named(column), grain.value

    def found(answer: Answer) -> Verdict:
        points = [(at, value) for at, value in zip(answer.data["d0"], _values(answer, "m0"), strict=True) if at]
        points.reverse()
        # The last period is seldom over, the first seldom whole.
        whole = [(at, value) for at, value in points[1:-1] if value is not None]
        if len(whole) < 4:
            return Verdict(0.15, f"{name} by {period}", f"How {name} went from {period} to {period}.")
        standing = _outlier(whole)
        third = max(1, len(whole) // 3)
        before = sum(value for _, value in whole[:third]) / third
        after = sum(value for _, value in whole[-third:]) / third
        change = (after - before) / abs(before) if before else 0.0
        middle = median(value for _, value in whole)
        if standing is not None and standing[2] > _STANDS_OUT and abs(standing[1] - middle) > _NOTABLE * abs(middle):
            at, value, times = standing
            word = "high" if value > median(each for _, each in whole) else "low"
            return Verdict(
                min(0.95, 0.5 + times / 40),
                f"{name} was unusually {word} in {_period(at, grain)}",
                f"{_number(value)} then, where {_number(median(each for _, each in whole))} is usual:"
                f" {times:.0f} times the distance at which {period}s usually stand.",
            )
        if abs(change) >= 0.05:
            way = "rose" if change > 0 else "fell"
            return Verdict(
                min(0.9, 0.35 + abs(change) / 2),
                f"{name} {way} {abs(change):.0%}",
                f"The last {third} whole {period}s against the first {third}: {_number(after)} a {period} after"
                f" {_number(before)}.",
            )
        return Verdict(0.2, f"{name} stayed level", f"The last {third} whole {period}s are within 5 % of the first.")

    def judge(answer: Answer) -> Verdict:
        verdict, begun = found(answer), _day(answer.data["d0"][0]) if answer.row_count else None
        if last is None or begun is None or is_over(begun, grain.value, last + timedelta(days=1)):
            return verdict
        ends = f" The data ends on {_period(last, Grain.DAY)}, within its last {period}."
        return replace(verdict, why=verdict.why + ends)

    chart = _drawn(Mark.LINE)
    key = f"time/{_key(column)}"
    return Candidate(key, "change", question, chart, judge, key, f"{name} by {period}")


def _outlier(points: Sequence[tuple[object, float]]) -> tuple[object, float, float] | None:
    """The point farthest from the median, with how many times the median distance that is."""
    middle = median(value for _, value in points)
    usual = median(abs(value - middle) for _, value in points)
    if usual == 0:
        return None
    at, value = max(points, key=lambda each: abs(each[1] - middle))
    return at, value, abs(value - middle) / usual


def _by(dataset_id: UUID, category: Column, column: Column | None) -> Candidate:
    question = Question(
        dataset_id=dataset_id,
        dimensions=(Dimension(column=category.id, top=Top(n=_SHOWN_VALUES, by="m0")),),
        measures=(_sum(column),),
        sort=(Sort(by="m0", direction="desc"),),
    )
    name = _named(column)

    def judge(answer: Answer) -> Verdict | None:
        rest = {row for row, mask in enumerate(answer.other) if mask} if answer.other else set()
        pairs = [
            (label, value)
            for row, (label, value) in enumerate(zip(answer.data["d0"], _values(answer, "m0"), strict=True))
            if value is not None and row not in rest
        ]
        others = sum(value or 0.0 for row, value in enumerate(_values(answer, "m0")) if row in rest)
        total = sum(value for _, value in pairs) + others
        if len(pairs) < 2 or total <= 0 or min(value for _, value in pairs) < 0:
            return None
        pairs.sort(key=lambda each: -each[1])
        count = len(pairs) + (1 if rest else 0)
        reached, few = 0.0, 0
        for _, value in pairs:
            reached, few = reached + value, few + 1
            if reached >= 0.8 * total:
                break
        top, share = _said(pairs[0][0], category), pairs[0][1] / total
        even = 1 / count
        what = name.lower() if column is None else name
        concentrated = f"{name} is concentrated by {category.name}; {top} alone has {share:.0%}."
        if share >= max(0.5, 1.5 * even):
            return Verdict(min(0.95, 0.5 + share / 2), f"{top} makes {share:.0%} of {what}", concentrated)
        if reached >= 0.8 * total and few <= max(1, count // 3):
            words = f"{few} of {'more than ' if rest else ''}{count} {category.name} values"
            return Verdict(min(0.95, 0.5 + share / 2), f"{words} make {reached / total:.0%} of {what}", concentrated)
        score = 0.05 if share < _UNEVEN * even else 0.3 + min(0.35, share - even)
        return Verdict(
            score,
            f"{top} leads {what} with {share:.0%}",
            f"{share / even:.1f} times an even share among the {count} values of {category.name}.",
        )

    chart = _drawn(Mark.BAR)
    key, topic = f"by/{category.id}/{_key(column)}", f"{name} by {category.name}"
    return Candidate(key, "concentration", question, chart, judge, f"by/{category.id}", topic)


def _spread(dataset_id: UUID, column: Column) -> Candidate:
    """A histogram, judged by how far its outermost bins are from where most values lie."""
    question = Question(
        dataset_id=dataset_id,
        dimensions=(Dimension(column=column.id, bins=Bins(count=30)),),
        measures=(Measure(fn=Aggregate.COUNT_ROWS),),
        sort=(Sort(by="d0"),),
    )

    def judge(answer: Answer) -> Verdict | None:
        width = answer.bin_width.get("d0", 0.0)
        bins = [
            (low, count)
            for low, count in zip(_values(answer, "d0"), _values(answer, "m0"), strict=True)
            if low is not None and count
        ]
        total = sum(count for _, count in bins)
        if len(bins) < 3 or not total:
            return None
        quarter, half, three = (_quantile(bins, width, share) for share in (0.25, 0.5, 0.75))
        middle = max(three - quarter, width / 2)
        low, high = bins[0][0], bins[-1][0] + width
        far = max((high - width - three) / middle, (quarter - low - width) / middle)
        lies = f"Half of all values lie between {_number(quarter)} and {_number(three)}"
        if far > _FAR:
            upwards = high - three > quarter - low
            edge = high if upwards else low
            return Verdict(
                min(0.85, 0.4 + far / 40),
                f"Some {column.name} values are far {'above' if upwards else 'below'} the rest",
                f"{lies}; some are near {_number(edge)}.",
            )
        return Verdict(0.15, f"{column.name} is mostly near {_number(half)}", f"{lies}.")

    chart = _drawn(Mark.HISTOGRAM)
    key = f"spread/{column.id}"
    return Candidate(key, "spread", question, chart, judge, key, f"Distribution of {column.name}")


def _quantile(bins: Sequence[tuple[float, float]], width: float, share: float) -> float:
    """The value below which this share lies, in proportion inside its bin."""
    wanted, passed = share * sum(count for _, count in bins), 0.0
    for low, count in bins:
        if passed + count >= wanted:
            return low + width * (wanted - passed) / count
        passed += count
    return bins[-1][0] + width


def _related(dataset_id: UUID, schema: Schema, first: Answer, begins: int) -> list[Candidate]:
    """The two measures that hang together most, when they do at all."""
    found = [
        (value, pair)
        for at, pair in enumerate(_pairs(schema))
        if (value := _at(first, f"m{begins + at}", 0)) is not None and _LEAST_R <= abs(value) < 0.9999
    ]
    if not found:
        return []
    r, (one, other) = max(found, key=lambda each: abs(each[0]))
    # Lines, not points: a mean for each bin holds for any number of rows.
    question = Question(
        dataset_id=dataset_id,
        dimensions=(Dimension(column=one.id, bins=Bins(count=25)),),
        measures=(Measure(fn=Aggregate.MEAN, column=other.id),),
        sort=(Sort(by="d0"),),
    )
    together = "rise together" if r > 0 else "go against each other"

    def judge(_: Answer) -> Verdict | None:
        return Verdict(
            min(0.95, 0.3 + abs(r) * 0.65),
            f"{one.name} and {other.name} {together}",
            f"Their correlation is {r:.2f} (Pearson, over all rows that have both). It says nothing of causes.",
        )

    chart = _drawn(Mark.BAR, order="answer")
    key, topic = f"related/{one.id}/{other.id}", f"Mean of {other.name} by {one.name}"
    return [Candidate(key, "correlation", question, chart, judge, "related", topic)]


# --- words and numbers ----------------------------------------------------------------------------


def _drawn(mark: Mark, **more: str) -> ChartSpec:
    """The one measure along the one group."""
    return ChartSpec.model_validate({"mark": mark, "x": {"field": "d0"}, "y": [{"field": "m0"}], **more})


def _key(column: Column | None) -> str:
    return column.id if column is not None else "rows"


def _values(answer: Answer, key: str) -> list[float | None]:
    return [_float(each) for each in answer.data[key]]


def _at(answer: Answer, key: str, row: int) -> float | None:
    return _float(answer.data[key][row]) if answer.data.get(key) else None


def _float(value: object) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number(value: float | None) -> str:
    if value is None:
        return "no"
    if abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.3g}"


def _said(label: object, of: Column) -> str:
    """One value of a category as its chart has it; yes and no say of what, too."""
    if of.type is ColumnType.BOOLEAN and label is not None:
        return f"“{of.name[:60]}: {'Yes' if str(label).lower() == 'true' else 'No'}”"
    text = "Empty" if label is None else str(label)
    return f"“{text[:60]}”"


def _period(at: object, grain: Grain) -> str:
    day = _day(at)
    if day is None:
        return str(at)
    match grain:
        case Grain.YEAR:
            return f"{day.year}"
        case Grain.QUARTER:
            return f"Q{(day.month + 2) // 3} {day.year}"
        case Grain.MONTH:
            return f"{day:%B %Y}"
    return f"{day:%d %B %Y}".lstrip("0")
