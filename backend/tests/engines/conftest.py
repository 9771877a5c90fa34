"""One Sail and one Apache Spark for all tests of engines; both start when the first of these tests is collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import support.questions
from support import engines

from tablewright.infra.spark import Spark

GIVEN = os.environ.get("TABLEWRIGHT_TEST_SPARK_URL", "")


@pytest.fixture(scope="session", autouse=True)
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, engines.Server]]:
    """Both, starting. An Apache Spark that is given in the environment is used instead of one of ours."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("engines")
        found = {"sail": stack.enter_context(engines.sail(folder))}
        if not GIVEN:
            found["spark"] = stack.enter_context(engines.spark(folder))
        yield found


@pytest.fixture(scope="session")
def sail(servers: dict[str, engines.Server]) -> str:
    return servers["sail"].wait(60)


@pytest.fixture(scope="session")
def spark(servers: dict[str, engines.Server]) -> str:
    return GIVEN or servers["spark"].wait(250)


@pytest.fixture(scope="session")
def comparison(sail: str, spark: str) -> Iterator[engines.Comparison]:
    found = engines.Comparison({"sail": Spark(sail), "spark": Spark(spark)}, sampled=frozenset({"spark"}))
    yield found
    for endpoint in found.endpoints.values():
        endpoint.close()


@pytest.fixture
def compared(comparison: engines.Comparison, monkeypatch: pytest.MonkeyPatch) -> engines.Comparison:
    """Every question that a test asks is asked of all engines, and has to have one answer."""
    monkeypatch.setattr(support.questions, "run", comparison.run)
    return comparison
