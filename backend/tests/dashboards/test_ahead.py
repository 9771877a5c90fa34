"""Dashboards are asked before they are opened: by a job, as who saved them, for those who see the same."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from support.access import condition, row_rule, rule
from support.data import a_dataset, a_question, a_saved_question, uploaded, work
from support.people import a_person

from tablewright.activity import tasks as activity
from tablewright.core.errors import Exhausted
from tablewright.dashboards import ahead, gently, service, tasks
from tablewright.dashboards.models import Dashboard
from tablewright.identity.service import actor_of
from tablewright.infra import cache as cache_module
from tablewright.infra import compute, jobs
from tablewright.infra.clock import now
from tablewright.infra.db import transaction
from tablewright.infra.limits import EngineBusy
from tablewright.queries import service as queries

MORE = b"""region,product,month,amount,units
West,Chair,2025-04-15,10.00,3
"""


@pytest.fixture
def person(client):
    return a_person(client)


@pytest.fixture
def dataset(person):
    return a_dataset(person)


def a_tile(tile, question, **more):
    return {"kind": "question", "id": tile, "place": {"x": 0, "y": 0, "w": 6, "h": 4}, "question": question, **more}


def a_dashboard(person, *tiles, title="Sales", **more):
    content = {"tabs": [{"title": "Overview", "tiles": list(tiles)}], **more}
    answer = person.post("/dashboards", {"title": title, "content": content})
    assert answer.status_code == 201, answer.text
    return answer.json()


def by_region(dataset, **changes):
    return a_tile("t1", a_question(dataset, **changes))


def with_formula(dataset, text):
    return {"dataset_id": dataset["id"], "formulas": [{"id": "f1", "name": "Told", "text": text}]}


def restarted():
    """Processes that have just begun: what they held themselves is gone."""
    cache_module.cache().clear()


def known(person, dashboard):
    """By tile, whether this reader's answer is there without asking the engine."""
    restarted()
    with transaction() as session:
        gates = list(
            service.plan(
                session, actor_of(session, person.token, now()), UUID(dashboard["id"]), values={}, more={}, tiles=None
            )
        )
    return {tile: queries.cached(gate, "json") is not None for tile, gate in gates}


def waiting(person):
    """The dashboards that are to be asked, in the order in which they were promised."""
    with transaction(person.workspace_id) as session:
        found = session.scalars(
            select(jobs.Job)
            .where(jobs.Job.kind == ahead.KIND, jobs.Job.state == "queued")
            .order_by(jobs.Job.created_at, jobs.Job.id)
        )
        return [each.input["dashboard_id"] for each in found]


def done(person):
    with transaction(person.workspace_id) as session:
        return list(
            session.scalars(
                select(jobs.Job).where(jobs.Job.kind == ahead.KIND).order_by(jobs.Job.finished_at.nulls_last())
            )
        )


def published(person, dataset, content=MORE):
    uploaded(person, "sales.csv", content, dataset_id=dataset["id"], mode="append")
    work()


def counted(monkeypatch):
    """What the engine is asked from now on."""
    asked = []
    engine = compute.engine()
    was = engine.ask

    def ask(folder, compiled, **given):
        asked.append(compiled.sql)
        return was(folder, compiled, **given)

    monkeypatch.setattr(engine, "ask", ask)
    return asked


def test_a_saved_dashboard_is_answered_before_it_is_opened_also_after_a_restart(person, dataset, client, monkeypatch):
    region = {"dataset_id": dataset["id"], "column": "c1"}
    north = {"op": "in", "values": ["North"]}
    one = {"id": "p1", "label": "Region", "kind": "list", "targets": [region], "default": north}
    saved = a_saved_question(person, dataset)
    own = {"kind": "question", "id": "t2", "place": {"x": 0, "y": 4, "w": 6, "h": 4}, "question_id": saved["id"]}
    dashboard = a_dashboard(person, by_region(dataset, limit=3), own, filters=[one])
    assert known(person, dashboard) == {"t1": False, "t2": False}
    work()
    assert known(person, dashboard) == {"t1": True, "t2": True}
    restarted()
    asked = counted(monkeypatch)
    reader = a_person(client, "viewer", person.workspace_id)
    lines = reader.post(f"/dashboards/{dashboard['id']}/ask", {}).text.splitlines()
    assert len(lines) == 2 and all('"420.75"' in line and "South" not in line for line in lines)
    assert asked == []


def test_a_published_version_is_answered_for_who_sees_the_same_and_nobody_else(person, dataset, client):
    member = a_person(client, "viewer", person.workspace_id)
    other = a_person(client, "viewer", person.workspace_id)
    rule(
        person,
        dataset,
        rows=[
            row_rule({"kind": "member", "user_id": str(each.user_id)}, only)
            for each, only in ((person, None), (member, None), (other, condition("c1", "eq", "South")))
        ],
    )
    dashboard = a_dashboard(person, by_region(dataset))
    work()
    published(person, dataset)
    assert known(person, dashboard) == {"t1": True}
    assert known(member, dashboard) == {"t1": True}
    assert known(other, dashboard) == {"t1": False}
    assert "West" in member.post(f"/dashboards/{dashboard['id']}/ask", {}).text
    part = other.post(f"/dashboards/{dashboard['id']}/ask", {}).text
    assert "South" in part and "North" not in part and "West" not in part


