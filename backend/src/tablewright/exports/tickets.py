"""Download tickets: signed names of a download row, its owner and their session, good for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from tablewright.exports.errors import DownloadOver
from tablewright.identity.actor import Actor
from tablewright.identity.secrets import derived_key


@dataclass(frozen=True)
class Ticket:
    download_id: UUID
    session_id: UUID


def write(actor: Actor, download_id: UUID, ends_at: datetime) -> str:
    """The ticket as text that is safe in an address."""
    return jwt.encode(
        {"alg": "HS256", "typ": "download+jwt"},
        {"sub": str(download_id), "sid": str(actor.session_id), "exp": int(ends_at.timestamp())},
        OctKey.import_key(derived_key("download")),
        algorithms=["HS256"],
    )


def read(text: str, now: datetime) -> Ticket:
    """The ticket of this text, or DownloadOver."""
    try:
        token = jwt.decode(text, OctKey.import_key(derived_key("download")), algorithms=["HS256"])
        if token.header.get("typ") != "download+jwt" or int(token.claims["exp"]) <= now.timestamp():
            raise DownloadOver
        return Ticket(UUID(token.claims["sub"]), UUID(token.claims["sid"]))
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise DownloadOver from error
