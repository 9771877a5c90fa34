"""COPY … FROM stdin, whose rows stand behind it line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tablewright.core.readers.model import RAW_CHARACTERS, Odd
from tablewright.core.readers.sql.blocks import copy_columns
from tablewright.core.readers.sql.definitions import Cursor, names_in
from tablewright.core.readers.sql.dump import Dump, Target
from tablewright.core.readers.sql.ends import to_end
from tablewright.core.readers.sql.header import Head
from tablewright.core.readers.sql.literals import Value, named, string
from tablewright.core.readers.sql.statements.others import RUNS, WRITES
from tablewright.core.readers.sql.tokens import MOST_BYTES, Token

MOST_WINDOW = 512 << 10
_COPY_END = re.compile(rb"\\\.(?:\r?\n|\Z)")
_NUMBERED_ESCAPE = re.compile(rb"\\[0-7x]")
_NUMBERED = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.S)
_BY_BYTE = {b"\n": rb"\n", b"\t": rb"\t", b"\r": rb"\r", b"\\": rb"\\"}


def copy(dump: Dump) -> None:
    """COPY name (columns) FROM stdin with its rows; from or to files it is counted."""
    line = dump.line
    tokens = to_end(dump.lexer, 20_000)
    at = Cursor(tokens)
    name = at.name()
    columns = at.group()
    if name is None or not at.taken(b"FROM") or at.peek().word != b"STDIN":
        dump.others["COPY from or to a file"] += 1
        ways = {before.word: token for before, token in pairwise(tokens) if before.word in (b"FROM", b"TO")}
        if any(token.word == b"PROGRAM" for token in ways.values()):
            dump.not_carried_out(line, RUNS)
        elif at.tokens[at.at - 1].word == b"FROM":
            dump.not_carried_out(line, "fills a table from another file")
        elif b"TO" in ways and ways[b"TO"].kind == "string":
            dump.not_carried_out(line, WRITES)
        return
    dump.text.rest_of_line()
    options = [token.text.upper() for token in tokens[at.at + 1 :]]
    names = tuple(names_in(columns)) or None
    head = Head(name, names, b"COPY")
    if dump.find(name) is None and names is None:
        width = 1 + dump.text.buffer[dump.text.position :].split(b"\n", 1)[0].count(b"\t")
    else:
        width = 0
    target = dump.target(head, width)
    if {b"CSV", b"DELIMITER", b"DELIMITERS", b"NULL", b"BINARY", b"HEADER", b"QUOTE", b"ESCAPE"} & set(options):
        _foreign_lines(dump, target, line, at.tokens[at.at + 1 :])
    else:
        _lines(dump, target)


def _foreign_lines(dump: Dump, target: Target, line: int, options: Sequence[Token]) -> None:
    """Lines in a format that pg_dump does not write: CSV is read, each other line set aside, never guessed."""
    said = [string(t.text, dump.dialect).decode("latin-1") if t.kind == "string" else t.word.decode() for t in options]
    given = {name: next((v for v in said[i + 1 : i + 3] if v != "AS"), "") for i, name in enumerate(said)}
    lines = _lines_to_mark(dump)
    if "CSV" not in said or "ESCAPE" in said or not target.width:
        for number, raw in lines:
            reason = f"COPY in line {line:,} names a format other than the text format of pg_dump"
            target.rows.set_aside(Odd(number, reason, named(raw.rstrip(b"\r\n"))))
        return
    marks = [given.get(name, "").encode("latin-1") for name in ("DELIMITER", "QUOTE", "NULL")]
    for number, (at, raw, values) in enumerate(_csv_rows(lines, marks[0] or b",", marks[1] or b'"', marks[2])):
        if number == 0 and "HEADER" in said:
            continue
        if len(values) != target.width:
            reason = f"the row has {len(values):,} values, {target.width:,} are wanted"
            target.rows.set_aside(Odd(at, reason, named(raw.rstrip(b"\r\n"))[: RAW_CHARACTERS * 4]))
            continue
        target.rows.add(target.order, values)
        dump.relieve()


def _lines_to_mark(dump: Dump) -> Iterator[tuple[int, bytes]]:
    r"""Each line with its number, up to the one that is \. alone."""
    while not dump.text.ended or dump.text.position < len(dump.text.buffer):
        at = dump.text.line
        raw = dump.text.rest_of_line()
        if raw.rstrip(b"\r\n") == b"\\." or not raw:
            return
        yield at, raw


def _lines(dump: Dump, target: Target) -> None:
    r"""The lines of COPY up to the one that is \. alone."""
    text = dump.text
    width = target.width
    while True:
        if text.position >= len(text.buffer) and not text.more():
            break
        block = text.buffer[text.position : text.position + MOST_WINDOW]
        finished = _copy_end(block)
        if finished:
            _copied(dump, target, block[: finished[0]], width)
            text.position += finished[1]
            return
        end = block.rfind(b"\n")
        # The end mark may be cut by the window: keep the last line back.
        end = block.rfind(b"\n", 0, end) if end >= 0 else -1
        if end < 0:
            found = text.buffer.find(b"\n", text.position)
            if found >= 0 and text.buffer.find(b"\n", found + 1) >= 0:
                end = found - text.position
                block = text.buffer[text.position : found + 1]
            elif text.more():
                continue
            else:
                break
        _copied(dump, target, block[: end + 1], width)
        text.position += end + 1
        dump.relieve()
    rest = text.buffer[text.position :]
    whole = rest[: rest.rfind(b"\n") + 1]
    _copied(dump, target, whole, width)
    cut = rest[len(whole) :]
    line = text.line_at(text.position + len(whole))
    text.position = len(text.buffer)
    if cut.strip():
        target.rows.set_aside(Odd(line, "the file ends within this row", named(cut[: RAW_CHARACTERS * 4])))
    target.rows.receipt.warn("The file ends before the table does: it may have been cut short.", line=line)


def _copied(dump: Dump, target: Target, block: bytes, width: int) -> None:
    if not block:
        return
    rows, text = target.rows, dump.text
    if _NUMBERED_ESCAPE.search(block):
        block = _unnumbered(block)
    if width == 0:
        return
    columns, starts, ends = copy_columns(block, width)
    if len(starts):
        line, place = text.line, 0
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            line += block.count(b"\n", place, start)
            place = start
            raw = block[start:end]
            count = raw.count(b"\t") + 1
            reason = f"the row has {count:,} values, {width:,} are wanted"
            rows.set_aside(Odd(line, reason, named(raw[: RAW_CHARACTERS * 4])))
    if columns and len(columns[0]):
        rows.add_columns(target.order, columns, {})


def _csv_rows(
    lines: Iterator[tuple[int, bytes]], mark: bytes, quote: bytes, null: bytes
) -> Iterator[tuple[int, bytes, list[Value]]]:
    """Rows of CSV as COPY reads it: their first line, their text and their values; what is quoted is never null."""
    m, q = re.escape(mark), re.escape(quote)
    field = re.compile(rb"(?:%s((?:[^%s]++|%s%s)*+)%s|([^%s\r\n]*+))(%s|\r?\n?\Z)" % (q, q, q, q, q, m, m))
    for at, raw in lines:
        while raw.count(quote) % 2 and len(raw) < MOST_BYTES and (more := next(lines, None)) is not None:
            raw += more[1]
        values: list[Value] = []
        place = 0
        while (found := field.match(raw, place)) is not None:
            place = found.end()
            quoted, bare = found[1], found[2]
            values.append(quoted.replace(quote * 2, quote) if quoted is not None else None if bare == null else bare)
            if found[3] != mark:
                break
        yield at, raw, values if place == len(raw) else []


def _copy_end(block: bytes) -> tuple[int, int] | None:
    """Where the line of the end mark begins and ends."""
    place = 0
    while True:
        if found := _COPY_END.match(block, place):
            return found.span()
        place = block.find(b"\n\\.", place) + 1
        if not place:
            return None


def _unnumbered(block: bytes) -> bytes:
    """Characters given by number written as themselves."""

    def one(m: re.Match[bytes]) -> bytes:
        if m[3] is not None:
            return m[0]
        byte = bytes([int(m[1], 8) & 255 if m[1] else int(m[2], 16)])
        return _BY_BYTE.get(byte, byte)

    return _NUMBERED.sub(one, block)
