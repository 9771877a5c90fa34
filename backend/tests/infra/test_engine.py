"""The engine: answers through locked children, exports in constant memory, nothing outside the folder."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.questions import DATASET, TODAY, prepare, question, schema, write

from tablewright.core.queries.answer import to_answer, to_json
from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.model import Answer
from tablewright.core.queries.tables import Table, TableKey
from tablewright.core.tables.schema import Schema
from tablewright.infra.children import (
    MIB,
    Cancelled,
    Children,
    Limits,
    MemoryExceeded,
    OutputExceeded,
    ProblemFromChild,
)
from tablewright.infra.engine import Engine

TASKS = Path(__file__).with_name("child_tasks.py")
LIMITS = Limits(memory_bytes=600 * MIB, cpu_seconds=60, wall_seconds=60)
VERSION = UUID("00000000-0000-0000-0000-000000000001")
PEOPLE = schema(c1=("Name", "text", "VARCHAR"), c2=("=Age", "integer", "BIGINT"))
WIDE = schema(c1=("n", "integer", "BIGINT"), c2=("text", "text", "VARCHAR"), c3=("x", "float", "DOUBLE"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def engine(place: Path) -> Iterator[Engine]:
    (place / "cache").mkdir()
    with Children(
        size=1, reuse=True, limits=LIMITS, scratch=place / "scratch", readable=[place / "cache"], extra_tasks=TASKS
    ) as children:
        yield Engine(children)


@pytest.fixture(scope="module")
def folder(place: Path, engine: Engine) -> Path:
    """One workspace's folder, with two versions in it."""
    folder = place / "cache" / "one's workspace"
    folder.mkdir()
    names = ["Ann", "=cmd()", "Bob'; DROP TABLE x; --", None]
    write(folder / "people.parquet", PEOPLE, {"c1": names, "c2": [-30, 41, None, 2**60]})
    duckdb.sql(
        "COPY (SELECT range AS c1, md5(range::VARCHAR) || repeat('=', 40) AS c2, sqrt(range) AS c3 "
        f"FROM range(2000000)) TO '{folder / 'wide.parquet'}'".replace("one's", "one''s")
    )
    return folder


def compiled(of: Schema = PEOPLE, source: str = "people.parquet", **parts: Any) -> Compiled:
    return prepare(question(**parts), of, source)


def test_an_answer_is_an_arrow_table_with_the_columns_asked_for(engine: Engine, folder: Path) -> None:
    asked = compiled(dimensions=[{"column": "c1"}], measures=[{"fn": "sum", "column": "c2"}], sort=[{"by": "m0"}])
    table = engine.ask(folder, asked)
    assert table.to_pydict() == {"d0": ["Ann", "=cmd()", None, "Bob'; DROP TABLE x; --"], "m0": [-30, 41, 2**60, None]}
    assert table.schema.field("m0").type == pa.int64()
    answer = to_answer(table, asked, version_id=VERSION, total_count=4, truncated=False)
    assert answer.data["m0"] == [-30, 41, str(2**60), None]


def test_the_stream_says_what_its_columns_are(engine: Engine, folder: Path) -> None:
    binned = compiled(dimensions=[{"column": "c2", "bins": {"count": 2}}], measures=[{"fn": "count_rows"}])
    payload = engine.ask_ipc(folder, binned)
    stream = pa.ipc.open_stream(payload)
    assert stream.schema.names == ["d0", "m0"]
    assert b'"label": "=Age"' in stream.schema.metadata[b"tablewright"]
    answer = to_answer(stream.read_all(), binned, version_id=VERSION, total_count=None, truncated=False)
    assert answer.bin_width == {"d0": 2e18}


