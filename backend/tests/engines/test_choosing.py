"""Which engine answers, and what happens when the endpoint cannot."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from support.engines import LIMITS, free_port
from support.questions import TODAY, question, schema, write

from tablewright.core.queries.compile import Compiled, compile_question
from tablewright.core.queries.spark import NotOnSpark, SparkQuery, for_spark
from tablewright.core.queries.spark_types import BIGINT
from tablewright.core.queries.tables import EngineChoice, Table, key_of
from tablewright.infra import compute
from tablewright.infra.engines import Endpoint, Engines, chosen
from tablewright.infra.limits import Cancelled, TimeExceeded
from tablewright.infra.settings import SettingWrong, load
from tablewright.infra.spark import Spark, SparkAway
from tablewright.infra.storage import objects

SALES = schema(c1=("Region", "text", "VARCHAR"), c2=("Amount", "decimal", "DECIMAL(9,2)"))


def asked(path: Path, engine: EngineChoice = "auto", rows: int = 0, **parts: object) -> Compiled:
    of = question(**parts)
    return compile_question(of, {key_of(of): Table(SALES, path.name, rows=rows, engine=engine)}, today=TODAY)


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    rows = {"c1": ["North", "South", None, "North"], "c2": ["1.10", "2.20", "3.30", None]}
    return write(tmp_path / "sales.parquet", SALES, {**rows, "c2": [each and Decimal(each) for each in rows["c2"]]})


@pytest.mark.parametrize(
    ("engine", "rows", "expected"),
    [
        ("auto", 99, "duckdb"),
        ("auto", 100, "spark"),
        ("duckdb", 10**12, "duckdb"),
        ("spark", 0, "spark"),
    ],
)
def test_a_dataset_decides_and_else_the_number_of_rows(engine: EngineChoice, rows: int, expected: str) -> None:
    assert chosen(engine, rows, 100) == expected


def test_the_choice_of_an_engine_changes_no_fingerprint(sales: Path) -> None:
    assert asked(sales).fingerprint == asked(sales, "spark", 10**9).fingerprint


def test_what_has_no_rule_is_refused_with_a_reason(sales: Path) -> None:
    approximate = asked(sales, measures=[{"fn": "approx_distinct", "column": "c1"}])
    with pytest.raises(NotOnSpark, match="ApproxDistinct has no rule"):
        for_spark(approximate)


def test_an_address_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingWrong, match="sc://host:15002"):
        load(data_dir=tmp_path, spark_url="http://spark")


GROUPED = {"dimensions": [{"column": "c1"}], "measures": [{"fn": "sum", "column": "c2"}]}


def engines(url: str, sales: Path) -> Engines:
    endpoint = Endpoint(Spark(url), rows=100, wall_seconds=60, objects=sales.parent.as_uri())
    return Engines(compute.engine().children, endpoint=endpoint, root=sales.parent)


def test_an_endpoint_that_is_away_leaves_the_question_to_duckdb(database: object, sales: Path) -> None:
    url = f"sc://127.0.0.1:{free_port()}"
    with pytest.raises(SparkAway):
        Spark(url).ready()
    kept = objects().root / "engines-test"
    kept.mkdir(parents=True, exist_ok=True)
    copy = kept / sales.name
    copy.write_bytes(sales.read_bytes())
    with capture_logs() as logs:
        found = engines(url, copy).ask(kept, asked(copy, "spark", **GROUPED))
    assert found.column("d0").to_pylist() == ["North", "South", None]
    assert [each["event"] for each in logs if "spark" in each["event"]] == ["spark.left_to_duckdb"]


def test_what_takes_too_long_or_is_given_up_is_stopped_at_the_endpoint(sail: str, sales: Path) -> None:
    query = for_spark(asked(sales, **GROUPED))
    addresses = [sales.as_uri()]
    endpoint = Spark(sail)
    with pytest.raises(Cancelled):
        endpoint.ask(query, addresses, limits=LIMITS, cancelled=lambda: True)
    short = type(LIMITS)(LIMITS.memory_bytes, LIMITS.cpu_seconds, 0.0)
    with pytest.raises(TimeExceeded):
        endpoint.ask(query, addresses, limits=short)
    assert endpoint.ask(query, addresses, limits=LIMITS).num_rows == 3
    endpoint.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seconds", [0.3, 4.0], ids=["planned", "computed"])
def test_what_runs_at_the_endpoint_is_interrupted_there(spark: str, seconds: float) -> None:
    """Both executors would be busy for hours; once the reader has left they answer the next question."""
    pairs = "SELECT sum(hash(a.id * b.id)) AS m0 FROM range(0, 9000000, 1, 2) AS a CROSS JOIN range(9000000) AS b"
    endless = SparkQuery(pairs, (), (), (("m0", BIGINT),))
    short = SparkQuery("SELECT sum(id) AS m0 FROM range(0, 1000, 1, 2)", (), (), (("m0", BIGINT),))
    endpoint = Spark(spark)
    endpoint.ready()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        endpoint.ask(endless, [], limits=LIMITS, cancelled=lambda: time.monotonic() > began + seconds)
    assert endpoint.ask(short, [], limits=LIMITS).to_pydict() == {"m0": [499500]}
    endpoint.close()
