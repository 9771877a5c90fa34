"""JSON lines that are all written alike, in one pass: the proof of their form is also where their values are.

Programs write every object of a file with the same names in the same order and the same spaces. Then the quotation
marks of a block, found at once, say where each value of each line begins and ends. Every byte between two values is
compared with the text that must stand there, and every value is held against its type, so all bytes of a line are
accounted for. The values go to DuckDB as Arrow columns; nothing parses them again. Any line that is written otherwise,
or holds what its column cannot, ends the attempt (`Unlike`): the ways in `json_flat` and `nested` then decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablewright.core.readers.json_scan import LONGEST_VALUE, Lines, escaped
from tablewright.core.readers.kinds import EXACT_FLOAT_DIGITS, Kind
from tablewright.core.readers.nested import Malformed, decoded

if TYPE_CHECKING:
    from tablewright.core.readers.json_flat import Field

PIECE = 1 << 20
"""So many bytes are looked at together: what belongs to them stays in the processor's cache."""
FRONT, BEHIND = 24, 64
"""Bytes put around a piece, so that words of 16 bytes may be read at its ends."""
MOST_ESCAPED = 0.05
"""The share of values with a backslash that may be read one by one."""
LONGEST_WHOLE = 16
SPACINGS = ((", ", ": "), (",", ":"))
"""What stands between members, and between a name and its value: as Python writes, and nearly all others."""

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NONE = np.empty(0, np.int64)
_LAST = np.array([(1 << 64) - (1 << 64 - 8 * n) for n in range(9)], np.uint64)
"""Masks for the last n bytes of a word in memory."""
_FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
_QUOTE, _MINUS, _POINT, _ZERO, _CLOSE, _SLASH, _BREAK = b'"-.0}\\\n'
_ZEROS, _THREES, _SIXES, _HIGH = (np.uint64(int(byte * 8, 16)) for byte in ("30", "33", "06", "F0"))
_NULL, _TRUE, _FALSE = (np.uint64(int.from_bytes(word, "little")) for word in (b"null", b"true", b"false"))
_FOUR, _FIVE = np.uint64((1 << 32) - 1), np.uint64((1 << 40) - 1)
_32, _8, _16, _4 = np.uint64(32), np.uint64(8), np.uint64(16), np.uint64(4)


class Unlike(Exception):
    """A line is written in another way than the others, or holds what its column cannot."""


@dataclass
class _Column:
    member: Field
    kind: Kind
    length: int
    """Of the text before each value: its name and what stands around it."""

    @property
    def stored(self) -> pa.DataType:
        match self.member.type:
            case "int":
                return pa.int64()
            case "number":
                return pa.decimal64(18, self.member.scale)
            case "bool":
                return pa.bool_()
            case _:
                return pa.string_view()