def test_questions_at_once_share_the_cores(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    write(tmp_path / "cache" / "people.parquet", PEOPLE, {"c1": ["Ann"], "c2": [30]})
    asked = replace(
        compiled(dimensions=[{"column": "c1"}], measures=[{"fn": "count_rows"}]),
        sql="SELECT current_setting('threads')::VARCHAR AS d0, count(*)::HUGEINT AS m0 FROM read_parquet($source0)",
    )
    asleep = threading.Event()
    with (
        Children(
            size=2,
            reuse=True,
            limits=LIMITS,
            scratch=tmp_path / "scratch",
            readable=[tmp_path / "cache"],
            extra_tasks=TASKS,
        ) as children,
        ThreadPoolExecutor(1) as other,
    ):
        engine = Engine(children, threads=4)
        assert engine.ask(tmp_path / "cache", asked).to_pydict()["d0"] == ["4"]
        beside = other.submit(children.call, "sleep", {"seconds": 2}, on_progress=lambda _: asleep.set())
        assert asleep.wait(30)
        assert engine.ask(tmp_path / "cache", asked).to_pydict()["d0"] == ["2"]
        assert beside.result(30).value == "awake"
        assert engine.ask(tmp_path / "cache", asked).to_pydict()["d0"] == ["4"]


def test_text_that_looks_like_sql_comes_back_as_it_is(engine: Engine, folder: Path) -> None:
    payload = "Bob'; DROP TABLE x; --"
    only = {"kind": "group", "items": [{"kind": "condition", "column": "c1", "op": "eq", "values": [payload]}]}
    grouped = [{"column": "c1", "label": payload}]
    assert engine.ask(folder, compiled(filter=only, dimensions=grouped)).to_pydict() == {"d0": [payload]}


def test_a_file_that_is_not_there_is_a_problem_not_a_fault(engine: Engine, folder: Path) -> None:
    with pytest.raises(ProblemFromChild) as caught:
        engine.ask(folder, compiled(source="gone.parquet"))
    assert caught.value.code == "version_file_missing"


def test_a_sum_out_of_range_is_a_problem_not_a_fault(engine: Engine, folder: Path) -> None:
    huge = schema(c1=("n", "integer", "HUGEINT"))
    path = str(folder / "huge.parquet").replace("'", "''")
    duckdb.sql(f"COPY (SELECT 99999999999999999999999999999999999999::DECIMAL(38,0) AS c1 FROM range(9)) TO '{path}'")
    with pytest.raises(ProblemFromChild) as caught:
        engine.ask(folder, compiled(huge, "huge.parquet", measures=[{"fn": "sum", "column": "c1"}]))
    assert caught.value.code == "result_out_of_range"
    about = [{"id": "f1", "name": "About", "text": "SUM([#c1] * 1e0)"}]  # as it says what to do
    wide = compiled(huge, "huge.parquet", formulas=about, measures=[{"fn": "formula", "column": "f1"}])
    assert engine.ask(folder, wide).to_pydict() == {"m0": [pytest.approx(9e38)]}


# The lock: what SQL of any kind cannot do, if it ever got in


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM read_text('{outside}/secret.csv')",
        "SELECT * FROM read_blob('{folder}/../secret.csv')",
        "SELECT * FROM '{outside}/secret.csv'",
        "SELECT * FROM glob('{outside}/*')",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')",
        "COPY (SELECT 42) TO '{outside}/made.csv'",
        "COPY (SELECT 42) TO '/tmp/made.csv'",
        "ATTACH '{outside}/made.db'",
        "EXPORT DATABASE '{outside}/dump'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET memory_limit",
        "SET threads = 64",
        "PRAGMA memory_limit = '64GB'",
        "SELECT * FROM TASKS",
    ],
)
def test_a_locked_database_refuses(engine: Engine, folder: Path, place: Path, sql: str) -> None:
    (place / "secret.csv").write_text("a\nhunter2\n")
    folders = {"outside": str(place), "folder": str(folder).replace("'", "''")}
    found = engine.children.call("sql", {"folder": str(folder), "sql": sql.format(**folders)}).value
    assert found[0][0] == "refused"
    assert "hunter2" not in found[0][1]
    assert sorted(path.name for path in place.iterdir()) == ["cache", "scratch", "secret.csv"]


def test_one_workspace_cannot_read_another(engine: Engine, folder: Path, place: Path) -> None:
    other = place / "cache" / "other"
    other.mkdir(exist_ok=True)
    shutil.copyfile(folder / "people.parquet", other / "people.parquet")
    assert engine.ask(other, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}
    for source in (str(other / "people.parquet"), "../other/people.parquet"):
        with pytest.raises(Exception) as caught:
            engine.ask(folder, compiled(source=source))
        assert "PermissionException" in str(caught.value)
    assert engine.ask(folder, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}


def test_a_child_keeps_only_so_many_databases(engine: Engine, folder: Path, place: Path) -> None:
    for number in range(12):
        other = place / "cache" / f"many{number}"
        other.mkdir()
        shutil.copyfile(folder / "people.parquet", other / "people.parquet")
        assert engine.ask(other, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}
    assert engine.ask(folder, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}


# Limits


def test_scalar_functions_that_ignore_the_engines_limits_meet_the_childs(engine: Engine, folder: Path) -> None:
    """With memory_limit=256MB this reached 14.6 GB and ignored interrupts for a minute."""
    start = time.monotonic()
    bomb = "SELECT len(generate_series(1, 300000000))"
    with pytest.raises(MemoryExceeded):
        engine.children.call("sql", {"folder": str(folder), "sql": bomb})
    assert time.monotonic() - start < 20
    assert engine.ask(folder, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}


def test_more_than_memory_is_spilled_to_scratch_and_removed(engine: Engine, folder: Path, place: Path) -> None:
    def spilled() -> int:
        files = [path for path in (place / "scratch").rglob("spill/*") if path.is_file()]
        return sum(path.stat().st_size for path in files if path.exists())

    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            with suppress(OSError):
                seen.append(spilled())

    watching = threading.Thread(target=watch)
    watching.start()
    counted = prepare(
        question(dimensions=[{"column": "c2"}], measures=[{"fn": "count_rows"}], limit=3), WIDE, "wide.parquet"
    )
    try:
        # With one thread: two that spill at once may each hold a part that together is more than there is.
        assert Engine(engine.children, threads=1).ask(folder, counted).num_rows == 3
    finally:
        done.set()
        watching.join()
    assert max(seen) > 0
    assert spilled() == 0


