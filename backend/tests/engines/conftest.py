"""One Sail and one Apache Spark for all tests of engines; both start when the first of these tests is collected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import support.questions
from support import engines

from tablewright.infra.spark import Spark


@pytest.fixture(scope="session", autouse=True)
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, engines.Server]]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("engines")
        yield {
            "sail": stack.enter_context(engines.sail(folder)),
            "spark": stack.enter_context(engines.spark(folder)),
        }


@pytest.fixture(scope="session")
def sail(servers: dict[str, engines.Server]) -> str:
    return servers["sail"].wait(30)


@pytest.fixture(scope="session")
def spark(servers: dict[str, engines.Server]) -> str:
    return servers["spark"].wait(100)


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
