"""Where in a file its lines are, and in a clean one the rows that DuckDB numbered."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tablewright.core.readers import scan as scans

BLOCK = 1 << 20


@dataclass
class LineStarts:
    """The byte at which a line begins, both counted in the file. Asked in order, it reads the file once."""

    path: Path
    newline: int
    _line: int = 1
    """The line at whose beginning, or within which, the block begins."""
    _byte: int = 0
    _size: int = 0
    _breaks: npt.NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))

    def __call__(self, line: int) -> int | None:
        if line == 1:
            return 0
        if line <= self._line:
            self._line, self._byte, self._size, self._breaks = 1, 0, 0, self._breaks[:0]
        with self.path.open("rb", buffering=0) as file:
            while line - self._line > len(self._breaks):
                self._line += len(self._breaks)
                self._byte += self._size
                file.seek(self._byte)
                data = file.read(BLOCK)
                if not data:
                    return None
                self._size, self._breaks = len(data), np.flatnonzero(np.frombuffer(data, np.uint8) == self.newline)
        return self._byte + int(self._breaks[line - self._line - 1]) + 1


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
