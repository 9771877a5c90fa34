"""Long text files that hold more than a header and rows give what short ones give, in constant memory."""

from __future__ import annotations

import random

import pytest
from support.reading import Loaded, load, load_one

from tablewright.core.readers import delimited, long, scan


@pytest.fixture
def small_steps(monkeypatch):
    """Every file is long, blocks are small, and few lines around what stands out are looked at."""
    monkeypatch.setattr(delimited, "WHOLE_BYTES", 0)
    monkeypatch.setattr(long, "CONTEXT", 8)
    monkeypatch.setattr(scan, "BLOCK", 600)


def sales(count: int, *, seed: int = 1) -> list[str]:
    draw = random.Random(seed)
    return [f"region {i % 7},{draw.randrange(1000)},{draw.random():.3f}" for i in range(count)]


def people(count: int) -> list[str]:
    return [f'"Last, First {i}",{20 + i % 50},2024-01-{i % 28 + 1:02d},x{i}' for i in range(count)]


TITLES = ["Sales by region", "Published 2024,,", ""]
SALES, PEOPLE, TOWN = "region,units,price", "name,age,since,note", "town,people,area"
YEARS = [f"{1900 + i},{i}" for i in range(90)]
TOWNS = [f"town {i},{i * 7},{i / 3:.2f}" for i in range(70)]
FILES = {
    "titles": [*TITLES, SALES, *sales(100)],
    "names in two lines": ["Report,,", ",Amounts,Amounts", SALES, *sales(100)],
    "units under the names": [SALES, ",kg,%", *sales(100)],
    "notes below": [SALES, *sales(100), "", "Source: office", "* preliminary"],
    "a total": [SALES, *sales(100), "Total,50000,1.5"],
    "two tables": [SALES, *sales(100), "", PEOPLE, *people(100)],
    "two tables with titles": [*TITLES, SALES, *sales(60), "", "People", PEOPLE, *people(80), "", "Note: end"],
    "three tables": [SALES, *sales(60), "", PEOPLE, *people(80), "", "year,count", *YEARS],
    "two of one width": [SALES, *sales(70), "", TOWN, *TOWNS],
    "two padded by a spreadsheet": [SALES, *sales(70), ",,", TOWN, *TOWNS],
    "two padded with titles": [SALES, *sales(70), ",,", "Towns,,", TOWN, *TOWNS],
    "blank lines among rows": [SALES, *sales(50), "", *sales(50, seed=2), "", "", *sales(9, seed=3)],
    "the header again": [SALES, *sales(60), SALES, *sales(60, seed=2)],
    "padded by a spreadsheet": ["Sales,,", ",,", SALES, *sales(90), ",,", "Source: office,,"],
    "groups": [SALES, "North,,", *sales(40), "South,,", *sales(40, seed=2)],
    "one odd row": [*TITLES, SALES, *sales(60), "region 1,2", *sales(60, seed=2)],
    "a lone quote": [*TITLES, SALES, *sales(60), 'region "5,3,0.5', *sales(60, seed=2)],
}  # fmt: skip


def told(tables: list[Loaded]) -> list[tuple[object, ...]]:
    """What two ways of reading a file must agree on."""
    return [
        (
            table.name,
            table.names,
            table.types,
            table.rows,
            table.counts,
            [(one["line"], one["raw"]) for one in table.receipt["quarantine"]],
            sorted((one["line"], one["raw"], one["raw"] and one["byte"]) for one in table.receipt["skipped"]),
            table.decided("header")["value"],
        )
        for table in tables
    ]


@pytest.mark.parametrize(
    ("name", "rows", "skipped"),
    [
        ("titles", [100], [3]),
        ("units under the names", [100], [0]),
        ("a total", [101], [0]),
        ("two tables with titles", [60, 80], [3, 4]),
        ("two of one width", [70, 70], [0, 1]),
        ("two padded by a spreadsheet", [70, 70], [0, 1]),
        ("two padded with titles", [70, 70], [0, 2]),
        ("blank lines among rows", [109], [3]),
        ("the header again", [120], [1]),
        ("padded by a spreadsheet", [90], [4]),
        ("groups", [82], [0]),
    ],
)
def test_what_is_a_table_and_what_stands_around_it(name, rows, skipped):
    tables = load("\n".join(FILES[name]) + "\n")
    assert [table.counts[1] for table in tables] == rows
    assert [table.counts[3] for table in tables] == skipped
    if name == "a total":
        assert [one["raw"] for one in tables[0].receipt["warnings"]] == ["Total,50000,1.5"]
    if name == "units under the names":
        assert tables[0].decided("units")["value"] == "kg, %"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", FILES)
