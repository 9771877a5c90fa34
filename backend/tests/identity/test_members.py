"""Workspaces, members and their roles."""

import pytest
from sqlalchemy import text
from support.people import a_person

from tablewright.infra.db import transaction


def test_an_invited_person_joins_through_the_link_once(client):
    admin = a_person(client)
    invited = admin.post("/members", {"name": "Vi", "email": "vi.joins@people.test", "role": "viewer"})
    assert invited.status_code == 201
    assert invited.json()["member"]["state"] == "invited"
    token = invited.json()["link"].split("token=")[1]
    joined = client.post("/api/v1/join", json={"token": token, "password": "a good long one"})
    assert joined.status_code == 201
    assert joined.json()["me"]["role"] == "viewer"
    again = client.post("/api/v1/join", json={"token": token, "password": "another good one"})
    assert again.status_code == 404


def test_a_removed_member_is_out_at_the_next_request(client):
    admin = a_person(client)
    analyst = a_person(client, "analyst", admin.workspace_id)
    assert analyst.get("/datasets").status_code == 200
    assert admin.delete(f"/members/{analyst.user_id}").status_code == 204
    assert analyst.get("/datasets").status_code == 401


def test_a_lowered_role_counts_from_the_next_request_on(client):
    admin = a_person(client)
    analyst = a_person(client, "analyst", admin.workspace_id)
    assert analyst.post("/reports", {"title": "Mine"}).status_code == 201
    assert admin.patch(f"/members/{analyst.user_id}", {"role": "viewer"}).status_code == 200
    assert analyst.post("/reports", {"title": "Mine too"}).status_code == 403


def test_the_last_admin_stays(client):
    admin = a_person(client)
    assert admin.patch(f"/members/{admin.user_id}", {"role": "viewer"}).json()["code"] == "last_admin"
    assert admin.delete(f"/members/{admin.user_id}").json()["code"] == "last_admin"


def test_members_of_another_workspace_are_not_there(client):
    admin, stranger = a_person(client), a_person(client)
    assert stranger.patch(f"/members/{admin.user_id}", {"role": "viewer"}).status_code == 404
    assert admin.email not in stranger.get("/members").text


def test_only_a_super_admin_opens_workspaces_and_can_turn_to_them(client):
    admin, root = a_person(client), a_person(client, super_admin=True)
    assert admin.post("/workspaces", {"name": "Second"}).status_code == 403
    made = root.post("/workspaces", {"name": "Second"})
    assert made.status_code == 201
    turned = root.put("/session/workspace", {"workspace_id": made.json()["id"]})
    assert turned.json()["me"]["workspace"]["name"] == "Second"
    assert admin.put("/session/workspace", {"workspace_id": made.json()["id"]}).status_code == 404


@pytest.mark.parametrize("field", ["is_super_admin", "workspace_id", "id"])
def test_unknown_fields_are_refused(client, field):
    admin = a_person(client)
    body = {"name": "X", "email": "x@people.test", "role": "viewer", field: "1"}
    assert admin.post("/members", body).status_code == 422


def test_every_tenant_table_forces_row_level_security(database):
    with transaction() as session:
        rows = session.execute(
            text("""
                SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                       EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polwithcheck IS NOT NULL),
                       pg_get_userbyid(c.relowner)
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
                WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped""")
        ).all()
    # These hold no user content and are read before it is known for whom: who asks, and what to work on next.
    free = {"sessions", "one_time_links", "job_queue", "job_turns"}
    assert len(rows) >= 12
    for table, enabled, forced, has_policy, owner in rows:
        assert owner != "tablewright_app"
        if table not in free:
            assert (table, enabled, forced, has_policy) == (table, True, True, True)


def test_a_transaction_that_names_nobody_sees_no_tenant_rows(client):
    a_person(client)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM members")).scalar() == 0


def test_rows_cannot_be_written_into_another_workspace(client):
    from sqlalchemy.exc import DBAPIError

    mine, theirs = a_person(client), a_person(client)
    with pytest.raises(DBAPIError, match="row-level security"), transaction(mine.workspace_id) as session:
        session.execute(
            text("INSERT INTO members VALUES (:workspace, :user, 'admin', now())"),
            {"workspace": theirs.workspace_id, "user": mine.user_id},
        )


def test_the_application_may_not_change_versions_or_the_audit(client):
    from sqlalchemy.exc import DBAPIError

    for statement in ("UPDATE dataset_versions SET row_count = 0", "DELETE FROM audit_events", "DROP TABLE users"):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), transaction() as session:
            session.execute(text(statement))
