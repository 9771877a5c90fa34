"""Small files made to be looked at again and again: what a reader does for them grows with their size alone.

Before each was mended, it took minutes, gigabytes or a crash. Nothing here is timed: without the mend a test does not
end in any time that a run would wait for.
"""

from __future__ import annotations

import io
import json
import random
import re
import tarfile
import warnings
import zipfile
from collections import Counter

import pytest
from support.reading import load, load_one
from support.workbooks import xlsx

from tablewright.core.readers import combine, engine, sniff, unpack
from tablewright.core.readers import encoding as encodings
from tablewright.core.readers.asked import Asked
from tablewright.core.readers.delimited import Careful
from tablewright.core.readers.errors import (
    FileDamaged,
    NothingReadable,
    SheetTooLarge,
    TooDeep,
    TooManyColumns,
    TooManyKinds,
    TooManyMembers,
)
from tablewright.core.readers.load import run
from tablewright.core.readers.mending import Mender, lenient
from tablewright.core.readers.model import Quiet, Source
from tablewright.core.readers.nested import Facts, Number, Pairs, Records
from tablewright.core.readers.records import Dialect, Grammar
from tablewright.core.readers.sql.dialect import dialect_of, looks_like_sql


@pytest.mark.parametrize("end", ['1","2', '"a"b'])
def test_quotes_that_go_over_every_line_break_are_followed_once(end, monkeypatch):
    looked = Counter[int]()
    value = Grammar._value

    def counted(self, text, start):
        looked[start] += 1
        return value(self, text, start)

    monkeypatch.setattr(Grammar, "_value", counted)
    text = ("1,2\n" + 'a","b\n' * 5000 + f"{end}\n3,4\n").encode()
    found = list(Grammar(Dialect(",")).records(text, 0, len(text), {2}, final=True))
    assert [record.values for record in (found[0], found[-1])] == [[b"1", b"2"], [b"3", b"4"]]
    assert sum(1 for record in found if record.problem) >= 5000
    assert looked.total() < 3 * text.count(b"\n")


def test_a_file_of_quotes_that_go_over_every_line_break_is_read():
    table = load_one("x,y\n1,2\n" + 'a","b\n' * 60_000)
    assert table.counts[1] == 1
    assert sum(table.counts[1:]) == table.counts[0]


def test_a_file_without_a_row_that_can_be_read_is_refused_at_its_first_line():
    with pytest.raises(NothingReadable) as caught:
        load('"a,b\n' * 50)
    assert caught.value.where["line"] == 1


def looked_at(mender: Mender, monkeypatch: pytest.MonkeyPatch, values: list[str]) -> int:
    """How many values are weighed to mend a row."""
    count = 0
    weigh = Mender._usualness

    def counted(self, column, value):
        nonlocal count
        count += 1
        return weigh(self, column, value)

    monkeypatch.setattr(Mender, "_usualness", counted)
    mender.mend(values, ",".join(values), None)
    return count


@pytest.mark.parametrize("change", [1, 3, -1])
def test_a_wide_row_is_mended_in_as_many_steps_as_it_has_values(change, monkeypatch):
    draw = random.Random(1)
    width = 600
    rows = [[draw.choice(("ab", "cd", "")) for _ in range(width)] for _ in range(40)]
    values = [draw.choice(("ab", "cd")) for _ in range(width + change)]
    assert looked_at(Mender(rows, width, Dialect(",")), monkeypatch, values) <= 4 * width


def by_trying(mender: Mender, values: list[str]) -> list[float]:
    """What every way of joining two values or leaving an empty one out weighs, each row weighed whole."""
    ways = [[*values[:i], ",".join(values[i : i + 2]), *values[i + 2 :]] for i in range(mender.width)
            if values[i].strip() and values[i + 1].strip()]  # fmt: skip
    ways += [[*values[:i], *values[i + 1 :]] for i, value in enumerate(values) if not value.strip()]
    rows = {tuple(row) for row in ways if mender.fits(row)}
    return sorted((mender.likelihood(row) for row in rows), reverse=True)


