"""Rows of very many columns and of very long texts are loaded within the memory that usual ones have."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

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
    table = loaded(path, tmp_path, 192 * MIB)
    file = pq.ParquetFile(str(table["file"]))
    assert file.read(columns=["c2"]).column(0).to_pylist() == bodies
    assert file.metadata.num_row_groups > 1
