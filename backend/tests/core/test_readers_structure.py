"""What in a grid is title, header, data, total and note, and which rectangles are tables."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load_one

from tablewright.core.readers.structure import Block, Rectangle, needs_structure, structure

Grid = list[list[Any]]


def grid(text: str) -> Grid:
    """A grid from lines of cells parted by a bar; an empty line is a blank row."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip("\n").split("\n")]


def only(rows: Grid, **told: Any) -> Block:
    blocks = structure(rows, **told)
    assert len(blocks) == 1, blocks
    return blocks[0]


def classes(block: Block) -> str:
    """One letter for every line: b(lank), t(itle), m(etadata), h(eader), u(nits), g(roup), d(ata), T(otal), n(ote)."""
    return "".join("T" if line.kind == "total" else line.kind[0] for line in block.lines)


PUBLISHED = grid("""
Table 4. Exports by kind, 2006 to 2008
(thousand tonnes)

|2006|2007|2008
Fuel
Coal|1,204|1,309|1,290
Oil|804|..|790
Food
Wheat|2,697|3,609|4,637
Total|4,705|4,918|6,717

Source: the statistics office.
1) Revised on 3 March.
""")


def test_titles_years_groups_totals_and_notes_of_a_published_table() -> None:
    block = only(PUBLISHED)
    assert classes(block) == "ttbhgddgdTbnn"
    assert block.names == ("", "2006", "2007", "2008")
    assert block.loaded == (4, 5, 6, 7, 8, 9)
    assert [line.row for line in block.skipped] == [0, 1, 2, 3, 10, 11, 12]


@pytest.mark.parametrize(
    ("rows", "expected", "names"),
    [
        (  # names over groups of columns
            "Region|Exports||Imports|\n|2007|2008|2007|2008\nNorth|12.5|13|7|8\nSouth|9|8.25|6|5\nWest|1|2|3|4",
            "hhddd",
            ("Region", "Exports / 2007", "Exports / 2008", "Imports / 2007", "Imports / 2008"),
        ),
        (  # units under the names
            "Year|Area|Price\n|ha|EUR\n1990|12.5|13\n1991|9|8.25\n1992|4|5",
            "huddd",
            ("Year", "Area", "Price"),
        ),
        (  # a name over everything, off the left column
            "Jobs by place\n|2006|\n|North|South\nAll|1,250|1,100\nFarm|750|600\nShop|500|500",
            "thhTdd",
            ("", "2006 / North", "2006 / South"),
        ),
        (  # blank line between header and data, and inside the data
            "Kind|Public|Private\n\nTeaching|73.8|89.3\nResearch|8.8|0.1\n\nOther|10.8|7.5",
            "hbddbd",
            ("Kind", "Public", "Private"),
        ),
        ("1|2.5|x\n2|3.5|y\n3|4.5|z", "ddd", ()),  # no header
        ("name|city\nAnn|Bonn\nBob|Rome\nCy|Oslo", "hddd", ("name", "city")),  # all words
        ("Year|1|2|3\n1990|5|6|7\n1991|8|9|10", "hdd", ("Year", "1", "2", "3")),
        ("date|value\n2020-01-01|5\n2020-01-02|\n2020-01-03|", "hddd", ("date", "value")),
        ("id|name|age\n1|Ann|unknown\n2|Bob|44\n3|Cy|51\n4|Di|60", "hdddd", ("id", "name", "age")),
        ("x|y|z\n1|2|3\n4|5|6", "hdd", ("x", "y", "z")),
        ("a|b\n1|2\na|b\n3|4", "hdhd", ("a", "b")),  # the names again
    ],
)
def test_headers(rows: str, expected: str, names: tuple[str, ...]) -> None:
    block = only(grid(rows))
    assert (classes(block), block.names) == (expected, names)


@pytest.mark.parametrize(
    "note",
    [
        "Source: the office",
        "Note: in thousands",
        "* preliminary",
        "1/ without islands",
        "(a) new series",
        "1. Excludes agriculture.",
        "x : suppressed",
        "Director in charge: A. Person",
        "- Data include part-time work",
    ],
)
def test_notes_right_below_the_data_are_not_rows(note: str) -> None:
    rows = grid("Place|Jobs|Firms\nNorth|12|3\nSouth|14|5\nWest|9|2")
    block = only([*rows, [note, "", ""]])
    assert classes(block) == "hdddn"


