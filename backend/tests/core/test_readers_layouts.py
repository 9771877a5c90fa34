"""Text as instruments, consoles and portals write it: comments, rules, blanks as separators, lines about the table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.reading import load, load_one, preview_of

from tablewright.core.readers.errors import FileDamaged

SERIES = "".join(f"2024-03-{day:02d},{day / 4:.2f},{day * 3}\n" for day in range(1, 29))


@pytest.mark.parametrize(
    ("text", "names", "first", "comments"),
    [
        (
            "# A series, of one day, 12:00 to 23:00\n#\n# Made by hand\n170.25 10.5\n171.25 9.5\n172.5 8.25\n",
            ["Column 1", "Column 2"], (170.25, "10.50"), 3,
        ),
        (
            "# Coding: utf-8\n# Title: some, long, words about it\n# Period;Sky;Clear sky\n"
            + "".join(f"2024-03-{day:02d};{day}.5;{day * 3}\n" for day in range(1, 9)),
            ["Period", "Sky", "Clear sky"], ("2024-03-01", 1.5, 3), 2,
        ),
        ("# weather\n# time temp rain\n1 20.5 0\n2 21.5 1\n3 19.5 0\n", ["time", "temp", "rain"], (1, 20.5, 0), 1),
        ("# lines: 3\nid,name\n1,Ann\n2,Bob\n3,Cy\n", ["id", "name"], (1, "Ann"), 1),
        ("% measured twice\n% by two people\n1.5 2.5\n2.5 3.5\n3.5 4.5\n", ["Column 1", "Column 2"], (1.5, 2.5), 2),
    ],
)  # fmt: skip
def test_comments_above_a_table_are_no_part_of_it_and_may_name_its_columns(
    text: str, names: list[str], first: tuple[Any, ...], comments: int
) -> None:
    table = load_one(text)
    assert table.names == names
    assert [str(value) for value in table.rows[0]] == [str(value) for value in first]
    assert [one["reason"] for one in table.receipt["skipped"]] == ["a comment"] * comments
    assert table.receipt["rows_quarantined"] == 0
    assert [one["line"] for one in table.receipt["skipped"]] == list(range(1, comments + 1))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#;Name;Score\n1;Ann;5\n2;Bob;7\n", ["#", "Name", "Score"]),
        ("#Site,Height\nA,5\nB,7\n", ["#Site", "Height"]),
        ("% of total;Region\n5;North\n7;South\n", ["% of total", "Region"]),
        ("Tag,Count\n#one,5\n#two,7\n", ["Tag", "Count"]),
        ("Tag       Count\n#one          5\n#two          7\n", ["Tag", "Count"]),
    ],
)
def test_names_and_values_that_begin_with_a_mark_are_no_comments(text: str, names: list[str]) -> None:
    table = load_one(text)
    assert table.names == names
    assert table.counts == (2, 2, 0, 0)


def test_a_comment_between_rows_is_one_however_many_separators_it_has() -> None:
    table = load_one("a,b,c\n1,2,3\n# here, as, you, see, it changed\n4,5,6\n7,8,9\n")
    assert table.rows == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
    assert [one["reason"] for one in table.receipt["skipped"]] == ["a comment"]


DRAWN = [
    "+----+------+-------+\n| id | name | price |\n+----+------+-------+\n"
    "|  1 | Ann  |  2.50 |\n|  2 | Bob  |  3.75 |\n+----+------+-------+\n",
    "| id | name | price |\n|---:|:-----|------:|\n| 1 | Ann | 2.50 |\n| 2 | Bob | 3.75 |\n",
    " id | name | price \n----+------+-------\n  1 | Ann  |  2.50\n  2 | Bob  |  3.75\n",
    "id       name   price\n-------- ------ -----\n1        Ann     2.50\n2        Bob     3.75\n",
]


@pytest.mark.parametrize("text", DRAWN)
def test_the_lines_of_a_drawn_table_are_not_rows(text: str) -> None:
    table = load_one(text)
    assert (table.names, table.types) == (["id", "name", "price"], ["integer", "text", "decimal"])
    assert [(row[0], row[1], str(row[2])) for row in table.rows] == [(1, "Ann", "2.50"), (2, "Bob", "3.75")]
    assert {one["reason"] for one in table.receipt["skipped"]} == {"a rule"}


def test_a_rule_says_where_columns_of_words_begin() -> None:
    table = load_one("name      town\n--------- ---------\nAnn Lee   New York\nBo        Old Town\n")
    assert (table.names, table.rows) == (["name", "town"], [("Ann Lee", "New York"), ("Bo", "Old Town")])


@pytest.mark.parametrize(
    "text",
    [
        "50.5 0.25 2.5 \n47.5 0.50 2.5 \n44.5 0.75 2.5 \n",  # a space at the end of each line
        "50.5   0.25 2.5\n47.5   0.50 2.5\n",  # two lines only
        "50.5\t  0.25 2.5\n47.5   0.50\t2.5\n44.5\t0.75\t2.5\n41.5 1.5 2.5\n",  # spaces and tabs
    ],
)
def test_blanks_between_values_are_no_columns(text: str) -> None:
    table = load_one(text)
    assert len(table.names) == 3
    assert [str(value) for value in table.rows[0]] == ["50.5", "0.25", "2.5"]
    assert table.receipt["rows_quarantined"] == 0


def test_columns_of_words_far_apart_need_no_numbers() -> None:
    table = load_one(
        "first last        state     phone\nJohn Smith        WA        418-Y11\nEve Nolan         IL        219-532\n"
    )
    assert [row[1:] for row in table.rows] == [("WA", "418-Y11"), ("IL", "219-532")]


ATOMS = "".join(
    f"{name}        {x: .6f}       {-x: .6f}       {x / 3: .6f}\n" for name, x in zip("CHHHH", range(5), strict=True)
)


def test_a_title_of_as_many_words_as_there_are_columns_names_none_of_them() -> None:
    table = load_one("5\nmethane molecule (in angstroms)\n" + ATOMS)
    assert table.names == ["Column 1", "Column 2", "Column 3", "Column 4"]
    assert table.receipt["rows_loaded"] == 5
    assert [one["raw"] for one in table.receipt["skipped"]] == ["5", "methane molecule (in angstroms)"]


def test_names_that_do_not_stand_over_the_columns_are_assumed() -> None:
    table = load_one("atom x y z\n" + ATOMS)
    assert table.names == ["atom", "x", "y", "z"]
    assert table.decided("header")["confidence"] == "assumed"


def test_a_line_of_values_about_the_table_above_its_names_is_no_row() -> None:
    above = "0,Burlington,44.5,-73.2,41,UTC\n"
    names = "time,sun,wind,rain,snow,kind\n"
    rows = "".join(f"2024-03-01 {hour:02d}:00,{hour},{hour / 2},0,0,x\n" for hour in range(24))
    table = load_one(above + names + rows)
    assert table.names == names.strip().split(",")
    assert table.counts == (25, 24, 0, 1)
    assert table.types[:3] == ["timestamp", "integer", "decimal"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("4.5,0,nan,nan\n4.5,0.25,nan,nan\n4.25,0.5,-0.125,-72.5\n", None),  # words for nothing are no names
        ("1.123456789012345678E-004 2.5\n1.523456789012345678E-004 2.25\n", None),  # numbers that stay text either
        ("John,Doe,08075\nJack,Roe,09119\nAnn,Lee,00123\n", None),
        ("id,100022,100025\na,TRUE,FALSE\nb,TRUE,TRUE\nc,FALSE,TRUE\n", ["id", "100022", "100025"]),
    ],
)
def test_what_may_be_a_name(text: str, names: list[str] | None) -> None:
    table = load_one(text)
    assert table.names == (names or [f"Column {i + 1}" for i in range(len(table.names))])


def test_a_line_with_numbers_and_fewer_values_than_the_rows_names_no_columns() -> None:
    rows = "".join(f"{i},{i * 2},{i * 3},{i * 4},{i * 5}\n" for i in range(1, 20))
    table = load_one("43.07,-89.41\n" + rows)
    assert table.names == [f"Column {i}" for i in range(1, 6)]
    assert table.counts == (20, 19, 1, 0)


def test_doubles_as_programs_print_them_are_numbers() -> None:
    values = [0.7665966153144836, 11.298118591308594, 5.634192943572998e-05, 2.5]
    table = load_one("x\n" + "\n".join(map(repr, values)) + "\n")
    assert (table.types, [row[0] for row in table.rows]) == (["float"], values)
    seldom = load_one("x\n" + "0.7665966153144836\n11.298118591308594\n" * 1500 + "5.634192943572998e-05\n")
    assert (seldom.types, seldom.counts) == (["float"], (3001, 3001, 0, 0))
    other = load_one("x\n0.76659661531448361\n5.6e-05\n")  # a digit that a double does not hold
    assert other.types == ["text"]


def test_a_zero_may_have_a_sign() -> None:
    table = load_one("x\n0.250\n-0.000\n1.500\n")
    assert table.types == ["decimal"]


def test_a_series_that_goes_on_over_midnight_says_which_number_is_the_day() -> None:
    hours = [(day, hour) for day in range(1, 5) for hour in range(0, 24, 6)]
    month_first = load_one("at,x\n" + "".join(f"03/{day:02d}/2024 {hour:02d}:00,{hour}\n" for day, hour in hours))
    day_first = load_one("at,x\n" + "".join(f"{day:02d}/03/2024 {hour:02d}:00,{hour}\n" for day, hour in hours))
    assert month_first.rows == day_first.rows
    assert month_first.decided("date order of at")["confidence"] == "likely"
    daily = load_one("at,x\n" + "".join(f"01/{month:02d}/2024 06:00,1\n" for month in range(1, 13)))
    assert daily.decided("date order of at")["confidence"] == "assumed"  # each day of a week or each month: both go on


def test_a_short_table_below_many_lines_about_it_is_found_by_its_separator() -> None:
    above = (
        "Latitude (deg):\t45.000\nLongitude (deg):\t8.000\nElevation (m):\t250\nDatabase:\tSARAH\n\n\nSlope: 30 deg\n"
    )
    names = "time,Gb(i),Gd(i),Gr(i),H_sun,T2m\n"
    rows = "".join(f"20160101:{hour:02d}10,0.0,{hour}.5,0.0,0.0,3.44\n" for hour in range(10))
    below = "\nGb(i): Beam (W/m2)\nGd(i): Diffuse (W/m2)\nGr(i): Reflected (W/m2)\nT2m: air: C\nMade by Us, 2001-2021\n"
    table = load_one(above + names + rows + below)
    assert table.names == names.strip().split(",")
    assert table.receipt["rows_loaded"] == 10


@pytest.mark.parametrize("mark", [",", " "])
def test_comments_above_a_long_file(mark: str) -> None:
    body = "".join(f"{i}{mark}x{i % 7}{mark}{i * 2}\n" for i in range(180_000))
    text = f"# measured, by hand: 1, 2, 3\n# id{mark}kind{mark}twice\n" + body
    assert len(text) > 2 << 20
    table = load_one(text)
    assert (table.names, table.types) == (["id", "kind", "twice"], ["integer", "text", "integer"])
    assert table.counts == (180_001, 180_000, 0, 1)
    assert table.rows[-1] == (179_999, "x1", 359_998)
    found = preview_of(text.encode())
    assert [column["name"] for column in found["schema"]] == table.names


def test_a_long_file_with_a_comment_between_its_rows_and_one_row_too_short() -> None:
    rows = [f"{i},x{i % 7},{i * 2}" for i in range(180_000)]
    rows[90_000] = "# here, as, you, see, it changed"
    rows[90_001] = "7,x"
    table = load_one("# a series\nid,kind,twice\n" + "\n".join(rows) + "\n")
    assert table.counts == (180_001, 179_998, 1, 2)
    assert [(one["line"], one["reason"]) for one in table.receipt["skipped"]] == [
        (1, "a comment"), (90_003, "a comment"),
    ]  # fmt: skip


def test_the_rule_and_the_comments_of_a_long_aligned_file_are_no_rows() -> None:
    body = "".join(f"{i:<10}kind {i % 7}    {i * 2}\n" for i in range(130_000))
    table = load_one("id        kind      twice\n--------- --------- ------\n" + body + "# the end, so far\n")
    assert (table.names, table.types) == (["id", "kind", "twice"], ["integer", "text", "integer"])
    assert table.counts == (130_002, 130_000, 0, 2)


@pytest.mark.parametrize(
    "text",
    [
        '"mpg" "cyl"\n"Mazda RX4" 21 6\n"Mazda RX4 Wag" 21 6\n"Datsun 710" 22.8 4\n',
        "mpg,cyl\nMazda RX4,21,6\nMazda RX4 Wag,21,6\nDatsun 710,22.8,4\n",
        '"mpg" "cyl"\n"1" 21 6\n"2" 21 6\n"3" 22.8 4\n',
    ],
)
def test_names_that_leave_out_the_column_which_names_the_rows(text: str) -> None:
    table = load_one(text)
    assert table.names == ["Column 1", "mpg", "cyl"]
    assert "names the rows" in table.receipt["warnings"][0]["reason"]


def test_names_that_leave_out_the_last_column() -> None:
    table = load_one("id,name\n1,Ann,5\n2,Bob,7\n3,Cy,8\n")
    assert table.names == ["id", "name", "Column 3"]


@pytest.mark.parametrize("types", ["5s\t20d\t14n", "text\tdate\tinteger"])
def test_a_line_that_says_the_types_is_no_row(types: str) -> None:
    table = load_one(f"site\tday\tflow\n{types}\nA\t2020-01-01\t5120\nB\t2020-01-02\t5130\nC\t2020-01-03\t5090\n")
    assert (table.names, table.types) == (["site", "day", "flow"], ["text", "date", "integer"])
    assert [one["reason"] for one in table.receipt["skipped"]] == ["says the types of the columns"]


def test_answers_of_one_letter_are_no_types() -> None:
    table = load_one("a;b;c\ns;n;s\nn;n;s\ns;s;n\n")
    assert table.counts == (3, 3, 0, 0)


def test_what_a_logger_writes_above_its_rows() -> None:
    table = load_one(
        '"TOA5","CR1000","CR1000","1234","CR1000.Std","CPU:prog","77","Table1"\n'
        '"TIMESTAMP","RECORD","BattV_Min","AirTC_Avg","RH"\n"TS","RN","Volts","Deg C","%"\n"","","Min","Avg","Smp"\n'
        '"2020-01-01 00:00:00",0,12.5,3.2,88\n"2020-01-01 00:10:00",1,12.4,3.1,89\n'
        '"2020-01-01 00:20:00",2,12.4,"NAN",90\n'
    )
    assert table.names[2:4] == ["BattV_Min / Volts / Min", "AirTC_Avg / Deg C / Avg"]
    assert table.types == ["timestamp", "integer", "decimal", "decimal", "integer"]
    assert table.counts == (4, 3, 0, 1)


def test_a_rule_of_strokes_decides_though_the_numbers_hold_commas() -> None:
    table = load_one(
        "NAME       DEPT       SALARY\n========== ========== ==========\nKING       10         5,000.00\n"
        "BLAKE      30         2,850.00\n\n2 rows selected.\n"
    )
    assert (table.names, table.types) == (["NAME", "DEPT", "SALARY"], ["text", "integer", "decimal"])
    assert table.counts == (5, 2, 0, 3)


@pytest.mark.parametrize("count", [3, 5000])
def test_rows_of_numbers_below_much_text_in_which_another_mark_stands(count: int) -> None:
    above = "~Well\n" + "".join(f" STRT.M   {i}.0 :  first, second, and third ({i}, x)\n" for i in range(20))
    rows = "".join(f"{1670 - i / 8:.3f}   123.450 2550.000    0.450\n" for i in range(count))
    table = load_one(above + "~A  DEPTH     DT       RHOB        NPHI\n" + rows)
    assert (table.names, set(table.types)) == (["DEPTH", "DT", "RHOB", "NPHI"], {"decimal"})
    assert table.receipt["rows_loaded"] == count


def test_lone_carriage_returns_in_the_text_above_cost_no_row() -> None:
    above = "~Well\n" + "".join(f" STRT.M   {i}.0 :  first, second\r and third ({i}, x)\n" for i in range(20))
    table = load_one(above + "~A  DEPTH     DT\n" + "".join(f"{1670 - i / 8:.3f}   123.450\n" for i in range(9)))
    assert (table.names, table.receipt["rows_loaded"]) == (["DEPTH", "DT"], 9)


def test_a_line_of_units_gives_the_columns_their_units() -> None:
    table = load_one("region,amount,weight\n,EUR,kg\nNorth,1,2\nSouth,3,4\nEast,5,6\n")
    assert [column.get("unit") for column in table.schema] == [None, "EUR", "kg"]


def test_a_comment_above_a_value_of_very_many_digits() -> None:
    table = load_one("# a b\n" + "1" * 60_000 + "x,2\n" + "3,4\n" * 20)
    assert table.counts == (21, 20, 0, 1)


@pytest.mark.parametrize("gap", ["   ", "  "])
def test_names_that_lie_across_the_columns_are_given_whole_to_the_values_they_end_over(gap: str) -> None:
    """R writes no name over the names of the rows, and names end where their values end."""
    names = f"   {gap}Expt  Run  Speed\n"
    rows = "".join(f"{i:03d}{gap}{i % 5 + 1:4d}{i:5d}{700 + i * 37:7d}\n" for i in range(1, 13))
    table = load_one(names + rows)
    assert table.names == ["Column 1", "Expt", "Run", "Speed"]
    assert table.rows[0] == ("001", 2, 1, 737)


def test_a_title_that_lies_across_aligned_columns_is_none_of_their_names() -> None:
    zones = ["North", "South coast", "East", "West", "Upper north", "Lower", "Isles", "Far east", "Inner", "Hills"]
    rows = "".join(f"{zone + ' ':.<23} {100 + i}      {200 + i}\n" for i, zone in enumerate(zones))
    table = load_one(
        " Listing of the zones of every state of the union\n\n Zone                   1927     1983\n\n" + rows
    )
    assert (table.names, table.types) == (["Zone", "1927", "1983"], ["text", "integer", "integer"])
    assert table.counts == (13, 10, 0, 3)


def test_words_of_aligned_text_are_never_cut() -> None:
    rows = "".join(f"{i:4d}  {'word' * (i % 3 + 1):14s}{i * 2:5d}\n" for i in range(1, 40))
    table = load_one(rows + "  40  a very long label 80\n")
    held = [" ".join(str(value) for value in row if value is not None) for row in table.rows]
    held += [one["raw"].strip() for one in (*table.receipt["quarantine"], *table.receipt["skipped"])]
    assert "40 a very long label 80" in [" ".join(one.split()) for one in held]


@pytest.mark.parametrize(
    ("names", "first"),
    [('"x","y"', '"18"'), ('"x","y"', '"label"')],
)
def test_quoted_first_values_under_one_name_fewer_name_the_rows(names: str, first: str) -> None:
    rows = "".join(f'{first[:-1]}{i}",{i / 4:.2f},{i * 3}\n' for i in range(1, 8))
    table = load_one(f"{names}\n{rows}")
    assert table.names == ["Column 1", "x", "y"]
    assert [str(value) for value in table.rows[0][1:]] == ["0.25", "3"]


def test_spaces_that_fill_a_column_up_are_no_part_of_the_separator() -> None:
    """A longer value has fewer of them before the mark."""
    rows = "".join(f"{i:04X}          ; Letter{i % 7} and more\n" for i in range(40, 90))
    table = load_one(rows + "10376..1037A  ; Extend and more\n10A01..10A03  ; Extend and more\n")
    assert [row[1] for row in table.rows[-2:]] == ["Extend and more"] * 2
    assert table.receipt["warnings"] == []


def test_the_mark_of_comments_above_marks_comments_between_rows_too() -> None:
    """However many separators they hold, and in a list without any."""
    table = load_one(
        "// Domains, and who holds them\n\n// ac, co\nac\ncom.ac\n// ad : see, there, (and) below\nad\nnom.ad\n"
    )
    assert [one["reason"] for one in table.receipt["skipped"] if one["raw"]] == ["a comment"] * 3
    assert [row[0] for row in table.rows] == ["ac", "com.ac", "ad", "nom.ad"]
    many = "% by hand\n% twice\n" + "".join(
        f"{i}.5\t{i}\n" + f"% note, {i}\tsecond\n" * (i % 4 == 0) for i in range(1, 9)
    )
    table = load_one(many)
    assert table.types == ["decimal", "integer"]
    assert [one["reason"] for one in table.receipt["skipped"]] == ["a comment"] * 4


def test_values_that_begin_with_the_mark_of_a_comment_above_are_values() -> None:
    table = load_one("# of a spreadsheet\nkey,count\nA,1\n#N/A,2\n#REF!,3\nB,4\nC,5\n")
    assert table.names == ["key", "count"]
    assert [row[1] for row in table.rows] == [1, 2, 3, 4, 5]


def test_a_log_that_looks_like_yaml_is_read_as_text() -> None:
    text = "run 7:\n  depth: 5\n  - 'a' b\nsensor 8:\n  depth: 6\n100.5  200.5\n"
    table = load(text, "run.log")[0]
    assert table.receipt["rows_seen"] >= 5
    assert "looks like YAML" in table.receipt["warnings"][0]["reason"]
    with pytest.raises(FileDamaged):
        load(text, "run.yaml")


@pytest.mark.parametrize("names", [["10", "20", "30"], ["C", "A", "B"], ["7", "3", "5"], ["0.5", "0.25", "0.125"]])
@pytest.mark.parametrize("long", [False, True])
def test_numbers_over_the_columns_of_named_rows_are_names(names: list[str], long: bool) -> None:
    labels = names if names[0] in "C7" else ["x", "y", "z"]
    rows = [*labels, *(f"n{i}" for i in range(200_000 if long else 3))]
    table = load_one("\t" + "\t".join(names) + "\n" + "".join(f"{label}\t0\t1.5\t2\n" for label in rows))
    assert table.names == ["Column 1", *names]
    assert table.receipt["rows_loaded"] == len(rows)


def test_a_first_row_without_its_label_stays_a_row() -> None:
    table = load_one("\t7\t3\t5\nA\t1\t2\t3\nB\t2\t3\t4\nC\t5\t6\t7\n")
    assert table.receipt["rows_loaded"] == 4


@pytest.mark.parametrize(
    "rows",
    [
        ["74-82-8", "74-84-0", "132739-31-2", "106-97-8"],
        [f"a/{i}/0:text" for i in range(5)],
        [f"user{i}@mail{i}.example.org,Ann" for i in range(4)],
        [f"file {i:x}{'0f3a9c27' * 4}" for i in range(6)],
        [
            "0000..007F; Basic Latin",
            "0080..00FF; Latin-1",
            "0100; one",
            "10000..1007F; Linear B",
            "FFF0..FFFF; Specials",
        ],
        ["A with acute\t00C1", "A with breve\t0103", "A with dot\t0226", "B with dot\t1E02", "a with ring\t00E5"],
        ["0030 FE00;short", "2205 FE00;long", "2229 FE00;serif", "13446 FE00;expanded"],
        [
            "John Smith          WA        418-Y11-4111",
            "Mary Ford           CA        319-Z19-4341",
            "Evan Nolan         IL        219-532-c301",
        ],
    ],
)
def test_codes_of_the_form_of_all_others_are_no_names(rows: list[str]) -> None:
    table = load_one("".join(f"{row}\n" for row in rows))
    assert table.receipt["rows_loaded"] == len(rows)


@pytest.mark.parametrize("name", ["id", "a/b", "q1", "CAS-No.", "e-mail"])
def test_words_over_codes_are_names(name: str) -> None:
    assert load_one(f"{name}\n74-82-8\n74-84-0\n74-98-6\n75-28-5\n").names == [name]


def test_codes_below_a_blank_line_are_no_names_of_another_table() -> None:
    one = "".join(f"1F6{i:02X}; face {i}\n" for i in range(20))
    two = "2716 FE0F; multiply\n2716; multiply\n2795; plus\n2796; minus\n2797; divide\n"
    table = load_one(f"# symbols\n\n# faces\n{one}\n# signs\n\n{two}")
    assert (table.receipt["rows_loaded"], table.names) == (25, ["Column 1", "Column 2"])


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["apple", "banana", "cherry", "plum"], None),
        (["to be or not", "that is it", "whether it is nobler", "to suffer, and so on"], None),
        (["name", "Anna Smith", "Bob Jones", "Carl Maria Who"], "name"),
        (["first_seen", "apple", "banana", "cherry"], "first_seen"),
        (["Kosten", "apple", "banana", "cherry"], "Kosten"),
        (["band", "Queen", "Abba", "The Who"], "band"),
        (["quote", "to be or not to be, that", "all the world's a stage", "some are born great and so"], "quote"),
        (["species", *["setosa", "virginica", "versicolor"] * 3], "species"),
        (["zoo", *(f"{a}{b}" for a in "abcde" for b in "klmno")], "zoo"),
        (["sku", "A-1", "B-22 x", "C 3", "D/7/9"], "sku"),
    ],
)
def test_only_what_differs_from_a_list_of_words_is_its_name(lines: list[str], name: str | None) -> None:
    table = load_one("\n".join(lines) + "\n")
    assert table.names == [name or "Column 1"]
    assert [row[0] for row in table.rows] == lines[name is not None :]
    if name is None:
        assert table.decided("header")["confidence"] == "assumed"


def test_a_comment_that_gives_a_value_or_ends_a_sentence_names_nothing() -> None:
    text = "# 1; 2\n# of codes; or of what stands for them.\n# @missing: -9; Unassigned\n0;1.5\n1;2.5\n-9;3.5\n"
    table = load_one(text)
    assert (table.names, table.receipt["rows_loaded"]) == (["Column 1", "Column 2"], 3)


def test_tabs_that_align_two_columns_of_words() -> None:
    colours = ["white", "dark-grey", "dark-spring-green", "red", "light-goldenrod", "blue", "web-green", "plum", "tan"]
    rows = "".join(
        f"{one}{'  ' if len(one) > 14 else chr(9) * (2 - len(one) // 8)}{i:06d}\n" for i, one in enumerate(colours)
    )
    table = load_one(rows)
    assert [row[:2] for row in table.rows] == [(one, f"{i:06d}") for i, one in enumerate(colours)]


def test_a_mark_at_the_begin_of_lines_only_separates_nothing() -> None:
    words = ["%Object_e", "%Object_p", "%Attr_6", "%Attr_e", "abs", "%Elem", "%Elem_p", "acos", "%Mat_a"]
    table = load_one("".join(f"{word}\n" for word in words))
    assert [*table.names, *(row[0] for row in table.rows)][-8:] == words[1:]
    assert len(table.names) == 1


def test_a_drawn_table_with_a_line_between_all_rows() -> None:
    line = "+-------+---------+\n"
    table = load_one(
        line
        + "| name  | type    |\n+=======+=========+\n"
        + "".join(f"| {one}    | string  |\n{line}" for one in "abc")
    )
    assert (table.names, table.rows) == (["name", "type"], [("a", "string"), ("b", "string"), ("c", "string")])


@pytest.mark.parametrize("last", [19, 40])
def test_the_first_of_many_codes_in_order_is_no_name(last: int) -> None:
    codes = [f"A{chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(last + 1)]
    table = load_one("".join(f"{code}\tMaker of {code.lower()} things\n" for code in codes))
    assert table.receipt["rows_loaded"] == (len(codes) if last > 20 else last)
    assert load_one("".join(f"{code}\tMaker of {code.lower()}\n" for code in ["ISO", *codes])).names[0] == "ISO"


@pytest.mark.parametrize(
    "text",
    [
        "Babel\nisodate\nleather\nparsedatetime!=2.5,>=2.1\nslugify\npytimeparse>=1.1\nsix\n",
        "The list of all that was done,\nwith its reasons\nand its makers\n"
        "in the order of its making, though not of its worth,\nand without\nany dates\nat all\n",
    ],
)
def test_a_mark_in_some_lines_of_a_list_or_of_prose_separates_nothing(text: str) -> None:
    table = load_one(text)
    assert len(table.names) == 1
    assert [*table.names, *(row[0] for row in table.rows)][-6:] == text.splitlines()[-6:]


def test_few_rows_among_many_comments_are_rows() -> None:
    table = load_one("a,b,c,d,e\n# Long\n# Comment\n1,2,3,4,5\n# Long\n# Comment\n# Comment 3\n4,5,6,7,8\n")
    assert (table.names, table.rows) == (["a", "b", "c", "d", "e"], [(1, 2, 3, 4, 5), (4, 5, 6, 7, 8)])


def test_tables_of_numbers_above_another_are_not_left_out_as_text() -> None:
    """Numbers with exponents are numbers as well."""
    wide = "".join(f"{i}.0048e-01 {i}.116e+01 9.5824e-01 -1.3893e-01 {i}.5e+00\n" for i in range(1, 10))
    narrow = "".join(f"{i}.0e+00 {i}.119e-02 9.0279e-01 2.8207e+00\n" for i in range(1, 8))
    tables = load("columns x,+- y,+,-\n" + wide + "\n" + wide + "\ncolumns x y,z\n" + narrow)
    assert sum(table.receipt["rows_loaded"] + table.receipt["rows_quarantined"] for table in tables) >= 25


def test_strokes_under_the_names_part_a_single_row() -> None:
    table = load_one(
        "type        message\n----------  --------------------------\nerror-7     it has an error: one of x\n"
    )
    assert (table.names, table.rows) == (["type", "message"], [("error-7", "it has an error: one of x")])


def test_spaces_that_fill_numbers_up_are_no_part_of_a_comma() -> None:
    rows = "".join(f"{i:8.4f},{i * 7.5:9.4f},{i * 90.25:8.4f}\n" for i in range(1, 30))
    table = load_one(f"depth,  speed, weight\n{rows}")
    assert table.names[0] == "depth"
    assert (table.types, table.counts) == (["decimal"] * 3, (29, 29, 0, 0))


@pytest.mark.parametrize("below", ["Units,m2,A,V,", "unit:,m2,,V,"])
def test_a_row_of_units_under_the_names_may_say_so_in_the_left_column(below: str) -> None:
    rows = "".join(f"x {i},{i}.5,{i * 2}.25,{i * 30}.1,a\n" for i in range(9))
    table = load_one(f"Name,Area,Isc,Voc,Note\n{below}\n{rows}")
    assert table.names == ["Name", "Area", "Isc", "Voc", "Note"]
    assert table.counts == (9, 9, 0, 0)
    assert table.schema[1]["unit"] == "m2"


def test_rows_of_other_words_over_every_column_of_values_are_names() -> None:
    rows = "".join(f"x {i},{i}.5,{i * 2}.25,{i * 30}.1\n" for i in range(30))
    table = load_one(f"Name,Area,Isc,Voc\nUnits,,A,V\n[0],cell_area,cell_isc,cell_voc\n{rows}")
    assert table.names == ["Name / [0]", "Area / cell_area", "Isc / A / cell_isc", "Voc / V / cell_voc"]
    assert table.types == ["text", "decimal", "decimal", "decimal"]
    stays = load_one(f"Name,Area,Isc,Voc\nNobody,unknown,unknown,unknown\n{rows}")
    assert stays.names == ["Name", "Area", "Isc", "Voc"]


def test_three_rows_of_names_without_a_label_at_the_left() -> None:
    table = load_one("col1,col2,col3\nsub1,sub2,sub3\npart1,part2,part3\n1,2,3\n4,5,6\n7,8,9")
    assert table.names == [f"col{i} / sub{i} / part{i}" for i in (1, 2, 3)]
    assert table.types == ["integer"] * 3


def test_quotes_that_are_not_doubled_in_rows_of_quoted_values() -> None:
    table = load_one('"No","Comment","Type"\n"0","he said:"wonderful."","A"\n"1","a, and "b, c" too, ""d""","B"\n')
    assert table.rows == [(0, 'he said:"wonderful."', "A"), (1, 'a, and "b, c" too, "d"', "B")]
    assert [one["line"] for one in table.receipt["warnings"]] == [2, 3]


