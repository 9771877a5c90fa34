"""Delimited text: what is decided, what is kept, and what is set aside."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support.reading import load_one, preview_of

from tablewright.core.readers import delimited
from tablewright.core.readers.errors import FileEmpty
from tablewright.core.readers.kinds import is_null_word

ROWS = "".join(f"{i},{i / 4:.2f},2024-01-{i % 28 + 1:02d},text {i}\n" for i in range(50))
HEADER = "number,amount,day,note\n"
PLAIN = HEADER + ROWS


@pytest.mark.parametrize(
    ("values", "physical", "read"),
    [
        (["1", "-2", "0"], "BIGINT", [1, -2, 0]),
        (["9223372036854775807", "1"], "BIGINT", [9223372036854775807, 1]),
        (["9223372036854775808", "1"], "VARCHAR", ["9223372036854775808", "1"]),
        (["007", "12"], "VARCHAR", ["007", "12"]),
        (["+49301234567", "12"], "VARCHAR", ["+49301234567", "12"]),
        (["1_000", "12"], "VARCHAR", ["1_000", "12"]),
        (["12.50", "3.00"], "DECIMAL(18,2)", [Decimal("12.50"), Decimal("3.00")]),
        (["12.5", "3", ".25"], "DECIMAL(18,2)", [Decimal("12.50"), Decimal("3.00"), Decimal("0.25")]),
        (["00.5", "1.5"], "VARCHAR", ["00.5", "1.5"]),
        (["0.123456789", "12.5"], "DOUBLE", [0.123456789, 12.5]),
        (["1e-5", "2.5"], "DOUBLE", [1e-05, 2.5]),
        (
            ["1.23456789012345678901", "2.5"],
            "DECIMAL(38,20)",
            [Decimal("1.23456789012345678901"), Decimal("2.50000000000000000000")],
        ),
        (["true", "False"], "BOOLEAN", [True, False]),
        (["yes", "no"], "BOOLEAN", [True, False]),
        (["1", "0"], "BIGINT", [1, 0]),
        (["2024-02-29", "1999-12-31"], "DATE", [date(2024, 2, 29), date(1999, 12, 31)]),
        (["2024-02-30", "1999-12-31"], "VARCHAR", ["2024-02-30", "1999-12-31"]),
        (["28/02/2024", "01/03/2024"], "DATE", [date(2024, 2, 28), date(2024, 3, 1)]),
        (["02/28/2024", "03/01/2024"], "DATE", [date(2024, 2, 28), date(2024, 3, 1)]),
        (["28/02/2024", "02/28/2024"], "VARCHAR", ["28/02/2024", "02/28/2024"]),
        (["5.1.2024", "17.11.2024"], "DATE", [date(2024, 1, 5), date(2024, 11, 17)]),
        (
            ["2024-01-05T10:00:00", "2024-01-06 11:30"],
            "TIMESTAMP",
            [datetime(2024, 1, 5, 10), datetime(2024, 1, 6, 11, 30)],
        ),
        (
            ["2024-01-05T10:00:00Z", "2024-01-05T10:00:00+02:00"],
            "TIMESTAMP WITH TIME ZONE",
            [datetime(2024, 1, 5, 10), datetime(2024, 1, 5, 8)],
        ),
        (["2024-01-05T10:00:00.123456789", "x"], "VARCHAR", ["2024-01-05T10:00:00.123456789", "x"]),
        (["10:30", "23:59:59"], "TIME", [time(10, 30), time(23, 59, 59)]),
        (["5", "NA", "7"], "BIGINT", [5, None, 7]),
        (["NA", "DE", "FR"], "VARCHAR", ["NA", "DE", "FR"]),
        (["inf", "2.5"], "VARCHAR", ["inf", "2.5"]),
        ([" 5", "7"], "BIGINT", [5, 7]),
        (["5", "", "7"], "BIGINT", [5, None, 7]),
    ],
)
def test_a_column_gets_the_narrowest_type_that_changes_no_value(values, physical, read):
    table = load_one("name,column\n" + "".join(f"row {i},{value}\n" for i, value in enumerate(values)))
    assert (table.physical[1], [row[1] for row in table.rows]) == (physical, read)


@pytest.mark.parametrize(
    ("usual", "last", "evidence"),
    [
        ("5", "abc", '60,000 of 60,001 values are whole numbers; 1 is not: "abc" in line 60,002'),
        ("5", "007", '60,000 of 60,001 values are whole numbers; 1 is not: "007" in line 60,002'),
        ("5", "1.5", "60,001 of 60,001 values are decimal numbers with up to 1 digits behind the point"),
        ("5", "NULL", '60,000 of 60,000 values are whole numbers; read as empty: "NULL" (1)'),
        ("", "abc", ""),
        (
            "2024-01-05",
            "5 May",
            '60,000 of 60,001 values are dates written YYYY-MM-DD; 1 is not: "5 May" in line 60,002',
        ),
        ("1.25", "1.250001", "60,001 of 60,001 values are numbers"),
    ],
)
def test_the_last_value_of_a_file_counts_as_much_as_the_first(usual, last, evidence):
    table = load_one("name,column\n" + f"x,{usual}\n" * 60_000 + f"x,{last}\n")
    assert evidence in table.decided("type of column")["evidence"]
    if table.types[1] == "text":
        assert table.rows[-1] == ("x", last)


@pytest.mark.parametrize(
    ("values", "separator", "value", "confidence"),
    [
        (["1.500", "2.250", "8.500"], ";", Decimal("1.500"), "assumed"),
        (["1.500", "12", "8.500"], ";", 1500, "likely"),
        (["1.500", "2.250", "0.500"], ";", Decimal("1.500"), None),
        (["1.500", "2.250", "3.5"], ";", Decimal("1.500"), None),
        (["1.500", "2.250", "8.500"], ",", Decimal("1.500"), None),
    ],
)
def test_points_between_semicolons_may_stand_between_thousands(values, separator, value, confidence):
    table = load_one(f"name{separator}column\n" + "".join(f"a{separator}{each}\n" for each in values))
    assert table.rows[0] == ("a", value)
    said = [each["confidence"] for each in table.receipt["decisions"] if each["what"] == "decimal mark of column"]
    assert said == ([confidence] if confidence else [])


@pytest.mark.parametrize(
    ("data", "what", "value"),
    [
        (PLAIN.encode(), "encoding", "utf-8"),
        (b"\xef\xbb\xbf" + PLAIN.encode(), "encoding", "utf-8"),
        (b"\xef\xbb\xbf" + ROWS.encode(), "encoding", "utf-8"),
        (PLAIN.encode("utf-16"), "encoding", "utf-16-le"),
        (PLAIN.encode("utf-16-be"), "encoding", "utf-16-be"),
        (PLAIN.encode("utf-32"), "encoding", "utf-32-le"),
        (PLAIN.encode() + b"1,1.00,2024-01-01,caf\xe9 \x96 bar\n", "encoding", "cp1252"),
        (PLAIN.replace(",", ";").encode(), "delimiter", "semicolon"),
        (PLAIN.replace(",", "\t").encode(), "delimiter", "tab"),
        (PLAIN.replace(",", "|").encode(), "delimiter", "pipe"),
        (PLAIN.replace("\n", "\r\n").encode(), "delimiter", "comma"),
        (PLAIN.replace("\n", "\r").encode(), "delimiter", "comma"),
        (PLAIN.replace("\n", "\r\n", 20).encode(), "delimiter", "comma"),
        (PLAIN.rstrip("\n").encode(), "delimiter", "comma"),
        (ROWS.encode(), "header", "none"),
    ],
)
def test_the_same_table_comes_out_of_every_layout(data, what, value):
    table = load_one(data)
    assert table.decided(what)["value"] == value
    assert table.rows[:50] == [(i, Decimal(i) / 4, date(2024, 1, i % 28 + 1), f"text {i}") for i in range(50)]


def test_windows_punctuation_is_kept_when_it_comes_late():
    table = load_one(b"a,b\n" + b"x,1\n" * 200_000 + "“quoted” – €,2\n".encode("cp1252"))
    assert table.rows[-1] == ("“quoted” – €", 2)
    assert "not valid UTF-8" in table.decided("encoding")["evidence"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('1,"2,2024-01-01,x', "text follows a closing quote"),
        ("1,2", "has 2 values where the table has 4 columns"),
        ("1,2,3,4,5", "has 5 values where the table has 4 columns"),
        ("1,1.00,2024-01-01,a\0b", "holds a NUL byte"),
    ],
)
def test_a_damaged_row_is_set_aside_and_no_other_is_harmed(line, reason):
    good = PLAIN.splitlines(keepends=True)
    data = "".join([*good[:20], line + "\n", *good[20:], '9,9.00,2024-01-09,"two\nlines, one ""row"""\n'])
    table = load_one(data)
    assert table.counts == (52, 51, 1, 0)
    (odd,) = table.receipt["quarantine"]
    assert (odd["line"], odd["reason"], odd["byte"]) == (21, reason, len("".join(good[:20])))
    assert odd["raw"] == line.replace("\0", "␀")
    assert table.rows[:50] == load_one(PLAIN).rows
    assert table.rows[50] == (9, Decimal("9.00"), date(2024, 1, 9), 'two\nlines, one "row"')
    assert table.quarantined.count("\n") == 1


