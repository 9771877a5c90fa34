"""Damaged files of every format, a fixed number of each; `python -m support.fuzzing` goes on for as long as asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import fuzzing

from tablewright.infra.children import Children

MUTANTS = 40


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def children(place: Path) -> Iterator[Children]:
    with fuzzing.reading(place) as children:
        yield children


@pytest.mark.parametrize("name", sorted(fuzzing.seeds()))
def test_a_damaged_file_is_loaded_or_refused_with_a_sentence(name: str, place: Path, children: Children) -> None:
    seed = fuzzing.seeds()[name]
    assert fuzzing.outcome(children, place, seed) == "loaded"
    draw = random.Random(name)
    for _ in range(MUTANTS):
        fuzzing.outcome(children, place, fuzzing.mutant(seed, draw))