class _Literals:
    """What must stand before the values, as words of 16 bytes that are compared for all columns at once."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        parts = [(i, at, text[at : at + 16]) for i, text in enumerate(texts) for at in range(0, len(text), 16)]
        self._column = np.array([i for i, _, _ in parts])
        self._offset = np.array([[at] for _, at, _ in parts])
        words = b"".join(part.ljust(16, b"\0") for _, _, part in parts)
        masks = b"".join((b"\xff" * len(part)).ljust(16, b"\0") for _, _, part in parts)
        self._words, self._masks = (np.frombuffer(each, np.uint64).reshape(-1, 2) for each in (words, masks))

    def prove(self, pairs: npt.NDArray[np.void], at: Places) -> None:
        """Raises Unlike."""
        found = _words(pairs, at[self._column] + self._offset)
        for half in range(2):  # one half after the other keeps the inner loops long
            wrong = found[..., half] ^ self._words[:, half, None]
            wrong &= self._masks[:, half, None]
            _forbid(wrong.any())


@dataclass
class _Plan:
    """How the lines are written."""

    columns: list[_Column]
    between: int
    """How many bytes there are between a value and the next name."""
    literals: _Literals
    quoted: _Literals
    """With the quotation mark of texts."""

    @property
    def quotes(self) -> int:
        """How many quotation marks a line has in which no text is missing."""
        return 2 * len(self.columns) + 2 * sum(column.member.type == "text" for column in self.columns)

    @property
    def behind(self) -> int:
        return BEHIND + max(column.length for column in self.columns)


def _planned(members: Sequence[Field], kinds: Sequence[Kind], between: str, colon: str) -> _Plan:
    texts = [f'{between if i else "{"}"{member.name}"{colon}'.encode() for i, member in enumerate(members)]
    quoted = [text + b'"' * (member.type == "text") for text, member in zip(texts, members, strict=True)]
    columns = [_Column(member, kind, len(text)) for member, kind, text in zip(members, kinds, texts, strict=True)]
    return _Plan(columns, len(between), _Literals(texts), _Literals(quoted))


class EvenLines:
    """The columns of a file's lines, as a stream that DuckDB may read several times."""

    def __init__(self, lines: Lines, members: Sequence[Field], sample: bytes, tell: Callable[[int], None]) -> None:
        """`sample` are some of the lines, which show the spacing; `tell` hears at which byte reading is.

        Raises Unlike.
        """
        self.members = members
        self._lines, self._tell = lines, tell
        self.count = 0
        """How many lines there are, by their breaks; once all were read."""
        self.error: Exception | None = None
        """Why reading ended; DuckDB keeps only its words."""
        kinds = [member.kind() for member in members]
        if not all(_is_quick(member, kind) for member, kind in zip(members, kinds, strict=True)):
            raise Unlike
        for spacing in SPACINGS:
            self._plan = _planned(members, kinds, *spacing)
            try:
                self.read(sample)
            except Unlike:
                continue
            break
        else:
            raise Unlike
        self.schema = pa.schema([(f"c{i}", column.stored) for i, column in enumerate(self._plan.columns, start=1)])

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, self._batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        count = 0
        try:
            for piece, offset in self._pieces():
                self._tell(offset)
                arrays = piece.columns()
                count += piece.count
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)
            # What the sample said of sizes decided the types; now all values have spoken.
            if any(one.member.kind() != one.kind for one in self._plan.columns if one.member.type == "number"):
                raise Unlike
        except Exception as error:
            self.error = error
            raise
        self.count = count

    def _pieces(self) -> Iterator[tuple[_Piece, int]]:
        """The file's lines, each piece read into memory of its own; and where each begins."""
        rest = np.empty(0, np.uint8)
        flags = np.empty(0, np.bool_)
        with self._lines.path.open("rb", buffering=0) as file:
            file.seek(self._lines.start)
            offset = self._lines.start
            while True:
                room = max(PIECE, 2 * rest.size)
                buffer = np.empty(FRONT + room + 1 + self._plan.behind, np.uint8)
                if flags.size != buffer.size:
                    flags = np.empty(buffer.size, np.bool_)
                buffer[:FRONT] = 0
                body = buffer[FRONT : FRONT + room]
                body[: rest.size] = rest
                filled = rest.size + (file.readinto(body[rest.size :].data) or 0)
                if filled == rest.size:
                    if not rest.size:
                        return
                    buffer[FRONT + filled] = _BREAK  # the last line may end with the file
                    filled += 1
                buffer[FRONT + filled :] = 0
                piece = _Piece(buffer, filled, flags, self._plan)
                if piece.count:
                    yield piece, offset
                rest = buffer[FRONT + piece.size : FRONT + filled]
                offset += piece.size
                if rest.size > LONGEST_VALUE:
                    raise Unlike

    def read(self, lines: bytes) -> list[pa.Array]:
        """The columns of whole lines. Raises Unlike."""
        buffer = np.frombuffer(b"".join((bytes(FRONT), lines, bytes(self._plan.behind))), np.uint8)
        return _Piece(buffer, len(lines), np.empty(buffer.size, np.bool_), self._plan).columns()


def _is_quick(member: Field, kind: Kind) -> bool:
    if member.type == "number":
        return kind.physical == f"DECIMAL(18,{member.scale})"
    return member.type in ("null", "bool", "int", "text")


