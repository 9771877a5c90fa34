"""A table with each damage that real files have: what is innocent stays whole, what is damaged is said."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from support.polluted import NAMES, TABLE, Polluted, damaged_rows, joined, lines, rows, whole_files
from support.reading import load, load_one

from tablewright.core.readers import sniff
from tablewright.core.readers.model import Quiet, Source
from tablewright.core.readers.textfile import TextFile, opened
from tablewright.core.readers.whole import Row, Step, rows_of


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> TextFile:
    folder = tmp_path_factory.mktemp("clean")
    (folder / "clean.csv").write_bytes(joined(lines()))
    return opened(Source(folder / "clean.csv", "clean.csv", folder, Quiet(folder)), None)


def stepped(file: TextFile, data: bytes) -> list[Row]:
    found = rows_of(data, file, 0, 1)
    Step(file, found).take()
    return found


def test_one_damaged_row_harms_no_other_and_is_said_at_every_row_and_place(clean: TextFile) -> None:
    """Every kind at every row; the separator of the file is known, so this is about the rows alone."""
    expected = TABLE
    for case in damaged_rows():
        found = stepped(clean, case.data)
        innocent = [row for i, row in enumerate(expected) if i != case.row]
        untouched = [row.values for row in found if not row.mended and not row.dropped and not row.blank]
        said = [row for row in found if row.mended or row.dropped]
        if case.name.startswith("empty row"):
            assert (untouched, said) == (expected, []), case.name
            continue
        narrow = case.row == 0 and len(found[0].values) != len(NAMES)
        if case.row == 0 and not said:
            assert narrow or "quote" in case.name, case.name
        assert [row for row in untouched if row in innocent] == innocent, case.name
        assert len(said) <= 1, case.name
        if case.row:
            assert len(said) == 1, case.name
            assert said[0].line == case.row + 1, case.name


def test_a_value_is_never_moved_into_another_column(clean: TextFile) -> None:
    """A row that was made whole has each value in its own column, or a neighbour that was glued to it."""
    expected = [[value.replace(" ", "") for value in row] for row in TABLE]
    for case in damaged_rows(every=3):
        if not case.row or not case.name.startswith(("missing", "extra", "cut", "separated")):
            continue
        (row,) = [row for row in stepped(clean, case.data) if row.line == case.row + 1]
        if not row.dropped:
            values = [value.replace(" ", "") for value in row.values]
            assert values == expected[case.row], case.name


def test_one_odd_row_does_not_change_the_marks() -> None:
    for case in damaged_rows(every=11):
        verdict = sniff.best_dialect(case.data, final=True)
        assert (verdict.dialect.delimiter, verdict.dialect.quote) == (",", '"'), case.name


def few_damaged_rows() -> Iterator[Polluted]:
    wanted = {"missing delimiter 40 2", "extra delimiter 40 6", "stray quote 40 0", "open quote 40 6", "cut short 40"}
    wanted |= {
        "missing delimiter 82 7",
        "stray quote 0 1",
        "separated by ';' 40",
        "separated by ', ' 40",
        "cut short 0",
    }
    for case in damaged_rows():
        if case.name in wanted:
            yield case


@pytest.mark.parametrize("case", list(few_damaged_rows()), ids=lambda case: case.name)
def test_a_loaded_table_keeps_the_other_rows_and_reports_one(case: Polluted) -> None:
    table = load_one(case.data)
    seen, loaded, quarantined, skipped = table.counts
    assert seen == loaded + quarantined + skipped
    assert len(table.receipt["quarantine"]) + len(table.receipt["warnings"]) == 1
    articles = [row[3] for row in table.rows]
    innocent = [row[3] for i, row in enumerate(rows(), start=1) if i != case.row]
    assert [one for one in articles if one in innocent] == innocent
    (said,) = table.receipt["quarantine"] + table.receipt["warnings"]
    assert said["line"] == (case.row or 0) + 1
    assert case.data[said["byte"] :].startswith(said["raw"].encode()[:10])


@pytest.mark.parametrize("case", list(whole_files()), ids=lambda case: case.name)
def test_the_same_table_comes_out_of_every_kind_of_file(case: Polluted) -> None:
    table = load_one(case.data)
    assert table.names == NAMES
    assert not table.receipt["quarantine"]
    assert [row[3] for row in table.rows] == [row[3] for row in rows()]
    assert [row[5] for row in table.rows] == [row[5] for row in rows()]
    assert [row[7] for row in table.rows] == [row[7] for row in rows()]
    inches = ' 5" wide, flat' if "quotes" in case.name else ""
    assert [row[6] for row in table.rows] == [row[6] + inches for row in rows()]
    assert [None if row[2] is None else str(row[2]) for row in table.rows] == [row[2] or None for row in rows()]


def test_tables_below_one_another_have_a_receipt_each() -> None:
    first = "region,sales,costs\nNorth,10,5\nSouth,20,7\nWest,30,9\n"
    second = "day,visitors\n2024-01-05,100\n2024-01-06,120\n2024-01-07,90\n"
    one, two = load(first + "\n" + second, filename="both.csv")
    assert (one.names, two.names) == (["region", "sales", "costs"], ["day", "visitors"])
    assert ([row[0] for row in one.rows], [row[1] for row in two.rows]) == (["North", "South", "West"], [100, 120, 90])
    assert one.counts[1] + two.counts[1] == 6
    assert one.counts[0] + two.counts[0] == len((first + "\n" + second).splitlines()) - 2


def test_two_rows_of_names_become_one() -> None:
    table = load_one(",2023,,2024,\nregion,sales,costs,sales,costs\nNorth,1,2,3,4\nSouth,5,6,7,8\nWest,9,8,7,6\n")
    assert table.names[0] == "region"
    assert len(table.rows) == 3
    assert table.rows[0] == ("North", 1, 2, 3, 4)


def test_a_total_is_kept_and_said() -> None:
    body = "".join(f"item {i},{i},{i * 2}\n" for i in range(1, 6))
    table = load_one(f"name,pieces,price\n{body}Total,15,30\n\nNote: all prices with tax\n")
    assert table.rows[-1] == ("Total", 15, 30)
    assert any("total" in one["reason"] for one in table.receipt["warnings"])
    assert [one["raw"] for one in table.receipt["skipped"] if one["raw"]] == ["Note: all prices with tax"]


def test_a_sentence_of_as_many_words_as_there_are_columns_is_no_row() -> None:
    body = "".join(f"Nord;0{i}.02.2025;{i}.234,50;{i}\n" for i in range(1, 6))
    table = load_one(
        f"Region;Datum;Betrag;Menge\n{body}Ost;15.03.2025;5,00\nabgeschlossen am Freitag\nin der Filiale Mitte\n"
    )
    assert [column["type"] for column in table.schema] == ["text", "date", "decimal", "integer"]
    assert table.counts == (8, 5, 1, 2)
    assert any("2 lines right below" in one["reason"] for one in table.receipt["warnings"])


@pytest.mark.parametrize(
    ("label", "values"), [("2025-01-0{}", "dates"), ("{}", "numbers"), ("item {}", None)], ids=["day", "number", "word"]
)
def test_a_closing_line_is_left_out_where_its_label_would_make_its_column_a_text(
    label: str, values: str | None
) -> None:
    body = "".join(f"{label.format(i)},pay,{i * 10},{i * 100}\n" for i in range(1, 6))
    text = f"key,what,amount,balance\n{body}Ending Balance,,,500\n"
    table = load_one(text)
    kind = {"dates": "date", "numbers": "integer", None: "text"}[values]
    assert (table.schema[0]["type"], table.counts) == (kind, (6, 5, 0, 1) if values else (6, 6, 0, 0))
    [said] = [one["reason"] for one in table.receipt["warnings"] if "total" in one["reason"]]
    assert ("left out" in said) is (values is not None)
    if values:
        [skipped] = table.receipt["skipped"]
        assert skipped["reason"] == f"a total: its label stands in a column of {values}"
        assert skipped["raw"] == "Ending Balance,,,500"
    assert load_one(text, options={"leave_out_totals": False}).counts == (6, 6, 0, 0)
    assert load_one(text, options={"leave_out_totals": True}).schema[0]["type"] == kind


def test_what_a_person_tells_is_done() -> None:
    text = "title\nanother\na;b\n1;2\n3;4\nend of file\n"
    options = {"first_line": 3, "delimiter": ";", "header_rows": 1, "footer_rows": 1}
    table = load_one(text, options=options)
    assert (table.names, table.rows, table.counts) == (["a", "b"], [(1, 2), (3, 4)], (5, 2, 0, 3))
    assert table.decided("delimiter")["confidence"] == table.decided("header")["confidence"] == "told"
    assert load_one("1,2\n3,4\n", options={"header_rows": 0}).rows == [(1, 2), (3, 4)]
    assert load_one("a,'b\nc,'d\n", options={"quote": "", "header_rows": 0}).rows == [("a", "'b"), ("c", "'d")]


@pytest.mark.parametrize("mark", [";", "\t", "|", "^"])
def test_a_first_line_that_says_the_separator_is_believed(mark: str) -> None:
    table = load_one(f"sep={mark}\na{mark}b\n1{mark}x,y\n2{mark}x,z\n")
    assert (table.names, table.rows) == (["a", "b"], [(1, "x,y"), (2, "x,z")])
    assert table.receipt["skipped"][0]["reason"] == "says the separator"


def test_columns_that_stand_below_one_another_are_cut() -> None:
    table = load_one(
        "Name          City        Amount\n"
        "Anna Smith    London       12.50\n"
        "Bo            New York    120.00\n"
        "Carla Diaz    Rome          3.25\n"
        "Dan           Oslo              \n"
        "Eve Long      Paris        19.00\n"
    )
    assert table.names == ["Name", "City", "Amount"]
    assert table.rows[1] == ("Bo", "New York", Decimal("120.00"))
    assert table.rows[3] == ("Dan", "Oslo", None)
    assert table.decided("delimiter")["value"] == "fixed width"


def test_aligned_columns_may_hold_decimal_commas_and_words_with_numbers() -> None:
    names = "id    tag         betrag      kunde        art      \n"
    rows = [(i, f"{i:02d}.01.2024", f"{i * 7},{i}", f"Kunde {i + 100}", f"Art {i % 4}") for i in range(10, 29)]
    table = load_one(
        names + "".join(f"{i:<6}{day:<12}{money:<12}{who:<13}{kind:<9}\n" for i, day, money, who, kind in rows)
    )
    assert table.names == ["id", "tag", "betrag", "kunde", "art"]
    assert table.rows[0] == (10, datetime.date(2024, 1, 10), Decimal("70.10"), "Kunde 110", "Art 2")
    assert [row[3] for row in table.rows] == [who for *_, who, _ in rows]


def test_names_over_few_aligned_columns_show_a_gap_of_one_space() -> None:
    table = load_one("ID  NAME      AMOUNT\n001 Ann Lee    12.50\n002 Bob         3.00\n003 Cem Yil   100.25\n")
    assert table.names == ["ID", "NAME", "AMOUNT"]
    assert table.rows[0] == ("001", "Ann Lee", Decimal("12.50"))


@pytest.mark.parametrize("count", [3000, 90_000])
def test_rows_of_aligned_columns_are_set_aside_as_they_stand(count: int) -> None:
    lines = [f"Person{n:<10}Oslo  {n % 977 + 100_000}" for n in range(count)]
    lines[1234] = "Person1234      Oslo  12,,34"
    lines[2345] = "Person2345      Oslo  unread"
    table = load_one("Name            City  Amount\n" + "\n".join(lines) + "\n")
    assert table.types[2] == "integer"
    assert table.counts == (count, count - 2, 2, 0)
    assert [(row["line"], row["raw"]) for row in table.receipt["quarantine"]] == [
        (1236, lines[1234]), (2347, lines[2345]),
    ]  # fmt: skip
    assert [json.loads(row)["raw"] for row in table.quarantined.splitlines()] == [lines[1234], lines[2345]]


def test_lines_that_begin_with_a_hash_are_comments_where_the_others_have_columns() -> None:
    body = "".join(f"{i},x,{i * 2}\n" for i in range(30))
    table = load_one("a,b,c\n" + body + "# half of it\n" + body)
    assert table.counts == (61, 60, 0, 1)
    assert table.receipt["skipped"][0]["reason"] == "a comment"


def test_a_long_file_with_damage_in_the_middle_is_mended_like_a_short_one(tmp_path: Path) -> None:
    good = "".join(f"{i},{i % 12 + 1:02d}/05/2024,thing {i % 9},{i / 4:.2f}\n" for i in range(90_000))
    text = "id,day,what,price\n" + good + "7;05/05/2024;thing 1;2.25\n8,06/05/2024,thing, large,3.50\n9,1\n" + good
    table = load_one(text)
    assert table.counts == (180_003, 180_002, 1, 0)
    assert [one["line"] for one in table.receipt["warnings"]] == [90_002, 90_003]
    assert table.rows[90_001][2] == "thing, large"
    assert table.receipt["quarantine"][0]["raw"] == "9,1"