def test_a_quote_that_is_never_closed_costs_one_line_and_not_the_rest_of_the_file():
    table = load_one(HEADER + '7,"1.00,2024-01-01,open\n' + ROWS * 2000)
    assert table.counts == (100_001, 100_000, 1, 0)
    assert table.receipt["quarantine"][0]["line"] == 2


@pytest.mark.parametrize(
    ("lines", "rows", "aside"),
    [
        (["1,2,3", "4,5", "6"], 3, 0),
        (["1,2,3", "4,5,6", "7,8", "9"], 4, 0),
        (["1,2,3"] * 20 + ["4,5"], 20, 1),
        ((["1,2,3"] * 3 + ["4,5"]) * 6, 24, 0),
        ((["1,2,3"] * 5 + ["4,5"]) * 6, 30, 6),  # too few of them
        ((["1,2,3"] * 3 + ["4,5"]) * 7 + ["7,8,"], 22, 7),  # this file writes its empty values
        ((["1,2,3"] * 3 + ["4,x"]) * 6, 18, 6),  # what stands there does not fit the columns
    ],
)
@pytest.mark.parametrize("long", [False, True])
def test_rows_that_end_early_are_whole_where_the_file_leaves_out_empty_values(lines, rows, aside, long, monkeypatch):
    if long:
        monkeypatch.setattr(delimited, "WHOLE_BYTES", 0)
    found = load_one("a,b,c\n" + "\n".join(lines) + "\n")
    assert found.counts == (len(lines), rows, aside, 0)
    if not aside:
        assert [row[1:].count(None) for row in found.rows] == [2 - line.count(",") for line in lines]