def test_notes_in_two_cells_are_not_rows() -> None:
    rows = grid(
        "|Total|Old|New\nPaper|207|100|107\nGlass|55|30|25\nWood|12|6|6\n1|Without packaging.||\n2|Of all kinds.||"
    )
    assert classes(only(rows)) == "hdddnn"


def test_sparse_rows_at_the_end_of_plain_data_stay_data() -> None:
    rows = grid("name|phone|mail\nAnn|030 11|a@x.org\nBob|040 22|b@x.org\nCy||\nDi||")
    assert classes(only(rows)) == "hdddd"


def test_metadata_in_pairs_above_a_table_is_not_its_header() -> None:
    rows = grid("Author|Jane||\nPrinted|2020-01-01||\nRegion|Jan|Feb|Mar\nNorth|5|6|7\nSouth|8|9|10")
    assert classes(only(rows)) == "mmhdd"


def test_a_total_without_a_label_is_found_by_its_sum() -> None:
    rows = grid("Place|Jobs|Firms\nNorth|12|3\nSouth|14|5\nWest|9|2\n|35|10")
    block = only(rows)
    assert classes(block) == "hdddT"
    assert block.lines[-1].reason == "the sum of the 3 rows above it"


def test_typed_cells_and_merged_names() -> None:
    rows: Grid = [
        ["Sales by store", None, None, None],
        [None, None, None, None],
        ["Store", 2020.0, None, "Opened"],
        [None, "Units", "Value", None],
        ["A", 5, 7.5, date(2001, 5, 6)],
        ["B", 6, 8.25, datetime(2002, 5, 6)],
    ]
    merged = [Rectangle(0, 0, 0, 3), Rectangle(2, 0, 3, 0), Rectangle(2, 1, 2, 2), Rectangle(2, 3, 3, 3)]
    block = only(rows, merged=merged)
    assert classes(block) == "tbhhdd"
    assert block.names == ("Store", "2020 / Units", "2020 / Value", "Opened")


def test_what_is_told_is_not_detected() -> None:
    rows = grid("a|b\nc|d\n1|2\n3|4")
    assert only(rows, header_rows=2).header == (0, 1)
    assert only(rows, header_rows=0).loaded == (0, 1, 2, 3)
    stacked = grid("a|b|c\n1|2|3\n4|5|6\n\nd|e|f\n7|8|9\n1|2|3")
    assert [len(structure(stacked, several=several)) for several in (None, True, False)] == [2, 2, 1]


STACKED = """
Sales
Store|Units|Value
A|5|7.5
B|6|8.25

Source: the till

Staff
Name|Since|Hours
Ann|2001|38
Bob|2004|20
"""


def test_tables_below_one_another() -> None:
    first, second = structure(grid(STACKED))
    assert (classes(first), first.names) == ("thddbn" + "b" * 0, ("Store", "Units", "Value"))
    assert (classes(second)[-4:], second.names) == ("thdd", ("Name", "Since", "Hours"))


def test_tables_beside_one_another() -> None:
    rows = grid("""
Store|Units||Name|Hours
A|5||Ann|38
B|6||Bob|20
C|7||
D|8||
""")
    left, right = structure(rows)
    assert (left.names, left.loaded) == (("Store", "Units"), (1, 2, 3, 4))
    assert (right.names, right.loaded, right.first_column) == (("Name", "Hours"), (1, 2), 3)


def test_a_table_of_two_columns_of_words_below_another() -> None:
    people = "".join(f"Ann{i}|Rome{i}\n" for i in range(9))
    first, second = structure(grid(f"Item|Cost|Tax\nA|1|2\nB|3|4\nC|5|6\n\nTable 2\nName|Town\n{people}"))
    assert (first.loaded, second.names, len(second.loaded)) == ((1, 2, 3), ("Name", "Town"), 9)


