"""What one call of a child process may use, what it gives, and the errors it can end with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tablewright.core.errors import Conflict, Exhausted, Problem, Unavailable

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True)
class Limits:
    """What one call may use. Memory is resident memory of the whole child."""

    memory_bytes: int
    cpu_seconds: float
    wall_seconds: float
    output_bytes: int = 512 * MIB
    """Everything sent back to the parent."""
    file_bytes: int = 16 * GIB
    """The largest file the child may write."""


@dataclass(frozen=True)
class Reply:
    """What a task returned: a JSON value, and bytes when the task gives any."""

    value: Any
    payload: bytes = b""


class MemoryExceeded(Exhausted):
    def __init__(self, task: str, limit: int) -> None:
        super().__init__(
            f"This took more memory than the {limit // MIB} MiB that one step may use, and was stopped. "
            "Ask for less at once (fewer columns, a filter, coarser groups), or let the operator raise the limit.",
            task=task,
            limit_bytes=limit,
        )


class TimeExceeded(Exhausted):
    def __init__(self, task: str, limit: float, clock: str) -> None:
        super().__init__(
            f"This took longer than the {limit:g} s of {clock} time that one step may use, and was stopped. "
            "Ask for less at once, or let the operator raise the limit.",
            task=task,
            limit_seconds=limit,
        )


class OutputExceeded(Exhausted):
    def __init__(self, task: str, limit: int) -> None:
        super().__init__(
            f"The result is larger than the {limit // MIB} MiB that one step may give. "
            "Ask for fewer rows or columns, or export instead.",
            task=task,
            limit_bytes=limit,
        )


class ChildDied(Problem):
    """The child ended without an answer, and not at one of our limits."""

    title = "A step ended unexpectedly"

    def __init__(self, task: str, reason: str) -> None:
        super().__init__(
            f"The process that did this step ended unexpectedly ({reason}). Nothing was changed.",
            task=task,
            reason=reason,
        )


class TaskFault(Problem):
    """A task failed with something other than a Problem: a fault of ours, told with a reference to the log."""

    title = "Something went wrong on our side"

    def __init__(self, task: str, error: str, reference: str) -> None:
        super().__init__(
            f"A step failed in a way it should not ({error}). The operator finds the cause in the log "
            f"under {reference}.",
            task=task,
            error=error,
            reference=reference,
        )


class DiskFull(Unavailable):
    def __init__(self, task: str) -> None:
        super().__init__("The disk for temporary files is full. Free some space, then try again.", task=task)


class EngineBusy(Unavailable):
    def __init__(self, waiting: int) -> None:
        super().__init__("All processes of this kind are busy. Try again in a moment.", waiting=waiting, retry_after=2)


class ChildrenCannotStart(Unavailable):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The processes that do this work cannot be started: {reason}")


class Cancelled(Conflict):
    """The caller gave up; nothing was changed."""

    title = "Cancelled"

    def __init__(self, task: str) -> None:
        super().__init__("This was cancelled.", task=task)


class ProblemFromChild(Problem):
    """A Problem raised by a task, with the code, status, title, detail and place it had in the child."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(str(document["detail"]), **document.get("where", {}))
        self._code = str(document["code"])
        # The kind's class attributes, as they were there.
        vars(self).update(status=int(document["status"]), title=str(document["title"]))

    @property
    def code(self) -> str:
        return self._code