def test_titles_notes_and_empty_lines_are_skipped_by_name():
    table = load_one("Sales 2024\nall regions\n\nregion;amount\nNorth;5\n\nSouth;6\n\n")
    assert (table.names, table.rows) == (["region", "amount"], [("North", 5), ("South", 6)])
    assert [(one["line"], one["raw"]) for one in table.receipt["skipped"]] == [
        (1, "Sales 2024"),
        (2, "all regions"),
        (3, ""),
        (6, ""),
        (8, ""),
    ]
    assert table.counts == (7, 2, 0, 5)


def test_names_are_repaired_and_the_repair_is_recorded():
    table = load_one("a,a,,A\n1,2,3,4\n")
    assert table.names == ["a", "a (2)", "Column 3", "A (3)"]
    assert {one["value"] for one in table.receipt["decisions"] if one["what"] == "column names"} == {
        "invented",
        "made unique",
    }


def test_a_date_order_that_nothing_proves_is_marked_as_assumed():
    table = load_one("day,n\n" + "".join(f"{i % 12 + 1:02d}/{i % 9 + 1:02d}/2024,{i}\n" for i in range(40)))
    assert table.types[0] == "date"
    assert table.decided("type of day")["evidence"].startswith("ASSUMED day first")


def test_the_order_of_dates_is_decided_by_the_last_line_as_well():
    table = load_one("day,n\n" + "01/02/2024,1\n" * 60_000 + "02/28/2024,1\n")
    assert table.rows[0][0] == date(2024, 1, 2)
    assert "month first" in table.decided("type of day")["evidence"]


