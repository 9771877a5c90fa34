"""Files as systems and people write them: what of them is a name, a row, a note, a part, and what is in doubt."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from support.reading import Loaded, load, load_one


def sheet(text: str) -> Loaded:
    """The only table of a sheet with these cells, its numbers as numbers."""
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append([float(cell) if _is_number(cell) else cell or None for cell in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    return load(out.getvalue())[0]


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdecimal() and not cell.startswith("0")


def said(table: Loaded, what: str) -> str:
    """How sure a decision is."""
    return table.decided(what)["confidence"]


def warned(table: Loaded) -> str:
    return "\n".join(one["reason"] for one in table.receipt["warnings"])


NAMED_BY_VALUES = [
    ("Region,2023-01-01,2023-01-02\nRome,4,5\nOslo,7,8\nParis,1,2\n", ["Region", "2023-01-01", "2023-01-02"]),
    ("State,1/22/20,1/23/20\nTexas,4,5\nUtah,1,2\nOhio,7,8\n", ["State", "1/22/20", "1/23/20"]),
    (";01.02.2022;01.03.2022\nRome;4,5;3,1\nOslo;1,5;7,1\nParis;6,5;5,1\n", ["Column 1", "01.02.2022", "01.03.2022"]),
    ("City;01.2022;02.2022\nRome;4,5;3,1\nOslo;1,5;7,1\nParis;6,5;5,1\n", ["City", "01.2022", "02.2022"]),
    ("Name,202301,202302,202303\nRome,4,5,8\nOslo,7,8,1\nParis,1,2,2\n", ["Name", "202301", "202302", "202303"]),
    ("Day,00:00,01:00\nMon,4,5\nTue,7,8\nWed,1,2\n", ["Day", "00:00", "01:00"]),
    ("Day,10%,20%\nMon,4,5\nTue,7,8\nWed,1,2\n", ["Day", "10%", "20%"]),
    (",$10,$20\nMon,4,5\nTue,7,8\nWed,1,2\n", ["Column 1", "$10", "$20"]),
    ("Row,1,2,3\nA,0.045,2.3,1.1\nB,0.5,2.7,3.1\nC,3.045,1.3,1.1\n", ["Row", "1", "2", "3"]),
    (
        "SKU,Stage,Paid,\nA6,open,TRUE,+49 30 351\nA7,open,FALSE,+49 30 352\nA8,x,TRUE,+49 30 353\n",
        ["SKU", "Stage", "Paid", "Column 4"],
    ),
    (",city,mail\nAnn,Oslo,a@x.org\nBob,Rome,b@x.org\nCid,Graz,c@x.org\n", ["Column 1", "city", "mail"]),
]


@pytest.mark.parametrize(("text", "names"), NAMED_BY_VALUES)
def test_values_over_other_values_name_the_columns(text: str, names: list[str]) -> None:
    table = load_one(text)
    assert table.names == names
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Rome,1,2,3\nOslo,4,5,6\nUlm,7,8,9\n",  # every row counts on
        "Rome,2020-01-01,5\nOslo,2020-01-02,6\nUlm,2020-01-03,7\n",
        "Rome,5,4.5,2.2\nOslo,4,5,6\nUlm,7,8,9\n",
        "Rome,10%,20%\nOslo,4%,5%\nUlm,7%,8%\n",
        "Rome,,3\nOslo,2020-01-02,6\nUlm,2020-01-03,7\n",
    ],
)
def test_a_first_row_of_values_like_the_others_is_a_row(text: str) -> None:
    table = load_one(text)
    assert len(table.rows) == 3
    assert table.names[0] == "Column 1"


UNDER_NAMES = [
    (
        "Region;Male;Male;Female\n;2020;2021;2020\nRome;4.5;3.1;2.2\nOslo;1.5;7.1;8.2\n",
        ["Region", "Male / 2020", "Male / 2021", "Female / 2020"],
    ),
    ("Region;2020;2021\n;1000;1000\nRome;4.5;3.1\nOslo;1.5;7.1\n", ["Region", "2020 / 1000", "2021 / 1000"]),
    (
        "Region,Male,Female\n,2020,2020\n,1000,1000\nRome,4.5,3.1\nOslo,1.5,7.1\n",
        ["Region", "Male / 2020 / 1000", "Female / 2020 / 1000"],
    ),
    (
        "Region;Births;Deaths;Moves\n1;2;3;4\nRome;45;31;22\nOslo;15;71;82\n",
        ["Region / 1", "Births / 2", "Deaths / 3", "Moves / 4"],
    ),
    ("Region,Births,Deaths\n,(1),(2)\nRome,45,31\nOslo,15,71\n", ["Region", "Births", "Deaths"]),
    ("Name;Scores;;\n;Math;Art;Bio\nAnn;1;2;3\nBob;4;5;6\n", ["Name", "Scores / Math", "Scores / Art", "Scores / Bio"]),
    (
        'Id,Q1,Q2\nId,How old are you?,Would you come again?\n"{""ImportId"":""id""}","{""ImportId"":""QID1""}",'
        '"{""ImportId"":""QID2""}"\nR_1,5,Yes\nR_2,4,No\n',
        ["Id", "Q1 / How old are you?", "Q2 / Would you come again?"],
    ),
    (
        "#Software: IIS\n#Fields: date time status\n2023-05-01 00:01 200\n2023-05-02 00:02 404\n",
        ["date", "time", "status"],
    ),
    ('"EXTF";700;21;"Batch";13;;"RE";1\nSum;Kind;Text\n2690,54;"S";"tea"\n17,40;"H";"hat"\n', ["Sum", "Kind", "Text"]),
    (
        "Details,Date,Amount,Check\nDEBIT,2023-09-19,-12.50,,\nCREDIT,2023-09-20,99.00,,\n",
        ["Details", "Date", "Amount", "Check", "Column 5"],
    ),
]


@pytest.mark.parametrize(("text", "names"), UNDER_NAMES)
def test_lines_about_the_columns_are_no_rows(text: str, names: list[str]) -> None:
    table = load_one(text)
    assert table.names == names
    assert len(table.rows) == 2


def test_a_first_row_that_counts_among_numbers_is_a_row() -> None:
    assert load_one('a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n').names == ["a", "b", "c"]


ITEMS = "Item;Qty;Price\nnickel;4;12.50\ncopper;9;3.20\nsilver;2;99.00\n"


@pytest.mark.parametrize("last", ["3 rows", "(3 rows)", "EOF", "End Data", "\x1a"])
def test_what_ends_a_file_is_no_row(last: str) -> None:
    table = load_one(f"{ITEMS}{last}\n")
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    "last", ["Sum;;", "Total;;", "Saldo;;368.50", "Ending balance;;368.50", "Solde final;;3", "合計;;7"]
)
def test_a_closing_line_is_kept_and_said_to_be_one(last: str) -> None:
    table = load_one(f"{ITEMS}{last}\n")
    assert len(table.rows) == 4
    assert "looks like a total and was kept" in warned(table)


def test_a_last_row_that_is_cut_short_is_set_aside() -> None:
    table = load_one("id,date,name\n1,2024-01-02,Ann\n2,2024-01-03,Bob\n3,2024-01-04,Cid\n4\n")
    assert table.counts == (4, 3, 1, 0)


def test_rows_with_fewer_values_are_said() -> None:
    rows = "".join(f"{i},2,3\n" for i in range(30))
    table = load_one(f"a,b,c\n{rows}\n1,2\n1,2\n1,2\n")
    assert "3 rows have fewer values than the table has columns, 3" in warned(table)


@pytest.mark.parametrize("line", ["# Start date: 20230101", "---", "Days", "[Days]"])
def test_names_below_a_comment_a_rule_or_a_title_begin_another_table(line: str) -> None:
    one = "Medium,Users\norganic,991\nreferral,3147\nemail,12\nsocial,7\n"
    tables = load(f"{one}{line}\nDay,Users\n0,415\n1,686\n2,397\n3,7\n")
    assert [table.names for table in tables] == [["Medium", "Users"], ["Day", "Users"]]
    assert [len(table.rows) for table in tables] == [4, 4]


def test_the_mark_of_a_file_put_behind_another_is_no_part_of_its_values() -> None:
    one = "Name,Qty\nAnn,1\nBob,2\nCid,3\n"
    assert [row[0] for row in load_one(f"{one}\ufeff{one}").rows] == ["Ann", "Bob", "Cid"] * 2


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (
            "Name,City,Qty,,Item,Price\nAnn,Oslo,5,,Lamp,3.5\nBob,Rome,7,,Desk,9.9\nCid,Graz,9,,Pen,1.2\n,,,,Cup,4\n",
            'an empty column stands before "Item"',
        ),
        (
            "Name;City;Mail\nAnn;Oslo;a@x\nBob;Rome;b@x\nCid;Graz;c@x\n\nItem;Status;\nLamp;new;\nDesk;old;\n",
            '"Item" stands below an empty line',
        ),
        (
            "Item,Qty,\nLamp,5,\nDesk,7,\n\nCity,Date,Net\nOslo,2024-01-02,5.5\nRome,2024-01-03,6.5\nGraz,2024-01-04,7\n",
            "3 lines above the table hold several values",
        ),
        ("Id,Age,Pay\n1,2,3\n4,5,6\n7,8,9\nStaff,Years,Sum\n1,3,3\n4,5,7\n7,9,9\n", 'the row of "Staff" has words'),
    ],
)
def test_what_may_be_another_table_is_said(text: str, doubt: str) -> None:
    tables = load(text)
    assert len(tables) == 2 or doubt in warned(tables[0])


@pytest.mark.parametrize(
    "lines",
    [
        ["+49 30 123456", "+49 221 998877", "+49 40 5551234"],
        ["DE82 6728 1694", "DE39 7040 2069", "DE92 3381 8907"],
        ["2023-05-01 10:11:12", "2023-05-01 10:15:00", "2023-05-02 08:00:00"],
        ["aa:bb:cc:01:02:03", "11:22:33:44:55:66", "00:1a:2b:3c:4d:5e"],
        ["https://ex.org/a?a=1&b=2", "https://ex.org/b?a=1&b=5", "https://ex.org/c?a=1&b=7"],
        ["12 kg", "35 kg", "7 kg"],
    ],
)
@pytest.mark.parametrize("name", [None, "Value"])
def test_lines_that_are_one_value_are_one_column(lines: list[str], name: str | None) -> None:
    table = load_one("\n".join([*([name] if name else []), *lines]) + "\n", options={"all_text": True})
    assert table.names == [name or "Column 1"]
    assert [row[0] for row in table.rows] == lines


def test_a_column_of_numbers_with_a_decimal_comma_is_one() -> None:
    table = load_one("Wert\n12,34\n5,60\n7,89\n")
    assert (table.names, [float(row[0]) for row in table.rows]) == (["Wert"], [12.34, 5.6, 7.89])


@pytest.mark.parametrize(
    "text", ["B-AC 8482\nB-XB 1212\nB-BC 9062\n", "copper | kettle\nmeadow | lantern\nalpha | indigo\n"]
)
def test_two_columns_by_a_mark_that_stands_inside_of_values_are_assumed(text: str) -> None:
    assert said(load_one(text), "delimiter") == "assumed"


def test_tabs_win_over_commas_inside_of_values() -> None:
    text = "freq,unit,geo\\TIME\t2020 \t2019 \nA,NR,AT\t827.6\t380.2\nA,NR,BE\t467.6\t: \nA,NR,BG\t: \t978.6 p\n"
    table = load_one(text)
    assert (table.names[1:], len(table.rows)) == (["2020", "2019"], 3)
    assert said(table, "delimiter") != "certain"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_one_value_between_apostrophes_keeps_them(mark: str) -> None:
    text = "id,text,n\n1,hello,5\n2,'quoted',6\n3,world,7\n".replace(",", mark)
    assert [row[1] for row in load_one(text).rows] == ["hello", "'quoted'", "world"]


def test_a_file_with_apostrophes_as_quotes_is_read_by_them() -> None:
    rows = "".join(f"{i}|'O''Brien|{i}'|{i}\n" if i % 9 == 0 else f"{i}|plain|{i}\n" for i in range(1, 40))
    assert load_one(f"id|name|n\n{rows}").rows[8] == (9, "O'Brien|9", 9)


def test_points_between_tabs_may_stand_between_thousands() -> None:
    table = load_one("Ort\tEinwohner\nBonn\t18.234\nKiel\t24.107\n")
    assert said(table, "decimal mark of Einwohner") == "assumed"


def test_a_pair_over_one_row_is_no_certain_header() -> None:
    assert said(load_one("host,db.example.com\nport,5432\n"), "header") == "likely"


def test_a_closing_line_of_a_table_of_words_is_said_as_well() -> None:
    rows = "".join(f"a{i};http://x.org/{i}\n" for i in range(20))
    assert "looks like a total" in warned(load_one(f"name;url\n{rows}Sum;\n"))


def test_pairs_right_above_a_table_of_two_columns_are_not_its_names() -> None:
    rows = "".join(f"{200 + i}.5,0.{i + 10}\n" for i in range(20))
    table = load_one(f"Instrument,Spectro\nOperator,jd\nWavelength,Abs\n{rows}")
    assert (table.names, len(table.rows)) == (["Wavelength", "Abs"], 20)


def _baskets(count: int) -> list[list[str]]:
    goods = ["whole milk", "rolls/buns", "soda", "yogurt", "butter", "rice", "coffee", "pip fruit"]
    return [[goods[(row + i * (1 + row % 3)) % 8] for i in range(1 + row * 7 % 5)] for row in range(count)]


@pytest.mark.parametrize("mark", [",", "\t", ";"])
@pytest.mark.parametrize("count", [12, 60_000], ids=["short", "long"])
def test_lines_that_are_lists_of_any_length_keep_every_value(mark: str, count: int) -> None:
    baskets = _baskets(count)
    table = load_one("\n".join(map(mark.join, baskets)) + "\n")
    assert table.counts == (count, count, 0, 0)
    assert [[value for value in row if value is not None] for row in table.rows[-12:]] == baskets[-12:]
    assert "each line is a list" in warned(table)


def test_names_over_the_first_values_of_lists_are_names() -> None:
    rows = [[str(100 + at), *basket] for at, basket in enumerate(_baskets(20))]
    table = load_one("customer,items\n" + "\n".join(map(",".join, rows)) + "\n")
    assert (table.names[:3], table.counts) == (["customer", "items", "Column 3"], (20, 20, 0, 0))
    assert table.rows[0][0] == 100


def test_sentences_with_commas_are_no_lists() -> None:
    words = ["it rained, and so we stayed", "the end", "tea, milk, sugar, bread, and a cake, all sold", "no, yes, no"]
    assert "each line is a list" not in "".join(map(warned, load("\n".join(words * 5) + "\n")))


def test_a_letter_or_a_short_word_alone_is_no_answer() -> None:
    table = load_one("name,sex,country,paid,member\nAnn,F,NO,yes,Y\nEva,F,NO,yes,N\n")
    assert [column["type"] for column in table.schema] == ["text", "text", "text", "boolean", "boolean"]


def test_words_over_columns_of_values_below_their_codes_are_names() -> None:
    head = "GEO_ID,NAME,S01_001E,S01_001M\nGeography,Area,Estimate!!Total,Margin of Error!!Total\n"
    table = load_one(head + "0500US39001,Adams County,27509,12\n0500US39003,Allen County,102206,33\n")
    assert table.names[2:] == ["S01_001E / Estimate!!Total", "S01_001M / Margin of Error!!Total"]
    assert [column["type"] for column in table.schema] == ["text", "text", "integer", "integer"]


def test_a_name_that_stands_twice_says_how_far_it_reaches() -> None:
    head = "\t\tTemp\tHi\tWind\tWind\t\tRain\nDate\tTime\tOut\tTemp\tSpeed\tDir\tBar\tRate\n"
    rows = "05.03.24\t10:00\t11.2\t11.5\t1.6\tSW\t1013.2\t0.0\n05.03.24\t10:30\t11.6\t11.9\t1.3\tW\t1013.0\t0.0\n"
    assert load_one(head + rows * 3).names[4:] == ["Wind / Speed", "Wind / Dir", "Bar", "Rain / Rate"]


def test_the_name_of_an_index_below_two_lines_of_names_is_its_name() -> None:
    table = load_one(",price,price,qty\n,mean,max,mean\ncity,,,\nOslo,1.5,2.5,3\nRome,5.5,6.5,7\nBern,4.5,7.5,8\n")
    assert (table.names, len(table.rows)) == (["city", "price / mean", "price / max", "qty / mean"], 3)


COUNTS = """Nr;Gemeinde;Berechtigte;Gültig;CDU
0001;Adorf;78.533;60.996;27.965
0002;Bdorf;16.551;10.206;885
0003;Cdorf;28.628;17.391;473
"""


def test_numbers_without_a_mark_say_what_the_mark_means_in_all_columns() -> None:
    table = load_one(COUNTS)
    assert table.rows[1][2:] == (16551, 10206, 885)
    assert not [one for one in table.receipt["decisions"] if one["confidence"] == "assumed"]


def test_what_was_assumed_of_a_column_proves_nothing_for_the_next() -> None:
    assumed = [
        one["what"]
        for one in load_one("a;b\n78.533;61.058\n16.551;10.217\n").receipt["decisions"]
        if one["confidence"] == "assumed"
    ]
    assert assumed == ["decimal mark of a", "decimal mark of b"]


def test_dates_with_points_say_that_a_comma_is_the_decimal_mark() -> None:
    table = load_one("Datum;MWh\n05.03.2024;241,892\n13.03.2024;239,120\n")
    assert [str(row[1]) for row in table.rows] == ["241.892", "239.120"]


def test_days_that_follow_one_another_say_their_order() -> None:
    days = "".join(f"06/0{day}/2021,{day}\n" for day in range(1, 7))
    table = load_one("Date,Visitors\n" + days)
    assert (str(table.rows[1][0]), said(table, "date order of Date")) == ("2021-06-02", "likely")
    months = "".join(f"01/0{month}/2021,{month}\n" for month in range(1, 7))
    assert said(load_one("Date,Visitors\n" + months), "date order of Date") == "assumed"


def test_the_only_word_among_the_numbers_of_several_columns_means_that_there_is_none() -> None:
    table = load_one("site,ph,temp,mark\nA,7.1,MM,x\nB,MM,12,5\nC,7.3,11,x\nD,7.1,10,6\n")
    assert table.rows[:2] == [("A", Decimal("7.1"), None, "x"), ("B", None, 12, "5")]
    assert (said(table, "type of ph"), said(table, "type of temp")) == ("assumed", "likely")
    assert said(table, "empty words of temp") == "certain"
    alone = load_one("site,ph,temp\nA,7.1,5\nB,MM,12\nC,7.3,11\n")
    assert alone.rows[1] == ("B", "MM", 12)


BUOY = """#YY  MM DD hh mm WDIR WSPD GST  WVHT   DPD   APD MWD   PRES  ATMP  WTMP
#yr  mo dy hr mn degT m/s  m/s     m   sec   sec degT   hPa  degC  degC
2024 05 14 12 50 160  5.0  6.0   1.1     9   5.9 165 1014.2  22.1  24.3
2024 05 14 12 40 160  5.0  6.0    MM    MM    MM  MM 1014.2  22.1  24.3
2024 05 14 12 30 170  4.0  5.0    MM    MM    MM  MM 1014.3  22.1  24.3
2024 05 14 12 20 170  4.0  5.0   1.2    10   6.0 170 1014.3  22.0  24.3
"""


def test_names_stand_above_units_that_come_twice() -> None:
    table = load_one(BUOY)
    assert table.names[5:9] == ["WDIR", "WSPD", "GST", "WVHT"]
    assert (table.rows[1][7:10], len(table.rows)) == ((Decimal("6.0"), None, None), 4)


PLATE = """Date:,14.05.2024,,
Mode,,Absorbance
Wavelength,,450,nm
Bandwidth,,9,nm

