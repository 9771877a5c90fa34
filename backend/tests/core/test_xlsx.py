"""Workbooks hold what the tables hold, and say what they hold differently. Read again by openpyxl and calamine."""

import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tablewright.core.errors import Problem
from tablewright.core.exports import xlsx
from tablewright.core.exports.cell_text import pieces
from tablewright.core.exports.sheet_names import SheetNames


class Listener:
    def __init__(self):
        self.heard = []

    def progress(self, **fields):
        self.heard.append(fields)


def column(key, label, type_, role="column"):
    return {"key": key, "label": label, "type": type_, "role": role}


@pytest.fixture
def export(tmp_path):
    """Write tables (name -> (columns, arrow table)) and open the workbook."""

    def write(tables, **more):
        sheets = []
        for number, (name, (columns, table)) in enumerate(tables.items()):
            file = tmp_path / f"{number}.parquet"
            pq.write_table(table, file)
            sheets.append({"name": name, "columns": columns, "parquet": str(file)} | more.pop(f"of_{number}", {}))
        out = tmp_path / "out.xlsx"
        listener = more.pop("listener", None) or Listener()
        result = xlsx.run({"sheets": sheets, "out_path": str(out)} | more, listener)
        assert result["byte_count"] == out.stat().st_size
        assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".parquet", ".xlsx")] == []
        return load_workbook(out), result, out

    return write


MIXED = [
    column("c1", "Number", "integer"),
    column("c2", "Name", "text"),
    column("c3", "Amount", "decimal"),
    column("c4", "Share", "float"),
    column("c5", "Paid", "boolean"),
    column("c6", "Day", "date"),
    column("c7", "Changed", "instant"),
    column("c8", "Local", "timestamp"),
    column("c9", "Clock", "time"),
]
ROWS = [
    (1, "=1+1", Decimal("12.50"), 0.1 + 0.2, True, date(2024, 2, 29), datetime(2025, 3, 1, 12, 34, 56, tzinfo=UTC),
     datetime(2025, 3, 1, 23, 59, 59), time(1, 2, 3)),
    (-7, "http://example.org", Decimal("-0.01"), 1e-300, False, date(1900, 3, 1), None,
     datetime(2025, 1, 1), time(0, 0)),
    (None, "0042", None, None, None, None, None, None, None),
    (999_999_999_999_999, "Ωμέγα 東京 🦦", Decimal("9999999999999.99"), 2 / 3, True, date(9999, 12, 31),
     datetime(2025, 7, 1, tzinfo=UTC), datetime(1999, 12, 31, 0, 0, 1), time(23, 59, 59)),
]  # fmt: skip
SCHEMA = pa.schema(
    [
        ("c1", pa.int64()), ("c2", pa.string()), ("c3", pa.decimal128(18, 2)), ("c4", pa.float64()),
        ("c5", pa.bool_()), ("c6", pa.date32()), ("c7", pa.timestamp("us", tz="Europe/Berlin")),
        ("c8", pa.timestamp("us")), ("c9", pa.time64("us")),
    ]
)  # fmt: skip


def mixed():
    return pa.table([pa.array(values) for values in zip(*ROWS, strict=True)], names=SCHEMA.names).cast(SCHEMA)


def test_every_value_comes_back_as_what_it_was(export):
    book, result, _ = export({"Orders": (MIXED, mixed())})
    sheet = book["Orders"]
    assert [cell.value for cell in sheet[1]] == [c["label"] for c in MIXED]
    for row, expected in zip(sheet.iter_rows(min_row=2), ROWS, strict=True):
        found = [cell.value for cell in row]
        wanted = [float(value) if isinstance(value, Decimal) else value for value in expected]
        wanted[5] = expected[5] and datetime(expected[5].year, expected[5].month, expected[5].day)
        wanted[6] = expected[6] and expected[6].replace(tzinfo=None)
        assert found == wanted
    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows(min_row=2, max_row=2)]
    assert kinds == [["n", "inlineStr", "n", "n", "b", "d", "d", "d", "d"]] or kinds == [
        ["n", "s", "n", "n", "b", "d", "d", "d", "d"]
    ]
    assert result["sheets"] == [{"name": "Orders", "row_count": 4}]


def test_a_second_reader_agrees(export):
    _, _, path = export({"Orders": (MIXED, mixed())})
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Orders").to_python()
    assert rows[1][:6] == [1.0, "=1+1", 12.5, 0.1 + 0.2, True, date(2024, 2, 29)]
    assert rows[4][1:3] == ["Ωμέγα 東京 🦦", 9999999999999.99]
    assert rows[4][7] == datetime(1999, 12, 31, 0, 0, 1)


