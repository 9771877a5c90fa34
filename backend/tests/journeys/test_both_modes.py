"""The main job in both modes: embedded in one process tree, and apart on real neighbours."""

import os
import re
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import obstore
import pytest
from journeys.main_job import do_the_main_job
from obstore.store import S3Store
from support.services import installation, redis_url, vhost
from support.serving import Serving, serving

from tablewright.identity.service import setup_link
from tablewright.infra.clock import now
from tablewright.infra.db import transaction


def test_embedded(tmp_path: Path):
    with serving(tmp_path) as product:
        do_the_main_job(product.set_up())


def s3(name: str) -> str:
    value = os.environ.get(f"TABLEWRIGHT_TEST_S3_{name}")
    if not value:
        raise RuntimeError(f"TABLEWRIGHT_TEST_S3_{name} is not set: run the tests through `make test`.")
    return value


@pytest.fixture
def bucket():
    """A bucket of one's own on the S3 test server."""
    name = f"tablewright-{secrets.token_hex(6)}"
    keys = {"access_key_id": s3("ACCESS_KEY"), "secret_access_key": s3("SECRET_KEY"), "region": s3("REGION")}
    create_bucket(name)
    yield name
    store = S3Store(name, endpoint=s3("ENDPOINT"), client_options={"allow_http": True}, **keys)
    for batch in obstore.list(store):
        obstore.delete(store, [found["path"] for found in batch])


def create_bucket(name: str) -> None:
    """By the project's own script: the object client itself cannot make buckets."""
    script = Path(__file__).parents[3] / "scripts" / "services" / "bucket.py"
    words = [sys.executable, str(script), s3("ENDPOINT"), s3("REGION"), s3("ACCESS_KEY"), name]
    subprocess.run(words, check=True, env={**os.environ, "S3_SECRET_KEY": s3("SECRET_KEY")})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_services(tmp_path: Path, bucket: str):
    """PostgreSQL, RabbitMQ, Redis and S3 by URL; API, worker and beat as processes of their own."""
    with (
        vhost() as broker,
        redis_url() as cache,
        installation(
            tmp_path,
            broker_url=broker,
            redis_url=cache,
            object_store_url=f"s3://{bucket}/data",
            s3_endpoint=s3("ENDPOINT"),
            s3_region=s3("REGION"),
            s3_access_key=s3("ACCESS_KEY"),
            s3_secret_key=s3("SECRET_KEY"),
            port=(port := free_port()),
        ) as apart,
    ):
        for part in ("api", "worker", "beat"):
            apart.spawn(part)
        with transaction() as session:
            link = setup_link(session, now(), f"http://127.0.0.1:{port}")
        assert link is not None
        assert re.search(r"/setup/\?token=", link)
        product = Serving(None, tmp_path, f"http://127.0.0.1:{port}", link)  # type: ignore[arg-type]
        product.wait_for_api()
        do_the_main_job(product.set_up())
        ready = product.http.get(f"{product.url}/readyz").json()
        assert {part["part"]: part["ok"] for part in ready["parts"]} == {
            "database": True,
            "objects": True,
            "broker": True,
            "cache": True,
            "children": True,
        }
        assert "tablewright_requests_total" in product.http.get(f"{product.url}/metrics").text