@pytest.mark.parametrize(
    ("rows", "expected", "names"),
    [
        ("Sales\nAuthor|Jane\nVersion|1.2\n\nItem|Cost|Tax\nA|1|2\nB|3|4\nC|5|6", "tmmbhddd", "Item"),
        ("Firm:|Example\nTotal staff:|120\nItem|Cost|Tax\nA|1|2\nB|3|4\nC|5|6", "mmhddd", "Item"),
        ("Date:|2014-05-12\nBy:|Jane\n\nItem|Cost\nA|1\nB|3\nC|5", "mmbhddd", "Item"),
        ("Author|Jane|\n\nName|Town|Note\n\nAnn|Rome|ok\nBob||red\nCid|Oslo|new", "mbhbddd", "Name"),
        ("|Sales|\n|Item|Cost|Tax\n|A|1|2\n|B|3|4\n|C|5|6", "thddd", "Item"),  # the left column is empty
        ("|2013|2012\n|£000|£000\nRent|10|12\nPost|7|9\nFuel|2|3", "huddd", ""),
        ("Name|Truro|Mold\nFounded|1975|1915\nMayor|Ann|Bob\nPeople|900|700\nArea|8.7|4.2", "hdddd", "Name"),
        ("|1999|2000|2001|2002\nRent|10|1950|7|8\nPost|7|2001|3|2\nFuel|4|1990|2|1", "hddd", ""),
        ("Name|Town|Year\nAnn|Rome|old\nBob|Oslo|new\nCid|Bonn|new\n\n1|Of age.\n2|In part.", "hdddbnn", "Name"),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nC|5|6\nn/a = not available", "hdddn", "Item"),
        ("Code|Meaning|\nX|Rome|\nY|Oslo|\nZ|Bonn|a guess\nU|Nice|\nV|Kiel|\nW|Graz|", "hdddddd", "Code"),
    ],
)
def test_what_stands_around_one_table_is_no_row_of_it(rows: str, expected: str, names: str) -> None:
    block = only(grid(rows))
    assert (classes(block), block.names[0]) == (expected, names)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ("T1\nItem|Cost|Tax\nA|1|2\nB|3|4\nT2\nItem|Cost|Tax\nA|5|6\nB|7|8", [2, 2]),  # the names again
        ("T1\nName|Town|Job\nAnn|Rome|a\nBob|Oslo|b\nT2\nName|Town|Job\nCid|Bonn|c\nDi|Nice|d", [2, 2]),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nT2\nTown|People\nRome|5\nOslo|6\nBonn|7", [2, 3]),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nT2\n|Men||Women|\nTown|No|%|No|%\nRome|5|6|7|8\nOslo|6|7|8|9", [2, 2]),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nC|5|6\nTown|Men|Women|All\nRome|5|6|11\nOslo|6|7|13", [3, 2]),  # nothing between
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nT2\nTime|Monday|Tuesday\n8:00|Ann|Bob\n9:00|Cid|Di", [2, 2]),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nC|5|6\n\nCodes\nName|Town\nAnn|Rome\nBob|Oslo\nCid|Bonn", [3, 3]),
        ("Item|Cost|Tax\nA|1|2\nB|3|4\nC|5|6\n\nWho|Mo|Tu|We|Th\nAnn|in|||in\nBob|out|in|in|\nCid||in|in|out", [3, 3]),
        ("Item|Cost||Band|Rate\nA|1||I|2\nB|3||II|4\nC|5||III|6\nD|7||IV|8", [4, 4]),
    ],
)
def test_a_header_of_its_own_begins_another_table(rows: str, counts: list[int]) -> None:
    assert [len(block.loaded) for block in structure(grid(rows))] == counts


@pytest.mark.parametrize(
    "rows",
    [
        "T1\nItem|Cost|Tax\nA|1|2\nB|3|4\nT1 (continued)\nItem|Cost|Tax\nC|5|6\nD|7|8",  # a page that goes on
        "Item|Cost|Tax\nA|1|2\nB|3|4\nItem|Cost|Tax\nC|5|6\nD|7|8",
        "Item|Cost|Tax\nA|1|2\nB|3|4\nFood\nC|see note|see note\nD|7|8\nE|9|1",
        "Name|Truro|Mold\nPeople|9|7\nArea|8|4\nMayor|Ann|Bob\nStaff|3|5\nCost|7|9",
        "Name|Town\nAnn|Rome\nBob|Oslo\n\nCid|Bonn\nDi|Nice\nEd|Kiel\nFay|Graz",
        "Item|Cost|Tax\nA|1|2\nB|3|4\n\nChecked by|Ann\nSigned by|Bob\nSent by|Cid\nOffice|Rome",
    ],
)
def test_rows_that_go_on_are_no_other_table(rows: str) -> None:
    only(grid(rows))


