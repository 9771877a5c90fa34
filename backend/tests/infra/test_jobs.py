"""The job row, its queue row and the lease, against a real PostgreSQL, with the worker in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from support import job_tasks
from support.services import Installation, installation

from tablewright.infra import broker, jobs, jobs_relay, jobs_run
from tablewright.infra.db import transaction

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("jobs"), job_lease_seconds=2) as made:
        made.execute(job_tasks.EFFECTS)
        yield made


@pytest.fixture(autouse=True)
def empty(place: Installation) -> None:
    place.execute("TRUNCATE jobs, job_queue, job_turns, effects")
    jobs.shutting_down.clear()


@pytest.fixture
def workspace(place: Installation) -> UUID:
    return place.workspace()


def add(workspace: UUID, kind: str = "test.effect", **input: Any) -> UUID:
    with transaction(workspace_id=workspace) as session:
        return jobs.enqueue(
            session, workspace_id=workspace, kind=kind, input=input, created_by=None, now=NOW, label="A label"
        ).id


def get(workspace: UUID, job_id: UUID) -> jobs.Job:
    with transaction(workspace_id=workspace) as session:
        return session.get_one(jobs.Job, job_id)


def effects(place: Installation, job_id: UUID) -> int:
    return int(place.rows("SELECT count(*) FROM effects WHERE job_id = %s", job_id)[0][0])


def expire(place: Installation, job_id: UUID) -> None:
    past = "now() - interval '1 s'"
    place.execute(f"UPDATE job_queue SET lease_until = {past}, send_at = {past} WHERE job_id = %s", job_id)


def test_a_job_whose_transaction_fails_was_never_promised(place: Installation, workspace: UUID) -> None:
    with pytest.raises(RuntimeError), transaction(workspace_id=workspace) as session:
        jobs.enqueue(session, workspace_id=workspace, kind="test.effect", input={}, created_by=None, now=NOW)
        raise RuntimeError
    assert place.rows("SELECT count(*) FROM job_queue") == [(0,)]
    assert jobs.run() is False


def test_a_job_runs_once_and_its_row_tells_the_result(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    assert jobs.run(job_id) is True
    assert jobs.run(job_id) is False  # the same message again
    job = get(workspace, job_id)
    assert (job.state, job.result, job.attempt, job.error) == ("succeeded", {"attempt": 1}, 1, None)
    assert job.started_at is not None and job.finished_at is not None
    assert effects(place, job_id) == 1
    assert place.rows("SELECT count(*) FROM job_queue") == [(0,)]


def test_a_result_that_is_returned_is_kept(workspace: UUID) -> None:
    job_id = add(workspace, "test.publish")
    jobs.run(job_id)
    assert get(workspace, job_id).state == "succeeded"
    assert set(get(workspace, job_id).result or {}) == {"fence"}


def test_a_problem_fails_the_job_at_once_with_its_document(workspace: UUID) -> None:
    job_id = add(workspace, "test.refuse")
    jobs.run(job_id)
    job = get(workspace, job_id)
    assert job.state == "failed" and job.error is not None
    assert job.error["code"] == "too_odd"
    assert job.error["detail"] == "The number 3 is odd. Give an even one."
    assert job.error["where"] == {"line": 3}


def test_a_fault_of_ours_shows_a_reference_and_nothing_of_the_inside(workspace: UUID) -> None:
    job_id = add(workspace, "test.explode")
    jobs.run(job_id)
    error = get(workspace, job_id).error or {}
    assert get(workspace, job_id).state == "failed"
    assert error["code"] == "unexpected" and error["where"]["reference"] in error["detail"]
    assert "xyzzy" not in str(error)


def test_an_unavailable_neighbour_is_waited_for(place: Installation, workspace: UUID, tmp_path: Path) -> None:
    until = tmp_path / "back"
    job_id = add(workspace, "test.away", until=str(until))
    jobs.run(job_id)
    job = get(workspace, job_id)
    assert job.state == "queued" and (job.error or {})["code"] == "neighbour_away"
    assert jobs.run(job_id) is False  # not before its pause is over
    until.touch()
    place.execute("UPDATE job_queue SET available_at = now()")
    assert jobs.run(job_id) is True
    job = get(workspace, job_id)
    assert (job.state, job.attempt, job.error) == ("succeeded", 1, None)  # waiting cost no attempt


def test_waiting_for_a_neighbour_ends(place: Installation, workspace: UUID, tmp_path: Path) -> None:
    job_id = add(workspace, "test.away", until=str(tmp_path / "never"))
    place.execute("UPDATE job_queue SET created_at = now() - interval '16 minutes'")
    jobs.run(job_id)
    assert get(workspace, job_id).state == "failed"


def test_another_workspace_sees_nothing_of_a_job(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    with transaction(workspace_id=place.workspace("Other")) as session:
        assert session.get(jobs.Job, job_id) is None


def test_a_waiting_job_is_cancelled_at_once(workspace: UUID) -> None:
    job_id = add(workspace)
    with transaction(workspace_id=workspace) as session:
        jobs.cancel(session, session.get_one(jobs.Job, job_id), NOW)
    with transaction(workspace_id=workspace) as session:
        jobs.cancel(session, session.get_one(jobs.Job, job_id), NOW)
    assert get(workspace, job_id).state == "cancelled"
    assert jobs.run(job_id) is False


def test_a_running_job_sees_that_it_is_cancelled(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace, seconds=20)
    runner = threading.Thread(target=jobs.run, args=(job_id,))
    runner.start()
    while get(workspace, job_id).state != "running":
        pass
    with transaction(workspace_id=workspace) as session:
        assert jobs.cancel(session, session.get_one(jobs.Job, job_id), NOW).state == "running"
    runner.join(5)
    assert not runner.is_alive()
    assert get(workspace, job_id).state == "cancelled"
    assert effects(place, job_id) == 0


def test_a_finished_job_cannot_be_cancelled_nor_tried_again(workspace: UUID) -> None:
    job_id = add(workspace)
    jobs.run(job_id)
    with transaction(workspace_id=workspace) as session:
        with pytest.raises(jobs.JobOver):
            jobs.cancel(session, session.get_one(jobs.Job, job_id), NOW)
        with pytest.raises(jobs.JobUnderWay):
            jobs.retry(session, session.get_one(jobs.Job, job_id), NOW)


def test_a_failed_job_is_tried_again_on_request(workspace: UUID) -> None:
    job_id = add(workspace, "test.refuse")
    jobs.run(job_id)
    with transaction(workspace_id=workspace) as session:
        assert jobs.retry(session, session.get_one(jobs.Job, job_id), NOW).error is None
    assert get(workspace, job_id).state == "queued"
    assert jobs.run(job_id) is True
    assert get(workspace, job_id).state == "failed"


def test_only_one_of_many_workers_gets_a_job(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace, seconds=0.3)
    runners = [threading.Thread(target=jobs.run, args=(job_id,)) for _ in range(8)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert effects(place, job_id) == 1


def test_a_late_worker_publishes_nothing_and_changes_no_state(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    late = jobs_run._claim(job_id)
    assert late is not None
    expire(place, job_id)
    newer = jobs_run._claim(job_id)
    assert newer is not None and newer.lease.fence > late.lease.fence
    with transaction(workspace_id=workspace) as session, pytest.raises(jobs.FenceStale):
        late.lease.publish(session)
    with pytest.raises(jobs.FenceStale):
        late.lease.progress(stage="late")
    assert late.lease.cancelled() is True
    assert jobs_run._do(late) == "taken_over"
    assert effects(place, job_id) == 0
    assert jobs_run._do(newer) == "succeeded"
    assert effects(place, job_id) == 1


def test_a_takeover_waits_for_a_publishing_transaction(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    claimed = jobs_run._claim(job_id)
    assert claimed is not None
    taken: list[object] = []
    with transaction(workspace_id=workspace) as session:
        claimed.lease.publish(session)
        expire_later = threading.Thread(target=lambda: (expire(place, job_id), taken.append(jobs_run._claim(job_id))))
        expire_later.start()
        expire_later.join(0.7)
        assert taken == []
        claimed.lease.renew()  # keeps the job in spite of the lock
    expire_later.join(5)
    assert taken == [None]


def test_a_job_whose_workers_died_three_times_is_dead_and_says_why(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    for _ in range(3):
        assert jobs_run._claim(job_id) is not None
        expire(place, job_id)
    assert jobs_run._claim(job_id) is None
    job = get(workspace, job_id)
    assert job.state == "dead" and "ended 3 times" in (job.error or {})["detail"]
    with transaction(workspace_id=workspace) as session:
        jobs.retry(session, session.get_one(jobs.Job, job_id), NOW)
    jobs.run(job_id)
    assert get(workspace, job_id).state == "succeeded"


def test_a_worker_that_shuts_down_hands_its_job_back(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace, seconds=20)
    runner = threading.Thread(target=jobs.run, args=(job_id,))
    runner.start()
    while get(workspace, job_id).state != "running":
        pass
    jobs.shutting_down.set()
    runner.join(5)
    assert not runner.is_alive()
    job = get(workspace, job_id)
    assert (job.state, job.attempt) == ("queued", 0)


def test_a_workspace_with_many_jobs_does_not_keep_another_waiting(place: Installation) -> None:
    busy, calm = place.workspace("Busy"), place.workspace("Calm")
    many = [add(busy) for _ in range(20)]
    one = add(calm)
    for message in many[:2]:
        jobs.run(message)
    assert get(calm, one).state == "succeeded"


def test_progress_tells_stage_share_and_time_left_but_not_too_often(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    claimed = jobs_run._claim(job_id)
    assert claimed is not None
    lease = claimed.lease
    lease.progress(stage="reading", done=1, total=10, unit="rows")
    lease.progress(stage="reading", done=2, total=10, unit="rows")
    assert (get(workspace, job_id).progress or {})["done"] == 1
    lease._stage_started_at -= 4
    lease._told_at -= 1
    lease.progress(stage="reading", done=5, total=10, unit="rows")
    progress = get(workspace, job_id).progress or {}
    assert (progress["stage"], progress["done"], progress["unit"]) == ("reading", 5, "rows")
    assert 3.5 < progress["eta_s"] < 4.5
    lease.progress(stage="writing")
    assert (get(workspace, job_id).progress or {})["stage"] == "writing"


def test_log_lines_carry_the_time_and_the_attempt(workspace: UUID) -> None:
    job_id = add(workspace)
    claimed = jobs_run._claim(job_id)
    assert claimed is not None
    claimed.lease.log("Sheet 2 is empty.")
    (line,) = get(workspace, job_id).log
    assert line["text"] == "Sheet 2 is empty." and line["attempt"] == 1 and line["at"]


def test_the_relay_sends_each_job_and_again_when_nobody_claims_it(place: Installation, workspace: UUID) -> None:
    job_id = add(workspace)
    messages = place.settings.data_dir / "broker" / "messages"
    relay = jobs_relay.Relay(broker.app(), place.settings)
    assert relay.tick() == 1
    assert len(list(messages.iterdir())) == 1
    assert relay.tick() == 0
    place.execute("UPDATE job_queue SET send_at = now() - interval '1 s'")
    assert relay.tick() == 1
    with transaction() as session:
        sent = session.execute(text("SELECT send_count, published_at FROM job_queue")).one()
    assert sent.send_count == 2 and sent.published_at is not None
    for message in messages.iterdir():
        message.unlink()
    assert jobs.run(job_id)


def test_what_a_dead_worker_held_is_given_back_at_once(
    place: Installation, workspace: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLEWRIGHT_WORKER_NAME", "the-dead-one")
    job_id = add(workspace)
    assert jobs_run._claim(job_id) is not None
    assert jobs_run._claim(job_id) is None
    assert jobs_relay.release("somebody-else") == 0
    assert jobs_relay.release("the-dead-one") == 1
    assert jobs_run._claim(job_id) is not None


def test_housekeeping_runs_once_per_turn_and_survives_a_failure(place: Installation) -> None:
    from datetime import timedelta

    calls: list[datetime] = []
    name = f"test.{uuid4().hex}"

    @jobs.periodic(name, every=timedelta(hours=1))
    def sweep(now: datetime) -> None:
        calls.append(now)
        raise RuntimeError("a fault")

    try:
        item = jobs.PERIODIC[name]
        assert jobs_relay._claim_turn(item) is True
        jobs_relay._run_turn(item)
        assert jobs_relay._claim_turn(item) is False
        assert place.rows("SELECT failed_count FROM schedule_runs WHERE name = %s", name) == [(1,)]
        place.execute("UPDATE schedule_runs SET next_at = now() - interval '1 s'")
        assert jobs_relay._claim_turn(item) is True
    finally:
        del jobs.PERIODIC[name]
    assert len(calls) == 1
