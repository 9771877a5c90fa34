"""Nested files through the whole load: the tables, joined by their keys as anybody may, give back what the file says.

A member that is null and an object without members are told apart from a missing one by no table.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet

Rows = list[dict[str, Any]]

names = st.sampled_from("abcd")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**15),
    st.sampled_from([0.5, 1.25, -2.75]),
    st.sampled_from(["", " ", "x", "5", "1.0", "true", "null", "[1]", '"q"', "{", "é\n", "NA", "-", "0"]),
)
arrays = st.one_of(
    st.lists(scalars, max_size=3),
    st.lists(st.lists(scalars, max_size=2), max_size=2),
    st.lists(st.one_of(scalars, st.dictionaries(names, scalars, max_size=2)), max_size=3),
)
leaves = st.one_of(scalars, arrays)
objects = st.dictionaries(names, leaves, max_size=3)
for _ in range(2):
    objects = st.dictionaries(names, st.one_of(leaves, objects, st.lists(objects, max_size=3)), max_size=4)


class Joined:
    """The tables of a load, with the rows of each by the key of the row they belong to."""

    def __init__(self, data: str, filename: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path, scratch = Path(folder) / filename, Path(folder) / "scratch"
            path.write_text(data, "utf-8", newline="")
            scratch.mkdir()
            result = run({"path": str(path), "filename": filename, "out_dir": f"{folder}/out"}, Quiet(scratch))
            self.tables = {table["name"]: table for table in result["tables"]}
            assert len(self.tables) == len(result["tables"])
            with duckdb.connect() as con:
                for table in result["tables"]:
                    table["rows"] = con.execute(f"FROM read_parquet('{table['file']}')").fetchall()
                    table["names"] = [column["name"] for column in table["schema"]]
                    table["types"] = [column["type"] for column in table["schema"]]

    def below(self, name: str) -> dict[str, dict[str, Any]]:
        """The tables that point to one, by what follows its name."""
        return {
            re.sub(r" \(\d+\)$", "", other.removeprefix(f"{name}.")): table
            for other, table in self.tables.items()
            if table["links"] and table["links"][0]["table"] == name
        }

    def mixed(self, table: dict[str, Any]) -> list[str]:
        """The columns that the receipt calls ones of several types."""
        said = [d for d in table["receipt"]["decisions"] if d["what"] == "values of several types"]
        return said[0]["evidence"].removeprefix("columns ").split(", ") if said else []

    def objects(self, name: str, key: Any = None) -> list[dict[str, Any]]:
        """The objects of a table, or those of them that belong to a row of the table above."""
        table = self.tables[name]
        own = len(table["links"]) + len(table["primary_key"])
        mixed, lists = self.mixed(table), self.below(name)
        found = []
        for row in table["rows"]:
            if key is not None and row[0] != key:
                continue
            number = row[own - 1] if table["primary_key"] else None
            one: dict[str, Any] = {}
            for column, kind, value in list(zip(table["names"], table["types"], row, strict=True))[own:]:
                if value is None:
                    continue
                if column.endswith(" (count)"):
                    path = column.removesuffix(" (count)")
                    inner = self.objects(lists[path]["name"], number) if value else []
                    assert len(inner) == value
                    put(one, path, inner)
                elif kind == "nested" or column in mixed:
                    put(one, column, parsed(value))
                else:
                    put(one, column, value)
            found.append(one)
        return found


def put(one: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        one = one.setdefault(name, {})
    # An empty list is a count of 0 and, where there are other values, a cell as well.
    assert last not in one or one[last] == value == []
    one[last] = value


def parsed(text: str) -> Any:
    """JSON text; in a column of several types a string stands bare where it cannot be taken for anything else."""
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return text


def said(value: Any, top: bool = True) -> Any:
    """A value without what tables do not tell apart, and with numbers by their digits."""
    if isinstance(value, dict):
        found = {name: kept for name, item in value.items() if (kept := said(item, False)) is not None}
        return found if found or top else None
    if isinstance(value, list):
        return [said(item) for item in value]
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return ("number", Decimal(str(value)))
    return value


def worded(value: Any) -> Any:
    """Scalars by their words: a YAML column of words and numbers is text, each value as it is written."""
    if isinstance(value, dict):
        return {name: worded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [worded(item) for item in value]
    if isinstance(value, tuple):
        return str(value[1].normalize())
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return str(Decimal(value).normalize()) if isinstance(value, str) and value.strip() == value else value
    except ArithmeticError:
        return value


WRITTEN: dict[str, Callable[[Rows], str]] = {
    "thing.json": lambda items: json.dumps(items, indent=1),
    "thing.jsonl": lambda items: "".join(f"{json.dumps(item)}\n" for item in items),
    "thing.yaml": lambda items: f"# a list\n{json.dumps(items)}\n",
}


def test_lists_that_are_found_on_two_ways_of_one_name_are_two_tables():
    items = [{"a": [{"d": [{"x": 1}, {"x": 2}]}]}, {"a": {"d": [{"x": 3}]}}, {"a.d": [{"x": 4}]}]
    joined = Joined(json.dumps(items), "thing.json")
    assert list(joined.tables) == ["thing", "thing.a", "thing.a.d", "thing.a.d (2)", "thing.a.d (3)"]
    above = [joined.tables[name]["links"][0]["table"] for name in list(joined.tables)[1:]]
    assert above == ["thing", "thing.a", "thing", "thing"]
    assert [joined.objects(name) for name in list(joined.tables)[2:]] == [[{"x": 1}, {"x": 2}], [{"x": 3}], [{"x": 4}]]


@pytest.mark.parametrize("filename", WRITTEN)
@settings(max_examples=25, deadline=None)
@given(items=st.lists(objects, min_size=2, max_size=4))
def test_tables_of_nested_objects_join_back_to_the_file(filename, items):
    if not any(said(item) for item in items):
        return
    joined = Joined(WRITTEN[filename](items), filename)
    found, expected = ([said(one) for one in each] for each in (joined.objects("thing"), items))
    if filename == "thing.yaml":
        found, expected = worded(found), worded(expected)
    assert found == expected


inner = st.fixed_dictionaries({"y": st.integers(0, 99)}, optional={"z": st.sampled_from("pqr<&")})
middle = st.fixed_dictionaries({"x": st.integers(0, 99)}, optional={"j": st.lists(inner, max_size=3)})
words = st.sampled_from(["u", "u v", "é<&>"])
outer = st.fixed_dictionaries({"a": st.integers(0, 99)}, optional={"b": words, "i": st.lists(middle, max_size=3)})
FULL = {"a": 1, "b": "w", "i": [{"x": 1, "j": [{"y": 1, "z": "p"}, {"y": 2}]}, {"x": 2}]}


def element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(element(name, one) for one in value)
    body = "".join(element(*each) for each in value.items()) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{body}</{name}>"


@settings(max_examples=25, deadline=None)
@given(items=st.lists(outer, max_size=4))
def test_tables_of_nested_elements_join_back_to_the_file(items):
    items = [FULL, *items, FULL]
    joined = Joined(f"<all>{element('r', items)}</all>", "thing.xml")

    def rows(name: str, above: str = "", key: Any = None) -> Rows:
        table = joined.tables[name]
        each = [dict(zip(table["names"], row, strict=True)) for row in table["rows"]]
        return [{k: v for k, v in row.items() if v is not None} for row in each if not above or row[above] == key]

    found = []
    for row in rows("r"):
        parts = []
        for part in rows("i", "r_id", row["r_id"]):
            smallest = [{k: v for k, v in one.items() if k in "yz"} for one in rows("j", "i_id", part["i_id"])]
            parts.append({"x": part["x"]} | ({"j": smallest} if smallest else {}))
        found.append({k: v for k, v in row.items() if k in "ab"} | ({"i": parts} if parts else {}))
    kept = [{k: v for k, v in item.items() if v != []} for item in items]
    for item in kept:
        if "i" in item:
            item["i"] = [{k: v for k, v in part.items() if v != []} for part in item["i"]]
    assert found == kept
