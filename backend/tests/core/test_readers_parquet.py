"""Parquet: every logical type, what only one of two libraries reads, and files made to harm."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.fuzzing import outcome, reading
from support.reading import load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import parquet
from tablewright.core.readers.errors import ArchiveBomb, FileDamaged, NotATable


def written(table: pa.Table, path: Path, **options: object) -> bytes:
    pq.write_table(table, path / "given.parquet", **options)
    return (path / "given.parquet").read_bytes()


def column(values: pa.Array, path: Path, **options: object) -> tuple[str, list[object]]:
    table = load_one(written(pa.table({"a": values}), path, **options), "a.parquet")
    return table.types[0], [row[0] for row in table.rows]


@pytest.mark.parametrize(
    ("values", "type", "read"),
    [
        (pa.array([Decimal("1" * 20 + "." + "2" * 18)], pa.decimal128(38, 18)), "decimal", None),
        (pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")), "text", ["2023-11-14 22:13:20.123456789"]),
        (
            pa.array([1_700_000_000_123_456_000], pa.timestamp("ns")),
            "timestamp",
            [datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)],
        ),
        (pa.array([1.5, None], pa.float16()), "float", [1.5, None]),
        (pa.array([b"plain", b"text"], pa.binary()), "text", ["plain", "text"]),
        (pa.array([b"\xff\x00"], pa.binary()), "text", ["\\xFF\\x00"]),
        (pa.array(["x", "y", "x"]).dictionary_encode(), "text", ["x", "y", "x"]),
        (pa.array([3_600_000_000], pa.time64("us")), "time", [datetime.time(1)]),
        (pa.array([[1, 2], None]), "nested", ["[1,2]", None]),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())), "nested", ['{"k":1}']),
        (pa.array([{"x": {"y": 1}}]), "nested", ['{"x":{"y":1}}']),
    ],
)
def test_every_type_keeps_its_values(values, type, read, tmp_path):
    found, rows = column(values, tmp_path)
    assert (found, rows) == (type, values.to_pylist() if read is None else read)


LONG = Decimal("1234567890123456789012345678901234567.50")


@pytest.mark.parametrize(
    ("values", "digits", "physical", "read"),
    [
        ([Decimal("1.50"), None], (40, 2), "DECIMAL(38,2)", [Decimal("1.50"), None]),
        ([Decimal("-0.00001")], (50, 5), "DECIMAL(38,5)", [Decimal("-0.00001")]),
        ([Decimal(10) ** 37], (76, 0), "DECIMAL(38,0)", [Decimal(10) ** 37]),
        ([Decimal("0.5")], (76, 38), "DECIMAL(38,38)", [Decimal("0.5")]),
        ([Decimal("1.50"), LONG], (40, 2), "VARCHAR", ["1.50", str(LONG)]),
        ([Decimal("1.5")], (76, 38), "VARCHAR", ["1.5" + "0" * 37]),
        ([Decimal("1E-40")], (76, 40), "VARCHAR", ["0." + "0" * 39 + "1"]),
        ([Decimal("1.50")], (38, 2), "DECIMAL(38,2)", [Decimal("1.50")]),
        ([Decimal("1.50")], (10, 2), "DECIMAL(10,2)", [Decimal("1.50")]),
    ],
)
def test_decimals_of_very_many_digits_stay_exact(values, digits, physical, read, tmp_path):
    given = pa.table({"a": pa.array(values, pa.decimal256(*digits)), "b": list(range(len(values)))})
    table = load_one(written(given, tmp_path), "a.parquet")
    assert (table.physical[0], table.rows) == (physical, list(zip(read, range(len(values)), strict=True)))
    said = table.decided("type of a")["evidence"]
    assert (f"decimal({digits[0]}, {digits[1]})" in said) == (digits[0] > 38)
    assert ("kept as text" in said) == (physical == "VARCHAR")


@pytest.mark.parametrize(("value", "read"), [(Decimal("1.50"), "1.50"), (LONG, f'"{LONG}"')])
def test_decimals_of_very_many_digits_stay_exact_in_nested_values(value, read, tmp_path):
    wide = pa.decimal256(40, 2)
    given = {
        "a": pa.array([[value], None], pa.list_(wide)),
        "b": pa.array([{"x": value}, None], pa.struct([("x", wide)])),
        "c": pa.array([[("k", value)], None], pa.map_(pa.string(), wide)),
        "d": pa.array([value, value], wide).dictionary_encode(),
    }
    table = load_one(written(pa.table(given), tmp_path), "a.parquet")
    assert table.rows[0][:3] == (f"[{read}]", f'{{"x":{read}}}', f'{{"k":{read}}}')
    assert str(table.rows[1][3]) == str(value)


@pytest.mark.parametrize(("unit", "said"), [("ms", "ms"), ("us", "µs"), ("ns", "ns")])
def test_durations_keep_their_unit(unit, said, tmp_path):
    table = load_one(written(pa.table({"took": pa.array([90, None, 180], pa.duration(unit))}), tmp_path), "a.parquet")
    assert [row[0] for row in table.rows] == [90, None, 180]
    assert (table.schema[0]["unit"], table.decided("unit of took")["value"]) == (said, said)


@pytest.mark.parametrize("type", [pa.float32(), pa.float64()])
def test_infinities_and_what_is_not_a_number_are_empty_and_said_with_their_count(type, tmp_path):
    endless, nan = float("inf"), float("nan")
    given = {"a": [1.0, endless, -endless], "b": [1.0, nan, None], "c": [1.0, nan, endless], "d": [1.0, None, 2.0]}
    given = {name: pa.array(values, type, from_pandas=False) for name, values in given.items()}
    table = load_one(written(pa.table(given), tmp_path), "a.parquet")
    assert table.rows == [(1.0, 1.0, 1.0, 1.0), (None, None, None, None), (None, None, None, 2.0)]
    assert [(one["column"], one["count"]) for one in table.receipt["warnings"]] == [("c1", 2), ("c2", 1), ("c3", 2)]
    words = ["are infinite:", "is not a number:", "infinite (1) or not a number (1):"]
    assert all(word in one["reason"] for word, one in zip(words, table.receipt["warnings"], strict=True))


def test_many_row_groups_keep_their_order(tmp_path):
    data = written(pa.table({"a": list(range(5000))}), tmp_path, row_group_size=7)
    assert [row[0] for row in load_one(data, "a.parquet").rows] == list(range(5000))


@pytest.mark.parametrize("codec", ["lz4", "brotli", "gzip", "zstd", "snappy", "none"])
def test_every_codec_is_read(codec, tmp_path):
    assert column(pa.array([1, 2]), tmp_path, compression=codec) == ("integer", [1, 2])


def test_encodings_that_one_library_lacks_are_read_by_the_other(tmp_path):
    values = pa.array([1, 2, 3], pa.int32())
    assert column(values, tmp_path, use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT")[1] == [1, 2, 3]


def test_an_encrypted_file_is_refused_as_such():
    with pytest.raises(NotATable, match="encrypted"):
        load(b"PARE" + b"\0" * 60 + b"\x10\0\0\0PARE", "a.parquet")


def test_a_footer_that_points_nowhere_is_refused(tmp_path):
    data = bytearray(written(pa.table({"a": [1, 2, 3]}), tmp_path))
    for length in (0, 1, len(data), 2**31 - 1, 2**32 - 1):
        data[-8:-4] = length.to_bytes(4, "little")
        with pytest.raises(FileDamaged):
            load(bytes(data), "a.parquet")


def test_more_rows_than_the_bytes_can_hold_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_VALUES", 1_000_000)
    with pytest.raises(ArchiveBomb):
        load(written(pa.table({"a": pa.nulls(1_000_001, pa.int8())}), tmp_path), "a.parquet")


def test_flipped_bits_and_lost_ends_never_do_more_than_refuse(tmp_path):
    table = pa.table(
        {"a": list(range(300)), "s": [f"value {i % 7}" for i in range(300)], "l": [[i, None] for i in range(300)]}
    )
    data = written(table, tmp_path, compression="snappy")
    chance = random.Random(5)
    refused = 0
    for _ in range(25):
        harmed = bytearray(data)
        for _ in range(3):
            harmed[chance.randrange(4, len(harmed))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.3:
            harmed = harmed[: chance.randrange(4, len(harmed))]
        try:
            load(bytes(harmed), "a.parquet")
        except Problem as problem:
            refused += 1
            assert str(tmp_path) not in problem.detail
    assert refused > 5


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_a_page_that_does_not_match_its_checksum_is_refused(version, dictionary, tmp_path):
    table = pa.table({"a": [f"value {i % 700}" for i in range(3000)], "b": [[i, i] for i in range(3000)]})
    options = {"compression": "none", "data_page_version": version, "use_dictionary": dictionary, "row_group_size": 900}
    plain = written(table, tmp_path, **options)
    checked = written(table, tmp_path, write_page_checksum=True, **options)
    assert len(load_one(checked, "a.parquet").rows) == 3000
    last = [data.rfind(b"value 69") + 7 for data in (plain, checked)]
    damaged = [data[:at] + b"8" + data[at + 1 :] for data, at in zip((plain, checked), last, strict=True)]
    assert len(load_one(damaged[0], "a.parquet").rows) == 3000
    with pytest.raises(FileDamaged, match=r'column "a" in row group \d does not match its checksum') as refused:
        load(damaged[1], "a.parquet")
    assert refused.value.where["column"] == "a"


def test_a_footer_over_which_arrow_would_end_the_process_is_read_or_refused(tmp_path):
    """A schema that contradicts the footer's statistics: Arrow ends the process when asked for such a column."""
    data = written(pa.table({"a": [[1], [2, 3]], "b": [1, 2]}), tmp_path, compression="none")
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    (tmp_path / "of child").mkdir()
    with reading(tmp_path / "of child") as children:
        for at in range(footer, footer + 64):
            changed = bytes([*data[:at], data[at] ^ 1, *data[at + 1 :]])
            outcome(children, tmp_path / "of child", changed)
