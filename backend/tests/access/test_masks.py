"""Masked columns: on every way to the rows a mask stands in the place of the value, and nothing reaches behind it."""

import pytest
from support.access import ADMINS, EVERYONE, VIEWERS, column_rule, condition, row_rule, rule
from support.data import a_dataset, a_question, work
from support.people import a_person

STAFF = b"""name,card,pay,region
Ann,4111111111111111,71771,North
Bob,4222222222222222,81881,South
Eve,4111111111111111,91991,South
Joe,,71771,North
Kim,4333333333333333,,North
"""
SECRETS = ("4111111111111111", "4222222222222222", "71771", "81881", "91991", "Ann", "Bob")


@pytest.fixture
def admin(client):
    return a_person(client)


@pytest.fixture
def viewer(client, admin):
    return a_person(client, "viewer", admin.workspace_id)


@pytest.fixture
def dataset(admin):
    """The viewer sees hashed names, the end of cards, that there is a pay, and regions as they are."""
    made = a_dataset(admin, "staff.csv", STAFF)
    rule(
        admin, made,
        columns=[
            column_rule(ADMINS, "c1", "c2", "c3"),
            masking(VIEWERS, "hash", "c1"), masking(VIEWERS, "last_four", "c2"), masking(VIEWERS, "constant", "c3"),
        ],
    )  # fmt: skip
    return made


def masking(who, mask, *columns):
    return {**column_rule(who, *columns), "mask": mask}


def asked(person, dataset, **parts):
    answer = person.post("/questions/run", {"dataset_id": dataset["id"], **parts})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_mask_stands_in_the_place_of_every_value_and_a_missing_one_stays_missing(admin, viewer, dataset):
    seen = asked(viewer, dataset)
    assert seen["c2"] == ["…1111", "…2222", "…1111", None, "…3333"]
    assert seen["c3"] == ["•••", "•••", "•••", "•••", None]
    assert seen["c4"] == ["North", "South", "South", "North", "North"]
    assert [len(each) for each in seen["c1"]] == [16] * 5 and len(set(seen["c1"])) == 5
    assert asked(admin, dataset)["c1"] == ["Ann", "Bob", "Eve", "Joe", "Kim"]


def test_a_hash_is_the_same_for_equal_values_of_one_dataset_and_of_no_other(admin, viewer, dataset):
    other = a_dataset(admin, "others.csv", STAFF)
    rule(admin, other, columns=[masking(VIEWERS, "hash", "c1", "c2")])
    here, there = asked(viewer, dataset)["c1"], asked(viewer, other)
    assert here[0] != there["c1"][0]
    assert there["c2"][0] == there["c2"][2] != there["c2"][1]


@pytest.mark.parametrize(
    "parts",
    [
        {"filter": condition("c1", "eq", "Ann")},
        {"filter": condition("c1", "starts_with", "An")},  # no digit of a hash is an n
        {"filter": condition("c2", "contains", "41111")},
        {"filter": condition("c3", "eq", "71771")},
        {"formulas": [{"id": "f1", "name": "F", "text": '[#c1] = "Ann"'}], "filter": condition("f1", "eq", True)},
        {"formulas": [{"id": "f1", "name": "F", "text": "VALUE([#c3])"}], "filter": condition("f1", "gt", 0)},
        {"base": {"columns": ["c1", "c3"]}, "filter": condition("c1", "eq", "Ann")},
    ],
)
def test_a_condition_sees_the_mask_and_finds_no_value_behind_it(admin, viewer, dataset, parts):
    if "base" in parts:
        parts = {**parts, "base": {**parts["base"], "dataset_id": dataset["id"]}}
    assert next(iter(asked(viewer, dataset, **parts).values())) == []
    assert len(next(iter(asked(viewer, dataset, filter=condition("c3", "eq", "•••")).values()))) == 4


def test_order_and_extremes_are_those_of_the_masks(viewer, dataset):
    names = asked(viewer, dataset, sort=[{"by": "c1"}], columns=["c1"])["c1"]
    assert names == sorted(names)
    ends = [{"fn": fn, "column": "c3"} for fn in ("min", "max")]
    ends += [{"fn": "first", "column": "c2", "other": "c1"}]
    found = asked(viewer, dataset, measures=ends)
    assert (found["m0"], found["m1"], found["m2"][0][0]) == (["•••"], ["•••"], "…")
    by = asked(viewer, dataset, dimensions=[{"column": "c3"}], measures=[{"fn": "count_rows"}])
    assert by == {"d0": ["•••", None], "m0": [4, 1]}


@pytest.mark.parametrize(
    "parts",
    [
        {"measures": [{"fn": "sum", "column": "c3"}]},
        {"measures": [{"fn": "quantile", "q": 0.5, "column": "c3"}]},
        {"dimensions": [{"column": "c3", "bins": {"count": 5}}], "measures": [{"fn": "count_rows"}]},
        {"formulas": [{"id": "f1", "name": "F", "text": "[#c3] * 2"}], "columns": ["f1"]},
        {"filter": condition("c3", "gt", 80000), "measures": [{"fn": "sum", "column": "c3"}]},
    ],
)
def test_a_masked_number_is_a_text_and_is_not_computed_with(admin, viewer, dataset, parts):
    refused = viewer.post("/questions/run", {"dataset_id": dataset["id"], **parts})
    assert refused.status_code == 422, refused.text
    assert admin.post("/questions/run", {"dataset_id": dataset["id"], **parts}).status_code == 200


