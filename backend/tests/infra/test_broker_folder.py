"""The queue in a folder: what another process takes is whole."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tablewright.infra import broker
from tablewright.infra.settings import Settings, load

MESSAGES = 1000
_READING = f"""
import queue, sys, time
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from infra.test_broker_folder import MESSAGES, settings_in
from tablewright.infra import broker
current = settings_in(sys.argv[1])
with broker.make_app(current).connection_for_read() as connection:
    print("ready", flush=True)
    taken, until = [], time.monotonic() + 30
    while len(taken) < MESSAGES and time.monotonic() < until:
        try:
            taken.append(connection.default_channel._get(current.queue_name)["number"])
        except queue.Empty:
            pass
print(sorted(taken) == list(range(MESSAGES)))
"""


def settings_in(folder: str | Path) -> Settings:
    url = "postgresql://nobody@localhost/nothing"  # nobody asks it
    return load(
        data_dir=Path(folder), database_url=url, migration_url=url, secret_key="Zk3vQ9pLw7Xr2TnB8yHs5Jd1Gf6Mc4Ea0Ru"
    )


def test_a_reader_that_never_rests_finds_every_message_whole(tmp_path: Path) -> None:
    current = settings_in(tmp_path)
    app = broker.make_app(current)
    with app.connection_for_write() as connection:
        broker.declare(app, current)
        reader = subprocess.Popen([sys.executable, "-c", _READING, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(MESSAGES):
            connection.default_channel._put(current.queue_name, {"number": number, "more": "x" * 2000})
            time.sleep(0.0005)  # as long as the reader needs to look again
        assert reader.communicate(timeout=60)[0] == "True\n"
    assert list((tmp_path / "broker" / "messages").glob("*.part")) == []
