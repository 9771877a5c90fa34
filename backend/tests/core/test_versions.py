"""Versions: differences said, rows merged and accounted for, compared, and put right."""

import json
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.core.mappings.model import Mapping
from tablewright.core.mappings.plan import Known, plan
from tablewright.core.readers.model import Quiet
from tablewright.core.tables import Column, Schema
from tablewright.core.versions import build, compare, edits
from tablewright.core.versions.diff import differences, reasons
from tablewright.core.versions.problems import KeyNotUnique, KeysMissing, TypesDoNotMeet
from tablewright.core.versions.types import meet, type_of

ARROW = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "DECIMAL(9,2)": pa.decimal128(9, 2),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
}


def columns(**named):
    return Schema(
        columns=tuple(
            Column(id=f"c{i}", name=name, type=type_of(physical), physical=physical)
            for i, (name, physical) in enumerate(named.items(), start=1)
        )
    )


def write(path, schema, rows):
    arrays = {
        column.id: pa.array([row[i] for row in rows], ARROW[column.physical]) for i, column in enumerate(schema.columns)
    }
    pq.write_table(pa.table(arrays), path)
    return {"file": str(path), "schema": schema.as_json(), "row_count": len(rows)}


def next_version(folder, source, rows, before=None, before_rows=(), mapping=None, **how):
    """The next version's rows and what `build.run` said."""
    (folder / "scratch").mkdir(exist_ok=True)
    landed = write(folder / "landed.parquet", source, rows)
    base = write(folder / "base.parquet", before, before_rows) if before else None
    merging = how.get("mode", "replace") != "replace"
    made = plan(
        source,
        Known(columns=before.columns if before else ()),
        mapping,
        keep_missing=merging,
        loose=how.get("loose", False),
    )
    said = build.run(
        {
            "file": landed["file"],
            "source": source.as_json(),
            "rows": len(rows),
            "plan": made.model_dump(mode="json"),
            "base": base,
            "out_dir": str(folder / "out"),
            **how,
        },
        Quiet(folder / "scratch"),
    )
    found = duckdb.sql(f"FROM read_parquet('{folder / 'out' / said['file']}')").fetchall()
    assert len(found) == said["row_count"]
    assert len(rows) == said["misfits"] + said["duplicates"] + (
        said["row_count"] if said["counts"]["added"] is None else len(rows) - said["misfits"] - said["duplicates"]
    )
    return found, said


AB = columns(A="BIGINT", B="VARCHAR")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("BIGINT", "BIGINT", "BIGINT"),
        ("INTEGER", "BIGINT", "BIGINT"),
        ("BIGINT", "DECIMAL(9,2)", "DECIMAL(21,2)"),
        ("DECIMAL(9,2)", "DECIMAL(18,4)", "DECIMAL(18,4)"),
        ("DECIMAL(38,0)", "DECIMAL(9,2)", None),
        ("BIGINT", "DOUBLE", None),
        ("INTEGER", "DOUBLE", "DOUBLE"),
        ("DECIMAL(9,2)", "DOUBLE", None),
        ("UINTEGER", "BIGINT", "BIGINT"),
        ("UBIGINT", "BIGINT", "HUGEINT"),
        ("DATE", "TIMESTAMP", "TIMESTAMP"),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", None),
        ("BIGINT", "VARCHAR", None),
        ("BOOLEAN", "BIGINT", None),
    ],
)
def test_types_meet_without_loss_or_not_at_all(one, other, together):
    assert meet(one, other) == together
    assert meet(other, one) == together


def test_a_diff_names_what_came_went_changed_and_looks_renamed():
    before = columns(Region="VARCHAR", Amount="BIGINT", Day="DATE", Gone="VARCHAR").columns
    after = (
        before[1].model_copy(update={"type": "decimal", "physical": "DECIMAL(21,2)"}),
        before[0],
        before[2].model_copy(update={"type": "text", "physical": "VARCHAR"}),
        Column(id="c5", name="gone_", type="text", physical="VARCHAR"),
    )
    diff = differences(before, after)
    assert [column.id for column in diff.removed] == ["c4"]
    assert [column.id for column in diff.added] == ["c5"]
    assert [(one.id, one.new_id) for one in diff.renamed] == [("c4", "c5")]
    assert [(one.id, one.harmless) for one in diff.retyped] == [("c2", True), ("c3", False)]
    assert diff.reordered
    assert diff.endangered == {"c4": "removed", "c3": "retyped"}
    assert len(reasons(diff, ["c3"], mode="replace")) == 2
    assert len(reasons(diff, [], mode="replace")) == 1
    assert len(reasons(diff, [], mode="append")) == 2


def test_equal_shapes_have_no_difference():
    assert differences(AB.columns, AB.columns).is_empty


def test_replace_takes_the_files_rows_in_the_datasets_columns(tmp_path):
    found, said = next_version(tmp_path, columns(B="VARCHAR", A="BIGINT"), [("x", 1), ("y", 2)], AB, [(9, "z")])
    assert found == [(1, "x"), (2, "y")]
    assert [column["id"] for column in said["schema"]] == ["c1", "c2"]
    assert [column["id"] for column in said["profile"]] == ["c1", "c2"]


