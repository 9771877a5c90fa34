"""The reader of SQL dumps."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tablewright.core.readers.encoding import BLOCK, detected, of_head, told
from tablewright.core.readers.errors import NotATable
from tablewright.core.readers.model import Link, Source, Table
from tablewright.core.readers.sql import script
from tablewright.core.readers.sql.definitions import TableSpec, digits_of
from tablewright.core.readers.sql.dialect import Dialect, dialect_of, looks_like_sql
from tablewright.core.readers.sql.dump import Dump
from tablewright.core.readers.sql.rows import Decoding, Rows
from tablewright.core.readers.sql.tokens import Text
from tablewright.core.tables import ColumnType

HEAD = 64 << 10
_SAID = re.compile(
    rb"(?i)\bSET\s+NAMES\s+'?(\w+)|\bclient_encoding\s*(?:=|TO)\s*'?([\w-]+)"
    rb"|/\*!40101 SET character_set_client\s*=\s*(\w+)"
)
_CODECS = {
    "latin1": "cp1252", "latin2": "iso8859-2", "cp1250": "cp1250", "cp1251": "cp1251", "cp1256": "cp1256",
    "cp1257": "cp1257",
    "greek": "iso8859-7", "hebrew": "iso8859-8", "koi8r": "koi8-r", "koi8u": "koi8-u", "cp850": "cp850",
    "cp866": "cp866",
    "cp852": "cp852", "latin5": "iso8859-9", "latin7": "iso8859-13", "tis620": "tis-620", "gbk": "gbk",
    "gb2312": "gb2312",
    "gb18030": "gb18030", "big5": "big5", "sjis": "shift_jis", "cp932": "cp932", "ujis": "euc_jp",
    "eucjpms": "euc_jp",
    "euckr": "euc_kr", "euc_jp": "euc_jp", "euc_kr": "euc_kr", "euc_cn": "gb2312", "latin9": "iso8859-15",
    "latin3": "iso8859-3",
    "latin4": "iso8859-4", "koi8": "koi8-r", "shift_jis_2004": "shift_jisx0213", "uhc": "cp949",
    **{f"win{n}": f"cp{n}" for n in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 866, 874)},
    **{f"iso_8859_{n}": f"iso8859-{n}" for n in range(5, 9)},
}  # fmt: skip
_SEVERAL_BYTES = {"gbk", "gb2312", "gb18030", "big5", "shift_jis", "cp932", "shift_jisx0213", "cp949"}
"""Encodings in which a byte of a character may look like a backslash or a quote."""


class SqlDumpReader:
    """Scripts of MySQL, MariaDB, PostgreSQL, SQLite, SQL Server, Oracle and DB2, and plain INSERT statements."""

    format = "sql"

    def claims(self, path: Path, head: bytes) -> bool:
        return looks_like_sql(_ascii(head, path.stat().st_size))

    def read(self, source: Source) -> Iterator[Table]:
        size = source.path.stat().st_size
        with source.path.open("rb") as file:
            head = file.read(HEAD)
        saved_at = datetime.fromtimestamp(source.path.stat().st_mtime, UTC).replace(tzinfo=None, microsecond=0)
        dialect = replace(dialect_of(_ascii(head, size), source.options.escape), saved_at=saved_at)
        text, decoding, said = _opened(source, head, size)
        dump = Dump(source, text, dialect, decoding)
        try:
            script.read(dump)
        finally:
            text.close()
        yield from _tables(source, dump, said)


def _ascii(head: bytes, size: int) -> bytes:
    """The first bytes as something in which ASCII words can be looked for."""
    encoding = of_head(head, size)
    if encoding is None:
        return head
    return head[encoding.mark_bytes :].decode(encoding.name, "replace").encode()


def _opened(source: Source, head: bytes, size: int) -> tuple[Text, Decoding, tuple[str, str, str]]:
    """The text of the dump, how its values become text, and what is to be said about it."""

    def tell(done: int) -> None:
        source.tell_read(min(done, size), size)

    proven = of_head(head, size)
    if source.options.encoding is not None:
        proven = told(source.options.encoding, head)
    if proven is not None and (source.options.encoding is not None or proven.name != "utf-8"):
        codec = None if proven.name == "utf-8" else proven.name
        said = proven.name, proven.evidence, proven.confidence
        return Text(source.path, codec, proven.mark_bytes, tell), Decoding(), said
    mark = proven.mark_bytes if proven else 0
    bad = _first_not_utf8(source.path)
    found = _SAID.search(head)
    word = next((group.decode().lower() for group in found.groups() if group), "") if found else ""
    codec = _CODECS.get(word.replace("-", "_"))
    if bad is None:
        evidence = "every byte of the file is valid UTF-8"
        if codec:
            evidence += f", although the dump names {word}"
        return Text(source.path, None, mark, tell), Decoding(), ("utf-8", evidence, "certain")
    if codec in _SEVERAL_BYTES:
        return Text(source.path, codec, mark, tell), Decoding(), (codec or "", f"the dump names {word}", "certain")
    if codec:
        return Text(source.path, None, mark, tell), Decoding(codec=codec), (codec, f"the dump names {word}", "certain")
    other = detected(source.path, bad)
    evidence = f"{other.evidence}; values that are not valid UTF-8 are read as {other.name}"
    return Text(source.path, None, mark, tell), Decoding(fallback=other.name), (other.name, evidence, other.confidence)


def _first_not_utf8(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position + error.start
            if not block:
                return None
            position += len(block)


def _tables(source: Source, dump: Dump, encoding: tuple[str, str, str]) -> Iterator[Table]:
    for rows in dump.tables:
        rows.resolve()
    for rows in dump.tables:
        rows.settle()
    kept = [rows for rows in dump.tables if rows.spec.columns and (rows.seen or rows.dropped_at is None)]
    if not kept:
        raise NotATable("The SQL text makes and fills no table, so there is nothing in it to load.")
    labels = _labels(kept)
    by_rows = dict(zip(map(id, kept), labels, strict=True))
    for rows in kept:
        rows.flush()
    for number, (rows, label) in enumerate(zip(kept, labels, strict=True), start=1):
        rows.move(number)
        rows.quarantine.close()
        receipt, spec = rows.receipt, rows.spec
        receipt.rows_seen = rows.seen
        _say(rows, dump.dialect, encoding)
        if number == 1 and dump.others:
            counted = ", ".join(f"{count:,} × {what}" for what, count in dump.others.most_common(20))
            receipt.decide("other statements", "not carried out", counted)
        if number == 1:
            for line, what in dump.unfollowed:
                receipt.warn(f"Line {line:,} {what}, which was not carried out.", line=line)
        ids = {column.name.casefold(): f"c{i + 1}" for i, column in enumerate(spec.columns)}
        links = []
        for key in spec.foreign_keys:
            other = dump.find(key.table)
            names = key.names or (other.spec.primary_key if other else [])
            columns = [ids.get(name.casefold()) for name in key.columns]
            if other is not None and id(other) in by_rows and all(columns) and len(names) == len(columns):
                links.append(Link(tuple(c for c in columns if c), by_rows[id(other)], tuple(names)))
        primary = [ids.get(name.casefold()) for name in spec.primary_key]
        table = rows.landing.table(
            label,
            [column.name for column in spec.columns],
            receipt,
            declared=rows.kinds(),
            primary_key=tuple(c for c in primary if c) if all(primary) else (),
            links=tuple(links),
            whole=True,
            exact=True,
        )
        if dump.dialect.name not in ("SQLite", "SQL"):
            _say_oversized(table, spec)
        yield table


def _say_oversized(table: Table, spec: TableSpec) -> None:
    """Say which columns hold numbers that the database which the table is declared for would not keep as they are."""
    for column, declared, figures in zip(table.schema.columns, spec.columns, table.profile, strict=True):
        size = digits_of(declared)
        if size is None or not column.type.is_number:
            continue
        digits, places = size
        scale = int(column.physical.split(",")[1].rstrip(")")) if column.type == ColumnType.DECIMAL else 0
        edges = [abs(Decimal(str(edge))) for edge in (figures["min"], figures["max"]) if edge is not None]
        if scale > places or any(edge >= Decimal(10) ** (digits - places) for edge in edges):
            table.receipt.warn(
                f'"{column.name}" is declared as {declared.type} but holds numbers of more digits, which a database '
                "rounds, cuts or refuses: they are kept as they are written.",
                column=column.id,
            )


def _labels(kept: list[Rows]) -> list[str]:
    """The tables' names; with their schema or database where two are alike."""
    plain = [rows.label.casefold() for rows in kept]
    labels: list[str] = []
    for rows, own in zip(kept, plain, strict=True):
        label = rows.label
        if plain.count(own) > 1:
            label = ".".join(rows.spec.name)
            if len(rows.spec.name) == 1 and rows.database:
                label = f"{rows.database}.{label}"
        number, wanted = 2, label
        while label.casefold() in {one.casefold() for one in labels}:
            label, number = f"{wanted} ({number})", number + 1
        labels.append(label)
    return labels


