"""YAML: the same tables as the equivalent JSON, values as they are written, tags inert, bombs refused."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load, load_one, preview_of

from tablewright.core.errors import Problem
from tablewright.core.readers.errors import EntityBomb, FileDamaged, TooDeep
from tablewright.core.readers.load import reader_of
from tablewright.core.readers.yaml_text import YamlReader

PEOPLE = """# people
- id: 1
  name: Ann
  born: 2001-02-03
  paid: true
- id: 2
  name: "Bob"
  born: 2002-03-04
  paid: false
"""


def claims(text: str | bytes) -> bool:
    head = text.encode() if isinstance(text, str) else text
    path = Path(__file__)

    class Fixed(type(path)):  # type: ignore[misc] # a path that says the size of the text
        def stat(self, **_: Any) -> Any:
            return type("Stat", (), {"st_size": len(head)})

    return YamlReader().claims(Fixed(path), head)


def test_a_list_of_mappings_is_a_table() -> None:
    table = load_one(PEOPLE)
    assert table.names == ["id", "name", "born", "paid"]
    assert table.types == ["integer", "text", "date", "boolean"]
    assert [row[1] for row in table.rows] == ["Ann", "Bob"]
    assert table.counts == (2, 2, 0, 0) and not table.receipt["warnings"]


def test_values_stay_as_they_are_written() -> None:
    text = (
        "- {a: no, b: 007, c: 1e3, d: 12:30:45, e: '12', f: 0x01F, g: 1_000}\n" * 2 + "- {b: 8, c: 5, a: yes, e: '3'}\n"
    )
    table = load_one(text)
    rows = [dict(zip(table.names, row, strict=True)) for row in table.rows]
    assert [row["a"] for row in rows] == ["no", "no", "yes"]
    assert [row["b"] for row in rows] == ["007", "007", "8"]
    assert [row["c"] for row in rows] == ["1e3", "1e3", "5"]
    assert str(rows[0]["d"]) == "12:30:45"
    assert [row["e"] for row in rows] == ["12", "12", "3"]
    assert rows[0]["f"] == "0x01F" and rows[0]["g"] == "1_000"


def test_numbers_of_the_core_schema() -> None:
    text = "- {a: 0x1F, b: 0o17, c: .5, d: 1.5e+3, e: 0x1F, f: '0x1F'}\n"
    text += "- {a: 7, b: 8, c: -.25, d: 2.0, e: up, f: '0x20'}\n"
    table = load_one(text)
    assert table.types == ["integer", "integer", "decimal", "float", "text", "text"]
    assert table.rows[0] == (31, 15, Decimal("0.50"), 1500.0, "0x1F", "0x1F")
    assert table.decided("numbers in base 16 or 8")["evidence"].endswith("0x1F is 31")
    for code in ("0x1F98431c8aD98523631AE4a59f267346ea31F984", "0x00FF", "0o017", "017", ".nan", ".inf", "+5", "12e5"):
        assert load_one(f"- {{a: {code}}}\n- {{a: {code}}}\n").rows[0] == (code,)


def test_words_that_older_yaml_read_as_truth_values_are_words() -> None:
    table = load_one("- {a: yes, b: 'no', c: ~, d: on}\n- {a: no, b: 'yes', c: 1, d: off}\n")
    assert table.rows == [("yes", "no", None, "on"), ("no", "yes", 1, "off")]


def test_a_version_is_no_decimal_number() -> None:
    table = load_one("- {version: 1.10, price: 1.10}\n- {version: 1.9, price: 2.5}\n- {version: 2, price: 3}\n")
    assert table.rows == [("1.10", Decimal("1.10")), ("1.9", Decimal("2.50")), ("2", Decimal("3.00"))]


def test_the_same_tables_as_the_equivalent_json() -> None:
    value = [
        {"id": 1, "who": {"name": "Ann", "mail": None}, "lines": [{"sku": "x", "n": 1}, {"sku": "y", "n": 2}]},
        {"id": 2, "who": {"name": "Bob", "mail": "b@x"}, "lines": [{"sku": "z", "n": 3.5}]},
    ]
    of_json = [(table.names, table.types, table.rows) for table in load(json.dumps(value))]
    of_yaml = [(table.names, table.types, table.rows) for table in load(yaml.safe_dump(value, sort_keys=False))]
    assert of_yaml == of_json and len(of_yaml) == 2


def test_a_mapping_of_lists_and_values() -> None:
    tables = load("title: Shop\nitems:\n  - sku: a\n    price: 1.50\n  - sku: b\n    price: 2.25\n")
    items = next(table for table in tables if len(table.rows) == 2)
    assert [row[-1] for row in items.rows] == [Decimal("1.50"), Decimal("2.25")]
    assert any("Shop" in row for table in tables for row in table.rows)


def test_several_documents_are_records() -> None:
    table = load_one("---\na: 1\nb: x\n---\na: 2\nb: y\n...\n")
    assert table.rows == [(1, "x"), (2, "y")]
    assert table.decided("documents")["value"] == "2"
    assert load_one("--- one\n--- two\n").rows == [("one",), ("two",)]
    assert load("--- one\n---\na: 1\n")


def test_anchors_aliases_and_merge_keys() -> None:
    table = load_one("- &b {id: 1, k: x}\n- <<: *b\n  id: 2\n- <<: [*b, {z: 3}]\n  k: y\n")
    rows = [dict(zip(table.names, row, strict=True)) for row in table.rows]
    assert [row["id"] for row in rows] == [1, 2, 1]
    assert [row["k"] for row in rows] == ["x", "x", "y"]
    assert rows[2]["z"] == 3
    with pytest.raises(FileDamaged):
        load("a: *nothing\nb: 1\n")


def test_tags_do_nothing(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    text = (
        f'---\n- a: !!python/object/apply:os.system ["touch {trap}"]\n  b: !mine 7\n- a: !!binary aGk=\n  b: !!str 8\n'
    )
    table = load_one(text)
    assert not trap.exists()
    assert str(trap) in str(table.rows) and "aGk=" in str(table.rows)
    assert "os.system" in table.decided("tags")["evidence"]


def test_keys_that_occur_twice_are_both_kept_and_said() -> None:
    table = load_one("---\na: 1\nb: 2\na: 3\n")
    assert table.rows == [(1, 2, 3)]
    assert "twice" in table.receipt["warnings"][0]["reason"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\na: 1\nb: [1,\nc: 2\n", None), ("---\na: 'x\nb: 2\n", None), ("---\na: b: c\n", 2),
     ("a:\n  b: 1\n c: 2\n", 3),
     ("---\n- a\n b\n- \"x\n", None), ("---\na: \0\n", None)],
)  # fmt: skip
def test_what_is_not_well_formed_is_refused_with_its_line(text: str, line: int | None) -> None:
    with pytest.raises(Problem) as refused:
        load(text)
    if line is not None:
        assert refused.value.where["line"] == line


def test_what_libyaml_refuses_but_yaml_allows_is_read() -> None:
    assert load_one("---\na: 1\nb:\tx\n").rows == [(1, "x")]
    assert load_one('---\n{"a": b, "quoted":adjacent, ::c: 1}\n')


def bomb(levels: int) -> str:
    return "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, levels)
    )


def test_bombs_and_depth_are_refused() -> None:
    with pytest.raises(EntityBomb):
        load("---\n" + bomb(12))
    with pytest.raises(Problem):
        load("---\n" + bomb(12) + "\tz: {\n")
    with pytest.raises(TooDeep):
        load("---\n" + "".join(" " * i + "a:\n" for i in range(900)))
    with pytest.raises(Problem):
        load("--- " + "[" * 100_000 + "]" * 100_000)
    assert load("---\n" + bomb(3))


def test_text_that_is_no_yaml_is_not_claimed() -> None:
    for text in (
        "a,b\n1,2\n",
        "name;when\nx: y;2\n",
        "key: value, more\n1,2\n",
        "Dear all,\nplease note: the meeting is at 10:00.\nRegards\n",
        "INFO: started\nINFO: stopped\nWARN: again\nINFO: x\n",
        "12:30:45 started\n12:30:46 stopped\n",
        "--- ---- ---\n1   2    3\n",
        "- a,1\n- b,2\n- c,3\n",
        "one\ntwo\n",
        "a\tb: c\n1\t2\n",
        "# only a comment\n",
        "{not json}\nx\n",
    ):
        assert not claims(text), text


def test_signs_of_yaml_are_claimed() -> None:
    for text in (PEOPLE, "%YAML 1.2\n---\na: 1\n", "a: 1\nb: 2\n", "a:\n  - b\n", "--- foo\n", "- a\n- b\n",
                 "? a\n: b\n",
                 "!!map {a: b}\n", "{a: b, c: d}\n"):  # fmt: skip
        assert claims(text), text
    assert not claims("a: Größe\nb: 2\n".encode("cp1252"))


def test_json_stays_with_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('[{"a": 1}]')
    assert reader_of(path).format == "json"


@pytest.mark.parametrize("name", ["t.yaml", "t.YML", "t", "t.txt"])
def test_yaml_in_the_brackets_of_json_is_read(name: str) -> None:
    table = load_one("[{id: 1, n: a},\n {id: 2, n: b}]\n", name)
    assert (table.names, table.rows) == (["id", "n"], [(1, "a"), (2, "b")])
    assert [one["reason"][:31] for one in table.receipt["warnings"]] == (
        [] if "Y" in name.upper() else ["looks like JSON and was read as"]
    )
    assert preview_of("[{id: 1, n: a},\n {id: 2, n: b}, {id", name)["format"] == "yaml"


def test_a_file_that_is_called_yaml_is_read_whole_where_only_a_part_is_json() -> None:
    assert load_one('[{"id": 1}, {id: 2}]', "t.yaml").rows == [(1,), (2,)]
    assert load_one('[{"id": 1e3}]', "t.yaml").rows == [(1000.0,)]  # JSON, whatever it is called
    assert load_one('{"id":1}\n{"id":2}\n{bad}\n', "t.yaml").counts == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("text", "name"), [("[{id: 1, n: a}]", "t.json"), ("[{id: 1, n: a},, {", "t"), ("[{id: 1, n: a},, {", "t.yaml")]
)
def test_what_is_neither_is_refused_with_the_words_for_json(text: str, name: str) -> None:
    with pytest.raises(Problem, match="The JSON text is not well-formed"):
        load(text, name)


SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(st.characters(codec="ascii"), max_size=12)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), SCALARS, min_size=1), min_size=1, max_size=6))
def test_every_list_of_records_that_yaml_writes_is_read(records: list[dict[str, Any]]) -> None:
    table = load_one("---\n" + yaml.safe_dump(records))
    assert table.counts == (len(records), len(records), 0, 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(PEOPLE) - 1), st.integers(0, 255))
def test_flipped_bytes_are_read_or_refused(position: int, byte: int) -> None:
    data = bytearray(b"---\n" + PEOPLE.encode())
    data[position + 4] = byte
    try:
        load(bytes(data))
    except Problem as problem:
        assert problem.detail


def test_keys_within_keys_are_refused_before_they_double_too_often():
    with pytest.raises(EntityBomb, match="line 2 is the key of another"):
        load("---\n- " + "? " * 60 + "1\n")
    assert load("---\n- " + "? " * 5 + "1\n")
