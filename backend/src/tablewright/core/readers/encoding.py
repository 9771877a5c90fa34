"""Which encoding a text file is in, decided on its bytes, and a UTF-8 copy when it is not UTF-8 already.

What a byte order mark, a pattern of zero bytes or the rules of UTF-8 prove is taken. Only what they leave open is
weighed (`encoding_sense`), by the lines that hold bytes outside ASCII, wherever in the file they stand.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tablewright.core.readers.encoding_sense import makes_sense, scores_of
from tablewright.core.readers.errors import NotATable
from tablewright.core.readers.model import Confidence

BLOCK = 1 << 20
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
]
_SHIFTED = {b"\x1b$B": "iso-2022-jp", b"\x1b$@": "iso-2022-jp", b"\x1b$)C": "iso-2022-kr"}
"""Encodings made of ASCII alone, by the mark that shows them."""
_EBCDIC = ("cp037", "cp500", "cp1140", "cp273")
"""What mainframes write: the same letters and digits in all of them, other marks."""
_EBCDIC_WORDS = bytes(
    (*range(0x81, 0x8A), *range(0x91, 0x9A), *range(0xA2, 0xAA), *range(0xC1, 0xCA), *range(0xD1, 0xDA))
) + bytes((*range(0xE2, 0xEA), *range(0xF0, 0xFA)))
_EBCDIC_TEXT = _EBCDIC_WORDS + b"\x05\x0d\x15\x25\x40" + " .<(+|&!$*);-/,%_>?:#@'=\"^".encode("cp037")
_EBCDIC_SURE = 0.95
_PRINTED = frozenset((9, 10, 13, *range(0x20, 0x7F)))
_PLAIN, _STRANGE = 0.01, 0.02
"""The least share of blanks, digits and the like in a text, and the most of characters that stand in none."""
_SINGLE = 0.6
"""Fewer of the other characters than this have a letter or digit of ASCII in each byte."""
_NO_TEXT = ("Cc", "Cn", "Co", "Cs")
_SPACES = dict.fromkeys(map(ord, "\t\n\r\f\x1a"), " ")
_WORD = re.compile(r"[^\W\d_a-zA-Z]{2,}")
"""A word of letters outside ASCII."""
_NEAR, _USUAL_NEAR, _EURO_NEAR = 2.0, 4.0, 3.0
"""An encoding that is so little less likely, as a logarithm, may be the right one; cp1252, which most files are in; and
one that has the euro sign, which stands beside a number."""
_SAMPLE = 200_000
_PART = 8 << 10
_COUNTED = 10_000
_DAMAGED = 1 / 4
"""A file with fewer wrong bytes than this for each right UTF-8 sequence is UTF-8 that was damaged."""
_PIECE = 16 << 10
OFTEN_ASKED = 8
"""Finding all bytes of a piece costs as much as looking for so many of them."""
_LONGEST_RECORD = 1 << 20
LISTED = 1000
_HIGH_LINE = re.compile(rb"[^\n\r]*[\x80-\xff][^\n\r]*[\n\r]*")
_HIGH = re.compile(rb"[\x80-\xff]")
_EURO = re.compile(rb"(?<=\d)[ \xa0]?\x80(?![\w\x80-\xff])|(?<![\w\x80-\xff])\x80(?=[ \xa0]?\d)")
"""The euro sign of Windows beside a number."""
_LOST_DASH = re.compile(rb"\xc2[\x80-\x9f]")
_RECORD = re.compile("\x1e(?:\r\n|\n|\r)?")
_BROKEN = re.compile('(?<![^\x1e\x1f])[^\x1e\x1f\r\n"]*+[\r\n"][^\x1e\x1f]*+')
"""A value with a line break or a quote."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_ODD = re.compile("[\x80-\x9f\udc00-\udcff]")
CONTROLS = bytes(b for b in range(32) if b not in (0x01, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1C, 0x1D, 0x1E, 0x1F))
"""Control characters that text does not hold; the separators 01 and 1C to 1F are left to those who use them."""
MOST_CONTROLS = 0.01
ACCEPTED = "Accepted are text tables (CSV, TSV …), workbooks, JSON, XML, YAML, Parquet and SQL dumps."
_DOCUMENTS = {
    b"%PDF-": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an Office document of the kind used before 2007 (.xls, .doc): save it as .xlsx",
    b"PK\x03\x04": "a zip archive that is no Excel workbook (.xlsx): unpack it first",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "a zstd archive: unpack it first",
    b"BZh": "a bzip2 archive: unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document (RTF)",
    b"SQLite format 3\0": "an SQLite database: export its tables as CSV",
    b"PGDMP": "a PostgreSQL dump in the custom format: make a plain one with pg_dump",
}


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Bytes that mean nothing, kept as lone surrogates that carry them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("tablewright.stray", _stray)


