"""Settings: what stops a start, in which words, and that no secret is ever shown."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from tablewright.infra.settings import SettingWrong, load, own_secret

GOOD = "Zk3vQ9pLw7Xr2TnB8yHs5Jd1Gf6Mc4Ea0Ru"
DATABASE = "postgresql://tablewright_app:hunter2hunter2@db.example.org/tablewright"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("TABLEWRIGHT_")]:
        monkeypatch.delenv(name)


def test_embedded_mode_makes_its_own_secrets_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = load(data_dir=tmp_path / "data")
    again = load(data_dir=tmp_path / "data")
    assert first.secret_key == again.secret_key
    assert len(first.secret_key.get_secret_value()) >= 32
    made = sorted(path.name for path in (tmp_path / "data" / "secrets").iterdir())
    assert made == ["database_app", "database_owner", "secret_key"]
    for path in (tmp_path / "data" / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data" / "secrets").stat().st_mode) == 0o700
    assert first.embedded_database and first.embedded_broker


def test_an_opened_secret_file_is_closed_again(tmp_path: Path) -> None:
    load(data_dir=tmp_path)
    path = tmp_path / "secrets" / "secret_key"
    path.chmod(0o644)
    load(data_dir=tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_secret_file_stops_the_start_instead_of_being_replaced(tmp_path: Path) -> None:
    load(data_dir=tmp_path)
    (tmp_path / "secrets" / "secret_key").write_text("")
    with pytest.raises(SettingWrong, match="secret_key does not hold a secret"):
        load(data_dir=tmp_path)


def test_many_first_starts_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    seen: list[str] = []
    starts = [threading.Thread(target=lambda: seen.append(own_secret(tmp_path, "one"))) for _ in range(16)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(seen) == 16 and len(set(seen)) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["one"]


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (None, "TABLEWRIGHT_SECRET_KEY is missing"),
        ("", "TABLEWRIGHT_SECRET_KEY is missing"),
        ("Zk3vQ9pLw7Xr2TnB8yHs5Jd1Gf6Mc4E", "TABLEWRIGHT_SECRET_KEY is too short"),
        ("x" * 64, "TABLEWRIGHT_SECRET_KEY is a known or guessable value"),
        ("changeme-changeme-changeme-changeme", "TABLEWRIGHT_SECRET_KEY is a known or guessable value"),
        ("this-is-Tablewright-s-key-for-production-1", "TABLEWRIGHT_SECRET_KEY is a known or guessable value"),
    ],
)
def test_with_a_given_database_a_bad_secret_stops_the_start(tmp_path: Path, secret: str | None, words: str) -> None:
    given = {} if secret is None else {"secret_key": secret}
    with pytest.raises(SettingWrong) as caught:
        load(data_dir=tmp_path, database_url=DATABASE, **given)
    assert words in caught.value.detail
    assert "openssl rand" in caught.value.detail
    assert caught.value.where == {"variable": "TABLEWRIGHT_SECRET_KEY"}


def test_no_secret_is_shown_by_repr_or_by_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = load(
        data_dir=tmp_path,
        database_url=DATABASE,
        secret_key=GOOD,
        s3_secret_key="s3-very-hidden",
        smtp_url="smtp://me:mail-very-hidden@mail.example.org",
        redis_url="redis://:redis-very-hidden@cache/0",
        broker_url="amqp://me:broker-very-hidden@mq//",
    )
    shown = repr(current) + str(current)
    for hidden in (GOOD, "very-hidden", "hunter2"):
        assert hidden not in shown
    monkeypatch.setenv("TABLEWRIGHT_SECRET_KEY", "short-hidden")
    monkeypatch.setenv("TABLEWRIGHT_DATABASE_URL", DATABASE)
    with pytest.raises(SettingWrong) as caught:
        load(data_dir=tmp_path)
    assert "hidden" not in str(caught.value) and "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "ftp://x"),
        ("WORKER_CONCURRENCY", "0"),
        ("QUEUE_NAME", "a b"),
    ],
)
def test_a_wrong_value_names_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"TABLEWRIGHT_{variable}", value)
    with pytest.raises(SettingWrong, match=f"TABLEWRIGHT_{variable} is not usable"):
        load(data_dir=tmp_path)


def test_a_data_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingWrong, match="TABLEWRIGHT_DATA_DIR"):
        load(data_dir=tmp_path / "file" / "data")


def test_a_long_data_folder_gets_a_socket_folder_that_fits(tmp_path: Path) -> None:
    short, long = load(data_dir=tmp_path / "d"), load(data_dir=tmp_path / ("d" * 100))
    assert short.socket_dir == tmp_path / "d" / "postgres" / "run"
    assert len(str(long.socket_dir / ".s.PGSQL.5432.lock")) < 107
    assert long.socket_dir == load(data_dir=tmp_path / ("d" * 100)).socket_dir
    assert long.socket_dir != load(data_dir=tmp_path / ("e" * 100)).socket_dir
