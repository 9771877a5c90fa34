"""Files made to exhaust a reader: each is refused quickly, with a reason, and within bounds."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.reading import load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import parquet
from tablewright.core.readers.errors import (
    ArchiveBomb,
    FileDamaged,
    LineTooLong,
    NotATable,
    PasswordProtected,
    SheetTooLarge,
    StatementTooLong,
    TooDeep,
    TooManyColumns,
    ValuesTooLarge,
)

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def workbook_with(sheet: str | bytes) -> bytes:
    """A workbook whose first sheet has this XML."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            made.writestr(entry.filename, sheet if entry.filename == "xl/worksheets/sheet1.xml" else given.read(entry))
    return out.getvalue()


def refused(kind: type[Problem], data: bytes | str | Path, seconds: float = 20.0) -> Problem:
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        load(data)
    assert time.monotonic() - started < seconds
    assert caught.value.detail
    return caught.value


def test_noise_is_never_loaded_as_text():
    for seed in range(3):
        error = refused(NotATable, os.urandom(200_000 + seed))
        assert error.where["byte"] < 10_000


def test_noise_behind_a_good_beginning_is_refused():
    refused(NotATable, b"a,b\n" + b"1,2\n" * 200_000 + b"\x00\x01\x02\x03,\x05\n" * 100_000)


def test_known_documents_that_are_no_tables_are_refused():
    refused(NotATable, b"%PDF-1.7\n" + os.urandom(5000))
    refused(Problem, b"\x89PNG\r\n\x1a\n" + os.urandom(5000))
    refused(Problem, b"SQLite format 3\x00" + bytes(5000))


def test_a_line_of_200_megabytes_takes_constant_memory(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(200):
            file.write(b"x" * (1 << 20))
    code = (
        "import sys; from support.reading import load\n"
        "from pathlib import Path\n"
        "try: load(Path(sys.argv[1]))\n"
        "except Exception as error: print(error.code, error.where['line'])\n"
        # Not ru_maxrss: after a fork that begins with the peak of the parent, which is the whole test run.
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said, peak = done.stdout.splitlines()
    assert said == "line_too_long 3"
    assert int(peak) < 400 * 1024


def test_a_long_line_in_the_middle_names_its_line(tmp_path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 200_000 + b"x" * (40 << 20) + b"\n1,2\n")
    assert refused(LineTooLong, path).where["line"] == 200_002


def test_a_line_of_two_million_letters_is_looked_at_once():
    started = time.monotonic()
    assert load_one("a" * 2_000_000).counts == (1, 1, 0, 0)
    assert time.monotonic() - started < 4


CELLS = {"csv": b"a,b\n1,2\n3,", "quoted": b'a,b\n1,2\n3,"', "xml": b"<r><a>1</a><a>", "yaml": b'---\n- a: 1\n- a: "'}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_of_2_gigabytes_without_text_is_refused(kind, tmp_path):
    path = tmp_path / kind
    path.write_bytes(CELLS[kind])
    with path.open("r+b") as file:
        file.truncate(2 << 30)  # zeros that take no place on the disk
    assert refused(Problem, path).code in ("not_atable", "file_damaged")


def test_a_json_value_of_2_gigabytes_is_set_aside(tmp_path):
    path = tmp_path / "cell.jsonl"
    path.write_bytes(b'{"a":1}\n{"a":"')
    with path.open("r+b") as file:
        file.truncate(2 << 30)
    assert load_one(path).counts == (2, 1, 1, 0)


@pytest.mark.parametrize(("head", "rows"), [(b'[{"a":1},{"a":"', 1), (b'{"a":1}{"b":{"a":"', 1)])
def test_a_json_value_of_2_gigabytes_is_given_up_at_its_limit(head, rows, tmp_path):
    path = tmp_path / "cell.json"
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(2 << 30)
    table = load_one(path)
    assert table.counts[1] == rows
    reasons = [row["reason"] for row in table.receipt["quarantine"]]
    assert reasons == ["is longer than 16 MiB", "what follows a value longer than 256 MiB is not read"]


def test_values_behind_one_that_is_too_long_are_read(tmp_path):
    path = tmp_path / "cell.json"
    with path.open("wb") as file:
        file.write(b'[{"a":1},\n{"a":"')
        for _ in range(40):
            file.write(b"x" * (1 << 20))
        file.write(b'\\" and [{,"},\n{"a":2}]')
    table = load_one(path)
    assert table.rows == [(1,), (2,)]
    assert [(row["line"], row["reason"]) for row in table.receipt["quarantine"]] == [(2, "is longer than 16 MiB")]


def test_a_sql_value_without_an_end_is_refused_in_bounds(tmp_path):
    text = b"-- MySQL dump\nCREATE TABLE t (a text);\nINSERT INTO t VALUES ('" + b"x" * (80 << 20)
    problem = refused(StatementTooLong, text)
    assert "line 3 is longer than 64 MiB" in problem.detail


def test_a_packed_cell_of_2_gigabytes_is_refused(tmp_path):
    path = tmp_path / "cell.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,") + gzip.compress(b"x" * (64 << 20), 1) * 32)  # streams in one file
    assert refused(Problem, path).code in ("line_too_long", "archive_bomb")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_very_many_columns_are_refused(mark):
    refused(TooManyColumns, mark.join(f"c{i}" for i in range(50_000)) + "\n" + mark.join("1" * 50_000))
    refused(TooManyColumns, mark.join(f"c{i}" for i in range(2001)) + "\n")


