"""States of affairs around signing in and membership."""

from __future__ import annotations

from tablewright.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    NotSignedIn,
    TooMany,
)


class SignInFailed(NotSignedIn):
    def __init__(self) -> None:
        super().__init__("The e-mail address and the password do not belong together.")


class SignInBlocked(TooMany):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many failed attempts. Try again in {seconds} seconds.", retry_after=seconds)


class SessionOver(NotSignedIn):
    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in again to go on.")


class CookieHeaderMissing(Forbidden):
    def __init__(self) -> None:
        super().__init__("This request needs the header X-Tablewright: 1 and must come from this site.")


class LinkUsedOrOver(Missing):
    def __init__(self) -> None:
        super().__init__("This link was used already or is over. Ask for a new one.")


class PasswordTooWeak(Invalid):
    def __init__(self, why: str) -> None:
        super().__init__(f"Choose another password: {why}.", field="password")


class EmailInvalid(Invalid):
    def __init__(self, email: str) -> None:
        super().__init__(f'"{email}" is not an e-mail address.', field="email")


class MemberExists(Conflict):
    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is a member of this workspace already.", field="email")


class MemberMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such member in this workspace.")


class LastAdmin(Conflict):
    def __init__(self) -> None:
        super().__init__("A workspace needs at least one admin. Make somebody else admin first.")


class WorkspaceMissing(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such workspace, or you are not a member of it.")


class KeyReused(Conflict):
    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for a different request. Use a new key.")
