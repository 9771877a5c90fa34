"""Dashboards: kept with their history, asked as a whole under their filters, locked, copied and remarked on."""

import json
from uuid import UUID, uuid4

import pytest
from support.access import condition, row_rule, rule
from support.data import SALES, a_dataset, a_question, a_saved_question, uploaded, work
from support.people import a_person

from tablewright.dashboards import service
from tablewright.identity.service import actor_of
from tablewright.infra.clock import now
from tablewright.infra.db import transaction


def a_tile(tile="t1", **more):
    return {"kind": "question", "id": tile, "place": {"x": 0, "y": 0, "w": 6, "h": 4}, **more}


def a_content(dataset, *tiles, **more):
    region = {"dataset_id": dataset["id"], "column": "c1"}
    return {
        "tabs": [{"title": "Overview", "tiles": list(tiles)}],
        "filters": [{"id": "p1", "label": "Region", "kind": "list", "targets": [region]}],
        **more,
    }


@pytest.fixture
def person(client):
    return a_person(client)


@pytest.fixture
def dataset(person):
    return a_dataset(person)


def a_dashboard(person, content, title="Sales"):
    answer = person.post("/dashboards", {"title": title, "folder": "Team", "content": content})
    assert answer.status_code == 201, answer.text
    return answer.json()


def asked(person, dashboard, **body):
    """The answers of the tiles, or the codes of their problems."""
    answer = person.post(f"/dashboards/{dashboard['id']}/ask", body)
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return {
        line["key"]: line["problem"]["code"]
        if "problem" in line
        else list(zip(*line["answer"]["data"].values(), strict=True))
        for line in lines
    }


def changed(person, dashboard, **more):
    body = {key: dashboard[key] for key in ("title", "folder", "content", "version")}
    return person.put(f"/dashboards/{dashboard['id']}", {**body, **more})


def test_tiles_are_asked_under_filters_and_clicks_and_those_that_do_not_listen_stay(person, dataset):
    saved = a_saved_question(person, dataset)
    whole = a_question(dataset, dimensions=[], measures=[{"fn": "count_rows"}], sort=[])
    dashboard = a_dashboard(
        person,
        a_content(
            dataset,
            a_tile("t1", question_id=saved["id"]),
            a_tile("t2", question=whole),
            a_tile("t3", question=whole, listens=False),
            {"kind": "text", "id": "t4", "place": {"x": 0, "y": 9, "w": 12, "h": 2}, "text": "# Sales"},
        ),
    )
    assert [each["name"] for each in dashboard["questions"]] == ["Amount by region"]
    rows = asked(person, dashboard)
    assert rows["t1"] == [("North", "420.75"), ("East", "150.75"), ("South", "125.00")]
    assert (rows["t2"], rows["t3"]) == ([(6,)], [(6,)])
    north = {"p1": {"op": "in", "values": ["North"]}}
    rows = asked(person, dashboard, values=north)
    assert rows == {"t1": [("North", "420.75")], "t2": [(3,)], "t3": [(6,)]}
    chairs = {"dataset_id": dataset["id"], "conditions": [{"column": "c2", "op": "eq", "values": ["Chair"]}]}
    assert asked(person, dashboard, values=north, more=[chairs], tiles=["t2"]) == {"t2": [(1,)]}


def test_a_tile_that_asks_a_saved_question_is_narrowed_inside(person, dataset):
    saved = a_saved_question(person, dataset)
    largest = {"dataset_id": dataset["id"], "base_id": saved["id"], "measures": [{"fn": "max", "column": "c2"}]}
    dashboard = a_dashboard(person, a_content(dataset, a_tile("t1", question=largest)))
    assert asked(person, dashboard) == {"t1": [("420.75",)]}
    assert asked(person, dashboard, values={"p1": {"op": "eq", "values": ["South"]}}) == {"t1": [("125.00",)]}


