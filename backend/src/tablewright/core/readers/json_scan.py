"""The values of a JSON text one after another, found without parsing them and in constant memory.

Lines, the elements of one array, values that follow one another and text sequences all become chunks of one form:
each value ends with a line break and holds no other one. What a chunk holds is not checked here, only cut.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from tablewright.core.readers.errors import TooDeep

BLOCK = 8 << 20
MOST_LEVELS = 128
LONGEST_VALUE = 16 << 20
LONGEST_PASSED = 256 << 20
"""So far a value that is too long is passed over, in the hope for others behind it."""
SHOWN_BYTES = 2000
LONGEST_KEY = 64 << 10
SAMPLED_BYTES = 1 << 20
"""So much of one place shows how lines are written."""
_DECODER = json.JSONDecoder()
WHITESPACE = b" \t\r\n"
SEPARATOR = 0x1E
_BROKEN = 1
"""Stands for a line break inside a string: no JSON string may hold either."""

Places = npt.NDArray[np.int64]
_MARKS = np.zeros(256, bool)
_MARKS[list(b"{}[],")] = True
_STEP = np.zeros(256, np.int8)
_STEP[list(b"{[")] = 1
_STEP[list(b"}]")] = -1
_NONE: Places = np.empty(0, np.int64)
_JOINT = re.compile(rb"[}\]][ \t]*[{\[]")


@dataclass(frozen=True)
class Chunk:
    """Some values, each with a line break behind it."""

    data: bytes
    byte: int
    """Where the chunk begins in the text."""
    line: int
    breaks: Places | None = None
    """Where the text has line breaks, from the chunk's beginning; None when each value is a line."""
    shift: int = 0
    """1 when the line breaks of the chunk are not in the text."""
    too_long: bool = False
    """The chunk is the beginning of one value that is too long."""
    count: int = 0
    """How many values there are; 0 when they were not counted."""
    added: Places = field(default_factory=lambda: _NONE)
    """Where in `data` a line break stands that the text has not, where only some are so."""

    def values(self) -> Iterator[tuple[int, int, bytes]]:
        """Number (from 0), offset in `data` and text of each value."""
        offset = 0
        for number, text in enumerate(self.data.split(b"\n")[:-1]):
            yield number, offset, text
            offset += len(text) + 1

    def place(self, number: int, offset: int) -> tuple[int, int]:
        """Line (from 1) and byte (from 0) of a value in the text."""
        text = self.data[offset : self.data.find(b"\n", offset)]
        offset += len(text) - len(text.lstrip(WHITESPACE))
        offset -= number * self.shift + int(np.searchsorted(self.added, offset))
        line = number if self.breaks is None else int(np.searchsorted(self.breaks, offset))
        return self.line + line, self.byte + offset


@dataclass
class Values(ABC):
    """A part of a file with values in it. `problems` is complete when all chunks were taken."""

    path: Path
    start: int = 0
    end: int | None = None
    problems: list[tuple[str, int, int, bytes, bool]] = field(default_factory=list)
    """Reason, line, byte, text; and whether it is something set aside (else a warning)."""

    @abstractmethod
    def __iter__(self) -> Iterator[Chunk]:
        """The values in their order, in chunks that end between two of them."""

    @property
    def size(self) -> int:
        return (self.end or self.path.stat().st_size) - self.start

    def blocks(self) -> Iterator[bytes]:
        return _blocks(self.path, self.start, self.size)

    def _given_up(self, cutter: _Cutter) -> Iterator[Chunk]:
        yield from cutter.rest()
        place = self.start + cutter.read_bytes
        reason = f"what follows a value longer than {LONGEST_PASSED >> 20} MiB is not read"
        self.problems.append((reason, cutter.line, place, b"", True))


def _blocks(path: Path, start: int, size: int) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while size > 0 and (data := file.read(min(BLOCK, size))):
            size -= len(data)
            yield data


