"""Tasks for tests of the queue. Each finished run leaves a row in `effects`, which tests make themselves."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tablewright.core.errors import Invalid, Unavailable
from tablewright.infra.db import transaction
from tablewright.infra.jobs import Lease, task

EFFECTS = """
    CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, fence bigint, attempt integer);
    GRANT SELECT, INSERT ON effects TO tablewright_app"""


class TooOdd(Invalid):
    """The input of a test that is to be refused."""


class NeighbourAway(Unavailable):
    """A neighbour that a test has sent away."""


def _write(session: Session, lease: Lease) -> None:
    session.execute(
        text("INSERT INTO effects (job_id, fence, attempt) VALUES (:job, :fence, :attempt)"),
        {"job": lease.job_id, "fence": lease.fence, "attempt": lease.attempt},
    )


@task("test.effect")
def effect(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Works for a while, then publishes and completes in one transaction."""
    seconds = float(input.get("seconds", 0))
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        lease.progress(stage="working", done=time.monotonic() - started, total=seconds, unit="s")
        if lease.cancelled():
            raise TooOdd("stopped")
        time.sleep(0.05)
    with transaction(workspace_id=lease.workspace_id) as session:
        _write(session, lease)
        lease.complete(session, {"attempt": lease.attempt})
    return {}


@task("test.publish")
def publish(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Sleeps without a word (as a frozen worker does), then publishes under its fence."""
    time.sleep(float(input.get("seconds", 0)))
    with transaction(workspace_id=lease.workspace_id) as session:
        lease.publish(session)
        _write(session, lease)
    return {"fence": lease.fence}


@task("test.kill")
def kill(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    """Kills its worker in the first `times` attempts."""
    if lease.attempt <= int(input["times"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return effect(lease, {})


@task("test.refuse")
def refuse(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    raise TooOdd("The number 3 is odd. Give an even one.", line=3)


@task("test.explode")
def explode(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    raise ValueError("the secret inner word is xyzzy")


@task("test.away")
def away(lease: Lease, input: dict[str, Any]) -> dict[str, Any]:
    """A neighbour is away until a file appears."""
    if not os.path.exists(input["until"]):
        raise NeighbourAway("The neighbour does not answer.")
    return effect(lease, {})
