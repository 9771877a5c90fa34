"""Load the other formats: Excel, JSON lines, XML, SQL dumps; and how time and memory grow with the rows.

Each is loaded through the same entry as an upload (typed on all rows, profiled, counted, written as Parquet) in a
process of its own. Times are those of the whole process less those of one that only imports the same packages;
the rounds alternate, and the medians count. Peers:

- Excel: python-calamine and, where it is installed, fastexcel, which only read the cells.
- JSON lines: DuckDB's `COPY (FROM read_json(…)) TO parquet`.
- XML and SQL dumps: none reads them into tables; the figure is MB of the file a second of processor time.
- Growth: the exponent of CPU time against rows, from 100,000 to 1 M rows and from 1 M to 10 M (a workbook holds no
  more than one), and the peak of memory at the end. 10 M rows are the same million ten times.

    python bench/formats.py [excel] [json] [xml] [sql] [growth] [--rows 1000000]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from load import MEMORY, THREADS, child, generate

LOAD = f"""
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
if len(sys.argv) > 1:
    params = {{"path": sys.argv[1], "out_dir": sys.argv[2] + "/out", "memory_bytes": {MEMORY}, "threads": {THREADS}}}
    tables = run(params, Quiet(Path(sys.argv[2])))["tables"]
    loaded = sum(table["receipt"]["rows_loaded"] for table in tables)
    assert loaded == int(sys.argv[3]), [(table["name"], table["receipt"]) for table in tables]
"""
DUCKDB_JSON = f"""
import duckdb
if len(sys.argv) > 1:
    con = duckdb.connect(config={{"memory_limit": "{MEMORY}B", "threads": "{THREADS}", "temp_directory": sys.argv[2]}})
    con.execute("COPY (FROM read_json('" + sys.argv[1] + "')) TO '" + sys.argv[2] + "/out.parquet' (FORMAT parquet)")
"""
CALAMINE = """
import python_calamine
if len(sys.argv) > 1:
    sheet = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
    assert sum(1 for _ in sheet.iter_rows()) == int(sys.argv[3]) + 1
"""
FASTEXCEL = """
import fastexcel
if len(sys.argv) > 1:
    batch = fastexcel.read_excel(sys.argv[1]).load_sheet(0).to_arrow()
    assert batch.num_rows == int(sys.argv[3])
"""
ROUNDS = 3
MB = 1_000_000
MEASURED: dict[tuple[str, int], list[float]] = {}
"""What was found for our own loading, by the file's name and rows: each size is measured once."""
Row = tuple[int, str, str, str, int, str, str, str, int, str]


def rows_of(count: int) -> Iterator[Row]:
    """Ten mixed values a row: a number, a moment, a day, texts, a code with zeros, money, a flag."""
    draw = random.Random(7)
    words = ("red", "green", "blue", "amber", "slate", "ivory", "coral", "olive", "navy", "teal")
    for i in range(1, count + 1):
        day = draw.randrange(1, 29)
        yield (
            i,
            f"2023-{draw.randrange(1, 13):02d}-{day:02d} {draw.randrange(24):02d}:{draw.randrange(60):02d}:00",
            f"2024-{draw.randrange(1, 13):02d}-{day:02d}",
            f"region {draw.randrange(8)}",
            draw.randrange(500),
            f"customer {draw.randrange(max(1, count // 5))}",
            f"{draw.randrange(1000, 99999):05d}",
            f"{draw.randrange(100000)}.{draw.randrange(100):02d}",
            draw.randrange(2),
            f"{draw.choice(words)}, {draw.choice(words)}",
        )


NAMES = ("id", "ordered_at", "day", "region", "quantity", "customer", "postal_code", "amount", "active", "note")


def write_json(path: Path, count: int) -> None:
    with path.open("w") as out:
        for row in rows_of(count):
            values = dict(zip(NAMES, row, strict=True))
            values |= {"amount": float(row[7]), "active": bool(row[8])}
            out.write(json.dumps(values) + "\n")


def write_xml(path: Path, count: int) -> None:
    with path.open("w") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<orders>\n')
        for row in rows_of(count):
            inner = "".join(f"<{name}>{value}</{name}>" for name, value in zip(NAMES[1:], row[1:], strict=True))
            out.write(f'  <order id="{row[0]}">{inner}</order>\n')
        out.write("</orders>\n")


def write_inserts(path: Path, count: int) -> None:
    """As mysqldump writes: extended inserts."""
    types = ("int NOT NULL", "datetime", "date", "varchar(40)", "int", "varchar(60)", "varchar(5)")
    types = (*types, "decimal(12,2)", "tinyint", "text")
    columns = ",\n".join(f"  `{name}` {kind}" for name, kind in zip(NAMES, types, strict=True))
    with path.open("w") as out:
        out.write(f"-- MySQL dump 10.13\nCREATE TABLE `orders` (\n{columns},\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n")
        batch: list[str] = []
        for row in rows_of(count):
            i, at, day, region, quantity, customer, code, amount, active, note = row
            batch.append(f"({i},'{at}','{day}','{region}',{quantity},'{customer}','{code}',{amount},{active},'{note}')")
            if len(batch) == 1000 or i == count:
                out.write(f"INSERT INTO `orders` VALUES {','.join(batch)};\n")
                batch.clear()