def test_a_name_over_the_last_word_of_the_values_names_all_of_them() -> None:
    years = ["12-15 years", " < 12 years", "  16+ years"]
    rows = "".join(f"{i:8d}   {years[i % 3]:>11}{'Yes' if i % 2 else 'No':>10}{i / 7:10.3f}\n" for i in range(40))
    table = load_one(f"      id         heduc   heblack     years\n{rows}")
    assert table.names == ["id", "heduc", "heblack", "years"]
    assert table.rows[0][1] == "12-15 years"


def test_sentences_below_aligned_rows_are_notes() -> None:
    rows = "".join(
        f"{1749 + i}" + "".join(f"{(i * 7 + m) % 90 + 0.5:6.1f}" for m in range(6)) + "\n" for i in range(30)
    )
    notes = "No observations were available during the February 1824.  The value shown was\ntaken from the means.\n"
    table = load_one(f"Year   Jan   Feb   Mar   Apr   May   Jun\n{'-' * 40}\n{rows}{'-' * 40}\n{notes}")
    assert table.receipt["rows_loaded"] == 30
    assert table.types == ["integer", *["decimal"] * 6]


def test_tabs_and_spaces_that_part_every_line_into_as_many_words() -> None:
    tabs = ["\t", "\t\t"]
    rows = "".join(f"Name_{i}   {tabs[i % 2]}{i}   {i + 2}  \t {i % 3}\n" for i in range(12))
    table = load_one(f"          \t      SIZE SUBS  STAFF\n{rows}")
    assert table.names == ["Column 1", "SIZE", "SUBS", "STAFF"]
    assert table.types == ["text", "integer", "integer", "integer"]