<>,1,2,3
A,0.3034,1.7010,1.5370
B,1.5341,0.0441,0.9130
C,0.4645,0.8673,0.0969
D,0.4645,0.8673,0.0969

End Time:,14.05.2024 12:04:00,,
"""


def test_values_with_units_above_a_plate_and_a_day_below_it_are_no_rows() -> None:
    table = load_one(PLATE)
    assert (table.names, len(table.rows)) == (["<>", "1", "2", "3"], 4)
    assert [column["type"] for column in table.schema] == ["text", "decimal", "decimal", "decimal"]


def test_pairs_between_the_names_and_a_series_are_no_rows() -> None:
    series = "".join(f'"{year}","{year - 1980}.5"\n"{year} Q1","3.5"\n' for year in range(1990, 2000))
    about = '"Title","Annual rate"\n"CDID","L55O"\n"Unit","%"\n"Next release","14 August 2024"\n'
    table = load_one(about + series)
    assert (table.names, len(table.rows)) == (["Title", "Annual rate"], 20)
    assert table.schema[1]["type"] == "decimal"
    assert "3 lines above the table" in warned(table)
    assert len(load_one("place,count\nRome,4\nOslo,5\n1st street,6\n2nd street,7\n").rows) == 4


def test_words_that_programs_print_for_nothing_are_empty_among_texts() -> None:
    table = load_one("id,name,code,at\n1,Zoë,GKA,\\N\n2,NULL,\\N,x\n3,Anna,MAG,<NA>\n")
    assert [row[1:] for row in table.rows] == [("Zoë", "GKA", None), (None, None, "x"), ("Anna", "MAG", None)]
    assert load_one("id,name\n1,NULL\n" + "".join(f"{i},SMITH{i}\n" for i in range(2, 9))).rows[0] == (1, "NULL")


def test_a_minus_beside_a_plus_says_something() -> None:
    assert [row[1] for row in load_one("gene,strand\na,+;+\nb,-\nc,-\nd,+;+\n").rows] == ["+;+", "-", "-", "+;+"]


def test_a_word_that_keeps_numbers_a_text_is_said() -> None:
    table = load_one("well,value\na,1.5\nb,OVER\nc,2.5\nd,3.5\ne,4.5\n")
    assert (table.schema[1]["type"], said(table, "type of value")) == ("text", "assumed")


def test_an_address_is_no_number() -> None:
    assert load_one("day,address,code\n2024-03-14,39.148.107.203,200\n").rows[0][1] == "39.148.107.203"


def test_strokes_between_separators_are_a_rule() -> None:
    table = load_one("id,name,amount\n--,----,------\n1,Ann,2.5\n2,Bob,3.5\n")
    assert (len(table.rows), table.schema[2]["type"]) == (2, "decimal")


SURVEY = """Respondent ID,Start Date,How satisfied?,Which do you use?,,
,,Response,Phone,Email,Other (please specify)
1187,01/13/2024 10:00:00,Very,Phone,,
1188,01/14/2024 11:00:00,Neither,,Email,fax
"""


def test_the_answers_of_a_survey_below_its_questions_name_columns() -> None:
    table = load_one(SURVEY)
    assert table.names[:3] == ["Respondent ID", "Start Date", "How satisfied? / Response"]
    assert table.names[4:] == ["Which do you use? / Email", "Which do you use? / Other (please specify)"]
    assert [row[0] for row in table.rows] == [1187, 1188]


def test_a_first_row_without_a_value_where_all_others_have_one_is_said() -> None:
    answers = "1187,01/13/2024,Very,no\n1188,01/14/2024,Neither,yes please\n"
    table = load_one("Respondent ID,Start Date,How?,More?\n,,Response,Open-Ended Response\n" + answers)
    assert len(table.rows) == 3
    assert "it may belong to the names" in warned(table)


def test_what_there_can_be_in_each_column_is_no_row() -> None:
    rows = '"Lee, Ann",2001,18.0,90.00\n"Ray, Bob",2002,15.5,77.50\n'
    table = load_one("Student,ID,Essay,Score\n    Points Possible,,20.0,(read only)\n" + rows)
    assert (len(table.rows), table.schema[3]["type"]) == (2, "decimal")
    assert '"Points Possible" right below the names' in warned(table)
    posting = ",,Manual Posting,\n Points Possible,,20.0,(read only)\n"
    assert len(load_one("Student,ID,Essay,Score\n" + posting + rows).rows) == 2
    assert len(load_one("measure,A,B\nWeight,70,80\nHeight,170,180\nAge,17,18\n").rows) == 3


TOTALS = [
    "Content,Title,Views,Hours\nTotal,,300,15.5\naB3,Lamp,100,5.25\nkk9,Chair,200,10.25\n",
    'Source,Sessions\ngoogle,"1,200"\nbing,300\n,"1,500"\n',
    "Source,Sessions,Rate\na,1200,50%\nb,300,20%\nc,500,20%\n,2000,37%\n",
    "Data;Nome;Qtd;Valor;Pago\n08/05/2024;Jo;1;R$ 93,00;Sim\n23/05/2024;An;1;R$ 67,00;Sim\n25/05/2024;Bo;1;R$ 6,00;\n"
    ";Total;;R$ 166,00;\n",
    "|Nr  |Art|  Betrag |Cur|\n|----|---|---------|---|\n|A100|SA |   0,28  |EUR|\n|A101|KR |   1,90- |EUR|\n"
    "|*   |   |   1,62- |EUR|\n",
]


@pytest.mark.parametrize("text", TOTALS)
def test_totals_are_said_wherever_they_stand_and_however_they_are_written(text: str) -> None:
    assert warned(load_one(text)).startswith("looks like a total and was kept")


@pytest.mark.parametrize("amount", ["$9.00", "$7.10"])
def test_a_total_of_several_words_in_a_column_of_dates_is_left_out(amount: str) -> None:
    days = '"01/28/2025","Buy","$8.00"\n"01/27/2025","Sell","-$3.00"\n"01/20/2025","Buy","$4.00"\n'
    table = load_one(f'"Date","Action","Amount"\n{days}"Transactions Total","","{amount}"\n')
    assert ([c["type"] for c in table.schema], len(table.rows)) == (["date", "text", "decimal"], 3)
    assert "1 row looks like a total and was left out" in warned(table)


COUNTED = [
    "Student,1,2,3,Sum\nAnn,9,8,7,24\nBob,5,5,6,16\nCleo,7,3,2,12\n",
    "Student,1,2,3\nAnn,9,8,7\nBob,5,5,6\nCleo,7,3,2\n",
    "Pupil,1,2,3,4\nAnn,x,,E,\nBob,,x,,U\nCleo,,,,x\n",
]


@pytest.mark.parametrize("text", COUNTED)
def test_numbers_that_count_on_beside_words_name_columns_of_text_and_sheets(text: str) -> None:
    for table in (load_one(text), sheet(text)):
        assert (table.names[1:4], len(table.rows)) == (["1", "2", "3"], 3)


@pytest.mark.parametrize("text", ["Name,Anna Rossi\nCity,Berlin\nPostcode,01234\nMember,yes\n", "a,b\nx,y\nz,u\n"])
def test_names_of_two_columns_of_words_in_a_sheet_are_assumed(text: str) -> None:
    assert said(sheet(text), "header") == "assumed"


FEW_ROWS = [
    ("metric,price,volume\nstore,A,A\nday,,\n2024-01-01,16.93,13.36\n2024-01-02,57.95,61.58\n", "price / A"),
    ("RA,Vmag,Kind,Plx\ndeg,mag,,mas\n19.704769,1.95,,33.78\n", "Vmag / mag"),
    ("x-axis,1,2\nsecond,Volt,Volt\n-1.0E-03,-2.9,1.5\n-9.9E-04,4.3,2.5\n", "1 / Volt"),
    (
        'TIMESTAMP,Batt,Air,RH\nTS,Volts,Deg C,%\n"",Avg,Avg,Smp\n2024-03-03 00:10:00,12.23,NAN,56.6\n',
        "Batt / Volts / Avg",
    ),
    (
        "GEO_ID,B001_E,B001_M\nGeography,Estimate!!Income,Margin of Error!!Income\nUS01,55493,7246\n",
        "B001_E / Estimate!!",
    ),
]


@pytest.mark.parametrize(("text", "name"), FEW_ROWS)
def test_lines_of_words_below_the_names_belong_to_them_above_a_row_or_two(text: str, name: str) -> None:
    table = load_one(text)
    assert table.names[1].startswith(name)
    assert len(table.rows) <= 2
    assert table.schema[1]["type"] in ("integer", "decimal", "float")


def test_words_over_numbers_in_the_last_of_few_rows_are_assumed_to_be_names() -> None:
    assert said(load_one("city,may,june\nOslo,closed,open\nRome,7,8\n"), "header") == "assumed"
    assert said(load_one("city,may,june\nOslo,closed,open\nRome,7,8\nUlm,5,6\nBonn,1,2\n"), "header") == "assumed"
    assert len(load_one("city,may,june\nOslo,closed,closed\nRome,7,8\nUlm,5,6\n").rows) == 3


def test_a_limit_is_a_value_and_the_last_row_may_have_none() -> None:
    table = sheet("Probe,Result\nP0,n/a\nP1,36.5\nP2,49.5\nP3,-\nP4,10.5\nP5,<0.5\nP6,\n")
    assert [row[0] for row in table.rows] == ["P0", "P1", "P2", "P3", "P4", "P5", "P6"]
    assert sheet("Age,<18,>64\nRome,4,5\nOslo,7,8\n").names == ["Age", "<18", ">64"]


CLOSINGS = [
    "day,value,text,kind,amount\n" + "30.08.2024,30.08.2024,Rent,debit,-95.00\n" * 3 + "\nOld balance,1000.00,,,\n",
    ";;2019;2020\nDG;Land;121552;8686424\n01;Ulm;298;517\n02;Rom;299;518\n__________\n(C)opyright Office, 2024\n"
    "Stand: 15.01.2024 / 10:11:12\n",
    "code\tname\tunit\t2018\t2019\n512\tOslo\tEUR\t1.5\t2.5\n\t\t\t\t\n"
    "International Monetary Fund, World Economic Outlook Database, April 2024\t\t\t\t\n",
]


@pytest.mark.parametrize("text", CLOSINGS)
def test_closing_lines_are_no_rows(text: str) -> None:
    table = load_one(text)
    assert table.schema[-1]["type"] in ("integer", "decimal")
    assert all(row[-1] is not None for row in table.rows)


def test_a_word_and_a_value_right_above_the_names_are_no_row() -> None:
    table = load_one(
        "# of Peaks\t2\t\t\t\nPeak#\tTime\tArea\tHeight\tName\n1\t0.480\t51056\t629\tX\n2\t1.924\t78911\t4688\tX\n"
    )
    assert (table.names[0], len(table.rows)) == ("Peak#", 2)


def test_labels_of_the_rows_below_them_are_said() -> None:
    sections = "Art,Text,Price\nCables,,\n{}39,USB,2.5\n{}40,HDMI,7.5\nLamps,,\n{}81,Desk,19.9\n"
    for code in ("C", "45"):
        assert '2 rows fill one cell, "Cables"' in warned(sheet(sections.format(code, code, code)))
    outline = "Region,Product,Units\nNorth,A,1\n,B,2\n,C,3\nSouth,A,4\n,B,5\n"
    assert '3 rows have nothing where "North" stands above them' in warned(sheet(outline))


@pytest.mark.parametrize(
    "text", ["Land,PLN 2023,PLN 2024\nRome,7,8\nUlm,5,6\n", "Land,2023 CZK,2024 CZK\nRome,7,8\nUlm,5,6\n"]
)
def test_the_money_of_a_year_names_a_column(text: str) -> None:
    for table in (load_one(text), sheet(text)):
        assert (table.names, len(table.rows)) == (text.splitlines()[0].split(","), 2)


def test_rows_with_a_missing_value_at_the_top_of_a_printed_table_stay() -> None:
    rows = ["0    Cork  74795  0.649  False", "1  Bergen  36223    NaN   True", "2  Bergen  87452  0.804  False"]
    rows += ["3    Oslo  56057    NaN  False", *(f"{i}    Cork  {11027 + i}  0.415   True" for i in range(4, 9))]
    table = load_one("\n".join(["     city    pop   rate     ok", *rows, ""]))
    assert (table.names, len(table.rows)) == (["Column 1", "city", "pop", "rate", "ok"], 9)
    table = load_one("        mpg cyl grp\nMazda0 13.0   8 trt\nMazda1   NA   5 ctl\nMazda2 14.9   5 trt\n")
    assert (table.names[1:], table.rows[1]) == (["mpg", "cyl", "grp"], ("Mazda1", None, 5, "ctl"))


SOCKETS = """Active connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
udp        7     81 5.138.2.223:18185       0.0.0.0:*
"""
DISKS = """NAME MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS
sdb    8:0    0   512M  0 disk /boot
sda1   8:1    0    20G  0 part /
sda2   8:2    0    20G  0 part
"""


def test_columns_that_few_lines_show_are_assumed() -> None:
    table = load_one(SOCKETS)
    assert table.names == ["Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"]
    assert (said(table, "delimiter"), table.rows[0][1:3]) == ("assumed", (7, 81))
    table = load_one(DISKS)
    assert (table.names[5:], said(table, "delimiter")) == (["TYPE", "MOUNTPOINTS"], "assumed")
    assert [row[5:] for row in table.rows] == [("disk", "/boot"), ("part", "/"), ("part", None)]
    assert (
        said(load_one("drwx  2 root users   117 src\n-rw-  9 anna users 5511 My File.docx\n"), "delimiter") == "assumed"
    )


def test_values_side_by_side_in_one_column_are_said() -> None:
    rows = "".join(f'{i}.5   6   23{i}.0      181.0   78  1\t"ford pinto"\n' for i in range(9))
    assert "side by side" in warned(load_one(rows))
    assert "side by side" not in warned(load_one('id,text\n1,"One.  Two.  Three."\n2,"Four.  Five.  Six."\n'))


LISTED = """. list make price

      +----------------------+
      | make           price |
      |----------------------|
  1.  | Buick Regal    6,544 |
  2.  | AMC Concord   14,212 |
      +----------------------+
