"""Where rows go that were not loaded: the first into the receipt, all of them into a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from tablewright.core.readers.model import LISTED_ROWS, Odd, Receipt

_NUL = "\x00"
_SORTED_BYTES = 16 << 20
"""A larger file of rows keeps the order in which they were found."""


class Quarantine:
    """Counts and keeps rows that could not be read. The file is made with the first of them."""

    def __init__(
        self,
        receipt: Receipt,
        file: Path,
        *,
        delimiter: str = ",",
        quote: str | None = '"',
        raw_of: Callable[[int], str] | None = None,
        byte_of: Callable[[int], int | None] | None = None,
    ) -> None:
        """`delimiter` and `quote`: how a row of values is written, as the file writes it. `raw_of` gives the text of
        the row of a line, where no marks could say it, `byte_of` where the line begins."""
        self.delimiter, self.quote, self.raw_of = delimiter, quote, raw_of
        self.byte_of = byte_of or (lambda _line: None)
        self._receipt = receipt
        self._path = file
        self._file: IO[str] | None = None

    def add(self, odd: Odd) -> None:
        if self._file is None:
            # Two hands may put rows of one table aside, so each appends; what an earlier attempt left is gone.
            if self._receipt.quarantine_file != self._path.name:
                self._path.unlink(missing_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
            self._receipt.quarantine_file = self._path.name
        whole = {**odd.as_json(), "raw": storable(odd.raw)}
        if odd.values is not None:
            whole["values"] = [None if value is None else storable(value) for value in odd.values]
        self._file.write(json.dumps(whole, ensure_ascii=False) + "\n")
        self._receipt.rows_quarantined += 1
        if len(self._receipt.quarantine) < LISTED_ROWS:
            self._receipt.quarantine.append({**odd.as_json(), "raw": storable(odd.as_json()["raw"])})

    def written(self, values: Sequence[str | None], line: int) -> str:
        """A row of values as the file holds it."""
        if self.raw_of is not None:
            return self.raw_of(line)
        return self.delimiter.join(self._cell(value or "") for value in values)

    def _cell(self, value: str) -> str:
        quote = self.quote
        if not quote or not any(mark in value for mark in (self.delimiter, quote, "\n", "\r")):
            return value
        return f"{quote}{value.replace(quote, quote * 2)}{quote}"

    def skip(self, odd: Odd) -> None:
        self._receipt.rows_skipped += 1
        if len(self._receipt.skipped) < LISTED_ROWS:
            self._receipt.skipped.append({**odd.as_json(), "raw": storable(odd.as_json()["raw"])})

    def skip_more(self, count: int) -> None:
        """Count rows that are skipped but not listed one by one."""
        self._receipt.rows_skipped += count

    def close(self) -> None:
        """Put the rows in the order of their lines: what is no row at all is found before a value that does not fit."""
        if self._file is None or self._file.closed:
            return
        self._file.close()
        self._receipt.quarantine.sort(key=_line)
        if self._path.stat().st_size <= _SORTED_BYTES:
            with self._path.open(encoding="utf-8", newline="\n") as file:
                rows = sorted(file, key=lambda row: _line(json.loads(row)))
            self._path.write_text("".join(rows), encoding="utf-8", newline="\n")


def _line(row: dict[str, Any]) -> int:
    return row.get("line") or 0


def storable(text: str) -> str:
    """Text without the NUL character and lone surrogates, which databases refuse; NUL is shown as its symbol."""
    return text.replace(_NUL, "␀").encode("utf-8", "replace").decode()