def test_a_sparse_row_right_under_names_is_data() -> None:
    assert classes(only(grid("Name|Town\nAnn|\nBob|Bonn\nCid|Oslo"))) == "hddd"


def drawn(draw: random.Random) -> Grid:
    """A table with names of its own, a column of words and some of numbers, days and codes."""
    kinds = ["word", *draw.choices(["number", "money", "day", "code"], k=draw.randrange(1, 6))]
    cell = {
        "word": lambda: draw.choice(("north", "south", "coast", "inland")) + str(draw.randrange(99)),
        "number": lambda: str(draw.randrange(1, 5000)),
        "money": lambda: f"{draw.randrange(900)}.{draw.randrange(100):02d}",
        "day": lambda: f"20{draw.randrange(10, 25)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        "code": lambda: f"{draw.randrange(1000):05d}",
    }
    rows = [[cell[kind]() for kind in kinds] for _ in range(draw.randrange(4, 25))]
    names = draw.sample(("Region", "Units", "Price", "Visits", "Stock", "Opened", "Weight"), len(kinds))
    return [names, *rows]


def test_the_number_of_tables_of_drawn_files() -> None:
    right = {1: 0, 2: 0, 3: 0}
    for seed in range(300):
        draw = random.Random(seed)
        count = 1 + seed % 3
        rows: Grid = []
        for number in range(count):
            rows += [[f"Table {number + 1}: sales by region"]] if seed % 2 else []
            rows += [*drawn(draw), *[[] for _ in range(draw.choice((1, 2)))]]
        rows += [["Source: the statistics office"]] if seed % 5 == 0 else []
        right[count] += sum(1 for block in structure(rows) if block.loaded) == count
    assert right[1] == 100
    assert right[2] + right[3] >= 195, right


@pytest.mark.parametrize(
    "rows",
    [
        "Item|Cost|Tax\nA|1|2\nB|3|4\n\nC|5|6\nD|7|8",  # a blank line
        "Item|Cost|Tax\nFood\nA|1|2\nB|3|4\n\nWood\nC|5|6\nD|7|8\n\nTotal|16|20",  # groups after blank lines
        "Item||2001||2002\nA||1||2\nB||3||4",  # empty columns for looks
        "Item|Cost||Vendor|Price\nA|1||X|2\nB|3||Y|4\nC|5||Z|6",  # one empty column, everything else as one table
        "Item|Cost|Tax\nA|1|2\nB|3|4\n\nPrinted|today|\nBy|Jane|",  # remarks below
        "Printed:|today\nBy:|Jane\n\nItem|Cost|Tax\nA|1|2\nB|3|4",  # remarks above
        "Item|Cost|Tax\n\nA|1|2\nB|3|4",
    ],
)
def test_one_table_is_not_split(rows: str) -> None:
    only(grid(rows))


def test_nothing_gives_no_block_and_one_column_is_a_table() -> None:
    assert structure([]) == []
    assert structure([["", None], []]) == []
    block = only(grid("amount\n5\n6\n7"))
    assert (classes(block), block.names) == ("hddd", ("amount",))


cells = st.sampled_from(
    ["", "", "a", "North", "Total", "12", "3.5", "2001", "-", "Source: x", "a long text " * 9, "1/5/2020"]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(cells, max_size=7), max_size=25), st.sampled_from([None, True, False]))