"""
STARRED = """****************************************
*    Row   *        px *        py *  n *
****************************************
*        0 * -0.496458 * -0.0343606 *  7 *
*        1 * -0.939385 *   2.17113 *  5 *
****************************************
==> 2 selected entries
"""


def test_a_frame_around_columns_is_no_column() -> None:
    table = load_one(LISTED)
    assert (table.names[1:], table.rows[1][1:]) == (["make", "price"], ("AMC Concord", 14212))
    table = load_one(STARRED)
    assert (table.names, len(table.rows)) == (["Row", "px", "py", "n"], 2)


def test_names_behind_a_mark_of_comment_stand_over_values_with_other_marks() -> None:
    rows = "24\t0.0\t518.0\tk__Bacteria; p__Firmicutes; c__; g__\n88\t0.0\t0.0\tk__Bacteria; p__Firmicutes; c__; g__\n"
    table = load_one("# Constructed from biom file\n#OTU ID\tS1\tS2\ttaxonomy\n" + rows)
    assert (table.names, len(table.rows)) == (["OTU ID", "S1", "S2", "taxonomy"], 2)


def test_a_title_far_above_a_series_is_no_name() -> None:
    about = "Data from FLMS01234.txt Node\n\nDate: 14 Mar 2023\nUser: lab\nPixels: 25\n>>>>>Begin Spectral Data<<<<<\n"
    table = load_one(about + "".join(f"{i * 7919 % 997}.25\t{i * 3571 % 499}.5\n" for i in range(25)))
    assert table.names == ["Column 1", "Column 2"]
    assert len(table.rows) == 25


def test_lines_about_a_series_of_several_columns_are_no_rows() -> None:
    about = '"Label";"Index";"Codes"\n"idBank";"001759970";""\n"Changed";"15/03/2024 08:45";""\n"Period";"";""\n'
    table = load_one(about + '"2011-02";"66.63";"O"\n"2011-01";"69.28";"A"\n')
    assert (table.names, len(table.rows), table.schema[1]["type"]) == (["Label", "Index", "Codes"], 2, "decimal")
    table = load_one('"Title","GDP"\n"CDID","ABMI"\n"Unit","m"\n"1955 Q1","142256"\n"1955 Q2","142300"\n')
    assert (table.names, [row[1] for row in table.rows]) == (["Title", "GDP"], [142256, 142300])


FOOTED = """"Country","Year","Value","Notes"
"Albania","2001","7284408","1"
"Albania","2002","17719","1,2"