def test_words_that_became_empty_are_counted():
    table = load_one("a,b\n" + "x,5\n" * 10 + "x,N/A\nx,N/A\nx,-\n")
    assert '"N/A" (2)' in table.decided("type of b")["evidence"]
    assert '"-" (1)' in table.decided("type of b")["evidence"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"  \n"])
def test_an_empty_file_says_so(data):
    with pytest.raises(FileEmpty):
        load_one(data)


def test_more_rows_than_the_receipt_lists_are_all_in_the_quarantine_file():
    table = load_one(PLAIN + ROWS * 39 + "only one\n" * 1500)
    assert table.counts == (3500, 2000, 1500, 0)
    assert len(table.receipt["quarantine"]) == 1000
    assert table.quarantined.count("\n") == 1500


def test_a_preview_leaves_out_the_line_that_is_still_arriving():
    found = preview_of(PLAIN[:-5])
    assert [column["name"] for column in found["schema"]] == ["number", "amount", "day", "note"]
    assert found["rows"][0] == ["0", "0.00", "2024-01-01", "text 0"]
    assert len(found["rows"]) == 49


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda word: word.strip() and not is_null_word(word.strip()))
cells = st.one_of(words, st.just('with "quotes", and comma'), st.just("two\nlines"), st.integers().map(str))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=12, max_size=30),
    damage=st.lists(st.sampled_from(["short", "long,long,long,long,long", "", 'x,"y"z,w']), max_size=6),
    crlf=st.booleans(),
    data=st.data(),
)
def test_nothing_is_lost_whatever_is_damaged(rows, damage, crlf, data):
    """Rows written by Python's csv module come back as they were; each damaged line is accounted for."""
    newline = "\r\n" if crlf else "\n"
    lines = []
    for row in rows:
        out = io.StringIO()
        csv.writer(out, lineterminator=newline, quoting=csv.QUOTE_ALL).writerow([len(lines), *row])
        lines.append(out.getvalue())
    places = [data.draw(st.integers(1, len(lines))) for _ in damage]
    for place, bad in sorted(zip(places, damage, strict=True), reverse=True):
        lines.insert(place, bad + newline)
    # Three rows at the end that all have one value more are rows, of a column that came later.
    assume(not "".join(lines).endswith(("long,long,long,long,long" + newline) * 3))
    text = "key,first,second,third" + newline + "".join(lines)
    table = load_one(text)
    blank = damage.count("")
    seen, loaded, quarantined, skipped = table.counts
    assert (seen, loaded, quarantined + skipped) == (len(rows) + len(damage), len(rows), len(damage))
    # A lone word below the table may be a note: it is skipped with that reason instead of quarantined.
    aside = [one["raw"] for one in table.receipt["quarantine"] + table.receipt["skipped"]]
    assert sorted(raw for raw in aside if raw) == sorted(one for one in damage if one)
    assert skipped >= blank
    for row, (key, *values) in zip(rows, table.rows, strict=True):
        assert key == rows.index(row) or row in rows
        for kind, written, value in zip(table.types[1:], row, values, strict=True):
            assert (value or "") == written if kind == "text" else value is None or str(value) == written.strip()


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.integers(-(10**25), 10**25).map(str),
            st.integers(0, 99999).map(lambda n: f"{n:05d}"),
            st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
            st.floats(allow_nan=False, allow_infinity=False).map(repr),
            st.just(""),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_no_number_is_changed_by_typing(values):
    table = load_one("name,column\n" + "".join(f"x,{value}\n" for value in values))
    for written, (_, value) in zip(values, table.rows, strict=True):
        if table.types[1] == "text":
            assert (value or "") == written
        elif written:
            assert Decimal(repr(value) if isinstance(value, float) else value) == Decimal(written)
        else:
            assert value is None