def _punctuation(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


_WINDOWS = {byte: _punctuation(byte) for byte in range(0x80, 0xA0)} | {
    0xDC00 + byte: _punctuation(byte) for byte in range(256)
}
_LOST = dict.fromkeys(range(0xDC00, 0xDD00), "\ufffd")


@dataclass(frozen=True)
class Encoding:
    name: str
    evidence: str
    mark_bytes: int = 0
    confidence: Confidence = "certain"
    choices: tuple[str, ...] = ()
    repaired: bool = False
    """Single bytes and control characters that an earlier conversion left are read as Windows-1252."""
    parted: bool = False
    """The record separator of ASCII ends the rows; a line break is part of a value."""


def of_head(head: bytes, size: int) -> Encoding | None:
    """The encoding that a byte order mark or a pattern of zero bytes proves; None when neither is there."""
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, f"the file begins with the byte order mark of {name}", len(mark))
    if b"\x1b$" in head and b"\0" not in head:
        for shift, name in _SHIFTED.items():
            if shift in head:
                return Encoding(name, "the file changes its character set with escape sequences")
    if _is_ebcdic(head):
        said = "letters, digits and line ends stand where EBCDIC has them; which kind it is, its marks do not say"
        return Encoding(_EBCDIC[0], said, confidence="assumed", choices=_EBCDIC[1:])
    return _of_units(head, size) if b"\0" in head else None