def test_a_row_is_mended_as_if_every_way_were_tried():
    draw = random.Random(2)
    kinds = (lambda: str(draw.randrange(99)), lambda: draw.choice(("x", "yy zz", "")), lambda: "2024-01-02")
    mended = 0
    for _ in range(300):
        columns = [draw.choice(kinds) for _ in range(draw.randrange(2, 6))]
        rows = [[make() for make in columns] for _ in range(20)]
        mender = Mender(rows, len(columns), Dialect(","))
        values = [make() for make in columns]
        values.insert(draw.randrange(len(values) + 1), draw.choice(("", "x", "7")))
        found = mender._joined(values) if values[-1].strip() else None
        if not values[-1].strip():
            continue
        weights = by_trying(mender, values)
        sure = bool(weights) and (len(weights) == 1 or weights[0] - weights[1] >= 1.2)
        assert (found is not None) == sure
        if found is not None:
            mended += 1
            assert mender.likelihood(found.values) == pytest.approx(weights[0])
    assert mended > 20


def test_a_line_of_open_quotes_is_split_in_one_go():
    assert len(lenient('"a"",' * 40_000 + "b", Dialect(","))) == 40_001
    assert len(lenient('"a,' * 40_000 + "b", Dialect(","))) == 40_001


@pytest.mark.parametrize("line", ["\n", "\r\n", " \n", "\t\n"])
def test_empty_lines_before_the_mark_of_a_dump_are_passed_once(line):
    head = (b"CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n" + line.encode() * 65_536)[: 64 << 10]
    assert dialect_of(head, None).name == "SQL"
    assert looks_like_sql(line.encode() * 30_000 + b"CREATE TABLE t (a int);")


@pytest.mark.parametrize("text", [b"CREATE TABLE", b"COPY" + b" " * 65_000, b"SET DATABASE " + b"a " * 32_000])
def test_a_statement_of_blanks_is_passed_once(text):
    assert dialect_of(b"DROP TABLE x;\n" + text, None).name == "SQL"
    assert not looks_like_sql(b"DROP TABLE x;\n" + text)


@pytest.mark.parametrize("text", ["/", "//////", "/1/1/1"])
def test_a_slash_at_the_end_of_a_dump_is_no_error(text):
    assert load_one(f"CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n{text}").rows == [(1,)]


def test_a_key_that_comes_again_and_again_in_yaml_is_numbered_once():
    table = load_one("---\n" + "a: 1\n" * 60_000)
    assert (table.rows[0], table.rows[-1], len(table.rows)) == (("a", 1), ("a (60000)", 1), 60_000)


def test_merge_keys_without_number_are_taken_in_one_by_one():
    text = "---\na: &a {x: 1}\nb:\n  k: 1\n" + "  <<: *a\n" * 50_000
    assert load_one(text).rows == [(1, 1, 1)]


def test_yaml_that_cannot_be_read_is_refused_with_its_place():
    with pytest.raises(FileDamaged) as caught:
        load("---\n- a: 1\n" + "\x0c" * 300_000)
    assert caught.value.where["byte"] == 11
    with pytest.raises((TooDeep, FileDamaged)) as deep:
        load("---\n- a: 1\n" + "[" * 250_000)
    assert deep.value.where["line"]


def test_a_name_that_comes_again_and_again_in_objects_is_numbered_once(tmp_path):
    records = Records(Source(tmp_path, "x", tmp_path, Quiet(tmp_path)), Facts())
    for _ in range(600):
        records.add(Pairs([("a", Number("1"))] * 1500))
    assert list(records.node.members)[-1] == "a (1500)"
    assert records.repeated == 600 * 1499


def test_many_objects_with_data_in_their_names_are_found_in_a_few_passes():
    text = "\n".join(json.dumps({f"m{i}": {f"k{j}": j for j in range(201)}, "x": [1]}) for i in range(40))
    tables = load(text)
    assert sum(1 for table in tables if table.counts[1] == 201) == 40