class _Piece:
    """The whole lines of a buffer. All places count from its beginning, where padding stands."""

    def __init__(self, buffer: Bytes, filled: int, flags: Flags, plan: _Plan) -> None:
        """`flags` is memory to work in."""
        self._text, self._plan = buffer, plan
        self._pairs = _pairs(buffer)
        end = FRONT + filled
        self._ends = np.flatnonzero(np.less(buffer[FRONT:end], 32, out=flags[FRONT:end]))
        self._ends += FRONT
        _require(buffer.take(self._ends) == _BREAK)
        self.count, self.size = len(self._ends), 0
        if not self.count:
            return
        end = int(self._ends[-1]) + 1
        self.size = end - FRONT
        self._starts = np.concatenate((np.array([FRONT]), self._ends[:-1] + 1))
        if int(buffer[:end].max()) > 127:
            _prove_utf8(buffer[FRONT:end])
        marks = flags[:end]
        self._slashes = _NONE
        if bool(np.equal(buffer[:end], _SLASH, out=marks).any()):
            self._slashes = np.flatnonzero(marks)
        np.equal(buffer[:end], _QUOTE, out=marks)
        if self._slashes.size:
            marks[escaped(self._slashes)] = False
        self._quotes = np.flatnonzero(marks)
        if not self._quotes.size:
            raise Unlike
        self._step = plan.quotes
        """How many quotation marks each line has, when no text is missing in any; else 0."""
        if self._quotes.size != self.count * self._step:
            self._step = 0
        self._escaped_left = int(self.count * MOST_ESCAPED) + 10

    def columns(self) -> list[pa.Array]:
        """Go through all lines at once, from member to member. Raises Unlike."""
        columns = self._plan.columns
        # For each line, the number of the first quotation mark that was not passed; counted in the line when all
        # lines have as many.
        quote: Places | int = 0 if self._step else np.searchsorted(self._quotes, self._starts)
        _require(self._mark(quote) == self._starts + 1)
        at = np.empty((len(columns) + 1, self.count), np.int64)
        at[0] = self._starts
        texts = _Texts(self.count, sum(column.member.type == "text" for column in columns))
        arrays: list[pa.Array | None] = []
        for i, column in enumerate(columns):
            value = at[i] + column.length
            quote = quote + 2
            following = at[i + 1]
            array = None
            match column.member.type:
                case "text":
                    quote = self._place(value, quote, texts, following)
                case "bool":
                    array = self._booleans(value, following)
                case "null":
                    self._nulls(value)
                    array = pa.nulls(self.count, pa.string_view())
                    np.add(value, 4, out=following)
                case _:
                    if i + 1 < len(columns):
                        np.subtract(self._mark(quote), self._plan.between, out=following)
                    else:
                        np.subtract(self._ends, 1, out=following)
                    array = (
                        self._wholes(value, following)
                        if column.member.type == "int"
                        else self._decimals(value, following, column.member)
                    )
            arrays.append(array)
        # Places only ever grow: when the last one is right, none before it left its line.
        _require(at[-1] == self._ends - 1)
        _require(self._text.take(at[-1]) == _CLOSE)
        (self._plan.quoted if self._step else self._plan.literals).prove(self._pairs, at[:-1])
        written = iter(self._written(texts))
        return [next(written) if array is None else array for array in arrays]

    def _mark(self, quote: Places | int) -> Places:
        """Where a quotation mark is; the last one when there are no more."""
        if isinstance(quote, int):
            return self._quotes[quote :: self._step]
        return self._quotes.take(quote, mode="clip")

    def _words(self, at: Places) -> Words:
        return _words(self._pairs, at)

    def _nulls(self, value: Places) -> None:
        if value.size:
            _require(self._words(value)[:, 0] & _FOUR == _NULL)

    def _filled(self, value: Places) -> Flags | None:
        """Which lines have a value, where others have `null`; None when all have one."""
        filled: Flags = self._text.take(value) != 110
        if bool(filled.all()):
            return None
        self._nulls(value[~filled])
        return filled

    def _place(self, value: Places, quote: Places | int, texts: _Texts, following: Places) -> Places | int:
        """Find where texts begin and end, and what follows them."""
        begin, end = texts.next()
        end[:] = self._mark(quote + 1)
        np.add(value, 1, out=begin)
        np.add(end, 1, out=following)
        if isinstance(quote, int):
            return quote + 2  # that a quotation mark stands here is proven with the name
        quoted = self._text.take(value) == _QUOTE
        if bool(quoted.all()):
            return quote + 2
        texts.filled[texts.count - 1] = quoted
        null = np.flatnonzero(~quoted)
        places = value[null]
        self._nulls(places)
        begin[null] = end[null] = places
        following[null] = places + 4
        passed: Places = quote + 2 * quoted
        return passed

    def _written(self, texts: _Texts) -> Iterator[pa.Array]:
        _require(texts.begin <= texts.end)
        views = _views(self._pairs, texts.begin, texts.end)
        for i in range(texts.count):
            buffers: list[Any] = [self._text]
            if self._slashes.size:
                buffers += self._unescape(views[i], texts.begin[i], texts.end[i])
            yield _array(pa.string_view(), self.count, texts.filled.get(i), views[i], *buffers)

    def _unescape(self, views: Words, begin: Places, end: Places) -> list[bytes]:
        """Read texts with backslashes one by one, and point their views to what they say."""
        found = np.flatnonzero(np.searchsorted(self._slashes, begin) != np.searchsorted(self._slashes, end))
        if not found.size:
            return []
        self._escaped_left -= len(found)
        if self._escaped_left < 0:
            raise Unlike
        try:
            texts = [decoded(self._text[begin[i] - 1 : end[i] + 1].tobytes()).encode() for i in found.tolist()]
        except Malformed:
            raise Unlike from None
        data = b"".join((*texts, bytes(16)))
        ends = np.cumsum([len(text) for text in texts])
        views[found] = _views(
            _pairs(np.frombuffer(data, np.uint8)), np.concatenate((np.zeros(1, np.int64), ends[:-1])), ends, buffer=1
        )
        return [data]

    def _digits(self, end: Places, length: Places) -> Words:
        """The whole numbers of up to 16 digits that end there. Raises Unlike for any other byte."""
        words = self._words(end - 16)
        found = _parsed(words[:, 1], _LAST.take(np.minimum(length, 8)))
        if int(length.max()) > 8:
            found = found + _parsed(words[:, 0], _LAST.take(np.maximum(length, 8) - 8)) * np.uint64(10**8)
        return found

    def _signed(self, value: Places, end: Places) -> tuple[Places, Places, Flags | None, Flags | None]:
        """Where the digits of numbers begin and how long what follows is, which are negative and which are there."""
        filled = self._filled(value)
        minus = self._text.take(value) == _MINUS
        negative = minus if bool(minus.any()) else None
        begin = value + minus if negative is not None else value
        length = end - begin
        if filled is not None:
            _require(length[~filled] == 4)
        return begin, length, negative, filled

    def _whole(self, begin: Places, end: Places, length: Places, filled: Flags | None) -> Words:
        """What digits without a leading zero say; 0 where there is no value."""
        if filled is not None:
            length = np.where(filled, length, 0)
        _require((length <= LONGEST_WHOLE) & ((length > 0) if filled is None else (length > 0) | ~filled))
        _forbid(((self._text.take(begin) == _ZERO) & (length > 1)).any())
        return self._digits(end, length)

    def _wholes(self, value: Places, end: Places) -> pa.Array:
        begin, length, negative, filled = self._signed(value, end)
        found = self._whole(begin, end, length, filled).astype(np.int64)
        return _array(pa.int64(), self.count, filled, _negated(found, negative))

    def _decimals(self, value: Places, end: Places, member: Field) -> pa.Array:
        begin, length, negative, filled = self._signed(value, end)
        _require(length > 0)
        scale = np.zeros(self.count, np.int64)
        for digits in range(member.scale, 0, -1):
            place = end - 1 - digits
            scale[(self._text.take(place) == _POINT) & (place > begin)] = digits
        fraction = self._digits(end, scale if filled is None else np.where(filled, scale, 0))
        behind = scale + (scale > 0)
        found = self._whole(begin, end - behind, length - behind, filled)
        sizes, scales = (length - behind, scale) if filled is None else ((length - behind)[filled], scale[filled])
        if sizes.size:
            _require(sizes <= EXACT_FLOAT_DIGITS - member.scale)
            member.digits = max(member.digits, int(sizes.max()))
            member.least = min(member.least, int(scales.min()))
        powers = np.array([10**n for n in range(member.scale + 1)], np.uint64)
        unscaled = found * powers[-1] + fraction * powers.take(member.scale - scale)
        return _array(pa.decimal64(18, member.scale), self.count, filled, _negated(unscaled.astype(np.int64), negative))

    def _booleans(self, value: Places, following: Places) -> pa.Array:
        words = self._words(value)[:, 0]
        true, false = words & _FOUR == _TRUE, words & _FIVE == _FALSE
        known = true | false
        filled = None if bool(known.all()) else known
        if filled is not None:
            self._nulls(value[~known])
        bits = np.packbits(true, bitorder="little")
        np.add(value, 4, out=following)
        following += false
        return _array(pa.bool_(), self.count, filled, bits)


