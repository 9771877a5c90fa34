"""Text that leaves the house does nothing where it arrives."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.core.exports.safe_text import (
    NUMBER,
    RISKY,
    content_disposition,
    download_name,
    escape_cell,
    unescape_cell,
)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain", "plain"),
        ("", ""),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("-5", "-5"),
        ("+5", "+5"),
        ("-1.234,56", "-1.234,56"),
        ("-1.5e-3", "-1.5e-3"),
        ("-12%", "-12%"),
        ("-", "'-"),
        ("+49 30 1234", "'+49 30 1234"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("'-5", "''-5"),
        ("-5\n", "'-5\n"),
        ("a=b", "a=b"),
        ("{=1}", "{=1}"),
    ],
)
def test_a_cell_that_would_run_is_marked_as_text(text, escaped):
    assert escape_cell(text) == escaped
    assert unescape_cell(escaped) == text


@settings(deadline=None)
@given(st.lists(st.text(alphabet="'=+-@ab5.,e%\t\r ＝\ufeff\u200b", max_size=8)))
def test_the_patterns_say_the_same_of_whole_columns(texts):
    column = pa.array(texts, pa.string())
    risky = pc.and_(pc.match_substring_regex(column, RISKY), pc.invert(pc.match_substring_regex(column, NUMBER)))
    assert risky.to_pylist() == [escape_cell(text) != text for text in texts]


@settings(deadline=None)
@given(st.text())
def test_every_text_comes_back(text):
    assert unescape_cell(escape_cell(text)) == text


@pytest.mark.parametrize(
    ("name", "extension", "plain", "full"),
    [
        ("Sales 2025", "pdf", "Sales 2025.pdf", "Sales 2025.pdf"),
        ("Sales.pdf", "pdf", "Sales.pdf", "Sales.pdf"),
        ("Sales.xlsx", "", "Sales.xlsx", "Sales.xlsx"),
        ("Übersicht Größe", "xlsx", "Ubersicht Grosse.xlsx", "Übersicht Größe.xlsx"),
        ("売上", "csv", "download.csv", "売上.csv"),
        ("売上 2025", "csv", "2025.csv", "売上 2025.csv"),
        ("../../etc/passwd", "pdf", "etc_passwd.pdf", "etc_passwd.pdf"),
        ("..\\..\\boot.ini", "pdf", "boot.ini.pdf", "boot.ini.pdf"),
        ("C:\\temp\\x", "pdf", "C_temp_x.pdf", "C_temp_x.pdf"),
        ('a";filename=evil.exe', "pdf", "a_filename=evil.exe.pdf", "a_;filename=evil.exe.pdf"),
        ("a\r\nSet-Cookie: x=1", "pdf", "a Set-Cookie_x=1.pdf", "a Set-Cookie_x=1.pdf"),
        ("invoice\u202efdp.exe", "pdf", "invoicefdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("zero\u200bwidth\x00\x07", "pdf", "zerowidth.pdf", "zerowidth.pdf"),
        ("CON", "pdf", "_CON.pdf", "_CON.pdf"),
        ("nul.txt", "pdf", "_nul.txt.pdf", "_nul.txt.pdf"),
        ("-rf", "pdf", "rf.pdf", "rf.pdf"),
        (".hidden", "pdf", "hidden.pdf", "hidden.pdf"),
        ("50%25 off", "pdf", "50_25 off.pdf", "50%25 off.pdf"),
        ("", "pdf", "download.pdf", "download.pdf"),
        ("...", "pdf", "download.pdf", "download.pdf"),
        ("e\u0301te\u0301", "pdf", "ete.pdf", "été.pdf"),
    ],
)
def test_a_download_has_a_harmless_name(name, extension, plain, full):
    assert download_name(name, extension) == (plain, full)


def test_a_long_name_is_shortened_between_characters_and_keeps_its_extension():
    plain, full = download_name("ü" * 300, "xlsx")
    assert len(full.encode()) <= 200 and full.endswith("ü.xlsx")
    assert len(plain) <= 200 and plain.endswith(".xlsx")
    assert download_name("x" * 300 + ".xlsx")[1].endswith("x.xlsx")


def test_the_header_carries_both_names():
    assert content_disposition("Größe 1", "pdf") == (
        "attachment; filename=\"Grosse 1.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.pdf"
    )


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", "pdf", "xlsx"]))
def test_no_name_leaves_its_header(name, extension):
    value = content_disposition(name, extension)
    assert value.isascii() and value.isprintable()
    assert value.count('"') == 2 and "/" not in value and "\\" not in value
