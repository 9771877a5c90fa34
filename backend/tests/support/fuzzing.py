"""Damaged files of every format, against the readers as the product runs them: in a child, with limits.

A mutant is a good file with bits flipped, bytes cut out, repeated or overwritten, or its end missing. Whatever it is,
the answer is tables with balanced receipts or a refusal with a sentence: never a dead child, never a fault of ours.

    cd backend/tests && python -m support.fuzzing --seconds 600 [--format xlsx] [--seed 1] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import random
import shutil
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tablewright.core.errors import Problem
from tablewright.infra.children import ChildDied, Children, Limits, MemoryExceeded, TaskFault, TimeExceeded

LIMITS = Limits(memory_bytes=1 << 30, cpu_seconds=20, wall_seconds=10)
FAULTS = (ChildDied, TaskFault, MemoryExceeded, TimeExceeded)
ROWS = 60


def rows() -> list[tuple[int, str, date, float, str]]:
    start = date(2024, 1, 30)
    return [(i, f"név {i}, “x”", start + timedelta(days=i), i / 4, f"{i:05d}") for i in range(ROWS)]


@cache
def seeds() -> dict[str, bytes]:
    """One good small file of each format."""
    names = ("id", "name", "day", "price", "code")
    records = [dict(zip(names, row, strict=True)) for row in rows()]
    table = pa.Table.from_pylist([{**one, "tags": [one["id"], None], "at": datetime(2024, 1, 1)} for one in records])
    csv = ",".join(names) + "\n" + "".join(f'{i},"{n}",{d},{p},{c}\n' for i, n, d, p, c in rows())
    parquet = io.BytesIO()
    pq.write_table(table, parquet, row_group_size=20)
    nested = [{**one, "day": str(one["day"]), "tags": [{"t": one["id"]}, {"t": None}]} for one in records]
    items = "".join(f'<o id="{i}"><n>{n}</n><d>{d}</d><p>{p}</p><c>{c}</c></o>' for i, n, d, p, c in rows())
    xml = f'<?xml version="1.0"?><!DOCTYPE os [<!ENTITY e "x">]><os xmlns:a="urn:a">{items}<a:t>&e;</a:t></os>'
    yaml = "---\n" + "".join(
        f"- id: {i}\n  name: '{n}'\n  day: {d}\n  tags: &t{i} [a, b]\n" for i, n, d, _, _ in rows()
    )
    found = {
        "csv": csv.encode(),
        "utf-16": csv.encode("utf-16"),
        "semicolons": csv.replace(",", ";").encode("cp1252", "replace"),
        "jsonl": "".join(json.dumps(one) + "\n" for one in nested).encode(),
        "json": json.dumps({"orders": nested, "total": ROWS}, indent=1).encode(),
        "xml": xml.encode(),
        "yaml": yaml.encode(),
        "parquet": parquet.getvalue(),
        "xlsx": _workbook(names),
        "ods": _sheet_of_libreoffice(),
        "mysql": _mysql().encode(),
        "postgres": _postgres().encode(),
        "sqlite": _sqlite().encode(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.csv", csv)
        out.writestr("b.json", found["json"])
    return found | {
        "zip": packed.getvalue(),
        "gz": gzip.compress(found["csv"]),
        "bz2": bz2.compress(found["csv"]),
        "xz": lzma.compress(found["csv"]),
    }


def _workbook(names: tuple[str, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(names)
    for row in rows():
        sheet.append(row)
    sheet.merge_cells("A70:B70")
    book.create_sheet("second").append(["=1+1", True, None])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_of_libreoffice() -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = "".join(f' xmlns:{x}="urn:oasis:names:tc:opendocument:xmlns:{x}:1.0"' for x in ("office", "table", "text"))
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{i}"><text:p>{i}</text:p>'
        f'</table:table-cell><table:table-cell office:value-type="string"><text:p>{n}</text:p></table:table-cell>'
        "</table:table-row>"
        for i, n, *_ in rows()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", kind, zipfile.ZIP_STORED)
        made.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        made.writestr(
            "content.xml",
            f'<office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="t">{cells}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def _mysql() -> str:
    values = ",".join(f"({i},'O\\'n {i}','{d}',{p},'{c}')" for i, _, d, p, c in rows())
    return (
        "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nCREATE TABLE `o` (\n `id` int NOT NULL AUTO_INCREMENT,\n"
        " `n` varchar(9),\n `d` date,\n `p` decimal(9,2),\n `c` char(5),\n PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n"
        f"INSERT INTO `o` VALUES {values};\n"
    )


def _postgres() -> str:
    lines = "".join(f"{i}\t{n}\t{d}\t{p}\t\\N\n" for i, n, d, p, _ in rows())
    return (
        "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.o (\n    id integer NOT NULL,\n    n text,\n"
        f"    d date,\n    p numeric(9,2),\n    c text\n);\n\nCOPY public.o (id, n, d, p, c) FROM stdin;\n{lines}"
        "\\.\n\n"
        "ALTER TABLE ONLY public.o ADD CONSTRAINT o_pkey PRIMARY KEY (id);\n"
    )


def _sqlite() -> str:
    with sqlite3.connect(":memory:") as con:
        con.execute("CREATE TABLE o (id INTEGER PRIMARY KEY, n TEXT, d TEXT, p REAL, c TEXT)")
        con.executemany("INSERT INTO o VALUES (?,?,?,?,?)", [(i, n, str(d), p, c) for i, n, d, p, c in rows()])
        return "\n".join(con.iterdump())


def mutant(seed: bytes, draw: random.Random) -> bytes:
    """A damaged copy: one to four injuries."""
    data = bytearray(seed)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        if not data:
            break
        at = draw.randrange(len(data))
        match draw.randrange(7):
            case 0:
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                del data[at:]
            case 2:
                del data[at : at + draw.randrange(1, 40)]
            case 3:
                data[at : at + draw.randrange(1, 9)] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9)))
            case 4:
                data[at:at] = data[at : at + draw.randrange(1, 400)]
            case 5:
                data[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
            case _:
                data[at:at] = draw.choice(
                    (b'"', b"'", b"<", b"{", b"[" * 200, b"\0", b"\r", b"\xef\xbb\xbf", b"&e;" * 9)
                )
    return bytes(data)


@contextmanager
def reading(folder: Path) -> Iterator[Children]:
    """Children as the product's own, but small: what needs more than a gigabyte or ten seconds is a fault."""
    (folder / "scratch").mkdir()
    with Children(size=1, reuse=True, limits=LIMITS, scratch=folder / "scratch", readable=[folder]) as children:
        yield children


