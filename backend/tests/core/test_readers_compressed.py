"""Archives: each file in them is read, what grows too far is stopped, nothing is written under their names."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.support.reading import load, load_one

from tablewright.core.errors import Problem
from tablewright.core.readers import unpack
from tablewright.core.readers.errors import ArchiveBomb, FileDamaged, NothingInArchive, TooManyMembers

CSV = b"id,city\n1,Oslo\n2,Rome\n3,Bonn\n"
ROWS = [(1, "Oslo"), (2, "Rome"), (3, "Bonn")]


def packed_zstd(data: bytes, folder: Path) -> bytes:
    path = folder / "x.zst"
    with pa.CompressedOutputStream(str(path), "zstd") as out:
        out.write(data)
    return path.read_bytes()


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"towns.csv": data})])
def test_a_compressed_table_is_the_table(pack):
    table = load_one(pack(CSV), "towns.csv.gz")
    assert (table.name, table.names, table.rows) == ("towns", ["id", "city"], ROWS)


def test_zstd_is_read_too(tmp_path):
    assert load_one(packed_zstd(CSV, tmp_path), "towns.csv.zst").rows == ROWS


def test_streams_behind_one_another_are_one_file(tmp_path):
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert load_one(pack(CSV) + pack(b"4,Graz\n"), "towns.csv.x").rows == [*ROWS, (4, "Graz")]
    assert load_one(lzma.compress(CSV) + b"\0" * 8, "a.csv.xz").rows == ROWS


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_holds_many_tables(mode):
    tables = load(
        tarred({"a/towns.csv": CSV, "b/people.json": b'[{"name": "Ada"}, {"name": "Alan"}]'}, mode), "x.tar.gz"
    )
    assert [(table.name, len(table.rows)) for table in tables] == [("towns", 3), ("people", 2)]
    assert tables[0].decided("file")["evidence"] == "a/towns.csv"


def test_a_compressed_file_within_an_archive_is_read_and_one_level_more_is_not():
    inner = zipped({"deep.csv": CSV})
    tables = load(zipped({"one.csv.gz": gzip.compress(CSV), "two.zip": inner}), "x.zip")
    assert [table.name for table in tables] == ["one", "deep"]
    with pytest.raises(NothingInArchive, match="within an archive"):
        load(zipped({"a.zip": zipped({"b.zip": inner})}), "x.zip")


def test_parts_of_one_table_are_put_together_and_it_is_said():
    files = {f"2024/part-000{i}.csv": b"id,amount\n%d,%d.50\n" % (i, i) for i in range(1, 5)}
    table = load_one(zipped(files), "x.zip")
    assert table.rows == [(i, pytest.approx(i + 0.5)) for i in range(1, 5)]
    assert table.name == "part"
    assert table.decided("tables")["value"] == "one"
    assert table.counts == (4, 4, 0, 0)
    assert len(load(zipped(files), "x.zip", options={"tables": "several"})) == 4


def test_whole_and_decimal_numbers_of_parts_become_decimals():
    table = load_one(zipped({"p1.csv": b"k,v\na,1\nb,2\n", "p2.csv": b"k,v\nc,2.25\nd,1.50\n"}), "x.zip")
    assert table.types == ["text", "decimal"]
    assert [float(row[1]) for row in table.rows] == [1, 2, 2.25, 1.5]


def test_parts_whose_types_differ_stay_apart_with_all_values_as_they_were():
    first = b"zip,town\n" + b"".join(b"%d,Town %d\n" % (1234 + i, i) for i in range(30))
    other = b"zip,town\n" + b"".join(b"0%d,Town %d\n" % (1234 + i, i) for i in range(30))
    tables = load(zipped({"p1.csv": first, "p2.csv": other}), "x.zip")
    assert [table.rows[0][0] for table in tables] == [1234, "01234"]
    assert tables[0].decided("tables")["value"] == "several"


def test_files_with_other_names_or_columns_stay_apart():
    tables = load(zipped({"a.csv": CSV, "b.csv": CSV, "c1.csv": CSV, "c2.csv": b"id,country\n1,Norway\n"}), "x.zip")
    assert [table.name for table in tables] == ["a", "b", "c1", "c2"]


def test_quarantined_rows_of_parts_keep_their_file_and_are_counted():
    part = b"id,city\n1,Oslo\n2,Rome\n3,Bonn\n4,a,b,c\n5,Graz\n6,Wien\n"
    table = load_one(zipped({"p1.csv": part, "p2.csv": part}), "x.zip")
    assert table.counts[0] == table.counts[1] + table.counts[2] + table.counts[3]
    if table.counts[2]:
        assert {row["file"] for row in table.receipt["quarantine"]} == {"p1.csv", "p2.csv"}
        assert len(table.quarantined.splitlines()) == table.counts[2]


def test_what_is_no_table_is_passed_over_and_said():
    files = {
        "towns.csv": CSV,
        "__MACOSX/._towns.csv": b"\0\5\x16\7",
        ".DS_Store": b"\0\0\0\1Bud1",
        "README.md": b"# About\n",
        "logo.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "empty.csv": b"",
    }
    table = load_one(zipped(files), "x.zip")
    said = table.decided("files not read")
    assert said["value"] == "5"
    assert "logo.png" in said["evidence"]
    assert any("logo.png" in warning["reason"] for warning in table.receipt["warnings"])
    assert not any("DS_Store" in warning["reason"] for warning in table.receipt["warnings"])


def test_names_that_repeat_are_told_apart():
    tables = load(zipped({"north/towns.csv": CSV, "south/towns.csv": b"id,town\n9,Pisa\n"}), "x.zip")
    assert sorted(table.name for table in tables) == ["north/towns", "south/towns"]


def test_a_dump_in_an_archive_keeps_its_links():
    dump = (
        b"CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT);\nINSERT INTO a VALUES (1,'x');\n"
        b"CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a(id));\nINSERT INTO b VALUES (1,1);\n"
    )
    tables = load(zipped({"dump.sql": dump, "towns.csv": CSV}), "x.zip")
    assert [table.name for table in tables] == ["a", "b", "towns"]


def test_parquet_parts_are_one_table(tmp_path):
    files = {}
    for i in range(3):
        pq.write_table(pa.table({"n": [i], "t": [f"row {i}"]}), tmp_path / "p.parquet")
        files[f"data/part-{i}.parquet"] = (tmp_path / "p.parquet").read_bytes()
    assert load_one(zipped(files), "x.zip").rows == [(0, "row 0"), (1, "row 1"), (2, "row 2")]


# Hostile


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/passwd.csv", "..\\..\\evil.csv", "a\x01b\n.csv", "x" * 5000 + ".csv"]
)
def test_names_never_become_places(name, tmp_path):
    table = load_one(zipped({name: CSV}), "x.zip")
    assert table.rows == ROWS
    assert not list(tmp_path.parent.glob("evil*"))


def test_links_in_a_tar_are_not_followed():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("link.csv", tarfile.SYMTYPE), ("hard.csv", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        entry = tarfile.TarInfo("towns.csv")
        entry.size = len(CSV)
        archive.addfile(entry, io.BytesIO(CSV))
    table = load_one(buffer.getvalue(), "x.tar")
    assert table.rows == ROWS
    assert table.decided("files not read")["value"] == "3"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, lambda d: zipped({"a.csv": d})])
def test_bombs_are_stopped(pack, monkeypatch):
    monkeypatch.setattr(unpack, "FREE_BYTES", 1 << 20)
    with pytest.raises(ArchiveBomb, match="unpacks to more than"):
        load(pack(b"a,b\n" + b"1,2\n" * 2_000_000), "bomb")


def test_a_zstd_bomb_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(unpack, "FREE_BYTES", 1 << 20)
    with pytest.raises(ArchiveBomb):
        load(packed_zstd(b"1,2\n" * 2_000_000, tmp_path), "bomb")


def test_a_bomb_within_an_archive_is_stopped(monkeypatch):
    monkeypatch.setattr(unpack, "FREE_BYTES", 1 << 20)
    inner = zipped({"a.csv": b"1,2\n" * 2_000_000})
    with pytest.raises(ArchiveBomb):
        load(zipped({f"{i}.zip": inner for i in range(5)}), "bomb.zip")


def test_overlapping_files_of_a_zip_are_refused():
    data = bytearray(zipped({"a.csv": CSV * 20, "b.csv": CSV * 20}, method=zipfile.ZIP_STORED))
    at = data.rfind(b"PK\x01\x02")
    data[at + 42 : at + 46] = struct.pack("<L", 10)
    with pytest.raises(Problem):
        load(bytes(data), "x.zip")


def test_a_hundred_thousand_files_are_refused_before_the_directory_is_read():
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    many = entry * 30_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 30_000, 30_000, len(many), 0, 0)
    with pytest.raises(TooManyMembers):
        load(b"PK\x03\x04" + many + end, "x.zip")
    with pytest.raises(TooManyMembers):
        load(zipped({f"f{i}.csv": b"" for i in range(1001)}, method=zipfile.ZIP_STORED), "x.zip")


def test_a_protected_zip_is_refused_with_the_reason():
    data = bytearray(zipped({"a.csv": CSV}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(NothingInArchive, match="password"):
        load(bytes(data), "x.zip")


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, lambda d: zipped({"a.csv": d}), lambda d: tarred({"a.csv": d})]
)
def test_cut_and_flipped_archives_are_refused_with_a_place_or_still_right(pack):
    plain = b"id,city\n" + b"".join(b"%d,Town number %d\n" % (i, i * 7919) for i in range(3000))
    whole = pack(plain)
    with pytest.raises(FileDamaged):
        load(whole[: len(whole) * 2 // 3], "x")
    right = load_one(whole, "a.csv.x").rows
    for at in range(30, len(whole) - 30, len(whole) // 4):
        flipped = bytearray(whole)
        flipped[at] ^= 0x10
        try:
            found = load(bytes(flipped), "a.csv.x")
        except Problem:
            continue
        if pack(b"")[:2] != b"a." and whole[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7", b"PK"):
            assert found[0].rows == right  # a checksum stands behind the data


def test_an_empty_archive_says_so():
    for data in (zipped({}), gzip.compress(b"")):
        with pytest.raises(Problem):
            load(data, "x.zip")
