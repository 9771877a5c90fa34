"""Secrets of shares: the key of a frame with the tokens signed by it, and the visit that a password opens."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import TypeAdapter, ValidationError

from tablewright.core.dashboards.model import FilterId, FilterValue
from tablewright.identity.secrets import derived_key
from tablewright.sharing.errors import ShareMissing
from tablewright.sharing.models import Share

LONGEST = 8192
LONGEST_LIFE = timedelta(hours=24)
VISIT_LIFE = timedelta(hours=12)
_filters: TypeAdapter[dict[str, FilterValue]] = TypeAdapter(dict[FilterId, FilterValue])


@dataclass(frozen=True)
class Framed:
    """What a frame's token says."""

    filters: Mapping[str, FilterValue]
    """Filters that this token sets and locks."""


def embed_key(share: Share) -> str:
    """The key with which the site that holds the frame signs its tokens. Derived, so that none is stored."""
    return hmac.new(derived_key("embed"), share.id.bytes + share.salt, hashlib.sha256).hexdigest()


def read_frame(share: Share, text: str, now: datetime) -> Framed:
    """The token of a frame: HS256 by this share's key, `aud` this share, `exp` at most a day away. ShareMissing."""
    if len(text) > LONGEST or text.count(".") != 2:
        raise ShareMissing
    try:
        token = jwt.decode(text, OctKey.import_key(embed_key(share)), algorithms=["HS256"])
        if set(token.header) - {"alg", "typ"} or token.header.get("typ", "JWT") != "JWT":
            raise ShareMissing
        claims: dict[str, Any] = token.claims
        at = now.timestamp()
        ends, begins = claims["exp"], claims.get("nbf", 0)
        if claims["aud"] != str(share.id) or type(ends) is not int or type(begins) is not int:
            raise ShareMissing
        if not at < ends <= at + LONGEST_LIFE.total_seconds() or begins > at:
            raise ShareMissing
        return Framed(_filters.validate_python(claims.get("filters", {})))
    except (JoseError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise ShareMissing from error


def _of_password(share: Share) -> str:
    """Another password ends the visits that the one before has opened."""
    return hashlib.sha256(f"{share.password_hash}".encode()).hexdigest()[:32]


def write_visit(share: Share, now: datetime) -> str:
    """What a visitor keeps who knew the password."""
    claims = {"sub": str(share.id), "pwd": _of_password(share), "exp": int((now + VISIT_LIFE).timestamp())}
    key = OctKey.import_key(derived_key("share-visit"))
    return jwt.encode({"alg": "HS256", "typ": "visit+jwt"}, claims, key, algorithms=["HS256"])


def is_visit(share: Share, text: str, now: datetime) -> bool:
    """Whether this visitor knew the password of this share."""
    if len(text) > 2048 or text.count(".") != 2:
        return False
    try:
        token = jwt.decode(text, OctKey.import_key(derived_key("share-visit")), algorithms=["HS256"])
        claims = token.claims
        return (
            token.header.get("typ") == "visit+jwt"
            and claims["sub"] == str(share.id)
            and hmac.compare_digest(str(claims["pwd"]), _of_password(share))
            and int(claims["exp"]) > now.timestamp()
        )
    except (JoseError, KeyError, TypeError, ValueError):
        return False