def test_months_with_a_colon_are_not_parted_at_it() -> None:
    text = "".join(f"{y}:0{y % 9 + 1} {y + 1}:11\n" for y in range(1950, 1962))
    assert load_one(text).rows[0] == ("1950:07", "1951:11")


STATION = (
    "Oxford\nLocation 4509E 2072N, 63 metres amsl\nEstimated data is marked with a * after the value.\n"
    "Missing data (more than 2 days missing in month) is marked by  ---.\n"
    "Sunshine data taken from an automatic sensor marked with a #, otherwise from a recorder.\n"
    "   yyyy  mm   tmax    tmin      af     sun\n              degC    degC    days   hours\n"
)


@pytest.mark.parametrize("word", ["", "  Provisional"])
def test_names_and_units_of_a_station_below_much_text_about_it(word: str) -> None:
    rows = "".join(
        f"   {1853 + i // 12}  {1 + i % 12:2d}  {8.4 + i % 9:5.1f}   {i % 5 - 2.5:5.1f}    {i % 20:4d}"
        f"   {'---' if i < 20 else i:>5}{word if i > 37 else ''}\n"
        for i in range(40)
    )
    table = load_one(STATION + rows)
    assert table.names == ["yyyy", "mm", "tmax", "tmin", "af", "sun", *(["Column 7"] if word else [])]
    assert [column["unit"] for column in table.schema[2:6]] == ["degC", "degC", "days", "hours"]
    assert table.types[:6] == ["integer", "integer", "decimal", "decimal", "integer", "integer"]
    assert table.counts == (45, 40, 0, 5)
    assert table.rows[-1][-1] == (word.strip() or 39)


