"""What a dashboard shows, permitted for one reader and made ready for paper, picture and workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.charts.formats import TableFormat
from tablewright.core.charts.spec import ChartSpec
from tablewright.core.dashboards.model import Content, FilterValue, ImageTile, Otherwise, QuestionTile, TextTile
from tablewright.core.dashboards.narrow import Conditions, conditions_of
from tablewright.core.errors import Problem
from tablewright.core.queries.tables import Table, TableKey
from tablewright.core.queries.wording import conditions_in_words, name_of
from tablewright.dashboards import images, repository, service
from tablewright.dashboards.errors import TileMissing
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import workspace_name
from tablewright.queries import repository as questions
from tablewright.queries import service as queries
from tablewright.queries.models import SavedQuestion


@dataclass(frozen=True)
class Pane:
    """A tile with what it asks; a Problem when that cannot be asked, None for what asks nothing."""

    tile: QuestionTile | TextTile | ImageTile
    title: str
    asked: queries.Permitted | Problem | None = None
    chart: ChartSpec | None = None
    formats: TableFormat | None = None
    picture: Picture | None = None


@dataclass(frozen=True)
class Picture:
    """Where a picture is, and how large."""

    workspace_id: UUID
    image_id: UUID
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """One tab."""

    title: str
    panes: tuple[Pane, ...]


@dataclass(frozen=True)
class Spread:
    title: str
    workspace_name: str
    filters: str
    """The filters in force, in words; empty when every row counts."""
    sheets: tuple[Sheet, ...]

    def panes(self) -> Iterator[Pane]:
        for sheet in self.sheets:
            yield from sheet.panes

    @property
    def seen_as(self) -> dict[str, str]:
        gates = [pane.asked for pane in self.panes() if isinstance(pane.asked, queries.Permitted)]
        return {each: how for gate in gates for each, how in gate.seen_as.items()}


def show(
    session: Session,
    actor: Actor,
    dashboard_id: UUID,
    *,
    values: Mapping[str, FilterValue | None],
    more: Conditions,
    tile: str | None = None,
    otherwise: Otherwise = service.AS_MADE,
    all_rows: bool = False,
) -> Spread:
    """A dashboard, or one tile of it, under its filters. Raises DashboardMissing, FilterMissing, TileMissing."""
    actor.require(Permission.DASHBOARDS_READ)
    dashboard = repository.get(session, actor, dashboard_id)
    content = dashboard.shown()
    if tile is not None:
        content = only(content, tile)
    if tile is not None:
        otherwise = otherwise.of(tile)
    return spread(
        session, actor, dashboard.title, content, values=values, more=more, otherwise=otherwise, all_rows=all_rows
    )


def only(content: Content, tile: str) -> Content:
    """One tile alone, under all filters."""
    for tab in content.tabs:
        for each in tab.tiles:
            if each.id == tile:
                return content.model_copy(update={"tabs": (tab.model_copy(update={"tiles": (each,)}),)})
    raise TileMissing(tile)


def spread(
    session: Session,
    actor: Actor,
    title: str,
    content: Content,
    *,
    values: Mapping[str, FilterValue | None],
    more: Conditions,
    otherwise: Otherwise = service.AS_MADE,
    all_rows: bool = False,
) -> Spread:
    """Content of any origin, made ready."""
    known = queries.Known(session, actor)
    gates = dict(
        service.permitted(
            session,
            actor,
            content,
            values=values,
            more=more,
            tiles=None,
            otherwise=otherwise,
            all_rows=all_rows,
            known=known,
        )
    )
    wanted = {tile.question_id for tile in content.asked() if tile.question_id is not None}
    saved = {each.id: each for each in questions.several(session, actor, wanted)}

    def pane(tile: QuestionTile | TextTile | ImageTile) -> Pane:
        if isinstance(tile, ImageTile):
            kept = images.get(session, actor, tile.image_id)
            return Pane(tile, "", picture=Picture(kept.workspace_id, kept.id, kept.width, kept.height))
        if isinstance(tile, TextTile):
            return Pane(tile, "")
        asked = saved.get(tile.question_id) if tile.question_id else None
        chart = tile.chart or (asked.drawn() if asked else None)
        gate = gates[tile.id]
        named = name_of(gate.compiled.columns) if isinstance(gate, queries.Permitted) else ""
        return Pane(
            tile,
            tile.title or (asked.name if asked else named) or "Question",
            gate,
            None if tile.shows == "table" else _ordered(chart) if tile.id in otherwise.sorts else chart,
            tile.formats or (asked.formatted() if asked else None),
        )

    told = " and ".join(filter(None, [_in_words(known, content, values, more), *_set_in_words(gates, otherwise)]))
    narrowed = {*conditions_of(content, values), *more}

    def qualified(tile: QuestionTile | TextTile | ImageTile) -> QuestionTile | TextTile | ImageTile:
        """What made a tile interesting was said of all rows, which filters leave a part of, and of one version."""
        if not isinstance(tile, QuestionTile) or not tile.why:
            return tile
        gate = gates[tile.id]
        of_all = tile.listens and _dataset_of(tile, saved) in narrowed
        earlier = tile.said_of and isinstance(gate, queries.Permitted) and tile.said_of not in gate.versions.values()
        said_of = ", in ".join(filter(None, ["all rows" if of_all else "", "an earlier version" if earlier else ""]))
        if not said_of:
            return tile
        said = {"why": f"Said of {said_of}: {tile.why}"[:300]}
        return tile.model_copy(update=said | ({"title": tile.topic} if tile.topic else {}))

    sheets = tuple(Sheet(tab.title, tuple(pane(qualified(tile)) for tile in tab.tiles)) for tab in content.tabs)
    return Spread(title, workspace_name(session, actor), told, sheets)


def _dataset_of(tile: QuestionTile, saved: Mapping[UUID, SavedQuestion]) -> UUID | None:
    if tile.question is not None:
        return tile.question.dataset_id
    asked = saved.get(tile.question_id) if tile.question_id else None
    return asked.dataset_id if asked else None


def _ordered(chart: ChartSpec | None) -> ChartSpec | None:
    """The chart in the order of the answer."""
    return None if chart is None else chart.model_copy(update={"order": "answer"})


def _set_in_words(gates: Mapping[str, queries.Permitted | Problem], otherwise: Otherwise) -> list[str]:
    """The parameters that who looks has set, as they are asked: Least amount is 20."""
    known = {
        one.name: one.label or one.name
        for gate in gates.values()
        if isinstance(gate, queries.Permitted)
        for one in gate.original.parameters
    }
    told = []
    for name, value in otherwise.parameters.items():
        several = value if isinstance(value, tuple) else (value,)
        if name in known:
            told.append(f"{known[name]} is {', '.join('anything' if one is None else str(one) for one in several)}")
    return told


def _in_words(
    known: queries.Known, content: Content, values: Mapping[str, FilterValue | None], more: Conditions
) -> str:
    """What the filters and clicks say: region is "North"; each filter by the first column that it compares."""
    first = content.model_copy(
        update={"filters": tuple(one.model_copy(update={"targets": one.targets[:1]}) for one in content.filters)}
    )
    told: list[str] = []
    for dataset, conditions in [*conditions_of(first, values).items(), *more.items()]:
        tables: dict[TableKey, Table] = {}
        try:
            tables[TableKey(dataset)] = known.bound(TableKey(dataset)).table()
        except Problem:
            continue  # a filter on data that this reader does not see keeps every row that they do see
        told.append(conditions_in_words(conditions, dataset, tables))
    return " and ".join(dict.fromkeys(filter(None, told)))
