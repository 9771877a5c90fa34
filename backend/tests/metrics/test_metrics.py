"""Metrics: agreed once, used by their id, changed for everything that uses them."""

import pytest
from support.access import ADMINS, column_rule, rule
from support.data import a_dataset, a_question, loaded
from support.people import a_person


@pytest.fixture
def admin(client):
    return a_person(client)


@pytest.fixture
def dataset(admin):
    return a_dataset(admin)


def a_metric(person, dataset, **changes):
    body = {
        "name": "Turnover", "dataset_id": dataset["id"], "definition": {"fn": "sum", "column": "c4"}, "unit": "EUR",
        "format": "currency", **changes,
    }  # fmt: skip
    answer = person.post("/metrics", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def by_region(dataset, metric, **more):
    return a_question(dataset, measures=[{"metric": metric["id"], **more}])


def figures(answer):
    data = answer.json()["data"]
    return {key: float(value) for key, value in zip(data["d0"], data["m0"], strict=True)}


def test_a_metric_is_used_in_a_question_with_its_name_unit_and_format(admin, dataset):
    answer = admin.post("/questions/run", by_region(dataset, a_metric(admin, dataset)))
    assert figures(answer) == {"North": 420.75, "East": 150.75, "South": 125.0}
    column = answer.json()["columns"][1]
    assert (column["label"], column["unit"], column["format"]) == ("Turnover", "EUR", "currency")


def test_a_metric_by_formula_and_filter_is_computed_as_it_says(admin, dataset):
    price = a_metric(admin, dataset, name="Price", definition={"formula": "SUM([#c4]) / SUM([#c5])"})
    answer = admin.post("/questions/run", by_region(dataset, price, label="Per piece"))
    assert answer.json()["columns"][1]["label"] == "Per piece"
    assert figures(answer)["South"] == pytest.approx(125 / 7)
    large = {"kind": "group", "items": [{"kind": "condition", "column": "c4", "op": "gt", "values": [100]}]}
    many = a_metric(admin, dataset, name="Large", definition={"fn": "count_rows", "filter": large})
    assert figures(admin.post("/questions/run", by_region(dataset, many))) == {"North": 2, "East": 1, "South": 0}
    chairs = {"kind": "group", "items": [{"kind": "condition", "column": "c2", "op": "eq", "values": ["Chair"]}]}
    both = admin.post("/questions/run", by_region(dataset, many, filter=chairs))
    assert figures(both) == {"North": 1, "East": 0, "South": 0}


def test_a_metric_counts_in_a_joined_dataset_too(admin, dataset):
    goals = a_dataset(admin, "goals.csv", b"area,goal\nNorth,500\nSouth,200\nEast,100\n")
    goal = a_metric(admin, goals, name="Goal", definition={"fn": "max", "column": "c2"})
    formula = a_metric(admin, goals, name="Goals", definition={"formula": "SUM([#c2]) * 2"})
    joins = [{"dataset_id": goals["id"], "on": [["c1", "c1"]]}]
    question = a_question(dataset, joins=joins, measures=[{"metric": goal["id"]}, {"metric": formula["id"]}])
    answer = admin.post("/questions/run", question)
    assert figures(answer) == {"North": 500, "South": 200, "East": 100}
    assert dict(zip(answer.json()["data"]["d0"], map(float, answer.json()["data"]["m1"]), strict=True)) == {
        "North": 3000, "South": 800, "East": 200,
    }  # fmt: skip
    elsewhere = admin.post("/questions/run", by_region(dataset, goal))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "metric_elsewhere")
    assert elsewhere.json()["where"]["position"] == "measures[0].metric"


def test_a_change_of_a_metric_changes_every_question_that_uses_it_also_a_cached_one(admin, dataset):
    metric = a_metric(admin, dataset)
    saved = admin.post("/questions", {"name": "By region", "question": by_region(dataset, metric)}).json()
    first = admin.post("/questions/run", saved["question"])
    change = {"name": "Turnover", "definition": {"fn": "count", "column": "c4"}, "unit": None, "version": 1}
    assert admin.put(f"/metrics/{metric['id']}", change).json()["version"] == 2
    second = admin.post("/questions/run", saved["question"], headers={"If-None-Match": first.headers["etag"]})
    assert figures(second) == {"North": 2, "South": 2, "East": 1}
    renamed = {**change, "name": "Paid orders", "unit": "pc", "version": 2}
    admin.put(f"/metrics/{metric['id']}", renamed)
    column = admin.post("/questions/run", saved["question"]).json()["columns"][1]
    assert (column["label"], column["unit"]) == ("Paid orders", "pc")
    assert admin.put(f"/metrics/{metric['id']}", change).json()["code"] == "metric_changed"


