"""FastAPI's way to an actor: who asks is established here, on every request, from the session's row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from tablewright.identity import service
from tablewright.identity.actor import Actor
from tablewright.identity.errors import CookieHeaderMissing, KeyReused, SessionOver
from tablewright.identity.models import IdempotencyKey
from tablewright.infra.clock import NowDep
from tablewright.infra.db import SessionDep

_bearer = HTTPBearer(auto_error=False, description="The access token of a session.")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def require_actor(credentials: Credentials, session: SessionDep, now: NowDep) -> Actor:
    """The signed-in person, or SessionOver. Narrows the transaction to their workspace."""
    if credentials is None:
        raise SessionOver
    actor = service.actor_of(session, credentials.credentials, now)
    structlog.contextvars.bind_contextvars(user_id=str(actor.user_id), workspace_id=str(actor.workspace_id))
    return actor


ActorDep = Annotated[Actor, Depends(require_actor)]


def require_same_site(request: Request) -> None:
    """For requests that a cookie authenticates: a header no form can send, and no foreign origin."""
    if request.headers.get("x-tablewright") != "1":
        raise CookieHeaderMissing
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise CookieHeaderMissing


SameSite = Depends(require_same_site)

IdempotencyHeader = Annotated[str | None, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


def once(
    session: Session,
    actor: Actor,
    key: str | None,
    request: BaseModel | dict[str, Any],
    make: Callable[[], BaseModel],
    *,
    now: datetime,
    status: int = 201,
) -> Response:
    """Answer a create, and a repetition of it under the same key with the same answer.

    Raises KeyReused when the key came with another request before.
    """
    asked = request.model_dump(mode="json") if isinstance(request, BaseModel) else request
    request_hash = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest()
    if key is not None:
        # Two equal requests at once: the second waits here for the first to commit.
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7403))"), {"name": f"{actor.user_id}/{key}"}
        )
        known = session.get(IdempotencyKey, (actor.workspace_id, actor.user_id, key))
        if known is not None:
            if known.request_hash != request_hash:
                raise KeyReused
            return JSONResponse(known.body, status_code=known.status)
    body = make().model_dump(mode="json")
    if key is not None:
        session.add(
            IdempotencyKey(
                workspace_id=actor.workspace_id,
                user_id=actor.user_id,
                key=key,
                request_hash=request_hash,
                status=status,
                body=body,
                created_at=now,
            )
        )
    return JSONResponse(body, status_code=status)
