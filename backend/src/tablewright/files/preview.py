"""The first rows of a file that is arriving or being read."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from tablewright.core.errors import Problem
from tablewright.infra.compute import load_children

_ENOUGH_BYTES = 16 << 10
_known: dict[UUID, dict[str, Any] | None] = {}
_lock = threading.Lock()


def preview_of(upload_id: UUID, path: Path, filename: str, size: int, *, whole: bool) -> dict[str, Any] | None:
    """Rows and columns of the first table, or None while nothing can be read. Worked out once an upload.

    `path` holds the first `size` bytes of the file; a `whole` file may be as short as it is.

    A preview is a courtesy: what goes wrong here is said by the load itself, with its position.
    """
    if size < _ENOUGH_BYTES and not whole:
        return None
    with _lock:
        if upload_id in _known:
            return _known[upload_id]
        while len(_known) > 500:
            _known.pop(next(iter(_known)))
        _known[upload_id] = None
    try:
        reply = load_children().call("preview", {"path": str(path), "filename": filename}, only_read=[path])
    except Problem:
        return None
    with _lock:
        _known[upload_id] = reply.value
    return _known[upload_id]
