"""How far a load is, as its child tells it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tablewright.core.readers import engine, json_scan, landing
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet
from tablewright.core.readers.sql import rows as sql_rows


class Listening(Quiet):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.told: list[dict[str, Any]] = []

    def progress(self, **fields: Any) -> None:
        self.told.append(fields)


@pytest.mark.parametrize(
    ("name", "text", "unit"),
    [
        ("rows.csv", "id,name\n" + "".join(f"{n},Name {n}\n" for n in range(50_000)), "rows"),
        ("rows.jsonl", "".join(f'{{"id": {n}, "name": "Name {n}"}}\n' for n in range(50_000)), "bytes"),
        ("odd.jsonl", "".join(f'{{"id":  {n}, "name": "Name {n}"}}\n' for n in range(50_000)), "rows"),
    ],
)
def test_the_longest_stage_is_told(tmp_path: Path, name: str, text: str, unit: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    (scratch := tmp_path / "scratch").mkdir()
    listening = Listening(scratch)
    run({"path": str(path), "filename": name, "out_dir": str(tmp_path / "out")}, listening)
    longest = ("read",) if unit == "bytes" else ("load", "write")
    stages = [one for one in listening.told if one["stage"] in longest and one.get("unit") == unit]
    assert stages[0]["done"] == 0
    assert {one["total"] for one in stages} == {50_000 if unit == "rows" else len(text)}


def test_a_statement_is_followed_while_it_runs() -> None:
    class Half:
        def query_progress(self) -> float:
            return 50.0

    told, heard = list[float](), threading.Event()

    def tell(share: float) -> None:
        told.append(share)
        heard.set()

    with engine.followed(Half(), tell):
        assert heard.wait(30)
    assert set(told) == {0.5}
    assert "follow" not in {thread.name for thread in threading.enumerate()}


MANY = 60_000


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("even.jsonl", "".join(f'{{"id": {n}, "name": "Name {n}"}}\n' for n in range(MANY))),
        ("nested.jsonl", "".join(f'{{"id": {n}, "to": [{{"x": {n}}}]}}\n' for n in range(MANY))),
        ("rows.xml", f"<all>{''.join(f'<row><id>{n}</id><name>Name {n}</name></row>' for n in range(MANY))}</all>"),
        ("rows.sql", "".join(f"INSERT INTO t VALUES ({n}, 'Name {n}');\n" for n in range(MANY))),
    ],
)
def test_formats_that_are_read_by_bytes_tell_the_rows_that_gave(
    tmp_path: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_scan, "BLOCK", 1 << 16)
    monkeypatch.setattr(landing, "BATCH_ROWS", 1000)
    monkeypatch.setattr(sql_rows, "BATCH_BYTES", 1 << 16)
    path = tmp_path / name
    path.write_text(text)
    (scratch := tmp_path / "scratch").mkdir()
    listening = Listening(scratch)
    run({"path": str(path), "filename": name, "out_dir": str(tmp_path / "out")}, listening)
    rows = [one["rows"] for one in listening.told if one["stage"] == "read" and one.get("rows")]
    assert rows
    assert 10_000 < max(rows) <= 2 * MANY  # those of the table below count as well


def test_what_takes_long_in_wide_tables_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking again at columns with an odd value in the last row, and describing all columns."""
    monkeypatch.setattr(engine, "SMALL_ROWS", 0)
    path = tmp_path / "wide.csv"
    names = ",".join(f"n{i}" for i in range(300))
    path.write_text(f"{names}\n" + f"{','.join(['7'] * 300)}\n" * 1200 + f"{','.join(['x'] * 300)}\n")
    (scratch := tmp_path / "scratch").mkdir()
    listening = Listening(scratch)
    run({"path": str(path), "filename": "wide.csv", "out_dir": str(tmp_path / "out")}, listening)
    again = {one["done"] for one in listening.told if one["stage"] == "load"}
    assert len(again) > 250  # about one for each column
    assert [one["done"] for one in listening.told if one["stage"] == "profile"] == [0, 200]
    assert {one["total"] for one in listening.told if one["stage"] == "profile"} == {300}


def test_many_tables_are_told(tmp_path: Path) -> None:
    path = tmp_path / "many.sql"
    path.write_text("".join(f"CREATE TABLE t{n} (id int);\nINSERT INTO t{n} VALUES ({n});\n" for n in range(25)))
    (scratch := tmp_path / "scratch").mkdir()
    listening = Listening(scratch)
    run({"path": str(path), "filename": "many.sql", "out_dir": str(tmp_path / "out")}, listening)
    assert [one["done"] for one in listening.told if one["unit"] == "tables"] == [10, 20]
