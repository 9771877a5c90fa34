"""Groups and attributes of members, and looking at the workspace as somebody else."""

import pytest
from sqlalchemy import text
from support.people import a_person

from tablewright.infra.db import transaction


def audited(person, action):
    with transaction(person.workspace_id) as session:
        found = session.execute(text("SELECT object_id FROM audit_events WHERE action = :action"), {"action": action})
        return [row[0] for row in found]


def test_a_group_is_made_filled_renamed_and_removed(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    group = admin.post("/groups", {"name": "North", "member_ids": [str(viewer.user_id)]}).json()
    assert admin.get("/groups").json()["items"] == [group]
    assert admin.post("/groups", {"name": "north"}).json()["code"] == "group_exists"
    changed = admin.put(f"/groups/{group['id']}", {"name": "Far north", "member_ids": []})
    assert changed.json() == {"id": group["id"], "name": "Far north", "member_ids": []}
    assert admin.delete(f"/groups/{group['id']}").status_code == 204
    assert admin.get("/groups").json()["items"] == []


def test_a_group_takes_members_of_the_workspace_only(client):
    admin, stranger = a_person(client), a_person(client)
    answer = admin.post("/groups", {"name": "Mixed", "member_ids": [str(stranger.user_id)]})
    assert (answer.status_code, answer.json()["code"]) == (404, "member_missing")
    assert admin.get("/groups").json()["items"] == []


def test_attributes_are_replaced_whole_and_empty_ones_are_none(client):
    admin = a_person(client)
    path = f"/members/{admin.user_id}/attributes"
    told = {"region": ["North", "South", "North"], "cost_centre": []}
    assert admin.put(path, {"attributes": told}).json()["attributes"] == {"region": ["North", "South"]}
    assert admin.put(path, {"attributes": {"level": ["3"]}}).json()["attributes"] == {"level": ["3"]}
    assert admin.get(path).json()["attributes"] == {"level": ["3"]}


@pytest.mark.parametrize("name", ["Region", "1st", "a b", "", "x" * 60, "region}"])
def test_the_name_of_an_attribute_can_be_written_in_a_rule(client, name):
    admin = a_person(client)
    assert admin.put(f"/members/{admin.user_id}/attributes", {"attributes": {name: ["x"]}}).status_code == 422


def test_who_leaves_the_workspace_leaves_groups_and_attributes(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    group = admin.post("/groups", {"name": "North", "member_ids": [str(viewer.user_id)]}).json()
    admin.put(f"/members/{viewer.user_id}/attributes", {"attributes": {"region": ["North"]}})
    assert admin.delete(f"/members/{viewer.user_id}").status_code == 204
    assert admin.get("/groups").json()["items"] == [{**group, "member_ids": []}]
    assert admin.get(f"/members/{viewer.user_id}/attributes").status_code == 404


def test_an_admin_looks_as_a_viewer_with_no_right_to_change_and_it_is_noted(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    seen = admin.put("/session/view-as", {"user_id": str(viewer.user_id)}).json()["me"]
    assert seen["view_as"] == {"user_id": str(viewer.user_id), "name": "A viewer"}
    assert seen["role"] == "viewer"
    assert set(seen["permissions"]) == {
        "datasets.read",
        "questions.ask",
        "reports.read",
        "dashboards.read",
        "jobs.read",
    }
    assert admin.post("/groups", {"name": "G"}).status_code == 403
    assert admin.put("/session/view-as", {"user_id": str(admin.user_id)}).status_code == 403
    assert viewer.get("/me").json()["view_as"] is None
    over = admin.delete("/session/view-as").json()["me"]
    assert (over["view_as"], over["role"]) == (None, "admin")
    assert audited(admin, "access.view_as") == [str(viewer.user_id)]
    assert audited(admin, "access.view_as_over") == [str(viewer.user_id)]


def test_looking_as_an_admin_gives_no_rights_to_change_either(client):
    admin = a_person(client)
    other = a_person(client, "admin", admin.workspace_id)
    admin.put("/session/view-as", {"user_id": str(other.user_id)})
    assert admin.post("/reports", {"title": "R"}).status_code == 403
    assert admin.get("/reports").status_code == 200


def test_an_admin_who_is_none_any_more_looks_as_themselves(client):
    admin = a_person(client)
    other = a_person(client, "admin", admin.workspace_id)
    admin.put("/session/view-as", {"user_id": str(other.user_id)})
    other.patch(f"/members/{admin.user_id}", {"role": "viewer"})
    me = admin.get("/me").json()
    assert (me["view_as"], me["role"]) == (None, "viewer")


def test_the_view_ends_when_the_viewed_leaves_or_another_workspace_is_chosen(client):
    admin = a_person(client)
    viewer = a_person(client, "viewer", admin.workspace_id)
    admin.put("/session/view-as", {"user_id": str(viewer.user_id)})
    a_person(client, "admin", admin.workspace_id).delete(f"/members/{viewer.user_id}")
    assert admin.get("/me").json()["view_as"] is None
    another = a_person(client, "viewer", admin.workspace_id)
    admin.put("/session/view-as", {"user_id": str(another.user_id)})
    turned = admin.put("/session/workspace", {"workspace_id": str(admin.workspace_id)})
    assert turned.json()["me"]["view_as"] is None


def test_another_workspace_sees_no_group_and_no_member_to_look_as(client):
    admin, stranger = a_person(client), a_person(client)
    group = admin.post("/groups", {"name": "North"}).json()
    assert stranger.get("/groups").json()["items"] == []
    assert stranger.put(f"/groups/{group['id']}", {"name": "Mine"}).status_code == 404
    assert stranger.delete(f"/groups/{group['id']}").status_code == 404
    assert stranger.get(f"/members/{admin.user_id}/attributes").status_code == 404
    assert stranger.put("/session/view-as", {"user_id": str(admin.user_id)}).status_code == 404
