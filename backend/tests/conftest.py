"""Fixtures that every test may use. Domain tests run against a real PostgreSQL and real child processes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent))

from support.services import SECRET, Database
from support.services import database as new_database

from tablewright.infra import compute
from tablewright.infra.settings import Settings, load, override


def settings_for(database: Database, data_dir: Path) -> Settings:
    return load(
        data_dir=data_dir,
        database_url=database.app,
        migration_url=database.owner,
        secret_key=SECRET,
        public_url="http://testserver",
        log_level="warning",
    )


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database and one data folder for all domain tests; each test has workspaces of its own."""
    with new_database() as made:
        before = override(settings_for(made, tmp_path_factory.mktemp("data")))
        yield made
        compute.close()
        override(before)


@pytest.fixture
def fresh_database(database: Database, tmp_path: Path) -> Iterator[Database]:
    """An empty installation, for what happens once only."""
    with new_database() as made:
        before = override(settings_for(made, tmp_path))
        yield made
        override(before)


@pytest.fixture(scope="session")
def app(database: Database) -> FastAPI:
    from tablewright.app import create_app

    return create_app()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A browser without cookies. Errors of ours become answers, as in production."""
    return TestClient(app, raise_server_exceptions=False)