class Lines(Values):
    """One value a line."""

    def __iter__(self) -> Iterator[Chunk]:
        self.problems.clear()
        rest, byte, line = b"", self.start, 1
        skipped = 0
        for data in self.blocks():
            cut = data.rfind(b"\n") + 1
            if not cut:
                if skipped:
                    skipped += len(data)
                    continue
                rest += data
                if len(rest) > LONGEST_VALUE:
                    skipped, rest = len(rest), rest[:SHOWN_BYTES]
                continue
            if skipped:
                end = data.find(b"\n") + 1
                yield Chunk(rest + b"\n", byte, line, too_long=True)
                byte, line, rest, data, cut = byte + skipped + end, line + 1, b"", data[end:], cut - end
                skipped = 0
            text = rest + data[:cut] if rest else data[:cut]
            rest = data[cut:]
            if text:
                count = int(np.count_nonzero(np.frombuffer(text, np.uint8) == 10))  # a third of what bytes.count takes
                yield Chunk(text, byte, line, count=count)
                byte += len(text)
                line += count
        if rest:
            yield Chunk(rest + b"\n", byte, line, too_long=bool(skipped))

    def sample(self, head: int, places: int, each: int) -> Iterator[bytes]:
        """Whole lines: the first ones, and some from each of several places of a larger text; fewer of long ones."""
        with self.path.open("rb") as file:
            for place in range(places + 1):
                begin = self.start + self.size * place // (places + 1)
                if begin < file.tell():
                    continue
                file.seek(begin)
                if place:
                    file.readline(LONGEST_VALUE)
                taken = 0
                for _ in range(each if place else head):
                    if line := file.readline(LONGEST_VALUE):
                        yield line if line.endswith(b"\n") else line + b"\n"
                    if (taken := taken + len(line)) > SAMPLED_BYTES:
                        break


class Parted(Lines):
    """Lines, of which some hold several objects or lists in a row."""

    def __iter__(self) -> Iterator[Chunk]:
        for chunk in super().__iter__():
            yield chunk if chunk.too_long else _parted(chunk)


def _parted(chunk: Chunk) -> Chunk:
    """The same values, a line break between those that share a line."""
    data = chunk.data
    parts: list[bytes] = []
    added: list[int] = []
    begin = behind = 0
    for joint in _JOINT.finditer(data):
        if joint.start() < behind:
            continue
        start, behind = data.rfind(b"\n", 0, joint.start()) + 1, data.find(b"\n", joint.end())
        for end in ends_of_values(data[start:behind])[:-1]:
            added.append(start + end + len(added))
            parts.append(data[begin : start + end])
            begin = start + end
    if not added:
        return chunk
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    return Chunk(b"\n".join([*parts, data[begin:]]), chunk.byte, chunk.line, breaks, added=np.array(added))


def first_value(text: str, place: int) -> tuple[object, int]:
    """The object that begins at a place, behind white space, and where it ends. Raises ValueError for any other."""
    place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n"))
    if text[place : place + 1] != "{":
        raise ValueError
    try:
        return _DECODER.raw_decode(text, place)
    except RecursionError as error:
        raise ValueError from error


def ends_of_values(line: bytes) -> list[int]:
    """Where each of the objects or lists ends of which a line consists; empty for any other line."""
    text = line.decode("latin-1").rstrip(" \t\r\n")  # a character a byte; what they mean plays no part
    ends: list[int] = []
    at = 0
    while at < len(text):
        while text[at] in " \t":
            at += 1
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, (dict, list)):
            return []
        ends.append(at)
    return ends


class Sequence(Values):
    """A text sequence (RFC 7464): each value begins with a record separator, which no JSON string may hold."""

    def __iter__(self) -> Iterator[Chunk]:
        self.problems.clear()
        rest, byte, line = b"", self.start, 1
        for data in self.blocks():
            pieces = (rest + data).split(b"\x1e")
            rest = pieces.pop()
            for piece in pieces:
                yield from self._chunk(piece, byte, line)
                byte += len(piece) + 1
                line += piece.count(b"\n")
            if len(rest) > LONGEST_VALUE + BLOCK:
                yield Chunk(_flat(rest[:SHOWN_BYTES]) + b"\n", byte, line, too_long=True)
                self.problems.append(
                    ("what follows a value that is too long is not read", line, byte, rest[:SHOWN_BYTES], True)
                )
                return
        yield from self._chunk(rest, byte, line)

    @staticmethod
    def _chunk(piece: bytes, byte: int, line: int) -> Iterator[Chunk]:
        if not piece.strip(WHITESPACE):
            return
        breaks = np.flatnonzero(np.frombuffer(piece, np.uint8) == 10)
        long = len(piece) > LONGEST_VALUE
        yield Chunk(_flat(piece[:SHOWN_BYTES] if long else piece) + b"\n", byte, line, breaks, too_long=long)


def _flat(piece: bytes) -> bytes:
    """A value without line breaks; one inside a string is made visible to a parser."""
    body = piece.strip(WHITESPACE)
    lead = len(piece) - len(piece.lstrip(WHITESPACE))
    if b"\n" in body:
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            body = body.replace(b"\n", b"\x01")
    return b" " * lead + body.replace(b"\n", b" ")


