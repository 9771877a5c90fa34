"""JSON: every form and nesting becomes tables from which the source can be rebuilt; what is no JSON is said."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import json_scan, nested
from tablewright.core.readers.errors import TooDeep
from tablewright.core.readers.json_scan import Concatenated, Elements, Lines, Sequence, Values, members
from tablewright.core.readers.model import Quiet, Source
from tablewright.core.readers.nested import Facts, Pairs, Records, Restart, decoded, dumped

texts = st.text('ab"\\,[]{}:\n é\u2028', max_size=6)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False), texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


def text_of(value: Any, indent: int | None = None) -> str:
    """JSON text with numbers digit for digit."""
    marks: dict[str, str] = {}

    def marked(one: Any) -> Any:
        if isinstance(one, Decimal):
            mark = f"@{len(marks)}@"
            written = str(one)
            marks[f'"{mark}"'] = written if "." in written or "E" in written else written + ".0"
            return mark
        if isinstance(one, list):
            return [marked(item) for item in one]
        return {key: marked(item) for key, item in one.items()} if isinstance(one, dict) else one

    result = json.dumps(marked(value), indent=indent)
    for mark, written in marks.items():
        result = result.replace(mark, written)
    return result


def cut(values: Values) -> list[bytes]:
    """The values of a text; each at the place that is said."""
    data = values.path.read_bytes()
    found = []
    for chunk in values:
        assert chunk.data.endswith(b"\n")
        for number, offset, text in chunk.values():
            line, byte = chunk.place(number, offset)
            if body := text.strip():
                assert data[byte : byte + 1] == body[:1]
                assert line == 1 + data[:byte].count(b"\n")
                found.append(body)
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(values, max_size=5), st.sampled_from([None, 1]), st.sampled_from([1, 3, 64, 1 << 20]))
def test_values_are_cut_where_they_end(tmp_path_factory, items, indent, block):
    path = tmp_path_factory.getbasetemp() / "items.json"
    nested_items = [item if isinstance(item, list | dict) else [item] for item in items]
    before, json_scan.BLOCK = json_scan.BLOCK, block
    try:
        path.write_text(text_of(items, indent))
        elements = Elements(path)
        assert list(map(decoded, cut(elements))) == [decoded(text_of(item).encode()) for item in items]
        assert elements.problems == []
        for kind, lead, end, given_indent in (
            (Concatenated, "", " ", indent),
            (Sequence, "\x1e", "\n", indent),
            (Lines, "", "\n", None),
        ):
            path.write_text("".join(lead + text_of(item, given_indent) + end for item in nested_items))
            assert [dumped(decoded(one)) for one in cut(kind(path))] == [
                dumped(decoded(text_of(item).encode())) for item in nested_items
            ]
        path.write_text(text_of({str(i): item for i, item in enumerate(items)}, indent))
        if items:
            data = path.read_bytes()
            found = members(path, 0) or []
            assert [decoded(data[one.start : one.end]) for one in found] == [
                decoded(text_of(item).encode()) for item in items
            ]
    finally:
        json_scan.BLOCK = before


# From records to tables and back.


class Memory:
    """Takes the place of the landing, and keeps the rows."""

    def __init__(self, source: Source, number: int) -> None:
        self.rows: list[list[str | None]] = []

    @property
    def count(self) -> int:
        return len(self.rows)

    def add(self, row: list[str | None]) -> None:
        self.rows.append(row)

    def discard(self) -> None:
        pass


def shredded(items: list[Any], monkeypatch: pytest.MonkeyPatch) -> Records:
    monkeypatch.setattr(nested, "Landing", Memory)
    source = Source(None, "a.json", None, Quiet(None))  # type: ignore[arg-type]
    facts = Facts()
    while True:
        records = Records(source, facts)
        try:
            for item in items:
                records.add(item)
        except Restart:
            continue
        if not records.mixed():
            return records
        facts.mixed |= records.mixed()


def rebuilt(records: Records, above: int | None = None) -> list[Any]:
    """The records of a table from its rows and those of the tables below it; empty members are left out."""
    result = []
    for number, row in enumerate(records.landing.rows, start=1):
        if above is None or row[1] == str(above):
            value = restored(records, records.node, row, number)
            result.append((row[2], value) if records.is_map else value)
    return result


def restored(records: Records, node: Any, row: list[str | None], number: int) -> Any:
    if node.spread is not None and (found := rebuilt(node.spread, number)):
        return Pairs(found)
    if node.child is not None and (found := rebuilt(node.child, number)):
        return found
    cell = row[node.index] if 0 <= node.index < len(row) else None
    if cell is not None:
        return scalar(node, cell)
    if node.count_at >= 0 and node.count_at < len(row) and row[node.count_at] == "0":
        return []
    found = [(key, restored(records, one, row, number)) for key, one in node.members.items()]
    kept = Pairs((key, value) for key, value in found if value is not None)
    return kept if kept or node is records.node else None


def scalar(node: Any, cell: str) -> Any:
    if node.mask == nested.STRING:
        return cell
    if not node.mixed:
        return decoded(cell.encode())
    try:
        return decoded(cell.encode())
    except nested.Malformed:
        return cell


def comparable(value: Any, top: bool = True) -> Any:
    """Tables do not tell a member that is null, or an object of nothing else, from a missing one."""
    if type(value) is Pairs:
        kept = [(key, comparable(item, False)) for key, item in value]
        found = Pairs(sorted((pair for pair in kept if pair[1] is not None), key=lambda pair: pair[0]))
        return found if found or top else None
    return [comparable(item) for item in value] if type(value) is list else value


@settings(max_examples=120, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), values, max_size=4), min_size=1, max_size=5))
def test_no_value_of_nested_records_is_lost(items):
    with pytest.MonkeyPatch.context() as monkeypatch:
        source = [decoded(text_of(item).encode()) for item in items]
        found = rebuilt(shredded(source, monkeypatch))
        assert list(map(comparable, found)) == list(map(comparable, source))


def outcome(text: str | bytes, **params: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {table.name: [tuple(table.names), *table.rows] for table in load(text, "thing.json", **params)}


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("42", {"thing": [("value",), (42,)]}),
        ('"a\\u00e9"', {"thing": [("value",), ("aé",)]}),
        ("null", {"thing": [("value",), (None,)]}),
        ("[]", {"thing": [("value",)]}),
        ("{}", {"thing": [("value",), (None,)]}),
        ("[[1,2],[3,4]]", {"thing": [("Column 1", "Column 2"), (1, 2), (3, 4)]}),
        ('[1,"a",{"b":1.00}]', {"thing": [("value",), ("1",), ("a",), ('{"b":1.00}',)]}),
        ('{"a":1}{"a":2} {"a":3}', {"thing": [("a",), (1,), (2,), (3,)]}),
        ('\x1e{"a":1}\n\x1e{"a":\n2}\n', {"thing": [("a",), (1,), (2,)]}),
        ('{"columns":["a","b"],"index":[0,1],"data":[[1,2],[3,4]]}', {"thing": [("a", "b"), (1, 2), (3, 4)]}),
        ('{"a":{"0":1,"1":2},"b":{"0":"x","1":"y"}}', {"thing": [("a", "b"), (1, "x"), (2, "y")]}),
        ('{"k":{"a":1},"l":{"a":2},"m":{"a":3}}', {"thing": [("key", "a"), ("k", 1), ("l", 2), ("m", 3)]}),
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"n":1},"geometry":{"x":[1.10]}}]}',
            {"thing": [("n", "geometry"), (1, '{"x":[1.10]}')]},
        ),
        (
            '{"type":"FeatureCollection","name":"roads","crs":{"properties":{"name":"x"}},'
            '"features":[{"type":"Feature","properties":{"n":1},"geometry":null}]}',
            {
                "thing": [("n", "geometry"), (1, None)],
                "thing about": [("name", "crs.properties.name"), ("roads", "x")],
            },
        ),
        (
            '{"columns":["a"],"index":[0,1],"data":[[1],[2]],"index_names":["i"],"column_names":["c"]}',
            {"thing": [("i", "a"), (0, 1), (1, 2)], "thing about": [("column_names",), ('["c"]',)]},
        ),
        (
            '{"columns":["a"],"index":["r"],"data":[[1],[2]]}',
            {"data": [("a",), (1,), (2,)], "thing": [("index",), ('["r"]',)]},
        ),
        ('[{"a":{"x":1,"y":{"z":2}}},{"a":{"x":3}}]', {"thing": [("a.x", "a.y.z"), (1, 2), (3, None)]}),
        ('[{"a":5},{"a":"5"},{"a":"z"},{"a":1.50}]', {"thing": [("a",), ("5",), ('"5"',), ("z",), ("1.50",)]}),
        ('[{"a":1,"a":2}]', {"thing": [("a", "a (2)"), (1, 2)]}),
        (
            '[{"id":7,"items":[{"x":1},{"x":2,"y":[1,2]}]},{"id":8,"items":[]}]',
            {
                "thing": [("_row", "id", "items (count)"), (1, 7, 2), (2, 8, 0)],
                "thing.items": [("thing_row", "x", "y"), (1, 1, None), (1, 2, "[1,2]")],
            },
        ),
    ],
)
def test_every_form_becomes_the_tables_that_it_means(text, tables):
    assert outcome(text) == tables


def test_a_list_in_records_is_a_table_that_points_to_their_key(tmp_path):
    from tablewright.core.readers.load import run

    path = tmp_path / "orders.json"
    path.write_text('[{"id":7,"items":[{"x":1,"parts":[{"p":2}]}]}]')
    found = run({"path": path, "filename": path.name, "out_dir": tmp_path / "out"}, Quiet(tmp_path))["tables"]
    assert [(one["name"], one["primary_key"], one["links"]) for one in found] == [
        ("orders", ["c1"], []),
        ("orders.items", ["c2"], [{"columns": ["c1"], "table": "orders", "names": ["_row"]}]),
        ("orders.items.parts", [], [{"columns": ["c1"], "table": "orders.items", "names": ["_row"]}]),
    ]
    roles = [[column["role"] for column in one["schema"]] for one in found]
    assert roles == [
        ["identifier", "identifier", "measure"],
        ["identifier", "identifier", "measure", "measure"],
        ["identifier", "measure"],
    ]


def test_an_object_of_very_many_members_becomes_rows():
    assert len(outcome(json.dumps({f"k{i}": i for i in range(50_000)}))["thing"]) == 50_001
    found = outcome(json.dumps([{"id": i, "by": {f"{i}-{j}": j for j in range(150)}} for i in range(2)]))
    assert (found["thing"][1:], len(found["thing.by"])) == ([(1, 0), (2, 1)], 301)


NOT_JSON = [
    "[1,]", "[1,,2]", "[1", "[1]x", "[NaN]x", "[-Infinity]x", '{"a":1,}',
    '{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":+1}',
    '{"a":"\x01"}', '{"a":"\\ud800"}', '{"a":"\\x"}', '{"a":nan}', '{"a":1 // c\n}', '{"a":1}}', '{"a" 1}', '{"a":"b}',
    "{'a':1}", '{"a":tru}', '[1\x0c]', '["a\nb"]', '[{"a":1},{"a":2]',
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_JSON)
@pytest.mark.parametrize("many", [False, True])
def test_what_is_not_json_is_refused_or_said(text, many):
    body = '{"a":5}\n' * 300 + text + '\n{"a":6}\n' if many and text[0] == "{" else text
    try:
        tables = load(body, "thing.json")
    except Problem:
        return
    assert any(table.receipt["quarantine"] or table.receipt["warnings"] for table in tables)
    if body != text:
        assert tables[0].receipt["quarantine"][0]["line"] == 301
        assert tables[0].receipt["quarantine"][0]["byte"] == 300 * 8


def test_bytes_that_are_not_utf8_harm_their_line_only():
    good = b'{"a":"\xc3\xa9"}\n'
    table = load_one(good * 3 + b'{"a":"\xff"}\n' + b'{"a":"\xed\xa0\x80"}\n' + good, "thing.json")
    assert table.counts == (6, 4, 2, 0)
    assert [one["line"] for one in table.receipt["quarantine"]] == [4, 5]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read(encoding):
    assert outcome('{"a":"é"}\n{"a":"ü"}\n'.encode(encoding)) == {"thing": [("a",), ("é",), ("ü",)]}


NUMBERS = [
    "0", "-0", "7", "-12", "999999999999999999", "9223372036854775808", "123456789012345678901234567890", "1.00", "1.5",
    "0.1234567890123456789", "1e5", "1E-7", "-2.50e+10", "1e400", "123456.789", "-0.0", "0.30000000000000004",
]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=12), st.booleans())
def test_numbers_keep_their_digits_on_the_quick_and_on_the_exact_way(numbers, as_list):
    text = "".join(f'{{"n":{number},"i":{i}}}\n' for i, number in enumerate(numbers))
    if as_list:
        text = "[" + text.strip().replace("\n", ",\n") + "]"
    quick, exact = load_one(text), load_one(text.replace('"n"', '"l":[],"n"'))
    for table, at in ((quick, 0), (exact, 1)):
        for number, row in zip(numbers, table.rows, strict=True):
            kept = row[at]
            if isinstance(kept, str):
                assert kept == number
            else:
                assert float(kept) == float(number) if isinstance(kept, float) else Decimal(kept) == Decimal(number)
    if not {"-0", "-0.0"} & set(numbers):  # The sign of a zero is kept by one way only, as a text.
        assert quick.types[0] == exact.types[1]


flat = st.fixed_dictionaries(
    {},
    optional={
        "i": st.one_of(st.none(), st.integers()),
        "s": st.one_of(st.none(), texts),
        "b": st.booleans(),
        "m": st.one_of(st.integers(), texts),
        'k"y': st.integers(),
        "A": st.integers(0, 5),
        "a": st.integers(0, 5),
    },
)


@settings(max_examples=25, deadline=None)
@given(st.lists(flat, min_size=1, max_size=8), st.randoms(use_true_random=False), st.booleans())
def test_flat_objects_come_out_as_they_went_in(items, chance, ascii_only):
    lines = []
    for item in items:
        members_given = list(item.items())
        chance.shuffle(members_given)
        lines.append(
            json.dumps(dict(members_given), ensure_ascii=ascii_only, separators=chance.choice([None, (",", ":")]))
        )
    if not any(items):
        return
    table = load_one("\n".join([*lines, *lines]) + "\n", "thing.json")
    at = {name: i for i, name in enumerate(table.names)}
    assert table.counts == (2 * len(items), 2 * len(items), 0, 0)
    mixed = {type(item["m"]) for item in items if "m" in item} == {int, str}
    for item, row in zip([*items, *items], table.rows, strict=True):
        for name, value in item.items():
            kept = row[at[name if name != "a" or "a" in at else "a (2)"]] if name in at or name == "a" else None
            if name in ("A", "a"):
                continue
            if name == "m" and mixed and isinstance(value, str):
                value = nested.told_apart(value)
            assert kept == value or str(kept) == str(value)


def test_late_surprises_change_nothing_before_them():
    lines = [f'{{"a":{i},"d":"2024-01-{i % 28 + 1:02d}"}}' for i in range(3000)]
    odd = ['{"d":"soon","a":1}', '{"a":2.5,"b":true}', "", '{"a":', '{"a":12345678901234567890123,"d":null}']
    table = load_one("\n".join([*lines, *odd, *lines]) + "\n", "thing.json")
    assert table.counts == (6005, 6003, 1, 1)
    assert (table.receipt["quarantine"][0]["line"], table.receipt["skipped"][0]["line"]) == (3004, 3003)
    assert dict(zip(table.names, table.types, strict=True))["d"] == "text"
    numbers = [Decimal(str(row[table.names.index("a")])) for row in table.rows]
    assert numbers[2999:3004] == [2999, 1, Decimal("2.5"), 12345678901234567890123, 0]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_nesting_beyond_reason_is_refused_with_its_byte(text):
    with pytest.raises(TooDeep) as caught:
        load(text, "deep.json")
    assert caught.value.where["byte"] < 1000


def test_a_deep_record_among_others_is_set_aside():
    deep = '{"a":' + "[" * 500 + "]" * 500 + "}"
    table = load_one('{"a":1}\n' * 5 + deep + '\n{"a":2}\n', "thing.json")
    assert (table.counts, table.receipt["quarantine"][0]["line"]) == ((7, 6, 1, 0), 6)


@pytest.mark.parametrize("form", ["lines", "list"])
def test_a_value_that_is_too_long_is_set_aside(form, monkeypatch):
    monkeypatch.setattr(json_scan, "LONGEST_VALUE", 100_000)
    monkeypatch.setattr(json_scan, "BLOCK", 50_000)
    items = ['{"a":1}', '{"a":"' + "x" * 400_000 + '"}', '{"a":2}']
    table = load_one("\n".join(items) + "\n" if form == "lines" else "[" + ",\n".join(items) + "]", "thing.json")
    assert (table.counts, [row[0] for row in table.rows]) == ((3, 2, 1, 0), [1, 2])
    assert "longer than" in table.receipt["quarantine"][0]["reason"]


def test_flipped_bits_and_lost_ends_never_do_more_than_refuse():
    items = [{"id": i, "name": f"n{i}", "of": [{"x": i}], "at": {"y": [i, None]}} for i in range(40)]
    chance = random.Random(11)
    for number in range(24):
        data = bytearray(json.dumps(items if number % 2 else {"items": items}, indent=number % 3 or None).encode())
        for _ in range(3):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        try:
            load(bytes(data), "harmed.json")
        except Problem as problem:
            assert "/tmp" not in problem.detail


def test_numbers_written_from_doubles_are_floating_and_none_is_set_aside():
    chance = random.Random(3)
    numbers = [chance.random() * 10 ** chance.randrange(-7, 4) for _ in range(3000)]
    for form in ('{{"n":{}}}\n', '{{"n":{},"l":[]}}\n'):
        table = load_one("".join(form.format(repr(number)) for number in numbers))
        assert (table.types[0], table.receipt["rows_quarantined"]) == ("float", 0)
        assert [row[0] for row in table.rows] == numbers


def test_objects_by_key_within_an_object_are_rows():
    days = {f"2024-01-{i:02}": {"open": f"{i}.5", "volume": i} for i in range(1, 11)}
    answer = {"Meta": {"Symbol": "IBM"}, "Series": days, "jobs": {"a": {"on": "x"}, "b": {"on": "y"}}}
    tables = {table.name: table for table in load(json.dumps(answer), "av.json")}
    assert tables["Series"].names == ["key", "open", "volume"]
    assert tables["Series"].rows[1] == (date(2024, 1, 2), "2.5", 2)
    assert tables["av"].names == ["Meta.Symbol", "jobs.a.on", "jobs.b.on"]  # two are too few to tell
    ids = {"users": {f"0{i}": {"n": i} for i in range(5)}}
    assert [row[0] for row in load_one(json.dumps(ids), "u.json").rows] == ["00", "01", "02", "03", "04"]
    ids = {"users": {f"1{i}": {"n": i} for i in range(5)}}
    assert [row[0] for row in load_one(json.dumps(ids), "u.json").rows] == ["10", "11", "12", "13", "14"]


def test_lists_of_one_length_are_columns():
    weather = {"latitude": 52.5, "hourly": {"time": ["2024-01-01", "2024-01-02", "2024-01-03"], "temp": [1.5, None, 3]}}
    tables = {table.name: table for table in load(json.dumps(weather), "w.json")}
    assert tables["hourly"].names == ["time", "temp"]
    assert [row[0] for row in tables["hourly"].rows] == [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]
    assert load_one(json.dumps({"a": [1, 2, 3], "b": ["x", "y", "z"]}), "l.json").rows == [(1, "x"), (2, "y"), (3, "z")]
    for other in ({"a": [1, 2, 3], "b": ["x", "y"]}, {"a": [1, 2], "b": [3, 4]}, {"a": [1, 2, 3]}):
        assert len(load_one(json.dumps(other), "l.json").rows) == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"id":1}{"id":2}\n\n{"id":3}',
        '{"id":1}\n{"id":2} {"id":3}\n',
        '{"id":1}\r\n\r\n{"id":2}\t{"id":3}\r\n',
        '[{"id":1}]\n[{"id":2}]\n[{"id":3}]',
        '[{"id":1}] [] [{"id":2},{"id":3}]',
        '[\n{"id":1}\n]\n\n[\n{"id":2},\n{"id":3}\n]\n[]\n',
    ],
)
def test_values_in_a_row_are_records_however_they_are_parted(text):
    table = load_one(text.encode(), "x.json")
    assert (table.names, table.rows) == (["id"], [(1,), (2,), (3,)])
    assert table.counts[2] == 0


def test_a_line_set_aside_among_lines_of_several_values_has_its_place():
    text = b'{"a":"1"}\n{"a":"\xc3\xa9}{"}{"a":"2"}\n{bad}\n{"a":"3"} {"a":4,}\n{"a":"5"}{"a":"6"}\n'
    table = load_one(text, "x.json")
    assert [row[0] for row in table.rows] == ["1", "é}{", "2", "5", "6"]
    assert [(odd["line"], odd["byte"]) for odd in table.receipt["quarantine"]] == [(3, 32), (4, 38)]


def test_very_many_values_on_one_line_cost_no_more_than_on_lines_of_their_own():
    text = '{"id":-1}\n{"id":-2}\n' + " ".join(f'{{"id":{i}}}' for i in range(400_000)) + "\n"
    (table,) = load(text)
    assert (table.counts, table.rows[-1]) == ((400_002, 400_002, 0, 0), (399_999,))


@pytest.mark.parametrize("block", [7, 11, 1000])
def test_lists_in_a_row_are_one_list(tmp_path, monkeypatch, block):
    monkeypatch.setattr(json_scan, "BLOCK", block)
    path = tmp_path / "x.json"
    path.write_text('[{"a":[1,\n2]},{"b":"]["}]\n[ ]\n[{"c":{}}][]\n')
    values = Elements(path, 0)
    assert cut(values) == [b'{"a":[1, 2]}', b'{"b":"]["}', b'{"c":{}}']
    assert (values.lists, values.problems) == (4, [])


def test_what_is_no_list_behind_lists_is_set_aside():
    table = load_one(b'[{"a":1}][{"a":2}]\nend', "x.json")
    assert table.rows == [(1,), (2,)]
    assert [(odd["line"], odd["byte"], odd["raw"]) for odd in table.receipt["quarantine"]] == [(2, 19, "end")]


@pytest.mark.parametrize("wide", [0, 100_000])
def test_an_object_before_the_list_of_its_records_is_a_table_of_its_own(wide):
    notes = '"' + "x" * wide + '"'
    text = f'[\n {{"page":1,"total":3}},\n [{{"id":1,"n":{{"v":"a"}}}},\n{{"id":2,"n":{{"v":{notes}}}}},\n{{bad}}]\n]\n'
    records, about = load(text.encode(), "x.json")
    assert (records.name, records.names, [row[0] for row in records.rows]) == ("x", ["id", "n.v"], [1, 2])
    (odd,) = records.receipt["quarantine"]
    assert (odd["line"], odd["raw"], odd["byte"]) == (5, "{bad}", text.index("{bad}"))
    assert (about.names, about.rows) == (["page", "total"], [(1, 3)])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('[{"a":1},[{"a":2}],{"a":3}]', [(1,), (3,)]),
        ('[{"a":1},[2,3]]', [(1,)]),
        ('[{"a":1},{"a":2}]', [(1,), (2,)]),
    ],
)
def test_other_lists_that_hold_an_object_and_a_list_stay_one(text, rows):
    assert load_one(text.encode(), "x.json").rows == rows


def test_what_follows_the_records_behind_their_head_is_set_aside():
    records, _ = load(b'[{"p":1},[{"a":2}],[{"a":3}]]', "x.json")
    assert records.rows == [(2,)]
    assert [odd["raw"] for odd in records.receipt["quarantine"]] == [',[{"a":3}]']


@pytest.mark.parametrize(
    "text", ['[{"version":"4.1.12"},{"version":"4.2.12"}]', '[{"version":"4.1.12","of":[{"a":1}]}]']
)
def test_a_version_is_no_date(text: str) -> None:
    table = next(one for one in load(text) if "version" in one.names)
    assert table.types[table.names.index("version")] == "text"
