"""Kombu's queue in a folder, with whole messages only: its own lets a reader take one that is still being written."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

_filesystem: Any = import_module("kombu.transport.filesystem")  # publishes no types


class Channel(_filesystem.Channel):  # type: ignore[misc] # its base has no types
    """The reader takes every file with the name of a message, at once: a message gets that name when it is whole."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        """Put a message onto a queue. Raises OSError."""
        message = Path(self.data_folder_out, f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg")
        part = message.with_name(f"{message.name}.part")
        part.write_bytes(json.dumps(payload).encode())
        part.rename(message)


class Transport(_filesystem.Transport):  # type: ignore[misc] # its base has no types
    Channel = Channel
