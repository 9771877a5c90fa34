"""A contract while a version is made: rows are set aside, versions refused, and every row is accounted for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rules import NOWHERE, a_rule, below_zero, schema_of

from tablewright.core.mappings.plan import Known, plan
from tablewright.core.readers.model import Quiet
from tablewright.core.rules.contracts import LoadContract
from tablewright.core.versions import build, receipts

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
NAMES = {"c1": "id", "c2": "amount", "c3": "who"}


def table(rows):
    return pa.table(
        {
            "c1": pa.array([row[0] for row in rows], pa.int64()),
            "c2": pa.array([row[1] for row in rows], pa.int64()),
            "c3": pa.array([row[2] for row in rows], pa.string()),
        }
    )


def contracted(*rules, **more):
    return LoadContract(dataset_id=NOWHERE, rules=rules, now=NOW, **more).model_dump(mode="json")


def built(folder, rows, contract, base=None, names=NAMES, **how):
    """What `build.run` said, and the rows of the next version (None when it was refused)."""
    for part in ("scratch", "out"):
        (folder / part).mkdir(exist_ok=True)
    came = table(rows)
    source = schema_of(came, names)
    pq.write_table(came, folder / "landed.parquet")
    before = None
    if base is not None:
        pq.write_table(table(base), folder / "base.parquet")
        before = {"file": str(folder / "base.parquet"), "schema": source.as_json(), "row_count": len(base)}
    known = Known(columns=schema_of(came, NAMES).columns if before else ())
    made = plan(source, known, None, keep_missing=before is not None)
    said = build.run(
        {
            "file": str(folder / "landed.parquet"), "source": source.as_json(), "rows": len(rows),
            "plan": made.model_dump(mode="json"), "base": before, "out_dir": str(folder / "out"),
            "contract": contract, **how,
        },
        Quiet(folder / "scratch"),
    )  # fmt: skip
    if "refused" in said:
        return said, None
    return said, duckdb.sql(f"FROM read_parquet('{folder / 'out' / said['file']}')").fetchall()


def set_aside(folder):
    file = folder / "out" / "next.quarantine.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


ROWS = [(1, 10, "Ada"), (2, -5, "Bo"), (3, None, ""), (4, 700, None), (5, -1, "Cy")]


def nobody(**more):
    return a_rule(
        {"kind": "row", "condition": {"items": [{"kind": "condition", "column": "c3", "op": "is_empty"}]}}, **more
    )


def test_rows_that_a_rule_sets_aside_are_kept_with_its_name_and_the_others_loaded(tmp_path):
    contract = contracted(
        below_zero(name="Amount is negative", contract={"action": "quarantine"}),
        nobody(name="Nobody is named", contract={"action": "warn"}),
    )
    said, rows = built(tmp_path, ROWS, contract)
    assert rows == [(1, 10, "Ada"), (3, None, ""), (4, 700, None)]
    assert [(r["row"], r["reason"], r["values"]) for r in set_aside(tmp_path)] == [
        (2, 'the rule "Amount is negative"', ["2", "-5", "Bo"]),
        (5, 'the rule "Amount is negative"', ["5", "-1", "Cy"]),
    ]
    assert [(c["name"], c["action"], c["failing"], c["of"]) for c in said["checks"]] == [
        ("Amount is negative", "quarantine", 2, 5), ("Nobody is named", "warn", 2, 5),
    ]  # fmt: skip
    receipt = receipts.after_build({"rows_seen": 5, "rows_loaded": 5, "rows_quarantined": 0, "rows_skipped": 0}, said)
    assert (receipt["rows_loaded"], receipt["rows_quarantined"]) == (3, 2)


def test_a_rule_may_look_at_a_formula_over_the_row(tmp_path):
    check = {
        "kind": "row",
        "formulas": [{"id": "f1", "name": "Odd", "text": "LEN([#c3]) = 2 AND [#c2] * 2 < -1"}],
        "condition": {"items": [{"kind": "condition", "column": "f1", "op": "eq", "values": [True]}]},
    }
    said, rows = built(tmp_path, ROWS, contracted(a_rule(check, name="Odd", contract={"action": "quarantine"})))
    assert [row[0] for row in rows] == [1, 3, 4]
    assert (said["checks"][0]["failing"], said["checks"][0]["unchecked"]) == (2, None)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (below_zero(name="N", contract={"action": "refuse"}), 'The rule "N" finds 2 of 5 rows.'),
        (below_zero(name="N", contract={"action": "refuse", "tolerance": 0.39}),
         'The rule "N" finds 2 of 5 rows, more than 39.00% of them.'),
        (below_zero(name="N", contract={"action": "refuse", "tolerance": 0.4}), None),
        (below_zero("c9", name="N", contract={"action": "refuse"}),
         'The rule "N" cannot be checked: There is no column "c9".'),
        (below_zero("c9", name="N", contract={"action": "warn"}), None),
        (a_rule(
            {"kind": "result", "limit": "below", "bounds": [1000],
             "question": {"dataset_id": str(NOWHERE), "measures": [{"fn": "sum", "column": "c2"}]}},
            name="Total", message="only {value}", contract={"action": "refuse"}),
         'The rule "Total" fires: only 704'),
        (a_rule(
            {"kind": "result", "limit": "above", "bounds": [1000],
             "question": {"dataset_id": str(NOWHERE), "measures": [{"fn": "sum", "column": "c2"}]}},
            name="Total", contract={"action": "refuse"}),
         None),
    ],
)  # fmt: skip
def test_a_version_is_refused_with_the_reason_and_leaves_nothing_behind(tmp_path, rule, reason):
    said, rows = built(tmp_path, ROWS, contracted(rule))
    if reason is None:
        assert rows is not None
        return
    assert rows is None
    assert said["refused"] == {str(rule.id): said["refused"][str(rule.id)]}
    assert said["refused"][str(rule.id)].startswith(reason.rstrip("."))
    assert list((tmp_path / "out").iterdir()) == []
    accepted, rows = built(tmp_path, ROWS, contracted(rule, waived=(rule.id,)))
    assert len(rows) == 5
    assert accepted["checks"][0]["action"] == "refuse"


def test_change_is_judged_on_the_version_that_would_be(tmp_path):
    rows = pa.table({"c1": pa.array([date(2026, 2, 1), date(2026, 3, 1)], pa.date32()),
                     "c2": pa.array([100, 80], pa.int64())})  # fmt: skip
    pq.write_table(rows, tmp_path / "landed.parquet")
    source = schema_of(rows, {"c1": "day", "c2": "amount"})
    (tmp_path / "scratch").mkdir()
    rule = a_rule(
        {"kind": "change", "measure": {"fn": "sum", "column": "c2"}, "time": "c1", "by": 10},
        name="Fall", message="{percent} in {period}", contract={"action": "refuse"},
    )  # fmt: skip
    said = build.run(
        {"file": str(tmp_path / "landed.parquet"), "source": source.as_json(), "rows": 2,
         "plan": plan(source, Known(columns=()), None).model_dump(mode="json"), "base": None,
         "out_dir": str(tmp_path / "out"), "contract": contracted(rule)},
        Quiet(tmp_path / "scratch"),
    )  # fmt: skip
    assert list(said["refused"].values()) == ['The rule "Fall" fires: -20.0 % in March 2026']


def test_a_column_that_the_next_rows_do_not_have_is_not_checked(tmp_path):
    # What is appended has no "who": that says nothing about whether somebody is named.
    without = {"c1": "id", "c2": "amount", "c3": "other"}
    rule = nobody(name="Nobody", contract={"action": "refuse"})
    said, rows = built(tmp_path, ROWS, contracted(rule), base=ROWS[:1], names=without, mode="append")
    assert len(rows) == 6
    assert said["checks"][0]["unchecked"] == 'the file does not have "who".'


VALUES = st.one_of(st.none(), st.integers(-3, 3))
TABLES = st.lists(st.tuples(st.integers(0, 6), VALUES, st.sampled_from([None, "", "a", "b"])), max_size=12)
ACTIONS = st.sampled_from(["warn", "quarantine", "refuse"])


@given(TABLES, TABLES, st.lists(st.tuples(st.integers(-2, 3), ACTIONS), max_size=3),
       st.sampled_from([("replace", "none"), ("replace", "rows"), ("append", "none"), ("append", "rows"),
                        ("upsert", "none"), ("replace", "key")]))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_every_row_is_loaded_set_aside_or_skipped(tmp_path_factory, base, rows, limits, how):
    folder = tmp_path_factory.mktemp("contract")
    rules = [
        a_rule(
            {"kind": "row", "condition": {"items": [
                {"kind": "condition", "column": "c2", "op": "lt", "values": [limit]}]}},
            name=f"below {limit}", contract={"action": action})
        for limit, action in limits
    ]  # fmt: skip
    mode, deduplicate = how
    said, found = built(
        folder, rows, contracted(*rules), base=base if mode != "replace" else None,
        mode=mode, deduplicate=deduplicate, keys=["c1"],
    )  # fmt: skip

    def failing(limit):
        return [row for row in rows if row[1] is not None and row[1] < limit]

    refusing = [limit for limit, action in limits if action == "refuse" and failing(limit)]
    assert ("refused" in said) == bool(refusing)
    if refusing:
        assert len(said["refused"]) == len(refusing)
        return
    bad = [row for row in rows if any(a == "quarantine" and row in failing(limit) for limit, a in limits)]
    read = {"rows_seen": len(rows) + 2, "rows_loaded": len(rows), "rows_quarantined": 0, "rows_skipped": 2}
    receipt = receipts.after_build(read, said)  # raises when it does not balance
    assert receipt["rows_quarantined"] == len(bad) == len(set_aside(folder))
    assert [check["failing"] for check in receipt["checks"]] == [len(failing(limit)) for limit, _ in limits]
    kept = [row for row in rows if row not in bad]
    if mode == "replace" and deduplicate == "none":
        assert found == kept
    if mode == "append" and deduplicate == "none":
        assert found == base + kept
    assert not set(bad) & set(found) - set(base)
