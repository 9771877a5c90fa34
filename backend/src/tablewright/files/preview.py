"""The first rows of a file that is arriving or being read."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from tablewright.core.errors import Problem
from tablewright.infra.compute import load_children

ENOUGH_BYTES = 16 << 10
_MORE = 4
"""How many times the bytes there have to be before what could not be read is tried again."""
_KEPT = 500
_known: dict[UUID, tuple[int, dict[str, Any] | None]] = {}
"""By upload: of how many bytes, and what they gave."""
_lock = threading.Lock()


def expect_preview() -> None:
    """Have a child warm by the time that the first bytes are here."""
    load_children()


def preview_of(upload_id: UUID, path: Path, filename: str, size: int, *, whole: bool) -> dict[str, Any] | None:
    """Rows and columns of the first table, or None while nothing can be read. Worked out once an upload.

    `path` holds the first `size` bytes of the file; a `whole` file may be as short as it is.

    A preview is a courtesy: what goes wrong here is said by the load itself, with its position.
    """
    if size < ENOUGH_BYTES and not whole:
        return None
    with _lock:
        tried, found = _known.get(upload_id, (0, None))
        if found is not None and not (whole and tried < size and "later" in found):
            return found
        if tried and size < tried * _MORE and not whole:
            return found
        while len(_known) > _KEPT:
            _known.pop(next(iter(_known)))
        _known[upload_id] = size, None
    params = {"path": str(path), "filename": filename, "whole": whole}
    try:
        found = dict(load_children().call("preview", params, only_read=[path]).value)
    except Problem:
        return None
    with _lock:
        _known[upload_id] = size, found
    return found
