"""JSON lines that are all written alike, in one pass: the proof of their form is also where their values are.

Programs write every object of a file with the same names in the same order and the same spaces. Then the places where
a quotation mark and a colon end a name, found at once in a block, say where each value of each line begins and ends.
Every byte between two values is compared with the text that must stand there, every value is held against its type,
and the quotation marks are counted, so all bytes of a line are accounted for. The values go to DuckDB as Arrow
columns; nothing parses them again. Any line that is written otherwise, or holds what its column cannot, ends the
attempt (`Unlike`): the ways in `json_flat` and `nested` then decide.
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
_QUOTE, _COLON, _MINUS, _POINT, _ZERO, _CLOSE, _SLASH, _BREAK = b'":-.0}\\\n'
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
            _require((found[..., half] & self._masks[:, half, None]) == self._words[:, half, None])


class _Plan:
    """How the lines are written."""

    def __init__(self, members: Sequence[Field], kinds: Sequence[Kind], between: str, colon: str) -> None:
        texts = [f'{between if i else "{"}"{member.name}"{colon}'.encode() for i, member in enumerate(members)]
        lengths = [len(text) for text in texts]
        self.columns = [_Column(*each) for each in zip(members, kinds, lengths, strict=True)]
        self.literals = _Literals(texts)
        self.ends = np.array([[length - len(colon) - 1] for length in lengths], np.int64)
        """Where in the text before each value its name ends: the places of the last quotation marks."""
        self.texts = np.array([i for i, member in enumerate(members) if member.type == "text"], np.int64)
        """The columns of texts, and where in each the first character stands behind the text before it."""
        self.opened = np.array([[lengths[i] + 1] for i in self.texts], np.int64)
        self.before = ord(colon[-1])
        """The byte before a value."""
        self.behind = BEHIND + max(lengths)


class EvenLines:
    """The columns of a file's lines, as a stream that DuckDB may read several times."""

    def __init__(self, lines: Lines, members: Sequence[Field], sample: bytes, tell: Callable[[int, int], None]) -> None:
        """`sample` are some of the lines, which show the spacing; `tell` hears at which byte reading is.

        Raises Unlike.
        """
        self.members = members
        self._lines, self._tell = lines, tell
        self.count = 0
        """How many lines there are, by their breaks; once all were read."""
        self.row_bytes = len(sample) / max(sample.count(b"\n"), 1)
        self.error: Exception | None = None
        """Why reading ended; DuckDB keeps only its words."""
        kinds = [member.kind() for member in members]
        if not all(_is_quick(member, kind) for member, kind in zip(members, kinds, strict=True)):
            raise Unlike
        for spacing in SPACINGS:
            self._plan = _Plan(members, kinds, *spacing)
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
                self._tell(offset, count)
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
        rest = bytearray()
        flags = np.empty((2, 0), np.bool_)
        with self._lines.path.open("rb", buffering=0) as file:
            file.seek(self._lines.start)
            offset = self._lines.start
            while True:
                room = max(PIECE, 2 * len(rest))
                buffer = bytearray(FRONT + room + 1 + self._plan.behind)
                if flags.shape[1] != len(buffer):
                    flags = np.empty((2, len(buffer)), np.bool_)
                end = FRONT + len(rest)
                buffer[FRONT:end] = rest
                with memoryview(buffer) as body:
                    read = file.readinto(body[end : FRONT + room]) or 0
                end += read
                if not read:
                    if not rest:
                        return
                    buffer[end] = _BREAK  # the last line may end with the file
                    end += 1
                cut = buffer.rfind(b"\n", FRONT, end) + 1
                rest = buffer[cut or FRONT : end]
                if cut:
                    yield _Piece(buffer, cut, flags, self._plan), offset
                    offset += cut - FRONT
                if len(rest) > LONGEST_VALUE:
                    raise Unlike

    def read(self, lines: bytes) -> list[pa.Array]:
        """The columns of whole lines. Raises Unlike."""
        buffer = bytearray().join((bytes(FRONT), lines, bytes(self._plan.behind)))
        return _Piece(buffer, FRONT + len(lines), np.empty((2, len(buffer)), np.bool_), self._plan).columns()


def _is_quick(member: Field, kind: Kind) -> bool:
    if member.type == "number":
        return kind.physical == f"DECIMAL(18,{member.scale})"
    return member.type in ("null", "bool", "int", "text")