def test_there_is_no_formula_and_no_link_in_the_tables(export):
    risky = [
        "=1+1",
        "+1",
        "-1",
        "@A1",
        "\t=1",
        "http://example.org",
        "mailto:a@b.c",
        "internal:x!A1",
        "{=A1}",
        "1e5",
    ]
    _, _, path = export({"=HYPERLINK(1)": ([column("c1", "=2+2", "text")], pa.table({"c1": risky}))})
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        body = archive.read("xl/worksheets/sheet2.xml").decode()
        assert "<f>" not in body and "hyperlink" not in body.lower()
        assert not any("vba" in name or "external" in name.lower() for name in archive.namelist())
    sheet = load_workbook(path).worksheets[1]
    assert [cell.value for cell in sheet["A"][1:]] == risky
    assert sheet["A1"].value == "=2+2" and all(cell.data_type != "f" for cell in sheet["A"])


def test_sheets_are_ready_to_read(export):
    book, _, _ = export({"Orders": (MIXED, mixed())})
    sheet = book["Orders"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:I5"
    assert sheet["A1"].font.bold
    formats = [cell.number_format for cell in sheet[2]]
    assert formats[2] == "#,##0.00" and formats[5] == "yyyy-mm-dd" and formats[6] == "yyyy-mm-dd hh:mm:ss"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["E"].width


@pytest.mark.parametrize(
    ("role", "values", "code"),
    [
        ("column", [2023, 2024], "0"),
        ("column", [5, 2024], "#,##0"),
        ("measure", [2023, 2024], "#,##0"),
        ("dimension", [10115, 80331], "0"),
    ],
)
def test_years_and_codes_are_not_grouped(export, role, values, code):
    book, _, _ = export({"T": ([column("c1", "Year", "integer", role)], pa.table({"c1": values}))})
    assert book["T"]["A2"].number_format == code


def test_the_contents_sheet_tells_what_there_is(export):
    book, _, _ = export(
        {"Orders": (MIXED, mixed()), "Bob's [list]": ([column("c1", "A", "text")], pa.table({"c1": ["x"]}))},
        title="Sales 2025",
        workspace="North",
        created_at="2026-11-22T19:30:00+01:00",
        of_0={"title": "All orders", "source_note": "orders.csv, version 3", "filters": "Region is North"},
    )
    sheet = book.worksheets[0]
    assert sheet.title == "Contents" and book.active.title == "Contents"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[:3]] == ["Sales 2025", "North", "Created at 2026-11-22 18:30:00 UTC"]
    assert rows[4] == ["Sheet", "Title", "Rows", "Columns", "Source", "Filters"]
    assert rows[5] == ["Orders", "All orders", 4, 9, "orders.csv, version 3", "Region is North"]
    assert rows[6][:4] == ["Bob's list", "Bob's [list]", 1, 1]
    assert sheet["A6"].hyperlink.location == "'Orders'!A1"
    assert sheet["A7"].hyperlink.location == "'Bob''s list'!A1"
    assert any(row[0] == "All orders: points in time are in UTC." for row in rows)
    assert (book.properties.title, book.properties.creator) == ("Sales 2025", "North")


def test_a_table_too_long_for_one_sheet_goes_on_in_the_next(export):
    table = pa.table({"c1": list(range(25))})
    listener = Listener()
    book, result, _ = export({"Long": ([column("c1", "N", "integer")], table)}, max_rows=10, listener=listener)
    assert result["sheets"] == [
        {"name": "Long", "row_count": 10},
        {"name": "Long (2)", "row_count": 10},
        {"name": "Long (3)", "row_count": 5},
    ]
    found = [sheet.cell(row, 1).value for sheet in book.worksheets[1:] for row in range(2, sheet.max_row + 1)]
    assert found == list(range(25))
    assert all(sheet["A1"].value == "N" for sheet in book.worksheets[1:])
    words = [cell.value for cell in book["Contents"]["A"] if cell.value]
    assert "Long: 25 rows do not fit on one sheet; they fill 3." in words
    assert book["Contents"]["B6"].value == "Long (part 3 of 3)"
    assert listener.heard[-1] == {"stage": "closing", "done": 25, "total": 25, "unit": "rows"}


def test_an_empty_table_has_its_header(export):
    book, result, _ = export({"None": ([column("c1", "A", "text")], pa.table({"c1": pa.array([], pa.string())}))})
    assert [[cell.value for cell in row] for row in book["None"].iter_rows()] == [["A"]]
    assert result["sheets"] == [{"name": "None", "row_count": 0}]


def notes_of(book):
    return [cell.value for cell in book["Contents"]["A"] if isinstance(cell.value, str)]