class _Texts:
    """Where the texts of a piece begin and end, a row a column."""

    def __init__(self, lines: int, columns: int) -> None:
        self.begin, self.end = (np.empty((columns, lines), np.int64) for _ in range(2))
        self.filled: dict[int, Flags] = {}
        """Which lines have a text, for the columns in which some have none."""
        self.count = 0

    def next(self) -> tuple[Places, Places]:
        self.count += 1
        return self.begin[self.count - 1], self.end[self.count - 1]


def _pairs(text: Bytes) -> npt.NDArray[np.void]:
    """The 16 bytes from every place on, without a copy."""
    return np.ndarray(text.size - 15, "V16", text, strides=(1,))


def _words(pairs: npt.NDArray[np.void], at: Places) -> Words:
    """The 16 bytes from each of some places on, as two words."""
    return pairs[at].view(np.uint64).reshape(*at.shape, 2)


def _views(pairs: npt.NDArray[np.void], begin: Places, end: Places, buffer: int = 0) -> Words:
    """What Arrow keeps of a text: its length, and the text up to 12 bytes or else its beginning and its place."""
    length = end - begin
    words = _words(pairs, begin)
    low, high = words[..., 0], words[..., 1]
    views = np.empty((*begin.shape, 2), np.uint64)
    views[..., 0] = length.astype(np.uint64) | ((low & _FIRST.take(np.minimum(length, 4))) << _32)
    inline = ((low >> _32) | (high << _32)) & _FIRST.take(np.minimum(np.maximum(length, 4) - 4, 8))
    views[..., 1] = np.where(length <= 12, inline, begin.astype(np.uint64) << _32 | np.uint64(buffer))
    return views


