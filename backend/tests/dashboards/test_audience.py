"""Who in a workspace sees a dashboard and who may change it: roles, groups and members, asked on every door."""

from uuid import UUID

import pytest
from dashboards.test_dashboards import a_content, a_dashboard, a_tile, changed
from support.data import a_dataset, a_saved_question
from support.people import a_person

from tablewright.dashboards import service
from tablewright.identity.service import actor_of
from tablewright.infra.clock import now
from tablewright.infra.db import transaction


@pytest.fixture
def admin(client):
    return a_person(client)


@pytest.fixture
def people(client, admin):
    return {
        "maker": a_person(client, "analyst", admin.workspace_id),
        "other": a_person(client, "analyst", admin.workspace_id),
        "viewer": a_person(client, "viewer", admin.workspace_id),
    }


@pytest.fixture
def dashboard(admin, people):
    dataset = a_dataset(admin)
    saved = a_saved_question(admin, dataset)
    return a_dashboard(people["maker"], a_content(dataset, a_tile(question_id=saved["id"])))


def shared(person, dashboard, *named):
    answer = person.put(f"/dashboards/{dashboard['id']}/audience", {"audience": list(named)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def a_group(admin, *members):
    answer = admin.post("/groups", {"name": "Board", "member_ids": [str(each.user_id) for each in members]})
    assert answer.status_code == 201, answer.text
    return {"kind": "group", "group_id": answer.json()["id"]}


def sees(person, dashboard):
    listed = dashboard["id"] in [each["id"] for each in person.get("/dashboards").json()["items"]]
    assert (person.get(f"/dashboards/{dashboard['id']}").status_code == 200) == listed
    return listed


def test_without_an_audience_everybody_sees_it_and_analysts_change_it(people, dashboard):
    assert [sees(each, dashboard) for each in people.values()] == [True, True, True]
    assert people["other"].get(f"/dashboards/{dashboard['id']}").json()["may_edit"] is True
    assert people["viewer"].get(f"/dashboards/{dashboard['id']}").json()["may_edit"] is False


@pytest.mark.parametrize("kind", ["role", "group", "member"])
def test_it_is_seen_by_whom_it_names_by_its_maker_and_by_admins(admin, people, dashboard, kind):
    who = {
        "role": lambda: {"kind": "role", "role": "viewer"},
        "group": lambda: a_group(admin, people["viewer"]),
        "member": lambda: {"kind": "member", "user_id": str(people["viewer"].user_id)},
    }[kind]()
    shared(people["maker"], dashboard, {"who": who})
    assert [sees(each, dashboard) for each in (admin, *people.values())] == [True, True, False, True]
    shared(people["maker"], dashboard)
    assert [sees(each, dashboard) for each in (admin, *people.values())] == [True, True, False, False]


def test_who_does_not_see_it_finds_no_door_open(people, dashboard):
    shared(people["maker"], dashboard)
    other, path = people["other"], f"/dashboards/{dashboard['id']}"
    source = {"source": {"kind": "dashboard", "id": dashboard["id"]}, "format": "pdf"}
    answers = [
        other.post(f"{path}/ask", {}),
        other.post(f"{path}/copy", {"title": "Mine"}),
        other.get(f"{path}/versions"),
        other.get(f"{path}/comments"),
        other.post(f"{path}/comments", {"text": "x"}),
        other.put(f"{path}/favourite"),
        other.put(f"{path}/lock", {"locked": True}),
        other.put(f"{path}/audience", {"audience": None}),
        other.post(f"{path}/versions/1/restore"),
        other.post(f"{path}/restore"),
        other.delete(path),
        changed(other, dashboard, title="Mine"),
        other.post("/exports", source),
    ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "dashboard_missing")}
    folders = other.get("/dashboards").json()["folders"]
    assert folders == []


def test_to_look_at_is_not_to_change_and_a_role_stays_what_it_is(people, dashboard):
    other, viewer = people["other"], people["viewer"]
    named = [{"kind": "member", "user_id": str(each.user_id)} for each in (other, viewer)]
    shared(people["maker"], dashboard, *({"who": each, "may": "view"} for each in named))
    refused = changed(other, dashboard, title="Mine")
    assert (refused.status_code, refused.json()["code"]) == (403, "dashboard_read_only")
    path = f"/dashboards/{dashboard['id']}"
    assert other.delete(path).json()["code"] == "dashboard_read_only"
    assert other.put(f"{path}/audience", {"audience": None}).json()["code"] == "audience_not_yours"
    assert other.get(path).json()["audience"] is None  # whom else it is shared with is not told
    shared(people["maker"], dashboard, *({"who": each, "may": "edit"} for each in named))
    assert changed(viewer, dashboard, title="Mine").status_code == 403
    assert changed(other, dashboard, title="Ours").status_code == 200


def test_only_people_and_groups_of_the_workspace_can_be_named(client, people, dashboard):
    stranger = a_person(client)
    who = {"kind": "member", "user_id": str(stranger.user_id)}
    answer = people["maker"].put(f"/dashboards/{dashboard['id']}/audience", {"audience": [{"who": who}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "member_missing")
    assert not sees(stranger, dashboard)


def test_what_is_built_on_data_counts_what_is_not_shown_without_naming_it(admin, people, dashboard):
    shared(people["maker"], dashboard)
    dataset = UUID(dashboard["content"]["filters"][0]["targets"][0]["dataset_id"])

    def told(person):
        with transaction() as session:
            return [each.name for each in service.built_on(session, actor_of(session, person.token, now()), dataset)]

    assert told(people["other"]) == ["A dashboard that is not shared with you"]
    assert told(people["maker"]) == ["Sales"]
