"""Links and frames: made, taken back, frozen anew; and what a workspace allows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from tablewright.core.dashboards.model import Content, FilterValue, QuestionTile, Tile
from tablewright.core.errors import Problem
from tablewright.dashboards import repository as dashboards
from tablewright.dashboards import showing
from tablewright.dashboards.errors import FilterMissing
from tablewright.dashboards.service import question_of
from tablewright.identity.actor import Actor, Permission, Role
from tablewright.identity.secrets import digest, hash_password, random_token, require_good_password
from tablewright.identity.service import note
from tablewright.infra.settings import settings
from tablewright.queries import service as queries
from tablewright.sharing import repository
from tablewright.sharing.errors import LinkOver, LinksOff, OriginsMissing, OriginWrong, ShareNotYours
from tablewright.sharing.models import Share, SharingSettings
from tablewright.sharing.schemas import ShareIn


def allow_links(session: Session, actor: Actor, allowed: bool, *, now: datetime) -> None:
    """Turn public links of the workspace on or off; those that there are stop at once, and come back with it."""
    actor.require(Permission.SHARES_MANAGE)
    found = repository.settings_of(session, actor)
    if found is None:
        found = SharingSettings(workspace_id=actor.workspace_id)
        session.add(found)
    found.public_links = allowed
    found.changed_by = actor.user_id
    found.changed_at = now
    note(session, actor, "sharing.allow_links" if allowed else "sharing.forbid_links", "workspace", None, now)
    session.flush()


def create(session: Session, actor: Actor, dashboard_id: UUID, asked: ShareIn, *, now: datetime) -> tuple[Share, str]:
    """Freeze a dashboard for people outside. The share, and its address, which nobody can be told again."""
    actor.require(Permission.SHARES_CREATE)
    actor.require(Permission.DASHBOARDS_READ)
    if not repository.links_allowed(session, actor.workspace_id):
        raise LinksOff
    dashboard = dashboards.get(session, actor, dashboard_id)
    content = dashboard.shown()
    for name in asked.open_filters:
        if name not in {one.id for one in content.filters}:
            raise FilterMissing(name)
    if asked.ends_at is not None and asked.ends_at <= now:
        raise LinkOver
    if asked.password is not None:
        require_good_password(asked.password, email="", name=dashboard.title)
    origins = [_origin(each) for each in asked.origins] if asked.kind == "embed" else []
    if asked.kind == "embed" and not origins:
        raise OriginsMissing
    token = random_token() if asked.kind == "link" else None
    share = Share(
        workspace_id=actor.workspace_id,
        dashboard_id=dashboard.id,
        kind=asked.kind,
        token_hash=digest(token) if token else None,
        salt=secrets.token_bytes(16),
        title=dashboard.title,
        description=asked.description.strip(),
        frozen=_frozen(session, actor, content, asked.values).model_dump(mode="json"),
        dashboard_version=dashboard.version,
        open_filters=list(dict.fromkeys(asked.open_filters)),
        origins=origins,
        indexed=asked.indexed and asked.password is None and asked.kind == "link",
        # A frame's token is its secret; a password in it would be typed into somebody else's page.
        password_hash=hash_password(asked.password) if asked.password and asked.kind == "link" else None,
        ends_at=asked.ends_at,
        created_by=actor.user_id,
        created_at=now,
    )
    session.add(share)
    session.flush()
    note(session, actor, "shares.create", "share", str(share.id), now, kind=share.kind, dashboard=str(dashboard.id))
    return share, address(share, token)


def address(share: Share, token: str | None) -> str:
    return f"{settings().public_url}/s/{token}" if token else f"{settings().public_url}/e/{share.id}"


def _origin(text: str) -> str:
    """Scheme, host and port as a browser writes them, or OriginWrong. Nothing else may reach the policy's header."""
    try:
        parts = urlsplit(text.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise OriginWrong(text) from error
    sound = host.replace("-", "").replace(".", "")
    local = parts.scheme == "http" and host in ("localhost", "127.0.0.1")
    if not (parts.scheme == "https" or local) or not (sound.isascii() and sound.isalnum()) or parts.username:
        raise OriginWrong(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise OriginWrong(text)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _frozen(session: Session, actor: Actor, content: Content, values: Mapping[str, FilterValue | None]) -> Content:
    """The content with everything in it that it names: questions with what they are asked of and agreed metrics,
    names, charts, formats, and the filters set. Each question is one that who freezes it may ask.
    """
    spread = showing.spread(session, actor, "", content, values=values, more={})
    known = queries.Known(session, actor)
    own = {tile.id: tile for tile in content.asked()}
    frozen: dict[str, Tile] = {}
    for pane in spread.panes():
        if not isinstance(pane.tile, QuestionTile):
            continue
        if isinstance(pane.asked, Problem):
            raise pane.asked
        assert pane.asked is not None  # it asks something
        question = queries.resolved(session, actor, question_of(session, actor, pane.tile))
        queries.permit(session, actor, question, known=known)
        frozen[pane.tile.id] = own[pane.tile.id].model_copy(
            update={
                "question_id": None,
                "question": question,
                "title": pane.title,
                "chart": pane.chart,
                "formats": pane.formats,
            }
        )
    tabs = tuple(
        tab.model_copy(update={"tiles": tuple(frozen.get(tile.id, tile) for tile in tab.tiles)}) for tab in content.tabs
    )
    filters = tuple(one.model_copy(update={"default": values.get(one.id, one.default)}) for one in content.filters)
    return content.model_copy(update={"tabs": tabs, "filters": filters})


def renew(session: Session, actor: Actor, share_id: UUID, *, now: datetime) -> Share:
    """Freeze the dashboard as it is now; address, password and filters stay."""
    share = _mine(session, actor, share_id)
    dashboard = dashboards.get(session, actor, share.dashboard_id)
    content = dashboard.shown()
    before = {one.id: one.default for one in share.shown().filters}
    values = {one.id: before[one.id] for one in content.filters if one.id in before}
    share.frozen = _frozen(session, actor, content, values).model_dump(mode="json")
    share.open_filters = [each for each in share.open_filters if each in {one.id for one in content.filters}]
    share.title = dashboard.title
    share.dashboard_version = dashboard.version
    # It is asked with the rights of who froze it.
    share.created_by = actor.user_id
    note(session, actor, "shares.renew", "share", str(share.id), now)
    return share


def revoke(session: Session, actor: Actor, share_id: UUID, *, now: datetime) -> None:
    """Take a link or frame back, from the next request on and for ever."""
    share = _mine(session, actor, share_id)
    share.revoked_at = share.revoked_at or now
    note(session, actor, "shares.revoke", "share", str(share.id), now)


def _mine(session: Session, actor: Actor, share_id: UUID) -> Share:
    actor.require(Permission.SHARES_CREATE)
    share = repository.get(session, actor, share_id, lock=True)
    if share.created_by != actor.user_id and actor.role is not Role.ADMIN:
        raise ShareNotYours
    return share


def shares(session: Session, actor: Actor, dashboard_id: UUID) -> Sequence[Share]:
    """Those of a dashboard: one's own, and for admins all."""
    actor.require(Permission.SHARES_CREATE)
    dashboards.get(session, actor, dashboard_id)
    found = repository.of_dashboard(session, actor, dashboard_id)
    return [each for each in found if each.created_by == actor.user_id or actor.role is Role.ADMIN]
