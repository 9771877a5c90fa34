"""Rows of very many columns and of very long texts are loaded within the memory that usual ones have."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet

MIB = 1 << 20


def loaded(path: Path, folder: Path, memory_bytes: int) -> dict[str, object]:
    params = {"path": str(path), "out_dir": str(folder / "out"), "memory_bytes": memory_bytes, "threads": 2}
    (table,) = run(params, Quiet(folder))["tables"]
    return dict(table)


def numbers(columns: int, rows: int) -> Iterator[str]:
    yield ",".join(f"m{i}" for i in range(columns))
    for row in range(rows):
        yield ",".join(str(row * i % 99_991) for i in range(columns))


def test_a_table_of_two_thousand_columns_is_loaded(tmp_path: Path) -> None:
    columns, rows = 2000, 2500
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(numbers(columns, rows)) + "\n")
    table = loaded(path, tmp_path, 384 * MIB)
    assert (table["row_count"], len(table["schema"])) == (rows, columns)  # type: ignore[arg-type]
    values = pq.read_table(str(table["file"]), columns=["c1", f"c{columns}"]).to_pydict()
    expected = list(numbers(columns, rows))[1:]
    assert [str(value) for value in values["c1"]] == [line.split(",")[0] for line in expected]
    assert [str(value) for value in values[f"c{columns}"]] == [line.rsplit(",", 1)[1] for line in expected]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_texts_of_many_kilobytes_are_loaded(kind: str, tmp_path: Path) -> None:
    draw = random.Random(5)
    words = ["".join(draw.choices("abcdefghijkl", k=8)) for _ in range(3000)]
    bodies = [" ".join(draw.choices(words, k=draw.randrange(500, 1500))) for _ in range(20_000)]
    path = tmp_path / f"long.{kind}"
    if kind == "csv":
        path.write_text("id,body\n" + "".join(f'{i},"{body}, and more"\n' for i, body in enumerate(bodies)))
        bodies = [f"{body}, and more" for body in bodies]
    else:
        path.write_text("".join(f'{{"id": {i}, "body": "{body}"}}\n' for i, body in enumerate(bodies)))
    table = loaded(path, tmp_path, 256 * MIB)
    file = pq.ParquetFile(str(table["file"]))
    assert file.read(columns=["c2"]).column(0).to_pylist() == bodies
    assert file.metadata.num_row_groups > 1


def half_megabytes(rows: int) -> list[str]:
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijkl", k=8)) for _ in range(3000)]
    return [" ".join(draw.choices(words, k=55_000)) for _ in range(rows)]


def written(kind: str, bodies: list[str], path: Path) -> None:
    match kind:
        case "csv":
            lines = ["id,body", *(f"{i},{body}" for i, body in enumerate(bodies))]
        case "skewed.csv":
            lines = ["id,body", *(f"{-i},short" for i in range(200_000, 0, -1))]
            lines += [f"{i},{body}" for i, body in enumerate(bodies)]
        case "jsonl":
            lines = [json.dumps({"id": i, "body": body}) for i, body in enumerate(bodies)]
        case "sql":
            lines = ["CREATE TABLE t (id int, body text);"]
            lines += [f"INSERT INTO t VALUES ({i}, '{body}');" for i, body in enumerate(bodies)]
        case _:
            pq.write_table(pa.table({"id": range(len(bodies)), "body": bodies}), path, row_group_size=1 << 20)
            return
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("kind", ["csv", "skewed.csv", "jsonl", "sql", "parquet"])
def test_half_a_megabyte_in_every_row_takes_no_more_memory_than_there_is(kind: str, tmp_path: Path) -> None:
    bodies = half_megabytes(600)
    path = tmp_path / f"half.{kind}"
    written(kind, bodies, path)
    table = loaded(path, tmp_path, 256 * MIB)
    with pq.ParquetFile(str(table["file"])) as file:
        ids = file.read(columns=["c1"]).column(0).to_pylist()
        assert ids == (list(range(-200_000, 0)) if kind == "skewed.csv" else []) + list(range(len(bodies)))
        place = 0
        for number in range(file.num_row_groups):
            for body in file.read_row_group(number, columns=["c2"]).column(0).to_pylist():
                if body != "short":
                    assert body == bodies[place]
                    place += 1
        assert place == len(bodies)


def test_rows_keep_their_order_where_files_of_wide_rows_become_one_table(tmp_path: Path) -> None:
    bodies = half_megabytes(6)
    packed = tmp_path / "parts.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in range(1, 9):
            rows = "".join(f"{part * 1000 + i},{bodies[i % 6]}\n" for i in range(12))
            archive.writestr(f"part-{part}.csv", "id,body\n" + rows)
    table = loaded(packed, tmp_path, 128 * MIB)
    ids = pq.read_table(str(table["file"]), columns=["c1"]).column(0).to_pylist()
    assert ids == [part * 1000 + i for part in range(1, 9) for i in range(12)]


def test_columns_that_come_later_are_empty_before(tmp_path: Path) -> None:
    path = tmp_path / "later.sql"
    inserts = [
        f"INSERT INTO t ({', '.join(f'a{j}' for j in range(i + 1))}) VALUES ({', '.join(map(str, range(i + 1)))});"
        for i in range(30)
    ]
    path.write_text("\n".join(inserts))
    table = loaded(path, tmp_path, 128 * MIB)
    rows = list(zip(*pq.read_table(str(table["file"])).to_pydict().values(), strict=True))
    assert rows == [tuple(range(i + 1)) + (None,) * (29 - i) for i in range(30)]


@pytest.mark.parametrize("size", [3 * MIB, 15 * MIB])
def test_lines_of_many_megabytes_are_read(size: int, tmp_path: Path) -> None:
    path, count = tmp_path / "lines.csv", 60 * MIB // size
    with path.open("w") as file:
        file.write("id,body\n")
        for i in range(count):
            file.write(f"{i},{'some words ' * ((size - i * 1000) // 11)}\n")
    table = loaded(path, tmp_path, 384 * MIB)
    lengths = [len(str(body)) for body in pq.read_table(str(table["file"]), columns=["c2"]).column(0).to_pylist()]
    assert lengths == [(size - i * 1000) // 11 * 11 for i in range(count)]
