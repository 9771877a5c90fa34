"""JSON: members whose names are data are rows by their names, at the top and within records."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.reading import Loaded, load, load_one

from tablewright.core.readers.json_names import are_data

UUIDS = ["cd613e30-d8f1-6adf-91b7-584a2265b1f5", "1e2feb89-414c-343c-1027-c4d1c386bbc4"]


def tables_of(value: Any) -> dict[str, Loaded]:
    return {table.name: table for table in load(json.dumps(value), "file.json")}


def doubted(table: Loaded) -> list[str]:
    return [one["what"] for one in table.receipt["decisions"] if one["confidence"] == "assumed"]


@pytest.mark.parametrize("names", [
    ["-NabcQ1xYz", "-NabdQ2xYz"], UUIDS, ["2024-01-05"], ["2024-01", "2024-02"], ["2024-01-05T10:00:00Z"],
    ["20240105", "10077"], ["user_0017", "user_0018"], ["a@example.com", "b@example.com"], ["10.0.0.1", "10.0.0.2"],
    ["507f1f77bcf86cd799439011"], ["7e3mBSWoFugYcAe2mTkzFESeI2Bn", "PFtbDDWSzClD5cUqx2xCHxMzoaZn"],
])  # fmt: skip
def test_names_that_are_data(names: list[str]) -> None:
    assert are_data(names)


@pytest.mark.parametrize("names", [
    [], ["name", "age"], ["line1", "line2"], ["2019", "2020"], ["q1", "q2"], ["--level", "--name"], ["EUR", "USD"],
    ["addressOfTheSender", "addressOfReceiver_"], ["home", "work"], ["2024-01-05", "note"], ["md5", "sha256"],
])  # fmt: skip
def test_names_that_a_program_gives(names: list[str]) -> None:
    assert not are_data(names)


def test_two_members_under_identifiers_are_rows() -> None:
    tables = tables_of({"users": {"-NabcQ": {"name": "Ann", "age": 3}, "-NabdQ": {"name": "Bob"}}})
    assert list(tables) == ["users"]
    assert tables["users"].names == ["key", "name", "age"]
    assert tables["users"].rows == [("-NabcQ", "Ann", 3), ("-NabdQ", "Bob", None)]
    assert not doubted(tables["users"])


def test_maps_within_records_are_tables_with_a_key_to_the_record() -> None:
    orders = [{"id": i, "lines": {uuid: {"sku": f"s{i}", "n": k} for k, uuid in enumerate(UUIDS[i:])}} for i in (0, 1)]
    tables = tables_of(orders)
    assert tables["file"].names == ["_row", "id"]
    assert tables["file.lines"].names == ["file_row", "key", "sku", "n"]
    assert tables["file.lines"].rows == [(1, UUIDS[0], "s0", 0), (1, UUIDS[1], "s0", 1), (2, UUIDS[1], "s1", 0)]
    assert tables["file.lines"].decided("members of lines")["confidence"] == "likely"


def test_single_values_by_day_are_rows() -> None:
    rows = [(1, date(2024, 1, 5), Decimal("1.5")), (2, date(2024, 1, 6), Decimal("2.5"))]
    tables = tables_of([{"id": i, "price": {str(day): float(value)}} for i, day, value in rows])
    assert tables["file.price"].names == ["file_row", "key", "value"]
    assert tables["file.price"].rows == rows
    (table,) = tables_of({str(day): float(value) for _, day, value in rows}).values()
    assert table.rows == [row[1:] for row in rows]


def test_maps_within_maps() -> None:
    users = {f"-N{i}aX": {"name": "n", "orders": {f"-O{i}{k}": {"sum": k} for k in range(2)}} for i in range(3)}
    tables = tables_of({"users": users, "follows": {"-N0aX": {"-N1aX": True}, "-N2aX": {"-N0aX": True}}})
    assert tables["users"].rows == [(i + 1, f"-N{i}aX", "n") for i in range(3)]
    assert tables["users.orders"].rows == [(i + 1, f"-O{i}{k}", k) for i in range(3) for k in range(2)]
    assert tables["follows"].rows == [(1, "-N0aX"), (2, "-N2aX")]
    assert tables["follows (2)"].rows == [(1, "-N1aX", True), (2, "-N0aX", True)]


def test_numbers_that_count_members_are_keys_where_records_have_different_ones() -> None:
    tables = tables_of([{"lines": {str(k): {"sku": f"s{k}"} for k in range(n)}} for n in (1, 3, 2)])
    assert [row[1] for row in tables["file.lines"].rows] == ["0", "0", "1", "2", "0", "1"]
    years = {str(year): year for year in range(2019, 2024)}
    assert list(tables_of([{"id": 1, "people": years}, {"id": 2, "people": years}])) == ["file"]


def test_what_may_be_rows_is_said() -> None:
    places = [{"at": {word: {"x": 1, "y": 2}}} for word in ("home", "work", "other")]
    assert doubted(tables_of(places)["file.at"]) == ["members of at"]
    counted = [{"tags": {chr(97 + i): 1, chr(98 + i): 2}} for i in range(24)]
    table = tables_of(counted)["file"]
    assert (len(table.names), doubted(table)) == (25, ["members of tags"])


@pytest.mark.parametrize("value", [
    {"id": 1, "2024-01-05": 3, "2024-01-06": 4},
    {"id": 1, "meta": {"2024-01-05": 3, "2024-01-06": "x"}},
    {"id": 1, "meta": {"2024-01-05": {"a": 1}, "2024-01-06": {"b": 1, "c": 2, "d": 3}, "2024-01-07": {"e": 5}}},
    {"id": 1, "answers": {"q1": "a", "q2": "b", "q3": "c"}},
])  # fmt: skip
def test_members_of_different_shapes_and_names_that_are_no_data_are_columns(value: dict[str, Any]) -> None:
    assert list(tables_of([value, {**value, "id": 2}])) == ["file"]


def test_objects_that_lack_some_members_are_rows_by_their_names_too() -> None:
    rows = ['"a": {"n": "A", "age": 1, "act": true}', '"b": {"n": "B", "act": false}', '"c": {"n": "C", "age": 5}']
    table = load_one("{" + ", ".join([*rows, '"d": {"n": "D", "age": 6, "act": true}']) + "}")
    assert (table.names, len(table.rows), table.rows[1]) == (["key", "n", "age", "act"], 4, ("b", "B", None, False))
    few = load_one("{" + ", ".join(rows) + "}")
    assert (len(few.rows), few.decided("form")["confidence"]) == (1, "assumed")


def test_members_named_by_numbers_are_rows_though_one_is_empty() -> None:
    table = load_one('{"1000": {"a": 1, "b": 2}, "1001": {"b": 3}, "1002": {}, "1003": {"a": 4}}')
    assert (table.names, [str(row[0]) for row in table.rows]) == (["key", "a", "b"], ["1000", "1001", "1002", "1003"])


def test_numbers_that_mongodb_writes_between_quotes_are_numbers() -> None:
    table = load_one('[{"p": {"$numberDecimal": "19.90"}, "n": {"$numberInt": "7"}, "s": "8"}]')
    assert [column["type"] for column in table.schema] == ["decimal", "integer", "text"]


def test_objects_of_a_single_member_are_rows_by_its_name() -> None:
    (table,) = tables_of([{f"K{i}": {"city": "Lyon", "amount": i}} for i in range(5)]).values()
    assert table.names == ["key", "city", "amount"]
    assert table.rows == [(f"K{i}", "Lyon", i) for i in range(5)]
    assert table.decided("records")["confidence"] == "likely"
    (two,) = tables_of([{"a": {"key": 1, "n": 2}}, {"b": {"key": 3, "n": 4}}]).values()
    assert two.rows == [("a", 1, 2), ("b", 3, 4)]
    assert doubted(two) == ["records"]


def test_objects_of_a_single_member_of_one_name_stay_columns() -> None:
    (table,) = tables_of([{"order": {"id": i, "sum": i}} for i in range(5)]).values()
    assert table.names == ["order.id", "order.sum"]


def test_a_list_of_objects_of_a_single_member_within_an_object() -> None:
    rows = [{f"K{i}": {"city": "Lyon", "amount": i}} for i in range(3)]
    tables = tables_of({"data": rows, "total": 3})
    table = tables["data"]
    assert table.names == ["key", "city", "amount"]
    assert table.rows == [(f"K{i}", "Lyon", i) for i in range(3)]
    assert doubted(table) == ["records of data"]
    (alone,) = tables_of({"data": rows}).values()
    assert doubted(alone) == ["records of data"]
