"""What is shown of a file that is still arriving: rows of its beginning, in each format that can be read so."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.reading import preview_of

from tablewright.core.errors import Problem
from tablewright.core.readers.glance import AT_END

_draw = random.Random(7)
RECORDS = [{"id": n, "name": f"Name {n}", "code": f"{_draw.getrandbits(64):x}"} for n in range(6000)]
CSV = "id,name,code\n" + "".join(f"{r['id']},{r['name']},{r['code']}\n" for r in RECORDS)
ROWS = [[str(value) for value in record.values()] for record in RECORDS]


def zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "csv": CSV.encode(),
    "json": json.dumps(RECORDS).encode(),
    "json, wrapped": json.dumps({"made": "today", "items": RECORDS}, indent=2).encode(),
    "json lines": "\n".join(map(json.dumps, RECORDS)).encode(),
    "xml": (
        "<people>"
        + "".join(f"<p id='{r['id']}'><name>{r['name']}</name><code>{r['code']}</code></p>" for r in RECORDS)
        + "</people>"
    ).encode(),
    "yaml": "".join(f"- id: {r['id']}\n  name: {r['name']}\n  code: x{r['code']}\n" for r in RECORDS).encode(),
    "inserts": (
        "CREATE TABLE people (id int, name varchar(20), code varchar(20));\nINSERT INTO people VALUES "
        + ",\n".join(f"({r['id']},'{r['name']}','{r['code']}')" for r in RECORDS)
        + ";"
    ).encode(),
    "copy": (
        "CREATE TABLE public.people (id integer, name text, code text);\n"
        "COPY public.people (id, name, code) FROM stdin;\n"
        + "".join(f"{r['id']}\t{r['name']}\t{r['code']}\n" for r in RECORDS)
        + "\\.\n"
    ).encode(),
    "csv.gz": gzip.compress(CSV.encode()),
    "json.gz": gzip.compress(json.dumps(RECORDS).encode()),
    "csv.xz": lzma.compress(CSV.encode(), preset=0),
    "csv.zip": zipped("people.csv", CSV),
}


@pytest.mark.parametrize("what", FILES)
def test_the_first_rows_are_read_from_the_first_bytes(what: str):
    found = preview_of(FILES[what][:20_000], f"people.{what}")
    assert [column["name"] for column in found["schema"]] == ["id", "name", "code"]
    rows = [[(value or "").removeprefix("x") if what == "yaml" else value for value in row] for row in found["rows"]]
    assert rows == ROWS[: len(rows)]
    assert len(rows) >= 50
    assert found["is_partial"] is True


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("size", [1, 2, 40, 333, 16_384, 16_385, 16_397])
def test_wherever_a_file_is_cut_its_rows_are_whole_or_there_are_none(what: str, size: int):
    try:
        found = preview_of(FILES[what][:size], f"people.{what}")
    except Problem:
        return  # nothing can be read of so little
    if [column["name"] for column in found["schema"]] == ["id", "name", "code"] and what != "yaml":
        complete = [row for row in found["rows"] if None not in row]
        assert complete[:-1] == ROWS[: len(complete)][:-1]


def test_what_has_its_contents_at_its_end_says_when_its_rows_are_shown():
    book = preview_of(zipped("[Content_Types].xml", "<Types/>" + CSV)[:20_000], "book.xlsx")
    table = preview_of(b"PAR1" + bytes(20_000), "table.parquet")
    assert book == {"later": AT_END.format("a workbook", "is read")}
    assert table == {"later": AT_END.format("a Parquet file", "has arrived")}


def test_a_parquet_file_that_has_arrived_shows_its_first_rows():
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1, None, 3], "day": [date(2024, 2, 29)] * 3, "tags": [["a"], [], None]}), out)
    found = preview_of(out.getvalue(), "table.parquet", whole=True)
    assert [(column["name"], column["type"]) for column in found["schema"]] == [
        ("id", "integer"), ("day", "date"), ("tags", "text"),
    ]  # fmt: skip
    assert found["rows"] == [["1", "2024-02-29", "['a']"], [None, "2024-02-29", "[]"], ["3", "2024-02-29", None]]
    with pytest.raises(Problem):
        preview_of(out.getvalue()[:-9], "table.parquet", whole=True)


def test_the_first_blocks_of_zstandard_are_read():
    packed = pa.compress(CSV.encode(), codec="zstd", asbytes=True)
    assert preview_of(packed[:-1000], "people.csv.zst")["rows"] == ROWS[:100]
    with pytest.raises(Problem):
        preview_of(packed[:1000], "people.csv.zst")  # not one block is whole


def test_a_bomb_is_unpacked_no_further_than_what_is_shown():
    bomb = pa.compress(b"a,b\n" + b"1,2\n" * (1 << 26), codec="zstd", asbytes=True)
    assert len(preview_of(bomb, "bomb.csv.zst")["rows"]) == 100


def test_a_first_block_that_is_not_complete_gives_a_reason_not_a_crash():
    with pytest.raises(Problem):
        preview_of(bz2.compress(CSV.encode() * 10)[:100], "people.csv.bz2")