@pytest.mark.parametrize("count", [6, 12, 40])
@pytest.mark.parametrize(
    "below",
    [
        "No observations were available in February 1824.\n",
        "\nSource: National Oceanic Administration\n",
        "\nNotes:\n1. Values are preliminary after Dec 08.\n2. Missing values are shown as -99.9\n",
        "\n" + "This is a line of the notes and it says something of the data.\n" * 8,
    ],
)
def test_words_below_few_aligned_rows_decide_nothing_about_the_columns(below: str, count: int) -> None:
    rows = "".join(
        f"{1749 + i}" + "".join(f"{(i * 7 + m) % 90 + 0.5:6.1f}" for m in range(6)) + "\n" for i in range(count)
    )
    table = load_one(f"MONTHLY MEANS\n\nYear   Jan   Feb   Mar   Apr   May   Jun\n{rows}{below}")
    assert table.names == ["Year", "Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    assert (table.types, table.receipt["rows_loaded"]) == (["integer", *["decimal"] * 6], count)


def test_a_short_table_among_its_titles_legend_and_footnotes() -> None:
    table = load_one(
        '"Table: 18-10"\n"Prices, monthly, not adjusted"\n"Geography: all"\n\n'
        '"Groups","Jan 2019","Feb 2019","Mar 2019"\n'
        '"","2002=100","2002=100","2002=100"\n"All","133.6","134.5","135.4"\n"Food 1","149.3","150.1","150.4"\n'
        '"Shelter 2","141.8","142.0","142.5"\n"Clothing",".. ","95.4","96.9"\n"Transport","136.1","138.4","141.4"\n\n'
        '"Symbol legend:"\n"..","not available for a period"\n"x","suppressed, by the Act"\n\n'
        '"Footnotes:"\n"1","With beverages."\n"2","Part of it first recorded in July."\n\n"How to cite: us, and them"\n'
    )
    assert table.names == ["Groups", *(f"{month} 2019 / 2002=100" for month in ("Jan", "Feb", "Mar"))]
    assert (table.types, table.receipt["rows_loaded"]) == (["text", *["decimal"] * 3], 5)
    assert table.receipt["rows_quarantined"] == 0


def test_a_second_row_that_says_how_the_columns_are_written() -> None:
    rows = "".join(f"1978,    {10 + i // 20},  {i % 20 + 11},     {10.2 + i:.3f},      0.000\n" for i in range(30))
    table = load_one(f"Year, Month, Day,     Extent,    Missing\nYYYY,    MM,  DD, 10^6 sq km, 10^6 sq km\n{rows}")
    assert table.names[0] == "Year / YYYY"
    assert (table.types, table.counts) == (["integer"] * 3 + ["decimal"] * 2, (30, 30, 0, 0))


def test_a_name_of_its_own_is_not_given_the_second_line_of_the_column_before() -> None:
    rows = "".join(f"{1958 + i},{i}.5,{i}.25,{i}.75\n" for i in range(9))
    table = load_one(f"Yr,seasonally,fit,seasonally\n,adjusted,,adjusted fit\n{rows}")
    assert table.names == ["Yr", "seasonally / adjusted", "fit", "seasonally / adjusted fit"]


def test_what_a_station_says_of_itself_is_no_table() -> None:
    rows = "".join(f'"2012-01-{d:02d}","2012","{d - 20}.5","{d / 10}"\n' for d in range(1, 31))
    table = load_one(
        '"Station Name","OTTAWA"\n"Province","ONTARIO"\n"Latitude","45.38"\n"Longitude","-75.72"\n"Elevation","79.20"\n'
        '"Climate Identifier","6105976"\n"WMO Identifier",""\n"TC Identifier","WCG"\n"All times are local."\n\n'
        '"Legend"\n"A","Accumulated"\n"C","Occurred, amount uncertain"\n"E","Estimated"\n"M","Missing"\n"T","Trace"\n\n'
        f'"Date/Time","Year","Max Temp","Total Precip"\n{rows}'
    )
    assert (table.names, table.receipt["rows_loaded"]) == (["Date/Time", "Year", "Max Temp", "Total Precip"], 30)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("phone", ["+49 30 9875485", "+49 30 1339439", "+49 30 6394316"]),
        ("author", ["Dupont, Chloé", "García, Luís", "Adams, Anna"]),
        ("file", [r"C:\data\indigo\lantern.txt", r"C:\data\bravo\ember.txt", r"C:\data\amber\granite.txt"]),
        ("price", ["$21,215.98", "$92,237.80", "$1,239.28"]),
        ("Preis in €", ["8.356,72", "29,89", "1.072,63"]),
    ],
)
def test_a_column_of_values_with_marks_in_them_is_one_column(name: str, values: list[str]) -> None:
    table = load_one("\n".join([name, *values]), options={"all_text": True})
    assert (table.names, [row[0] for row in table.rows]) == ([name], values)