def test_ten_million_empty_lines_are_counted_and_not_kept():
    table = load_one(b"a,b\n1,2\n" + b"\n" * 10_000_000)
    assert table.counts == (10_000_001, 1, 0, 10_000_000)
    assert len(table.receipt["skipped"]) == 1000


def test_an_open_quote_at_the_very_beginning_loses_nothing():
    table = load_one('a,b\n"1,2\n' + "3,4\n" * 300_000)
    assert table.counts == (300_001, 300_000, 1, 0)


def test_a_cell_of_a_gigabyte_is_refused_by_its_declared_size():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(200):
                part.write(b"x" * (1 << 20))
    assert "would unpack" in refused(ArchiveBomb, out.getvalue(), 5).detail


def test_cells_at_opposite_corners_do_not_make_a_rectangle():
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    assert [table.rows for table in load(workbook_with(SHEET.format(far)))] == [[(1, None), (None, 2)]]


def test_a_sheet_of_very_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr("tablewright.core.readers.excel.cells.MOST_CELLS", 50)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="C{n}"><v>1</v></c></row>' for n in range(1, 30))
    refused(SheetTooLarge, workbook_with(SHEET.format(rows)), 5)


def test_entities_in_a_workbook_are_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SHEET.format(
        "<row><c><v>&b;</v></c></row>"
    )
    refused(FileDamaged, workbook_with(bomb), 5)


def test_a_workbook_with_too_many_entries_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(10_001):
            made.writestr(f"xl/media/{number}", b"")
    refused(ArchiveBomb, out.getvalue(), 10)


def test_a_workbook_that_lies_about_a_size_is_refused():
    data = bytearray(workbook_with(SHEET.format("<row r='1'><c r='A1'><v>1</v></c></row>" * 5000)))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        size = made.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = bytes(data).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    refused(FileDamaged, lying, 5)


def test_a_workbook_cut_short_is_refused():
    data = workbook_with(SHEET.format("<row r='1'><c r='A1'><v>1</v></c></row>"))
    refused(FileDamaged, data[:-100], 5)


def test_an_encrypted_workbook_asks_for_one_without_password():
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
    refused(PasswordProtected, head + "EncryptedPackage".encode("utf-16-le") + bytes(500), 5)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a":' + "[" * 500 + "]" * 500 + "}\n"])
def test_deep_nesting_is_refused_at_its_byte(text):
    assert refused(TooDeep, text, 5).where["byte"] < 1000


