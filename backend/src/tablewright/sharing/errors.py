"""States of affairs around shares."""

from __future__ import annotations

from tablewright.core.errors import Conflict, Forbidden, Invalid, Missing, TooMany


class ShareMissing(Missing):
    """One error for what never was, is over, was revoked, or may not be seen any more: they look alike from outside."""

    def __init__(self) -> None:
        super().__init__("There is nothing at this address. The link may be wrong, over or taken back.")


class LinksOff(Forbidden):
    def __init__(self) -> None:
        super().__init__("Public links are off in this workspace. An admin can turn them on.")


class ShareNotYours(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only who made a link, or an admin, can change it.")


class OriginWrong(Invalid):
    def __init__(self, origin: str) -> None:
        super().__init__(
            f'"{origin}" is no origin. Write the scheme and the host, such as https://www.example.com.', origin=origin
        )


class OriginsMissing(Invalid):
    def __init__(self) -> None:
        super().__init__("A frame needs at least one origin that may hold it.", position="origins")


class LinkOver(Conflict):
    def __init__(self) -> None:
        super().__init__("The end of a link must be in the future.", position="ends_at")


class PasswordWrong(Forbidden):
    def __init__(self) -> None:
        super().__init__("This is not the password of the link.")


class TooOften(TooMany):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"This was asked too often. Try again in {seconds} seconds.", retry_after=seconds)


class FilterNotOpen(Invalid):
    def __init__(self) -> None:
        super().__init__("This filter cannot be set to that.")