"noteID","Note"
"1","Including Svalbard."
"2","Provisional."
"""


def test_few_commas_prove_no_decimals_and_a_small_table_below_is_said() -> None:
    table = load_one(FOOTED)
    assert said(table, "decimal mark of Notes") == "assumed"
    assert "3 lines below the table" in warned(table)
    many = load_one('id,price\n1,"1,2"\n2,"1,3"\n3,"7,4"\n')
    assert said(many, "decimal mark of price") == "certain"


def test_bars_behind_a_backslash_part_no_cells() -> None:
    table = load_one("| Option | Since | Text |\n|---|:---:|---|\n| -v | 8 | A \\| B |\n| -h | 5 | **bold** |\n")
    assert (table.names, table.rows[0]) == (["Option", "Since", "Text"], ("-v", 8, "A | B"))


def test_one_row_with_a_cell_of_several_lines_is_a_row() -> None:
    table = load_one('Summary,Key,Created,Comment\nFix,PRJ-1,2022-07-24,"Done, see\n{code}\nx = 1;\n{code}"\n')
    assert (table.names[3], len(table.rows)) == ("Comment", 1)


def page(number: int, title: str = "ACCOUNT 12") -> str:
    rows = "".join(f"2024-0{number}-0{day}  SHOP {day}       {day}.50    {day}9.00\n" for day in range(1, 7))
    names = "DATE        DESCRIPTION  DEBIT  BALANCE\n----------  -----------  -----  -------\n"
    return f"FIRST BANK            PAGE {number}\n{title}\n\n{names}{rows}\n"


def test_the_pages_of_a_printed_report_are_one_table() -> None:
    table = load_one(page(1) + "\f" + page(2) + "\f" + page(3))
    assert (table.names, len(table.rows)) == (["DATE", "DESCRIPTION", "DEBIT", "BALANCE"], 18)
    other = load(page(1) + "\f" + page(2, "ACCOUNT 13"))[0]
    assert "the head of a page again" not in [one["reason"] for one in other.receipt["skipped"]]


ABOUT_ACCOUNT = "Cuenta;ES12 0049\nTitular;Ana\nFecha;15/03/2024\n\n"
STATEMENT = "FECHA;VALOR;CONCEPTO;IMPORTE;SALDO\n15/03/2024;15/03/2024;Luz;-5,00;100,00\n"
TITLED = "Account statement\nOwner: Ann, Oslo, Norway\nFrom 1 May, to 2 May\nIn: +5,00\nOut: -3,00\n\n"


@pytest.mark.parametrize("about", [ABOUT_ACCOUNT, TITLED, ABOUT_ACCOUNT + TITLED])
def test_a_single_row_below_many_lines_about_it_is_the_table(about: str) -> None:
    table = load_one(about + STATEMENT)
    assert (table.names, len(table.rows)) == (["FECHA", "VALOR", "CONCEPTO", "IMPORTE", "SALDO"], 1)
    assert table.rows[0][3:] == (Decimal("-5.00"), Decimal("100.00"))


def test_two_wide_rows_among_pairs_are_no_table() -> None:
    table = load_one("name,score\nann,4\nbob,5\ncid,6,7,8,9\ndan,7,8,9,1\neve,8\n")
    assert table.names == ["name", "score"]


def test_titles_right_above_the_names_of_a_single_row_are_no_names() -> None:
    text = (
        "[Header]\nVersion\t5.97\n\n[Peak Table]\n# of Peaks\t1\nPeak#\tTime\tArea\tName\n1\t0.587\t19275\tCaffeine\n"
    )
    table = load_one(text)
    assert (table.names, table.rows[0][2]) == (["Peak#", "Time", "Area", "Name"], 19275)
    assert len(load("Name;Score\nann;3\nbob;4\ncid;4\neve;5\n\n" + STATEMENT)) == 2


def test_the_last_rows_of_a_short_list_have_no_names_among_the_others() -> None:
    rows = ["Cork      blue    high   NaN", "Bergen    red     low    12", "Oslo      green   high   NaN"]
    table = load_one("\n".join([*rows, "Rome      green   low    7", "Ulm       blue    high   8", ""]))
    assert [row[3] for row in table.rows] == [None, 12, None, 7, 8]


LOG = """#Software: Server 10.0
#Date: 2024-03-14 00:00:01
#Fields: date time s-ip cs-method
"""


def test_the_head_of_a_log_that_was_begun_again_is_no_row() -> None:
    rows = [f"2024-03-14 00:0{minute}:39 10.0.0.4 POST\n" for minute in range(4)]
    table = load_one(LOG + rows[0] + LOG + "".join(rows[1:]))
    assert (table.names, len(table.rows)) == (["date", "time", "s-ip", "cs-method"], 4)


def test_a_word_that_most_rows_say_is_no_total_and_names_may_come_again_with_another_time() -> None:
    rows = [f"{h:02}:10:01         all  {h}.71  {h}3.04      1.{h:02}      2.50" for h in range(1, 24)]
    names = "{}         CPU %user  %nice   %system   %iowait"
    text = "\n".join([names.format("00:00:00"), *rows[:9], names.format("10:00:01"), *rows[9:]])
    table = load_one("Linux 5.15.0 (web01)\n\n" + text + "\n")
    assert (len(table.rows), table.names[1:3]) == (23, ["CPU", "%user"])
    assert [column["type"] for column in table.schema[2:]] == ["decimal"] * 4
    assert "total" not in warned(table)


def test_a_word_among_many_numbers_is_said() -> None:
    rows = "".join(f"A{i},{i}.5\n" for i in range(40))
    assert said(load_one("code,value\n" + rows + "A41,<LOD\n"), "type of value") == "assumed"
    assert said(load_one("code,value\n" + rows + "A41,#DIV/0!\n"), "type of value") == "assumed"


def test_numbers_of_rows_between_quotes_need_no_name() -> None:
    rows = "".join(f'"{i}" {i}.7 "setosa" TRUE\n' for i in range(1, 6))
    assert load_one('"Length" "Species" "ok"\n' + rows).names[1:] == ["Length", "Species", "ok"]


def test_numbers_that_rise_beside_a_word_over_numbers_are_names() -> None:
    grid = sheet("T,10,20,30\n20,1.469,1.258,0.828\n25,1.64,0.065,0.603\n30,0.441,0.355,1.082\n")
    assert (grid.names, len(grid.rows)) == (["T", "10", "20", "30"], 3)
    roster = sheet(",We,Th,Fr\nName,1,2,3\nAnna,F,S,N\nBela,S,,F\nCarl,N,F,\n")
    assert (roster.names, len(roster.rows)) == (["Name", "We / 1", "Th / 2", "Fr / 3"], 3)


def test_texts_written_as_formulas_are_what_their_quotes_hold() -> None:
    table = load_one('="Account",Name,Balance\n="02738748",Ann,12.50\n"=""02288077""",Bo,7.00\n="",x="1",8.00\n')
    assert table.names == ["Account", "Name", "Balance"]
    assert table.rows == [
        ("02738748", "Ann", Decimal("12.50")),
        ("02288077", "Bo", Decimal("7.00")),
        (None, 'x="1"', Decimal("8.00")),
    ]
    assert "tells spreadsheets" in table.decided("type of Account")["evidence"]