class _Piece:
    """The whole lines of a buffer. All places count from its beginning, where padding stands."""

    def __init__(self, buffer: bytearray, end: int, flags: npt.NDArray[np.bool_], plan: _Plan) -> None:
        """The lines stand between the padding in front and `end`; `flags` is memory to work in. Raises Unlike."""
        self._text, self._plan = np.frombuffer(buffer, np.uint8), plan
        self._pairs = _pairs(self._text)
        text = self._text[:end]
        marks, others = flags[:, :end]
        self.count = int(np.count_nonzero(np.less(text, 32, out=marks))) - FRONT
        if not buffer.isascii():
            _prove_utf8(text[FRONT:])
        self._slashes = _NONE
        np.equal(text, _QUOTE, out=marks)
        if buffer.find(b"\\") >= 0:
            self._slashes = np.flatnonzero(np.equal(text, _SLASH, out=others))
            marks[escaped(self._slashes)] = False
        self._quotes = int(np.count_nonzero(marks))
        np.equal(self._text[1 : end + 1], _COLON, out=others)
        names = np.flatnonzero(np.logical_and(marks, others, out=marks))
        """Where a name ends: there a colon follows a quotation mark."""
        if names.size != self.count * len(plan.columns):
            names = names[self._text.take(names - 1) != plan.before]  # and there a text begins with a colon
        if names.size != self.count * len(plan.columns):
            raise Unlike
        self._at = np.empty((len(plan.columns) + 1, self.count), np.int64)
        """Where the text before each value of each line begins, a row a column; and the brackets at the ends."""
        np.subtract(names.reshape(self.count, -1).T, plan.ends, out=self._at[:-1])
        starts, closes = self._at[0], self._at[-1]
        np.subtract(starts[1:], 2, out=closes[:-1])
        closes[-1] = end - 2
        # Each control character is a line break between two lines, or behind the last one.
        _require(starts[:1] == FRONT)
        _require(self._text.take(closes + 1) == _BREAK)
        _require(self._text.take(closes) == _CLOSE)
        self._escaped_left = int(self.count * MOST_ESCAPED) + 10

    def columns(self) -> list[pa.Array]:
        """Go through all lines at once, from member to member. Raises Unlike."""
        self._plan.literals.prove(self._pairs, self._at[:-1])
        texts = self._texts()
        return [
            next(texts)
            if column.member.type == "text"
            else self._values(column.member, value + column.length, following)
            for column, value, following in zip(self._plan.columns, self._at, self._at[1:], strict=False)
        ]

    def _values(self, member: Field, value: Places, end: Places) -> pa.Array:
        match member.type:
            case "bool":
                return self._booleans(value, end)
            case "null":
                self._nulls(value, end)
                return pa.nulls(self.count, pa.string_view())
            case "int":
                return self._wholes(value, end)
            case _:
                return self._decimals(value, end, member)

    def _words(self, at: Places) -> Words:
        return _words(self._pairs, at)

    def _nulls(self, value: Places, end: Places) -> None:
        if value.size:
            _require(end - value == 4)
            _require(self._words(value)[:, 0] & _FOUR == _NULL)

    def _filled(self, value: Places, end: Places) -> Flags | None:
        """Which lines have a value, where others have `null`; None when all have one."""
        filled: Flags = self._text.take(value) != 110
        if bool(filled.all()):
            return None
        self._nulls(value[~filled], end[~filled])
        return filled

    def _texts(self) -> Iterator[pa.Array]:
        columns = self._plan.texts
        begin = self._at[columns] + self._plan.opened
        end = self._at[columns + 1] - 1
        filled = self._text.take(begin - 1) == _QUOTE
        missing = ~filled
        some = bool(missing.any())
        if some:
            self._nulls(begin[missing] - 1, end[missing] + 1)
            begin[missing] = end[missing]
        _require((self._text.take(end) == _QUOTE) | missing if some else self._text.take(end) == _QUOTE)
        _require(begin <= end)
        # So no other quotation mark stands anywhere.
        _require(self._quotes == 2 * self.count * len(self._plan.columns) + 2 * np.count_nonzero(filled))
        views = _views(self._pairs, begin, end)
        for i in range(len(columns)):
            buffers: list[Any] = [self._text]
            if self._slashes.size:
                buffers += self._unescape(views[i], begin[i], end[i])
            yield _array(pa.string_view(), self.count, filled[i] if missing[i].any() else None, views[i], *buffers)

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
        filled = self._filled(value, end)
        minus = self._text.take(value) == _MINUS
        negative = minus if bool(minus.any()) else None
        begin = value + minus if negative is not None else value
        return begin, end - begin, negative, filled

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

    def _booleans(self, value: Places, end: Places) -> pa.Array:
        words, length = self._words(value)[:, 0], end - value
        true = (words & _FOUR == _TRUE) & (length == 4)
        known = true | ((words & _FIVE == _FALSE) & (length == 5))
        filled = None if bool(known.all()) else known
        if filled is not None:
            self._nulls(value[~known], end[~known])
        return _array(pa.bool_(), self.count, filled, np.packbits(true, bitorder="little"))


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