def _array(type: pa.DataType, count: int, filled: Flags | None, *buffers: Any) -> pa.Array:
    valid = None if filled is None else pa.py_buffer(np.packbits(filled, bitorder="little"))
    return pa.Array.from_buffers(type, count, [valid, *map(pa.py_buffer, buffers)])


def _parsed(words: Words, mask: Words) -> Words:
    """Eight digits in each word, the first in its lowest byte; bytes outside of the mask count as 0."""
    digits = (words & mask) | (_ZEROS & ~mask)
    _require(((digits & _HIGH) | (((digits + _SIXES) & _HIGH) >> _4)) == _THREES)
    digits = digits - _ZEROS
    pairs = digits * np.uint64(10) + (digits >> _8)
    low, high = pairs & np.uint64(0x000000FF000000FF), (pairs >> _16) & np.uint64(0x000000FF000000FF)
    return (low * np.uint64(0x000F424000000064) + high * np.uint64(0x0000271000000001)) >> _32


def _negated(values: Places, negative: Flags | None) -> Places:
    if negative is None:
        return values
    _forbid((negative & (values == 0)).any())  # -0 is more than 0: it is left to those that keep it
    return np.where(negative, -values, values)


def _prove_utf8(text: Bytes) -> None:
    try:
        text.tobytes().decode()
    except UnicodeDecodeError:
        raise Unlike from None


def _require(held: Any) -> None:
    if not bool(held.all()):
        raise Unlike


def _forbid(found: Any) -> None:
    if bool(found):
        raise Unlike