def test_every_filled_cell_is_in_one_block_and_every_row_of_a_block_has_one_class(
    rows: Grid, several: bool | None
) -> None:
    blocks = structure(rows, several=several)
    seen: Counter[tuple[int, int]] = Counter()
    stacked: Counter[int] = Counter()
    for block in blocks:
        assert [line.row for line in block.lines] == list(range(block.first_row, block.last_row + 1))
        assert sorted([*block.loaded, *(line.row for line in block.skipped)]) == [line.row for line in block.lines]
        assert not block.names or len(block.names) == block.width
        assert not block.units or len(block.units) == block.width
        stacked.update(line.row for line in block.lines)
        for row in block.loaded:
            for column in range(block.first_column, block.last_column + 1):
                seen[row, column] += 1
    assert max(seen.values(), default=1) == 1
    if any(cell for row in rows for cell in row):
        assert set(stacked) == set(range(len(rows)))
    for block in blocks:  # no cell of a loaded row is outside every block
        for row in block.loaded:
            for column, cell in enumerate(rows[row]):
                assert not cell or seen[row, column] or len(blocks) > 1


KINDS = {
    "words": st.sampled_from(["Anna Berg", "Bonn", "red", "blue green", "Weg 5", "n/a"]),
    # Years over other numbers are names.
    "number": st.integers(-(10**6), 10**6).filter(lambda number: not 1800 <= number <= 2100).map(str),
    "decimal": st.floats(0, 1000).map(lambda value: f"{value:.2f}"),
    "date": st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(str),
    "year": st.integers(1900, 2030).map(str),
}


@st.composite
def clean_tables(draw: st.DrawFn) -> tuple[Grid, bool]:
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=6))
    count = draw(st.integers(4, 20))
    holes = draw(st.booleans())
    rows = [[draw(KINDS[kind]) for kind in kinds] for _ in range(count)]
    for number, row in enumerate(rows):
        if holes and number % 3 == 1:
            row[-1] = ""
        row[0] = row[0] if kinds[0] != "words" else f"Entry {number}"
    header = draw(st.booleans())
    return ([[f"name of {i}" for i in range(len(kinds))], *rows] if header else rows), header


@settings(max_examples=80, deadline=None)
@given(clean_tables())
def test_a_clean_table_is_one_block_without_titles_and_notes(table: tuple[Grid, bool]) -> None:
    rows, header = table
    block = only(rows)
    assert set(classes(block)) <= set("hdT")
    assert (len(block.loaded) == len(rows) - 1) if header else len(block.loaded) >= len(rows) - 1
    again = only(
        [list(block.names), *([rows[r] for r in block.loaded])] if block.names else [rows[r] for r in block.loaded]
    )
    assert len(again.loaded) == len(block.loaded)
    assert not header or not needs_structure(rows[:50], rows[-50:], {len(rows[0])})


def test_the_gate_lets_even_tables_pass_and_stops_the_others() -> None:
    plain = [["id", "name", "price"], *([str(i), f"thing {i}", f"{i}.5"] for i in range(60))]
    assert not needs_structure(plain[:50], plain[-50:], {3})
    assert needs_structure(PUBLISHED, PUBLISHED, {1, 4})
    assert needs_structure([["Title", "", ""], *plain[:9]], plain[-9:], {3})
    assert needs_structure(plain[:9], [*plain[-9:], ["Source: me", "", ""]], {3})
    assert needs_structure(plain[:9], [*plain[-9:], ["Source: me"]], {3, 1})
    assert needs_structure([["", "2001", "2002"], *plain[1:9]], plain[-9:], {3})


def test_many_cells_and_many_blocks_end_in_time_and_without_recursion() -> None:
    block = ["a|b|c", "1|2|3", "4|5|6", ""]
    many = grid("\n".join(block * 1500))
    blocks = structure(many)
    assert sum(len(b.loaded) for b in blocks) >= 3000
    wide = [[f"n{i}" for i in range(3000)], *([[str(i) if i % 3 else "" for i in range(3000)]] * 3)]
    assert structure(wide)


def test_rows_of_a_name_alone_are_rows_when_they_are_no_longer_than_those_above() -> None:
    block = only(grid("name|column\nAnna|0\nBob|\nCleo|\nDan|\n"))
    assert (classes(block), block.loaded) == ("hdddd", (1, 2, 3, 4))


@pytest.mark.parametrize("above", ["2023||2024|", "Men||Women|"])
def test_names_over_several_columns_tell_repeated_names_apart_without_a_left_column(above: str) -> None:
    first, second = (word for word in above.split("|") if word)
    block = only(grid(f"{above}\nyoung|old|young|old\n1|2|3|4\n5|6|7|8\n"))
    assert block.names == (f"{first} / young", f"{first} / old", f"{second} / young", f"{second} / old")