def test_a_join_and_a_look_up_meet_the_masks(admin, viewer, dataset):
    known = a_dataset(admin, "known.csv", b"name,guess\nAnn,1\nBob,2\n")
    on = {"dataset_id": known["id"], "kind": "inner", "on": [["c1", "c1"]]}
    assert asked(viewer, dataset, joins=[on], columns=["c4", "j1c2"]) == {"c4": [], "j1c2": []}
    back = {"dataset_id": dataset["id"], "on": [["c1", "c1"]]}
    assert asked(viewer, known, joins=[back], columns=["c1", "j1c3"])["j1c3"] == [None, None]
    text = f"LOOKUP([#c1], #{dataset['id']}[#c1], #{dataset['id']}[#c3])"
    look = {"formulas": [{"id": "f1", "name": "F", "text": text}], "columns": ["f1"]}
    assert asked(viewer, known, **look) == {"f1": [None, None]}
    assert [str(each) for each in asked(admin, known, **look)["f1"]] == ["71771", "81881"]


def test_a_rule_over_rows_looks_at_the_values_themselves(admin, viewer, dataset):
    rule(
        admin, dataset,
        rows=[row_rule(ADMINS), row_rule(VIEWERS, condition("c3", "gt", 80000))],
        columns=[column_rule(ADMINS, "c3"), masking(VIEWERS, "constant", "c3")],
    )  # fmt: skip
    assert asked(viewer, dataset, columns=["c1", "c3"]) == {"c1": ["Bob", "Eve"], "c3": ["•••", "•••"]}


def test_whom_several_rules_name_sees_as_the_one_shows_that_shows_most(admin, viewer, dataset):
    for rules, card in (
        ([masking(EVERYONE, "constant", "c2"), masking(VIEWERS, "last_four", "c2")], "…1111"),
        ([masking(VIEWERS, "hash", "c2"), column_rule(EVERYONE, "c2")], "4111111111111111"),
        ([masking(EVERYONE, "constant", "c2")], "•••"),
    ):
        rule(admin, dataset, columns=rules)
        assert str(asked(viewer, dataset)["c2"][0]) == card
    rule(admin, dataset, columns=[masking(ADMINS, "hash", "c2")])
    assert "c2" not in asked(viewer, dataset)


def test_on_no_way_does_a_masked_value_come_out(admin, viewer, dataset):
    at = f"/datasets/{dataset['id']}"
    export = viewer.post("/exports", {"source": {"kind": "dataset", "id": dataset["id"]}})
    work()
    ticket = viewer.post("/downloads", {"kind": "csv", "source": {"kind": "dataset", "id": dataset["id"]}}).json()
    ways = {
        "dataset with its profile": viewer.get(at).text,
        "rows": viewer.post("/questions/run", {"dataset_id": dataset["id"]}).text,
        "CSV": viewer.client.get(ticket["url"]).text,
        "SQL and words": viewer.post("/questions/explain", {"question": a_question(dataset)}).text,
        "list": viewer.get("/datasets").text,
        "original": viewer.post("/downloads", {"kind": "file", "id": admin.get(at).json()["source"]["file_id"]}).text,
    }
    assert export.status_code in (202, 403), export.text
    for way, told in ways.items():
        assert not [secret for secret in SECRETS if secret in told], way
    assert "…1111" in ways["CSV"]
    assert "71771" in admin.get(at).text  # the profile of who sees all has it


def test_the_key_of_the_hashes_is_shown_to_nobody(viewer, dataset):
    question = {"dataset_id": dataset["id"], "columns": ["c1"]}
    told = viewer.post("/questions/explain", {"question": question}).json()
    assert "SHA256" in told["sql"].upper()
    assert "'…'" in told["sql"]


def test_answers_are_kept_for_those_alone_who_see_the_same(admin, viewer, dataset):
    question = {"dataset_id": dataset["id"], "columns": ["c1"]}
    first, second = (person.post("/questions/run", question) for person in (admin, viewer))
    assert first.headers["etag"] != second.headers["etag"]
    again = viewer.post("/questions/run", question, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200 and "Ann" not in again.text


def test_looking_as_somebody_else_and_the_explanation_tell_of_the_mask(admin, viewer, dataset):
    told = admin.get(f"/datasets/{dataset['id']}/access/members/{viewer.user_id}").json()
    assert [(each["id"], each["is_shown"], each["mask"]) for each in told["columns"]] == [
        ("c1", True, "hash"), ("c2", True, "last_four"), ("c3", True, "constant"), ("c4", True, None),
    ]  # fmt: skip
    assert told["summary"].endswith("all 4 columns, 3 of them masked.")