def test_append_keeps_what_is_there_and_widens_types(tmp_path):
    source = columns(B="VARCHAR", A="DECIMAL(9,2)", New="BIGINT")
    found, said = next_version(tmp_path, source, [("x", 1, 5)], AB, [(9, "z")], mode="append")
    assert [tuple(map(str, row)) for row in found] == [("9.00", "z", "None"), ("1.00", "x", "5")]
    assert said["counts"] == {"added": 1, "changed": 0, "removed": 0, "unchanged": 1, "duplicates": 0}


def test_append_without_duplicates(tmp_path):
    rows = [(1, "x"), (1, "x"), (2, None), (3, "n")]
    found, said = next_version(tmp_path, AB, rows, AB, [(2, None), (2, None)], mode="append", deduplicate="rows")
    assert found == [(2, None), (2, None), (1, "x"), (3, "n")]
    assert said["duplicates"] == 2
    assert [one["row"] for one in said["first_duplicates"]] == [2, 3]


def test_upsert_replaces_by_key_in_place_and_adds_the_rest(tmp_path):
    base = [(1, "a"), (2, "b"), (3, None)]
    rows = [(2, "B"), (4, "d"), (3, None), (4, "D"), (None, "lost")]
    found, said = next_version(tmp_path, AB, rows, AB, base, mode="upsert", keys=["c1"])
    assert found == [(1, "a"), (2, "B"), (3, None), (4, "D")]
    assert said["counts"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 2, "duplicates": 1}
    assert said["misfits"] == 1
    assert said["first_misfits"][0]["reason"] == 'the key "A" is empty'
    lines = (tmp_path / "out" / said["quarantine_file"]).read_text().splitlines()
    assert [json.loads(line)["values"] for line in lines] == [[None, "lost"]]


def test_upsert_leaves_columns_alone_that_the_file_does_not_have(tmp_path):
    found, said = next_version(tmp_path, columns(A="BIGINT"), [(1,), (5,)], AB, [(1, "a")], mode="upsert", keys=["c1"])
    assert found == [(1, "a"), (5, None)]
    assert said["counts"]["changed"] == 0


@settings(max_examples=25, deadline=None)
@given(
    base=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["a", "b"])), unique_by=lambda row: row[0]),
    rows=st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 12)), st.sampled_from(["a", "b", None]))),
)
def test_upsert_is_what_a_dictionary_does(tmp_path_factory, base, rows):
    found, said = next_version(tmp_path_factory.mktemp("upsert"), AB, rows, AB, base, mode="upsert", keys=["c1"])
    expected = dict(base)
    for key, value in rows:
        if key is not None:
            expected[key] = value
    assert dict(found) == expected
    assert len(found) == len(expected)
    assert said["counts"]["added"] == len(expected) - len(base)
    assert said["counts"]["changed"] == sum(expected[key] != value for key, value in base)


def test_a_mapping_that_a_row_does_not_fit_sets_it_aside_with_its_reason(tmp_path):
    wanted = Mapping.model_validate(
        {"columns": [{"name": "N", "type": "integer", "source": {"kind": "column", "column": "B"}}], "drop": ["A"]}
    )
    found, said = next_version(tmp_path, AB, [(1, "7"), (2, "x"), (3, None)], mapping=wanted)
    assert found == [(7,), (None,)]
    (row,) = said["first_misfits"]
    assert (row["row"], row["column"], row["reason"], row["values"]) == (
        2,
        "N",
        '"x" is not a whole number',
        ["2", "x"],
    )


def test_types_that_do_not_meet_are_refused_unless_text_is_wanted(tmp_path):
    source = columns(A="VARCHAR", B="VARCHAR")
    with pytest.raises(TypesDoNotMeet):
        next_version(tmp_path, source, [("x", "y")], AB, [(1, "a")], mode="append")
    found, _ = next_version(tmp_path, source, [("x", "y")], AB, [(1, "a")], mode="append", loose=True)
    assert found == [("1", "a"), ("x", "y")]


def test_an_upsert_needs_keys(tmp_path):
    with pytest.raises(KeysMissing):
        next_version(tmp_path, AB, [(1, "a")], AB, [(1, "a")], mode="upsert")


def compared(folder, one, rows_one, two, rows_two, **params):
    (folder / "scratch").mkdir(exist_ok=True)
    before, after = write(folder / "1.parquet", one, rows_one), write(folder / "2.parquet", two, rows_two)
    return compare.run(
        {"before": {**before, "number": 1}, "after": {**after, "number": 2}, **params}, Quiet(folder / "scratch")
    )