def test_very_many_columns_of_nested_objects_are_refused_before_they_fill_memory():
    wide = json.dumps({f"m{i}": {f"k{j}": 1 for j in range(150)} for i in range(150)})
    with pytest.raises(TooManyColumns):
        load("[" + wide + "," + ",".join(['{"a":1}'] * 50_000) + "]")


def test_very_many_kinds_of_elements_are_made_fewer_in_one_go():
    kinds = "".join(f"<p{i}><x{i}>1</x{i}><x{i}>2</x{i}></p{i}>" for i in range(9000))
    (table,) = load(f"<r>{kinds[:0]}<o>1</o><o>2</o></r>")
    assert table.counts[1] == 2
    with pytest.raises((TooManyColumns, TooManyKinds)):
        load(f"<r>{kinds}</r>")


def test_names_that_differ_in_case_alone_are_numbered_once():
    def cased(i: int) -> str:
        return "".join(c.upper() if i >> b & 1 else c for b, c in enumerate("abcdefghijklmno"))

    text = "<r>" + "".join(f"<o><{cased(i)}>1</{cased(i)}></o>" for i in range(16_000)) + "</r>"
    with pytest.raises(TooManyColumns):
        load(text)


def test_titles_among_the_rows_of_a_table_of_words_are_compared_once():
    text = "".join(f"title {i},,\nword {i},alpha,beta\n" for i in range(25_000))
    assert sum(table.counts[1] for table in load(text)) > 40_000


def test_values_below_a_table_of_words_are_looked_at_a_few_times():
    words = "".join(f"alpha {i},beta,gamma\n" for i in range(20_000))
    text = words + "".join(f"\n{i % 9},2,3\n4,5,{i % 7}\n" for i in range(10_000))
    assert sum(table.counts[1] for table in load(text)) == 40_000


def test_rows_of_another_encoding_are_found_again_in_one_pass():
    data = b"a,b\n" + (b"1," + bytes(range(32, 256)) + b"\n") * 6000
    table = load_one(data)
    assert sum(table.counts[1:]) == table.counts[0]


@pytest.mark.parametrize("name", ["cp1252", "utf-16-le", "shift_jis", "gb18030"])
def test_the_way_back_to_the_bytes_of_a_file_is_that_of_every_beginning(name, tmp_path):
    text = "".join(f"{i};ab日本{i};x\n" if name not in ("cp1252",) else f"{i};é–ü;x\n" for i in range(3000))
    given, copied = tmp_path / "given", tmp_path / "copy"
    given.write_bytes(text.encode(name))
    copy = encodings.Copy(copied, given, encodings.Encoding(name, ""))
    copy.write()
    lines = [found.end() for found in re.finditer(b"\n", copied.read_bytes())]
    wanted = [len(text[: found.end()].encode(name)) for found in re.finditer("\n", text)]
    assert [copy.original(place) for place in lines[:-1]] == wanted[:-1]


def test_lines_of_a_few_bytes_each_are_read_as_a_long_file():
    table = load_one("a,b\n1,2\n" + "\r" * 150_000)
    assert table.counts == (150_001, 1, 0, 150_000)


def rows_of_text(count: int) -> str:
    return "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, count + 1))


def test_a_long_text_in_very_many_cells_of_a_sheet_is_refused():
    with pytest.raises(SheetTooLarge) as caught:
        load(xlsx(rows_of_text(500), strings=[f"<t>{'x' * 1_000_000}</t>"]))
    assert caught.value.where["sheet"] == "S1"


def test_a_long_text_in_many_cells_of_a_sheet_is_loaded():
    table = load_one(xlsx(rows_of_text(1000), strings=[f"<t>{'x' * 32_000}</t>"]))
    assert (len(table.rows), {len(text) for (text,) in table.rows}) == (1000, {32_000})


@pytest.mark.parametrize("code", ["[" * 1_000_000, "y;" * 1_000_000])
def test_a_number_format_of_megabytes_is_read_to_the_length_that_programs_take(code):
    sheet = '<row r="1"><c r="A1" s="1"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>1</v></c></row>'
    assert len(load_one(xlsx(sheet, formats=[code])).rows) == 2


