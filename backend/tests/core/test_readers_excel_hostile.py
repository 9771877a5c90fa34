"""Spreadsheets made to exhaust, mislead or crash a reader: each is read in part with a warning, or refused."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile

import pytest
import xlwt
from support.reading import load
from support.workbooks import ods, xlsb, xlsx, zipped

from tablewright.core.errors import Problem
from tablewright.core.readers.errors import (
    ArchiveBomb,
    FileDamaged,
    NotATable,
    PasswordProtected,
    SheetTooLarge,
    TooManyColumns,
)
from tablewright.core.readers.excel.compound import workbook_stream

ROWS = [["name", "amount"], *([f"n{i}", i / 4] for i in range(60))]
SHEET = "".join(
    f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{a}</t></is></c>'
    + (f'<c r="B{n}" t="inlineStr"><is><t>{b}</t></is></c>' if n == 1 else f'<c r="B{n}"><v>{b}</v></c>')
    + "</row>"
    for n, (a, b) in enumerate(ROWS, start=1)
)
TABLE = '<table:table table:name="T">{}</table:table>'
CELL = '<table:table-cell office:value-type="float" office:value="{}"/>'


def old() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stored(data: bytes) -> bytes:
    """The same archive without compression, so that a changed byte reaches the parts (their sums are put right)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for entry in given.infolist():
            made.writestr(entry.filename, given.read(entry))
    return out.getvalue()


