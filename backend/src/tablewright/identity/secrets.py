"""Passwords, random tokens and access tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from tablewright.identity.errors import PasswordTooWeak, SessionOver
from tablewright.infra.settings import settings

# OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. The library's default costs five times as much,
# too much for two cores in a burst of sign-ins; for the same reason two hashes run at a time.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_a_time = threading.BoundedSemaphore(2)
_UNKNOWN_PERSON = _hasher.hash("nobody has this password")

_ISSUER = "tablewright"
_AUDIENCE = "tablewright-api"
_LONGEST_TOKEN = 2048


def require_good_password(password: str, *, email: str, name: str) -> None:
    """Length is what counts: 10 to 1,024 characters, not the person's own name or address, not one letter."""
    if len(password) < 10:
        raise PasswordTooWeak("it needs at least 10 characters")
    if len(password) > 1024:
        raise PasswordTooWeak("it may have 1,024 characters at most")
    folded = password.casefold()
    if folded in (email.casefold(), name.casefold(), email.split("@")[0].casefold()):
        raise PasswordTooWeak("it must not be your name or address")
    if len(set(password)) < 4:
        raise PasswordTooWeak("it repeats the same few characters")


def hash_password(password: str) -> str:
    with _two_at_a_time:
        return _hasher.hash(password)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Takes as long for a person who does not exist."""
    with _two_at_a_time:
        try:
            return _hasher.verify(password_hash or _UNKNOWN_PERSON, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def random_token() -> str:
    return secrets.token_urlsafe(32)


def next_token(token: str) -> str:
    """The token that follows this one, which only we can tell: what is kept of tokens is their hashes."""
    found = hmac.digest(derived_key("refresh token"), token.encode(), "sha256")
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """What is stored of a random token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def derived_key(purpose: str) -> bytes:
    """A key for one purpose, derived from the installation's secret."""
    return hmac.new(settings().secret_key.get_secret_value().encode(), purpose.encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class AccessClaims:
    user_id: UUID
    session_id: UUID


def access_token(claims: AccessClaims, now: datetime) -> tuple[str, int]:
    """A signed token and its lifetime in seconds. It names a session; the session's row decides."""
    seconds = settings().access_token_seconds
    token = jwt.encode(
        {"alg": "HS256", "typ": "at+jwt"},
        {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=seconds)).timestamp()),
        },
        OctKey.import_key(derived_key("access-token")),
        algorithms=["HS256"],
    )
    return token, seconds


def read_access_token(token: str, now: datetime) -> AccessClaims:
    """The claims of a token made by `access_token`, or SessionOver."""
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2:
        raise SessionOver
    try:
        read = jwt.decode(token, OctKey.import_key(derived_key("access-token")), algorithms=["HS256"])
        claims = read.claims
        if read.header.get("typ") != "at+jwt" or claims["iss"] != _ISSUER or claims["aud"] != _AUDIENCE:
            raise SessionOver
        if not isinstance(claims["exp"], int) or claims["exp"] <= now.timestamp():
            raise SessionOver
        return AccessClaims(UUID(claims["sub"]), UUID(claims["sid"]))
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise SessionOver from error
