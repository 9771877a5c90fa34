"""The cells of one worksheet's XML.

Ordinary sheets are read by columns of bytes: all tags of some megabytes are found at once, and what stands between
them is cut out without looking at single cells. Whatever is written in another way (prefixes, comments, rich text,
cells without a place) is read by an XML parser, piece by piece, with the same result.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tablewright.core.readers.errors import FileDamaged
from tablewright.core.readers.excel.cells import (
    BOOLEAN,
    EMPTY,
    ERROR,
    ERROR_CODES,
    MOMENT,
    MOST_EXACT,
    NUMBER,
    PENDING,
    SHARED,
    TEXT,
    Array,
    Store,
    blank,
    is_long,
)
from tablewright.core.readers.excel.formats import NumberFormat
from tablewright.core.readers.excel.package import local, parsed_text, xml_parser
from tablewright.core.readers.excel.serials import serial_of

ROW_BYTES = 64 << 20
MOST_MERGED = 100_000
LAST_LINE, LAST_COLUMN = 1_048_576, 16_384
_BEGIN = re.compile(rb"<sheetData(?:\s[^<>]*)?>")
_MERGED = re.compile(rb'<mergeCell [^<>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_KNOWN_TAGS = np.isin(np.arange(256), np.frombuffer(b"cvfirt/", np.uint8))
_LESS, _GREATER, _QUOTE, _SLASH = b'<>"/'


_ROW_BEGIN = int.from_bytes(b'<row r="', "little")
_CELL_BEGIN = int.from_bytes(b'<c r="', "little")
_SIX_BYTES = 0xFFFFFFFFFFFF
_AFTER_NAME = np.isin(np.arange(256), np.frombuffer(b" >/", np.uint8))
MOST_MARKS = 60_000


class _Unusual(Exception):
    """These bytes are not written the way the quick scan knows."""


@dataclass
class _Tags:
    """All tags of some bytes, in order: where each opens and closes, and its first letter."""

    data: bytes
    buffer: Array
    words: Array
    """Eight bytes from any place at once."""
    opened: Array
    closed: Array
    letter: Array

    @classmethod
    def of(cls, data: bytes) -> _Tags | None:
        """None without any tag. Raises _Unusual where tags are not one after the other."""
        buffer = np.frombuffer(data, np.uint8)
        opened = np.flatnonzero(buffer == _LESS).astype(np.int32)
        closed = np.flatnonzero(buffer == _GREATER).astype(np.int32)
        if not len(opened):
            return None
        if len(opened) != len(closed) or (opened > closed).any() or (closed[:-1] > opened[1:]).any():
            raise _Unusual
        letter = buffer[opened + 1]
        if not _KNOWN_TAGS[letter].all():
            raise _Unusual
        words = np.ndarray(len(data) - 8, "<u8", data, strides=(1,))
        return cls(data, buffer, words, opened, closed, letter)


@dataclass
class _Found:
    """The cells of some rows while they are being filled."""

    owner: Array
    """The cell that each tag stands in."""
    types: list[str]
    mark_of: Array
    """Which of the types each cell has."""
    styles: Array
    kinds: Array
    values: Array
    texts: list[pa.Array] = field(default_factory=list)


class SheetScan:
    """Reads one sheet into a store."""

    def __init__(self, store: Store, formats: Sequence[NumberFormat], from_1904: bool) -> None:
        self.store = store
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows = 0
        self.progress: Callable[[int], None] = lambda _: None
        # The last one stands for styles that the workbook does not have.
        self._kinds = np.array([*(one.kind for one in formats), NUMBER], np.uint8)
        self._from_1904 = from_1904
        self._silent = np.concatenate((blank(store.shared), [True]))
        self._cells = _Cells(self)

    def kind_of(self, style: int) -> int:
        return int(self._kinds[min(style, len(self._kinds) - 1)])

    def is_silent(self, place: int) -> bool:
        """Whether a shared text says nothing."""
        return bool(self._silent[place])

    def moment(self, text: str) -> tuple[int, float | str]:
        """A date written as ISO 8601."""
        try:
            found = datetime.datetime.fromisoformat(text)
        except ValueError:
            return TEXT, text
        return MOMENT, serial_of(found.replace(tzinfo=None), self._from_1904)

    def read(self, chunks: Iterator[bytes]) -> None:
        """Raises FileDamaged when the sheet ends too early; what was read until then is in the store."""
        head = b""
        for chunk in chunks:
            head += chunk
            if (begin := _BEGIN.search(head)) is not None or len(head) > ROW_BYTES:
                break
        else:
            begin = _BEGIN.search(head)
        if b"<!" in (head[: begin.start()] if begin else head) or begin is None:
            self._parsed(head, chunks)
            return
        self._scanned(head[begin.end() :], chunks)

    def _scanned(self, rest: bytes, chunks: Iterator[bytes]) -> None:
        """From behind the opening of the sheet's data."""
        more = iter(chunks)
        piece: bytes | None = b""
        while piece is not None:
            rest += piece
            end = rest.find(b"</sheetData>")
            if end >= 0:
                self._rows(rest[:end])
                self._behind(rest[end:], more)
                return
            cut = rest.rfind(b"</row>") + 6
            if cut >= 6:
                self._rows(rest[:cut])
                self.progress(self.store.rows)
                rest = rest[cut:]
            elif len(rest) > ROW_BYTES:
                raise FileDamaged(f'A single row of the sheet "{self.store.name}" is larger than 64 MiB.')
            piece = next(more, None)
        raise FileDamaged(f'The sheet "{self.store.name}" ends before its data does.')

    def _rows(self, xml: bytes) -> None:
        """Whole rows."""
        if not xml:
            return
        self.hidden_rows += xml.count(b' hidden="1"')
        try:
            self._quick(xml)
        except (_Unusual, pa.ArrowInvalid, UnicodeDecodeError):
            self._cells.whole(xml)

    def _quick(self, xml: bytes) -> None:
        tags = _Tags.of(xml + bytes(16))
        if tags is None:
            return
        data, buffer, words = tags.data, tags.buffer, tags.words
        is_row = tags.letter == ord("r")
        rows = tags.opened[is_row]
        if not len(rows) or (words[rows] != _ROW_BEGIN).any():
            raise _Unusual
        lines, line_digits = _whole_numbers(words[rows + 8])
        if ((lines < 1) | (lines > LAST_LINE)).any() or (buffer[rows + 8 + line_digits] != _QUOTE).any():
            raise _Unusual
        is_cell = tags.letter == ord("c")
        cells = np.flatnonzero(is_cell)
        if not len(cells):
            return
        starts = tags.opened[cells]
        row_of = np.cumsum(is_row, dtype=np.int32)[cells] - 1
        if ((words[starts] & _SIX_BYTES) != _CELL_BEGIN).any() or row_of[0] < 0:
            raise _Unusual
        columns, letters = _column_numbers(words[starts + 6])
        place_lines, place_digits = _whole_numbers(words[starts + 6 + letters])
        ends = starts + 6 + letters + place_digits
        if (
            ((columns < 0) | (columns >= LAST_COLUMN)).any()
            or (place_lines != lines[row_of]).any()
            or (buffer[ends] != _QUOTE).any()
        ):
            raise _Unusual
        marks, mark_of = _marks(data, words, ends + 1, tags.closed[cells])
        found = _Found(
            owner=np.cumsum(is_cell, dtype=np.int32) - 1,
            types=[type for _, type in marks],
            mark_of=mark_of,
            styles=np.array([style for style, _ in marks], np.int64)[mark_of],
            kinds=np.zeros(len(cells), np.uint8),
            values=np.zeros(len(cells), np.float64),
        )
        formula = tags.letter == ord("f")
        if formula.any():
            found.kinds[found.owner[formula]] = PENDING
        self._fill(found, tags, "v")
        self._fill(found, tags, "t")
        texts = pa.concat_arrays(found.texts) if found.texts else pa.array([], pa.string())
        self.store.append(lines[row_of], columns, found.kinds, found.values, found.styles, texts)

    def _fill(self, found: _Found, tags: _Tags, letter: str) -> None:
        """Give the cells what stands in their `v` or, for inline texts, in their `t`."""
        at = np.flatnonzero(tags.letter == ord(letter))
        if not len(at):
            return
        follows = tags.buffer[tags.opened[at] + 2]
        own = found.owner[at]
        # Several texts in one cell are runs, to be joined by the parser.
        if not _AFTER_NAME[follows].all() or own[0] < 0 or (own[1:] == own[:-1]).any():
            raise _Unusual
        empty = tags.buffer[tags.closed[at] - 1] == _SLASH
        for type in dict.fromkeys(found.types):
            if (type == "inlineStr") != (letter == "t"):
                continue
            is_type = np.array([one == type for one in found.types])[found.mark_of[own]]
            if type in ("str", "inlineStr"):
                found.kinds[own[is_type & empty]] = EMPTY
            chosen = at[is_type & ~empty]
            if not len(chosen):
                continue
            if chosen[-1] + 1 >= len(tags.opened) or (tags.letter[chosen + 1] != _SLASH).any():
                raise _Unusual
            content = _between(tags.data, tags.closed[chosen] + 1, tags.opened[chosen + 1])
            mine = found.owner[chosen]
            if type in ("str", "inlineStr"):
                texts = _texts(content)
                found.kinds[mine] = np.where(blank(texts), EMPTY, TEXT)
                found.values[mine] = np.arange(len(texts)) + sum(map(len, found.texts))
                found.texts.append(texts)
                continue
            said = pc.not_equal(content, "").to_numpy(zero_copy_only=False)
            if not said.all():
                mine, content = mine[said], content.filter(pa.array(said))
            found.kinds[mine], found.values[mine] = self._converted(type, content, found.styles[mine])
            if type == "n":
                _keep_long(found, mine, content)

    def _converted(self, type: str, content: pa.Array, styles: Array) -> tuple[Any, Array]:
        """Kinds and values of cells of one type, none of them without content."""
        match type:
            case "n":
                numbers = content.cast(pa.float64()).to_numpy()
                if not np.isfinite(numbers).all():
                    raise _Unusual
                return self._kinds[np.minimum(styles, len(self._kinds) - 1)], numbers
            case "s":
                places = content.cast(pa.int64()).to_numpy()
                last = len(self._silent) - 1
                bounded = np.where((places < 0) | (places > last), last, places)
                return np.where(self._silent[bounded], EMPTY, SHARED), bounded.astype(np.float64)
            case "b":
                return BOOLEAN, content.cast(pa.float64()).to_numpy()
            case "e":
                codes = [float(ERROR_CODES.get(text, 42)) for text in content.to_pylist()]
                return ERROR, np.array(codes)
        raise _Unusual

    def _behind(self, xml: bytes, chunks: Iterator[bytes]) -> None:
        """What follows the data: merged cells."""
        tail = b""
        for chunk in itertools.chain((xml,), chunks):
            if len(self.merged) >= MOST_MERGED:
                continue
            text = tail + chunk
            self._merges(text)
            tail = text[max(0, text.rfind(b"<")) :][-200:]

    def _merges(self, xml: bytes) -> None:
        for left, top, right, bottom in _MERGED.findall(xml):
            if len(self.merged) < MOST_MERGED:
                self.merged.append((int(top), _column(left.decode()), int(bottom), _column(right.decode())))

    def _parsed(self, head: bytes, chunks: Iterator[bytes]) -> None:
        """The whole sheet with an XML parser."""
        self._cells.stream(head, chunks)


