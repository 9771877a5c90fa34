"""The one gate: what a question names is looked up for one reader, cut to what they may see, and compiled."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.access.errors import NothingSeen
from tablewright.access.service import Sight
from tablewright.core.access.view import View
from tablewright.core.errors import Problem
from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.model import Question
from tablewright.core.queries.settled import in_zone
from tablewright.core.queries.tables import Table, TableKey, Tables, key_of, named_tables
from tablewright.core.tables import Schema
from tablewright.datasets import repository as datasets
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.service import actor_with
from tablewright.infra import clock
from tablewright.infra.engine import Place
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects
from tablewright.metrics.models import Metric
from tablewright.queries import resolving

SHOWN_ROWS = 10_000
_ENTERED = 8
"""So many tables are looked up before it is known who asks; the others when they are needed."""


@dataclass(frozen=True)
class Bound:
    """A version that a question names, and what its reader may see of it."""

    version: datasets.AskedVersion
    view: View

    @property
    def shown(self) -> Schema:
        """The columns that the reader sees."""
        return self.view.shown(self.version.columns)

    @property
    def words(self) -> str:
        """Where rows come from, for people; a reader of a part is not told of how many."""
        rows = f"{self.version.row_count:,} rows" if self.view.rows == "all" else "the rows that you may see"
        return f"{self.version.dataset_name}, version {self.version.number}, {rows}"

    def table(self) -> Table:
        version, rule, masks = self.version, self.view.row_rule, self.view.masked
        return Table(
            schema=self.shown,
            source=version.object_key.rpartition("/")[2],
            row_rule=rule,
            rule_schema=version.columns if masks or (rule is not None and self.view.hidden) else None,
            masks=masks,
            salt=_salt(version.dataset_id) if masks else "",
            rows=version.row_count,
            # One engine for all masks: the texts that hashes are made of differ between engines.
            engine="duckdb" if masks else version.engine,
        )


def _salt(dataset_id: UUID) -> str:
    """Of this installation and dataset: equal values have equal masks in one dataset, and nowhere else."""
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, f"mask/{dataset_id}".encode(), "sha256").hexdigest()[:32]


class Known:
    """What was looked up for one actor in one transaction, so that a batch over one dataset looks once."""

    def __init__(
        self, session: Session, actor: Actor, found: Mapping[TableKey, Sequence[Any] | None] | None = None
    ) -> None:
        self.sight = Sight(session, actor)
        self._session = session
        self._actor = actor
        self._found = found or {}
        self._bound: dict[TableKey, Bound] = {}

    def bound(self, key: TableKey) -> Bound:
        """The version. Raises DatasetMissing, VersionMissing, NoVersionYet, NothingSeen."""
        if key not in self._bound:
            known = key in self._found
            asked = datasets.found(self._found[key]) if known else datasets.asked(self._session, self._actor, *key)
            self.sight.know(asked.dataset_id, asked.rules)
            bound = Bound(asked, self.sight.of(asked.dataset_id, asked.columns))
            if asked.columns.columns and not bound.shown.columns:
                raise NothingSeen
            self._bound[key] = bound
        return self._bound[key]


def enter(session: Session, token: str, now: datetime, questions: Iterable[Question]) -> tuple[Actor, Known]:
    """Who asks, with what their questions are asked of looked up along the way: one round trip for all of it.

    The session must not have been used yet, and often never is. Raises SessionOver.
    """
    keys = list(dict.fromkeys(key for key in map(key_of, questions) if key.as_of is None))[:_ENTERED]
    actor, found = actor_with(session, token, now, [datasets.asking(key.dataset_id, key.version_id) for key in keys])
    return actor, Known(session, actor, {key: rows[0] if rows else None for key, rows in zip(keys, found, strict=True)})


@dataclass(frozen=True)
class Permitted:
    """A question that passed the gate: bound to versions, ready to run outside the transaction."""

    workspace_id: UUID
    viewed_as: UUID | None
    """The member as whom it is asked, when an admin looks as somebody else."""
    original: Question
    question: Question
    """The original with everything that it names in place, and with the page that is shown."""
    bound: tuple[Bound, ...]
    """Every version it reads, the one that it is asked of first."""
    tables: Tables
    today: date
    now: datetime
    """What clocks show in the question's time zone, to the minute."""
    compiled: Compiled
    seen_as: dict[str, str]
    """By dataset, what the reader sees of it (access.service.Sight.fingerprint)."""

    @property
    def version_id(self) -> UUID:
        return self.bound[0].version.version_id

    @property
    def versions(self) -> dict[UUID, UUID]:
        """The version of every dataset that is read; of several of one dataset, the first named."""
        return {each.version.dataset_id: each.version.version_id for each in reversed(self.bound)}

    @property
    def row_count(self) -> int | None:
        """How many rows there are to list, where that is known without asking."""
        question = self.question
        computed = question.base or question.joins or question.union or question.sample or question.filter
        if question.groups or computed or self.bound[0].view.rows != "all":
            return None
        return self.bound[0].version.row_count

    @property
    def source_words(self) -> str:
        return "; ".join(dict.fromkeys(each.words for each in self.bound))

    @cached_property
    def etag(self) -> str:
        """Equal when the same statement is asked of the same objects for readers who see the same."""
        parts = [self.compiled.fingerprint, self.compiled.sql, repr(self.compiled.parameters)]
        parts += [f"{each.key}/{each.label}/{each.unit}/{each.format}" for each in self.compiled.columns]
        parts += [f"{each.version.version_id}/{each.version.object_key}/{each.view.fingerprint}" for each in self.bound]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:40]

    def folder(self) -> Place:
        """The folder with the objects that are read. They are brought there when the engine reads them there."""
        keys = [each.version.object_key for each in self.bound]
        folder = (objects().root / keys[0]).parent
        return Place(folder, lambda: [objects().local_path(key) for key in keys])


