"""The first rows of a file that is still arriving."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

from tablewright.core.errors import Problem
from tablewright.files import spool
from tablewright.infra.compute import load_children

_ENOUGH_BYTES = 16 << 10
_known: dict[UUID, dict[str, Any] | None] = {}
_lock = threading.Lock()


def preview_of(upload_id: UUID, filename: str, size: int) -> dict[str, Any] | None:
    """Rows and columns of the first table, or None while nothing can be read. Worked out once an upload.

    A preview is a courtesy: what goes wrong here is said by the load itself, with its position.
    """
    if size < _ENOUGH_BYTES:
        return None
    with _lock:
        if upload_id in _known:
            return _known[upload_id]
        while len(_known) > 500:
            _known.pop(next(iter(_known)))
        _known[upload_id] = None
    try:
        path = spool.path(upload_id)
        reply = load_children().call("preview", {"path": str(path), "filename": filename}, only_read=[path])
    except Problem:
        return None
    with _lock:
        _known[upload_id] = reply.value
    return _known[upload_id]