@pytest.mark.parametrize(
    ("type_", "values", "found", "note"),
    [
        ("integer", pa.array([10**15, -(10**17), 5]), ["1" + "0" * 15, "-1" + "0" * 17, 5], ("values of more", 2)),
        ("decimal", pa.array([Decimal("12345678901234567.89")]), ["12345678901234567.89"], ("values of more", 1)),
        ("decimal", pa.array([Decimal("9" * 38)]), ["9" * 38], ("values of more", 1)),
        ("decimal", pa.array([Decimal("1000000000000000000.00")]), [1e18], None),
        ("float", pa.array([float("nan"), float("inf"), -1.5]), ["NaN", "Infinity", -1.5], ("values that are no", 2)),
        ("date", pa.array([date(1899, 12, 31), date(1, 1, 1)]), ["1899-12-31", "0001-01-01"], ("dates before", 2)),
        ("timestamp", pa.array([datetime(1815, 6, 18, 11, 30)]), ["1815-06-18 11:30:00"], ("dates before", 1)),
        ("date", pa.array([3_000_000, 19_782], pa.int32()).cast(pa.date32()),
         ["10183-09-21", date(2024, 2, 29)], ("moments that Excel", 1)),
        ("timestamp", pa.array([1, 10**18], pa.timestamp("ns")),
         ["1970-01-01 00:00:00.000000001", datetime(2001, 9, 9, 1, 46, 40)], ("moments that Excel", 1)),
        ("text", pa.array(["a\x00b\x1fc", "tab\tline\nend", "x\r\ny"]), ["a\ufffdb\ufffdc", "tab\tline\nend", "x\ny"],
         ("characters that a workbook", 2)),
        ("text", pa.array(["_x0041_", " padded "]), ["_x0041_", " padded "], None),
        ("nested", pa.array(['{"a": [1]}']), ['{"a": [1]}'], None),
    ],
)  # fmt: skip
def test_what_excel_cannot_hold_is_kept_and_counted(export, type_, values, found, note):
    book, _, path = export({"T": ([column("c1", "V", type_)], pa.table({"c1": values}))})
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("T").to_python()
    assert [row[0] for row in rows[1:]] == found
    found_notes = notes_of(book)
    if note is None:
        assert "Notes" not in found_notes
    else:
        what, count = note
        assert any(line.startswith(f"T, V: {what}") and line.endswith(f": {count}.") for line in found_notes)


def test_a_text_longer_than_a_cell_is_kept_in_full(export):
    long = "ab🦦" * 20_000
    table = pa.table({"c1": ["short", long, "y" * 32_767]})
    book, _, _ = export({"T": ([column("c1", "V", "text")], table)})
    kept = [[cell.value for cell in row] for row in book["Long texts"].iter_rows(min_row=2)]
    assert [row[:4] for row in kept] == [["T", 3, "V", f"{n} of 3"] for n in (1, 2, 3)]
    assert "".join(row[4] for row in kept) == long
    assert book["T"]["A3"].value.endswith("… [continued: sheet “Long texts”, rows 2 to 4]")
    assert book["T"]["A4"].value == "y" * 32_767
    assert any("texts longer than a cell, kept in full" in line for line in notes_of(book))


def test_more_columns_than_a_sheet_holds_are_refused(tmp_path):
    columns = [column(f"c{n}", "x", "integer") for n in range(1, 16_386)]
    with pytest.raises(Problem, match="16,385 columns") as caught:
        xlsx.run(
            {"sheets": [{"name": "Wide", "columns": columns, "parquet": "x"}], "out_path": str(tmp_path / "o")},
            Listener(),
        )
    assert caught.value.code == "too_many_columns" and list(tmp_path.iterdir()) == []


def test_rows_without_a_column_leave_no_file(tmp_path):
    pq.write_table(pa.table({"c1": [1]}), tmp_path / "t.parquet")
    sheet = {"name": "T", "columns": [column("c2", "Gone", "integer")], "parquet": str(tmp_path / "t.parquet")}
    with pytest.raises(Problem, match='column "Gone"'):
        xlsx.run({"sheets": [sheet], "out_path": str(tmp_path / "o.xlsx")}, Listener())
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_columns_may_share_a_label(export):
    columns = [column("c1", "Same", "integer"), column("c2", "Same", "integer")]
    book, _, _ = export({"T": (columns, pa.table({"c1": [1], "c2": [2]}))})
    assert [[c.value for c in row] for row in book["T"].iter_rows()] == [["Same", "Same"], [1, 2]]


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        (["Orders", "orders", "ORDERS"], ["Orders", "orders (2)", "ORDERS (3)"]),
        (["a/b:c[d]*?\\"], ["a b c d"]),
        (["'quoted'", "''", ""], ["quoted", "Sheet", "Sheet (2)"]),
        (["History", "Contents", "Long texts"], ["History (2)", "Contents (2)", "Long texts (2)"]),
        (["x" * 40, "x" * 41], ["x" * 31, "x" * 27 + " (2)"]),
        (["🦦" * 20], ["🦦" * 15]),
        (["tab\x07\x00name"], ["tab name"]),
    ],
)
def test_sheet_names_are_valid_and_unlike(wishes, names):
    taken = SheetNames(["Contents", "Long texts"])
    assert [taken.take(wish) for wish in wishes] == names


def test_pieces_never_tear_a_character():
    assert pieces("🦦🦦🦦", 5) == ["🦦🦦", "🦦"]
    assert pieces("", 5) == [""]
