"""The error kinds that the API, the command line and the job log share.

The kind decides the HTTP status, the concrete class says the words. Every class name is a state of
affairs (`ReportEmpty`), and its stable `code` is derived from it (`report_empty`).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


def _code_of(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Problem(Exception):
    """Something a person can act on. `detail` says what is wrong and what to do about it.

    `where` holds positions when there are any: `file`, `sheet`, `line`, `column`, `row`, `byte`,
    `position`. It is shown to people and returned by the API (RFC 9457 extension members).
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, **where: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.where = {key: value for key, value in where.items() if value is not None}

    @property
    def code(self) -> str:
        return _code_of(type(self).__name__)

    def as_document(self) -> dict[str, Any]:
        """The RFC 9457 problem document: type, title, status, code, detail, where."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "where": self.where,
        }


class Invalid(Problem):
    """The request or the file is understood but not acceptable."""

    status = 422
    title = "Not acceptable"


class NotSignedIn(Problem):
    status = 401
    title = "Not signed in"


class Forbidden(Problem):
    status = 403
    title = "Not permitted"


class Missing(Problem):
    """Not there, or not visible to this reader: the two are told apart for nobody."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    status = 409
    title = "Conflict"


class TooLarge(Problem):
    status = 413
    title = "Too large"


class TooMany(Problem):
    status = 429
    title = "Too many requests"


class Unavailable(Problem):
    """A neighbour is away or the machine is full; trying again later may work."""

    status = 503
    title = "Temporarily unavailable"


class Exhausted(Invalid):
    """A child process broke a limit (memory, time, output). Trying again would end the same way."""

    title = "Over the limits of this installation"