def write_copy(path: Path, count: int) -> None:
    """As pg_dump writes: COPY."""
    types = ("integer", "timestamp", "date", "text", "integer", "text", "character varying(5)", "numeric(12,2)")
    columns = ",\n".join(f"    {name} {kind}" for name, kind in zip(NAMES, (*types, "integer", "text"), strict=True))
    with path.open("w") as out:
        out.write("--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n")
        out.write(f"CREATE TABLE public.orders (\n{columns}\n);\n\n")
        out.write(f"COPY public.orders ({', '.join(NAMES)}) FROM stdin;\n")
        for row in rows_of(count):
            out.write("\t".join(map(str, row)) + "\n")
        out.write("\\.\n")


def write_xlsx(path: Path, count: int) -> None:
    """As Excel writes: shared texts, dates as styled numbers."""
    shared: dict[str, int] = {}

    def text(value: str) -> int:
        return shared.setdefault(value, len(shared))

    kind = "http://schemas.openxmlformats.org/"
    part = 'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            head = "".join(f'<c r="{"ABCDEFGHIJ"[i]}1" t="s"><v>{text(name)}</v></c>' for i, name in enumerate(NAMES))
            sheet.write(f'<worksheet xmlns="{kind}spreadsheetml/2006/main"><sheetData><row r="1">{head}</row>'.encode())
            lines: list[str] = []
            for n, row in enumerate(rows_of(count), start=2):
                serial = 44927 + n % 700
                cells = (
                    f'<c r="A{n}"><v>{row[0]}</v></c><c r="B{n}" s="2"><v>{serial}.25</v></c>'
                    f'<c r="C{n}" s="1"><v>{serial}</v></c><c r="D{n}" t="s"><v>{text(row[3])}</v></c>'
                    f'<c r="E{n}"><v>{row[4]}</v></c><c r="F{n}" t="s"><v>{text(row[5])}</v></c>'
                    f'<c r="G{n}" t="s"><v>{text(row[6])}</v></c><c r="H{n}"><v>{row[7]}</v></c>'
                    f'<c r="I{n}" t="b"><v>{row[8]}</v></c><c r="J{n}" t="s"><v>{text(row[9])}</v></c>'
                )
                lines.append(f'<row r="{n}">{cells}</row>')
                if len(lines) == 5000:
                    sheet.write("".join(lines).encode())
                    lines.clear()
            sheet.write(("".join(lines) + "</sheetData></worksheet>").encode())
        texts = "".join(f"<si><t>{value}</t></si>" for value in shared)
        out.writestr("xl/sharedStrings.xml", f'<sst xmlns="{kind}spreadsheetml/2006/main">{texts}</sst>')
        out.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{kind}spreadsheetml/2006/main"><fonts><font/></fonts><fills><fill/></fills>'
            '<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
        )
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{kind}spreadsheetml/2006/main" xmlns:r="{kind}officeDocument/2006/relationships">'
            '<sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        relation = f"{kind}officeDocument/2006/relationships/"
        out.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{kind}package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relation}sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="rId3" Type="{relation}styles" Target="styles.xml"/></Relationships>',
        )
        out.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kind}package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{relation}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        out.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kind}package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" {part}sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" {part}worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" {part}sharedStrings+xml"/>'
            f'<Override PartName="/xl/styles.xml" {part}styles+xml"/></Types>',
        )


