"""Spreadsheets: values, dates, structure and account, the same for every format."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import Loaded, load, load_one
from support.workbooks import fods, ods, xlsb, xlsx, zipped

from tablewright.core.readers.errors import NotATable
from tablewright.core.readers.excel.cells import CLOCK, MOMENT, NUMBER, SPAN
from tablewright.core.readers.excel.formats import meaning
from tablewright.core.readers.excel.serials import faithful, milliseconds, serial_of, value_of
from tablewright.core.readers.excel.shown import contradicts, is_partial, shown

HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>value</t></is></c></row>'
)


def column(*cells: str, **more: Any) -> Loaded:
    """A sheet with names in column A and the given cells in column B."""
    name = '<c r="A{}" t="inlineStr"><is><t>x</t></is></c>'
    rows = "".join(
        f'<row r="{n}">{name.format(n)}' + cell.replace("<c", f'<c r="B{n}"', 1) + "</row>"
        for n, cell in enumerate(cells, start=2)
    )
    return load(xlsx(HEAD + rows, **more))[0]


def values(table: Loaded) -> list[Any]:
    return [row[1] for row in table.rows]


def old(rows: list[list[Any]], *, styles: dict[tuple[int, int], str] | None = None, sheet: str = "Old") -> bytes:
    book = xlwt.Workbook()
    made = book.add_sheet(sheet)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            format = (styles or {}).get((r, c))
            if value is not None:
                made.write(r, c, value, *([xlwt.easyxf(num_format_str=format)] if format else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case str():
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        case _:
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def table(rows: list[list[Any]], name: str = "Open", style: str = "") -> str:
    lines = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" table:style-name="{style}">{lines}</table:table>'


ROWS: list[list[Any]] = [["name", "amount", "rate"], ["North", 5, 2.5], ["South", 7, -1.25], ["East", None, 0.1]]


def modern(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("make", [modern, old, xlsb, lambda rows: ods(table(rows))], ids=["xlsx", "xls", "xlsb", "ods"])
def test_every_format_gives_the_same_table(make):
    read = load_one(make(ROWS))
    assert (read.names, read.physical) == (["name", "amount", "rate"], ["VARCHAR", "BIGINT", "DOUBLE"])
    assert read.rows == [("North", 5, 2.5), ("South", 7, -1.25), ("East", None, 0.1)]
    assert [column["role"] for column in read.schema] == ["key", "measure", "measure"]
    assert read.counts == (3, 3, 0, 0)
    assert read.receipt["warnings"] == []


@pytest.mark.parametrize(
    ("serial", "read"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (60, None),
        (61, date(1900, 3, 1)),
        (45000, date(2023, 3, 15)),
        (2958465, date(9999, 12, 31)),
        (2958466, None),
        (-1, None),
    ],
)
def test_serials_are_days_since_1900_and_the_day_that_never_was_is_empty(serial, read):
    found = column(f'<c s="1"><v>{serial}</v></c>', '<c s="1"><v>45001</v></c>', formats=["yyyy-mm-dd"])
    assert values(found) == [read, date(2023, 3, 16)]
    assert [one["line"] for one in found.receipt["warnings"]] == ([2] if read is None else [])


@pytest.mark.parametrize("more", ["", '/><x14:workbookPr xmlns:x14="urn:x14" defaultImageDpi="32767"'])
def test_workbooks_that_count_from_1904(more):
    """Also with the extension of the same name that newer programs write behind it."""
    found = column(
        '<c s="1"><v>0</v></c>', '<c s="1"><v>43538</v></c>', formats=["d.m.yyyy"], properties='date1904="1"' + more
    )
    assert values(found) == [date(1904, 1, 1), date(2023, 3, 15)]
    assert found.decided("dates")["value"] == "counted from 1904"


@pytest.mark.parametrize(
    ("format", "serial", "read"),
    [
        ("h:mm", 0.4375, time(10, 30)),
        ("h:mm:ss AM/PM", 0.75, time(18)),
        ("yyyy-mm-dd hh:mm", 45000.4375, datetime(2023, 3, 15, 10, 30)),
        ("h:mm", 45000.4375, datetime(2023, 3, 15, 10, 30)),
        ("[h]:mm:ss", 1.25, "30:00:00"),
        ("[mm]:ss", 0.5, "12:00:00"),
        ("yyyy-mm-dd hh:mm:ss.000", 42488.479166666664, datetime(2016, 4, 28, 11, 30)),
    ],
)
def test_times_and_times_of_more_than_a_day(format, serial, read):
    assert values(column(f'<c s="1"><v>{serial!r}</v></c>', formats=[format])) == [read]


def test_number_formats_become_units():
    book = xlsx(
        '<row r="1">' + "".join(f'<c r="{c}1" t="inlineStr"><is><t>{c}</t></is></c>' for c in "ABCD") + "</row>"
        '<row r="2"><c r="A2" s="1"><v>1.5</v></c><c r="B2" s="2"><v>0.12</v></c><c r="C2" s="3"><v>3</v></c>'
        '<c r="D2" s="4"><v>7</v></c></row>',
        formats=["#,##0.00 [$€-407]", "0.0%", "0 &quot;kg&quot;", "00000"],
    )
    loaded = load_one(book)
    assert loaded.rows == [(1.5, 0.12, 3, "00007")]
    assert [(one.get("unit"), one.get("format")) for one in loaded.schema] == [
        ("€", "#,##0.00 [$€-407]"),
        (None, "0.0%"),
        ("kg", '0 "kg"'),
        (None, None),
    ]
    assert "12 %" in loaded.decided("unit of B")["evidence"]


UNITS = ["&quot;$&quot;0.00", "0.00 &quot;€&quot;", "0&quot; kg&quot;", "0&quot; lb&quot;", "0%", "[$$-409]0"]


@pytest.mark.parametrize(
    ("styles", "listed"),
    [
        ((1, 2, 1), "$ in 2 cells, € in 1 cell"),
        ((3, 4, 4), "lb in 2 cells, kg in 1 cell"),
        ((5, 1, 0), "% in 1 cell, $ in 1 cell"),
    ],
)
def test_several_units_in_one_column_are_said(styles, listed):
    found = column(
        *(f'<c s="{style}"><v>{n}</v></c>' for n, style in zip((5, 7, 9), styles, strict=True)), formats=UNITS
    )
    assert (values(found), found.types[1]) == ([5, 7, 9], "integer")
    assert (found.schema[1].get("unit"), found.schema[1].get("format")) == (None, None)
    decision = found.decided("unit of value")
    assert listed in decision["evidence"]
    assert decision["confidence"] == "assumed"
    (warning,) = found.receipt["warnings"]
    assert (warning["column"], warning["count"]) == ("value", sum(style > 0 for style in styles))
    assert listed in warning["reason"]


def test_one_unit_spelt_in_two_formats_is_one_unit():
    found = column('<c s="1"><v>5</v></c>', '<c s="6"><v>7</v></c>', '<c s="0"><v>9</v></c>', formats=UNITS)
    assert (found.receipt["warnings"], found.schema[1]["unit"]) == ([], "$")


def test_units_are_those_of_each_table_of_a_sheet():
    def rows(first: int, style: int) -> str:
        names = "".join(f'<c r="{c}{first}" t="inlineStr"><is><t>{c}</t></is></c>' for c in "AB")
        body = "".join(
            f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x{n}</t></is></c>'
            f'<c r="B{n}" s="{style}"><v>{n}</v></c></row>'
            for n in range(first + 1, first + 5)
        )
        return f'<row r="{first}">{names}</row>{body}'

    tables = load(xlsx(rows(1, 1) + rows(9, 2), formats=UNITS))
    assert [table.schema[1]["unit"] for table in tables][:1] == ["$"]
    assert [table.receipt["warnings"] for table in tables] == [[], []]


def test_units_of_old_and_open_workbooks_are_said():
    made = old([["a", "b"], ["x", 5], ["y", 7]], styles={(1, 1): '"$"0.00', (2, 1): '0.00 "€"'})
    assert "$ in 1 cell, € in 1 cell" in load_one(made).receipt["warnings"][0]["reason"]
    money = '<table:table-cell office:value-type="currency" office:currency="{}" office:value="9.5"/>'
    lines = "".join(
        f"<table:table-row>{cell(name)}{money.format(unit)}</table:table-row>"
        for name, unit in (("x", "EUR"), ("y", "USD"))
    )
    head = f"<table:table-row>{cell('a')}{cell('b')}</table:table-row>"
    found = load_one(ods(f'<table:table table:name="T">{head}{lines}</table:table>'))
    assert found.rows == [("x", 9.5), ("y", 9.5)]
    assert "EUR in 1 cell, USD in 1 cell" in found.receipt["warnings"][0]["reason"]


def test_units_that_change_very_often_are_counted_all_the_same(monkeypatch):
    monkeypatch.setattr("tablewright.core.readers.excel.cells.MOST_UNIT_RUNS", 3)
    found = column(*(f'<c s="{n % 2 + 1}"><v>{n}</v></c>' for n in range(11)), formats=UNITS)
    assert "$ in 6 cells, € in 5 cells" in found.receipt["warnings"][0]["reason"]


@pytest.mark.parametrize("before", ["", "<!-- read by a parser -->"])
@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1234567890123456789", "1234567890123456788"], ["1234567890123456789", "1234567890123456788"]),
        (["-1234567890123456789", "12"], ["-1234567890123456789", "12"]),
        (["9007199254740993", "9007199254740992"], ["9007199254740993", "9007199254740992"]),
        (["9007199254740992", "5"], [9007199254740992, 5]),
        (["1.2345678901234568E+18", "5"], [1.2345678901234568e18, 5]),
        (["1234567890123456.5", "5"], [1234567890123456.5, 5]),
    ],
)
def test_whole_numbers_of_many_digits_keep_each_of_them(before, written, read):
    first, *others = (f"<c><v>{text}</v></c>" for text in written)
    found = column(first + before, *others)
    assert values(found) == read


def test_an_open_document_of_one_xml_text_is_read_like_a_packed_one():
    packed, flat = (load(make(table(ROWS, "A"), table(ROWS, "B"))) for make in (ods, fods))
    assert [one.name for one in flat] == [one.name for one in packed] == ["A", "B"]
    assert [one.rows for one in flat] == [one.rows for one in packed]
    with pytest.raises(NotATable, match="not a spreadsheet"):
        load(fods(table(ROWS), mime="application/vnd.oasis.opendocument.text"))


def test_whole_numbers_of_many_digits_in_open_documents():
    found = load_one(ods(table([["a", "b"], ["x", 1234567890123456789], ["y", 1234567890123456788]])))
    assert found.rows == [("x", "1234567890123456789"), ("y", "1234567890123456788")]


@pytest.mark.parametrize(
    ("number", "code", "kind", "unit"),
    [
        (14, None, MOMENT, None),
        (46, None, SPAN, None),
        (20, None, CLOCK, None),
        (0, None, NUMBER, None),
        (164, "GENERAL", NUMBER, None),
        (164, '[Red]#,##0.00 "kg"', NUMBER, "kg"),
        (164, "[$USD] #,##0", NUMBER, "USD"),
        (164, '_-"£"* #,##0.00_-', NUMBER, None),
        (164, "$#,##0", NUMBER, "$"),
        (164, "0.00E+00", NUMBER, None),
        (164, '"Day "0', NUMBER, None),
        (164, "mmm yyyy", MOMENT, None),
        (164, "[$-F400]h:mm:ss AM/PM", CLOCK, None),
        (164, "[hh]:mm", SPAN, None),
        (164, "\\d0", NUMBER, None),
    ],
)
def test_what_number_formats_mean(number, code, kind, unit):
    found = meaning(number, code)
    assert found.kind == kind
    if unit:
        assert found.unit == unit


# What Excel shows; None where that is the value itself.
@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("yy", 1.0, "00"),
        ("YYYY", 12345.6789, "1933"),
        ("mmm-yy", 40000.0, "Jul-09"),
        ("mmmmm", 12345.6789, "O"),
        ("ddd", 1.0, "Sun"),
        ("dddd", 60.0, "Wednesday"),
        ("d mmm", 60.0, "29 Feb"),
        ("d mmm", 0.0, "0 Jan"),
        ("h AM/PM", 0.7, "4 PM"),
        ("A/P", 0.3, "A"),
        ("mmss.0", 12345.6789, "1737.0"),
        ("hhmm", 12345.6789, "1617"),
        ("hh:mm", 0.5, None),
        ("[h]", -1.2, "-28"),
        ("[mm]", 1.5, "2160"),
        ("[ss]", 1.0, "86400"),
        ("[h]:mm:ss", 1.2, None),
        ("yyyy-mm-dd", 40000.0, None),
        ("[$-409]mmmm d, yyyy", 40000.0, None),
        ("dddd", -1.0, None),
        ("0.00;0.00", -1.2, "1.20"),
        ("#,##0;#,##0", -1234567.0, "1234567"),
        ("000;0.0##", -26.0, "26.0"),
        ("0;[Red]0", -26.0, "26"),
        ("[<0]0;0", -26.0, "26"),
        ("0;-0", -26.0, None),
        ("#,##0.00_);(#,##0.00)", -5.0, None),
        ("0%;0%", -0.5, "50"),
        ('0;-0;"N/A"', 0.0, "N/A"),
        ('0;-0;"N/A"', 1.0, None),
        ('[=1]"Yes";[=0]"No";0', 1.0, "Yes"),
        ('[=1]"Yes";[=0]"No";0', 0.0, "No"),
        ('[=1]"Yes";[=0]"No";0', 7.0, None),
        ('_(* "-"??_)', 0.0, None),
        (";;;", 5.0, None),
        ('0 "kg"', 5.0, None),
        ("General", -5.0, None),
        ("", -5.0, None),
        ("x" * 300, -5.0, None),
    ],
)
def test_what_a_cell_shows_in_the_place_of_its_value(code, value, text):
    assert shown(code, value) == text
    assert text is None or contradicts(code) or is_partial(code) or value >= 1


def test_days_of_the_week_follow_the_calendar_of_1904():
    assert shown("dddd", 0.0, from_1904=True) == "Friday"


def test_cells_that_show_something_else_are_kept_beside_their_values():
    found = load(
        xlsx(
            HEAD
            + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>0</v></c></row>'
            + '<row r="3"><c r="A3"><v>2</v></c><c r="B3" s="2"><v>-26</v></c></row>'
            + '<row r="4"><c r="A4"><v>3</v></c><c r="B4"><v>7</v></c></row>',
            formats=["0;-0;&quot;none&quot;", "0;0"],
        )
    )
    assert values(found[0]) == [0, -26, 7]
    assert (found[1].name, found[1].rows) == (
        "S1: cells shown otherwise",
        [("B2", "0", "none"), ("B3", "-26", "26")],
    )


@pytest.mark.parametrize(("other", "listed"), [("yyyy", False), ("mmm", True)])
def test_parts_of_dates_are_kept_only_where_a_column_has_several_formats(other, listed):
    cells = [f'<c s="{1 + n % 2}"><v>{40000 + n}</v></c>' for n in range(4)]
    name = '<c r="A{}" t="inlineStr"><is><t>x</t></is></c>'
    rows = "".join(
        f'<row r="{n}">{name.format(n)}' + cell.replace("<c", f'<c r="B{n}"', 1) + "</row>"
        for n, cell in enumerate(cells, start=2)
    )
    found = load(xlsx(HEAD + rows, formats=["yyyy", other]))
    assert values(found[0]) == [date(2009, 7, 6), date(2009, 7, 7), date(2009, 7, 8), date(2009, 7, 9)]
    assert any("shown otherwise" in table.name for table in found) is listed


def test_formulas_have_their_stored_results_and_those_without_are_reported():
    found = column(
        "<c><f>A1</f><v>5</v></c>",
        "<c><f>A1</f></c>",
        "<c><f>A1</f><v></v></c>",
        '<c><f t="shared" si="0"/><v>7</v></c>',
    )
    assert values(found) == [5, None, None, 7]
    (warning,) = found.receipt["warnings"]
    assert (warning["count"], warning["raw"]) == (2, "B3, B4")
    text = column(
        '<c t="str"><f>A1</f><v>a</v></c>', '<c t="str"><f>A1</f><v></v></c>', '<c t="str"><f>A1</f><v>b</v></c>'
    )
    assert (values(text), text.receipt["warnings"]) == (["a", None, "b"], [])


def test_errors_are_empty_and_counted_with_their_places():
    found = column('<c t="e"><v>#N/A</v></c>', "<c><v>1</v></c>", '<c t="e"><v>#DIV/0!</v></c>')
    assert values(found) == [None, 1, None]
    assert found.decided("error cells")["evidence"].endswith("the first: B2, B4")


def test_texts_are_as_the_sheet_shows_them():
    found = column(
        '<c t="s"><v>0</v></c>',
        '<c t="s"><v>1</v></c>',
        '<c t="inlineStr"><is><r><t xml:space="preserve">brown </t></r><r><t>fox</t></r></is></c>',
        '<c t="inlineStr"><is><t>a&lt;b &amp; c&#10;d</t></is></c>',
        '<c t="inlineStr"><is><t>x_x000D_y</t></is></c>',
        '<c t="str"><v>  padded</v></c>',
        '<c t="inlineStr"><is><t><![CDATA[1 < 2]]></t></is></c>',
        strings=[
            '<r><t>two</t></r><r><t xml:space="preserve"> runs</t></r>',
            '<t>漢字</t><rPh sb="0" eb="1"><t>かんじ</t></rPh>',
        ],
    )
    assert values(found) == ["two runs", "漢字", "brown fox", "a<b & c\nd", "x\ry", "  padded", "1 < 2"]


@pytest.mark.parametrize(
    "sheet",
    [
        '<?xml version="1.0"?><x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is>'
        '<x:t>a</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>",
        '<?xml version="1.0"?><worksheet><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row>'
        "<row><c><v>1</v></c></row></sheetData></worksheet>",
        '<?xml version="1.0"?><worksheet><!-- made by hand --><sheetData><row r="1"><c t="inlineStr" r="A1"><is><t>a'
        '</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>',
        "<?xml version='1.0'?><worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c></row>"
        "<row r='2'><c r='A2'><v>1</v></c></row></sheetData></worksheet>",
        '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t>'
        '</is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>',
    ],
    ids=["prefixes", "no places", "comment", "apostrophes", "utf-16"],
)
def test_every_way_to_write_a_sheet_gives_the_same(sheet):
    book = xlsx(sheet)
    if "UTF-16" in sheet:
        with zipfile.ZipFile(io.BytesIO(book)) as made:
            parts: dict[str, str | bytes] = {name: made.read(name) for name in made.namelist()}
        parts["xl/worksheets/sheet1.xml"] = sheet.encode("utf-16")
        book = zipped(parts)
    found = load_one(book)
    assert (found.names, found.rows) == (["a"], [(1,)])


def test_hidden_sheets_are_marked_and_sheets_without_cells_are_left_out():
    rows = HEAD + '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'
    book = xlsx(
        rows, rows, rows, "", "", kinds=["worksheet"] * 4 + ["xlMacrosheet"], states=["visible", "hidden", "veryHidden"]
    )
    tables = load(book)
    assert [t.name for t in tables] == ["S1", "S2", "S3"]
    assert [t.decided("visibility")["value"] for t in tables[1:]] == ["hidden", "very hidden"]
    assert "macro sheet" in tables[-1].decided('sheet "S5"')["evidence"]


def test_a_workbook_without_any_value_gives_no_table():
    assert load(xlsx("")) == []


def test_merged_headers_name_every_column_and_merged_data_is_not_repeated():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Region", "2023", None, "2024", None],
        [None, "Q1", "Q2", "Q1", "Q2"],
        ["North", 1, 2, 3, 4],
        [None, 5, 6, 7, 8],
        ["South", 9, 10, 11, 12],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    found = load(out.getvalue())[0]
    assert found.names == ["Region", "2023 / Q1", "2023 / Q2", "2024 / Q1", "2024 / Q2"]
    assert [row[0] for row in found.rows] == ["North", None, "South"]
    assert found.decided("merged cells")["evidence"].startswith("1 merged area reaches over several rows")


def test_whole_numbers_that_are_shown_with_leading_zeros_are_identifiers():
    book = openpyxl.Workbook()
    for row in (["ZIP", "Count"], [1067, 7], [80331, 8], ["n/a", 9]):
        book.active.append(row)
    for row in (2, 3):
        book.active.cell(row, 1).number_format = "00000"
    out = io.BytesIO()
    book.save(out)
    (found,) = load(out.getvalue())
    assert [row[0] for row in found.rows] == ["01067", "80331", "n/a"]
    assert [column["type"] for column in found.schema] == ["text", "integer"]
    (told,) = load(out.getvalue(), options={"columns": {"ZIP": {"type": "integer"}}})
    assert [row[0] for row in told.rows] == [1067, 80331, None]


def test_texts_that_are_days_are_days_and_texts_that_are_numbers_are_said():
    book = openpyxl.Workbook()
    days = [date(2024, 5, 1), "2024-05-02", date(2024, 5, 3)]
    for row in (["mixed", "text", "amount", "code"], *zip(days, ["13.05.2024"] * 3, ["1.50"] * 3, "123", strict=True)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    (found,) = load(out.getvalue())
    assert [column["type"] for column in found.schema] == ["date", "date", "text", "text"]
    assert [row[0].day for row in found.rows] == [1, 2, 3]
    assert found.decided("type of amount")["confidence"] == "assumed"
    assert found.decided("type of code")["confidence"] == "certain"
    (told,) = load(out.getvalue(), options={"columns": {"text": {"type": "text"}}})
    assert told.rows[0][1] == "13.05.2024"


def test_several_tables_of_a_sheet_and_what_stands_around_them():
    rows = [
        ["Sales by region"],
        [],
        ["region", "amount"],
        ["North", 5],
        ["South", 6],
        ["East", 7],
        [],
        [],
        ["product", "price", "stock"],
        ["Pen", 1.5, 20],
        ["Ink", 3.25, 7],
        ["Pad", 2.75, 9],
    ]
    found = load(modern(rows))
    visible = [t for t in found if not t.name.endswith("texts around the tables")]
    assert [(t.names, len(t.rows)) for t in visible] == [(["region", "amount"], 3), (["product", "price", "stock"], 3)]
    assert ("A1", "a title above the table", "Sales by region") in found[-1].rows
    for one in found:
        seen, *parts = one.counts
        assert seen == sum(parts)


def test_nothing_of_a_sheet_is_lost():
    """Every filled cell is a value, a name, or in the table of texts."""
    rows = [["Report", None, "as of", 2024], [], ["a", "b", "b"], [1, 2, 3], [4, 5, 6], [7, 8, 9], [], ["Source: us"]]
    found = load(modern(rows))
    held = {faithful(v) for t in found for row in [t.names, *t.rows] for v in row if v is not None}
    assert {faithful(v) for row in rows for v in row if v is not None} <= held


def test_told_header_and_first_line_are_kept():
    rows = [["x", "y"], ["a", "b"], [1, 2], [3, 4]]
    told, around = load(modern([*rows, ["end", "end"]]), options={"first_line": 2, "header_rows": 1, "footer_rows": 1})
    assert (told.names, told.rows) == (["a", "b"], [(1, 2), (3, 4)])
    assert [(one["line"], one["raw"]) for one in told.receipt["skipped"]] == [(1, "x | y"), (5, "end | end")]
    assert [row[0] for row in around.rows] == ["A1", "B1", "A5", "B5"]
    assert told.decided("header")["confidence"] == "told"
    none = load_one(modern([["p", 1], ["q", 2]]), options={"header_rows": 0})
    assert none.rows == [("p", 1), ("q", 2)]
    text = load_one(modern(rows[1:]), options={"columns": {"a": {"type": "text"}}})
    assert text.rows == [("1", 2), ("3", 4)]


@pytest.mark.parametrize(
    ("option", "cells", "read", "aside"),
    [
        ({"type": "integer"}, ["1", "2", 3, "x"], [1, 2, 3], 1),
        ({"type": "decimal"}, [1, 2.5, "3"], [Decimal("1.0"), Decimal("2.5"), Decimal("3.0")], 0),
        ({"type": "decimal", "decimal_mark": ","}, ["1,5", "2,25"], [Decimal("1.50"), Decimal("2.25")], 0),
        ({"type": "float"}, [1, 2], [1.0, 2.0], 0),
        ({"type": "boolean"}, [1, 0, 2], [True, False], 1),
        ({"type": "date"}, [45000, 45001], [date(2023, 3, 15), date(2023, 3, 16)], 0),
        ({"type": "date"}, [45000, "16.03.2023", "later"], [date(2023, 3, 15)], 2),
        ({"type": "date"}, ["2023-03-15", "2023-03-16"], [date(2023, 3, 15), date(2023, 3, 16)], 0),
        ({"type": "timestamp"}, [45000.5, 45001], [datetime(2023, 3, 15, 12), datetime(2023, 3, 16)], 0),
        ({"format": "%d.%m.%Y"}, ["15.03.2023", "1.4.2023"], [date(2023, 3, 15), date(2023, 4, 1)], 0),
        ({"date_order": "month_first"}, ["03/04/2023"], [date(2023, 3, 4)], 0),
        ({"null_words": ["7"]}, [7, 8, 9], [None, 8, 9], 0),
    ],
)
def test_what_a_column_is_said_to_be_counts_for_sheets_too(option, cells, read, aside):
    rows = [["name", "value", "other"], *([f"n{i}", cell, 5] for i, cell in enumerate(cells))]
    found = load_one(modern(rows), options={"columns": {"value": option}})
    assert [row[1] for row in found.rows] == read
    assert found.types[0::2] == ["text", "integer"]
    assert found.decided("type of value")["confidence"] == "told"
    lines = [n for n, cell in enumerate(cells, start=2) if cell in ("x", "later", "16.03.2023", 2)]
    assert [one["line"] for one in found.receipt["quarantine"]] == (lines if aside else [])
    assert found.counts == (len(cells), len(read), aside, 0)


def test_every_column_can_be_kept_as_text():
    rows = [["a", "b"], [1, datetime(2024, 1, 5)], [2.5, datetime(2024, 1, 6, 12)]]
    found = load_one(modern(rows), options={"all_text": True, "columns": {"b": {"type": "date"}}})
    assert (found.types, [row[0] for row in found.rows]) == (["text", "date"], ["1"])
    assert load_one("a,b\n007,1.50\n8,NA\n", options={"all_text": True}).rows == [("007", "1.50"), ("8", "NA")]


def test_old_workbooks_keep_dates_booleans_and_hidden_sheets():
    rows = [["day", "clock", "ok"], [datetime(2024, 1, 5), 0.5, True], [datetime(1900, 1, 31), 0.25, False]]
    styles = {(1, 0): "yyyy-mm-dd", (2, 0): "yyyy-mm-dd", (1, 1): "hh:mm", (2, 1): "hh:mm"}
    found = load_one(old(rows, styles=styles))
    assert found.rows[0] == (date(2024, 1, 5), time(12), True)
    assert found.types == ["date", "time", "boolean"]


def test_binary_workbooks_keep_formats_errors_and_the_epoch():
    rows = [["day", "share", "note"], [(43538.0, 1), (0.5, 2), "a"], [(43539.0, 1), (0.25, 2), "#N/A"]]
    found = load_one(xlsb(rows, formats=["yyyy-mm-dd", "0%"], state=2, from_1904=True))
    assert found.rows == [(date(2023, 3, 15), 0.5, "a"), (date(2023, 3, 16), 0.25, None)]
    assert found.decided("visibility")["value"] == "very hidden"
    assert found.decided("error cells")["evidence"].startswith("1 cells")
    assert "12 %" in found.decided("unit of share")["evidence"]


def test_open_documents_have_types_units_repetitions_and_hidden_sheets():
    typed = (
        '<table:table table:name="T"><table:table-row>'
        + "".join(map(cell, ["day", "at", "share", "price", "ok"]))
        + '</table:table-row><table:table-row table:number-rows-repeated="3">'
        '<table:table-cell office:value-type="date" office:date-value="2024-01-05"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT10H30M00S"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.12"/>'
        '<table:table-cell office:value-type="currency" office:currency="EUR" office:value="9.5"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:number-columns-repeated="16379"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row></table:table>'
    )
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    first, second = load(ods(typed, table(ROWS, "Kept", "h"), styles=style))
    assert first.rows == [(date(2024, 1, 5), time(10, 30), 0.12, 9.5, True)] * 3
    assert second.decided("visibility")["value"] == "hidden"


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31)), st.booleans())
def test_serials_and_moments_are_each_others_inverse(moment, from_1904):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = serial_of(moment, from_1904)
    stamps, wrong = milliseconds(np.array([serial]), from_1904)
    assert not wrong[0]
    # A serial of seven digits before the point holds less than a tenth of a millisecond behind it.
    assert abs(int(stamps[0]) - round((moment - datetime(1970, 1, 1)).total_seconds() * 1000)) <= 1
    read = value_of(MOMENT, serial, from_1904)
    read = read if isinstance(read, datetime) else datetime(read.year, read.month, read.day)
    assert abs(read - moment) <= timedelta(milliseconds=1)


CELLS = st.one_of(
    st.none(),
    st.integers(-(2**40), 2**40),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda v: round(v, 6)),
    st.text("aäß<>&\"' 漢\n", min_size=1, max_size=6).filter(lambda t: t.strip()),
    st.booleans(),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_what_was_written_is_read_cell_by_cell(rows):
    kept = [row for row in rows if any(value is not None for value in row)]
    tables = load(modern([["x1", "x2", "x3"], *rows]), options={"header_rows": 1, "tables": "one"})
    shown = [cell for t in tables for row in t.rows for cell in row if cell is not None]
    wanted = [faithful(value) for row in kept for value in row if value is not None]
    found = [faithful(value) for value in shown]
    for text in set(wanted):
        assert any(text == one or _same_number(text, one) for one in found), (text, found)


def _same_number(left: str, right: str) -> bool:
    try:
        return abs(float(left) - float(right)) <= 1e-9 * max(1.0, abs(float(left)))
    except ValueError:
        return False


def test_a_long_sheet_is_read_in_pieces_with_the_same_result(monkeypatch):
    monkeypatch.setattr("tablewright.core.readers.excel.package.CHUNK_BYTES", 3000)
    monkeypatch.setattr("tablewright.core.readers.excel.cells.BATCH_CELLS", 100)
    monkeypatch.setattr("tablewright.core.readers.excel.cells.HELD_BYTES", 5000)
    rows = [["id", "name", "value"], *([i, f"name {i % 7}", i / 4] for i in range(1, 2001))]
    found = load_one(modern(rows))
    assert found.rows == [tuple(row) for row in rows[1:]]
    assert found.counts == (2000, 2000, 0, 0)


def test_rows_far_from_the_looked_at_ends_are_loaded_and_may_be_wider(monkeypatch):
    monkeypatch.setattr("tablewright.core.readers.excel.tables.WHOLE_ROWS", 50)
    monkeypatch.setattr("tablewright.core.readers.excel.tables.HEAD_ROWS", 20)
    monkeypatch.setattr("tablewright.core.readers.excel.tables.TAIL_ROWS", 10)
    rows: list[list[Any]] = [["id", "value"], *([i, i / 4] for i in range(1, 301))]
    rows[150].append("stray")
    rows += [[], ["Source: nobody"]]
    found = load(modern(rows))
    assert len(found[0].rows) == 300
    assert found[0].rows[149] == (150, 37.5, "stray")
    assert found[-1].rows == [("A303", "a note below the table", "Source: nobody")]


def test_totals_of_a_sheet_are_kept_and_left_out_when_told():
    rows = [["Region", "Units"], ["North", 5], ["South", 7], ["West", 9], ["Total", 21]]
    kept, *_ = load(modern(rows), "book.xlsx")
    assert (kept.counts, kept.decided("totals")["value"]) == ((4, 4, 0, 0), "kept")
    (said,) = kept.receipt["warnings"]
    assert said["reason"].startswith("looks like a total and was kept: ")
    assert (said["sheet"], said["line"], said["raw"]) == ("Sheet", 5, "Total | 21")
    told, *_ = load(modern(rows), "book.xlsx", options={"leave_out_totals": True})
    assert (told.counts, told.rows) == ((4, 3, 0, 1), kept.rows[:3])
    assert "a total, left out as you said" in told.receipt["skipped"][0]["reason"]
