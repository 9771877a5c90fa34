"""Answers: Arrow columns as JSON values that lose nothing, and CSV that no spreadsheet runs."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest
from support.questions import prepare, question, schema

from tablewright.core.queries.answer import to_answer, to_json, values
from tablewright.core.queries.delimited import DelimitedWriter
from tablewright.core.queries.model import Answer, AnswerColumn

VERSION = UUID("00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    ("kind", "arrow", "before", "after"),
    [
        ("integer", pa.int64(), [1, None, -3], [1, None, -3]),
        ("integer", pa.int64(), [2**53 - 1, 2**53, None], [2**53 - 1, "9007199254740992", None]),
        ("integer", pa.int64(), [-(2**63), 5], ["-9223372036854775808", 5]),
        ("integer", pa.uint64(), [2**64 - 1, 0], ["18446744073709551615", 0]),
        ("integer", pa.decimal128(38, 0), [Decimal(10**30), Decimal(7), None], [str(10**30), 7, None]),
        ("integer", pa.int64(), [], []),
        ("decimal", pa.decimal128(9, 2), [Decimal("1.50"), Decimal("-0.01"), None], ["1.50", "-0.01", None]),
        ("decimal", pa.decimal128(38, 12), [Decimal("0.000000000001")], ["0.000000000001"]),
        ("float", pa.float64(), [0.1, math.nan, math.inf, -math.inf, None], [0.1, None, None, None, None]),
        ("float", pa.float64(), [1.0, 2.0], [1.0, 2.0]),
        ("float", pa.float64(), [None, None], [None, None]),
        ("text", pa.string(), ["é", "", None, "=1"], ["é", "", None, "=1"]),
        ("boolean", pa.bool_(), [True, None, False], [True, None, False]),
        ("date", pa.date32(), [date(2024, 2, 29), None], ["2024-02-29", None]),
        ("timestamp", pa.timestamp("us"), [datetime(2024, 1, 1, 8), None], ["2024-01-01T08:00:00", None]),
        (
            "timestamp",
            pa.timestamp("us"),
            [datetime(2024, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 5)],
            ["2024-01-01T00:00:00.000000", "1969-12-31T23:59:59.000005"],
        ),
        (
            "instant",
            pa.timestamp("us", tz="UTC"),
            [datetime(2024, 1, 1, 8, tzinfo=UTC), None],
            ["2024-01-01T08:00:00Z", None],
        ),
        ("time", pa.time64("us"), [time(8, 30), None], ["08:30:00", None]),
        ("time", pa.time64("us"), [time(8, 30, 0, 5)], ["08:30:00.000005"]),
    ],
)
def test_a_column_becomes_these_values(kind: str, arrow: pa.DataType, before: list[Any], after: list[Any]) -> None:
    described = AnswerColumn(key="c1", label="x", type=kind, role="column")
    found = values(pa.chunked_array([pa.array(before, arrow)]), described)
    assert found == after
    assert [type(each) for each in found] == [type(each) for each in after]
    halves = pa.chunked_array([pa.array(before[:1], arrow), pa.array(before[1:], arrow)])
    assert len(values(halves, described)) == len(after)


def test_an_answer_is_valid_json_of_its_model() -> None:
    table_schema = schema(c1=("Name", "text", "VARCHAR"), c2=("Size", "float", "DOUBLE"))
    compiled = prepare(question(), table_schema, "x")
    table = pa.table({"c1": ["a", None], "c2": [math.nan, 2.5]})
    table = table.replace_schema_metadata({"tablewright": json.dumps({"bin_width": {"d0": 2.0}})})
    answer = to_answer(table, compiled, version_id=VERSION, total_count=9, truncated=True)
    assert Answer.model_validate_json(to_json(answer)) == Answer.model_validate_json(answer.model_dump_json())
    told = json.loads(to_json(answer))
    assert told["data"] == {"c1": ["a", None], "c2": [None, 2.5]}
    assert (told["row_count"], told["total_count"], told["truncated"]) == (2, 9, True)
    assert told["bin_width"] == {"d0": 2.0}
    assert told["columns"][1] == {
        "key": "c2", "label": "Size", "type": "float", "role": "column", "grain": None, "unit": None, "format": None,
        "of": [],
    }  # fmt: skip


def test_csv_cells_that_a_spreadsheet_would_run_are_text(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=1", "", None, 'q"q', "l\nn", "'=x", "-"]
    table = pa.table(
        {"c1": cells, "c2": pa.array([-1.5, *[None] * 12]), "c3": pa.array([Decimal("-2.50"), *[None] * 12])}
    )
    with DelimitedWriter(out, ["=SUM(A1)", "n, m", 'q"'], table.schema) as writer:
        for batch in table.to_batches(max_chunksize=5):
            writer.write_batch(batch)
    text = out.read_bytes().decode()
    head, first = text.split("\n")[:2]
    assert head == '"\'=SUM(A1)","n, m","q"""'
    assert first == '"\'=1+1",-1.5,-2.50'
    read = pd.read_csv(out, keep_default_na=False, dtype=str, lineterminator="\n")
    # `+1` and `-1` are numbers and stay so; what already begins like a guarded cell is guarded again, to be undone.
    escaped = ["'=1+1", "+1", "-1", "'@x", "'\tx", "'\rx", "a=1", "", "", 'q"q', "l\nn", "''=x", "'-"]
    assert read["'=SUM(A1)"].tolist() == escaped


def test_an_empty_table_is_a_csv_with_its_header(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with DelimitedWriter(out, ["a", "b"], pa.schema([("c1", pa.string()), ("c2", pa.int64())])):
        pass
    assert out.read_text() == '"a","b"\n'