def test_an_answer_above_the_output_limit_is_refused(engine: Engine, folder: Path) -> None:
    asked = compiled(WIDE, "wide.parquet", limit=100_000)
    with pytest.raises(OutputExceeded):
        engine.ask(folder, asked, limits=replace(LIMITS, output_bytes=MIB))
    assert engine.ask(folder, asked).num_rows == 100_000


def test_a_running_question_can_be_cancelled(engine: Engine, folder: Path) -> None:
    asked = compiled(WIDE, "wide.parquet", dimensions=[{"column": "c2"}], measures=[{"fn": "count_rows"}])
    with pytest.raises(Cancelled):
        engine.ask(folder, asked, cancelled=lambda: True)
    assert engine.ask(folder, compiled(measures=[{"fn": "count_rows"}])).to_pydict() == {"m0": [4]}


# Exports


def test_an_answer_of_two_thousand_columns_needs_no_room_for_a_million_rows(engine: Engine, folder: Path) -> None:
    columns = {f"c{i}": (f"m{i}", "integer", "BIGINT") for i in range(1, 2001)}
    write(folder / "columns.parquet", schema(**columns), {name: [1, 2] for name in columns})
    found = engine.ask(folder, compiled(schema(**columns), "columns.parquet", columns=list(columns)))
    assert (found.num_rows, found.num_columns) == (2, 2000)


def test_a_csv_export_has_labels_and_no_formulas(engine: Engine, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "people.csv"
    assert engine.copy(folder, compiled(), out, "csv") == 4
    assert out.read_text() == (
        '"Name","\'=Age"\n"Ann",-30\n"\'=cmd()",41\n"Bob\'; DROP TABLE x; --",\n,1152921504606846976\n'
    )


def test_a_parquet_export_names_columns_by_their_keys(engine: Engine, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "people.parquet"
    asked = compiled(dimensions=[{"column": "c2", "bins": {"count": 2}}], measures=[{"fn": "count_rows"}])
    assert engine.copy(folder, asked, out, "parquet") == 3
    assert pq.read_table(out).column_names == ["d0", "m0"]


def test_a_large_export_streams(engine: Engine, folder: Path, tmp_path: Path) -> None:
    """Two million rows, 160 MB of text, in a child of 300 MiB, reported on the way."""
    out = tmp_path / "wide.csv"
    seen: list[int] = []
    asked = compiled(WIDE, "wide.parquet")
    before = psutil.Process().memory_info().rss
    rows = engine.copy(
        folder,
        asked,
        out,
        "csv",
        limits=replace(LIMITS, memory_bytes=300 * MIB),
        on_progress=lambda progress: seen.append(int(progress["done"])),
    )
    assert rows == 2_000_000
    assert out.stat().st_size > 160 * 10**6
    assert psutil.Process().memory_info().rss - before < 64 * MIB
    assert len(seen) > 3
    assert seen == sorted(seen)
    last = pd.read_csv(out, skiprows=range(1, 1_999_999))
    assert last["n"].tolist() == [1_999_998, 1_999_999]


def test_a_failed_export_leaves_nothing(engine: Engine, folder: Path, tmp_path: Path, place: Path) -> None:
    out = tmp_path / "wide.csv"
    with pytest.raises(OutputExceeded):
        engine.copy(folder, compiled(WIDE, "wide.parquet"), out, "csv", limits=replace(LIMITS, file_bytes=4 * MIB))
    with pytest.raises(Cancelled):
        engine.copy(folder, compiled(WIDE, "wide.parquet"), out, "csv", cancelled=lambda: True)
    assert not out.exists()
    assert list(tmp_path.iterdir()) == []
    assert list((place / "scratch").glob("copy-*")) == []


def test_a_question_of_two_files_tells_totals_beside_its_data(engine: Engine, folder: Path) -> None:
    pairs = schema(c1=("Age", "integer", "BIGINT"), c2=("Group", "text", "VARCHAR"))
    write(folder / "pairs.parquet", pairs, {"c1": [-30, 41, 7], "c2": ["young", "old", "young"]})
    other = UUID("00000000-0000-0000-0000-00000000d001")
    asked = question(
        joins=[{"dataset_id": other, "on": [["c2", "c1"]]}],
        dimensions=[{"column": "j1c2"}],
        measures=[{"fn": "count_rows"}],
        pivot={"column_totals": True},
    )
    tables = {TableKey(DATASET): Table(PEOPLE, "people.parquet"), TableKey(other): Table(pairs, "pairs.parquet")}
    made = compile_question(asked, tables, today=TODAY)
    table = engine.ask(folder, made)
    answer = to_answer(table, made, version_id=VERSION, total_count=4, truncated=False)
    assert answer.data == {"d0": ["old", "young", None, None], "m0": [1, 1, 2, 4]}
    assert (answer.level, answer.other) == ((0, 0, 0, 1), ())
    assert Answer.model_validate_json(to_json(answer)).level == (0, 0, 0, 1)
