"""Excel, JSON and Parquet: what becomes of their values, and which reader takes a file."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import openpyxl
import pytest
from support.reading import load, load_one

from tablewright.core.readers.errors import FileDamaged, NothingReadable


def workbook(*sheets: tuple[str, list[list[Any]]], hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("values", "physical", "read"),
    [
        ([1, 2, None], "BIGINT", [1, 2, None]),
        ([1, 2.5], "DOUBLE", [1.0, 2.5]),
        (["007", "12"], "VARCHAR", ["007", "12"]),
        ([5, "n/a", 2.5], "DOUBLE", [5.0, None, 2.5]),
        ([5, "later", 2.5], "VARCHAR", ["5", "later", "2.5"]),
        ([True, False], "BOOLEAN", [True, False]),
        ([date(2024, 1, 5), date(1900, 3, 1)], "DATE", [date(2024, 1, 5), date(1900, 3, 1)]),
        (
            [date(2024, 1, 5), datetime(2024, 1, 5, 10, 30)],
            "TIMESTAMP",
            [datetime(2024, 1, 5), datetime(2024, 1, 5, 10, 30)],
        ),
        ([time(10, 30)], "TIME", [time(10, 30)]),
        ([timedelta(hours=30, minutes=5)], "VARCHAR", ["30:05:00"]),
        ([datetime(2024, 1, 5, 10, 30), "soon"], "VARCHAR", ["2024-01-05 10:30:00", "soon"]),
    ],
)
def test_cells_keep_their_type_and_mixed_columns_their_text(values, physical, read):
    table = load_one(workbook(("Sheet", [["name", "column"], *[["x", value] for value in values]])))
    assert (table.physical[1], [row[1] for row in table.rows]) == (physical, read)


def test_every_sheet_with_data_becomes_a_table_and_hidden_ones_are_marked():
    tables = load(
        workbook(
            ("Plan", [["Budget 2024"], [], ["region", "amount"], ["North", 5], [None, None], ["South", 6]]),
            ("Empty", []),
            ("Actual", [["region", "amount"], ["North", 4.5]]),
            hidden="Actual",
        ),
        "book.bin",
    )
    assert [(t.name, t.names, t.rows) for t in tables] == [
        ("Plan", ["region", "amount"], [("North", 5), ("South", 6)]),
        ("Plan: texts around the tables", ["Cell", "What", "Text"], [("A1", "a title above the table", "Budget 2024")]),
        ("Actual", ["region", "amount"], [("North", 4.5)]),
    ]
    assert [(one["line"], one["raw"]) for one in tables[0].receipt["skipped"]] == [(1, "Budget 2024"), (2, ""), (5, "")]
    assert tables[2].decided("visibility")["value"] == "hidden"


def test_errors_and_formulas_without_a_result_are_reported():
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, "=A2+1"])
    book.active.append([2, "#N/A"])
    book.active["B3"].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    table = load_one(out.getvalue())
    assert table.decided("error cells")["evidence"].startswith("1 cells")
    assert table.decided("formulas without a result")["evidence"].startswith("1 formulas")
    assert [one["count"] for one in table.receipt["warnings"]] == [1]


LINES = (
    '{"a":1,"s":"007","d":"2024-01-05","n":{"x":[1]},"big":12345678901234567890123}\n'
    '{"a":2.5,"d":"2024-01-06","t":true}\n'
)


def test_json_values_keep_what_json_says_they_are():
    table = load_one(LINES)
    assert dict(zip(table.names, table.types, strict=True)) == {
        "a": "decimal",
        "s": "text",
        "d": "date",
        "n.x": "nested",
        "big": "text",
        "t": "boolean",
    }
    assert table.rows[0] == (Decimal("1.0"), "007", date(2024, 1, 5), "[1]", "12345678901234567890123", None)


@pytest.mark.parametrize("text", [LINES, "[" + LINES.strip().replace("\n", ",\n") + "]", "\ufeff" + LINES])
def test_lines_and_arrays_give_the_same_table(text):
    assert load_one(text).rows == load_one(LINES).rows


def test_a_line_that_is_no_object_is_set_aside_with_its_line():
    table = load_one(LINES + '{"a":\n\n5\n{"a":3}\n')
    assert table.counts == (6, 3, 2, 1)
    assert [(one["line"], one["raw"]) for one in table.receipt["quarantine"]] == [(3, '{"a":'), (5, "5")]


def test_one_object_gives_a_table_for_each_list_in_it():
    tables = load('{"title": "x", "exact": 12345678901234567890,\n "rows": [{"a": 1}, {"a": 2}]}', "thing.json")
    assert [(t.name, t.names, t.rows) for t in tables] == [
        ("rows", ["a"], [(1,), (2,)]),
        ("thing", ["title", "exact"], [("x", "12345678901234567890")]),
    ]


@pytest.mark.parametrize("text", ['[{"a":2,]', '{"a": 1,\n "b": }', '{"a": 1,\n'])
def test_json_that_is_not_well_formed_is_refused_with_its_place(text):
    with pytest.raises((FileDamaged, NothingReadable)) as caught:
        load(text)
    assert "not well-formed" in caught.value.detail
    assert "/" not in caught.value.detail


def test_a_string_that_is_no_date_keeps_its_column_as_text():
    table = load_one('{"d":"2024-01-05"}\n' * 5000 + '{"d":"soon"}\n')
    assert (table.types, table.rows[-1]) == (["text"], ("soon",))


def parquet(query: str, tmp_path) -> bytes:
    path = tmp_path / "given.parquet"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("stored", "physical", "read"),
    [
        ("5::UTINYINT", "BIGINT", 5),
        ("18446744073709551615::UBIGINT", "DECIMAL(20,0)", Decimal("18446744073709551615")),
        ("0.1::FLOAT", "DOUBLE", 0.1),
        ("'nan'::DOUBLE", "DOUBLE", None),
        ("12.50::DECIMAL(9,2)", "DECIMAL(9,2)", Decimal("12.50")),
        ("[1, 2]", "VARCHAR", "[1,2]"),
        ("{'x': 'y'}", "VARCHAR", '{"x":"y"}'),
        ("TIMESTAMP_S '2024-01-05 10:00:00'", "TIMESTAMP", datetime(2024, 1, 5, 10)),
        ("'2024-01-05 10:00:00+02'::TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", datetime(2024, 1, 5, 8)),
        ("'infinity'::DATE", "DATE", None),
        ("'007'", "VARCHAR", "007"),
        ("NULL", "BIGINT", None),
    ],
)
def test_parquet_values_stay_what_they_are(stored, physical, read, tmp_path):
    table = load_one(parquet(f'SELECT {stored} AS "a ""name""", 1 AS b', tmp_path))
    assert (table.names[0], table.physical[0], table.rows[0][0]) == ('a "name"', physical, read)


