"""Answers in files: they outlive the process, are shared by those of one folder, and stay within their bound."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from time import time

import pytest

from tablewright.infra import cache as cache_module
from tablewright.infra.cache import Cache
from tablewright.infra.cache_files import KEPT_SECONDS, Files

LIMIT = 1 << 20


def name(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def started(folder: Path, limit_bytes: int = LIMIT) -> Cache:
    """A process that has just begun."""
    return Cache(files=Files(folder, limit_bytes=limit_bytes))


def held(folder: Path) -> int:
    return sum(each.stat().st_blocks * 512 for each in folder.iterdir())


def used(folder: Path, key: str, days_ago: float) -> None:
    at = time() - days_ago * 86400
    os.utime(folder / name(key), (at, at))


def test_a_restart_keeps_answers_and_processes_of_one_folder_share_them(tmp_path):
    api, worker = started(tmp_path), started(tmp_path)
    worker.put("answer/json/a", b"twelve")
    assert api.get("answer/json/a") == b"twelve"
    assert started(tmp_path).get("answer/json/a") == b"twelve"
    assert started(tmp_path / "another").get("answer/json/a") is None


def test_what_another_process_kept_meanwhile_is_not_made_again(tmp_path):
    api, worker = started(tmp_path), started(tmp_path)
    assert api.get("a") is None
    worker.put("a", b"made there")
    made: list[int] = []

    def make(_: object) -> bytes:
        made.append(1)
        return b"made here"

    assert api.make_shared("a", make, lambda: False) == b"made there"
    assert made == []


def test_memory_is_asked_first(tmp_path, monkeypatch):
    cache = started(tmp_path)
    cache.put("a", b"x")
    monkeypatch.setattr(Files, "get", lambda *_: pytest.fail("the disk was asked"))
    assert cache.get("a") == b"x"


def test_another_version_of_the_program_does_not_read_what_this_one_wrote(tmp_path, monkeypatch):
    started(tmp_path).put("a", b"x")
    monkeypatch.setattr(cache_module, "__version__", "99.0")
    assert started(tmp_path).get("a") is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"somebody else's"),
    ],
    ids=["torn", "changed", "empty", "foreign"],
)
def test_a_damaged_file_is_no_answer_and_goes(tmp_path, spoil):
    files = Files(tmp_path, limit_bytes=LIMIT)
    files.put(name("a"), b"the answer")
    spoil(tmp_path / name("a"))
    assert files.get(name("a")) is None
    assert list(tmp_path.iterdir()) == []


def test_an_answer_under_the_name_of_another_is_none(tmp_path):
    files = Files(tmp_path, limit_bytes=LIMIT)
    files.put(name("a"), b"of a")
    (tmp_path / name("a")).rename(tmp_path / name("b"))
    assert files.get(name("b")) is None


def test_nobody_else_may_read_them(tmp_path):
    folder = tmp_path / "answers"
    files = Files(folder, limit_bytes=LIMIT)
    files.put(name("a"), b"x")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / name("a")).stat().st_mode) == 0o600


def test_two_processes_stay_within_the_bound_and_what_was_used_longest_ago_goes(tmp_path):
    one, other = Files(tmp_path, limit_bytes=LIMIT), Files(tmp_path, limit_bytes=LIMIT)
    one.put(name("dear"), b"d" * 8000)
    for at in range(600):
        (one if at % 2 else other).put(name(str(at)), b"x" * 8000)
        assert held(tmp_path) <= LIMIT
        assert one.get(name("dear")) is not None
    assert one.get(name("0")) is None and one.get(name("599")) is not None
    assert held(tmp_path) > LIMIT // 2


def test_one_large_answer_does_not_push_out_the_others(tmp_path):
    files = Files(tmp_path, limit_bytes=LIMIT)
    files.put(name("small"), b"x")
    files.put(name("large"), b"x" * (LIMIT // 8))
    assert files.get(name("large")) is None and files.get(name("small")) == b"x"


def test_what_nobody_wanted_for_a_month_is_forgotten_and_foreign_files_stay(tmp_path):
    files = Files(tmp_path, limit_bytes=LIMIT)
    for key in ("old", "wanted", "new"):
        files.put(name(key), key.encode())
        used(tmp_path, key, KEPT_SECONDS / 86400 + 1)
    used(tmp_path, "new", 1)
    assert files.get(name("wanted")) == b"wanted"
    (tmp_path / "README").write_text("mine")
    (tmp_path / ".fresh-dead").write_text("half")
    (tmp_path / ".fresh-live").write_text("half")
    os.utime(tmp_path / ".fresh-dead", (time() - 7200,) * 2)
    files.sweep()
    assert {each.name for each in tmp_path.iterdir()} == {name("wanted"), name("new"), "README", ".fresh-live"}


def test_what_memory_gives_counts_as_used(tmp_path, monkeypatch):
    cache = started(tmp_path)
    cache.put("a", b"x")
    [path] = tmp_path.iterdir()
    os.utime(path, (1, 1))
    assert cache.get("a") == b"x" and path.stat().st_mtime == 1
    monkeypatch.setattr(cache_module, "_RENEWED_SECONDS", 0.0)
    assert cache.get("a") == b"x" and path.stat().st_mtime > 1
    path.unlink()  # somebody emptied the folder
    assert cache.get("a") == b"x" and started(tmp_path).get("a") == b"x"


def test_a_disk_that_refuses_is_a_slow_cache_and_never_a_wrong_one(tmp_path):
    (tmp_path / "file").write_text("no folder")
    cache = started(tmp_path / "file" / "answers")
    cache.put("a", b"x")
    assert cache.get("a") == b"x"
    cache.sweep()
    assert started(tmp_path / "file" / "answers").get("a") is None
