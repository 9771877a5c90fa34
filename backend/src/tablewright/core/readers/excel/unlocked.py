"""Workbooks that Excel opens without asking: encrypted with the password that Excel itself uses by default."""

from __future__ import annotations

import re
from pathlib import Path

import msoffcrypto

from tablewright.core.readers.errors import PasswordProtected

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105 - the public default of Excel for workbooks protected against changes
MOST_BYTES = 128 << 20
MOST_ROUNDS = 200_000
"""Of deriving the key; Excel uses 100,000. A file may ask for billions."""
_ROUNDS = re.compile(rb'spinCount="(\d+)"')


def unlocked(path: Path, target: Path) -> Path:
    """The workbook decrypted into `target`. Raises PasswordProtected when it needs a password of its own."""
    data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
    if not data or any(len(found) > 9 or int(found) > MOST_ROUNDS for found in _ROUNDS.findall(data)):
        raise PasswordProtected
    try:
        with path.open("rb") as source, target.open("wb") as out:
            office = msoffcrypto.OfficeFile(source)
            office.load_key(password=DEFAULT_PASSWORD)
            office.decrypt(out)
    except Exception:  # the library meets damage and other passwords with many kinds of errors
        raise PasswordProtected from None
    return target