def test_many_damaged_rows_far_apart_cost_nothing_but_themselves():
    lines = [f'{i},{i}.50,"name, ""{i}""",x\n' for i in range(60_000)]
    bad = {i: f'{i},"{i}.50,name {i},x\n' for i in range(500, 60_000, 997)}
    table = load_one("id,amount,name,kind\n" + "".join(bad.get(i, line) for i, line in enumerate(lines)))
    assert table.counts == (60_000, 60_000 - len(bad), len(bad), 0)
    assert [one["line"] for one in table.receipt["quarantine"]] == [i + 2 for i in bad]
    assert [row[0] for row in table.rows] == [i for i in range(60_000) if i not in bad]
    assert table.rows[-1] == (59_999, Decimal("59999.50"), 'name, "59999"', "x")


@pytest.mark.parametrize(
    ("encoding", "newline", "lines"),
    [
        ("utf-8", "\n", 3000),
        ("utf-8-sig", "\r\n", 3000),
        ("utf-16", "\n", 3000),
        ("utf-8", "\r\n", 90_000),
        ("utf-16", "\n", 90_000),
    ],
)
def test_a_row_set_aside_for_its_value_has_its_line_and_byte(encoding, newline, lines):
    texts = ["id,amount,name", *(f'{i},{i}.50,"déjà vu\nau café {i}"' for i in range(lines))]
    texts[2000], texts[lines - 1] = "1999,oops,déjà vu", f"{lines - 2},never,café"
    data = newline.join(texts).encode(encoding)
    quarantine = load_one(data).receipt["quarantine"]
    assert [row["raw"] for row in quarantine] == [texts[2000], texts[lines - 1]]
    for row in quarantine:
        raw = row["raw"].encode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
        assert data[row["byte"] : row["byte"] + len(raw)] == raw
        assert data[: row["byte"]].decode(encoding).count("\n") == row["line"] - 1


UNITS = [["id", "name", "note"], ["1", "Ann", "likes\ntea"], ["2", '5" Bob', "no, never"], ["3", "Zoë", "x"]]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\x1e", "\x1e\r\n"])
def test_the_separators_of_ascii_part_rows_and_values(end, encoding):
    data = "".join("\x1f".join(row) + end for row in UNITS).encode(encoding)
    table = load_one(data)
    assert table.names == UNITS[0]
    assert table.rows == [(int(number), *rest) for number, *rest in UNITS[1:]]
    assert preview_of(data)["rows"][0][1] == "Ann"


def test_a_record_separator_inside_lines_stays_in_its_value():
    table = load_one("id\x1ftags\n" + "".join(f"{i}\x1fa\x1eb\n" for i in range(20)))
    assert table.rows[3] == (3, "a\x1eb")


def test_rows_parted_by_record_separators_are_set_aside_with_their_byte():
    rows = [f"{i}\x1fname {i}\x1fone\ntwo" for i in range(5000)]
    rows[4000] = "odd"
    data = "\x1e".join(["id\x1fname\x1fnote", *rows]).encode()
    (odd,) = load_one(data).receipt["quarantine"]
    assert (odd["raw"], data[odd["byte"] :][:4]) == ("odd", b"odd\x1e")


def test_a_file_of_names_alone_says_that_it_has_no_rows():
    (warning,) = load_one("name,city,note\n").receipt["warnings"]
    assert "no rows" in warning["reason"]


def test_rows_set_aside_are_listed_by_line():
    lines = [f"{i},{i}" for i in range(3000)]
    lines[1000], lines[2000], lines[2500] = "1000,odd", "2000", "2500,odd"
    table = load_one("a,b\n" + "\n".join(lines) + "\n")
    assert [row["line"] for row in table.receipt["quarantine"]] == [1002, 2002, 2502]
    assert [json.loads(row)["line"] for row in table.quarantined.splitlines()] == [1002, 2002, 2502]


