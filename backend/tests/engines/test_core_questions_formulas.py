"""The core's tests of the same name, with every question asked of DuckDB, Sail and Apache Spark."""

import pytest
from core.test_questions_formulas import *  # noqa: F403 - the very same tests

pytestmark = [pytest.mark.usefixtures("compared"), pytest.mark.timeout(300)]  # the first one waits for Spark
