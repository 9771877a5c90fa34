"""JSON lists of lists: rows under the names that the first of them, or a list beside them, gives their columns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.reading import load, load_one, preview_of

from tablewright.core.readers import json_text


def outcome(value: Any, **params: Any) -> dict[str, list[tuple[Any, ...]]]:
    text = value if isinstance(value, str) else json.dumps(value)
    return {table.name: [tuple(table.names), *table.rows] for table in load(text, "thing.json", **params)}


@pytest.mark.parametrize(
    ("text", "rows", "confidence"),
    [
        (
            '[["name","city"],["Ann","Oslo"],["Bob","Rome"]]',
            [("name", "city"), ("Ann", "Oslo"), ("Bob", "Rome")],
            "likely",
        ),
        ('[["id","name"],[1,"Ann"]]', [("id", "name"), (1, "Ann")], "certain"),
        ('[["name","2023"],["a",2020],["b",2021]]', [("name", "2023"), ("a", 2020), ("b", 2021)], "certain"),
        ('["id","name"]\n[1,"Ann"]\n[2,"Bob"]\n', [("id", "name"), (1, "Ann"), (2, "Bob")], "certain"),
        ('[["a","b"],[1,2],[],[3]]', [("a", "b"), (1, 2), (None, None), (3, None)], "certain"),
        ('[["a","b"],[1,2,9]]', [("Column 1", "Column 2", "Column 3"), ("a", "b", None), ("1", "2", 9)], "likely"),
        ('[["id","at"],[1,{"x":2}],[3,{"x":4}]]', [("id", "at.x"), (1, 2), (3, 4)], "certain"),
        ("[[1,2],[3,4]]", [("Column 1", "Column 2"), (1, 2), (3, 4)], "certain"),
        ('[["a","a"],[1,2]]', [("Column 1", "Column 2"), ("a", "a"), ("1", "2")], "likely"),
        ('[["x",1],["y",2]]', [("Column 1", "Column 2"), ("x", 1), ("y", 2)], "certain"),
        ('[["a","x"],["b","x"],["a","x"]]', [("Column 1", "Column 2"), ("a", "x"), ("b", "x"), ("a", "x")], "likely"),
    ],
)
def test_the_first_list_names_the_columns_where_it_would_in_a_text_file(text, rows, confidence):
    table = load_one(text, "thing.json")
    assert [tuple(table.names), *table.rows] == rows
    decision = table.decided("header")
    assert (decision["key"], decision["confidence"]) == ("header_rows", confidence)
    assert decision["value"] == ("none" if rows[0][0] == "Column 1" else "first row")


def test_whether_there_is_a_header_may_be_told():
    text = '[["id","name"],[1,"Ann"]]'
    table = load_one(text, "t.json", options={"header_rows": 0})
    assert (table.names, table.rows) == (["Column 1", "Column 2"], [("id", "name"), ("1", "Ann")])
    assert table.decided("header")["confidence"] == "told"
    table = load_one('[[2023,"x","x"],[1,2,3]]', "t.json", options={"header_rows": 1})
    assert (table.names, table.rows) == (["2023", "x", "x (2)"], [(1, 2, 3)])
    sheet = {"range": "A1", "values": json.loads(text)}
    assert outcome(sheet, options={"header_rows": 0})["values"][1:] == [("id", "name"), ("1", "Ann")]


def test_a_header_is_no_row_and_lists_that_are_longer_than_it_lose_nothing():
    table = load_one('[["a","Column 3"],' + "[1,2]," * 1500 + '[3,4,"x"],5]', "t.json")
    assert (table.names, table.counts) == (["a", "Column 3", "Column 3 (2)"], (1502, 1501, 1, 0))
    assert table.rows[-1] == (3, 4, "x")


def test_the_first_rows_of_a_file_that_arrives_stand_under_their_names():
    early = preview_of('{"range":"A1","values":[["Name","Qty"],["Ann",5],["Bob",6],["C', "t.json")
    assert [column["name"] for column in early["schema"]] == ["Name", "Qty"]
    assert early["rows"] == [["Ann", "5"], ["Bob", "6"]]


ROWS = [[1, "x"], [2, "y"]]


@pytest.mark.parametrize(
    ("value", "tables"),
    [
        (
            {"range": "A1:B3", "values": [["Name", "Qty"], ["Ann", "5"], ["Bob"]]},
            {"values": [("Name", "Qty"), ("Ann", "5"), ("Bob", None)], "thing": [("range",), ("A1:B3",)]},
        ),
        (  # a name over nothing
            {"values": [["Name", "Qty", "Note"], ["Ann", 5], []]},
            {"values": [("Name", "Qty", "Note"), ("Ann", 5, None), (None, None, None)]},
        ),
        ({"header": ["a", "b"], "rows": ROWS}, {"rows": [("a", "b"), *map(tuple, ROWS)]}),
        ({"header": ["a", "b"], "rows": ROWS[:1]}, {"rows": [("a", "b"), (1, "x")]}),
        (
            {"meta": {"view": {"id": "q", "columns": [{"name": "id"}, {"name": "n"}]}}, "data": ROWS},
            {"data": [("id", "n"), *map(tuple, ROWS)], "thing": [("meta.view.id",), ("q",)]},
        ),
        (  # what else is said of the columns is kept
            {"columns": [{"name": "a", "type": "long"}, {"name": "b", "type": "text"}], "rows": ROWS},
            {
                "columns": [("name", "type"), ("a", "long"), ("b", "text")],
                "rows": [("a", "b"), *map(tuple, ROWS)],
            },
        ),
        (
            {"columns": ["a", "b"], "ok": True, "result": {"rows": [[1, "x"], [2], [3, "z"]]}},
            {"result.rows": [("a", "b"), (1, "x"), (2, None), (3, "z")], "thing": [("ok",), (True,)]},
        ),
        (  # several lists of lists are several tables
            {"prices": [[1, 2.5], [2, 3.5]], "caps": [["day", "cap"], [1, 7]]},
            {"prices": [("Column 1", "Column 2"), (1, 2.5), (2, 3.5)], "caps": [("day", "cap"), (1, 7)]},
        ),
        (  # words that are called otherwise may name the columns, and stay
            {"axes": ["x", "y"], "points": [[1, 2], [3, 4], [5, 6]]},
            {"points": [("x", "y"), (1, 2), (3, 4), (5, 6)], "thing": [("axes",), ('["x","y"]',)]},
        ),
        (
            {"series": [{"name": "cpu", "columns": ["t", "v"], "values": [[1, 2], [3, 4]]}, {"name": "mem"}]},
            {
                "series": [("_row", "name", "values (count)"), (1, "cpu", 2), (2, "mem", None)],
                "series.values": [("series_row", "t", "v"), (1, 1, 2), (1, 3, 4)],
            },
        ),
    ],
)
def test_a_list_of_lists_in_an_object_is_a_table_beside_what_else_is_in_it(value, tables):
    assert outcome(value) == tables


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ({"n": 1, "m": [[1, 2]]}, "m"),  # one list without names
        ({"n": 1, "m": [[1], [1, 2], [1, 2, 3], [4]]}, "m"),  # of many lengths
        ({"n": 1, "m": [[1, 2], 3]}, "m"),
        ({"n": 1, "m": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}, "m"),
        ({"n": 1, "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, "geometry.coordinates"),
    ],
)
def test_other_lists_of_lists_stay_one_value(value, column):
    table = load_one(json.dumps(value), "thing.json")
    assert column in table.names and len(table.rows) == 1


def test_names_beside_the_rows_of_a_very_large_object_are_found(monkeypatch):
    monkeypatch.setattr(json_text, "WHOLE", 1000)
    monkeypatch.setattr(json_text, "LARGE_LIST", 1000)
    value = {"data": [[i, f"n{i}"] for i in range(500)], "columns": [{"name": "id"}, {"name": "n"}], "k": 1}
    found = outcome(value)
    assert (found["data"][:2], len(found["data"])) == ([("id", "n"), (0, "n0")], 501)
    assert found["thing"] == [("k",), (1,)] and found["columns"] == [("name",), ("id",), ("n",)]


def test_the_objects_of_lists_in_a_list_are_rows_with_the_number_of_their_list():
    table = load_one('[[{"a":1},{"a":2}],[],[{"a":3,"b":{"c":4}}]]', "t.json")
    assert (table.names, table.rows) == (["list", "a", "b.c"], [(1, 1, None), (1, 2, None), (3, 3, 4)])
    assert table.counts == (3, 3, 0, 0)
    assert table.decided("records")["confidence"] == "assumed"


def test_a_table_of_many_columns_in_an_object_keeps_them():
    wide = {f"c{i}": i for i in range(300)}
    assert [len(table.names) for table in load(json.dumps({"data": [wide, wide]}), "t.json")] == [300]


@pytest.mark.parametrize(
    "text", ['{"one": {"a": 1, "b": 2}, "two": {"b": 3, "a": 4}}', "one:\n  a: 1\n  b: 2\ntwo: {b: 3, a: 4}\n"]
)
def test_two_objects_of_the_same_members_may_be_rows(text: str) -> None:
    table = load_one(text)
    assert (table.decided("form")["value"], table.decided("form")["confidence"]) == ("one record", "assumed")
    assert [sorted(row) for row in table.rows] == [[1, 2, 3, 4]]


@pytest.mark.parametrize(
    "text", ['{"one": {"a": 1}, "two": {"a": 4}}', '{"one": {"a": 1, "b": 2}, "two": {"a": 3, "c": 4}}']
)
def test_two_other_objects_are_one_record(text: str) -> None:
    assert not any(one["confidence"] == "assumed" for one in load_one(text).receipt["decisions"])


def test_two_objects_of_the_same_members_within_another_are_assumed_to_be_no_rows():
    pair = '{"meta": 1, "users": {"u1": {"name": "Ann", "age": 3}, "u2": {"name": "Bob", "age": 4}}}'
    [table] = load(pair, "a.json")
    assert table.decided("members of users")["confidence"] == "assumed"
    assert "users.u1.name" in table.names


GA4 = {
    "dimensionHeaders": [{"name": "country"}, {"name": "city"}],
    "metricHeaders": [{"name": "users", "type": "TYPE_INTEGER"}],
    "rows": [
        {"dimensionValues": [{"value": "Japan"}, {"value": "Tokyo"}], "metricValues": [{"value": "25"}]},
        {"dimensionValues": [{"value": "France"}, {"value": "Paris"}], "metricValues": [{"value": "12"}]},
    ],
    "rowCount": 2,
}
BIGQUERY = {
    "schema": {"fields": [{"name": "name", "type": "STRING"}, {"name": "n", "type": "INTEGER"}]},
    "rows": [{"f": [{"v": "a"}, {"v": "1"}]}, {"f": [{"v": "b"}, {"v": None}]}],
    "totalRows": "2",
}


@pytest.mark.parametrize(
    ("answer", "names", "rows"),
    [
        (GA4, ["country", "city", "users"], [("Japan", "Tokyo", "25"), ("France", "Paris", "12")]),
        (BIGQUERY, ["name", "n"], [("a", "1"), ("b", None)]),
        (
            {"columns": ["a", "b"], "rows": [{"values": [1, "x"]}, {"values": [2, "y"]}]},
            ["a", "b"],
            [(1, "x"), (2, "y")],
        ),
        ({"columnHeaders": [{"name": "a", "of": 1}], "rows": [["x"], ["y"]]}, ["a"], [("x",), ("y",)]),
    ],
)
def test_values_in_lists_within_rows_are_named_by_the_lists_beside_them(answer, names, rows):
    table = next(one for one in load(json.dumps(answer), "a.json") if one.name == "rows")
    assert (table.names, table.rows) == (names, rows)


@pytest.mark.parametrize(
    "answer",
    [
        {"columns": ["a", "b"], "rows": [{"id": 1, "place": [5, 6]}, {"id": 2, "place": [7, 8]}]},
        {"columns": ["a", "b"], "rows": [{"f": [{"v": 1}, {"v": 2}]}, {"f": [{"v": 3}]}]},
        {"columns": ["a", "b"], "rows": [{"f": [{"v": 1, "w": 1}, {"v": 2, "w": 2}]}]},
        {"xColumns": ["a"], "yColumns": ["b"], "rows": [{"first": [1], "second": [2]}]},
    ],
)
def test_other_rows_are_not_named_by_lists_beside_them(answer):
    tables = load(json.dumps(answer), "a.json")
    assert not any({"a", "b"} & set(table.names) for table in tables)
