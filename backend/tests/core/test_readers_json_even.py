"""JSON lines written all alike: what the quickest way accepts is exactly what they say; the rest it leaves alone."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reading import load_one

from tablewright.core.readers import json_even, json_text
from tablewright.core.readers.json_even import EvenLines, Unlike
from tablewright.core.readers.json_flat import Shape
from tablewright.core.readers.json_scan import Lines
from tablewright.core.readers.nested import Number, Pairs, decoded

NAMES = ["id", "a longer name than sixteen bytes", "é", "", "n", "flag", "nothing"]
SAMPLE = [
    {"id": i, NAMES[1]: f"text {i}", "é": "x" * i, "": None if i % 3 else "", "n": i + 0.25, "flag": i % 2 > 0}
    for i in range(1, 30)
]
SAMPLE = [one | {"nothing": None, "n": None if one["id"] == 7 else one["n"]} for one in SAMPLE]

texts = st.one_of(
    st.text('ab", :{}\\né\u2028\x7f\x00', max_size=30),
    st.sampled_from(['", "é": "', '"}', "\\", '\\"', "null", "}\n{", "x" * 12, "x" * 13]),
)
rows = st.fixed_dictionaries(
    {
        "id": st.one_of(st.none(), st.integers(-(10**16), 10**16), st.integers(-3, 3)),
        NAMES[1]: st.one_of(st.none(), texts),
        "é": texts,
        "": st.one_of(st.none(), st.just("")),
        "n": st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=2), st.decimals(-9, 9, places=1)),
        "flag": st.one_of(st.none(), st.booleans()),
        "nothing": st.none(),
    }
)
ODD = [
    "1.5", "01", "-", "-0", "+1", "1e2", "NaN", "Infinity", "12345678901234567890", "tru", "nulll", "null,", "[1]",
    '"a"', '"x" y\\"', '"x": y\\"', '":"', '"', '""', '"""', '"\\ud800"', '"\\x"', '"a', ",", " ", "\t", "\r", "\0",
    "\x01", "\n", "{}", '"id": 1, ', "1.2.3", "1..2",
]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def any_number_of_escapes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_even, "MOST_ESCAPED", 100)
        yield


def written(row: dict[str, Any], spacing: tuple[str, str], ascii_only: bool) -> str:
    row = {name: row[name] for name in NAMES}
    numbers = {name: str(value) for name, value in row.items() if isinstance(value, Decimal)}
    text = json.dumps(row | dict.fromkeys(numbers, "@@"), ensure_ascii=ascii_only, separators=spacing)
    text = text.replace('"\\u00e9":', '"é":')  # names are written as in the first lines
    for number in numbers.values():
        text = text.replace('"@@"', number, 1)
    return text


def even(spacing: tuple[str, str]) -> EvenLines:
    lines = [written(one, spacing, False) for one in SAMPLE]
    shape = Shape()
    for line in lines:
        shape.widen(decoded(line.encode()))
    sample = "".join(f"{line}\n" for line in lines).encode()
    return EvenLines(Lines(Path("unread")), shape.fields, sample, lambda byte: None)


def check(reader: EvenLines, data: bytes) -> bool:
    """Whether lines are accepted; then every value is what the line says."""
    try:
        arrays = reader.read(data)
    except Unlike:
        return False
    read = list(zip(*[array.to_pylist() for array in arrays], strict=True))
    lines = data.split(b"\n")[:-1]
    assert len(read) == len(lines)
    for line, values in zip(lines, read, strict=True):
        pairs = decoded(line)
        assert type(pairs) is Pairs
        assert [name for name, _ in pairs] == NAMES
        for (_, said), value in zip(pairs, values, strict=True):
            if type(said) is Number:
                assert Decimal(said) == value
            else:
                assert type(said) is type(value)
                assert said == value
    return True


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, min_size=1, max_size=6), st.sampled_from(json_even.SPACINGS), st.booleans())
def test_lines_written_alike_are_read_as_they_are(items, spacing, ascii_only):
    data = "".join(f"{written(item, spacing, ascii_only)}\n" for item in items).encode()
    wide = any(abs(item["id"] or 0) >= 10**16 for item in items)
    zero = any(str(item["n"]).startswith("-0.0") and not item["n"] for item in items)
    assert check(even(spacing), data) or wide or zero