@pytest.mark.parametrize("levels", [3, 900, 50_000])
def test_elements_that_are_never_closed_are_refused_at_their_byte(levels):
    error = refused(FileDamaged if levels < 1000 else TooDeep, "<a>" * levels, 5)
    assert error.where["byte"] == min(3 * levels, 3003)  # behind the element that is too deep


def test_a_parquet_file_that_declares_far_more_than_it_holds_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_VALUES", 5_000_000)
    path = tmp_path / "bomb.parquet"
    columns = ", ".join(f"'x' AS c{i}" for i in range(10))
    duckdb.sql(f"COPY (SELECT {columns} FROM range(1000000)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 1000000)")
    refused(ArchiveBomb, path, 10)


@pytest.mark.parametrize(("levels", "within"), [(21, pa.list_), (21, lambda type: pa.map_(pa.string(), type)),
                                                (260, lambda type: pa.struct([("a", type)]))])  # fmt: skip
def test_parquet_values_within_one_another_are_refused_at_a_depth(levels, within, tmp_path):
    type = pa.int64()
    for _ in range(levels):
        type = within(type)
    path = tmp_path / "deep.parquet"
    pq.write_table(pa.table({"x": pa.nulls(1, type)}), path)
    refused(TooDeep, path, 5)


def test_a_parquet_schema_of_tens_of_thousands_of_levels_ends_no_process(tmp_path):
    element = b"\x48\x01g\x15\x02\x00"  # a name, one element within
    footer = b"\x15\x02\x19" + b"\xfc\xd0\x86\x03" + element * 50_000 + b"\x16\x00\x19\x0c\x00"
    path = tmp_path / "deep.parquet"
    path.write_bytes(b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    assert "200 levels" in refused(TooDeep, path, 5).detail


def test_a_parquet_value_of_many_megabytes_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_load", lambda *_: pytest.fail("it was read"))
    path = tmp_path / "long.parquet"
    pq.write_table(pa.table({"a": ["y" * (60 << 20)]}), path, compression="zstd")
    refused(ValuesTooLarge, path, 10)


def repeated(path, texts, rows, within=lambda texts: texts):
    """A file of so many rows that name a few texts in turn, each stored once."""
    places = pa.array([row % len(texts) for row in range(rows)], pa.int32())
    values = pa.DictionaryArray.from_arrays(places, pa.array(texts))
    pq.write_table(pa.table({"a": within(values)}), path, compression="zstd", dictionary_pagesize_limit=1 << 30)
    return path


@pytest.mark.parametrize("length", [50_000, 1 << 20])
@pytest.mark.parametrize("within", [lambda texts: texts, lambda texts: pa.StructArray.from_arrays([texts], ["x"]),
                                    lambda texts: pa.ListArray.from_arrays([0, len(texts)], texts)])  # fmt: skip
def test_a_parquet_file_that_repeats_a_long_text_is_refused_before_it_is_read(length, within, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "_load", lambda *_: pytest.fail("it was read"))
    path = repeated(tmp_path / "bomb.parquet", ["y" * length, "z"], (10 << 30) // length, within)
    error = refused(ArchiveBomb, path, 10)
    assert "unpack to more than 4 GiB" in error.detail


def test_a_dictionary_with_one_long_text_is_no_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_TEXT_BYTES", 3 << 20)
    values = ["y" * (1 << 20), *["z"] * 20_000]
    path = tmp_path / "one.parquet"
    pq.write_table(pa.table({"a": pa.array(values).dictionary_encode()}), path, compression="zstd")
    assert [row[0] for row in load_one(path).rows] == values


def test_an_encoding_that_encodes_nothing_is_named():
    assert '"undefined"' in refused(NotATable, '<?xml version="1.0" encoding="undefined"?><r><o>1</o></r>').detail


def test_text_cannot_become_sql():
    name = "c1' ); DROP TABLE x; --"
    table = load_one(f'"{name}",b\n"{name}",1\n\'; SELECT 1,2\n')
    assert (table.names[0], table.rows[0][0]) == (name, name)
