"""JSON: lines of values, an array, values that follow one another, text sequences, one object or one value.

Each record becomes a row; what is nested becomes columns by path and tables of its own (see `nested`). Flat records
take a quicker way with the same outcome (see `json_flat`), lines that are all written alike the quickest one (see
`json_even`). What is not JSON by the letter of RFC 8259 is set aside
with its place. Types come from the JSON types of all values: a string stays text unless the whole column is dates,
and a number keeps every digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from tablewright.core.readers import encoding as encodings
from tablewright.core.readers import json_scan
from tablewright.core.readers.errors import NOTHING_LOADED, FileDamaged, FileEmpty, NotATable, NothingReadable
from tablewright.core.readers.json_even import Unlike
from tablewright.core.readers.json_flat import FlatObjects, NotFlat, ReadAgain, Shape, even_lines, even_table
from tablewright.core.readers.json_forms import (
    SEVERAL,
    are_keyed,
    doubted,
    is_keyed,
    keyed_lists,
    maps,
    oriented,
    rows_of_lists,
    with_key,
)
from tablewright.core.readers.json_rows import (
    are_lists_of_objects,
    are_rows,
    heading_beside,
    heading_of,
    is_list_of_objects,
    tables_within,
)
from tablewright.core.readers.json_scan import Chunk, Concatenated, Elements, Lines, Parted, Values
from tablewright.core.readers.json_scan import Sequence as TextSequence
from tablewright.core.readers.model import Odd, Receipt, Source, Table
from tablewright.core.readers.nested import Facts, Heading, Malformed, Number, Pairs, Records, Restart, decoded
from tablewright.core.readers.quarantine import Quarantine

HEAD = 64 << 10
WHOLE = 16 << 20
"""One object up to this size is parsed as a whole; of a larger one the lists are read one after another."""
LARGE_LIST = 1 << 20
FORM_SAMPLE = 1000
MOST_ROUNDS = 8
"""So often all is read again for rows within rows whose names are data; those deeper within stay columns."""
OUTER = "list"
"""The column that says in which list of a list an object stands."""
_MARK = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"
_BEGINS = re.compile(rb'\x1e?\s*(\{\s*("|\}|$)|\[\s*([\[{"\]\-\d]|true|false|null|$))')
_SCALAR = re.compile(rb'\s*("|-?\d|true\s*$|false\s*$|null\s*$)')
_FORMS = {
    Lines: ("lines", "each line is a JSON value"),
    Parted: ("lines", "each line is a JSON value, or several in a row"),
    Elements: ("array", "the text is one JSON list"),
    Concatenated: ("values", "JSON values follow one another"),
    TextSequence: ("sequence", "each value begins with a record separator"),
}
_PAGE = re.compile(rb"\[\s*([{\]]|$)")
"""How a list of objects begins."""
_BETWEEN = re.compile(r"\s*,\s*\[(?=\s*\{)")


class JsonReader:
    format = "json"

    def claims(self, path: Path, head: bytes) -> bool:
        text = head
        size = path.stat().st_size
        if (known := encodings.of_head(head, size)) is not None:
            text = head[known.mark_bytes :].decode(known.name, "ignore").encode()
        if size <= len(head) and _SCALAR.match(text) and text.count(b"\n") <= 1:
            return _is_value(text)
        if not _BEGINS.match(text):
            return False
        return text.lstrip()[:1] != b"[" or not _looks_delimited(text)

    def read(self, source: Source) -> Iterable[Table]:
        path, encoding = _as_utf8(source)
        with path.open("rb") as file:
            head = file.read(HEAD)
        start = len(_MARK) if head.startswith(_MARK) else 0
        body = head[start:].lstrip()
        if not body:
            raise FileEmpty
        text = _Text(source, path, start, encoding)
        if body.startswith(b"\x1e"):
            yield from text.records(TextSequence(path, start), source.stem, 1)
        elif _is_lines(path, start):
            yield from text.records(Lines(path, start), source.stem, 1)
        elif body.startswith(b"[") and (paged := _paged(path, start, head)) is not None:
            yield from text.with_head(*paged)
        elif body.startswith(b"["):
            yield from text.records(Elements(path, start), source.stem, 1)
        else:
            yield from text.single_or_several()


def _is_value(text: bytes) -> bool:
    try:
        decoded(text)
    except Malformed:
        return False
    return True


def _looks_delimited(text: bytes) -> bool:
    """Whether `[…` is a cell of a delimited file: its first line closes the bracket and goes on with something else."""
    first = text.lstrip().splitlines()[0]
    closing = first.find(b"]")
    behind = first[closing + 1 :].lstrip()
    return closing > 0 and bool(behind) and behind[:1] not in b",]}[" and b"[" not in first[1:]


def _as_utf8(source: Source) -> tuple[Path, encodings.Encoding]:
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    known = encodings.of_head(head, source.path.stat().st_size)
    if known is None or known.name == "utf-8":
        return source.path, known or encodings.Encoding("utf-8", "every value that was read is valid UTF-8")
    target = source.context.scratch / "utf8.json"
    encodings.transcode(source.path, known, target)
    return target, known


def _is_lines(path: Path, start: int) -> bool:
    """Whether the first line that is not empty is a whole JSON value (and the file has more than that one)."""
    with path.open("rb") as file:
        file.seek(start)
        lines = _filled(file)
        first = next(lines, b"")
        second = next(lines, b"")
    if not second:
        return False
    if _is_value(first):
        return first[:1] in b"{[" and second[:1] == first[:1] and not (_is_page(first) and _PAGE.match(second))
    return first not in (b"{", b"[") and second[:1] == b"{" and _is_value(second)


def _paged(path: Path, start: int, head: bytes) -> tuple[Pairs, Elements] | None:
    """The parts of `[{…}, [{…}, {…}]]`: an object that is about the list of records behind it, as services answer that
    give a page at a time; None for any other list."""
    try:
        text = head[start:].decode("utf-8", "ignore")
        begin = text.index("[") + 1
        about, end = json_scan.first_value(text, begin)
    except ValueError:
        return None
    between = _BETWEEN.match(text, end)
    if not about or between is None:
        return None
    before = text[: between.end() - 1].encode()
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(start, size - HEAD))
        tail = file.read().rstrip(json_scan.WHITESPACE)
        stop = max(start, size - HEAD) + len(tail) - 1
    if not tail.endswith(b"]") or not tail[:-1].rstrip(json_scan.WHITESPACE).endswith(b"]"):
        return None
    try:
        value = decoded(text[begin:end].encode())
    except Malformed:
        return None
    return value, Elements(path, start + len(before), stop, line=before.count(b"\n") + 1)


def _is_page(line: bytes) -> bool:
    """Whether a value is a list of objects, and so a part of a table."""
    value = decoded(line)
    return type(value) is list and bool(value) and all(type(one) is Pairs for one in value)


def _filled(file: Any) -> Iterator[bytes]:
    for _ in range(1000):
        line = file.readline(json_scan.LONGEST_VALUE + 1)
        if not line:
            return
        if line.strip():
            yield line.strip()


@dataclass
class _Text:
    """A JSON text in UTF-8."""

    source: Source
    path: Path
    start: int
    encoding: encodings.Encoding

    def single_or_several(self) -> Iterator[Table]:
        """One value, or several that follow one another."""
        values = Concatenated(self.path, self.start)
        if values.size > WHOLE and (members := json_scan.members(self.path, self.start)) is not None:
            yield from self._large(members)
            return
        found = (
            [text for chunk in values for _, _, text in chunk.values() if text.strip()] if values.size <= WHOLE else []
        )
        if values.size > WHOLE or len(found) > 1:
            yield from self.records(values, self.source.stem, 1)
            return
        try:
            value = decoded(found[0])
        except Malformed as error:
            raise self._damaged(str(error)) from None
        if type(value) is Pairs:
            yield from self._object(value)
        else:
            yield from self._given([value], Facts(form="values", single=True), self.source.stem, 1, Receipt())

    def _damaged(self, reason: str) -> FileDamaged:
        place = re.search(r"character ([\d,]+)", reason) or re.search(r"byte ([\d,]+)", reason)
        where: dict[str, Any] = {}
        if place:
            with self.path.open("rb") as file:
                file.seek(self.start)
                before = file.read(int(place[1].replace(",", "")))
            where = {"byte": self.start + len(before), "line": before.count(b"\n") + 1}
        line = f" (line {where['line']:,})" if where else ""
        return FileDamaged(f"The JSON text is not well-formed: it {reason}{line}. {NOTHING_LOADED}", **where)

    def _object(self, value: Pairs) -> Iterator[Table]:
        """One object, in the orientation its members show."""
        receipt = Receipt()
        known = oriented(value, receipt)
        if known is not None:
            yield from self._with_about(self._given(known.rows, Facts(), self.source.stem, 1, receipt), known.about)
            return
        receipt.decide(
            "form", "object", "the text is one JSON object: a row of its own, and a table for each list in it"
        )
        yield from self._single(value, self.source.stem, 1, receipt)

    def _with_about(self, tables: Iterable[Table], about: Pairs) -> Iterator[Table]:
        """Tables of records, and one of what stands beside them."""
        number = 1
        for table in tables:
            yield table
            number += 1
        if about:
            yield from self._single(about, f"{self.source.stem} about", number, Receipt())

    def _single(self, value: Pairs, name: str, number: int, receipt: Receipt) -> Iterator[Table]:
        """One object as a row, and tables of what is in it."""
        value, headings = tables_within(value, self.source.options.header_rows)
        keyed = frozenset(map(".".join, keyed_lists(value)))
        value = Pairs((name, rows_of_lists(item)) for name, item in value)
        facts = Facts(single=True, maps=set(maps(value, ())), headings=headings, keyed=keyed)
        for path in sorted(doubted(value, ())):
            receipt.decide(f"members of {'.'.join(path)}", "columns", "objects that share their members: they may be "
                           "rows by their names", confidence="assumed")  # fmt: skip
        yield from self._given([value], facts, name, number, receipt)

    def _given(self, values: Sequence[Any], facts: Facts, name: str, number: int, receipt: Receipt) -> Iterator[Table]:
        """Tables of values that were parsed already."""
        receipt.decide("encoding", self.encoding.name, self.encoding.evidence)

        def fill(records: Records) -> None:
            for value in values:
                records.add(value)

        records = _filled_records(self.source, facts, fill)
        receipt.rows_seen = len(values)
        records.receipt = receipt
        yield from records.tables(name, number)

    def _large(self, members: Sequence[json_scan.Member]) -> Iterator[Table]:
        """One large object: its large lists are read one after another, the rest is a row of its own."""
        number = 1
        rest = Pairs()
        small = 0
        lists = [member for member in members if _is_large_list(member)]
        for member in members:
            size = member.end - member.start
            if _is_large_list(member):
                continue
            small += size
            if small > 4 * WHOLE:
                raise NotATable(
                    f"The file is a single JSON object with more than {4 * WHOLE >> 20} MiB outside of its lists. "
                    "Lists and lines of objects may have any size."
                )
            with self.path.open("rb") as file:
                file.seek(member.start)
                text = file.read(size)
            try:
                rest.append((member.key, decoded(text)))
            except Malformed as error:
                said = f"The JSON text is not well-formed: the value of {member.key!r} {error}. {NOTHING_LOADED}"
                raise FileDamaged(said, byte=member.start) from None
        for member in lists:
            values = Elements(self.path, member.start, member.end)
            for table in self.records(values, member.key, number, around=(rest,)):
                yield table
                number += 1
        if rest:
            yield from self._single(rest, self.source.stem, number, Receipt())

    def with_head(self, about: Pairs, values: Elements) -> Iterator[Table]:
        """Tables of records, and one of the object that stands before them."""
        for number, table in enumerate(self._with_about(self.records(values, self.source.stem, 1), about)):
            if not number:
                table.receipt.decide("records", "second element", "the object before them is a table of its own",
                                     confidence="likely")  # fmt: skip
            yield table

    def records(self, values: Values, name: str, number: int, around: Sequence[Pairs] = ()) -> Iterator[Table]:
        """Tables of the values of a file or of a part of it, each value a row; `around` are the objects it is in."""
        try:
            yield from self._read(values, name, number, around)
        except _SeveralOnALine:
            yield from self._read(Parted(values.path, values.start, values.end), name, number, around)

    def _read(self, values: Values, name: str, number: int, around: Sequence[Pairs]) -> Iterator[Table]:
        flat = self._flat(values, name, number)
        if flat is not None:
            yield flat
            return
        account = self._account(number, values)
        form, heading = self._form(values, around)
        facts = Facts(form="objects" if form in ("lists", "keyed") else form, headings={(): heading} if heading else {})

        def fill(records: Records) -> None:
            nonlocal account
            account = self._account(number, values)
            account.headed = heading is not None and heading.in_first
            for chunk in values:
                self.source.tell_read(chunk.byte, values.size)
                account.take(chunk, records, form)
            account.close(values)
            if form == "lists":
                account.receipt.decide("records", "objects in lists", f"the column {OUTER} has the number of the list "
                                       "in which each stands", confidence="assumed")  # fmt: skip
            elif form == "keyed":
                account.receipt.decide("records", "by key", "each object has a single member, of another name: its "
                                       "name is the key of the row in it",
                                       confidence="likely" if account.loaded >= SEVERAL else "assumed")  # fmt: skip

        records = _filled_records(self.source, facts, fill)
        if not account.loaded and account.quarantined:
            records.close()
            raise account.refusal()
        account.receipt.rows_seen = account.seen
        records.receipt = account.receipt
        yield from records.tables(name, number)

    def _flat(self, values: Values, name: str, number: int) -> Table | None:
        """The quick way; None when the records are not flat objects."""
        if type(values) is Lines and (table := self._even(values, name, number)) is not None:
            return table
        shape = Shape()
        while True:
            account = self._account(number, values)
            direct = type(values) is Lines and self.start == 0
            objects = FlatObjects(self.source, values, shape, direct, account.aside, account.skip)
            try:
                objects.prove()
                account.close(values)
                account.receipt.rows_seen = account.seen
                return objects.table(name, number, account.receipt)
            except ReadAgain:
                account.quarantine.close()
            except _SeveralOnALine:
                account.quarantine.close()
                raise
            except (NotFlat, duckdb.InvalidInputException):
                account.quarantine.close()
                return None

    def _even(self, lines: Lines, name: str, number: int) -> Table | None:
        """The quickest way; None when the lines are not all written alike."""
        account = self._account(number, lines)
        account.close(lines)
        try:
            return even_table(self.source, even_lines(self.source, lines), name, number, account.receipt)
        except (Unlike, NotFlat):
            return None
        finally:
            account.quarantine.close()

    def _account(self, number: int, values: Values) -> _Account:
        receipt = Receipt()
        receipt.decide("encoding", self.encoding.name, self.encoding.evidence)
        known = self.path == self.source.path
        return _Account(
            receipt,
            Quarantine(receipt, self.source.out_dir / f"t{number}.quarantine.jsonl"),
            known,
            isinstance(values, Lines),
        )

    def _form(self, values: Values, around: Sequence[Pairs]) -> tuple[str, Heading | None]:
        """What the first values are: objects, those that hold a row by its key, lists of single values that make
        rows, lists of objects, or anything; and what the columns of rows are called."""
        sample = list(islice(self._first(values), FORM_SAMPLE))
        if sample and sum(type(value) is Pairs for value in sample) * 2 >= len(sample):
            return "keyed" if are_keyed(sample) else "objects", None
        if are_rows(sample):
            beside = heading_beside(around, sample)
            return "rows", beside[0] if beside else heading_of(sample, self.source.options.header_rows)
        return "lists" if are_lists_of_objects(sample) else "values", None

    @staticmethod
    def _first(values: Values) -> Iterator[Any]:
        """The values of the first chunks that can be read and are not null."""
        for chunk in islice(values, 2):  # the last value of a list comes in a chunk of its own
            for _, _, text in chunk.values():
                try:
                    value = decoded(text) if text.strip() else None
                except Malformed:
                    continue
                if value is not None:
                    yield value


def _is_large_list(member: json_scan.Member) -> bool:
    return member.first == "[" and member.end - member.start > LARGE_LIST


def _filled_records(source: Source, facts: Facts, fill: Callable[[Records], None]) -> Records:
    """Records after all values were taken in, as often as new facts about them are found."""
    while True:
        records = Records(source, facts)
        try:
            fill(records)
        except Restart:
            records.close()
            continue
        except _SeveralOnALine:
            records.close()
            raise
        mixed = records.mixed()
        maps = records.maps() if facts.rounds < MOST_ROUNDS else {}
        if not mixed and not maps and not records.outdated:
            return records
        records.close()
        facts.mixed |= mixed
        facts.maps |= maps.keys()
        facts.by_names |= maps
        facts.rounds += bool(maps)


class _SeveralOnALine(Exception):
    """The lines are to be read again, as some hold several values."""


@dataclass
class _Account:
    """Counts the values of a text: each is loaded, set aside or skipped."""

    receipt: Receipt
    quarantine: Quarantine
    bytes_known: bool
    """Whether places in the text are places in the file."""
    lines: bool
    seen: int = 0
    """Without those of the quick way."""
    loaded: int = 0
    headed: bool = False
    """Whether the next list names the columns, and is no row."""
    lists_of_objects: int = 0
    first: Odd | None = None

    @property
    def quarantined(self) -> int:
        return self.receipt.rows_quarantined

    def take(self, chunk: Chunk, records: Records, form: str) -> None:
        if chunk.too_long:
            self.aside(chunk, 0, 0, chunk.data, "")
            return
        for number, offset, text in chunk.values():
            if not text.strip(b" \t\r"):
                self.skip(chunk, number, offset)
                continue
            try:
                value = decoded(text)
            except Malformed as error:
                self.aside(chunk, number, offset, text, str(error))
                continue
            if form == "objects" and type(value) is not Pairs:
                self.aside(chunk, number, offset, text, "is JSON, but not an object with named values")
            elif form == "rows" and type(value) is not list:
                self.aside(chunk, number, offset, text, "is JSON, but not a list of values")
            elif form == "lists" and not is_list_of_objects(value):
                self.aside(chunk, number, offset, text, "is JSON, but not a list of objects")
            elif form == "keyed" and not is_keyed(value):
                self.aside(chunk, number, offset, text, "is JSON, but not an object that holds a single one")
            elif form == "lists":
                self.lists_of_objects += 1
                for one in value:
                    records.add(Pairs([(OUTER, Number(self.lists_of_objects)), *one]))
                self.seen += len(value)
                self.loaded += len(value)
            elif self.headed:
                self.headed = False
            else:
                records.add(with_key(value) if form == "keyed" else value)
                self.seen += 1
                self.loaded += 1

    def aside(self, chunk: Chunk, number: int, offset: int, text: bytes, reason: str) -> None:
        line, byte = chunk.place(number, offset)
        if chunk.too_long:
            reason = f"is longer than {json_scan.LONGEST_VALUE >> 20} MiB"
        elif self.lines and len(json_scan.ends_of_values(text)) > 1:
            raise _SeveralOnALine
        self._aside(
            Odd(line, reason, text.decode("utf-8", "replace").strip(_SPACE), byte=byte if self.bytes_known else None)
        )

    def _aside(self, odd: Odd) -> None:
        self.seen += 1
        self.first = self.first or odd
        self.quarantine.add(odd)

    def skip(self, chunk: Chunk, number: int, offset: int) -> None:
        """An empty line is nothing; an empty place between two commas is a mistake."""
        if not self.lines:
            self.aside(chunk, number, offset, b"", "is not JSON: there is no value")
            return
        line, byte = chunk.place(number, offset)
        self.seen += 1
        self.quarantine.skip(Odd(line, "the line is empty", "", byte=byte if self.bytes_known else None))

    def close(self, values: Values) -> None:
        lists = values.lists if type(values) is Elements else 0
        self.receipt.decide("form", *(("lists", f"{lists:,} JSON lists follow one another: their elements are the rows")
                                      if lists > 1 else _FORMS[type(values)]))  # fmt: skip
        for reason, line, byte, text, aside in values.problems:
            odd = Odd(line, reason, text.decode("utf-8", "replace"), byte=byte if self.bytes_known else None)
            if aside:
                self._aside(odd)
            else:
                self.first = self.first or odd
                self.receipt.warn(reason, line=line, byte=odd.byte)
        self.quarantine.close()

    def refusal(self) -> Exception:
        """Why nothing could be read, in the words of the first value that was set aside."""
        odd = self.first
        if odd is None:
            return NothingReadable("There is no value in the JSON text.")
        value = "line" if self.lines else "value"
        said = f"The JSON text is not well-formed: none of {self.seen:,} {value}s can be read; the first {odd.reason}"
        where = {"line": odd.line} | ({"byte": odd.byte} if odd.byte is not None else {})
        return NothingReadable(f"{said} (line {odd.line:,}). {NOTHING_LOADED}", **where)