@pytest.mark.parametrize("named", ["{}", '"{}"'])
@pytest.mark.parametrize(
    "values",
    [
        ["+49 30 9875485", "+49 30 1339439", "+49 30 6394316"],
        ['{"a": 7, "b": [1, 2]}', '{"a": 1, "b": []}', '{"a": 5, "b": [1, 2]}'],
    ],
)
def test_quoted_values_one_a_line_are_one_column(named: str, values: list[str]) -> None:
    quoted = ['"' + value.replace('"', '""') + '"' for value in values]
    table = load_one("\n".join([named.format("payload"), *quoted]))
    assert (table.names, [row[0] for row in table.rows]) == (["payload"], values)


def test_texts_of_several_lines_beside_words_are_parted_at_the_comma() -> None:
    rows = [[f"Dear {name}.\nall the best, we hope", f"room {i} b"] for i, name in enumerate(["Ann", "Bo", "Cy", "Di"])]
    table = load_one("text,place\n" + "".join(f'"{text}",{place}\n' for text, place in rows))
    assert (table.names, [list(row) for row in table.rows]) == (["text", "place"], rows)


def test_a_percent_sign_before_every_comma_belongs_to_the_values() -> None:
    table = load_one("Rate %,tags\n28.8%,timber\n15.7%,umber\n72.6%,bravo\n")
    assert (table.names, table.rows[0]) == (["Rate %", "tags"], (Decimal("0.288"), "timber"))


