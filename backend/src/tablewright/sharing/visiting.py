"""A visitor without an account: let in by a secret, and shown what was frozen, with no right beyond asking it.

Everything is asked as who froze it, cut to what they may see at this moment, with one right left: to ask. When they
leave the workspace, lose the right to share or no longer see the dashboard, there is nothing at the address any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.dashboards.model import Content, Filter, FilterValue, QuestionTile, Tab
from tablewright.core.dashboards.narrow import conditions_of
from tablewright.core.errors import Problem
from tablewright.core.queries.model import Aggregate, Comparison, Dimension, Group, Measure, Question, Scalar, Sort
from tablewright.dashboards import repository as dashboards
from tablewright.dashboards import showing
from tablewright.dashboards.errors import TileMissing
from tablewright.identity import service as identity
from tablewright.identity.actor import Actor, Permission
from tablewright.identity.secrets import digest, password_fits
from tablewright.infra.db import see, transaction
from tablewright.infra.rates import Allowance
from tablewright.queries import service as queries
from tablewright.sharing import repository, tokens
from tablewright.sharing.errors import FilterNotOpen, PasswordWrong, ShareMissing, TooOften
from tablewright.sharing.models import Share

OFFERED = 200
"""Values of a list that a visitor may choose among."""
_LONGEST_TOKEN = 100
_LONGEST_TEXT = 200
_ASKING = frozenset({Permission.QUESTIONS_ASK})
_of_address = Allowance("address", burst=240, per_minute=240)
_of_share = Allowance("share", burst=1200, per_minute=2400)
_unknown = Allowance("unknown", burst=20, per_minute=20)


@dataclass(frozen=True)
class Pass:
    """A share that a visitor was let in to."""

    share: Share
    actor: Actor
    content: Content
    open_filters: tuple[Filter, ...]


@dataclass(frozen=True)
class Shown:
    """What a visitor sees: a spread, and the filters that they may set, with what can be chosen and what is."""

    share: Share
    spread: showing.Spread
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Control:
    filter: Filter
    choices: tuple[tuple[str, str], ...]
    """Of a list: what is sent and what is shown."""
    more: bool
    """Whether there are more than are offered."""
    set_to: Mapping[str, tuple[str, ...]]
    """By name of the field, what it is set to."""


def spare(address: str) -> None:
    """Pass, or raise TooOften for a network address that asks too much."""
    _or_too_often(_of_address.take(address))


def _or_too_often(seconds: float) -> None:
    if seconds > 0:
        raise TooOften(int(seconds) + 1)


def by_link(session: Session, token: str, *, address: str, visit: str | None, now: datetime) -> Pass:
    """Let in by a link. Raises ShareMissing alike for every reason, PasswordWrong while a password is due."""
    share = _of_link(session, token, address, now)
    if share.password_hash is not None and not tokens.is_visit(share, visit or "", now):
        raise PasswordWrong
    return _let_in(session, share, {})


def _of_link(session: Session, token: str, address: str, now: datetime) -> Share:
    share = repository.by_token(session, digest(token)) if len(token) <= _LONGEST_TOKEN else None
    if share is None or share.is_over(now):
        _or_too_often(_unknown.take(address))
        raise ShareMissing
    _or_too_often(_of_share.take(str(share.id)))
    _admit(session, share)
    return share


def by_frame(session: Session, share_id: UUID, token: str, *, address: str, now: datetime) -> Pass:
    """Let in by a frame's signed token, which may set and lock filters. Raises ShareMissing for every reason."""
    share = repository.by_number(session, share_id)
    if share is None or share.is_over(now):
        _or_too_often(_unknown.take(address))
        raise ShareMissing
    _or_too_often(_of_share.take(str(share.id)))
    framed = tokens.read_frame(share, token, now)
    _admit(session, share)
    return _let_in(session, share, framed.filters)


def _admit(session: Session, share: Share) -> Actor:
    """Who froze it, with the right to ask and no other, if they could still share it today. Raises ShareMissing."""
    see(session, share.workspace_id, share.created_by)
    if not repository.links_allowed(session, share.workspace_id):
        raise ShareMissing
    try:
        maker = identity.actor_of_job(session, workspace_id=share.workspace_id, user_id=share.created_by)
        maker.require(Permission.SHARES_CREATE)
        dashboards.get(session, maker, share.dashboard_id)
    except Problem as problem:
        raise ShareMissing from problem
    return replace(maker, session_id=share.id, is_super_admin=False, only=_ASKING)


def _let_in(session: Session, share: Share, locked: Mapping[str, FilterValue]) -> Pass:
    actor = _admit(session, share)
    content = share.shown()
    names = {one.id for one in content.filters}
    if any(name not in names for name in locked):
        raise ShareMissing
    filters = tuple(one.model_copy(update={"default": locked.get(one.id, one.default)}) for one in content.filters)
    # What a token locks must hold wherever it can, also where the bar's filters do not.
    tabs = tuple(_listening(tab) for tab in content.tabs) if locked else content.tabs
    content = content.model_copy(update={"filters": filters, "tabs": tabs})
    is_open = set(share.open_filters) - set(locked)
    return Pass(share, actor, content, tuple(one for one in filters if one.id in is_open))


def _listening(tab: Tab) -> Tab:
    tiles = tuple(
        tile.model_copy(update={"listens": True}) if isinstance(tile, QuestionTile) else tile for tile in tab.tiles
    )
    return tab.model_copy(update={"tiles": tiles})


