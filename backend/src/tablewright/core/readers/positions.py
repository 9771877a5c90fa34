"""Where in a clean file the rows are that DuckDB numbered."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tablewright.core.readers import scan as scans


@dataclass
class Lines:
    """The line of the nth record (from 1, blank ones not counted). Asked in order, it reads the file once."""

    stream: scans.Stream
    _begins: tuple[int, int] = field(init=False)
    _before: int = 0
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begins = self.stream.offset, self.stream.line

    def __call__(self, number: int) -> int | None:
        if number <= self._before:
            self._restart()
        while number > self._before + len(self._lines):
            self._before += len(self._lines)
            self._lines = []
            block = self.stream.next()
            if block is None or not block.clean:
                return None
            text = np.frombuffer(block.data, np.uint8)
            lengths = np.diff(block.ends, prepend=-1)
            filled = np.delete(np.arange(block.ends.size), scans.blank_records(text, block.ends, lengths))
            self._lines = scans.lines_of(text, block, filled, self.stream.newline)
            self.stream.consume(block, min(int(block.ends[-1]) + 1, len(block.data)), block.lines)
        return self._lines[number - self._before - 1]

    def close(self) -> None:
        self.stream.close()

    def _restart(self) -> None:
        self.stream.offset, self.stream.line = self._begins
        self.stream.resize(self.stream.size)
        self._before, self._lines = 0, []