class Structure:
    """Where brackets and commas outside of strings are, block by block, and how deep each is."""

    def __init__(self) -> None:
        self.depth = 0
        self._quoted = False
        self._escaped = False

    def read(self, data: bytes) -> tuple[npt.NDArray[np.uint8], Places, npt.NDArray[np.uint8], Places, Places]:
        """The bytes, where marks are, which they are, the depth behind each, and line breaks inside strings."""
        text = np.frombuffer(data, np.uint8)
        if self._quoted and not self._escaped and not any(mark in data for mark in (b'"', b"\\", b"\n")):
            return text, _NONE, text[:0], _NONE, _NONE  # the inside of a long string
        toggles = (text == 34).view(np.uint8)
        if self._escaped or b"\\" in data:
            toggles[self._escapes(text)] = 0
        inside = np.bitwise_xor.accumulate(toggles)
        if self._quoted:
            inside ^= 1
        broken = _NONE
        # No string goes over a line break: a quotation mark too many harms its own line only.
        if bool(np.any(inside[text == 10])):
            breaks = np.flatnonzero(text == 10)
            before = inside[breaks]
            own = before ^ np.concatenate([np.zeros(1, np.uint8), before[:-1]])
            broken = breaks[own == 1]
            inside = inside ^ np.repeat(
                np.concatenate([np.zeros(1, np.uint8), before]), np.diff(np.concatenate([[0], breaks, [text.size]]))
            )
        places = np.flatnonzero(_MARKS[text] & (inside == 0))
        marks = text[places]
        depths = self.depth + np.cumsum(_STEP[marks], dtype=np.int64)
        if places.size:
            self.depth = int(depths[-1])
        self._quoted = bool(inside[-1])
        return text, places, marks, depths, broken

    def _escapes(self, text: npt.NDArray[np.uint8]) -> Places:
        """The places of the characters that an odd number of backslashes precedes."""
        slashes = np.flatnonzero(text == 92)
        carried, self._escaped = self._escaped, False
        found = escaped(slashes, carried=carried)
        if found.size and found[-1] == text.size:
            found, self._escaped = found[:-1], True
        return found


def escaped(slashes: Places, *, carried: bool = False) -> Places:
    """The places behind runs of backslashes of odd length; `carried` is one more just before the text."""
    found = _NONE
    if slashes.size:
        gaps = np.diff(slashes) != 1
        starts = slashes[np.concatenate([[True], gaps])]
        ends = slashes[np.concatenate([gaps, [True]])]
        lengths = ends - starts + 1
        if carried and starts[0] == 0:
            lengths[0] += 1
        found = ends[lengths % 2 == 1] + 1
    if carried and (not slashes.size or slashes[0] != 0):
        found = np.concatenate([[0], found])
    return found