def test_a_dashboard_of_a_saved_question_hears_of_its_dataset_and_others_do_not(person, dataset):
    saved = a_saved_question(person, dataset)
    tile = {"kind": "question", "id": "t1", "place": {"x": 0, "y": 0, "w": 6, "h": 4}, "question_id": saved["id"]}
    by_question = a_dashboard(person, tile)
    elsewhere = a_dataset(person, "other.csv")
    a_dashboard(person, by_region(elsewhere))
    work()
    upload = uploaded(person, "sales.csv", MORE, dataset_id=dataset["id"], mode="append")
    assert waiting(person) == []
    jobs.run()
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "succeeded"
    assert waiting(person) == [by_question["id"]]


def test_what_is_promised_ten_times_before_it_begins_is_done_once(person, dataset):
    dashboard = a_dashboard(person, by_region(dataset))
    work()
    before = len(done(person))
    for at in range(10):
        uploaded(person, "sales.csv", MORE.replace(b"10.00", b"%d.00" % at), dataset_id=dataset["id"], mode="append")
    work()
    # Idle work is begun when no other job waits: all ten versions were published before.
    assert person.get(f"/datasets/{dataset['id']}").json()["version"]["number"] == 11
    assert len(done(person)) == before + 1
    assert known(person, dashboard) == {"t1": True}


def test_what_is_promised_while_it_is_done_is_done_again(person, dataset):
    dashboard = UUID(a_dashboard(person, by_region(dataset))["id"])
    with transaction(person.workspace_id) as session:
        session.execute(
            text("UPDATE job_queue SET lease_until = clock_timestamp() + interval '1 hour' WHERE workspace_id = :id"),
            {"id": person.workspace_id},
        )
    with transaction(person.workspace_id) as session:
        ahead.promise(session, person.workspace_id, dashboard, now())
        ahead.promise(session, person.workspace_id, dashboard, now())
    assert len(waiting(person)) == 2


def test_a_promise_that_is_kept_for_now_is_not_begun_before_the_change_is_there(person, dataset):
    dashboard = UUID(a_dashboard(person, by_region(dataset))["id"])
    with transaction(person.workspace_id) as session:
        ahead.promise(session, person.workspace_id, dashboard, now())
        assert not jobs.run()
    assert waiting(person) == [str(dashboard)]
    assert jobs.run() and waiting(person) == []


def test_other_jobs_go_first_and_are_made_way_for(person, dataset, monkeypatch):
    dashboard = a_dashboard(
        person, *(a_tile(f"t{at}", a_question(dataset, limit=at)) for at in (1, 2, 3)), title="Three"
    )
    upload = {}
    ask = tasks._ask

    def interrupted(lease, asked):
        ask(lease, asked)
        upload.update(uploaded(person, "late.csv", MORE))

    monkeypatch.setattr(tasks, "_ask", interrupted)
    assert jobs.run()
    assert done(person)[0].result == {"asked_count": 1} and waiting(person) == [dashboard["id"]]
    monkeypatch.setattr(tasks, "_ask", ask)
    assert jobs.run()
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "succeeded"
    assert jobs.run()
    assert known(person, dashboard) == {"t1": True, "t2": True, "t3": True}


def test_a_job_that_no_worker_here_does_is_not_made_way_for(person, dataset):
    dashboard = a_dashboard(person, by_region(dataset), a_tile("t2", a_question(dataset, limit=2)))
    with transaction(person.workspace_id) as session:
        other = jobs.enqueue(
            session, workspace_id=person.workspace_id, kind="elsewhere.work", input={}, created_by=None, now=now()
        ).id
    assert jobs.run() and waiting(person) == []
    with transaction(person.workspace_id) as session:
        jobs.cancel(session, session.get_one(jobs.Job, other), now())
    assert known(person, dashboard) == {"t1": True, "t2": True}


def test_a_member_who_left_is_not_asked_for(person, dataset, client):
    analyst = a_person(client, "analyst", person.workspace_id)
    dashboard = a_dashboard(analyst, by_region(dataset))
    assert person.delete(f"/members/{analyst.user_id}").status_code == 204
    work()
    [job] = done(person)
    assert (job.state, job.result) == ("succeeded", {"asked_count": 0})
    assert known(person, dashboard) == {"t1": False}


def test_it_is_asked_with_the_rights_of_who_saved_it_last(person, dataset, client):
    analyst = a_person(client, "analyst", person.workspace_id)
    south = row_rule({"kind": "member", "user_id": str(analyst.user_id)}, condition("c1", "eq", "South"))
    rule(person, dataset, rows=[row_rule({"kind": "member", "user_id": str(person.user_id)}), south])
    dashboard = a_dashboard(person, by_region(dataset))
    body = {key: dashboard[key] for key in ("title", "folder", "content", "version")}
    assert analyst.put(f"/dashboards/{dashboard['id']}", body).status_code == 200
    work()
    assert known(analyst, dashboard) == {"t1": True}
    assert known(person, dashboard) == {"t1": False}


