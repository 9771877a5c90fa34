"""A PostgreSQL database of one's own, migrated, removed afterwards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tablewright.infra.db import APP_ROLE, forget_engines, migrate


@dataclass(frozen=True)
class Database:
    """`owner_url` migrates, `app_url` is what the product uses: a role that owns nothing."""

    owner_url: str
    app_url: str


def server_url() -> str:
    """The test server's address with a superuser. Missing is a failure, never a skip."""
    url = os.environ.get("TABLEWRIGHT_TEST_POSTGRES_URL")
    if not url:
        raise RuntimeError("TABLEWRIGHT_TEST_POSTGRES_URL is not set: run the tests through `make test`.")
    return url


def _with(url: str, *, database: str | None = None, user: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    own = parts.netloc.rpartition("@")[0]
    login = f"{user}:{password}" if user else own
    return urlunsplit(parts._replace(netloc=f"{login}@{host}" if login else host, path=f"/{database}"))


@contextmanager
def new_database() -> Iterator[Database]:
    """A fresh, migrated database. The role's password is shared by all test databases of a server."""
    name = f"tablewright_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    password = "only-for-tests-on-this-machine-1"
    database = Database(
        owner_url=_with(server_url(), database=name),
        app_url=_with(server_url(), database=name, user=APP_ROLE, password=password),
    )
    try:
        migrate(database.owner_url, password)
        yield database
    finally:
        forget_engines()
        with psycopg.connect(server_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