def unlock(token: str, password: str, *, address: str, now: datetime) -> str:
    """The visit that the right password opens. Raises ShareMissing, PasswordWrong, TooOften.

    Failures are counted for this link from this address and, with more room, for the link from everywhere.
    """
    with transaction() as session:
        share = _of_link(session, token, address, now)
        subjects = {f"share:{share.id}:{address}": 1, f"share:{share.id}": 20}
        seconds = identity.seconds_blocked(session, list(subjects), now)
    if seconds > 0:
        raise TooOften(int(seconds) + 1)
    # A link without a password takes as long to say so.
    if len(password) <= 1024 and password_fits(password, share.password_hash):
        return tokens.write_visit(share, now)
    with transaction() as session:
        identity.count_failures(session, subjects, now)
    raise PasswordWrong


def count_view(session: Session, share_id: UUID, now: datetime) -> None:
    share = session.get_one(Share, share_id, with_for_update=True)
    share.view_count += 1
    share.viewed_at = now


# --- what a visitor may set -----------------------------------------------------------------------


def choices(session: Session, visitor: Pass) -> dict[str, queries.Permitted]:
    """The question for each open list: its values, the most frequent first, among the rows that locked filters keep."""
    is_open = {one.id for one in visitor.open_filters}
    locked = conditions_of(visitor.content, dict.fromkeys(is_open))
    found = {}
    for one in visitor.open_filters:
        if one.kind == "list":
            target = one.targets[0]
            conditions = tuple(locked.get(target.dataset_id, ()))
            question = Question(
                dataset_id=target.dataset_id,
                filter=Group(op="and", items=conditions) if conditions else None,
                dimensions=(Dimension(column=target.column),),
                measures=(Measure(fn=Aggregate.COUNT_ROWS),),
                sort=(Sort(by="m0", direction="desc"),),
                limit=OFFERED,
            )
            found[one.id] = queries.permit(session, visitor.actor, question)
    return found


def controls(
    visitor: Pass, offered: Mapping[str, tuple[list[Scalar], bool]], sent: Mapping[str, list[str]]
) -> tuple[tuple[Control, ...], dict[str, FilterValue | None]]:
    """The filters as they stand on the page, and what they say. Raises FilterNotOpen for what cannot be sent by them.

    A value of a list is one that was offered, found by its text; so no text of a visitor's becomes a value of it.
    """
    made: list[Control] = []
    values: dict[str, FilterValue | None] = {}
    for one in visitor.open_filters:
        known, more = offered.get(one.id, ([], False))
        by_text = {_text(value): value for value in known}
        # Sent as no value at all, the default holds; the page sends a mark beside its fields to say that it was sent.
        was_sent = one.id in sent or f"{one.id}.from" in sent or f"{one.id}.to" in sent or f"{one.id}.set" in sent
        if was_sent:
            values[one.id] = _value(one, by_text, sent)
        chosen = values[one.id] if was_sent else one.default
        shown = tuple((text, text or "(empty)") for text in by_text)
        made.append(Control(one, shown, more, _set_to(one, chosen)))
    return tuple(made), values


def _text(value: Scalar) -> str:
    return "" if value is None else str(value)


def _value(one: Filter, by_text: Mapping[str, Scalar], sent: Mapping[str, list[str]]) -> FilterValue | None:
    if one.kind == "list":
        texts = sent.get(one.id, [])
        if any(text not in by_text for text in texts):
            raise FilterNotOpen
        chosen = tuple(by_text[text] for text in dict.fromkeys(texts))
        return FilterValue(op=Comparison.IN, values=chosen) if chosen else None
    if one.kind == "text":
        text = (sent.get(one.id) or [""])[0]
        if len(text) > _LONGEST_TEXT:
            raise FilterNotOpen
        return FilterValue(op=Comparison.CONTAINS, values=(text,)) if text else None
    low, high = (_bound(one, (sent.get(f"{one.id}.{end}") or [""])[0]) for end in ("from", "to"))
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        return FilterValue(op=Comparison.BETWEEN, values=(low, high))
    if low is not None:
        return FilterValue(op=Comparison.AT_LEAST, values=(low,))
    return FilterValue(op=Comparison.AT_MOST, values=(high,))


def _bound(one: Filter, text: str) -> Scalar:
    """A day or a number, or FilterNotOpen."""
    if not text:
        return None
    try:
        if one.kind == "date":
            return date.fromisoformat(text).isoformat() if len(text) == 10 else _refuse()
        number = float(text) if len(text) <= 40 else _refuse()
    except ValueError as error:
        raise FilterNotOpen from error
    return number if isfinite(number) else _refuse()


def _refuse() -> Any:
    raise FilterNotOpen


def _set_to(one: Filter, value: FilterValue | None) -> Mapping[str, tuple[str, ...]]:
    if value is None or value.period is not None:
        return {}
    texts = tuple(_text(each) for each in value.values)
    if one.kind in ("list", "text"):
        return {one.id: texts}
    match value.op:
        case Comparison.BETWEEN if len(texts) == 2:
            return {f"{one.id}.from": texts[:1], f"{one.id}.to": texts[1:]}
        case Comparison.AT_LEAST:
            return {f"{one.id}.from": texts}
        case Comparison.AT_MOST:
            return {f"{one.id}.to": texts}
    return {}


def spread_of(
    session: Session, visitor: Pass, values: Mapping[str, FilterValue | None], tile: str | None = None
) -> showing.Spread:
    """What is shown under these values, all of it or one tile. Raises ShareMissing for a tile that is not on it."""
    content = visitor.content
    try:
        if tile is not None:
            content = showing.only(content, tile)
        return showing.spread(session, visitor.actor, visitor.share.title, content, values=values, more={})
    except TileMissing as problem:
        raise ShareMissing from problem