def test_a_dashboard_in_the_bin_is_left_alone(person, dataset):
    dashboard = a_dashboard(person, by_region(dataset))
    assert person.delete(f"/dashboards/{dashboard['id']}").status_code == 204
    work()
    assert [(job.state, job.result) for job in done(person)] == [("succeeded", {"asked_count": 0})]


def test_who_is_refused_waits_and_comes_back_later(person, dataset, monkeypatch):
    dashboard = a_dashboard(person, by_region(dataset))
    refusals = []
    let = queries.all_wanted

    def crowded(wanted, form):
        refusals.append(wanted)
        if len(refusals) < 3:
            raise EngineBusy(9)
        return let(wanted, form)

    def full(wanted, form):
        raise EngineBusy(9)

    monkeypatch.setattr(gently, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(queries, "all_wanted", full)
    assert jobs.run()
    [job] = done(person)
    assert (job.state, job.error["code"]) == ("queued", "engine_busy")  # put off, with no attempt lost
    with transaction(person.workspace_id) as session:
        session.execute(
            text("UPDATE job_queue SET available_at = clock_timestamp() WHERE workspace_id = :id"),
            {"id": person.workspace_id},
        )
    monkeypatch.setattr(queries, "all_wanted", crowded)
    assert jobs.run()
    assert len(refusals) == 3 and known(person, dashboard) == {"t1": True}


def test_what_cannot_be_answered_is_tried_once_and_the_others_are_answered(person, dataset, monkeypatch):
    dashboard = a_dashboard(person, a_tile("t1", a_question(dataset, limit=1)), a_tile("t2", a_question(dataset)))
    was = queries.all_wanted

    def fails(wanted, form):
        if any(each.question.limit == 1 for each in wanted.values()):
            raise Exhausted("It takes too much memory.")
        return was(wanted, form)

    monkeypatch.setattr(queries, "all_wanted", fails)
    work()
    assert done(person)[0].state == "succeeded"
    assert known(person, dashboard) == {"t1": False, "t2": True}
    assert tasks.unknown(person.workspace_id, UUID(dashboard["id"])) == []


def test_questions_that_became_others_are_asked_again_on_dashboards_in_use(person, dataset, monkeypatch):
    today = with_formula(dataset, "TODAY()")
    dashboard = a_dashboard(person, a_tile("t1", today))
    work()
    assert known(person, dashboard) == {"t1": True}
    tasks.ask_again(now())
    assert waiting(person) == []  # nothing is new
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr("tablewright.infra.clock.now", lambda: tomorrow)
    assert known(person, dashboard) == {"t1": False}
    tasks.ask_again(tomorrow + timedelta(days=8))
    assert waiting(person) == []  # nobody has used it for a week
    tasks.ask_again(tomorrow)
    assert waiting(person) == [dashboard["id"]]
    work()
    assert known(person, dashboard) == {"t1": True}


def test_opening_a_dashboard_counts_as_using_it_and_is_written_once_an_hour(person, dataset):
    dashboard = a_dashboard(person, by_region(dataset))
    long_ago = now() - timedelta(days=30)
    with transaction(person.workspace_id) as session:
        session.execute(update(Dashboard).where(Dashboard.id == UUID(dashboard["id"])).values(updated_at=long_ago))
    work()
    published(person, dataset)

    def opened():
        with transaction(person.workspace_id) as session:
            return session.get_one(Dashboard, UUID(dashboard["id"])).opened_at

    assert opened() is None  # asking ahead is not opening
    assert person.get(f"/dashboards/{dashboard['id']}").status_code == 200
    first = opened()
    assert person.get(f"/dashboards/{dashboard['id']}").status_code == 200
    assert first is not None and opened() == first


def test_what_tells_the_minute_is_not_asked_ahead(person, dataset):
    minute = with_formula(dataset, "NOW()")
    dashboard = a_dashboard(person, a_tile("t1", minute))
    work()
    assert done(person)[0].result == {"asked_count": 0}
    assert tasks.unknown(person.workspace_id, UUID(dashboard["id"])) == []


def test_it_is_not_shown_among_peoples_jobs_and_forgotten_after_a_day(person, dataset):
    a_dashboard(person, by_region(dataset))
    assert waiting(person)
    assert {job["kind"] for job in person.get("/jobs").json()["items"]} == {"datasets.load"}
    work()
    activity.sweep(now() + timedelta(days=2))
    assert done(person) == [] and len(person.get("/jobs").json()["items"]) == 1


def test_dashboards_used_last_are_asked_and_only_so_many(person, dataset, monkeypatch):
    monkeypatch.setattr(ahead, "MOST_AT_ONCE", 2)
    made = [a_dashboard(person, by_region(dataset, limit=at + 1), title=f"D{at}")["id"] for at in range(3)]
    work()
    assert person.get(f"/dashboards/{made[0]}").status_code == 200
    upload = uploaded(person, "sales.csv", MORE, dataset_id=dataset["id"], mode="append")
    jobs.run()
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "succeeded"
    assert set(waiting(person)) == {made[0], made[2]}
