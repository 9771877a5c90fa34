"""Which encoding a text file is in, decided on its bytes, and a UTF-8 copy when it is not UTF-8 already."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from tablewright.core.readers.errors import NotATable

BLOCK = 1 << 20
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
]
_UNDEFINED_1252 = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
CONTROLS = bytes(b for b in range(32) if b not in (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1C, 0x1D, 0x1E, 0x1F))
"""Control characters that text does not hold; the separators 1C to 1F are left to those who use them."""
MOST_CONTROLS = 0.01
ACCEPTED = "Accepted are delimited text (CSV, TSV), Excel workbooks (.xlsx), JSON and Parquet."
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
    b"SQLite format 3\0": "an SQLite database: export its tables as CSV",
    b"PGDMP": "a PostgreSQL dump in the custom format: make a plain one with pg_dump",
}


@dataclass(frozen=True)
class Encoding:
    name: str
    evidence: str
    mark_bytes: int = 0


def of_head(head: bytes, size: int) -> Encoding | None:
    """The encoding that a byte order mark or a pattern of zero bytes proves; None when neither is there."""
    for mark, name, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, f"the file begins with the byte order mark of {name}", len(mark))
    if len(head) < 4 or b"\0" not in head:
        return None
    sample = head[: len(head) // 4 * 4]
    quarters = [sample[offset::4].count(0) / (len(sample) // 4) for offset in range(4)]
    even, odd = (quarters[0] + quarters[2]) / 2, (quarters[1] + quarters[3]) / 2
    zeros = f"{sample.count(0) / len(sample):.0%} of the first bytes are zero, in a regular pattern"
    if size % 4 == 0 and min(quarters[1:]) > 0.9 and quarters[0] < 0.2:
        return Encoding("utf-32-le", zeros)
    if size % 4 == 0 and min(quarters[:3]) > 0.9 and quarters[3] < 0.2:
        return Encoding("utf-32-be", zeros)
    if odd > 0.4 and even < 0.05:
        return Encoding("utf-16-le", zeros)
    if even > 0.4 and odd < 0.05:
        return Encoding("utf-16-be", zeros)
    return None


def single_byte(path: Path, bad_byte: int) -> Encoding:
    """The single-byte encoding of a file that is not UTF-8: Windows-1252 unless a byte has no meaning there."""
    high = controls = undefined = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            ascii_free = block.translate(None, bytes(range(128)))
            high += len(ascii_free)
            controls += len(ascii_free) - len(ascii_free.translate(None, bytes(range(0x80, 0xA0))))
            undefined += len(ascii_free) - len(ascii_free.translate(None, _UNDEFINED_1252))
    because = f"byte {bad_byte:,} is not valid UTF-8; {high:,} bytes are outside ASCII"
    if undefined:
        return Encoding("latin-1", f"{because}, {undefined:,} of them have no meaning in Windows-1252")
    if controls:
        return Encoding("cp1252", f"{because}, {controls:,} of them are Windows-1252 punctuation")
    return Encoding("cp1252", f"{because}, none of them tells Windows-1252 and Latin-1 apart: assumed")


def transcode(path: Path, encoding: Encoding, target: Path) -> None:
    """Write a UTF-8 copy in constant memory; what cannot be decoded names its byte."""
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