def test_what_a_tile_asks_is_told_as_it_is_narrowed_and_gives_the_same_answer(client, person, dataset):
    saved = a_saved_question(person, dataset)
    dashboard = a_dashboard(person, a_content(dataset, a_tile("t1", question_id=saved["id"])))
    chairs = {"dataset_id": dataset["id"], "conditions": [{"column": "c2", "op": "eq", "values": ["Chair"]}]}
    body = {
        "values": {"p1": {"op": "in", "values": ["North", "East"]}},
        "more": [chairs],
        "sorts": {"t1": [{"by": "d0", "direction": "asc"}]},
    }
    told = person.post(f"/dashboards/{dashboard['id']}/tiles/t1/question", body).json()
    assert [item["column"] for item in told["filter"]["items"]] == ["c1", "c2"]
    answer = person.post("/questions/run", told).json()
    assert list(zip(*answer["data"].values(), strict=True)) == asked(person, dashboard, **body)["t1"]
    missing = person.post(f"/dashboards/{dashboard['id']}/tiles/t9/question", {})
    assert (missing.status_code, missing.json()["code"]) == (422, "tile_missing")
    stranger = a_person(client)
    assert stranger.post(f"/dashboards/{dashboard['id']}/tiles/t1/question", {}).status_code == 404


def test_a_tile_that_cannot_be_asked_says_why_and_the_others_answer(person, dataset):
    saved = a_saved_question(person, dataset)
    whole = a_question(dataset, dimensions=[], measures=[{"fn": "count_rows"}], sort=[])
    dashboard = a_dashboard(
        person, a_content(dataset, a_tile("t1", question_id=saved["id"]), a_tile("t2", question=whole))
    )
    assert person.delete(f"/questions/{saved['id']}").status_code == 204
    assert asked(person, dashboard) == {"t1": "question_missing", "t2": [(6,)]}
    wrong = {"p1": {"op": "gt", "values": ["abc"]}, "p9": None}
    answer = person.post(f"/dashboards/{dashboard['id']}/ask", {"values": wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "filter_missing")
    answer = person.post(f"/dashboards/{dashboard['id']}/ask", {"tiles": ["t77"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "tile_missing")


def test_what_cannot_be_asked_cannot_be_put_on_a_dashboard(person, dataset):
    wrong = a_question(dataset, dimensions=[{"column": "c99"}])
    body = {"title": "D", "content": a_content(dataset, a_tile(question=wrong))}
    answer = person.post("/dashboards", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "column_missing")
    assert person.get("/dashboards").json()["items"] == []


def test_every_change_is_remembered_and_can_be_gone_back_to(person, dataset):
    first = a_dashboard(person, a_content(dataset))
    second = changed(person, first, title="Sales 2").json()
    assert (second["version"], second["title"]) == (2, "Sales 2")
    stale = changed(person, first, title="Mine")
    assert (stale.status_code, stale.json()["code"]) == (409, "dashboard_changed")
    back = person.post(f"/dashboards/{first['id']}/versions/1/restore").json()
    assert (back["version"], back["title"], back["folder"]) == (3, "Sales", "Team")
    history = person.get(f"/dashboards/{first['id']}/versions").json()["items"]
    assert [(each["number"], each["title"], each["said"]) for each in history] == [
        (3, "Sales", "Version 1 again"),
        (2, "Sales 2", "Changed"),
        (1, "Sales", "Made"),
    ]
    missing = person.post(f"/dashboards/{first['id']}/versions/9/restore")
    assert (missing.status_code, missing.json()["code"]) == (404, "dashboard_version_missing")


def test_a_locked_dashboard_is_not_changed_but_can_be_copied(client, person, dataset):
    analyst = a_person(client, "analyst", person.workspace_id)
    other = a_person(client, "analyst", person.workspace_id)
    dashboard = a_dashboard(analyst, a_content(dataset))
    path = f"/dashboards/{dashboard['id']}"
    assert other.get(path).json()["may_lock"] is False
    refused = other.put(f"{path}/lock", {"locked": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "lock_not_yours")
    assert analyst.put(f"{path}/lock", {"locked": True}).json()["locked"] is True
    for somebody in (analyst, other, person):
        answer = changed(somebody, dashboard, title="New")
        assert (answer.status_code, answer.json()["code"]) == (409, "dashboard_locked")
    mine = other.post(f"{path}/copy", {"title": "Mine"}).json()
    assert (mine["locked"], mine["version"], mine["content"]) == (False, 1, dashboard["content"])
    assert person.put(f"{path}/lock", {"locked": False}).json()["locked"] is False
    assert changed(other, dashboard, title="New").status_code == 200


def test_marks_are_everybodys_own_and_folders_are_listed(client, person, dataset):
    other = a_person(client, "viewer", person.workspace_id)
    dashboard = a_dashboard(person, a_content(dataset))
    a_dashboard(person, a_content(dataset), title="Other")
    path = f"/dashboards/{dashboard['id']}/favourite"
    assert [other.put(path).status_code for _ in range(2)] == [204, 204]
    assert [each["title"] for each in other.get("/dashboards?favourites=true").json()["items"]] == ["Sales"]
    assert person.get("/dashboards?favourites=true").json()["items"] == []
    assert other.delete(path).status_code == 204
    found = other.get("/dashboards?search=sal&folder=Team").json()
    assert ([each["title"] for each in found["items"]], found["folders"]) == (["Sales"], ["Team"])
    assert other.get("/dashboards?folder=Elsewhere").json()["items"] == []


def test_readers_may_remark_and_take_back_their_own_remarks(client, person, dataset):
    viewer = a_person(client, "viewer", person.workspace_id)
    whole = a_question(dataset)
    dashboard = a_dashboard(person, a_content(dataset, a_tile("t1", question=whole)))
    path = f"/dashboards/{dashboard['id']}/comments"
    mine = viewer.post(path, {"text": "<b>Why so low?</b>", "tile": "t1"}).json()
    theirs = person.post(path, {"text": "See tab 2"}).json()
    shown = viewer.get(path).json()["items"]
    assert [(each["text"], each["tile"], each["mine"]) for each in shown] == [
        ("<b>Why so low?</b>", "t1", True),
        ("See tab 2", None, False),
    ]
    refused = viewer.delete(f"{path}/{theirs['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "comment_not_yours")
    assert person.delete(f"{path}/{mine['id']}").status_code == 204
    assert viewer.post(path, {"text": "T", "tile": "t9"}).json()["code"] == "tile_missing"
    assert len(viewer.get(path).json()["items"]) == 1


def test_a_deleted_dashboard_comes_back(person, dataset):
    dashboard = a_dashboard(person, a_content(dataset))
    path = f"/dashboards/{dashboard['id']}"
    assert person.delete(path).status_code == 204
    assert person.get(path).status_code == 404
    assert person.post(f"{path}/ask", {}).status_code == 404
    assert person.post(f"{path}/restore").json()["title"] == "Sales"
    assert person.get(path).status_code == 200


def test_another_workspace_sees_nothing(client, person, dataset):
    stranger = a_person(client)
    saved = a_saved_question(person, dataset)
    dashboard = a_dashboard(person, a_content(dataset, a_tile(question_id=saved["id"])))
    path = f"/dashboards/{dashboard['id']}"
    assert stranger.get("/dashboards").json()["items"] == []
    assert stranger.get("/dashboards").json()["folders"] == []
    for method, where, body in (
        ("GET", path, None), ("POST", f"{path}/ask", {}), ("POST", f"{path}/copy", {"title": "X"}),
        ("GET", f"{path}/versions", None), ("GET", f"{path}/comments", None),
        ("POST", f"{path}/comments", {"text": "X"}), ("PUT", f"{path}/favourite", None), ("DELETE", path, None),
        ("PUT", f"{path}/lock", {"locked": True}), ("POST", f"{path}/versions/1/restore", None),
    ):  # fmt: skip
        assert stranger.request(method, where, json=body).status_code == 404, (method, where)
    stolen = a_content({"id": str(uuid4())}, a_tile(question_id=saved["id"]))
    assert stranger.post("/dashboards", {"title": "D", "content": stolen}).status_code == 404
    taken = a_content(dataset, a_tile(question=a_question(dataset)))
    assert stranger.post("/dashboards", {"title": "D", "content": taken}).status_code == 404


def test_a_change_of_a_dataset_names_the_dashboards_that_it_would_break(client, person, dataset):
    dashboard = a_dashboard(person, a_content(dataset, a_tile(question=a_question(dataset))))
    with transaction() as session:
        actor = actor_of(session, person.token, now())
        (found,) = service.built_on(session, actor, UUID(dataset["id"]))
    assert (found.kind, str(found.id), found.columns) == ("dashboard", dashboard["id"], frozenset({"c1", "c4"}))


def events_of(person, dashboard, change):
    """The states that a watcher is told, with `change` made after the first."""
    told = []
    with transaction() as session:
        actor = actor_of(session, person.token, now())
        reads = service.reads(session, actor, UUID(dashboard["id"]))
        told.append(service.state(session, actor, UUID(dashboard["id"]), reads))
    change()
    with transaction() as session:
        told.append(service.state(session, actor_of(session, person.token, now()), UUID(dashboard["id"]), reads))
    return told


def test_who_looks_is_told_of_new_data_of_changes_and_of_new_rules(client, person, dataset):
    saved = a_saved_question(person, dataset)
    dashboard = a_dashboard(person, a_content(dataset, a_tile(question_id=saved["id"])))
    same = events_of(person, dashboard, lambda: None)
    assert same[0] == same[1]
    before, after = events_of(person, dashboard, lambda: changed(person, dashboard, title="Other"))
    assert (before.version + 1, before.data) == (after.version, after.data)

    upload = uploaded(person, "more.csv", SALES + b"West,Chair,2025-04-01,10.00,1\n", dataset_id=dataset["id"])
    before, after = events_of(person, dashboard, work)
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "succeeded"
    assert before.data != after.data
    me = {"kind": "member", "user_id": str(person.user_id)}
    before, after = events_of(
        person, dashboard, lambda: rule(person, dataset, rows=[row_rule(me, condition("c1", "eq", "North"))])
    )
    assert before.data != after.data
    stranger = a_person(client)
    assert stranger.get(f"/dashboards/{dashboard['id']}/events").status_code == 404


def test_who_looks_may_sort_a_tile_otherwise(person, dataset):
    saved = a_saved_question(person, dataset)
    dashboard = a_dashboard(
        person, a_content(dataset, a_tile("t1", question_id=saved["id"]), a_tile("t2", question_id=saved["id"]))
    )
    rows = asked(person, dashboard, sorts={"t1": [{"by": "d0", "direction": "desc"}]})
    assert [row[0] for row in rows["t1"]] == ["South", "North", "East"]
    assert [row[0] for row in rows["t2"]] == ["North", "East", "South"]
    assert asked(person, dashboard, sorts={"t1": [{"by": "m9"}]})["t1"] != rows["t1"]
    answer = person.post(f"/dashboards/{dashboard['id']}/ask", {"sorts": {"t9": []}})
    assert (answer.status_code, answer.json()["code"]) == (422, "tile_missing")


def test_who_looks_goes_down_from_years_to_months_and_days(person, dataset):
    years = a_question(dataset, dimensions=[{"column": "c3", "grain": "year"}], sort=[{"by": "d0"}])
    dashboard = a_dashboard(person, a_content(dataset, a_tile("t1", question=years), a_tile("t2", question=years)))
    whole, months = asked(person, dashboard), asked(person, dashboard, grains={"t1": "month"})
    assert ([len(whole["t1"]), len(months["t1"])], months["t2"]) == ([1, 3], whole["t2"])
    days = {"kind": "condition", "column": "c3", "op": "between", "values": ["2025-02-01", "2025-02-28"]}
    february = asked(
        person, dashboard, grains={"t1": "day"}, more=[{"dataset_id": dataset["id"], "conditions": [days]}]
    )
    assert [row[0] for row in february["t1"]] == ["2025-02-03", "2025-02-11"]
    refused = person.post(f"/dashboards/{dashboard['id']}/ask", {"grains": {"t9": "day"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "tile_missing")


def test_who_looks_sets_the_parameters_of_the_questions(person, dataset):
    least = a_question(
        dataset,
        parameters=[{"name": "least", "type": "number", "label": "Least amount", "value": 0}],
        filter={
            "kind": "group",
            "items": [{"kind": "condition", "column": "c4", "op": "ge", "parameter": "least"}],
        },
    )
    answer = person.post("/questions", {"name": "Amount", "question": least})
    assert answer.status_code == 201, answer.text
    saved = answer.json()
    on_it = {"dataset_id": dataset["id"], "base_id": saved["id"], "measures": [{"fn": "count_rows"}]}
    dashboard = a_dashboard(
        person,
        a_content(
            dataset,
            a_tile("t1", question_id=saved["id"]),
            a_tile("t2", question=a_question(dataset)),
            a_tile("t3", question=on_it),
        ),
    )
    before = asked(person, dashboard)
    after = asked(person, dashboard, parameters={"least": 90})
    assert before["t1"] == before["t2"] == after["t2"]
    assert len(after["t1"]) < len(before["t1"])
    assert after["t3"] == [(len(after["t1"]),)]
    assert asked(person, dashboard, parameters={"least": "many"})["t1"] == "filter_value_invalid"
    assert asked(person, dashboard, parameters={"other": 1}) == before