ABOVE = ["Sales report 2024", "Customers by region"]
BELOW = ["* estimated values", "Generated on 2024-05-01", "Source: finance department"]


@pytest.mark.parametrize("note", BELOW)
@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize("mark", ["\t", "|", ";"])
def test_few_quoted_rows_between_titles_and_notes(mark: str, gap: str, note: str) -> None:
    rows = [["grade", "VIP", "id"], ["A", "Y", "1000"], ["F", "N", "1001"], ["D", "N", "1002"]]
    table = "".join(mark.join(f'"{value}"' for value in row) + "\n" for row in rows)
    text = "\n".join(ABOVE) + f"\n{gap}{table}{gap}{note}\n"
    found = load(text, options={"all_text": True})[0]
    assert [found.names, *map(list, found.rows)] == rows


def test_telephone_numbers_and_letters_below_titles_are_parted_at_the_semicolon() -> None:
    rows = "".join(f"+49 30 {9940602 - i * 1013};{'ABCDF'[i % 5]}\n" for i in range(40))
    found = load(
        f"Sales report 2024\nQuarterly overview, all regions\nMobile;grade\n{rows}\nGenerated on 2024-05-01\n"
    )[0]
    assert (found.names, len(found.rows)) == (["Mobile", "grade"], 40)