def _keep_long(found: _Found, cells: Array, content: pa.Array) -> None:
    """Whole numbers of which a float would not keep each become texts; `content` is what is written in these cells."""
    large = np.flatnonzero((np.abs(found.values[cells]) >= MOST_EXACT) & (found.kinds[cells] == NUMBER))
    if not len(large):
        return
    texts = content.take(pa.array(large)).to_pylist()
    long = [i for i, text in enumerate(texts) if is_long(text)]
    own = cells[large[long]]
    found.kinds[own] = TEXT
    found.values[own] = np.arange(len(own)) + sum(map(len, found.texts))
    found.texts.append(pa.array([texts[i] for i in long], pa.string()))


def _marks(data: bytes, words: Array, starts: Array, ends: Array) -> tuple[list[tuple[int, str]], Array]:
    """The attributes behind the place, as (style, type): the distinct ones, and which each cell has."""
    lengths = ends - starts
    if (lengths < 0).any() or (lengths > 40).any():
        raise _Unusual
    keys = lengths.astype(np.uint64)
    for part in range(0, int(lengths.max()), 8):
        left = np.clip(lengths - part, 0, 8).astype(np.uint64)
        mask = np.where(left >= 8, np.uint64(2**64 - 1), (np.uint64(1) << (left * np.uint64(8))) - np.uint64(1))
        own = words[np.minimum(starts + part, len(words) - 1)] & mask
        keys = (keys ^ own) * np.uint64(0x9E3779B97F4A7C15 + 2 * part)
        keys ^= keys >> np.uint64(29)
    encoded = pa.array(keys).dictionary_encode()
    mark_of: Array = encoded.indices.to_numpy()
    first = np.zeros(len(encoded.dictionary), np.int64)
    first[mark_of[::-1]] = np.arange(len(mark_of))[::-1]
    if len(first) > MOST_MARKS:
        raise _Unusual
    marks = []
    for place in first.tolist():
        text = data[starts[place] : ends[place]].rstrip(b"/").decode()
        found = dict(_ATTRIBUTE.findall(text))
        style = found.get("s", "0")
        if _ATTRIBUTE.sub("", text).strip() or not style.isdecimal() or len(style) > 6:
            raise _Unusual
        marks.append((int(style), found.get("t", "n")))
    if len({type for _, type in marks}) > 20:
        raise _Unusual
    return marks, mark_of