def outcome(children: Children, folder: Path, data: bytes, name: str = "table") -> str:
    """What came of a file: `loaded`, or the name of the refusal. Raises AssertionError when it is neither."""
    path, out = folder / "upload", folder / "scratch" / "out"
    path.write_bytes(data)
    out.mkdir(exist_ok=True)
    try:
        reply = children.call(
            "load",
            {"path": str(path), "filename": name, "out_dir": str(out), "memory_bytes": 128 << 20, "threads": 1},
        )
    except FAULTS as fault:
        raise AssertionError(f"{type(fault).__name__}: {fault.detail}") from fault
    except Problem as problem:
        assert len(problem.detail) > 10, problem
        assert "Traceback" not in problem.detail, problem.detail
        return problem.code
    finally:
        shutil.rmtree(out, ignore_errors=True)
    for table in reply.value["tables"]:
        receipt = table["receipt"]
        accounted = receipt["rows_loaded"] + receipt["rows_quarantined"] + receipt["rows_skipped"]
        assert receipt["rows_seen"] == accounted, receipt
        assert table["row_count"] == receipt["rows_loaded"]
    return "loaded"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--format", action="append", choices=sorted(seeds()))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, help="where files that made a reader fail are kept")
    options = parser.parse_args()
    good = {name: data for name, data in seeds().items() if not options.format or name in options.format}
    draw, found, failed = random.Random(options.seed), Counter[str](), 0
    print(f"seed {options.seed}")
    deadline = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as place, reading(Path(place)) as children:
        while time.monotonic() < deadline:
            for name, data in good.items():
                damaged = mutant(data, draw)
                try:
                    found[f"{name}: {outcome(children, Path(place), damaged)}"] += 1
                except AssertionError as fault:
                    failed += 1
                    print(f"FAILED {name}: {str(fault)[:600]}")
                    if options.keep:
                        options.keep.mkdir(parents=True, exist_ok=True)
                        (options.keep / f"{name}-{options.seed}-{failed}").write_bytes(damaged)
    for what, count in sorted(found.items()):
        print(f"{count:6} {what}")
    print(f"{sum(found.values())} files, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
