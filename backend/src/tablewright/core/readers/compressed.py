"""Compressed files and archives: each file in them is read by the reader that claims it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tablewright.core.errors import Problem
from tablewright.core.readers.combine import combined, may_combine
from tablewright.core.readers.errors import ArchiveBomb, FileEmpty, NothingInArchive
from tablewright.core.readers.model import Link, Reader, Source, Table
from tablewright.core.readers.unpack import Member, Unpacking, kind_of, kind_of_head, members, shown

DEEPEST = 2
"""A compressed file within an archive, and no further."""
ReaderOf = Callable[[Path], Reader]
_DOCUMENT = re.compile(
    r"(readme|license|licence|copying|changelog|notice|authors|manifest)(\.\w+)?|.*\.(md|rst|html?)", re.I
)
_COUNTED = re.compile(r"\d+|part|chunk|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.I)


@dataclass
class Loaded:
    """One table with the member it is from."""

    table: Table
    number: int
    """Of the member: several may have one name."""
    member: str
    format: str


class CompressedReader:
    """Files in .gz, .bz2, .xz and .zst, .zip and .tar, also .tar.gz and one archive within another."""

    format = "archive"

    def __init__(self, reader_of: ReaderOf) -> None:
        self._reader_of = reader_of

    def claims(self, path: Path, head: bytes) -> bool:
        return kind_of_head(head) is not None

    def read(self, source: Source) -> Iterable[Table]:
        packed = source.path.stat().st_size

        def tell(done: int) -> None:
            source.context.progress(stage="unpack", done=done, total=0, unit="bytes")

        folder = source.context.scratch / "unpacked"
        folder.mkdir(parents=True, exist_ok=True)
        unpacking = Unpacking(folder, packed, tell)
        found: list[Loaded] = []
        refused: list[tuple[str, Problem]] = []
        for member in _files(source.path, source.filename, unpacking, DEEPEST):
            _read_member(self._reader_of, source, member, found, refused, unpacking)
        if not found:
            if len(refused) != 1 or unpacking.passed:
                raise NothingInArchive([*((name, problem.detail) for name, problem in refused), *unpacking.passed])
            name, problem = refused[0]
            problem.where.setdefault("file", name)
            problem.detail = f'In "{name}": {problem.detail}'
            raise problem
        yield from _finished(source, found, [*unpacking.passed, *((n, p.detail) for n, p in refused)])


def _files(path: Path, filename: str, unpacking: Unpacking, levels: int) -> Iterator[Member]:
    """Every file, those of inner archives included."""
    kind = kind_of(path)
    if kind is None:
        yield Member(filename, path)
        return
    for member in members(path, filename, kind, unpacking):
        inner = kind_of(member.path)
        if inner is None or is_workbook(member.path, inner):
            yield member
        elif inner == "tar" and kind not in ("zip", "tar"):  # .tar.gz is one archive
            yield from _files(member.path, member.name, unpacking, levels)
        elif levels > 1:
            for each in _files(member.path, member.filename, unpacking, levels - 1):
                yield replace(each, name=f"{member.name}/{each.filename}") if kind in ("zip", "tar") else each
        else:
            unpacking.pass_over(member.name, "an archive within an archive within an archive")


def is_workbook(path: Path, kind: str) -> bool:
    """Whether a zip archive is a spreadsheet, which has a reader of its own."""
    if kind != "zip":
        return False
    with path.open("rb") as file:
        head = file.read(4096)
    return b"[Content_Types].xml" in head or b"xl/" in head or b"opendocument.spreadsheet" in head


def _read_member(
    reader_of: ReaderOf,
    source: Source,
    member: Member,
    found: list[Loaded],
    refused: list[tuple[str, Problem]],
    unpacking: Unpacking,
) -> None:
    if _DOCUMENT.fullmatch(member.filename):
        unpacking.pass_over(member.name, "a document about the data, by its name")
        return
    number = len(found) + len(refused) + 1
    own = replace(
        source,
        path=member.path,
        filename=member.filename,
        out_dir=source.out_dir / f"member{number}",
        whole_dir=source.may_write_to,
    )
    own.out_dir.mkdir(parents=True, exist_ok=True)
    try:
        reader = reader_of(member.path)
        tables = list(reader.read(own))
    except ArchiveBomb:
        raise
    except Problem as problem:
        _remove(own.out_dir)
        if isinstance(problem, FileEmpty):
            unpacking.pass_over(member.name, "empty")
        else:
            refused.append((shown(member.name), problem))
        return
    for table in tables:
        found.append(Loaded(_placed(source, own.out_dir, table, len(found) + 1), number, member.name, reader.format))
    _remove(own.out_dir)


def _placed(source: Source, folder: Path, table: Table, number: int) -> Table:
    """The table's files moved to where the tables of the whole archive are, under its number there."""
    file = source.out_dir / f"t{number}.parquet"
    table.file.rename(file)
    if table.receipt.quarantine_file is not None:
        aside = source.out_dir / f"t{number}.quarantine.jsonl"
        (folder / table.receipt.quarantine_file).rename(aside)
        table.receipt.quarantine_file = aside.name
    return replace(table, file=file)


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _finished(source: Source, found: list[Loaded], passed: list[tuple[str, str]]) -> Iterator[Table]:
    """The tables with names that tell them apart, and parts of one table put together."""
    tables: list[Table] = []
    for group in _groups(source, found):
        first = group[0]
        table = first.table
        if len(group) > 1:
            table = combined(source, [(shown(one.member), one.table) for one in group])
            table = replace(table, name=_shared_name([one.table.name for one in group]))
        if len(found) > 1:
            listed = ", ".join(shown(one.member) for one in group[:20])
            table.receipt.decide("file", f"{len(group):,} of the archive", listed)
        tables.append(table)
    if passed:
        listed = "; ".join(f"{name}: {why}" for name, why in passed[:50])
        tables[0].receipt.decide("files not read", f"{len(passed):,}", listed)
        unread = [(name, why) for name, why in passed if "by its name" not in why and "system" not in why]
        for name, why in unread[:50]:
            tables[0].receipt.warn(f'"{name}" of the archive was not read: {why}')
    yield from _named(source, tables, found)