def _whole_numbers(words: Array) -> tuple[Array, Array]:
    """The number that each eight bytes begin with, and of how many digits it is."""
    value = np.zeros(len(words), np.int64)
    digits = np.zeros(len(words), np.int32)
    going = np.ones(len(words), bool)
    for place in range(8):
        digit = ((words >> np.uint64(8 * place)) & np.uint64(255)).astype(np.int64) - 48
        going &= (digit >= 0) & (digit <= 9)
        if not going.any():
            break
        value = np.where(going, value * 10 + digit, value)
        digits += going
    return value, digits


def _column_numbers(words: Array) -> tuple[Array, Array]:
    """The column (from 0) that each eight bytes begin with, and of how many letters it is."""
    first, second, third = (((words >> np.uint64(8 * k)) & np.uint64(255)).astype(np.int32) - 64 for k in range(3))
    two = (second > 0) & (second <= 26)
    three = two & (third > 0) & (third <= 26)
    number = np.where(two, first * 26 + second, first)
    number = np.where(three, number * 26 + third, number)
    number = np.where((first > 0) & (first <= 26), number, 0)
    return number - 1, 1 + two.astype(np.int32) + three


def _between(data: bytes, starts: Array, ends: Array) -> pa.Array:
    """Pieces of the bytes as texts, without looking at each."""
    count = len(starts)
    offsets = np.empty(2 * count + 1, np.int32)
    offsets[0:-1:2], offsets[1::2], offsets[-1] = starts, ends, ends[-1]
    whole = pa.StringArray.from_buffers(2 * count, pa.py_buffer(offsets), pa.py_buffer(data))
    return whole.take(pa.array(np.arange(0, 2 * count, 2, dtype=np.int32)))


