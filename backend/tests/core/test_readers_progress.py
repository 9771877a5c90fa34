"""How far a load is, as its child tells it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tablewright.core.readers import engine
from tablewright.core.readers.load import run
from tablewright.core.readers.model import Quiet


class Listening(Quiet):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.told: list[dict[str, Any]] = []

    def progress(self, **fields: Any) -> None:
        self.told.append(fields)


@pytest.mark.parametrize(
    ("name", "head", "line"),
    [("rows.csv", "id,name\n", "{n},Name {n}\n"), ("rows.jsonl", "", '{{"id": {n}, "name": "Name {n}"}}\n')],
)
def test_the_longest_stage_is_told_in_rows(tmp_path: Path, name: str, head: str, line: str) -> None:
    path = tmp_path / name
    path.write_text(head + "".join(line.format(n=n) for n in range(50_000)))
    (scratch := tmp_path / "scratch").mkdir()
    listening = Listening(scratch)
    run({"path": str(path), "filename": name, "out_dir": str(tmp_path / "out")}, listening)
    stages = [one for one in listening.told if one["stage"] in ("load", "write") and one.get("unit") == "rows"]
    assert stages[0]["done"] == 0
    assert {one["total"] for one in stages} == {50_000}


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