def permit(
    session: Session,
    actor: Actor,
    question: Question,
    *,
    all_rows: bool = False,
    known: Known | None = None,
    within: Sequence[UUID] = (),
) -> Permitted:
    """Check that this person may ask this, bind it to versions, and compile it.

    `all_rows` is for exports, which stream: a question without a limit then has none, and no page. `within` are saved
    questions that this one is a part of and must not name again.

    Raises DatasetMissing, VersionMissing, or what is wrong with the question, with its position.
    """
    actor.require(Permission.QUESTIONS_ASK)
    known = known or Known(session, actor)
    original = question
    question, metrics = resolving.with_metrics(session, actor, question, within=within)
    question = in_zone(question, actor.time_zone)
    if all_rows:
        question = question.model_copy(update={"offset": 0})
    elif question.limit is None:
        question = question.model_copy(update={"limit": SHOWN_ROWS})
    tables: dict[TableKey, Table] = {}
    found: list[Bound] = []
    for key, position in named_tables(question):
        try:
            found.append(known.bound(key))
        except Problem as problem:
            if position:
                problem.where["position"] = position
            raise
        tables[key] = found[-1].table()
    now = clock.shown(question.calendar.time_zone or actor.time_zone)
    today = now.date()
    return Permitted(
        workspace_id=actor.workspace_id,
        viewed_as=actor.view_as,
        original=original,
        question=question,
        bound=tuple(found),
        tables=tables,
        today=today,
        now=now,
        compiled=_described(compile_question(question, tables, today=today, now=now), metrics),
        seen_as={str(of): known.sight.fingerprint(of) for of in (each.version.dataset_id for each in found)},
    )


def _described(compiled: Compiled, metrics: dict[int, Metric]) -> Compiled:
    """The answer's columns with the units and formats that are agreed on."""
    if not metrics:
        return compiled
    told = {f"m{index}": {"unit": metric.unit, "format": metric.format} for index, metric in metrics.items()}
    columns = (each.model_copy(update=told.get(each.key, {})) for each in compiled.columns)
    return replace(compiled, columns=tuple(columns))
