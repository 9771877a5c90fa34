"""The parts of an Office package (zip): which sheets there are, where each is kept, and guarded ways to read them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from tablewright.core.readers.errors import FileDamaged
from tablewright.core.readers.excel.cells import storable
from tablewright.core.readers.model import Receipt

CHUNK_BYTES = 2 << 20
SMALL_PART_BYTES = 64 << 20
SHEET_TYPES = {"worksheet": "", "chartsheet": "chart", "dialogsheet": "dialog", "xlMacrosheet": "macro sheet"}
UNPACKING = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, zipfile.LargeZipFile)
"""Everything that the unpacking of a damaged entry may raise, zlib's errors apart."""


@dataclass
class Part:
    """A sheet's place in the package."""

    name: str
    path: str
    hidden: str = ""


def once(parts: Sequence[Part], notes: Receipt) -> list[Part]:
    """The sheets without those that are a part which a sheet before them is already: its rows are read once."""
    first: dict[str, str] = {}
    kept = []
    for part in parts:
        if part.path.lower() in first:
            why = f'it is the same part of the file as "{first[part.path.lower()]}"'
            notes.decide(f'sheet "{part.name}"', "skipped", why)
        else:
            first[part.path.lower()] = part.name
            kept.append(part)
    return kept


@dataclass
class Package:
    """An open package."""

    zipped: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    """By lower-case path."""

    def __post_init__(self) -> None:
        self.entries = {entry.filename.replace("\\", "/").lower(): entry for entry in self.zipped.infolist()}

    def chunks(self, path: str) -> Iterator[bytes]:
        """A part piece by piece. Raises FileDamaged when it cannot be unpacked to its end."""
        entry = self.entries.get(path.lower())
        if entry is None:
            raise FileDamaged(f'The part "{path}" of the workbook is missing.')
        try:
            with self.zipped.open(entry) as part:
                while chunk := part.read(CHUNK_BYTES):
                    yield chunk
        except UNPACKING:
            raise _damaged(path) from None
        except Exception as error:  # zlib.error and lzma.LZMAError have no common parent but Exception
            if type(error).__module__ not in ("zlib", "_lzma", "lzma"):
                raise
            raise _damaged(path) from None

    def small(self, path: str) -> bytes | None:
        """A whole part; None where there is none."""
        entry = self.entries.get(path.lower())
        if entry is None:
            return None
        if entry.file_size > SMALL_PART_BYTES:
            raise FileDamaged(f'"{path}" in the workbook is larger than any workbook needs.')
        return b"".join(self.chunks(path))

    def related(self, path: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: by id, the type's last word and the path."""
        folder, _, name = path.rpartition("/")
        try:
            xml = self.small(f"{folder}/_rels/{name}.rels".lstrip("/"))
        except FileDamaged:
            xml = None  # The parts have usual names as well.
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                target = _joined(folder, attributes.get("Target", ""))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", str(len(found)))] = (kind, target)

        if xml is not None:
            parse(xml, start)
        return found

    def main(self) -> str:
        """The path of the workbook's main part."""
        for kind, path in self.related("").values():
            if kind == "officeDocument" and path.lower() in self.entries:
                return path
        for path in ("xl/workbook.xml", "xl/workbook.bin"):
            if path in self.entries:
                return path
        raise FileDamaged("The archive holds no workbook.")

    def sheet_paths(self) -> list[str]:
        """All parts that look like sheets, for workbooks whose list of sheets cannot be read."""

        def order(path: str) -> tuple[int, str]:
            digits = re.sub(r"\D", "", path)[:9]
            return int(digits or 0), path

        found = [path for path in self.entries if re.fullmatch(r"xl/worksheets/[^/]+\.(xml|bin)", path)]
        return sorted(found, key=order)


def _joined(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    parts = [part for part in folder.split("/") if part]
    for part in target.replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def local(tag: str) -> str:
    """A tag without its namespace prefix."""
    return tag.rpartition(":")[2]


def no_document_type(*_: object) -> None:
    """Entities are declared in document types, and office documents have none: a bomb or an error."""
    raise FileDamaged("The workbook holds an XML document type, which workbooks do not have.")


def xml_parser() -> Any:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = no_document_type
    parser.buffer_text = True
    return parser


def _damaged(path: str) -> FileDamaged:
    return FileDamaged(
        f'The part "{path}" of the workbook cannot be unpacked to its end. Open the workbook in the program that '
        "made it, and save it again."
    )


def parse(xml: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Walk over all opening tags. Raises FileDamaged where the XML is not well-formed."""
    parser = xml_parser()
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise FileDamaged(f"The workbook's XML is not well-formed: {error}.") from None


def parsed_text(xml: bytes) -> str:
    """Text with references resolved, as an XML parser does it."""
    pieces: list[str] = []
    parser = xml_parser()
    parser.CharacterDataHandler = pieces.append
    parser.Parse(b"<t>" + xml + b"</t>", True)
    return storable("".join(pieces))
