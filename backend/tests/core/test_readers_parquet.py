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