def test_a_pair_above_the_names_is_none() -> None:
    block = only(grid("Author||Jane|\nid|old|new|sum\n1|2|3|4\n5|6|7|8\n"))
    assert block.names == ("id", "old", "new", "sum")


def test_the_left_column_may_be_named_in_the_line_of_units() -> None:
    block = only(grid("|plan|real\nregion|EUR|EUR\nNorth|1|2\nSouth|3|4\n"))
    assert (block.names, block.units) == (("region", "plan", "real"), ("", "EUR", "EUR"))


def test_rows_as_wide_as_the_data_above_them_are_data_when_nothing_is_a_header() -> None:
    block = only([["hi", "tweedle", 1], ["ho", "dee", 2], ["hum", "dum", 3], [6, 5, 4]])
    assert (classes(block), block.loaded) == ("dddd", (0, 1, 2, 3))


def test_words_over_a_value_of_the_first_column_alone_are_names() -> None:
    block = only([["id", "name"], [1, None]])
    assert (block.names, block.loaded) == (("id", "name"), (1,))
    block = only([["id", "name"], [1, None], [2, None], [3, None]])
    assert (block.names, block.loaded) == (("id", "name"), (1, 2, 3))
    assert only([["Report", "Jane"], ["of the year", None]]).header == ()


def test_numbers_over_an_empty_corner_count_the_columns() -> None:
    block = only(grid("Map of the grid|||\n|0|1|2\nM|0|26.5|3\nL|1.39|0|4\nK|0|15.2|7\n"))
    assert (classes(block), block.names) == ("thddd", ("", "0", "1", "2"))


def test_words_in_many_cells_above_the_names_are_no_header() -> None:
    words = "Lots of people||||\nsimply write||||notes\nat|the|top||theirs\nor|merge|||cells\n"
    rows = "".join(f"Person {i}|plays|{60 + i}|1947-01-0{i}|2016-01-1{i}\n" for i in range(1, 9))
    block = only(grid(words + "Name|Work|Age|Born|Died\n" + rows))
    assert (classes(block), block.names) == ("tmmmh" + "d" * 8, ("Name", "Work", "Age", "Born", "Died"))


def test_a_row_with_an_empty_first_value_under_whole_names_is_data() -> None:
    block = only([["when", "what"], [None, "empty"], [date(2016, 5, 23), "a day"], [date(2016, 5, 24), "another"]])
    assert (classes(block), block.names) == ("hddd", ("when", "what"))


# Rows of which little is known

WORDS = ["apple", "pear", "plum", "grape", "melon", "fig", "lime", "kiwi", "mango", "peach", "quince", "cherry"]
SPARSE = (
    lambda r: str(r.randrange(1000)),
    lambda r: f"{r.random() * 100:.2f}",
    lambda r: r.choice(WORDS),
    lambda r: f"{r.choice(WORDS)}{r.randrange(99)}@x.org",
    lambda r: f"{r.choice(WORDS).title()} {r.choice(WORDS).title()}",
    lambda r: f"2024-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}",
    lambda r: f"{r.choice('ABC')}{r.randrange(100, 999)}",
)


@pytest.mark.parametrize("seed", range(60))
def test_a_sparse_table_keeps_its_names_and_all_of_its_rows(seed: int) -> None:
    r = random.Random(seed)
    width, share, keyed = r.randrange(3, 7), r.choice([0.1, 0.2, 0.35, 0.6]), r.random() < 0.5
    kinds = [r.choice(SPARSE) for _ in range(width)]
    names = r.sample(["id", "email", "city", "price", "remark", "customer", "order date", "phone"], width)
    rows = []
    for _ in range(r.choice([1, 2, 3, 5, 10, 40])):
        i = r.randrange(width)
        row = [kind(r) if r.random() < share or (keyed and n == 0) else "" for n, kind in enumerate(kinds)]
        if not any(row):
            row[i] = kinds[i](r)
        rows.append(row)
    table = load_one("".join(",".join(row) + "\n" for row in [names, *rows]))
    assert table.names == names
    assert [[value is not None for value in row] for row in table.rows] == [list(map(bool, row)) for row in rows]