def _texts(found: pa.Array) -> pa.Array:
    """Texts with references and escapes undone. Raises ArrowInvalid where they are not UTF-8."""
    found.validate(full=True)
    odd = pc.match_substring_regex(found, "[&\r]|_x")
    if not pc.any(odd).as_py():
        return found
    places = np.flatnonzero(odd.to_numpy(zero_copy_only=False))
    try:
        repaired = [parsed_text(text.encode()) for text in found.take(pa.array(places)).to_pylist()]
    except expat.ExpatError:
        raise _Unusual from None
    return pc.replace_with_mask(found, odd, pa.array(repaired, pa.string()))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Cells:
    """Cells one by one, from an XML parser."""

    def __init__(self, scan: SheetScan) -> None:
        self._scan = scan
        self._store = scan.store
        self._line = self._column = 0
        self._type, self._style = "n", 0
        self._value: list[str] = []
        self._taking = self._formula = self._phonetic = self._inside = False

    def _parser(self) -> Any:
        parser = xml_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def whole(self, rows: bytes) -> None:
        """Complete rows without their frame."""
        if self._store.last_line > self._line:
            self._line = self._store.last_line
        parser = self._parser()
        try:
            parser.Parse(b"<sheetData>", False)
            parser.Parse(rows, False)
            parser.Parse(b"</sheetData>", True)
        except expat.ExpatError as error:
            raise self._damaged(error) from None
        finally:
            self._store.flush()

    def stream(self, head: bytes, chunks: Iterator[bytes]) -> None:
        """A sheet from its beginning."""
        parser = self._parser()
        try:
            parser.Parse(head, False)
            for chunk in chunks:
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._damaged(error) from None
        finally:
            self._store.flush()

    def _damaged(self, error: expat.ExpatError) -> FileDamaged:
        return FileDamaged(f'The XML of the sheet "{self._store.name}" is damaged behind line {self._line}: {error}.')

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match local(tag):
            case "c":
                self._column += 1
                if found := _PLACE.fullmatch(attributes.get("r", "")):
                    self._column = _column(found[1])
                    if int(found[2]) != self._line:
                        self._line = min(max(int(found[2]), 1), LAST_LINE)
                style = attributes.get("s", "0")
                self._style = int(style) if style.isdecimal() and len(style) < 7 else 0
                self._type = attributes.get("t", "n")
                self._value, self._formula, self._inside = [], False, True
            case "row":
                number = attributes.get("r", "")
                is_number = number.isdecimal() and 0 < int(number[:8]) <= LAST_LINE
                self._line = int(number) if is_number else self._line + 1
                self._column = -1
            case "v" | "t":
                self._taking = self._inside and not self._phonetic
            case "f":
                self._formula = True
            case "rPh":
                self._phonetic = True
            case "mergeCell":
                ends = [_PLACE.fullmatch(end.replace("$", "")) for end in attributes.get("ref", "").split(":")]
                first, last = ends[0], ends[-1]
                if first and last and len(self._scan.merged) < MOST_MERGED:
                    self._scan.merged.append((int(first[2]), _column(first[1]), int(last[2]), _column(last[1])))

    def _characters(self, text: str) -> None:
        if self._taking:
            self._value.append(text)

    def _end(self, tag: str) -> None:
        match local(tag):
            case "v" | "t":
                self._taking = False
            case "rPh":
                self._phonetic = False
            case "c":
                self._inside = False
                self._cell("".join(self._value))

    def _cell(self, text: str) -> None:
        if not 0 <= self._column < LAST_COLUMN:
            return
        kind, value = self._read(text)
        if kind != EMPTY:
            self._store.add(self._line, self._column, kind, value, self._style)

    def _read(self, text: str) -> tuple[int, float | str]:
        """Kind and value of the cell at hand."""
        if self._type in ("str", "inlineStr"):
            return (TEXT, text) if text else (EMPTY, 0)
        plain = text.strip()
        if not plain:
            return (PENDING if self._formula else EMPTY), 0
        match self._type:
            case "s":
                place = int(plain) if plain.isdecimal() and len(plain) < 10 else -1
                known = 0 <= place < len(self._store.shared) and not self._scan.is_silent(place)
                return (SHARED, place) if known else (EMPTY, 0)
            case "b":
                return BOOLEAN, float(plain in ("1", "true"))
            case "e":
                return ERROR, ERROR_CODES.get(plain, 42)
            case "d":
                return self._scan.moment(plain)
        try:
            number = float(plain)
        except ValueError:
            return TEXT, text
        if not np.isfinite(number):
            return TEXT, text
        kind = self._scan.kind_of(self._style)
        return (TEXT, plain) if kind == NUMBER and is_long(plain) else (kind, number)