def _say(rows: Rows, dialect: Dialect, encoding: tuple[str, str, str]) -> None:
    """Decisions and warnings about one table."""
    receipt, account = rows.receipt, rows.account
    name, evidence, confidence = encoding
    receipt.decide("encoding", name, evidence, key="encoding", confidence=confidence)
    receipt.decide("dialect", dialect.name, dialect.evidence)
    certain = dialect.name != "SQL"
    receipt.decide(
        "escape",
        "\\" if dialect.backslash else "none",
        "a backslash in a string escapes the next character" if dialect.backslash else "a backslash is a character",
        key="escape",
        confidence="certain" if certain else "assumed" if dialect.doubted else "likely",
        choices=("\\", ""),
    )
    if rows.spec.declared:
        receipt.decide("columns", f"{len(rows.spec.columns):,}", "as CREATE TABLE declares them")
    if rows.parts:
        listed = ", ".join(rows.parts[:20])
        receipt.decide(
            "partitions", f"{len(rows.parts):,}", f"holds the rows of {listed}, which are tables of their own"
        )
    for column, (count, first, last) in account.numbered.items():
        receipt.decide(
            f"numbers of {column}", f"{first:,} to {last:,}", f"{count:,} rows leave them to the database: counted here"
        )
    for column, count in account.defaulted.items():
        receipt.decide(f"default of {column}", "filled in", f"{count:,} rows leave the value to the declared default")
    for column, count in account.moments.items():
        receipt.decide(
            f"time of {column}",
            "when the file was saved",
            f"{count:,} rows take the time at which the script is run, which the file does not hold",
            confidence="assumed",
        )
    for column, (count, line, said) in account.not_computed.items():
        receipt.warn(
            f'{count:,} rows give "{column}" something that only a database could compute, the first in line {line:,}: '
            f"{said}. It is empty there.",
            line=line,
            count=count,
        )
    for column, (count, id) in account.zero_dates.items():
        receipt.decide(
            f"dates of {column}",
            "text",
            f"{count:,} values are 0000-00-00, which is no date, and to the database not the same as no value: "
            "kept as text; told to be dates, the column is empty there",
            column=id,
            key="type",
            confidence="likely",
            choices=("timestamp", "date"),
        )
    for column, count in account.unknown_defaults.items():
        receipt.warn(f'{count:,} rows leave "{column}" to the database to compute: it is empty here.', count=count)
    for what, (count, line) in account.changes.items():
        receipt.warn(
            f"{count:,} {what} statements change this table after rows were filled in, the first in line {line:,}. "
            "They were not carried out.",
            line=line,
            count=count,
        )
    if rows.triggered:
        listed = ", ".join(rows.triggers[:10])
        receipt.warn(f"Triggers of this table ({listed}) were not carried out: what they change is not in the tables.")
    if account.followed:
        counted = ", ".join(f"{count:,} × {what}" for what, count in account.followed.items())
        receipt.decide("changes", counted, "followed as the database would have them")
    if account.foreign_bytes:
        receipt.warn(f"{account.foreign_bytes:,} values are not valid UTF-8: their encoding was assumed.")
    if rows.dropped_at is not None:
        receipt.warn(f"The table is dropped in line {rows.dropped_at:,}; its rows were kept.", line=rows.dropped_at)
