"""Whose days are meant: the workspace's, where a question or a rule names no time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from support.data import a_dataset, loaded
from support.people import a_person

from tablewright.infra import clock

# Around the night in which clocks in Berlin go forward, and around the one in which they go back.
MOMENTS = [
    "2025-03-29T22:59:59Z", "2025-03-29T23:00:00Z", "2025-03-30T21:59:59Z", "2025-03-30T22:00:00Z",
    "2025-10-25T21:59:59Z", "2025-10-25T22:00:00Z", "2025-10-26T22:59:59Z", "2025-10-26T23:00:00Z",
]  # fmt: skip
SEEN = "at,place\n" + "".join(f"{at},{number}\n" for number, at in enumerate(MOMENTS)) + "2025-01-01T00:00:00Z,8\n"
BY_DAY = {"dimensions": [{"column": "c1", "grain": "day"}], "measures": [{"fn": "count_rows"}], "limit": 100}
IN_BERLIN = {
    "2025-01-01": 1, "2025-03-29": 1, "2025-03-30": 2, "2025-03-31": 1,
    "2025-10-25": 1, "2025-10-26": 2, "2025-10-27": 1,
}  # fmt: skip
IN_UTC = {
    "2025-01-01": 1, "2025-03-29": 2, "2025-03-30": 2, "2025-10-25": 2, "2025-10-26": 2,
}  # fmt: skip


def in_zone(person, zone):
    answer = person.patch("/workspace", {"time_zone": zone})
    assert answer.status_code == 200, answer.text
    assert answer.json()["time_zone"] == zone == person.get("/me").json()["workspace"]["time_zone"]


def days(person, question):
    answer = person.post("/questions/run", question)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return dict(zip(data["d0"], map(int, data["m0"]), strict=True))


def today(period="this", **more):
    condition = {"kind": "condition", "column": "c1", "op": "in_period", "period": {"kind": period, "unit": "day"}}
    return {"filter": {"kind": "group", "items": [condition]}, "columns": ["c2"], **more}


def test_days_are_the_workspaces_unless_a_question_names_others(client):
    person, stranger = a_person(client), a_person(client)
    asked = {"dataset_id": a_dataset(person, "seen.csv", SEEN.encode())["id"], **BY_DAY}
    theirs = {"dataset_id": a_dataset(stranger, "seen.csv", SEEN.encode())["id"], **BY_DAY}
    assert days(person, asked) == IN_UTC
    in_zone(person, "Europe/Berlin")
    assert days(person, asked) == IN_BERLIN
    assert days(person, {**asked, "calendar": {"time_zone": "UTC"}}) == IN_UTC
    assert days(person, {**asked, "calendar": {"week_starts": 7}}) == IN_BERLIN
    assert days(stranger, theirs) == IN_UTC  # another workspace is left alone


def test_questions_that_are_parts_of_others_are_in_the_same_days(client):
    person = a_person(client)
    asked = {"dataset_id": a_dataset(person, "seen.csv", SEEN.encode())["id"], **BY_DAY}
    saved = person.post("/questions", {"name": "By day", "question": asked}).json()
    in_zone(person, "Europe/Berlin")
    on_it = {"dataset_id": asked["dataset_id"], "base_id": saved["id"], "limit": 100}
    on_it |= {"dimensions": [{"column": "c1"}], "measures": [{"fn": "sum", "column": "c2"}]}
    assert days(person, on_it) == IN_BERLIN
    # A question that names its days keeps them, and the one around it has the workspace's.
    named = {**asked, "calendar": {"time_zone": "UTC"}}
    both = person.post("/questions/run", {**asked, "union": [named]}).json()["data"]["d0"]
    assert both == [*IN_BERLIN, *IN_UTC]


@pytest.mark.parametrize(
    ("at", "in_berlin", "in_utc"),
    [
        ("2025-03-29T22:59:59+00:00", ["0"], ["0", "1"]),
        ("2025-03-29T23:00:00+00:00", ["1", "2"], ["0", "1"]),
        ("2025-03-30T22:00:00+00:00", ["3"], ["2", "3"]),  # the day had 23 hours
        ("2025-10-25T22:00:00+00:00", ["5", "6"], ["4", "5"]),
        ("2025-10-26T22:59:59+00:00", ["5", "6"], ["6", "7"]),  # the day had 25 hours
        ("2025-10-26T23:00:00+00:00", ["7"], ["6", "7"]),
    ],
)
def test_today_is_the_day_of_the_workspace_also_when_clocks_change(client, monkeypatch, at, in_berlin, in_utc):
    person = a_person(client)
    dataset = {"dataset_id": a_dataset(person, "seen.csv", SEEN.encode())["id"]}
    in_zone(person, "Europe/Berlin")
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(at))

    def places(question):
        return [str(each) for each in person.post("/questions/run", {**dataset, **question}).json()["data"]["c2"]]

    assert places(today()) == in_berlin
    assert places(today(calendar={"time_zone": "UTC"})) == in_utc
    rule = {"name": "Today", "check": {"kind": "row", "condition": today()["filter"]}}
    counted = person.post("/rules/evaluate", {**dataset, "rule": rule}).json()
    assert counted["n"] == len(in_berlin)
    rule["check"]["calendar"] = {"time_zone": "UTC"}
    assert person.post("/rules/evaluate", {**dataset, "rule": rule}).json()["n"] == len(in_utc)


def test_a_load_checks_the_contract_by_the_days_of_the_workspace(client, monkeypatch):
    person = a_person(client)
    dataset = a_dataset(person, "seen.csv", SEEN.encode())
    in_zone(person, "Pacific/Kiritimati")  # 14 hours ahead
    rule = {
        "name": "Not of today",
        "check": {"kind": "row", "condition": today()["filter"]},
        "contract": {"action": "quarantine"},
    }
    assert person.post("/rules", {"dataset_id": dataset["id"], "number": 0, "rule": rule}).status_code == 201
    start = clock.now()
    there = start.astimezone(ZoneInfo("Pacific/Kiritimati")).replace(hour=0, minute=30)
    file = f"at,place\n{there.isoformat()},1\n{(there - timedelta(hours=1)).isoformat()},2\n"
    job = loaded(person, "seen.csv", file.encode(), dataset_id=dataset["id"])
    assert job["state"] == "succeeded", job
    left = person.post("/questions/run", {"dataset_id": dataset["id"], "columns": ["c2"]}).json()["data"]["c2"]
    assert [int(each) for each in left] == [2]


def test_only_an_admin_changes_the_time_zone_and_to_one_that_there_is(client):
    admin = a_person(client)
    for role in ("analyst", "viewer"):
        member = a_person(client, role, admin.workspace_id)
        assert member.patch("/workspace", {"time_zone": "Europe/Berlin"}).status_code == 403
    for wrong in ("Europe/Atlantis", "europe", "Berlin", "Etc/../UTC"):
        answer = admin.patch("/workspace", {"time_zone": wrong})
        assert answer.status_code == 422, answer.text
    answer = admin.patch("/workspace", {"time_zone": "Europe/Atlantis"}).json()
    assert (answer["code"], answer["where"]["position"]) == ("time_zone_missing", "time_zone")
    assert 'There is no time zone "Europe/Atlantis"' in answer["detail"]
    assert admin.get("/me").json()["workspace"]["time_zone"] == "UTC"