@dataclass
class Elements(Values):
    """The elements of one array, which begins at `start` (behind whitespace); those of more arrays behind one of
    objects as well."""

    lists: int = 0
    """How many arrays there were."""
    line: int = 1
    """The line of the file in which it begins."""

    def __iter__(self) -> Iterator[Chunk]:
        self.problems.clear()
        self.lists = 0
        structure = Structure()
        cutter = _Cutter(self.start, self.line)
        opened = several = comma = False
        count = 0
        for data in self.blocks():
            text, places, marks, depths, broken = structure.read(data)
            _guard(depths, places, cutter.read_bytes + self.start, not count)
            begin = 0
            if not opened:
                if self.lists and (body := data.lstrip(WHITESPACE))[:1] != b"[":
                    cutter.skip(data[: len(data) - len(body)])
                    if body:
                        self._behind(cutter, body)
                        return
                    continue
                if places.size:
                    opened, comma, begin = True, False, int(places[0]) + 1
                    several = self.lists > 0 or bool((marks[1:2] == 123).any())
                    self.lists += 1
                    cutter.skip(data[:begin])
            closed = np.flatnonzero(depths <= 0)
            joints = _NONE
            if several and closed.size:
                joint = (closed + 1 < marks.size) & (depths[closed] == 0) & (np.append(marks, 0)[closed + 1] == 91)
                last = int(np.argmin(joint)) if not joint.all() else joint.size
                joints, closed = closed[:last], closed[last:]
            end = int(places[closed[0]]) if closed.size else None
            commas = places[(marks == 44) & (depths == 1)]
            if end is not None:
                commas = commas[commas < end]
            elif cutter.passes and not commas.size and not joints.size:
                cutter.keep(data, text, begin)
                if cutter.gives_up:
                    yield from self._given_up(cutter)
                    return
                continue
            flat = text.copy()
            flat[text == 10] = 32
            flat[broken] = _BROKEN
            flat[commas] = 10
            cuts = commas
            if joints.size:
                self.lists += joints.size
                flat[places[joints + 1]] = 32
                flat[places[joints]] = 32
                filled = [at for at in joints.tolist() if marks[at - 1] != 91 or not self._empty(data, places, at)]
                flat[places[filled]] = 10
                cuts = np.sort(np.concatenate([commas, places[filled]]))
            if cuts.size:
                last = int(cuts[-1]) + 1
                comma = bool(text[last - 1] == 44)
                count += cuts.size
                yield from cutter.cut(data, flat, begin, last)
                begin = last
            if end is None:
                cutter.keep(data, flat, begin)
                continue
            cutter.keep(data[:end], flat[:end], begin)
            yield from self._last(cutter, comma)
            cutter.skip(data[end : end + 1])
            opened = False
            body = data[end + 1 :].lstrip(WHITESPACE)
            cutter.skip(data[end + 1 : len(data) - len(body)])
            if body:
                self._behind(cutter, body)
                return
        if not opened and self.lists:
            return
        yield from self._last(cutter, comma)
        self.problems.append(
            (
                "the list is not closed: the text may be cut short",
                cutter.line,
                self.start + cutter.read_bytes,
                b"",
                False,
            )
        )

    @staticmethod
    def _empty(data: bytes, places: Places, at: int) -> bool:
        """Whether nothing stands between the mark `at` and the one before it."""
        return at > 0 and not data[places[at - 1] + 1 : places[at]].strip(WHITESPACE)

    def _last(self, cutter: _Cutter, comma: bool) -> Iterator[Chunk]:
        if not cutter.blank:
            yield from cutter.rest()
        elif comma:
            place = self.start + cutter.read_bytes
            self.problems.append(("no value follows the last comma of the list", cutter.line, place, b"", True))

    def _behind(self, cutter: _Cutter, body: bytes) -> None:
        """Note what stands behind the end of the array."""
        place = self.start + cutter.read_bytes
        reason = "text behind the end of the list, which is not read"
        self.problems.append((reason, cutter.line, place, body[:SHOWN_BYTES], True))


class _Cutter:
    """Puts values that go over the end of a block together, and knows their places."""

    def __init__(self, start: int, line: int = 1) -> None:
        self._start = start
        self.read_bytes = 0
        self.line = line
        self._parts: list[bytes] = []
        self._breaks: list[Places] = []
        self._length = self._dropped = self._dropped_breaks = 0
        self._byte = start
        self._line = line

    @property
    def blank(self) -> bool:
        return not any(part.strip(WHITESPACE) for part in self._parts)

    @property
    def passes(self) -> bool:
        """Whether the value is too long to be kept."""
        return self._length > LONGEST_VALUE

    @property
    def gives_up(self) -> bool:
        return self._length > LONGEST_PASSED

    def skip(self, data: bytes) -> None:
        self.read_bytes += len(data)
        self.line += data.count(b"\n")
        self._byte, self._line = self._start + self.read_bytes, self.line

    def keep(self, data: bytes, flat: npt.NDArray[np.uint8], begin: int) -> None:
        """Remember the beginning of a value that goes on in the next block; of one too long only its first bytes."""
        if not self.passes:
            self._take(data[begin:], flat[begin:].tobytes())
            return
        part = data[begin:]
        self._dropped += len(part)
        self._dropped_breaks += part.count(b"\n")
        self._pass(part)

    def cut(self, data: bytes, flat: npt.NDArray[np.uint8], begin: int, last: int) -> Iterator[Chunk]:
        """The values up to `last`, behind the last separator."""
        self._take(data[begin:last], flat[begin:last].tobytes())
        return self._chunks(0)

    def rest(self) -> Iterator[Chunk]:
        """The last value, which no separator follows."""
        self._parts.append(b"\n")
        return self._chunks(0)

    def inserted(self, data: bytes, flat: npt.NDArray[np.uint8], ends: Places) -> Iterator[Chunk]:
        """Values that nothing separates: a line break is put behind each."""
        last = int(ends[-1])
        self._take(data[:last], np.insert(flat[:last], ends, 10).tobytes())
        return self._chunks(1)

    def _take(self, part: bytes, flat: bytes) -> None:
        self._breaks.append(np.flatnonzero(np.frombuffer(part, np.uint8) == 10) + self._length)
        self._parts.append(flat)
        self._pass(part)

    def _pass(self, part: bytes) -> None:
        self._length += len(part)
        self.read_bytes += len(part)
        self.line += part.count(b"\n")

    def _chunks(self, shift: int) -> Iterator[Chunk]:
        data = b"".join(self._parts)
        breaks = np.concatenate(self._breaks) if self._breaks else _NONE
        byte, line = self._byte, self._line
        dropped, dropped_breaks = self._dropped, self._dropped_breaks
        self._parts, self._breaks, self._length = [], [], 0
        self._dropped = self._dropped_breaks = 0
        self._byte, self._line = self._start + self.read_bytes, self.line
        first = data.find(b"\n")
        if first > LONGEST_VALUE or dropped:
            yield Chunk(data[:SHOWN_BYTES] + b"\n", byte, line, breaks, too_long=True)
            behind = first + 1 - shift + dropped
            line += dropped_breaks + int(np.searchsorted(breaks, behind))
            data, byte, breaks = data[first + 1 :], byte + behind, breaks[breaks >= behind] - behind
        if data:
            yield Chunk(data, byte, line, breaks, shift)