def test_a_metric_in_use_is_not_removed_and_says_what_uses_it(admin, dataset):
    metric = a_metric(admin, dataset)
    saved = admin.post("/questions", {"name": "By region", "question": by_region(dataset, metric)}).json()
    assert admin.get(f"/metrics/{metric['id']}").json()["used_by"] == ["By region"]
    refused = admin.delete(f"/metrics/{metric['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "metric_in_use")
    assert "By region" in refused.json()["detail"]
    admin.delete(f"/questions/{saved['id']}")
    assert admin.delete(f"/metrics/{metric['id']}").status_code == 204
    gone = admin.post("/questions/run", by_region(dataset, metric))
    assert (gone.status_code, gone.json()["code"]) == (404, "metric_missing")


def test_only_an_admin_certifies_and_changes_what_is_certified(client, admin, dataset):
    analyst = a_person(client, "analyst", admin.workspace_id)
    body = {"name": "A", "dataset_id": dataset["id"], "definition": {"fn": "count_rows"}}
    assert analyst.post("/metrics", {**body, "is_certified": True}).status_code == 403
    own = a_metric(analyst, dataset, name="A")
    certified = admin.put(
        f"/metrics/{own['id']}", {"name": "A", "definition": own["definition"], "is_certified": True, "version": 1}
    )
    assert certified.json()["is_certified"] is True
    change = {"name": "B", "definition": own["definition"], "version": 2}
    assert analyst.put(f"/metrics/{own['id']}", change).status_code == 403
    assert analyst.delete(f"/metrics/{own['id']}").status_code == 403


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ({"fn": "sum", "column": "c1"}, "aggregate_not_applicable"),
        ({"fn": "sum", "column": "c99"}, "column_missing"),
        ({"formula": "SUM([#c4]"}, None),
        ({"formula": "[#c4] + 1"}, None),
        ({"fn": "sum", "formula": "SUM([#c4])"}, "request_invalid"),
        ({}, "request_invalid"),
        ({"fn": "metric"}, "request_invalid"),
    ],
)
def test_what_cannot_be_computed_is_not_agreed_on(admin, dataset, definition, code):
    answer = admin.post("/metrics", {"name": "M", "dataset_id": dataset["id"], "definition": definition})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"] and code in (None, answer.json()["code"])
    assert admin.get("/metrics").json()["items"] == []


def test_a_metric_of_a_hidden_column_cannot_be_asked_and_names_it_not(client, admin, dataset):
    viewer = a_person(client, "viewer", admin.workspace_id)
    metric = a_metric(admin, dataset)
    rule(admin, dataset, columns=[column_rule(ADMINS, "c4")])
    refused = viewer.post("/questions/run", by_region(dataset, metric))
    assert (refused.status_code, refused.json()["code"]) == (422, "column_missing")
    assert "amount" not in refused.text


def test_names_are_given_once_and_metrics_are_found(admin, dataset):
    metric = a_metric(admin, dataset, description="Invoiced, without tax", owner_id=str(admin.user_id))
    again = admin.post(
        "/metrics", {"name": "turnover", "dataset_id": dataset["id"], "definition": {"fn": "count_rows"}}
    )
    assert (again.status_code, again.json()["code"]) == (409, "metric_exists")
    assert metric["owner"] == {"id": str(admin.user_id), "name": "A admin"}
    for query in ("search=without+tax", f"dataset_id={dataset['id']}"):
        assert [each["id"] for each in admin.get(f"/metrics?{query}").json()["items"]] == [metric["id"]]
    assert admin.get("/metrics?search=nothing").json()["items"] == []


def test_a_load_that_takes_the_column_of_a_metric_waits(admin, dataset):
    a_metric(admin, dataset, definition={"fn": "sum", "column": "c5"})
    narrow = b"region,product,month,amount\nNorth,Chair,2025-01-15,1.00\n"
    job = loaded(admin, content=narrow, dataset_id=dataset["id"])
    assert job["result"]["pending"]
    waiting = admin.get(f"/datasets/{dataset['id']}/pending").json()["items"][0]
    assert [(each["kind"], each["name"]) for each in waiting["breaks"]] == [("metric", "Turnover")]


def test_another_workspace_sees_no_metric(client, admin, dataset):
    stranger = a_person(client)
    metric = a_metric(admin, dataset)
    path = f"/metrics/{metric['id']}"
    assert stranger.get("/metrics").json()["items"] == []
    assert stranger.get(path).status_code == 404
    assert stranger.delete(path).status_code == 404
    change = {"name": "Mine", "definition": metric["definition"], "version": 1}
    assert stranger.put(path, change).status_code == 404
    own = a_dataset(stranger)
    assert stranger.post("/questions/run", by_region(own, metric)).json()["code"] == "metric_missing"
    body = {"name": "Mine", "dataset_id": dataset["id"], "definition": {"fn": "count_rows"}}
    assert stranger.post("/metrics", body).status_code == 404