def _groups(source: Source, found: list[Loaded]) -> list[list[Loaded]]:
    """Members that are parts of one table: names that differ in numbers, and the same columns of fitting types."""
    groups: dict[object, list[Loaded]] = {}
    counts = Counter(one.member for one in found)
    for i, one in enumerate(found):
        name = one.member.replace("\\", "/")
        folder, _, last = name.rpartition("/")
        shape = _COUNTED.sub("#", folder), _COUNTED.sub("#", last)
        names = tuple(column.name.casefold() for column in one.table.schema.columns)
        apart = counts[one.member] > 1 or shape == (folder, last) or source.options.tables == "several"
        groups.setdefault(i if apart else (one.format, shape, names), []).append(one)
    result: list[list[Loaded]] = []
    for group in groups.values():
        if len(group) > 1 and not may_combine([one.table for one in group]):
            for one in group:
                one.table.receipt.decide(
                    "tables",
                    "several",
                    f"{len(group):,} files have the same columns, but with values of different types",
                    key="tables",
                    confidence="likely",
                    choices=("one",),
                )
            result += [[one] for one in group]
        else:
            result.append(group)
    # In the order of their files, which move up in `_named` and must not take the place of one that is still there.
    return sorted(result, key=lambda group: int(group[0].table.file.stem[1:]))


def _shared_name(names: list[str]) -> str:
    """What names have in common at their beginning, without the count behind it."""
    shared = names[0]
    for name in names[1:]:
        while not name.startswith(shared):
            shared = shared[:-1]
    bare = re.sub(r"[\s._()-]*\d*[\s._()-]*$", "", shared)
    return re.sub(r"[\s._()-]+(part|chunk)$", "", bare, flags=re.I) or bare or names[0]


def _named(source: Source, tables: list[Table], found: list[Loaded]) -> Iterator[Table]:
    """Names made unique; links follow the tables of the same member."""
    loaded = {one.table.file: one for one in found}
    names: dict[Path, str] = {}
    used: set[str] = set()
    often: Counter[str] = Counter()
    plain = Counter(table.name.casefold() for table in tables)
    for table in tables:
        name = table.name
        if plain[name.casefold()] > 1 and table.file in loaded:
            stem = shown(loaded[table.file].member).rsplit(".", 1)[0]
            name = stem if stem.replace("\\", "/").rsplit("/", 1)[-1] == name else f"{stem}: {name}"
        wanted, number = name, max(often[name.casefold()], 1)
        while name.casefold() in used:
            number += 1
            name = f"{wanted} ({number})"
        often[wanted.casefold()] = number
        used.add(name.casefold())
        names[table.file] = name
    named: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for one in found:
        if one.table.file in names:
            named[one.number][one.table.name] = names[one.table.file]
    for number, table in enumerate(tables, start=1):
        siblings = named[loaded[table.file].number] if table.file in loaded else {}
        links = tuple(Link(link.columns, siblings.get(link.table, link.table), link.names) for link in table.links)
        file = table.file
        if number != int(file.stem[1:]):  # parts were put together, so the numbers behind them move up
            file = source.out_dir / f"t{number}.parquet"
            table.file.rename(file)
            if table.receipt.quarantine_file is not None:
                aside = source.out_dir / f"t{number}.quarantine.jsonl"
                (source.out_dir / table.receipt.quarantine_file).rename(aside)
                table.receipt.quarantine_file = aside.name
        yield replace(table, name=names[table.file], file=file, links=links)