def test_names_that_come_again_among_words_are_names():
    table = load_one("Name,Town\nAnn,Rome\nBob,Bonn\nName,Town\nCid,Oslo\n")
    assert (table.names, [row[0] for row in table.rows]) == (["Name", "Town"], ["Ann", "Bob", "Cid"])
    same = load_one("Ann,Rome\nAnn,Rome\nAnn,Rome\n")
    assert len(same.rows) == 3


def test_lines_with_several_values_below_a_table_are_said():
    table = "Item,Cost,Tax,Sum\n" + "".join(f"a{i},{i},2,3\n" for i in range(9))
    below = "\nContact,Ann\nBy,Bob\nOffice,Rome\nFloor,four\n"
    found = load_one(table + below)
    assert len(found.rows) == 9
    (said,) = found.receipt["warnings"]
    assert said["reason"].startswith("4 lines below the table hold several values")
    assert load_one(table + "\nContact,Ann\n").receipt["warnings"] == []


@pytest.mark.parametrize("above", ["", ",Sales by town,,\n,,,\n", ",,,\n"])
def test_a_table_that_begins_in_the_second_column_keeps_its_rows(above):
    table = load_one(f"{above},town,people,area\n,Bonn,12,1\n,Rome,14,2\n,Oslo,9,3\n")
    assert table.rows == [("Bonn", 12, 1), ("Rome", 14, 2), ("Oslo", 9, 3)]
    assert table.names == ["town", "people", "area"]


PLAIN_TABLES = {
    "addresses with as many blanks in each": (
        ["order date|ref", *(f"{i} South St., Red|+1 555 020 {i}" for i in range(100, 120))],
        ["order date", "ref"],
    ),
    "lists of words beside a number": (
        ["name,City", *(f"south; mango; red,10.2.149.{i}" for i in range(20))],
        ["name", "City"],
    ),
    "one column of numbers with exponents": (["Amount (USD)", *(f"{i}.455e-01" for i in range(20))], ["Amount (USD)"]),
    "one column of parted codes": (["value", *(f"26c4189{i:x}-1fdd" for i in range(16))], ["value"]),
    "one column of paths": (["email", *(f"/apple/cherry{i}.txt" for i in range(8))], ["email"]),
    "paths beside few numbers": (
        ["type,Remark", *(f"{i if i < 2 else ''},/mean/quince{i}.txt" for i in range(40))],
        ["type", "Remark"],
    ),
    "a year among names of words": (
        ["Notes;2023", *(f"/blue/north{i}.txt;A75{i}" for i in range(9))],
        ["Notes", "2023"],
    ),
    "a year over amounts": (
        ["region,kind,2023", *(f"north,apple,{i * 10}" for i in range(9))],
        ["region", "kind", "2023"],
    ),
    "a value alone among many rows": (
        ["lon,Source,day", *(f"https://x.org/{i},{',' if i == 50 else 'C,2024-09-23'}" for i in range(99))],
        ["lon", "Source", "day"],
    ),
    "names that notes begin with": (["Notes,Contact,Source", ",,x", "a,,", ",b,"], ["Notes", "Contact", "Source"]),
    "one of two columns": (["lon|lat", *(f"North {i}|" for i in range(9))], ["lon", "lat"]),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN_TABLES)
def test_a_plain_table_is_read_as_it_stands(case):
    lines, names = PLAIN_TABLES[case]
    table = load_one("\n".join(lines) + "\n")
    assert table.names == names
    assert table.counts == (len(lines) - 1, len(lines) - 1, 0, 0)


def test_names_that_are_changed_are_said() -> None:
    long = "n" * 400
    table = load_one(f'"two  blanks","a\nb",{long}, plain\n1,2,3,4\n')
    assert table.names == ["two blanks", "a b", "n" * 300, "plain"]
    said = next(one for one in table.receipt["decisions"] if one["value"] == "tidied")["evidence"]
    assert '"two  blanks" in column 1 became "two blanks"' in said
    assert "(400 characters)" in said
    assert "plain" not in said
