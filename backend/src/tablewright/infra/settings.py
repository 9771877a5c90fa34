"""What this installation is told by its environment: `TABLEWRIGHT_*`.

What is not given by URL is embedded: its own PostgreSQL, queue, cache and object folder inside `data_dir`.
Embedded parts make their own secrets on first use (mode 0600); a database given by URL means other hosts may
share this installation, so its secret must be given too. No message and no `repr` shows a secret in clear.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tablewright.core.errors import Problem

PREFIX = "TABLEWRIGHT_"
SHORTEST_SECRET_BYTES = 32
_FEWEST_DIFFERENT_CHARACTERS = 8
# Words of sample files and habits. A secret that contains one was copied, not made.
_KNOWN_WORDS = ("changeme", "change-me", "change_me", "secret", "password", "insecure", "example", "tablewright")
_LONGEST_SOCKET_PATH = 107  # bytes of sun_path on Linux, less its closing zero
_SOCKET_NAME = ".s.PGSQL.5432.lock"


class SettingWrong(Problem):
    """A setting stops the start. The sentence names the variable and never its value."""

    title = "The settings do not allow a start"

    def __init__(self, detail: str, variable: str | None = None) -> None:
        super().__init__(detail, variable=variable)


def default_data_dir() -> Path:
    """`/var/lib/tablewright` for root, the user's data folder for everybody else."""
    if os.geteuid() == 0:
        return Path("/var/lib/tablewright")
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "tablewright"


