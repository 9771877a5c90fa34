"""Harmed files of every format, and files of odd shapes: they are read, or refused with words for a person.

And nothing else, in bounded memory. Each format has so many cases of a fixed seed; `make fuzz` tries many more and
larger ones, with seeds of its own.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.reading import load
from support.shapes import SHAPES
from support.workbooks import ods, xlsb, xlsx

from tablewright.core.errors import Problem

CASES = int(os.environ.get("TABLEWRIGHT_FUZZ_CASES", "16"))
SIZES = (1,) if CASES <= 16 else (1, 3, 10, 30)
MOST_MEMORY = 800 << 20
"""What reading one small file may take beside what the process has already."""
SEED = os.environ.get("TABLEWRIGHT_FUZZ_SEED", "1")
ROWS = [
    (i, f"name {i % 7}", f"{i * 37 % 1000}.{i % 100:02d}", f"2024-{i % 12 + 1:02d}-{i % 28 + 1:02d}") for i in range(60)
]
NAMES = ("id", "name", "amount", "day")
CSV = (
    "\n".join([",".join(NAMES), *(f'{i},"{name}, x",{amount},{day}' for i, name, amount, day in ROWS)]).encode() + b"\n"
)
OBJECTS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def parquet() -> bytes:
    out = io.BytesIO()
    table = pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(NAMES)})
    pq.write_table(table.append_column("many", pa.array([[i, None] for i, *_ in ROWS])), out, row_group_size=20)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("one.csv", CSV)
        made.writestr("two.json", json.dumps(OBJECTS))
    return out.getvalue()


def copied() -> bytes:
    lines = "".join("\t".join(map(str, row)) + "\n" for row in ROWS)
    return (
        "-- PostgreSQL database dump\nCREATE TABLE t (id integer, name text, amount numeric, day date);\n"
        f"COPY t (id, name, amount, day) FROM stdin;\n{lines}\\.\n"
    ).encode()


def inserted() -> bytes:
    values = ",".join(f"({i},'{name}\\'s',{amount},'{day}')" for i, name, amount, day in ROWS)
    return (
        "-- MySQL dump\n"
        "CREATE TABLE `t` (`id` int, `name` varchar(20), `amount` decimal(8,2), `day` date) ENGINE=InnoDB;\n"
        f"INSERT INTO `t` VALUES {values};\n"
    ).encode()


def sheet() -> str:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{i}</v></c><c r="B{n}" t="inlineStr"><is><t>{name}</t></is></c></row>'
        for n, (i, name, *_) in enumerate(ROWS, start=1)
    )
    return f"<sheetData>{cells}</sheetData>"


OPEN_ROWS = "".join(
    f'<table:table-row><table:table-cell office:value-type="float" office:value="{i}"/>'
    f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell></table:table-row>'
    for i, name, *_ in ROWS
)
WHOLE: dict[str, Callable[[], bytes]] = {
    "csv": lambda: CSV,
    "tabs": lambda: CSV.replace(b",", b"\t"),
    "utf-16": lambda: CSV.decode().encode("utf-16"),
    "json": lambda: json.dumps(OBJECTS).encode(),
    "jsonl": lambda: "".join(json.dumps(one) + "\n" for one in OBJECTS).encode(),
    "nested": lambda: json.dumps({"items": [{**one, "of": [{"x": 1}], "at": {"y": None}} for one in OBJECTS]}).encode(),
    "xml": lambda: ("<r>" + "".join(f'<o id="{i}"><n>{n}</n><d>{d}</d></o>' for i, n, _, d in ROWS) + "</r>").encode(),
    "yaml": lambda: ("---\n" + "".join(f"- id: {i}\n  name: &n{i} {n}\n  day: {d}\n" for i, n, _, d in ROWS)).encode(),
    "copy": copied,
    "inserts": inserted,
    "parquet": parquet,
    "xlsx": lambda: xlsx(sheet()),
    "xlsb": lambda: xlsb([[5, "a", 0.5]] * 40, formats=["0%"]),
    "ods": lambda: ods(f'<table:table table:name="T">{OPEN_ROWS}</table:table>'),
    "zip": archive,
    "gz": lambda: gzip.compress(CSV),
    "bz2": lambda: bz2.compress(CSV),
    "xz": lambda: lzma.compress(CSV),
}


def harmed(data: bytes, draw: random.Random) -> bytes:
    """The same with bits flipped, bytes put in or taken out, a stretch said twice, two ends exchanged, or cut short."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 5, 40))):
        at = draw.randrange(len(changed))
        match draw.randrange(7):
            case 0 | 1:
                changed[at] ^= 1 << draw.randrange(8)
            case 2:
                changed[at] = draw.choice(b"\0\n\r\",;'\\<>&{}[]():-\xff\xfe\x80")
            case 3:
                changed[at:at] = bytes(
                    draw.choice((b"\0", b'"', b"\n" * 9, b"9" * 400, b"\xef\xbb\xbf", b"((((", b"<a>"))
                )
            case 4:
                changed[at : at + draw.randrange(1, 60)] = b""
            case 5:
                changed[at:at] = changed[at : at + draw.randrange(1, 300)]
            case _:
                changed = changed[at:] + changed[:at] if draw.randrange(4) == 0 else changed[: max(at, 1)]
        if not changed:
            break
    return bytes(changed) or b"\n"


@pytest.mark.parametrize("kind", WHOLE)
def test_harmed_files_are_read_or_refused(kind):
    data = WHOLE[kind]()
    assert load(data, f"whole.{kind}")  # whose receipts add up, as `load` checks
    for case in range(CASES):
        each = harmed(data, random.Random(f"{SEED} {kind} {case}"))
        try:
            load(each, f"harmed.{kind}")
        except Problem as problem:
            assert problem.code and problem.detail
            assert "/tmp" not in problem.detail
        except Exception as error:
            error.add_note(f"case {case} of {kind} under TABLEWRIGHT_FUZZ_SEED={SEED}: {each[:300]!r}")
            raise


def resident(which: str) -> int:
    """Bytes of memory that this process has (VmRSS), or had at most since it was last asked to forget (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) << 10


@pytest.mark.parametrize("kind", SHAPES)
def test_files_of_odd_shapes_are_read_or_refused_in_bounded_memory(kind):
    for case in range(max(1, CASES // 2)):
        draw = random.Random(f"{SEED} {kind} {case}")
        data = SHAPES[kind](draw, draw.choice(SIZES))
        Path("/proc/self/clear_refs").write_text("5")
        before = resident("VmRSS")
        try:
            load(data, kind)
        except Problem as problem:
            assert problem.code and problem.detail
            assert "/tmp" not in problem.detail
        except Exception as error:
            error.add_note(f"case {case} of {kind} under TABLEWRIGHT_FUZZ_SEED={SEED}: {data[:300]!r}")
            raise
        taken = resident("VmHWM") - before
        assert taken < MOST_MEMORY, f"case {case} of {kind} took {taken >> 20} MiB"