def measured(path: Path, rows: int, ways: dict[str, str], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Medians of wall seconds, CPU seconds and peak MiB of each way, less what only importing costs."""
    runs: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, body in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                idle = child(body)
                busy = child(body, str(path), folder, str(rows))
                runs[name].append([busy[0] - idle[0], busy[1] - idle[1], busy[2]])
    found = {name: [statistics.median(column) for column in zip(*each, strict=True)] for name, each in runs.items()}
    MEASURED[path.name, rows] = found["ours"]
    for name, (wall, cpu, peak) in found.items():
        print(f"  {path.name:14} {name:10} wall {wall:6.2f} s  cpu {cpu:6.2f} s  {peak:5.0f} MiB", file=sys.stderr)
    return found


def against(what: str, found: dict[str, list[float]], peers: dict[str, str | None]) -> list[dict[str, Any]]:
    """One row a peer: CPU against CPU; the target, where there is one, is a ratio."""
    rows: list[dict[str, Any]] = []
    for peer, target in peers.items():
        row = {"what": f"CPU time, {what}", "ours": round(found["ours"][1], 2), "peer": round(found[peer][1], 2)}
        rows.append(row | {"peer_name": peer, "unit": "s"} | ({"target": target} if target else {}))
    return [*rows, memory(what, found["ours"])]


def memory(what: str, ours: list[float]) -> dict[str, Any]:
    return {"what": f"peak memory, {what}", "ours": round(ours[2]), "unit": "MiB", "target": "<= 600"}


def excel(folder: Path, count: int) -> list[dict[str, Any]]:
    path = folder / "orders.xlsx"
    write_xlsx(path, count)
    ways = {"ours": LOAD, "calamine": CALAMINE}
    if importlib.util.find_spec("fastexcel"):
        ways["fastexcel"] = FASTEXCEL
    found = measured(path, count, ways)
    fastest = min(found.keys() - {"ours"}, key=lambda name: found[name][1])
    rows = against(f"Excel, {count:,} rows", found, {fastest: "<= 1.3 x"})
    rows[-1].pop("target")  # the cells of a workbook are in memory at once, in every reader
    return rows


def json_lines(folder: Path, count: int) -> list[dict[str, Any]]:
    path = folder / "orders.jsonl"
    write_json(path, count)
    found = measured(path, count, {"ours": LOAD, "DuckDB COPY": DUCKDB_JSON})
    return against(f"JSON lines, {count:,} rows", found, {"DuckDB COPY": "<= 1.5 x"})


def throughput(
    what: str, name: str, write: Callable[[Path, int], None], folder: Path, count: int
) -> list[dict[str, Any]]:
    path = folder / name
    write(path, count)
    found = measured(path, count, {"ours": LOAD})
    speed = path.stat().st_size / MB / found["ours"][1]
    row = {"what": f"{what}, {count:,} rows", "ours": round(speed, 1), "unit": "MB/s of CPU", "target": ">= 20"}
    return [row, memory(f"{what}, {count:,} rows", found["ours"])]


def xml(folder: Path, count: int) -> list[dict[str, Any]]:
    return throughput("XML", "orders.xml", write_xml, folder, count)


def sql(folder: Path, count: int) -> list[dict[str, Any]]:
    inserts = throughput("SQL dump with INSERT", "inserts.sql", write_inserts, folder, count)
    return inserts + throughput("SQL dump with COPY", "copy.sql", write_copy, folder, count)


def csv(path: Path, count: int) -> None:
    generate(path, count)


def times_ten(path: Path, head: int, foot: int) -> None:
    """The rows of a file ten times; `head` lines stand before them and `foot` lines behind."""
    lines = path.read_bytes().splitlines(keepends=True)
    rows = b"".join(lines[head : len(lines) - foot])
    with path.open("wb") as out:
        out.writelines(lines[:head])
        for _ in range(10):
            out.write(rows)
        out.writelines(lines[len(lines) - foot :])


GROWING: dict[str, tuple[str, Callable[[Path, int], None], int, int]] = {
    "CSV": ("orders.csv", csv, 1, 0),
    "JSON lines": ("orders.jsonl", write_json, 0, 0),
    "XML": ("orders.xml", write_xml, 2, 1),
    "SQL dump with INSERT": ("inserts.sql", write_inserts, len(NAMES) + 4, 0),
    "Excel": ("orders.xlsx", write_xlsx, 0, 0),
}
"""What it is, its file's name, who writes it, and how many lines stand before and behind its rows."""


def growth(folder: Path, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for what, (name, write, head, foot) in GROWING.items():
        path = folder / name
        found: dict[int, list[float]] = {}
        for size, rounds in ((count // 10, 3), (count, 2), (count * 10, 1)):
            if size > count:
                if what == "Excel":
                    break  # a sheet holds 1,048,576 rows
                times_ten(path, head, foot)
            elif (name, size) not in MEASURED or what != "Excel":
                write(path, size)
            known = MEASURED.get((name, size))
            found[size] = known or measured(path, size, {"ours": LOAD}, rounds=rounds)["ours"]
            if size > count // 10:
                exponent = math.log10(found[size][1] / found[size // 10][1])
                row = {"what": f"growth of CPU time, {size // 10:,} to {size:,} rows of {what}", "unit": "exponent"}
                rows.append(row | {"ours": round(exponent, 3), "target": "<= 1.05"})
        path.unlink(missing_ok=True)
        if what != "Excel":
            rows.append(memory(f"{count * 10:,} rows of {what}", found[count * 10]))
            if what.startswith("SQL"):
                rows[-1]["target"] = "<= 300"
    return rows


PARTS = {"excel": excel, "json": json_lines, "xml": xml, "sql": sql, "growth": growth}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS])
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    lines: list[dict[str, Any]] = []
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            lines += PARTS[part](Path(folder), options.rows)
    print(json.dumps({"title": "Load other formats, and how loading grows", "rows": lines}))


if __name__ == "__main__":
    main()
