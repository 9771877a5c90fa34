"""Rows that repeat an earlier one: kept and not looked for, or left out with each of them in the receipt."""

from __future__ import annotations

import json

import pytest
from support.reading import load, load_one

from tablewright.core.readers.model import LISTED_ROWS

TOLD = {"leave_out_duplicates": True}
LINES = "id,name\n1,Ada\n2,Bo\n1,Ada\n2,Bo\n3,\n3,\n1,ada\n"


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.csv", LINES),
        ("a.json", json.dumps([{"id": int(r[0]), "name": r[2:] or None} for r in LINES.split("\n")[1:-1]])),
        ("a.yaml", "".join(f"- id: {r[0]}\n  name: {r[2:] or 'null'}\n" for r in LINES.split("\n")[1:-1])),
    ],
)
def test_the_first_of_equal_rows_stays_and_the_others_are_skipped_with_their_text(filename, content):
    kept = load_one(content, filename)
    assert kept.counts == (7, 7, 0, 0)
    table = load_one(content, filename, options=TOLD)
    assert table.counts == (7, 4, 0, 3)
    assert table.rows == [(1, "Ada"), (2, "Bo"), (3, None), (1, "ada")]
    assert [(row["raw"], row["reason"]) for row in table.receipt["skipped"]] == [
        ("1, Ada", "duplicate: row 3 is entirely the same as an earlier one"),
        ("2, Bo", "duplicate: row 4 is entirely the same as an earlier one"),
        ("3", "duplicate: row 6 is entirely the same as an earlier one"),
    ]
    assert table.decided("duplicate rows")["value"] == "left out"
    assert [column["null_count"] for column in table.profile] == [0, 1]


def test_a_column_whose_repeats_are_gone_may_be_a_key():
    table = load_one("customer_id,total\n" + "7,1.5\n8,2.5\n" * 3, options=TOLD)
    assert next(column["role"] for column in table.schema) == "key"


def test_what_was_set_aside_and_skipped_before_still_adds_up():
    rows = "".join(f"{n},{n}\n" for n in range(3000))
    table = load_one("a,b\n" + rows + "1,2,3,4\n\n" + rows, options=TOLD)
    assert table.counts == (6002, 3000, 1, 3001)
    assert len(table.receipt["skipped"]) == LISTED_ROWS


def test_records_that_others_belong_to_keep_all_their_rows():
    tables = load(json.dumps([{"id": 1, "tags": [{"t": "a"}, {"t": "a"}]}] * 2), "a.json", options=TOLD)
    assert [table.counts[1] for table in tables] == [2, 4]
