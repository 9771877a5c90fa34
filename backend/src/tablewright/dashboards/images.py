"""Pictures on dashboards: checked and drawn anew when they come, kept once a workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tablewright.core.dashboards.model import Content, ImageTile
from tablewright.core.layouts import images
from tablewright.dashboards.errors import ImageMissing, TooManyImages
from tablewright.dashboards.models import DashboardImage
from tablewright.identity.actor import Actor, Permission
from tablewright.infra.compute import document_children
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects

MOST_IMAGES = 500


def image_key(workspace_id: UUID, image_id: UUID) -> str:
    return f"w/{workspace_id}/images/{image_id}.png"


def add(session: Session, actor: Actor, content: bytes, *, now: datetime) -> DashboardImage:
    """Keep a picture. The same bytes again are the same picture.

    Raises PictureUnreadable, PictureTooLarge, TooManyImages.
    """
    actor.require(Permission.DASHBOARDS_EDIT)
    images.look(content)
    digest = hashlib.sha256(content).digest()
    known = session.scalar(
        select(DashboardImage).where(DashboardImage.workspace_id == actor.workspace_id, DashboardImage.digest == digest)
    )
    if known is not None:
        return known
    count = session.scalar(
        select(func.count()).select_from(DashboardImage).where(DashboardImage.workspace_id == actor.workspace_id)
    )
    if (count or 0) >= MOST_IMAGES:
        raise TooManyImages(MOST_IMAGES)
    image_id = uuid4()
    with _folder() as folder:
        given, made = folder / "in", folder / "out.png"
        given.write_bytes(content)
        told = (
            document_children()
            .call(
                "picture.clean",
                {"in_path": str(given), "out_path": str(made)},
                only_read=[given],
                only_write=[folder],
            )
            .value
        )
        # The object is there before the row that points to it.
        objects().put_file(image_key(actor.workspace_id, image_id), made)
    image = DashboardImage(
        id=image_id,
        workspace_id=actor.workspace_id,
        digest=digest,
        created_by=actor.user_id,
        created_at=now,
        **told,
    )
    session.add(image)
    session.flush()
    return image


@contextmanager
def _folder() -> Iterator[Path]:
    folder = settings().scratch_dir / f"picture-{uuid4().hex}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def get(session: Session, actor: Actor, image_id: UUID) -> DashboardImage:
    """The picture of this workspace, or ImageMissing."""
    found = session.scalar(
        select(DashboardImage).where(DashboardImage.workspace_id == actor.workspace_id, DashboardImage.id == image_id)
    )
    if found is None:
        raise ImageMissing
    return found


def require(session: Session, actor: Actor, content: Content) -> None:
    """Every picture on a dashboard must be one of its workspace."""
    for image_id in {tile.image_id for tile in content.tiles() if isinstance(tile, ImageTile)}:
        get(session, actor, image_id)


def read(workspace_id: UUID, image_id: UUID) -> bytes:
    return objects().read(image_key(workspace_id, image_id))