def test_a_long_file_gives_what_a_short_one_gives(name, end, request):
    data = end.join(FILES[name]) + end
    short = load(data)
    request.getfixturevalue("small_steps")
    assert told(load(data)) == told(short)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("rows", [2, 3])
def test_told_header_lines_are_taken_in_long_files(rows):
    lines = ["a,b,c", "d,e,f", "g,h,i", *sales(100)]
    table = load_one("\n".join(lines) + "\n", options={"header_rows": rows})
    assert table.names == [" / ".join(parts) for parts in ("adg"[:rows], "beh"[:rows], "cfi"[:rows])]
    assert table.counts == (103 - rows, 103 - rows, 0, 0)
    assert table.decided("header")["confidence"] == "told"


@pytest.mark.usefixtures("small_steps")
def test_told_ends_and_told_single_tables_hold_for_long_files():
    lines = [SALES, *sales(100), "", PEOPLE, *people(100), "end,of,all,this"]
    first, second = load("\n".join(lines) + "\n", options={"footer_rows": 1})
    assert (first.counts[1], second.counts[1]) == (100, 100)
    assert second.receipt["skipped"][-1]["reason"] == "you said that the last lines are no data"
    one = load_one("\n".join(lines) + "\n", options={"tables": "one"})
    assert one.counts[0] == len(lines) - 1


@pytest.mark.parametrize("is_long", [False, True])
def test_totals_are_left_out_when_told(is_long, request):
    if is_long:
        request.getfixturevalue("small_steps")
    data = "\n".join(FILES["a total"]) + "\n"
    kept = load_one(data)
    assert kept.counts == (101, 101, 0, 0)
    decision = kept.decided("totals")
    assert (decision["value"], decision["key"], decision["choices"]) == ("kept", "leave_out_totals", ["true"])
    told = load_one(data, options={"leave_out_totals": "true"})
    assert told.counts == (101, 100, 0, 1)
    assert told.rows == kept.rows[:-1]
    (skipped,) = told.receipt["skipped"]
    assert (skipped["line"], skipped["raw"]) == (102, "Total,50000,1.5")
    assert skipped["reason"] == "a total, left out as you said: its label says total"
    assert (told.decided("totals")["value"], told.decided("totals")["confidence"]) == ("left out", "told")
    assert told.receipt["warnings"] == []
    assert all(one["what"] != "totals" for one in load_one("a,b\n1,2\n").receipt["decisions"])


def test_tables_beside_one_another_in_a_long_file_stay_one_and_it_is_said(request):
    lines = [f"{SALES},,{PEOPLE}", *(f"{one},,{two}" for one, two in zip(sales(60), people(60), strict=True))]
    lines += [f"{one},,,,," for one in sales(20)]
    data = "\n".join(lines) + "\n"
    assert [table.counts[1] for table in load(data)] == [80, 60]
    request.getfixturevalue("small_steps")
    table = load_one(data)
    assert table.counts[1] == 80
    decision = next(one for one in table.receipt["decisions"] if "beside one another" in one["evidence"])
    assert (decision["value"], decision["confidence"]) == ("one", "assumed")
    assert "columns 1 to 3 and columns 5 to 8" in decision["evidence"]


@pytest.mark.usefixtures("small_steps")
def test_disorder_has_no_structure(monkeypatch):
    monkeypatch.setattr(long, "MOST_ROWS", 50)
    lines = [SALES, *(line for pair in zip(sales(60), people(60), strict=True) for line in pair)]
    table = load_one("\n".join(lines) + "\n")
    assert table.counts == (120, 60, 60, 0)


def test_only_what_stands_out_is_held(small_steps):
    """A table of 20,000 rows and another one: of both together a few dozen rows are looked at."""
    seen = 0

    def counted(*arguments: object, **more: object) -> object:
        nonlocal seen
        rows = long_rows(*arguments, **more)
        seen += len(rows)
        return rows

    long_rows = long.rows_of
    data = "\n".join([*TITLES, SALES, *sales(20_000), "", PEOPLE, *people(500)]) + "\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long, "rows_of", counted)
        patch.setattr(scan, "BLOCK", 1 << 16)
        first, second = load(data)
    assert (len(first.rows), len(second.rows)) == (20_000, 500)
    assert seen < 100


def test_words_across_the_columns_of_a_long_file_are_said(small_steps):
    lines = [f"{i:<10}{'Ann' if i != 30 else 'Christopher Longname':<12}{i * 3:>8}.50" for i in range(60)]
    table = load_one("\n".join([f"{'id':<10}{'name':<12}{'amount':>11}", *lines]) + "\n", name="long.txt")
    assert (table.names, len(table.rows), table.rows[30][1]) == (["id", "name", "amount"], 60, "Christopher Longname")
    assert [one["line"] for one in table.receipt["warnings"]] == [32]
