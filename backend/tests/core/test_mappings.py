"""Mappings: columns recognised by name, made of others, retyped exactly or set aside, and suggested."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tablewright.core.mappings import trial
from tablewright.core.mappings.likeness import likeness
from tablewright.core.mappings.model import Mapping
from tablewright.core.mappings.plan import Known, as_it_is, plan
from tablewright.core.mappings.problems import (
    MappingColumnMissing,
    MappingEmpty,
    MappingSourceMissing,
    MappingTargetRepeated,
)
from tablewright.core.mappings.suggest import mapping_of, overlap, suggestions
from tablewright.core.readers.model import Quiet
from tablewright.core.tables import Column, Schema
from tablewright.core.versions.types import type_of


def columns(**named: str) -> Schema:
    """`Amount="BIGINT"` and so on, with ids in order."""
    return Schema(
        columns=tuple(
            Column(id=f"c{i}", name=name, type=type_of(physical), physical=physical)
            for i, (name, physical) in enumerate(named.items(), start=1)
        )
    )


def known(schema: Schema, retired: tuple[Column, ...] = ()) -> Known:
    return Known(columns=schema.columns, retired=retired)


def mapping(*columns: dict, **more) -> Mapping:
    return Mapping.model_validate({"columns": list(columns), **more})


def take(name: str, column: str, **more) -> dict:
    return {"name": name, "source": {"kind": "column", "column": column}, **more}


def preview(tmp_path, source: Schema, rows: dict[str, list], wanted: Mapping, before: Known | None = None) -> dict:
    table = pa.table({c.id: pa.array(rows[c.name]) for c in source.columns})
    pq.write_table(table, tmp_path / "landed.parquet")
    made = plan(source, before or Known(), wanted)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return trial.preview(
        {
            "file": str(tmp_path / "landed.parquet"),
            "source": source.as_json(),
            "plan": made.model_dump(mode="json"),
        },
        Quiet(scratch),
    )


def test_a_file_with_its_columns_in_another_order_fills_the_same_ids():
    dataset = columns(Region="VARCHAR", Amount="BIGINT")
    made = plan(columns(Amount="BIGINT", Region="VARCHAR"), known(dataset))
    assert [(t.column.id, t.column.name, t.origin.column) for t in made.targets] == [
        ("c1", "Region", "Region"),
        ("c2", "Amount", "Amount"),
    ]


def test_a_name_in_other_letters_is_the_same_column_and_keeps_the_datasets_name():
    made = plan(columns(order_date="DATE"), known(columns(OrderDate="DATE")))
    assert [(t.column.id, t.column.name) for t in made.targets] == [("c1", "OrderDate")]


def test_a_new_column_gets_an_id_that_was_never_used_and_an_old_one_gets_its_own_back():
    gone = Column(id="c7", name="Note", type="text", physical="VARCHAR")
    made = plan(columns(A="BIGINT", Note="VARCHAR", B="BIGINT"), known(columns(A="BIGINT"), (gone,)))
    assert [t.column.id for t in made.targets] == ["c1", "c7", "c8"]


def test_a_narrower_file_keeps_the_datasets_type_and_a_wider_one_widens_it():
    dataset = columns(A="DECIMAL(9,2)", B="BIGINT", C="DATE", D="VARCHAR")
    made = plan(columns(A="BIGINT", B="DECIMAL(9,2)", C="TIMESTAMP", D="VARCHAR"), known(dataset), digits={"c1": 3})
    assert [t.column.physical for t in made.targets] == ["DECIMAL(9,2)", "DECIMAL(21,2)", "TIMESTAMP", "VARCHAR"]


def test_a_column_without_values_says_nothing_about_its_type():
    made = plan(columns(A="VARCHAR"), known(columns(A="DECIMAL(9,2)")), empty=["c1"])
    assert made.targets[0].column.physical == "DECIMAL(9,2)"


@given(st.permutations(["alpha", "beta", "Gamma", "delta x", "ε"]))
def test_any_order_of_the_same_names_is_the_same_table(order):
    dataset = columns(**dict.fromkeys(["alpha", "beta", "Gamma", "delta x", "ε"], "BIGINT"))
    made = plan(columns(**dict.fromkeys(order, "BIGINT")), known(dataset))
    assert [t.column for t in made.targets] == list(dataset.columns)
    assert [t.origin.column for t in made.targets] == ["alpha", "beta", "Gamma", "delta x", "ε"]


def test_combining_splitting_and_slicing(tmp_path):
    source = columns(First="VARCHAR", Last="VARCHAR", Code="VARCHAR")
    rows = {
        "First": ["Ada", None, "Alan"],
        "Last": ["Lovelace", None, None],
        "Code": ["DE-10-a-b", "FR-20", None],
    }
    wanted = mapping(
        {"name": "Name", "source": {"kind": "combine", "columns": ["First", "Last"], "separator": ", "}},
        {"name": "Land", "source": {"kind": "slice", "column": "Code", "start": 1, "length": 2}},
        {"name": "Rest", "source": {"kind": "split", "column": "Code", "separator": "-", "part": 3, "parts": 3}},
        {
            "name": "Number",
            "type": "integer",
            "source": {"kind": "split", "column": "Code", "separator": "-", "part": 2, "parts": 3},
        },
        others="drop",
    )
    found = preview(tmp_path, source, rows, wanted)
    assert found["after"]["rows"] == [
        ["Ada, Lovelace", "DE", "a-b", 10],
        [None, "FR", None, 20],
        ["Alan", None, None, None],
    ]
    assert found["misfits"] == []


@pytest.mark.parametrize(
    ("values", "type_", "reformat", "after", "misfits"),
    [
        (["1", "2x", "3.5", " 4 "], "integer", None, [1, None, None, 4], ["2x", "3.5"]),
        (["1.234,56", "1,5", "1,2,3", "12"], "decimal", {"decimal_mark": ","},
         ["1234.56", "1.50", None, "12.00"], ["1,2,3"]),
        (["1,234.56", "1.5", "1,23"], "decimal", {"decimal_mark": "."}, ["1234.56", "1.50", None],
         ["1,23"]),
        (["31.12.2024", "1.2.2025", "nope"], "date", {"date_format": "%d.%m.%Y"}, ["2024-12-31", "2025-02-01", None],
         ["nope"]),
        (["ja", "nein", "vielleicht"], "boolean", {"true_words": ["Ja"], "false_words": ["Nein"]}, [True, False, None],
         ["vielleicht"]),
        (["n/a", " x ", "Y"], "text", {"trim": True, "case": "lower", "null_words": ["n/a"]}, [None, "x", "y"], []),
        (["0.10", "12.345", "nan"], "decimal", None, ["0.100", "12.345", None], ["nan"]),
        (["2025-01-01 00:00:00", "2025-01-01 10:00:00"], "date", None, ["2025-01-01", None], ["2025-01-01 10:00:00"]),
        (["2024-01", "2024-02-05", "2024-13"], "date", None, ["2024-01-01", "2024-02-05", None], ["2024-13"]),
        (["2024年1月5日", "5.1.2024"], "date", {"date_format": "%Y年%m月%d日"}, ["2024-01-05", None], ["5.1.2024"]),
        (["0.1", "1e3", "inf"], "float", None, [0.1, 1000.0, None], ["inf"]),
    ],
)  # fmt: skip
def test_text_read_as_another_type_fits_exactly_or_is_named(tmp_path, values, type_, reformat, after, misfits):
    wanted = mapping(take("B", "A", type=type_, reformat=reformat))
    found = preview(tmp_path, columns(A="VARCHAR"), {"A": values}, wanted)
    assert [row[0] for row in found["after"]["rows"]] == after
    assert [one for misfit in found["misfits"] for one in misfit["examples"]] == misfits


def test_a_number_that_would_be_rounded_does_not_fit(tmp_path):
    found = preview(tmp_path, columns(A="DOUBLE"), {"A": [1.0, 1.5, 2.0**60]}, mapping(take("A", "A", type="integer")))
    assert [row[0] for row in found["after"]["rows"]] == [1, None, str(2**60)]
    assert found["misfits"] == [{"column": "A", "count": 1, "examples": ["1.5"]}]


def test_text_of_users_is_never_sql(tmp_path):
    evil = "'); DROP TABLE x; --"
    wanted = mapping(
        {"name": 'a"b', "source": {"kind": "combine", "columns": ['x"; --', "B'"], "separator": evil[:20]}},
        take("C", "B'", reformat={"null_words": [evil], "trim": True}),
        others="drop",
    )
    found = preview(
        tmp_path, columns(**{'x"; --': "VARCHAR", "B'": "VARCHAR"}), {'x"; --': ["1"], "B'": [evil]}, wanted
    )
    assert found["after"]["rows"] == [["1" + evil[:20] + evil, None]]


def test_what_a_mapping_may_not_be():
    source = columns(A="BIGINT", B="BIGINT")
    with pytest.raises(MappingSourceMissing) as missing:
        plan(source, Known(), mapping(take("X", "Aa")))
    assert 'Did you mean "A"' in missing.value.detail
    with pytest.raises(MappingTargetRepeated):
        plan(source, Known(), mapping(take("X", "A"), take("X", "B")))
    with pytest.raises(MappingColumnMissing):
        plan(source, Known(), mapping(take("X", "A", id="c9")))
    with pytest.raises(MappingEmpty):
        plan(source, Known(), mapping(others="drop"))
    with pytest.raises(ValidationError):
        mapping(take("X", "A", reformat={"date_format": "%Q"}))


def test_columns_that_are_not_named_are_kept_or_dropped():
    source = columns(A="BIGINT", B="BIGINT", C="BIGINT")
    kept = plan(source, known(source), mapping(take("Alpha", "A", id="c1"), drop=["B"]))
    assert [(t.column.id, t.column.name) for t in kept.targets] == [("c1", "Alpha"), ("c3", "C")]
    dropped = plan(source, known(source), mapping(take("Alpha", "A", id="c1"), others="drop"))
    assert [t.column.name for t in dropped.targets] == ["Alpha"]


def test_the_mapping_that_changes_nothing_changes_nothing():
    source = columns(A="BIGINT", B="VARCHAR")
    assert plan(source, known(source), as_it_is(source, known(source))).changes_nothing(source)


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [("OrderDate", "order_date", 1.0), ("Größe", "GROSSE", 1.0), ("amount", "Amount EUR", 0.8)],
)
def test_names_that_are_alike(one, other, least):
    assert likeness(one, other) >= least


def test_names_that_are_not():
    assert likeness("region", "units") < 0.6


def test_columns_are_suggested_by_name_type_and_values(tmp_path):
    source = columns(Betrag="DECIMAL(9,2)", Customer_No="BIGINT", Farbe="VARCHAR")
    targets = columns(amount="DECIMAL(9,2)", customer_no="BIGINT", colour="VARCHAR")
    colours = list(range(100))
    found = suggestions(source.columns, targets.columns, {"c3": colours}, {"c3": [*colours[:90], 1000]})
    pairs = {(s.source, s.id): s for s in found}
    assert set(pairs) == {("Customer_No", "c2"), ("Farbe", "c3")}
    assert any("values are the same" in word for word in pairs["Farbe", "c3"].why)
    whole = mapping_of(source.columns, targets.columns, found)
    assert [(c.id, c.source.column) for c in whole.columns] == [
        ("c2", "Customer_No"),
        ("c3", "Farbe"),
        (None, "Betrag"),
    ]


def test_overlap_is_that_of_the_sets():
    assert overlap(list(range(10)), list(range(5, 15))) == 5 / 10
    assert overlap([1, 2], [1, 2]) is None


def test_sketches_of_equal_values_are_equal_whatever_their_type(tmp_path):
    source = columns(A="BIGINT", B="VARCHAR")
    pq.write_table(pa.table({"c1": [1, 2, 3, None], "c2": ["1", " 2", "3", "4"]}), tmp_path / "t.parquet")
    found = trial.sketch({"file": str(tmp_path / "t.parquet"), "source": source.as_json()}, Quiet(tmp_path))
    assert set(found["c1"]) < set(found["c2"])