class Settings(BaseSettings):
    """Every setting, complete: after construction each URL that is used has a value."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    data_dir: Path = Field(default_factory=default_data_dir)
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str = ""
    web_dir: Path | None = None
    secret_key: SecretStr = SecretStr("")

    database_url: str = Field(default="", repr=False)
    migration_url: str = Field(default="", repr=False)
    broker_url: str = Field(default="", repr=False)
    redis_url: str = Field(default="", repr=False)
    object_store_url: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = "Tablewright <tablewright@localhost>"

    max_upload_bytes: Annotated[int, Field(gt=0)] = 10 * 2**30
    query_children: Annotated[int, Field(ge=1, le=64)] = 2
    query_memory_bytes: Annotated[int, Field(ge=64 * 2**20)] = 2**30
    query_wall_seconds: Annotated[float, Field(gt=0)] = 30.0
    load_memory_bytes: Annotated[int, Field(ge=64 * 2**20)] = 2 * 2**30
    load_wall_seconds: Annotated[float, Field(gt=0)] = 3600.0
    worker_concurrency: Annotated[int, Field(ge=1, le=64)] = 1
    cache_bytes: Annotated[int, Field(ge=0)] = 128 * 2**20
    answer_bytes: Annotated[int, Field(ge=0)] = 512 * 2**20
    """Answers kept in files of the data folder when there is no Redis."""
    object_cache_bytes: Annotated[int, Field(ge=0)] = 20 * 2**30

    spark_url: str = Field(default="", repr=False)
    """A Spark Connect endpoint, sc://host:port. It may hold a token."""
    spark_rows: Annotated[int, Field(ge=0)] = 200_000_000
    spark_wall_seconds: Annotated[float, Field(gt=0)] = 300.0
    spark_concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    spark_objects_url: str = ""
    """Where the endpoint finds the object store, when not where we do."""

    job_lease_seconds: Annotated[float, Field(gt=0)] = 30.0
    job_resend_seconds: Annotated[float, Field(gt=0)] = 60.0
    worker_metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    job_modules: tuple[str, ...] = ()
    queue_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = "tablewright"

    access_token_seconds: Annotated[int, Field(gt=0)] = 300
    session_idle_seconds: Annotated[int, Field(gt=0)] = 12 * 3600
    session_absolute_seconds: Annotated[int, Field(gt=0)] = 30 * 86400

    _embedded_database: bool = PrivateAttr(default=True)

    log_level: Annotated[str, Field(pattern=r"^(debug|info|warning|error)$")] = "info"

    @field_validator("data_dir", "web_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else Path(os.path.abspath(path.expanduser()))

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("spark_url")
    @classmethod
    def _spark_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme != "sc" or not urlsplit(url).hostname):
            raise ValueError("must look like sc://host:15002")
        return url

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self._embedded_database = not self.database_url
        if self.secret_key.get_secret_value():
            _refuse_weak("SECRET_KEY", self.secret_key.get_secret_value())
        elif not self._embedded_database:
            raise ValueError(
                f"{PREFIX}SECRET_KEY is missing. With {PREFIX}DATABASE_URL set it must be given: "
                f"make one with `openssl rand -base64 48` and give the same to every process."
            )
        else:
            self.secret_key = SecretStr(own_secret(self.data_dir, "secret_key"))
        if self._embedded_database:
            self.database_url = self._embedded_url("tablewright_app", "database_app")
            self.migration_url = self._embedded_url("postgres", "database_owner")
        self.broker_url = self.broker_url or "filesystem://"
        if not self.public_url:
            host = "localhost" if self.host in ("0.0.0.0", "::", "127.0.0.1") else self.host  # noqa: S104
            self.public_url = f"http://{host}:{self.port}"
        if self.web_dir is None:
            self.web_dir = Path(__file__).resolve().parent.parent / "web"
        return self

    @property
    def embedded_database(self) -> bool:
        """Whether the database is ours to start and stop."""
        return self._embedded_database

    @property
    def embedded_broker(self) -> bool:
        """Whether the queue is a folder of this installation."""
        return self.broker_url.startswith("filesystem:")

    @property
    def postgres_dir(self) -> Path:
        """The embedded PostgreSQL: `data`, `log` and, when the path is short enough, its socket."""
        return self.data_dir / "postgres"

    @property
    def socket_dir(self) -> Path:
        """Where the embedded PostgreSQL listens. A long data folder would not fit a socket address (107 bytes)."""
        inside = self.postgres_dir / "run"
        if len(os.fsencode(inside / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(f"/tmp/tablewright-{os.geteuid()}-{name}")  # noqa: S108 - made 0700, owner checked

    @property
    def spark_objects(self) -> str:
        """The object store as a Spark Connect endpoint sees it: its own address, or the one that we use."""
        if self.spark_objects_url:
            return self.spark_objects_url.rstrip("/")
        if not self.object_store_url:
            return (self.data_dir / "objects").resolve().as_uri()
        return self.object_store_url.rstrip("/").replace("s3://", "s3a://", 1)

    @property
    def cache_dir(self) -> Path:
        """Copies that may be thrown away at any time."""
        return self.data_dir / "cache"

    @property
    def scratch_dir(self) -> Path:
        """Work files of running jobs and children; emptied at start."""
        return self.data_dir / "scratch"

    def _embedded_url(self, role: str, secret: str) -> str:
        password = own_secret(self.data_dir, secret)
        return f"postgresql://{role}:{quote(password)}@/tablewright?host={quote(str(self.socket_dir), safe='')}"


def _refuse_weak(name: str, value: str) -> None:
    variable = PREFIX + name
    if len(value.encode()) < SHORTEST_SECRET_BYTES:
        raise ValueError(
            f"{variable} is too short: it needs at least {SHORTEST_SECRET_BYTES} bytes. "
            "Make one with `openssl rand -base64 48`."
        )
    folded = value.casefold()
    if len(set(value)) < _FEWEST_DIFFERENT_CHARACTERS or any(word in folded for word in _KNOWN_WORDS):
        raise ValueError(
            f"{variable} is a known or guessable value, as sample files have it. "
            "Make one with `openssl rand -base64 48`."
        )


def own_secret(data_dir: Path, name: str) -> str:
    """A secret of this data folder, made on first use. Several processes asking at once get the same one."""
    folder = data_dir / "secrets"
    path = folder / name
    try:
        if path.exists():
            return _read_secret(path)
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        fresh = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingWrong(
            f"The data folder {data_dir} cannot be used ({error.strerror}). "
            f"Set {PREFIX}DATA_DIR to a folder that this user owns.",
            PREFIX + "DATA_DIR",
        ) from error
    try:
        os.link(fresh, path)  # fails when another process was first: then its secret is the one
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read_secret(path)


def _read_secret(path: Path) -> str:
    value = path.read_text().strip()
    if len(value) < SHORTEST_SECRET_BYTES:
        raise SettingWrong(f"{path} does not hold a secret of this program. Restore it from your backup of the folder.")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return value


def load(**given: Any) -> Settings:
    """Read the environment. Raises SettingWrong, with one clear sentence, when it does not allow a start."""
    try:
        return Settings(**given)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        words = str(fault["msg"]).removeprefix("Value error, ")
        if not fault["loc"]:
            named = next((word for word in words.split() if word.startswith(PREFIX)), None)
            raise SettingWrong(words, named) from None
        variable = PREFIX + str(fault["loc"][0]).upper()
        raise SettingWrong(f"{variable} is not usable: {words}.", variable) from None


_current: Settings | None = None
_guard = Lock()


def settings() -> Settings:
    """The settings of this process, read once."""
    global _current
    if _current is None:
        with _guard:
            if _current is None:
                _current = load()
    return _current


def override(value: Settings | None) -> Settings | None:
    """Use these settings from now on (None: read the environment again). Returns those before. For tests."""
    global _current
    before, _current = _current, value
    return before
