"""One file through two doors: the command line, and the API that the browser sends to and shows, say the same of it."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.data import loaded
from support.people import a_person

MESSY = """Umsatz 2025;;;
Region;Datum;Betrag;Menge
Nord;01.02.2025;1.234,50;3
Süd;03.02.2025;99,00;12
West;04.03.2025;1.000,25;7
Ost;05.03.2025;5,00
Nord;06.03.2025;12,40;n/a
Summe;;2.351,15;22
""".encode("cp1252")
ALIGNED = "Name          City        Amount\n" + "".join(
    f"{name:<14}{city:<12}{amount:>6}\n"
    for name, city, amount in [("Anna Smith", "London", 12.5), ("Bo", "New York", 120.25), ("Carla", "Rome", 3.75)] * 4
)
NESTED = [{"id": n, "who": {"name": f"Name {n}"}, "lines": [{"sku": f"0{n}", "qty": n}]} for n in range(1, 6)]
LINES = "".join(json.dumps({"n": n, "at": f"2024-01-{n:02}T10:00:00+02:00"}) + "\n" for n in range(1, 9)) + "{oops\n"
XML = "<shop>" + "".join(f"<item id='{n}'><price>{n}.50</price></item>" for n in range(1, 9)) + "</shop>"
YAML = "".join(f"- code: 00{n}\n  open: yes\n  on: 2024-02-0{n}\n" for n in range(1, 9))
DUMP = """CREATE TABLE city (id int PRIMARY KEY, name varchar(20));
CREATE TABLE person (id int PRIMARY KEY, city_id int REFERENCES city (id), name varchar(20));
INSERT INTO city VALUES (1,'Oslo'),(2,'Rome');
INSERT INTO person VALUES (1,1,'Ada'),(2,2,'Bo');
"""


def book() -> bytes:
    out, made = io.BytesIO(), openpyxl.Workbook()
    sheet = made.active
    for row in [("Sales of 2024",), (), ("Region", "Day", "Share"), ("North", date(2024, 2, 29), 0.5),
                ("South", date(2024, 3, 1), 0.25), ("Total", None, 0.75)]:  # fmt: skip
        sheet.append(row)
    other = made.create_sheet("Hidden")
    other.sheet_state = "hidden"
    for row in [("a", "b"), (1, "x"), (2, "y")]:
        other.append(row)
    made.save(out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2, None], "day": [date(2024, 2, 29)] * 3, "tags": [["a"], [], None]}), out)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "umsatz.csv": MESSY,
    "aligned.txt": ALIGNED.encode(),
    "orders.json": json.dumps(NESTED).encode(),
    "events.jsonl": LINES.encode(),
    "shop.xml": XML.encode(),
    "codes.yaml": YAML.encode(),
    "dump.sql": DUMP.encode(),
    "book.xlsx": book(),
    "packed.csv.gz": gzip.compress(b"id,when,ok\n" + b"".join(b"0%d,0%d/02/2024,ja\n" % (n, n) for n in range(1, 9))),
    "typed.parquet": parquet(),
}


def by_command(path: Path) -> list[dict[str, Any]]:
    words = [sys.executable, "-m", "tablewright.cli", "load", str(path), "--json", "--no-rows"]
    said = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return [shown(table, said["format"], table["schema"]) for table in said["tables"]]


def shown(table: dict[str, Any], format: str, schema: list[dict[str, Any]]) -> dict[str, Any]:
    """What a load says about a table, in the words that all doors have."""
    receipt = table["receipt"]
    columns = [{key: each.get(key) for key in ("id", "name", "type", "role", "unit", "format")} for each in schema]
    decisions = [{key: value for key, value in each.items() if value is not None} for each in receipt["decisions"]]
    counts = {key: receipt[key] for key in ("rows_seen", "rows_loaded", "rows_quarantined", "rows_skipped")}
    odd = {
        what: [(row["line"], row["reason"], row["raw"]) for row in receipt[what]] for what in ("quarantine", "skipped")
    }
    warnings = [each["reason"] for each in receipt["warnings"]]
    return {"format": format, "columns": columns, "decisions": decisions, **counts, **odd, "warnings": warnings}


@pytest.mark.parametrize("name", FILES)
def test_command_line_and_api_decide_the_same(client, name: str, tmp_path: Path):
    person, path = a_person(client), tmp_path / name
    path.write_bytes(FILES[name])
    job = loaded(person, name, FILES[name])
    found = [person.get(f"/datasets/{each}").json() for each in job["result"]["dataset_ids"]]
    sent = [shown(dataset, dataset["source"]["format"], dataset["schema"]) for dataset in found]
    assert any(table["decisions"] for table in sent)
    assert sent == by_command(path)