def changed_part(data: bytes, seed: int) -> bytes:
    """One part of the archive with some bytes changed, with a right sum."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(data)) as given:
        parts: dict[str, str | bytes] = {name: given.read(name) for name in given.namelist()}
    name = chance.choice([one for one in parts if len(parts[one]) > 10])
    content = bytearray(bytes(parts[name]))  # type: ignore[arg-type]
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return zipped({**parts, name: bytes(content[: chance.choice([len(content), len(content) // 2])])})


MAKERS = {
    "xlsx": lambda: xlsx(SHEET, formats=["yyyy-mm-dd"], strings=["<t>a</t>"]),
    "xls": old,
    "xlsb": lambda: xlsb(ROWS, formats=["0%"]),
    "ods": lambda: ods(TABLE.format("<table:table-row>" + CELL.format(5) * 3 + "</table:table-row>")),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_flipped_and_missing_bytes_never_crash(kind):
    data = MAKERS[kind]()
    chance = random.Random(7)
    for seed in range(12):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 30)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        variants = [bytes(changed), data[: chance.randrange(1, len(data))]]
        if kind != "xls":
            variants.append(changed_part(data, seed))
        for variant in variants:
            try:
                for table in load(variant):
                    assert table.counts[0] >= len(table.rows)
            except Problem as problem:
                assert problem.detail


def test_a_sheet_that_ends_in_the_middle_keeps_what_was_read_and_says_so():
    book = stored(xlsx(SHEET))
    with zipfile.ZipFile(io.BytesIO(book)) as given:
        parts: dict[str, str | bytes] = {name: given.read(name) for name in given.namelist()}
        sheet = given.read("xl/worksheets/sheet1.xml")
    parts["xl/worksheets/sheet1.xml"] = sheet[: sheet.index(b'<row r="31"') + 20]
    (table,) = load(zipped(parts))
    assert len(table.rows) == 29
    assert "read up to line 30 only" in table.receipt["warnings"][0]["reason"]
    assert table.receipt["warnings"][0]["line"] == 30


def test_a_small_file_that_unpacks_to_very_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(160):
            part.write(b" " * (1 << 20))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made, zipfile.ZipFile(io.BytesIO(xlsx(SHEET))) as given:
        for name in given.namelist():
            if name != "xl/worksheets/sheet1.xml":
                made.writestr(name, given.read(name))
    with pytest.raises(ArchiveBomb):
        load(out.getvalue())


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"]
)
def test_entities_are_refused_in_every_part(part):
    with zipfile.ZipFile(io.BytesIO(xlsx(SHEET, strings=["<t>a</t>"]))) as given:
        parts: dict[str, str | bytes] = {name: given.read(name) for name in given.namelist()}
    parts[part] = BOMB + "<x>&b;</x>"
    with pytest.raises(FileDamaged, match="document type"):
        load(zipped(parts))


def test_entities_are_refused_in_open_documents():
    with pytest.raises(FileDamaged, match="document type"):
        load(ods("", parts={"content.xml": BOMB + "<x>&b;</x>"}))


def test_repetitions_do_not_fill_the_memory():
    row = '<table:table-row table:number-rows-repeated="1000000">{}</table:table-row>'
    wide = '<table:table-cell table:number-columns-repeated="900" office:value-type="float" office:value="1"/>'
    with pytest.raises(SheetTooLarge, match="Repetitions") as caught:
        load(ods(TABLE.format(row.format(wide))))
    assert caught.value.where == {"sheet": "T", "line": 1}
    once = TABLE.format(
        '<table:table-row table:number-rows-repeated="1048576">' + CELL.format(7) + "</table:table-row>"
    )
    assert [table.rows for table in load(ods(once))] == [[(7,)]]


def test_texts_and_sheets_that_repeat_do_not_fill_the_memory():
    long = '<table:table-cell office:value-type="string"><text:p>' + "x" * 100_000 + "</text:p></table:table-cell>"
    with pytest.raises(SheetTooLarge, match="64 MiB of text by row 1 of"):
        load(ods(TABLE.format(f'<table:table-row table:number-rows-repeated="1000">{long}</table:table-row>')))
    many = TABLE.format(f'<table:table-row table:number-rows-repeated="700000">{CELL.format(1)}</table:table-row>')
    with pytest.raises(SheetTooLarge, match="5,000,000 cells"):
        load(ods(*[many] * 8))


def test_cells_that_repeat_nothing_count_as_no_repetition(monkeypatch):
    monkeypatch.setattr("tablewright.core.readers.excel.ods.MOST_REPEATED_CELLS", 5)
    row = "<table:table-row>" + CELL.format(1) + CELL.format(2) + "</table:table-row>"
    assert sum(len(table.rows) for table in load(ods(TABLE.format(row * 20)))) == 20


def test_a_span_of_time_beyond_all_calendars_is_read():
    row = "<table:table-row>{}</table:table-row>"
    cell = '<table:table-cell office:value-type="time" office:time-value="PT999999999999999H"/>'
    assert load(ods(TABLE.format(row.format(cell) * 3)))


def test_more_columns_than_accepted_are_refused():
    def letters(n: int) -> str:
        return (letters(n // 26 - 1) if n > 25 else "") + chr(65 + n % 26)

    row = "".join(f'<c r="{letters(c)}1"><v>1</v></c>' for c in range(2100))
    with pytest.raises(TooManyColumns):
        load(xlsx(f'<row r="1">{row}</row>' + f'<row r="2">{row}</row>'.replace('1"><v>', '2"><v>')))


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1"><c r="A1" t="s"><v>99</v></c><c r="B1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="9999"><v>1</v></c></row>',
        '<row r="99999999"><c r="A99999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>one</v></c></row>',
        '<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>nan</v></c></row>',
        '<row r="1"><c r="A1" t="zzz"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>2024-01-05</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
    ],
)
def test_cells_that_contradict_themselves_are_read_as_far_as_they_go(sheet):
    for table in load(xlsx(sheet)):
        assert table.rows


def test_a_damaged_compound_file_gives_its_workbook_all_the_same():
    data = old()
    stream = workbook_stream(data)
    assert stream is not None and stream.startswith(b"\x09\x08")
    # Another entry of the directory that claims the same sectors, as some writers leave it behind.
    (directory,) = struct.unpack_from("<I", data, 48)
    broken = bytearray(data)
    at = 512 + directory * 512 + 128 * 3
    broken[at : at + 128] = broken[512 + directory * 512 + 128 : 512 + directory * 512 + 256]
    assert [len(table.rows) for table in load(bytes(broken))] == [60]


def test_a_list_of_texts_that_is_shorter_than_it_says_is_read():
    data = old()
    at = data.index(b"\xfc\x00", 512)
    (count,) = struct.unpack_from("<I", data, at + 8)
    for wrong in (count + 5, 0x7FFFFFFF):
        tables = load(data[: at + 8] + struct.pack("<I", wrong) + data[at + 12 :])
        assert [(table.names, len(table.rows)) for table in tables] == [(["name", "amount"], 60)]


def test_office_files_without_sheets_are_named():
    with pytest.raises(NotATable, match="Word"):
        load(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}))
    with pytest.raises(NotATable, match="not a spreadsheet"):
        load(zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "WordDocument".encode("utf-16-le") + bytes(600)
    with pytest.raises(NotATable, match="Word"):
        load(ole)


def test_an_encrypted_open_document_asks_for_one_without_password():
    with pytest.raises(PasswordProtected):
        load(ods("", parts={"META-INF/manifest.xml": "<m><encryption-data/></m>"}))


def test_a_workbook_that_lacks_parts_is_read_as_far_as_it_goes():
    with zipfile.ZipFile(io.BytesIO(xlsx(SHEET, SHEET))) as given:
        parts: dict[str, str | bytes] = {name: given.read(name) for name in given.namelist()}
    for missing in ("xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "_rels/.rels"):
        found = load(zipped({name: part for name, part in parts.items() if name != missing}))
        assert [len(table.rows) for table in found] == [60, 60]
    one = load(zipped({name: part for name, part in parts.items() if name != "xl/worksheets/sheet2.xml"}))
    assert [len(table.rows) for table in one] == [60]
    assert "missing" in one[0].receipt["warnings"][0]["reason"]
    listless = load(zipped({**parts, "xl/workbook.xml": "<workbook>"}))
    assert [len(table.rows) for table in listless] == [60, 60]


def _all_the_first(book: bytes) -> bytes:
    """The workbook with all of its sheets listed at the part of the first."""
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    place = "xl/_rels/workbook.xml.rels"
    return zipped({**parts, place: re.sub(rb"sheet\d+\.xml", b"sheet1.xml", parts[place])})


def test_a_sheet_that_is_listed_many_times_is_read_once():
    [table] = load(_all_the_first(xlsx(*[SHEET] * 60)), "many.xlsx")
    assert table.counts == (60, 60, 0, 0)
    skipped = [one for one in table.receipt["decisions"] if one["value"] == "skipped"]
    assert len(skipped) == 59
    assert skipped[0]["what"] == 'sheet "S2"'
    assert skipped[0]["evidence"] == 'it is the same part of the file as "S1"'