class Concatenated(Values):
    """Values that follow one another: objects and arrays end by themselves, others with whitespace or the text."""

    def __iter__(self) -> Iterator[Chunk]:
        self.problems.clear()
        structure = Structure()
        cutter = _Cutter(self.start)
        first = True
        for data in self.blocks():
            text, places, marks, depths, broken = structure.read(data)
            _guard(depths, places, cutter.read_bytes + self.start, first)
            ends = places[(depths == 0) & (marks != 44)] + 1
            if cutter.passes and not ends.size:
                cutter.keep(data, text, 0)
                if cutter.gives_up:
                    yield from self._given_up(cutter)
                    return
                continue
            flat = text.copy()
            flat[text == 10] = 32
            flat[broken] = _BROKEN
            begin = 0
            if ends.size:
                yield from cutter.inserted(data, flat, ends)
                first, begin = False, int(ends[-1])
            cutter.keep(data, flat, begin)
        if not cutter.blank:
            yield from cutter.rest()


def _guard(depths: Places, places: Places, before: int, first: bool) -> None:
    """Refuse a text whose very first values are nested beyond reason; later ones are set aside one by one."""
    if first and depths.size and int(depths.max()) > MOST_LEVELS:
        raise TooDeep(MOST_LEVELS, byte=before + int(places[int(np.argmax(depths > MOST_LEVELS))]))


@dataclass(frozen=True)
class Member:
    """One member of an object that is too large to be parsed as a whole."""

    key: str
    start: int
    """Where its value begins."""
    end: int
    first: str
    """The first character of the value."""


def members(path: Path, start: int) -> list[Member] | None:
    """Where the values of the file's one object are; None when it has not the form of one.

    One pass in constant memory, but for the places.
    """
    structure = Structure()
    found: list[tuple[int, int]] = []
    begin = offset = start
    end = None
    for data in _blocks(path, start, path.stat().st_size - start):
        _, places, marks, depths, broken = structure.read(data)
        if broken.size or (depths.size and int(depths.max()) > MOST_LEVELS):
            return None
        if end is not None:
            if data.strip(WHITESPACE):
                return None
            continue
        if begin == start and places.size:
            begin = offset + int(places[0]) + 1
        closed = np.flatnonzero(depths <= 0)
        stop = int(places[closed[0]]) if closed.size else None
        commas = places[(marks == 44) & (depths == 1)]
        for comma in commas[commas < stop].tolist() if stop is not None else commas.tolist():
            found.append((begin, offset + comma))
            begin = offset + comma + 1
        if stop is not None:
            end = offset + stop
            found.append((begin, end))
            if data[stop + 1 :].strip(WHITESPACE):
                return None
        offset += len(data)
    if end is None:
        return None
    with path.open("rb") as file:
        result = [_member(file, *place) for place in found]
    return [one for one in result if one is not None] if all(result) else None


def _member(file: BinaryIO, begin: int, end: int) -> Member | None:
    file.seek(begin)
    head = file.read(min(end - begin, LONGEST_KEY)).decode("utf-8", "replace")
    lead = len(head) - len(head.lstrip(" \t\r\n"))
    try:
        key, behind = _DECODER.raw_decode(head, lead)
    except (ValueError, RecursionError):
        return None
    rest = head[behind:].lstrip(" \t\r\n")
    if not isinstance(key, str) or not rest.startswith(":"):
        return None
    value = rest[1:].lstrip(" \t\r\n")
    before = head[: len(head) - len(value)]
    return Member(key, begin + len(before.encode()), end, value[:1])