def _of_units(head: bytes, size: int) -> Encoding | None:
    """The encoding in which each two or four bytes are a character, if those of a head with zero bytes make text."""
    found, most = None, 0
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        text = head[: len(head) // width * width].decode(name, "replace")
        plain = sum("\t" <= one <= "~" for one in text)
        strange = sum(one == "\ufffd" or unicodedata.category(one) in _NO_TEXT for one in text.translate(_SPACES))
        # Two letters of ASCII together are a character of East Asia.
        single = sum(ord(one) >> 8 in _PRINTED and ord(one) & 255 in _PRINTED for one in text)
        is_text = strange <= len(text) * _STRANGE and single <= (len(text) - plain) * _SINGLE
        if plain > most and plain >= len(text) * _PLAIN and is_text and (width == 2 or size % 4 == 0):
            said = f"{plain / len(text):.0%} of the characters that each {width} of the first bytes make are ASCII, "
            found, most = Encoding(name, said + "and the rest is text, too"), plain
        if width == 4 and found:
            break
    return found


def _is_ebcdic(head: bytes) -> bool:
    """Whether a text has the letters and line ends of EBCDIC, and neither a blank nor a line end of ASCII."""
    if b" " in head or b"\n" in head or head.isascii() or not (b"\x15" in head or b"\x25" in head):
        return False
    words = len(head) - len(head.translate(None, _EBCDIC_WORDS))
    return words * 2 > len(head) and len(head.translate(None, _EBCDIC_TEXT)) <= len(head) * (1 - _EBCDIC_SURE)


def is_parted(head: bytes, encoding: Encoding) -> bool:
    """Whether the separators of ASCII for records and for fields (1E and 1F) part the head of a file."""
    if b"\x1e" not in head or b"\x1f" not in head:
        return False
    text = head[encoding.mark_bytes :].decode(encoding.name, "ignore")
    records = [one for record in text.split("\x1e")[:-1] if (one := record.strip("\r\n"))]
    lines = [line for line in re.split(r"[\r\n]+", text) if line]
    ended = text.count("\x1e") == len(re.findall("\x1e[\r\n]", text + "\n"))
    return _is_even(records) and (ended or len(lines) < len(records) or not _is_even(lines))


def _is_even(records: list[str]) -> bool:
    """Whether the first and nearly all records have the same number of fields, and more than one."""
    counts = [record.count("\x1f") for record in records]
    return bool(counts) and counts[0] > 0 and counts.count(counts[0]) * 10 >= len(counts) * 9


def told(name: str, head: bytes) -> Encoding:
    """The encoding that a person names. Raises NotATable for a name that is not known."""
    try:
        codec = codecs.lookup(name)
    except LookupError:
        raise NotATable(f'There is no encoding named "{name}".') from None
    # base64, zip and the like are codecs, too; and some of text are for host names and escapes.
    if not codec._is_text_encoding or codec.name in ("idna", "punycode", "undefined"):
        raise NotATable(f'"{name}" is no encoding of text.')
    found = of_head(head, len(head))
    mark = found.mark_bytes if found and codecs.lookup(found.name).name.startswith(codec.name[:6]) else 0
    plain = found.name if found and mark else codec.name
    if plain in ("utf-16", "utf-32"):  # without a mark: as the zeros say, else as most systems write it
        plain = found.name if found and found.name.startswith(plain) else f"{plain}-le"
    return Encoding("utf-8" if plain.startswith("utf-8") else plain, "you said so", mark, "told")


def lost_punctuation(part: bytes) -> bool:
    """Whether UTF-8 text holds the control characters that a wrong conversion of Windows-1252 leaves."""
    return b"\xc2" in part and _LOST_DASH.search(part) is not None


def detected(path: Path, bad_byte: int | None) -> Encoding:
    """The encoding of a file that is not UTF-8 from `bad_byte` on; without one, UTF-8 whose punctuation was lost."""
    evidence = _Evidence.of(path)
    if bad_byte is None:
        return Encoding(
            "utf-8",
            "every byte is valid UTF-8, but control characters stand where Windows-1252 has dashes and quotes: "
            "an earlier conversion left them, and they are read as that punctuation",
            confidence="likely",
            repaired=True,
        )
    because = f"byte {bad_byte:,} is not valid UTF-8"
    if evidence.wrong <= evidence.right * _DAMAGED:
        return Encoding(
            "utf-8",
            f"{because}, but {evidence.right:,} characters are and {evidence.wrong:,} bytes are not: "
            "single bytes are read as Windows-1252",
            confidence="likely",
            choices=("cp1252",),
            repaired=True,
        )
    return _weighed(evidence.sample, because)


def single_byte(path: Path, bad_byte: int) -> Encoding:
    """The encoding that fits a file best that is not UTF-8; every byte of the file means something in it."""
    evidence = _Evidence.of(path)
    found = _weighed(evidence.sample, f"byte {bad_byte:,} is not valid UTF-8")
    decoder = codecs.getincrementaldecoder(found.name)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return Encoding("latin-1", f"{found.evidence}, but some bytes have no meaning in it", confidence="assumed")
    return found


def transcode(path: Path, encoding: Encoding, target: Path) -> None:
    """Write a UTF-8 copy in constant memory; what cannot be decoded raises NotATable with its byte."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    with path.open("rb") as source, target.open("wb") as out:
        source.seek(encoding.mark_bytes)
        position = encoding.mark_bytes
        while True:
            block = source.read(BLOCK)
            try:
                out.write(decoder.decode(block, final=not block).encode())
            except UnicodeError as error:
                at = position + getattr(error, "start", 0)
                raise NotATable(
                    f"The file begins like {encoding.name.upper()} text, but near byte {at:,} it is not: {error}.",
                    byte=at,
                ) from None
            if not block:
                return
            position += len(block)


@dataclass
class _Evidence:
    """The bytes of a file that are not ASCII: how many are UTF-8, and lines that hold them."""

    right: int = 0
    wrong: int = 0
    sample: bytes = b""

    @classmethod
    def of(cls, path: Path) -> _Evidence:
        found, parts, size = cls(), list[bytes](), 0
        with path.open("rb") as file:
            whole = path.stat().st_size <= _SAMPLE
            while block := file.read(BLOCK):
                if whole:
                    parts.append(block)
                if block.isascii():
                    continue
                if not whole and size < _SAMPLE:
                    part = b"".join(_high_lines(block))
                    parts.append(part)
                    size += len(part)
                if found.wrong < _COUNTED:
                    found._count(block)
        found.sample = b"".join(parts)
        return found

    def _count(self, block: bytes) -> None:
        # A sequence that the block's edge cuts counts as nothing: it is one of many, or the file's only one.
        text = codecs.getincrementaldecoder("utf-8")("tablewright.stray").decode(block)
        others = len(text) - len(text.encode("ascii", "ignore"))
        wrong = sum("\udc00" <= character <= "\udcff" for character in text) if others else 0
        self.wrong += wrong
        self.right += others - wrong


def _high_lines(block: bytes) -> Iterator[bytes]:
    size, position = 0, 0
    while size < _PART and (high := _HIGH.search(block, position)):
        start = max(block.rfind(b"\n", 0, high.start()) + 1, high.start() - 500)
        end = block.find(b"\n", high.end(), high.end() + 500)
        end = end + 1 if end >= 0 else min(high.end() + 500, len(block))
        yield block[start:end]
        size, position = size + end - start, end


def _weighed(sample: bytes, because: str) -> Encoding:
    # A sign beside a number says nothing about the language, and one that is a letter elsewhere would mislead.
    letters = _EURO.sub(b"", sample)
    has_euro = len(letters) < len(sample)
    if has_euro and letters.isascii():
        said = f"{because}; it stands beside numbers, where Windows has the euro sign"
        return Encoding("cp1252", said, 0, "likely", ("cp1250", "cp1253", "cp1254", "cp1257"))
    scores = scores_of(letters)
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    if has_euro:
        least = scores[ranked[0]] - _EURO_NEAR
        ranked.sort(key=lambda name: not (scores[name] >= least and _is_euro(name)))
    if not _differ(sample, ranked[0], "cp1252"):  # the same text: the usual name for it
        scores["cp1252"] = scores[ranked[0]]
        ranked = ["cp1252", *(name for name in ranked if name != "cp1252")]
    best = scores[ranked[0]]
    high = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    said = f"{because}; {high:,} bytes looked at are outside ASCII; the letters fit {ranked[0]} best"
    near = {name for name in ranked[1:] if scores[name] > best - (_USUAL_NEAR if name == "cp1252" else _NEAR)}
    rivals = [name for name in ranked if name in near and _differ(sample, ranked[0], name)]
    if rivals:
        said += f", and {rivals[0]} nearly as well"
    odd = _oddly_cased(sample.decode(ranked[0], "replace"))
    if odd:
        said += ", but small and capital letters are mixed inside its words"
    guessed = not makes_sense(sample, ranked[0])
    if guessed:
        said += ", but hardly any encoding makes sense of them"
    return Encoding(ranked[0], said, 0, "assumed" if rivals or odd or guessed else "likely", tuple(ranked[1:6]))


def _oddly_cased(text: str) -> bool:
    """Whether a third of the words have a capital letter behind a small one."""
    words = _WORD.findall(text)
    return sum(1 for word in words if any(a.islower() and b.isupper() for a, b in pairwise(word))) * 3 >= len(words) > 0


def _is_euro(name: str) -> bool:
    return b"\x80".decode(name, "ignore") == "€"


def _differ(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") != sample.decode(other, "replace")


@dataclass
class Copy:
    """A UTF-8 copy of a file, with the way back from its bytes to those of the original."""

    path: Path
    source: Path
    encoding: Encoding
    odd_count: int = 0
    odd: list[dict[str, object]] = field(default_factory=list)
    """The first characters that were repaired or lost: `{line, byte, raw}`."""
    _here: array[int] = field(default_factory=lambda: array("q"))
    _there: array[int] = field(default_factory=lambda: array("q"))
    _reached: tuple[int, array[int]] = -1, array("q")
    """A piece by its number, and how much of the copy each of its bytes reaches."""
    _asked: tuple[int, int] = -1, 0
    """The piece that was asked about, and how often in a row."""

    def original(self, byte: int) -> int:
        """The byte of the original at which a byte of the copy comes from."""
        place = bisect_right(self._here, byte) - 1
        if place < 0:
            return byte
        wanted = byte - self._here[place]
        if self._reached[0] == place:
            return self._there[place] + bisect_left(self._reached[1], wanted)
        with self.source.open("rb") as file:
            file.seek(self._there[place])
            piece = file.read(_PIECE * 2)
        self._asked = place, self._asked[1] + 1 if self._asked[0] == place else 1
        if not self.encoding.parted and self._asked[1] > OFTEN_ASKED:
            self._reached = place, _reached(piece, self.encoding)
            return self.original(byte)
        low, high = 0, len(piece)
        while low < high:
            middle = (low + high) // 2
            text = piece[:middle].decode(self.encoding.name, "ignore")
            if len(_mended(text, self.encoding).encode("utf-8", "replace")) < wanted:
                low = middle + 1
            else:
                high = middle
        return self._there[place] + low

    def write(self, most: int | None = None) -> None:
        """Constant memory. What cannot be decoded is replaced and listed; NotATable when most of it cannot.

        `most`: stop after so many bytes of the original.
        """
        decoder = codecs.getincrementaldecoder(self.encoding.name)("tablewright.stray")
        lines, position, rest = 1, self.encoding.mark_bytes, ""
        with self.source.open("rb") as source, self.path.open("wb") as out:
            source.seek(position)
            while True:
                self._here.append(out.tell())
                pending = decoder.getstate()[0]
                begin = position - len(pending) - _size(rest, self.encoding.name)
                self._there.append(begin)
                piece = source.read(_PIECE)
                text, rest = rest + decoder.decode(piece, final=not piece), ""
                last = not piece or (most is not None and position >= most)
                if self.encoding.parted and not last and len(text) < _LONGEST_RECORD:
                    cut = max(text.rfind("\x1e"), 0)
                    text, rest = text[:cut], text[cut:]
                if not text.isascii() and _ODD.search(text):
                    self._note(text, lines, begin, len(piece))
                    text = _mended(text, self.encoding)
                elif self.encoding.parted:
                    text = _mended(text, self.encoding)
                out.write(text.encode("utf-8", "replace"))
                lines += text.count("\n")
                if last:
                    return
                position += len(piece)

    def _note(self, text: str, line: int, start: int, length: int) -> None:
        at = None
        for found in _ODD.finditer(text):
            if found.group() < "\xa0" and not self.encoding.repaired:
                continue
            at = found.start()
            self.odd_count += 1
            if len(self.odd) < LISTED:
                before = text[: found.start()]
                begin = before.rfind("\n") + 1
                end = text.find("\n", found.end())
                raw = _mended(text[begin : end if end >= 0 else len(text)], self.encoding)
                byte = start + _size(before, self.encoding.name)
                self.odd.append({"line": line + before.count("\n"), "byte": byte, "raw": raw[:200]})
        if at is not None and self.odd_count > 1000 and self.odd_count * 5 > start + length:
            raise NotATable(
                f"The file begins like {self.encoding.name.upper()} text, but near byte {start:,} it is not.",
                byte=start,
            )


def _size(text: str, name: str) -> int:
    """How many bytes a decoded text had."""
    return len(text.encode(name, "ignore")) + sum("\udc00" <= character <= "\udcff" for character in text)


def _reached(piece: bytes, encoding: Encoding) -> array[int]:
    """How many bytes of UTF-8 the first bytes of a piece become, for every number of them but all."""
    decoder = codecs.getincrementaldecoder(encoding.name)("ignore")
    reached, total = array("q"), 0
    for at in range(len(piece)):
        reached.append(total)
        if text := decoder.decode(piece[at : at + 1]):
            total += len(_mended(text, encoding).encode("utf-8", "replace"))
    return reached


def _lines(text: str) -> str:
    """Records that the separator of ASCII ends, as lines: a value with a line break or a quote is quoted."""

    def quoted(found: re.Match[str]) -> str:
        value = found[0]
        return value if _QUOTED.fullmatch(value) else '"' + value.replace('"', '""') + '"'

    return _BROKEN.sub(quoted, _RECORD.sub("\x1e", text)).replace("\x1e", "\n")


def _mended(text: str, encoding: Encoding) -> str:
    if encoding.parted:
        text = _lines(text)
    if text.isascii():
        return text
    if encoding.name in _EBCDIC:  # its line end that Unicode has at 85
        text = text.replace("\x85", "\n")
    return text.translate(_WINDOWS if encoding.repaired else _LOST)


def refuse_binary(sample: bytes, offset: int = 0) -> None:
    """Raise NotATable for bytes that are no text, so that noise is never loaded as Latin-1."""
    for mark, words in _DOCUMENTS.items():
        if not offset and sample.startswith(mark) and (mark != b"BZh" or b"\0" in sample):
            raise NotATable(f"This is {words}. {ACCEPTED}", byte=0)
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls > max(2, MOST_CONTROLS * len(sample)):
        at = offset + next(index for index, byte in enumerate(sample) if byte in CONTROLS)
        raise NotATable(
            f"This is not text: {controls:,} of {len(sample):,} bytes are control characters, "
            f"the first at byte {at:,}. " + ACCEPTED,
            byte=at,
        )
