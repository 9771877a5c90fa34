"""Fixed width text."""
from __future__ import annotations
from collections.abc import Callable
from tablewright.core.readers.model import Receipt, Source, Table
from tablewright.core.readers.textfile import TextFile
def fixed_width(source: Source, file: TextFile, receipt_of: Callable[[], Receipt]) -> Table | None:
    return None
