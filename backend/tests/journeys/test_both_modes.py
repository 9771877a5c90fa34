"""The main job in both modes: embedded in one process tree, and apart on real neighbours."""

import os
import re
import secrets
import socket
from pathlib import Path

import httpx2 as httpx
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
    """A signed PUT: the object client itself cannot make buckets."""
    import hashlib
    import hmac
    from urllib.parse import urlsplit

    moment = now()
    day, stamp = f"{moment:%Y%m%d}", f"{moment:%Y%m%dT%H%M%SZ}"
    host, empty = urlsplit(s3("ENDPOINT")).netloc, hashlib.sha256(b"").hexdigest()
    headers = {"host": host, "x-amz-content-sha256": empty, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    lines = "".join(f"{key}:{headers[key]}\n" for key in sorted(headers))
    canonical = f"PUT\n/{name}\n\n{lines}\n{names}\n{empty}"
    scope = f"{day}/{s3('REGION')}/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{s3('SECRET_KEY')}".encode()
    for part in (day, s3("REGION"), "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={s3('ACCESS_KEY')}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    answer = httpx.put(f"{s3('ENDPOINT')}/{name}", headers=headers)
    assert answer.status_code in (200, 409), answer.text


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
