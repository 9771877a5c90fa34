"""`tablewright serve` as a person starts it: one process tree, one folder, nothing left behind, nothing lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
import psycopg
import pytest
from support.services import Process, own_folder, wait_until

from tablewright.infra.settings import load

CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("TABLEWRIGHT_")}


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with own_folder() as folder:
        yield folder


@pytest.fixture
def started() -> Iterator[list[Process]]:
    made: list[Process] = []
    yield made
    for process in made:
        process.stop(40)


def serve(started: list[Process], folder: Path, port: int = 0) -> Process:
    process = Process(
        [sys.executable, "-m", "tablewright.cli", "serve", "--data-dir", str(folder), "--port", str(port)], CLEAN
    )
    started.append(process)
    return process


def address(process: Process) -> str:
    process.wait_for("Tablewright is running at", 90)
    found = re.search(r"running at (http://\S+)", process.output)
    assert found
    return found[1]


def answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def tree(process: Process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def part(process: Process, word: str) -> psutil.Process | None:
    """The running child with this word on its command line."""
    for one in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            if word in one.cmdline():
                return one
    return None


@pytest.mark.slow
def test_one_command_starts_all_and_a_signal_ends_all(tmp_path: Path, started: list[Process]) -> None:
    folder = tmp_path / "data"
    first = serve(started, folder)
    url = address(first)
    assert answers(url)
    first.wait_for("/setup/?token=", 10)
    assert url in first.output.split("works once): ")[1]
    wait_until(lambda: part(first, "worker") and part(first, "beat"), 10)

    second = serve(started, folder)
    wait_until(lambda: second.poll() is not None, 30)
    assert second.poll() == 1
    assert f"already running on the data folder {folder} (process {first.pid})" in second.output
    assert "Traceback" not in second.output

    third = serve(started, tmp_path / "other", port=int(url.rpartition(":")[2]))
    wait_until(lambda: third.poll() is not None, 30)
    assert third.poll() == 1 and "is taken by another program. Choose another with --port" in third.output

    everything = tree(first)
    assert first.stop(40) == 0
    _, alive = psutil.wait_procs(everything, timeout=5)
    assert alive == []
    assert "Traceback" not in first.output


@pytest.mark.slow
def test_what_dies_is_started_again_at_the_same_address(tmp_path: Path, started: list[Process]) -> None:
    process = serve(started, tmp_path / "data")
    url = address(process)
    for word in ("api", "worker", "beat"):
        wait_until(lambda word=word: part(process, word), 20)
        before = part(process, word)
        assert before is not None
        os.killpg(before.pid, signal.SIGKILL)
        wait_until(lambda word=word, pid=before.pid: (now := part(process, word)) and now.pid != pid, 30)
    wait_until(lambda: answers(url), 60, lambda: process.output[-3000:])
    postgres = part(process, "-k")
    assert postgres is not None
    os.kill(postgres.pid, signal.SIGKILL)
    wait_until(lambda: (now := part(process, "-k")) and now.pid != postgres.pid, 30)
    wait_until(lambda: _ready(url), 60, lambda: process.output[-3000:])


def _ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_killed_without_warning_it_leaves_nothing_running_and_loses_nothing(
    tmp_path: Path, started: list[Process]
) -> None:
    folder = tmp_path / "data"
    process = serve(started, folder)
    url = address(process)
    current = load(data_dir=folder)
    with psycopg.connect(current.migration_url, autocommit=True) as owner:
        owner.execute("INSERT INTO workspaces (id, name, created_at) VALUES (gen_random_uuid(), 'Kept', now())")
    everything = tree(process)
    assert len(everything) > 3
    os.kill(process.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(everything, timeout=15)
    assert alive == []
    assert not answers(url)
    begun = time.monotonic()
    again = serve(started, folder)
    assert answers(address(again))
    print(f"started again in {time.monotonic() - begun:.1f} s")
    with psycopg.connect(current.migration_url) as owner:
        assert owner.execute("SELECT count(*) FROM workspaces WHERE name = 'Kept'").fetchone() == (1,)


def test_a_port_below_1024_or_a_foreign_address_is_refused_in_words(tmp_path: Path) -> None:
    from tablewright.serve import AddressUnusable, PortTaken, listen

    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        with pytest.raises(PortTaken):
            listen("127.0.0.1", busy.getsockname()[1])
    with pytest.raises(AddressUnusable):
        listen("203.0.113.7", 0)
    with pytest.raises(AddressUnusable):
        listen("no-such-host.invalid", 0)
