"""Real processes and real signals: what is accepted is done, once, whoever dies meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from kombu import Connection, Exchange, Producer
from support import job_tasks
from support.services import Installation, Proxy, installation, queue_depths, vhost, wait_until

from tablewright.infra import broker, jobs, jobs_relay
from tablewright.infra.db import transaction

TASKS = ("support.job_tasks",)
QUICK = {"job_lease_seconds": 3, "job_resend_seconds": 2, "job_modules": TASKS}


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[str]:
    with vhost() as url:
        yield url


@pytest.fixture(params=["services", "embedded"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """The same tests over RabbitMQ and over a folder."""
    given: dict[str, Any] = dict(QUICK)
    if request.param == "services":
        given["broker_url"] = request.getfixturevalue("rabbitmq")
    with installation(tmp_path, **given) as made:
        made.execute(job_tasks.EFFECTS)
        yield made


@pytest.fixture
def services(rabbitmq: str, tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path, broker_url=rabbitmq, **QUICK) as made:
        made.execute(job_tasks.EFFECTS)
        yield made


def add(workspace: UUID, kind: str = "test.effect", **input: Any) -> UUID:
    now = datetime.now(UTC)
    with transaction(workspace_id=workspace) as session:
        return jobs.enqueue(session, workspace_id=workspace, kind=kind, input=input, created_by=None, now=now).id


def state(place: Installation, job_id: UUID) -> str:
    return str(place.rows("SELECT state FROM jobs WHERE id = %s", job_id)[0][0])


def effects(place: Installation, job_id: UUID) -> int:
    return int(place.rows("SELECT count(*) FROM effects WHERE job_id = %s", job_id)[0][0])


def has_state(place: Installation, job_id: UUID, wanted: str) -> Callable[[], bool]:
    return lambda: state(place, job_id) == wanted


def explain(place: Installation) -> Callable[[], object]:
    return lambda: (
        place.rows("SELECT kind, state, attempt, error FROM jobs"),
        place.rows("SELECT * FROM job_queue"),
        [process.output[-2500:] for process in place.processes],
    )


def test_a_worker_killed_during_a_job_means_another_attempt_and_one_result(place: Installation) -> None:
    workspace = place.workspace()
    place.spawn("beat")
    for worker in (place.spawn_worker(), place.spawn_worker()):
        worker.wait_for(" ready.")
    job_id = add(workspace, seconds=1.5)
    wait_until(has_state(place, job_id, "running"), 30, explain(place))
    (holder,) = place.rows("SELECT leased_by FROM job_queue WHERE job_id = %s", job_id)[0]
    next(one for one in place.processes if holder.endswith(f":{one.pid}")).kill()
    killed_at = time.monotonic()
    wait_until(lambda: place.rows("SELECT attempt FROM jobs WHERE id = %s", job_id) == [(2,)], 13, explain(place))
    assert time.monotonic() - killed_at < place.settings.job_lease_seconds + 10
    wait_until(has_state(place, job_id, "succeeded"), 40, explain(place))
    assert effects(place, job_id) == 1
    assert place.rows("SELECT attempt FROM jobs WHERE id = %s", job_id) == [(2,)]


def test_a_job_that_kills_every_worker_ends_as_dead_and_the_others_are_done(place: Installation) -> None:
    workspace = place.workspace()
    place.spawn("beat")
    poison = add(workspace, "test.kill", times=99)
    others = [add(workspace) for _ in range(5)]
    stop = threading.Event()

    def keep_a_worker() -> None:
        while not stop.is_set():
            worker = place.spawn_worker()
            while worker.poll() is None and not stop.wait(0.1):
                pass

    keeper = threading.Thread(target=keep_a_worker)
    keeper.start()
    try:
        wait_until(has_state(place, poison, "dead"), 60, explain(place))
        wait_until(lambda: all(state(place, one) == "succeeded" for one in others), 40, explain(place))
    finally:
        stop.set()
        keeper.join()
    assert [effects(place, one) for one in others] == [1] * 5
    (error,) = place.rows("SELECT error ->> 'detail' FROM jobs WHERE id = %s", poison)[0]
    assert "ended 3 times" in error


def test_a_frozen_worker_that_wakes_up_publishes_nothing(place: Installation) -> None:
    workspace = place.workspace()
    place.spawn("beat")
    frozen = place.spawn_worker()
    job_id = add(workspace, "test.publish", seconds=2)
    wait_until(has_state(place, job_id, "running"), 30, explain(place))
    frozen.signal(signal.SIGSTOP)
    place.spawn_worker()
    wait_until(has_state(place, job_id, "succeeded"), 40, explain(place))
    (result,) = place.rows("SELECT result FROM jobs WHERE id = %s", job_id)[0]
    frozen.signal(signal.SIGCONT)
    frozen.wait_for("taken_over", 20)
    assert effects(place, job_id) == 1
    assert place.rows("SELECT fence FROM effects WHERE job_id = %s", job_id) == [(result["fence"],)]


def test_a_relay_killed_between_sending_and_marking_sends_twice_with_one_effect(place: Installation) -> None:
    workspace = place.workspace()
    job_ids = [add(workspace) for _ in range(3)]
    pid = os.fork()
    if pid == 0:  # a real process that dies at the worst moment
        from tablewright.infra import db

        db.forget_engines()
        relay = jobs_relay.Relay(
            broker.make_app(place.settings),
            place.settings,
            failpoint=lambda _: os.kill(os.getpid(), signal.SIGKILL),
        )
        relay.tick()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert place.rows("SELECT count(*) FROM job_queue WHERE published_at IS NULL") == [(3,)]
    place.execute("UPDATE job_queue SET send_at = now()")  # instead of waiting ten seconds
    place.spawn("beat")
    place.spawn_worker()
    wait_until(lambda: all(state(place, one) == "succeeded" for one in job_ids), 40, explain(place))
    time.sleep(1)
    assert [effects(place, one) for one in job_ids] == [1, 1, 1]


def test_every_message_delivered_three_times_has_one_effect(place: Installation) -> None:
    workspace = place.workspace()
    job_ids = [add(workspace) for _ in range(20)]
    app = broker.make_app(place.settings)
    broker.declare(app, place.settings)
    for _ in range(3):
        for job_id in job_ids:
            app.send_task(broker.TASK_NAME, args=[str(job_id)])
    place.spawn_worker()
    place.spawn_worker()
    wait_until(lambda: all(state(place, one) == "succeeded" for one in job_ids), 40, explain(place))
    assert place.rows("SELECT count(*), count(DISTINCT job_id) FROM effects") == [(20, 20)]


def test_a_worker_that_is_asked_to_end_hands_its_job_back(place: Installation) -> None:
    workspace = place.workspace()
    place.spawn("beat")
    worker = place.spawn_worker()
    job_id = add(workspace, seconds=6)
    wait_until(has_state(place, job_id, "running"), 30, explain(place))
    worker.stop(15)
    assert place.rows("SELECT state, attempt FROM jobs WHERE id = %s", job_id) == [("queued", 0)]
    place.spawn_worker()
    wait_until(has_state(place, job_id, "succeeded"), 40, explain(place))
    assert effects(place, job_id) == 1


def test_while_the_broker_is_away_jobs_are_accepted_and_none_is_lost(rabbitmq: str, tmp_path: Path) -> None:
    address = urlsplit(rabbitmq)
    door = Proxy(address.hostname or "127.0.0.1", address.port or 5672)
    url = urlunsplit(address._replace(netloc=f"guest:guest@127.0.0.1:{door.port}"))
    with installation(tmp_path, broker_url=url, **QUICK) as place:
        place.execute(job_tasks.EFFECTS)
        workspace = place.workspace()
        place.spawn("beat").wait_for("relay_connected")
        place.spawn_worker()
        first = add(workspace)
        wait_until(has_state(place, first, "succeeded"), 30, explain(place))
        job_ids = []
        for round_ in range(3):
            door.shut()
            started = time.monotonic()
            job_ids += [add(workspace) for _ in range(10)]
            assert time.monotonic() - started < 5  # whoever enqueues does not wait for a broker
            time.sleep(1)
            door.open()
            job_ids += [add(workspace) for _ in range(10 * (round_ % 2))]
            time.sleep(0.5)
        wait_until(lambda: all(state(place, one) == "succeeded" for one in job_ids), 60, explain(place))
        assert place.rows("SELECT count(*), count(DISTINCT job_id) FROM effects") == [(41, 41)]


def test_a_broker_that_comes_back_empty_gets_every_message_again(services: Installation) -> None:
    workspace = services.workspace()
    first_relay = services.spawn("beat", TABLEWRIGHT_JOB_RESEND_SECONDS="3600")
    job_ids = [add(workspace) for _ in range(10)]
    wait_until(lambda: services.rows("SELECT count(*) FROM job_queue WHERE published_at IS NULL") == [(0,)], 30)
    first_relay.kill()
    with Connection(services.settings.broker_url) as connection:
        connection.default_channel.queue_purge(services.settings.queue_name)
    services.spawn_worker()
    services.spawn("beat", TABLEWRIGHT_JOB_RESEND_SECONDS="3600")
    wait_until(lambda: all(state(services, one) == "succeeded" for one in job_ids), 40, explain(services))


def test_messages_that_nobody_can_read_are_parked_and_the_others_are_done(services: Installation) -> None:
    workspace = services.workspace()
    name = services.settings.queue_name
    app = broker.make_app(services.settings)
    broker.declare(app, services.settings)
    app.send_task(broker.TASK_NAME, args=["no job id"])
    app.send_task("tablewright.of_another_version", args=[])
    with Connection(services.settings.broker_url) as connection:
        producer = Producer(connection, exchange=Exchange(name, type="direct"), routing_key=name)
        producer.publish(b"\x80\x04\x95 not json", content_type="application/json", content_encoding="utf-8")
        producer.publish(b"cos\nsystem\n(S'true'\ntR.", content_type="application/x-python-serialize")
    job_ids = [add(workspace) for _ in range(5)]
    services.spawn("beat")
    services.spawn_worker()
    wait_until(lambda: all(state(services, one) == "succeeded" for one in job_ids), 40, explain(services))
    wait_until(
        lambda: queue_depths(services.settings.broker_url).get(f"{name}.dead") == 4,
        20,
        lambda: (queue_depths(services.settings.broker_url), services.processes[-1].output[-3000:]),
    )
    depths = queue_depths(services.settings.broker_url)
    assert depths[name] == 0
    assert not [queue for queue in depths if queue.startswith("celery")]


def test_a_database_that_goes_away_for_a_moment_loses_no_job_and_doubles_none(tmp_path: Path) -> None:
    with installation(tmp_path, **QUICK) as place:
        place.execute(job_tasks.EFFECTS)
        address = urlsplit(place.settings.database_url)
        door = Proxy(address.hostname or "127.0.0.1", address.port or 5432)
        through_door = urlunsplit(address._replace(netloc=f"tablewright_app@127.0.0.1:{door.port}"))
        workspace = place.workspace()
        place.spawn("beat", TABLEWRIGHT_DATABASE_URL=through_door)
        place.spawn_worker(TABLEWRIGHT_DATABASE_URL=through_door)
        job_ids = [add(workspace, seconds=0.4) for _ in range(8)]
        for _ in range(3):
            time.sleep(1.2)
            door.shut()
            time.sleep(1.0)
            door.open()
        wait_until(lambda: all(state(place, one) == "succeeded" for one in job_ids), 60, explain(place))
        assert place.rows("SELECT count(*), count(DISTINCT job_id) FROM effects") == [(8, 8)]
