"""A text file opened: its encoding, its marks, where its table begins, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tablewright.core.readers import comments, sniff
from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import scan as scans
from tablewright.core.readers.errors import FileEmpty, LineTooLong, NotATable, TooManyColumns
from tablewright.core.readers.model import Odd, Receipt, Source
from tablewright.core.readers.options import LoadOptions
from tablewright.core.readers.positions import LineStarts
from tablewright.core.readers.quarantine import Quarantine
from tablewright.core.readers.records import Grammar

HEAD = 256 << 10
FIELD = "\x1f"
PARTED = "the separators of ASCII part it: 1F the values, 1E the rows"
ELSEWHERE_BYTES = 8 << 10
"""How much of the middle and of the end of a long file is looked at for its marks."""


@dataclass
class TextFile:
    """A file as UTF-8, with what is known of its layout."""

    path: Path
    encoding: encodings.Encoding
    layout: sniff.Layout
    newline: int
    start: int
    """The byte at which the part begins that was looked at: behind marks, a told separator and told titles."""
    start_line: int
    before: list[Odd]
    """The lines before `start`."""
    copy: encodings.Copy | None = None
    """Where `path` is a copy of a file in another encoding."""
    moved: int = 0
    """How many bytes of the file stand before `path`, where it is a part of it."""
    first_line: int = 1
    """The line of the file with which `path` begins."""
    mark: str = ""
    """With what the lines of comment above the table begin; "" where there are none."""

    @property
    def data_start(self) -> int:
        return self.start + self.layout.data_start

    @property
    def data_line(self) -> int:
        return self.start_line - 1 + self.layout.data_line

    def is_comment(self, line: str, width: int) -> bool:
        """Whether a line with so many values is no row but a comment: by its mark, and its width or a blank."""
        bare = line.lstrip()
        if self.mark:
            odd = width != self.layout.width
            return bare.startswith(self.mark) and (odd or bare.lstrip(self.mark)[:1] in ("", " "))
        return bare.startswith("#") and width != self.layout.width

    def byte(self, offset: int) -> int:
        """Where a byte of `path` is in the file that came in."""
        return self.copy.original(offset + self.moved) if self.copy else offset + self.moved

    def byte_of_line(self) -> Callable[[int], int | None]:
        """Where in the file that came in a line begins; asked in order, `path` is read once."""
        starts = LineStarts(self.path, self.newline)

        def found(line: int) -> int | None:
            start = starts(line)
            return None if start is None else self.byte(start)

        return found

    def skip_before(self, quarantine: Quarantine) -> int:
        """Account for the lines before `start`; how many they are."""
        for odd in self.before:
            quarantine.skip(odd)
        return len(self.before)

    def decide(self, receipt: Receipt) -> None:
        """Note what was decided of the file as a whole."""
        encoding, verdict, dialect = self.encoding, self.layout.verdict, self.layout.dialect
        common = tuple(one for one in ("utf-8", "cp1252", "utf-16", "latin-1") if one != encoding.name)
        receipt.decide(
            "encoding",
            encoding.name,
            encoding.evidence,
            key="encoding",
            confidence=encoding.confidence,
            choices=encoding.choices or common,
        )
        others = dict.fromkeys((*verdict.others, *sniff.COMMON))
        receipt.decide(
            "delimiter",
            sniff.name(dialect.delimiter),
            verdict.evidence,
            key="delimiter",
            confidence=verdict.confidence,
            choices=tuple(one for one in others if one != dialect.delimiter),
        )
        if verdict.lists:
            receipt.warn("each line is a list of any length: the last columns are empty where it is shorter")
        usual = dialect.quote == '"' and dialect.doubles
        if usual:
            quoting, why = "double quotes", "as usual; a quote inside of quotes is doubled"
        else:
            quoting = "nothing is quoted" if dialect.quote is None else f"{dialect.quote} escaped by {dialect.escape}"
            why = "scores better than double quotes"
        told = verdict.confidence == "told"
        receipt.decide(
            "quote",
            quoting,
            "you said so" if told and not usual else why,
            key="quote",
            confidence="certain" if usual else verdict.confidence,
            choices=tuple(one for one in ('"', "'", "") if not usual or one != '"'),
        )

    def decide_header(self, receipt: Receipt) -> None:
        layout = self.layout
        receipt.decide(
            "header",
            "first row" if layout.header is not None else "none",
            layout.header_evidence,
            key="header_rows",
            confidence=layout.header_confidence,
            choices=("0", "2") if layout.header is not None else ("1", "2"),
        )


def opened(source: Source, known: encodings.Encoding | None, *, partial: bool = False) -> TextFile:
    """Look at the head of a file: encoding, marks, header. A file that is not UTF-8 is copied as UTF-8.

    Raises FileEmpty, NotATable, LineTooLong, TooManyColumns, and NotUtf8 for `detected` to be asked.
    """
    path = source.path
    size = path.stat().st_size
    if not size:
        raise FileEmpty
    with path.open("rb") as file:
        head = file.read(HEAD)
    encoding = known
    if encoding is None and source.options.encoding:
        encoding = encodings.told(source.options.encoding, head)
    encoding = encoding or encodings.of_head(head, size)
    plain = encoding is None
    if encoding is None:
        encodings.refuse_binary(head)
        encoding = encodings.Encoding("utf-8", "every byte of the file is valid UTF-8")
    parted = source.options.delimiter in (None, FIELD) and encodings.is_parted(head, encoding)
    encoding = replace(encoding, parted=parted)
    mark, copy = encoding.mark_bytes, None
    if encoding.name != "utf-8" or encoding.repaired or parted:
        copy = encodings.Copy(source.context.scratch / "utf8.txt", path, encoding)
        copy.write(HEAD if partial else None)
        if plain and copy.odd:
            raise scans.NotUtf8(int(str(copy.odd[0]["byte"])))
        path = copy.path
        mark, size = 0, path.stat().st_size
    with path.open("rb") as file:
        file.seek(mark)
        head = file.read(HEAD)
        final = mark + len(head) >= size
        newline = 13 if b"\n" not in head and b"\r" in head else 10
        while bytes([newline]) not in head and not final:
            if len(head) > scans.LONGEST_LINE:
                raise LineTooLong(1, scans.LONGEST_LINE)
            head += file.read(1 << 20)
            final = mark + len(head) >= size
    encodings.refuse_binary(head[:HEAD], mark)
    if not head.strip():
        raise FileEmpty
    if not final or partial:
        cut = head.rfind(bytes([newline])) + 1
        head = head[:cut] or head
    if plain or (encoding.name == "utf-8" and not encoding.repaired):
        scans.require_utf8(head, mark)
        if plain and encodings.lost_punctuation(head):
            raise scans.PunctuationLost
    before, start, line = _told_start(path, mark, newline, source.options)
    head = head[start - mark :] if start > mark else head
    if start > mark and not head.strip():
        with path.open("rb") as file:
            file.seek(start)
            head = file.read(HEAD)
        if not head.strip():
            raise NotATable(f"The table was said to begin in line {line:,}, but the file ends before it.")
        final = start + len(head) >= size
    told = sniff.told_separator(head) if source.options.delimiter is None else None
    if told is not None:
        before.append(Odd(line, "says the separator", head[: told[1]].decode("utf-8", "replace").strip(), byte=start))
        head, start, line = head[told[1] :], start + told[1], line + 1
        if not head.strip():
            raise FileEmpty
    remarks = comments.above(head, newline) if source.options.first_line is None else None
    if remarks is not None:
        for at, text in remarks.lines:
            before.append(Odd(line, "a comment" if text.strip() else "the line is empty", text, byte=start + at))
            line += 1
        head, start = head[remarks.end :], start + remarks.end
    spots = [] if final or partial else _elsewhere(path, size, newline)
    said = (FIELD, PARTED) if parted else (told[0], "the first line says so") if told else None
    mark_of = remarks.mark if remarks else ""
    layout = _layout(head, source, said, spots, mark_of, final=final or partial)
    odd = [replace(one, byte=copy.original(one.byte or 0)) for one in before] if copy else before
    return TextFile(path, encoding, layout, newline, start, line, odd, copy, mark=mark_of)


def _told_start(path: Path, start: int, newline: int, options: LoadOptions) -> tuple[list[Odd], int, int]:
    """The lines before the one at which the table is said to begin."""
    first = options.first_line or 1
    before: list[Odd] = []
    if first > 1:
        with path.open("rb") as file:
            file.seek(start)
            while len(before) < first - 1 and (raw := _line(file, newline)):
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                before.append(
                    Odd(len(before) + 1, "before the line at which you said the table begins", text, byte=start)
                )
                start += len(raw)
    return before, start, len(before) + 1


def _line(file: BinaryIO, newline: int) -> bytes:
    if newline == 10:
        return file.readline(scans.LONGEST_LINE)
    line = bytearray()
    while byte := file.read(1):
        line += byte
        if byte == b"\r":
            break
    return bytes(line)


def _elsewhere(path: Path, size: int, newline: int) -> list[bytes]:
    """Whole lines from the middle and the end of a file."""
    spots = []
    with path.open("rb") as file:
        for place in (size // 2, max(0, size - ELSEWHERE_BYTES)):
            file.seek(place)
            part = file.read(ELSEWHERE_BYTES)
            begin = part.find(bytes([newline])) + 1
            end = part.rfind(bytes([newline])) + 1
            if begin and end > begin:
                spots.append(part[begin:end])
    return spots


def _layout(
    head: bytes, source: Source, told: tuple[str, str] | None, elsewhere: Sequence[bytes], mark: str, *, final: bool
) -> sniff.Layout:
    """`told`: the separator that the file itself says, and how. `mark`: with what comments begin, "" for none."""
    options, limit = source.options, source.max_columns
    # A line of very many values is refused before it is looked at closely.
    first = head[: head.find(b"\n") if b"\n" in head else len(head)]
    most = max(first.count(mark.encode()) for mark in sniff.COMMON)
    if most + 1 > limit * 4:
        raise TooManyColumns(most + 1, limit, line=1)
    samples = [comments.without(part, mark) for part in (head, *elsewhere)]
    verdict = sniff.best_dialect(
        samples[0],
        final=final,
        elsewhere=samples[1:],
        delimiter=options.delimiter or (told[0] if told else None),
        quote=options.quote,
        escape=options.escape,
    )
    if told:
        verdict = replace(verdict, evidence=told[1], confidence="certain")
    rows = options.header_rows if options.header_rows in (0, 1) else None
    layout = sniff.layout(head, verdict, final=final, header_rows=rows)
    if layout.width > limit:
        raise TooManyColumns(layout.width, limit, line=1)
    return layout


def preview_rows(file: TextFile, count: int) -> list[list[str]]:
    """The first rows as text, from the head only."""
    with file.path.open("rb") as opened_file:
        opened_file.seek(file.data_start)
        head = opened_file.read(HEAD)
    records = Grammar(file.layout.dialect).records(head, 0, len(head), file.layout.width, final=False)
    rows: list[list[str]] = []
    for record in records:
        if not record.blank and not record.problem and len(record.values) == file.layout.width:
            rows.append(sniff.text_of(record.values))
            if len(rows) == count:
                break
    return rows