def test_a_parquet_file_cut_short_is_refused_without_naming_our_folders(tmp_path):
    data = parquet("SELECT range AS a FROM range(1000)", tmp_path)
    for length in (len(data) - 20, len(data) // 2, 8):
        with pytest.raises(FileDamaged) as caught:
            load(data[:length], "mine.parquet")
        assert "/tmp" not in caught.value.detail


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("[note],b\nx,1\ny,2\n", ["[note]", "b"]),
        ("{a},b\nx,1\ny,2\n", ["{a}", "b"]),
        ("PAR,b\nx,1\ny,2\n", ["PAR", "b"]),
        ("PK,b\nx,1\ny,2\n", ["PK", "b"]),
    ],
)
def test_text_that_only_begins_like_another_format_is_read_as_text(data, names):
    assert load_one(data, "misnamed.xlsx").names == names


def test_a_name_that_first_occurs_in_the_last_row_is_a_column_too():
    table = load_one('{"a":1}\n' * 5000 + '{"a":2,"late":"x"}\n')
    assert (table.names, table.rows[0], table.rows[-1]) == (["a", "late"], (1, None), (2, "x"))


def test_a_value_larger_than_usual_is_read():
    table = load_one('[{"a":"' + "x" * 3_000_000 + '","b":1},{"a":"y","b":2}]')
    assert (len(table.rows[0][0]), table.rows[1]) == (3_000_000, ("y", 2))