def test_comparing_by_key(tmp_path):
    found = compared(tmp_path, AB, [(1, "a"), (2, "b"), (3, "c")], AB, [(3, "c"), (2, "B"), (4, "d")], keys=["c1"])
    assert found["rows"] == {"added": 1, "removed": 1, "changed": 1, "unchanged": 1}
    assert found["columns_changed"] == {"c2": 1}
    assert found["examples"] == [
        {"change": "changed", "before": {"c1": 2, "c2": "b"}, "after": {"c1": 2, "c2": "B"}},
        {"change": "removed", "before": {"c1": 1, "c2": "a"}, "after": None},
        {"change": "added", "after": {"c1": 4, "c2": "d"}, "before": None},
    ]


def test_comparing_whole_rows_counts_each_copy(tmp_path):
    found = compared(tmp_path, AB, [(1, "a"), (1, "a"), (2, None)], AB, [(2, None), (1, "a"), (5, "e")])
    assert found["by"] == "rows"
    assert found["rows"] == {"added": 1, "removed": 1, "changed": 0, "unchanged": 2}


def test_examples_keep_all_digits_of_exact_numbers(tmp_path):
    money = columns(A="BIGINT", B="DECIMAL(9,2)")
    found = compared(tmp_path, money, [(1, Decimal("10.50"))], money, [(1, Decimal("10.00"))], keys=["c1"])
    assert found["examples"] == [
        {"change": "changed", "before": {"c1": 1, "c2": "10.50"}, "after": {"c1": 1, "c2": "10.00"}}
    ]


def test_a_key_that_is_none_is_refused_when_it_was_asked_for(tmp_path):
    rows = [(1, "a"), (1, "b")]
    assert compared(tmp_path, AB, rows, AB, rows, keys=["c1"])["by"] == "rows"
    with pytest.raises(KeyNotUnique):
        compared(tmp_path, AB, rows, AB, rows, keys=["c1"], must_be_unique=True)


def replayed(folder, source, base_rows, quarantine, edits_, **more):
    (folder / "scratch").mkdir(exist_ok=True)
    base = write(folder / "base.parquet", source, base_rows)
    (folder / "q.jsonl").write_text("".join(json.dumps(row) + "\n" for row in quarantine))
    made = plan(source, Known(columns=source.columns))
    said = edits.run(
        {
            "edits": edits_,
            "quarantine": str(folder / "q.jsonl"),
            "source": source.as_json(),
            "plan": made.model_dump(mode="json"),
            "base": base,
            "out_dir": str(folder / "out"),
            **more,
        },
        Quiet(folder / "scratch"),
    )
    return duckdb.sql(f"FROM read_parquet('{folder / 'out' / said['file']}')").fetchall(), said


def test_edited_rows_are_loaded_and_the_others_stay(tmp_path):
    import datetime

    source = columns(A="BIGINT", D="DATE", P="DECIMAL(9,2)")
    quarantine = [{"line": n, "column": None, "reason": "r", "raw": f"raw {n}", "byte": 0} for n in range(5)]
    found, said = replayed(
        tmp_path,
        source,
        [(1, None, None)],
        quarantine,
        [
            {"index": 0, "values": ["7", "2025-01-31", "1.50"]},
            {"index": 2, "values": ["x", None, None]},
            {"index": 3, "raw": '8;"2025-02-01";'},
            {"index": 4, "values": ["1"]},
        ],
        discard=[1],
        delimiter=";",
        quote='"',
    )
    assert [row[0] for row in found] == [1, 7, 8]
    assert found[1][1] == datetime.date(2025, 1, 31)
    assert (said["replayed"], said["discarded"]) == ([0, 3], [1])
    assert [(one["index"], one["reason"]) for one in said["refused"]] == [
        (2, '"x" is not integer'),
        (4, "the row has 1 values, the file has 3 columns"),
    ]
    assert said["rows_quarantined"] == 2
    assert [row["reason"] for row in said["quarantine_rows"]] == [one["reason"] for one in said["refused"]]
    assert said["skipped_rows"][0]["reason"] == edits.ON_PURPOSE
    assert len((tmp_path / "out" / "next.quarantine.jsonl").read_text().splitlines()) == 2


def test_a_value_that_would_be_rounded_is_refused(tmp_path):
    _, said = replayed(
        tmp_path,
        columns(P="DECIMAL(9,2)"),
        [],
        [{"line": 1, "reason": "r", "raw": ""}],
        [{"index": 0, "values": ["1.505"]}],
    )
    assert (said["replayed"], len(said["refused"])) == ([], 1)


@pytest.mark.parametrize(
    ("raw", "delimiter", "quote", "values"),
    [
        ("a,b,,d", ",", '"', ["a", "b", None, "d"]),
        ('"a,b";c', ";", '"', ["a,b", "c"]),
        ("a||b", "||", '"', ["a", "b"]),
        ('x"y,z', ",", "", ['x"y', "z"]),
        ('"open', ",", '"', None),
        ("Ada Smith    New York  12", "fixed width", "", ["Ada Smith", "New York", "12"]),
        ("1 2 3", "fixed width", '"', ["1", "2", "3"]),
    ],
)
def test_raw_rows_are_split_as_their_file_is(raw, delimiter, quote, values):
    assert edits.split(raw, delimiter, quote) == values