@settings(max_examples=400, deadline=None)
@given(
    st.lists(rows, min_size=1, max_size=4),
    st.sampled_from(json_even.SPACINGS),
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 25), st.one_of(st.sampled_from(ODD), st.binary(max_size=3)))
    ),
)
def test_whatever_happens_to_lines_nothing_else_is_read(items, spacing, changes):
    data = bytearray("".join(f"{written(item, spacing, False)}\n" for item in items).encode())
    for place, length, put in changes:
        at = place % (len(data) + 1)
        data[at : at + length] = put.encode() if isinstance(put, str) else put
    check(even(spacing), bytes(data) + b"\n")


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from(NAMES), st.sampled_from(ODD), st.booleans())
def test_a_value_that_its_column_cannot_hold_is_never_read(row, name, odd, twice):
    good = written(row, (", ", ": "), False)
    head, _, rest = good.partition(f'"{name}": ')
    value = rest.partition(', "')[0] if name != "nothing" else "null"
    bad = f'{head}"{name}": {odd}{rest[len(value) :] if rest.startswith(value) else rest}'
    if twice:
        bad = bad.replace("}", f', "{name}": 1}}')
    check(even((", ", ": ")), f"{good}\n{bad}\n{good}\n".encode("utf-8", "surrogatepass"))


@pytest.fixture
def used(monkeypatch):
    """How often the quickest way gave the table."""
    given_back = []
    kept = json_text.even_table

    def counted(*args: Any) -> Any:
        table = kept(*args)
        given_back.append(table)
        return table

    monkeypatch.setattr(json_text, "even_table", counted)
    return given_back


def test_pieces_are_cut_between_lines(used, monkeypatch):
    lines = [f'{{"a":{i},"b":"{"x" * (i % 40)}"}}' for i in range(500)]
    for size in (1, 7, 64, 1000):
        monkeypatch.setattr(json_even, "PIECE", size)
        table = load_one("\n".join(lines), "thing.json")
        assert table.rows == [(i, "x" * (i % 40)) for i in range(500)]
    assert len(used) == 4


def test_the_quickest_way_says_what_the_exact_one_says(used, monkeypatch):
    lines = [
        json.dumps(
            {
                "day": f"2024-01-{i % 28 + 1:02d}",
                "arguable": "03/04/2025",
                "text": f'a "quoted" é {i}' if i % 50 == 0 else "b",
                "whole": i - 5,
                "money": None if i % 10 == 0 else i + i % 4 / 4,
                "flag": i % 3 == 0,
                "word": "NA",
            }
        )
        for i in range(2000)
    ]
    text = "\n".join(lines) + "\n"
    quick = load_one(text, "thing.json")
    assert len(used) == 1
    monkeypatch.setattr(json_text._Text, "_even", lambda *_: None)
    flat = load_one(text, "thing.json")
    monkeypatch.setattr(json_text._Text, "_flat", lambda *_: None)
    exact = load_one(text, "thing.json")
    assert quick.rows == flat.rows == exact.rows
    assert quick.schema == flat.schema == exact.schema
    assert quick.profile == flat.profile == exact.profile
    assert quick.receipt == flat.receipt


@pytest.mark.parametrize(
    "late", ['{"a":1.5,"b":"x"}', '{"b":"x","a":1}', '{"a":1,"b":2}', '{"a":1,"b":"x"', "", '{"a":1}']
)
def test_a_late_surprise_is_left_to_the_other_ways(used, late):
    lines = [f'{{"a":{i},"b":"x"}}' for i in range(3000)]
    table = load_one("\n".join([*lines, late, *lines]) + "\n", "thing.json")
    assert used == []
    seen, loaded, aside, skipped = table.counts
    assert (seen, loaded + aside + skipped) == (6001, 6001)
    assert loaded >= 6000


def test_sizes_that_only_late_values_have_decide_as_well():
    lines = [f'{{"a":{i}.5}}' for i in range(5000)]
    for late, physical in (("1.25", "DECIMAL(18,2)"), ("1", "DECIMAL(18,1)"), ("0.12345", "DOUBLE")):
        table = load_one("\n".join([*lines, f'{{"a":{late}}}', *lines]) + "\n", "thing.json")
        assert table.physical == [physical]
        assert float(table.rows[5000][0]) == float(late)
