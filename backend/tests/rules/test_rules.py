"""Rules of a dataset: kept with their history, evaluated and tried, and kept to by loads."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from support.access import ADMINS, EVERYONE, column_rule, row_rule
from support.access import condition as access_condition
from support.access import rule as access
from support.data import a_dataset, loaded, work
from support.people import a_person

PEOPLE = b"id,name,age,city\n1,Ada,36,London\n2,Bo,-4,Oslo\n3,Cy,,Rome\n4,Di,51,\n"


def condition(column, op, *values):
    return {"kind": "condition", "column": column, "op": op, "values": list(values)}


def rows(*items, **more):
    return {"kind": "row", "condition": {"kind": "group", "items": list(items)}, **more}


NEGATIVE = {"name": "Age is negative", "check": rows(condition("c3", "lt", 0)), "message": "{name} is {age}"}
NO_CITY = {"name": "No city", "check": rows(condition("c4", "is_empty")), "severity": "info"}


def number(person, dataset):
    return person.get("/rules", params={"dataset_id": dataset["id"]}).json()["number"]


def add(person, dataset, rule, status=201):
    body = {"dataset_id": dataset["id"], "number": number(person, dataset), "rule": rule}
    answer = person.post("/rules", body)
    assert answer.status_code == status, answer.text
    return answer.json()


def listed(person, dataset):
    return person.get("/rules", params={"dataset_id": dataset["id"]}).json()


def evaluated(person, dataset, rule):
    answer = person.post("/rules/evaluate", {"dataset_id": dataset["id"], "rule": rule})
    assert answer.status_code == 200, answer.text
    return answer.json()


def tried(person, dataset, rule):
    answer = person.post("/rules/trial", {"dataset_id": dataset["id"], "rule": rule})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(person, dataset):
    data = person.post("/questions/run", {"dataset_id": dataset["id"], "columns": ["c2"]}).json()["data"]
    return data["c2"]


def receipt(person, dataset, **query):
    found = person.get(f"/datasets/{dataset['id']}", params=query).json()["receipt"]
    assert found["rows_seen"] == found["rows_loaded"] + found["rows_quarantined"] + found["rows_skipped"]
    return found


def test_rules_are_kept_changed_and_brought_back(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    rule = add(person, dataset, {**NEGATIVE, "owner": str(person.user_id)})
    assert (rule["message"], rule["unknown"], rule["problem"]) == ("{name} is {age}", [], None)
    assert rule["owner_name"]
    add(person, dataset, NO_CITY)
    changed = person.put(f"/rules/{rule['id']}", {"number": 2, "rule": {**NEGATIVE, "severity": "error"}})
    assert (changed.status_code, changed.json()["severity"]) == (200, "error")
    late = person.put(f"/rules/{rule['id']}", {"number": 2, "rule": NEGATIVE})
    assert (late.status_code, late.json()["code"]) == (409, "rules_changed")
    assert person.delete(f"/rules/{rule['id']}?number=3").status_code == 204
    assert [each["name"] for each in listed(person, dataset)["items"]] == ["No city"]
    assert person.get(f"/rules/{rule['id']}").json()["code"] == "rule_missing"

    history = person.get("/rules/history", params={"dataset_id": dataset["id"]}).json()["items"]
    assert [(each["number"], each["said"], each["rule_count"]) for each in history] == [
        (4, 'Removed "Age is negative"', 1), (3, 'Changed "Age is negative"', 2), (2, 'Added "No city"', 2),
        (1, 'Added "Age is negative"', 1),
    ]  # fmt: skip
    assert [each["is_current"] for each in history] == [True, False, False, False]
    back = person.post("/rules/restore", {"dataset_id": dataset["id"], "number": 4, "to": 2})
    assert [each["name"] for each in back.json()["items"]] == ["Age is negative", "No city"]
    assert person.get(f"/rules/{rule['id']}").json()["severity"] == "warning"
    nowhere = person.post("/rules/restore", {"dataset_id": dataset["id"], "number": 5, "to": 99})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "rule_set_missing")


def test_messages_survive_that_a_column_is_renamed(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, {**NEGATIVE, "message": "{name} {nobody} {{x}} {0.__class__}"})
    mapping = person.get(f"/datasets/{dataset['id']}/mapping").json()["mapping"]
    mapping["columns"][1]["name"] = "Person"
    assert person.post(f"/datasets/{dataset['id']}/reload", {"mapping": mapping}).status_code == 202
    work()
    (rule,) = listed(person, dataset)["items"]
    assert rule["message"] == "{Person} {nobody} {{x}} {0.__class__}"
    assert rule["unknown"] == ["nobody", "0.__class__"]
    again = {key: rule[key] for key in ("name", "check", "message")}
    assert evaluated(person, dataset, again)["message"] == "Bo {nobody} {x} {0.__class__}"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({**NEGATIVE, "check": rows()}, "rule_incomplete"),
        ({**NEGATIVE, "check": rows(condition("c9", "is_empty"))}, "column_missing"),
        ({**NEGATIVE, "check": rows(condition("c3", "lt", "x"))}, "filter_value_invalid"),
        ({**NEGATIVE, "owner": str(uuid4())}, "owner_no_member"),
        ({**NEGATIVE, "name": "no CITY"}, "rule_named_twice"),
        ({**NEGATIVE, "sql": "DROP TABLE rules"}, "request_invalid"),
        ({**NEGATIVE, "check": rows(condition("c3; DROP", "lt", 0))}, "request_invalid"),
        ({**NEGATIVE, "workspace_id": str(uuid4())}, "request_invalid"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_and_nothing_kept(client, rule, code):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, NO_CITY)
    answer = person.post("/rules", {"dataset_id": dataset["id"], "number": 1, "rule": rule})
    assert answer.status_code == 422
    assert answer.json()["code"] == code or code == "request_invalid"
    assert listed(person, dataset)["number"] == 1


def test_a_rule_is_evaluated_and_tried_on_past_versions_before_it_is_kept(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    verdict = evaluated(person, dataset, NEGATIVE)
    assert (verdict["state"], verdict["n"], verdict["message"]) == ("fired", 1, "Bo is -4")
    loaded(
        person, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n6,Flo,-2,Bonn\n", dataset_id=dataset["id"], mode="append"
    )
    loaded(person, "p3.csv", b"id,name,age,city\n7,Gil,9,Bern\n", dataset_id=dataset["id"])
    trial = tried(person, dataset, NEGATIVE)
    assert (trial["by"], trial["fired_count"]) == ("version", 2)
    assert [(p["label"], p["n"], p["of"]) for p in trial["points"]] == [
        ("Version 1", 1, 4), ("Version 2", 3, 6), ("Version 3", 0, 1),
    ]  # fmt: skip
    total = {
        "name": "Few",
        "check": {"kind": "result", "limit": "below", "bounds": [5],
                  "question": {"dataset_id": dataset["id"], "measures": [{"fn": "count_rows"}]}},
    }  # fmt: skip
    assert [point["n"] for point in tried(person, dataset, total)["points"]] == [1, 0, 1]
    assert listed(person, dataset)["items"] == []


def test_a_change_is_tried_on_past_periods(client):
    person = a_person(client)
    months = [("2024-11-05", 100), ("2024-12-05", 120), ("2025-01-05", 90), ("2025-02-05", 30), ("2025-03-05", 29)]
    dataset = a_dataset(person, "m.csv", b"day,amount\n" + "".join(f"{d},{n}\n" for d, n in months).encode())
    rule = {
        "name": "Sales fall",
        "check": {"kind": "change", "measure": {"fn": "sum", "column": "c2"}, "time": "c1", "by": 10},
        "message": "{period}: {percent}",
    }
    assert evaluated(person, dataset, rule)["state"] == "quiet"
    trial = tried(person, dataset, rule)
    assert (trial["by"], trial["fired_count"]) == ("period", 2)
    assert [(p["label"], p["n"]) for p in trial["points"]] == [
        ("November 2024", 0), ("December 2024", 0), ("January 2025", 1), ("February 2025", 1), ("March 2025", 0),
    ]  # fmt: skip


def with_contract(rule, action, **more):
    return {**rule, "contract": {"action": action, **more}}


def test_a_load_sets_aside_the_rows_that_a_rule_finds_and_they_can_be_put_right(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, with_contract(NEGATIVE, "quarantine"))
    add(person, dataset, with_contract(NO_CITY, "warn"))
    loaded(person, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n6,Flo,2,\n7,Gil,-7,Bonn\n", dataset_id=dataset["id"])
    assert names(person, dataset) == ["Flo"]
    told = receipt(person, dataset)
    assert (told["rows_seen"], told["rows_loaded"], told["rows_quarantined"]) == (3, 1, 2)
    assert [(c["name"], c["action"], c["failing"], c["of"]) for c in told["checks"]] == [
        ("Age is negative", "quarantine", 2, 3), ("No city", "warn", 1, 3),
    ]  # fmt: skip
    version = person.get(f"/datasets/{dataset['id']}").json()["current_version_id"]
    path = f"/datasets/{dataset['id']}/versions/{version}/quarantine"
    page = person.get(path).json()
    assert {row["reason"] for row in page["items"]} == {'the rule "Age is negative"'}
    # One is put right, the other still does not keep to the contract.
    edits = [{"index": 0, "values": ["5", "Ed", "1", "Bern"]}, {"index": 1, "values": ["7", "Gil", "-70", "Bonn"]}]
    ordered = person.post(f"{path}/replay", {"rows": edits})
    assert ordered.status_code == 202, ordered.text
    work()
    job = person.get(f"/jobs/{ordered.json()['id']}").json()["result"]
    assert job["replayed"] == [0]
    assert job["refused"] == [{"index": 1, "column": None, "reason": 'the rule "Age is negative"'}]
    assert names(person, dataset) == ["Flo", "Ed"]
    told = receipt(person, dataset)
    assert (told["rows_loaded"], told["rows_quarantined"]) == (2, 1)


def test_a_version_that_a_rule_refuses_waits_and_can_be_accepted(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, with_contract(NEGATIVE, "refuse", tolerance=0.4))
    job = loaded(
        person, "ok.csv", b"id,name,age,city\n5,Ed,-1,Bern\n6,Flo,2,\n7,Gil,7,Bonn\n", dataset_id=dataset["id"]
    )
    assert not job["result"]["pending"]
    job = loaded(person, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n6,Flo,2,\n", dataset_id=dataset["id"])
    assert job["result"]["pending"]
    assert names(person, dataset) == ["Ed", "Flo", "Gil"]
    (waiting,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert waiting["reasons"] == ['The rule "Age is negative" finds 1 of 2 rows, more than 40.00% of them.']
    accepted = person.post(f"/datasets/{dataset['id']}/pending/{waiting['id']}/accept", {})
    assert accepted.status_code == 202
    work()
    assert names(person, dataset) == ["Ed", "Flo"]
    assert person.get(f"/datasets/{dataset['id']}/pending").json()["items"] == []
    assert receipt(person, dataset)["checks"][0]["failing"] == 1


def test_what_was_accepted_for_its_columns_waits_again_for_its_rows(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, with_contract(NEGATIVE, "refuse"))
    loaded(person, "p2.csv", b"id,name,age\n5,Ed,-1\n", dataset_id=dataset["id"])
    (first,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert first["reasons"] == ['The file does not have "city".']
    person.post(f"/datasets/{dataset['id']}/pending/{first['id']}/accept", {})
    work()
    (second,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert second["id"] != first["id"]
    assert second["reasons"] == ['The rule "Age is negative" finds 1 of 1 rows.']
    person.post(f"/datasets/{dataset['id']}/pending/{second['id']}/accept", {})
    work()
    assert names(person, dataset) == ["Ed"]


def test_a_rule_becomes_a_column_of_a_question(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    rule = add(person, dataset, {**NEGATIVE, "severity": "error"})
    formulas = person.get(f"/rules/{rule['id']}/flag").json()["formulas"]
    question = {"dataset_id": dataset["id"], "columns": ["c2", "f1"], "formulas": formulas}
    answer = person.post("/questions/run", question).json()
    assert answer["data"]["f1"] == [False, True, False, False]
    assert answer["columns"][1]["label"] == "Age is negative"
    shown = person.get(f"/rules/{rule['id']}/flag", params={"first": 7, "shows": "severity"}).json()["formulas"]
    assert [formula["id"] for formula in shown] == ["f7"]


def test_a_rule_that_is_switched_off_checks_nothing(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, {**with_contract(NEGATIVE, "refuse"), "enabled": False})
    loaded(person, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n", dataset_id=dataset["id"])
    assert names(person, dataset) == ["Ed"]
    assert receipt(person, dataset)["checks"] == []


def test_a_file_without_a_column_that_a_rule_uses_waits_and_names_the_rule(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    rule = add(person, dataset, NEGATIVE)
    loaded(person, "p2.csv", b"id,name,city\n5,Ed,Bern\n", dataset_id=dataset["id"])
    (waiting,) = person.get(f"/datasets/{dataset['id']}/pending").json()["items"]
    assert [(each["kind"], each["id"]) for each in waiting["breaks"]] == [("rule", rule["id"])]
    person.post(f"/datasets/{dataset['id']}/pending/{waiting['id']}/accept", {})
    work()
    assert listed(person, dataset)["items"][0]["problem"] == "The dataset no longer has the column c3."


def test_rules_go_out_and_into_another_dataset(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    add(person, dataset, {**with_contract(NEGATIVE, "refuse"), "owner": str(person.user_id)})
    add(person, dataset, NO_CITY)
    file = person.get("/rules/file", params={"dataset_id": dataset["id"]})
    assert "attachment" in file.headers["content-disposition"]
    document = json.loads(file.content)
    other = a_dataset(person, "other.csv", b"City,Name,Age\nX,Ann,-1\n")
    body = {"dataset_id": other["id"], "number": 0, "document": document}
    came = person.post("/rules/import", body)
    assert came.status_code == 200, came.text
    assert [each["message"] for each in came.json()["items"]] == ["{Name} is {Age}", ""]
    assert {each["id"] for each in came.json()["items"]}.isdisjoint(
        {each["id"] for each in listed(person, dataset)["items"]}
    )
    assert evaluated(person, other, {k: came.json()["items"][0][k] for k in ("name", "check", "message")})["n"] == 1
    late = person.post("/rules/import", body)
    assert late.json()["code"] == "rules_changed"
    narrow = a_dataset(person, "narrow.csv", b"Age\n1\n")
    refused = person.post("/rules/import", {**body, "dataset_id": narrow["id"]}).json()
    assert (refused["code"], refused["where"]["columns"]) == ("rule_columns_missing", ["name", "city"])
    typed = a_dataset(person, "typed.csv", b"City,Name,Age\nX,Ann,old\n")
    refused = person.post("/rules/import", {**body, "dataset_id": typed["id"]})
    assert refused.status_code == 422
    assert listed(person, typed)["number"] == 0


@pytest.mark.parametrize(
    "document", [{}, {"format": "tablewright-rules", "v": 9}, {"format": "tablewright-rules", "v": 1, "rules": [{}]}]
)
def test_a_damaged_file_is_refused(client, document):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    answer = person.post("/rules/import", {"dataset_id": dataset["id"], "number": 0, "document": document})
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_set_damaged")


def test_another_workspace_sees_no_rule(client):
    person, stranger = a_person(client), a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    rule = add(person, dataset, NEGATIVE)
    query = {"dataset_id": dataset["id"]}
    for path in ("/rules", "/rules/history", "/rules/file"):
        assert stranger.get(path, params=query).status_code == 404
    assert stranger.get(f"/rules/{rule['id']}").status_code == 404
    assert stranger.put(f"/rules/{rule['id']}", {"number": 1, "rule": NEGATIVE}).status_code == 404
    assert stranger.delete(f"/rules/{rule['id']}?number=1").status_code == 404
    for path in ("/rules/evaluate", "/rules/trial"):
        assert stranger.post(path, {**query, "rule": NEGATIVE}).status_code == 404
    assert stranger.post("/rules", {**query, "number": 1, "rule": NEGATIVE}).status_code == 404
    assert stranger.post("/rules/restore", {**query, "number": 1, "to": 1}).status_code == 404
    own = a_dataset(stranger, "own.csv", PEOPLE)
    assert stranger.post("/rules", {"dataset_id": own["id"], "number": 0,
                                    "rule": {**NEGATIVE, "owner": str(person.user_id)}}).status_code == 422  # fmt: skip
    assert listed(person, dataset)["number"] == 1


def test_a_viewer_reads_and_evaluates_rules_and_changes_none(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    dataset = a_dataset(admin, "people.csv", PEOPLE)
    rule = add(admin, dataset, NEGATIVE)
    assert listed(viewer, dataset)["items"][0]["id"] == rule["id"]
    assert evaluated(viewer, dataset, NEGATIVE)["n"] == 1
    assert viewer.put(f"/rules/{rule['id']}", {"number": 1, "rule": NEGATIVE}).status_code == 403


def test_a_rule_looks_only_at_what_its_reader_sees_and_a_load_at_everything(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    dataset = a_dataset(admin, "people.csv", PEOPLE)
    add(admin, dataset, with_contract(NEGATIVE, "quarantine"))
    add(admin, dataset, {**NO_CITY, "message": "{name}"})
    # Viewers see Ada and Cy, and no ages.
    access(
        admin, dataset,
        rows=[row_rule(ADMINS), row_rule(EVERYONE, access_condition("c2", "in", "Ada", "Cy"))],
        columns=[column_rule(ADMINS, "c3")],
    )  # fmt: skip
    assert [each["name"] for each in listed(viewer, dataset)["items"]] == ["No city"]
    hidden = listed(admin, dataset)["items"][0]
    assert viewer.get(f"/rules/{hidden['id']}").status_code == 404
    assert b'"age"' not in viewer.get("/rules/file", params={"dataset_id": dataset["id"]}).content.lower()
    assert b"negative" not in viewer.get("/rules/history", params={"dataset_id": dataset["id"]}).content
    refused = viewer.post("/rules/evaluate", {"dataset_id": dataset["id"], "rule": NEGATIVE})
    assert (refused.status_code, refused.json()["code"]) == (422, "column_missing")
    # The one without a city is Di, whom the viewer does not see.
    assert (evaluated(admin, dataset, NO_CITY)["n"], evaluated(viewer, dataset, NO_CITY)["n"]) == (1, 0)
    points = [(point["n"], point["of"]) for point in tried(viewer, dataset, NO_CITY)["points"]]
    assert points == [(0, 2)]
    loaded(admin, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n6,Flo,2,Bonn\n", dataset_id=dataset["id"])
    assert names(admin, dataset) == ["Flo"]


def test_hostile_text_in_a_rule_is_text_or_refused(client):
    person = a_person(client)
    dataset = a_dataset(person, "people.csv", PEOPLE)
    kept = 0
    for text in ("\x00", "\ud800", "\u202e", "' OR 1=1 --", "=cmd|' /C calc'!A0", "<img src=x onerror=1>"):
        rule = {"name": f"N{text}", "check": rows(condition("c2", "ne", text)), "message": f"{text}{{name}}{text}"}
        body = json.dumps({"dataset_id": dataset["id"], "number": kept, "rule": with_contract(rule, "warn")})
        answer = person.request("POST", "/rules", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (201, 422), answer.text
        kept += answer.status_code == 201
    assert kept >= 3
    loaded(person, "p2.csv", b"id,name,age,city\n5,Ed,-1,Bern\n", dataset_id=dataset["id"])
    assert names(person, dataset) == ["Ed"]
    assert [check["failing"] for check in receipt(person, dataset)["checks"]] == [1] * kept