def test_addresses_and_amounts_parted_by_tabs_below_a_title_of_four_words() -> None:
    rows = "".join(f"person{i}.jensen@example.com\t${i},{i * 7 % 900 + 100}.5{i % 10}\n" for i in range(1, 60))
    found = load(f"Export of 2024-05-01 12:00\n\nemail\tprice\n{rows}Note: figures are preliminary.\n")[0]
    assert (found.names, len(found.rows)) == (["email", "price"], 59)


def test_names_that_are_types_below_a_title_are_names() -> None:
    rows = "".join(f'0{i}/07/2024\t"some words,\nand more {i}"\n' for i in range(1, 9))
    found = load(f"Customers by region\t\ndate\ttext\n{rows}")[0]
    assert (found.names, len(found.rows)) == (["date", "text"], 8)


@pytest.mark.parametrize(("lines", "width"), [(["Full name", "Ann Bo", "Cy Di", "Ed Fox"], 1),
                                              (["code name", "de German", "fr French", "it Italian"], 2)])  # fmt: skip
def test_two_words_a_line_are_one_name_unless_one_of_them_is_a_code(lines: list[str], width: int) -> None:
    assert len(load_one("\n".join(lines)).names) == width


@pytest.mark.parametrize(
    ("last", "doubted"),
    [
        ("Clara Antonia Friederike von Berg;;", True),
        ("Stand Januar 2024;;", True),
        ("Source: the office;;", False),
        ("p : preliminary;;", False),
        ("Figures are rounded to tens.;;", False),
    ],
)
def test_a_line_right_below_a_table_that_is_not_plainly_a_note_is_warned_of(last: str, doubted: bool) -> None:
    table = load_one(f"name;city;amount\nAnna;Bonn;3\nBert;Ulm;4\n{last}\n")
    assert table.rows == [("Anna", "Bonn", 3), ("Bert", "Ulm", 4)]
    assert len(table.receipt["warnings"]) == doubted
    assert [skipped["raw"] for skipped in table.receipt["skipped"] if skipped["line"] == 4] == [last]


IPAC = """\\fixlen = T
\\ a comment
|    ra       |   dec     | name     | mag   |
|   double    |  double   |  char    | float |
|    deg      |   deg     |          |  mag  |
  10.6847083    41.2687500  M31        3.44
  83.8220833    -5.3911111  Orion A    4.00
 201.3650625   -43.0191125  NGC5128
"""


@pytest.mark.parametrize("times", [1, 40_000])
def test_names_between_bars_name_the_columns_below_them(times: int) -> None:
    *names, one, two, three = IPAC.splitlines(keepends=True)
    table = load_one("".join([*names, *[one, two, three] * times]), "a.tbl")
    assert table.names == ["ra", "dec", "name", "mag"]
    assert table.counts == (3 * times + 4, 3 * times, 0, 4)
    assert [row[2] for row in table.rows[-3:]] == ["M31", "Orion A", "NGC5128"]
    assert [(row[1], row[3]) for row in table.rows[:3]] == [
        (Decimal("41.26875"), Decimal("3.44")),
        (Decimal("-5.3911111"), Decimal("4.00")),
        (Decimal("-43.0191125"), None),
    ]


def test_rows_below_a_description_of_them_have_no_certain_header() -> None:
    described = "".join(f"  {i}-{i + 3} F4.1  mag  V{i}  a magnitude\n" for i in range(1, 40, 8))
    table = load_one(f"Title: A list of stars\nAuthors: Doe J.\n{described}" + "1.50  2.31 3.2\n11.25  8.02 4.4\n" * 6)
    header = table.decided("header")
    assert (header["value"], header["confidence"]) == ("none", "assumed")