def zipped_csvs(count: int, name: str = "{letters}.csv") -> bytes:
    """An archive of small text tables: each with columns of its own, under names without numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for i in range(count):
            letters = "".join(chr(97 + int(digit)) for digit in str(i))
            made.writestr(name.format(letters=letters, i=i), f"a{i if '{i}' not in name else ''},b\n{i},2\n3,4\n")
    return out.getvalue()


def test_the_small_files_of_an_archive_take_turns_with_one_connection(monkeypatch):
    opened = Counter[str]()
    connect = engine._opened

    def counted(*args, **kwargs):
        opened["all"] += 1
        return connect(*args, **kwargs)

    monkeypatch.setattr(engine, "_opened", counted)
    assert len(load(zipped_csvs(60))) == 60
    assert opened["all"] == 1


def test_parts_of_one_table_are_put_together_some_at_a_time(monkeypatch):
    monkeypatch.setattr(combine, "AT_ONCE", 7)
    read: list[int] = []
    write = combine.write_parquet

    def counted(con, select, target, **kwargs):
        read.append(select.count("read_parquet"))
        return write(con, select, target, **kwargs)

    monkeypatch.setattr(combine, "write_parquet", counted)
    table = load_one(zipped_csvs(30, "part{i}.csv"))
    assert [row[0] for row in table.rows[::2]] == list(range(30))
    assert table.counts == (60, 60, 0, 0)
    assert max(read) == 7


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_of_too_many_files_is_refused_before_one_is_unpacked(kind, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_MEMBERS", 20)
    monkeypatch.setattr(unpack.Unpacking, "save", lambda *_: pytest.fail("a file was unpacked"))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for i in range(21):
            made.addfile(tarfile.TarInfo(f"{i}.csv"))
    with pytest.raises(TooManyMembers):
        load(zipped_csvs(21) if kind == "zip" else out.getvalue())


def test_links_stay_within_their_file_where_files_have_one_name(tmp_path):
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as made:
        warnings.simplefilter("ignore")
        for word in ("x", "y"):
            orders = "".join(f"<o><l>{word}</l><l>2</l></o>" for _ in range(2))
            made.writestr("a.xml", f"<r>{orders}</r>")
    path = tmp_path / "two.zip"
    path.write_bytes(out.getvalue())
    result = run({"path": path, "out_dir": tmp_path / "out"}, Quiet(tmp_path))
    links = [link["table"] for table in result["tables"] for link in table["links"]]
    assert len(set(links)) == len(links) == 2


def test_files_between_parts_that_are_no_one_table_keep_their_place():
    out = io.BytesIO()
    texts = {
        "part1.csv": "a\n1\n",
        "x.csv": "b\n7\n",
        "part2.csv": "a\nword\n",
        "y.csv": "c\n8\n",
        "part3.csv": "a\n3\n",
    }
    with zipfile.ZipFile(out, "w") as made:
        for name, text in texts.items():
            made.writestr(name, text)
    found = [(table.name, table.rows) for table in load(out.getvalue())]
    assert found == [("part1", [(1,)]), ("x", [(7,)]), ("part2", [("word",)]), ("y", [(8,)]), ("part3", [(3,)])]


def test_blank_lines_that_fill_a_buffer_are_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv", b"a,b\n1,2\n" + b"\n" * 40_000_000)
    assert load_one(out.getvalue()).counts == (40_000_001, 1, 0, 40_000_000)


LATE = {
    "number": ("1", "x"),
    "few": ("1", None),
    "day": ("01/02/2024", "2024-01-02"),
    "order": ("01/02/2024", "03/04/2024"),
    "clock": ("01/02/2024 10:30", "13/02/2024 10:31"),
    "mark": ('"1,234"', '"5,678"'),
    "code": ("007", "+49 1"),
    "month": ("2024-01", "2024-02"),
    "word": ("a", "b"),
    "null": ("3", "n/a"),
    "decimal": ("1.5", "7"),
    "instant": ("2024-01-02T10:00:00+01:00", "2024-01-02T10:00:00+02:00"),
}
"""A value of most rows and one of the last."""


def late(columns: int, rows: int = 40) -> str:
    """A text table whose columns hold a value in their last row that no sample shows."""
    kinds = list(LATE)
    names = [f"{kinds[i % len(kinds)]} {i}" for i in range(columns)]
    usual = ",".join(LATE[name.split()[0]][0] for name in names)
    odd = ",".join(LATE[name.split()[0]][1] or "1" for name in names)
    return ",".join(names) + "\n" + (usual + "\n") * rows + odd + "\n"


def test_columns_of_a_wide_table_are_read_as_those_of_a_narrow_one(monkeypatch):
    monkeypatch.setattr(sniff, "SAMPLE_RECORDS", 20)
    kinds = len(LATE)
    narrow, wide = load_one(late(kinds)), load_one(late(7 * kinds))
    assert narrow.counts == wide.counts
    for i in range(7 * kinds):
        assert wide.types[i] == narrow.types[i % kinds]
        assert [row[i] for row in wide.rows] == [row[i % kinds] for row in narrow.rows]
    said = [{one["what"].rpartition(" ")[0]: (one["value"], one["confidence"]) for one in table.receipt["decisions"]
             if one["column"]} for table in (narrow, wide)]  # fmt: skip
    assert said[0] == said[1]


def sparse(columns: int) -> str:
    """Lines of which every third fills a column, and one with something else than a number."""
    lines = [",".join(f"n{i}" for i in range(columns))]
    for row in range(300):
        lines.append(",".join("soon" if (row, i % 3) == (201, 0) else str(row) * (row % 3 == i % 3)
                              for i in range(columns)))  # fmt: skip
    return "\n".join(lines) + "\n"


def test_what_does_not_fit_stands_in_its_line_however_many_columns_and_empty_rows(monkeypatch):
    monkeypatch.setattr(sniff, "SAMPLE_RECORDS", 20)
    narrow, wide = load_one(sparse(3)), load_one(sparse(60))
    assert wide.types == narrow.types * 20
    assert wide.counts == narrow.counts == (300, 300, 0, 0)
    said = [{one["column"]: (one["evidence"], one["examples"]) for one in table.receipt["decisions"]
             if one["what"].startswith("type")} for table in (narrow, wide)]  # fmt: skip
    assert said[0]["c1"][1] == [{"value": "soon", "line": 203}]
    assert [said[1][f"c{i + 1}"] for i in range(60)] == [said[0][f"c{i % 3 + 1}"] for i in range(60)]


@pytest.mark.parametrize("columns", [60, 240])
def test_a_question_of_one_column_does_not_go_through_all(columns, monkeypatch):
    monkeypatch.setattr(sniff, "SAMPLE_RECORDS", 20)
    asked = Counter[str]()
    longest = 0
    one, values = Asked.one, Asked.texts

    def counted(ask):
        def by(self, sql):
            nonlocal longest
            asked["held" if re.search("FROM (held|alone|odd)", sql) else "all"] += 1
            longest = max(longest, sql.count("count_if"))
            return ask(self, sql)

        return by

    monkeypatch.setattr(Asked, "one", counted(one))
    monkeypatch.setattr(Asked, "texts", counted(values))
    load_one(late(columns))
    assert asked["held"] > columns
    assert asked["all"] <= 3
    assert longest <= 40


def test_blank_lines_among_odd_rows_are_counted_many_at_once(monkeypatch):
    looked = Counter[str]()
    take = Careful._take

    def counted(self, record, *args):
        looked["all"] += 1
        return take(self, record, *args)

    monkeypatch.setattr(Careful, "_take", counted)
    blanks = 40_000
    table = load_one("a,b\n1,2\n" + ("\n" * blanks + "1,2,3\n4,5\n") * 12)
    assert table.counts == (1 + 12 * (blanks + 2), 13, 12, 12 * blanks)
    assert [row["line"] for row in table.receipt["skipped"]] == list(range(3, 1003))
    assert [row["line"] for row in table.receipt["quarantine"]] == [2 + (blanks + 2) * i - 1 for i in range(1, 13)]
    assert looked["all"] < 100_000
