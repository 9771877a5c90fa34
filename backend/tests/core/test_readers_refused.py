"""A file that cannot be read: one or two sentences say what, where and what to do."""

from __future__ import annotations

import gzip
import io
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.reading import load, load_one

from tablewright.core.errors import Problem


def refusal(data: bytes, filename: str = "upload") -> str:
    with pytest.raises(Problem) as caught:
        load(data, filename)
    return caught.value.detail


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for i in range(200):
        book.active.append([i, f"customer {i}", i * 1.5])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(1000)), "b": [f"name {i}" for i in range(1000)]}), out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (half(workbook()), ("ends at byte", "cut short or damaged", "copy or save it again")),
        (half(parquet()), ("ends at byte", "it was cut short", "copy or export it again")),
        (zipped(orders_parquet=half(parquet())), ('In "orders.parquet"', "it was cut short", "export it again")),
        (half(gzip.compress(bytes(range(256)) * 99)), ("was cut short", "pack it again")),
        (b'{"a": [1, 2,\n 3, "b": }\n', ("Expecting ',' delimiter", "(line 2)", "Nothing was loaded")),
        (b"<a>\n<b>1</b>\n<b>2\n</a>", ("mismatched tag in line 4, column 3", "Nothing was loaded")),
        (b"- id: 1\n  name: a\n- id: 2\n\tname: b\n", ("a tab where only blanks may stand, in line 4, column 1",)),
        (b"[" * 1000, ("more than 128 levels deep at byte 128", "export fewer levels")),
        (b"a,b\n" + bytes(500) + b"\n3,w\n", ("500 of 509 bytes are control characters", "the first at byte 4")),
        (b"", ("The file is empty",)),
        (rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 a, b\par}", ("a text document (RTF)",)),
    ],
)
def test_it_is_said_what_is_wrong_where_and_what_to_do(data: bytes, words: tuple[str, ...]) -> None:
    detail = refusal(data)
    assert all(each in detail for each in words), detail
    assert not any(each in detail for each in ("Error:", "/tmp", "errno", "Traceback")), detail


def test_damage_within_a_parquet_file_is_said_without_the_engines_paths() -> None:
    data = bytearray(parquet())
    data[len(data) // 2] ^= 0xFF
    data[200] ^= 0xFF
    detail = refusal(bytes(data), "orders.parquet")
    assert detail.startswith("The Parquet file is damaged: ") and detail.endswith(
        "correct the file or export it again."
    )
    assert "anew" not in detail and "/" not in detail


@pytest.mark.parametrize("more", [1, 50])
def test_one_stray_byte_costs_its_row_only(more: int) -> None:
    table = load_one(b"a,b\n1,x\n2,y\0z\n" + b"3,w\n" * more)
    (odd,) = table.receipt["quarantine"]
    assert (odd["line"], odd["reason"]) == (3, "holds a NUL byte")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("sales.xlsx", b"a,b\n1,2\n", "the name says a workbook, but the content is not a workbook: it was read as"),
        (
            "sales.csv",
            parquet(),
            "the name says a text table, but the content is not a text table: it was read as Parquet",
        ),
    ],
)
def test_a_name_that_promises_something_else_is_said(name: str, data: bytes, words: str) -> None:
    assert any(words in warning["reason"] for warning in load_one(data, name).receipt["warnings"])