UNDER_NAMES = [
    (
        "ID    Full name        Town        Joined             Fee\n"
        "7     Isla Clarke      Boise       2021-03-12       61.32\n"
        "8     Kate O'Brien     New York    2020-11-06    43952.86\n"
        "9     Carol Hall       Boise       2022-01-28       77.34\n",
        ["ID", "Full name", "Town", "Joined", "Fee"], [7, "Isla Clarke", "Boise"],
    ),
    (
        "REPOSITORY   TAG      IMAGE ID       CREATED        SIZE\n"
        "my/app       latest   501e1e3a586f   3 months ago   77.8MB\n"
        "my/app       <none>   7ae2db32472f   2 weeks ago    142MB\n"
        "nginx        14       a79af620597f   3 months ago   1.2GB\n",
        ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"], ["my/app", "latest", "501e1e3a586f", "3 months ago"],
    ),
    (
        "Art.-Nr. Bezeichnung          Menge     Preis Lieferdatum\n"
        "004418   Dübel                  108     37,15 17.12.2020\n"
        "008660   Mutter                 197     51,33 31.05.2024\n"
        "006954   Unterlegscheibe groß   105 35.705,48 26.12.2020\n",
        ["Art.-Nr.", "Bezeichnung", "Menge", "Preis", "Lieferdatum"], ["004418", "Dübel", 108, Decimal("37.15")],
    ),
    (
        "Filesystem     1K-blocks     Used Available Use% Mounted on\n"
        "tmpfs            1624300     2084   1622216   1% /run\n"
        "/dev/nvme0n1p2 490048472 98234112 366846344  22% /data/my files\n",
        ["Filesystem", "1K-blocks", "Used", "Available", "Use%", "Mounted on"], ["tmpfs", 1624300, 2084, 1622216],
    ),
    (
        "USER         PID %CPU    VSZ STAT START   TIME COMMAND\n"
        "root           1  0.0 168140 Ss   Mar05   0:04 /sbin/init splash\n"
        "root           2  0.0      0 S    Mar05   0:00 [kthreadd]\n"
        "alice      82247 39.1 87013061 S    10:11  49:34 python3 serve\n"
        "www-data     812  0.3 512340 S    Mar05   1:23 nginx: worker process\n",
        ["USER", "PID", "%CPU", "VSZ", "STAT", "START", "TIME", "COMMAND"], ["root", 1, Decimal("0.0"), 168140, "Ss"],
    ),
    (
        "Emp   Name             Dept      Salary\n3201  Brown, Henry     HR         92.50\n"
        "1187  Smith, Alice     Sales   4,210.00\n2290  Hall, Kate       IT        980.10\n",
        ["Emp", "Name", "Dept", "Salary"], [3201, "Brown, Henry", "HR", Decimal("92.50")],
    ),
    (
        "Ref    Customer        Phone         Paid\nR0123  Smith                        12.50\n"
        "R0124  Jones Ltd       555-0199   1200.00\nR0125  Green and Sons                99.10\n",
        ["Ref", "Customer", "Phone", "Paid"], ["R0123", "Smith", None, Decimal("12.50")],
    ),
    (
        "   id         name           created_at  balance\n0   1  Carol Green  2023-11-17 17:56:40  1988.13\n"
        "1   2  Frank Smith  2021-07-09 21:44:58    97.31\n2   3  Kate Walker  2022-01-07 15:04:26    69.35\n",
        ["Column 1", "id", "name", "created_at", "balance"], [0, 1, "Carol Green"],
    ),
    (
        "id  name          created_at           balance\n--  ------------  -------------------  -------\n"
        "1   David Smith   2021-02-20 11:39:12  636.93\n2   Alice Taylor  2021-01-06 00:46:03  -77.99\n",
        ["id", "name", "created_at", "balance"], [1, "David Smith"],
    ),
    (
        "\n     +----------------------------+\n     | make            price   mpg |\n"
        "     |----------------------------|\n"
        "  1. | AMC Concord     4,099    22 |\n  2. | Buick Opel      4,453    26 |\n"
        "     +----------------------------+\n",
        ["Column 1", "make", "price", "mpg"], [1.0, "AMC Concord", 4099, 22],
    ),
    (
        "A list\n┌────────┬──────┬────────┐\n│  name  │ rows │  size  │\n│ varchar│ int64│ varchar│\n"
        "├────────┼──────┼────────┤\n"
        "│ users0 │ 1234 │ 12 MB  │\n│ log1   │   56 │        │\n├────────┴──────┴────────┤\n"
        "│ 2 rows       3 columns │\n"
        "└────────────────────────┘\n",
        ["name", "rows", "size"], ["users0", 1234],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "first"), UNDER_NAMES)
def test_columns_stand_under_names_of_their_own(text: str, names: list[str], first: list[Any]) -> None:
    table = load_one(text)
    assert table.names == names
    assert list(table.rows[0][: len(first)]) == first
    assert table.receipt["rows_quarantined"] == 0


def test_names_that_come_again_on_each_page_are_those_of_one_table() -> None:
    head = "        ID NAME          BALANCE\n---------- ---------- ----------\n"
    pages = [
        "         1 Walker         -87.29\n         2 Green         7975.89\n",
        "         3 Brown          -32.47\n",
    ]
    table = load_one(
        "SQL> select * from v_list;\n\n" + "\n".join(head + page for page in pages) + "\n3 rows selected.\n"
    )
    assert (table.names, table.types) == (["ID", "NAME", "BALANCE"], ["integer", "text", "decimal"])
    assert [row[1] for row in table.rows] == ["Walker", "Green", "Brown"]
    reasons = [one["reason"] for one in table.receipt["skipped"]]
    assert reasons.count("the names again") == 1
    assert "stands below the table" in reasons


def test_a_line_right_below_aligned_rows_does_not_join_their_columns() -> None:
    table = load_one(
        "FIRST NATIONAL BANK\nRUN DATE: 03/05/2024\n\n"
        "Acct No   Customer        City             Open Date      Balance\n"
        + "-"
        * 65
        + "\n0062534   Taylor, Alice   Salt Lake City   10/13/2020       27.79\n"
        "0068593   Johnson, Liam   Salt Lake City   01/01/2020       77.99\nTOTAL CUSTOMERS: 6\n"
    )
    assert table.names == ["Acct No", "Customer", "City", "Open Date", "Balance"]
    assert table.receipt["rows_loaded"] == 2


def test_a_single_space_that_may_part_two_columns_is_assumed_to() -> None:
    rows = "".join(f"{i:<4d}Bus {i + 10}    {i * 2.5:8.2f}\n" for i in range(12))
    table = load_one(f"no  Bus no         fee\n{rows}")
    assert table.decided("delimiter")["confidence"] == "assumed"


def test_words_that_lie_across_columns_are_warned_of() -> None:
    rows = "Kate Ev    Boise       12\n" * 40
    table = load_one(f"Name       Town       Fee\n{rows}Kate Evans-Smith York   3\n")
    assert [one["line"] for one in table.receipt["warnings"]] == [42]


@pytest.mark.parametrize("rows", ["  0.00  -512.1  1.01\n  1.00  -513.4  0.88\n", "   5128.17     -1124.899   365.3\n"])
@pytest.mark.parametrize("above", ["# gmx energy\n", ""])
def test_orders_to_a_program_that_plots_are_comments_and_no_names(above: str, rows: str) -> None:
    orders = '@    title "Energies"\n@TYPE xy\n@ s0 legend "Potential"\n@ s1 legend "Pressure"\n'
    table = load_one(above + orders + rows)
    assert table.names == ["Column 1", "Column 2", "Column 3"]
    assert [column["type"] for column in table.schema] == ["decimal"] * 3
    assert len(table.rows) == rows.count("\n")


@pytest.mark.parametrize("mark", ["\t", ",", " "])
def test_names_in_angle_brackets_are_no_xml(mark: str) -> None:
    text = "<DATE>\t<TIME>\t<OPEN>\n2023.03.14\t10:00:00\t1.07213\n2023.03.15\t11:00:00\t1.07313\n"
    table = load_one(text.replace("\t", mark))
    assert table.names == ["<DATE>", "<TIME>", "<OPEN>"]
    assert [column["type"] for column in table.schema] == ["date", "time", "decimal"]
    with pytest.raises(FileDamaged):
        load_one("<a> <b> <c>\nbroken off")


@pytest.mark.parametrize(("quote", "mark"), [("~", "^"), ("|", ","), ("^", "\t")])
@pytest.mark.parametrize("names", ["code^group^energy^name\n", "~code~^~group~^~energy~^~name~\n"])
def test_values_between_rare_quotes(names: str, quote: str, mark: str) -> None:
    text = names + "~01392~^~255~^60.42^~Butter, salted~\n~01206~^~204~^2.63^~~\n"
    table = load_one(text.replace("~", "Q").replace("^", mark).replace("Q", quote))
    assert table.names == ["code", "group", "energy", "name"]
    assert table.rows == [("01392", 255, Decimal("60.42"), "Butter, salted"), ("01206", 204, Decimal("2.63"), None)]


def test_bars_around_all_values_are_no_quotes() -> None:
    table = load_one("|a|b|\n|1,5|2|\n|2,5|3|\n")
    assert (table.names, table.rows[0]) == (["a", "b"], (Decimal("1.5"), 2))