def test_rows_of_one_value_in_a_sheet_are_rows() -> None:
    found = only([["email", "name", "phone"], *([f"u{i}@x.org", None, None] for i in range(30))])
    assert found.names == ("email", "name", "phone")
    assert [line.kind for line in found.lines] == ["header", *["data"] * 30]


@pytest.mark.parametrize("note", ["Source: the registry", "Figures are provisional and may be revised next year."])
def test_a_sentence_below_sparse_rows_is_a_note(note: str) -> None:
    rows = [[f"u{i}@x.org", f"U{i}", f"{11 + 7 * i}"] for i in range(4)]
    found = only([["email", "name", "phone"], *rows, [note, None, None]])
    assert [line.kind for line in found.lines] == ["header", *["data"] * 4, "note"]


def test_units_stay_units_where_a_row_below_has_one_value() -> None:
    rows = [["Region", "Sales", "Cost"], ["", "kg", "EUR"], ["North", "5", "6"], ["", "7", ""], ["South", "8", "11"]]
    found = only(rows)
    assert (classes(found), found.names) == ("huddd", ("Region", "Sales", "Cost"))


TAIL = [
    ["id", "active", "note", "lng", "code", "sold"],
    *([str(i), "no", f"a note, {i}", f"{i}.25", f"c{i}", f"{i}.5"] for i in range(1, 9)),
]


@pytest.mark.parametrize("row", [["9"], ["9", "", "and so, on and on"], ["", "no", "a note, 77"]])
def test_a_sparse_last_row_that_is_written_like_those_above_is_data(row: list[str]) -> None:
    assert classes(only([*TAIL, [*row, *[""] * (6 - len(row))]])) == "h" + "d" * 9


@pytest.mark.parametrize("row", [["1", "see the manual"], ["* estimated"], ["a", "", "revised"]])
def test_a_note_below_numbered_rows_stays_a_note(row: list[str]) -> None:
    assert classes(only([*TAIL, [*row, *[""] * (6 - len(row))]])) == "h" + "d" * 8 + "n"


def test_rows_without_a_number_among_others_begin_no_other_table() -> None:
    rows = [[f"Person {i}", "5", "yes", f"tag {i};b"] for i in range(9)]
    without = [["Person A", "", "", ""], *([f"Person {i}", "", "yes", f"tag {i};b"] for i in "BCDEFG")]
    found = only([["name", "score", "active", "tags"], *rows, *without, *rows])
    assert classes(found).startswith("h" + "d" * 9)


def test_numbers_of_rows_need_no_name() -> None:
    found = only([["", "year", "text"], ["0", "", "paul"], ["1", "ember, yonder", ""]])
    assert classes(found) == "hdd"


def test_what_is_numbered_or_counted_in_units_is_a_name() -> None:
    assert only([["#", "host", "sku"], ["1000", "10.0.0.1", "A1"], ["1001", "", "C5"]]).names == ("#", "host", "sku")
    assert only([["units", "city", "x"], ["305", "Rome", "5.5"], ["58", "", ""]]).names == ("units", "city", "x")


@pytest.mark.parametrize("values", [["3", "5", "4"], ["2024-01-07", "2024-02-01", "2023-11-30"], ["Ann", "Bo", "Cy"]])
def test_a_single_column_has_a_title_and_a_note_apart_from_it(values: list[str]) -> None:
    note = ["Source: the registry"]
    found = only([["Overview of all our regions"], [], ["name"], *([value] for value in values), [], note])
    assert (classes(found), found.names) == ("tbhdddbn", ("name",))


def test_a_list_below_its_name_and_a_gap_has_no_title() -> None:
    found = only([["Customers"], [], ["Ann"], ["Bo"], ["Cy"], ["Di"]])
    assert found.loaded[-4:] == (2, 3, 4, 5)


def test_amounts_of_two_are_no_years() -> None:
    rows = [[f"Entry {i}", "" if i % 3 == 1 else f"{2 + i % 2}.00"] for i in range(11)]
    assert classes(only([["name", "amount"], *rows])) == "h" + "d" * 11
