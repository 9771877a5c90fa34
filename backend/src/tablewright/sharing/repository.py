"""Every SELECT of sharing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tablewright.identity.actor import Actor
from tablewright.sharing.errors import ShareMissing
from tablewright.sharing.models import Share, SharingSettings


def links_allowed(session: Session, workspace_id: UUID) -> bool:
    found = session.get(SharingSettings, workspace_id)
    return found is not None and found.public_links


def settings_of(session: Session, actor: Actor) -> SharingSettings | None:
    return session.get(SharingSettings, actor.workspace_id)


def get(session: Session, actor: Actor, share_id: UUID, *, lock: bool = False) -> Share:
    """The share of this workspace, or ShareMissing."""
    statement = select(Share).where(Share.workspace_id == actor.workspace_id, Share.id == share_id)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise ShareMissing
    return found


def of_dashboard(session: Session, actor: Actor, dashboard_id: UUID) -> list[Share]:
    """Those that were not taken back, newest first, a hundred at most."""
    return list(
        session.scalars(
            select(Share)
            .where(
                Share.workspace_id == actor.workspace_id,
                Share.dashboard_id == dashboard_id,
                Share.revoked_at.is_(None),
            )
            .order_by(Share.created_at.desc())
            .limit(100)
        )
    )


def by_token(session: Session, token_hash: bytes) -> Share | None:
    """For a visitor, who sees this one row."""
    session.execute(text("SELECT set_config('app.share', :hash, true)"), {"hash": token_hash.hex()})
    return session.scalar(select(Share).where(Share.token_hash == token_hash))


def by_number(session: Session, share_id: UUID) -> Share | None:
    """For a frame, whose signed token is checked with the key of this one row."""
    session.execute(text("SELECT set_config('app.embed', :id, true)"), {"id": str(share_id)})
    return session.scalar(select(Share).where(Share.id == share_id, Share.kind == "embed"))
