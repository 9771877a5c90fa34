"""Objects in a folder and behind S3: whole or not at all, unchanged, found again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from support.services import s3_store

from tablewright.infra.storage import KeyRefused, ObjectMissing, Objects, ObjectStoreAway


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    if request.param == "folder":
        yield Objects.in_folder(tmp_path / "objects")
        return
    with s3_store() as store:
        yield Objects(store, folder=None, cache_dir=tmp_path / "cache", cache_bytes=3000)


def key(name: str = "one") -> str:
    return f"w/{uuid4()}/files/{name}"


def test_what_was_put_is_read_back(objects: Objects, tmp_path: Path) -> None:
    where = key()
    value = os.urandom(9 << 20)
    source = tmp_path / "source"
    source.write_bytes(value)
    objects.put_file(where, source, keep_source=True)
    assert b"".join(objects.open(where)) == value
    assert objects.size(where) == len(value) and objects.exists(where)
    assert source.read_bytes() == value
    assert objects.local_path(where).read_bytes() == value


def test_a_source_that_need_not_be_kept_is_gone(objects: Objects, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    where = key()
    objects.put_file(where, source)
    assert not source.exists() and objects.read(where) == b"abc"


def test_the_same_key_may_be_put_again(objects: Objects, tmp_path: Path) -> None:
    where = key()
    for _ in range(2):
        source = tmp_path / "source"
        source.write_bytes(b"abc")
        objects.put_file(where, source, keep_source=True)
        objects.put_file(where, source)
        objects.put_bytes(where, b"abc")
    assert objects.read(where) == b"abc"
    assert [found.key for found in objects.list(where.rpartition("/")[0])] == [where]


def test_a_missing_object_is_said_in_words(objects: Objects) -> None:
    where = key()
    for ask in (objects.open, objects.size, objects.local_path, objects.read):
        with pytest.raises(ObjectMissing, match=where):
            ask(where)
    assert objects.exists(where) is False
    objects.delete(where)


def test_listing_stays_below_its_prefix(objects: Objects) -> None:
    mine, theirs = key("a"), key("a")
    objects.put_bytes(mine, b"1")
    objects.put_bytes(theirs, b"22")
    workspace = mine.split("/files/")[0]
    assert [(found.key, found.size) for found in objects.list(workspace)] == [(mine, 1)]
    objects.delete(mine)
    assert list(objects.list(workspace)) == []


@pytest.mark.parametrize(
    "bad", ["../x", "/etc/passwd", "w/../../x", "w//x", "", "w/a b", "w/.hidden", "w/x\n", "w/" + "x" * 600]
)
def test_a_key_that_is_not_ours_is_refused(objects: Objects, bad: str) -> None:
    with pytest.raises(KeyRefused):
        objects.put_bytes(bad, b"")
    with pytest.raises(KeyRefused):
        objects.open(bad)


def test_only_old_objects_that_no_row_knows_are_orphans(objects: Objects) -> None:
    prefix = f"w/{uuid4()}"
    known, orphan = f"{prefix}/files/known", f"{prefix}/files/orphan"
    objects.put_bytes(known, b"1")
    objects.put_bytes(orphan, b"1")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert [found.key for found in objects.orphans(prefix, {known}, later)] == [orphan]
    assert [found.key for found in objects.orphans(prefix, lambda key: key == known, later)] == [orphan]
    assert list(objects.orphans(prefix, {known}, datetime.now(UTC) - timedelta(days=1))) == []


def test_a_folder_store_copies_no_bytes_on_its_own_filesystem(tmp_path: Path) -> None:
    objects = Objects.in_folder(tmp_path / "objects")
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    inode = source.stat().st_ino
    objects.put_file("w/one", source)
    assert objects.local_path("w/one").stat().st_ino == inode


def test_a_failed_put_leaves_nothing(tmp_path: Path) -> None:
    objects = Objects.in_folder(tmp_path / "objects")
    with pytest.raises(FileNotFoundError):
        objects.put_file("w/one", tmp_path / "not there")
    assert list(objects.list("w")) == []
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []


def test_many_readers_fetch_one_copy_and_old_copies_go(tmp_path: Path) -> None:
    with s3_store() as store:
        objects = Objects(store, folder=None, cache_dir=tmp_path / "cache", cache_bytes=3000)
        keys = [key(str(number)) for number in range(6)]
        for where in keys:
            objects.put_bytes(where, os.urandom(1000))
        fetched: list[str] = []
        fetch = objects._fetch
        objects._fetch = lambda where, path: (fetched.append(where), fetch(where, path))[1]  # type: ignore[method-assign]
        readers = [threading.Thread(target=objects.local_path, args=(keys[0],)) for _ in range(8)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert fetched == [keys[0]]
        for number, where in enumerate(keys):
            path = objects.local_path(where)
            os.utime(path, (1000 + number, 1000 + number))  # as if used long ago, in this order
        objects.local_path(keys[0])  # used now
        objects.put_bytes(last := key("last"), os.urandom(1000))
        objects.local_path(last)
        kept = {path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()}
        assert kept == {"0", "5", "last"}


def test_a_store_that_does_not_answer_is_said_in_words(tmp_path: Path) -> None:
    from obstore.store import S3Store

    store = S3Store(
        "bucket",
        endpoint="http://127.0.0.1:9",
        region="us-east-1",
        access_key_id="a",
        secret_access_key="b",
        client_options={"allow_http": True, "connect_timeout": "1s"},
        retry_config={"max_retries": 0},
    )
    objects = Objects(store, folder=None, cache_dir=tmp_path)
    for ask in (lambda: objects.read("w/one"), lambda: objects.put_bytes("w/one", b""), objects.ready):
        with pytest.raises(ObjectStoreAway):
            ask()
