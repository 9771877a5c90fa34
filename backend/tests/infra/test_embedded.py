"""The embedded PostgreSQL: starts from nothing, survives kills, closed to everybody else, never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from support.services import own_folder, wait_until

from tablewright.infra import db
from tablewright.infra.embedded import ACCOUNT, Postgres, PostgresNotStarted
from tablewright.infra.settings import Settings, load, own_secret


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with own_folder() as folder:
        yield folder


@pytest.fixture
def current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("TABLEWRIGHT_")]:
        monkeypatch.delenv(name)
    return load(data_dir=tmp_path / "data")


@pytest.fixture
def postgres(current: Settings) -> Iterator[Postgres]:
    made = Postgres(current)
    made.start()
    yield made
    made.stop()


def ask(url: str, sql: str) -> object:
    with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
        row = connection.execute(sql).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def test_it_starts_from_nothing_and_both_roles_can_work(current: Settings, postgres: Postgres) -> None:
    db.migrate(current.migration_url, own_secret(current.data_dir, "database_app"))
    assert ask(current.database_url, "SELECT current_user") == "tablewright_app"
    assert ask(current.database_url, "SELECT count(*) FROM job_queue") == 0
    assert ask(current.migration_url, "SHOW listen_addresses") == ""
    assert ask(current.migration_url, "SHOW fsync") == "on"
    assert ask(current.migration_url, "SHOW data_checksums") == "on"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(current.database_url, "CREATE TABLE mine (id int)")


def test_nobody_gets_in_without_the_password(current: Settings, postgres: Postgres) -> None:
    for role in ("postgres", "tablewright_app", "root"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=str(current.socket_dir), user=role, password="guess", dbname="postgres")
    assert current.socket_dir.stat().st_mode & 0o077 == 0
    assert (current.postgres_dir / "data").stat().st_mode & 0o077 == 0
    assert not (current.postgres_dir / ".password").exists()


def test_data_survives_a_stop_and_a_kill(current: Settings, postgres: Postgres) -> None:
    with psycopg.connect(current.migration_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS n")
    postgres.stop()
    assert postgres.poll() is not None
    postgres.start()
    assert ask(current.migration_url, "SELECT n FROM kept") == 1
    with psycopg.connect(current.migration_url, autocommit=True) as owner:
        owner.execute("UPDATE kept SET n = 2")
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    started = time.monotonic()
    postgres.start()
    assert ask(current.migration_url, "SELECT n FROM kept") == 2
    assert time.monotonic() - started < 20


def test_a_stale_process_number_that_lives_on_in_another_program_is_no_hindrance(
    current: Settings, postgres: Postgres
) -> None:
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    wait_until(lambda: postgres.poll() is not None, 10)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        for path in (current.postgres_dir / "data" / "postmaster.pid", current.socket_dir / ".s.PGSQL.5432.lock"):
            lines = path.read_text().split("\n")
            path.write_text("\n".join([str(bystander.pid), *lines[1:]]))
        postgres.start()
        assert ask(current.migration_url, "SELECT 1") == 1
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_left_over_server_is_ended_before_a_new_one_starts(current: Settings, postgres: Postgres) -> None:
    newer = Postgres(current)
    newer.start()
    try:
        assert postgres.poll() is not None
        assert ask(current.migration_url, "SELECT 1") == 1
    finally:
        newer.stop()


def test_it_ends_when_whoever_started_it_is_killed(current: Settings) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from tablewright.infra.embedded import Postgres\nfrom tablewright.infra.settings import load\n"
        "server = Postgres(load(data_dir=Path(sys.argv[1])))\nserver.start()\nprint(server.pid, flush=True)\n"
        "time.sleep(100)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, str(current.data_dir)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    server = psutil.Process(int(starter.stdout.readline()))
    tree = [server, *server.children()]
    starter.kill()
    starter.wait()
    _, alive = psutil.wait_procs(tree, timeout=15)
    assert alive == []
    assert not (current.postgres_dir / "data" / "postmaster.pid").exists()  # it ended in order
    starter.stdout.close()


def test_a_first_start_killed_half_way_is_begun_again(current: Settings) -> None:
    postgres = Postgres(current)
    half = current.postgres_dir / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    postgres.start()
    try:
        assert ask(current.migration_url, "SELECT 1") == 1
        assert not half.exists()
    finally:
        postgres.stop()


def test_a_long_data_folder_works_through_a_short_socket_folder(tmp_path: Path) -> None:
    current = load(data_dir=tmp_path / ("long" * 30), database_url="", broker_url="")
    postgres = Postgres(current)
    postgres.start()
    try:
        assert current.socket_dir.parent == Path("/tmp")
        assert current.socket_dir.stat().st_mode & 0o077 == 0
        assert ask(current.migration_url, "SELECT 1") == 1
    finally:
        postgres.stop()
        current.socket_dir.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    current = load(data_dir=tmp_path / ("long" * 30), database_url="", broker_url="")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    current.socket_dir.symlink_to(elsewhere)
    try:
        with pytest.raises(PostgresNotStarted, match="belongs to somebody else"):
            Postgres(current).start()
    finally:
        current.socket_dir.unlink()


def test_a_server_that_cannot_start_says_why_with_its_own_words(current: Settings, postgres: Postgres) -> None:
    postgres.stop()
    with (current.postgres_dir / "data" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = plenty\n")
    with pytest.raises(PostgresNotStarted, match="shared_buffers"):
        postgres.start()


def test_it_runs_as_nobody_who_may_do_more_and_opens_no_folder(current: Settings, postgres: Postgres) -> None:
    assert postgres.pid is not None
    account = ACCOUNT if os.geteuid() == 0 else psutil.Process().username()
    assert psutil.Process(postgres.pid).username() == account
    assert current.data_dir.stat().st_mode & 0o007 == 0
    assert (current.data_dir / "secrets").stat().st_mode & 0o077 == 0


def test_the_account_that_root_starts_it_as_sees_nothing_else(current: Settings, postgres: Postgres) -> None:
    if os.geteuid() != 0:
        assert (current.postgres_dir / "data").stat().st_uid == os.geteuid()
        return
    for name in ("secrets", ""):
        seen = subprocess.run(
            ["ls", str(current.data_dir / name)], capture_output=True, user=ACCOUNT, group=ACCOUNT, extra_groups=[]
        )
        assert seen.returncode != 0
