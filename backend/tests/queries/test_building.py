"""Help while a question is built: words and SQL, how joins fit, formulas as they are written."""

import pytest
from support.access import ADMINS, EVERYONE, column_rule, condition, row_rule, rule
from support.data import a_dataset, a_question, a_saved_question
from support.people import a_person

GOALS = b"region,goal\nNorth,500\nSouth,200\nSouth,100\nWest,1\n"


@pytest.fixture
def admin(client):
    return a_person(client)


@pytest.fixture
def viewer(client, admin):
    return a_person(client, "viewer", admin.workspace_id)


@pytest.fixture
def dataset(admin):
    return a_dataset(admin)


@pytest.fixture
def goals(admin):
    return a_dataset(admin, "goals.csv", GOALS)


def test_a_question_in_words_and_as_sql_with_the_names_of_people(admin, dataset):
    told = admin.post("/questions/explain", {"question": a_question(dataset)}).json()
    assert "amount" in told["words"] and "region" in told["words"] and "sales" in told["words"]
    assert "region" in told["sql"] and "sales" in told["sql"] and "c4" not in told["sql"]
    assert [(each["name"], each["version_number"], each["is_part"]) for each in told["sources"]] == [
        ("sales", 1, False)
    ]


def test_a_question_on_a_saved_question_is_explained(admin, dataset):
    saved = a_saved_question(admin, dataset)
    asked = {"dataset_id": dataset["id"], "base_id": saved["id"], "measures": [{"fn": "max", "column": "c2"}]}
    told = admin.post("/questions/explain", {"question": asked})
    assert told.status_code == 200, told.text
    assert "sales" in told.json()["sql"]
    below = {**asked, "base_id": None, "columns": ["c1"], "measures": []}
    below["union"] = [{"dataset_id": dataset["id"], "base_id": saved["id"], "columns": ["c1"]}]
    united = admin.post("/questions/explain", {"question": below})
    for words in (told.json()["words"], united.json()["words"]):
        # Nobody asked for the page that is shown, and what is asked of is there.
        assert "the answer to (" in words and "10,000" not in words and "gone" not in words


def test_how_a_join_matches_and_that_rows_multiply(admin, dataset, goals):
    joins = [{"dataset_id": goals["id"], "on": [["c1", "c1"]]}]
    body = {"question": {"dataset_id": dataset["id"], "joins": joins}, "join": 0}
    found = admin.post("/questions/match", body).json()
    assert (found["left_rows"], found["left_matched"], found["right_rows"], found["right_matched"]) == (6, 5, 4, 3)
    assert (found["pairs"], found["multiplies"]) == (7, True)
    assert "multiply" in found["words"]
    wrong = admin.post("/questions/match", {**body, "join": 5})
    assert wrong.status_code == 422


def test_the_match_report_counts_what_the_reader_may_see(admin, viewer, dataset, goals):
    rule(admin, dataset, rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c1", "eq", "South"))])
    rule(admin, goals, rows=[row_rule(ADMINS), row_rule(EVERYONE, condition("c2", "lt", 200))])
    joins = [{"dataset_id": goals["id"], "on": [["c1", "c1"]]}]
    body = {"question": {"dataset_id": dataset["id"], "joins": joins}}
    found = viewer.post("/questions/match", body).json()
    assert (found["left_rows"], found["right_rows"], found["right_matched"], found["pairs"]) == (2, 2, 1, 2)


def test_likely_joins_are_proposed_and_none_with_a_hidden_column(admin, viewer, dataset, goals):
    path = f"/questions/joins?left={dataset['id']}&right={goals['id']}"
    best = admin.get(path).json()["items"][0]
    assert (best["left"], best["right"], best["multiplies"]) == ("c1", "c1", True)
    rule(admin, goals, columns=[column_rule(ADMINS, "c1")])
    assert all(each["right"] != "c1" for each in viewer.get(path).json()["items"])


def test_every_function_is_in_the_catalogue(admin):
    found = admin.get("/formulas").json()
    assert len(found["functions"]) >= 150
    assert {"name", "category"} <= set(found["functions"][0])


def test_a_formula_is_checked_stored_by_id_and_tried_on_ten_rows(admin, dataset):
    body = {"question": {"dataset_id": dataset["id"]}, "text": "[amount] / [units]"}
    found = admin.post("/formulas/check", body).json()
    assert (found["stored"], found["shown"], found["level"]) == ("[#c4] / [#c5]", "[amount] / [units]", "row")
    tried = admin.post("/formulas/preview", body).json()
    assert [column["key"] for column in tried["answer"]["columns"]] == ["c4", "c5", "f1"]
    amounts, units, results = (tried["answer"]["data"][key] for key in ("c4", "c5", "f1"))
    for amount, unit, result in zip(amounts, units, results, strict=True):
        assert result is None if amount is None else float(result) == pytest.approx(float(amount) / unit)


def test_a_formula_that_aggregates_is_tried_over_the_groups_of_the_question(admin, dataset):
    body = {"question": a_question(dataset), "text": "SUM([amount]) / SUM([units])"}
    tried = admin.post("/formulas/preview", body).json()
    assert tried["formula"]["level"] == "aggregate"
    data = tried["answer"]["data"]
    assert dict(zip(data["d0"], map(float, data["m0"]), strict=True))["South"] == pytest.approx(125 / 7)


@pytest.mark.parametrize("text", ["SUM([amount]", "[amuont] + 1", "NOPE(1)", "1 +", "'", '"', "[#c4", "{x}", "=" * 50])
def test_a_formula_that_is_wrong_says_what_and_where(admin, dataset, text):
    answer = admin.post("/formulas/check", {"question": {"dataset_id": dataset["id"]}, "text": text})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]


def test_completion_proposes_columns_and_functions(admin, dataset):
    body = {"question": {"dataset_id": dataset["id"]}, "text": "SUM([am", "cursor": 7}
    found = admin.post("/formulas/complete", body).json()
    assert "amount" in [each["label"] for each in found["suggestions"]]
    assert found["signature"]["function"] == "SUM"


def test_a_hidden_column_is_neither_proposed_nor_found_in_a_formula(admin, viewer, dataset, goals):
    rule(admin, dataset, columns=[column_rule(ADMINS, "c4")])
    rule(admin, goals, columns=[column_rule(ADMINS, "c2")])
    question = {"dataset_id": dataset["id"]}
    found = viewer.post("/formulas/complete", {"question": question, "text": "[", "cursor": 1})
    assert "units" in found.text and "amount" not in found.text
    looked = viewer.post("/formulas/complete", {"question": question, "text": "'goals'[", "cursor": 8})
    assert "region" in looked.text and '"goal"' not in looked.text
    for path in ("/formulas/check", "/formulas/preview"):
        for text in ("[amuont] + 1", "[#c4] + 1"):
            refused = viewer.post(path, {"question": question, "text": text})
            assert refused.status_code == 422
            assert "amount" not in refused.text


def test_another_workspace_is_told_nothing(client, admin, dataset):
    stranger = a_person(client)
    question = {"dataset_id": dataset["id"]}
    for path, body in (
        ("/questions/explain", {"question": question}),
        ("/questions/match", {"question": question}),
        ("/formulas/check", {"question": question, "text": "1"}),
        ("/formulas/complete", {"question": question, "text": "", "cursor": 0}),
        ("/formulas/preview", {"question": question, "text": "1"}),
    ):
        assert stranger.post(path, body).status_code == 404
    assert stranger.get(f"/questions/joins?left={dataset['id']}&right={dataset['id']}").status_code == 404
