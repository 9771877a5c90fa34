"""What a task that writes a file needs from whoever runs it."""

from __future__ import annotations

from typing import Any, Protocol


class Reporter(Protocol):
    def progress(self, **fields: Any) -> None:
        """Report where the work stands: stage, done, total, unit."""
